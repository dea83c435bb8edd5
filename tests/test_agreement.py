"""Agreement between coders: alpha against the package krippendorff and by hand, and the command."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import krippendorff
import numpy as np
import pytest
from conftest import PROFILE, run
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.gwet import gwet_ac1, unusual_share
from scoring.statistics.krippendorff import alpha_interval, krippendorff_alpha

if TYPE_CHECKING:
    from pathlib import Path

CELL = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, math.nan])


def paired(table: np.ndarray) -> list[tuple[float, ...]]:
    """The units of a table (coders, units) that two coders or more read."""
    units = (tuple(column[~np.isnan(column)]) for column in table.T)
    return [unit for unit in units if len(unit) > 1]


@given(st.integers(2, 4).flatmap(lambda coders: st.lists(st.tuples(*[CELL] * coders), min_size=2, max_size=30)))
def test_alpha_is_that_of_the_package_krippendorff(rows: list[tuple[float, ...]]) -> None:
    table = np.array(rows).T
    units = paired(table)
    if len({value for unit in units for value in unit}) > 1:
        expected = krippendorff.alpha(reliability_data=table, level_of_measurement="ordinal")
        assert krippendorff_alpha(units) == pytest.approx(expected, abs=1e-9)


def test_alpha_by_hand() -> None:
    # values 0, 0, 1, 1 | n = 4, n_0 = 3, n_1 = 1 for units (0, 0) and (0, 1): o_01 = o_10 = 1
    # d_01 = (3/2 + 1/2)^2 = 4; alpha = 1 - (4 - 1)(2 * 4) / (2 * 3 * 1 * 4) = 0
    assert krippendorff_alpha([(0.0, 0.0), (0.0, 1.0)]) == pytest.approx(0)
    assert krippendorff_alpha([(0.0, 0.0), (1.0, 1.0)]) == 1
    assert math.isnan(krippendorff_alpha([(0.5, 0.5), (0.5, 0.5)]))


def test_the_interval_holds_the_alpha_and_shrinks_with_more_statements() -> None:
    numbers = np.random.default_rng(3)
    true = numbers.integers(5, size=400) / 4
    second = np.where(numbers.random(400) < 0.8, true, numbers.integers(5, size=400) / 4)
    units = list(zip(true.tolist(), second.tolist(), strict=True))
    wide, narrow = (alpha_interval(units[:n], range(n), seed=0) for n in (40, 400))
    assert narrow[0] < krippendorff_alpha(units) < narrow[1]
    assert narrow[1] - narrow[0] < (wide[1] - wide[0]) / 2


def test_readings_of_one_statement_are_drawn_together() -> None:
    units = [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0)] * 10
    alone = alpha_interval(units, range(40), seed=0)
    in_fours = alpha_interval(units, [place // 4 for place in range(40)], seed=0)
    assert in_fours[1] - in_fours[0] < 1e-9 < alone[1] - alone[0]


def test_no_variation_has_no_interval() -> None:
    assert all(map(math.isnan, alpha_interval([(1.0, 1.0)], ["one"], seed=0)))


YES, NO = 1.0, 0.0


def test_ac1_of_a_published_table() -> None:
    # Gwet (2008): two raters, 125 subjects; both yes 118, only the first 5, only the second 2, both no 0.
    # p_a = 118/125; pi_yes = (123 + 120) / 250 = 243/250; p_e = 2 * 243/250 * 7/250; there kappa is -0.0234
    units = [(YES, YES)] * 118 + [(YES, NO)] * 5 + [(NO, YES)] * 2
    p_e = 2 * Fraction(243, 250) * Fraction(7, 250)
    expected = (Fraction(118, 125) - p_e) / (1 - p_e)
    assert gwet_ac1(units) == pytest.approx(float(expected), abs=1e-12)
    assert gwet_ac1(units) == pytest.approx(0.9408, abs=5e-5)
    assert krippendorff_alpha(units) < 0  # near chance, though 94 % are alike
    assert unusual_share(units) == pytest.approx(7 / 250)


def test_ac1_of_a_published_example_with_four_raters() -> None:
    # Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, pp. 55-56: p_a .8182, p_e .1903, AC1 .7754
    rows = (
        "1 1 . 1",
        "2 2 3 2",
        "3 3 3 3",
        "3 3 3 3",
        "2 2 2 2",
        "1 2 3 4",
        "4 4 4 4",
        "1 1 2 1",
        "2 2 2 2",
        ". 5 5 5",
    )
    units = [tuple(float(one) for one in row.split() if one != ".") for row in (*rows, ". . 1 1", ". . 3 .")]
    assert gwet_ac1(units) == pytest.approx(0.77544, abs=5e-6)


def test_ac1_by_hand() -> None:
    # three values, three raters of one unit: one pair of three agrees, p_a = (1/3 + 1) / 2 = 2/3
    # pi: a (2/3 + 0)/2 = 1/3, b (1/3)/2 = 1/6, c 1/2; p_e = (1/3 2/3 + 1/6 5/6 + 1/2 1/2) / 2 = 11/36
    assert gwet_ac1([(0.0, 0.0, 0.5), (1.0, 1.0)]) == pytest.approx(float(Fraction(13, 25)))
    assert gwet_ac1([(0.5, 0.5), (0.5, 0.5)]) == 1  # where alpha is undefined
    assert math.isnan(gwet_ac1([(0.5,)]))


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0])] * 2), min_size=1, max_size=30))
def test_ac1_of_two_coders_is_the_formula_in_fractions(units: list[tuple[float, float]]) -> None:
    counts = Counter(itertools.chain(*units))
    shares = [Fraction(count, 2 * len(units)) for count in counts.values()]
    p_e = sum((share * (1 - share) for share in shares), Fraction()) / (max(len(counts), 2) - 1)
    p_a = Fraction(sum(a == b for a, b in units), len(units))
    assert gwet_ac1(units) == pytest.approx(float((p_a - p_e) / (1 - p_e)))
    assert gwet_ac1(units) <= 1


@pytest.fixture
def twice(folder: Path) -> Path:
    """AZE as two coders read it: alike on the place, apart on the strategy, the second finding no share."""
    text = PROFILE.replace(
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none}\n    coders: {second: {strategy: adopted}}\n"
        "    adjudication: The second took a bill for a strategy; the anchor says in force.\n",
    )
    text = text.replace("of: 194}}", "of: 194}}\n    coders: {second: {place: {rank: 48, of: 194}}}")
    (folder / "profiles" / "AZE.yaml").write_text(text)
    return folder


def test_agreement_says_who_read_what_apart(twice: Path) -> None:  # noqa: ARG001  the working directory
    document = json.loads(run("agreement", "--format", "json").stdout)
    assert document["countries"] == ["AZE"]
    by_node = {one["node"].rsplit("/", 1)[-1]: one for one in document["alphas"]}
    assert by_node["state"]["readings"] == 2
    assert by_node["state"]["alike"] == 0.5
    assert by_node["place"]["alpha"] is None
    first = document["readings"][0]
    assert (first["statement"], first["codes"], first["values"]) == ("no-strategy", ["none", "adopted"], [0.0, 1.0])
    assert document["adjudications"][0]["statement"] == "no-strategy"

    text = run("agreement", "AZE").stdout
    assert "none | adopted" in text
    assert "The second took a bill" in text
    assert "Largest disagreements: 1 of 1" in text
    assert "| none \\| adopted |" in run("agreement", "--format", "markdown").stdout


def test_the_value_is_the_median_of_the_readings(twice: Path) -> None:  # noqa: ARG001  the working directory
    explained = json.loads(run("explain", "AZE", "strategy", "--format", "json").stdout)
    assert "0.5" in json.dumps(explained)


def test_what_is_dated_later_is_left_out(twice: Path) -> None:  # noqa: ARG001  the working directory
    assert json.loads(run("agreement", "--as-of", "2016", "--format", "json").stdout)["readings"] == []


def test_without_a_second_reading_there_is_nothing_to_compare(folder: Path) -> None:  # noqa: ARG001
    result = run("agreement")
    assert result.exit_code == 0
    assert "nothing to compare" in result.stdout


def test_an_adjudication_needs_two_readings(folder: Path) -> None:
    text = PROFILE.replace("    codes: {strategy: none}\n", "    codes: {strategy: none}\n    adjudication: Why.\n")
    (folder / "profiles" / "AZE.yaml").write_text(text)
    result = run("validate")
    assert result.exit_code == 1
    assert "adjudication: needs the codes of a second coder; add coders" in result.stdout + result.stderr


STRATEGIES = "".join(
    f"""\
  - id: strategy-{number}
    text: No strategy is in force.
    source: page
    locator: Paragraph {number}
    date: 2017
    credibility: 2
    codes: {{strategy: none}}
    coders: {{second: {{strategy: {"drafted" if number == 11 else "none"}}}}}
