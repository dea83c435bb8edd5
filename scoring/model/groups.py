"""The model of the groups of countries, groups.yaml in the folder of profiles: who was a member of what, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from scoring.model.fields import (
    CountryCode,
    Date,
    FirstDay,
    FrozenDict,
    Label,
    LastDay,
    Line,
    Model,
    Name,
    Text,
    read_first_day,
    read_last_day,
)
from scoring.model.profile import Address
from scoring.text.spelling import chosen

MAX_GROUPS, MAX_MEMBERS = 100, 1000


class GroupSource(Model):
    """Where a membership was read."""

    title: Line
    publisher: Line
    url: Address | None = None
    accessed: Date | None = None
    locator: Text | None = None
    """The place in the source."""


class Membership(Model):
    """A country as a member of a group; one that left and came back has two memberships."""

    country: CountryCode
    from_: Annotated[FirstDay | None, Field(alias="from")] = None
    """The first day; none if it is not known, or of a region: it is then counted from the beginning."""
    until: LastDay | None = None
    """The last day; none if it is still a member."""
    source: Label | None = None
    """Id of the source of the group in which the days were read."""
    note: Text | None = None
    """What a reader should know, such as that the participation is suspended."""

    @property
    def first(self) -> dt.date | None:
        """The first day; None if it is not known."""
        return None if self.from_ is None else read_first_day(self.from_)

    @property
    def last(self) -> dt.date | None:
        """The last day; None if there is none."""
        return None if self.until is None else read_last_day(self.until)

    def is_on(self, day: dt.date) -> bool:
        """Whether the country is a member on a day."""
        return (self.first or dt.date.min) <= day <= (self.last or dt.date.max)

    def overlaps(self, other: Membership) -> bool:
        """Whether another membership is of the same country, and both have a day in common."""
        first = max(self.first or dt.date.min, other.first or dt.date.min)
        last = min(self.last or dt.date.max, other.last or dt.date.max)
        return self.country == other.country and first <= last


class Group(Model):
    """A group of countries."""

    title: Line
    sources: Annotated[Mapping[Label, GroupSource], Field(default_factory=FrozenDict), AfterValidator(FrozenDict)]
    members: Annotated[tuple[Membership, ...], Field(min_length=1, max_length=MAX_MEMBERS)]

    def on(self, day: dt.date) -> tuple[Membership, ...]:
        """The memberships on a day, by country."""
        return tuple(sorted((one for one in self.members if one.is_on(day)), key=lambda one: one.country))


class Groups(Model):
    """The groups of countries of a folder of profiles."""

    format: Literal[1]
    groups: Annotated[Mapping[Name, Group], Field(min_length=1, max_length=MAX_GROUPS), AfterValidator(FrozenDict)]

    def find(self, name: str) -> str:
        """The id of a group; name: its id or title, in any case.

        Raises:
            UnknownNameError: there is none; the message suggests similar names.
        """
        return chosen(name, {one: (group.title,) for one, group in self.groups.items()}, "group")

    def of(self, country: str, day: dt.date) -> dict[str, Group]:
        """The groups of which a country is a member on a day, by id, in the order of the file."""
        return {
            name: group for name, group in self.groups.items() if any(one.country == country for one in group.on(day))
        }
