"""The rules that reproduce the most rows of a published table."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scoring.analysis.reconcile.fitting import Fit, Rows, best_fit, can_fit, intervals
from scoring.analysis.reconcile.printed import ROUNDINGS, bounds
from scoring.analysis.reconcile.rules import EXPONENTS, OFFSETS, Rule, power_means, unweighted
from scoring.analysis.reconcile.simplest import DENOMINATORS, NOISE, Simplest, simplest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.analysis.reconcile.printed import PublishedTable, Rounding
    from scoring.statistics.arrays import Floats

TIE = 1e-7  # of half an interval: an unrounded total between two printed numbers may go either way
SEARCHED = 300  # rows among which rules are looked for; more add hardly anything but time
SCREENED = 12  # rules that get a linear programme at least
HOPELESS = 0.5  # a rule with fewer approximate fits, as a share of the most, gets none
REFINED = 8  # rules whose simplest weights are compared
VARIED = 6  # rules that are tried with other roundings
STEPS = 100  # denominator of weights from which on they are not simple
NEAR = 4.0  # half units of the last digit: what other roundings of the total and of the parts come to
EXACT = 5  # rows from which on it is no chance that totals need no rounding
FINEST, COARSEST = 0.01, 4.0  # steps of the search for the exponents that fit as well
MANY = 4000  # weights of a grid that are not counted
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
        also: Other roundings under which as many rows fit.
        exponents: The exponents, from least to greatest, with which some weights reproduce the same rows.
    """

    rule: Rule
    fits: NDArray[np.bool_]
    values: Floats
    low: Floats
    high: Floats
    weights: Floats
    simple: Simplest | None
    also: tuple[Rounding, ...] = ()
    exponents: tuple[float, float] | None = None

    @property
    def count(self) -> int:
        """How many rows fit."""
        return int(self.fits.sum())

    def is_exact(self, table: PublishedTable) -> bool:
        """Whether the totals that fit need no rounding, as sums of whole numbers do not."""
        off = np.abs(self.values - table.total.numbers)[self.fits]
        return len(off) >= EXACT and bool((off <= 1e-9 * max(1.0, float(np.abs(table.total.numbers).max()))).all())

    @property
    def is_weighted(self) -> bool:
        """Whether there are weights to find."""
        return self.rule.combination == "power"

    @property
    def width(self) -> float:
        """The width of the widest interval of a weight."""
        return float((self.high - self.low).max(initial=0.0))


NONE = Fit(np.zeros(0), np.zeros(0, bool), math.inf)


@dataclass(frozen=True)
class _Candidate:
    """A rule with the rows that some weights reproduce.

    cost: bits of the rule and of the rows that do not fit, see `_cost`.
    """

    rule: Rule
    fit: Fit
    rows: Rows
    impossible: NDArray[np.bool_]
    trivial: NDArray[np.bool_]
    cost: float = 0.0

    @property
    def count(self) -> int:
        return self.fit.count


def search(table: PublishedTable) -> tuple[Reconciled, tuple[Reconciled, ...]]:
    """The best rule, and other rules that reproduce as many rows; of a long table, as many of some of its rows."""
    if len(table.rows) <= SEARCHED:
        return _search(table)
    best, others = _search(some_rows(table))
    if not best.is_weighted:
        return _without_weights(table, best.rule), others
    values = best.rule.value(table.matrix, best.weights)
    fits = _fitting(_Candidate(best.rule, NONE, *best.rule.rows(table)), best.weights)
    found = replace(best, values=values, fits=fits)
    if not best.simple or found.count < best.count / SEARCHED * len(table.rows) * HOPELESS:
        found = _reconciled(table, _candidate(table, best.rule))
    return replace(found, also=best.also, exponents=best.exponents), others


def some_rows(table: PublishedTable) -> PublishedTable:
    """At most `SEARCHED` rows of a table, evenly spaced."""
    count = len(table.rows)
    if count <= SEARCHED:
        return table
    return table.of(np.linspace(0, count - 1, SEARCHED).astype(int).tolist())


