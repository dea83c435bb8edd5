"""rank, compare, whatif, levers and the ranks under any weights, as a user would try them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from conftest import ROOT, loaded_few, run

import scoring
from scoring.analysis import compare
from scoring.index.lookup import find_country
from scoring.index.scenario import without_statement
from scoring.model.scale import Scale
from scoring.statistics import decomposition
from scoring.statistics.combining import Rule
from scoring.statistics.ranks import add_leads, ranks_of_draws
from scoring.uncertainty import random_weights

if TYPE_CHECKING:
    from pathlib import Path

DRAWS = "400"
pytestmark = pytest.mark.usefixtures("few")


def shipped() -> scoring.Assessment:
    return scoring.assess(*loaded_few())


# -- rank --------------------------------------------------------------------------------------------------------------


def test_rank_json_has_what_the_draws_say() -> None:
    document = json.loads(run("rank", "--draws", DRAWS, "--format", "json").stdout)
    assert (document["draws"], document["seed"], "shared" in document) == (400, 0, False)
    published = [one for one in document["countries"] if one["published"]]
    assert len(published) > 5
    for country in published:
        low, high = country["interval"]
        assert low < country["median"] < high
        assert sum(country["rank_probabilities"]) == pytest.approx(1, abs=1e-5)
        assert sum(country["band_probabilities"].values()) == pytest.approx(1, abs=1e-5)
        first, last = country["rank_interval"]
        assert 1 <= first <= last <= len(document["countries"])
        for other in country["indistinguishable_from"]:
            assert 0.05 <= document["p_above"][country["country"]][other] <= 0.95


def test_a_lever_goes_up_from_the_level_that_is_reached() -> None:
    """Georgia's counter_intelligence_body has the evidence mean 38.1, between the levels 25 and 50."""
    levers = json.loads(run("levers", "GEO", "--format", "json").stdout)["levers"]
    assert all(lever["now"] != lever["then"] for lever in levers)


@pytest.mark.parametrize("form", ["table", "csv", "markdown"])
def test_rank_in_every_format(form: str, tmp_path: Path) -> None:
    result = run("rank", "--draws", DRAWS, "--format", form)
    assert result.exit_code == 0
    assert "Estonia" in result.stdout
    run("rank", "--draws", DRAWS, "--format", form, "-o", tmp_path / "out")
    assert (tmp_path / "out").read_text().count("\n") >= 7


