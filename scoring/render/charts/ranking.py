"""Countries by rank: what the draws and what the evidence leave open."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from scoring.render.charts.canvas import (
    BODY,
    LEADING,
    MARGIN,
    SMALL,
    WIDTH,
    Chart,
    Head,
    axis,
    body_top,
    chart,
    dot,
    hollow,
    legend,
    lines_of,
    rule,
    text_width,
    wrapped,
    written,
)
from scoring.render.charts.colours import PAPER, QUIET, RULE, SOFT, STRONG
from scoring.render.charts.common import (
    GAP,
    SCALE,
    caveats,
    extremes,
    is_withheld,
    label,
    span,
    withheld_sentence,
)
from scoring.render.rows import by_rank
from scoring.render.wording import interval_name, interval_share, order
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.render.charts.canvas import Sample
    from scoring.uncertainty.simulation import Simulation

ROW = 23
COLUMNS = 48, 46, 86  # right of the plot: index, rank, its interval


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
    names = {row: label(assessment.profiles[row].country) for row in rows}
    left = MARGIN + max(text_width(name) for name in names.values()) + GAP + 6
    right = WIDTH - MARGIN - sum(COLUMNS) - 8
    edges = [right + 8 + sum(COLUMNS[: place + 1]) for place in range(3)]
    key = _key(interval)
    parts, y = legend(MARGIN, body_top(head) + 6, key if assessment.has_bounds else key[:2])
    top = y + 32
    for edge, text in zip(edges, ("Index", "Rank", f"Rank {interval}"), strict=True):
        parts.append(written(edge, top - 5, text, size=SMALL, anchor="end", fill=QUIET))
    marks: list[str] = []
    y = top
    for row in rows:
        middle = y + ROW / 2
        marks.append(rule(left, middle, right, middle, stroke=RULE, width=0.6))
        marks.append(written(left - GAP, middle + 4.5, names[row], anchor="end"))
        if is_withheld(assessment, row):
            lines = wrapped(f"Withheld: {assessment.countries[row].reason}.", WIDTH - MARGIN - left - 4, SMALL)
            marks += _withheld(assessment, row, left, right, middle)
            marks.append(written(edges[-1], middle + 4.5, "withheld", anchor="end", fill=QUIET))
            marks += lines_of(left + 4, y + ROW + SMALL * 0.7, lines, size=SMALL, fill=QUIET)
            y += ROW + len(lines) * SMALL * LEADING
        else:
            marks += _published(assessment, simulation, row, left, right, middle)
            for edge, text in zip(edges, _figures(assessment, simulation, row), strict=True):
                marks.append(written(edge, middle + 4.5, text, anchor="end"))
            y += ROW
    return chart("ranking", head, [*parts, *axis(left, right, top, y, SCALE), *marks], y + BODY + 4)


def _key(interval: str) -> Sequence[Sample]:
    return (
        (lambda x, y: [dot(x, y, fill=STRONG)], "index"),
        (lambda x, y: [rule(x - 13, y, x + 13, y, stroke=SOFT, width=7)], f"{interval} of the draws"),
        (lambda x, y: [rule(x - 13, y, x + 13, y, stroke=QUIET, width=1.5)], "range: evidence bounds"),
        (lambda x, y: hollow(x - 13, y - 4, 26, 8), "range of a withheld index"),
    )


def _published(
    assessment: Assessment, simulation: Simulation, row: int, left: float, right: float, y: float
) -> list[str]:
    values = assessment.figures
    low, high, drawn_low, drawn_high, estimate = (
        left + float(value) * (right - left)
        for value in (
            values.low[row, 0],
            values.high[row, 0],
            simulation.low[row],
            simulation.high[row],
            assessment.shown[row, 0],
        )
    )
    return [
        *([rule(low, y, high, y, stroke=QUIET, width=1.5, kind="range")] if low < high else []),
        rule(drawn_low, y, drawn_high, y, stroke=SOFT, width=7, kind="interval"),
        dot(estimate, y, fill=STRONG, stroke=PAPER),
    ]


def _withheld(assessment: Assessment, row: int, left: float, right: float, y: float) -> list[str]:
    low, high = (float(array[row, 0]) for array in (assessment.figures.low, assessment.figures.high))
    if not low < high:
        return []  # an index that is missing has no range
    return hollow(left + low * (right - left), y - 4, (high - low) * (right - left), 8)


def _figures(assessment: Assessment, simulation: Simulation, row: int) -> tuple[str, str, str]:
    low, high = simulation.rank_interval(row) or (0, 0)
    return (
        numbers.points(float(assessment.shown[row, 0])),
        str(assessment.rank[row]),
        f"{low}–{high}" if low < high else str(low),
    )


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
