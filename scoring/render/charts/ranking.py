"""Countries by rank: what the draws and what the evidence leave open."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from scoring.render.charts.canvas import BODY, Chart, Head, body_top, chart, dot, text_width
from scoring.render.charts.common import caveats, extremes, is_withheld, label, span, withheld_sentence
from scoring.render.charts.rows import (
    INTERVAL_KEY,
    Column,
    Row,
    Scale,
    evidence_range,
    figure_key,
    hidden_key,
    hidden_range,
    interval,
    plot,
    range_key,
)
from scoring.render.colours import QUIET, STRONG
from scoring.render.wording import ORDER, by_rank, has_bounds, reason, title
from scoring.text import numbers
from scoring.uncertainty.simulation import rank_interval

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.simulation import Simulation

ROW = 23
COLUMNS = Column("Index", 56), Column("Rank", 46), Column("Rank 5–95 %", 86)
KEY = figure_key("index"), INTERVAL_KEY, range_key("range: evidence bounds"), hidden_key("range of a withheld index")


def ranking(assessment: Assessment, simulation: Simulation) -> Chart:
    """A dot an index, a thick line the 5–95 % of the draws, a thin one the range; the withheld below, without a dot."""
    rows = by_rank(assessment)
    head = Head(
        heading="Countries by rank, with what remains open",
        subtitle=title(assessment),
        notes=(
            (f"Rank 5–95 %: the ranks that the country takes in 90 % of the draws. {ORDER} {_pairs(simulation)}"),
            *caveats(assessment, rows),
        ),
        alt=_alt(assessment, simulation),
    )
    parts, bottom = plot(
        body_top(head),
        KEY if has_bounds(assessment) else KEY[:2],
        COLUMNS,
        [_row(assessment, simulation, row) for row in rows],
        height=ROW,
        labels=max(text_width(label(profile.country)) for profile in assessment.profiles) + 6,
    )
    return chart("ranking", head, parts, bottom + BODY + 4)


def _row(assessment: Assessment, simulation: Simulation, row: int) -> Row:
    low, high = (float(array[row, 0]) for array in (assessment.figures.low, assessment.figures.high))
    estimate, name = float(assessment.shown[row, 0]), label(assessment.profiles[row].country)

    def marks(x: Scale, y: float) -> list[str]:
        return [
            *evidence_range(x, y, low, high),
            *interval(x, y, float(simulation.low[row]), float(simulation.high[row])),
            dot(x(estimate), y, fill=STRONG),
        ]

    if is_withheld(assessment, row):
        cells, note = ("", "", "withheld"), f"Withheld: {reason(assessment, row)}."
        return Row(name, lambda x, y: hidden_range(x, y, low, high), cells, note=note, ink=QUIET)
    first, last = rank_interval(simulation.rank_probability[row]) or (0, 0)
    ranks = f"{first}–{last}" if first < last else str(first)
    return Row(name, marks, (numbers.points(estimate), str(assessment.rank[row]), ranks))


def _alt(assessment: Assessment, simulation: Simulation) -> str:
    published = [row for row in by_rank(assessment) if not is_withheld(assessment, row)]
    ranked = "; ".join(
        f"{assessment.rank[row]} {label(assessment.profiles[row].country)} "
        f"{numbers.points(float(assessment.shown[row, 0]))} "
        f"({span(float(simulation.low[row]), float(simulation.high[row]))})"
        for row in published
    )
    listed = f" In order, with the 5–95 % of the draws: {ranked}." if ranked else ""
    told = " ".join(filter(None, (extremes(assessment), _pairs(simulation))))
    return f"Dot plot of countries by rank. {told}{withheld_sentence(assessment)}{listed}"


def _pairs(simulation: Simulation) -> str:
    """How many pairs of the published are distinguishable, in a sentence; empty without a pair."""
    published = [row for row, rank in enumerate(simulation.assessment.rank) if rank is not None]
    pairs = list(itertools.combinations(published, 2))
    firm = sum(bool(simulation.distinguishable[pair]) for pair in pairs)
    are = "is" if firm == 1 else "are"
    return f"{firm} of {numbers.count(len(pairs), 'pair')} of countries {are} distinguishable." if pairs else ""
