"""One country, one fact, in every output: withheld, without evidence, thin, indistinguishable, bounds and rank."""

from __future__ import annotations

import base64
import csv
import io
import itertools
import json
import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import run
from world import World

import scoring
from scoring.index.scenario import scenario_of
from scoring.model.scale import Scale
from scoring.render.charts import country as country_chart
from scoring.render.charts.pillars import heat_map
from scoring.render.charts.ranking import ranking
from scoring.render.charts.style import USUAL_STYLE
from scoring.statistics.combining import Rule
from scoring.statistics.decomposition import shapley
from scoring.statistics.means import power_mean
from scoring.text import numbers
from scoring.uncertainty.simulation import distinguishable, settings_of, simulate

DRAWS = ("--draws", "400")
ORDER = "Two countries are distinguishable if the probability that the first scores higher is below 5 % or above 95 %"
PILLARS = ("society", "state_response")
# by hand, from the statements: XAC answers four of nine questions, XAE none of society
WITHHELD, PUBLISHED, WITHOUT = "XAC", ("XAA", "XAE", "XAB", "EST"), ("XAE", "society")


@dataclass(frozen=True)
class Outputs:
    """What the commands print and write of one world."""

    score: dict[str, Any]
    rank: dict[str, Any]
    csv: dict[str, dict[str, str]]
    export: dict[str, list[dict[str, str]]]
    site: dict[str, Any]
    page: dict[str, str]
    lock: dict[str, Any]
    table: str
    assessment: scoring.Assessment
    folder: Path

    def says(self, *arguments: str) -> str:
        """What a command prints in this world."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            return run(*arguments).stdout

    def row(self, code: str) -> int:
        """The place of a country in the order of codes."""
        return sorted(self.score).index(code)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    folder = tmp_path_factory.mktemp("same")
    World().write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run("export", "export", "--format", "datapackage", *DRAWS).exit_code == 0
        assert run("site", "site", "--as-of", "2026-01-01", *DRAWS).exit_code == 0
        assert run("lock").exit_code == 0
        script = Path("site/data/2026-01-01.js").read_text()
        return Outputs(
            score={one["country"]: one for one in json.loads(run("score", "--format", "json").stdout)["countries"]},
            rank=json.loads(run("rank", "--format", "json", *DRAWS).stdout),
            csv={one["country"]: one for one in _rows(run("score", "--format", "csv").stdout)},
            export={path.stem: _rows(path.read_text()) for path in Path("export/data").glob("*.csv")},
            site=json.loads(script[script.index("] = ") + 4 : -2]),
            page={path.stem: path.read_text() for path in Path("site").rglob("*.html")},
            lock=tomllib.loads(Path("scores.lock").read_text())["countries"],
            table=run("score").stdout,
            assessment=scoring.assess(*scoring.load(folder / "rubrics" / "small", folder / "profiles")),
            folder=folder,
        )


def _exported(outputs: Outputs, table: str, code: str, node: str = "") -> dict[str, str]:
    [found] = [
        one for one in outputs.export[table] if one["country"] == code and one.get("node", "").endswith(node or "")
    ]
    return found


def test_a_withheld_index_has_no_estimate_anywhere(outputs: Outputs) -> None:
    assert [code for code, one in outputs.score.items() if not one["published"]] == [WITHHELD]
    row = outputs.row(WITHHELD)
    hidden = Scale().points(float(outputs.assessment.figures.estimate[row, 0]))
    frame = outputs.assessment.to_pandas()
    records = outputs.assessment.to_records()
    node = outputs.assessment.nodes[0].path
    there = {
        "json": outputs.score[WITHHELD]["index"]["estimate"],
        "rank": next(one for one in outputs.rank["countries"] if one["country"] == WITHHELD)["index"]["estimate"],
        "csv": outputs.csv[WITHHELD]["estimate"] or None,
        "export": _exported(outputs, "ranking", WITHHELD)["estimate"] or None,
        "site": outputs.site["views"][0]["estimate"][row],
    }
    assert there == dict.fromkeys(there)
    assert outputs.score[WITHHELD]["rank"] is outputs.score[WITHHELD]["band"] is None
    assert np.isnan(frame[(frame.country == WITHHELD) & (frame.node == node)].estimate).all()
    assert all(np.isnan(one["estimate"]) for one in records if (one["country"], one["node"]) == (WITHHELD, node))
    for words in (outputs.table, outputs.says("cite", WITHHELD, *DRAWS), outputs.says("explain", WITHHELD)):
        assert "withheld" in words.lower()
        assert hidden not in words
    assert "rank" not in outputs.lock[WITHHELD]
    assert "estimate" not in outputs.lock[WITHHELD]["index"]
    assert f"{outputs.lock[WITHHELD]['index']['withheld_estimate']:.1f}" == hidden  # in which `check` sees a move


def test_a_lock_from_before_the_word_for_it_reads_alike(outputs: Outputs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(outputs.folder)
    now = Path("scores.lock").read_text()
    assert now.count("withheld_estimate") == 1
    Path("before.lock").write_text(now.replace("withheld_estimate", "estimate"))
    for lock in ("scores.lock", "before.lock"):
        assert run("check", "--lock", lock).stdout == "No score changed.\n"
    Path("before.lock").write_text(re.sub(r"withheld_estimate = \d", "withheld_estimate = 9", now))
    assert "does not match its seal" in run("check", "--lock", "before.lock").stderr


def test_a_pillar_without_evidence_has_no_estimate_anywhere(outputs: Outputs) -> None:
    code, pillar = WITHOUT
    row = outputs.row(code)
    view = outputs.site["views"][1 + PILLARS.index(pillar)]
    assert outputs.score[code]["pillars"][pillar]["estimate"] is None
    assert outputs.score[code]["pillars"][pillar]["low"] == 0
    assert outputs.score[code]["pillars"][pillar]["high"] == 100
    assert outputs.csv[code][f"{pillar}.estimate"] == ""
    assert _exported(outputs, "pillars", code, pillar)["estimate"] == ""
    assert view["stated"][row] is None  # by which the script knows that there is nothing to show
    line = next(one for one in outputs.table.splitlines() if re.search(rf"\b{code}\b", one))
    assert "no evidence" in line
    assert "50.0" not in line
    cited = outputs.says("cite", code, "--pillar", pillar, *DRAWS)
    assert cited.startswith("There was no evidence on ")
    assert "; evidence bounds 0.0 to 100.0)" in cited
    assert "no evidence (bounds 0.0 to 100.0; enters as 50.0)" in outputs.says("explain", code, pillar)
    shown = re.search(rf'data-part="{pillar}">.*?<td class="figure">(.*?)</td>', outputs.page[code])
    assert shown is not None
    assert shown[1] == "no evidence"
    drawn = simulate(outputs.assessment, settings_of(outputs.assessment, draws=400))
    scored = scenario_of(outputs.assessment).assess_each(node.id for node in outputs.assessment.pillars)
    pillars = [simulate(one, drawn.settings) for one in scored]
    hollow = [heat_map(drawn, pillars, USUAL_STYLE).svg.count('class="withheld"')]
    assert hollow == [1 + 1 + 1]  # the legend, XAC's index, XAE's pillar
    among = country_chart.among_others(drawn, outputs.assessment.countries[row], pillars, USUAL_STYLE)
    assert "no evidence" in re.findall(r">([^<]+)</text>", among.svg)
    assert "Society" not in among.head.alt


def test_ids_are_of_what_the_json_document_shows(outputs: Outputs) -> None:
    """A figure that is none has no part in an id: docs/citing.md, and test_citing runs the program there."""
    code, pillar = WITHOUT
    nothing = outputs.score[code]["pillars"][pillar]
    assert [name for name, value in nothing.items() if value is None] == ["estimate", "stated", "borrowed"]


def test_thin_is_one_rule(outputs: Outputs) -> None:
    """Against the rubric's thresholds, availability 0.5 and information 0.3."""
    rows = {code: row for row, code in enumerate(outputs.score)}
    for code, pillar in itertools.product(rows, PILLARS):
        figured = outputs.score[code]["pillars"][pillar]
        thin = figured["availability"] < 0.5 or figured["information"] < 0.3
        view = outputs.site["views"][1 + PILLARS.index(pillar)]
        assert _exported(outputs, "pillars", code, pillar)["thin"] == str(thin).lower()
        assert view["thin"][rows[code]] is thin
        cited = outputs.says("cite", code, "--pillar", pillar, *DRAWS)
        assert ("not ranked because" in cited) is thin
        shown = re.search(rf'data-part="{pillar}">.*?<td class="figure">(.*?)</td>', outputs.page[code])
        assert shown is not None
        assert ("~" in shown[1]) is (thin and (code, pillar) != WITHOUT)


