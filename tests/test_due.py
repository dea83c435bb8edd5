"""What to look at first: information that is lost if nothing is added, what ended, and sources. Figures are by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PROFILE, run
from hypothesis import given
from hypothesis import strategies as st
from tiny import LEVELS, NUMBER, book, profile, say

import scoring
from scoring.analysis.due import CountryDue, default_day, due, not_later
from scoring.analysis.explain import shares
from scoring.files.editing import lines_of
from scoring.render.due import checklist, due_tables, lead

if TYPE_CHECKING:
    from scoring.model.profile import Profile, Source
    from scoring.model.rubric import RuleBook

PRIOR = {"weight": 0.25}
AGEING = {**LEVELS, "half_life": 4.0}
FIGURE = {**NUMBER, "id": "figure", "half_life": 4.0}
START, AFTER = dt.date(2020, 1, 1), dt.date(2024, 1, 1)  # 1461 days: four years of 365.25 days
TENTHS = st.integers(0, 10)
DAYS = st.dates(min_value=dt.date(2000, 1, 1), max_value=START)


def rubric(**more: Any) -> RuleBook:
    return book(AGEING, FIGURE, prior=PRIOR, **more)


def due_of(told: Profile, on: dt.date | None = AFTER, *, by: Any = "lost", of: RuleBook | None = None) -> CountryDue:
    [found] = due(scoring.assess(of or rubric(), [told]), [0], on, by)
    return found


def with_source(told: Profile, **keys: Any) -> Profile:
    [(name, source)] = told.sources.items()
    changed: Source = source.model_copy(update=keys)
    return told.model_copy(update={"sources": {name: changed}})


# -- what is lost ------------------------------------------------------------------------------------------------------


def test_by_hand() -> None:
    found = due_of(profile(say("v5", date="2020-01-01"), say(0.5, "figure", date="2016-01-01")))
    # each indicator is half of the index; weights 1 and 1/2 become 1/2 and 1/4, and information is w / (w + 1/4)
    assert (found.before, found.after) == pytest.approx((0.4 + 1 / 3, 1 / 3 + 1 / 4))
    first, second = found.statements
    assert (first.statement.id, second.statement.id) == ("s1", "s0")
    assert (first.before, first.after, first.lost) == pytest.approx((1 / 3, 1 / 4, 1 / 12))
    assert (second.before, second.after, second.lost) == pytest.approx((2 / 5, 1 / 3, 1 / 15))
    assert (first.gain, second.gain) == pytest.approx((0.4 - 1 / 4, 0.4 - 1 / 3))
    assert (first.task, second.task) == ("renew", "recheck")
    assert found.part_of(1) == pytest.approx((1 / 12) / (1 / 12 + 1 / 15))
    [question] = second.questions
    assert question.node.id == "leaf"
    assert question.lost == pytest.approx(1 / 15)
    assert (found.as_of, found.on) == (START, AFTER)
    assert found.fall == pytest.approx(3 / 20)


def test_the_order_by_what_fresh_ones_would_add() -> None:
    told = profile(say("v5", date="2018-01-01"), say(0.5, "figure", date="1980-01-01"))
    # the old figure has nothing left to lose, and a new one would add most
    assert [one.statement.id for one in due_of(told).statements] == ["s0", "s1"]
    assert [one.statement.id for one in due_of(told, by="gain").statements] == ["s1", "s0"]
    assert due_of(told).part_of(1) == due_of(told, by="gain").part_of(1)


@given(st.lists(st.tuples(TENTHS, DAYS, st.booleans()), min_size=1, max_size=5), st.dates(START, dt.date(2040, 1, 1)))
def test_shares_sum_to_the_information_and_losses_to_its_fall(
    told: list[tuple[int, dt.date, bool]], on: dt.date
) -> None:
    on = max(on, START + dt.timedelta(days=1))
    statements = [
        say(f"v{value}", date=date.isoformat()) if is_level else say(value / 10, "figure", date=date.isoformat())
        for value, date, is_level in told
    ]
    country = profile(*statements)
    assessment = scoring.assess(rubric(), [country])
    own = sum(part for each in shares(assessment, 0).values() for part in each.values())
    assert own == pytest.approx(float(assessment.figures.information[0, 0]))
    found = due_of(country, on)
    assert sum(one.lost for one in found.statements) == pytest.approx(found.fall)
    assert found.after == pytest.approx(float(scoring.assess(rubric(), [country], as_of=on).figures.information[0, 0]))


@given(st.lists(st.tuples(TENTHS, DAYS), min_size=1, max_size=4))
def test_the_gain_is_what_a_recheck_adds(told: list[tuple[int, dt.date]]) -> None:
    statements = [say(f"v{value}", date=date.isoformat()) for value, date in told]
    found = due_of(profile(*statements))
    for one in found.statements:
        again = [
            {**each, "rechecked": AFTER.isoformat()} if f"s{place}" == one.statement.id else each
            for place, each in enumerate(statements)
        ]
        after = scoring.assess(rubric(), [profile(*again)], as_of=AFTER)
        assert one.gain == pytest.approx(float(after.figures.information[0, 0]) - found.after)


def test_undated_statements_gain_a_share_and_are_not_listed() -> None:
    found = due_of(profile(say("v5", date="2020-01-01"), say("v5")))
    # weights 1 and 1/2 on one leaf become 1/2 and 1/2
    assert [one.statement.id for one in found.statements] == ["s0"]
    assert found.fall == pytest.approx((1.5 / 1.75 - 1 / 1.25) / 2)
    assert found.statements[0].lost == pytest.approx((1 / 1.75 - 0.5 / 1.25) / 2)
    assert found.part_of(3) > 1


def test_only_the_evidence_of_the_reference_date_counts() -> None:
    later = say("v5", date="2022-01-01")
    rechecked = {**say("v5", date="2016-01-01"), "rechecked": "2022-01-01"}
    plain = {key: entry for key, entry in rechecked.items() if key != "rechecked"}
    assert due_of(profile(rechecked, later)).after == due_of(profile(plain)).after


def test_nothing_ages() -> None:
    still = book({**LEVELS}, prior=PRIOR)
    found = due_of(profile(say("v5", date="2010")), of=still)
    assert found.statements == ()
    assert not found.falls
    assert math.isnan(found.part_of(3))
    assert lead(found) == "XAA keeps an information of 0.80 until 1 January 2024 if nothing is added."


# -- what to do --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "task"),
    [
        (say("v5", date="2016-01-01"), "recheck"),
        (say("v5", date="2016-01-01", until="2030"), "recheck"),
        (say("v5", date="2016-01-01", until="2023-12-31"), "follow"),
        (say("v5", date="2016-01-01", until="2024-01-01"), "recheck"),  # still in force on the day
        (say("v5", fielded="2016-01-01"), "renew"),
        (say(0.5, "figure", date="2016-01-01"), "renew"),
    ],
)
def test_tasks(statement: dict[str, Any], task: str) -> None:
    [one] = due_of(profile(statement)).statements
    assert one.task == task
    assert (one.after == 0) == (task == "follow")


def test_what_the_rubric_says_is_about_events_is_renewed() -> None:
    events = book({**AGEING, "rechecked": False}, prior=PRIOR)
    [one] = due_of(profile(say("v5", date="2016-01-01")), of=events).statements
    assert one.task == "renew"


ITEMS = [{"key": key, "points": 1.0, "text": key.upper()} for key in ("a", "b")]
LIST = {**{key: entry for key, entry in AGEING.items() if key != "levels"}, "kind": "checklist", "items": ITEMS}


def test_what_ended_and_left_a_question_open() -> None:
    told = profile(
        say({"a": True, "b": True}, date="2010", until="2018"),
        say({"a": True}, date="2019"),
        say({"b": True}, date="2010", until="2019-05", same_as="s0"),
        say({"a": True}, date="2010", until="2011"),
        say({"b": True}, date="2012", until="2019-05"),
        say({"b": True}, date="2012", until="2019-06", withdrawn={"on": "2019", "why": "No.", "by": "me"}),
    )
    found = due_of(told, of=book(LIST, prior=PRIOR))
    # s1 answers a; b was answered by s0 and s4 alone
    ends = [(one.statement.id, one.last_day.isoformat(), [node.id for node in one.questions]) for one in found.ended]
    assert ends == [("s4", "2019-05-31", ["b"]), ("s0", "2018-12-31", ["b"])]


# -- sources -----------------------------------------------------------------------------------------------------------

COPY = "https://example.org/copy"
SOURCES: dict[str, tuple[dict[str, Any], str | None, tuple[str, ...]]] = {
    "no address": ({"accessed": "2023"}, "2023", ("no address",)),
    "no copy": ({"url": COPY, "accessed": "2023"}, "2023", ("not archived",)),
    "a copy": ({"archived": COPY, "accessed": "2023"}, "2023", ()),
    "never read": ({"archived": COPY}, None, ("never read",)),
    "less than two years ago": ({"archived": COPY, "accessed": "2022-01-02"}, "2022-01-02", ()),
    "two years ago": ({"archived": COPY, "accessed": "2022-01-01"}, "2022-01-01", ("read long ago",)),
    "read later": ({"archived": COPY, "accessed": "2026"}, "2026", ()),
    "all of them": ({"accessed": "2001"}, "2001", ("no address", "read long ago")),
}


@pytest.mark.parametrize("name", SOURCES)
def test_sources(name: str) -> None:
    keys, read, reasons = SOURCES[name]
    day = dt.date(2024, 1, 1) if name != "two years ago" else dt.date(2024, 1, 2)
    found = due_of(with_source(profile(say("v5", date="2020-01-01")), **keys), day)
    assert [(one.read, one.reasons) for one in found.sources] == ([(read, reasons)] if reasons else [])
    assert [one.share for one in found.sources] == [pytest.approx(0.4)] * bool(reasons)


def test_a_recheck_is_a_reading() -> None:
    told = say("v5", date="2016-01-01", rechecked="2019-12-31")
    [one] = due_of(with_source(profile(told), accessed="2016"), dt.date(2021, 1, 1)).sources
    assert (one.read, one.reasons) == ("2019-12-31", ("no address",))
    [one] = due_of(with_source(profile(told), accessed="2017"), dt.date(2022, 1, 1)).sources
    assert one.reasons == ("no address", "read long ago")


def test_sources_of_withdrawn_statements_alone_are_not_due() -> None:
    gone = say("v5", source="gone", withdrawn={"on": "2019", "why": "No.", "by": "me"})
    background = {"codes": None, "context": True, "source": "context"}
    found = due_of(profile(say("v5", date="2020-01-01"), gone, background))
    assert [(one.id, one.share) for one in found.sources] == [("page", pytest.approx(0.4)), ("context", 0.0)]


# -- days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "later"),
    [("2025-06-30", "2026-06-30"), ("2024-02-29", "2025-02-28"), ("9999-12-31", "9999-12-31")],
)
def test_the_day_by_default(as_of: str, later: str) -> None:
    assert default_day(dt.date.fromisoformat(as_of)).isoformat() == later


def test_a_day_that_is_not_later() -> None:
    assessment = scoring.assess(rubric(), [profile(say("v5")), profile(say("v5"), country="XAB")])
    assert not_later(assessment, [0, 1], START) == ["XAA", "XAB"]
    assert not_later(assessment, [1], START + dt.timedelta(days=1)) == []
    assert not_later(assessment, [0], None) == []
    with pytest.raises(ValueError, match="not after the reference date of XAB; give a later one"):
        due(assessment, [1], START)


def test_countries_of_different_days() -> None:
    other = profile(say("v5", date="2012-01-01"), country="XAB").model_copy(update={"as_of": "2016-01-01"})
    found = due(scoring.assess(rubric(), [other, profile(say("v5", date="2020-01-01"))]), [1, 0])
    days = [(one.profile.country, one.as_of.isoformat(), one.on.isoformat()) for one in found]
    assert days == [("XAB", "2016-01-01", "2017-01-01"), ("XAA", "2020-01-01", "2021-01-01")]
    assert found[0].before == pytest.approx(1 / 3)  # four years after its date: 1/2 of 3/4, of half of the index


# -- the command -------------------------------------------------------------------------------------------------------

SITE = """\
  - id: site
    text: There is a site.
    source: page
    locator: Page 1
    date: 2016
    credibility: 2
    codes: {awareness: {site: true}}
  - id: ended-place
    text: Place 40 | of <b>194</b>.
    source: other
    locator: Page `2`
    date: 2012
    until: 2016
    credibility: 2
    codes: {expulsions: 2}
