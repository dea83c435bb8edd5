"""The shapes of the JSON documents that commands print: the one source of schemas/output and of docs/json.md.

Figures are points of 0 to 100, and `information`, `availability`, `conflict`, shares and probabilities lie in [0, 1];
`null` stands where there is none.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Figure: TypeAlias = float | None
Interval: TypeAlias = tuple[Figure, Figure]
Cause: TypeAlias = Literal[
    "new statements", "removed statements", "re-coded statements", "grades and dates", "rubric", "time"
]


class Shape(BaseModel):
    """An object with these keys and no other."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


# -- what documents share ----------------------------------------------------------------------------------------------


class Rubric(Shape):
    """The rubric that was used."""

    id: str
    version: str
    digest: str
    """sha256 of its canonical JSON."""


class Exponent(Shape):
    """An exponent across pillars, and how often it is drawn."""

    exponent: float
    probability: float


class SettingsAtTop(Shape):
    """The settings of a simulation where they also stand at the top, as before `settings` was added."""

    draws: int
    seed: int
    shared: float
    """The probability that missing evidence follows the country's shared draw."""
    kappa: float
    """Concentration of the weights."""


class Settings(SettingsAtTop):
    """The settings of a simulation."""

    exponents: list[Exponent]


class Document(Shape):
    """What every document begins with."""

    format_version: Literal[1]
    rubric: Rubric


class Simulated(Document):
    """What every document of a simulation begins with."""

    settings: Settings


class Figures(Shape):
    """The figures of a node."""

    estimate: Figure
    """None where the index is withheld, or the node has no evidence."""
    stated: Figure
    low: Figure
    high: Figure
    information: Figure
    availability: Figure


class LeafFigures(Figures):
    """The figures of a node that takes statements itself."""

    conflict: Figure


class Country(Shape):
    """A country and its scores."""

    country: str
    name: str
    actor: str
    as_of: str
    coded_until: str
    profile_digest: str
    published: bool
    withheld_because: list[str]
    rank: int | None
    """Among all published countries of the folder."""
    band: str | None
    index: Figures
    pillars: dict[str, Figures]
    indicators: dict[str, LeafFigures | Figures]
    """A checklist has no `conflict`, its items have."""


class Statement(Shape):
    """A statement with its source."""

    id: str
    text: str
    source: str
    title: str
    publisher: str
    url: str | None
    locator: str
    date: str | None
    reliability: str
    credibility: int
    confidence: str
    absence: bool


# -- scores ------------------------------------------------------------------------------------------------------------


class Score(Document):
    """Indices with range, rank and band."""

    as_of: str | None
    """None where the countries have different days."""
    countries: list[Country]


class Part(Shape):
    """How a statement enters an indicator."""

    answer: str
    value: Figure
    weight: Figure
    grade_factor: Figure
    age_factor: Figure
    detectability_factor: Figure
    share_of_index: Figure


class Entered(Statement, Part):
    """A statement of an indicator."""


class NotEntered(Shape):
    """A statement that does not enter an indicator."""

    id: str
    reason: str


class Inner(Figures):
    """A node made of others."""

    path: str
    kind: Literal["index", "pillar", "group", "checklist"]
    label: str
    share_of_index: Figure
    children: list[Inner | Leaf]
    statements: list[Entered]
    not_entered: list[NotEntered]


class Leaf(LeafFigures):
    """A node made of statements."""

    path: str
    kind: Literal["levels", "number", "share", "rank", "count", "item"]
    label: str
    share_of_index: Figure
    children: list[Inner | Leaf]
    statements: list[Entered]
    not_entered: list[NotEntered]


class OneCountry(Document):
    """What a document about one country begins with."""

    country: str
    actor: str
    as_of: str
    profile_digest: str


class ExplainNode(OneCountry):
    """A figure down to its statements."""

    node: Inner | Leaf


class EntersAt(Part):
    """An indicator that a statement enters."""

    path: str


class NotEnteredAt(Shape):
    """An indicator that a statement does not enter; no path where it enters none at all."""

    path: str | None
    reason: str


class ExplainStatement(OneCountry):
    """Where a statement goes, with `--statement`."""

    statement: Statement
    twins: list[str]
    enters: list[EntersAt]
    not_entered: list[NotEnteredAt]
    pillars: dict[str, Figures]
    index: Figures


class RankedCountry(Country):
    """A country with its uncertainty."""

    median: Figure
    interval: Interval
    rank_interval: tuple[int, int] | None
    rank_probabilities: list[Figure] | None
    """Of rank 1, 2 and so on."""
    indistinguishable_from: list[str]
    band_probabilities: dict[str, Figure]


