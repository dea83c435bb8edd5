"""Ranks and classes of a published table: which rule gives the printed ranks, and where the classes are cut."""

from __future__ import annotations

import itertools
import statistics
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scoring.analysis.reconcile.printed import Ranked

Better: TypeAlias = Literal["higher", "lower"]
Ties: TypeAlias = Literal["competition", "dense", "ordinal", "last", "mean"]
Source: TypeAlias = Literal["printed", "corrected", "unrounded"]
TIES: tuple[Ties, ...] = ("competition", "dense", "ordinal", "last", "mean")
"""Equal totals share the first of their ranks; share a rank and leave no gap; have different ranks; share the last of
their ranks; share the mean of them."""
STEPS = tuple(Decimal(text) for text in ("100", "50", "10", "5", "1", "0.5", "0.1", "0.05", "0.01", "0.005", "0.001"))


class WrongRank(NamedTuple):
    """A printed rank that a rule does not give."""

    row: int
    printed: Fraction
    expected: Fraction


@dataclass(frozen=True)
class RankRule:
    """How totals were ranked.

    Attributes:
        better: Whether rank 1 has the highest total or the lowest.
        ties: What equal totals get.
        of: Whether ranks follow the printed totals, those with wrong ones corrected, or unrounded ones.
        fits: How many ranks are reproduced.
        count: How many ranks there are.
        wrong: The others.
        others: Other ways with ties that reproduce as many.
    """

    better: Better
    ties: Ties
    of: Source
    fits: int
    count: int
    wrong: tuple[WrongRank, ...]
    others: tuple[Ties, ...] = ()


@dataclass(frozen=True)
class Cut:
    """The border of two classes.

    Attributes:
        lower: The class below.
        upper: The class above.
        low: The highest total below.
        high: The lowest total above.
        value: The simplest border; None if the classes overlap.
        is_upper: Whether a total of exactly this value belongs above; None if no total is.
    """

    lower: str
    upper: str
    low: Decimal
    high: Decimal
    value: Decimal | None
    is_upper: bool | None


@dataclass(frozen=True)
class Classes:
    """The classes from the lowest to the highest, their borders, and the rows that fit none."""

    names: tuple[str, ...]
    cuts: tuple[Cut, ...]
    wrong: tuple[int, ...]


def rank_rule(
    ranked: Ranked, corrected: Sequence[float] | None = None, unrounded: Sequence[float] | None = None
) -> RankRule | None:
    """The rule that reproduces the most ranks; None without ranks.

    Args:
        ranked: Totals and ranks.
        corrected: The totals, with those of the rule where rows do not fit; None if there are none.
        unrounded: The totals under the rule that was found; None if some rows have none.
    """
    ranks = {number: rank for number, rank in enumerate(ranked.ranks) if rank is not None}
    if not ranks:
        return None
    found: list[RankRule] = []
    sources: dict[Source, Sequence[float] | None] = {
        "printed": [float(total) for total in ranked.totals],
        "corrected": corrected,
        "unrounded": unrounded,
    }
    betters: tuple[Better, ...] = ("higher", "lower")
    for (of, totals), better in itertools.product(sources.items(), betters):
        if totals is None:
            continue
        keyed = [-total if better == "higher" else total for total in totals]
        for ties in TIES:
            wrong = tuple(_wrong(keyed, ranks, ties))
            found.append(RankRule(better, ties, of, len(ranks) - len(wrong), len(ranks), wrong))
    best = max(found, key=lambda rule: rule.fits)
    others = tuple(
        rule.ties
        for rule in found
        if rule is not best and (rule.fits, rule.better, rule.of) == (best.fits, best.better, best.of)
    )
    return replace(best, others=others)


def _wrong(keyed: Sequence[float], ranks: dict[int, Fraction], ties: Ties) -> Iterator[WrongRank]:
    """The ranks that differ from those of the rule; keyed: ascending from rank 1."""
    ordered, distinct = sorted(keyed), sorted(set(keyed))
    expected: dict[Ties, Callable[[float], Fraction]] = {
        "competition": lambda key: Fraction(bisect_left(ordered, key) + 1),
        "dense": lambda key: Fraction(bisect_left(distinct, key) + 1),
        "last": lambda key: Fraction(bisect_right(ordered, key)),
        "mean": lambda key: Fraction(bisect_left(ordered, key) + 1 + bisect_right(ordered, key), 2),
    }
    if ties != "ordinal":
        for number, rank in ranks.items():
            if (right := expected[ties](keyed[number])) != rank:
                yield WrongRank(number, rank, right)
        return
    seen: set[Fraction] = set()
    for number, rank in ranks.items():
        first, last = expected["competition"](keyed[number]), expected["last"](keyed[number])
        if not first <= rank <= last or rank in seen or rank.denominator > 1:
            yield WrongRank(number, rank, first)
        seen.add(rank)


def class_cuts(ranked: Ranked) -> Classes | None:
    """The borders of the classes, each the simplest number between two of them; None without classes.

    Classes that overlap get the border at which the fewest rows are on the wrong side.
    """
    groups: dict[str, list[Decimal]] = {}
    for total, name in zip(ranked.totals, ranked.classes, strict=False):
        if name:
            groups.setdefault(name, []).append(total)
    if not groups:
        return None
    names = sorted(groups, key=lambda name: (statistics.median(groups[name]), name))
    cuts = []
    for lower, upper in itertools.pairwise(names):
        low, high = _border(sorted(groups[lower]), sorted(groups[upper]))
        value, is_upper = _simplest_between(low, high)
        seen = value in groups[lower] or value in groups[upper]
        cuts.append(Cut(lower, upper, low, high, value, is_upper if seen else None))
    place = {name: number for number, name in enumerate(names)}
    wrong = []
    for number, (total, name) in enumerate(zip(ranked.totals, ranked.classes, strict=False)):
        above = sum(total >= cut.high for cut in cuts)
        if name and above != place[name]:
            wrong.append(number)
    return Classes(tuple(names), tuple(cuts), tuple(wrong))


def _border(lower: Sequence[Decimal], upper: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """The highest total below a border and the lowest above it, with the fewest rows on the wrong side."""
    totals = sorted({*lower, *upper})
    best = min(
        range(1, len(totals)) if len(totals) > 1 else range(1),
        key=lambda number: len(lower) - bisect_left(lower, totals[number]) + bisect_left(upper, totals[number]),
    )
    return (totals[best - 1], totals[best]) if best else (totals[0], totals[0])


def _simplest_between(low: Decimal, high: Decimal) -> tuple[Decimal | None, bool]:
    """The multiple of the greatest step from `low` to `high`; whether it belongs above."""
    for step in STEPS:
        first = -(-low // step) * step
        above = first if first > low else first + step
        if low < above <= high:
            return above, True
        if low <= first < high:
            return first, False
    return None, True
