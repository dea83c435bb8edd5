"""Why an index changed between two scenarios of a country: contributions of causes, and effects of statements."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.index.publication import TIE_DECIMALS
from scoring.index.scenario import CODING, GRADING, scenario_of, statements_by_id, with_causes, with_statement_reverted
from scoring.model.digest import digest
from scoring.uncertainty.simulation import difference, excludes_zero

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause, Scenario
    from scoring.model.profile import Profile
    from scoring.model.rubric import Rubric
    from scoring.uncertainty.draws import Settings


class StatementChange(NamedTuple):
    """One statement that changed, and its effect on the index."""

    statement: str
    cause: Cause
    undone: float
    """The index now minus the index with this statement as it was before, in [-1, 1]."""


@dataclass(frozen=True)
class Split:
    """The change of one index, split by cause; values in [0, 1], NaN if a scenario has no index."""

    was: float
    now: float
    parts: dict[Cause, float]
    """Contribution (Shapley) of each cause; the contributions sum to the change."""
    statements: tuple[StatementChange, ...]
    """The largest effect first."""


@dataclass(frozen=True)
class Difference:
    """One country in two assessments: why its index changed, and whether the change is significant."""

    country: str
    split: Split
    interval: tuple[float, float]
    """The uncertainty interval of the difference, in [-1, 1]."""
    rubric: Rubric
    """The rubric of the later assessment, which has the quantiles of intervals."""
    rank: tuple[int | None, int | None]
    band: tuple[str | None, str | None]

    @property
    def is_significant(self) -> bool:
        """Whether the interval excludes 0. A change of the rubric is a decision and counts as significant."""
        return "rubric" in self.split.parts or excludes_zero(*self.interval)


def differences(before: Assessment, after: Assessment, settings: Settings) -> tuple[Difference, ...]:
    """The countries of both assessments whose index, rank or band changed, each change split by cause."""
    rows_before = {profile.country: row for row, profile in enumerate(before.profiles)}
    changes = []
    for row, profile in enumerate(after.profiles):
        if (row_before := rows_before.get(profile.country)) is None:
            continue
        was, now = _outcome(before, row_before), _outcome(after, row)
        if was == now:
            continue
        old, new = (scenario_of(assessment).of([profile.country]) for assessment in (before, after))
        draws = difference(old.assess(), new.assess(), settings)
        low, high = np.quantile(draws, after.book.rubric.uncertainty.quantiles)
        changes.append(
            Difference(
                country=profile.country,
                split=split_change(old, new),
                interval=(float(low), float(high)),
                rubric=after.book.rubric,
                rank=(was.rank, now.rank),
                band=(was.band, now.band),
            )
        )
    return tuple(changes)


class _Outcome(NamedTuple):
    estimate: float
    rank: int | None
    band: str | None


def _outcome(assessment: Assessment, row: int) -> _Outcome:
    """What must differ for a country to have changed; -1 for a missing estimate, since NaN is unequal to itself."""
    estimate = round(float(assessment.figures.estimate[row, 0]), TIE_DECIMALS)
    return _Outcome(-1.0 if math.isnan(estimate) else estimate, assessment.rank[row], assessment.band[row])


def split_change(before: Scenario, after: Scenario) -> Split:
    """Split the change of an index into contributions of its causes: Shapley values over all orders of the causes."""
    changed = changed_statements(before.profile, after.profile)
    causes: list[Cause] = [cause for cause, names in changed.items() if names]
    if digest(before.book) != digest(after.book):
        causes.append("rubric")
    if before.days != after.days:
        causes.append("time")
    size = len(causes)
    subsets = (frozenset(subset) for count in range(size + 1) for subset in itertools.combinations(causes, count))
    values = {subset: _index(with_causes(before, after, subset)) for subset in subsets}
    parts: dict[Cause, float] = {}
    for cause in causes:
        others = [subset for subset in values if cause not in subset]
        weights = [1 / (size * math.comb(size - 1, len(subset))) for subset in others]
        gains = [values[subset | {cause}] - values[subset] for subset in others]
        parts[cause] = math.fsum(gain * weight for gain, weight in zip(gains, weights, strict=True))
    now = values[frozenset(causes)]
    statements = [
        StatementChange(name, cause, now - _index(with_statement_reverted(before, after, name)))
        for cause, names in changed.items()
        for name in sorted(names)
    ]
    return Split(
        was=values[frozenset()],
        now=now,
        parts=parts,
        statements=tuple(sorted(statements, key=_largest_effect_first)),
    )


def _largest_effect_first(change: StatementChange) -> tuple[float, str, str]:
    return -abs(change.undone), change.statement, change.cause


def _index(scenario: Scenario) -> float:
    """The index of the only country of a scenario."""
    return float(scenario.assess().figures.estimate[0, 0])


def changed_statements(before: Profile, after: Profile) -> dict[Cause, set[str]]:
    """The ids of changed statements by cause. Wording, locators and notes do not affect scores and are ignored."""
    old, new = statements_by_id(before), statements_by_id(after)
    common = old.keys() & new.keys()

    def differ(name: str, keys: tuple[str, ...]) -> bool:
        return any(getattr(old[name], key) != getattr(new[name], key) for key in keys)

    def regraded(name: str) -> bool:
        sources = before.sources[old[name].source], after.sources[new[name].source]
        return differ(name, GRADING) or sources[0].reliability != sources[1].reliability

    return {
        "new statements": new.keys() - old.keys(),
        "removed statements": old.keys() - new.keys(),
        "re-coded statements": {name for name in common if differ(name, CODING)},
        "grades and dates": {name for name in common if regraded(name)},
    }
