"""Monte Carlo draws of the indices: section 8 of docs/method.md.

Every random number has an address made of names (factor group, country, path, statement) and the number of the draw. It
does not depend on the other countries or on the order of computation. Renaming anything in an address moves draws.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.index.borrowing import Offsets, concentration, spread
from scoring.index.leaves import floor_gap
from scoring.index.tree import counting
from scoring.model.fields import YEAR
from scoring.processes import on_all_cores
from scoring.statistics.combining import gated, joined
from scoring.statistics.means import power, root
from scoring.uncertainty import quantiles

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Entry, Leaf
    from scoring.index.tree import Node
    from scoring.model.rubric import RuleBook
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

BLOCK = 2**16  # draws at a time
HELD = 2**26  # numbers of all countries in memory at a time
BUFFERED = 2**24  # numbers of all nodes of a country in memory at a time
FEW = 2**23  # numbers of leaves in a block below which other processes would cost more time than they save
SETUP = 2**12  # numbers that take as long as what is done once for each leaf
WHOLE = 2**12  # draws that are ranked or summed at a time: blocks are multiples of it where they can
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


class Sample(NamedTuple):
    """One country as it is drawn; samples of a country share the numbers of what they have in common."""

    leaves: Mapping[int, Leaf]
    """By position of the node."""
    offsets: Offsets
    """Of this country."""
    days: tuple[dt.date, ...] = ()
    """From the earliest on, over which missing evidence changes until that of the leaves; empty for one day alone."""
    second: frozenset[Group] = frozenset()
    """Factor groups that use their second, independent sample."""


class _Shared(NamedTuple):
    """Draws that all countries share in a block, by the first name of their address."""

    first: int
    size: int
    weights: dict[str, dict[int, Singles]]
    """By position of the node, shape (children, size)."""
    exponents: dict[str, list[NDArray[np.intp]]]
    """Of each exponent across pillars the draws that have it."""


def _shared_blocks(
    nodes: Sequence[Node], settings: Settings, seconds: Iterable[frozenset[Group]], block: int
) -> Iterator[_Shared]:
    """Weights of the children of every node except checklists, Dirichlet(kappa W), and the exponent across pillars."""
    inner = [node for node in nodes if node.children and nodes[node.children[0]].kind != "item"]
    seconds = list(seconds)
    generators = {
        name: {node.position: stream(settings.seed, name, node.path) for node in inner}
        for name in dict.fromkeys(_group("weights", second) for second in seconds)
    }
    weights = {node.position: np.array([nodes[child].local_weight for child in node.children]) for node in inner}
    for first in range(0, settings.draws, block):
        size = -(-min(block, settings.draws - first) // STEP) * STEP
        yield _Shared(
            first,
            size,
            {
                name: {
                    position: dirichlet(generator, settings.kappa * weights[position], size)
                    if math.isfinite(settings.kappa)
                    else np.repeat(weights[position].astype(np.float32)[:, None], size, axis=1)
                    for position, generator in of_nodes.items()
                }
                for name, of_nodes in generators.items()
            },
            {
                name: _drawn_exponents(settings, name, first, size)
                for name in dict.fromkeys(_group("exponent", second) for second in seconds)
            },
        )


def _drawn_exponents(settings: Settings, name: str, first: int, size: int) -> list[NDArray[np.intp]]:
    """Of each exponent across pillars the draws that have it."""
    levels = np.empty(size, np.intp)
    Numbers(settings.seed, first).levels(levels, name)
    chances = [chance for _, chance in settings.exponents]
    numbers = np.searchsorted(np.cumsum(chances)[:-1], (levels + 0.5) / quantiles.LEVELS, side="right")
    return [np.flatnonzero(numbers == number) for number in range(len(chances))]


def dirichlet(generator: np.random.Generator, alpha: NDArray[np.float64], size: int) -> Singles:
    """Draws of Dirichlet(alpha), as gamma variates divided by their sum, shape (children, size)."""
    gamma = generator.standard_gamma(alpha, size=(size, alpha.size))
    shares = gamma / gamma.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(shares.T, dtype=np.float32)


def _group(name: Group, second: frozenset[Group]) -> str:
    """The first name of an address: it differs between the two samples of a factor group."""
    return f"second {name}" if name in second else name


class _Buffers(NamedTuple):
    """Arrays that are used again for each country: allocating new ones costs a page fault per page."""

    draws: Singles
    """(samples, nodes, size)."""
    normals: Singles
    fractions: Singles
    unseen: Singles
    stated: Singles
    places: NDArray[np.intp]
    """These and those before: (samples, size)."""
    scratch: Singles
    """(largest number of children, size)."""
    value: Singles
    weight: Singles
    weights: Singles
    levels: NDArray[np.intp]
    pairs: NDArray[np.complex64]
    """These and those before: (size,)."""

    @classmethod
    def of(cls, nodes: Sequence[Node], samples: int, size: int) -> _Buffers:
        """Arrays for a tree, a number of samples and a block size."""
        children = max(len(node.children) for node in nodes)
        draws, scratch = np.empty((samples, len(nodes), size), np.float32), np.empty((children, size), np.float32)
        normals, fractions, unseen, stated = (np.empty((samples, size), np.float32) for _ in range(4))
        places = np.empty((samples, size), np.intp)
        value, weight, weights = (np.empty(size, np.float32) for _ in range(3))
        levels, pairs = np.empty(size, np.intp), np.empty(size, np.complex64)
        return cls(draws, normals, fractions, unseen, stated, places, scratch, value, weight, weights, levels, pairs)


class _Tree(NamedTuple):
    """What is drawn of every country."""

    book: RuleBook
    nodes: Sequence[Node]
    counted: Sequence[Node]
    """The leaves on which what is drawn depends."""

    @classmethod
    def of(cls, assessment: Assessment, positions: Sequence[int]) -> _Tree:
        """The tree of an assessment, of which some nodes are drawn."""
        needed = counting(assessment.nodes, positions)
        counted = [node for node in assessment.nodes if not node.children and node.position in needed]
        return cls(assessment.book, assessment.nodes, counted)


class _LeafSample(NamedTuple):
    """What the leaves of a sample depend on."""

    leaves: Mapping[int, Leaf]
    days: tuple[dt.date, ...]
    v_c: float
    v_p: dict[str, float]
    """By pillar."""
    unseen: str
    """This and those below: the first names of addresses."""
    stated: str
    sources: str
    of_sources: str
    """Of the lower bits of a number that gives the coding error and the source's error."""

    @classmethod
    def of(cls, sample: Sample, book: RuleBook) -> _LeafSample:
        """Of one sample."""
        variances = spread(sample.offsets, book.rubric.prior)
        # the last pillars have none if they only use indicators of others
        v_p = dict(zip((pillar.id for pillar in book.pillars), variances.pillars.tolist(), strict=False))
        unseen, stated, sources = (_group(name, sample.second) for name in ("unseen", "stated", "sources"))
        of_sources = "second stated" if "sources" in sample.second else "stated"
        return cls(sample.leaves, sample.days, float(variances.country), v_p, unseen, stated, sources, of_sources)


