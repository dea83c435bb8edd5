"""The assessment: scores, ranks and bands of all countries, as one frozen value with arrays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.index.aggregate import aggregate
from scoring.index.borrowing import borrow
from scoring.index.dataframes import score_frame
from scoring.index.leaves import FIGURES, SHARES, score_profile
from scoring.index.publication import (
    band,
    missing,
    ranks,
    shares_on_actor,
    withheld_because,
    withheld_on_actor,
)
from scoring.index.scores import CountryScore, Score, reason_text
from scoring.index.summary import facing, listed, score_tables
from scoring.index.tree import Node, node_names, places_of_leaves, tree
from scoring.model.actors import facing as facing_actor
from scoring.model.digest import digest
from scoring.model.fields import read_date
from scoring.model.profile import with_edition
from scoring.text.prose import long_date
from scoring.text.table import as_html

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd
    import polars as pl

    from scoring.index.borrowing import Offsets
    from scoring.index.leaves import Exclusion, Leaf
    from scoring.model.profile import Profile
    from scoring.model.rubric import Publish, RuleBook
    from scoring.model.scale import Scale
    from scoring.statistics.arrays import Floats
    from scoring.text.table import Table


@dataclass(frozen=True, eq=False)
class Figures:
    """`FIGURES` of every node, in [0, 1], NaN where there is none; each array has shape (countries, nodes)."""

    estimate: Floats
    stated: Floats
    low: Floats
    high: Floats
    information: Floats
    availability: Floats


@dataclass(frozen=True, eq=False, repr=False)
class Assessment:
    """The scores of a set of countries, in the order of their codes."""

    book: RuleBook
    profiles: tuple[Profile, ...]
    as_of: tuple[dt.date, ...]
    pillar: str | None
    """The id of the pillar that is scored as its own index; None for the whole index."""
    nodes: tuple[Node, ...]
    """The tree in preorder: the index first, then each pillar followed by its descendants."""
    figures: Figures
    conflict: Floats
    """(countries, nodes); NaN except on leaves with evidence."""
    shown: Floats
    """(countries, nodes): the estimates that may be shown, in [0, 1].

    NaN where the index is withheld, and on nodes without evidence: their estimate enters the parent but is not shown.
    """
    unborrowed: Floats
    """(countries, nodes): the estimates if missing evidence were at the level that the rubric expects of all."""
    offsets: Offsets
    """Of each country and of its pillars, in the order of `book.pillars`, from what the rubric expects."""
    leaves: tuple[dict[int, Leaf], ...]
    """One dict per country: position of the node -> leaf."""
    exclusions: tuple[tuple[Exclusion, ...], ...]
    on_actor: tuple[Mapping[str, float], ...]
    """By country that faces another actor than its profile names: the shares of the questions about the actor.

    Empty for all other countries, whose evidence was collected on their actor.
    """
    withheld_because: tuple[tuple[str, ...], ...]
    """By country: the publication tests that fail; empty where the index is published."""
    rank: tuple[int | None, ...]
    band: tuple[str | None, ...]

    @property
    def rubric_digest(self) -> str:
        """The digest of the rubric and its pillars."""
        return digest(self.book)

    @property
    def profile_digests(self) -> tuple[str, ...]:
        """The digest of each profile."""
        return tuple(map(digest, self.profiles))

    @property
    def arrays(self) -> dict[str, Floats]:
        """The figures by the names of the fields of `Score`, each of shape (countries, nodes)."""
        computed = {name: getattr(self.figures, name) for name in FIGURES}
        return {
            **computed,
            "estimate": self.shown,
            "computed": self.figures.estimate,
            "borrowed": self.shown - self.unborrowed,
            "conflict": self.conflict,
        }

    @property
    def pillars(self) -> tuple[Node, ...]:
        """The nodes below the index."""
        return tuple(self.nodes[child] for child in self.nodes[0].children)

    @cached_property
    def countries(self) -> tuple[CountryScore, ...]:
        """The countries in the order of their codes, which is the order of all arrays."""
        return tuple(map(self._country, range(len(self.profiles))))

    def _country(self, row: int) -> CountryScore:
        publish = self.book.rubric.publish
        arrays = self.arrays
        nodes = []
        for node in self.nodes:
            figures = {name: float(array[row, node.position]) for name, array in arrays.items()}
            tested = figures["computed"], figures["information"], figures["availability"]
            failed = withheld_because(*tested, publish=publish) if node.position else self.withheld_because[row]
            nodes.append(Score(node=node, **figures, failed=failed))
        names = node_names(missing(self.nodes, self.figures.estimate[row]))
        shares = {share: getattr(nodes[0], share) for share in SHARES}
        return CountryScore(
            row=row,
            profile=self.profiles[row],
            digest=self.profile_digests[row],
            rubric_digest=self.rubric_digest,
            as_of=self.as_of[row],
            nodes=tuple(nodes),
            rank=self.rank[row],
            ranked=sum(rank is not None for rank in self.rank),
            countries=len(self.profiles),
            band=self.band[row],
            reason=reason_text(self.withheld_because[row], shares, publish, names, self.on_actor[row]),
        )

    @cached_property
    def by_rank(self) -> tuple[CountryScore, ...]:
        """The published countries by rank, then the withheld ones; ties by code."""

        def order(country: CountryScore) -> tuple[bool, int, str]:
            return country.rank is None, country.rank or 0, country.code

        return tuple(sorted(self.countries, key=order))

    @cached_property
    def ranked(self) -> tuple[CountryScore, ...]:
        """The published countries by rank."""
        return tuple(country for country in self.by_rank if country.is_published)

    @property
    def scale(self) -> Scale:
        """The scale on which the index is printed; a node below it has its own."""
        return self.nodes[0].scale

    @property
    def has_one_scale(self) -> bool:
        """Whether the pillars are printed on the scale of the index."""
        return all(pillar.scale == self.scale for pillar in self.pillars)

    @cached_property
    def has_marks(self) -> bool:
        """Whether a pillar can be marked for insufficient data; without a prior, whether one is."""
        publish = self.book.rubric.publish
        if self.has_bounds and (publish.information or publish.availability):
            return True
        return any(pillar.is_thin and pillar.has_evidence for country in self.countries for pillar in country.pillars)

    @property
    def has_bounds(self) -> bool:
        """Whether evidence bounds are wider than a point; without prior weight they are not."""
        return self.book.rubric.has_bounds

    @property
    def title(self) -> str:
        """Rubric, version, actor and reference date in one line."""
        rubric = self.book.rubric
        days = list(map(long_date, sorted(set(self.as_of))))
        when = days[0] if len(days) == 1 else f"each country's own date, {days[0]} to {days[-1]}" if days else "no day"
        actors = facing(profile.actor for profile in self.profiles)
        return listed(rubric.title, f"{rubric.id}@{rubric.version}", actors, f"as of {when}")

    def question(self, node: Node) -> str:
        """The question of an indicator; for an item, the question of its checklist and the text of the item."""
        if node.kind != "item" or node.parent is None:
            return node.label
        return f"{self.nodes[node.parent].label} {node.label}"

    def to_records(self) -> list[dict[str, Any]]:
        """One flat record per country and node: code, path, kind, and the unrounded figures in [0, 1], NaN for none.

        The estimate is NaN for an index that is withheld and for a node without evidence.
        """
        return [
            {
                "country": country.code,
                "node": score.node.path,
                "kind": score.node.kind,
                **{name: getattr(score, name) for name in (*FIGURES, "conflict")},
            }
            for country in self.countries
            for score in country.nodes
        ]

    def to_pandas(self) -> pd.DataFrame:
        """A data frame with one row per country and node: names, and the unrounded figures in [0, 1].

        Text columns are `string`, `as_of` is datetime64, `rank` Int64, `published` boolean; NA or NaN for none. `rank`
        and `band` are set only in the rows of the index. `published` is, in every row of a country, whether its index
        is published. The estimate is NaN for an index that is withheld and for a node without evidence.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        return score_frame(self.countries).to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """The same data frame in polars, with null for none; `as_of` is a Date.

        Raises:
            MissingPackageError: polars is not installed.
        """
        return score_frame(self.countries).to_polars()

    def __repr__(self) -> str:
        rubric = self.book.rubric
        return f"<Assessment of {len(self.profiles)} countries by {rubric.id}@{rubric.version}>"

    def tables(self, countries: Collection[CountryScore] | None = None) -> list[Table]:
        """The table of scores, of all or some countries, by rank, and that of the withheld with their reasons."""
        chosen = self.by_rank if countries is None else [country for country in self.by_rank if country in countries]
        return score_tables(self.book, chosen, self.title)

    def _repr_html_(self) -> str:
        """The tables, for a notebook."""
        return "".join(map(as_html, self.tables()))


