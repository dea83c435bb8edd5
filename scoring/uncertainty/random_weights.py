"""Ranks under any weights: how often each place is taken while the weights are drawn and the scores stay.

Stochastic multicriteria acceptability analysis (Lahdelma, Hokkanen and Salminen 1998) of a weighted mean.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from scoring.statistics.ranks import rank_counts, ranks_of_draws
from scoring.uncertainty.draws import cores, stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats, Singles


BLOCK = 1024  # draws at a time: calls long enough for threads, arrays that stay in the cache
CHUNK = 2**15  # draws of one stream of random numbers, and of one task of a thread
PLACES = 256  # countries whose number fits into the 8 bits beside 24 bits of score
SPAN = np.float32(2**24 - 2**8)  # of a score in those bits; rounding in a sum of up to 256 parts stays inside


def rank_acceptability(
    scores: Floats, concentration: Floats, *, draws: int, seed: int = 0, threads: int | None = None
) -> NDArray[np.int64]:
    """How often each country takes each rank under weights drawn from Dirichlet(concentration).

    Args:
        scores: finite values, shape (countries, children); the weighted arithmetic mean is ranked, highest first. For a
            power mean give the scores' powers, which order countries alike.
        concentration: one a child; all 1 draws any weights alike.
        draws: number of draws.
        seed: of the random numbers.
        threads: by default one a core. Neither they nor the size of the blocks change a count.

    Returns:
        Shape (countries, countries): the row takes rank column + 1. Ties share the best rank.
    """
    least, most = float(scores.min()), float(scores.max())
    scaled = np.asarray((scores - least) / (most - least or 1), dtype=np.float32)
    packed = len(scores) <= PLACES and len(np.unique(scaled, axis=0)) == len(scaled)
    count = _packed_counts if packed else _counts

    def chunk(number: int) -> NDArray[np.int64]:
        size = min(CHUNK, draws - number * CHUNK)
        return count(scaled, _weights(concentration, size, stream(seed, "acceptability", str(number))))

    total = np.zeros((len(scores), len(scores)), np.int64)
    # the threads are ours: those of the matrix product would get in their way
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads or cores()) as workers:
        for found in workers.map(chunk, range(-(-draws // CHUNK))):
            total += found
    return total


def _weights(concentration: Floats, size: int, own: np.random.Generator) -> Iterator[Singles]:
    """Draws of Dirichlet(concentration), gamma variates over their sum, block by block of shape (draws, children)."""
    any_alike = bool((concentration == 1).all())
    alpha = concentration.astype(np.float32)
    room = np.empty((min(BLOCK, size), len(alpha)), np.float32)
    for first in range(0, size, BLOCK):
        block = room[: size - first]
        if any_alike:  # gamma variates of shape 1 are -ln(1 - x), and cheaper; the sign goes with the sum
            own.random(out=block, dtype=np.float32)
            np.subtract(1, block, out=block)
            np.log(block, out=block)
        else:
            own.standard_gamma(alpha, out=block, dtype=np.float32)
        np.multiply(block, 1 / block.sum(axis=1, keepdims=True), out=block)
        yield block


def _packed_counts(scaled: Singles, weights: Iterator[Singles]) -> NDArray[np.int64]:
    """For at most 256 different countries: 24 bits of score and 8 of the country's number sorted together."""
    count = len(scaled)
    whole = np.ascontiguousarray(SPAN * scaled.T)
    names = np.arange(count, dtype=np.uint32)
    starts = count * np.arange(count)[::-1]  # of a rank's counts; the highest score is sorted to the end
    means = np.empty((BLOCK, count), np.float32)
    bits, places = np.empty(means.shape, np.uint32), np.empty(means.shape, np.intp)
    total = np.zeros(count * count, np.int64)
    for block in weights:
        mean, packed, cells = (room[: len(block)] for room in (means, bits, places))
        np.matmul(block, whole, out=mean)
        np.copyto(packed.view(np.int32), mean, casting="unsafe")
        np.left_shift(packed, 8, out=packed)
        np.bitwise_or(packed, names, out=packed)
        packed.sort(axis=1)
        np.bitwise_and(packed, 0xFF, out=packed)
        np.add(packed, starts, out=cells)
        total += np.bincount(cells.ravel(), minlength=count * count)
    return total.reshape(count, count).T


def _counts(scaled: Singles, weights: Iterator[Singles]) -> NDArray[np.int64]:
    """For any number of countries, and for equal ones, whose ties are seen here."""
    total = np.zeros((len(scaled), len(scaled)), np.int64)
    for block in weights:
        total += rank_counts(ranks_of_draws(block @ scaled.T), len(scaled))
    return total
