"""The register of coders: which codes count, which a person confirmed, what outputs say of it; and shifts by coder."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tiny
import yaml
from conftest import PROFILE, ROOT, git, run
from pydantic import ValidationError

import scoring
from scoring.desk.folder import Folder
from scoring.model.coders import Coders, with_coders
from scoring.model.digest import digest
from scoring.model.profile import Profile

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.model.profile import Statement

CHECKLIST = {
    **tiny.INDICATOR,
    "id": "list",
    "kind": "checklist",
    "items": [{"key": key, "points": 1.0, "text": "."} for key in ("site", "team")],
}
BOOK = tiny.book(tiny.LEVELS, CHECKLIST)
GOOD, POOR = ({"n": 3, "exact": share, "within": 1.0, "qualified": share > 0.5} for share in (1.0, 0.33))


def by_test(**results: dict[str, Any]) -> dict[str, Any]:
    return {"rubric": "index@1.0.0", "on": "2026-11-30", "vignettes": "0123456789ab", "results": results}


def register(*, untested: str = "count", **coders: dict[str, Any]) -> Coders:
    """`good` and `poor` are machines that are and are not qualified, `jane` a person without a test."""
    known = {
        "good": {"kind": "machine", "tests": [by_test(leaf=GOOD, list=GOOD)]},
        "poor": {"kind": "machine", "tests": [by_test(leaf=POOR, list=POOR)]},
        "jane": {"kind": "person", "tests": [by_test(leaf=POOR, list=POOR)]},
        "new": {"kind": "machine"},
        **coders,
    }
    return Coders.model_validate({"format": 1, "untested": untested, "first": "poor", "coders": known})


def read(statement: dict[str, Any], coders: Coders | None = None) -> Statement:
    profile = tiny.profile(tiny.say(**statement) if "code" in statement else statement)
    return with_coders(profile, coders or register(), BOOK).statements[0]


def reading(code: Any, indicator: str = "leaf") -> dict[str, Any]:
    return {indicator: code}


# -- which codes count -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "counting", "by_person"),
    [
        # the first coder of the register, who is not qualified, alone
        ({"code": "v5"}, [], False),
        # another coder in the statement: qualified; not tested; unknown to the register
        ({"code": "v5", "coder": "good"}, ["v5"], False),
        ({"code": "v5", "coder": "new"}, ["v5"], False),
        ({"code": "v5", "coder": "stranger"}, ["v5"], False),
        # a person who is not qualified counts no more than a machine
        ({"code": "v5", "coder": "jane"}, [], False),
        # confirmed by a qualified coder, or by a person: both readings count
        ({"code": "v5", "coders": {"good": reading("v5")}}, ["v5", "v5"], False),
        ({"code": "v5", "coders": {"jane": reading("v5")}}, ["v5", "v5"], True),
        # two who are not qualified and no persons confirm nothing
        ({"code": "v5", "coder": "poor", "coders": {"worse": reading("v5")}}, [], False),
        # another code: that of the qualified coder counts alone
        ({"code": "v5", "coders": {"good": reading("v7")}}, ["v7"], False),
        ({"code": "v5", "coder": "good", "coders": {"jane": reading("v7")}}, ["v5"], False),
        # of two codes that count a person gave one only
        (
            {"code": "v5", "coder": "good", "coders": {"new": reading("v7"), "jane": reading("v7")}},
            ["v5", "v7", "v7"],
            False,
        ),
        # a decision counts alone, and is confirmed if a person decided or gave the same code
        ({"code": "v5", "coders": {"good": reading("v7")}, "by": "good"}, ["v6"], False),
        ({"code": "v5", "coders": {"good": reading("v7")}, "by": "jane"}, ["v6"], True),
        ({"code": "v5", "coders": {"good": reading("v7")}, "by": "Jane Doe"}, ["v6"], False),
        ({"code": "v5", "coders": {"jane": reading("v6")}, "by": "good"}, ["v6"], True),
    ],
)
def test_which_codes_count(statement: dict[str, Any], counting: list[str], by_person: bool) -> None:  # noqa: FBT001
    by = statement.pop("by", None)
    if by:
        statement["adjudicated"] = {"codes": reading("v6"), "reason": ".", "by": by}
    coders = register(worse={"kind": "machine", "tests": [by_test(leaf=POOR)]})
    found = read(statement, coders)
    assert [codes["leaf"] for codes in found.counting if "leaf" in codes] == counting
    assert (("leaf", None) in found.standing.by_person) is by_person if found.standing else False
    assert found.counted == ({"leaf": counting[0]} if counting else {})


def test_coders_who_are_not_tested_count_only_if_the_register_says_so() -> None:
    strict = register(untested="leave out")
    assert read({"code": "v5", "coder": "new"}, strict).counted == {}
    assert read({"code": "v5", "coder": "stranger"}, strict).counted == {}
    assert read({"code": "v5", "coder": "good"}, strict).counted == {"leaf": "v5"}
    only_one = register(one={"kind": "machine", "tests": [by_test(list=GOOD)]}, untested="leave out")
    assert read({"code": "v5", "coder": "one"}, only_one).counted == {}


def test_a_test_by_another_version_says_nothing_and_the_last_one_counts() -> None:
    old = {**by_test(leaf=POOR), "rubric": "index@0.9.0"}
    assert read({"code": "v5", "coder": "old"}, register(old={"kind": "machine", "tests": [old]})).counted
    twice = [by_test(leaf=GOOD), {**by_test(leaf=POOR), "on": "2026-12-01"}]
    assert not read({"code": "v5", "coder": "a"}, register(a={"kind": "machine", "tests": twice})).counted
    assert read({"code": "v5", "coder": "a"}, register(a={"kind": "machine", "tests": twice[:1]})).counted


def test_items_of_a_checklist_count_one_by_one() -> None:
    statement = {
        "codes": {"list": {"site": True, "team": False}, "leaf": "v5"},
        "coders": {"good": {"list": {"site": True, "team": "partly"}}},
    }
    found = read(statement)
    # of `team` the codes differ, so that of the qualified coder counts; of `leaf` nobody else has one
    assert found.counting == [{"list": {"site": True}}, {"list": {"site": True, "team": "partly"}}]
    assert found.counted == {"list": {"site": True, "team": "partly"}}
    alone = read({"codes": {"list": {"site": True, "team": False}}, "coders": {"good": {"list": {"site": False}}}})
    assert alone.counted == {"list": {"site": False}}


def test_without_a_register_nothing_changes() -> None:
    profile = tiny.profile(tiny.say("v5", coders={"good": reading("v7")}))
    [statement] = profile.statements
    assert statement.standing is None
    assert statement.counting == [reading("v5"), reading("v7")]
    assert statement.left_out == frozenset()
    same = with_coders(profile, register(poor={"kind": "machine"}), BOOK)
    assert digest(same) == digest(profile)
    assert same == profile  # a register is no key of the file
    assert with_coders(profile, register(), BOOK) == profile


def test_the_digest_tells_which_codes_are_left_out_and_who_coded() -> None:
    profile = tiny.profile(tiny.say("v5"))
    left_out = with_coders(profile, register(), BOOK)
    assert digest(left_out) != digest(profile)
    named = Profile.model_validate({**profile.model_dump(exclude_none=True), "coder": "good"})
    assert digest(named) != digest(profile)
    assert with_coders(named, register(), BOOK).statements[0].counted == reading("v5")


# -- scores ------------------------------------------------------------------------------------------------------------


def test_a_statement_of_which_no_code_counts_moves_nothing_and_is_listed() -> None:
    prior = {"weight": 1.0}
    book = tiny.book(tiny.LEVELS, CHECKLIST, prior=prior)
    both = [tiny.say("v9"), tiny.say("v2", coder="good"), tiny.say({"site": True}, "list")]
    with_all, without = (
        scoring.assess(book, [with_coders(tiny.profile(*statements), register(), book)])
        for statements in (both, [both[1] | {"id": "s1"}])
    )
    assert with_all.figures.estimate.tolist() == without.figures.estimate.tolist()
    assert [tuple(one) for one in with_all.exclusions[0]] == [
        ("s0", "leaf", None, "not-qualified"),
        ("s2", "list", "site", "not-qualified"),
    ]
    assert [(entry.statement, entry.value) for entry in with_all.leaves[0][2].entries] == [("s1", 0.2)]


# -- files and outputs -------------------------------------------------------------------------------------------------

REGISTER = """\
format: 1
untested: count
first: poor
coders:
  poor:
    kind: machine
    tests:
      - rubric: small@1.0.0
        on: 2026-11-30
        vignettes: "0123456789ab"
        results:
          strategy: {n: 3, exact: 0.33, within: 0.67, severity: -0.5, qualified: false}
          approval: {n: 3, exact: 1.0, within: 1.0, severity: 0.0, qualified: true}
  jane: {kind: person, note: Coded the poll.}