def assess(
    rubric: RuleBook, profiles: Iterable[Profile], *, as_of: dt.date | str | None = None, pillar: str | None = None
) -> Assessment:
    """Score country profiles against a rubric.

    Args:
        rubric: a checked rule book, from `scoring.load`.
        profiles: checked profiles, one per country; of one that was not loaded by `scoring.load`, the statements that
            name another actor are left out.
        as_of: the reference date, as a date or as text (`2018-06-30`; `2018` is its 1 July, `2018-06` its 15th);
            by default that of each profile. Countries without an edition by then are left out, unless none has one.
        pillar: the id of a pillar that is scored as its own index; by default the index.

    Returns:
        The figures of every node of every country, in [0, 1]; rank and band of each published index; the statements
        that entered each indicator, and those that did not.

    Raises:
        ValueError: as_of is not a date, or a country has more than one profile.

    Example:
        >>> rubric, profiles = scoring.load()
        >>> assessment = scoring.assess(rubric, profiles, as_of="2018-06-30")
        >>> [country.code for country in assessment.countries[:3]]
        ['ARM', 'AZE', 'BGR']
        >>> assessment.figures.estimate.shape == (len(assessment.countries), len(assessment.nodes))
        True
    """
    return assess_each(rubric, profiles, [pillar], as_of=as_of)[0]


