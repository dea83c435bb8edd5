"""Tables of quantiles, from which all random numbers of a simulation are taken.

A random number is one of 65,536 equally likely quantiles of its distribution, which is as close as single precision and
the number of draws ask for, and an order of magnitude faster than a transformation of each number.
"""

from __future__ import annotations

import functools
import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats, Singles

LEVELS = 2**16  # quantiles of each distribution, at the middle of as many equal shares of probability
COARSE = 256  # quantiles of each of two errors that one number gives
NORMAL_RANGE = 5.0  # a Beta variable is tabulated for standard normal numbers from -5 to 5
NORMAL_STEPS = 1000  # equal steps of that range; between them it is interpolated
NORMAL_STEP = NORMAL_STEPS / (2 * NORMAL_RANGE)  # steps for each standard deviation
LOGIT_STEPS = 1280  # steps of ln(x / (1 - x)) at which the distribution function of a Beta variable is computed
LOGIT_LIMIT = 12.0  # beyond, x differs from 0 and 1 by less than .00001
TOGETHER = 8  # variables computed at once: their numbers stay in the cache
WIDTH = 8.0  # standard deviations on each side of the centre that are integrated


@functools.cache
def triangular() -> Singles:
    """Symmetric triangular on [-1, 1] with mode 0: sign(y) (1 - sqrt(1 - |y|)), y = 2 x - 1."""
    y = 2 * (np.arange(LEVELS) + 0.5) / LEVELS - 1
    return np.asarray(np.sign(y) * (1 - np.sqrt(1 - np.abs(y))), np.float32)


@functools.cache
def exponential() -> Singles:
    """Exponential with mean 1: -ln(1 - x)."""
    return (-np.log1p(-(np.arange(LEVELS) + 0.5) / LEVELS)).astype(np.float32)


@functools.cache
def normal() -> Singles:
    """Standard normal, scaled so that the variance of the table is 1."""
    inverse = NormalDist().inv_cdf
    upper = np.array([inverse(0.5 + (level + 0.5) / LEVELS) for level in range(LEVELS // 2)])
    table = np.concatenate([-upper[::-1], upper])
    return np.asarray(table / table.std(), np.float32)


@functools.lru_cache(maxsize=32)
def noise(width: float, error: float) -> Singles:
    """A triangular coding error and a normal error of the source, by the upper and the lower eight bits of a number.

    Both have 256 levels, scaled to the variance of the distribution, so that their sum has 65,536.
    """
    middle = np.arange(LEVELS // COARSE // 2, LEVELS, LEVELS // COARSE)
    coarse = [table[middle].astype(np.float64) for table in (triangular(), normal())]
    coding, source = (levels / levels.std() for levels in coarse)
    table = width / math.sqrt(6) * coding[:, None] + error * source[None]
    return np.asarray(table.ravel(), np.float32)


@functools.cache
def _normal_probabilities() -> Floats:
    """Phi(z) at the steps of the normal range, shape (NORMAL_STEPS + 1,)."""
    steps = np.linspace(-NORMAL_RANGE, NORMAL_RANGE, NORMAL_STEPS + 1)
    return np.array([0.5 * math.erfc(-z / math.sqrt(2)) for z in steps])


def beta_of_normal(centres: Floats, concentrations: Floats) -> NDArray[np.complex64]:
    """The quantiles of Beta(c f, (1 - c) f) at Phi(z), to within .0001, for z in equal steps from -5 to 5.

    The density of y = ln(x / (1 - x)) is x^(c f) (1 - x)^((1 - c) f) / B, without poles for any c and f. It is
    integrated by the trapezoidal rule, and its exponential tails are added.

    Args:
        centres: c, (variables,), in [0, 1]; at 0 and 1 the variable is c.
        concentrations: f, (variables,), above 0.

    Returns:
        (variables, NORMAL_STEPS): quantile at each step as the real part, the rise to the next as the imaginary part.
    """
    tables = np.empty((len(centres), NORMAL_STEPS), np.complex64)
    for first in range(0, len(centres), TOGETHER):
        part = slice(first, first + TOGETHER)
        _fill_tables(tables[part], centres[part], concentrations[part])
    return tables


def _fill_tables(tables: NDArray[np.complex64], centres: Floats, concentrations: Floats) -> None:
    """Fill the rows of `beta_of_normal` for a few variables, whose numbers stay in the cache."""
    c, f = np.clip(centres, 1e-6, 1 - 1e-6)[:, None], concentrations[:, None]
    middle, reach = np.log(c / (1 - c)), WIDTH / np.sqrt(f * c * (1 - c))
    first, last = np.maximum(middle - reach, -LOGIT_LIMIT), np.minimum(middle + reach, LOGIT_LIMIT)
    alpha, beta, start, width = (column.astype(np.float32) for column in (c * f, (1 - c) * f, first, last - first))
    y = start + width * np.linspace(0, 1, LOGIT_STEPS + 1, dtype=np.float32)
    odds = np.exp(-np.abs(y))
    from_one = np.maximum(y, 0) + np.log(1 + odds)  # -ln(1 - x) = ln(1 + e^y); -ln(x) = that - y
    log_density = alpha * y - (alpha + beta) * from_one
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    areas = density[:, 1:] + density[:, :-1]
    areas *= width / (2 * LOGIT_STEPS)
    cumulated = np.empty(y.shape)
    cumulated[:, :1] = density[:, :1] / alpha  # the tail below
    np.cumsum(areas, axis=1, out=cumulated[:, 1:])
    cumulated[:, 1:] += cumulated[:, :1]
    cumulated /= cumulated[:, -1:] + density[:, -1:] / beta  # and that above
    x = np.where(y < 0, odds, 1.0) / (1 + odds)
    for row, centre in enumerate(centres):
        quantiles = np.interp(_normal_probabilities(), cumulated[row], x[row])
        if centre <= 0 or centre >= 1:
            quantiles[:] = centre
        tables[row].real = quantiles[:-1]
        tables[row].imag = np.diff(quantiles)


def find_places(z: Singles, places: NDArray[np.intp], whole: Singles) -> None:
    """Split standard normal numbers, as places in a table NORMAL_STEPS (z + 5) / 10, into steps and fractions.

    Args:
        z: the numbers, (size,), of which the fractions are left.
        places: overwritten with the steps.
        whole: an array of the same size that is overwritten.
    """
    np.floor(z, out=whole)
    z -= whole
    np.copyto(places, whole, casting="unsafe")


def look_up(
    table: NDArray[np.complex64],
    places: NDArray[np.intp],
    fractions: Singles,
    out: Singles,
    pairs: NDArray[np.complex64],
) -> None:
    """Fill an array with the Beta variable of a table, by linear interpolation.

    Args:
        table: of one variable, from `beta_of_normal`.
        places: from `find_places`, (size,).
        fractions: the same.
        out: filled, (size,).
        pairs: an array of the same size that is overwritten.
    """
    table.take(places, mode="clip", out=pairs)
    np.multiply(fractions, pairs.imag, out=out)
    out += pairs.real
