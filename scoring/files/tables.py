"""From a table to profiles: each cell is a statement, made on reading, with its own place as locator.

A table lies in the folder of the profiles beside the file NAME.import.yaml that says what its columns mean. All errors
are found at once, each with its cell; a table with an error gives no profile.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from scoring.errors import Problem, UnknownNameError, Violation, nearest, quoted
from scoring.files import reader, validation
from scoring.files.cells import Cell, Grid, grid
from scoring.files.coinr import tree_of
from scoring.files.disk import IMPORT, RUBRIC_FILE, SUFFIX, opened
from scoring.model.countries import country_code, country_names, is_country
from scoring.model.fields import FrozenDict, read_date
from scoring.model.imports import Goalposts, Import, NumberColumn, RankColumn, UsedColumn, name_of
from scoring.model.kinds.number import NumberIndicator
from scoring.model.profile import Profile, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scoring.errors import Slug
    from scoring.files.disk import File
    from scoring.model.imports import Layer
    from scoring.model.kinds import LeafIndicator
    from scoring.model.publishers import Register
    from scoring.model.rubric import RuleBook

MISSING = frozenset(("", "-", "–", "—", ".", "..", "...", "…", "na", "n/a", "n.a.", "#n/a", "nan", "no data", "null"))
"""Cells without a value, in lower case, beside those that the import names."""
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,3})?")
_RANK = re.compile(r"(?:=|t-?|tied |joint )?\s?([0-9]{1,6})(?:st|nd|rd|th|\.0?)?\s?=?", re.IGNORECASE)
_OWN = re.compile(r"[A-Z]{3}")
_NO = frozenset(("", "0", "no", "false"))
_MINUS = "−"  # of typography
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


class _Errors:
    """The problems so far, at most `reader.MAX_FAULTS` of a file."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, where: Grid, cell: Cell, message: str, slug: Slug, about: str = "") -> None:
        if len(self.problems) == reader.MAX_FAULTS:
            message = f"has more than {reader.MAX_FAULTS} errors; these are the first, fix them and try again"
            self.problems.append(Problem(where.file, 1, 1, "", message, "too-many-faults"))
        elif len(self.problems) < reader.MAX_FAULTS:
            self.problems.append(where.problem(cell, message, slug, about))


# -- the import itself -------------------------------------------------------------------------------------------------


def import_errors(spec: Import) -> Iterator[Violation]:
    """The errors within an import."""
    if (spec.indicators is None) == (spec.meta is None):
        message = "write either `indicators`, or `meta` with the name of a table as COINr's iMeta"
        yield Violation(("indicators",), message, "missing-key")
    if spec.actor is not None and not is_country(spec.actor):
        yield Violation(("actor",), f"unknown country code {spec.actor!r}", "country-code")
    if spec.first is not None and spec.first <= spec.header:
        yield Violation(("first",), "is not below the row of the headers", "out-of-range")
    if spec.thousands == spec.decimal:
        yield Violation(("thousands",), "is the sign of the decimals too; change one of the two", "not-allowed")
    if isinstance(spec.goalposts, Goalposts) and spec.goalposts.worst == spec.goalposts.best:
        yield Violation(("goalposts", "best"), "is equal to worst; write two different goalposts", "goalposts")
    for key in ("date", "publisher", "imputed", "error"):
        layer: Layer | None = getattr(spec.layers, key)
        if layer is not None and layer.file is None and layer.sheet is None:
            yield Violation(("layers", key), "write `sheet` or `file`", "missing-key")
    names = {node.name for _, node in spec.nodes()}
    for name in spec.published.nodes:
        if spec.indicators is not None and name not in names:
            message = f"is no node of this import; {nearest(name, sorted(names), 'nodes')}"
            yield Violation(("published", "nodes", name), message, "unknown-indicator", at_key=True)
    yield from _node_errors(spec)


