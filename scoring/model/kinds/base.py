"""The base classes of the kinds of indicator."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from scoring.errors import Violation, nearest, quoted
from scoring.model.fields import Line, Model, Name, Number, Positive, Text, Unit, Weight
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from scoring.model.policy import EvidenceRules, Uncertainty
    from scoring.model.profile import Confidence


Rechecked = Annotated[bool, Field(strict=True)]
Actors = Literal["one", "all"]


class Item(Model):
    """One item of a checklist."""

    key: Name
    points: Number
    """The item's weight in the checklist; negative for a harmful item, which counts 1 - v."""
    text: Line
    expected: Unit | None = None
    """What is expected of the item without evidence, on the scale of v; default: the centre of the prior."""
    rechecked: Rechecked = True
    """Whether what answers it stays in force, so that a statement on it may be rechecked."""
    actors: Actors = "one"
    """Whether its answers are about one actor, or about the country alone and so count for all actors."""


class Noise(NamedTuple):
    """The coding error of a value, in units of v: a triangular half-width or a normal standard error."""

    kind: Literal["triangular", "normal"]
    width: float


class Reading(NamedTuple):
    """What one coder read in a statement: v in [0, 1], or the number of events for a count."""

    value: float
    noise: Noise
    is_whole: bool
    """Whether the reading speaks of all events of the window; True for all kinds but counts."""
    coder: str | None = None
    """Who coded, if the rubric gives this coder a shift of its own."""


class Anchor(NamedTuple):
    """The meaning of an answer: a level with its value, or an item with its points."""

    key: str
    text: str
    value: float | None = None
    points: float | None = None


class Step(NamedTuple):
    """One step up or down: the current answer, the code after the step, and the text of that code."""

    now: str
    code: Any
    text: str
    then: str | None = None
    """The answer after the step, where the code says more than that."""


class Sibling(Model):
    """A child of a pillar or group."""

    if TYPE_CHECKING:
        kind: str

    weight: Weight
    """Weight among its siblings; the weights of siblings are scaled to sum 1."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The id by which a parent refers to it."""

    @property
    def is_use(self) -> bool:
        """Whether it only refers to an indicator that stands elsewhere."""
        return False

    def id_in(self, parent: str) -> str:  # noqa: ARG002
        """The id of its node under a parent."""
        return self.name

    @property
    def children(self) -> tuple[Sibling, ...]:
        """The children of a group; empty for all other kinds."""
        return ()

    @property
    @abstractmethod
    def leaves(self) -> tuple[LeafIndicator, ...]:
        """The indicators that take statements: itself, or all those of a group; empty for what is used again."""

    def errors(self) -> Iterator[Violation]:
        """The errors of the child itself; paths are relative to it."""
        yield from ()


class AnyIndicator(Sibling):
    """A node of a pillar: an indicator that takes statements, or a group of indicators."""

    id: Name
    question: Line
    rationale: Text
    guidance: Text | None = None
    """How to code borderline cases."""
    round: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    """Decimals of the scale of the node to which figures are rounded, half up, before they are aggregated."""

    @property
    def name(self) -> str:
        """The id."""
        return self.id


