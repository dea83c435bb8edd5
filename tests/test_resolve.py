"""An id alone: it is read from any text, found in the history of a real git repository, and compared with now."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PROFILE, git, run
from conftest import RUBRIC as FORMAT_1
from hypothesis import given
from hypothesis import strategies as st

from scoring.citing.committed import as_committed
from scoring.citing.resolve import Broken, read
from scoring.errors import UnknownNameError
from scoring.files.git import commit_of, commits_of, earlier_names

if TYPE_CHECKING:
    from click.testing import Result

RUBRIC = FORMAT_1.replace("format: 1\n", "format: 2\n")
ID = "small/state@1.0.0/AZE/2018-01-01/0123456789abcdef"
DRAWS = ("--draws", "100")


@pytest.fixture
def repository(repository: Path) -> Path:
    """The repository with a rubric of format 2."""
    (repository / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC)
    commit(repository, "format 2")
    return repository


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", f"--message={message}")
    return commit_of("HEAD")


def code(folder: Path, country: str, level: str, profiles: str = "profiles") -> None:
    """Write the profile of a country with a level of its strategy."""
    text = PROFILE.replace("AZE", country).replace("strategy: none", f"strategy: {level}")
    (folder / profiles / f"{country}.yaml").write_text(text)


def id_of(country: str = "AZE", *arguments: str) -> str:
    match = re.search(r"small\S*@\S+/[0-9a-f]{16}", run("cite", country, *DRAWS, *arguments).stdout)
    assert match
    return match[0]


def resolve(*arguments: str) -> Result:
    return run("resolve", *arguments, *DRAWS)


def resolved(*arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run("resolve", *arguments, *DRAWS, "--format", "json").stdout)
    return document


def ranks(document: dict[str, Any]) -> list[tuple[int, int]]:
    return [(one["rank"], one["ranked"]) for one in document["editions"]]


# -- the id in a text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "`{}`",
        "see [{}].",
        "({})",
        "\\texttt{{{}}}",
        "https://example.org/index#{}",
        "  {}\n",
        "{} {}",
        "“{}”",
    ],
)
def test_what_stands_around_an_id_does_not_matter(text: str) -> None:
    found = read(text.format(ID, ID))
    assert not isinstance(found, Broken)
    assert (found[0].text, found[0].pillar, found[1]) == (ID, "state", "")


@pytest.mark.parametrize(
    "text",
    [
        "small/state@1.0.0/AZE/\n2018-01-01/0123456789abcdef",
        "small/state@1.0.0/AZE/2018-\u00ad01-01/01234567\u200b89abcdef",
        "small/state @ 1.0.0 / AZE / 2018-01-01 / 01234567 89abcdef",
        "small/state@1.0.0/AZE/2018‑01–01/0123456789abcdef",
        "SMALL/state@1.0.0/aze/2018-01-01/0123456789ABCDEF",
        "small%2Fstate%401.0.0/AZE/2018-01-01/0123456789abcdef",
        "small/\\allowbreak{}state@1.0.0/AZE/2018-01-01/0123456789abcdef",
        "small/state&#64;1.0.0/AZE/2018-01-01/0123456789abcdef",
    ],
)
def test_an_id_that_a_program_broke_is_read(text: str) -> None:
    found = read(text)
    assert not isinstance(found, Broken)
    assert found[0] == (ID, "small/state", "1.0.0", "AZE", "2018-01-01", "0123456789abcdef", "")


def test_the_name_of_a_figure_is_read() -> None:
    found = read(f"37 ({ID}#rank)")
    assert not isinstance(found, Broken)
    assert (found[0].text, found[1]) == (ID, "rank")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it has no @"),
        ("what is this", "it has no @"),
        ("small@1.0/AZE/2018-01-01/0123456789abcdef", "the version is '1.0'; it is three numbers"),
        ("small@1.0.0/Azerbaijan/2018-01-01/0123456789abcdef", "the country is 'Azerbaijan'; it is a code"),
        ("small@1.0.0/AZE/2018-1-1/0123456789abcdef", "the date is '2018-1-1'; it is a day that exists"),
        ("small@1.0.0/AZE/2018-02-30/0123456789abcdef", "the date is '2018-02-30'; it is a day that exists"),
        ("small@1.0.0/AZE/2018-01-01/0123456789abcde", "the hash has 15 digits; it has 16"),
        ("small@1.0.0/AZE/2018-01-01/0123456789abcdef0", "the hash has 17 digits; it has 16"),
        ("small@1.0.0/AZE/2018-01-01/O123456789abcdef", "the hash contains 'O'; it is 16 of the digits"),
        ("small@1.0.0/AZE/2018-01-01", "the hash has 0 digits"),
        ("@1.0.0/AZE/2018-01-01/0123456789abcdef", "the name before @ is missing"),
    ],
)
def test_a_broken_id_is_named_with_what_is_wrong(folder: Path, text: str, fault: str) -> None:  # noqa: ARG001
    result = resolve(text)
    assert result.exit_code == 1
    assert fault in result.stdout
    assert result.stdout.count("an id is <") + result.stdout.count("An id is <") == 1
    assert resolved(text)["status"] == "broken"


def test_two_ids_are_refused(folder: Path) -> None:  # noqa: ARG001
    result = resolve(ID, ID.replace("AZE", "GEO"))
    assert result.exit_code == 2
    assert "2 ids are given; resolve one at a time" in result.stderr


@given(st.lists(st.sampled_from([*"aZ09@/.-# \n\\%&;{}\u00ad", "%40", ID[:20], ID])).map("".join))
def test_any_text_is_read(text: str) -> None:
    try:
        found = read(text)
    except UnknownNameError:
        assert text.count("@") + text.count("%40") > 1
        return
    assert found.faults if isinstance(found, Broken) else found[0].text.endswith(found[0].hash)


@pytest.mark.parametrize("part", ["a", "a/", "@", "1.", " ", "\\", "&", "%40", "0", "a@1.0.0/AZE/", "\u00ad", "-"])
def test_a_long_text_takes_no_long_time(part: str) -> None:
    assert isinstance(read(part * 1_000_000), Broken)


# -- what it is --------------------------------------------------------------------------------------------------------


def test_a_current_id(repository: Path) -> None:
    head = commit_of("HEAD")
    result = resolve(f"`{id_of()}#rank`")
    assert result.exit_code == 0
    # by hand: the level 0 with weight 3/4 beside a prior of 1/4, as tests/test_verify.py has it
    for line in (
        "What: index of Azerbaijan, facing Russia, as of 1 January 2018",
        "Rubric: A small index (small), version 1.0.0, digest ",
        "Score: 32.9 of 100",
        "Rank: 2 of 2 (rank interval 2–2)",
        "#rank: 2",
        "Status: current",
        f"Look at it: git checkout {head[:12]}",
    ):
        assert f"\n{line}" in result.stdout, result.stdout
    assert (repository / "profiles").exists()


def test_a_pillar_is_cited_by_its_name(repository: Path) -> None:  # noqa: ARG001
    result = resolve(id_of("AZE", "--pillar", "state"))
    assert "\nWhat: pillar " in result.stdout
    assert "scoring cite AZE --pillar state --as-of 2018-01-01\n" in result.stdout


def test_a_changed_score_is_explained_and_can_be_cited_again(repository: Path) -> None:
    old, was = id_of(), commit_of("HEAD")
    citation = run("cite", "AZE", *DRAWS).stdout
    code(repository, "AZE", "drafted")
    commit(repository, "drafted")
    result = resolve(old)
    assert result.exit_code == 3
    # from level 0 to 1/2 at half of the weight of the index: 3/4 x 1/2 x 1/2 = 18.75 points
    assert "Status: changed: now 51.6 of 100 (+18.8): re-coded statements +18.8 (no-strategy)" in result.stdout
    assert f"the id is now {id_of()}" in result.stdout
    assert "Score: 32.9 of 100" in result.stdout
    assert f"scoring cite AZE --as-of 2018-01-01 --revision {was[:12]}\n" in result.stdout
    assert run("cite", "AZE", "--as-of", "2018-01-01", "--revision", was[:12], *DRAWS).stdout == citation
    assert run("cite", "AZE", "--revision", "nowhere").exit_code == 2


def test_edited_words_give_a_new_id_and_no_new_figures(repository: Path) -> None:
    old = id_of()
    path = repository / "profiles" / "AZE.yaml"
    path.write_text(PROFILE.replace("text: Place 48", "text: The place 48"))
    assert id_of() != old
    result = resolve(old)
    assert result.exit_code == 0
    assert f"Status: holds: rubric or profile were edited, and the figures are the same; the id is now {id_of()}" in (
        result.stdout
    )


def test_a_country_that_was_removed_is_found(repository: Path) -> None:
    old, was = id_of("GEO"), commit_of("HEAD")
    (repository / "profiles" / "GEO.yaml").unlink()
    commit(repository, "without Georgia")
    result = resolve(old)
    assert result.exit_code == 3
    assert "What: index of Georgia, facing Russia" in result.stdout
    assert "Rank: 1 of 2" in result.stdout
    assert "Status: no current score: " in result.stdout
    assert f"git checkout {was[:12]}\n" in result.stdout
    assert old in run("cite", "GEO", "--revision", was, *DRAWS).stdout


@pytest.mark.parametrize("moved", ["profiles", "rubrics", "both", "twice", "with a link"])
def test_a_folder_that_was_moved_is_followed(repository: Path, moved: str) -> None:
    """As `git mv` moves it; the old name may be a link to the new one."""
    old, was = id_of(), commit_of("HEAD")
    options: list[str] = []
    (repository / "data").mkdir()
    if moved != "rubrics":
        git(repository, "mv", "profiles", "data/countries")
        options += ["--profiles", "data/countries"]
    if moved in ("rubrics", "both"):
        git(repository, "mv", "rubrics/small", "data/method")
        options += ["--rubric", "data/method"]
    if moved == "with a link":
        (repository / "profiles").symlink_to("data/countries")
        options = []
    commit(repository, "moved")
    if moved == "twice":
        git(repository, "mv", "data/countries", "states")
        commit(repository, "moved again")
        options = ["--profiles", "states"]
    folder = {"twice": "states", "rubrics": "profiles"}.get(moved, "data/countries")
    code(repository, "AZE", "drafted", folder)
    commit(repository, "drafted")
    result = resolve(old, *options)
    assert result.exit_code == 3, result.stdout
    assert "Score: 32.9 of 100" in result.stdout
    assert "Rank: 2 of 2" in result.stdout
    assert old in run("cite", "AZE", "--revision", was, *options, *DRAWS).stdout
    (repository / "r.md").write_text(f"index 32.9 ({old})\n")
    assert "re-coded statements +18.8 (no-strategy), since revision" in run("verify", "r.md", *options, *DRAWS).stdout


def test_the_earlier_names_of_a_folder(repository: Path) -> None:
    git(repository, "mv", "profiles", "second")
    commit(repository, "second")
    git(repository, "mv", "second", "third")
    commit(repository, "third")
    assert earlier_names(repository / "third") == ("second", "profiles")
    assert earlier_names(repository / "profiles") == ()
    assert earlier_names(repository.parent) == ()


def test_a_rubric_that_was_renamed_is_found(repository: Path) -> None:
    old = id_of()
    path = repository / "rubrics" / "small" / "rubric.yaml"
    path.write_text(RUBRIC.replace("id: small", "id: large"))
    commit(repository, "another id")
    result = resolve(old)
    assert result.exit_code == 3
    assert "Status: no current score: the rubric here is 'large', not 'small'" in result.stdout


# -- the set of countries ----------------------------------------------------------------------------------------------


def statuses(text: str) -> list[str]:
    """The status of each figure of a report."""
    Path("r.md").write_text(text)
    citations = json.loads(run("verify", "r.md", *DRAWS, "--format", "json").stdout)["citations"]
    return [one["status"] for citation in citations for one in citation["figures"]]


def test_an_untouched_citation_of_an_edition_with_other_countries_was_once_right(repository: Path) -> None:
    """Two countries, then four, then three: AZE, of the lowest level, is the last of each."""
    citation, id_ = run("cite", "AZE", *DRAWS).stdout, id_of()
    for country in ("MDA", "UKR"):
        code(repository, country, "adopted")
    commit(repository, "four")
    four = run("cite", "AZE", *DRAWS).stdout
    (repository / "profiles" / "UKR.yaml").unlink()
    commit(repository, "three")
    for text in (citation, four):
        assert set(statuses(text)) == {"holds", "outdated"}
    found = resolved(id_)
    assert (found["status"], ranks(found)) == ("current", [(3, 3), (4, 4), (2, 2)])
    assert "Ranks by set of countries: 3 of 3 at revision " in resolve(id_).stdout


def test_an_edition_beside_a_profile_that_is_an_error_today_was_once_right(repository: Path) -> None:
    """A set of which this version rejects a profile may have been accepted by another version."""
    (repository / "profiles" / "UKR.yaml").write_text("x: 1\n")
    code(repository, "MDA", "adopted")
    commit(repository, "three and an error")
    (repository / "profiles" / "UKR.yaml").unlink()
    (repository / "profiles" / "MDA.yaml").unlink()
    commit(repository, "two")
    assert statuses(f"Rank 3 of 3 ({id_of()}).") == ["outdated", "outdated"]
    says = "files with errors were left out at commit "
    assert statuses(f"Rank 7 ({id_of()}).") == ["outdated"]
    assert says in run("verify", "r.md", *DRAWS).stdout


def test_an_edition_of_another_branch_or_tag_was_once_right(repository: Path) -> None:
    start = commit_of("HEAD")
    code(repository, "MDA", "adopted")
    commit(repository, "three")
    git(repository, "tag", "edition-3")
    git(repository, "checkout", "--quiet", "--detach", start)
    git(repository, "branch", "--force", "main", start)
    assert statuses(f"Rank 3 of 3 ({id_of()}).") == ["outdated", "outdated"]
    assert statuses(f"Rank 4 ({id_of()}).") == ["wrong"]
    assert ranks(resolved(id_of())) == [(2, 2), (3, 3)]


def test_an_edition_of_a_branch_that_a_merge_undid_was_once_right(repository: Path) -> None:
    """The merge keeps the profiles of one side, so that git simplifies the other side away."""
    main = commit_of("HEAD")
    code(repository, "MDA", "adopted")
    side = commit(repository, "three")
    git(repository, "checkout", "--quiet", "--detach", main)
    (repository / "note").write_text("x")
    commit(repository, "note")
    git(repository, "merge", "--quiet", "--strategy=ours", "--message=merge", side)
    assert statuses(f"Rank 3 of 3 ({id_of()}).") == ["outdated", "outdated"]
    assert side in commits_of(["profiles"])


def test_an_edition_before_the_folders_moved_was_once_right(repository: Path) -> None:
    citation = run("cite", "AZE", *DRAWS).stdout
    git(repository, "mv", "rubrics/small", "rubrics/other")
    commit(repository, "moved")
    code(repository, "MDA", "adopted")
    commit(repository, "three")
    assert set(statuses(citation)) == {"holds", "outdated"}


# -- what is not known -------------------------------------------------------------------------------------------------


def test_an_id_that_is_nearly_a_known_one(repository: Path) -> None:
    old, was = id_of(), commit_of("HEAD")
    code(repository, "AZE", "drafted")
    commit(repository, "drafted")
    digit = "0" if old[-3] != "0" else "1"
    for text in (f"{old[:-3]}{digit}{old[-2:]}", old.replace("2018-01-01", "2017-01-01"), old.replace("AZE", "GEO")):
        found = resolved(text)
        if "AZE" not in text:  # the past of other countries is not searched
            assert (found["status"], found["nearest"]) == ("unknown", None)
            continue
        assert (found["status"], found["nearest"]["id"]) == ("unknown", old)
        assert found["nearest"]["revision"] != commit_of("HEAD")
        assert f"Nearest known id: {old} (revision {was[:6]}" in resolve(text).stdout
    assert resolve(f"{old[:-3]}{digit}{old[-2:]}").exit_code == 1
    assert resolved(id_of().replace("AZE", "GEO"))["nearest"] == {"id": id_of(), "revision": None}
    assert resolved(old[:-2])["nearest"]["id"] == old
    assert resolved(old[-16:])["nearest"]["id"] == old
    assert resolved(f"{old[:-16]}{'0' * 16}")["nearest"] is None


def test_an_unknown_id_shows_the_score_of_today(repository: Path) -> None:  # noqa: ARG001
    result = resolve(f"{id_of()[:-16]}{'0' * 16}")
    assert result.exit_code == 1
    assert f"Today: the score of Azerbaijan (AZE) on that date is 32.9 of 100, under the id {id_of()}" in result.stdout
    assert "Not everything is known here" not in result.stdout
    assert resolve(f"small@1.0.0/FRA/2018-01-01/{'0' * 16}").exit_code == 1
    assert resolve(f"small/nothing@1.0.0/AZE/2018-01-01/{'0' * 16}").exit_code == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_date_is_answered(repository: Path, day: str) -> None:  # noqa: ARG001
    assert resolve(f"small@1.0.0/AZE/{day}/{'0' * 16}").exit_code == 1


def test_a_shallow_clone_says_what_it_cannot_know(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = id_of()
    code(repository, "AZE", "drafted")
    commit(repository, "drafted")
    clone = tmp_path_factory.mktemp("clone")
    git(repository, "clone", "--quiet", "--depth=1", repository.as_uri(), str(clone))
    monkeypatch.chdir(clone)
    result = resolve(old)
    assert result.exit_code == 1
    assert "Not everything is known here: the git history is shallow; `git fetch --unshallow`" in result.stdout
    git(clone, "fetch", "--quiet", "--unshallow")
    assert resolve(old).exit_code == 3


def test_a_folder_without_git_says_what_it_cannot_know(repository: Path) -> None:
    old = id_of()
    shutil.rmtree(repository / ".git")
    current = resolve(old)
    assert current.exit_code == 0
    assert "State: the working folder; past states are not known here: no git history" in current.stdout
    code(repository, "AZE", "drafted")
    result = resolve(old)
    assert result.exit_code == 1
    assert "Not everything is known here: no git history of rubric and profiles, as in a downloaded folder" in (
        result.stdout
    )


def test_a_move_that_is_not_committed_hides_the_past(repository: Path) -> None:
    old, was = id_of(), commit_of("HEAD")
    (repository / "profiles").rename(repository / "moved")
    code(repository, "AZE", "drafted", "moved")
    result = resolve(old, "--profiles", "moved")
    assert result.exit_code == 1
    assert "Not everything is known here: no git history of rubric and profiles" in result.stdout
    result = run("cite", "AZE", "--revision", was, "--profiles", "moved")
    assert result.exit_code == 1
    assert result.stderr.endswith(f"{was[:12]} contains no profiles in moved, nor under an earlier name of it.\n")


def test_a_state_that_is_not_committed_says_so(repository: Path) -> None:
    code(repository, "AZE", "drafted")
    result = resolve(id_of())
    assert result.exit_code == 0
    assert "State: the working folder; no commit has it yet" in result.stdout


def test_the_search_is_bounded(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = id_of()
    for level in ("drafted", "adopted"):
        code(repository, "AZE", level)
        commit(repository, level)
    monkeypatch.setattr("scoring.citing.history.MAX_PAST", 3)
    result = resolve(old)
    assert result.exit_code == 1
    assert "Not everything is known here: more than 3 past profiles would have to be read" in result.stdout


def test_a_state_is_read_once_and_found_at_its_newest_commit(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four commits have two states; the one before them has another rubric."""
    was = id_of()
    commits = [commit_of("HEAD")]
    for level in ("drafted", "none", "drafted"):
        code(repository, "AZE", level)
        commits.append(commit(repository, level))
    read: list[str] = []

    def counted(revision: str, *arguments: Any) -> Any:
        read.append(revision)
        return as_committed(revision, *arguments)

    monkeypatch.setattr("scoring.citing.history.as_committed", counted)
    assert resolve(f"{was[:-16]}{'0' * 16}").exit_code == 1
    assert read == [commits[3], commits[2], commit_of("HEAD~4")]
    assert resolved(was)["revision"] == commits[2]


def test_the_intervals_of_the_first_model_are_not_drawn_again(repository: Path) -> None:
    (repository / "rubrics" / "small" / "rubric.yaml").write_text(FORMAT_1)
    was = commit(repository, "format 1")
    old = id_of()
    (repository / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC)
    commit(repository, "format 2")
    result = resolve(old)
    assert "90 % interval: not known here (the first model drew it" in result.stdout
    assert resolved(old)["was"]["interval"] is None
    assert "of format 1" in run("cite", "AZE", "--revision", was, *DRAWS).stderr


def test_the_date_of_an_id_is_its_own(folder: Path) -> None:  # noqa: ARG001
    result = resolve(ID, "--as-of", "2018")
    assert result.exit_code == 2
    assert "the id contains its date" in result.stderr
