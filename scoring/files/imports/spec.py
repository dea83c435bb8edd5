"""The file NAME.import.yaml, which says what the columns of a table mean: read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.errors import Problem, Violation, nearest
from scoring.files.disk import RUBRIC_FILE, SUFFIX
from scoring.model.countries import is_country
from scoring.model.fields import read_date
from scoring.model.imports import Goalposts, Import, NumberColumn, RankColumn, UsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.files.disk import File
    from scoring.model.imports import Layer


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
    if spec.margin and spec.goalposts != "data":
        message = "has no effect beside goalposts that are given; write `goalposts: data`, or remove it"
        yield Violation(("margin",), message, "goalposts")
    if spec.date is not None and value_date(spec.date, spec.as_of) is None:
        yield Violation(("date",), after(spec.as_of), "impossible-date")
    for key in ("date", "publisher", "imputed", "error"):
        layer: Layer | None = getattr(spec.layers, key)
        if layer is not None and layer.file is None and layer.sheet is None:
            yield Violation(("layers", key), "write `sheet` or `file`", "missing-key")
    names = {node.name for _, node in spec.nodes()}
    for name in spec.published.nodes:
        if spec.indicators is not None and name not in names:
            message = f"is no node of this import; {nearest(name, sorted(names), 'nodes')}"
            yield Violation(("published", "nodes", name), message, "unknown-indicator", at_key=True)
    yield from node_errors(spec)


def node_errors(spec: Import) -> Iterator[Violation]:
    """The errors of the nodes of an import."""
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
            yield from _goalpost_errors(spec, path, node)


def _goalpost_errors(spec: Import, path: tuple[str | int, ...], node: NumberColumn) -> Iterator[Violation]:
    posts = spec.goalposts_of(node)
    if (node.worst is None) != (node.best is None):
        yield Violation(path, "has one goalpost; write both `worst` and `best`", "goalposts")
    elif node.worst is not None and node.worst == node.best:
        yield Violation((*path, "best"), "is equal to worst; write two different goalposts", "goalposts")
    elif posts is None and spec.goalposts is None:
        message = "has no goalposts; write `worst` and `best`, or `goalposts: data` for the whole table"
        yield Violation(path, message, "goalposts")
    elif posts is not None:
        if node.log and min(posts.worst, posts.best) <= 0:
            message = "a logarithmic scale needs goalposts above 0; change them or remove log"
            yield Violation((*path, "log"), message, "goalposts")
        if wrong := _direction_error(spec, node):
            yield Violation((*path, "direction"), wrong, "goalposts")


def _direction_error(spec: Import, node: NumberColumn) -> str | None:
    """Why a direction does not go with the goalposts that are given."""
    if "direction" not in node.model_fields_set:
        return None
    if node.worst is None or node.best is None:
        is_falling = isinstance(spec.goalposts, Goalposts) and spec.goalposts.worst > spec.goalposts.best
        message = "is unclear beside `goalposts` with worst above best; write `worst` and `best` of the column"
        return message if is_falling else None
    if (node.worst < node.best) == (node.direction == 1):
        return None
    order = "below" if node.worst < node.best else "above"
    return f"is {node.direction}, but worst is {order} best; exchange the two, or remove the direction"


def value_date(text: str, as_of: str) -> str | None:
    """The date of a value: the reference date if that is in the same year or month; None if it is earlier.

    A year alone is read as its 1 July, a month alone as its 15th, which may be later than the reference date.
    """
    day = read_date(as_of)
    if read_date(text) <= day:
        return text
    return as_of if day.isoformat().startswith(text) else None


def after(as_of: str) -> str:
    """The message about a date after the reference date."""
    return f"is after the reference date, {as_of}, so that the value would not count; correct one of the two"


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
