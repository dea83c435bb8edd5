"""The calls, in order: profiles and rubric in, an assessment out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from scoring import aggregate, schema, score
from scoring.countries import country_code, not_in_the_set
from scoring.errors import UnknownNameError
from scoring.results import Assessment, Figures, Node
from scoring.spelling import chosen

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.results import Floats

TIE_DECIMALS = 12  # of v: estimates equal to here share a rank, and a threshold met to here is met


class Scored(NamedTuple):
    """What a score was made by and for."""

    rubric_digest: str
    actor: str
    as_of: dt.date


def assess(
    rubric: schema.RuleBook, profiles: Iterable[schema.Profile], *, as_of: dt.date | str | None = None
) -> Assessment:
    """Score country profiles by a rubric.

    Args:
        rubric: a checked rule book, from `scoring.load`.
        profiles: checked profiles, one a country.
        as_of: the day that the run speaks for, a date or its text; without it each profile's own.

    Returns:
        The six figures of every node of every country, ranks and bands among the published, and what entered where.

    Raises:
        ValueError: as_of is no date, or a country comes twice.
    """
    ordered = tuple(sorted(profiles, key=lambda profile: profile.country))
    if twice := [code for code, times in Counter(profile.country for profile in ordered).items() if times > 1]:
        message = f"more than one profile of {', '.join(twice)}; give one a country"
        raise ValueError(message)
    common = schema.read_date(as_of) if isinstance(as_of, str) else as_of
    days = tuple(common or schema.read_date(profile.as_of) for profile in ordered)
    scored = [score.score_profile(profile, rubric, day) for profile, day in zip(ordered, days, strict=True)]
    nodes = tree(rubric)
    bottom = [node.position for node in nodes if not node.children]
    arrays = {
        name: np.full((len(ordered), len(nodes)), np.nan)
        for name in ("estimate", "stated", "low", "high", "information", "availability", "conflict")
    }
    for row, (leaves, _) in enumerate(scored):
        for position, leaf in zip(bottom, leaves, strict=True):
            for name, array in arrays.items():
                array[row, position] = getattr(leaf.pooled, name)
    conflict = arrays.pop("conflict")
    aggregate.join(arrays, nodes)
    for array in (conflict, *arrays.values()):
        array.flags.writeable = False
    figures = Figures(**arrays)
    withheld = tuple(withheld_because(figures, row, rubric.rubric.publish) for row in range(len(ordered)))
    estimates = [None if reasons else float(figures.estimate[row, 0]) for row, reasons in enumerate(withheld)]
    return Assessment(
        book=rubric,
        profiles=ordered,
        rubric_digest=schema.digest(rubric),
        profile_digests=tuple(map(schema.digest, ordered)),
        as_of=days,
        nodes=nodes,
        figures=figures,
        conflict=conflict,
        shown=_shown(figures, withheld),
        leaves=tuple(dict(zip(bottom, leaves, strict=True)) for leaves, _ in scored),
        exclusions=tuple(exclusions for _, exclusions in scored),
        withheld_because=withheld,
        rank=ranks(estimates),
        band=tuple(None if value is None else band(value, rubric.rubric.bands) for value in estimates),
    )


def tree(book: schema.RuleBook) -> tuple[Node, ...]:
    """Lay out the rubric as nodes in preorder, weights of siblings scaled to sum 1."""
    nodes: list[Node] = []

    def add(model: Any, identifier: str, kind: Any, label: str, share: float, parent: Node | None) -> Node:
        node = Node(
            position=len(nodes),
            path=f"{parent.path}/{identifier}" if parent else identifier,
            id=identifier,
            kind=kind,
            label=label,
            share=share,
            nominal=parent.nominal * share if parent else 1.0,
            exponent=getattr(model, "exponent", 1.0),
            missing=getattr(model, "missing", "refuse"),
            round=getattr(model, "round", None),
            saturation=getattr(model, "saturation", None),
            parent=parent.position if parent else None,
        )
        nodes.append(node)
        return node

    def attach(parent: Node, children: list[Node]) -> None:
        nodes[parent.position] = replace(nodes[parent.position], children=tuple(child.position for child in children))

    def add_indicators(indicators: Sequence[Any], parent: Node) -> None:
        attach(parent, [add_indicator(one, share, parent) for one, share in _shares(indicators, "weight")])

    def add_indicator(indicator: Any, share: float, parent: Node) -> Node:
        node = add(indicator, indicator.id, indicator.kind, indicator.question, share, parent)
        if isinstance(indicator, schema.GroupIndicator):
            add_indicators(indicator.indicators, node)
        elif isinstance(indicator, schema.ChecklistIndicator):
            items = _shares(indicator.items, "points")
            attach(node, [add(item, item.key, "item", item.text, part, node) for item, part in items])
        return node

    rubric = book.rubric
    root = add(rubric, rubric.id, "index", rubric.title, 1.0, None)
    total = sum(rubric.pillars.values())
    tops: list[Node] = []
    for pillar in book.pillars:
        node = add(pillar, pillar.id, "pillar", pillar.title, rubric.pillars[pillar.id] / total, root)
        add_indicators(pillar.indicators, node)
        tops.append(node)
    attach(root, tops)
    return tuple(nodes)


def _shares(siblings: Sequence[Any], weight: Literal["weight", "points"]) -> list[tuple[Any, float]]:
    total = sum(abs(getattr(one, weight)) for one in siblings)
    return [(one, abs(getattr(one, weight)) / total) for one in siblings]


def _shown(figures: Figures, withheld: Sequence[tuple[str, ...]]) -> Floats:
    """The estimates without those of indices that are withheld and of nodes without evidence."""
    shown = np.where(np.isnan(figures.stated), np.nan, figures.estimate)
    shown[[bool(reasons) for reasons in withheld], 0] = np.nan
    shown.flags.writeable = False
    return shown


def withheld_because(figures: Figures, row: int, publish: schema.Publish, position: int = 0) -> tuple[str, ...]:
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


def node_names(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The ids of indicators; of items, with that of their checklist."""
    return tuple("/".join(node.path.split("/")[-2 if node.kind == "item" else -1 :]) for node in nodes)


