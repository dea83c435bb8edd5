"""Why a row may not fit: a gate, digits or cells that were exchanged, totals that slipped by a row."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from scoring.analysis.reconcile.printed import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from scoring.analysis.reconcile.printed import PublishedTable
    from scoring.analysis.reconcile.search import Reconciled
    from scoring.statistics.arrays import Floats

Kind: TypeAlias = Literal[
    "gate", "shifted", "exchanged-rows", "exchanged-parts", "swapped-digits", "decimal-point", "left-out", "last-digit"
]
MOST_SWAPS = 40  # digits of a row that are exchanged in turn
NOISE = 1e-6  # of half a unit: a total that is exactly between two printed numbers
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
    result = dict(_gates(table, found, wrong))
    for row in wrong:
        if row not in result:
            slips = itertools.chain(_of_rows(table, found, row, wrong), _of_row(table, found, row))
            result.update((row, hint) for hint in itertools.islice(slips, 1))
    return result


def _gates(table: PublishedTable, found: Reconciled, wrong: Sequence[int]) -> Iterator[tuple[int, Hint]]:
    """Rows with the same total, below a value of a part that no row that fits has."""
    total, parts = table.total.numbers, table.matrix
    for gated in sorted({float(total[row]) for row in wrong}):
        rows = [row for row in wrong if total[row] == gated]
        if len(rows) < 2 and gated != 0:  # noqa: PLR2004  one row is no rule, but a 0 is none by chance
            continue
        below = [
            (parts[rows, column].max(), column)
            for column in range(parts.shape[1])
            if np.delete(parts[:, column], rows).min(initial=np.inf) > parts[rows, column].max()
        ]
        if below and len(rows) < len(total) and (total[rows] < found.values[rows]).all():
            part = table.parts[min(below)[1]]
            top = max(part.values[row] for row in rows)
            yield from ((row, Hint("gate", (part.name,), f"{table.total.values[row]:f}", f"{top:f}")) for row in rows)


def _fits(table: PublishedTable, found: Reconciled, row: int, value: float, printed: float | None = None) -> bool:
    """Whether a total is printed as that of a row is, or as another number."""
    number = table.total.numbers[row] if printed is None else printed
    half = table.total.halves[row : row + 1]
    low, high = bounds(np.array([number]), half, found.rule.rounding)
    return bool(low[0] - NOISE * half[0] <= value <= high[0] + NOISE * half[0])


def _of_rows(table: PublishedTable, found: Reconciled, row: int, wrong: Sequence[int]) -> Iterator[Hint]:
    """Totals of other rows that stand here: of a neighbour, if others slipped too, or exchanged with this one."""
    values, last = found.values, len(found.values) - 1
    for step in (-1, 1):
        slipped = [
            one
            for one in (row - 1, row, row + 1)
            if one in wrong and 0 <= one + step <= last and _fits(table, found, one, values[one + step])
        ]
        if row in slipped and len(slipped) > 1:
            yield Hint("shifted", (table.total.name,), row=row + step)
    for other in wrong:
        if other != row and _fits(table, found, row, values[other]) and _fits(table, found, other, values[row]):
            yield Hint("exchanged-rows", (table.total.name,), row=other)


def _of_row(table: PublishedTable, found: Reconciled, row: int) -> Iterator[Hint]:
    """What makes a row fit, from the likeliest slip to the least likely."""
    printed, value = table.total.values[row], float(found.values[row])
    total = (table.total.name,)
    for other in _swapped(printed):
        if _fits(table, found, row, value, float(other)):
            yield Hint("swapped-digits", total, f"{printed:f}", f"{other:f}")
    for places in (1, -1, 2, -2) if printed else ():
        if _fits(table, found, row, value / 10.0**places):
            yield Hint("decimal-point", total, f"{printed:f}", f"{printed.scaleb(places):f}")
    for hint, cells in _changed(table, row):
        if _fits(table, found, row, float(found.rule.value(cells[None], found.weights)[0])):
            yield hint
    if abs(value - float(printed)) <= NEAR * table.total.halves[row]:
        yield Hint("last-digit", total, f"{printed:f}")
    if found.is_weighted:
        yield from _left_out(table, found, row)


def _changed(table: PublishedTable, row: int) -> Iterator[tuple[Hint, Floats]]:
    """The parts of a row with the digits of one of them swapped, or with two of them exchanged."""
    cells = table.matrix[row]
    for column, part in enumerate(table.parts):
        for other in _swapped(part.values[row]):
            changed = cells.copy()
            changed[column] = float(other)
            yield Hint("swapped-digits", (part.name,), f"{part.values[row]:f}", f"{other:f}"), changed
    for first, second in itertools.combinations(range(len(cells)), 2):
        if cells[first] != cells[second]:
            changed = cells.copy()
            changed[[first, second]] = changed[[second, first]]
            yield Hint("exchanged-parts", (table.parts[first].name, table.parts[second].name)), changed


def _left_out(table: PublishedTable, found: Reconciled, row: int) -> Iterator[Hint]:
    """A part without which the others, with their weights scaled to 1, make the total."""
    for column, part in enumerate(table.parts):
        weights, cells = np.delete(found.weights, column), np.delete(table.matrix[row], column)
        if weights.sum() > 0:
            value = float(found.rule.value(cells[None], weights / weights.sum())[0])
            if _fits(table, found, row, value):
                yield Hint("left-out", (part.name,))


def _swapped(number: Decimal) -> Iterator[Decimal]:
    """The number with two neighbouring digits exchanged."""
    sign, digits, _ = number.as_tuple()
    for place in range(min(len(digits) - 1, MOST_SWAPS)):
        if digits[place] != digits[place + 1]:
            swapped = (*digits[:place], digits[place + 1], digits[place], *digits[place + 2 :])
            yield type(number)((sign, swapped, 0)).scaleb(number.adjusted() - len(digits) + 1)
