"""The model of a scenario file: answers and dropped statements that are supposed, for one or several countries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from scoring.model.fields import CountryCode, Date, FrozenDict, Label, Line, Model, Name, Text, frozen
from scoring.model.profile import MAX_STATEMENTS

MAX_CHANGES = 1000  # entries, and countries of a group; there are 250 countries
MAX_GROUPS = 100


class Change(Model):
    """What is supposed of one country."""

    country: CountryCode
    codes: Annotated[Mapping[Name, Any], Field(validate_default=True), AfterValidator(frozen)] = {}
    """Indicator -> supposed code, as in a profile. It replaces all evidence on the indicator, or on the items."""
    date: Date | None = None
    """The date of the supposed answers; default: the reference date."""
    drop: Annotated[tuple[Label, ...], Field(max_length=MAX_STATEMENTS)] = ()
    """Ids of statements that are dropped, each with its duplicates."""
    reason: Text | None = None


class ScenarioFile(Model):
    """A scenario with its name and reason. It is a supposition, never a forecast."""

    format: Literal[1]
    name: Line
    reason: Text
    as_of: Date | None = None
    """The reference date of all countries, before and after; default: that of each profile."""
    groups: Annotated[
        Mapping[Label, Annotated[tuple[CountryCode, ...], Field(min_length=1, max_length=MAX_CHANGES)]],
        Field(max_length=MAX_GROUPS, validate_default=True),
        AfterValidator(FrozenDict),
    ] = {}
    """Name of a group -> its countries, which are shown, too, and whose mean is shown."""
    suppose: Annotated[tuple[Change, ...], Field(min_length=1, max_length=MAX_CHANGES)]
