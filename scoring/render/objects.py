"""An assessment as a table for people, as CSV and as JSON for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.index.score import FIGURES, SHARES
from scoring.text import numbers

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.uncertainty.draws import Settings


FORMAT_VERSION = 1


# -- for machines ------------------------------------------------------------------------------------------------------


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


def rubric_object(assessment: Assessment) -> dict[str, str]:
    """The rubric's id, version and digest."""
    rubric = assessment.book.rubric
    return {"id": rubric.id, "version": rubric.version, "digest": assessment.rubric_digest}


def settings_object(settings: Settings) -> dict[str, Any]:
    """The settings of the draws, for JSON."""
    return {
        "draws": settings.draws,
        "seed": settings.seed,
        "shared": settings.shared,
        "kappa": settings.kappa,
        "exponents": [{"exponent": exponent, "probability": chance} for exponent, chance in settings.exponents],
    }
