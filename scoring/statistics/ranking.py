"""How figures are ranked."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Ties: TypeAlias = Literal["competition", "dense", "ordinal"]


class Ranking(NamedTuple):
    """Whether the highest or the lowest figure ranks first, and what equal figures rank."""

    lowest_first: bool = False
    ties: Ties = "competition"
    """`competition` 1, 1, 3; `dense` 1, 1, 2; `ordinal` 1, 2, 3 in the order of the codes."""

    @property
    def text(self) -> str:
        """What ties rank, in a clause."""
        return {
            "competition": "ties share the best rank (1, 1, 3)",
            "dense": "ties share a rank, and none is skipped (1, 1, 2)",
            "ordinal": "ties rank in the order of their codes (1, 2, 3)",
        }[self.ties]


HIGHEST_FIRST = Ranking()
