"""Contributions to a score, and the stability of a ranking under other weights. Section 9 of docs/method.md."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.statistics.combining import combined, entering
from scoring.statistics.means import power_mean, summed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.statistics.arrays import Floats
    from scoring.statistics.combining import Rule


def shapley(
    scores: Sequence[float] | Floats, baseline: Sequence[float], weights: Sequence[float], rule: Rule
) -> Floats:
    """Shapley contributions of the children to M(s) - M(b), which they sum to: the shape of s.

    p = 1: W_i (s_i - b_i). p = 1/2: d_i (2 C + D), d_i = W_i (sqrt s_i - sqrt b_i), C = sum W sqrt b, D = sum d.
    For other p and other rules, and if a value is NaN and so omitted from the mean, all 2^n subsets are enumerated. A
    child that is NaN in both has no contribution.

    Args:
        scores: s, in [0, 1], shape (children,) or (..., children).
        baseline: b, in [0, 1], one per child.
        weights: One per child, on any scale; W is scaled to sum 1.
        rule: M: by default a power mean with the exponent p.
    """
    s, b, w = np.asarray(scores, float), np.asarray(baseline, float), np.array(weights) / math.fsum(weights)
    is_closed = rule.is_mean and rule.gate is None and not np.isnan(s).any() and not np.isnan(b).any()
    if rule.exponent == 1 and is_closed:
        return np.asarray(w * (s - b))
    if rule.exponent == 0.5 and is_closed:  # noqa: PLR2004  the closed form above
        d = w * (np.sqrt(s) - np.sqrt(b))
        return np.asarray(d * (2 * summed(w * np.sqrt(b)) + summed(d))[..., None])
    size = len(b)
    subsets = np.array(list(itertools.product((False, True), repeat=size)))
    means = combined(np.where(subsets, s[..., None, :], b), w, rule)
    contributions = []
    for child in range(size):
        # `product` lists the subset that also contains the child 2^(size - 1 - child) rows below
        without = np.flatnonzero(~subsets[:, child])
        gains = means[..., without + 2 ** (size - 1 - child)] - means[..., without]
        sizes = subsets[without].sum(axis=1)
        probabilities = [1 / (size * math.comb(size - 1, int(members))) for members in sizes]
        contributions.append(summed(gains * probabilities))
    return np.stack(contributions, axis=-1)


class Stability(NamedTuple):
    """The interval [low, high] of the weight of a pillar in which A ranks above B; NaN if a value is missing."""

    d: float
    """g(A_k) - g(B_k) of the pillar."""
    rest: float
    """The weighted mean of d over the other pillars."""
    tie: float | None
    """The weight at which A and B tie; None if there is none. It can be outside [0, 1]."""
    low: float
    high: float


def weight_stability(
    above: Sequence[float], below: Sequence[float], weights: Sequence[float], rule: Rule
) -> list[Stability]:
    """Per pillar, the weights with which A ranks above B if the other weights keep their proportions.

    A is above B iff sum W_k d_k > 0, d_k = g(A_k) - g(B_k), g(s) = s^p (p > 0), ln s (p = 0), -s^p (p < 0);
    rest = sum_{j != k} W_j d_j / (1 - W_k), tie at rest / (rest - d_k).

    With an offset s + o takes the place of s; inverted, A and B are compared from the other end, g(1 - B_k + o) - g(1 -
    A_k + o). Where weights have no effect, the order holds for all of them; where a gate decides, it is not known.
    """
    if not rule.uses_weights:
        return [Stability(0.0, 0.0, None, 0.0, 1.0) for _ in weights]
    if rule.gate is not None and min(above[rule.gate.child], below[rule.gate.child]) <= rule.gate.below:
        return [Stability(0.0, 0.0, None, math.nan, math.nan) for _ in weights]
    exponent = 1.0 if rule.combine == "sum" else rule.exponent
    first, second = (entering(np.asarray(values, dtype=float), rule).tolist() for values in (above, below))
    above, below = (second, first) if rule.invert else (first, second)
    shares = [weight / math.fsum(weights) for weight in weights]
    d = [_g(a, exponent) - _g(b, exponent) for a, b in zip(above, below, strict=True)]
    stabilities = []
    for k, share in enumerate(shares):
        others = math.fsum(w * x for j, (w, x) in enumerate(zip(shares, d, strict=True)) if j != k)
        rest = others / (1 - share) if share < 1 else 0.0
        tie = rest / (rest - d[k]) if rest != d[k] else None
        low, high = 0.0, 1.0
        if math.isnan(d[k]) or math.isnan(rest):
            low = high = math.nan
        elif tie is not None and 0 <= tie <= 1:
            low, high = (tie, 1.0) if d[k] > rest else (0.0, tie)
        stabilities.append(Stability(d[k], rest, tie, low, high))
    return stabilities


class Tie(NamedTuple):
    """The nearest weights at which A and B tie."""

    weights: tuple[float, ...]
    """They sum to 1."""
    moved: float
    """How much weight is moved from some children to another: half the sum of the absolute differences."""


def nearest_tie(d: Sequence[float], weights: Sequence[float]) -> Tie | None:
    """The weights nearest to the given ones at which sum W_k d_k = 0; beyond them B is above A.

    Nearest is what moves the least weight. Moving a weight from i to j lowers the sum by d_i - d_j per unit, so that it
    is moved to the child with the lowest d, from that with the highest d first.

    Args:
        d: As of `weight_stability`, whose sum with the weights is above 0; finite.
        weights: One per child, on any scale.

    Returns:
        None if no weights put B above A, since no d is below 0.
    """
    lowest = min(range(len(d)), key=lambda k: d[k])
    if d[lowest] >= 0:
        return None
    changed = [weight / math.fsum(weights) for weight in weights]
    rest, moved = math.fsum(w * x for w, x in zip(changed, d, strict=True)), 0.0
    for k in sorted((k for k in range(len(d)) if d[k] > d[lowest]), key=lambda k: -d[k]):
        amount = min(changed[k], max(rest, 0.0) / (d[k] - d[lowest]))
        changed[k] -= amount
        changed[lowest] += amount
        moved += amount
        rest -= amount * (d[k] - d[lowest])
    return Tie(tuple(changed), moved)


def _g(value: float, exponent: float) -> float:
    if exponent > 0:
        return float(value**exponent)
    if value == 0:
        return -math.inf
    return math.log(value) if exponent == 0 else -float(value**exponent)


def marginal_weights(scores: Sequence[float], weights: Sequence[float], rule: Rule) -> list[float | None]:
    """dM/ds_i = W_i (s_i / M)^(p - 1); None if s_i = 0 or M = 0 and p < 1.

    With an offset, and inverted, s_i and M are those of the mean inside. None for products, least and greatest, and
    where a gate decides.
    """
    is_closed = rule.gate is not None and scores[rule.gate.child] <= rule.gate.below
    if is_closed or not rule.uses_weights:
        return [None] * len(scores)
    exponent = 1.0 if rule.combine == "sum" else rule.exponent
    shares = [weight / math.fsum(weights) for weight in weights]
    scores = entering(np.asarray(scores, dtype=float), rule).tolist()
    mean = float(power_mean(np.asarray(scores, dtype=float), shares, exponent))
    return [
        share if exponent == 1 else None if value == 0 or mean == 0 else share * (value / mean) ** (exponent - 1)
        for share, value in zip(shares, scores, strict=True)
    ]
