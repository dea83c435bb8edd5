"""The index under pillar weights and an exponent of one's own; section 15 of docs/method.md.

Weights and exponent are taken as certain: what the draws leave open is what was not seen, how the seen was coded, and
the weights inside the pillars. The pages of a site compute the same from the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.assessment import Figures, withheld_indices
from scoring.index.publication import band, ranks
from scoring.index.scenario import scenario_of
from scoring.index.score import FIGURES
from scoring.statistics.means import power_mean
from scoring.uncertainty.draws import blocks
from scoring.uncertainty.simulation import rank_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.statistics.arrays import Floats
    from scoring.uncertainty.draws import Settings

    Steps = NDArray[np.uint16]


STEPS = 65_534  # of a drawn value from 0 to 1
MISSING = 65_535  # a pillar that has no figure


@dataclass(frozen=True, eq=False)
class Reweighed:
    """What the countries of an assessment score under other weights, in its order; values in [0, 1]."""

    figures: dict[str, Floats]
    """The six figures of the index, each of shape (countries,)."""
    withheld_because: tuple[tuple[str, ...], ...]
    rank: tuple[int | None, ...]
    band: tuple[str | None, ...]
    drawn_low: Floats
    """Where the interval begins, (countries,)."""
    drawn_high: Floats
    """Where it ends, (countries,)."""
    rank_interval: tuple[tuple[int, int] | None, ...]
    p_above: Floats
    """(countries, countries): the row lies above the column, ties as 1/2."""


def pillars_alone(assessment: Assessment) -> tuple[Assessment, ...]:
    """Each pillar as if it were the whole index. All countries must be scored for one day."""
    nodes = (assessment.nodes[child] for child in assessment.nodes[0].children)
    return tuple(scenario_of(assessment).by_pillar(node.id).assess() for node in nodes)


def pillar_draws(alone: Sequence[Assessment], settings: Settings) -> Steps:
    """Joint draws of the pillars of every country, in steps of 1/65,534, shape (countries, pillars, draws).

    They are the engine's own: a pillar from `pillars_alone` is drawn at the addresses that it has in the whole index.
    """
    certain = replace(settings, exponents=((1.0, 1.0),))
    drawn = np.stack([np.concatenate(list(blocks(one, certain)), axis=1) for one in alone], axis=1)
    return np.where(np.isnan(drawn), MISSING, np.round(np.nan_to_num(drawn.astype(float)) * STEPS)).astype(np.uint16)


def reweigh(assessment: Assessment, drawn: Steps, weights: Sequence[float], exponent: float) -> Reweighed:
    """Join the pillars anew.

    Args:
        assessment: the countries.
        drawn: from `pillar_draws`.
        weights: one a pillar, in the order of the tree, not negative, of any positive sum.
        exponent: p across pillars.
    """
    shares = [weight / sum(weights) for weight in weights]
    figures = _joined(assessment, shares, exponent)
    rubric = assessment.book.rubric
    withheld = withheld_indices(figures, rubric.publish)
    index = {name: getattr(figures, name)[:, 0] for name in FIGURES}
    estimates = [None if reasons else float(index["estimate"][row]) for row, reasons in enumerate(withheld)]
    values = np.where(drawn == MISSING, np.nan, drawn / STEPS).transpose(0, 2, 1)
    draws = power_mean(values, shares, exponent)
    draws[np.isnan(index["estimate"])] = np.nan
    low, high = np.quantile(draws, rubric.uncertainty.quantiles, axis=1)
    return Reweighed(
        figures=index,
        withheld_because=withheld,
        rank=ranks(estimates),
        band=tuple(None if value is None else band(value, rubric.bands) for value in estimates),
        drawn_low=low,
        drawn_high=high,
        rank_interval=_rank_intervals(draws, [value is not None for value in estimates], rubric.uncertainty.quantiles),
        p_above=_p_above(draws),
    )


def _joined(assessment: Assessment, shares: Sequence[float], exponent: float) -> Figures:
    """The figures of the index in a tree of the index and its pillars alone."""
    root = assessment.nodes[0]
    columns = [0, *root.children]
    nodes = [
        replace(root, exponent=exponent, children=tuple(range(1, len(columns)))),
        *(
            replace(assessment.nodes[child], local_weight=share, children=(), round=None)
            for child, share in zip(root.children, shares, strict=True)
        ),
    ]
    arrays = {name: getattr(assessment.figures, name)[:, columns].copy() for name in FIGURES}
    aggregate(arrays, nodes)
    return Figures(**arrays)


def _rank_intervals(
    draws: Floats, published: list[bool], quantiles: tuple[float, float]
) -> tuple[tuple[int, int] | None, ...]:
    """The interval of the rank among the published; a rank is 1 + the number of the published above."""
    among = draws[published]
    places = iter((among[None] > among[:, None]).sum(axis=1))
    width = len(among)
    return tuple(
        rank_interval(np.bincount(next(places), minlength=width) / draws.shape[1], quantiles) if there else None
        for there in published
    )


def _p_above(draws: Floats) -> Floats:
    above = (draws[:, None] > draws[None]).sum(axis=2)
    found = (draws.shape[1] + above - above.T) / (2 * draws.shape[1])
    missing = np.isnan(draws[:, 0])
    found[missing] = found[:, missing] = np.nan
    return np.asarray(found)
