"""Tables in CSV, TSV, Excel and Parquet, as rows of cells with their text and place.

A file may come from a stranger: sizes are checked before a library parses it, and nothing in it is executed.
"""

from __future__ import annotations

import csv
import functools
import io
import re
import unicodedata
from collections import Counter
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.errors import MAX_QUOTED, Problem
from scoring.extras import require
from scoring.files import reader
from scoring.files.archive import UnreadableError, check_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.files.disk import File

MAX_ROWS = 5000  # there are 250 countries; a panel of 20 years has 5,000 rows
MAX_COLUMNS = 1000  # a published table of 191 countries has up to 100
MAX_CELLS = 500_000  # 191 x 84 are 16,000
MAX_TEXT = 4000  # characters of a cell
MAX_HEAD = 20_000  # characters in which the separator is looked for
DIGITS = 15  # significant digits of a binary fraction, as a spreadsheet program shows it
EXCEL = (".xlsx", ".xlsm")
NO_EXCEL = "is no table of Excel; save it as .xlsx"
PARQUET = ".parquet"
NO_VALUE = frozenset(
    ("", "-", "–", "—", ".", "..", "...", "…", "*", "na", "n/a", "n.a.", "#n/a", "nan", "nd", "n.d.", "no data", "null")
)
"""Cells that say there is no value, in lower case."""
FORMULA = "is a formula without a value; open the file in a spreadsheet program and save it"
_QUOTED = re.compile(r'(?<![^\t;,\n])"[^"]*"')  # a cell in quotes
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # of a number format: shown as it is, no code of a number


class Cell(NamedTuple):
    """The text of a cell, and where it stands."""

    text: str
    line: int
    """In the file, counted from 1; of a spreadsheet the row."""
    row: int
    """As a spreadsheet program counts it."""
    column: int
    is_formula: bool = False
    """Whether it is a formula without a value."""

    @property
    def place(self) -> str:
        """Such as `C5`."""
        return f"{letters(self.column)}{self.row}"

    @property
    def plain(self) -> str:
        """The text with single spaces."""
        return " ".join(self.text.split())


class Grid(NamedTuple):
    """The cells of a sheet, by row."""

    file: str
    """As the user would write it."""
    sheet: str
    """The name of the sheet; of a text file the name of the file."""
    rows: list[list[Cell]]
    others: tuple[str, ...] = ()
    """The names of the other sheets."""
    separator: str = ""
    """What separates the cells of a text file."""

    def locator(self, cell: Cell) -> str:
        """Such as `Data!C5`."""
        return f"{self.sheet}!{cell.place}"

    def problem(self, cell: Cell, message: str, slug: Any, about: str = "") -> Problem:
        """A problem of a cell."""
        is_file = self.file.endswith(self.sheet)
        path = f"{cell.place if is_file else self.locator(cell)} {about}".rstrip()
        return Problem(self.file, cell.line, cell.column, path, message, slug)


def cell_at(row: Sequence[Cell], position: int) -> Cell:
    """The cell of a row that has cells; an empty one where the row is short."""
    return row[position] if position < len(row) else Cell("", row[0].line, row[0].row, position + 1)


