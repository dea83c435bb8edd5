"""Rules that involve several values or several files; each function yields all violations, not only the first."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scoring.errors import Violation, nearest, quoted, repeated
from scoring.files.disk import CODERS_FILE, PUBLISHERS_FILE, VIGNETTES_FILE
from scoring.model.aggregation import Aggregated
from scoring.model.coders import edition_of
from scoring.model.countries import country_names, has_a_name, is_country, not_a_country
from scoring.model.editions import place
from scoring.model.fields import is_later, last_of, read_date, read_last_day
from scoring.model.kinds import LeafIndicator
from scoring.model.rubric import SMALL
from scoring.model.vignettes import checksum
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from scoring.files.reader import Path
    from scoring.model.coders import Coders
    from scoring.model.editions import Edition, Editions
    from scoring.model.fields import Model
    from scoring.model.groups import Groups
    from scoring.model.kinds import Sibling
    from scoring.model.profile import Profile, Statement
    from scoring.model.publishers import Register
    from scoring.model.references import Case, CaseFile, PublishedTable
    from scoring.model.rubric import Pillar, Rubric, RuleBook
    from scoring.model.scale import Scale
    from scoring.model.vignettes import VignetteFile


FORMAT = 2  # of a rubric, the newest
NARROWEST = 1e-6  # width of a scale: figures have six decimals
_KEYS_OF_FORMAT_2 = {"prior": ("country", "pillar", "precision"), "uncertainty": ("coder", "source", "drift")}
_KEYS_OF_INDICATORS_OF_FORMAT_2 = ("expected", "whole")  # of items too
_SHARED = "remove it: what indicators have in common now follows from the evidence"
_FRACTION = re.compile(r"[0-9]{1,40}(/[0-9]{1,40})?")
_STATE = ("state body", "service")
_SURE = 2  # credibility: probably true
_PERFORMANCE = ("levels", "share", "number")
MOST_NAMED = 3  # indicators that a message names
_NUMERIC = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,40})?")


# -- rubric ------------------------------------------------------------------------------------------------------------


def rubric_errors(rubric: Rubric) -> Iterator[Violation]:
    """The errors within rubric.yaml."""
    if not sum(rubric.pillars.values()) > 0:
        yield Violation(
            ("pillars",), "the weights sum to 0; give at least one pillar a weight above 0", "weights-sum-0"
        )
    yield from _scale_errors(rubric)
    yield from _rule_errors(rubric, rubric.pillars, "pillar")
    yield from _rule_errors_in(rubric, rubric, rubric.scale, list(rubric.pillars.items()))
    if rubric.exponent is None and rubric.combine is None:
        message = "exponent is missing; write `exponent: 1` for the weighted mean of the pillars"
        yield Violation((), message, "missing-key")
    if rubric.combine is not None and len(rubric.uncertainty.exponents) > 1:
        message = f"the {rubric.combine} has no exponent that could vary; write {{1: 1}}"
        yield Violation(("uncertainty", "exponents"), message, "combine")
    for duplicate in repeated(band.label for band in rubric.bands):
        yield Violation(("bands",), f"duplicate label {duplicate!r}; give each band its own label", "duplicate-id")
    total = math.fsum(rubric.uncertainty.exponents.values())
    for text in rubric.uncertainty.exponents:
        if not _NUMERIC.fullmatch(text):
            yield Violation(
                ("uncertainty", "exponents", text), "expected a number as exponent", "wrong-type", at_key=True
            )
    if not math.isclose(total, 1, abs_tol=1e-9):
        message = f"the probabilities sum to {total:g}; they must sum to 1"
        yield Violation(("uncertainty", "exponents"), message, "probabilities-sum")
    actor = rubric.about.actor
    if actor is not None and not is_country(actor):
        yield Violation(("about", "actor"), not_a_country(actor), "country-code")
    if 0 < rubric.prior.weight < SMALL:
        message = f"{rubric.prior.weight:g} is too small to count; write 0, or at least {SMALL:g}"
        yield Violation(("prior", "weight"), message, "out-of-range")
    yield from _grade_errors(rubric)
    if rubric.format == FORMAT and "shared" in rubric.uncertainty.model_fields_set:
        yield Violation(("uncertainty", "shared"), f"is a key of format 1; {_SHARED}", "format-key", at_key=True)
    if rubric.format < FORMAT:
        for section, keys in _KEYS_OF_FORMAT_2.items():
            yield from _format_errors(getattr(rubric, section), keys, (section,))


def _rule_errors(node: Aggregated, weights: Mapping[str, float], child: str) -> Iterator[Violation]:
    """The errors of how a node follows from its children: id -> weight; paths are relative to the node."""
    if node.combine is not None:
        yield from _combine_errors(node, node.combine, weights)
    if node.gate is not None and node.gate.node not in weights:
        message = f"is no {child} directly below; {nearest(node.gate.node, sorted(weights), f'{child}s')}"
        yield Violation(("gate", "node"), message, "gate")


def _combine_errors(node: Aggregated, combine: str, weights: Mapping[str, float]) -> Iterator[Violation]:
    if "exponent" in node.model_fields_set and getattr(node, "exponent", None) is not None:
        message = f"has no effect beside the {combine}; remove one of the two"
        yield Violation(("exponent",), message, "combine", at_key=True)
    if node.offset:
        yield Violation(("offset",), f"shifts a mean, and this is the {combine}; remove it", "combine", at_key=True)
    if node.invert and combine != "product":
        other = {"least": "greatest", "greatest": "least"}.get(combine, combine)
        message = f"makes of the {combine} the {other}; remove it, or write `combine: {other}`"
        yield Violation(("invert",), message, "combine", at_key=True)
    counted = {weight for weight in weights.values() if weight}
    if combine != "sum" and len(counted) > 1:
        message = f"weights have no effect on the {combine}; give all children the same weight, or 0 to leave one out"
        yield Violation(("combine",), message, "combine")


def _rule_errors_in(
    rubric: Rubric, node: Aggregated, scale: Scale, weights: Sequence[tuple[str, float]]
) -> Iterator[Violation]:
    """The errors of a rule with respect to the prior and the scale of the node; paths are relative to the node.

    weights: the children with their weights, in the order of the file.
    """
    if node.combine not in (None, "sum") and rubric.has_bounds:
        message = "needs `prior: {weight: 0}`: without a child, there is no evidence mean of the others; or take a mean"
        yield Violation(("combine",), message, "combine")
    total = sum(weight for _, weight in weights) or 1.0
    below = {name: scale.below(node.combine, weight / total) for name, weight in weights}
    for position, (name, part) in enumerate(below.items()):
        if part.width < NARROWEST <= scale.width:
            path: Path = ("pillars", name) if node is rubric else ("indicators", position, "weight")
            message = f"of the {scale.width:g} points of the sum this is {part.width:g}, too narrow a scale to print"
            yield Violation(path, f"{message}; write 0, or a greater weight", "scale")
    if node.gate is None:
        return
    for key, its in (("below", below.get(node.gate.node, scale)), ("value", scale)):
        figure = getattr(node.gate, key)
        if not its.from_ <= figure <= its.to:
            whose = "" if its == rubric.scale else f" of {node.gate.node}" if key == "below" else " of the node"
            message = f"{figure:g} is not on the scale{whose}{',' if whose else ' of'} {its.spanned}"
            yield Violation(("gate", key), message, "out-of-range")
    if rubric.has_bounds and node.gate.value > scale.from_:
        message = (
            f"{node.gate.value:g} could raise a lower bound, since evidence may still open the gate; "
            f"write {scale.from_:g}, or `prior: {{weight: 0}}`"
        )
        yield Violation(("gate", "value"), message, "gate")


def _rule_errors_within(
    rubric: Rubric, node: Aggregated, scale: Scale, children: Sequence[Sibling]
) -> Iterator[Violation]:
    """Those of a pillar or group and of the groups below; paths are relative to the node."""
    yield from _rule_errors_in(rubric, node, scale, [(child.name, child.weight) for child in children])
    total = sum(child.weight for child in children)
    for position, child in enumerate(children):
        if isinstance(child, Aggregated):
            its = scale.below(node.combine, child.weight / total)
            yield from _below(("indicators", position), _rule_errors_within(rubric, child, its, child.children))


def _scale_errors(rubric: Rubric) -> Iterator[Violation]:
    """A scale that does not increase, and bands that do not cut it."""
    scale, cuts = rubric.scale, [band.cut for band in rubric.bands]
    for position, band in enumerate(rubric.bands):
        if (band.from_ is None) == (band.above is None):
            message = "needs one of from (the cut is in the band) and above (it is not)"
            yield Violation(("bands", position), message, "band-cuts")
    if not scale.to - scale.from_ >= NARROWEST:
        message = f"{scale.to:g} is not above {scale.from_:g}, the beginning of the scale; write the least first"
        yield Violation(("scale", "to"), message, "scale")
    elif cuts[0] != scale.from_ or rubric.bands[0].is_open or cuts != sorted(set(cuts)) or cuts[-1] > scale.to:
        message = f"the band cuts are {cuts}; start at {scale.from_:g} and increase, up to {scale.to:g} at most"
        yield Violation(("bands",), message, "band-cuts")


def _format_errors(model: Model, keys: Iterable[str], path: Path) -> Iterator[Violation]:
    """The keys of format 2 that are given, in a rubric of format 1."""
    for key in keys:
        if key in model.model_fields_set:
            message = f"is a key of format {FORMAT}; write `format: {FORMAT}` in rubric.yaml, or remove the key"
            yield Violation((*path, key), message, "format-key", at_key=True)


def _grade_errors(rubric: Rubric) -> Iterator[Violation]:
    """Grades that count more than a better grade, and half-widths that decrease with lower confidence."""
    scales = {"reliability": rubric.evidence.reliability, "credibility": rubric.evidence.credibility}
    for name, scale in scales.items():
        grades = scale.model_dump(by_alias=True)
        for better, worse in itertools.pairwise(list(grades)[:-1]):  # the last grade means "cannot be judged"
            if grades[worse] > grades[better]:
                message = f"{grades[worse]:g} exceeds {grades[better]:g}, the number of the better grade {better}"
                yield Violation(("evidence", name, worse), message, "grade-order")
    widths = rubric.uncertainty.confidence.model_dump()
    for surer, less_sure in itertools.pairwise(widths):
        if widths[less_sure] < widths[surer]:
            message = f"{widths[less_sure]:g} is less than {widths[surer]:g}, the half-width of {surer} confidence"
            yield Violation(("uncertainty", "confidence", less_sure), message, "grade-order")


def pillar_errors(pillar: Pillar) -> Iterator[Violation]:
    """The errors within one pillar file."""
    yield from _rule_errors(pillar, {one.name: one.weight for one in pillar.indicators}, "indicator")
    yield from _sibling_errors(pillar.indicators, ("indicators",))


def _sibling_errors(indicators: Sequence[Sibling], path: Path) -> Iterator[Violation]:
    for name in repeated(indicator.name for indicator in indicators):
        if any(one.is_use and one.name == name for one in indicators):
            yield Violation(path, f"{name} is a child of this node twice; add up the two weights", "use")
    if not sum(indicator.weight for indicator in indicators) > 0:
        yield Violation(path, "the weights sum to 0; give at least one indicator a weight above 0", "weights-sum-0")
    for position, indicator in enumerate(indicators):
        yield from _below((*path, position), indicator.errors())
        if indicator.children:
            weights = {one.name: one.weight for one in indicator.children}
            if isinstance(indicator, Aggregated):
                yield from _below((*path, position), _rule_errors(indicator, weights, "indicator"))
            yield from _sibling_errors(indicator.children, (*path, position, "indicators"))


def _below(path: Path, violations: Iterable[Violation]) -> Iterator[Violation]:
    """Violations with paths relative to `path`, as violations of the file."""
    return (replace(violation, path=(*path, *violation.path)) for violation in violations)


def book_errors(
    rubric: Rubric, pillars: Mapping[str, Pillar], files: Collection[str]
) -> Iterator[tuple[str | None, Violation]]:
    """The errors between rubric.yaml and the pillar files.

    Args:
        rubric: The rubric.
        pillars: Id -> pillar, of the pillar files without errors.
        files: The names of all pillar files.

    Yields:
        The name of the pillar file with the error, or None for rubric.yaml, and the error.
    """
    for name in rubric.pillars:
        if name not in files:
            message = f"has no file; add {name}.yaml next to rubric.yaml, or remove the pillar"
            yield None, Violation(("pillars", name), message, "missing-pillar", at_key=True)
    owners = {rubric.id: "the rubric", **dict.fromkeys(pillars, "a pillar")}
    for name, pillar in pillars.items():
        scale = rubric.scale.below(rubric.combine, rubric.pillars[name] / (sum(rubric.pillars.values()) or 1.0))
        rules = _rule_errors_within(rubric, pillar, scale, pillar.indicators)
        yield from ((name, violation) for violation in rules)
        for path, indicator in _nodes(pillar.indicators, ("indicators",)):
            if indicator.is_use:
                continue
            identifier = indicator.name
            if identifier in owners:
                message = (
                    f"duplicate id {identifier!r}, used by {owners[identifier]}; ids are unique in the whole rubric"
                )
                yield name, Violation((*path, "id"), message, "duplicate-id")
            owners.setdefault(identifier, f"an indicator of {name}")
            for violation in _below(path, _expectation_errors(indicator, rubric)):
                yield name, violation
    if len(pillars) == len(files):  # else the indicator may stand in a file with errors
        yield from _use_errors(pillars, owners)
    if len(pillars) == len(rubric.pillars):  # otherwise indicators of a file with errors would seem to be missing
        leaves = [leaf for pillar in pillars.values() for leaf in pillar.leaves]
        yield from ((None, violation) for violation in _one_event_errors(rubric, leaves))


def _one_event_errors(rubric: Rubric, indicators: Collection[str]) -> Iterator[Violation]:
    """Indicators of the lists of one_event that are unknown, or named twice in a list."""
    for name, members in rubric.one_event.items():
        path: Path = ("one_event", name)
        for position, indicator in enumerate(members):
            if indicator not in indicators:
                message = f"unknown indicator {indicator!r}; {nearest(indicator, sorted(indicators), 'indicators')}"
                yield Violation((*path, position), message, "unknown-indicator")
        for indicator in repeated(members):
            yield Violation(path, f"duplicate indicator {indicator!r}; name it once", "duplicate-id")


def _use_errors(pillars: Mapping[str, Pillar], owners: Collection[str]) -> Iterator[tuple[str, Violation]]:
    """Indicators that are used again and are none, and ids that they would repeat."""
    leaves = {leaf for pillar in pillars.values() for leaf in pillar.leaves}
    for name, pillar in pillars.items():
        for path, child in _nodes(pillar.indicators, ("indicators",)):
            if not child.is_use:
                continue
            if child.name not in leaves:
                message = "is no indicator that takes statements, which alone can be used again"
                hint = nearest(child.name, sorted(leaves), "indicators")
                yield name, Violation((*path, "use"), f"{child.name!r} {message}; {hint}", "use")
            elif (identifier := _used_id(pillar, path, child)) in owners:
                message = f"gets the id {identifier!r} here, which another has; rename that one"
                yield name, Violation((*path, "use"), message, "use")


def _used_id(pillar: Pillar, path: Path, child: Sibling) -> str:
    """The id that an indicator has where it is used again."""
    node: Any = pillar
    for position in path[1:-1:2]:
        node = node.indicators[position]
    return child.id_in(node.id)


def _nodes(indicators: Sequence[Sibling], path: Path) -> Iterator[tuple[Path, Sibling]]:
    """All indicators with their paths, groups and what is used again included."""
    for position, indicator in enumerate(indicators):
        yield (*path, position), indicator
        yield from _nodes(indicator.children, (*path, position, "indicators"))


def _expectation_errors(indicator: Sibling, rubric: Rubric) -> Iterator[Violation]:
    """Keys of another format, and expected values that a prior of weight 0 would never use; relative paths."""
    items = indicator.checklist if isinstance(indicator, LeafIndicator) else ()
    parts: list[tuple[Path, Model]] = [((), indicator)]
    parts += ((("items", position), item) for position, item in enumerate(items))
    for path, part in parts:
        if rubric.format < FORMAT:
            yield from _format_errors(part, _KEYS_OF_INDICATORS_OF_FORMAT_2, path)
        if getattr(part, "expected", None) is not None and not rubric.has_bounds:
            message = "has no effect with `prior: {weight: 0}`; remove it, or write a weight above 0"
            yield Violation((*path, "expected"), message, "expected", at_key=True)


# -- publishers --------------------------------------------------------------------------------------------------------


def register_errors(register: Register) -> Iterator[Violation]:
    """The errors within publishers.yaml."""
    for name, publisher in register.publishers.items():
        for key in ("country", "controlled_by"):
            code = getattr(publisher, key)
            if code is not None and not is_country(code):
                yield Violation(("publishers", name, key), not_a_country(code), "country-code")


def edition_errors(registry: Editions) -> Iterator[Violation]:
    """The errors within editions.yaml: an edition that was released before an earlier one of its rubric."""
    last: dict[str, tuple[str, Edition]] = {}
    for name in sorted(registry.editions, key=place):
        edition = registry.editions[name]
        before = last.get(edition.rubric_id)
        if before and edition.released < before[1].released:
            message = f"is before {before[1].released}, when {before[0]} was released; correct the day or the name"
            yield Violation(("editions", name, "released"), message, "edition")
        last[edition.rubric_id] = name, edition


def publisher_errors(profile: Profile, register: Register) -> Iterator[Violation]:
    """The errors of the sources of a profile with respect to the register of publishers."""
    for name, source in profile.sources.items():
        path: Path = ("sources", name)
        publisher = register.publishers.get(source.publisher)
        if publisher is None:
            hint = nearest(source.publisher, sorted(register.publishers), "publishers")
            message = f"{quoted(source.publisher)} is not in {PUBLISHERS_FILE}; {hint}"
            yield Violation((*path, "publisher"), message, "unknown-publisher")
        elif source.reliability == publisher.reliability and source.grade_note is not None:
            message = f"is the grade of the publisher in {PUBLISHERS_FILE}, {publisher.reliability}; remove the note"
            yield Violation((*path, "grade_note"), message, "grade-note", at_key=True)
        elif source.reliability != publisher.reliability and source.grade_note is None:
            message = (
                f"{source.reliability} differs from {publisher.reliability}, the grade of the publisher in "
                f"{PUBLISHERS_FILE}; write that grade, or add grade_note with the reason"
            )
            yield Violation((*path, "reliability"), message, "grade-note")


# -- coders ------------------------------------------------------------------------------------------------------------


def coders_errors(register: Coders, book: RuleBook) -> Iterator[Violation]:
    """The errors of coders.yaml with respect to the rubric; results by other rubrics and versions are not checked."""
    now = edition_of(book)
    for name, coder in register.coders.items():
        for position, test in enumerate(coder.tests):
            path: Path = ("coders", name, "tests", position)
            if any((test.rubric, test.on) == (other.rubric, other.on) for other in coder.tests[:position]):
                message = f"{name} has another test by {test.rubric} on {test.on}; keep one of the two"
                yield Violation((*path, "on"), message, "duplicate-id")
            for indicator, result in test.results.items():
                if test.rubric == now and indicator not in book.leaves:
                    message = f"unknown indicator; {nearest(indicator, sorted(book.leaves), 'indicators')}"
                    yield Violation((*path, "results", indicator), message, "unknown-indicator", at_key=True)
                if result.within < result.exact:
                    message = f"{result.within:g} is less than {result.exact:g}, the share that is exact; correct one"
                    yield Violation((*path, "results", indicator, "within"), message, "out-of-range")


def coders_warnings(register: Coders, book: RuleBook, vignettes: VignetteFile) -> Iterator[Violation]:
    """The tests by the rubric that were taken on other vignettes, or whose results the pass mark contradicts."""
    mark, now = vignettes.qualified, checksum(vignettes)
    for name, coder in register.coders.items():
        for position, test in enumerate(coder.tests):
            path: Path = ("coders", name, "tests", position)
            if test.rubric != edition_of(book):
                continue
            if test.vignettes != now:
                message = f"is not the checksum of {VIGNETTES_FILE}, {now}: the test was taken on others; test again"
                yield Violation((*path, "vignettes"), f"{test.vignettes} {message}", "coder-test")
                continue
            for indicator, result in test.results.items():
                asked = _questions(vignettes, book.leaves[indicator])
                is_qualified = mark.is_met(asked, result.exact)
                if result.qualified != is_qualified:
                    said, rule = ("true" if one else "false" for one in (result.qualified, is_qualified))
                    message = (
                        f"{said}, and by {VIGNETTES_FILE} {rule}: {asked} questions of {mark.questions} needed, "
                        f"{result.exact:.2f} exact of {mark.exact:.2f}; correct it"
                    )
                    yield Violation((*path, "results", indicator, "qualified"), message, "coder-test")


def _questions(vignettes: VignetteFile, indicator: LeafIndicator) -> int:
    """How many questions of the vignettes an indicator has: a checklist one per item, else one per vignette."""
    codes = (one.answer[indicator.id] for one in vignettes.vignettes if indicator.id in one.answer)
    return sum(len(code) if indicator.checklist else 1 for code in codes)


# -- groups ------------------------------------------------------------------------------------------------------------


def groups_errors(register: Groups, units: Collection[str] = ()) -> Iterator[Violation]:
    """The errors within groups.yaml; units: codes that members may have though they are no country's."""
    for name, group in register.groups.items():
        for position, one in enumerate(group.members):
            path: Path = ("groups", name, "members", position)
            if one.country not in units and not is_country(one.country):
                yield Violation((*path, "country"), not_a_country(one.country), "country-code")
            if one.source is not None and one.source not in group.sources:
                message = f"unknown source {one.source!r}; {nearest(one.source, sorted(group.sources), 'sources')}"
                yield Violation((*path, "source"), message, "dangling-source")
            if (one.from_ or one.until) and one.source is None:
                message = "is missing; every day comes from a source, name it, or leave out the day"
                yield Violation((*path, "source"), message, "missing-key")
            if one.first and one.last and one.last < one.first:
                message = f"{one.until} is before {one.from_}, the first day; correct one of the two"
                yield Violation((*path, "until"), message, "impossible-date")
            if any(one.overlaps(other) for other in group.members[:position]):
                message = f"{one.country} is a member twice at the same time; remove one, or give the first an end"
                yield Violation((*path, "country"), message, "duplicate-id")


