"""The cells of a table as codes, with what else is known of each; all errors at once, each with its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from scoring.errors import Problem, Violation, quoted
from scoring.files.cells import FORMULA, NO_VALUE, Cell, Grid, grid
from scoring.files.imports.coinr import tree_of
from scoring.files.imports.layers import read_layers
from scoring.files.imports.numbers import is_percent, number_reader, read_rank, span, style_of
from scoring.files.imports.sheet import Errors, Sheet, check_unused, read_sheet
from scoring.files.imports.spec import node_errors
from scoring.model.imports import Import, NumberColumn, RankColumn
from scoring.model.kinds.number import NumberIndicator

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from scoring.files.disk import File
    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Source

Code: TypeAlias = "float | dict[str, Any]"


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
    main = read_sheet(spec, file, files[spec.file], spec.sheet, errors)
    if main is None:
        return None, [*errors.problems, *file.problems, *files[spec.file].problems]
    check_unused(spec, main, errors)
    codes, cells = _codes(spec, main, errors)
    _check_goalposts(spec, main, codes, errors)
    published = _published(spec, main, errors)
    layers = read_layers(spec, file, files, main, errors)
    if errors.problems or file.problems:
        return None, [*errors.problems, *file.problems]
    if not main.rows:
        message = "has no rows with a country; check `header`, `first` and `code`"
        return None, [Problem(main.grid.file, 1, 1, "", message, "not-a-table")]
    return Table(spec, file, spec.source.as_source(), main, codes, cells, layers, published), []


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
        _check_percent(sheet, column.column, missing, errors)
        leaf = _with_goalposts(spec, column)
        for country, row in sheet.rows.items():
            cell = sheet.cell(row, column.column)
            text = cell.text.strip()
            if cell.is_formula:
                errors.add(sheet.grid, cell, FORMULA, "not-a-number", column.column)
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


def _check_percent(sheet: Sheet, head: str, missing: Container[str], errors: Errors) -> None:
    """Some cells with a percent sign and some without may be percentages and shares; 0 is the same in both."""
    cells = [sheet.cell(row, head) for row in sheet.rows.values()]
    filled = [cell for cell in cells if cell.text.strip().casefold() not in missing]
    with_sign = [cell for cell in filled if is_percent(cell.text)]
    without = [cell for cell in filled if not is_percent(cell.text) and any(sign in "123456789" for sign in cell.text)]
    if not with_sign:
        return
    few, has, others = (without, "no", "has") if len(without) <= len(with_sign) else (with_sign, "a", "has none")
    for cell in few:
        other = (with_sign if few is without else without)[0].place
        message = f"has {has} percent sign, but {other} {others}; write the column in one unit, got {quoted(cell.text)}"
        errors.add(sheet.grid, cell, message, "not-a-number", head)


def _with_goalposts(spec: Import, column: NumberColumn | RankColumn) -> NumberIndicator | None:
    """The indicator of a column of numbers whose goalposts are given."""
    if isinstance(column, RankColumn):
        return None
    posts = spec.goalposts_of(column)
    if posts is None:
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
        elif column.log and (least := span(values, spec.margin)[0]) <= 0:
            what = "its least value" if min(values) <= 0 else "its least value less the margin"
            message = f"{what}, {least:g}, has no logarithm; write `worst` and `best` above 0"
            errors.add(sheet.grid, head, message, "goalposts", column.column)


def _published(spec: Import, sheet: Sheet, errors: Errors) -> Published:
    """The published columns; a country without a figure is not compared."""
    given, number = spec.published, number_reader(style_of(spec))
    missing = NO_VALUE | {token.casefold() for token in spec.no_data}

    def column(head: str, read: Callable[[str], Any]) -> dict[str, tuple[Any, str]]:
        found = {}
        for country, row in sheet.rows.items():
            cell = sheet.cell(row, head)
            text = cell.plain
            if cell.is_formula:
                errors.add(sheet.grid, cell, FORMULA, "not-a-number", head)
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
    for head in heads.values():
        _check_percent(sheet, head, missing, errors)
    return Published(
        decimals=spec.scale.decimals if given.decimals is None else given.decimals,
        figures={what: column(head, number) for what, head in heads.items()},
        ranks=column(given.rank, rank) if given.rank else {},
        classes=column(given.class_, label) if given.class_ else {},
    )


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
        return None, file.located(dict.fromkeys(Violation(("meta",), one.message, one.slug) for one in wrong))
    return read, []
