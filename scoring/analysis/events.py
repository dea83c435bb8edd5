"""Whether scores foretell later events, beside simple rivals: section 14 of docs/method.md."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.statistics.area import area_under_curve
from scoring.statistics.correlation import Estimated, rank_correlation
from scoring.statistics.kendall import kendall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.files.events import Events
    from scoring.index.assessment import Assessment
    from scoring.statistics.arrays import Floats

LEAST = 10  # countries; with fewer, the normal approximations of the intervals are poor
Finding: TypeAlias = Literal["fewer", "more", "chance", "unknown"]
"""Of events where the predictor is better: fewer, more, not distinguishable from chance, or not judged."""


class Window(NamedTuple):
    """The days after `after`, up to and including `until`."""

    after: dt.date
    until: dt.date


def window_of(after: dt.date, years: int) -> Window:
    """The years after a day; after 29 February up to the last day of February."""
    year = min(after.year + years, dt.MAXYEAR)
    return Window(after, after.replace(year=year, day=min(after.day, calendar.monthrange(year, after.month)[1])))


class Counted(NamedTuple):
    """The events in the window, and those that do not count."""

    by_country: Mapping[str, int]
    """Of each country of the set that the table covers; 0 where it has none."""
    kinds: Mapping[str, int]
    """Of the events that count, by kind, the most frequent first."""
    outside: int
    """Before or after the window."""
    imprecise: int
    """In a year or month that lies only partly in the window."""
    elsewhere: int
    """In the window, of countries that are not compared."""
    not_covered: tuple[str, ...]
    """Countries of the set that the table does not cover."""


class Result(NamedTuple):
    """How well one measure separates countries; `chance` is its value if there is no relation."""

    estimate: Estimated
    chance: float
    finding: Finding


@dataclass(frozen=True)
class Prediction:
    """The results of one predictor: the index, a pillar or a rival."""

    id: str
    kind: Literal["index", "pillar", "rival"]
    title: str
    spearman: Result
    """Of the predictor, higher being better, with the number of events."""
    kendall: Result
    any_event: Result
    """The probability that a country with an event is worse than one without."""
    above_median: Result
    """The probability that a country with more events than the median is worse than another."""

    @property
    def results(self) -> tuple[Result, ...]:
        """All four."""
        return (self.spearman, self.kendall, self.any_event, self.above_median)


@dataclass(frozen=True)
class Foretold:
    """What scores say of later events."""

    window: Window
    counted: Counted
    median: float
    """Of the number of events of a country."""
    predictions: tuple[Prediction, ...]
    """The index, its pillars, the rivals."""

    @property
    def intervals(self) -> int:
        """The number of intervals that were computed."""
        return sum(one.finding != "unknown" for prediction in self.predictions for one in prediction.results)

    @property
    def beyond_chance(self) -> int:
        """The number of intervals that exclude chance."""
        return sum(one.finding in ("fewer", "more") for prediction in self.predictions for one in prediction.results)


def foretold(assessment: Assessment, events: Events, window: Window) -> Foretold:
    """The index, its pillars and the rivals of a table, each with the events of the window.

    Countries without a shown score, or without a value of a rival, are left out of that comparison alone.
    """
    codes = [profile.country for profile in assessment.profiles]
    counted = _counted(codes, events, window)
    numbers = np.array([counted.by_country.get(code, math.nan) for code in codes], dtype=float)
    median = float(np.median(numbers[~np.isnan(numbers)])) if counted.by_country else math.nan
    book = assessment.book
    scores = book.rubric.sign * assessment.shown
    titles = {book.rubric.id: book.rubric.title, **{pillar.id: pillar.title for pillar in book.pillars}}
    predictions = [
        _prediction(
            node.id,
            "pillar" if node.kind == "pillar" else "index",
            titles[node.id],
            scores[:, node.position],
            numbers,
            median,
        )
        for node in (assessment.nodes[0], *assessment.pillars)
    ]
    for name, rival in events.table.rivals.items():
        sign = 1 if rival.better == "higher" else -1
        values = np.array([sign * rival.values.get(code, math.nan) for code in codes], dtype=float)
        predictions.append(_prediction(name, "rival", rival.title, values, numbers, median))
    return Foretold(window, counted, median, tuple(predictions))


def _counted(codes: list[str], events: Events, window: Window) -> Counted:
    covers = events.table.covers
    covered = [code for code in codes if covers is None or code in covers]
    by_country, kinds = dict.fromkeys(covered, 0), Counter[str]()
    outside = imprecise = elsewhere = 0
    for event in events.rows:
        if event.last <= window.after or event.first > window.until:
            outside += 1
        elif event.first <= window.after or event.last > window.until:
            imprecise += 1
        elif event.country not in by_country:
            elsewhere += 1
        else:
            by_country[event.country] += 1
            kinds[event.kind] += 1
    not_covered = tuple(code for code in codes if code not in by_country)
    return Counted(
        by_country,
        dict(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
        outside,
        imprecise,
        elsewhere,
        not_covered,
    )


def _prediction(
    name: str,
    kind: Literal["index", "pillar", "rival"],
    title: str,
    values: Floats,
    numbers: Floats,
    median: float,
) -> Prediction:
    """One predictor, higher being better, with the numbers of events; NaN where a country is not compared."""
    is_known = ~np.isnan(values) & ~np.isnan(numbers)
    worse, events = -values[is_known], numbers[is_known]
    return Prediction(
        name,
        kind,
        title,
        spearman=_result(rank_correlation(values, numbers), chance=0, more=1),
        kendall=_result(kendall(values, numbers), chance=0, more=1),
        any_event=_result(area_under_curve(worse, events > 0), chance=0.5, more=-1),
        above_median=_result(area_under_curve(worse, events > median), chance=0.5, more=-1),
    )


def _result(estimate: Estimated, chance: float, more: int) -> Result:
    """An estimate and what it says; more: the sign of a difference from chance with more events where it is better."""
    if estimate.countries < LEAST or math.isnan(estimate.low):
        return Result(Estimated(math.nan, math.nan, math.nan, estimate.countries), chance, "unknown")
    if estimate.low <= chance <= estimate.high:
        return Result(estimate, chance, "chance")
    return Result(estimate, chance, "more" if (estimate.value - chance) * more > 0 else "fewer")
