"""Layout of tables for a terminal."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from scoring.text.table import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.text.table import Table


NARROWEST = 60  # least width in characters: narrower terminals get this layout
SHORTEST = 16  # least width of a column of wrapped text, in characters
STEP = 2  # further indentation of the continuation of a line
WIDE, NARROW = 3, 2  # gap between columns, if all columns fit and otherwise
BOLD, FAINT, PLAIN = "1", "2", ""  # ECMA-48 SGR parameters
RULE = "─"


def as_text(tables: Iterable[Table], columns: int | None = None, *, styled: bool = False) -> str:
    """Tables as text, never truncated.

    Args:
        tables: The tables.
        columns: Width of the terminal in characters, at least `NARROWEST`; None for no limit.
        styled: Whether to use bold and faint text.
    """
    width = None if columns is None else max(columns, NARROWEST)
    lines: list[str] = []
    for number, table in enumerate(tables):
        if number:
            lines.append("")
        for style, line in _lines(table, width):
            text = line.rstrip()
            lines.append(f"\x1b[{style}m{text}\x1b[0m" if styled and style and text else text)
    return "".join(f"{line}\n" for line in lines)


def _lines(table: Table, width: int | None) -> Iterator[tuple[str, str]]:
    """The lines of a table, each with its style."""
    if table.title:
        yield from ((BOLD, line) for line in _wrapped(table.title, width))
    if table.rows:
        for number, panel in enumerate(_panels(table, width)):
            if number:
                yield PLAIN, ""
            yield from _panel_lines(panel)
    yield from ((FAINT, line) for note in table.notes for line in _wrapped(note, width))


class _Panel(NamedTuple):
    """Columns of a table that are printed side by side."""

    table: Table
    positions: list[int]
    """Positions of the columns in the table."""
    widths: list[int]
    gap: int


def _panels(table: Table, width: int | None) -> list[_Panel]:
    """The table as panels one below the other that fit the width; each has the key columns.

    If the key columns leave too little space, or there are none, the row number is the key.
    """
    columns = range(len(table.columns))
    natural = [_natural(table, position) for position in columns]
    if width is None or _total(natural, WIDE) <= width:
        return [_Panel(table, [*columns], natural, WIDE)]
    least = [_least(table, position) for position in columns]
    if _total(least, NARROW) <= width:
        parts = [[*columns]]
    else:
        keys = [position for position in columns if table.columns[position].key]
        available = width - sum(least[position] + NARROW for position in keys)
        is_too_wide = any(least[position] > available for position in columns if position not in keys)
        if table.columns[0] is not _NUMBER and (is_too_wide or len(keys) in {0, len(columns)}):
            return _panels(_numbered(table), width)
        least = [size if position in keys else min(size, available) for position, size in enumerate(least)]
        parts = _parts(table.columns, keys, least, width)
    return [_fitted(table, positions, natural, least, width) for positions in parts]


_NUMBER = Column("Row", figures=True, key=True)


def _numbered(table: Table) -> Table:
    """The table with the row number as its key column."""
    columns = (_NUMBER, *(replace(column, key=False) for column in table.columns))
    return replace(
        table, columns=columns, rows=tuple((str(number), *row) for number, row in enumerate(table.rows, start=1))
    )


def _parts(columns: Sequence[Column], keys: list[int], least: Sequence[int], width: int) -> list[list[int]]:
    """Positions of the columns of each panel; the columns of a part are kept together if they fit."""

    def order(position: int) -> tuple[bool, int]:
        return columns[position].optional, columns[position].part

    def fits(positions: Iterable[int]) -> bool:
        return _total([least[position] for position in positions], NARROW) <= width

    panels: list[list[int]] = []
    for _, group in itertools.groupby(sorted({*range(len(columns))}.difference(keys), key=order), order):
        part = [*group]
        with_space = next((panel for panel in panels if fits([*panel, *part])), None)
        if with_space is not None:
            with_space += part
            continue
        panels.append([*keys])
        for position in part:
            if len(panels[-1]) > len(keys) and not fits([*panels[-1], position]):
                panels.append([*keys])
            panels[-1].append(position)
    return list(map(sorted, panels))


def _fitted(table: Table, positions: list[int], natural: Sequence[int], least: Sequence[int], width: int) -> _Panel:
    """Columns side by side; the widest column is narrowed until they fit."""
    widths = {position: min(natural[position], width) for position in positions}
    gap = WIDE if _total(widths.values(), WIDE) <= width else NARROW
    while _total(widths.values(), gap) > width:
        can_shrink = (position for position in positions if widths[position] > least[position])
        widths[max(can_shrink, key=widths.__getitem__)] -= 1
    return _Panel(table, positions, [*widths.values()], gap)


def _total(widths: Iterable[int], gap: int) -> int:
    sizes = [*widths]
    return sum(sizes) + gap * (len(sizes) - 1)


def _natural(table: Table, position: int) -> int:
    """The width of a column without wrapping."""
    return max(map(_size, (table.columns[position].head, *(row[position] for row in table.rows))))


def _least(table: Table, position: int) -> int:
    """The least width of a column that breaks no number and no word, and keeps text readable."""
    column, cells = table.columns[position], [row[position] for row in table.rows]
    words = [column.head, *([] if column.figures else cells)]
    longest = max(_size(word) for text in words for word in _SPACE.split(text))
    return max(longest, *((_size(cell) if column.figures else min(_size(cell), SHORTEST)) for cell in cells))


def _panel_lines(panel: _Panel) -> Iterator[tuple[str, str]]:
    """Header, rule and rows, each with its style."""
    separator = " " * panel.gap
    columns = [panel.table.columns[position] for position in panel.positions]

    def side_by_side(cells: Iterable[str]) -> Iterator[str]:
        wrapped = [_wrapped(cell, size) for cell, size in zip(cells, panel.widths, strict=True)]
        for line in itertools.zip_longest(*wrapped, fillvalue=""):
            yield separator.join(map(_padded, line, panel.widths, (column.figures for column in columns)))

    yield from ((BOLD, line) for line in side_by_side(column.head for column in columns))
    yield PLAIN, RULE * _total(panel.widths, panel.gap)
    for number, row in enumerate(panel.table.rows):
        style = FAINT if number in panel.table.faint else PLAIN
        yield from ((style, line) for line in side_by_side(row[position] for position in panel.positions))


def _padded(text: str, width: int, is_figure: bool) -> str:  # noqa: FBT001  a property of the column
    space = " " * (width - _size(text))
    return space + text if is_figure else text + space


def hanging(text: str, columns: int) -> str:
    """Lines of prose wrapped to the width of a terminal, at least `NARROWEST`; their continuations are indented.

    A word wider than that, such as an address, is not broken, so that it can be copied.
    """
    return "".join(f"{part}\n" for line in text.splitlines() for part in _hanging_line(line, max(columns, NARROWEST)))


def _hanging_line(line: str, width: int) -> Iterator[str]:
    start = len(line) - len(line.lstrip(" "))
    first, *words = _SPACE.split(line[start:])
    shown, indent = line[:start] + first, " " * min(start + STEP, width // 2)
    for word in words:
        longer = f"{shown} {word}"
        if _size(longer) <= width:
            shown = longer
        else:
            yield shown
            shown = indent + word
    yield shown


_SPACE = re.compile(r"(?<![<>])[ \n](?!%)")  # where text may be wrapped: not between a number and `%`, `<` or `>`


def _wrapped(text: str, width: int | None) -> list[str]:
    """The lines of a text wrapped to a width; only a word wider than that is broken."""
    return [part for line in text.split("\n") for part in _wrapped_line(line, width)]


def _wrapped_line(text: str, width: int | None) -> Iterator[str]:
    if width is None or _size(text) <= width:
        yield text
        return
    from rich.cells import chop_cells  # noqa: PLC0415  slow import, as below

    line = ""
    for number, word in enumerate(_SPACE.split(text)):
        longer = f"{line} {word}" if number else word
        if _size(longer) <= width:
            line = longer
            continue
        if line.strip():
            yield line
        line = word
        if _size(word) > width:
            *whole, line = chop_cells(word, width)
            yield from whole
    yield line


def _size(text: str) -> int:
    """The width of the widest line of a text on a terminal, in characters."""
    if text.isascii() and "\n" not in text:
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  slow import that ASCII does not need

    return max(map(cell_len, text.split("\n")))