def test_a_country_more_leaves_the_draws_of_the_others() -> None:
    few, more = (
        json.loads(run("rank", *names, "--draws", DRAWS, "--format", "json").stdout)
        for names in (("AZE", "GEO"), ("ARM", "AZE", "GEO"))
    )
    intervals = [{one["country"]: one["interval"] for one in document["countries"]} for document in (few, more)]
    assert intervals[0].items() <= intervals[1].items()
    assert few["p_above"]["AZE"]["GEO"] == more["p_above"]["AZE"]["GEO"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("rank", "AZE"), 2, "needs two countries"),
        (("rank", "--draws", "99"), 2, "99 is not in the range"),
        (("rank", "AZE", "XXX"), 2, "XXX is not in the set"),
        (("rank", "--seed", "-1"), 2, "-1 is not in the range"),
        (("compare", "AZE"), 2, "needs two countries"),
        (("compare", "AZE", "AZE"), 2, "needs two countries"),
        (("whatif", "AZE"), 2, "nothing to change"),
        (("whatif", "AZE", "--set", "cyber_strategy"), 2, "expected INDICATOR=CODE"),
        (("whatif", "AZE", "--set", "cyber_strategi=none"), 2, "cyber_strategy"),
        (("whatif", "AZE", "--set", "cyber_strategy=perfect"), 2, "perfect"),
        (("whatif", "AZE", "--drop", "no-such"), 2, "unknown statement 'no-such' of AZE"),
    ],
)
def test_wrong_usage_says_what_would_be_right(arguments: tuple[str, ...], code: int, says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert says in result.stderr
    assert not result.stdout


def test_all_withheld_is_bad_input(folder: Path) -> None:
    for name in ("AZE", "GEO"):
        path = folder / "profiles" / f"{name}.yaml"
        path.write_text(
            path.read_text().replace("reliability: B", "reliability: E").replace("credibility: 1", "credibility: 5")
        )
        path.write_text(path.read_text().replace("credibility: 2", "credibility: 5"))
    result = run("rank")
    assert result.exit_code == 1
    assert "nothing to rank" in result.stderr
    assert not result.stdout


def test_an_empty_set_is_no_ranking(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert run("rank", "--profiles", "empty").exit_code in (1, 2)


def test_ctrl_c_ends_within_a_second_without_a_traceback() -> None:
    command = [sys.executable, "-m", "scoring", "rank", "--draws", "100000000"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        asked = time.monotonic()
        out, err = process.communicate(timeout=10)
    assert time.monotonic() - asked < 1.5
    assert process.returncode != 0
    assert "Traceback" not in err
    assert not out


def test_ties_share_the_best_rank_and_count_half() -> None:
    places = ranks_of_draws(np.array([[0.5, 0.7, 0.5], [0.1, 0.2, 0.3]], np.float32))
    assert places.tolist() == [[1, 0, 1], [2, 1, 0]]
    lead = np.zeros((3, 3), np.int32)
    for _ in range(2):
        add_leads(places, lead)
    assert lead.tolist() == [[0, -4, -2], [0, 0, 0], [0, 0, 0]]


# -- compare -----------------------------------------------------------------------------------------------------------


def test_shapley_parts_sum_to_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "smallest_reversal", lambda *_: None)  # a search of seconds, and another question
    assessment = shipped()
    rows = [row for row, rank in enumerate(assessment.rank) if rank is not None][:6]
    for place, first in enumerate(rows):
        for second in rows[:place]:
            one = compare.compare(assessment, first, second)
            assert sum(pillar.part for pillar in one.pillars) == pytest.approx(one.difference, abs=1e-9)


@pytest.mark.parametrize("exponent", [1.0, 0.5, 0.125, 0.0, -1.0])
def test_the_order_holds_inside_the_weight_interval_and_not_outside(exponent: float) -> None:
    numbers = np.random.default_rng(1)
    for _ in range(20):
        above, below = numbers.uniform(0.05, 1, (2, 4))
        weights = numbers.dirichlet(np.ones(4))
        mean = [power_mean(one, weights, exponent) for one in (above, below)]
        if mean[0] < mean[1]:
            above, below = below, above
        for place, found in enumerate(
            decomposition.weight_stability(list(above), list(below), list(weights), Rule(exponent))
        ):
            for weight in np.linspace(0, 1, 101):
                if found.tie is not None and abs(weight - found.tie) < 1e-9:
                    continue
                moved = weights * (1 - weight) / (1 - weights[place])
                moved[place] = weight
                holds = power_mean(above, moved, exponent) > power_mean(below, moved, exponent)
                assert holds == (found.low <= weight <= found.high)


def power_mean(x: np.ndarray, weights: np.ndarray, exponent: float) -> float:
    if exponent == 0:
        return float(np.exp(weights @ np.log(x)))
    return float((weights @ x**exponent) ** (1 / exponent))


def test_compare_names_the_statements_that_the_order_hangs_on() -> None:
    result = run("compare", "MDA", "GEO", "--draws", DRAWS, "--format", "json")
    [pair] = json.loads(result.stdout)["pairs"]
    assert pair["turning"]["smallest"]
    assessment = shipped()
    profiles = {profile.country: profile for profile in assessment.profiles}
    for statement in pair["turning"]["statements"]:
        code = statement["country"]
        profiles[code] = without_statement(profiles[code], statement["id"])
    after = scoring.assess(assessment.book, profiles.values())
    rows = [find_country(after, code) for code in (pair["above"], pair["below"])]
    assert after.figures.estimate[rows[0], 0] < after.figures.estimate[rows[1], 0]


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_compare_in_words(form: str) -> None:
    result = run("compare", "EST", "GEO", "--draws", DRAWS, "--format", form)
    assert result.exit_code == 0
    assert "Estonia" in result.stdout
    assert "The ranking reverses without" in result.stdout


def test_compare_refuses_what_is_not_comparable(folder: Path) -> None:
    path = folder / "profiles" / "GEO.yaml"
    path.write_text(path.read_text().replace("as_of: 2018-01-01", "as_of: 2019-06-01"))
    refused = run("compare", "AZE", "GEO", "--draws", DRAWS)
    assert refused.exit_code == 1
    assert "differ in as_of" in refused.stderr
    assert not refused.stdout
    anyway = run("compare", "AZE", "GEO", "--draws", DRAWS, "--anyway")
    assert anyway.exit_code == 0
    assert "differ in as_of" in anyway.stderr


# -- whatif and levers -------------------------------------------------------------------------------------------------


def test_whatif_sets_an_answer() -> None:
    answers = ", ".join(f"{item}: true" for item in ("in_force", "lead_body", "plan_or_budget", "renewed"))
    document = json.loads(
        run("whatif", "AZE", "--set", f"cyber_strategy={{{answers}}}", "--draws", DRAWS, "--format", "json").stdout
    )
    # a certain level 1: 1 / (1 + k) with k = 1/4, and up to 1; between them lies what is expected of the country
    found = document["after"]["indicators"]["cyber_strategy"]
    assert (found["low"], found["high"], found["stated"]) == (80, 100, 100)
    assert 80 < found["estimate"] < 100
    low, high = document["difference"]["interval"]
    assert 0 < low < high


def test_a_source_that_is_called_supposed_keeps_its_grade(folder: Path) -> None:
    """And the supposition does what it does beside a source of any other name."""
    path = folder / "profiles" / "AZE.yaml"
    asked = ("whatif", "AZE", "--set", "awareness={site: true}", "--draws", "500", "--format", "json")
    before = json.loads(run(*asked).stdout)
    renamed = path.read_text().replace("  page: {", "  supposed: {").replace("source: page", "source: supposed")
    path.write_text(renamed.replace("id: place-2017", "id: supposed-awareness"))
    after = json.loads(run(*asked).stdout)
    assert after["after"]["indicators"] == before["after"]["indicators"]
    assert after["difference"]["estimate"] == before["difference"]["estimate"]


def test_whatif_drops_a_statement() -> None:
    result = run("whatif", "AZE", "--drop", "no-cyber-strategy", "--as-of", "2018-06-30", "--draws", DRAWS)
    assert result.exit_code == 0
    told = {
        one["country"]: one
        for one in json.loads(run("score", "--as-of", "2018-06-30", "--format", "json").stdout)["countries"]
    }
    index, rank, band = told["AZE"]["index"]["estimate"], told["AZE"]["rank"], told["AZE"]["band"]
    published = sum(one["published"] for one in told.values())
    assert result.stdout.startswith(
        f"Azerbaijan (AZE): the index is {index:.1f} of 100, ranked {rank}th of {published} with enough evidence, of 8 "
        f"countries, band “{band}”; "
    )


def test_whatif_answers_one_item_of_a_checklist(folder: Path) -> None:
    result = run("whatif", "AZE", "--set", "awareness={site: true}", "--draws", DRAWS, "--format", "json")
    assert json.loads(result.stdout)["difference"]["estimate"] > 0
    assert folder.exists()


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("place={rank: 1, of: 194}", 1),
        ("approval={share: 10, n: 400}", 1),
        ("approval=50", Fraction(1, 2)),  # from 90, the worst, to 10
        ("expulsions=4", Fraction(4, 10)),  # 10 saturate
    ],
)
def test_whatif_answers_every_kind(folder: Path, answer: str, value: Fraction) -> None:
    result = run("whatif", "AZE", "--set", answer, "--draws", DRAWS, "--format", "json")
    indicator = answer.partition("=")[0]
    found = json.loads(result.stdout)["after"]["indicators"][indicator]["estimate"]
    assert found == pytest.approx(float(100 * (value + Fraction(1, 8)) / Fraction(5, 4)))  # grade A1, k = 1/4
    assert folder.exists()


