"""What the engine says: frozen values with arrays inside, which compute nothing.

A value can be asked for itself as a table or a frame; what makes it lies above, and is imported when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import pandas as pd
    import polars as pl
    from numpy.typing import NDArray

    from scoring.schema import Profile, RuleBook

    Floats: TypeAlias = NDArray[np.float64]

Figure: TypeAlias = Literal["estimate", "stated", "low", "high", "information", "availability"]


class Noise(NamedTuple):
    """How far a value may be off: a triangular half-width, or a normal standard error, in units of v."""

    kind: Literal["triangular", "normal"]
    width: float


@dataclass(frozen=True)
class Entry:
    """One statement's part in one leaf; value is v in [0, 1], or the number of events for a count."""

    statement: str
    value: float
    readings: tuple[float, ...]
    """The value by each coder's reading; `value` is their median."""
    noise: Noise
    grade: float
    """rho of the Admiralty grades, in [0, 1]."""
    decay: float
    """The factor of age, in [0, 1]."""
    detectability: float
    date: dt.date | None

    @property
    def weight(self) -> float:
        """w = rho * 2^(-age / half_life) * detectability."""
        return self.grade * self.decay * self.detectability


class Exclusion(NamedTuple):
    """A statement that did not enter: as a whole (indicator None), or one indicator, or one item of it."""

    statement: str
    indicator: str | None
    item: str | None
    reason: str

    def __lt__(self, other: tuple[str | None, ...]) -> bool:
        return tuple(part or "" for part in self) < tuple(part or "" for part in other)


class Pooled(NamedTuple):
    """The figures of one leaf, in [0, 1]; NaN where there is none."""

    estimate: float
    stated: float
    low: float
    high: float
    information: float
    availability: float
    conflict: float


@dataclass(frozen=True)
class Leaf:
    """A leaf of one country: an indicator, or one item of a checklist, with what entered and what came of it."""

    indicator: str
    item: str | None
    entries: tuple[Entry, ...]
    pooled: Pooled


@dataclass(frozen=True)
class Node:
    """A node of the tree; `position` and `children` are places on the node axis of all arrays."""

    position: int
    path: str
    """Ids from the index down, joined by `/`; the last part of an item is its key."""
    id: str
    kind: Literal["index", "pillar", "group", "levels", "checklist", "number", "share", "rank", "count", "item"]
    label: str
    """Title, question or text."""
    share: float
    """Weight among its siblings, which sum to 1."""
    nominal: float
    """Share of the whole index: the product of the shares down to here."""
    exponent: float = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    round: int | None = None
    saturation: float | None = None
    """Of a count: the number of events at which v reaches 1."""
    parent: int | None = None
    children: tuple[int, ...] = ()


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
        from scoring.frames import to_pandas  # noqa: PLC0415  it lies above

        return to_pandas(self)

    def to_polars(self) -> pl.DataFrame:
        """The same for polars, with null for none; `as_of` is a Date.

        Raises:
            MissingPackageError: polars is not installed.
        """
        from scoring.frames import to_polars  # noqa: PLC0415

        return to_polars(self)

    def __repr__(self) -> str:
        rubric = self.book.rubric
        return f"<Assessment of {len(self.profiles)} countries by {rubric.id}@{rubric.version}>"

    def _repr_html_(self) -> str:
        """The table of scores, for a notebook."""
        from scoring.render.html import assessment_html  # noqa: PLC0415

        return assessment_html(self)


@dataclass(frozen=True)
class Settings:
    """What a simulation is run with; printed with its results."""

    draws: int
    seed: int
    shared: float
    """r: the probability that a leaf's unseen mass follows the country's shared draw."""
    kappa: float
    """Concentration of the weights' Dirichlet distribution."""
    exponents: tuple[tuple[float, float], ...]
    """Exponents across pillars, each with its probability."""


@dataclass(frozen=True, eq=False, repr=False)
class Simulation:
    """What the draws say of the countries of an assessment, in its order; values in [0, 1]."""

    assessment: Assessment
    settings: Settings
    mean: Floats
    sd: Floats
    low: Floats
    """5 % quantile, (countries,)."""
    median: Floats
    high: Floats
    """95 % quantile, (countries,)."""
    p_above: Floats
    """(countries, countries): the row lies above the column, ties as 1/2."""
    distinguishable: NDArray[np.bool_]
    """(countries, countries): P(above) is below 5 % or above 95 %; not where one of the two has no index."""
    rank_probability: Floats
    """(countries, countries): P(rank = column + 1) among the published; 0 for the withheld."""
    band_probability: Floats
    """(countries, bands)."""

    def __repr__(self) -> str:
        return f"<Simulation of {self.settings.draws} draws of {self.assessment!r}>"

    def _repr_html_(self) -> str:
        """The table of ranks with their intervals, for a notebook."""
        from scoring.render.html import simulation_html  # noqa: PLC0415

        return simulation_html(self)
