"""The settings of data/defaults.yaml: what help and outputs say is what stands there, and a wrong file is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, run

from scoring.files import defaults as reading
from scoring.model.defaults import Defaults, DoubtfulDefaults, DraftingDefaults, PeersDefaults, Shown

TEXT = reading.FILE.read_text()
Edit = Callable[..., None]


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edit]:
    """A way to run with another file: pairs of old and new text."""

    def edited(*changes: tuple[str, str]) -> None:
        text = TEXT
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        (tmp_path / "defaults.yaml").write_text(text)
        monkeypatch.setattr(reading, "FILE", tmp_path / "defaults.yaml")
        reading.defaults.cache_clear()

    yield edited
    reading.defaults.cache_clear()


def test_each_value_has_its_reason_and_its_use() -> None:
    reasons = dict(re.findall(r"^ *([a-z_]+): .*# (.+)$", TEXT, re.MULTILINE))
    parts = (Defaults, Shown, DraftingDefaults, PeersDefaults, DoubtfulDefaults)
    names = {name for part in parts for name in part.model_fields}
    assert set(reasons) == names
    code = "\n".join(path.read_text() for path in (ROOT / "scoring").rglob("*") if path.suffix in {".js", ".py"})
    assert [name for name in sorted(names) if not re.search(rf"\.{name}\b|default\(\"{name}\"\)", code)] == []


@pytest.mark.parametrize(
    ("command", "change", "shown"),
    [
        ("rank", ("draws: 20000", "draws: 12345"), "default: 12345"),
        ("sensitivity", ('["1", "1/2", "1/8", "-1"]', '["2", "-1/3"]'), "default: 2,-1/3"),
        ("agreement", ("  disagreements: 10", "  disagreements: 7"), "default: 7"),
        ("check", ("tolerance: 0.00001", "tolerance: 0.25"), "default: 0.25"),
    ],
)
def test_help_shows_what_the_file_says(edit: Edit, command: str, change: tuple[str, str], shown: str) -> None:
    assert shown not in run(command, "--help").stdout
    edit(change)
    assert shown in run(command, "--help").stdout


def test_commands_do_what_the_file_says(folder: Path, edit: Edit) -> None:
    (folder / "published").mkdir()
    edit(("draws: 20000", "draws: 123"), ("  levers: 8", "  levers: 1"), ("exponent_limit: 2", "exponent_limit: 1.5"))
    assert json.loads(run("rank", "--format", "json").stdout)["draws"] == 123
    assert run("docs", "-o", "docs").exit_code == 0
    [levers] = re.findall(r"## Possible improvements\n\n.*?\n\n(.*?)\n\n", page("docs/countries/AZE.md"), re.DOTALL)
    assert levers.count("\n") == 0
    assert run("site", "site").exit_code == 0
    assert 'name="exponent" min="-1.5" max="1.5"' in page("site/index.html")
    assert '"exponentLimit":1.5' in page("site/data/about.js")


def page(name: str) -> str:
    return Path(name).read_text()


def test_a_wrong_file_is_told_with_every_place(folder: Path, edit: Edit) -> None:  # noqa: ARG001  the working directory
    edit(("draws: 20000", "draws: 20"), ("  levers: 8", "  lever: 8"), ('"1/8"', '"1/0"'))
    result = run("rank")
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.findall(r"defaults\.yaml:(\d+:\d+): ([a-z_.\[\]0-9]+): ", result.stderr) == [
        ("4:8", "draws"),
        ("7:25", "exponents[2]"),
        ("16:3", "shown.levers"),
        ("18:3", "shown.lever"),
    ]
    assert run("rank", "--help").stderr == result.stderr
    assert run("--help").exit_code == 0  # needs no setting


def test_the_documents_name_the_values_of_the_file() -> None:
    settings = reading.defaults()
    text = (ROOT / "docs" / "site.md").read_text()
    assert f"the engine's draws, {settings.draws:,} by default | {settings.site_draws} of the engine's draws" in text
