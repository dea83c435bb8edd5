"""Compare figures cited in reports with computed ones. docs/citing.md defines which figures belong to an id.

Reports are untrusted input: every pattern takes time linear in the text, and the work of scoring, simulating and
searching the git history is bounded.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import math
import operator
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.change.attribution import Split, split_change
from scoring.citing import mentions, written
from scoring.citing.binding import Bound, Figure, Value, as_number, bind, equal
from scoring.citing.budget import SIMULATION_COST, Budget
from scoring.citing.citation import OF_THE_SET, SIMULATED, Quantity, cite, quantities, run_of_all_pillars
from scoring.citing.ids import ID, Cited, broken_ids, cited_of
from scoring.citing.past import Past
from scoring.citing.sentences import FEW, SENTENCE_END, Broken, Reading, Uncited, covered, read
from scoring.citing.words import pattern
from scoring.citing.written import Ends, Own, decimals
from scoring.errors import UnknownNameError, nearest
from scoring.index.tree import tree
from scoring.model.scale import DEFAULT, Scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scoring.citing.binding import Figures
    from scoring.citing.citation import Citation
    from scoring.citing.documents.passages import Document, Passage
    from scoring.citing.errata import InEdition
    from scoring.citing.mentions import Span
    from scoring.citing.past import History
    from scoring.citing.written import Written
    from scoring.model.rubric import Rubric, RuleBook
    from scoring.uncertainty.run import Run


Status: TypeAlias = Literal["holds", "unknown", "outdated", "wrong"]
STATUSES: tuple[Status, ...] = ("holds", "unknown", "outdated", "wrong")  # the worst last
MAX_DAYS = 20  # different dates to score and simulate: each may take a second for the index, another for pillars
MAX_NUMBERS = 20_000  # in the paragraphs and rows with ids, outside ids; each takes up to a millisecond
_DIGITS = re.compile(r"[0-9]++")
MAX_CITED = 2**20  # characters of the paragraphs and rows with ids in a report: about a thousand citations
NOT_RECOMPUTED = "drawn by model 1, not recomputed"
DRAWN = SIMULATED | {"interval_low", "interval_high", "deviation"}
MAX_TOGETHER = 6  # countries of one date that are scored one by one; more are faster together
ROUNDED = 0.1 + 1e-9  # points by which a difference of printed scores may differ from that of the exact ones
MAX_BESIDE = 20  # other ids of a passage whose estimates a number is compared with
ENDS = frozenset(
    ("stated", "low", "high", "interval_low", "interval_high")
)  # figures of which a number may be one by chance
MAX_REASONS = 50  # changes that are attributed to causes: each may take a second


@dataclass(frozen=True)
class Checked:
    """A verified figure of a report."""

    figure: Figure
    texts: tuple[str, ...]
    """Its numbers as written, or the label of the band."""
    status: Status
    now: Value
    """The current figure."""
    was: Value = None
    """The figure at the revision of the id, if that is known and not current."""
    revision: str | None = None
    """The revision that had this figure under this id, if that is known and not current."""
    remark: str = ""
    """`NOT_RECOMPUTED`, or why not every past revision was searched."""
    corrected: Value = None
    """The figure of the edition of the id without what was corrected since, if it has an edition with corrections."""


@dataclass(frozen=True)
class Verdict:
    """A verified id of a report with its figures."""

    reading: Reading
    status: Status
    figures: tuple[Checked, ...]
    now: str | None = None
    """The current id of the score; None if there is no such score."""
    revision: str | None = None
    """The newest known revision with this id, if that is not current."""
    method_changed: bool = False
    """Whether the scoring model, which the format of the rubric says, has changed since that revision."""
    why: Split | None = None
    """Attribution of the change of the score since that revision."""
    scale: Scale = DEFAULT
    """On which scores are printed."""
    remark: str = ""
    """Why nothing could be computed, or why not every past revision was searched."""
    edition: InEdition | None = None
    """The edition that the id carries, if that has this score."""

    @property
    def has_changed(self) -> bool:
        """Whether a figure is outdated or wrong, or a name or date is another's."""
        return bool(self.reading.mismatches) or any(one.status in ("outdated", "wrong") for one in self.figures)


def has_too_much(document: Document) -> str:
    """What the passages with ids in a report have too much of; empty if they are within the limits."""
    size = count = 0
    for passage in document.passages:
        if "@" in passage.text and ID.search(passage.text):
            size += len(passage.text)
            count += sum(1 for _ in _DIGITS.finditer(ID.sub(" ", passage.text)))
        if size > MAX_CITED:
            return f"{MAX_CITED // 2**20} MiB of text"
        if count > MAX_NUMBERS:
            return f"{MAX_NUMBERS:,} numbers"
    return ""


