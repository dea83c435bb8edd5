"""What a node is of its children: one meaning, for estimates, bounds, draws and all that is asked of them.

Every rule increases with each child, so that the bounds of a node follow from those of its children, also where the
mean is taken from the other end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from scoring.statistics.means import arithmetic_mean, power_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

Combine: TypeAlias = Literal["product", "least", "greatest", "sum"]
NOISE = 1e-12  # a child so little above the limit of a gate is at the limit


@dataclass(frozen=True)
class Gate:
    """A node has a given value where one of its children does not exceed a limit."""

    child: int
    """Which of the children, from 0."""
    below: float
    value: float
    """Limit and value in [0, 1]."""


@dataclass(frozen=True)
class Rule:
    """How a node follows from its children."""

    exponent: float = 1.0
    combine: Combine | None = None
    """In place of the power mean."""
    invert: bool = False
    offset: float = 0.0
    gate: Gate | None = None
    leaves_out: bool = False
    """Whether a sum leaves out a child without a figure, as a mean does; else it adds nothing."""

    @property
    def is_mean(self) -> bool:
        """Whether it is the plain power mean."""
        return self.combine is None and not self.invert and not self.offset

    @property
    def uses_weights(self) -> bool:
        """Whether the weights of the children have an effect, beyond that one of weight 0 is left out."""
        return self.combine in (None, "sum")

    @property
    def text(self) -> str:
        """The rule in words, such as `inverted geometric mean with offset 0.111111`; empty for the plain mean."""
        if self.is_mean:
            return ""
        mean = {1.0: "mean", 0.0: "geometric mean"}.get(self.exponent, f"power mean ({self.exponent:g})")
        offset = f" with offset {self.offset:g}" if self.offset else ""
        return f"{'inverted ' if self.invert else ''}{self.combine or mean}{offset}"


def combined(x: Array, weights: Any, rule: Rule) -> Array:
    """M of `joined`, or the value of the gate where x of the gate's child <= below.

    Args:
        x: Values in [0, 1], shape (..., children); NaN for none.
        weights: One per child, shape (children,) or that of x. A child of weight 0 is left out, but may be the gate's.
        rule: Of the node.

    Returns:
        Shape (...); NaN if all children are left out.
    """
    result = joined(x, weights, rule)
    return result if rule.gate is None else gated(result, x[..., rule.gate.child], rule.gate)


def gated(figures: Array, of_child: Array, gate: Gate, noise: float = NOISE) -> Array:
    """M = value where x of the child <= below; else M as it is."""
    return np.where(of_child <= gate.below + noise, np.asarray(gate.value, figures.dtype), figures)


def joined(x: Array, weights: Any, rule: Rule, mean: Callable[[Any, Any, float], Array] = power_mean) -> Array:
    """With y = x + o, and G the power mean of y (or its product, least, greatest, or sum W y): M = G - o.

    Inverted: y = 1 - x + o, and M = 1 - (G - o).
    """
    if rule.is_mean:
        return mean(x, weights, rule.exponent)
    y = entering(x, rule)
    if rule.combine == "sum" and rule.leaves_out:
        g = power_mean(y, weights, 1.0)
    else:
        g = mean(y, weights, rule.exponent) if rule.combine is None else _FUNCTIONS[rule.combine](y, weights)
    g = g - rule.offset
    # rounding errors of single and double precision may leave [0, 1]
    return np.clip(1 - g if rule.invert else g, 0, 1)


def entering(x: Array, rule: Rule) -> Array:
    """y = x + o; inverted 1 - x + o."""
    return (1 - x if rule.invert else x) + rule.offset


def _reduced(function: np.ufunc, neutral: float) -> Callable[[Array, Any], Array]:
    """The function over the children that are not left out."""

    def reduced(y: Array, weights: Any) -> Array:
        is_used = ~np.isnan(y) & (np.asarray(weights) > 0)
        result = function.reduce(np.where(is_used, y, np.asarray(neutral, y.dtype)), axis=-1)
        return np.where(is_used.any(axis=-1), result, np.asarray(np.nan, y.dtype))

    return reduced


def weighted_sum(y: Array, weights: Any) -> Array:
    """Sum of W y, W scaled to sum 1 over all children: one that is missing adds nothing; NaN if all are."""
    total = arithmetic_mean(np.nan_to_num(y), weights)
    return np.where(np.isnan(y).all(axis=-1), np.nan, total)


_FUNCTIONS: dict[Combine, Callable[[Array, Any], Array]] = {
    "product": _reduced(np.multiply, 1.0),
    "least": _reduced(np.minimum, np.inf),
    "greatest": _reduced(np.maximum, -np.inf),
    "sum": weighted_sum,
}
