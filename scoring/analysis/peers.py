"""A country against its peers: the median of a group or of similar countries, and the rank among them.

Medians, differences and ranks are taken in each draw, so that what the countries have in common, such as the weights,
does not widen the intervals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.errors import ScoringError
from scoring.index.publication import ranks
from scoring.index.scenario import scenario_of
from scoring.statistics.ranks import rank_counts, ranks_of_draws
from scoring.uncertainty.draws import sample_blocks, sample_of
from scoring.uncertainty.simulation import rank_interval, simulate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.groups import Groups
    from scoring.statistics.arrays import Floats, Singles
    from scoring.uncertainty.draws import Settings


MAX_KEPT = 32 * 2**20  # draws times nodes that are kept, of 8 bytes each; with more, nodes are drawn in several passes


class NodeStanding(NamedTuple):
    """One node of the country against the same node of its peers; values in [0, 1], NaN for none."""

    node: Node
    estimate: float
    """NaN where the index is withheld, or the node has no evidence."""
    peers: int
    """The number of peers with an estimate."""
    median: float
    """Of their estimates; NaN without any."""
    median_interval: tuple[float, float]
    """The quantiles of the median in the draws."""
    difference: float
    """The estimate minus the median."""
    interval: tuple[float, float]
    """The quantiles of the difference in the draws."""
    rank: int | None
    """Of the country among itself and these peers; None without an estimate."""
    rank_interval: tuple[int, int] | None
    """The quantiles of the rank in the draws."""


@dataclass(frozen=True)
class Standing:
    """A country against its peers; countries are rows of the assessment."""

    row: int
    peers: tuple[int, ...]
    """Those whose index is published, which count in all medians and ranks."""
    withheld: tuple[int, ...]
    """Peers whose index is withheld: they count nowhere."""
    interval: tuple[float, float]
    """The uncertainty interval of the index of the country, in [0, 1]."""
    nodes: tuple[NodeStanding, ...]
    """The index, then each pillar followed by its indicators."""

    @property
    def index(self) -> NodeStanding:
        """The index."""
        return self.nodes[0]


def standing(
    assessment: Assessment,
    row: int,
    others: Collection[int],
    settings: Settings,
    *,
    progress: Callable[[float], None] | None = None,
) -> Standing:
    """Compare the country in a row with others.

    Args:
        assessment: the countries.
        row: the country.
        others: the rows of its peers.
        settings: of the draws.
        progress: as in `scoring.uncertainty.draws.blocks`.

    Raises:
        ScoringError: the index of every peer is withheld, or there is no peer.
    """
    rows = sorted(set(others) - {row})
    published = tuple(other for other in rows if assessment.rank[other] is not None)
    if not published:
        names = ", ".join(assessment.profiles[other].country for other in rows)
        why = f"the index of each is withheld: {names}" if names else "there are no other countries"
        message = f"no peers of {assessment.profiles[row].label}: {why}"
        raise ScoringError(message)
    nodes = [node for node in assessment.nodes if node.kind not in ("group", "item")]
    members = (row, *published)
    shown = assessment.shown[np.ix_(members, [node.position for node in nodes])]
    at_once = max(1, MAX_KEPT // settings.draws)
    passes = [nodes[first : first + at_once] for first in range(0, len(nodes), at_once)]
    advance = None if progress is None else lambda draws: progress(draws / len(passes))
    drawn = [one for some in passes for one in _drawn(assessment, members, some, settings, advance)]
    alone = simulate(scenario_of(assessment).of([assessment.profiles[row].country]).assess(), settings)
    return Standing(
        row=row,
        peers=published,
        withheld=tuple(other for other in rows if assessment.rank[other] is None),
        interval=(float(alone.low[0]), float(alone.high[0])),
        nodes=tuple(
            _node(assessment, node, estimates, of_draws)
            for node, estimates, of_draws in zip(nodes, shown.T, drawn, strict=True)
        ),
    )


class _Draws(NamedTuple):
    """What the draws say of one node."""

    medians: Singles
    """Of the peers, (draws,)."""
    differences: Singles
    """The country minus the median, (draws,)."""
    ranks: NDArray[np.int64]
    """Draws in which the country has the rank position + 1, (countries,)."""


def _drawn(
    assessment: Assessment,
    members: Sequence[int],
    nodes: Sequence[Node],
    settings: Settings,
    progress: Callable[[float], None] | None,
) -> list[_Draws]:
    """The draws of each node, of the country, which is the first member, against those peers that have an estimate."""
    ranking = assessment.book.rubric.ranking
    positions = [node.position for node in nodes]
    has_estimate = ~np.isnan(assessment.shown[np.ix_(members, positions)])
    samples = [(assessment.profiles[row].country, [sample_of(assessment, row)]) for row in members]
    found: list[list[_Draws]] = [[] for _ in nodes]
    for block in sample_blocks(assessment, samples, settings, positions, progress=progress):
        for number, of_node in enumerate(found):
            peers = np.flatnonzero(has_estimate[1:, number]) + 1
            own = block[0, number] if has_estimate[0, number] else np.full(block.shape[2], np.nan, np.float32)
            counts = np.zeros(len(peers) + 1, np.int64)
            if not len(peers):
                of_node.append(_Draws(own * np.nan, own * np.nan, counts))
                continue
            of_peers = block[peers, number]
            medians = np.median(of_peers, axis=0)
            if has_estimate[0, number]:
                together = np.ascontiguousarray(np.vstack([own, of_peers]).T)
                counts = rank_counts(ranks_of_draws(together, ranking)[:, :1], len(counts))[0]
            of_node.append(_Draws(medians, own - medians, counts))
    return [
        _Draws(
            np.concatenate([one.medians for one in of_node]),
            np.concatenate([one.differences for one in of_node]),
            np.sum([one.ranks for one in of_node], axis=0),
        )
        for of_node in found
    ]


def _node(assessment: Assessment, node: Node, estimates: Floats, drawn: _Draws) -> NodeStanding:
    """One node; estimates: of the country, then of its peers, NaN for none."""
    quantiles = assessment.book.rubric.uncertainty.quantiles
    own, peers = float(estimates[0]), estimates[1:][~np.isnan(estimates[1:])]
    median = float(np.median(peers)) if len(peers) else math.nan
    ranked = len(peers) > 0 and not math.isnan(own)
    rank = ranks([own, *peers.tolist()], assessment.book.rubric.ranking)[0] if ranked else None
    return NodeStanding(
        node=node,
        estimate=own,
        peers=len(peers),
        median=median,
        median_interval=_interval(drawn.medians, quantiles),
        difference=own - median,
        interval=_interval(drawn.differences, quantiles),
        rank=rank,
        rank_interval=rank_interval(drawn.ranks / len(drawn.medians), quantiles),
    )


def _interval(draws: Singles, quantiles: tuple[float, float]) -> tuple[float, float]:
    low, high = np.quantile(draws.astype(np.float64), quantiles)
    return float(low), float(high)


# -- who the peers are -------------------------------------------------------------------------------------------------


class Near(NamedTuple):
    """A country that is similar to another."""

    row: int
    distance: float
    """Without unit: 1 is as far as two countries of the folder usually are, in the root mean square."""


class Chosen(NamedTuple):
    """The peers of a country, and why these."""

    rows: tuple[int, ...]
    """Of the assessment, without the country itself; also those whose index is withheld."""
    group: str | None = None
    """The id of the group; None for countries that are similar."""
    title: str = ""
    """Of the group."""
    is_member: bool = False
    """Whether the country is a member of the group."""
    others: tuple[str, ...] = ()
    """The ids of the other groups of the country."""
    without_profile: tuple[str, ...] = ()
    """Members of the group that have no profile, or none by the day."""
    notes: tuple[str, ...] = ()
    """What a reader should know, such as what the register says of a membership."""
    near: tuple[Near, ...] = ()
    """The countries that are similar, the nearest first."""
    parts: tuple[str, ...] = ()
    """By what they are similar."""
    unused: tuple[str, ...] = ()
    """What is not known of the country, so that it says nothing of who is similar."""


def of_group(assessment: Assessment, row: int, groups: Groups, name: str | None, least: int) -> Chosen:
    """The members of a group on the reference date of a country.

    name: id or title of the group; None for `usual_group`, with `least` as there.

    Raises:
        UnknownNameError: there is no such group.
        ScoringError: the country has no usual group.
    """
    code, day = assessment.profiles[row].country, assessment.as_of[row]
    codes = {profile.country: place for place, profile in enumerate(assessment.profiles)}
    published = [country.code for country in assessment.ranked]
    own = groups.of(code, day)
    chosen = groups.find(name) if name is not None else usual_group(groups, code, day, published, least)
    if chosen is None:
        names = f"its groups: {', '.join(own)}" if own else "it is in none"
        message = (
            f"no group of {assessment.profiles[row].label} has {least} other members with a published index ({names}); "
            "choose one with --group, or similar countries with --like"
        )
        raise ScoringError(message)
    group = groups.groups[chosen]
    memberships = group.on(day)
    return Chosen(
        rows=tuple(codes[one.country] for one in memberships if one.country in codes and one.country != code),
        group=chosen,
        title=group.title,
        is_member=chosen in own,
        others=tuple(other for other in own if other != chosen),
        without_profile=tuple(one.country for one in memberships if one.country not in codes),
        notes=tuple(f"{one.country}: {one.note}" for one in memberships if one.note),
    )


def similar(assessment: Assessment, row: int, count: int, exposure: Assessment | None, kilometres: Floats) -> Chosen:
    """The published countries that are most similar to one in what its index does not score.

    Args:
        assessment: the countries.
        row: the country.
        count: how many.
        exposure: the same countries by another rubric; its published indices are compared.
        kilometres: between each two countries of the assessment, NaN where unknown.

    Raises:
        ScoringError: neither is known of the country and of another.
    """
    parts = {}
    if exposure is not None:
        figures = {one.code: one.index.estimate for one in exposure.countries}
        by_code = apart([figures.get(profile.country, math.nan) for profile in assessment.profiles])
        parts[f"index by {exposure.book.rubric.id}@{exposure.book.rubric.version}"] = by_code
    parts["distance on the map"] = kilometres
    candidates = [country.row for country in assessment.ranked]
    near, used = nearest(row, candidates, parts, count)
    unused = tuple(name for name in parts if name not in used)
    if not near:
        label = assessment.profiles[row].label
        message = (
            f"no country is known to be similar to {label}: no {' and no '.join(unused)}; choose a group with --group"
        )
        raise ScoringError(message)
    fewer = f"Fewer than {count}: of the other countries this is not known, or their index is withheld."
    return Chosen(
        rows=tuple(one.row for one in near),
        notes=(fewer,) if len(near) < count else (),
        near=tuple(near),
        parts=tuple(used),
        unused=unused,
    )


def usual_group(groups: Groups, country: str, day: dt.date, published: Collection[str], least: int) -> str | None:
    """The id of the smallest group of a country on a day that has enough other published members; None without one.

    published: the countries whose index is published; least: how many others a group needs among them.
    """

    def others(name: str) -> int:
        return len({one.country for one in groups.groups[name].on(day)} & set(published) - {country})

    fitting = [name for name in groups.of(country, day) if others(name) >= least]
    return min(fitting, key=lambda name: len(groups.groups[name].on(day)), default=None)


def nearest(
    row: int, candidates: Collection[int], parts: Mapping[str, Floats], count: int
) -> tuple[list[Near], list[str]]:
    """The countries nearest to one, and the names of the parts of the distance that could be used.

    The distance is sqrt(mean of (d_p / s_p)^2) over the parts p, with s_p the root mean square of d_p over all pairs.

    Args:
        row: the country.
        candidates: the rows of those to choose from.
        parts: name -> how far each two countries are apart, shape (countries, countries), NaN where it is not known. A
            part that is not known of the country itself is not used; a candidate of which a used part is not known is
            left out.
        count: how many.

    Returns:
        The nearest first, ties by row.
    """
    used: dict[str, Floats] = {}
    for name, apart in parts.items():
        pairs = apart[np.triu_indices(len(apart), 1)]
        scale = math.sqrt(np.nanmean(pairs**2)) if np.isfinite(pairs).any() else 0.0
        if scale and np.isfinite(np.delete(apart[row], row)).any():
            used[name] = apart[row] / scale
    if not used:
        return [], []
    distances = np.sqrt(np.mean([part**2 for part in used.values()], axis=0))
    near = [
        Near(one, float(distances[one])) for one in sorted(candidates) if one != row and np.isfinite(distances[one])
    ]
    return sorted(near, key=lambda one: (one.distance, one.row))[:count], list(used)


def apart(figures: Sequence[float]) -> Floats:
    """How far each two figures are apart, shape (countries, countries); NaN where one is missing."""
    of_each = np.asarray(figures, dtype=float)
    return np.asarray(np.abs(of_each[:, None] - of_each))
