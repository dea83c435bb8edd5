"""The calls, in order: profiles and rubric in, an assessment out."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.errors import UnknownNameError, nearest
from scoring.index.lookup import find_pillar
from scoring.index.score import out_of_time
from scoring.model.profile import Profile, Source, Statement
from scoring.model.rubric import RuleBook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Mapping

    from scoring.model.kinds import LeafIndicator


def pillar_alone(book: RuleBook, pillar: str) -> RuleBook:
    """The rubric with one pillar alone, as if it were the whole index; draws keep their addresses.

    Raises:
        UnknownNameError: the rubric has no such pillar.
    """
    name = find_pillar(book, pillar)
    return RuleBook(
        rubric=book.rubric.model_copy(update={"pillars": {name: 1.0}}),
        pillars=tuple(one for one in book.pillars if one.id == name),
    )


SUPPOSED = "supposed"  # id of the source, and beginning of the ids of the statements, that are only supposed


def unused(label: str, taken: Container[str]) -> str:
    """The label, with a number behind it where a profile has it already."""
    labels = itertools.chain([label], (f"{label}-{number}" for number in itertools.count(2)))
    return next(one for one in labels if one not in taken)


def with_code(profile: Profile, leaf: LeafIndicator, code: Any, as_of: dt.date) -> Profile:
    """The profile with one certain answer (grade A1, dated on the day) in place of all evidence on an indicator.

    Of a checklist only the items that the code answers are replaced.
    """
    statements = [_without_answer(statement, leaf, code) for statement in profile.statements]
    name = unused(SUPPOSED, profile.sources)
    supposed = Statement(
        id=unused(f"{SUPPOSED}-{leaf.id.replace('_', '-')}", {statement.id for statement in statements}),
        text="Supposed, not observed.",
        source=name,
        locator="none",
        date=as_of.isoformat(),
        credibility=1,
        confidence="high",
        codes={leaf.id: code},
    )
    source = Source(title="Supposition", publisher="none", reliability="A")
    return profile.model_copy(
        update={"sources": {**profile.sources, name: source}, "statements": (*statements, supposed)}
    )


def _without_answer(statement: Statement, leaf: LeafIndicator, code: Any) -> Statement:
    def kept(codes: Mapping[str, Any] | None) -> dict[str, Any]:
        rest = dict(codes or {})
        old = rest.pop(leaf.id, None)
        if leaf.checklist and old is not None:
            items = {key: answer for key, answer in old.items() if key not in code}
            rest |= {leaf.id: items} if items else {}
        return rest

    if leaf.id not in (statement.codes or {}):
        return statement
    coders = {coder: kept(codes) for coder, codes in (statement.coders or {}).items()}
    return statement.model_copy(update={"codes": kept(statement.codes), "coders": coders or None})


def without_statement(profile: Profile, identifier: str) -> Profile:
    """The profile without a statement and its same_as twins; older waves step in under `latest`.

    Raises:
        UnknownNameError: there is no such statement.
    """
    names = [statement.id for statement in profile.statements]
    if identifier not in names:
        message = f"{identifier!r} is no statement of {profile.country}; {nearest(identifier, names, 'statements')}"
        raise UnknownNameError(message)
    gone = {identifier}
    while twins := {one.id for one in profile.statements if one.same_as in gone} - gone:
        gone |= twins
    kept = tuple(statement for statement in profile.statements if statement.id not in gone)
    return profile.model_copy(update={"statements": kept})


def without_source(profile: Profile, source: str) -> Profile:
    """The profile without a source; a `same_as` twin from elsewhere takes its first telling's place."""
    gone = {statement.id: statement.same_as for statement in profile.statements if statement.source == source}
    heirs: dict[str, str] = {}
    kept = []
    for statement in sorted(profile.statements, key=lambda one: one.id):
        if statement.id in gone:
            continue
        told, lost = statement.same_as, None
        while told in gone:
            told, lost = gone[told], told
        if told is None and lost is not None:
            heir = heirs.setdefault(lost, statement.id)
            told = None if heir == statement.id else heir
        kept.append(statement.model_copy(update={"same_as": told}))
    return profile.model_copy(update={"statements": tuple(kept)})


class Edition(NamedTuple):
    """A country as it is scored at one time: the rubric, its profile and the as-of date."""

    book: RuleBook
    profile: Profile
    as_of: dt.date


def edition_on(book: RuleBook, profile: Profile, day: dt.date) -> Edition:
    """A country on a day, with the statements alone that are in force on it; what is undated always is."""
    standing = tuple(one for one in profile.statements if out_of_time(one, day) is None)
    return Edition(book, profile.model_copy(update={"statements": standing}), day)
