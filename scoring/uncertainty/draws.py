"""What the engine says: frozen values with arrays inside, which compute nothing.

A value can be asked for itself as a table or a frame; what makes it lies above, and is imported when it is asked for.
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
    from scoring.index.score import Entry
    from scoring.index.tree import Node
    from scoring.statistics.arrays import Singles


@dataclass(frozen=True)
class Settings:
    """What a simulation is run with; printed with its results."""

    draws: int
    seed: int
    shared: float
    """r: the probability that a leaf's unseen mass follows the country's shared draw."""
    kappa: float
    """Concentration of the weights' Dirichlet distribution."""
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

BLOCK = 2**15  # draws at a time: calls long enough for threads; even, since one step of the generator gives two
HELD = 2**26  # numbers of all countries held at a time
ROWS = 16  # arrays of a block worked on at once
CYCLE = 2**128  # steps of the generator


class Uniforms:
    """Uniform numbers in [0, 1) at an address: names and number of the draw."""

    def __init__(self, seed: int, first: int) -> None:
        self.source = np.random.PCG64DXSM(seed)
        self.numbers = np.random.Generator(self.source)
        self.at, self.first = 0, first

    def fill(self, out: Singles, *names: str) -> None:
        """Put the numbers of the draws from `first` on into an array of shape (size,)."""
        digest = hashlib.blake2b("\x1f".join(names).encode(), digest_size=16).digest()
        place = int.from_bytes(digest, "big") + self.first // 2
        self.source.advance((place - self.at) % CYCLE)
        self.at = place + (out.size + 1) // 2
        self.numbers.random(out=out, dtype=np.float32)

    def __call__(self, size: int, *names: str) -> Singles:
        """The numbers of so many draws from `first` on, shape (size,)."""
        out = np.empty(size, np.float32)
        self.fill(out, *names)
        return out


