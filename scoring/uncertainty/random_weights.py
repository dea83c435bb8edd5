"""Ranks under any weights: how often each rank is taken while the weights are drawn and the scores stay.

Stochastic multicriteria acceptability analysis (Lahdelma, Hokkanen and Salminen 1998) of a weighted mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.statistics.ranks import rank_counts, ranks_of_draws
from scoring.uncertainty.draws import dirichlet, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats


BLOCK = 2**12  # draws at a time, so that memory does not grow with their number


def rank_acceptability(scores: Floats, concentration: Floats, *, draws: int, seed: int = 0) -> NDArray[np.int64]:
    """How often each country takes each rank under weights drawn from Dirichlet(concentration).

    Args:
        scores: finite values, shape (countries, children); the weighted arithmetic mean is ranked, highest first. For a
            power mean give the scores' powers, which order countries alike.
        concentration: one a child; all 1 draws any weights alike.
        draws: number of draws.
        seed: of the random numbers.

    Returns:
        Shape (countries, countries): the row takes rank column + 1. Ties share the best rank.
    """
    least, most = float(scores.min()), float(scores.max())
    scaled = np.asarray((scores - least) / (most - least or 1), dtype=np.float32)  # ranks are of numbers from 0 on
    different, which = np.unique(scaled, axis=0, return_inverse=True)  # a matrix product may round equal rows apart
    total = np.zeros((len(scores), len(scores)), np.int64)
    numbers = stream(seed, "acceptability")
    for first in range(0, draws, BLOCK):
        weights = dirichlet(numbers, concentration, min(BLOCK, draws - first))
        total += rank_counts(ranks_of_draws((weights.T @ different.T)[:, which]), len(scores))
    return total
