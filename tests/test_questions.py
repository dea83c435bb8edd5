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
from scoring.analysis import compare, peers, scenario
from scoring.analysis.steps import AnswerStep
from scoring.model.scenario import Change
from scoring.uncertainty.draws import Settings

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
            text = re.sub(r"id: (?!small|state)(?=[a-z])", "id: other_", path.read_text()).replace(
                "id: small", "id: other"
            )
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


# -- groups ------------------------------------------------------------------------------------------------------------

GROUPS = """\
format: 1
groups:
  both: {title: Both, members: [{country: AZE}, {country: GEO}, {country: LUX}]}
  other: {title: Other, members: [{country: GEO}]}
"""


@pytest.fixture
def grouped(folder: Path) -> Path:
    """Two countries in a group; only AZE has a statement on China."""
    (folder / "profiles" / "groups.yaml").write_text(GROUPS)
    profile = folder / "profiles" / "AZE.yaml"
    profile.write_text(
        profile.read_text()
        + "  - {id: on-china, date: 2017-05-01, text: T., source: page, locator: L., codes: {strategy: adopted},\n"
        "     credibility: 2, confidence: high, actor: CHN}\n"
    )
    return folder


@pytest.mark.parametrize("command", ["score", "trend", "fill report.md", "export out", "figures out", "site out"])
def test_members_without_a_statement_on_the_actor_are_named_and_left_out(grouped: Path, command: str) -> None:
    (grouped / "report.md").write_text("Index: {{ AZE.index }}\n")
    draws = () if command == "score" else DRAWS
    result = run(*command.split(), "--group", "both", "--actor", "chn", *draws)
    assert result.exit_code == 0, result.stderr
    assert "Both on 1 January 2018, no profile: LUX\n" in result.stderr
    assert "Both on 1 January 2018, without a statement on China: GEO\n" in result.stderr


@pytest.mark.parametrize("command", ["score", "trend", "rank", "compare", "figures out", "site out", "export out"])
def test_a_group_without_a_statement_on_the_actor(grouped: Path, command: str) -> None:
    result = run(*command.split(), "--group", "other", "--actor", "CHN")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Other on 1 January 2018: no member has such a statement; countries with one: AZE.\n" in result.stderr
    assert not (grouped / "out").exists()


def test_ranks_need_two_members_that_face_the_actor(grouped: Path) -> None:  # noqa: ARG001
    result = run("rank", "--group", "both", "--actor", "CHN")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a ranking needs two countries" in result.stderr


# -- peers -------------------------------------------------------------------------------------------------------------


def test_several_passes_over_the_nodes_change_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    book = tiny.book_of({"one": [{**tiny.LEVELS, "id": name} for name in "ab"], "two": [{**tiny.LEVELS, "id": "c"}]})
    profiles = [
        tiny.profile(*(tiny.say(f"v{level}", name) for name in "abc"), country=f"XA{code}")
        for code, level in zip("ABCD", (2, 3, 5, 9), strict=True)
    ]
    assessment, settings = (
        scoring.assess(book, profiles),
        Settings(draws=300, seed=0, kappa=20.0, exponents=((0.5, 1.0),)),
    )
    made: list[float] = []
    once = peers.standing(assessment, 0, [1, 2, 3], settings)
    monkeypatch.setattr(peers, "MAX_KEPT", 600)  # two nodes at a time
    assert peers.standing(assessment, 0, [1, 2, 3], settings, progress=made.append) == once
    assert sum(made) == pytest.approx(300)
    monkeypatch.setattr(peers, "MAX_KEPT", 1)
    assert peers.standing(assessment, 0, [1, 2, 3], settings) == once


def test_peers_by_distance_alone_are_said_to_be_so(few: Path) -> None:  # noqa: ARG001
    asked = ("peers", "EST", "--like", "1", *DRAWS)
    result = run(*asked)
    assert "its 1 peer (nearest by distance on the map alone) by" in result.stdout
    assert "Not used, since withheld or unknown for EST: index by exposure@" in result.stdout


def test_peers_face_the_actor(grouped: Path) -> None:  # noqa: ARG001
    result = run("peers", "AZE", "--group", "both", "--actor", "CHN", *DRAWS)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no peers of Azerbaijan (AZE): there are no other countries" in result.stderr
    assert run("peers", "GEO", "--group", "both", "--actor", "CHN").exit_code == 2
    assert "No profile facing Russia by that day: LUX." in run("peers", "AZE", "--group", "both", *DRAWS).stdout


# -- actors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", ["cite GEO", "explain GEO", "figures out --country GEO", "figures out --countries AZE,GEO", "peers GEO"]
)
def test_a_country_that_is_asked_for_needs_a_statement_on_the_actor(grouped: Path, command: str) -> None:
    result = run(*command.split(), "--actor", "CHN")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "GEO: without a statement on China; countries with one: AZE" in result.stderr
    assert not (grouped / "out").exists()


def test_scores_facing_one_actor_are_not_compared_with_a_lock_of_another(grouped: Path) -> None:
    (grouped / "profiles" / "GEO.yaml").unlink()
    assert run("lock", "--actor", "CHN").exit_code == 0
    assert run("diff", "./scores-CHN.lock", "--actor", "CHN").stdout == "No score changed.\n"
    result = run("diff", "./scores-CHN.lock")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "./scores-CHN.lock has the scores facing CHN, not RUS; choose with --actor" in result.stderr


def test_of_two_rubrics_the_one_without_the_actor_is_named(grouped: Path) -> None:  # noqa: ARG001
    result = run("matrix", "small", "small", "--actor", "IRN")
    assert "by small no statement that counts is about the actor IRN; actors: CHN, RUS" in result.stderr
