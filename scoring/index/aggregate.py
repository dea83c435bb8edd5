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
    points = [name for name in figures if name not in SHARES]
    together = np.stack([figures[name] for name in points])
    can_have_gaps = np.array([name == "stated" for name in points]).reshape(-1, *[1] * (together.ndim - 2))
    for node in reversed(nodes):
        if node.children:
            weights = [nodes[child].local_weight for child in node.children]
            children = together[..., list(node.children)]
            found = combined(children, weights, node.rule)
            if node.missing != "drop" and np.isnan(children).any():
                counted = children[..., [position for position, weight in enumerate(weights) if weight]]
                found = np.where(np.isnan(counted).any(axis=-1) & ~can_have_gaps, np.nan, found)
            together[..., node.position] = found
            for array in (figures[name] for name in figures if name in SHARES):
                array[..., node.position] = arithmetic_mean(array[..., list(node.children)], weights)
        if node.grid is not None:
            together[..., node.position] = round_half_up(together[..., node.position], node.grid)
    for name, array in zip(points, together, strict=True):
        figures[name][...] = array
