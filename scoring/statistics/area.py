"""The area under the curve of a predictor. Section 14 of docs/method.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from scoring.statistics.correlation import Estimated, Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats

HALVINGS = 60  # of [0, 1]; more than a double can show


def area_under_curve(values: Floats, is_hit: NDArray[np.bool_]) -> Estimated:
    """The probability that a hit has a higher value than another; ties count 1/2. Its interval is Newcombe's.

    Method 5 of Newcombe (2006, part 2): the theta with |area - theta| = z sqrt(V(theta)), V the variance of Hanley and
    McNeil (1982) with the mean N of both numbers in place of each in its numerator:
    V = theta (1 - theta) (1 + (N - 1) ((1 - theta) / (2 - theta) + theta / (1 + theta))) / (hits others).

    Args:
        values: Of shape (countries,); NaN where there is none.
        is_hit: Of the same shape.
    """
    known = ~np.isnan(values)
    hits, others = values[known & is_hit], values[known & ~is_hit]
    if not len(hits) or not len(others):
        return Estimated(math.nan, math.nan, math.nan, int(known.sum()))
    area = float((np.sign(hits[:, None] - others[None, :]) + 1).mean() / 2)
    low, below = (_low(one, len(hits), len(others)) for one in (area, 1 - area))
    return Estimated(area, low, 1 - below, int(known.sum()))  # V is the same for 1 - theta


def _low(area: float, hits: int, others: int) -> float:
    """The lower end: the theta below the area that is z standard errors away, by halving."""
    mean = (hits + others) / 2
    low, high = 0.0, area
    for _ in range(HALVINGS):
        theta = (low + high) / 2
        spread = 1 + (mean - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        is_too_low = area - theta > Z * math.sqrt(theta * (1 - theta) * spread / (hits * others))
        low, high = (theta, high) if is_too_low else (low, theta)
    return (low + high) / 2
