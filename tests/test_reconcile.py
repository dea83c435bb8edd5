"""`scoring reconcile`: synthetic tables of known rule, made here with exact fractions, and published ones."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("scipy", reason="scipy is in the extra reconcile")

from scoring.analysis.reconcile.printed import Printed, PublishedTable

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGITS = 60


@dataclass(frozen=True)
class Known:
    """A table with the rule it was made by."""

    table: PublishedTable
    exponent: Fraction
    weights: tuple[Fraction, ...]
    wrong: frozenset[int]
    decimals: int


def powered(x: Fraction, exponent: Fraction) -> Decimal:
    """x^p to 60 digits, x > 0."""
    with localcontext() as context:
        context.prec = DIGITS
        base = Decimal(x.numerator) / Decimal(x.denominator)
        return base ** (Decimal(exponent.numerator) / Decimal(exponent.denominator))


def power_mean(parts: Sequence[Fraction], weights: Sequence[Fraction], exponent: Fraction) -> Fraction:
    """The weighted power mean, exact for an exponent of 1, else to 50 digits."""
    if exponent == 1:
        return sum((w * x for w, x in zip(weights, parts, strict=True)), Fraction(0))
    with localcontext() as context:
        context.prec = DIGITS
        if exponent == 0:
            product = Decimal(1)
            for weight, part in zip(weights, parts, strict=True):
                product *= powered(part, weight)
            return Fraction(product)
        total = sum(
            Decimal(w.numerator) / Decimal(w.denominator) * powered(x, exponent)
            for w, x in zip(weights, parts, strict=True)
        )
        return Fraction(Decimal(total) ** (Decimal(exponent.denominator) / Decimal(exponent.numerator)))


def printed(value: Fraction, decimals: int) -> Decimal:
    """The value rounded half up."""
    scaled = value * 10**decimals + Fraction(1, 2)
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-decimals)


def weights_of(chance: random.Random, parts: int) -> tuple[Fraction, ...]:
    """Equal weights, or positive ones in steps of 10, 5 or 1 %."""
    step = chance.choice([0, 10, 20, 100]) if parts <= 6 else chance.choice([0, 20, 100])
    if not step:
        return (Fraction(1, parts),) * parts
    cuts = sorted(chance.sample(range(1, step), parts - 1))
    return tuple(Fraction(b - a, step) for a, b in zip([0, *cuts], [*cuts, step], strict=True))


def synthetic(seed: int) -> Known:
    chance = random.Random(seed)  # noqa: S311
    parts = chance.randint(3, 8)
    rows = chance.randint(max(15, 3 * parts), 190)
    if seed % 4 == 0:
        rows = max(15, 3 * parts)
    decimals = chance.choice([0, 1, 1, 2, 3])
    exponent = chance.choice([Fraction(1), Fraction(1), Fraction(0), Fraction(1, 2), Fraction(-1), Fraction(2)])
    weights = weights_of(chance, parts)
    unit = 10**decimals
    cells = [[Fraction(chance.randint(5 * unit, 100 * unit), unit) for _ in range(parts)] for _ in range(rows)]
    totals = [printed(power_mean(row, weights, exponent), decimals) for row in cells]
    wrong = frozenset(chance.sample(range(rows), rows // 10)) if seed % 2 else frozenset()
    for row in wrong:
        move = Decimal(chance.randint(3, 20)) * chance.choice([1, -1])
        totals[row] = totals[row] + move if 0 <= totals[row] + move <= 100 else totals[row] - move
    columns = tuple(
        Printed(f"part {number}", tuple(printed(row[number], decimals) for row in cells)) for number in range(parts)
    )
    names = tuple(f"row {number}" for number in range(rows))
    table = PublishedTable(tuple(range(2, rows + 2)), names, Printed("total", tuple(totals)), columns)
    return Known(table, exponent, weights, wrong, decimals)
