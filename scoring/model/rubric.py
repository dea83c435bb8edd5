"""The model of a rubric: the index, its pillars, and every parameter that affects a score."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, StringConstraints

from scoring.model.aggregation import Aggregated
from scoring.model.fields import CountryCode, Date, FrozenDict, Line, Model, Name, Number, Unit, Version, Weight
from scoring.model.kinds import Indicator, LeafIndicator, Sibling
from scoring.model.policy import EvidenceRules, Uncertainty
from scoring.model.scale import Scale
from scoring.statistics.ranking import Ranking, Ties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Pillar(Aggregated):
    """One pillar file: a dimension of the index and its indicators."""

    id: Name
    title: Line
    short: Annotated[str, StringConstraints(pattern=r"^.+\s*$", min_length=1, max_length=8, strict=True)] | None = None
    """A short title for narrow table columns."""
    exponent: Number = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    round: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]

    @functools.cached_property
    def leaves(self) -> Mapping[str, LeafIndicator]:
        """All indicators that take statements, those in groups included: id -> indicator, in the order of the file."""
        return FrozenDict({leaf.id: leaf for indicator in self.indicators for leaf in indicator.leaves})


def with_indicators_of(beside: Mapping[str, LeafIndicator], pillars: Mapping[str, Pillar]) -> dict[str, Pillar]:
    """The pillars of a rubric with the indicators that it uses of rubrics beside it, each where it is used first.

    An indicator keeps its anchors and gets the weight of its new place.
    """
    known = {name for pillar in pillars.values() for name in pillar.leaves}

    def taken(siblings: tuple[Any, ...]) -> tuple[Any, ...]:
        found = []
        for child in siblings:
            if child.children:
                found.append(child.model_copy(update={"indicators": taken(child.indicators)}))
            elif child.is_use and child.name not in known and child.name in beside:
                known.add(child.name)
                found.append(beside[child.name].model_copy(update={"weight": child.weight}))
            else:
                found.append(child)
        return tuple(found)

    read = {}
    for name, pillar in pillars.items():
        before = len(known)
        indicators = taken(pillar.indicators)
        # a copy would keep the leaves that are cached
        fields = {**{field: getattr(pillar, field) for field in pillar.model_fields_set}, "indicators": indicators}
        read[name] = pillar if len(known) == before else Pillar.model_construct(pillar.model_fields_set, **fields)
    return read


SMALL, LARGE = 1e-9, 1e9  # least and greatest weight of a prior: beyond, sums lose the evidence or the prior
Strength = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=LARGE)]


class Prior(Model):
    """The prior for missing evidence: its weight k, what is expected of it, and how certain that is."""

    weight: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=LARGE)]
    """k; 0, or at least `SMALL`."""
    centre: Unit
    """What is expected of an indicator without an `expected` value of its own."""
    country: Strength | None = None
    """How many questions it takes until a country's own record counts half; absent: nothing is borrowed from it."""
    pillar: Strength | None = None
    """The same for the record of a country on one pillar."""
    precision: Strength = 2.0
    """How closely missing evidence keeps to what is expected: the parameters of its Beta distribution sum to it, or to
    less where less is known of the country."""

    @property
    def borrows(self) -> bool:
        """Whether missing evidence follows the record of the country or pillar."""
        return self.weight > 0 and not (self.country is None and self.pillar is None)


class Publish(Model):
    """The least availability and information at which an index is published."""

    availability: Unit
    information: Unit


class Band(Model):
    """A band from its cut on the scale of the index up to that of the next; `from` includes the cut, `above` does not.

    So bands with `above` are closed at the right: a figure that equals a cut is in the band below it.
    """

    from_: Annotated[Number | None, Field(alias="from")] = None
    above: Number | None = None
    label: Line

    @property
    def cut(self) -> float:
        """Where the band begins; 0 if neither key is given, which is an error."""
        return next((figure for figure in (self.from_, self.above) if figure is not None), 0.0)

    @property
    def is_open(self) -> bool:
        """Whether the cut is not in the band."""
        return self.from_ is None

    @property
    def beginning(self) -> str:
        """Such as `from 20`, or `above 20`."""
        return f"{'above' if self.is_open else 'from'} {self.cut:g}"