def _node_errors(spec: Import) -> Iterator[Violation]:
    owners: dict[str, str] = {spec.id: "the index", RUBRIC_FILE.removesuffix(SUFFIX): "a file of the rubric"}
    columns: set[str] = set()
    leaves = {column.name for column in spec.columns}
    for path, node in spec.nodes():
        if isinstance(node, UsedColumn):
            if node.use not in leaves:
                message = f"{node.use!r} is no column; {nearest(node.use, sorted(leaves), 'columns')}"
                yield Violation((*path, "use"), message, "use")
            continue
        if not node.name:
            yield Violation(path, "its header gives no id; write `id`", "missing-key")
        elif node.name in owners:
            message = f"duplicate id {node.name!r}, which {owners[node.name]} has; write another `id`"
            yield Violation(path, message, "duplicate-id")
        owners.setdefault(node.name, "another node")
        if isinstance(node, NumberColumn | RankColumn):
            if node.column in columns:
                message = f"{node.column!r} is counted twice; write `use: {node.name}` for the second"
                yield Violation(path, message, "duplicate-id")
            columns.add(node.column)
        if isinstance(node, NumberColumn):
            if (node.worst is None) != (node.best is None):
                yield Violation(path, "has one goalpost; write both `worst` and `best`", "goalposts")
            elif node.worst is not None and node.worst == node.best:
                yield Violation((*path, "best"), "is equal to worst; write two different goalposts", "goalposts")
            elif node.worst is not None and node.log and min(node.worst, node.best or 0) <= 0:
                message = "a logarithmic scale needs goalposts above 0; change them or remove log"
                yield Violation((*path, "log"), message, "goalposts")
            elif node.worst is None and spec.goalposts is None:
                message = "has no goalposts; write `worst` and `best`, or `goalposts: data` for the whole table"
                yield Violation(path, message, "goalposts")


def read_import(file: File) -> Import | None:
    """The import in a file; None if it has errors, which are added to the problems of the file."""
    spec = file.parse(Import, import_errors)
    return None if file.problems else spec


def import_warnings(file: File) -> list[Problem]:
    """The warnings about an import without errors."""
    spec = file.parse(Import)
    if spec is None or spec.source.url is not None or spec.source.archived is not None:
        return []
    message = "has no address; add url, or archived with the address of a copy"
    return file.located([Violation(("source",), message, "no-address", at_key=True)], "warning")


# -- tables ------------------------------------------------------------------------------------------------------------


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
    errors = _Errors()
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
    spec: Import, file: File, table: File, name: str | None, errors: _Errors, *, is_layer: bool = False
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
        if isinstance(node, NumberColumn | RankColumn) and (not is_layer or _position(heads, node.column) is not None):
            wanted.append(((*path, "column") if spec.meta is None else ("meta",), node.column))
    if not is_layer:
        wanted += (((("published",), head)) for head in spec.published.columns)
    positions, wrong = {}, []
    for path, head in wanted:
        position = _position(heads, head)
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
    for row in _rows(spec, sheet, errors):
        sheet.rows[row.country] = row
    return sheet


def _position(heads: Sequence[str], name: str) -> int | None:
    """The column of a header: the same text, or else the only one that is the same but for case."""
    wanted = " ".join(name.split())
    if wanted in heads:
        return heads.index(wanted)
    same = [position for position, head in enumerate(heads) if head.casefold() == wanted.casefold()]
    return same[0] if len(same) == 1 else None


def _rows(spec: Import, sheet: Sheet, errors: _Errors) -> Iterator[Row]:
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


def _check_unused(spec: Import, sheet: Sheet, errors: _Errors) -> None:
    """Columns that no indicator uses: a forgotten one changes the index."""
    used = set(sheet.heads.values())
    ignored = {name.casefold() for name in spec.ignore}
    for position, cell in enumerate(sheet.grid.rows[spec.header - 1]):
        head = " ".join(cell.text.split())
        if head and position not in used and head.casefold() not in ignored:
            message = "no indicator uses this column; write it under `indicators`, or under `ignore`"
            errors.add(sheet.grid, cell, message, "unused-column", head)


# -- cells -------------------------------------------------------------------------------------------------------------


def _codes(
    spec: Import, sheet: Sheet, errors: _Errors
) -> tuple[dict[str, dict[str, Code]], dict[str, dict[str, Cell]]]:
    """Indicator -> country -> code, and the cell of each."""
    number = number_reader(style_of(spec))
    missing = MISSING | {token.casefold() for token in spec.no_data}
    codes: dict[str, dict[str, Code]] = {}
    cells: dict[str, dict[str, Cell]] = {}
    for column in spec.columns:
        found: dict[str, Code] = {}
        places: dict[str, Cell] = {}
        read = _read_rank if isinstance(column, RankColumn) else number
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


def check_code(where: Grid, cell: Cell, leaf: LeafIndicator, code: Code, column: str, errors: _Errors) -> None:
    """Add the errors of a code, and its warnings: in a table of thousands, nobody reads these."""
    for violation in list(leaf.code_errors(code)) or leaf.code_warnings(code):
        message = violation.message.replace(f"for {leaf.id}", f"for the column {column!r}")
        errors.add(where, cell, message, violation.slug, column)


class NumberStyle(NamedTuple):
    """How a table writes numbers."""

    decimal: str
    thousands: str | None


_SEPARATORS = {" ": " \u00a0\u202f", "'": "'’"}  # and the spaces and apostrophe of typography


def style_of(spec: Import) -> NumberStyle:
    """How the table of an import writes numbers."""
    return NumberStyle(spec.decimal, spec.thousands)


