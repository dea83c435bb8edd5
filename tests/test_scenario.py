"""Scenarios: what is supposed of several countries at once, with figures by hand."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tiny
from conftest import run

import scoring
from scoring.analysis.scenario import suppose
from scoring.analysis.whatif import what_if
from scoring.files.scenario import scenario_errors
from scoring.model.scenario import ScenarioFile
from scoring.uncertainty.draws import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.analysis.scenario import Supposed

SURE = Settings(draws=200, seed=0, kappa=math.inf, exponents=((1.0, 1.0),))
A, B, C = ({**tiny.LEVELS, "id": name} for name in "abc")
TWO = {"one": [A, B], "two": [C]}


def said(country: str, **levels: int) -> Any:
    """A country with one exact statement on each indicator, whose ids are those of the indicators."""
    statements = [
        tiny.say(f"v{level}", name, id=f"on-{name}", confidence="exact", source=name) for name, level in levels.items()
    ]
    return tiny.profile(*statements, country=country)


def file_of(*changes: dict[str, Any], **keys: Any) -> ScenarioFile:
    return ScenarioFile.model_validate({"format": 1, "name": "N", "reason": "R", "suppose": list(changes), **keys})


def supposed(*changes: dict[str, Any], book: Any = None, profiles: Any = None, **keys: Any) -> Supposed:
    profiles = profiles or [said("XAA", a=2, b=4, c=6), said("XAB", a=5, b=5, c=5), said("XAC", a=10, b=10, c=10)]
    assessment = scoring.assess(book or tiny.book_of(TWO), profiles)
    return suppose(assessment, file_of(*changes, **keys), SURE)


def test_index_pillars_and_ranks_move() -> None:
    """XAA: ((2 + 4) / 2 + 6) / 2 = 4.5 tenths, below XAB with 5; with a = 8 it is (6 + 6) / 2 = 6 tenths, above it."""
    found = supposed({"country": "XAA", "codes": {"a": "v8"}})
    [move] = found.countries
    assert (move.index.before, move.index.after) == pytest.approx((0.45, 0.6))
    assert [pillar.change for _, pillar in move.pillars] == pytest.approx([0.3, 0])
    assert [one.assessment.rank[move.row] for one in (found.before, found.after)] == [3, 2]
    assert found.before.rank_interval(move.row) == (3, 3)
    assert found.groups == ()


def test_what_is_exact_has_an_interval_of_one_point() -> None:
    """Without b, the first pillar of XAA is a alone: (2 + 6) / 2 = 4 in place of 4.5 tenths; the others stay."""
    book = tiny.book_of(TWO)
    pillar = book.pillars[0].model_copy(update={"missing": "drop"})
    book = book.model_copy(update={"pillars": (pillar, book.pillars[1])})
    found = supposed({"country": "XAA", "drop": ["on-b"]}, book=book, groups={"two": ["XAA", "XAC"], "rest": ["XAB"]})
    move, other, _ = found.countries
    assert move.index[:2] == pytest.approx((0.45, 0.4))
    assert move.index[2:] == pytest.approx((-0.05, -0.05), abs=1e-6)
    assert move.effects is None
    assert other.index == (0.5, 0.5, 0, 0)
    two, rest = found.groups
    assert two.mean == pytest.approx((0.725, 0.7, -0.025, -0.025), abs=1e-6)
    assert rest.mean == (0.5, 0.5, 0, 0)


def test_one_country_moves_as_whatif_says() -> None:
    assessment = scoring.assess(tiny.book_of(TWO, prior={"weight": 0.25, "country": 3.0}), [said("XAA", a=2, b=4, c=6)])
    leaf = assessment.book.leaves["c"]
    alone = what_if(assessment, 0, SURE, answers=[(leaf, "v9")], dropped=["on-a"])
    [move] = suppose(assessment, file_of({"country": "XAA", "codes": {"c": "v9"}, "drop": ["on-a"]}), SURE).countries
    assert move.index[2:] == pytest.approx(np.quantile(alone.difference, (0.05, 0.95)))
    assert move.effects == pytest.approx(alone.effects)
    assert sum(filter(None, alone.effects or ())) == pytest.approx(move.index.change)


def test_a_dated_answer_ages() -> None:
    """Half-life 2 years, answered 2 years ago: w = 1/2, so (1/2 v + 1/4 c) / (3/4) with v = 1 and c = 1/2."""
    book = tiny.book({**A, "half_life": 2.0}, prior={"weight": 0.25})
    two_years_ago = {"country": "XAA", "codes": {"a": "v10"}, "date": "2018-01-01"}
    [move] = supposed(two_years_ago, book=book, profiles=[said("XAA", a=2)]).countries
    weight = 2 ** (-(730 / 365.25) / 2)
    assert move.index.after == pytest.approx((weight + 0.125) / (weight + 0.25))
    [today] = supposed({"country": "XAA", "codes": {"a": "v10"}}, book=book, profiles=[said("XAA", a=2)]).countries
    assert today.index.after == pytest.approx((1 + 0.125) / 1.25)


def test_what_is_withheld_has_no_change_and_is_left_out_of_its_group() -> None:
    book = tiny.book_of(TWO, prior={"weight": 0.25})
    rubric = book.rubric.model_copy(update={"publish": book.rubric.publish.model_copy(update={"availability": 0.9})})
    book = book.model_copy(update={"rubric": rubric})
    change = {"country": "XAA", "drop": ["on-a"]}
    found = supposed(change, book=book, groups={"both": ["XAA", "XAB"], "alone": ["XAA"]})
    assert math.isnan(found.countries[0].index.change)
    both, alone = found.groups
    assert (both.left_out, alone.left_out) == (("XAA",), ("XAA",))
    assert both.mean.change == 0
    assert math.isnan(alone.mean.change)


# -- the file ----------------------------------------------------------------------------------------------------------

FILE = """\
format: 1
name: A plan
reason: To see.
groups: {both: [AZE, GEO]}
suppose:
  - country: AZE
    codes: {strategy: adopted}
    reason: A draft exists.
  - country: GEO
    drop: [poll-2016]