def test_who_is_indistinguishable_is_one_predicate(outputs: Outputs) -> None:
    codes = list(outputs.score)
    chances = outputs.rank["p_above"]
    settled = {(a, b): not 0.05 <= chances[a][b] <= 0.95 for a, b in itertools.permutations(codes, 2)}
    for one in outputs.rank["countries"]:
        others = [other for other in codes if other != one["country"] and not settled[one["country"], other]]
        assert one["indistinguishable_from"] == others
    packed = np.unpackbits(np.frombuffer(base64.b64decode(outputs.site["views"][0]["indistinguishable"]), np.uint8))
    for bit, (a, b) in zip(packed, itertools.combinations(codes, 2), strict=False):
        assert bool(bit) is not settled[a, b]
    for a, b in itertools.combinations(PUBLISHED, 2):
        title = outputs.says("compare", a, b, *DRAWS).splitlines()[0]
        assert ("; not distinguishable" in title) is not settled[a, b]
    pairs = list(itertools.combinations(PUBLISHED, 2))
    firm = sum(settled[pair] for pair in pairs)
    drawn = simulate(outputs.assessment, settings_of(outputs.assessment, draws=400))
    chart = ranking(drawn, USUAL_STYLE)
    assert f"{firm} of {len(pairs)} pairs of countries are distinguishable." in chart.head.alt
    for text in (" ".join(chart.head.notes), outputs.table, outputs.page["index"], outputs.says("rank", *DRAWS)):
        assert ORDER in text


