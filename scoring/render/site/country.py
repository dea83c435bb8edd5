"""The page of a country."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from markupsafe import Markup

from scoring.analysis.explain import leaves
from scoring.citing.citation import citation_of
from scoring.index.summary import interval_name, order
from scoring.render import findings
from scoring.render.citation import line
from scoring.render.country import country_values
from scoring.render.site.frame import environment, page, place
from scoring.render.site.overview import figures
from scoring.text import numbers
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.analysis.country import CountrySummary
    from scoring.change.trend import Point
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.index.tree import Node
    from scoring.render.charts.canvas import Chart
    from scoring.render.site.frame import Site
    from scoring.render.site.snapshot import Snapshot

SECTIONS = (  # of the page, by the id of the heading
    ("figures-title", "Index and pillars"),
    ("points-title", "Strongest and weakest points"),
    ("history-title", "Editions"),
    ("evidence-title", "Evidence"),
    ("missing-title", "What is missing"),
    ("contradictions-title", "Contradictions"),
    ("levers-title", ""),  # as `about` of the rubric says
    ("oldest-title", "The oldest evidence in the score"),
    ("cite-title", "Citation"),
)
POINTS = 5  # questions shown as strongest, and as weakest


class Change(NamedTuple):
    """The change of an index since the edition before, as text."""

    figure: str
    """Empty where an index is withheld."""
    note: str


def country(site: Site, code: str, name: str, description: str, fragment: str) -> bytes:
    """The page of a country, with its content on the default day."""
    return page(
        site,
        "country",
        f"countries/{code}.html",
        description,
        own=code,
        image=f"countries/{code}.png",
        summary=description,
        name=name,
        fragment=Markup(fragment),  # noqa: S704  rendered by a template that escapes
    )


def description(snapshot: Snapshot, country: CountryScore) -> str:
    """The page in a sentence."""
    simulation = snapshot.views[0].simulation
    title = snapshot.assessment.book.rubric.title
    return f"{findings.of_country(simulation, country)}. {title}, {long_date(snapshot.day)}."


def country_fragment(
    snapshot: Snapshot,
    country: CountryScore,
    summary: CountrySummary,
    points: Sequence[Point],
    charts: Sequence[Chart] = (),
) -> str:
    """The content of the page of one country on one day; points: its editions."""
    whole, simulation = snapshot.assessment, snapshot.views[0].simulation
    names = {profile.country: profile.title for profile in whole.profiles}
    rows = [figures(snapshot, view, view.ranked.countries[country.row]) for view in snapshot.views]
    values = country_values(whole, country.row, simulation, summary)
    strong, weak = _points(whole, country)
    history = [point for point in points if point.assessment.countries[0].as_of <= snapshot.day]
    absent = {
        *([] if values["bounds"] or values["missing"] else ["missing-title"]),
        *([] if strong or weak else ["points-title"]),
        *([] if len(history) > 1 else ["history-title"]),
    }
    return (
        environment(whole.scale)
        .get_template("fragment.html.j2")
        .render(
            values,
            rows=rows,
            finding=findings.of_country(simulation, country),
            ranks=_rank_bar(rows[0]),
            change=_change(history),
            age=_age(summary, snapshot),
            statements=numbers.count(summary.basis.coded, "statement"),
            sources=numbers.count(summary.basis.sources, "source"),
            publishers=numbers.count(summary.basis.publishers, "publisher"),
            share=numbers.percent(country.index.information, 0),
            strong=strong,
            weak=weak,
            charts=[(chart.name.split("-")[0], Markup(chart.svg)) for chart in charts],  # noqa: S704  charts escape all text
            indistinguishable=", ".join(names[code] for code in rows[0]["indistinguishable"]),
            has_one_scale=whole.has_one_scale,
            interval=interval_name(whole.book.rubric),
            criterion=order(whole.book.rubric),
            history=list(map(_point, history)) if len(history) > 1 else [],
            citation=line(citation_of(whole, country.row, whole, simulation)),
            contents=[(anchor, text or values["levers_heading"]) for anchor, text in SECTIONS if anchor not in absent],
        )
    )


# -- the strip ---------------------------------------------------------------------------------------------------------


def _rank_bar(row: dict[str, Any]) -> dict[str, str] | None:
    """Where rank and rank interval lie between the first and the last rank; None without a rank."""
    if row["rank"] is None or not row["ranks"]:
        return None
    first, last = map(int, row["ranks"].split("–"))
    most = max(row["ranked"] - 1, 1)
    return {"low": place((first - 1) / most), "high": place((last - 1) / most), "rank": place((row["rank"] - 1) / most)}


def _change(points: Sequence[Point]) -> Change | None:
    """The change since the edition before; None with one edition.

    What ageing or borrowing alone moved is no change of the country, so it is named as such.
    """
    if len(points) < 2:  # noqa: PLR2004  a change needs two
        return None
    before, last = points[-2], points[-1]
    since = f"since {long_date(before.assessment.countries[0].as_of)}"
    if last.step is None or not last.step.is_shown:
        return Change("", f"no change is given: an index is withheld ({since})")
    split, intervals, scale = last.step.split, last.step.intervals, last.assessment.scale
    low, high = (scale.signed(end) for end in intervals.change)
    significant = "significant" if intervals.is_significant else "not significant"
    note = f"{low} to {high} {since}; {scale.signed(split.evidence)} by evidence, {significant}"
    return Change(scale.signed(split.now - split.was), note)


def _age(summary: CountrySummary, snapshot: Snapshot) -> tuple[str, str]:
    """The median age of the evidence by its share of the information, and the newest date."""
    dated = sorted(
        ((snapshot.day - part.entry.date).days, part.share)
        for leaf in map(leaves, summary.pillars)
        for explained in leaf
        for part in explained.parts
        if part.entry.date
    )
    if not dated:
        return numbers.NONE, "no statement has a date"
    reached = np.cumsum([share for _, share in dated])
    days, _ = dated[int(np.searchsorted(reached, reached[-1] / 2))]
    years = f"{max(days, 0) / 365.25:.1f}"
    newest = f"; the newest is of {summary.basis.newest}" if summary.basis.newest else ""
    return f"{years} years", f"median age of the evidence by weight{newest}"


# -- strongest and weakest points --------------------------------------------------------------------------------------


def _points(whole: Assessment, country: CountryScore) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The questions with evidence that are furthest above and below the median of all countries, by weight."""
    differences = []
    for node in whole.nodes:
        if node.kind in ("index", "pillar", "group", "item") or not country.nodes[node.position].has_evidence:
            continue
        values = whole.figures.estimate[:, node.position]
        stated = whole.figures.stated[:, node.position]
        others = values[~np.isnan(stated)]
        if len(others) > 1:
            own, median = float(values[country.row]), float(np.median(others))
            differences.append((node.global_weight * (own - median) * whole.book.rubric.sign, own, median, node))
    differences.sort(key=lambda entry: (entry[0], entry[3].path))
    widest = max((abs(entry[0]) for entry in differences), default=0.0)
    weak = [_place_of(whole, entry, widest) for entry in differences[:POINTS] if entry[0] < 0]
    strong = [_place_of(whole, entry, widest) for entry in reversed(differences[-POINTS:]) if entry[0] > 0]
    return strong, weak


