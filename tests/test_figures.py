"""Charts: positions of marks, text, contrast of colours, and the geometry of countries."""

from __future__ import annotations

import functools
import io
import itertools
import json
import math
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pypdf
import pytest
import synthetic
from conftest import FIRST_EDITION, PROFILE, ROOT, run

from scoring.files.load import load_profiles, load_rubric
from scoring.index.assessment import assess
from scoring.index.scenario import Scenario, scenario_of
from scoring.model.rubric import Band, Prior, Publish, RuleBook
from scoring.render import colours, findings
from scoring.render.charts import canvas, country, editions, gallery, geography, labels
from scoring.render.charts.style import STYLES, USUAL_STYLE
from scoring.text.locale import LOCALES
from scoring.uncertainty.draws import Settings
from scoring.uncertainty.run import Run
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from scoring.index.assessment import Assessment
    from scoring.model.profile import Profile
    from scoring.render.charts.canvas import Chart
    from scoring.render.charts.style import Style
    from scoring.uncertainty.simulation import Simulation

SVG = "{http://www.w3.org/2000/svg}"
EUROPE = [
    "ALB",
    "AND",
    "ARM",
    "AUT",
    "AZE",
    "BEL",
    "BGR",
    "BIH",
    "BLR",
    "CHE",
    "CYP",
    "CZE",
    "DEU",
    "DNK",
    "ESP",
    "EST",
    "FIN",
    "FRA",
    "GBR",
    "GEO",
    "GRC",
    "HRV",
    "HUN",
    "IRL",
    "ISL",
    "ITA",
    "LIE",
    "LTU",
    "LUX",
    "LVA",
    "MCO",
    "MDA",
    "MKD",
    "MLT",
    "MNE",
    "NLD",
    "NOR",
    "POL",
    "PRT",
    "ROU",
    "RUS",
    "SMR",
    "SRB",
    "SVK",
    "SVN",
    "SWE",
    "TUR",
    "UKR",
    "VAT",
    "XKX",
    "USA",
]
EVIL = """<script>&"'\u202e](x)|\x07 A title that goes on about countermeasures"""


class Set(NamedTuple):
    assessment: Assessment
    simulation: Simulation
    charts: dict[str, Chart]


EDITED = ("EST", "GEO", "MDA")
LATE = range(0, 20, 3)
"""The countries of `late` that have figures of their own; some are withheld."""


def drawn(assessment: Assessment, rows: Sequence[int], style: Style = USUAL_STYLE) -> Set:
    """All figures, of single countries only those in some rows, of editions only those of `EDITED`."""
    run = Run(scenario_of(assessment), settings_of(assessment, draws=1000))
    others = {profile.country for row, profile in enumerate(assessment.profiles) if row not in rows}
    names = [
        name
        for name in gallery.names(run)
        if name[-3:] not in others and not (name.startswith("editions-") and name[-3:] not in EDITED)
    ]
    chosen = {name: EDITED if name == "editions" else () for name in names}
    charts = {name: gallery.figure(run, name, style, chosen=chosen[name]) for name in names}
    return Set(assessment, run.simulation(), charts)


@functools.cache
def loaded() -> tuple[RuleBook, tuple[Profile, ...]]:
    book, _ = load_rubric(ROOT / "rubrics" / "resilience")
    assert book is not None
    profiles, _ = load_profiles(ROOT / "profiles", book)
    return book, tuple(profile for profile in profiles if profile.country in FIRST_EDITION)


@pytest.fixture(scope="module")
def real() -> Set:
    return drawn(assess(*loaded(), as_of="2018-06-30"), range(20))


@pytest.fixture(scope="module")
def late() -> Set:
    """The same countries when most of what is known of them is old, so that some are withheld."""
    assessment = assess(*loaded(), as_of="2031-01-01")
    return drawn(assessment, LATE)


