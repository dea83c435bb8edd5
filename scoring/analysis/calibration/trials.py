"""Countries scored as if the rubric had been made without them, from all or part of their evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.borrowing import borrow
from scoring.index.leaves import leaf_of
from scoring.index.rescoring import leaves_of_rubric
from scoring.index.tree import places_of_leaves
from scoring.uncertainty.draws import Settings, node_blocks

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.model.rubric import RuleBook
    from scoring.statistics.arrays import Floats, Singles

SHRINKAGE = 2.0  # countries' worth of the prior's centre in the mean of an indicator


@dataclass(frozen=True, eq=False)
class Trial:
    """Countries with part of their evidence; the same country may appear several times."""

    assessment: Assessment
    """The countries, with the leaves and offsets of the trial; its figures are those of the whole evidence."""
    estimates: Floats
    """(countries, nodes), in [0, 1]."""

    def draws(self, settings: Settings, positions: Sequence[int]) -> Singles:
        """Joint draws of nodes, (countries, positions, draws)."""
        return np.concatenate(list(node_blocks(self.assessment, settings, positions)), axis=-1)


def expectations(leaves: Sequence[Sequence[Leaf]], book: RuleBook) -> tuple[Floats, Floats]:
    """What the evidence of the countries lets expect of each leaf, and of each without one of them.

    e = (sum of the evidence means + 2 centre) / (countries with evidence + 2). Of an item whose absence no statement
    reports only presence is written down, so the countries without evidence enter the mean at the centre. Of events
    found, which are a least number, the mean is of v + (1 - v) (1 - s) centre.

    Returns:
        e, (leaves,), and e without each country, (countries, leaves).
    """
    centre = book.rubric.prior.centre
    stated = np.array([[_as_whole(leaf, centre) for leaf in row] for row in leaves])
    has_evidence = ~np.isnan(stated)
    values = np.where(has_evidence, stated, 0.0)
    absent = [absent_value(leaf, book) for leaf in leaves[0]]
    reports_absence = np.array(
        [
            [any(entry.value == value for entry in leaf.entries) for leaf, value in zip(row, absent, strict=True)]
            for row in leaves
        ]
    )
    is_item = np.array([leaf.item is not None for leaf in leaves[0]])

    def expected(total: Floats, countries: Floats, absences: Floats, of: int) -> Floats:
        silent = np.where(is_item & (absences == 0), of - countries, 0)
        return (total + (silent + SHRINKAGE) * centre) / (countries + silent + SHRINKAGE)

    n = len(leaves)
    sums = values.sum(axis=0), has_evidence.sum(axis=0), reports_absence.sum(axis=0)
    without = sums[0] - values, sums[1] - has_evidence, sums[2] - reports_absence
    return expected(*sums, n), expected(*without, n - 1)


def absent_value(leaf: Leaf, book: RuleBook) -> float | None:
    """v of an item that does not exist: 0, of a harmful one 1; None for a leaf that is no item."""
    if leaf.item is None:
        return None
    return book.leaves[leaf.indicator].value({leaf.item: False}, book.rubric.evidence, leaf.item)


def _as_whole(leaf: Leaf, centre: float) -> float:
    """The evidence mean; of events found, with what lies above them at the centre of the prior."""
    low, high = leaf.pooled.low, leaf.pooled.high
    return low + (high - low) * centre if leaf.is_floor and leaf.entries else leaf.pooled.stated


def predicted_alone(assessment: Assessment) -> list[list[Leaf]]:
    """The leaves of each country, with what the other countries let expect where the rubric has expectations."""
    rows = [list(leaves_of_rubric(assessment, row)) for row in range(len(assessment.profiles))]
    _, without = expectations(rows, assessment.book)
    given = [assessment.book.leaves[leaf.indicator].expected_value(np.nan, leaf.item) for leaf in rows[0]]
    fitted = np.where(np.isnan(given), assessment.book.rubric.prior.centre, without)
    return [
        [leaf.expecting(e) for leaf, e in zip(row, fitted_row, strict=True)]
        for row, fitted_row in zip(rows, fitted.tolist(), strict=True)
    ]


def without_statements(leaves: Sequence[Leaf], dropped: Collection[str], book: RuleBook) -> list[Leaf]:
    """The leaves of one country without some statements; older ones step in under `pool: latest`."""

    def reduced(leaf: Leaf) -> Leaf:
        entries = (*leaf.entries, *leaf.older)
        if not any(entry.statement in dropped for entry in entries):
            return leaf
        kept = sorted((entry for entry in entries if entry.statement not in dropped), key=lambda entry: entry.statement)
        pooled = leaf_of(book.leaves[leaf.indicator], leaf.item, kept, book.rubric.prior)
        return pooled.expecting(leaf.expected)

    return [reduced(leaf) for leaf in leaves]


def trial(assessment: Assessment, rows: Sequence[int], leaves: Sequence[Sequence[Leaf]]) -> Trial:
    """Countries of an assessment, by their rows, with other leaves."""
    found, centred = borrow(leaves, assessment.book)
    places = places_of_leaves(assessment.nodes, assessment.book)
    estimates = np.full((len(rows), len(assessment.nodes)), np.nan)
    inside = [[row[place] for place in places.values()] for row in centred]
    estimates[:, list(places)] = [[leaf.pooled.estimate for leaf in row] for row in inside]
    aggregate({"estimate": estimates}, assessment.nodes)
    changed = replace(
        assessment,
        profiles=tuple(assessment.profiles[row] for row in rows),
        leaves=tuple(dict(zip(places, row, strict=True)) for row in inside),
        offsets=found,
    )
    return Trial(changed, estimates)


def fixed_weights(assessment: Assessment, draws: int, seed: int) -> Settings:
    """Settings under which weights and exponent do not vary."""
    return Settings(draws=draws, seed=seed, kappa=np.inf, exponents=((assessment.nodes[0].exponent, 1.0),))
