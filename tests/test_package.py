"""What goes into the wheel and the sdist: the files of the project, and nothing that lies beside them."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = (
    *("scoring/.env", "scoring/notes.txt", "scoring/.hidden.py", "scoring/data/a.csv~", "scoring/render/site/x.html"),
    *("profiles/draft.txt", "profiles/.AZE.yaml.swp", "profiles/AZE-draft.yaml", "profiles/archive/AZE.yaml"),
    *("rubrics/resilience/old.yaml~", "rubrics/resilience/.#rubric.yaml", "rubrics/.env"),
    *("published/x.csv", "docs/secret.md", "secrets.yaml", ".env"),
)
HOMES = {"scoring": "scoring", **{name: f"scoring/data/{name}" for name in ("rubrics", "profiles", "published")}}


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


def names_in_wheel(root: Path, target: Path) -> set[str]:
    [wheel] = WheelBuilder(str(root)).build(directory=str(target), versions=["standard"])
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git says which files are the project's")
def test_what_lies_beside_the_files_of_the_project_is_not_packed(tmp_path: Path) -> None:
    for name in tracked():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / "tree" / name)
    for name in PLANTED:
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text("secret\n")
    packed = names_in_wheel(tmp_path / "tree", tmp_path / "wheel")
    kept = {name for name in packed if ".dist-info/" not in name}
    folders = {HOMES[folder] + name[len(folder) :] for name in tracked() if (folder := name.split("/")[0]) in HOMES}
    assert kept == {*folders, "scoring/data/LICENSE", "scoring/data/method.md"}

    [source] = SdistBuilder(str(tmp_path / "tree")).build(directory=str(tmp_path / "sdist"))
    with tarfile.open(source) as opened:
        opened.extractall(tmp_path / "unpacked", filter="data")
    [top] = (tmp_path / "unpacked").iterdir()
    files = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    assert files - {"PKG-INFO"} <= set(tracked())
    assert names_in_wheel(top, tmp_path / "again") == packed
