"""What `--known-by` left out, below tables and in JSON documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scoring.text import numbers
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.analysis.reliance import Known
    from scoring.text.table import Table


def known_by_line(known: Known) -> str:
    """How many sources are left out, and how many have no date of publication, in a line."""
    count = numbers.count(known.sources, "source")
    return (
        f"Known by {long_date(known.day)}: {known.left_out} of {count} published later and left out; "
        f"{known.undated} without a date of publication count as known."
    )


def noted(tables: Sequence[Table], known: Known | None) -> list[Table]:
    """The tables with the line in the notes below the first."""
    first, *others = tables
    return [first if known is None else replace(first, notes=(*first.notes, known_by_line(known))), *others]


def documented(document: dict[str, Any], known: Known | None) -> dict[str, Any]:
    """The JSON document with the same counts."""
    if known is None:
        return document
    counts = {"day": known.day.isoformat(), "sources": known.sources}
    return {**document, "known_by": {**counts, "left_out": known.left_out, "undated": known.undated}}
