"""tools/refresh.py writes what is no longer current, and nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
import refresh

if TYPE_CHECKING:
    from pathlib import Path


def made() -> dict[str, bytes]:
    return {"same.md": b"index 32.9\n", "other.md": b"rank 3\n", "docs/new.md": b"new\n"}


@pytest.mark.parametrize("is_check", [True, False])
def test_what_is_not_current_is_named_and_written_but_for_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, is_check: bool
) -> None:
    (tmp_path / "same.md").write_text("index 32.9\n")
    (tmp_path / "other.md").write_text("rank 4\n")
    monkeypatch.setattr(refresh, "ROOT", tmp_path)
    monkeypatch.setattr(refresh, "PARTS", (made,))
    monkeypatch.setattr(sys, "argv", ["refresh.py", *(["--check"] if is_check else [])])
    with pytest.raises(SystemExit) as ended:
        refresh.main()
    assert bool(ended.value.code) == is_check
    says = "would change" if is_check else "written"
    assert capsys.readouterr().out == f"other.md {says}\ndocs/new.md {says}\n"
    assert (tmp_path / "other.md").read_text() == ("rank 4\n" if is_check else "rank 3\n")
    assert (tmp_path / "docs" / "new.md").exists() != is_check


@pytest.mark.parametrize(
    ("committed", "last_digit", "is_current"),
    [
        ("index 32.9, rank 3", 0, True),
        ("index 32.8, rank 3", 0, False),
        ("index 32.8, rank 3", 0.11, True),
        ("index 32.7, rank 3", 0.11, False),
        ("index 32.9, rank 4", 0.11, False),
        ("Index 32.9, rank 3", 0.11, False),
    ],
)
def test_the_last_digit_of_simulated_figures_may_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: str, last_digit: float, *, is_current: bool
) -> None:
    (tmp_path / "page.md").write_text(committed)
    monkeypatch.setattr(refresh, "ROOT", tmp_path)
    assert refresh.is_current("page.md", b"index 32.9, rank 3", last_digit) == is_current
