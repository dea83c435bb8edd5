"""The schemas of the JSON documents that commands print; schemas/output and docs/json.md are generated from them.

Figures are on the scale of the rubric, by default 0 to 100, or of a node with `scale` on that one; `information`,
`availability`, `conflict`, shares and probabilities are in [0, 1];
`null` means that there is no figure.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Figure: TypeAlias = float | None
Interval: TypeAlias = tuple[Figure, Figure]
Cause: TypeAlias = Literal[
    "new statements", "removed statements", "re-coded statements", "grades and dates", "ageing", "borrowing", "rubric"
]


class Shape(BaseModel):
    """An object with exactly these keys."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


# -- common parts ------------------------------------------------------------------------------------------------------


class Rubric(Shape):
    """The rubric that was used."""

    id: str
    version: str
    digest: str
    """sha256 of its canonical JSON."""


class Exponent(Shape):
    """An exponent across pillars, and its probability in the simulation."""

    exponent: float
    probability: float


class SettingsAtTop(Shape):
    """The settings of a simulation that some documents repeat at the top level, for compatibility."""

    draws: int
    seed: int
    kappa: float
    """The concentration of the distribution of the weights."""


class Settings(SettingsAtTop):
    """The settings of a simulation."""

    exponents: list[Exponent]


class Document(Shape):
    """The first keys of every document."""

    format_version: Literal[2]
    rubric: Rubric


class Simulated(Document):
    """The first keys of every document of a simulation."""

    settings: Settings


class Scale(Shape):
    """The scale of a node below a sum, which is its share of that of its parent."""

    from_: float = Field(alias="from")
    to: float
    decimals: int


class Figures(Shape):
    """The figures of a node."""

    scale: Scale | None = None
    """Where the node has another scale than the rubric."""

    estimate: Figure
    """None where the index is withheld, or the node has no evidence."""
    stated: Figure
    """The evidence mean."""
    low: Figure
    """The lower evidence bound."""
    high: Figure
    """The upper evidence bound."""
    information: Figure
    availability: Figure
    borrowed: Figure
    """The part of the estimate that follows from the country's own record; None without one."""


class LeafFigures(Figures):
    """The figures of a node that statements enter directly."""

    conflict: Figure


class Country(Shape):
    """A country and its scores."""

    country: str
    name: str
    actor: str | None
    as_of: str
    coded_until: str
    profile_digest: str
    published: bool
    withheld_because: list[str]
    rank: int | None
    """Among all published countries of the folder; None where the index is withheld."""
    band: str | None
    index: Figures
    pillars: dict[str, Figures]
    indicators: dict[str, LeafFigures | Figures]
    """A checklist has no `conflict`, but its items do."""


class Withdrawal(Shape):
    """Why a statement no longer counts."""

    on: str
    why: str
    by: str


class Adjudicated(Shape):
    """The decision on a statement that coders coded differently."""

    codes: dict[str, Any]
    """Indicator: code; these count alone."""
    reason: str
    by: str


class Statement(Shape):
    """A statement with its source."""

    id: str
    text: str
    source: str
    title: str
    publisher: str
    url: str | None
    archived: str | None
    """The address of an archived copy."""
    published: str | None
    """When the source was published."""
    locator: str
    date: str | None
    fielded: str | None
    """The field work of a poll: a date, or the first and the last with a slash between them."""
    rechecked: str | None
    """The day on which its source was looked at again, and it was still in force."""
    reliability: str
    credibility: int
    confidence: str
    absence: bool
    withdrawn: Withdrawal | None
    """None for a statement that counts."""
    adjudicated: Adjudicated | None


# -- scores ------------------------------------------------------------------------------------------------------------


class KnownBy(Shape):
    """What `--known-by` left out."""

    day: str
    sources: int
    left_out: int
    """Sources that were published later, whose statements are left out."""
    undated: int
    """Sources without a date of publication, which count as known."""


class Edition(Shape):
    """A released edition."""

    name: str
    released: str
    commit: str


class Score(Document):
    """Indices with evidence bounds, rank and band."""

    edition: Edition | None = None
    """With `--edition`."""
    known_by: KnownBy | None = None
    """With `--known-by`."""
    as_of: str | None
    """The reference date; None where the countries have different ones."""
    countries: list[Country]


class Part(Shape):
    """How a statement enters an indicator."""

    answer: str
    confirmed_by_person: bool | None
    """Whether a person gave the code, or each of several; None without a register of coders."""
    value: Figure
    weight: Figure
    grade_factor: Figure
    age_factor: Figure
    detectability_factor: Figure
    share_of_index: Figure


class Entered(Statement, Part):
    """A statement of an indicator."""

    retrospective: bool
    """Whether its source was published after the edition that it belongs to."""


class NotEntered(Shape):
    """A statement that does not enter an indicator."""

    id: str
    reason: str


class Inner(Figures):
    """A node that aggregates other nodes."""

    path: str
    kind: Literal["index", "pillar", "group", "checklist"]
    label: str
    share_of_index: Figure
    children: list[Inner | Leaf]
    statements: list[Entered]
    not_entered: list[NotEntered]


class Leaf(LeafFigures):
    """A node that statements enter directly.

    What is missing is expected at `centre`, the sum of the three figures before it, limited to 2 to 98; all are None
    where the prior has no weight.
    """

    path: str
    kind: Literal["levels", "number", "share", "rank", "count", "item"]
    label: str
    share_of_index: Figure
    expected: Figure
    """The usual level: what the rubric expects without evidence."""
    country_offset: Figure
    pillar_offset: Figure
    centre: Figure
    children: list[Inner | Leaf]
    statements: list[Entered]
    not_entered: list[NotEntered]


class OneCountry(Document):
    """The first keys of a document on one country."""

    country: str
    actor: str | None
    as_of: str
    profile_digest: str


class Reliance(Shape):
    """On which sources a node relies: shares of its information."""

    largest_source: str
    """The key of the source with the largest share."""
    largest_share: Figure
    state_controlled: Figure
    """The share of sources whose publisher a state controls; None without a register of publishers."""
    by_state: dict[str, Figure]
    retrospective: Figure
    """The share of statements whose source was published after the edition that they belong to."""
    unconfirmed: Figure
    """The share of codes that no person gave; None without a register of coders."""
    sources: int
    undated_sources: int
    """Sources without a date of publication, which count as known on every day."""


