"""The model of a profile: the evidence on one country, as sources and coded statements."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, Field, PrivateAttr, StringConstraints, model_validator

from scoring.model.countries import country_name, named
from scoring.model.fields import (
    CountryCode,
    Date,
    FrozenDict,
    Label,
    LastDay,
    Line,
    Model,
    Name,
    Period,
    Text,
    frozen,
    last_of,
    read_date,
    read_period,
)
from scoring.model.publishers import Publisher, Reliability

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable


MAX_STATEMENTS = 5000  # statements, and sources, per profile; bounds the time that a file takes

Address = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000, strict=True)]


class Source(Model):  # noqa: PLW1641  pydantic makes the hash of a frozen model, from its fields
    """A source of statements."""

    title: Line
    publisher: Line
    reliability: Reliability
    """Admiralty grade of the source: A reliable … E unreliable, F cannot be judged."""
    grade_note: Text | None = None
    """Why the grade differs from that of the publisher in publishers.yaml."""
    url: Address | None = None
    archived: Address | None = None
    """The address of an archived copy."""
    published: Date | None = None
    """When the source was published."""
    accessed: Date | None = None
    note: Text | None = None
    """Why this grade was given, and how the source was used."""

    _body: Publisher | None = PrivateAttr(default=None)  # no key of the file, and not part of the digest

    @property
    def body(self) -> Publisher | None:
        """The publisher by the register that was read with the profile; None without a register."""
        return self._body

    def __eq__(self, other: object) -> bool:
        """Whether all keys of the file are equal, whatever the register says of the publisher."""
        return isinstance(other, Source) and self.__dict__ == other.__dict__

    def published_by(self, body: Publisher | None) -> Source:
        """The source with its publisher by the register."""
        source = self.model_copy()
        source._body = body  # noqa: SLF001  of this class
        return source

    def is_known_by(self, day: dt.date) -> bool:
        """Whether the source was published by a day; without a date of publication it counts as known."""
        return self.published is None or read_date(self.published) <= day


Confidence: TypeAlias = Literal["exact", "high", "moderate", "low"]
Code: TypeAlias = "bool | int | float | str | dict[str, Any]"
Codes = Annotated[Mapping[Name, Any], AfterValidator(frozen)]
"""Indicator -> code; empty where a coder, or a decision, found nothing that the statement codes."""


class Adjudicated(Model):
    """The decision on a statement that coders coded differently."""

    codes: Codes
    """Indicator -> code, of the whole statement: these count alone."""
    reason: Text
    """Why the decision was taken."""
    by: Line
    """Who took it."""


class Withdrawal(Model):
    """Why a statement no longer counts. It stays in the file, so that what a committed score rested on is on record."""

    on: Date
    """The day on which it was withdrawn."""
    why: Text
    """What is wrong with the statement."""
    by: Label
    """Who withdrew it: the id of a coder."""


class Standing(NamedTuple):
    """What the register of coders says of the codes of a statement.

    A code is that of an indicator, or of an item of a checklist; the item is None for all other indicators.
    """

    first: str | None
    """Who coded first; None if nobody says so."""
    left_out: frozenset[tuple[str | None, str, str | None]]
    """Coder (None for the first), indicator and item of the codes that do not count."""
    by_person: frozenset[tuple[str, str | None]]
    """Indicators and items of which a person gave every code that counts."""
    knows_persons: bool
    """Whether the register has a person among the coders; if not, no code can be one that a person gave."""


class Statement(Model):  # noqa: PLW1641  as of a source
    """One piece of evidence: a sentence in our own words, its source, and its codes."""

    id: Label
    text: Text
    source: Label
    locator: Line
    """Where in the source: page, paragraph or heading."""
    date: Date | None = None
    """The date of the fact that the statement describes; of a poll the end of its field work."""
    fielded: Period | None = None
    """The field work of a poll; `date` is its last day, and need not be given."""
    until: LastDay | None = None
    """The last day on which the fact holds."""
    rechecked: Date | None = None
    """The day on which its source was looked at again, and what it says was still in force: it ages from there."""
    credibility: Annotated[int, Field(strict=True, ge=1, le=6)]
    """Admiralty grade of the statement: 1 confirmed … 5 improbable, 6 cannot be judged."""
    confidence: Confidence = "moderate"
    """How sure the coder is of the code; exact is a figure of a published table, without any error."""
    note: Text | None = None
    absence: Annotated[bool, Field(strict=True)] = False
    """Whether the statement reports that something was searched for and does not exist."""
    actor: CountryCode | None = None
    """The actor that the statement is about, if it is not the one of the profile; it then counts for that one alone."""
    event: Label | None = None
    """The event or document that the statement is about, where several statements are about the same one."""
    same_as: Label | None = None
    """The id of the statement that already reports this fact; this one is a duplicate and is not scored."""
    coder: Label | None = None
    """The first coder of this statement, if it is not the one of the profile."""
    codes: Codes | None = None
    """Indicator -> code; {} for a first coder who found no indicator, where a further coder found one."""
    coders: Annotated[Mapping[Label, Codes], Field(min_length=1), AfterValidator(FrozenDict)] | None = None
    """Coder -> indicator -> code: codings of the same statement by further coders; {} for one who found no indicator
    that the statement codes."""
    adjudication: Text | None = None
    """Where coders disagree: why, and what was decided in words; it changes no code."""
    adjudicated: Adjudicated | None = None
    """Where coders disagree: the codes that were decided on, which count alone, why, and who decided."""
    context: Annotated[bool, Field(strict=True)] = False
    """Whether the statement is background that is never scored."""
    withdrawn: Withdrawal | None = None
    """Why the statement no longer counts: it is listed, and never scored."""

    @model_validator(mode="before")
    @classmethod
    def _dated_by_field_work(cls, value: Any) -> Any:
        """The date of a statement that has the period of the field work alone."""
        if isinstance(value, dict) and value.get("fielded") is not None and value.get("date") is None:
            with contextlib.suppress(ValueError):  # which the field reports
                if isinstance(fielded := read_period(value["fielded"]), str):
                    return {**value, "date": last_of(fielded)}
        return value

    _standing: Standing | None = PrivateAttr(default=None)  # no key of the file

    @property
    def standing(self) -> Standing | None:
        """What the register of coders says that was read with the profile; None without a register."""
        private = self.__pydantic_private__  # `self._standing` takes ten times as long
        standing: Standing | None = private["_standing"] if private else None
        return standing

    def __eq__(self, other: object) -> bool:
        """Whether all keys of the file are equal, whatever the register says of the coders."""
        return isinstance(other, Statement) and self.__dict__ == other.__dict__

    def with_standing(self, standing: Standing | None) -> Statement:
        """The statement with what the register says of its coders."""
        statement = self.model_copy()
        statement._standing = standing  # noqa: SLF001  of this class
        return statement

    def with_codes_of(self, kept: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Statement:
        """The statement with a part of the codes of each coder, and of the decision on them.

        A reading of which nothing is kept is none; one that found nothing stays.
        """
        further = {coder: kept(codes) for coder, codes in (self.coders or {}).items() if kept(codes) or not codes}
        decision, standing = self.adjudicated, self.standing
        part = self.model_copy(
            update={
                "codes": kept(self.codes or {}),
                "coders": FrozenDict(further) if further else None,
                "adjudicated": decision and decision.model_copy(update={"codes": kept(decision.codes)}),
            }
        )
        if standing is None:
            return part
        left_out = {(coder, name, item) for coder, name, item in standing.left_out if part.has_code(coder, name, item)}
        return part.with_standing(standing._replace(left_out=frozenset(left_out)))

    def has_code(self, coder: str | None, indicator: str, item: str | None) -> bool:
        """Whether a coder, None for the first, gave a code on an indicator, or on an item of it."""
        codes = self.readings.get(coder, {})
        return indicator in codes and (item is None or item in codes[indicator])

    @property
    def left_out(self) -> frozenset[tuple[str | None, str, str | None]]:
        """The codes that do not count by the register, as in `Standing`; none where a decision counts alone."""
        standing = self.standing
        return frozenset() if standing is None or self.adjudicated else standing.left_out

    def is_left_out(self, indicator: str, item: str | None) -> bool:
        """Whether a code on an indicator or item does not count by the register."""
        return any((name, part) == (indicator, item) for _, name, part in self.left_out)

    @property
    def readings(self) -> dict[str | None, Mapping[str, Any]]:
        """Coder -> indicator -> code, as coded; None for the first coder, who stands first."""
        readings: dict[str | None, Mapping[str, Any]] = {None: self.codes or {}}
        readings.update(self.coders or {})
        return readings

    def counted_by(self, first: str | None) -> list[tuple[str | None, Mapping[str, Any]]]:
        """Who gave the codes that count, beside the codes as in `counting`.

        first: the id of the first coder, if the statement and the register name none.
        """
        if self.adjudicated:
            return [(self.adjudicated.by, self.adjudicated.codes)]
        own = self.standing.first if self.standing else self.coder or first
        return [(coder or own, codes) for coder, codes in zip(self.readings, self.counting, strict=True)]

    @property
    def counting(self) -> list[Mapping[str, Any]]:
        """Indicator -> code, of each coder whose codes count, the first coder first; or as adjudicated alone."""
        if self.adjudicated:
            return [self.adjudicated.codes]
        if not (left_out := self.left_out):
            return [self.codes or {}, *(self.coders or {}).values()]
        return [_without(codes, coder, left_out) for coder, codes in self.readings.items()]

    @property
    def counted(self) -> Mapping[str, Any]:
        """Indicator -> code, of the indicators that the statement enters: as adjudicated, else by the first coder.

        In place of a code that is left out stands that of the next coder whose code counts, if there is one.
        """
        if self.adjudicated or not self.left_out:
            return (self.adjudicated.codes if self.adjudicated else self.codes) or {}
        found: dict[str, Any] = {}
        for name, code in (self.codes or {}).items():
            codes = [counting[name] for counting in self.counting if name in counting]
            if any(item is not None for _, indicator, item in self.left_out if indicator == name):
                answers = {item: one[item] for item in code for one in reversed(codes) if item in one}
                codes = [answers] if answers else []
            found |= {name: codes[0]} if codes else {}
        return FrozenDict(found)

    @property
    def entered(self) -> tuple[str, ...]:
        """The indicators that the statement enters, and those that it would enter if no code were left out."""
        return tuple(self.counted if not self.left_out else self.codes or {})


def _without(
    codes: Mapping[str, Any], coder: str | None, left_out: Collection[tuple[str | None, str, str | None]]
) -> Mapping[str, Any]:
    """The codes of a coder without those that are left out."""
    kept: dict[str, Any] = {}
    for name, code in codes.items():
        parts = {item for who, indicator, item in left_out if (who, indicator) == (coder, name)}
        rest = {item: answer for item, answer in code.items() if item not in parts} if parts - {None} else code
        kept |= {} if None in parts or rest == {} else {name: rest}
    return kept


class Search(Model):
    """A search for evidence on an indicator, so that a reader can tell what was not found from what was not sought."""

    indicator: Name
    words: Line
    """What was looked for."""
    where: Line
    """In what."""
    on: Date
    found: Line | None = None
    """What was found instead; absent if nothing was."""
    actor: CountryCode | None = None
    """The actor that the search was about, if it is not the one of the profile."""

    @property
    def told(self) -> str:
        """The search in one line."""
        return f"{self.words}, in {self.where}, on {self.on}: {self.found or 'nothing found'}"


class Profile(Model):  # noqa: PLW1641  as of a source
    """The evidence on one country, or another unit, facing one actor or none."""

    format: Literal[1]
    country: CountryCode
    name: Line | None = None
    """Of a unit that is no country of ISO 3166-1."""
    actor: CountryCode | None = None
    """The country that the assessed one faces; None if the index knows no actor."""
    as_of: Date
    """The reference date: the edition that counts if no other day is asked for."""
    coder: Label | None = None
    """The first coder of the statements that name no other."""
    editions: Annotated[tuple[Date, ...], Field(max_length=100)] = ()
    """The other days up to which evidence was collected."""
    sources: Annotated[
        Mapping[Label, Source], Field(max_length=MAX_STATEMENTS, validate_default=True), AfterValidator(FrozenDict)
    ] = {}
    statements: Annotated[tuple[Statement, ...], Field(max_length=MAX_STATEMENTS)]
    searched: Annotated[tuple[Search, ...], Field(max_length=MAX_STATEMENTS)] = ()
    """Searches that found no evidence."""

    _whole: Profile | None = PrivateAttr(default=None)  # no key of the file, and not part of the digest

    @property
    def whole(self) -> Profile:
        """The profile with the statements on all actors, as in its file; itself if it is no part of one."""
        return self._whole or self

    def part_of(self, whole: Profile) -> Profile:
        """The profile as a part of another: what that says of one actor."""
        part = self.model_copy()
        part._whole = whole  # noqa: SLF001  of this class
        return part

    def __eq__(self, other: object) -> bool:
        """Whether all keys of the file are equal, whatever the file says of other actors."""
        return isinstance(other, Profile) and all(getattr(self, key) == getattr(other, key) for key in FIELDS)

    @property
    def title(self) -> str:
        """The name of the unit; of a country its English short name."""
        return self.name or country_name(self.country)

    @property
    def label(self) -> str:
        """Name and code, such as `Estonia (EST)`; the code alone of an example without a name."""
        return named(self.country, self.name)


FIELDS = tuple(Profile.model_fields)


def edition_days(profile: Profile) -> tuple[dt.date, ...]:
    """The days up to which evidence was collected, in order."""
    return tuple(sorted(map(read_date, (profile.as_of, *profile.editions))))


def with_edition(profiles: Iterable[Profile], day: dt.date | None) -> tuple[Profile, ...]:
    """The profiles that have an edition on a day or before it; all of them if none has, or without a day.

    Before its first edition no evidence was collected on a country, so it cannot be compared with the others.
    """
    profiles = tuple(profiles)
    begun = tuple(profile for profile in profiles if day is None or edition_days(profile)[0] <= day)
    return begun or profiles


def edition_of(profile: Profile, statement: Statement) -> dt.date:
    """The edition that a statement belongs to: the first on or after its date; the first of all without a date.

    The last edition for a statement that is dated after all of them.
    """
    first, *later = edition_days(profile)
    if statement.date is None:
        return first
    day = read_date(statement.date)
    return next((edition for edition in (first, *later) if edition >= day), (first, *later)[-1])


def is_retrospective(profile: Profile, statement: Statement) -> bool:
    """Whether the source of a statement was published after the edition that the statement belongs to."""
    return not profile.sources[statement.source].is_known_by(edition_of(profile, statement))


def coded_until(profile: Profile, as_of: dt.date) -> dt.date:
    """The day up to which evidence was collected that is the last on or before `as_of`; the first if all are later."""
    return max((day for day in edition_days(profile) if day <= as_of), default=edition_days(profile)[0])


def for_rubric(profile: Profile, indicators: Collection[str]) -> Profile:
    """The profile as a rubric sees it: with the codes of its indicators alone.

    A statement that only answers other rubrics is context to this one. So its digest, and every id, stays as it is when
    statements are coded for another rubric.
    """
    statements = tuple(_for_rubric(statement, indicators) for statement in profile.statements)
    unchanged = all(map(operator.is_, statements, profile.statements))
    return profile if unchanged else profile.model_copy(update={"statements": statements})


def _for_rubric(statement: Statement, indicators: Collection[str]) -> Statement:
    decision = statement.adjudicated
    readings = [statement.codes or {}, *(statement.coders or {}).values(), *([decision.codes] if decision else ())]
    if all(name in indicators for codes in readings for name in codes):
        return statement

    def own(codes: Mapping[str, Any]) -> Mapping[str, Any]:
        return FrozenDict({name: code for name, code in codes.items() if name in indicators})

    if not any(map(own, readings)):
        nothing = {
            "coder": None,
            "codes": None,
            "coders": None,
            "adjudication": None,
            "adjudicated": None,
            "context": True,
        }
        return statement.model_copy(update=nothing)
    # a decision counts alone, for all rubrics
    return statement.with_codes_of(own)
