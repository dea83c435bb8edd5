"""The model of the register of coders, coders.yaml in the folder of profiles: who coded, and with what results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from scoring.model.fields import Date, FrozenDict, Label, Model, Name, Text, Unit
from scoring.model.profile import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.model.profile import Profile, Statement
    from scoring.model.rubric import RuleBook

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
    """Whether the codes of a coder count on an indicator for which no test by the rubric says anything."""
    first: Label | None = None
    """Who coded first where neither profile nor statement names a coder."""
    coders: Annotated[Mapping[Label, Coder], Field(min_length=1, max_length=MAX_CODERS), AfterValidator(FrozenDict)]

    def is_person(self, name: str | None) -> bool:
        """Whether a coder is a person, as far as the register knows."""
        coder = self.coders.get(name or "")
        return coder is not None and coder.kind == "person"

    @property
    def knows_persons(self) -> bool:
        """Whether a coder is a person."""
        return any(coder.kind == "person" for coder in self.coders.values())

    def counts(self, name: str | None, rubric: str, indicator: str) -> bool:
        """Whether the codes of a coder count on an indicator without anyone who confirms them.

        rubric: id and version, such as resilience@3.1.0; tests by another version say nothing.
        """
        coder = self.coders.get(name or "")
        test = coder.test_by(rubric) if coder else None
        result = test.results.get(indicator) if test else None
        return self.untested == "count" if result is None else result.qualified


def edition_of(book: RuleBook) -> str:
    """Id and version of a rubric, such as resilience@3.1.0."""
    return f"{book.rubric.id}@{book.rubric.version}"


def with_coders(profile: Profile, register: Coders, book: RuleBook) -> Profile:
    """The profile, each statement with its standing by the register of coders."""
    statements = tuple(
        statement.with_standing(_standing(statement, profile, register, book)) for statement in profile.statements
    )
    return profile.model_copy(update={"statements": statements})


def _standing(statement: Statement, profile: Profile, register: Coders, book: RuleBook) -> Standing:
    """Which codes of a statement do not count, and which a person gave.

    A code counts if a coder who gave it counts on the indicator, or if two coders gave it of whom one is a person.
    """
    first = statement.coder or profile.coder or register.first
    readings = statement.readings
    left_out: set[tuple[str | None, str, str | None]] = set()
    by_person: set[tuple[str, str | None]] = set()
    decision = statement.adjudicated
    decided_by_person = decision is not None and register.is_person(decision.by)
    for indicator, item in _coded(statement, book):
        given = list(_given(readings, indicator, item))
        persons = [code for coder, code in given if register.is_person(coder or first)]
        counting = []
        for coder, code in given:
            alike = [other or first for other, same in given if same == code]
            counts = any(register.counts(other, edition_of(book), indicator) for other in alike)
            if counts or (code in persons and len(set(alike)) > 1):
                counting.append(code)
            else:
                left_out.add((coder, indicator, item))
        if decision is not None:
            counting = [code for _, code in _given({None: decision.codes}, indicator, item)]
        if counting and (decided_by_person or all(code in persons for code in counting)):
            by_person.add((indicator, item))
    return Standing(first, frozenset(left_out), frozenset(by_person), knows_persons=register.knows_persons)


def _coded(statement: Statement, book: RuleBook) -> Iterator[tuple[str, str | None]]:
    """The indicators and items on which a statement has a code of a coder, or of a decision."""
    readings: Sequence[Mapping[str, Any]] = [statement.codes or {}, *(statement.coders or {}).values()]
    readings = [*readings, statement.adjudicated.codes] if statement.adjudicated else readings
    for name in dict.fromkeys(name for codes in readings for name in codes):
        yield from ((name, item) for item in book.leaves[name].parts)


def _given(
    readings: Mapping[str | None, Mapping[str, Any]], indicator: str, item: str | None
) -> Iterator[tuple[str | None, Any]]:
    """Coder and code, of those that have one on an indicator or item."""
    for coder, codes in readings.items():
        code = codes.get(indicator)
        if code is not None and (item is None or item in code):
            yield coder, code if item is None else code[item]
