"""The released edition that figures are from, below tables and in JSON documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from scoring.model.fields import read_date
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.model.editions import Edition
    from scoring.text.table import Table

    Named: TypeAlias = tuple[str, Edition]


def edition_line(edition: Named) -> str:
    """Name and day of the edition, in a line."""
    name, entry = edition
    day = long_date(read_date(entry.released))
    return f"Edition {name}, released {day}; `scoring errata` lists what was corrected since."


def noted(tables: Sequence[Table], edition: Named | None) -> list[Table]:
    """The tables with the line in the notes below the first."""
    first, *others = tables
    return [first if edition is None else replace(first, notes=(*first.notes, edition_line(edition))), *others]


def documented(document: dict[str, Any], edition: Named | None) -> dict[str, Any]:
    """The JSON document with the edition."""
    if edition is None:
        return document
    name, entry = edition
    return {**document, "edition": {"name": name, "released": entry.released, "commit": entry.commit}}
