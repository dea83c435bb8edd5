"""Columns of a published table, from CSV, TSV or Excel, as the numbers that are printed there.

The file may come from a stranger: its size is bounded, nothing in it is executed, and all errors are reported at once,
each with its cell.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scoring.analysis.reconcile.printed import Printed, PublishedTable, Ranked
from scoring.errors import MAX_QUOTED, Problem, UnknownNameError, nearest, printable, quoted
from scoring.files.cells import NO_VALUE, Cell, Grid, grid
from scoring.files.messages import add_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.files.disk import File

    Refuse: TypeAlias = Callable[[Cell, str], None]
    """Adds the problem of a cell."""

HEAD_ROWS = 20  # within which the headers are looked for: titles stand above them
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,2})?")
_COMMA = re.compile(r"[-+]?[0-9]{1,20},[0-9]{1,20}")
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}(?:[, '’\u00a0\u202f][0-9]{3})+(?:\.[0-9]{0,20})?")
_RANK = re.compile(r"(?:=|t|tied |joint )?\s?([0-9]{1,6})(?:\.0|\.5)?(?:st|nd|rd|th|\.)?\s?=?", re.IGNORECASE)


class Wanted(NamedTuple):
    """The headers of the columns to read."""

    total: str
    parts: tuple[str, ...]
    rank: str | None = None
    group: str | None = None


def published_table(file: File, wanted: Wanted) -> tuple[PublishedTable | None, list[Problem]]:
    """The wanted columns of a file, or every problem.

    Args:
        file: Read from disk.
        wanted: The columns, by header.

    Raises:
        UnknownNameError: The table has no such column.
    """
    sheet = grid(file, extra="reconcile")
    if not isinstance(sheet, Grid):
        return None, [sheet] if sheet else file.problems
    if not sheet.rows:
        return None, [Problem(file.name, 1, 1, "", "is empty; give a table with headers and rows", "empty-file")]
    names = [wanted.total, *wanted.parts, *(name for name in (wanted.rank, wanted.group) if name is not None)]
    head, columns = _columns(sheet, names)
    return _read(sheet, head, columns, wanted)


def _columns(sheet: Grid, names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """The number of rows down to the headers, and the column of each name."""
    best: tuple[int, int, list[str]] = (-1, 0, [])
    for number, row in enumerate(sheet.rows[:HEAD_ROWS], start=1):
        heads = [" ".join(cell.text.split()) for cell in row]
        found = sum(_position(heads, name) is not None for name in names)
        if found > best[0]:
            best = (found, number, heads)
    _, number, heads = best
    columns = {}
    for name in names:
        position = _position(heads, name)
        if position is None:
            shown = [printable(head) for head in heads if head]
            message = f"{sheet.file} has no column {name!r}; {nearest(name, shown, 'columns')}"
            raise UnknownNameError(message)
        if [head.lower() for head in heads].count(heads[position].lower()) > 1 and heads.count(heads[position]) > 1:
            message = f"{sheet.file} has several columns {name!r}; give each its own header"
            raise UnknownNameError(message)
        columns[name] = position
    return number, columns


def _position(heads: Sequence[str], name: str) -> int | None:
    """The column of a header: the same text, or else the same but for case and spaces."""
    wanted = " ".join(name.split())
    if wanted in heads:
        return heads.index(wanted)
    folded = [head.casefold() for head in heads]
    return folded.index(wanted.casefold()) if wanted and wanted.casefold() in folded else None


def _read(
    sheet: Grid, head: int, columns: dict[str, int], wanted: Wanted
) -> tuple[PublishedTable | None, list[Problem]]:
    """The columns below the headers as numbers."""
    problems: list[Problem] = []
    filled = [row for row in sheet.rows[head:] if any(cell.text.strip() for cell in row)]

    def refuse(name: str, cell: Cell, message: str) -> None:
        add_problem(problems, sheet.problem(cell, message, "not-a-number", name))

    def cells(name: str) -> list[Cell]:
        return [_at(row, columns[name]) for row in filled]

    numeric = {name: _numbers(cells(name), partial(refuse, name)) for name in (wanted.total, *wanted.parts)}
    ranks = _ranks(cells(wanted.rank), partial(refuse, wanted.rank)) if wanted.rank else ()
    groups = tuple(cell.text.strip() for cell in cells(wanted.group)) if wanted.group else ()
    if problems:
        return None, problems
    label = _labels(filled, set(columns.values()))
    totals = numeric[wanted.total]
    used = [number for number in range(len(filled)) if all(values[number] is not None for values in numeric.values())]
    if not used:
        message = "no row has a total and all parts; give other columns, or fill the cells"
        return None, [Problem(sheet.file, 1, 1, "", message, "not-a-table")]
    empty = [number for number in range(len(filled)) if number not in set(used)]
    lines = [row[0].line if row else 0 for row in filled]

    def column(name: str) -> Printed:
        return Printed(name, tuple(value for number in used if (value := numeric[name][number]) is not None))

    ranked = [number for number in range(len(filled)) if totals[number] is not None]
    table = PublishedTable(
        rows=tuple(lines[number] for number in used),
        names=tuple(label[number] for number in used),
        total=column(wanted.total),
        parts=tuple(map(column, wanted.parts)),
        left_out=tuple(lines[number] for number in empty),
        ranked=Ranked(
            rows=tuple(lines[number] for number in ranked),
            names=tuple(label[number] for number in ranked),
            totals=tuple(value for number in ranked if (value := totals[number]) is not None),
            ranks=tuple(ranks[number] for number in ranked) if ranks else (),
            classes=tuple(groups[number] for number in ranked) if groups else (),
        ),
    )
    return table, []


def _at(row: Sequence[Cell], column: int) -> Cell:
    """The cell of a row; an empty one where the row is short."""
    return row[column] if column < len(row) else Cell("", row[0].line, row[0].row, column + 1)


def _labels(rows: Sequence[Sequence[Cell]], used: set[int]) -> list[str]:
    """What the rows are called: the first column of other texts that are all different."""
    width = max(map(len, rows), default=0)
    for column in range(width):
        texts = [" ".join(row[column].text.split()) if column < len(row) else "" for row in rows]
        if column not in used and len(set(texts)) == len(texts) and not all(map(_NUMBER.fullmatch, texts)):
            return [printable(text[:MAX_QUOTED]) for text in texts]
    return [f"row {row[0].line}" if row else "" for row in rows]


# -- cells -------------------------------------------------------------------------------------------------------------


def _numbers(cells: Sequence[Cell], refuse: Refuse) -> list[Decimal | None]:
    """The numbers of a column; None where there is none."""
    texts = [cell.text.strip().replace("−", "-").removesuffix("%").rstrip() for cell in cells]
    has_point = any("." in text for text in texts if _NUMBER.fullmatch(text))
    is_comma = not has_point and any(_COMMA.fullmatch(text) and not _THOUSANDS.fullmatch(text) for text in texts)
    values: list[Decimal | None] = []
    for cell, text in zip(cells, texts, strict=True):
        values.append(None)
        if cell.is_formula:
            refuse(cell, "is a formula without a value; open the file in a spreadsheet program and save it")
        elif text.lower() in NO_VALUE:
            continue
        elif is_comma and _COMMA.fullmatch(text):
            values[-1] = Decimal(text.replace(",", "."))
        elif not is_comma and _THOUSANDS.fullmatch(text):
            values[-1] = Decimal(re.sub(r"[^-+0-9.]", "", text))
        elif _NUMBER.fullmatch(text):
            values[-1] = Decimal(text)
        else:
            says = f"expected a number, got {quoted(text)}; write the number alone, or leave the cell empty"
            refuse(cell, says)
    return values


def _ranks(cells: Sequence[Cell], refuse: Refuse) -> list[Fraction | None]:
    """The ranks of a column, such as 12, =12, 12= or joint 12th; None where there is none."""
    values: list[Fraction | None] = []
    for cell in cells:
        text = cell.text.strip()
        values.append(None)
        if text.lower() in NO_VALUE:
            continue
        if match := _RANK.fullmatch(text):
            values[-1] = Fraction(int(match[1])) + (Fraction(1, 2) if ".5" in text else 0)
        else:
            refuse(cell, f"expected a rank such as 12, =12 or 12th, got {quoted(text)}")
    return values
