"""A statement that was rechecked ages from that day, where it says what is in force."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PILLAR, PROFILE, ROOT, run
from hypothesis import given
from hypothesis import strategies as st
from tiny import LEVELS, book, book_of, profile, say

import scoring
from scoring.change.attribution import Change, changed_statements
from scoring.desk.forms import statement_of, statement_texts
from scoring.index.scenario import Scenario
from scoring.model.digest import digest

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.model.profile import Profile

AGEING = {**LEVELS, "half_life": 4.0}
PRIOR = {"weight": 0.25}
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2040, 1, 1)
DAYS = st.dates(min_value=FIRST, max_value=LAST)
TENTHS = st.integers(0, 10)


def assessed(told: Profile, day: dt.date, **indicator: Any) -> scoring.Assessment:
    return scoring.assess(book({**AGEING, **indicator}, prior=PRIOR), [told], as_of=day)


def figures(told: Profile, day: dt.date, **indicator: Any) -> tuple[float, float]:
    found = assessed(told, day, **indicator).figures
    return float(found.estimate[0, 0]), float(found.information[0, 0])


# -- what it counts ----------------------------------------------------------------------------------------------------


def test_by_hand() -> None:
    day = dt.date(2020, 1, 1)  # 1461 days, which are four years of 365.25 days, after 1 January 2016
    old = profile(say("v10", date="2016-01-01"))
    new = profile(say("v10", date="2016-01-01", rechecked="2020-01-01"))
    assert figures(old, day) == pytest.approx(((1 / 2 + 1 / 4 / 2) / (3 / 4), 2 / 3))
    assert figures(new, day) == pytest.approx(((1 + 1 / 4 / 2) / (5 / 4), 4 / 5))
    half = dt.date(2024, 1, 1)
    assert figures(new, half) == pytest.approx(((1 / 2 + 1 / 4 / 2) / (3 / 4), 2 / 3))


@given(*[st.tuples(TENTHS, DAYS)] * 3, DAYS, DAYS)
def test_it_is_as_if_dated_on_that_day_and_never_lowers_information(
    one: tuple[int, dt.date], other: tuple[int, dt.date], third: tuple[int, dt.date], rechecked: dt.date, day: dt.date
) -> None:
    rechecked = max(rechecked, one[1])
    others = [say(f"v{value}", date=date.isoformat()) for value, date in (other, third)]
    plain, later = (say(f"v{one[0]}", date=date.isoformat()) for date in (one[1], rechecked))
    again = {**plain, "rechecked": rechecked.isoformat()}
    before, after, dated = (profile(told, *others) for told in (plain, again, later))
    if day < rechecked:
        assert figures(after, day) == figures(before, day)
    else:
        assert figures(after, day) == figures(dated, day)
        assert figures(after, day)[1] >= figures(before, day)[1]


@given(*[st.tuples(TENTHS, DAYS)] * 2, DAYS, DAYS)
def test_an_older_statement_does_not_replace_a_newer_one(
    one: tuple[int, dt.date], other: tuple[int, dt.date], rechecked: dt.date, day: dt.date
) -> None:
    rechecked = max(rechecked, one[1])
    told = [say(f"v{value}", date=date.isoformat()) for value, date in (one, other)]
    before, after = profile(*told), profile({**told[0], "rechecked": rechecked.isoformat()}, told[1])
    then, now = (figures(each, day, pool="latest") for each in (before, after))
    assert now[1] >= then[1]
    if one[1] < other[1] <= day:
        assert now == then  # displaced, as without a recheck


def test_what_is_undated_or_does_not_age_is_as_before() -> None:
    told = say("v3", date="2016-01-01", rechecked="2019-01-01")
    without = {key: entry for key, entry in told.items() if key != "rechecked"}
    day = dt.date(2020, 1, 1)
    assert figures(profile(told), day, half_life=None) == figures(profile(without), day, half_life=None)


# -- as of, and known by -----------------------------------------------------------------------------------------------


def test_evidence_of_a_day_has_no_later_recheck() -> None:
    told = profile(say("v3", date="2016-01-01", rechecked="2019-01-01"))
    scenario = Scenario(book(AGEING, prior=PRIOR), (told,))
    [then] = scenario.evidence_on(dt.date(2018, 12, 31)).profile.statements
    [now] = scenario.evidence_on(dt.date(2019, 1, 1)).profile.statements
    assert (then.rechecked, now.rechecked) == (None, "2019-01-01")
    [known] = scenario.known_by(dt.date(2018, 12, 31)).profile.statements
    assert known.rechecked is None


def test_between_two_days_a_recheck_is_evidence_and_the_rest_is_ageing() -> None:
    told = profile(say("v10", date="2016-01-01", rechecked="2020-01-01"))
    scenario = Scenario(book(AGEING, prior=PRIOR), (told,))
    then, now = (scenario.evidence_on(dt.date(year, 1, 1)) for year in (2018, 2020))
    assert changed_statements(then.profile, now.profile)["grades and dates"] == {"s0"}
    split = Change(then, now).split()
    parts = split.parts
    # v with weight w is (w + 1/8) / (w + 1/4): at 2018 2^(-731/365.25/4), and 1 with the recheck, on either day
    weight = 2 ** (-731 / 365.25 / 4)
    was, is_now, aged = ((each + 1 / 8) / (each + 1 / 4) for each in (weight, 1, 1 / 2))
    assert split.was == pytest.approx(was)
    assert split.now == pytest.approx(is_now)
    assert parts["grades and dates"] == pytest.approx(((is_now - was) + (is_now - aged)) / 2)
    assert parts["ageing"] == pytest.approx(((aged - was) + (is_now - is_now)) / 2)


# -- digests -----------------------------------------------------------------------------------------------------------


def test_digests() -> None:
    told = say("v3", date="2016-01-01")
    assert digest(profile({**told, "rechecked": None})) == digest(profile(told))
    assert digest(profile({**told, "rechecked": "2019"})) != digest(profile(told))
    items = [{"key": "a", "points": 1.0, "text": "A"}, {"key": "b", "points": 1.0, "text": "B"}]
    checklist = {**AGEING, "id": "list", "kind": "checklist", "levels": None, "items": items}
    del checklist["levels"]
    marked = {**checklist, "items": [{**items[0], "rechecked": False}, items[1]]}
    plain = book_of({"pillar": [AGEING, checklist]})
    assert digest(book_of({"pillar": [{**AGEING, "rechecked": False}, marked]})) == digest(plain)


def test_the_shipped_rubrics_are_those_of_the_lock() -> None:
    rubric, _ = scoring.load(ROOT / "rubrics", ROOT / "profiles")
    assert digest(rubric) in (ROOT / "scores.lock").read_text()
    assert not rubric.leaves["political_pushback"].can_be_rechecked("protest")
    assert not rubric.leaves["operational_defence"].can_be_rechecked("national_exercise")
    assert rubric.leaves["operational_defence"].can_be_rechecked("national_team")


# -- what is refused ---------------------------------------------------------------------------------------------------

SITE = """\
  - id: site
    text: There is a site.
    source: page
    locator: Page 1
    date: 2016
    credibility: 2
    codes: {awareness: {site: true}}