# -- profile -----------------------------------------------------------------------------------------------------------


def profile_errors(profile: Profile, book: RuleBook) -> Iterator[Violation]:
    """The errors of a profile, on its own and with respect to the rubric."""
    yield from _unit_errors(profile)
    for position, day in enumerate(profile.editions):
        if day == profile.as_of or day in profile.editions[:position]:
            yield Violation(("editions", position), f"{day} is named twice; remove it", "impossible-date")
    known = {**book.beside, **book.leaves}
    for position, search in enumerate(profile.searched):
        if search.indicator not in known:
            message = (
                f"unknown indicator {search.indicator!r}; {nearest(search.indicator, sorted(known), 'indicators')}"
            )
            yield Violation(("searched", position, "indicator"), message, "unknown-indicator")
        yield from _actor_errors(profile, search.actor, ("searched", position, "actor"))
    originals = {statement.id: statement for statement in profile.statements}
    targets = {statement.id: statement.same_as for statement in profile.statements}
    withdrawn = {statement.id for statement in profile.statements if statement.withdrawn}
    seen: set[str] = set()
    for position, statement in enumerate(profile.statements):
        path: Path = ("statements", position)
        if statement.id in seen:
            other = ", which a withdrawn statement has" if statement.id in withdrawn else ""
            message = f"duplicate id {statement.id!r}{other}; give each statement its own id"
            yield Violation((*path, "id"), message, "duplicate-id")
        seen.add(statement.id)
        yield from _actor_errors(profile, statement.actor, (*path, "actor"))
        if statement.source not in profile.sources:
            hint = nearest(statement.source, sorted(profile.sources), "sources")
            yield Violation((*path, "source"), f"unknown source {statement.source!r}; {hint}", "dangling-source")
        if statement.same_as is not None:
            yield from _same_as_errors(statement, targets, path)
            yield from _original_errors(statement, originals.get(statement.same_as), (*path, "same_as"))
        if statement.fielded and statement.date != last_of(statement.fielded):
            message = f"{statement.date} is not {last_of(statement.fielded)}, the end of the field work; remove date"
            yield Violation((*path, "date"), message, "impossible-date")
        if statement.date and statement.until and read_last_day(statement.until) < read_date(statement.date):
            message = f"{statement.until} is before the date {statement.date}; correct one of the two"
            yield Violation((*path, "until"), message, "impossible-date")
        if (first := statement.coder or profile.coder) in (statement.coders or {}):
            message = f"{first} is the first coder of the statement; a further coding is by another"
            yield Violation((*path, "coders", first or ""), message, "duplicate-id", at_key=True)
        yield from _recheck_errors(statement, known, path)
        yield from _code_errors(statement, known, path)
    yield from _one_event_codes(profile, book.rubric.one_event)