@dataclass(frozen=True)
class Verified:
    """A verified report."""

    verdicts: tuple[Verdict, ...] = ()
    uncited: tuple[Uncited, ...] = ()
    broken: tuple[Broken, ...] = ()

    @property
    def has_others(self) -> bool:
        """Whether numbers beside ids are not from these scores, or figures have no id."""
        return bool(self.uncited) or any(verdict.reading.unread for verdict in self.verdicts)


def rubrics_cited(documents: Sequence[Document]) -> frozenset[str]:
    """The rubrics that the ids of reports name."""
    texts = (passage.text for document in documents for passage in document.passages if "@" in passage.text)
    return frozenset(cited_of(match).rubric for text in texts for match in ID.finditer(text))


def verify(
    documents: Sequence[Document], now: Run, history: History, beside: Sequence[tuple[Run, History]] = ()
) -> tuple[Verified, ...]:
    """Recompute every figure that belongs to an id; the results by report.

    A figure holds if it is the current one, rounded as written. It is outdated if it was right at the revision of the
    id and no longer is, wrong if it never was right, and unknown if no known revision has the id. A simulated figure of
    a rubric of format 1 is not recomputed, since another model drew it: it is never wrong, and unknown if the id is
    current.

    Args:
        documents: the reports.
        now: the current scores.
        history: the past ones.
        beside: those of other rubrics, or facing other actors, whose ids the reports may have, too.
    """
    book = now.scenario.book
    rubrics = (book.rubric, *(run.scenario.book.rubric for run, _ in beside))
    labels = tuple(dict.fromkeys(band.label for rubric in rubrics for band in rubric.bands))
    codes = [profile.country for profile in now.scenario.profiles]
    codes += [pillar.short for pillar in book.pillars if pillar.short]
    names = (name for rubric in rubrics for name in (rubric.title, rubric.id.replace("_", " "), *rubric.about.names))
    own = Own(tuple(codes), tuple(names))
    sets = ((now, history), *beside)
    actors = frozenset(one.actor for run, _ in sets for one in run.scenario.profiles if one.actor)
    read_passage = functools.partial(read, labels=labels, own=own, actors=actors, ends=ends_of(book))
    readings_by_report = [list(_readings(document.passages, read_passage)) for document in documents]
    every = list(itertools.chain.from_iterable(readings_by_report))
    place_of = functools.cache(functools.partial(place, sets=sets))
    verifications = [
        _Verification(run, past, [reading for reading in every if place_of(reading.cited) == place])
        for place, (run, past) in enumerate(sets)
    ]
    return tuple(
        Verified(
            tuple(verdict for one in readings for verdict in verifications[place_of(one.cited)].verdicts([one])),
            tuple(verifications[0].uncited(document, [one for one in readings if place_of(one.cited) == 0], own)),
            tuple(
                Broken(passage, span)
                for passage in document.passages
                if "@" in passage.text
                for span in broken_ids(passage.text)
            ),
        )
        for document, readings in zip(documents, readings_by_report, strict=True)
    )


def place(cited: Cited, *, sets: Sequence[tuple[Run, History]]) -> int:
    """Which of the sets of countries an id is of: the first by its rubric, or that facing the actor of the id.

    An id does not name its actor, which is in its hash: it is searched among the current ids, then among the past.
    """
    places = [place for place, (run, _) in enumerate(sets) if run.scenario.book.rubric.id == cited.rubric] or [0]
    if len(places) == 1:
        return places[0]
    current = (place for place in places if _current_id(cited, sets[place][0]) == cited.text)
    past = (place for place in places if sets[place][1].find(cited))
    return next(itertools.chain(current, past), places[0])


def _current_id(cited: Cited, run: Run) -> str | None:
    """The current id of the score of an id; None if there is none."""
    try:
        day = dt.date.fromisoformat(cited.day)
        return cite(run.only(cited.country), cited.country, cited.pillar, day, simulate=False).id
    except (ValueError, UnknownNameError):
        return None


def _readings(passages: Sequence[Passage], read_passage: Callable[[Passage], tuple[Reading, ...]]) -> Iterator[Reading]:
    """The ids of passages; that of a caption without numbers again in each row of its table."""
    left = MAX_CITED
    for position, passage in enumerate(passages, 1):
        readings = read_passage(passage)
        yield from readings
        if len(readings) == 1 and not any(one.is_decimal or one.form != "number" for one in readings[0].written):
            for row in covered(passages, position, readings[0]):
                left -= len(row.text)
                if left < 0:
                    return
                yield from read_passage(row)


