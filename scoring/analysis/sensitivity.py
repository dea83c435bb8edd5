"""Sensitivity analysis: factor groups, and each pillar, indicator, source and exponent."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from scoring.analysis.audit import effective_weights
from scoring.files.defaults import defaults
from scoring.index.publication import ranks
from scoring.index.scenario import index_under, scenario_of, with_exponent, without_node, without_source
from scoring.statistics.ranks import ranks_of_draws
from scoring.statistics.sobol import SobolIndices, SobolSums
from scoring.uncertainty.draws import Group, sample_blocks, samples_of
from scoring.uncertainty.simulation import SLICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.statistics.arrays import Floats, Singles
    from scoring.uncertainty.draws import Settings


GROUPS: tuple[Group, ...] = get_args(Group)
PASSES = len(GROUPS) + 2  # samples of factor indices: two, and one mixed sample per group
TOGETHER = 32  # outputs whose squares are summed at a time


class FactorIndices(NamedTuple):
    """Sobol' indices by factor group of each output: indices of countries, differences of two, mean rank shift."""

    groups: tuple[Group, ...]
    countries: tuple[int, ...]
    """Rows of the assessment whose indices are the first outputs."""
    pairs: tuple[tuple[int, int], ...]
    """Rows (a, b) whose differences a - b are the next outputs. The last output is the mean absolute rank shift."""
    indices: SobolIndices


def factor_indices(
    assessment: Assessment,
    settings: Settings,
    countries: Sequence[int],
    *,
    pairs: Sequence[tuple[int, int]] = (),
    progress: Callable[[float], None] | None = None,
) -> FactorIndices:
    """Sobol' indices: the shares of the variance of indices, differences and ranks that each factor group explains.

    The mean absolute rank shift is between the ranks of published countries in the draws and in the assessment. The
    simulation draws `PASSES` samples.

    Args:
        assessment: all countries.
        settings: of the simulation.
        countries: rows of the countries whose indices are analysed.
        pairs: rows of the countries whose differences are analysed.
        progress: called with the draws made since the last call.
    """
    everything = frozenset(GROUPS)
    seconds = [frozenset[Group](), everything, *(frozenset({group}) for group in GROUPS)]
    rows, (ahead, behind) = list(countries), np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    published = [row for row, rank in enumerate(assessment.rank) if rank is not None]
    ranking = assessment.book.rubric.ranking
    ranks_now = np.array([[assessment.rank[row]] for row in published], dtype=float)

    def outputs(draws: Singles) -> Iterator[Floats]:
        """The outputs of draws of shape (countries, samples, size): parts of shape (samples, some outputs, size)."""
        for part in parts(rows):
            yield draws[part].swapaxes(0, 1).astype(float)
        for part in parts(range(len(ahead))):
            yield (draws[ahead[part]] - draws[behind[part]]).swapaxes(0, 1).astype(float)
        yield np.array([shift(draws[:, number]) for number in range(draws.shape[1])])

    def shift(draws: Singles) -> Floats:
        if not published:
            return np.zeros((1, draws.shape[1]))
        ranks_drawn = ranks_of_draws(np.ascontiguousarray(draws[published].T), ranking).T + 1
        return np.asarray(np.abs(ranks_drawn - ranks_now).mean(axis=0, keepdims=True))

    sizes = [len(part) for part in (*parts(rows), *parts(range(len(ahead))))]
    sums = [SobolSums(settings.draws, len(GROUPS), size) for size in (*sizes, 1)]
    countries_drawn = [
        (code, [sample._replace(second=second) for second in seconds]) for code, sample in samples_of(assessment)
    ]
    advance = None if progress is None else lambda draws: progress(draws * PASSES)
    for block in sample_blocks(assessment, countries_drawn, settings, progress=advance):
        by_country = block.reshape(len(countries_drawn), PASSES, block.shape[-1])
        for first in range(0, by_country.shape[-1], SLICE):
            for of_part, (a, b, *mixed) in zip(sums, outputs(by_country[..., first : first + SLICE]), strict=True):
                of_part.add(a, b, np.array(mixed))
    found = [of_part.indices() for of_part in sums]
    return FactorIndices(
        GROUPS,
        tuple(rows),
        tuple(pairs),
        SobolIndices(*(np.concatenate(of, axis=1) for of in zip(*found, strict=True))),
    )


def parts(numbers: Sequence[int]) -> Iterator[list[int]]:
    """The numbers in parts of `TOGETHER`."""
    for first in range(0, len(numbers), TOGETHER):
        yield list(numbers[first : first + TOGETHER])


