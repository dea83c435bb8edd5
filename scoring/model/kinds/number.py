"""Numbers between fixed goalposts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal, final

from pydantic import Field

from scoring.errors import Violation, quoted, with_point
from scoring.model.fields import Number
from scoring.model.kinds.base import (
    Anchor,
    LeafIndicator,
    Noise,
    as_number,
    error_errors,
    error_text,
    key_errors,
    object_schema,
)
from scoring.model.kinds.goalposts import beyond_goalposts, goalpost_errors, goalpost_value, log_goalpost_value
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.model.policy import EvidenceRules, Uncertainty
    from scoring.model.profile import Confidence


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
        """A code that is not a number, has no logarithm on a logarithmic scale, or has an invalid standard error."""
        number: object = code
        path, has_error = ("value",) if isinstance(code, dict) else (), False
        if isinstance(code, dict):
            yield from key_errors(code, required=("value",), optional=("error",))
            yield from error_errors(code)
            number, has_error = code.get("value", 1), "error" in code
        if (value := as_number(number)) is None:
            hint = f"; write {point}" if (point := with_point(number)) else ""
            yield Violation(path, f"expected a number, got {quoted(number)}{hint}", "wrong-type")
        elif self.log and value <= 0 and (has_error or not self.clip):
            yield Violation(path, f"{value:g} has no logarithm; write a number above 0", "out-of-range")

    def code_warnings(self, code: Any) -> Iterator[Violation]:
        """A number outside the goalposts."""
        return beyond_goalposts(self, _number(code), ("value",) if isinstance(code, dict) else ())

    def value(self, code: Any, rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """v between the goalposts."""
        value = log_goalpost_value if self.log else goalpost_value
        return value(_number(code), self.worst, self.best)

    def noise(self, code: Any, confidence: Confidence, rules: Uncertainty) -> Noise:
        """Normal, error / |best - worst|; under `log` error / (x |ln best - ln worst|), with x not clipped.

        Without a standard error, the half-width of the confidence. A confidence of `exact` beats both.
        """
        if confidence == "exact" or not isinstance(code, dict) or "error" not in code:
            return super().noise(code, confidence, rules)
        if self.log:
            return Noise("normal", code["error"] / (code["value"] * abs(math.log(self.best) - math.log(self.worst))))
        return Noise("normal", code["error"] / abs(self.best - self.worst))

    def answer_text(self, code: Any, item: str | None = None, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """The number with its standard error and goalposts."""
        scale = " on a logarithmic scale" if self.log else ""
        ends = f"{printed.from_:g} at {self.worst:g}, {printed.to:g} at {self.best:g}"
        return f"{_number(code):g}{error_text(code)} ({ends}{scale})"

    def anchors(self) -> tuple[Anchor, ...]:
        """The goalposts."""
        return (Anchor("counts 0 to 1", f"{self.worst:g} to {self.best:g}"),)

    def scale(self, printed: Scale = DEFAULT) -> str:
        """The goalposts."""
        log = ", on a logarithmic scale" if self.log else ""
        return f"{self.worst:g} counts as {printed.from_:g}, {self.best:g} as {printed.to:g}{log}."

    def examples(self) -> tuple[tuple[str, str], ...]:
        """A number, and one with its standard error."""
        return (("12.5", ""), ("{value: 12.5, error: 0.5}", "with its standard error"))

    def code_schema(self) -> dict[str, Any]:
        """A number, with or without its standard error."""
        number = {"type": "number", "description": "Number"}
        error = {"type": "number", "exclusiveMinimum": 0, "description": "Its standard error, if it is given"}
        return {"anyOf": [number, object_schema({"value": number, "error": error}, required=["value"])]}


def _number(code: Any) -> float:
    number: float = code["value"] if isinstance(code, dict) else code
    return number