class _Claim(NamedTuple):
    """The value that a report gives for a figure of an id."""

    name: str
    texts: tuple[str, ...]


class _Result(NamedTuple):
    """The result of checking a claim."""

    status: Status
    now: Value
    was: Value = None
    revision: str | None = None
    remark: str = ""
    corrected: Value = None
    is_open: bool = False
    """Whether another revision with the same id may have had this figure."""


@dataclass(frozen=True)
class _Score:
    """What is known about the score of an id."""

    now: str | None
    """The current id."""
    digests: tuple[str, str] | None = None
    """Digests of rubric and profile at its revision; None if that is unknown."""
    revision: str | None = None
    method_changed: bool = False
    why: Split | None = None
    remark: str = ""
    edition: InEdition | None = None


class _Verification:
    """All readings of a command, so that shared work is done once and the limits apply to all of them together."""

    def __init__(self, now: Run, history: History, readings: Sequence[Reading]) -> None:
        self.now, self.history, self.reasons = run_of_all_pillars(now), history, Budget(MAX_REASONS)
        self.scale = _rubric(now).scale
        self.scales = {node.path: node.scale for node in tree(now.scenario.book)}
        ids = dict.fromkeys(reading.cited for reading in readings)
        self.days = frozenset(itertools.islice(dict.fromkeys(cited.day for cited in ids), MAX_DAYS))
        self.together = _together(readings)
        self.cite = functools.cache(self._cite)
        self.figures = functools.cache(self._figures)
        self.elsewhere = functools.cache(self._elsewhere)
        self.results: dict[tuple[Cited, _Claim], _Result] = {}
        self.editions: dict[Cited, InEdition] = {}
        self.found = {cited: self._find(cited) for cited in ids}
        self.in_passage: dict[int, set[Cited]] = defaultdict(set)
        for reading in readings:
            self.in_passage[id(reading.passage)].add(reading.cited)
        readings = self._exchanged(readings)
        self.bound = {reading.place: self._bind(reading) for reading in readings}
        claims: dict[Cited, dict[_Claim, None]] = {cited: {} for cited in ids}
        for reading in self.bound.values():
            claims[reading.cited].update(dict.fromkeys(map(_claim, reading.figures)))
        self.scores = {cited: self._score(cited, claims_of_id) for cited, claims_of_id in claims.items()}
        self._search_history()

    def verdicts(self, readings: Iterable[Reading]) -> Iterator[Verdict]:
        """The verdicts on ids; none on that of a caption again in a row without a figure."""
        for reading in readings:
            if self.bound[reading.place].figures or not reading.is_of_caption:
                yield self.verdict(reading)

    def verdict(self, reading: Reading) -> Verdict:
        """The verdict on an id and its figures."""
        score, reading = self.scores[reading.cited], self.bound[reading.place]
        if score.now is None:
            return Verdict(reading, "unknown", (), remark=score.remark)
        checked = []
        for figure in reading.figures:
            claim = _claim(figure)
            result = self.results[reading.cited, claim]
            checked.append(
                Checked(
                    figure,
                    claim.texts,
                    result.status,
                    result.now,
                    result.was,
                    result.revision,
                    result.remark,
                    result.corrected,
                )
            )
        statuses: list[Status] = [item.status for item in checked]
        statuses += ["unknown"] if score.digests is None else []
        statuses += ["wrong"] if reading.mismatches else []
        return Verdict(
            reading,
            max(statuses, key=STATUSES.index, default="holds"),
            tuple(checked),
            now=score.now,
            revision=score.revision,
            method_changed=score.method_changed,
            why=score.why,
            scale=self._scale(reading.cited),
            remark=score.remark,
            edition=score.edition,
        )

    # -- binding -------------------------------------------------------------------------------------------------------

    def _find(self, cited: Cited) -> tuple[str | None, Past | None, str]:
        """The current id of a score, the past one if the id is not current, and why nothing could be computed."""
        if cited.day not in self.days:
            return None, None, f"more than {MAX_DAYS} different dates are cited; split the report"
        if cited.edition:
            return self._find_in_edition(cited)
        try:
            now = self.cite(cited.path, cited.country, cited.day).id
        except ValueError as error:
            return None, None, str(error)
        except UnknownNameError as error:
            return None, self.history.find(cited), str(error)
        return now, None if now == cited.text else self.history.find(cited), ""

    def _find_in_edition(self, cited: Cited) -> tuple[str | None, Past | None, str]:
        """As `_find`, for an id with an edition, which is then the past that counts even if the id is current."""
        found = self.history.edition(cited)
        if isinstance(found, str):
            return None, None, found
        self.editions[cited] = found
        past = Past(found.edition.commit, found.run)
        try:
            return self.cite(cited.path, cited.country, cited.day).id, past, ""
        except UnknownNameError as error:
            return None, past, str(error)

    def _exchanged(self, readings: Sequence[Reading]) -> list[Reading]:
        """The readings, with each number that equals no figure of its id given to another id that it may belong to.

        These are the ids that stand together with its id, or the id before.
        """
        numbers: list[list[Written]] = [[] for _ in readings]
        groups: dict[tuple[int, int], list[int]] = defaultdict(list)
        for place, reading in enumerate(readings):
            groups[id(reading.passage), reading.group].append(place)
        for place, reading in enumerate(readings):
            group = groups[id(reading.passage), reading.group]
            for one in reading.written:
                others = [other for other in group[:FEW] if other != place]
                others += [place - 1] if one.spans[0][0] in reading.shared else []
                equals = (other for other in (place, *others) if self._is_equal(readings[other].cited, one))
                numbers[next(equals, place) if others else place].append(one)
        return [replace(reading, written=tuple(ones)) for reading, ones in zip(readings, numbers, strict=True)]

    def _is_equal(self, cited: Cited, one: Written) -> bool:
        """Whether a number equals a figure of an id."""
        scale = self._scale(cited)
        one = _on_scale(one, scale)
        return self.found[cited][0] is not None and bind(one, self.figures(cited), most=scale.to).is_equal

    def _scale(self, cited: Cited) -> Scale:
        """The scale of the index or pillar of an id."""
        return self.scales.get(cited.path, self.scale)

    def _bind(self, reading: Reading) -> Reading:
        """The reading with the figures of the score that its numbers are."""
        cited = reading.cited
        if self.found[cited][0] is None:
            return replace(reading, mismatches=())
        figures, unread, elsewhere = list(reading.figures), [], []
        has_rank = False
        table, scale = self.figures(cited), self._scale(cited)
        ones = [_on_scale(one, scale) for one in reading.written]
        for equal_bound, one in sorted(((bind(one, table, most=scale.to), one) for one in ones), key=_is_unequal):
            is_open = not equal_bound.is_equal and not one.is_foreign and not reading.is_of_caption
            if is_open and (country := self._other_country(reading, one)):
                elsewhere += [] if self._is_beside(reading, country, one) else [(one.spans[0], country)]
                continue
            bound = (
                self._meant(reading, one, has_rank=has_rank) if is_open else self._rebound(reading, one, equal_bound)
            )
            if bound is None:
                continue
            figures += bound.figures
            has_rank |= any(figure.name == "rank" for figure in bound.figures)
            if bound.figures and one.is_past and not self._has_been(reading, one):
                elsewhere.append((one.spans[0], cited.country))
            if not bound.figures and is_open and (one.form not in ("number", "place") or one.is_decimal):
                unread.append(one.spans[0])
        for name, one in _left_over(scale, reading, figures, unread):
            figures.append(Figure(name, one.spans, one.texts))
            unread.remove(one.spans[0])
        figures = [figure for figure in figures if figure.name != "band" or cited.pillar is None]
        figures.sort(key=operator.attrgetter("spans"))
        if reading.is_of_caption:
            return replace(reading, figures=() if self._names_other(reading) else tuple(figures), mismatches=())
        return replace(reading, figures=tuple(figures), unread=tuple(unread), elsewhere=tuple(elsewhere))

    def _meant(self, reading: Reading, one: Written, *, has_rank: bool) -> Bound | None:
        """The figures that a number, which equals none, is meant as; None if it says nothing of the score."""
        is_unclear = not one.named or one.is_beside_source or not (one.is_decimal or one.form == "place")
        if one.is_apart and is_unclear:
            return None
        if one.is_word and one.form == "place" and has_rank:
            return None  # another place, such as one that the country could also have
        bound = bind(one, self.figures(reading.cited), self.elsewhere(reading.cited), self._scale(reading.cited).to)
        is_estimate = [figure.name for figure in bound.figures] == ["estimate"]
        return None if is_estimate and self._is_computed(reading, one) else bound

    def _is_computed(self, reading: Reading, one: Written) -> bool:
        """Whether a number is a difference of scores that a passage cites, or is called a mean."""
        values = [value.numbers[0] for value in self._beside(reading, own=True) if isinstance(value, Quantity)]
        number = abs(float(as_number(one.texts[0])))
        differences = (abs(first - second) for first, second in itertools.combinations(values, 2))
        return one.is_mean or any(abs(number - value) <= ROUNDED for value in differences)

    def _names_other(self, reading: Reading) -> bool:
        """Whether a row names another country than the caption of its table."""
        return any(
            name.code != reading.cited.country
            for name in mentions.countries(reading.passage.text[: reading.match.start()])
        )

    def _rebound(self, reading: Reading, one: Written, bound: Bound) -> Bound:
        """The estimate for a number that is one of another id of its passage, and only by chance an end here."""
        figure = next(iter(bound.figures), None)
        is_chance = figure is not None and figure.name in ENDS and len(bound.figures) == 1 and not one.named
        if not is_chance or not any(equal(one.texts, value) for value in self._beside(reading)):
            return bound
        return Bound((figure._replace(name="estimate"),)) if figure else bound

    def _has_been(self, reading: Reading, one: Written) -> bool:
        """Whether the first number of a move `from A to B` is a figure of an id of its passage."""
        before = replace(one, form="number", spans=one.spans[:1], texts=one.texts[:1])
        return any(self._is_equal(cited, before) for cited in [*self.in_passage[id(reading.passage)]][:MAX_BESIDE])

    def _is_beside(self, reading: Reading, country: str, one: Written) -> bool:
        """Whether a number is a figure of another id of the passage, which is of this country."""
        others = [cited for cited in self.in_passage[id(reading.passage)] if cited.country == country]
        return any(self._is_equal(cited, one) for cited in others[:FEW])

    def _beside(self, reading: Reading, *, own: bool = False) -> Iterator[Value]:
        """The estimates of the other ids of a passage; own: also that of the id itself."""
        others = self.in_passage[id(reading.passage)] - (set() if own else {reading.cited})
        for cited in itertools.islice(sorted(others), MAX_BESIDE):
            if self.found[cited][0] is not None:
                yield self.figures(cited)[0]("estimate")

    def _other_country(self, reading: Reading, one: Written) -> str:
        """The country, named before a number, of which it equals or is near a figure; empty if it is that of the id."""
        position = min(start for start, _ in one.spans)
        behind = _country_behind(reading.passage.text, max(end for _, end in one.spans))
        country = behind or _country_before(reading.passage.text, position, reading.sentence[0])
        is_other = country not in ("", reading.cited.country) and self._is_figure_of(country, reading.cited.day, one)
        return country if is_other else ""

    def _figures(self, cited: Cited) -> tuple[Figures, ...]:
        """The figures of an id as they are now and, if it is not current, were."""
        _, past, _ = self.found[cited]

        @functools.cache
        def now(name: str) -> Value:
            return _with_distances(quantities(self.cite(cited.path, cited.country, cited.day, name))).get(name)

        @functools.cache
        def was(name: str) -> Value:
            if past is None or (name in OF_THE_SET and not cited.edition) or _is_of_model_1(name, past.run):
                return None
            if name in DRAWN and not self.history.budget.spend(SIMULATION_COST):
                return None
            return _value(past.run, cited, name)

        return (now,) if past is None else (now, was)

    def _elsewhere(self, cited: Cited) -> tuple[Figures, ...]:
        """The estimates of the other countries, and of the other pillars of the country, on the day of an id."""
        day = dt.date.fromisoformat(cited.day)
        assessment = self.now.assessment(day)
        node = next(node for node in (assessment.nodes[0], *assessment.pillars) if node.path == cited.path)
        row = next(row for row, one in enumerate(assessment.profiles) if one.country == cited.country)
        others = (other for other in range(len(assessment.profiles)) if other != row)
        shown = [(node.scale, assessment.shown[other, node.position]) for other in others]
        shown += [
            (one.scale, assessment.shown[row, one.position]) for one in (assessment.nodes[0], *assessment.pillars)
        ]
        return tuple(_only_estimate(scale, float(value)) for scale, value in shown)

    def _is_figure_of(self, country: str, day: str, one: Written) -> bool:
        """Whether a number equals or is near the estimate of a country or of one of its pillars."""
        try:
            assessment = self.now.assessment(dt.date.fromisoformat(day))
        except ValueError:
            return False
        rows = [row for row, profile in enumerate(assessment.profiles) if profile.country == country]
        if not rows or one.form not in ("number", "of 100") or one.is_foreign:
            return False
        row, nodes = rows[0], [assessment.nodes[0], *assessment.pillars]
        if one.form == "of 100":
            nodes = [node for node in nodes if _on_scale(one, node.scale) is one]
        tables = [_only_estimate(node.scale, float(assessment.shown[row, node.position])) for node in nodes]
        if "range" in one.named and decimals(one.texts[0]):
            ends = (assessment.figures.low, assessment.figures.high)
            bounds = [
                _only_estimate(node.scale, float(values[row, node.position])) for values in ends for node in nodes
            ]
            return any(equal(one.texts, table("estimate")) for table in bounds)
        plain = replace(one, named=tuple(name for name in one.named if name == "estimate"))
        if decimals(one.texts[0]) or plain.form == "of 100" or plain.named or one.is_points:
            unnamed = replace(plain, named=(), form="number")
            return bool(bind(unnamed, tables, most=self.scale.to).figures) or any(
                equal(one.texts, table("estimate")) for table in tables
            )
        return False

    def uncited(self, document: Document, readings: Sequence[Reading], own: Own) -> Iterator[Uncited]:
        """The numbers of a report that are a figure of a country named before them, but have no id.

        Only reports with ids are searched, on the dates of these ids.
        """
        days = sorted({reading.cited.day for reading in readings if self.found[reading.cited][0] is not None})
        if not days:
            return
        with_id = {reading.passage.position for reading in readings}
        for reading in (self.bound[reading.place] for reading in readings):
            yield from (Uncited(reading.passage, span, country) for span, country in reading.elsewhere)
        left, numbers = MAX_CITED, 0
        for passage in document.passages:
            if passage.position in with_id or ("@" in passage.text and any(broken_ids(passage.text))):
                continue
            left -= len(passage.text)
            numbers += sum(1 for _ in _DIGITS.finditer(passage.text))
            if left < 0 or numbers > MAX_NUMBERS:
                return
            _, date_spans = mentions.dates(passage.text)
            for one in written.numbers(passage.text, date_spans, own, ends_of(self.now.scenario.book)):
                position = one.spans[0][0]
                country = _country_before(passage.text, position, 0) or _country_before(passage.text, position, 0, 2)
                if country and any(self._is_figure_of(country, day, one) for day in days):
                    yield Uncited(passage, one.spans[0], country)

    # -- checking ------------------------------------------------------------------------------------------------------

    def _score(self, cited: Cited, claims: Iterable[_Claim]) -> _Score:
        """Check the claims on an id; those that depend on other countries may remain open."""
        now, past, remark = self.found[cited]
        if now is None:
            return _Score(None, revision=past.revision if past else None, remark=remark)
        if (edition := self.editions.get(cited)) is not None:
            self.results |= {(cited, claim): self._check_in_edition(cited, claim, edition) for claim in claims}
            return _Score(now, edition.run.digests(cited.country), edition.edition.commit, edition=edition)
        if now == cited.text:
            self.results |= {(cited, claim): self._check_current(cited, claim) for claim in claims}
            return _Score(now, self.now.digests(cited.country))
        if past is None:
            gap = self.history.gap()
            self.results |= {(cited, claim): self._check_unknown(cited, claim, gap) for claim in claims}
            return _Score(now, remark=gap)
        results = {(cited, claim): self._check_past(cited, claim, past) for claim in claims}
        self.results |= results
        has_changed = any(result.status in ("outdated", "wrong") for result in results.values())
        why = _attribution(past, self.now, cited) if has_changed and self.reasons.spend() else None
        method_changed = _rubric(past.run).format != _rubric(self.now).format
        return _Score(now, past.run.digests(cited.country), past.revision, method_changed, why)

    def _check_current(self, cited: Cited, claim: _Claim) -> _Result:
        """Check a claim on a current id."""
        now, is_current = self._now(cited, claim)
        if is_current is None:
            return _Result("unknown", None)
        if not is_current and _is_of_model_1(claim.name, self.now):
            return _Result("unknown", now, remark=NOT_RECOMPUTED)
        if claim.name in OF_THE_SET and not is_current:
            return _Result("outdated", now, is_open=True)
        return _Result("holds" if is_current else "wrong", now)

    def _check_in_edition(self, cited: Cited, claim: _Claim, edition: InEdition) -> _Result:
        """Check a claim on an id of an edition: it holds until what was corrected since moves this figure."""
        now, is_current = self._now(cited, claim)
        if is_current is None:
            return _Result("unknown", None)
        runs = (edition.run, edition.corrected)
        cost = len(edition.run.scenario.profiles) if claim.name in OF_THE_SET else 1
        if claim.name in DRAWN and not self.history.budget.spend(SIMULATION_COST * cost):
            return _Result("holds" if is_current else "unknown", now, remark=self.history.gap())
        was, corrected = (
            None
            if run is None
            else _value(run if claim.name in OF_THE_SET else run.only(cited.country), cited, claim.name)
            for run in runs
        )
        has_moved = edition.corrected is not None and not equal(claim.texts, corrected)
        status: Status = "wrong" if not equal(claim.texts, was) else "outdated" if has_moved else "holds"
        return _Result(status, now, was, edition.edition.commit, corrected=corrected)

    def _check_unknown(self, cited: Cited, claim: _Claim, gap: str) -> _Result:
        """Check a claim on an id that no known revision has."""
        now, is_current = self._now(cited, claim)
        return _Result("outdated" if is_current is False else "unknown", now, remark=gap)

    def _check_past(self, cited: Cited, claim: _Claim, past: Past) -> _Result:
        """Check a claim on an id of a past revision."""
        now, is_current = self._now(cited, claim)
        if is_current is None:
            return _Result("unknown", None)
        if _is_of_model_1(claim.name, past.run):
            return _Result("holds", now) if is_current else _Result("outdated", now, remark=NOT_RECOMPUTED)
        if claim.name in OF_THE_SET:
            return _Result("holds" if is_current else "outdated", now, is_open=True)
        if claim.name in DRAWN and not self.history.budget.spend(SIMULATION_COST):
            return _Result("holds" if is_current else "outdated", now, remark=self.history.gap())
        was = _value(past.run, cited, claim.name)
        status: Status = "wrong" if not equal(claim.texts, was) else "holds" if is_current else "outdated"
        return _Result(status, now, was, past.revision)

    def _now(self, cited: Cited, claim: _Claim) -> tuple[Value, bool | None]:
        """The current figure, and whether the claim equals it; None if there is no such figure."""
        values = _with_distances(quantities(self.cite(cited.path, cited.country, cited.day, claim.name)))
        if claim.name not in values or claim.texts == (claim.name,):
            return None, None
        return values[claim.name], equal(claim.texts, values[claim.name])

    def _cite(self, path: str, country: str, day: str, name: str = "") -> Citation:
        """The current citation for an id; only what the figure `name` needs is scored and simulated.

        Raises:
            UnknownNameError: unknown rubric, pillar or country.
            ValueError: invalid date.
        """
        rubric, _, pillar = path.partition("/")
        rubric_id = self.now.scenario.book.rubric.id
        if rubric != rubric_id:
            message = f"the rubric is {rubric_id!r}; {nearest(path, [rubric_id], 'rubrics')}"
            raise UnknownNameError(message)
        simulate = name in DRAWN
        needs_all = name in OF_THE_SET or (path, day, simulate) in self.together
        run = self.now if needs_all else self.now.only(country)
        return cite(run, country, pillar or None, dt.date.fromisoformat(day), simulate=simulate)

    def _search_history(self) -> None:
        """For each open claim, search a revision in which its id was current and the claim was right.

        The id does not depend on other countries, so that many revisions may have it. All ids are checked in one pass
        over the revisions, of which only one is in memory.
        """
        open_claims: dict[Cited, list[_Claim]] = defaultdict(list)
        for (cited, claim), result in self.results.items():
            if result.is_open:
                open_claims[cited].append(claim)
        first = [revision for cited in open_claims if (revision := self.scores[cited].revision)]
        for past in self.history.revisions(first) if open_claims else ():
            self._check_revision(past, open_claims)
            if not open_claims:
                return
        gap = self.history.gap()
        for cited, claims in open_claims.items():
            for claim in claims:
                result = self.results[cited, claim]
                self.results[cited, claim] = result._replace(remark=gap) if gap else _Result("wrong", result.now)

    def _check_revision(self, past: Past, open_claims: dict[Cited, list[_Claim]]) -> None:
        """Record and remove the open claims that were right at a revision."""
        paid = set()
        for cited, claims in list(open_claims.items()):
            if past.run.digests(cited.country) != self.scores[cited].digests:
                continue
            for claim in list(claims):
                simulate = claim.name in DRAWN
                work = cited.path, cited.day, simulate
                cost = len(past.run.scenario.profiles) * (SIMULATION_COST if simulate else 1)
                if work not in paid and not self.history.budget.spend(cost):
                    return
                paid.add(work)
                was = _value(past.run, cited, claim.name)
                if equal(claim.texts, was):
                    result = self.results[cited, claim]
                    self.results[cited, claim] = _Result(result.status, result.now, was, past.revision)
                    claims.remove(claim)
            if not claims:
                del open_claims[cited]


