"""Countries and pillars: a heat map with its figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scoring.render.charts.canvas import (
    LEADING,
    MARGIN,
    SMALL,
    WIDTH,
    Chart,
    Head,
    body_top,
    box,
    chart,
    hollow,
    lines_of,
    text_width,
    wrapped,
    written,
)
from scoring.render.charts.common import GAP, caveats, extremes, label, withheld_sentence
from scoring.render.colours import QUIET, ink_on, ramp
from scoring.render.rows import by_rank, estimate_text, has_evidence, is_thin
from scoring.render.wording import thin_note
from scoring.text import numbers

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node

ROW = 26
LEAST, MOST = 76, 130  # width of a column


def heat_map(assessment: Assessment) -> Chart:
    """A row a country, by rank; a column the index and each pillar; the darker the higher, the figure in each cell."""
    rows, nodes = by_rank(assessment), [assessment.nodes[0], *assessment.pillars]
    head = Head(
        heading="Index and pillars",
        subtitle=assessment.title,
        notes=(
            f"{thin_note(assessment)} Hatched: the index is withheld, or there is no evidence on a pillar.",
            *caveats(assessment, rows),
        ),
        alt=_alt(assessment),
    )
    left = MARGIN + max(text_width(label(one.country)) for one in assessment.profiles) + GAP
    column = min(max((WIDTH - MARGIN - left - 8) / len(nodes), LEAST), MOST)
    width = max(WIDTH, left + 8 + len(nodes) * column + MARGIN)
    parts, y = _key(MARGIN, body_top(head, width) + 6)
    heads = [wrapped("Index" if node.parent is None else node.label, column - 8, SMALL, bold=True) for node in nodes]
    top = y + 10 + max(map(len, heads)) * SMALL * LEADING + 2

    def x_of(place: int) -> float:
        return left + place * column + (8 if place else 0)  # the index stands apart

    for place, lines in enumerate(heads):
        first = top - 8 - (len(lines) - 1) * SMALL * LEADING
        parts += lines_of(x_of(place) + column / 2, first, lines, size=SMALL, anchor="middle", bold=True)
    for line, row in enumerate(rows):
        y = top + line * ROW
        parts.append(written(left - GAP, y + ROW / 2 + 4.5, label(assessment.profiles[row].country), anchor="end"))
        for place, node in enumerate(nodes):
            parts += _cell(assessment, row, node, x_of(place), y, column)
    return chart("pillars", head, parts, top + len(rows) * ROW, width)


def _cell(assessment: Assessment, row: int, node: Node, x: float, y: float, width: float) -> list[str]:
    value = float(assessment.shown[row, node.position])
    if math.isnan(value):
        return hollow(x + 1, y + 1, width - 2, ROW - 2)
    colour = ramp(value)
    return [
        box(x + 1, y + 1, width - 2, ROW - 2, fill=colour, kind="cell"),
        written(
            x + width / 2,
            y + ROW / 2 + 4.5,
            estimate_text(assessment, row, node),
            anchor="middle",
            fill=ink_on(colour),
            bold=node.parent is None,
        ),
    ]


def _key(x: float, y: float) -> tuple[list[str], float]:
    """The ramp with its ends, and what is withheld."""
    parts = [written(x, y + 4, "0", size=SMALL, fill=QUIET)]
    steps, wide = 20, 9
    x += 12
    parts += [
        box(x + step * wide, y - 6, wide, 12, fill=ramp((step + 0.5) / steps), kind="key") for step in range(steps)
    ]
    x += steps * wide + 6
    parts += [written(x, y + 4, "100, the darker the higher", size=SMALL, fill=QUIET)]
    x += text_width("100, the darker the higher", SMALL) + 24
    return [
        *parts,
        *hollow(x, y - 6, 26, 12),
        written(x + 32, y + 4, "withheld, or no evidence", size=SMALL, fill=QUIET),
    ], y + 8


def _alt(assessment: Assessment) -> str:
    found = []
    for node in assessment.pillars:
        column = assessment.shown[:, node.position]
        there = [row for row in by_rank(assessment) if not math.isnan(column[row])]
        if there:
            best, worst = (pick(there, key=lambda row: column[row]) for pick in (max, min))
            named = (
                f"{label(assessment.profiles[row].country)} {numbers.points(float(column[row]))}"
                for row in (best, worst)
            )
            found.append(f"{node.label}: from {' down to '.join(named)}")
    cells = [(row, node) for row in range(len(assessment.profiles)) for node in assessment.pillars]
    known = [cell for cell in cells if has_evidence(assessment, *cell)]
    thin = sum(is_thin(assessment, *cell) for cell in known)
    empty = f", {len(cells) - len(known)} are without evidence" if len(known) < len(cells) else ""
    return (
        f"Heat map of {len(assessment.profiles)} countries by the index and {len(assessment.pillars)} pillars. "
        f"{extremes(assessment)}{withheld_sentence(assessment)} {'; '.join(found)}. "
        f"{thin} of {len(cells)} pillar figures are thin{empty}."
    )