def _one_event_codes(profile: Profile, lists: Mapping[str, tuple[str, ...]]) -> Iterator[Violation]:
    """Statements that code two indicators of one list, and statements of one event that code different ones.

    A duplicate (`same_as`) reports the event of the statement that it refers to.
    """
    coded: dict[tuple[str, str], tuple[str, str]] = {}
    originals = {statement.id: statement for statement in profile.statements}
    for position, statement in enumerate(profile.statements):
        if statement.withdrawn:
            continue
        path: Path = ("statements", position, *(("adjudicated",) if statement.adjudicated else ()), "codes")
        original = originals.get(statement.same_as or "", statement)
        event = statement.event or original.event or original.id
        counted = statement.counted
        for name, members in lists.items():
            found = [member for member in members if member in counted]
            for other in found[1:]:
                message = f"one event codes one of {', '.join(members)}; remove {other}, or split the statement"
                yield Violation((*path, other), message, "one-event", at_key=True)
            for member in found[:1]:
                first, before = coded.setdefault((event, name), (statement.id, member))
                if member != before:
                    message = f"{first!r}, on the same event, codes {before}; one event codes one of the two"
                    yield Violation((*path, member), message, "one-event", at_key=True)


def _unit_errors(profile: Profile) -> Iterator[Violation]:
    """The errors of the codes of the unit and of the actor."""
    if profile.name is None and not is_country(profile.country):
        message = f"{not_a_country(profile.country)}; a unit that is no country needs a name"
        yield Violation(("country",), message, "country-code")
    if profile.name is not None and profile.country in country_names():
        yield Violation(("name",), has_a_name(profile.country), "country-code")
    if profile.actor is not None and not is_country(profile.actor):
        yield Violation(("actor",), not_a_country(profile.actor), "country-code")
    if profile.country == profile.actor:
        message = "is the assessed country itself; write the code of the actor, or none"
        yield Violation(("actor",), message, "country-code")


