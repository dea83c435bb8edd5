"""Two rubrics against each other: a point with intervals both ways per country, ranges where an index is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.analysis.matrix import names_of, open_range
from scoring.index.summary import facing, interval_share
from scoring.render.charts.canvas import (
    BODY,
    MARGIN,
    SMALL,
    WIDTH,
    Chart,
    Head,
    axis,
    body_top,
    box,
    chart,
    dot,
    legend,
    number,
    rule,
    text_line,
    text_width,
)
from scoring.render.charts.common import axis_ticks
from scoring.render.charts.scatter import placed
from scoring.render.colours import PAPER, QUIET, SOFT, STRONG
from scoring.text.prose import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.matrix import ByBoth, Matrix
    from scoring.model.rubric import Rubric
    from scoring.render.charts.canvas import LegendEntry
    from scoring.uncertainty.ranking import SimulatedScore

LEFT, HEIGHT = 84, 600  # of the axes, in pixels
DASH = "5 4"
PLATE = 28, 14  # under the code of a country on a line
BESIDE = ((7, -6), (-33, -6), (7, 15), (-33, 15))  # of a label from its point: between the intervals
ALONG = 30  # places for a label on a line
KEY: tuple[LegendEntry, ...] = (
    (
        lambda x, y: [
            rule(x - 13, y, x + 13, y, stroke=SOFT, width=2),
            rule(x, y - 7, x, y + 7, stroke=SOFT, width=2),
            dot(x, y, radius=4, fill=STRONG),
        ],
        "both indices, with their uncertainty intervals",
    ),
    (
        lambda x, y: [rule(x - 13, y, x + 13, y, stroke=QUIET, dash=DASH)],
        "evidence bounds where an index is withheld",
    ),
)


def matrix_chart(matrix: Matrix) -> Chart:
    """Chart each country by the first rubric across and by the second one upwards.

    Where one index is withheld, a dashed line at the other index shows its evidence bounds; where both are, a dashed
    rectangle. A withheld index never appears as a point.
    """
    first, second = matrix.names
    titles = [f"{rubric.title} ({name})" for rubric, name in zip(matrix.rubrics, matrix.names, strict=True)]
    actors = facing(both.first.country.profile.actor for both in matrix.countries)
    head = Head(
        heading=f"{first} and {second}, by country",
        subtitle=f"{'; '.join(f'{r.title}, {r.id}@{r.version}' for r in matrix.rubrics)}; {actors}",
        notes=(_note(matrix), *_withheld(matrix)),
        alt=_alt(matrix),
    )
    key, top = legend(MARGIN, body_top(head) + 4, KEY)
    top += 16
    bottom, right = top + HEIGHT, WIDTH - MARGIN
    frame = _Frame(LEFT, right, top, bottom)
    across, upwards = (axis_ticks(side.assessment.scale) for side in matrix.sides)
    parts = [*key, *axis(LEFT, right, top, bottom, across)]
    for share, name in upwards:
        parts.append(rule(LEFT, frame.down(share), right, frame.down(share)))
        parts.append(text_line(LEFT - 6, frame.down(share) + 4, name, size=SMALL, anchor="end", fill=QUIET))
    middle = (top + bottom) / 2
    parts.append(text_line((LEFT + right) / 2, bottom + 36, titles[0], anchor="middle"))
    parts.append(
        f'<g transform="rotate(-90 {MARGIN + BODY} {number(middle)})">'
        f"{text_line(MARGIN + BODY, middle, titles[1], anchor='middle')}</g>"
    )
    below_points = sorted(matrix.countries, key=lambda both: both.is_point)
    marked = [(both, list(frame.marks(both))) for both in below_points]
    parts += [part for both, marks in marked for part in marks]
    parts += [frame.dot(both) for both in matrix.countries if both.is_point]
    parts += frame.labels([both for both, marks in marked if marks])
    return chart(matrix_name(*matrix.rubrics), head, parts, bottom + 44)


def matrix_name(first: Rubric, second: Rubric) -> str:
    """The name of the file of the chart."""
    return "-".join(("matrix", *names_of(first, second))).replace("@", "-").replace(" ", "-")


class _Frame:
    """The axes, from 0 to 1 both ways, in pixels."""

    def __init__(self, left: float, right: float, top: float, bottom: float) -> None:
        self.left, self.right, self.top, self.bottom = left, right, top, bottom

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
        return dot(x, y, radius=4, fill=STRONG, kind=f"dot {both.first.country.code}")

    def labels(self, shown: Sequence[ByBoth]) -> list[str]:
        """The codes of the countries: beside their points, or on the dashed lines."""
        points, wanted = [], []
        for both in shown:
            across, down = _extent(both.first), _extent(both.second)
            assert across is not None and down is not None  # noqa: S101, PT018  it has marks
            code, x, y = both.first.country.code, self.across(across[1]), self.down(down[1])
            if both.is_point:
                points.append((code, x, y))
            elif across[0] == across[1]:
                wanted.append((code, [(x - PLATE[0] / 2, y + PLATE[1] * (step + 1)) for step in range(ALONG)]))
            else:
                wanted.append((code, [(x - PLATE[0] * (step + 1.5), y + 4) for step in range(ALONG)]))
        dots = [(x, y) for _, x, y in points]
        beside = ((code, [(x + dx, y + dy) for dx, dy in BESIDE]) for code, x, y in points)
        parts = []
        for position, (code, x, y) in enumerate(placed([*beside, *wanted], dots)):
            if position >= len(points):  # on a line
                parts.append(box(x, y - PLATE[1] + 3, *PLATE, fill=PAPER, kind="plate"))
            left = x if position < len(points) else x + (PLATE[0] - text_width(code, SMALL)) / 2
            parts.append(text_line(left, y, code, size=SMALL))
        return parts

    def _line(self, x1: float, y1: float, x2: float, y2: float, *, withheld: bool = False) -> str:
        ends = self.across(x1), self.down(y1), self.across(x2), self.down(y2)
        if withheld:
            return rule(*ends, stroke=QUIET, kind="range", dash=DASH)
        return rule(*ends, stroke=SOFT, width=2, kind="interval")


def _extent(side: SimulatedScore) -> tuple[float, float] | None:
    """From where to where a country is shown on an axis: its index, or its evidence bounds where that is withheld."""
    index = side.country.index
    return (index.estimate, index.estimate) if side.country.is_published else open_range(side.country)


def _note(matrix: Matrix) -> str:
    shares = dict.fromkeys(map(interval_share, matrix.rubrics))
    return (
        f"Uncertainty intervals hold {joined(list(shares))} of the draws. Each axis has the scale and the direction of "
        "its own rubric; do not subtract one index from the other."
    )


def _withheld(matrix: Matrix) -> list[str]:
    """Which indices are withheld, by rubric."""
    notes = []
    for name, sides in zip(matrix.names, zip(*(both.sides for both in matrix.countries), strict=True), strict=True):
        if labels_of := [side.country.label for side in sides if not side.country.is_published]:
            notes.append(f"Withheld by {name}, so that there is no point: {', '.join(labels_of)}.")
    return notes


def _alt(matrix: Matrix) -> str:
    first, second = matrix.names
    points = "; ".join(
        f"{both.first.country.label}, {_described(first, both.first)}, {_described(second, both.second)}"
        for both in matrix.countries
        if both.is_point
    )
    shown = f" {points}." if points else " No country has both indices."
    return " ".join(
        [f"Scatter plot of countries by {first}, across, and {second}, upwards.{shown}", *_withheld(matrix)]
    )


def _described(name: str, side: SimulatedScore) -> str:
    return f"{name} {side.country.index.text} ({side.country.scale.span(side.low, side.high, ' to ')})"
