"""Countries by rank, with uncertainty intervals and evidence bounds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from scoring.index.summary import interval_name, interval_share, order
from scoring.render.charts.canvas import BODY, Chart, Head, body_top, chart, dot, text_width
from scoring.render.charts.common import axis_ticks, caveats, extremes, withheld_sentence
from scoring.render.charts.rows import (
    Column,
    Row,
    Scale,
    bounds_key,
    bounds_line,
    figure_key,
    hidden_bounds,
    hidden_key,
    interval_key,
    interval_line,
    plot,
)
from scoring.render.colours import QUIET, STRONG
from scoring.text import numbers
from scoring.text.prose import ordinal

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.uncertainty.simulation import Simulation

ROW = 23
HIDDEN = "evidence bounds of a withheld index"


def ranking(assessment: Assessment, simulation: Simulation) -> Chart:
    """Chart the index of each country by rank: estimate, uncertainty interval, evidence bounds; the withheld last."""
    rubric = assessment.book.rubric
    interval = f"{interval_share(rubric)} uncertainty interval"
    head = Head(
        heading="Countries by rank, with uncertainty",
        subtitle=assessment.title,
        notes=(
            (f"Rank interval: the {interval} of the rank. {order(rubric)} {_pairs(assessment, simulation)}"),
            *caveats(assessment, assessment.by_rank),
        ),
        alt=_alt(assessment, simulation),
    )
    columns = Column("Index", 56), Column("Rank", 46), Column("Rank interval", 86)
    key = figure_key("index"), interval_key(interval), bounds_key("evidence bounds"), hidden_key(HIDDEN)
    parts, bottom = plot(
        body_top(head),
        key if assessment.has_bounds else key[:2],
        columns,
        [_row(simulation, country) for country in assessment.by_rank],
        ticks=axis_ticks(assessment.scale),
        height=ROW,
        labels=max(text_width(country.label) for country in assessment.countries) + 6,
    )
    return chart("ranking", head, parts, bottom + BODY + 4)


def _row(simulation: Simulation, country: CountryScore) -> Row:
    index, name = country.index, country.label
    if not country.is_published:
        cells, note = ("", "", "withheld"), f"Withheld, since {country.because}."
        return Row(name, lambda x, y: hidden_bounds(x, y, index.low, index.high), cells, note=note, ink=QUIET)

    def marks(x: Scale, y: float) -> list[str]:
        return [
            *bounds_line(x, y, index.low, index.high),
            *interval_line(x, y, float(simulation.low[country.row]), float(simulation.high[country.row])),
            dot(x(index.estimate), y, fill=STRONG),
        ]

    first, last = simulation.rank_interval(country.row) or (0, 0)
    ranks = f"{first}–{last}" if first < last else str(first)
    return Row(name, marks, (index.text, str(country.rank), ranks))


def _alt(assessment: Assessment, simulation: Simulation) -> str:
    ranked = "; ".join(
        f"{ordinal(country.rank or 0)} {country.label}, {country.index.text} "
        f"({assessment.scale.span(float(simulation.low[country.row]), float(simulation.high[country.row]), ' to ')})"
        for country in assessment.ranked
    )
    listed = f" In order, with the {interval_name(assessment.book.rubric)}: {ranked}." if ranked else ""
    summary = " ".join(filter(None, (extremes(assessment), _pairs(assessment, simulation))))
    return f"Dot plot of countries by rank. {summary}{withheld_sentence(assessment)}{listed}"


def _pairs(assessment: Assessment, simulation: Simulation) -> str:
    """How many pairs of published countries are distinguishable, in a sentence; empty without a pair."""
    pairs = list(itertools.combinations((country.row for country in assessment.ranked), 2))
    distinguishable = sum(bool(simulation.distinguishable[pair]) for pair in pairs)
    are = "is" if distinguishable == 1 else "are"
    total = numbers.count(len(pairs), "pair")
    return f"{distinguishable} of {total} of countries {are} distinguishable." if pairs else ""
