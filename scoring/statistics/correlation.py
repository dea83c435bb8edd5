"""Correlation, reliability and variance-based importance over countries. Section 11 of docs/method.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.statistics.arrays import Floats


RESAMPLES = 2000
LEVEL = (0.025, 0.975)
Z = 1.959964  # the 97.5 % quantile of the normal distribution
CURVE = 2  # degree of the polynomial of a main effect


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
    low, high = (math.tanh(math.atanh(r) + sign * Z / math.sqrt(n - 3)) for sign in (-1, 1))
    return Estimated(r, low, high, n)


def rank_correlation(x: Floats, y: Floats) -> Estimated:
    """Spearman's rho over complete pairs: Pearson's r of the mid-ranks.

    Its interval is tanh(artanh rho ± z sqrt((1 + rho^2 / 2) / (n - 3))) (Bonett and Wright 2000).
    """
    both = ~np.isnan(x) & ~np.isnan(y)
    rho, _, _, n = correlation(mid_ranks(x[both]), mid_ranks(y[both]))
    if math.isnan(rho) or abs(rho) == 1:
        return Estimated(rho, rho, rho, n)
    half = Z * math.sqrt((1 + rho**2 / 2) / (n - 3))
    return Estimated(rho, math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half), n)


def mid_ranks(x: Floats) -> Floats:
    """The rank of each value, 1 for the lowest; ties get the mean of their ranks."""
    order = np.sort(x)
    return (np.searchsorted(order, x, "left") + np.searchsorted(order, x, "right") + 1) / 2


def critical_correlation(n: int) -> float:
    """The least |r| whose 95 % interval with n countries excludes 0: tanh(z / sqrt(n - 3)), n > 3."""
    return math.tanh(Z / math.sqrt(n - 3))


def cronbach_alpha(columns: Floats) -> float:
    """k / (k - 1) (1 - sum of variances / sum of all covariances), of shape (countries, k) without NaN, k > 1."""
    covariances = np.cov(columns, rowvar=False)
    k, total = len(covariances), float(covariances.sum())
    return k / (k - 1) * (1 - float(np.trace(covariances)) / total) if total > 0 else math.nan


def first_component(columns: Floats) -> float:
    """The share of the largest eigenvalue of the correlation matrix, of shape (countries, k) without NaN."""
    spread = columns.std(axis=0)
    if not spread.all():
        return math.nan
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(columns, rowvar=False))
    return float(eigenvalues[-1] / eigenvalues.sum())


def main_effects(columns: Floats, output: Floats) -> Floats:
    """Var(E[y | x]) / Var(y) of each column, E[y | x] as a quadratic in x, scaled to sum 1 (Paruolo et al. 2013).

    With fewer than three distinct x, the polynomial through them is used. NaN if no column has an effect.
    """
    degrees = [min(CURVE, len(np.unique(x)) - 1) for x in columns.T]
    fits = [np.polynomial.Polynomial.fit(x, output, degree)(x) for x, degree in zip(columns.T, degrees, strict=True)]
    effects = np.array([fit.var() for fit in fits])
    return np.asarray(effects / (effects.sum() or np.nan))


def bootstrap(statistic: Callable[[Floats], Floats], table: Floats, seed: int) -> Floats:
    """The 95 % bootstrap interval of a statistic of a (countries, columns) table, shape (2, ...)."""
    generator = np.random.default_rng(seed)
    n = len(table)
    values = [statistic(table[generator.integers(n, size=n)]) for _ in range(RESAMPLES)]
    return np.asarray(np.nanquantile(values, LEVEL, axis=0))
