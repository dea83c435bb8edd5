"""Tables of text laid out for a terminal."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from scoring.text.table import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.text.table import Table


NARROWEST = 60  # columns of a terminal below which a table is laid out as if there were as many
SHORTEST = 16  # columns of a terminal that text gets at least: wrapped to fewer it would be hard to read
WIDE, NARROW = 3, 2  # between columns, where all fit and where they do not
BOLD, FAINT, PLAIN = "1", "2", ""  # ECMA-48, select graphic rendition
RULE = "─"


def as_text(tables: Iterable[Table], columns: int | None = None, *, styled: bool = False) -> str:
    """Tables as text, never cut; at most as wide as a terminal of so many columns, from `NARROWEST` on.

    What the environment says of colours and widths is for the caller to know.
    """
    width = None if columns is None else max(columns, NARROWEST)
    lines: list[str] = []
    for place, table in enumerate(tables):
        if place:
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
        for place, panel in enumerate(_panels(table, width)):
            if place:
                yield PLAIN, ""
            yield from _drawn(panel)
    yield from ((FAINT, line) for note in table.notes for line in _wrapped(note, width))


class _Panel(NamedTuple):
    """Some columns of a table, side by side."""

    table: Table
    places: list[int]
    widths: list[int]
    gap: int


def _panels(table: Table, width: int | None) -> list[_Panel]:
    """The table in as many panels below each other as the width asks for, the key columns in each.

    Where the keys leave too little room, or there are none, the number of the row is the key.
    """
    columns = range(len(table.columns))
    natural = [_natural(table, place) for place in columns]
    if width is None or _total(natural, WIDE) <= width:
        return [_Panel(table, [*columns], natural, WIDE)]
    least = [_least(table, place) for place in columns]
    if _total(least, NARROW) <= width:
        parts = [[*columns]]
    else:
        keys = [place for place in columns if table.columns[place].key]
        room = width - sum(least[place] + NARROW for place in keys)
        is_numbered = table.columns[0] is _NUMBER
        if not is_numbered and (
            len(keys) in {0, len(columns)} or any(least[place] > room for place in columns if place not in keys)
        ):
            return _panels(_numbered(table), width)
        least = [size if place in keys else min(size, room) for place, size in enumerate(least)]
        parts = _parts(table.columns, keys, least, width)
    return [_fitted(table, places, natural, least, width) for places in parts]


_NUMBER = Column("Row", figures=True, key=True)


def _numbered(table: Table) -> Table:
    """The table with the number of the row for its key."""
    columns = (_NUMBER, *(replace(column, key=False) for column in table.columns))
    return replace(
        table, columns=columns, rows=tuple((str(number), *row) for number, row in enumerate(table.rows, start=1))
    )


def _parts(columns: Sequence[Column], keys: list[int], least: Sequence[int], width: int) -> list[list[int]]:
    """Which columns each panel has: those of a part where all of them fit, else in panels of their own."""

    def order(place: int) -> tuple[bool, int]:
        return columns[place].optional, columns[place].part

    def fits(places: Iterable[int]) -> bool:
        return _total([least[place] for place in places], NARROW) <= width

    found: list[list[int]] = []
    for _, part in itertools.groupby(sorted({*range(len(columns))}.difference(keys), key=order), order):
        whole = [*part]
        beside = next((places for places in found if fits([*places, *whole])), None)
        if beside is not None:
            beside += whole
            continue
        found.append([*keys])
        for place in whole:
            if len(found[-1]) > len(keys) and not fits([*found[-1], place]):
                found.append([*keys])
            found[-1].append(place)
    return list(map(sorted, found))


def _fitted(table: Table, places: list[int], natural: Sequence[int], least: Sequence[int], width: int) -> _Panel:
    """Columns side by side, the widest made narrower until they fit."""
    widths = {place: min(natural[place], width) for place in places}
    gap = WIDE if _total(widths.values(), WIDE) <= width else NARROW
    while _total(widths.values(), gap) > width:
        widths[max((place for place in places if widths[place] > least[place]), key=lambda one: widths[one])] -= 1
    return _Panel(table, places, [*widths.values()], gap)


def _total(widths: Iterable[int], gap: int) -> int:
    sizes = [*widths]
    return sum(sizes) + gap * (len(sizes) - 1)


def _natural(table: Table, place: int) -> int:
    """The width of a column that wraps nothing."""
    return max(map(_size, (table.columns[place].head, *(row[place] for row in table.rows))))


def _least(table: Table, place: int) -> int:
    """The width of a column below which a figure or word would be broken, or text become too narrow to read."""
    column, cells = table.columns[place], [row[place] for row in table.rows]
    words = [column.head, *([] if column.figures else cells)]
    longest = max(_size(word) for text in words for word in _SPACE.split(text))
    return max(longest, *((_size(cell) if column.figures else min(_size(cell), SHORTEST)) for cell in cells))


def _drawn(panel: _Panel) -> Iterator[tuple[str, str]]:
    """Head, rule and rows, each with its style."""
    between = " " * panel.gap
    columns = [panel.table.columns[place] for place in panel.places]

    def side_by_side(cells: Iterable[str]) -> Iterator[str]:
        wrapped = [_wrapped(cell, size) for cell, size in zip(cells, panel.widths, strict=True)]
        for line in itertools.zip_longest(*wrapped, fillvalue=""):
            yield between.join(map(_padded, line, panel.widths, (column.figures for column in columns)))

    yield from ((BOLD, line) for line in side_by_side(column.head for column in columns))
    yield PLAIN, RULE * _total(panel.widths, panel.gap)
    for number, row in enumerate(panel.table.rows):
        style = FAINT if number in panel.table.faint else PLAIN
        yield from ((style, line) for line in side_by_side(row[place] for place in panel.places))


def _padded(text: str, width: int, is_figure: bool) -> str:  # noqa: FBT001  of a column
    space = " " * (width - _size(text))
    return space + text if is_figure else text + space


_SPACE = re.compile(r"(?<![<>])[ \n](?!%)")  # where text may be wrapped: a figure and its sign stay together


def _wrapped(text: str, width: int | None) -> list[str]:
    """The lines of a text, none wider than so many columns; a word is broken only where it is wider itself."""
    return [part for line in text.split("\n") for part in _wrapped_line(line, width)]


def _wrapped_line(text: str, width: int | None) -> Iterator[str]:
    if width is None or _size(text) <= width:
        yield text
        return
    from rich.cells import chop_cells  # noqa: PLC0415  as below

    line = ""
    for place, word in enumerate(_SPACE.split(text)):
        longer = f"{line} {word}" if place else word
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
    """The columns that text takes on a terminal, of its widest line."""
    if text.isascii() and "\n" not in text:
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  what is ASCII does not wait for it

    return max(map(cell_len, text.split("\n")))
