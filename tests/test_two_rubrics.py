"""`scoring matrix`: two rubrics against each other, as table, JSON, CSV, chart and page."""

from __future__ import annotations

import csv
import io
import json
import shutil
import xml.etree.ElementTree as ET
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from conftest import FEW, FIRST_EDITION, ROOT, run

import scoring
from scoring.analysis.matrix import Matrix, matrix
from scoring.render.charts.matrix import matrix_chart
from scoring.render.charts.style import USUAL_STYLE
from scoring.render.output_schemas import output_schema

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


def rubric(name: str, title: str, **keys: Any) -> dict[str, Any]:
    return {
        "format": 2,
        "id": name,
        "version": "1.0.0",
        "title": title,
        "exponent": 1,
        "prior": {"weight": 1, "centre": 0.5},
        "publish": {"availability": 0.9, "information": 0.1},
        "bands": [{"from": 0, "label": "all"}],
        "uncertainty": {"kappa": 60, "exponents": {"1": 1}},
        "pillars": {f"{name}_pillar": 1},
        **keys,
    }


def pillar(name: str) -> dict[str, Any]:
    shared = {"question": "How much?", "rationale": "None.", "kind": "number", "half_life": None}
    indicators = [{"id": f"{name}_{key}", "weight": 1, "worst": 0, "best": 10, **shared} for key in ("a", "b")]
    return {"id": f"{name}_pillar", "title": "A pillar", "indicators": indicators}


def profile(country: str, codes: dict[str, int]) -> dict[str, Any]:
    fields = {"text": "A figure.", "source": "page", "locator": "Row 1", "date": "2017", "credibility": 1}
    return {
        "format": 1,
        "country": country,
        "actor": "RUS",
        "as_of": "2018-01-01",
        "sources": {
            "page": {"title": "A page", "publisher": "Nobody", "reliability": "A", "archived": "https://example.org"}
        },
        "statements": [{"id": "row", **fields, "confidence": "exact", "codes": codes}],
    }


CODES: dict[str, dict[str, int]] = {
    "AZE": {"left_a": 8, "left_b": 3, "right_a": 1, "right_b": 6},
    "EST": {"left_a": 2, "left_b": 4, "right_a": 9},  # withheld by right
    "GEO": {"left_a": 5, "right_a": 9},  # by both
    "MDA": {"left_b": 5, "right_a": 9, "right_b": 1},  # by left
}


def index(*values: int) -> float:
    """The estimate by hand: one statement of weight 1, and missing evidence of weight 1 at the centre."""
    return float(100 * sum((Fraction(value, 10) + Fraction(1, 2)) / 2 for value in values) / len(values))


