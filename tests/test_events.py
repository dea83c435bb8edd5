"""Later events: what counts, by figures counted by hand, and what scipy says of the same figures."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import openpyxl
import pytest
from conftest import ROOT, run
from world import World

from scoring.analysis.events import Window, window_of
from scoring.model.events import EventTable, Rival
from scoring.model.fields import read_first_day
from scoring.statistics.area import area_under_curve
from scoring.statistics.correlation import Z
from scoring.statistics.kendall import kendall

if TYPE_CHECKING:
    from collections.abc import Sequence

AFTER = ("--after", "2026-06-30", "--years", "1")
HEAD = """\
title: Raids
publisher: An office
url: https://example.org
licence: CC0
accessed: 2027-08-01
read_from: its page
first: 2026
last: 2027-12
measures: Raids that were reported.
registered: 2026-06-01
expected: Fewer where the index is high.
rivals:
  wealth:
    title: Wealth per head
    publisher: A bank
    year: 2025
    url: https://example.org/wealth
    licence: CC0
    accessed: 2027-08-01
    read_from: its page
    better: higher
    values: {XAA: 9, XAB: 8, XAC: 7, EST: 6, XAE: 5, XBA: 4, XBB: 3, XBC: 2, XBD: 1, XBE: 0}
"""
NUMBERS = {"XAA": 1, "XAB": 4, "EST": 2, "XBA": 3, "XBC": 5, "XBD": 0, "XBF": 7}
"""Events of a country; the others have none."""


def rows(**numbers: int) -> list[str]:
    return [
        f"{code},2026-{7 + one % 6:02}-10,raid,https://example.org/{code}/{one}"
        for code, number in numbers.items()
        for one in range(number)
    ]


def written(lines: Sequence[str], head: str = HEAD, name: str = "raids") -> str:
    Path(f"{name}.csv").write_text("\n".join(("country,date,kind,source", *lines)) + "\n")
    Path(f"{name}.yaml").write_text(head)
    return f"{name}.csv"


def foretold(lines: Sequence[str], *options: str, head: str = HEAD) -> Any:
    return json.loads(run("validity", "--events", written(lines, head), *AFTER, "--format", "json", *options).stdout)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Twelve countries, eleven of them with a published index."""
    monkeypatch.chdir(tmp_path)
    made = World()
    made.crowd(12)
    made.write(tmp_path)
    return made


def prediction(document: Any, name: str) -> Any:
    [found] = [one for one in document["predictions"] if one["id"] == name]
    return found


# -- which events count --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "years", "until"),
    [("2018-06-30", 2, "2020-06-30"), ("2020-02-29", 1, "2021-02-28"), ("2020-02-29", 4, "2024-02-29")],
)
def test_the_window_ends_on_the_same_day_years_later(after: str, years: int, until: str) -> None:
    day = dt.date.fromisoformat(after)
    assert window_of(day, years) == Window(day, dt.date.fromisoformat(until))


def test_a_window_ends_with_the_calendar() -> None:
    assert window_of(dt.date(9999, 1, 1), 50).until == dt.date(9999, 1, 1)


def test_a_vague_date_begins_with_its_year_or_month() -> None:
    assert [read_first_day(text).isoformat() for text in ("2018", "2018-05", "2018-05-09")] == [
        "2018-01-01",
        "2018-05-01",
        "2018-05-09",
    ]
    with pytest.raises(ValueError, match="not a valid date"):
        read_first_day("2018-02-30")


@pytest.mark.usefixtures("world")
def test_only_events_of_the_window_and_the_set_count() -> None:
    lines = [
        "XAA,2026-06-30,raid,the day itself",
        "XAA,2026-07-01,raid,the first day",
        "Estonia,2027-06-30,leak,the last day",
        "XAA,2027-07-01,raid,a day late",
        "XAA,2026-12,raid,within the window",
        "XAA,2026,raid,a year that the window cuts",
        "FRA,2026-09-01,raid,of a country without a profile",
        "",
    ]
    made = foretold(lines)
    events = {one["country"]: one["events"] for one in made["countries"] if one["events"]}
    assert events == {"XAA": 2, "EST": 1}
    assert made["events"] == {
        "counted": 3,
        "kinds": {"raid": 2, "leak": 1},
        "outside": 2,
        "imprecise": 1,
        "elsewhere": 1,
        "median": 0,
    }
    assert (made["after"], made["until"]) == ("2026-06-30", "2027-06-30")
    text = run("validity", "--events", "raids.csv", *AFTER).stdout
    assert "Events that count: raid 2, leak 1. Median of a country: 0.0." in text
    assert "Events that do not count: 2 outside these days, 1 dated too vaguely and 1 of other countries." in text