"""
AT = "    credibility: 2\n    codes: {awareness"
REFUSED = {
    "before the date": ("rechecked: 2016-06", "34:16", "2016-06 is before the date 2016; correct one of the two"),
    "after its end": ("until: 2016\n    rechecked: 2017", "35:16", "2017 is after 2016, its last day; correct one"),
    "no date at all": ("rechecked: soon", "34:16", "'soon' is not a valid date; write YYYY, YYYY-MM or YYYY-MM-DD"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_impossible_days(folder: Path, name: str) -> None:
    keys, place, says = REFUSED[name]
    text = PROFILE + SITE.replace(AT, f"    {keys}\n{AT}")
    (folder / "profiles" / "AZE.yaml").write_text(text)
    result = run("validate")
    assert result.exit_code == 1
    assert f"profiles/AZE.yaml:{place}: statements[3].rechecked: {says}" in result.stderr
    assert "[impossible-date]" in result.stderr


WITHOUT_EFFECT = {
    "a poll": ("    date: 2016\n", "    fielded: 2016\n", "has no effect on a poll, which is of its field work"),
    "undated": ("    date: 2016\n", "", "needs the day since when it is known to be in force; write date; remove it"),
    "context": ("codes: {awareness: {site: true}}", "context: true", "has no effect: context is never scored"),
    "a figure": (
        "{awareness: {site: true}}",
        "{awareness: {site: true}, place: {rank: 48, of: 194}}",
        "place asks what happened, was measured or was reported at a time, which a later look makes no newer",
    ),
    "a count": ("{awareness: {site: true}}", "{expulsions: 2}", "expulsions asks what happened"),
    "what does not age": (
        "{awareness: {site: true}}",
        "{strategy: none}",
        "has no effect: nothing that the statement codes ages, see `accessed` of the source; remove it",
    ),
    "a decision that nothing counts": (
        "codes: {awareness: {site: true}}",
        "codes: {awareness: {site: true}}\n    coders: {second: {}}\n    adjudicated: {codes: {}, reason: No., by: me}",
        "has no effect: nothing that the statement codes ages",
    ),
}


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_what_a_later_look_does_not_make_newer(folder: Path, name: str) -> None:
    old, new, says = WITHOUT_EFFECT[name]
    told = SITE.replace(AT, f"    rechecked: 2017-10\n{AT}").replace(old, new)
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE + told)
    result = run("validate")
    assert result.exit_code == 1
    assert f"statements[3].rechecked: {says}" in result.stderr
    assert "[rechecked]" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    (folder / "profiles" / "AZE.yaml").write_text(
        PROFILE + told.replace("    rech", "    withdrawn: {on: 2018, why: No., by: me}\n    rech")
    )
    assert run("validate").exit_code == 0  # it stays on record as it was


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        ("half_life: 3\n    items", "half_life: 3\n    rechecked: false\n    items", "awareness/site"),
        ("{key: site, points: 1,", "{key: site, points: 1, rechecked: false,", "awareness/site"),
    ],
)
def test_the_rubric_says_what_is_about_events(folder: Path, old: str, new: str, question: str) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE + SITE.replace(AT, f"    rechecked: 2017-10\n{AT}"))
    assert run("validate", "--strict").exit_code == 0
    assert old in PILLAR
    (folder / "rubrics" / "small" / "state.yaml").write_text(PILLAR.replace(old, new))
    result = run("validate")
    assert result.exit_code == 1
    assert f"profiles/AZE.yaml:34:5: statements[3].rechecked: {question} asks what happened" in result.stderr


def test_levels_that_report_events(folder: Path) -> None:
    pillar = PILLAR.replace("half_life: null\n", "half_life: 3\n")
    (folder / "rubrics" / "small" / "state.yaml").write_text(pillar)
    (folder / "profiles" / "AZE.yaml").write_text(
        PROFILE.replace("    date: 2017\n", "    date: 2017\n    rechecked: 2017-10\n", 1)
    )
    assert run("validate", "--strict").exit_code == 0
    (folder / "rubrics" / "small" / "state.yaml").write_text(
        pillar.replace("half_life: 3\n    levels", "half_life: 3\n    rechecked: false\n    levels")
    )
    assert "rechecked: strategy asks what happened" in run("validate").stderr


# -- outputs -----------------------------------------------------------------------------------------------------------


def test_outputs(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE + SITE.replace(AT, f"    rechecked: 2017-10\n{AT}"))
    statement = json.loads(run("explain", "AZE", "--statement", "site", "--format", "json").stdout)["statement"]
    assert statement["rechecked"] == "2017-10"
    text = run("explain", "AZE", "--statement", "site").stdout
    assert "Page 1; 2016, rechecked 2017-10; grade B2\n" in text
    assert "  Rechecked: 2017-10; it ages from there\n" in text
    early = run("explain", "AZE", "--statement", "site", "--as-of", "2017-01-01").stdout
    assert "  Rechecked: 2017-10; later, so that it has no effect yet\n" in early
    assert "2016, rechecked 2017-10" in run("explain", "AZE", "awareness").stdout
    assert "date,fielded,until,rechecked,pillars" in run("statements", "--format", "csv").stdout
    assert ",2016,,,2017-10,state," in run("statements", "AZE", "--format", "csv").stdout


def test_the_form_of_the_desk_keeps_it() -> None:
    told = {"id": "a", "text": "T", "date": 2016, "rechecked": "2017-10"}
    texts = statement_texts(told)
    assert texts["rechecked"] == "2017-10"
    assert statement_of({**texts, "rechecked": "2018"}, {}, told)["rechecked"] == 2018
    assert "rechecked" not in statement_of({**texts, "rechecked": " "}, {}, told)
