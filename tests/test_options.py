"""Numbers and dates of options: finite, in digits 0 to 9; anything else is a usage error with the expected format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import run

if TYPE_CHECKING:
    from pathlib import Path

NO_NUMBERS = [
    "nan",
    "NaN",
    "-nan",
    "inf",
    "-inf",
    "infinity",
    "1e400",
    "\uff10",
    "\u0660.5",
    "0_1",
    "0. 5",
    "\u00bd",
    "",
    "half",
]


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["check", "--tolerance"], "expected a finite number such as 0.5"),
        (["sensitivity", "--exponents"], "expected numbers or fractions separated by commas, such as 1,1/2,-1"),
    ],
    ids=lambda value: value[1] if isinstance(value, list) else "",
)
def test_not_a_finite_number(folder: Path, command: list[str], expected: str, text: str) -> None:  # noqa: ARG001
    result = run(*command[:-1], f"{command[-1]}={text}")
    assert result.exit_code == 2
    assert f"{expected}, got {text!r}" in result.stderr


@pytest.mark.parametrize("text", ["1e999999999", "1/0", "1/", "1/2/3", "1/nan", "1e300/1e-300", "1,,2"])
def test_not_a_list_of_exponents(folder: Path, text: str) -> None:  # noqa: ARG001  the working directory
    result = run("sensitivity", "--exponents", text)
    assert result.exit_code == 2
    assert f"expected numbers or fractions separated by commas, such as 1,1/2,-1, got {text!r}" in result.stderr


def test_exponents_are_numbers_or_fractions(folder: Path) -> None:  # noqa: ARG001  the working directory
    text = run("sensitivity", "--draws", "100", "--exponents", "1, -1/2,.25,+2,1").stdout
    assert all(exponent in text for exponent in ("-0.5", "0.25"))


@pytest.mark.parametrize(
    "text", ["\uff15\uff10\uff10", "\u0665\u0660\u0660", "1_000", " 500", "500.0", "5\u00b2", "9" * 5000, "many"]
)
@pytest.mark.parametrize(
    ("command", "option"), [("rank", "--draws"), ("rank", "--seed"), ("agreement", "--most"), ("site", "--port")]
)
def test_not_a_whole_number(folder: Path, command: str, option: str, text: str) -> None:  # noqa: ARG001
    result = run(command, f"{option}={text}")
    assert result.exit_code == 2
    assert f"expected a whole number of at most 40 digits 0 to 9, got {text!r}" in result.stderr


@pytest.mark.parametrize(
    "text",
    ["\uff12\uff10\uff12\uff10", "\u0662\u0660\u0662\u0660", "2020-0\u0661", "2020-13", "2020-02-30", "20200101"],
)
def test_not_a_date(folder: Path, text: str) -> None:  # noqa: ARG001  the working directory
    result = run("score", "--as-of", text)
    assert result.exit_code == 2
    assert f"expected a calendar date as YYYY, YYYY-MM or YYYY-MM-DD, got {text!r}" in result.stderr


def test_limits_hold_as_before(folder: Path) -> None:  # noqa: ARG001  the working directory
    for arguments in (
        ["rank", "--draws", "99"],
        ["rank", "--seed", "-1"],
        ["check", "--tolerance", "-1"],
        ["check", "--tolerance", "-1"],
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "is not in the range" in result.stderr