def ranks(estimates: Sequence[float | None]) -> tuple[int | None, ...]:
    """Rank = 1 + the number of published estimates above; ties, equal to 12 decimals, share the best rank (1, 1, 3)."""
    rounded = [None if value is None else round(value, TIE_DECIMALS) for value in estimates]
    present = [value for value in rounded if value is not None]
    return tuple(None if value is None else 1 + sum(other > value for other in present) for value in rounded)


def band(estimate: float, bands: Sequence[schema.Band]) -> str:
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


def pillar_alone(book: schema.RuleBook, pillar: str) -> schema.RuleBook:
    """The rubric with one pillar alone, as if it were the whole index; draws keep their addresses.

    Raises:
        UnknownNameError: the rubric has no such pillar.
    """
    name = find_pillar(book, pillar)
    return schema.RuleBook(
        rubric=book.rubric.model_copy(update={"pillars": {name: 1.0}}),
        pillars=tuple(one for one in book.pillars if one.id == name),
    )


def find_country(assessment: Assessment, name: str) -> int:
    """The row of a country; name: its code or an English name of it, in any case.

    Raises:
        UnknownNameError: it names no country, or one that is not in the set.
    """
    codes = [profile.country for profile in assessment.profiles]
    code = country_code(name, codes)
    if code not in codes:
        raise UnknownNameError(not_in_the_set([code], codes))
    return codes.index(code)


def find_pillar(book: schema.RuleBook, name: str) -> str:
    """The id of a pillar; name: its id, short code or title, in any case.

    Raises:
        UnknownNameError: the rubric has no such pillar.
    """
    return chosen(name, {one.id: (one.short or "", one.title) for one in book.pillars}, "pillar")


def find_indicator(book: schema.RuleBook, name: str) -> schema.LeafIndicator:
    """An indicator; name: its id or its question, in any case.

    Raises:
        UnknownNameError: the rubric has no such indicator.
    """
    found = {leaf.id: leaf for one in book.pillars for leaf in schema.leaves(one.indicators)}
    return found[chosen(name, {one: (leaf.question,) for one, leaf in found.items()}, "indicator")]
