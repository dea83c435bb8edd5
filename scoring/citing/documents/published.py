"""Columns of a published table, from CSV, TSV or Excel, as the numbers that are printed there.

The file may come from a stranger: its size is bounded, nothing in it is executed, and all errors are reported at once,
each with its cell.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scoring.analysis.reconcile.printed import Printed, PublishedTable, Ranked
from scoring.citing.documents.printed_numbers import NAMES, SIGNS, DecimalSign, evidence, number
from scoring.errors import MAX_QUOTED, Problem, UnknownNameError, nearest, printable, quoted
from scoring.files.cells import EXCEL, FORMULA, NO_VALUE, Grid, cell_at, grid
from scoring.files.messages import add_problem
from scoring.text.numbers import first

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from scoring.files.cells import Cell
    from scoring.files.disk import File

    Refuse: TypeAlias = Callable[[Cell, str], None]
    """Adds the problem of a cell."""

HEAD_ROWS = 20  # within which the headers are looked for: titles stand above them
TEXT = (".csv", ".tsv")
MOST_SHEETS = 10  # named in a message
_RANK = re.compile(r"(?:=|t|tied |joint )?\s?([0-9]{1,6})(?:\.0|\.5)?(?:st|nd|rd|th|\.)?\s?=?", re.IGNORECASE)


class Wanted(NamedTuple):
    """What to read: the headers of the columns, the sheet of a workbook, and the decimal sign if it is known."""

    total: str
    parts: tuple[str, ...]
    rank: str | None = None
    group: str | None = None
    sheet: str | None = None
    """By default the first."""
    decimal: DecimalSign | None = None
    """By default as the cells show."""


def published_table(file: File, wanted: Wanted) -> tuple[PublishedTable | None, list[Problem]]:
    """The wanted columns of a file, or every problem.

    Args:
        file: Read from disk.
        wanted: The columns, by header, and where they stand.

    Raises:
        UnknownNameError: The table has no such column.
    """
    sheet = grid(file, wanted.sheet, extra="reconcile")
    if not isinstance(sheet, Grid):
        return None, [sheet] if sheet else file.problems
    if not sheet.rows:
        message = f"{_sheet(sheet)}is empty; give a table with headers and rows{_other_sheets(sheet)}"
        return None, [Problem(file.name, 1, 1, "", message, "empty-file")]
    names = [wanted.total, *wanted.parts, *(name for name in (wanted.rank, wanted.group) if name is not None)]
    head, columns = _columns(sheet, names)
    filled = [row for row in sheet.rows[head:] if any(cell.text.strip() for cell in row)]
    figures = [cell_at(row, columns[name]) for name in (wanted.total, *wanted.parts) for row in filled]
    if wanted.decimal is not None:
        return _read(sheet, filled, columns, wanted, wanted.decimal)
    sign, problem = _decimal_sign(sheet, figures)
    return _read(sheet, filled, columns, wanted, sign) if problem is None else (None, [problem])


def _sheet(sheet: Grid) -> str:
    """The name of the sheet of a workbook, to begin a message with; empty for other files."""
    return f"sheet {quoted(sheet.sheet)} " if sheet.file.lower().endswith(EXCEL) else ""


def _other_sheets(sheet: Grid) -> str:
    """The other sheets of a workbook, to end a message with; empty if there are none."""
    others = [printable(title[:MAX_QUOTED]) for title in sheet.others]
    return f"; other sheets, for --sheet: {first(others, MOST_SHEETS)}" if others else ""


def _columns(sheet: Grid, names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """The number of rows down to the headers, and the column of each name."""
    best: tuple[int, int, list[str]] = (-1, 0, [])
    for line, row in enumerate(sheet.rows[:HEAD_ROWS], start=1):
        heads = [cell.plain for cell in row]
        found = sum(_position(heads, name) is not None for name in names)
        if found > best[0]:
            best = (found, line, heads)
    _, line, heads = best
    where = f"{sheet.file} {_sheet(sheet)}".rstrip()
    columns = {}
    for name in names:
        position = _position(heads, name)
        if position is None:
            shown = [printable(head) for head in heads if head]
            message = f"{where} has no column {name!r}; {nearest(name, shown, 'columns')}{_other_sheets(sheet)}"
            raise UnknownNameError(message)
        if [head.lower() for head in heads].count(heads[position].lower()) > 1 and heads.count(heads[position]) > 1:
            message = f"{where} has several columns {name!r}; give each its own header"
            raise UnknownNameError(message)
        columns[name] = position
    return line, columns


def _position(heads: Sequence[str], name: str) -> int | None:
    """The column of a header: the same text, or else the same but for case and spaces."""
    wanted = " ".join(name.split())
    if wanted in heads:
        return heads.index(wanted)
    folded = [head.casefold() for head in heads]
    return folded.index(wanted.casefold()) if wanted and wanted.casefold() in folded else None


def _decimal_sign(sheet: Grid, figures: Sequence[Cell]) -> tuple[DecimalSign, Problem | None]:
    """The decimal sign of a table; the problem if its cells leave it open.

    A workbook and Parquet have numbers, which are written with a point. In text separated by commas, the point is the
    decimal sign unless a cell says otherwise.
    """
    found = evidence(figures)
    counts = {sign: len(cells) for sign, cells in found.cells.items()}
    is_text = sheet.file.lower().endswith(TEXT)
    if not is_text:
        counts["."] += sum("." in cell.text for cell in found.ambiguous)
    if any(counts.values()) or not found.ambiguous:
        return max(SIGNS, key=lambda sign: counts[sign]), None
    has_comma = [cell for cell in found.ambiguous if "," in cell.text]
    if is_text and not has_comma and sheet.separator == ",":
        return ".", None
    cell = (has_comma or found.ambiguous)[0]
    point, comma = (number(cell.text, sign) for sign in SIGNS)
    message = f"is {point} with a decimal point, {comma} with a comma; say which with --decimal . or --decimal ,"
    return ".", sheet.problem(cell, f"{quoted(cell.text)} {message}", "not-a-number")


def _read(
    sheet: Grid, filled: Sequence[Sequence[Cell]], columns: dict[str, int], wanted: Wanted, sign: DecimalSign
) -> tuple[PublishedTable | None, list[Problem]]:
    """The columns of the rows below the headers as numbers."""
    problems: list[Problem] = []

    def refuse(name: str, cell: Cell, message: str) -> None:
        add_problem(problems, sheet.problem(cell, message, "not-a-number", name))

    def cells(name: str) -> list[Cell]:
        return [cell_at(row, columns[name]) for row in filled]

    numeric = {name: _numbers(cells(name), sign, partial(refuse, name)) for name in (wanted.total, *wanted.parts)}
    ranks = _ranks(cells(wanted.rank), partial(refuse, wanted.rank)) if wanted.rank else ()
    groups = tuple(cell.text.strip() for cell in cells(wanted.group)) if wanted.group else ()
    if problems:
        return None, problems
    label = _labels(filled, set(columns.values()), sign)
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


def _labels(rows: Sequence[Sequence[Cell]], used: set[int], sign: DecimalSign) -> list[str]:
    """What the rows are called: the first column of other texts that are all different."""
    width = max(map(len, rows), default=0)
    for column in range(width):
        texts = [cell_at(row, column).plain for row in rows]
        if column in used or len(set(texts)) < len(texts):
            continue
        if any(number(text, sign) is None for text in texts):
            return [printable(text[:MAX_QUOTED]) for text in texts]
    return [f"row {row[0].line}" if row else "" for row in rows]


# -- cells -------------------------------------------------------------------------------------------------------------


def _numbers(cells: Sequence[Cell], sign: DecimalSign, refuse: Refuse) -> list[Decimal | None]:
    """The numbers of a column; None where there is none."""
    values: list[Decimal | None] = []
    for cell in cells:
        text = cell.text.strip()
        values.append(None)
        if cell.is_formula:
            refuse(cell, FORMULA)
        elif text.lower() in NO_VALUE:
            continue
        elif (value := number(text, sign)) is not None:
            values[-1] = value
        elif any(number(text, other) is not None for other in SIGNS):
            says = f"expected a number with a decimal {NAMES[sign]}, got {quoted(text)}"
            refuse(cell, f"{says}; write all cells with the same decimal sign")
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