"""
OTHER = '  other: {title: "A *page* | of [others]", publisher: P, reliability: B, url: "https://example.org/a|b"}\n'


@pytest.fixture
def kept(folder: Path) -> Path:
    text = PROFILE.replace("statements:\n", f"{OTHER}statements:\n") + SITE
    (folder / "profiles" / "AZE.yaml").write_text(text)
    return folder


@pytest.mark.usefixtures("kept")
def test_a_country() -> None:
    result = run("due", "AZE")
    assert result.exit_code == 0
    assert "Azerbaijan (AZE) falls from " in result.stdout
    assert " in information by 1 January 2019 if nothing is added; 3 statements are 100 % of it.\n" in result.stdout
    assert "To do: recheck: read its source again; renew: look for newer evidence.\n" in result.stdout
    rows = [line.split() for line in result.stdout.splitlines()]
    assert [row[2:6] for row in rows if row[2:3] == ["site"]] == [["site", "recheck", "2016", "awareness"]]
    assert "2016    ended-place   expulsions\n" in result.stdout
    assert " other    –      not archived, never read\n" in result.stdout
    assert " page     –      never read\n" in result.stdout


@pytest.mark.usefixtures("kept")
def test_all_countries_and_a_few_rows() -> None:
    result = run("due", "--most", "1", "--by", "gain", "--on", "2020")
    assert "Azerbaijan (AZE) " in result.stdout
    assert "Georgia (GEO) " in result.stdout
    assert "First 3: the part of the fall" in result.stdout
    assert "4 more in --format json.\n" in result.stdout
    assert run("due", "--most", "0").exit_code == 2  # a table without rows would say that nothing is due
    assert "| Lost | Gain | Statement |" in run("due", "AZE", "--format", "markdown").stdout


@pytest.mark.usefixtures("kept")
def test_json_and_csv_have_all_with_their_lines() -> None:
    document = json.loads(run("due", "--format", "json", "--most", "1").stdout)
    aze, geo = document["countries"]
    assert [one["country"] for one in (aze, geo)] == ["AZE", "GEO"]
    text = Path("profiles/AZE.yaml").read_text().splitlines()
    found = {one["id"]: one for key in ("statements", "ended", "sources") for one in aze[key]}
    assert found.keys() == {"place-2017", "poll-2016", "site", "ended-place", "page", "other"}
    for name, one in found.items():
        assert one["file"] == "profiles/AZE.yaml"
        assert name in text[one["line"] - 1]
    assert found["site"]["task"] == "recheck"
    assert found["site"]["questions"][0]["path"] == "small/state/awareness/site"
    assert found["ended-place"]["questions"] == ["small/state/expulsions"]
    assert found["other"]["reasons"] == ["not archived", "never read"]
    assert aze["on"] == "2019-01-01"
    table = list(csv.DictReader(io.StringIO(run("due", "AZE", "--format", "csv").stdout)))
    assert {row["id"]: row["to_do"] for row in table} == {
        **{name: one["task"] for name, one in found.items() if "task" in one},
        "ended-place": "follow",
        "page": "never read",
        "other": "not archived; never read",
    }
    assert {row["line"] for row in table} == {str(one["line"]) for one in found.values()}
    assert sum(float(row["lost"] or 0) for row in table) == pytest.approx(
        aze["information"] - aze["information_then"], abs=1e-5
    )


@pytest.mark.usefixtures("kept")
def test_the_checklist() -> None:
    text = run("due", "AZE", "--format", "checklist").stdout
    tasks = [line for line in text.splitlines() if line.startswith("- [ ] ")]
    assert len(tasks) == 6
    site = next(place for place, line in enumerate(text.splitlines()) if line.startswith("- [ ] `site` "))
    lines = text.splitlines()[site : site + 4]
    assert lines[0].startswith("- [ ] `site` (profiles/AZE.yaml:30) loses 0.0")
    assert lines[0].endswith(": There is a site.")
    assert lines[1] == "  - [A publisher, A page](<https://example.org>); Page 1; 2016"
    assert lines[2] == "  - Answers awareness (site)."
    assert lines[3] == (
        "  - Read the source again. If it still says so, add `rechecked: YYYY-MM-DD`, the day on which you read it."
    )
    assert "ended on 2016-12-31: Place 40 \\| of &#60;b&#62;194&#60;/b&#62;." in text
    assert "[P, A \\*page\\* \\| of \\[others\\]](<https://example.org/a%7Cb>); Page \\`2\\`" in text
    short = run("due", "AZE", "--format", "checklist", "--most", "1").stdout
    assert short.endswith("Not listed here: 2 statements and 1 source.\n")
    written = run("due", "AZE", "--format", "checklist", "-o", "due.md")
    assert written.exit_code == 0
    assert Path("due.md").read_text() == text


@pytest.mark.usefixtures("kept")
def test_what_is_pasted_unread_is_refused() -> None:
    path = Path("profiles/AZE.yaml")
    path.write_text(path.read_text().replace("    date: 2016\n", "    date: 2016\n    rechecked: YYYY-MM-DD\n", 1))
    assert "'YYYY-MM-DD' is not a valid date" in run("validate").stderr


@pytest.mark.usefixtures("folder")
def test_wrong_use() -> None:
    early = run("due", "AZE", "GEO", "--on", "2018-01-01")
    assert early.exit_code == 2
    assert "Error: --on is not after the reference date (2018-01-01) of AZE, GEO; give a later day\n" in early.stderr
    assert run("due", "MDA").exit_code == 2
    assert run("due", "-o", "due.json", "--format", "checklist").exit_code == 2
    Path("profiles/GEO.yaml").write_text("format: 1\n")
    broken = run("due", "AZE", "--format", "checklist")
    assert broken.exit_code == 1
    assert "## Azerbaijan" in broken.stdout
    assert "profiles/GEO.yaml:1:1" in broken.stderr


def test_evidence_in_a_table_has_no_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("egov.import.yaml").write_text(
        "id: egov\ntitle: T\nas_of: 2018-07-19\nsource: {title: S, publisher: P, reliability: A}\nfile: egov.csv\n"
        "code: country\ngoalposts: {worst: 0, best: 1}\nindicators: [osi]\n"
    )
    Path("egov.csv").write_text("country,osi\nEstonia,0.9\nPoland,0.5\n")
    assert run("import", "egov.import.yaml").exit_code == 0
    document = json.loads(run("due", "EST", "--format", "json").stdout)
    [source] = document["countries"][0]["sources"]
    assert (source["file"], source["line"]) == (None, None)
    assert "- [ ] `" in run("due", "EST", "--format", "checklist").stdout
    assert "EST,source," in run("due", "EST", "--format", "csv").stdout


def test_withheld_now_and_then() -> None:
    told = [profile(say("v5", date="2020-01-01")), profile(say("v5", date="2004-01-01"), country="XAB")]
    of = rubric()
    strict = of.model_copy(
        update={
            "rubric": of.rubric.model_copy(
                update={"publish": of.rubric.publish.model_copy(update={"information": 0.39})}
            )
        }
    )
    assessment = scoring.assess(strict, told)
    now, then = due(assessment, [1, 0], AFTER)
    assert lead(now).endswith(" Its index is withheld (information).")
    assert lead(then).endswith("; one statement is 100 % of it. Its index is then withheld (information).")
    [countries, *_] = due_tables(assessment, (now, then), 10)
    # the largest fall first
    assert [(row[0], row[5]) for row in countries.rows] == [("XAA", "then (information)"), ("XAB", "now (information)")]
    assert due_tables(assessment, (), 10) == []


def test_a_fall_too_small_for_two_decimals() -> None:
    found = due_of(profile(say("v5", date="2020-01-01")), dt.date(2020, 1, 2))
    # w = 2^(-1/1461): information .4 becomes .4 - .4 (1 - .8) ln 2 / 1461 = .39996
    assert "falls from 0.40000 to 0.39996 in" in lead(found)


def test_a_country_with_nothing_due() -> None:
    told = with_source(profile(say("v5", date="2020-01-01")), archived=COPY, accessed="2020")
    still = book({**LEVELS}, prior=PRIOR)
    assessment = scoring.assess(still, [told])
    found = due(assessment, [0])
    statements, sources = due_tables(assessment, found, 10)
    assert statements.notes == ("No statement loses information.",)
    assert sources.notes == ("No source is due.",)
    assert checklist(assessment, found, {}, 10).endswith("\n\nNothing is due.\n")


def test_dates_of_what_ends_and_what_was_rechecked() -> None:
    told = profile(
        say(0.5, "figure", date="2016-01-01", until="2022"),
        say("v5", date="2016-01-01", rechecked="2018"),
        say(0.5, "figure", until="2022"),
    )
    assessment = scoring.assess(rubric(), [told])
    statements, _ = due_tables(assessment, due(assessment, [0], AFTER), 10)
    dates = {row[2]: row[4] for row in statements.rows}
    assert dates == {"s0": "2016-01-01 to 2022", "s1": "2016-01-01, rechecked 2018", "s2": "undated to 2022"}
    assert "follow: find what holds after its end." in statements.notes[2]
    text = checklist(assessment, due(assessment, [0], AFTER), {}, 10)
    assert "  - It ends by then. Find what holds afterwards," in text


def test_lines_of_profiles_in_braces() -> None:
    lines = lines_of(b"statements:\n  - {id: a}\n  -\n    id: b\n")
    assert (lines.statements, lines.sources) == ({"a": 2, "b": 4}, {})


@pytest.mark.usefixtures("kept")
def test_the_function() -> None:
    assessment = scoring.assess(*scoring.load())
    assert str(scoring.due(assessment, "Azerbaijan")) == run("due", "AZE").stdout
    assert len(scoring.due(assessment, on="2020").value) == 2
    [one] = scoring.due(assessment, "GEO", on=dt.date(2020, 1, 1)).value
    assert one.on == dt.date(2020, 1, 1)
