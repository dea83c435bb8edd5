"""The campaign of kills and faults finds what it looks for: commands that do what no command may do are noticed."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("it uses limits and capabilities of Linux", allow_module_level=True)

import hostile
import sandbox
from sandbox import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable


def endless() -> None:
    while True:
        pass


def greedy() -> None:
    bytearray(4 * 2**30)


def traced() -> None:
    raise KeyError


def silent() -> None:
    raise SystemExit(1)


def strange() -> None:
    sys.stderr.write("\x1b[31m")


def outside() -> None:
    Path("../outside").write_text("x")


def started() -> None:
    subprocess.run(["/bin/true"], check=True)


def executed() -> None:
    Path("code.py").write_text("1")
    exec(compile("1", str(Path("code.py").resolve()), "exec"))  # noqa: S102  what must be noticed


def connected() -> None:
    socket.socket().bind(("0.0.0.0", 0))  # noqa: S104  what must be noticed


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "w").mkdir()
    return tmp_path / "w"


@pytest.mark.parametrize(
    ("main", "says"),
    [
        (endless, "ended by SIGXCPU"),
        (greedy, "traceback: MemoryError"),
        (traced, "traceback: KeyError"),
        (silent, "exit code 1 without a message"),
        (strange, "messages with ['\\x1b']"),
        (outside, "open outside the folder: "),
        (started, "started '/bin/true'"),
        (executed, "executed "),
        (connected, "socket.bind"),
    ],
)
def test_what_no_command_may_do_is_noticed(
    place: Path, main: Callable[[], None], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 1)
    found = sandbox.run(place, [], main=main).faults()
    assert any(one.startswith(says) for one in found), found


def twice() -> None:
    for name in ("first", "second"):
        Path(name).write_text(name)


def test_a_fault_is_provoked_at_its_step(place: Path) -> None:
    assert sandbox.run(place, [], main=twice).steps == 2
    for name in ("first", "second"):
        (place / name).unlink()
    killed = sandbox.run(place, [], Trouble(step=2), main=twice)
    assert (killed.code, killed.faults(killed=True)) == (-9, [])
    assert (place / "first").exists()
    assert not (place / "second").exists()
    (place / "first").unlink()
    refused = sandbox.run(place, [], Trouble(step=1, refusal=28), main=twice)
    assert refused.faults() == ["traceback: OSError: [Errno 28] No space left on device: '" + f"{place / 'first'}'"]
    assert not (place / "first").exists()


def test_the_clock_is_that_of_the_trouble(place: Path) -> None:
    def main() -> None:
        sys.stdout.write(f"{time.time()} {time.localtime().tm_year}")

    assert sandbox.run(place, [], Trouble(clock=4.2e9), main=main).stdout == "4200000000.0 2103"


def reading() -> None:
    Path("locked").read_text()


def test_permissions_hold_for_whoever_runs_it(place: Path) -> None:
    (place / "locked").write_text("x")
    (place / "locked").chmod(0)
    outcome = sandbox.run(place, [], main=reading)
    assert "PermissionError" in outcome.stderr


def test_what_is_hostile_is_the_same_each_time(tmp_path: Path) -> None:
    base = b"a: 1\nb: [2, 3]\nday: 2018-06-30\n" * 5
    for number in range(200):
        made = [hostile.yaml(Random(number), base) for _ in range(2)]  # noqa: S311  hostile files
        assert made[0] == made[1]
    assert len({hostile.yaml(Random(number), base) for number in range(200)}) > 150  # noqa: S311
    for name in sorted(hostile.REPOSITORIES):
        heads = []
        for once in ("a", "b"):
            folder = tmp_path / f"{name}-{once}" / "w"
            (folder / "profiles").mkdir(parents=True)
            (folder / "rubrics").mkdir()
            (folder / "rubrics" / "r.yaml").write_text("x: y\n")
            (folder / "profiles" / "AZE.yaml").write_text("codes: {strategy: none}\n")
            hostile.git(folder, "init", "--quiet", "--initial-branch=main")
            hostile.git(folder, "add", ".")
            hostile.git(folder, "commit", "--quiet", "--message=first")
            hostile.REPOSITORIES[name](Random(1), folder)  # noqa: S311
            heads.append(hostile.git(folder, "rev-parse", "main"))
        assert heads[0] == heads[1]