@pytest.mark.usefixtures("world")
def test_a_country_that_the_table_does_not_cover_has_no_number() -> None:
    head = HEAD.replace("first: 2026", "covers: [XAA, XAB, EST]\nfirst: 2026")
    made = foretold(rows(XAA=1, XBA=3), head=head)
    assert {one["country"]: one["events"] for one in made["countries"] if one["events"] is not None} == {
        "XAA": 1,
        "XAB": 0,
        "EST": 0,
    }
    assert made["events"]["elsewhere"] == 3
    assert {one["finding"] for one in _separations(made)} == {"unknown"}  # three countries
    text = run("validity", "--events", "raids.csv", *AFTER).stdout
    assert "Not covered by the table, which is not the same as no event: XAC, XAE, XBA" in text
    assert "Few countries" not in text
    assert "Not judged: fewer than 10 countries" in text
    nothing = foretold(rows(XAA=1), head=HEAD.replace("first: 2026", "covers: [FRA]\nfirst: 2026"))
    assert nothing["events"]["median"] is None
    assert nothing["intervals"] == 0


def _separations(document: Any) -> list[Any]:
    return [one[key] for one in document["predictions"] for key in ("spearman", "kendall", "any_event", "above_median")]


# -- what they are compared by -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_measures_are_those_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    made = foretold(rows(**NUMBERS))
    events = {one["country"]: one["events"] for one in made["countries"]}
    assert {code: number for code, number in events.items() if number} == {k: v for k, v in NUMBERS.items() if v}
    median = made["events"]["median"]
    assert median == np.median(list(events.values()))
    wealth = {"XAA": 9, "XAB": 8, "XAC": 7, "EST": 6, "XAE": 5, "XBA": 4, "XBB": 3, "XBC": 2, "XBD": 1, "XBE": 0}
    index = {one["country"]: one["index"] for one in made["countries"] if one["index"] is not None}
    assert len(index) == 11
    for name, values in (("fixture_public", index), ("wealth", wealth)):
        found = prediction(made, name)
        assert found["countries"] == len(values)
        pairs = [(values[code], events[code]) for code in values]
        x, y = (np.array(one, dtype=float) for one in zip(*pairs, strict=True))
        assert found["spearman"]["value"] == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-6)
        assert found["kendall"]["value"] == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-6)
        for key, hit in (("any_event", y > 0), ("above_median", y > median)):
            wins = stats.mannwhitneyu(-x[hit], -x[~hit]).statistic  # lower is worse
            assert found[key]["value"] == pytest.approx(wins / (hit.sum() * (~hit).sum()), abs=1e-6)


@pytest.mark.usefixtures("world")
def test_where_fewer_events_go_with_more_wealth_it_says_so() -> None:
    order = ("XAA", "XAB", "XAC", "EST", "XAE", "XBA", "XBB", "XBC", "XBD", "XBE")
    found = prediction(foretold(rows(**{code: place for place, code in enumerate(order)})), "wealth")
    assert (found["countries"], found["spearman"]["value"], found["kendall"]["value"]) == (10, -1, -1)
    assert [found[key]["finding"] for key in ("spearman", "kendall", "above_median")] == ["fewer"] * 3
    assert found["above_median"]["value"] == 1
    made = foretold(rows(**{code: 9 - place for place, code in enumerate(order)}))
    assert prediction(made, "wealth")["spearman"]["finding"] == "more"
    assert prediction(made, "wealth")["above_median"]["finding"] == "more"
    text = run("validity", "--events", "raids.csv", *AFTER).stdout
    assert "yes: more events" in text
    assert f"Multiple testing: {made['beyond_chance']} of {made['intervals']} intervals exclude chance" in text
    as_lower = foretold([], head=HEAD.replace("better: higher", "better: lower"))
    assert prediction(as_lower, "wealth")["spearman"]["finding"] == "unknown"  # nobody has an event