@pytest.fixture(scope="module")
def crowded() -> Set:
    """All of Europe, a fifth of it withheld, under a rubric of twelve pillars and seven bands with hostile names."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(synthetic, "PILLARS", 12)
    book = synthetic.rule_book(24)
    monkeypatch.undo()
    bands = [
        Band.model_validate({"from": cut, "label": f"{EVIL} {'long ' * position * 4}"})
        for position, cut in enumerate((0, 15, 30, 45, 60, 75, 90))
    ]
    rubric = book.rubric.model_copy(update={"title": f"{EVIL} {'long ' * 40}", "bands": tuple(bands)})
    pillars = tuple(
        pillar.model_copy(update={"title": f"{EVIL} {position}"}) for position, pillar in enumerate(book.pillars)
    )
    book = RuleBook(rubric=rubric, pillars=pillars)
    names = list(book.leaves)
    numbers = np.random.default_rng(3)
    profiles = [synthetic.profile(code, names, numbers, sources=1) for code in EUROPE]
    profiles = [
        profile.model_copy(update={"statements": profile.statements[:4]})
        if profile.country in ("MLT", "ESP", "ROU", "USA")
        else profile
        for profile in profiles
    ]
    return drawn(assess(book, profiles), range(4))


# -- reading them back -------------------------------------------------------------------------------------------------


class Text(NamedTuple):
    string: str
    left: float
    top: float
    right: float
    bottom: float
    x: float
    y: float


def texts(svg: str) -> list[Text]:
    """Where each line of text is set; upright ones are left out."""
    root = ET.fromstring(svg)  # noqa: S314  our own
    turned = {child for group in root.iter(f"{SVG}g") if group.get("transform") for child in group}
    usual = root.get("font-size", "")
    lines = []
    for node in root.iter(f"{SVG}text"):
        if node in turned:
            continue
        x, y, size = float(node.attrib["x"]), float(node.attrib["y"]), float(node.get("font-size", usual))
        width = canvas.text_width(node.text or "", size, bold=node.get("font-weight") == "bold")
        left = x - {"start": 0, "middle": width / 2, "end": width}[node.get("text-anchor", "start")]
        lines.append(Text(node.text or "", left, y - 0.72 * size, left + width, y + 0.21 * size, x, y))
    return lines


def marks(svg: str, tag: str, kind: str) -> list[dict[str, Any]]:
    root = ET.fromstring(svg)  # noqa: S314  our own
    elements = []
    for node in root.iter(f"{SVG}{tag}"):
        if node.get("class") == kind:
            values: dict[str, Any] = dict(node.attrib)
            for name in ("x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "width", "height"):
                if name in values:
                    values[name] = float(values[name])
            elements.append(values)
    return elements


def at(svg: str, string: str) -> Text:
    """The last text that reads so: below the legend."""
    return [text for text in texts(svg) if text.string == string][-1]


def scale(svg: str) -> tuple[float, float]:
    """Where 0 and 100 stand, read off the names of the axis at the bottom."""
    return at(svg, "0").x, at(svg, "100").x


def on_scale(svg: str, value: float) -> float:
    zero, hundred = scale(svg)
    return zero + (hundred - zero) * value / 100


# -- where marks stand -------------------------------------------------------------------------------------------------


def test_dots_and_lines_of_the_ranking_stand_where_the_figures_say(real: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    document = json.loads(run("rank", "--as-of", "2018-06-30", "--draws", "1000", "--format", "json").stdout)
    svg = real.charts["ranking"].svg
    ranked = sorted((one for one in document["countries"] if one["rank"]), key=lambda entry: entry["rank"])
    dots = marks(svg, "circle", "dot")[1:]  # the first is the legend's
    ranges, intervals = marks(svg, "line", "range"), marks(svg, "line", "interval")
    assert len(dots) == len(ranges) == len(intervals) == len(ranked) > 15
    for entry, dot, line, interval in zip(ranked, dots, ranges, intervals, strict=True):
        assert dot["cx"] == pytest.approx(on_scale(svg, entry["index"]["estimate"]), abs=0.11)
        for end, figure in (("x1", "low"), ("x2", "high")):
            assert line[end] == pytest.approx(on_scale(svg, entry["index"][figure]), abs=0.11)
        assert [interval["x1"], interval["x2"]] == pytest.approx(
            [on_scale(svg, value) for value in entry["interval"]], abs=0.11
        )
        name, _, *ranks = [text.string for text in texts(svg) if abs(text.y - 4.55 - dot["cy"]) < 0.2]
        assert name == f"{entry['name']} ({entry['country']})"
        low, high = entry["rank_interval"]
        assert ranks == [str(entry["rank"]), f"{low}–{high}"]


def test_a_dot_by_hand() -> None:
    """One pillar, one indicator of four levels at the top, grade B2: w = .75, so (.75 + .25 / 2) / (.75 + .25) = .875."""
    [chart] = [chart for chart in small().charts.values() if chart.name == "country-AAA"]
    zero, hundred = scale(chart.svg)
    dots = marks(chart.svg, "circle", "dot")[1:]
    assert [dot["cx"] for dot in dots] == pytest.approx([zero + 0.875 * (hundred - zero)] * 6, abs=0.11)
    assert [text.string for text in texts(chart.svg)].count("87.5") == 6


def small() -> Set:
    """One country whose five pillars have one statement each, of the highest level."""
    book = synthetic.rule_book(5)
    names = list(book.leaves)
    profile = synthetic.profile("AAA", names, np.random.default_rng(0), sources=1)
    best = tuple(
        statement.model_copy(update={"codes": dict.fromkeys(statement.codes or {}, "all"), "date": "2018-01-01"})
        for statement in profile.statements
    )
    return drawn(assess(book, [profile.model_copy(update={"statements": best})]), [0])


def test_withheld_has_a_range_and_no_dot(late: Set) -> None:
    svg = late.charts["ranking"].svg
    published = sum(not reasons for reasons in late.assessment.withheld_because)
    assert 0 < published < 20
    assert len(marks(svg, "circle", "dot")) == 1 + published
    boxes = marks(svg, "rect", "withheld")[1:]
    assert len(boxes) == 20 - published
    low, high = late.assessment.figures.low[:, 0], late.assessment.figures.high[:, 0]
    hidden = [row for row, reasons in enumerate(late.assessment.withheld_because) if reasons]
    for row, withheld_box in zip(hidden, boxes, strict=True):
        # tenths of a pixel: a mark and both ends of the scale are rounded
        assert withheld_box["x"] == pytest.approx(on_scale(svg, 100 * low[row]), abs=0.16)
        assert withheld_box["width"] == pytest.approx(
            on_scale(svg, 100 * high[row]) - on_scale(svg, 100 * low[row]), abs=0.16
        )
    reason = re.compile(r"Withheld, since information 0\.\d+ is below 0\.3")
    assert any(reason.match(text.string) for text in texts(svg))


def test_withheld_estimates_are_nowhere(late: Set) -> None:
    assert len({not late.assessment.withheld_because[row] for row in LATE}) == 2
    for row in LATE:
        reasons = late.assessment.withheld_because[row]
        code = late.assessment.profiles[row].country
        if not reasons:
            assert f"waterfall-{code}" in late.charts
            continue
        assert f"waterfall-{code}" not in late.charts
        svg = late.charts[f"country-{code}"].svg
        line = at(svg, "Index").y - 4.55
        assert not [dot for dot in marks(svg, "circle", "dot") if abs(dot["cy"] - line) < 10]
        assert at(svg, "withheld").y - 4.55 == line
        [told] = re.findall(r"index withheld, since (.*?) is below", late.charts[f"country-{code}"].head.alt)
        assert told.split()[0] == reasons[0]
    shown = [text.string for text in texts(late.charts["map"].svg)]
    assert "UKR" in shown
    assert sum(re.fullmatch(r"\d\d\.\d", text) is not None for text in shown) <= sum(map(bool, late.assessment.rank))


def test_a_heat_map_prints_each_figure_on_its_shade(real: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    svg = real.charts["pillars"].svg
    cells = marks(svg, "rect", "cell")
    withheld = sum(rank is None for rank in real.assessment.rank)
    assert len(cells) == 20 * 6 - withheld
    order = sorted(range(20), key=lambda row: real.assessment.rank[row] or 99)
    values = real.assessment.figures.estimate[order][:, [0, *real.assessment.nodes[0].children]]
    values[20 - withheld :, 0] = np.nan  # no cell, but the word
    strings = texts(svg)
    darkness = []
    for cell, value in zip(cells, values[~np.isnan(values)], strict=True):
        [inside] = [
            text
            for text in strings
            if cell["x"] < text.x < cell["x"] + cell["width"] and cell["y"] < text.y < cell["y"] + cell["height"]
        ]
        assert float(inside.string.lstrip("~")) == pytest.approx(100 * value, abs=0.0501)
        darkness.append((value, -luminance(cell["fill"])))
    darkness.sort()
    assert [dark for _, dark in darkness] == sorted(dark for _, dark in darkness)
    monkeypatch.chdir(ROOT)
    document = json.loads(run("score", "--as-of", "2018-06-30", "--format", "json").stdout)
    pillars = [pillar for entry in document["countries"] for pillar in entry["pillars"].values()]
    thin = sum(pillar["information"] < 0.3 or pillar["availability"] < 0.4 for pillar in pillars)
    assert sum(text.string.startswith("~") for text in strings) == thin + 1  # a note says what it means


# -- what lifts and lowers ---------------------------------------------------------------------------------------------


def shapley(scores: Sequence[float], weights: Sequence[float], base: Sequence[float]) -> list[float]:
    """By its definition: the mean over all orders of what a pillar adds when its turn comes; exponent 1/2."""
    positions = range(len(scores))
    orders = list(itertools.permutations(positions))
    parts = [0.0] * len(scores)
    for order in orders:
        now = list(base)
        for position in order:
            before = sum(w * math.sqrt(v) for w, v in zip(weights, now, strict=True)) ** 2
            now[position] = scores[position]
            parts[position] += sum(w * math.sqrt(v) for w, v in zip(weights, now, strict=True)) ** 2 - before
    return [part / len(orders) for part in parts]


def test_parts_of_a_waterfall_are_shapley_values_and_sum_to_the_index(real: Set) -> None:
    nodes = [real.assessment.nodes[child] for child in real.assessment.nodes[0].children]
    bare = real.assessment.profiles[0].model_copy(update={"statements": ()})  # nothing to borrow: every leaf is at e
    usual = assess(real.assessment.book, [bare]).figures.estimate[0]
    base = [float(usual[node.position]) for node in nodes]
    assert len(set(base)) == 5
    for row in range(20):
        scores = [float(real.assessment.figures.estimate[row, node.position]) for node in nodes]
        expected = dict(zip((node.label for node in nodes), shapley(scores, [0.2] * 5, base), strict=True))
        contributions = country.steps(real.assessment, real.assessment.countries[row])
        assert {step.name: step.contribution for step in contributions} == pytest.approx(expected, abs=1e-12)
        assert usual[0] + math.fsum(step.contribution for step in contributions) == pytest.approx(
            float(real.assessment.figures.estimate[row, 0]), abs=1e-12
        )
        assert [step.contribution for step in contributions] == sorted(
            (step.contribution for step in contributions), reverse=True
        )


def test_bars_of_a_waterfall_join_start_and_index(real: Set) -> None:
    falls = [chart.svg for name, chart in real.charts.items() if name.startswith("waterfall-")]
    svg = next(one for one in falls if len(marks(one, "rect", "lift")) == 1 + 1)  # one in the legend
    lift, *lower = [*marks(svg, "rect", "lift")[1:], *marks(svg, "rect", "lower")[1:]]
    [start], [end] = marks(svg, "circle", "start"), marks(svg, "circle", "dot")
    assert lift["x"] == pytest.approx(start["cx"], abs=0.1)
    edge = lift["x"] + lift["width"]
    for bar in lower:
        assert bar["x"] + bar["width"] == pytest.approx(edge, abs=0.21)
        edge = bar["x"]
    assert edge == pytest.approx(end["cx"], abs=0.11)


def test_what_a_rubric_rounds_is_a_step_of_its_own() -> None:
    book, profiles = loaded()
    book = RuleBook(rubric=book.rubric.model_copy(update={"round": 0}), pillars=book.pillars)
    assessment = assess(book, profiles)
    contributions = country.steps(assessment, assessment.countries[0])
    assert contributions[-1].name == "Rounding"
    assert abs(contributions[-1].contribution) < 0.005
    start = country.start_of(assessment, assessment.countries[0])
    total = 100 * start + math.fsum(100 * step.contribution for step in contributions)
    assert total == pytest.approx(round(total), abs=1e-9)


# -- editions ----------------------------------------------------------------------------------------------------------


def test_dumbbells_say_what_the_trend_says(real: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    svg = real.charts["editions"].svg
    starts, ends = marks(svg, "circle", "start")[1:], marks(svg, "circle", "dot")[1:]  # the first are the legend's
    assert len(starts) == len(ends) == 3
    for code, first, last in zip(("EST", "GEO"), starts, ends, strict=False):
        options = ("--every", "edition", "--draws", "1000", "--format", "json")
        was, now = json.loads(run("trend", code, *options).stdout)["points"]
        assert first["cx"] == pytest.approx(on_scale(svg, was["index"]["estimate"]), abs=0.11)
        assert last["cx"] == pytest.approx(on_scale(svg, now["index"]["estimate"]), abs=0.11)
        cells = [text.string for text in texts(svg) if abs(text.y - 4.55 - first["cy"] - 5) < 0.2]
        assert cells[-1] == ("yes" if now["step"]["more_than_noise"] else "no")
        assert f"editions-{code}" in real.charts


def moved(profile: Profile, as_of: str, last: str) -> editions.Moved:
    book, _ = loaded()
    settings = Settings(draws=1000, seed=0, kappa=60, exponents=((0.5, 1.0),))
    return editions.moved(Scenario(book, (profile.model_copy(update={"as_of": as_of, "editions": (last,)}),)), settings)


def test_an_edition_that_is_withheld_shows_its_range_alone() -> None:
    [sweden] = [profile for profile in loaded()[1] if profile.country == "SWE"]
    once, twice = moved(sweden, "2018-06-30", "2040-01-01"), moved(sweden, "2039-01-01", "2040-01-01")
    chart = editions.of_index([once, twice], USUAL_STYLE)
    assert len(marks(chart.svg, "rect", "withheld")) == 1 + 3
    assert len(marks(chart.svg, "circle", "start")) == 1 + 1
    assert not marks(chart.svg, "line", "move")
    assert "30 June 2018 to 1 January 2040" in " ".join(text.string for text in texts(chart.svg))
    assert chart.head.heading == "No index is published in both editions"
    assert editions.of_country(once, USUAL_STYLE).head.heading == "Sweden's index is not published in both editions"


def test_older_evidence_alone_is_no_fall() -> None:
    """Nothing is coded between the editions, so that all that changes is the age of the statements."""
    [sweden] = [profile for profile in loaded()[1] if profile.country == "SWE"]
    kept = (one for one in sweden.statements if (one.date or "") < "2018" and one.until is None)
    sweden = sweden.model_copy(update={"statements": tuple(kept)})
    chart = editions.of_country(moved(sweden, "2018-06-30", "2020-06-30"), USUAL_STYLE)
    assert "evidence is older, not by new evidence" in chart.head.heading
    assert len(marks(chart.svg, "circle", "aged")) == 6 + 1  # index and pillars, and the legend
    assert len(marks(chart.svg, "circle", "dot")) == 1  # of the legend
    assert not marks(chart.svg, "line", "move")
    assert [text.string for text in texts(chart.svg)].count("ageing") == 6
    assert "fell" not in chart.svg


def test_a_pillar_without_a_figure_has_no_move() -> None:
    """Prior weight 0: what nothing is known of is missing; a missing pillar is dropped."""
    book, profiles = loaded()
    rubric = book.rubric.model_copy(
        update={
            "prior": Prior(weight=0, centre=0.5),
            "missing": "drop",
            "publish": Publish(availability=0, information=0),
        }
    )
    [estonia] = [profile for profile in profiles if profile.country == "EST"]
    first = book.pillars[0]
    leaves = first.leaves.keys()
    kept = tuple(statement for statement in estonia.statements if not leaves & set(statement.codes or {}))
    book = RuleBook(rubric=rubric, pillars=book.pillars)
    result = drawn(assess(book, [estonia.model_copy(update={"statements": kept})]), [0])
    row = [
        text.string
        for text in texts(result.charts["editions-EST"].svg)
        if text.y == at(result.charts["editions-EST"].svg, first.title).y
    ]
    assert row == [first.title, "no evidence", "no evidence", "–", "–", "–"]
    for chart in result.charts.values():
        assert "nan" not in chart.svg


def test_an_index_that_is_missing_has_no_range_either() -> None:
    """Prior weight 0, and a missing pillar makes the index missing."""
    book, profiles = loaded()
    rubric = book.rubric.model_copy(
        update={
            "prior": Prior(weight=0, centre=0.5),
            "publish": Publish(availability=0, information=0),
        }
    )
    bare = profiles[0].model_copy(update={"statements": ()})
    result = drawn(assess(RuleBook(rubric=rubric, pillars=book.pillars), [bare]), [0])
    ranked = result.charts["ranking"]
    assert ranked.head.heading == "The index is withheld: too little evidence"
    assert ranked.head.alt.endswith("Every index is withheld. 1 is withheld.")
    assert not marks(ranked.svg, "rect", "withheld")  # nor has the legend
    assert any(text.string == "Withheld, since there is no evidence." for text in texts(ranked.svg))
    for chart in result.charts.values():
        assert "nan" not in chart.svg


# -- where countries are -----------------------------------------------------------------------------------------------


def countries_at(longitude: float, latitude: float) -> list[str]:
    """The countries around whose border the place winds, by the sum of angles."""
    found = []
    for code in geography.codes():
        turns = 0.0
        for ring in geography.outline(code):
            angles = [math.atan2(y - latitude, x - longitude) for x, y in ring]
            for first, second in zip(angles, angles[1:] + angles[:1], strict=True):
                turns += (second - first + math.pi) % (2 * math.pi) - math.pi
        if abs(turns) > math.pi:
            found.append(code)
    return found


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "code"),
    [
        ("Simferopol", 34.10, 44.95, "UKR"),
        ("Donetsk", 37.80, 48.00, "UKR"),
        ("Baku", 49.70, 40.40, "AZE"),
        ("Nakhchivan", 45.41, 39.21, "AZE"),
        ("Pristina", 21.16, 42.66, "XKX"),
        ("Sukhumi", 41.05, 43.03, "GEO"),
        ("Tiraspol", 29.60, 46.84, "MDA"),
        ("Kaliningrad", 20.90, 54.70, "RUS"),
        ("Belfast", -6.10, 54.60, "GBR"),
        ("Luxembourg", 6.13, 49.70, "LUX"),
        ("Reykjavik", -21.50, 64.30, "ISL"),
        ("Tunis", 9.90, 36.60, "TUN"),
        ("Nairobi", 36.80, -1.30, "KEN"),
        ("La Paz", -68.10, -16.50, "BOL"),
        ("Canberra", 149.10, -35.30, "AUS"),
        ("Taipei", 121.50, 25.00, "TWN"),
    ],
)
def test_places_lie_in_their_country(place: str, longitude: float, latitude: float, code: str) -> None:
    assert countries_at(longitude, latitude) == [code], place


def test_lambert_is_that_of_snyder() -> None:
    """Map Projections: A Working Manual, page 332: R = 3, centre 40 N 100 W, the place 20 S 100 E."""
    x, y = 3 * geography.lambert(np.array([100.0, -20.0]), 40, -100)
    assert (x, y) == pytest.approx((-4.2339303, 4.0257775), abs=1e-7)


def test_equal_earth_has_its_size() -> None:
    """Half the map is 2.7066 wide and 1.3173 high, in radii of the sphere (Šavrič, Patterson and Jenny 2019)."""
    assert geography.equal_earth(np.array([180.0, 0.0])) == pytest.approx((2.7066, 0), abs=1e-4)
    assert geography.equal_earth(np.array([0.0, 90.0])) == pytest.approx((0, 1.3173), abs=1e-4)


@pytest.mark.parametrize("project", [lambda at: geography.lambert(at, 49, 24), geography.equal_earth])
def test_projections_keep_areas(project: Callable[[Any], Any]) -> None:
    """A degree square at 40 N is cos 40.5 / cos 60.5 times one at 60 N, by the area between parallels."""

    def area(longitude: float, latitude: float) -> float:
        fine = 50
        edge = [
            *((longitude + n / fine, latitude) for n in range(fine)),
            *((longitude + 1, latitude + n / fine) for n in range(fine)),
            *((longitude + 1 - n / fine, latitude + 1) for n in range(fine)),
            *((longitude, latitude + 1 - n / fine) for n in range(fine)),
        ]
        ring: list[list[float]] = project(np.array(edge)).tolist()
        return 0.5 * abs(sum(a * d - b * c for (a, b), (c, d) in zip(ring, ring[1:] + ring[:1], strict=True)))

    south, north = (math.sin(math.radians(top)) - math.sin(math.radians(top - 1)) for top in (41, 61))
    assert area(-10, 40) / area(45, 60) == pytest.approx(south / north, rel=1e-3)


SHOWN = tuple(code for code in EUROPE if code not in ("USA", "RUS"))


def test_neighbours_share_their_border_point_by_point() -> None:
    rings = geography.geography(SHOWN).rings
    points = {code: {point for ring in rings[code] for point in ring} for code in SHOWN}
    for first, second in (("UKR", "BLR"), ("UKR", "POL"), ("POL", "SVK"), ("LVA", "EST")):
        assert len(points[first] & points[second]) > 5, (first, second)


def test_the_geometry_is_small_and_knows_small_states() -> None:
    assert (ROOT / "scoring" / "data" / "geometry.json").stat().st_size < 300_000
    shown = geography.geography(SHOWN)
    assert {"MLT", "AND", "LIE", "SMR", "MCO", "VAT"} <= set(shown.small)
    assert shown.anchors.keys() == set(SHOWN)
    assert all(0 <= x <= shown.view.width and 0 <= y <= shown.view.height for x, y in shown.anchors.values())


def test_a_set_is_framed_where_it_is() -> None:
    europe, america = geography.geography(("FRA", "POL")), geography.geography(("BRA", "CHL"))
    assert re.fullmatch(r"Lambert azimuthal equal-area, [45]\d N 1\d E", europe.projection)
    assert re.fullmatch(r"Lambert azimuthal equal-area, [23]\d S [56]\d W", america.projection)
    assert "CHN" not in {*europe.rings, *america.rings}
    world = geography.geography(("USA", "CHN", "ZAF", "FJI", "RUS"))
    assert world.projection == "Equal Earth"
    for rings in world.rings.values():  # none is drawn across the map, from one edge to the other
        for ring in rings:
            xs = [x for x, _ in ring]
            assert max(xs) - min(xs) < world.view.width / 2


def test_labels_cover_neither_each_other_nor_marks() -> None:
    wanted = [labels.Wanted(100 + 3 * n, 100 + 3 * n, 30, 12, ((0, 0),) if n % 9 == 8 else ()) for n in range(20)]
    marks_of = [labels.box_around(100, 100, 8, 8)]
    places = [place for place in labels.placed(wanted, labels.Box(0, 0, 300, 300), marks_of, 5) if place]
    assert 15 <= len(places) <= 20  # no leader is long or hidden, so some have no place
    boxes = [*marks_of, *(place.box for place in places)]
    assert not any(labels.overlaps(*pair) for pair in itertools.combinations(boxes, 2))
    assert sum(place.leader is None for place in places) == 2
    assert all(
        math.dist(*pair) < 200 for place in places if place.leader for pair in [(place.leader[:2], place.leader[2:])]
    )
    assert labels.placed(wanted[:1], labels.Box(0, 0, 10, 10), [], 5) == [None]
    assert labels.placed([], labels.Box(0, 0, 10, 10), [], 5) == []


def test_a_map_shades_bands_hatches_the_withheld_and_says_whose_borders_it_draws(crowded: Set) -> None:
    chart = crowded.charts["map"]
    shades = colours.classes(7)
    names = [band.label for band in crowded.assessment.book.rubric.bands]
    root = ET.fromstring(chart.svg)  # noqa: S314  our own
    groups = {
        str(node.get("data-country")): node for node in root.iter(f"{SVG}g") if "country" in str(node.get("class"))
    }
    for row, profile in enumerate(crowded.assessment.profiles):
        group, band = groups[profile.country], crowded.assessment.band[row]
        fills = [str(node.get("fill")) for node in group if node.get("fill") != "none"]
        assert fills[0] == (colours.PAPER if band is None else shades[names.index(band)])
        if band is not None:
            low, high = (100 * float(ends[row]) for ends in (crowded.simulation.low, crowded.simulation.high))
            reached = [
                shade
                for shade, cut in zip(shades, (0, 15, 30, 45, 60, 75, 90), strict=True)
                if low < cut + 15 and high >= cut
            ]
            assert set(fills) >= {shade for shade in reached if profile.country not in ("AND", "SMR", "VAT", "MCO")}
    assert len(marks(chart.svg, "path", "hatch")) >= 1 + 4  # legend; Malta, Spain, Romania, the United States
    assert {str(circle["class"]) for circle in marks(chart.svg, "circle", "small")} == {"small"}
    assert "no position on legal status" in chart.head.source


def test_every_country_is_labelled_led_to_or_listed(real: Set) -> None:
    for style in (USUAL_STYLE, *STYLES.values()):
        run_of_set = Run(scenario_of(real.assessment), real.simulation.settings)
        chart = gallery.figure(run_of_set, "map", style)
        root = ET.fromstring(chart.svg)  # noqa: S314  our own
        labelled = {str(node.get("data-country")) for node in root.iter(f"{SVG}g") if node.get("class") == "label"}
        told = next((text for text in chart.head.caveats if text.startswith("Without room for a label")), "")
        listed = set(re.findall(r"\b[A-Z]{3}\b", told))
        assert labelled | listed == {profile.country for profile in real.assessment.profiles}
        assert len(listed) <= (0 if style.width > 400 and not style.is_fixed else 9)
        assert style.tallest is None or chart.height <= math.ceil(style.tallest)


def test_a_map_of_one_country_draws_none_far_from_it(real: Set) -> None:
    run_of_set = Run(scenario_of(real.assessment), real.simulation.settings)
    chart = gallery.figure(run_of_set, "map", chosen=("EST",))
    (shown,) = (node for node in ET.fromstring(chart.svg).iter(f"{SVG}svg") if node.get("class") == "map")  # noqa: S314
    titles = {node.text for node in shown.iter(f"{SVG}title")}
    assert {"Estonia (EST)", "Latvia (LVA)", "Finland (FIN)"} <= titles
    assert not titles & {"Spain (ESP)", "Georgia (GEO)", "Kazakhstan (KAZ)"}


def test_there_is_no_map_without_a_country_on_it(folder: Path) -> None:
    for code, name in (("AZE", "XAA"), ("GEO", "XAB")):
        (folder / "profiles" / f"{code}.yaml").unlink()
        (folder / "profiles" / f"{name}.yaml").write_text(PROFILE.replace("AZE", name))
    assert run("figures", "out", "--draws", "100").exit_code == 0
    assert not (folder / "out" / "map.svg").exists()
    assert (folder / "out" / "ranking.svg").exists()


# -- colours -----------------------------------------------------------------------------------------------------------

# Machado, Oliveira and Fernandes 2009, A Physiologically-based Model for Simulation of Color Vision Deficiency,
# severity 1.0, on linear RGB
PROTANOPIA = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTERANOPIA = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
GREY = [[0.2126, 0.7152, 0.0722]] * 3
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> Any:
    values = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(np.dot(GREY[0], linear(colour)))


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, seen: Sequence[Sequence[float]]) -> Any:
    """CIE L*a*b* of a colour as somebody sees it."""
    xyz = XYZ @ np.clip(np.array(seen) @ linear(colour), 0, 1) / XYZ.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_ramp_darkens_all_the_way() -> None:
    shades = [luminance(colours.ramp(step / 200)) for step in range(201)]
    assert all(later < earlier for earlier, later in itertools.pairwise(shades[::2]))
    assert shades == sorted(shades, reverse=True)


@pytest.mark.parametrize("seen", [GREY, PROTANOPIA, DEUTERANOPIA], ids=["grey", "protanopia", "deuteranopia"])
@pytest.mark.parametrize("count", [2, 3, 5, 7])
def test_bands_can_be_told_apart(seen: list[list[float]], count: int) -> None:
    """Neighbours differ by 6 or more; about 2.3 can just be noticed (Mahy, Van Eycken and Oosterlinck 1994)."""
    for palette in (colours.LIGHT, colours.DARK):
        shades = [palette.empty, *colours.classes(count, palette.ramp)]
        for first, second in itertools.pairwise(shades):
            assert np.linalg.norm(lab(first, seen) - lab(second, seen)) > 6, (first, second)


@pytest.mark.parametrize("seen", [GREY, PROTANOPIA, DEUTERANOPIA], ids=["grey", "protanopia", "deuteranopia"])
def test_marks_can_be_told_apart(seen: list[list[float]]) -> None:
    for first, second in itertools.combinations((colours.STRONG, colours.SOFT, colours.PAPER), 2):
        assert np.linalg.norm(lab(first, seen) - lab(second, seen)) > 20
    assert np.linalg.norm(lab(colours.STRONG, seen) - lab(colours.OTHER, seen)) > 20


def test_text_stands_out_from_its_ground() -> None:
    for step in range(101):
        shade = colours.ramp(step / 100)
        assert contrast(shade, colours.ink_on(shade)) >= 4.5
    for palette in (colours.LIGHT, colours.DARK):
        for ink in (palette.ink, palette.quiet):
            assert contrast(ink, palette.paper) >= 4.5
    for scheme in (0, 1):
        for ground, ink in itertools.product(("ground", "panel", "mark"), ("text", "quiet", "link", "figure")):
            assert contrast(colours.SITE[ground][scheme], colours.SITE[ink][scheme]) >= 4.5, (ground, ink)


# -- words -------------------------------------------------------------------------------------------------------------


def all_charts(*sets: Set) -> list[Chart]:
    return [chart for charts in sets for chart in charts.charts.values()]


def test_charts_are_well_formed_and_have_a_text_alternative(real: Set, late: Set, crowded: Set) -> None:
    for chart in all_charts(real, late, crowded):
        root = ET.fromstring(chart.svg)  # noqa: S314  our own
        assert root.get("role") == "img"
        title, described = root[0], root[1]
        assert title.tag == f"{SVG}title"
        assert described.tag == f"{SVG}desc"
        assert len(described.text or "") > 60
        assert "\u202e" not in chart.svg
        for node in root.iter():
            assert node.get("id") is None
            assert node.tag.removeprefix(SVG) not in ("style", "script", "image")
        assert "nan" not in re.sub(r"<(title|desc|text).*?</\1>", "", chart.svg)


def test_words_say_what_is_found(real: Set) -> None:
    words = real.charts["ranking"].head.alt
    found = [
        (float(real.assessment.figures.estimate[row, 0]) * 100, profile.country)
        for row, profile in enumerate(real.assessment.profiles)
        if real.assessment.rank[row] is not None
    ]
    (most, highest), (least, lowest) = max(found), min(found)
    assert re.search(rf"Highest: \w+ \({highest}\) at {most:.1f}; lowest: \w+ \({lowest}\) at {least:.1f}\.", words)
    published = [row for row, rank in enumerate(real.assessment.rank) if rank is not None]
    above = real.simulation.p_above
    pairs = sum(max(above[pair], above[pair[::-1]]) > 0.95 for pair in itertools.combinations(published, 2))
    assert f"{pairs} of {math.comb(len(published), 2)} pairs of countries are distinguishable." in words
    assert len(words) < 400
    assert all(len(chart.head.alt) < 600 for chart in real.charts.values())


def test_names_of_strangers_are_text_and_nothing_else(crowded: Set) -> None:
    page = gallery.page_of(list(crowded.charts.values()), "svg")
    assert "<script" not in page
    assert "](x)" not in page.replace("\\]", "")
    for chart in crowded.charts.values():
        assert "<script" not in chart.svg
    shown = "".join(text.string for text in texts(crowded.charts["map"].svg))
    assert """<script>&"'](x)|� A title""" in shown


