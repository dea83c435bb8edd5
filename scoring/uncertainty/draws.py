"""Monte Carlo draws of the indices: section 8 of docs/method.md.

Every random number has an address made of names (factor group, country, path, statement) and the number of the draw. It
does not depend on the other countries or on the order of computation. Renaming anything in an address moves draws.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.statistics.means import power, root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Entry
    from scoring.index.tree import Node
    from scoring.statistics.arrays import Singles


@dataclass(frozen=True)
class Settings:
    """The settings of a simulation, which are printed with its results."""

    draws: int
    seed: int
    shared: float
    """r: the probability that the missing evidence of a leaf takes the value that its country's leaves share."""
    kappa: float
    """Concentration of the Dirichlet distribution of weights."""
    exponents: tuple[tuple[float, float], ...]
    """Exponents across pillars, each with its probability."""

    def text(self, *, verbose: bool = False) -> str:
        """The number of draws and the seed; verbose: with the parameters of the rubric's uncertainty."""
        text = f"{self.draws:,} draws, seed {self.seed}"
        if not verbose:
            return f"{text}."
        exponents = ", ".join(f"{exponent:g} ({probability:g})" for exponent, probability in self.exponents)
        return f"{text}, shared {self.shared:g}, kappa {self.kappa:g}, exponents {exponents}."


Group: TypeAlias = Literal["unseen", "stated", "weights", "exponent"]
"""Factor groups: missing evidence, coding error, weights and the exponent across pillars."""

BLOCK = 2**15  # draws at a time: long enough calls for threads; even, since a step of the generator gives two numbers
HELD = 2**26  # numbers of all countries in memory at a time
ROWS = 16  # rows of a block computed at once
CYCLE = 2**128  # period of the generator


class Uniforms:
    """Uniform random numbers in [0, 1) by their address: names and the number of the draw."""

    def __init__(self, seed: int, first: int) -> None:
        self.bits = np.random.PCG64DXSM(seed)
        self.generator = np.random.Generator(self.bits)
        self.position, self.first = 0, first

    def fill(self, out: Singles, *names: str) -> None:
        """Fill an array of shape (size,) with the numbers of the draws from `first` on."""
        digest = hashlib.blake2b("\x1f".join(names).encode(), digest_size=16).digest()
        position = int.from_bytes(digest, "big") + self.first // 2
        self.bits.advance((position - self.position) % CYCLE)
        self.position = position + (out.size + 1) // 2
        self.generator.random(out=out, dtype=np.float32)

    def __call__(self, size: int, *names: str) -> Singles:
        """The numbers of `size` draws from `first` on, shape (size,)."""
        out = np.empty(size, np.float32)
        self.fill(out, *names)
        return out


