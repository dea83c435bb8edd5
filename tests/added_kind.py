"""A kind of indicator that the engine does not have, added as one is: a class, and its name in the union.

Run as a program it hands each argument to the command line, with the new kind in place.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal, final

from pydantic import Field

from scoring.errors import Violation, quoted
from scoring.model import kinds
from scoring.model.fields import Positive
from scoring.model.kinds.base import Anchor, LeafIndicator, Step, as_number
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.model.policy import EvidenceRules


@final
class StarsIndicator(LeafIndicator):
    """Stars, as a guide gives them."""

    kind: Literal["stars"]
    most: Positive
    """The number of stars at which v reaches 1."""

    def code_errors(self, code: object) -> Iterator[Violation]:
        """What is no number of stars."""
        number = as_number(code)
        if number is None or not 0 <= number <= self.most:
            yield Violation((), f"{quoted(code)} is no number of stars; write 0 to {self.most:g}", "out-of-range")

    def value(self, code: float, rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """v = n / most."""
        return code / self.most

    def step(
        self,
        stated: float,
        values: Sequence[float],  # noqa: ARG002
        item: str | None = None,  # noqa: ARG002
        *,
        down: bool = False,  # noqa: ARG002
    ) -> Step | None:
        """One more star."""
        stars = round(stated * self.most)
        return Step(str(stars), stars + 1, self.question) if stars < self.most else None

    def answer_text(self, code: float, item: str | None = None, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """The stars."""
        return f"{code:g} of {self.most:g} stars"

    def anchors(self) -> tuple[Anchor, ...]:
        """The most."""
        return (Anchor("counts 1", f"{self.most:g} stars"),)

    def scale(self, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """The most."""
        return f"No star counts as 0, {self.most:g} as 100."

    def examples(self) -> tuple[tuple[str, str], ...]:
        """A number of stars."""
        return (("3", "stars"),)

    def code_schema(self) -> dict[str, Any]:
        """A number of stars."""
        return {"type": "number", "minimum": 0, "maximum": self.most}


if __name__ == "__main__":
    vars(kinds)["Indicator"] = Annotated[kinds.Indicator | StarsIndicator, Field(discriminator="kind")]
    from scoring.cli.commands import commands

    for line in sys.argv[1:]:
        commands.main(shlex.split(line), standalone_mode=False)
