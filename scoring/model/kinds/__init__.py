"""The kinds of indicator, one class and one module per kind.

To add a kind, add a module here and its class to `Indicator`: validation, scoring and all outputs call its methods.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, final, get_args

from pydantic import BeforeValidator, Field

from scoring.model.aggregation import Aggregated
from scoring.model.fields import Name, Number
from scoring.model.kinds.base import AnyIndicator, LeafIndicator, Sibling
from scoring.model.kinds.checklist import ChecklistIndicator
from scoring.model.kinds.count import CountIndicator
from scoring.model.kinds.levels import LevelsIndicator
from scoring.model.kinds.number import NumberIndicator
from scoring.model.kinds.rank import RankIndicator
from scoring.model.kinds.share import ShareIndicator

__all__ = [
    "INDICATORS",
    "KINDS",
    "AnyIndicator",
    "GroupIndicator",
    "Indicator",
    "LeafIndicator",
    "Sibling",
    "UsedIndicator",
]


@final
class GroupIndicator(Aggregated, AnyIndicator):
    """A node that aggregates indicators instead of taking statements."""

    kind: Literal["group"]
    exponent: Number = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]

    @property
    def children(self) -> tuple[Sibling, ...]:
        """The indicators of the group."""
        return self.indicators

    @property
    def leaves(self) -> tuple[LeafIndicator, ...]:
        """All indicators in the group that take statements, those in nested groups included."""
        return tuple(leaf for indicator in self.indicators for leaf in indicator.leaves)


@final
class UsedIndicator(Sibling):
    """An indicator that stands elsewhere in the rubric and counts here too: `{use: ID, weight: W}`."""

    kind: Literal["use"] = "use"
    use: Name
    """The id of an indicator that takes statements."""

    @property
    def name(self) -> str:
        """The id of the indicator."""
        return self.use

    @property
    def is_use(self) -> bool:
        """True."""
        return True

    def id_in(self, parent: str) -> str:
        """The id of its node under a parent, since ids are unique in the tree."""
        return f"{self.use}_in_{parent}"

    @property
    def leaves(self) -> tuple[LeafIndicator, ...]:
        """None: its statements are those of the indicator."""
        return ()


def _with_kind(value: Any) -> Any:
    """A child with the key `use`, with its kind."""
    return {"kind": "use", **value} if isinstance(value, dict) and "use" in value else value


Indicator = Annotated[
    LevelsIndicator
    | ChecklistIndicator
    | NumberIndicator
    | ShareIndicator
    | RankIndicator
    | CountIndicator
    | GroupIndicator
    | UsedIndicator,
    Field(discriminator="kind"),
    BeforeValidator(_with_kind),
]
INDICATORS: tuple[type[Sibling], ...] = get_args(get_args(Indicator)[0])
KINDS = tuple(
    get_args(kind.model_fields["kind"].annotation)[0] for kind in INDICATORS if issubclass(kind, LeafIndicator)
)
"""The names of the kinds that take statements."""
