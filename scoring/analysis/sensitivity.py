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
from scoring.uncertainty.draws import Group, blocks
from scoring.uncertainty.simulation import SLICE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.index.assessment import Assessment
    from scoring.statistics.arrays import Floats, Singles
    from scoring.uncertainty.draws import Settings


GROUPS: tuple[Group, ...] = get_args(Group)
PASSES = len(GROUPS) + 2  # simulations of factor indices: two samples, and one mixed sample per group


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
    simulation runs `PASSES` times.

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

    def outputs(draws: Singles) -> Floats:
        ranks_drawn = ranks_of_draws(np.ascontiguousarray(draws[published].T), ranking).T + 1
        shift = np.abs(ranks_drawn - ranks_now).mean(axis=0, keepdims=True) if published else np.zeros_like(draws[:1])
        return np.concatenate([draws[rows], draws[ahead] - draws[behind], shift], dtype=float)

    sums = SobolSums(settings.draws, len(GROUPS), len(rows) + len(pairs) + 1)
    runs = [blocks(assessment, settings, second=second, progress=progress) for second in seconds]
    for together in zip(*runs, strict=True):
        for first in range(0, together[0].shape[1], SLICE):
            a, b, *mixed = (outputs(block[:, first : first + SLICE]) for block in together)
            sums.add(a, b, np.array(mixed))
    return FactorIndices(GROUPS, tuple(rows), tuple(pairs), sums.indices())


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
        settings: of the simulation, which runs `PASSES` times.
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
