"""Grid tables, simple tables and multi-line tables, as Pandoc describes them: columns are places in the line."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.rules_block import StateBlock

GRID = re.compile(r" {0,3}\+(?:[-=:]{1,1000}\+){1,100}[ \t]*+")
"""The line above a row of a grid table."""
_PART = re.compile(r" {0,3}[|+].*[|+][ \t]*+")
SIMPLE = re.compile(r"[ \t]*+-{2,1000}(?:[ \t]+-{2,1000}){1,100}[ \t]*+")
"""The line of dashes that says where the columns of a simple table are; not a rule, which has dashes alone."""
_WHOLE = re.compile(r"[ \t]*+-{5,5000}[ \t]*+")
MAX_HEAD = 20  # lines of the head of a multi-line table
MAX_COLUMNS = 100

Span: TypeAlias = tuple[int, int]


class GridCell(NamedTuple):
    """A cell: the spans of its lines in the file, and how many columns and rows it covers."""

    lines: tuple[Span, ...]
    columns: int = 1
    rows: int = 1


class GridRow(NamedTuple):
    """The cells that begin in a row."""

    cells: tuple[GridCell, ...]
    is_head: bool | None


def pandoc_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A rule for the block parser: a token with the spans of the lines of the table."""
    if state.sCount[start] - state.blkIndent >= 4:  # noqa: PLR2004  code
        return False

    def line(number: int) -> str:
        return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]

    first = line(start)
    after = start
    kind = ""
    if first.startswith("+") and GRID.fullmatch(first):
        kind, after = "grid", _after(start, end, lambda number: _PART.fullmatch(line(number)) is not None)
    elif SIMPLE.fullmatch(first) or (start + 1 < end and line(start + 1).startswith("--") and first.strip()):
        if SIMPLE.fullmatch(first) or SIMPLE.fullmatch(line(start + 1)):
            kind = "simple"
            is_blank = state.isEmpty
            after = _after(start, end, lambda number: not is_blank(number))
    elif _WHOLE.fullmatch(first):
        ruled = next(
            (number for number in range(start + 2, min(end, start + MAX_HEAD)) if SIMPLE.fullmatch(line(number))), None
        )
        if ruled is not None and not any(map(state.isEmpty, range(start + 1, ruled))):
            closing = next((number for number in range(ruled + 1, end) if _WHOLE.fullmatch(line(number))), None)
            if closing is not None:
                kind, after = "multiline", closing + 1
    if not kind or after - start < 3:  # noqa: PLR2004  at least a line, its rule, and a row
        return False
    if not silent:
        token = state.push("pandoc_table", "", 0)
        token.map = [start, after]
        indent = state.blkIndent
        token.meta = {
            "kind": kind,
            "lines": [
                (state.bMarks[number] + min(state.tShift[number], indent), state.eMarks[number])
                for number in range(start, after)
            ],
        }
        state.line = after
    return True


def _after(start: int, end: int, belongs: Callable[[int], bool]) -> int:
    return next((number for number in range(start + 1, end) if not belongs(number)), end)


# -- simple and multi-line tables --------------------------------------------------------------------------------------


def simple_rows(text: str, lines: Sequence[Span]) -> Iterator[GridRow]:
    """The rows of a simple or multi-line table."""
    shown = [text[start:end] for start, end in lines]
    is_multiline = _WHOLE.fullmatch(shown[0]) is not None
    ruler = next(number for number, line in enumerate(shown) if SIMPLE.fullmatch(line))
    runs = [match.start() for match in re.finditer(r"-+", shown[ruler])][:MAX_COLUMNS]
    columns = list(itertools.pairwise([*runs, 10**6]))
    columns[0] = (0, columns[0][1])

    def row(numbers: Sequence[int], *, is_head: bool) -> GridRow:
        cells = (
            tuple(
                (lines[number][0] + min(left, len(shown[number])), lines[number][0] + min(right, len(shown[number])))
                for number in numbers
            )
            for left, right in columns
        )
        return GridRow(tuple(map(GridCell, cells)), is_head)

    if head := [number for number in range(ruler) if not _WHOLE.fullmatch(shown[number])]:
        yield row(head, is_head=True)
    body: list[int] = []
    for number in range(ruler + 1, len(shown)):
        is_rule = shown[number].lstrip().startswith("--") and not shown[number].strip("- \t")
        is_end = is_rule or not shown[number].strip()
        if not is_end:
            body.append(number)
        if body and (is_end or not is_multiline):
            yield row(body, is_head=False)
            body = []
    if body:
        yield row(body, is_head=False)


# -- grid tables -------------------------------------------------------------------------------------------------------


def grid_rows(text: str, lines: Sequence[Span]) -> Iterator[GridRow]:
    """The rows of a grid table; a cell covers further columns and rows where its borders are missing."""
    shown = [text[start:end].rstrip() for start, end in lines]
    borders = sorted({match.start() for line in shown if _is_rule(line) for match in re.finditer(r"\+", line)})
    borders = borders[: MAX_COLUMNS + 1]
    column_of = {border: number for number, border in enumerate(borders)}
    head_end = next((number for number, line in enumerate(shown) if number and "=" in line and _is_rule(line)), 0)
    rows: list[dict[int, GridCell]] = []
    open_: dict[int, tuple[int, int, list[Span]]] = {}  # by first column: row, columns, lines
    heads: list[bool] = []
    for number, line in enumerate(shown):
        parts = list(_parts(line, column_of))
        ends = [(left, right) for left, right, is_border in parts if is_border]
        if ends and (number + 1 < len(shown)):
            rows.append({})
            heads.append(number < head_end)
        for left, right in ends:
            for column in range(column_of[left], column_of[right]):
                if column in open_:
                    row, columns, spans = open_.pop(column)
                    rows[row][column] = GridCell(tuple(spans), columns, max(1, len(rows) - 1 - row))
        for left, right, is_border in parts:
            if not is_border and rows:
                column = column_of[left]
                row, columns, spans = open_.setdefault(column, (len(rows) - 1, column_of[right] - column, []))
                spans.append((lines[number][0] + left + 1, lines[number][0] + min(right, len(line))))
    for column, (row, columns, spans) in open_.items():
        rows[row][column] = GridCell(tuple(spans), columns, len(rows) - row)
    for is_head, found in zip(heads, rows, strict=True):
        if found:
            yield GridRow(tuple(found[column] for column in sorted(found)), is_head if head_end else False)


def _is_rule(line: str) -> bool:
    return line.lstrip().startswith(("+", "|")) and "+-" in line + "+-" * ("+=" in line or "+:" in line)


def _parts(line: str, column_of: dict[int, int]) -> Iterator[tuple[int, int, bool]]:
    """The parts of a line between its borders, and whether each is a border itself."""
    places = [place for place in column_of if place < len(line) and line[place] in "|+"]
    for left, right in itertools.pairwise(places):
        inner = line[left + 1 : right]
        yield left, right, bool(inner) and not inner.strip("-=:+")
