"""What moves a score: the closed forms of section 9 of docs/method.md."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.statistics.means import power_mean

if TYPE_CHECKING:
    from collections.abc import Sequence


def shapley(
    scores: Sequence[float], baseline: Sequence[float], weights: Sequence[float], exponent: float
) -> list[float]:
    """Parts of M(s) - M(b) by child, averaged over all orders in which the children move from b to s; they sum to it.

    p = 1: W_i (s_i - b_i). p = 1/2: d_i (2 C + D), d_i = W_i (sqrt s_i - sqrt b_i), C = sum W sqrt b, D = sum d.
    Otherwise, and where a value is NaN and left out of the mean, all 2^n sets are enumerated; a child that is NaN on
    both sides has no part. Values in [0, 1]; weights are scaled to sum 1.
    """
    shares = [weight / math.fsum(weights) for weight in weights]
    has_gaps = any(map(math.isnan, (*scores, *baseline)))
    if exponent == 1 and not has_gaps:
        return [w * (s - b) for w, s, b in zip(shares, scores, baseline, strict=True)]
    if exponent == 0.5 and not has_gaps:  # noqa: PLR2004  the contract's closed form
        d = [w * (math.sqrt(s) - math.sqrt(b)) for w, s, b in zip(shares, scores, baseline, strict=True)]
        c = math.fsum(w * math.sqrt(b) for w, b in zip(shares, baseline, strict=True))
        return [part * (2 * c + math.fsum(d)) for part in d]
    size = len(scores)
    sets = np.array(list(itertools.product((False, True), repeat=size)))
    means = power_mean(np.where(sets, scores, baseline), shares, exponent)
    parts = []
    for child in range(size):
        # in `product`, flipping a child's place moves by 2^(size - 1 - child)
        without = np.flatnonzero(~sets[:, child])
        gains = means[without + 2 ** (size - 1 - child)] - means[without]
        before = sets[without].sum(axis=1)
        chances = [1 / (size * math.comb(size - 1, int(moved))) for moved in before]
        parts.append(math.fsum(gains * chances))
    return parts


class Stability(NamedTuple):
    """The interval [low, high] of one pillar's weight in which A stays above B, and what it comes from.

    NaN where a value is missing.
    """

    d: float
    rest: float
    tie: float | None
    """The weight at which A and B tie; None if there is none. A tie outside [0, 1] bounds nothing."""
    low: float
    high: float


def weight_stability(
    above: Sequence[float], below: Sequence[float], weights: Sequence[float], exponent: float
) -> list[Stability]:
    """Per pillar, the weights in which A stays above B while the others keep their proportions.

    A is above B iff sum W_k d_k > 0, d_k = g(A_k) - g(B_k), g(s) = s^p (p > 0), ln s (p = 0), -s^p (p < 0);
    rest = sum_{j != k} W_j d_j / (1 - W_k), tie at rest / (rest - d_k).
    """
    shares = [weight / math.fsum(weights) for weight in weights]
    d = [_g(a, exponent) - _g(b, exponent) for a, b in zip(above, below, strict=True)]
    found = []
    for place, share in enumerate(shares):
        others = math.fsum(w * x for j, (w, x) in enumerate(zip(shares, d, strict=True)) if j != place)
        rest = others / (1 - share) if share < 1 else 0.0
        tie = rest / (rest - d[place]) if rest != d[place] else None
        low, high = 0.0, 1.0
        if math.isnan(d[place]) or math.isnan(rest):
            low = high = math.nan
        elif tie is not None and 0 <= tie <= 1:
            low, high = (tie, 1.0) if d[place] > rest else (0.0, tie)
        found.append(Stability(d[place], rest, tie, low, high))
    return found


def _g(value: float, exponent: float) -> float:
    if exponent > 0:
        return float(value**exponent)
    if value == 0:
        return -math.inf
    return math.log(value) if exponent == 0 else -float(value**exponent)


def marginal_weights(scores: Sequence[float], weights: Sequence[float], exponent: float) -> list[float | None]:
    """dM/ds_i = W_i (s_i / M)^(p - 1); None where s_i = 0 or M = 0 and p < 1."""
    shares = [weight / math.fsum(weights) for weight in weights]
    mean = float(power_mean(np.asarray(scores, dtype=float), shares, exponent))
    return [
        share if exponent == 1 else None if value == 0 or mean == 0 else share * (value / mean) ** (exponent - 1)
        for share, value in zip(shares, scores, strict=True)
    ]
