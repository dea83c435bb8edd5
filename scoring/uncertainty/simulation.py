"""Simulate the indices of all countries and summarise the draws: section 8 of docs/method.md."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scoring.files.defaults import defaults
from scoring.index.lookup import find_country
from scoring.statistics.ranks import add_leads, rank_counts, ranks_of_draws
from scoring.text.table import as_html
from scoring.uncertainty.draws import WHOLE, Settings, blocks, node_blocks
from scoring.uncertainty.ranking import SimulatedScore, rank_frame, rank_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    import polars as pl
    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Scenario
    from scoring.statistics.arrays import Floats, Singles
    from scoring.text.table import Table


@dataclass(frozen=True, eq=False, repr=False)
class Simulation:
    """The distribution of the indices of an assessment, in its order of countries; values in [0, 1]."""

    assessment: Assessment
    settings: Settings
    mean: Floats
    sd: Floats
    low: Floats
    """Lower limit of the uncertainty interval, (countries,)."""
    median: Floats
    high: Floats
    """Upper limit, (countries,)."""
    band_probability: Floats
    """(countries, bands)."""
    lead: NDArray[np.int32]
    """(countries, countries): draws in which the row ranks above the column minus those below; 0 below the diagonal."""
    paired: int
    """Draws in which the order of each two countries was counted."""
    rank_counts: NDArray[np.uint32]
    """(countries, countries): draws in which the row has the rank column + 1, among published indices."""

    @cached_property
    def p_above(self) -> Floats:
        """(countries, countries): the probability that the row ranks above the column, ties as 1/2."""
        return np.array([self.chances(row) for row in range(len(self.mean))]).reshape(self.lead.shape)

    @cached_property
    def distinguishable(self) -> NDArray[np.bool_]:
        """(countries, countries): whether P(above) lies outside the quantiles.

        False where one of the two has no index.
        """
        return distinguishable(self.p_above, self.assessment.book.rubric.uncertainty.quantiles[1])

    @cached_property
    def rank_probability(self) -> Floats:
        """(countries, countries): P(rank = column + 1) among published indices; 0 for withheld ones."""
        return np.asarray(self.rank_counts / self.settings.draws)

    def chances(self, row: int) -> Floats:
        """The probability that the country in a row ranks above each, shape (countries,); NaN without an index."""
        lead = self.lead[row] - self.lead[:, row]
        is_missing = np.isnan(self.mean) | np.isnan(self.mean[row])
        return np.where(is_missing, np.nan, (1 + lead / self.paired) / 2)

    def rank_interval(self, row: int) -> tuple[int, int] | None:
        """The uncertainty interval of the rank of the country in a row; None if its index is withheld."""
        return rank_interval(self.rank_probabilities(row), self.assessment.book.rubric.uncertainty.quantiles)

    def rank_probabilities(self, row: int) -> Floats:
        """P(rank = column + 1) of the country in a row, shape (countries,)."""
        return np.asarray(self.rank_counts[row] / self.settings.draws)

    def chance_above(self, first: str, second: str) -> float:
        """The probability that the first country ranks above the second, ties as 1/2.

        Raises:
            UnknownNameError: a country is not in the set.
        """
        row, other = (find_country(self.assessment, name) for name in (first, second))
        return float(self.chances(row)[other])

    @cached_property
    def countries(self) -> tuple[SimulatedScore, ...]:
        """The countries in the order of the assessment."""
        bands = [band.label for band in self.assessment.book.rubric.bands]
        codes = np.array([country.code for country in self.assessment.countries])
        ranked = len(self.assessment.ranked)
        return tuple(
            SimulatedScore(
                country=country,
                median=float(self.median[row]),
                low=float(self.low[row]),
                high=float(self.high[row]),
                rank_interval=self.rank_interval(row),
                rank_probabilities=tuple(self.rank_probabilities(row)[:ranked].tolist()),
                band_probabilities=dict(zip(bands, self.band_probability[row].tolist(), strict=True)),
                indistinguishable_from=tuple(codes[self.indistinguishable_from(row)].tolist()),
            )
            for row, country in enumerate(self.assessment.countries)
        )

    @property
    def indistinguishable(self) -> NDArray[np.bool_]:
        """(countries, countries): not distinguishable, both with an index, and not the same country."""
        return np.array([self.indistinguishable_from(row) for row in range(len(self.mean))]).reshape(self.lead.shape)

    def indistinguishable_from(self, row: int) -> NDArray[np.bool_]:
        """Whether each country is not distinguishable from that in a row, shape (countries,)."""
        above, last = self.chances(row), self.assessment.book.rubric.uncertainty.quantiles[1]
        others = np.arange(len(above)) != row
        return np.asarray(~np.isnan(above) & ~distinguishable(above, last) & others)

    def tables(self, *, pairs: bool = False, verbose: bool = False) -> list[Table]:
        """The table of ranks with their intervals; with `pairs` also which countries are not distinguishable.

        verbose: with all parameters of the simulation.
        """
        assessment = self.assessment
        ordered = [self.countries[country.row] for country in assessment.by_rank]
        return rank_tables(
            ordered, assessment.book.rubric, self.settings, assessment.title, pairs=pairs, verbose=verbose
        )

    def to_pandas(self) -> pd.DataFrame:
        """A data frame with one row per country: index and rank with intervals, and the probability of each band.

        Figures are unrounded and in [0, 1]. `low` and `high` are the ends of the uncertainty interval of the index.
        `estimate` and the ranks are missing where the index is withheld. The columns have the names of `rank --format
        csv`.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        return rank_frame(self.countries, self.assessment.book.rubric).to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """The same data frame in polars, with null for none.

        Raises:
            MissingPackageError: polars is not installed.
        """
        return rank_frame(self.countries, self.assessment.book.rubric).to_polars()

    def __repr__(self) -> str:
        return f"<Simulation of {self.settings.draws} draws of {self.assessment!r}>"

    def _repr_html_(self) -> str:
        """The table of ranks, for a notebook."""
        return "".join(map(as_html, self.tables()))