class Rank(Simulated, Settings):
    """Ranks with uncertainty."""

    as_of: str | None
    p_above: dict[str, dict[str, Figure]]
    """The probability that the first country lies above the second."""
    countries: list[RankedCountry]


class ComparedIndex(Shape):
    """The index of one of a pair."""

    estimate: Figure
    interval: Interval


class ComparedPillar(Shape):
    """What a pillar contributes to a difference."""

    above: Figure
    below: Figure
    part: Figure
    """Its Shapley part of the difference."""
    weight: Figure
    order_holds: Interval
    """The weights of the pillar for which the order is the same."""


class ComparedIndicator(Shape):
    """What an indicator contributes to a difference."""

    question: str
    above: Figure
    below: Figure
    weighted: Figure


class TurningStatement(Shape):
    """A statement without which, with others, the order reverses."""

    country: str
    id: str
    text: str


class Reversal(Shape):
    """Statements without which the order reverses."""

    smallest: bool
    statements: list[TurningStatement]


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


class Compare(Simulated, Settings):
    """What drives the difference of countries."""

    caveats: list[str]
    pairs: list[Pair]


class StepStatement(Shape):
    """A statement of a step."""

    statement: str
    change: str
    moves: Figure


class Step(Shape):
    """What led from one day to the next."""

    move: Figure
    interval: Interval
    more_than_noise: bool
    parts: dict[str, Figure]
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

    country: str
    actor: str
    points: list[Point]


class Moved(Shape):
    """The difference between two indices under common draws."""

    estimate: Figure
    median: Figure
    interval: Interval


class Whatif(Simulated, Settings):
    """What an answer or a lost statement moves."""

    as_of: str | None
    difference: Moved
    before: Country
    after: Country


class Lever(Shape):
    """One step up from what the evidence states."""

    indicator: str
    item: str | None
    now: str
    then: str
    gain: Figure


class Levers(Document):
    """The single steps that would raise an index most."""

    as_of: str | None
    country: str
    index: Figures
    levers: list[Lever]


# -- uncertainty -------------------------------------------------------------------------------------------------------


class SobolIndices(Shape):
    """How much of a variance a group of factors makes: first order and total, each with its error."""

    first: Figure
    first_error: Figure
    total: Figure
    total_error: Figure


class VariantCountry(Shape):
    """A country under a variant."""

    estimate: Figure
    rank: int | None


class Variant(Shape):
    """All countries under a variant: by code."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, VariantCountry]
    mean_rank_shift: Figure


class EffectiveWeight(Shape):
    """The main effect of a pillar, as a weight."""

    weight: Figure
    interval: Interval


class Weights(Shape):
    """The weights of pillars: as the rubric gives them, as they work, and by country."""

    nominal: dict[str, Figure]
    effective: dict[str, EffectiveWeight] | None
    local: dict[str, dict[str, Figure]]


class Sensitivity(Simulated, SettingsAtTop):
    """What the result depends on."""

    as_of: str | None
    countries: list[Country]
    sobol: dict[str, dict[str, SobolIndices]]
    """By output, then by group of factors."""
    without_pillar: dict[str, Variant]
    without_indicator: dict[str, Variant]
    exponents: dict[str, Variant]
    """By exponent across pillars; those of the draws stand in `settings`."""
    weights: Weights
    without_source: dict[str, dict[str, VariantCountry]] = Field(default_factory=dict)
    """By country that was named, then by source."""


class Finding(Shape):
    """One figure of a check."""

    subject: str
    measure: str
    value: Figure
    interval: Interval | None
    doubtful: bool


class AuditCheck(Shape):
    """One question to the index."""

    name: str
    question: str
    not_tested: str | None
    findings: list[Finding]


class Audit(Simulated, Settings):
    """The statistical coherence of the index."""

    as_of: str | None
    countries: list[str]
    checks: list[AuditCheck]


class Places(Shape):
    """A country and its places among those that both tables have."""

    country: str
    ours: float
    theirs: float


class ExternalComparison(Shape):
    """A node beside a table of others."""

    node: str
    countries: int
    rank_correlation: Figure
    interval: Interval
    places: list[Places]


class ExternalTable(Shape):
    """A table that others published."""

    id: str
    title: str
    comparisons: list[ExternalComparison]


class Validity(Document):
    """The index beside tables that others published."""

    tables: list[ExternalTable]


# -- evidence ----------------------------------------------------------------------------------------------------------


class Alpha(Shape):
    """Krippendorff's alpha of a node."""

    node: str
    alpha: Figure
    low: Figure
    high: Figure
    readings: int
    alike: Figure


class Coding(Shape):
    """A statement that was coded twice or more."""

    country: str
    statement: str
    node: str
    codes: list[Any]
    values: list[Figure]