"""
OTHER = "    codes: {strategy: none}\n"


@pytest.fixture
def known(folder: Path) -> Path:
    (folder / "profiles" / "coders.yaml").write_text(REGISTER)
    return folder


def test_a_register_of_coders_who_are_not_tested_moves_no_score(repository: Path) -> None:
    before = run("score", "--format", "json").stdout
    plain = "format: 1\nuntested: count\nfirst: one\ncoders: {one: {kind: machine}}\n"
    (repository / "profiles" / "coders.yaml").write_text(plain)
    assert run("score", "--format", "json").stdout == before
    assert run("check").exit_code == 0
    assert "100 % of the information rests on codes that no person has confirmed." in run("explain", "AZE").stdout
    (repository / "profiles" / "coders.yaml").write_text(plain.replace("machine", "person"))
    text = run("explain", "AZE").stdout
    assert "0 % of the information rests on codes that no person has confirmed." in text
    assert "no person has confirmed this code" not in text


@pytest.mark.usefixtures("folder")
def test_without_a_register_no_output_speaks_of_coders() -> None:
    text = run("explain", "AZE").stdout + run("score").stdout + run("validate").stdout
    assert "confirmed" not in text
    assert "qualified" not in text
    found = json.loads(run("explain", "AZE", "--format", "json").stdout)
    assert found["reliance"]["unconfirmed"] is None


@pytest.mark.usefixtures("known")
def test_what_does_not_count_is_said_everywhere() -> None:
    result = run("validate")
    assert result.exit_code == 0
    assert (
        "profiles/AZE.yaml:14:13: warning: statements[0].codes.strategy: 1 code of poor does not count: not qualified "
        "for strategy (small@1.0.0), and nobody confirmed it; `scoring explain AZE` lists the statements "
        "[not-qualified]\n"
    ) in result.stderr
    assert run("validate", "--strict").exit_code == 1
    text = run("explain", "AZE").stdout
    assert "- not used: no-strategy (coded only by poor, not qualified for the indicator)" in text
    assert text.count("no person has confirmed this code") == 2
    one = run("explain", "AZE", "--statement", "no-strategy").stdout
    assert "Does not enter small/state/strategy: coded only by poor, not qualified for the indicator" in one
    scores = run("score").stdout
    assert "Not counted, since coders are not qualified (coders.yaml): codes of 2 statements of AZE and GEO; " in scores
    found = json.loads(run("explain", "AZE", "strategy", "--format", "json").stdout)
    assert found["node"]["not_entered"] == [{"id": "no-strategy", "reason": "not-qualified"}]
    poll = json.loads(run("explain", "AZE", "approval", "--format", "json").stdout)
    assert poll["node"]["statements"][0]["confirmed_by_person"] is False
    assert poll["reliance"]["unconfirmed"] == 1


def test_codes_that_do_not_count_are_one_warning_per_coder_with_their_number(known: Path) -> None:
    (known / "profiles" / "coders.yaml").write_text(REGISTER.replace("untested: count", "untested: leave out"))
    profile = known / "profiles" / "AZE.yaml"
    profile.write_text(
        PROFILE.replace(OTHER, OTHER + "    coders: {jane: {strategy: drafted, approval: {share: 1}}}\n")
    )
    lines = [line for line in run("validate").stderr.splitlines() if "[not-qualified]" in line]
    assert [line.partition("warning: ")[2].partition(" (small@1.0.0), ")[0] for line in lines] == [
        # poor is qualified for the poll, and has no result for the place; jane has none at all
        "statements[0].codes.strategy: 2 codes of poor do not count: not qualified for place, strategy",
        "statements[0].coders.jane.approval: 2 codes of jane do not count: not qualified for approval, strategy",
        "statements[0].codes.strategy: 2 codes of poor do not count: not qualified for place, strategy",
    ]
    assert "nobody confirmed them; `scoring explain GEO` lists the statements" in lines[2]


def test_a_code_beside_one_that_counts_is_marked(known: Path) -> None:
    profile = known / "profiles" / "AZE.yaml"
    profile.write_text(PROFILE.replace(OTHER, OTHER + "    coders: {jane: {strategy: drafted}}\n"))
    text = run("explain", "AZE", "strategy").stdout
    assert "not counted: the code of poor, not qualified for the indicator" in text
    assert "drafted: Drafted" in text
    assert "none: No strategy" not in text
    assert "no person has confirmed" in text.splitlines()[-1]
    assert "0 % of the information rests on codes that no person has confirmed." in text
    one = run("explain", "AZE", "--statement", "no-strategy").stdout
    assert "not counted: the code of poor, not qualified for the indicator" in one


def test_the_export_tells_which_codes_count_and_who_gave_them(known: Path) -> None:
    profile = known / "profiles" / "AZE.yaml"
    profile.write_text(PROFILE.replace(OTHER, OTHER + "    coders: {jane: {strategy: drafted}}\n"))
    assert run("export", "out", "--format", "datapackage").exit_code == 0
    rows = list(csv.DictReader((known / "out" / "data" / "codes.csv").read_text().splitlines()))
    found = {(row["statement"], row["coder"]): row["counts"] for row in rows if row["country"] == "AZE"}
    assert found["no-strategy", "poor"] == "false"
    assert found["no-strategy", "jane"] == "true"
    assert found["poll-2016", "poor"] == "true"
    parts = list(csv.DictReader((known / "out" / "data" / "parts.csv").read_text().splitlines()))
    confirmed = {(row["country"], row["statement"]): row["confirmed_by_person"] for row in parts}
    assert confirmed["AZE", "no-strategy"] == "true"
    assert confirmed["AZE", "poll-2016"] == "false"
    reasons = {(row["country"], row["statement"]): row["left_out_because"] for row in parts}
    assert reasons["GEO", "no-strategy"] == "not-qualified"


def test_a_coder_who_is_in_no_register_is_a_warning_and_only_with_a_register(known: Path) -> None:
    profile = known / "profiles" / "AZE.yaml"
    profile.write_text(PROFILE.replace(OTHER, OTHER + "    coders: {janet: {strategy: none}}\n"))
    assert (
        "profiles/AZE.yaml:15:14: warning: statements[0].coders.janet: janet is not in coders.yaml; did you mean jane? "
        "[unknown-coder]\n"
    ) in run("validate").stderr
    (known / "profiles" / "coders.yaml").write_text(REGISTER.replace("first: poor\n", ""))
    message = "nobody says who gave these codes; write coder in the profile, or first in coders.yaml [unknown-coder]"
    assert run("validate").stderr.count(message) == 2  # once in each profile
    profile.write_text(PROFILE.replace("sources:", "coder: poor\nsources:"))
    assert run("validate").stderr.count(message) == 1
    (known / "profiles" / "coders.yaml").unlink()
    assert "unknown-coder" not in run("validate").stderr


def test_who_coded_first_cannot_have_coded_further(known: Path) -> None:
    profile = known / "profiles" / "AZE.yaml"
    text = PROFILE.replace(OTHER, OTHER + "    coders: {jane: {strategy: none}}\n")
    profile.write_text(text.replace("sources:", "coder: jane\nsources:"))
    message = "statements[0].coders.jane: jane is the first coder of the statement; a further coding is by another"
    assert message in run("validate").stderr
    profile.write_text(
        text.replace("    coders", "    coder: poor\n    coders").replace("sources:", "coder: jane\nsources:")
    )
    assert message not in run("validate").stderr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("untested: count", "untested: maybe", "untested: 'maybe' is not allowed; allowed: 'count' or 'leave out'"),
        ("untested: count\n", "", "untested: is missing; add it"),
        ("kind: person", "kind: robot", "coders.jane.kind: 'robot' is not allowed; allowed: 'person' or 'machine'"),
        ("  jane:", "  Jane Doe:", "use lower-case letters, digits and hyphens"),
        ("approval: {", "aproval: {", "results.aproval: unknown indicator; did you mean approval?"),
        ("small@1.0.0", "small 1.0.0", "write id and version of a rubric, such as resilience@3.1.0"),
        ("0123456789ab", "0123", "write twelve digits 0-9 and a-f as the program printed them, in quotes"),
        ("within: 0.67", "within: 0.2", "results.strategy.within: 0.2 is less than 0.33, the share that is exact"),
        ("2026-11-30", "2026-11-31", "is not a valid date"),
        ("n: 3, exact: 0.33", "exact: 0.33", "results.strategy.n: is missing; add it"),
        ("severity: -0.5", "severity: -50", "results.strategy.severity: "),
    ],
)
def test_a_fault_of_the_register_is_found_with_its_place(known: Path, old: str, new: str, message: str) -> None:
    path = known / "profiles" / "coders.yaml"
    path.write_text(REGISTER.replace(old, new, 1))
    for command in (("validate",), ("validate", "profiles/coders.yaml"), ("score",)):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (1, ""), command  # no figure is printed without the register
        assert [
            line for line in result.stderr.splitlines() if line.startswith("profiles/coders.yaml:") and message in line
        ], result.stderr


def test_a_register_beside_the_folder_of_profiles_is_not_passed_over(known: Path) -> None:
    (known / "profiles" / "coders.yaml").rename(known / "coders.yaml")
    (known / "publishers.yaml").write_text("format: 1\n")
    for command in ("validate", "score"):
        result = run(command)
        assert result.exit_code == 1
        for name in ("coders", "publishers"):
            assert f"{name}.yaml:1:1: is not read; move it to profiles itself [file-name]\n" in result.stderr
    assert run("validate", "profiles/AZE.yaml").exit_code == 0
    (known / "GEO.yaml").write_text(PROFILE.replace("AZE", "GEO"))  # the registers are those of this folder
    assert run("score").exit_code == 0


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("profiles/coders.yaml", "write the register (docs/coders.md), or remove it"),
        ("profiles/publishers.yaml", "write the register (docs/profile-format.md), or remove it"),
        ("profiles/groups.yaml", "write the groups (docs/peers.md), or remove it"),
        ("profiles/MDA.yaml", "write a profile (`scoring new` prints a skeleton)"),
        ("profiles/table.import.yaml", "write it with `scoring import`, or remove it"),
        ("editions.yaml", "remove it: `scoring release` writes it"),
        ("reviews/AZE.yaml", "remove it: `scoring collect` writes it"),
        ("rubrics/small/rubric.yaml", "write a rubric (`scoring init` writes one to begin with)"),
        ("rubrics/small/vignettes.yaml", "write vignettes (docs/coders.md), or remove it"),
        ("rubrics/small/other.yaml", "write a document, or remove it"),
    ],
)
def test_an_empty_file_is_told_how_to_begin(folder: Path, path: str, hint: str) -> None:
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(" \n")
    result = run("validate")
    assert result.exit_code == 1
    assert f"{path}:1:1: is empty; {hint} [empty-file]\n" in result.stderr


def test_two_tests_of_one_day_are_refused_and_other_rubrics_are_not_checked(known: Path) -> None:
    path = known / "profiles" / "coders.yaml"
    first = REGISTER[REGISTER.index("      - rubric") : REGISTER.index("  jane:")]
    path.write_text(REGISTER.replace("  jane:", f"{first}  jane:"))
    assert (
        "tests[1].on: poor has another test by small@1.0.0 on 2026-11-30; keep one of the two" in run("validate").stderr
    )
    path.write_text(REGISTER.replace("small@1.0.0", "large@2.0.0").replace("approval: {", "size: {"))
    assert run("validate").exit_code == 0


def test_a_changed_register_is_a_change_of_codes(repository: Path) -> None:
    (repository / "profiles" / "coders.yaml").write_text(REGISTER)
    result = run("diff", "HEAD", "--draws", "100", "--format", "json")
    found = {one["country"]: one["statements"] for one in json.loads(result.stdout)["countries"]}
    assert [(one["statement"], one["cause"]) for one in found["AZE"]] == [("no-strategy", "re-coded statements")]
    cited = run("cite", "AZE", "--draws", "100").stdout
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=register")
    (repository / "profiles" / "coders.yaml").unlink()
    (repository / "report.md").write_text(cited)
    text = run("verify", "report.md", "--draws", "100").stdout
    assert "0 unknown, 5 outdated" in text  # the figure is found in the commit that had the register


def first_codes(desk: Folder) -> Any:
    """The codes that count of the first statement of AZE."""
    profile = desk.snapshot().of("AZE").profile
    assert profile is not None
    return profile.statements[0].counted


def test_the_desk_reads_the_register_with_the_profiles(known: Path) -> None:
    desk = Folder(known / "rubrics" / "small", known / "profiles")
    assert first_codes(desk) == {}
    (known / "profiles" / "coders.yaml").write_text(REGISTER.replace("qualified: false", "qualified: true"))
    assert first_codes(desk) == {"strategy": "none"}
    assert desk.snapshot().coders is not None
    (known / "profiles" / "coders.yaml").write_text("format: 2\n")
    assert [one.file for one in desk.snapshot().problems][:1] == ["profiles/coders.yaml"]
    (known / "profiles" / "coders.yaml").unlink()
    assert desk.snapshot().coders is None


# -- shifts by coder ---------------------------------------------------------------------------------------------------


def shifted(coder: Any, *statements: dict[str, Any], indicators: tuple[dict[str, Any], ...] = (tiny.LEVELS,)) -> Any:
    """Draws of a country whose codes err by the coder's shift alone."""
    book = tiny.book(*indicators, uncertainty={"coder": coder})
    return tiny.draws_of(book, [{"confidence": "exact", **one} for one in statements])


