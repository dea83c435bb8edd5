"""Correlation, reliability and variance-based importance over countries. Section 11 of docs/method.md."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.statistics.arrays import Floats


RESAMPLES = 2000
LEVEL = (0.025, 0.975)
Z = 1.959964  # the 97.5 % quantile of the normal distribution
TINY = 1e-10  # singular values below this share of the largest count as 0
MOST_NUMBERS = 2**20  # resampled at once, to bound memory


class Estimated(NamedTuple):
    """An estimate with its 95 % interval and its number of countries; NaN if it cannot be computed."""

    value: float
    low: float
    high: float
    countries: int


def correlation(x: Floats, y: Floats) -> Estimated:
    """Pearson's r over complete pairs, with interval tanh(artanh r ± z / sqrt(n - 3)) (Fisher)."""
    both = ~np.isnan(x) & ~np.isnan(y)
    n = int(both.sum())
    if n <= 3 or np.ptp(x[both]) == 0 or np.ptp(y[both]) == 0:  # noqa: PLR2004  Fisher's n - 3
        return Estimated(math.nan, math.nan, math.nan, n)
    r = min(1.0, max(-1.0, float(np.corrcoef(x[both], y[both])[0, 1])))
    if abs(r) == 1:
        return Estimated(r, r, r, n)
    return transformed(r, Z / math.sqrt(n - 3), n)


def rank_correlation(x: Floats, y: Floats) -> Estimated:
    """Spearman's rho over complete pairs: Pearson's r of the mid-ranks.

    Its interval is tanh(artanh rho ± z sqrt((1 + rho^2 / 2) / (n - 3))) (Bonett and Wright 2000).
    """
    both = ~np.isnan(x) & ~np.isnan(y)
    rho, _, _, n = correlation(mid_ranks(x[both]), mid_ranks(y[both]))
    if math.isnan(rho) or abs(rho) == 1:
        return Estimated(rho, rho, rho, n)
    return transformed(rho, Z * math.sqrt((1 + rho**2 / 2) / (n - 3)), n)


def transformed(r: float, half: float, countries: int) -> Estimated:
    """A correlation with the interval tanh(artanh r ± half) (Fisher); r is in (-1, 1)."""
    return Estimated(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half), countries)


def mid_ranks(x: Floats) -> Floats:
    """The rank of each value, 1 for the lowest; ties get the mean of their ranks."""
    order = np.sort(x)
    return (np.searchsorted(order, x, "left") + np.searchsorted(order, x, "right") + 1) / 2


def critical_correlation(n: int) -> float:
    """The least |r| whose 95 % interval with n countries excludes 0: tanh(z / sqrt(n - 3)), n > 3."""
    return math.tanh(Z / math.sqrt(n - 3))


def higher_correlation(x: Floats, y: Floats, z: Floats) -> Estimated:
    """r(x, y) - r(x, z) over the rows with all three, with the interval of Zou (2007) for correlations that share x.

    With Fisher's intervals (l, u) of a = r(x, y) and b = r(x, z), and c the correlation of the two estimates,
    c = ((g - a b / 2) (1 - a^2 - b^2 - g^2) + g^3) / ((1 - a^2) (1 - b^2)), g = r(y, z):
    low = a - b - sqrt((a - l_a)^2 + (u_b - b)^2 - 2 c (a - l_a) (u_b - b)), high likewise.
    """
    complete = ~np.isnan(x) & ~np.isnan(y) & ~np.isnan(z)
    first, second, third = (
        correlation(*pair)
        for pair in ((x[complete], y[complete]), (x[complete], z[complete]), (y[complete], z[complete]))
    )
    return difference(first, second, third.value)


