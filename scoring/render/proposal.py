"""The file NAME.import.yaml that `scoring import` proposes for a table, with comments on what to check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scoring.files.archive import UnreadableError
from scoring.files.imports.coinr import CODE as UNIT
from scoring.files.imports.found import MAX_TOKENS, country_in, found_in
from scoring.files.imports.numbers import NumberStyle, is_percent, number_reader
from scoring.model.countries import country_names, named
from scoring.model.imports import MAX_NAME, name_of
from scoring.render.imported import number, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.files.cells import Grid
    from scoring.files.imports.coinr import Tree
    from scoring.files.imports.found import Column, Doubt, Found

MAX_DECIMALS = 4  # that are proposed: a spreadsheet shows all digits of a mean


def proposed(grid: Grid, file: str, sheet: str | None, as_of: str) -> str:
    """An import of a table.

    Args:
        grid: The table.
        file: Its name.
        sheet: Of a spreadsheet with several.
        as_of: The day to write as the reference date.

    Raises:
        UnreadableError: No column has countries, or none has numbers, or one with figures has no header.
    """
    try:
        found = found_in(grid, name_of(file.rpartition(".")[0]) or "index")
    except UnreadableError as error:
        if not grid.others:
            raise
        others = ", ".join(grid.others[:MAX_TOKENS])
        message = f"{error}; this is the sheet {grid.sheet}, the others are: {others}; put that of the table first"
        raise UnreadableError(message, error.line, error.column) from error
    return "\n".join(_lines(file, sheet, grid.others, as_of, found))


def _lines(file: str, sheet: str | None, sheets: Sequence[str], as_of: str, found: Found) -> Iterator[str]:
    style, taken, totals, ranks = found.style, found.taken, found.totals, found.ranks
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
    other_sheets = f" # the others: {', '.join(map(text, sheets[:MAX_TOKENS]))}" if sheets else ""
    yield from [f"sheet: {text(sheet)}{other_sheets}"] if sheet else []
    yield from [f"header: {found.header} # row of the headers"] if found.header != 1 else []
    yield f"code: {text(found.code.head)} # column of the country{_example(found.code)}"
    if found.codes:
        yield "codes: # names in other languages than English"
        yield from (f"  {json.dumps(one, ensure_ascii=False)}: {code}" for one, code in found.codes.items())
    yield from [f"decimal: {text(style.decimal)}"] if style.decimal != "." else []
    yield from [f"thousands: {text(style.thousands)}"] if style.thousands else []
    yield from [_doubt_line(found.doubt)] if found.doubt else []
    if found.tokens:
        yield f"no_data: [{', '.join(map(text, found.tokens))}] # what stands in place of a number"
    if found.wrong:
        cells = ", ".join(f"{cell.place} {text(cell.plain)}" for cell in found.wrong)
        yield f"# Neither numbers nor signs for missing values; correct the table: {cells}"
    if found.unknown:
        yield "# Rows that are no country; or name the country with `codes: {Name in the table: ABC}`"
        yield f"skip: [{', '.join(map(text, found.unknown))}]"
    if found.ignored:
        yield f"ignore: [{', '.join(map(text, found.ignored))}] # columns that are not read"
    read = number_reader(style)
    values = {one.head: [v for each in one.filled if isinstance(v := read(each), float)] for one in taken}
    to = _end(totals, style)
    is_fixed = bool(totals) and all(0 <= value <= to for column in values.values() for value in column)
    if is_fixed:
        yield f"goalposts: {{worst: 0, best: {number(to)}}} # of all columns; or data, their least and greatest value"
    else:
        yield "goalposts: data # least and greatest value of each column; better: worst and best of each"
    yield "indicators: # columns, or {id: ..., title: ..., exponent: 1, indicators: [...]} for a group of them"
    yield from _column_lines(name, taken, values, is_fixed=is_fixed)
    if totals or ranks:
        yield "published: # compared with the scores; exit code 3 if they do not fit"
        yield from (f"  index: {text(column.head)}" for column in totals)
        yield from (f"  rank: {text(column.head)}" for column in ranks)
    yield ""


def _column_lines(
    name: str, taken: Sequence[Column], values: Mapping[str, Sequence[float]], *, is_fixed: bool
) -> Iterator[str]:
    for column in taken:
        span = f"{number(min(values[column.head]))} to {number(max(values[column.head]))}"
        extra = _id_of(column.head, [name, *(other.head for other in taken)])
        direction = "" if is_fixed else ", direction: 1"
        signs = set(map(is_percent, column.filled))
        mixed = "; some have a percent sign and some have none, write the column in one unit" if len(signs) > 1 else ""
        yield f"  - {{column: {text(column.head)}{extra}, weight: 1{direction}}} # {span}{mixed}"


def _doubt_line(doubt: Doubt) -> str:
    style = doubt.style
    keys = f"decimal: {text(style.decimal)}" + (f", thousands: {text(style.thousands)}" if style.thousands else "")
    other = f"with {keys} it would be {number(doubt.other)}"
    return f"# Check: {text(doubt.text)} is read as {number(doubt.value)}, but {other}"


def _example(code: Column) -> str:
    """What the first code of two letters is read as: regions have such codes, too."""
    short = next((one for one in code.filled if len(one) == 2 and one.isascii()), None)  # noqa: PLR2004
    country = country_in(short) if short else None
    return f": {text(short)} is read as {named(country)}" if short and country else ""


def _scale(totals: Sequence[Column], style: NumberStyle) -> str:
    """The smallest usual scale that holds the published index, with its decimals."""
    read = number_reader(style)
    texts = [one for column in totals for one in column.filled if isinstance(read(one), float)]
    figures = (one.removesuffix("%").rstrip() for one in texts)
    decimals = max((len(one.partition(style.decimal)[2]) for one in figures), default=1)
    return f"{{from: 0, to: {number(_end(totals, style))}, decimals: {min(decimals, MAX_DECIMALS)}}}"


def _end(totals: Sequence[Column], style: NumberStyle) -> float:
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


def of_coinr(tree: Tree, data: str, meta: str, table: Grid, as_of: str) -> str:
    """The import of COINr's tables iData and iMeta, with the names of units where some are no countries."""
    heads = [cell.text.strip() for cell in table.rows[0]] if table.rows else []
    place = heads.index(UNIT) if UNIT in heads else -1
    units = [row[place].plain for row in table.rows[1:] if 0 <= place < len(row)]
    has_names = "uName" in heads and not all(one in country_names() for one in units if one)
    lines = [
        "# yaml-language-server: $schema=../schemas/import.schema.json",
        "# Written by `scoring import --coinr`.",
        f"id: {tree.id}",
        f"title: {text(tree.title)}",
        f"as_of: {as_of}",
        f"source: {{title: {text(data)}, publisher: Not stated, reliability: F}}",
        f"file: {text(data)}",
        f"code: {UNIT}",
        *(["name: uName"] if has_names else []),
        f"meta: {text(meta)}",
        "goalposts: data",
    ]
    return "\n".join(lines) + "\n"
