"""How far coders read the same statements alike, and where they part: section 12 of docs/method.md."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring import schema, score
from scoring.association import LEVEL, RESAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.results import Assessment, Floats, Node

    Places = NDArray[np.int_]


class Reading(NamedTuple):
    """What all coders make of one statement on one indicator, or on one item of a checklist."""

    country: str
    statement: str
    path: str
    """Of the indicator or item in the rubric."""
    codes: tuple[Any, ...]
    values: tuple[float, ...]
    """In [0, 1], the first reading first; a coder who found nothing to code is left out."""

    @property
    def spread(self) -> float:
        """The highest value less the lowest."""
        return max(self.values) - min(self.values)


class Alpha(NamedTuple):
    """Krippendorff's alpha of one node of the rubric with its 95 % interval; NaN where all values are the same."""

    node: Node
    value: float
    low: float
    high: float
    readings: int
    alike: float
    """Share of the readings on which all coders give the same value."""


class Adjudication(NamedTuple):
    """A statement that was read differently, and what was decided."""

    country: str
    statement: str
    decision: str


@dataclass(frozen=True)
class Agreement:
    """What was coded more than once, how reliably, where coders part, and what was decided on it."""

    countries: tuple[str, ...]
    """With at least one statement that was given to a second coder."""
    alphas: tuple[Alpha, ...]
    """Of index, pillars, groups and indicators, in the order of the rubric."""
    readings: tuple[Reading, ...]
    """By two coders or more, the most different first."""
    unpaired: int
    """Readings in which all coders but one found nothing to code."""
    adjudications: tuple[Adjudication, ...]


def agreement(assessment: Assessment, rows: Iterable[int], seed: int) -> Agreement:
    """How alike coders read the statements of some countries, by indicator and pillar and in all.

    A pillar takes the values of all its indicators as one scale. What is dated after the as-of date is left out.
    """
    found: list[Reading] = []
    adjudications: list[Adjudication] = []
    for row in rows:
        profile, as_of = assessment.profiles[row], assessment.as_of[row]
        for statement in profile.statements:
            if statement.coders and not (statement.date and schema.read_date(statement.date) > as_of):
                found += _readings(assessment, profile.country, statement)
                if statement.adjudication:
                    adjudications.append(Adjudication(profile.country, statement.id, statement.adjudication))
    paired = [reading for reading in found if len(reading.values) > 1]
    below = (
        (node, [one for one in paired if f"{one.path}/".startswith(f"{node.path}/")])
        for node in assessment.nodes
        if node.kind != "item"
    )
    return Agreement(
        countries=tuple(sorted({reading.country for reading in found})),
        alphas=tuple(_alpha(node, some, seed) for node, some in below if some),
        readings=tuple(sorted(paired, key=lambda one: (-one.spread, one.country, one.statement, one.path))),
        unpaired=len(found) - len(paired),
        adjudications=tuple(sorted(adjudications)),
    )


def _readings(assessment: Assessment, country: str, statement: schema.Statement) -> Iterator[Reading]:
    """One statement by all its coders, a reading an indicator or item."""
    paths = {node.id: node.path for node in assessment.nodes if node.kind not in ("index", "pillar", "group", "item")}
    for pillar in assessment.book.pillars:
        for indicator in schema.leaves(pillar.indicators):
            items = indicator.items if isinstance(indicator, schema.ChecklistIndicator) else (None,)
            for item in items:
                if codes := score.readings_of(statement, indicator.id, item.key if item else None):
                    path = f"{paths[indicator.id]}/{item.key}" if item else paths[indicator.id]
                    values = [score.value(indicator, code, item) for code in codes]
                    if isinstance(indicator, schema.CountIndicator):
                        values = [score.count_value(value, indicator.saturation) for value in values]
                    said = [code[item.key] if item else code for code in codes]
                    yield Reading(country, statement.id, path, tuple(said), tuple(values))


def _alpha(node: Node, readings: Sequence[Reading], seed: int) -> Alpha:
    units = [reading.values for reading in readings]
    statements = [(reading.country, reading.statement) for reading in readings]
    low, high = alpha_interval(units, statements, seed)
    alike = sum(reading.spread == 0 for reading in readings) / len(readings)
    return Alpha(node, krippendorff_alpha(units), low, high, len(readings), alike)


# -- Krippendorff (2019), Content Analysis, chapter 12 -----------------------------------------------------------------


def krippendorff_alpha(units: Sequence[Sequence[float]]) -> float:
    """Alpha of ordinal values, one unit a sequence of what its two or more coders read; NaN without variation.

    alpha = 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck,   d_ck = (n_c / 2 + sum of n_g between c and k + n_k / 2)^2,
    o_ck counts ordered pairs of values c, k within units, each as 1 / (coders of the unit - 1); n_c = sum_k o_ck and
    n = sum n_c.
    """
    size, cells, weights, _ = _pairs(units)
    return _alpha_of(cells, weights, size)


def alpha_interval(units: Sequence[Sequence[float]], clusters: Sequence[object], seed: int) -> tuple[float, float]:
    """The 95 % interval of alpha by drawing clusters of units again: the readings of one statement stay together."""
    size, cells, weights, owners = _pairs(units)
    index = {cluster: place for place, cluster in enumerate(dict.fromkeys(clusters))}
    owner = np.array([index[cluster] for cluster in clusters])[owners]
    numbers = np.random.default_rng(seed)
    found = np.empty(RESAMPLES)
    for place in range(RESAMPLES):
        times = np.bincount(numbers.integers(len(index), size=len(index)), minlength=len(index))
        found[place] = _alpha_of(cells, weights * times[owner], size)
    there = found[~np.isnan(found)]
    if len(there) == 0:
        return math.nan, math.nan
    low, high = np.quantile(there, LEVEL)
    return float(low), float(high)


def _pairs(units: Sequence[Sequence[float]]) -> tuple[int, Places, Floats, Places]:
    """Ordered pairs of values within units: number of distinct values, cell of each pair, its weight, its unit."""
    scale = {value: place for place, value in enumerate(sorted({value for unit in units for value in unit}))}
    pairs = [
        (scale[one] * len(scale) + scale[other], 1 / (len(unit) - 1), place)
        for place, unit in enumerate(units)
        for first, one in enumerate(unit)
        for second, other in enumerate(unit)
        if first != second
    ]
    cells, weights, owners = zip(*pairs, strict=True)
    return len(scale), np.array(cells), np.array(weights), np.array(owners)


def _alpha_of(cells: Places, weights: Floats, size: int) -> float:
    """Alpha from weighted pairs of values; a cell is row * size + column of the table of coincidences."""
    coincidences = np.bincount(cells, weights, size * size).reshape(size, size).astype(np.float64)
    counts = coincidences.sum(axis=0)
    middle = np.cumsum(counts) - counts / 2
    distance = np.square(middle[:, None] - middle)
    expected = float(counts @ distance @ counts)
    return 1 - (float(counts.sum()) - 1) * float((coincidences * distance).sum()) / expected if expected else math.nan