def check_texts(page: canvas.Page) -> None:
    """No text leaves the page or lies on another one."""
    root = ET.fromstring(page.svg)  # noqa: S314  our own
    _, _, width, height = map(float, str(root.get("viewBox")).split())
    assert height == page.height
    waiting: list[Text] = []
    for text in sorted(texts(page.svg), key=lambda item: item.top):
        assert text.left >= 0, (page.name, text)
        assert text.right <= width, (page.name, text)
        assert text.top >= 0, (page.name, text)
        assert text.bottom <= height, (page.name, text)
        waiting = [other for other in waiting if other.bottom > text.top + 0.5]
        for other in waiting:
            assert text.left >= other.right - 0.5 or text.right <= other.left + 0.5, (page.name, text, other)
        waiting.append(text)


def test_no_text_is_cut_and_none_lies_on_another(real: Set, late: Set, crowded: Set) -> None:
    wide = drawn(synthetic.assessment(200, 10), [0])
    for chart in [*all_charts(real, late, crowded), *all_charts(wide)]:
        for page in chart.pages:
            check_texts(page)


@pytest.mark.parametrize("width", STYLES)
def test_a_width_has_its_size_and_text_that_can_be_read(width: str, real: Set) -> None:
    """7 pt in print and 14 pt on a slide, at the size that the image has."""
    style = STYLES[width]
    for chart in drawn(real.assessment, [5], style).charts.values():
        for page in chart.pages:
            check_texts(page)
            root = ET.fromstring(page.svg)  # noqa: S314  our own
            _, _, wide, tall = map(float, str(root.get("viewBox")).split())
            inches = {"85mm": 85 / 25.4, "170mm": 170 / 25.4, "slide": 40 / 3}[width]
            unit = {"mm": 25.4, "in": 1.0}[str(root.get("width"))[-2:]]
            assert float(str(root.get("width"))[:-2]) / unit == pytest.approx(inches, rel=1e-3)
            sizes = [float(str(node.get("font-size"))) for node in root.iter() if node.get("font-size")]
            assert min(sizes) / wide * inches * 72 >= (14 if width == "slide" else 7), (chart.name, min(sizes))
            assert tall / wide * inches <= (7.5 if width == "slide" else 240 / 25.4) + 0.01, chart.name
            if width == "slide":
                assert wide / tall == pytest.approx(16 / 9, rel=1e-3)