def assess_each(
    rubric: RuleBook,
    profiles: Iterable[Profile],
    pillars: Iterable[str | None],
    *,
    as_of: dt.date | str | None = None,
) -> list[Assessment]:
    """The assessments by each of some pillars; the evidence is scored once. The arguments are those of `assess`."""
    on_one_actor = (
        facing_actor(profile, None, rubric.leaves) if any(one.actor for one in profile.statements) else profile
        for profile in profiles
    )
    ordered = tuple(sorted(on_one_actor, key=lambda profile: profile.country))
    if repeated := [code for code, times in Counter(profile.country for profile in ordered).items() if times > 1]:
        message = f"more than one profile of {', '.join(repeated)}; give one per country"
        raise ValueError(message)
    shared_day = read_date(as_of) if isinstance(as_of, str) else as_of
    ordered = with_edition(ordered, shared_day)
    days = tuple(shared_day or read_date(profile.as_of) for profile in ordered)
    scored = [score_profile(profile, rubric, day) for profile, day in zip(ordered, days, strict=True)]
    without_offsets = [list(leaves) for leaves, _ in scored]
    found, leaves = borrow(without_offsets, rubric)
    exclusions = tuple(excluded for _, excluded in scored)
    evidence = _Evidence(rubric, ordered, days, without_offsets, found, leaves, exclusions)
    return [_assessed(evidence, pillar) for pillar in pillars]


class _Evidence(NamedTuple):
    """What the evidence says of some countries, before it is aggregated."""

    book: RuleBook
    profiles: tuple[Profile, ...]
    days: tuple[dt.date, ...]
    without_offsets: list[list[Leaf]]
    """Of each country the leaves of the whole rubric, in its order."""
    offsets: Offsets
    leaves: list[list[Leaf]]
    """The same with what is expected of each."""
    exclusions: tuple[tuple[Exclusion, ...], ...]


def _assessed(evidence: _Evidence, pillar: str | None) -> Assessment:
    """The assessment by the index, or by a pillar as its own index."""
    rubric, ordered = evidence.book, evidence.profiles
    nodes = tree(rubric, pillar)
    places = places_of_leaves(nodes, rubric)
    leaves, without_offsets = (
        [[row[place] for place in places.values()] for row in rows]
        for rows in (evidence.leaves, evidence.without_offsets)
    )
    leaf_positions = list(places)
    shape = len(ordered), len(nodes)
    arrays = {name: np.full(shape, np.nan) for name in FIGURES}
    conflict, unborrowed = np.full(shape, np.nan), np.full(shape, np.nan)
    for row, (with_offsets, without) in enumerate(zip(leaves, without_offsets, strict=True)):
        for position, leaf, own in zip(leaf_positions, with_offsets, without, strict=True):
            for name in FIGURES:
                arrays[name][row, position] = getattr(leaf.pooled, name)
            conflict[row, position] = leaf.pooled.conflict
            unborrowed[row, position] = own.pooled.estimate
    aggregate(arrays | {"unborrowed": unborrowed}, nodes)
    for array in (conflict, unborrowed, *arrays.values()):
        array.flags.writeable = False
    figures = Figures(**arrays)
    on_actor = tuple(
        {}
        if profile.actor == profile.whole.actor
        else shares_on_actor(nodes, rubric.leaves, {name: arrays[name][row] for name in SHARES})
        for row, profile in enumerate(ordered)
    )
    withheld = withheld_indices(figures, rubric.rubric.publish, on_actor)
    estimates = [None if reasons else float(figures.estimate[row, 0]) for row, reasons in enumerate(withheld)]
    return Assessment(
        book=rubric,
        profiles=ordered,
        as_of=evidence.days,
        pillar=pillar,
        nodes=nodes,
        figures=figures,
        conflict=conflict,
        shown=_shown(figures, withheld),
        unborrowed=unborrowed,
        offsets=evidence.offsets,
        leaves=tuple(dict(zip(leaf_positions, row, strict=True)) for row in leaves),
        exclusions=evidence.exclusions,
        on_actor=on_actor,
        withheld_because=withheld,
        rank=ranks(estimates, rubric.rubric.ranking),
        band=tuple(None if value is None else band(value, rubric.rubric) for value in estimates),
    )


def withheld_indices(
    figures: Figures, publish: Publish, on_actor: Iterable[Mapping[str, float]]
) -> tuple[tuple[str, ...], ...]:
    """By country: the publication tests that the index fails, and those that the questions about the actor fail."""
    tested = (figures.estimate, figures.information, figures.availability)
    indices = zip(*(array[:, 0].tolist() for array in tested), strict=True)
    return tuple(
        (*withheld_because(*index, publish=publish), *withheld_on_actor(shares, publish))
        for index, shares in zip(indices, on_actor, strict=True)
    )


def _shown(figures: Figures, withheld: Sequence[tuple[str, ...]]) -> Floats:
    """The estimates, NaN for withheld indices and for nodes without evidence."""
    shown = np.where(np.isnan(figures.stated), np.nan, figures.estimate)
    shown[[bool(reasons) for reasons in withheld], 0] = np.nan
    shown.flags.writeable = False
    return shown
