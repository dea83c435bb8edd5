"""Which indices are published, their ranks and bands, and which may be compared: section 6 of docs/method.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from scoring.index.assessment import Assessment, Figures
    from scoring.index.tree import Node
    from scoring.model.rubric import Band, Publish

TIE_DECIMALS = 12  # of v: estimates equal to here share a rank, and a threshold met to here is met


class Scored(NamedTuple):
    """What a score was made by and for."""

    rubric_digest: str
    actor: str
    as_of: dt.date


def withheld_because(figures: Figures, row: int, publish: Publish, position: int = 0) -> tuple[str, ...]:
    """The publication tests that the index, or another node, fails.

    `availability`, which is never met without any evidence, `information`, and `missing` where there is no estimate.
    """
    shares = {name: float(getattr(figures, name)[row, position]) for name in ("availability", "information")}
    failed = [name for name, share in shares.items() if round(share, TIE_DECIMALS) < getattr(publish, name)]
    if shares["availability"] == 0 and "availability" not in failed:
        failed.insert(0, "availability")
    return (*failed, *(["missing"] if np.isnan(figures.estimate[row, position]) else []))


def missing(assessment: Assessment, row: int, position: int = 0) -> tuple[Node, ...]:
    """The leaves for want of which the index, or another node, has no estimate; none where it has one."""
    estimates, nodes = assessment.figures.estimate[row], assessment.nodes

    def below(node: Node) -> Iterator[Node]:
        if not np.isnan(estimates[node.position]):
            return
        if not node.children:
            yield node
        for child in node.children:
            if nodes[child].share:
                yield from below(nodes[child])

    return tuple(below(nodes[position]))


def ranks(estimates: Sequence[float | None]) -> tuple[int | None, ...]:
    """Rank = 1 + the number of published estimates above; ties, equal to 12 decimals, share the best rank (1, 1, 3)."""
    rounded = [None if value is None else round(value, TIE_DECIMALS) for value in estimates]
    present = [value for value in rounded if value is not None]
    return tuple(None if value is None else 1 + sum(other > value for other in present) for value in rounded)


def band(estimate: float, bands: Sequence[Band]) -> str:
    """The label of the last band whose cut, on the scale of 0 to 100, the unrounded estimate reaches."""
    return next(band.label for band in reversed(bands) if estimate >= band.from_ / 100)


def comparable(first: Scored, second: Scored) -> tuple[str, ...]:
    """What forbids comparing two scores: `digest` of the rubric, `actor`, `as_of` more than a calendar year apart."""
    early, late = sorted((first.as_of, second.as_of))
    differs = {
        "digest": first.rubric_digest != second.rubric_digest,
        "actor": first.actor != second.actor,
        "as_of": (late.year, late.month, late.day) > (early.year + 1, early.month, early.day),
    }
    return tuple(name for name, is_so in differs.items() if is_so)


def scored_as(assessment: Assessment, row: int) -> Scored:
    """What `comparable` asks of the country in a row."""
    return Scored(assessment.rubric_digest, assessment.profiles[row].actor, assessment.as_of[row])
