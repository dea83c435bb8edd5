"""Compare the index with published indices: section 14 of docs/method.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.index.scenario import scenario_of
from scoring.model.fields import read_date
from scoring.statistics.correlation import Estimated, mid_ranks, rank_correlation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.references import PublishedTable


class Places(NamedTuple):
    """The ranks of a country among those in both indices; 1 is the best, ties have their mean rank."""

    country: str
    title: str
    ours: float
    theirs: float


@dataclass(frozen=True)
class Comparison:
    """One node compared with one published index."""

    node: Node
    days: tuple[dt.date, ...]
    """The reference dates of the scores, in order."""
    rho: Estimated
    """Spearman's rank correlation; positive if the two agree on which country does better."""
    points: tuple[tuple[str, float, float], ...]
    """Country, our estimate in [0, 1] and the published value, for countries that have both."""
    apart: tuple[Places, ...]
    """The largest difference of ranks first."""


def validity(assessment: Assessment, tables: Mapping[str, PublishedTable]) -> dict[str, tuple[Comparison, ...]]:
    """The index, and the nodes that a table lists in `near`, compared with each table; by id of the table.

    A table with `as_of` is compared with the scores of that day.
    """
    by_id = {node.id: node for node in assessment.nodes if node.kind != "item"}
    scenario = scenario_of(assessment)
    days = {name: None if table.as_of is None else read_date(table.as_of) for name, table in tables.items()}
    on = {None: assessment, scenario.as_of: assessment}
    for day in days.values():
        if day not in on:
            on[day] = scenario.on(day).assess()
    return {
        name: tuple(
            _comparison(on[days[name]], node, table)
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
    our_sign = assessment.book.rubric.sign
    our_ranks, their_ranks = (mid_ranks(-values[both]) for values in (our_sign * ours, sign * theirs))
    places = [
        Places(codes[row], assessment.profiles[row].title, float(a), float(b))
        for row, a, b in zip(both, our_ranks, their_ranks, strict=True)
    ]
    return Comparison(
        node=node,
        days=tuple(sorted(set(assessment.as_of))),
        rho=rank_correlation(our_sign * ours, sign * theirs),
        points=tuple((codes[row], float(ours[row]), float(theirs[row])) for row in both),
        apart=tuple(sorted(places, key=lambda ranks: (-abs(ranks.ours - ranks.theirs), ranks.country))),
    )
