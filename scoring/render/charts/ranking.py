"""Countries by rank: what the draws and what the evidence leave open."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from scoring.render.charts.canvas import BODY, Chart, Head, body_top, chart, dot, text_width
from scoring.render.charts.common import caveats, extremes, is_withheld, label, span, withheld_sentence
from scoring.render.charts.rows import (
    Column,
    Row,
    Scale,
    evidence_range,
    figure_key,
    hidden_key,
    hidden_range,
    interval,
    interval_key,
    plot,
    range_key,
)
from scoring.render.colours import QUIET, STRONG
from scoring.render.rows import by_rank
from scoring.render.wording import interval_name, interval_share, order
from scoring.text import numbers

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.simulation import Simulation

ROW = 23
HIDDEN = "range of a withheld index"


def ranking(assessment: Assessment, simulation: Simulation) -> Chart:
    """A dot an index, a thick line its interval, a thin one the range; the withheld below, without a dot."""
    rows, rubric = by_rank(assessment), assessment.book.rubric
    interval = interval_name(rubric)
    head = Head(
        heading="Countries by rank, with what remains open",
        subtitle=assessment.title,
        notes=(
            (
                f"Rank {interval}: the ranks that the country takes in {interval_share(rubric)} of the draws. "
                f"{order(rubric)} {_pairs(simulation)}"
            ),
            *caveats(assessment, rows),
        ),
        alt=_alt(assessment, simulation),
    )
    columns = Column("Index", 56), Column("Rank", 46), Column(f"Rank {interval}", 86)
    key = figure_key("index"), interval_key(interval), range_key("range: evidence bounds"), hidden_key(HIDDEN)
    parts, bottom = plot(
        body_top(head),
        key if assessment.has_bounds else key[:2],
        columns,
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
        cells, note = ("", "", "withheld"), f"Withheld: {assessment.countries[row].reason}."
        return Row(name, lambda x, y: hidden_range(x, y, low, high), cells, note=note, ink=QUIET)
    first, last = simulation.rank_interval(row) or (0, 0)
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
    listed = f" In order, with the {interval_name(assessment.book.rubric)} of the draws: {ranked}." if ranked else ""
    told = " ".join(filter(None, (extremes(assessment), _pairs(simulation))))
    return f"Dot plot of countries by rank. {told}{withheld_sentence(assessment)}{listed}"


def _pairs(simulation: Simulation) -> str:
    """How many pairs of the published are distinguishable, in a sentence; empty without a pair."""
    published = [row for row, rank in enumerate(simulation.assessment.rank) if rank is not None]
    pairs = list(itertools.combinations(published, 2))
    firm = sum(bool(simulation.distinguishable[pair]) for pair in pairs)
    are = "is" if firm == 1 else "are"
    return f"{firm} of {numbers.count(len(pairs), 'pair')} of countries {are} distinguishable." if pairs else ""
