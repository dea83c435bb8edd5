"""What is expected of missing evidence: a country's own record, at the usual level of each question. Section 4.

Partial pooling: the country, and each of its pillars, has an offset from the levels that the rubric expects, estimated
from its evidence and shrunk to 0 where there is little of it (empirical Bayes; Efron and Morris 1975).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scoring.index.leaves import Leaf
    from scoring.model.rubric import Prior, RuleBook
    from scoring.statistics.arrays import Floats

LEAST_CONCENTRATION = 0.5  # of a Beta distribution: nearly all of it then lies at 0 and 1
LEAST, MOST = 0.02, 0.98  # of a borrowed expectation: no country is expected to have nothing or everything


class Offsets(NamedTuple):
    """The offsets of countries and of their pillars from what the rubric expects, and the evidence behind them.

    Shapes: `country` and `mass` (...), `pillars` and `pillar_masses` (..., pillars).
    """

    country: Floats
    """b, in units of v; 0 where nothing is borrowed from the country."""
    pillars: Floats
    """b_p, beside b."""
    mass: Floats
    """A, the number of questions that the evidence answers."""
    pillar_masses: Floats
    """A_p, the same for each pillar."""


def offsets(stated: Floats, lent: Floats, expected: Floats, pillars: NDArray[np.intp], prior: Prior) -> Offsets:
    """With r = stated - e, and a the part of a question that a leaf lends:

    A = sum a, b = sum a r / (A + country); of the leaves of a pillar A_p = sum a, b_p = sum a (r - b) / (A_p + pillar)

    Args:
        stated: evidence means, (..., leaves); NaN for none.
        lent: a, (..., leaves).
        expected: e, (leaves,) or as `stated`.
        pillars: the number of the pillar of each leaf, (leaves,); they are those of the whole rubric.
        prior: `country` and `pillar`; where one is absent, its offset is 0.
    """  # noqa: D415  the formula is the text
    r = np.where(np.isnan(stated), 0.0, stated - expected)
    count = int(pillars.max(initial=-1)) + 1
    # leaf by leaf, so that a country's sums do not depend, to the last bit, on the other countries in the array
    total, mass = np.zeros(stated.shape[:-1]), np.zeros(stated.shape[:-1])
    sums, masses = np.zeros((*stated.shape[:-1], count)), np.zeros((*stated.shape[:-1], count))
    for leaf, pillar in enumerate(pillars):
        a = lent[..., leaf]
        lent_r = a * r[..., leaf]
        total += lent_r
        mass += a
        sums[..., pillar] += lent_r
        masses[..., pillar] += a
    nothing = prior.weight == 0
    b = np.zeros_like(total) if prior.country is None or nothing else total / (mass + prior.country)
    if prior.pillar is None or nothing:
        return Offsets(b, np.zeros_like(sums), mass, masses)
    return Offsets(b, (sums - masses * b[..., None]) / (masses + prior.pillar), mass, masses)


def centres(expected: Floats, found: Offsets, pillars: NDArray[np.intp], prior: Prior) -> Floats:
    """c = clip(e + b + b_p, .02, .98), shape (..., leaves); c = e where nothing is borrowed."""
    if not prior.borrows:
        return np.broadcast_to(expected, (*found.country.shape, len(pillars)))
    return np.asarray(np.clip(expected + found.country[..., None] + found.pillars[..., pillars], LEAST, MOST))


class Spread(NamedTuple):
    """The variances of what the leaves of a country, and of a pillar, have in common; shapes as in `Offsets`."""

    country: Floats
    pillars: Floats


def spread(found: Offsets, prior: Prior) -> Spread:
    """v_c = 1 / (A + country), v_p = 1 / (A_p + pillar); 0 where the rubric does not borrow."""
    v_c = np.zeros_like(found.mass) if prior.country is None else 1 / (found.mass + prior.country)
    v_p = np.zeros_like(found.pillar_masses) if prior.pillar is None else 1 / (found.pillar_masses + prior.pillar)
    return Spread(v_c, v_p)


def concentration(total: float, prior: Prior) -> float:
    """f = max((precision + 1) / t - 1, 1/2), t = 1 + v_c + v_p: missing evidence is Beta(c f, (1 - c) f)."""
    return max((prior.precision + 1) / total - 1, LEAST_CONCENTRATION)


def borrow(leaves: Sequence[Sequence[Leaf]], book: RuleBook) -> tuple[Offsets, list[list[Leaf]]]:
    """The offsets of countries, and their leaves with what is then expected of each.

    Args:
        leaves: of each country, those of the whole rubric in its order, as `score_profile` gives them.
        book: the rubric.
    """
    prior, pillars = book.rubric.prior, pillar_numbers(book)
    values = [[(leaf.pooled.stated, leaf.lent, leaf.expected) for leaf in row] for row in leaves]
    stated, lent, expected = np.moveaxis(np.array(values, dtype=float).reshape(len(leaves), len(pillars), 3), -1, 0)
    found = offsets(stated, lent, expected, pillars, prior)
    return found, with_offsets(leaves, found, book)


def with_offsets(leaves: Sequence[Sequence[Leaf]], found: Offsets, book: RuleBook) -> list[list[Leaf]]:
    """The leaves of countries, those of the whole rubric, with what offsets let expect of each."""
    prior, pillars = book.rubric.prior, pillar_numbers(book)
    if not prior.borrows:
        return [list(row) for row in leaves]
    expected = np.array([[leaf.expected for leaf in row] for row in leaves]).reshape(len(leaves), len(pillars))
    columns = centres(expected, found, pillars, prior)
    return [
        [leaf.centred(centre) for leaf, centre in zip(row, centres_of_row.tolist(), strict=True)]
        for row, centres_of_row in zip(leaves, columns, strict=True)
    ]


def pillar_numbers(book: RuleBook) -> NDArray[np.intp]:
    """The number of the pillar of each leaf of a rubric, in the order of its leaves."""
    numbers = [
        number
        for number, pillar in enumerate(book.pillars)
        for indicator in pillar.leaves.values()
        for _ in indicator.parts
    ]
    return np.array(numbers, dtype=np.intp)
