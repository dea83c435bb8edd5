"""First and last edition of countries: dumbbells."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, NamedTuple

from scoring.render.charts.canvas import (
    Chart,
    Head,
    body_top,
    chart,
    dot,
    rule,
)
from scoring.render.charts.common import label, span
from scoring.render.charts.rows import Column, Key, Row, Scale, figure_key, hidden_key, hidden_range, plot
from scoring.render.colours import PAPER, QUIET, STRONG
from scoring.render.rows import estimate_text
from scoring.render.wording import interval_name
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.change.trend import Move, Point
    from scoring.index.assessment import Assessment

LINE = 34
COLUMNS = Column("First", 66), Column("Last", 66), Column("Step", 50), Column("More than noise", 104)
KEY: tuple[Key, ...] = (
    ((lambda x, y: [dot(x, y, fill=PAPER, stroke=STRONG)]), "first edition"),
    figure_key("last edition"),
    ((lambda x, y: [rule(x - 13, y, x + 13, y, stroke=STRONG, width=4)]), "more than noise"),
    ((lambda x, y: [rule(x - 13, y, x + 13, y, stroke=QUIET, width=1.5, dash="3 3")]), "may be noise"),
    hidden_key("range of a withheld index"),
)


class Moved(NamedTuple):
    """A country's first and last edition, and how index and pillars moved between them."""

    first: Point
    last: Point
    moves: tuple[Move, ...]
    """The index first, then the pillars in order."""


class _Pair(NamedTuple):
    name: str
    first: Assessment
    last: Assessment
    move: Move
    when: str


def of_index(countries: Sequence[Moved]) -> Chart:
    """A dumbbell a country: its index in the first and in the last edition."""
    rows = [_pair(one, one.moves[0], label(code(one))) for one in countries]
    return _dumbbells("editions", f"The index between editions, {len(rows)} {_countries(len(rows))}", rows)


def of_country(country: Moved) -> Chart:
    """A dumbbell for the index and for each pillar of one country."""
    rows = [_pair(country, move, "Index" if move.node.parent is None else move.node.label) for move in country.moves]
    return _dumbbells(f"editions-{code(country)}", f"{label(code(country))} between editions", rows)


def code(one: Moved) -> str:
    """The code of the country."""
    return one.first.assessment.profiles[0].country


def _countries(count: int) -> str:
    return "country" if count == 1 else "countries"


def _pair(one: Moved, move: Move, name: str) -> _Pair:
    first, last = one.first.assessment, one.last.assessment
    return _Pair(name, first, last, move, f"{first.as_of[0].isoformat()} to {last.as_of[0].isoformat()}")


def _dumbbells(name: str, heading: str, rows: Sequence[_Pair]) -> Chart:
    rubric = rows[0].first.book.rubric
    actors = ", ".join(sorted({row.first.profiles[0].actor for row in rows}))
    when = sorted({row.when for row in rows})
    about = f"{rubric.title}, {rubric.id}@{rubric.version}, actor {actors}"
    dated = f", {when[0]}" if len(when) == 1 else ""
    head = Head(
        heading=heading,
        subtitle=about + dated,
        notes=(
            (
                f"More than noise: 0 lies outside the {interval_name(rubric)} of the draws of the difference. Age "
                "alone moves a figure towards the rubric's centre. ~ thin, by the rubric's rule of publication."
            ),
        ),
        alt=f"Dumbbell chart. {'. '.join(map(_told, rows))}.",
    )
    is_country = len(rows) > 1 and rows[1].move.node.parent is not None  # below its index stand its pillars
    drawn = [
        Row(
            row.name,
            functools.partial(_dumbbell, row),
            _cells(row),
            is_total=is_country and row.move.node.parent is None,
            below="" if len(when) == 1 else row.when,
        )
        for row in rows
    ]
    parts, bottom = plot(body_top(head), KEY, COLUMNS, drawn, height=LINE)
    return chart(name, head, parts, bottom + 18)


def _value(assessment: Assessment, move: Move) -> float:
    """The estimate; NaN if it is withheld, or there is no evidence."""
    return float(assessment.shown[0, move.node.position])


def _dumbbell(row: _Pair, x: Scale, y: float) -> list[str]:
    parts: list[str] = []
    ends = [_value(one, row.move) for one in (row.first, row.last)]
    for place, (one, value) in enumerate(zip((row.first, row.last), ends, strict=True)):
        if math.isnan(value):
            low, high = (float(array[0, row.move.node.position]) for array in (one.figures.low, one.figures.high))
            above = (-5, 5)[place] if all(map(math.isnan, ends)) else 0  # two ranges stand below each other
            parts += hidden_range(x, y + above, low, high)
    if not any(map(math.isnan, ends)):
        parts.append(
            rule(x(ends[0]), y, x(ends[1]), y, stroke=STRONG, width=4, kind="move")
            if row.move.is_significant
            else rule(x(ends[0]), y, x(ends[1]), y, stroke=QUIET, width=1.5, kind="noise", dash="3 3")
        )
    if not math.isnan(ends[0]):
        parts.append(dot(x(ends[0]), y, fill=PAPER, stroke=STRONG, kind="start"))
    if not math.isnan(ends[1]):
        parts.append(dot(x(ends[1]), y, fill=STRONG, stroke=PAPER))
    return parts


def _cells(row: _Pair) -> tuple[str, str, str, str]:
    node = row.move.node
    ends = [_value(one, row.move) for one in (row.first, row.last)]
    step = ends[1] - ends[0]
    known = not math.isnan(step)
    return (
        estimate_text(row.first, 0, node),
        estimate_text(row.last, 0, node),
        numbers.signed_points(step),
        (("yes" if row.move.is_significant else "no") if known else numbers.NONE),
    )


def _told(row: _Pair) -> str:
    node = row.move.node
    ends = []
    for one in (row.first, row.last):
        value = _value(one, row.move)
        if math.isnan(value):
            low, high = (float(array[0, node.position]) for array in (one.figures.low, one.figures.high))
            ends.append(f"{estimate_text(one, 0, node)}{f', range {span(low, high)}' if low < high else ''}")
        else:
            ends.append(numbers.points(value))
    _, _, step, firm = _cells(row)
    noise = {"yes": ", more than noise", "no": ", which may be noise"}.get(firm, "")
    return f"{row.name} from {ends[0]} to {ends[1]}, {row.when}{f': {step}{noise}' if noise else ''}"
