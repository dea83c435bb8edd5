"""The model of the registry of editions, editions.yaml beside the folder of profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints

from scoring.model.fields import FrozenDict, Model, read_date

MAX_EDITIONS = 500
NAME = r"^[0-9]{4}\.[1-9][0-9]{0,2}$"
"""A year, a dot and a number, such as 2025.1."""

EditionName: TypeAlias = Annotated[str, StringConstraints(pattern=NAME, strict=True)]


def _existing(day: str) -> str:
    read_date(day)
    return day


Day: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", strict=True),
    AfterValidator(_existing),
    Field(description="YYYY-MM-DD"),
]


class Edition(Model):
    """A released state of an index: rubric, profiles and scores, which do not change any more."""

    released: Day
    """The day (UTC) of the commit, so that the same state gives the same edition on any day."""
    rubric: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}@[0-9]+\.[0-9]+\.[0-9]+$", strict=True)]
    """Id and version of the rubric, such as resilience@3.1.0."""
    as_of: Day | None = None
    """The reference date of all scores; without it each country is scored on that of its profile."""
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$", strict=True)]
    """The git commit with rubric and profiles."""
    lock: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", strict=True)]
    """sha256 of the lock file of the scores."""
    countries: Annotated[int, Field(strict=True, ge=1)]
    """How many countries it has."""
    sums: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", strict=True)] | None = None
    """sha256 of SHA256SUMS in the folder of the release, and so of all its files; the folder itself cannot say it."""

    @property
    def rubric_id(self) -> str:
        """The id of the rubric."""
        return self.rubric.partition("@")[0]


class Editions(Model):
    """The released editions."""

    format: Literal[1]
    editions: Annotated[
        Mapping[EditionName, Edition], Field(max_length=MAX_EDITIONS, validate_default=True), AfterValidator(FrozenDict)
    ] = {}
    """Name, such as 2025.1 -> what was released under it."""


def place(name: str) -> tuple[int, int]:
    """Year and number of an edition, by which editions are ordered."""
    year, _, number = name.partition(".")
    return int(year), int(number)
