"""Countries on a map, in the bands of the rubric that their intervals reach."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.index.summary import interval_share
from scoring.model.countries import named
from scoring.render import findings
from scoring.render.charts import geography
from scoring.render.charts.canvas import (
    Body,
    Chart,
    Frame,
    Head,
    LegendEntry,
    box,
    clean,
    dot,
    hatch,
    hatched_box,
    legend,
    number,
    of_country,
    rule,
    text_line,
    text_width,
)
from scoring.render.charts.common import among, caveats, extremes, source, when, withheld_sentence
from scoring.render.charts.geography import BOUNDARIES, WIDTH
from scoring.render.charts.labels import Box, Wanted, box_around, placed
from scoring.render.colours import classes, ink_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.model.rubric import Rubric
    from scoring.render.charts.geography import Geography, Ring
    from scoring.render.charts.labels import Covered
    from scoring.render.charts.style import Style
    from scoring.statistics.arrays import Floats
    from scoring.uncertainty.simulation import Simulation

TOO_SMALL = 12.0  # square pixels of the largest part of a country that is drawn as a circle
STRIPE = 6.0  # width of a stripe and of the distance of hatches, in pixels
RADIUS = 5.5  # of the circle of a small state
LARGE = 1.6  # least area of a country that is labelled with its index too, as a multiple of the label's
ROOM = 0.8  # the same of one whose label stands in it
OFFSETS = tuple((dx, dy) for dy in (0, -0.5, 0.5) for dx in (0, -0.5, 0.5))  # of a label, in its sizes
LEAST_HEIGHT = 120.0  # of a map, in pixels, however much text is around it


def on_map(assessment: Assessment) -> list[str]:
    """The codes of the countries of the assessment that have an outline."""
    known = frozenset(geography.codes())
    return [country.code for country in assessment.countries if country.code in known]


def choropleth(simulation: Simulation, style: Style, chosen: Sequence[CountryScore] = ()) -> Chart:
    """Chart each country on a map in the shades of the bands that its interval reaches; the withheld are hatched.

    At least one of the countries must be `on_map`. chosen: only these countries, by default all.
    """
    assessment = simulation.assessment
    rubric = assessment.book.rubric
    countries = chosen or assessment.by_rank
    known = frozenset(geography.codes())
    mapped = [country for country in countries if country.code in known]
    absent = [_text(assessment, country) for country in countries if country.code not in known]
    finding, share = findings.of_bands(simulation, chosen), interval_share(rubric)
    head = Head(
        heading=finding,
        subtitle=f"Bands of the index that the {share} uncertainty interval reaches; {among(assessment, countries)}, "
        f"{when(assessment)}",
        notes=(
            (
                f"Stripes: the {share} interval reaches into more than one band. A figure on a country is its index; "
                "whether two countries are distinguishable is shown in the ranking."
            ),
            *([f"Not on this map: {', '.join(absent)}."] if absent else []),
        ),
        caveats=caveats(assessment, countries),
        alt=_alt(simulation, countries),
        source=source(style, assessment, None, BOUNDARIES),
    )
    bands = {country.code: _bands(simulation, country) for country in mapped}
    entries = _key(style, rubric, bands, others="not in this set, or not drawn" if chosen else "not in this set")

    def laid(head: Head) -> tuple[Chart, list[str]]:
        """The map with this text around it, and the countries without a label."""
        frame = Frame(style, head)
        key, y = legend(style, frame.left, frame.top + style.px(6), entries, frame.right)
        top, width = y + style.px(4), frame.right - frame.left
        room = max(frame.bottom - top, LEAST_HEIGHT)
        codes = tuple(sorted(country.code for country in mapped))
        shown = geography.geography(codes, max(geography.RATIO, width / room))
        drawn = _Map(style, rubric, shown, frame.left, top, width / WIDTH)
        labels, unlabelled = drawn.labels(mapped, bands)
        parts = [*key, *drawn.shapes(mapped, bands), *drawn.circles(mapped, bands), *labels]
        noted = replace(head, notes=(*head.notes, f"Projection: {shown.projection}."))
        return Frame(style, noted).chart("map", [Body(parts, drawn.bottom)]), unlabelled

    drawn, unlabelled = laid(head)
    listed: list[str] = []
    while not set(unlabelled) <= set(listed):  # their names take room, for which a slide has a smaller map
        listed = sorted({*listed, *unlabelled})
        told = f"Without room for a label: {', '.join(listed)}."
        drawn, unlabelled = laid(replace(head, caveats=(told, *head.caveats)))
    return drawn


def _bands(simulation: Simulation, country: CountryScore) -> tuple[int, ...]:
    """The bands that the interval of a country reaches, that of its index first; none where that is withheld."""
    if not country.is_published:
        return ()
    reached = findings.plausible_bands(simulation, country)
    own = [band.label for band in simulation.assessment.book.rubric.bands].index(country.band or "")
    return own, *(band for band in reached if band != own)


class _Map:
    """A map in a chart: outlines in the units of the geography, labels in pixels."""

    def __init__(self, style: Style, rubric: Rubric, shown: Geography, left: float, top: float, scale: float) -> None:
        self.style, self.shown, self.left, self.top, self.scale = style, shown, left, top, scale
        self.shades = _shades(style, rubric)
        self.bottom = top + shown.view.height * scale
        self.right = left + shown.view.width * scale
        self.small = frozenset(code for code in shown.anchors if shown.areas[code] * scale**2 < TOO_SMALL)

    def at(self, code: str) -> tuple[float, float]:
        x, y = self.shown.anchors[code]
        return self.left + x * self.scale, self.top + y * self.scale

    def shapes(self, mapped: Sequence[CountryScore], bands: dict[str, tuple[int, ...]]) -> list[str]:
        """The outlines, the scored last, on top of the others."""
        view = self.shown.view
        palette = self.style.palette
        scored = {country.code for country in mapped}
        parts = [
            (
                f'<svg class="map" x="{number(self.left)}" y="{number(self.top)}" '
                f'width="{number(self.right - self.left)}" height="{number(self.bottom - self.top)}" '
                f'viewBox="{" ".join(map(number, view))}">'
            )
        ]
        for code in sorted(self.shown.rings, key=lambda code: (code in scored, code)):
            path, rings = self.shown.paths[code], self.shown.rings[code]
            if code not in scored:
                parts.append(self._outline(code, path, palette.empty, palette.border))
                continue
            reached = bands[code]
            fill = self.shades[reached[0]] if reached else palette.paper
            parts.append(f'<g class="country {clean(code)}" data-country="{clean(code)}">')
            parts.append(self._outline(code, path, fill, palette.paper if reached else palette.quiet))
            for place, band in enumerate(reached[1:], 1):
                parts.append(self._striped(rings, self.shades[band], place, len(reached)))
            if len(reached) > 1:
                parts.append(self._outline(code, path, "none", palette.paper))
            if not reached:
                parts.append(hatch(rings, stroke=palette.quiet, step=1.4 * STRIPE / self.scale, width=1 / self.scale))
            parts.append("</g>")
        return [*parts, "</svg>"]

    def _outline(self, code: str, path: str, fill: str, stroke: str) -> str:
        title = "" if fill == "none" else f"<title>{clean(named(code))}</title>"
        kind = "border" if fill == "none" else "outline"
        return (
            f'<path class="{kind}" d="{path}" fill="{fill}" stroke="{stroke}" '
            f'stroke-width="{number(0.7 / self.scale)}" stroke-linejoin="round">{title}</path>'
        )

    def _striped(self, rings: Sequence[Ring], fill: str, place: int, count: int) -> str:
        """The stripes of one of several bands on a country: slanted, each as wide as those of the others."""
        step = self.style.px(STRIPE) / self.scale
        parts = []
        for ring in rings:
            turned = [(x + y, x - y) for x, y in ring]
            first, last = (pick(s for s, _ in turned) for pick in (min, max))
            number_of = int(first // (step * count)) - 1
            while (start := (number_of * count + place) * step) < last:
                part = geography.clipped(geography.clipped(turned, 0, start, 1), 0, start + step, -1)
                if len(part) > 2:  # noqa: PLR2004  corners of an area
                    parts.append([((s + t) / 2, (s - t) / 2) for s, t in part])
                number_of += 1
        return f'<path class="stripes" d="{geography.path(parts)}" fill="{fill}" fill-rule="evenodd"/>'

    def circles(self, mapped: Sequence[CountryScore], bands: dict[str, tuple[int, ...]]) -> list[str]:
        """The small states."""
        parts = []
        palette, radius = self.style.palette, self.style.px(RADIUS)
        for country in mapped:
            if country.code not in self.small:
                continue
            x, y = self.at(country.code)
            reached, code = bands[country.code], clean(country.code)
            fill = self.shades[reached[0]] if reached else palette.paper
            parts.append(f'<g class="country {code}" data-country="{code}">')
            parts.append(dot(x, y, radius=radius, fill=fill, stroke=palette.ink, kind="small"))
            if reached[1:]:  # half and half
                parts.append(
                    f'<path class="stripes" d="M{number(x)} {number(y - radius)}a{number(radius)} {number(radius)} '
                    f'0 0 1 0 {number(2 * radius)}z" fill="{self.shades[reached[1]]}"/>'
                )
            if not reached:
                side = radius * 0.7
                square = [(x - side, y - side), (x + side, y - side), (x + side, y + side), (x - side, y + side)]
                parts.append(hatch([square], stroke=palette.quiet, step=4))
            parts.append("</g>")
        return parts

    def labels(self, mapped: Sequence[CountryScore], bands: dict[str, tuple[int, ...]]) -> tuple[list[str], list[str]]:
        """Labels: the code, on a large country its index too; and the codes without room for a label."""
        style, palette, size = self.style, self.style.palette, self.style.small
        leading = size * 1.12
        wanted: list[tuple[CountryScore, list[str], Wanted]] = []
        for country in mapped:
            if country.code not in self.shown.anchors:
                continue
            area = self.shown.areas[country.code] * self.scale**2
            lines = [country.code]
            both = [country.code, style.locale.of(country.index.text)]
            if country.is_published and not style.is_narrow and area >= LARGE * self._width(both) * (2 * leading + 3):
                lines = both
            width, height = self._width(lines), len(lines) * leading + 3
            if country.code in self.small:
                beside = style.px(RADIUS) + 2 + width / 2
                near: tuple[tuple[float, float], ...] = ((beside, 0), (-beside, 0))
            elif area >= ROOM * width * height:
                near = tuple((dx * width, dy * height) for dx, dy in OFFSETS)
            else:
                near = ()
            wanted.append((country, lines, Wanted(*self.at(country.code), width, height, near)))
        marks = [self._mark(country.code) for country, _, _ in wanted if country.code in self.small]
        anchored = [self._mark(country.code) for country, _, label in wanted if not label.near]
        page = Box(self.left, self.top, self.right, self.bottom)
        places = placed(
            [label for _, _, label in wanted], page, [*marks, *anchored], style.px(5), self._covered(mapped)
        )
        leaders, parts, unlabelled = list[str](), list[str](), list[str]()
        for (country, lines, label), place in zip(wanted, places, strict=True):
            if place is None:
                unlabelled.append(f"{country.code} {style.locale.of(country.index.text)}")
                continue
            is_led, reached = place.leader is not None, bands[country.code]
            fill = palette.paper if is_led or not reached else self.shades[reached[0]]
            ink = palette.ink if is_led or not reached else ink_on(fill)
            code = clean(country.code)
            if place.leader:  # behind all labels
                line = rule(*place.leader, stroke=palette.ink, width=0.8, kind="leader")
                point = dot(label.x, label.y, radius=style.px(2), fill=palette.ink, stroke=palette.paper, kind="anchor")
                leaders += of_country(country.code, [line] if country.code in self.small else [line, point], "leader")
            parts.append(f'<g class="label" data-country="{code}">')
            parts.append(box(place.box.left, place.box.top, label.width, label.height, fill=fill, kind="plate"))
            parts += [
                text_line(
                    style,
                    place.box.centre[0],
                    place.box.top + leading * (position + 1) - 0.15 * size,
                    text,
                    size=size,
                    anchor="middle",
                    fill=ink,
                    bold=position == 0,
                )
                for position, text in enumerate(lines)
            ]
            parts.append("</g>")
        return [*leaders, *parts], sorted(unlabelled)

    def _covered(self, mapped: Sequence[CountryScore]) -> Covered:
        """The shares of places on the map that lie on countries of the set, by a grid."""
        cell = self.style.px(4)
        xs = np.arange(self.left + cell / 2, self.right, cell)
        ys = np.arange(self.top + cell / 2, self.bottom, cell)
        is_land = np.zeros((len(ys), len(xs)), dtype=bool)
        for country in mapped:
            for ring in self.shown.rings.get(country.code, ()):
                x, y = np.array(ring, dtype=float).T * self.scale + [[self.left], [self.top]]
                x2, y2 = np.roll(x, -1), np.roll(y, -1)
                for row in np.flatnonzero((ys > y.min()) & (ys < y.max())):
                    crossed = (y > ys[row]) != (y2 > ys[row])
                    at = x[crossed] + (ys[row] - y[crossed]) * (x2[crossed] - x[crossed]) / (y2[crossed] - y[crossed])
                    is_land[row] ^= np.searchsorted(np.sort(at), xs) % 2 == 1

        total = np.pad(is_land.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))

        def covered(places: Floats) -> Floats:
            left, right = (np.searchsorted(xs, places[:, side]) for side in (0, 2))
            top, bottom = (np.searchsorted(ys, places[:, side]) for side in (1, 3))
            inside = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
            return np.asarray(inside / np.maximum((right - left) * (bottom - top), 1))

        return covered

    def _width(self, lines: Sequence[str]) -> float:
        return max(text_width(line, self.style.small, bold=True) for line in lines) + self.style.px(4)

    def _mark(self, code: str) -> Box:
        """What no label may cover: the circle of a small state, or the point to which a label leads."""
        side = 2 * self.style.px(RADIUS) + 1 if code in self.small else self.style.px(3)
        return box_around(*self.at(code), side, side)


def _key(style: Style, rubric: Rubric, bands: dict[str, tuple[int, ...]], *, others: str) -> list[LegendEntry]:
    half, up, palette = style.px(13), style.px(7), style.palette
    shades = _shades(style, rubric)
    uppers = [*(band.cut for band in rubric.bands[1:]), rubric.scale.to]
    key: list[LegendEntry] = [
        (
            functools.partial(_patch, style, (colour,)),
            f"{band.label}, {'above ' if band.is_open else ''}{band.cut:g}–{upper:g}",
        )
        for band, upper, colour in zip(rubric.bands, uppers, shades, strict=True)
    ]
    pairs = [reached[:2] for reached in bands.values() if len(reached) > 1]
    if pairs:
        common = Counter(tuple(sorted(pair)) for pair in pairs).most_common(1)[0][0]
        key.append((functools.partial(_patch, style, tuple(shades[band] for band in common)), "may be in either band"))
    if not all(bands.values()):
        key.append(((lambda x, y: hatched_box(style, x - half, y - up, 2 * half, 2 * up)), "withheld"))
    return [
        *key,
        (
            functools.partial(_patch, style, (palette.empty,)),
            others,
        ),
    ]


def _shades(style: Style, rubric: Rubric) -> tuple[str, ...]:
    return classes(len(rubric.bands), style.palette.ramp, lower_is_better=rubric.lower_is_better)


def _patch(style: Style, colours: tuple[str, ...], x: float, y: float) -> list[str]:
    """A patch of one colour, or with stripes of two."""
    half, up = style.px(13), style.px(7)
    parts = [box(x - half, y - up, 2 * half, 2 * up, fill=colours[0], kind="key", stroke=style.palette.border)]
    for second in colours[1:]:
        width = 2 * half / 6
        corners = (
            f"M{number(x - half + (2 * stripe + 1) * width)} {number(y - up)}h{number(width)}l{number(-width)} "
            f"{number(2 * up)}h{number(-width)}z"
            for stripe in range(3)
        )
        parts.append(f'<path class="key" d="{"".join(corners)}" fill="{second}"/>')
    return parts


def _text(assessment: Assessment, country: CountryScore) -> str:
    name, index = country.label, country.index
    if country.is_published:
        return f"{name} {index.text}"
    return f"{name} withheld{f', evidence bounds {index.bounds()}' if assessment.has_bounds else ''}"


def _alt(simulation: Simulation, countries: Sequence[CountryScore]) -> str:
    assessment = simulation.assessment
    counts = Counter(country.band for country in countries if country.is_published)
    listed = ", ".join(
        f"{counts[band.label]} {band.label}" for band in reversed(assessment.book.rubric.bands) if counts[band.label]
    )
    bands = f" By the band of the index: {listed}." if listed else ""
    return (
        f"Map of {len(countries)} countries, shaded by the bands that their intervals reach. "
        f"{findings.of_bands(simulation, countries)}. {extremes(assessment)}{bands}{withheld_sentence(countries)}"
    )
