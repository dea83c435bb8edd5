"""Uncertainty: seeded draws through the kernels of `scoring.aggregate`; section 8 of docs/method.md.

Every stream of random numbers has a key of names: weights and exponents are keyed by the node and shared by all
countries, so that differences are sharper than levels; a country's own draws are keyed by country, leaf and statement.
Adding or editing one country redraws no other, and correcting a typing error redraws nothing. Results do not depend on
the size of the blocks in which the draws are made.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring import aggregate
from scoring.results import Settings, Simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.results import Assessment, Entry, Floats, Leaf, Node

BLOCK = 4096  # draws at a time: large enough for numpy, small enough for the cache
INTERVAL = (0.05, 0.95)  # the uncertainty interval of indices and ranks
ROUNDING = 1e-12  # a cumulative probability reaches a share to here
BINS = 100_000  # of the published scale, for quantiles: 0.001 points wide


def stream(seed: int, *names: str) -> np.random.Generator:
    """A stream of random numbers for a seed and a key of names, which are kept apart in the key."""
    digest = hashlib.blake2b("\x1f".join((str(seed), *names)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big")))


class _CountryDraws:
    """The streams of one country, and its leaves' draws block by block."""

    def __init__(self, assessment: Assessment, row: int, settings: Settings) -> None:
        code = assessment.profiles[row].country
        self.nodes, self.settings = assessment.nodes, settings
        self.prior = assessment.book.rubric.prior.weight
        self.leaves = assessment.leaves[row]
        self.shared = stream(settings.seed, "shared", code)
        self.unseen = {
            position: stream(settings.seed, "unseen", code, assessment.nodes[position].path) for position in self.leaves
        }
        self.stated = {
            (position, entry.statement): stream(
                settings.seed, "stated", code, assessment.nodes[position].path, entry.statement
            )
            for position, leaf in self.leaves.items()
            for entry in leaf.entries
        }

    def block(self, size: int) -> Floats:
        """Estimates of the leaves, shape (size, nodes); inner nodes are not filled."""
        drawn = np.empty((size, len(self.nodes)))
        common = self.shared.random(size)
        for position, leaf in self.leaves.items():
            m = math.fsum(entry.weight for entry in leaf.entries)
            if m + self.prior == 0:
                drawn[:, position] = np.nan
                continue
            u = _unseen(self.unseen[position], common, self.settings.shared)
            t = self._total(position, leaf, size)
            drawn[:, position] = (t + self.prior * u) / (m + self.prior)
        return drawn

    def _total(self, position: int, leaf: Leaf, size: int) -> Floats:
        """T = sum w v with a draw of each v."""
        total = np.zeros(size)
        streams = [self.stated[position, entry.statement] for entry in leaf.entries]
        readings = [_reading(entry, stream, size) for entry, stream in zip(leaf.entries, streams, strict=True)]
        if (saturation := self.nodes[position].saturation) is not None:
            events = sum((read * entry.grade for read, entry in zip(readings, leaf.entries, strict=True)), np.zeros(1))
            together = np.minimum(events, saturation) / saturation
            readings = [together] * len(leaf.entries)
        for read, entry, stream in zip(readings, leaf.entries, streams, strict=True):
            total += entry.weight * np.clip(read + _noise(entry, stream, size), 0, 1)
        return total


def _unseen(own: np.random.Generator, common: Floats, shared: float) -> Floats:
    """u: with probability r the country's shared draw, else the leaf's own. One uniform says both which and what."""
    x = own.random(common.size)
    if shared >= 1:
        return common
    return np.where(x < shared, common, (x - shared) / (1 - shared))


def _reading(entry: Entry, own: np.random.Generator, size: int) -> Floats:
    if len(entry.readings) == 1:
        return np.full(1, entry.readings[0])
    return np.asarray(entry.readings)[own.integers(len(entry.readings), size=size)]


