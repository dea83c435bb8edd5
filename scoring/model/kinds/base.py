"""What every kind of indicator has and can do."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import Field

from scoring.errors import Violation, nearest, quoted
from scoring.model.fields import Line, Model, Name, Number, Positive, Text, Unit, Weight

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from scoring.model.rubric import EvidenceRules, Uncertainty


class Item(Model):
    """One item of a checklist."""

    key: Name
    points: Number
    """The item's weight in the checklist; negative for a harmful item, which counts 1 - v."""
    text: Line


class Noise(NamedTuple):
    """How far a value may be off: a triangular half-width, or a normal standard error, in units of v."""

    kind: Literal["triangular", "normal"]
    width: float


class Anchor(NamedTuple):
    """What an answer means: of a level with the value that it counts, of an item with its points."""

    key: str
    text: str
    value: float | None = None
    points: float | None = None


class Step(NamedTuple):
    """One step up: the answer now, the code after the step, and what that says."""

    now: str
    code: Any
    text: str


class AnyIndicator(Model):
    """A node of a pillar: an indicator that takes statements, or a group of indicators."""

    if TYPE_CHECKING:
        kind: str

    id: Name
    question: Line
    rationale: Text
    guidance: Text | None = None
    """How to read borderline cases."""
    weight: Weight
    """Weight among its siblings, which are scaled to sum 1."""
    round: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    """Decimals of the published scale to which the figures are rounded, half up, before they go on."""

    @property
    def children(self) -> tuple[AnyIndicator, ...]:
        """The indicators of a group; no other has any."""
        return ()

    @property
    @abstractmethod
    def leaves(self) -> tuple[LeafIndicator, ...]:
        """The indicators that take statements: itself, or all those of a group."""

    def errors(self) -> Iterator[Violation]:
        """What is wrong with the indicator itself; paths are relative to it."""
        yield from ()


class LeafIndicator(AnyIndicator):
    """An indicator that takes statements: how they are coded, and what a code means.

    Each kind is final, so that the type checker names what it forgets of the abstract methods.

    A checked code is one without `code_errors`. Of a checklist, `item` is the key of the item that is asked for; of
    any other kind it is None.
    """

    half_life: Positive | None
    """Years in which a statement loses half its weight; null for what does not age (a law, a treaty)."""
    pool: Literal["mean", "latest"] = "mean"
    """latest: only the statements with the newest date enter."""
    detectability: Unit = 1.0
    """How likely a thing of this kind would have been found if it existed; weighs statements of absence."""

    @property
    def leaves(self) -> tuple[LeafIndicator, ...]:
        """Itself."""
        return (self,)

    @property
    def checklist(self) -> tuple[Item, ...]:
        """The items that are answered and pooled each by itself; none but of a checklist."""
        return ()

    @property
    def parts(self) -> tuple[str | None, ...]:
        """What is scored by itself: the keys of the items, or None for the indicator as a whole."""
        return tuple(item.key for item in self.checklist) or (None,)

    @property
    def adds_up_to(self) -> float | None:
        """Of a kind whose values are summed: the sum at which v reaches 1. None where each statement has its own v."""
        return None

    def covers(self, date: dt.date, as_of: dt.date) -> bool:  # noqa: ARG002  what another kind asks
        """Whether a statement of some date enters on a day, which is not before it."""
        return True

    @abstractmethod
    def code_errors(self, code: object) -> Iterator[Violation]:
        """What is wrong with a code; paths are relative to the code."""

    def code_warnings(self, code: Any) -> Iterator[Violation]:  # noqa: ARG002
        """What may be a slip in a checked code; paths are relative to the code."""
        yield from ()

    def answers(self, code: Any) -> Iterator[tuple[tuple[str, ...], object]]:  # noqa: ARG002
        """The questions that a checked code answers by a word, as paths relative to the code, and the answers."""
        yield from ()

    @abstractmethod
    def value(self, code: Any, rules: EvidenceRules, item: str | None = None) -> float:
        """Compute v in [0, 1] of a checked code; of a kind whose values are summed, what it adds."""

    def noise(self, code: Any, confidence: Literal["high", "moderate", "low"], rules: Uncertainty) -> Noise:  # noqa: ARG002
        """How far the value may be off: the half-width of the coder's confidence, triangular."""
        return Noise("triangular", getattr(rules.confidence, confidence))

    def step(self, stated: float, values: Sequence[float], item: str | None = None) -> Step | None:  # noqa: ARG002
        """One step up from a stated v and the values that it was pooled from; None where there is none."""
        return None

    @abstractmethod
    def answer_text(self, code: Any, item: str | None = None) -> str:
        """Give a checked code in the words of the indicator."""

    @abstractmethod
    def anchors(self) -> tuple[Anchor, ...]:
        """What the answers mean, of the least resilient first where there is an order."""

    def scale(self) -> str:
        """Say in a sentence what counts as 0 and as 100; nothing where the anchors stand for the single answers."""
        return ""

    @abstractmethod
    def examples(self) -> tuple[tuple[str, str], ...]:
        """Codes as a profile would write them, each with what it says, or nothing."""

    @abstractmethod
    def code_schema(self) -> dict[str, Any]:
        """Give the JSON Schema of a code."""


def count_value(events: float, saturation: float) -> float:
    """v = min(n, saturation) / saturation."""
    return min(events, saturation) / saturation


def as_number(code: object) -> float | None:
    """A finite number, or None; true and false are none."""
    if isinstance(code, bool) or not isinstance(code, int | float):
        return None
    return float(code) if math.isfinite(code) else None


def key_errors(code: dict[str, Any], required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Iterator[Violation]:
    """The keys that a code lacks, and those that it may not have."""
    for key in required:
        if key not in code:
            right = ", ".join(f"{name}: {quoted(code[name]) if name in code else '…'}" for name in required)
            yield Violation((), f"{key} is missing; write {{{right}}}", "missing-key")
    for key in code:
        if key not in (*required, *optional):
            message = f"unknown key; {nearest(key, (*required, *optional), 'keys')}"
            yield Violation((key,), message, "unknown-key", at_key=True)


def object_schema(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """Give the JSON Schema of a code with keys."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
