"""The effect of supposed answers and dropped statements on an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.analysis.levers import at_level, level_now
from scoring.errors import UnknownNameError
from scoring.index.lookup import find_indicator
from scoring.index.rescoring import evidence, evidence_of, indices, leaves_of_rubric
from scoring.index.scenario import scenario_of, with_code, without_statement
from scoring.uncertainty.simulation import difference

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from scoring.index.assessment import Assessment
    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import RuleBook
    from scoring.statistics.arrays import Singles
    from scoring.uncertainty.draws import Settings


class Effects(NamedTuple):
    """The parts of the difference of the index, in [-1, 1], which they sum to; NaN where an index is missing."""

    answer: float
    """The index after the answers, minus the index after equally certain answers at today's level."""
    certainty: float
    """The index after certain answers at today's level, minus the index before the answers."""
    dropped: float | None
    """The index without the dropped statements, minus the index before; None if none is dropped."""


@dataclass(frozen=True, eq=False)
class Supposition:
    """All countries before and after a change of one of them."""

    before: Assessment
    after: Assessment
    row: int
    """Of the changed country, in both."""
    difference: Singles
    """Draws of the index after minus before, under common random numbers: (draws,), in [-1, 1]."""
    settings: Settings
    effects: Effects | None
    """None without answers."""


def answer(book: RuleBook, name: str, code: Any) -> tuple[LeafIndicator, Any]:
    """An indicator, found by its id or question, with a code that answers it.

    Args:
        book: the rubric.
        name: id or question of the indicator.
        code: the code, as in a profile.

    Raises:
        UnknownNameError: unknown indicator, or a code that does not answer it.
    """
    indicator = find_indicator(book, name)
    if messages := [error.message for error in indicator.code_errors(code)]:
        raise UnknownNameError("; ".join(messages))
    return indicator, code


def what_if(
    assessment: Assessment,
    row: int,
    settings: Settings,
    *,
    answers: Iterable[tuple[LeafIndicator, Any]] = (),
    dropped: Iterable[str] = (),
) -> Supposition:
    """Score the country in a row without some statements and with some supposed answers, each certain.

    Args:
        assessment: all countries.
        row: of the country.
        settings: of the simulation.
        answers: an indicator with its supposed code, as in a profile.
        dropped: ids of statements, each dropped with its duplicates.

    Raises:
        UnknownNameError: unknown statement.
    """
    answered, without = tuple(answers), tuple(dropped)
    scenario = scenario_of(assessment)
    profile = assessment.profiles[row]
    for identifier in without:
        profile = without_statement(profile, identifier)
    unanswered = scenario.with_profile(profile)
    for indicator, code in answered:
        profile = with_code(profile, indicator, code, assessment.as_of[row])
    changed = scenario.with_profile(profile)
    before, rest, after = (one.of([profile.country]).assess() for one in (scenario, unanswered, changed))
    effects = None
    if answered:
        effects = effects_of(before, rest, after, answered_parts(answered), has_dropped=bool(without))
    return Supposition(
        before=assessment,
        after=changed.assess(),
        row=row,
        difference=difference(before, after, settings),
        settings=settings,
        effects=effects,
    )


def answered_parts(answers: Iterable[tuple[LeafIndicator, Any]]) -> set[tuple[str, str | None]]:
    """The indicators and items that codes answer."""
    return {
        (indicator.id, item) for indicator, code in answers for item in indicator.parts if item is None or item in code
    }


def effects_of(
    before: Assessment,
    rest: Assessment,
    after: Assessment,
    parts: Container[tuple[str, str | None]],
    *,
    has_dropped: bool,
) -> Effects:
    """The parts of the difference of the index of one country, alone in each assessment.

    Args:
        before: the country as it is.
        rest: without the dropped statements.
        after: with the answers, too.
        parts: the indicators and items that are answered.
        has_dropped: whether statements are dropped.
    """
    start, middle, end = (float(scored.figures.estimate[0, 0]) for scored in (before, rest, after))
    level = _at_todays_level(rest, after, parts)
    return Effects(end - level, level - middle, middle - start if has_dropped else None)


def _at_todays_level(rest: Assessment, after: Assessment, parts: Container[tuple[str, str | None]]) -> float:
    """The index if each leaf that is answered had an equally certain answer at its level before the answers.

    Args:
        rest: the country before the answers.
        after: the country after them.
        parts: the indicators and items that are answered.
    """
    leaves, answered = leaves_of_rubric(rest, 0), leaves_of_rubric(after, 0)
    changed = evidence_of(leaves)
    for place, (leaf, then) in enumerate(zip(leaves, answered, strict=True)):
        if (leaf.indicator, leaf.item) in parts:
            indicator = rest.book.leaves[leaf.indicator]
            is_least = then.is_floor and not any(entry.is_whole for entry in then.entries)
            if leaf.entries or not is_least:  # found events say nothing certain of a level that is only expected
                changed[:, place] = evidence(at_level(rest, indicator, then, level_now(indicator, leaf)))
    return float(indices(rest, changed))
