"""The cache changes no figure: not edited, not damaged, not by two at once, not by anything that figures come from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROFILE, run

from scoring import cache, files


def stores() -> list[Path]:
    return sorted((Path(os.environ["XDG_CACHE_HOME"]) / "resilience-scoring").glob("*.json"))


def moves(*arguments: str) -> dict[str, object]:
    result = run("check", "--format", "json", *arguments)
    assert result.exit_code in (0, 3), result.stderr
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def edit(folder: Path, old: str, new: str, name: str = "profiles/AZE.yaml") -> None:
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def warm(folder: Path) -> Path:
    """The folder with a lock and a warm cache."""
    run("lock")
    assert moves()["moved"] is False
    assert len(stores()) == 1
    return folder


def computed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The profiles that a check computes."""
    done = []
    whole = files.check_profile

    def watched(file: files.File, path: Path, book: object) -> object:
        done.append(path.stem)
        return whole(file, path, book)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(files, "check_profile", watched)
        moves()
    assert folder.exists()
    return done


def test_only_what_was_edited_is_computed(warm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert computed(warm, monkeypatch) == []
    edit(warm, "strategy: none", "strategy: drafted")
    assert computed(warm, monkeypatch) == ["AZE"]
    assert computed(warm, monkeypatch) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("profiles/AZE.yaml", "strategy: none", "strategy: drafted"),
        ("profiles/AZE.yaml", "date: 2016-05", "date: 2016-06"),
        ("rubrics/small/rubric.yaml", "weight: 0.25", "weight: 0.5"),
        ("rubrics/small/rubric.yaml", "from: 50", "from: 20"),
        ("rubrics/small/rubric.yaml", "information: 0.50", "information: 0.99"),
        ("rubrics/small/state.yaml", "saturation: 10", "saturation: 5"),
        ("rubrics/small/state.yaml", "weight: 0.5", "weight: 0.9"),
    ],
)
def test_whatever_is_edited_the_figures_are_those_without_a_cache(warm: Path, name: str, old: str, new: str) -> None:
    edit(warm, old, new, name)
    expected = moves("--no-cache")
    assert moves() == expected
    assert moves() == expected


def test_the_as_of_date_counts(warm: Path) -> None:
    assert moves("--as-of", "2019") == moves("--as-of", "2019", "--no-cache")
    assert moves()["moved"] is False
    assert warm.exists()


def test_a_renamed_profile_is_looked_at_again(warm: Path) -> None:
    (warm / "profiles" / "AZE.yaml").rename(warm / "profiles" / "ARM.yaml")
    result = run("check")
    assert result.exit_code == 1
    assert "'AZE' is not the file's name" in result.stderr


def test_a_fault_is_told_however_warm_the_cache(warm: Path) -> None:
    edit(warm, "strategy: none", "strategy: nine")
    for _ in range(2):
        result = run("check")
        assert result.exit_code == 1
        assert "profiles/AZE.yaml:14:23" in result.stderr


def test_another_engine_trusts_nothing(warm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "FORMAT", "2")
    assert computed(warm, monkeypatch) == ["AZE", "GEO"]


def test_every_byte_of_the_cache_that_is_flipped_is_told(warm: Path) -> None:
    [store] = stores()
    data = store.read_bytes()
    assert warm.exists()
    for place in range(0, len(data), 97):
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 8)
        store.write_bytes(flipped)
        result = run("check")
        assert result.exit_code == 0
        assert result.stdout == "No score moved.\n"
        assert "the cache is damaged; all is computed and it is written anew" in result.stderr
        assert store.read_bytes() == data


@pytest.mark.parametrize("end", [0, 10, 64, 65, 66, 500])
def test_a_cache_cut_short_is_told(warm: Path, end: int) -> None:
    [store] = stores()
    data = store.read_bytes()
    store.write_bytes(data[:end])
    assert "the cache is damaged" in run("check").stderr
    assert store.read_bytes() == data
    assert warm.exists()


@pytest.mark.parametrize("body", [b"[]", b'{"a": {}}', b"not json"])
def test_a_whole_cache_of_another_shape_is_passed_over(warm: Path, body: bytes) -> None:
    import hashlib  # noqa: PLC0415

    [store] = stores()
    store.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    edit(warm, "strategy: none", "strategy: drafted")
    assert moves() == moves("--no-cache")


def test_deleted_or_not_writable_it_costs_time_only(warm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores()[0].unlink()
    assert moves()["moved"] is False
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    assert moves()["moved"] is False
    assert warm.exists()


def test_no_cache_reads_and_writes_none(folder: Path) -> None:
    run("lock")
    moves("--no-cache")
    assert stores() == []
    assert folder.exists()


def test_two_at_once(warm: Path) -> None:
    for number in range(3):
        path = warm / "profiles" / "AZE.yaml"
        path.write_text(path.read_text() + f"# {number}\n")
        command = [sys.executable, "-m", "scoring", "check"]
        running = [subprocess.Popen(command, cwd=warm, stdout=subprocess.DEVNULL) for _ in range(3)]
        assert [one.wait() for one in running] == [0, 0, 0]
    assert "damaged" not in run("check").stderr


def test_many_profiles_are_computed_by_many_processes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("lock")
    edit(folder, "strategy: none", "strategy: drafted")
    expected = moves("--no-cache")
    monkeypatch.setattr(cache, "MANY", 1)
    monkeypatch.setattr(cache, "cores", lambda: 2)
    assert moves() == expected
    (folder / "profiles" / "GEO.yaml").write_text(PROFILE.replace("strategy: none", "strategy: nine"))
    assert "'nine' is no level" in run("check").stderr
