"""The index of one country over time, and the causes of each change: section 13 of docs/method.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.change.attribution import Change
from scoring.index.scenario import scenario_of
from scoring.model.profile import edition_days
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.change.attribution import Intervals, Split
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Scenario
    from scoring.index.tree import Node
    from scoring.uncertainty.draws import Settings


Pace: TypeAlias = Literal["year", "quarter", "edition"]
MONTHS = {"year": 12, "quarter": 3}


class Step(NamedTuple):
    """The change of an index since the previous day of the trend; removed statements are those that ended."""

    split: Split
    intervals: Intervals
    is_shown: bool
    """Whether the index is published on both days: otherwise a change would give the withheld one away."""


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
    """The index of one country on each day, in order; each change is split into evidence, ageing and borrowing.

    Args:
        scenario: of the country only; its reference date does not matter.
        settings: of the simulation.
        pace: which days to add to the editions.
    """
    editions = edition_days(scenario.profile)
    points: list[Point] = []
    before: Scenario | None = None
    days = days_between(editions, pace)
    for day in days:
        now = scenario.evidence_on(day)
        assessment = now.assess()
        simulation = simulate(assessment, settings)
        step = None
        if before is not None:
            change = Change(before, now)
            is_shown = not (assessment.withheld_because[0] or points[-1].assessment.withheld_because[0])
            step = Step(change.split(), change.intervals(settings, days), is_shown)
        points.append(Point(assessment, day in editions, float(simulation.low[0]), float(simulation.high[0]), step))
        before = now
    return tuple(points)


class NodeChange(NamedTuple):
    """The change of a node between two days."""

    node: Node
    intervals: Intervals | None
    """None if the node has no estimate on one of the days."""

    @property
    def is_significant(self) -> bool:
        """Whether the evidence's part of the change is significant."""
        return self.intervals is not None and self.intervals.is_significant


def node_changes(first: Point, last: Point, settings: Settings) -> tuple[NodeChange, ...]:
    """The changes of the index and of each pillar, in the same draws."""
    assessments = first.assessment, last.assessment
    top = first.assessment.nodes[0]
    nodes = [top, *(first.assessment.nodes[child] for child in top.children)]
    shown = [node for node in nodes if not any(np.isnan(one.figures.estimate[0, node.position]) for one in assessments)]
    intervals = Change(*map(scenario_of, assessments)).intervals_of([node.position for node in shown], settings)
    found = dict(zip((node.position for node in shown), intervals, strict=True))
    return tuple(NodeChange(node, found.get(node.position)) for node in nodes)