class LeafIndicator(AnyIndicator):
    """An indicator that takes statements: how they are coded, and what a code means.

    Each kind is final, so that the type checker reports abstract methods that it does not implement.

    A "checked code" is a code without `code_errors`. `item` is the key of an item of a checklist; None for all other
    kinds.
    """

    half_life: Positive | None
    """Years in which a statement loses half its weight; null for facts that do not age, such as laws and treaties."""
    pool: Literal["mean", "latest"] = "mean"
    """`latest`: only the statements with the newest date are scored."""
    detectability: Unit = 1.0
    """The probability of finding something of this kind if it exists; the weight of statements of absence."""

    expected: Unit | None = None
    """What is expected without evidence, on the scale of v, in [0, 1]; default: the centre of the prior."""
    actors: Actors = "one"
    """Whether its answers are about one actor, or about the country alone and so count for all actors."""
    is_judged: ClassVar[bool] = False
    """Whether codes are judgements of a coder (levels, items), not figures."""

    @property
    def leaves(self) -> tuple[LeafIndicator, ...]:
        """Itself."""
        return (self,)

    @property
    def checklist(self) -> tuple[Item, ...]:
        """The items of a checklist, which are pooled separately; empty for all other kinds."""
        return ()

    @property
    def parts(self) -> tuple[str | None, ...]:
        """The parts that are scored separately: the keys of the items, or None for the whole indicator."""
        return tuple(item.key for item in self.checklist) or (None,)

    @property
    def adds_up_to(self) -> float | None:
        """The sum at which v reaches 1, for a kind whose values are summed; None if each statement has its own v."""
        return None

    @property
    def is_floor(self) -> bool:
        """Whether the evidence shows only a least value, as events that were found do of their total."""
        return False

    def expected_value(self, centre: float, item: str | None = None) -> float:  # noqa: ARG002
        """e: what is expected without evidence; `centre` is that of the prior."""
        return centre if self.expected is None else self.expected

    def part_of_question(self, item: str | None = None) -> float:  # noqa: ARG002
        """q: the part of one question, in [0, 1], that the evidence on the indicator or item speaks of."""
        return 1.0

    def can_be_rechecked(self, item: str | None = None) -> bool:  # noqa: ARG002
        """Whether an answer may be in force until something changes it; what is counted or measured is of its day."""
        return False

    def counts_for_all(self, item: str | None = None) -> bool:  # noqa: ARG002
        """Whether an answer is about the country alone, so that it counts for all actors."""
        return self.actors == "all"

    def covers(self, date: dt.date, as_of: dt.date) -> bool:  # noqa: ARG002  for kinds with a window
        """Whether a statement of `date` is scored on `as_of`, which is not earlier."""
        return True

    @abstractmethod
    def code_errors(self, code: object) -> Iterator[Violation]:
        """The errors of a code; paths are relative to the code."""

    def code_warnings(self, code: Any) -> Iterator[Violation]:  # noqa: ARG002
        """The warnings about a checked code; paths are relative to the code."""
        yield from ()

    def answers(self, code: Any) -> Iterator[tuple[tuple[str, ...], object]]:  # noqa: ARG002
        """The questions that a checked code answers with a word: paths relative to the code, with the answers."""
        yield from ()

    @abstractmethod
    def value(self, code: Any, rules: EvidenceRules, item: str | None = None) -> float:
        """The value v in [0, 1] of a checked code; for a kind whose values are summed, the summand."""

    def noise(self, code: Any, confidence: Confidence, rules: Uncertainty) -> Noise:  # noqa: ARG002
        """The coding error of the value: triangular, with the half-width of the coder's confidence."""
        return Noise("triangular", 0.0 if confidence == "exact" else getattr(rules.confidence, confidence))

    def is_whole(self, code: Any) -> bool:  # noqa: ARG002
        """Whether a checked code speaks of everything that the indicator asks about."""
        return True

    def source_error(self, rules: Uncertainty) -> float:
        """The standard deviation of the error that the statements of one source share, in units of v."""
        return rules.source.coded if self.is_judged else rules.source.measured

    def step(
        self,
        stated: float,  # noqa: ARG002
        values: Sequence[float],  # noqa: ARG002
        item: str | None = None,  # noqa: ARG002
        *,
        down: bool = False,  # noqa: ARG002
    ) -> Step | None:
        """The step up from the evidence mean v, given the values that it was pooled from; None if there is none.

        down: the step down instead, for an index on which lower is better.
        """
        return None

    @property
    def has_steps(self) -> bool:
        """Whether the kind has steps."""
        return type(self).step is not LeafIndicator.step

    @abstractmethod
    def answer_text(self, code: Any, item: str | None = None, printed: Scale = DEFAULT) -> str:
        """A checked code in the words of the indicator; printed: the scale of its node."""

    def written_out(self, text: str) -> str:
        """A text that may end in an anchor, so that it can be read without the anchors before it."""
        return text

    @abstractmethod
    def anchors(self) -> tuple[Anchor, ...]:
        """The meaning of the answers, the lowest first if they are ordered."""

    def scale(self, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """A sentence on what counts as the ends of the printed scale; empty if the anchors explain each answer."""
        return ""

    @abstractmethod
    def examples(self) -> tuple[tuple[str, str], ...]:
        """Example codes in YAML, each with its meaning or an empty text."""

    def choices(self) -> tuple[str, ...]:
        """The codes that a drop-down list offers, as a coder would type them; empty for figures."""
        return ()

    @abstractmethod
    def code_schema(self) -> dict[str, Any]:
        """The JSON Schema of a code."""


def count_value(events: float, saturation: float) -> float:
    """v = min(n, saturation) / saturation."""
    return min(events, saturation) / saturation


def as_number(code: object) -> float | None:
    """The code as a float if it is a finite number; otherwise, and for true and false, None."""
    if isinstance(code, bool) or not isinstance(code, int | float):
        return None
    return float(code) if math.isfinite(code) else None


def error_text(code: Any) -> str:
    """The standard error of a code, such as ` ± 2`; empty without one."""
    return f" ± {code['error']:g}" if isinstance(code, dict) and "error" in code else ""


def error_errors(code: dict[str, Any]) -> Iterator[Violation]:
    """A standard error that is not a number above 0."""
    error = code.get("error", 1)
    number = as_number(error)
    if number is None or number <= 0:
        message = f"expected a standard error above 0, got {quoted(error)}; write confidence: exact for none"
        yield Violation(("error",), message, "out-of-range")


def key_errors(code: dict[str, Any], required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Iterator[Violation]:
    """The required keys that a code lacks, and its unknown keys."""
    for key in required:
        if key not in code:
            example = ", ".join(f"{name}: {quoted(code[name]) if name in code else '…'}" for name in required)
            yield Violation((), f"{key} is missing; write {{{example}}}", "missing-key")
    for key in code:
        if key not in (*required, *optional):
            message = f"unknown key; {nearest(key, (*required, *optional), 'keys')}"
            yield Violation((key,), message, "unknown-key", at_key=True)


def object_schema(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """The JSON Schema of a code that is a mapping."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
