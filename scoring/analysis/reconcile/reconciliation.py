"""Everything that a published table says of its rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.analysis.reconcile.hints import Hint, hints
from scoring.analysis.reconcile.linear import RawPart, linear, raw_parts
from scoring.analysis.reconcile.order import Classes, RankRule, class_cuts, rank_rule
from scoring.analysis.reconcile.search import Reconciled, search
from scoring.text.numbers import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.analysis.reconcile.printed import PublishedTable

ENOUGH = 0.5  # share of rows from which on a rule explains a table
MOST = 0.9  # share of rows from which on nothing but a mean is looked for
GAIN = 0.05  # share of rows that a sum of points per unit must add, since it has more freedom
LOOSE = 0.1  # length of the interval of the exponent from which on it is not identified
WIDE = 0.1  # width of the interval of a weight from which on it is not identified


@dataclass(frozen=True)
class Reconciliation:
    """The outcome.

    Attributes:
        table: What was read.
        found: The best rule.
        others: All other rules that reproduce as many rows.
        hints: Why rows may not fit, by position.
        ranks: The rule of the ranks.
        classes: The classes and their borders.
        raw: What the parts do, if they have units of their own.
    """

    table: PublishedTable
    found: Reconciled
    others: tuple[Reconciled, ...]
    hints: Mapping[int, Hint]
    ranks: RankRule | None
    classes: Classes | None
    raw: tuple[RawPart, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether the rule reproduces at least half of the rows."""
        return self.found.count >= ENOUGH * len(self.table.rows)

    @property
    def is_complete(self) -> bool:
        """Whether all totals, ranks and classes are reproduced."""
        wrong = (self.ranks.wrong if self.ranks else ()) or (self.classes.wrong if self.classes else ())
        return bool(self.found.fits.all()) and not wrong

    def doubts(self) -> Iterator[str]:
        """Why the rule is not identified, if it is not."""
        rows, parts = len(self.table.rows), len(self.table.parts)
        if rows < parts:
            yield f"{count(rows, 'row')} cannot say the weights of {parts} parts"
        for first in range(parts):
            for second in range(first + 1, parts):
                a, b = self.table.parts[first], self.table.parts[second]
                if np.array_equal(a.numbers, b.numbers):
                    yield f"the parts {a.name} and {b.name} are equal in all rows: only the sum of their weights shows"
        least, greatest = self.found.exponents or (1.0, 1.0)
        if greatest - least > LOOSE:
            yield f"exponents from {least:.2f} to {greatest:.2f} reproduce as many rows, each with weights of its own"
        if self.others:
            yield f"as many rows follow from {count(len(self.others), 'other rule')} of those tried"
        if self.found.rule.combination == "linear":
            yield "only points per unit show: greater weights between goalposts further apart give the same totals"
            return
        if self.found.width > WIDE:
            yield f"a weight may be anything within {100 * self.found.width:.0f} points"
        simple = self.found.simple
        if simple is not None and simple.count != 1:
            as_simple = "many" if simple.count is None else str(simple.count)
            yield f"{as_simple} sets of weights are as simple"
        if self.found.is_weighted and simple is None:
            yield "no simple weights reproduce the rows"


def reconcile(table: PublishedTable, *, is_raw: bool = False) -> Reconciliation:
    """Find the rule of a published table.

    Args:
        table: What was read.
        is_raw: Whether the parts have units of their own.
    """
    raw: tuple[RawPart, ...] = ()
    used = table
    if is_raw:
        used, raw, by_unit = raw_parts(table)
        found, others = search(used)
    else:
        found, others = search(table)
        by_unit = None if found.count >= MOST * len(table.rows) else linear(table, is_signed=False)
        if (by_unit.count if by_unit else 0) < ENOUGH * len(table.rows) and found.count < ENOUGH * len(table.rows):
            by_unit = linear(table, is_signed=True)
    if by_unit is not None and by_unit.count > found.count + GAIN * len(table.rows):
        found, others, used = by_unit, (), table
    unrounded = found.values.tolist() if len(table.ranked.rows) == len(table.rows) else None
    why = hints(used, found)
    corrected = _corrected(table, found, why)
    return Reconciliation(
        table, found, others, why, rank_rule(table.ranked, corrected, unrounded), class_cuts(table.ranked), raw
    )


def _corrected(table: PublishedTable, found: Reconciled, why: Mapping[int, Hint]) -> list[float] | None:
    """The printed totals, but those of the rule where a row does not fit; None if all fit or few do."""
    wrong = [int(row) for row in np.flatnonzero(~found.fits) if row not in why or why[int(row)].kind != "gate"]
    if not wrong or not table.ranked.ranks or found.count < ENOUGH * len(table.rows):
        return None
    place = {row: number for number, row in enumerate(table.ranked.rows)}
    totals = [float(total) for total in table.ranked.totals]
    for row in wrong:
        totals[place[table.rows[row]]] = round(float(found.values[row]), table.total.decimals)
    return totals
