"""Why a statement is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from scoring.files.defaults import defaults
from scoring.model.profile import is_retrospective

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.analysis.reviews import Reviewed
    from scoring.model.profile import Profile, Statement

Doubt: TypeAlias = Literal[
    "coders disagree", "low confidence", "low credibility", "low reliability", "disputed", "retrospective"
]


def doubts(profile: Profile, statement: Statement, reviews: Reviewed | None = None) -> tuple[Doubt, ...]:
    """Why a statement of a profile is in doubt; empty if it is not.

    Coders disagree if their codes that count differ, which a decision ends. Credibility and reliability are low from
    the grades of data/defaults.yaml on. A dispute counts unless the editors rejected it or the statement changed since.
    """
    limits = defaults().doubtful
    first, *others = statement.counting
    found: dict[Doubt, bool] = {
        "coders disagree": any(codes != first for codes in others),
        "low confidence": statement.confidence == "low",
        "low credibility": statement.credibility >= limits.credibility,
        "low reliability": profile.sources[statement.source].reliability >= limits.reliability,
        "disputed": reviews is not None and _is_disputed(reviews, statement.id),
        "retrospective": is_retrospective(profile, statement),
    }
    return tuple(doubt for doubt, applies in found.items() if applies)


def _is_disputed(reviews: Reviewed, statement: str) -> bool:
    judged = (one for one in reviews.of(statement) if one.is_dispute and not one.is_void)
    return any(one.answer is None or one.answer.says == "upheld" for one in judged)


def doubts_of(profile: Profile, statements: Iterable[str], reviews: Reviewed | None = None) -> tuple[Doubt, ...]:
    """Why any of some statements is in doubt, each reason once."""
    by_id = {statement.id: statement for statement in profile.statements}
    return tuple(dict.fromkeys(doubt for name in statements for doubt in doubts(profile, by_id[name], reviews)))
