"""What one file cannot know of another, or one key of the next: every fault, none fatal to the rest."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from scoring.errors import Fault, nearest, with_point
from scoring.model.countries import is_country, not_a_country
from scoring.model.fields import is_later, read_date, read_last_day
from scoring.model.kinds import (
    ChecklistIndicator,
    CountIndicator,
    GroupIndicator,
    LeafIndicator,
    LevelsIndicator,
    NumberIndicator,
    RankIndicator,
    ShareIndicator,
    leaf_indicators,
    level_values,
)
from scoring.model.profile import Profile, Statement, edition_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from scoring.files.reader import Path
    from scoring.model.references import Case, CaseFile, PublishedTable
    from scoring.model.rubric import Pillar, Rubric, RuleBook


ANSWERS = ("true", "false", "partly")
_FRACTION = re.compile(r"[0-9]{1,40}(/[0-9]{1,40})?")
_NUMERIC = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,40})?")


# -- rubric ------------------------------------------------------------------------------------------------------------


def rubric_faults(rubric: Rubric) -> Iterator[Fault]:
    """Faults of rubric.yaml by itself."""
    if not sum(rubric.pillars.values()) > 0:
        yield Fault(("pillars",), "the weights sum to 0; give at least one pillar a weight above 0", "weights-sum-0")
    cuts = [band.from_ for band in rubric.bands]
    if cuts[0] != 0 or cuts != sorted(set(cuts)):
        yield Fault(("bands",), f"the cuts are {cuts}; begin at 0 and rise", "band-cuts")
    for duplicate in _twice(band.label for band in rubric.bands):
        yield Fault(("bands",), f"label {duplicate!r} stands twice; give each band its own", "duplicate-id")
    total = math.fsum(rubric.uncertainty.exponents.values())
    for text in rubric.uncertainty.exponents:
        if not _NUMERIC.fullmatch(text):
            yield Fault(
                ("uncertainty", "exponents", text), "is no number; write the exponent", "wrong-type", at_key=True
            )
    if not math.isclose(total, 1, abs_tol=1e-9):
        message = f"the probabilities sum to {total:g}; let them sum to 1"
        yield Fault(("uncertainty", "exponents"), message, "probabilities-sum")
    actor = rubric.about.actor
    if actor is not None and not is_country(actor):
        yield Fault(("about", "actor"), not_a_country(actor), "country-code")


def pillar_faults(pillar: Pillar) -> Iterator[Fault]:
    """Faults of one pillar file by itself."""
    yield from _sibling_faults(pillar.indicators, ("indicators",))


def _sibling_faults(indicators: tuple[Any, ...], path: Path) -> Iterator[Fault]:
    if not sum(indicator.weight for indicator in indicators) > 0:
        yield Fault(path, "the weights sum to 0; give at least one indicator a weight above 0", "weights-sum-0")
    for position, indicator in enumerate(indicators):
        yield from _indicator_faults(indicator, (*path, position))


def _indicator_faults(indicator: Any, path: Path) -> Iterator[Fault]:
    match indicator:
        case GroupIndicator():
            yield from _sibling_faults(indicator.indicators, (*path, "indicators"))
        case LevelsIndicator():
            for key in _twice(level.key for level in indicator.levels):
                yield Fault((*path, "levels"), f"level {key!r} stands twice; give each its own key", "duplicate-id")
            values = level_values(indicator)
            if values != sorted(values):
                message = f"the values {values} fall; order the levels from least to most resilient"
                yield Fault((*path, "levels"), message, "level-order")
        case ChecklistIndicator():
            for key in _twice(item.key for item in indicator.items):
                yield Fault((*path, "items"), f"item {key!r} stands twice; give each its own key", "duplicate-id")
            if not any(item.points for item in indicator.items):
                yield Fault((*path, "items"), "the points sum to 0; give an item points", "weights-sum-0")
        case NumberIndicator() | ShareIndicator():
            if indicator.worst == indicator.best:
                yield Fault((*path, "best"), "equals worst; set two different goalposts", "goalposts")
            if isinstance(indicator, NumberIndicator) and indicator.log and min(indicator.worst, indicator.best) <= 0:
                yield Fault((*path, "log"), "needs goalposts above 0; move them or leave log out", "goalposts")


def book_faults(
    rubric: Rubric, pillars: Mapping[str, Pillar], files: Collection[str]
) -> Iterator[tuple[str | None, Fault]]:
    """Faults between rubric.yaml (None) and the pillar files, by pillar id; files: the names that have a file."""
    for name in rubric.pillars:
        if name not in files:
            message = f"has no file; write {name}.yaml beside rubric.yaml, or take it out"
            yield None, Fault(("pillars", name), message, "missing-pillar", at_key=True)
    seen = {rubric.id: "the rubric", **dict.fromkeys(pillars, "a pillar")}
    for name, pillar in pillars.items():
        for path, identifier in _identifiers(pillar.indicators, ("indicators",)):
            if identifier in seen:
                message = f"id {identifier!r} is taken by {seen[identifier]}; an id is unique in the whole rubric"
                yield name, Fault((*path, "id"), message, "duplicate-id")
            seen.setdefault(identifier, f"an indicator of {name}")


def _identifiers(indicators: tuple[Any, ...], path: Path) -> Iterator[tuple[Path, str]]:
    for position, indicator in enumerate(indicators):
        yield (*path, position), indicator.id
        if isinstance(indicator, GroupIndicator):
            yield from _identifiers(indicator.indicators, (*path, position, "indicators"))


# -- profile -----------------------------------------------------------------------------------------------------------


def profile_faults(profile: Profile, book: RuleBook) -> Iterator[Fault]:
    """Faults of a profile by itself and against the rubric."""
    for key in ("country", "actor"):
        code = getattr(profile, key)
        if not is_country(code):
            yield Fault((key,), not_a_country(code), "country-code")
    if profile.country == profile.actor:
        yield Fault(("actor",), "is the country itself; name the hostile actor", "country-code")
    days = edition_days(profile)
    for position, (day, before) in enumerate(zip(days[1:], days, strict=False)):
        if day <= before:
            message = f"{profile.editions[position]} is not later than {before.isoformat()}; write the days in order"
            yield Fault(("editions", position), message, "impossible-date")
    indicators = {leaf.id: leaf for pillar in book.pillars for leaf in leaf_indicators(pillar.indicators)}
    targets = {statement.id: statement.same_as for statement in profile.statements}
    seen: set[str] = set()
    for position, statement in enumerate(profile.statements):
        path: Path = ("statements", position)
        if statement.id in seen:
            yield Fault((*path, "id"), f"{statement.id!r} stands twice; give each statement its own id", "duplicate-id")
        seen.add(statement.id)
        if statement.source not in profile.sources:
            right = nearest(statement.source, sorted(profile.sources), "sources")
            yield Fault(
                (*path, "source"), f"{statement.source!r} is no source of this profile; {right}", "dangling-source"
            )
        if statement.same_as is not None:
            yield from _same_as_faults(statement, targets, path)
        if statement.date and statement.until and read_last_day(statement.until) < read_date(statement.date):
            yield Fault((*path, "until"), f"{statement.until} lies before the date {statement.date}", "impossible-date")
        yield from _code_faults(statement, indicators, path)


def _same_as_faults(statement: Statement, targets: Mapping[str, str | None], path: Path) -> Iterator[Fault]:
    if statement.same_as not in targets:
        right = nearest(statement.same_as or "", sorted(targets), "statements")
        message = f"{statement.same_as!r} is no statement of this profile; {right}"
        yield Fault((*path, "same_as"), message, "dangling-same-as")
        return
    chain, current = [statement.id], statement.same_as
    while current is not None and current not in chain:
        chain.append(current)
        current = targets.get(current)
    if current == statement.id:
        circle = " -> ".join([*chain, current])
        message = f"goes in a circle ({circle}); let the first telling have no same_as"
        yield Fault((*path, "same_as"), message, "same-as-circle")


def _code_faults(statement: Statement, indicators: Mapping[str, LeafIndicator], path: Path) -> Iterator[Fault]:
    if statement.context and statement.codes:
        yield Fault((*path, "context"), "both codes and context; write one of the two", "codes-or-context", at_key=True)
    elif not statement.context and not statement.codes:
        message = "neither codes nor context; code an indicator, or write context: true"
        yield Fault((*path, "codes"), message, "codes-or-context")
    if statement.coders and not statement.codes:
        yield Fault((*path, "coders"), "has no first reading beside it; write codes", "codes-or-context", at_key=True)
    if statement.adjudication and not statement.coders:
        yield Fault((*path, "adjudication"), "decides on one reading; write coders", "codes-or-context", at_key=True)
    for place, codes in _readings(statement, path):
        for name, code in codes.items():
            if name not in indicators:
                message = f"is no indicator of the rubric; {nearest(name, sorted(indicators), 'indicators')}"
                yield Fault((*place, name), message, "unknown-indicator", at_key=True)
            else:
                for fault in code_faults(indicators[name], code):
                    yield Fault((*place, name, *fault.path), fault.message, fault.slug, at_key=fault.at_key)
            if statement.codes and name not in statement.codes:
                message = "is not coded by the first reading; coders code the same indicators"
                yield Fault((*place, name), message, "unknown-indicator", at_key=True)


def _readings(statement: Statement, path: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """The codes of each coder, and where they stand."""
    readings = [((*path, "codes"), statement.codes or {})]
    return readings + [((*path, "coders", coder), codes) for coder, codes in (statement.coders or {}).items()]


def code_faults(indicator: LeafIndicator, code: object) -> Iterator[Fault]:
    """What is wrong with a code of an indicator; paths are relative to the code."""
    match indicator:
        case LevelsIndicator():
            keys = [level.key for level in indicator.levels]
            if code not in keys:
                yield Fault(
                    (), f"{_quoted(code)} is no level of {indicator.id}; levels: {', '.join(keys)}", "unknown-level"
                )
        case ChecklistIndicator():
            yield from _checklist_faults(indicator, code)
        case NumberIndicator():
            if (number := _as_number(code)) is None:
                yield Fault((), f"{_quoted(code)} is no number; write {with_point(code) or 'one'}", "wrong-type")
            elif indicator.log and number <= 0 and not indicator.clip:
                yield Fault((), f"{number:g} has no logarithm; a number above 0 is needed here", "out-of-range")
        case ShareIndicator():
            yield from _share_faults(code)
        case RankIndicator():
            yield from _rank_faults(code)
        case CountIndicator():
            number = _as_number(code)
            if number is None or number < 0 or number != int(number):
                yield Fault((), f"{_quoted(code)} is no number of events; write 0, 1, 2 …", "out-of-range")


def _checklist_faults(indicator: ChecklistIndicator, code: object) -> Iterator[Fault]:
    keys = [item.key for item in indicator.items]
    if not isinstance(code, dict) or not code:
        message = (
            f"{_quoted(code)} answers no item of {indicator.id}; write {{{keys[0]}: true}}, with true, false or partly"
        )
        yield Fault((), message, "wrong-type")
        return
    for key, answer in code.items():
        if key not in keys:
            message = f"is no item of {indicator.id}; {nearest(key, keys, 'items')}"
            yield Fault((key,), message, "unknown-item", at_key=True)
        if not isinstance(answer, bool) and answer != "partly":
            yield Fault((key,), f"{_quoted(answer)} is no answer; answers: {', '.join(ANSWERS)}", "unknown-level")


def _share_faults(code: object) -> Iterator[Fault]:
    share: object = code
    if isinstance(code, dict):
        yield from _key_faults(code, required=("share",), optional=("n",))
        share = code.get("share", 0)
        size = code.get("n", 1)
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            yield Fault(("n",), f"{_quoted(size)} is no sample size; write a whole number above 0", "out-of-range")
    path: Path = ("share",) if isinstance(code, dict) else ()
    number = _as_number(share)
    if number is None:
        right = with_point(share) or "a number of percent, or {share: 54, n: 1000}"
        yield Fault(path, f"{_quoted(share)} is no share; write {right}", "wrong-type")
    elif not 0 <= number <= 100:  # noqa: PLR2004  percent
        yield Fault(path, f"{number:g} is no share in percent; write 0 to 100", "out-of-range")


def _rank_faults(code: object) -> Iterator[Fault]:
    if not isinstance(code, dict):
        yield Fault((), f"{_quoted(code)} is no place in a ranking; write {{rank: 48, of: 194}}", "wrong-type")
        return
    yield from _key_faults(code, required=("rank", "of"))
    rank, of = code.get("rank", 1), code.get("of", math.inf)
    for key, value, least in (("rank", rank, 1), ("of", code.get("of", 2), 2)):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            yield Fault(
                (key,), f"{_quoted(value)} is too small or no whole number; write {least} or more", "out-of-range"
            )
            return
    if rank > of:
        yield Fault(
            ("rank",), f"place {rank} of {of} is none; the place is at most the number of places", "out-of-range"
        )


def _key_faults(code: dict[str, Any], required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Iterator[Fault]:
    for key in required:
        if key not in code:
            right = ", ".join(f"{name}: {_quoted(code[name]) if name in code else '…'}" for name in required)
            yield Fault((), f"{key} is missing; write {{{right}}}", "missing-key")
    for key in code:
        if key not in (*required, *optional):
            message = f"unknown key; {nearest(key, (*required, *optional), 'keys')}"
            yield Fault((key,), message, "unknown-key", at_key=True)


# -- warnings ----------------------------------------------------------------------------------------------------------


def profile_warnings(profile: Profile, book: RuleBook) -> Iterator[Fault]:
    """What a profile without a fault may say, and what is a slip more often than not."""
    indicators = {leaf.id: leaf for pillar in book.pillars for leaf in leaf_indicators(pillar.indicators)}
    dates = {statement.id: statement.date for statement in profile.statements}
    first: dict[tuple[str, ...], tuple[str, object]] = {}  # source, locator and question -> who answered it, and how
    for position, statement in enumerate(profile.statements):
        path: Path = ("statements", position)
        date, accessed = statement.date, profile.sources[statement.source].accessed
        if date and accessed and is_later(date, accessed):
            message = f"{date} is later than {accessed}, when the source was accessed; mend one of the two"
            yield Fault((*path, "date"), message, "late-statement")
        told = dates[statement.same_as] if statement.same_as else None
        if date and told and (is_later(date, told) or is_later(told, date)):
            message = f"{statement.same_as!r} speaks for {told}, this one for {date}; one fact has one date"
            yield Fault((*path, "same_as"), message, "same-as-dates")
        for place, codes in _readings(statement, path):
            for name, code in codes.items():
                yield from _value_warnings(indicators[name], code, (*place, name))
        for name, code in (statement.codes or {}).items():
            for question, answer in _answers(indicators[name], code):
                key = (statement.source, statement.locator, *question)
                other, said = first.setdefault(key, (statement.id, answer))
                if said != answer:
                    message = f"{_quoted(answer)}, and {_quoted(said)} in {other!r} of the same source and locator"
                    right = "mend one of the two, or let the locators tell them apart"
                    yield Fault((*path, "codes", *question), f"{message}; {right}", "contradiction")


def _value_warnings(indicator: LeafIndicator, code: Any, path: Path) -> Iterator[Fault]:
    """What may be a slip in the number of a code."""
    if not isinstance(indicator, NumberIndicator | ShareIndicator):
        return
    if isinstance(code, dict):
        path, code = (*path, "share"), code["share"]
    posts = (indicator.worst, indicator.best)
    if isinstance(indicator, ShareIndicator) and 0 < code < 1:
        yield Fault(path, f"{code:g} may be a fraction; write percent, {100 * code:g}", "fraction")
    elif not indicator.clip and not min(posts) <= code <= max(posts):
        counts = min(max(code, min(posts)), max(posts))
        message = f"{code:g} lies beyond the goalposts {posts[0]:g} and {posts[1]:g}, and counts as {counts:g}"
        yield Fault(path, f"{message}; mend it, or write clip: true at {indicator.id}", "beyond-goalposts")


def _answers(indicator: LeafIndicator, code: Any) -> Iterator[tuple[tuple[str, ...], object]]:
    """The questions that a code answers by a word, and the answers: the indicator itself, or items of its list."""
    if isinstance(indicator, LevelsIndicator):
        yield (indicator.id,), code
    elif isinstance(indicator, ChecklistIndicator):
        for item, answer in code.items():
            yield (indicator.id, item), answer


# -- cases -------------------------------------------------------------------------------------------------------------


def table_faults(table: PublishedTable, book: RuleBook) -> Iterator[Fault]:
    """Faults of a published table against the rubric."""
    for code in table.values:
        if not is_country(code):
            yield Fault(("values", code), not_a_country(code), "country-code", at_key=True)
    names = [pillar.id for pillar in book.pillars]
    names += [leaf.id for pillar in book.pillars for leaf in leaf_indicators(pillar.indicators)]
    for position, name in enumerate(table.near):
        if name not in names:
            message = f"{name!r} is no pillar or indicator; {nearest(name, sorted(names), 'names')}"
            yield Fault(("near", position), message, "unknown-indicator")


def case_faults(cases: CaseFile, book: RuleBook) -> Iterator[Fault]:
    """Faults of a case file against the rubric."""
    pillars = {pillar.id: pillar for pillar in book.pillars}
    if cases.pillar not in pillars:
        message = f"{cases.pillar!r} is no pillar; {nearest(cases.pillar, sorted(pillars), 'pillars')}"
        yield Fault(("pillar",), message, "missing-pillar")
        return
    indicators = {leaf.id: leaf for leaf in leaf_indicators(pillars[cases.pillar].indicators)}
    for name in _twice(case.name for case in cases.cases):
        yield Fault(("cases",), f"the name {name!r} stands twice; give each case its own", "duplicate-id")
    for position, case in enumerate(cases.cases):
        path: Path = ("cases", position)
        for indicator, code in case.codes.items():
            if indicator not in indicators:
                message = f"is no indicator of {cases.pillar}; {nearest(indicator, sorted(indicators), 'indicators')}"
                yield Fault((*path, "codes", indicator), message, "unknown-indicator", at_key=True)
            else:
                for fault in code_faults(indicators[indicator], code):
                    yield Fault(
                        (*path, "codes", indicator, *fault.path), fault.message, fault.slug, at_key=fault.at_key
                    )
        if not _is_value(case):
            yield Fault(
                (*path, "value"), f"{_quoted(case.value)} is no value; write 0 to 1, or a fraction", "out-of-range"
            )


def _is_value(case: Case) -> bool:
    """Whether a case expects a value of 0 to 1; a fraction is read by our own pattern, since Python reads more."""
    if isinstance(case.value, str) and not _FRACTION.fullmatch(case.value):
        return False
    try:
        return 0 <= case.expected <= 1
    except (ValueError, ZeroDivisionError):
        return False


# -- helpers -----------------------------------------------------------------------------------------------------------


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _as_number(code: object) -> float | None:
    """A finite number, or None; true and false are none."""
    if isinstance(code, bool) or not isinstance(code, int | float):
        return None
    return float(code) if math.isfinite(code) else None


def _quoted(code: object) -> str:
    if isinstance(code, tuple):
        return "a list"
    text = repr(code)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004  one line