def test_a_long_chart_continues_on_pages() -> None:
    wide = drawn(synthetic.assessment(200, 10), [], STYLES["85mm"])
    pages = wide.charts["ranking"].pages
    assert [page.name for page in pages] == [f"ranking-{page}" for page in range(1, len(pages) + 1)]
    found = [code for page in pages for code in re.findall(r'class="row" data-country="(\w+)"', page.svg)]
    assert found == [one.code for one in wide.assessment.by_rank]
    assert f"1 of {len(pages)}" in [text.string for text in texts(pages[0].svg)]


def test_dark_text_stands_out(real: Set) -> None:
    chart = drawn(real.assessment, [], replace(USUAL_STYLE, palette=colours.DARK)).charts["pillars"]
    root = ET.fromstring(chart.svg)  # noqa: S314  our own
    ink = str(root.get("fill"))
    cells = marks(chart.svg, "rect", "cell")
    for node in root.iter(f"{SVG}text"):
        x, y = float(node.attrib["x"]), float(node.attrib["y"])
        under = [
            cell["fill"]
            for cell in cells
            if cell["x"] < x < cell["x"] + cell["width"] and cell["y"] < y < cell["y"] + cell["height"]
        ]
        assert contrast(node.get("fill", ink), under[0] if under else colours.DARK.paper) >= 4.5, node.text


