"""Printed numbers: a figure of a published table is an interval, as wide as its last digit."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from fractions import Fraction

    from scoring.statistics.arrays import Floats

Rounding: TypeAlias = Literal["nearest", "down", "up"]
ROUNDINGS: tuple[Rounding, ...] = ("nearest", "down", "up")
COMMON = 0.95  # share of the cells that have no more decimals than their column; a program may drop final zeros
MOST_DECIMALS = 9  # a figure with more is exact for us: the solver works to seven digits


@dataclass(frozen=True)
class Printed:
    """A column of printed numbers.

    Attributes:
        name: The header.
        values: As printed, one per row.
    """

    name: str
    values: tuple[Decimal, ...]

    @functools.cached_property
    def decimals(self) -> int:
        """Decimals of the column: those that hardly any cell exceeds."""
        own = sorted(map(decimals_of, self.values))
        return min(own[int(COMMON * (len(own) - 1) + 0.5)], MOST_DECIMALS) if own else 0

    @functools.cached_property
    def numbers(self) -> Floats:
        """The values as floats."""
        return np.array([float(value) for value in self.values])

    @functools.cached_property
    def halves(self) -> Floats:
        """Half a unit of the last printed digit, per row."""
        column = self.decimals
        own = [max(column, min(decimals_of(value), MOST_DECIMALS)) for value in self.values]
        return np.array([0.5 * 10.0**-decimals for decimals in own])


@dataclass(frozen=True)
class Ranked:
    """All rows with a total, also those that lack a part, with their printed ranks and classes."""

    rows: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    totals: tuple[Decimal, ...] = ()
    ranks: tuple[Fraction | None, ...] = ()
    """None where a cell is empty; no ranks if there is no such column."""
    classes: tuple[str, ...] = ()
    """Empty where a cell is; no classes if there is no such column."""


@dataclass(frozen=True)
class PublishedTable:
    """What is read of a published table; every column has one cell per row.

    Attributes:
        rows: The number of each row in the file.
        names: What the rows are called.
        total: The column to explain.
        parts: The columns it may be made of.
        left_out: Numbers of the rows without a total or a part.
        ranked: What is read of ranks and classes.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    total: Printed
    parts: tuple[Printed, ...]
    left_out: tuple[int, ...] = ()
    ranked: Ranked = Ranked()

    @functools.cached_property
    def matrix(self) -> Floats:
        """The parts as floats, shape (rows, parts)."""
        return np.column_stack([part.numbers for part in self.parts])

    def of(self, rows: Sequence[int]) -> PublishedTable:
        """Some of the rows, by position."""

        def some(column: Printed) -> Printed:
            return replace(column, values=tuple(column.values[row] for row in rows))

        return replace(
            self,
            rows=tuple(self.rows[row] for row in rows),
            names=tuple(self.names[row] for row in rows),
            total=some(self.total),
            parts=tuple(map(some, self.parts)),
        )


def decimals_of(value: Decimal) -> int:
    """The printed decimals of a number."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def bounds(numbers: Floats, halves: Floats, rounding: Rounding) -> tuple[Floats, Floats]:
    """Least and greatest value that is printed as each number."""
    below = {"nearest": 1.0, "down": 0.0, "up": 2.0}[rounding]
    return numbers - below * halves, numbers + (2.0 - below) * halves
