"""`scoring trend` as a table and JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scoring.change.attribution import PARTS
from scoring.files.defaults import defaults
from scoring.index.summary import facing, interval_name, listed
from scoring.render.diff import BORROWING, signed_span
from scoring.render.objects import envelope, node_figures, settings_object
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.change.attribution import Part
    from scoring.change.trend import Point, Step
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause
    from scoring.model.scale import Scale
    from scoring.text.frame import Columns
    from scoring.uncertainty.draws import Settings

CHANGES: dict[Cause, str] = {"new statements": "new", "removed statements": "ended"}
"""How a statement can change from one day to another, in JSON."""

POINTS: Columns = {
    "country": str,
    "as_of": dt.date,
    "edition": bool,
    "published": bool,
    **dict.fromkeys(("estimate", "low", "high", "stated", "bounds_low", "bounds_high"), float),
    **dict.fromkeys(("information", "availability", "move", "move_low", "move_high"), float),
    **dict.fromkeys(PARTS, float),
    "evidence_low": float,
    "evidence_high": float,
    "more_than_noise": bool,
}


def trend_tables(points: Sequence[Point]) -> list[Table]:
    """One row per day: the index with its interval and bounds, and its change since the day before with the causes."""
    first = points[0].assessment
    has_bounds, parts = first.has_bounds, _parts(first)
    columns = (
        Column("Day", key=True),
        Column("Index", figures=True),
        Column(interval_name(first.book.rubric), figures=True),
        Column(first.scale.ends, optional=True),
        *([Column("Bounds", figures=True)] if has_bounds else []),
        Column("Information", figures=True, part=1),
        Column("Change", figures=True, part=1),
        *(Column(name.capitalize(), figures=True, part=1) for name in parts),
        Column("Significant", part=1),
        Column(f"Evidence, {interval_name(first.book.rubric)}", figures=True, part=2),
        Column("Main statements", part=2),
    )
    rows = tuple(_row(point) for point in points)
    interval = interval_name(first.book.rubric)
    notes = [
        "Index: the estimate; withheld where it fails the rubric's publication tests."
        + (" Bounds: evidence bounds." if has_bounds else ""),
        "Change: since the day above, in points. Its parts are Shapley contributions, which sum to it.",
        "Evidence: statements that are new, ended or replaced. Ageing: older evidence weighs less, or leaves a window.",
        *([BORROWING] if "borrowing" in parts else []),
        f"Significant: the {interval} of the evidence's part excludes 0; the other parts are no news of the country.",
        "Main statements: those with the largest effect on the change, each effect alone in parentheses.",
        "* An edition: evidence was collected up to this day. Other days use the evidence of later editions.",
    ]
    if len(points) == 1:
        notes.append("The profile has only one edition; a trend needs two or more (`editions` in the profile).")
    return [Table(columns, rows, tuple(notes), _title(first))]


def trends_tables(countries: Sequence[Sequence[Point]]) -> list[Table]:
    """The tables of countries, with the notes below the last."""
    tables = [table for points in countries for table in trend_tables(points)]
    return [*(replace(table, notes=()) for table in tables[:-1]), tables[-1]]


def _parts(assessment: Assessment) -> tuple[Part, ...]:
    """The parts of a change that the rubric can have: without borrowing, if missing evidence borrows nothing."""
    return tuple(name for name in PARTS if name != "borrowing" or assessment.book.rubric.prior.borrows)


def _title(first: Assessment) -> str:
    rubric, [country] = first.book.rubric, first.countries
    rubric_name = f"{rubric.id}@{rubric.version}"
    return f"{country.label}: {listed(rubric.title, rubric_name, facing([country.profile.actor]))}"


def _row(point: Point) -> tuple[str, ...]:
    [country] = point.assessment.countries
    index = country.index
    return (
        f"{country.as_of.isoformat()}{' *' if point.is_edition else ''}",
        index.text,
        point.assessment.scale.span(point.low, point.high),
        numbers.bar(point.low, point.high, index.estimate if country.is_published else None),
        *([index.bounds()] if point.assessment.has_bounds else []),
        numbers.unit_against(index.information, point.assessment.book.rubric.publish.information),
        *_step_cells(point.assessment.scale, point.step, _parts(point.assessment)),
    )


def _step_cells(scale: Scale, step: Step | None, parts: Sequence[Part]) -> tuple[str, ...]:
    """The change and its parts; dashes where an index is withheld, which the change would give away."""
    if step is None:
        return ("",) * (4 + len(parts))
    if not step.is_shown:
        return (*(numbers.NONE,) * (3 + len(parts)), "")
    shown = [change for change in step.split.statements if scale.exact_difference(change.undone)]
    return (
        scale.signed(step.split.now - step.split.was, 1),
        *(scale.signed(step.split.part(name), 1) for name in parts),
        "yes" if step.intervals.is_significant else "no",
        signed_span(scale, step.intervals.evidence),
        ", ".join(
            f"{change.statement} ({scale.signed(change.undone, 1)})"
            for change in shown[: defaults().shown.trend_statements]
        ),
    )


def trend_object(points: Sequence[Point], settings: Settings) -> dict[str, Any]:
    """The JSON document of `scoring trend`."""
    first = points[0].assessment
    return {
        **envelope(first.book, settings),
        "country": first.profiles[0].country,
        "actor": first.profiles[0].actor,
        **settings_object(settings),
        "points": [_point_object(point) for point in points],
    }


def trends_object(countries: Sequence[Sequence[Point]], settings: Settings) -> dict[str, Any]:
    """The JSON document of `scoring trend` of a group."""
    keys = ("country", "actor", "points")
    documents = [trend_object(points, settings) for points in countries]
    return {
        **envelope(countries[0][0].assessment.book, settings),
        "countries": [{key: document[key] for key in keys} for document in documents],
    }


def _point_object(point: Point) -> dict[str, Any]:
    [country] = point.assessment.countries
    scale = point.assessment.scale
    return {
        "as_of": country.as_of.isoformat(),
        "edition": point.is_edition,
        "published": country.is_published,
        "index": node_figures(country.index),
        "interval": [scale.exact(point.low), scale.exact(point.high)],
        "step": None
        if point.step is None or not point.step.is_shown
        else {
            "move": scale.exact_difference(point.step.split.now - point.step.split.was),
            "interval": list(map(scale.exact_difference, point.step.intervals.change)),
            "evidence_interval": list(map(scale.exact_difference, point.step.intervals.evidence)),
            "more_than_noise": point.step.intervals.is_significant,
            "parts": {name: scale.exact_difference(point.step.split.part(name)) for name in PARTS},
            "statements": [
                {
                    "statement": change.statement,
                    "change": CHANGES[change.cause],
                    "moves": scale.exact_difference(change.undone),
                }
                for change in point.step.split.statements
            ],
        },
    }


def trend_frame(points: Sequence[Point]) -> Frame:
    """One record per day; `low` and `high` are the uncertainty interval, `move` is the change since the day before."""
    return Frame(POINTS, tuple(map(_record, points)))


def _record(point: Point) -> dict[str, Any]:
    [country] = point.assessment.countries
    index, step = country.index, point.step if point.step and point.step.is_shown else None
    change: dict[str, Any] = {}
    if step is not None:
        change = {
            "move": step.split.now - step.split.was,
            "move_low": step.intervals.change[0],
            "move_high": step.intervals.change[1],
            **{name: step.split.part(name) for name in PARTS},
            "evidence_low": step.intervals.evidence[0],
            "evidence_high": step.intervals.evidence[1],
            "more_than_noise": step.intervals.is_significant,
        }
    return {
        "country": country.code,
        "as_of": country.as_of,
        "edition": point.is_edition,
        "published": country.is_published,
        "estimate": index.estimate,
        "low": point.low,
        "high": point.high,
        "stated": index.stated,
        "bounds_low": index.low,
        "bounds_high": index.high,
        "information": index.information,
        "availability": index.availability,
        **change,
    }
