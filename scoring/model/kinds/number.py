"""Numbers between fixed goalposts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, final

from pydantic import Field

from scoring.errors import Violation, quoted, with_point
from scoring.model.fields import Number
from scoring.model.kinds.base import Anchor, LeafIndicator, as_number
from scoring.model.kinds.goalposts import beyond_goalposts, goalpost_errors, goalpost_value, log_goalpost_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.model.policy import EvidenceRules


@final
class NumberIndicator(LeafIndicator):
    """A number between fixed goalposts."""

    kind: Literal["number"]
    worst: Number
    best: Number
    log: Annotated[bool, Field(strict=True)] = False
    """Whether goalposts and number are compared on the scale of ln x."""
    clip: Annotated[bool, Field(strict=True)] = False
    """Whether a number outside the goalposts counts as the nearer goalpost without a warning."""

    def errors(self) -> Iterator[Violation]:
        """Equal goalposts, and goalposts without a logarithm on a logarithmic scale."""
        yield from goalpost_errors(self)
        if self.log and min(self.worst, self.best) <= 0:
            message = "a logarithmic scale needs goalposts above 0; change them or remove log"
            yield Violation(("log",), message, "goalposts")

    def code_errors(self, code: object) -> Iterator[Violation]:
        """A code that is not a number, and a number without a logarithm on a logarithmic scale."""
        if (number := as_number(code)) is None:
            hint = f"; write {point}" if (point := with_point(code)) else ""
            yield Violation((), f"expected a number, got {quoted(code)}{hint}", "wrong-type")
        elif self.log and number <= 0 and not self.clip:
            yield Violation((), f"{number:g} has no logarithm; write a number above 0", "out-of-range")

    def code_warnings(self, code: float) -> Iterator[Violation]:
        """A number outside the goalposts."""
        return beyond_goalposts(self, code)

    def value(self, code: float, rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """v between the goalposts."""
        value = log_goalpost_value if self.log else goalpost_value
        return value(code, self.worst, self.best)

    def answer_text(self, code: float, item: str | None = None) -> str:  # noqa: ARG002
        """The number with its goalposts."""
        scale = " on a logarithmic scale" if self.log else ""
        return f"{code:g} (0 at {self.worst:g}, 100 at {self.best:g}{scale})"

    def anchors(self) -> tuple[Anchor, ...]:
        """The goalposts."""
        return (Anchor("counts 0 to 1", f"{self.worst:g} to {self.best:g}"),)

    def scale(self) -> str:
        """The goalposts."""
        log = ", on a logarithmic scale" if self.log else ""
        return f"{self.worst:g} counts as 0, {self.best:g} as 100{log}."

    def examples(self) -> tuple[tuple[str, str], ...]:
        """A number."""
        return (("12.5", ""),)

    def code_schema(self) -> dict[str, Any]:
        """A number."""
        return {"type": "number"}