def ends_of(book: RuleBook) -> Ends:
    """The ends of the scales of index and pillars, as a report writes them."""
    index, *nodes = tree(book)
    ends = {f"{node.scale.to:g}" for node in nodes if node.kind == "pillar"}
    return Ends(f"{index.scale.to:g}", frozenset(ends), index.scale.decimals)


def _on_scale(one: Written, scale: Scale) -> Written:
    """A number of a text with respect to a score: `4.2 of 5` is none of a score that is printed on 0 to 15."""
    is_other = one.form == "of 100" and one.end != f"{scale.to:g}"
    return replace(one, form="number", is_foreign=True) if is_other else one


def _left_over(
    scale: Scale, reading: Reading, figures: Sequence[Figure], unread: Sequence[Span]
) -> Iterator[tuple[str, Written]]:
    """The numbers that can only be meant as the score and its interval, if nothing else of the sentence is.

    These are the last number with decimals before the id, and the last range of such numbers; a number with a sign is
    what is borrowed.
    """
    start, end = reading.sentence
    names = {figure.name for figure in figures}
    left = [
        one
        for one in reading.written
        if one.spans[0] in unread and not one.is_apart and start <= one.spans[0][0] < min(end, reading.match.start())
    ]
    for name, forms, rivals in (
        ("estimate", ("number",), {"estimate"}),
        ("interval", ("range",), {"interval", "range", "interval_low", "interval_high"}),
    ):
        fitting = [one for one in left if one.form in forms and all(_is_score(scale, text) for text in one.texts)]
        if fitting and not names & rivals:
            yield name, fitting[-1]
    signed = [one for one in left if one.form == "number" and not one.texts[0][0].isdigit()]
    if signed and not names:
        yield "borrowed", signed[-1]


