"""The cells of a table as codes, with what else is known of each; all errors at once, each with its cell."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from scoring.errors import Problem, UnknownNameError, Violation, nearest, quoted
from scoring.files.cells import NO_VALUE, Cell, Grid, grid
from scoring.files.imports.coinr import tree_of
from scoring.files.imports.numbers import number_reader, read_rank, style_of
from scoring.files.imports.spec import node_errors
from scoring.files.messages import add_problem
from scoring.model.countries import country_code, country_names
from scoring.model.fields import read_date
from scoring.model.imports import Goalposts, Import, NumberColumn, RankColumn
from scoring.model.kinds.number import NumberIndicator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scoring.errors import Slug
    from scoring.files.disk import File
    from scoring.model.imports import Layer
    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Source

_OWN = re.compile(r"[A-Z]{3}")
_NO = frozenset(("", "0", "no", "false"))
Code: TypeAlias = "float | dict[str, Any]"


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
        """The cell of a row below a header; an empty one where the row is short."""
        position = self.heads[head]
        if position < len(row.cells):
            return row.cells[position]
        return Cell("", row.code.line, row.code.row, position + 1)


class Published(NamedTuple):
    """The published results: what stands in the cells, and in which."""

    decimals: int
    figures: dict[str, dict[str, tuple[float, str]]]
    """`index`, or node -> country -> figure and cell."""
    ranks: dict[str, tuple[int, str]]
    classes: dict[str, tuple[str, str]]


class Table(NamedTuple):
    """An import with its table and the tables of its layers, read and checked."""

    spec: Import
    file: File
    """NAME.import.yaml."""
    source: Source
    main: Sheet
    codes: dict[str, dict[str, Code]]
    """Indicator -> country -> code."""
    cells: dict[str, dict[str, Cell]]
    """Indicator -> country -> cell."""
    layers: dict[str, dict[str, dict[str, Any]]]
    """date, publisher, imputed, error -> indicator -> country -> what the layer says."""
    published: Published


class Errors:
    """The problems so far, at most `reader.MAX_FAULTS`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, where: Grid, cell: Cell, message: str, slug: Slug, about: str = "") -> None:
        """Add the problem of a cell of a sheet."""
        add_problem(self.problems, where.problem(cell, message, slug, about))


def read_table(spec: Import, file: File, files: Mapping[str, File]) -> tuple[Table | None, list[Problem]]:
    """The tables of an import as codes, or every problem.

    Args:
        spec: Without errors.
        file: The file of the import.
        files: The files beside it, by name.
    """
    if missing := [name for name in spec.files if name not in files]:
        path = {spec.file: ("file",), spec.meta: ("meta",)}
        return None, file.located(
            Violation(path.get(name, ("layers",)), f"{name!r} is not in the folder of {file.name}", "not-a-file")
            for name in missing
        )
    problems: list[Problem] = []
    if spec.meta is not None:
        with_meta, problems = _with_meta(spec, file, files[spec.meta])
        if with_meta is None:
            return None, problems
        spec = with_meta
    errors = Errors()
    main = _sheet(spec, file, files[spec.file], spec.sheet, errors)
    if main is None:
        return None, [*errors.problems, *file.problems, *files[spec.file].problems]
    _check_unused(spec, main, errors)
    codes, cells = _codes(spec, main, errors)
    _check_goalposts(spec, main, codes, errors)
    published = _published(spec, main, errors)
    layers = _layers(spec, file, files, errors)
    if errors.problems or file.problems:
        return None, [*errors.problems, *file.problems]
    if not main.rows:
        message = "has no rows with a country; check `header`, `first` and `code`"
        return None, [Problem(main.grid.file, 1, 1, "", message, "not-a-table")]
    return Table(spec, file, spec.source.as_source(), main, codes, cells, layers, published), []


