"""The models of published indices and of the worked examples (cases) of a rubric."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from scoring.model.fields import CountryCode, Date, FrozenDict, Line, Model, Name, Number, Text, frozen


class PublishedTable(Model):
    """A published index to compare with: published/<id>.yaml."""

    title: Line
    publisher: Line
    year: Annotated[int, Field(strict=True, ge=1900, le=2200)]
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000, strict=True)]
    accessed: Date
    read_from: Text
    """Where the values were read: the publisher's own page, or which copy of it."""
    better: Literal["higher", "lower"]
    rubric: Name | None = None
    """The rubric that the expectation is about; with another one the table is not compared."""
    as_of: Date | None = None
    """The reference date of the scores to compare with; default: that of the profiles."""
    measures: Text
    near: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The nodes of the rubric that measure nearly the same, besides the index."""
    expected: Text
    """What should agree, what should not, and why; written before the comparison."""
    found: Text | None = None
    """The interpretation of the comparison; written after it."""
    values: Annotated[Mapping[CountryCode, Number], Field(min_length=1), AfterValidator(FrozenDict)]


class Case(Model):
    """A worked example: a sentence, its code, and the value of the code."""

    name: Line
    statement: Text
    codes: Annotated[Mapping[Name, Any], Field(min_length=1, max_length=1), AfterValidator(frozen)]
    value: Annotated[Annotated[float, Field(strict=True)] | str, Field(union_mode="left_to_right")]
    """v in [0, 1]; a fraction such as "146/193" if the decimal does not terminate."""

    @property
    def expected(self) -> Fraction:
        """The exact value."""
        return Fraction(str(self.value))


class CaseFile(Model):
    """The file <pillar>.cases.yaml."""

    pillar: Name
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]
