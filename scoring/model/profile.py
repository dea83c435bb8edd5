"""What YAML may say: the shapes of rubric, pillar, profile and case files.

Values are frozen to the last mapping; unknown keys, text for a number, NaN and infinity are refused. What one file
cannot know of another (does the level exist, does the source) is the business of `scoring.check`.
"""

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


MOST_STATEMENTS = 5000  # and sources of a profile, so that no file takes long


class Source(Model):
    """Where statements come from."""

    title: Line
    publisher: Line
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    """Admiralty grade of the source: A reliable … E unreliable, F cannot be judged."""
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000, strict=True)] | None = None
    accessed: Date | None = None
    note: Text | None = None
    """Why this grade, how the source was read."""


Code: TypeAlias = "bool | int | float | str | dict[str, Any]"
Codes = Annotated[Mapping[Name, Any], Field(min_length=1), AfterValidator(frozen)]


class Statement(Model):
    """One piece of evidence: a sentence of ours, where it comes from, and what it codes."""

    id: Label
    text: Text
    source: Label
    locator: Line
    """Where in the source."""
    date: Date | None = None
    """The day that the statement speaks for."""
    until: LastDay | None = None
    """The last day on which it is in force."""
    credibility: Annotated[int, Field(strict=True, ge=1, le=6)]
    """Admiralty grade of the statement: 1 confirmed … 5 improbable, 6 cannot be judged."""
    confidence: Literal["high", "moderate", "low"] = "moderate"
    """How sure the coder is of the code."""
    note: Text | None = None
    absence: Annotated[bool, Field(strict=True)] = False
    """The statement says that a thing was looked for and is not there."""
    same_as: Label | None = None
    """The statement that tells this already; this one does not enter."""
    codes: Codes | None = None
    """Indicator -> code."""
    coders: Annotated[Mapping[Label, Codes], Field(min_length=1), AfterValidator(FrozenDict)] | None = None
    """Coder -> indicator -> code: further readings of the same statement."""
    adjudication: Text | None = None
    """Where coders read it differently: why, and what was decided."""
    context: Annotated[bool, Field(strict=True)] = False
    """Worth recording, and never scored."""


class Profile(Model):
    """What is known of one country in face of one hostile actor."""

    format: Literal[1]
    country: CountryCode
    actor: CountryCode
    as_of: Date
    """The day that the profile speaks for."""
    editions: Annotated[tuple[Date, ...], Field(max_length=100)] = ()
    """Further days, later and in order, up to which evidence was gathered."""
    sources: Annotated[
        Mapping[Label, Source], Field(max_length=MOST_STATEMENTS, validate_default=True), AfterValidator(FrozenDict)
    ] = {}
    statements: Annotated[tuple[Statement, ...], Field(max_length=MOST_STATEMENTS)]


def edition_days(profile: Profile) -> tuple[dt.date, ...]:
    """The days up to which evidence was gathered, in order."""
    return tuple(map(read_date, (profile.as_of, *profile.editions)))


def coded_until(profile: Profile, as_of: dt.date) -> dt.date:
    """The last edition up to a day; the first where all are later."""
    return max((day for day in edition_days(profile) if day <= as_of), default=read_date(profile.as_of))