class Adjudication(Shape):
    """A statement that was coded differently, and what was decided."""

    country: str
    statement: str
    decision: str


class Agreement(Document):
    """Inter-coder reliability."""

    countries: list[str]
    alphas: list[Alpha]
    unpaired: int
    readings: list[Coding]
    adjudications: list[Adjudication]


class Evidence(Statement):
    """A statement with its country and codes."""

    country: str
    actor: str
    until: str | None
    same_as: str | None
    context: bool
    pillars: list[str]
    codes: dict[str, Any]
    """Indicator: code."""


class Statements(Document):
    """The evidence itself."""

    statements: list[Evidence]


# -- change ------------------------------------------------------------------------------------------------------------


class FigureMove(Shape):
    """A figure that moved; node and figure are empty for a country that is new or gone."""

    country: str
    node: str
    figure: str
    was: float | str | None
    now: float | str | None


class LockedRubric(Rubric):
    """The rubric of now, and that of the lock."""

    locked: str
    now: str
    changed: bool


class Check(Document):
    """What moved since the lock."""

    rubric: LockedRubric
    moved: bool
    tolerance: float
    profiles_changed: list[str]
    """Whose profile changed, while no figure did."""
    moves: list[FigureMove]


class StatementChange(Shape):
    """A statement that changed."""

    statement: str
    cause: Cause
    undone: Figure
    """How much higher the index would be without this change alone."""


class CountryMove(Shape):
    """A country whose index moved, and why."""

    country: str
    was: Figure
    now: Figure
    interval: Interval
    more_than_noise: bool
    rank: tuple[int | None, int | None]
    band: tuple[str | None, str | None]
    causes: dict[Cause, Figure]
    statements: list[StatementChange]


class Diff(Simulated):
    """Why scores moved."""

    base: str
    countries: list[CountryMove]
    moves: list[FigureMove]


class Since(Shape):
    """What a briefing compares with."""

    asked: str
    compared_with: Literal["revision", "folder", "day", "evidence"]
    commit: str | None


class BothRubrics(Rubric):
    """The rubric of now, and that of then."""

    was: Rubric
    now: Rubric
    changed: bool


class RankMove(Shape):
    """A rank that moved."""

    country: str
    was: int
    now: int
    interval: tuple[int, int]
    beyond: bool


class Publication(Shape):
    """A country that is published or withheld now: the reasons of then and of now."""

    country: str
    was: list[str]
    now: list[str]


class ChangedStatements(Shape):
    """Statements of a country that changed alike."""

    country: str
    cause: Cause
    statements: list[str]


class OutlookDay(Shape):
    """What ageing leaves of the evidence on a day."""

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
    withheld_from: str | None
    days: list[OutlookDay]


class Brief(Simulated):
    """What is new."""

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
    """A figure of a report."""

    figure: str
    line: int
    said: str
    now: str | None
    status: Literal["holds", "unknown", "outdated", "wrong"]
    revision: str | None
    remark: str | None


class Citation(Shape):
    """An id in a report with its figures."""

    file: str
    line: int
    id: str
    status: Literal["holds", "unknown", "outdated", "wrong"]
    now: str | None
    revision: str | None
    why: str | None
    remark: str | None
    not_read: list[str]
    figures: list[CitedFigure]


class Verify(Simulated):
    """Whether what reports cite holds."""

    citations: list[Citation]
    without_id: list[str]


DOCUMENTS: dict[str, Any] = {
    "score": Score,
    "explain": ExplainNode | ExplainStatement,
    "rank": Rank,
    "compare": Compare,
    "trend": Trend,
    "whatif": Whatif,
    "levers": Levers,
    "sensitivity": Sensitivity,
    "audit": Audit,
    "validity": Validity,
    "agreement": Agreement,
    "statements": Statements,
    "check": Check,
    "diff": Diff,
    "brief": Brief,
    "verify": Verify,
}
"""The shape of the document of each command that has --format json."""


class _Short(GenerateJsonSchema):
    """As pydantic writes schemas, but to be read: a key has no title, and what may be null is a type of two names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  pydantic's signature
        return False

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        match self.generate_inner(schema["schema"]):
            case {"type": str(name), **rest} if not rest:
                return {"type": [name, "null"]}
        return super().nullable_schema(schema)


def output_schema(command: str) -> dict[str, Any]:
    """The JSON Schema of what a command prints with --format json."""
    described = TypeAdapter(DOCUMENTS[command]).json_schema(schema_generator=_Short)
    described.pop("title", None)
    return {"$schema": DRAFT, "title": f"scoring {command} --format json", **described}