def test_bounds_and_rank_are_the_same(outputs: Outputs) -> None:
    for code in PUBLISHED:
        one, index = outputs.score[code], outputs.score[code]["index"]
        row = outputs.row(code)
        bounds = "–".join(Scale().points(index[end] / 100) for end in ("low", "high"))
        cited = outputs.says("cite", code, *DRAWS)
        line = next(text for text in outputs.table.splitlines() if re.search(rf"\b{code}\b", text))
        assert bounds in line
        assert f"evidence bounds {bounds.replace('–', ' to ')}" in cited
        assert f"evidence bounds {bounds.replace('–', ' to ')}" in outputs.page[code]
        rank = ("1st", "2nd", "3rd", "4th")[one["rank"] - 1]
        assert f"; it ranked {rank} of 4 with enough evidence, of 5 countries, plausibly " in cited
        assert (
            f"ranked {('1st', '2nd', '3rd', '4th')[one['rank'] - 1]} of 4 with enough evidence, of 5 countries"
            in outputs.page[code]
        )
        assert line.split()[0] == str(one["rank"]) == outputs.csv[code]["rank"]
        assert _exported(outputs, "ranking", code)["rank"] == str(one["rank"])
        assert outputs.site["views"][0]["rank"][row] == outputs.lock[code]["rank"] == one["rank"]
        for end in ("low", "high"):
            assert outputs.lock[code]["index"][end] == index[end] == float(outputs.csv[code][end])
            assert float(_exported(outputs, "ranking", code)[end]) == index[end]
            assert outputs.site["views"][0][end][row] == pytest.approx(index[end] / 100, abs=1e-8)


