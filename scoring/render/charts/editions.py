"""The change from the first to the last edition of countries, as dumbbell charts."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.change.trend import Point, node_changes
from scoring.index.scenario import scenario_of
from scoring.index.summary import facing, interval_name, interval_share, listed
from scoring.model.profile import edition_days
from scoring.render import findings
from scoring.render.charts.canvas import Chart, Frame, Head, LegendEntry, dot, rule
from scoring.render.charts.common import axis_ticks, labelled, named, shared_note, shared_ticks, source
from scoring.render.charts.rows import (
    Column,
    Row,
    Scale,
    figure_dot,
    figure_key,
    hidden_bounds,
    hidden_key,
    interval_key,
    interval_line,
    plot,
)
from scoring.text import numbers
from scoring.text.prose import long_date
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.change.trend import NodeChange
    from scoring.index.scenario import Scenario
    from scoring.index.scores import CountryScore, Score
    from scoring.model.rubric import Rubric
    from scoring.render.charts.style import Style
    from scoring.uncertainty.draws import Settings

LINE, CLOSE = 34, 30  # height of a row, and where a page has an end
APART = 5  # of both editions from the middle of the row
Move: TypeAlias = Literal["rose", "fell", "aged", ""]


class Moved(NamedTuple):
    """The first and the last edition of a country, and the changes of index and pillars between them."""

    first: Point
    last: Point
    changes: tuple[NodeChange, ...]
    """The index first, then the pillars in order."""
    settings: Settings

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


def moved(scenario: Scenario, settings: Settings) -> Moved:
    """The change of a country, the only one of the scenario, from its first edition to its last."""
    days = edition_days(scenario.profile)
    first, last = (_point(scenario.evidence_on(day), settings) for day in (days[0], days[-1]))
    return Moved(first, last, node_changes(first, last, settings), settings)


def _point(scenario: Scenario, settings: Settings) -> Point:
    assessment = scenario.assess()
    simulation = simulate(assessment, settings)
    return Point(assessment, True, float(simulation.low[0]), float(simulation.high[0]), None)  # noqa: FBT003


class _Pair(NamedTuple):
    """One dumbbell: a node in both editions, with the intervals of both."""

    name: str
    country: Moved
    change: NodeChange
    intervals: tuple[tuple[float, float], ...]

    @property
    def scores(self) -> tuple[Score, Score]:
        first, last = (end.nodes[self.change.node.position] for end in self.country.ends)
        return first, last

    @property
    def difference(self) -> float:
        first, last = self.scores
        return last.estimate - first.estimate

    @property
    def move(self) -> Move:
        """What the evidence did to the figure.

        It rose or fell if the evidence's part is significant and has the direction of the change; it aged if nothing
        but older evidence, or what is borrowed in its place, explains the change or its direction.
        """
        if math.isnan(self.difference) or not self.difference or self.change.intervals is None:
            return ""
        low, high = self.change.intervals.evidence
        if self.change.is_significant and (low > 0) == (self.difference > 0):
            return "rose" if self.difference > 0 else "fell"
        return "aged" if self.change.is_significant or low == high == 0 else ""


def of_index(countries: Sequence[Moved], style: Style) -> Chart:
    """Chart the index of each country in its first and last edition."""
    pairs = [
        _Pair(
            labelled(style, country.ends[0]),
            country,
            country.changes[0],
            tuple((point.low, point.high) for point in (country.first, country.last)),
        )
        for country in countries
    ]
    moves = [pair.move for pair in pairs]
    shown = sum(not math.isnan(pair.difference) for pair in pairs)
    finding = findings.of_editions(moves.count("rose"), moves.count("fell"), shown)
    return _dumbbells("editions", finding, "Index", pairs, style)


def of_country(country: Moved, style: Style) -> Chart:
    """Chart the index and each pillar of a country in its first and last edition."""
    scale = country.first.assessment.scale
    pairs = [
        _Pair(
            named(change.node, scale),
            country,
            change,
            tuple(_interval(point, change, country.settings) for point in (country.first, country.last)),
        )
        for change in country.changes
    ]
    move = "withheld" if math.isnan(pairs[0].difference) else pairs[0].move
    finding = findings.of_change(findings.named(country.ends[0]), move)
    return _dumbbells(f"editions-{country.code}", finding, "Index and pillars", pairs, style)


def _interval(point: Point, change: NodeChange, settings: Settings) -> tuple[float, float]:
    """The uncertainty interval of the index, or of a pillar as its own index."""
    if change.node.parent is None:
        return point.low, point.high
    alone = simulate(scenario_of(point.assessment).by_pillar(change.node.id).assess(), settings)
    return float(alone.low[0]), float(alone.high[0])


def _dumbbells(name: str, finding: str, drawn: str, pairs: Sequence[_Pair], style: Style) -> Chart:
    last = pairs[0].country.last.assessment
    rubric = last.book.rubric
    actors = facing(pair.country.ends[0].profile.actor for pair in pairs)
    days = sorted({pair.country.days for pair in pairs})
    day = days[0] if len(days) == 1 else ""
    is_country = name != "editions"
    share = interval_share(rubric)
    axis_note = shared_note(last) if is_country else ""
    countries = f" of {numbers.count(len(pairs), 'country', 'countries')}" if not is_country else ""
    rows = [
        Row(
            pair.name,
            functools.partial(_dumbbell, style, pair),
            _cells(pair),
            "" if is_country else pair.country.code,
            is_total=is_country and pair.change.node.parent is None,
            below="" if len(days) == 1 else pair.country.days,
        )
        for pair in pairs
    ]
    head = Head(
        heading=finding,
        subtitle=listed(
            f"{drawn}{countries} in the first and the last edition, with {share} uncertainty intervals", actors, day
        ),
        notes=(_note(rubric), *filter(None, [axis_note])),
        alt=f"Dumbbell chart{f', {day}' if day else ''}. {finding}. {_changes(pairs)}",
        source=source(style, last, pairs[0].country.ends[1] if is_country else None),
    )
    columns = (
        Column("First", is_optional=True),
        Column("Last", is_optional=True),
        Column("Change"),
        Column(interval_name(rubric), is_optional=True),
        Column("Significant"),
    )
    frame = Frame(style, head)
    bodies = plot(
        frame,
        _key(style, pairs, share),
        columns,
        rows,
        ticks=shared_ticks(last) if is_country else axis_ticks(last.scale),
        height=LINE if style.tallest is None else CLOSE,
    )
    return frame.chart(name, bodies)


def _key(style: Style, pairs: Sequence[_Pair], share: str) -> list[LegendEntry]:
    """The legend: only of what is drawn."""
    half = style.px(13)
    moves = {pair.move for pair in pairs if not math.isnan(pair.difference)}
    key: list[LegendEntry] = [
        ((lambda x, y: [_first(style, x, y)]), "first edition"),
        figure_key(style, "last edition"),
        interval_key(style, f"{share} interval"),
    ]
    if moves & {"rose", "fell"}:
        key.append(((lambda x, y: [_line(style, "rose", x - half, x + half, y)]), "significant change"))
    if "" in moves:
        key.append(((lambda x, y: [_line(style, "", x - half, x + half, y)]), "change that is not significant"))
    if "aged" in moves:
        key.append(
            (
                (lambda x, y: [_line(style, "aged", x - half, x + half, y), _older(style, x + half, y)]),
                "older evidence alone, no decline or rise",
            )
        )
    is_hidden = any(score.low < score.high and math.isnan(score.estimate) for pair in pairs for score in pair.scores)
    return [*key, hidden_key(style, "evidence bounds of a withheld index")] if is_hidden else key


def _note(rubric: Rubric) -> str:
    borrowed = ", and what is borrowed in its place" if rubric.prior.borrows else ""
    thin = " The mark ~ means insufficient data by the rubric's rule of publication." if rubric.has_bounds else ""
    return (
        f"Significant: 0 lies outside the {interval_share(rubric)} uncertainty interval of the evidence's part of the "
        f"difference; the rest is ageing of the evidence{borrowed}.{thin}"
    )


def _first(style: Style, x: float, y: float) -> str:
    palette = style.palette
    return dot(x, y, radius=style.px(5), fill=palette.paper, stroke=palette.strong, kind="start")


def _older(style: Style, x: float, y: float) -> str:
    """The last edition where only older evidence moved it: hollow, since it is no news."""
    palette = style.palette
    return dot(x, y, radius=style.px(4), fill=palette.paper, stroke=palette.others, kind="aged")


def _line(style: Style, move: Move, x1: float, x2: float, y: float, down: float = 0) -> str:
    palette = style.palette
    if move in ("rose", "fell"):
        return rule(x1, y - down, x2, y + down, stroke=palette.strong, width=style.px(3.5), kind="move")
    if move == "aged":
        return rule(x1, y - down, x2, y + down, stroke=palette.others, width=1.5, kind="ageing", dash="1 3")
    return rule(x1, y - down, x2, y + down, stroke=palette.quiet, width=1.5, kind="noise", dash="4 3")


def _dumbbell(style: Style, pair: _Pair, x: Scale, y: float) -> list[str]:
    parts: list[str] = []
    apart = style.px(APART)
    are_hidden = [math.isnan(score.estimate) for score in pair.scores]
    for score, is_hidden, ends, offset in zip(pair.scores, are_hidden, pair.intervals, (-apart, apart), strict=True):
        if is_hidden:
            parts += hidden_bounds(style, x, y + offset, score.low, score.high)
        else:
            parts += interval_line(style, x, y + offset, *ends, width=4)
    first, last = pair.scores
    if not any(are_hidden):
        parts.append(_line(style, pair.move, x(first.estimate), x(last.estimate), y, apart))
    if not are_hidden[0]:
        parts.append(_first(style, x(first.estimate), y - apart))
    if not are_hidden[1]:
        draw = _older if pair.move == "aged" else figure_dot
        parts.append(draw(style, x(last.estimate), y + apart))
    return parts


def _cells(pair: _Pair) -> tuple[str, str, str, str, str]:
    first, last = pair.scores
    signed = first.scale.signed
    if math.isnan(pair.difference) or pair.change.intervals is None:
        return first.text, last.text, numbers.NONE, numbers.NONE, numbers.NONE
    low, high = pair.change.intervals.change
    significant = "ageing" if pair.move == "aged" else "yes" if pair.change.is_significant else "no"
    return first.text, last.text, signed(pair.difference), f"{signed(low)} to {signed(high)}", significant


def _changes(pairs: Sequence[_Pair]) -> str:
    """The significant changes, or that there is none, in a sentence."""
    listed_ones = [
        f"{pair.name} {pair.scores[0].scale.signed(pair.difference)}" for pair in pairs if pair.move in ("rose", "fell")
    ]
    shown = numbers.first(listed_ones, findings.NAMED)
    return f"Significant changes: {shown}." if listed_ones else "No change is significant."
