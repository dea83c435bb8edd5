"""Weights that reproduce the most rows, by linear programmes.

A rule M = g⁻¹(sum of w g(x)) with a printed total in [low, high] is a pair of linear inequalities in the weights:
g(low) <= sum of w g(x) <= g(high). The sum of violations, each in units of half the interval, is minimised (L1); then
each row is weighted by 1 / (1 + its violation) and the programme solved again, so that rows that do not fit lose their
pull: Candès, Wakin and Boyd (2008), Enhancing sparsity by reweighted l1 minimization.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.extras import require

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats

FITS = 1e-5  # violation, in half intervals, that is numerical noise: the solver's tolerance is 1e-7
ROUNDS = 6  # programmes per rule; the rows that fit hardly change after four
HOPELESS = 0.7  # share of the rows that another rule reproduces, after two programmes; later ones add a tenth
SECONDS = 10.0  # for one programme; one of 300 rows takes 0.01


@dataclass(frozen=True)
class Rows:
    """The inequalities `low <= most @ w` and `least @ w <= high`, one pair per row.

    Attributes:
        least: The parts at the least value that is printed as they are, shape (rows, parts).
        most: The same at the greatest value; the same array where printed parts are exact.
        low: -inf where a side is open.
        high: inf where a side is open.
        is_share: Whether the weights sum to 1.
        is_signed: Whether weights may be negative.
    """

    least: Floats
    most: Floats
    low: Floats
    high: Floats
    is_share: bool = True
    is_signed: bool = False

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Rows:
        """Some of the rows."""
        sides = (self.least[chosen], self.most[chosen], self.low[chosen], self.high[chosen])
        return Rows(*sides, self.is_share, self.is_signed)

    def units(self) -> Floats:
        """Half the width of each interval; the median one where a side is open."""
        width = (self.high - self.low) / 2
        is_closed = np.isfinite(width) & (width > 0)
        return np.where(is_closed, width, np.median(width[is_closed]) if is_closed.any() else 1.0)

    def violations(self, weights: Floats) -> Floats:
        """How far each row is outside its interval, in half intervals."""
        above = self.least @ weights - self.high
        below = self.low - self.most @ weights
        return np.asarray(np.maximum(np.maximum(above, below), 0.0) / self.units())


@dataclass(frozen=True)
class Fit:
    """Weights and the rows that they reproduce."""

    weights: Floats
    fits: NDArray[np.bool_]
    violation: float
    """The sum over rows, each at most 10: how bad the rest is."""

    @property
    def count(self) -> int:
        """How many rows fit."""
        return int(self.fits.sum())


def best_fit(rows: Rows, hoped: int = 0) -> Fit | None:
    """The weights that reproduce the most rows among the reweighted programmes; None if there are no rows.

    Args:
        rows: The inequalities.
        hoped: The rows that another rule reproduces; one that is far from it after two programmes gets no more.
    """
    count = len(rows.low)
    if not count:
        return None
    pull, best = np.ones(count), _equal(rows)
    for number in range(ROUNDS):
        weights = _least_violation(rows, pull)
        if weights is None:
            break
        violations = rows.violations(weights)
        fit = Fit(weights, violations <= FITS, float(np.minimum(violations, 10.0).sum()))
        if number > 1 and (fit.count, -fit.violation) <= (best.count, -best.violation):
            break
        best = max(best, fit, key=lambda one: (one.count, -one.violation))
        if best.count == count or (number and fit.count < HOPELESS * hoped):
            break
        pull = 1 / (0.1 + violations)
    return best


def _equal(rows: Rows) -> Fit:
    """Equal weights, which programmes may miss where many rows are wrong."""
    weights = np.full(rows.least.shape[1], 1 / rows.least.shape[1])
    violations = rows.violations(weights)
    return Fit(weights, violations <= FITS, float(np.minimum(violations, 10.0).sum()))


def _least_violation(rows: Rows, pull: Floats) -> Floats | None:
    """The weights of the least sum of pull times violation."""
    count, parts = rows.least.shape
    matrix, limits, number = _inequalities(rows)
    sparse: Any = require("scipy.sparse", "reconcile")
    slack = sparse.csr_array((-np.ones(len(limits)), (np.arange(len(limits)), number)), (len(limits), count))
    cost = np.concatenate([np.zeros(parts), pull / pull.max()])
    return _solved(rows, cost, sparse.hstack([sparse.csr_array(matrix), slack], format="csr"), limits, count)


def _inequalities(rows: Rows) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """The closed sides as matrix @ w <= limits, in half intervals, and the row of each."""
    unit = rows.units()
    above, below = np.flatnonzero(np.isfinite(rows.high)), np.flatnonzero(np.isfinite(rows.low))
    matrix = np.vstack([rows.least[above] / unit[above, None], -rows.most[below] / unit[below, None]])
    limits = np.concatenate([rows.high[above] / unit[above], -rows.low[below] / unit[below]])
    return matrix, limits, np.concatenate([above, below])


def _solved(rows: Rows, cost: Floats, matrix: Any, limits: Floats, slacks: int = 0) -> Floats | None:
    """The weights of a linear programme; None if it has no solution."""
    parts = rows.least.shape[1]
    optimize: Any = require("scipy.optimize", "reconcile")
    sums = np.concatenate([np.ones(parts), np.zeros(slacks)])[None] if rows.is_share else None
    result = optimize.linprog(
        cost,
        A_ub=matrix,
        b_ub=limits,
        A_eq=sums,
        b_eq=None if sums is None else [1.0],
        bounds=[(None if rows.is_signed else 0, None)] * parts + [(0, None)] * slacks,
        method="highs",
        options={"time_limit": SECONDS},
    )
    return None if result.x is None or not result.success else np.asarray(result.x[:parts])


def intervals(rows: Rows, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Least and greatest value of each weight in all rows at once, and the middle of where they are reached.

    Args:
        rows: The inequalities.
        weights: Some that fit all rows but for noise: what is left of an interval that the solver finds empty.
    """
    matrix, limits, _ = _inequalities(rows)
    parts = rows.least.shape[1]
    low, high, reached = weights.copy(), weights.copy(), [weights]
    for part in range(parts):
        for sign, side in ((1.0, low), (-1.0, high)):
            cost = np.zeros(parts)
            cost[part] = sign
            found = _solved(rows, cost, matrix, limits + FITS)
            if found is not None:
                side[part] = found[part]
                reached.append(found)
    return low, high, np.asarray(np.mean(reached[1:] or reached, axis=0))


def can_fit(rows: Rows) -> bool:
    """Whether some weights reproduce all rows."""
    matrix, limits, _ = _inequalities(rows)
    return _solved(rows, np.zeros(rows.least.shape[1]), matrix, limits + FITS) is not None
