"""Compare two countries: what explains the difference, how stable the ranking is, and which evidence it depends on."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.leaves import exclusion_reason
from scoring.index.publication import TIE_DECIMALS
from scoring.index.scenario import rescored
from scoring.statistics import decomposition

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.index.tree import Node
    from scoring.model.profile import Profile, Statement
    from scoring.statistics.arrays import Floats


EXHAUSTED = 3  # all sets of statements up to this size are tried
CHUNK = 20_000  # sets aggregated at a time
TIE = 10**-TIE_DECIMALS / 2  # indices that differ by at most this are tied


class PillarDifference(NamedTuple):
    """One pillar of both countries, its contribution (Shapley), and the weights under which the ranking is stable.

    The estimates are those that may be shown: NaN without evidence, though the pillar still has a contribution.
    """

    node: Node
    above: float
    below: float
    part: float
    stability: decomposition.Stability


class IndicatorDifference(NamedTuple):
    """One indicator of both countries; `weighted` is the difference times the global weight.

    The estimates are those that may be shown: NaN without evidence. The difference is that of the computed estimates.
    """

    node: Node
    above: float
    below: float
    weighted: float


class Reversal(NamedTuple):
    """Statements (country, id) without which the ranking reverses; `smallest` if all smaller sets were tried."""

    statements: tuple[tuple[str, str], ...]
    smallest: bool


@dataclass(frozen=True)
class Comparison:
    """The country with the higher index compared with the other; rows of the assessment, values in [0, 1]."""

    above: int
    below: int
    """If neither index is above the other, `above` is the first by code."""
    difference: float
    """NaN if one of the two indices is withheld or missing."""
    is_above: bool
    """Whether one index is above the other: both are published, and not equal to 12 decimals."""
    pillars: tuple[PillarDifference, ...]
    indicators: tuple[IndicatorDifference, ...]
    """The largest weighted difference first, missing ones last."""
    reversal: Reversal | None
    """None if no loss of statements reverses the ranking, or the two are not ranked."""


def compare(assessment: Assessment, first: int, second: int) -> Comparison:
    """Compare the countries in two rows."""
    above, below = sorted((first, second), key=lambda row: assessment.profiles[row].country)
    difference = float(assessment.shown[above, 0] - assessment.shown[below, 0])
    if difference < -TIE:
        above, below, difference = below, above, -difference
    is_above = difference > TIE
    return Comparison(
        above=above,
        below=below,
        difference=difference,
        is_above=is_above,
        pillars=_pillars(assessment, above, below),
        indicators=_indicators(assessment, above, below),
        reversal=smallest_reversal(assessment, above, below) if is_above else None,
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
    differences = []
    for node in assessment.nodes:
        if node.kind not in ("index", "pillar", "group", "item"):
            weighted = node.global_weight * float(
                np.subtract(*assessment.figures.estimate[[above, below], node.position])
            )
            high, low = (float(assessment.shown[row, node.position]) for row in (above, below))
            differences.append(IndicatorDifference(node, high, low, weighted))
    return tuple(sorted(differences, key=_largest_first))


def _largest_first(difference: IndicatorDifference) -> tuple[bool, float, str]:
    return math.isnan(difference.weighted), -abs(difference.weighted), difference.node.id


# -- which evidence the ranking depends on -----------------------------------------------------------------------------


class _Evidence:
    """The leaves of one country without some of its statements; each leaf is scored once for each set of lost ones."""

    def __init__(self, assessment: Assessment, row: int) -> None:
        self.assessment, self.row = assessment, row
        self.base = assessment.figures.estimate[row]
        profile = assessment.profiles[row]
        self.leaves_of: dict[str, list[int]] = {}  # statement -> positions of the leaves that it codes
        self.profiles: dict[int, Profile] = {}  # position of a leaf -> its statements alone
        for position, leaf in assessment.leaves[row].items():
            coding = tuple(other for other in profile.statements if _codes(other, leaf, assessment.as_of[row]))
            self.profiles[position] = profile.model_copy(update={"statements": coding})
            for statement in coding:
                self.leaves_of.setdefault(statement.id, []).append(position)
        self.estimates: dict[tuple[int, frozenset[str]], float] = {}

    def estimate(self, position: int, lost: frozenset[str]) -> float:
        """The estimate of a leaf without some of its statements."""
        key = position, lost
        if key not in self.estimates:
            profile = self.profiles[position]
            kept = tuple(statement for statement in profile.statements if statement.id not in lost)
            changed = profile.model_copy(update={"statements": kept})
            [(_, leaf)] = rescored(self.assessment, self.row, changed, [position])
            self.estimates[key] = leaf.pooled.estimate
        return self.estimates[key]

    def indices(self, losses: Sequence[frozenset[str]]) -> Floats:
        """The index without each of some sets of statements, shape (losses,)."""
        estimates = np.tile(self.base, (len(losses), 1))
        for number, lost in enumerate(losses):
            for position in {position for name in lost for position in self.leaves_of[name]}:
                on_leaf = frozenset(name for name in lost if position in self.leaves_of[name])
                estimates[number, position] = self.estimate(position, on_leaf)
        aggregate({"estimate": estimates}, self.assessment.nodes)
        return estimates[:, 0]


def _codes(statement: Statement, leaf: Leaf, as_of: dt.date) -> bool:
    """Whether a statement enters and codes a leaf."""
    code = (statement.codes or {}).get(leaf.indicator)
    return code is not None and (leaf.item is None or leaf.item in code) and exclusion_reason(statement, as_of) is None


def smallest_reversal(assessment: Assessment, above: int, below: int) -> Reversal | None:
    """The smallest set of statements of both countries whose loss puts the lower country above.

    All sets of one to three statements are tried; of the smallest that reverse the ranking, the one with the largest
    effect is returned. If there is none, statements are dropped one by one, each time the one with the largest effect:
    such a set is not proven to be the smallest.
    """
    evidence = {row: _Evidence(assessment, row) for row in (above, below)}
    names = [(row, name) for row in (above, below) for name in sorted(evidence[row].leaves_of)]
    codes = {row: assessment.profiles[row].country for row in (above, below)}

    def leads(sets: Sequence[tuple[tuple[int, str], ...]]) -> Floats:
        """The lead of the upper country without each set of statements."""
        losses = [[frozenset(name for row, name in lost if row == side) for lost in sets] for side in (above, below)]
        return _by_loss(evidence[above], losses[0]) - _by_loss(evidence[below], losses[1])

    for size in range(1, EXHAUSTED + 1):
        best, lowest = None, 0.0
        for chunk in _chunks(itertools.combinations(names, size)):
            lead = leads(chunk)
            if lead.min() < lowest:
                best, lowest = chunk[int(lead.argmin())], float(lead.min())
        if best is not None:
            return Reversal(tuple((codes[row], name) for row, name in best), smallest=True)
    lost: tuple[tuple[int, str], ...] = ()
    lowest_lead = float("inf")
    while kept := [name for name in names if name not in lost]:
        candidates = [(*lost, name) for name in kept]
        after = leads(candidates)
        if after.min() >= lowest_lead:
            return None
        lost, lowest_lead = candidates[int(after.argmin())], float(after.min())
        if lowest_lead < 0:
            return Reversal(tuple((codes[row], name) for row, name in lost), smallest=False)
    return None


def _by_loss(evidence: _Evidence, losses: list[frozenset[str]]) -> Floats:
    """The index without each set of statements; equal sets are computed once."""
    distinct = list(dict.fromkeys(losses))
    indices = dict(zip(distinct, evidence.indices(distinct), strict=True))
    return np.array([indices[lost] for lost in losses])


def _chunks(sets: Iterator[tuple[tuple[int, str], ...]]) -> Iterator[list[tuple[tuple[int, str], ...]]]:
    while chunk := list(itertools.islice(sets, CHUNK)):
        yield chunk
