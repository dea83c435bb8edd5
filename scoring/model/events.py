"""The models of a table of later events, with the expectation and the rivals beside it: events/<id>.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from scoring.model.fields import CountryCode, Date, FrozenDict, LastDay, Line, Model, Name, Number, Text

Address = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000, strict=True)]
EventColumn = Literal["country", "date", "kind", "source"]
EVENT_COLUMNS: tuple[EventColumn, ...] = ("country", "date", "kind", "source")


class Rival(Model):
    """A figure of each country, to foretell the same events with."""

    title: Line
    publisher: Line
    year: Annotated[int, Field(strict=True, ge=1900, le=2200)]
    """The year that it describes."""
    url: Address
    licence: Text
    accessed: Date
    read_from: Text
    """Where the values were read: the publisher's own page, or which copy of it."""
    better: Literal["higher", "lower"]
    values: Annotated[Mapping[CountryCode, Number], Field(min_length=1), AfterValidator(FrozenDict)]


class EventTable(Model):
    """What is known of a table of events, and what it is expected to show."""

    title: Line
    publisher: Line
    url: Address
    licence: Text
    accessed: Date
    read_from: Text
    """Where the events were read, and what was left out."""
    first: Date
    """The first day that the table covers."""
    last: LastDay
    """The last day that the table covers."""
    covers: Annotated[tuple[CountryCode, ...], Field(min_length=1)] | None = None
    """The countries that the table covers, if not all; of others no event is known, which is not the same as none."""
    columns: Annotated[Mapping[EventColumn, Line], AfterValidator(FrozenDict)] = FrozenDict()
    """The headers of the table where they differ from country, date, kind and source."""
    measures: Text
    rubric: Name | None = None
    """The rubric that the expectation is about."""
    registered: Date
    """When the expectation was written."""
    expected: Text
    """Hypothesis, direction, measure and rules of exclusion; written before the comparison."""
    found: Text | None = None
    """The interpretation of the comparison; written after it."""
    rivals: Annotated[Mapping[Name, Rival], AfterValidator(FrozenDict)] = FrozenDict()
    """Simple figures that may foretell the same events as well."""
