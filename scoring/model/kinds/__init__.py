"""The kinds of indicator, a class and a file each, which hold all that is particular to the kind.

A new kind is a file here and its name in `Indicator`: validation, scoring and every output ask the class.
"""

from __future__ import annotations

from typing import Annotated, Literal, final, get_args

from pydantic import Field

from scoring.model.fields import Number
from scoring.model.kinds.base import AnyIndicator, LeafIndicator
from scoring.model.kinds.checklist import ChecklistIndicator
from scoring.model.kinds.count import CountIndicator
from scoring.model.kinds.levels import LevelsIndicator
from scoring.model.kinds.number import NumberIndicator
from scoring.model.kinds.rank import RankIndicator
from scoring.model.kinds.share import ShareIndicator

__all__ = ["INDICATORS", "KINDS", "AnyIndicator", "GroupIndicator", "Indicator", "LeafIndicator"]


@final
class GroupIndicator(AnyIndicator):
    """A node with children in place of statements."""

    kind: Literal["group"]
    exponent: Number = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]

    @property
    def children(self) -> tuple[AnyIndicator, ...]:
        """The indicators of the group."""
        return self.indicators

    @property
    def leaves(self) -> tuple[LeafIndicator, ...]:
        """All indicators in it that take statements, groups in it opened."""
        return tuple(leaf for indicator in self.indicators for leaf in indicator.leaves)


Indicator = Annotated[
    LevelsIndicator
    | ChecklistIndicator
    | NumberIndicator
    | ShareIndicator
    | RankIndicator
    | CountIndicator
    | GroupIndicator,
    Field(discriminator="kind"),
]
INDICATORS: tuple[type[AnyIndicator], ...] = get_args(get_args(Indicator)[0])
KINDS = tuple(get_args(kind.model_fields["kind"].annotation)[0] for kind in INDICATORS if kind is not GroupIndicator)
"""The names of the kinds that take statements."""
