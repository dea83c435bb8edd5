"""Days of the calendar: when a statement ends, and which years a window of events holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, run

from scoring.files.load import load
from scoring.index.leaves import score_profile
from scoring.index.scenario import Scenario
from scoring.model.fields import read_date, read_last_day
from scoring.model.kinds.count import is_within

if TYPE_CHECKING:
    from pathlib import Path

ENDS = {"2018": "2018-12-31", "2018-04": "2018-04-30", "2016-02": "2016-02-29", "1900-02": "1900-02-28"}


@pytest.mark.parametrize("text", [*ENDS, "2018-04-05"])
def test_a_year_or_month_ends_on_its_last_day(text: str) -> None:
    assert read_last_day(text).isoformat() == ENDS.get(text, text)


@pytest.mark.parametrize(
    "text", ["2018-13", "2018-02-30", "\uff12\uff10\uff11\uff18", "\u0662\u0660\u0661\u0668", "2018-0\u0661", " 2018"]
)
def test_what_is_no_date(text: str) -> None:
    for read in (read_date, read_last_day):
        with pytest.raises(ValueError, match=r"date|month|day"):
            read(text)


@pytest.mark.parametrize(
    ("until", "last", "first_without"), [("2018", "2018-12-31", "2019-01-01"), ("2018-02", "2018-02-28", "2018-03-01")]
)
def test_a_statement_is_in_force_up_to_the_last_day(folder: Path, until: str, last: str, first_without: str) -> None:
    text = PROFILE.replace("    credibility: 2\n", f"    until: {until}\n    credibility: 2\n", 1)
    (folder / "profiles" / "AZE.yaml").write_text(text)
    for day, is_in_force in ((last, True), (first_without, False)):
        found = json.loads(
            run("explain", "AZE", "--statement", "no-strategy", "--as-of", day, "--format", "json").stdout
        )
        assert bool(found["enters"]) == is_in_force, found
    book, profiles = load()
    scenario = Scenario(book, profiles[:1])
    standing = [scenario.evidence_on(read_date(day)).profile.statements for day in (last, first_without)]
    assert [len(some) for some in standing] == [3, 2]


def test_until_may_name_the_year_of_the_date(folder: Path) -> None:
    text = PROFILE.replace("    date: 2016-05\n", "    date: 2016-08-09\n    until: 2016\n")
    (folder / "profiles" / "AZE.yaml").write_text(text)
    assert run("validate").exit_code == 0
    (folder / "profiles" / "AZE.yaml").write_text(text.replace("until: 2016", "until: 2016-07"))
    assert "2016-07 is before the date 2016-08-09" in run("validate").stderr


WINDOWS = [  # as-of date, years, the last day outside and the first inside
    ("2018-06-30", 5, "2013-06-30", "2013-07-01"),
    ("2018-01-01", 1, "2017-01-01", "2017-01-02"),
    ("2020-02-29", 1, "2019-02-28", "2019-03-01"),
    ("2020-02-29", 4, "2016-02-29", "2016-03-01"),
    ("2021-02-28", 1, "2020-02-28", "2020-02-29"),
    ("2018-06-30", 2.5, "2015-12-30", "2015-12-31"),  # 30 June 2016 less 182.625 days
    ("2018-06-30", 0.5, "2017-12-29", "2017-12-30"),
]


@pytest.mark.parametrize(("as_of", "years", "outside", "inside"), WINDOWS)
def test_a_window_counts_calendar_years(as_of: str, years: float, outside: str, inside: str) -> None:
    found = [is_within(read_date(day), read_date(as_of), years) for day in (outside, inside, as_of)]
    assert found == [False, True, True]


@pytest.mark.parametrize("years", [2018, 1e6, 1e300])
def test_a_window_longer_than_the_calendar_holds_all(years: float) -> None:
    assert is_within(read_date("0001-01-01"), read_date("2018-06-30"), years)


def test_a_count_is_scored_by_its_window(folder: Path) -> None:
    pillar = folder / "rubrics" / "small" / "state.yaml"
    assert "window: 5" in pillar.read_text()
    for day, reason in (("2013-01-01", "outside-window"), ("2013-01-02", None)):
        text = PROFILE.replace("    date: 2016-05\n", f"    date: {day}\n").replace(
            "{approval: {share: 54, n: 1000}}", "{expulsions: 2}"
        )
        (folder / "profiles" / "AZE.yaml").write_text(text)
        book, (profile, _) = load()
        _, exclusions = score_profile(profile, book, read_date(profile.as_of))
        assert [one.reason for one in exclusions] == ([reason] if reason else [])
