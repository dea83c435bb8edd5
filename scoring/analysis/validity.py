"""An index against tables that others published: section 14 of docs/method.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.statistics.correlation import Estimated, mid_ranks, rank_correlation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.references import PublishedTable


class Apart(NamedTuple):
    """A country and its places, 1 the best, ties sharing the mean of theirs, among those that both tables have."""

    country: str
    ours: float
    theirs: float


@dataclass(frozen=True)
class Comparison:
    """One of our nodes against one table of others."""

    node: Node
    rho: Estimated
    """Spearman's, positive where the two agree which country does better."""
    points: tuple[tuple[str, float, float], ...]
    """Country, our estimate in [0, 1], their value as published; where both are there."""
    apart: tuple[Apart, ...]
    """The widest apart first."""


def validity(assessment: Assessment, tables: Mapping[str, PublishedTable]) -> dict[str, tuple[Comparison, ...]]:
    """The index, and the nodes that a table names as near, against each table, by the table's id."""
    by_id = {node.id: node for node in assessment.nodes if node.kind != "item"}
    return {
        name: tuple(
            _comparison(assessment, node, table)
            for node in (assessment.nodes[0], *(by_id[near] for near in table.near))
        )
        for name, table in tables.items()
    }


def _comparison(assessment: Assessment, node: Node, table: PublishedTable) -> Comparison:
    codes = [profile.country for profile in assessment.profiles]
    ours = assessment.shown[:, node.position]
    theirs = np.array([table.values.get(code, np.nan) for code in codes], dtype=float)
    both = np.flatnonzero(~np.isnan(ours) & ~np.isnan(theirs))
    sign = 1 if table.better == "higher" else -1
    places = [mid_ranks(-values[both]) for values in (ours, sign * theirs)]
    apart = [Apart(codes[row], float(one), float(other)) for row, one, other in zip(both, *places, strict=True)]
    return Comparison(
        node=node,
        rho=rank_correlation(ours, sign * theirs),
        points=tuple((codes[row], float(ours[row]), float(theirs[row])) for row in both),
        apart=tuple(sorted(apart, key=lambda one: (-abs(one.ours - one.theirs), one.country))),
    )
