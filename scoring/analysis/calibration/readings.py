"""The errors of coders and sources, from statements that two coders read and indicators that several sources answer."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.index.assessment import assess
from scoring.index.leaves import codes_by_coder
from scoring.index.rescoring import leaves_of_rubric
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Entry
    from scoring.model.profile import Profile, Statement
    from scoring.uncertainty.draws import Settings

CONFIDENCES = ("high", "moderate", "low")
FEWEST = 20  # pairs below which a spread is not proposed


class Spread(NamedTuple):
    """A spread and how many pairs of readings it is estimated from."""

    value: float
    """Standard deviation of one coder or source, in units of v; NaN without pairs."""
    pairs: int


class SecondIndex(NamedTuple):
    """The index of a country by the codes of its second coder alone, against the interval by the first alone."""

    country: str
    title: str
    first: float
    low: float
    high: float
    second: float

    @property
    def is_inside(self) -> bool:
        """Whether the second coder's index lies in the first's interval."""
        return self.low <= self.second <= self.high


@dataclass(frozen=True)
class Readings:
    """The errors of evidence, from the differences between coders and between sources."""

    by_confidence: dict[str, Spread]
    """Of one coder, by the confidence of the first; judged indicators only."""
    coding: Spread
    """Of one coder, for all confidences."""
    coder: Spread
    """Of what a coder is strict or mild by in a whole country; the pairs are countries."""
    coded: Spread
    """Of the sources of levels and checklists, without the spread of coding."""
    measured: Spread
    """Of the sources of numbers, shares and ranks, without their own standard errors."""
    second: tuple[SecondIndex, ...]
    """By country with a second coder."""


def readings(assessment: Assessment, settings: Settings) -> Readings:
    """The errors of coders and sources.

    Args:
        assessment: the countries.
        settings: of the simulation of the index by the first coder alone.
    """
    pairs = list(_coder_pairs(assessment))
    by_confidence = {name: [pair for pair in pairs if pair.confidence == name] for name in CONFIDENCES}
    coding = _spread([pair.difference for pair in pairs])
    coded, measured = (_between_sources(assessment, coding, is_judged=judged) for judged in (True, False))
    return Readings(
        by_confidence={name: _spread([pair.difference for pair in found]) for name, found in by_confidence.items()},
        coding=coding,
        coder=_strictness(pairs),
        coded=coded,
        measured=measured,
        second=_second_indices(assessment, settings),
    )


class _Pair(NamedTuple):
    """The first coder's value minus the second's, of a statement on a leaf."""

    country: str
    confidence: str
    difference: float


def _coder_pairs(assessment: Assessment) -> Iterator[_Pair]:
    for row, profile in enumerate(assessment.profiles):
        statements = {statement.id: statement for statement in profile.statements}
        for leaf in leaves_of_rubric(assessment, row):
            indicator = assessment.book.leaves[leaf.indicator]
            for entry in (*leaf.entries, *leaf.older):
                if entry.is_judged:
                    statement = statements[entry.statement]
                    codes = codes_by_coder(statement, leaf.indicator, leaf.item)  # those before an adjudication too
                    values = [indicator.value(code, assessment.book.rubric.evidence, leaf.item) for code in codes]
                    differences = (values[0] - other for other in values[1:])
                    yield from (_Pair(profile.country, statement.confidence, one) for one in differences)


def _spread(differences: Sequence[float]) -> Spread:
    """sqrt(mean of d^2 / 2): the standard deviation of one of two readings that differ by d."""
    if not differences:
        return Spread(math.nan, 0)
    return Spread(math.sqrt(math.fsum(d * d for d in differences) / len(differences) / 2), len(differences))


def _strictness(pairs: Sequence[_Pair]) -> Spread:
    """sqrt(mean of (m^2 - sigma^2 / n) / 2 over countries), at least 0, with m the mean of n differences of a country.

    sigma^2 / n, from the differences within countries, is what m^2 is by chance.
    """
    by_country: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        by_country[pair.country].append(pair.difference)
    excess = [np.mean(d) ** 2 - np.var(d, ddof=1) / len(d) for d in by_country.values() if len(d) > 1]
    if len(excess) < 2:  # noqa: PLR2004  one country shows nothing of what differs between them
        return Spread(math.nan, len(excess))
    return Spread(math.sqrt(max(float(np.mean(excess)) / 2, 0.0)), len(excess))


def _between_sources(assessment: Assessment, coding: Spread, *, is_judged: bool) -> Spread:
    """sqrt(mean of (d^2 - noise) / 2), at least 0, of the differences d between two sources of one leaf.

    noise: the variance of d by coding (levels, checklists) or by the sources' own standard errors (figures).
    """
    excess = []
    for row in range(len(assessment.profiles)):
        for leaf in leaves_of_rubric(assessment, row):
            entries = [entry for entry in leaf.entries if entry.is_judged == is_judged]
            if assessment.book.leaves[leaf.indicator].adds_up_to is not None or not entries:
                continue
            means = _source_means(entries, coding.value if is_judged and coding.pairs else None)
            excess += [(a - b) ** 2 - u - v for (a, u), (b, v) in itertools.combinations(means, 2)]
    if not excess:
        return Spread(math.nan, 0)
    return Spread(math.sqrt(max(math.fsum(excess) / len(excess) / 2, 0.0)), len(excess))


def _source_means(entries: Sequence[Entry], coding: float | None) -> list[tuple[float, float]]:
    """The mean value of each source at a leaf, and its variance by coding or by the standard errors of figures."""
    by_source: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_source[entry.source].append(entry)
    means = []
    for own in by_source.values():
        total = math.fsum(entry.weight for entry in own)
        variance = 0.0
        for entry in own:
            noise = entry.readings[0].noise
            width = coding if coding is not None else noise.width if noise.kind == "normal" else 0.0
            variance += (entry.weight / total * width) ** 2
        means.append((math.fsum(entry.weight * entry.value for entry in own) / total, variance))
    return means


def _second_indices(assessment: Assessment, settings: Settings) -> tuple[SecondIndex, ...]:
    twice = [
        (profile, day)
        for profile, day in zip(assessment.profiles, assessment.as_of, strict=True)
        if any(statement.coders and not statement.withdrawn for statement in profile.statements)
    ]
    results = []
    for profile, day in twice:
        first, second = (
            assess(assessment.book, [_read_by(profile, number)], as_of=day, pillar=assessment.pillar)
            for number in (0, 1)
        )
        simulation = simulate(first, settings)
        figures = first.figures.estimate[0, 0], simulation.low[0], simulation.high[0], second.figures.estimate[0, 0]
        results.append(SecondIndex(profile.country, profile.title, *map(float, figures)))
    return tuple(results)


def _read_by(profile: Profile, coder: int) -> Profile:
    """The profile with the codes of one coder alone, 0 for the first; of the first where there is no other."""

    def codes(statement: Statement) -> Any:
        further = list((statement.coders or {}).values())
        return {**(statement.codes or {}), **further[coder - 1]} if coder and further else statement.codes

    alone = {"coders": None, "adjudicated": None}
    statements = tuple(
        statement.model_copy(update={"codes": codes(statement), **alone}).with_standing(None)
        for statement in profile.statements
    )
    return profile.model_copy(update={"statements": statements})


def ordered_half_widths(by_confidence: dict[str, Spread]) -> dict[str, float]:
    """Half-widths sqrt(6) s of triangular errors that do not decrease from high to low confidence.

    Where the spreads decrease, neighbours are pooled by their pairs (isotonic regression). Without pairs: absent.
    """
    pools: list[tuple[list[str], float, int]] = []
    for name, (value, pairs) in by_confidence.items():
        if not pairs:
            continue
        pools.append(([name], value**2, pairs))
        while len(pools) > 1 and pools[-2][1] > pools[-1][1]:
            (names, first, n), (more, second, m) = pools[-2:]
            pools[-2:] = [(names + more, (n * first + m * second) / (n + m), n + m)]
    return {name: math.sqrt(6 * variance) for names, variance, _ in pools for name in names}
