"""Rules that a published total may follow, and what they say of a table.

A power mean is M_p = (sum of w x^p)^(1/p), the geometric mean for p = 0. Inverted it is 1 - M_p(1 - x); with an offset
it is M_p(x + offset) - offset. All on the scale of the parts, divided by its top. INFORM's mean is inverted, with p = 0
and the offset 1/9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from scoring.analysis.reconcile.fitting import Rows
from scoring.analysis.reconcile.printed import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from scoring.analysis.reconcile.printed import PublishedTable, Rounding
    from scoring.statistics.arrays import Floats

Combination: TypeAlias = Literal["power", "least", "greatest", "product", "median", "linear"]
UNWEIGHTED: tuple[Combination, ...] = ("least", "greatest", "median", "product")
EXPONENTS = tuple(map(Fraction, ("1", "0", "-1", "1/2", "2", "1/3", "3", "-1/2", "-2", "2/3", "3/2", "4")))
"""From the one that published indices use most, to those that hardly any uses."""
OFFSETS = tuple(map(Fraction, ("0", "1/9", "1/99", "1/100", "1/10", "1")))
"""In units of the scale. INFORM adds 1/9; 1 to 100 in place of 0 to 100 is 1/99; ln(1 + x) adds 1."""


@dataclass(frozen=True)
class Rule:
    """A rule without its weights.

    Attributes:
        combination: A power mean, or a rule without weights.
        exponent: Of the power mean.
        is_inverted: Whether the mean is of what is missing to the top of the scale.
        offset: Added to the parts and subtracted from the mean, in units of the scale.
        scale: The top of the scale of the parts.
        factor: The total of parts that are all 1.
        rounding: How the total was rounded.
        from_unrounded: Whether the total was computed before the parts were rounded.
    """

    scale: Fraction
    combination: Combination = "power"
    exponent: Fraction = Fraction(1)
    is_inverted: bool = False
    offset: Fraction = Fraction(0)
    factor: Fraction = Fraction(1)
    rounding: Rounding = "nearest"
    from_unrounded: bool = False

    @property
    def formula(self) -> Rule:
        """The rule apart from rounding."""
        return replace(self, rounding="nearest", from_unrounded=False)

    def rows(self, table: PublishedTable) -> tuple[Rows, NDArray[np.bool_], NDArray[np.bool_]]:
        """The inequalities of all rows of a power mean; the rows that no weights fit, and those that all weights fit.

        With an exponent of 0 or less the mean of parts of which one is 0 is 0, whatever the weights.
        """
        parts = table.matrix
        widths = np.column_stack([part.halves for part in table.parts]) if self.from_unrounded else 0.0
        low, high = self._of_unit(*bounds(table.total.numbers, table.total.halves, self.rounding), by_factor=True)
        least, most = self._of_unit(parts - widths, parts + widths)
        p = float(self.exponent)
        if p <= 0:  # parts that may be 0 make no mean too great
            high = np.where((least <= 0).any(axis=1) & (most > 0).all(axis=1), np.inf, high)
            least = np.where(least > 0, least, most)
        rows = Rows(_g(least, p), _g(most, p), _g(low, p), _g(high, p))
        is_zero = (most <= 0).any(axis=1) if p <= 0 else np.zeros(len(low), bool)
        trivial = is_zero & (low <= float(self.offset))
        impossible = (is_zero & ~trivial) | ((high < 0) & (p != 1)) | (rows.high == -np.inf)
        return rows, impossible, trivial & ~impossible

    def _of_unit(self, low: Floats, high: Floats, *, by_factor: bool = False) -> tuple[Floats, Floats]:
        """Bounds in units of the scale, turned if the rule is, plus the offset."""
        unit = float(self.scale * self.factor) if by_factor else float(self.scale)
        if self.is_inverted:
            return 1 - high / unit + float(self.offset), 1 - low / unit + float(self.offset)
        return low / unit + float(self.offset), high / unit + float(self.offset)

    def value(self, parts: Floats, weights: Floats) -> Floats:
        """The unrounded totals of the parts, shape (rows, parts)."""
        unit, offset = float(self.scale), float(self.offset)
        x = (1 - parts / unit if self.is_inverted else parts / unit) + offset
        match self.combination:
            case "least":
                mean = x.min(axis=1)
            case "greatest":
                mean = x.max(axis=1)
            case "median":
                mean = np.median(x, axis=1)
            case "product":
                mean = x.prod(axis=1)
            case "linear":
                return np.asarray(parts @ weights[: parts.shape[1]] + weights[parts.shape[1] :].sum())
            case "power":
                p = float(self.exponent)
                is_zero = np.asarray((x <= 0).any(axis=1, keepdims=True) & (p <= 0))
                mean = _inverse(_g(np.where(is_zero, 1.0, x), p) @ weights, p)
                mean = np.where(is_zero[:, 0], 0.0, mean)
        mean = mean - offset
        return np.asarray((1 - mean if self.is_inverted else mean) * unit * float(self.factor))


def _g(x: Floats, p: float) -> Floats:
    """(x^p - 1) / p, increasing in x and smooth in p; ln x for p = 0. Of 0 and less, the limit, unless p = 1."""
    if p == 1:
        return x - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        safe = np.maximum(x, 0.0)
        return np.log(safe) if p == 0 else np.asarray((safe**p - 1) / p)


def _inverse(y: Floats, p: float) -> Floats:
    """The x of which y is `_g`."""
    if p in (0, 1):
        return 1 + y if p else np.exp(y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.maximum(1 + p * y, 0.0) ** (1 / p)


def power_means(scale: Fraction, factor: Fraction) -> Iterator[Rule]:
    """The power means to try, the simplest first. For an exponent of 1 orientation and offset change nothing."""
    yield Rule(scale, factor=factor)
    for offset in OFFSETS:
        for is_inverted in (False, True):
            for exponent in EXPONENTS[1:]:
                yield Rule(scale, "power", exponent, is_inverted, offset, factor)


def unweighted(scale: Fraction, factor: Fraction, table: PublishedTable) -> Iterator[Rule]:
    """The rules without weights; only a product depends on the orientation. The median of two is their mean."""
    for combination in UNWEIGHTED:
        if combination != "median" or len(table.parts) > 2:  # noqa: PLR2004
            yield Rule(scale, combination, factor=factor)
    yield replace(Rule(scale, "product", factor=factor), is_inverted=True)
