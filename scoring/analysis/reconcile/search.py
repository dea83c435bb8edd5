"""The rules that reproduce the most rows of a published table."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scoring.analysis.reconcile.fitting import Fit, Rows, best_fit, intervals
from scoring.analysis.reconcile.printed import ROUNDINGS, bounds
from scoring.analysis.reconcile.rules import Rule, power_means, unweighted
from scoring.analysis.reconcile.simplest import Simplest, simplest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.analysis.reconcile.printed import PublishedTable, Rounding
    from scoring.statistics.arrays import Floats

TIE = 1e-7  # of half an interval: an unrounded total between two printed numbers may go either way
SCREENED = 12  # rules that get a linear programme at least
HOPELESS = 0.5  # a rule with fewer approximate fits, as a share of the most, gets none
REFINED = 5  # rules of equal fit whose simplest weights are compared
WITHIN = 0.8  # share of totals between the least and the greatest part, from which on the total is a mean


@dataclass(frozen=True)
class Reconciled:
    """A rule with weights, and the rows that it reproduces.

    Attributes:
        rule: The rule.
        fits: Per row.
        values: The unrounded total of each row under the rule.
        low: The least value of each weight; empty for a rule without weights.
        high: The greatest value.
        weights: Those used: the simplest, or the middle of the intervals if none are simple.
        simple: How simple they are; None if they are not.
    """

    rule: Rule
    fits: NDArray[np.bool_]
    values: Floats
    low: Floats
    high: Floats
    weights: Floats
    simple: Simplest | None

    @property
    def count(self) -> int:
        """How many rows fit."""
        return int(self.fits.sum())

    @property
    def combination_is_weighted(self) -> bool:
        """Whether there are weights to find."""
        return self.rule.combination == "power"

    @property
    def width(self) -> float:
        """The width of the widest interval of a weight."""
        return float((self.high - self.low).max(initial=0.0))


@dataclass(frozen=True)
class _Candidate:
    rule: Rule
    fit: Fit
    rows: Rows
    trivial: NDArray[np.bool_]

    @property
    def count(self) -> int:
        return self.fit.count


def search(table: PublishedTable) -> tuple[Reconciled, tuple[Rule, ...]]:
    """The best rule, and all other rules that reproduce as many rows."""
    scale = scale_of([float(abs(value)) for part in table.parts for value in part.values])
    factors = _factors(table, scale)
    plain = [_without_weights(table, rule) for factor in factors for rule in unweighted(scale, factor)]
    rules = [rule for factor in factors for rule in power_means(scale, factor)]
    candidates = [_candidate(table, rule) for rule in _screened(table, rules)]
    most = max(candidate.count for candidate in candidates)
    if most < len(table.rows):
        best = sorted(candidates, key=lambda candidate: -candidate.count)[:REFINED]
        candidates += [
            _candidate(table, replace(one.rule, rounding=rounding)) for one in best for rounding in ROUNDINGS[1:]
        ]
        candidates += [_candidate(table, replace(one.rule, from_unrounded=True)) for one in best]
    cost = [_cost(table, candidate) for candidate in candidates]
    least = min(cost)
    equal = [candidate for candidate, one in zip(candidates, cost, strict=True) if one <= least + 1e-9]
    found = [_reconciled(table, candidate) for candidate in equal[:REFINED]]
    chosen = min(found, key=lambda one: (-one.count, _complexity(one)))
    others = tuple(one.rule for one in equal if one.rule != chosen.rule)
    best_plain = max(plain, key=lambda one: one.count)
    if best_plain.count >= chosen.count:
        others = (*((chosen.rule, *others) if chosen.count == best_plain.count else ()),)
        others += tuple(one.rule for one in plain if one is not best_plain and one.count == best_plain.count)
        return best_plain, others
    return chosen, others


def scale_of(numbers: Iterable[float]) -> Fraction:
    """The smallest power of ten, from 1 on, that is not exceeded."""
    top = max(numbers, default=1.0)
    return Fraction(10) ** max(0, math.ceil(math.log10(top) - 1e-9)) if top > 0 else Fraction(1)


def _factors(table: PublishedTable, scale: Fraction) -> tuple[Fraction, ...]:
    """What the total may be a multiple of: 1 if it is mostly between the least and the greatest part."""
    total, half = table.total.numbers(), table.total.halves()
    parts = np.column_stack([part.numbers() for part in table.parts])
    ratio = scale_of(abs(total)) / scale
    tens = (Fraction(10) ** power for power in (1, 2, 3, -1, -2, -3))
    candidates = dict.fromkeys((Fraction(1), Fraction(parts.shape[1]), ratio, *tens))
    likely = []
    for factor in candidates:
        low, high = (total - half) / float(factor), (total + half) / float(factor)
        is_within = (high >= parts.min(axis=1)) & (low <= parts.max(axis=1))
        if is_within.mean() >= WITHIN:
            likely.append(factor)
            if factor == 1:
                break
    return tuple(likely) or (Fraction(1),)


def _screened(table: PublishedTable, rules: Sequence[Rule]) -> Iterator[Rule]:
    """The rules that may fit, by least absolute deviations without bounds, which take a thousandth of a second."""
    scores = []
    for rule in rules:
        rows, impossible, trivial = rule.rows(table)
        used = ~(impossible | trivial) & np.isfinite(rows.low) & np.isfinite(rows.high)
        if used.sum() == 0:
            scores.append((0.0, 10.0))
            continue
        deviations = _deviations(rows.of(used))
        near = float((deviations <= 3).sum() + trivial.sum())  # noqa: PLR2004  half intervals: L1 is only near the rule
        scores.append((near, float(np.minimum(deviations, 10.0).mean())))
    most = max(near for near, _ in scores)
    order = sorted(range(len(rules)), key=lambda number: (-scores[number][0], scores[number][1]))
    kept = {number for number in order[:SCREENED] if scores[number][0] >= HOPELESS * most}
    kept |= {number for number, (near, _) in enumerate(scores) if near >= most - 1}
    return (rule for number, rule in enumerate(rules) if number in kept or number == 0)


def _deviations(rows: Rows) -> Floats:
    """Deviations from the middles of the intervals, in half intervals, under weights that sum to 1."""
    unit = rows.units()
    middle = (rows.low + rows.high) / 2
    last = rows.least[:, -1]
    x, y = (rows.least[:, :-1] - last[:, None]) / unit[:, None], (middle - last) / unit
    pull = np.ones(len(y))
    deviations = np.abs(y)
    for _ in range(12):
        weights = np.linalg.lstsq(x * pull[:, None], y * pull, rcond=None)[0]
        deviations = np.abs(x @ weights - y)
        pull = 1 / np.sqrt(np.maximum(deviations, 0.5))
    return np.asarray(deviations)


def _candidate(table: PublishedTable, rule: Rule) -> _Candidate:
    """The best weights under a rule."""
    rows, impossible, trivial = rule.rows(table)
    used = ~(impossible | trivial)
    fit = best_fit(rows.of(used))
    fits = trivial.copy()
    if fit is None:
        parts = rows.least.shape[1]
        return _Candidate(rule, Fit(np.full(parts, 1 / parts), fits, 10.0 * len(fits)), rows, trivial)
    fits[used] = fit.fits
    return _Candidate(rule, Fit(fit.weights, fits, fit.violation + 10.0 * impossible.sum()), rows, trivial)


def _cost(table: PublishedTable, candidate: _Candidate) -> float:
    """The length of a description of the totals, in bits: a row that does not fit has its number and its total.

    If the parts were rounded after the total was computed, a row that fits has one of several totals.
    """
    count = len(table.rows)
    numbers, half = table.total.numbers(), table.total.halves()
    printed = 1 + (numbers.max() - numbers.min()) / (2 * half.min())
    cost = (count - candidate.count) * (math.log2(printed) + math.log2(count + 1))
    if candidate.rule.from_unrounded:
        spread = sum(
            weight * part.halves().max() for weight, part in zip(candidate.fit.weights, table.parts, strict=True)
        )
        cost += 1 + count * math.log2(1 + spread * float(candidate.rule.factor) / half.min())
    return cost + (0.5 if candidate.rule.rounding != "nearest" else 0.0)


def _reconciled(table: PublishedTable, candidate: _Candidate) -> Reconciled:
    """The intervals and the simplest weights under a rule."""
    fits = candidate.fit.fits
    for _ in range(3):
        used = fits & ~candidate.trivial
        low, high, middle = intervals(candidate.rows.of(used))
        simple = simplest(candidate.rows.of(used), low, high, middle)
        weights = np.array([float(weight) for weight in simple.weights]) if simple else middle
        values, now = fitting(table, candidate.rule, weights, candidate.rows)
        if not simple or now.sum() <= fits.sum():
            break
        fits = now  # the simplest weights reproduce more rows than the programmes found
    return Reconciled(candidate.rule, now if simple else fits, values, low, high, weights, simple)


def fitting(
    table: PublishedTable, rule: Rule, weights: Floats, rows: Rows | None = None
) -> tuple[Floats, NDArray[np.bool_]]:
    """The unrounded totals under a rule with weights, and whether they are printed as they are."""
    values = rule.value(np.column_stack([part.numbers() for part in table.parts]), weights)
    if rule.from_unrounded and rows is not None:
        return values, rows.violations(weights) <= 1e-4  # noqa: PLR2004
    half = table.total.halves()
    low, high = bounds(table.total.numbers(), half, rule.rounding)
    tie = half * TIE + np.abs(values) * 1e-12
    return values, (values >= low - tie) & (values <= high + tie)


def _without_weights(table: PublishedTable, rule: Rule) -> Reconciled:
    """A rule without weights."""
    none = np.zeros(0)
    values, fits = fitting(table, rule, none)
    return Reconciled(rule, fits, values, none, none, none, None)


def _complexity(found: Reconciled) -> tuple[int, int]:
    """How simple the weights are: the number of their grid."""
    from scoring.analysis.reconcile.simplest import DENOMINATORS

    if found.simple is None:
        return len(DENOMINATORS) + 1, 0
    grid = 0 if not found.simple.denominator else 1 + DENOMINATORS.index(found.simple.denominator)
    return grid, found.simple.count or 10**6
