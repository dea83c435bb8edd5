"""lock, check and diff: what moved and why, in a repository of profiles."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from conftest import PILLAR, PROFILE, git, run

import scoring
from scoring.change import lock
from scoring.change.attribution import split_change
from scoring.index.assessment import assess
from scoring.index.scenario import Scenario
from scoring.model.fields import read_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def edit(folder: Path, change: Callable[[str], str], country: str = "AZE") -> None:
    path = folder / "profiles" / f"{country}.yaml"
    text = change(path.read_text())
    assert text != path.read_text()
    path.write_text(text)


def recoded(text: str) -> str:
    return text.replace("strategy: none", "strategy: drafted")


# -- lock and check ----------------------------------------------------------------------------------------------------


def test_nothing_moved(folder: Path) -> None:
    assert run("lock").exit_code == 0
    text = (folder / "scores.lock").read_text()
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "No score changed.\n")
    run("lock")
    assert (folder / "scores.lock").read_text() == text


def test_the_lock_holds_the_published_figures_one_a_line(folder: Path) -> None:
    run("lock")
    lines = (folder / "scores.lock").read_text().splitlines()
    for country in json.loads(run("score", "--format", "json").stdout)["countries"]:
        start = lines.index(f"[countries.{country['country']}.index]")
        for place, figure in enumerate(("estimate", "stated", "low", "high"), start + 1):
            name, value = lines[place].split(" = ")
            assert name == figure
            assert float(value) == country["index"][figure]


def test_a_score_that_moved_exits_with_3(folder: Path) -> None:
    run("lock")
    edit(folder, recoded)
    result = run("check")
    assert result.exit_code == 3
    assert "AZE" in result.stdout
    assert "GEO" not in result.stdout
    document = json.loads(run("check", "--format", "json").stdout)
    assert document["moved"] is True
    figures = {
        (move["country"], move["node"], move["figure"]): (move["was"], move["now"]) for move in document["moves"]
    }
    was, now = figures["AZE", "index", "estimate"]
    assert now > was
    assert run("check", "--tolerance", "100").exit_code in (0, 3)  # ranks and bands have no tolerance


def test_tolerance_lets_small_moves_pass(folder: Path) -> None:
    run("lock")
    edit(folder, lambda text: text.replace("credibility: 1", "credibility: 2", 1))
    document = json.loads(run("check", "--format", "json").stdout)
    largest = max(
        abs(one["now"] - one["was"]) * (100 if one["figure"] == "information" else 1)
        for one in document["moves"]
        if isinstance(one["was"], float)
    )
    assert run("check", "--tolerance", str(largest + 0.01)).exit_code == 0
    assert run("check", "--tolerance", str(largest / 2)).exit_code == 3


def test_a_rank_that_moved_counts_whatever_the_tolerance(folder: Path) -> None:
    run("lock")
    edit(folder, lambda text: text.replace("strategy: none", "strategy: adopted"))
    edit(folder, lambda text: text.replace("strategy: adopted", "strategy: none"), "GEO")
    result = run("check", "--tolerance", "100", "--format", "json")
    assert result.exit_code == 3
    assert {move["figure"] for move in json.loads(result.stdout)["moves"]} <= {"rank", "band"}


def test_new_and_gone_countries(folder: Path) -> None:
    run("lock")
    (folder / "profiles" / "GEO.yaml").unlink()
    (folder / "profiles" / "MDA.yaml").write_text(PROFILE.replace("AZE", "MDA"))
    result = run("check")
    assert result.exit_code == 3
    assert "country removed" in result.stdout
    assert "new country" in result.stdout


def test_a_wording_that_changed_moves_nothing(folder: Path) -> None:
    run("lock")
    edit(folder, lambda text: text.replace("title: ", "title: The "))
    result = run("check")
    assert result.exit_code == 0
    assert "Profiles changed, but no figure: AZE" in result.stderr


@pytest.mark.parametrize(("version", "says"), [("1.1.0", "small@1.0.0, now small@1.1.0"), ("1.0.0", "both are named")])
def test_a_lock_of_another_rubric_is_told_apart(folder: Path, version: str, says: str) -> None:
    run("lock")
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("weight: 0.25", "weight: 0.5").replace("1.0.0", version))
    result = run("check")
    assert result.exit_code == 3
    assert "The lock has another rubric" in result.stderr
    assert says in result.stderr


def test_every_bit_flipped_is_told(folder: Path) -> None:
    """A flipped bit is told as damage or as a move; it never passes for the figures that are there."""
    run("lock")
    data = (folder / "scores.lock").read_bytes()
    _, profiles = scoring.load(folder / "rubrics", folder / "profiles")
    now = lock.locked(assess(scoring.load(folder / "rubrics", folder / "profiles")[0], profiles))
    start = data.index(b"[countries")
    for place in range(start, len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 7)
        old, problems = lock.read(flipped.decode(), "scores.lock")
        assert problems or (old is not None and (old == now or lock.figure_changes(old, now, 0)))
        if old == now:
            assert (
                flipped[place : place + 1].isspace() or data[place : place + 1].isspace()
            )  # white space carries nothing


def test_a_country_that_stands_twice_is_told(folder: Path) -> None:
    run("lock")
    path = folder / "scores.lock"
    text = path.read_text()
    section = text[text.index("[countries.AZE]") : text.index("[countries.GEO]")]
    path.write_text(text + "\n" + section.replace("rank = ", "rank = 1"))
    assert "is damaged: Cannot declare ('countries', 'AZE') twice" in run("check").stderr


def test_every_cut_is_told(folder: Path) -> None:
    run("lock")
    text = (folder / "scores.lock").read_text()
    whole = lock.read(text, "scores.lock")[0]
    assert whole is not None
    for end in range(0, len(text) - 1, 7):
        old, problems = lock.read(text[:end], "scores.lock")
        assert problems or (old is not None and lock.figure_changes(old, whole, 0))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text.replace("estimate = ", "estimate = 1", 1), "does not match its seal"),
        (lambda text: text.replace("\n[countries.GEO]", "\n<<<<<<< ours\n[countries.GEO]"), "is damaged: "),
        (lambda text: text.replace("format = 1", "format = 2"), "input should be 1"),
        (lambda text: text[: len(text) // 2], "is damaged"),
        (lambda text: text + "a = " + "[\n" * 5000, "is damaged: brackets are nested too deep"),
        (lambda text: text + "a = " + "{a=" * 5000, "is damaged: a line has more than 1,000 characters"),
        (lambda text: text + "a" + ".a" * 500_000 + " = 1", "is damaged: a line has more than 1,000 characters"),
        (lambda text: text + "a = " + "9" * 5000, "is damaged: a line has more than 1,000 characters"),
        (lambda _: "", "is empty"),
    ],
)
def test_a_damaged_lock_is_told_and_written_anew(folder: Path, spoil: Callable[[str], str], says: str) -> None:
    run("lock")
    path = folder / "scores.lock"
    text = path.read_text()
    path.write_text(spoil(text))
    result = run("check")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert says in result.stderr
    assert run("lock").exit_code == 0
    assert path.read_text() == text


def test_check_without_a_lock(folder: Path) -> None:
    result = run("check")
    assert result.exit_code == 1
    assert "scores.lock:1:1: the lock file does not exist; write it with `scoring lock`" in result.stderr
    assert folder.exists()


# -- diff --------------------------------------------------------------------------------------------------------------


def test_diff_with_the_main_branch_by_default(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "work")
    edit(repository, recoded)
    git(repository, "commit", "--quiet", "--all", "--message=second")
    document = json.loads(run("diff", "--draws", "200", "--format", "json").stdout)
    [country] = document["countries"]
    assert country["country"] == "AZE"
    assert list(country["causes"]) == ["re-coded statements"]
    assert country["causes"]["re-coded statements"] == pytest.approx(country["now"] - country["was"], abs=2e-6)
    assert country["more_than_noise"] is True
    low, high = country["interval"]
    assert low < country["now"] - country["was"] < high


@pytest.mark.parametrize("base", ["HEAD", "main", None])
def test_diff_of_what_is_not_committed(repository: Path, base: str | None) -> None:
    assert run("diff", *([base] if base else [])).stdout == "No score changed.\n"
    edit(repository, recoded)
    result = run("diff", *([base] if base else []), "--draws", "200")
    assert result.exit_code == 0
    assert "Re-coded statements" in result.stdout


def test_diff_with_a_folder_and_a_lock(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("before")
    for part in ("rubrics", "profiles"):
        (folder / part).rename(other / part)
    (folder / "rubrics" / "small").mkdir(parents=True)
    for name in ("rubric", "state"):
        (folder / "rubrics" / "small" / f"{name}.yaml").write_text(
            (other / "rubrics" / "small" / f"{name}.yaml").read_text()
        )
    (folder / "profiles").mkdir()
    (folder / "profiles" / "AZE.yaml").write_text(recoded(PROFILE))
    document = json.loads(run("diff", str(other), "--draws", "200", "--format", "json").stdout)
    assert [one["country"] for one in document["countries"]] == ["AZE"]
    assert {one["country"] for one in document["moves"]} == {"AZE", "GEO"}
    run("lock", "-o", "then.lock")
    edit(folder, lambda text: text.replace("strategy: drafted", "strategy: adopted"))
    document = json.loads(run("diff", "./then.lock", "--format", "json").stdout)
    assert document["countries"] == []
    assert "Changed figures" in run("diff", "./then.lock").stdout


@pytest.mark.parametrize("base", ["no-such-branch", "--", "HEAD~99", ":/x"])
def test_diff_with_no_revision(repository: Path, base: str) -> None:
    result = run("diff", "--format", "text", "--", base)
    assert result.exit_code == 2
    assert f"unknown git revision {base!r}" in result.stderr
    assert "; give one, such as main or HEAD~1, or the path of a folder or a lock" in result.stderr
    assert repository.exists()


def test_diff_outside_a_repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    assert run("diff").exit_code == 2


def test_a_link_in_a_revision_is_refused(repository: Path) -> None:
    (repository / "profiles" / "MDA.yaml").symlink_to("/etc/passwd")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=link")
    (repository / "profiles" / "MDA.yaml").unlink()
    result = run("diff", "HEAD")
    assert result.exit_code == 1
    assert ":profiles/MDA.yaml:1:1: is a link or a submodule, not a file" in result.stderr


def editions(folder: Path, change: Callable[[str], str], day: str = "2018-01-01") -> tuple[Scenario, Scenario]:
    book, profiles = scoring.load(folder / "rubrics", folder / "profiles")
    before = Scenario(book, (profiles[0],), read_date("2018-01-01"))
    edit(folder, change)
    book, profiles = scoring.load(folder / "rubrics", folder / "profiles")
    return before, Scenario(book, (profiles[0],), read_date(day))


def test_parts_sum_to_the_move_and_undone_is_what_it_says(folder: Path) -> None:
    rubric = folder / "rubrics" / "small" / "state.yaml"

    def change(text: str) -> str:
        rubric.write_text(PILLAR.replace("weight: 0.5", "weight: 0.7"))
        first, second = text.index("  - id: "), text.index("  - id: ", text.index("  - id: ") + 5)
        added = text[first:second].replace("- id: ", "- id: another-")
        return recoded(text).replace("credibility: 2", "credibility: 1") + added

    before, after = editions(folder, change, "2019-01-01")
    split = split_change(before, after)
    assert set(split.parts) == {"new statements", "re-coded statements", "grades and dates", "rubric", "ageing"}
    assert sum(split.parts.values()) == pytest.approx(split.now - split.was, abs=1e-12)
    assert split.was == assess(before.book, [before.profile], as_of=before.as_of).figures.estimate[0, 0]
    assert split.now == assess(after.book, [after.profile], as_of=after.as_of).figures.estimate[0, 0]
    for one in split.statements:
        if one.cause == "new statements":
            kept = tuple(statement for statement in after.profile.statements if statement.id != one.statement)
            profile = after.profile.model_copy(update={"statements": kept})
            without = assess(after.book, [profile], as_of=after.as_of).figures.estimate[0, 0]
            assert one.undone == pytest.approx(split.now - without, abs=1e-15)


def test_codes_that_one_rubric_has_no_place_for(folder: Path) -> None:
    """The level was renamed with the code: neither edition's code fits the other's rubric."""

    def change(text: str) -> str:
        path = folder / "rubrics" / "small" / "state.yaml"
        path.write_text(PILLAR.replace("key: none", "key: absent"))
        other = folder / "profiles" / "GEO.yaml"
        other.write_text(other.read_text().replace("strategy: none", "strategy: absent"))
        return text.replace("strategy: none", "strategy: absent")

    before, after = editions(folder, change)
    split = split_change(before, after)
    assert split.now == split.was
    assert sum(split.parts.values()) == pytest.approx(0, abs=1e-15)


def test_a_removed_statement_and_a_source_graded_anew(folder: Path) -> None:
    def change(text: str) -> str:
        first, second = text.index("  - id: "), text.index("  - id: ", text.index("  - id: ") + 5)
        return (text[:first] + text[second:]).replace("reliability: B", "reliability: A")

    before, after = editions(folder, change)
    split = split_change(before, after)
    assert "removed statements" in split.parts
    assert sum(split.parts.values()) == pytest.approx(split.now - split.was, abs=1e-12)
    [removed] = [one for one in split.statements if one.cause == "removed statements"]
    back = {statement.id: statement for statement in before.profile.statements}[removed.statement]
    assert back.id not in {statement.id for statement in after.profile.statements}


def test_diff_in_markdown_and_on_the_line(repository: Path) -> None:
    edit(repository, recoded)
    assert "| Azerbaijan (AZE) |" in run("diff", "--draws", "200", "--format", "markdown").stdout
    [remark] = run("diff", "--draws", "200", "--format", "github").stdout.splitlines()
    text = (repository / "profiles" / "AZE.yaml").read_text().splitlines()
    [where] = [number for number, line in enumerate(text, 1) if "strategy: drafted" in line]
    statement = max(number for number, line in enumerate(text[:where], 1) if line.startswith("  - id: "))
    assert remark.startswith(f"::warning file=profiles/AZE.yaml,line={statement},col=5,title=score-moved::AZE index ")
    assert "; without one change alone the index would be: no-strategy (re-coded statements) " in remark
    assert " lower" in remark


def test_faults_of_a_past_edition_are_named_as_git_names_its_files(repository: Path) -> None:
    profile = repository / "profiles" / "AZE.yaml"
    for text in (PROFILE.replace("strategy: none", "strategy: nine"), PROFILE):
        profile.write_text(text)
        git(repository, "commit", "--quiet", "--all", "--message=next")
    result = run("diff", "HEAD~1")
    assert result.exit_code == 1
    assert re.match(r"[0-9a-f]{12}:profiles/AZE\.yaml:14:23: ", result.stderr)
    (repository / "rubrics" / "small" / "rubric.yaml").unlink()
    git(repository, "commit", "--quiet", "--all", "--message=no rubric")
    git(repository, "checkout", "--quiet", "HEAD~1", "--", "rubrics")
    result = run("diff", "HEAD")
    assert result.exit_code == 1
    assert re.match(r"[0-9a-f]{12}:rubrics/small/rubric\.yaml:1:1: file not found", result.stderr)
