"""Files as people have them: saved on Windows, with a slip that is allowed, named alone; and every fault of them at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from conftest import PILLAR, PROFILE, ROOT, RUBRIC, run

from scoring.files.load import load
from scoring.model.digest import digest

if TYPE_CHECKING:
    from pathlib import Path

CASES = "pillar: state\ncases:\n  - {name: none, statement: None., codes: {strategy: none}, value: 0}\n"
TABLE = """\
title: A table
publisher: Somebody
year: 2018
url: https://example.org/table
accessed: 2018-02-01
read_from: The publisher's page.
better: higher
measures: Readiness.
near: [state]
expected: Some agreement.
values: {AZE: 1, GEO: 2}
"""


def changed(folder: Path, old: str, new: str) -> Path:
    """The profile of Azerbaijan with a text replaced."""
    assert old in PROFILE
    path = folder / "profiles" / "AZE.yaml"
    path.write_text(PROFILE.replace(old, new, 1))
    return path


# -- line ends and byte order marks ------------------------------------------------------------------------------------

SAVED = {
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "both": lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
    "some lines": lambda data: data.replace(b"\n", b"\r\n", 5),
}


@pytest.mark.parametrize("how", SAVED)
def test_every_file_is_read_as_systems_save_it_and_left_so(folder: Path, how: str) -> None:
    (folder / "rubrics" / "small" / "state.cases.yaml").write_text(CASES)
    (folder / "published").mkdir()
    (folder / "published" / "table.yaml").write_text(TABLE)
    text = PROFILE.replace("text: Place", "text: |\n      A block\n      of lines.\n    note: Place", 1)
    (folder / "profiles" / "AZE.yaml").write_text(text)
    assert run("lock").exit_code == 0
    commands = (("validate",), ("score", "--format", "json"), ("check",), ("validity",), ("diff", "./scores.lock"))
    before = [run(*one) for one in commands]
    assert {found.exit_code for found in before} == {0}
    every = [*folder.rglob("*.yaml"), folder / "scores.lock"]
    assert len(every) == 7
    for path in every:
        path.write_bytes(SAVED[how](path.read_bytes()))
    saved = {path: path.read_bytes() for path in every}
    after = [run(*one) for one in commands]
    assert [(found.exit_code, found.output) for found in after] == [(found.exit_code, found.output) for found in before]
    assert {path: path.read_bytes() for path in every} == saved


@pytest.mark.parametrize("how", SAVED)
def test_a_fault_has_the_same_place_however_a_file_is_saved(folder: Path, how: str) -> None:
    path = changed(folder, "format: 1\n", "format: 2\n")
    path.write_bytes(SAVED[how](path.read_bytes().replace(b"share: 54", b"share: much")))
    assert [line.split(": ")[0] for line in run("validate").stderr.splitlines()] == [
        "profiles/AZE.yaml:1:9",
        "profiles/AZE.yaml:28:31",
    ]


# -- dates and decimals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("date", ["18", "0018", "1018", "1899-12-31", "'18'"])
@pytest.mark.parametrize("key", ["date", "until", "accessed", "as_of"])
def test_a_year_that_was_meant_as_another(folder: Path, date: str, key: str) -> None:
    replaced = {
        "date": ("date: 2016-05", f"date: {date}"),
        "until": ("date: 2016-05", f"until: {date}"),
        "accessed": ("reliability: B", f"reliability: B, accessed: {date}"),
        "as_of": ("as_of: 2018-01-01", f"as_of: {date}"),
    }
    changed(folder, *replaced[key])
    [line] = run("validate").stderr.splitlines()
    right = (
        "is not a valid date; write YYYY" if date == "'18'" else "1900; write the year with four digits, such as 2018"
    )
    assert right in line
    assert line.endswith("[impossible-date]")


def test_a_year_from_1900_on(folder: Path) -> None:
    changed(folder, "date: 2016-05", "date: 1900")
    assert run("validate").exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "place", "right"),
    [
        ("{strategy: none}", "{expulsions: 1,5}", "14:25: statements[0].codes.expulsions", "1.5"),
        ("share: 54", "share: 54,3", "28:31: statements[2].codes.approval.share", "54.3"),
        ("n: 1000}", "n: 1000}, expulsions: 1,50 ", "28:57: statements[2].codes.expulsions", "1.50"),
    ],
)
def test_a_decimal_comma_in_braces_is_one_fault(folder: Path, old: str, new: str, place: str, right: str) -> None:
    changed(folder, old, new)
    says = f"a comma ends the number; write {right}, without thousands separators [decimal-comma]"
    assert f"profiles/AZE.yaml:{place}: {says}" in run("validate").stderr
    assert run("validate").stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["{a: 1, 5}", "{a: 1,5: 2}", "{a: b,5}", "{a: '1',5}", "{a: 1,b}", "{a: 1,'5'}"])
def test_what_is_no_decimal_comma(text: str) -> None:
    from scoring.files import reader  # noqa: PLC0415

    assert reader.read(text, "f")[1] == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "profiles/AZE.yaml",
            "{approval: {share: 54, n: 1000}}",
            "\n      approval: 54,3",
            "expected a share in percent, got '54,3'; write 54.3",
        ),
        ("rubrics/small/rubric.yaml", "exponent: 0.5\n", "exponent: 0,5\n", "expected a number, got '0,5'; write 0.5"),
        ("rubrics/small/rubric.yaml", "weight: 0.25,", "weight: 0,25,", "a comma ends the number; write 0.25"),
    ],
)
def test_a_decimal_comma_elsewhere(folder: Path, file: str, old: str, new: str, says: str) -> None:
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    [line] = run("validate").stderr.splitlines()
    assert says in line


def test_a_number_with_a_decimal_comma_and_one_without_a_logarithm(folder: Path) -> None:
    indicator = "  - {id: budget, question: Q?, rationale: R., kind: number, weight: 1, half_life: 3, worst: 1, best: 9, log: true}\n"
    pillar = folder / "rubrics" / "small" / "state.yaml"
    pillar.write_text(PILLAR + indicator)
    changed(folder, "codes: {strategy: none}", "codes:\n      budget: 2,5")
    assert "expected a number, got '2,5'; write 2.5" in run("validate").stderr
    changed(folder, "{strategy: none}", "{budget: 0}")
    assert "0 has no logarithm" in run("validate").stderr
    pillar.write_text(PILLAR + indicator.replace("log: true", "log: true, clip: true"))
    assert (run("validate").exit_code, run("validate").stderr) == (0, "")
    found = json.loads(run("explain", "AZE", "budget", "--format", "json").stdout)
    assert '"value": 0.0' in json.dumps(found)  # below both goalposts is as bad as the worst


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("{rank: 48}", "of is missing; write {rank: 48, of: …}"),
        ("{of: 194}", "rank is missing; write {rank: …, of: 194}"),
    ],
)
def test_half_a_rank_is_one_fault(folder: Path, given: str, right: str) -> None:
    changed(folder, "{rank: 48, of: 194}", given)
    assert run("validate").stderr == f"profiles/AZE.yaml:21:20: statements[1].codes.place: {right} [missing-key]\n"


# -- warnings ----------------------------------------------------------------------------------------------------------

TWICE = "  - id: again\n    text: T.\n    source: page\n    locator: Paragraph 1\n    credibility: 2\n    codes: {strategy: adopted}\n"
WARNINGS = {
    "fraction": ("share: 54", "share: 0.54", "28:31: warning: statements[2].codes.approval.share: 0.54 may be a fraction; write percent, 54"),
    "beyond-goalposts": ("share: 54", "share: 95", "28:31: warning: statements[2].codes.approval.share: 95 is outside the goalposts 90 and 10 and counts as 90; "),
    "late-statement": ("reliability: B", "reliability: B, accessed: 2016-12", "12:11: warning: statements[0].date: 2017 is later than 2016-12, when"),
    "contradiction": ("  - id: place-2017\n", TWICE + "  - id: place-2017\n", "20:23: warning: statements[1].codes.strategy: 'adopted', but 'none' in 'no-strategy' from the same source and locator"),
    "same-as-dates": ("    codes: {approval", "    same_as: no-strategy\n    codes: {approval", "28:14: warning: statements[2].same_as: 'no-strategy' is dated 2017, this statement 2016-05"),
}  # fmt: skip


@pytest.mark.parametrize("slug", WARNINGS)
def test_a_slip_that_is_allowed_is_a_warning_of_validate_alone(folder: Path, slug: str) -> None:
    old, new, says = WARNINGS[slug]
    changed(folder, old, new)
    lines = [line for line in run("validate").stderr.splitlines() if f"[{slug}]" in line]
    assert len(lines) == (2 if slug == "late-statement" else 1)  # two statements are of 2017
    assert lines[0].startswith(f"profiles/AZE.yaml:{says}")
    result = run("validate")
    assert (result.exit_code, result.stdout) == (
        0,
        f"No errors: rubric small 1.0.0, 2 profiles, {'2 warnings' if len(lines) == 2 else '1 warning'}.\n",
    )
    assert run("validate", "--strict").exit_code == 1
    assert run("validate", "--strict").stdout == ""
    assert (run("score").exit_code, run("score").stderr) == (0, "")


NO_WARNINGS = {
    "one percent": ("share: 54", "share: 10"),
    "a year in which the source was read": ("reliability: B", "reliability: B, accessed: 2017-03"),
    "a retelling whose date is less exact": ("    codes: {place: ", "    same_as: no-strategy\n    codes: {place: "),
    "a retelling without a date": ("    date: 2016-05\n", "    same_as: no-strategy\n"),
    "other answers in another paragraph": ("  - id: place-2017\n", TWICE.replace("Paragraph 1", "Paragraph 4") + "  - id: place-2017\n"),
    "the same answer": ("  - id: place-2017\n", TWICE.replace("adopted", "none") + "  - id: place-2017\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_WARNINGS)
def test_what_is_no_slip(folder: Path, name: str) -> None:
    changed(folder, *NO_WARNINGS[name])
    assert run("validate", "--strict").stderr == ""


def test_items_that_are_answered_in_two_ways(folder: Path) -> None:
    text = PROFILE.replace("{strategy: none}", "{awareness: {site: true}}") + TWICE.replace(
        "strategy: adopted", "awareness: {site: partly}"
    )
    (folder / "profiles" / "AZE.yaml").write_text(text)
    assert (
        "34:31: warning: statements[3].codes.awareness.site: 'partly', but true in 'no-strategy'"
        in run("validate").stderr
    )


def test_further_readings_are_looked_at_too(folder: Path) -> None:
    changed(folder, "n: 1000}}", "n: 1000}}\n    coders: {second: {approval: 0.5}}")
    assert "29:33: warning: statements[2].coders.second.approval: 0.5 may be" in run("validate").stderr


def test_clip_says_that_values_beyond_the_goalposts_are_meant_and_moves_nothing(folder: Path) -> None:
    changed(folder, "share: 54", "share: 95")
    before = run("score").stdout
    pillar = folder / "rubrics" / "small" / "state.yaml"
    plain = digest(load()[0].pillars[0])
    pillar.write_text(PILLAR.replace("best: 10,", "best: 10, clip: false,"))
    assert digest(load()[0].pillars[0]) == plain
    pillar.write_text(PILLAR.replace("best: 10,", "best: 10, clip: true,"))
    assert digest(load()[0].pillars[0]) != plain
    assert run("validate", "--strict").stderr == ""
    assert run("score").stdout == before


def test_more_warnings_than_are_told(folder: Path) -> None:
    one = PROFILE[PROFILE.index("  - id: poll-2016") :].replace("share: 54", "share: 0.54")
    (folder / "profiles" / "AZE.yaml").write_text(
        PROFILE + "".join(one.replace("poll-2016", f"p{n}") for n in range(150))
    )
    lines = run("validate").stderr.splitlines()
    assert len(lines) == 101
    assert "1:1: warning: has more than 100 warnings; these are the first" in lines[0]


@pytest.mark.parametrize("strict", [False, True])
def test_warnings_in_the_forms_of_ci_systems(folder: Path, strict: bool) -> None:  # noqa: FBT001
    changed(folder, "share: 54", "share: 0.54")

    def said(form: str) -> str:
        result = run("validate", "--format", form, *(["--strict"] if strict else []))
        assert result.exit_code == strict
        return result.stdout

    assert said("github").startswith("::warning file=profiles/AZE.yaml,line=28,col=31,title=fraction::")
    assert json.loads(said("sarif"))["runs"][0]["results"][0]["level"] == "warning"
    assert [one["severity"] for one in json.loads(said("gitlab"))] == ["minor"]
    case = ET.fromstring(said("junit")).find(".//testcase[@name='profiles/AZE.yaml']")  # noqa: S314  ours
    assert case is not None
    assert [one.tag for one in case] == ["failure" if strict else "system-out"]
    assert "profiles/AZE.yaml:28:31: " in (case[0].text or "")


# -- all at once -------------------------------------------------------------------------------------------------------

BOTH = {
    "a code below a missing locator": ([("    locator: Paragraph 3\n", ""), ("{share: 54, n: 1000}", "58%")], ["22:5: statements[2].locator: is missing", "27:23: statements[2].codes.approval: expected a share in percent, got '58%'"]),
    "a code of another statement": ([("credibility: 1", "credibility: 7"), ("strategy: none", "strategy: non")], ["14:23: statements[0].codes.strategy: unknown level 'non'", "20:18: statements[1].credibility: 7"]),
    "neither codes nor context": ([("    locator: Paragraph 1\n", ""), ("    codes: {strategy: none}\n", "")], ["8:5: statements[0].codes: has neither codes", "8:5: statements[0].locator: is missing"]),
    "a source with a fault is still one": ([("reliability: B", "reliability: G"), ("source: page", "source: pgae")], ["6:62: sources.page.reliability: 'G' is not", "10:13: statements[0].source: unknown source 'pgae'"]),
    "an unknown key": ([("format: 1\n", "format: 1\nformt: 1\n"), ("actor: RUS", "actor: RUZ")], ["2:1: formt: unknown key", "4:8: actor: unknown country code 'RUZ'"]),
    "a duplicate key": ([("    locator: Paragraph 1\n", "    locator: A\n    locator: B\n"), ("rank: 48", "rank: 248")], ["12:5: statements[0].locator: duplicate", "22:27: statements[1].codes.place.rank: rank 248"]),
    "a statement without an id, and one of its name": ([("id: no-strategy\n    text", "text"), ("share: 54", "share: 540")], ["8:5: statements[0].id: is missing", "27:31: statements[2].codes.approval.share: 540"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BOTH)
def test_one_fault_hides_no_other(folder: Path, name: str) -> None:
    text = PROFILE
    for old, new in BOTH[name][0]:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "profiles" / "AZE.yaml").write_text(text)
    lines = run("validate").stderr.splitlines()
    assert len(lines) == 2
    for line, says in zip(lines, BOTH[name][1], strict=True):
        assert line.startswith(f"profiles/AZE.yaml:{says}")


def test_one_fault_of_a_rubric_hides_no_other(folder: Path) -> None:
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(RUBRIC.replace("title: A small index\n", "").replace("0.5: 0.5}", "0.5: 0.4}"))
    pillar = folder / "rubrics" / "small" / "state.yaml"
    pillar.write_text(PILLAR.replace("    half_life: 3\n", "").replace("worst: 90", "worst: 10"))
    assert [line.split(": ", 2)[1:] for line in run("validate").stderr.splitlines()] == [
        ["title", "is missing; add it [missing-key]"],
        ["uncertainty.exponents", "the probabilities sum to 0.9; they must sum to 1 [probabilities-sum]"],
        ["indicators[1].half_life", "is missing; add it [missing-key]"],
        ["indicators[3].best", "is equal to worst; write two different goalposts [goalposts]"],
    ]


def test_a_list_is_not_short_because_its_items_fail(folder: Path) -> None:
    start = PILLAR.index("  - id: strategy")
    (folder / "rubrics" / "small" / "state.yaml").write_text(
        PILLAR[:start] + "  - {id: place, question: Q?, rationale: R., kind: rank, weight: 1}\n"
    )
    assert (
        run("validate").stderr
        == "rubrics/small/state.yaml:4:5: indicators[0].half_life: is missing; add it [missing-key]\n"
    )
    (folder / "rubrics" / "small" / "state.yaml").write_text(PILLAR[:start].replace("indicators:", "indicators: []"))
    assert "indicators: has 0 entries; write at least 1" in run("validate").stderr


def test_a_file_with_nothing_right_in_it_is_told_once(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text("statements:\n" + "  - a\n" * 3)
    lines = run("validate").stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "as_of",
        "country",
        "format",
        *(f"statements[{n}]" for n in range(3)),
    ]


# -- files by themselves -----------------------------------------------------------------------------------------------

ALONE = {
    "rubrics/small/rubric.yaml": (RUBRIC, "from: 50", "from: 0", "the band cuts are [0.0, 0.0]"),
    "rubrics/small/state.yaml": (PILLAR, "worst: 90", "worst: 10", "is equal to worst"),
    "rubrics/small/state.cases.yaml": (CASES, "none}", "non}", "unknown level 'non'"),
    "published/table.yaml": (TABLE, "AZE: 1", "QQQ: 1", "unknown country code 'QQQ'"),
    "drafts/index.yaml": (RUBRIC, "from: 50", "from: 0", "the band cuts are [0.0, 0.0]"),
    "drafts/estate.yaml": (PILLAR, "worst: 90", "worst: 10", "is equal to worst"),
    "drafts/some.yaml": (CASES, "none}", "non}", "unknown level 'non'"),
    "drafts/numbers.yaml": (TABLE, "AZE: 1", "QQQ: 1", "unknown country code 'QQQ'"),
    "drafts/AZE.yaml": (PROFILE, "strategy: none", "strategy: non", "unknown level 'non'"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
def test_a_file_that_is_named_is_checked_as_what_it_is(folder: Path, name: str) -> None:
    text, old, new, says = ALONE[name]
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    result = run("validate", name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"No errors: rubric small 1.0.0, {'1 profile' if text == PROFILE else '0 profiles'}.\n"
    path.write_text(text.replace(old, new))
    result = run("validate", name)
    assert result.exit_code == 1
    assert [says in line for line in result.stderr.splitlines()] == [True]
    assert result.stderr.startswith(f"{name}:")


def test_what_lies_among_profiles_is_a_profile(folder: Path) -> None:
    (folder / "profiles" / "XAA.yaml").write_text(TABLE)
    assert "profiles/XAA.yaml:1:1: title: unknown key" in run("validate", "profiles/XAA.yaml").stderr


def test_every_shipped_file_is_valid_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = run("validate", *ROOT.glob("rubrics/*/*.yaml"), *ROOT.glob("published/*.yaml"))
    assert (result.exit_code, result.stderr) == (0, "")
