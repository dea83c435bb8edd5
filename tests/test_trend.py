"""One country over time: days, steps that sum, where they came from, and what is said of stale profiles."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, run

from scoring.change.trend import days_between

if TYPE_CHECKING:
    from pathlib import Path

LATER = """\
  - id: strategy-adopted
    text: A strategy was adopted.
    source: page
    locator: Paragraph 9
    date: 2019-03
    credibility: 1
    codes: {strategy: adopted}
"""


def test_days_are_the_editions_and_the_ends_of_years_or_quarters_between() -> None:
    first, last = dt.date(2018, 6, 30), dt.date(2019, 12, 31)
    assert days_between((first, last), "edition") == (first, last)
    assert days_between((first, last), "year") == (first, dt.date(2018, 12, 31), last)
    quarters = [dt.date(2018, 9, 30), dt.date(2018, 12, 31), dt.date(2019, 3, 31), dt.date(2019, 6, 30)]
    assert days_between((first, last), "quarter") == (first, *quarters, dt.date(2019, 9, 30), last)
    assert days_between((first,), "year") == (first,)


@pytest.fixture
def later(folder: Path) -> Path:
    """AZE with a second edition in 2020, by which a strategy came and the old statement ended."""
    text = PROFILE.replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2020-12-31]")
    text = text.replace("    date: 2017\n    cred", "    date: 2017\n    until: 2019-02\n    cred", 1) + LATER
    (folder / "profiles" / "AZE.yaml").write_text(text)
    return folder


def test_a_change_of_a_missing_index_is_not_significant(later: Path) -> None:
    """Without a prior an indicator without evidence leaves the index missing: there is no change to show."""
    path = later / "rubrics" / "small" / "rubric.yaml"
    path.write_text(path.read_text().replace("weight: 0.25", "weight: 0"))
    points = json.loads(run("trend", "AZE", "--draws", "100", "--format", "json").stdout)["points"]
    assert [point["published"] for point in points] == [False] * 4
    assert [point["step"] for point in points] == [None] * 4
    text = run("trend", "AZE", "--draws", "100").stdout
    assert "yes" not in text
    assert "–––" not in text


@pytest.mark.parametrize(("until", "shown"), [("2018-07-01", [False, False, True]), ("2019-06", [True, False, False])])
def test_a_step_is_shown_only_where_both_days_are_published(folder: Path, until: str, shown: list[bool]) -> None:
    """A change would give the withheld index away; withheld is the day on which no statement on the strategy holds."""
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(
        rubric.read_text().replace("availability: 0.65, information: 0.50", "availability: 0.6, information: 0")
    )
    start = "2019-01" if until.startswith("2018") else "2020-01"
    text = PROFILE.replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2020-12-31]")
    text = text.replace("    date: 2017\n    cred", f"    date: 2017\n    until: {until}\n    cred", 1)
    (folder / "profiles" / "AZE.yaml").write_text(text + LATER.replace("2019-03", start))
    points = json.loads(run("trend", "AZE", "--draws", "100", "--format", "json").stdout)["points"]
    published = [point["published"] for point in points]
    assert published.count(False) == 1
    assert [point["step"] is not None for point in points[1:]] == shown
    assert shown == [before and now for before, now in itertools.pairwise(published)]
    dashes = [
        line.count(" – ") for line in run("trend", "AZE", "--draws", "100").stdout.splitlines() if line[:2] == "20"
    ]
    assert [bool(count) for count in dashes[1:]] == [not one for one in shown]


def test_each_point_is_the_score_of_its_day_and_steps_sum(later: Path) -> None:  # noqa: ARG001  the working directory
    document = json.loads(run("trend", "AZE", "--draws", "500", "--format", "json").stdout)
    points = document["points"]
    assert [point["as_of"] for point in points] == ["2018-01-01", "2018-12-31", "2019-12-31", "2020-12-31"]
    assert [point["edition"] for point in points] == [True, False, False, True]
    for point in points:
        scored = json.loads(run("score", "AZE", "--as-of", point["as_of"], "--format", "json").stdout)
        assert point["index"] == scored["countries"][0]["index"]
    for before, point in itertools.pairwise(points):
        step = point["step"]
        assert step["move"] == pytest.approx(point["index"]["estimate"] - before["index"]["estimate"], abs=2e-6)
        assert sum(step["parts"].values()) == pytest.approx(step["move"], abs=5e-6)
    second = points[2]["step"]
    assert set(second["parts"]) == {"evidence", "ageing", "borrowing"}
    assert second["parts"]["borrowing"] == 0  # the rubric does not borrow
    assert {(one["statement"], one["change"]) for one in second["statements"]} == {
        ("strategy-adopted", "new"),
        ("no-strategy", "ended"),
    }
    assert second["parts"]["evidence"] > 0 > second["parts"]["ageing"]
    last = points[3]["step"]
    assert (last["parts"]["evidence"], last["evidence_interval"], last["statements"]) == (0, [0, 0], [])
    assert last["parts"]["ageing"] == pytest.approx(last["move"]) != 0
    assert not last["more_than_noise"]


def test_the_table_names_what_moved_most(later: Path) -> None:  # noqa: ARG001  the working directory
    text = run("trend", "AZE", "--every", "edition", "--draws", "500").stdout
    assert "2020-12-31 *" in text
    assert "strategy-adopted (+" in text


def test_one_edition_is_no_trend(folder: Path) -> None:  # noqa: ARG001  the working directory
    result = run("trend", "AZE", "--draws", "500")
    assert result.exit_code == 0
    assert "a trend needs two or more" in result.stdout


def test_score_says_which_profiles_were_gathered_earlier(later: Path) -> None:  # noqa: ARG001  the working directory
    text = run("score", "--as-of", "2020-12-31").stdout
    assert "Evidence on Georgia was collected only up to 1 January 2018;" in text
    assert "gathered only" not in run("score").stdout
    document = json.loads(run("score", "--as-of", "2020-12-31", "--format", "json").stdout)
    assert [one["coded_until"] for one in document["countries"]] == ["2020-12-31", "2018-01-01"]


@pytest.mark.parametrize("editions", ["[2018-01-01]", "[2020, 2019, 2020]"])
def test_an_edition_is_named_once(folder: Path, editions: str) -> None:
    text = PROFILE.replace("as_of: 2018-01-01", f"as_of: 2018-01-01\neditions: {editions}")
    (folder / "profiles" / "AZE.yaml").write_text(text)
    result = run("validate")
    assert result.exit_code == 1
    assert "is named twice; remove it" in result.stdout + result.stderr


def test_a_country_without_an_edition_by_a_day_is_left_out(folder: Path) -> None:
    for code, editions in (("AZE", "[2016]"), ("GEO", "[2020]")):
        text = PROFILE.replace("AZE", code).replace("as_of: 2018-01-01", f"as_of: 2018-01-01\neditions: {editions}")
        (folder / "profiles" / f"{code}.yaml").write_text(text)
    result = run("score", "--as-of", "2017-01-01", "--format", "json")
    assert [one["country"] for one in json.loads(result.stdout)["countries"]] == ["AZE"]
    assert result.stderr == "Left out, without an edition by 1 January 2017: GEO.\n"
    wrong = run("explain", "Georgia", "--as-of", "2017-01-01")
    assert wrong.exit_code == 2
    assert "without an edition by 1 January 2017: GEO; give a later date with --as-of" in wrong.stderr
    earliest = json.loads(run("score", "--as-of", "2015-01-01", "--format", "json").stdout)["countries"]
    assert [one["country"] for one in earliest] == ["AZE", "GEO"]  # none has an edition by then
    points = run("trend", "Azerbaijan").stdout
    assert points.index("2016-07-01") < points.index("2018-01-01")
