"""Shares in percent, such as survey results, with the sample size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal, final

from pydantic import Field

from scoring.errors import Violation, quoted, with_point
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
from scoring.model.kinds.goalposts import beyond_goalposts, goalpost_errors, goalpost_value
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.model.policy import EvidenceRules, Uncertainty
    from scoring.model.profile import Confidence


@final
class ShareIndicator(LeafIndicator):
    """A share in percent, such as a survey result."""

    kind: Literal["share"]
    worst: Annotated[float, Field(strict=True, ge=0, le=100)] = 0.0
    best: Annotated[float, Field(strict=True, ge=0, le=100)] = 100.0
    clip: Annotated[bool, Field(strict=True)] = False
    """Whether a share outside the goalposts counts as the nearer goalpost without a warning."""

    def errors(self) -> Iterator[Violation]:
        """Equal goalposts."""
        return goalpost_errors(self)

    def code_errors(self, code: object) -> Iterator[Violation]:
        """A code that is not a share in percent, and an invalid sample size or standard error."""
        share: object = code
        if isinstance(code, dict):
            yield from key_errors(code, required=("share",), optional=("n", "error"))
            yield from error_errors(code)
            share = code.get("share", 0)
            size = code.get("n", 1)
            if not isinstance(size, int) or isinstance(size, bool) or size < 1:
                message = f"expected a sample size, got {quoted(size)}; write a whole number above 0"
                yield Violation(("n",), message, "out-of-range")
        path = ("share",) if isinstance(code, dict) else ()
        number = as_number(share)
        if number is None:
            example = with_point(share) or "a number such as 54, or {share: 54, n: 1000}"
            yield Violation(path, f"expected a share in percent, got {quoted(share)}; write {example}", "wrong-type")
        elif not 0 <= number <= 100:  # noqa: PLR2004  percent
            yield Violation(path, f"{number:g} is not a share in percent; write 0 to 100", "out-of-range")

    def code_warnings(self, code: Any) -> Iterator[Violation]:
        """A share that may be a fraction, and a share outside the goalposts."""
        path = ("share",) if isinstance(code, dict) else ()
        share, _ = _share_and_sample(code)
        if 0 < share < 1:
            yield Violation(path, f"{share:g} may be a fraction; write percent, {100 * share:g}", "fraction")
        else:
            yield from beyond_goalposts(self, share, path)

    def value(self, code: Any, rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """v between the goalposts."""
        share, _ = _share_and_sample(code)
        return goalpost_value(share, self.worst, self.best)

    def noise(self, code: Any, confidence: Confidence, rules: Uncertainty) -> Noise:
        """Normal, with the standard error of the share / |best - worst|: its own, or that of the sample; 0 if exact."""
        if confidence == "exact":
            return super().noise(code, confidence, rules)
        share, sample = _share_and_sample(code)
        error = code.get("error") if isinstance(code, dict) else None
        if error is None:
            error = share_standard_error(share, rules.unknown_sample if sample is None else sample)
        return Noise("normal", error / abs(self.best - self.worst))

    def answer_text(self, code: Any, item: str | None = None, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """The share, with standard error, sample size and goalposts."""
        share, sample = _share_and_sample(code)
        low, high = f"{printed.from_:g}", f"{printed.to:g}"
        respondents = f" of {sample} respondents" if sample else ""
        return f"{share:g}{error_text(code)} %{respondents} ({low} at {self.worst:g} %, {high} at {self.best:g} %)"

    def anchors(self) -> tuple[Anchor, ...]:
        """The goalposts."""
        return (Anchor("counts 0 to 1", f"{self.worst:g} to {self.best:g}"),)

    def scale(self, printed: Scale = DEFAULT) -> str:
        """The goalposts."""
        return f"{self.worst:g} % counts as {printed.from_:g}, {self.best:g} % as {printed.to:g}."

    def examples(self) -> tuple[tuple[str, str], ...]:
        """A share with its sample size."""
        return (("{share: 54, n: 1000}", ""),)

    def code_schema(self) -> dict[str, Any]:
        """A share, with or without its sample size or standard error."""
        share = {"type": "number", "minimum": 0, "maximum": 100, "description": "Share in percent"}
        sample = {"type": "integer", "minimum": 1, "description": "Number of people asked"}
        error = {"type": "number", "exclusiveMinimum": 0, "description": "Its standard error, if it is given"}
        return {"anyOf": [share, object_schema({"share": share, "n": sample, "error": error}, required=["share"])]}


def _share_and_sample(code: Any) -> tuple[float, int | None]:
    return (code["share"], code.get("n")) if isinstance(code, dict) else (code, None)


def share_standard_error(share: float, sample: int) -> float:
    """100 sqrt(p (1 - p) / n) percentage points, p = share / 100."""
    p = share / 100
    return 100 * math.sqrt(p * (1 - p) / sample)
