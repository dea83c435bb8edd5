"""`scoring export`: every format read back by the library that people read it with."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import frictionless
import openpyxl
import pyarrow.parquet as pq
import pytest
from conftest import PROFILE, ROOT, RUBRIC, SHIPPED, run
from jsonschema import Draft7Validator

from scoring.files.manifest import NAME
from scoring.render.export import excel

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("ranking", "pillars", "indicators", "statements", "codes", "parts", "sources", "nodes", "levels")
SHEETS = ["Ranking", "Pillars", "Indicators", "Statements", "Sources", "Method"]
HOSTILE = '=HYPERLINK("http://x.example","<b>&amp;</b>")'
NESTED = """\
  - id: formula
    text: "=1+1\\n<script>alert('x')</script> | _x0041_"
    source: page
    locator: "@SUM(A1)"
    date: 2017-03-02
    credibility: 2
    codes: {strategy: drafted, awareness: {site: partly}}
    coders: {first: {strategy: adopted}}
  - id: aside
    text: "Ünïcode ‘quotes’, comma, \\"quote\\""
    source: page
    locator: here
    credibility: 6
    context: true
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of the profiles of this repository."""
    target = tmp_path_factory.mktemp("real") / "out"
    result = run("export", target, "--draws", "500", *INPUTS)
    assert result.exit_code == 0, result.stderr
    return target


INPUTS = ("--rubric", ROOT / "rubrics" / "resilience", "--profiles", ROOT / "profiles")


@pytest.fixture
def hostile(folder: Path) -> Path:
    """A folder with AZE, whose texts are formulas, and GEO, which is withheld for want of statements."""
    text = PROFILE.replace("title: A page, publisher: A publisher", f"title: '{HOSTILE}', publisher: '-2+3'")
    (folder / "profiles" / "AZE.yaml").write_text(text + NESTED)
    empty = PROFILE[: PROFILE.index("statements:")].replace("AZE", "GEO")
    (folder / "profiles" / "GEO.yaml").write_text(f"{empty}statements: []\n")
    return folder


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(path: Path, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet as cells under their heads, which stand in row 4."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=4))
    return [dict(zip([cell.value for cell in rows[0]], row, strict=True)) for row in rows[1:]]


# -- Data Package ------------------------------------------------------------------------------------------------------


def test_the_data_package_is_valid_by_the_official_schema_and_by_frictionless(real: Path) -> None:
    descriptor = json.loads((real / "datapackage.json").read_text())
    schema = json.loads((ROOT / "tests" / "schemas" / "datapackage-2.0.json").read_text())
    assert list(Draft7Validator(schema).iter_errors(descriptor)) == []
    report = frictionless.Package(str(real / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "fieldName", "rowNumber", "message"])
    assert {task.name: task.stats["rows"] for task in report.tasks}["ranking"] == len(SHIPPED)
    assert [one["name"] for one in descriptor["resources"]] == list(TABLES)
    assert descriptor["licenses"] == [{"name": "MIT", "title": "MIT License", "path": "LICENSE"}]
    assert (real / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert (
        descriptor["rubric"]["digest"]
        == json.loads(run("score", "--format", "json", *INPUTS).stdout)["rubric"]["digest"]
    )
    assert descriptor["version"] == f"{descriptor['rubric']['version']}+2025-06-30"
    assert "created" not in descriptor
    for resource in descriptor["resources"]:
        assert all(field["description"] for field in resource["schema"]["fields"])
    sources = {(one.get("path"), one["title"]) for one in descriptor["sources"]}
    assert len(sources) == len(descriptor["sources"])
    assert {one["url"] or None for one in lines(real / "data" / "sources.csv")} == {path for path, _ in sources}


@pytest.mark.parametrize(
    ("table", "old", "new", "fault"),
    [
        ("ranking", "AZE,Azerbaijan,RUS,2018-01-01", "AZE,Azerbaijan,RUS,soon", "type-error"),
        ("ranking", "AZE,Azerbaijan", "Aze,Azerbaijan", "constraint-error"),
        ("statements", ",page,", ",leaf,", "foreign-key"),
        ("codes", "AZE,place-2017", "AZE,poll-2017", "foreign-key"),
        ("levels", "small/state/strategy,drafted", "small/state/strategy,none", "primary-key"),
    ],
)
def test_frictionless_finds_a_planted_fault(hostile: Path, table: str, old: str, new: str, fault: str) -> None:
    run("export", "out", "--draws", "100", "--format", "datapackage")
    path = hostile / "out" / "data" / f"{table}.csv"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    report = frictionless.Package("out/datapackage.json").validate()
    assert fault in [kind for [kind] in report.flatten(["type"])]


def test_every_foreign_key_finds_its_row(real: Path, hostile: Path) -> None:
    run("export", "out", "--draws", "100", "--format", "datapackage")
    for target in (real, hostile / "out"):
        resources = {one["name"]: one for one in json.loads((target / "datapackage.json").read_text())["resources"]}
        tables = {name: lines(target / one["path"]) for name, one in resources.items()}
        for name, resource in resources.items():
            keys = [tuple(row[field] for field in resource["schema"]["primaryKey"]) for row in tables[name]]
            assert len(keys) == len(set(keys)), name
            for foreign in resource["schema"].get("foreignKeys", []):
                there = foreign["reference"]
                known = {tuple(row[one] for one in there["fields"]) for row in tables[there.get("resource", name)]}
                used = {tuple(row[one] for one in foreign["fields"]) for row in tables[name]}
                assert {key for key in used if all(key)} <= known, (name, foreign)


def test_the_csv_is_plain_and_formulas_in_it_are_disarmed(hostile: Path) -> None:
    run("export", "out", "--draws", "100")
    data = hostile / "out" / "data"
    for name in TABLES:
        assert b"\r" not in (data / f"{name}.csv").read_bytes()
    statements = {(one["country"], one["id"]): one for one in lines(data / "statements.csv")}
    formula, aside = statements["AZE", "formula"], statements["AZE", "aside"]
    assert formula["text"] == "'=1+1\n<script>alert('x')</script> | _x0041_"
    assert formula["locator"] == "'@SUM(A1)"
    assert (formula["date"], formula["day"], formula["enters"]) == ("2017-03-02", "2017-03-02", "true")
    assert aside["text"] == 'Ünïcode ‘quotes’, comma, "quote"'
    assert (aside["enters"], aside["left_out_because"], aside["date"]) == ("false", "context", "")
    assert statements["AZE", "poll-2016"]["day"] == "2016-05-15"  # a month alone is its 15th
    [source] = [one for one in lines(data / "sources.csv") if one["country"] == "AZE"]
    assert (source["title"], source["publisher"]) == (f"'{HOSTILE}", "'-2+3")
    codes = [(one["node"], one["reading"], one["coder"], one["code"]) for one in lines(data / "codes.csv")]
    assert ("small/state/awareness", "1", "", '{"site": "partly"}') in codes
    assert ("small/state/strategy", "1", "", '"drafted"') in codes
    assert ("small/state/strategy", "2", "first", '"adopted"') in codes


def test_a_negative_number_inside_a_group_is_exported(folder: Path) -> None:
    pillar = folder / "rubrics" / "small" / "state.yaml"
    pillar.write_text(
        pillar.read_text()
        + "  - {id: outer, question: Inside?, rationale: r, kind: group, weight: 0.1, indicators: [\n"
        + "      {id: trust, question: q, rationale: r, kind: number, weight: 1, worst: -10, best: 10, half_life: 3}]}\n"
    )
    profile = folder / "profiles" / "AZE.yaml"
    profile.write_text(profile.read_text().replace("{strategy: none}", "{strategy: none, trust: -2.5}"))
    run("export", "out", "--draws", "100", "--format", "datapackage", "--format", "parquet")
    typed = pq.read_table(folder / "out" / "parquet" / "codes.parquet").to_pylist()
    plain = lines(folder / "out" / "data" / "codes.csv")
    for codes, expected in ((typed, "-2.5"), (plain, "'-2.5")):  # disarmed in CSV
        assert [one["code"] for one in codes if one["node"] == "small/state/outer/trust"] == [expected]
    nodes = {one["node"]: one for one in lines(folder / "out" / "data" / "nodes.csv")}
    trust = nodes["small/state/outer/trust"]
    assert (trust["parent"], trust["worst"], trust["best"]) == ("small/state/outer", "-10.0", "10.0")
    assert nodes["small/state/outer"]["rationale"] == "r"
    assert (nodes["small/state/awareness/site"]["points"], trust["points"]) == ("1.0", "")
    assert "- counts 0 to 1: -10 to 10" in (folder / "out" / "codebook.md").read_text()


def test_without_a_licence_beside_the_profiles_none_is_named(folder: Path) -> None:
    run("export", "out", "--draws", "100", "--format", "datapackage")
    assert "licenses" not in json.loads((folder / "out" / "datapackage.json").read_text())
    assert not (folder / "out" / "LICENSE").exists()
    (folder / "LICENSE").write_text("\nOur own terms\n\nAsk us.\n")
    run("export", "out", "--draws", "100", "--format", "datapackage")
    package = json.loads((folder / "out" / "datapackage.json").read_text())
    assert package["licenses"] == [{"title": "Our own terms", "path": "LICENSE"}]
    for content in (b"\xff\xfe", b" \n"):
        (folder / "LICENSE").write_bytes(content)
        assert "LICENSE" not in run("export", "out2", "--draws", "100", "--format", "datapackage").stderr
        assert "licenses" not in json.loads((folder / "out2" / "datapackage.json").read_text())


# -- the same figures in every format ----------------------------------------------------------------------------------


def shown(figures: dict[str, Any], hidden: tuple[str, ...]) -> dict[str, Any]:
    """The figures that an export shows."""
    return {key: figure for key, figure in figures.items() if key not in hidden}


def test_parquet_has_the_figures_of_score_and_rank(real: Path) -> None:
    document = json.loads(run("rank", "--draws", "500", "--format", "json", *INPUTS).stdout)
    found = {one["country"]: one for one in pq.read_table(real / "parquet" / "ranking.parquet").to_pylist()}
    pillars = {
        (one["country"], one["node"]): one for one in pq.read_table(real / "parquet" / "pillars.parquet").to_pylist()
    }
    indicators = pq.read_table(real / "parquet" / "indicators.parquet").to_pylist()
    questions = {(one["country"], one["node"].rsplit("/", 1)[-1]): one for one in indicators}
    assert len(found) == len(document["countries"]) == len(SHIPPED)
    for one in document["countries"]:
        row = found[one["country"]]
        assert {name: row[name] for name in one["index"]} == one["index"]
        assert (row["rank"], row["band"], row["actor"]) == (one["rank"], one["band"], one["actor"])
        assert row["as_of"] == dt.date.fromisoformat(one["as_of"])
        assert [row["interval_low"], row["interval_high"]] == (one["interval"] or [None, None])
        assert [row["rank_low"], row["rank_high"]] == (one["rank_interval"] or [None, None])
        hidden = () if one["published"] else ("estimate", "stated", "borrowed")  # parts of a withheld index
        for name, figures in one["pillars"].items():
            row = pillars[one["country"], f"resilience/{name}"]
            assert {key: row[key] for key in figures if key not in hidden} == shown(figures, hidden)
        for name, figures in one["indicators"].items():
            row = questions[one["country"], name]
            assert {key: row[key] for key in figures if key not in hidden} == shown(figures, hidden)


def test_parquet_is_typed_and_says_what_is_in_it(real: Path) -> None:
    schema = pq.read_schema(real / "parquet" / "ranking.parquet")
    assert [str(schema.field(name).type) for name in ("country", "as_of", "published", "rank", "estimate")] == [
        *("string", "date32[day]", "bool", "int32", "double"),
    ]
    assert schema.field("estimate").metadata[b"unit"] == b"points of 0 to 100"
    assert b"withheld" in schema.field("estimate").metadata[b"description"]
    assert schema.metadata[b"rubric"].startswith(b"resilience@")
    assert len(schema.metadata[b"rubric_digest"]) == 64
    assert schema.metadata[b"engine"].startswith(b"resilience-scoring ")


def test_csv_and_parquet_hold_the_same_cells(real: Path) -> None:
    for name in TABLES:
        typed = pq.read_table(real / "parquet" / f"{name}.parquet").to_pylist()
        for line, row in zip(lines(real / "data" / f"{name}.csv"), typed, strict=True):
            for field, value in row.items():
                text = line[field]
                if isinstance(value, bool):
                    assert text == ("true" if value else "false")
                elif isinstance(value, (int, float)):
                    assert float(text) == value
                else:
                    assert text.removeprefix("'") == ("" if value is None else str(value)).removeprefix("'")


def test_shares_of_the_parts_sum_to_the_information_of_the_index(real: Path) -> None:
    shares: dict[str, float] = defaultdict(float)
    for one in lines(real / "data" / "parts.csv"):
        assert bool(one["share"]) != bool(one["left_out_because"])
        shares[one["country"]] += float(one["share"] or 0)
    for one in lines(real / "data" / "ranking.csv"):
        assert shares[one["country"]] == pytest.approx(float(one["information"]), abs=1e-4)  # of rounded shares


def test_a_withheld_index_has_no_estimate_in_any_format(hostile: Path) -> None:
    run("export", "out", "--draws", "100")
    out = hostile / "out"
    because = "availability 0.00 is below 0.65; information 0.00 is below 0.5"
    [row] = [one for one in lines(out / "data" / "ranking.csv") if one["country"] == "GEO"]
    assert (row["published"], row["withheld_because"]) == ("false", because)
    assert [row[name] for name in ("estimate", "rank", "rank_low", "rank_high", "band")] == [""] * 5
    assert (row["low"], row["high"]) == ("0.0", "100.0")
    [typed] = [one for one in pq.read_table(out / "parquet" / "ranking.parquet").to_pylist() if not one["published"]]
    assert (typed["estimate"], typed["rank"], typed["low"], typed["high"]) == (None, None, 0, 100)
    first, last = cells(out / "scores.xlsx", "Ranking")
    assert (first["Code"].value, last["Code"].value) == ("AZE", "GEO")
    assert [last[head].value for head in ("Index", "Rank", "Rank low", "Band")] == [None] * 4
    assert last["Withheld because"].value == because
    assert "●" in first["0 … 100"].value
    assert last["0 … 100"].value == "━" * 20
    index = {
        one["MEASURE"]: one
        for one in lines(out / "sdmx.csv")
        if (one["REF_AREA"], one["INDICATOR"]) == ("GEO", "small")
    }
    assert {name: (one["OBS_VALUE"], one["OBS_STATUS"]) for name, one in index.items()} == {
        **dict.fromkeys(("estimate", "rank", "rank_low", "rank_high"), ("", "Q")),
        "stated": ("", "O"),
        "low": ("0.0", "U"),
        "high": ("100.0", "U"),
        "interval_low": (row["interval_low"], "U"),
        "interval_high": (row["interval_high"], "U"),
        "information": ("0.0", "U"),
        "availability": ("0.0", "U"),
    }
    assert {one["COMMENT_OBS"] for one in index.values()} == {because}
    for name in ("pillars", "indicators"):  # a single pillar would be the index
        assert {one["estimate"] for one in lines(out / "data" / f"{name}.csv") if one["country"] == "GEO"} == {""}
    others = [one for one in lines(out / "sdmx.csv") if one["REF_AREA"] == "GEO" and one["INDICATOR"] != "small"]
    assert {(one["OBS_VALUE"], one["OBS_STATUS"]) for one in others if one["MEASURE"] == "estimate"} == {("", "Q")}
    for sheet, head in (("Pillars", "State"), ("Indicators", "Estimate")):
        assert {one[head].value for one in cells(out / "scores.xlsx", sheet) if one["Code"].value == "GEO"} == {None}


# -- Excel -------------------------------------------------------------------------------------------------------------


def test_the_workbook_has_numbers_as_numbers(real: Path) -> None:
    workbook = openpyxl.load_workbook(real / "scores.xlsx")
    assert workbook.sheetnames == SHEETS
    assert workbook.properties.created == dt.datetime(2025, 6, 30)  # noqa: DTZ001  as openpyxl reads it
    ranking = {one["Code"].value: one for one in cells(real / "scores.xlsx", "Ranking")}
    for line in lines(real / "data" / "ranking.csv"):
        row = ranking[line["country"]]
        for head, name in (
            ("Index", "estimate"),
            ("Lower bound", "low"),
            ("Interval high", "interval_high"),
            ("Rank", "rank"),
        ):
            assert row[head].data_type == "n"
            assert row[head].value == (float(line[name]) if line[name] else None)
        assert row["Index"].number_format == "0.0"
        assert row["As of"].value == dt.datetime(2025, 6, 30)  # noqa: DTZ001
    assert [one["Rank"].value for one in cells(real / "scores.xlsx", "Ranking") if one["Rank"].value] == sorted(
        int(line["rank"]) for line in lines(real / "data" / "ranking.csv") if line["rank"]
    )
    for name in SHEETS[:-1]:
        sheet = workbook[name]
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref is not None
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$4:$4"
    count = len(lines(real / "data" / "statements.csv"))
    assert workbook["Statements"].max_row == 4 + count


def test_the_pillars_sheet_is_wide_and_marks_the_thin(real: Path) -> None:
    shorts = {"GOV": "governmental_countermeasures", "PUB": "public_attitudes"}
    pillars = {(one["country"], one["node"]): one for one in lines(real / "data" / "pillars.csv")}
    marks = set()
    for row in cells(real / "scores.xlsx", "Pillars"):
        for short, identifier in shorts.items():
            line = pillars[row["Code"].value, f"resilience/{identifier}"]
            if not line["estimate"]:  # of a country whose index is withheld
                assert row[short].value is None
                continue
            assert row[short].value == float(line["estimate"])
            assert row[f"{short} low"].value == float(line["low"])
            assert row[short].number_format == ('"~ "0.0' if line["thin"] == "true" else "0.0")
            marks.add(line["thin"])
    assert marks == {"true", "false"}


def test_the_workbook_runs_nothing_and_loses_nothing(hostile: Path) -> None:
    run("export", "out", "--draws", "100", "--format", "excel")
    path = hostile / "out" / "scores.xlsx"
    found = {one["Id"].value: one for one in cells(path, "Statements")}
    formula = found["formula"]
    assert formula["Statement"].data_type == formula["Locator"].data_type == "s"
    assert formula["Statement"].value == "=1+1\n<script>alert('x')</script> | _x0041_"
    assert formula["Locator"].value == "@SUM(A1)"
    assert formula["Codes"].value == "awareness=site:partly strategy=drafted"
    assert formula["Enters"].value == "yes"
    assert found["aside"]["Enters"].value == "no: context"
    source = cells(path, "Sources")[0]
    assert (source["Title"].data_type, source["Title"].value, source["Publisher"].value) == ("s", HOSTILE, "-2+3")
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        assert len(sheets) == 6
        assert not any("<f>" in text or "<f " in text or "hyperlink" in text for text in sheets)
        assert not any("rels" in name and "sheet" in name for name in archive.namelist())


def test_what_forbids_comparing_stands_above_the_ranking(folder: Path) -> None:
    for code in ("GEO", "MDA", "UKR"):
        (folder / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("AZE", code))
    (folder / "profiles" / "UKR.yaml").write_text(PROFILE.replace("AZE", "UKR").replace("as_of: 2018", "as_of: 2020"))
    run("export", "out", "--draws", "100", "--format", "excel")
    workbook = openpyxl.load_workbook(folder / "out" / "scores.xlsx")
    assert "Not comparable: AZE and UKR differ in as_of." in workbook["Ranking"]["A2"].value
    (folder / "profiles" / "MDA.yaml").write_text(PROFILE.replace("AZE", "MDA").replace("as_of: 2018", "as_of: 2020"))
    run("export", "out", "--draws", "100", "--format", "excel")
    workbook = openpyxl.load_workbook(folder / "out" / "scores.xlsx")
    assert workbook["Ranking"]["A2"].value.endswith("Before you compare: see the sheet Method.")
    notes = [row[1].value for row in workbook["Method"] if row[0].value == "Before you compare"]
    assert len(notes) == 4  # two countries on one day, two on another
    assert all(note.endswith("differ in as_of.") for note in notes)


def test_a_cell_is_cut_where_excel_would_refuse_it() -> None:
    assert excel.cut("a" * 32_767) == "a" * 32_767
    assert excel.cut("a" * 32_768) == "a" * 32_766 + "…"
    emoji = excel.cut("😀" * 20_000)  # two code units each
    assert emoji == "😀" * 16_383 + "…"


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MAX_ROWS", 4 + 2)
    assert run("export", "out", "--draws", "100", "--format", "excel").exit_code == 0
    path = hostile / "out" / "scores.xlsx"
    names = [name for name in openpyxl.load_workbook(path).sheetnames if name.startswith("Statements")]
    assert names == ["Statements", "Statements 2", "Statements 3"]  # five of them
    assert len([one for name in names for one in cells(path, name) if one["Id"].value]) == 5


# -- SDMX and the codebook ---------------------------------------------------------------------------------------------


def test_sdmx_has_one_line_an_observation_and_the_columns_that_the_page_names(real: Path) -> None:
    table = lines(real / "sdmx.csv")
    columns = list(table[0])
    values = {name: {one[name] for one in table} for name in columns}
    # SDMX-CSV 2.0, data message field guide: these three first, in this order
    assert columns[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert values["STRUCTURE"] == {"dataflow"}
    [structure] = values["STRUCTURE_ID"]
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*:[A-Za-z0-9_@$-]+\([0-9]+\.[0-9]+\.[0-9]+\)", structure)
    assert values["ACTION"] == {"I"}
    dimensions = ("REF_AREA", "COUNTERPART_AREA", "INDICATOR", "MEASURE", "TIME_PERIOD")
    assert len({tuple(one[name] for name in dimensions) for one in table}) == len(table)
    identifiers = values["INDICATOR"] | values["MEASURE"]
    assert all(re.fullmatch(r"[A-Za-z0-9_@$-]+", one) for one in identifiers)  # SDMX's IDType
    assert values["OBS_STATUS"] == {"A", "O", "Q", "U"}
    assert all((one["OBS_VALUE"] == "") == (one["OBS_STATUS"] in ("O", "Q")) for one in table)
    assert len(table) == len(SHIPPED) * (12 + 5 * 7 + 28 * 8)  # of the index, pillars, indicators
    estimates = [one for one in table if (one["INDICATOR"], one["MEASURE"]) == ("resilience", "estimate")]
    expected = {one["country"]: one["estimate"] for one in lines(real / "data" / "ranking.csv")}
    assert {one["REF_AREA"]: one["OBS_VALUE"] for one in estimates} == expected
    page = (ROOT / "docs" / "export.md").read_text()
    assert all(f"`{name}`" in page for name in (*columns, *values["MEASURE"], *values["UNIT_MEASURE"]))


def test_the_codebook_names_every_field_and_question(real: Path) -> None:
    text = (real / "codebook.md").read_text().replace("\\_", "_")
    for resource in json.loads((real / "datapackage.json").read_text())["resources"]:
        part = text[text.index(f"## Table {resource['name']}\n") :].split("\n## ")[0]
        for field in resource["schema"]["fields"]:
            assert f"\n| {field['name']} | {field['type']} |" in part
    for node in lines(real / "data" / "nodes.csv"):
        if node["kind"] not in ("index", "pillar", "item", "group"):
            assert f"### {node['id']}\n" in text
    assert "- severe (0.25): Groups work, but a law or steady prosecution" in text
    assert "- in_force (2 points): A national strategy for cyber security is in force" in text
    assert "- upheaval (-1 points): It was dissolved" in text


def test_the_codebook_shows_text_of_strangers_as_it_is(folder: Path) -> None:
    pillar = folder / "rubrics" / "small" / "state.yaml"
    text = pillar.read_text().replace("text: Drafted}", 'text: "<img src=x> | [a](b)", value: 0.3}')
    pillar.write_text(text.replace("rationale: It gives tasks.", "rationale: r\n    guidance: '*stars*'"))
    run("export", "out", "--draws", "100", "--format", "datapackage")
    book = (folder / "out" / "codebook.md").read_text()
    assert "- drafted (0.3): &#60;img src=x&#62; \\| \\[a\\](b)" in book
    assert "\\*stars\\*" in book
    assert "<img" not in book


def test_the_page_reads_the_export_as_it_says(real: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "export.md").read_text(), re.DOTALL)
    found: dict[str, Any] = {}
    exec(compile(code.replace("DIR/", f"{real}/"), "export.md", "exec"), found)  # noqa: S102  our own page
    assert len(found["ranking"]) == len(SHIPPED)
    assert found["statements"]["text"].notna().all()
    assert len(found["statements"]) == len(lines(real / "data" / "statements.csv"))


# -- whole or not at all -----------------------------------------------------------------------------------------------


def test_the_same_bytes_each_run_and_in_any_process(hostile: Path) -> None:
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "scoring", "export", f"out{seed}", "--draws", "100"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
    first, second = (
        {path.relative_to(hostile / name): path.read_bytes() for path in (hostile / name).rglob("*") if path.is_file()}
        for name in ("out1", "out2")
    )
    assert len(first) == 2 + len(TABLES) * 2 + 2 + 1  # codebook, description; CSV, Parquet; Excel, SDMX; list of files
    assert first == second
    assert not any(str(hostile).encode() in data for data in first.values())


@pytest.mark.parametrize(("module", "form"), [("xlsxwriter", "excel"), ("pyarrow", "parquet")])
def test_a_missing_package_is_told_in_a_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, form: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    for chosen in ((), ("--format", form)):
        result = run("export", "out", *chosen)
        assert result.exit_code == 2
        assert (
            result.output
            == f"scoring export: {module} is not installed; pip install '.[report]' in a clone of this project\n"
        )
        assert not (folder / "out").exists()
    result = run("export", "out", "--draws", "100", "--format", "sdmx", "--format", "datapackage")
    assert result.output == "out: 12 files.\n"
    assert {path.name for path in (folder / "out").iterdir()} == {
        "data",
        "datapackage.json",
        "sdmx.csv",
        "codebook.md",
        NAME,
    }


@pytest.mark.parametrize("target", ["file", "file/below"])
def test_a_target_that_is_no_folder_is_told_in_a_line(folder: Path, target: str) -> None:
    (folder / "file").write_text("mine")
    result = run("export", target, "--draws", "100")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"{target}: cannot be written (")
    assert (folder / "file").read_text() == "mine"


def test_a_file_that_cannot_be_replaced_leaves_all_as_it_was(folder: Path) -> None:
    run("export", "out", "--draws", "100")
    old = (folder / "out" / "data" / "ranking.csv").read_bytes()
    (folder / "out" / "sdmx.csv").unlink()
    (folder / "out" / "sdmx.csv").mkdir()
    (folder / "profiles" / "GEO.yaml").unlink()
    assert run("export", "out", "--draws", "100").exit_code == 1
    assert (folder / "out" / "data" / "ranking.csv").read_bytes() == old
    assert [path.name for path in (folder / "out").rglob(".*")] == [NAME]


def test_a_fault_in_one_profile_writes_nothing(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").write_text(PROFILE.replace("AZE", "GEO").replace("none}", "nne}"))
    result = run("export", "out")
    assert result.exit_code == 1
    assert "unknown-level" in result.stderr
    assert not (folder / "out").exists()


def test_a_set_without_a_published_country_is_exported_too(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").unlink()
    # with k = 0 an unanswered question is missing, and so is the index
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("weight: 0.25", "weight: 0"))
    result = run("export", "out", "--draws", "100")
    assert result.exit_code == 0, result.stderr
    assert frictionless.Package("out/datapackage.json").validate().valid
    rows = pq.read_table(folder / "out" / "parquet" / "ranking.parquet").to_pylist()
    assert [(one["estimate"], one["interval_low"]) for one in rows] == [(None,) * 2] * len(rows)
    assert {"stated", "low", "high", "borrowed"}.isdisjoint(rows[0])  # without a prior they say nothing
    assert len(cells(folder / "out" / "scores.xlsx", "Ranking")) == len(rows)
