"""Several rubrics in one folder that read one body of evidence: each sees its own codes, and none moves another."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest
from conftest import PILLAR, PROFILE, RUBRIC, git, run

from scoring.files.load import load_profiles, load_rubric
from scoring.model.digest import digest

if TYPE_CHECKING:
    from pathlib import Path

OTHER = (
    RUBRIC.replace("id: small", "id: other")
    .replace("A small index", "Another index")
    .replace("pillars: {state: 1}", "pillars: {ties: 1}")
    .replace("availability: 0.65, information: 0.50", "availability: 0.1, information: 0.1")
)
TIES = """\
id: ties
title: Ties
indicators:
  - id: bases
    question: Has the actor a base?
    rationale: Its forces are near.
    kind: checklist
    weight: 1
    half_life: null
    items:
      - {key: base, points: 1, text: A base}
"""
CONTEXT = """\
  - id: base-2016
    text: The actor has a base in the country.
    source: page
    locator: Paragraph 4
    date: 2016
    credibility: 2
    context: true
"""
CODED = CONTEXT.replace("context: true", "codes: {bases: {base: true}}")


@pytest.fixture
def two(folder: Path) -> Path:
    """The folder with a second rubric, and a statement that only it asks for."""
    (folder / "rubrics" / "other").mkdir()
    (folder / "rubrics" / "other" / "rubric.yaml").write_text(OTHER)
    (folder / "rubrics" / "other" / "ties.yaml").write_text(TIES)
    small = folder / "rubrics" / "small" / "rubric.yaml"
    small.write_text(RUBRIC.replace("{actor: RUS}", "{actor: RUS, default: true}"))
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE + CODED)
    return folder


def id_by(rubric: str) -> str:
    """The id of the index of Azerbaijan by a rubric."""
    found = re.search(rf"{rubric}@\S{{10,60}}", run("cite", "AZE", "--rubric", rubric, "--draws", "100").stdout)
    assert found
    return found[0].rstrip("].;")


def test_the_default_is_used_and_others_are_chosen_by_name_or_folder(two: Path) -> None:
    assert "small@1.0.0" in run("score").stdout
    assert "other@1.0.0" in run("score", "--rubric", "other").stdout
    assert run("score", "--rubric", "other").stdout == run("score", "--rubric", "rubrics/other").stdout
    assert run("score", "--rubric", "third").exit_code == 1
    small = two / "rubrics" / "small" / "rubric.yaml"
    small.write_text(RUBRIC)
    result = run("score")
    assert result.exit_code == 1
    assert (
        "contains several rubrics (other, small); choose one with --rubric, or write `default: true`" in result.stderr
    )


def test_coding_for_one_rubric_moves_nothing_of_another(two: Path) -> None:
    (two / "profiles" / "AZE.yaml").write_text(PROFILE + CONTEXT)
    book, _ = load_rubric(two / "rubrics" / "small")
    assert book is not None
    before = (
        digest(load_profiles(two / "profiles", book)[0][0]),
        id_by("small"),
        run("score", "--format", "json").stdout,
    )
    (two / "profiles" / "AZE.yaml").write_text(PROFILE + CODED)
    after = digest(load_profiles(two / "profiles", book)[0][0]), id_by("small"), run("score", "--format", "json").stdout
    assert after == before
    (two / "rubrics" / "other" / "ties.yaml").write_text(TIES.replace("A base", "A base with soldiers"))
    assert id_by("small") == before[1]


def test_a_statement_may_answer_both_rubrics_and_readings_are_divided_too(two: Path) -> None:
    both = PROFILE.replace(
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none, bases: {base: false}}\n    coders: {second: {bases: {base: true}}}\n",
    )
    (two / "profiles" / "AZE.yaml").write_text(both)
    assert run("validate").exit_code == 0
    small, other = (
        load_profiles(two / "profiles", book)[0][0]
        for name in ("small", "other")
        if (book := load_rubric(two / "rubrics" / name)[0])
    )
    assert (small.statements[0].codes, small.statements[0].coders) == ({"strategy": "none"}, None)
    assert other.statements[0].codes == {"bases": {"base": False}}
    assert [one.context for one in other.statements] == [False, True, True]


def test_a_decision_counts_alone_for_each_rubric(two: Path) -> None:
    decided = PROFILE.replace(
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none, bases: {base: true}}\n    coders: {second: {strategy: drafted}}\n"
        "    adjudicated: {codes: {strategy: drafted}, reason: It is a draft., by: a reviewer}\n",
    )
    (two / "profiles" / "AZE.yaml").write_text(decided)
    book, _ = load_rubric(two / "rubrics" / "other")
    assert book is not None
    statement = load_profiles(two / "profiles", book)[0][0].statements[0]
    assert statement.codes == {"bases": {"base": True}}
    assert (statement.counted, statement.coders) == ({}, None)


def test_a_coder_reads_a_statement_for_each_rubric(two: Path) -> None:
    both = PROFILE.replace(
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none, bases: {base: true}}\n    coders: {second: {strategy: drafted}}\n",
    )
    (two / "profiles" / "AZE.yaml").write_text(both)
    assert run("sheet", "AZE", "--rubric", "other", "--coder", "second", "--blind", "-o", "s.xlsx").exit_code == 0
    book = openpyxl.load_workbook("s.xlsx")
    row = next(row for row in book["Coding"].iter_rows() if row[2].value == "No strategy is in force.")
    row[6].value, row[7].value = "bases", "base: false"
    book.save("s.xlsx")
    result = run("collect", "s.xlsx", "--rubric", "other")
    assert (result.exit_code, result.stderr) == (0, "")
    added = (two / "profiles" / "AZE.yaml").read_text()
    assert added == both.replace("{strategy: drafted}", "{strategy: drafted, bases: {base: false}}")


def test_a_rubric_with_errors_stops_the_others(two: Path) -> None:
    (two / "rubrics" / "other" / "rubric.yaml").write_text(OTHER.replace('version: "1.0.0"', "version: ["))
    result = run("score")
    assert result.exit_code == 1
    assert (result.stdout, result.stderr.startswith("rubrics/other/rubric.yaml:")) == ("", True)


def test_a_lock_of_another_rubric_is_neither_compared_nor_replaced(two: Path) -> None:
    run("lock")
    before = (two / "scores.lock").read_bytes()
    assert run("lock", "-o", "scores.lock", "--rubric", "other").exit_code == 2
    assert (two / "scores.lock").read_bytes() == before
    result = run("check", "--lock", "scores.lock", "--rubric", "other")
    assert (result.exit_code, "has the scores of small, not of other" in result.stderr) == (1, True)


def test_an_indicator_of_no_rubric_is_an_error_and_so_is_one_of_two(two: Path) -> None:
    (two / "profiles" / "AZE.yaml").write_text(PROFILE + CODED.replace("bases", "basis"))
    assert "unknown indicator; did you mean bases?" in run("validate").stderr
    (two / "profiles" / "AZE.yaml").write_text(PROFILE + CODED.replace("base: true", "bass: true"))
    assert "unknown item" in run("score").stderr  # a code for another rubric is checked, too
    (two / "profiles" / "AZE.yaml").write_text(PROFILE)
    (two / "rubrics" / "other" / "ties.yaml").write_text(TIES.replace("id: bases", "id: strategy"))
    result = run("validate")
    assert result.exit_code == 1
    assert (
        "'strategy' is an indicator of small, too; write `use: strategy` if it is the same, else rename it"
        in result.stderr.replace("\n", " ")
    )


def test_all_rubrics_are_validated(two: Path) -> None:
    assert run("validate").stdout == "No errors: rubric small 1.0.0, rubric other 1.0.0, 2 profiles.\n"
    (two / "rubrics" / "other" / "ties.yaml").write_text(TIES.replace("weight: 1", "weight: -1"))
    result = run("validate")
    assert result.exit_code == 1
    assert "rubrics/other/ties.yaml:8:" in result.stderr


@pytest.mark.usefixtures("two")
def test_the_schema_of_profiles_has_the_indicators_of_all() -> None:
    schema = json.loads(run("schema", "profile").stdout)
    assert {"strategy", "bases"} <= schema["$defs"]["Codes"]["properties"].keys()


def test_each_rubric_has_its_lock(two: Path) -> None:
    assert run("lock").stdout == "scores.lock: 2 countries.\n"
    assert run("lock", "--rubric", "other").stdout == "scores-other.lock: 2 countries.\n"
    assert (run("check").exit_code, run("check", "--rubric", "other").exit_code) == (0, 0)
    (two / "profiles" / "AZE.yaml").write_text(PROFILE + CODED.replace("base: true", "base: false"))
    assert (run("check").exit_code, run("check", "--rubric", "other").exit_code) == (0, 3)


def test_ids_of_all_rubrics_are_verified_and_resolved(two: Path) -> None:
    (two / "r.md").write_text(f"Index 32.9 ({id_by('small')}).\n\nIndex 12.3 ({id_by('other')}).\n")
    result = run("verify", "r.md", "--draws", "100")
    assert (result.exit_code, result.stdout.count("holds: small@")) == (3, 1)
    assert re.search(r"wrong: index 12\.3 \[other@\S+\] was never right; now \d", result.stdout)
    assert "Rubric: Another index (other)" in run("resolve", id_by("other"), "--draws", "100").stdout


def test_a_commit_is_read_with_the_rubrics_that_it_had(two: Path) -> None:
    git(two, "init", "--quiet", "--initial-branch=main")
    git(two, "add", ".")
    git(two, "commit", "--quiet", "--message=first")
    before = id_by("other")
    (two / "profiles" / "AZE.yaml").write_text(PROFILE + CODED.replace("base: true", "base: false"))
    assert run("diff", "HEAD", "--rubric", "other").exit_code == 0
    assert "Another index" in run("resolve", before, "--draws", "100").stdout
    shutil.rmtree(two / "rubrics" / "other")
    (two / "profiles" / "AZE.yaml").write_text(PROFILE)
    result = run("cite", "AZE", "--revision", "HEAD", "--draws", "100")
    assert result.exit_code == 0, result.stderr


def test_a_second_rubric_alone_needs_no_default(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    shutil.move(folder / "rubrics" / "small", folder / "elsewhere" / "small")
    (folder / "rubrics" / "small").mkdir()
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC)
    (folder / "rubrics" / "small" / "state.yaml").write_text(PILLAR)
    assert run("score", "--rubric", "elsewhere/small").stdout == run("score").stdout
