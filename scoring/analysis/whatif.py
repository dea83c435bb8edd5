"""What an index would be with answers supposed and statements dropped."""

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
    """One country as it is and with something changed, among all the others."""

    before: Assessment
    after: Assessment
    row: int
    """Of the country, in both."""
    difference: Singles
    """Draws of the index after less before, under common draws: (draws,), in [-1, 1]."""
    settings: Settings


def answer(book: RuleBook, name: str, code: Any) -> tuple[LeafIndicator, Any]:
    """An indicator, by its id or question, with a code that answers it as a profile would.

    Raises:
        UnknownNameError: there is no such indicator, or the code is no answer to it.
    """
    indicator = find_indicator(book, name)
    if faults := [fault.message for fault in indicator.code_errors(code)]:
        raise UnknownNameError("; ".join(faults))
    return indicator, code


def what_if(
    assessment: Assessment,
    row: int,
    settings: Settings,
    *,
    answers: Iterable[tuple[LeafIndicator, Any]] = (),
    dropped: Iterable[str] = (),
) -> Supposition:
    """Score the country in a row without some statements and with some answers, each certain.

    Args:
        assessment: all countries.
        row: of the country.
        settings: of the simulation.
        answers: an indicator with the code that is supposed, as a profile would have it.
        dropped: ids of statements, each left out with those that tell the same.

    Raises:
        UnknownNameError: there is no such statement.
    """
    scenario = scenario_of(assessment)
    profile = assessment.profiles[row]
    for identifier in dropped:
        profile = without_statement(profile, identifier)
    for indicator, code in answers:
        profile = with_code(profile, indicator, code, assessment.as_of[row])
    changed = scenario.with_profile(profile)
    alone = [one.of([profile.country]).assess() for one in (scenario, changed)]
    return Supposition(assessment, changed.assess(), row, difference(alone[0], alone[1], settings), settings)
