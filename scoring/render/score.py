"""An assessment as a table for people, as CSV and as JSON for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.index.score import FIGURES
from scoring.render.objects import (
    common_day,
    envelope,
    leaf_figures,
    score_figures,
)
from scoring.render.wording import (
    collected_earlier,
    incomparable,
    order,
    thin_note,
)
from scoring.text import numbers
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore, Score


# -- for people --------------------------------------------------------------------------------------------------------


def score_tables(assessment: Assessment, countries: Sequence[CountryScore]) -> list[Table]:
    """The published by rank, and the withheld with their reasons."""
    chosen = [country for country in assessment.by_rank if country in countries]
    withheld = [country for country in countries if not country.is_published]
    tables = [_published_table(assessment, chosen)]
    if withheld:
        tables.append(_withheld_table(assessment, withheld))
    return tables


def _published_table(assessment: Assessment, countries: Sequence[CountryScore]) -> Table:
    published = [country for country in countries if country.is_published]
    shorts = {pillar.id: pillar.short or pillar.title for pillar in assessment.book.pillars}
    columns = (
        Column("Rank", figures=True),
        Column("Country", key=True),
        Column("Index", figures=True),
        *([Column("Range", figures=True)] if assessment.has_bounds else []),
        Column("0 … 100", optional=True),
        Column("Stated", figures=True),
        Column("Inform.", figures=True),
        Column("Avail.", figures=True),
        Column("Band"),
        *(Column(shorts[node.id], figures=True, part=1) for node in assessment.pillars),
    )
    rows = tuple(_published_row(assessment, country) for country in published)
    total = len(assessment.ranked)
    notes = [f"Rank: 1 = highest estimate among the {total} published; ties share the best rank (1, 1, 3)."]
    if assessment.has_bounds:
        notes.append("Range: evidence bounds, the lowest and highest value consistent with the evidence.")
    if total > 1:
        notes.append(f"{order(assessment.book.rubric)} `scoring rank` gives it.")
    if any(pillar.is_thin for country in published for pillar in country.pillars):
        notes.append(thin_note(assessment))
    notes += incomparable(published, assessment.book.rubric.comparable.years)
    notes += collected_earlier(countries)
    named = [f"{pillar.short} {pillar.title}" for pillar in assessment.book.pillars if pillar.short]
    if named:
        notes.append(f"Pillars: {', '.join(named)}.")
    if not countries:
        notes = ["No country: the folder holds no profile, or none of those asked for."]
    return Table(columns, rows, tuple(notes), assessment.title if countries else "")


def _published_row(assessment: Assessment, country: CountryScore) -> tuple[str, ...]:
    index = country.index
    return (
        str(country.rank),
        country.label,
        numbers.points(index.estimate),
        *([index.bounds()] if assessment.has_bounds else []),
        numbers.bar(index.low, index.high, index.estimate),
        numbers.points(index.stated),
        numbers.unit(index.information),
        numbers.unit(index.availability),
        country.band or "",
        *(pillar.text for pillar in country.pillars),
    )


def _withheld_table(assessment: Assessment, countries: Sequence[CountryScore]) -> Table:
    bounds = (
        Column("Range", figures=True),
        Column("0 … 100", optional=True),
    )
    columns = (Column("Withheld", key=True), *(bounds if assessment.has_bounds else ()), Column("Because"))
    rows = tuple(
        (
            country.label,
            *(_bounds_cells(country.index) if assessment.has_bounds else ()),
            country.reason,
        )
        for country in countries
    )
    return Table(columns, rows, faint=frozenset(range(len(rows))))


def _bounds_cells(index: Score) -> tuple[str, str]:
    return index.bounds(), numbers.bar(index.low, index.high, None)


def score_object(assessment: Assessment, countries: Sequence[CountryScore]) -> dict[str, Any]:
    """The JSON document of `scoring score`."""
    return {
        **envelope(assessment.book),
        "as_of": common_day(countries),
        "countries": list(map(_country_object, countries)),
    }


def _country_object(country: CountryScore) -> dict[str, Any]:
    indicators = [score for score in country.nodes if score.node.kind not in ("index", "pillar", "item")]
    return {
        "country": country.code,
        "name": country.name,
        "actor": country.profile.actor,
        "as_of": country.as_of.isoformat(),
        "coded_until": country.coded_until.isoformat(),
        "profile_digest": country.digest,
        "published": country.is_published,
        "withheld_because": list(country.withheld_because),
        "rank": country.rank,
        "band": country.band,
        "index": score_figures(country.index),
        "pillars": {pillar.node.id: score_figures(pillar) for pillar in country.pillars},
        "indicators": {
            score.node.id: leaf_figures(score) for score in sorted(indicators, key=lambda score: score.node.id)
        },
    }


def score_csv(assessment: Assessment, countries: Sequence[CountryScore]) -> str:
    """One line per country; the estimate of a withheld index is empty."""
    headers = ["country", "name", "actor", "as_of", "published", "withheld_because", "rank", "band", *FIGURES]
    headers += [f"{node.id}.{name}" for node in assessment.pillars for name in FIGURES]
    lines = [
        [
            country.code,
            country.name,
            country.profile.actor,
            country.as_of.isoformat(),
            str(country.is_published).lower(),
            " ".join(country.withheld_because),
            country.rank,
            country.band,
            *score_figures(country.index).values(),
            *(value for pillar in country.pillars for value in score_figures(pillar).values()),
        ]
        for country in countries
    ]
    return as_csv(headers, lines)
