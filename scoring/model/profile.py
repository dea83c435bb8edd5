"""The model of a profile: the evidence on one country, as sources and coded statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints

from scoring.model.fields import (
    CountryCode,
    Date,
    FrozenDict,
    Label,
    LastDay,
    Line,
    Model,
    Name,
    Text,
    frozen,
    read_date,
)

if TYPE_CHECKING:
    import datetime as dt


MAX_STATEMENTS = 5000  # statements, and sources, per profile; bounds the time that a file takes


class Source(Model):
    """A source of statements."""

    title: Line
    publisher: Line
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    """Admiralty grade of the source: A reliable … E unreliable, F cannot be judged."""
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000, strict=True)] | None = None
    accessed: Date | None = None
    note: Text | None = None
    """Why this grade was given, and how the source was used."""


Confidence: TypeAlias = Literal["exact", "high", "moderate", "low"]
Code: TypeAlias = "bool | int | float | str | dict[str, Any]"
Codes = Annotated[Mapping[Name, Any], Field(min_length=1), AfterValidator(frozen)]


class Statement(Model):
    """One piece of evidence: a sentence in our own words, its source, and its codes."""

    id: Label
    text: Text
    source: Label
    locator: Line
    """Where in the source: page, paragraph or heading."""
    date: Date | None = None
    """The date of the fact that the statement describes."""
    until: LastDay | None = None
    """The last day on which the fact holds."""
    credibility: Annotated[int, Field(strict=True, ge=1, le=6)]
    """Admiralty grade of the statement: 1 confirmed … 5 improbable, 6 cannot be judged."""
    confidence: Confidence = "moderate"
    """How sure the coder is of the code; exact is a figure of a published table, without any error."""
    note: Text | None = None
    absence: Annotated[bool, Field(strict=True)] = False
    """Whether the statement reports that something was searched for and does not exist."""
    same_as: Label | None = None
    """The id of the statement that already reports this fact; this one is a duplicate and is not scored."""
    codes: Codes | None = None
    """Indicator -> code."""
    coders: Annotated[Mapping[Label, Codes], Field(min_length=1), AfterValidator(FrozenDict)] | None = None
    """Coder -> indicator -> code: codings of the same statement by further coders."""
    adjudication: Text | None = None
    """Where coders disagree: why, and what was decided."""
    context: Annotated[bool, Field(strict=True)] = False
    """Whether the statement is background that is never scored."""


class Profile(Model):
    """The evidence on one country facing one hostile actor."""

    format: Literal[1]
    country: CountryCode
    actor: CountryCode
    as_of: Date
    """The reference date: evidence was collected up to this day."""
    editions: Annotated[tuple[Date, ...], Field(max_length=100)] = ()
    """Later days up to which evidence was collected again, in order."""
    sources: Annotated[
        Mapping[Label, Source], Field(max_length=MAX_STATEMENTS, validate_default=True), AfterValidator(FrozenDict)
    ] = {}
    statements: Annotated[tuple[Statement, ...], Field(max_length=MAX_STATEMENTS)]


def edition_days(profile: Profile) -> tuple[dt.date, ...]:
    """The days up to which evidence was collected, in order."""
    return tuple(map(read_date, (profile.as_of, *profile.editions)))


def coded_until(profile: Profile, as_of: dt.date) -> dt.date:
    """The day up to which evidence was collected that is the last on or before `as_of`; the first if all are later."""
    return max((day for day in edition_days(profile) if day <= as_of), default=read_date(profile.as_of))
