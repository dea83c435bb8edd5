"""What is new since a day or a revision: moves by hand arithmetic, evidence, ageing, and what a date means."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PILLAR, PROFILE, RUBRIC, git, run

if TYPE_CHECKING:
    from pathlib import Path

SITE = """\
  - id: site-2018
    text: An advice site opened.
    source: page
    locator: Paragraph 9
    date: 2018-01-01
    credibility: 1
    codes: {awareness: {site: true}}
"""
CONTEXT = """\
  - id: minority
    text: A minority lives there.
    source: page
    locator: Paragraph 8
    credibility: 2
    context: true
"""
PLACE = PROFILE[PROFILE.index("  - id: place-2017") : PROFILE.index("  - id: poll-2016")]
AGED = 11 / 12 * 2 ** (-184 / 365.25 / 3)  # the weight of the place: grade B1, 184 days old, a half-life of 3 years


def brief(since: str, *more: str) -> dict[str, Any]:
    result = run("brief", "--since", since, "--draws", "400", "--format", "json", *more)
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def page(since: str, *more: str) -> str:
    result = run("brief", "--since", since, "--draws", "400", *more)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def commit(folder: Path, when: str, monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", when)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=work", *more)


@pytest.fixture
def edited(repository: Path) -> Path:
    """Since the commit: AZE with a statement more and one less, GEO coded otherwise, MDA new."""
    path = repository / "profiles" / "AZE.yaml"
    path.write_text(path.read_text().replace(PLACE, "") + SITE)
    path = repository / "profiles" / "GEO.yaml"
    path.write_text(path.read_text().replace("strategy: adopted", "strategy: drafted"))
    (repository / "profiles" / "MDA.yaml").write_text(PROFILE.replace("AZE", "MDA") + CONTEXT)
    return repository


# -- what moved --------------------------------------------------------------------------------------------------------


def test_moves_are_those_of_hand_arithmetic(edited: Path) -> None:  # noqa: ARG001  the working directory
    document = brief("HEAD")
    aze, geo = document["moved"]
    assert [aze["country"], geo["country"]] == ["AZE", "GEO"]
    prior = Fraction(1, 4) * Fraction(1, 2)  # k c
    # GEO: the strategy counts half of the index, grade B2 weighs 3/4, adopted is 1 and drafted 1/2
    weight = Fraction(3, 4)
    was, now = ((weight * value + prior) / (weight + Fraction(1, 4)) for value in (Fraction(1), Fraction(1, 2)))
    assert geo["now"] - geo["was"] == pytest.approx(float((now - was) / 2 * 100), abs=2e-6)
    assert geo["causes"] == {"re-coded statements": pytest.approx(-18.75, abs=1e-6)}
    assert geo["more_than_noise"] is True
    # AZE: the site counts 2/10, grade B1 weighs 11/12 on its day; without evidence the middle
    weight = Fraction(11, 12)
    site = (weight + prior) / (weight + Fraction(1, 4)) - Fraction(1, 2)
    assert aze["causes"]["new statements"] == pytest.approx(float(site * 2 / 10 * 100), abs=1e-6)
    # the place counts 1/10 and leaves the middle behind
    place = 0.5 - (AGED * 146 / 193 + 0.125) / (AGED + 0.25)
    assert aze["causes"]["removed statements"] == pytest.approx(place / 10 * 100, abs=1e-6)
    assert {(one["statement"], one["cause"]) for one in aze["statements"]} == {
        ("site-2018", "new statements"),
        ("place-2017", "removed statements"),
    }


def test_the_page_says_what_moved_and_what_did_it(edited: Path) -> None:  # noqa: ARG001  the working directory
    text = page("HEAD")
    assert text.startswith(
        "# What is new since HEAD\n\nA small index, `small@1.0.0`, facing Russia, as of 1 January 2018. "
    )
    score = {one["country"]: one for one in json.loads(run("score", "--format", "json").stdout)["countries"]}
    now = score["GEO"]["index"]["estimate"]
    assert f"- **Georgia (GEO)**: from {now + 18.75:.1f} to {now:.1f} (-18.8, 90 % interval " in text
    assert "Mainly due to re-coded statements (-18.8): `no-strategy` (-18.8).\n" in text
    moldova = score["MDA"]["index"]
    low, high = (f"{moldova[name]:.1f}" for name in ("low", "high"))
    assert (
        f"- **Moldova (MDA)** is new: {moldova['estimate']:.1f} of 100 (evidence bounds {low} to {high}), "
        "ranked 3rd of 3, band “low”.\n"
    ) in text
    assert (
        "Removed statements (1): Azerbaijan `place-2017`.\n\nRe-coded statements (1): Georgia `no-strategy`.\n" in text
    )
    assert "**Moldova (MDA)**, 4 statements:" in text
    assert (
        "- *State* An advice site opened. (A publisher, A page; Paragraph 9; 2018-01-01; B1) `site-2018`\n"
        in text[text.index("**Azerbaijan (AZE)**, 1 statement:") :]
    )
    assert (
        "- *Not coded for this rubric* A minority lives there. (A publisher, A page; Paragraph 8; undated; B2)" in text
    )


def test_added_statements_are_those_that_were_not_there(edited: Path) -> None:  # noqa: ARG001  the working directory
    document = brief("HEAD")
    added = [(one["country"], one["id"], one["pillars"]) for one in document["added"]]
    assert added == [
        ("AZE", "site-2018", ["state"]),
        *(("MDA", name, ["state"]) for name in ("poll-2016", "no-strategy", "place-2017")),
        ("MDA", "minority", []),
    ]
    assert (document["came"], document["gone"]) == (["MDA"], [])
    assert brief("HEAD", "--as-of", "2018-06-01")["added"] == document["added"]


def test_a_country_that_goes_and_a_rank_beyond_its_interval(repository: Path) -> None:
    (repository / "profiles" / "MDA.yaml").write_text(PROFILE.replace("AZE", "MDA"))
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=second")
    for code, old, new in (("AZE", "none", "adopted"), ("GEO", "adopted", "none")):
        path = repository / "profiles" / f"{code}.yaml"
        path.write_text(path.read_text().replace(f"strategy: {old}", f"strategy: {new}"))
    (repository / "profiles" / "MDA.yaml").unlink()
    document = brief("HEAD")
    assert (document["came"], document["gone"], document["ranked"]) == ([], ["MDA"], 2)
    # of two countries the order is sure in 95 % of the draws, so that the interval of each is a single rank
    assert document["ranks"] == [
        {"country": "AZE", "was": 2, "now": 1, "interval": [2, 2], "beyond": True},
        {"country": "GEO", "was": 1, "now": 2, "interval": [1, 1], "beyond": True},
    ]
    text = page("HEAD")
    assert "- Removed: Moldova.\n" in text
    assert (
        "- **Azerbaijan (AZE)** ranks 1st instead of 2nd of 2 countries published both times, outside the previous "
        "90 % interval of its rank (2nd).\n" in text
    )
    assert re.search(
        r"\*\*Azerbaijan \(AZE\)\*\*: .*, ranked 1st instead of 2nd, band “high” instead of “low”\. Mainly due to re-coded",
        text,
    )
    assert "within the previous interval" not in text


def test_ranks_within_their_interval_and_moves_within_noise(folder: Path) -> None:
    """Two countries that differ by a hair, and change places."""
    same = (folder / "profiles" / "AZE.yaml").read_text()
    (folder / "profiles" / "GEO.yaml").write_text(same.replace("AZE", "GEO").replace("rank: 48", "rank: 47"))
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    (folder / "profiles" / "AZE.yaml").write_text(same.replace("rank: 48", "rank: 20"))
    document = brief("HEAD")
    assert [(one["country"], one["interval"], one["beyond"]) for one in document["ranks"]] == [
        ("AZE", [1, 2], False),
        ("GEO", [1, 2], False),
    ]
    text = page("HEAD")
    assert "- 2 ranks changed within the previous interval.\n" in text
    # 28 places of 193 of a tenth of the index, by the weight of the place
    assert document["moved"][0]["now"] - document["moved"][0]["was"] == pytest.approx(
        28 / 193 * AGED / (AGED + 0.25) * 10, abs=2e-6
    )


def test_a_grade_moves_within_noise(repository: Path) -> None:
    """What a lower grade leaves open may lie above the place or below it."""
    path = repository / "profiles" / "AZE.yaml"
    path.write_text(path.read_text().replace("credibility: 1", "credibility: 3"))
    [move] = brief("HEAD")["moved"]
    graded = AGED * (3 / 4 + 2 / 2) / 3 / (11 / 12)  # B3 for B1

    def estimate(weight: float) -> float:
        return (weight * 146 / 193 + 0.125) / (weight + 0.25)

    assert move["now"] - move["was"] == pytest.approx((estimate(graded) - estimate(AGED)) * 10, abs=2e-6)
    assert move["more_than_noise"] is False
    assert move["interval"][0] < 0 < move["interval"][1]
    text = page("HEAD")
    assert f"- Not significant: Azerbaijan ({move['now'] - move['was']:+.1f}).\n" in text
    assert "Grades and dates (1): Azerbaijan `place-2017`.\n" in text


def test_a_move_too_small_to_be_shown_is_counted(repository: Path) -> None:
    path = repository / "profiles" / "AZE.yaml"
    path.write_text(path.read_text().replace("share: 54", "share: 54.1"))
    text = page("HEAD")
    assert (
        "## Changes\n\n- 1 index changed by less than the printed precision.\n\n## New evidence\n\nNo statement was added.\n"
        in text
    )


def test_an_index_that_is_withheld_now_shows_no_estimate(repository: Path) -> None:
    path = repository / "profiles" / "AZE.yaml"
    before = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]
    path.write_text(path.read_text().replace(PLACE, ""))
    after = json.loads(run("score", "AZE", "--format", "json").stdout)["countries"][0]
    text = page("HEAD")
    [line] = [one for one in text.splitlines() if one.startswith("- **Azerbaijan")]
    assert "is now withheld (evidence bounds " in line
    assert "since availability 0.60 is below 0.65" in line
    assert f"it was {before['index']['estimate']:.1f} of 100 (evidence bounds " in line
    assert after["index"]["estimate"] is None
    document = brief("HEAD")
    assert document["published"] == [{"country": "AZE", "was": [], "now": ["availability", "information"]}]
    assert document["moved"] == []
    git(repository, "commit", "--quiet", "--all", "--message=second")
    path.write_text(path.read_text() + PLACE)
    assert re.search(
        r"\*\*Azerbaijan \(AZE\)\*\* is now published: .*; it was withheld \(evidence bounds ", page("HEAD")
    )


@pytest.mark.parametrize(("version", "says"), [("1.1.0", "small@&#8203;1.0.0, now"), ("1.0.0", "both are labelled")])
def test_a_change_of_the_rubric_is_said_first(repository: Path, version: str, says: str) -> None:
    (repository / "rubrics" / "small" / "state.yaml").write_text(PILLAR.replace("weight: 0.5", "weight: 0.7"))
    (repository / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC.replace("1.0.0", version))
    text = page("HEAD")
    moved = text[text.index("## Changes") :].splitlines()
    assert moved[2].startswith("- **The rubric changed**")
    assert says.replace("&#8203;", "") in moved[2].replace("&#8203;", "")
    assert brief("HEAD")["rubric"]["changed"] is True


# -- what a date means -------------------------------------------------------------------------------------------------


def test_a_date_is_the_last_commit_of_the_branch_before_it(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repository, "2020-05-31T12:00:00Z", monkeypatch, "--amend")
    git(repository, "branch", "side")
    path = repository / "profiles" / "AZE.yaml"
    path.write_text(path.read_text() + SITE)
    commit(repository, "2020-05-31T23:59:59Z", monkeypatch)
    (repository / "profiles" / "MDA.yaml").write_text(PROFILE.replace("AZE", "MDA"))
    commit(repository, "2020-06-01T00:00:00Z", monkeypatch)
    assert brief("2020-05-31")["since"] == {"asked": "2020-05-31", "compared_with": "evidence", "commit": None}
    june = brief("2020-06-01")
    assert june["since"]["compared_with"] == "day"
    assert (june["came"], {one["country"] for one in june["added"]}) == (["MDA"], {"MDA"})
    assert june["since"]["commit"] == brief("HEAD~1")["since"]["commit"]
    assert f"commit {june['since']['commit'][:12]}, the last before that day (UTC)." in page("2020-06-01")
    assert brief("2020-06-02")["came"] == []
    # work on a side branch from before the day, merged after it, was not there on the day
    git(repository, "checkout", "--quiet", "side")
    (repository / "profiles" / "UKR.yaml").write_text(PROFILE.replace("AZE", "UKR"))
    commit(repository, "2020-06-01T12:00:00Z", monkeypatch)
    git(repository, "checkout", "--quiet", "main")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-06-05T12:00:00Z")
    git(repository, "merge", "--quiet", "--no-ff", "--message=merge", "side")
    assert brief("2020-06-03")["came"] == ["UKR"]


def test_a_year_or_month_is_read_as_everywhere(repository: Path) -> None:
    assert brief("2017")["since"]["asked"] == "2017-07-01"
    assert brief("2017-03")["since"]["asked"] == "2017-03-15"
    git(repository, "tag", "2017")  # a name that reads like a date is a date
    assert brief("2017")["since"]["compared_with"] == "evidence"
    assert brief("tags/2017")["since"]["compared_with"] == "revision"


def without_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder
    monkeypatch.setenv("PATH", "")


def outside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))


def without_commits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert monkeypatch
    git(folder, "init", "--quiet")


def without_profiles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(folder, "init", "--quiet")
    git(folder, "add", "rubrics")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2016-01-01T12:00:00Z")
    git(folder, "commit", "--quiet", "--message=first")


@pytest.mark.parametrize("so", [without_git, outside, without_commits, without_profiles])
def test_without_a_commit_that_old_a_date_is_the_evidence_of_that_day(
    folder: Path, monkeypatch: pytest.MonkeyPatch, so: Any
) -> None:
    path = folder / "profiles" / "AZE.yaml"
    ended = path.read_text().replace("    date: 2017\n    cred", "    date: 2016\n    until: 2017-10\n    cred", 1)
    path.write_text(ended + SITE + CONTEXT + SITE.replace("site-2018", "site-2019").replace("2018-01", "2019-01"))
    so(folder, monkeypatch)
    document = brief("2017-08-01", "--as-of", "2018-02-01")
    assert document["since"] == {"asked": "2017-08-01", "compared_with": "evidence", "commit": None}
    assert [(one["country"], one["id"]) for one in document["added"]] == [("AZE", "site-2018")]
    assert document["changed"] == [{"country": "AZE", "cause": "removed statements", "statements": ["no-strategy"]}]
    scored = json.loads(run("score", "GEO", "--as-of", "2017-08-01", "--format", "json").stdout)["countries"]
    [geo] = [one for one in document["moved"] if one["country"] == "GEO"]
    assert geo["was"] == scored[0]["index"]["estimate"]
    assert set(geo["causes"]) == {"ageing"}
    text = page("2017-08-01", "--as-of", "2018-02-01")
    assert "No commit with these profiles is older than that day." in text
    assert "Ended statements (1): Azerbaijan `no-strategy`.\n" in text


def test_the_days_up_to_which_evidence_was_gathered_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside(folder, monkeypatch)
    old = brief("2017-08", "--as-of", "2018-06-01")["old"]
    assert [(one["coded_until"], one["days"][0]["day"]) for one in old] == [("2018-01-01", "2018-06-01")] * 2


def test_each_profile_has_its_own_day(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day after that of one profile and before that of the other: of the first nothing is new."""
    outside(folder, monkeypatch)
    path = folder / "profiles" / "GEO.yaml"
    path.write_text(path.read_text().replace("as_of: 2018-01-01", "as_of: 2019-01-01") + SITE.replace("2018", "2019"))
    document = brief("2018-06-01")
    assert [one["country"] for one in document["moved"]] == ["GEO"]
    assert [(one["country"], one["id"]) for one in document["added"]] == [("GEO", "site-2019")]
    [old] = document["old"]
    assert (old["country"], old["days"][0]["day"], old["coded_until"]) == ("AZE", "2018-01-01", "2018-01-01")
    assert old["behind"] is True


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "1970-01-01"])
def test_a_day_before_all_evidence(repository: Path, day: str) -> None:
    document = brief(day)
    assert document["since"]["compared_with"] == "evidence"
    assert len(document["added"]) == 6  # all that is dated, of both countries
    assert [one["was"] for one in document["published"]] == [["availability", "information"]] * 2
    assert repository.exists()


