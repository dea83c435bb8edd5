"""Possible improvements: the change of the index from each single step to the better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.index.leaves import leaf_of, score_leaf
from scoring.index.rescoring import evidence, evidence_of, indices, leaves_of_rubric
from scoring.index.scenario import with_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.model.kinds import LeafIndicator
    from scoring.model.kinds.base import Step


@dataclass(frozen=True)
class Lever:
    """One possible improvement: the answer now, the next answer, and what the index would gain, in [-1, 1]."""

    indicator: str
    item: str | None
    now: str
    then: str
    text: str
    gain: float
    """The index after a certain answer one step better, minus that after an equally certain answer at today's level."""
    certainty: float
    """The index after a certain answer at today's level, minus the index now."""


def levers(assessment: Assessment, row: int) -> tuple[Lever, ...]:
    """The possible improvements of the country in a row, the largest gain first.

    A step is the next level above the evidence mean, an item of a checklist answered in full, or one more event; where
    lower is better, the next level below, an item answered to the contrary, or one event fewer. The
    new answer is certain (grade A1, on the reference date) and replaces the evidence on its indicator or item. What is
    expected of the other leaves follows it. Shares, ranks, numbers and leaves without evidence have no steps.
    """
    leaves = leaves_of_rubric(assessment, row)
    inside = {(leaf.indicator, leaf.item) for leaf in assessment.leaves[row].values()}
    steps = [
        found
        for found in steps_of(assessment, leaves, down=assessment.book.rubric.lower_is_better)
        if (leaves[found[0]].indicator, leaves[found[0]].item) in inside
    ]
    changed = np.tile(evidence_of(leaves)[:, None, None], (1, len(steps), 2, 1))
    for number, (place, indicator, step) in enumerate(steps):
        then = certain(assessment, row, indicator, leaves[place].item, step.code)
        now = at_level(assessment, indicator, then, level_now(indicator, leaves[place]))
        changed[:, number, 0, place], changed[:, number, 1, place] = evidence(now), evidence(then)
    index, sign = float(assessment.figures.estimate[row, 0]), assessment.book.rubric.sign
    improvements = []
    for (place, indicator, step), (now, then) in zip(steps, indices(assessment, changed).tolist(), strict=True):
        item = leaves[place].item
        answer = answer_after(step, item)
        improvements.append(Lever(indicator.id, item, step.now, answer, step.text, then - now, now - index))
    return tuple(sorted(improvements, key=lambda lever: (-sign * lever.gain, lever.indicator, lever.item or "")))


def answer_after(step: Step, item: str | None) -> str:
    """The answer after a step."""
    return step.then or (str(step.code[item]).lower() if item else str(step.code))


def steps_of(
    assessment: Assessment, leaves: Sequence[Leaf], *, down: bool
) -> Iterator[tuple[int, LeafIndicator, Step]]:
    """Place of the leaf, indicator and step up or down, for leaves with evidence."""
    for place, leaf in enumerate(leaves):
        indicator = assessment.book.leaves[leaf.indicator]
        values = [entry.value for entry in leaf.entries]
        if values and (step := indicator.step(leaf.pooled.stated, values, leaf.item, down=down)):
            yield place, indicator, step


# -- certain answers ---------------------------------------------------------------------------------------------------


def certain(assessment: Assessment, row: int, indicator: LeafIndicator, item: str | None, code: Any) -> Leaf:
    """A leaf of the country in a row with one certain answer in place of all its evidence."""
    nothing = assessment.profiles[row].model_copy(update={"statements": ()})
    profile = with_code(nothing, indicator, code, assessment.as_of[row])
    rubric, day = assessment.book.rubric, assessment.as_of[row]
    return score_leaf(indicator, item, profile.statements, profile, rubric, day)[0]


def at_level(assessment: Assessment, indicator: LeafIndicator, answered: Leaf, level: float) -> Leaf:
    """A leaf with an answer as certain as another one, at some level, which may lie between two answers."""
    entries = [replace(entry, value=level) for entry in answered.entries]
    return leaf_of(indicator, answered.item, entries, assessment.book.rubric.prior)


def level_now(indicator: LeafIndicator, leaf: Leaf) -> float:
    """The level of a leaf now, as the value of an entry: the evidence mean, and the number of events of a count.

    Without evidence it is what is expected.
    """
    if indicator.adds_up_to is None:
        return leaf.pooled.stated if leaf.entries else leaf.centre
    return round(sum(entry.value for entry in leaf.entries)) if leaf.entries else leaf.centre * indicator.adds_up_to
