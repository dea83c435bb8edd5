"""`scoring import`: from a table to a rubric, and to evidence without a line of YAML per value. Figures are by hand."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import yaml
from conftest import ROOT, git, run
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.files.archive import UnreadableError
from scoring.files.cells import Grid, grid, letters
from scoring.files.disk import File
from scoring.files.imports.numbers import NumberStyle, number_reader
from scoring.files.imports.spec import read_import
from scoring.files.imports.table import read_table
from scoring.model.imports import ColumnGroup, Import, Layers, NumberColumn, PublishedColumns, RankColumn, name_of
from scoring.render.proposal import proposed

SPEC = """\
id: egov
title: Online government
as_of: 2018-07-19
scale: {from: 0, to: 1, decimals: 4}
source: {title: Survey of 2018, publisher: A survey institute, reliability: A, url: "https://example.org"}
file: egov.csv
code: country
goalposts: {worst: 0, best: 1}
indicators: [osi, tii, hci]
published: {index: total, rank: rank}
"""
TABLE = """\
country,osi,tii,hci,total,rank
Estonia,0.9000,0.7600,0.8800,0.8467,1
LVA,0.6,0.6,0.8,0.6667,2
Poland,0.5,0.5,0.8,0.6,3
"""
"""(.9 + .76 + .88) / 3 = .84667, 2 / 3 = .66667, 1.8 / 3 = .6"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def imported(spec: str = SPEC, table: str = TABLE, *more: str, file: str = "egov.csv") -> Any:
    Path("egov.import.yaml").write_text(spec)
    Path(file).write_text(table)
    return run("import", "egov.import.yaml", *more)


def scores(*arguments: str) -> dict[str, float]:
    document = json.loads(run("score", "--format", "json", *arguments).stdout)
    return {one["country"]: one["index"]["estimate"] for one in document["countries"]}


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# -- the working path --------------------------------------------------------------------------------------------------


def test_ten_lines_and_a_table_are_an_index(empty: Path) -> None:
    result = imported()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "rubrics/egov/ and profiles/egov.import.yaml: written, 3 countries, 3 indicators, 9 values.\n"
        "index 3 of 3 at 4 decimals, ranks 3\n"
    )
    assert not list((empty / "profiles").glob("???.yaml"))
    assert scores() == pytest.approx({"EST": 0.846667, "LVA": 0.666667, "POL": 0.6}, abs=1e-6)
    assert run("validate").stdout == "No errors: rubric egov 1.0.0, 3 profiles.\n"
    again = run("import", "egov.import.yaml")
    assert again.stdout.startswith("rubrics/egov/ and profiles/egov.import.yaml: no change")


