"""What a command writes: never an input, never through a link, never under a name that promises something else."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import pytest
from conftest import NEEDS, needs_packages, release, run, with_vignettes

from scoring.cli import options
from scoring.cli.commands import commands

WRITE_A_FILE = sorted(
    name
    for name, command in commands.commands.items()
    if any(option.name == "output" and option.type is options.FILE for option in command.params)
)
TABLE = """\
title: A table
publisher: Others
year: 2018
url: https://example.org
accessed: 2018-01-01
read_from: The page.
better: higher
measures: Something.
near: [strategy]
expected: Nothing.
values: {AZE: 1, GEO: 2}
"""
SCENARIO = "{format: 1, name: A, reason: B, suppose: [{country: AZE, drop: [poll-2016]}]}"


@pytest.fixture
def whole(folder: Path) -> Path:
    """The folder with a lock, a report and a table of others."""
    run("lock")
    (folder / "report.md").write_text(run("cite", "AZE").stdout)
    (folder / "published").mkdir()
    (folder / "published" / "table.yaml").write_text(TABLE)
    with_vignettes(folder)
    (folder / "scenario.yaml").write_text(SCENARIO)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_command_that_writes_a_file_is_looked_at() -> None:
    assert len(WRITE_A_FILE) >= 22


@pytest.mark.parametrize("command", WRITE_A_FILE)
def test_no_input_is_replaced(whole: Path, command: str) -> None:
    needs_packages(command)
    inputs = ["profiles/AZE.yaml", "rubrics/small/state.yaml", "scores.lock", "hard.txt", "linked.txt"]
    if command == "errata":
        release(whole)
    os.link(whole / "profiles" / "GEO.yaml", whole / "hard.txt")
    (whole / "linked.txt").symlink_to("profiles/GEO.yaml")
    if command == "validity":
        inputs.append("published/table.yaml")
    if command in ("verify", "fill"):
        inputs.append("report.md")
    before = contents(whole)
    for name in inputs:
        if (command, name) in (("lock", "scores.lock"), ("new", "profiles/AZE.yaml"), ("new", "hard.txt")):
            continue
        forced = ["--force"] if command in ("new", "sheet") else []
        result = run(command, *NEEDS.get(command, []), *forced, "-o", name)
        assert result.exit_code, (command, name)
        assert name in result.stderr
        assert contents(whole) == before


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_ending_that_fits_does_not_help(whole: Path, form: str) -> None:
    """With a name that suits the form, the input itself is what stands in the way."""
    os.link(whole / "profiles" / "AZE.yaml", whole / f"scores.{form}")
    result = run("score", "--format", form, "-o", f"scores.{form}")
    assert result.exit_code == 2
    assert f"scores.{form} is an input of this command" in result.stderr


@pytest.mark.parametrize("command", ["docs", "site", "export", "figures"])
def test_no_input_is_replaced_by_a_folder_of_files(whole: Path, command: str) -> None:
    """Whatever name the folder's files have: here an input is a hard link of each."""
    arguments = ["-o", "out"] if command == "docs" else ["out"]
    if command == "docs":
        arguments += ["--published", "published"]
    more = ["--format", "sdmx"] if command == "export" else []
    assert run(command, *arguments, *more, "--draws", "100").exit_code == 0
    written = sorted(path for path in (whole / "out").rglob("*") if path.is_file())
    assert written
    for path in (written[0], written[-1]):
        path.unlink()
        os.link(whole / "profiles" / "GEO.yaml", path)
        before = contents(whole)
        result = run(command, *arguments, *more, "--draws", "100")
        assert result.exit_code == 2
        assert f"{path.relative_to(whole)} is an input of this command" in result.stderr
        assert contents(whole) == before
        path.unlink()