class ReviewAnswer(Shape):
    """What the editors answer."""

    on: str
    by: str
    says: Literal["upheld", "rejected"]
    why: str


class ReviewedBy(Shape):
    """Who reviewed, as what, with which declared interest, and on which day."""

    reviewer: str
    role: Literal["expert", "government", "editor"]
    interest: str
    on: str


class Judgement(ReviewedBy):
    """What a reviewer says of a statement."""

    statement: str
    says: Literal["agree", "dispute"]
    void: bool
    """Whether the statement was edited or withdrawn since."""
    why: str | None
    codes: dict[str, Any] | None
    """The codes that a dispute proposes: indicator -> code."""
    source: str | None
    index_if_upheld: Figure
    """The index if this dispute alone is upheld; `null` if it is not pending or proposes no code."""
    bounds_if_upheld: Interval | None
    """Its evidence bounds."""
    answer: ReviewAnswer | None


class MissingEvidence(ReviewedBy):
    """Evidence that a reviewer misses."""

    indicator: str
    text: str
    source: str
    answer: ReviewAnswer | None


class Reviewers(Shape):
    """The number of reviewers by role."""

    expert: int
    government: int
    editor: int


class IfUpheld(Shape):
    """The index if pending disputes that propose a code are upheld, each alone or all together."""

    low: Figure
    high: Figure
    bounds: Interval
    """The lowest and the highest evidence bound in these cases."""
    withheld: bool
    """Whether the index is withheld in one of these cases."""
    disputes: int


class Reviewed(Shape):
    """How far a country was reviewed."""

    reviewers: Reviewers
    statements: int
    """How many statements enter the index."""
    read: int
    """How many of them a reviewer has read as they are now."""
    information_read: Figure
    """Their share of the information of the index."""
    disputed: int
    answered: int
    void: int
    """How many judgements are of statements that were edited or withdrawn since."""
    upheld: IfUpheld | None
    judgements: list[Judgement]
    missing: list[MissingEvidence]


class ExplainNode(OneCountry):
    """A figure traced down to its statements."""

    edition: Edition | None = None
    """With `--edition`."""
    node: Inner | Leaf
    reliance: Reliance | None
    """None if no statement enters the node."""
    reviewed: Reviewed | None = None
    """Where the country has a review."""
    known_by: KnownBy | None = None
    """With `--known-by`."""


class EntersAt(Part):
    """An indicator that a statement enters."""

    path: str


class NotEnteredAt(Shape):
    """An indicator that a statement does not enter; `path` is null where the statement enters none."""

    path: str | None
    reason: str


class ExplainStatement(OneCountry):
    """The figures that a statement enters, with `--statement`."""

    edition: Edition | None = None
    """With `--edition`."""
    statement: Statement
    retrospective: bool
    """Whether its source was published after the edition that it belongs to."""
    known_by: KnownBy | None = None
    """With `--known-by`."""
    twins: list[str]
    """The ids of its duplicates."""
    enters: list[EntersAt]
    not_entered: list[NotEnteredAt]
    effect: Figure
    """The index minus the index without the statement and its duplicates."""
    through_centre: Figure
    """The part of the effect that follows from what is then expected of missing evidence."""
    pillars: dict[str, Figures]
    index: Figures
    judgements: list[Judgement] | None = None
    """What reviewers say of it, where the country has a review."""


class RankedCountry(Country):
    """A country with its uncertainty."""

    median: Figure
    interval: Interval
    rank_interval: tuple[int, int] | None
    rank_probabilities: list[Figure] | None
    """The probabilities of rank 1, 2 and so on."""
    indistinguishable_from: list[str]
    band_probabilities: dict[str, Figure]


class Rank(Simulated, Settings):
    """Ranks with uncertainty."""

    edition: Edition | None = None
    """With `--edition`."""
    known_by: KnownBy | None = None
    """With `--known-by`."""
    as_of: str | None
    p_above: dict[str, dict[str, Figure]]
    """The probability that the first country ranks above the second."""
    countries: list[RankedCountry]


class MatrixRubric(Shape):
    """The second rubric of a matrix, with the settings of its simulation."""

    rubric: Rubric
    settings: Settings


class MatrixIndex(Shape):
    """The index of a country by one of two rubrics."""

    published: bool
    withheld_because: list[str]
    rank: int | None
    estimate: Figure
    """`null` where the index is withheld."""
    median: Figure
    interval: Interval
    bounds: Interval
    """The evidence bounds."""


class MatrixCountry(Shape):
    """A country by both rubrics."""

    country: str
    name: str
    as_of: str
    index: MatrixIndex
    """By the first rubric, `rubric`."""
    against: MatrixIndex
    """By the second rubric."""
    shared_statements: list[str]
    """The ids of the statements that enter both indices."""


class Matrix(Simulated):
    """Two rubrics compared by country."""

    against: MatrixRubric
    as_of: str | None
    countries: list[MatrixCountry]


class PeersGroup(Shape):
    """The group of the peers."""

    id: str
    title: str


class Peer(Shape):
    """A peer that counts in medians and ranks."""

    country: str
    name: str
    distance: Figure
    """Without unit, of similar countries; `null` in a group."""


class PeersFigures(Shape):
    """A node of the country against its peers."""

    scale: Scale | None = None
    estimate: Figure
    """`null` where the index is withheld, or the node has no evidence."""
    peers: int
    """How many peers have evidence on the node."""
    median: Figure
    median_interval: Interval
    difference: Figure
    """The estimate minus the median."""
    interval: Interval
    """Of the difference."""
    rank: int | None
    """Among the country and these peers."""
    rank_interval: tuple[int, int] | None


class Peers(Simulated):
    """A country against the median of its peers."""

    country: str
    name: str
    as_of: str
    published: bool
    withheld_because: list[str]
    group: PeersGroup | None
    """`null` with `--like`."""
    is_member: bool
    """Whether the country is a member of the group."""
    other_groups: list[str]
    similar_by: list[str]
    """By what the peers are similar, with `--like`."""
    not_known: list[str]
    """What is not known of the country, so that it was not used."""
    peers: list[Peer]
    """With `--like` by code, not by distance."""
    withheld: list[str]
    """Countries that are no peers, since their index is withheld."""
    without_profile: list[str]
    """Members of the group."""
    notes: list[str]
    """Of memberships."""
    estimate_interval: Interval
    """The uncertainty interval of the index."""
    index: PeersFigures
    pillars: dict[str, PeersFigures]
    indicators: dict[str, PeersFigures]


