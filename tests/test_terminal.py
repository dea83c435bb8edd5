"""What a terminal, a pipe and a file get, whatever the environment says of colours and widths."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, run

from scoring.render.table import Column, Table, as_text

if TYPE_CHECKING:
    from pathlib import Path

CODE = re.compile(r"\x1b\[[0-9;]*m")
BAR = re.compile(r" *[·━●]{20}  ")  # the column that goes where a terminal is narrow
FORCED = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TTY_COMPATIBLE": "1", "TTY_INTERACTIVE": "1"}


def on_a_terminal(columns: int, environment: dict[str, str]) -> str:
    """What `scoring score` shows on a terminal of so many columns."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "scoring", "score"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TERM": "xterm", **environment}, stdout=its) as process:
        os.close(its)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says so that the other side is closed
            while data := os.read(ours, 2**16):
                shown += data
    os.close(ours)
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("columns", "environment", "has"),
    [
        (40, {"TERM": "dumb"}, ""),
        (0, {"COLUMNS": "0"}, "styles"),
        (40, {"COLUMNS": "abc", "NO_COLOR": "1"}, ""),
        (200, {"COLUMNS": "-5"}, "styles bars"),
        (200, {"COLUMNS": "1"}, "styles"),
        (40, {"COLUMNS": "100000"}, "styles bars"),
    ],
)
def test_a_terminal_cuts_no_figure(
    columns: int, environment: dict[str, str], has: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    shown = on_a_terminal(columns, environment)
    assert ("\x1b" in shown) == ("styles" in has)
    assert ("●" in shown) == ("bars" in has)

    def words(text: str) -> list[list[str]]:
        return [BAR.sub("", line).replace("0 … 100", "").split() for line in text.splitlines() if "──" not in line]

    assert words(CODE.sub("", shown)) == words(run("score").stdout)


@pytest.mark.parametrize("columns", ["", "0", "-5", "abc", "1", "40", "100000"])
def test_a_pipe_gets_the_whole_width_without_escape_codes(
    folder: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    plain = run("score").stdout
    assert folder.is_dir()
    assert "●" in plain
    for name, value in {**FORCED, "COLUMNS": columns, "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    forced = run("score").stdout
    assert "\x1b[" in forced  # FORCE_COLOR asks for it
    assert CODE.sub("", forced) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("score").stdout == plain
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.delenv("FORCE_COLOR")
    assert run("score").stdout == plain


def test_no_escape_code_is_in_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("score", "-o", "plain.txt")
    for name, value in FORCED.items():
        monkeypatch.setenv(name, value)
    run("score", "-o", "forced.txt")
    assert (folder / "forced.txt").read_bytes() == (folder / "plain.txt").read_bytes()
    assert b"\x1b" not in (folder / "plain.txt").read_bytes()


@pytest.mark.parametrize("columns", [None, 0, 1, 80])
def test_no_cell_is_cut_however_long(columns: int | None) -> None:
    cell = "0123456789 " * 2000
    text = as_text([Table((Column("Text"), Column("Figure", figures=True)), ((cell, "12.5"),))], columns)
    assert cell.strip() in text
    assert "12.5" in text