def _actor_errors(profile: Profile, actor: str | None, path: Path) -> Iterator[Violation]:
    """The errors of the actor of a statement or search."""
    if actor is None:
        return
    if not is_country(actor):
        yield Violation(path, not_a_country(actor), "country-code")
    elif actor == profile.country:
        message = "is the assessed country itself; write the code of the actor, or none"
        yield Violation(path, message, "country-code")
    elif actor == profile.actor:
        yield Violation(path, "is the actor of the profile; remove it", "country-code")


def _same_as_errors(statement: Statement, targets: Mapping[str, str | None], path: Path) -> Iterator[Violation]:
    if statement.same_as not in targets:
        hint = nearest(statement.same_as or "", sorted(targets), "statements")
        yield Violation((*path, "same_as"), f"unknown statement {statement.same_as!r}; {hint}", "dangling-same-as")
        return
    chain, current = [statement.id], statement.same_as
    while current is not None and current not in chain:
        chain.append(current)
        current = targets.get(current)
    if current == statement.id:
        cycle = " -> ".join([*chain, current])
        message = f"is circular ({cycle}); remove same_as from the statement that is to be scored"
        yield Violation((*path, "same_as"), message, "same-as-circle")


def _original_errors(statement: Statement, original: Statement | None, path: Path) -> Iterator[Violation]:
    """A duplicate of a statement that is withdrawn, or about an actor that the duplicate is not about."""
    if original is None:
        return
    if original.actor not in (None, statement.actor):
        message = (
            f"{original.id!r} is about {original.actor}, and this statement is not; remove same_as, or swap the two"
        )
        yield Violation(path, message, "same-as-actor")
    if original.withdrawn and not statement.withdrawn:
        message = f"{original.id!r} is withdrawn; remove same_as, so that this statement counts instead"
        yield Violation(path, message, "withdrawn")