"""


def test_a_scenario_is_printed_and_written(folder: Path) -> None:
    (folder / "plan.yaml").write_text(FILE)
    result = run("scenario", "plan.yaml", "--draws", "200")
    assert result.exit_code == 0
    assert "strategy: adopted: Adopted   A draft exists." in result.stdout
    assert "GEO       without poll-2016" in result.stdout
    assert "this is no forecast" in result.stdout
    assert "Group   Countries" in result.stdout
    document = json.loads(run("scenario", "plan.yaml", "--draws", "200", "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(run("scenario", "plan.yaml", "--draws", "200", "--format", "csv").stdout)))
    assert [(row["country"], row["group"], row["node"]) for row in rows] == [
        ("AZE", "", "index"),
        ("AZE", "", "state"),
        ("GEO", "", "index"),
        ("GEO", "", "state"),
        ("", "both", "index"),
    ]
    before, after = (json.loads(run(*asked, "--format", "json").stdout) for asked in (("score", "AZE"), WHATIF))
    [index] = [country["index"] for country in document["countries"] if country["country"] == "AZE"]
    assert index["before"] == before["countries"][0]["index"]["estimate"]
    assert (index["after"], index["interval"]) == (after["after"]["index"]["estimate"], after["difference"]["interval"])
    assert float(rows[0]["change"]) == index["change"]


WHATIF = ("whatif", "AZE", "--set", "strategy=adopted", "--draws", "200")


def test_all_errors_are_reported_with_their_places(folder: Path) -> None:
    (folder / "plan.yaml").write_text(
        """\
format: 1
name: A plan
reason: To see.
groups: {both: [AZE, MDA, AZE]}
suppose:
  - country: AZE
    codes: {strategy: adoptd, strateg: none, awareness: {site: true}}
    date: 2019
  - country: AZE
    codes: {awareness: {site: false}}
    drop: [poll-2015, poll-2016]
  - {country: AZE, drop: [poll-2016]}
  - {country: ARM}