BY_CODER = {"default": 0.05, "ids": {"strict": 0.1, "sure": 0.0}}


@pytest.mark.parametrize(("coder", "spread"), [("strict", 0.1), ("sure", 0), ("other", 0.05), (None, 0.05)])
def test_the_shift_of_a_coder_has_the_standard_deviation_of_the_rubric(coder: str | None, spread: float) -> None:
    draws = shifted(BY_CODER, tiny.say("v5", **({"coder": coder} if coder else {})))
    assert draws.std() == pytest.approx(spread, abs=0.001)
    assert draws.mean() == pytest.approx(0.5, abs=0.002)


def test_one_coder_has_one_shift_and_two_have_two() -> None:
    second = {**tiny.LEVELS, "id": "second"}
    both = (tiny.LEVELS, second)
    one = [tiny.say("v5", coder="strict"), tiny.say("v5", "second", coder="strict")]
    assert shifted(BY_CODER, *one, indicators=both).std() == pytest.approx(0.1, abs=0.001)
    two = [one[0], tiny.say("v5", "second", coder="other")]
    expected = math.sqrt(0.1**2 + 0.05**2) / 2  # of the mean of two that are independent
    assert shifted(BY_CODER, *two, indicators=both).std() == pytest.approx(expected, abs=0.001)


