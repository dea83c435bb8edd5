"""CPU time of `scoring --help`: user and system time of the process, median of nine runs.

The budget of 0.25 s applies to the development machine (2 cores); elsewhere use the ratio to a bare interpreter, which
is printed too. Exits with 1 above the budget.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

BUDGET = 0.25  # seconds of CPU
RUNS = 9


def cpu(*command: str) -> float:
    """CPU seconds of a command, user and system."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def main() -> None:
    """Measure and print."""
    help_times = [cpu(sys.executable, "-m", "scoring", "--help") for _ in range(RUNS)]
    bare_times = [cpu(sys.executable, "-c", "pass") for _ in range(RUNS)]
    help_time, bare = statistics.median(help_times), statistics.median(bare_times)
    print(
        f"scoring --help: {help_time:.3f} s of CPU, {help_time / bare:.1f} times a bare interpreter; budget {BUDGET} s"
    )
    sys.exit(help_time > BUDGET)


if __name__ == "__main__":
    main()
