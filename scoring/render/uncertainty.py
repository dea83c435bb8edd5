"""Ranks with their intervals, and what a change would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.render import figures
from scoring.render.report import (
    ORDER,
    by_rank,
    country_name,
    estimate_text,
    gathered_earlier,
    rank_text,
    score_object,
    title,
)
from scoring.render.table import Column, Table, as_csv
from scoring.simulate import INTERVAL, rank_interval

if TYPE_CHECKING:
    from scoring.draws import Singles
    from scoring.results import Assessment, Settings, Simulation
    from scoring.whatif import Lever


_OTHERS = "Not distinguishable from"


def indistinguishable(simulation: Simulation, row: int) -> list[str]:
    """The countries that are not distinguishable from one; those without an index are neither."""
    known = ~np.isnan(simulation.p_above[row])
    return [
        profile.country
        for other, profile in enumerate(simulation.assessment.profiles)
        if other != row and known[other] and not simulation.distinguishable[row, other]
    ]


def settings_text(settings: Settings, *, verbose: bool = False) -> str:
    """What the draws were made with, in a line; verbose: with the parameters of the rubric's uncertainty."""
    text = f"{settings.draws:,} draws, seed {settings.seed}"
    if not verbose:
        return f"{text}."
    exponents = ", ".join(f"{exponent:g} ({chance:g})" for exponent, chance in settings.exponents)
    return f"{text}, shared {settings.shared:g}, kappa {settings.kappa:g}, exponents {exponents}."


def settings_object(settings: Settings) -> dict[str, Any]:
    """The settings of the draws, for JSON."""
    return {
        "draws": settings.draws,
        "seed": settings.seed,
        "shared": settings.shared,
        "kappa": settings.kappa,
        "exponents": [{"exponent": exponent, "probability": chance} for exponent, chance in settings.exponents],
    }


def rank_tables(
    assessment: Assessment,
    simulation: Simulation,
    *,
    pairs: bool = False,
    ascii_only: bool = False,
    verbose: bool = False,
) -> list[Table]:
    """The published by rank with uncertainty and rank interval; the withheld with theirs, unranked.

    With `pairs` a second table that names the countries which the first counts.
    """
    rows = by_rank(assessment)
    columns = (
        Column("Rank", figures=True),
        Column("Rank 5–95 %" if not ascii_only else "Rank 5-95 %", figures=True),
        Column("Country", key=True),
        Column("Index", figures=True),
        Column("Median", figures=True, part=1),
        Column("5–95 %" if not ascii_only else "5-95 %", figures=True),
        Column("0 … 100" if not ascii_only else "0 - 100", optional=True),
        Column("Most likely band", part=1),
        Column(_OTHERS, figures=True),
    )
    cells = tuple(_rank_row(assessment, simulation, row, ascii_only=ascii_only) for row in rows)
    notes = (
        "Intervals hold 90 % of the draws: missing evidence, coding error, weights and exponent.",
        ORDER,
        settings_text(simulation.settings, verbose=verbose),
        *gathered_earlier(assessment, rows),
    )
    faint = frozenset(place for place, row in enumerate(rows) if assessment.rank[row] is None)
    table = Table(columns, cells, notes, title(assessment), faint)
    return [table, _pairs_table(assessment, simulation, rows)] if pairs else [table]


def _pairs_table(assessment: Assessment, simulation: Simulation, rows: list[int]) -> Table:
    cells = tuple(
        (_country_text(assessment, row), ", ".join(indistinguishable(simulation, row)))
        for row in rows
        if assessment.rank[row] is not None
    )
    return Table((Column("Country", key=True), Column(_OTHERS)), cells)


def _country_text(assessment: Assessment, row: int) -> str:
    code = assessment.profiles[row].country
    return f"{country_name(code)} ({code})"


def _rank_row(assessment: Assessment, simulation: Simulation, row: int, *, ascii_only: bool) -> tuple[str, ...]:
    dash = "-" if ascii_only else "–"
    interval = rank_interval(simulation.rank_probability[row])
    low, median, high = (float(array[row]) for array in (simulation.low, simulation.median, simulation.high))
    labels = [band.label for band in assessment.book.rubric.bands]
    likely = int(np.argmax(simulation.band_probability[row]))
    published = assessment.rank[row] is not None
    chance = figures.probability(float(simulation.band_probability[row, likely]), 0, percent=True)
    return (
        str(assessment.rank[row]) if published else "withheld",
        f"{interval[0]}{dash}{interval[1]}" if interval else "",
        _country_text(assessment, row),
        figures.points(float(assessment.shown[row, 0])) if published else "",
        figures.points(median),
        f"{figures.points(low)}{dash}{figures.points(high)}",
        figures.bar(low, high, median, ascii_only=ascii_only),
        f"{labels[likely]} ({chance})" if published else "",
        str(len(indistinguishable(simulation, row))) if published else "",
    )


