"""The model of the reviews of a country, reviews/<COUNTRY>.yaml beside the folder of profiles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints

from scoring.model.fields import CountryCode, Date, FrozenDict, Label, Line, Model, Name, Text
from scoring.model.profile import MAX_STATEMENTS, Codes

if TYPE_CHECKING:
    from scoring.model.profile import Profile, Source, Statement

MAX_REVIEWS = 100  # of a country; bounds the time that a file takes
DIGITS = 12  # of a digest: it identifies a version among those of one statement
DIGEST = rf"^[0-9a-f]{{{DIGITS}}}$"

Role: TypeAlias = Literal["expert", "government", "editor"]
Verdict: TypeAlias = Literal["agree", "dispute"]
ReadDigest = Annotated[str, StringConstraints(pattern=DIGEST, strict=True)]


class Answer(Model):
    """What the editors answer to a dispute, or to evidence that a reviewer misses."""

    on: Date
    """The day of the answer."""
    by: Label
    """Who answers: an id, never a name."""
    says: Literal["upheld", "rejected"]
    why: Text


class Judgement(Model):
    """What a reviewer says of one statement."""

    says: Verdict
    digest: ReadDigest
    """The digest of the statement as it was read."""
    why: Text | None = None
    """The reason; a dispute needs one."""
    codes: Codes | None = None
    """Of a dispute: the codes of the whole statement that the reviewer proposes; {} if it codes nothing."""
    source: Line | None = None
    """Of a dispute: the title or address of another source."""
    answer: Answer | None = None
    """Of a dispute: what the editors answer."""


class Missing(Model):
    """Evidence that a reviewer misses."""

    indicator: Name
    text: Text
    """What is missing, as a statement."""
    source: Line
    """The address of its source, or title and publisher."""
    answer: Answer | None = None


class Review(Model):
    """What one reviewer says on one day."""

    reviewer: Label
    """An id, never a name."""
    role: Role
    interest: Text
    """Interests that the reviewer declares; `none` if there are none."""
    on: Date
    statements: Annotated[
        Mapping[Label, Judgement], Field(max_length=MAX_STATEMENTS, validate_default=True), AfterValidator(FrozenDict)
    ] = {}
    """Id of a statement -> what the reviewer says of it."""
    missing: Annotated[tuple[Missing, ...], Field(max_length=MAX_STATEMENTS)] = ()


class ReviewFile(Model):
    """The reviews of the profile of one country."""

    format: Literal[1]
    country: CountryCode
    reviews: Annotated[tuple[Review, ...], Field(min_length=1, max_length=MAX_REVIEWS)]


def statement_digest(statement: Statement, source: Source) -> str:
    """The digest of what a reviewer reads of a statement: 12 hexadecimal digits.

    It changes with the text, locator, dates, grade, confidence and codes that count, and with title, publisher, grade
    and address of the source. It does not change with notes, events, the archived copy, the order of keys, white space,
    or with a further coder who codes as another did.
    """
    codings = [statement.adjudicated.codes] if statement.adjudicated else _codings(statement)
    read = {
        **statement.model_dump(
            include={"locator", "date", "fielded", "until", "credibility", "confidence", "absence", "same_as"}
        ),
        **({} if statement.actor is None else {"actor": statement.actor}),
        "text": " ".join(statement.text.split()),
        "codes": sorted({_canonical(codes) for codes in codings}),
        "source": source.model_dump(include={"title", "publisher", "reliability", "url"}),
    }
    return hashlib.sha256(_canonical(read).encode()).hexdigest()[:DIGITS]


def _codings(statement: Statement) -> list[Mapping[str, Any]]:
    return [codes for codes in (statement.codes, *(statement.coders or {}).values()) if codes is not None]


def _canonical(value: Any) -> str:
    """JSON with sorted keys; whole numbers without a decimal point."""
    return json.dumps(_whole(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _whole(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _whole(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class CountryReviews(NamedTuple):
    """The reviews of a country beside its statements as they are now."""

    reviews: tuple[Review, ...]
    digests: Mapping[str, str]
    """Id -> digest, of the statements of the profile that are not withdrawn."""

    def is_void(self, statement: str, judgement: Judgement) -> bool:
        """Whether the statement was edited, or withdrawn, since it was read."""
        return self.digests.get(statement) != judgement.digest


def statement_digests(profile: Profile) -> dict[str, str]:
    """Id -> digest of the statements that are not withdrawn.

    profile: As its file has it, with the codes of all rubrics, so that a digest is the same under each.
    """
    return {
        statement.id: statement_digest(statement, profile.sources[statement.source])
        for statement in profile.statements
        if not statement.withdrawn and statement.source in profile.sources
    }