ROUNDING = 1e-12  # tolerance where a cumulative probability is compared with a share
BINS = 10_000  # of the histogram for quantiles: 0.01 points wide, with linear interpolation inside
COUNTED = 64  # countries whose histograms are summed, or ranks counted, at a time
SLICE = WHOLE  # draws ranked at a time
PAIRED = 500  # up to so many countries all draws are compared by pairs; of twice as many every second draw, and so on


def settings_of(scored: Assessment | Scenario, *, draws: int | None = None, seed: int = 0) -> Settings:
    """The settings of a simulation: those of the rubric, with the number of draws and the seed."""
    rubric = scored.book.rubric.uncertainty
    return Settings(
        draws=defaults().draws if draws is None else draws,
        seed=seed,
        kappa=rubric.kappa,
        exponents=tuple(sorted((float(exponent), chance) for exponent, chance in rubric.exponents.items())),
    )


class _Tally:
    """Running counts of draws, so that memory does not grow with their number."""

    def __init__(self, assessment: Assessment) -> None:
        count = len(assessment.profiles)
        self.assessment = assessment
        self.published = np.flatnonzero([rank is not None for rank in assessment.rank])
        self.present = np.flatnonzero(~np.isnan(assessment.figures.estimate[:, 0]))
        rubric = assessment.book.rubric
        self.cuts = [
            (np.float32(cut), np.greater if band.is_open else np.greater_equal)
            for band, cut in zip(rubric.bands, rubric.cuts, strict=True)
        ]
        self.draws = self.ordered = self.paired = 0  # draws counted: in all, by ranks, by pairs
        self.every = -(-len(self.present) // PAIRED) or 1
        self.histogram = np.zeros((count, BINS), np.uint32)
        self.least, self.most = np.full(count, np.inf), np.full(count, -np.inf)
        self.total, self.squares = np.full((2, count), np.nan)
        self.total[self.present] = self.squares[self.present] = 0
        self.reached = np.zeros((count, len(self.cuts)), np.int64)
        self.lead = np.zeros((len(self.present), len(self.present)), np.int32)
        self.ranks = np.zeros((count, count), np.uint32)

    def add(self, block: Singles) -> None:
        """Count one block, shape (countries, size)."""
        self.draws += block.shape[1]
        self.least, self.most = np.minimum(self.least, block.min(axis=1)), np.maximum(self.most, block.max(axis=1))
        for row in self.present:
            values = block[row]
            self.total[row] += values.sum(dtype=np.float64)
            self.squares[row] += np.square(values, dtype=np.float64).sum()
            bins = np.minimum((values * BINS).astype(np.intp), BINS - 1)
            self.histogram[row] += np.bincount(bins, minlength=BINS).astype(np.uint32)
            self.reached[row] += [np.count_nonzero(reaches(values, cut)) for cut, reaches in self.cuts]
        for first in range(0, block.shape[1], SLICE):
            self._add_order(block[:, first : first + SLICE])

    def _add_order(self, draws: Singles) -> None:
        """Count ranks and pairwise order in draws of shape (countries, draws)."""
        ranking = self.assessment.book.rubric.ranking
        by_ties = ranking._replace(ties="competition")
        ranks = ranks_of_draws(np.ascontiguousarray(draws[self.present].T), by_ties)
        compared = ranks[-self.ordered % self.every :: self.every]
        self.ordered += len(ranks)
        self.paired += len(compared)
        add_leads(compared, self.lead)
        if self.published.size == 0:
            return
        if len(self.published) < len(self.present) or ranking != by_ties:
            ranks = ranks_of_draws(np.ascontiguousarray(draws[self.published].T), ranking)
        for first in range(0, len(self.published), COUNTED):
            part = slice(first, first + COUNTED)
            self.ranks[self.published[part]] += rank_counts(ranks[:, part], len(draws)).astype(np.uint32)

    def simulation(self, settings: Settings) -> Simulation:
        """Summarise the counts."""
        mean = self.total / self.draws
        lead = self.lead
        if len(lead) < len(mean):
            lead = np.zeros(self.ranks.shape, np.int32)
            lead[np.ix_(self.present, self.present)] = self.lead
        beyond = np.column_stack([self.reached[:, 1:], np.zeros(len(mean), np.int64)])
        first, last = self.assessment.book.rubric.uncertainty.quantiles
        low, median, high = (self._quantile(share) for share in (first, 0.5, last))
        return Simulation(
            assessment=self.assessment,
            settings=settings,
            mean=mean,
            sd=np.sqrt(np.maximum(self.squares / self.draws - mean * mean, 0)),
            low=low,
            median=median,
            high=high,
            band_probability=(self.reached - beyond) / self.draws,
            lead=lead,
            paired=self.paired,
            rank_counts=self.ranks,
        )

    def _quantile(self, share: float) -> Floats:
        """The quantile of each country, by linear interpolation inside its bin, shape (countries,)."""
        found = np.empty(len(self.histogram))
        wanted = share * self.draws
        for first in range(0, len(found), COUNTED):
            part = slice(first, first + COUNTED)
            total = np.cumsum(self.histogram[part], axis=1, dtype=np.int64)
            bins = np.argmax(total >= wanted, axis=1)
            rows = np.arange(len(total))
            inside = self.histogram[part][rows, bins]
            before = total[rows, bins] - inside
            found[part] = (bins + (wanted - before) / np.maximum(inside, 1)) / BINS
        return np.asarray(np.clip(found, self.least, self.most))


def distinguishable(above: Floats, last: float) -> NDArray[np.bool_]:
    """Which pairs of countries are distinguishable: P(A above B) or 1 - P(A above B) exceeds the upper quantile.

    Args:
        above: P(A above B) of any pairs, ties as 1/2; pairs with NaN are not distinguishable.
        last: the upper quantile.

    Returns:
        An array of the same shape.
    """
    return np.asarray(np.fmax(above, 1 - above) > last + ROUNDING)


def simulate(
    assessment: Assessment,
    settings: Settings,
    *,
    processes: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Simulation:
    """Simulate the indices of all countries of an assessment.

    Ranks are among published indices. Medians, intervals and P(A above B) include withheld ones. `processes`
    and `progress` as in `scoring.uncertainty.draws.blocks`.
    """
    return simulate_together([assessment], settings, processes=processes, progress=progress)[0]


def simulate_together(
    assessments: Sequence[Assessment],
    settings: Settings,
    *,
    processes: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Simulation]:
    """Simulate an assessment, and the same countries by some of its pillars, from the same draws.

    Args:
        assessments: that by the index, then those by pillars as their own indices; or one alone.
        settings: of the simulation.
        processes: as in `scoring.uncertainty.draws.node_blocks`.
        progress: the same.
    """
    whole, *alone = assessments
    places = {node.path: node.position for node in whole.nodes}
    positions = [0, *(places[assessment.nodes[1].path] for assessment in alone)]
    tallies = [_Tally(assessment) for assessment in assessments]
    for block in node_blocks(whole, settings, positions, processes=processes, progress=progress):
        for number, tally in enumerate(tallies):
            tally.add(block[:, number])
    return [tally.simulation(settings) for tally in tallies]


def difference(before: Assessment, after: Assessment, settings: Settings) -> Singles:
    """Draws of the index after minus before, under common random numbers: shape (draws,), in [-1, 1].

    The country is the first of both assessments.
    """
    pairs = zip(blocks(before, settings), blocks(after, settings), strict=True)
    return np.concatenate([later[0] - earlier[0] for earlier, later in pairs])


def excludes_zero(low: float, high: float) -> bool:
    """Whether the uncertainty interval of a difference excludes 0; False for an interval of NaN."""
    return low > 0 or high < 0


def rank_interval(probabilities: Floats, quantiles: tuple[float, float]) -> tuple[int, int] | None:
    """The quantiles of a rank, from the probability of each rank, shape (ranks,); None if all are 0 (withheld)."""
    total = np.cumsum(probabilities)
    if not total[-1] > 0:
        return None
    low, high = (int(np.argmax(total >= share - ROUNDING)) + 1 for share in quantiles)
    return low, high
