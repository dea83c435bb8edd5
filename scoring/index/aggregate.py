"""Aggregate leaves to pillars and index: section 5 of docs/method.md. Arrays have the nodes on the last axis.

Sums run child by child, in the order of the tree, so that the figures of a country do not depend, to the last bit, on
the other countries in the array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.index.leaves import SHARES
from scoring.statistics.combining import combined
from scoring.statistics.means import arithmetic_mean, round_half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.tree import Node
    from scoring.statistics.arrays import Floats


def aggregate(figures: dict[str, Floats], nodes: Sequence[Node]) -> None:
    """Compute the inner nodes from the leaves up, in place.

    Estimate, low, high and stated follow the rule of the node, by default a power mean. Information and availability
    are arithmetic means over all children. `stated` uses the children that have a value. For the other figures a
    missing child makes the node missing, unless the node has `missing: drop`.

    Args:
        figures: name -> array of shape (..., nodes), NaN for none.
        nodes: the tree in preorder.
    """
    for node in reversed(nodes):
        weights = [nodes[child].local_weight for child in node.children]
        for name, array in figures.items():
            if node.children:
                array[..., node.position] = _aggregated(name, array[..., list(node.children)], weights, node)
            if node.grid is not None and name not in SHARES:
                array[..., node.position] = round_half_up(array[..., node.position], node.grid)


def _aggregated(name: str, children: Floats, weights: Sequence[float], node: Node) -> Floats:
    """One figure of a node from that of its children: shape (..., children) to (...)."""
    if name in SHARES:
        return arithmetic_mean(children, weights)
    figure = combined(children, weights, node.rule)
    if name == "stated" or node.missing == "drop":
        return figure
    counted = children[..., [position for position, weight in enumerate(weights) if weight]]
    return np.where(np.isnan(counted).any(axis=-1), np.nan, figure)
