"""Why an index changed between two scenarios of a country: contributions of causes, and effects of statements."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.borrowing import borrow, with_offsets
from scoring.index.leaves import score_profile
from scoring.index.publication import TIE_DECIMALS
from scoring.index.rescoring import evidence_of, indices
from scoring.index.scenario import (
    CODING,
    EVIDENCE,
    GRADING,
    scenario_of,
    statements_by_id,
    with_changes,
    with_statement_reverted,
    with_valid_codes,
)
from scoring.uncertainty.draws import node_blocks
from scoring.uncertainty.simulation import excludes_zero

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.borrowing import Offsets
    from scoring.index.leaves import Leaf
    from scoring.index.scenario import Cause, Scenario
    from scoring.model.profile import Profile
    from scoring.model.rubric import Rubric
    from scoring.model.scale import Scale
    from scoring.statistics.arrays import Singles
    from scoring.uncertainty.draws import Settings

    Part: TypeAlias = Literal["evidence", "ageing", "borrowing"]

PARTS: tuple[Part, ...] = ("evidence", "ageing", "borrowing")
Subset: TypeAlias = "frozenset[Any]"


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
    """The contribution of each cause; the contributions sum to the change."""
    statements: tuple[StatementChange, ...]
    """The largest effect first."""

    @property
    def evidence(self) -> float:
        """The contribution of all changes of the evidence together."""
        return math.fsum(self.parts.get(cause, 0.0) for cause in EVIDENCE)

    def part(self, name: Part) -> float:
        """The contribution of the evidence, of its ageing, or of what is borrowed."""
        return self.evidence if name == "evidence" else self.parts.get(name, 0.0)


class Intervals(NamedTuple):
    """The uncertainty intervals of a change and of the part of it that the evidence explains, in [-1, 1]."""

    change: tuple[float, float]
    evidence: tuple[float, float]

    @property
    def is_significant(self) -> bool:
        """Whether the interval of the evidence's part excludes 0; ageing and borrowing are no news of the country."""
        return excludes_zero(*self.evidence)


