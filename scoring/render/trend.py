"""One country over time as a table and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.objects import FORMAT_VERSION, node_object, rubric_object, settings_object
from scoring.render.wording import country_name, estimate_text, has_bounds, range_text
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.change.trend import Point, Step
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause
    from scoring.uncertainty.draws import Settings

NAMES: dict[Cause, str] = {"new statements": "New", "removed statements": "Ended", "time": "Ageing"}
SHOWN = 3  # statements of a step that the table names; JSON has all


def trend_tables(points: Sequence[Point], *, ascii_only: bool = False) -> list[Table]:
    """A row a day: the index with its interval and range; and the step that led to it, with its parts."""
    first = points[0].assessment
    is_open = has_bounds(first)
    columns = (
        Column("Day", key=True),
        Column("Index", figures=True),
        Column("5-95 %", figures=True),
        Column("0 … 100" if not ascii_only else "0 - 100", optional=True),
        *([Column("Range", figures=True)] if is_open else []),
        Column("Inform.", figures=True),
        Column("Step", figures=True, part=1),
        Column("More than noise", part=1),
        *(Column(name, figures=True, part=1) for name in NAMES.values()),
        Column("Most from", part=1),
    )
    rows = tuple(_row(point, ascii_only=ascii_only) for point in points)
    notes = [
        "Index: the estimate; withheld where the rubric's tests of publication fail."
        + (" Range: evidence bounds." if is_open else ""),
        "New, Ended, Ageing: Shapley parts of the step, of statements that came, of statements that ended, of time.",
        "* An edition: evidence was gathered up to this day. Other days stand on what later editions tell of them.",
    ]
    if len(points) == 1:
        notes.append("One edition alone; a trend needs a second (`editions` in the profile).")
    return [Table(columns, rows, tuple(notes), _title(first))]


def _title(first: Assessment) -> str:
    rubric, profile = first.book.rubric, first.profiles[0]
    name = f"{country_name(profile.country)} ({profile.country})"
    return f"{name}: {rubric.title}, {rubric.id}@{rubric.version}, actor {profile.actor}"


def _row(point: Point, *, ascii_only: bool) -> tuple[str, ...]:
    assessment = point.assessment
    root, published = assessment.nodes[0], not assessment.withheld_because[0]
    dash = "-" if ascii_only else "–"
    return (
        f"{assessment.as_of[0].isoformat()}{' *' if point.is_edition else ''}",
        estimate_text(assessment, 0, root),
        f"{numbers.points(point.low)}{dash}{numbers.points(point.high)}",
        numbers.bar(point.low, point.high, float(assessment.shown[0, 0]) if published else None, ascii_only=ascii_only),
        *([range_text(assessment, 0, root, dash)] if has_bounds(assessment) else []),
        numbers.unit(float(assessment.figures.information[0, 0])),
        *_step_cells(point.step),
    )


def _step_cells(step: Step | None) -> tuple[str, ...]:
    if step is None:
        return ("",) * (3 + len(NAMES))
    parts = step.split.parts
    return (
        numbers.signed_points(step.split.now - step.split.was, 2),
        "no" if step.is_noise else "yes",
        *(numbers.signed_points(parts[cause], 2) if cause in parts else "" for cause in NAMES),
        ", ".join(f"{one.statement} ({numbers.signed_points(one.undone, 2)})" for one in step.split.statements[:SHOWN]),
    )


def trend_object(points: Sequence[Point], settings: Settings) -> dict[str, Any]:
    """The JSON document of `scoring trend`."""
    first = points[0].assessment
    return {
        "format_version": FORMAT_VERSION,
        "rubric": rubric_object(first),
        "country": first.profiles[0].country,
        "actor": first.profiles[0].actor,
        **settings_object(settings),
        "points": [_point_object(point) for point in points],
    }


def _point_object(point: Point) -> dict[str, Any]:
    assessment = point.assessment
    return {
        "as_of": assessment.as_of[0].isoformat(),
        "edition": point.is_edition,
        "published": not assessment.withheld_because[0],
        "index": node_object(assessment, 0, assessment.nodes[0]),
        "interval": [numbers.exact_points(point.low), numbers.exact_points(point.high)],
        "step": None
        if point.step is None
        else {
            "move": numbers.exact_points(point.step.split.now - point.step.split.was),
            "interval": [numbers.exact_points(point.step.low), numbers.exact_points(point.step.high)],
            "more_than_noise": not point.step.is_noise,
            "parts": {
                NAMES[cause].lower(): numbers.exact_points(part) for cause, part in point.step.split.parts.items()
            },
            "statements": [
                {
                    "statement": one.statement,
                    "change": NAMES[one.cause].lower(),
                    "moves": numbers.exact_points(one.undone),
                }
                for one in point.step.split.statements
            ],
        },
    }
