"""Adjudicated codes: they count alone, both readings stay, and the decision is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from conftest import PROFILE, run

import scoring
from scoring.files import reader
from scoring.model.digest import digest

if TYPE_CHECKING:
    from pathlib import Path

READINGS = "    codes: {strategy: none}\n    coders: {second: {strategy: adopted}}\n"
DECISION = "    adjudicated: {codes: {strategy: drafted}, reason: A bill is no strategy in force., by: A. Reviewer}\n"


def with_profile(folder: Path, lines: str) -> Path:
    path = folder / "profiles" / "AZE.yaml"
    path.write_text(PROFILE.replace("    codes: {strategy: none}\n", lines))
    return path


def strategy() -> dict[str, object]:
    document = json.loads(run("explain", "AZE", "strategy", "--format", "json").stdout)
    [statement] = document["node"]["statements"]
    return {**statement, "value": statement["value"]}


def test_the_adjudicated_code_counts_alone(folder: Path) -> None:
    # of none (0), drafted (1/2) and adopted (1) in points: the median of two readings, then the decision alone
    with_profile(folder, READINGS.replace("adopted", "drafted"))
    assert strategy()["value"] == 25
    with_profile(folder, READINGS.replace("adopted", "drafted") + DECISION.replace("drafted", "adopted"))
    assert strategy()["value"] == 100
    assert strategy()["answer"] == "adopted: Adopted"
    assert strategy()["adjudicated"] == {
        "codes": {"strategy": "adopted"},
        "reason": "A bill is no strategy in force.",
        "by": "A. Reviewer",
    }


def test_a_decided_score_is_that_of_the_code_alone(folder: Path) -> None:
    with_profile(folder, READINGS + DECISION)
    decided = scoring.assess(*scoring.load())
    with_profile(folder, "    codes: {strategy: drafted}\n")
    alone = scoring.assess(*scoring.load())
    assert decided.figures.estimate.tolist() == alone.figures.estimate.tolist()
    simulated = (scoring.simulate(one, draws=200) for one in (decided, alone))
    assert len({tuple(one.low.tolist()) for one in simulated}) == 1


def test_a_decision_may_be_for_another_indicator(folder: Path) -> None:
    with_profile(folder, READINGS + DECISION.replace("strategy: drafted", "awareness: {site: true}"))
    text = run("explain", "AZE").stdout
    assert "adjudicated by A. Reviewer (coders: nothing here): A bill is no strategy in force." in text
    node = json.loads(run("explain", "AZE", "strategy", "--format", "json").stdout)["node"]
    assert node["statements"] == []


def test_explain_says_who_decided_what_and_why(folder: Path) -> None:
    with_profile(folder, READINGS + DECISION)
    line = "adjudicated by A. Reviewer (coders: none | adopted): A bill is no strategy in force."
    assert line in run("explain", "AZE").stdout
    assert line in run("explain", "AZE", "--statement", "no-strategy").stdout


def test_agreement_is_computed_from_both_readings(folder: Path) -> None:
    with_profile(folder, READINGS + DECISION)
    [reading] = json.loads(run("agreement", "--format", "json").stdout)["readings"]
    assert reading["codes"] == ["none", "adopted"]
    assert reading["values"] == [0, 1]


def test_the_text_stays_what_it_was(folder: Path) -> None:
    # the value 50 and the digest with the text alone were taken before `adjudicated` existed
    path = with_profile(folder, READINGS + "    adjudication: A bill is no strategy in force.\n")
    assert strategy()["value"] == 50
    _, profiles = scoring.load()
    assert "adjudicated" not in profiles[0].model_dump(exclude_defaults=True)["statements"][0]
    before = digest(profiles[0])
    path.write_text(path.read_text() + "    adjudicated: null\n")
    assert digest(scoring.load()[1][0]) == before


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            READINGS + "    adjudicated: {codes: {strategy: drafted}, by: A}\n",
            "16:18: statements[0].adjudicated.reason",
        ),
        (READINGS + DECISION.replace("drafted", "adoptd"), "unknown level 'adoptd'"),
        (READINGS + DECISION.replace("{strategy:", "{strategie:"), "did you mean strategy?"),
        (READINGS + DECISION.replace("A bill is no strategy in force.", '""'), "adjudicated.reason"),
        ("    codes: {strategy: none}\n" + DECISION, "adjudicated: needs the codes of a second coder; add coders"),
    ],
)
def test_faults_have_their_place(folder: Path, lines: str, message: str) -> None:
    with_profile(folder, lines)
    result = run("validate")
    assert result.exit_code == 1
    assert message in result.stderr


def test_a_code_that_is_left_out_is_a_warning(folder: Path) -> None:
    both = "    codes: {strategy: none, expulsions: 2}\n    coders: {second: {strategy: adopted, expulsions: 2}}\n"
    with_profile(folder, both + DECISION)
    result = run("validate")
    assert result.exit_code == 0
    assert "leaves out expulsions, which all coders coded alike" in result.stderr


def test_the_schema_knows_the_codes_of_a_decision(folder: Path) -> None:
    schema = json.loads(run("schema", "profile").stdout)
    path = with_profile(folder, READINGS + DECISION)
    jsonschema.validate(reader.read(path.read_text(), "")[0], schema)
    bad, _ = reader.read(path.read_text().replace("strategy: drafted", "strategy: adoptd"), "")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, schema)


def test_calibrate_learns_from_the_readings_and_not_the_decision(folder: Path) -> None:
    with_profile(folder, READINGS)
    before = run("calibrate", "--format", "json")
    with_profile(folder, READINGS + DECISION)
    after = run("calibrate", "--format", "json")
    first, second = (json.loads(one.stdout)["spreads"]["coding"] for one in (before, after))
    assert first == second == {"value": pytest.approx(0.5**0.5), "pairs": 1}  # sqrt(1^2 / 2), of values 0 and 1


def test_a_decision_may_be_that_nothing_counts(folder: Path) -> None:
    with_profile(folder, READINGS + DECISION.replace("{strategy: drafted}", "{}"))
    assert run("validate").exit_code == 0
    node = json.loads(run("explain", "AZE", "strategy", "--format", "json").stdout)["node"]
    assert node["statements"] == []


def test_the_first_coder_may_have_found_nothing(folder: Path) -> None:
    with_profile(folder, "    codes: {}\n    coders: {second: {strategy: adopted}}\n")
    assert run("validate").exit_code == 0
    [open_] = json.loads(run("agreement", "--format", "json").stdout)["queue"]
    assert open_["statement"] == "no-strategy"


@pytest.mark.parametrize("lines", ["    codes: {}\n", "    codes: {}\n    coders: {second: {}}\n"])
def test_a_statement_that_nobody_codes_is_context(folder: Path, lines: str) -> None:
    with_profile(folder, lines)
    result = run("validate")
    assert result.exit_code == 1
    assert "has neither codes nor context; code an indicator, or write context: true" in result.stderr
