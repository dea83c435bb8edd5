"""What stands in the way of a release, planted into a copy of the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import release
import yaml
from conftest import ROOT
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "0.1.0"


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """The texts of the project without placeholders."""
    for name in (*release.TEXTS, "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8").replace(release.PLACEHOLDER, "https://example.org")
        (tmp_path / name).write_text(text.replace("## Unreleased", f"## {VERSION} (2026-12-01)"), encoding="utf-8")
    urls = "".join(f'{name} = "https://example.org"\n' for name in release.URLS)
    project = tmp_path / "pyproject.toml"
    project.write_text(project.read_text().replace("[project.scripts]", f"[project.urls]\n{urls}\n[project.scripts]"))
    return tmp_path


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_texts_without_faults_pass(ready: Path) -> None:
    assert list(release.faults_of_texts(ready)) == []


def test_each_fault_of_a_text_is_named(ready: Path) -> None:
    replaced(ready / "SECURITY.md", "write to https://example.org", f"write to {release.PLACEHOLDER}")
    replaced(ready / "codemeta.json", f'"version": "{VERSION}"', '"version": "0.0.9"')
    replaced(ready / "CITATION.cff", f"version: {VERSION}", "version: 0.2.0")
    replaced(ready / "CHANGELOG.md", f"## {VERSION} (", "## 0.1.0rc1 (")
    replaced(ready / "pyproject.toml", 'Changelog = "https://example.org"\n', "")
    assert list(release.faults_of_texts(ready)) == [
        "SECURITY.md:3: a placeholder; write what belongs there",
        "CITATION.cff: version 0.2.0 is not 0.1.0, that of pyproject.toml; make them equal",
        "codemeta.json: version 0.0.9 is not 0.1.0, that of pyproject.toml; make them equal",
        "CHANGELOG.md: no heading `## 0.1.0`; give the changes of this release one",
        "pyproject.toml: no address of the changelog; write Changelog under [project.urls]",
    ]


def test_the_placeholders_of_the_project_are_refused() -> None:
    placed = {fault.split(":")[0] for fault in release.faults_of_texts(ROOT) if "placeholder" in fault}
    assert placed == {"CITATION.cff", "codemeta.json", "SECURITY.md", "CODE_OF_CONDUCT.md"}


def test_the_citation_has_the_keys_of_its_format() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()  # those that the format requires


def test_what_is_built_twice_has_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for builder in (WheelBuilder, SdistBuilder):
        first, second = (
            next(builder(str(ROOT)).build(directory=str(tmp_path / name), versions=["standard"])) for name in "ab"
        )
        assert (tmp_path / "a" / first.rpartition("/")[2]).read_bytes() == (
            tmp_path / "b" / second.rpartition("/")[2]
        ).read_bytes()


def test_foreign_files_are_known_by_their_names() -> None:
    for name in ("tests/test_cli.py", "scoring/tests/x.py", "tools/release.py", "scoring/x.pyc", "benchmarks/a.py"):
        assert release.FOREIGN.search(name)
    for name in ("scoring/files/load.py", "scoring/data/rubrics/resilience/rubric.yaml", "scoring/latest/x.py"):
        assert not release.FOREIGN.search(name)