@pytest.mark.usefixtures("world")
def test_a_rival_of_which_lower_is_better_has_the_other_sign() -> None:
    one = prediction(foretold(rows(**NUMBERS)), "wealth")
    other = prediction(foretold(rows(**NUMBERS), head=HEAD.replace("better: higher", "better: lower")), "wealth")
    assert other["spearman"]["value"] == pytest.approx(-one["spearman"]["value"], abs=1e-6)
    assert other["above_median"]["value"] == pytest.approx(1 - one["above_median"]["value"], abs=1e-6)


@pytest.mark.usefixtures("world")
def test_what_cannot_be_distinguished_from_chance_is_printed_like_any_other() -> None:
    made = foretold(rows(**NUMBERS))
    low, high = prediction(made, "fixture_public")["spearman"]["interval"]
    assert low < 0 < high
    assert prediction(made, "fixture_public")["spearman"]["finding"] == "chance"
    text = run("validity", "--events", "raids.csv", *AFTER).stdout
    assert "the relation cannot be distinguished from chance" in text
    for caveat in ("Few countries: with 11", "Multiple testing", "Reverse causation", "Reporting", "2026-06-01"):
        assert caveat in text
    page = run("validity", "--events", "raids.csv", *AFTER, "--format", "markdown").stdout
    assert "| wealth (rival) | 10 |" in page


def test_only_what_was_known_on_the_day_counts(world: World, tmp_path: Path) -> None:
    world.profiles["XAA"]["sources"]["report"]["published"] = "2026-07-01"
    world.write(tmp_path)
    made = foretold(rows(**NUMBERS))
    assert made["known_by"]["day"] == "2026-06-30"
    assert made["known_by"]["left_out"] == 1
    score = json.loads(
        run("score", "--as-of", "2026-06-30", "--known-by", "2026-06-30", "--format", "json").stdout,
    )
    assert {one["country"]: one["index"] for one in made["countries"]} == {
        one["country"]: one["index"]["estimate"] for one in score["countries"]
    }


@pytest.mark.usefixtures("world")
def test_the_document_fits_its_schema() -> None:
    described = json.loads((ROOT / "schemas" / "output" / "validity.schema.json").read_text())
    made = foretold(rows(**NUMBERS))
    validator = jsonschema.Draft202012Validator(described)
    assert list(validator.iter_errors(made)) == []
    assert list(validator.iter_errors({**made, "more": 1}))
    assert made["table"]["expected"] == "Fewer where the index is high."
    assert made["table"]["found"] is None


# -- statistics ----------------------------------------------------------------------------------------------------------


def test_kendall_by_hand() -> None:
    # of ten pairs eight agree, one is tied in y and one is against: (8 - 1) / sqrt(10 * 9)
    x, y = np.array([1.0, 2, 3, 4, 5]), np.array([1.0, 1, 3, 5, 4])
    found = kendall(np.append(x, math.nan), np.append(y, 7))
    assert found.value == pytest.approx(7 / math.sqrt(90))
    assert found.countries == 5
    half = 1.959964 * math.sqrt(0.437 / 1)
    assert math.atanh(found.high) - math.atanh(found.value) == pytest.approx(half)
    assert math.atanh(found.value) - math.atanh(found.low) == pytest.approx(half)


def test_kendall_at_its_ends() -> None:
    x = np.arange(6.0)
    assert kendall(x, -x)[:3] == (-1, -1, -1)
    assert math.isnan(kendall(x, np.ones(6)).value)
    assert math.isnan(kendall(x[:4], x[:4]).value)


def test_area_by_hand() -> None:
    values = np.array([3.0, 2, 2, 1, math.nan])
    is_hit = np.array([True, True, False, False, True])
    found = area_under_curve(values, is_hit)
    assert found.value == 3.5 / 4  # 3 > 2, 3 > 1, 2 > 1, and 2 = 2 counts a half
    assert found.countries == 4
    assert math.isnan(area_under_curve(values, np.ones(5, dtype=bool)).value)


