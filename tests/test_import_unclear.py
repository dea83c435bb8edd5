"""`scoring import` of tables that can be read in two ways: an error or a question, never a guess. Figures are by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import run

from scoring.files.cells import separator
from scoring.files.imports.numbers import NumberStyle, number_reader

HEAD = """\
id: a
title: T
as_of: 2018-06-30
source: {title: d, publisher: P, reliability: A}
file: a.csv
code: country
"""
TABLE = "country,x,y\nDEU,1,2\nFRA,2,9\nPOL,4,5\n"
FIXED = "goalposts: {worst: 0, best: 10}\n"
BOTH = "indicators: [x, y]\n"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def imported(spec: str, table: str = TABLE, **others: str) -> Any:
    Path("a.import.yaml").write_text(HEAD + spec)
    Path("a.csv").write_text(table)
    for name, text in others.items():
        Path(f"{name}.csv").write_text(text)
    return run("import", "a.import.yaml")


def scores() -> dict[str, float]:
    document = json.loads(run("score", "--format", "json").stdout)
    return {one["country"]: one["index"]["estimate"] for one in document["countries"]}


def proposal(table: str) -> tuple[dict[str, Any], str]:
    Path("t.csv").write_text(table)
    result = run("import", "t.csv")
    assert result.exit_code == 0, result.stderr
    Path("t.import.yaml").write_text(result.stdout)
    return yaml.safe_load(result.stdout), result.stdout


def refused(table: str) -> str:
    Path("t.csv").write_text(table)
    result = run("import", "t.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    return str(result.stderr)


# -- goalposts ---------------------------------------------------------------------------------------------------------


def test_a_direction_turns_the_goalposts_of_the_table(empty: Path) -> None:  # noqa: ARG001  the working directory
    """x of 0 to 10 turned is 90, 80 and 60; y is 20, 90 and 50: means 55, 85 and 55."""
    assert imported(FIXED + "indicators: [{column: x, direction: -1}, y]\n").exit_code == 0
    assert scores() == pytest.approx({"DEU": 55, "FRA": 85, "POL": 55})
    assert "worst: 10\n    best: 0" in Path("rubrics/a/x_pillar.yaml").read_text()


def test_a_direction_of_coinr_stays_with_given_goalposts(empty: Path) -> None:  # noqa: ARG001
    meta = "Level,iCode,Direction,Weight,Parent\n1,x,-1,1,top\n1,y,1,1,top\n2,top,1,1,NA\n"
    assert imported(FIXED + "meta: meta.csv\n", meta=meta).exit_code == 0
    assert scores() == pytest.approx({"DEU": 55, "FRA": 85, "POL": 55})
    result = imported("goalposts: {worst: 10, best: 0}\nmeta: meta.csv\n")
    assert result.stderr.count("is unclear beside `goalposts` with worst above best") == 1


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("indicators: [{column: x, worst: 0, best: 10, direction: -1}]", "is -1, but worst is below best"),
        ("indicators: [{column: x, worst: 10, best: 0, direction: 1}]", "is 1, but worst is above best"),
        ("goalposts: {worst: 9, best: 0}\nindicators: [{column: x, direction: -1}]", "is unclear beside `goalposts`"),
        (f"{FIXED}margin: 0.1\nindicators: [x]", "margin: has no effect beside goalposts that are given"),
        (f"{FIXED}indicators: [{{column: x, log: true}}]", "log: a logarithmic scale needs goalposts above 0"),
        (f"{FIXED}date: 2019\nindicators: [x]", "date: is after the reference date, 2018-06-30"),
        (
            "goalposts: data\nmargin: 0.5\nindicators: [{column: x, log: true}]\nignore: [y]",
            "a.csv:1:2: B1 x: its least value less the margin, -0.5, has no logarithm",  # 1 - .5 (4 - 1)
        ),
    ],
)
def test_goalposts_that_contradict_something_are_refused(empty: Path, spec: str, says: str) -> None:
    result = imported(spec + "\n")
    assert result.exit_code == 1
    assert says in result.stderr
    assert "rubrics/" not in result.stderr  # a file that was not written
    assert not (empty / "rubrics").exists()


def test_a_direction_that_agrees_with_the_goalposts_is_none_too_many(empty: Path) -> None:  # noqa: ARG001
    spec = "indicators: [{column: x, worst: 10, best: 0, direction: -1}]\nignore: [y]\n"
    assert imported(spec).exit_code == 0
    assert scores() == pytest.approx({"DEU": 90, "FRA": 80, "POL": 60})


# -- layers ------------------------------------------------------------------------------------------------------------


def test_the_year_and_month_of_the_reference_date_are_not_later(empty: Path) -> None:  # noqa: ARG001
    """Germany has x 10 and y 20, mean 15; with the value of 2018 dropped it would have 20."""
    layer = "missing: drop\nlayers: {date: {file: y.csv}}\n"
    dates = "country,x,y\nDEU,2018,2017\nFRA,2018-06,2017\nPOL,2017,2018-06-30\n"
    assert imported(FIXED + BOTH + layer, y=dates).exit_code == 0
    assert scores() == pytest.approx({"DEU": 15, "FRA": 55, "POL": 45})
    told = json.loads(run("statements", "--format", "json").stdout)["statements"]
    assert {(one["country"], one["id"]): one["date"] for one in told}["DEU", "x"] == "2018-06-30"
    result = imported(FIXED + BOTH + layer, y=dates.replace("DEU,2018", "DEU,2018-07").replace("POL,2017", "POL,1018"))
    assert "y.csv:2:2: B2 x: is after the reference date, 2018-06-30" in result.stderr
    assert "y.csv:4:2: B4 x: expected a day, month or year" in result.stderr
    assert result.stderr.count("[impossible-date]") == 2


def test_a_year_of_all_values_may_be_that_of_the_reference_date(empty: Path) -> None:  # noqa: ARG001
    assert imported(f"date: 2018\n{FIXED}{BOTH}").exit_code == 0
    assert scores()["DEU"] == pytest.approx(15)


def imputed(cells: str, more: str = "", no_data: str = "[]") -> Any:
    layer = f"layers: {{imputed: {{file: i.csv, credibility: 4{more}}}}}\nno_data: {no_data}\n"
    return imported(FIXED + BOTH + layer, i=cells)


@pytest.mark.parametrize("no_data", ["[]", '["*"]'])
def test_a_mark_may_be_a_sign_that_means_missing_elsewhere(empty: Path, no_data: str) -> None:  # noqa: ARG001
    assert imputed("country,x,y\nDEU,*,\nFRA,,*\n", ', marks: ["*"]', no_data).exit_code == 0
    told = json.loads(run("statements", "--format", "json").stdout)["statements"]
    grades = {(one["country"], one["id"]): one["credibility"] for one in told}
    assert [key for key, grade in grades.items() if grade == 4] == [("DEU", "x"), ("FRA", "y")]
    assert set(grades.values()) == {1, 4}


@pytest.mark.parametrize(
    ("cells", "more", "says"),
    [
        ("country,x,y\nDEU,*,\n", "", "i.csv:2:2: B2 x: may say that the value is imputed, or nothing"),
        ("country,x,y\nDEU,k.A.,\n", "", "i.csv:2:2: B2 x: may say that the value is imputed, or nothing"),
        ("country,x,y\nDEU,E,\n", ", marks: [E, I]", "layers.imputed.marks[1]: no cell of i.csv says 'I'"),
        ("country,xx,y\nDEU,I,\n", "", "i.csv:1:2: B1 xx: is no header of a.csv"),
        ("country\nDEU\n", "", "layers.imputed: i.csv has no column of an indicator"),
        ("country,x,,y\nDEU,,1,\n", "", None),  # a column of notes
    ],
)
def test_a_layer_that_says_nothing_is_refused(empty: Path, cells: str, more: str, says: str | None) -> None:  # noqa: ARG001
    result = imputed(cells, more, "[k.A.]")
    assert result.exit_code == (0 if says is None else 1)
    assert says is None or says in result.stderr


def test_signs_for_missing_values_hold_in_layers(empty: Path) -> None:  # noqa: ARG001
    layer = 'no_data: ["k. A."]\nlayers: {date: {file: y.csv}}\n'
    assert imported(FIXED + BOTH + layer, y="country,x,y\nDEU,k. A.,2017\n").exit_code == 0


# -- countries ---------------------------------------------------------------------------------------------------------


def test_a_code_with_the_name_of_another_unit_is_refused(empty: Path) -> None:  # noqa: ARG001
    table = "country,land,x\nBW,Baden-Württemberg,1\nBEL,Berlin,3\nTHU,Thüringen,5\nDE,Deutschland,2\nFRA,,4\n"
    spec = "name: land\n" + FIXED + "indicators: [x]\n"
    result = imported(spec, table)
    assert [line.split(": ")[:2] for line in result.stderr.splitlines()] == [["a.csv:2:1", "A2"], ["a.csv:3:1", "A3"]]
    assert "'BW' is Botswana (BWA), but the row says 'Baden-Württemberg'" in result.stderr
    assert imported(spec + "codes: {BW: XBW, BEL: BEL}\n", table).exit_code == 0
    assert set(scores()) == {"XBW", "BEL", "THU", "DEU", "FRA"}


def test_coinr_names_are_read_where_a_unit_is_no_country(empty: Path) -> None:
    meta = "Level,iCode,Direction,Weight,Parent\n1,x,1,1,top\n2,top,1,1,NA\n"
    (empty / "iMeta.csv").write_text(meta)
    data = "uName,uCode,x\nAustria,AUT,1\nKorea (Rep.),KOR,2\n"
    (empty / "iData.csv").write_text(data)
    assert run("import", "--coinr", "iData.csv", "iMeta.csv").exit_code == 0
    (empty / "iData.csv").write_text(data.replace("Austria,AUT", "Bayern,BY"))
    result = run("import", "--coinr", "iData.csv", "iMeta.csv", "-o", "other")
    assert "'BY' is Belarus (BLR), but the row says 'Bayern'" in result.stderr


def test_a_proposal_has_codes_for_names_in_other_languages(empty: Path) -> None:  # noqa: ARG001
    table = "Land;A;B\nDeutschland;1,5;2,5\nTürkei;2,5;3,5\nPolska;4,5;4\nCôte d’Ivoire;k. A.;–\n"
    spec, text = proposal(table)
    assert spec["codes"] == {"Deutschland": "DEU", "Türkei": "TUR", "Polska": "POL"}
    assert (spec["no_data"], "skip" in spec) == (["k. A."], False)
    assert run("import", "t.import.yaml").exit_code == 0
    Path("t.import.yaml").write_text(text.replace('  "Polska": POL\n', ""))
    assert "unknown country 'Polska'; did you mean Poland (POL)?" in run("import", "t.import.yaml").stderr


def test_a_proposal_says_what_two_letters_are_read_as(empty: Path) -> None:  # noqa: ARG001
    assert '"BW" is read as Botswana (BWA)' in proposal("code,x\nBW,1\nSN,2\nFR,3\n")[1]


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "keys", "spans", "doubt"),
    [
        ("c;x;y\nDEU;0,900;0,760\nFRA;0,500;0,700\n", {"decimal": ","}, ["0.5 to 0.9", "0.7 to 0.76"], None),
        ("c;x\nDEU;1,263\nFRA;3,100\n", {"decimal": ","}, ["1.263 to 3.1"], '"1,263" is read as 1.263'),
        ('c,x\nDEU,"1,263"\nFRA,"3,100"\n', {"thousands": ","}, ["1263 to 3100"], '"1,263" is read as 1263'),
        ("c;x\nDEU;1.263\nFRA;407\n", {"decimal": ",", "thousands": "."}, ["407 to 1263"], "is read as 1263"),
        ("c;x\nDEU;1.26\nFRA;407\n", {}, ["1.26 to 407"], None),
        ("c;x\nDEU;1\nFRA;407\n", {}, ["1 to 407"], None),
        ("c;x\nDEU;45'320\nFRA;640,5\n", {"decimal": ",", "thousands": "'"}, ["640.5 to 45320"], None),
    ],
)
def test_a_proposal_says_how_numbers_are_written(
    empty: Path,  # noqa: ARG001
    table: str,
    keys: dict[str, str],
    spans: list[str],
    doubt: str | None,
) -> None:
    spec, text = proposal(table)
    assert {key: spec[key] for key in ("decimal", "thousands") if key in spec} == keys
    assert all(f"# {span}\n" in text for span in spans)
    assert ("# Check:" in text) == (doubt is not None)
    assert doubt is None or doubt in text


@pytest.mark.parametrize("text", ["0,847", "-0,847", "00,847", "0,847,100"])
def test_thousands_do_not_begin_with_0(text: str) -> None:
    assert isinstance(number_reader(NumberStyle(".", ","))(text), str)
    assert number_reader(NumberStyle(".", ","))("10,847") == 10847


def test_a_proposal_puts_no_figure_into_no_data(empty: Path) -> None:  # noqa: ARG001
    table = "c;x\nDEU;45'320\nFRA;38'100\nITA;31'000*\nESP;#DIV/0!\nPOL;true\nNOR;k.A.\nSWE;640,5\nEST;7\nLVA;8\n"
    spec, text = proposal(table)
    assert spec["no_data"] == ["k.A."]
    assert """correct the table: B4 "31'000*", B5 "#DIV/0!", B6 "true\"""" in text
    errors = run("import", "t.import.yaml").stderr
    assert [line.split(":")[1] for line in errors.splitlines()] == ["4", "5", "6"]


