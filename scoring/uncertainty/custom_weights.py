"""The index under custom pillar weights and a custom exponent: section 15 of docs/method.md.

Custom weights and exponent are taken as certain. The draws vary missing evidence, coding error and the weights inside
the pillars. The pages of a site compute the same from the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.assessment import Figures, withheld_indices
from scoring.index.leaves import FIGURES
from scoring.index.publication import band, ranks
from scoring.statistics.combining import combined
from scoring.uncertainty.draws import node_blocks
from scoring.uncertainty.simulation import rank_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.statistics.arrays import Floats
    from scoring.statistics.combining import Rule
    from scoring.statistics.ranking import Ties
    from scoring.uncertainty.draws import Settings

    Steps = NDArray[np.uint16]


STEPS = 65_534  # simulated values are stored as integers from 0 to this
MISSING = 65_535  # the integer for a pillar without a figure


@dataclass(frozen=True, eq=False)
class Reweighed:
    """The indices of the countries under custom weights, in the order of the assessment; values in [0, 1]."""

    figures: dict[str, Floats]
    """The six figures of the index, each of shape (countries,)."""
    withheld_because: tuple[tuple[str, ...], ...]
    rank: tuple[int | None, ...]
    band: tuple[str | None, ...]
    drawn_low: Floats
    """Lower limit of the uncertainty interval, (countries,)."""
    drawn_high: Floats
    """Upper limit, (countries,)."""
    rank_interval: tuple[tuple[int, int] | None, ...]
    p_above: Floats
    """(countries, countries): the probability that the row ranks above the column, ties as 1/2."""


def pillar_draws(assessment: Assessment, settings: Settings) -> Steps:
    """Joint draws of the pillars of all countries, shape (countries, pillars, draws), in steps of 1/65,534."""
    draws = np.concatenate(list(node_blocks(assessment, settings, assessment.nodes[0].children)), axis=2)
    return np.where(np.isnan(draws), MISSING, np.round(np.nan_to_num(draws.astype(float)) * STEPS)).astype(np.uint16)


def reweigh(assessment: Assessment, pillar_values: Steps, weights: Sequence[float], exponent: float) -> Reweighed:
    """Aggregate the pillars under custom weights and a custom exponent.

    Args:
        assessment: the countries.
        pillar_values: from `pillar_draws`.
        weights: one per pillar, in the order of the tree; not negative, with any positive sum.
        exponent: p of the power mean across pillars.
    """
    shares = [weight / sum(weights) for weight in weights]
    rule = replace(assessment.nodes[0].rule, exponent=exponent)
    figures = _aggregated(assessment, shares, rule)
    rubric = assessment.book.rubric
    withheld = withheld_indices(figures, rubric.publish, assessment.on_actor)
    index = {name: getattr(figures, name)[:, 0] for name in FIGURES}
    estimates = [None if reasons else float(index["estimate"][row]) for row, reasons in enumerate(withheld)]
    values = np.where(pillar_values == MISSING, np.nan, pillar_values / STEPS).transpose(0, 2, 1)
    draws = np.asarray(combined(values, shares, rule))
    draws[np.isnan(index["estimate"])] = np.nan
    low, high = np.quantile(draws, rubric.uncertainty.quantiles, axis=1)
    ordered = rubric.sign * draws
    return Reweighed(
        figures=index,
        withheld_because=withheld,
        rank=ranks(estimates, rubric.ranking),
        band=tuple(None if value is None else band(value, rubric) for value in estimates),
        drawn_low=low,
        drawn_high=high,
        rank_interval=_rank_intervals(
            ordered, [value is not None for value in estimates], rubric.uncertainty.quantiles, rubric.ties
        ),
        p_above=_p_above(ordered),
    )


def _aggregated(assessment: Assessment, shares: Sequence[float], rule: Rule) -> Figures:
    """The figures of a tree that has only the index and its pillars."""
    root = assessment.nodes[0]
    columns = [0, *root.children]
    nodes = [
        replace(root, rule=rule, children=tuple(range(1, len(columns)))),
        *(
            replace(assessment.nodes[child], local_weight=share, children=(), grid=None)
            for child, share in zip(root.children, shares, strict=True)
        ),
    ]
    arrays = {name: getattr(assessment.figures, name)[:, columns].copy() for name in FIGURES}
    aggregate(arrays, nodes)
    return Figures(**arrays)


def _rank_intervals(
    draws: Floats, published: list[bool], quantiles: tuple[float, float], ties: Ties
) -> tuple[tuple[int, int] | None, ...]:
    """The interval of the rank of each published index; a rank is 1 + the number of published indices above.

    Dense ties count once, ordinal ties those before it.
    """
    ranked = draws[published]
    above = ranked[None] > ranked[:, None]
    if ties != "competition":
        is_equal_before = (ranked[None] == ranked[:, None]) & np.tri(len(ranked), k=-1, dtype=bool)[:, :, None]
        above = above & ~is_equal_before.any(axis=1) if ties == "dense" else above | is_equal_before
    counts_above = iter(above.sum(axis=1))
    return tuple(
        rank_interval(np.bincount(next(counts_above), minlength=len(ranked)) / draws.shape[1], quantiles)
        if is_published
        else None
        for is_published in published
    )


def _p_above(draws: Floats) -> Floats:
    """P(row above column), ties as 1/2, shape (countries, countries); NaN where one of the two has no index."""
    above = (draws[:, None] > draws[None]).sum(axis=2)
    probabilities = (draws.shape[1] + above - above.T) / (2 * draws.shape[1])
    missing = np.isnan(draws[:, 0])
    probabilities[missing] = probabilities[:, missing] = np.nan
    return np.asarray(probabilities)
