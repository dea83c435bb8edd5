"""Why an index moved between two scenarios of a country: its causes, each with its share, and its statements."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.index.publication import TIE_DECIMALS
from scoring.index.scenario import CODING, GRADING, mixed, scenario_of, statements_by_id, undone
from scoring.model.digest import digest
from scoring.uncertainty.simulation import difference

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause, Scenario
    from scoring.model.profile import Profile
    from scoring.model.rubric import Rubric
    from scoring.uncertainty.draws import Settings


class StatementChange(NamedTuple):
    """One statement that changed, and by how much the index would fall back if it alone had not, in [0, 1]."""

    statement: str
    cause: Cause
    undone: float


@dataclass(frozen=True)
class Split:
    """The move of one index; parts sum to it, in [0, 1], NaN where a scenario has no index."""

    was: float
    now: float
    parts: dict[Cause, float]
    statements: tuple[StatementChange, ...]
    """The largest first."""


@dataclass(frozen=True)
class Difference:
    """One country between two assessments: why its index moved, and whether that is more than noise."""

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
    """The countries of both assessments whose index, rank or band moved, each split into causes."""
    rows = {profile.country: row for row, profile in enumerate(before.profiles)}
    found = []
    for row, profile in enumerate(after.profiles):
        if (old := rows.get(profile.country)) is None:
            continue
        was, now = (_standing(one, place) for one, place in ((before, old), (after, row)))
        if was == now:
            continue
        scenarios = [scenario_of(one).of([profile.country]) for one in (before, after)]
        alone = [scenario.assess() for scenario in scenarios]
        low, high = np.quantile(difference(alone[0], alone[1], settings), after.book.rubric.uncertainty.quantiles)
        found.append(
            Difference(
                country=profile.country,
                split=split_move(scenarios[0], scenarios[1]),
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


def split_move(before: Scenario, after: Scenario) -> Split:
    """Split the move of an index into Shapley parts of its causes: over all orders in which they come into force."""
    changed = changed_statements(before.profile, after.profile)
    causes: list[Cause] = [cause for cause, names in changed.items() if names]
    if digest(before.book) != digest(after.book):
        causes.append("rubric")
    if before.days != after.days:
        causes.append("time")
    size = len(causes)
    values = {
        frozenset(some): _index(mixed(before, after, frozenset(some)))
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
        StatementChange(name, cause, now - _index(undone(before, after, name)))
        for cause, names in changed.items()
        for name in sorted(names)
    ]
    return Split(
        was=values[frozenset()],
        now=now,
        parts=parts,
        statements=tuple(sorted(statements, key=lambda one: (-abs(one.undone), one.statement, one.cause))),
    )


def _index(scenario: Scenario) -> float:
    return float(scenario.assess().figures.estimate[0, 0])


def changed_statements(before: Profile, after: Profile) -> dict[Cause, set[str]]:
    """The statements that each cause touches; wording, locators and notes score nothing."""
    old, new = statements_by_id(before), statements_by_id(after)
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
