"""What a score would be if: a profile with an answer set or a statement dropped, and every single step up."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring import aggregate, schema
from scoring.errors import UnknownNameError, nearest
from scoring.score import in_force, score_leaf

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Iterator, Mapping

    from scoring.results import Assessment, Leaf

SAME = 1e-9  # a level counts as above a stated value from here on
SUPPOSED = "supposed"  # id of the source, and beginning of the ids of the statements, that are only supposed


def unused(label: str, taken: Container[str]) -> str:
    """The label, with a number behind it where a profile has it already."""
    labels = itertools.chain([label], (f"{label}-{number}" for number in itertools.count(2)))
    return next(one for one in labels if one not in taken)


def with_code(profile: schema.Profile, leaf: schema.LeafIndicator, code: Any, as_of: dt.date) -> schema.Profile:
    """The profile with one certain answer (grade A1, dated on the day) in place of all evidence on an indicator.

    Of a checklist only the items that the code answers are replaced.
    """
    statements = [_without_answer(statement, leaf, code) for statement in profile.statements]
    name = unused(SUPPOSED, profile.sources)
    supposed = schema.Statement(
        id=unused(f"{SUPPOSED}-{leaf.id.replace('_', '-')}", {statement.id for statement in statements}),
        text="Supposed, not observed.",
        source=name,
        locator="none",
        date=as_of.isoformat(),
        credibility=1,
        confidence="high",
        codes={leaf.id: code},
    )
    source = schema.Source(title="Supposition", publisher="none", reliability="A")
    return profile.model_copy(
        update={"sources": {**profile.sources, name: source}, "statements": (*statements, supposed)}
    )


def _without_answer(statement: schema.Statement, leaf: schema.LeafIndicator, code: Any) -> schema.Statement:
    def kept(codes: Mapping[str, Any] | None) -> dict[str, Any]:
        rest = dict(codes or {})
        old = rest.pop(leaf.id, None)
        if isinstance(leaf, schema.ChecklistIndicator) and old is not None:
            items = {key: answer for key, answer in old.items() if key not in code}
            rest |= {leaf.id: items} if items else {}
        return rest

    if leaf.id not in (statement.codes or {}):
        return statement
    coders = {coder: kept(codes) for coder, codes in (statement.coders or {}).items()}
    return statement.model_copy(update={"codes": kept(statement.codes), "coders": coders or None})


def without_statement(profile: schema.Profile, identifier: str) -> schema.Profile:
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


def without_source(profile: schema.Profile, source: str) -> schema.Profile:
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


@dataclass(frozen=True)
class Lever:
    """One step: what is answered now, what would be, and the gain of the index in [0, 1]."""

    indicator: str
    item: str | None
    now: str
    then: str
    text: str
    gain: float


def levers(assessment: Assessment, row: int) -> tuple[Lever, ...]:
    """Every single step up from what the evidence states, the most useful first.

    A step is the next level above the stated value, an item of a checklist answered in full, or one more event. It is
    supposed to be certain (grade A1, on the as-of date) and replaces the evidence on that question, so that part of the
    gain is certainty. Shares, ranks and numbers have no steps, nor have questions on which nothing is stated.
    """
    before = float(assessment.figures.estimate[row, 0])
    steps = list(_steps(assessment, row))
    estimates = np.tile(assessment.figures.estimate[row], (len(steps), 1))
    for place, (indicator, _, _, code, _) in enumerate(steps):
        for position, estimate in _after(assessment, row, indicator, code):
            estimates[place, position] = estimate
    aggregate.join({"estimate": estimates}, assessment.nodes)
    found = [
        Lever(indicator.id, item, now, str(code[item]).lower() if item else str(code), text, float(after) - before)
        for (indicator, item, now, code, text), after in zip(steps, estimates[:, 0], strict=True)
    ]
    return tuple(sorted(found, key=lambda lever: (-lever.gain, lever.indicator, lever.item or "")))


def _after(assessment: Assessment, row: int, leaf: schema.LeafIndicator, code: Any) -> Iterator[tuple[int, float]]:
    """Position and estimate of each leaf of an indicator, once it has the certain answer."""
    as_of = assessment.as_of[row]
    profile = with_code(assessment.profiles[row], leaf, code, as_of)
    coded = [one for one in profile.statements if leaf.id in (one.codes or {}) and in_force(one, as_of) is None]
    coded.sort(key=lambda one: one.id)
    items = {item.key: item for item in leaf.items} if isinstance(leaf, schema.ChecklistIndicator) else {}
    for position, scored in assessment.leaves[row].items():
        if scored.indicator == leaf.id:
            item = items[scored.item] if scored.item else None
            now, _ = score_leaf(leaf, item, coded, profile, assessment.book.rubric.prior, as_of)
            yield position, now.pooled.estimate


def _steps(assessment: Assessment, row: int) -> Iterator[tuple[schema.LeafIndicator, str | None, str, Any, str]]:
    """Indicator, item, the answer now, the code after the step, and what it says; only where something is stated."""
    stated = {(leaf.indicator, leaf.item): leaf for leaf in assessment.leaves[row].values() if leaf.pooled.availability}
    for pillar in assessment.book.pillars:
        for indicator in schema.leaves(pillar.indicators):
            items = indicator.items if isinstance(indicator, schema.ChecklistIndicator) else (None,)
            for item in items:
                leaf = stated.get((indicator.id, item.key if item else None))
                if leaf and (step := _step(indicator, item, leaf)):
                    yield indicator, item.key if item else None, *step


def _step(indicator: schema.LeafIndicator, item: schema.Item | None, leaf: Leaf) -> tuple[str, Any, str] | None:
    value = leaf.pooled.stated
    if isinstance(indicator, schema.LevelsIndicator):
        values = schema.level_values(indicator)
        nearest_level = min(range(len(values)), key=lambda place: abs(values[place] - value))
        above = next((level for level, v in zip(indicator.levels, values, strict=True) if v > value + SAME), None)
        return (indicator.levels[nearest_level].key, above.key, above.text) if above else None
    if item is not None:
        harmful = item.points < 0
        now = str(harmful).lower() if value == 0 else "partly"
        return (now, {item.key: not harmful}, item.text) if value < 1 else None
    if isinstance(indicator, schema.CountIndicator):
        events = round(sum(entry.value for entry in leaf.entries))
        return (str(events), events + 1, indicator.question) if events < indicator.saturation else None
    return None  # shares, ranks and numbers have no steps