def test_numbers_and_dates_of_another_language(real: Set) -> None:
    style = replace(USUAL_STYLE, locale=LOCALES["de"])
    chart = drawn(real.assessment, [], style).charts["ranking"]
    words = [text.string for text in texts(chart.svg)]
    assert any("30. Juni 2018" in line for line in words)
    assert not any(re.fullmatch(r"\d+\.\d", line) for line in words)
    version = real.assessment.book.rubric.version
    assert any(f"resilience@{version}" in line for line in words)
    of = LOCALES["fr"].of
    assert of("1 August 2018, 3.5 of resilience@3.1.0 and 12.0–13.5 by 1.0.0") == (
        "1 août 2018, 3,5 of resilience@3.1.0 and 12,0–13,5 by 1.0.0"
    )
    assert LOCALES["en"].of("3.5 on 1 May 2018") == "3.5 on 1 May 2018"


def test_each_figure_says_where_it_is_from(real: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shown = run("cite", "GEO", "--as-of", "2018-06-30", "--draws", "100").stdout
    [own] = set(re.findall(r"resilience@[\d.]+/GEO/2018-06-30/[0-9a-f]{16}", shown))
    for name in ("country-GEO", "waterfall-GEO"):
        assert own in real.charts[name].head.source
        assert own in real.charts[name].svg
    for chart in real.charts.values():
        assert real.assessment.book.rubric.title in chart.head.source
        assert "CC BY 4.0" in chart.head.source
        assert "2018" in chart.head.source or "2025" in chart.head.source


# -- findings ----------------------------------------------------------------------------------------------------------


def test_who_shares_the_top_is_not_distinguishable_from_the_first(real: Set) -> None:
    top = findings.shared_top(real.simulation)
    first, *others = (one.row for one in top)
    above = real.simulation.p_above
    for other in real.assessment.ranked:
        chance = above[first, other.row]
        is_tied = other.row == first or max(chance, 1 - chance) <= 0.95
        assert (other.row in others or other.row == first) == is_tied
    sentence = findings.of_ranking(real.simulation)
    pairs = itertools.combinations([first, *others], 2)
    if len(top) > 1 and all(max(above[pair], above[pair[::-1]]) <= 0.95 for pair in pairs):
        assert sentence.endswith("share the top: their order is not distinguishable")


def test_findings_of_small_sets(real: Set) -> None:
    def of(*codes: str) -> Simulation:
        scenario = scenario_of(real.assessment).of(codes)
        return Run(scenario, real.simulation.settings).simulation()

    one = of("EST")
    assert findings.of_ranking(one) == f"Only Estonia's index is published: {one.assessment.countries[0].index.text}"
    assert findings.of_country(one, one.assessment.countries[0]).startswith("Estonia's index is ")
    assert findings.of_pillars(one.assessment).startswith("Estonia scores highest on ")
    apart, close = of("EST", "AZE"), of("CZE", "LVA")
    assert bool(apart.distinguishable[0, 1])
    assert findings.of_ranking(apart) == "Estonia ranks first of 2, distinguishable from all others"
    assert not close.distinguishable[0, 1]
    assert findings.of_ranking(close).endswith("are not distinguishable")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ((2, 1, 20), "2 of 20 indices rose and 1 fell significantly between editions"),
        ((0, 1, 20), "1 of 20 indices fell significantly between editions"),
        ((0, 0, 20), "None of 20 indices changed significantly between editions"),
        ((0, 0, 1), "The index did not change significantly between editions"),
        ((0, 1, 1), "The index fell significantly between editions"),
        ((0, 0, 0), "No index is published in both editions"),
    ],
)
def test_findings_of_editions(changes: tuple[int, int, int], sentence: str) -> None:
    assert findings.of_editions(*changes) == sentence