@pytest.mark.parametrize(("hits", "others", "wins"), [(10, 10, 80), (10, 10, 50), (7, 7, 3)])
def test_the_ends_of_an_area_are_as_far_as_the_variance_of_hanley_and_mcneil_says(
    hits: int, others: int, wins: int
) -> None:
    """With as many hits as others, Newcombe's variance is theirs, which is written here with their Q1 and Q2."""
    beaten, rest = divmod(wins, hits)  # each hit beats so many of the others, and some one more
    values = np.array(
        [beaten + (place < rest) + 0.5 for place in range(hits)] + list(range(1, others + 1)), dtype=float
    )
    found = area_under_curve(values, np.arange(hits + others) < hits)
    assert found.value == pytest.approx(wins / (hits * others))
    for end in (found.low, found.high):
        q1, q2 = end / (2 - end), 2 * end**2 / (1 + end)
        total = end * (1 - end) + (hits - 1) * (q1 - end**2) + (others - 1) * (q2 - end**2)
        assert abs(found.value - end) == pytest.approx(Z * math.sqrt(total / (hits * others)), rel=1e-9)
    assert found.low < found.value < found.high


def test_a_perfect_area_still_has_an_interval() -> None:
    found = area_under_curve(np.array([3.0, 4, 1, 2]), np.array([True, True, False, False]))
    assert (found.value, found.high) == (1, 1)
    assert 0 < found.low < 0.5
    mirrored = area_under_curve(np.array([1.0, 2, 3, 4]), np.array([True, True, False, False]))
    assert (mirrored.value, mirrored.low) == (0, 0)
    assert mirrored.high == pytest.approx(1 - found.low)


def test_intervals_hold_an_area_of_one_half_as_often_as_they_say() -> None:
    generator = np.random.default_rng(1)
    held = [
        one.low <= 0.5 <= one.high
        for one in (area_under_curve(generator.normal(size=20), np.arange(20) < 8) for _ in range(1000))
    ]
    assert 0.93 < np.mean(held) < 0.98


# -- errors --------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_all_errors_of_both_files_are_reported_at_once_with_their_place() -> None:
    lines = [
        "Narnia,2026-13-01,raid,x",
        "XAA,,raid,y",
        "XAA,0018,raid,y",
        ",2026-09-01,raid,x",
        *rows(XAA=1),
        *rows(XAA=1),
    ]
    head = HEAD.replace("licence", "license", 1).replace("last: 2027-12", "last: 2025").replace("XAA: 9", "ABC: 9")
    head = head.replace("measures", "covers: [ABC]\ncolumns: {date: day, kind: day}\nmeasures", 1)
    result = run("validity", "--events", written(lines, head.replace("columns: {date: day, kind: day}\n", "")), *AFTER)
    assert result.exit_code == 1
    for expected in (
        "raids.csv:2:1: A2: unknown country 'Narnia'",
        "raids.csv:2:2: B2: '2026-13-01' is not a valid date",
        "raids.csv:3:2: B3: has no date; write one [missing-key]",
        "raids.csv:4:2: B4: is before 1900",
        "raids.csv:5:1: A5: has no country; write one [missing-key]",
        "raids.csv:7:1: A7: is the event of row 6 again; remove one [duplicate-id]",
        "license: unknown key",
        "last: is before 2026, the first day",
        "covers[0]: unknown country code 'ABC'",
        "rivals.wealth.values.ABC: unknown country code 'ABC'",
    ):
        assert expected in result.stderr
    result = run("validity", "--events", written([], head), *AFTER)
    assert "columns: names one header twice" in result.stderr


@pytest.mark.usefixtures("world")
def test_a_table_full_of_errors_is_not_read_to_its_end() -> None:
    lines = [f"Narnia {number},2026-09-01,raid,x" for number in range(4000)]
    result = run("validity", "--events", written(lines), *AFTER)
    assert result.exit_code == 1
    assert result.stderr.count("unknown country") == 100
    assert "has more than 100 errors" in result.stderr


@pytest.mark.usefixtures("world")
def test_headers_may_differ() -> None:
    Path("raids.csv").write_text("victim,kind,date,source\nXAA,raid,2026-09-01,x\n")
    Path("raids.yaml").write_text(f"{HEAD}columns: {{country: victim}}\n")
    made = json.loads(run("validity", "--events", "raids.csv", *AFTER, "--format", "json").stdout)
    assert made["events"]["counted"] == 1
    Path("raids.yaml").write_text(HEAD)
    result = run("validity", "--events", "raids.csv", *AFTER)
    assert result.exit_code == 1
    assert "'country' is no column; columns: victim, kind, date, source; another header stands under `columns`" in (
        result.stderr
    )
    Path("raids.csv").write_text("country,date,date,kind,source\n")
    assert "'date' is the header of several columns" in run("validity", "--events", "raids.csv", *AFTER).stderr


