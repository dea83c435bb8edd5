"""How far coders read the same statements alike, and where they part: section 12 of docs/method.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from scoring.statistics.correlation import LEVEL, RESAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats

    Places = NDArray[np.int_]


# -- Krippendorff (2019), Content Analysis, chapter 12 -----------------------------------------------------------------


def krippendorff_alpha(units: Sequence[Sequence[float]]) -> float:
    """Alpha of ordinal values, one unit a sequence of what its two or more coders read; NaN without variation.

    alpha = 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck,   d_ck = (n_c / 2 + sum of n_g between c and k + n_k / 2)^2,
    o_ck counts ordered pairs of values c, k within units, each as 1 / (coders of the unit - 1); n_c = sum_k o_ck and
    n = sum n_c.
    """
    size, cells, weights, _ = _pairs(units)
    return _alpha_of(cells, weights, size)


def alpha_interval(units: Sequence[Sequence[float]], clusters: Sequence[object], seed: int) -> tuple[float, float]:
    """The 95 % interval of alpha by drawing clusters of units again: the readings of one statement stay together."""
    size, cells, weights, owners = _pairs(units)
    index = {cluster: place for place, cluster in enumerate(dict.fromkeys(clusters))}
    owner = np.array([index[cluster] for cluster in clusters])[owners]
    numbers = np.random.default_rng(seed)
    found = np.empty(RESAMPLES)
    for place in range(RESAMPLES):
        times = np.bincount(numbers.integers(len(index), size=len(index)), minlength=len(index))
        found[place] = _alpha_of(cells, weights * times[owner], size)
    there = found[~np.isnan(found)]
    if len(there) == 0:
        return math.nan, math.nan
    low, high = np.quantile(there, LEVEL)
    return float(low), float(high)


def _pairs(units: Sequence[Sequence[float]]) -> tuple[int, Places, Floats, Places]:
    """Ordered pairs of values within units: number of distinct values, cell of each pair, its weight, its unit."""
    scale = {value: place for place, value in enumerate(sorted({value for unit in units for value in unit}))}
    pairs = [
        (scale[one] * len(scale) + scale[other], 1 / (len(unit) - 1), place)
        for place, unit in enumerate(units)
        for first, one in enumerate(unit)
        for second, other in enumerate(unit)
        if first != second
    ]
    cells, weights, owners = zip(*pairs, strict=True)
    return len(scale), np.array(cells), np.array(weights), np.array(owners)


def _alpha_of(cells: Places, weights: Floats, size: int) -> float:
    """Alpha from weighted pairs of values; a cell is row * size + column of the table of coincidences."""
    coincidences = np.bincount(cells, weights, size * size).reshape(size, size).astype(np.float64)
    counts = coincidences.sum(axis=0)
    middle = np.cumsum(counts) - counts / 2
    distance = np.square(middle[:, None] - middle)
    expected = float(counts @ distance @ counts)
    return 1 - (float(counts.sum()) - 1) * float((coincidences * distance).sum()) / expected if expected else math.nan