@pytest.mark.parametrize(
    ("contributions", "sentence"),
    [
        ([("A", 0.1), ("B", -0.1)], "Estonia's index is raised most by A, and lowered most by B"),
        ([("A", 0.1), ("B", 0.2)], "Estonia's index is raised most by B, and lowered by no pillar"),
        (
            [("A", -0.1), ("B", -0.2), ("Rounding", 0.1)],
            "Estonia's index is lowered most by B, and raised by no pillar",
        ),
        ([("A", 0.0)], "No pillar moves Estonia's index from the usual level"),
    ],
)
def test_findings_of_contributions(real: Set, contributions: list[tuple[str, float]], sentence: str) -> None:
    estonia = next(one for one in real.assessment.countries if one.code == "EST")
    assert findings.of_contributions(estonia, contributions) == sentence


def test_widths_of_letters_are_those_of_the_font() -> None:
    """The widths that a PDF gives of Liberation Sans, against those that lines are broken by."""
    convert = pytest.importorskip("vl_convert")
    letters = "".join(chr(code) for code in range(33, 127)) + "–…"
    for bold in (False, True):
        line = canvas.text_line(USUAL_STYLE, 10, 20, letters, bold=bold)
        data = bytes(convert.svg_to_pdf("\n".join((canvas.opening(USUAL_STYLE, "x", 2000, 40), line, "</svg>"))))
        expected = widths(data)
        assert len(expected) >= len(letters)
        for letter in letters:
            estimate = canvas.text_width(letter, 1000, bold=bold)
            assert (
                estimate == pytest.approx(expected[letter], abs=1) if not bold else estimate > expected[letter] - 90
            ), letter
        if bold:
            sample = "Countries by rank, with uncertainty"
            assert canvas.text_width(sample, 1, bold=True) * 1000 >= sum(
                expected[character] for character in sample.replace(" ", "")
            )