@pytest.mark.usefixtures("world")
def test_a_table_may_be_of_excel() -> None:
    book = openpyxl.Workbook()
    book.active.append(["country", "date", "kind", "source"])
    book.active.append(["XAA", dt.datetime(2026, 9, 1), "raid", "x"])  # noqa: DTZ001  as Excel has it
    book.save("raids.xlsx")
    Path("raids.yaml").write_text(HEAD)
    made = json.loads(run("validity", "--events", "raids.xlsx", *AFTER, "--format", "json").stdout)
    assert made["events"]["counted"] == 1


@pytest.mark.usefixtures("world")
def test_files_that_are_no_table_are_refused() -> None:
    written([])
    assert "give the table itself, such as raids.csv" in run("validity", "--events", "raids.yaml", *AFTER).stderr
    Path("raids.csv").write_text("")
    assert (
        "is empty; write a table with the columns country, date"
        in run("validity", "--events", "raids.csv", *AFTER).stderr
    )
    Path("raids.csv").write_text('country,date\n"XAA')
    assert "[not-a-table]" in run("validity", "--events", "raids.csv", *AFTER).stderr
    Path("alone.csv").write_text("country,date,kind,source\n")
    result = run("validity", "--events", "alone.csv", *AFTER)
    assert (result.exit_code, "alone.yaml:1:1: file not found; it says what alone.csv is" in result.stderr) == (1, True)
    result = run("validity", "--events", "none.csv", *AFTER)
    assert (result.exit_code, "none.csv:1:1: file not found" in result.stderr) == (1, True)


@pytest.mark.usefixtures("world")
def test_an_expectation_about_another_rubric_is_refused() -> None:
    result = run("validity", "--events", written([], f"rubric: other\n{HEAD}"), *AFTER)
    assert (result.exit_code, "is about other, not about fixture_public; give --rubric other" in result.stderr) == (
        1,
        True,
    )
    assert run("validity", "--events", written([], f"rubric: fixture_public\n{HEAD}"), *AFTER).exit_code == 0


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--after", "2026-06-30"), "need each other"),
        (("--years", "1", "--after", "2026-06-30", "--as-of", "2026-06-30"), "--after is the reference date"),
        (("--years", "1", "--after", "2026-06-30", "--published", "."), "--after is the reference date"),
        (("--years", "2", "--after", "2026-06-30"), "raids.csv covers 2026 to 2027-12, not all days after"),
        (("--years", "1", "--after", "2026-01-01"), None),
        (("--years", "1", "--after", "2025-12-30"), "covers 2026 to 2027-12"),
        (("--years", "1", "--after", "9999-12-31"), "covers 2026 to 2027-12"),
    ],
)
def test_days_without_a_record_are_not_days_without_events(options: tuple[str, ...], message: str | None) -> None:
    result = run("validity", "--events", written(rows(**NUMBERS)), *options)
    assert result.exit_code == (2 if message else 0)
    assert (message or "") in " ".join(result.stderr.split())


def test_every_key_of_the_file_is_described() -> None:
    page = (ROOT / "docs" / "events.md").read_text()
    keys = {name for model in (EventTable, Rival) for name in model.model_fields}
    assert "expected" in keys
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


# -- the shipped table ---------------------------------------------------------------------------------------------------


def test_the_shipped_table_says_where_it_is_from_and_what_was_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shipped = ("--events", "events/euvsdisinfo.csv", "--after", "2018-06-30", "--years", "2")
    made = json.loads(run("validity", *shipped, "--format", "json").stdout)
    assert made["events"]["counted"] == 3426 == len(Path("events/euvsdisinfo.csv").read_text().splitlines()) - 1
    assert "source is acknowledged" in made["table"]["licence"]
    assert [one["id"] for one in made["predictions"] if one["kind"] == "rival"] == ["gdp_per_head", "freedom"]
    page = Path("docs/events.md").read_text()
    assert f"{made['events']['counted']:,} cases" in page
    resilience = prediction(made, "resilience")["spearman"]
    low, high = resilience["interval"]
    assert resilience["finding"] == "chance"  # which page and table say
    assert f"| {resilience['value']:.2f}, interval \N{MINUS SIGN}{-low:.2f} to {high:.2f} |" in page