def test_new_replaces_nothing_unless_it_is_told_to(folder: Path) -> None:
    coded = (folder / "profiles" / "AZE.yaml").read_text()
    result = run("new", "AZE", "-o", "profiles/AZE.yaml")
    assert result.exit_code == 2
    assert "profiles/AZE.yaml exists and may contain evidence" in result.stderr
    assert (folder / "profiles" / "AZE.yaml").read_text() == coded
    assert run("new", "AZE", "-o", "profiles/AZE.yaml", "--force").exit_code == 0
    assert (folder / "profiles" / "AZE.yaml").read_text() != coded
    assert run("new", "MDA", "-o", "profiles/MDA.yaml").exit_code == 0
    result = run("new", "MDA", "-o", "rubrics/small/state.yaml", "--force")
    assert result.exit_code == 2
    assert "rubrics/small/state.yaml is an input of this command" in result.stderr


def test_a_report_is_mended_in_place(folder: Path) -> None:
    (folder / "report.md").write_text(run("cite", "AZE").stdout.replace("index was 32.9", "index was 31.0"))
    (folder / "report.md").chmod(0o640)
    assert run("verify", "--fix", "report.md").exit_code in (0, 3)
    assert stat.S_IMODE((folder / "report.md").stat().st_mode) == 0o640


# -- links, devices, modes ---------------------------------------------------------------------------------------------


def test_nothing_is_written_through_a_link(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "file").write_text("kept")
    (folder / "file").symlink_to(outside / "file")
    (folder / "dangling").symlink_to(outside / "new")
    (folder / "out").symlink_to(outside)
    for name in ("file", "dangling", "out/new", "out/../out/new", str(folder / "out" / "new")):
        result = run("score", "-o", name)
        assert result.exit_code == 1
        assert "cannot be written (a symbolic link leads to it)" in result.stderr
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"file": "kept"}
    assert (folder / "file").is_symlink()


def test_nothing_is_written_through_a_link_of_the_checkout_from_a_folder_in_it(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (repository / "out").symlink_to(outside)
    (repository / "sub").mkdir()
    monkeypatch.chdir(repository / "sub")
    where = ("--rubric", "../rubrics", "--profiles", "../profiles")
    result = run("score", *where, "-o", "../out/new.txt")
    assert result.exit_code == 1
    assert "a symbolic link leads to it" in result.stderr
    assert run("site", *where, "--draws", "100", "../out/site").exit_code == 1
    assert list(outside.iterdir()) == []
    monkeypatch.chdir(repository)
    assert run("score", "-o", "out/../new.txt").exit_code == 0  # as its text says: in the repository
    assert (repository / "new.txt").exists()
    assert not (outside.parent / "new.txt").exists()


def test_a_name_as_long_as_names_may_be(folder: Path) -> None:
    name = "n" * 251 + ".txt"
    assert run("score", "-o", name).exit_code == 0
    assert (folder / name).exists()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="a folder of files below /dev")  # noqa: S108
