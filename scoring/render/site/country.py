"""The page of a country."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from markupsafe import Markup

from scoring.analysis.country import country_summary
from scoring.analysis.explain import leaves
from scoring.analysis.reviews import reviewed
from scoring.citing.citation import citation_of
from scoring.index.summary import interval_name, order
from scoring.render import findings
from scoring.render.charts.country import among_others, waterfall
from scoring.render.charts.editions import of_country
from scoring.render.charts.style import WEB
from scoring.render.charts.years import by_year
from scoring.render.citation import line
from scoring.render.country import country_values
from scoring.render.errata import country_values as errata_values
from scoring.render.site import data
from scoring.render.site.frame import environment, page, place
from scoring.render.site.overview import figures
from scoring.text import numbers
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.country import CountrySummary
    from scoring.change.trend import Point
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.index.tree import Node
    from scoring.model.review import CountryReviews
    from scoring.render.charts.canvas import Chart
    from scoring.render.charts.editions import Moved
    from scoring.render.errata import Corrections
    from scoring.render.site.frame import Site
    from scoring.render.site.snapshot import Snapshot

SECTIONS = (  # of the page, by the id of the heading
    ("figures-title", "Index and pillars"),
    ("points-title", "Strongest and weakest points"),
    ("history-title", "Editions"),
    ("errata-title", "Corrections"),
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


def country_files(
    site: Site, row: int, points: Sequence[Point], moved: Moved | None, reviews: CountryReviews | None = None
) -> dict[str, bytes]:
    """The page of a country, and its content on the other days on which it has an edition.

    Args:
        site: with the countries.
        row: of the country on the default day.
        points: its editions.
        moved: from the first to the last of them.
        reviews: of the country, if there are any.
    """
    default = site.default
    country = default.assessment.countries[row]
    fragments = {}
    for snapshot in site.snapshots:
        own = data.rows_of(snapshot, default)[row]
        if own is not None:
            fragments[snapshot.day.isoformat()] = _fragment(
                snapshot, own, points, moved if snapshot is default else None, reviews, site.corrections
            )
    finding = findings.of_country(default.views[0].simulation, country)
    described = f"{finding}. {default.assessment.book.rubric.title}, {long_date(default.day)}."
    written = page(
        site,
        "country",
        f"countries/{country.code}.html",
        described,
        own=country.code,
        image=f"countries/{country.code}.png",
        summary=described,
        name=country.name,
        fragment=Markup(fragments.pop(default.day.isoformat())),  # noqa: S704  rendered by a template that escapes
    )
    files = {f"countries/{country.code}.html": written}
    if len(site.snapshots) > 1:
        files[f"countries/{country.code}.js"] = data.script(f"country/{country.code}", fragments)
    return files


def _charts(snapshot: Snapshot, country: CountryScore, summary: CountrySummary, moved: Moved | None) -> Iterator[Chart]:
    simulation = snapshot.views[0].simulation
    yield among_others(simulation, country, [view.simulation for view in snapshot.views[1:]], WEB)
    if country.is_published:
        yield waterfall(simulation, country, WEB)
    if moved:
        yield of_country(moved, WEB)
    if years := by_year(snapshot.assessment, country, summary.pillars, WEB):
        yield years


def _fragment(
    snapshot: Snapshot,
    row: int,
    points: Sequence[Point],
    moved: Moved | None,
    reviews: CountryReviews | None,
    corrections: Corrections | None,
) -> str:
    """The content of the page of one country on one day."""
    whole, simulation = snapshot.assessment, snapshot.views[0].simulation
    country, summary = whole.countries[row], country_summary(whole, row)
    names = {profile.country: profile.title for profile in whole.profiles}
    rows = [figures(snapshot, view, view.ranked.countries[country.row]) for view in snapshot.views]
    found = None if reviews is None else reviewed(whole, row, reviews)
    values = country_values(whole, country.row, simulation, summary, found)
    strong, weak = _points(whole, country)
    history = [point for point in points if point.assessment.countries[0].as_of <= snapshot.day]
    errata = errata_values(corrections, country.code) if corrections else None
    absent = {
        *([] if errata else ["errata-title"]),
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
            errata=errata,
            strong=strong,
            weak=weak,
            charts=[
                (chart.name.split("-")[0], Markup(chart.svg))  # noqa: S704  charts escape all text
                for chart in _charts(snapshot, country, summary, moved)
            ],
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
    if row["rank"] is None:
        return None
    places = dict(zip(("low", "high"), row["rank_interval"], strict=True)) | {"rank": row["rank"]}
    return {name: place((rank - 1) / max(row["ranked"] - 1, 1)) for name, rank in places.items()}


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
    weak = [_described(whole, entry) for entry in differences[:POINTS] if entry[0] < 0]
    strong = [_described(whole, entry) for entry in reversed(differences[-POINTS:]) if entry[0] > 0]
    return strong, weak


def _described(whole: Assessment, entry: tuple[float, float, float, Node]) -> dict[str, Any]:
    weighted, own, median, node = entry
    return {
        "pillar": node.path.split("/")[1],
        "question": whole.question(node),
        "id": node.id,
        "own": node.scale.points(own),
        "median": node.scale.points(median),
        "effect": whole.scale.signed(weighted * whole.book.rubric.sign),
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