def test_levers_gain_what_whatif_says() -> None:
    day = ("--as-of", "2018-06-30")
    levers = json.loads(run("levers", "AZE", *day, "--format", "json").stdout)["levers"]
    gains = [lever["gain"] for lever in levers]
    assert gains == sorted(gains, reverse=True)
    best = next(lever for lever in levers if lever["item"] is None)
    answer = f"{best['indicator']}={best['then']}"
    document = json.loads(run("whatif", "AZE", "--set", answer, *day, "--draws", DRAWS, "--format", "json").stdout)
    difference = document["difference"]
    assert difference["effects"]["answer"] == pytest.approx(best["gain"], abs=1e-5)
    assert difference["effects"]["certainty"] == pytest.approx(best["by_certainty"], abs=1e-5)
    assert difference["estimate"] == pytest.approx(best["gain"] + best["by_certainty"], abs=1e-5)


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_levers_in_words(form: str) -> None:
    assert "cyber_strategy" in run("levers", "AZE", "--format", form).stdout.replace("\\", "")


# -- ranks under any weights -------------------------------------------------------------------------------------------


def test_acceptability_of_two_countries_is_the_share_of_the_simplex() -> None:
    # A is above B where w_1 > 1/4, for two weights that sum to 1 and are drawn evenly
    scores = np.array([[1.0, 0.0], [0.0, 1 / 3]])
    found = random_weights.rank_acceptability(scores, np.ones(2), draws=100_000)
    assert found[0, 0] / 100_000 == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / 100_000))
    assert found.sum(axis=1).tolist() == [100_000, 100_000]


