"""The index of one country with some of its leaves changed.

Each change moves the offsets of the country and its pillars, and so what is expected of all its leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.borrowing import borrow, centres, offsets, pillar_numbers
from scoring.index.leaves import score_profile
from scoring.index.tree import places_of_leaves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.model.rubric import RuleBook
    from scoring.statistics.arrays import Floats


def leaves_of_rubric(scored: Assessment, row: int) -> tuple[Leaf, ...]:
    """The leaves of a country in the order of the rubric: those of all pillars, even where one is its own index."""
    if scored.pillar is None:
        found = {(leaf.indicator, leaf.item): leaf for leaf in scored.leaves[row].values()}
        return tuple(found[part] for part in scored.book.parts)
    leaves, _ = score_profile(scored.profiles[row], scored.book, scored.as_of[row])
    _, [centred] = borrow([leaves], scored.book)
    return tuple(centred)


def evidence(leaf: Leaf) -> tuple[float, float, float, float]:
    """All that the index takes from the evidence on a leaf: low, high, stated and lent."""
    return leaf.pooled.low, leaf.pooled.high, leaf.pooled.stated, leaf.lent


def evidence_of(leaves: Iterable[Leaf]) -> Floats:
    """`evidence` of each leaf: shape (4, leaves)."""
    return np.array([evidence(leaf) for leaf in leaves], dtype=float).T


def expected_values(book: RuleBook) -> Floats:
    """e of each leaf, in the order of the rubric: shape (leaves,)."""
    centre = book.rubric.prior.centre
    return np.array([leaf.expected_value(centre, item) for leaf in book.leaves.values() for item in leaf.parts])


def indices(scored: Assessment, changed: Floats, held: Floats | None = None) -> Floats:
    """The index of a country from the evidence on its leaves: shape (...).

    Args:
        scored: its rule book, and the tree: that of a pillar where it is its own index.
        changed: `evidence` of each leaf of the whole rubric: shape (4, ..., leaves).
        held: c of each leaf, shape (leaves,); by default those that follow from the evidence.
    """
    prior, pillars = scored.book.rubric.prior, pillar_numbers(scored.book)
    low, high, stated, lent = changed
    if held is None:
        expected = expected_values(scored.book)
        held = centres(expected, offsets(stated, lent, expected, pillars, prior), pillars, prior)
    return _aggregated(scored, low + (high - low) * held)[..., 0]


def as_expected(scored: Assessment) -> Floats:
    """The estimate of each node if every leaf were at e: shape (nodes,)."""
    return _aggregated(scored, expected_values(scored.book))


def _aggregated(scored: Assessment, leaves: Floats) -> Floats:
    """The estimates of all nodes from those of the leaves of the whole rubric: shape (..., nodes)."""
    places = places_of_leaves(scored.nodes, scored.book)
    # node by node in memory, as `aggregate` reads them
    estimates = np.moveaxis(np.full((len(scored.nodes), *leaves.shape[:-1]), np.nan), 0, -1)
    estimates[..., list(places)] = leaves[..., list(places.values())]
    aggregate({"estimate": estimates}, scored.nodes)
    return estimates
