"""Checklists: a code answers some of the items with true, false or partly; each item is pooled separately."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal, final

from pydantic import Field

from scoring.errors import Violation, nearest, quoted, repeated
from scoring.model.kinds.base import Anchor, Item, LeafIndicator, Rechecked, Step
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.model.policy import EvidenceRules

ANSWERS = ("true", "false", "partly")


@final
class ChecklistIndicator(LeafIndicator):
    """Items that are answered true, false or partly, and pooled separately."""

    is_judged = True

    kind: Literal["checklist"]
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    rechecked: Rechecked = True
    """Whether what answers it stays in force, so that a statement on it may be rechecked."""

    @property
    def checklist(self) -> tuple[Item, ...]:
        """The items."""
        return self.items

    def errors(self) -> Iterator[Violation]:
        """Duplicate keys, and items without points."""
        for key in repeated(item.key for item in self.items):
            yield Violation(("items",), f"duplicate item {key!r}; give each item its own key", "duplicate-id")
        if not any(item.points for item in self.items):
            yield Violation(("items",), "all points are 0; give at least one item points", "weights-sum-0")
        if self.expected is not None:
            yield Violation(("expected",), "is given for each item of a checklist; move it to the items", "expected")

    def expected_value(self, centre: float, item: str | None = None) -> float:
        """e of the item."""
        expected = self._item(item).expected
        return centre if expected is None else expected

    def can_be_rechecked(self, item: str | None = None) -> bool:
        """Unless the rubric says that it, or the item, asks about events or reports."""
        return self.rechecked and self._item(item).rechecked

    def counts_for_all(self, item: str | None = None) -> bool:
        """Whether the whole list, or the item, is about the country alone."""
        return self.actors == "all" or (item is not None and self._item(item).actors == "all")

    def part_of_question(self, item: str | None = None) -> float:
        """q = |points| / sum of |points|."""
        return abs(self._item(item).points) / math.fsum(abs(other.points) for other in self.items)

    def code_errors(self, code: object) -> Iterator[Violation]:
        """A code without answers, unknown items, and unknown answers."""
        keys = [item.key for item in self.items]
        if not isinstance(code, dict) or not code:
            message = f"expected answers to items of {self.id}, got {quoted(code) if code else 'none'}"
            yield Violation((), f"{message}; write {{{keys[0]}: true}}, with true, false or partly", "wrong-type")
            return
        for key, answer in code.items():
            if key not in keys:
                message = f"unknown item of {self.id}; {nearest(key, keys, 'items')}"
                yield Violation((key,), message, "unknown-item", at_key=True)
            if not isinstance(answer, bool) and answer != "partly":
                message = f"unknown answer {quoted(answer)}; answers: {', '.join(ANSWERS)}"
                yield Violation((key,), message, "unknown-level")

    def answers(self, code: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
        """Each answered item with its answer."""
        for key, answer in code.items():
            yield (key,), answer

    def value(self, code: Mapping[str, bool | str], rules: EvidenceRules, item: str | None = None) -> float:
        """v of the item."""
        entry = self._item(item)
        return item_value(code[entry.key], entry.points, rules.partly)

    def step(
        self,
        stated: float,
        values: Sequence[float],  # noqa: ARG002
        item: str | None = None,
        *,
        down: bool = False,
    ) -> Step | None:
        """The step to the answer of the item that counts 1; down, to that which counts 0."""
        entry = self._item(item)
        answer = (entry.points < 0) == down
        now = str(not answer).lower() if stated == float(down) else "partly"
        text = entry.text if answer else f"false: {entry.text}"
        return Step(now, {entry.key: answer}, text) if stated != float(not down) else None

    def answer_text(self, code: Mapping[str, bool | str], item: str | None = None, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """The answer and the text of the item."""
        entry = self._item(item)
        return f"{str(code[entry.key]).lower()}: {entry.text}"

    def anchors(self) -> tuple[Anchor, ...]:
        """The items with their points."""
        return tuple(Anchor(item.key, item.text, points=item.points) for item in self.items)

    def examples(self) -> tuple[tuple[str, str], ...]:
        """Every item."""
        return tuple((f"{{{item.key}: true}}", item.text) for item in self.items)

    def choices(self) -> tuple[str, ...]:
        """Each item with each answer."""
        return tuple(f"{item.key}: {answer}" for item in self.items for answer in ANSWERS)

    def code_schema(self) -> dict[str, Any]:
        """At least one item with an answer."""
        return {
            "type": "object",
            "properties": {
                item.key: {"enum": [True, False, "partly"], "description": item.text} for item in self.items
            },
            "additionalProperties": False,
            "minProperties": 1,
        }

    def _item(self, key: str | None) -> Item:
        return next(item for item in self.items if item.key == key)


def item_value(answer: bool | str, points: float, partly: float) -> float:  # noqa: FBT001  an answer, not a switch
    """v = 1, 0 or `partly` for true, false, partly; a harmful item (points < 0) counts 1 - v."""
    value = partly if answer == "partly" else float(answer)
    return 1 - value if points < 0 else value
