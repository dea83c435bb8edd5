"""Everything that a published table says of its rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.analysis.reconcile.hints import Hint, hints
from scoring.analysis.reconcile.order import Classes, RankRule, class_cuts, rank_rule
from scoring.analysis.reconcile.search import Reconciled, search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.analysis.reconcile.printed import PublishedTable
    from scoring.analysis.reconcile.rules import Rule

WIDE = 0.1  # width of the interval of a weight from which on it is not identified
FEW = 0.5  # share of rows below which no rule is said to be found


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
    """

    table: PublishedTable
    found: Reconciled
    others: tuple[Rule, ...]
    hints: Mapping[int, Hint]
    ranks: RankRule | None
    classes: Classes | None

    @property
    def is_found(self) -> bool:
        """Whether the rule reproduces at least half of the rows."""
        return self.found.count >= FEW * len(self.table.rows)

    @property
    def is_complete(self) -> bool:
        """Whether all totals, ranks and classes are reproduced."""
        wrong = (self.ranks.wrong if self.ranks else ()) or (self.classes.wrong if self.classes else ())
        return bool(self.found.fits.all()) and not wrong

    def doubts(self) -> Iterator[str]:
        """Why the rule is not identified, if it is not."""
        count, parts = len(self.table.rows), len(self.table.parts)
        if count < parts:
            yield f"{count} rows cannot say the weights of {parts} parts"
        for first in range(parts):
            for second in range(first + 1, parts):
                a, b = self.table.parts[first], self.table.parts[second]
                if np.array_equal(a.numbers, b.numbers):
                    yield f"{a.name} and {b.name} are equal in all rows: only the sum of their weights shows"
        if self.others:
            yield f"{len(self.others)} other rules reproduce as many rows"
        if self.found.width > WIDE:
            yield f"a weight may be anything within {100 * self.found.width:.0f} points"
        simple = self.found.simple
        if simple is not None and simple.count != 1:
            number = "many" if simple.count is None else str(simple.count)
            yield f"{number} weights are as simple"
        if self.found.combination_is_weighted and simple is None:
            yield "no simple weights reproduce the rows"


def reconcile(table: PublishedTable, *, is_raw: bool = False) -> Reconciliation:
    """Find the rule of a published table.

    Args:
        table: What was read.
        is_raw: Whether the parts have units of their own.
    """
    found, others = search(table)
    unrounded = found.values.tolist() if len(table.ranked.rows) == len(table.rows) else None
    ranks = rank_rule(table.ranked, unrounded)
    return Reconciliation(table, found, others, hints(table, found), ranks, class_cuts(table.ranked))
