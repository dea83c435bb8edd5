"""The model of the register of coders, coders.yaml in the folder of profiles: who coded, and with what results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from scoring.model.fields import Date, FrozenDict, Label, Model, Name, Text, Unit

MAX_CODERS, MAX_TESTS = 1000, 100
Edition = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}@[0-9]+\.[0-9]+\.[0-9]+$", strict=True)]
"""Id and version of a rubric, such as resilience@3.1.0."""
Checksum = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$", strict=True)]


class Result(Model):
    """How well a coder codes one indicator; shares have two decimals, as `scoring qualify` prints them."""

    n: Annotated[int, Field(strict=True, ge=1)]
    """Questions: a checklist has one per item, any other indicator one per vignette."""
    exact: Unit
    """Share of the questions that are answered as the key answers them."""
    within: Unit
    """Share of the questions that are at most one level, or one of false, partly and true, from the key."""
    severity: Annotated[float, Field(strict=True, ge=-1, le=1)] | None = None
    """Mean of the coder's value minus that of the key, in units of v; below 0 the coder is stricter. None if the coder
    answered none of the questions."""
    qualified: Annotated[bool, Field(strict=True)]
    """Whether the codes of the coder count on this indicator."""


class CoderTest(Model):
    """The results of a coder by the vignettes of one version of a rubric."""

    rubric: Edition
    on: Date
    """The day of the test."""
    vignettes: Checksum
    """The first twelve digits of the sha256 of the vignettes, which may change while the rubric does not."""
    results: Annotated[Mapping[Name, Result], Field(min_length=1), AfterValidator(FrozenDict)]


class Coder(Model):
    """A coder by id. Names of persons are personal data and do not belong here."""

    kind: Literal["person", "machine"]
    note: Text | None = None
    """What a reader should know, such as the name and version of a machine."""
    tests: Annotated[tuple[CoderTest, ...], Field(max_length=MAX_TESTS)] = ()

    def test_by(self, rubric: str) -> CoderTest | None:
        """The last test by a version of a rubric, such as resilience@3.1.0; None if there is none."""
        tests = [test for test in self.tests if test.rubric == rubric]
        return max(tests, key=lambda test: test.on, default=None)


class Coders(Model):
    """The register of coders."""

    format: Literal[1]
    untested: Literal["count", "leave out"]
    """Whether codes count that no test by the vignettes of this rubric covers."""
    coders: Annotated[Mapping[Label, Coder], Field(min_length=1, max_length=MAX_CODERS), AfterValidator(FrozenDict)]
