"""Speed of the simulation compared with other packages in one run; ratios matter, seconds depend on the machine.

    pip install -e '.[bench]' && python benchmarks/speed.py     (some minutes; docs/performance.md has the figures)
    python benchmarks/speed.py --quick                          (some seconds; memory and large sets left out)

Exits with 1 if a target of docs/performance.md is missed, except with --quick, whose runs are too short for that.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import memory
import numpy as np
import synthetic

from scoring.processes import cores
from scoring.uncertainty.draws import blocks
from scoring.uncertainty.random_weights import rank_acceptability
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.index.assessment import Assessment

COUNTRIES, INDICATORS = 200, 50
SCIKIT_CRITERIA = 100  # times the draws per second of its pipeline
UNIFORMS = 1 / 3  # of the speed at which numpy generates as many uniform numbers
MEMORY = 400  # MiB for a million draws
LINEAR = 2.0  # at most, the cost per country and indicator with 5,000 countries, times that with 500
ROUNDS = 3
failures: list[str] = []


def rate(job: Callable[[int], object], number: int) -> float:
    """Draws per second, the best of several rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        job(number)
        best = max(best, number / (time.perf_counter() - start))
    return best


def target(text: str, value: float, least: float) -> None:
    """Print a figure with its target, and record a miss in `failures`."""
    met = value >= least
    print(f"  {text}: {value:,.2f}, target {least:,.2f} {'met' if met else 'MISSED'}")
    if not met:
        failures.append(text)


