"""What a terminal, a pipe and a file get, whatever the environment says of colours and widths."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conftest import PROFILE, ROOT, full, run
from rich.cells import cell_len

from scoring.cli.commands import commands
from scoring.text.table import Column, Table
from scoring.text.terminal import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CODE = re.compile(r"\x1b\[[0-9;]*m")
FORCED = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TTY_COMPATIBLE": "1", "TTY_INTERACTIVE": "1"}
WIDTHS = (60, 80, 120, 200)
DRAWS = ("--draws", "100")
SHIPPED = [("score",), ("rank", "--pairs", *DRAWS), ("compare", "SVK", "CZE", *DRAWS), ("statements", "AZE", "UKR")]
SMALL = [
    ("score",),
    ("trend", "AZE", "--every", "quarter", *DRAWS),
    ("levers", "AZE"),
    ("sensitivity", *DRAWS),
    ("sensitivity", "AZE", "GEO", *DRAWS),
    ("audit", "--all", *DRAWS),
    ("agreement",),
    ("validity",),
    ("check",),
    ("diff", "./before", *DRAWS),
]
SPACED = re.compile(
    r"\d+ %|[<>] \d\S*|\d\S* ±\S+|\d\S* \(\d+\)(?=  |\n)|\d\S*\d to -?\S*\d(?=  |\n)"
)  # figures of two words

# commands, each on a terminal of so many columns, what they show divided by a character that no output has
SESSION = """
import contextlib, fcntl, json, os, struct, sys, termios
from scoring.cli.commands import commands
inherited = {**os.environ}
for arguments, columns, more in json.loads(sys.argv[1]):
    os.environ.clear()
    os.environ.update(inherited | more)
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with contextlib.suppress(SystemExit):
        commands(arguments)
    print(end="\\f", flush=True)
