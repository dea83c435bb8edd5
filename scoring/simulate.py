"""What the draws say of indices, ranks, order and bands; section 8 of docs/method.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.draws import blocks
from scoring.results import Settings, Simulation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from scoring.draws import Singles
    from scoring.results import Assessment, Floats

INTERVAL = (0.05, 0.95)  # the uncertainty interval of indices and ranks
ROUNDING = 1e-12  # a cumulative probability reaches a share to here
BINS = 10_000  # of the published scale, for quantiles: 0.01 points wide, and straight lines inside
BITS = np.uint32(2**31)  # above those of any number that is not negative
SLICE = 2**12  # draws ranked at a time
PAIRED = 500  # countries whose pairs are told apart in every draw; of twice as many, in every second, and so on
FULL = 128  # words of flags added at a time: a byte counts to 255


def settings_of(assessment: Assessment, *, draws: int = 20_000, seed: int = 0, shared: float | None = None) -> Settings:
    """The settings of a rubric, with the number of draws, the seed and, if given, another shared part."""
    rubric = assessment.book.rubric.uncertainty
    return Settings(
        draws=draws,
        seed=seed,
        shared=rubric.shared if shared is None else shared,
        kappa=rubric.kappa,
        exponents=tuple(sorted((float(exponent), chance) for exponent, chance in rubric.exponents.items())),
    )


class _Tally:
    """Running counts; memory does not grow with the number of draws."""

    def __init__(self, assessment: Assessment) -> None:
        count = len(assessment.profiles)
        self.assessment = assessment
        self.published = np.flatnonzero([rank is not None for rank in assessment.rank])
        self.present = np.flatnonzero(~np.isnan(assessment.figures.estimate[:, 0]))
        self.cuts = [np.float32(band.from_ / 100) for band in assessment.book.rubric.bands]
        self.draws = self.ordered = self.paired = 0  # seen by all counts, by ranks, by pairs
        self.every = -(-len(self.present) // PAIRED) or 1
        self.histogram = np.zeros((count, BINS), np.uint32)
        self.least, self.most = np.full(count, np.inf), np.full(count, -np.inf)
        self.total, self.squares = np.full((2, count), np.nan)
        self.total[self.present] = self.squares[self.present] = 0
        self.reached = np.zeros((count, len(self.cuts)), np.int64)
        self.lead = np.zeros((len(self.present), len(self.present)), np.int64)
        self.ranks = np.zeros((count, count), np.int64)

    def add(self, block: Singles) -> None:
        """Count one block, shape (countries, size)."""
        self.draws += block.shape[1]
        self.least, self.most = np.minimum(self.least, block.min(axis=1)), np.maximum(self.most, block.max(axis=1))
        for row in self.present:
            line = block[row]
            self.total[row] += line.sum(dtype=np.float64)
            self.squares[row] += np.square(line, dtype=np.float64).sum()
            cells = np.minimum((line * BINS).astype(np.intp), BINS - 1)
            self.histogram[row] += np.bincount(cells, minlength=BINS).astype(np.uint32)
            self.reached[row] += [np.count_nonzero(line >= cut) for cut in self.cuts]
        for first in range(0, block.shape[1], SLICE):
            self._add_order(block[:, first : first + SLICE])

    def _add_order(self, drawn: Singles) -> None:
        """Count who ranks where and before whom, shape (countries, draws)."""
        places = ranks(np.ascontiguousarray(drawn[self.present].T))
        some = places[-self.ordered % self.every :: self.every]
        self.ordered += len(places)
        self.paired += len(some)
        self.lead += leads(some)
        if self.published.size == 0:
            return
        if len(self.published) < len(self.present):
            places = ranks(np.ascontiguousarray(drawn[self.published].T))
        self.ranks[self.published] += rank_counts(places, len(drawn))

    def simulation(self, settings: Settings) -> Simulation:
        """What the counts say."""
        mean = self.total / self.draws
        p_above = np.full((len(mean), len(mean)), np.nan)
        p_above[np.ix_(self.present, self.present)] = (1 + self.lead / self.paired) / 2
        beyond = np.column_stack([self.reached[:, 1:], np.zeros(len(mean), np.int64)])
        low, median, high = (self._quantile(share) for share in (INTERVAL[0], 0.5, INTERVAL[1]))
        return Simulation(
            assessment=self.assessment,
            settings=settings,
            mean=mean,
            sd=np.sqrt(np.maximum(self.squares / self.draws - mean * mean, 0)),
            low=low,
            median=median,
            high=high,
            p_above=p_above,
            distinguishable=distinguishable(p_above),
            rank_probability=self.ranks / self.draws,
            band_probability=(self.reached - beyond) / self.draws,
        )

    def _quantile(self, share: float) -> Floats:
        """Where the cumulative share is reached, on a straight line inside its bin, shape (countries,)."""
        total = np.cumsum(self.histogram, axis=1, dtype=np.int64)
        wanted = share * self.draws
        places = np.argmax(total >= wanted, axis=1)
        rows = np.arange(len(total))
        inside = self.histogram[rows, places]
        before = total[rows, places] - inside
        part = (wanted - before) / np.maximum(inside, 1)
        return np.asarray(np.clip((places + part) / BINS, self.least, self.most))


def distinguishable(p_above: Floats) -> NDArray[np.bool_]:
    """Which pairs of countries have an order that the draws settle: P(above) below 5 % or above 95 %.

    Of shape (countries, countries), the same from both sides. A chance that is NaN settles nothing.
    """
    return np.asarray(np.fmax(p_above, p_above.T) > INTERVAL[1] + ROUNDING)


def ranks(drawn: Singles) -> NDArray[np.int32]:
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


def simulate(
    assessment: Assessment,
    settings: Settings,
    *,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Simulation:
    """Draw the indices of all countries of an assessment and sum up what the draws say.

    Ranks are among the published; medians, intervals and P(A above B) are given for the withheld too. `threads` and
    `progress` as in `scoring.draws.blocks`.
    """
    tally = _Tally(assessment)
    for block in blocks(assessment, settings, threads=threads, progress=progress):
        tally.add(block)
    return tally.simulation(settings)


def difference(before: Assessment, after: Assessment, settings: Settings) -> Singles:
    """Draws of the index of one country after less before, under common draws, shape (draws,), in [-1, 1]."""
    pairs = zip(blocks(before, settings), blocks(after, settings), strict=True)
    return np.concatenate([second[0] - first[0] for first, second in pairs])


def rank_interval(probabilities: Floats) -> tuple[int, int] | None:
    """The 5 % and 95 % quantiles of a rank from its probabilities, (ranks,); None for the withheld."""
    total = np.cumsum(probabilities)
    if not total[-1] > 0:
        return None
    low, high = (int(np.argmax(total >= share - ROUNDING)) + 1 for share in INTERVAL)
    return low, high
