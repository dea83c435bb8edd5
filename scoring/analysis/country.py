"""One country at a glance: what is known, missing, contradicted and old. Of an assessment, with its steps up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.analysis.explain import Explained, Part, explain, leaves
from scoring.analysis.levers import Lever, levers

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node


@dataclass(frozen=True)
class Portrait:
    """What a reader of one country's index should know besides the figure."""

    pillars: tuple[Explained, ...]
    missing: tuple[Node, ...]
    """Indicators and items without evidence."""
    contradictions: tuple[Explained, ...]
    """Leaves whose statements conflict more than the rubric's audit allows, the most first."""
    oldest: tuple[Part, ...]
    """What enters, the oldest first; undated left out."""
    levers: tuple[Lever, ...]
    """The single steps that would raise the index, the most useful first."""


def portrait(assessment: Assessment, row: int) -> Portrait:
    """The portrait of the country in a row."""
    whole = explain(assessment, row, None)
    takers = list(leaves(whole))
    most = assessment.book.rubric.audit.conflict
    conflict = assessment.conflict[row]
    contradictions = [leaf for leaf in takers if conflict[leaf.node.position] > most]
    dated = [(part.entry.date, part) for leaf in takers for part in leaf.parts if part.entry.date]
    return Portrait(
        pillars=whole.children,
        missing=tuple(leaf.node for leaf in takers if not leaf.parts),
        contradictions=tuple(sorted(contradictions, key=lambda leaf: -conflict[leaf.node.position])),
        oldest=tuple(part for _, part in sorted(dated, key=lambda one: (one[0], one[1].statement.id))),
        levers=levers(assessment, row),
    )