def _recheck_errors(statement: Statement, indicators: Mapping[str, LeafIndicator], path: Path) -> Iterator[Violation]:
    """A recheck on an impossible day, or of what a later look at the source does not make newer."""
    if statement.rechecked is None or statement.withdrawn:
        return
    day, date, until = read_date(statement.rechecked), statement.date, statement.until
    if date and day < read_date(date):
        message = f"{statement.rechecked} is before the date {date}; correct one of the two"
        yield Violation((*path, "rechecked"), message, "impossible-date")
    if until and day > read_last_day(until):
        message = f"{statement.rechecked} is after {until}, its last day; correct one of the two"
        yield Violation((*path, "rechecked"), message, "impossible-date")
    if reason := why_not_rechecked(statement, indicators):
        yield Violation((*path, "rechecked"), f"{reason}; remove it", "rechecked", at_key=True)


def why_not_rechecked(statement: Statement, indicators: Mapping[str, LeafIndicator]) -> str | None:
    """Why a statement cannot be rechecked; None if it can."""
    if statement.context:
        return "has no effect: context is never scored"
    if statement.fielded:
        return "has no effect on a poll, which is of its field work; write a statement on the next poll"
    if statement.date is None:
        return "needs the day since when it is known to be in force; write date"
    parts = {
        (name, item): indicators[name]
        for _, codes in _codings(statement, ())
        for name, code in codes.items()
        if name in indicators and name in statement.counted
        for item in (code if isinstance(code, dict) and indicators[name].checklist else (None,))
        if item in indicators[name].parts
    }
    for (name, item), indicator in parts.items():
        if not indicator.can_be_rechecked(item):
            question = name if item is None else f"{name}/{item}"
            return (
                f"{question} asks what happened, was measured or was reported at a time, which a later look makes no "
                "newer; give what is in force a statement of its own"
            )
    if all(indicator.half_life is None for indicator in parts.values()):
        return "has no effect: nothing that the statement codes ages, see `accessed` of the source"
    return None