def test_text_with_a_point_is_no_number_with_thousands() -> None:
    read = number_reader(NumberStyle(",", None))
    assert "name what it says under `no_data`" in str(read("k. A."))
    assert '`thousands: "."`' in str(read("1.263"))


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        (("46%", "0.24", "12 %"), ["3"]),
        (("46", "0.24", "12 %"), ["4"]),
        (("46%", "0", "-"), []),
        (("46%", "24%", "12 %"), []),
        (("46", "24", "0%"), ["4"]),
    ],
)
def test_percent_signs_stand_in_all_cells_or_none(empty: Path, cells: tuple[str, ...], wrong: list[str]) -> None:  # noqa: ARG001
    table = "country,x\n" + "".join(f"{code},{cell}\n" for code, cell in zip(("DEU", "FRA", "POL"), cells, strict=True))
    result = imported("goalposts: data\nmissing: drop\nindicators: [x]\n", table)
    assert [line.split(":")[1] for line in result.stderr.splitlines()] == wrong
    assert ("some have a percent sign and some have none" in proposal(table)[1]) == (
        len({"%" in one for one in cells if one != "-"}) > 1
    )


def test_a_percent_sign_is_no_decimal(empty: Path) -> None:  # noqa: ARG001
    """(13.1 + 12.2) / 2 = 12.65, which is printed as 12.7 % with one decimal."""
    spec, _ = proposal("country,a,b,Score\nDEU,46,47,46.5%\nITA,20,12,16%\nPOL,13.1,12.2,12.7 %\n")
    assert spec["scale"]["decimals"] == 1
    assert run("import", "t.import.yaml").stdout.endswith("index 3 of 3 at 1 decimal\n")


