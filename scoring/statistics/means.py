"""Leaves to pillars and index: section 5 of docs/method.md. Array kernels; all axes but the last are free.

Sums run child by child, in the order of the tree: what a country's figures are does not depend on who else is in the
array, to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats

    Weights: TypeAlias = Sequence[float] | Floats


Real = TypeVar("Real", bound="np.floating[Any]")
HEALED = 9  # decimals of the published scale at which binary noise is removed before a half is rounded up


def power_mean(x: Floats, weights: Weights, exponent: float) -> Floats:
    """M_p = (sum w x^p)^(1/p), w scaled to sum 1; p = 0 the geometric mean; for p <= 0 a zero child gives 0.

    Args:
        x: values in [0, 1], shape (..., children); NaN is left out, the other weights rescaled.
        weights: one a child, shape (children,) or that of x; a child of weight 0 is left out.
        exponent: p.

    Returns:
        Shape (...); NaN where no child is left.
    """
    weights = np.asarray(weights, dtype=float)
    total, share = np.zeros(x.shape[:-1]), np.zeros(x.shape[:-1])
    least, most = np.full(x.shape[:-1], np.inf), np.full(x.shape[:-1], -np.inf)
    for child in range(x.shape[-1]):
        column, weight = x[..., child], weights[..., child]
        there = ~np.isnan(column) & (weight > 0)
        least, most = np.where(there, np.minimum(least, column), least), np.where(there, np.maximum(most, column), most)
        share = share + np.where(there, weight, 0.0)
        safe = np.where(there & ((column > 0) | (exponent > 0)), column, 1.0)
        with np.errstate(over="ignore"):  # a value next to 0 under a negative exponent: infinity, whose root is 0
            total = total + np.where(there, weight * power(safe, exponent), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):  # no child is left: NaN below
        mean = total / share
        result: Floats = np.exp(mean) if exponent == 0 else root(mean, exponent)
    if exponent <= 0:
        result = np.where(least == 0, 0.0, result)
    # A power mean lies between its least and its greatest child; the roots may leave that by a last bit.
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
    """Sum of w x / sum of w over all children, shape (..., children) to (...)."""
    weights = np.asarray(weights, dtype=float)
    total, share = np.zeros(x.shape[:-1]), np.zeros(weights.shape[:-1])
    for child in range(x.shape[-1]):
        total = total + weights[..., child] * x[..., child]
        share = share + weights[..., child]
    return np.asarray(total / share)


def round_half_up(x: Floats, decimals: int) -> Floats:
    """Round half up to decimals of the published scale, 100 x."""
    scale = 100 * 10**decimals
    rounded: Floats = np.floor(np.round(x * scale, HEALED) + 0.5) / scale
    return rounded
