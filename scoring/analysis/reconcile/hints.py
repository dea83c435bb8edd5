"""Why a row may not fit: a gate, digits or cells that were exchanged, totals that slipped by a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from scoring.analysis.reconcile.printed import bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from scoring.analysis.reconcile.printed import PublishedTable
    from scoring.analysis.reconcile.search import Reconciled
    from scoring.statistics.arrays import Floats

Kind: TypeAlias = Literal[
    "gate", "shifted", "exchanged-rows", "exchanged-parts", "swapped-digits", "decimal-point", "left-out", "last-digit"
]
MOST_SWAPS = 40  # digits of a row that are exchanged in turn
NEAR = 3.0  # half units: a total that is off by one in its last digit


@dataclass(frozen=True)
class Hint:
    """Why a row may not fit.

    Attributes:
        kind: What would make it fit.
        columns: The columns that are concerned.
        printed: What is printed.
        instead: What would fit.
        row: Another row that is concerned, by position.
    """

    kind: Kind
    columns: tuple[str, ...] = ()
    printed: str = ""
    instead: str = ""
    row: int | None = None


def hints(table: PublishedTable, found: Reconciled) -> Mapping[int, Hint]:
    """The first hint that makes a row fit, by position of the row."""
    wrong = [int(row) for row in np.flatnonzero(~found.fits)]
    if not wrong:
        return {}
    parts = table.matrix
    total, half = table.total.numbers, table.total.halves

    def value(cells: Floats) -> float:
        return float(found.rule.value(cells[None], found.weights)[0])

    def fits(printed: float, half_unit: float, predicted: float, units: float = 1.0) -> bool:
        low, high = bounds(np.array([printed]), np.array([half_unit * units]), found.rule.rounding)
        noise = 1e-6 * half_unit
        return bool(low[0] - noise <= predicted <= high[0] + noise)

    result: dict[int, Hint] = {}
    for row, hint in _gates(table, found, parts, total, wrong):
        result.setdefault(row, hint)
    values = found.values
    for row in wrong:
        if row in result:
            continue
        for other in (row - 1, row + 1):
            neighbours = [row, row + (row - other), other]
            together = sum(
                1
                for one in neighbours
                if one in wrong
                and 0 <= one + other - row < len(values)
                and fits(total[one], half[one], values[one + other - row])
            )
            is_here = 0 <= other < len(values) and fits(total[row], half[row], values[other])
            if is_here and together > 1:
                result.setdefault(row, Hint("shifted", (table.total.name,), row=other))
        for other in wrong:
            if other != row and fits(total[row], half[row], values[other]) and fits(total[other], half[other], values[row]):
                result.setdefault(row, Hint("exchanged-rows", (table.total.name,), row=other))
        if row not in result and (hint := _in_row(table, found, parts[row], row, value, fits)):
            result[row] = hint
    return result


def _gates(
    table: PublishedTable, found: Reconciled, parts: Floats, total: Floats, wrong: Sequence[int]
) -> Iterator[tuple[int, Hint]]:
    """Rows with the same total, below a value of a part that no row that fits has."""
    for gated in sorted({float(total[row]) for row in wrong}):
        rows = [row for row in wrong if total[row] == gated]
        if len(rows) < 2 and gated != 0:  # noqa: PLR2004  one row is no rule, but a 0 is none by chance
            continue
        for column, part in enumerate(table.parts):
            limit = parts[rows, column].max()
            others = np.delete(parts[:, column], rows)
            if len(others) and others.min() > limit and (total[rows] < found.values[rows]).all():
                top = max((part.values[row] for row in rows), default=None)
                for row in rows:
                    yield row, Hint("gate", (part.name,), str(table.total.values[row]), str(top))
                return


def _in_row(
    table: PublishedTable,
    found: Reconciled,
    cells: Floats,
    row: int,
    value: Callable[[Floats], float],
    fits: Callable[..., bool],
) -> Hint | None:
    """What makes a row fit, from the likeliest slip to the least likely."""
    printed, half = table.total.values[row], float(table.total.halves[row])
    predicted = float(found.values[row])
    for other in _swapped(printed):
        if fits(float(other), half, predicted):
            return Hint("swapped-digits", (table.total.name,), str(printed), str(other))
    for places in (1, -1, 2, -2) if printed else ():
        moved = printed.scaleb(places)
        if fits(float(moved), half * 10.0 ** max(places, 0), predicted):
            return Hint("decimal-point", (table.total.name,), str(printed), f"{moved:f}")
    for column, part in enumerate(table.parts):
        for other in _swapped(part.values[row]):
            changed = cells.copy()
            changed[column] = float(other)
            if fits(float(printed), half, value(changed)):
                return Hint("swapped-digits", (part.name,), str(part.values[row]), str(other))
    for first in range(len(cells)):
        for second in range(first + 1, len(cells)):
            changed = cells.copy()
            changed[[first, second]] = changed[[second, first]]
            if cells[first] != cells[second] and fits(float(printed), half, value(changed)):
                return Hint("exchanged-parts", (table.parts[first].name, table.parts[second].name))
    if fits(float(printed), half, predicted, NEAR):
        return Hint("last-digit", (table.total.name,), str(printed))
    if found.rule.combination == "power" and len(cells) > 1:
        for column, part in enumerate(table.parts):
            weights = np.delete(found.weights, column)
            if weights.sum() > 0:
                rest = np.delete(cells, column)
                left = float(found.rule.value(rest[None], weights / weights.sum())[0])
                if fits(float(printed), half, left):
                    return Hint("left-out", (part.name,))
    return None


def _swapped(number: Decimal) -> Iterator[Decimal]:
    """The number with two neighbouring digits exchanged."""
    sign, digits, exponent = number.as_tuple()
    for place in range(min(len(digits) - 1, MOST_SWAPS)):
        if digits[place] != digits[place + 1]:
            swapped = (*digits[:place], digits[place + 1], digits[place], *digits[place + 2 :])
            yield type(number)((sign, swapped, exponent))
