"""Typst templates: values are escaped in text and in strings; raw text, comments, code and mathematics stay."""

from __future__ import annotations

import operator
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from scoring.citing.documents.typst import typst_parts
from scoring.render.citation import line
from scoring.render.report.fill import ESCAPED, OPENS, UNCLOSED, Place, Syntax, alone_in_line
from scoring.render.report.values import Cited, Id, Picture, Rows
from scoring.render.report.widths import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.render.report.values import Value
    from scoring.text.table import Column, Table

PLACEHOLDER = re.compile(rf"{ESCAPED}\{{\{{(?P<name>[^{{}}\n]*)\}}\}}")
_ESCAPES = {ord(character): f"\\{character}" for character in '\\`*_[]#$@<>~{}"/'} | {ord("\n"): " "}
WIDTH = 453.0  # points of a line of an A4 page
GAP = 10.0  # points between the text of two columns
SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)  # points of the text of a table; 11 is usual
_SIGNS = re.compile(r"^(?:[-+=](?=\s|=|$)|\d{1,9}\.(?=\s|$))|-{2,}|\.\.\.")
"""A list or heading at the beginning of a line; what becomes a dash or an ellipsis."""
_IN_STRING = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): " "}


def typst(folder: str) -> Syntax:
    """Typst with its figures in a folder beside it."""

    def write(value: Value, kind: str) -> str:
        if kind == "string":
            return _text(value).translate(_IN_STRING)
        match value:
            case Rows():
                return _table(value.table)
            case Picture():
                return _figure(value, folder)
            case Cited():
                before, name, after = line(value.citation).partition(value.citation.id)
                return f"{plain(before)}{_raw(name)}{plain(after)}"
            case Id():
                return _raw(value.text)
            case _:
                return plain(value)

    return Syntax('{`$#[("\\', _places, write, PLACEHOLDER, OPENS, UNCLOSED, is_escaped=False)


def plain(text: str) -> str:
    """The text, escaped so that Typst shows it unchanged."""
    return _SIGNS.sub(_escaped, text.translate(_ESCAPES))


def _escaped(match: re.Match[str]) -> str:
    return re.sub("[-+=.]", lambda sign: f"\\{sign[0]}", match[0])


def _text(value: Value) -> str:
    match value:
        case Cited():
            return line(value.citation)
        case Id():
            return value.text
        case _:
            return str(value)


def _raw(text: str) -> str:
    """An id in a typewriter font; it has no backtick."""
    return f"`{text}`"


def _places(text: str) -> Callable[[re.Match[str]], Place]:
    parts, alone = typst_parts(text), alone_in_line(text)

    def place(match: re.Match[str]) -> Place:
        mode = parts[bisect_right(parts, match.start(), key=operator.attrgetter("start")) - 1].mode
        if mode in ("text", "string"):
            return Place(mode, alone(match) if mode == "text" else None)
        return Place("kept")

    return place


def _table(table: Table) -> str:
    """A table with its head repeated on each page; `#set table(…)` in the template changes how it looks.

    Typst lets long words overlap in columns that it makes narrower, so a wide table gets its widths here.
    """
    size, widths, is_wrapped = shared(table, SIZES, WIDTH, GAP)
    sides = ", ".join("right" if column.figures else "left" for column in table.columns)
    columns = f"({', '.join(f'{width + GAP:.0f}fr' for width in widths)},)" if is_wrapped else len(table.columns)
    lines = [
        "#table(",
        f"  columns: {columns},",
        f"  align: ({sides},),",
        f"  table.header({_cells([column.head for column in table.columns], None)}),",
        *(f"  {_cells(row, table.columns)}," for row in table.rows),
        ")",
    ]
    if is_wrapped or size < SIZES[0]:
        lines = ["#[", f"#set text(size: {size:g}pt)", *lines, "]"]
    return "\n".join((*lines, *(f"\n{plain(note)}" for note in table.notes)))


def _cells(texts: Sequence[str], columns: Sequence[Column] | None) -> str:
    is_code = [column.code for column in columns] if columns else [False] * len(texts)
    return ", ".join(
        f"[{_raw(text) if code and text else plain(text)}]" for text, code in zip(texts, is_code, strict=True)
    )


def _figure(picture: Picture, folder: str) -> str:
    width = f"{picture.width:g}mm" if picture.width else "100%"
    alt = picture.alt.translate(_IN_STRING)
    images = ", ".join(
        f'image("{folder}/{page.name}.svg", width: {width}, alt: "{alt}")' for page in picture.chart.pages
    )
    shown = images if len(picture.chart.pages) == 1 else f"stack({images})"
    return f"#figure(\n  {shown},\n  caption: [{plain(picture.heading)}],\n)"