def _noise(entry: Entry, own: np.random.Generator, size: int) -> Floats:
    """Half-width * triangular(-1, 0, 1), by the inverse of its distribution; for a share its standard error, normal."""
    if entry.noise.kind == "normal":
        return entry.noise.width * own.standard_normal(size)
    x = own.random(size)
    below = np.sqrt(2 * np.minimum(x, 0.5)) - 1
    above = 1 - np.sqrt(2 * (1 - np.maximum(x, 0.5)))
    return np.asarray(entry.noise.width * np.where(x < 0.5, below, above))  # noqa: PLR2004  the peak


class _SharedDraws:
    """Weights of every node but checklists, Dirichlet(kappa W), and the exponent across pillars."""

    def __init__(self, assessment: Assessment, settings: Settings) -> None:
        self.nodes, self.settings = assessment.nodes, settings
        inner = [node for node in assessment.nodes if node.children and node.kind != "checklist"]
        self.streams = {node.position: stream(settings.seed, "weights", node.path) for node in inner}
        self.alphas = {
            node.position: settings.kappa * np.array([assessment.nodes[child].share for child in node.children])
            for node in inner
        }
        self.exponent = stream(settings.seed, "exponent")

    def block(self, size: int) -> tuple[dict[int, Floats], Floats]:
        """Weights by position of the node, shape (size, children), and exponents, shape (size,)."""
        weights = {position: _dirichlet(self.streams[position], alpha, size) for position, alpha in self.alphas.items()}
        values, chances = zip(*self.settings.exponents, strict=True)
        drawn = np.searchsorted(np.cumsum(chances)[:-1], self.exponent.random(size), side="right")
        return weights, np.asarray(values)[drawn]


def _dirichlet(own: np.random.Generator, alpha: Floats, size: int) -> Floats:
    gamma = own.standard_gamma(alpha, size=(size, alpha.size))
    return np.asarray(gamma / gamma.sum(axis=1, keepdims=True))


def _join(drawn: Floats, nodes: Sequence[Node], weights: dict[int, Floats], exponents: Floats) -> Floats:
    """The index of each draw, shape (size,), from the leaves' draws, shape (size, nodes), which are filled up."""
    for node in reversed(nodes):
        if not node.children:
            continue
        children = drawn[:, list(node.children)]
        if node.position not in weights:
            shares = np.array([nodes[child].share for child in node.children])
            drawn[:, node.position] = aggregate.arithmetic_mean(children, shares)
            continue
        own = weights[node.position]
        if node.parent is not None:
            drawn[:, node.position] = _mean(children, own, node)
            continue
        for exponent in np.unique(exponents):
            chosen = exponents == exponent
            drawn[chosen, 0] = aggregate.power_mean(children[chosen], own[chosen], float(exponent))
    return drawn[:, 0]


def _mean(children: Floats, weights: Floats, node: Node) -> Floats:
    if node.exponent == 1 and not np.isnan(children).any():
        return aggregate.arithmetic_mean(children, weights)
    mean = aggregate.power_mean(children, weights, node.exponent)
    return np.where(np.isnan(children).any(axis=1), np.nan, mean) if node.missing == "refuse" else mean


def settings_of(assessment: Assessment, *, draws: int = 20_000, seed: int = 0, shared: float | None = None) -> Settings:
    """The settings of a rubric, with the number of draws, the seed and, if given, another shared part."""
    rubric = assessment.book.rubric.uncertainty
    return Settings(
        draws=draws,
        seed=seed,
        shared=rubric.shared if shared is None else shared,
        kappa=rubric.kappa,
        exponents=tuple(sorted((float(exponent), chance) for exponent, chance in rubric.exponents.items())),
    )


def blocks(assessment: Assessment, settings: Settings) -> Iterator[Floats]:
    """Draws of the index of every country, block by block, each of shape (countries, size of the block), in [0, 1]."""
    common = _SharedDraws(assessment, settings)
    countries = [_CountryDraws(assessment, row, settings) for row in range(len(assessment.profiles))]
    left = settings.draws
    while left:
        size = min(BLOCK, left)
        weights, exponents = common.block(size)
        yield np.stack([_join(one.block(size), assessment.nodes, weights, exponents) for one in countries])
        left -= size


