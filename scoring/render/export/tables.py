"""The tables that every format of an export writes: plain values under described fields, with keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from scoring.analysis.explain import REASONS, explain, leaves
from scoring.citing.citation import identify
from scoring.model.fields import read_date
from scoring.model.kinds import KINDS
from scoring.render.citation import engine
from scoring.render.objects import leaf_figures, score_figures
from scoring.render.wording import collected_earlier, incomparable, quantiles
from scoring.text import numbers as figures

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore, Score
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.simulation import Simulation

Cell: TypeAlias = "str | int | float | bool | dt.date | None"
Kind: TypeAlias = Literal["string", "integer", "number", "boolean", "date"]

POINTS, SHARE, RANK, YEARS = "points of 0 to 100", "share of 0 to 1", "rank", "years"
DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
COUNTRY = "[A-Z]{3}"


@dataclass(frozen=True)
class Field:
    """A column; `pattern` is of the whole text, `among` are all values that it may have."""

    name: str
    kind: Kind
    description: str
    unit: str = ""
    required: bool = False
    among: tuple[str, ...] = ()
    pattern: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def title(self) -> str:
        """The name as a head for people."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Reference:
    """Fields whose values stand as the key of a table, or are none."""

    fields: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class DataTable:
    """Rows of plain values, None for none, under fields; no two rows have the same key."""

    name: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    references: tuple[Reference, ...] = ()

    @property
    def title(self) -> str:
        """The name as a head for people."""
        return self.name.capitalize()

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows with the names of their fields."""
        names = [field.name for field in self.fields]
        return (dict(zip(names, row, strict=True)) for row in self.rows)


@dataclass(frozen=True)
class Export:
    """What is exported, and what it was made by; no clock is asked."""

    name: str
    title: str
    version: str
    engine: str
    day: dt.date | None
    """The latest as-of date; None without countries."""
    rubric: RuleBook
    rubric_digest: str
    settings: Settings
    notes: tuple[str, ...]
    """What must be known before figures are compared."""
    licence: str | None
    """The text of the licence of the data."""
    ranking: DataTable
    pillars: DataTable
    indicators: DataTable
    statements: DataTable
    codes: DataTable
    parts: DataTable
    sources: DataTable
    nodes: DataTable
    levels: DataTable

    @property
    def tables(self) -> tuple[DataTable, ...]:
        """All tables, the most asked for first."""
        return (
            self.ranking,
            self.pillars,
            self.indicators,
            self.statements,
            self.codes,
            self.parts,
            self.sources,
            self.nodes,
            self.levels,
        )


def export_of(assessment: Assessment, simulation: Simulation, licence: str | None) -> Export:
    """The tables of an assessment and of what its draws say."""
    rubric = assessment.book.rubric
    day = max(assessment.as_of, default=None)
    return Export(
        name=rubric.id,
        title=assessment.title,
        version=f"{rubric.version}+{day.isoformat()}" if day else rubric.version,
        engine=engine(),
        day=day,
        rubric=assessment.book,
        rubric_digest=assessment.rubric_digest,
        settings=simulation.settings,
        notes=(
            *incomparable(assessment.by_rank, assessment.book.rubric.comparable.years),
            *collected_earlier(assessment.by_rank),
        ),
        licence=licence,
        ranking=_ranking(assessment, simulation),
        pillars=_pillars(assessment),
        indicators=_indicators(assessment),
        statements=_statements(assessment),
        codes=_codes(assessment),
        parts=_parts(assessment),
        sources=_sources(assessment),
        nodes=_nodes(assessment),
        levels=_levels(assessment),
    )


# -- fields ------------------------------------------------------------------------------------------------------------


def _points(name: str, description: str) -> Field:
    return Field(name, "number", description, POINTS, least=0, most=100)


def _share(name: str, description: str, *, required: bool = False) -> Field:
    return Field(name, "number", description, SHARE, required=required, least=0, most=1)


def _text(name: str, description: str, **rest: Any) -> Field:
    return Field(name, "string", description, **rest)


COUNTRY_FIELD = _text("country", "ISO 3166-1 alpha-3 code of the country.", required=True, pattern=COUNTRY)
NODE_FIELD = _text("node", "Path of the node in the rubric, ids from the index down.", required=True)
STATEMENT_FIELD = _text("statement", "Id of the statement, within its country.", required=True)
FIGURES = (
    _points("estimate", "The figure; none where the index is withheld, or where there is no evidence on the node."),
    _points("stated", "What the evidence alone says, whatever its weight; none without evidence."),
    _points("low", "Evidence bound: the lowest value consistent with the evidence."),
    _points("high", "Evidence bound: the highest value consistent with the evidence."),
    _share("information", "How much of the figure rests on evidence, after grades and age."),
    _share("availability", "How much of the figure has any evidence at all."),
)
TO_COUNTRY = Reference(("country",), "ranking", ("country",))
TO_NODE = Reference(("node",), "nodes", ("node",))
TO_STATEMENT = Reference(("country", "statement"), "statements", ("country", "id"))


def _figures(country: CountryScore, score: Score) -> tuple[float | None, ...]:
    """The six figures; without an estimate where the index is withheld, since pillars would give it away."""
    figures = score_figures(score)
    if not country.is_published:
        figures["estimate"] = None
    return tuple(figures[field.name] for field in FIGURES)


# -- countries ---------------------------------------------------------------------------------------------------------


def _ranking(assessment: Assessment, simulation: Simulation) -> DataTable:
    low, high = quantiles(assessment.book.rubric)
    fields = (
        COUNTRY_FIELD,
        _text("name", "English short name of the country.", required=True),
        _text("actor", "ISO 3166-1 alpha-3 code of the hostile actor.", required=True, pattern=COUNTRY),
        Field("as_of", "date", "The day that the scores speak for.", required=True),
        Field("published", "boolean", "Whether the index reaches what the rubric asks of it.", required=True),
        _text("withheld_because", "Why the index is withheld; none where it is published."),
        Field("rank", "integer", "1 is the highest estimate among the published; ties share the best.", RANK, least=1),
        Field("ranked", "integer", "How many countries have a rank.", "countries", required=True, least=0),
        Field("rank_low", "integer", f"{low} % quantile of the rank in the draws.", RANK, least=1),
        Field("rank_high", "integer", f"{high} % quantile of the rank in the draws.", RANK, least=1),
        *FIGURES[:4],
        _points("interval_low", f"{low} % quantile of the index in the draws."),
        _points("interval_high", f"{high} % quantile of the index in the draws."),
        *FIGURES[4:],
        _text("band", "The rubric's word for the estimate.", among=_labels(assessment)),
        Field("coded_until", "date", "The day up to which evidence was gathered.", required=True),
        _text("profile_digest", "sha256 of the profile that was scored.", required=True, pattern="[0-9a-f]{64}"),
        _text("citation", "Id of the score, to cite it by; it can be recomputed.", required=True),
    )
    return DataTable(
        name="ranking",
        description="One row a country: the index, its range, interval, rank and band. The published stand first.",
        fields=fields,
        key=("country",),
        rows=tuple(_ranking_row(country, simulation) for country in assessment.by_rank),
    )


def _labels(assessment: Assessment) -> tuple[str, ...]:
    return tuple(band.label for band in assessment.book.rubric.bands)


def _ranking_row(country: CountryScore, simulation: Simulation) -> tuple[Cell, ...]:
    estimate, stated, low, high, information, availability = _figures(country, country.index)
    assessment = simulation.assessment
    row = country.row
    rank_low, rank_high = simulation.rank_interval(row) or (None, None)
    return (
        country.code,
        country.name,
        country.profile.actor,
        country.as_of,
        country.is_published,
        country.reason or None,
        country.rank,
        country.ranked,
        rank_low,
        rank_high,
        estimate,
        stated,
        low,
        high,
        figures.exact_points(float(simulation.low[row])),
        figures.exact_points(float(simulation.high[row])),
        information,
        availability,
        country.band,
        country.coded_until,
        country.digest,
        identify(assessment, row),
    )


def _pillars(assessment: Assessment) -> DataTable:
    publish = assessment.book.rubric.publish
    thin = f"Information below {publish.information:g} or availability below {publish.availability:g}."
    return DataTable(
        name="pillars",
        description="One row a country and pillar.",
        fields=(COUNTRY_FIELD, NODE_FIELD, *FIGURES, Field("thin", "boolean", thin, required=True)),
        key=("country", "node"),
        references=(TO_COUNTRY, TO_NODE),
        rows=tuple(
            (country.code, pillar.node.path, *_figures(country, pillar), pillar.is_thin)
            for country in assessment.by_rank
            for pillar in country.pillars
        ),
    )


def _indicators(assessment: Assessment) -> DataTable:
    conflict = _share("conflict", "How far the statements contradict each other; none where children carry the figure.")
    return DataTable(
        name="indicators",
        description="One row a country and indicator; the items of a checklist stand in the table parts.",
        fields=(COUNTRY_FIELD, NODE_FIELD, *FIGURES, conflict),
        key=("country", "node"),
        references=(TO_COUNTRY, TO_NODE),
        rows=tuple(
            (country.code, score.node.path, *_figures(country, score), leaf_figures(score).get("conflict"))
            for country in assessment.by_rank
            for score in country.nodes
            if score.node.kind not in ("index", "pillar", "item")
        ),
    )


# -- evidence ----------------------------------------------------------------------------------------------------------


def _statements(assessment: Assessment) -> DataTable:
    return DataTable(
        name="statements",
        description="One row a statement: a sentence of evidence, where it comes from, and whether it enters a score.",
        fields=(
            COUNTRY_FIELD,
            _text("id", "Id of the statement, within its country.", required=True),
            _text("text", "The sentence.", required=True),
            _text("source", "Id of the source, within the country.", required=True),
            _text("locator", "Where in the source.", required=True),
            _text("date", "The day that the statement speaks for, as it is written.", pattern=DATE),
            Field("day", "date", "The date as it is read: a year alone as its 1 July, a month alone as its 15th."),
            _text("until", "The last day on which it is in force, as it is written.", pattern=DATE),
            Field(
                "credibility",
                "integer",
                "Admiralty grade of the statement: 1 confirmed … 5 improbable, 6 cannot be judged.",
                required=True,
                least=1,
                most=6,
            ),
            _text("confidence", "How sure the coder is of the code.", required=True, among=("high", "moderate", "low")),
            Field(
                "absence", "boolean", "The statement says that a thing was looked for and is not there.", required=True
            ),
            _text("same_as", "Id of the statement of the country that tells this already."),
            Field("context", "boolean", "Recorded and never scored.", required=True),
            _text("note", "Remark of the coder."),
            _text("adjudication", "Where coders read it differently: why, and what was decided."),
            Field("enters", "boolean", "Whether it weighs in at least one indicator or item.", required=True),
            _text("left_out_because", "Where it enters nowhere: why.", among=tuple(REASONS)),
        ),
        key=("country", "id"),
        references=(TO_COUNTRY, Reference(("country", "source"), "sources", ("country", "id"))),
        rows=tuple(_statement_rows(assessment)),
    )


def _statement_rows(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    for row, profile in enumerate(assessment.profiles):
        entered = {entry.statement for leaf in assessment.leaves[row].values() for entry in leaf.entries}
        reasons = {one.statement: one.reason for one in sorted(assessment.exclusions[row], reverse=True)}
        for one in sorted(profile.statements, key=lambda statement: statement.id):
            yield (
                profile.country,
                one.id,
                one.text,
                one.source,
                one.locator,
                one.date,
                read_date(one.date) if one.date else None,
                one.until,
                one.credibility,
                one.confidence,
                one.absence,
                one.same_as,
                one.context,
                one.note,
                one.adjudication,
                one.id in entered,
                None if one.id in entered else reasons.get(one.id),
            )


def _codes(assessment: Assessment) -> DataTable:
    return DataTable(
        name="codes",
        description="One row a statement, indicator and reading: what a coder took the statement to say.",
        fields=(
            COUNTRY_FIELD,
            STATEMENT_FIELD,
            _text("node", "Path of the indicator in the rubric.", required=True),
            Field("reading", "integer", "1 the first coder, 2 and on the others by name.", required=True, least=1),
            _text("coder", "Name of the coder; none for the first."),
            _text("code", "The code as JSON: a level's key, items with their answers, or numbers.", required=True),
        ),
        key=("country", "statement", "node", "reading"),
        references=(TO_STATEMENT, TO_NODE),
        rows=tuple(_code_rows(assessment)),
    )


def _code_rows(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    paths = {node.id: node.path for node in assessment.nodes if node.kind != "item"}
    for profile in assessment.profiles:
        for statement in sorted(profile.statements, key=lambda statement: statement.id):
            readings = [(None, statement.codes or {}), *sorted((statement.coders or {}).items())]
            for number, (coder, codes) in enumerate(readings, start=1):
                for name, code in sorted(codes.items()):
                    text = json.dumps(code, ensure_ascii=False, sort_keys=True)
                    yield profile.country, statement.id, paths[name], number, coder, text


def _parts(assessment: Assessment) -> DataTable:
    return DataTable(
        name="parts",
        description="One row a statement and indicator, or item of a checklist, that it codes: what it brings, or why "
        "nothing. All shares of a country sum to the information of its index.",
        fields=(
            COUNTRY_FIELD,
            STATEMENT_FIELD,
            _text("node", "Path of the indicator or item in the rubric.", required=True),
            Field("value", "number", "What the statement says, 1 the best; of a count, the number of events."),
            _share("weight", "grade × decay × detectability."),
            _share("grade", "What the Admiralty grades of source and statement are worth."),
            _share("decay", "The factor of age."),
            _share("detectability", "How likely the thing would have been found; of statements of absence."),
            _share("share", "Part of the whole index that rests on the statement here."),
            _text("left_out_because", "Why it does not enter here.", among=tuple(REASONS)),
        ),
        key=("country", "statement", "node"),
        references=(TO_STATEMENT, TO_NODE),
        rows=tuple(_part_rows(assessment)),
    )


def _part_rows(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    for row, profile in enumerate(assessment.profiles):
        found: list[tuple[Cell, ...]] = []
        for leaf in leaves(explain(assessment, row)):
            for part in leaf.parts:
                entry = part.entry
                numbers = (entry.value, entry.weight, entry.grade, entry.decay, entry.detectability, part.share)
                exact = map(figures.exact_unit, numbers)
                found.append((profile.country, part.statement.id, leaf.node.path, *exact, None))
            found += [
                (profile.country, one.statement.id, leaf.node.path, *[None] * 6, one.reason) for one in leaf.left_out
            ]
        yield from sorted(found, key=lambda cells: cells[:3])


def _sources(assessment: Assessment) -> DataTable:
    return DataTable(
        name="sources",
        description="One row a source of a country.",
        fields=(
            COUNTRY_FIELD,
            _text("id", "Id of the source, within the country.", required=True),
            _text("title", "Title of the source.", required=True),
            _text("publisher", "Who published it.", required=True),
            _text(
                "reliability",
                "Admiralty grade of the source: A reliable … E unreliable, F cannot be judged.",
                required=True,
                among=tuple("ABCDEF"),
            ),
            _text("url", "Address."),
            _text("accessed", "The day on which it was read, as it is written.", pattern=DATE),
            _text("note", "Why this grade, how the source was read."),
        ),
        key=("country", "id"),
        references=(TO_COUNTRY,),
        rows=tuple(
            (profile.country, name, one.title, one.publisher, one.reliability, one.url, one.accessed, one.note)
            for profile in assessment.profiles
            for name, one in sorted(profile.sources.items())
        ),
    )


# -- rubric ------------------------------------------------------------------------------------------------------------


def _nodes(assessment: Assessment) -> DataTable:
    kinds = ("index", "pillar", "group", *KINDS, "item")
    return DataTable(
        name="nodes",
        description="The tree of the rubric, one row a node: index, pillars, indicators, items of checklists.",
        fields=(
            NODE_FIELD,
            _text("id", "Id of the node; of an item, its key.", required=True),
            _text("parent", "Path of the node above; none for the index."),
            _text("kind", "What the node is, or how its statements are coded.", required=True, among=kinds),
            _text("label", "Title, question or text.", required=True),
            _share("share", "Weight among its siblings, which sum to 1.", required=True),
            _share("nominal", "Share of the whole index.", required=True),
            Field("points", "number", "Of an item: its weight as written; below 0 it is harmful."),
            Field("half_life", "number", "In which a statement loses half its weight; none: it does not age.", YEARS),
            _text("pool", "Which statements enter.", among=("mean", "latest")),
            _share("detectability", "How likely a thing of this kind would have been found if it existed."),
            Field("worst", "number", "Of a number or share: what counts 0."),
            Field("best", "number", "Of a number or share: what counts 1."),
            Field("window", "number", "Of a count: before the as-of date within which events count.", YEARS),
            Field("saturation", "number", "Of a count: the number of events that counts 1.", "events"),
            _text("rationale", "Why it is asked."),
            _text("guidance", "How to read borderline cases."),
        ),
        key=("node",),
        references=(Reference(("parent",), "nodes", ("node",)),),
        rows=tuple(_node_rows(assessment)),
    )


LEAF_FIELDS = ("half_life", "pool", "detectability", "worst", "best", "window", "saturation", "rationale", "guidance")


def _node_rows(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    asked = {one.id: one for pillar in assessment.book.pillars for one in _every(pillar.indicators)}
    for node in assessment.nodes:
        parent = None if node.parent is None else assessment.nodes[node.parent]
        model = asked.get(node.id) if node.kind != "item" else None
        points = None
        if node.kind == "item" and parent is not None:
            points = next(item.points for item in assessment.book.leaves[parent.id].checklist if item.key == node.id)
        yield (
            node.path,
            node.id,
            parent.path if parent else None,
            node.kind,
            node.label,
            figures.exact_unit(node.local_weight),
            figures.exact_unit(node.global_weight),
            points,
            *(getattr(model, name, None) for name in LEAF_FIELDS),
        )


def _every(indicators: Iterable[Any]) -> Iterator[Any]:
    """All indicators, groups and what is in them."""
    for indicator in indicators:
        yield indicator
        yield from _every(indicator.children)


def _levels(assessment: Assessment) -> DataTable:
    paths = {node.id: node.path for node in assessment.nodes if node.kind != "item"}
    return DataTable(
        name="levels",
        description="One row a level of an indicator of the kind levels, the lowest first.",
        fields=(
            _text("node", "Path of the indicator in the rubric.", required=True),
            _text("key", "The code that means the level.", required=True),
            Field("position", "integer", "1 the lowest.", required=True, least=1),
            _text("text", "The anchor: what must be documented.", required=True),
            _share("value", "What the level counts, 1 the best.", required=True),
        ),
        key=("node", "key"),
        references=(TO_NODE,),
        rows=tuple(
            (paths[name], level.key, position, level.text, figures.exact_unit(level.value))
            for name, leaf in assessment.book.leaves.items()
            for position, level in enumerate(leaf.anchors(), start=1)
            if level.value is not None
        ),
    )
