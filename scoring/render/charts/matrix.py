"""Two rubrics against each other: a point with intervals both ways per country, ranges where an index is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.analysis.matrix import names_of, open_range
from scoring.index.summary import interval_share
from scoring.render import findings
from scoring.render.charts.canvas import (
    DROP,
    Body,
    Chart,
    Frame,
    Head,
    LegendEntry,
    axis,
    box,
    dot,
    legend,
    number,
    of_country,
    rule,
    text_line,
    text_width,
    wrapped,
)
from scoring.render.charts.common import axis_ticks, source, when
from scoring.render.charts.labels import Box, Wanted, box_around, placed
from scoring.text import numbers
from scoring.text.prose import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.matrix import ByBoth, Matrix
    from scoring.model.rubric import Rubric
    from scoring.render.charts.style import Style
    from scoring.uncertainty.ranking import SimulatedScore

HEIGHT = 0.72  # of the axes, as a share of the width
DASH = "5 4"
RADIUS = 4


def matrix_chart(matrix: Matrix, style: Style, chosen: Sequence[str] = ()) -> Chart:
    """Chart each country by the first rubric across and by the second one upwards.

    Where one index is withheld, a dashed line at the other index shows its evidence bounds; where both are, a dashed
    rectangle. A withheld index never appears as a point. chosen: only the countries with these codes, by default all.
    """
    first, second = matrix.names
    countries = [both for both in matrix.countries if not chosen or both.first.country.code in chosen]
    titles = [f"{rubric.title} ({name})" for rubric, name in zip(matrix.rubrics, matrix.names, strict=True)]
    finding = findings.of_matrix(matrix)
    share = joined(list(dict.fromkeys(map(interval_share, matrix.rubrics))))
    count = f"{len(countries)} of {len(matrix.countries)}" if chosen else f"{len(countries)}"
    sources = [source(style, side.assessment).removeprefix("Source: ") for side in matrix.sides]
    head = Head(
        heading=finding,
        subtitle=f"Indices by {first}, across, and {second}, upwards, with {share} uncertainty intervals; {count} "
        f"countries, {when(matrix.first.assessment)}",
        notes=(
            "Each axis has the scale and the direction of its own rubric; do not subtract one index from the other.",
            *_withheld(matrix, countries),
        ),
        alt=f"Scatter plot of {len(countries)} countries by {first}, across, and {second}, upwards. {finding}. "
        f"{numbers.count(sum(both.is_point for both in countries), 'country', 'countries')} with both indices.",
        source=f"Sources: {'; '.join(sources)}",
    )
    page = Frame(style, head)
    key, y = legend(style, page.left, page.top + style.px(4), _key(style), page.right)
    top = y + style.small + style.px(8)
    across, upwards = (axis_ticks(side.assessment.scale) for side in matrix.sides)
    names = max(text_width(style.locale.of(name), style.small) for _, name in upwards)
    left = page.left + style.body * 1.4 + names + style.px(8)
    below = style.small + style.px(8) + style.body * 1.6
    bottom = top + min(HEIGHT * page.width, page.bottom - top - below)
    frame = _Axes(style, left, page.right, top, bottom)
    palette = style.palette
    parts = [*key, *axis(style, left, page.right, top, bottom, across)]
    for share_of, name in upwards:
        at = frame.down(share_of)
        parts.append(rule(left, at, page.right, at, stroke=palette.rule))
        parts.append(
            text_line(
                style,
                left - style.px(6),
                at + style.small * DROP,
                style.locale.of(name),
                size=style.small,
                anchor="end",
                fill=palette.quiet,
            )
        )
    middle, own = (top + bottom) / 2, page.left + style.body
    under = bottom + style.small + style.px(6) + style.body
    across_title = _fitting(style, titles[0], first, page.right - left)
    up_title = _fitting(style, titles[1], second, bottom - top)
    parts.append(text_line(style, (left + page.right) / 2, under, across_title, anchor="middle"))
    parts.append(
        f'<g transform="rotate(-90 {number(own)} {number(middle)})">'
        f"{text_line(style, own, middle, up_title, anchor='middle')}</g>"
    )
    below_points = sorted(countries, key=lambda both: both.is_point)
    marked = [(both, list(frame.marks(both))) for both in below_points]
    for both, marks in marked:
        parts += of_country(both.first.country.code, marks)
    for both in countries:
        if both.is_point:
            parts += of_country(both.first.country.code, [frame.dot(both)])
    parts += frame.labels([both for both, marks in marked if marks])
    return page.chart(matrix_name(*matrix.rubrics), [Body(parts, under + style.px(4))])


def _fitting(style: Style, title: str, name: str, room: float) -> str:
    """The title of an axis, or the name of the rubric where that is too long."""
    return title if len(wrapped(title, room, style.body)) == 1 else name


def _key(style: Style) -> list[LegendEntry]:
    half, up, palette = style.px(13), style.px(7), style.palette
    return [
        (
            lambda x, y: [
                rule(x - half, y, x + half, y, stroke=palette.soft, width=2),
                rule(x, y - up, x, y + up, stroke=palette.soft, width=2),
                dot(x, y, radius=style.px(RADIUS), fill=palette.strong, stroke=palette.paper),
            ],
            "both indices, with their uncertainty intervals",
        ),
        (
            lambda x, y: [rule(x - half, y, x + half, y, stroke=palette.quiet, dash=DASH)],
            "evidence bounds where an index is withheld",
        ),
    ]


def matrix_name(first: Rubric, second: Rubric) -> str:
    """The name of the file of the chart."""
    return "-".join(("matrix", *names_of(first, second))).replace("@", "-").replace(" ", "-")


class _Axes:
    """The axes, from 0 to 1 both ways, in pixels."""

    def __init__(self, style: Style, left: float, right: float, top: float, bottom: float) -> None:
        self.style, self.left, self.right, self.top, self.bottom = style, left, right, top, bottom

    def across(self, value: float) -> float:
        return self.left + value * (self.right - self.left)

    def down(self, value: float) -> float:
        return self.bottom - value * (self.bottom - self.top)

    def marks(self, both: ByBoth) -> Iterator[str]:
        """The intervals of both indices, or what the evidence leaves open where one is withheld."""
        first, second = both.sides
        x, y = first.country.index.estimate, second.country.index.estimate
        if both.is_point:
            yield self._line(first.low, y, first.high, y)
            yield self._line(x, second.low, x, second.high)
            return
        across, down = _extent(first), _extent(second)
        if across is None or down is None:
            return
        corners = [(across[0], down[0]), (across[1], down[0]), (across[1], down[1]), (across[0], down[1])]
        sides = zip(corners, [*corners[1:], corners[0]], strict=True)
        for (x1, y1), (x2, y2) in dict.fromkeys(tuple(sorted(ends)) for ends in sides if ends[0] != ends[1]):
            yield self._line(x1, y1, x2, y2, withheld=True)

    def dot(self, both: ByBoth) -> str:
        """The point of a country of which both indices are published."""
        first, second = both.sides
        x, y = self.across(first.country.index.estimate), self.down(second.country.index.estimate)
        style = self.style
        kind = f"dot {both.first.country.code}"
        return dot(x, y, radius=style.px(RADIUS), fill=style.palette.strong, stroke=style.palette.paper, kind=kind)

    def labels(self, shown: Sequence[ByBoth]) -> list[str]:
        """The codes of the countries: beside their points, or on the dashed lines; others are led to."""
        style, palette, size = self.style, self.style.palette, self.style.small
        height = size * 1.1
        wanted: list[tuple[ByBoth, Wanted]] = []
        points = []
        for both in sorted(shown, key=lambda both: not both.is_point):
            across, down = _extent(both.first), _extent(both.second)
            assert across is not None and down is not None  # noqa: S101, PT018  it has marks
            x, y = self.across(across[1]), self.down(down[1])
            width = text_width(both.first.country.code, size) + style.px(3)
            if both.is_point:
                points.append(box_around(x, y, style.px(2 * RADIUS + 1), style.px(2 * RADIUS + 1)))
                dx, dy = width / 2 + style.px(4), height / 2 + style.px(3)
                near = [(dx, -dy), (-dx, -dy), (dx, dy), (-dx, dy)]
            elif across[0] == across[1]:
                near = [(0.0, height * (step + 0.5)) for step in range(30)]
            else:
                near = [(-width * (step + 0.5), 0.0) for step in range(30)]
            wanted.append((both, Wanted(x, y, width, height, near)))
        area = Box(self.left, self.top, self.right, self.bottom)
        parts = []
        for (both, label), place in zip(
            wanted, placed([label for _, label in wanted], area, points, style.px(5)), strict=True
        ):
            if place is None:
                continue
            code, (x, y) = both.first.country.code, place.box.centre
            own = [rule(*place.leader, stroke=palette.ink, width=0.8, kind="leader")] if place.leader else []
            if place.leader or not both.is_point:
                own.append(
                    box(place.box.left, place.box.top, label.width, label.height, fill=palette.paper, kind="plate")
                )
            own.append(text_line(style, x, y + size * DROP, code, size=size, anchor="middle"))
            parts += of_country(code, own, "label")
        return parts

    def _line(self, x1: float, y1: float, x2: float, y2: float, *, withheld: bool = False) -> str:
        ends, palette = (self.across(x1), self.down(y1), self.across(x2), self.down(y2)), self.style.palette
        if withheld:
            return rule(*ends, stroke=palette.quiet, kind="range", dash=DASH)
        return rule(*ends, stroke=palette.soft, width=self.style.px(2), kind="interval")


def _extent(side: SimulatedScore) -> tuple[float, float] | None:
    """From where to where a country is shown on an axis: its index, or its evidence bounds where that is withheld."""
    index = side.country.index
    return (index.estimate, index.estimate) if side.country.is_published else open_range(side.country)


def _withheld(matrix: Matrix, countries: Sequence[ByBoth]) -> list[str]:
    """Which indices are withheld, by rubric."""
    notes = []
    for side, name in enumerate(matrix.names):
        scores = [both.sides[side].country for both in countries]
        if labels_of := [country.name for country in scores if not country.is_published]:
            notes.append(f"Withheld by {name}, so that there is no point: {', '.join(labels_of)}.")
    return notes
