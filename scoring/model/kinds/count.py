"""Counts of events within a window of years; the statements are summed, weighted by their grades."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, final

from scoring.errors import Violation, quoted
from scoring.model.fields import YEAR, Positive
from scoring.model.kinds.base import Anchor, LeafIndicator, Step, as_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.model.policy import EvidenceRules


@final
class CountIndicator(LeafIndicator):
    """The number of events within a window of years before the reference date."""

    kind: Literal["count"]
    window: Positive
    """Calendar years up to the reference date in which events count."""
    saturation: Positive
    """The number of events at which v reaches 1."""

    @property
    def adds_up_to(self) -> float:
        """The saturation."""
        return self.saturation

    def covers(self, date: dt.date, as_of: dt.date) -> bool:
        """Whether the date is in the window."""
        return is_within(date, as_of, self.window)

    def code_errors(self, code: object) -> Iterator[Violation]:
        """A code that is not a whole number of at least 0."""
        number = as_number(code)
        if number is None or number < 0 or number != int(number):
            yield Violation((), f"expected a number of events, got {quoted(code)}; write 0, 1, 2 …", "out-of-range")

    def value(self, code: float, rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """The number of events."""
        return float(code)

    def step(self, stated: float, values: Sequence[float], item: str | None = None) -> Step | None:  # noqa: ARG002
        """One more event."""
        events = round(sum(values))
        return Step(str(events), events + 1, self.question) if events < self.saturation else None

    def answer_text(self, code: float, item: str | None = None) -> str:  # noqa: ARG002
        """The number of events, with window and saturation."""
        return f"{code:g} within {self.window:g} years (100 from {self.saturation:g} on)"

    def anchors(self) -> tuple[Anchor, ...]:
        """Saturation and window."""
        return (Anchor("counts 1", f"{self.saturation:g} events or more within {self.window:g} years"),)

    def scale(self) -> str:
        """Saturation and window."""
        return f"Events of the last {self.window:g} years: none counts as 0, {self.saturation:g} or more as 100."

    def examples(self) -> tuple[tuple[str, str], ...]:
        """A number of events."""
        return (("2", f"within {self.window:g} years"),)

    def code_schema(self) -> dict[str, Any]:
        """A number of events."""
        return {"type": "integer", "minimum": 0}


def is_within(date: dt.date, as_of: dt.date, years: float) -> bool:
    """Whether a date is in the calendar years up to `as_of`: after the same day that many years earlier.

    29 February becomes 28 February in other years; a fraction of a year counts days, 365.25 per year.
    """
    whole = int(min(years, dt.MAXYEAR))
    if as_of.year - whole < dt.MINYEAR:
        return True
    last = calendar.monthrange(as_of.year - whole, as_of.month)[1]
    before = as_of.replace(year=as_of.year - whole, day=min(as_of.day, last))
    return date.toordinal() > before.toordinal() - (years - whole) * YEAR
