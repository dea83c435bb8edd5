"""Released editions: what is written, what stands against a release, and how an edition is read and cited again."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import PROFILE, git, release, run

from scoring.errors import InputError
from scoring.files import editing, writing
from scoring.files.editions import HEAD, load_registry
from scoring.model.editions import place
from scoring.render.licences import licence_of, notice

WHO = "about: {actor: RUS, authors: [{family: Doe, given: Jane}, The institute], licence: CC BY 4.0}"
DRAWS = ("--draws", "100")


def changed(path: str, old: str, new: str) -> None:
    """Replace a text of a file, which has it."""
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


def committed(folder: Path, message: str = "State") -> None:
    git(folder, "add", "rubrics", "profiles")
    git(folder, "commit", "--quiet", "--allow-empty", f"--message={message}")


@pytest.fixture
def prepared(repository: Path) -> Path:
    """A repository from which an edition can be released."""
    changed("rubrics/small/rubric.yaml", "about: {actor: RUS}", WHO)
    committed(repository)
    return repository


@pytest.fixture
def released(prepared: Path) -> Path:
    """The repository with edition 2018.1, whose folder is `out`."""
    result = run("release", "2018.1", "-o", "out", *DRAWS)
    assert result.exit_code == 0, result.output
    return prepared


def head(folder: Path) -> str:
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S607
    return found.stdout.strip()


def entry(name: str = "2018.1") -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(Path("editions.yaml").read_text(encoding="utf-8"))["editions"][name]
    return found


# -- what is written ---------------------------------------------------------------------------------------------------


def test_the_registry_says_what_was_released(released: Path) -> None:
    run("lock", "-o", "now.lock")
    made = entry()
    assert made["commit"] == head(released)
    assert made["rubric"] == "small@1.0.0"
    assert made["countries"] == 2
    assert "as_of" not in made
    assert made["lock"] == hashlib.sha256(Path("now.lock").read_bytes()).hexdigest()
    assert Path("out/scores.lock").read_bytes() == Path("now.lock").read_bytes()
    assert made["sums"] == hashlib.sha256(Path("out/SHA256SUMS").read_bytes()).hexdigest()
    day = subprocess.run(
        ["git", "log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
        env={"TZ": "UTC", "PATH": "/usr/bin:/bin:/usr/local/bin"},
    )
    assert str(made["released"]) == day.stdout.strip()
    assert run("validate").exit_code == 0


def test_the_folder_has_all_that_others_need(released: Path) -> None:
    names = {path.relative_to("out").as_posix() for path in Path("out").rglob("*") if path.is_file()}
    assert names == {
        *("README.md", "CHANGES.md", "CITATION.cff", ".zenodo.json", "dataset.jsonld", "LICENSE", "SHA256SUMS"),
        *("datapackage.json", "codebook.md", "scores.lock"),
        *("rubrics/small/rubric.yaml", "rubrics/small/state.yaml", "profiles/AZE.yaml", "profiles/GEO.yaml"),
        *(f"data/{name}.csv" for name in ("ranking", "pillars", "indicators", "statements", "codes", "parts")),
        *(f"data/{name}.csv" for name in ("sources", "nodes", "levels")),
    }
    for line in Path("out/SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, path = line.split("  ")
        assert hashlib.sha256(Path("out", path).read_bytes()).hexdigest() == digest
        names.remove(path)
    assert names == {"SHA256SUMS"}
    assert (released / "out/profiles/AZE.yaml").read_bytes() == (released / "profiles/AZE.yaml").read_bytes()


def test_catalogues_and_readers_find_authors_licence_and_version(released: Path) -> None:  # noqa: ARG001
    citation = yaml.safe_load(Path("out/CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["type"], citation["version"], citation["license"]) == ("dataset", "2018.1", "CC-BY-4.0")
    assert citation["authors"] == [{"family-names": "Doe", "given-names": "Jane"}, {"name": "The institute"}]
    zenodo = json.loads(Path("out/.zenodo.json").read_text(encoding="utf-8"))
    assert (zenodo["upload_type"], zenodo["license"]) == ("dataset", "cc-by-4.0")
    assert zenodo["creators"] == [{"name": "Doe, Jane"}, {"name": "The institute"}]
    package = json.loads(Path("out/datapackage.json").read_text(encoding="utf-8"))
    assert package["version"] == "1.0.0+2018.1"
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    known = {key: value for key, value in entry().items() if key != "sums"}
    assert package["edition"] == {"name": "2018.1", "as_of": None, **known} | {"released": str(entry()["released"])}
    dataset = json.loads(Path("out/dataset.jsonld").read_text(encoding="utf-8"))
    assert dataset["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [one["@type"] for one in dataset["creator"]] == ["Person", "Organization"]
    assert "MIT" not in Path("out/LICENSE").read_text(encoding="utf-8")
    assert Path("out/CHANGES.md").read_text(encoding="utf-8").endswith("This is the first edition.\n")


def test_the_folder_gives_the_scores_without_git(
    released: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("download") / "edition"
    shutil.copytree(released / "out", elsewhere)
    before = run("score", "--format", "csv").stdout
    monkeypatch.chdir(elsewhere)
    assert run("score", "--format", "csv").stdout == before
    assert (run("check").exit_code, run("check").stdout) == (0, "No score changed.\n")


def test_the_same_state_gives_the_same_bytes(released: Path) -> None:  # noqa: ARG001
    shutil.copy("editions.yaml", "first.yaml")
    Path("editions.yaml").unlink()
    assert run("release", "2018.1", "-o", "again", *DRAWS).exit_code == 0
    first, again = (
        {path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
        for folder in ("out", "again")
    )
    assert first == again
    assert Path("editions.yaml").read_bytes() == Path("first.yaml").read_bytes()


def test_a_day_is_that_of_all_scores(prepared: Path) -> None:  # noqa: ARG001
    assert run("release", "2018.1", "-o", "out", "--as-of", "2018-06-30", *DRAWS).exit_code == 0
    assert entry()["as_of"].isoformat() == "2018-06-30"  # type: ignore[attr-defined]
    assert "scoring check --as-of 2018-06-30" in Path("out/README.md").read_text(encoding="utf-8")
    document = json.loads(run("score", "--edition", "2018.1", "--format", "json").stdout)
    assert document["as_of"] == "2018-06-30"
    assert run("score", "--edition", "2018.1", "--as-of", "2018-06-30").exit_code == 0
    refused = run("score", "--edition", "2018.1", "--as-of", "2018-07-01")
    assert (refused.exit_code, "has the scores of 30 June 2018" in refused.stderr) == (2, True)


# -- what stands against it --------------------------------------------------------------------------------------------


def test_all_reasons_are_shown_at_once_and_nothing_is_written(repository: Path) -> None:
    changed("profiles/AZE.yaml", "strategy: none", "strategy: nothing")
    Path("profiles/MDA.yaml").write_text(PROFILE.replace("AZE", "MDA"), encoding="utf-8")
    (repository / "out").mkdir()
    (repository / "out" / "mine.txt").write_text("Mine.", encoding="utf-8")
    result = run("release", "2018", "-o", "out", *DRAWS)
    assert result.exit_code == 1
    assert result.stdout == ""
    for part in (
        "2018:1:1: is no name of an edition; write year, dot and number, such as 2025.1",
        "out:1:1: is not an empty folder",
        "rubrics/small/rubric.yaml:11:8: about.authors: authors is missing",
        "rubrics/small/rubric.yaml:11:8: about.licence: licence is missing; write it, such as `licence: CC BY 4.0`",
        "profiles/AZE.yaml:1:1: was changed since the last commit",
        "profiles/MDA.yaml:1:1: is not committed; commit it first",
        "unknown level 'nothing'",
    ):
        assert part in result.stderr, part
    assert not Path("editions.yaml").exists()
    assert sorted(path.name for path in Path("out").iterdir()) == ["mine.txt"]


def test_no_git_is_a_reason(folder: Path) -> None:
    changed("rubrics/small/rubric.yaml", "about: {actor: RUS}", WHO)
    result = run("release", "2018.1", "-o", "out", *DRAWS)
    assert (result.exit_code, ".:1:1: has no git commit, and an edition is one" in result.stderr) == (1, True)
    assert not (folder / "out").exists()


def test_folders_outside_the_repository_are_a_reason(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed("rubrics/small/rubric.yaml", "about: {actor: RUS}", WHO)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    git(elsewhere, "init", "--quiet")
    git(elsewhere, "commit", "--quiet", "--allow-empty", "--message=Empty")
    monkeypatch.chdir(elsewhere)
    result = run("release", "2018.1", "-o", "out", "--rubric", folder / "rubrics", "--profiles", folder / "profiles")
    assert (result.exit_code, "is not in this git repository, and an edition is" in result.stderr) == (1, True)


def test_errors_of_the_rubric_and_a_folder_that_cannot_be_listed_are_reasons(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed("rubrics/small/rubric.yaml", "exponent: 0.5", "exponent: much")
    committed(prepared)
    (prepared / "out").mkdir()

    listed = Path.iterdir

    def closed(path: Path) -> object:
        if path.name == "out":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", closed)
        result = run("release", "2018.1", "-o", "out", *DRAWS)
    assert "rubric.yaml:5:11: exponent: expected a number" in result.stderr
    assert "out:1:1: is not an empty folder" in result.stderr


def test_a_deleted_file_and_a_placeholder_are_reasons(prepared: Path) -> None:
    changed("rubrics/small/rubric.yaml", "The institute", "PLACEHOLDER")
    committed(prepared)
    Path("profiles/GEO.yaml").unlink()
    result = run("release", "2018.1", "-o", "out", *DRAWS)
    assert "profiles/GEO.yaml:1:1: was deleted since the last commit" in result.stderr
    assert "about.authors: authors is a placeholder" in result.stderr


def test_no_profiles_and_several_actors_are_reasons(prepared: Path) -> None:
    changed("profiles/GEO.yaml", "actor: RUS", "actor: CHN")
    committed(prepared)
    result = run("release", "2018.1", "-o", "out", *DRAWS)
    assert "profiles:1:1: the countries face different actors (CHN, RUS)" in result.stderr
    for name in ("AZE", "GEO"):
        Path(f"profiles/{name}.yaml").unlink()
    assert "contains no profiles" in run("release", "2018.1", "-o", "out", *DRAWS).stderr


def test_line_ends_are_no_change(prepared: Path) -> None:
    for path in (prepared / "profiles").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run("release", "2018.1", "-o", "out", *DRAWS).exit_code == 0
    assert b"\r" not in Path("out/profiles/AZE.yaml").read_bytes()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2018.1", "edition 2018.1 is released already; a release is never replaced"),
        ("2017.3", "edition 2017.3 is not after 2018.1, the last one"),
    ],
)
def test_a_release_is_never_replaced(released: Path, name: str, message: str) -> None:
    before = Path("editions.yaml").read_bytes()
    result = run("release", name, "-o", "other", *DRAWS)
    assert (result.exit_code, message in result.stderr) == (1, True)
    assert Path("editions.yaml").read_bytes() == before
    assert not (released / "other").exists()


def test_a_commit_before_the_last_release_is_a_reason(released: Path) -> None:  # noqa: ARG001
    changed("editions.yaml", f"released: {entry()['released']}", "released: 2999-01-01")
    result = run("release", "2018.2", "-o", "other", *DRAWS)
    assert "before 2999-01-01, the day of edition 2018.1" in result.stderr


def test_an_edition_before_that_cannot_be_read_is_a_reason(released: Path) -> None:  # noqa: ARG001
    changed("editions.yaml", str(entry()["commit"]), "d" * 40)
    result = run("release", "2018.2", "-o", "other", *DRAWS)
    assert "editions.2018.1.commit: commit dddddddddddd is not in this clone" in result.stderr


def test_a_folder_that_cannot_be_written_leaves_the_registry(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Path("editions.yaml").read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_all", full)
    result = run("release", "2018.2", "-o", "other", *DRAWS)
    assert (result.exit_code, "No space left on device" in result.stderr) == (1, True)
    assert Path("editions.yaml").read_bytes() == before
    Path("editions.yaml").unlink()
    assert run("release", "2018.2", "-o", "other", *DRAWS).exit_code == 1
    assert not (released / "editions.yaml").exists()


# -- the registry ------------------------------------------------------------------------------------------------------

EDITION = {"released": "2025-06-30", "rubric": "small@1.0.0", "commit": "a" * 40, "lock": "b" * 64, "countries": 2}


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        "format: 1\n",
        "# Ours\nformat: 1\neditions: {}\n",
        f"format: 1\neditions:\n  '2024.9': {json.dumps(EDITION | {'released': '2024-06-30'})} # first\n# end\n",
        "format: 1\neditions: {'2024.9': " + json.dumps(EDITION | {"released": "2024-06-30"}) + "}\n",
    ],
)
def test_an_entry_is_added_and_comments_stay(tmp_path: Path, text: str) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "editions.yaml").write_bytes(editing.with_edition(text.encode(), "2024.10", EDITION))
    registry, problems = load_registry(tmp_path / "profiles")
    assert problems == ()
    assert list(registry.editions)[-1] == "2024.10"  # after 2024.9: the number is no decimal
    assert registry.editions["2024.10"].model_dump(exclude_none=True) == EDITION
    written = (tmp_path / "editions.yaml").read_text(encoding="utf-8")
    assert re.findall("#.*", text) == re.findall("#.*", written)


def test_editions_are_ordered_by_year_and_number() -> None:
    assert sorted(["2025.2", "2024.11", "2025.10", "2024.9"], key=place) == ["2024.9", "2024.11", "2025.2", "2025.10"]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("released", "'2025-02-30'", "is not a valid date"),
        ("released", "2025-02", "write a day as YYYY-MM-DD"),
        ("rubric", "small", "write id and version of a rubric"),
        ("commit", "abc", "write the whole hash of a commit"),
        ("lock", "abc", "write a sha256"),
        ("sums", "abc", "write a sha256"),
        ("countries", "0", "greater than or equal to 1"),
    ],
)
def test_errors_of_the_registry_have_their_place(released: Path, key: str, value: str, message: str) -> None:  # noqa: ARG001
    text = Path("editions.yaml").read_text(encoding="utf-8")
    Path("editions.yaml").write_text(re.sub(f"{key}: .*", f"{key}: {value}", text), encoding="utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if f"{key}:" in one)
    for command in (["validate"], ["validate", "editions.yaml"], ["score", "--edition", "2018.1"]):
        result = run(*command)
        assert result.exit_code == 1
        assert re.search(rf"editions.yaml:{line}:\d+: editions.2018.1.{key}: .*{message}", result.stderr), result.stderr


def test_the_names_of_editions_and_their_order_are_checked(released: Path) -> None:  # noqa: ARG001
    text = Path("editions.yaml").read_text(encoding="utf-8")
    Path("editions.yaml").write_text(text.replace('"2018.1"', "first"), encoding="utf-8")
    assert "write a year, a dot and a number, such as 2025.1" in run("validate").stderr
    old = (
        "".join(text.partition('  "2018.1"')[1:]).replace("2018.1", "2018.2").replace(str(entry_of(text)), "2001-01-01")
    )
    Path("editions.yaml").write_text(text + old, encoding="utf-8")
    assert f"is before {entry_of(text)}, when 2018.1 was released" in run("validate").stderr


def entry_of(text: str) -> str:
    found = re.search(r"released: (\S+)", text)
    assert found
    return found[1]


# -- an edition is read again ------------------------------------------------------------------------------------------


def test_an_edition_stays_as_it_was(released: Path) -> None:
    before = run("score", "--format", "csv").stdout
    changed("profiles/AZE.yaml", "strategy: none", "strategy: adopted")
    committed(released)
    assert run("score", "--format", "csv").stdout != before
    assert run("score", "--edition", "2018.1", "--format", "csv").stdout == before
    for command in (["explain", "AZE"], ["rank", *DRAWS], ["compare", "AZE", "GEO", *DRAWS]):
        assert "Edition 2018.1, released " in run(*command, "--edition", "2018.1").stdout
        assert json.loads(run(*command, "--edition", "2018.1", "--format", "json").stdout)["edition"] == {
            "name": "2018.1",
            "released": str(entry()["released"]),
            "commit": entry()["commit"],
        }
    statement = ["explain", "AZE", "--statement", "poll-2016", "--edition", "2018.1"]
    assert json.loads(run(*statement, "--format", "json").stdout)["edition"]["name"] == "2018.1"


def test_the_registry_is_read_once_per_command(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    read: list[Path] = []

    def counted(profiles: Path) -> object:
        read.append(profiles)
        return load_registry(profiles)

    monkeypatch.setattr("scoring.files.editions.load_registry", counted)
    for command in (("score",), ("cite", "AZE", *DRAWS)):
        assert run(*command, "--edition", "2018.1").exit_code == 0
    assert read == [Path("profiles")] * 2


def test_an_edition_that_cannot_be_used_is_refused_in_one_line(released: Path) -> None:
    unknown = run("score", "--edition", "2018.2")
    assert unknown.exit_code == 2
    assert "edition 2018.2 is not in editions.yaml; editions: 2018.1" in unknown.stderr
    text = Path("editions.yaml").read_text(encoding="utf-8")
    for old, new, message in (
        (str(entry()["commit"]), "d" * 40, "commit dddddddddddd is not in this clone; `git fetch --all --tags`"),
        (str(entry()["lock"]), "d" * 64, "is dddddddddddd…, and the commit now gives"),
        ("small@1.0.0", "other@1.0.0", "is other@1.0.0, and the commit has small@1.0.0 in rubrics/small"),
        ("countries: 2", "countries: 3", "is 3, and the commit has 2; correct the entry"),
        (str(entry()["released"]), "2018-01-02", "is 2018-01-02, and the commit has 20"),
    ):
        Path("editions.yaml").write_text(text.replace(old, new), encoding="utf-8")
        result = run("score", "--edition", "2018.1")
        assert (result.exit_code, message in result.stderr) == (1, True), result.stderr
        assert result.stderr.count("\n") == 1
    Path("editions.yaml").unlink()
    assert "there is no editions.yaml, so that no edition is released" in run("score", "--edition", "2018.1").stderr
    Path("editions.yaml").write_text("format: 1\neditions: {}\n", encoding="utf-8")
    assert "it lists none" in run("score", "--edition", "2018.1").stderr
    assert (released / "out").exists()


def test_a_shallow_clone_says_how_to_get_the_commit(
    released: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(released, "add", "editions.yaml")
    committed(released)
    clone = tmp_path_factory.mktemp("shallow") / "clone"
    git(released, "clone", "--quiet", "--depth=1", f"file://{released}", str(clone))
    monkeypatch.chdir(clone)
    assert "`git fetch --unshallow` may fetch it" in run("score", "--edition", "2018.1").stderr


def test_without_git_the_message_speaks_of_no_clone(released: Path) -> None:
    shutil.rmtree(released / ".git")
    result = run("score", "--edition", "2018.1")
    assert (result.exit_code, "there is no commit here" in result.stderr) == (1, True), result.stderr


def test_a_commit_with_errors_shows_them(released: Path) -> None:
    changed("profiles/AZE.yaml", "strategy: none", "strategy: nothing")
    committed(released)
    changed("editions.yaml", str(entry()["commit"]), head(released))
    result = run("score", "--edition", "2018.1")
    assert (result.exit_code, "unknown level 'nothing'" in result.stderr) == (1, True)


# -- ids ---------------------------------------------------------------------------------------------------------------


def test_an_id_carries_the_edition_and_keeps_its_hash(released: Path) -> None:  # noqa: ARG001
    plain = re.search(r"\[(\S+)\]", run("cite", "AZE", *DRAWS).stdout)
    cited = re.search(r"\[(\S+)\]", run("cite", "AZE", "--edition", "2018.1", *DRAWS).stdout)
    assert plain
    assert cited
    assert cited[1] == plain[1].replace("@1.0.0/", "@1.0.0+2018.1/")
    with Path("out/data/ranking.csv").open(encoding="utf-8") as file:
        assert cited[1] in {row["citation"] for row in csv.DictReader(file)}
    entry_text = run("cite", "AZE", "--edition", "2018.1", "--style", "bibtex", *DRAWS).stdout
    assert "edition 2018.1, of 1 January 2018" in entry_text
    both = run("cite", "AZE", "--edition", "2018.1", "--revision", "HEAD")
    assert (both.exit_code, "exclude each other" in both.stderr) == (2, True)


def test_verify_and_resolve_know_an_id_with_an_edition(released: Path) -> None:  # noqa: ARG001
    Path("report.md").write_text(run("cite", "AZE", "--edition", "2018.1", *DRAWS).stdout, encoding="utf-8")
    found = re.search(r"\[(\S+)\]", Path("report.md").read_text(encoding="utf-8"))
    assert found
    assert run("verify", "report.md", *DRAWS).exit_code == 0
    resolved = run("resolve", found[1].replace("/", "/ ").upper().replace("AZE", "aze"), *DRAWS)
    assert (resolved.exit_code, "Edition: 2018.1, released " in resolved.stdout) == (0, True)
    assert "scoring cite AZE --edition 2018.1" in resolved.stdout


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("+2018.1", "+2018.2", "edition 2018.2 is not in editions.yaml"),
        ("2018-01-01", "2018-01-02", "edition 2018.1 has the scores of 2018-01-01, not of 2018-01-02"),
        ("AZE/", "MDA/", "edition 2018.1 does not have MDA"),
        ("small@", "small/other@", "edition 2018.1 has no small/other"),
        ("small@", "large@", "edition 2018.1 is of small, not of large"),
        (
            "HASH",
            "0123456789abcdef",
            "it is not in edition 2018.1, where this score has the id small@1.0.0+2018.1/AZE/",
        ),
    ],
)
def test_an_id_that_is_not_in_its_edition(released: Path, old: str, new: str, message: str) -> None:  # noqa: ARG001
    found = re.search(r"\[(\S+)\]", run("cite", "AZE", "--edition", "2018.1", *DRAWS).stdout)
    assert found
    id_ = found[1].replace(found[1].rpartition("/")[2] if old == "HASH" else old, new)
    Path("report.md").write_text(f"Azerbaijan: 32.9 [{id_}].\n", encoding="utf-8")
    result = run("verify", "report.md", *DRAWS)
    assert (result.exit_code, message in result.stdout) == (1, True), result.stdout
    resolved = run("resolve", id_, *DRAWS)
    assert resolved.exit_code == 1
    assert message[1:] in resolved.stdout


@pytest.mark.parametrize("edition", ["2018", "2018.", "18.1", "2018.1.1", "x", "2018.1+2018.2", "+2018.1", "2018.1+"])
def test_a_damaged_edition_is_said_to_be_so(released: Path, edition: str) -> None:  # noqa: ARG001
    Path("report.md").write_text(f"It is 32.9 (small@1.0.0+{edition}/AZE/2018-01-01/0123456789abcdef).\n")
    assert "looks like an id and is none" in run("verify", "report.md", *DRAWS).stdout
    result = run("resolve", f"small@1.0.0+{edition}/AZE/2018-01-01/0123456789abcdef", *DRAWS)
    assert (result.exit_code, "the edition after + is " in result.stdout) == (1, True)
    Path("report.md").write_text(f"32.9 [small@1.0.0+{edition}/AZE/2018-01-01/0123456789abcdef]", encoding="utf-8")
    assert "looks like an id and is none" in run("verify", "report.md", *DRAWS).stdout


# -- changes -----------------------------------------------------------------------------------------------------------


def test_changes_count_indices_by_their_largest_cause(released: Path) -> None:
    changed("profiles/AZE.yaml", "codes: {strategy: none}", "codes: {strategy: adopted}")
    new = "  - {id: more-2017, text: Signed., source: page, locator: p. 9, date: 2017, credibility: 1, codes: {strategy: none}}\n"
    Path("profiles/GEO.yaml").write_text(Path("profiles/GEO.yaml").read_text(encoding="utf-8") + new, encoding="utf-8")
    Path("profiles/MDA.yaml").write_text(PROFILE.replace("AZE", "MDA"), encoding="utf-8")
    committed(released)
    result = run("release", "2018.2", "-o", "next", *DRAWS)
    assert result.exit_code == 0, result.output
    line = "2 indices moved: 1 by evidence, 1 by coding, 0 by method"
    assert f"Since edition 2018.1: {line}." in result.stdout
    text = Path("next/CHANGES.md").read_text(encoding="utf-8")
    assert f"From edition 2018.1: {line}." in text
    assert "Added: Moldova" in text
    assert "| Azerbaijan" in text
    with Path("out/data/ranking.csv").open(encoding="utf-8") as file:
        was = {row["country"]: float(row["estimate"]) for row in csv.DictReader(file)}
    with Path("next/data/ranking.csv").open(encoding="utf-8") as file:
        now = {row["country"]: float(row["estimate"]) for row in csv.DictReader(file)}
    [row] = [one for one in text.splitlines() if one.startswith("| Azerbaijan")]
    cells = [cell.strip().replace("&#45;", "-") for cell in row.split("|")]
    assert cells[2:4] == [f"{was['AZE']:.1f}", f"{now['AZE']:.1f}"]
    assert abs(float(cells[4]) - (now["AZE"] - was["AZE"])) < 0.006


def test_a_country_that_left_and_a_new_rubric_are_told(released: Path) -> None:
    Path("profiles/GEO.yaml").unlink()
    changed("rubrics/small/rubric.yaml", 'version: "1.0.0"', 'version: "1.1.0"')
    changed("rubrics/small/rubric.yaml", "exponent: 0.5", "exponent: 1")
    changed("rubrics/small/state.yaml", "weight: 0.5", "weight: 0.3")
    committed(released)
    result = run("release", "2018.2", "-o", "next", *DRAWS)
    text = Path("next/CHANGES.md").read_text(encoding="utf-8")
    assert "No longer in the set: Georgia" in text
    assert "1 index moved: 0 by evidence, 0 by coding, 1 by method" in result.stdout


# -- licences ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "spdx"),
    [("CC BY 4.0", "CC-BY-4.0"), ("cc-by-sa-4.0", "CC-BY-SA-4.0"), ("MIT License", "MIT"), ("Ours", "")],
)
def test_licences_are_known_by_their_usual_names(name: str, spdx: str) -> None:
    assert licence_of(name).spdx == spdx
    assert name in notice(name, "Us") or licence_of(name).title in notice(name, "Us")


def test_a_licence_that_is_not_known_is_named(prepared: Path) -> None:
    changed("rubrics/small/rubric.yaml", "CC BY 4.0", "Our terms")
    committed(prepared)
    assert run("release", "2018.1", "-o", "out", *DRAWS).exit_code == 0
    assert "license" not in yaml.safe_load(Path("out/CITATION.cff").read_text(encoding="utf-8"))
    package = json.loads(Path("out/datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"] == [{"path": "LICENSE", "title": "Our terms"}]


def test_two_rubrics_are_both_in_the_folder(folder: Path) -> None:
    other = folder / "rubrics" / "other"
    shutil.copytree(folder / "rubrics" / "small", other)
    for name, old, new in (("rubric.yaml", "id: small", "id: other"), ("state.yaml", "- id: ", "- id: other_")):
        text = (other / name).read_text(encoding="utf-8").replace(old, new).replace("{id: ", "{id: other_")
        (other / name).write_text(text, encoding="utf-8")
    text = (folder / "rubrics" / "small" / "rubric.yaml").read_text(encoding="utf-8")
    (other / "rubric.yaml").write_text(text.replace("id: small", "id: other").replace("{actor: RUS}", WHO[7:]))
    result = release(folder, "2018.1", "--rubric", "other")
    assert result.exit_code == 0, result.output
    out = folder.parent / f"{folder.name}-2018.1"
    assert (out / "scores-other.lock").exists()
    assert (out / "rubrics" / "small" / "rubric.yaml").exists()
    assert "scoring check --rubric other" in (out / "README.md").read_text(encoding="utf-8")


def test_a_registry_without_errors_is_needed(released: Path) -> None:  # noqa: ARG001
    changed("editions.yaml", "format: 1", "format: 2")
    for command in (["release", "2018.2", "-o", "next"], ["errata"], ["resolve", "x"]):
        result = run(*command, *DRAWS)
        assert (result.exit_code, "editions.yaml:2:9: format" in result.stderr) == (1, True), command
    with pytest.raises(InputError):
        raise InputError(load_registry(Path("profiles"))[1])
