"""Totals that are no mean: sums with points per unit, and parts in units of their own.

In a linear rule only the points per unit show: a weight of 0.2 between goalposts 50 apart and one of 0.4 between
goalposts 100 apart give the same totals. Where the goalposts are the least and the greatest value of each column, the
weights are those of the columns so scaled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from scoring.analysis.reconcile.fitting import Fit, Rows, best_fit, intervals
from scoring.analysis.reconcile.printed import Printed, bounds
from scoring.analysis.reconcile.rules import Rule
from scoring.analysis.reconcile.search import Reconciled, scale_of, some_rows
from scoring.analysis.reconcile.simplest import simplest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.analysis.reconcile.printed import PublishedTable
    from scoring.statistics.arrays import Floats

SCALED = Decimal("1e-12")  # steps of a column scaled to 0 to 1
LOGARITHM_GAIN = 0.2  # share of rows that logarithms must add


@dataclass(frozen=True)
class RawPart:
    """What a column in units of its own does to the total.

    Attributes:
        name: The header.
        is_positive: Whether a higher value makes the total higher.
        is_logarithm: Whether its natural logarithm enters.
        worst: The goalpost of the lowest total, if goalposts are the least and the greatest value.
        best: The goalpost of the highest total.
    """

    name: str
    is_positive: bool
    is_logarithm: bool
    worst: float
    best: float


def linear(table: PublishedTable, *, is_signed: bool, logarithms: NDArray[np.bool_] | None = None) -> Reconciled | None:
    """A linear rule; of a long table, its points follow from some of its rows; None if nothing fits."""
    found = _linear(some_rows(table), is_signed=is_signed, logarithms=logarithms)
    if found is None or len(found.fits) == len(table.rows):
        return found
    values = found.rule.value(_entering(table.matrix, logarithms), found.weights)
    low, high = bounds(table.total.numbers, table.total.halves, "nearest")
    noise = 1e-4 * table.total.halves
    return replace(found, values=values, fits=(values >= low - noise) & (values <= high + noise))


def _entering(x: Floats, logarithms: NDArray[np.bool_] | None) -> Floats:
    """The parts, or their logarithms."""
    return x if logarithms is None else np.where(logarithms, np.log(np.where(logarithms, x, 1.0)), x)


def _linear(table: PublishedTable, *, is_signed: bool, logarithms: NDArray[np.bool_] | None) -> Reconciled | None:
    """A sum of the parts times points per unit, plus a constant if points may be negative; None if nothing fits."""
    x = _entering(table.matrix, logarithms)
    start = x.min(axis=0) if is_signed else np.zeros(x.shape[1])
    spread = np.where(x.max(axis=0) > start, x.max(axis=0) - start, 1.0)
    scaled = (x - start) / spread
    columns = np.column_stack([scaled, np.ones(len(x))]) if is_signed else scaled
    low, high = bounds(table.total.numbers, table.total.halves, "nearest")
    rows = Rows(columns, columns, low, high, is_share=False, is_signed=is_signed)
    fit = best_fit(rows)
    if fit is None or not fit.fits.any():
        return None
    least, greatest, middle = intervals(rows.of(fit.fits), fit.weights)
    unit = np.append(spread, 1.0) if is_signed else spread

    def unscaled(points: Floats) -> Floats:
        per_unit = points / unit
        if is_signed:
            per_unit[-1] = points[-1] - (per_unit[:-1] * start).sum()
        return per_unit

    rule = Rule(scale_of(np.abs(table.total.numbers)), "linear")
    if not is_signed:
        raw = Rows(x, x, low, high, is_share=False)
        sides = (unscaled(least), unscaled(greatest))
        simple = simplest(raw.of(fit.fits), *sides, unscaled(middle))
        weights = np.array([float(one) for one in simple.weights]) if simple else unscaled(middle)
        fits = raw.violations(weights) <= 1e-4 if simple else fit.fits  # noqa: PLR2004  ties
        return Reconciled(rule, fits, x @ weights, *sides, weights, simple)
    weights = unscaled(middle)
    sides = (least / unit, greatest / unit)
    sides[0][-1] = sides[1][-1] = weights[-1]
    return Reconciled(rule, fit.fits, x @ weights[:-1] + weights[-1], *sides, weights, None)


def raw_parts(table: PublishedTable) -> tuple[PublishedTable, tuple[RawPart, ...], Reconciled | None]:
    """The table with parts scaled from the worst to the best value; what each does; the linear rule in their units."""
    x = table.matrix
    found = linear(table, is_signed=True)
    logarithms = np.zeros(x.shape[1], bool)
    least = LOGARITHM_GAIN * len(x)
    if (found is None or found.count + least <= len(x)) and (x > 0).all(axis=0).any():
        chosen = _logarithms(table)
        other = linear(table, is_signed=True, logarithms=chosen) if chosen.any() else None
        if other is not None and other.count >= (found.count if found else 0) + least:
            found, logarithms = other, chosen
    is_clear = found is not None and found.count * 2 >= len(x)
    signs = found.weights[:-1] if found is not None and is_clear else _correlations(table)
    scaled, parts = [], []
    for column, part in enumerate(table.parts):
        values = np.log(x[:, column]) if logarithms[column] else x[:, column]
        bottom, top = float(values.min()), float(values.max())
        spread = top - bottom if top > bottom else 1.0
        is_positive = bool(signs[column] >= 0)
        unit = (values - bottom) / spread if is_positive else (top - values) / spread
        scaled.append(Printed(part.name, tuple(Decimal(repr(float(value))).quantize(SCALED) for value in unit)))
        ends = (float(x[:, column].min()), float(x[:, column].max()))
        worst, best = ends if is_positive else ends[::-1]
        parts.append(RawPart(part.name, is_positive, bool(logarithms[column]), worst, best))
    return replace(table, parts=tuple(scaled)), tuple(parts), found


def _logarithms(table: PublishedTable) -> NDArray[np.bool_]:
    """The columns whose logarithm explains more than they do, where both enter a linear rule."""
    x = table.matrix
    can = (x > 0).all(axis=0)
    searched = some_rows(table)
    x = searched.matrix
    both = np.column_stack([x, np.log(x[:, can])])
    spread = np.where(np.ptp(both, axis=0) > 0, np.ptp(both, axis=0), 1.0)
    columns = np.column_stack([(both - both.min(axis=0)) / spread, np.ones(len(x))])
    low, high = bounds(searched.total.numbers, searched.total.halves, "nearest")
    fit: Fit | None = best_fit(Rows(columns, columns, low, high, is_share=False, is_signed=True))
    chosen = np.zeros(x.shape[1], bool)
    if fit is not None:
        chosen[can] = np.abs(fit.weights[x.shape[1] : -1]) > np.abs(fit.weights[: x.shape[1]][can])
    return chosen


def _correlations(table: PublishedTable) -> Floats:
    """Rank correlations of the parts with the total."""

    def ranks(values: Floats) -> Floats:
        return np.asarray(np.argsort(np.argsort(values)), dtype=float)

    total = ranks(table.total.numbers)
    return np.array([np.cov(ranks(part.numbers), total)[0, 1] for part in table.parts])