def _is_score(scale: Scale, text: str) -> bool:
    """Whether a number may be a score: on the scale, with as many decimals as are printed."""
    return decimals(text) == scale.decimals and text[0].isdigit() and as_number(text) <= scale.to


def _is_unequal(bound_number: tuple[Bound, Written]) -> bool:
    return not bound_number[0].is_equal


def _claim(figure: Figure) -> _Claim:
    return _Claim(figure.name, figure.texts)


def _country_before(text: str, position: int, first: int, sentences: int = 1) -> str:
    """The last country named before a position in its sentence, or in as many sentences; empty if there is none."""
    start = max(first, position - 160)
    stops = [match.end() for match in SENTENCE_END.finditer(text, start, position)]
    names = mentions.countries(text[stops[-sentences] if len(stops) >= sentences else start : position])
    return names[-1].code if names else ""


def _country_behind(text: str, position: int) -> str:
    """The country of which a number says itself to be: `50.4 in Moldova`; empty if it says of none."""
    said = pattern("of country").match(text, position)
    names = mentions.countries(text[said.end() : said.end() + 40]) if said else []
    return names[0].code if names and names[0].span[0] == 0 else ""


def _only_estimate(scale: Scale, value: float) -> Figures:
    """The figures of a score of which only the estimate, in [0, 1], is known."""
    estimate = None if math.isnan(value) else Quantity((scale.on(value),), scale.decimals)
    return {"estimate": estimate}.get


