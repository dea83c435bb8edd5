"""What YAML may say: the shapes of rubric, pillar, profile and case files.

Values are frozen to the last mapping; unknown keys, text for a number, NaN and infinity are refused. What one file
cannot know of another (does the level exist, does the source) is the business of `scoring.check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import Field

from scoring.model.fields import Line, Model, Name, Number, Positive, Text, Unit, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Level(Model):
    """One anchored level of a `levels` indicator."""

    key: Name
    text: Line
    value: Unit | None = None
    """v of the level; without it, its position / (number of levels - 1)."""


class Item(Model):
    """One item of a checklist."""

    key: Name
    points: Number
    """The item's weight in the checklist; negative for a harmful item, which counts 1 - v."""
    text: Line


class _Node(Model):
    id: Name
    question: Line
    rationale: Text
    guidance: Text | None = None
    """How to read borderline cases."""
    weight: Weight
    """Weight among its siblings, which are scaled to sum 1."""
    round: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    """Decimals of the published scale to which the figures are rounded, half up, before they go on."""


class _Leaf(_Node):
    half_life: Positive | None
    """Years in which a statement loses half its weight; null for what does not age (a law, a treaty)."""
    pool: Literal["mean", "latest"] = "mean"
    """latest: only the statements with the newest date enter."""
    detectability: Unit = 1.0
    """How likely a thing of this kind would have been found if it existed; weighs statements of absence."""


class LevelsIndicator(_Leaf):
    """Ordered, anchored levels, least resilient first."""

    kind: Literal["levels"]
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]


class ChecklistIndicator(_Leaf):
    """Items answered true, false or partly, pooled each by itself."""

    kind: Literal["checklist"]
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class NumberIndicator(_Leaf):
    """A number between fixed goalposts."""

    kind: Literal["number"]
    worst: Number
    best: Number
    log: Annotated[bool, Field(strict=True)] = False
    """Goalposts and number are read on the scale of ln x."""
    clip: Annotated[bool, Field(strict=True)] = False
    """A number beyond the goalposts is meant to count as the nearer one, without a warning."""


class ShareIndicator(_Leaf):
    """A share in percent, such as a survey's."""

    kind: Literal["share"]
    worst: Annotated[float, Field(strict=True, ge=0, le=100)] = 0.0
    best: Annotated[float, Field(strict=True, ge=0, le=100)] = 100.0
    clip: Annotated[bool, Field(strict=True)] = False
    """A share beyond the goalposts is meant to count as the nearer one, without a warning."""


class RankIndicator(_Leaf):
    """A place in an outside ranking."""

    kind: Literal["rank"]


class CountIndicator(_Leaf):
    """Events in a window of years before the as-of date."""

    kind: Literal["count"]
    window: Positive
    """Calendar years up to the as-of date within which events count."""
    saturation: Positive
    """The number of events at which v reaches 1."""


class GroupIndicator(_Node):
    """A node with children in place of statements."""

    kind: Literal["group"]
    exponent: Number = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


LeafIndicator: TypeAlias = (
    LevelsIndicator | ChecklistIndicator | NumberIndicator | ShareIndicator | RankIndicator | CountIndicator
)
Indicator = Annotated[LeafIndicator | GroupIndicator, Field(discriminator="kind")]
INDICATORS: tuple[type[Model], ...] = (
    LevelsIndicator,
    ChecklistIndicator,
    NumberIndicator,
    ShareIndicator,
    RankIndicator,
    CountIndicator,
    GroupIndicator,
)


def leaf_indicators(indicators: Iterable[Any]) -> Iterator[LeafIndicator]:
    """All indicators that take statements, groups opened."""
    for indicator in indicators:
        if isinstance(indicator, GroupIndicator):
            yield from leaf_indicators(indicator.indicators)
        else:
            yield indicator


def level_values(indicator: LevelsIndicator) -> list[float]:
    """v = position / (number of levels - 1), or the level's own value; in the order of the levels."""
    last = len(indicator.levels) - 1
    return [position / last if level.value is None else level.value for position, level in enumerate(indicator.levels)]


class Noise(NamedTuple):
    """How far a value may be off: a triangular half-width, or a normal standard error, in units of v."""

    kind: Literal["triangular", "normal"]
    width: float
