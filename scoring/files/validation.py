"""What one file cannot know of another, or one key of the next: every fault, none fatal to the rest."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scoring.errors import Violation, nearest, quoted, repeated
from scoring.model.countries import is_country, not_a_country
from scoring.model.fields import is_later, read_date, read_last_day
from scoring.model.profile import Profile, Statement, edition_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from scoring.files.reader import Path
    from scoring.model.kinds import AnyIndicator, LeafIndicator
    from scoring.model.references import Case, CaseFile, PublishedTable
    from scoring.model.rubric import Pillar, Rubric, RuleBook


_FRACTION = re.compile(r"[0-9]{1,40}(/[0-9]{1,40})?")
_NUMERIC = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,40})?")


# -- rubric ------------------------------------------------------------------------------------------------------------


def rubric_errors(rubric: Rubric) -> Iterator[Violation]:
    """Faults of rubric.yaml by itself."""
    if not sum(rubric.pillars.values()) > 0:
        yield Violation(
            ("pillars",), "the weights sum to 0; give at least one pillar a weight above 0", "weights-sum-0"
        )
    cuts = [band.from_ for band in rubric.bands]
    if cuts[0] != 0 or cuts != sorted(set(cuts)):
        yield Violation(("bands",), f"the cuts are {cuts}; begin at 0 and rise", "band-cuts")
    for duplicate in repeated(band.label for band in rubric.bands):
        yield Violation(("bands",), f"label {duplicate!r} stands twice; give each band its own", "duplicate-id")
    total = math.fsum(rubric.uncertainty.exponents.values())
    for text in rubric.uncertainty.exponents:
        if not _NUMERIC.fullmatch(text):
            yield Violation(
                ("uncertainty", "exponents", text), "is no number; write the exponent", "wrong-type", at_key=True
            )
    if not math.isclose(total, 1, abs_tol=1e-9):
        message = f"the probabilities sum to {total:g}; let them sum to 1"
        yield Violation(("uncertainty", "exponents"), message, "probabilities-sum")
    actor = rubric.about.actor
    if actor is not None and not is_country(actor):
        yield Violation(("about", "actor"), not_a_country(actor), "country-code")
    yield from _grade_errors(rubric)


def _grade_errors(rubric: Rubric) -> Iterator[Violation]:
    """Grades that count for more than a better one, and half-widths that fall with the confidence."""
    scales = {"reliability": rubric.evidence.reliability, "credibility": rubric.evidence.credibility}
    for name, scale in scales.items():
        grades = scale.model_dump(by_alias=True)
        for better, worse in itertools.pairwise(list(grades)[:-1]):  # the last cannot be judged
            if grades[worse] > grades[better]:
                message = f"{grades[worse]:g} is above {grades[better]:g}, that of {better}; let it not rise"
                yield Violation(("evidence", name, worse), message, "grade-order")
    widths = rubric.uncertainty.confidence.model_dump()
    for surer, less_sure in itertools.pairwise(widths):
        if widths[less_sure] < widths[surer]:
            message = f"{widths[less_sure]:g} is below {widths[surer]:g}, that of {surer}; let it not fall"
            yield Violation(("uncertainty", "confidence", less_sure), message, "grade-order")


def pillar_errors(pillar: Pillar) -> Iterator[Violation]:
    """Faults of one pillar file by itself."""
    yield from _sibling_errors(pillar.indicators, ("indicators",))


def _sibling_errors(indicators: Sequence[AnyIndicator], path: Path) -> Iterator[Violation]:
    if not sum(indicator.weight for indicator in indicators) > 0:
        yield Violation(path, "the weights sum to 0; give at least one indicator a weight above 0", "weights-sum-0")
    for position, indicator in enumerate(indicators):
        yield from _below((*path, position), indicator.errors())
        if indicator.children:
            yield from _sibling_errors(indicator.children, (*path, position, "indicators"))


def _below(path: Path, faults: Iterable[Violation]) -> Iterator[Violation]:
    """Faults whose paths are relative to a place of the file."""
    return (replace(fault, path=(*path, *fault.path)) for fault in faults)


def book_errors(
    rubric: Rubric, pillars: Mapping[str, Pillar], files: Collection[str]
) -> Iterator[tuple[str | None, Violation]]:
    """Faults between rubric.yaml (None) and the pillar files, by pillar id; files: the names that have a file."""
    for name in rubric.pillars:
        if name not in files:
            message = f"has no file; write {name}.yaml beside rubric.yaml, or take it out"
            yield None, Violation(("pillars", name), message, "missing-pillar", at_key=True)
    seen = {rubric.id: "the rubric", **dict.fromkeys(pillars, "a pillar")}
    for name, pillar in pillars.items():
        for path, identifier in _identifiers(pillar.indicators, ("indicators",)):
            if identifier in seen:
                message = f"id {identifier!r} is taken by {seen[identifier]}; an id is unique in the whole rubric"
                yield name, Violation((*path, "id"), message, "duplicate-id")
            seen.setdefault(identifier, f"an indicator of {name}")


def _identifiers(indicators: Sequence[AnyIndicator], path: Path) -> Iterator[tuple[Path, str]]:
    for position, indicator in enumerate(indicators):
        yield (*path, position), indicator.id
        yield from _identifiers(indicator.children, (*path, position, "indicators"))


# -- profile -----------------------------------------------------------------------------------------------------------


def profile_errors(profile: Profile, book: RuleBook) -> Iterator[Violation]:
    """Faults of a profile by itself and against the rubric."""
    for key in ("country", "actor"):
        code = getattr(profile, key)
        if not is_country(code):
            yield Violation((key,), not_a_country(code), "country-code")
    if profile.country == profile.actor:
        yield Violation(("actor",), "is the country itself; name the hostile actor", "country-code")
    days = edition_days(profile)
    for position, (day, before) in enumerate(zip(days[1:], days, strict=False)):
        if day <= before:
            message = f"{profile.editions[position]} is not later than {before.isoformat()}; write the days in order"
            yield Violation(("editions", position), message, "impossible-date")
    targets = {statement.id: statement.same_as for statement in profile.statements}
    seen: set[str] = set()
    for position, statement in enumerate(profile.statements):
        path: Path = ("statements", position)
        if statement.id in seen:
            yield Violation(
                (*path, "id"), f"{statement.id!r} stands twice; give each statement its own id", "duplicate-id"
            )
        seen.add(statement.id)
        if statement.source not in profile.sources:
            right = nearest(statement.source, sorted(profile.sources), "sources")
            yield Violation(
                (*path, "source"), f"{statement.source!r} is no source of this profile; {right}", "dangling-source"
            )
        if statement.same_as is not None:
            yield from _same_as_errors(statement, targets, path)
        if statement.date and statement.until and read_last_day(statement.until) < read_date(statement.date):
            yield Violation(
                (*path, "until"), f"{statement.until} lies before the date {statement.date}", "impossible-date"
            )
        yield from _code_errors(statement, book.leaves, path)


def _same_as_errors(statement: Statement, targets: Mapping[str, str | None], path: Path) -> Iterator[Violation]:
    if statement.same_as not in targets:
        right = nearest(statement.same_as or "", sorted(targets), "statements")
        message = f"{statement.same_as!r} is no statement of this profile; {right}"
        yield Violation((*path, "same_as"), message, "dangling-same-as")
        return
    chain, current = [statement.id], statement.same_as
    while current is not None and current not in chain:
        chain.append(current)
        current = targets.get(current)
    if current == statement.id:
        circle = " -> ".join([*chain, current])
        message = f"goes in a circle ({circle}); let the first telling have no same_as"
        yield Violation((*path, "same_as"), message, "same-as-circle")


def _code_errors(statement: Statement, indicators: Mapping[str, LeafIndicator], path: Path) -> Iterator[Violation]:
    if statement.context and statement.codes:
        yield Violation(
            (*path, "context"), "both codes and context; write one of the two", "codes-or-context", at_key=True
        )
    elif not statement.context and not statement.codes:
        message = "neither codes nor context; code an indicator, or write context: true"
        yield Violation((*path, "codes"), message, "codes-or-context")
    if statement.coders and not statement.codes:
        yield Violation(
            (*path, "coders"), "has no first reading beside it; write codes", "codes-or-context", at_key=True
        )
    if statement.adjudication and not statement.coders:
        yield Violation(
            (*path, "adjudication"), "decides on one reading; write coders", "codes-or-context", at_key=True
        )
    for place, codes in _readings(statement, path):
        for name, code in codes.items():
            if name not in indicators:
                message = f"is no indicator of the rubric; {nearest(name, sorted(indicators), 'indicators')}"
                yield Violation((*place, name), message, "unknown-indicator", at_key=True)
            else:
                yield from _below((*place, name), indicators[name].code_errors(code))
            if statement.codes and name not in statement.codes:
                message = "is not coded by the first reading; coders code the same indicators"
                yield Violation((*place, name), message, "unknown-indicator", at_key=True)


def _readings(statement: Statement, path: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """The codes of each coder, and where they stand."""
    readings = [((*path, "codes"), statement.codes or {})]
    return readings + [((*path, "coders", coder), codes) for coder, codes in (statement.coders or {}).items()]


# -- warnings ----------------------------------------------------------------------------------------------------------


def profile_warnings(profile: Profile, book: RuleBook) -> Iterator[Violation]:
    """What a profile without a fault may say, and what is a slip more often than not."""
    dates = {statement.id: statement.date for statement in profile.statements}
    first: dict[tuple[str, ...], tuple[str, object]] = {}  # source, locator and question -> who answered it, and how
    for position, statement in enumerate(profile.statements):
        path: Path = ("statements", position)
        date, accessed = statement.date, profile.sources[statement.source].accessed
        if date and accessed and is_later(date, accessed):
            message = f"{date} is later than {accessed}, when the source was accessed; mend one of the two"
            yield Violation((*path, "date"), message, "late-statement")
        told = dates[statement.same_as] if statement.same_as else None
        if date and told and (is_later(date, told) or is_later(told, date)):
            message = f"{statement.same_as!r} speaks for {told}, this one for {date}; one fact has one date"
            yield Violation((*path, "same_as"), message, "same-as-dates")
        for place, codes in _readings(statement, path):
            for name, code in codes.items():
                yield from _below((*place, name), book.leaves[name].code_warnings(code))
        for name, code in (statement.codes or {}).items():
            for part, answer in book.leaves[name].answers(code):
                question = (name, *part)
                key = (statement.source, statement.locator, *question)
                other, said = first.setdefault(key, (statement.id, answer))
                if said != answer:
                    message = f"{quoted(answer)}, and {quoted(said)} in {other!r} of the same source and locator"
                    right = "mend one of the two, or let the locators tell them apart"
                    yield Violation((*path, "codes", *question), f"{message}; {right}", "contradiction")


# -- cases -------------------------------------------------------------------------------------------------------------


def table_errors(table: PublishedTable, book: RuleBook) -> Iterator[Violation]:
    """Faults of a published table against the rubric."""
    for code in table.values:
        if not is_country(code):
            yield Violation(("values", code), not_a_country(code), "country-code", at_key=True)
    names = [pillar.id for pillar in book.pillars]
    names += book.leaves
    for position, name in enumerate(table.near):
        if name not in names:
            message = f"{name!r} is no pillar or indicator; {nearest(name, sorted(names), 'names')}"
            yield Violation(("near", position), message, "unknown-indicator")


def case_errors(cases: CaseFile, book: RuleBook) -> Iterator[Violation]:
    """Faults of a case file against the rubric."""
    pillars = {pillar.id: pillar for pillar in book.pillars}
    if cases.pillar not in pillars:
        message = f"{cases.pillar!r} is no pillar; {nearest(cases.pillar, sorted(pillars), 'pillars')}"
        yield Violation(("pillar",), message, "missing-pillar")
        return
    indicators = pillars[cases.pillar].leaves
    for name in repeated(case.name for case in cases.cases):
        yield Violation(("cases",), f"the name {name!r} stands twice; give each case its own", "duplicate-id")
    for position, case in enumerate(cases.cases):
        path: Path = ("cases", position)
        for indicator, code in case.codes.items():
            if indicator not in indicators:
                message = f"is no indicator of {cases.pillar}; {nearest(indicator, sorted(indicators), 'indicators')}"
                yield Violation((*path, "codes", indicator), message, "unknown-indicator", at_key=True)
            else:
                yield from _below((*path, "codes", indicator), indicators[indicator].code_errors(code))
        if not _is_value(case):
            yield Violation(
                (*path, "value"), f"{quoted(case.value)} is no value; write 0 to 1, or a fraction", "out-of-range"
            )


def _is_value(case: Case) -> bool:
    """Whether a case expects a value of 0 to 1; a fraction is read by our own pattern, since Python reads more."""
    if isinstance(case.value, str) and not _FRACTION.fullmatch(case.value):
        return False
    try:
        return 0 <= case.expected <= 1
    except (ValueError, ZeroDivisionError):
        return False
