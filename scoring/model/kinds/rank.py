"""Ranks in a ranking published elsewhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, final

from scoring.errors import Violation, quoted
from scoring.model.kinds.base import Anchor, LeafIndicator, key_errors, object_schema
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.model.policy import EvidenceRules


@final
class RankIndicator(LeafIndicator):
    """A rank in a ranking published elsewhere."""

    kind: Literal["rank"]

    def code_errors(self, code: object) -> Iterator[Violation]:
        """A code that is not a rank out of a number of countries."""
        if not isinstance(code, dict):
            yield Violation((), f"expected a rank, got {quoted(code)}; write {{rank: 48, of: 194}}", "wrong-type")
            return
        yield from key_errors(code, required=("rank", "of"))
        for key, value, least in (("rank", code.get("rank", 1), 1), ("of", code.get("of", 2), 2)):
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                message = f"expected a whole number of at least {least}, got {quoted(value)}"
                yield Violation((key,), message, "out-of-range")
                return
        rank, of = code.get("rank", 1), code.get("of", math.inf)
        if rank > of:
            message = f"rank {rank} of {of} is not possible; write 1 to {of}"
            yield Violation(("rank",), message, "out-of-range")

    def value(self, code: Mapping[str, int], rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """v of the rank."""
        return rank_value(code["rank"], code["of"])

    def answer_text(self, code: Mapping[str, int], item: str | None = None, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """The rank."""
        return f"rank {code['rank']} of {code['of']}"

    def anchors(self) -> tuple[Anchor, ...]:
        """The formula."""
        return (Anchor("counts", "(N − r) / (N − 1) for rank r of N"),)

    def scale(self, printed: Scale = DEFAULT) -> str:
        """The first and the last rank."""
        return f"The last rank counts as {printed.from_:g}, the first as {printed.to:g}."

    def examples(self) -> tuple[tuple[str, str], ...]:
        """A rank."""
        return (("{rank: 48, of: 194}", ""),)

    def code_schema(self) -> dict[str, Any]:
        """A rank and the number of ranks."""
        rank = {"type": "integer", "minimum": 1, "description": "Rank"}
        return object_schema({"rank": rank, "of": {**rank, "description": "Number of ranks"}}, required=["rank", "of"])


def rank_value(rank: int, of: int) -> float:
    """v = (N - r) / (N - 1)."""
    return (of - rank) / (of - 1)
