"""What an edit of the evidence on one country moves, before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.change.attribution import Change, Intervals
from scoring.index.publication import ranks
from scoring.statistics.ranks import rank_counts, ranks_of_draws
from scoring.uncertainty.draws import blocks
from scoring.uncertainty.simulation import rank_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Entry
    from scoring.index.scenario import Scenario
    from scoring.index.scores import Score
    from scoring.index.tree import Node
    from scoring.model.rubric import Rubric
    from scoring.statistics.arrays import Singles
    from scoring.uncertainty.draws import Settings


class Peer(NamedTuple):
    """The index of one country, to be ranked among others."""

    country: str
    estimate: float | None
    """None if the index is withheld."""
    drawn: Singles
    """In [0, 1], shape (draws,)."""


class Standing(NamedTuple):
    """Where a country stands among all."""

    rank: int | None
    """None if the index is withheld."""
    interval: tuple[int, int] | None
    ranked: int
    """The number of countries with a rank."""


class Entered(NamedTuple):
    """How the edited statement enters one leaf."""

    node: Node
    entry: Entry


class Move(NamedTuple):
    """A node before and after the edit, with the interval of the difference."""

    before: Score
    after: Score
    intervals: Intervals


@dataclass(frozen=True, eq=False)
class Effect:
    """What an edit moves: leaves that the statement enters, their pillars, the index, and the rank."""

    entered: tuple[Entered, ...]
    reasons: tuple[str, ...]
    """Why the statement does not enter where it has codes, as keys of `analysis.explain.REASONS`."""
    moves: tuple[Move, ...]
    """The index first, then each pillar followed by its leaves."""
    before: Standing
    after: Standing


def peer(assessment: Assessment, settings: Settings) -> Peer:
    """The only country of an assessment, with the draws of its index."""
    [country] = assessment.countries
    drawn = np.concatenate([block[0] for block in blocks(assessment, settings)])
    return Peer(country.code, country.index.computed if country.is_published else None, drawn)


def effect(before: Scenario, after: Scenario, statement: str, others: Iterable[Peer], settings: Settings) -> Effect:
    """The effect of an edit of a statement.

    Args:
        before: The country as it is.
        after: The country as edited.
        statement: Id of the statement that was added or edited.
        others: All other countries of the set.
        settings: Of the simulation.
    """
    change = Change(before, after)
    was, now = change.assessments
    entered = tuple(_entered(now, statement))
    touched = {one.node.position for one in (*entered, *_entered(was, statement))}
    positions = [node.position for node in now.nodes if _is_shown(now, node, touched)]
    moves = zip(positions, change.intervals_of(positions, settings), strict=True)
    others = list(others)
    rubric = now.book.rubric
    return Effect(
        entered=entered,
        reasons=tuple(dict.fromkeys(one.reason for one in sorted(now.exclusions[0]) if one.statement == statement)),
        moves=tuple(Move(was.countries[0].nodes[at], now.countries[0].nodes[at], intervals) for at, intervals in moves),
        before=standing([peer(was, settings), *others], rubric),
        after=standing([peer(now, settings), *others], rubric),
    )


def standing(peers: Sequence[Peer], rubric: Rubric) -> Standing:
    """The rank of the first country among all, with its interval in the draws."""
    ordered = sorted(peers, key=lambda one: one.country)  # by which ordinal ranks order ties
    published = [one for one in ordered if one.estimate is not None]
    place = next((place for place, one in enumerate(published) if one is peers[0]), None)
    if place is None:
        return Standing(None, None, len(published))
    drawn = ranks_of_draws(np.ascontiguousarray(np.stack([one.drawn for one in published], axis=1)), rubric.ranking)
    chances = rank_counts(drawn, len(published))[place] / len(drawn)
    rank = ranks([one.estimate for one in published], rubric.ranking)[place]
    return Standing(rank, rank_interval(chances, rubric.uncertainty.quantiles), len(published))


def _entered(assessment: Assessment, statement: str) -> Iterable[Entered]:
    for position, leaf in assessment.leaves[0].items():
        for entry in leaf.entries:
            if entry.statement == statement:
                yield Entered(assessment.nodes[position], entry)


def _is_shown(assessment: Assessment, node: Node, touched: set[int]) -> bool:
    """Whether a node is the index, a touched leaf, or above one."""
    if node.parent is None or node.position in touched:
        return True
    return any(_is_shown(assessment, assessment.nodes[child], touched) for child in node.children)
