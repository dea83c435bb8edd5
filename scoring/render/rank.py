"""`scoring rank` as tables, CSV and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.render.objects import envelope, settings_object
from scoring.render.score import score_object
from scoring.render.wording import collected_earlier, interval_name, interval_share, order, settings_text
from scoring.text import numbers
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.simulation import Simulation


_OTHERS = "Not distinguishable from"


def indistinguishable(simulation: Simulation, row: int) -> list[str]:
    """The codes of the countries that are not distinguishable from the one in this row; none without an index."""
    known = ~np.isnan(simulation.p_above[row])
    return [
        profile.country
        for other, profile in enumerate(simulation.assessment.profiles)
        if other != row and known[other] and not simulation.distinguishable[row, other]
    ]


def rank_tables(
    assessment: Assessment,
    simulation: Simulation,
    *,
    pairs: bool = False,
    verbose: bool = False,
) -> list[Table]:
    """The published by rank with uncertainty and rank interval; the withheld with theirs, unranked.

    With `pairs` a second table that names the countries which the first counts.
    """
    held = interval_share(assessment.book.rubric)
    interval = interval_name(assessment.book.rubric)
    columns = (
        Column("Rank", figures=True),
        Column(f"Rank {interval}", figures=True),
        Column("Country", key=True),
        Column("Index", figures=True),
        Column("Median", figures=True, part=1),
        Column(interval, figures=True),
        Column("0 … 100", optional=True),
        Column("Most likely band", part=1),
        Column(_OTHERS, figures=True),
    )
    rows = [country.row for country in assessment.by_rank]
    cells = tuple(_rank_row(assessment, simulation, row) for row in rows)
    notes = (
        f"Intervals hold {held} of the draws: missing evidence, coding error, weights and exponent.",
        order(assessment.book.rubric),
        settings_text(simulation.settings, verbose=verbose),
        *collected_earlier(assessment.countries),
    )
    faint = frozenset(place for place, row in enumerate(rows) if assessment.rank[row] is None)
    table = Table(columns, cells, notes, assessment.title, faint)
    return [table, _pairs_table(assessment, simulation, rows)] if pairs else [table]


def _pairs_table(assessment: Assessment, simulation: Simulation, rows: list[int]) -> Table:
    cells = tuple(
        (assessment.countries[row].label, ", ".join(indistinguishable(simulation, row)))
        for row in rows
        if assessment.rank[row] is not None
    )
    return Table((Column("Country", key=True), Column(_OTHERS)), cells)


def _rank_row(assessment: Assessment, simulation: Simulation, row: int) -> tuple[str, ...]:
    interval = simulation.rank_interval(row)
    low, median, high = (float(array[row]) for array in (simulation.low, simulation.median, simulation.high))
    labels = [band.label for band in assessment.book.rubric.bands]
    likely = int(np.argmax(simulation.band_probability[row]))
    published = assessment.rank[row] is not None
    chance = numbers.probability(float(simulation.band_probability[row, likely]), 0, percent=True)
    return (
        str(assessment.rank[row]) if published else "withheld",
        f"{interval[0]}–{interval[1]}" if interval else "",
        assessment.countries[row].label,
        numbers.points(float(assessment.shown[row, 0])) if published else "",
        numbers.points(median),
        f"{numbers.points(low)}–{numbers.points(high)}",
        numbers.bar(low, high, median),
        f"{labels[likely]} ({chance})" if published else "",
        str(len(indistinguishable(simulation, row))) if published else "",
    )


def rank_object(assessment: Assessment, simulation: Simulation) -> dict[str, Any]:
    """The JSON document of `scoring rank`: that of `scoring score` with the results of the simulation."""
    codes = [profile.country for profile in assessment.profiles]
    document = score_object(assessment, assessment.countries)
    countries = [
        {**country, **_country_object(assessment, simulation, row)}
        for row, country in enumerate(document.pop("countries"))
    ]
    return {
        **envelope(assessment.book, simulation.settings),
        **document,
        **settings_object(simulation.settings),
        "p_above": {
            code: {
                other: numbers.exact_unit(float(simulation.p_above[row, column]))
                for column, other in enumerate(codes)
                if other != code
            }
            for row, code in enumerate(codes)
        },
        "countries": countries,
    }


def _country_object(assessment: Assessment, simulation: Simulation, row: int) -> dict[str, Any]:
    interval = simulation.rank_interval(row)
    published = int(sum(rank is not None for rank in assessment.rank))
    bands = assessment.book.rubric.bands
    return {
        "median": numbers.exact_points(float(simulation.median[row])),
        "interval": [numbers.exact_points(float(array[row])) for array in (simulation.low, simulation.high)],
        "rank_interval": list(interval) if interval else None,
        "rank_probabilities": [numbers.exact_unit(float(p)) for p in simulation.rank_probability[row, :published]]
        if interval
        else None,
        "indistinguishable_from": indistinguishable(simulation, row),
        "band_probabilities": {
            band.label: numbers.exact_unit(float(simulation.band_probability[row, position]))
            for position, band in enumerate(bands)
        },
    }


def rank_csv(assessment: Assessment, simulation: Simulation) -> str:
    """One line per country."""
    labels = [band.label for band in assessment.book.rubric.bands]
    headers = ["country", "name", "rank", "rank_low", "rank_high", "estimate", "median", "low", "high"]
    headers += ["indistinguishable_from", *(f"p_{label.replace(' ', '_').replace('-', '_')}" for label in labels)]
    lines = []
    for row, country in enumerate(rank_object(assessment, simulation)["countries"]):
        interval = country["rank_interval"] or [None, None]
        lines.append(
            [
                country["country"],
                country["name"],
                assessment.rank[row],
                *interval,
                country["index"]["estimate"],
                country["median"],
                *country["interval"],
                " ".join(country["indistinguishable_from"]),
                *country["band_probabilities"].values(),
            ]
        )
    return as_csv(headers, lines)
