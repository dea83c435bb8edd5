"""The score of one node and of one country: figures, whether they may be shown, and their texts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.files.defaults import defaults
from scoring.index.publication import Scored
from scoring.index.score import SHARES
from scoring.model.countries import country_name
from scoring.model.profile import coded_until
from scoring.text import numbers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.index.tree import Node
    from scoring.model.profile import Profile
    from scoring.model.rubric import Publish


@dataclass(frozen=True)
class Score:
    """The figures of one node of one country, in [0, 1]; NaN for none."""

    node: Node
    estimate: float
    """As it may be shown: NaN if the index is withheld, or the node has no evidence."""
    computed: float
    """As it enters the parent, whether or not it may be shown."""
    stated: float
    low: float
    high: float
    information: float
    availability: float
    conflict: float
    """Among the statements of a leaf; NaN for other nodes."""
    failed: tuple[str, ...]
    """The publication tests that the node would fail as an index: `availability`, `information`, `missing`."""

    @property
    def has_evidence(self) -> bool:
        """Whether any statement enters the node."""
        return not math.isnan(self.stated)

    @property
    def is_thin(self) -> bool:
        """Whether the node has insufficient data: information or availability below the threshold of publication."""
        return not set(SHARES).isdisjoint(self.failed)

    @property
    def text(self) -> str:
        """The estimate as printed, marked if a pillar has insufficient data, or why there is none."""
        if self.node.parent is None and self.failed:
            return numbers.WITHHELD
        if not self.has_evidence:
            return numbers.NO_EVIDENCE
        text = numbers.points(self.estimate)
        is_marked = self.node.kind == "pillar" and text != numbers.NONE and self.is_thin
        return f"~{text}" if is_marked else text

    def bounds(self, dash: str = "–") -> str:
        """The evidence bounds as text: lowest and highest."""
        return dash.join(map(numbers.points, (self.low, self.high)))


@dataclass(frozen=True)
class CountryScore:
    """One country of an assessment: the scores of all nodes; rank and band of the index."""

    row: int
    """Its position on the country axis of all arrays."""
    profile: Profile
    digest: str
    """Digest of the profile."""
    rubric_digest: str
    as_of: dt.date
    """The reference date of the scores."""
    nodes: tuple[Score, ...]
    """In the order of the tree: the index first, then each pillar followed by its descendants."""
    rank: int | None
    """1 for the highest estimate among the published indices; None if the index is withheld."""
    ranked: int
    """How many countries of the assessment have a rank."""
    countries: int
    """How many countries the assessment has."""
    band: str | None
    """The rubric's label for the estimate; None if the index is withheld."""
    reason: str
    """Why the index is withheld, with the figures and the rubric's thresholds; empty if it is published."""

    @property
    def index(self) -> Score:
        """The score of the index."""
        return self.nodes[0]

    @property
    def pillars(self) -> tuple[Score, ...]:
        """The scores of the pillars."""
        return tuple(self.nodes[child] for child in self.index.node.children)

    @property
    def code(self) -> str:
        """ISO 3166-1 alpha-3."""
        return self.profile.country

    @property
    def name(self) -> str:
        """The English short name; for an example country the code."""
        return country_name(self.code)

    @property
    def label(self) -> str:
        """Name and code."""
        return f"{self.name} ({self.code})"

    @property
    def coded_until(self) -> dt.date:
        """The day up to which evidence was collected."""
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
        """What `comparable` needs to know of a score."""
        return Scored(self.rubric_digest, self.profile.actor, self.as_of)

    @property
    def rank_text(self) -> str:
        """The rank, of how many, and how many countries have none."""
        return f"{self.rank} of {self.ranked}{among(self.ranked, self.countries)}"

    @property
    def standing(self) -> str:
        """Rank and band, or why the index is withheld."""
        return f"rank {self.rank_text}, band {self.band}" if self.is_published else f"withheld: {self.reason}"


def among(ranked: int, countries: int) -> str:
    """The words after `rank 3 of 20`: how many countries are not ranked, if any."""
    return (
        "" if ranked == countries else f" with enough evidence, of {numbers.count(countries, 'country', 'countries')}"
    )


def reason_text(
    failed: Iterable[str], figures: Mapping[str, float], publish: Publish, missing_nodes: Sequence[str] = ()
) -> str:
    """The publication tests that fail, with the figures and the rubric's thresholds, or the nodes without evidence."""

    def explained(test: str) -> str:
        if test == "missing":
            names = numbers.first(missing_nodes, defaults().shown.missing_nodes)
            return f"no evidence on {names}, which must not be missing"
        if figures[test] == 0 == getattr(publish, test):
            return "there is no evidence"
        return f"{test} {_below(figures[test], getattr(publish, test))} is below {getattr(publish, test):g}"

    return "; ".join(map(explained, failed))


def _below(figure: float, threshold: float) -> str:
    """A figure with as many decimals as needed to be printed as less than a threshold."""
    texts = (numbers.unit(figure, decimals) for decimals in range(2, 12))
    return next((text for text in texts if float(text) < threshold), numbers.unit(figure, 12))