def difference(first: Estimated, second: Estimated, between: float) -> Estimated:
    """The difference of two correlations with one variable in common; see `higher_correlation`.

    Args:
        first: a, with its interval.
        second: b, with its interval.
        between: g.
    """
    a, b = first.value, second.value
    spread = (1 - a**2) * (1 - b**2)
    shared = ((between - a * b / 2) * (1 - a**2 - b**2 - between**2) + between**3) / spread if spread else 0.0

    def half(p: float, q: float) -> float:
        return math.sqrt(max(0.0, p**2 + q**2 - 2 * shared * p * q))  # max: rounding where y and z are equal

    low = a - b - half(a - first.low, second.high - b)
    high = a - b + half(first.high - a, b - second.low)
    return Estimated(a - b, low, high, first.countries)


def cronbach_alpha(columns: Floats) -> Floats:
    """k / (k - 1) (1 - sum of variances / sum of all covariances), of shape (..., countries, k) without NaN, k > 1."""
    centred = columns - columns.mean(axis=-2, keepdims=True)
    covariances = centred.swapaxes(-1, -2) @ centred
    k, total = columns.shape[-1], covariances.sum(axis=(-2, -1))
    variances = np.trace(covariances, axis1=-2, axis2=-1)
    return np.asarray(k / (k - 1) * (1 - variances / np.where(total > 0, total, np.nan)))


def first_component(columns: Floats) -> Floats:
    """The share of the largest eigenvalue of the correlation matrix, of shape (..., countries, k) without NaN."""
    centred = columns - columns.mean(axis=-2, keepdims=True)
    spread = columns.std(axis=-2, keepdims=True)
    varies = (spread > 0).all(axis=-1)[..., 0]
    scaled = centred / np.where(spread > 0, spread, 1)
    eigenvalues = np.linalg.eigvalsh(scaled.swapaxes(-1, -2) @ scaled)
    return np.asarray(np.where(varies, eigenvalues[..., -1] / (eigenvalues.sum(axis=-1) + ~varies), np.nan))


def main_effects(columns: Floats, output: Floats) -> Floats:
    """Var(E[y | x]) / Var(y) of each column, E[y | x] as a quadratic in x, scaled to sum 1 (Paruolo et al. 2013).

    With fewer than three distinct x, the polynomial through them is used. NaN if no column has an effect.

    Args:
        columns: x, of shape (..., countries, k) without NaN.
        output: y, of shape (..., countries).
    """
    x = columns - columns.mean(axis=-2, keepdims=True)
    largest = np.abs(x).max(axis=-2, keepdims=True)
    x = x / np.where(largest > 0, largest, 1)
    powers = np.stack([x, x**2], axis=-2)  # (..., countries, 2, k)
    powers = powers - powers.mean(axis=-3, keepdims=True)
    y = output - output.mean(axis=-1, keepdims=True)
    covariances = np.einsum("...cik,...cjk->...kij", powers, powers)
    with_output = np.einsum("...cik,...c->...ki", powers, y)
    # pinv: with two distinct x, their square is a linear function of them
    explained = np.einsum("...ki,...kij,...kj->...k", with_output, np.linalg.pinv(covariances, TINY), with_output)
    effects = np.maximum(explained, 0)
    total = effects.sum(axis=-1, keepdims=True)
    return np.asarray(effects / np.where(total > 0, total, np.nan))


def bootstrap(statistic: Callable[[Floats], Floats], table: Floats, seed: int) -> Floats:
    """The 95 % bootstrap interval of a statistic of a (countries, columns) table, shape (2, ...).

    The statistic gets tables of shape (resamples, countries, columns), and gives an array of shape (resamples, ...).
    """
    generator = np.random.default_rng(seed)
    n = len(table)
    at_once = max(1, MOST_NUMBERS // max(1, table.size))
    blocks = [min(at_once, RESAMPLES - first) for first in range(0, RESAMPLES, at_once)]
    values = np.concatenate([statistic(table[generator.integers(n, size=(size, n))]) for size in blocks])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all NaN
        return np.asarray(np.nanquantile(values, LEVEL, axis=0))
