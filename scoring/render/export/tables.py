"""The tables of an export, shared by all its formats: plain values, described fields, and keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from scoring.analysis.explain import REASONS, explain, leaves
from scoring.citing.citation import identify
from scoring.index.summary import below_thresholds, collected_earlier, incomparable, quantiles
from scoring.model.fields import read_date
from scoring.model.kinds import KINDS, AnyIndicator
from scoring.model.review import Role
from scoring.render.bibliography import engine
from scoring.render.objects import leaf_figures, score_figures
from scoring.render.wording import withdrawal
from scoring.text import numbers as figures

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.analysis.reviews import Reviewed
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore, Score
    from scoring.index.tree import Node
    from scoring.model.review import Answer, Review
    from scoring.model.rubric import Rubric, RuleBook
    from scoring.model.scale import Scale
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.simulation import Simulation

Cell: TypeAlias = "str | int | float | bool | dt.date | None"
Kind: TypeAlias = Literal["string", "integer", "number", "boolean", "date"]

SHARE, RANK, YEARS = "share of 0 to 1", "rank", "years"
DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
COUNTRY = "[A-Z]{3}"


@dataclass(frozen=True)
class Field:
    """A column of a table."""

    name: str
    kind: Kind
    description: str
    unit: str = ""
    required: bool = False
    among: tuple[str, ...] = ()
    """All allowed values; empty if any value is allowed."""
    pattern: str = ""
    """A regular expression that matches the whole text."""
    least: float | None = None
    most: float | None = None

    @property
    def title(self) -> str:
        """The name for people."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Reference:
    """A foreign key: the values of the fields are missing or a key of the table."""

    fields: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class DataTable:
    """Rows of plain values, None for a missing one; no two rows have the same key."""

    name: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    references: tuple[Reference, ...] = ()

    @property
    def title(self) -> str:
        """The name for people."""
        return self.name.capitalize()

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows as field name -> value."""
        names = [field.name for field in self.fields]
        return (dict(zip(names, row, strict=True)) for row in self.rows)


@dataclass(frozen=True)
class Export:
    """The tables of an export and their origin; without a time of creation, so that every run gives the same bytes."""

    name: str
    title: str
    version: str
    engine: str
    day: dt.date | None
    """The latest reference date; None without countries."""
    rubric: RuleBook
    rubric_digest: str
    scale: Scale
    """That of the index."""
    has_own_scales: bool
    """Whether a node below has another, which the table nodes says."""
    settings: Settings
    notes: tuple[str, ...]
    """Limits to the comparison of the figures."""
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
    reviews: DataTable | None
    """None without reviews."""

    @property
    def tables(self) -> tuple[DataTable, ...]:
        """All tables, the most used first."""
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
            *([self.reviews] if self.reviews else []),
        )


def export_of(
    assessment: Assessment, simulation: Simulation, licence: str | None, reviewed: Mapping[str, Reviewed] | None = None
) -> Export:
    """The export of an assessment and its simulation; reviewed: by country, of those that have a review."""
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
        scale=assessment.scale,
        has_own_scales=has_own_scales(assessment),
        settings=simulation.settings,
        notes=(
            *incomparable(assessment.by_rank, assessment.book.rubric.comparable.years),
            *collected_earlier(assessment.by_rank),
        ),
        licence=licence,
        ranking=_ranking(assessment, simulation, reviewed or {}),
        pillars=_pillars(assessment),
        indicators=_indicators(assessment),
        statements=_statements(assessment),
        codes=_codes(assessment),
        parts=_parts(assessment),
        sources=_sources(assessment),
        nodes=_nodes(assessment),
        levels=_levels(assessment),
        reviews=_reviews(reviewed) if reviewed else None,
    )


# -- fields ------------------------------------------------------------------------------------------------------------


def points(scale: Scale) -> str:
    """The unit of scores."""
    return f"points of {scale.spanned}"


OWN_POINTS = "points of the scale of the node"
"""The unit of scores in a table whose nodes have several scales, which the table nodes has."""


def _points(scales: Sequence[Scale], name: str, description: str) -> Field:
    """A field of figures on these scales."""
    unit = points(scales[0]) if len(scales) == 1 else OWN_POINTS
    least, most = min(scale.from_ for scale in scales), max(scale.to for scale in scales)
    return Field(name, "number", description, unit, least=least, most=most)


def _share(name: str, description: str, *, required: bool = False) -> Field:
    return Field(name, "number", description, SHARE, required=required, least=0, most=1)


def _text(name: str, description: str, **properties: Any) -> Field:
    return Field(name, "string", description, **properties)


COUNTRY_FIELD = _text(
    "country", "ISO 3166-1 alpha-3 code of the country, or the code of another unit.", required=True, pattern=COUNTRY
)
NODE_FIELD = _text("node", "Path of the node in the rubric: ids from the index down.", required=True)
STATEMENT_FIELD = _text("statement", "Id of the statement, within its country.", required=True)


def figure_fields(rubric: Rubric, scales: Sequence[Scale] = ()) -> tuple[Field, ...]:
    """The columns of the figures of nodes: of bounds, and of what is borrowed, only where the rubric has them.

    scales: those on which the figures of the nodes are, each once; by default that of the rubric.
    """
    scales = scales or (rubric.scale,)
    width = max(scale.width for scale in scales)
    bounds = (
        _points(
            scales, "stated", "Evidence mean: the score computed from the evidence alone; missing without evidence."
        ),
        _points(scales, "low", "Evidence bound: the lowest value consistent with the evidence."),
        _points(scales, "high", "Evidence bound: the highest value consistent with the evidence."),
    )
    borrowed = Field(
        "borrowed",
        "number",
        "The part of the estimate that follows from the country's own record, in place of missing evidence; missing "
        "where the estimate is.",
        points(scales[0]) if len(scales) == 1 else OWN_POINTS,
        least=-width,
        most=width,
    )
    return (
        _points(scales, "estimate", "The score; missing where the index is withheld or the node has no evidence."),
        *(bounds if rubric.has_bounds else ()),
        _share("information", "How much of the score rests on evidence, after grades and age."),
        _share("availability", "How much of the score has any evidence."),
        *((borrowed,) if rubric.prior.borrows else ()),
    )


TO_COUNTRY = Reference(("country",), "ranking", ("country",))
TO_NODE = Reference(("node",), "nodes", ("node",))
TO_STATEMENT = Reference(("country", "statement"), "statements", ("country", "id"))


def _figures(rubric: Rubric, country: CountryScore, score: Score) -> tuple[float | None, ...]:
    """The figures; without estimates where the index is withheld, since the pillars would reveal the index."""
    figures = score_figures(score)
    if not country.is_published:
        figures["estimate"] = figures["borrowed"] = None
    return tuple(figures[name] for name in _figure_names(rubric))


def _figure_names(rubric: Rubric) -> tuple[str, ...]:
    """The names of `figure_fields`."""
    bounds = ("stated", "low", "high") if rubric.has_bounds else ()
    borrowed = ("borrowed",) if rubric.prior.borrows else ()
    return ("estimate", *bounds, "information", "availability", *borrowed)


# -- countries ---------------------------------------------------------------------------------------------------------


def _ranking(assessment: Assessment, simulation: Simulation, reviewed: Mapping[str, Reviewed]) -> DataTable:
    low, high = quantiles(assessment.book.rubric)
    first, _ = assessment.book.rubric.first_and_last
    rubric = assessment.book.rubric
    ties = rubric.ranking.text
    actor = _text("actor", "ISO 3166-1 alpha-3 code of the actor.", pattern=COUNTRY)
    has_actor = any(profile.actor for profile in assessment.profiles)
    fields_of_scores = figure_fields(rubric, (assessment.scale,))
    at = [field.name for field in fields_of_scores].index("information")  # the interval stands before it
    fields = (
        COUNTRY_FIELD,
        _text("name", "English short name of the country, or the name of another unit.", required=True),
        *((actor,) if has_actor else ()),
        Field("as_of", "date", "The reference date of the scores.", required=True),
        Field("published", "boolean", "Whether the index passes the rubric's publication tests.", required=True),
        _text("withheld_because", "Why the index is withheld; missing where it is published."),
        Field("rank", "integer", f"1 is the {first} estimate among the published; {ties}.", RANK, least=1),
        Field("ranked", "integer", "How many countries have a rank.", "countries", required=True, least=0),
        Field("rank_low", "integer", f"{low} % quantile of the rank in the simulation.", RANK, least=1),
        Field("rank_high", "integer", f"{high} % quantile of the rank in the simulation.", RANK, least=1),
        *fields_of_scores[:at],
        _points((assessment.scale,), "interval_low", f"{low} % quantile of the index in the simulation."),
        _points((assessment.scale,), "interval_high", f"{high} % quantile of the index in the simulation."),
        *fields_of_scores[at:],
        _text("band", "The rubric's label for the estimate.", among=_labels(assessment)),
        Field("coded_until", "date", "The last day of the collection of evidence.", required=True),
        _text("profile_digest", "sha256 of the profile that was scored.", required=True, pattern="[0-9a-f]{64}"),
        _text("citation", "Id by which to cite the score; `scoring verify` recomputes it.", required=True),
        *(
            (_share("reviewed", "Part of the information that reviewers have read; missing without a review."),)
            if reviewed
            else ()
        ),
    )
    return DataTable(
        name="ranking",
        description=f"One row per country: index, {'evidence bounds, ' if rubric.has_bounds else ''}uncertainty "
        "interval, rank and band. The published come first.",
        fields=fields,
        key=("country",),
        rows=tuple(
            (
                *_ranking_row(country, simulation, at, has_actor=has_actor),
                *((_share_read(reviewed.get(country.code)),) if reviewed else ()),
            )
            for country in assessment.by_rank
        ),
    )


def _labels(assessment: Assessment) -> tuple[str, ...]:
    return tuple(band.label for band in assessment.book.rubric.bands)


def _ranking_row(country: CountryScore, simulation: Simulation, at: int, *, has_actor: bool) -> tuple[Cell, ...]:
    """The row of a country; at: how many figures stand before the interval."""
    assessment = simulation.assessment
    of_score = _figures(assessment.book.rubric, country, country.index)
    row = country.row
    rank_low, rank_high = simulation.rank_interval(row) or (None, None)
    return (
        country.code,
        country.name,
        *((country.profile.actor,) if has_actor else ()),
        country.as_of,
        country.is_published,
        country.reason or None,
        country.rank,
        country.ranked,
        rank_low,
        rank_high,
        *of_score[:at],
        assessment.scale.exact(float(simulation.low[row])),
        assessment.scale.exact(float(simulation.high[row])),
        *of_score[at:],
        country.band,
        country.coded_until,
        country.digest,
        identify(assessment, row),
    )


def _scales(nodes: Iterable[Node]) -> tuple[Scale, ...]:
    """The scales of nodes, each once."""
    return tuple({node.scale.spanned: node.scale for node in nodes}.values())


def _pillars(assessment: Assessment) -> DataTable:
    thin = f"Insufficient data: {below_thresholds(assessment.book.rubric.publish)}."
    return DataTable(
        name="pillars",
        description="One row per country and pillar.",
        fields=(
            COUNTRY_FIELD,
            NODE_FIELD,
            *figure_fields(assessment.book.rubric, _scales(assessment.pillars)),
            *((Field("thin", "boolean", thin, required=True),) if assessment.has_marks else ()),
        ),
        key=("country", "node"),
        references=(TO_COUNTRY, TO_NODE),
        rows=tuple(
            (
                country.code,
                pillar.node.path,
                *_figures(assessment.book.rubric, country, pillar),
                *((pillar.is_thin,) if assessment.has_marks else ()),
            )
            for country in assessment.by_rank
            for pillar in country.pillars
        ),
    )


def _indicators(assessment: Assessment) -> DataTable:
    rubric = assessment.book.rubric
    conflict = _share("conflict", "How far the statements contradict each other; missing for checklists and groups.")
    shown = [node for node in assessment.nodes if node.kind not in ("index", "pillar", "item")]
    return DataTable(
        name="indicators",
        description="One row per country and indicator; the table parts has the items of checklists.",
        fields=(COUNTRY_FIELD, NODE_FIELD, *figure_fields(rubric, _scales(shown)), conflict),
        key=("country", "node"),
        references=(TO_COUNTRY, TO_NODE),
        rows=tuple(
            (country.code, score.node.path, *_figures(rubric, country, score), leaf_figures(score).get("conflict"))
            for country in assessment.by_rank
            for score in country.nodes
            if score.node.kind not in ("index", "pillar", "item")
        ),
    )


# -- evidence ----------------------------------------------------------------------------------------------------------


def _statements(assessment: Assessment) -> DataTable:
    return DataTable(
        name="statements",
        description="One row per statement: a sentence of evidence, its source, and whether it enters a score.",
        fields=(
            COUNTRY_FIELD,
            _text("id", "Id of the statement, within its country.", required=True),
            _text("text", "The sentence.", required=True),
            _text("source", "Id of the source, within the country.", required=True),
            _text("locator", "Position in the source.", required=True),
            _text("date", "The date of the statement as written: a day, a month or a year.", pattern=DATE),
            Field("day", "date", "The day that the date is treated as: 1 July of a year, the 15th of a month."),
            _text("fielded", "The field work of a poll: a date, or the first and the last with a slash between them."),
            _text("until", "The last day on which the statement is in force, as written.", pattern=DATE),
            _text("rechecked", "The day on which it was found to be in force still, as written.", pattern=DATE),
            Field(
                "credibility",
                "integer",
                "Admiralty grade of the statement: 1 confirmed … 5 improbable, 6 cannot be judged.",
                required=True,
                least=1,
                most=6,
            ),
            _text(
                "confidence",
                "The coder's confidence in the code; exact: a figure of a published table.",
                required=True,
                among=("exact", "high", "moderate", "low"),
            ),
            Field(
                "absence", "boolean", "Whether it reports that something was searched for and not found.", required=True
            ),
            _text("same_as", "Id of the statement of the country that it duplicates."),
            Field("context", "boolean", "Whether it is recorded as context and never scored.", required=True),
            _text("withdrawn", "When, by whom and why it was withdrawn; missing for a statement that counts."),
            _text("note", "Remark of the coder."),
            _text("adjudication", "Where coders disagree: the reason, and the decision in words."),
            _text("adjudicated_by", "Who decided which codes count, where coders disagree."),
            _text("adjudicated_because", "The reason of that decision."),
            Field("enters", "boolean", "Whether it enters at least one indicator or item.", required=True),
            _text("left_out_because", "Why it enters no indicator or item.", among=tuple(REASONS)),
        ),
        key=("country", "id"),
        references=(TO_COUNTRY, Reference(("country", "source"), "sources", ("country", "id"))),
        rows=tuple(_statement_rows(assessment)),
    )


def _statement_rows(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    for row, profile in enumerate(assessment.profiles):
        entered = {entry.statement for leaf in assessment.leaves[row].values() for entry in leaf.entries}
        exclusions = sorted(assessment.exclusions[row], reverse=True)
        reasons = {exclusion.statement: exclusion.reason for exclusion in exclusions}
        for statement in sorted(profile.statements, key=lambda statement: statement.id):
            yield (
                profile.country,
                statement.id,
                statement.text,
                statement.source,
                statement.locator,
                statement.date,
                read_date(statement.date) if statement.date else None,
                statement.fielded,
                statement.until,
                statement.rechecked,
                statement.credibility,
                statement.confidence,
                statement.absence,
                statement.same_as,
                statement.context,
                withdrawal(statement) or None,
                statement.note,
                statement.adjudication,
                statement.adjudicated.by if statement.adjudicated else None,
                statement.adjudicated.reason if statement.adjudicated else None,
                statement.id in entered,
                None if statement.id in entered else reasons.get(statement.id),
            )


def _codes(assessment: Assessment) -> DataTable:
    return DataTable(
        name="codes",
        description="One row per statement, indicator and coder: the code that the coder gave.",
        fields=(
            COUNTRY_FIELD,
            STATEMENT_FIELD,
            _text("node", "Path of the indicator in the rubric.", required=True),
            Field(
                "reading",
                "integer",
                "1 for the first coder; 2 and above for the others, by name; the last for the decision on them.",
                required=True,
                least=1,
            ),
            _text("coder", "Name of the coder; missing for a decision, and for a first coder without a name."),
            Field("adjudicated", "boolean", "Whether it is the decision on the readings.", required=True),
            Field("counts", "boolean", "Whether the code, or an item of it, counts.", required=True),
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
            decision = statement.adjudicated
            further = sorted((statement.coders or {}).items())
            first = statement.standing.first if statement.standing else statement.coder or profile.coder
            readings: list[tuple[str | None, Mapping[str, Any], bool]] = [(first, statement.codes or {}, False)]
            readings += ((coder, codes, False) for coder, codes in further)
            counting = dict(zip(statement.readings, statement.counting, strict=False))
            if decision is not None:
                readings.append((None, decision.codes, True))
            for number, (coder, codes, is_decision) in enumerate(readings, start=1):
                for name, code in sorted(codes.items()):
                    text = json.dumps(code, ensure_ascii=False, sort_keys=True)
                    own = counting.get(None if number == 1 else coder, {})
                    counts = is_decision or (decision is None and name in statement.counted and name in own)
                    yield profile.country, statement.id, paths[name], number, coder, is_decision, counts, text


def _parts(assessment: Assessment) -> DataTable:
    return DataTable(
        name="parts",
        description="One row per statement and indicator, or item of a checklist, that it codes: its contribution, or "
        "why there is none. All shares of a country sum to the information of its index.",
        fields=(
            COUNTRY_FIELD,
            STATEMENT_FIELD,
            _text("node", "Path of the indicator or item in the rubric.", required=True),
            Field("value", "number", "The value of the code, 0 to 1; for a count, the number of events."),
            _share("weight", "grade × decay × detectability."),
            _share("grade", "The factor of the Admiralty grades of source and statement."),
            _share("decay", "The factor of age."),
            _share(
                "detectability",
                "The factor of absence: the probability that the thing would have been found if it existed.",
            ),
            _share("share", "The part of the index that rests on the statement through this node."),
            Field(
                "confirmed_by_person",
                "boolean",
                "Whether a person gave the code; missing without coders.yaml.",
            ),
            _text("left_out_because", "Why it does not enter the node.", among=tuple(REASONS)),
        ),
        key=("country", "statement", "node"),
        references=(TO_STATEMENT, TO_NODE),
        rows=tuple(_part_rows(assessment)),
    )


def _part_rows(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    for row, profile in enumerate(assessment.profiles):
        rows: list[tuple[Cell, ...]] = []
        for leaf in leaves(explain(assessment, row)):
            for part in leaf.parts:
                entry = part.entry
                numbers = (entry.value, entry.weight, entry.grade, entry.decay, entry.detectability, part.share)
                exact = map(figures.exact_unit, numbers)
                rows.append((profile.country, part.statement.id, leaf.node.path, *exact, part.is_confirmed, None))
            rows += [
                (profile.country, excluded.statement.id, leaf.node.path, *[None] * 7, excluded.reason)
                for excluded in leaf.left_out
            ]
        yield from sorted(rows, key=lambda cells: cells[:3])


SOURCE_FIELDS = ("title", "publisher", "reliability", "url", "accessed", "note")


def _sources(assessment: Assessment) -> DataTable:
    return DataTable(
        name="sources",
        description="One row per country and source.",
        fields=(
            COUNTRY_FIELD,
            _text("id", "Id of the source, within the country.", required=True),
            _text("title", "Title of the source.", required=True),
            _text("publisher", "Publisher of the source.", required=True),
            _text(
                "reliability",
                "Admiralty grade of the source: A reliable … E unreliable, F cannot be judged.",
                required=True,
                among=tuple("ABCDEF"),
            ),
            _text("url", "Address."),
            _text("accessed", "The day of access, as written.", pattern=DATE),
            _text("note", "Reason for the grade, and how the source was used."),
        ),
        key=("country", "id"),
        references=(TO_COUNTRY,),
        rows=tuple(
            (profile.country, name, *(getattr(source, field) for field in SOURCE_FIELDS))
            for profile in assessment.profiles
            for name, source in sorted(profile.sources.items())
        ),
    )


# -- reviews -----------------------------------------------------------------------------------------------------------


def _share_read(found: Reviewed | None) -> float | None:
    return None if found is None else figures.exact_unit(found.share)


def _reviews(reviewed: Mapping[str, Reviewed]) -> DataTable:
    return DataTable(
        name="reviews",
        description="One row per statement that a reviewer has judged, and per evidence that one misses.",
        fields=(
            COUNTRY_FIELD,
            Field("position", "integer", "Number of the row within its country.", required=True, least=1),
            _text("reviewer", "Id of the reviewer.", required=True),
            _text("role", "Role of the reviewer.", required=True, among=get_args(Role)),
            _text("interest", "Interests that the reviewer declares.", required=True),
            _text("on", "The day of the review, as written.", required=True, pattern=DATE),
            _text("says", "What the reviewer says.", required=True, among=("agree", "dispute", "missing")),
            _text("statement", "Id of the statement; missing for evidence that a reviewer misses."),
            _text("indicator", "Indicator for which evidence is missing."),
            _text("text", "The evidence that is missing."),
            Field("void", "boolean", "Whether the statement was edited or withdrawn since.", required=True),
            _text("why", "The reason."),
            _text("codes", "The codes that a dispute proposes, as JSON."),
            _text("source", "The source that is proposed."),
            _text("answer", "What the editors answer.", among=("upheld", "rejected")),
            _text("answered_on", "The day of the answer, as written.", pattern=DATE),
            _text("answered_by", "Id of the editor who answers."),
            _text("answered_because", "The reason of the answer."),
        ),
        key=("country", "position"),
        references=(TO_COUNTRY,),
        rows=tuple(
            (country, position, *row)
            for country, found in sorted(reviewed.items())
            for position, row in enumerate(_review_rows(found), start=1)
        ),
    )


def _review_rows(found: Reviewed) -> Iterator[tuple[Cell, ...]]:
    for one in found.judged:
        said = one.judgement
        codes = None if said.codes is None else json.dumps(said.codes, sort_keys=True)
        judged = (said.says, one.statement, None, None, one.is_void, said.why, codes, said.source)
        yield (*_reviewer(one.review), *judged, *_answer(said.answer))
    for missed in found.missed:
        wanted = missed.missing
        yield (
            *_reviewer(missed.review),
            *("missing", None, wanted.indicator, wanted.text, False, None, None, wanted.source),
            *_answer(wanted.answer),
        )


def _reviewer(review: Review) -> tuple[Cell, ...]:
    return review.reviewer, review.role, review.interest, review.on


def _answer(answer: Answer | None) -> tuple[Cell, ...]:
    return (None,) * 4 if answer is None else (answer.says, answer.on, answer.by, answer.why)


# -- rubric ------------------------------------------------------------------------------------------------------------


def _nodes(assessment: Assessment) -> DataTable:
    kinds = ("index", "pillar", "group", *KINDS, "item")
    return DataTable(
        name="nodes",
        description="The tree of the rubric, one row per node: index, pillars, indicators, items of checklists.",
        fields=(
            NODE_FIELD,
            _text("id", "Id of the node; the key of an item.", required=True),
            _text("parent", "Path of the parent node; missing for the index."),
            _text("kind", "Kind of the node, or of the codes of its statements.", required=True, among=kinds),
            _text("label", "Title, question or text.", required=True),
            _share("share", "Local weight: weight among its siblings, which sum to 1.", required=True),
            _share("nominal", "Global weight: weight in the index.", required=True),
            *(_SCALE_FIELDS if has_own_scales(assessment) else ()),
            Field("points", "number", "Points of an item in its checklist; negative for a harmful item."),
            Field(
                "half_life",
                "number",
                "Time in which a statement loses half its weight; missing: it does not age.",
                YEARS,
            ),
            _text("pool", "Whether all statements enter (mean), or the latest only.", among=("mean", "latest")),
            _share("detectability", "Probability that a thing of this kind would have been found if it existed."),
            Field("worst", "number", "The number or share that has the value 0."),
            Field("best", "number", "The number or share that has the value 1."),
            Field("window", "number", "Period before the reference date in which events count.", YEARS),
            Field("saturation", "number", "The number of events that has the value 1.", "events"),
            _text("rationale", "Why the question is asked."),
            _text("guidance", "How to code borderline cases."),
        ),
        key=("node",),
        references=(Reference(("parent",), "nodes", ("node",)),),
        rows=tuple(_node_rows(assessment)),
    )


_SCALE_FIELDS = (
    Field("scale_from", "number", "Beginning of the scale of the node's figures.", required=True),
    Field("scale_to", "number", "End of the scale; below a sum, the share of that of the parent.", required=True),
)


def has_own_scales(assessment: Assessment) -> bool:
    """Whether a node has another scale than the index."""
    return any(node.scale != assessment.scale for node in assessment.nodes)


LEAF_FIELDS = ("half_life", "pool", "detectability", "worst", "best", "window", "saturation", "rationale", "guidance")


def _node_rows(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    indicators = {
        indicator.name: indicator
        for pillar in assessment.book.pillars
        for indicator in _descendants(pillar.indicators)
        if isinstance(indicator, AnyIndicator)
    }
    for node in assessment.nodes:
        parent = None if node.parent is None else assessment.nodes[node.parent]
        indicator = indicators.get(node.indicator or node.id) if node.kind != "item" else None
        points = None
        if node.kind == "item" and parent is not None:
            points = next(
                item.points for item in assessment.book.leaves[node.part[0] or ""].checklist if item.key == node.id
            )
        yield (
            node.path,
            node.id,
            parent.path if parent else None,
            node.kind,
            node.label,
            figures.exact_unit(node.local_weight),
            figures.exact_unit(node.global_weight),
            *((node.scale.exact(0.0), node.scale.exact(1.0)) if has_own_scales(assessment) else ()),
            points,
            *(getattr(indicator, name, None) for name in LEAF_FIELDS),
        )


def _descendants(indicators: Iterable[Any]) -> Iterator[Any]:
    """All indicators and groups, and those inside groups."""
    for indicator in indicators:
        yield indicator
        yield from _descendants(indicator.children)


def _levels(assessment: Assessment) -> DataTable:
    paths = {node.id: node.path for node in assessment.nodes if node.kind != "item"}
    return DataTable(
        name="levels",
        description="One row per level of an indicator of the kind levels, the lowest first.",
        fields=(
            _text("node", "Path of the indicator in the rubric.", required=True),
            _text("key", "The code that means the level.", required=True),
            Field("position", "integer", "1 for the lowest level.", required=True, least=1),
            _text("text", "The anchor: what must be documented.", required=True),
            _share("value", "The value of the level, 0 to 1.", required=True),
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
