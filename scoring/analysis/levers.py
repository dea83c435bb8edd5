"""What a score would be if: a profile with an answer set or a statement dropped, and every single step up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.index.aggregate import join
from scoring.index.scenario import rescored, with_code
from scoring.model.kinds import (
    ChecklistIndicator,
    CountIndicator,
    Item,
    LeafIndicator,
    LevelsIndicator,
    leaf_indicators,
    level_values,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.index.assessment import Assessment
    from scoring.index.score import Leaf


SAME = 1e-9  # a level counts as above a stated value from here on


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
    join({"estimate": estimates}, assessment.nodes)
    found = [
        Lever(indicator.id, item, now, str(code[item]).lower() if item else str(code), text, float(after) - before)
        for (indicator, item, now, code, text), after in zip(steps, estimates[:, 0], strict=True)
    ]
    return tuple(sorted(found, key=lambda lever: (-lever.gain, lever.indicator, lever.item or "")))


def _after(assessment: Assessment, row: int, leaf: LeafIndicator, code: Any) -> Iterator[tuple[int, float]]:
    """Position and estimate of each leaf of an indicator, once it has the certain answer."""
    profile = with_code(assessment.profiles[row], leaf, code, assessment.as_of[row])
    positions = (position for position, scored in assessment.leaves[row].items() if scored.indicator == leaf.id)
    for position, scored in rescored(assessment, row, profile, positions):
        yield position, scored.pooled.estimate


def _steps(assessment: Assessment, row: int) -> Iterator[tuple[LeafIndicator, str | None, str, Any, str]]:
    """Indicator, item, the answer now, the code after the step, and what it says; only where something is stated."""
    stated = {(leaf.indicator, leaf.item): leaf for leaf in assessment.leaves[row].values() if leaf.pooled.availability}
    for pillar in assessment.book.pillars:
        for indicator in leaf_indicators(pillar.indicators):
            items = indicator.items if isinstance(indicator, ChecklistIndicator) else (None,)
            for item in items:
                leaf = stated.get((indicator.id, item.key if item else None))
                if leaf and (step := _step(indicator, item, leaf)):
                    yield indicator, item.key if item else None, *step


def _step(indicator: LeafIndicator, item: Item | None, leaf: Leaf) -> tuple[str, Any, str] | None:
    value = leaf.pooled.stated
    if isinstance(indicator, LevelsIndicator):
        values = level_values(indicator)
        nearest_level = min(range(len(values)), key=lambda place: abs(values[place] - value))
        above = next((level for level, v in zip(indicator.levels, values, strict=True) if v > value + SAME), None)
        return (indicator.levels[nearest_level].key, above.key, above.text) if above else None
    if item is not None:
        harmful = item.points < 0
        now = str(harmful).lower() if value == 0 else "partly"
        return (now, {item.key: not harmful}, item.text) if value < 1 else None
    if isinstance(indicator, CountIndicator):
        events = round(sum(entry.value for entry in leaf.entries))
        return (str(events), events + 1, indicator.question) if events < indicator.saturation else None
    return None  # shares, ranks and numbers have no steps
