"""Questions of analysts on the command line: scenarios of steps, groups, actors, and many countries at once."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import tiny
import yaml
from conftest import run

import scoring
from scoring.analysis import compare, scenario
from scoring.analysis.steps import AnswerStep
from scoring.model.scenario import Change

if TYPE_CHECKING:
    from pathlib import Path

DRAWS = ("--draws", "100")

# -- the steps that reach a figure, as a scenario ----------------------------------------------------------------------


@pytest.fixture
def drafted(folder: Path) -> Path:
    """The strategy of AZE is one step below the best answer."""
    path = folder / "profiles" / "AZE.yaml"
    path.write_text(path.read_text().replace("strategy: none", "strategy: drafted"))
    return folder


PLAN = {
    "format": 1,
    "name": "A plan",
    "reason": "To see.",
    "suppose": [{"country": "AZE", "codes": {"strategy": "drafted"}, "reason": "Why."}],
}


def test_steps_are_written_as_a_scenario_that_moves_as_much(drafted: Path) -> None:
    result = run("scenario", "--reach", "AZE=60", *DRAWS, "--write", "steps.yaml", "--format", "json")
    assert result.exit_code == 0
    assert "steps.yaml: written; edit it, and run `scoring scenario steps.yaml`." in result.stderr
    found = json.loads(result.stdout)
    assert (found["country"], found["after"], found["reach"]["reached"]) == ("AZE", None, True)
    written = yaml.safe_load((drafted / "steps.yaml").read_text())
    assert [(change["country"], change["codes"]) for change in written["suppose"]] == [("AZE", {"strategy": "adopted"})]
    assert "as_of" not in written
    moved = json.loads(run("scenario", "steps.yaml", *DRAWS, "--format", "json").stdout)["countries"][0]
    assert moved["index"]["after"] == found["reach"]["index"]
    assert moved["index"]["interval"] == found["reach"]["interval"]
    before = (drafted / "steps.yaml").read_bytes()
    again = run("scenario", "--reach", "AZE=60", *DRAWS, "--write", "steps.yaml")
    assert (again.exit_code, again.stdout) == (2, "")
    assert (drafted / "steps.yaml").read_bytes() == before


def test_steps_start_from_what_a_file_supposes(folder: Path) -> None:
    (folder / "plan.yaml").write_text(yaml.safe_dump(PLAN))
    asked = ("scenario", "plan.yaml", "--reach", "AZE=60", *DRAWS)
    result = run(*asked, "--write", "steps.yaml", "--as-of", "2019-01-01")
    assert "Now: after the scenario “A plan”." in result.stdout
    found = json.loads(run(*asked, "--as-of", "2019-01-01", "--format", "json").stdout)
    supposed = json.loads(run("scenario", "plan.yaml", *DRAWS, "--as-of", "2019-01-01", "--format", "json").stdout)
    assert found["index"]["estimate"] == supposed["countries"][0]["index"]["after"]
    assert [step["now"] for step in found["reach"]["steps"]] == ["drafted"]
    written = yaml.safe_load((folder / "steps.yaml").read_text())
    assert written["as_of"] == "2019-01-01"
    assert [change["codes"] for change in written["suppose"]] == [{"strategy": "adopted"}]
    moved = json.loads(run("scenario", "steps.yaml", *DRAWS, "--format", "json").stdout)["countries"][0]
    assert moved["index"]["after"] == found["reach"]["index"]
    lines = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert [(line["country"], line["indicator"], line["then"]) for line in lines] == [("AZE", "strategy", "adopted")]


def test_no_steps_write_no_file(drafted: Path) -> None:
    result = run("scenario", "--reach", "AZE=1", *DRAWS, "--write", "steps.yaml")
    assert "steps.yaml: not written, since there are no steps." in result.stderr
    assert not (drafted / "steps.yaml").exists()


def test_an_unreached_figure_is_said_in_the_file(drafted: Path) -> None:
    assert run("scenario", "--reach", "AZE=99", *DRAWS, "--write", "steps.yaml").exit_code == 0
    assert "Not reached: the best steps found by" in (drafted / "steps.yaml").read_text()


def test_steps_replace_what_answers_the_same() -> None:
    def step(indicator: str, item: str | None, code: Any) -> AnswerStep:
        return AnswerStep(indicator, item, "", "", "", code, ())

    changes = [
        Change(country="XAA", codes={"laws": {"press": False, "courts": True}, "budget": 3}, date="2020-01-01"),
        Change(country="XAA", codes={"budget": 4}),
        Change(country="XAA", codes={"budget": 5}, drop=("s1",)),
        Change(country="XAB", codes={"budget": 1}),
    ]
    steps = [step("laws", "press", {"press": True}), step("budget", None, 7), step("laws", "army", {"army": "partly"})]
    found = [(one.country, one.codes, one.drop) for one in scenario.with_steps(changes, "XAA", steps, "R")]
    assert found == [
        ("XAA", {"laws": {"courts": True}}, ()),
        ("XAA", {}, ("s1",)),
        ("XAB", {"budget": 1}, ()),
        ("XAA", {"laws": {"press": True, "army": "partly"}, "budget": 7}, ()),
    ]


# -- checked by validate -----------------------------------------------------------------------------------------------


def test_scenarios_are_validated_in_their_folder_and_alone(folder: Path) -> None:
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "good.yaml").write_text(yaml.safe_dump({**PLAN, "groups": {"both": ["AZE", "GEO"]}}))
    assert run("validate").stdout.endswith(", 1 scenario.\n")
    assert run("validate", "scenarios/good.yaml").exit_code == 0
    (folder / "plan.yaml").write_text("format: 1\nname: A\nreason: B\nsuppose:\n- {country: EST, codes: {b: 1}}\n")
    for asked in (("validate", "plan.yaml"), ("scenario", "plan.yaml")):
        result = run(*asked)
        assert result.exit_code == 1
        assert (
            "plan.yaml:5:13: suppose[0].country: Estonia (EST) is not in the set; countries: AZE, GEO" in result.stderr
        )
        assert "plan.yaml:5:26: suppose[0].codes.b: unknown indicator 'b'" in result.stderr
    (folder / "plan.yaml").rename(folder / "scenarios" / "bad.yaml")
    (folder / "scenarios" / "other.txt.yaml").mkdir()
    result = run("validate")
    assert result.exit_code == 1
    assert "scenarios/bad.yaml:5:13:" in result.stderr
    assert "scenarios/other.txt.yaml" in result.stderr
    remarks = run("validate", "scenarios/bad.yaml", "--format", "github")
    assert "file=scenarios/bad.yaml,line=5,col=13" in remarks.stdout


def test_a_scenario_need_only_fit_one_of_the_rubrics(folder: Path) -> None:
    other = folder / "rubrics" / "other"
    small = next((folder / "rubrics").glob("*/rubric.yaml")).parent
    other.mkdir()
    for path in small.glob("*.yaml"):
        if not path.name.endswith(".cases.yaml"):
            text = re.sub(r"id: (?!small|state)(?=[a-z])", "id: other_", path.read_text()).replace("id: small", "id: other")
            (other / path.name).write_text(text)
    (folder / "scenarios").mkdir()
    plan = {**PLAN, "suppose": [{"country": "AZE", "codes": {"other_strategy": "drafted"}}]}
    (folder / "scenarios" / "plan.yaml").write_text(yaml.safe_dump(plan))
    assert run("validate", "--rubric", "small").exit_code == 0
    plan["suppose"] = [{"country": "AZE", "codes": {"plots": "drafted"}}]
    (folder / "scenarios" / "plan.yaml").write_text(yaml.safe_dump(plan))
    assert (
        "scenarios/plan.yaml:6:5: suppose[0].codes.plots: unknown indicator"
        in run("validate", "--rubric", "small").stderr
    )


# -- many countries ----------------------------------------------------------------------------------------------------


def test_the_statements_of_a_country_are_searched_once_for_all_its_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four countries make six pairs; each pair is as it is alone."""
    profiles = [
        tiny.profile(*(tiny.say(f"v{level}", source=str(level)) for level in levels), country=f"XA{code}")
        for code, levels in zip("ABCD", ((2, 9), (3, 5), (5, 8), (1, 1, 10)), strict=True)
    ]
    assessment = scoring.assess(tiny.book(tiny.LEVELS), profiles)
    pairs = [(first, second) for second in range(4) for first in range(second)]
    alone = [compare.compare(assessment, *pair) for pair in pairs]
    made: list[int] = []
    build = compare._Losses.__init__

    def counted(self: Any, of: Any, row: int) -> None:
        made.append(row)
        build(self, of, row)

    monkeypatch.setattr(compare._Losses, "__init__", counted)
    together = compare.compare_pairs(assessment, pairs)
    assert sorted(made) == [0, 1, 2, 3]
    assert [one.reversal for one in together] == [one.reversal for one in alone]
    assert any(one.reversal for one in alone)
