"""Widths of the columns of a table, measured from their content: words do not break, and numbers keep to one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scoring.render.charts.canvas import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.text.table import Column, Table

_PART_OF_ID = re.compile(r"[^/]*/|[^/]+")
"""An id may break after each slash."""
SLACK = 1.04  # for fonts that are wider than the one that is measured


class Layout(NamedTuple):
    """The size of the font, the width of each column without the gap between two, and whether any cell wraps."""

    size: float
    widths: tuple[float, ...]
    is_wrapped: bool


def shared(table: Table, sizes: Sequence[float], available: float, gap: float) -> Layout:
    """The layout of a table, in points.

    The first size is used in which no word must break; if there is none, the last size, with narrower columns.

    Args:
        table: the table.
        sizes: of the font, the largest first.
        available: width of a line.
        gap: between two columns.
    """
    space = available - gap * len(table.columns)
    cells = [[column.head, *(row[number] for row in table.rows)] for number, column in enumerate(table.columns)]
    least: tuple[float, ...] = ()
    for size in sizes:
        extents = [_extent(column, texts, size) for column, texts in zip(table.columns, cells, strict=True)]
        least, most = tuple(low for low, _ in extents), tuple(high for _, high in extents)
        if sum(most) <= space:
            return Layout(size, most, is_wrapped=False)
        if sum(least) <= space:
            return Layout(size, _between(least, most, space), is_wrapped=True)
    return Layout(sizes[-1], tuple(width * space / sum(least) for width in least), is_wrapped=True)


def _between(least: Sequence[float], most: Sequence[float], space: float) -> tuple[float, ...]:
    """Each column at least as wide as its longest word; the rest goes to those whose cells would wrap."""
    share = (space - sum(least)) / (sum(most) - sum(least))
    return tuple(low + share * (high - low) for low, high in zip(least, most, strict=True))


def _extent(column: Column, texts: Sequence[str], size: float) -> tuple[float, float]:
    """The width of the longest part that must not break, and of the longest text."""
    head, *cells = texts
    widths = [text_width(text, size) * SLACK for text in cells]
    of_head = [text_width(word, size, bold=True) * SLACK for word in head.split()]
    whole = max(*widths, text_width(head, size, bold=True) * SLACK, 0.0)
    parts = widths
    if not column.figures:
        words = (word for text in cells for word in (_PART_OF_ID.findall(text) if column.code else text.split()))
        parts = [text_width(word, size) * SLACK for word in words]
    return max(*of_head, *parts, 0.0), whole
