"""The rows and columns of a table that an import reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import Problem, UnknownNameError, Violation, nearest
from scoring.files.cells import Grid, cell_at, grid
from scoring.files.imports.countries import country_of
from scoring.files.imports.numbers import number_reader, style_of
from scoring.files.messages import add_problem
from scoring.model.imports import NumberColumn, RankColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.errors import Slug
    from scoring.files.cells import Cell
    from scoring.files.disk import File
    from scoring.files.imports.numbers import NumberStyle
    from scoring.model.imports import Import


class Row(NamedTuple):
    """A row of the table: the country, and its cells."""

    country: str
    name: str | None
    """Of a unit that is no country."""
    cells: list[Cell]
    code: Cell


class Sheet(NamedTuple):
    """A table with its headers found."""

    grid: Grid
    heads: dict[str, int]
    """Header -> position in a row."""
    rows: dict[str, Row]
    """Country -> row, in the order of the table."""

    def cell(self, row: Row, head: str) -> Cell:
        """The cell of a row below a header."""
        return cell_at(row.cells, self.heads[head])


class Errors:
    """The problems so far, at most `reader.MAX_FAULTS`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, where: Grid, cell: Cell, message: str, slug: Slug, about: str = "") -> None:
        """Add the problem of a cell of a sheet."""
        add_problem(self.problems, where.problem(cell, message, slug, about))


def read_sheet(
    spec: Import, file: File, table: File, name: str | None, errors: Errors, *, is_layer: bool = False
) -> Sheet | None:
    """A table with its headers and rows; None if it has no such headers."""
    found = grid(table, name)
    if not isinstance(found, Grid):
        errors.problems += [found] if isinstance(found, Problem) else table.problems
        return None
    if len(found.rows) < spec.header:
        message = f"has {len(found.rows)} rows; the headers are expected in row {spec.header}"
        errors.problems.append(Problem(found.file, 1, 1, "", message, "not-a-table"))
        return None
    heads = [cell.plain for cell in found.rows[spec.header - 1]]
    wanted: list[tuple[tuple[str | int, ...], str]] = [(("code",), spec.code)]
    if spec.name is not None and not is_layer:
        wanted.append((("name",), spec.name))
    for path, node in spec.nodes():
        if isinstance(node, NumberColumn | RankColumn) and (
            not is_layer or position_of(heads, node.column) is not None
        ):
            wanted.append(((*path, "column") if spec.meta is None else ("meta",), node.column))
    if not is_layer:
        wanted += (((("published",), head)) for head in spec.published.columns)
    positions, wrong = {}, []
    for path, head in wanted:
        position = position_of(heads, head)
        if position is None:
            hint = nearest(head, [one for one in heads if one], "columns")
            message = f"{head!r} is no header in row {spec.header} of {found.sheet}; {hint}"
            wrong.append(Violation(path, message, "not-a-table"))
        elif heads.count(heads[position]) > 1:
            message = f"{head!r} is the header of several columns of {found.sheet}; give each its own"
            wrong.append(Violation(path, message, "duplicate-id"))
        else:
            positions[head] = position
    if wrong:
        errors.problems += file.located(wrong)
        return None
    sheet = Sheet(found, positions, {})
    for row in rows_of(spec, sheet, errors):
        sheet.rows[row.country] = row
    return sheet


def position_of(heads: Sequence[str], name: str) -> int | None:
    """The column of a header: the same text, or else the only one that is the same but for case."""
    wanted = " ".join(name.split())
    if wanted in heads:
        return heads.index(wanted)
    same = [position for position, head in enumerate(heads) if head.casefold() == wanted.casefold()]
    return same[0] if len(same) == 1 else None


def rows_of(spec: Import, sheet: Sheet, errors: Errors) -> Iterator[Row]:
    """The rows with a country, each country once."""
    position = sheet.heads[spec.code]
    seen: dict[str, Cell] = {}
    for cells in sheet.grid.rows[(spec.first or spec.header + 1) - 1 :]:
        if not any(cell.text.strip() for cell in cells):
            continue
        code = cell_at(cells, position)
        text = code.plain
        if text in spec.skip:
            continue
        name = None
        if spec.name is not None:
            place = sheet.heads.get(spec.name, len(cells))
            name = cells[place].plain if place < len(cells) else None
        try:
            country, own = country_of(spec, text, name)
        except UnknownNameError as error:
            errors.add(sheet.grid, code, f"{error}; or write it under `codes` or `skip`", "country-code")
            country, own = code.place, None  # so that the other cells of the row are checked, too
        if country in seen:
            message = f"{text!r} is {country}, as {seen[country].place} is; keep one row a country"
            errors.add(sheet.grid, code, message, "duplicate-id")
            country = code.place
        seen.setdefault(country, code)
        yield Row(country, own, cells, code)


def without_header(rows: Iterable[Sequence[Cell]], heads: Sequence[str], style: NumberStyle) -> Iterator[Cell]:
    """The first figure of each column that has figures and no header."""
    read, found = number_reader(style), set()
    for row in rows:
        for position, cell in enumerate(row):
            is_bare = position not in found and (position >= len(heads) or not heads[position])
            if is_bare and (cell.is_formula or isinstance(read(cell.text.strip()), float)):
                found.add(position)
                yield cell


def check_unused(spec: Import, sheet: Sheet, errors: Errors) -> None:
    """Columns that no indicator uses, and figures without a header: a forgotten column changes the index."""
    heads = [cell.text.strip() for cell in sheet.grid.rows[spec.header - 1]]
    for cell in without_header([row.cells for row in sheet.rows.values()], heads, style_of(spec)):
        message = f"is a figure in a column without a header in row {spec.header}; give it one"
        errors.add(sheet.grid, cell, message, "unused-column")
    used = set(sheet.heads.values())
    ignored = {name.casefold() for name in spec.ignore}
    for position, cell in enumerate(sheet.grid.rows[spec.header - 1]):
        head = cell.plain
        if head and position not in used and head.casefold() not in ignored:
            message = "no indicator uses this column; write it under `indicators`, or under `ignore`"
            errors.add(sheet.grid, cell, message, "unused-column", head)