def peers(scores: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> dict[str, Callable[[int], Any]]:
    """Functions that rank by a weighted sum, one draw of weights at a time, by package; they return the last ranks."""
    import skcriteria  # noqa: PLC0415
    from pymcdm.helpers import rrankdata  # noqa: PLC0415
    from pymcdm.methods import WSM  # noqa: PLC0415
    from pyrepo_mcda.additions import rank_preferences  # noqa: PLC0415
    from pyrepo_mcda.mcda_methods import SAW  # noqa: PLC0415
    from skcriteria.agg.simple import WeightedSumModel  # noqa: PLC0415
    from skcriteria.pipelines import mkpipe  # noqa: PLC0415
    from skcriteria.preprocessing.scalers import SumScaler  # noqa: PLC0415

    kinds = np.ones(scores.shape[1])
    wsm, saw, sums = WSM(), SAW(), WeightedSumModel()
    matrix = skcriteria.mkdm(scores, [max] * scores.shape[1])
    pipe = mkpipe(SumScaler(target="weights"), WeightedSumModel())

    def pipeline(number: int) -> Any:
        for draw in weights[:number]:
            ranks = pipe.evaluate(matrix.replace(weights=draw)).rank_
        return ranks

    def evaluator(number: int) -> Any:
        for draw in weights[:number]:
            ranks = sums.evaluate(skcriteria.mkdm(scores, [max] * len(draw), weights=draw)).rank_
        return ranks

    def pyrepo_mcda(number: int) -> Any:
        for draw in weights[:number]:
            ranks = rank_preferences(saw(scores, draw, kinds), reverse=True)
        return ranks

    def pymcdm(number: int) -> Any:
        for draw in weights[:number]:
            ranks = rrankdata(wsm(scores, draw, kinds))
        return ranks

    return {
        "scikit-criteria, a pipeline": pipeline,
        "scikit-criteria, its evaluator alone": evaluator,
        "pyrepo-mcda": pyrepo_mcda,
        "pymcdm": pymcdm,
    }


def weights_only(number: int) -> None:
    """Random weights, all ranks kept: our rank counts, compared with one call per draw of each peer."""
    numbers = np.random.default_rng(0)
    scores = numbers.random((COUNTRIES, INDICATORS))
    scores /= scores.max(axis=0)  # as in the normalisation of the peers
    weights = numbers.dirichlet(np.ones(INDICATORS), 600)
    print(f"Weights only, {COUNTRIES} countries x {INDICATORS} indicators, all ranks kept; draws per second")
    expected = np.argsort(np.argsort(-scores @ weights[-1])) + 1
    rates = {}
    for name, job in peers(scores, weights).items():
        rates[name] = rate(job, len(weights))
        if not np.array_equal(job(len(weights)), expected):
            failures.append(f"{name} ranks differently")
        print(f"  {name}: {rates[name]:,.0f}")
    ours = rate(lambda draws: rank_acceptability(scores, np.ones(INDICATORS), draws=draws), number)
    print(f"  scoring: {ours:,.0f}")
    print(f"  times scikit-criteria's evaluator alone: {ours / rates['scikit-criteria, its evaluator alone']:,.0f}")
    target("times scikit-criteria, a pipeline", ours / rates["scikit-criteria, a pipeline"], SCIKIT_CRITERIA)
    print(f"  times pyrepo-mcda: {ours / rates['pyrepo-mcda']:,.0f}")


def full(number: int) -> None:
    """Missing evidence, coding error, weights and exponent, compared with numpy generating as many uniform numbers."""
    assessment = synthetic.assessment(COUNTRIES, INDICATORS)
    settings = settings_of(assessment, draws=number)
    needed = COUNTRIES * 2 * INDICATORS  # per draw: two per leaf
    threads = cores()  # numpy draws without the lock of the interpreter

    def uniforms(draws: int) -> None:
        def part(seed: int) -> None:
            numbers, buffer = np.random.default_rng(seed), np.empty(2**14)
            for _ in range(draws * needed // threads // buffer.size):
                numbers.random(out=buffer)

        with ThreadPoolExecutor(threads) as workers:
            list(workers.map(part, range(threads)))

    def all_blocks(_: int, of: Assessment = assessment) -> None:
        for _block in blocks(of, settings):
            pass

    print(f"Full draws, {COUNTRIES} countries x {INDICATORS} indicators; draws per second")
    alone, ours, whole = (rate(job, number) for job in (uniforms, all_blocks, lambda _: simulate(assessment, settings)))
    print(f"  numpy's uniform numbers alone: {alone:,.0f}; draws: {ours:,.0f}; with ranks and pairs: {whole:,.0f}")
    target("draws, part of numpy's speed", ours / alone, UNIFORMS)
    two_sources, borrowing = (
        synthetic.assessment(COUNTRIES, INDICATORS, sources=2, borrows=borrows) for borrows in (False, True)
    )
    before, after = (rate(lambda draws, of=of: all_blocks(draws, of), number) for of in (two_sources, borrowing))
    ranked = rate(lambda _: simulate(borrowing, settings), number)
    print("  of two sources per indicator, tables of quantiles computed anew in each run:")
    print(
        f"    draws: {before:,.0f}; with borrowing and source errors: {after:,.0f}, {after / before:.2f} of that rate"
    )
    print(f"    and {after / ours:.2f} of the rate of one source without them; with ranks and pairs: {ranked:,.0f}")


def memory_of(number: int) -> None:
    """The peak memory of all processes together, without and with borrowing and source errors."""
    for borrows, title in ((False, ""), (True, ", two sources, borrowing and source errors")):
        command = [sys.executable, __file__, "--only-simulate", str(number), *(["--borrows"] if borrows else [])]
        process = subprocess.Popen(command)  # noqa: S603  our own command
        peak = memory.until_end(process).peak
        if process.returncode:
            sys.exit(process.returncode)
        print(f"Memory, {COUNTRIES} countries, {number:,} draws{title}: {peak:.0f} MiB")
        target(f"MiB to spare{title}", MEMORY - peak, 0)


def only_simulate(number: int, *, borrows: bool) -> None:
    """Simulate, in a process whose memory is measured."""
    assessment = synthetic.assessment(COUNTRIES, INDICATORS, sources=1 + borrows, borrows=borrows)
    simulate(assessment, settings_of(assessment, draws=number))


def linear(number: int) -> None:
    """Cost per country and indicator for sets of growing size."""
    print(f"Cost of a draw by country and indicator, {number:,} draws, ranks and pairs included; nanoseconds")
    costs = []
    for countries, indicators in ((500, 20), (500, 50), (1500, 50), (5000, 50)):
        assessment = synthetic.assessment(countries, indicators)
        settings = settings_of(assessment, draws=number)
        start = time.perf_counter()
        for _ in blocks(assessment, settings):
            pass
        middle = time.perf_counter()
        simulate(assessment, settings)
        cells = countries * indicators * number / 1e9
        costs.append((time.perf_counter() - middle) / cells)
        print(f"  {countries:>5} x {indicators}: {costs[-1]:.1f}, of which draws {(middle - start) / cells:.1f}")
    target("cost at 500 over that at 5,000", costs[1] / costs[-1], 1 / LINEAR)


def main() -> None:
    """Run all benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only-simulate", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--borrows", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only_simulate:
        only_simulate(arguments.only_simulate, borrows=arguments.borrows)
        return
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ")
    print(f"numpy {np.__version__}")
    weights_only(2**15 if arguments.quick else 2**18)
    full(2**13 if arguments.quick else 2**16)
    if not arguments.quick:
        memory_of(1_000_000)
        linear(10_000)
        sys.exit(bool(failures))


if __name__ == "__main__":
    main()