@dataclass(frozen=True)
class Difference:
    """One country in two assessments: why its index changed, and whether the change is significant."""

    country: str
    title: str
    """The name of the country."""
    split: Split
    intervals: Intervals
    rubric: Rubric
    """The rubric of the later assessment, which has the quantiles of intervals."""
    scale: Scale
    """On which the later index is printed."""
    rank: tuple[int | None, int | None]
    band: tuple[str | None, str | None]

    @property
    def is_significant(self) -> bool:
        """Whether the evidence's part is. A change of the rubric is a decision and counts as significant."""
        return "rubric" in self.split.parts or self.intervals.is_significant


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
        change = Change(*(scenario_of(assessment).of([profile.country]) for assessment in (before, after)))
        changes.append(
            Difference(
                country=profile.country,
                title=profile.title,
                split=change.split(),
                intervals=change.intervals(settings),
                rubric=after.book.rubric,
                scale=after.scale,
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


@dataclass(frozen=True, eq=False)
class Change:
    """Two scenarios of one country, and everything between them: some causes of change applied, others not."""

    before: Scenario
    after: Scenario

    @cached_property
    def _profiles(self) -> tuple[Profile, Profile]:
        """The profiles with the statements in force on their days alone."""
        first, last = (scenario.evidence_on(scenario.days[0]).profile for scenario in (self.before, self.after))
        return first, last

    @cached_property
    def assessments(self) -> tuple[Assessment, Assessment]:
        """The earlier and the later."""
        return self.before.assess(), self.after.assess()

    @cached_property
    def _offsets(self) -> dict[tuple[bool, bool], Offsets]:
        """The offsets by the later evidence or the earlier, and by the later rubric or the earlier."""
        scenarios, scored = (self.before, self.after), self.assessments
        found = {}
        for evidence, rubric in itertools.product((False, True), repeat=2):
            if scored[evidence].rubric_digest == scored[rubric].rubric_digest:
                found[evidence, rubric] = scored[evidence].offsets
                continue
            book, day = scenarios[rubric].book, scenarios[evidence].days[0]
            profile = with_valid_codes(self._profiles[evidence], book)
            found[evidence, rubric], _ = borrow([score_profile(profile, book, day)[0]], book)
        return found

    @cached_property
    def _changed(self) -> dict[Cause, set[str]]:
        return changed_statements(*self._profiles)

    @cached_property
    def _scored(self) -> dict[Subset, tuple[Leaf, ...]]:
        """The leaves with some causes applied, as far as they were asked for."""
        return {}

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The causes that apply."""
        causes: list[Cause] = [cause for cause, names in self._changed.items() if names]
        if self.before.days != self.after.days:
            causes.append("ageing")
        if self._evidence_moves_offsets():
            causes.append("borrowing")
        first, last = self.assessments
        if first.rubric_digest != last.rubric_digest:
            causes.append("rubric")
        return tuple(causes)

    def _evidence_moves_offsets(self) -> bool:
        """Whether the evidence, or its ageing, moves the offsets under the earlier or the later rubric."""
        found = {key: np.append(offsets.country, offsets.pillars) for key, offsets in self._offsets.items()}
        moves = (np.abs(found[True, rubric] - found[False, rubric]) for rubric in (False, True))
        return any(bool((move > TINY).any()) for move in moves)

    # -- points --------------------------------------------------------------------------------------------------------

    def split(self) -> Split:
        """The contributions of the causes, and the effect of each changed statement."""
        values = self._values(list(map(frozenset, _subsets(self.causes))))
        now = values[frozenset(self.causes)]
        changed = [(name, cause) for cause, names in self._changed.items() for name in sorted(names)]
        indices_without = self._reverted([name for name, _ in changed])
        statements = [
            StatementChange(name, cause, now - index)
            for (name, cause), index in zip(changed, indices_without, strict=True)
        ]
        return Split(
            was=values[frozenset()],
            now=now,
            parts=owen_values(values, self.causes, EVIDENCE),
            statements=tuple(sorted(statements, key=_largest_effect_first)),
        )

    def _reverted(self, names: Sequence[str]) -> list[float]:
        """The later index with each of some statements as it was earlier, one at a time.

        Statements that are not in force enter as of the nearest day. Only the leaves on which the statement has codes
        are scored again.
        """
        book, day = self.after.book, self.after.days[0]
        leaves, _ = score_profile(self._profiles[True], book, day, in_force=False)
        places = {part: place for place, part in enumerate(book.parts)}
        changed = np.repeat(evidence_of(leaves)[:, None], len(names), axis=1)
        for row, name in enumerate(names):
            of_either = (statements_by_id(profile).get(name) for profile in self._profiles)
            touched = {indicator for statement in of_either if statement for indicator in statement.counted}
            reverted = with_statement_reverted(*self._profiles, name, book)
            again, _ = score_profile(reverted, book, day, in_force=False, only=touched)
            changed[:, row, [places[leaf.indicator, leaf.item] for leaf in again]] = evidence_of(again)
        found: list[float] = indices(self.assessments[True], changed).tolist()
        return found

    def _values(self, subsets: Sequence[Subset]) -> dict[Subset, float]:
        """The index with each set of causes applied."""
        values: dict[Subset, float] = {}
        for has_rubric in dict.fromkeys("rubric" in subset for subset in subsets):
            chosen = [subset for subset in subsets if ("rubric" in subset) == has_rubric]
            nodes = self.assessments[has_rubric].nodes
            estimates = np.full((len(chosen), len(nodes)), np.nan)
            for number, subset in enumerate(chosen):
                for position, leaf in self._leaves(subset).items():
                    estimates[number, position] = leaf.pooled.estimate
            aggregate({"estimate": estimates}, nodes)
            values |= dict(zip(chosen, estimates[:, 0].tolist(), strict=True))
        return values

    def _leaves(self, causes: Collection[Cause]) -> dict[int, Leaf]:
        """The leaves with some causes applied, by their position in the tree.

        A statement that is in force on one of the days alone is read on the nearest day on which it is: only statements
        of both days age.
        """
        book = (self.after if "rubric" in causes else self.before).book
        others = frozenset(causes) - {"borrowing"}  # which moves what is expected alone
        if others not in self._scored:
            day = (self.after if "ageing" in causes else self.before).days[0]
            profile = with_changes(*self._profiles, others, book)
            self._scored[others], _ = score_profile(profile, book, day, in_force=False)
        leaves = self._scored[others]
        offsets = self._offsets["borrowing" in causes, "rubric" in causes]
        [row] = with_offsets([leaves], offsets, book)
        centred = {(leaf.indicator, leaf.item): leaf for leaf in row}
        own = self.assessments["rubric" in causes].leaves[0]
        return {position: centred[leaf.indicator, leaf.item] for position, leaf in own.items()}

    # -- draws ---------------------------------------------------------------------------------------------------------

    def intervals(self, settings: Settings, days: Sequence[dt.date] = ()) -> Intervals:
        """The uncertainty intervals of the change of the index, and of the part of the evidence in each draw.

        Args:
            settings: of the simulation.
            days: further days of a chain, over which missing evidence changes step by step.
        """
        return self.intervals_of((0,), settings, days)[0]

    def intervals_of(
        self, positions: Sequence[int], settings: Settings, days: Sequence[dt.date] = ()
    ) -> tuple[Intervals, ...]:
        """As intervals, of nodes by their positions in the tree, which is that of both scenarios; 0 is the index."""
        ends = self.after.book.rubric.uncertainty.quantiles
        chain = sorted({*days, *self.before.days, *self.after.days})
        players = [part for part in PARTS if self._causes_of(part)]
        if "rubric" in self.causes:  # the trees may differ: the change alone is drawn
            was, now = (
                self._drawn(causes, settings, chain, positions) for causes in (frozenset[Any](), frozenset(self.causes))
            )
            quantiles = np.quantile(now - was, ends, axis=-1).T.tolist()
            return tuple(Intervals(tuple(whole), (math.nan, math.nan)) for whole in quantiles)
        values = {
            frozenset(subset): self._drawn(
                frozenset(cause for part in subset for cause in self._causes_of(part)), settings, chain, positions
            )
            for subset in _subsets(players)
        }
        change = values[frozenset(players)] - values[frozenset()]
        evidence = owen_values(values, players, ()).get("evidence", np.zeros_like(change))
        quantiles = (np.quantile(drawn, ends, axis=-1).T.tolist() for drawn in (change, evidence))
        return tuple(Intervals(tuple(whole), tuple(part)) for whole, part in zip(*quantiles, strict=True))

    def _causes_of(self, part: Part) -> list[Cause]:
        names = EVIDENCE if part == "evidence" else (part,)
        return [cause for cause in self.causes if cause in names]

    def _drawn(
        self, causes: Subset, settings: Settings, chain: Sequence[dt.date], positions: Sequence[int] = (0,)
    ) -> Singles:
        """Draws of nodes with some causes applied, (positions, draws)."""
        own = self.assessments["rubric" in causes]
        day = (self.after if "ageing" in causes else self.before).days[0]
        changed = replace(
            own,
            leaves=(self._leaves(causes),),
            offsets=self._offsets["borrowing" in causes, "rubric" in causes],
        )
        days = [other for other in chain if other <= day]
        drawn = node_blocks(changed, settings, positions, days=days, threads=1)
        return np.concatenate([block[0] for block in drawn], axis=-1)


TINY = 1e-12  # offsets this close are equal


def _subsets(players: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [subset for size in range(len(players) + 1) for subset in itertools.combinations(players, size)]


def owen_values(values: Mapping[Subset, Any], players: Sequence[Any], together: Collection[Any]) -> dict[Any, Any]:
    """The contribution of each player to values[all] - values[none], which they sum to.

    Shapley values over the players, of which those in `together` act as one; what this one contributes is divided by
    Shapley values among its members (Owen 1977): the mean of v(R + T + i) - v(R + T), with R any set of the others and
    T any set of the other members, each number of others and of members with the same probability.

    Args:
        values: of every subset of the players; numbers, or arrays of draws.
        players: the players.
        together: those that act as one.
    """
    members = [player for player in players if player in together]
    others = [player for player in players if player not in together]
    units = len(others) + bool(members)
    parts = {}
    for player in players:
        is_member = player in members
        rest = (
            others if is_member else [*([tuple(members)] if members else []), *(one for one in others if one != player)]
        )
        inside = [one for one in members if one != player] if is_member else []
        total: Any = 0.0
        for first in _subsets(rest):
            outer = 1 / (units * math.comb(units - 1, len(first)))
            base = frozenset(one for unit in first for one in (unit if isinstance(unit, tuple) else (unit,)))
            for second in _subsets(inside):
                inner = 1 / ((len(inside) + 1) * math.comb(len(inside), len(second)))
                without = base | frozenset(second)
                total = total + outer * inner * (values[without | {player}] - values[without])
        parts[player] = total
    return parts


def split_change(before: Scenario, after: Scenario) -> Split:
    """Split the change of the index of a country into contributions of its causes."""
    return Change(before, after).split()


def _largest_effect_first(change: StatementChange) -> tuple[float, str, str]:
    return -abs(change.undone), change.statement, change.cause


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
