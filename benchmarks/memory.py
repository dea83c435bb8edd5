"""The memory of a process together with those that it begins; what they share counts once."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import resource
    import subprocess
    from collections.abc import Iterator

EVERY = 0.2  # seconds between two looks: each holds up the process for some milliseconds


class Ended(NamedTuple):
    """A process that has ended."""

    used: resource.struct_rusage
    peak: float
    """MiB of the process and those that it began, at any look."""


def until_end(process: subprocess.Popen[bytes]) -> Ended:
    """Wait for a process, and look at its memory on the way."""
    peak = 0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return Ended(used, peak / 1024)
        peak = max(peak, sum(map(_kilobytes, _with_children(process.pid))))
        time.sleep(EVERY)


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):  # it has ended
        for of_thread in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in of_thread.read_text(encoding="ascii").split():
                yield from _with_children(int(child))


def _kilobytes(pid: int) -> int:
    """The proportional set size: of pages that n processes share, each has a part of 1/n."""
    with contextlib.suppress(OSError, StopIteration):  # it has ended
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0
