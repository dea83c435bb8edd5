"""The index of one country over time, and the causes of each change: section 13 of docs/method.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.change.attribution import Split, split_change
from scoring.index.scenario import scenario_of
from scoring.model.profile import edition_days
from scoring.uncertainty.simulation import difference, excludes_zero, simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Scenario
    from scoring.index.tree import Node
    from scoring.uncertainty.draws import Settings


Pace: TypeAlias = Literal["year", "quarter", "edition"]
MONTHS = {"year": 12, "quarter": 3}


class Step(NamedTuple):
    """The change of an index since the previous day of the trend; removed statements are those that ended."""

    split: Split
    low: float
    high: float
    """The uncertainty interval of the change, in [-1, 1]."""

    @property
    def is_significant(self) -> bool:
        """Whether the interval excludes 0; False if an index is missing."""
        return excludes_zero(self.low, self.high)


@dataclass(frozen=True)
class Point:
    """The index on one day, and the change since the previous day."""

    assessment: Assessment
    """Of this country only, on this day."""
    is_edition: bool
    """Whether this day is an edition of the profile: a day up to which evidence was collected."""
    low: float
    high: float
    """The uncertainty interval of the index, in [0, 1]."""
    step: Step | None
    """None on the first day."""


def days_between(editions: Sequence[dt.date], pace: Pace) -> tuple[dt.date, ...]:
    """All editions and, between the first and the last, the ends of years or quarters."""
    days = set(editions)
    if pace != "edition":
        months = MONTHS[pace]
        ends = (
            dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
            for year in range(editions[0].year, editions[-1].year + 1)
            for month in range(months, 13, months)
        )
        days |= {day for day in ends if editions[0] < day < editions[-1]}
    return tuple(sorted(days))


def trend(scenario: Scenario, settings: Settings, pace: Pace) -> tuple[Point, ...]:
    """The index of one country on each day, in order; each change is split into new statements, ended ones and time.

    Args:
        scenario: of the country only; its reference date does not matter.
        settings: of the simulation.
        pace: which days to add to the editions.
    """
    editions = edition_days(scenario.profile)
    points: list[Point] = []
    before: Scenario | None = None
    for day in days_between(editions, pace):
        now = scenario.evidence_on(day)
        assessment = now.assess()
        simulation = simulate(assessment, settings)
        step = None
        if before is not None:
            draws = difference(points[-1].assessment, assessment, settings)
            low, high = np.quantile(draws, scenario.book.rubric.uncertainty.quantiles)
            step = Step(split_change(before, now), float(low), float(high))
        points.append(Point(assessment, day in editions, float(simulation.low[0]), float(simulation.high[0]), step))
        before = now
    return tuple(points)


class NodeChange(NamedTuple):
    """The change of a node between two days."""

    node: Node
    low: float
    high: float
    """The uncertainty interval of the change, in [-1, 1]; NaN if the node has no estimate on one of the days."""

    @property
    def is_significant(self) -> bool:
        """Whether the interval excludes 0; False if there is none."""
        return excludes_zero(self.low, self.high)


def node_changes(first: Point, last: Point, settings: Settings) -> tuple[NodeChange, ...]:
    """The changes of the index, and of each pillar as its own index."""
    changes = [_node_change(first.assessment.nodes[0], first.assessment, last.assessment, settings)]
    for child in first.assessment.nodes[0].children:
        node = first.assessment.nodes[child]
        was, now = (scenario_of(point.assessment).by_pillar(node.id).assess() for point in (first, last))
        changes.append(_node_change(node, was, now, settings))
    return tuple(changes)


def _node_change(node: Node, first: Assessment, last: Assessment, settings: Settings) -> NodeChange:
    if any(np.isnan(assessment.figures.estimate[0, 0]) for assessment in (first, last)):
        return NodeChange(node, float("nan"), float("nan"))
    low, high = np.quantile(difference(first, last, settings), last.book.rubric.uncertainty.quantiles)
    return NodeChange(node, float(low), float(high))
