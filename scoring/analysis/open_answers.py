"""The answers on which the order of two countries depends most in the draws: what to look for next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.analysis.levers import certain
from scoring.index.aggregate import aggregate
from scoring.index.borrowing import Offsets, borrow
from scoring.index.leaves import Entry, grade, leaf_of
from scoring.index.rescoring import leaves_of_rubric
from scoring.index.scenario import SUPPOSED, scenario_of
from scoring.index.tree import places_of_leaves
from scoring.model.kinds.base import Noise, Reading
from scoring.uncertainty.draws import Sample, node_blocks, sample_blocks, sample_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.index.tree import Node
    from scoring.statistics.arrays import Floats
    from scoring.uncertainty.draws import Settings


class Outcome(NamedTuple):
    """An answer as it may come out, and the probability that then A is above B."""

    answer: str | None
    """Level, or true or false; None for an end of its uncertainty interval."""
    value: float
    """v of the answer, in [0, 1]."""
    p_above: float


@dataclass(frozen=True)
class OpenAnswer:
    """An uncertain answer of one of two countries."""

    country: str
    node: Node
    share: float
    """Its contribution to the variance of the difference; those of all answers, weights and exponent sum to about 1."""
    statements: int
    """How many statements enter it."""
    outcomes: tuple[Outcome, ...]


def open_answers(
    assessment: Assessment, above: int, below: int, settings: Settings, most: int
) -> tuple[float, tuple[OpenAnswer, ...]]:
    """P(above), and the answers on which the variance of the difference depends most, the most important first.

    The share of an answer is its contribution to the variance of the difference, D: the covariance of w x and D in the
    draws, divided by the variance of D, where x is the answer and w what D gains per unit of x. Then the answer is
    fixed: at each level, or true and false, or at the ends of its uncertainty interval. It is then certain, as in
    `what_if`.

    Args:
        assessment: the countries.
        above: the row of the one that ranks above.
        below: the row of the other.
        settings: of the simulation, which runs twice.
        most: how many answers.
    """
    codes = [assessment.profiles[row].country for row in (above, below)]
    pair = scenario_of(assessment).of(codes).assess()
    rows = [[profile.country for profile in pair.profiles].index(code) for code in codes]
    leaves = [node for node in pair.nodes if not node.children and not node.is_used_again]
    shares = _shares(pair, rows, leaves, settings)
    order = [number for number in np.argsort(-shares, axis=None, kind="stable")[:most] if shares.flat[number] > 0]
    chosen = [(number // len(leaves), leaves[number % len(leaves)]) for number in order]
    ends = _ends(pair, rows, [node for _, node in chosen], settings)
    fixed = [
        list(_outcomes(pair, rows[country], node, ends[country, number]))
        for number, (country, node) in enumerate(chosen)
    ]
    samples = [
        [
            sample_of(pair, rows[country]),
            *(
                _fixed(pair, rows[country], node, leaf)
                for (owner, node), ways in zip(chosen, fixed, strict=True)
                for _, _, leaf in ways
                if owner == country
            ),
        ]
        for country in (0, 1)
    ]
    as_it_is, *chances = _chances(pair, codes, samples, settings)
    of_country = [iter(chances[: len(samples[0]) - 1]), iter(chances[len(samples[0]) - 1 :])]
    answers = []
    for (country, node), ways in zip(chosen, fixed, strict=True):
        outcomes = tuple(Outcome(answer, value, next(of_country[country])) for answer, value, _ in ways)
        entries = pair.leaves[rows[country]][node.position].entries
        share = float(shares[country, leaves.index(node)])
        answers.append(OpenAnswer(codes[country], node, share, len(entries), outcomes))
    return as_it_is, tuple(answers)


def _shares(pair: Assessment, rows: Sequence[int], leaves: Sequence[Node], settings: Settings) -> Floats:
    """The contribution of each leaf of both countries to the variance of their difference: shape (2, leaves)."""
    positions = [node.position for node in leaves]
    sums, products = (np.zeros((2, len(leaves))) for _ in range(2))
    total = squares = 0.0
    for block in node_blocks(pair, settings, [0, *positions]):
        drawn = block[rows].astype(np.float64)
        difference = drawn[0, 0] - drawn[1, 0]
        sums += drawn[:, 1:].sum(axis=-1)
        products += drawn[:, 1:] @ difference
        total += float(difference.sum())
        squares += float(np.square(difference).sum())
    variance = squares - total**2 / settings.draws
    if not variance > ROUNDING * settings.draws:
        return np.zeros_like(sums)
    slopes = np.array([_slopes(pair, row, leaves) for row in rows]) * np.array([[1], [-1]])
    return np.asarray(np.nan_to_num(slopes * (products - sums * total / settings.draws) / variance))


def _slopes(pair: Assessment, row: int, leaves: Sequence[Node]) -> Floats:
    """What the index of a country gains per unit of each leaf: shape (leaves,)."""
    now = pair.figures.estimate[row]
    changed = np.tile(now, (len(leaves) + 1, 1))
    steps = np.array([STEP if now[node.position] < 1 / 2 else -STEP for node in leaves])
    for number, node in enumerate(leaves):
        same = [other.position for other in pair.nodes if not other.children and other.part == node.part]
        changed[number + 1, same] += steps[number]
    aggregate({"estimate": changed}, pair.nodes)
    return np.asarray((changed[1:, 0] - changed[0, 0]) / steps)


STEP = 0.02  # of v, inward, over which a slope is taken: wide enough for indices that round
ROUNDING = 1e-12  # a variance below is that of rounding errors


def _ends(pair: Assessment, rows: Sequence[int], nodes: Sequence[Node], settings: Settings) -> Floats:
    """The uncertainty interval of some leaves of both countries, in the first block of draws: shape (2, nodes, 2)."""
    block = next(node_blocks(pair, settings, [node.position for node in nodes])) if nodes else np.zeros((2, 0, 1))
    return np.moveaxis(np.quantile(block[rows], pair.book.rubric.uncertainty.quantiles, axis=-1), 0, -1)


def _outcomes(pair: Assessment, row: int, node: Node, ends: Floats) -> Iterator[tuple[str | None, float, Leaf]]:
    """The ways in which an answer may come out: its text, v, and the leaf with that answer alone.

    ends: of its uncertainty interval, (2,).
    """
    name, item = node.part
    indicator = pair.book.leaves[name]
    answers: list[tuple[str, Any]] = [(choice, choice) for choice in indicator.choices()]
    if item is not None:
        answers = [("false", {item: False}), ("true", {item: True})]
    for text, code in answers:
        leaf = certain(pair, row, indicator, item, code)
        yield text, leaf.pooled.stated, leaf
    rules = pair.book.rubric.evidence
    for value in () if answers else ends.tolist():
        found = value * (indicator.adds_up_to or 1)
        entry = Entry(
            statement=SUPPOSED,
            source=SUPPOSED,
            value=found,
            readings=(Reading(found, Noise("triangular", 0.0), is_whole=True),),
            source_error=0.0,
            is_judged=False,
            grade=grade("A", 1, rules),
            decay=1.0,
            detectability=1.0,
            date=pair.as_of[row],
        )
        yield None, value, leaf_of(indicator, item, [entry], pair.book.rubric.prior)


def _fixed(pair: Assessment, row: int, node: Node, leaf: Leaf) -> Sample:
    """The country in a row with another leaf; what is expected of the others follows."""
    places = places_of_leaves(pair.nodes, pair.book)
    leaves = list(leaves_of_rubric(pair, row))
    leaves[places[node.position]] = leaf
    offsets, [centred] = borrow([leaves], pair.book)
    return Sample(
        {position: centred[place] for position, place in places.items()}, Offsets(*(part[0] for part in offsets))
    )


def _chances(
    pair: Assessment, codes: Sequence[str], samples: Sequence[Sequence[Sample]], settings: Settings
) -> list[float]:
    """The probability that the first country is above the second: as both are, and with each of the other samples.

    samples: of each country, as it is and then the others. Those of the first country come first.
    """
    sign = pair.book.rubric.sign
    first, second = map(len, samples)
    above = np.zeros(first + second - 1)
    for block in sample_blocks(pair, list(zip(codes, samples, strict=True)), settings):
        drawn = sign * block[:, 0]
        leads = [drawn[:first] - drawn[first], drawn[0] - drawn[first + 1 :]]
        above += np.concatenate([(np.sign(lead) + 1).sum(axis=-1) / 2 for lead in leads])
    return [math.nan if np.isnan(chance) else float(chance) for chance in above / settings.draws]
