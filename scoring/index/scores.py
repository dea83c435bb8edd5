"""The scores of one country and of one node: figures, whether they may be published, and their texts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.files.defaults import defaults
from scoring.index.leaves import SHARES
from scoring.index.publication import ON_ACTOR, Scored
from scoring.model.profile import coded_until
from scoring.text import numbers
from scoring.text.prose import ordinal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.index.tree import Node
    from scoring.model.profile import Profile
    from scoring.model.rubric import Publish
    from scoring.model.scale import Scale


@dataclass(frozen=True)
class Score:
    """The score of one node of one country; all figures are in [0, 1], NaN for none."""

    node: Node
    estimate: float
    """The published estimate: NaN for a withheld index and for a node without evidence."""
    computed: float
    """The estimate that enters the parent and the rank, whether or not it is published."""
    stated: float
    """The evidence mean."""
    low: float
    """The lower evidence bound."""
    high: float
    """The upper evidence bound."""
    information: float
    availability: float
    borrowed: float
    """The part of `estimate`, in [-1, 1], that follows from the country's own record."""
    conflict: float
    """The conflict among the statements of a leaf."""
    failed: tuple[str, ...]
    """The publication tests that the node fails on its own: `availability`, `information`, `missing`."""

    @property
    def scale(self) -> Scale:
        """On which the figures are printed."""
        return self.node.scale

    @property
    def has_evidence(self) -> bool:
        """Whether any statement enters the node."""
        return not math.isnan(self.stated)

    @property
    def is_thin(self) -> bool:
        """Whether the node has too little information or availability to be published on its own."""
        return not set(SHARES).isdisjoint(self.failed)

    @property
    def text(self) -> str:
        """The estimate as it is printed, or why there is none; `~` marks a pillar with insufficient data."""
        if self.node.parent is None and self.failed:
            return numbers.WITHHELD
        if not self.has_evidence:
            return numbers.NO_EVIDENCE
        text = self.scale.points(self.estimate)
        is_marked = self.node.kind == "pillar" and text != numbers.NONE and self.is_thin
        return f"~{text}" if is_marked else text

    def bounds(self, dash: str = "–") -> str:
        """The evidence bounds as text, the lower first."""
        return self.scale.span(self.low, self.high, dash)


@dataclass(frozen=True)
class CountryScore:
    """One country of an assessment: the scores of all nodes, and rank, band and publication of the index."""

    row: int
    """Its position on the country axis of all arrays."""
    profile: Profile
    digest: str
    """Digest of the profile."""
    rubric_digest: str
    as_of: dt.date
    """The reference date of the scores."""
    nodes: tuple[Score, ...]
    """In the order of the tree: the index, then each pillar followed by its descendants."""
    rank: int | None
    """1 for the highest estimate among the published indices; None if the index is withheld."""
    ranked: int
    """The number of countries in the assessment that have a rank."""
    countries: int
    """The number of countries in the assessment."""
    band: str | None
    """The rubric's label for the estimate; None where the index is withheld."""
    reason: str
    """Why the index is withheld, with the figures and the rubric's thresholds; empty where it is published."""

    @property
    def index(self) -> Score:
        """The score of the index."""
        return self.nodes[0]

    @property
    def pillars(self) -> tuple[Score, ...]:
        """The scores of the pillars."""
        return tuple(self.nodes[child] for child in self.index.node.children)

    @property
    def scale(self) -> Scale:
        """On which the figures of the index are printed."""
        return self.index.scale

    @property
    def code(self) -> str:
        """ISO 3166-1 alpha-3, or that of another unit."""
        return self.profile.country

    @property
    def name(self) -> str:
        """The English short name, or that which the profile gives; the code for an example without a name."""
        return self.profile.title

    @property
    def label(self) -> str:
        """Name and code, such as `Estonia (EST)`; the code alone for an example without a name."""
        return self.profile.label

    @property
    def coded_until(self) -> dt.date:
        """The last day of the collection of evidence."""
        return coded_until(self.profile, self.as_of)

    @property
    def withheld_because(self) -> tuple[str, ...]:
        """The publication tests that the index fails."""
        return self.index.failed

    @property
    def is_published(self) -> bool:
        """Whether the index passes all publication tests."""
        return not self.withheld_because

    @property
    def made_by(self) -> Scored:
        """The properties by which `comparable` decides: rubric, actor and reference date."""
        return Scored(self.rubric_digest, self.profile.actor, self.as_of)

    @property
    def rank_text(self) -> str:
        """Such as `3rd of 18`: rank, number of ranked countries, and number of all where some have no rank."""
        rank = numbers.NONE if self.rank is None else ordinal(self.rank)
        return f"{rank} of {self.ranked}{among(self.ranked, self.countries)}"

    @property
    def standing(self) -> str:
        """Rank and band, or why the index is withheld."""
        if not self.is_published:
            return f"withheld, since {self.because}"
        return f"ranked {self.rank_text}, band “{self.band}”"

    @property
    def because(self) -> str:
        """The reason in a sentence."""
        return self.reason.replace("; ", " and ")


def among(ranked: int, countries: int) -> str:
    """The continuation of `3rd of 18`: how many countries there are where some lack the evidence for a rank."""
    return (
        "" if ranked == countries else f" with enough evidence, of {numbers.count(countries, 'country', 'countries')}"
    )


def reason_text(
    failed: Iterable[str],
    figures: Mapping[str, float],
    publish: Publish,
    missing_nodes: Sequence[str] = (),
    on_actor: Mapping[str, float] | None = None,
) -> str:
    """The publication tests that fail, each with the figure and its threshold, or with the nodes without evidence.

    on_actor: the shares of the questions about the actor, from `shares_on_actor`.
    """

    def explained(test: str) -> str:
        if test == "missing":
            names = numbers.first(missing_nodes, defaults().shown.missing_nodes)
            return f"no evidence on {names}, which must not be missing"
        for name, test_on_actor in ON_ACTOR.items():
            if test == test_on_actor:
                share, least = (on_actor or {})[name], getattr(publish, name)
                return f"{name} on the actor {numbers.unit_against(share, least)} is below {least:g}"
        if figures[test] == 0 == getattr(publish, test):
            return "there is no evidence"
        return (
            f"{test} {numbers.unit_against(figures[test], getattr(publish, test))} is below {getattr(publish, test):g}"
        )

    is_bare = "availability" in failed and figures["availability"] == 0 == publish.availability
    return "; ".join(explained(test) for test in failed if not (is_bare and test == "missing"))
