"""Monte Carlo draws of the indices: section 8 of docs/method.md.

Every random number has an address made of names (factor group, country, path, statement) and the number of the draw. It
does not depend on the other countries or on the order of computation. Renaming anything in an address moves draws.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import math
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.index.borrowing import Offsets, concentration, spread
from scoring.index.leaves import floor_gap
from scoring.index.tree import counting
from scoring.model.fields import YEAR
from scoring.statistics.combining import gated, joined
from scoring.statistics.means import power, root
from scoring.uncertainty import quantiles

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Entry, Leaf
    from scoring.index.tree import Node
    from scoring.statistics.arrays import Singles
    from scoring.statistics.combining import Rule
    from scoring.statistics.grid import Grid


@dataclass(frozen=True)
class Settings:
    """The settings of a simulation, which are printed with its results."""

    draws: int
    seed: int
    kappa: float
    """Concentration of the Dirichlet distribution of weights; infinite for the weights of the rubric."""
    exponents: tuple[tuple[float, float], ...]
    """Exponents across pillars, each with its probability."""

    def text(self, *, verbose: bool = False) -> str:
        """The number of draws and the seed; verbose: with the parameters of the rubric's uncertainty."""
        text = f"{self.draws:,} draws, seed {self.seed}"
        if not verbose:
            return f"{text}."
        exponents = ", ".join(f"{exponent:g} ({probability:g})" for exponent, probability in self.exponents)
        return f"{text}, kappa {self.kappa:g}, exponents {exponents}."


Group: TypeAlias = Literal["unseen", "stated", "sources", "weights", "exponent"]
"""Factor groups: missing evidence, coding error, sources, weights and the exponent across pillars."""

BLOCK = 2**16  # draws at a time: long calls, between which threads need not wait for each other
HELD = 2**26  # numbers of all countries in memory at a time
STEP = 4  # draws whose numbers one step of the generator gives; blocks are multiples of it
CYCLE = 2**128  # period of the generator
SINGLE = 2e-7  # rounding errors of single precision, in units of v


