"""How far a country was reviewed, and its index if disputes are upheld."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, get_args

from scoring.analysis.explain import shares
from scoring.index.scenario import scenario_of
from scoring.model.fields import FrozenDict, read_date
from scoring.model.profile import Adjudicated
from scoring.model.review import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.index.assessment import Assessment
    from scoring.index.scores import Score
    from scoring.model.profile import Profile
    from scoring.model.review import Answer, CountryReviews, Judgement, Missing, Review


class Judged(NamedTuple):
    """What a reviewer says of a statement."""

    review: Review
    statement: str
    judgement: Judgement
    is_void: bool
    """Whether the statement was edited or withdrawn since."""
    upheld: Score | None = None
    """The index if this dispute alone is upheld; None if it is not pending."""

    @property
    def is_dispute(self) -> bool:
        """Whether the reviewer disputes the statement."""
        return self.judgement.says == "dispute"

    @property
    def answer(self) -> Answer | None:
        """What the editors answer."""
        return self.judgement.answer

    @property
    def is_pending(self) -> bool:
        """Whether it proposes a code that the editors have not rejected, of the statement as it is now."""
        is_rejected = self.answer is not None and self.answer.says == "rejected"
        return self.judgement.codes is not None and not is_rejected and not self.is_void


class Missed(NamedTuple):
    """Evidence that a reviewer misses."""

    review: Review
    missing: Missing


class MissingEvidence(NamedTuple):
    """Evidence that reviewers miss, once for all who say the same."""

    indicator: str
    text: str
    source: str
    reviews: tuple[Review, ...]
    answer: Answer | None
    """The last answer of the editors."""


class Upheld(NamedTuple):
    """The index if pending disputes are upheld, each alone or all together: on v, in [0, 1]."""

    low: float
    """The lowest; NaN if the index is then always withheld."""
    high: float
    bounds: tuple[float, float]
    """The lowest and the highest evidence bound in these cases; NaN if the index is then always withheld."""
    is_withheld: bool
    """Whether the index is withheld in one of these cases."""
    disputes: int


@dataclass(frozen=True)
class Reviewed:
    """The reviews of a country beside its index. Of one reviewer the last judgement of a statement counts alone."""

    row: int
    """Of the country in the assessment."""
    reviewers: tuple[tuple[Role, int], ...]
    """Role -> number of reviewers, of the roles that there are."""
    total: int
    """The number of statements that enter the index."""
    read: int
    """How many of them a reviewer has read as they are now."""
    share: float
    """Their part of the information of the index, in [0, 1]; NaN if no statement enters."""
    judged: tuple[Judged, ...]
    """By statement, then in the order of the file."""
    missed: tuple[Missed, ...]
    upheld: Upheld | None
    """None if no pending dispute proposes a code."""

    @property
    def disputed(self) -> tuple[Judged, ...]:
        """The disputes."""
        return tuple(one for one in self.judged if one.is_dispute)

    @property
    def answered(self) -> int:
        """How many disputes the editors have answered."""
        return sum(one.answer is not None for one in self.disputed)

    @property
    def void(self) -> tuple[Judged, ...]:
        """What was said of statements that were edited or withdrawn since."""
        return tuple(one for one in self.judged if one.is_void)

    @property
    def missing(self) -> tuple[MissingEvidence, ...]:
        """The evidence that reviewers miss; what several of them say in the same words stands there once."""
        found: dict[tuple[str, str, str], list[Missed]] = {}
        for one in self.missed:
            evidence = one.missing
            found.setdefault((evidence.indicator, " ".join(evidence.text.split()), evidence.source), []).append(one)
        return tuple(
            MissingEvidence(
                same[0].missing.indicator,
                same[0].missing.text,
                same[0].missing.source,
                tuple(one.review for one in same),
                max(
                    (one.missing.answer for one in same if one.missing.answer),
                    key=lambda answer: read_date(answer.on),
                    default=None,
                ),
            )
            for same in found.values()
        )

    def of(self, statement: str) -> tuple[Judged, ...]:
        """What reviewers say of a statement."""
        return tuple(one for one in self.judged if one.statement == statement)


def reviewed(assessment: Assessment, row: int, reviews: CountryReviews) -> Reviewed:
    """The reviews of the country in a row."""
    weights = statement_shares(assessment, row)
    judged = [
        one._replace(upheld=_index(assessment, row, {one.statement: one.judgement})) if one.is_pending else one
        for one in judgements(reviews)
    ]
    read = {one.statement for one in judged if not one.is_void} & weights.keys()
    total = math.fsum(weights.values())
    roles = Counter(role for role, _ in {(review.role, review.reviewer) for review in reviews.reviews})
    return Reviewed(
        row=row,
        reviewers=tuple((role, roles[role]) for role in get_args(Role) if roles[role]),
        total=len(weights),
        read=len(read),
        share=math.fsum(weights[name] for name in read) / total if total else math.nan,
        judged=tuple(judged),
        missed=tuple(Missed(review, missing) for review in reviews.reviews for missing in review.missing),
        upheld=_upheld(assessment, row, [one for one in judged if one.upheld]),
    )


def statement_shares(assessment: Assessment, row: int) -> dict[str, float]:
    """Id -> share of the index, in [0, 1], of the statements that enter it; the largest first, equal ones by id."""
    summed = {name: math.fsum(by_leaf.values()) for name, by_leaf in shares(assessment, row).items()}
    return dict(sorted(summed.items(), key=lambda pair: (-pair[1], pair[0])))


def judgements(reviews: CountryReviews) -> tuple[Judged, ...]:
    """The last judgement of each reviewer and statement, by statement, then in the order of the file; no index."""
    by_day = sorted(reviews.reviews, key=lambda review: read_date(review.on))
    last = {(review.reviewer, name): review for review in by_day for name in review.statements}
    found = [
        Judged(review, name, judgement, reviews.is_void(name, judgement))
        for review in reviews.reviews
        for name, judgement in review.statements.items()
        if last[review.reviewer, name] is review
    ]
    return tuple(sorted(found, key=lambda one: one.statement))


def _upheld(assessment: Assessment, row: int, pending: list[Judged]) -> Upheld | None:
    """The index over each dispute alone and all together: of two on one statement, the lower and the higher."""
    if not pending:
        return None
    ordered = sorted(pending, key=lambda one: one.upheld.computed if one.upheld else math.nan)
    found = [one.upheld for one in ordered if one.upheld]
    together = [{one.statement: one.judgement for one in order} for order in (ordered[::-1], ordered)]
    found += [_index(assessment, row, upheld) for upheld in together]  # the last of a statement counts
    published = [score for score in found if not score.failed]
    is_withheld = len(published) < len(found)
    if not published:
        return Upheld(math.nan, math.nan, (math.nan, math.nan), is_withheld, len(pending))
    estimates = [score.estimate for score in published]
    bounds = min(score.low for score in published), max(score.high for score in published)
    return Upheld(min(estimates), max(estimates), bounds, is_withheld, len(pending))


def _index(assessment: Assessment, row: int, upheld: Mapping[str, Judgement]) -> Score:
    """The index of a country with the proposed codes of some statements in place of theirs."""
    profile = assessment.profiles[row]
    statements = tuple(_statements(profile, upheld, assessment))
    changed = profile.model_copy(update={"statements": statements})
    scenario = scenario_of(assessment).of([profile.country]).with_profile(changed)
    return scenario.assess().countries[0].index


def _statements(profile: Profile, upheld: Mapping[str, Judgement], assessment: Assessment) -> Iterator[object]:
    for statement in profile.statements:
        judgement = upheld.get(statement.id)
        if judgement is None:
            yield statement
            continue
        own = {name: code for name, code in (judgement.codes or {}).items() if name in assessment.book.leaves}
        decision = Adjudicated(codes=FrozenDict(own), reason="supposed", by="supposed")
        yield statement.model_copy(update={"adjudicated": decision, "context": False})