def number_reader(style: NumberStyle) -> Callable[[str], float | str]:
    """A function from the text of a cell to its number, or to the message about it."""
    decimal, marks = style.decimal, _SEPARATORS.get(style.thousands or "", style.thousands or "")
    point = re.escape(decimal)
    grouped = marks and re.compile(rf"[-+]?[0-9]{{1,3}}(?:[{re.escape(marks)}][0-9]{{3}})+(?:{point}[0-9]{{0,20}})?")

    def read(text: str) -> float | str:
        plain = text.replace(_MINUS, "-").removesuffix("%").rstrip()
        if grouped and grouped.fullmatch(plain):
            plain = re.sub(f"[{re.escape(marks)}]", "", plain)
        if _NUMBER.fullmatch(with_point := _with_point(plain, decimal)):
            value = float(with_point)
            return value if math.isfinite(value) else "expected a finite number"
        return _expected(plain, decimal)

    return read


def _with_point(text: str, decimal: str) -> str:
    """The text with a decimal point; one that has a point where the table has commas is no number."""
    return text if decimal == "." else "" if decimal not in text and "." in text else text.replace(decimal, ".")


def _expected(text: str, decimal: str) -> str:
    """What is expected in place of a text that is no number."""
    if re.fullmatch(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", text) and decimal == ".":
        return 'expected a number; write `thousands: ","` if the comma separates thousands'
    if re.fullmatch(r"[-+]?[0-9]+,[0-9]+", text) and decimal == ".":
        return 'expected a number; write `decimal: ","` if the table has decimal commas'
    if decimal == "," and "." in text:
        return 'expected a number with a decimal comma; write `thousands: "."` if the point separates thousands'
    if is_rank(text):
        return "expected a number; a rank such as this needs `kind: rank`"
    return "expected a number; leave the cell empty, or name what it says under `no_data`"


def is_rank(text: str) -> bool:
    """Whether a text is a rank such as 12, =12 or joint 12th."""
    return _RANK.fullmatch(text) is not None


def _read_rank(text: str) -> float | str:
    if match := _RANK.fullmatch(text):
        return float(match[1])
    return "expected a rank such as 12, =12 or joint 12th"


def _check_goalposts(spec: Import, sheet: Sheet, codes: Mapping[str, Mapping[str, Code]], errors: _Errors) -> None:
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


def _published(spec: Import, sheet: Sheet, errors: _Errors) -> Published:
    """The published columns; a country without a figure is not compared."""
    given, number = spec.published, number_reader(style_of(spec))
    missing = MISSING | {token.casefold() for token in spec.no_data}

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
        value = _read_rank(text)
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
    spec: Import, file: File, files: Mapping[str, File], errors: _Errors
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
                if text.casefold() in MISSING:
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
    errors = _Errors()
    tree = tree_of(found, lambda cell, message, slug: errors.add(found, cell, message, slug))
    if tree is None or errors.problems:
        return None, errors.problems
    columns = {"ignore": (*spec.ignore, *tree.ignored)}
    read = spec.model_copy(update={"indicators": tree.indicators, **columns})
    if wrong := list(_node_errors(read)):
        return None, file.located(Violation(("meta",), one.message, one.slug) for one in wrong)
    return read, []


# -- profiles ----------------------------------------------------------------------------------------------------------


def profiles_of_table(
    table: Table, indicators: Mapping[str, LeafIndicator], countries: Iterable[str] | None = None
) -> tuple[tuple[Profile, ...], list[Problem]]:
    """The profiles of the countries of a table, each cell a statement; or every problem.

    Args:
        table: Read and checked.
        indicators: Those of the rubric, and of the rubrics beside it.
        countries: Those wanted; by default all.
    """
    spec, errors = table.spec, _Errors()
    if unknown := [
        (path, node)
        for path, node in spec.nodes()
        if isinstance(node, NumberColumn | RankColumn) and node.name not in indicators
    ]:
        found = [
            Violation(
                path if spec.meta is None else ("meta",),
                f"{node.name!r} is no indicator of the rubric; write the rubric again with `scoring import`",
                "unknown-indicator",
            )
            for path, node in unknown
        ]
        return (), table.file.located(found)
    wanted = table.main.rows if countries is None else [one for one in countries if one in table.main.rows]
    taken = [
        _Taken(name, name.replace("_", "-"), one.column, one.title or one.column, indicators[name])
        for one in spec.columns
        for name in (one.name,)
    ]
    profiles = tuple(_profile(table, table.main.rows[country], taken, errors) for country in wanted)
    return (() if errors.problems else profiles), errors.problems


class _Taken(NamedTuple):
    """An indicator with its column, and what does not depend on the country."""

    name: str
    label: str
    column: str
    title: str
    leaf: LeafIndicator


def _profile(table: Table, row: Row, taken: Sequence[_Taken], errors: _Errors) -> Profile:
    spec, country = table.spec, row.country
    own, imputed = spec.id.replace("_", "-"), spec.layers.imputed
    sources: dict[str, Source] = {own: table.source}
    statements = []
    for name, label, column, title, leaf in taken:
        code = table.codes[name].get(country)
        if code is None:
            continue
        cell = table.cells[name][country]
        said = {key: layer.get(name, {}).get(country) for key, layer in table.layers.items()}
        if said.get("error"):
            code = {"value": code, "error": said["error"]}
        check_code(table.main.grid, cell, leaf, code, column, errors)
        source = own
        if publisher := said.get("publisher"):
            source = _source_of(publisher, table, sources)
        is_imputed = bool(said.get("imputed"))
        statements.append(
            Statement(
                id=label,
                text=f"{title}: {cell.text.strip()}{' (imputed)' if is_imputed else ''}",
                source=source,
                locator=table.main.grid.locator(cell),
                date=said.get("date") or spec.date or spec.as_of,
                credibility=imputed.credibility if imputed and is_imputed else spec.source.credibility,
                confidence="moderate" if said.get("error") else "exact",
                codes={name: code},
            )
        )
    return Profile(
        format=1,
        country=country,
        name=row.name,
        actor=spec.actor,
        as_of=spec.as_of,
        sources=FrozenDict(sources),
        statements=tuple(statements),
    )


def _source_of(publisher: str, table: Table, sources: dict[str, Source]) -> str:
    """The id of the source of a publisher, which is added if it is new."""
    label = name_of(publisher).replace("_", "-") or "source"
    ids = (label, *(f"{label}-{number}" for number in range(2, reader.MAX_FAULTS)))
    source = next(one for one in ids if one not in sources or sources[one].publisher == publisher)
    if source not in sources:
        grade = table.spec.publishers.get(publisher, table.source.reliability)
        more = {"publisher": publisher, "reliability": grade, "title": f"{table.source.title}: {publisher}"}
        sources[source] = table.source.model_copy(update=more)
    return source


def profiles_of_import(
    file: File, beside: Mapping[str, File], book: RuleBook, register: Register | None = None
) -> tuple[tuple[Profile, ...], list[Problem]]:
    """The profiles of an import, their sources with their publishers; or every problem."""
    spec = read_import(file)
    if spec is None:
        return (), list(file.problems)
    table, problems = read_table(spec, file, beside)
    if table is None:
        return (), problems
    profiles, problems = profiles_of_table(table, {**book.beside, **book.leaves})
    if register is None or problems:
        return profiles, problems
    wrong = {
        (violation.message, violation.slug)
        for profile in profiles
        for violation in validation.publisher_errors(profile, register)
    }
    if wrong:
        return (), file.located(Violation(("source",), *one) for one in sorted(wrong))
    bodies = register.publishers
    return tuple(
        profile.model_copy(
            update={
                "sources": FrozenDict(
                    {name: one.published_by(bodies.get(one.publisher)) for name, one in profile.sources.items()}
                )
            }
        )
        for profile in profiles
    ), []


def own_units(path: Path) -> dict[str, str]:
    """The units that are no countries in the table of an import: code -> name; none if it has errors."""
    file = opened(path)
    spec = read_import(file)
    if spec is None or spec.name is None:
        return {}
    table = opened(path.parent / spec.file)
    found = grid(table, spec.sheet)
    if not isinstance(found, Grid) or len(found.rows) < spec.header:
        return {}
    heads = [" ".join(cell.text.split()) for cell in found.rows[spec.header - 1]]
    places = {head: place for head in (spec.code, spec.name) if (place := _position(heads, head)) is not None}
    rows = _rows(spec, Sheet(found, places, {}), _Errors()) if spec.code in places else ()
    return {row.country: row.name for row in rows if row.name is not None}


def cell_positions(
    files: Sequence[File], countries: Container[str]
) -> dict[str, tuple[str, dict[str, tuple[int, int]]]]:
    """The positions of statements by country: the first table with it, and line and column by statement id.

    files: The imports and tables of a folder; those with errors are left out.
    """
    beside = {file.base: file for file in files}
    found: dict[str, tuple[str, dict[str, tuple[int, int]]]] = {}
    for file in files:
        spec = read_import(file) if file.base.endswith(IMPORT) else None
        table = read_table(spec, file, beside)[0] if spec is not None else None
        for country in table.main.rows if table is not None else ():
            if table is not None and country in countries and country not in found:
                cells = {name.replace("_", "-"): places.get(country) for name, places in table.cells.items()}
                positions = {name: (cell.line, cell.column) for name, cell in cells.items() if cell is not None}
                found[country] = table.main.grid.file, positions
    return found
