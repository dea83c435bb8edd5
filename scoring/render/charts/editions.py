"""The change from the first to the last edition of countries, as dumbbell charts."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, NamedTuple

from scoring.index.summary import facing, interval_share, listed
from scoring.render.charts.canvas import (
    Chart,
    Head,
    LegendEntry,
    body_top,
    chart,
    dot,
    rule,
)
from scoring.render.charts.common import axis_ticks, named, shared_note, shared_ticks
from scoring.render.charts.rows import Column, Row, Scale, figure_key, hidden_bounds, hidden_key, plot
from scoring.render.colours import PAPER, QUIET, STRONG
from scoring.text import numbers
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.change.trend import NodeChange, Point
    from scoring.index.scores import CountryScore, Score
    from scoring.model.rubric import Rubric

LINE = 34
COLUMNS = Column("First", 66), Column("Last", 66), Column("Change", 58), Column("Significant", 76)
KEY: tuple[LegendEntry, ...] = (  # the last only where there are evidence bounds
    ((lambda x, y: [dot(x, y, fill=PAPER, stroke=STRONG)]), "first edition"),
    figure_key("last edition"),
    ((lambda x, y: [rule(x - 13, y, x + 13, y, stroke=STRONG, width=4)]), "significant change"),
    (
        (lambda x, y: [rule(x - 13, y, x + 13, y, stroke=QUIET, width=1.5, dash="3 3")]),
        "change that is not significant",
    ),
    hidden_key("evidence bounds of a withheld index"),
)


class Moved(NamedTuple):
    """The first and the last edition of a country, and the changes of index and pillars between them."""

    first: Point
    last: Point
    changes: tuple[NodeChange, ...]
    """The index first, then the pillars in order."""

    @property
    def ends(self) -> tuple[CountryScore, CountryScore]:
        """The scores of the country in both editions."""
        return self.first.assessment.countries[0], self.last.assessment.countries[0]

    @property
    def code(self) -> str:
        """The code of the country."""
        return self.ends[0].code

    @property
    def days(self) -> str:
        """The reference dates of both editions."""
        first, last = (long_date(end.as_of) for end in self.ends)
        return f"{first} to {last}"


class _Pair(NamedTuple):
    """One dumbbell: a node in both editions."""

    name: str
    country: Moved
    change: NodeChange

    @property
    def scores(self) -> tuple[Score, Score]:
        first, last = (end.nodes[self.change.node.position] for end in self.country.ends)
        return first, last

    @property
    def difference(self) -> float:
        first, last = self.scores
        return last.estimate - first.estimate


def of_index(countries: Sequence[Moved]) -> Chart:
    """Chart the index of each country in its first and last edition."""
    pairs = [_Pair(_label(country), country, country.changes[0]) for country in countries]
    heading = f"The index between editions, {numbers.count(len(pairs), 'country', 'countries')}"
    return _dumbbells("editions", heading, pairs)


def _label(country: Moved) -> str:
    return country.ends[0].label


def of_country(country: Moved) -> Chart:
    """Chart the index and each pillar of a country in its first and last edition."""
    scale = country.first.assessment.scale
    pairs = [_Pair(named(change.node, scale), country, change) for change in country.changes]
    return _dumbbells(f"editions-{country.code}", f"{_label(country)} between editions", pairs)


def _dumbbells(name: str, heading: str, pairs: Sequence[_Pair]) -> Chart:
    assessment = pairs[0].country.first.assessment
    rubric = assessment.book.rubric
    actors = facing(pair.country.ends[0].profile.actor for pair in pairs)
    days = sorted({pair.country.days for pair in pairs})
    day = days[0] if len(days) == 1 else ""
    is_country = len(pairs) > 1 and pairs[1].change.node.parent is not None  # an index with its pillars below it
    dated = f", {day}" if day else ""
    head = Head(
        heading=heading,
        subtitle=listed(rubric.title, f"{rubric.id}@{rubric.version}", actors, day),
        notes=(_note(rubric), *([shared_note(assessment)] if is_country and shared_note(assessment) else [])),
        alt=f"Dumbbell chart{dated}. {'. '.join(_sentence(pair, dated=not dated) for pair in pairs)}.",
    )
    rows = [
        Row(
            pair.name,
            functools.partial(_dumbbell, pair),
            _cells(pair),
            is_total=is_country and pair.change.node.parent is None,
            below="" if len(days) == 1 else pair.country.days,
        )
        for pair in pairs
    ]
    key = KEY if rubric.has_bounds else KEY[:-1]
    ticks = shared_ticks(assessment) if is_country else axis_ticks(assessment.scale)
    parts, bottom = plot(body_top(head), key, COLUMNS, rows, ticks=ticks, height=LINE)
    return chart(name, head, parts, bottom + 18)


def _note(rubric: Rubric) -> str:
    borrowed = ", and what is borrowed in its place" if rubric.prior.borrows else ""
    thin = " The mark ~ means insufficient data by the rubric's rule of publication." if rubric.has_bounds else ""
    return (
        f"Significant: 0 lies outside the {interval_share(rubric)} uncertainty interval of the evidence's part of the "
        f"difference; the rest is ageing of the evidence{borrowed}.{thin}"
    )


def _dumbbell(pair: _Pair, x: Scale, y: float) -> list[str]:
    parts: list[str] = []
    first, last = pair.scores
    are_hidden = math.isnan(first.estimate), math.isnan(last.estimate)
    for score, is_hidden, offset in zip(pair.scores, are_hidden, (-5, 5), strict=True):
        if is_hidden:  # two boxes stand below each other
            parts += hidden_bounds(x, y + (offset if all(are_hidden) else 0), score.low, score.high)
    if not any(are_hidden):
        ends = x(first.estimate), y, x(last.estimate), y
        parts.append(
            rule(*ends, stroke=STRONG, width=4, kind="move")
            if pair.change.is_significant
            else rule(*ends, stroke=QUIET, width=1.5, kind="noise", dash="3 3")
        )
    if not math.isnan(first.estimate):
        parts.append(dot(x(first.estimate), y, fill=PAPER, stroke=STRONG, kind="start"))
    if not math.isnan(last.estimate):
        parts.append(dot(x(last.estimate), y, fill=STRONG, stroke=PAPER))
    return parts


def _cells(pair: _Pair) -> tuple[str, str, str, str]:
    first, last = pair.scores
    significant = "yes" if pair.change.is_significant else "no"
    return (
        first.text,
        last.text,
        first.scale.signed(pair.difference),
        numbers.NONE if math.isnan(pair.difference) else significant,
    )


def _sentence(pair: _Pair, *, dated: bool) -> str:
    """The alternative text of a dumbbell; dated: with the days of its editions."""
    ends = []
    for score in pair.scores:
        bounds = f", evidence bounds {score.bounds(' to ')}" if score.low < score.high else ""
        ends.append(f"{score.text}{bounds}" if math.isnan(score.estimate) else score.scale.points(score.estimate))
    change = ""
    if not math.isnan(pair.difference):
        significance = "significant" if pair.change.is_significant else "not significant"
        change = f": {pair.scores[0].scale.signed(pair.difference)}, {significance}"
    days = f", {pair.country.days}" if dated else ""
    return f"{pair.name} from {ends[0]} to {ends[1]}{days}{change}"
