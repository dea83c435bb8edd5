"""The register of publishers, days of publication, and on which sources a figure relies."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from conftest import PILLAR, PROFILE, REGISTER, ROOT, YAML, git, run
from hypothesis import given
from hypothesis import strategies as st
from tiny import NUMBER, book, profile, say

import scoring
from scoring.analysis.explain import explain
from scoring.analysis.reliance import known, reliance
from scoring.citing.committed import as_committed
from scoring.files.folders import folders
from scoring.files.load import load_rubric, register_in
from scoring.files.validation import profile_warnings
from scoring.index.scenario import Scenario, known_by
from scoring.model.digest import digest
from scoring.model.profile import Profile, edition_of, is_retrospective
from scoring.model.publishers import Publisher

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = 'page: {title: A page, publisher: A publisher, reliability: B, archived: "https://example.org"}'


def with_source(text: str) -> str:
    assert SOURCE in PROFILE
    return PROFILE.replace(SOURCE, text)


@pytest.fixture
def register(folder: Path) -> Path:
    path = folder / "profiles" / "publishers.yaml"
    path.write_text(REGISTER)
    return path


def write(folder: Path, text: str) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(text)


# -- the register ------------------------------------------------------------------------------------------------------


def test_without_a_register_any_publisher_and_note_is_accepted(folder: Path) -> None:
    write(folder, with_source(SOURCE.replace("A publisher", "Nobody").replace("B,", "C, grade_note: So.,")))
    done = run("validate", "--strict")
    assert (done.exit_code, done.stdout) == (0, "No errors: rubric small 1.0.0, 2 profiles.\n")


def test_the_register_is_no_profile_and_moves_no_score(folder: Path) -> None:
    before = run("score", "--format", "json").stdout
    (folder / "profiles" / "publishers.yaml").write_text(REGISTER)
    assert run("validate", "--strict").stdout == "No errors: rubric small 1.0.0, 2 profiles.\n"
    assert run("score", "--format", "json").stdout == before


FAULTS = {
    "unknown": (
        SOURCE.replace("A publisher", "A publishr"),
        (
            "profiles/AZE.yaml:6:36: sources.page.publisher: 'A publishr' is not in publishers.yaml; did you mean A "
            "publisher? [unknown-publisher]"
        ),
    ),
    "another grade": (
        SOURCE.replace("reliability: B", "reliability: C"),
        (
            "profiles/AZE.yaml:6:62: sources.page.reliability: C differs from B, the grade of the publisher in "
            "publishers.yaml; write that grade, or add grade_note with the reason [grade-note]"
        ),
    ),
    "a note on the same grade": (
        SOURCE.replace("B,", "B, grade_note: So.,"),
        (
            "profiles/AZE.yaml:6:65: sources.page.grade_note: is the grade of the publisher in publishers.yaml, B; remove "
            "the note [grade-note]"
        ),
    ),
}


@pytest.mark.parametrize(("source", "line"), FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("command", [("validate",), ("validate", "profiles/AZE.yaml"), ("explain", "AZE")])
@pytest.mark.usefixtures("register")
def test_a_source_that_the_register_contradicts(folder: Path, source: str, line: str, command: tuple[str, ...]) -> None:
    write(folder, with_source(source))
    done = run(*command)
    assert (done.exit_code, done.stderr) == (1, f"{line}\n")


@pytest.mark.usefixtures("register")
def test_another_grade_with_a_note(folder: Path) -> None:
    write(folder, with_source(SOURCE.replace("B,", "C, grade_note: A slip of theirs.,")))
    assert run("validate", "--strict").exit_code == 0


BAD_REGISTERS = {
    "no such country": ("country: AZE", "country: AZB", "7:14", "country-code"),
    "no such controller": ("country: AZE", "controlled_by: SUN", "7:20", "country-code"),
    "no such kind": ("newspaper", "paper", "6:11", "not-allowed"),
    "no such grade": ("reliability: B", "reliability: G", "4:18", "not-allowed"),
    "no reason": ("    reason: A daily with an editor.\n", "", "4:5", "missing-key"),
    "a key of no register": ("country: AZE", "owner: AZE", "7:5", "unknown-key"),
    "twice the same": ("  A publisher:", "  A publisher: {kind: poll}\n  A publisher:", "4:3", "duplicate-key"),
}


@pytest.mark.parametrize(("old", "new", "place", "slug"), BAD_REGISTERS.values(), ids=BAD_REGISTERS.keys())
def test_a_register_with_an_error(register: Path, old: str, new: str, place: str, slug: str) -> None:
    assert old in REGISTER
    register.write_text(REGISTER.replace(old, new, 1))
    for command in (("validate",), ("validate", "profiles/publishers.yaml"), ("validate", "profiles/AZE.yaml")):
        done = run(*command)
        assert done.exit_code == 1
        assert any(
            line.startswith(f"profiles/publishers.yaml:{place}: ") and line.endswith(f"[{slug}]")
            for line in done.stderr.splitlines()
        ), done.stderr
        assert "AZE.yaml" not in done.stderr
    scored = run("score")
    assert (scored.exit_code, "AZE" in scored.stdout) == (1, True)  # the profiles themselves are without errors


def test_the_register_of_a_revision_is_read(repository: Path) -> None:
    (repository / "profiles" / "publishers.yaml").write_text(REGISTER.replace("A publisher", "Another"))
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=second")
    _, profiles, problems = as_committed("HEAD", folders()._replace(rubric=repository / "rubrics" / "small"))
    assert profiles == ()
    assert {problem.slug for problem in problems} == {"unknown-publisher"}
    (repository / "profiles" / "publishers.yaml").write_text(REGISTER)
    git(repository, "commit", "--quiet", "--all", "--message=third")
    _, profiles, problems = as_committed("HEAD", folders()._replace(rubric=repository / "rubrics" / "small"))
    assert problems == ()
    bodies = [source.body for one in profiles for source in one.sources.values()]
    assert [body and body.kind for body in bodies] == ["newspaper", "newspaper"]


def test_a_loaded_source_has_its_publisher_and_none_in_the_file(register: Path) -> None:
    _, [azerbaijan, _] = scoring.load()
    body = azerbaijan.sources["page"].body
    assert body == Publisher(reliability="B", reason="A daily with an editor.", kind="newspaper", country="AZE")
    assert "body" not in azerbaijan.sources["page"].model_dump()
    register.unlink()
    assert scoring.load()[1][0].sources["page"].body is None
    assert digest(scoring.load()[1][0]) == digest(azerbaijan)


@pytest.mark.parametrize("key", ["grade_note: So.", "published: 2017", "archived: 'https://example.org/copy'"])
def test_what_changes_no_score_is_not_in_the_digest(folder: Path, key: str) -> None:
    bare = SOURCE.replace(', archived: "https://example.org"', "")
    write(folder, with_source(bare))
    before = scoring.load()[1][0]
    write(folder, with_source(bare.replace("}", f", {key}}}")))
    after = scoring.load()[1][0]
    assert before != after
    assert digest(before) == digest(after)
    write(folder, with_source(bare.replace("}", ", note: So.}")))
    assert digest(scoring.load()[1][0]) != digest(before)  # as before: a note is part of it


# -- the shipped register ----------------------------------------------------------------------------------------------


def test_the_shipped_register_has_each_publisher_with_the_grade_given_most_often() -> None:
    """The lower where two are equally frequent; grades with a reason of their own do not count. Without the package."""
    register = yaml.load((ROOT / "profiles" / "publishers.yaml").read_text(), YAML)["publishers"]  # noqa: S506  a safe one
    grades: dict[str, Counter[str]] = defaultdict(Counter)
    noted, used = set(), set()
    for path in ROOT.glob("profiles/???.yaml"):
        for source in yaml.load(path.read_text(), YAML)["sources"].values():  # noqa: S506
            used.add(source["publisher"])
            if source.get("grade_note") in (None, "as coded"):
                grades[source["publisher"]][source["reliability"]] += 1
            if source.get("grade_note") == "as coded":
                noted.add(source["publisher"])
    assert list(register) == sorted(used)
    assert [
        name
        for name, entry in register.items()
        if grades[name] and grades[name][entry["reliability"]] < max(grades[name].values())
    ] == []
    assert noted == {name for name, given_grades in grades.items() if len(given_grades) > 1}
    tied = {name for name, found in grades.items() if len(found) > 1 and len(set(found.values())) == 1}
    assert {name: register[name]["reliability"] for name in tied} == {name: max(grades[name]) for name in tied}


def test_bodies_of_states_are_controlled_by_them() -> None:
    found, problems = register_in(ROOT / "profiles")
    assert found is not None
    assert problems == ()
    state = [body for body in found.publishers.values() if body.kind in ("state body", "service")]
    assert len(state) > 100  # ministries, parliaments and services of the shipped countries
    assert all(body.country == body.controlled_by for body in state)
    assert {found.publishers[name].controlled_by for name in ("TASS", "Sputnik", "RIA Novosti")} == {"RUS"}


# -- a state on itself -------------------------------------------------------------------------------------------------


def warned(
    folder: Path, body: str = "kind: state body", credibility: int = 2, more: str = "", old: str = ""
) -> list[str]:
    """The slugs of the warnings about a share of credibility 2 with a half-life, by a body of the country."""
    (folder / "profiles" / "publishers.yaml").write_text(REGISTER.replace("kind: newspaper", body) + more)
    text = PROFILE.replace("credibility: 2\n    codes: {approval", f"credibility: {credibility}\n    codes: {{approval")
    write(folder, text + old)
    (folder / "profiles" / "GEO.yaml").unlink(missing_ok=True)
    done = run("validate")
    assert done.exit_code == 0, done.stderr
    return [line.rpartition("[")[2].rstrip("]") for line in done.stderr.splitlines()]


def test_a_body_of_the_state_that_vouches_for_it(folder: Path) -> None:
    assert warned(folder) == ["own-performance"]  # and not the strategy, which has no half-life, nor the rank
    assert "profiles/AZE.yaml:27:18: warning: statements[2].credibility: 2 for approval, " in run("validate").stderr
    assert warned(folder, "kind: service") == ["own-performance"]
    assert warned(folder, credibility=1) == ["own-performance"]


@pytest.mark.parametrize("kind", ["broadcaster", "newspaper", "agency", "research", "NGO", "poll", "other"])
def test_other_kinds_may_vouch(folder: Path, kind: str) -> None:
    assert warned(folder, f"kind: {kind}") == []


def test_what_is_no_vouching(folder: Path) -> None:
    assert warned(folder, credibility=3) == []
    (folder / "profiles" / "publishers.yaml").unlink()
    assert run("validate", "--strict").exit_code == 0


def test_the_body_of_another_state_may_vouch(folder: Path) -> None:
    (folder / "profiles" / "publishers.yaml").write_text(
        REGISTER.replace("newspaper\n    country: AZE", "service\n    country: GEO")
    )
    (folder / "profiles" / "GEO.yaml").unlink()
    assert run("validate", "--strict").exit_code == 0


def test_an_independent_duplicate_confirms(folder: Path) -> None:
    other = "\n  Another:\n    reliability: B\n    reason: So.\n    kind: {}\n    country: AZE\n"
    copy = "  - {{id: copy, text: The same., source: {}, locator: P, date: 2016-05, credibility: 2, same_as: poll-2016, codes: {{approval: 54}}}}\n"
    second = "sources:\n  second: {title: T, publisher: Another, reliability: B, url: 'https://example.org'}\n"
    for kind, expected in (("poll", []), ("service", ["own-performance"])):
        warned(folder, more=other.format(kind), old=copy.format("page"))
        path = folder / "profiles" / "AZE.yaml"
        path.write_text(
            path.read_text()
            .replace("sources:\n", second)
            .replace("source: page, locator: P", "source: second, locator: P")
        )
        done = run("validate")
        assert done.exit_code == 0, done.stderr
        assert [line.rpartition("[")[2].rstrip("]") for line in done.stderr.splitlines()] == expected


def test_a_source_without_any_address(folder: Path) -> None:
    write(folder, with_source("page: {title: A page, publisher: A publisher, reliability: B}"))
    line = (
        "profiles/AZE.yaml:6:3: warning: sources.page: has no address; add url, or archived with the address of a copy "
        "[no-address]\n"
    )
    assert run("validate").stderr == line
    write(
        folder, with_source("page: {title: A page, publisher: A publisher, reliability: B, url: 'https://example.org'}")
    )
    assert run("validate", "--strict").exit_code == 0


def test_a_source_read_before_it_was_published(folder: Path) -> None:
    write(folder, with_source(SOURCE.replace("B,", "B, published: 2018-02, accessed: 2018-01-05,")))
    assert "6:76: warning: sources.page.published: 2018-02 is later than 2018-01-05" in run("validate").stderr
    write(folder, with_source(SOURCE.replace("B,", "B, published: 2018, accessed: 2018-01-05,")))
    assert run("validate", "--strict").exit_code == 0  # the year leaves it open


# -- days of publication -----------------------------------------------------------------------------------------------

EDITIONS = [
    (None, "2018-06-30"),
    ("2017-12-01", "2018-06-30"),
    ("2018-06-30", "2018-06-30"),
    ("2018-07-01", "2020-12-31"),
    ("2018", "2020-12-31"),  # its 1 July
    ("2024-01-01", "2024-12-31"),
    ("2025-01-01", "2024-12-31"),
]


def dated(date: str | None = None, published: str | None = None) -> Profile:
    one = profile(say(0.5, **({} if date is None else {"date": date})))
    source = one.sources["page"].model_copy(update={"published": published})
    days = {"as_of": "2018-06-30", "editions": ("2020-12-31", "2024-12-31")}
    return one.model_copy(update={**days, "sources": {"page": source}})


@pytest.mark.parametrize(("date", "edition"), EDITIONS)
def test_the_edition_of_a_statement(date: str | None, edition: str) -> None:
    one = dated(date)
    assert edition_of(one, one.statements[0]).isoformat() == edition


@pytest.mark.parametrize(
    ("date", "published", "expected"),
    [
        ("2017", None, False),
        ("2017", "2018-06-30", False),
        ("2017", "2018-07-01", True),
        ("2017", "2018", True),  # a year is its 1 July
        ("2017", "2018-06", False),  # and a month its 15th
        ("2019", "2018-07-01", False),
        ("2019", "2021-01-01", True),
        (None, "2019", True),
    ],
)
def test_a_statement_is_retrospective(date: str | None, published: str | None, expected: bool) -> None:  # noqa: FBT001
    one = dated(date, published)
    assert is_retrospective(one, one.statements[0]) is expected


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1))
RUBRIC_OF_NUMBERS = book(NUMBER, prior={"weight": 1.0, "centre": 0.5})


def three(days: list[dt.date | None], **more: Any) -> Profile:
    """Three statements, each of its own source: v = 0, 0.5 and 1; the third duplicates the second."""
    told = profile(
        say(0.0, source="a"), say(0.5, source="b"), say(1.0, source="c", same_as="s1"), say(1.0, source="d"), **more
    )
    sources = {
        name: source.model_copy(update={"published": day and day.isoformat()})
        for (name, source), day in zip(told.sources.items(), [*days, None], strict=True)
    }
    return told.model_copy(update={"sources": sources})


@given(st.lists(st.none() | DAYS, min_size=3, max_size=3), DAYS)
def test_known_by_is_the_profile_without_what_came_later(days: list[dt.date | None], day: dt.date) -> None:
    is_known = [published is None or published <= day for published in days]
    values = [0.0] * is_known[0] + ([0.5] if is_known[1] else [1.0] * is_known[2]) + [1.0]
    expected = (sum(values) + 1.0 * 0.5) / (len(values) + 1.0)  # the mean with a prior of weight 1 at 0.5
    scored = Scenario(RUBRIC_OF_NUMBERS, (three(days),)).known_by(day).assess()
    assert float(scored.figures.estimate[0, 0]) == pytest.approx(expected, abs=1e-12)
    counts = known([three(days)], day)
    assert counts[1:] == (4, 3 - sum(is_known), 1 + days.count(None))


@given(st.lists(st.none() | DAYS, min_size=3, max_size=3), DAYS, DAYS)
def test_more_is_known_later(days: list[dt.date | None], first: dt.date, second: dt.date) -> None:
    early, late = sorted((first, second))
    kept = [{one.id for one in known_by(three(days), day).statements} for day in (early, late)]
    assert kept[0] <= kept[1]
    assert known_by(known_by(three(days), late), early) == known_by(three(days), early)


def test_no_day_changes_nothing() -> None:
    scenario = Scenario(RUBRIC_OF_NUMBERS, (three([None, None, None]),))
    assert scenario.known_by(None) is scenario


# -- on which sources a figure relies ----------------------------------------------------------------------------------


def body(controlled_by: str | None) -> Publisher:
    return Publisher(reliability="A", reason="So.", kind="other", controlled_by=controlled_by)


def relied(*bodies: Publisher | None, published: str | None = None) -> Any:
    """One statement of source a, with weight 1; two of source b, with weight 1 each; one of source c, half as heavy."""
    one = profile(say(0.0, source="a"), say(0.0, source="b"), say(1.0, source="b"), say(1.0, source="c", absence=True))
    sources = {
        name: source.published_by(entry) for (name, source), entry in zip(one.sources.items(), bodies, strict=True)
    }
    sources["b"] = sources["b"].model_copy(update={"published": published})
    one = one.model_copy(update={"sources": sources})
    assessment = scoring.assess(book({**NUMBER, "detectability": 0.5}), [one])
    return reliance(one, explain(assessment, 0))


def test_shares_of_the_information() -> None:
    """Of 1 + 2 + 1/2 = 3.5: b has 2, so 4/7."""
    found = relied(body("RUS"), body("XAA"), body("RUS"), published="2020-01-02")
    assert (found.source, found.sources, found.undated) == ("b", 3, 2)
    assert found.largest == pytest.approx(4 / 7)
    assert found.state_controlled == pytest.approx(1)
    assert [state for state, _ in found.by_state] == ["XAA", "RUS"]
    assert [share for _, share in found.by_state] == pytest.approx([4 / 7, 3 / 7])
    assert found.retrospective == pytest.approx(4 / 7)  # one day after the edition of 2020-01-01


def test_shares_without_a_register_and_without_control() -> None:
    assert relied(None, None, None).state_controlled is None
    found = relied(body(None), body(None), body("RUS"), published="2020-01-01")
    assert found.state_controlled == pytest.approx(1 / 7)
    assert found.retrospective == 0
    assert reliance(profile(), explain(scoring.assess(book(NUMBER), [profile()]), 0)) is None


@given(st.permutations(["a", "b", "c"]))
def test_the_order_of_statements_changes_no_share(order: list[str]) -> None:
    rubric = book(NUMBER)

    def shares(names: list[str]) -> Any:
        one = profile(*(say(0.5, source=name, id=f"s-{name}", credibility=1 + "abc".index(name)) for name in names))
        return reliance(one, explain(scoring.assess(rubric, [one]), 0))

    assert shares(order) == shares(["a", "b", "c"])


# -- the commands ------------------------------------------------------------------------------------------------------

LATE = "  late: {title: Late, publisher: A publisher, reliability: B, published: 2018-03, url: 'https://example.org'}\n"
COMMANDS = [
    ("score",),
    ("rank",),
    ("explain", "AZE"),
    ("explain", "AZE", "--statement", "no-strategy"),
    ("trend", "AZE"),
]


@pytest.fixture
def hindsight(folder: Path) -> Path:
    """The place of Azerbaijan comes from a source of March 2018, after its edition of 1 January."""
    text = PROFILE.replace("sources:\n", f"sources:\n{LATE}").replace(
        "source: page\n    locator: Paragraph 2", "source: late\n    locator: Paragraph 2"
    )
    write(folder, text)
    (folder / "profiles" / "publishers.yaml").write_text(f"{REGISTER}    controlled_by: RUS\n")
    return folder


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("hindsight")
def test_the_commands_say_what_was_known(command: tuple[str, ...]) -> None:
    sources, undated = (2, 1) if command[0] in ("explain", "trend") else (3, 2)
    line = f"Known by 31 January 2018: 1 of {sources} sources published later and left out; {undated} without a date of publication count as known."
    done = run(*command, "--known-by", "2018-01-31")
    assert done.exit_code == 0, done.stderr
    assert line in done.stdout
    assert "Known by" not in run(*command).stdout
    document = json.loads(run(*command, "--known-by", "2018-01-31", "--format", "json").stdout)
    assert document["known_by"] == {"day": "2018-01-31", "sources": sources, "left_out": 1, "undated": undated}
    assert "known_by" not in json.loads(run(*command, "--format", "json").stdout)


def test_a_statement_that_was_not_known_is_left_out(hindsight: Path) -> None:
    def index(*arguments: str) -> float:
        return float(
            json.loads(run("score", "AZE", "--format", "json", *arguments).stdout)["countries"][0]["index"]["stated"]
        )

    without = PROFILE[: PROFILE.index("  - id: place-2017")] + PROFILE[PROFILE.index("  - id: poll-2016") :]
    late, early, on_the_day = index(), index("--known-by", "2018-03-14"), index("--known-by", "2018-03-15")
    assert late == on_the_day  # a month is its 15th
    assert early != late
    write(hindsight, without)
    assert index() == early


@pytest.mark.usefixtures("hindsight")
def test_explain_marks_what_came_later_and_shows_shares() -> None:
    text = run("explain", "AZE").stdout
    assert text.count("retrospective: published 2018-03, after the edition of 2018-01-01") == 1
    assert "Largest source: A publisher, A page, with " in text
    assert "Sources that a state controls: 100 % of the information (Russia 100 %).\n" in text
    assert "; 1 of 2 sources without a date of publication.\n" in text
    node = json.loads(run("explain", "AZE", "place", "--format", "json").stdout)
    assert node["node"]["statements"][0]["retrospective"] is True
    assert node["reliance"] == {
        "largest_source": "late",
        "largest_share": 1,
        "state_controlled": 1,
        "by_state": {"RUS": 1},
        "retrospective": 1,
        "unconfirmed": None,
        "sources": 1,
        "undated_sources": 0,
    }
    one = json.loads(run("explain", "AZE", "--statement", "no-strategy", "--format", "json").stdout)
    assert one["retrospective"] is False


def test_the_pages_of_a_country_show_shares(hindsight: Path) -> None:
    (hindsight / "published").mkdir(exist_ok=True)
    assert run("docs", "-o", "out", "--published", "published", "--draws", "100").exit_code == 0
    page = (hindsight / "out" / "countries" / "AZE.md").read_text()
    assert "Largest source: A publisher, A page, with " in page
    assert "Retrospective, from sources published after the edition: " in page
    assert run("site", "pages", "--draws", "100").exit_code == 0
    pages = [path.read_text(errors="ignore") for path in (hindsight / "pages").rglob("*.html")]
    assert any(
        "Largest source: A publisher" in page and "Sources that a state controls: 100 %" in page for page in pages
    )


def test_a_warning_needs_the_kind_and_the_half_life() -> None:
    """The same rule on models: a number with a half-life, by a body of XAA."""
    own = body("XAA").model_copy(update={"kind": "state body"})
    one = profile(say(0.5))
    one = one.model_copy(update={"sources": {"page": one.sources["page"].published_by(own)}})
    slugs = [[v.slug for v in profile_warnings(one, book({**NUMBER, "half_life": years}))] for years in (None, 3.0)]
    assert slugs == [["no-address"], ["no-address", "own-performance"]]


def test_fixtures_have_what_the_rule_asks_for(folder: Path) -> None:
    rubric, _ = load_rubric(folder / "rubrics" / "small")
    assert rubric is not None
    assert rubric.leaves["approval"].half_life is not None
    assert rubric.leaves["strategy"].half_life is None
    assert "kind: share" in PILLAR
