"""What the draws say of indices, ranks, order and bands; section 8 of docs/method.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.statistics.arrays import Singles


BITS = np.uint32(2**31)  # above those of any number that is not negative
FULL = 128  # words of flags added at a time: a byte counts to 255


def ranks_of_draws(drawn: Singles) -> NDArray[np.int32]:
    """Rank - 1 of each country in each draw, highest first, ties sharing the best; shape (draws, countries) to same.

    Values must not be negative: their bits then sort as they do, and carry the number of the country along.
    """
    draws, count = drawn.shape
    packed = (BITS - drawn.view(np.uint32)).astype(np.uint64) << 32 | np.arange(count, dtype=np.uint64)
    packed.sort(axis=1)
    country = packed.astype(np.uint32)
    packed >>= 32
    starts = np.zeros(drawn.shape, np.int32)
    np.multiply(packed[:, 1:] != packed[:, :-1], np.arange(1, count, dtype=np.int32), out=starts[:, 1:])
    np.maximum.accumulate(starts, axis=1, out=starts)
    places = np.empty(drawn.size, np.int32)
    places[(country + count * np.arange(draws)[:, None]).ravel()] = starts.ravel()
    return places.reshape(draws, count)


def rank_counts(places: NDArray[np.int32], width: int) -> NDArray[np.int64]:
    """How often each country takes each rank, shape (draws, countries) to (countries, width)."""
    count = places.shape[1]
    cells = places + width * np.arange(count, dtype=np.int32)
    return np.bincount(cells.ravel(), minlength=count * width).reshape(count, width)


def leads(places: NDArray[np.int32]) -> NDArray[np.int64]:
    """In how many draws the row ranks before the column less after it, (draws, countries) to (countries, countries)."""
    draws, count = places.shape
    lines = np.ascontiguousarray(places.T, dtype=np.int16 if count < np.iinfo(np.int16).max else np.int32)
    untied = bool((places.sum(axis=1) == count * (count - 1) // 2).all())
    # a comparison is a byte of 0 or 1, eight a word; words are added, up to as many as a byte can count
    flags = np.zeros((count, -(-draws // (8 * FULL)) * 8 * FULL), np.bool_)

    def counted(compare: np.ufunc, row: int) -> NDArray[np.int64]:
        those = flags[row + 1 :]
        compare(lines[row], lines[row + 1 :], out=those[:, :draws])
        words = those.view(np.uint64).reshape(len(those), -1, FULL).sum(axis=2)
        return np.asarray(words.view(np.uint8).reshape(len(those), -1).sum(axis=1, dtype=np.int64))

    lead = np.zeros((count, count), np.int64)
    for row in range(count - 1):
        before = counted(np.less, row)
        lead[row, row + 1 :] = before - (draws - before if untied else counted(np.greater, row))
    return lead - lead.T