def _code_errors(statement: Statement, indicators: Mapping[str, LeafIndicator], path: Path) -> Iterator[Violation]:
    has_code = any((statement.codes, *(statement.coders or {}).values()))
    if statement.context and statement.codes is not None:
        message = "has both codes and context; remove one of the two"
        yield Violation((*path, "context"), message, "codes-or-context", at_key=True)
    elif not statement.context and (statement.codes is None or not has_code):
        message = "has neither codes nor context; code an indicator, or write context: true"
        yield Violation((*path, "codes"), message, "codes-or-context")
    if statement.coders and statement.codes is None:
        message = "needs the codes of the first coder; add codes"
        yield Violation((*path, "coders"), message, "codes-or-context", at_key=True)
    if statement.adjudication and not statement.coders:
        message = "needs the codes of a second coder; add coders"
        yield Violation((*path, "adjudication"), message, "codes-or-context", at_key=True)
    if statement.adjudicated and not statement.coders:
        message = "needs the codes of a second coder; add coders, or correct codes"
        yield Violation((*path, "adjudicated"), message, "codes-or-context", at_key=True)
    for coder_path, codes in _codings(statement, path):
        for name, code in codes.items():
            if name not in indicators:
                message = f"unknown indicator; {nearest(name, sorted(indicators), 'indicators')}"
                yield Violation((*coder_path, name), message, "unknown-indicator", at_key=True)
            else:
                yield from _below((*coder_path, name), indicators[name].code_errors(code))


