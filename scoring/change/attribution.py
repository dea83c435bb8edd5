"""Why an index changed between two scenarios of a country: contributions of causes, and effects of statements."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.borrowing import Offsets, borrow, centres, pillar_numbers, with_offsets
from scoring.index.leaves import exclusion_reason, score_leaf, score_profile
from scoring.index.publication import TIE_DECIMALS
from scoring.index.rescoring import evidence, evidence_of, expected_values, indices
from scoring.index.scenario import (
    CODING,
    EVIDENCE,
    GRADING,
    scenario_of,
    statements_by_id,
    unused,
    with_changes,
    with_valid_codes,
)
from scoring.index.tree import places_of_leaves
from scoring.processes import cores, on_all_cores
from scoring.uncertainty.draws import Sample, sample_blocks
from scoring.uncertainty.simulation import excludes_zero

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.index.scenario import Cause, Scenario
    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Profile, Statement
    from scoring.model.rubric import Rubric, RuleBook
    from scoring.model.scale import Scale
    from scoring.statistics.arrays import Singles
    from scoring.uncertainty.draws import Settings

    Part: TypeAlias = Literal["evidence", "ageing", "borrowing"]

TOGETHER = 32  # countries drawn at a time, fewer of many draws: all draws of each are in memory
HELD = 2**23  # draws of all these countries, in all processes
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
    outcomes: dict[str, tuple[_Outcome, _Outcome]] = {}
    for row, profile in enumerate(after.profiles):
        if (row_before := rows_before.get(profile.country)) is not None:
            both = _outcome(before, row_before), _outcome(after, row)
            if both[0] != both[1]:
                outcomes[profile.country] = both
    pairs = list(zip(*(_alone(assessment, outcomes) for assessment in (before, after)), strict=True))
    most = max(1, min(TOGETHER, HELD // (settings.draws * cores()), -(-len(pairs) // cores())))
    groups = [pairs[first : first + most] for first in range(0, len(pairs), most)]
    explained = itertools.chain.from_iterable(on_all_cores(partial(_explained, settings), groups))
    found = []
    for (_, scenario), (split, intervals) in zip(pairs, explained, strict=True):
        profile = scenario.profile
        was, now = outcomes[profile.country]
        found.append(
            Difference(
                country=profile.country,
                title=profile.title,
                split=split,
                intervals=intervals,
                rubric=after.book.rubric,
                scale=after.scale,
                rank=(was.rank, now.rank),
                band=(was.band, now.band),
            )
        )
    return tuple(found)


def _explained(settings: Settings, pairs: Iterable[tuple[Scenario, Scenario]]) -> list[tuple[Split, Intervals]]:
    """The changes of some countries, split by cause, and their intervals."""
    changes = [Change(*pair) for pair in pairs]
    intervals = _intervals(changes, (0,), settings)
    return [(change.split(), found) for change, [found] in zip(changes, intervals, strict=True)]


def _alone(assessment: Assessment, countries: Container[str]) -> Iterator[Scenario]:
    """The scenarios of some countries of an assessment, each alone."""
    scenario = scenario_of(assessment)
    return (replace(scenario, profiles=(one,)) for one in scenario.profiles if one.country in countries)


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
        for of_evidence, rubric in itertools.product((False, True), repeat=2):
            if scored[of_evidence].rubric_digest == scored[rubric].rubric_digest:
                found[of_evidence, rubric] = scored[of_evidence].offsets
                continue
            book, day = scenarios[rubric].book, scenarios[of_evidence].days[0]
            profile = self._profiles[of_evidence]
            valid = tuple(with_valid_codes(statement, book) for statement in profile.statements)
            profile = profile.model_copy(update={"statements": valid})
            found[of_evidence, rubric], _ = borrow([score_profile(profile, book, day)[0]], book)
        return found

    @cached_property
    def _changed(self) -> dict[Cause, set[str]]:
        return changed_statements(*self._profiles)

    @cached_property
    def _coding(self) -> dict[str, tuple[str, ...]]:
        """The ids of the statements that code an indicator, before or after, in their order."""
        names: dict[str, set[str]] = {}
        for profile in self._profiles:
            for name, statement in statements_by_id(profile).items():
                for indicator in statement.entered:
                    names.setdefault(indicator, set()).add(name)
        return {indicator: tuple(sorted(coding)) for indicator, coding in names.items()}

    @cached_property
    def _moving(self) -> dict[str, frozenset[Cause]]:
        """The causes that change an indicator, beside ageing and the rubric."""
        changed = self._changed | {"grades and dates": self._changed["grades and dates"] | self._with_other_source()}
        return {
            indicator: frozenset(cause for cause, names in changed.items() if not names.isdisjoint(coding))
            for indicator, coding in self._coding.items()
        }

    def _with_other_source(self) -> set[str]:
        """The statements whose source has another grade before than after."""
        first, last = (profile.sources for profile in self._profiles)
        regraded = {name for name in first.keys() & last.keys() if first[name].reliability != last[name].reliability}
        return {
            statement.id
            for profile in self._profiles
            for statement in profile.statements
            if statement.source in regraded
        }

    @cached_property
    def _known(self) -> dict[tuple[Any, ...], Leaf]:
        """The leaves scored so far, by what they depend on."""
        return {}

    def _leaf(self, indicator: LeafIndicator, item: str | None, causes: Collection[Cause]) -> Leaf:
        """A leaf with some causes applied, at what the rubric expects.

        A statement that is in force on one of the days alone is read on the nearest day on which it is: only statements
        of both days age.
        """
        has_rubric = "rubric" in causes
        applied = self._moving.get(indicator.id, frozenset()) & frozenset(causes)
        key = indicator.id, item, applied, has_rubric, "ageing" in causes
        if key not in self._known:
            scenario = self.after if has_rubric else self.before
            statements = self._statements(indicator.id, applied, scenario.book)
            day = (self.after if "ageing" in causes else self.before).days[0]
            sourced = self._sourced["grades and dates" in applied]
            self._known[key], _ = score_leaf(indicator, item, statements, sourced, scenario.book.rubric, day)
        return self._known[key]

    def _statements(self, indicator: str, causes: Collection[Cause], book: RuleBook) -> Iterator[Statement]:
        """The statements that enter an indicator with some causes applied, in the order of their ids."""
        for name in self._coding.get(indicator, ()):
            statement = with_changes(self._by_id[0].get(name), self._by_id[1].get(name), causes)
            statement = statement and with_valid_codes(statement, book)
            if statement and _enters(statement, indicator):
                yield statement

    @cached_property
    def _by_id(self) -> tuple[dict[str, Statement], dict[str, Statement]]:
        first, last = map(statements_by_id, self._profiles)
        return first, last

    @cached_property
    def _sourced(self) -> tuple[Profile, Profile]:
        """The sources of both profiles, with the grades of the earlier and of the later."""
        first, last = self._profiles
        return (
            first.model_copy(update={"sources": {**last.sources, **first.sources}}),
            first.model_copy(update={"sources": {**first.sources, **last.sources}}),
        )

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
        book, day, (first, last) = self.after.book, self.after.days[0], self._by_id
        leaves, _ = score_profile(self._profiles[True], book, day, in_force=False)
        places = {part: place for place, part in enumerate(book.parts)}
        changed = np.repeat(evidence_of(leaves)[:, None], len(names), axis=1)
        before = {
            name: unused(f"{name}-before", self._profiles[True].sources) for name in self._profiles[False].sources
        }
        earlier = {before[name]: source for name, source in self._profiles[False].sources.items()}
        sourced = self._profiles[True].model_copy(update={"sources": {**self._profiles[True].sources, **earlier}})
        for row, name in enumerate(names):
            old, new = first.get(name), last.get(name)
            touched = {indicator for statement in (old, new) if statement for indicator in statement.entered}
            if old:
                old = with_valid_codes(old, book).model_copy(update={"source": before[old.source]})
            for indicator in touched & book.leaves.keys():
                others = ((other, last.get(other)) for other in self._coding[indicator])
                statements = [old if other == name else statement for other, statement in others]
                entering = [one for one in statements if one and _enters(one, indicator)]
                for item in book.leaves[indicator].parts:
                    leaf, _ = score_leaf(book.leaves[indicator], item, entering, sourced, book.rubric, day)
                    changed[:, row, places[indicator, item]] = evidence(leaf)
        found: list[float] = indices(self.assessments[True], changed).tolist()
        return found

    def _values(self, subsets: Sequence[Subset]) -> dict[Subset, float]:
        """The index with each set of causes applied."""
        values: dict[Subset, float] = {}
        for has_rubric in dict.fromkeys("rubric" in subset for subset in subsets):
            chosen = [subset for subset in subsets if ("rubric" in subset) == has_rubric]
            own, book = self.assessments[has_rubric], (self.after if has_rubric else self.before).book
            pooled = [[leaf.pooled for leaf in self._of_rubric(subset)] for subset in chosen]
            leaves = np.array([[one.estimate for one in row] for row in pooled])
            if book.rubric.prior.borrows:
                low, high = (
                    np.array([[getattr(one, end) for one in row] for row in pooled]) for end in ("low", "high")
                )
                found = [self._offsets["borrowing" in subset, has_rubric] for subset in chosen]
                expected, pillars = expected_values(book), pillar_numbers(book)
                held = np.concatenate([centres(expected, offsets, pillars, book.rubric.prior) for offsets in found])
                leaves = low + (high - low) * held
            places = places_of_leaves(own.nodes, book)
            estimates = np.full((len(chosen), len(own.nodes)), np.nan)
            estimates[:, list(places)] = leaves[:, list(places.values())]
            aggregate({"estimate": estimates}, own.nodes)
            values |= dict(zip(chosen, estimates[:, 0].tolist(), strict=True))
        return values

    def _of_rubric(self, causes: Collection[Cause]) -> list[Leaf]:
        """The leaves of the whole rubric with some causes applied, at what the rubric expects."""
        book = (self.after if "rubric" in causes else self.before).book
        return [self._leaf(leaf, item, causes) for leaf in book.leaves.values() for item in leaf.parts]

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
        return _intervals([self], positions, settings, days)[0]

    @cached_property
    def _players(self) -> dict[Part, list[Cause]]:
        """The parts of the change of which draws tell how much each explains, with their causes."""
        parts = {part: [cause for cause in self.causes if cause in _causes_of(part)] for part in PARTS}
        return {part: causes for part, causes in parts.items() if causes}

    @property
    def drawn(self) -> list[Subset]:
        """The sets of causes that are drawn: of all parts, or none and all if the rubric changed."""
        if "rubric" in self.causes:  # the trees may differ: the change alone is drawn
            return [frozenset(), frozenset(self.causes)]
        return [self._of_parts(subset) for subset in _subsets(list(self._players))]

    def _of_parts(self, parts: Iterable[Part]) -> Subset:
        return frozenset(cause for part in parts for cause in self._players[part])

    def sample(self, causes: Subset, days: Sequence[dt.date]) -> Sample:
        """What is drawn of the country with some causes applied; days: further days of the chain."""
        scenario = self.after if "rubric" in causes else self.before
        offsets = self._offsets["borrowing" in causes, "rubric" in causes]
        [leaves] = with_offsets([self._of_rubric(causes)], offsets, scenario.book)
        places = places_of_leaves(self.assessments["rubric" in causes].nodes, scenario.book)
        day = (self.after if "ageing" in causes else self.before).days[0]
        chain = sorted({*days, *self.before.days, *self.after.days})
        return Sample(
            {position: leaves[place] for position, place in places.items()},
            Offsets(*(part[0] for part in offsets)),
            tuple(other for other in chain if other <= day),
        )

    def summarised(self, draws: Mapping[Subset, Singles]) -> tuple[Intervals, ...]:
        """The intervals of each node; draws: of the sets of causes that are drawn, (positions, draws)."""
        ends = self.after.book.rubric.uncertainty.quantiles
        change = draws[self.drawn[-1]] - draws[frozenset()]
        if "rubric" in self.causes:
            of_nodes = np.quantile(change, ends, axis=-1).T.tolist()
            return tuple(Intervals(tuple(whole), (math.nan, math.nan)) for whole in of_nodes)
        values = {frozenset(parts): draws[self._of_parts(parts)] for parts in _subsets(list(self._players))}
        evidence_part = owen_values(values, list(self._players), ()).get("evidence", np.zeros_like(change))
        quantiles = (np.quantile(drawn, ends, axis=-1).T.tolist() for drawn in (change, evidence_part))
        return tuple(Intervals(tuple(whole), tuple(part)) for whole, part in zip(*quantiles, strict=True))


def _causes_of(part: Part) -> Collection[Cause]:
    return EVIDENCE if part == "evidence" else (part,)


def _enters(statement: Statement, indicator: str) -> bool:
    """Whether a statement enters an indicator, on the day that is nearest."""
    return exclusion_reason(statement, None) is None and indicator in statement.entered


def _intervals(
    changes: Sequence[Change], positions: Sequence[int], settings: Settings, days: Sequence[dt.date] = ()
) -> list[tuple[Intervals, ...]]:
    """As `Change.intervals_of`, for several countries of the same rubrics, whose weights are drawn once."""
    drawn: list[dict[Subset, Singles]] = [{} for _ in changes]
    for has_rubric in (False, True):
        sets = [[causes for causes in change.drawn if ("rubric" in causes) == has_rubric] for change in changes]
        countries = [
            (change.after.profile.country, [change.sample(causes, days) for causes in chosen])
            for change, chosen in zip(changes, sets, strict=True)
        ]
        if any(sets):
            of_rubric = sample_blocks(changes[0].assessments[has_rubric], countries, settings, positions)
            samples = iter(np.concatenate(list(of_rubric), axis=-1))
            for of_country, chosen in zip(drawn, sets, strict=True):
                of_country |= {causes: next(samples) for causes in chosen}
    return [change.summarised(values) for change, values in zip(changes, drawn, strict=True)]


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
