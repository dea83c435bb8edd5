"""The overview: what the figures show, ranking, map, all figures, and indistinguishable pairs."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.index.scores import among
from scoring.index.summary import BORROWED_IS, below_thresholds, collected_earlier, facing, own_scales
from scoring.render import findings
from scoring.render.charts.canvas import text_width
from scoring.render.charts.geography import BOUNDARIES, codes, geography
from scoring.render.site import data
from scoring.render.site.frame import page
from scoring.render.site.shades import TINTS, is_continuous, tint
from scoring.text import numbers
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.scores import CountryScore, Score
    from scoring.model.rubric import Rubric
    from scoring.render.site.frame import Site
    from scoring.render.site.snapshot import Snapshot
    from scoring.uncertainty.run import View

CELL_WIDTH = 32  # pixels of a cell of the matrix at most, so that few countries fill no page
CODE_CELLS = 2  # cells of the matrix that the code of a country takes
AXIS = 330, 11  # pixels of the ranking's axis on a desktop, and of its letters
LETTERS = 80  # height of a code on the map, in units of the geography
SMALL = 26  # radius of the circle of a small state, likewise


def overview(site: Site) -> bytes:
    """The overview of the default day."""
    values = _values(site)
    texts = site.default.assessment.book.rubric.about
    description = f"{texts.question} {values['finding']}" if texts.question else values["finding"]
    return page(site, "overview", "index.html", description, **values)


def _values(site: Site) -> dict[str, Any]:
    snapshot = site.default
    whole, view = snapshot.assessment, snapshot.views[0]
    rubric = whole.book.rubric
    rows = [figures(snapshot, view, country) for country in view.ranked.by_rank]
    names = {country.code: country.name for country in whole.countries}
    first = rows[0] if rows and rows[0]["rank"] else None
    for row in rows:
        row["indistinguishable_names"] = ", ".join(names[code] for code in row["indistinguishable"]) or "none"
        row["shares_top"] = bool(first and row["rank"] and (row is first or row["code"] in first["indistinguishable"]))
    return {
        "rows": rows,
        "finding": f"{findings.of_ranking(view.simulation)}.",
        "facing": facing(profile.actor for profile in whole.profiles),
        "borrowed": BORROWED_IS,
        "thin": below_thresholds(rubric.publish),
        "scales": own_scales(whole.countries[0]) if whole.countries else "",
        "axis_bands": _axis(rubric),
        "map": _map(rows, rubric),
        "legend": _legend(rubric),
        "matrix": _matrix(rows),
        "notes": [
            *collected_earlier(whole.countries),
            *(
                f"{country.name}: withheld, since {country.because}."
                for country in whole.countries
                if not country.is_published
            ),
        ],
        "shown": f"Published weights, as of {long_date(snapshot.day)}; intervals from {site.about['settings']}",
    }


def figures(snapshot: Snapshot, view: View, country: CountryScore) -> dict[str, Any]:
    """The figures of one country by the index or a pillar; `country` is of `view.ranked`, which has its rank."""
    whole, row, simulation = snapshot.assessment, country.row, view.simulation
    score = whole.countries[row].nodes[view.node.position]
    interval = simulation.rank_interval(row)
    is_index = view.node.parent is None
    others = np.flatnonzero(simulation.indistinguishable_from(row)).tolist()
    return {
        "code": country.code,
        "name": country.name,
        "id": view.node.id,
        "label": "Index" if is_index else view.node.label,
        "rank": country.rank,
        "ranked": country.ranked,
        "among": f"of {country.ranked}{among(country.ranked, country.countries)}",
        "rank_interval": interval,
        "ranks": f"{interval[0]}–{interval[1]}" if interval else "",
        "estimate": None if math.isnan(score.estimate) else score.estimate,
        "text": score.text,
        "scale": score.scale,
        "because": country.because,
        "band": (country.band or "") if is_index else "",
        "interval_low": round(float(simulation.low[row]), 6),
        "interval_high": round(float(simulation.high[row]), 6),
        "borrowed": score.borrowed,
        **{name: getattr(score, name) for name in ("low", "high", "stated", "information", "availability")},
        "indistinguishable": [whole.countries[other].code for other in others],
        "pillars": [_cell(pillar, whole.book.rubric) for pillar in whole.countries[row].pillars],
    }


def _cell(pillar: Score, rubric: Rubric) -> tuple[str, str]:
    """The estimate of a pillar as text, and the class of its shade."""
    if not pillar.has_evidence:
        return numbers.NONE, ""
    return pillar.text, tint(pillar.estimate, lower_is_better=rubric.lower_is_better)


def _axis(rubric: Rubric) -> list[dict[str, str]]:
    """The names of the bands, each above the middle of its band; a band too narrow for its name has none."""
    width, letters = AXIS
    ends = [*rubric.cuts[1:], 1.0]
    return [
        {"x": f"{(cut + end) * 50:g}%", "name": band.label}
        for band, cut, end in zip(rubric.bands, rubric.cuts, ends, strict=True)
        if text_width(band.label, letters) < (end - cut) * width
    ]


def _legend(rubric: Rubric) -> list[tuple[str, str]]:
    """The shades of the map, each with the name of its band or with its figure."""
    if is_continuous(rubric):
        turned, figure = rubric.lower_is_better, rubric.scale.figure
        steps = [step / TINTS for step in range(0, TINTS + 1, 2)]
        named = [(tint(step, lower_is_better=turned), f"{figure(step):g}") for step in steps]
    else:
        named = [(f"shade-{number}", band.label) for number, band in enumerate(rubric.bands)]
    return [*named, ("shade-none", "withheld")]


def _map(rows: Sequence[dict[str, Any]], rubric: Rubric) -> dict[str, Any] | None:
    """One outline per scored country and one of all others; None if no scored country is on the map."""
    scored = {row["code"]: row for row in rows}
    bands = [band.label for band in rubric.bands]
    mapped = sorted(scored.keys() & set(codes()))
    if not mapped:
        return None
    shapes = geography(tuple(mapped))
    small = set(shapes.small)

    def outline(code: str) -> str:
        if code in small:
            x, y = (round(coordinate) for coordinate in shapes.anchors[code])
            return f"M{x - SMALL} {y}a{SMALL} {SMALL} 0 1 0 {2 * SMALL} 0a{SMALL} {SMALL} 0 1 0-{2 * SMALL} 0z"
        return shapes.paths[code]

    def shade(row: dict[str, Any]) -> str:
        if not row["band"]:
            return "shade-none"
        if is_continuous(rubric):
            return tint(row["estimate"], lower_is_better=rubric.lower_is_better)
        return f"shade-{bands.index(row['band'])}"

    def label(code: str) -> tuple[int, int] | None:
        if code in small or shapes.areas[code] < (3 * LETTERS) ** 2:
            return None
        x, y = shapes.anchors[code]
        return round(x), round(y)

    return {
        "view": [round(coordinate) for coordinate in shapes.view],
        "letters": LETTERS,
        "land": "".join(path for code, path in shapes.paths.items() if code not in scored),
        "countries": [
            {
                "code": code,
                "name": scored[code]["name"],
                "path": outline(code),
                "shade": shade(scored[code]),
                "text": f"{scored[code]['text']} {scored[code]['band']}".strip(),
                "label": label(code),
            }
            for code in mapped
        ],
        "boundaries": f"{BOUNDARIES}.",
        "absent": [row["name"] for row in rows if row["code"] not in mapped],
    }


def _matrix(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The matrix of indistinguishable pairs, ordered by rank, as paths of SVG."""
    paths = {True: "", False: ""}
    for position, row in enumerate(rows):
        column = 0
        y = position * data.CELL
        for kind, run in itertools.groupby(other["code"] in row["indistinguishable"] for other in rows[:position]):
            width = data.CELL * len(list(run))
            paths[kind] += f"M{column} {y}h{width}v{data.CELL - 1}h-{width}z"
            column += width
    return {
        "view": f"0 0 {(len(rows) + CODE_CELLS) * data.CELL} {len(rows) * data.CELL}",
        "width": (len(rows) + CODE_CELLS) * CELL_WIDTH,
        "names": [
            {"x": position * data.CELL + 2, "y": position * data.CELL + 7, "code": row["code"]}
            for position, row in enumerate(rows)
        ],
        "indistinguishable": paths[True],
        "distinguishable": paths[False],
    }
