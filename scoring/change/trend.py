"""One country over time: its index on each day, and where each step came from. Section 13 of docs/method.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.change.attribution import Split, split_move
from scoring.index.scenario import scenario_of
from scoring.model.profile import edition_days
from scoring.uncertainty.simulation import difference, simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Scenario
    from scoring.index.tree import Node
    from scoring.uncertainty.draws import Settings


Pace: TypeAlias = Literal["year", "quarter", "edition"]
MONTHS = {"year": 12, "quarter": 3}


class Step(NamedTuple):
    """Why an index moved since the day before it in the trend; a removed statement is one whose time had ended."""

    split: Split
    low: float
    high: float
    """The interval of the draws of the move, in [0, 1]."""

    @property
    def is_noise(self) -> bool:
        """Whether no move at all lies inside the interval."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True)
class Point:
    """The index on one day, and the step that led to it."""

    assessment: Assessment
    """Of this country alone, on this day."""
    is_edition: bool
    """Whether evidence was gathered up to this day, and not only up to a later one."""
    low: float
    high: float
    """The interval of the draws of the index, in [0, 1]."""
    step: Step | None


def days_between(editions: Sequence[dt.date], pace: Pace) -> tuple[dt.date, ...]:
    """All editions and, from the first to the last, the ends of the years or quarters."""
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
    """The index of one country on each day, in order; each step split into new and ended statements and time.

    Args:
        scenario: of the country alone; its day has no part in this.
        settings: of the simulation.
        pace: the days besides the editions.
    """
    editions = edition_days(scenario.profile)
    points: list[Point] = []
    before: Scenario | None = None
    for day in days_between(editions, pace):
        now = scenario.evidence_on(day)
        alone = now.assess()
        drawn = simulate(alone, settings)
        step = None
        if before is not None:
            moved = difference(points[-1].assessment, alone, settings)
            low, high = np.quantile(moved, scenario.book.rubric.uncertainty.quantiles)
            step = Step(split_move(before, now), float(low), float(high))
        points.append(Point(alone, day in editions, float(drawn.low[0]), float(drawn.high[0]), step))
        before = now
    return tuple(points)


class Move(NamedTuple):
    """How a node moved between two days."""

    node: Node
    low: float
    high: float
    """The interval of the draws of the move, in [-1, 1]; NaN where the node has no figure on one of the days."""

    @property
    def is_noise(self) -> bool:
        """Whether no move at all lies inside the interval, or none is known."""
        return not (self.low > 0 or self.high < 0)


def moves(first: Point, last: Point, settings: Settings) -> tuple[Move, ...]:
    """The moves of the index and of each pillar, which is drawn as if it were the whole index."""
    found = [_move(first.assessment.nodes[0], first.assessment, last.assessment, settings)]
    for child in first.assessment.nodes[0].children:
        node = first.assessment.nodes[child]
        was, now = (scenario_of(one.assessment).by_pillar(node.id).assess() for one in (first, last))
        found.append(_move(node, was, now, settings))
    return tuple(found)


def _move(node: Node, first: Assessment, last: Assessment, settings: Settings) -> Move:
    if any(np.isnan(one.figures.estimate[0, 0]) for one in (first, last)):
        return Move(node, float("nan"), float("nan"))
    low, high = np.quantile(difference(first, last, settings), last.book.rubric.uncertainty.quantiles)
    return Move(node, float(low), float(high))
