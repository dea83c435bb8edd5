"""Possible improvements: the gain of the index from each single step up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.scenario import rescored, with_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.index.assessment import Assessment
    from scoring.model.kinds import LeafIndicator
    from scoring.model.kinds.base import Step


@dataclass(frozen=True)
class Lever:
    """One possible improvement: the answer now, the next answer, and the gain of the index in [0, 1]."""

    indicator: str
    item: str | None
    now: str
    then: str
    text: str
    gain: float


def levers(assessment: Assessment, row: int) -> tuple[Lever, ...]:
    """The possible improvements of the country in a row, the largest gain first.

    A step is the next level above the evidence mean, an item of a checklist answered in full, or one more event. The
    new answer is certain (grade A1, on the reference date) and replaces the evidence on its indicator or item, so that
    part of the gain is certainty. Shares, ranks, numbers and indicators without evidence have no steps.
    """
    before = float(assessment.figures.estimate[row, 0])
    steps = list(_steps(assessment, row))
    estimates = np.tile(assessment.figures.estimate[row], (len(steps), 1))
    for number, (indicator, _, step) in enumerate(steps):
        for position, estimate in _after(assessment, row, indicator, step.code):
            estimates[number, position] = estimate
    aggregate({"estimate": estimates}, assessment.nodes)
    improvements = []
    for (indicator, item, step), after in zip(steps, estimates[:, 0], strict=True):
        then = str(step.code[item]).lower() if item else str(step.code)
        improvements.append(Lever(indicator.id, item, step.now, then, step.text, float(after) - before))
    return tuple(sorted(improvements, key=lambda lever: (-lever.gain, lever.indicator, lever.item or "")))


def _after(assessment: Assessment, row: int, leaf: LeafIndicator, code: Any) -> Iterator[tuple[int, float]]:
    """Position and estimate of each leaf of an indicator after a certain answer."""
    profile = with_code(assessment.profiles[row], leaf, code, assessment.as_of[row])
    positions = (position for position, scored in assessment.leaves[row].items() if scored.indicator == leaf.id)
    for position, scored in rescored(assessment, row, profile, positions):
        yield position, scored.pooled.estimate


def _steps(assessment: Assessment, row: int) -> Iterator[tuple[LeafIndicator, str | None, Step]]:
    """Indicator, item and step, for indicators and items with evidence."""
    stated = {(leaf.indicator, leaf.item): leaf for leaf in assessment.leaves[row].values() if leaf.pooled.availability}
    for indicator in assessment.book.leaves.values():
        for item in indicator.parts:
            if leaf := stated.get((indicator.id, item)):
                values = [entry.value for entry in leaf.entries]
                if step := indicator.step(leaf.pooled.stated, values, item):
                    yield indicator, item, step