def test_countries_with_the_same_index_are_level(outputs: Outputs) -> None:
    """EST has the statements of XAB."""
    title = outputs.says("compare", "XAB", "EST", *DRAWS).splitlines()[0]
    assert re.match(
        r"Estonia \(EST\), ([\d.]+) \(.*?\), is equal to XAB, \1 \(.*?\): P\(EST above\) = 0\.\d{3}; not dist", title
    )


def test_a_day_far_from_the_evidence_is_said_wherever_a_figure_is(outputs: Outputs) -> None:
    late = ("--as-of", "2028")
    assert "was collected only up to 1 January 2026;" in outputs.says("score", *late)
    assert "was collected only up to 1 January 2026;" in outputs.says(
        "compare", "XAB", "EST", "--anyway", *DRAWS, *late
    )
    assert "Evidence was collected only until 1 January 2026." in outputs.says("cite", "XAB", *DRAWS, *late)


def test_without_a_prior_nothing_speaks_of_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.rubric |= {"prior": {"weight": 0, "centre": 0.5}, "missing": "drop"}
    for pillar in world.pillars.values():
        pillar["missing"] = "drop"
    world.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run("site", "site", *DRAWS).exit_code == 0
    texts = [
        run(*call).stdout
        for call in (("score",), ("explain", "XAA"), ("cite", "XAA", *DRAWS), ("trend", "XAA", *DRAWS))
    ]
    for name in ("index.html", "countries/XAA.html", "countries/XAC.html"):
        main = Path("site", name).read_text().partition("<main")[2].partition("</main>")[0]
        texts.append(re.sub(r"<[^>]*>", " ", main))
    for text in texts:
        assert not re.search(r"(?<!full-)\b[Rr]anges?\b|bounds", text)


@pytest.mark.parametrize(
    ("chance", "text"),
    [(1.0, "> 0.999"), (0.99951, "> 0.999"), (0.9994, "0.999"), (0.5, "0.500"), (0.0006, "0.001"), (0.0, "< 0.001")],
)
def test_a_probability_is_never_certain(chance: float, text: str) -> None:
    assert numbers.probability(chance) == text


def test_a_probability_in_percent_is_never_certain() -> None:
    assert [numbers.probability(chance, 0, percent=True) for chance in (1.0, 0.42, 0.0)] == ["> 99 %", "42 %", "< 1 %"]


def test_an_order_that_the_draws_reverse_is_distinguishable() -> None:
    """P(above) of 0.023 settles the order as 0.977 does; so does not 0.95 on either side, nor a country without an index."""
    chances = np.array([[0.5, 0.023, 0.95, np.nan], [0.977, 0.5, 0.6, np.nan], [0.05, 0.4, 0.5, np.nan], [np.nan] * 4])
    expected = np.zeros((4, 4), bool)
    expected[0, 1] = expected[1, 0] = True
    assert (distinguishable(chances, 0.95) == expected).all()


@pytest.mark.parametrize("exponent", [1, 0.5, 0, -1])
def test_parts_sum_to_the_difference_where_a_pillar_is_left_out(exponent: float) -> None:
    """By the definition of the mean: of two pillars, one of which the second country lacks."""
    parts = shapley([0.8, 0.6], [0.4, math.nan], [1, 1], Rule(exponent))
    whole = float(power_mean(np.array([0.8, 0.6]), [1, 1], exponent))
    assert sum(parts) == pytest.approx(whole - 0.4)


def test_a_reason_names_the_nodes_that_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XAE has nothing on society: approval, reach, budget and civic_space, in the order of the rubric."""
    world = World()
    world.rubric |= {"prior": {"weight": 0, "centre": 0.5}}
    world.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    line = next(one for one in run("score").stdout.splitlines() if "XAE" in one)
    assert "no evidence on approval, reach, budget and 1 more, which must not be missing" in line