def widths(pdf: bytes) -> dict[str, float]:
    """Letter -> thousandths of the size, by the only font of a PDF; glyph ranges /W [first last width ...]."""
    glyphs: dict[int, float] = {}
    array = re.search(rb"/W \[([^\]]*)\]", pdf)
    assert array is not None
    numbers = array[1].split()
    for first, last, width in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
        glyphs.update(dict.fromkeys(range(int(first), int(last) + 1), float(width)))
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>\n", pdf, re.IGNORECASE)
    return {chr(int(letter, 16)): glyphs[int(glyph, 16)] for glyph, letter in pairs}


def test_long_words_are_broken_and_accents_take_no_room() -> None:
    assert canvas.wrapped("ab cd", 1000) == ["ab cd"]
    assert canvas.wrapped("", 100) == [""]
    lines = canvas.wrapped("short " + "m" * 40, 100)
    assert "".join(lines).replace("short", "") == "m" * 40
    assert all(canvas.text_width(line) <= 100 for line in lines)
    assert canvas.wrapped("mm", 1) == ["m", "m"]
    assert "".join(canvas.wrapped("m" * 4000, 100)) == "m" * 4000  # a title may be so long
    assert canvas.text_width("é") == canvas.text_width("e") == canvas.text_width("e\u0301")
    assert canvas.text_width("漢") > canvas.text_width("m")


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_writes_all_charts_and_a_page_of_them(folder: Path) -> None:
    result = run("figures", "out", "--draws", "100")
    assert result.exit_code == 0, result.stderr
    names = {path.name for path in (folder / "out").glob("[!.]*")}
    assert names == {
        "country-AZE.svg", "country-GEO.svg", "figures.md", "map.svg", "panels.svg", "pillars.svg", "ranking.svg", "waterfall-AZE.svg", "waterfall-GEO.svg"
    }  # fmt: skip
    assert result.stdout == f"out: {len(names)} files.\n"
    page = (folder / "out" / "figures.md").read_text()
    assert set(re.findall(r"\]\(([a-zA-Z-]+\.svg)\)", page)) == names - {"figures.md"}


