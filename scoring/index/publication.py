"""Which indices are published, their ranks and bands, and which may be compared: section 6 of docs/method.md."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from scoring.statistics.ranking import HIGHEST_FIRST

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.index.tree import Node
    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import Band, Publish, Rubric
    from scoring.statistics.arrays import Floats
    from scoring.statistics.ranking import Ranking

TIE_DECIMALS = 12  # estimates equal to so many decimals share a rank; thresholds are compared to so many


class Scored(NamedTuple):
    """The rubric, actor and reference date of a score."""

    rubric_digest: str
    actor: str | None
    as_of: dt.date


def withheld_because(estimate: float, information: float, availability: float, *, publish: Publish) -> tuple[str, ...]:
    """The publication tests that an index, or another node, fails.

    `availability` and `information` where the figure is below the rubric's threshold, `missing` where there is no
    estimate. Without any evidence `availability` fails under any threshold.

    Args:
        estimate: in [0, 1]; NaN for none.
        information: in [0, 1].
        availability: in [0, 1].
        publish: the thresholds.
    """
    shares = {"availability": availability, "information": information}
    failed = [name for name, share in shares.items() if round(share, TIE_DECIMALS) < getattr(publish, name)]
    if availability == 0 and "availability" not in failed:
        failed.insert(0, "availability")
    return (*failed, *(["missing"] if math.isnan(estimate) else []))


ON_ACTOR = {"availability": "actor_availability", "information": "actor_information"}
"""Share -> the publication test of the same share on the questions about the actor."""


def shares_on_actor(
    nodes: Sequence[Node], leaves: Mapping[str, LeafIndicator], shares: Mapping[str, Floats]
) -> Mapping[str, float]:
    """Availability and information of the questions about the actor, weighted as in the index; empty if there is none.

    Args:
        nodes: the tree in preorder.
        leaves: the indicators of the rubric.
        shares: availability and information of one country, each of shape (nodes,).
    """
    asked = [
        (node.global_weight, node.position)
        for node in nodes
        if not node.children and node.global_weight and not leaves[node.part[0]].counts_for_all(node.part[1])
    ]
    total = math.fsum(weight for weight, _ in asked)
    return {
        name: math.fsum(weight * float(shares[name][position]) for weight, position in asked) / total
        for name in ON_ACTOR
        if total
    }


def withheld_on_actor(shares: Mapping[str, float], publish: Publish) -> tuple[str, ...]:
    """The publication tests that the questions about the actor fail, from `shares_on_actor`."""
    return tuple(
        ON_ACTOR[name] for name, share in shares.items() if round(share, TIE_DECIMALS) < getattr(publish, name)
    )


def missing(nodes: Sequence[Node], estimates: Floats, position: int = 0) -> tuple[Node, ...]:
    """The leaves because of which a node has no estimate; empty where it has one.

    Args:
        nodes: the tree in preorder.
        estimates: of one country, shape (nodes,).
        position: of the node; by default the index.
    """

    def below(node: Node) -> Iterator[Node]:
        if not math.isnan(estimates[node.position]):
            return
        if not node.children:
            yield node
        for child in node.children:
            if nodes[child].local_weight:
                yield from below(nodes[child])

    return tuple(below(nodes[position]))


def ranks(estimates: Sequence[float | None], ranking: Ranking = HIGHEST_FIRST) -> tuple[int | None, ...]:
    """Rank = 1 + the number of published estimates above; ties, equal to 12 decimals, share the best rank (1, 1, 3).

    Under `lowest_first` the estimates below count instead. With dense ties equal estimates count once (1, 1, 2); with
    ordinal ties those before it in the order given count, too (1, 2, 3).
    """
    sign = -1 if ranking.lowest_first else 1
    rounded = [None if value is None else sign * round(value, TIE_DECIMALS) for value in estimates]
    present = [value for value in rounded if value is not None]
    if ranking.ties == "dense":
        present = sorted(set(present))
    ranked = [None if value is None else 1 + sum(other > value for other in present) for value in rounded]
    if ranking.ties == "ordinal":
        before = Counter[int]()
        for place, rank in enumerate(ranked):
            if rank is not None:
                ranked[place] = rank + before[rank]
                before[rank] += 1
    return tuple(ranked)


def band(estimate: float, rubric: Rubric) -> str:
    """The label of the last band whose cut the unrounded estimate reaches, or exceeds to 12 decimals if it is open."""

    def begins(band: Band, cut: float) -> bool:
        return round(estimate, TIE_DECIMALS) > round(cut, TIE_DECIMALS) if band.is_open else estimate >= cut

    cuts = zip(rubric.bands, rubric.cuts, strict=True)
    return next(band.label for band, cut in reversed(list(cuts)) if begins(band, cut))


def comparable(first: Scored, second: Scored, years: int) -> tuple[str, ...]:
    """Why two scores may not be compared: `digest` of the rubric, `actor`, `as_of` more than `years` apart."""
    early, late = sorted((first.as_of, second.as_of))
    differs = {
        "digest": first.rubric_digest != second.rubric_digest,
        "actor": first.actor != second.actor,
        "as_of": (late.year, late.month, late.day) > (early.year + years, early.month, early.day),
    }
    return tuple(name for name, is_different in differs.items() if is_different)