def test_a_file_below_dev_is_a_file(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        path = Path(place, "scores.txt")
        for _ in range(2):
            assert run("score", "-o", path).exit_code == 0
            assert path.read_text() == run("score").stdout
    assert folder.exists()


def test_what_cannot_be_rewritten_stops_no_other(repository: Path) -> None:
    [id_] = re.findall(r"\[(.*?)\]", run("cite", "AZE").stdout)
    (repository / "a.md").write_text(f"index 32.9; {id_}\n")
    text = (repository / "a.md").read_text()
    (repository / "linked.md").symlink_to("a.md")
    (repository / "b.md").write_text(text)
    profile = repository / "profiles" / "AZE.yaml"
    profile.write_text(profile.read_text().replace("strategy: none", "strategy: drafted"))
    (repository / "folder.md").mkdir()
    result = run("verify", "--fix", "folder.md", "linked.md", "none.md", "b.md")
    assert (repository / "a.md").read_text() == text
    assert "index 51.6" in (repository / "b.md").read_text()
    assert "linked.md: cannot be written (a symbolic link leads to it); it is unchanged" in result.stderr
    assert "folder.md:1:1: is not a file" in result.stderr
    assert "none.md:1:1: file not found" in result.stderr


@pytest.mark.parametrize(
    ("link", "command"),
    [
        ("docs", ["docs", "--published", "published"]),
        ("docs/countries", ["docs", "--published", "published"]),
        ("site", ["site"]),
        ("site/countries", ["site"]),
        ("out/data", ["export", "out", "--format", "datapackage"]),
        ("figures", ["figures", "figures"]),
    ],
)
def test_no_folder_of_files_goes_through_a_link(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, link: str, command: list[str]
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (whole / link).parent.mkdir(exist_ok=True)
    (whole / link).symlink_to(outside)
    result = run(*command, "--draws", "100")
    assert result.exit_code == 1
    assert "cannot be written (a symbolic link leads to it)" in result.stderr
    assert list(outside.iterdir()) == []
    assert [path for path in (whole / link.partition("/")[0]).rglob("*") if path.is_file()] == []


def test_a_folder_elsewhere_may_lie_behind_links(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What lies above the folder that was asked for is the machine's own, not a checkout's."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "real").mkdir()
    (outside / "alias").symlink_to("real")
    assert run("figures", outside / "alias" / "figures", "--draws", "100").exit_code == 0
    assert (outside / "real" / "figures" / "figures.md").exists()
    assert folder.exists()


def test_devices_and_pipes_are_written_to(folder: Path) -> None:
    assert run("score", "-o", "/dev/null").exit_code == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)  # noqa: PTH116
    os.mkfifo(folder / "pipe")
    command = [sys.executable, "-m", "scoring", "score", "--format", "csv", "-o"]
    with subprocess.Popen([*command, "pipe"], cwd=folder):
        assert (folder / "pipe").read_text() == run("score", "--format", "csv").stdout
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    printed = subprocess.run([*command, "/dev/stdout"], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert printed == run("score", "--format", "csv").stdout


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_a_file_keeps_its_mode(folder: Path, mode: int) -> None:
    (folder / "scores.txt").touch()
    (folder / "scores.txt").chmod(mode)
    assert run("score", "-o", "scores.txt").exit_code == 0
    assert stat.S_IMODE((folder / "scores.txt").stat().st_mode) == mode


# -- endings -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "name", "right"),
    [
        (["score"], "s.xlsx", ".md"),
        (["score"], "s.csv", ".md"),
        (["score", "--format", "csv"], "s.json", ".csv"),
        (["rank", "--format", "json"], "s.md", ".json"),
        (["rank", "--format", "json"], "s.PDF", ".json"),
        (["validate", "--format", "sarif"], "s.xml", ".json or .sarif"),
        (["validate", "--format", "github"], "s.json", ".txt"),
        (["cite", "AZE", "--style", "bibtex"], "s.ris", ".bib or .tex"),
        (["fill", "report.md"], "out.docx", ".md"),
        (["new", "MDA"], "MDA.json", ".yaml or .yml"),
        (["schema", "profile"], "s.yaml", ".json"),
        (["lock"], "scores.csv", ".lock"),
    ],
)
def test_an_ending_that_promises_another_form_is_refused(
    whole: Path, arguments: list[str], name: str, right: str
) -> None:
    result = run(*arguments, "-o", name)
    assert result.exit_code == 2
    assert f"the suffix of {name} does not fit the format" in result.stderr
    assert f"use {right}, or" in result.stderr
    assert not (whole / name).exists()


def test_a_name_that_steers_a_terminal_is_refused_in_plain_text(folder: Path) -> None:
    result = run("score", "-o", "\x1b[31m.csv")
    assert result.exit_code == 2
    assert "\\x1b[31m.csv does not fit the format" in result.stderr
    assert list(folder.glob("*.csv")) == []


@pytest.mark.parametrize("name", ["s", "s.txt", "s.out", "s.md"])
def test_any_other_ending_will_do(folder: Path, name: str) -> None:
    assert run("score", "-o", name).exit_code == 0
    assert (folder / name).exists()


def test_every_form_has_an_ending_or_none_of_its_own() -> None:
    """Each form that a command offers is known to the endings, or is plain text."""
    forms: set[str] = set()
    for command in commands.commands.values():
        for option in command.params:
            kind: Any = option.type
            if isinstance(kind, click.Choice) and option.name in ("form", "style"):
                forms |= set(kind.choices)
    known = {form for forms in options.FORMATS_BY_SUFFIX.values() for form in forms}
    assert forms - known == {"github", "svg", "png", "pdf"}  # remarks for a log; pictures, which name their own files
