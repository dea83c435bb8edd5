"""A place in an outside ranking."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, final

from scoring.errors import Violation, quoted
from scoring.model.kinds.base import Anchor, LeafIndicator, key_errors, object_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.model.rubric import EvidenceRules


@final
class RankIndicator(LeafIndicator):
    """A place in an outside ranking."""

    kind: Literal["rank"]

    def code_errors(self, code: object) -> Iterator[Violation]:
        """What is no place among others."""
        if not isinstance(code, dict):
            yield Violation((), f"{quoted(code)} is no place in a ranking; write {{rank: 48, of: 194}}", "wrong-type")
            return
        yield from key_errors(code, required=("rank", "of"))
        for key, value, least in (("rank", code.get("rank", 1), 1), ("of", code.get("of", 2), 2)):
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                message = f"{quoted(value)} is too small or no whole number; write {least} or more"
                yield Violation((key,), message, "out-of-range")
                return
        rank, of = code.get("rank", 1), code.get("of", math.inf)
        if rank > of:
            message = f"place {rank} of {of} is none; the place is at most the number of places"
            yield Violation(("rank",), message, "out-of-range")

    def value(self, code: Mapping[str, int], rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """v of the place."""
        return rank_value(code["rank"], code["of"])

    def answer_text(self, code: Mapping[str, int], item: str | None = None) -> str:  # noqa: ARG002
        """The place."""
        return f"place {code['rank']} of {code['of']}"

    def anchors(self) -> tuple[Anchor, ...]:
        """The formula."""
        return (Anchor("counts", "(N − r) / (N − 1) for place r of N"),)

    def scale(self) -> str:
        """The first and the last place."""
        return "The last place of the ranking counts as 0, the first as 100."

    def examples(self) -> tuple[tuple[str, str], ...]:
        """A place."""
        return (("{rank: 48, of: 194}", ""),)

    def code_schema(self) -> dict[str, Any]:
        """A place and the number of places."""
        whole = {"type": "integer", "minimum": 1}
        return object_schema({"rank": whole, "of": whole}, required=["rank", "of"])


def rank_value(rank: int, of: int) -> float:
    """v = (N - r) / (N - 1)."""
    return (of - rank) / (of - 1)