class OnActor(Shape):
    """Shares of the questions about the actor, weighted as in the index."""

    availability: Figure
    information: Figure


class FacingActor(Shape):
    """The index of a country facing an actor; every figure is `null` where no statement is about the actor."""

    published: bool
    withheld_because: list[str]
    """`no_statement` where no statement is about the actor."""
    id: str | None
    as_of: str | None
    estimate: Figure
    """`null` where the index is withheld."""
    interval: Interval | None
    """`null` where the index is withheld."""
    bounds: Interval | None
    """The evidence bounds."""
    availability: Figure
    information: Figure
    on_actor: OnActor | None
    """`null` if the rubric has no question about the actor."""
    nothing_on: list[str]
    """The titles of the pillars whose questions about the actor have no evidence."""
    statements: int
    """How many statements enter the index."""


class ActorsCountry(Shape):
    """A country facing each actor."""

    country: str
    name: str
    actors: dict[str, FacingActor]


class Actors(Simulated):
    """Countries by the actors that their statements are about."""

    as_of: str | None
    actors: list[str]
    """Those of the profiles first, then by the number of countries."""
    countries: list[ActorsCountry]


class ComparedIndex(Shape):
    """The index of one of a pair."""

    estimate: Figure
    interval: Interval


class ComparedPillar(Shape):
    """What a pillar contributes to a difference."""

    above: Figure
    below: Figure
    scale: Scale | None = None
    """Of the two figures before, where it is not that of the rubric."""
    part: Figure
    """Its contribution to the difference (Shapley value)."""
    weight: Figure
    order_holds: Interval
    """The lowest and highest weight of the pillar at which the order stays the same."""


class ComparedIndicator(Shape):
    """The difference of two countries on an indicator."""

    question: str
    above: Figure
    below: Figure
    scale: Scale | None = None
    """Of the two figures before, where it is not that of the rubric."""
    weighted: Figure
    """The difference times the global weight of the indicator."""


class TurningStatement(Shape):
    """One of the statements without which the ranking reverses."""

    country: str
    id: str
    text: str


class Reversal(Shape):
    """Statements without which the ranking reverses."""

    smallest: bool
    """Whether the set is proven to be the smallest."""
    statements: list[TurningStatement]


class DoubtfulStatement(Shape):
    """A statement without which, and without the others of the set, the ranking reverses."""

    country: str
    id: str
    text: str
    doubts: list[str]
    """Why it is in doubt."""


class OtherAnswer(Shape):
    """An answer one step away, with which, and with the others of the set, the ranking reverses."""

    country: str
    indicator: str
    item: str | None
    now: str
    then: str
    code: Any
    statements: list[str]
    doubts: list[str]


class TieWeights(Shape):
    """The nearest weights at which two countries tie."""

    moved: float
    """How much of the weight is moved."""
    tie: dict[str, float]
    """By pillar."""


class ReversedExponents(Shape):
    """The exponents across pillars that reverse a ranking."""

    tried: tuple[float, float]
    reversed: list[tuple[float, float]]


class Outcome(Shape):
    """An answer as it may come out."""

    answer: str | None
    """None for an end of the uncertainty interval of a figure."""
    value: Figure
    p_above: Figure


class LookFor(Shape):
    """An uncertain answer on which the order depends."""

    country: str
    node: str
    share: Figure
    """The contribution of the answer to the variance of the difference."""
    statements: int
    outcomes: list[Outcome]


class Reversals(Shape):
    """What puts the country below above the other."""

    statements: list[DoubtfulStatement]
    smallest_statements: bool
    answers: list[OtherAnswer]
    smallest_answers: bool
    weights_known: bool
    weights: TieWeights | None
    exponents: ReversedExponents | None
    """None where the index is no mean of its pillars."""
    p_above: Figure
    open: list[LookFor]


class Pair(Shape):
    """Two countries."""

    above: str
    below: str
    indices: dict[str, ComparedIndex]
    difference: Figure
    p_above: Figure
    distinguishable: bool
    pillars: dict[str, ComparedPillar]
    indicators: dict[str, ComparedIndicator]
    turning: Reversal | None
    reversals: Reversals | None
    """With `--turn`; None where the two are not ranked."""


class Compare(Simulated, Settings):
    """The explanation of the difference between countries."""

    edition: Edition | None = None
    """With `--edition`."""
    caveats: list[str]
    pairs: list[Pair]


class StepStatement(Shape):
    """A statement that contributes to a change."""

    statement: str
    change: str
    moves: Figure
    """The effect of the statement alone."""


class ChangeParts(Shape):
    """The parts of a change, which sum to it, but for a change of the rubric."""

    evidence: Figure
    """Of statements that are new, removed or ended, re-coded, or have other grades or dates."""
    ageing: Figure
    """Of the day alone: older evidence weighs less, or leaves a window."""
    borrowing: Figure
    """Of what is expected of missing evidence, since the rest of the record changed."""


class Step(Shape):
    """The change of an index from one day to the next; None where the index is withheld on one of them."""

    move: Figure
    interval: Interval
    """The uncertainty interval of the change."""
    evidence_interval: Interval
    """The uncertainty interval of the part of the change that the evidence explains."""
    more_than_noise: bool
    """Whether the change is significant: the interval of the evidence's part excludes 0."""
    parts: ChangeParts
    statements: list[StepStatement]


class Point(Shape):
    """The index on a day."""

    as_of: str
    edition: bool
    published: bool
    index: Figures
    interval: Interval
    step: Step | None


class Trend(Simulated, Settings):
    """An index over time."""

    known_by: KnownBy | None = None
    """With `--known-by`."""
    country: str
    actor: str | None
    points: list[Point]


class CountryTrend(Shape):
    """The index of a member of a group over time."""

    country: str
    actor: str | None
    points: list[Point]


class Trends(Simulated):
    """The indices of the members of a group over time, with `--group`."""

    known_by: KnownBy | None = None
    """With `--known-by`."""
    countries: list[CountryTrend]