class Variant(NamedTuple):
    """The indices and ranks of all countries without one node or source, or under another exponent."""

    name: str
    estimate: Floats
    """(countries,), in [0, 1]; NaN if the index is withheld in the assessment, or missing in the variant."""
    rank: tuple[int | None, ...]
    """Among the indices that are published in the assessment."""


def without_nodes(assessment: Assessment) -> tuple[tuple[Variant, ...], tuple[Variant, ...]]:
    """Variants without each pillar, and without each indicator; the weights of the siblings are rescaled to sum 1."""
    nodes = assessment.nodes
    pillars = [node for node in nodes if node.kind == "pillar"]
    indicators = [
        node for node in nodes if node.kind not in ("index", "pillar", "group", "item") and not node.is_used_again
    ]
    without_pillars, without_indicators = (
        tuple(_variant(assessment, node.id, index_under(assessment, without_node(nodes, node))) for node in dropped)
        for dropped in (pillars, indicators)
    )
    return without_pillars, without_indicators


def under_exponents(assessment: Assessment, exponents: Sequence[float]) -> tuple[Variant, ...]:
    """Variants under other exponents across pillars."""
    return tuple(
        _variant(assessment, f"{exponent:g}", index_under(assessment, with_exponent(assessment.nodes, exponent)))
        for exponent in exponents
    )


def no_exponent(assessment: Assessment) -> str | None:
    """Why exponents cannot be compared: an index that is combined otherwise than by a mean has none."""
    combine = assessment.nodes[0].rule.combine
    return combine and f"the rubric takes the {combine} of the pillars, which has no exponent; leave out exponents"


def _variant(assessment: Assessment, name: str, estimate: Floats) -> Variant:
    """A variant from its estimates, shape (countries,); ranks are among the indices published in the assessment."""
    shown = np.where([rank is None for rank in assessment.rank], np.nan, estimate)
    known = [None if np.isnan(value) else float(value) for value in shown]
    return Variant(name, shown, ranks(known, assessment.book.rubric.ranking))


def without_sources(assessment: Assessment, row: int) -> tuple[Variant, ...]:
    """Variants without each source of the country in a row; duplicates from other sources replace its statements."""
    scenario = scenario_of(assessment).of([assessment.profiles[row].country])
    variants = []
    for source in sorted(scenario.profile.sources):
        rescored = scenario.with_profile(without_source(scenario.profile, source)).assess()
        estimate = assessment.figures.estimate[:, 0].copy()
        estimate[row] = rescored.figures.estimate[0, 0]
        variants.append(_variant(assessment, source, estimate))
    return tuple(variants)


def rank_shift(assessment: Assessment, variant: Variant) -> float:
    """The mean absolute difference between ranks in the variant and in the assessment; NaN if no country has both."""
    shifts = [abs(then - now) for now, then in zip(assessment.rank, variant.rank, strict=True) if now and then]
    return sum(shifts) / len(shifts) if shifts else float("nan")


class Sensitivity(NamedTuple):
    """The result of a sensitivity analysis."""

    factors: FactorIndices
    pillars: tuple[Variant, ...]
    indicators: tuple[Variant, ...]
    sources: dict[int, tuple[Variant, ...]]
    """By row of the assessment; empty if no country was given."""
    exponents: tuple[Variant, ...]
    """Empty if the index is no mean of its pillars."""
    effective: list[tuple[float, float, float]] | None
    """Of each pillar: effective weight and its interval; None if there are too few countries."""
    settings: Settings


def sensitivity(
    assessment: Assessment,
    settings: Settings,
    rows: Sequence[int] = (),
    *,
    exponents: Sequence[float] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Sensitivity:
    """Run a sensitivity analysis.

    Args:
        assessment: all countries.
        settings: of the simulation, which draws `PASSES` samples.
        rows: of the countries whose indices, differences and sources are analysed; by default the indices of all.
        exponents: across pillars, to compare; by default those of data/defaults.yaml, or none if the index is no mean.
        progress: called with the draws made since the last call.

    Raises:
        ValueError: exponents are given, but the index is no mean.
    """
    if exponents and (reason := no_exponent(assessment)):
        raise ValueError(reason)
    pillars, indicators = without_nodes(assessment)
    if exponents is None:
        exponents = [] if no_exponent(assessment) else [float(Fraction(exponent)) for exponent in defaults().exponents]
    return Sensitivity(
        factors=factor_indices(
            assessment,
            settings,
            rows or range(len(assessment.profiles)),
            pairs=list(itertools.combinations(rows, 2)),
            progress=progress,
        ),
        pillars=pillars,
        indicators=indicators,
        sources={row: without_sources(assessment, row) for row in rows},
        exponents=under_exponents(assessment, exponents),
        effective=effective_weights(assessment, settings.seed),
        settings=settings,
    )
