"""Ordered, anchored levels; a code is the key of a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, final

from pydantic import Field

from scoring.errors import Violation, quoted, repeated
from scoring.model.fields import Line, Model, Name, Unit
from scoring.model.kinds.base import Anchor, LeafIndicator, Rechecked, Step
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.model.policy import EvidenceRules

AS_BEFORE = "As before"  # begins a text that adds to that of the level below
SAME = 1e-9  # a level this far above the evidence mean is a step up


class Level(Model):
    """One anchored level of a `levels` indicator."""

    key: Name
    text: Line
    value: Unit | None = None
    """v of the level; default: its position / (number of levels - 1)."""


@final
class LevelsIndicator(LeafIndicator):
    """Ordered, anchored levels, that of the lowest value first."""

    is_judged = True

    kind: Literal["levels"]
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]
    rechecked: Rechecked = True
    """Whether what answers it stays in force, so that a statement on it may be rechecked."""

    def can_be_rechecked(self, item: str | None = None) -> bool:  # noqa: ARG002
        """Unless the rubric says that it asks about events or reports."""
        return self.rechecked

    def errors(self) -> Iterator[Violation]:
        """Duplicate keys, and values that decrease."""
        for key in repeated(level.key for level in self.levels):
            yield Violation(("levels",), f"duplicate level {key!r}; give each level its own key", "duplicate-id")
        values = level_values(self.levels)
        if values != sorted(values):
            message = f"the values {values} decrease; order the levels from the lowest to the highest"
            yield Violation(("levels",), message, "level-order")

    def code_errors(self, code: object) -> Iterator[Violation]:
        """A code that is not the key of a level."""
        keys = [level.key for level in self.levels]
        if code not in keys:
            unknown, expected = f"unknown level {quoted(code)} of {self.id}", f"expected a level of {self.id}"
            message = unknown if isinstance(code, str) else f"{expected}, got {quoted(code)}"
            yield Violation((), f"{message}; levels: {', '.join(keys)}", "unknown-level")

    def answers(self, code: str) -> Iterator[tuple[tuple[str, ...], object]]:
        """The level."""
        yield (), code

    def value(self, code: str, rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """v of the level."""
        keys = [level.key for level in self.levels]
        return level_values(self.levels)[keys.index(code)]

    def step(
        self,
        stated: float,
        values: Sequence[float],  # noqa: ARG002
        item: str | None = None,  # noqa: ARG002
        *,
        down: bool = False,
    ) -> Step | None:
        """The step from the highest level that the evidence mean reaches to the level above it; down, the mirror."""
        sign = -1 if down else 1
        scored = [(sign * value, level) for value, level in zip(level_values(self.levels), self.levels, strict=True)]
        scored = scored[::sign]
        after = next((level for value, level in scored if value > sign * stated + SAME), None)
        now = next((level for value, level in reversed(scored) if value <= sign * stated + SAME), scored[0][1])
        return Step(now.key, after.key, self.written_out(after.text)) if after else None

    def answer_text(self, code: str, item: str | None = None, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """The level and its text."""
        return f"{code}: {next(level.text for level in self.levels if level.key == code)}"

    def written_out(self, text: str) -> str:
        """The text with that of the levels below in place of `As before`."""
        whole = ""
        for level in self.levels:
            if not (whole and level.text.startswith(AS_BEFORE)):
                whole = level.text
                continue
            whole += level.text.removeprefix(AS_BEFORE)
            if text.endswith(level.text):
                return text.removesuffix(level.text) + whole
        return text

    def anchors(self) -> tuple[Anchor, ...]:
        """The levels with their values."""
        scored = zip(self.levels, level_values(self.levels), strict=True)
        return tuple(Anchor(level.key, level.text, value=value) for level, value in scored)

    def examples(self) -> tuple[tuple[str, str], ...]:
        """Every level."""
        return tuple((level.key, level.text) for level in self.levels)

    def choices(self) -> tuple[str, ...]:
        """The levels."""
        return tuple(level.key for level in self.levels)

    def code_schema(self) -> dict[str, Any]:
        """One of the levels."""
        return {"anyOf": [{"const": level.key, "description": level.text} for level in self.levels]}


def level_values(levels: Sequence[Level]) -> list[float]:
    """v = position / (number of levels - 1), or the level's own value; in the order of the levels."""
    last = len(levels) - 1
    return [position / last if level.value is None else level.value for position, level in enumerate(levels)]
