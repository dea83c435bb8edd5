"""Means over the last axis of an array, used to aggregate indicators, pillars and index. Section 5 of docs/method.md.

Sums add one child after the other, in the order of the tree, so that the result for a country is bit-identical for any
set of countries in the array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats
    from scoring.statistics.grid import Grid

    Weights: TypeAlias = Sequence[float] | Floats


Real = TypeVar("Real", bound="np.floating[Any]")
NOISE_DECIMALS = 9  # of a step of a grid to which values are rounded first, to remove floating-point noise


def power_mean(x: Floats, weights: Weights, exponent: float) -> Floats:
    """M_p = (sum w x^p)^(1/p), w scaled to sum 1; the geometric mean for p = 0; 0 for p <= 0 and a child of 0.

    Args:
        x: Values in [0, 1], shape (..., children). NaN is omitted, and the other weights are rescaled.
        weights: One per child, shape (children,) or that of x. A child of weight 0 is omitted.
        exponent: p.

    Returns:
        Shape (...); NaN if all children are omitted.
    """
    weights = np.asarray(weights, dtype=float)
    is_used = ~np.isnan(x) & (weights > 0)
    all_used = bool(is_used.all())

    def used(values: Floats, otherwise: float) -> Floats:
        return values if all_used else np.where(is_used, values, otherwise)

    low, high = used(x, np.inf), used(x, -np.inf)
    least, most = np.full(x.shape[:-1], np.inf), np.full(x.shape[:-1], -np.inf)
    for child in range(x.shape[-1]):  # numpy is slow along a short last axis
        least, most = np.minimum(least, low[..., child]), np.maximum(most, high[..., child])
    safe = used(x, 1.0) if exponent > 0 else np.where(is_used & (x > 0), x, 1.0)
    with np.errstate(over="ignore"):  # a value near 0 to a negative power is infinite, and its root is 0
        total = summed(used(weights * power(safe, exponent), 0.0))
    share = summed(used(weights, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):  # 0 / 0 if all children are omitted: NaN below
        mean = total / share
        result: Floats = np.exp(mean) if exponent == 0 else root(mean, exponent)
    if exponent <= 0:
        result = np.where(least == 0, 0.0, result)
    # A power mean is between its least and its greatest child; rounding errors of the roots may exceed them.
    return np.where(share > 0, np.clip(result, least, most), np.nan)


def power(x: NDArray[Real], exponent: float) -> NDArray[Real]:
    """x^p; ln x for p = 0."""
    if exponent == 1:
        return x
    if exponent == 0.5:  # noqa: PLR2004  the square root is exact to the last bit
        return np.asarray(np.sqrt(x))
    return np.asarray(np.log(x) if exponent == 0 else np.power(x, exponent))


def root(x: NDArray[Real], exponent: float) -> NDArray[Real]:
    """x^(1/p), p not 0."""
    if exponent == 1:
        return x
    return x * x if exponent == 0.5 else np.asarray(np.power(x, 1 / exponent))  # noqa: PLR2004


def arithmetic_mean(x: Floats, weights: Weights) -> Floats:
    """Sum of w x / sum of w over all children; shape (..., children) to (...)."""
    weights = np.asarray(weights, dtype=float)
    return np.asarray(summed(weights * x) / summed(weights))


def summed(parts: Floats) -> Floats:
    """The sum over the last axis, one child after the other; `sum` would add them in pairs."""
    total = np.zeros(parts.shape[:-1])
    for child in range(parts.shape[-1]):
        total += parts[..., child]
    return total


def round_half_up(x: Floats, grid: Grid) -> Floats:
    """(floor(steps x + shift + 1/2) - shift) / steps: half up to the grid."""
    steps, shift = grid
    rounded: Floats = (np.floor(np.round(x * steps + shift, NOISE_DECIMALS) + 0.5) - shift) / steps
    return rounded
