"""What is said of one country and of one node: the figures, whether they may be shown, and how they read."""

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
    """One node of one country; figures in [0, 1], NaN where there is none."""

    node: Node
    estimate: float
    """As it may be shown: none of an index that is withheld, and of a node without evidence."""
    computed: float
    """As it enters the parent and the rank, whether or not it may be shown."""
    stated: float
    low: float
    high: float
    information: float
    availability: float
    conflict: float
    """Among the statements of a leaf."""
    failed: tuple[str, ...]
    """The tests of publication that the node would fail on its own: `availability`, `information`, `missing`."""

    @property
    def has_evidence(self) -> bool:
        """Whether any statement enters the node."""
        return not math.isnan(self.stated)

    @property
    def is_thin(self) -> bool:
        """Whether the node on its own has too little information or availability to be published."""
        return not set(SHARES).isdisjoint(self.failed)

    @property
    def text(self) -> str:
        """The estimate as it is printed: one of a thin pillar marked, or the word for why there is none."""
        if self.node.parent is None and self.failed:
            return numbers.WITHHELD
        if not self.has_evidence:
            return numbers.NO_EVIDENCE
        text = numbers.points(self.estimate)
        is_marked = self.node.kind == "pillar" and text != numbers.NONE and self.is_thin
        return f"~{text}" if is_marked else text

    def bounds(self, dash: str = "–") -> str:
        """The evidence bounds, lowest and highest, as text."""
        return dash.join(map(numbers.points, (self.low, self.high)))


@dataclass(frozen=True)
class CountryScore:
    """One country of an assessment: the scores of all nodes, and what is said of the index."""

    row: int
    """Its position on the country axis of all arrays."""
    profile: Profile
    digest: str
    """Of the profile."""
    rubric_digest: str
    as_of: dt.date
    """The day that the scores speak for."""
    nodes: tuple[Score, ...]
    """In the order of the tree: the index first, then each pillar with all below it."""
    rank: int | None
    """1 for the highest estimate among the published; None where the index is withheld."""
    ranked: int
    """How many countries of the assessment have a rank."""
    countries: int
    """How many countries the assessment has."""
    band: str | None
    """The rubric's word for the estimate; None where the index is withheld."""
    reason: str
    """Why the index is withheld, with the figures and what the rubric asks for; empty where it is published."""

    @property
    def index(self) -> Score:
        """The score of the whole."""
        return self.nodes[0]

    @property
    def pillars(self) -> tuple[Score, ...]:
        """The scores of the nodes below the index."""
        return tuple(self.nodes[child] for child in self.index.node.children)

    @property
    def code(self) -> str:
        """ISO 3166-1 alpha-3."""
        return self.profile.country

    @property
    def name(self) -> str:
        """The English short name; of an example country the code."""
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
        """The tests of publication that the index fails."""
        return self.index.failed

    @property
    def is_published(self) -> bool:
        """Whether the index passes all tests of publication."""
        return not self.withheld_because

    @property
    def made_by(self) -> Scored:
        """What `comparable` asks of a score."""
        return Scored(self.rubric_digest, self.profile.actor, self.as_of)

    @property
    def rank_text(self) -> str:
        """The rank and among how many, with how many have none."""
        return f"{self.rank} of {self.ranked}{among(self.ranked, self.countries)}"

    @property
    def standing(self) -> str:
        """Rank and band, or that the index is withheld and why."""
        return f"rank {self.rank_text}, band {self.band}" if self.is_published else f"withheld: {self.reason}"


def among(ranked: int, countries: int) -> str:
    """What to say behind `of` so many that are ranked: whether there are others, and why they are not."""
    return (
        "" if ranked == countries else f" with enough evidence, of {numbers.count(countries, 'country', 'countries')}"
    )


def reason_text(
    failed: Iterable[str], figures: Mapping[str, float], publish: Publish, missing_nodes: Sequence[str] = ()
) -> str:
    """The tests of publication that fail, with the figures and what the rubric asks for, or the nodes missing."""

    def explained(test: str) -> str:
        if test == "missing":
            names = numbers.first(missing_nodes, defaults().shown.missing_nodes)
            return f"no evidence on {names}, which must not be missing"
        if figures[test] == 0 == getattr(publish, test):
            return "there is no evidence"
        return f"{test} {_below(figures[test], getattr(publish, test))} is below {getattr(publish, test):g}"

    return "; ".join(map(explained, failed))


def _below(figure: float, least: float) -> str:
    """A figure with as many decimals as it takes to read as less."""
    texts = (numbers.unit(figure, decimals) for decimals in range(2, 12))
    return next((text for text in texts if float(text) < least), numbers.unit(figure, 12))
