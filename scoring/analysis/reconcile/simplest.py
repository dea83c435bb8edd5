"""The simplest weights among those that reproduce a table: equal ones, then steps of 10, 5 and 1 %, then fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from scoring.analysis.reconcile.fitting import Rows
    from scoring.statistics.arrays import Floats

Weights: TypeAlias = tuple[Fraction, ...]
NOISE = 1e-4  # of half an interval: a total that is exactly between two printed numbers
DENOMINATORS = (10, 20, 3, 6, 100, *range(7, 10), *range(11, 20), *range(21, 41), 200, 1000)
"""Steps of 10 and 5 %, thirds and sixths, steps of 1 %, other small fractions, half a percent, a tenth of a percent."""
SIGNED_STEPS = (1, 2, 4, 10, 20, 100, 1000)
"""The same for points per unit, which need not sum to 1."""
MOST_OPEN = 4000  # beginnings of weights that are looked at together; each takes a number per row
CELLS = 4_000_000  # numbers of one step of the search


@dataclass(frozen=True)
class Simplest:
    """Simple weights.

    Attributes:
        weights: The first ones, which differ least from the middle of the intervals.
        denominator: Their common denominator; 0 for equal weights.
        count: How many weights of this denominator reproduce the same rows; None if there are too many to count.
    """

    weights: Weights
    denominator: int
    count: int | None


def simplest(rows: Rows, low: Floats, high: Floats, middle: Floats) -> Simplest | None:
    """The simplest weights that reproduce all of these rows; None if there are none.

    Args:
        rows: Those that fit.
        low: The least value of each weight.
        high: The greatest value.
        middle: Weights inside.
    """
    parts = len(low)
    equal = np.full(parts, 1 / parts)
    if rows.is_share and _all_fit(rows, equal[None])[0]:
        return Simplest((Fraction(1, parts),) * parts, 0, 1)
    for denominator in DENOMINATORS if rows.is_share else SIGNED_STEPS:
        found, is_complete = _lattice(rows, low, high, denominator)
        near = _rounded(middle, denominator, is_share=rows.is_share)
        if not is_complete and _all_fit(rows, near[None] / denominator)[0]:
            found = np.vstack([found, near[None]])
        if len(found):
            nearest = found[np.abs(found / denominator - middle).sum(axis=1).argmin()]
            weights = tuple(Fraction(int(number), denominator) for number in nearest)
            return Simplest(weights, denominator, len(found) if is_complete else None)
    return None


def _all_fit(rows: Rows, weights: Floats) -> NDArray[np.bool_]:
    """Which weights, shape (weights, parts), reproduce all rows."""
    noise = NOISE * rows.units()
    above = weights @ rows.least.T <= rows.high + noise
    below = weights @ rows.most.T >= rows.low - noise
    return np.asarray((above & below).all(axis=1))


def _rounded(middle: Floats, denominator: int, *, is_share: bool) -> NDArray[np.int64]:
    """The middle in whole steps that sum to 1, by largest remainder."""
    steps = middle * denominator
    if not is_share:
        return np.rint(steps).astype(np.int64)
    whole = np.floor(steps + 1e-9).astype(np.int64)
    missing = int(denominator - whole.sum())
    whole[np.argsort(whole - steps)[: max(missing, 0)]] += 1
    return whole


def _lattice(rows: Rows, low: Floats, high: Floats, denominator: int) -> tuple[NDArray[np.int64], bool]:
    """The weights in whole steps that reproduce all rows, shape (weights, parts); whether these are all.

    Part after part, the narrowest interval first. A beginning is dropped as soon as no rest can fit: what is left goes
    to parts that are at least the least and at most the greatest of the remaining ones, in each row.
    """
    order = np.argsort(high - low, kind="stable")
    noise = 1e-6
    first = np.ceil(low[order] * denominator - noise).astype(np.int64)
    last = np.floor(high[order] * denominator + noise).astype(np.int64)
    none = np.zeros((0, len(low)), np.int64)
    if (first > last).any():
        return none, True
    is_complete = True
    begun = np.zeros((1, 0), np.int64)
    for depth in range(len(low)):
        rest_low, rest_high = int(first[depth + 1 :].sum()), int(last[depth + 1 :].sum())
        if rows.is_share and depth == len(low) - 1:
            begun = np.hstack([begun, denominator - begun.sum(axis=1, keepdims=True)])
            begun = begun[(begun[:, -1] >= first[depth]) & (begun[:, -1] <= last[depth])]
        else:
            width = int(last[depth] - first[depth]) + 1
            if width > MOST_OPEN:
                return none, False
            steps = np.arange(first[depth], last[depth] + 1)
            begun = np.hstack([np.repeat(begun, width, axis=0), np.tile(steps, len(begun))[:, None]])
            if rows.is_share:
                left = denominator - begun.sum(axis=1)
                begun = begun[(left >= rest_low) & (left <= rest_high)]
        chosen = order[: depth + 1]
        is_open = _may_fit(rows, begun / denominator, chosen, order[depth + 1 :])
        begun = begun[is_open]
        if len(begun) > MOST_OPEN:
            is_complete = False
            begun = begun[np.linspace(0, len(begun) - 1, MOST_OPEN).astype(int)]
    found = np.zeros((len(begun), len(low)), np.int64)
    found[:, order] = begun
    return found[_all_fit(rows, found / denominator)], is_complete


def _may_fit(rows: Rows, weights: Floats, chosen: NDArray[np.int64], rest: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which beginnings of weights may be part of weights that fit all rows."""
    if not rows.is_share or not len(rest):
        return np.ones(len(weights), bool)
    noise = NOISE * rows.units()
    least, most = rows.least[:, rest].min(axis=1), rows.most[:, rest].max(axis=1)
    return np.concatenate(
        [
            (
                (block @ rows.least[:, chosen].T + left * least <= rows.high + noise)
                & (block @ rows.most[:, chosen].T + left * most >= rows.low - noise)
            ).all(axis=1)
            for block in _blocks(weights, len(rows.low))
            for left in [1 - block.sum(axis=1, keepdims=True)]
        ]
        or [np.zeros(0, bool)]
    )


def _blocks(weights: Floats, rows: int) -> Iterator[Floats]:
    """The weights in blocks of bounded memory."""
    size = max(1, CELLS // max(rows, 1))
    for start in range(0, len(weights), size):
        yield weights[start : start + size]
