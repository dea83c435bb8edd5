"""A poll is dated by the end of its field work."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, run
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scoring.model.profile import Statement

if TYPE_CHECKING:
    from pathlib import Path

DATED = "    date: 2016-05\n"
DAYS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1))


def statement(**more: object) -> Statement:
    plain = {"id": "poll", "text": "A poll.", "source": "page", "locator": "Page 1", "credibility": 2}
    return Statement.model_validate({**plain, "codes": {"approval": {"share": 54, "n": 1000}}, **more})


@given(DAYS, DAYS)
def test_the_date_is_the_last_day_of_any_field_work(one: dt.date, other: dt.date) -> None:
    fielded = f"{one.isoformat()}/{other.isoformat()}"
    if other < one:
        with pytest.raises(ValidationError, match="ends before it begins"):
            statement(fielded=fielded)
    else:
        assert statement(fielded=fielded).date == other.isoformat()


@pytest.mark.parametrize(
    ("fielded", "date"),
    [
        ("2016-05-10", "2016-05-10"),
        ("2016-05", "2016-05"),
        (2016, "2016"),
        ("2015/2016", "2016"),
        ("2016-05/2016-06", "2016-06"),
        ("2016-05/2016-06-02", "2016-06-02"),
        ("2016-05-10/2016-05", "2016-05"),  # within the month, as far as it is known
    ],
)
def test_a_field_work_as_precise_as_it_is_known(fielded: object, date: str) -> None:
    assert statement(fielded=fielded).date == date


@pytest.mark.parametrize("date", ["", "    date: 2016-06-02\n", "    date: null\n"])
def test_it_ages_from_the_end_of_the_field_work(folder: Path, date: str) -> None:
    profile = folder / "profiles" / "AZE.yaml"
    profile.write_text(PROFILE.replace(DATED, "    date: 2016-06-02\n"))
    expected = run("score", "--format", "csv").stdout
    profile.write_text(PROFILE.replace(DATED, "    date: 2016-05-10\n"))
    assert run("score", "--format", "csv").stdout != expected
    profile.write_text(PROFILE.replace(DATED, f"    fielded: 2016-05-10/2016-06-02\n{date}"))
    assert run("validate", "--strict").exit_code == 0
    assert run("score", "--format", "csv").stdout == expected


def test_the_outputs_have_it(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace(DATED, "    fielded: 2016-05-10/2016-06-02\n"))
    [poll] = [
        one
        for one in json.loads(run("statements", "AZE", "--format", "json").stdout)["statements"]
        if one["id"] == "poll-2016"
    ]
    assert (poll["date"], poll["fielded"]) == ("2016-06-02", "2016-05-10/2016-06-02")
    assert "Field work: 2016-05-10/2016-06-02\n" in run("explain", "AZE", "--statement", "poll-2016").stdout
    assert ",2016-06-02,2016-05-10/2016-06-02," in run("statements", "AZE", "--format", "csv").stdout
    schema = json.loads(run("schema", "profile").stdout)["$defs"]["Statement"]["properties"]
    assert schema["fielded"]["description"].startswith("The field work of a poll")