"""
    )
    result = run("scenario", "plan.yaml")
    assert result.exit_code == 1
    assert result.stdout == ""
    told = [line.split(": ", 2)[:2] for line in result.stderr.splitlines() if line.startswith("plan.yaml:")]
    assert told == [
        ["plan.yaml:4:16", "groups.both"],
        ["plan.yaml:4:22", "groups.both[1]"],
        ["plan.yaml:7:23", "suppose[0].codes.strategy"],
        ["plan.yaml:7:31", "suppose[0].codes.strateg"],
        ["plan.yaml:8:11", "suppose[0].date"],
        ["plan.yaml:10:13", "suppose[1].codes.awareness"],
        ["plan.yaml:11:12", "suppose[1].drop[0]"],
        ["plan.yaml:12:27", "suppose[2].drop[0]"],
        ["plan.yaml:13:5", "suppose[3]"],
        ["plan.yaml:13:15", "suppose[3].country"],
    ]
    assert "unknown statement 'poll-2015' of AZE" in result.stderr


def test_what_cannot_change_anything_is_refused() -> None:
    book = tiny.book({**tiny.INDICATOR, "kind": "count", "window": 5.0, "saturation": 10.0})
    why = {"on": "2019-01-01", "why": "W", "by": "me"}
    profile = tiny.profile(
        tiny.say(1, date="2019-06-01"),
        tiny.say(1, same_as="s0", date="2019-06-01"),
        tiny.say(1, withdrawn=why, date="2019-06-01"),
        {"context": True},
    )
    changes = (
        {"country": "XAA", "codes": {"leaf": 2}, "date": "2014-12-01"},
        {"country": "XAA", "drop": ["s1", "s2", "s3", "s0"]},
    )
    found = [str(one.message) for one in scenario_errors(file_of(*changes), book, [profile])]
    assert found == [
        "2014-12-01 is outside the window of leaf on 2020-01-01, so that the answer would not count; give a later date",
        "s1 repeats s0, with which it is dropped, so that nothing changes; remove it",
        "s2 is withdrawn, so that nothing changes; remove it",
        "s3 codes nothing, so that nothing changes; remove it",
    ]
    within = file_of({**changes[0], "date": "2015-06-01"}, as_of="2020-02-01")
    assert list(scenario_errors(within, book, [profile])) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("- a\n", "plan.yaml:1:1"),
        ("format: 2\nname: N\n", "reason"),
        (FILE.replace("GEO]", "geo]"), "plan.yaml:4:22"),
    ],
)
def test_a_file_that_is_no_scenario(folder: Path, text: str, says: str) -> None:
    (folder / "plan.yaml").write_text(text)
    result = run("scenario", "plan.yaml")
    assert result.exit_code == 1
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_file_and_a_folder(folder: Path) -> None:
    assert "file not found" in run("scenario", "none.yaml").stderr
    assert run("scenario", str(folder)).exit_code == 2


def test_the_day_is_that_of_the_file_or_of_the_option(folder: Path) -> None:
    (folder / "plan.yaml").write_text(FILE + "as_of: 2020-01-01\n")
    document = json.loads(run("scenario", "plan.yaml", "--draws", "100", "--format", "json").stdout)
    assert document["as_of"] == "2020-01-01"
    assert "leave out --as-of" in run("scenario", "plan.yaml", "--as-of", "2019").stderr
    (folder / "plan.yaml").write_text(FILE)
    asked = ("scenario", "plan.yaml", "--draws", "100", "--format", "json")
    assert json.loads(run(*asked, "--as-of", "2019-01-01").stdout)["as_of"] == "2019-01-01"
    dated = FILE.replace("    reason:", "    date: 2018-06-01\n    reason:")
    (folder / "plan.yaml").write_text(dated)
    assert "after the reference date, 2018-01-01" in run(*asked).stderr
    assert run(*asked, "--as-of", "2019-01-01").exit_code == 0


def test_from_python(folder: Path) -> None:
    (folder / "plan.yaml").write_text(FILE)
    assessment = scoring.assess(*scoring.load(folder / "rubrics", folder / "profiles"))
    result = scoring.scenario(assessment, "plan.yaml", draws=100)
    assert result.value.countries[0].index.change > 0
    assert "this is no forecast" in str(result)
    plan = {"format": 1, "name": "N", "reason": "R", "suppose": [{"country": "AZE", "codes": {"strategy": "adopted"}}]}
    same = scoring.scenario(assessment, plan, draws=100).value
    assert same.countries[0].index == result.value.countries[0].index
    with pytest.raises(scoring.ScoringError, match="is as of 2017"):
        scoring.scenario(assessment, {**plan, "as_of": "2017-01-01"})
    with pytest.raises(scoring.InputError, match="unknown indicator 'b'"):
        scoring.scenario(assessment, {**plan, "suppose": [{"country": "AZE", "codes": {"b": 1}}]})
