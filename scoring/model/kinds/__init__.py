"""The kinds of indicator, one class and one module per kind.

To add a kind, add a module here and its class to `Indicator`: validation, scoring and all outputs call its methods.
"""

from __future__ import annotations

from typing import Annotated, Literal, final, get_args

from pydantic import Field

from scoring.model.aggregation import Aggregated
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
class GroupIndicator(Aggregated, AnyIndicator):
    """A node that aggregates indicators instead of taking statements."""

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
        """All indicators in the group that take statements, those in nested groups included."""
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
