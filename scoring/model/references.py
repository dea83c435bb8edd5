"""What YAML may say: the shapes of rubric, pillar, profile and case files.

Values are frozen to the last mapping; unknown keys, text for a number, NaN and infinity are refused. What one file
cannot know of another (does the level exist, does the source) is the business of `scoring.check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from scoring.model.fields import CountryCode, Date, FrozenDict, Line, Model, Name, Number, Text, frozen


class PublishedTable(Model):
    """A table that others published, to hold an index against: published/<id>.yaml."""

    title: Line
    publisher: Line
    year: Annotated[int, Field(strict=True, ge=1900, le=2200)]
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000, strict=True)]
    accessed: Date
    read_from: Text
    """The publisher's own page, or which copy."""
    better: Literal["higher", "lower"]
    measures: Text
    near: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The nodes of the rubric that ask most nearly the same, besides the index."""
    expected: Text
    """What should agree and what not, and why; written before the figures were compared."""
    found: Text | None = None
    """What to make of the comparison; written after it."""
    values: Annotated[Mapping[CountryCode, Number], Field(min_length=1), AfterValidator(FrozenDict)]


class Case(Model):
    """A sentence, how it is coded, and the value that comes of it."""

    name: Line
    statement: Text
    codes: Annotated[Mapping[Name, Any], Field(min_length=1, max_length=1), AfterValidator(frozen)]
    value: Annotated[Annotated[float, Field(strict=True)] | str, Field(union_mode="left_to_right")]
    """v in [0, 1]; a fraction such as "146/193" where the decimal does not end."""

    @property
    def expected(self) -> Fraction:
        """The value, exactly."""
        return Fraction(str(self.value))


class CaseFile(Model):
    """The file <pillar>.cases.yaml."""

    pillar: Name
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]