class Comparable(Model):
    """Which scores may be compared."""

    years: Annotated[int, Field(strict=True, ge=0, le=100)] = 1
    """The greatest difference between their reference dates, in calendar years."""


class AuditCountries(Model):
    """The least number of countries for each test of an audit; with fewer, the audit skips the test and says so."""

    correlation: Annotated[int, Field(strict=True, ge=4)] = 10
    """With 10, a correlation must exceed .63 to differ from 0 at 5 %; with 6, .81."""
    consistency: Annotated[int, Field(strict=True, ge=4)] = 20
    dimension: Annotated[int, Field(strict=True, ge=4)] = 30
    importance: Annotated[int, Field(strict=True, ge=4)] = 30


class Audit(Model):
    """The thresholds beyond which an audit reports a doubt."""

    availability: Unit = 0.65
    """The least share of countries with evidence on an indicator."""
    redundancy: Unit = 0.92
    """The highest correlation of two indicators, or of two groups or pillars, anywhere in the index."""
    shared_evidence: Unit = 0.5
    """The highest share of the statements on either of two indicators that code both."""
    consistency: Unit = 0.7
    """The least Cronbach's alpha."""
    dimension: Unit = 0.5
    """The least share of the variance that the first component explains."""
    importance: Unit = 0.2
    """The greatest difference of an effective weight from the weight, as a share of the weight."""
    told_apart: Unit = 0.5
    """The least share of the pairs of countries that are distinguishable."""
    rank_interval: Unit = 0.5
    """The widest rank interval, as a share of the widest possible."""
    conflict: Unit = 0.5
    """The highest conflict among the statements on one indicator; above it they contradict each other."""
    countries: AuditCountries = AuditCountries()


class Person(Model):
    """An author who is a person; an organisation is written as text."""

    family: Line
    given: Line


class About(Model):
    """Texts about the index and its profiles that outputs quote; an output omits the sentence if its text is missing.

    The texts change no score and are not part of the rubric's digest: a corrected sentence changes no citation id and
    no lock file.
    """

    question: Line | None = None
    """The question that the index answers."""
    scope: Line | None = None
    """What the scores describe and what they do not, in complete sentences."""
    coding: Line | None = None
    """How the statements were coded; begins a sentence, such as "Coded from public sources"."""
    review: Line | None = None
    """Who reviewed the profiles, or that nobody did; ends a sentence, such as "not reviewed by experts"."""
    audit: Line | None = None
    """What an audit of the coded statements found, in complete sentences."""
    pillar: Line | None = None
    """What a pillar represents, such as "Activity"."""
    levers: Line | None = None
    """The heading of the list of answers that would change the index, such as "What would raise the risk"."""
    validity: Line | None = None
    """How the comparison with published indices was made, in complete sentences."""
    names: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    """Words by which reports name the index beside its title, in any language."""
    actor: CountryCode | None = None
    """The default actor of `scoring new`."""
    default: Annotated[bool, Field(strict=True)] = False
    """Whether this rubric is used if none of several is named."""
    authors: tuple[Line | Person, ...] = ()
    """The authors of the index in bibliographies: organisations, or persons as `{family: Doe, given: Jane}`."""
    publisher: Line | None = None
    """Who publishes the index; an author may be the publisher."""
    published: Date | None = None
    """When this version of the rubric was published."""
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-\"$-~]+$", max_length=2000, strict=True)] | None = None
    """Where the index is published, without `#`, after which citations write their id."""
    doi: (
        Annotated[str, StringConstraints(pattern=r"^10\.[0-9]{4,9}/[!-\"$-~]+$", max_length=200, strict=True)] | None
    ) = None
    """The DOI of this version, without `https://doi.org/`."""
    licence: Line | None = None
    """The licence under which the figures may be used, such as `CC BY 4.0`."""


