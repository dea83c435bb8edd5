"""The tree of an index from a table as COINr's iMeta: Level, iCode, iName, Direction, Weight, Parent, Type.

COINr's documentation, "Building coins": Type is Indicator, Aggregate, Group, Denominator or Other; only indicators and
aggregates have a level, a parent and a weight, and the aggregate of the highest level, the index, has no parent.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.errors import nearest, quoted
from scoring.files.cells import Cell
from scoring.model.imports import ColumnGroup, NumberColumn, name_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from scoring.errors import Slug
    from scoring.files.cells import Grid

    Refuse: TypeAlias = Callable[[Cell, str, Slug], None]
    """Adds an error of a cell."""

UNITS = ("uCode", "uName", "Time")  # columns of iData that are no indicators
CODE = "uCode"
_WANTED = ("Level", "iCode", "Direction", "Weight", "Parent")
_OTHERS = ("Group", "Denominator", "Other")  # types that are no part of the index
_NONE = ("", "NA")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?([eE]-?[0-9]{1,2})?")
MAX_LEVELS = 20


class Tree(NamedTuple):
    """The tree below the index, and the columns that are no part of it."""

    id: str
    title: str
    indicators: tuple[Any, ...]
    ignored: tuple[str, ...]


class _Meta(NamedTuple):
    cells: dict[str, Cell]
    code: str
    title: str
    parent: str
    weight: float
    direction: int
    is_leaf: bool


def tree_of(meta: Grid, refuse: Refuse) -> Tree | None:
    """The tree; None if the table has errors, which are reported by cell."""
    heads = [cell.text.strip() for cell in meta.rows[0]] if meta.rows else []
    corner = meta.rows[0][0] if heads else Cell("", 1, 1, 1)
    missing = [head for head in _WANTED if head not in heads]
    for head in missing:
        refuse(corner, f"has no column {head}; columns: {', '.join(heads)}", "not-a-table")
    if missing:
        return None
    rows, ignored = _read_all([dict(zip(heads, row, strict=False)) for row in meta.rows[1:]], refuse)
    if rows is None or not _has_places(rows, corner, refuse):
        return None
    [top] = [one for one in rows.values() if one.parent in _NONE]
    below: dict[str, list[_Meta]] = {}
    for one in rows.values():
        below.setdefault(one.parent, []).append(one)
    reached = {top.code}
    children = tuple(_node(one, below, reached, 1) for one in below.get(top.code, ()))
    if lost := [one for one in rows.values() if one.code not in reached]:
        for one in lost:
            refuse(one.cells["Parent"], "is not below the index; correct the parents", "not-a-table")
        return None
    return Tree(name_of(top.code), top.title, children, (*UNITS, *ignored))


def _read_all(rows: list[dict[str, Cell]], refuse: Refuse) -> tuple[dict[str, _Meta] | None, list[str]]:
    """The indicators and aggregates by code, and the codes of all others; None if a row has errors."""
    read: dict[str, _Meta] = {}
    ignored, failed = [], False
    for cells in rows:
        code = cells["iCode"].text.strip() if "iCode" in cells else ""
        kind = cells["Type"].text.strip() if "Type" in cells else ""
        if kind in _OTHERS:
            ignored.append(code)
        elif code:
            one = _read(cells, code, refuse)
            if code in read:
                refuse(cells["iCode"], f"{code!r} is there twice; keep one row", "duplicate-id")
            failed = failed or one is None or code in read
            if one is not None:
                read[code] = one
    return (None if failed else read), ignored


def _has_places(rows: dict[str, _Meta], corner: Cell, refuse: Refuse) -> bool:
    """Whether one node has no parent, all others have one, and all have an id of their own."""
    wrong = [one for one in rows.values() if one.parent not in _NONE and one.parent not in rows]
    for one in wrong:
        message = f"{one.parent!r} is no iCode; {nearest(one.parent, sorted(rows), 'codes')}"
        refuse(one.cells["Parent"], message, "not-a-table")
    tops = [one for one in rows.values() if one.parent in _NONE]
    if len(tops) != 1 or tops[0].is_leaf:
        names = ", ".join(one.code for one in tops[:MAX_LEVELS])
        message = f"has {len(tops)} rows without a parent ({names}); exactly one, the index, has none"
        refuse(corner, message, "not-a-table")
        return False
    parents = {one.parent for one in rows.values()}
    empty = [one for one in rows.values() if not one.is_leaf and one.code not in parents]
    for one in empty:
        refuse(one.cells["iCode"], f"{one.code!r} has nothing below it; remove the row", "not-a-table")
    names_of = Counter(name_of(one.code) for one in rows.values())
    same = [one for one in rows.values() if names_of[name_of(one.code)] > 1 or not name_of(one.code)]
    for one in same:
        message = f"{one.code!r} gives the id {name_of(one.code)!r}, which is empty or another's; rename it"
        refuse(one.cells["iCode"], message, "duplicate-id")
    return not (wrong or empty or same)


def _read(cells: dict[str, Cell], code: str, refuse: Refuse) -> _Meta | None:
    """A row; None if it has errors."""
    texts = {head: cell.text.strip() for head, cell in cells.items()}
    numbers: dict[str, float] = {}
    level = texts.get("Level", "")
    is_leaf = level in ("1", "1.0")
    failed = False
    for head, default in (("Level", None), ("Weight", 1.0), ("Direction", 1.0)):
        text = texts.get(head, "")
        if text in _NONE and default is not None:
            numbers[head] = default
        elif _NUMBER.fullmatch(text):
            numbers[head] = float(text)
        else:
            refuse(
                cells[head] if head in cells else cells["iCode"],
                f"expected a number, got {quoted(text)}",
                "not-a-number",
            )
            failed = True
    if failed:
        return None
    if numbers["Direction"] not in (1, -1):
        refuse(cells["Direction"], f"expected 1 or -1, got {quoted(texts['Direction'])}", "not-a-number")
        return None
    if numbers["Weight"] < 0:
        refuse(cells["Weight"], f"expected a weight of 0 or more, got {quoted(texts['Weight'])}", "not-a-number")
        return None
    parent, title = texts.get("Parent", ""), texts.get("iName", "")
    return _Meta(
        cells, code, " ".join(title.split()) or code, parent, numbers["Weight"], int(numbers["Direction"]), is_leaf
    )


def _node(one: _Meta, below: dict[str, list[_Meta]], reached: set[str], depth: int) -> Any:
    reached.add(one.code)
    if one.is_leaf or depth > MAX_LEVELS or one.code not in below:
        return NumberColumn(
            column=one.code,
            id=name_of(one.code),
            title=one.title,
            weight=one.weight,
            direction=one.direction,
        )
    children = tuple(_node(child, below, reached, depth + 1) for child in below[one.code] if child.code not in reached)
    return ColumnGroup(id=name_of(one.code), title=one.title, weight=one.weight, indicators=children)
