"""Which files are read: nothing that seems meant is passed over in silence, and nothing is taken in its place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, ROOT, run

from scoring.cli.commands import commands
from scoring.files.disk import MAX_FILES
from scoring.files.folders import folders

if TYPE_CHECKING:
    from pathlib import Path

COUNTRY = {"score", "explain", "compare", "trend", "whatif", "levers", "cite", "brief", "diff", "verify", "fill"}


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("MDA.YAML", "MDA.yaml"),
        ("MDA.Yml", "MDA.yaml"),
        ("MDA.yaml.txt", "MDA.yaml"),
        ("MDA.yaml.orig", "MDA.yaml"),
        ("MDA.yaml (1)", "MDA.yaml"),
        ("MDA.ymal", "MDA.yaml"),
        ("MDA.yam", "MDA.yaml"),
        ("MDA.yaml_old", "MDA.yaml"),
        ("MDA.yaml1", "MDA.yaml"),
        ("MDA.yaml,v", "MDA.yaml"),
        ("MDA.json", "MDA.yaml"),
        ("MDA.txt", "MDA.yaml"),
        ("MDA", "MDA.yaml"),
    ],
)
def test_a_file_that_seems_meant_is_told(folder: Path, name: str, right: str) -> None:
    for place in ("profiles", "rubrics/small"):
        (folder / place / name).write_text(PROFILE)
        result = run("validate")
        assert result.exit_code == 1
        assert f"{place}/{name}:1:1: is not read; rename it to {right} [file-name]" in result.stderr
        (folder / place / name).unlink()


def test_a_profile_in_a_folder_below_is_told(folder: Path) -> None:
    (folder / "profiles" / "caucasus" / "south").mkdir(parents=True)
    (folder / "profiles" / "caucasus" / "south" / "ARM.yml").write_text(PROFILE)
    result = run("score")
    assert result.exit_code == 1
    assert "profiles/caucasus/south/ARM.yml:1:1: is not read; move it to profiles itself" in result.stderr


def test_a_folder_whose_profiles_all_went_into_another_is_told(folder: Path) -> None:
    (folder / "profiles" / "caucasus").mkdir()
    for code in ("AZE", "GEO"):
        (folder / "profiles" / f"{code}.yaml").rename(folder / "profiles" / "caucasus" / f"{code}.yaml")
    result = run("validate")
    assert result.exit_code == 1
    assert "profiles/caucasus/AZE.yaml:1:1: is not read; move it to profiles itself" in result.stderr
    for code in ("AZE", "GEO"):
        (folder / "profiles" / "caucasus" / f"{code}.yaml").unlink()
    result = run("validate")
    assert result.exit_code == 1
    assert "profiles contains no profiles" in result.stderr


@pytest.mark.parametrize("name", ["._AZE.yaml", ".#AZE.yaml", ".AZE.yaml.swp", "AZE.yaml~", "README.md", "LICENSE"])
def test_files_of_editors_and_systems_stop_nothing(folder: Path, name: str) -> None:
    for place in ("profiles", "rubrics/small"):
        (folder / place / name).write_bytes(b"\x00\x05\x16\x07")
    (folder / "profiles" / ".git").mkdir()
    (folder / "profiles" / ".git" / "MDA.yaml").write_text(PROFILE)
    assert run("validate").stderr == ""


def test_more_files_than_are_read(folder: Path) -> None:
    for number in range(MAX_FILES):
        (folder / "profiles" / f"X{number}.yaml").touch()
    result = run("score")
    assert result.stderr == f"profiles:1:1: has {MAX_FILES + 2} files; the limit is 1000 [too-large]\n"


def test_a_name_that_is_no_utf8_is_told_and_escaped(folder: Path) -> None:
    with open(os.path.join(os.fsencode(folder), b"profiles", b"M\xffA.yaml"), "w") as file:  # noqa: PTH118, PTH123
        file.write(PROFILE)
    result = run("validate")
    assert result.exit_code == 1
    assert "profiles/M\\udcffA.yaml:2:10: country: 'AZE' differs from the file name" in result.stderr


# -- links in a circle -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", sorted(commands.commands))
@pytest.mark.parametrize("name", ["profiles/AZE.yaml", "profiles", "rubrics/small/state.yaml", "rubrics", "file"])
def test_a_link_to_itself_is_told(folder: Path, command: str, name: str) -> None:
    """As a profile, a rubric, a folder of them, or what else a command takes: each names it, none ends in a traceback."""
    path = folder / name
    if path.is_dir():
        path.rename(folder / "away")
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)
    needs = {"schema": ["profile"], "export": ["out"], "figures": ["out"], "brief": ["--since", "2017"]}
    given = {"verify": ["file.md"], "fill": ["file.md"], "diff": ["./file"], "check": ["--lock", "file"]}
    (folder / "file.md").symlink_to("file.md")
    if command in COUNTRY and command not in needs | given:
        needs[command] = ["AZE", "GEO"] if command == "compare" else ["AZE"]
    result = run(command, *needs.get(command, []), *given.get(command, []))
    assert result.exit_code in (0, 1, 2)
    if name != "file":
        assert result.exit_code or (command in ("new", "schema", "desk") and name.startswith("profiles"))


# -- defaults ----------------------------------------------------------------------------------------------------------


def test_the_shipped_set_serves_where_there_is_none_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("score", "AZE", "--format", "json")
    assert result.exit_code == 0
    assert result.stderr == "No rubrics and profiles in this folder: using those of the package.\n"
    assert folders() == (ROOT / "rubrics", ROOT / "profiles", ROOT / "published", True)


@pytest.mark.parametrize("renamed", ["profiles", "rubrics"])
@pytest.mark.parametrize("command", sorted(COUNTRY | {"rank", "audit", "lock", "check", "site", "docs", "validity"}))
def test_a_folder_that_is_renamed_is_not_replaced_by_the_shipped_one(folder: Path, renamed: str, command: str) -> None:
    (folder / renamed).rename(folder / "renamed")
    needs = {
        "compare": ["AZE", "GEO"],
        "whatif": ["AZE", "--drop", "no-strategy"],
        "verify": ["a.md"],
        "fill": ["a.md"],
        "brief": ["--since", "2017"],
        "diff": ["./renamed"],
    }
    (folder / "a.md").write_text("nothing\n")
    result = run(command, *needs.get(command, ["AZE"] if command in COUNTRY else []))
    assert result.exit_code == 1
    assert f"{renamed}:1:1: " in result.stderr
    assert "Estonia" not in result.output


def test_a_rubric_that_is_given_is_never_run_on_the_shipped_countries(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder / "empty")
    result = run("score", "--rubric", "../rubrics")
    assert result.exit_code == 1
    assert result.stderr.startswith("profiles:1:1: folder not found")
    assert run("score", "--rubric", "../rubrics", "--profiles", "../profiles").exit_code == 0
    result = run("validity", "--rubric", "../rubrics", "--profiles", "../profiles")
    assert result.exit_code == 0
    assert "There is no published index" in result.stdout


def test_profiles_that_are_given_take_the_shipped_rubric_and_no_shipped_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "AZE.yaml").write_bytes((ROOT / "profiles" / "AZE.yaml").read_bytes())
    result = run("score", "--profiles", "mine")
    assert result.exit_code == 0
    assert "using those of the package" in result.stderr
    assert "There is no published index" in run("validity", "--profiles", "mine").stdout
