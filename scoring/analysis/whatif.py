"""The effect of supposed answers and dropped statements on an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scoring.errors import UnknownNameError
from scoring.index.lookup import find_indicator
from scoring.index.scenario import scenario_of, with_code, without_statement
from scoring.uncertainty.simulation import difference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.index.assessment import Assessment
    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import RuleBook
    from scoring.statistics.arrays import Singles
    from scoring.uncertainty.draws import Settings


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
    scenario = scenario_of(assessment)
    profile = assessment.profiles[row]
    for identifier in dropped:
        profile = without_statement(profile, identifier)
    for indicator, code in answers:
        profile = with_code(profile, indicator, code, assessment.as_of[row])
    changed = scenario.with_profile(profile)
    before, after = (either.of([profile.country]).assess() for either in (scenario, changed))
    return Supposition(assessment, changed.assess(), row, difference(before, after, settings), settings)