def _place_of(whole: Assessment, entry: tuple[float, float, float, Node], widest: float) -> dict[str, Any]:
    weighted, own, median, node = entry
    return {
        "pillar": node.path.split("/")[1],
        "question": whole.question(node),
        "id": node.id,
        "own": node.scale.points(own),
        "median": node.scale.points(median),
        "effect": whole.scale.signed(weighted * whole.book.rubric.sign),
        "length": f"{abs(weighted) / widest * 100:.1f}%",
    }


# -- editions ----------------------------------------------------------------------------------------------------------


def _point(point: Point) -> dict[str, Any]:
    """A row of the editions."""
    [country] = point.assessment.countries
    index, step = country.index, point.step if point.step and point.step.is_shown else None
    largest = [] if step is None else step.split.statements[:2]
    return {
        "day": country.as_of.isoformat(),
        "estimate": None if math.isnan(index.estimate) else index.estimate,
        "text": index.text,
        "low": index.low,
        "high": index.high,
        "interval_low": round(point.low, 6),
        "interval_high": round(point.high, 6),
        "change": "" if step is None else country.scale.signed(step.split.now - step.split.was),
        "evidence": "" if step is None else country.scale.signed(step.split.evidence),
        "significant": "" if step is None else ("yes" if step.intervals.is_significant else "no"),
        "largest": ", ".join(f"{change.statement} ({country.scale.signed(change.undone)})" for change in largest),
    }
