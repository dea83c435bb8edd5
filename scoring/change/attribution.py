"""Why an index moved between two editions of a country: its causes, each with its share, and its statements."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.index.assessment import assess
from scoring.index.publication import TIE_DECIMALS
from scoring.index.scenario import Edition, unused
from scoring.model.digest import digest
from scoring.uncertainty.simulation import difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.index.assessment import Assessment
    from scoring.model.profile import Profile, Statement
    from scoring.model.rubric import Rubric, RuleBook
    from scoring.uncertainty.draws import Settings


Cause: TypeAlias = Literal[
    "new statements", "removed statements", "re-coded statements", "grades and dates", "rubric", "time"
]
CODING = ("codes", "coders", "absence", "same_as", "context")
GRADING = ("source", "date", "until", "credibility", "confidence")


class StatementChange(NamedTuple):
    """One statement that changed, and by how much the index would fall back if it alone had not, in [0, 1]."""

    statement: str
    cause: Cause
    undone: float


@dataclass(frozen=True)
class Split:
    """The move of one index; parts sum to it, in [0, 1], NaN where an edition has no index."""

    was: float
    now: float
    parts: dict[Cause, float]
    statements: tuple[StatementChange, ...]
    """The largest first."""


@dataclass(frozen=True)
class Difference:
    """One country between two editions: why its index moved, and whether that is more than noise."""

    country: str
    split: Split
    interval: tuple[float, float]
    """The interval of the draws of the difference, in [0, 1]."""
    rubric: Rubric
    """Of the later edition, which says how much an interval holds."""
    rank: tuple[int | None, int | None]
    band: tuple[str | None, str | None]

    @property
    def is_noise(self) -> bool:
        """Whether no difference at all lies inside the interval; a change of the rubric is a decision, no noise."""
        return "rubric" not in self.split.parts and self.interval[0] <= 0 <= self.interval[1]


def differences(before: Assessment, after: Assessment, settings: Settings) -> tuple[Difference, ...]:
    """The countries of both editions whose index, rank or band moved, each split into causes."""
    rows = {profile.country: row for row, profile in enumerate(before.profiles)}
    found = []
    for row, profile in enumerate(after.profiles):
        if (old := rows.get(profile.country)) is None:
            continue
        was, now = (_standing(one, place) for one, place in ((before, old), (after, row)))
        if was == now:
            continue
        editions = [
            Edition(one.book, one.profiles[place], one.as_of[place]) for one, place in ((before, old), (after, row))
        ]
        alone = [assess(one.book, [one.profile], as_of=one.as_of) for one in editions]
        low, high = np.quantile(difference(alone[0], alone[1], settings), after.book.rubric.uncertainty.quantiles)
        found.append(
            Difference(
                country=profile.country,
                split=split_move(editions[0], editions[1]),
                interval=(float(low), float(high)),
                rubric=after.book.rubric,
                rank=(was.rank, now.rank),
                band=(was.band, now.band),
            )
        )
    return tuple(found)


class _Standing(NamedTuple):
    estimate: float
    rank: int | None
    band: str | None


def _standing(assessment: Assessment, row: int) -> _Standing:
    estimate = round(float(assessment.figures.estimate[row, 0]), TIE_DECIMALS)
    return _Standing(-1.0 if math.isnan(estimate) else estimate, assessment.rank[row], assessment.band[row])


def split_move(before: Edition, after: Edition) -> Split:
    """Split the move of an index into Shapley parts of its causes: over all orders in which they come into force."""
    changed = changed_statements(before.profile, after.profile)
    causes: list[Cause] = [cause for cause, names in changed.items() if names]
    if digest(before.book) != digest(after.book):
        causes.append("rubric")
    if before.as_of != after.as_of:
        causes.append("time")
    size = len(causes)
    values = {
        frozenset(some): _index(_mixed(before, after, frozenset(some)))
        for count in range(size + 1)
        for some in itertools.combinations(causes, count)
    }
    parts: dict[Cause, float] = {}
    for cause in causes:
        others = [some for some in values if cause not in some]
        chances = [1 / (size * math.comb(size - 1, len(some))) for some in others]
        gains = [values[some | {cause}] - values[some] for some in others]
        parts[cause] = math.fsum(gain * chance for gain, chance in zip(gains, chances, strict=True))
    now = values[frozenset(causes)]
    statements = [
        StatementChange(name, cause, now - _index(_undone(before, after, name)))
        for cause, names in changed.items()
        for name in sorted(names)
    ]
    return Split(
        was=values[frozenset()],
        now=now,
        parts=parts,
        statements=tuple(sorted(statements, key=lambda one: (-abs(one.undone), one.statement, one.cause))),
    )


def _index(edition: Edition) -> float:
    return float(assess(edition.book, [edition.profile], as_of=edition.as_of).figures.estimate[0, 0])


def _by_id(profile: Profile) -> dict[str, Statement]:
    return {statement.id: statement for statement in profile.statements}


def changed_statements(before: Profile, after: Profile) -> dict[Cause, set[str]]:
    """The statements that each cause touches; wording, locators and notes score nothing."""
    old, new = _by_id(before), _by_id(after)
    both = old.keys() & new.keys()

    def differ(name: str, keys: tuple[str, ...]) -> bool:
        return any(getattr(old[name], key) != getattr(new[name], key) for key in keys)

    def regraded(name: str) -> bool:
        sources = before.sources[old[name].source], after.sources[new[name].source]
        return differ(name, GRADING) or sources[0].reliability != sources[1].reliability

    return {
        "new statements": new.keys() - old.keys(),
        "removed statements": old.keys() - new.keys(),
        "re-coded statements": {name for name in both if differ(name, CODING)},
        "grades and dates": {name for name in both if regraded(name)},
    }


def _mixed(before: Edition, after: Edition, on: frozenset[Cause]) -> Edition:
    """The edition before with some causes in force."""
    old, new = _by_id(before.profile), _by_id(after.profile)
    statements = []
    for name in sorted({*old, *new}):
        if name not in old:
            if "new statements" in on:
                statements.append(new[name])
        elif name not in new:
            if "removed statements" not in on:
                statements.append(old[name])
        else:
            keys = (CODING if "re-coded statements" in on else ()) + (GRADING if "grades and dates" in on else ())
            statements.append(old[name].model_copy(update={key: getattr(new[name], key) for key in keys}))
    sources = (before.profile.sources, after.profile.sources)
    first, second = sources if "grades and dates" in on else reversed(sources)
    book = after.book if "rubric" in on else before.book
    profile = before.profile.model_copy(
        update={"sources": {**first, **second}, "statements": tuple(_fitting(one, book) for one in statements)}
    )
    return Edition(book, profile, after.as_of if "time" in on else before.as_of)


def _fitting(statement: Statement, book: RuleBook) -> Statement:
    """The statement without the codes that this rubric has no place for."""

    def fitting(codes: Mapping[str, object] | None) -> dict[str, object]:
        return {
            name: code
            for name, code in (codes or {}).items()
            if name in book.leaves and not list(book.leaves[name].code_faults(code))
        }

    coders = {coder: fitting(codes) for coder, codes in (statement.coders or {}).items()}
    return statement.model_copy(update={"codes": fitting(statement.codes), "coders": coders})


def _undone(before: Edition, after: Edition, name: str) -> Edition:
    """The edition after with one statement as it was before."""
    old, statements = _by_id(before.profile), _by_id(after.profile)
    sources = after.profile.sources
    statements.pop(name, None)
    if name in old:
        own = unused(f"{old[name].source}-before", sources)  # the source as it was graded then, beside that of now
        sources = {**sources, own: before.profile.sources[old[name].source]}
        statements[name] = _fitting(old[name], after.book).model_copy(update={"source": own})
    profile = after.profile.model_copy(update={"sources": sources, "statements": tuple(statements.values())})
    return after._replace(profile=profile)
