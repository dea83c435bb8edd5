"""Numbers as text: rounding, scales, signs, and the words for missing values."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NONE = "–"
WITHHELD, NO_EVIDENCE = "withheld", "no evidence"
BAR = 20  # characters from 0 to 1


def rounded(number: float, decimals: int) -> Decimal:
    """The number rounded half to even by its shortest decimal representation (2.675 to two decimals is 2.68)."""
    return Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN) + 0  # no -0


def percent(share: float, decimals: int = 1) -> str:
    """A share in [0, 1] in percent, without the sign; a dash for NaN."""
    return NONE if math.isnan(share) else str(rounded(float(Decimal(repr(float(share))) * 100), decimals))


def unit(value: float, decimals: int = 2) -> str:
    """A value in [0, 1] on its own scale; a dash for NaN."""
    return NONE if math.isnan(value) else str(rounded(value, decimals))


def unit_against(value: float, threshold: float) -> str:
    """A value in [0, 1]; one below the threshold has as many decimals as it takes to read as less."""
    if not value < threshold:
        return unit(value)
    texts = (unit(value, decimals) for decimals in range(2, 12))
    return next((text for text in texts if float(text) < threshold), unit(value, 12))


def probability(chance: float, decimals: int = 3, *, percent: bool = False) -> str:
    """A simulated probability, of 1 or in percent; never shown as 0 or 1, which draws cannot prove."""
    if math.isnan(chance):
        return NONE
    scale = 100 if percent else 1
    least = Decimal(1).scaleb(-decimals)
    shown = rounded(float(Decimal(repr(float(chance))) * scale), decimals)
    text = f"< {least}" if shown < least else f"> {scale - least}" if shown > scale - least else str(shown)
    return f"{text} %" if percent else text


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 statement`, `2 statements`."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def first(names: Sequence[str], most: int) -> str:
    """The first `most` names and the number of the others: `a, b and 3 more`."""
    return f"{', '.join(names[:most])}{and_more(len(names) - most)}"


def and_more(number: int) -> str:
    """The end of a shortened list, such as ` and 3 more`; empty if nothing was omitted."""
    return f" and {number} more" if number > 0 else ""


def more_in_json(number: int) -> tuple[str, ...]:
    """The note below a table that omits `number` rows; empty if it omits none."""
    return (f"{number} more in --format json.",) if number > 0 else ()


def exact_unit(value: float) -> float | None:
    """v rounded to six decimals, for JSON and CSV; None for NaN."""
    return None if math.isnan(value) else float(rounded(value, 6))


def bar(low: float, high: float, estimate: float | None) -> str:
    """The bounds in [0, 1] as a bar, with the estimate if it is published."""
    track, span, dot = "·", "━", "●"
    if math.isnan(low) or math.isnan(high):
        return track * BAR
    first, last = _cell(low), _cell(high)
    cells = [span if first <= position <= last else track for position in range(BAR)]
    if estimate is not None:
        cells[_cell(estimate)] = dot
    return "".join(cells)


def _cell(value: float) -> int:
    return min(BAR - 1, int(value * BAR))