class Effects(Shape):
    """The parts of a difference, which they sum to."""

    answer: Figure
    """The index after the answers, minus the index after equally certain answers at today's level."""
    certainty: Figure
    """The index after certain answers at today's level, minus the index before the answers."""
    dropped: Figure
    """The index without the dropped statements, minus the index before; None if none is dropped."""


class Moved(Shape):
    """The difference between two indices, simulated with common random numbers."""

    estimate: Figure
    median: Figure
    interval: Interval
    effects: Effects | None
    """None without answers, and where an index is withheld."""


class Whatif(Simulated, Settings):
    """The effect of a supposed answer or of a dropped statement."""

    as_of: str | None
    difference: Moved
    before: Country
    after: Country


class SupposedOf(Shape):
    """What is supposed of a country, as in the file."""

    country: str
    codes: dict[str, Any]
    date: str | None
    drop: list[str]
    reason: str | None


class BeforeAndAfter(Shape):
    """A figure before and after; None where it may not be shown before or after."""

    before: Figure
    after: Figure
    change: Figure
    interval: Interval
    """The uncertainty interval of the change, from joint draws."""


class MovedPillar(BeforeAndAfter):
    """A pillar before and after."""

    scale: Scale | None = None
    """Where it has another scale than the rubric."""


class SupposedRank(Shape):
    """A rank among all published countries; None where the index is withheld."""

    rank: int | None
    interval: tuple[int, int] | None


class SupposedRanks(Shape):
    """Ranks before and after."""

    before: SupposedRank
    after: SupposedRank


class WithheldBecause(Shape):
    """The publication tests that an index fails, before and after."""

    before: list[str]
    after: list[str]


class PublishedCountries(Shape):
    """How many indices are published, before and after."""

    before: int
    after: int


class SupposedCountry(Shape):
    """A country that a scenario names."""

    country: str
    name: str
    changed: bool
    """Whether anything is supposed of it; else only a group has it."""
    withheld_because: WithheldBecause
    index: BeforeAndAfter
    effects: Effects | None
    """None without answers, and where an index is withheld."""
    rank: SupposedRanks
    pillars: dict[str, MovedPillar]


class SupposedGroup(Shape):
    """A group of a scenario."""

    group: str
    countries: list[str]
    left_out: list[str]
    """The countries whose index is withheld before or after, and which the mean leaves out."""
    mean: BeforeAndAfter


class Supposed(Simulated):
    """The effect of a scenario: supposed answers and dropped statements of several countries. It is no forecast."""

    name: str
    reason: str
    as_of: str | None
    suppose: list[SupposedOf]
    ranked: PublishedCountries
    countries: list[SupposedCountry]
    groups: list[SupposedGroup]


class ReachStep(Shape):
    """A step of one answer."""

    indicator: str
    item: str | None
    now: str
    then: str
    code: Any
    """After the step, as in a profile."""


class ReachRanks(Shape):
    """The rank among all published countries before and after the steps."""

    before: int
    after: int | None


class Reach(Shape):
    """The fewest steps that reach a figure, or the best ones where none do."""

    wanted: float
    most: int
    reached: bool
    exhausted: int
    """Up to this number of steps all sets were tried."""
    others: int
    """How many other sets of as many steps reach the figure, where all were tried; else 0."""
    steps: list[ReachStep]
    index: float
    """After the steps."""
    change: float
    interval: Interval | None
    """The uncertainty interval of the change; None without steps, as the one below."""
    by_certainty: Figure
    """The part of the change that certain answers at today's level would make."""
    rank: ReachRanks
    known: int
    """The number of possible improvements."""
    index_of_all: float
    """After all of them."""


class Reached(Simulated):
    """With `--reach`: the fewest steps with which the index of a country reaches a figure. It is no forecast."""

    as_of: str | None
    country: str
    after: str | None
    """The name of the scenario of which the steps start; None for today."""
    index: Figures
    """Before the steps."""
    reach: Reach


class Lever(Shape):
    """A possible improvement of one answer."""

    indicator: str
    item: str | None
    now: str
    then: str
    gain: Figure
    """The index after a certain answer one step up, minus that after an equally certain answer at today's level."""
    by_certainty: Figure
    """The index after a certain answer at today's level, minus the index now."""


class Levers(Document):
    """The possible improvements, the largest gain first."""

    as_of: str | None
    country: str
    index: Figures
    levers: list[Lever]


# -- uncertainty -------------------------------------------------------------------------------------------------------


class SobolIndices(Shape):
    """Sobol' indices of a group of factors: first-order and total, each with its standard error."""

    first: Figure
    first_error: Figure
    total: Figure
    total_error: Figure


class VariantCountry(Shape):
    """A country under a variant."""

    estimate: Figure
    rank: int | None


