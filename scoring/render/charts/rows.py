"""Charts of rows: a label, marks on the published scale, and columns of figures at the right."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scoring.render.charts.canvas import (
    DROP,
    LEADING,
    Body,
    Frame,
    LegendEntry,
    axis,
    dot,
    hatched_box,
    legend,
    of_country,
    rule,
    text_line,
    text_lines,
    text_width,
    wrapped,
)

if TYPE_CHECKING:
    from scoring.render.charts.style import Style

GAP = 12  # between columns
PADDING = 5  # of a row, above and below its label together
LEAST = 0.3  # of the width: columns that may be left out are, if less is left for the marks
LABELS = 0.215  # of the width, for the column of labels
NARROW = 0.27  # the same where the chart is narrow
LONGEST = 0.45  # of the width, for a label of one long word

Scale: TypeAlias = Callable[[float], float]
"""From a value in [0, 1] to its x coordinate."""


class Column(NamedTuple):
    """A column of figures at the right; without a header it is empty."""

    header: str
    is_optional: bool = False
    """Whether it is left out where there is little room."""


class Row(NamedTuple):
    """One row of a chart."""

    label: str
    marks: Callable[[Scale, float], Sequence[str]]
    """From the scale and the y coordinate of the middle of the row to SVG elements."""
    cells: Sequence[str]
    country: str = ""
    """The code, where the row is one country among others."""
    is_total: bool = False
    """Bold, and separated from the rows that follow."""
    below: str = ""
    """Small text below the label."""
    note: str = ""
    """Small text below the row, as wide as the plot and the columns."""
    is_quiet: bool = False
    """Whether the cells are in the colour of secondary text."""


class _Laid(NamedTuple):
    """A row with its text in lines, and its heights without and with its note."""

    row: Row
    label: list[str]
    below: list[str]
    note: list[str]
    cells: list[str]
    height: float
    total: float


def plot(
    frame: Frame,
    key: Sequence[LegendEntry],
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    ticks: Sequence[tuple[float, str]],
    height: float,
    labels: float = LABELS,
    has_guides: bool = True,
) -> list[Body]:
    """Draw a legend and the rows below it, on as many pages as the frame makes necessary.

    Args:
        frame: of the chart.
        key: entries of the legend.
        columns: at the right, one for each cell of a row.
        rows: from top to bottom.
        ticks: of the axis: where in [0, 1], and the label.
        height: minimum height of a row, for the usual text.
        labels: width of the column of labels, as a share of the width.
        has_guides: whether a faint line leads from each label to its figures.
    """
    style, locale = frame.style, frame.style.locale
    gap = style.px(GAP)
    label_width = _label_width(style, rows, labels, frame.right - frame.left)
    left = frame.left + label_width + gap
    cells = [[locale.of(cell) for cell in row.cells] for row in rows]
    widths = [_width(style, column, [line[place] for line in cells], rows) for place, column in enumerate(columns)]
    kept = list(range(len(columns)))
    for place in [place for place, column in enumerate(columns) if column.is_optional]:
        if frame.right - left - sum(widths[one] for one in kept) < LEAST * (frame.right - frame.left):
            kept.remove(place)
    columns, widths = [columns[place] for place in kept], [widths[place] for place in kept]
    widths[:1] = [width + style.px(8) for width in widths[:1]]  # beside the label of the last tick
    right = frame.right - sum(widths)
    edges = list(itertools.accumulate(widths, initial=right))[1:]
    headers = [
        wrapped(locale.of(column.header), width - style.px(6), style.small)
        for column, width in zip(columns, widths, strict=True)
    ]
    heading = max(map(len, headers), default=1) * style.small * LEADING
    keyed, y = legend(style, frame.left, frame.top + style.px(6), key, frame.right)
    top = y + style.px(6) + heading
    laid = [
        _laid(style, row, label_width, frame.right - left - style.px(4), [line[place] for place in kept], height)
        for row, line in zip(rows, cells, strict=True)
    ]
    end = style.small + style.px(5)  # of the axis
    bodies: list[Body] = []
    for page in _paged(laid, frame.bottom - top - end):
        parts = [*keyed]
        for edge, lines in zip(edges, headers, strict=True):
            first = top - style.px(5) - (len(lines) - 1) * style.small * LEADING
            parts += text_lines(style, edge, first, lines, size=style.small, anchor="end", fill=style.palette.quiet)
        y, marks = top, list[str]()
        for one in page:
            marks += _row(frame, one, left, right, y, edges, has_guides=has_guides)
            y += one.total
            marks += [rule(frame.left, y, frame.right, y, stroke=style.palette.rule)] if one.row.is_total else []
        bodies.append(Body([*parts, *axis(style, left, right, top, y, ticks), *marks], y + end))
    return bodies


def _row(
    frame: Frame, laid: _Laid, left: float, right: float, y: float, edges: Sequence[float], *, has_guides: bool
) -> list[str]:
    style, row, middle = frame.style, laid.row, y + laid.height / 2
    quiet = style.palette.quiet
    parts = [rule(left, middle, right, middle, stroke=style.palette.rule, width=0.6)] if has_guides else []
    parts += label_lines(style, left, middle, laid.label, laid.below, bold=row.is_total)
    parts += row.marks(lambda value: left + value * (right - left), middle)
    parts += [
        text_line(
            style,
            edge,
            middle + style.body * DROP,
            cell,
            anchor="end",
            fill=quiet if row.is_quiet else "",
            bold=row.is_total,
        )
        for edge, cell in zip(edges, laid.cells, strict=True)
        if cell
    ]
    parts += text_lines(
        style, left + style.px(4), y + laid.height + style.small * 0.7, laid.note, size=style.small, fill=quiet
    )
    return of_country(row.country, parts, "row") if row.country else parts


def _laid(style: Style, row: Row, labels: float, room: float, cells: list[str], least: float) -> _Laid:
    locale = style.locale
    label = wrapped(row.label, labels, style.body, bold=row.is_total)
    below = wrapped(locale.of(row.below), labels, style.small) if row.below else []
    note = wrapped(locale.of(row.note), room, style.small) if row.note else []
    text = (len(label) * style.body + len(below) * style.small) * LEADING + style.px(PADDING)
    height = max(style.px(least), text)
    return _Laid(row, label, below, note, cells, height, height + len(note) * style.small * LEADING)


def _paged(rows: Sequence[_Laid], room: float) -> list[list[_Laid]]:
    """The rows on pages of at most this height, about equally full."""
    total = sum(row.total for row in rows)
    count = max(1, len(_filled(rows, room))) if total > room else 1
    if count == 1:
        return [list(rows)]
    even = total / count
    for fuller in range(100):  # the least even height that needs no further page
        pages = _filled(rows, min(room, even * (1 + fuller / 100)))
        if len(pages) <= count:
            return pages
    return _filled(rows, room)


def _filled(rows: Sequence[_Laid], room: float) -> list[list[_Laid]]:
    pages: list[list[_Laid]] = [[]]
    height = 0.0
    for row in rows:
        if pages[-1] and height + row.total > room:
            pages.append([])
            height = 0.0
        pages[-1].append(row)
        height += row.total
    return pages


def _label_width(style: Style, rows: Sequence[Row], share: float, width: float) -> float:
    """That of the longest label, at most a share of the width unless a word is longer."""
    natural = max(text_width(row.label, style.body, bold=row.is_total) for row in rows) + 1
    words = [(word, row.is_total) for row in rows for word in row.label.split()]
    longest = max((text_width(word, style.body, bold=bold) for word, bold in words), default=0.0) + 1
    most = (max(share, NARROW) if style.is_narrow else share) * width
    return min(natural, max(most, longest), LONGEST * width)


def _width(style: Style, column: Column, cells: Sequence[str], rows: Sequence[Row]) -> float:
    """Of a column: its widest figure or word of its header, and a gap."""
    if not column.header:
        return style.px(GAP)
    widest = max(text_width(cell, style.body, bold=row.is_total) for cell, row in zip(cells, rows, strict=True))
    header = max(text_width(word, style.small) for word in column.header.split())
    return max(widest, header) + style.px(GAP)


def label_lines(
    style: Style, left: float, middle: float, label: Sequence[str], below: Sequence[str] = (), *, bold: bool = False
) -> list[str]:
    """A label and the text below it, to the left of a plot that begins at `left`, centred on `middle`."""
    first = middle + style.body * DROP - ((len(label) - 1) * style.body + len(below) * style.small) * LEADING / 2
    under = first + len(label) * style.body * LEADING - style.px(2)
    edge = left - style.px(GAP)
    return [
        *text_lines(style, edge, first, label, anchor="end", bold=bold),
        *text_lines(style, edge, under, below, size=style.small, anchor="end", fill=style.palette.quiet),
    ]


# -- marks -------------------------------------------------------------------------------------------------------------


def bounds_line(style: Style, x: Scale, y: float, low: float, high: float) -> list[str]:
    """The evidence bounds of a figure that is shown; nothing where they are equal."""
    return [rule(x(low), y, x(high), y, stroke=style.palette.quiet, width=1.5, kind="range")] if low < high else []


def hidden_bounds(style: Style, x: Scale, y: float, low: float, high: float) -> list[str]:
    """The evidence bounds of a figure that is not shown; nothing where they are equal or missing."""
    half = style.px(4)
    return hatched_box(style, x(low), y - half, x(high) - x(low), 2 * half) if low < high else []


def interval_line(style: Style, x: Scale, y: float, low: float, high: float, width: float = 7) -> list[str]:
    """The uncertainty interval; width: for the usual text."""
    return [rule(x(low), y, x(high), y, stroke=style.palette.soft, width=style.px(width), kind="interval")]


def figure_dot(style: Style, x: float, y: float, radius: float = 5) -> str:
    """The dot of a figure."""
    return dot(x, y, radius=style.px(radius), fill=style.palette.strong, stroke=style.palette.paper)


def figure_key(style: Style, name: str) -> LegendEntry:
    """The legend of the dot of a figure."""
    return (lambda x, y: [figure_dot(style, x, y)]), name


def interval_key(style: Style, name: str) -> LegendEntry:
    """The legend of `interval_line`."""
    half, stroke = style.px(13), style.palette.soft
    return (lambda x, y: [rule(x - half, y, x + half, y, stroke=stroke, width=style.px(7))]), name


def bounds_key(style: Style, name: str) -> LegendEntry:
    """The legend of `bounds_line`."""
    half, stroke = style.px(13), style.palette.quiet
    return (lambda x, y: [rule(x - half, y, x + half, y, stroke=stroke, width=1.5)]), name


def hidden_key(style: Style, name: str) -> LegendEntry:
    """The legend of `hidden_bounds`."""
    half, up = style.px(13), style.px(4)
    return (lambda x, y: hatched_box(style, x - half, y - up, 2 * half, 2 * up)), name
