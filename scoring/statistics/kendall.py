"""Kendall's rank correlation. Section 14 of docs/method.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from scoring.statistics.correlation import Estimated, Z, transformed

if TYPE_CHECKING:
    from scoring.statistics.arrays import Floats

VARIANCE = 0.437  # of artanh tau, over n - 4 (Fieller, Hartley and Pearson 1957)
LOST = 4


def kendall(x: Floats, y: Floats) -> Estimated:
    """Kendall's tau-b over complete pairs, with interval tanh(artanh tau ± z sqrt(0.437 / (n - 4))).

    NaN for four pairs or fewer, or if x or y is constant.
    """
    both = ~np.isnan(x) & ~np.isnan(y)
    n = int(both.sum())
    first, second = (np.sign(one[both][:, None] - one[both][None, :]) for one in (x, y))
    pairs = math.sqrt(float((first**2).sum()) * float((second**2).sum()))
    if n <= LOST or pairs == 0:
        return Estimated(math.nan, math.nan, math.nan, n)
    tau = float((first * second).sum()) / pairs
    if abs(tau) == 1:
        return Estimated(tau, tau, tau, n)
    return transformed(tau, Z * math.sqrt(VARIANCE / (n - LOST)), n)