class Variant(Shape):
    """The countries under a variant, by code."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, VariantCountry]
    mean_rank_shift: Figure


class EffectiveWeight(Shape):
    """The main effect of a pillar, as a weight."""

    weight: Figure
    interval: Interval


class Weights(Shape):
    """The weights of the pillars."""

    nominal: dict[str, Figure]
    """As the rubric sets them."""
    effective: dict[str, EffectiveWeight] | None
    """Main effects on the index over the countries; None for too few countries."""
    local: dict[str, dict[str, Figure]]
    """Marginal weights by country: how much the index rises per point of the pillar."""


class Sensitivity(Simulated, SettingsAtTop):
    """A sensitivity analysis."""

    as_of: str | None
    countries: list[Country]
    sobol: dict[str, dict[str, SobolIndices]]
    """By output, then by group of factors: `unseen` is missing evidence, `stated` is coding error."""
    without_pillar: dict[str, Variant]
    without_indicator: dict[str, Variant]
    exponents: dict[str, Variant]
    """By exponent across pillars; `settings` has those of the simulation."""
    weights: Weights
    without_source: dict[str, dict[str, VariantCountry]] = Field(default_factory=dict)
    """By country given on the command line, then by source."""


class Finding(Shape):
    """One figure of a check."""

    subject: str
    measure: str
    value: Figure
    interval: Interval | None
    doubtful: bool


class AuditCheck(Shape):
    """One check of the index."""

    name: str
    question: str
    not_tested: str | None
    findings: list[Finding]


class Audit(Simulated, Settings):
    """The statistical coherence of the index."""

    as_of: str | None
    countries: list[str]
    checks: list[AuditCheck]


class LeftOut(Shape):
    """How what remains compares with all evidence, when part of it is left out."""

    unit: Literal["statements", "sources", "indicators", "pillars"]
    share: float | None
    """None for pillars, which are left out one at a time."""
    node: Literal["index", "pillars"]
    countries: Literal["all", "thin", "thick"]
    """Thin: with information below the median of the set."""
    trials: int
    coverage: Figure
    """Share of the draws from all evidence in the interval of the rest."""
    estimates_inside: Figure
    """Share of the estimates from all evidence in it."""
    slope: Figure
    """Of the shift of the estimate on the estimate from all evidence."""
    bias: Figure
    error: Figure
    """Root mean square of the shift."""
    width: Figure


class PredictionErrors(Shape):
    """Root mean square errors of predicted answers, on the scale of 0 to 1."""

    neutral: Figure
    question: Figure
    country: Figure
    pillar: Figure


class Predictions(Shape):
    """Indicators that are left out one by one, and predicted."""

    held_out: int
    error: PredictionErrors
    coverage: Figure
    """Share of the answers in their predictive interval."""


class Spread(Shape):
    """A standard deviation on the scale of 0 to 1, and the pairs of readings that it is estimated from."""

    value: Figure
    pairs: int


class SecondCoder(Shape):
    """The index by the second coder alone, and the interval by the first alone."""

    country: str
    first: Figure
    interval: Interval
    second: Figure
    inside: bool


class UnreportedCountry(Shape):
    """What a country's index would lose if its missing items had the worst answer, and its largest source."""

    country: str
    if_worst: Figure
    largest_source: str
    codings_of_source: int
    codings: int


class Unreported(Shape):
    """How often items are reported absent."""

    item_codings: int
    absent: int
    countries: list[UnreportedCountry]


class ProposedSource(Shape):
    """The proposed errors of a source."""

    coded: float
    measured: float


class ExpectedValue(Shape):
    """What is proposed to be expected of an indicator or item."""

    indicator: str
    item: str | None
    expected: float
    countries: int
    """How many countries have evidence on it."""


class ProposedParameters(Shape):
    """The parameters proposed for a new version of the rubric."""

    country: float | None
    pillar: float | None
    precision: float
    confidence: dict[str, float]
    coder: float
    source: ProposedSource
    kept: list[str]
    """Figures that too few pairs support, so that they are those of the rubric."""
    expected: list[ExpectedValue]


class Calibrate(Simulated, Settings):
    """How well the model predicts evidence that is left out, and the parameters that the evidence suggests."""

    as_of: str | None
    countries: list[str]
    repeats: int
    left_out: list[LeftOut]
    answers: Predictions
    spreads: dict[str, Spread]
    second_coder: list[SecondCoder]
    unreported: Unreported
    proposal: ProposedParameters


class Places(Shape):
    """A country and its ranks, in this index and in a published one, among the countries in both."""

    country: str
    ours: float
    theirs: float


class ExternalComparison(Shape):
    """A node compared with a published index."""

    node: str
    as_of: list[str]
    countries: int
    rank_correlation: Figure
    interval: Interval
    places: list[Places]


class ExternalTable(Shape):
    """A published index."""

    id: str
    title: str
    comparisons: list[ExternalComparison]


class Validity(Document):
    """The index compared with published indices."""

    tables: list[ExternalTable]


class EventsSource(Shape):
    """Where the events are from, and what was expected of them."""

    title: str
    publisher: str
    url: str
    licence: str
    accessed: str
    read_from: str
    measures: str
    registered: str
    expected: str
    found: str | None


class CountedEvents(Shape):
    """The events in the window, and those that do not count."""

    counted: int
    kinds: dict[str, int]
    outside: int
    imprecise: int
    """In a year or month that lies only partly in the window."""
    elsewhere: int
    """In the window, of countries that are not compared."""
    median: Figure
    """Of the number of events of a country."""


class EventsOfCountry(Shape):
    """A country; `events` is None where the table does not cover it, the index where it is withheld."""

    country: str
    events: int | None
    index: Figure


class Separation(Shape):
    """How well a measure separates countries; None where it cannot be judged."""

    value: Figure
    interval: Interval
    finding: Literal["fewer", "more", "chance", "unknown"]
    """Of events where the predictor is better."""


class Prediction(Shape):
    """The index, a pillar or a rival, as a predictor of events."""

    id: str
    kind: Literal["index", "pillar", "rival"]
    title: str
    countries: int
    spearman: Separation
    kendall: Separation
    any_event: Separation
    """The area under the curve: the probability that a country with an event is worse than one without."""
    above_median: Separation


class ValidityEvents(Document):
    """Whether the index foretells later events, with --events."""

    after: str
    until: str
    table: EventsSource
    events: CountedEvents
    countries: list[EventsOfCountry]
    predictions: list[Prediction]
    intervals: int
    beyond_chance: int
    """Intervals that exclude chance."""
    known_by: KnownBy


# -- evidence ----------------------------------------------------------------------------------------------------------


class Coefficients(Shape):
    """How much coders agree."""

    alpha: Figure
    """Krippendorff's alpha, ordinal."""
    ac1: Figure
    """Gwet's AC1."""
    alike: Figure
    """Plain agreement: the share of codings on which all coders agree."""
    unusual: Figure
    """The share of readings that differ from the most frequent value."""
    uniform: bool
    """Whether `unusual` is below the threshold, so that alpha is near chance by construction and AC1 says more."""


class Alpha(Coefficients):
    """Agreement at a node; `low` and `high` are the interval of alpha."""

    node: str
    low: Figure
    high: Figure
    readings: int
    """The number of codings."""


class Chosen(Shape):
    """How often coders chose an indicator, in pairs of coders of one statement."""

    indicator: str
    both: int
    one: int
    agreement: Figure
    """2 both / (2 both + one)."""


class Choice(Shape):
    """Agreement on which indicators a statement codes."""

    pairs: int
    """Pairs of coders of one statement."""
    same: Figure
    """The share of pairs who chose the same indicators."""
    overlap: Figure
    """The mean of the indicators that both chose over those that either chose."""
    indicators: list[Chosen]


