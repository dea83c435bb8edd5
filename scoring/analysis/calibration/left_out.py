"""Leave out part of the evidence, and compare what remains with the whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from scoring.analysis.calibration.trials import fixed_weights, predicted_alone, trial, without_statements
from scoring.uncertainty.draws import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.statistics.arrays import Floats, Singles

Unit: TypeAlias = Literal["statements", "sources", "indicators", "pillars"]
Nodes: TypeAlias = Literal["index", "pillars"]
Countries: TypeAlias = Literal["all", "thin", "thick"]
UNITS: tuple[Unit, ...] = get_args(Unit)
SHARES = (0.2, 0.5, 0.7)  # of the statements, sources or indicators that are left out; of the pillars, one at a time


class LeftOut(NamedTuple):
    """What the rest of the evidence says of a node, compared with all evidence; figures in units of v."""

    unit: Unit
    share: float | None
    """None for pillars, which are left out one at a time."""
    node: Nodes
    countries: Countries
    """Thin and thick: with information below the median of the set, or not."""
    trials: int
    """Those whose figures exist."""
    coverage: float
    """Share of the draws from all evidence that lie in the 90 % interval of the rest."""
    estimates_inside: float
    """Share of the estimates from all evidence in that interval; no target, since it holds coding error too."""
    bias: float
    """Mean of the estimate from the rest minus that from all evidence."""
    slope: float
    """Of that shift on the estimate from all evidence; negative where thin evidence is drawn to the middle."""
    error: float
    """Root mean square of that shift."""
    width: float
    """Mean width of the 90 % interval of the rest."""


def left_out(
    assessment: Assessment, *, repeats: int, draws: int, seed: int, progress: Callable[[float], None] | None = None
) -> tuple[LeftOut, ...]:
    """Leave out statements, sources, indicators and pillars at random.

    Args:
        assessment: the countries.
        repeats: how often each country is tried with each unit and share.
        draws: of each trial; weights and exponent are fixed.
        seed: of the choice of what is left out, and of the draws.
        progress: called with the trials made since the last call.
    """
    leaves = predicted_alone(assessment)
    rows = range(len(leaves))
    positions = (0, *assessment.nodes[0].children)
    settings = fixed_weights(assessment, draws, seed)
    whole = trial(assessment, rows, leaves)
    of_whole = np.sort(whole.draws(settings, positions), axis=-1)
    information = assessment.figures.information[:, 0]
    is_thin = information < np.median(information)
    results: list[LeftOut] = []
    for unit, share in _kinds():
        chosen = [
            (row, dropped)
            for row in rows
            for dropped in _dropped(leaves[row], assessment, row, unit, share, repeats, seed)
        ]
        numbers = np.array([row for row, _ in chosen], dtype=np.intp)
        reduced = [without_statements(leaves[row], dropped, assessment.book) for row, dropped in chosen]
        if not chosen:  # without any evidence nothing can be left out
            continue
        rest = trial(assessment, numbers.tolist(), reduced)
        low, high = np.quantile(rest.draws(settings, positions), assessment.book.rubric.uncertainty.quantiles, axis=-1)
        full = whole.estimates[numbers][:, positions]
        outcome = _Outcome(
            shift=rest.estimates[:, positions] - full,
            full=full,
            low=low,
            high=high,
            inside=_share_inside(of_whole[numbers], low, high),
        )
        results += _summaries(outcome, unit, share, is_thin[numbers])
        if progress is not None:
            progress(len(chosen))
    return tuple(results)


def trials_of(assessment: Assessment, repeats: int) -> int:
    """How many trials `left_out` makes."""
    shares = len(SHARES) * (len(UNITS) - 1)
    return len(assessment.profiles) * (shares * repeats + len(assessment.nodes[0].children))


def _kinds() -> Iterator[tuple[Unit, float | None]]:
    for unit in UNITS:
        yield from ((unit, share) for share in (SHARES if unit != "pillars" else (None,)))


def _dropped(
    leaves: Sequence[Leaf], assessment: Assessment, row: int, unit: Unit, share: float | None, repeats: int, seed: int
) -> Iterator[frozenset[str]]:
    """The statements that each trial of a country leaves out."""
    parts: dict[str, set[str]] = {}
    for leaf in leaves:
        for entry in (*leaf.entries, *leaf.older):
            pillar = assessment.book.pillar_of[leaf.indicator].id
            names = {
                "statements": entry.statement,
                "sources": entry.source,
                "indicators": leaf.indicator,
                "pillars": pillar,
            }
            parts.setdefault(names[unit], set()).add(entry.statement)
    names_of_unit = sorted(parts)
    if share is None:
        yield from (frozenset(parts[name]) for name in names_of_unit)
        return
    generator = stream(seed, "left out", assessment.profiles[row].country, unit, f"{share:g}")
    for _ in range(repeats):
        lost = generator.permutation(names_of_unit)[: round(share * len(names_of_unit))]
        yield frozenset(statement for name in lost for statement in parts[name])


class _Outcome(NamedTuple):
    """Arrays of shape (trials, nodes)."""

    shift: Floats
    full: Floats
    low: Floats
    high: Floats
    inside: Floats


def _share_inside(ordered: Singles, low: Floats, high: Floats) -> Floats:
    """The share of sorted draws, (..., draws), from low to high, (...)."""
    return np.asarray(((ordered >= low[..., None]) & (ordered <= high[..., None])).mean(axis=-1))


def _summaries(outcome: _Outcome, unit: Unit, share: float | None, is_thin: NDArray[np.bool_]) -> Iterator[LeftOut]:
    chosen: dict[Countries, NDArray[np.bool_]] = {"all": np.ones_like(is_thin), "thin": is_thin, "thick": ~is_thin}
    columns: dict[Nodes, slice] = {"index": slice(0, 1), "pillars": slice(1, None)}
    for countries, rows in chosen.items():
        for node, part in columns.items():
            shift, full, low, high, inside = (array[rows, part] for array in outcome)
            is_known = ~np.isnan(shift)  # an index may be missing, where the prior has no weight
            shift, full, low, high, inside = (array[is_known] for array in (shift, full, low, high, inside))
            yield LeftOut(
                unit=unit,
                share=share,
                node=node,
                countries=countries,
                trials=len(shift),
                coverage=_mean(inside),
                estimates_inside=_mean((full >= low) & (full <= high)),
                bias=_mean(shift),
                slope=_slope(full, shift),
                error=math.sqrt(_mean(np.square(shift))),
                width=_mean(high - low),
            )


def _mean(x: NDArray[Any]) -> float:
    """The mean; NaN of nothing."""
    return float(x.mean()) if x.size else math.nan


def _slope(x: Floats, y: Floats) -> float:
    """The slope of y on x by least squares; NaN if x does not vary."""
    centred = x - _mean(x)
    variance = float(centred @ centred)
    return float(centred @ y) / variance if variance > 0 else math.nan
