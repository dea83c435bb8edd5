"""The simulated score of each country, and the table of ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scoring.index.dataframes import COUNTRY, country_cells
from scoring.index.summary import collected_earlier, interval_name, interval_share, order
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.scores import CountryScore
    from scoring.model.rubric import Rubric
    from scoring.text.frame import Columns
    from scoring.uncertainty.draws import Settings

OTHERS = "Not distinguishable from"
RANKED: Columns = {
    **COUNTRY,
    "rank": int,
    "rank_low": int,
    "rank_high": int,
    "estimate": float,
    "median": float,
    "low": float,
    "high": float,
    "indistinguishable_from": str,
}


@dataclass(frozen=True)
class SimulatedScore:
    """The index of one country in the draws; values in [0, 1], NaN where there is no index."""

    country: CountryScore
    median: float
    low: float
    """Where the uncertainty interval begins."""
    high: float
    rank_interval: tuple[int, int] | None
    """None where the index is withheld."""
    rank_probabilities: tuple[float, ...]
    """P(rank = position + 1) among the published; all 0 where the index is withheld."""
    band_probabilities: dict[str, float]
    indistinguishable_from: tuple[str, ...]
    """The codes of the countries with an index that are not distinguishable from this one."""

    @property
    def interval(self) -> str:
        """The uncertainty interval as text."""
        return self.country.scale.span(self.low, self.high)

    @property
    def ranks(self) -> str:
        """The rank interval as text; empty where the index is withheld."""
        return "–".join(map(str, self.rank_interval)) if self.rank_interval else ""

    @property
    def likely_band(self) -> str:
        """The most likely band with its probability."""
        band, probability = max(self.band_probabilities.items(), key=lambda pair: pair[1])
        return f"{band} ({numbers.probability(probability, 0, percent=True)})"


def rank_tables(
    countries: Sequence[SimulatedScore],
    rubric: Rubric,
    settings: Settings,
    title: str,
    *,
    pairs: bool = False,
    verbose: bool = False,
) -> list[Table]:
    """The published countries with interval and rank interval, and the withheld, unranked; in the order given.

    With `pairs` a second table lists the countries that the first table counts.
    """
    interval = interval_name(rubric)
    scale = countries[0].country.scale if countries else rubric.scale
    columns = (
        Column("Rank", figures=True),
        Column(f"Rank, {interval}", figures=True),
        Column("Country", key=True),
        Column("Index", figures=True),
        Column("Median", figures=True, part=1),
        Column(interval, figures=True),
        Column(scale.ends, optional=True),
        Column("Most likely band", part=1),
        Column(OTHERS, figures=True),
    )
    notes = (
        f"Intervals hold {interval_share(rubric)} of the draws, which vary evidence, coding, weights and exponent.",
        order(rubric),
        settings.text(verbose=verbose),
        *collected_earlier(simulated.country for simulated in countries),
    )
    faint = frozenset(line for line, simulated in enumerate(countries) if not simulated.country.is_published)
    table = Table(columns, tuple(map(_row, countries)), notes, title, faint)
    return [table, _pairs_table(countries)] if pairs else [table]


def _row(simulated: SimulatedScore) -> tuple[str, ...]:
    country = simulated.country
    is_published = country.is_published
    return (
        str(country.rank) if is_published else numbers.WITHHELD,
        simulated.ranks,
        country.label,
        country.scale.points(country.index.estimate) if is_published else "",
        country.scale.points(simulated.median),
        simulated.interval,
        numbers.bar(simulated.low, simulated.high, simulated.median),
        simulated.likely_band if is_published else "",
        str(len(simulated.indistinguishable_from)) if is_published else "",
    )


def _pairs_table(countries: Sequence[SimulatedScore]) -> Table:
    rows = tuple(
        (simulated.country.label, ", ".join(simulated.indistinguishable_from))
        for simulated in countries
        if simulated.country.is_published
    )
    return Table((Column("Country", key=True), Column(OTHERS)), rows)


def rank_frame(countries: Sequence[SimulatedScore], rubric: Rubric) -> Frame:
    """One record per country, and a column for the probability of each band."""
    bands = {band_key(band.label): float for band in rubric.bands}
    return Frame(RANKED | bands, tuple(map(_record, countries)))


def band_key(label: str) -> str:
    """The column of the probability of a band."""
    return f"p_{label.replace(' ', '_').replace('-', '_')}"


def _record(simulated: SimulatedScore) -> dict[str, Any]:
    country = simulated.country
    low, high = simulated.rank_interval or (None, None)
    return {
        **country_cells(country),
        "rank": country.rank,
        "rank_low": low,
        "rank_high": high,
        "estimate": country.index.estimate,
        "median": simulated.median,
        "low": simulated.low,
        "high": simulated.high,
        "indistinguishable_from": " ".join(simulated.indistinguishable_from),
        **{band_key(label): chance for label, chance in simulated.band_probabilities.items()},
    }
