"""Goalposts, used by numbers and shares: the value that counts as 0 (worst) and the value that counts as 1 (best)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from scoring.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator


class Goalposts(Protocol):
    """An indicator with goalposts."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def worst(self) -> float: ...  # noqa: D102
    @property
    def best(self) -> float: ...  # noqa: D102
    @property
    def clip(self) -> bool: ...  # noqa: D102


def goalpost_value(x: float, worst: float, best: float) -> float:
    """v = clip((x - worst) / (best - worst), 0, 1); worst may be above best."""
    return min(1.0, max(0.0, (x - worst) / (best - worst)))


def log_goalpost_value(x: float, worst: float, best: float) -> float:
    """v = clip((ln x - ln worst) / (ln best - ln worst), 0, 1); worst, best > 0, and ln x = -∞ for x <= 0."""
    return goalpost_value(math.log(x) if x > 0 else -math.inf, math.log(worst), math.log(best))


def goalpost_errors(indicator: Goalposts) -> Iterator[Violation]:
    """Equal goalposts."""
    if indicator.worst == indicator.best:
        yield Violation(("best",), "is equal to worst; write two different goalposts", "goalposts")


def beyond_goalposts(indicator: Goalposts, x: float, path: tuple[str, ...] = ()) -> Iterator[Violation]:
    """The warning about a number outside the goalposts, which counts as the nearer goalpost."""
    posts = (indicator.worst, indicator.best)
    if not indicator.clip and not min(posts) <= x <= max(posts):
        counts = min(max(x, min(posts)), max(posts))
        message = f"{x:g} is outside the goalposts {posts[0]:g} and {posts[1]:g} and counts as {counts:g}"
        yield Violation(path, f"{message}; correct it, or set clip: true for {indicator.id}", "beyond-goalposts")
