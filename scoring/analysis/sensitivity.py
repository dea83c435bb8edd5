"""What the result hangs on: groups of factors, and each pillar, indicator, source and exponent."""

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
PASSES = len(GROUPS) + 2  # simulations that factor indices take: all fixed, none fixed, and each group alone


class FactorIndices(NamedTuple):
    """Sobol' indices by factor group of each output: indices of countries, differences of two, mean rank shift."""

    groups: tuple[Group, ...]
    countries: tuple[int, ...]
    """Rows of the assessment: the first outputs."""
    pairs: tuple[tuple[int, int], ...]
    """Rows (a, b) of the differences a - b: the next outputs; the mean absolute rank shift is the last."""
    indices: SobolIndices


def factor_indices(
    assessment: Assessment,
    settings: Settings,
    countries: Sequence[int],
    *,
    pairs: Sequence[tuple[int, int]] = (),
    progress: Callable[[float], None] | None = None,
) -> FactorIndices:
    """Which group of factors makes the spread of the indices in these rows, of differences and of the ranks.

    The mean absolute rank shift is that of the published countries against the ranks printed. Draws the set as often
    as there are groups, and twice more.
    """
    everything = frozenset(GROUPS)
    seconds = [frozenset[Group](), everything, *(frozenset({group}) for group in GROUPS)]
    rows, (ahead, behind) = list(countries), np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    published = [row for row, rank in enumerate(assessment.rank) if rank is not None]
    printed = np.array([[assessment.rank[row]] for row in published], dtype=float)

    def outputs(drawn: Singles) -> Floats:
        places = ranks_of_draws(np.ascontiguousarray(drawn[published].T)).T + 1
        shift = np.abs(places - printed).mean(axis=0, keepdims=True) if published else np.zeros((1, drawn.shape[1]))
        return np.concatenate([drawn[rows], drawn[ahead] - drawn[behind], shift], dtype=float)

    sums = SobolSums(settings.draws, len(GROUPS), len(rows) + len(pairs) + 1)
    runs = [blocks(assessment, settings, second=second, progress=progress) for second in seconds]
    for together in zip(*runs, strict=True):
        for first in range(0, together[0].shape[1], SLICE):
            a, b, *mixed = (outputs(drawn[:, first : first + SLICE]) for drawn in together)
            sums.add(a, b, np.array(mixed))
    return FactorIndices(GROUPS, tuple(rows), tuple(pairs), sums.indices())


class Variant(NamedTuple):
    """The indices and ranks of all countries when one thing is left out or otherwise."""

    name: str
    estimate: Floats
    """(countries,), in [0, 1]; NaN of an index that is withheld as it is, or missing now."""
    rank: tuple[int | None, ...]
    """Among those published as they are."""


def without_nodes(assessment: Assessment) -> tuple[tuple[Variant, ...], tuple[Variant, ...]]:
    """Each pillar, and each indicator, left out for all countries; the weights of its siblings fill its place."""
    nodes = assessment.nodes
    pillars = [node for node in nodes if node.kind == "pillar"]
    indicators = [node for node in nodes if node.kind not in ("index", "pillar", "group", "item")]
    left_out = [
        tuple(_variant(assessment, one.id, index_under(assessment, without_node(nodes, one))) for one in some)
        for some in (pillars, indicators)
    ]
    return left_out[0], left_out[1]


def under_exponents(assessment: Assessment, exponents: Sequence[float]) -> tuple[Variant, ...]:
    """The indices of all countries under other exponents across pillars."""
    return tuple(
        _variant(assessment, f"{exponent:g}", index_under(assessment, with_exponent(assessment.nodes, exponent)))
        for exponent in exponents
    )


def _variant(assessment: Assessment, name: str, estimate: Floats) -> Variant:
    """Ranks among the published; one whose index is missing now has none."""
    shown = np.where([rank is None for rank in assessment.rank], np.nan, estimate)
    return Variant(name, shown, ranks([None if np.isnan(value) else float(value) for value in shown]))


def without_sources(assessment: Assessment, row: int) -> tuple[Variant, ...]:
    """Each source of one country left out; what another source tells too stays, by that source."""
    alone = scenario_of(assessment).of([assessment.profiles[row].country])
    found = []
    for source in sorted(alone.profile.sources):
        lost = alone.with_profile(without_source(alone.profile, source)).assess()
        estimate = assessment.figures.estimate[:, 0].copy()
        estimate[row] = lost.figures.estimate[0, 0]
        found.append(_variant(assessment, source, estimate))
    return tuple(found)


def rank_shift(assessment: Assessment, variant: Variant) -> float:
    """The mean absolute difference of the ranks of those that have one in both; NaN where none has."""
    shifts = [abs(then - now) for now, then in zip(assessment.rank, variant.rank, strict=True) if now and then]
    return sum(shifts) / len(shifts) if shifts else float("nan")


class Sensitivity(NamedTuple):
    """What the result depends on: factors that are uncertain, and each thing left out or otherwise."""

    factors: FactorIndices
    pillars: tuple[Variant, ...]
    indicators: tuple[Variant, ...]
    sources: dict[int, tuple[Variant, ...]]
    """By row of the assessment; empty where no country was asked for."""
    exponents: tuple[Variant, ...]
    effective: list[tuple[float, float, float]] | None
    """Of each pillar: effective weight and its interval; None where the countries are too few."""
    settings: Settings


def sensitivity(
    assessment: Assessment,
    settings: Settings,
    rows: Sequence[int] = (),
    *,
    exponents: Sequence[float] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Sensitivity:
    """What the indices depend on.

    Args:
        assessment: all countries.
        settings: of the simulation, which is made `PASSES` times.
        rows: of the countries whose indices, differences and sources are looked at; without any, all indices alone.
        exponents: across pillars, to compare; by default those of data/defaults.yaml.
        progress: called with the draws made since the last call.
    """
    pillars, indicators = without_nodes(assessment)
    if exponents is None:
        exponents = [float(Fraction(exponent)) for exponent in defaults().exponents]
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