def test_acceptability_hangs_on_no_block(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(0).random((30, 50))
    before = random_weights.rank_acceptability(scores, np.ones(50), draws=3000)
    monkeypatch.setattr(random_weights, "BLOCK", 130)
    assert np.array_equal(before, random_weights.rank_acceptability(scores, np.ones(50), draws=3000))


def test_equal_countries_share_the_best_rank_under_any_weights() -> None:
    scores = np.array([[0.2, 0.8], [0.2, 0.8], [0.1, 0.1]])
    found = random_weights.rank_acceptability(scores, np.array([2.0, 3.0]), draws=500)
    assert found.tolist() == [[500, 0, 0], [500, 0, 0], [0, 0, 500]]


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("difference", "says"),
    [(-0.0149, "1.49 lower"), (0.003, "0.30 higher"), (0.0, "the same"), (-0.00001, "the same"), (np.nan, "–")],
)
def test_a_difference_in_words(difference: float, says: str) -> None:
    assert Scale().in_words(difference, 1) == says


@pytest.mark.parametrize(
    "arguments",
    [
        ["rank"],
        ["compare", "AZE", "GEO"],
        ["whatif", "AZE", "--set", "strategy=adopted"],
        ["sensitivity"],
        ["audit"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_foot_says_the_draws_and_all_settings_when_asked(folder: Path, arguments: list[str]) -> None:  # noqa: ARG001
    short = run(*arguments, "--draws", "1000").stdout
    assert "1,000 draws, seed 0." in short
    assert "kappa" not in short
    long = run(*arguments, "--draws", "1000", "--verbose").stdout
    assert "1,000 draws, seed 0, kappa 60, exponents 0.5 (0.5), 1 (0.5)." in long
    assert json.loads(run(*arguments, "--draws", "1000", "--format", "json").stdout)["kappa"] == 60


def test_compare_asks_questions_and_quotes_statements(folder: Path) -> None:  # noqa: ARG001  the working directory
    text = run("compare", "AZE", "GEO", "--draws", "1000").stdout
    document = json.loads(run("compare", "AZE", "GEO", "--draws", "1000", "--format", "json").stdout)
    [pair] = document["pairs"]
    for code in ("AZE", "GEO"):
        low, high = pair["indices"][code]["interval"]
        assert f"({code}), {pair['indices'][code]['estimate']:.1f} ({low:.1f} to {high:.1f})" in text
    assert "Is a strategy in force? (strategy)" in text
    assert pair["indicators"]["strategy"]["question"] == "Is a strategy in force?"
    assert "The ranking reverses without" in text
    assert "No strategy is in force." in text
    assert {"country": "GEO", "id": "no-strategy", "text": "No strategy is in force."} in pair["turning"]["statements"]


def test_whatif_says_which_way_the_index_would_go(folder: Path) -> None:  # noqa: ARG001  the working directory
    asked = ("whatif", "GEO", "--set", "strategy=none", "--draws", "1000")
    moved = json.loads(run(*asked, "--format", "json").stdout)["difference"]["estimate"]
    assert moved < 0
    assert f"With this change the index would be {-moved:.1f} lower (computed before rounding)." in run(*asked).stdout