def test_a_folder_does_for_a_revision(edited: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("before")
    git(edited, "worktree", "add", "--quiet", str(other / "then"), "HEAD")
    by_revision, by_folder = brief("HEAD"), brief(str(other / "then"))
    assert by_folder.pop("since")["compared_with"] == "folder"
    assert by_revision.pop("since")["compared_with"] == "revision"
    assert by_folder == by_revision
    assert "Compared with the contents of that folder." in page(str(other / "then"))


@pytest.mark.parametrize(
    ("since", "says"),
    [
        ("2018-13", "expected a calendar date as YYYY, YYYY-MM or YYYY-MM-DD, got '2018-13'"),
        ("no-such-branch", "unknown git revision 'no-such-branch'"),
        ("./scores.lock", "a lock has figures but no statements"),
    ],
)
def test_what_is_no_date_or_revision_is_told(repository: Path, since: str, says: str) -> None:
    result = run("brief", "--since", since)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert run("brief").exit_code == 2
    assert repository.exists()


def test_a_profile_with_a_fault_ends_it(repository: Path) -> None:
    (repository / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: nothing"))
    result = run("brief", "--since", "HEAD", "-o", "brief.md")
    assert result.exit_code == 1
    assert "unknown-level" in result.stderr
    assert not (repository / "brief.md").exists()


# -- profiles that become outdated --------------------------------------------------------------------------------------------


def information(day: date) -> float:
    """Of AZE: a strategy that does not age, a place with a half-life of 3 years, a poll with one of 4."""

    def part(weight: float) -> float:
        return weight / (weight + 0.25)

    place = 11 / 12 * 2 ** (-(day - date(2017, 7, 1)).days / 365.25 / 3)
    poll = 3 / 4 * 2 ** (-(day - date(2016, 5, 15)).days / 365.25 / 4)
    return 0.5 * part(3 / 4) + 0.1 * part(place) + 0.1 * part(poll)


def test_the_outlook_is_of_evidence_that_ages(repository: Path) -> None:
    document = brief("HEAD")
    aze, geo = document["old"]
    days = [date(2018, 1, 1), *(date(year, 12, 31) for year in range(2018, 2023))]
    assert [one["day"] for one in aze["days"]] == [day.isoformat() for day in days]
    assert [one["information"] for one in aze["days"]] == [pytest.approx(information(day), abs=1e-6) for day in days]
    first = next(day for day in days if information(day) < 0.5)
    assert aze["withheld_from"] == geo["withheld_from"] == first.isoformat() == "2020-12-31"
    assert (aze["newest_statement"], aze["coded_until"], aze["behind"]) == ("2017", "2018-01-01", False)
    text = page("HEAD")
    assert "Nothing is new: no score changed" in text
    assert text.count("\n") < 20
    low, high = (f"{information(day):.2f}" for day in (days[-1], days[0]))
    assert f"| Azerbaijan (AZE) | 2018-01-01 | 2017 | {high} | {low} | 2020-12-31 (information) |" in text
    later = brief("HEAD", "--as-of", "2020-12-31")["old"][0]
    assert [one["day"] for one in later["days"]][:2] == ["2020-12-31", "2021-12-31"]
    assert "| now (information) |" in page("HEAD", "--as-of", "2020-12-31")
    assert len(brief("HEAD", "--as-of", "9998-06-01")["old"][0]["days"]) == 3  # the calendar ends
    assert repository.exists()


def test_a_profile_behind_the_others_is_named(repository: Path) -> None:
    rubric = repository / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(RUBRIC.replace("information: 0.50", "information: 0.10"))
    assert "None: no index will be withheld by ageing alone in the next 5 years" in page("HEAD")
    path = repository / "profiles" / "GEO.yaml"
    path.write_text(path.read_text().replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2018-06-01]"))
    [old] = brief("HEAD", "--as-of", "2018-07-01")["old"]
    assert (old["country"], old["coded_until"], old["behind"], old["withheld_from"]) == (
        "AZE",
        "2018-01-01",
        True,
        None,
    )
    now, later = (f"{information(day):.2f}" for day in (date(2018, 7, 1), date(2022, 12, 31)))
    assert f"| Azerbaijan (AZE) | 2018-01-01 | 2017 | {now} | {later} | – |" in page("HEAD", "--as-of", "2018-07-01")


# -- the page ----------------------------------------------------------------------------------------------------------


def test_strangers_text_stays_text(repository: Path) -> None:
    hostile = r'"| <script>alert(1)</script> **[x](javascript:y)** @everyone #1\n# head `code` www.example.org"'
    path = repository / "profiles" / "AZE.yaml"
    text = path.read_text() + SITE.replace("An advice site opened.", hostile)
    path.write_text(text.replace("title: A page,", 'title: "](<x>) <b>", url: "https://example.org/>)x",'))
    rubric = repository / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(RUBRIC.replace("A small index", '"<img src=x> @all"').replace("label: high", 'label: "<i>|"'))
    (repository / "rubrics" / "small" / "state.yaml").write_text(PILLAR.replace("title: State", 'title: "*<u>*"'))
    shown = page("HEAD")
    assert not re.search(r"<(script|b|img|i|u)\b", shown)
    assert not re.search(r"@(everyone|all)", shown)
    [line] = [one for one in shown.splitlines() if "site-2018" in one and one.startswith("- *\\*")]
    assert "\\[x\\](javascript" in line
    assert "](<https://example.org/%3E)x>)" in line
    assert "\n# head" not in shown
    assert [one for one in shown.splitlines() if one.startswith("# ")] == ["# What is new since HEAD"]


def test_a_long_page_is_cut_and_json_has_all(repository: Path) -> None:
    codes = ("ARM", "BGR", "BLR", "CZE", "EST", "FIN", "HUN", "LTU", "LVA", "MDA", "MKD", "MNE")
    for code in codes:
        (repository / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("AZE", code))
    path = repository / "profiles" / "AZE.yaml"
    path.write_text(path.read_text() + "".join(SITE.replace("site-2018", f"site-{n}") for n in range(8)) + CONTEXT)
    document, text = brief("HEAD"), page("HEAD")
    assert len(document["added"]) == 12 * 3 + 9
    assert len(document["old"]) == 13  # AZE knows enough by then
    assert "- Also new: North Macedonia, Montenegro.\n" in text
    assert "`site-4` (" in text[: text.index("## New")]
    assert "and 3 more." in text[: text.index("## New")]
    assert "**Azerbaijan (AZE)**, 9 statements:\n\n- *State*" in text
    assert "- and 4 more\n" in text
    assert "minority" not in text
    assert "More statements of Estonia (3), Finland (3), " in text
    assert "- 3 more in --format json.\n" in text


def test_many_that_are_withheld_are_cut_too(repository: Path) -> None:
    codes = ("ARM", "BGR", "BLR", "CZE", "EST", "FIN", "HUN", "LTU", "LVA", "MDA", "MKD", "MNE")
    for code in codes:
        (repository / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("AZE", code))
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=second")
    for code in codes:
        (repository / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("AZE", code).replace(PLACE, ""))
    text = page("HEAD")
    assert text.count(" is now withheld (") == 10
    assert "- Also withheld now: North Macedonia, Montenegro.\n" in text


def test_many_moves_are_cut_too(repository: Path) -> None:
    codes = ("ARM", "BGR", "BLR", "CZE", "EST", "FIN", "HUN", "LTU", "LVA", "MDA", "MKD", "MNE")
    for code in codes:
        (repository / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("AZE", code))
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=second")
    for code in codes:
        (repository / "profiles" / f"{code}.yaml").write_text(
            PROFILE.replace("AZE", code).replace("strategy: none", "strategy: adopted")
        )
    text = page("HEAD")
    assert text.count("Mainly due to re-coded") == 10
    moved = [f"{name} (+37.5, band “high” instead of “low”)" for name in ("North Macedonia", "Montenegro")]
    assert f"- Also significant: {', '.join(moved)}.\n" in text
    beyond = [one["country"] for one in brief("HEAD")["ranks"] if one["beyond"]]
    assert text.count("outside the previous 90 % interval of its rank") == min(10, len(beyond))


def test_the_same_bytes_again_and_to_a_file(edited: Path) -> None:
    text = page("HEAD")
    assert page("HEAD") == text
    assert run("brief", "--since", "HEAD", "--draws", "400", "-o", "brief.md").stdout == ""
    assert (edited / "brief.md").read_text() == text