def stream(seed: int, *names: str) -> np.random.Generator:
    """A separate generator for names, for distributions that use a varying number of steps per draw."""
    digest = hashlib.blake2b("\x1f".join((str(seed), *names)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64DXSM(int.from_bytes(digest, "big")))


class _Shared(NamedTuple):
    """Draws that all countries share in a block."""

    first: int
    size: int
    weights: dict[int, Singles]
    """By position of the node, shape (children, size)."""
    exponents: tuple[tuple[float, NDArray[np.intp]], ...]
    """Each exponent across pillars with the indices of the draws that use it."""


def _shared_blocks(assessment: Assessment, settings: Settings, second: frozenset[Group]) -> Iterator[_Shared]:
    """Weights of the children of every node except checklists, Dirichlet(kappa W), and the exponent across pillars."""
    nodes = assessment.nodes
    inner = [node for node in nodes if node.children and nodes[node.children[0]].kind != "item"]
    generators = {node.position: stream(settings.seed, _group("weights", second), node.path) for node in inner}
    alphas = {
        node.position: settings.kappa * np.array([assessment.nodes[child].local_weight for child in node.children])
        for node in inner
    }
    values, chances = zip(*settings.exponents, strict=True)
    block = min(BLOCK, HELD // max(1, len(assessment.profiles)) // 2 * 2)
    for first in range(0, settings.draws, block):
        size = min(block, settings.draws - first)
        x = Uniforms(settings.seed, first)(size, _group("exponent", second))
        choices = np.searchsorted(np.cumsum(chances)[:-1], x, side="right")
        yield _Shared(
            first,
            size,
            {position: dirichlet(generator, alphas[position], size) for position, generator in generators.items()},
            tuple((value, np.flatnonzero(choices == number)) for number, value in enumerate(values)),
        )


def dirichlet(generator: np.random.Generator, alpha: NDArray[np.float64], size: int) -> Singles:
    """Draws of Dirichlet(alpha), as gamma variates divided by their sum, shape (children, size)."""
    gamma = generator.standard_gamma(alpha, size=(size, alpha.size))
    shares = gamma / gamma.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(shares.T, dtype=np.float32)


def _group(name: Group, second: frozenset[Group]) -> str:
    """The first name of an address: it differs between the two samples of a factor group."""
    return f"second {name}" if name in second else name


class _Buffers(NamedTuple):
    """Arrays that a thread reuses: allocating new ones costs a page fault per page."""

    draws: Singles
    """(nodes, size)."""
    noise: Singles
    """(ROWS, size)."""
    scratch: Singles
    """(ROWS or the largest number of children, size)."""

    @classmethod
    def of(cls, nodes: Sequence[Node], size: int) -> _Buffers:
        """Arrays for a tree and a block size."""
        scratch_rows = max(ROWS, *(len(node.children) for node in nodes))
        return cls(*(np.empty((rows, size), np.float32) for rows in (len(nodes), ROWS, scratch_rows)))


class _Country:
    """The draws of one country in one block: one row per node, computed from the leaves up."""

    def __init__(
        self,
        assessment: Assessment,
        row: int,
        settings: Settings,
        shared: _Shared,
        second: frozenset[Group],
        buffers: _Buffers,
    ) -> None:
        self.nodes, self.leaves = assessment.nodes, assessment.leaves[row]
        self.code = assessment.profiles[row].country
        self.prior = assessment.book.rubric.prior.weight
        self.r, self.shared = settings.shared, shared
        self.uniforms = Uniforms(settings.seed, shared.first)
        self.unseen, self.stated = _group("unseen", second), _group("stated", second)
        self.draws, self.noise, self.scratch = buffers
        self.is_present = np.zeros(len(self.nodes), np.bool_)

    def index(self) -> Singles | None:
        """Draws of the index, shape (size,); None if it is missing, which is the same in all draws."""
        self.common = self.uniforms(self.draws.shape[1], self.unseen, self.code)
        for run in _runs([node.position for node in self.nodes if not node.children]):
            self._leaves(run)
        for node in reversed(self.nodes):
            if node.children:
                self._aggregate(node)
        return self.draws[0] if self.is_present[0] else None

    def _leaves(self, run: range) -> None:
        """(T + k u) / (M + k) for leaves at adjacent positions."""
        rows = self.draws[run.start : run.stop]
        masses = [math.fsum(entry.weight for entry in self.leaves[position].entries) for position in run]
        totals = [mass + self.prior for mass in masses]
        self.is_present[run.start : run.stop] = [total > 0 for total in totals]
        self._fill_missing(run, rows)
        rows *= _column(self.prior / total if total else 0 for total in totals)
        weighted = [
            (row, entry, entry.weight / totals[row])
            for row, position in enumerate(run)
            for entry in self.leaves[position].entries
        ]
        for first in range(0, len(weighted), ROWS):
            self._add_coded(run, rows, weighted[first : first + ROWS])

    def _fill_missing(self, run: range, rows: Singles) -> None:
        """u: with probability r the shared value of the country, else a value of the leaf; from one number per draw."""
        if not self.prior or self.r >= 1:
            rows[:] = self.common
            return
        for row, position in zip(rows, run, strict=True):
            self.uniforms.fill(row, self.unseen, self.code, self.nodes[position].path)
        is_shared = self.scratch[: len(rows)]
        rows -= self.r
        np.floor(rows, out=is_shared)  # -1 where the number is below r (the leaf takes the shared value), else 0
        is_shared *= self.common
        np.clip(rows, 0, 1, out=rows)
        rows *= 1 / (1 - self.r)
        rows -= is_shared

    def _add_coded(self, run: range, rows: Singles, weighted: list[tuple[int, Entry, float]]) -> None:
        """Add the weighted values, each with its noise, clipped to [0, 1], to their leaves."""
        noise = self.noise[: len(weighted)]
        paths = [self.nodes[run[leaf_row]].path for leaf_row, _, _ in weighted]
        for row, path, (_, entry, _) in zip(noise, paths, weighted, strict=True):
            self.uniforms.fill(row, self.stated, self.code, path, entry.statement)
        triangular(noise, self.scratch[: len(weighted)])
        for row, path, (_, entry, _) in zip(noise, paths, weighted, strict=True):
            if entry.noise.kind == "normal":
                address = self.stated, self.code, path, entry.statement
                row[:] = normal(self.uniforms(row.size, *address), self.uniforms(row.size, *address, "angle"))
        noise *= _column(entry.noise.width for _, entry, _ in weighted)
        values = [self._value(run[leaf_row], entry, noise.shape[1]) for leaf_row, entry, _ in weighted]
        noise += _column(0 if isinstance(value, np.ndarray) else value for value in values)
        for number, value in enumerate(values):
            if isinstance(value, np.ndarray):
                noise[number] += value
        np.clip(noise, 0, 1, out=noise)
        noise *= _column(weight for _, _, weight in weighted)
        for row, (leaf_row, _, _) in zip(noise, weighted, strict=True):
            rows[leaf_row] += row

    def _value(self, position: int, entry: Entry, size: int) -> float | Singles:
        """v before its noise; of a count, the pooled v."""
        saturation = self.nodes[position].saturation
        if saturation is None:
            return self._coded_value(position, entry, size)
        entries = self.leaves[position].entries
        events = sum(self._coded_value(position, other, size) * other.grade for other in entries)
        return np.asarray(np.minimum(events, saturation) / saturation, np.float32)

    def _coded_value(self, position: int, entry: Entry, size: int) -> float | Singles:
        """The value of the only coder, or of a random coder in each draw."""
        if len(entry.coder_values) == 1:
            return entry.coder_values[0]
        x = self.uniforms(size, self.stated, self.code, self.nodes[position].path, entry.statement, "coder")
        return np.asarray(entry.coder_values, np.float32)[(x * len(entry.coder_values)).astype(np.intp)]

    def _aggregate(self, node: Node) -> None:
        """The weighted power mean of the children that are present."""
        counted = [number for number, child in enumerate(node.children) if self.nodes[child].local_weight]
        present = [number for number in counted if self.is_present[node.children[number]]]
        if not present or (node.missing == "refuse" and len(present) < len(counted)):
            return
        self.is_present[node.position] = True
        children = self.draws[_slice([node.children[number] for number in present])]
        if node.position in self.shared.weights:
            weights = self.shared.weights[node.position][_slice(present)]
        else:
            weights = _column(self.nodes[node.children[number]].local_weight for number in present)
        if len(present) < len(node.children):
            weights = weights / weights.sum(axis=0)
        if node.parent is not None:
            self.draws[node.position] = _power_mean(children, weights, node.exponent, self.scratch)
            return
        for exponent, chosen in self.shared.exponents:
            chosen_weights = weights[:, chosen]
            scratch = np.empty_like(chosen_weights)
            self.draws[0, chosen] = _power_mean(children[:, chosen], chosen_weights, exponent, scratch)


def _runs(positions: Sequence[int]) -> Iterator[range]:
    """Adjacent positions, at most ROWS at a time."""
    start = 0
    for end in range(1, len(positions) + 1):
        if end == len(positions) or positions[end] != positions[end - 1] + 1 or end - start == ROWS:
            yield range(positions[start], positions[end - 1] + 1)
            start = end


def _slice(positions: list[int]) -> slice | list[int]:
    """The positions as a slice, which needs no copy, if they are adjacent."""
    first, last = positions[0], positions[-1]
    return slice(first, last + 1) if last - first + 1 == len(positions) else positions


def _column(numbers: Iterable[float]) -> Singles:
    return np.array([[number] for number in numbers], np.float32)


def triangular(x: Singles, scratch: Singles) -> None:
    """Transform uniform numbers in place to the symmetric triangular distribution on [-1, 1] with mode 0.

    Inverse of its distribution function, with y = 2 x - 1: sign(y) (1 - sqrt(1 - |y|)) = y / (1 + sqrt(1 - |y|)). The
    second form takes fewer passes over the array.
    """
    x *= 2
    x -= 1
    np.abs(x, out=scratch)
    np.subtract(1, scratch, out=scratch)
    np.sqrt(scratch, out=scratch)
    scratch += 1
    x /= scratch


def normal(x: Singles, angle: Singles) -> Singles:
    """Standard normal numbers from two uniform ones: sqrt(-2 ln(1 - x)) cos(2 pi angle) (Box and Muller 1958)."""
    return np.asarray(np.sqrt(-2 * np.log(1 - x)) * np.cos(2 * math.pi * angle))


def _power_mean(x: Singles, weights: Singles, exponent: float, scratch: Singles) -> Singles:
    """(sum w x^p)^(1/p) over children without gaps, shape (children, size) to (size,); weights sum to 1."""
    total: Singles = np.multiply(weights, power(x, exponent), out=scratch[: len(x)]).sum(axis=0)
    return np.asarray(np.exp(total)) if exponent == 0 else root(total, exponent)


def blocks(
    assessment: Assessment,
    settings: Settings,
    *,
    second: frozenset[Group] = frozenset(),
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Singles]:
    """Draws of the index of every country, in blocks of shape (countries, size of the block), in [0, 1]; NaN for none.

    Args:
        assessment: the countries.
        settings: number of draws, seed and distributions.
        second: factor groups that use their second, independent sample.
        threads: how many countries are simulated at once; by default one per core. It changes no draw.
        progress: called with the draws made since the last call; a draw of all countries counts as 1.
    """
    count = len(assessment.profiles)
    local = threading.local()

    def simulate_country(row: int, shared: _Shared, out: Singles) -> None:
        if not hasattr(local, "buffers"):
            local.buffers = _Buffers.of(assessment.nodes, shared.size)
        buffers = _Buffers(*(array[:, : shared.size] for array in local.buffers))
        with np.errstate(divide="ignore", over="ignore"):  # 0 under p <= 0: infinite, and its root is 0
            index = _Country(assessment, row, settings, shared, second, buffers).index()
        out[row] = np.nan if index is None else index

    with _workers(threads) as workers:
        for shared in _shared_blocks(assessment, settings, second):
            block = np.empty((count, shared.size), np.float32)
            for _ in workers.map(simulate_country, range(count), repeat(shared), repeat(block)):
                if progress is not None:
                    progress(shared.size / count)
            yield block


@contextlib.contextmanager
def _workers(threads: int | None) -> Iterator[ThreadPoolExecutor]:
    """A pool of threads (numpy releases the interpreter's lock); an interrupted run cancels the waiting tasks."""
    pool = ThreadPoolExecutor(threads or cores())
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
