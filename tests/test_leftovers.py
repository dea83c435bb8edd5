"""Pages of countries that are gone: removed where a list shows that nobody else wrote or edited them."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, run

from scoring.files import manifest
from scoring.files.manifest import NAME

if TYPE_CHECKING:
    from pathlib import Path

DRAWS = ("--draws", "100")
COMMANDS = {
    "docs": (("docs", "-o", "out", *DRAWS), ("countries/GEO.md",)),
    "figures": (("figures", "out", *DRAWS), ("country-GEO.svg", "waterfall-GEO.svg")),
    "site": (("site", "out", *DRAWS), ("countries/GEO.html",)),
}
GONE = "written by an earlier run and not by this one"
UNKNOWN = "not written by this run, and not known to be unchanged"


def noted(folder: Path) -> dict[str, str]:
    files = json.loads((folder / NAME).read_text())["files"]
    assert isinstance(files, dict)
    return files


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", COMMANDS)
def test_pages_of_a_country_that_is_gone_are_removed(folder: Path, command: str) -> None:
    arguments, pages = COMMANDS[command]
    assert run(*arguments).stderr == ""
    out = folder / "out"
    first = written(out)
    assert set(noted(out)) == first - {NAME}
    assert set(pages) < first
    (out / "own.md").write_text("mine")
    (folder / "profiles" / "GEO.yaml").unlink()
    assert f"out: removed, {GONE}: {', '.join(pages)}\n" in run(*arguments).stderr
    assert written(out) == (first - set(pages)) | {"own.md"}
    assert set(noted(out)) == written(out) - {NAME, "own.md"}
    assert run(*arguments).stderr == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_what_somebody_else_wrote_edited_or_linked_stays(folder: Path, command: str) -> None:
    arguments, (page, *others) = COMMANDS[command]
    run(*arguments)
    out = folder / "out"
    suffix = page.partition("GEO")[2]
    foreign, link = (page.replace("GEO", name) for name in ("MDA", "UKR"))
    (out / page).write_text("edited")
    (out / foreign).write_text("mine")
    (folder / f"target{suffix}").write_text("target")
    (out / link).symlink_to(folder / f"target{suffix}")
    (folder / "profiles" / "GEO.yaml").unlink()
    for _ in range(2):  # it is named each time
        assert f"out: {UNKNOWN}: {page}, {foreign}, {link}\n" in run(*arguments).stderr
    assert (out / page).read_text() == "edited"
    assert (out / foreign).read_text() == "mine"
    assert (out / link).is_symlink()
    assert (folder / f"target{suffix}").read_text() == "target"
    assert not any((out / other).exists() for other in others)


def test_without_a_list_nothing_is_removed(folder: Path) -> None:
    arguments, pages = COMMANDS["docs"]
    for damaged in (None, "", "[]", "{}", '{"files": []}', '{"files": {"countries/GEO.md": 1}}', "[" * 100_000):
        run(*arguments)
        (folder / "out" / NAME).unlink()
        if damaged is not None:
            (folder / "out" / NAME).write_text(damaged)
        profile = (folder / "profiles" / "GEO.yaml").read_text()
        (folder / "profiles" / "GEO.yaml").unlink()
        assert f"out: {UNKNOWN}: {pages[0]}\n" in run(*arguments).stderr
        assert (folder / "out" / pages[0]).exists()
        (folder / "profiles" / "GEO.yaml").write_text(profile)


def test_a_forged_list_removes_nothing_but_pages(folder: Path) -> None:
    """A checkout may bring a list; what no run would write is left alone, whatever the list says."""
    files = dict.fromkeys(("../outside.md", "method.md", "own/countries/GEO.md"), b"x")
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    out = folder / "out"
    for name, data in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
    (out / NAME).write_text(json.dumps({"files": {**digests, "/etc/passwd": "x", "a\0b": "x"}}))
    run(*COMMANDS["docs"][0])
    for name, data in files.items():
        assert (out / name).read_bytes() == data


def test_a_folder_that_is_a_link_is_not_entered(tmp_path: Path) -> None:
    inside, outside = tmp_path / "out", tmp_path / "outside"
    outside.mkdir()
    inside.mkdir()
    (outside / "GEO.md").write_bytes(b"x")
    (inside / "countries").symlink_to(outside)
    (inside / NAME).write_text(json.dumps({"files": {"countries/GEO.md": hashlib.sha256(b"x").hexdigest()}}))
    assert manifest.update({}, inside, ("countries/*.md",)) == ((), ("countries/GEO.md",))
    assert (outside / "GEO.md").exists()


def test_a_list_that_is_a_link_is_neither_read_nor_replaced(folder: Path) -> None:
    out = folder / "out"
    out.mkdir()
    (folder / "target").write_text("{}")
    (out / NAME).symlink_to(folder / "target")
    result = run(*COMMANDS["docs"][0])
    assert result.exit_code == 1
    assert "a symbolic link leads to it" in result.stderr
    assert (folder / "target").read_text() == "{}"


def test_a_selection_removes_nothing(folder: Path) -> None:
    run("figures", "out", *DRAWS)
    run("figures", "out", "--country", "AZE", *DRAWS)
    assert (folder / "out" / "country-GEO.svg").exists()
    run("export", "both")
    run("export", "both", "--format", "sdmx")
    assert (folder / "both" / "data" / "ranking.csv").exists()
    assert set(noted(folder / "both")) == written(folder / "both") - {NAME}


def test_export_removes_tables_that_it_no_longer_writes(folder: Path) -> None:
    run("export", "out")
    out = folder / "out"
    (out / "data" / "old.csv").write_bytes(b"a")
    (out / "data" / "mine.csv").write_bytes(b"a")
    document = {"files": {**noted(out), "data/old.csv": hashlib.sha256(b"a").hexdigest()}}
    (out / NAME).write_text(json.dumps(document))
    result = run("export", "out")
    assert f"removed, {GONE}: data/old.csv" in result.stderr
    assert f"{UNKNOWN}: data/mine.csv" in result.stderr


def test_two_commands_in_a_folder(folder: Path) -> None:
    run(*COMMANDS["docs"][0])
    run(*COMMANDS["figures"][0])
    (folder / "profiles" / "GEO.yaml").unlink()
    run(*COMMANDS["figures"][0])
    assert (folder / "out" / "countries" / "GEO.md").exists()
    assert "countries/GEO.md" in run(*COMMANDS["docs"][0]).stderr
    assert not (folder / "out" / "countries" / "GEO.md").exists()


def test_the_list_is_the_same_each_time(folder: Path) -> None:
    run(*COMMANDS["docs"][0])
    os.utime(folder / "out" / NAME, (1, 1))
    run(*COMMANDS["docs"][0])
    assert (folder / "out" / NAME).stat().st_mtime == 1
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE.replace("strategy: none", "strategy: drafted"))
    run(*COMMANDS["docs"][0])
    assert (folder / "out" / NAME).stat().st_mtime != 1
