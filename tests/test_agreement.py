"""Agreement between coders: alpha against the package krippendorff and by hand, and the command."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import krippendorff
import numpy as np
import pytest
from conftest import PROFILE, run
from hypothesis import given
from hypothesis import strategies as st

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