"""


def on_a_terminal(*cases: tuple[tuple[str, ...], int, dict[str, str]]) -> list[str]:
    """What commands show on a terminal, each of so many columns and in an environment."""
    ours, its = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", *FORCED)}
    with subprocess.Popen(
        [sys.executable, "-c", SESSION, json.dumps(cases)], env={**environment, "TERM": "xterm"}, stdout=its
    ) as process:
        os.close(its)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says so that the other side is closed
            while data := os.read(ours, 2**16):
                shown += data
    os.close(ours)
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n").split("\f")[:-1]


def words(text: str) -> Counter[str]:
    """The words of a text, and how often each stands there; without rules below heads."""
    return Counter(word for word in text.split() if not word.startswith("──"))


def broken(piped: str, shown: str, columns: int) -> list[str]:
    """What is wrong with what a terminal shows."""
    return [
        *(f"too wide: {line}" for line in shown.splitlines() if cell_len(line) > columns),
        *(f"trailing space: {line}" for text in (piped, shown) for line in text.splitlines() if line != line.rstrip()),
        *(f"not whole: {word}" for word in words(piped) - words(shown)),
        *(f"parted: {figure}" for figure in Counter(SPACED.findall(piped)) - Counter(SPACED.findall(shown))),
    ]


def faults(commands: Sequence[tuple[str, ...]]) -> list[tuple[tuple[str, ...], int, list[str]]]:
    """What is wrong with what terminals of all widths show of commands."""
    cases = [(command, columns, {"NO_COLOR": "1"}) for command in commands for columns in WIDTHS]
    piped = {command: run(*command).stdout for command in commands}
    assert [command for command, text in piped.items() if "──" not in text] == []
    shown = on_a_terminal(*cases)
    found = [
        (command, columns, broken(piped[command], text, columns))
        for (command, columns, _), text in zip(cases, shown, strict=True)
    ]
    return [one for one in found if one[2]]


@pytest.mark.usefixtures("few")
def test_a_terminal_gets_all_that_a_pipe_gets_within_its_width() -> None:
    assert faults(SHIPPED) == []


def test_every_table_fits_a_terminal(folder: Path) -> None:
    full(folder)
    assert faults(SMALL) == []


@pytest.mark.usefixtures("few")
def test_the_width_is_what_the_environment_says_or_the_terminal() -> None:
    cases: list[tuple[int, dict[str, str], int, bool]] = [
        (40, {"TERM": "dumb"}, 60, False),
        (0, {"COLUMNS": "0"}, 80, True),
        (100, {"COLUMNS": "abc", "NO_COLOR": "1"}, 100, False),
        (100, {"COLUMNS": "-5"}, 100, True),
        (200, {"COLUMNS": "1"}, 60, True),
        (40, {"COLUMNS": "70"}, 70, True),
        (40, {"COLUMNS": "100000"}, 186, True),
    ]
    texts = on_a_terminal(*((("score",), columns, environment) for columns, environment, _, _ in cases))
    piped = words(run("score").stdout)
    for (*case, widest, is_styled), text in zip(cases, texts, strict=True):
        plain = CODE.sub("", text)
        assert ("\x1b" in text) == is_styled, case
        assert widest - 10 < max(map(len, plain.splitlines())) <= widest, case
        assert piped - words(plain) == Counter(), case


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


@pytest.mark.parametrize("columns", [None, 0, 1, 60, 80, 30_000])
def test_no_cell_is_cut_however_long(columns: int | None) -> None:
    cell = "0123456789 " * 2000
    text = as_text([Table((Column("Text"), Column("Figure", figures=True)), ((cell, "12.5"),))], columns)
    assert words(text) == Counter({"0123456789": 2000, "12.5": 1, "Text": 1, "Figure": 1})


def shown(table: Table, columns: int) -> list[str]:
    return as_text([table], columns).splitlines()


def test_what_does_not_fit_beside_stands_below_by_its_part_with_the_key() -> None:
    columns = (
        Column("Country", key=True),
        Column("Picture", optional=True),
        Column("Index", figures=True),
        Column("First", figures=True, part=1),
        Column("Second", figures=True, part=1),
    )
    row = ("Georgia", "." * 30, "62.8", "1" * 15, "2" * 15)
    assert shown(Table(columns, (row,), ("A note.",), "A title"), 60) == [
        "A title",
        "Country   Index             First            Second",
        "───────────────────────────────────────────────────",
        "Georgia    62.8   111111111111111   222222222222222",
        "",
        "Country   Picture",
        "────────────────────────────────────────",
        "Georgia   ..............................",
        "A note.",
    ]


def test_text_is_wrapped_at_spaces_and_figures_are_not() -> None:
    table = Table(
        (Column("Says", key=True), Column("95 % interval", figures=True)),
        (("well-known things of more than one line, 12 % of them or > 99 %", "0.08 to 0.80"),),
    )
    assert shown(table, 60) == [
        "Says                                           95 % interval",
        "────────────────────────────────────────────────────────────",
        "well-known things of more than one line, 12 %   0.08 to 0.80",
        "of them or > 99 %",
    ]


@pytest.mark.parametrize(("keys", "word"), [(0, 40), (1, 40), (2, 40), (1, 100)])
def test_rows_are_numbered_where_a_key_leaves_no_room(keys: int, word: int) -> None:
    columns = (Column("Id", key=keys > 0), Column("Code", key=keys > 1))
    lines = shown(Table(columns, (("i" * 30, "c" * word), ("j", "d"))), 60)
    assert [line.split()[0] for line in lines if line and "──" not in line and "cc" not in line] == [
        *("Row", "1", "2"),
        *("Row", "2"),
    ]
    assert "".join(lines).count("c") == word
    assert max(map(len, lines)) <= 60


def test_a_line_of_explain_is_wrapped_below_itself_and_an_address_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    asked = ("explain", "MDA", "--statement", "president-regrets-lost-partnership-2017-01")
    [shown] = on_a_terminal((asked, 80, {}))
    piped = run(*asked).stdout
    assert shown.split() == piped.split()
    assert [line for line in shown.splitlines() if len(line) > 80] == [
        line for line in piped.splitlines() if line.startswith("  https://") and len(line) > 80
    ]
    lines = shown.splitlines()
    assert lines[:2] == [
        "president-regrets-lost-partnership-2017-01: At a meeting with the Russian",
        "  president, the president of Moldova regretted that the partnership with Russia",
    ]
    named = next(number for number, line in enumerate(lines) if line.startswith("  Adev"))
    assert re.match(r"    \S", lines[named + 1])


def test_a_wide_character_takes_two_columns() -> None:
    lines = shown(Table((Column("Text"), Column("Figure", figures=True)), (("新聞 " * 30, "1"),)), 60)
    assert max(map(cell_len, lines)) <= 60
    assert "".join(lines).count("新聞") == 30
    assert lines[2].endswith(" 1")


def test_a_rank_counts_the_indistinguishable_and_pairs_name_them(folder: Path) -> None:
    for code in ("MDA", "UKR"):
        (folder / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("AZE", code))
    counted, named = run("rank", *DRAWS).stdout, run("rank", "--pairs", *DRAWS).stdout
    ranked = {one["country"]: one for one in json.loads(run("rank", *DRAWS, "--format", "json").stdout)["countries"]}
    assert named.startswith(counted + "\n")
    assert {"MDA", "UKR"} <= set(ranked["AZE"]["indistinguishable_from"])
    below = named.removeprefix(counted)
    for code, one in ranked.items():
        others = one["indistinguishable_from"]
        [line] = [line for line in counted.splitlines() if f"({code})" in line]
        assert line.split()[-1] == str(len(others))
        [line] = [line for line in below.splitlines() if f"({code})" in line]
        assert re.split(" {3,}", line)[1:] == ([", ".join(others)] if others else [])


def test_the_help_shows_every_command_once_on_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("--help").stdout.splitlines()
    heads = [place for place, line in enumerate(lines) if re.fullmatch(r"[A-Z][a-z]+:", line)][1:]
    assert [lines[place] for place in heads] == [
        *("Scores:", "Uncertainty:", "Evidence:"),
        *("Change:", "Reports:", "Editions:", "Authoring:"),
    ]
    shown = [line for line in lines[heads[0] + 1 :] if line.startswith("  ")]
    assert sorted(line.split()[0] for line in shown) == sorted(commands.commands)
    assert [line for line in lines if len(line) > 80 or "..." in line.removeprefix("Usage: ")] == [lines[0]]
    assert [line for line in shown if not line.endswith((".", "…"))] == []
