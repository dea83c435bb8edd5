"""Krippendorff's alpha: agreement of coders on ordinal values. Section 12 of docs/method.md.

Krippendorff (2019), Content Analysis, chapter 12.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from scoring.statistics.correlation import LEVEL, RESAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats

    Indices = NDArray[np.int_]


def krippendorff_alpha(units: Sequence[Sequence[float]]) -> float:
    """Alpha of ordinal values; a unit is the values of its two or more coders. NaN without variation.

    alpha = 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck,   d_ck = (n_c / 2 + sum of n_g between c and k + n_k / 2)^2,
    o_ck is the number of ordered pairs of values c, k within units, each weighted 1 / (coders of the unit - 1);
    n_c = sum_k o_ck and n = sum n_c.
    """
    size, cells, weights, _ = _pairs(units)
    return _alpha_of(cells, weights, size)


def alpha_interval(units: Sequence[Sequence[float]], clusters: Sequence[object], seed: int) -> tuple[float, float]:
    """The 95 % bootstrap interval of alpha; it resamples clusters of units, such as the units of one statement."""
    size, cells, weights, owners = _pairs(units)
    index = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    cluster_of_pair = np.array([index[cluster] for cluster in clusters])[owners]
    generator = np.random.default_rng(seed)
    alphas = np.empty(RESAMPLES)
    for resample in range(RESAMPLES):
        copies = np.bincount(generator.integers(len(index), size=len(index)), minlength=len(index))
        alphas[resample] = _alpha_of(cells, weights * copies[cluster_of_pair], size)
    alphas = alphas[~np.isnan(alphas)]
    if len(alphas) == 0:
        return math.nan, math.nan
    low, high = np.quantile(alphas, LEVEL)
    return float(low), float(high)


def _pairs(units: Sequence[Sequence[float]]) -> tuple[int, Indices, Floats, Indices]:
    """Ordered pairs of values within units: number of distinct values, and cell, weight and unit of each pair."""
    scale = {value: index for index, value in enumerate(sorted({value for unit in units for value in unit}))}
    pairs = [
        (scale[first] * len(scale) + scale[second], 1 / (len(unit) - 1), owner)
        for owner, unit in enumerate(units)
        for first, second in itertools.permutations(unit, 2)
    ]
    cells, weights, owners = zip(*pairs, strict=True)
    return len(scale), np.array(cells), np.array(weights), np.array(owners)


def _alpha_of(cells: Indices, weights: Floats, size: int) -> float:
    """Alpha from weighted pairs of values; a cell is row * size + column of the coincidence matrix."""
    coincidences = np.bincount(cells, weights, size * size).reshape(size, size).astype(np.float64)
    counts = coincidences.sum(axis=0)
    midpoints = np.cumsum(counts) - counts / 2
    distance = np.square(midpoints[:, None] - midpoints)
    expected = float(counts @ distance @ counts)
    return 1 - (float(counts.sum()) - 1) * float((coincidences * distance).sum()) / expected if expected else math.nan