def _search(table: PublishedTable) -> tuple[Reconciled, tuple[Reconciled, ...]]:
    """The best rule, and other rules that reproduce as many rows.

    The best rule is the shortest description of the totals, in bits: rule, weights and the rows that do not fit.
    """
    scale = scale_of([float(abs(value)) for part in table.parts for value in part.values])
    factors = _factors(table, scale)
    found = [_without_weights(table, rule) for factor in factors for rule in unweighted(scale, factor, table)]
    scored = [(_row_cost(table, one.count) + _rule_cost(one.rule) - _exact_gain(table, one), one) for one in found]
    rules = [rule for factor in factors for rule in power_means(scale, factor)]
    candidates = _candidates(table, _screened(table, rules))
    scored += _weighted(table, candidates, math.inf)
    cost, best = min(scored, key=lambda one: one[0])
    if _is_near(table, best) or (best.is_weighted and (not best.simple or best.simple.denominator > STEPS)):
        scored += _weighted(table, _candidates(table, _variants(table, rules, candidates), best.count), cost)
        cost, best = min(scored, key=lambda one: one[0])
    scored.sort(key=lambda one: one[0])
    as_many = [
        one
        for _, one in scored
        if one is not best and one.count >= best.count and one.rule.from_unrounded <= best.rule.from_unrounded
    ]
    others = list({one.rule.formula: one for one in as_many if one.rule.formula != best.rule.formula}.values())
    known = {best.rule.formula, *(one.rule.formula for _, one in scored)}
    same = (
        replace(one.rule, rounding=best.rule.rounding, from_unrounded=best.rule.from_unrounded) for one in candidates
    )
    family = (
        one if one.rule == rule else _candidate(table, rule, best.count)
        for one, rule in zip(candidates, same, strict=True)
    )
    others += [
        _reconciled(table, one, is_quick=True)
        for one in family
        if one.rule.formula not in known and one.count >= best.count
    ]
    roundings = {one.rule.rounding for one in as_many if one.rule.formula == best.rule.formula}
    if best.is_exact(table):
        others = [one for one in others if one.is_exact(table)]
    also = tuple(sorted(roundings - {best.rule.rounding}))
    return replace(best, also=also, exponents=_exponents(table, best)), tuple(others)


def _exponents(table: PublishedTable, best: Reconciled) -> tuple[float, float] | None:
    """How far the exponent may be moved while some weights reproduce the same rows."""
    if not best.is_weighted or best.is_exact(table):
        return None

    def can(exponent: float) -> bool:
        rows, impossible, trivial = replace(best.rule, exponent=Fraction(exponent)).rows(table)
        return not (impossible & best.fits).any() and can_fit(rows.of(best.fits & ~trivial))

    def end(side: int) -> float:
        inside, step = float(best.rule.exponent), FINEST
        while step <= COARSEST and can(inside + side * step):
            inside, step = inside + side * step, 2 * step
        while step > FINEST:
            step /= 2
            if can(inside + side * step):
                inside += side * step
        return inside

    return end(-1), end(1)


def _is_near(table: PublishedTable, found: Reconciled) -> bool:
    """Whether a row that does not fit is near enough that another rounding may be why."""
    distance = np.abs(found.values - table.total.numbers) / table.total.halves
    return bool((~found.fits & (distance <= NEAR)).any())


def _variants(table: PublishedTable, rules: Sequence[Rule], candidates: Sequence[_Candidate]) -> Iterator[Rule]:
    """Rules with other roundings: the best of each, since what is cut off shifts all totals."""
    for rounding in ROUNDINGS:
        if rounding == "nearest":
            best = [one.rule for one in candidates[:VARIED]]
        else:
            turned = [replace(rule, rounding=rounding) for rule in rules]
            best = list(itertools.islice(_screened(table, turned), VARIED))
            yield from best
        yield from (replace(rule, from_unrounded=True) for rule in best)


def _weighted(table: PublishedTable, candidates: Sequence[_Candidate], limit: float) -> list[tuple[float, Reconciled]]:
    """The candidates that may cost less than the best one with their weights, each with its cost."""
    scored = []
    for candidate in candidates[:REFINED]:
        if candidate.cost >= limit:
            break
        found = _reconciled(table, candidate)
        cost = _row_cost(table, found.count) + _rule_cost(found.rule) + _spread_cost(table, candidate)
        scored.append((cost + _weight_cost(found) - _exact_gain(table, found), found))
        limit = min(limit, scored[-1][0])
    return scored


def scale_of(numbers: Iterable[float]) -> Fraction:
    """The smallest power of ten, from 1 on, that is not exceeded."""
    top = max(numbers, default=1.0)
    return Fraction(10) ** max(0, math.ceil(math.log10(top) - 1e-9)) if top > 0 else Fraction(1)


def _factors(table: PublishedTable, scale: Fraction) -> tuple[Fraction, ...]:
    """What the total may be a multiple of: 1 if it is mostly between the least and the greatest part."""
    total, half = table.total.numbers, table.total.halves
    parts = table.matrix
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
    """The rules that may fit, the likeliest first: least absolute deviations without bounds take a millisecond."""
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
    return (rules[number] for number in order if number in kept or number == 0)


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


def _candidates(table: PublishedTable, rules: Iterable[Rule], hoped: int = 0) -> list[_Candidate]:
    """The best weights under each rule, the shortest description first."""
    found = []
    for rule in rules:
        found.append(_candidate(table, rule, hoped))
        hoped = max(hoped, found[-1].count)
    return sorted(found, key=lambda one: one.cost)


