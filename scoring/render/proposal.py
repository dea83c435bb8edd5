"""The file NAME.import.yaml that `scoring import` proposes for a table, with comments on what to check."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import UnknownNameError
from scoring.files.archive import UnreadableError
from scoring.files.cells import NO_VALUE
from scoring.files.imports.numbers import NumberStyle, is_rank, number_reader
from scoring.model.countries import country_code, is_country
from scoring.model.imports import MAX_NAME, name_of
from scoring.render.imported import number, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.files.cells import Cell, Grid
    from scoring.files.imports.coinr import Tree

HEAD_ROWS = 20  # among which the headers are looked for: titles stand above them
SURE = 0.5  # share of the filled cells below a header that are of one kind
MAX_DECIMALS = 4  # that are proposed: a spreadsheet shows all digits of a mean
MAX_TOKENS = 20  # signs for missing values, and rows to skip, that are listed
_RANK = frozenset(("rank", "ranking", "position"))  # words of headers
_TOTAL = frozenset(("index", "score", "total", "overall"))
_STYLES = (
    NumberStyle(".", None),
    NumberStyle(".", ","),
    NumberStyle(",", None),
    NumberStyle(",", "."),
    NumberStyle(".", " "),
    NumberStyle(",", " "),
)


class _Column(NamedTuple):
    head: str
    cells: list[Cell]

    @property
    def filled(self) -> list[str]:
        """The texts that are no usual sign for a missing value."""
        texts = (" ".join(cell.text.split()) for cell in self.cells)
        return [one for one in texts if one.casefold() not in NO_VALUE]


def proposed(grid: Grid, file: str, sheet: str | None, as_of: str) -> str:
    """An import of a table.

    Args:
        grid: The table.
        file: Its name.
        sheet: Of a spreadsheet with several.
        as_of: The day to write as the reference date.

    Raises:
        UnreadableError: No column has countries, or none has numbers.
    """
    place = _code_place(grid)
    if place is None:
        message = "no column has countries; `code` must name one with their codes or names"
        raise UnreadableError(message)
    first, position = place
    header = _header(grid, first)
    heads = [" ".join(cell.text.split()) for cell in grid.rows[header - 1]]
    rows = [row for row in grid.rows[header:] if any(cell.text.strip() for cell in row)]
    known = [row for row in rows if position < len(row) and _is_known(" ".join(row[position].text.split()))]
    columns = [
        _Column(head, [row[column] for row in known if column < len(row)])
        for column, head in enumerate(heads)
        if head and column != position
    ]
    unknown = [
        one
        for row in rows
        if position < len(row) and not _is_known(one := " ".join(row[position].text.split())) and one
    ]
    style = max(_STYLES, key=lambda one: sum(_numbers(column, one) for column in columns))
    numeric = [
        column
        for column in columns
        if _is_mostly(_numbers(column, style), column) and len(set(column.filled)) > 1  # else a year, for example
    ]
    ranks = [
        column
        for column in columns
        if _has(column.head, _RANK) and _is_mostly(sum(map(is_rank, column.filled)), column)
    ]
    name = name_of(file.rpartition(".")[0]) or "index"
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
    ignored = [column.head for column in columns if column.head not in used]
    return "\n".join(
        _lines(
            file,
            sheet,
            as_of,
            heads[position],
            header,
            style,
            unknown,
            _tokens([*taken, *totals], style),
            ignored,
            taken,
            totals,
            ranks[:1],
        )
    )


def _lines(
    file: str,
    sheet: str | None,
    as_of: str,
    code: str,
    header: int,
    style: NumberStyle,
    unknown: Sequence[str],
    tokens: Sequence[str],
    ignored: Sequence[str],
    taken: Sequence[_Column],
    totals: Sequence[_Column],
    ranks: Sequence[_Column],
) -> Iterator[str]:
    name = name_of(file.rpartition(".")[0]) or "index"
    yield "# yaml-language-server: $schema=../schemas/import.schema.json"
    yield f"# Proposed by `scoring import {file}`. Check each line, then run `scoring import {name}.import.yaml`."
    yield f"id: {name}"
    yield f"title: {text(name.replace('_', ' ').capitalize())} # of the index"
    yield f"as_of: {as_of} # the day that the figures describe"
    yield f"scale: {_scale(totals, style)} # on which the index is printed"
    yield "# better: lower # if rank 1 is the lowest figure"
    yield "source: # A reliable to E unreliable, F cannot be judged"
    yield f"  {{title: {text(name)}, publisher: Not stated, reliability: F}}"
    yield f"file: {text(file)}"
    yield from [f"sheet: {text(sheet)}"] if sheet else []
    yield from [f"header: {header} # row of the headers"] if header != 1 else []
    yield f"code: {text(code)} # column of the country"
    yield from [f"decimal: {text(style.decimal)}"] if style.decimal != "." else []
    yield from [f"thousands: {text(style.thousands)}"] if style.thousands else []
    if tokens:
        yield f"no_data: [{', '.join(map(text, tokens))}] # what stands in place of a number"
    if unknown:
        yield "# Rows that are no country; or name the country with `codes: {Name in the table: ABC}`"
        yield f"skip: [{', '.join(map(text, unknown))}]"
    if ignored:
        yield f"ignore: [{', '.join(map(text, ignored))}] # columns that are not read"
    read = number_reader(style)
    values = {one.head: [v for each in one.filled if isinstance(v := read(each), float)] for one in taken}
    to = _end(totals, style)
    is_fixed = bool(totals) and all(0 <= value <= to for column in values.values() for value in column)
    if is_fixed:
        yield f"goalposts: {{worst: 0, best: {number(to)}}} # of all columns; or data, their least and greatest value"
    else:
        yield "goalposts: data # least and greatest value of each column; better: worst and best of each"
    yield "indicators: # columns, or {id: ..., title: ..., exponent: 1, indicators: [...]} for a group of them"
    for column in taken:
        span = f"{number(min(values[column.head]))} to {number(max(values[column.head]))}"
        extra = _id_of(column.head, [name, *(other.head for other in taken)])
        direction = "" if is_fixed else ", direction: 1"
        yield f"  - {{column: {text(column.head)}{extra}, weight: 1{direction}}} # {span}"
    if totals or ranks:
        yield "published: # compared with the scores; exit code 3 if they do not fit"
        yield from (f"  index: {text(column.head)}" for column in totals)
        yield from (f"  rank: {text(column.head)}" for column in ranks)
    yield ""


def _scale(totals: Sequence[_Column], style: NumberStyle) -> str:
    """The smallest usual scale that holds the published index, with its decimals."""
    read = number_reader(style)
    texts = [one for column in totals for one in column.filled if isinstance(read(one), float)]
    decimals = max((len(one.partition(style.decimal)[2]) for one in texts), default=1)
    return f"{{from: 0, to: {number(_end(totals, style))}, decimals: {min(decimals, MAX_DECIMALS)}}}"


def _end(totals: Sequence[_Column], style: NumberStyle) -> float:
    """The end of that scale."""
    read = number_reader(style)
    values = [value for column in totals for one in column.filled if isinstance(value := read(one), float)]
    greatest = max(values, default=100.0)
    return next((end for end in (1.0, 10.0, 100.0) if greatest <= end), greatest)


def _id_of(head: str, heads: Sequence[str]) -> str:
    """The key `id`, where the header gives none or that of another."""
    name = name_of(head)
    same = [other for other in heads if name_of(other) == name]
    if name and len(same) == 1:
        return ""
    return f", id: {(name or 'column')[: MAX_NAME - 4]}_{heads.index(head) or 1}"


def _code_place(grid: Grid) -> tuple[int, int] | None:
    """The first row of values and the column that has the most countries; codes before names."""
    best: tuple[int, int, int] | None = None  # countries, first row, column
    width = max(map(len, grid.rows[: 2 * HEAD_ROWS]), default=0)
    for column in range(width):
        known = [
            row[column].row
            for row in grid.rows
            if column < len(row) and row[column].text.strip() and _is_known(" ".join(row[column].text.split()))
        ]
        if known and known[0] <= HEAD_ROWS + 1 and known[0] > 1 and (best is None or len(known) > best[0]):
            best = (len(known), known[0], column)
    return best and (best[1], best[2])


def _header(grid: Grid, first: int) -> int:
    """The row of the headers: that with the most cells above the first country, without a number, the first of such."""
    readers = [number_reader(style) for style in _STYLES]

    def headers(row: Sequence[Cell]) -> int:
        texts = [one for cell in row if (one := cell.text.strip())]
        return 0 if any(isinstance(read(one), float) for read in readers for one in texts) else len(texts)

    counts = [headers(row) for row in grid.rows[: first - 1]]
    return counts.index(max(counts)) + 1 if any(counts) else max(first - 1, 1)


def _has(head: str, words: frozenset[str]) -> bool:
    """Whether a header has one of the words."""
    return not words.isdisjoint(name_of(head).split("_"))


def _is_known(name: str) -> bool:
    """Whether a text is a country."""
    if is_country(name):
        return True
    try:
        return bool(name) and bool(country_code(name))
    except UnknownNameError:
        return False


def _numbers(column: _Column, style: NumberStyle) -> int:
    read = number_reader(style)
    return sum(isinstance(read(one), float) for one in column.filled)


def _is_mostly(count: int, column: _Column) -> bool:
    return count > 0 and count >= SURE * len(column.filled)


def _tokens(columns: Sequence[_Column], style: NumberStyle) -> list[str]:
    """What stands in columns of numbers and is none, the most frequent first."""
    read = number_reader(style)
    found = Counter(one for column in columns for one in column.filled if not isinstance(read(one), float))
    return [one for one, _ in found.most_common(MAX_TOKENS)]


def of_coinr(tree: Tree, data: str, meta: str, heads: Sequence[str], as_of: str) -> str:
    """The import of COINr's tables iData and iMeta."""
    lines = [
        "# yaml-language-server: $schema=../schemas/import.schema.json",
        "# Written by `scoring import --coinr`.",
        f"id: {tree.id}",
        f"title: {text(tree.title)}",
        f"as_of: {as_of}",
        f"source: {{title: {text(data)}, publisher: Not stated, reliability: F}}",
        f"file: {text(data)}",
        "code: uCode",
        *(["name: uName"] if "uName" in heads else []),
        f"meta: {text(meta)}",
        "goalposts: data",
    ]
    return "\n".join(lines) + "\n"