@dataclass
class _Tally:
    """Running counts; memory does not grow with the number of draws."""

    histogram: NDArray[np.int64]
    above: NDArray[np.float64]
    ranks: NDArray[np.int64]
    total: Floats
    squares: Floats

    def add(self, block: Floats, published: NDArray[np.intp]) -> None:
        """Count one block, shape (countries, size)."""
        cells = np.minimum((block * BINS).astype(np.int64), BINS - 1)
        for row, line in enumerate(cells):
            self.histogram[row] += np.bincount(line, minlength=BINS)
        for row, line in enumerate(block):
            self.above[row] += (line > block).sum(axis=1) + 0.5 * (line == block).sum(axis=1)
        ranked = block[published]
        for row, line in zip(published, ranked, strict=True):
            places = (ranked > line).sum(axis=0)
            self.ranks[row, : len(published)] += np.bincount(places, minlength=len(published))[: len(published)]
        self.total += block.sum(axis=1)
        self.squares += (block * block).sum(axis=1)


def simulate(
    assessment: Assessment, settings: Settings, *, progress: Callable[[int], None] | None = None
) -> Simulation:
    """Draw the indices of all countries of an assessment and sum up what the draws say.

    `progress` is called with the number of draws of each block that is done. Ranks are among the published; medians,
    intervals and P(A above B) are given for the withheld too.
    """
    count = len(assessment.profiles)
    published = np.array([row for row, rank in enumerate(assessment.rank) if rank is not None], dtype=np.intp)
    tally = _Tally(
        histogram=np.zeros((count, BINS), dtype=np.int64),
        above=np.zeros((count, count)),
        ranks=np.zeros((count, count), dtype=np.int64),
        total=np.zeros(count),
        squares=np.zeros(count),
    )
    for block in blocks(assessment, settings):
        tally.add(block, published)
        if progress is not None:
            progress(block.shape[1])
    mean = tally.total / settings.draws
    cuts = [round(band.from_ / 100 * BINS) for band in assessment.book.rubric.bands]
    return Simulation(
        settings=settings,
        mean=mean,
        sd=np.sqrt(np.maximum(tally.squares / settings.draws - mean * mean, 0)),
        low=_quantile(tally.histogram, INTERVAL[0]),
        median=_quantile(tally.histogram, 0.5),
        high=_quantile(tally.histogram, INTERVAL[1]),
        p_above=tally.above / settings.draws,
        rank_probability=tally.ranks / settings.draws,
        band_probability=np.add.reduceat(tally.histogram, cuts, axis=1) / settings.draws,
    )


def difference(before: Assessment, after: Assessment, settings: Settings) -> Floats:
    """Draws of the index of one country after less before, under common draws, shape (draws,), in [-1, 1]."""
    pairs = zip(blocks(before, settings), blocks(after, settings), strict=True)
    return np.concatenate([second[0] - first[0] for first, second in pairs])


def rank_interval(probabilities: Floats) -> tuple[int, int] | None:
    """The 5 % and 95 % quantiles of a rank from its probabilities, (ranks,); None for the withheld."""
    total = np.cumsum(probabilities)
    if not total[-1] > 0:
        return None
    low, high = (int(np.argmax(total >= share - ROUNDING)) + 1 for share in INTERVAL)
    return low, high


def _quantile(histogram: NDArray[np.int64], probability: float) -> Floats:
    """The middle of the bin in which the cumulative share reaches the probability, shape (countries,)."""
    reached = np.cumsum(histogram, axis=1) >= probability * histogram.sum(axis=1, keepdims=True)
    return np.asarray((reached.argmax(axis=1) + 0.5) / BINS)