def _sheet(
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
    heads = [" ".join(cell.text.split()) for cell in found.rows[spec.header - 1]]
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
        code = cells[position] if position < len(cells) else Cell("", cells[0].line, cells[0].row, position + 1)
        text = " ".join(code.text.split())
        if text in spec.skip:
            continue
        name = None
        if spec.name is not None:
            place = sheet.heads.get(spec.name, len(cells))
            name = " ".join(cells[place].text.split()) if place < len(cells) else None
        try:
            country, own = _country(spec, text, name)
        except UnknownNameError as error:
            errors.add(sheet.grid, code, f"{error}; or write it under `codes` or `skip`", "country-code")
            country, own = code.place, None  # so that the other cells of the row are checked, too
        if country in seen:
            message = f"{text!r} is {country}, as {seen[country].place} is; keep one row a country"
            errors.add(sheet.grid, code, message, "duplicate-id")
            country = code.place
        seen.setdefault(country, code)
        yield Row(country, own, cells, code)


def _country(spec: Import, text: str, name: str | None) -> tuple[str, str | None]:
    """The code of a country or unit, and the name of a unit that is no country."""
    if not text:
        message = "has no country; write its code or name"
        raise UnknownNameError(message)
    code = spec.codes.get(text, text)
    if name and _OWN.fullmatch(code) and code not in country_names():
        return code, name
    return (code if code in country_names() else country_code(code)), None


def _check_unused(spec: Import, sheet: Sheet, errors: Errors) -> None:
    """Columns that no indicator uses: a forgotten one changes the index."""
    used = set(sheet.heads.values())
    ignored = {name.casefold() for name in spec.ignore}
    for position, cell in enumerate(sheet.grid.rows[spec.header - 1]):
        head = " ".join(cell.text.split())
        if head and position not in used and head.casefold() not in ignored:
            message = "no indicator uses this column; write it under `indicators`, or under `ignore`"
            errors.add(sheet.grid, cell, message, "unused-column", head)


# -- cells -------------------------------------------------------------------------------------------------------------


def _codes(spec: Import, sheet: Sheet, errors: Errors) -> tuple[dict[str, dict[str, Code]], dict[str, dict[str, Cell]]]:
    """Indicator -> country -> code, and the cell of each."""
    number = number_reader(style_of(spec))
    missing = NO_VALUE | {token.casefold() for token in spec.no_data}
    codes: dict[str, dict[str, Code]] = {}
    cells: dict[str, dict[str, Cell]] = {}
    for column in spec.columns:
        found: dict[str, Code] = {}
        places: dict[str, Cell] = {}
        read = read_rank if isinstance(column, RankColumn) else number
        leaf = _with_goalposts(spec, column)
        for country, row in sheet.rows.items():
            cell = sheet.cell(row, column.column)
            text = cell.text.strip()
            if cell.is_formula:
                message = "is a formula without a value; open the file in a spreadsheet program and save it"
                errors.add(sheet.grid, cell, message, "not-a-number", column.column)
            elif text.casefold() not in missing:
                value = read(text)
                if isinstance(value, str):
                    errors.add(sheet.grid, cell, f"{value}, got {quoted(text)}", "not-a-number", column.column)
                    continue
                found[country], places[country] = value, cell
                if leaf is not None:
                    check_code(sheet.grid, cell, leaf, value, column.column, errors)
        if isinstance(column, RankColumn):
            most = column.of or max((len(found), *(int(rank) for rank in found.values() if isinstance(rank, float))))
            found = {country: {"rank": int(rank), "of": max(most, 2)} for country, rank in found.items()}  # type: ignore[arg-type]
        codes[column.name], cells[column.name] = found, places
    return codes, cells


def _with_goalposts(spec: Import, column: NumberColumn | RankColumn) -> NumberIndicator | None:
    """The indicator of a column of numbers whose goalposts are given."""
    if isinstance(column, RankColumn):
        return None
    posts = (
        Goalposts(worst=column.worst, best=column.best)
        if column.worst is not None and column.best is not None
        else spec.goalposts
    )
    if not isinstance(posts, Goalposts):
        return None
    return NumberIndicator(
        kind="number",
        id=column.name,
        question=column.column,
        rationale=column.column,
        weight=column.weight,
        half_life=None,
        worst=posts.worst,
        best=posts.best,
        log=column.log,
        clip=column.clip,
    )


def check_code(where: Grid, cell: Cell, leaf: LeafIndicator, code: Code, column: str, errors: Errors) -> None:
    """Add the errors of a code, and its warnings: in a table of thousands, nobody reads these."""
    for violation in list(leaf.code_errors(code)) or leaf.code_warnings(code):
        message = violation.message.replace(f"for {leaf.id}", f"for the column {column!r}")
        errors.add(where, cell, message, violation.slug, column)


def _check_goalposts(spec: Import, sheet: Sheet, codes: Mapping[str, Mapping[str, Code]], errors: Errors) -> None:
    """Goalposts from the data need two different values, and of a logarithm values above 0."""
    for column in spec.columns:
        if isinstance(column, RankColumn) or column.worst is not None or spec.goalposts != "data":
            continue
        values = [value for value in codes[column.name].values() if not isinstance(value, dict)]
        head = sheet.grid.rows[spec.header - 1][sheet.heads[column.column]]
        if len(set(values)) < 2:  # noqa: PLR2004
            message = "has no two different values for goalposts; write `worst` and `best`, or ignore the column"
            errors.add(sheet.grid, head, message, "goalposts", column.column)
        elif column.log and min(values) <= 0:
            message = f"its least value, {min(values):g}, has no logarithm; write `worst` and `best` above 0"
            errors.add(sheet.grid, head, message, "goalposts", column.column)


def _published(spec: Import, sheet: Sheet, errors: Errors) -> Published:
    """The published columns; a country without a figure is not compared."""
    given, number = spec.published, number_reader(style_of(spec))
    missing = NO_VALUE | {token.casefold() for token in spec.no_data}

    def column(head: str, read: Callable[[str], Any]) -> dict[str, tuple[Any, str]]:
        found = {}
        for country, row in sheet.rows.items():
            cell = sheet.cell(row, head)
            text = " ".join(cell.text.split())
            if cell.is_formula:
                message = "is a formula without a value; open the file in a spreadsheet program and save it"
                errors.add(sheet.grid, cell, message, "not-a-number", head)
            if text.casefold() in missing:
                continue
            value = read(text)
            if isinstance(value, str) and read is not label:
                errors.add(sheet.grid, cell, f"{value}, got {quoted(text)}", "not-a-number", head)
            else:
                found[country] = value, sheet.grid.locator(cell)
        return found

    def label(text: str) -> str:
        return text

    def rank(text: str) -> int | str:
        value = read_rank(text)
        return int(value) if isinstance(value, float) else value

    heads = {**({"index": given.index} if given.index else {}), **given.nodes}
    return Published(
        decimals=spec.scale.decimals if given.decimals is None else given.decimals,
        figures={what: column(head, number) for what, head in heads.items()},
        ranks=column(given.rank, rank) if given.rank else {},
        classes=column(given.class_, label) if given.class_ else {},
    )


# -- layers ------------------------------------------------------------------------------------------------------------


def _layers(
    spec: Import, file: File, files: Mapping[str, File], errors: Errors
) -> dict[str, dict[str, dict[str, Any]]]:
    """What the layers say of each value."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    number = number_reader(style_of(spec))

    def date(text: str) -> Any:
        day = text.removesuffix(" 00:00:00").removesuffix(".0")
        with contextlib.suppress(ValueError):
            read_date(day)
            return day
        return None

    def error(text: str) -> Any:
        value = number(text)
        return value if isinstance(value, float) and value >= 0 else None

    marks = {mark.casefold() for mark in spec.layers.imputed.marks} if spec.layers.imputed else set()
    readers: dict[str, tuple[Callable[[str], Any], str]] = {
        "date": (date, "expected a day, month or year, such as 2018 or 2018-06-30"),
        "publisher": (lambda text: " ".join(text.split()), ""),
        "imputed": (lambda text: (text.casefold() in marks) if marks else text.casefold() not in _NO, ""),
        "error": (error, "expected a standard error of 0 or more"),
    }
    for key, (read, expected) in readers.items():
        layer: Layer | None = getattr(spec.layers, key)
        if layer is None:
            continue
        sheet = _sheet(spec, file, files[layer.file or spec.file], layer.sheet, errors, is_layer=True)
        if sheet is None:
            continue
        found[key] = defaultdict(dict)
        for column in spec.columns:
            if column.column not in sheet.heads:
                continue
            for country, row in sheet.rows.items():
                cell = sheet.cell(row, column.column)
                text = cell.text.strip()
                if text.casefold() in NO_VALUE:
                    continue
                value = read(text)
                if value is None:
                    errors.add(sheet.grid, cell, f"{expected}, got {quoted(text)}", "not-a-number", column.column)
                elif value:
                    found[key][column.name][country] = value
    return found


# -- COINr's iMeta -----------------------------------------------------------------------------------------------------


def _with_meta(spec: Import, file: File, table: File) -> tuple[Import | None, list[Problem]]:
    """The import with the tree of a table as COINr's iMeta in place of `meta`'s name."""
    found = grid(table)
    if not isinstance(found, Grid):
        return None, [found] if isinstance(found, Problem) else table.problems
    errors = Errors()
    tree = tree_of(found, lambda cell, message, slug: errors.add(found, cell, message, slug))
    if tree is None or errors.problems:
        return None, errors.problems
    columns = {"ignore": (*spec.ignore, *tree.ignored)}
    read = spec.model_copy(update={"indicators": tree.indicators, **columns})
    if wrong := list(node_errors(read)):
        return None, file.located(Violation(("meta",), one.message, one.slug) for one in wrong)
    return read, []
