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


def best_fit(rows: Rows) -> Fit | None:
    """The weights that reproduce the most rows among the reweighted programmes; None if there are no rows."""
    count = len(rows.low)
    if not count:
        return None
    pull, best = np.ones(count), None
    for _ in range(ROUNDS):
        weights = _least_violation(rows, pull)
        if weights is None:
            break
        violations = rows.violations(weights)
        fit = Fit(weights, violations <= FITS, float(np.minimum(violations, 10.0).sum()))
        if best is not None and (fit.count, -fit.violation) <= (best.count, -best.violation):
            break
        best = fit
        if fit.count == count:
            break
        pull = 1 / (0.1 + violations)
    return best


def _least_violation(rows: Rows, pull: Floats) -> Floats | None:
    """The weights of the least sum of pull times violation."""
    count, parts = rows.least.shape
    matrix, limits, number = _inequalities(rows)
    slack = np.zeros((len(limits), count))
    slack[np.arange(len(limits)), number] = -1.0
    cost = np.concatenate([np.zeros(parts), pull / pull.max()])
    return _solved(rows, cost, np.hstack([matrix, slack]), limits, count)


def _inequalities(rows: Rows) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """The closed sides as matrix @ w <= limits, in half intervals, and the row of each."""
    unit = rows.units()
    above, below = np.flatnonzero(np.isfinite(rows.high)), np.flatnonzero(np.isfinite(rows.low))
    matrix = np.vstack([rows.least[above] / unit[above, None], -rows.most[below] / unit[below, None]])
    limits = np.concatenate([rows.high[above] / unit[above], -rows.low[below] / unit[below]])
    return matrix, limits, np.concatenate([above, below])


def _solved(rows: Rows, cost: Floats, matrix: Floats, limits: Floats, slacks: int = 0) -> Floats | None:
    """The weights of a linear programme; None if it has no solution."""
    parts = rows.least.shape[1]
    optimize: Any = require("scipy.optimize", "reconcile")
    sparse: Any = require("scipy.sparse", "reconcile")
    sums = np.concatenate([np.ones(parts), np.zeros(slacks)])[None] if rows.is_share else None
    result = optimize.linprog(
        cost,
        A_ub=sparse.csr_array(matrix),
        b_ub=limits,
        A_eq=sums,
        b_eq=None if sums is None else [1.0],
        bounds=[(None if rows.is_signed else 0, None)] * parts + [(0, None)] * slacks,
        method="highs",
        options={"time_limit": SECONDS},
    )
    return None if result.x is None or not result.success else np.asarray(result.x[:parts])


def intervals(rows: Rows) -> tuple[Floats, Floats, Floats]:
    """Least and greatest value of each weight in all rows at once, and the middle of where they are reached.

    Raises:
        ValueError: No weights fit all rows.
    """
    matrix, limits, _ = _inequalities(rows)
    parts = rows.least.shape[1]
    low, high, reached = np.zeros(parts), np.zeros(parts), []
    for part in range(parts):
        for sign, side in ((1.0, low), (-1.0, high)):
            cost = np.zeros(parts)
            cost[part] = sign
            weights = _solved(rows, cost, matrix, limits + FITS)
            if weights is None:
                side[part] = -sign * np.inf
                continue
            side[part] = weights[part]
            reached.append(weights)
    if not reached:
        message = "no weights fit all rows"
        raise ValueError(message)
    return low, high, np.asarray(np.mean(reached, axis=0))


def can_fit(rows: Rows) -> bool:
    """Whether some weights reproduce all rows."""
    matrix, limits, _ = _inequalities(rows)
    return _solved(rows, np.zeros(rows.least.shape[1]), matrix, limits + FITS) is not None