def test_a_percent_sign_in_quotes_is_no_format(empty: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["country", "x"])
    formats = ['0.0"%"', "0.0\\%", '0" % of GDP"', "0.0"]
    for number, code in enumerate(("DEU", "FRA", "POL", "ITA"), start=2):
        book.active.append([code, 46.2 - number])
        book.active.cell(number, 2).number_format = formats[number - 2]
    book.save(empty / "t.xlsx")
    assert "# 41.2 to 44.2\n" in run("import", "t.xlsx").stdout
    for number in range(2, 6):
        book.active.cell(number, 2).number_format = '[Red]0.0%;-0.0%;"-"'
    book.save(empty / "t.xlsx")
    assert "# 4120 to 4420\n" in run("import", "t.xlsx").stdout


# -- headers, separators and sheets ------------------------------------------------------------------------------------


def test_figures_without_a_header_are_refused(empty: Path) -> None:  # noqa: ARG001
    table = "country,x,,y\nDEU,1,,2\nFRA,2,8,9\nPOL,4,9,5\n"
    assert "a.csv:3:3: C3: is a figure in a column without a header in row 1" in imported(FIXED + BOTH, table).stderr
    assert "t.csv:3:3: C3 is a figure in a column without a header" in refused(table)
    assert "C3 is a figure" in refused("Country,Pillar A,,Pillar B\n,a1,a2,b1\nDEU,1,77,2\nFRA,2,8,9\n")
    notes = table.replace("8", "a").replace("2,9,5", "2,b,5").replace("4,9,5", "4,,5")
    assert imported(FIXED + BOTH, notes).exit_code == 0
    assert "t.csv:2:4: D2 is a figure" in refused("country,x,y\nDEU,1,2,3\n")
    assert "the column of the countries has no header" in refused(",x,y\nDEU,1,2\n")