def _codings(statement: Statement, path: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """The path and the codes of each coder, and of the decision on them."""
    codings: list[tuple[Path, Mapping[str, Any]]] = [((*path, "codes"), statement.codes or {})]
    codings += (((*path, "coders", coder), codes) for coder, codes in (statement.coders or {}).items())
    if statement.adjudicated:
        codings.append(((*path, "adjudicated", "codes"), statement.adjudicated.codes))
    return codings


def _left_out_of_decision(statement: Statement, path: Path) -> Iterator[Violation]:
    """Codes that all coders gave and an adjudication leaves out: it counts alone, so that they no longer count.

    Where the coders agree on all codes, a decision is there to overrule them.
    """
    others = list((statement.coders or {}).values())
    if statement.adjudicated is None or all(codes == statement.codes for codes in others):
        return
    for name, code in (statement.codes or {}).items():
        if name not in statement.adjudicated.codes and all(codes.get(name) == code for codes in others):
            message = f"leaves out {name}, which all coders coded alike; add it, or it no longer counts"
            yield Violation((*path, "adjudicated", "codes"), message, "adjudicated")


# -- warnings ----------------------------------------------------------------------------------------------------------


def rubric_warnings(rubric: Rubric) -> Iterator[Violation]:
    """The warnings about a rubric without errors."""
    if "shared" in rubric.uncertainty.model_fields_set:
        yield Violation(("uncertainty", "shared"), f"is ignored; {_SHARED}", "format-key", at_key=True)


def profile_warnings(profile: Profile, book: RuleBook, coders: Coders | None = None) -> Iterator[Violation]:
    """The warnings about a profile without errors: what is allowed, but is usually a mistake.

    coders: the register of coders with which the profile was read.
    """
    yield from _source_warnings(profile)
    if coders is not None:
        yield from _coder_warnings(profile, coders)
    confirmed = {statement.same_as for statement in profile.statements if not _is_own(profile, statement)}
    dates = {statement.id: statement.date for statement in profile.statements}
    first: dict[tuple[str, ...], tuple[str, object]] = {}  # actor, source, locator, question -> statement, answer
    for position, statement in enumerate(profile.statements):
        path: Path = ("statements", position)
        if statement.withdrawn:
            continue
        date, accessed = statement.date, profile.sources[statement.source].accessed
        if date and accessed and is_later(date, accessed):
            message = f"{date} is later than {accessed}, when the source was accessed; correct one of the two"
            yield Violation((*path, "date"), message, "late-statement")
        published = profile.sources[statement.source].published
        if date and published and is_later(date, published):
            message = f"{date} is later than {published}, when the source was published; correct one of the two"
            yield Violation((*path, "date"), message, "late-statement")
        original = dates[statement.same_as] if statement.same_as else None
        if date and original and (is_later(date, original) or is_later(original, date)):
            message = f"{statement.same_as!r} is dated {original}, this statement {date}; the same fact has one date"
            yield Violation((*path, "same_as"), message, "same-as-dates")
        if statement.id not in confirmed:
            yield from _own_performance(statement, profile, book, path)
        for coder_path, codes in _codings(statement, path):
            for name, code in codes.items():
                yield from _below((*coder_path, name), book.leaves[name].code_warnings(code))
        yield from _left_out_of_decision(statement, path)
        counted_path: Path = (*path, "adjudicated", "codes") if statement.adjudicated else (*path, "codes")
        for name, code in statement.counted.items():
            for part, answer in book.leaves[name].answers(code):
                question = (name, *part)
                key = (statement.actor or "", statement.source, statement.locator, *question)
                other, other_answer = first.setdefault(key, (statement.id, answer))
                if other_answer != answer:
                    message = (
                        f"{quoted(answer)}, but {quoted(other_answer)} in {other!r} from the same source and locator"
                    )
                    hint = "correct one of the two, or make the locators more precise"
                    yield Violation((*counted_path, *question), f"{message}; {hint}", "contradiction")


def _coder_warnings(profile: Profile, register: Coders) -> Iterator[Violation]:
    """Coders that the register lacks, each at the first place, and codes that do not count."""
    seen: set[str | None] = set()
    for position, statement in enumerate(profile.statements):
        path: Path = ("statements", position)
        if statement.withdrawn or statement.standing is None:
            continue
        first = statement.standing.first
        for coder in statement.readings if statement.codes is not None else ():
            name, place = coder or first, ("codes",) if coder is None else ("coders", coder)
            if name not in register.coders and name not in seen:
                seen.add(name)
                message = (
                    f"{name} is not in {CODERS_FILE}; {nearest(name, sorted(register.coders), 'coders')}"
                    if name is not None
                    else f"nobody says who gave these codes; write coder in the profile, or first in {CODERS_FILE}"
                )
                yield Violation((*path, *place), message, "unknown-coder", at_key=True)


def not_qualified(read: Iterable[tuple[Profile, RuleBook]]) -> Iterator[Violation]:
    """The codes that do not count, once per coder, at the first of them; an answer to an item is a code.

    read: the profile by each rubric, with the standing of its codes.
    """
    found: dict[str, dict[tuple[Path, str | None], list[RuleBook]]] = {}
    for profile, book in read:
        for position, statement in enumerate(profile.statements):
            for coder, indicator, item in () if statement.withdrawn else statement.left_out:
                place: Path = ("statements", position, *(("coders", coder) if coder else ("codes",)), indicator)
                name = coder or (statement.standing and statement.standing.first) or "the first coder"
                found.setdefault(name, {}).setdefault((place, item), []).append(book)
        country = profile.country
    for name, codes in found.items():
        first = min((place for place, _ in codes), key=lambda place: (place[1], place[-1]))
        indicators = sorted({str(place[-1]) for place, _ in codes})
        rubrics = ", ".join(dict.fromkeys(edition_of(book) for books in codes.values() for book in books))
        do, them = ("does", "it") if len(codes) == 1 else ("do", "them")
        message = (
            f"{numbers.count(len(codes), 'code')} of {name} {do} not count: not qualified for "
            f"{numbers.first(indicators, MOST_NAMED)} ({rubrics}), and nobody confirmed {them}; "
            f"`scoring explain {country}` lists the statements"
        )
        yield Violation(first, message, "not-qualified", at_key=True)


def _source_warnings(profile: Profile) -> Iterator[Violation]:
    for name, source in profile.sources.items():
        if source.url is None and source.archived is None:
            message = "has no address; add url, or archived with the address of a copy"
            yield Violation(("sources", name), message, "no-address", at_key=True)
        if source.published and source.accessed and is_later(source.published, source.accessed):
            message = (
                f"{source.published} is later than {source.accessed}, when it was accessed; correct one of the two"
            )
            yield Violation(("sources", name, "published"), message, "late-statement")


def _own_performance(statement: Statement, profile: Profile, book: RuleBook, path: Path) -> Iterator[Violation]:
    """A warning where a body of the assessed state is believed on how well its own state performs.

    What such a body decided stands in its record. How things stand or work changes, which the half-life of the
    indicator says.
    """
    if not _is_own(profile, statement) or statement.credibility > _SURE or statement.same_as is not None:
        return
    for name in statement.codes or {}:
        indicator = book.leaves[name]
        if indicator.kind in _PERFORMANCE and indicator.half_life is not None:
            message = (
                f"{statement.credibility} for {name}, on which the source, a body of this state, judges its own state; "
                "write 3 or more, or add a duplicate from an independent source"
            )
            yield Violation((*path, "credibility"), message, "own-performance")


def _is_own(profile: Profile, statement: Statement) -> bool:
    """Whether the source of a statement is a body of the assessed state, by the register of publishers."""
    body = profile.sources[statement.source].body
    return body is not None and body.kind in _STATE and profile.country in (body.country, body.controlled_by)


# -- published indices and cases ---------------------------------------------------------------------------------------


def table_errors(table: PublishedTable, book: RuleBook, units: Collection[str] = ()) -> Iterator[Violation]:
    """The errors of a published index with respect to the rubric, and to units that are no countries."""
    for code in table.values:
        if code not in units and not is_country(code):
            yield Violation(("values", code), not_a_country(code), "country-code", at_key=True)
    if table.rubric not in (None, book.rubric.id):
        return
    names = [pillar.id for pillar in book.pillars]
    names += book.leaves
    for position, name in enumerate(table.near):
        if name not in names:
            message = f"unknown pillar or indicator {name!r}; {nearest(name, sorted(names), 'names')}"
            yield Violation(("near", position), message, "unknown-indicator")


def case_errors(cases: CaseFile, book: RuleBook) -> Iterator[Violation]:
    """The errors of a case file with respect to the rubric."""
    pillars = {pillar.id: pillar for pillar in book.pillars}
    if cases.pillar not in pillars:
        message = f"unknown pillar {cases.pillar!r}; {nearest(cases.pillar, sorted(pillars), 'pillars')}"
        yield Violation(("pillar",), message, "missing-pillar")
        return
    indicators = pillars[cases.pillar].leaves
    for name in repeated(case.name for case in cases.cases):
        yield Violation(("cases",), f"duplicate name {name!r}; give each case its own name", "duplicate-id")
    for position, case in enumerate(cases.cases):
        path: Path = ("cases", position)
        for indicator, code in case.codes.items():
            if indicator not in indicators:
                message = f"unknown indicator of {cases.pillar}; {nearest(indicator, sorted(indicators), 'indicators')}"
                yield Violation((*path, "codes", indicator), message, "unknown-indicator", at_key=True)
            else:
                yield from _below((*path, "codes", indicator), indicators[indicator].code_errors(code))
        if not _is_value(case):
            message = f"expected a number or fraction from 0 to 1, got {quoted(case.value)}"
            yield Violation((*path, "value"), message, "out-of-range")


def vignette_errors(file: VignetteFile, book: RuleBook) -> Iterator[Violation]:
    """The errors of the vignettes with respect to the rubric."""
    for key in ("id", "text"):
        for value in repeated(getattr(vignette, key) for vignette in file.vignettes):
            message = f"duplicate {key} {quoted(value)}; give each vignette its own {key}"
            yield Violation(("vignettes",), message, "duplicate-id")
    for position, vignette in enumerate(file.vignettes):
        path: Path = ("vignettes", position, "answer")
        for name, code in vignette.answer.items():
            if name not in book.leaves:
                message = f"unknown indicator; {nearest(name, sorted(book.leaves), 'indicators')}"
                yield Violation((*path, name), message, "unknown-indicator", at_key=True)
            else:
                yield from _below((*path, name), book.leaves[name].code_errors(code))
        for members in book.rubric.one_event.values():
            for other in [member for member in members if member in vignette.answer][1:]:
                message = f"one event codes one of {', '.join(members)}; remove {other}, or split the vignette"
                yield Violation((*path, other), message, "one-event", at_key=True)


def _is_value(case: Case) -> bool:
    """Whether the value of a case is from 0 to 1; fractions must match `_FRACTION`, since Fraction() accepts more."""
    if isinstance(case.value, str) and not _FRACTION.fullmatch(case.value):
        return False
    try:
        return 0 <= case.expected <= 1
    except (ValueError, ZeroDivisionError):
        return False
