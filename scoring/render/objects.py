"""An assessment as a table for people, as CSV and as JSON for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.index.assessment import FIGURES
from scoring.index.scores import SHARES
from scoring.text import numbers

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.scores import Score
    from scoring.uncertainty.draws import Settings


FORMAT_VERSION = 1


def score_figures(score: Score) -> dict[str, float | None]:
    """The six figures of a node, on 0..100 (information and availability on 0..1), six decimals, None for none.

    The estimate is the one that may be shown: none of an index that is withheld or of a node without evidence.
    """
    return {
        name: (numbers.exact_unit if name in SHARES else numbers.exact_points)(getattr(score, name)) for name in FIGURES
    }


def leaf_figures(score: Score) -> dict[str, float | None]:
    """The figures of a node, with the conflict among its statements where it takes statements itself."""
    conflict = {} if score.node.children else {"conflict": numbers.exact_unit(score.conflict)}
    return {**score_figures(score), **conflict}


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
