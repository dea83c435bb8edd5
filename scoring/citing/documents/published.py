"""Columns of a published table, from CSV, TSV or Excel, as the numbers that are printed there.

The file may come from a stranger: its size is bounded, nothing in it is executed, and all errors are reported at once,
each with its cell.
"""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from scoring.analysis.reconcile.printed import Printed, PublishedTable, Ranked
from scoring.citing.documents.passages import UnreadableError
from scoring.citing.documents.workbook import check_workbook
from scoring.errors import MAX_QUOTED, Problem, UnknownNameError, nearest, printable, quoted
from scoring.extras import require
from scoring.files import reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.errors import Slug
    from scoring.files.disk import File

MOST_ROWS = 5000  # there are 250 countries; a panel of 20 years has 5,000 rows
MOST_COLUMNS = 500  # a published table of 191 countries has up to 100
HEAD_ROWS = 20  # within which the headers are looked for: titles stand above them
MAX_UNPACKED = 64 * 2**20  # bytes of an Excel file; one of 191 x 100 cells has 2 MiB
EXCEL = (".xlsx", ".xlsm")
NOT_A_TABLE = "is not a table"
MISSING = frozenset(
    ("", "-", "–", "—", ".", "..", "...", "…", "*", "na", "n/a", "n.a.", "nan", "nd", "n.d.", "no data", "none", "null")
)
"""Cells that say there is no value, in lower case."""
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,2})?")
_COMMA = re.compile(r"[-+]?[0-9]{1,20},[0-9]{1,20}")
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}(?:[, '’\u00a0\u202f][0-9]{3})+(?:\.[0-9]{0,20})?")
_RANK = re.compile(r"(?:=|t|tied |joint )?\s?([0-9]{1,6})(?:\.0|\.5)?(?:st|nd|rd|th|\.)?\s?=?", re.IGNORECASE)
_SIGNIFICANT = 12  # digits of a number in Excel, which stores binary fractions
Place: TypeAlias = tuple[int, int]


class Cell(NamedTuple):
    """The text of a cell, and where it stands: line and column in the file, counted from 1."""

    text: str
    place: Place
    name: str
    """Such as `Sheet1!B5`; the header in a text file."""
    is_formula: bool = False
    """Whether it is a formula without a value."""


class Wanted(NamedTuple):
    """The headers of the columns to read."""

    total: str
    parts: tuple[str, ...]
    rank: str | None = None
    group: str | None = None


class _Errors:
    """The errors so far, at most `reader.MAX_FAULTS`."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, cell: Cell, message: str, slug: Slug) -> None:
        if len(self.problems) == reader.MAX_FAULTS:
            message = f"has more than {reader.MAX_FAULTS} errors; these are the first, fix them and try again"
            self.problems.append(Problem(self.file, 1, 1, "", message, "too-many-faults"))
        elif len(self.problems) < reader.MAX_FAULTS:
            self.problems.append(Problem(self.file, *cell.place, cell.name, message, slug))


def published_table(file: File, wanted: Wanted) -> tuple[PublishedTable | None, list[Problem]]:
    """The wanted columns of a file, or every problem.

    Args:
        file: Read from disk.
        wanted: The columns, by header.

    Raises:
        UnknownNameError: The table has no such column.
    """
    if file.data is None:
        return None, file.problems
    try:
        is_excel = file.base.lower().endswith(EXCEL)
        rows = list(_of_excel(file.data) if is_excel else _of_text(file.data))
    except UnreadableError as error:
        return None, [Problem(file.name, 1, 1, "", str(error), "not-a-table")]
    if not rows:
        return None, [Problem(file.name, 1, 1, "", "is empty; give a table with headers and rows", "empty-file")]
    names = [wanted.total, *wanted.parts, *(name for name in (wanted.rank, wanted.group) if name is not None)]
    head, columns = _columns(file.name, rows, names)
    return _read(file, rows[head:], columns, wanted)


def _columns(file: str, rows: Sequence[Sequence[Cell]], names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """The number of rows down to the headers, and the column of each name."""
    best: tuple[int, int, list[str]] = (-1, 0, [])
    for number, row in enumerate(rows[:HEAD_ROWS], start=1):
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
            message = f"{file} has no column {name!r}; {nearest(name, shown, 'columns')}"
            raise UnknownNameError(message)
        if [head.lower() for head in heads].count(heads[position].lower()) > 1 and heads.count(heads[position]) > 1:
            message = f"{file} has several columns {name!r}; give each its own header"
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
    file: File, rows: Sequence[Sequence[Cell]], columns: dict[str, int], wanted: Wanted
) -> tuple[PublishedTable | None, list[Problem]]:
    """The columns as numbers."""
    errors = _Errors(file.name)
    filled = [row for row in rows if any(cell.text.strip() for cell in row)]
    if len(filled) > MOST_ROWS:
        message = f"has {len(filled):,} rows; the limit is {MOST_ROWS:,}, split it by year"
        return None, [Problem(file.name, 1, 1, "", message, "too-large")]
    numeric = {
        name: _numbers([_at(row, columns[name], name) for row in filled], errors)
        for name in (wanted.total, *wanted.parts)
    }
    ranks = _ranks([_at(row, columns[wanted.rank], wanted.rank) for row in filled], errors) if wanted.rank else ()
    groups = tuple(_at(row, columns[wanted.group], wanted.group).text.strip() for row in filled) if wanted.group else ()
    if errors.problems:
        return None, errors.problems
    label = _labels(filled, set(columns.values()))
    totals = numeric[wanted.total]
    used = [number for number in range(len(filled)) if all(values[number] is not None for values in numeric.values())]
    if not used:
        message = "no row has a total and all parts; give other columns, or fill the cells"
        return None, [Problem(file.name, 1, 1, "", message, "not-a-table")]
    empty = [number for number in range(len(filled)) if number not in set(used)]
    lines = [row[0].place[0] if row else 0 for row in filled]

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


def _at(row: Sequence[Cell], column: int, name: str) -> Cell:
    """The cell of a row; an empty one where the row is short."""
    if column < len(row):
        return row[column]
    return Cell("", row[-1].place if row else (1, 1), name)


def _labels(rows: Sequence[Sequence[Cell]], used: set[int]) -> list[str]:
    """What the rows are called: the first column of other texts that are all different."""
    width = max(map(len, rows), default=0)
    for column in range(width):
        texts = [" ".join(row[column].text.split()) if column < len(row) else "" for row in rows]
        if column not in used and len(set(texts)) == len(texts) and not all(map(_NUMBER.fullmatch, texts)):
            return [printable(text[:MAX_QUOTED]) for text in texts]
    return [f"row {row[0].place[0]}" if row else "" for row in rows]


# -- cells -------------------------------------------------------------------------------------------------------------


def _numbers(cells: Sequence[Cell], errors: _Errors) -> list[Decimal | None]:
    """The numbers of a column; None where there is none."""
    texts = [cell.text.strip().replace("−", "-").removesuffix("%").rstrip() for cell in cells]
    has_point = any("." in text for text in texts if _NUMBER.fullmatch(text))
    is_comma = not has_point and any(_COMMA.fullmatch(text) and not _THOUSANDS.fullmatch(text) for text in texts)
    values: list[Decimal | None] = []
    for cell, text in zip(cells, texts, strict=True):
        values.append(None)
        if cell.is_formula:
            errors.add(
                cell, "is a formula without a value; open the file in a spreadsheet program and save it", "not-a-number"
            )
        elif text.lower() in MISSING:
            continue
        elif is_comma and _COMMA.fullmatch(text):
            values[-1] = Decimal(text.replace(",", "."))
        elif not is_comma and _THOUSANDS.fullmatch(text):
            values[-1] = Decimal(re.sub(r"[^-+0-9.]", "", text))
        elif _NUMBER.fullmatch(text):
            values[-1] = Decimal(text)
        else:
            errors.add(
                cell,
                f"expected a number, got {quoted(text)}; write the number alone, or leave the cell empty",
                "not-a-number",
            )
    return values


def _ranks(cells: Sequence[Cell], errors: _Errors) -> list[Fraction | None]:
    """The ranks of a column, such as 12, =12, 12= or joint 12th; None where there is none."""
    values: list[Fraction | None] = []
    for cell in cells:
        text = cell.text.strip()
        values.append(None)
        if text.lower() in MISSING:
            continue
        if match := _RANK.fullmatch(text):
            values[-1] = Fraction(int(match[1])) + (Fraction(1, 2) if ".5" in text else 0)
        else:
            errors.add(cell, f"expected a rank such as 12, =12 or 12th, got {quoted(text)}", "not-a-number")
    return values


# -- files -------------------------------------------------------------------------------------------------------------


def _of_text(data: bytes) -> Iterator[list[Cell]]:
    """The rows of a text file; the most frequent of tab, semicolon and comma in its first line separates the cells."""
    try:
        text = reader.as_text(data)
    except UnicodeDecodeError as error:
        message = f"byte {error.object[error.start]:#04x} is not valid UTF-8; save the file as CSV in UTF-8"
        raise UnreadableError(message) from error
    head = text.splitlines()[:HEAD_ROWS]
    mark = max(("\t", ";", ","), key=lambda one: max((line.count(one) for line in head), default=0))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    names: list[str] = []
    line = 1
    try:
        for row in islice(rows, MOST_ROWS + HEAD_ROWS + 1):
            _check_width(len(row))
            names = names or row
            heads = (*names, *("" for _ in row[len(names) :]))
            yield [
                Cell(text, (line, number), " ".join(heads[number - 1].split()))
                for number, text in enumerate(row, start=1)
            ]
            line = rows.line_num + 1
    except csv.Error as error:
        message = f"{NOT_A_TABLE} (line {rows.line_num}: {error}); save it as CSV in UTF-8"
        raise UnreadableError(message) from error


def _check_width(columns: int) -> None:
    if columns > MOST_COLUMNS:
        message = f"has {columns:,} columns; the limit is {MOST_COLUMNS}, leave out those that are not needed"
        raise UnreadableError(message)


def _of_excel(data: bytes) -> Iterator[list[Cell]]:
    """The rows of the first sheet of an Excel file."""
    openpyxl = require("openpyxl", "reconcile")
    what = f"{NOT_A_TABLE} of Excel"
    check_workbook(data, MAX_UNPACKED, what=what, smaller="save the sheet alone", again="save it again")
    try:
        sheets = [openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=only) for only in (True, False)]
        title = sheets[0].worksheets[0].title
        both = [_cells(workbook.worksheets[0]) for workbook in sheets]
    except UnreadableError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsing meets in a damaged file
        reason = f"{type(error).__name__}: {error}"[:MAX_QUOTED]
        message = f"{what} (damaged: {reason}); save it as .xlsx again"
        raise UnreadableError(message) from error
    for number, (row, formulas) in enumerate(zip(*both, strict=False), start=1):
        yield [
            Cell(
                _as_text(value),
                (number, column),
                f"{title}!{openpyxl.utils.get_column_letter(column)}{number}",
                value is None and formulas[column - 1] is not None,
            )
            for column, value in enumerate(row, start=1)
        ]


def _cells(sheet: Any) -> list[tuple[Any, ...]]:
    """The values of a sheet of bounded size."""
    rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(
        max_row=MOST_ROWS + HEAD_ROWS + 1, max_col=MOST_COLUMNS + 1, values_only=True
    )
    found = []
    for row in rows:
        last = max((number for number, value in enumerate(row, start=1) if value is not None), default=0)
        _check_width(last)
        found.append(row)
    return found


def _as_text(value: Any) -> str:
    """A value of Excel as it would be printed: a number has at most twelve digits."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{Decimal(f'{value:.{_SIGNIFICANT}g}'):f}"
    return str(value)