def _place(known: list[Any], key: Any) -> tuple[int, bool]:
    """The place of a key among those known, and whether it is new and was added."""
    if key in known:
        return known.index(key), False
    known.append(key)
    return len(known) - 1, True


class _Known(NamedTuple):
    """What is drawn of a leaf, each by what it depends on; a buffer has one row for each."""

    normals: list[Any]
    places: list[Any]
    unseen: list[Any]
    stated: list[Any]
    gaps: list[Singles | None]
    """Of a floor, for each that is stated: what missing evidence is multiplied by."""
    levels: dict[tuple[str, ...], NDArray[np.intp]]
    """Random numbers by their names."""


class _Country:
    """The draws of one country in one block: one row per sample and node, computed from the leaves up.

    What several samples have in common is drawn once.
    """

    def __init__(
        self,
        tree: _Tree,
        code: str,
        samples: Sequence[Sample],
        settings: Settings,
        shared: _Shared,
        buffers: _Buffers,
    ) -> None:
        self.book, self.nodes, self.counted = tree
        self.code, self.samples = code, samples
        self.prior, self.rules = self.book.rubric.prior, self.book.rubric.uncertainty
        self.shared, self.size = shared, shared.size
        self.settings, self.numbers = settings, Numbers(settings.seed, shared.first)
        self.buffers, self.draws = buffers, buffers.draws
        self.normals: dict[tuple[Any, ...], Singles] = {}
        self.common: dict[tuple[Any, ...], Singles] = {}
        self.shifts: dict[tuple[str, str | None], Singles] = {}
        self.source_weights: dict[tuple[str, str], Singles] = {}

    def fill(self, out: Singles, positions: Sequence[int]) -> None:
        """Fill an array, (samples, positions, size), with the draws of nodes; NaN for one missing in all draws."""
        # weights and exponent change no leaf
        ways = [
            (id(one.leaves), id(one.offsets), one.days, one.second - {"weights", "exponent"}) for one in self.samples
        ]
        distinct = {way: _LeafSample.of(one, self.book) for way, one in zip(ways, self.samples, strict=True)}
        numbers = {way: number for number, way in enumerate(distinct)}
        has_leaf = self._fill_leaves(list(distinct.values()))
        for rows, way, sample in zip(out, ways, self.samples, strict=True):
            number = numbers[way]
            draws, is_present = self.draws[number], has_leaf[number].copy()
            for node in reversed(self.nodes):
                if node.children:
                    self._aggregate(node, draws, is_present, sample.second)
            for row, position in zip(rows, positions, strict=True):
                row[:] = draws[position] if is_present[position] else np.nan

    def _fill_leaves(self, samples: Sequence[_LeafSample]) -> NDArray[np.bool_]:
        """Fill the rows of the leaves; which of the nodes have a figure, (samples, nodes)."""
        k = self.prior.weight
        is_present = np.zeros((len(samples), len(self.nodes)), np.bool_)
        tables = self._beta_tables(samples) if k else {}
        for node in self.counted:
            known = _Known([], [], [], [], [], {})
            for number, sample in enumerate(samples):
                row, leaf = self.draws[number, node.position], sample.leaves[node.position]
                mass = math.fsum(entry.weight for entry in leaf.entries)
                is_present[number, node.position] = mass + k > 0
                if k:
                    table = tables[self._beta(node, sample)]
                    # of a floor u alone, else k u / (M + k)
                    self._fill_unseen(node, sample, table, 1.0 if leaf.is_floor else k / (mass + k), known, row)
                else:
                    row[:] = 0
                if leaf.entries:
                    self._add_stated(node, sample, mass, known, row)
                if node.grid is not None:
                    round_half_up(row, node.grid)
        return is_present

    # -- missing evidence ----------------------------------------------------------------------------------------------

    def _total(self, node: Node, sample: _LeafSample) -> tuple[str, float]:
        """The pillar of a leaf, and t = 1 + v_c + v_p."""
        pillar = self.book.pillar_of[sample.leaves[node.position].indicator].id
        return pillar, 1 + sample.v_c + sample.v_p[pillar]

    def _beta(self, node: Node, sample: _LeafSample) -> tuple[float, float]:
        """c and f of missing evidence, Beta(c f, (1 - c) f)."""
        return sample.leaves[node.position].centre, concentration(self._total(node, sample)[1], self.prior)

    def _beta_tables(self, samples: Sequence[_LeafSample]) -> dict[tuple[float, float], NDArray[np.complex64]]:
        """The quantiles of missing evidence by c and f."""
        wanted = dict.fromkeys(self._beta(node, sample) for node in self.counted for sample in samples)
        centres, concentrations = np.array(list(wanted), dtype=float).reshape(-1, 2).T
        return dict(zip(wanted, quantiles.beta_of_normal(centres, concentrations), strict=True))

    def _fill_unseen(
        self, node: Node, sample: _LeafSample, table: NDArray[np.complex64], factor: float, known: _Known, row: Singles
    ) -> None:
        """A factor times u: the quantile at Phi(z), z = (n_i + sqrt(v_c) n + sqrt(v_p) n_p) / sqrt(t)."""
        pillar, total = self._total(node, sample)
        normal, is_new = _place(known.normals, (sample.unseen, sample.days))
        if is_new:
            half_life = self.book.leaves[sample.leaves[node.position].indicator].half_life
            self._fill_normal(self.buffers.normals[normal], sample, half_life, self.code, node.drawn_as)
        at, is_new = _place(known.places, (normal, sample.v_c, sample.v_p[pillar]))
        fractions, places = self.buffers.fractions[at], self.buffers.places[at]
        if is_new:
            np.multiply(self.buffers.normals[normal], quantiles.NORMAL_STEP / math.sqrt(total), out=fractions)
            fractions += self._common(sample, pillar, total)
            quantiles.find_places(fractions, places, self.buffers.value)
        number, is_new = _place(known.unseen, (at, self._beta(node, sample), factor))
        if is_new:
            scaled = table if factor == 1 else table * factor
            quantiles.look_up(scaled, places, fractions, self.buffers.unseen[number], self.buffers.pairs)
        np.copyto(row, self.buffers.unseen[number])

    def _common(self, sample: _LeafSample, pillar: str, total: float) -> Singles:
        """(sqrt(v_c) n + sqrt(v_p) n_p) / sqrt(t) of a pillar, as places in the tables, (size,) or (1,)."""
        v_c, v_p = sample.v_c, sample.v_p[pillar]
        key = sample.unseen, sample.days, v_c, v_p, pillar
        if key not in self.common:
            common = np.zeros(1, np.float32)
            if v_c:
                common = common + math.sqrt(v_c / total) * self._unseen_normal(sample)
            if v_p:
                common = common + math.sqrt(v_p / total) * self._unseen_normal(sample, pillar)
            self.common[key] = np.asarray(quantiles.NORMAL_STEP * (common + quantiles.NORMAL_RANGE), np.float32)
        return self.common[key]

    def _unseen_normal(self, sample: _LeafSample, *names: str) -> Singles:
        """The numbers of `_fill_normal` of the country, or of one of its pillars."""
        key = sample.unseen, sample.days, *names
        if key not in self.normals:
            self.normals[key] = np.empty(self.size, np.float32)
            self._fill_normal(self.normals[key], sample, self.rules.drift, self.code, *names)
        return self.normals[key]

    def _fill_normal(self, out: Singles, sample: _LeafSample, half_life: float | None, *names: str) -> None:
        """Standard normal numbers of missing evidence, which change from day to day:

        z' = rho z + sqrt(1 - rho^2) z*, rho = 2^(-years / half_life), 1 without a half-life.
        """  # noqa: D415  the formula is the text
        self._fill(out, quantiles.normal(), sample.unseen, *names)
        for before, day in itertools.pairwise(sample.days):
            if half_life is None:
                break
            rho = 2 ** (-(day - before).days / YEAR / half_life)
            if rho < 1:
                out *= rho
                out += math.sqrt(1 - rho * rho) * self._normal(sample.unseen, *names, day.isoformat())

    def _normal(self, *names: str) -> Singles:
        """Standard normal numbers in a new array."""
        return self._fill(np.empty(self.size, np.float32), quantiles.normal(), *names)

    def _fill(self, out: Singles, table: Singles, *names: str) -> Singles:
        """Fill an array with the numbers of a name, of the distribution of a table of quantiles."""
        self.numbers.levels(self.buffers.levels, *names)
        return table.take(self.buffers.levels, mode="clip", out=out)

    # -- evidence ------------------------------------------------------------------------------------------------------

    def _add_stated(self, node: Node, sample: _LeafSample, mass: float, known: _Known, row: Singles) -> None:
        """From k u / (M + k) to (T + k u) / (M + k); of a floor from u to v + (1 - v) (1 - s) u."""
        leaf = sample.leaves[node.position]
        number, is_new = _place(known.stated, (sample.stated, sample.sources, leaf.entries))
        stated = self.buffers.stated[number]
        if is_new:
            known.gaps.append(self._fill_stated(node, sample, leaf, mass, known, stated))
        gap = known.gaps[number]
        if gap is not None:
            row *= gap
        row += stated

    def _fill_stated(
        self, node: Node, sample: _LeafSample, leaf: Leaf, mass: float, known: _Known, out: Singles
    ) -> Singles | None:
        """Fill an array with T / (M + k); of a floor with v, and return (1 - v) (1 - s)."""
        if leaf.is_floor:
            self._fill_mean_of_count(node, sample, leaf, mass, out)
            return (1 - out) * self._floor_gap(node, sample, leaf)
        if node.saturation is not None:
            self._fill_mean_of_count(node, sample, leaf, mass, out)
            out *= np.float32(mass / (mass + self.prior.weight))
        else:
            self._fill_part_stated(node, sample, leaf, mass, known, out)
        return None

    def _shift(self, sample: _LeafSample, coder: str | None) -> Singles | None:
        """How strict a coder is, in units of v, or all those without a shift of their own; None without such an error.

        coder: None for one without a shift of its own.
        """
        if not (error := self.rules.coder_error(coder)):
            return None
        key = sample.stated, coder
        if key not in self.shifts:
            own = () if coder is None else (coder,)
            self.shifts[key] = self._normal(sample.stated, self.code, "coder", *own)
            self.shifts[key] *= error
        return self.shifts[key]

    def _shift_of(self, node: Node, sample: _LeafSample, entry: Entry) -> Singles | None:
        """How strict the coder of an entry is; of several, the one whose reading is taken in each draw."""
        coders = [reading.coder for reading in entry.readings]
        if len(set(coders)) == 1:
            return self._shift(sample, coders[0])
        shifts = {coder: self._shift(sample, coder) for coder in coders}
        choice = self._choice(node, sample, entry)
        total = np.zeros(self.size, np.float32)
        for number, coder in enumerate(coders):
            if (shift := shifts[coder]) is not None:
                np.add(total, shift, out=total, where=choice == number)
        return total

    def _fill_part_stated(
        self, node: Node, sample: _LeafSample, leaf: Leaf, mass: float, known: _Known, total: Singles
    ) -> None:
        """T / (M + k): the drawn values by weight w; by w g, with one g per source, where several speak.

        The weights are scaled so that they sum to M: a Bayesian bootstrap over sources (Rubin 1981).
        """
        share = mass + self.prior.weight
        weight, weights = self.buffers.weight, self.buffers.weights
        speakers = [entry.source for entry in leaf.entries]
        is_alone = len(set(speakers)) == 1
        errors: dict[str, Singles] = {}
        for number, entry in enumerate(leaf.entries):
            value = self._value(node, sample, entry, errors if speakers.count(entry.source) > 1 else None, known)
            if is_alone:
                value *= entry.weight / share
            else:
                np.multiply(self._source_weight(sample, entry.source), entry.weight, out=weight)
                value *= weight
                np.add(weights, weight, out=weights) if number else np.copyto(weights, weight)
            np.add(total, value, out=total) if number else np.copyto(total, value)
        if not is_alone:
            total /= weights
            total *= mass / share

    def _source_weight(self, sample: _LeafSample, source: str) -> Singles:
        """g of a source: exponential with mean 1."""
        key = sample.sources, source
        if key not in self.source_weights:
            g = np.empty(self.size, np.float32)
            self.source_weights[key] = self._fill(g, quantiles.exponential(), sample.sources, self.code, source)
        return self.source_weights[key]

    def _value(
        self, node: Node, sample: _LeafSample, entry: Entry, errors: dict[str, Singles] | None, known: _Known
    ) -> Singles:
        """A reading of an entry with its noise, the error of its source and the coder's shift, clipped, in a buffer.

        errors: those of sources with several entries at the leaf, by source; None if the source has only this entry.
        """
        value, address = self.buffers.value, (self.code, node.drawn_as, entry.statement)
        noise = entry.readings[0].noise
        if len(entry.readings) == 1 and errors is None and noise.kind == "triangular":
            levels = self._levels(sample, known, *address)
            quantiles.noise(noise.width, entry.source_error).take(levels, mode="clip", out=value)
            value += entry.readings[0].value
        else:
            self._fill_reading(value, node, sample, entry)
            if entry.source_error:
                of_sources = {} if errors is None else errors
                if entry.source not in of_sources:
                    of_sources[entry.source] = self._normal(sample.sources, self.code, node.drawn_as, entry.source)
                value += entry.source_error * of_sources[entry.source]
        if entry.is_judged and (shift := self._shift_of(node, sample, entry)) is not None:
            value += shift
        return clipped(value)

    def _levels(self, sample: _LeafSample, known: _Known, *address: str) -> NDArray[np.intp]:
        """Numbers whose upper eight bits are those of the coding error, and the lower those of the source's error."""
        coding = self._levels_of(known, sample.stated, *address)
        if sample.of_sources == sample.stated:
            return coding
        return np.asarray(
            (coding & -quantiles.COARSE)
            + (self._levels_of(known, sample.of_sources, *address) & (quantiles.COARSE - 1))
        )

    def _levels_of(self, known: _Known, *names: str) -> NDArray[np.intp]:
        """The numbers of a name, which samples share."""
        if names not in known.levels:
            known.levels[names] = np.empty(self.size, np.intp)
            self.numbers.levels(known.levels[names], *names)
        return known.levels[names]

    def _fill_reading(self, out: Singles, node: Node, sample: _LeafSample, entry: Entry) -> None:
        """A reading of an entry with its noise."""
        choice = self._choice(node, sample, entry)
        values, widths = (
            np.array(column, np.float32)
            for column in zip(*((reading.value, reading.noise.width) for reading in entry.readings), strict=True)
        )
        is_normal = np.array([reading.noise.kind == "normal" for reading in entry.readings])
        levels = self.buffers.levels
        self.numbers.levels(levels, sample.stated, self.code, node.drawn_as, entry.statement)
        noise = np.where(is_normal[choice], quantiles.normal().take(levels), quantiles.triangular().take(levels))
        np.add(values[choice], widths[choice] * noise, out=out)

    def _choice(self, node: Node, sample: _LeafSample, entry: Entry) -> NDArray[np.intp]:
        """The number of the reading that is taken in each draw, (size,) or (1,) if there is only one."""
        if len(entry.readings) == 1:
            return np.zeros(1, np.intp)
        self.numbers.levels(self.buffers.levels, sample.stated, self.code, node.drawn_as, entry.statement, "coder")
        return np.asarray(self.buffers.levels * len(entry.readings) // quantiles.LEVELS)

    def _fill_mean_of_count(self, node: Node, sample: _LeafSample, leaf: Leaf, mass: float, total: Singles) -> None:
        """v of the drawn events, with the noise of each statement, averaged by weight."""
        saturation = np.float32(node.saturation or 1)
        events = np.zeros(1, np.float32)
        for entry in leaf.entries:
            counts = np.array([reading.value * entry.grade for reading in entry.readings], np.float32)
            events = events + counts[self._choice(node, sample, entry)]
        v = np.minimum(events, saturation) / saturation
        total[:] = 0
        for entry in leaf.entries:
            address = sample.stated, self.code, node.drawn_as, entry.statement
            value = self._fill(self.buffers.value, quantiles.triangular(), *address)
            value *= entry.readings[0].noise.width
            value += v
            clipped(value)
            value *= entry.weight / mass
            total += value

    def _floor_gap(self, node: Node, sample: _LeafSample, leaf: Leaf) -> Singles:
        """1 - s by the readings drawn, (size,) or (1,)."""
        whole = np.zeros(1, np.float32)
        for entry in leaf.entries:
            weights = np.array([entry.weight * reading.is_whole for reading in entry.readings], np.float32)
            whole = whole + weights[self._choice(node, sample, entry)]
        return np.asarray(floor_gap(whole, self.prior.weight), np.float32)

    # -- inner nodes ---------------------------------------------------------------------------------------------------

    def _aggregate(self, node: Node, draws: Singles, is_present: NDArray[np.bool_], second: frozenset[Group]) -> None:
        """The node from its children that are present, by its rule, rounded where the node rounds."""
        counted = [number for number, child in enumerate(node.children) if self.nodes[child].local_weight]
        present = [number for number in counted if is_present[node.children[number]]]
        if not present or (node.missing == "refuse" and len(present) < len(counted)):
            return
        is_present[node.position] = True
        if node.rule.combine == "sum":  # one that is missing adds nothing
            for number in set(counted) - set(present):
                draws[node.children[number]] = 0
            present = counted
        children = draws[_slice([node.children[number] for number in present])]
        shared = self.shared.weights[_group("weights", second)]
        if node.position in shared:
            weights = shared[node.position][_slice(present)]
        else:
            weights = _column(self.nodes[node.children[number]].local_weight for number in present)
        if len(present) < len(node.children):
            weights = weights / weights.sum(axis=0)
        if node.parent is not None:
            draws[node.position] = _joined(children, weights, node.rule, self.buffers.scratch)
        else:
            exponents = self.shared.exponents[_group("exponent", second)]
            for (exponent, _), chosen in zip(self.settings.exponents, exponents, strict=True):
                chosen_weights = weights[:, chosen]
                scratch = np.empty_like(chosen_weights)
                rule = replace(node.rule, exponent=exponent)
                draws[0, chosen] = _joined(children[:, chosen], chosen_weights, rule, scratch)
        if (gate := node.rule.gate) is not None and is_present[node.children[gate.child]]:
            of_child = draws[node.children[gate.child]]
            draws[node.position] = gated(draws[node.position], of_child, gate, SINGLE)
        if node.grid is not None:
            round_half_up(draws[node.position], node.grid)


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
    if len(x) == 1:
        return np.asarray(x[0])
    total: Singles = np.multiply(weights, power(x, exponent), out=scratch[: len(x)]).sum(axis=0)
    return np.asarray(np.exp(total)) if exponent == 0 else root(total, exponent)


def blocks(
    assessment: Assessment,
    settings: Settings,
    *,
    second: frozenset[Group] = frozenset(),
    days: Sequence[dt.date] = (),
    processes: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Singles]:
    """Draws of the index of every country, in blocks of shape (countries, size of the block), in [0, 1]; NaN for none.

    The arguments are those of `node_blocks`.
    """
    of_index = node_blocks(assessment, settings, (0,), second=second, days=days, processes=processes, progress=progress)
    for block in of_index:
        yield block[:, 0]


def node_blocks(
    assessment: Assessment,
    settings: Settings,
    positions: Sequence[int],
    *,
    second: frozenset[Group] = frozenset(),
    days: Sequence[dt.date] = (),
    processes: int | None = None,
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
        processes: how many share the countries; by default one for each core, or one alone for few numbers. It changes
            no draw.
        progress: called with the draws made since the last call; a draw of all countries counts as 1.
    """
    countries = [(code, [sample._replace(days=tuple(days), second=second)]) for code, sample in samples_of(assessment)]
    return sample_blocks(assessment, countries, settings, positions, processes=processes, progress=progress)


def samples_of(assessment: Assessment) -> Iterator[tuple[str, Sample]]:
    """Each country of an assessment, as it is."""
    for row, profile in enumerate(assessment.profiles):
        yield profile.country, sample_of(assessment, row)


def sample_of(assessment: Assessment, row: int) -> Sample:
    """One country of an assessment, as it is."""
    return Sample(assessment.leaves[row], Offsets(*(part[row] for part in assessment.offsets)))


def sample_blocks(
    assessment: Assessment,
    countries: Sequence[tuple[str, Sequence[Sample]]],
    settings: Settings,
    positions: Sequence[int] = (0,),
    *,
    processes: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Singles]:
    """Joint draws of nodes of countries, each in one or more samples, in blocks of shape (samples, positions, size).

    Args:
        assessment: whose rubric and tree are drawn.
        countries: the code of each, and its samples; the samples of all stand one after the other in a block.
        settings: number of draws, seed and distributions.
        positions: of the nodes.
        processes: how many share the countries; by default one for each core, or one alone for few numbers. It changes
            no draw.
        progress: called with the draws made since the last call; a draw of all samples counts as 1.
    """
    tree, most = _Tree.of(assessment, positions), max((len(samples) for _, samples in countries), default=1)
    rows = sum(len(samples) for _, samples in countries)
    seconds = dict.fromkeys(sample.second for _, samples in countries for sample in samples)
    # where a country has several samples, what is computed from them is in memory, too
    drawn_at_once = max(1, rows * len(positions))
    held = 2 * HELD // (drawn_at_once * (most + 1)) if most > 1 else HELD // drawn_at_once
    block = min(BLOCK, held, BUFFERED // (most * len(assessment.nodes)))
    block = max(STEP, block // WHOLE * WHOLE or block // STEP * STEP)

    def simulated(shared: _Shared, buffers: _Buffers, country: tuple[str, Sequence[Sample]]) -> Singles:
        """The draws of a country in a block, shape (samples, positions, size)."""
        code, samples = country
        out = np.empty((len(samples), len(positions), shared.size), np.float32)
        with np.errstate(divide="ignore", over="ignore"):  # 0 under p <= 0: infinite, and its root is 0
            _Country(tree, code, samples, settings, shared, buffers).fill(out, positions)
        return out

    for shared in _shared_blocks(assessment.nodes, settings, seconds, block):
        is_short = rows * len(tree.counted) * (SETUP + shared.size) < FEW
        at_once = 1 if processes is None and is_short else processes
        needed, row = min(shared.size, settings.draws - shared.first), 0
        drawn = np.empty((rows, len(positions), needed), np.float32)
        of_block = partial(simulated, shared, _Buffers.of(assessment.nodes, most, shared.size))
        for of_country in on_all_cores(of_block, countries, processes=at_once):
            drawn[row : row + len(of_country)] = of_country[..., :needed]
            row += len(of_country)
            if progress is not None:
                progress(needed * len(of_country) / rows)
        yield drawn
