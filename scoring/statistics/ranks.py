"""Ranks of countries over Monte Carlo draws. Section 8 of docs/method.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.statistics.ranking import HIGHEST_FIRST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.statistics.arrays import Singles
    from scoring.statistics.ranking import Ranking


BITS = np.uint32(2**31)  # greater than the bits of any non-negative float32
FULL = 128  # words of flags added at once; a byte counts up to 255


def ranks_of_draws(drawn: Singles, ranking: Ranking = HIGHEST_FIRST) -> NDArray[np.int32]:
    """Rank - 1 of each country in each draw, 0 for the highest; ties share the best rank.

    Args:
        drawn: Simulated values, shape (draws, countries), not negative: then their bits sort as the values do, and the
            number of the country can be packed with them.
        ranking: Which values rank first, and what ties rank; under `ordinal` in the order of the columns.

    Returns:
        Shape (draws, countries).
    """
    draws, count = drawn.shape
    bits = drawn.view(np.uint32)
    packed = (bits if ranking.lowest_first else BITS - bits).astype(np.uint64) << 32 | np.arange(count, dtype=np.uint64)
    packed.sort(axis=1)
    country = packed.astype(np.uint32)
    packed >>= 32
    starts = np.zeros(drawn.shape, np.int32)
    is_new = packed[:, 1:] != packed[:, :-1]
    if ranking.ties == "ordinal":
        starts[:] = np.arange(count, dtype=np.int32)
    elif ranking.ties == "dense":
        np.cumsum(is_new, axis=1, out=starts[:, 1:])
    else:
        np.multiply(is_new, np.arange(1, count, dtype=np.int32), out=starts[:, 1:])
        np.maximum.accumulate(starts, axis=1, out=starts)
    ranks = np.empty(drawn.size, np.int32)
    ranks[(country + count * np.arange(draws)[:, None]).ravel()] = starts.ravel()
    return ranks.reshape(draws, count)


def rank_counts(ranks: NDArray[np.int32], width: int) -> NDArray[np.int64]:
    """The number of draws in which each country has each rank; shape (draws, countries) to (countries, width)."""
    count = ranks.shape[1]
    cells = ranks + width * np.arange(count, dtype=np.int32)
    return np.bincount(cells.ravel(), minlength=count * width).reshape(count, width)


def add_leads(ranks: NDArray[np.int32], lead: NDArray[np.int32]) -> None:
    """Add the draws in which row ranks above column, minus those below, right of the diagonal alone.

    Args:
        ranks: shape (draws, countries).
        lead: shape (countries, countries), changed in place; the rest of it is the same with the sign changed.
    """
    draws, count = ranks.shape
    rows = np.ascontiguousarray(ranks.T, dtype=np.int16 if count < np.iinfo(np.int16).max else np.int32)
    untied = bool((ranks.sum(axis=1) == count * (count - 1) // 2).all())
    # a comparison is a byte of 0 or 1, eight per 64-bit word; whole words are added, as many as a byte can count
    flags = np.zeros((count, -(-draws // (8 * FULL)) * 8 * FULL), np.bool_)

    def counted(compare: np.ufunc, row: int) -> NDArray[np.int64]:
        below = flags[row + 1 :]
        compare(rows[row], rows[row + 1 :], out=below[:, :draws])
        words = below.view(np.uint64).reshape(len(below), -1, FULL).sum(axis=2)
        return np.asarray(words.view(np.uint8).reshape(len(below), -1).sum(axis=1, dtype=np.int64))

    for row in range(count - 1):
        before = counted(np.less, row)
        lead[row, row + 1 :] += (before - (draws - before if untied else counted(np.greater, row))).astype(np.int32)
