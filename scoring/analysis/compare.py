"""Two countries side by side: what drives the difference, how firm the order is, and which evidence it depends on."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.publication import TIE_DECIMALS
from scoring.index.scenario import rescored
from scoring.index.score import in_force
from scoring.statistics import decomposition

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.score import Leaf
    from scoring.index.tree import Node
    from scoring.model.profile import Profile, Statement
    from scoring.statistics.arrays import Floats


EXHAUSTED = 3  # sets of statements up to this size are all tried
CHUNK = 20_000  # sets joined at a time
LEVEL = 10**-TIE_DECIMALS / 2  # a difference of indices up to here is none


class PillarDifference(NamedTuple):
    """One pillar of both countries, its Shapley part of the difference, and the weights in which the order is stable.

    The estimates are those that may be shown; one without evidence is NaN, and has its part all the same.
    """

    node: Node
    above: float
    below: float
    part: float
    stability: decomposition.Stability


class IndicatorDifference(NamedTuple):
    """One indicator of both countries; weighted: the difference times its share of the index.

    The estimates are those that may be shown; the difference is that of what enters the index.
    """

    node: Node
    above: float
    below: float
    weighted: float


class Reversal(NamedTuple):
    """Statements (country, id) without which the ranking reverses; smallest: proven, all smaller sets were tried."""

    statements: tuple[tuple[str, str], ...]
    smallest: bool


@dataclass(frozen=True)
class Comparison:
    """The country with the higher index against the other; rows of the assessment, values in [0, 1]."""

    above: int
    below: int
    """Where neither index is above the other, the two stand in the order of their codes."""
    difference: float
    """NaN where one of the two indices is withheld or missing."""
    is_above: bool
    """Whether one index is above the other: both are published, and not equal to 12 decimals."""
    pillars: tuple[PillarDifference, ...]
    indicators: tuple[IndicatorDifference, ...]
    """The largest weighted difference first, those that are missing last."""
    turning: Reversal | None
    """None where no loss of statements reverses the ranking, or there is none."""


def compare(assessment: Assessment, first: int, second: int) -> Comparison:
    """Compare the countries in two rows."""
    above, below = sorted((first, second), key=lambda row: assessment.profiles[row].country)
    difference = float(assessment.shown[above, 0] - assessment.shown[below, 0])
    if difference < -LEVEL:
        above, below, difference = below, above, -difference
    is_above = difference > LEVEL
    return Comparison(
        above=above,
        below=below,
        difference=difference,
        is_above=is_above,
        pillars=_pillars(assessment, above, below),
        indicators=_indicators(assessment, above, below),
        turning=turning(assessment, above, below) if is_above else None,
    )


def _pillars(assessment: Assessment, above: int, below: int) -> tuple[PillarDifference, ...]:
    root, estimates, shown = assessment.nodes[0], assessment.figures.estimate, assessment.shown
    nodes = [assessment.nodes[child] for child in root.children]
    weights = [node.local_weight for node in nodes]
    high, low = ([float(estimates[row, node.position]) for node in nodes] for row in (above, below))
    parts = decomposition.shapley(high, low, weights, root.exponent)
    stabilities = decomposition.weight_stability(high, low, weights, root.exponent)
    positions = [node.position for node in nodes]
    return tuple(map(PillarDifference, nodes, shown[above, positions], shown[below, positions], parts, stabilities))


def _indicators(assessment: Assessment, above: int, below: int) -> tuple[IndicatorDifference, ...]:
    found = []
    for node in assessment.nodes:
        if node.kind not in ("index", "pillar", "group", "item"):
            weighted = node.global_weight * float(
                np.subtract(*assessment.figures.estimate[[above, below], node.position])
            )
            high, low = (float(assessment.shown[row, node.position]) for row in (above, below))
            found.append(IndicatorDifference(node, high, low, weighted))
    return tuple(sorted(found, key=lambda one: (math.isnan(one.weighted), -abs(one.weighted), one.node.id)))


# -- which evidence the ranking depends on -----------------------------------------------------------------------------


class _Evidence:
    """The leaves of one country under the loss of any of its statements, each leaf scored once for each loss."""

    def __init__(self, assessment: Assessment, row: int) -> None:
        self.assessment, self.row = assessment, row
        self.base = assessment.figures.estimate[row]
        profile = assessment.profiles[row]
        self.touches: dict[str, list[int]] = {}
        self.profiles: dict[int, Profile] = {}  # by leaf: with the statements alone that reach it
        for position, leaf in assessment.leaves[row].items():
            reaching = tuple(one for one in profile.statements if _reaches(one, leaf, assessment.as_of[row]))
            self.profiles[position] = profile.model_copy(update={"statements": reaching})
            for statement in reaching:
                self.touches.setdefault(statement.id, []).append(position)
        self.known: dict[tuple[int, frozenset[str]], float] = {}

    def estimate(self, position: int, lost: frozenset[str]) -> float:
        """The estimate of a leaf without some of its statements."""
        key = position, lost
        if key not in self.known:
            profile = self.profiles[position]
            kept = tuple(one for one in profile.statements if one.id not in lost)
            changed = profile.model_copy(update={"statements": kept})
            [(_, leaf)] = rescored(self.assessment, self.row, changed, [position])
            self.known[key] = leaf.pooled.estimate
        return self.known[key]

    def indices(self, losses: Sequence[frozenset[str]]) -> Floats:
        """The index under each of several losses, shape (losses,)."""
        drawn = np.tile(self.base, (len(losses), 1))
        for place, lost in enumerate(losses):
            for position in {position for name in lost for position in self.touches[name]}:
                on_leaf = frozenset(name for name in lost if position in self.touches[name])
                drawn[place, position] = self.estimate(position, on_leaf)
        figures = {"estimate": drawn}
        aggregate(figures, self.assessment.nodes)
        return drawn[:, 0]


def _reaches(statement: Statement, leaf: Leaf, as_of: dt.date) -> bool:
    """Whether a statement is in force and codes a leaf."""
    code = (statement.codes or {}).get(leaf.indicator)
    return code is not None and (leaf.item is None or leaf.item in code) and in_force(statement, as_of) is None


def turning(assessment: Assessment, above: int, below: int) -> Reversal | None:
    """The smallest set of statements of both countries whose loss puts the lower country above.

    Sets of one to three statements are all tried; of the smallest that reverse it the one that does so most clearly is
    given. Beyond, statements are dropped one by one, the most telling first: such a set is not proven smallest.
    """
    evidence = {row: _Evidence(assessment, row) for row in (above, below)}
    names = [(row, name) for row in (above, below) for name in sorted(evidence[row].touches)]
    code = {row: assessment.profiles[row].country for row in (above, below)}

    def leads(sets: Sequence[tuple[tuple[int, str], ...]]) -> Floats:
        """By how much the upper country still leads without each set of statements."""
        losses = [[frozenset(name for row, name in one if row == side) for one in sets] for side in (above, below)]
        return _by_loss(evidence[above], losses[0]) - _by_loss(evidence[below], losses[1])

    for size in range(1, EXHAUSTED + 1):
        best, lowest = None, 0.0
        for chunk in _chunks(itertools.combinations(names, size)):
            lead = leads(chunk)
            if lead.min() < lowest:
                best, lowest = chunk[int(lead.argmin())], float(lead.min())
        if best is not None:
            return Reversal(tuple((code[row], name) for row, name in best), smallest=True)
    lost: tuple[tuple[int, str], ...] = ()
    furthest = float("inf")
    while left := [name for name in names if name not in lost]:
        candidates = [(*lost, name) for name in left]
        after = leads(candidates)
        if after.min() >= furthest:
            return None
        lost, furthest = candidates[int(after.argmin())], float(after.min())
        if furthest < 0:
            return Reversal(tuple((code[row], name) for row, name in lost), smallest=False)
    return None


def _by_loss(evidence: _Evidence, losses: list[frozenset[str]]) -> Floats:
    """The index under each loss; equal losses are joined once."""
    different = list(dict.fromkeys(losses))
    found = dict(zip(different, evidence.indices(different), strict=True))
    return np.array([found[lost] for lost in losses])


def _chunks(sets: Iterator[tuple[tuple[int, str], ...]]) -> Iterator[list[tuple[tuple[int, str], ...]]]:
    while chunk := list(itertools.islice(sets, CHUNK)):
        yield chunk
