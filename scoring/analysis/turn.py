"""What puts the lower of two countries above the other: statements, answers, weights and exponents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.analysis.doubt import doubts, doubts_of
from scoring.analysis.open_answers import open_answers
from scoring.analysis.smallest import TIE, Search, exhaustible, smallest_turn
from scoring.analysis.steps import miscodings
from scoring.files.defaults import defaults
from scoring.statistics.combining import combined
from scoring.statistics.decomposition import nearest_tie

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.analysis.compare import Comparison
    from scoring.analysis.doubt import Doubt
    from scoring.analysis.open_answers import OpenAnswer
    from scoring.analysis.reviews import Reviewed
    from scoring.analysis.steps import AnswerStep
    from scoring.index.assessment import Assessment
    from scoring.statistics.decomposition import Tie
    from scoring.uncertainty.draws import Settings

GRID = 0.01  # between exponents that are tried; two reversals that are nearer to each other are not found
EXACT = 1e-6  # of the exponents at which the ranking reverses


class TurnStatement(NamedTuple):
    """A statement without which, and without the others of the set, the ranking reverses."""

    country: str
    id: str
    text: str
    doubts: tuple[Doubt, ...]


class TurnAnswer(NamedTuple):
    """An answer that is a step away, with which, and with the others of the set, the ranking reverses."""

    country: str
    step: AnswerStep
    doubts: tuple[Doubt, ...]
    """Of the statements that enter the answer."""


@dataclass(frozen=True)
class Reversals:
    """What puts the country below above the other; rows of the assessment."""

    above: int
    below: int
    statements: tuple[TurnStatement, ...]
    """Left out; empty if no loss of statements reverses the ranking."""
    smallest_statements: bool
    """Whether the set is proven to be the smallest."""
    answers: tuple[TurnAnswer, ...]
    """One step worse for the country above, better for that below; empty if no such steps reverse the ranking."""
    smallest_answers: bool
    weights: Tie | None
    """The nearest weights of the pillars at which the two tie; None if there are none, or they are not known."""
    has_weights: bool
    """Whether the effect of weights is known."""
    exponents: tuple[tuple[float, float], ...] | None
    """The ranges of the exponent across pillars in which the country below is above; None if there is no exponent."""
    limit: float
    """Exponents from minus this to this were tried."""
    p_above: float
    """The probability that the country above ranks above the other, in the draws."""
    open: tuple[OpenAnswer, ...]
    """The answers of which the variance of the difference depends most on."""


def reversals(
    assessment: Assessment,
    comparison: Comparison,
    settings: Settings,
    reviews: Mapping[str, Reviewed] | None = None,
) -> Reversals:
    """What puts the lower of two countries above the other.

    Args:
        assessment: the countries.
        comparison: of the two, one of which ranks above the other.
        settings: of the simulation.
        reviews: by country, as far as there are any.
    """
    above, below = comparison.above, comparison.below
    found, lost = reviews or {}, comparison.reversal
    by_code = {assessment.profiles[row].country: assessment.profiles[row] for row in (above, below)}
    statements = []
    for code, name in lost.statements if lost else ():
        statement = next(one for one in by_code[code].statements if one.id == name)
        statements.append(TurnStatement(code, name, statement.text, doubts(by_code[code], statement, found.get(code))))
    answers, smallest = _answers(assessment, above, below, found)
    d = [pillar.stability.d for pillar in comparison.pillars]
    has_weights = assessment.nodes[0].rule.uses_weights and not any(
        np.isnan(pillar.stability.low) or not np.isfinite(pillar.stability.d) for pillar in comparison.pillars
    )
    limit = defaults().exponent_limit
    chance, answers_to_look_for = open_answers(assessment, above, below, settings, defaults().shown.open_answers)
    return Reversals(
        above=above,
        below=below,
        statements=tuple(statements),
        smallest_statements=lost is not None and lost.smallest,
        answers=answers,
        smallest_answers=smallest,
        weights=nearest_tie(d, [pillar.node.local_weight for pillar in comparison.pillars]) if has_weights else None,
        has_weights=has_weights,
        exponents=_exponents(assessment, above, below, limit),
        limit=limit,
        p_above=chance,
        open=answers_to_look_for,
    )


def _answers(
    assessment: Assessment, above: int, below: int, reviews: Mapping[str, Reviewed]
) -> tuple[tuple[TurnAnswer, ...], bool]:
    """The smallest set of steps that reverses the ranking, and whether it is proven to be."""
    lower_is_better = assessment.book.rubric.lower_is_better
    worse = miscodings(assessment, above, down=not lower_is_better)
    better = miscodings(assessment, below, down=lower_is_better)
    turn = smallest_turn(Search(worse), Search(better), exhaustible(worse.count, better.count))
    if turn is None:
        return (), False
    answers = []
    for country, numbers in ((worse, turn.above), (better, turn.below)):
        profile = assessment.profiles[country.row]
        for step in (country.steps[number] for number in numbers):
            why = doubts_of(profile, step.statements, reviews.get(profile.country))
            answers.append(TurnAnswer(profile.country, step, why))
    return tuple(answers), turn.smallest


def _exponents(assessment: Assessment, above: int, below: int, limit: float) -> tuple[tuple[float, float], ...] | None:
    """The ranges of exponents, from -limit to limit, in which the country below is above the other."""
    root = assessment.nodes[0]
    if root.rule.combine:
        return None
    pillars = assessment.figures.estimate[[above, below]][:, list(root.children)]
    weights = [assessment.nodes[child].local_weight for child in root.children]

    def is_reversed(exponent: float) -> bool:
        with np.errstate(divide="ignore", over="ignore"):  # 0 under p <= 0
            upper, lower = combined(pillars, weights, replace(root.rule, exponent=exponent)).tolist()
        return bool(assessment.book.rubric.sign * (lower - upper) > TIE)

    tried = np.round(np.arange(-limit, limit + GRID / 2, GRID), 6).tolist()
    ranges: list[tuple[float, float]] = []
    begin: float | None = None
    for before, exponent in zip([None, *tried], tried, strict=False):
        if is_reversed(exponent) and begin is None:
            begin = exponent if before is None else _between(is_reversed, before, exponent)
        elif begin is not None and before is not None and not is_reversed(exponent):
            ranges.append((begin, _between(lambda p: not is_reversed(p), before, exponent)))
            begin = None
    return (*ranges, (begin, limit)) if begin is not None else tuple(ranges)


def _between(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Where a condition begins to hold between two numbers, of which it holds at the higher."""
    while high - low > EXACT:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