class Coder(Coefficients):
    """A further coder against the first."""

    coder: str
    statements: int
    readings: int
    """The number of codings that both coded."""
    difference: Figure
    """The mean of the coder's value minus the first coder's."""
    same_choice: Figure
    """The share of statements on which both chose the same indicators."""
    decided: int
    """Codings on which the two differ and that were adjudicated."""
    upheld: int
    first_upheld: int


class Coding(Shape):
    """A statement that was coded twice or more."""

    country: str
    statement: str
    node: str
    coders: list[str | None]
    """Who coded it; None for the first coder."""
    codes: list[Any]
    values: list[Figure]


class Difference(Shape):
    """An indicator or item that coders read differently; None for a coder who did not code it."""

    node: str
    codes: list[Any]


class Queued(Shape):
    """A statement that coders read differently and that was not adjudicated."""

    country: str
    statement: str
    coders: list[str | None]
    differences: list[Difference]
    difference: Figure
    """The largest difference between values."""
    noted: bool
    """Whether the profile has a decision in words."""


class Adjudication(Shape):
    """The decision on a statement that coders coded differently."""

    country: str
    statement: str
    decision: str
    by: str | None
    """Who decided; None for a decision in words, which changes no code."""
    codes: dict[str, Any] | None
    """Indicator: code; these count alone."""


class Agreement(Document):
    """Inter-coder agreement."""

    countries: list[str]
    unusual: float
    """The share of unusual readings below which a node is uniform."""
    alphas: list[Alpha]
    choice: Choice | None
    coders: list[Coder]
    unpaired: int
    """The number of codings by one coder only."""
    readings: list[Coding]
    queue: list[Queued]
    """What needs adjudication, the largest difference first."""
    adjudications: list[Adjudication]


class QualificationMeasure(Shape):
    """How a coder answered some questions; low and high are the ends of the 95 % interval of a share (Wilson)."""

    n: int
    """Questions: what the key or the coder answers, items of a checklist one by one."""
    exact: Figure
    """The share that is answered as the key answers it."""
    exact_low: Figure
    exact_high: Figure
    within: Figure
    """The share that is at most one level, or one of false, partly and true, from the key."""
    within_low: Figure
    within_high: Figure
    severity: Figure
    """The mean of the coder's value minus that of the key, from -1 to 1; below 0 the coder is stricter."""
    missed: int
    """Questions that the coder did not answer."""
    added: int
    """Questions that the key does not answer."""


class QualificationOfIndicator(QualificationMeasure):
    """The result on one indicator."""

    tested: bool
    """Whether the key answers enough questions."""
    qualified: bool


class PassMark(Shape):
    """What a coder needs to be qualified for an indicator."""

    exact: float
    questions: int


class WrongAnswer(Shape):
    """A question that was answered otherwise than the key; a code is None where there is none."""

    vignette: str
    indicator: str
    item: str | None
    key: Any
    code: Any
    within: bool


class Qualified(Document):
    """A coder by the vignettes of a rubric."""

    coder: str
    vignettes: str
    """The checksum of the vignettes."""
    mark: PassMark
    alpha: Figure
    """Krippendorff's alpha between coder and key, where both answer."""
    whole: QualificationMeasure
    indicators: dict[str, QualificationOfIndicator]
    wrong: list[WrongAnswer]


class Evidence(Statement):
    """A statement with its country and codes."""

    country: str
    actor: str | None
    until: str | None
    same_as: str | None
    context: bool
    pillars: list[str]
    codes: dict[str, Any]
    """Indicator: code."""


class LostQuestion(Shape):
    """A question that a statement answers, and what the index loses there."""

    path: str
    lost: Figure


class FadingStatement(Shape):
    """A statement on which less of the index will rest."""

    id: str
    file: str | None
    """None, as `line`, for a statement that is read from a table."""
    line: int | None
    text: str
    task: Literal["recheck", "renew", "follow"]
    """Read its source again; look for newer evidence; or find what holds after its end."""
    date: str | None
    until: str | None
    rechecked: str | None
    source: str
    url: str | None
    share: Figure
    """Of the index, on the reference date."""
    share_then: Figure
    lost: Figure
    gain: Figure
    """What the information would gain on the later day from a statement of that day that is as good."""
    questions: list[LostQuestion]


class EndedStatement(Shape):
    """A statement that ended before the reference date and left a question without evidence."""

    id: str
    file: str | None
    line: int | None
    text: str
    until: str
    source: str
    url: str | None
    questions: list[str]
    """Paths of the questions without evidence."""


class DueSource(Shape):
    """A source to archive or to read again."""

    id: str
    file: str | None
    line: int | None
    title: str
    publisher: str
    url: str | None
    archived: str | None
    accessed: str | None
    read: str | None
    """The last of `accessed` and of the rechecks of its statements."""
    share: Figure
    """How much of the index rests on it, on the reference date."""
    reasons: list[Literal["no address", "not archived", "never read", "read long ago"]]


class DueCountry(Shape):
    """What is due for a country."""

    country: str
    name: str
    as_of: str
    on: str
    """The later day."""
    information: Figure
    information_then: Figure
    """On the later day, if nothing is added."""
    withheld_because: list[str]
    withheld_then_because: list[str]
    statements: list[FadingStatement]
    """The largest loss first, or with `--by gain` the largest gain."""
    ended: list[EndedStatement]
    """The last to end first."""
    sources: list[DueSource]
    """The largest share first."""


class Due(Document):
    """What to look at first to keep an edition up."""

    countries: list[DueCountry]


class Statements(Document):
    """The selected statements."""

    statements: list[Evidence]


# -- change ------------------------------------------------------------------------------------------------------------


class ReviewedCountry(Reviewed):
    """A country and its reviews."""

    country: str
    name: str
    as_of: str
    index: Figures


class Reviews(Document):
    """Reviews of countries."""

    as_of: str | None
    countries: list[ReviewedCountry]
    not_reviewed: list[str]
    """The countries that were asked for and have no review."""


class FigureMove(Shape):
    """A changed figure; `node` and `figure` are empty for a country that is new or was removed."""

    country: str
    node: str
    figure: str
    was: float | str | None
    now: float | str | None


class LockedRubric(Rubric):
    """The current rubric, and that of the lock file."""

    locked: str
    now: str
    changed: bool


class Check(Document):
    """The changes since the lock file."""

    rubric: LockedRubric
    moved: bool
    tolerance: float
    profiles_changed: list[str]
    """Countries whose profile changed without a change of figures."""
    moves: list[FigureMove]


