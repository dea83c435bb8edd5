"""Reading a scenario file, with all its errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scoring.errors import Violation, nearest, repeated
from scoring.files.disk import File, opened
from scoring.model.countries import not_in_the_set
from scoring.model.fields import read_date
from scoring.model.scenario import ScenarioFile

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from scoring.errors import Problem
    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.model.scenario import Change


def load_scenario(
    source: Path | Mapping[str, Any], book: RuleBook, profiles: Sequence[Profile], as_of: dt.date | None = None
) -> tuple[ScenarioFile | None, tuple[Problem, ...]]:
    """The scenario in a file; None and the problems if there are errors.

    Args:
        source: The path of the file, or its content.
        book: The rubric.
        profiles: The countries that it may name.
        as_of: The reference date of all countries, if the file gives none; default: that of each profile.
    """
    if isinstance(source, Mapping):
        file = File("scenario", "scenario", json.dumps(source, indent=1, default=str).encode())  # JSON is YAML
    else:
        file = opened(source)
    return scenario_of(file, book, profiles, as_of), tuple(file.problems)


def scenario_of(
    file: File, book: RuleBook, profiles: Sequence[Profile], as_of: dt.date | None = None
) -> ScenarioFile | None:
    """The scenario in a file, as `load_scenario`; None, with problems added to the file, if it has errors."""
    document = file.parse(ScenarioFile, lambda one: scenario_errors(one, book, profiles, as_of))
    return None if file.problems else document


def scenario_errors(
    document: ScenarioFile, book: RuleBook, profiles: Sequence[Profile], as_of: dt.date | None = None
) -> Iterator[Violation]:
    """The errors of a scenario with respect to rubric and profiles."""
    by_code = {profile.country: profile for profile in profiles}
    for name, members in document.groups.items():
        for position, code in enumerate(members):
            if code not in by_code:
                yield _unknown_country(("groups", name, position), code, by_code)
        for code in repeated(members):
            yield Violation(("groups", name), f"has {code} twice; name each country once", "duplicate-id")
    answered: dict[tuple[str, str, str | None], int] = {}
    dropped: dict[tuple[str, str], tuple[str | int, ...]] = {}
    for number, change in enumerate(document.suppose):
        path = ("suppose", number)
        profile = by_code.get(change.country)
        if profile is None:
            yield _unknown_country((*path, "country"), change.country, by_code)
        if not change.codes and not change.drop:
            yield Violation(path, "supposes nothing; add codes or drop", "missing-key")
        day = read_date(document.as_of) if document.as_of else as_of
        day = read_date(profile.as_of) if day is None and profile is not None else day
        yield from _code_errors(change, book, day, path)
        for part in _answered(change, book):
            if answered.setdefault((change.country, *part), number) != number:
                message = f"{_name(*part)} of {change.country} is answered twice; remove one of the two"
                yield Violation((*path, "codes", part[0]), message, "duplicate-id", at_key=True)
        for position, statement in enumerate(change.drop):
            where = (*path, "drop", position)
            if dropped.setdefault((change.country, statement), where) != where:
                yield Violation(where, f"{statement} is dropped twice; remove one of the two", "duplicate-id")
            elif profile is not None and (wrong := _drop_error(profile, statement, where)):
                yield wrong


def _unknown_country(path: tuple[str | int, ...], code: str, by_code: Mapping[str, Profile]) -> Violation:
    return Violation(path, not_in_the_set([code], list(by_code)), "unknown-country")


def _code_errors(
    change: Change, book: RuleBook, day: dt.date | None, path: tuple[str | int, ...]
) -> Iterator[Violation]:
    """Unknown indicators, codes that do not answer them, and a date on which the answers do not count."""
    date = read_date(change.date) if change.date else day
    if date and day and date > day:
        message = f"is after the reference date, {day}, on which the answers would not count; give a later as_of"
        yield Violation((*path, "date"), message, "impossible-date")
    for name, code in change.codes.items():
        where = (*path, "codes", name)
        if name not in book.leaves:
            message = f"unknown indicator {name!r}; {nearest(name, sorted(book.leaves), 'indicators')}"
            yield Violation(where, message, "unknown-indicator", at_key=True)
            continue
        for wrong in book.leaves[name].code_errors(code):
            yield Violation((*where, *wrong.path), wrong.message, wrong.slug, wrong.at_key)
        if date and day and date <= day and not book.leaves[name].covers(date, day):
            message = f"{date} is outside the window of {name} on {day}, so that the answer would not count"
            yield Violation((*path, "date"), f"{message}; give a later date", "impossible-date")


def _answered(change: Change, book: RuleBook) -> Iterator[tuple[str, str | None]]:
    """The indicators and items that are answered, as far as they are known."""
    for name, code in change.codes.items():
        if name in book.leaves:
            yield from ((name, item) for item in answered_parts(book.leaves[name], code))


def answered_parts(indicator: LeafIndicator, code: Any) -> list[str | None]:
    """The items that a code answers; None alone for an indicator without items."""
    return [item for item in indicator.parts if item is None or (isinstance(code, dict) and item in code)]


def _name(indicator: str, item: str | None) -> str:
    return indicator if item is None else f"{indicator}/{item}"


def _drop_error(profile: Profile, statement: str, path: tuple[str | int, ...]) -> Violation | None:
    """A statement that the profile does not have, or that enters nothing."""
    statements = {one.id: one for one in profile.statements}
    if statement not in statements:
        hint = nearest(statement, sorted(statements), "statements")
        return Violation(path, f"unknown statement {statement!r} of {profile.country}; {hint}", "unknown-statement")
    one = statements[statement]
    reason = (
        "is withdrawn"
        if one.withdrawn
        else "codes nothing"
        if one.context
        else f"repeats {one.same_as}, with which it is dropped"
        if one.same_as
        else None
    )
    message = f"{statement} {reason}, so that nothing changes; remove it"
    return Violation(path, message, "no-effect") if reason else None
