"""What the figures show, in one sentence each: the titles of charts and the sentences of pages.

Every sentence follows from an assessment, a simulation or a change, and claims no order that is not distinguishable.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from scoring.statistics.correlation import rank_correlation
from scoring.text import numbers
from scoring.text.prose import capital, joined, ordinal, possessive, with_article

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from scoring.analysis.matrix import Matrix
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.model.rubric import Rubric
    from scoring.uncertainty.simulation import Simulation

NAMED = 3  # names in a sentence; more are counted


def named(country: CountryScore) -> str:
    """The name of a country inside a sentence."""
    return with_article(country.name)


def shared_top(simulation: Simulation) -> tuple[CountryScore, ...]:
    """The first published country and those not distinguishable from it, by rank; empty if no index is published."""
    ranked = simulation.assessment.ranked
    return tuple(country for country in ranked if not simulation.distinguishable[ranked[0].row, country.row])


def of_ranking(simulation: Simulation) -> str:
    """Who is first, and whether that is distinguishable."""
    assessment = simulation.assessment
    ranked = assessment.ranked
    if not ranked:
        return every_withheld(assessment)
    if len(ranked) == 1:
        return f"Only {possessive(named(ranked[0]))} index is published: {ranked[0].index.text}"
    top, first = shared_top(simulation), ranked[0]
    if len(top) == 1:
        return f"{capital(named(first))} ranks first of {len(ranked)}, distinguishable from all others"
    pairs = itertools.combinations([country.row for country in top], 2)
    if any(simulation.distinguishable[pair] for pair in pairs):
        others = len(top) - 1
        return (
            f"{capital(named(first))} ranks first of {len(ranked)}, but is not distinguishable from "
            f"{_some(top[1:]) if others <= NAMED else f'{others} others'}"
        )
    if len(top) == len(ranked) > NAMED:
        return f"No two of the {len(ranked)} countries are distinguishable"
    if len(top) == len(ranked):
        return f"{capital(_some(top))} are not distinguishable"
    who = capital(_some(top)) if len(top) <= NAMED else f"{len(top)} of {len(ranked)} countries"
    return f"{who} share the top: their order is not distinguishable"


def of_country(simulation: Simulation, country: CountryScore) -> str:
    """The rank of a country with its interval, or that its index is withheld; `country` is of the simulation."""
    if not country.is_published:
        return f"{capital(possessive(named(country)))} index is withheld: too little evidence"
    name = capital(named(country))
    if country.ranked == 1:
        return f"{capital(possessive(named(country)))} index is {country.index.text}"
    first, last = simulation.rank_interval(country.row) or (country.rank or 0, country.rank or 0)
    if first == last:
        return f"{name} ranks {ordinal(first)} of {country.ranked}"
    return (
        f"{name} ranks {ordinal(country.rank or 0)} of {country.ranked}, plausibly {ordinal(first)} to {ordinal(last)}"
    )


def of_pillars(assessment: Assessment) -> str:
    """Which pillar has the highest median of all countries, and which the lowest."""
    countries = numbers.count(len(assessment.countries), "country", "countries")
    medians = {}
    for pillar in assessment.pillars:
        values = assessment.shown[:, pillar.position]
        if not np.isnan(values).all():
            medians[pillar.label] = float(np.nanmedian(values))
    if not medians:
        return "There is no evidence on any pillar"
    if len(medians) == 1 or len(set(medians.values())) == 1:
        return f"Index and {joined(list(medians)) if len(medians) == 1 else 'pillars'} of {countries}"
    highest, lowest = (pick(medians, key=lambda name: medians[name]) for pick in (max, min))
    if len(assessment.countries) == 1:
        name = capital(named(assessment.countries[0]))
        return f"{name} scores highest on {highest} and lowest on {lowest}"
    scales = {pillar.scale for pillar in assessment.pillars}
    share = ", as shares of their scales" if len(scales) > 1 else ""
    return f"Of the pillars, {highest} has the highest median and {lowest} the lowest{share}"


def of_bands(simulation: Simulation, countries: Collection[CountryScore] = ()) -> str:
    """How many of some countries, by default all, lie in one band with their whole interval."""
    assessment, rubric = simulation.assessment, simulation.assessment.book.rubric
    ranked = [country for country in assessment.ranked if not countries or country in countries]
    if not assessment.ranked:
        return every_withheld(assessment)
    if not ranked:
        return "No index is published of the countries chosen"
    sure = [country for country in ranked if len(plausible_bands(simulation, country)) == 1]
    if len(rubric.bands) == 1:
        return f"{numbers.count(len(ranked), 'index', 'indices')} published"
    counted = numbers.count(len(ranked), "country", "countries")
    if len(sure) == len(ranked):
        return f"The interval of {'the only country' if len(ranked) == 1 else f'all {counted}'} lies within one band"
    if not sure:
        return (
            f"{capital(named(ranked[0]))} may belong to several bands"
            if len(ranked) == 1
            else f"Each of {counted} may belong to several bands"
        )
    return f"{len(ranked) - len(sure)} of {counted} may belong to more than one band"


def plausible_bands(simulation: Simulation, country: CountryScore) -> tuple[int, ...]:
    """The positions of the bands that the uncertainty interval of a published index reaches, lowest first."""
    rubric = simulation.assessment.book.rubric
    low, high = float(simulation.low[country.row]), float(simulation.high[country.row])
    own = [band.label for band in rubric.bands].index(country.band or "")
    ends = [_position(rubric, value) for value in (low, high)]
    return tuple(range(min(own, *ends), max(own, *ends) + 1))


def _position(rubric: Rubric, value: float) -> int:
    """The band of a value, as `band` of publication assigns it."""
    reached = [
        value > cut if band.is_open else value >= cut for band, cut in zip(rubric.bands, rubric.cuts, strict=True)
    ]
    return max(sum(reached) - 1, 0)


def of_contributions(country: CountryScore, contributions: Sequence[tuple[str, float]]) -> str:
    """Which pillar lowers an index most, and which raises it most; contributions by the name of the pillar."""
    whose = possessive(named(country))
    named_ones = [(name, value) for name, value in contributions if name != "Rounding" and value]
    lowest = min(named_ones, key=lambda pair: pair[1], default=("", 0.0))
    highest = max(named_ones, key=lambda pair: pair[1], default=("", 0.0))
    if not named_ones:
        return f"No pillar moves {whose} index from the usual level"
    index = f"{capital(whose)} index"
    if lowest[1] >= 0:
        return f"{index} is raised most by {highest[0]}" + (", and lowered by no pillar" if len(named_ones) > 1 else "")
    if highest[1] <= 0:
        return f"{index} is lowered most by {lowest[0]}" + (", and raised by no pillar" if len(named_ones) > 1 else "")
    return f"{index} is raised most by {highest[0]}, and lowered most by {lowest[0]}"


def of_editions(rises: int, falls: int, countries: int) -> str:
    """How many of the indices that are published in both editions the evidence changed significantly."""
    if not countries:
        return "No index is published in both editions"
    if countries == 1:
        change = "rose significantly" if rises else "fell significantly" if falls else "did not change significantly"
        return f"The index {change} between editions"
    if not rises and not falls:
        return f"None of {countries} indices changed significantly between editions"
    if rises and falls:
        return f"{rises} of {countries} indices rose and {falls} fell significantly between editions"
    return f"{rises or falls} of {countries} indices {'rose' if rises else 'fell'} significantly between editions"


def of_change(name: str, move: str) -> str:
    """What happened to the index of a country between its editions; move: `rose`, `fell`, `aged`, `withheld` or ``."""
    index = f"{capital(possessive(name))} index"
    return {
        "rose": f"{index} rose significantly between editions",
        "fell": f"{index} fell significantly between editions",
        "aged": f"{index} differs between editions because evidence is older, not by new evidence",
        "withheld": f"{index} is not published in both editions",
    }.get(move, f"{index} did not change significantly between editions")


def of_matrix(matrix: Matrix) -> str:
    """Whether countries that score higher by one rubric score higher, or lower, by the other."""
    points = [both for both in matrix.countries if both.is_point]
    first, second = matrix.names
    count = numbers.count(len(points), "country", "countries")
    x, y = (np.array([both.sides[side].country.index.estimate for both in points]) for side in (0, 1))
    rho = rank_correlation(x, y) if points else None
    if rho is None or math.isnan(rho.value):
        has = "have" if len(points) > 1 else "has"
        return f"{capital(count) if points else 'No country'} {has} an index by both {first} and {second}"
    if rho.low <= 0 <= rho.high:
        return f"Among {count}, no clear relation between {first} and {second}"
    return f"Among {count}, higher {first} tends to go with {'higher' if rho.value > 0 else 'lower'} {second}"


def of_years(name: str, years: Mapping[int, int]) -> str:
    """How recent the evidence of a country is; years: how many statements in the score are of each year."""
    total = sum(years.values())
    if not total:
        return f"No dated statement on {name} is in the score"
    reached = 0
    for year in sorted(years, reverse=True):
        reached += years[year]
        if 2 * reached >= total:
            break
    if len(years) == 1:
        return f"All dated evidence on {name} in the score is of {year}"
    return f"At least half of the evidence on {name} is of {year} or later"


def every_withheld(assessment: Assessment) -> str:
    """That no index is published."""
    count = len(assessment.countries)
    return (
        "The index is withheld: too little evidence"
        if count == 1
        else f"The index of all {count} countries is withheld"
    )


def _some(countries: Iterable[CountryScore]) -> str:
    return joined(list(map(named, countries)))
