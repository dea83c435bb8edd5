"""Which indices are published, their ranks and bands, and which may be compared: section 6 of docs/method.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from scoring.index.tree import Node
    from scoring.model.rubric import Band, Publish
    from scoring.statistics.arrays import Floats

TIE_DECIMALS = 12  # of v: estimates equal to here share a rank, and a threshold met to here is met


class Scored(NamedTuple):
    """What a score was made by and for."""

    rubric_digest: str
    actor: str
    as_of: dt.date


def withheld_because(estimate: float, information: float, availability: float, *, publish: Publish) -> tuple[str, ...]:
    """The tests of publication that an index, or another node, fails; its figures in [0, 1], NaN for none.

    `availability`, which is never met without any evidence, `information`, and `missing` where there is no estimate.
    """
    shares = {"availability": availability, "information": information}
    failed = [name for name, share in shares.items() if round(share, TIE_DECIMALS) < getattr(publish, name)]
    if availability == 0 and "availability" not in failed:
        failed.insert(0, "availability")
    return (*failed, *(["missing"] if math.isnan(estimate) else []))


def missing(nodes: Sequence[Node], estimates: Floats, position: int = 0) -> tuple[Node, ...]:
    """The leaves for want of which the index, or another node, has no estimate; none where it has one.

    estimates: of one country, shape (nodes,).
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


def ranks(estimates: Sequence[float | None]) -> tuple[int | None, ...]:
    """Rank = 1 + the number of published estimates above; ties, equal to 12 decimals, share the best rank (1, 1, 3)."""
    rounded = [None if value is None else round(value, TIE_DECIMALS) for value in estimates]
    present = [value for value in rounded if value is not None]
    return tuple(None if value is None else 1 + sum(other > value for other in present) for value in rounded)


def band(estimate: float, bands: Sequence[Band]) -> str:
    """The label of the last band whose cut, on the scale of 0 to 100, the unrounded estimate reaches."""
    return next(band.label for band in reversed(bands) if estimate >= band.from_ / 100)


def comparable(first: Scored, second: Scored, years: int) -> tuple[str, ...]:
    """What forbids comparing two scores: `digest` of the rubric, `actor`, `as_of` more than so many years apart."""
    early, late = sorted((first.as_of, second.as_of))
    differs = {
        "digest": first.rubric_digest != second.rubric_digest,
        "actor": first.actor != second.actor,
        "as_of": (late.year, late.month, late.day) > (early.year + years, early.month, early.day),
    }
    return tuple(name for name, is_so in differs.items() if is_so)
