"""What JSON documents share: their envelope, and the figures of a node."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from scoring.index.assessment import Figures
from scoring.model.digest import digest
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings


FORMAT_VERSION = 1
FIGURES = tuple(field.name for field in fields(Figures))
SHARES = ("information", "availability")  # on the scale of 0 to 1, all others on 0 to 100


def node_object(assessment: Assessment, row: int, node: Node) -> dict[str, float | None]:
    """The six figures of a node, on 0..100 (information and availability on 0..1), six decimals, None for none.

    The estimate is the one that may be shown: none of an index that is withheld or of a node without evidence.
    """
    arrays = {name: getattr(assessment.figures, name) for name in FIGURES} | {"estimate": assessment.shown}
    return {
        name: (numbers.exact_unit if name in SHARES else numbers.exact_points)(float(array[row, node.position]))
        for name, array in arrays.items()
    }


def with_conflict(assessment: Assessment, row: int, node: Node) -> dict[str, float | None]:
    """The figures of a node, with the conflict among its statements where it takes statements itself."""
    found = node_object(assessment, row, node)
    if not node.children:
        found["conflict"] = numbers.exact_unit(float(assessment.conflict[row, node.position]))
    return found


def envelope(book: RuleBook, settings: Settings | None = None) -> dict[str, Any]:
    """What every JSON document begins with: version of the format, rubric, and the settings of what was simulated."""
    head = {"format_version": FORMAT_VERSION, "rubric": rubric_object(book)}
    return head if settings is None else {**head, "settings": settings_object(settings)}


def rubric_object(book: RuleBook) -> dict[str, str]:
    """The rubric's id, version and digest."""
    return {"id": book.rubric.id, "version": book.rubric.version, "digest": digest(book)}


def common_day(assessment: Assessment, rows: Iterable[int]) -> str | None:
    """The as-of date of some countries, None where they have different ones."""
    days = {assessment.as_of[row].isoformat() for row in rows}
    return days.pop() if len(days) == 1 else None


def settings_object(settings: Settings) -> dict[str, Any]:
    """The settings of a simulation. Some documents have them at the top too, where they stood before `settings`."""
    return {
        "draws": settings.draws,
        "seed": settings.seed,
        "shared": settings.shared,
        "kappa": settings.kappa,
        "exponents": [{"exponent": exponent, "probability": chance} for exponent, chance in settings.exponents],
    }
