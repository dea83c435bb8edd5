"""The fewest possible improvements with which an index reaches a figure."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.analysis.smallest import exhaustible, indices_after, sets_of
from scoring.analysis.steps import AnswerStep, improvements
from scoring.analysis.whatif import Supposition, what_if

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.draws import Settings

NEAR = 1e-12  # an index that is so little short of a figure has reached it


class Reach(NamedTuple):
    """The steps that reach a figure, or the best ones where none do; figures in [0, 1]."""

    wanted: float
    most: int
    """Up to so many steps were asked for."""
    steps: tuple[AnswerStep, ...]
    """Empty where the index has reached the figure already, or no step is known."""
    figure: float
    """The index after these steps."""
    supposed: Supposition | None
    """The country before and after them; None without steps."""
    is_reached: bool
    exhausted: int
    """Up to this number of steps all sets were tried, as far as they were asked for; larger ones step by step."""
    others: int
    """How many other sets of as many steps reach the figure, where all were tried; else 0."""
    known: int
    """The number of possible improvements."""
    all_steps: float
    """The index after all possible improvements."""


def reach(assessment: Assessment, row: int, settings: Settings, *, wanted: float, most: int) -> Reach:
    """The fewest possible improvements with which the index of the country in a row reaches a figure.

    All sets of up to three steps are tried, and of the smallest that reach the figure the one with the highest index is
    returned (the lowest, where lower is better). If there is none, further steps are added one by one to the best set,
    each time the best one: that such a set is the smallest is not proven. A new answer is as `levers` has it.

    Args:
        assessment: all countries.
        row: of the country, whose index is published.
        settings: of the simulation of the steps that are found.
        wanted: the figure, in [0, 1].
        most: the greatest number of steps.
    """
    country = improvements(assessment, row)
    sign, exhausted = assessment.book.rubric.sign, min(most, exhaustible(country.count))
    target, others = sign * wanted - NEAR, 0
    chosen: tuple[int, ...] = ()
    best = float(country.indices(sets_of([()]))[0])
    for size in range(1, exhausted + 1):
        if best >= target or size > country.count:
            break
        sets = sets_of(itertools.combinations(range(country.count), size))
        found = indices_after(country, sets)
        chosen, best = tuple(sets[int(found.argmax())].tolist()), float(found.max())
        others = max(0, int(np.count_nonzero(found >= target)) - 1)
    while best < target and len(chosen) < min(most, country.count):
        sets = sets_of((*chosen, step) for step in range(country.count) if step not in chosen)
        found = indices_after(country, sets)
        chosen, best = tuple(sets[int(found.argmax())].tolist()), float(found.max())
    everything = float(country.indices(sets_of([tuple(range(country.count))]))[0])
    steps = tuple(country.steps[number] for number in chosen)
    answers = [(assessment.book.leaves[step.indicator], step.code) for step in steps]
    return Reach(
        wanted=wanted,
        most=most,
        steps=steps,
        figure=sign * best,
        supposed=what_if(assessment, row, settings, answers=answers) if answers else None,
        is_reached=best >= target,
        exhausted=exhausted,
        others=others,
        known=country.count,
        all_steps=sign * everything,
    )
