"""A withdrawn statement stays on record and counts nowhere; one that is deleted or replaced under its id is missed."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import PROFILE, ROOT, git, run

from scoring.files import git as reading
from scoring.files.load import load
from scoring.index.scenario import without_source
from scoring.model.digest import digest
from scoring.model.profile import Profile

if TYPE_CHECKING:
    from pathlib import Path

REASON = "The page was misread: it is a draft."
WITHDRAWN = f"    withdrawn: {{on: 2018-01-05, why: '{REASON}', by: second}}\n"
FIRST = "    codes: {strategy: none}\n"
STATEMENT = PROFILE[PROFILE.index("  - id: no-strategy") : PROFILE.index("  - id: place-2017")]
WITHOUT = PROFILE.replace(STATEMENT, "")
KEPT = PROFILE.replace(FIRST, FIRST + WITHDRAWN)


def write(folder: Path, text: str) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(text)


def committed(folder: Path, *texts: str) -> list[str]:
    """Commit the profile with each text; the short hashes."""
    hashes = []
    for text in texts:
        write(folder, text)
        run("lock")
        git(folder, "commit", "--quiet", "--all", "--allow-empty", "--message=next")
        hashes.append(reading.commit_of("HEAD")[:12])
    return hashes


# -- it counts nowhere -------------------------------------------------------------------------------------------------


def test_withdrawing_moves_the_figures_as_deleting_does(folder: Path) -> None:
    write(folder, WITHOUT)
    without = run("lock") and (folder / "scores.lock").read_text()
    write(folder, KEPT)
    assert run("lock").exit_code == 0
    assert (folder / "scores.lock").read_text() == without  # the digest of the profile too
    write(folder, PROFILE)
    assert run("check").exit_code == 3


@pytest.mark.parametrize("command", [("rank",), ("audit",), ("sensitivity",), ("levers", "AZE"), ("agreement",)])
def test_no_command_counts_it(folder: Path, command: tuple[str, ...]) -> None:
    draws = ["--draws", "100"] if command[0] in ("rank", "sensitivity") else []
    second = "    coders: {second: {strategy: adopted}}\n"
    write(folder, WITHOUT)
    without = run(*command, *draws).output
    write(folder, PROFILE.replace(FIRST, FIRST + second + WITHDRAWN))
    assert run(*command, *draws).output == without


def test_it_is_listed_with_the_reason(folder: Path) -> None:
    write(folder, KEPT)
    said = f"withdrawn 2018-01-05 by second: {REASON}"
    assert said in run("statements", "AZE", "--format", "csv").stdout
    assert said.split(":", maxsplit=1)[0] in " ".join(run("statements", "AZE").stdout.split())
    [first] = [
        one
        for one in json.loads(run("statements", "AZE", "--format", "json").stdout)["statements"]
        if one["id"] == "no-strategy"
    ]
    assert first["withdrawn"] == {"on": "2018-01-05", "why": REASON, "by": "second"}
    tree = run("explain", "AZE").stdout
    assert f"- not used: no-strategy ({said})" in tree
    assert tree.endswith("Withdrawn: no-strategy; `scoring explain AZE --statement ID` says why.\n")
    assert "Withdrawn" not in run("explain", "GEO").stdout
    assert f"Does not enter small/state/strategy: {said}" in run("explain", "AZE", "--statement", "no-strategy").stdout
    assert run("site", "web", "--draws", "100").exit_code == 0
    assert any("misread" in path.read_text() for path in (folder / "web").rglob("*") if path.suffix in (".html", ".js"))
    assert run("export", "out").exit_code == 0
    [row] = [
        one for one in (folder / "out" / "data" / "statements.csv").read_text().splitlines() if "AZE,no-strategy" in one
    ]
    assert said in row
    assert row.endswith("false,withdrawn")


def test_the_country_page_has_it_at_the_end(folder: Path) -> None:
    write(folder, KEPT)
    (folder / "published").mkdir()
    assert run("docs", "-o", "pages", "--draws", "100").exit_code == 0
    page = (folder / "pages" / "countries" / "AZE.md").read_text()
    assert "## Withdrawn\n\nThese statements are kept on record and do not count.\n\n- No strategy" in page
    assert f"(`no-strategy`, withdrawn 2018-01-05 by second: {REASON})" in page
    assert "## Withdrawn" not in (folder / "pages" / "countries" / "GEO.md").read_text()
    assert "State 2" in (folder / "pages" / "sources.md").read_text()
    assert "withdrawn 1" in (folder / "pages" / "sources.md").read_text()


def test_a_difference_calls_it_removed(repository: Path) -> None:
    write(repository, KEPT)
    document = json.loads(run("diff", "HEAD", "--draws", "100", "--format", "json").stdout)
    [country] = document["countries"]
    assert [(one["statement"], one["cause"]) for one in country["statements"]] == [
        ("no-strategy", "removed statements")
    ]
    brief = run("brief", "--since", "HEAD", "--draws", "100").stdout
    assert "no-strategy" in brief
    assert "New statements" not in brief or "no-strategy" not in brief.split("New statements")[1].split("##")[0]


def test_it_replaces_no_statement_of_a_source_that_is_left_out() -> None:
    """The scored duplicate by another source steps in, not the withdrawn one, whose id comes first."""
    text = STATEMENT.replace("source: page", "source: other")
    withdrawn = text.replace("id: no-strategy", "id: a-withdrawn") + "    same_as: no-strategy\n" + WITHDRAWN
    scored = text.replace("id: no-strategy", "id: b-scored") + "    same_as: no-strategy\n"
    profile = profile_of(
        PROFILE.replace("sources:\n", "sources:\n  other: {title: T, publisher: P, reliability: B}\n")
        + withdrawn
        + scored
    )
    kept = {one.id: one.same_as for one in without_source(profile, "page").statements}
    assert kept == {"a-withdrawn": "no-strategy", "b-scored": None}


def profile_of(text: str) -> Profile:
    value = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  texts alone
    for one in value["statements"]:
        one["credibility"] = int(one["credibility"])
        one.setdefault("codes", {})
    value["format"] = 1
    return Profile.model_validate(value)


# -- a statement of a committed edition --------------------------------------------------------------------------------


def test_a_deleted_statement_is_an_error_with_id_and_commit(repository: Path) -> None:
    first = reading.commit_of("HEAD")[:12]
    write(repository, WITHOUT)
    done = run("check")
    assert done.exit_code == 1
    assert done.stderr == (
        f"profiles/AZE.yaml:7:1: statements: statement 'no-strategy' of commit {first} is missing; "
        "withdraw it instead [removed-statement]\n"
    )
    assert done.stdout == ""
    write(repository, KEPT)
    assert run("check").exit_code == 3  # the figures moved
    run("lock")
    assert run("check").stdout == "No score changed.\n"


def test_the_commit_is_the_last_that_has_it(repository: Path) -> None:
    later = PROFILE.replace("No strategy is in force.", "There is no strategy.")
    last, *_ = committed(repository, later, WITHOUT, WITHOUT.replace("Place 48", "Rank 48"))
    assert f"of commit {last} is missing" in run("check").stderr


def test_one_line_for_each_and_at_its_place_for_ci(repository: Path) -> None:
    write(repository, WITHOUT[: WITHOUT.index("  - id: poll-2016")])
    done = run("check")
    assert [line.split("'")[1] for line in done.stderr.splitlines()] == ["no-strategy", "poll-2016"]
    shown = run("check", "--format", "github").stdout
    assert "::error file=profiles/AZE.yaml,line=7,col=1,title=removed-statement::" in shown


def test_a_statement_written_in_one_line_is_missed_too(repository: Path) -> None:
    line = (
        '  - {text: "One line, id: none", "id" : "flow-1", source: page, locator: P, credibility: 2, context: true}\n'
    )
    committed(repository, PROFILE + line, PROFILE)
    assert [line.split("'")[1] for line in run("check").stderr.splitlines()] == ["flow-1"]


def test_what_was_only_on_a_merged_branch_is_not_missed(repository: Path) -> None:
    more = STATEMENT.replace("id: no-strategy", "id: tried-once")
    git(repository, "checkout", "--quiet", "-b", "try")
    committed(repository, PROFILE + more)
    assert run("check").exit_code == 0
    committed(repository, PROFILE)
    assert "tried-once" in run("check").stderr
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message=merged", "try")
    assert run("check").exit_code == 0


def test_a_statement_that_a_merge_removes(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "try")
    committed(repository, WITHOUT)
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message=merged", "try")
    assert "'no-strategy'" in run("check").stderr


@pytest.mark.parametrize("change", [("as_of: 2018-01-01", "as_of: 2018-02-01"), ("actor: RUS", "actor: CHN")])
def test_another_day_or_actor_is_another_record(repository: Path, change: tuple[str, str]) -> None:
    for name in ("AZE", "GEO"):
        path = repository / "profiles" / f"{name}.yaml"
        path.write_text(path.read_text().replace(*change))
    text = WITHOUT.replace(*change)
    write(repository, text)
    run("lock")
    assert run("check").exit_code == 0


def test_without_git_nothing_is_missed(folder: Path) -> None:
    write(folder, WITHOUT)
    run("lock")
    assert run("check").exit_code == 0


def test_a_shallow_history_is_told(repository: Path) -> None:
    committed(repository, PROFILE.replace("Place 48", "Rank 48"))
    head = reading.commit_of("HEAD")
    (repository / ".git" / "shallow").write_text(f"{head}\n")
    done = run("check")
    assert done.exit_code == 0
    assert done.stderr == (
        "The git history is shallow or too long: older commits were not searched for removed statements.\n"
    )


def test_a_version_that_cannot_be_read_is_passed_over(repository: Path) -> None:
    write(repository, "id: no-strategy: [\n- id: gone\n")
    git(repository, "commit", "--quiet", "--all", "--message=broken")
    write(repository, PROFILE)
    assert run("check").exit_code == 0


def test_the_budget_of_parsed_versions(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.change.removed.MAX_PARSED", 0)
    committed(repository, WITHOUT)
    done = run("check")
    assert done.exit_code == 0
    assert "not searched for removed statements" in done.stderr


# -- an id that comes back ---------------------------------------------------------------------------------------------

OTHER = STATEMENT.replace("No strategy is in force.", "A strategy was adopted.").replace(": none", ": adopted")
NEWER = PROFILE.replace(STATEMENT, OTHER)


def test_a_newer_statement_under_the_id_of_a_withdrawn_one(repository: Path) -> None:
    [withdrawn] = committed(repository, KEPT)
    write(repository, NEWER)
    done = run("check")
    assert done.exit_code == 1
    assert done.stderr == (
        f"profiles/AZE.yaml:8:9: statements[0].id: 'no-strategy' is another statement in commit {withdrawn}; "
        "give this one its own id, and keep that one as withdrawn [removed-statement]\n"
    )
    committed(repository, NEWER)
    assert f"in commit {withdrawn};" in run("check").stderr
    committed(repository, KEPT + OTHER.replace("no-strategy", "strategy-adopted"))
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    ("again", "code"),
    [
        (PROFILE, 0),
        (PROFILE.replace("No strategy is in force.", "No strategy\n      is in force."), 0),
        (PROFILE.replace("No strategy is in force.", "There is none."), 1),
        (PROFILE.replace("strategy: none", "strategy: drafted"), 1),
    ],
)
def test_a_withdrawn_statement_may_count_again_as_it_was(repository: Path, again: str, code: int) -> None:
    committed(repository, KEPT, again)
    assert run("check").exit_code == code


@pytest.mark.parametrize(
    ("again", "code"), [(NEWER, 1), (PROFILE.replace("No strategy is in force.", "There is none."), 0), (PROFILE, 0)]
)
def test_the_id_of_a_removed_statement_with_other_text_and_codes(repository: Path, again: str, code: int) -> None:
    committed(repository, WITHOUT, again)
    assert run("check").exit_code == code


def test_a_statement_that_came_back_may_be_corrected_later(repository: Path) -> None:
    committed(repository, WITHOUT, PROFILE, NEWER)
    assert run("check").exit_code == 0
    committed(repository, PROFILE.replace("No strategy is in force.", "'The bill was withdrawn: none is in force.'"))
    assert run("check").exit_code == 0


def test_correcting_text_and_code_is_no_reuse(repository: Path) -> None:
    committed(repository, NEWER)
    assert run("check").exit_code == 0


# -- the shipped set ---------------------------------------------------------------------------------------------------


def test_a_profile_without_withdrawn_statements_has_the_digest_it_had() -> None:
    """The digests that the lock of the shipped set has."""
    locked = tomllib.loads((ROOT / "scores.lock").read_text())["countries"]
    _, profiles = load(ROOT / "rubrics" / "resilience", ROOT / "profiles")
    assert {one.country: digest(one) for one in profiles} == {
        code: country["profile_digest"] for code, country in locked.items()
    }


def test_profiles_at_the_top_of_the_repository(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "mv", "profiles/AZE.yaml", "profiles/GEO.yaml", ".")
    git(repository, "commit", "--quiet", "--message=moved")
    (repository / "AZE.yaml").write_text(WITHOUT)
    monkeypatch.chdir(repository)
    done = run("check", "--profiles", ".", "--rubric", "rubrics/small")
    assert "statement 'no-strategy' of commit" in done.stderr


def test_the_newest_versions_are_searched_where_the_history_is_too_large(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = STATEMENT.replace("id: no-strategy", "id: later")
    committed(repository, WITHOUT + more, WITHOUT)
    monkeypatch.setattr(reading, "MAX_VERSIONS", 2)
    assert [line.split("'")[1] for line in run("check").stderr.splitlines()] == ["later"]
    monkeypatch.setattr(reading, "MAX_FOLDER", len(WITHOUT) + 1)
    done = run("check")
    assert (done.exit_code, "not searched" in done.stderr) == (0, True)