def rank_object(assessment: Assessment, simulation: Simulation) -> dict[str, Any]:
    """The JSON document of `scoring rank`: that of `scoring score` with what the draws say."""
    codes = [profile.country for profile in assessment.profiles]
    document = score_object(assessment, range(len(codes)))
    countries = [
        {**country, **_country_object(assessment, simulation, row)}
        for row, country in enumerate(document.pop("countries"))
    ]
    return {
        **document,
        **settings_object(simulation.settings),
        "p_above": {
            code: {
                other: figures.exact_unit(float(simulation.p_above[row, column]))
                for column, other in enumerate(codes)
                if other != code
            }
            for row, code in enumerate(codes)
        },
        "countries": countries,
    }


def _country_object(assessment: Assessment, simulation: Simulation, row: int) -> dict[str, Any]:
    interval = rank_interval(simulation.rank_probability[row])
    published = int(sum(rank is not None for rank in assessment.rank))
    bands = assessment.book.rubric.bands
    return {
        "median": figures.exact_points(float(simulation.median[row])),
        "interval": [figures.exact_points(float(array[row])) for array in (simulation.low, simulation.high)],
        "rank_interval": list(interval) if interval else None,
        "rank_probabilities": [figures.exact_unit(float(p)) for p in simulation.rank_probability[row, :published]]
        if interval
        else None,
        "indistinguishable_from": indistinguishable(simulation, row),
        "band_probabilities": {
            band.label: figures.exact_unit(float(simulation.band_probability[row, place]))
            for place, band in enumerate(bands)
        },
    }


def rank_csv(assessment: Assessment, simulation: Simulation) -> str:
    """One line a country."""
    labels = [band.label for band in assessment.book.rubric.bands]
    heads = ["country", "name", "rank", "rank_low", "rank_high", "estimate", "median", "low", "high"]
    heads += ["indistinguishable_from", *(f"p_{label.replace(' ', '_').replace('-', '_')}" for label in labels)]
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
    return as_csv(heads, lines)


# -- what a change would bring -----------------------------------------------------------------------------------------


def change_text(
    before: Assessment,
    after: Assessment,
    row: int,
    difference: Singles,
    settings: Settings,
    *,
    verbose: bool = False,
) -> str:
    """Index, rank and band before and after, with the interval of the difference."""
    low, high = (figures.in_words(float(one)) for one in np.quantile(difference, INTERVAL))
    code = before.profiles[row].country
    moved = _difference(before, after, row)
    told = (
        f"No difference is given: an index is {figures.WITHHELD}."
        if np.isnan(moved)
        else f"With this change the index would be {figures.in_words(moved)}."
    )
    return (
        f"{country_name(code)} ({code}): index {_published(before, row)} -> {_published(after, row)}\n"
        f"{told} 90 % of the draws: from {low} to {high}.\n{settings_text(settings, verbose=verbose)}\n"
    )


def _published(assessment: Assessment, row: int) -> str:
    text = estimate_text(assessment, row, assessment.nodes[0])
    if assessment.rank[row] is None:
        return text
    return f"{text} (rank {rank_text(assessment, row)}, {assessment.band[row]})"


def _difference(before: Assessment, after: Assessment, row: int) -> float:
    """Of the indices that may be shown; NaN where one is withheld."""
    return float(after.shown[row, 0] - before.shown[row, 0])


def change_object(
    before: Assessment, after: Assessment, row: int, difference: Singles, settings: Settings
) -> dict[str, Any]:
    """The JSON document of `scoring whatif`."""
    low, median, high = (float(one) for one in np.quantile(difference, (INTERVAL[0], 0.5, INTERVAL[1])))
    scores = [score_object(one, [row]) for one in (before, after)]
    return {
        **{key: value for key, value in scores[0].items() if key != "countries"},
        **settings_object(settings),
        "difference": {
            "estimate": figures.exact_points(_difference(before, after, row)),
            "median": figures.exact_points(median),
            "interval": [figures.exact_points(low), figures.exact_points(high)],
        },
        "before": scores[0]["countries"][0],
        "after": scores[1]["countries"][0],
    }


def levers_table(assessment: Assessment, row: int, found: tuple[Lever, ...]) -> Table:
    """A row a step, the most useful first."""
    columns = (
        Column("Gain", figures=True),
        Column("Indicator", key=True),
        Column("Now"),
        Column("Step"),
        Column("What it says"),
    )
    cells = tuple(
        (
            figures.signed_points(lever.gain, 2),
            f"{lever.indicator}/{lever.item}" if lever.item else lever.indicator,
            lever.now,
            lever.then,
            lever.text,
        )
        for lever in found
    )
    notes = (
        "Gain: how much higher (+) or lower (-) the index would be with this step alone; in part its certainty counts.",
        "Questions on which nothing is stated, shares, ranks and numbers have no steps.",
    )
    return Table(columns, cells, notes, f"{_country_text(assessment, row)}, {title(assessment)}")


def levers_object(assessment: Assessment, row: int, found: tuple[Lever, ...]) -> dict[str, Any]:
    """The JSON document of `scoring levers`."""
    document = score_object(assessment, [row])
    [country] = document.pop("countries")
    levers = [
        {
            "indicator": lever.indicator,
            "item": lever.item,
            "now": lever.now,
            "then": lever.then,
            "gain": figures.exact_points(lever.gain),
        }
        for lever in found
    ]
    return {**document, "country": country["country"], "index": country["index"], "levers": levers}
