"""Steps of the answers of one country, which can be combined: those that improve it, or those that a coder may miss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.analysis.levers import answer_after, certain, steps_of
from scoring.index.leaves import leaf_of
from scoring.index.rescoring import evidence, evidence_of, indices, leaves_of_rubric

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.model.kinds import LeafIndicator
    from scoring.model.kinds.base import Step
    from scoring.statistics.arrays import Floats


class AnswerStep(NamedTuple):
    """One answer that is a step away."""

    indicator: str
    item: str | None
    now: str
    then: str
    text: str
    """Of the answer after the step, in the rubric."""
    code: Any
    """After the step, as in a profile."""
    statements: tuple[str, ...]
    """Ids of the statements that enter the answer now."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of the answers of the country in a row, at most one for each leaf."""

    assessment: Assessment
    row: int
    steps: tuple[AnswerStep, ...]
    now: Floats
    """`evidence` of each leaf of the rubric: shape (4, leaves)."""
    places: NDArray[np.intp]
    """Of the leaf of each step, shape (steps,)."""
    then: Floats
    """`evidence` of that leaf after the step: shape (4, steps)."""

    @property
    def count(self) -> int:
        """The number of steps."""
        return len(self.steps)

    def indices(self, sets: NDArray[np.intp]) -> Floats:
        """The index after each of some sets of steps, shape (sets,); its negative where lower is better.

        sets: the numbers of the steps, shape (sets, steps).
        """
        changed = np.repeat(self.now[..., None], len(sets), axis=-1)  # leaf by leaf in memory
        changed[:, self.places[sets], np.arange(len(sets))[:, None]] = self.then[:, sets]
        return self.assessment.book.rubric.sign * indices(self.assessment, changed.swapaxes(-1, -2))


def improvements(assessment: Assessment, row: int) -> Steps:
    """The possible improvements, as `levers` has them: each new answer is certain (grade A1, on the reference date)."""

    def after(leaf: Leaf, indicator: LeafIndicator, step: Step) -> Leaf:
        return certain(assessment, row, indicator, leaf.item, step.code)

    return _steps(assessment, row, after, down=assessment.book.rubric.lower_is_better)


def miscodings(assessment: Assessment, row: int, *, down: bool) -> Steps:
    """The answers one step up or down, on the same evidence: same statements, weights and grades."""

    def after(leaf: Leaf, indicator: LeafIndicator, step: Step) -> Leaf:
        rubric = assessment.book.rubric
        value = indicator.value(step.code, rubric.evidence, leaf.item)
        first, *others = leaf.entries
        if indicator.adds_up_to is None:
            entries = [replace(entry, value=value) for entry in leaf.entries]
        else:  # one event more or fewer
            others_found = sum(entry.value for entry in others)
            entries = [replace(first, value=value - others_found), *others]
        return leaf_of(indicator, leaf.item, entries, rubric.prior)

    return _steps(assessment, row, after, down=down)


def _steps(
    assessment: Assessment, row: int, after: Callable[[Leaf, LeafIndicator, Step], Leaf], *, down: bool
) -> Steps:
    """The steps of the leaves with evidence in the tree of the assessment."""
    leaves = leaves_of_rubric(assessment, row)
    inside = {(leaf.indicator, leaf.item) for leaf in assessment.leaves[row].values()}
    found = [
        (place, indicator, step)
        for place, indicator, step in steps_of(assessment, leaves, down=down)
        if (leaves[place].indicator, leaves[place].item) in inside
    ]
    steps = tuple(
        AnswerStep(
            indicator.id,
            leaves[place].item,
            step.now,
            answer_after(step, leaves[place].item),
            step.text,
            step.code,
            tuple(entry.statement for entry in leaves[place].entries),
        )
        for place, indicator, step in found
    )
    then = [evidence(after(leaves[place], indicator, step)) for place, indicator, step in found]
    return Steps(
        assessment,
        row,
        steps,
        evidence_of(leaves),
        np.array([place for place, _, _ in found], np.intp),
        np.array(then, dtype=float).reshape(-1, 4).T,
    )