class StatementChange(Shape):
    """A statement that changed."""

    statement: str
    cause: Cause
    undone: Figure
    """The difference of the index if this change alone were undone."""


class CountryMove(Shape):
    """A country whose index changed, with the causes."""

    country: str
    was: Figure
    now: Figure
    interval: Interval
    """The uncertainty interval of the change."""
    parts: ChangeParts
    evidence_interval: Interval
    """The uncertainty interval of the evidence's part; None where the rubric changed."""
    more_than_noise: bool
    """Whether the change is significant: the interval of the evidence's part excludes 0, or the rubric changed."""
    rank: tuple[int | None, int | None]
    band: tuple[str | None, str | None]
    causes: dict[Cause, Figure]
    statements: list[StatementChange]


class Diff(Simulated):
    """Why scores changed."""

    base: str
    countries: list[CountryMove]
    moves: list[FigureMove]


class Since(Shape):
    """The basis of the comparison of a briefing."""

    asked: str
    compared_with: Literal["revision", "folder", "day", "evidence"]
    commit: str | None


class BothRubrics(Rubric):
    """The current rubric, and the earlier one."""

    was: Rubric
    now: Rubric
    changed: bool


class RankMove(Shape):
    """A rank that changed."""

    country: str
    was: int
    now: int
    interval: tuple[int, int]
    """The previous uncertainty interval of the rank."""
    beyond: bool
    """Whether the new rank is outside that interval."""


class Publication(Shape):
    """A country that became published or withheld: the failed tests before and now."""

    country: str
    was: list[str]
    now: list[str]


class ChangedStatements(Shape):
    """Statements of a country that changed for the same cause."""

    country: str
    cause: Cause
    statements: list[str]


class OutlookDay(Shape):
    """The information and availability that are left on a day if no evidence is added."""

    day: str
    information: Figure
    availability: Figure
    withheld_because: list[str]


class Outlook(Shape):
    """A profile that becomes outdated."""

    country: str
    coded_until: str
    newest_statement: str | None
    behind: bool
    """Whether evidence was collected up to a later day for another country."""
    withheld_from: str | None
    days: list[OutlookDay]


class Brief(Simulated):
    """The changes since a date or a revision."""

    rubric: BothRubrics
    since: Since
    moved: list[CountryMove]
    ranked: int
    ranks: list[RankMove]
    published: list[Publication]
    came: list[str]
    gone: list[str]
    added: list[Evidence]
    changed: list[ChangedStatements]
    old: list[Outlook]


# -- reports -----------------------------------------------------------------------------------------------------------


class CitedFigure(Shape):
    """A figure that a report cites."""

    figure: str
    line: int
    said: str
    now: str | None
    status: Literal["holds", "unknown", "outdated", "wrong"]
    revision: str | None
    remark: str | None
    corrected: str | None
    """The figure of the edition of the id without what was corrected since; null without an edition or a correction."""


class Erratum(Shape):
    """A statement that an edition counted, and that was corrected since."""

    statement: str
    kind: Literal["edited", "withdrawn", "removed"]
    changed: list[str]
    """The keys with other values, of one that was edited."""
    why: str | None
    """Of one that was withdrawn."""
    on: str | None
    """When it was withdrawn, or the day of the commit; null if it is not committed."""
    commit: str | None


class CitedEdition(Edition):
    """The edition that an id carries."""

    errata: list[Erratum]
    """What was corrected of the country since."""


class Citation(Shape):
    """An id in a report, with the figures that follow it."""

    file: str
    line: int
    id: str
    status: Literal["holds", "unknown", "outdated", "wrong"]
    now: str | None
    revision: str | None
    method_changed: bool
    """Whether the model changed between the revision of the id and now."""
    why: str | None
    remark: str | None
    edition: CitedEdition | None
    other_numbers: list[str]
    """Numbers beside the id that are not from this score."""
    mismatches: list[str]
    """Countries and dates beside the id that are those of another score."""
    figures: list[CitedFigure]


class UncitedFigure(Shape):
    """A number without an id that seems to be a figure of a country."""

    file: str
    line: int
    said: str
    country: str


class BrokenId(Shape):
    """What looks like an id and is none."""

    file: str
    line: int
    text: str


class Verify(Simulated):
    """Whether the figures that reports cite are correct."""

    citations: list[Citation]
    uncited: list[UncitedFigure]
    broken: list[BrokenId]
    without_id: list[str]


class ResolvedScore(Shape):
    """A score under an id; figures on the scale of its node, information and availability in [0, 1]."""

    id: str
    node: str
    scale: Scale | None = None
    """Where that is not the scale of the rubric."""
    country: str
    actor: str | None
    as_of: str
    rubric_title: str
    rubric_version: str
    rubric_digest: str
    profile_digest: str
    estimate: float | None
    stated: float | None
    low: float | None
    high: float | None
    information: float | None
    availability: float | None
    interval: tuple[float, float] | None
    """None if it cannot be recomputed."""
    band: str | None
    rank: int | None
    ranked: int | None
    """None if the other countries are not known."""
    rank_interval: tuple[int, int] | None


class ResolvedEdition(Shape):
    """The rank of a score in a past set of countries."""

    revision: str
    rank: int | None
    ranked: int


class NearestId(Shape):
    """A known id whose hash differs by little."""

    id: str
    revision: str | None


class Resolve(Simulated):
    """What an id is, and whether it still holds."""

    id: str
    status: Literal["current", "renewed", "changed", "gone", "unknown", "broken"]
    faults: list[str]
    figure: str | None
    revision: str | None
    was: ResolvedScore | None
    editions: list[ResolvedEdition]
    now: ResolvedScore | None
    method_changed: bool
    why: str | None
    nearest: NearestId | None
    remark: str | None
    gap: str | None
    edition: CitedEdition | None
    """The edition that the id carries, if that has this score."""
    edition_remark: str | None
    """Why the edition that the id carries does not have this score."""


class ErratumEffect(Erratum):
    """A corrected statement with its effect."""

    effect: Figure
    """The corrected index minus that index with this statement as released; null where an index is withheld."""


class EditionScore(Shape):
    """The figures of a node of an edition."""

    estimate: Figure
    low: Figure
    high: Figure
    interval: Interval | None
    band: str | None


