"""The pages of the site, from values to HTML. The templates escape all text."""

from __future__ import annotations

import itertools
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from scoring.citing.citation import citation_of
from scoring.index.scores import among
from scoring.index.summary import (
    BORROWED_IS,
    below_thresholds,
    collected_earlier,
    facing,
    interval_name,
    order,
    own_scales,
)
from scoring.model.kinds import AnyIndicator, LeafIndicator
from scoring.render import matrix as rendering
from scoring.render.charts.geography import BOUNDARIES, codes, geography
from scoring.render.charts.matrix import matrix_chart
from scoring.render.charts.style import USUAL_STYLE
from scoring.render.citation import line
from scoring.render.colours import NIGHT_RAMP, RAMP, SITE, classes
from scoring.render.country import country_values
from scoring.render.site import data
from scoring.text import numbers
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.analysis.country import CountrySummary
    from scoring.analysis.matrix import Matrix
    from scoring.change.trend import Point
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.model.kinds import Sibling
    from scoring.model.rubric import Rubric
    from scoring.model.scale import Scale
    from scoring.render.site.snapshot import Snapshot
    from scoring.uncertainty.run import View

PAGES = (
    ("index.html", "Overview"),
    ("compare.html", "Compare"),
    ("rubric.html", "Rubric"),
    ("method.html", "Method"),
    ("data.html", "Data"),
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
SCRIPTS = ("core.js", "view.js", "overview.js", "country.js", "compare.js", "main.js")
CONTENTS = (  # of a country's page
    ("figures-title", "Index and pillars"),
    ("evidence-title", "Evidence"),
    ("missing-title", "What is missing"),
    ("contradictions-title", "Contradictions"),
    ("levers-title", ""),  # as `about` of the rubric says
    ("oldest-title", "The oldest evidence in the score"),
    ("history-title", "History"),
    ("cite-title", "Citation"),
)
CELL_WIDTH = 32  # pixels of a cell at most, so that few countries fill no page
MATRIX = "matrix.html", "Rubrics compared"  # a page of sites with several rubrics
CODE_CELLS = 2  # cells of the matrix that the code of a country takes


class Site(NamedTuple):
    """The values that all pages share."""

    snapshots: tuple[Snapshot, ...]
    default: Snapshot
    about: dict[str, Any]
    matrices: tuple[Matrix, ...] = ()
    """The countries on the default day by this rubric and by each of the others."""

    @property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """The pages of the navigation, file and name."""
        return (*PAGES[:2], MATRIX, *PAGES[2:]) if self.matrices else PAGES


@cache
def _environment(scale: Scale) -> Environment:
    environment = Environment(
        loader=PackageLoader("scoring.render.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "points": lambda value, own=None: (own or scale).points(value),
        "signed": lambda difference, own=None: (own or scale).signed(difference),
        "unit": numbers.unit,
        "coordinate": _coordinate,
    }
    environment.globals |= {"scale": scale}
    return environment


def _coordinate(value: float) -> str:
    """A value in [0, 1] on a bar of 200 units, in tenths; the script rounds in the same way."""
    return f"{0 if math.isnan(value) else math.floor(value * 2000 + 0.5) / 10:g}"


def _page(site: Site, template: str, here: str, **values: Any) -> bytes:
    root = "../" if "/" in here else ""
    texts = site.default.assessment.book.rubric.about
    shared = {"about": site.about, "texts": texts, "pages": site.pages, "policy": POLICY, "here": here, "root": root}
    text = (
        _environment(site.default.assessment.scale)
        .get_template(f"{template}.html.j2")
        .render(page=template, **(shared | values))
    )
    return text.encode()


def assets(rubric: Rubric) -> dict[str, bytes]:
    """The style sheet with a shade per band, the script, and the script that runs before a page is shown."""
    static = resources.files("scoring.render.site") / "static"
    parts = [(static / name).read_text("utf-8") for name in SCRIPTS]
    script = "(() => {\n'use strict';\n\n" + "\n".join(parts) + "})();\n"
    return {
        "assets/site.css": _palette(rubric).encode() + (static / "site.css").read_bytes(),
        "assets/early.js": (static / "early.js").read_bytes(),
        "assets/site.js": script.encode(),
    }


def _palette(rubric: Rubric) -> str:
    """The colours as custom properties, and one class per shade."""
    count, turned = len(rubric.bands), rubric.lower_is_better
    light, dark = (classes(count, stops, lower_is_better=turned) for stops in (RAMP, NIGHT_RAMP))
    shades = zip(light, dark, strict=True)
    colours = SITE | {f"shade-{band}": pair for band, pair in enumerate(shades)}
    properties = [f"  --{name}: light-dark({light}, {dark});\n" for name, (light, dark) in colours.items()]
    shaded = [
        f".shade-{band} {{ fill: var(--shade-{band}); background: var(--shade-{band}); }}\n" for band in range(count)
    ]
    return "".join([":root {\n", *properties, "}\n", *shaded])


# -- overview ----------------------------------------------------------------------------------------------------------


def overview(site: Site) -> bytes:
    """The overview of the default day: map, ranking with intervals, and indistinguishable pairs."""
    snapshot = site.default
    whole, view = snapshot.assessment, snapshot.views[0]
    rows = [_row(snapshot, view, country) for country in view.ranked.by_rank]
    names = {country.code: country.name for country in whole.countries}
    for row in rows:
        row["indistinguishable_names"] = ", ".join(names[code] for code in row["indistinguishable"]) or "none"
    rubric = whole.book.rubric
    return _page(
        site,
        "overview",
        "index.html",
        rows=rows,
        facing=facing(profile.actor for profile in whole.profiles),
        borrowed=BORROWED_IS,
        thin=below_thresholds(rubric.publish),
        scales=own_scales(whole.countries[0]) if whole.countries else "",
        map=_map(rows, [band.label for band in rubric.bands]),
        legend=[
            *((f"shade-{number}", band.label, band.beginning) for number, band in enumerate(rubric.bands)),
            ("shade-none", "withheld", "withheld"),
        ],
        matrix=_matrix(rows),
        notes=[
            *collected_earlier(whole.countries),
            *(
                f"{country.name}: withheld, since {country.because}."
                for country in whole.countries
                if not country.is_published
            ),
        ],
        shown=f"Published weights, as of {long_date(snapshot.day)}; intervals from {site.about['settings']}",
    )


def _row(snapshot: Snapshot, view: View, country: CountryScore) -> dict[str, Any]:
    """The figures of one country by the index or a pillar; `country` is of `view.ranked`, which has its rank."""
    whole, row, simulation = snapshot.assessment, country.row, view.simulation
    score = whole.countries[row].nodes[view.node.position]
    interval = simulation.rank_interval(row)
    is_index = view.node.parent is None
    others = np.flatnonzero(data.indistinguishable(simulation)[row]).tolist()
    return {
        "code": country.code,
        "name": country.name,
        "id": view.node.id,
        "label": "Index" if is_index else view.node.label,
        "rank": country.rank,
        "ranked": country.ranked,
        "among": f"of {country.ranked}{among(country.ranked, country.countries)}",
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
        "pillars": [pillar.text if pillar.has_evidence else numbers.NONE for pillar in whole.countries[row].pillars],
    }


def _map(rows: Sequence[dict[str, Any]], bands: Sequence[str]) -> dict[str, Any] | None:
    """One outline per scored country and one of all others; None if no scored country is on the map."""
    scored = {row["code"]: row for row in rows}
    mapped = sorted(scored.keys() & set(codes()))
    if not mapped:
        return None
    shapes = geography(tuple(mapped))
    small = set(shapes.small)

    def outline(code: str) -> str:
        if code in small:
            x, y = (round(coordinate) for coordinate in shapes.anchors[code])
            return f"M{x - 22} {y}a22 22 0 1 0 44 0a22 22 0 1 0-44 0z"
        return shapes.paths[code]

    return {
        "view": [round(coordinate) for coordinate in shapes.view],
        "land": "".join(path for code, path in shapes.paths.items() if code not in scored),
        "countries": [
            {
                "code": code,
                "name": scored[code]["name"],
                "path": outline(code),
                "shade": f"shade-{bands.index(band) if (band := scored[code]['band']) else 'none'}",
                "text": f"{scored[code]['text']} {scored[code]['band']}".strip(),
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


# -- rubrics compared --------------------------------------------------------------------------------------------------


def matrix(site: Site) -> bytes:
    """The page of the countries by this rubric and by each of the others, on the default day."""
    return _page(
        site,
        "matrix",
        MATRIX[0],
        day=long_date(site.default.day),
        matrices=[
            {
                "title": " and ".join(one.names),
                "chart": Markup(matrix_chart(one, USUAL_STYLE).svg),  # noqa: S704  the chart escapes all text
                "headers": ["Country", *rendering.headers(one)],
                "rows": [
                    {
                        "code": both.first.country.code,
                        "name": both.first.country.name,
                        "cells": rendering.cells(both),
                        "withheld": not both.is_point,
                    }
                    for both in rendering.by_rank(one)
                ],
                "notes": rendering.notes(one),
            }
            for one in site.matrices
        ],
    )


# -- countries ---------------------------------------------------------------------------------------------------------


def country(site: Site, code: str, name: str, fragment: str) -> bytes:
    """The page of a country, with its content on the default day."""
    return _page(
        site,
        "country",
        f"countries/{code}.html",
        own=code,
        name=name,
        fragment=Markup(fragment),  # noqa: S704  rendered by a template that escapes
    )


def country_fragment(
    snapshot: Snapshot, country: CountryScore, summary: CountrySummary, points: Sequence[Point]
) -> str:
    """The content of the page of one country on one day."""
    whole, simulation = snapshot.assessment, snapshot.views[0].simulation
    names = {profile.country: profile.title for profile in whole.profiles}
    rows = [_row(snapshot, view, view.ranked.countries[country.row]) for view in snapshot.views]
    values = country_values(whole, country.row, simulation, summary)
    contents = [
        (anchor, text or values["levers_heading"])
        for anchor, text in CONTENTS
        if anchor != "missing-title" or values["bounds"] or values["missing"]
    ]
    return (
        _environment(whole.scale)
        .get_template("fragment.html.j2")
        .render(
            values,
            rows=rows,
            indistinguishable=", ".join(names[code] for code in rows[0]["indistinguishable"]),
            has_one_scale=whole.has_one_scale,
            interval=interval_name(whole.book.rubric),
            criterion=order(whole.book.rubric),
            history=list(map(_point, points)) if len(points) > 1 else [],
            citation=line(citation_of(whole, country.row, whole, simulation)),
            contents=contents,
        )
    )


def _point(point: Point) -> dict[str, Any]:
    """A row of the history."""
    [country] = point.assessment.countries
    index, step = country.index, point.step if point.step and point.step.is_shown else None
    largest = [] if step is None else step.split.statements[:2]
    return {
        "day": f"{country.as_of.isoformat()}{' *' if point.is_edition else ''}",
        "estimate": None if math.isnan(index.estimate) else index.estimate,
        "text": index.text,
        "low": index.low,
        "high": index.high,
        "interval_low": round(point.low, 6),
        "interval_high": round(point.high, 6),
        "change": "" if step is None else country.scale.signed(step.split.now - step.split.was),
        "significant": "" if step is None else ("yes" if step.intervals.is_significant else "no"),
        "largest": ", ".join(f"{change.statement} ({country.scale.signed(change.undone)})" for change in largest),
    }


# -- compare, rubric, method, data -------------------------------------------------------------------------------------


def compare(site: Site) -> bytes:
    """The page on which the script compares countries."""
    return _page(site, "compare", "compare.html")


def rubric(site: Site) -> bytes:
    """The page of all questions with their anchors."""
    assessment = site.default.assessment
    nodes = {node.path: node for node in assessment.nodes}
    root = assessment.nodes[0].id
    pillars = [
        {
            "id": pillar.id,
            "title": pillar.title,
            "share": numbers.percent(nodes[f"{root}/{pillar.id}"].global_weight),
            "questions": [_question(indicator, f"{root}/{pillar.id}", assessment) for indicator in pillar.indicators],
        }
        for pillar in assessment.book.pillars
    ]
    bands = assessment.book.rubric.bands
    return _page(site, "rubric", "rubric.html", pillars=pillars, bands=bands, digest=assessment.rubric_digest)


def _question(child: Sibling, parent: str, assessment: Assessment) -> dict[str, Any]:
    name = child.id_in(parent.rsplit("/", 1)[-1])
    path = f"{parent}/{name}"
    [node] = [node for node in assessment.nodes if node.path == path]
    indicator = child if isinstance(child, AnyIndicator) else assessment.book.leaves[child.name]
    return {
        "id": node.id,
        "question": indicator.question,
        "kind": indicator.kind,
        "share": numbers.percent(node.global_weight),
        "terms": "",
        "anchors": [],
        "scale": "",
        **(_answers(indicator, node.scale) if isinstance(indicator, LeafIndicator) else {}),
        "rationale": indicator.rationale,
        "guidance": indicator.guidance or "",
        "children": [_question(one, path, assessment) for one in indicator.children],
    }


def _answers(leaf: LeafIndicator, scale: Scale) -> dict[str, Any]:
    """How an indicator is answered: a sentence on its scale, or a table of its levels or items."""
    answered: dict[str, Any] = {"terms": _terms(leaf), "scale": leaf.scale(scale)}
    if not answered["scale"]:
        answered["header"], kind = ("Points", "Items") if leaf.checklist else ("Value", "Levels")
        answered["caption"] = f"{kind} of {leaf.id}"
        answered["anchors"] = [
            (
                f"{anchor.points:g}" if anchor.value is None else scale.points(anchor.value),
                anchor.key,
                leaf.written_out(anchor.text),
            )
            for anchor in leaf.anchors()
        ]
    return answered


def _terms(indicator: LeafIndicator) -> str:
    ageing = "does not age" if indicator.half_life is None else f"half-life {indicator.half_life:g} years"
    newest = ", only the newest counts" if indicator.pool == "latest" else ""
    return f"; {ageing}{newest}."


def method(site: Site, text: str) -> bytes:
    """The page of the method, from Markdown in which HTML is disabled."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text).replace("<pre>", '<pre tabindex="0">')
    return _page(
        site,
        "method",
        "method.html",
        method=Markup(html),  # noqa: S704  the text is the project's own, and HTML in it is disabled
    )


def downloads(site: Site, files: dict[str, bytes]) -> bytes:
    """The page of the files for download, with their sizes."""
    assessment = site.default.assessment
    titles = {
        "scores.csv": "Scores, CSV",
        "scores.json": "Scores with every indicator, JSON",
        "ranks.csv": "Ranks, CSV",
        "scores.lock": "Lock file for `scoring check`",
    }

    def entry(name: str, title: str) -> tuple[str, str, str]:
        return name, title, f"{name.rsplit('/', 1)[-1]}, {max(1, round(len(files[name]) / 1000))} kB"

    days = [(day, [entry(f"data/{day}-{end}", title) for end, title in titles.items()]) for day in site.about["days"]]
    return _page(
        site,
        "data",
        "data.html",
        days=days,
        files=[entry("data/statements.csv", "All statements with sources and codes, CSV")],
        digest=assessment.rubric_digest,
        scales=own_scales(assessment.countries[0]) if assessment.countries else "",
        profiles=[(country.code, country.name, country.digest) for country in assessment.countries],
    )
