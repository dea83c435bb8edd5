"""Charts of rows: a label, marks on the published scale, and columns of figures at the right."""

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
    LegendEntry,
    axis,
    dot,
    hatched_box,
    legend,
    rule,
    text_line,
    text_lines,
    wrapped,
)
from scoring.render.charts.common import GAP
from scoring.render.colours import INK, QUIET, RULE, SOFT, STRONG

LABELS = 190  # width of the column of labels
PADDING = 5  # of a row, above and below its label together
Scale: TypeAlias = Callable[[float], float]
"""From a value in [0, 1] to its x coordinate."""


class Column(NamedTuple):
    """A column of figures at the right; without a header it takes its width and is empty."""

    header: str
    width: float


class Row(NamedTuple):
    """One row of a chart."""

    label: str
    marks: Callable[[Scale, float], Sequence[str]]
    """From the scale and the y coordinate of the middle of the row to SVG elements."""
    cells: Sequence[str]
    is_total: bool = False
    """Bold, and separated from the rows that follow."""
    below: str = ""
    """Small text below the label."""
    note: str = ""
    """Small text below the row, as wide as the plot and the columns."""
    ink: str = INK
    """Colour of the cells."""


def plot(
    top: float,
    key: Sequence[LegendEntry],
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    ticks: Sequence[tuple[float, str]],
    height: float,
    labels: float = LABELS,
    has_guides: bool = True,
) -> tuple[list[str], float]:
    """Draw a legend and the rows below it.

    Args:
        top: y coordinate of the legend.
        key: entries of the legend.
        columns: at the right, one for each cell of a row.
        rows: from top to bottom.
        ticks: of the axis: where in [0, 1], and the label.
        height: minimum height of a row.
        labels: width of the column of labels.
        has_guides: whether a faint line leads from each label to its figures.

    Returns:
        SVG elements, and the y coordinate of the bottom of the plot, above the tick labels of its axis.
    """
    left, right = MARGIN + labels + GAP, WIDTH - MARGIN - sum(column.width for column in columns)
    edges = list(itertools.accumulate((column.width for column in columns), initial=right))[1:]
    parts, y = legend(MARGIN, top + 6, key)
    y = top = y + 32
    for edge, column in zip(edges, columns, strict=True):
        if column.header:
            parts.append(text_line(edge, top - 5, column.header, size=SMALL, anchor="end", fill=QUIET))
    marks: list[str] = []
    for row in rows:
        label = wrapped(row.label, labels, bold=row.is_total)
        below = wrapped(row.below, labels, SMALL) if row.below else []
        note = wrapped(row.note, WIDTH - MARGIN - left - 4, SMALL) if row.note else []
        row_height = max(height, (len(label) * BODY + len(below) * SMALL) * LEADING + PADDING)
        middle = y + row_height / 2
        marks += [rule(left, middle, right, middle, stroke=RULE, width=0.6)] if has_guides else []
        marks += label_lines(left, middle, label, below, bold=row.is_total)
        marks += row.marks(lambda value: left + value * (right - left), middle)
        marks += [
            text_line(edge, middle + 4.5, cell, anchor="end", fill=row.ink, bold=row.is_total)
            for edge, cell in zip(edges, row.cells, strict=True)
            if cell
        ]
        marks += text_lines(left + 4, y + row_height + SMALL * 0.7, note, size=SMALL, fill=QUIET)
        y += row_height + len(note) * SMALL * LEADING
        marks += [rule(MARGIN, y, WIDTH - MARGIN, y)] if row.is_total else []
    return [*parts, *axis(left, right, top, y, ticks), *marks], y


def label_lines(
    left: float, middle: float, label: Sequence[str], below: Sequence[str] = (), *, bold: bool = False
) -> list[str]:
    """A label and the text below it, to the left of a plot that begins at `left`, centred on `middle`."""
    first = middle + 4.5 - ((len(label) - 1) * BODY + len(below) * SMALL) * LEADING / 2
    under = first + len(label) * BODY * LEADING - 2
    return [
        *text_lines(left - GAP, first, label, anchor="end", bold=bold),
        *text_lines(left - GAP, under, below, size=SMALL, anchor="end", fill=QUIET),
    ]


# -- marks -------------------------------------------------------------------------------------------------------------


def bounds_line(x: Scale, y: float, low: float, high: float) -> list[str]:
    """The evidence bounds of a figure that is shown; nothing where they are equal."""
    return [rule(x(low), y, x(high), y, stroke=QUIET, width=1.5, kind="range")] if low < high else []


def hidden_bounds(x: Scale, y: float, low: float, high: float) -> list[str]:
    """The evidence bounds of a figure that is not shown; nothing where they are equal or missing."""
    return hatched_box(x(low), y - 4, x(high) - x(low), 8) if low < high else []


def interval_line(x: Scale, y: float, low: float, high: float) -> list[str]:
    """The uncertainty interval."""
    return [rule(x(low), y, x(high), y, stroke=SOFT, width=7, kind="interval")]


def figure_key(name: str) -> LegendEntry:
    """The legend of the dot of a figure."""
    return (lambda x, y: [dot(x, y, fill=STRONG)]), name


def interval_key(name: str) -> LegendEntry:
    """The legend of `interval_line`."""
    return (lambda x, y: [rule(x - 13, y, x + 13, y, stroke=SOFT, width=7)]), name


def bounds_key(name: str) -> LegendEntry:
    """The legend of `bounds_line`."""
    return (lambda x, y: [rule(x - 13, y, x + 13, y, stroke=QUIET, width=1.5)]), name


def hidden_key(name: str) -> LegendEntry:
    """The legend of `hidden_bounds`."""
    return (lambda x, y: hatched_box(x - 13, y - 4, 26, 8)), name
