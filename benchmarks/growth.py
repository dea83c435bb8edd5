"""How time and memory grow with the countries: 200, 1,000 and 5,000, 70 indicators, each in a process of its own.

Processor seconds and peak memory, of all processes together, of the scores alone, and of the scores with ranks, one
comparison or the sensitivity analysis. `--countries` gives other numbers, `--draws` the number of draws.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import memory
import synthetic

from scoring.analysis.compare import compare
from scoring.analysis.sensitivity import factor_indices
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment

COUNTRIES, INDICATORS, DRAWS = (200, 1_000, 5_000), 70, 2_000
TASKS = ("score", "rank", "compare", "sensitivity")


def run(task: str, assessment: Assessment, draws: int) -> None:
    """Do one of the tasks."""
    settings = settings_of(assessment, draws=draws)
    if task == "rank":
        simulate(assessment, settings)
    elif task == "compare":
        compare(assessment, 0, 1)
    elif task == "sensitivity":
        factor_indices(assessment, settings, range(len(assessment.profiles)))


def measure(task: str, countries: int, draws: int) -> None:
    """Print the processor seconds of a task, the scores before it not counted."""
    assessment = synthetic.assessment(countries, INDICATORS, borrows=True)
    start = 0.0 if task == "score" else _seconds()
    run(task, assessment, draws)
    print(f"{_seconds() - start:.1f} s", end="", flush=True)


def _seconds() -> float:
    """Processor seconds of this process and of those that it began."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", type=int, nargs="+", default=COUNTRIES)
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--task", choices=TASKS)
    chosen = parser.parse_args()
    if chosen.task:
        measure(chosen.task, chosen.countries[0], chosen.draws)
        return
    for countries in chosen.countries:
        for task in TASKS:
            command = [sys.executable, __file__, "--task", task, "--countries", str(countries)]
            print(f"{countries:>6,} countries, {task}: ", end="", flush=True)
            process = subprocess.Popen([*command, "--draws", str(chosen.draws)])  # noqa: S603
            peak = memory.until_end(process).peak
            print(f", {peak:,.0f} MiB" if process.returncode == 0 else " failed", flush=True)


if __name__ == "__main__":
    main()
