"""Rows of tables as passages: each cell after the column headers that cover it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.passages import Piece, PositionedPieces
from scoring.citing.ids import ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_SPAN = 100  # columns or rows of a cell; a page may state any number
MAX_HEAD_ROWS = 4


class Cell(NamedTuple):
    """A cell of a row: where it begins in the file, its text, and how many columns and rows it covers."""

    position: int
    pieces: Sequence[Piece]
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """The text in one line."""
        return one_line("".join(piece.text for piece in self.pieces))


class _Carried(NamedTuple):
    """The text of a cell that covers further rows, and the last of them."""

    last_row: int
    text: str


class Table:
    """The column headers of a table, and the cells that reach into the next rows."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.carried: dict[int, _Carried] = {}
        self.number = 0  # of the row, from 1
        self.head_rows = 0
        self.has_body = False
        self.wants_another_head = False

    def row(self, cells: Sequence[Cell], *, is_head: bool | None = None) -> PositionedPieces | None:
        """A row as a passage; the headers of a head row are kept for the rows below it.

        Args:
            cells: Those that begin in this row.
            is_head: Whether it is a head row; None: the first row is, and the next one below cells that cover several
                columns, unless it has a number.
        """
        if not cells:
            return None
        self.number += 1
        if is_head is None:
            is_head = not self.head_rows or (
                self.wants_another_head and not any(character.isdigit() for cell in cells for character in cell.text)
            )
        is_head = is_head and not self.has_body and self.head_rows < MAX_HEAD_ROWS
        is_head = is_head and not any(ID.search(cell.text) for cell in cells)  # a table may have no head
        self.has_body |= not is_head
        placed = list(self._placed(cells))
        if is_head:
            self.head_rows += 1
            self.wants_another_head = any(cell.columns > 1 or cell.rows > 1 for cell in cells)
            self._add_heads(placed)
            shown = _joined((cell.position, "", cell.pieces) for _, cell, is_new in placed if is_new)
        else:
            shown = _joined((cell.position, self._head(column, cell), cell.pieces) for column, cell, _ in placed)
        return cells[0].position, list(shown)

    def _placed(self, cells: Sequence[Cell]) -> Iterator[tuple[int, Cell, bool]]:
        """The cells with their columns, and those that reach into this row from above."""
        column = 0
        for cell in cells:
            while (carried := self._from_above(column)) is not None:
                yield column, Cell(cell.position, [Piece(carried, cell.position, cell.position)]), False
                column += 1
            columns = max(1, min(cell.columns, MAX_SPAN))
            yield column, cell._replace(columns=columns), True
            if cell.rows > 1:
                last = self.number + min(cell.rows, MAX_SPAN) - 1
                text = cell.text.replace(";", ",")
                for covered in range(column, column + columns):
                    self.carried[covered] = _Carried(last, text)
            column += columns
        position = cells[-1].position
        while (carried := self._from_above(column)) is not None:
            yield column, Cell(position, [Piece(carried, position, position)]), False
            column += 1

    def _from_above(self, column: int) -> str | None:
        carried = self.carried.get(column)
        if carried is None or carried.last_row < self.number:
            self.carried.pop(column, None)
            return None
        return carried.text

    def _add_heads(self, placed: Sequence[tuple[int, Cell, bool]]) -> None:
        first = placed[0][1]
        if len(placed) == 1 and first.columns > 1 and any(map(str.isdigit, first.text)):
            return  # the title of the table: a number in it would be read in each row
        for column, cell, is_new in placed:
            self.heads += [""] * (column + cell.columns - len(self.heads))
            if is_new and (text := cell.text.replace("\0", "").replace(";", ",")):
                for covered in range(column, column + cell.columns):
                    if self.heads[covered] != text:  # Word repeats a cell that covers two rows
                        self.heads[covered] = f"{self.heads[covered]} {text}".strip()

    def _head(self, column: int, cell: Cell) -> str:
        """The headers above a cell, each once."""
        return ", ".join(dict.fromkeys(filter(None, self.heads[column : column + cell.columns])))


def one_line(text: str) -> str:
    """The text with each white space as one blank."""
    return " ".join(text.split())


def trimmed(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without white space at both ends."""
    result = list(pieces)
    while result and not result[-1].text.strip():
        result.pop()
    first = next((number for number, piece in enumerate(result) if piece.text.strip()), len(result))
    del result[:first]
    if result:
        text, start, end = result[-1]
        kept = len(text.rstrip())
        result[-1] = Piece(text[:kept], start, end - (len(text) - kept) if end - start == len(text) else end)
        text, start, end = result[0]
        cut = len(text) - len(text.lstrip())
        result[0] = Piece(text[cut:], start + cut if end - start == len(text) else start, end)
    return result


def _joined(cells: Iterable[tuple[int, str, Sequence[Piece]]]) -> Iterator[Piece]:
    """The cells as `header: cell; header: cell`; headers and separators get empty spans."""
    separator = ""
    for position, head, pieces in cells:
        prefix = separator + (f"{head}: " if head else "")
        if prefix:
            yield Piece(prefix, position, position)
        yield from trimmed(pieces)
        separator = "; "
