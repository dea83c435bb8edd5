"""The effect of a scenario: supposed answers and dropped statements of several countries at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.analysis.whatif import answered_parts, effects_of
from scoring.index.scenario import scenario_of, with_code, without_statement
from scoring.model.fields import frozen, read_date
from scoring.model.scenario import Change
from scoring.uncertainty.draws import node_blocks
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Sequence

    from scoring.analysis.steps import AnswerStep
    from scoring.analysis.whatif import Effects
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Scenario
    from scoring.index.tree import Node
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.model.scenario import ScenarioFile
    from scoring.statistics.arrays import Floats, Singles
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.simulation import Simulation


class Move(NamedTuple):
    """A figure before and after, and the interval of its change in joint draws: all in [0, 1]; NaN for none."""

    before: float
    after: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before


@dataclass(frozen=True)
class CountryMove:
    """How one country moves."""

    row: int
    """Of the country, before and after."""
    index: Move
    """Of NaN where the index is withheld before or after."""
    pillars: tuple[tuple[Node, Move], ...]
    effects: Effects | None
    """The parts of the change of the index; None without answers."""


class GroupMove(NamedTuple):
    """How the mean of the indices of a group moves."""

    name: str
    members: tuple[str, ...]
    left_out: tuple[str, ...]
    """The members whose index is withheld before or after, and which the mean leaves out."""
    mean: Move


@dataclass(frozen=True, eq=False)
class Supposed:
    """A scenario with what it moves."""

    file: ScenarioFile
    before: Simulation
    """All countries, as they are."""
    after: Simulation
    countries: tuple[CountryMove, ...]
    """Those that the scenario names, by code."""
    groups: tuple[GroupMove, ...]


def suppose(
    assessment: Assessment,
    file: ScenarioFile,
    settings: Settings,
    *,
    progress: Callable[[float], None] | None = None,
) -> Supposed:
    """All countries before and after a scenario, which has no errors, under common random numbers.

    A supposed answer is certain (grade A1, high confidence), as of its date, and replaces all evidence on its indicator
    or item. The day of an assessment counts, not that of the file.

    Args:
        assessment: all countries.
        file: the scenario.
        settings: of the simulation, which runs twice.
        progress: called with the draws made since the last call.
    """
    scenario, changed = scenario_of(assessment), as_supposed(assessment, file)
    rows = {profile.country: row for row, profile in enumerate(assessment.profiles)}
    before = simulate(assessment, settings, progress=progress)
    after = simulate(changed.assess(), settings, progress=progress)
    named = {change.country for change in file.suppose} | {code for group in file.groups.values() for code in group}
    moves, sums = [], {name: np.zeros(settings.draws) for name in file.groups}
    shown = before.assessment.shown[:, 0] + after.assessment.shown[:, 0]  # NaN where one of the two is withheld
    for code in sorted(named):
        drawn = _drawn(scenario.of([code]), changed.of([code]), settings)
        moves.append(_country_move(before.assessment, after.assessment, rows[code], drawn, file))
        for name, group in file.groups.items():
            if code in group and not np.isnan(shown[rows[code]]):
                sums[name] += drawn[0]
    groups = tuple(_group_move(before, after, rows, name, file.groups[name], sums[name]) for name in file.groups)
    return Supposed(file, before, after, tuple(moves), groups)


# -- the profiles ------------------------------------------------------------------------------------------------------


def as_supposed(assessment: Assessment, file: ScenarioFile) -> Scenario:
    """All countries of an assessment, with what a scenario supposes of them; it has no errors."""
    changed = scenario_of(assessment)
    for row, profile in enumerate(assessment.profiles):
        if any(True for _ in changes_of(file, profile.country)):
            changed = changed.with_profile(_answered(_without(profile, file), file, assessment, row))
    return changed


def changes_of(file: ScenarioFile, country: str) -> Iterator[Change]:
    """What is supposed of a country."""
    return (change for change in file.suppose if change.country == country)


def _without(profile: Profile, file: ScenarioFile) -> Profile:
    """The profile without the dropped statements."""
    for change in changes_of(file, profile.country):
        for statement in change.drop:
            profile = without_statement(profile, statement)
    return profile


def _answered(profile: Profile, file: ScenarioFile, assessment: Assessment, row: int) -> Profile:
    """The profile with the supposed answers."""
    for change in changes_of(file, profile.country):
        day: dt.date = read_date(change.date) if change.date else assessment.as_of[row]
        for name, code in change.codes.items():
            profile = with_code(profile, assessment.book.leaves[name], code, day)
    return profile


# -- the moves ---------------------------------------------------------------------------------------------------------


def _drawn(before: Scenario, after: Scenario, settings: Settings) -> Singles:
    """Draws of index and pillars of one country, after minus before: shape (1 + pillars, draws)."""
    assessments = [one.assess() for one in (before, after)]
    positions = [0, *assessments[0].nodes[0].children]
    if before.profiles == after.profiles:
        return np.zeros((len(positions), settings.draws), np.float32)
    pairs = zip(*(node_blocks(one, settings, positions) for one in assessments), strict=True)
    return np.concatenate([later[0] - earlier[0] for earlier, later in pairs], axis=-1)


def _move(before: float, after: float, change: Floats | Singles, book: RuleBook) -> Move:
    if np.isnan(before) or np.isnan(after):
        return Move(before, after, np.nan, np.nan)
    low, high = np.quantile(change, book.rubric.uncertainty.quantiles)
    return Move(before, after, float(low), float(high))


def _country_move(before: Assessment, after: Assessment, row: int, drawn: Singles, file: ScenarioFile) -> CountryMove:
    book, root = before.book, before.nodes[0]
    positions = (0, *root.children)
    index, *pillars = (
        _move(float(before.shown[row, position]), float(after.shown[row, position]), change, book)
        for position, change in zip(positions, drawn, strict=True)
    )
    nodes = [before.nodes[child] for child in root.children]
    return CountryMove(row, index, tuple(zip(nodes, pillars, strict=True)), _effects(before, after, row, file))


def _effects(before: Assessment, after: Assessment, row: int, file: ScenarioFile) -> Effects | None:
    """The parts of the change of the index; None without answers."""
    changes = list(changes_of(file, before.profiles[row].country))
    codes = [(before.book.leaves[name], code) for change in changes for name, code in change.codes.items()]
    if not codes:
        return None
    start, end = (scenario_of(one).of([one.profiles[row].country]) for one in (before, after))
    rest = start.with_profile(_without(start.profile, file))
    has_dropped = any(change.drop for change in changes)
    parts = answered_parts(codes)
    return effects_of(start.assess(), rest.assess(), end.assess(), parts, has_dropped=has_dropped)


def _group_move(
    before: Simulation, after: Simulation, rows: dict[str, int], name: str, members: Sequence[str], total: Floats
) -> GroupMove:
    """The mean of the members whose index is published before and after."""
    indices = np.array([one.assessment.shown[[rows[code] for code in members], 0] for one in (before, after)])
    counted = ~np.isnan(indices).any(axis=0)
    left_out = tuple(code for code, counts in zip(members, counted, strict=True) if not counts)
    if not counted.any():
        return GroupMove(name, tuple(members), left_out, Move(np.nan, np.nan, np.nan, np.nan))
    start, end = indices[:, counted].mean(axis=1).tolist()
    mean = _move(start, end, total / np.count_nonzero(counted), before.assessment.book)
    return GroupMove(name, tuple(members), left_out, mean)


# -- steps as a scenario -----------------------------------------------------------------------------------------------


def with_steps(changes: Sequence[Change], country: str, steps: Sequence[AnswerStep], reason: str) -> list[Change]:
    """Some changes of a scenario, followed by the steps of a country, which replace what answers the same."""
    codes: dict[str, Any] = {}
    for step in steps:
        codes[step.indicator] = step.code if step.item is None else {**codes.get(step.indicator, {}), **step.code}
    answered = {(step.indicator, step.item) for step in steps}
    kept = [_not_answering(change, answered) if change.country == country else change for change in changes]
    return [*(change for change in kept if change.codes or change.drop), _change(country, codes, reason)]


def _change(country: str, codes: dict[str, Any], reason: str) -> Change:
    return Change.model_validate({"country": country, "codes": codes, "reason": reason})


def _not_answering(change: Change, answered: Collection[tuple[str, str | None]]) -> Change:
    """A change without some answers."""
    kept: dict[str, Any] = {}
    for name, code in change.codes.items():
        if (name, None) in answered:
            continue
        items = {item for indicator, item in answered if indicator == name}
        rest = {item: answer for item, answer in code.items() if item not in items} if items else code
        if rest:
            kept[name] = rest
    return change.model_copy(update={"codes": frozen(kept)})
