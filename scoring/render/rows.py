"""Texts and properties of a score, by the row of its country and by its node."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node


def by_rank(assessment: Assessment) -> list[int]:
    """The rows of all countries: the published by rank, then the withheld."""
    return [country.row for country in assessment.by_rank]


def is_thin(assessment: Assessment, row: int, node: Node) -> bool:
    """Whether a node has insufficient data by the rubric's thresholds for publication."""
    return assessment.countries[row].nodes[node.position].is_thin


def has_evidence(assessment: Assessment, row: int, node: Node) -> bool:
    """Whether any statement enters a node."""
    return assessment.countries[row].nodes[node.position].has_evidence


def estimate_text(assessment: Assessment, row: int, node: Node) -> str:
    """The estimate of a node as it is printed."""
    return assessment.countries[row].nodes[node.position].text


def range_text(assessment: Assessment, row: int, node: Node, dash: str = "–") -> str:
    """The evidence bounds of a node as they are printed."""
    return assessment.countries[row].nodes[node.position].bounds(dash)
