"""How much CPU `scoring --help` takes: user and system time of the process, the median of nine runs.

The budget of 0.25 s holds on the machine that the project is developed on (2 cores); elsewhere read the ratio to a bare
interpreter, which is printed too. Exits with 1 over the budget.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

BUDGET = 0.25  # seconds of CPU
RUNS = 9


def cpu(*command: str) -> float:
    """Seconds of CPU that a command takes, user and system."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def main() -> None:
    """Measure and print."""
    help_times = [cpu(sys.executable, "-m", "scoring", "--help") for _ in range(RUNS)]
    bare_times = [cpu(sys.executable, "-c", "pass") for _ in range(RUNS)]
    found, bare = statistics.median(help_times), statistics.median(bare_times)
    print(f"scoring --help: {found:.3f} s of CPU, {found / bare:.1f} times a bare interpreter; budget {BUDGET} s")
    sys.exit(found > BUDGET)


if __name__ == "__main__":
    main()