def write(folder: Path, **keys: Any) -> None:
    """Two rubrics and four profiles; JSON is YAML."""
    for name, title in (("left", "What is on the left"), ("right", "What is <b>on</b> the right")):
        (folder / "rubrics" / name).mkdir(parents=True, exist_ok=True)
        about = {"about": {"default": True}} if name == "left" else {}
        (folder / "rubrics" / name / "rubric.yaml").write_text(json.dumps(rubric(name, title, **about, **keys)))
        (folder / "rubrics" / name / f"{name}_pillar.yaml").write_text(json.dumps(pillar(name)))
    (folder / "profiles").mkdir(exist_ok=True)
    for country, codes in CODES.items():
        (folder / "profiles" / f"{country}.yaml").write_text(json.dumps(profile(country, codes)))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(*arguments: str) -> Any:
    result = run("matrix", *arguments, "--draws", "100", "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def compared(folder: Path) -> Matrix:
    sides = []
    for name in ("left", "right"):
        book, profiles = scoring.load(folder / "rubrics" / name, folder / "profiles")
        sides.append(scoring.simulate(scoring.assess(book, profiles), draws=200))
    return matrix(*sides)


# -- figures -----------------------------------------------------------------------------------------------------------


def test_indices_by_hand(world: Path) -> None:  # noqa: ARG001  the working directory
    found = {one["country"]: one for one in document("left", "right")["countries"]}
    assert list(found) == ["AZE", "EST", "GEO", "MDA"]
    assert found["AZE"]["index"]["estimate"] == index(8, 3)
    assert found["AZE"]["against"]["estimate"] == index(1, 6)
    assert found["EST"]["index"]["estimate"] == index(2, 4)
    assert found["MDA"]["against"]["estimate"] == index(9, 1)
    assert found["AZE"]["index"]["rank"] == 1
    assert found["MDA"]["against"]["rank"] == 1


def test_what_is_withheld_has_bounds_and_no_figure(world: Path) -> None:  # noqa: ARG001
    found = {one["country"]: one for one in document("left", "right")["countries"]}
    by_both = {code: [one[side]["published"] for side in ("index", "against")] for code, one in found.items()}
    assert by_both == {"AZE": [True, True], "EST": [True, False], "GEO": [False, False], "MDA": [False, True]}
    withheld = found["EST"]["against"]
    assert (withheld["estimate"], withheld["rank"], withheld["withheld_because"]) == (None, None, ["availability"])
    # one indicator is known but for the half that is missing, the other is not known: [(.45 + 0) / 2, (.95 + 1) / 2]
    assert withheld["bounds"] == [22.5, 97.5]
    text = run("matrix", "left", "right", "--draws", "100").stdout
    [line] = [line for line in text.splitlines() if line.startswith("Estonia") and "bounds" in line]
    assert line.split()[:3] == ["Estonia", "(EST)", f"{index(2, 4):.1f}"]
    assert line.split()[-3:] == ["withheld", "bounds", "22.5–97.5"]
    reasons = [line.split()[:3] for line in text[text.index("Reason") :].splitlines() if "availability 0.50" in line]
    assert sorted(reasons) == [
        ["Estonia", "(EST)", "right"],
        ["Georgia", "(GEO)", "left"],
        ["Georgia", "(GEO)", "right"],
        ["Moldova", "(MDA)", "left"],
    ]


def test_the_other_way_round(world: Path) -> None:  # noqa: ARG001
    one, other = document("left", "right"), document("right", "left")
    assert other["rubric"]["id"] == one["against"]["rubric"]["id"] == "right"
    for first, second in zip(one["countries"], other["countries"], strict=True):
        assert (first["index"], first["against"]) == (second["against"], second["index"])


def test_figures_are_those_of_score_and_rank(few: Path) -> None:
    options = ("--profiles", str(few / "profiles"), "--format", "json")
    rubrics = ROOT / "rubrics" / "resilience", ROOT / "rubrics" / "exposure"
    both = json.loads(run("matrix", *rubrics, *options, "--draws", "100").stdout)["countries"]
    for side, rubric_folder in zip(("index", "against"), rubrics, strict=True):
        scored = json.loads(run("score", "--rubric", rubric_folder, *options).stdout)["countries"]
        for one, alone in zip(both, scored, strict=True):
            found, figures = one[side], alone["index"]
            assert (found["estimate"], found["rank"]) == (figures["estimate"], alone["rank"])
            assert found["bounds"] == [figures["low"], figures["high"]]
    ranked = json.loads(run("rank", "--rubric", rubrics[0], *options, "--draws", "100").stdout)["countries"]
    assert [one["index"]["interval"] for one in both] == [one["interval"] for one in ranked]
    assert len(both) == len(FEW)
    assert all(one["against"]["estimate"] is None for one in both)


def test_json_fits_its_schema_and_csv_has_the_same_figures(world: Path) -> None:  # noqa: ARG001
    found = document("left", "right")
    jsonschema.validate(found, output_schema("matrix"))
    text = run("matrix", "left", "right", "--draws", "100", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    for row, one in zip(rows, found["countries"], strict=True):
        assert row["country"] == one["country"]
        for name, side in (("left", one["index"]), ("right", one["against"])):
            assert row[f"{name}.published"] == str(side["published"]).lower()
            assert row[f"{name}.estimate"] == ("" if side["estimate"] is None else str(side["estimate"]))
            ends = [
                float(row[f"{name}.{key}"]) for key in ("interval_low", "interval_high", "bounds_low", "bounds_high")
            ]
            assert ends == [*side["interval"], *side["bounds"]]


def test_statements_that_enter_both_are_counted(world: Path) -> None:  # noqa: ARG001
    assert [one["shared_statements"] for one in document("left", "right")["countries"]] == [["row"]] * 4
    assert "4 statements enter both indices" in run("matrix", "left", "right", "--draws", "100").stdout


# -- rubrics -----------------------------------------------------------------------------------------------------------


def test_rubrics_of_different_folders_read_the_codes_of_both(world: Path) -> None:
    (world / "elsewhere").mkdir()
    shutil.move(world / "rubrics" / "right", world / "elsewhere" / "right")
    assert run("score").exit_code == 1  # right_a is unknown there
    found = document("left", "elsewhere/right")
    assert found["against"]["rubric"]["id"] == "right"
    assert found["countries"][0]["against"]["estimate"] == index(1, 6)


def test_two_versions_of_a_rubric_are_named_by_version(world: Path) -> None:
    shutil.copytree(world / "rubrics" / "left", world / "earlier" / "left")
    same = run("matrix", "left", "earlier", "--draws", "100", "--format", "csv").stdout
    assert "left A.estimate" in same.splitlines()[0]
    assert "left B.estimate" in same.splitlines()[0]
    path = world / "earlier" / "left" / "rubric.yaml"
    path.write_text(path.read_text().replace("1.0.0", "0.9.0"))
    header = run("matrix", "left", "earlier", "--draws", "100", "--format", "csv").stdout.splitlines()[0]
    assert "left@1.0.0.estimate" in header
    assert "left@0.9.0.estimate" in header


def test_rubrics_are_arguments_and_no_option(world: Path) -> None:  # noqa: ARG001
    result = run("matrix", "left", "right", "--rubric", "left")
    assert result.exit_code == 2
    assert "--rubric cannot be used here: A and B are the rubrics" in result.stderr
    wrong = run("matrix", "elsewhere", "resilience")
    assert "contains no rubric.yaml; give the folder of a rubric as A or B" in wrong.stderr
    unknown = run("matrix", "left", "wright")
    assert unknown.exit_code == 1
    assert unknown.stderr.startswith("wright:1:1: ")
    assert run("matrix", "left").exit_code == 2


@pytest.mark.parametrize("name", ["rubrics/left/rubric.yaml", "rubrics/right/right_pillar.yaml", "profiles/AZE.yaml"])
@pytest.mark.parametrize("command", [("matrix", "left", "right", "--draws", "100"), ("score",)])
def test_no_file_of_either_rubric_is_replaced(world: Path, command: tuple[str, ...], name: str) -> None:
    before = (world / name).read_bytes()
    (world / "link.txt").hardlink_to(world / name)
    for output in (name, "link.txt"):
        result = run(*command, "-o", output)
        assert result.exit_code == 2
        assert f"{output} " in result.stderr
    assert (world / name).read_bytes() == before


def test_a_profile_that_cannot_be_read_is_reported_once(world: Path) -> None:
    (world / "profiles" / "GEO.yaml").write_text("format: 1\n")
    result = run("matrix", "left", "right", "--draws", "100", "--format", "json")
    assert [one["country"] for one in json.loads(result.stdout)["countries"]] == ["AZE", "EST", "MDA"]
    lines = [line for line in result.stderr.splitlines() if line.startswith("profiles/GEO.yaml")]
    assert len(lines) == len(set(lines)) > 0


def test_countries_of_one_side_only_are_left_out(world: Path) -> None:
    both = compared(world)
    book, profiles = scoring.load(world / "rubrics" / "right", world / "profiles")
    fewer = scoring.simulate(scoring.assess(book, profiles[:2]), draws=100)
    assert [one.first.country.code for one in matrix(both.first, fewer).countries] == ["AZE", "EST"]


# -- the chart ---------------------------------------------------------------------------------------------------------


def axes(both: Matrix) -> tuple[float, float, float]:
    """Left end, width and height of the axes, by their outermost lines."""
    lines = [
        [float(one.attrib[end]) for end in ("x1", "x2", "y1", "y2")]
        for one in ET.fromstring(matrix_chart(both, USUAL_STYLE).svg).iter(f"{SVG}line")  # noqa: S314  our own
        if one.attrib["class"] == "rule"
    ]
    xs = [x1 for x1, x2, y1, y2 in lines if x1 == x2 and abs(y2 - y1) > 100]
    ys = [y1 for x1, x2, y1, y2 in lines if y1 == y2 and abs(x2 - x1) > 100]
    return min(xs), max(xs) - min(xs), max(ys) - min(ys)


def marks(both: Matrix) -> tuple[list[dict[str, str]], list[dict[str, str]], list[dict[str, str]]]:
    """Points, intervals and ranges of the countries, without those of the legend."""
    root = ET.fromstring(matrix_chart(both, USUAL_STYLE).svg)  # noqa: S314  our own
    points = [dict(one.attrib) for one in root.iter(f"{SVG}circle") if one.attrib["class"] != "dot"]
    lines = [dict(one.attrib) for one in root.iter(f"{SVG}line")]
    intervals, ranges = ([one for one in lines if one["class"] == kind] for kind in ("interval", "range"))
    return points, intervals, ranges


def test_only_published_indices_are_points(world: Path) -> None:
    both = compared(world)
    points, intervals, ranges = marks(both)
    left, width, height = axes(both)

    def across(value: float) -> float:
        return left + value / 100 * width

    [point] = points
    assert point["class"] == "dot AZE"
    assert float(point["cx"]) == pytest.approx(across(index(8, 3)), abs=0.06)
    [horizontal, vertical] = intervals
    for line, end, side in ((horizontal, "x", both.first), (vertical, "y", both.second)):
        length = abs(float(line[f"{end}2"]) - float(line[f"{end}1"]))
        share = (side.high[0] - side.low[0]) * (width if end == "x" else height)
        assert length == pytest.approx(share, abs=0.11)
    assert float(vertical["x1"]) == float(vertical["x2"]) == float(point["cx"])
    assert float(horizontal["y1"]) == float(horizontal["y2"]) == float(point["cy"])
    # Estonia: one vertical line; Moldova: one horizontal line; Georgia: a rectangle
    assert len(ranges) == 1 + 1 + 4
    [estonia] = [
        one for one in ranges if float(one["x1"]) == float(one["x2"]) == pytest.approx(across(index(2, 4)), abs=0.06)
    ]
    assert abs(float(estonia["y2"]) - float(estonia["y1"])) == pytest.approx((0.975 - 0.225) * height, abs=0.11)


def test_the_chart_names_what_is_withheld(world: Path) -> None:
    head = matrix_chart(compared(world), USUAL_STYLE).head
    assert "Withheld by left, so that there is no point: Georgia, Moldova." in head.notes
    assert "Withheld by right, so that there is no point: Estonia, Georgia." in head.notes
    assert head.heading == "1 country has an index by both left and right"
    assert "1 country with both indices" in head.alt


def test_without_a_prior_a_withheld_index_leaves_no_mark(world: Path) -> None:
    """Its bounds are equal, so that a range would show the figure."""
    write(world, prior={"weight": 0, "centre": 0.5}, publish={"availability": 0.9, "information": 0}, missing="drop")
    for name in ("left", "right"):
        path = world / "rubrics" / name / f"{name}_pillar.yaml"
        path.write_text(json.dumps({**pillar(name), "missing": "drop"}))
    both = compared(world)
    points, _, ranges = marks(both)
    assert [one["class"] for one in points] == ["dot AZE"]
    assert ranges == []
    assert "Georgia" in matrix_chart(both, USUAL_STYLE).head.notes[1]
    text = run("matrix", "left", "right", "--draws", "100").stdout
    assert "bounds" not in text


def test_many_labels_do_not_cover_each_other() -> None:
    sides = []
    for name in ("resilience", "exposure"):
        book, profiles = scoring.load(ROOT / "rubrics" / name, ROOT / "profiles")
        sides.append(scoring.simulate(scoring.assess(book, profiles, as_of="2018-06-30"), draws=100))
    root = ET.fromstring(matrix_chart(matrix(*sides), USUAL_STYLE).svg)  # noqa: S314
    codes = set(FIRST_EDITION)
    found = [(float(one.attrib["x"]), float(one.attrib["y"])) for one in root.iter(f"{SVG}text") if one.text in codes]
    assert len(found) == len(FIRST_EDITION)
    for place, (x, y) in enumerate(found):
        assert not [1 for left, base in found[:place] if abs(x - left) < 20 and abs(y - base) < 10]


# -- figures and site --------------------------------------------------------------------------------------------------


def test_figures_draw_it_where_there_are_several_rubrics(world: Path) -> None:
    assert run("figures", "out", "--draws", "100").exit_code == 0
    assert (world / "out" / "matrix-left-right.svg").is_file()
    assert "matrix-left-right.svg" in (world / "out" / "figures.md").read_text()
    assert run("figures", "other", "--draws", "100", "--rubric", "right").exit_code == 0
    assert (world / "other" / "matrix-right-left.svg").is_file()


def test_the_site_has_a_page_of_it(world: Path) -> None:
    assert run("site", "out", "--draws", "100").exit_code == 0
    page = (world / "out" / "matrix.html").read_text()
    assert 'href="matrix.html"' in (world / "out" / "index.html").read_text()
    assert 'href="../matrix.html"' in (world / "out" / "countries" / "AZE.html").read_text()
    assert "What is &lt;b&gt;on&lt;/b&gt; the right" in page
    assert "<b>on</b>" not in page
    assert f'<td class="figure">{index(8, 3):.1f}</td>' in page
    assert '<td class="figure">withheld</td><td class="figure">bounds 22.5–97.5</td>' in page
    assert page.count("<circle") == 2  # of the legend, and of Azerbaijan


def test_one_rubric_has_neither(folder: Path) -> None:
    assert run("figures", "figures", "--draws", "100").exit_code == 0
    assert run("site", "site", "--draws", "100").exit_code == 0
    assert not list(folder.rglob("matrix*"))
    assert "matrix.html" not in (folder / "site" / "index.html").read_text()
