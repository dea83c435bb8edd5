"""How far coders read the same statements alike, and where they part: section 12 of docs/method.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.index import score
from scoring.model.fields import read_date
from scoring.model.kinds.base import count_value
from scoring.statistics.krippendorff import alpha_interval, krippendorff_alpha

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.profile import Statement


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
            if statement.coders and not (statement.date and read_date(statement.date) > as_of):
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


def _readings(assessment: Assessment, country: str, statement: Statement) -> Iterator[Reading]:
    """One statement by all its coders, a reading an indicator or item."""
    paths = {node.id: node.path for node in assessment.nodes if node.kind not in ("index", "pillar", "group", "item")}
    for indicator in assessment.book.leaves.values():
        for item in indicator.parts:
            if codes := score.readings_of(statement, indicator.id, item):
                path = f"{paths[indicator.id]}/{item}" if item else paths[indicator.id]
                values = [indicator.value(code, assessment.book.rubric.evidence, item) for code in codes]
                if indicator.adds_up_to is not None:
                    values = [count_value(value, indicator.adds_up_to) for value in values]
                said = [code[item] if item else code for code in codes]
                yield Reading(country, statement.id, path, tuple(said), tuple(values))


def _alpha(node: Node, readings: Sequence[Reading], seed: int) -> Alpha:
    units = [reading.values for reading in readings]
    statements = [(reading.country, reading.statement) for reading in readings]
    low, high = alpha_interval(units, statements, seed)
    alike = sum(reading.spread == 0 for reading in readings) / len(readings)
    return Alpha(node, krippendorff_alpha(units), low, high, len(readings), alike)