@functools.cache
def letters(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def grid(file: File, sheet: str | None = None, extra: str = "coding") -> Grid | Problem | None:
    """The cells of a file, or why it cannot be read; None if the file has problems already.

    Args:
        file: Read from disk.
        sheet: Of an Excel file; default: the first.
        extra: The extra of the package that reads Excel files.
    """
    if file.data is None:
        return None
    name = file.base.lower()
    if sheet is not None and not name.endswith(EXCEL):
        return Problem(file.name, 1, 1, "", f"has no sheets; remove `sheet: {sheet}`", "not-a-table")
    try:
        if name.endswith(EXCEL):
            return _of_excel(file, file.data, sheet, extra)
        if name.endswith(PARQUET):
            return Grid(file.name, file.base, list(_bounded(_of_parquet(file.data))))
        return _of_text(file, file.data)
    except UnreadableError as error:
        return Problem(file.name, error.line, error.column, "", str(error), "not-a-table")


def _bounded(rows: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
    """The rows, as long as there are not too many cells."""
    cells = 0
    for number, row in enumerate(rows, start=1):
        cells += len(row)
        if number > MAX_ROWS:
            message = f"has more than {MAX_ROWS:,} rows; split it by year"
            raise UnreadableError(message)
        if len(row) > MAX_COLUMNS or cells > MAX_CELLS:
            message = f"has more than {MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells; leave out those not needed"
            raise UnreadableError(message)
        for cell in row:
            if len(cell.text) > MAX_TEXT:
                message = f"has more than {MAX_TEXT:,} characters; shorten the cell"
                raise UnreadableError(message, cell.line, cell.column)
        wrong = reader.decode(" ".join(cell.text for cell in row).replace("\t", " ").encode(errors="replace"), "")
        if isinstance(wrong, Problem):
            raise UnreadableError(wrong.message, row[0].line)
        yield row


def separator(text: str) -> str:
    """What separates the cells of a text: the mark of tab, semicolon and comma that most lines have equally often.

    A note or a title may have another more often, and decimal commas do not stand in the headers.
    """
    lines = _QUOTED.sub("", text[:MAX_HEAD]).splitlines()

    def fit(mark: str) -> tuple[int, int]:
        counts = Counter(line.count(mark) for line in lines)
        return max(((number, count) for count, number in counts.items() if count), default=(0, 0))

    return max(("\t", ";", ","), key=fit)


def _of_text(file: File, data: bytes) -> Grid:
    wrong = reader.decode(data.replace(b"\t", b" "), "")  # which refuses tabs
    if isinstance(wrong, Problem):
        raise UnreadableError(wrong.message, wrong.line, wrong.column)
    text = unicodedata.normalize("NFC", reader.as_text(data))
    mark = separator(text)
    return Grid(file.name, file.base, list(_bounded(_rows_of_text(text, mark))), separator=mark)


def _rows_of_text(text: str, mark: str) -> Iterator[list[Cell]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    line = 1
    try:
        for number, row in enumerate(rows, start=1):
            yield [Cell(cell, line, number, column) for column, cell in enumerate(row, start=1)]
            line = rows.line_num + 1
    except csv.Error as error:
        message = f"{error}; check the quotes and save it as CSV in UTF-8"
        raise UnreadableError(message, rows.line_num) from error


def _of_excel(file: File, data: bytes, sheet: str | None, extra: str) -> Grid:
    openpyxl = require("openpyxl", extra)
    has_formulas = check_workbook(data, NO_EXCEL, smaller="save the sheet alone")
    try:
        values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True) if has_formulas else None
        titles = [one.title for one in values.worksheets]
        title = sheet or titles[0]
        rows = list(_bounded(_rows_of(values[title], formulas and formulas[title]))) if title in titles else None
    except UnreadableError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsing meets in a damaged file
        reason = f"{NO_EXCEL} (damaged: {f'{type(error).__name__}: {error}'[:MAX_QUOTED]})"
        raise UnreadableError(reason) from error
    if rows is None:
        message = f"has no sheet {title!r}; sheets: {', '.join(titles)}"
        raise UnreadableError(message)
    return Grid(file.name, title, rows, tuple(one for one in titles if one != title))


def _rows_of(values: Any, formulas: Any) -> Iterator[list[Cell]]:
    """The rows of a sheet; formulas: the same sheet with its formulas, None if the file has none."""
    limits = {"max_row": MAX_ROWS + 1, "max_col": MAX_COLUMNS + 1}
    written_rows = formulas.iter_rows(**limits, values_only=True) if formulas else repeat(None)
    for number, (row, written_row) in enumerate(zip(values.iter_rows(**limits), written_rows, strict=False), start=1):
        formula = tuple(cell.value for cell in row) if written_row is None else written_row
        last = max((place for place, value in enumerate(formula, start=1) if value is not None), default=0)
        yield [
            Cell(
                _as_text(cell.value, getattr(cell, "number_format", "")),
                number,
                number,
                column,
                cell.value is None and written is not None,
            )
            for column, (cell, written) in enumerate(zip(row[:last], formula[:last], strict=False), start=1)
        ]


def _as_text(value: Any, form: str = "") -> str:
    """A value as a spreadsheet program would show it with all its digits; a share that it shows in per cent as that."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        is_percent = isinstance(form, str) and "%" in _LITERAL.sub("", form)
        text = f"{value * 100 if is_percent else value:.{DIGITS}g}"
        return f"{text}%" if is_percent else text
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def _of_parquet(data: bytes) -> Iterator[list[Cell]]:
    require("pyarrow", "report")
    parquet = require("pyarrow.parquet", "report")
    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        is_small = file.metadata.num_rows <= MAX_ROWS and file.metadata.num_columns <= MAX_COLUMNS
        table = file.read() if is_small else None
        rows: list[Sequence[Any]] = [table.column_names] if table is not None else []
        rows += zip(*(column.to_pylist() for column in table.columns), strict=True) if table is not None else ()
    except Exception as error:  # pyarrow raises whatever its parsing meets in a damaged file
        reason = f"{type(error).__name__}: {error}"[:MAX_QUOTED]
        message = f"is no Parquet file (damaged: {reason}); write it again"
        raise UnreadableError(message) from error
    if not is_small:
        message = f"has more than {MAX_ROWS:,} rows or {MAX_COLUMNS:,} columns; leave out those not needed"
        raise UnreadableError(message)
    for number, row in enumerate(islice(rows, MAX_ROWS + 1), start=1):
        yield [Cell(_as_text(value), number, number, column) for column, value in enumerate(row, start=1)]