def test_an_import_in_profiles_is_read_where_it_is(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported()
    files = written(empty)
    monkeypatch.chdir(empty / "profiles")
    assert "no change" in run("import", "egov.import.yaml").stdout
    monkeypatch.chdir(empty)
    assert "no change" in run("import", "profiles/egov.import.yaml").stdout
    assert written(empty) == files


def test_a_cell_is_a_statement_in_every_command(empty: Path) -> None:  # noqa: ARG001  the working directory
    imported()
    told = json.loads(run("statements", "Estonia", "--format", "json").stdout)["statements"]
    assert [(one["id"], one["locator"], one["text"], one["credibility"]) for one in told] == [
        ("hci", "egov.csv!D2", "hci: 0.8800", 1),
        ("osi", "egov.csv!B2", "osi: 0.9000", 1),
        ("tii", "egov.csv!C2", "tii: 0.7600", 1),
    ]
    assert {one["confidence"] for one in told} == {"exact"}
    explained = run("explain", "EST").stdout
    assert "A survey institute, Survey of 2018; egov.csv!B2; 2018-07-19; grade A1" in explained
    assert run("lock").exit_code == 0
    assert run("check").stdout == "No score changed.\n"
    assert "0.8467 of 1" in run("cite", "EST", "--draws", "100").stdout


def test_what_changed_in_a_table_is_found_in_git(empty: Path) -> None:
    imported()
    git(empty, "init", "--quiet", "--initial-branch=main")
    git(empty, "add", ".")
    git(empty, "commit", "--quiet", "--message=first")
    Path("report.md").write_text(run("cite", "EST", "--draws", "100").stdout)
    table = empty / "profiles" / "egov.csv"
    table.write_text(table.read_text().replace("0.9000", "0.6000"))
    document = json.loads(run("diff", "HEAD", "--format", "json", "--draws", "100").stdout)
    [change] = document["changes"] if "changes" in document else document["countries"]
    assert change["country"] == "EST"
    verified = run("verify", "report.md", "--draws", "100")
    assert verified.exit_code == 3
    assert "index 0.8467" in verified.stdout
    assert "is now 0.7467" in verified.stdout  # (.6 + .76 + .88) / 3


def test_remarks_point_at_the_cell(empty: Path) -> None:
    imported()
    run("lock")
    git(empty, "init", "--quiet", "--initial-branch=main")
    git(empty, "add", ".")
    git(empty, "commit", "--quiet", "--message=first")
    table = empty / "profiles" / "egov.csv"
    table.write_text(table.read_text().replace("LVA,0.6", "LVA,0.9"))
    assert "file=profiles/egov.csv,line=3,col=2" in run("diff", "HEAD", "--format", "github", "--draws", "100").stdout
    result = run("check", "--format", "github")
    assert result.exit_code == 3
    assert "file=profiles/egov.csv" in result.stdout


def test_codes_are_not_collected_into_a_table(empty: Path) -> None:  # noqa: ARG001  the working directory
    pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    imported()
    assert run("sheet", "EST", "--coder", "second", "-o", "sheet.xlsx").exit_code == 0
    result = run("collect", "sheet.xlsx")
    assert result.exit_code == 2
    assert "the evidence lies in a table; write profiles with" in result.stderr


def test_a_country_with_a_file_of_its_own_is_read_from_that(empty: Path) -> None:
    imported()
    before, digests = scores(), run("lock").stdout
    lock = Path("scores.lock").read_text()
    result = run("import", "egov.import.yaml", "--expand", "estonia")
    assert result.stdout == "profiles/EST.yaml: read in place of the table from now on.\n"
    assert scores() == before
    run("lock")
    assert Path("scores.lock").read_text() == lock, digests  # the digest of the profile too
    path = empty / "profiles" / "EST.yaml"
    path.write_text(path.read_text().replace("codes: {osi: 0.9}", "codes: {osi: 0.6}"))
    assert scores()["EST"] == pytest.approx(0.746667, abs=1e-6)
    assert run("import", "egov.import.yaml", "--expand", "EST").exit_code == 2  # has prose, perhaps
    assert "osi: 0.6" in path.read_text()
    compared = run("import", "profiles/egov.import.yaml")  # (.6 + .76 + .88) / 3; Estonia is 1st as before
    assert compared.exit_code == 3
    assert compared.stdout.endswith(
        "Read in place of their rows: profiles/EST.yaml.\nindex 2 of 3 at 4 decimals, ranks 3\n"
    )
    assert compared.stderr == "index: Estonia (EST) 0.8467, scored 0.746667 (egov.csv!E2).\n"
    path.write_text(path.read_text().replace("codes: {osi: 0.6}", "codes: {osy: 0.6}"))
    wrong = run("import", "profiles/egov.import.yaml")
    assert (wrong.exit_code, "profiles/EST.yaml:" in wrong.stderr, "osy" in wrong.stderr) == (1, True, True)


# -- errors ------------------------------------------------------------------------------------------------------------


WRONG = [
    ("LVA,0.6", "Narnia,0.6", "egov.csv:3:1: A3: unknown country 'Narnia'", "country-code"),
    ("LVA,0.6", "Eesti,0.6", "egov.csv:3:1: A3: unknown country 'Eesti'", "country-code"),
    ("LVA,0.6", "Republic of Estonia,0.6", "egov.csv:3:1: A3: 'Republic of Estonia' is EST, as A2 is", "duplicate-id"),
    ("LVA,0.6", ",0.6", "egov.csv:3:1: A3: has no country", "country-code"),
    ("0.7600", "good", "egov.csv:2:3: C2 tii: expected a number; leave the cell empty", "not-a-number"),
    ("0.7600", '"0,76"', 'egov.csv:2:3: C2 tii: expected a number; write `decimal: ","`', "not-a-number"),
    ("0.7600", '"1,000"', 'egov.csv:2:3: C2 tii: expected a number; write `thousands: ","`', "not-a-number"),
    ("0.7600", "=12", "egov.csv:2:3: C2 tii: expected a number; a rank such as this", "not-a-number"),
    ("0.7600", "joint 12th", "egov.csv:2:3: C2 tii: expected a number; a rank such as this", "not-a-number"),
    ("0.7600", "1e999", "egov.csv:2:3: C2 tii: expected a finite number", "not-a-number"),
    ("0.7600", "1.2", "egov.csv:2:3: C2 tii: 1.2 is outside the goalposts 0 and 1", "beyond-goalposts"),
    ("hci,total", "hci,more", "egov.import.yaml:10:12: published: 'total' is no header in row 1", "not-a-table"),
    ("osi,tii", "tii,tii", "egov.import.yaml:9:14: indicators[0].column: 'osi' is no header", "not-a-table"),
    ("osi,tii", "osi,osi", "'osi' is the header of several columns", "duplicate-id"),
    ("total,rank\n", "total,rank,Region\n", "egov.csv:1:7: G1 Region: no indicator uses this column", "unused-column"),
    (",1\nLVA", ",first\nLVA", "egov.csv:2:6: F2 rank: expected a rank such as 12", "not-a-number"),
    ("0.8467", "much", "egov.csv:2:5: E2 total: expected a number", "not-a-number"),
    ("0.9000", '"0.9000', "egov.csv:4:1: ", "not-a-table"),
]


@pytest.mark.parametrize(("old", "new", "says", "slug"), WRONG)
def test_an_error_has_its_cell_and_nothing_is_written(empty: Path, old: str, new: str, says: str, slug: str) -> None:
    assert old in TABLE
    result = imported(SPEC, TABLE.replace(old, new, 1))
    assert result.exit_code == 1
    assert says in result.stderr
    assert f"[{slug}]" in result.stderr
    assert result.stdout == ""
    assert written(empty) == ["egov.csv", "egov.import.yaml"]


def test_all_errors_are_told_at_once(empty: Path) -> None:  # noqa: ARG001  the working directory
    table = (
        TABLE.replace("LVA,0.6", "Narnia,x").replace("0.9000", "1.9").replace("hci", "HCI ").replace("0.5,0.5", "y,0.5")
    )
    lines = imported(SPEC, table).stderr.splitlines()
    assert [line.split(" ")[0] for line in lines] == [f"egov.csv:{place}:" for place in ("2:2", "3:1", "3:2", "4:2")]


WRONG_SPECS = [
    ("file: egov.csv", "file: ../egov.csv", "egov.import.yaml:6:7: file:"),
    ("file: egov.csv", "file: other.csv", "egov.import.yaml:6:7: file: 'other.csv' is not in the folder"),
    ("file: egov.csv", "file: egov.csv\nsheet: One", "egov.csv:1:1: has no sheets"),
    ("code: country", "code: iso", "egov.import.yaml:7:7: code: 'iso' is no header in row 1 of egov.csv"),
    ("goalposts: {worst: 0, best: 1}\n", "", "egov.import.yaml:8:14: indicators[0]: has no goalposts"),
    ("best: 1}", "best: 0}", "egov.import.yaml:8:29: goalposts.best: is equal to worst"),
    ("[osi, tii, hci]", "[osi, osi, hci]", "egov.import.yaml:9:19: indicators[1]: duplicate id 'osi'"),
    ("[osi, tii, hci]", "[osi, {column: tii, id: osi}]", "egov.import.yaml:9:19: indicators[1]: duplicate id 'osi'"),
    ("[osi, tii, hci]", "[osi, {column: tii, id: egov}]", "duplicate id 'egov', which the index has"),
    ("[osi, tii, hci]", "[{id: rubric, indicators: [osi]}]", "duplicate id 'rubric', which a file of the rubric has"),
    ("[osi, tii, hci]", "[osi, {use: tii}]", "egov.import.yaml:9:25: indicators[1].use: 'tii' is no column"),
    ("[osi, tii, hci]", "[osi, {column: tii, wieght: 1}]", "unknown key; did you mean weight?"),
    ("indicators: [osi, tii, hci]", "indicators: [osi]\nmeta: m.csv", "write either `indicators`, or `meta`"),
    ("{index: total,", "{nodes: {os: total},", "published.nodes.os: is no node of this import; did you mean osi?"),
    ("id: egov", "id: egov\ndecimal: ','\nthousands: ','", "egov.import.yaml:3:12: thousands: is the sign of the"),
    ("id: egov", "id: egov\nheader: 3\nfirst: 2", "egov.import.yaml:3:8: first: is not below the row of the headers"),
    ("id: egov", "id: egov\nheader: 9", "egov.csv:1:1: has 4 rows; the headers are expected in row 9"),
    ("id: egov", "id: egov\nlayers: {date: {}}", "layers.date: write `sheet` or `file`"),
    ("reliability: A", "reliability: Z", "egov.import.yaml:5:"),
]


@pytest.mark.parametrize(("old", "new", "says"), WRONG_SPECS)
def test_an_import_with_an_error_is_refused(empty: Path, old: str, new: str, says: str) -> None:
    assert old in SPEC
    result = imported(SPEC.replace(old, new, 1))
    assert result.exit_code == 1
    assert says in result.stderr
    assert written(empty) == ["egov.csv", "egov.import.yaml"]


def test_a_table_with_an_error_gives_no_scores(empty: Path) -> None:
    imported()
    path = empty / "profiles" / "egov.csv"
    path.write_text(TABLE.replace("0.7600", "x"))
    for command in ("score", "validate", "check"):
        result = run(command)
        assert result.exit_code == 1
        assert "profiles/egov.csv:2:3: C2 tii: expected a number" in result.stderr
    path.write_text(TABLE)
    (empty / "rubrics" / "egov" / "tii_pillar.yaml").write_text(
        (empty / "rubrics" / "egov" / "tii_pillar.yaml").read_text().replace("id: tii\n", "id: other\n")
    )
    assert "'tii' is no indicator of the rubric; write the rubric again with `scoring import`" in run("score").stderr


def test_files_with_other_content_are_kept_without_force(empty: Path) -> None:
    imported()
    path = empty / "rubrics" / "egov" / "rubric.yaml"
    path.write_text(path.read_text().replace("Online", "Digital"))
    result = run("import", "egov.import.yaml")
    assert result.exit_code == 2
    assert "rubrics/egov/rubric.yaml has other content; replace it with --force" in result.stderr
    assert "Digital" in path.read_text()
    assert run("import", "egov.import.yaml", "--force").exit_code == 0
    assert "Online" in path.read_text()
    stale = imported(
        SPEC.replace("[osi, tii, hci]", "[osi, tii]").replace("rank: rank}", "rank: rank}\nignore: [hci]"),
        TABLE,
        "--force",
    )
    assert stale.exit_code == 2
    assert "has files of another tree (hci_pillar.yaml); remove them first" in stale.stderr


# -- what is published -------------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_listed_and_ends_with_3(empty: Path) -> None:
    result = imported(SPEC, TABLE.replace("0.6667,2", "0.6668,3"))
    assert result.exit_code == 3
    assert result.stdout.endswith("index 2 of 3 at 4 decimals, ranks 2 of 3\n")
    assert result.stderr == (
        "index: Latvia (LVA) 0.6668, scored 0.666667 (egov.csv!E3).\nranks: Latvia (LVA) 3, scored 2 (egov.csv!F3).\n"
    )
    assert (empty / "rubrics" / "egov" / "rubric.yaml").exists()


def test_classes_and_nodes_are_compared_and_half_a_unit_fits(empty: Path) -> None:  # noqa: ARG001
    """Estonia's access is (.9 + .76) / 2 = .83, printed as .8; the index with .88 is .855, printed as .85 or .86."""
    spec = SPEC.replace(
        "indicators: [osi, tii, hci]",
        "bands: [{from: 0, label: low}, {from: 0.7, label: high}]\nindicators:\n"
        "  - {id: access, indicators: [osi, tii]}\n  - hci",
    ).replace("{index: total, rank: rank}", "{index: total, class: group, nodes: {access: a}, decimals: 2}")
    table = "country,osi,tii,hci,total,group,a\nEST,0.9,0.76,0.88,0.85,High,0.83\nLVA,0.6,0.6,0.8,0.7,high,0.6\n"
    result = imported(spec, table)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("index 2 of 2 at 2 decimals, access 2 of 2, classes 2\n")
    assert imported(spec, table.replace("0.85,High", "0.86,High")).exit_code == 2  # other content of the table
    assert imported(spec, table.replace("0.85,High", "0.86,High"), "--force").exit_code == 0
    assert imported(spec, table.replace("0.85,High", "0.87,High"), "--force").exit_code == 3


def test_figures_that_do_not_fit_are_shown_with_all_their_digits(empty: Path) -> None:  # noqa: ARG001
    """(100000 + 100000 + 170370.367) / 3 = 123456.789, of which six digits are 123457; .1 more does not fit."""
    spec = SPEC.replace("{from: 0, to: 1, decimals: 4}", "{from: 0, to: 200000, decimals: 3}").replace(
        "{worst: 0, best: 1}", "{worst: 0, best: 200000}"
    )
    table = "country,osi,tii,hci,total,rank\nEST,100000,100000,170370.367,123456.889,1\nLVA,3,3,3,3.1,2\n"
    assert imported(spec, table).stderr == (
        "index: Estonia (EST) 123456.889, scored 123456.78900 (egov.csv!E2), "
        "Latvia (LVA) 3.100, scored 3.00000 (egov.csv!E3).\n"
    )


# -- how tables are written --------------------------------------------------------------------------------------------


def test_codes_tokens_commas_and_percent(empty: Path) -> None:  # noqa: ARG001
    """Goalposts 0 and 2000, 0 and 100: Czechia (1234.5 / 2000 + .54) / 2 = .578625; Kosovo .5 of the income alone."""
    spec = """\
id: two
title: Two
as_of: 2020
source: {title: T, publisher: P, reliability: B}
file: egov.csv
header: 2
first: 4
code: Land
codes: {Tschechien: CZE, KOS: XKX}
skip: [Welt]
ignore: [Region]
no_data: [k.A.]
decimal: ","
thousands: "."
missing: drop
indicators:
  - {column: Income per head, worst: 0, best: 2000}
  - {column: "Freedom (%)", id: freedom, worst: 0, best: 100}
"""
    table = (
        "A title;;;\nLand;Income per head;Freedom (%);Region\nISO;EUR;%;\nTschechien;1.234,5;54,0 %;EU\n"
        "KOS;1.000;k.A.;\nWelt;9;9;\nTürkiye;0;\u22120,0;..\n"
    )
    result = imported(spec, table)
    assert result.exit_code == 0, result.stderr
    assert scores() == pytest.approx({"CZE": 57.8625, "XKX": 50.0, "TUR": 0.0})


def test_goalposts_from_the_data_are_written_as_numbers(empty: Path) -> None:
    """osi .5 to .9, hci .8 to .88 with the greatest as the worst, tii .5 to .76 with 5 % of .26 beside."""
    spec = SPEC.replace("goalposts: {worst: 0, best: 1}", "goalposts: data").replace(
        "[osi, tii, hci]", "[osi, tii, {column: hci, direction: -1}]"
    )
    spec = "\n".join(spec.splitlines()[:-1]) + "\nignore: [total, rank]\n"
    assert imported(spec).exit_code == 0
    rubric = yaml.safe_load((empty / "rubrics" / "egov" / "hci_pillar.yaml").read_text())
    assert (rubric["indicators"][0]["worst"], rubric["indicators"][0]["best"]) == (0.88, 0.8)
    assert scores()["EST"] == pytest.approx((1 + 1 + 0) / 3, abs=1e-6)
    assert imported(spec + "margin: 0.05\n", TABLE, "--force").exit_code == 0
    rubric = yaml.safe_load((empty / "rubrics" / "egov" / "tii_pillar.yaml").read_text())
    assert (rubric["indicators"][0]["worst"], rubric["indicators"][0]["best"]) == (0.487, 0.773)
    same = imported(spec, TABLE.replace("0.8800", "0.8"), "--force")
    assert "egov.csv:1:4: D1 hci: has no two different values for goalposts" in same.stderr


def test_ranks_logarithms_and_clips(empty: Path) -> None:  # noqa: ARG001
    """Rank 3 of 5: 2 / 4; ln 10 between ln 1 and ln 100: 1 / 2; 0 with clip: 0."""
    spec = SPEC.replace(
        "[osi, tii, hci]",
        "[{column: osi, kind: rank, of: 5}, {column: tii, log: true, clip: true, worst: 1, best: 100}]",
    ).replace("published: {index: total, rank: rank}", "ignore: [hci]")
    table = "country,osi,tii,hci\nEST,=3,10,\nLVA,joint 5th,0,\nPOL,1st,1000,\n"
    assert imported(spec, table).stderr == ""
    assert scores() == pytest.approx({"EST": 0.5, "LVA": 0.0, "POL": 1.0})
    assert "has no logarithm" in imported(spec.replace("clip: true, ", ""), table, "--force").stderr


def test_a_tree_with_groups_and_what_is_used_again(empty: Path) -> None:  # noqa: ARG001
    """a = sqrt(.9 x .76) = .82704, b = (3 x .88 + .9) / 4 = .885; (2 a + b) / 3 = .84636. LVA: a = .6, b = .75: .65."""
    spec = SPEC.replace(
        "indicators: [osi, tii, hci]",
        """\
indicators:
  - {id: a, title: First, short: A, weight: 2, exponent: 0, indicators: [osi, tii]}
  - id: b
    indicators:
      - {id: deep, weight: 3, indicators: [hci]}
      - {use: osi}""",
    ).replace("published: {index: total, rank: rank}", "ignore: [total, rank]")
    assert imported(spec).stderr == ""
    assert scores() == pytest.approx(
        {"EST": (2 * math.sqrt(0.684) + 0.885) / 3, "LVA": 0.65, "POL": (2 * 0.5 + 0.725) / 3}, abs=1e-6
    )


def test_columns_with_like_names_have_pillars_of_their_own(empty: Path) -> None:
    long = "x" * 60
    spec = SPEC.replace("[osi, tii, hci]", f"[{{column: osi, id: {long}1}}, {{column: tii, id: {long}2}}, hci]")
    assert imported(spec).stderr == ""
    assert len(list((empty / "rubrics" / "egov").glob("*.yaml"))) == 4
    assert scores()["POL"] == pytest.approx(0.6)


def test_a_gate_and_an_index_of_risk_with_rounding_inside(empty: Path) -> None:  # noqa: ARG001
    """Of 0 to 10: LVA's a = (6 + 6.5) / 2 = 6.25, half up 6.3, and (6.3 + 8) / 2 = 7.15; Estonia's gate is shut at 0."""
    spec = SPEC[: SPEC.index("goalposts")].replace("{from: 0, to: 1, decimals: 4}", "{from: 0, to: 10}") + (
        "better: lower\ngate: {node: hci, below: 0, value: 0}\ngoalposts: {worst: 0, best: 10}\nindicators:\n"
        "  - {id: a, round: 1, indicators: [osi, tii]}\n  - hci\npublished: {index: total, rank: rank, decimals: 2}\n"
    )
    table = "country,osi,tii,hci,total,rank\nEST,9,7,0,0,1\nLVA,6,6.5,8,7.15,3\nPOL,5,5,8,6.5,2\n"
    result = imported(spec, table)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("index 3 of 3 at 2 decimals, ranks 3\n")


def test_a_source_without_an_address_is_a_warning(empty: Path) -> None:  # noqa: ARG001
    imported(SPEC.replace(', url: "https://example.org"', ""))
    for arguments in ((), ("profiles/egov.import.yaml",)):
        result = run("validate", *arguments)
        assert result.exit_code == 0
        assert "profiles/egov.import.yaml:5:1: warning: source: has no address" in result.stderr
    assert run("validate", "--strict").exit_code == 1


def test_units_that_are_no_countries_have_names(empty: Path) -> None:
    spec = SPEC.replace("code: country", "code: country\nname: label").replace("country,", "")
    table = TABLE.replace("country,", "country,label,").replace("Estonia,", "BAV,Bavaria,")
    table = table.replace("LVA,", "LVA,Latvia,").replace("Poland,", "VIE,Vienna,")
    assert imported(spec, table).stderr == ""
    assert "Bavaria (BAV)" in run("score").stdout
    for name in ("Bavaria", "bavaria", "BAV"):
        assert run("explain", name).stdout.startswith("Bavaria (BAV), as of")
    assert run("import", "egov.import.yaml", "--expand", "Vienna").exit_code == 0
    assert 'name: "Vienna"' in (empty / "profiles" / "VIE.yaml").read_text()
    assert "Vienna (VIE)" in run("score").stdout


def test_two_tables_of_one_folder_are_read_together(empty: Path) -> None:
    imported()
    for name in ("egov.import.yaml", "egov.csv"):
        text = Path(name).read_text()
        for old, new in (("egov", "other"), ("osi", "x"), ("tii", "y"), ("hci", "z")):
            text = text.replace(old, new)
        Path(name.replace("egov", "other")).write_text(text)
    assert run("import", "other.import.yaml").exit_code == 0
    expected = {"EST": 0.846667, "LVA": 0.666667, "POL": 0.6}
    for rubric in ("egov", "other"):
        assert scores("--rubric", rubric) == pytest.approx(expected, abs=1e-6)
    assert run("validate", "--rubric", "egov").exit_code == 0
    path = empty / "profiles" / "other.import.yaml"
    path.write_text(path.read_text().replace("2018-07-19", "2019"))
    assert "is in another table of the folder, of 2018-07-19" in run("score", "--rubric", "egov").stderr
    path.write_text((empty / "profiles" / "egov.import.yaml").read_text())
    assert "another table of the folder has 'hci' of Estonia (EST) too" in run("score", "--rubric", "egov").stderr


def test_the_register_names_the_publisher(empty: Path) -> None:
    imported()
    register = "format: 1\npublishers:\n  A survey institute: {reliability: B, reason: So., kind: research}\n"
    (empty / "profiles" / "publishers.yaml").write_text(register)
    result = run("score")
    assert result.exit_code == 1
    assert "profiles/egov.import.yaml:5:9: source: A differs from B, the grade of the publisher" in result.stderr
    (empty / "profiles" / "publishers.yaml").write_text(register.replace("reliability: B", "reliability: A"))
    assert run("score").exit_code == 0


# -- files -------------------------------------------------------------------------------------------------------------


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


HEADS = ["country", "osi", "tii"]
EXCEL = """\
id: egov
title: Online government
as_of: 2018-07-19
scale: {from: 0, to: 1, decimals: 4}
source: {title: Survey, publisher: An institute, reliability: A, credibility: 2}
publishers: {A ministry: C}
file: egov.xlsx
sheet: Data
code: country
goalposts: {worst: 0, best: 1}
indicators: [osi, tii]
layers:
  date: {sheet: Dates}
  publisher: {sheet: Bodies}
  imputed: {sheet: Filled, credibility: 4}
  error: {sheet: Errors}
"""
SHEETS: dict[str, list[list[Any]]] = {
    "Other": [["x"]],
    "Data": [HEADS, ["EST", 0.9, 0.7], ["LVA", 0.6, None]],
    "Dates": [HEADS, ["EST", "2017-05", None], ["LVA", 2016, None]],
    "Bodies": [HEADS, ["EST", "A ministry", None]],
    "Filled": [["tii", "country"], [1, "EST"], ["no", "LVA"]],
    "Errors": [HEADS, ["EST", 0.02, 0]],
}


def test_excel_with_layers(empty: Path) -> None:
    workbook(empty / "egov.xlsx", SHEETS)
    (empty / "egov.import.yaml").write_text(EXCEL + "missing: drop\n")
    result = run("import", "egov.import.yaml")
    assert result.exit_code == 0, result.stderr
    told = json.loads(run("statements", "--format", "json").stdout)["statements"]
    found = {(one["country"], one["id"]): one for one in told}
    assert sorted(found) == [("EST", "osi"), ("EST", "tii"), ("LVA", "osi")]
    first, second, third = (found[key] for key in sorted(found))
    assert (first["locator"], first["date"], first["publisher"], first["reliability"]) == (
        "Data!B2", "2017-05", "A ministry", "C",
    )  # fmt: skip
    assert (first["credibility"], first["confidence"], first["codes"]) == (
        2,
        "moderate",
        {"osi": {"value": 0.9, "error": 0.02}},
    )
    assert (second["credibility"], second["text"], second["date"]) == (4, "tii: 0.7 (imputed)", "2018-07-19")
    assert (second["publisher"], second["reliability"], second["confidence"]) == ("An institute", "A", "exact")
    assert (third["date"], third["credibility"]) == ("2016", 2)
    assert run("import", "egov.import.yaml", "--expand", "EST").exit_code == 0
    assert run("validate").exit_code == 0


@pytest.mark.parametrize(
    ("sheet", "rows", "says"),
    [
        ("Data", [HEADS, ["EST", "=1/2", 0.7]], "egov.xlsx:2:2: Data!B2 osi: is a formula without a value"),
        ("Data", [HEADS, ["EST", True, 0.7]], "egov.xlsx:2:2: Data!B2 osi: expected a number"),
        ("Dates", [HEADS, ["EST", "May", 0.7]], "egov.xlsx:2:2: Dates!B2 osi: expected a day, month or year"),
        ("Errors", [HEADS, ["EST", -1, 0.7]], "egov.xlsx:2:2: Errors!B2 osi: expected a standard error of 0 or more"),
        ("Data", [HEADS, ["EST\u202e", 1, 0.7]], "egov.xlsx:2:1: control character '\\u202e'; remove it"),
        ("Filled", [["tii"], [1]], "egov.import.yaml:9:7: code: 'country' is no header in row 1 of Filled"),
    ],
)
def test_errors_in_sheets(empty: Path, sheet: str, rows: list[list[Any]], says: str) -> None:
    workbook(empty / "egov.xlsx", SHEETS | {sheet: rows})
    (empty / "egov.import.yaml").write_text(EXCEL)
    result = run("import", "egov.import.yaml")
    assert result.exit_code == 1
    assert says in result.stderr


def test_excel_shows_per_cent_as_a_reader_sees_it(empty: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    workbook(empty / "egov.xlsx", {"Data": [HEADS, ["EST", 0.54, 46], ["LVA", 1, 100]]})
    book = openpyxl.load_workbook(empty / "egov.xlsx")
    for row in (2, 3):
        book["Data"].cell(row, 2).number_format = "0%"
    book.save(empty / "egov.xlsx")
    spec = EXCEL[: EXCEL.index("layers:")].replace("best: 1}", "best: 100}").replace("sheet: Data\n", "")
    (empty / "egov.import.yaml").write_text(spec)
    assert run("import", "egov.import.yaml").stderr == ""
    assert scores() == pytest.approx({"EST": 0.5, "LVA": 1.0})
    (empty / "egov.import.yaml").write_text(spec.replace("code:", "sheet: None such\ncode:"))
    assert "egov.xlsx:1:1: has no sheet 'None such'; sheets: Data" in run("import", "egov.import.yaml").stderr


def test_tabs_and_parquet(empty: Path) -> None:
    assert imported(SPEC.replace("egov.csv", "egov.tsv"), TABLE.replace(",", "\t"), file="egov.tsv").stderr == ""
    assert scores()["LVA"] == pytest.approx(0.666667, abs=1e-6)
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = {"country": ["EST", "LVA"], "osi": [0.9, 0.6], "tii": [0.7, None]}
    parquet.write_table(pyarrow.table(table), empty / "egov.parquet")
    spec = EXCEL[: EXCEL.index("layers:")].replace("sheet: Data\n", "").replace("egov.xlsx", "egov.parquet")
    (empty / "two.import.yaml").write_text(spec.replace("id: egov", "id: two"))
    assert run("import", "two.import.yaml", "-o", "two").stderr == ""
    assert scores("--rubric", "two/rubrics", "--profiles", "two/profiles")["EST"] == pytest.approx(0.8)


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xlsx", b"PK\x03\x04 nothing", "is no table of Excel"),
        ("a.xlsx", archive(x=b"1"), "is no table of Excel; save it as .xlsx (damaged"),
        ("a.xlsx", archive(**{"x.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "has a document type"),
        ("a.xlsx", archive(bomb=bytes(65 * 2**20)), "unpacks to more than 64 MiB"),
        ("a.parquet", b"PAR1", "is no Parquet file"),
        ("a.csv", b"country,\xff", "a.csv:1:9: byte 0xff is not valid UTF-8"),
        ("a.csv", b"country,a\nEST,\x00", "control character"),
        ("a.csv", b"country\n" + b"EST\n" * 5001, "has more than 5,000 rows"),
        ("a.csv", b"country" + b",a" * 1001, "has more than 1,000 columns"),
        ("a.csv", b"country,a\nEST," + b"x" * 4001, "a.csv:2:2: has more than 4,000 characters"),
        ("a.csv", b"", "is empty; give a table with headers and rows"),
        ("a.csv", b"x,y\n1,2\n", "no column has countries"),
        ("a.csv", b"x,y\nEST,good\n", "no column has numbers"),
    ],
)
def test_files_that_are_no_tables(empty: Path, name: str, data: bytes, says: str) -> None:
    if name.endswith("xlsx"):
        pytest.importorskip("openpyxl")
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    (empty / name).write_bytes(data)
    result = run("import", name)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{name}:")
    assert says in result.stderr


@given(st.binary(max_size=300) | st.text('EST,;\t\n"=1.9%LVA', max_size=200).map(str.encode))
@example(b"\nAD")
def test_no_text_breaks_the_reading(data: bytes) -> None:
    file, spec = File("egov.csv", "egov.csv", data), File("egov.import.yaml", "egov.import.yaml", SPEC.encode())
    read = read_import(spec)
    assert read
    table, problems = read_table(read, spec, {"egov.csv": file})
    assert (table is None) == bool(problems)
    found = grid(file)
    if isinstance(found, Grid):
        with contextlib.suppress(UnreadableError):
            assert isinstance(yaml.safe_load(proposed(found, "egov.csv", None, "2018")), dict)


# -- COINr -------------------------------------------------------------------------------------------------------------


IDATA = """\
uName,uCode,Time,Area,GDPpc,CO2,Pop
Austria,AUT,2018,Europe,50,7,9
Belgium,BEL,2018,Europe,47,9,11
Bavaria,BAV,2018,Europe,60,8,13
"""
IMETA = """\
Level,iCode,iName,Direction,Weight,Parent,Unit,Type
1,GDPpc,GDP per capita,1,2,Econ,EUR,Indicator
1,CO2,CO2 per capita,-1,1,Env,t,Indicator
2,Econ,Economy,1,3,Index,,Aggregate
2,Env,Environment,1,1,Index,,Aggregate
3,Index,Sustainability,1,1,NA,,Aggregate
NA,Pop,Population,NA,NA,NA,,Denominator
NA,Area,Area,NA,NA,NA,,Group
"""


def coinr(meta: str = IMETA, data: str = IDATA) -> Any:
    Path("iData.csv").write_text(data)
    Path("iMeta.csv").write_text(meta)
    return run("import", "--coinr", "iData.csv", "iMeta.csv")


def test_tables_of_coinr_need_nothing_else(empty: Path) -> None:  # noqa: ARG001
    """GDP 47 to 60, CO2 9 (worst) to 7: AUT 3 / 13 and 1, BEL 0 and 0, BAV 1 and 1 / 2; weights 3 and 1."""
    result = coinr()
    assert (result.exit_code, result.stderr) == (0, "")
    expected = {"AUT": 100 * (3 * 3 / 13 + 1) / 4, "BEL": 0.0, "BAV": 100 * (3 + 0.5) / 4}
    assert scores() == pytest.approx(expected, abs=1e-6)
    assert "Sustainability" in run("score").stdout


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Level,iCode", "Lvl,iCode", "iMeta.csv:1:1: A1: has no column Level"),
        (
            "2,Econ,Economy,1,3,Index",
            "2,Econ,Economy,1,3,Indx",
            "iMeta.csv:4:6: F4: 'Indx' is no iCode; did you mean Index?",
        ),
        ("1,1,NA,,Aggregate", "1,1,Econ,,Aggregate", "iMeta.csv:1:1: A1: has 0 rows without a parent"),
        ("-1,1,Env", "0,1,Env", "iMeta.csv:3:4: D3: expected 1 or -1"),
        ("-1,1,Env", "-1,-2,Env", "iMeta.csv:3:5: E3: expected a weight of 0 or more"),
        ("-1,1,Env", "-1,much,Env", "iMeta.csv:3:5: E3: expected a number"),
        ("-1,1,Env", "-1,1,Econ", "iMeta.csv:5:2: B5: 'Env' has nothing below it"),
        ("1,CO2,", "1,GDPpc,", "iMeta.csv:3:2: B3: 'GDPpc' is there twice"),
        ("1,CO2,", "1,gdppc,", "gives the id 'gdppc'"),
        ("1,CO2,", "1,CO3,", "'CO3' is no header in row 1 of iData.csv"),
    ],
)
def test_errors_in_imeta(empty: Path, old: str, new: str, says: str) -> None:
    assert old in IMETA
    result = coinr(IMETA.replace(old, new, 1))
    assert result.exit_code == 1
    assert says in result.stderr
    assert written(empty) == ["iData.csv", "iMeta.csv"]


# -- proposals ---------------------------------------------------------------------------------------------------------


def test_a_proposal_can_be_imported_as_it_is(empty: Path) -> None:
    (empty / "egov.csv").write_text(TABLE)
    assert run("import", "egov.csv", "-o", "egov.import.yaml").exit_code == 0
    result = run("import", "egov.import.yaml")
    assert result.exit_code == 0
    assert result.stdout.endswith("index 3 of 3 at 4 decimals, ranks 3\n")
    assert run("import", "egov.csv", "-o", "egov.import.yaml").exit_code == 2  # exists
    assert run("import", "egov.csv").stdout == (empty / "egov.import.yaml").read_text()


def test_a_proposal_finds_headers_commas_and_rows_that_are_no_country(empty: Path) -> None:
    (empty / "t.csv").write_text(
        "A title;;;;;\nCountry;GDP per capita;Freedom (%);Freedom %;Rank;Region\nCzechia;1.234,5;54,0 %;1;=2;EU\n"
        "Slovakia;2.000,1;k.A.;2;1;EU\nWorld;3;3;;;\nTürkiye;12,5;60 %;3;3;Asia\n"
    )
    text = run("import", "t.csv").stdout
    spec = yaml.safe_load(text)
    assert (spec["header"], spec["code"], spec["decimal"], spec["thousands"]) == (2, "Country", ",", ".")
    assert (spec["skip"], spec["no_data"], spec["ignore"]) == (["World"], ["k.A."], ["Region"])
    assert [one["column"] for one in spec["indicators"]] == ["GDP per capita", "Freedom (%)", "Freedom %"]
    assert spec["published"] == {"rank": "Rank"}
    (empty / "t.import.yaml").write_text(text.replace("\nindicators:", "\nmissing: drop\nindicators:"))
    assert run("import", "t.import.yaml").exit_code in (0, 3)
    assert len(scores()) == 3


def test_wrong_use_is_told(empty: Path) -> None:
    (empty / "egov.csv").write_text(TABLE)
    assert "give a file NAME.import.yaml, a table, or two tables" in run("import").stderr
    result = run("import", "egov.csv", "-o", "egov.csv", "--force")
    assert result.exit_code == 2
    assert (empty / "egov.csv").read_text() == TABLE
    assert "--expand needs a file NAME.import.yaml" in run("import", "egov.csv", "--expand", "EST").stderr
    imported()
    assert "unknown country 'Atlantis'" in run("import", "egov.import.yaml", "--expand", "Atlantis").stderr
    assert "France (FRA) is not in the set" in run("import", "egov.import.yaml", "--expand", "FRA").stderr


# -- shapes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [SPEC, EXCEL])
def test_the_schema_takes_what_the_engine_takes(text: str) -> None:
    schema = json.loads(run("schema", "import").stdout)
    document = yaml.safe_load(text) | {"as_of": "2018-07-19"}  # PyYAML reads a date
    jsonschema.validate(document, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "colum": "x"}, schema)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("GDP per capita (US$)", "gdp_per_capita_us"),
        ("Établi", "etabli"),
        ("2018", "i_2018"),
        ("%", ""),
        ("x" * 90, "x" * 64),
    ],
)
def test_a_header_is_an_id(header: str, name: str) -> None:
    assert name_of(header) == name


