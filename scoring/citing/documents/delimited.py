"""Passages of tables as text: comma, semicolon or tab between the cells, the column headers in the first row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.citing.documents.passages import Piece, PositionedPieces
from scoring.citing.documents.tables import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITED = (".csv", ".tsv", ".tab")
_CELL = {
    mark: re.compile(rf'"(?P<quoted>(?:[^"]|"")*+)"[^{mark}\r\n]*+|(?P<bare>[^{mark}\r\n]*+)')
    for mark in (",", ";", "\t")
}
_LINE = re.compile(r"[^\r\n]*+")


def delimited_passages(text: str) -> Iterator[PositionedPieces]:
    """The rows of a table; the most frequent of the three marks in the first line separates the cells."""
    first = _LINE.match(text)
    line = first[0] if first else ""
    mark = max(("\t", ";", ","), key=line.count)
    cell, table = _CELL[mark], Table()
    cells: list[Cell] = []
    position = 0
    while position < len(text):
        match = cell.match(text, position)
        if match is None:
            break
        group = "quoted" if match["quoted"] is not None else "bare"
        start, end = match.span(group)
        cells.append(Cell(start, list(_unquoted(text, start, end))))
        position = match.end()
        if text.startswith(mark, position):
            position += 1
            continue
        if any(one.text for one in cells) and (row := table.row(cells, is_head=not table.head_rows)):
            yield row
        cells = []
        position += 2 if text.startswith("\r\n", position) else 1


def _unquoted(text: str, start: int, end: int) -> Iterator[Piece]:
    """The text of a cell, in which a quotation mark is written twice."""
    position = start
    while (found := text.find('""', position, end)) >= 0:
        yield Piece(text[position : found + 1], position, found + 1)
        position = found + 2
    yield Piece(text[position:end], position, end)
