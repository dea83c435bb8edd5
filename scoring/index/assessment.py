"""What the engine says: frozen values with arrays inside, which compute nothing.

A value can be asked for itself as a table or a frame; what makes it lies above, and is imported when it is asked for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.index import score
from scoring.index.aggregate import join
from scoring.index.tree import Node, tree
from scoring.model.digest import digest
from scoring.model.fields import read_date
from scoring.model.profile import Profile
from scoring.model.rubric import RuleBook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    import polars as pl

    from scoring.index.score import Exclusion, Leaf
    from scoring.model.profile import Profile
    from scoring.model.rubric import Band, Publish, RuleBook
    from scoring.statistics.arrays import Floats


@dataclass(frozen=True, eq=False)
class Figures:
    """The six figures of every node, in [0, 1], NaN where there is none; each array has shape (countries, nodes)."""

    estimate: Floats
    stated: Floats
    low: Floats
    high: Floats
    information: Floats
    availability: Floats


@dataclass(frozen=True, eq=False, repr=False)
class Assessment:
    """What one run says of a set of countries, in the order of their codes."""

    book: RuleBook
    profiles: tuple[Profile, ...]
    rubric_digest: str
    profile_digests: tuple[str, ...]
    as_of: tuple[dt.date, ...]
    nodes: tuple[Node, ...]
    """The tree in preorder: the index first, then each pillar with all below it."""
    figures: Figures
    conflict: Floats
    """(countries, nodes); NaN but on leaves with evidence."""
    shown: Floats
    """(countries, nodes): the estimates that may be shown, in [0, 1].

    NaN of an index that is withheld, and of a node without evidence, whose estimate enters its parent and says nothing.
    """
    leaves: tuple[dict[int, Leaf], ...]
    """By country: position of the node -> its leaf."""
    exclusions: tuple[tuple[Exclusion, ...], ...]
    withheld_because: tuple[tuple[str, ...], ...]
    """By country: the publication tests that fail; published if there are none."""
    rank: tuple[int | None, ...]
    band: tuple[str | None, ...]

    def to_records(self) -> list[dict[str, Any]]:
        """One flat record a country and node: codes, path, and the unrounded figures in [0, 1], NaN for none.

        The estimate is the one that may be shown: none of an index that is withheld or of a node without evidence.
        """
        arrays = {field.name: getattr(self.figures, field.name) for field in fields(Figures)} | {"estimate": self.shown}
        return [
            {
                "country": profile.country,
                "node": node.path,
                "kind": node.kind,
                **{name: float(array[row, node.position]) for name, array in arrays.items()},
                "conflict": float(self.conflict[row, node.position]),
            }
            for row, profile in enumerate(self.profiles)
            for node in self.nodes
        ]

    def to_pandas(self) -> pd.DataFrame:
        """A row a country and node, for analysts: who and what, and the unrounded figures in [0, 1].

        Text is `string`, `as_of` datetime64, `rank` Int64; NA or NaN for none. `rank` and `band` are those of the
        index and stand in its rows alone; `published` says in every row whether the country's index is, and the
        estimate of one that is withheld, or of a node without evidence, is none.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        from scoring.index.dataframes import to_pandas  # noqa: PLC0415  it lies above

        return to_pandas(self)

    def to_polars(self) -> pl.DataFrame:
        """The same for polars, with null for none; `as_of` is a Date.

        Raises:
            MissingPackageError: polars is not installed.
        """
        from scoring.index.dataframes import to_polars  # noqa: PLC0415

        return to_polars(self)

    def __repr__(self) -> str:
        rubric = self.book.rubric
        return f"<Assessment of {len(self.profiles)} countries by {rubric.id}@{rubric.version}>"

    def _repr_html_(self) -> str:
        """The table of scores, for a notebook."""
        from scoring.render.notebook import assessment_html  # noqa: PLC0415

        return assessment_html(self)


TIE_DECIMALS = 12  # of v: estimates equal to here share a rank, and a threshold met to here is met


class Scored(NamedTuple):
    """What a score was made by and for."""

    rubric_digest: str
    actor: str
    as_of: dt.date


def assess(rubric: RuleBook, profiles: Iterable[Profile], *, as_of: dt.date | str | None = None) -> Assessment:
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
    common = read_date(as_of) if isinstance(as_of, str) else as_of
    days = tuple(common or read_date(profile.as_of) for profile in ordered)
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
    join(arrays, nodes)
    for array in (conflict, *arrays.values()):
        array.flags.writeable = False
    figures = Figures(**arrays)
    withheld = tuple(withheld_because(figures, row, rubric.rubric.publish) for row in range(len(ordered)))
    estimates = [None if reasons else float(figures.estimate[row, 0]) for row, reasons in enumerate(withheld)]
    return Assessment(
        book=rubric,
        profiles=ordered,
        rubric_digest=digest(rubric),
        profile_digests=tuple(map(digest, ordered)),
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


def _shown(figures: Figures, withheld: Sequence[tuple[str, ...]]) -> Floats:
    """The estimates without those of indices that are withheld and of nodes without evidence."""
    shown = np.where(np.isnan(figures.stated), np.nan, figures.estimate)
    shown[[bool(reasons) for reasons in withheld], 0] = np.nan
    shown.flags.writeable = False
    return shown


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


def comparable(first: Scored, second: Scored, years: int) -> tuple[str, ...]:
    """What forbids comparing two scores: `digest` of the rubric, `actor`, `as_of` more than so many years apart."""
    early, late = sorted((first.as_of, second.as_of))
    differs = {
        "digest": first.rubric_digest != second.rubric_digest,
        "actor": first.actor != second.actor,
        "as_of": (late.year, late.month, late.day) > (early.year + years, early.month, early.day),
    }
    return tuple(name for name, is_so in differs.items() if is_so)


def scored_as(assessment: Assessment, row: int) -> Scored:
    """What `comparable` asks of the country in a row."""
    return Scored(assessment.rubric_digest, assessment.profiles[row].actor, assessment.as_of[row])
