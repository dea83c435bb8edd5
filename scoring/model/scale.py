"""The scale on which an index is printed. Inside, a value v is always in [0, 1]; this is the only way out of it."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import Field

from scoring.model.fields import Model, Number
from scoring.statistics.grid import Grid
from scoring.text.numbers import NONE, rounded

if TYPE_CHECKING:
    from scoring.statistics.arrays import Floats

Value = TypeVar("Value", float, "Floats")
PLACES = 6  # decimals of figures in JSON and CSV
DIGITS = 14  # of the ends of a part of a scale: a double has 15 to 17, of which rounding errors reach the last


class Scale(Model):
    """A scale: from `from` for v = 0 to `to` for v = 1, printed with so many decimals; that of the index is given."""

    from_: Annotated[Number, Field(alias="from")] = 0.0
    to: Number = 100.0
    decimals: Annotated[int, Field(strict=True, ge=0, le=6)] = 1

    @property
    def width(self) -> float:
        """What a difference of 1 in v is on the scale."""
        return self.to - self.from_

    def on(self, value: Value) -> Value:
        """x = from + (to - from) v."""
        return self.from_ + value * self.width

    def off(self, figure: float) -> float:
        """v = (x - from) / (to - from)."""
        return (figure - self.from_) / self.width

    def has(self, figure: float) -> bool:
        """Whether a figure is on the scale, which may fall."""
        return min(self.from_, self.to) <= figure <= max(self.from_, self.to)

    def below(self, combine: str | None, share: float) -> Scale:
        """The scale of a child with this share of the weights: of a sum its share of this scale, else this scale.

        Weights that are points, such as 5, 5 and 5 of 15, so give each child its points. A child of weight 0 adds
        nothing to a sum and keeps the scale of its parent.
        """
        if combine != "sum" or not share:
            return self
        ends = {"from_": self.from_ * share, "to": self.to * share}
        # binary division would make 9.999999999999998 of a twelfth of 120
        return self.model_copy(update={name: float(f"{end:.{DIGITS}g}") for name, end in ends.items()})

    def grid(self, decimals: int) -> Grid:
        """Where values are rounded to so many decimals of the scale."""
        return Grid(self.width * 10**decimals, self.from_ * 10**decimals)

    def exact(self, value: float) -> float | None:
        """A value on the scale, rounded to six decimals, for JSON and CSV; None for NaN."""
        return None if math.isnan(value) else float(rounded(self.figure(value), PLACES))

    def exact_difference(self, difference: float) -> float | None:
        """A difference of values, likewise."""
        return None if math.isnan(difference) else float(rounded(self.figure_of_difference(difference), PLACES))

    def figure(self, value: float) -> float:
        """A value on the scale in decimal arithmetic: binary multiplication may change the last digit."""
        return float(self._times(value) + Decimal(repr(self.from_)))

    def figure_of_difference(self, difference: float) -> float:
        """A difference of values, likewise."""
        return float(self._times(difference))

    def _times(self, value: float) -> Decimal:
        return Decimal(repr(float(value))) * (Decimal(repr(self.to)) - Decimal(repr(self.from_)))

    # -- as text -------------------------------------------------------------------------------------------------------

    def points(self, value: float, finer: int = 0) -> str:
        """A value on the scale, with `finer` decimals more than usual, as below; a dash for NaN."""
        return NONE if math.isnan(value) else str(rounded(self.figure(value), self.decimals + finer))

    def span(self, low: float, high: float, dash: str = "–") -> str:
        """Two values, such as `48.7–84.8`; a dash if both are NaN."""
        return NONE if math.isnan(low) and math.isnan(high) else f"{self.points(low)}{dash}{self.points(high)}"

    def difference(self, difference: float, finer: int = 0) -> str:
        """A difference of values, without the sign + of an increase; a dash for NaN."""
        if math.isnan(difference):
            return NONE
        return str(rounded(self.figure_of_difference(difference), self.decimals + finer))

    def signed(self, difference: float, finer: int = 0) -> str:
        """A difference of values with its sign; a dash for NaN."""
        text = self.difference(difference, finer)
        return text if text.startswith(("-", NONE)) else f"+{text}"

    def in_words(self, difference: float, finer: int = 0) -> str:
        """A difference of values as `1.49 lower`, `0.30 higher` or `the same`; a dash for NaN."""
        size = self.difference(abs(difference), finer)
        if math.isnan(difference):
            return size
        return f"{size} {'lower' if difference < 0 else 'higher'}" if float(size) else "the same"

    @property
    def ends(self) -> str:
        """The head of a column of bars, such as `0 … 100`."""
        return f"{self.from_:g} … {self.to:g}"

    @property
    def spanned(self) -> str:
        """The scale in words, such as `0 to 100`."""
        return f"{self.from_:g} to {self.to:g}"

    @property
    def unit(self) -> str:
        """What follows a figure in a sentence, such as `of 100`."""
        return f"of {self.to:g}" if self.from_ == 0 else f"on the scale of {self.spanned}"


DEFAULT = Scale()
