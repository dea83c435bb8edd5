"""Compare two countries: what explains the difference, how stable the ranking is, and which evidence it depends on."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.analysis.smallest import TIE, Search, smallest_turn
from scoring.index.leaves import as_known, exclusion_reason, score_leaf
from scoring.index.rescoring import evidence, evidence_of, indices, leaves_of_rubric
from scoring.statistics import decomposition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.index.tree import Node
    from scoring.model.profile import Statement
    from scoring.statistics.arrays import Floats


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
    """The country that ranks first compared with the other; rows of the assessment, values in [0, 1]."""

    above: int
    below: int
    """If neither ranks above the other, `above` is the first by code."""
    difference: float
    """The index of `above` minus that of `below`; NaN if one of the two indices is withheld or missing."""
    is_above: bool
    """Whether one ranks above the other: both are published, and not equal to 12 decimals."""
    pillars: tuple[PillarDifference, ...]
    indicators: tuple[IndicatorDifference, ...]
    """The largest weighted difference first, missing ones last."""
    reversal: Reversal | None
    """None if no loss of statements reverses the ranking, or the two are not ranked."""


def compare(assessment: Assessment, first: int, second: int) -> Comparison:
    """Compare the countries in two rows."""
    return compare_pairs(assessment, [(first, second)])[0]


def compare_pairs(assessment: Assessment, pairs: Iterable[tuple[int, int]]) -> list[Comparison]:
    """Compare the countries in the rows of each pair; the statements of each country are searched once."""
    searches: dict[int, Search[_Losses]] = {}
    return [_compare(assessment, *pair, searches) for pair in pairs]


def _compare(assessment: Assessment, first: int, second: int, searches: dict[int, Search[_Losses]]) -> Comparison:
    above, below = sorted((first, second), key=lambda row: assessment.profiles[row].country)
    sign = assessment.book.rubric.sign
    difference = float(assessment.shown[above, 0] - assessment.shown[below, 0])
    if sign * difference < -TIE:
        above, below, difference = below, above, -difference
    is_above = sign * difference > TIE
    return Comparison(
        above=above,
        below=below,
        difference=difference,
        is_above=is_above,
        pillars=_pillars(assessment, above, below),
        indicators=_indicators(assessment, above, below),
        reversal=smallest_reversal(assessment, above, below, searches) if is_above else None,
    )


def _pillars(assessment: Assessment, above: int, below: int) -> tuple[PillarDifference, ...]:
    root, estimates, shown = assessment.nodes[0], assessment.figures.estimate, assessment.shown
    nodes = [assessment.nodes[child] for child in root.children]
    weights = [node.local_weight for node in nodes]
    high, low = ([float(estimates[row, node.position]) for node in nodes] for row in (above, below))
    parts = decomposition.shapley(high, low, weights, root.rule).tolist()
    first, last = (low, high) if assessment.book.rubric.lower_is_better else (high, low)
    stabilities = decomposition.weight_stability(first, last, weights, root.rule)
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


class _Losses:
    """One country without some of its statements; each leaf is scored once for each set of statements that it loses."""

    def __init__(self, assessment: Assessment, row: int) -> None:
        self.assessment, self.row = assessment, row
        self.profile, self.day = assessment.profiles[row], assessment.as_of[row]
        self.leaves = leaves_of_rubric(assessment, row)
        all_of_it = self.profile.statements
        entering = [as_known(one, self.day) for one in all_of_it if exclusion_reason(one, self.day) is None]
        entering.sort(key=lambda statement: statement.id)
        self.coding = [[one for one in entering if _codes(one, leaf)] for leaf in self.leaves]
        self.places: dict[str, list[int]] = {}  # statement -> places of the leaves that it codes
        for place, statements in enumerate(self.coding):
            for statement in statements:
                self.places.setdefault(statement.id, []).append(place)
        self.names = sorted(self.places)
        self.without: dict[tuple[int, frozenset[str]], int] = {}
        self.scored: list[tuple[float, ...]] = []
        # by statement: the places of its leaves, and the numbers of the evidence without it alone, then -1
        most = max(map(len, self.places.values()), default=0)
        self.on, self.alone = (np.full((len(self.names), most), -1, np.intp) for _ in range(2))
        codes = np.zeros((len(self.names), len(self.leaves)), np.intp)
        for position, name in enumerate(self.names):
            for number, place in enumerate(self.places[name]):
                self.on[position, number] = place
                self.alone[position, number] = self.number(place, frozenset({name}))
                codes[position, place] = 1
        self.share_a_leaf = codes @ codes.T > 0  # of each two statements

    @property
    def count(self) -> int:
        """The number of statements."""
        return len(self.names)

    def number(self, place: int, lost: frozenset[str]) -> int:
        """The number, among those scored, of the evidence on a leaf without some of its statements."""
        key = place, lost
        if key not in self.without:
            leaf, book = self.leaves[place], self.assessment.book
            kept = [statement for statement in self.coding[place] if statement.id not in lost]
            indicator = book.leaves[leaf.indicator]
            self.without[key] = len(self.scored)
            self.scored.append(evidence(score_leaf(indicator, leaf.item, kept, self.profile, book.rubric, self.day)[0]))
        return self.without[key]

    def indices(self, sets: NDArray[np.intp]) -> Floats:
        """The index without each of some sets of statements, shape (sets,); its negative where lower is better.

        sets: the positions of the statements among `names`, shape (sets, statements).
        """
        changed = np.repeat(evidence_of(self.leaves)[..., None], len(sets), axis=-1)  # leaf by leaf in memory
        rows, places, numbers = self._changed(sets)
        changed[:, places, rows] = np.array(self.scored).reshape(-1, 4).T[:, numbers]
        return self.assessment.book.rubric.sign * indices(self.assessment, changed.swapaxes(-1, -2))

    def _changed(self, losses: NDArray[np.intp]) -> NDArray[np.intp]:
        """Of all leaves that lose statements: the number of the set, the place, and the number of the evidence left."""
        together = np.zeros(len(losses), np.bool_)  # whether two statements of the set code the same leaf
        for one, other in itertools.combinations(losses.T, 2):
            together |= self.share_a_leaf[one, other]
        rows, columns, ways = np.nonzero((self.on[losses] >= 0) & ~together[:, None, None])
        lost = losses[rows, columns]
        alone = np.array([rows, self.on[lost, ways], self.alone[lost, ways]])
        changes: list[tuple[int, int, int]] = []
        for row in np.flatnonzero(together).tolist():
            on_leaf: dict[int, set[str]] = {}
            for name in (self.names[position] for position in losses[row]):
                for place in self.places[name]:
                    on_leaf.setdefault(place, set()).add(name)
            changes += [(row, place, self.number(place, frozenset(names))) for place, names in on_leaf.items()]
        return np.concatenate([alone, np.array(changes, dtype=np.intp).reshape(-1, 3).T], axis=1)


def _codes(statement: Statement, leaf: Leaf) -> bool:
    """Whether a statement codes a leaf."""
    code = statement.counted.get(leaf.indicator)
    return code is not None and (leaf.item is None or leaf.item in code)


def smallest_reversal(
    assessment: Assessment, above: int, below: int, searches: dict[int, Search[_Losses]] | None = None
) -> Reversal | None:
    """The smallest set of statements of both countries whose loss puts the country below above the other.

    None if no loss does; which sets are tried is in `smallest_turn`.

    searches: by row, those made for other pairs, to which those made here are added.
    """
    searches = {} if searches is None else searches
    for row in (above, below):
        if row not in searches:
            searches[row] = Search(_Losses(assessment, row))
    turn = smallest_turn(searches[above], searches[below])
    if turn is None:
        return None
    named = tuple(
        (assessment.profiles[row].country, searches[row].country.names[position])
        for row, positions in ((above, turn.above), (below, turn.below))
        for position in positions
    )
    return Reversal(named, smallest=turn.smallest)
