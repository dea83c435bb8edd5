"""How time and memory grow with the countries: 200, 1,000 and 5,000, 70 indicators, each in a process of its own.

Processor seconds and peak memory of the scores alone, and of the scores with ranks, one comparison or the sensitivity
analysis. `--countries` gives other numbers, `--draws` the number of draws.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING

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
    """Print the processor seconds of a task, the scores before it not counted, and the peak memory."""
    assessment = synthetic.assessment(countries, INDICATORS, borrows=True)
    start = 0.0 if task == "score" else time.process_time()
    run(task, assessment, draws)
    seconds = time.process_time() - start
    print(f"{seconds:.1f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


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
            done = subprocess.run(  # noqa: S603
                [*command, "--draws", str(chosen.draws)], capture_output=True, text=True, check=True
            )
            print(f"{countries:>6,} countries, {task}: {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main()
