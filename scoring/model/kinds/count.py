"""Counts of events within a window of years; the statements are summed, weighted by their grades."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal, final

from pydantic import Field

from scoring.errors import Violation, quoted
from scoring.model.fields import YEAR, Positive
from scoring.model.kinds.base import Anchor, LeafIndicator, Step, as_number, key_errors, object_schema
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.model.policy import EvidenceRules, Uncertainty


@final
class CountIndicator(LeafIndicator):
    """The number of events within a window of years before the reference date."""

    kind: Literal["count"]
    window: Positive
    """Calendar years up to the reference date in which events count."""
    saturation: Positive
    """The number of events at which v reaches 1."""
    whole: Annotated[bool, Field(strict=True)] = True
    """Whether the events found are all of the window; false: more may have happened, unless a code says so."""

    @property
    def is_floor(self) -> bool:
        """Whether the events found are a least number."""
        return not self.whole

    @property
    def adds_up_to(self) -> float:
        """The saturation."""
        return self.saturation

    def covers(self, date: dt.date, as_of: dt.date) -> bool:
        """Whether the date is in the window."""
        return is_within(date, as_of, self.window)

    def errors(self) -> Iterator[Violation]:
        """Found events of which only the latest count."""
        if self.is_floor and self.pool == "latest":
            message = "`latest` drops the earlier events, but with `whole: false` all found events add up; remove one"
            yield Violation(("pool",), message, "whole")

    def code_errors(self, code: object) -> Iterator[Violation]:
        """A code that is not a whole number of at least 0, and a count of 0 that is not whole."""
        events: object = code
        path = ("count",) if isinstance(code, dict) else ()
        if isinstance(code, dict):
            yield from key_errors(code, required=("count",), optional=("whole",))
            events, whole = code.get("count", 0), code.get("whole", True)
            if not isinstance(whole, bool):
                yield Violation(("whole",), f"expected true or false, got {quoted(whole)}", "wrong-type")
            elif not whole and "count" in code and as_number(events) == 0:
                message = "a count of 0 is about the whole window; remove whole, or write the number of events found"
                yield Violation(("whole",), message, "whole")
        number = as_number(events)
        if number is None or number < 0 or number != int(number):
            yield Violation(path, f"expected a number of events, got {quoted(events)}; write 0, 1, 2 …", "out-of-range")

    def code_warnings(self, code: Any) -> Iterator[Violation]:
        """A count that is not whole, where the events found are taken as all."""
        if self.whole and isinstance(code, dict) and not code.get("whole", True):
            message = f"has no effect: the events found count as all; remove it, or set whole: false for {self.id}"
            yield Violation(("whole",), message, "whole")

    def value(self, code: Any, rules: EvidenceRules, item: str | None = None) -> float:  # noqa: ARG002
        """The number of events."""
        return float(_events(code))

    def is_whole(self, code: Any) -> bool:
        """Whether the code says that these are all events of the window; none recorded always does."""
        says_so = isinstance(code, dict) and code.get("whole", False)
        return self.whole or says_so or _events(code) == 0

    def source_error(self, rules: Uncertainty) -> float:  # noqa: ARG002
        """None: events are added, not averaged."""
        return 0.0

    def step(
        self,
        stated: float,  # noqa: ARG002
        values: Sequence[float],
        item: str | None = None,  # noqa: ARG002
        *,
        down: bool = False,
    ) -> Step | None:
        """One more event; down, one fewer. Where more may have happened than were found, as all of the window."""
        events = round(sum(values))
        then = events - 1 if down else events + 1
        if then < 0 or (events >= self.saturation and not down):
            return None
        code = {"count": then, "whole": True} if self.is_floor else then
        return Step(str(events), code, self.question, then=str(then))

    def answer_text(self, code: Any, item: str | None = None, printed: Scale = DEFAULT) -> str:  # noqa: ARG002
        """The number of events, with window and saturation, and whether there may be more."""
        found = "" if self.is_whole(code) else " or more"
        return f"{_events(code):g}{found} within {self.window:g} years ({printed.to:g} from {self.saturation:g} on)"

    def anchors(self) -> tuple[Anchor, ...]:
        """Saturation and window."""
        return (Anchor("counts 1", f"{self.saturation:g} events or more within {self.window:g} years"),)

    def scale(self, printed: Scale = DEFAULT) -> str:
        """Saturation and window."""
        found = " More may have happened than were found." if self.is_floor else ""
        ends = f"none counts as {printed.from_:g}, {self.saturation:g} or more as {printed.to:g}"
        return f"Events of the last {self.window:g} years: {ends}.{found}"

    def examples(self) -> tuple[tuple[str, str], ...]:
        """A number of events."""
        example = ("2", f"within {self.window:g} years")
        return (example, ("{count: 2, whole: true}", "these are all")) if self.is_floor else (example,)

    def code_schema(self) -> dict[str, Any]:
        """A number of events, with or without whether these are all."""
        events = {"type": "integer", "minimum": 0, "description": "Number of events"}
        whole = {"type": "boolean", "description": "Whether these are all events of the window"}
        return {"anyOf": [events, object_schema({"count": events, "whole": whole}, required=["count"])]}


def _events(code: Any) -> float:
    events: float = code["count"] if isinstance(code, dict) else code
    return events


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
