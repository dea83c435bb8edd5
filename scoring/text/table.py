"""A table of text as terminal text, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


Format: TypeAlias = Literal["table", "json", "csv", "markdown"]
NARROWEST = 60  # columns of a terminal below which a table is laid out as if there were as many
SHORTEST = 16  # columns of a terminal that text gets at least: wrapped to fewer it would be hard to read
WIDE, NARROW = 3, 2  # between columns, where all fit and where they do not
BOLD, FAINT, PLAIN = "1", "2", ""  # ECMA-48, select graphic rendition


@dataclass(frozen=True)
class Column:
    """A head, what its cells are, and where it goes if the terminal is narrow."""

    head: str
    figures: bool = False
    """Its cells are set to the right and never wrapped."""
    optional: bool = False
    """It draws what others say: the last to be placed on a narrow terminal, left out in a notebook."""
    code: bool = False
    """Its cells are ids."""
    key: bool = False
    """It says what a row is about: repeated in each part of a table that is wider than the terminal."""
    part: int = 0
    """Columns of the same part stay side by side on a narrow terminal if they can; the lower parts come first."""


@dataclass(frozen=True, repr=False)
class Table:
    """Rows of text under columns, and notes to print below."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    title: str = ""
    faint: frozenset[int] = field(default_factory=frozenset)
    """Rows that are no published result."""

    def __repr__(self) -> str:
        return f"<Table of {len(self.rows)} rows{f': {self.title}' if self.title else ''}>"

    def _repr_html_(self) -> str:
        """The table itself, for a notebook."""
        from scoring.text.html import as_html  # noqa: PLC0415  it imports this module

        return as_html(self)


_ESCAPES = {ord(character): f"\\{character}" for character in "\\`*_[]|~^"}
_ESCAPES |= {ord(character): f"&#{ord(character)};" for character in "<>&{"} | {ord("\n"): " "}
# GitHub looks for mentions and numbers of issues in the text that is shown; a space without width parts them
_ESCAPES |= {ord("@"): "@&#8203;", ord("#"): "#&#8203;"}
_OTHERS = re.compile(
    r"(?P<start>^(?:[-+:](?=[\s:-]|$)|\d{1,9}[.)](?=\s|$)))"  # a list, a line, a block of Pandoc
    r"|(?P<link>://|\bwww\.)"  # GitHub makes links of bare addresses
    r"|(?P<issue>\bGH-(?=\d))"
    r"|(?P<formula>\$(?=[^$]*\$))",  # of GitHub and Pandoc, between two of them
    re.IGNORECASE,
)


def as_csv(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Comma-separated values with a head line; text that a spreadsheet would run is disarmed by a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


# What https://owasp.org/www-community/attacks/CSV_Injection names, in full width too, and after what separates cells in
# spreadsheets of another language, for which a quote in the middle of a line keeps no text together
_FORMULA = re.compile(r"^(?=[\t\r])|(^|[;\t\r\n])(?=[=+\-@＝＋－＠])")


def _disarmed(cell: object) -> object:
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def as_markdown(table: Table) -> str:
    """A GitHub table, its title above and its notes below."""
    lines = [f"**{escaped(table.title)}**", ""] if table.title else []
    if table.columns:
        lines.append(f"| {' | '.join(escaped(column.head) for column in table.columns)} |")
        lines.append("|" + "|".join(" ---: " if column.figures else " --- " for column in table.columns) + "|")
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        lines.append(f"| {' | '.join(f'`{cell}`' if column.code else escaped(cell) for column, cell in cells)} |")
    if table.notes:
        lines += ["", *(f"- {escaped(note)}" for note in table.notes)]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no block, table cell, link, emphasis, formula, tag or mention begins in it."""
    return _OTHERS.sub(_parted, text.translate(_ESCAPES))


def _parted(found: re.Match[str]) -> str:
    if found["issue"]:
        return f"{found[0]}&#8203;"
    return re.sub(r"[-+:.)$]", lambda mark: f"&#{ord(mark[0])};", found[0], count=1)


def as_text(
    tables: Iterable[Table], columns: int | None = None, *, styled: bool = False, ascii_only: bool = False
) -> str:
    """Tables as text, never cut; at most as wide as a terminal of so many columns, from `NARROWEST` on.

    What the environment says of colours and widths is for the caller to know.
    """
    width = None if columns is None else max(columns, NARROWEST)
    lines: list[str] = []
    for place, table in enumerate(tables):
        if place:
            lines.append("")
        for style, line in _lines(table, width, ascii_only=ascii_only):
            text = line.rstrip()
            lines.append(f"\x1b[{style}m{text}\x1b[0m" if styled and style and text else text)
    return "".join(f"{line}\n" for line in lines)


def _lines(table: Table, width: int | None, *, ascii_only: bool) -> Iterator[tuple[str, str]]:
    """The lines of a table, each with its style."""
    if table.title:
        yield from ((BOLD, line) for line in _wrapped(table.title, width))
    if table.rows:
        for place, panel in enumerate(_panels(table, width)):
            if place:
                yield PLAIN, ""
            yield from _drawn(panel, ascii_only=ascii_only)
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


def _drawn(panel: _Panel, *, ascii_only: bool) -> Iterator[tuple[str, str]]:
    """Head, rule and rows, each with its style."""
    bar, rule, cross = ("|", "-", "+") if ascii_only else (" ", "─", "─")
    between, crossing = (f"{mark:^{WIDE}}"[-panel.gap :] for mark in (bar, cross))
    columns = [panel.table.columns[place] for place in panel.places]

    def side_by_side(cells: Iterable[str]) -> Iterator[str]:
        wrapped = [_wrapped(cell, size) for cell, size in zip(cells, panel.widths, strict=True)]
        for line in itertools.zip_longest(*wrapped, fillvalue=""):
            yield between.join(map(_padded, line, panel.widths, (column.figures for column in columns)))

    yield from ((BOLD, line) for line in side_by_side(column.head for column in columns))
    yield PLAIN, crossing.replace(" ", rule).join(rule * size for size in panel.widths)
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