class Numbers:
    """Random numbers by their address: names and the number of the draw."""

    def __init__(self, seed: int, first: int) -> None:
        self.bits = np.random.PCG64DXSM(seed)
        self.position, self.first = 0, first

    def levels(self, out: NDArray[np.intp], *names: str) -> None:
        """Fill an array, (size,), with whole numbers below 65,536 for the draws from `first` on."""
        position = _position(*names) + self.first // STEP
        self.bits.advance((position - self.position) % CYCLE)
        raw = self.bits.random_raw(out.size // STEP)
        self.position = position + len(raw)
        np.copyto(out, raw.astype("<u8", copy=False).view("<u2"))


def _position(*names: str) -> int:
    """The position in the generator's cycle of the numbers with a name."""
    return int.from_bytes(hashlib.blake2b("\x1f".join(names).encode(), digest_size=16).digest(), "big")


def stream(seed: int, *names: str) -> np.random.Generator:
    """A separate generator for names, for distributions that use a varying number of steps per draw."""
    return np.random.Generator(np.random.PCG64DXSM(_position(str(seed), *names)))


class _Shared(NamedTuple):
    """Draws that all countries share in a block."""

    first: int
    size: int
    weights: dict[int, Singles]
    """By position of the node, shape (children, size)."""
    exponents: NDArray[np.intp]
    """The number of the exponent across pillars of each draw."""


def _shared_blocks(assessment: Assessment, settings: Settings, second: frozenset[Group]) -> Iterator[_Shared]:
    """Weights of the children of every node except checklists, Dirichlet(kappa W), and the exponent across pillars."""
    nodes = assessment.nodes
    inner = [node for node in nodes if node.children and nodes[node.children[0]].kind != "item"]
    generators = {node.position: stream(settings.seed, _group("weights", second), node.path) for node in inner}
    weights = {node.position: np.array([nodes[child].local_weight for child in node.children]) for node in inner}
    chances = [chance for _, chance in settings.exponents]
    block = min(BLOCK, HELD // max(1, len(assessment.profiles)) // STEP * STEP)
    for first in range(0, settings.draws, block):
        size = -(-min(block, settings.draws - first) // STEP) * STEP
        levels = np.empty(size, np.intp)
        Numbers(settings.seed, first).levels(levels, _group("exponent", second))
        x = (levels + 0.5) / quantiles.LEVELS
        choices = np.searchsorted(np.cumsum(chances)[:-1], x, side="right")
        yield _Shared(
            first,
            size,
            {
                position: dirichlet(generator, settings.kappa * weights[position], size)
                if math.isfinite(settings.kappa)
                else np.repeat(weights[position].astype(np.float32)[:, None], size, axis=1)
                for position, generator in generators.items()
            },
            choices,
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
    scratch: Singles
    """(largest number of children, size)."""
    value: Singles
    total: Singles
    weight: Singles
    weights: Singles
    levels: NDArray[np.intp]
    pairs: NDArray[np.complex64]
    """These and those before: (size,)."""

    @classmethod
    def of(cls, nodes: Sequence[Node], size: int) -> _Buffers:
        """Arrays for a tree and a block size."""
        children = max(len(node.children) for node in nodes)
        draws, scratch = (np.empty((rows, size), np.float32) for rows in (len(nodes), children))
        value, total, weight, weights = (np.empty(size, np.float32) for _ in range(4))
        levels, pairs = np.empty(size, np.intp), np.empty(size, np.complex64)
        return cls(draws, scratch, value, total, weight, weights, levels, pairs)


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
        days: Sequence[dt.date],
    ) -> None:
        self.nodes, self.leaves, self.book = assessment.nodes, assessment.leaves[row], assessment.book
        self.code = assessment.profiles[row].country
        self.prior, self.rules = assessment.book.rubric.prior, assessment.book.rubric.uncertainty
        self.shared, self.size, self.days = shared, shared.size, days
        self.settings, self.numbers = settings, Numbers(settings.seed, shared.first)
        # the address of the lower bits of a number that gives the coding error and the source's error
        self.of_sources = "second stated" if "sources" in second else "stated"
        self.unseen, self.stated, self.sources = (_group(name, second) for name in ("unseen", "stated", "sources"))
        self.buffers, self.draws = buffers, buffers.draws
        self.is_present = np.zeros(len(self.nodes), np.bool_)
        variances = spread(Offsets(*(part[row] for part in assessment.offsets)), self.prior)
        names = [pillar.id for pillar in self.book.pillars]
        self.v_c = float(variances.country)
        # the last pillars have none if they only use indicators of others
        self.v_p = dict(zip(names, variances.pillars.tolist(), strict=False))
        self.common: dict[str, Singles] = {}
        self.source_weights: dict[str, Singles] = {}

    def fill(self, out: Singles, positions: Sequence[int]) -> None:
        """Fill an array, (positions, size), with the draws of nodes; NaN for one that is missing in all draws."""
        needed = counting(self.nodes)
        counted = [node for node in self.nodes if not node.children and node.position in needed]
        self.country = self._unseen_normal(self.rules.drift, self.code) if self.v_c else None
        self.shift = self._normal(self.stated, self.code, "coder") if self.rules.coder else None
        if self.shift is not None:
            self.shift *= self.rules.coder
        k = self.prior.weight
        tables = self._beta_tables(counted) if k else None
        for number, node in enumerate(counted):
            row = self.draws[node.position]
            leaf = self.leaves[node.position]
            mass = math.fsum(entry.weight for entry in leaf.entries)
            self.is_present[node.position] = mass + k > 0
            if tables is not None:
                # of a floor u alone, else k u / (M + k)
                self._fill_unseen(node, row, tables[number] if leaf.is_floor else tables[number] * (k / (mass + k)))
            else:
                row[:] = 0
            if leaf.entries:
                self._add_stated(node, leaf, mass, row)
            if node.grid is not None:
                round_half_up(row, node.grid)
        for node in reversed(self.nodes):
            if node.children:
                self._aggregate(node)
        for row, position in zip(out, positions, strict=True):
            row[:] = self.draws[position] if self.is_present[position] else np.nan

    # -- missing evidence ----------------------------------------------------------------------------------------------

    def _total(self, node: Node) -> tuple[str, float]:
        """The pillar of a leaf, and t = 1 + v_c + v_p."""
        pillar = self.book.pillar_of[self.leaves[node.position].indicator].id
        return pillar, 1 + self.v_c + self.v_p[pillar]

    def _beta_tables(self, leaves: Sequence[Node]) -> NDArray[np.complex64]:
        """The quantiles of missing evidence, Beta(c f, (1 - c) f)."""
        concentrations = [concentration(self._total(node)[1], self.prior) for node in leaves]
        expected = [self.leaves[node.position].centre for node in leaves]
        return quantiles.beta_of_normal(np.array(expected), np.array(concentrations))

    def _fill_unseen(self, node: Node, row: Singles, table: NDArray[np.complex64]) -> None:
        """u: the quantile at Phi(z), z = (n_i + sqrt(v_c) n + sqrt(v_p) n_p) / sqrt(t)."""
        pillar, total = self._total(node)
        half_life = self.book.leaves[self.leaves[node.position].indicator].half_life
        self._fill_normal(row, half_life, self.code, node.drawn_as)
        row *= quantiles.NORMAL_STEP / math.sqrt(total)
        if pillar not in self.common:
            self.common[pillar] = self._common(pillar, total)
        row += self.common[pillar]
        quantiles.look_up(table, row, (self.buffers.value, self.buffers.levels, self.buffers.pairs))

    def _common(self, pillar: str, total: float) -> Singles:
        """(sqrt(v_c) n + sqrt(v_p) n_p) / sqrt(t) of a pillar, as places in the tables, (size,) or (1,)."""
        common = np.zeros(1, np.float32)
        if self.country is not None:
            common = common + math.sqrt(self.v_c / total) * self.country
        if v := self.v_p[pillar]:
            common = common + math.sqrt(v / total) * self._unseen_normal(self.rules.drift, self.code, pillar)
        return np.asarray(quantiles.NORMAL_STEP * (common + quantiles.NORMAL_RANGE), np.float32)

    def _unseen_normal(self, half_life: float | None, *names: str) -> Singles:
        """The numbers of `_fill_normal` in a new array."""
        out = np.empty(self.size, np.float32)
        self._fill_normal(out, half_life, *names)
        return out

    def _fill_normal(self, out: Singles, half_life: float | None, *names: str) -> None:
        """Standard normal numbers of missing evidence, which change from day to day:

        z' = rho z + sqrt(1 - rho^2) z*, rho = 2^(-years / half_life), 1 without a half-life.
        """  # noqa: D415  the formula is the text
        self._fill(out, quantiles.normal(), self.unseen, *names)
        for before, day in itertools.pairwise(self.days):
            if half_life is None:
                break
            rho = 2 ** (-(day - before).days / YEAR / half_life)
            if rho < 1:
                out *= rho
                out += math.sqrt(1 - rho * rho) * self._normal(self.unseen, *names, day.isoformat())

    def _normal(self, *names: str) -> Singles:
        """Standard normal numbers in a new array."""
        return self._fill(np.empty(self.size, np.float32), quantiles.normal(), *names)

    def _fill(self, out: Singles, table: Singles, *names: str) -> Singles:
        """Fill an array with the numbers of a name, of the distribution of a table of quantiles."""
        self.numbers.levels(self.buffers.levels, *names)
        return table.take(self.buffers.levels, mode="clip", out=out)

    # -- evidence ------------------------------------------------------------------------------------------------------

    def _add_stated(self, node: Node, leaf: Leaf, mass: float, row: Singles) -> None:
        """From k u / (M + k) to (T + k u) / (M + k); of a floor from u to v + (1 - v) (1 - s) u."""
        if leaf.is_floor:
            v = self._mean_of_count(node, leaf, mass)
            row *= (1 - v) * self._floor_gap(node, leaf)
            row += v
        elif node.saturation is not None:
            row += self._mean_of_count(node, leaf, mass) * np.float32(mass / (mass + self.prior.weight))
        else:
            row += self._part_stated(node, leaf, mass)

    def _part_stated(self, node: Node, leaf: Leaf, mass: float) -> Singles:
        """T / (M + k), in a buffer: the drawn values by weight w; by w g, with one g per source, where several speak.

        The weights are scaled so that they sum to M: a Bayesian bootstrap over sources (Rubin 1981).
        """
        share = mass + self.prior.weight
        total, weight, weights = self.buffers.total, self.buffers.weight, self.buffers.weights
        speakers = Counter(entry.source for entry in leaf.entries)
        errors: dict[str, Singles] = {}
        for number, entry in enumerate(leaf.entries):
            value = self._value(node, entry, errors if speakers[entry.source] > 1 else None)
            if len(speakers) == 1:
                value *= entry.weight / share
            else:
                np.multiply(self._source_weight(entry.source), entry.weight, out=weight)
                value *= weight
                np.add(weights, weight, out=weights) if number else np.copyto(weights, weight)
            np.add(total, value, out=total) if number else np.copyto(total, value)
        if len(speakers) > 1:
            total /= weights
            total *= mass / share
        return total

    def _source_weight(self, source: str) -> Singles:
        """g of a source: exponential with mean 1."""
        if source not in self.source_weights:
            g = np.empty(self.size, np.float32)
            self.source_weights[source] = self._fill(g, quantiles.exponential(), self.sources, self.code, source)
        return self.source_weights[source]

    def _value(self, node: Node, entry: Entry, errors: dict[str, Singles] | None) -> Singles:
        """A reading of an entry with its noise, the error of its source and the coder's shift, clipped, in a buffer.

        errors: those of sources with several entries at the leaf, by source; None if the source has only this entry.
        """
        value, address = self.buffers.value, (self.code, node.drawn_as, entry.statement)
        noise = entry.readings[0].noise
        if len(entry.readings) == 1 and errors is None and noise.kind == "triangular":
            self._fill_levels(*address)
            quantiles.noise(noise.width, entry.source_error).take(self.buffers.levels, mode="clip", out=value)
            value += entry.readings[0].value
        else:
            self._fill_reading(value, node, entry)
            if entry.source_error:
                known = {} if errors is None else errors
                if entry.source not in known:
                    known[entry.source] = self._normal(self.sources, self.code, node.drawn_as, entry.source)
                value += entry.source_error * known[entry.source]
        if entry.is_judged and self.shift is not None:
            value += self.shift
        return clipped(value)

    def _fill_levels(self, *address: str) -> None:
        """Numbers whose upper eight bits are those of the coding error, and the lower those of the source's error."""
        levels = self.buffers.levels
        self.numbers.levels(levels, self.stated, *address)
        if self.of_sources != self.stated:
            coding = levels // quantiles.COARSE * quantiles.COARSE
            self.numbers.levels(levels, self.of_sources, *address)
            levels %= quantiles.COARSE
            levels += coding

    def _fill_reading(self, out: Singles, node: Node, entry: Entry) -> None:
        """A reading of an entry with its noise."""
        choice = self._choice(node, entry)
        values, widths = (
            np.array(column, np.float32)
            for column in zip(*((reading.value, reading.noise.width) for reading in entry.readings), strict=True)
        )
        is_normal = np.array([reading.noise.kind == "normal" for reading in entry.readings])
        self.numbers.levels(self.buffers.levels, self.stated, self.code, node.drawn_as, entry.statement)
        levels = self.buffers.levels
        noise = np.where(is_normal[choice], quantiles.normal().take(levels), quantiles.triangular().take(levels))
        np.add(values[choice], widths[choice] * noise, out=out)

    def _choice(self, node: Node, entry: Entry) -> NDArray[np.intp]:
        """The number of the reading that is taken in each draw, (size,) or (1,) if there is only one."""
        if len(entry.readings) == 1:
            return np.zeros(1, np.intp)
        self.numbers.levels(self.buffers.levels, self.stated, self.code, node.drawn_as, entry.statement, "coder")
        return np.asarray(self.buffers.levels * len(entry.readings) // quantiles.LEVELS)

    def _mean_of_count(self, node: Node, leaf: Leaf, mass: float) -> Singles:
        """v of the drawn events, with the noise of each statement, averaged by weight, in a buffer."""
        saturation, total = np.float32(node.saturation or 1), self.buffers.total
        events = np.zeros(1, np.float32)
        for entry in leaf.entries:
            counts = np.array([reading.value * entry.grade for reading in entry.readings], np.float32)
            events = events + counts[self._choice(node, entry)]
        v = np.minimum(events, saturation) / saturation
        total[:] = 0
        for entry in leaf.entries:
            address = self.stated, self.code, node.drawn_as, entry.statement
            value = self._fill(self.buffers.value, quantiles.triangular(), *address)
            value *= entry.readings[0].noise.width
            value += v
            clipped(value)
            value *= entry.weight / mass
            total += value
        return total

    def _floor_gap(self, node: Node, leaf: Leaf) -> Singles:
        """1 - s by the readings drawn, (size,) or (1,)."""
        whole = np.zeros(1, np.float32)
        for entry in leaf.entries:
            weights = np.array([entry.weight * reading.is_whole for reading in entry.readings], np.float32)
            whole = whole + weights[self._choice(node, entry)]
        return np.asarray(floor_gap(whole, self.prior.weight), np.float32)

    # -- inner nodes ---------------------------------------------------------------------------------------------------

    def _aggregate(self, node: Node) -> None:
        """The node from its children that are present, by its rule, rounded where the node rounds."""
        counted = [number for number, child in enumerate(node.children) if self.nodes[child].local_weight]
        present = [number for number in counted if self.is_present[node.children[number]]]
        if not present or (node.missing == "refuse" and len(present) < len(counted)):
            return
        self.is_present[node.position] = True
        if node.rule.combine == "sum":  # one that is missing adds nothing
            for number in set(counted) - set(present):
                self.draws[node.children[number]] = 0
            present = counted
        children = self.draws[_slice([node.children[number] for number in present])]
        if node.position in self.shared.weights:
            weights = self.shared.weights[node.position][_slice(present)]
        else:
            weights = _column(self.nodes[node.children[number]].local_weight for number in present)
        if len(present) < len(node.children):
            weights = weights / weights.sum(axis=0)
        if node.parent is not None:
            self.draws[node.position] = _joined(children, weights, node.rule, self.buffers.scratch)
        else:
            for number, (exponent, _) in enumerate(self.settings.exponents):
                chosen = np.flatnonzero(self.shared.exponents == number)
                chosen_weights = weights[:, chosen]
                scratch = np.empty_like(chosen_weights)
                rule = replace(node.rule, exponent=exponent)
                self.draws[0, chosen] = _joined(children[:, chosen], chosen_weights, rule, scratch)
        if (gate := node.rule.gate) is not None and self.is_present[node.children[gate.child]]:
            of_child = self.draws[node.children[gate.child]]
            self.draws[node.position] = gated(self.draws[node.position], of_child, gate, SINGLE)
        if node.grid is not None:
            round_half_up(self.draws[node.position], node.grid)


def clipped(x: Singles) -> Singles:
    """Clip to [0, 1] in place."""
    return np.clip(x, 0, 1, out=x)


def round_half_up(x: Singles, grid: Grid) -> None:
    """Round half up to a grid, in place; halves are decided to single precision."""
    steps, shift = grid
    x *= steps
    x += 0.5 + steps * SINGLE + shift
    np.floor(x, out=x)
    x -= shift
    x /= steps


def _slice(positions: list[int]) -> slice | list[int]:
    """The positions as a slice, which needs no copy, if they are adjacent."""
    first, last = positions[0], positions[-1]
    return slice(first, last + 1) if last - first + 1 == len(positions) else positions


def _column(numbers: Iterable[float]) -> Singles:
    return np.array([[number] for number in numbers], np.float32)


def _joined(x: Singles, weights: Singles, rule: Rule, scratch: Singles) -> Singles:
    """`joined` of children without gaps, shape (children, size) to (size,)."""
    if rule.is_mean:
        return _power_mean(x, weights, rule.exponent, scratch)

    def mean(y: Singles, shares: Singles, exponent: float) -> Singles:
        return _power_mean(y.T, shares.T, exponent, scratch)

    return np.asarray(joined(x.T, weights.T, rule, mean), np.float32)


def _power_mean(x: Singles, weights: Singles, exponent: float, scratch: Singles) -> Singles:
    """(sum w x^p)^(1/p) over children without gaps, shape (children, size) to (size,); weights sum to 1."""
    total: Singles = np.multiply(weights, power(x, exponent), out=scratch[: len(x)]).sum(axis=0)
    return np.asarray(np.exp(total)) if exponent == 0 else root(total, exponent)


def blocks(
    assessment: Assessment,
    settings: Settings,
    *,
    second: frozenset[Group] = frozenset(),
    days: Sequence[dt.date] = (),
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Singles]:
    """Draws of the index of every country, in blocks of shape (countries, size of the block), in [0, 1]; NaN for none.

    The arguments are those of `node_blocks`.
    """
    for block in node_blocks(assessment, settings, (0,), second=second, days=days, threads=threads, progress=progress):
        yield block[:, 0]


def node_blocks(
    assessment: Assessment,
    settings: Settings,
    positions: Sequence[int],
    *,
    second: frozenset[Group] = frozenset(),
    days: Sequence[dt.date] = (),
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Singles]:
    """Joint draws of nodes of every country, in blocks of shape (countries, positions, size of the block).

    Args:
        assessment: the countries.
        positions: of the nodes.
        settings: number of draws, seed and distributions.
        second: factor groups that use their second, independent sample.
        days: the days, from the earliest on, over which missing evidence changes until that of the assessment; empty
            for draws of one day alone.
        threads: how many countries are simulated at once; by default one per core. It changes no draw.
        progress: called with the draws made since the last call; a draw of all countries counts as 1.
    """
    count = len(assessment.profiles)
    local = threading.local()

    def simulate_country(row: int, shared: _Shared, out: Singles) -> None:
        if not hasattr(local, "buffers"):
            local.buffers = _Buffers.of(assessment.nodes, shared.size)
        buffers = _Buffers(*(array[..., : shared.size] for array in local.buffers))
        with np.errstate(divide="ignore", over="ignore"):  # 0 under p <= 0: infinite, and its root is 0
            _Country(assessment, row, settings, shared, second, buffers, days).fill(out[row], positions)

    with _workers(threads) as workers:
        for shared in _shared_blocks(assessment, settings, second):
            block = np.empty((count, len(positions), shared.size), np.float32)
            needed = min(shared.size, settings.draws - shared.first)
            for _ in workers.map(simulate_country, range(count), repeat(shared), repeat(block)):
                if progress is not None:
                    progress(needed / count)
            yield block[..., :needed]


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
