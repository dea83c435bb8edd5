"""`scoring peers` as tables, JSON and CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.index.dataframes import NODE, node_cells
from scoring.index.summary import collected_earlier, incomparable, interval_share, thin_note
from scoring.model.countries import country_name
from scoring.render.objects import envelope, scale_object
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.prose import joined, long_date, ordinal
from scoring.text.table import Column, Table, as_csv
from scoring.uncertainty.simulation import excludes_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.analysis.peers import Chosen, NodeStanding, Standing
    from scoring.index.assessment import Assessment
    from scoring.text.frame import Columns
    from scoring.uncertainty.draws import Settings

STANDING: Columns = {
    "country": str,
    **NODE,
    "estimate": float,
    "estimate_low": float,
    "estimate_high": float,
    "peers": int,
    "median": float,
    "median_low": float,
    "median_high": float,
    "difference": float,
    "low": float,
    "high": float,
    "rank": int,
    "rank_low": int,
    "rank_high": int,
}


def peers_tables(
    assessment: Assessment, standing: Standing, chosen: Chosen, settings: Settings, *, verbose: bool = False
) -> list[Table]:
    """The country against the median of its peers: index and pillars, then the indicators by pillar."""
    above = [one for one in standing.nodes if one.node.kind in ("index", "pillar")]
    below = [one for one in standing.nodes if one not in above]
    notes = (*_notes(assessment, standing, chosen), settings.text(verbose=verbose))
    rows = [_row(assessment, standing, one, one.node.label) for one in above]
    first = Table(
        _columns(assessment, standing, "Index and pillars"), tuple(rows), (), headline(assessment, standing, chosen)
    )
    rows = [_row(assessment, standing, one, one.node.id) for one in below]
    return [first, Table(_columns(assessment, standing, "Indicator"), tuple(rows), notes)]


def headline(assessment: Assessment, standing: Standing, chosen: Chosen) -> str:
    """The index against the median of the peers, with the rank among them, in one sentence."""
    country, index = assessment.countries[standing.row], standing.index
    scale = index.node.scale
    own = f" ({scale.span(*standing.interval, ' to ')})" if country.is_published else ""
    who = f"{country.label}, {country.index.text}{own}"
    peers = numbers.count(index.peers, "country", "countries")
    if chosen.is_member or chosen.near:
        peers = f"its {numbers.count(index.peers, 'peer')}"
    median = f"the median of {peers} ({chosen.title if chosen.group else f'nearest by {_by(chosen)}'})"
    if math.isnan(index.difference):
        low, high = index.median_interval
        return f"{who}: {country.reason}; {median} is {scale.points(index.median)} ({scale.span(low, high, ' to ')})"
    size = scale.difference(abs(index.difference))
    ends = f"{scale.difference(index.interval[0])} to {scale.difference(index.interval[1])}"
    side = "above" if index.difference >= 0 else "below"
    doubt = "" if excludes_zero(*index.interval) else ", not significant"
    if index.difference < 0:
        ends = f"{scale.difference(-index.interval[1])} to {scale.difference(-index.interval[0])}"
    return f"{who}, {side} {median} by {size} ({ends}){doubt}; {_ranks_in_words(index)}"


def _ranks_in_words(one: NodeStanding) -> str:
    """The rank with its interval, such as `1st or 2nd of 6`."""
    low, high = one.rank_interval or (0, 0)
    between = "or" if high == low + 1 else "to"
    ranks = ordinal(low) if low == high else f"{ordinal(low)} {between} {ordinal(high)}"
    return f"{ranks} of {one.peers + 1}"


def _columns(assessment: Assessment, standing: Standing, head: str) -> tuple[Column, ...]:
    return (
        Column(head, key=True),
        Column(assessment.profiles[standing.row].country, figures=True),
        Column("Median", figures=True),
        Column(f"Difference ({interval_share(assessment.book.rubric)})", figures=True),
        Column("Rank", figures=True),
    )


def _row(assessment: Assessment, standing: Standing, one: NodeStanding, label: str) -> tuple[str, ...]:
    scale = one.node.scale
    text = assessment.countries[standing.row].nodes[one.node.position].text
    difference = numbers.NONE
    if not math.isnan(one.difference):
        low, high = map(scale.difference, one.interval)
        difference = f"{scale.signed(one.difference)} ({low} to {high})"
    ranks = "–".join(map(str, dict.fromkeys(one.rank_interval or ()))) or numbers.NONE
    return (
        label,
        numbers.NONE if text == numbers.NO_EVIDENCE else text,
        scale.points(one.median),
        difference,
        f"{ranks} of {one.peers + (not math.isnan(one.estimate))}",
    )


def _notes(assessment: Assessment, standing: Standing, chosen: Chosen) -> list[str]:
    """Who the peers are, who is left out, and how to read the figures."""
    country = assessment.countries[standing.row]
    codes = [assessment.profiles[row].country for row in standing.peers]
    withheld = [assessment.countries[row] for row in standing.withheld]
    share = interval_share(assessment.book.rubric)
    lines = [_who(assessment, standing, chosen, codes)]
    if withheld:
        lines.append(f"Withheld, not among the peers: {'; '.join(f'{one.code}, {one.reason}' for one in withheld)}.")
    if chosen.without_profile:
        actor = assessment.profiles[standing.row].actor
        facing = f" facing {country_name(actor)}" if actor else ""
        lines.append(f"No profile{facing} by that day: {', '.join(chosen.without_profile)}.")
    lines += chosen.notes
    lines += [
        "Median: of the peers that have evidence. Rank: among these and the country, as an interval.",
        f"In parentheses: the {share} uncertainty interval. Difference and rank are taken in each draw.",
    ]
    if any(math.isnan(value) for one in standing.nodes for value in (one.estimate, one.median)):
        lines.append(f"{numbers.NONE}: no figure, since there is no evidence, or the index is withheld.")
    if any(one.is_thin and one.has_evidence for one in country.pillars):
        lines.append(thin_note(assessment.book.rubric.publish))
    members = [assessment.countries[row] for row in (standing.row, *standing.peers)]
    others = (
        line for one in members[1:] for line in incomparable([country, one], assessment.book.rubric.comparable.years)
    )
    return [*lines, *others, f"{assessment.title}.", *collected_earlier(members)]


def _who(assessment: Assessment, standing: Standing, chosen: Chosen, codes: Sequence[str]) -> str:
    """The peers, and why these."""
    country = assessment.countries[standing.row]
    if chosen.group is None:
        near = ", ".join(f"{assessment.profiles[one.row].country} {one.distance:.2f}" for one in chosen.near)
        why = f"withheld or unknown for {country.code}"
        unused = f" Not used, since {why}: {joined(chosen.unused)}." if chosen.unused else ""
        usual = "1 is as far as two countries usually are"
        return f"Peers: the nearest by {_by(chosen)}, with the distance ({usual}): {near}.{unused}"
    where = f"{chosen.title} ({chosen.group}) on {long_date(country.as_of)}"
    other = f" Other groups of {country.code}: {', '.join(chosen.others)}." if chosen.others else ""
    outside = "" if chosen.is_member else f" {country.code} is not a member."
    return f"Peers: {where}: {', '.join(codes)}.{outside}{other}"


def _by(chosen: Chosen) -> str:
    """By what the countries are similar, and whether by that alone."""
    return f"{joined(chosen.parts)}{' alone' if len(chosen.parts) == 1 else ''}"


def peers_object(assessment: Assessment, standing: Standing, chosen: Chosen, settings: Settings) -> dict[str, Any]:
    """The JSON document of `scoring peers`."""
    country = assessment.countries[standing.row]
    distances = {one.row: one.distance for one in chosen.near}
    by_kind: dict[str, list[NodeStanding]] = {"index": [], "pillar": []}
    for one in standing.nodes:
        by_kind.setdefault(one.node.kind if one.node.kind in by_kind else "indicator", []).append(one)
    return {
        **envelope(assessment.book, settings),
        "country": country.code,
        "name": country.name,
        "as_of": country.as_of.isoformat(),
        "published": country.is_published,
        "withheld_because": list(country.withheld_because),
        "group": None if chosen.group is None else {"id": chosen.group, "title": chosen.title},
        "is_member": chosen.is_member,
        "other_groups": list(chosen.others),
        "similar_by": list(chosen.parts),
        "not_known": list(chosen.unused),
        "peers": [
            {
                "country": assessment.profiles[row].country,
                "name": assessment.profiles[row].title,
                "distance": numbers.exact_unit(distances[row]) if row in distances else None,
            }
            for row in standing.peers
        ],
        "withheld": [assessment.profiles[row].country for row in standing.withheld],
        "without_profile": list(chosen.without_profile),
        "notes": list(chosen.notes),
        "estimate_interval": list(map(standing.index.node.scale.exact, standing.interval)),
        "index": _node_object(standing.index),
        "pillars": {one.node.id: _node_object(one) for one in by_kind["pillar"]},
        "indicators": {one.node.id: _node_object(one) for one in by_kind.get("indicator", [])},
    }


def _node_object(one: NodeStanding) -> dict[str, Any]:
    scale = one.node.scale
    return {
        **scale_object(one.node),
        "estimate": scale.exact(one.estimate),
        "peers": one.peers,
        "median": scale.exact(one.median),
        "median_interval": list(map(scale.exact, one.median_interval)),
        "difference": scale.exact_difference(one.difference),
        "interval": list(map(scale.exact_difference, one.interval)),
        "rank": one.rank,
        "rank_interval": list(one.rank_interval) if one.rank_interval else None,
    }


def peers_csv(assessment: Assessment, standing: Standing) -> str:
    """One line per node; what is withheld or has no evidence is empty."""
    headers = ["country", "node", "estimate", "peers", "median", "median_low", "median_high", "difference"]
    headers += ["low", "high", "rank", "rank_low", "rank_high"]
    lines = []
    for one in standing.nodes:
        figures = _node_object(one)
        lines.append(
            [
                assessment.profiles[standing.row].country,
                one.node.path,
                *(figures[name] for name in ("estimate", "peers", "median")),
                *figures["median_interval"],
                figures["difference"],
                *figures["interval"],
                figures["rank"],
                *(figures["rank_interval"] or (None, None)),
            ]
        )
    return as_csv(headers, lines)


def peers_frame(assessment: Assessment, standing: Standing) -> Frame:
    """One record per node; `estimate_low` and `estimate_high` are of the index alone."""
    return Frame(STANDING, tuple(_record(assessment, standing, one) for one in standing.nodes))


def _record(assessment: Assessment, standing: Standing, one: NodeStanding) -> dict[str, Any]:
    own = standing.interval if one is standing.index else (None, None)
    ranks = one.rank_interval or (None, None)
    return {
        "country": assessment.profiles[standing.row].country,
        **node_cells(one.node),
        "estimate": one.estimate,
        "estimate_low": own[0],
        "estimate_high": own[1],
        "peers": one.peers,
        "median": one.median,
        "median_low": one.median_interval[0],
        "median_high": one.median_interval[1],
        "difference": one.difference,
        "low": one.interval[0],
        "high": one.interval[1],
        "rank": one.rank,
        "rank_low": ranks[0],
        "rank_high": ranks[1],
    }