class CorrectedFigures(Shape):
    """The figures of a node as released, and without what was corrected since."""

    node: str
    scale: Scale | None = None
    """Where that is not the scale of the rubric."""
    released: EditionScore
    corrected: EditionScore


class CountryErrata(Shape):
    """What was corrected of a country."""

    country: str
    as_of: str
    errata: list[ErratumEffect]
    added: list[str]
    """Statements that were added since: new evidence, and no erratum."""
    figures: list[CorrectedFigures]
    """Empty without a correction."""


class Errata(Simulated):
    """What was corrected since an edition was released."""

    edition: Edition
    countries: list[CountryErrata]
    without_profile: list[str]
    """Countries of the edition that have no profile now."""


class ReconciledRule(Shape):
    """A rule of a published total, without its weights."""

    combination: Literal["power", "least", "greatest", "product", "median", "linear"]
    """A power mean has weights; `linear` has points per unit of each part."""
    exponent: float | None
    """Of a power mean: 1 for the arithmetic, 0 for the geometric mean."""
    inverted: bool
    """Whether the mean is of what is missing to the top of the scale."""
    offset: str
    """Added to the parts and subtracted from the mean, in units of the scale."""
    scale: float
    """The top of the scale of the parts."""
    factor: str
    """The total of parts at the top of a scale to 1."""
    rounding: Literal["nearest", "down", "up"]
    from_unrounded_parts: bool
    """Whether the total was computed before the parts were rounded."""
    text: str


class OtherRule(ReconciledRule):
    """Another rule that reproduces as many rows."""

    fits: int


class ReconciledWeight(Shape):
    """A part and its weight."""

    part: str
    weight: Figure
    """Points per unit in a linear rule; None for a rule without weights."""
    fraction: str | None
    interval: Interval | None


class SimplestWeights(Shape):
    """How simple the weights are."""

    denominator: int | None
    """None for equal weights."""
    count: int | None
    """How many weights of this denominator reproduce the same rows; None if there are too many to count."""


class ReconciledPart(Shape):
    """A part in units of its own."""

    part: str
    better: Literal["higher", "lower"]
    logarithm: bool
    worst: float
    best: float


class Reason(Shape):
    """Why a row may not fit."""

    kind: Literal[
        "gate",
        "shifted",
        "exchanged-rows",
        "exchanged-parts",
        "swapped-digits",
        "decimal-point",
        "left-out",
        "last-digit",
    ]
    text: str


class Misfit(Shape):
    """A row that does not fit."""

    line: int
    name: str
    printed: float
    rule: Figure


class MisfitTotal(Misfit):
    """A row whose total does not fit."""

    hint: Reason | None


class ReconciledRanks(Shape):
    """How ranks follow from totals."""

    better: Literal["higher", "lower"]
    ties: Literal["competition", "dense", "ordinal", "last", "mean"]
    also: list[Literal["competition", "dense", "ordinal", "last", "mean"]]
    """Other treatments of ties that reproduce as many ranks."""
    of: Literal["printed", "corrected", "unrounded"]
    """`corrected`: printed totals, but those of the rule in rows that do not fit."""
    fits: int
    count: int
    misfits: list[Misfit]


class ClassCut(Shape):
    """The border of two classes."""

    below: str
    above: str
    highest_below: float
    lowest_above: float
    cut: Figure
    at_the_cut: Literal["above", "below"] | None
    """Where a total of exactly this value belongs; None if no row has it."""


class MisfitClass(Shape):
    """A row whose class does not fit."""

    line: int
    name: str
    total: float
    printed: str


class ReconciledClasses(Shape):
    """Where classes are cut, from the lowest to the highest."""

    names: list[str]
    cuts: list[ClassCut]
    misfits: list[MisfitClass]


class Reconcile(Shape):
    """The rule of a published table."""

    format_version: Literal[2]
    total: str
    rows: int
    left_out: list[int]
    """Lines of the rows without a total or a part."""
    fits: int
    found: bool
    """Whether the rule reproduces at least half of the rows."""
    identified: bool
    doubts: list[str]
    rule: ReconciledRule
    exponents: Interval | None
    """The exponents with which some weights reproduce the same rows."""
    also_rounded: list[Literal["nearest", "down", "up"]]
    weights: list[ReconciledWeight]
    constant: Figure
    """What a linear rule adds."""
    simplest: SimplestWeights | None
    raw: list[ReconciledPart]
    others: list[OtherRule]
    decimals: int
    misfits: list[MisfitTotal]
    ranks: ReconciledRanks | None
    classes: ReconciledClasses | None


DOCUMENTS: dict[str, Any] = {
    "score": Score,
    "explain": ExplainNode | ExplainStatement,
    "rank": Rank,
    "compare": Compare,
    "peers": Peers,
    "matrix": Matrix,
    "actors": Actors,
    "trend": Trend | Trends,
    "whatif": Whatif,
    "scenario": Supposed | Reached,
    "levers": Levers,
    "sensitivity": Sensitivity,
    "audit": Audit,
    "calibrate": Calibrate,
    "validity": Validity | ValidityEvents,
    "agreement": Agreement,
    "statements": Statements,
    "due": Due,
    "reviews": Reviews,
    "qualify": Qualified,
    "check": Check,
    "diff": Diff,
    "brief": Brief,
    "verify": Verify,
    "resolve": Resolve,
    "errata": Errata,
    "reconcile": Reconcile,
}
"""The shape of the document of each command that has --format json."""


class _Short(GenerateJsonSchema):
    """Shorter schemas than pydantic's: keys have no title, and a nullable type is a list of two type names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  pydantic's signature
        return False

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        match self.generate_inner(schema["schema"]):
            case {"type": str(name), **rest} if not rest:
                return {"type": [name, "null"]}
        return super().nullable_schema(schema)


def output_schema(command: str) -> dict[str, Any]:
    """The JSON Schema of what a command prints with --format json."""
    return described(DOCUMENTS[command], f"scoring {command} --format json")


def described(shape: Any, title: str) -> dict[str, Any]:
    """The JSON Schema of a shape."""
    schema = TypeAdapter(shape).json_schema(schema_generator=_Short)
    schema.pop("title", None)
    return {"$schema": DRAFT, "title": title, **schema}