def stream(seed: int, *names: str) -> np.random.Generator:
    """A sequence of its own for what takes a varying number of steps a draw."""
    digest = hashlib.blake2b("\x1f".join((str(seed), *names)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64DXSM(int.from_bytes(digest, "big")))


class _Shared(NamedTuple):
    """What all countries share in a block of draws."""

    first: int
    size: int
    weights: dict[int, Singles]
    """By position of the node, shape (children, size)."""
    exponents: tuple[tuple[float, NDArray[np.intp]], ...]
    """Each exponent across pillars with the draws that take it."""


def _shared_blocks(assessment: Assessment, settings: Settings, second: frozenset[Group]) -> Iterator[_Shared]:
    """Weights of every node but checklists, Dirichlet(kappa W), and the exponent across pillars."""
    nodes = assessment.nodes
    inner = [node for node in nodes if node.children and nodes[node.children[0]].kind != "item"]
    weights = {node.position: stream(settings.seed, _group("weights", second), node.path) for node in inner}
    alphas = {
        node.position: settings.kappa * np.array([assessment.nodes[child].local_weight for child in node.children])
        for node in inner
    }
    values, chances = zip(*settings.exponents, strict=True)
    block = min(BLOCK, HELD // max(1, len(assessment.profiles)) // 2 * 2)
    for first in range(0, settings.draws, block):
        size = min(block, settings.draws - first)
        x = Uniforms(settings.seed, first)(size, _group("exponent", second))
        drawn = np.searchsorted(np.cumsum(chances)[:-1], x, side="right")
        yield _Shared(
            first,
            size,
            {position: dirichlet(own, alphas[position], size) for position, own in weights.items()},
            tuple((value, np.flatnonzero(drawn == place)) for place, value in enumerate(values)),
        )


def dirichlet(own: np.random.Generator, alpha: NDArray[np.float64], size: int) -> Singles:
    """Draws of Dirichlet(alpha), gamma variates over their sum, shape (children, size)."""
    gamma = own.standard_gamma(alpha, size=(size, alpha.size))
    shares = gamma / gamma.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(shares.T, dtype=np.float32)


def _group(name: Group, second: frozenset[Group]) -> str:
    """The first name of an address, which tells the two samples of a factor group apart."""
    return f"second {name}" if name in second else name


class _Room(NamedTuple):
    """Arrays of a thread to work in: fresh ones would be paid for page by page."""

    drawn: Singles
    """(nodes, size)."""
    noise: Singles
    """(ROWS, size)."""
    scratch: Singles
    """(ROWS or most children, size)."""

    @classmethod
    def of(cls, nodes: Sequence[Node], size: int) -> _Room:
        """Arrays for a tree and a size of block."""
        most = max(ROWS, *(len(node.children) for node in nodes))
        return cls(*(np.empty((rows, size), np.float32) for rows in (len(nodes), ROWS, most)))


class _Country:
    """The draws of one country in one block: a row of numbers a node, from the leaves up."""

    def __init__(
        self,
        assessment: Assessment,
        row: int,
        settings: Settings,
        shared: _Shared,
        second: frozenset[Group],
        room: _Room,
    ) -> None:
        self.nodes, self.leaves = assessment.nodes, assessment.leaves[row]
        self.code = assessment.profiles[row].country
        self.prior = assessment.book.rubric.prior.weight
        self.r, self.shared = settings.shared, shared
        self.uniforms = Uniforms(settings.seed, shared.first)
        self.unseen, self.stated = _group("unseen", second), _group("stated", second)
        self.drawn, self.noise, self.scratch = room
        self.there = np.zeros(len(self.nodes), np.bool_)

    def index(self) -> Singles | None:
        """Draws of the index, shape (size,); None where it is missing, which no draw changes."""
        self.common = self.uniforms(self.drawn.shape[1], self.unseen, self.code)
        for run in _runs([node.position for node in self.nodes if not node.children]):
            self._leaves(run)
        for node in reversed(self.nodes):
            if node.children:
                self._join(node)
        return self.drawn[0] if self.there[0] else None

    def _leaves(self, run: range) -> None:
        """(T + k u) / (M + k) for leaves side by side."""
        rows = self.drawn[run.start : run.stop]
        masses = [math.fsum(entry.weight for entry in self.leaves[position].entries) for position in run]
        totals = [mass + self.prior for mass in masses]
        self.there[run.start : run.stop] = [total > 0 for total in totals]
        self._unseen(run, rows)
        rows *= _column(self.prior / total if total else 0 for total in totals)
        weighed = [
            (place, entry, entry.weight / totals[place])
            for place, position in enumerate(run)
            for entry in self.leaves[position].entries
        ]
        for first in range(0, len(weighed), ROWS):
            self._stated(run, rows, weighed[first : first + ROWS])

    def _unseen(self, run: range, rows: Singles) -> None:
        """u: with probability r the country's shared draw, else the leaf's own. One number says both which and what."""
        if not self.prior or self.r >= 1:
            rows[:] = self.common
            return
        for row, position in zip(rows, run, strict=True):
            self.uniforms.fill(row, self.unseen, self.code, self.nodes[position].path)
        follows = self.scratch[: len(rows)]
        rows -= self.r
        np.floor(rows, out=follows)  # -1 where the number is below r, else 0
        follows *= self.common
        np.clip(rows, 0, 1, out=rows)
        rows *= 1 / (1 - self.r)
        rows -= follows

    def _stated(self, run: range, rows: Singles, weighed: list[tuple[int, Entry, float]]) -> None:
        """Add the weighted values, each with its noise, clipped to [0, 1], to their leaves."""
        noise = self.noise[: len(weighed)]
        paths = [self.nodes[run[place]].path for place, _, _ in weighed]
        for row, path, (_, entry, _) in zip(noise, paths, weighed, strict=True):
            self.uniforms.fill(row, self.stated, self.code, path, entry.statement)
        triangular(noise, self.scratch[: len(weighed)])
        for row, path, (_, entry, _) in zip(noise, paths, weighed, strict=True):
            if entry.noise.kind == "normal":
                address = self.stated, self.code, path, entry.statement
                row[:] = normal(self.uniforms(row.size, *address), self.uniforms(row.size, *address, "angle"))
        noise *= _column(entry.noise.width for _, entry, _ in weighed)
        values = [self._value(run[place], entry, noise.shape[1]) for place, entry, _ in weighed]
        noise += _column(0 if isinstance(value, np.ndarray) else value for value in values)
        for place, value in enumerate(values):
            if isinstance(value, np.ndarray):
                noise[place] += value
        np.clip(noise, 0, 1, out=noise)
        noise *= _column(weight for _, _, weight in weighed)
        for row, (place, _, _) in zip(noise, weighed, strict=True):
            rows[place] += row

    def _value(self, position: int, entry: Entry, size: int) -> float | Singles:
        """v before its noise; of a count, the pooled v."""
        saturation = self.nodes[position].saturation
        if saturation is None:
            return self._reading(position, entry, size)
        entries = self.leaves[position].entries
        events = sum(self._reading(position, one, size) * one.grade for one in entries)
        return np.asarray(np.minimum(events, saturation) / saturation, np.float32)

    def _reading(self, position: int, entry: Entry, size: int) -> float | Singles:
        if len(entry.readings) == 1:
            return entry.readings[0]
        x = self.uniforms(size, self.stated, self.code, self.nodes[position].path, entry.statement, "coder")
        return np.asarray(entry.readings, np.float32)[(x * len(entry.readings)).astype(np.intp)]

    def _join(self, node: Node) -> None:
        """The weighted power mean of the children that are there."""
        counted = [place for place, child in enumerate(node.children) if self.nodes[child].local_weight]
        places = [place for place in counted if self.there[node.children[place]]]
        if not places or (node.missing == "refuse" and len(places) < len(counted)):
            return
        self.there[node.position] = True
        children = self.drawn[_slice([node.children[place] for place in places])]
        if node.position in self.shared.weights:
            weights = self.shared.weights[node.position][_slice(places)]
        else:
            weights = _column(self.nodes[node.children[place]].local_weight for place in places)
        if len(places) < len(node.children):
            weights = weights / weights.sum(axis=0)
        if node.parent is not None:
            self.drawn[node.position] = _power_mean(children, weights, node.exponent, self.scratch)
            return
        for exponent, chosen in self.shared.exponents:
            parts = weights[:, chosen]
            self.drawn[0, chosen] = _power_mean(children[:, chosen], parts, exponent, np.empty_like(parts))


def _runs(positions: Sequence[int]) -> Iterator[range]:
    """Positions side by side, at most ROWS at a time."""
    start = 0
    for end in range(1, len(positions) + 1):
        if end == len(positions) or positions[end] != positions[end - 1] + 1 or end - start == ROWS:
            yield range(positions[start], positions[end - 1] + 1)
            start = end


def _slice(places: list[int]) -> slice | list[int]:
    """The places as a slice, which copies nothing, where they stand side by side."""
    first, last = places[0], places[-1]
    return slice(first, last + 1) if last - first + 1 == len(places) else places


def _column(numbers: Iterable[float]) -> Singles:
    return np.array([[number] for number in numbers], np.float32)


def triangular(x: Singles, scratch: Singles) -> None:
    """Turn uniform numbers, in place, into ones from -1 to 1, most likely 0, by the inverse of that distribution.

    With y = 2 x - 1: sign(y) (1 - sqrt(1 - |y|)) = y / (1 + sqrt(1 - |y|)), which takes fewer passes.
    """
    x *= 2
    x -= 1
    np.abs(x, out=scratch)
    np.subtract(1, scratch, out=scratch)
    np.sqrt(scratch, out=scratch)
    scratch += 1
    x /= scratch


def normal(x: Singles, angle: Singles) -> Singles:
    """Standard normal from two uniform numbers: sqrt(-2 ln(1 - x)) cos(2 pi angle) (Box and Muller 1958)."""
    return np.asarray(np.sqrt(-2 * np.log(1 - x)) * np.cos(2 * math.pi * angle))


def _power_mean(x: Singles, weights: Singles, exponent: float, scratch: Singles) -> Singles:
    """(sum w x^p)^(1/p) over children that are all there, shape (children, size) to (size,); weights of sum 1."""
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
    """Draws of the index of every country, block by block, each of shape (countries, size of the block), in [0, 1].

    Args:
        assessment: the countries.
        settings: number of draws, seed and distributions.
        second: factor groups that take their second, independent sample.
        threads: how many countries are drawn at once; by default one a core. It changes no draw.
        progress: called with what was done since the last call, in draws of all countries.
    """
    count = len(assessment.profiles)
    rooms = threading.local()

    def draw(row: int, shared: _Shared, drawn: Singles) -> None:
        if not hasattr(rooms, "room"):
            rooms.room = _Room.of(assessment.nodes, shared.size)
        room = _Room(*(array[:, : shared.size] for array in rooms.room))
        with np.errstate(divide="ignore", over="ignore"):  # 0 under p <= 0: infinite, and its root is 0
            index = _Country(assessment, row, settings, shared, second, room).index()
        drawn[row] = np.nan if index is None else index

    with _workers(threads) as workers:
        for shared in _shared_blocks(assessment, settings, second):
            drawn = np.empty((count, shared.size), np.float32)
            for _ in workers.map(draw, range(count), repeat(shared), repeat(drawn)):
                if progress is not None:
                    progress(shared.size / count)
            yield drawn


@contextlib.contextmanager
def _workers(threads: int | None) -> Iterator[ThreadPoolExecutor]:
    """Threads, since numpy works without the interpreter's lock; what waits is dropped where the run is broken off."""
    pool = ThreadPoolExecutor(threads or cores())
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
