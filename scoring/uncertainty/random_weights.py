"""Rank acceptability: how often each country takes each rank under random weights, with scores fixed.

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


BLOCK = 2**12  # draws at a time, so that memory does not grow with the number of draws


def rank_acceptability(scores: Floats, concentration: Floats, *, draws: int, seed: int = 0) -> NDArray[np.int64]:
    """How often each country takes each rank under weights drawn from Dirichlet(concentration).

    Args:
        scores: finite values, shape (countries, children); countries are ranked by the weighted arithmetic mean,
            highest first. For a power mean give the powers of the scores, whose mean has the same order.
        concentration: one per child; with 1 for all, weights are uniformly distributed.
        draws: number of draws.
        seed: of the random numbers.

    Returns:
        Counts of draws, shape (countries, countries): the row takes rank column + 1. Ties share the best rank.
    """
    lowest, highest = float(scores.min()), float(scores.max())
    scaled = np.asarray((scores - lowest) / (highest - lowest or 1), dtype=np.float32)  # ranking needs numbers >= 0
    distinct, row_of = np.unique(scaled, axis=0, return_inverse=True)  # equal rows may round differently
    counts = np.zeros((len(scores), len(scores)), np.int64)
    generator = stream(seed, "acceptability")
    for first in range(0, draws, BLOCK):
        weights = dirichlet(generator, concentration, min(BLOCK, draws - first))
        counts += rank_counts(ranks_of_draws((weights.T @ distinct.T)[:, row_of]), len(scores))
    return counts