def test_of_two_readings_each_is_shifted_by_its_coder() -> None:
    draws = shifted(BY_CODER, tiny.say("v5", coder="strict", coders={"sure": reading("v5")}))
    assert draws.std() == pytest.approx(0.1 / math.sqrt(2), abs=0.001)  # in half of the draws
    assert (draws == 0.5).mean() == pytest.approx(0.5, abs=0.01)
    decided = {"codes": reading("v5"), "reason": ".", "by": "strict"}
    draws = shifted(BY_CODER, tiny.say("v7", coders={"sure": reading("v5")}, adjudicated=decided))
    assert draws.std() == pytest.approx(0.1, abs=0.001)


def test_a_plain_number_is_the_shift_of_all_coders_as_one() -> None:
    statements = [tiny.say("v5", coders={"b": reading("v7")}), tiny.say("v3", coder="c")]
    plain = shifted(0.1, *statements)
    assert np.array_equal(plain, shifted({"default": 0.1, "ids": {"nobody": 0.3}}, *statements))
    assert not np.array_equal(plain, shifted({"default": 0.1, "ids": {"c": 0.1}}, *statements))


def test_the_label_of_the_profile_is_that_of_its_first_coder() -> None:
    book = tiny.book(tiny.LEVELS, uncertainty={"coder": BY_CODER})
    plain = tiny.profile(tiny.say("v5", confidence="exact"))
    profile = Profile.model_validate({**plain.model_dump(exclude_none=True), "coder": "strict"})
    assert tiny.drawn(scoring.assess(book, [profile])).std() == pytest.approx(0.1, abs=0.001)