@pytest.mark.parametrize(("column", "text"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_columns_have_letters(column: int, text: str) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    assert letters(column) == text == openpyxl.utils.get_column_letter(column)


@given(
    value=st.integers(-(10**12), 10**12),
    places=st.integers(0, 6),
    style=st.sampled_from([(".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (".", None), (",", None)]),
)
def test_a_number_is_read_as_it_was_written(value: int, places: int, style: tuple[str, str | None]) -> None:
    decimal, thousands = style
    number = value / 10**places
    plain = f"{number:,.{places}f}"
    text = plain.replace(",", "\0").replace(".", decimal).replace("\0", thousands or "")
    assert number_reader(NumberStyle(*style))(text) == pytest.approx(number, abs=1e-9, rel=1e-12)
    assert number_reader(NumberStyle(*style))(f"{text} %") == pytest.approx(number, abs=1e-9, rel=1e-12)


MEASURED = """\
import atexit, re, sys, time
from scoring.cli import main
def measured():
    peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
    print(time.process_time(), peak, file=sys.stderr)
atexit.register(measured)
main()
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of the memory is read from /proc")
def test_a_large_table_takes_little_memory_and_time_in_proportion(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """191 countries x 84 indicators in 12 groups of 3 pillars: as numpy says, in 200 MiB; time grows with the countries."""
    random = np.random.default_rng(7)
    with (ROOT / "scoring" / "data" / "countries.csv").open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file)][:191]
    values = random.integers(5, 100, (191, 84)) / 10
    rows = [",".join([code, *map(str, row)]) for code, row in zip(codes, values.tolist(), strict=True)]
    header = ",".join(["code", *(f"i{n}" for n in range(84))])
    (empty / "big.csv").write_text("\n".join([header, *rows]) + "\n")
    groups = [{"id": f"g{n}", "exponent": 0, "indicators": [f"i{7 * n + m}" for m in range(7)]} for n in range(12)]
    spec = {
        "id": "big",
        "title": "Big",
        "as_of": "2024",
        "scale": {"from": 0, "to": 10},
        "source": {"title": "T", "publisher": "P", "reliability": "A"},
        "file": "big.csv",
        "code": "code",
        "goalposts": {"worst": 0, "best": 10},
        "indicators": [{"id": f"p{n}", "indicators": groups[4 * n : 4 * n + 4]} for n in range(3)],
    }
    (empty / "big.import.yaml").write_text(json.dumps(spec))
    assert run("import", "big.import.yaml").exit_code == 0
    expected = np.exp(np.log(values.reshape(191, 12, 7)).mean(axis=2)).mean(axis=1)
    assert scores() == pytest.approx(dict(zip(codes, expected, strict=True)), abs=1e-6)

    def measured() -> tuple[str, float, float]:
        """What `score` prints, its seconds of CPU and its peak of memory in kB."""
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "score"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        seconds, kilobytes = map(float, done.stderr.split()[-2:])
        return done.stdout, seconds, kilobytes

    printed, seconds, kilobytes = measured()
    assert "Zimbabwe" not in printed  # the last of the countries left out
    assert kilobytes < 200 * 1024
    (empty / "part").mkdir()
    monkeypatch.chdir(empty / "part")
    Path("big.csv").write_text("\n".join([header, *rows[:40]]) + "\n")
    Path("big.import.yaml").write_text(json.dumps(spec))
    assert run("import", "big.import.yaml").exit_code == 0
    assert seconds < 191 / 40 * measured()[1]


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_happens(empty: Path) -> None:
    page = (ROOT / "docs" / "import.md").read_text()
    table, spec = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("csv", "yaml"))
    assert table
    assert spec
    assert len(spec[1].splitlines()) == 10
    (empty / "egdi.csv").write_text(table[1])
    (empty / "egdi.import.yaml").write_text(spec[1])
    told = re.findall(r"```console\n\$ scoring (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(told) == 2
    for command, output in told:
        assert run(*command.split()).stdout.startswith(output)
    proposed = run("import", "egdi.csv").stdout
    assert yaml.safe_load(proposed)["published"] == {"index": "egdi", "rank": "rank"}
    (empty / "egdi.csv").write_text(table[1].replace("0.7600", "good").replace("LVA", "Narnia"))
    [errors] = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert run("import", "egdi.import.yaml").stderr == errors


def test_every_key_is_on_the_page() -> None:
    page = (ROOT / "docs" / "import.md").read_text()
    for model in (Import, NumberColumn, RankColumn, ColumnGroup, Layers, PublishedColumns):
        for name, field in model.model_fields.items():
            assert re.search(rf"`{field.alias or name}[`:]|[`, {{]{field.alias or name}: ", page), (model, name)


def test_the_trees_and_layers_of_the_page_are_valid() -> None:
    page = (ROOT / "docs" / "import.md").read_text()
    first, *others = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(others) == 2
    for other in others:
        document = yaml.safe_load(first) | {"as_of": "2018-07-19"} | yaml.safe_load(other)
        assert Import.model_validate(document)