def written(directory: Path) -> set[str]:
    return {path.name for path in directory.glob("[!.]*")}


def test_only_what_is_asked_for_is_written(folder: Path) -> None:
    assert run("figures", "out", "--country", "GEO", "--country", "GEO", "--draws", "100").exit_code == 0
    assert written(folder / "out") == {"country-GEO.svg", "waterfall-GEO.svg"}
    assert run("figures", "two", "--figure", "map", "--figure", "country-AZE", "--draws", "100").exit_code == 0
    assert written(folder / "two") == {"map.svg", "country-AZE.svg"}
    assert run("figures", "all", "--countries", "GEO", "--draws", "100").exit_code == 0
    assert "country-GEO.svg" in written(folder / "all")
    assert "country-AZE.svg" not in written(folder / "all")
    svg = (folder / "all" / "ranking.svg").read_text()
    assert "Azerbaijan" not in [text.string for text in texts(svg)]
    assert "1 of 2 countries, ranked among all" in svg
    result = run("figures", "elsewhere", "--country", "NOR")
    assert result.exit_code == 2
    assert "Norway (NOR) is not in the set; countries: AZE, GEO" in result.stderr
    result = run("figures", "elsewhere", "--figure", "rankin", "--draws", "100")
    assert result.exit_code == 2
    assert "unknown figure rankin; did you mean ranking?" in result.stderr
    assert run("figures", "elsewhere", "--countries", " , ").exit_code == 2
    assert not (folder / "elsewhere").exists()


def test_width_colours_and_language_are_options(folder: Path) -> None:
    options = ("--figure", "ranking", "--width", "85mm", "--dark", "--lang", "de", "--draws", "100")
    assert run("figures", "out", *options).exit_code == 0
    root = ET.fromstring((folder / "out" / "ranking.svg").read_text())  # noqa: S314  our own
    assert root.get("width") == "85mm"
    assert marks(ET.tostring(root, encoding="unicode"), "rect", "paper")[0]["fill"] == colours.DARK.paper


def test_nothing_is_written_where_a_profile_cannot_be_read(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").write_text("format: 1\n")
    result = run("figures", "out")
    assert result.exit_code == 1
    assert result.stderr.startswith("out is not written: the profiles listed below would be missing.\n")
    assert not (folder / "out").exists()


def test_without_the_package_the_command_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    result = run("figures", "out", "--format", "png")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "pip install '.[report]' in a clone of this project" in result.stderr
    assert not (folder / "out").exists()


def test_png_has_its_size_and_its_words(folder: Path) -> None:
    pytest.importorskip("vl_convert")
    assert run("figures", "out", "--format", "png", "--draws", "100").exit_code == 0
    assert run("figures", "svg", "--draws", "100").exit_code == 0
    data = (folder / "out" / "ranking.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, start = [], 8
    while start < len(data):
        [length] = struct.unpack(">I", data[start : start + 4])
        body = data[start + 4 : start + 8 + length]
        assert struct.unpack(">I", data[start + 8 + length : start + 12 + length])[0] == zlib.crc32(body)
        chunks.append((body[:4], body[4:]))
        start += length + 12
    assert chunks[0][0] == b"IHDR"
    assert chunks[-1] == (b"IEND", b"")
    root = ET.fromstring((folder / "svg" / "ranking.svg").read_text())  # noqa: S314  our own
    assert struct.unpack(">II", chunks[0][1][:8]) == (2 * int(root.get("width", "")), 2 * int(root.get("height", "")))
    pixels = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    assert len(pixels) == 2 * int(root.get("height", "")) * (1 + 4 * 2 * int(root.get("width", "")))
    metadata = {
        body.split(b"\0")[0].decode(): body.split(b"\0", 5)[5].decode() for kind, body in chunks if kind == b"iTXt"
    }
    assert metadata == {"Title": root[0].text, "Description": root[1].text}


def test_pdf_is_settled_and_whole(folder: Path) -> None:
    pytest.importorskip("vl_convert")
    for name in ("one", "two", "three"):
        assert run("figures", name, "--format", "pdf", "--draws", "100").exit_code == 0
    pages = [{path.name: path.read_bytes() for path in (folder / name).iterdir()} for name in ("one", "two", "three")]
    assert pages[0] == pages[1] == pages[2]
    document = pypdf.PdfReader(io.BytesIO(pages[0]["ranking.pdf"]), strict=True)
    assert document.metadata
    assert "Georgia" in str(document.metadata.title)
    assert str(document.metadata.subject).startswith("Dot plot of countries by rank.")
    text = document.pages[0].extract_text()
    for shown in ("Georgia (GEO)", "Azerbaijan (AZE)", "32.9", "70.4"):
        assert shown in text
    page = (folder / "one" / "figures.md").read_text()
    assert "[ranking.pdf](ranking.pdf)" in page
    assert "Dot plot of countries by rank." in page


def test_print_has_its_size(folder: Path) -> None:
    pytest.importorskip("vl_convert")
    options = ("--figure", "ranking", "--width", "85mm", "--draws", "100")
    for form in ("png", "pdf"):
        assert run("figures", "out", *options, "--format", form).exit_code == 0
    box = pypdf.PdfReader(folder / "out" / "ranking.pdf").pages[0].mediabox
    assert float(box.width) == pytest.approx(85 / 25.4 * 72, abs=0.1)
    data = (folder / "out" / "ranking.png").read_bytes()
    assert struct.unpack(">I", data[16:20])[0] == pytest.approx(85 / 25.4 * 300, abs=2)
    place = data.index(b"pHYs") + 4
    assert struct.unpack(">IIB", data[place : place + 9]) == (11811, 11811, 1)  # 300 pixels an inch, in pixels a metre


def test_a_very_tall_chart_is_drawn_smaller() -> None:
    pytest.importorskip("vl_convert")
    head = canvas.Head("Tall", "", ("",), "Nothing.", "")
    chart = canvas.Frame(USUAL_STYLE, head).chart("tall", [canvas.Body([], 20_000)])
    data = gallery.files([chart], "png")["tall.png"]
    assert struct.unpack(">I", data[20:24])[0] <= 16_001


def test_the_same_bytes_whatever_the_hash_seed(folder: Path) -> None:
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "scoring", "figures", f"out{seed}", "--draws", "100"]
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        )
    first, second = (
        {path.name: path.read_bytes() for path in (folder / f"out{seed}").iterdir()} for seed in ("1", "2")
    )
    assert first == second
