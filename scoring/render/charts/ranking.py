"""Countries by rank, with uncertainty intervals and evidence bounds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from scoring.index.summary import interval_share, order
from scoring.render import findings
from scoring.render.charts.canvas import Chart, Frame, Head
from scoring.render.charts.common import among, axis_ticks, caveats, extremes, labelled, source, when, withheld_sentence
from scoring.render.charts.rows import (
    Column,
    Row,
    Scale,
    bounds_key,
    bounds_line,
    figure_dot,
    figure_key,
    hidden_bounds,
    hidden_key,
    interval_key,
    interval_line,
    plot,
)
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.scores import CountryScore
    from scoring.render.charts.style import Style
    from scoring.uncertainty.simulation import Simulation

ROW = 23
CLOSE = 19  # height of a row where a page has an end
WIDEST = 0.36  # of the width, for the column of labels
COLUMNS = Column("Index"), Column("Rank"), Column("Rank interval")
NARROW = COLUMNS[0], COLUMNS[2]  # the rank stands before the name
HIDDEN = "evidence bounds of a withheld index"


def ranking(simulation: Simulation, style: Style, chosen: Sequence[CountryScore] = ()) -> Chart:
    """Chart the index of each country by rank: estimate, uncertainty interval, evidence bounds; the withheld last.

    chosen: only these countries, by default all; their ranks stay those among all.
    """
    assessment = simulation.assessment
    rubric = assessment.book.rubric
    countries = chosen or assessment.by_rank
    interval = f"{interval_share(rubric)} uncertainty interval"
    bounds = " and evidence bounds" if assessment.has_bounds else ""
    head = Head(
        heading=findings.of_ranking(simulation),
        subtitle=f"Index from {assessment.scale.spanned}, with {interval}{bounds}; {among(assessment, countries)}, "
        f"{when(assessment)}",
        notes=(f"Rank interval: the {interval} of the rank. {order(rubric)} {_pairs(simulation)}".strip(),),
        caveats=caveats(assessment, countries),
        alt=f"Dot plot of countries by rank. {findings.of_ranking(simulation)}. {extremes(assessment)} "
        f"{_pairs(simulation)}{withheld_sentence(countries)}",
        source=source(style, assessment),
    )
    key = [figure_key(style, "index"), interval_key(style, interval)]
    if assessment.has_bounds:
        key.append(bounds_key(style, "evidence bounds"))
        key += [hidden_key(style, HIDDEN)] if not all(country.is_published for country in countries) else []
    frame = Frame(style, head)
    bodies = plot(
        frame,
        key,
        NARROW if style.is_narrow else COLUMNS,
        [_row(style, simulation, country) for country in countries],
        ticks=axis_ticks(assessment.scale),
        height=ROW if style.tallest is None else CLOSE,
        labels=WIDEST,
    )
    return frame.chart("ranking", bodies)


def _row(style: Style, simulation: Simulation, country: CountryScore) -> Row:
    index, name = country.index, labelled(style, country)
    if not country.is_published:
        cells = ("", "withheld") if style.is_narrow else ("", "", "withheld")
        note = f"Withheld, since {country.because}."
        return Row(
            name,
            lambda x, y: hidden_bounds(style, x, y, index.low, index.high),
            cells,
            country.code,
            note=note,
            is_quiet=True,
        )

    def marks(x: Scale, y: float) -> list[str]:
        low, high = float(simulation.low[country.row]), float(simulation.high[country.row])
        return [
            *bounds_line(style, x, y, index.low, index.high),
            *interval_line(style, x, y, low, high),
            figure_dot(style, x(index.estimate), y),
        ]

    first, last = simulation.rank_interval(country.row) or (0, 0)
    ranks = f"{first}–{last}" if first < last else str(first)
    if style.is_narrow:
        return Row(f"{country.rank} {name}", marks, (index.text, ranks), country.code)
    return Row(name, marks, (index.text, str(country.rank), ranks), country.code)


def _pairs(simulation: Simulation) -> str:
    """How many pairs of published countries are distinguishable, in a sentence; empty without a pair."""
    pairs = list(itertools.combinations((country.row for country in simulation.assessment.ranked), 2))
    distinguishable = sum(bool(simulation.distinguishable[pair]) for pair in pairs)
    are = "is" if distinguishable == 1 else "are"
    total = numbers.count(len(pairs), "pair")
    return f"{distinguishable} of {total} of countries {are} distinguishable." if pairs else ""