def _candidate(table: PublishedTable, rule: Rule, hoped: int = 0) -> _Candidate:
    """The best weights under a rule."""
    rows, impossible, trivial = rule.rows(table)
    used = ~(impossible | trivial)
    fit = best_fit(rows.of(used), hoped)
    fits = trivial.copy()
    if fit is None:
        parts = rows.least.shape[1]
        fit = Fit(np.full(parts, 1 / parts), fits, math.inf)
    else:
        fits[used] = fit.fits
        fit = Fit(fit.weights, fits, fit.violation)
    candidate = _Candidate(rule, fit, rows, impossible, trivial)
    return replace(candidate, cost=_row_cost(table, fit.count) + _rule_cost(rule) + _spread_cost(table, candidate))


def _row_cost(table: PublishedTable, fits: int) -> float:
    """Bits of the rows that do not fit: for each, its number and its total."""
    count = len(table.rows)
    numbers, half = table.total.numbers, table.total.halves
    printed = 1 + (numbers.max() - numbers.min()) / (2 * half.min())
    return (count - fits) * (math.log2(printed) + math.log2(count + 1))


def _exact_gain(table: PublishedTable, found: Reconciled) -> float:
    """Bits saved by totals that need no rounding: any of ten or more unrounded ones would be printed as they are."""
    return math.log2(10) * found.count if found.is_exact(table) else 0.0


def _rule_cost(rule: Rule) -> float:
    """Bits of a rule: the fewer published indices use it, the more."""
    cost = 0.0
    if rule.combination == "power" and rule.exponent != 1:
        cost += 1.0 if rule.exponent == 0 else 3.0 + 0.1 * EXPONENTS.index(rule.exponent)
    cost += 3.0 * rule.is_inverted + 3.0 * (rule.rounding != "nearest") + 1.0 * rule.from_unrounded
    return cost + (4.0 + 0.1 * OFFSETS.index(rule.offset) if rule.offset else 0.0)


def _spread_cost(table: PublishedTable, candidate: _Candidate) -> float:
    """Bits of each total that fits, if parts were rounded after it was computed: which of several totals it is."""
    if not candidate.rule.from_unrounded:
        return 0.0
    widths = np.array([part.halves.max() for part in table.parts])
    spread = float(np.linalg.norm(candidate.fit.weights * widths)) * float(candidate.rule.factor)
    return len(table.rows) * math.log2(1 + spread / table.total.halves.min())


def _weight_cost(found: Reconciled) -> float:
    """Bits of weights: the number of the grid, and which of its points; any of those that fit will do."""
    if not found.is_weighted:
        return 0.0
    parts, simple = len(found.weights), found.simple
    if simple is None:
        widths = np.clip(found.high - found.low, 1e-6, 1.0)
        return float(-np.log2(widths).mean()) * (parts - 1) + 15.0
    if not simple.denominator:
        return 0.0
    points = math.log2(math.comb(simple.denominator + parts - 1, parts - 1))
    return 1.0 + DENOMINATORS.index(simple.denominator) / 2 + points - math.log2(simple.count or MANY)


def _reconciled(table: PublishedTable, candidate: _Candidate, *, is_quick: bool = False) -> Reconciled:
    """The intervals and the simplest weights under a rule; if quick, only the weights of the programme."""
    fits, weights = candidate.fit.fits, candidate.fit.weights
    parts = table.matrix
    if is_quick or not (fits & ~candidate.trivial).any():
        values = candidate.rule.value(parts, weights)
        return Reconciled(candidate.rule, fits, values, np.zeros(len(weights)), np.ones(len(weights)), weights, None)
    for _ in range(3):
        rows = candidate.rows.of(fits & ~candidate.trivial)
        low, high, middle = intervals(rows, weights)
        simple = simplest(rows, low, high, middle)
        weights = np.array([float(weight) for weight in simple.weights]) if simple else middle
        now = _fitting(candidate, weights)
        if not simple or now.sum() <= fits.sum():
            break
        fits = now  # the simplest weights reproduce more rows than the programmes found
    values = candidate.rule.value(parts, weights)
    return Reconciled(candidate.rule, fits, values, low, high, weights, simple)


def _fitting(candidate: _Candidate, weights: Floats) -> NDArray[np.bool_]:
    """The rows that weights reproduce."""
    used = ~(candidate.impossible | candidate.trivial)
    fits = candidate.trivial.copy()
    fits[used] = candidate.rows.of(used).violations(weights) <= NOISE
    return fits


def _without_weights(table: PublishedTable, rule: Rule) -> Reconciled:
    """A rule without weights."""
    none = np.zeros(0)
    values = rule.value(table.matrix, none)
    half = table.total.halves
    low, high = bounds(table.total.numbers, half, rule.rounding)
    tie = half * TIE + np.abs(values) * 1e-12
    return Reconciled(rule, (values >= low - tie) & (values <= high + tie), values, none, none, none, None)
