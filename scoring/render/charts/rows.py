"""Rows with columns: a label, marks on the published scale, and figures at the right."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from scoring.render.charts.canvas import (
    BODY,
    LEADING,
    MARGIN,
    SMALL,
    WIDTH,
    axis,
    dot,
    hollow,
    legend,
    lines_of,
    rule,
    wrapped,
    written,
)
from scoring.render.charts.common import GAP, SCALE
from scoring.render.colours import INK, QUIET, RULE, SOFT, STRONG

LABELS = 190  # width of the column of labels
ROOM = 5  # of a row above and below its label
Scale: TypeAlias = Callable[[float], float]
"""From a value in [0, 1] to where it stands."""
Key: TypeAlias = tuple[Callable[[float, float], Sequence[str]], str]
"""A mark of the legend, drawn around (x, y), and its name."""


class Column(NamedTuple):
    """Figures at the right; a column without a head takes its room and is empty."""

    head: str
    width: float


class Row(NamedTuple):
    """What stands beside a label."""

    label: str
    marks: Callable[[Scale, float], Sequence[str]]
    """Of the scale and the middle of the row."""
    cells: Sequence[str]
    is_total: bool = False
    """Bold, and set off from what follows."""
    below: str = ""
    """In small letters below the label."""
    note: str = ""
    """In small letters below the row, as wide as the plot and the columns."""
    ink: str = INK
    """Of the figures."""


def plot(
    top: float,
    key: Sequence[Key],
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    height: float,
    labels: float = LABELS,
    has_guides: bool = True,
) -> tuple[list[str], float]:
    """The legend and below it the rows; and where the plot ends, above the names of its axis.

    Args:
        top: where the legend begins.
        key: of the legend.
        columns: at the right, one for each cell of a row.
        rows: from top to bottom.
        height: least height of a row.
        labels: width of the column of labels.
        has_guides: whether a faint line leads from each label to its figures.
    """
    left, right = MARGIN + labels + GAP, WIDTH - MARGIN - sum(column.width for column in columns)
    edges = list(itertools.accumulate((column.width for column in columns), initial=right))[1:]
    parts, y = legend(MARGIN, top + 6, key)
    y = top = y + 32
    for edge, column in zip(edges, columns, strict=True):
        parts += [written(edge, top - 5, column.head, size=SMALL, anchor="end", fill=QUIET)] if column.head else []
    marks: list[str] = []
    for row in rows:
        label = wrapped(row.label, labels, bold=row.is_total)
        below = wrapped(row.below, labels, SMALL) if row.below else []
        note = wrapped(row.note, WIDTH - MARGIN - left - 4, SMALL) if row.note else []
        tall = max(height, (len(label) * BODY + len(below) * SMALL) * LEADING + ROOM)
        middle = y + tall / 2
        marks += [rule(left, middle, right, middle, stroke=RULE, width=0.6)] if has_guides else []
        marks += label_lines(left, middle, label, below, bold=row.is_total)
        marks += row.marks(lambda value: left + value * (right - left), middle)
        marks += [
            written(edge, middle + 4.5, cell, anchor="end", fill=row.ink, bold=row.is_total)
            for edge, cell in zip(edges, row.cells, strict=True)
            if cell
        ]
        marks += lines_of(left + 4, y + tall + SMALL * 0.7, note, size=SMALL, fill=QUIET)
        y += tall + len(note) * SMALL * LEADING
        marks += [rule(MARGIN, y, WIDTH - MARGIN, y)] if row.is_total else []
    return [*parts, *axis(left, right, top, y, SCALE), *marks], y


def label_lines(
    left: float, middle: float, label: Sequence[str], below: Sequence[str] = (), *, bold: bool = False
) -> list[str]:
    """A label, and what stands below it, to the left of a plot that begins at left, around the middle of its row."""
    first = middle + 4.5 - ((len(label) - 1) * BODY + len(below) * SMALL) * LEADING / 2
    under = first + len(label) * BODY * LEADING - 2
    return [
        *lines_of(left - GAP, first, label, anchor="end", bold=bold),
        *lines_of(left - GAP, under, below, size=SMALL, anchor="end", fill=QUIET),
    ]


# -- marks -------------------------------------------------------------------------------------------------------------


def evidence_range(x: Scale, y: float, low: float, high: float) -> list[str]:
    """The range of a figure that is shown; nothing where it is a point."""
    return [rule(x(low), y, x(high), y, stroke=QUIET, width=1.5, kind="range")] if low < high else []


def hidden_range(x: Scale, y: float, low: float, high: float) -> list[str]:
    """The range of a figure that is not shown; nothing where it is a point, or missing."""
    return hollow(x(low), y - 4, x(high) - x(low), 8) if low < high else []


def interval(x: Scale, y: float, low: float, high: float) -> list[str]:
    """The uncertainty interval."""
    return [rule(x(low), y, x(high), y, stroke=SOFT, width=7, kind="interval")]


def figure_key(name: str) -> Key:
    """Of the dot of a figure."""
    return (lambda x, y: [dot(x, y, fill=STRONG)]), name


def interval_key(name: str) -> Key:
    """Of the interval that the draws give."""
    return (lambda x, y: [rule(x - 13, y, x + 13, y, stroke=SOFT, width=7)]), f"{name} of the draws"


def range_key(name: str) -> Key:
    """Of the range of a figure that is shown."""
    return (lambda x, y: [rule(x - 13, y, x + 13, y, stroke=QUIET, width=1.5)]), name


def hidden_key(name: str) -> Key:
    """Of the range of a figure that is not shown."""
    return (lambda x, y: hollow(x - 13, y - 4, 26, 8)), name