@pytest.mark.parametrize(
    ("coder", "message"),
    [
        ("{default: 0.05}", "uncertainty.coder.ids: is missing; add it"),
        ("{default: 0.05, ids: {}}", "uncertainty.coder.ids: "),
        ("{default: 0.05, ids: {a: 2}}", "uncertainty.coder.ids.a: "),
        ("{defalt: 0.05, ids: {a: 0.1}}", "uncertainty.coder.defalt: unknown key; did you mean default?"),
        ("much", "uncertainty.coder: expected a number, got 'much'"),
        ("2", "uncertainty.coder: 2: "),
    ],
)
def test_a_wrong_shift_is_found_with_its_place(folder: Path, coder: str, message: str) -> None:
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    text = rubric.read_text().replace("format: 1", "format: 2").replace("{kappa: 60,", f"{{kappa: 60, coder: {coder},")
    rubric.write_text(text)
    result = run("validate")
    assert result.exit_code == 1
    assert "rubrics/small/rubric.yaml:9:" in result.stderr
    assert message in result.stderr


def test_a_rubric_by_coder_is_calibrated_with_its_default(folder: Path) -> None:
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    by_coder = "coder: {default: 0.05, ids: {a: 0.1}},"
    rubric.write_text(
        rubric.read_text().replace("format: 1", "format: 2").replace("{kappa: 60,", f"{{kappa: 60, {by_coder}")
    )
    assert run("calibrate", "--repeats", "1", "--draws", "100").exit_code == 0


def test_the_shipped_register_has_every_coder_of_the_profiles_and_no_person() -> None:
    """So that what `explain` and the pages say of codes that no person confirmed is true of all of them."""
    register = yaml.safe_load((ROOT / "profiles" / "coders.yaml").read_text())
    assert {coder["kind"] for coder in register["coders"].values()} == {"machine"}
    profiles = scoring.load()[1]
    assert {profile.coder for profile in profiles} == {None}
    named = {coder for profile in profiles for one in profile.statements for coder in one.coders or ()}
    named |= {one.adjudicated.by for profile in profiles for one in profile.statements if one.adjudicated}
    assert named | {register["first"]} == set(register["coders"])


def test_a_mark_at_each_code_is_left_out_where_the_register_knows_no_person(known: Path) -> None:
    path = known / "profiles" / "coders.yaml"
    path.write_text(REGISTER.replace("kind: person", "kind: machine"))
    text = run("explain", "AZE").stdout
    assert "100 % of the information rests on codes that no person has confirmed." in text
    assert "no person has confirmed this code" not in text


def test_a_register_without_coders_is_refused() -> None:
    with pytest.raises(ValidationError):
        Coders.model_validate({"format": 1, "untested": "count", "coders": {}})
