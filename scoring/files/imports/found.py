"""What a table seems to be: its headers, countries, columns of figures, and how numbers are written in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from scoring.files.archive import UnreadableError
from scoring.files.cells import FORMULA, NO_VALUE
from scoring.files.imports.countries import country_elsewhere
from scoring.files.imports.numbers import NumberStyle, is_rank, number_reader
from scoring.files.imports.sheet import without_header
from scoring.model.countries import is_country, spellings
from scoring.model.imports import name_of
from scoring.text.spelling import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.files.cells import Cell, Grid

HEAD_ROWS = 20  # among which the headers are looked for: titles stand above them
SURE = 0.5  # share of the filled cells below a header that are of one kind
MAX_TOKENS = 20  # signs for missing values, rows to skip, and cells to correct, that are listed
_RANK = frozenset(("rank", "ranking", "position"))  # words of headers
_TOTAL = frozenset(("index", "score", "total", "overall"))
_DEFAULT = NumberStyle(".", None)
_STYLES = (
    _DEFAULT,
    NumberStyle(".", ","),
    NumberStyle(",", None),
    NumberStyle(",", "."),
    NumberStyle(".", " "),
    NumberStyle(",", " "),
    NumberStyle(".", "'"),
    NumberStyle(",", "'"),
)
_FIRST = frozenset("+-−.,0123456789")  # signs with which numbers begin
_NOT_MISSING = ("true", "false")  # and what has digits, or begins as an error of a spreadsheet program does


class Doubt(NamedTuple):
    """Numbers that may be meant otherwise."""

    text: str
    value: float
    style: NumberStyle
    """The other way to read them."""
    other: float


class Column(NamedTuple):
    """A header, and the cells below it in the rows of countries."""

    head: str
    cells: list[Cell]

    @property
    def filled(self) -> list[str]:
        """The texts that are no usual sign for a missing value."""
        return [cell.plain for cell in self.cells if cell.plain.casefold() not in NO_VALUE]


class Found(NamedTuple):
    """What was found in a table."""

    code: Column
    header: int
    style: NumberStyle
    doubt: Doubt | None
    """How else the numbers may be meant."""
    codes: Mapping[str, str]
    """Name in another language than English -> code."""
    unknown: Sequence[str]
    tokens: Sequence[str]
    wrong: Sequence[Cell]
    """In columns of numbers, neither a number nor a sign for a missing value."""
    ignored: Sequence[str]
    taken: Sequence[Column]
    totals: Sequence[Column]
    ranks: Sequence[Column]


def found_in(grid: Grid, name: str) -> Found:
    """What is found in a table.

    Args:
        grid: The table.
        name: The id of the index, which is the header of its results, perhaps.

    Raises:
        UnreadableError: No column has countries, or none has numbers, or one that has either has no header.
    """
    place = _code_place(grid)
    if place is None:
        message = "no column has countries; `code` must name one with their codes or names"
        raise UnreadableError(message)
    first, position = place
    header = _header(grid, first, position)
    heads = [cell.plain for cell in grid.rows[header - 1]]
    rows = [row for row in grid.rows[header:] if position < len(row) and row[position].plain]
    known = [row for row in rows if country_in(row[position].plain)]
    if position >= len(heads) or not heads[position]:
        message = f"the column of the countries has no header in row {header}; write one, which `code` can name"
        cells = grid.rows[header - 1] or grid.rows[first - 1]  # an empty row has no cell that knows its line
        raise UnreadableError(message, cells[0].line, position + 1)
    columns = [
        Column(head, [row[column] for row in known if column < len(row)])
        for column, head in enumerate(heads)
        if head and column != position
    ]
    if formula := next((cell for column in columns for cell in column.cells if cell.is_formula), None):
        message = f"{formula.place} {FORMULA}"
        raise UnreadableError(message, formula.line, formula.column)
    style, doubt = _style(columns, grid.separator)
    if bare := next(without_header(known, heads, style), None):
        message = f"{bare.place} is a figure in a column without a header in row {header}; give each column its own"
        raise UnreadableError(message, bare.line, bare.column)
    numeric = [
        column
        for column in columns
        if _is_mostly(_numbers(column.filled, style), column)
        and len(set(column.filled)) > 1  # else a year, for example
    ]
    ranks = [
        column
        for column in columns
        if _has(column.head, _RANK) and _is_mostly(sum(map(is_rank, column.filled)), column)
    ]
    others = [column for column in numeric if column not in ranks]
    totals = [column for column in others if name_of(column.head) == name or _has(column.head, _TOTAL)][:1]
    taken = [column for column in numeric if column not in ranks and column not in totals]
    if not taken:
        taken, totals = totals, []
    if not taken:
        message = "no column has numbers in half of its cells or more"
        raise UnreadableError(message)
    if len(ranks) > 1:  # of which year, or of what
        ranks = []
    used = {column.head for column in (*taken, *ranks[:1], *totals)}
    tokens, wrong = _tokens([*taken, *totals], style)
    names = [row[position].plain for row in rows]
    return Found(
        code=Column(heads[position], [row[position] for row in known]),
        header=header,
        style=style,
        doubt=doubt,
        codes={one: code for one in names if not country_in(one, english=True) and (code := country_in(one))},
        unknown=[one for one in names if not country_in(one)],
        tokens=tokens,
        wrong=wrong,
        ignored=[column.head for column in columns if column.head not in used],
        taken=taken,
        totals=totals,
        ranks=ranks[:1],
    )


def _code_place(grid: Grid) -> tuple[int, int] | None:
    """The first row of values and the column that has the most countries; codes before names."""
    best: tuple[int, int, int] | None = None  # countries, first row, column
    head, rest = grid.rows[: HEAD_ROWS + 1], grid.rows[HEAD_ROWS + 1 :]
    for column in range(max(map(len, head), default=0)):
        first, *others = _known(head, column) or [1]
        if first > 1:
            countries = 1 + len(others) + len(_known(rest, column))
            best = (countries, first, column) if best is None or countries > best[0] else best
    return best and (best[1], best[2])


def _known(rows: Sequence[Sequence[Cell]], column: int) -> list[int]:
    """The rows with a country in a column."""
    return [row[column].row for row in rows if column < len(row) and country_in(row[column].plain)]


def _header(grid: Grid, first: int, position: int) -> int:
    """The row of the headers: that with the most cells above the first country, without a number, the first of such.

    If it has fewer cells than the row of the first country, as a title has, headers may be numbers, such as years.
    """
    readers = [number_reader(style) for style in _STYLES]

    def filled(row: Sequence[Cell]) -> list[str]:
        return [one for cell in row if (one := cell.text.strip())]

    def headers(row: Sequence[Cell]) -> int:
        return 0 if any(isinstance(read(one), float) for read in readers for one in filled(row)) else len(filled(row))

    def with_numbers(row: Sequence[Cell]) -> int:
        return len(filled(row)) if position < len(row) and row[position].text.strip() else 0

    above = grid.rows[: first - 1]
    counts = [headers(row) for row in above]
    if max(counts, default=0) < len(filled(grid.rows[first - 1])):
        wider = [with_numbers(row) for row in above]
        counts = wider if max(wider, default=0) > max(counts, default=0) else counts
    return counts.index(max(counts)) + 1 if any(counts) else max(first - 1, 1)


def _style(columns: Sequence[Column], separator: str) -> tuple[NumberStyle, Doubt | None]:
    """How most numbers can be read, and how else they may be meant; where `;` separates, decimals have commas."""
    order = sorted(_STYLES, key=lambda one: one.decimal == ".") if separator == ";" else _STYLES
    texts = [one for column in columns for one in column.filled if one[0] in _FIRST]
    counts = {style: _numbers(texts, style) for style in order}
    best = [style for style in order if counts[style] == max(counts.values())]

    def other_reading(one: NumberStyle, other: NumberStyle) -> str | None:
        first, second = number_reader(one), number_reader(other)
        return next((each for each in texts if first(each) != second(each) and isinstance(first(each), float)), None)

    style = _DEFAULT if _DEFAULT in best and other_reading(best[0], _DEFAULT) is None else best[0]
    for other in best:
        example = other_reading(style, other)
        value, else_value = (number_reader(one)(example or "") for one in (style, other))
        if example is not None and isinstance(value, float) and isinstance(else_value, float):
            return style, Doubt(example, value, other, else_value)
    return style, None


def _has(head: str, words: frozenset[str]) -> bool:
    """Whether a header has one of the words."""
    return not words.isdisjoint(name_of(head).split("_"))


def country_in(name: str, *, english: bool = False) -> str | None:
    """The code of the country of a text; None if it is that of none or several.

    english: Whether its name in another language does not count.
    """
    if is_country(name.upper()):
        return name.upper()
    codes = spellings().get(folded(name), ())
    if len(codes) == 1:
        return codes[0]
    return None if english or codes else country_elsewhere(name)


def _numbers(texts: Sequence[str], style: NumberStyle) -> int:
    read = number_reader(style)
    return sum(isinstance(read(one), float) for one in texts)


def _is_mostly(count: int, column: Column) -> bool:
    return count > 0 and count >= SURE * len(column.filled)


def _tokens(columns: Sequence[Column], style: NumberStyle) -> tuple[list[str], list[Cell]]:
    """What stands for a missing value in columns of numbers, the most frequent first, and the cells to correct."""
    read = number_reader(style)
    others = [
        cell
        for column in columns
        for cell in column.cells
        if cell.plain.casefold() not in NO_VALUE and not isinstance(read(cell.plain), float)
    ]
    wrong = [cell for cell in others if not _is_sign(cell.plain)]
    found = Counter(one for cell in others if _is_sign(one := cell.plain))
    return [one for one, _ in found.most_common(MAX_TOKENS)], wrong[:MAX_TOKENS]


def _is_sign(one: str) -> bool:
    """Whether a text may say that a value is missing: a figure with a mark, or an error, does not."""
    return not (one.casefold() in _NOT_MISSING or one.startswith("#") or any(sign.isdigit() for sign in one))
