"""Every option of every command with values that nobody means well: a message and an exit code, never a traceback."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
import pytest
from conftest import NEEDS, THOROUGH, run

from scoring.cli.commands import commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = "9" * 5000
NUMBERS = ("-1", "nan", "inf", "1e308", "1e400", "", LONG, "٤٢", "４２", "²", "0x10")
DAYS = ("", "0000", "0001", "9999-12-31", "2018-02-30", "٢٠١٨", "２０１８", LONG, "nan")
PATHS = ("", "none", ".", "/dev/null", "n" * 300, "x/" * 3000, "\x1b[31m", "a\nb", "circle", "pipe", "/")
TEXTS = ("", "nan", "AZE/../GEO", "--", "x" * 5000, "\x1b[31m", "a\nb", "strategy=", "strategy={", "🇦🇿")


def hostile(parameter: click.Parameter) -> tuple[str, ...]:
    """Values that do not fit a parameter, or fit too well."""
    kind = parameter.type
    if isinstance(kind, click.Path):
        return PATHS
    if "date" in kind.name:
        return (*DAYS, *TEXTS) if "revision" in kind.name else DAYS
    if isinstance(kind, (click.IntRange, click.FloatRange)) or kind.name in ("float", "integer"):
        return NUMBERS
    return TEXTS


def cases() -> Iterator[tuple[str, str]]:
    for name, command in commands.commands.items():
        for parameter in command.params:
            if not (isinstance(parameter, click.Option) and parameter.is_flag):
                yield name, parameter.name or ""


def tried(name: str, option: click.Parameter) -> tuple[str, ...]:
    """Its values, or of an option that more commands have a part of them: each value is tried with some command.

    Of paths and arguments all are tried, since each command handles them. `benchmarks/torture.py` draws from all.
    """
    values = hostile(option)
    if THOROUGH or isinstance(option, click.Argument) or isinstance(option.type, click.Path):
        return values
    alike = [
        other
        for other, command in commands.commands.items()
        if any(one.name == option.name and hostile(one) == values for one in command.params)
    ]
    parts = min(3, len(alike))
    return values[alike.index(name) % parts :: parts]


@pytest.fixture
def surrounded(folder: Path) -> Path:
    """The folder with a lock, a report, a table, a link in a circle and a pipe."""
    run("lock")
    (folder / "report.md").write_text(run("cite", "AZE", "--draws", "100").stdout)
    (folder / "published").mkdir()
    (folder / "circle").symlink_to("circle")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.parametrize(("name", "parameter"), list(cases()))
def test_hostile_values(surrounded: Path, name: str, parameter: str) -> None:
    command = commands.commands[name]
    [option] = [one for one in command.params if one.name == parameter]
    draws = ["--draws", "100"] if any(one.name == "draws" for one in command.params) else []
    inputs = {
        path: path.read_bytes() for place in ("rubrics", "profiles") for path in (surrounded / place).rglob("*.yaml")
    }
    for value in tried(name, option):
        if isinstance(option, click.Argument):
            rest = [] if option.nargs == -1 else NEEDS.get(name, [])[1:]
            arguments = [name, *draws, *(rest if name != "compare" else ["GEO"]), "--", value]
        elif parameter == "output" and value == "pipe":
            continue  # a pipe waits for who reads it
        else:
            arguments = [name, *draws, *NEEDS.get(name, []), f"{option.opts[-1]}={value}"]
        result = run(*arguments)
        assert result.exit_code in (0, 1, 2, 3), arguments
        assert result.exit_code in (0, 3) or result.output.strip(), arguments
        assert len(result.stderr) < 20_000, arguments
        assert "\x1b" not in result.output, arguments
    assert {path: path.read_bytes() for path in inputs} == inputs