def _with_distances(values: dict[str, Value]) -> dict[str, Value]:
    """Figures with the ends of the interval, and their distances from the estimate."""
    interval, estimate = values["interval"], values["estimate"]
    if not isinstance(interval, Quantity):
        return values
    low, high = interval.numbers
    ends: dict[str, Value] = {
        "interval_low": interval._replace(numbers=(low,)),
        "interval_high": interval._replace(numbers=(high,)),
    }
    if isinstance(estimate, Quantity):
        centre = estimate.numbers[0]
        ends["deviation"] = interval._replace(numbers=(centre - low, high - centre))
    return values | ends


def _rubric(run: Run) -> Rubric:
    return run.scenario.book.rubric


def _is_of_model_1(name: str, run: Run) -> bool:
    """Whether a figure is one of a simulation by the first scoring model, that of rubrics of format 1."""
    return name in DRAWN and _rubric(run).format == 1


def _together(readings: Iterable[Reading]) -> frozenset[tuple[str, str, bool]]:
    """Path, date and whether to simulate, of which all countries are computed at once: if over `MAX_TOGETHER`."""
    countries: dict[tuple[str, str], set[str]] = defaultdict(set)
    for reading in readings:
        countries[reading.cited.path, reading.cited.day].add(reading.cited.country)
    many = [work for work, codes in countries.items() if len(codes) > MAX_TOGETHER]
    return frozenset((*work, simulate) for work in many for simulate in (False, True))


def _value(run: Run, cited: Cited, name: str) -> Value:
    day = dt.date.fromisoformat(cited.day)
    values = quantities(cite(run, cited.country, cited.pillar, day, simulate=name in DRAWN))
    return _with_distances(values).get(name)


def _attribution(past: Past, now: Run, cited: Cited) -> Split:
    """Attribution of the change of a score to causes."""
    day = dt.date.fromisoformat(cited.day)
    before, after = (run.scenario.of([cited.country]).on(day).by_pillar(cited.pillar) for run in (past.run, now))
    return split_change(before, after)