def test_formulas_without_values_are_told_by_a_proposal(empty: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["country", "x", "y"], ["DEU", 1, "=B2+1"], ["FRA", 2, "=B3+1"]):
        book.active.append(row)
    book.save(empty / "t.xlsx")
    assert "t.xlsx:2:3: C2 is a formula without a value" in run("import", "t.xlsx").stderr


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("Index 2023\ncountry,2018,2019\nDEU,1,2\nFRA,2,3\n", 2),
        ("Index 2023,,\n,,\ncountry,2018,2019\nWorld,1,2\nDEU,1,2\nFRA,2,3\n", 3),
        ("A title,,\nLand,x,y\nISO,EUR,%\nDEU,1,2\nFRA,2,3\n", 2),
        ("country,2018,2019\nDEU,1,2\nFRA,2,3\n", 1),
    ],
)
def test_headers_may_be_years_below_a_title(empty: Path, table: str, header: int) -> None:  # noqa: ARG001
    spec, _ = proposal(table)
    assert spec.get("header", 1) == header
    assert len(spec["indicators"]) == 2


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Land;A;B\nDEU;1,5;2,5\nFRA;2,5;3,5\nQuelle: Amt, Bank, Club, Dienst\n", ";"),
        ('Land;A;B\nDEU;1,5;2,5\nFRA;2,5;3,5\n"Quelle: Amt, Bank; Club, Dienst"\n', ";"),
        ("Land;A\nDEU;1,5\nFRA;2,5\n", ";"),
        ("A; b; c\ncountry,x\nDEU,1\nFRA,2\n", ","),
        ('country,x\n"a;b;c",1\n"d;e;f",2\n', ","),
        ("country\tx, y\nDEU\t1,5\nFRA\t2\n", "\t"),
        ("", "\t"),
    ],
)
def test_most_lines_have_the_separator_equally_often(text: str, mark: str) -> None:
    assert separator(text) == mark


def test_a_proposal_names_the_sheets(empty: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Index of everything"])
    data = book.create_sheet("Data")
    for row in (["country", "x"], ["DEU", 1], ["FRA", 2]):
        data.append(row)
    book.save(empty / "t.xlsx")
    result = run("import", "t.xlsx")
    assert "t.xlsx:1:1: no column has countries" in result.stderr
    assert "this is the sheet Cover, the others are: Data" in result.stderr
    book.move_sheet("Data", -1)
    book.save(empty / "t.xlsx")
    assert 'sheet: "Data" # the others: "Cover"' in run("import", "t.xlsx").stdout


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.txt", "a"])
def test_other_files_are_told_what_can_be_read(empty: Path, name: str) -> None:
    (empty / name).write_bytes(b"\xd0\xcf\x11\xe0 country\tx")
    result = run("import", name)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{name}:1:1: is neither a table, which ends in .csv, .tsv, .xlsx")
    assert "save the table as .xlsx, or as CSV" in result.stderr