"""
    for number in range(10, 20)
)


def test_where_nearly_all_readings_are_alike_ac1_stands_beside_alpha(folder: Path) -> None:
    # 10 statements, 20 readings, 1 unusual (5 %): p_a = 9/10, pi = 19/20, p_e = 2 * 19/20 * 1/20 = 19/200
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE + STRATEGIES)
    document = json.loads(run("agreement", "AZE", "--format", "json").stdout)
    node = next(one for one in document["alphas"] if one["node"].endswith("/strategy"))
    assert (node["uniform"], node["unusual"], node["alike"]) == (True, 0.05, 0.9)
    assert node["ac1"] == pytest.approx(
        float((Fraction(9, 10) - Fraction(19, 200)) / (1 - Fraction(19, 200))), abs=1e-6
    )
    assert node["alpha"] == 0
    text = run("agreement", "AZE").stdout
    assert "0.89" in next(line for line in text.splitlines() if line.strip().startswith("strategy "))
    two = STRATEGIES.replace("second: {strategy: none}", "second: {strategy: drafted}", 2)
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE + two)
    document = json.loads(run("agreement", "AZE", "--format", "json").stdout)
    node = next(one for one in document["alphas"] if one["node"].endswith("/strategy"))
    assert (node["uniform"], node["unusual"]) == (False, 0.15)  # 3 of 20: not fewer than 15 %


@pytest.fixture
def thrice(folder: Path) -> Path:
    """AZE as three coders read it: apart on the strategy, on the indicator of the place, and on whether there is one."""
    text = PROFILE.replace(
        "    codes: {strategy: none}\n",
        "    codes: {strategy: none}\n    coders: {second: {strategy: adopted}, third: {strategy: none}}\n",
    )
    text = text.replace("of: 194}}", "of: 194}}\n    coders: {second: {expulsions: 2}, third: {}}")
    text = text.replace("n: 1000}}", "n: 1000}}\n    coders: {second: {approval: {share: 54, n: 1000}}}")
    (folder / "profiles" / "AZE.yaml").write_text(text)
    return folder


def test_agreement_on_the_choice_of_indicators(thrice: Path) -> None:  # noqa: ARG001  the working directory
    # pairs of coders: strategy 3, all with the same indicator; place 3: {place}, {expulsions}, {}; approval 1
    choice = json.loads(run("agreement", "--format", "json").stdout)["choice"]
    assert choice["pairs"] == 7
    assert choice["same"] == pytest.approx(4 / 7, abs=1e-6)
    assert choice["overlap"] == pytest.approx(4 / 7, abs=1e-6)
    chosen = {one["indicator"]: (one["both"], one["one"], one["agreement"]) for one in choice["indicators"]}
    assert chosen == {"strategy": (3, 0, 1), "place": (0, 2, 0), "expulsions": (0, 2, 0), "approval": (1, 0, 1)}


def test_agreement_by_coder(thrice: Path) -> None:
    coders = {one["coder"]: one for one in json.loads(run("agreement", "--format", "json").stdout)["coders"]}
    second, third = coders["second"], coders["third"]
    assert (second["statements"], second["readings"], second["alike"]) == (
        3,
        2,
        0.5,
    )  # the strategy apart, the share not
    assert second["difference"] == 0.5  # (1 - 0 + 0) / 2
    assert second["same_choice"] == pytest.approx(2 / 3, abs=1e-6)
    assert (third["statements"], third["readings"], third["alike"], third["same_choice"]) == (2, 1, 1, 0.5)
    assert second["decided"] == 0
    path = thrice / "profiles" / "AZE.yaml"
    decision = "    adjudicated: {codes: {strategy: adopted}, reason: It is in force., by: A. Reviewer}\n"
    path.write_text(path.read_text().replace("third: {strategy: none}}\n", "third: {strategy: none}}\n" + decision))
    coders = {one["coder"]: one for one in json.loads(run("agreement", "--format", "json").stdout)["coders"]}
    assert [coders["second"][key] for key in ("decided", "upheld", "first_upheld")] == [1, 1, 0]


def test_the_queue_holds_what_differs_and_is_not_adjudicated(thrice: Path) -> None:
    queue = json.loads(run("agreement", "--format", "json").stdout)["queue"]
    assert [(one["statement"], one["difference"], one["noted"]) for one in queue] == [
        ("no-strategy", 1, False),
        ("place-2017", 0, False),
    ]
    assert queue[0]["coders"] == [None, "second", "third"]
    assert [one["codes"] for one in queue[0]["differences"]] == [["none", "adopted", "none"]]
    assert {one["node"].rsplit("/", 1)[-1]: one["codes"] for one in queue[1]["differences"]} == {
        "place": [{"rank": 48, "of": 194}, None, None],
        "expulsions": [None, 2, None],
    }
    path = thrice / "profiles" / "AZE.yaml"
    decision = "    adjudicated: {codes: {strategy: drafted}, reason: A bill is public., by: A. Reviewer}\n"
    path.write_text(path.read_text().replace("third: {strategy: none}}\n", "third: {strategy: none}}\n" + decision))
    document = json.loads(run("agreement", "--format", "json").stdout)
    assert [one["statement"] for one in document["queue"]] == ["place-2017"]
    assert document["adjudications"] == [
        {
            "country": "AZE",
            "statement": "no-strategy",
            "decision": "A bill is public.",
            "by": "A. Reviewer",
            "codes": {"strategy": "drafted"},
        }
    ]
    text = run("agreement").stdout
    assert "To adjudicate: 1 of 1" in text
    assert "strategy=drafted: A bill is public." in text
    assert "Choice of indicators: 2 of 4 differ" in text


def test_a_decision_in_words_stays_in_the_queue(twice: Path) -> None:  # noqa: ARG001  the working directory
    [first] = json.loads(run("agreement", "--format", "json").stdout)["queue"]
    assert (first["statement"], first["noted"]) == ("no-strategy", True)


def test_two_coders_who_found_nothing_agree(thrice: Path) -> None:
    path = thrice / "profiles" / "AZE.yaml"
    path.write_text(path.read_text().replace("second: {expulsions: 2}, third: {}", "second: {}, third: {}"))
    assert json.loads(run("agreement", "--format", "json").stdout)["choice"]["same"] == pytest.approx(5 / 7, abs=1e-6)


def test_an_indicator_that_only_a_further_coder_chose_does_not_count(thrice: Path) -> None:  # noqa: ARG001
    node = json.loads(run("explain", "AZE", "expulsions", "--format", "json").stdout)["node"]
    assert node["statements"] == []
    document = json.loads(run("explain", "AZE", "place", "--format", "json").stdout)["node"]
    assert [one["id"] for one in document["statements"]] == ["place-2017"]
