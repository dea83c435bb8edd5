"""What the layers of an import say of each value: its date, publisher and error, and whether it is imputed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scoring.errors import Violation, quoted
from scoring.files.cells import FORMULA, NO_VALUE
from scoring.files.imports.numbers import number_reader, style_of
from scoring.files.imports.sheet import position_of, read_sheet
from scoring.files.imports.spec import after, value_date
from scoring.model.fields import FIRST_YEAR, read_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from scoring.errors import Slug
    from scoring.files.disk import File
    from scoring.files.imports.sheet import Errors, Sheet
    from scoring.model.imports import Import, ImputedLayer, Layer

    Reader: TypeAlias = Callable[[str], Any]
    """From the text of a cell to what it says. It raises ValueError with the message about a text that is wrong."""

_NO = frozenset(("", "0", "no", "false"))


def read_layers(
    spec: Import, file: File, files: Mapping[str, File], main: Sheet, errors: Errors
) -> dict[str, dict[str, dict[str, Any]]]:
    """What the layers say: date, publisher, imputed, error -> indicator -> country -> what the cell says."""
    readers: dict[str, tuple[Layer | None, Reader]] = {
        "date": (spec.layers.date, _date_reader(spec)),
        "publisher": (spec.layers.publisher, lambda text: " ".join(text.split())),
        "imputed": (spec.layers.imputed, _imputed_reader(spec, spec.layers.imputed)),
        "error": (spec.layers.error, _error_reader(spec)),
    }
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for key, (layer, read) in readers.items():
        if layer is None:
            continue
        sheet = read_sheet(spec, file, files[layer.file or spec.file], layer.sheet, errors, is_layer=True)
        if sheet is None:
            continue
        _check_heads(spec, file, key, sheet, main, errors)
        found[key] = _read(spec, key, sheet, read, errors)
        if key == "imputed" and spec.layers.imputed:
            _check_marks(spec, file, spec.layers.imputed, sheet, errors)
    return found


def _read(spec: Import, key: str, sheet: Sheet, read: Reader, errors: Errors) -> dict[str, dict[str, Any]]:
    missing = {""} if key == "imputed" else NO_VALUE | {token.casefold() for token in spec.no_data}
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for column in spec.columns:
        for country, row in sheet.rows.items() if column.column in sheet.heads else ():
            cell = sheet.cell(row, column.column)
            text = cell.text.strip()
            if cell.is_formula:
                errors.add(sheet.grid, cell, FORMULA, "not-a-number", column.column)
            elif text.casefold() not in missing:
                try:
                    value = read(text)
                except ValueError as error:
                    slug: Slug = "impossible-date" if key == "date" else "not-a-number"
                    errors.add(sheet.grid, cell, f"{error}, got {quoted(text)}", slug, column.column)
                    continue
                if value:
                    found[column.name][country] = value
    return found


def _date_reader(spec: Import) -> Reader:
    def read(text: str) -> str:
        day = text.removesuffix(" 00:00:00").removesuffix(".0")
        try:
            is_date = read_date(day).year >= FIRST_YEAR
        except ValueError:
            is_date = False
        if not is_date:
            message = "expected a day, month or year, such as 2018 or 2018-06-30"
            raise ValueError(message)
        if date := value_date(day, spec.as_of):
            return date
        raise ValueError(after(spec.as_of))

    return read


def _error_reader(spec: Import) -> Reader:
    number = number_reader(style_of(spec))

    def read(text: str) -> float:
        value = number(text)
        if isinstance(value, float) and value >= 0:
            return value
        message = "expected a standard error of 0 or more"
        raise ValueError(message)

    return read


def _imputed_reader(spec: Import, layer: ImputedLayer | None) -> Reader:
    marks = {mark.casefold() for mark in layer.marks} if layer else set()
    unclear = (NO_VALUE | {token.casefold() for token in spec.no_data}) - _NO

    def read(text: str) -> bool:
        if marks:
            return text.casefold() in marks
        if text.casefold() in unclear:
            message = "may say that the value is imputed, or nothing; write `marks`, or leave the cell empty"
            raise ValueError(message)
        return text.casefold() not in _NO

    return read


def _check_heads(spec: Import, file: File, key: str, sheet: Sheet, main: Sheet, errors: Errors) -> None:
    """Headers that the table has not, which may be misspelt, and a layer without any column of an indicator."""
    heads = [cell.plain for cell in main.grid.rows[spec.header - 1]]
    ignored = {name.casefold() for name in spec.ignore}
    for cell in sheet.grid.rows[spec.header - 1]:
        head = cell.plain
        if head and position_of(heads, head) is None and head.casefold() not in ignored:
            message = f"is no header of {main.grid.sheet}; correct it, or write it under `ignore`"
            errors.add(sheet.grid, cell, message, "unused-column", head)
    if not any(column.column in sheet.heads for column in spec.columns):
        message = f"{sheet.grid.sheet} has no column of an indicator; give the columns the headers of the table"
        errors.problems += file.located([Violation(("layers", key), message, "not-a-table")])


def _check_marks(spec: Import, file: File, layer: ImputedLayer, sheet: Sheet, errors: Errors) -> None:
    """Marks that no cell has."""
    texts = {
        sheet.cell(row, column.column).text.strip().casefold()
        for column in spec.columns
        if column.column in sheet.heads
        for row in sheet.rows.values()
    }
    for position, mark in enumerate(layer.marks):
        if mark.strip().casefold() not in texts:
            message = f"no cell of {sheet.grid.sheet} says {quoted(mark)}; correct or remove the mark"
            path = ("layers", "imputed", "marks", position)
            errors.problems += file.located([Violation(path, message, "not-a-table")])