class Rubric(Aggregated):
    """The file rubric.yaml: the pillars, how they are aggregated, and when an index is published."""

    format: Literal[1, 2]
    id: Name
    version: Version
    title: Line
    scale: Scale = Scale()
    better: Literal["higher", "lower"] = "higher"
    """Which figures rank first."""
    ties: Ties = "competition"
    """What equal figures rank."""
    exponent: Number | None = None
    """Of the mean across pillars; absent only with `combine`."""
    prior: Prior
    publish: Publish
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    uncertainty: Uncertainty
    evidence: EvidenceRules = EvidenceRules()
    comparable: Comparable = Comparable()
    audit: Audit = Audit()
    one_event: Annotated[
        Mapping[Name, Annotated[tuple[Name, ...], Field(min_length=2)]],
        Field(validate_default=True),
        AfterValidator(FrozenDict),
    ] = {}
    """Lists of indicators, narrowest question first: of each list, the statements of one event code one indicator."""
    about: About = About()
    missing: Literal["refuse", "drop"] = "refuse"
    round: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    pillars: Annotated[Mapping[Name, Weight], Field(min_length=1), AfterValidator(FrozenDict)]

    @property
    def lower_is_better(self) -> bool:
        """Whether rank 1 is the lowest figure."""
        return self.better == "lower"

    @property
    def ranking(self) -> Ranking:
        """How indices are ranked."""
        return Ranking(self.lower_is_better, self.ties)

    @property
    def sign(self) -> int:
        """1 if a higher figure is better, else -1."""
        return -1 if self.lower_is_better else 1

    @property
    def first_and_last(self) -> tuple[str, str]:
        """Which figures rank first and last: highest and lowest, or the reverse."""
        return ("lowest", "highest") if self.lower_is_better else ("highest", "lowest")

    @property
    def cuts(self) -> tuple[float, ...]:
        """Where the bands begin, in [0, 1]."""
        return tuple(self.scale.off(band.cut) for band in self.bands)

    @property
    def has_bounds(self) -> bool:
        """Whether missing evidence leaves a figure open; with a prior of weight 0 it does not."""
        return self.prior.weight > 0


class RuleBook(Model):  # noqa: PLW1641  pydantic makes the hash
    """A rubric with its pillars, sorted by id."""

    rubric: Rubric
    pillars: tuple[Pillar, ...]
    _beside: Mapping[str, LeafIndicator] = PrivateAttr(default_factory=FrozenDict)

    @property
    def beside(self) -> Mapping[str, LeafIndicator]:
        """The indicators of the rubrics beside this one, which profiles may answer, too: id -> indicator."""
        return self._beside

    def __eq__(self, other: object) -> bool:
        """Whether all keys of the files are equal, whatever rubrics are beside."""
        return isinstance(other, RuleBook) and (self.rubric, self.pillars) == (other.rubric, other.pillars)

    def with_beside(self, others: Iterable[RuleBook]) -> RuleBook:
        """The rubric with others beside it, and what is beside it or them already."""
        book, others = self.model_copy(), tuple(others)
        leaves = {name: leaf for one in (self, *others) for name, leaf in one.beside.items()}
        leaves |= {name: leaf for other in others for name, leaf in other.leaves.items()}
        book._beside = FrozenDict(leaves)  # noqa: SLF001  of this class
        return book

    @functools.cached_property
    def leaves(self) -> Mapping[str, LeafIndicator]:
        """All indicators that take statements: id -> indicator, in the order of the rubric."""
        return FrozenDict({name: leaf for pillar in self.pillars for name, leaf in pillar.leaves.items()})

    @functools.cached_property
    def paths(self) -> Mapping[str, str]:
        """Id of an indicator that takes statements -> its path from the index down."""

        def below(siblings: Iterable[Sibling], path: str) -> Iterator[tuple[str, str]]:
            for child in siblings:
                for leaf in child.leaves if not child.children else ():
                    yield leaf.id, f"{path}/{leaf.id}"
                yield from below(child.children, f"{path}/{child.name}")

        root = self.rubric.id
        return FrozenDict(pair for pillar in self.pillars for pair in below(pillar.indicators, f"{root}/{pillar.id}"))

    @functools.cached_property
    def parts(self) -> tuple[tuple[str, str | None], ...]:
        """The leaves of the tree in the order of the rubric: indicator, and the key of the item if it is one."""
        return tuple((leaf.id, item) for leaf in self.leaves.values() for item in leaf.parts)

    @functools.cached_property
    def pillar_of(self) -> Mapping[str, Pillar]:
        """Id of an indicator that takes statements -> its pillar."""
        return FrozenDict({name: pillar for pillar in self.pillars for name in pillar.leaves})
