"""Compare figures cited in reports with computed ones. docs/citing.md defines which figures belong to an id.

Reports are untrusted input: every pattern takes time linear in the text, and the work of scoring, simulating and
searching the git history is bounded.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import operator
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.change.attribution import Split, split_change
from scoring.citing.citation import OF_THE_SET, SIMULATED, Quantity, cite, quantities, run_of_all_pillars
from scoring.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scoring.citing.citation import Citation
    from scoring.citing.documents.passages import Document, Passage
    from scoring.model.rubric import Rubric
    from scoring.uncertainty.run import Run


Status: TypeAlias = Literal["holds", "unknown", "outdated", "wrong"]
STATUSES: tuple[Status, ...] = ("holds", "unknown", "outdated", "wrong")  # the worst last
Span: TypeAlias = tuple[int, int]
Value: TypeAlias = Quantity | str | None
"""A computed figure, as in `citation.quantities`."""
SLACK = Decimal("0.01")  # points: width of the histogram bins that quantiles are computed from
EXACT = Decimal("1e-9")
MAX_DAYS = 20  # different dates to score and simulate: each may take a second for the index, another for pillars
FEW = 6  # countries of one date that are scored one by one; more are faster together
MAX_PAST = 8_000  # past profiles that are read or scored: 200 revisions of 20 countries, read and scored
SIMULATION_COST = 10  # profiles that are read or scored in the time of simulating one country
MAX_CITED = 2**20  # characters of the paragraphs and rows with ids in a report: about a thousand citations
NOT_RECOMPUTED = "drawn by model 1, not recomputed"
MAX_REASONS = 50  # changes that are attributed to causes: each may take a second


# -- ids and figures in the text ---------------------------------------------------------------------------------------


class Cited(NamedTuple):
    """An id in a text."""

    text: str
    path: str
    version: str
    country: str
    day: str
    hash: str

    @property
    def pillar(self) -> str | None:
        """The id of the pillar; None for the index."""
        return self.path.partition("/")[2] or None


class Figure(NamedTuple):
    """A figure in a passage: its name in `citation.quantities` and the spans of its numbers or its word."""

    name: str
    spans: tuple[Span, ...]


class Reading(NamedTuple):
    """An id in a passage, and the figures that belong to it."""

    passage: Passage
    match: re.Match[str]
    """The match of the id in the passage, with the groups of `_ID`."""
    figures: tuple[Figure, ...]
    unread: tuple[Span, ...]
    """Decimal numbers without a word that says which figure they are."""
    sentence: Span
    """Start and end of the sentence of the id."""
    is_alone: bool
    """Whether the sentence contains no other id."""

    @property
    def cited(self) -> Cited:
        """The id."""
        return Cited(self.match[1], *self.match.group("path", "version", "country", "day", "hash"))

    def texts(self, figure: Figure) -> tuple[str, ...]:
        """The numbers of a figure, or its word, as written."""
        return tuple(self.passage.text[start:end] for start, end in figure.spans)


# repetitions are possessive or bounded, so that matching takes linear time
_ID = re.compile(
    r"(?<![a-z0-9_])((?P<path>[a-z][a-z0-9_]{0,63}(?:/[a-z][a-z0-9_]{0,63})?)@(?P<version>\d{1,9}\.\d{1,9}\.\d{1,9})"
    r"/(?P<country>[A-Z]{3})/(?P<day>\d{4}-\d\d-\d\d)/(?P<hash>[0-9a-f]{1,64}))(?:#(?P<figure>[a-z_]{1,64}))?",
    re.ASCII,
)
_NUMBER = r"~?(\d{1,9}(?:[.,]\d{1,9})?)(?!\d|[.,]\d)"
_SIGNED = r"([+−-]?\d{1,9}(?:[.,]\d{1,9})?)(?!\d|[.,]\d)"
_SPAN = rf"{_NUMBER}\s*+(?:[–—−-]{{1,3}}|to|and)\s*+{_NUMBER}"
_NAME = r"(?:(?:of|for)\s++(?-i:(?:[A-Z][\w'’.-]*+|and)\s++){1,5})?"
_TO = rf"[\s:=(]*+{_NAME}(?:(?:of|is|was|at|from|between|the|a|stands)\s++){{0,3}}"
_TO_BOUNDS = _TO.replace("is|was", "is|was|are|were")
_WITHHELD = "withheld"
_FIGURES = {  # also in the words of earlier versions: "stated" and "range"
    ("estimate",): re.compile(rf"\b(?:index|scores?|scored|estimate)\b{_TO}(?:{_NUMBER}|({_WITHHELD}))", re.IGNORECASE),
    ("borrowed",): re.compile(
        rf"\bof\s++which\s++{_SIGNED}\s++borrowed\b|\bborrowed\b\x22?{_TO}{_SIGNED}",  # with " in CSL-JSON
        re.IGNORECASE,
    ),
    ("stated",): re.compile(rf"\b(?:evidence\s++mean|stated)\b{_TO}{_NUMBER}", re.IGNORECASE),
    ("information",): re.compile(rf"\binformation\b{_TO}{_NUMBER}", re.IGNORECASE),
    ("availability",): re.compile(rf"\bavailability\b{_TO}{_NUMBER}", re.IGNORECASE),
    ("range", "range"): re.compile(rf"\b(?:bounds|range)\b{_TO_BOUNDS}{_SPAN}", re.IGNORECASE),
    ("interval", "interval"): re.compile(rf"(?<!rank )\binterval\b{_TO}{_SPAN}", re.IGNORECASE),
    ("rank_interval", "rank_interval"): re.compile(rf"\brank interval\b{_TO}{_SPAN}", re.IGNORECASE),
    ("rank", "ranked", "rank_interval", "rank_interval"): re.compile(
        rf"\brank(?:s|ed)?\b{_TO}(\d{{1,9}})(?:st|nd|rd|th)?(?!\d|[.,]\d)"
        rf"(?:\s++of\s++(\d{{1,9}})(?!\d|[.,]\d))?(?:\s*+\({_SPAN}\))?",
        re.IGNORECASE,
    ),
}
_NEAREST = {  # patterns for `#figure`; others: a number
    "range": _SPAN,
    "interval": _SPAN,
    "rank_interval": _SPAN,
    "borrowed": _SIGNED,
}
NUMBERS = re.compile(r"\d++(?:[.,]\d++)*+")  # the longest match, so that a version is not read as a decimal
_DECIMAL = re.compile(r"\d++[.,]\d++")
_READABLE = re.compile(r"[+−-]?\d{1,9}(?:[.,]\d{1,9})?")
_END = re.compile(r"[)\]}>»”’\"'`*_]*+[.!?…]++(?=\s)")


def read(passage: Passage, labels: Sequence[str]) -> tuple[Reading, ...]:
    """The ids of a passage, each with the figures that belong to it; labels: those of the bands.

    A figure belongs to the next id in its sentence, or in the passage if the sentence has no id. If the sentence or
    passage begins with an id, a figure belongs to the id before it.
    """
    text, ids = passage.text, list(_ID.finditer(passage.text))
    if not ids:
        return ()
    by_span = operator.attrgetter("spans")
    figures = sorted(_figures(text, labels), key=by_span)
    boundaries = _sentence_boundaries(passage, ids)
    owner = _owner_function(boundaries, ids, [figure.spans[0][0] for figure in figures])
    figures_by_id: list[list[Figure]] = [[] for _ in ids]
    for figure in figures:
        figures_by_id[owner(figure.spans[0][0])].append(figure)
    for number, match in enumerate(ids):
        figures_by_id[number] += _named_figure(text, match, ids[number - 1].end() if number else 0, labels)
    unread_by_id: list[list[Span]] = [[] for _ in ids]
    figure_spans = (span for owned in figures_by_id for figure in owned for span in figure.spans)
    for start, end in _decimals(text, (*figure_spans, *map(re.Match.span, ids))):
        unread_by_id[owner(start)].append((start, end))
    sentences = [_sentence_around(boundaries, match.start()) for match in ids]
    count = Counter(sentences)
    return tuple(
        Reading(passage, match, tuple(sorted(owned, key=by_span)), tuple(unread), sentence, count[sentence] == 1)
        for match, owned, unread, sentence in zip(ids, figures_by_id, unread_by_id, sentences, strict=True)
    )


def _figures(text: str, labels: Sequence[str]) -> Iterator[Figure]:
    """The figures with a word before them that says which they are."""
    patterns = _FIGURES | {("band",): re.compile(rf"\bband\b{_TO}({_any_of(labels)})\b", re.IGNORECASE)}
    for names, pattern in patterns.items():
        for match in pattern.finditer(text):
            spans: dict[str, list[Span]] = {}
            for number, group in enumerate(match.groups(), start=1):
                if group is not None:
                    spans.setdefault(names[min(number, len(names)) - 1], []).append(match.span(number))
            yield from (Figure(name, tuple(figure_spans)) for name, figure_spans in spans.items())


def _named_figure(text: str, id_: re.Match[str], first: int, labels: Sequence[str]) -> Iterator[Figure]:
    """The figure named after `#` in an id: the nearest before it, from `first` on; else the name itself."""
    if name := id_["figure"]:
        pattern = rf"({_any_of(labels)})" if name == "band" else _NEAREST.get(name, _NUMBER)
        matches = list(re.finditer(rf"(?<![\w.,]){pattern}", text[first : id_.start()]))
        if not matches:
            yield Figure(name, (id_.span("figure"),))
            return
        groups = range(1, (matches[-1].lastindex or 0) + 1)
        yield Figure(name, tuple((first + start, first + end) for start, end in map(matches[-1].span, groups)))


def _any_of(labels: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))


def _decimals(text: str, taken: Iterable[Span]) -> Iterator[Span]:
    """The spans of decimals that lie in no span of `taken` and in no word."""
    free = bytearray(b"x") * len(text)
    for start, end in taken:
        free[start:end] = bytes(end - start)
    for match in NUMBERS.finditer(text):
        start = match.start()
        in_word = start > 0 and (text[start - 1] in "_.," or text[start - 1].isalnum())
        if free[start] and not in_word and _DECIMAL.fullmatch(match[0]):
            yield match.span()


# -- the id that a number belongs to -----------------------------------------------------------------------------------


def _sentence_boundaries(passage: Passage, ids: Sequence[re.Match[str]]) -> list[int]:
    """The positions at which the sentences of a passage begin and end, in order.

    A sentence ends at a full stop directly after an id, since any other may belong to an abbreviation, and at the end
    of a table cell: a semicolon with an empty span in the file. In doubt, a sentence is too long.
    """
    stops = (_END.match(passage.text, match.end()) for match in ids)
    cells = (
        position + 1
        for position, (start, end) in enumerate(passage.spans)
        if start == end and passage.text[position] == ";"
    )
    return sorted({0, len(passage.text), *(stop.end() for stop in stops if stop), *cells})


def _sentence_around(boundaries: Sequence[int], position: int) -> Span:
    """Start and end of the sentence that contains a position."""
    following = bisect_right(boundaries, position)
    return boundaries[following - 1], boundaries[following]


def _owner_function(
    boundaries: Sequence[int], ids: Sequence[re.Match[str]], figures: Sequence[int]
) -> Callable[[int], int]:
    """A function from a position to the number of the id that owns it; figures: sorted positions of named figures."""
    starts = [match.start() for match in ids]

    def owner(position: int) -> int:
        start, end = _sentence_around(boundaries, position)
        low, high = bisect_left(starts, start), bisect_left(starts, end)
        if low == high:
            start, end, low, high = boundaries[0], boundaries[-1], 0, len(starts)
        first = bisect_left(figures, start)
        begins_with_id = first < len(figures) and starts[low] < figures[first] < end
        following = bisect_left(starts, position, low, high)
        return following - 1 if begins_with_id and following > low else min(following, high - 1)

    return owner


# -- verification ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """A verified figure of a report."""

    figure: Figure
    texts: tuple[str, ...]
    """Its numbers, or its word, as written."""
    status: Status
    now: Value
    """The current figure."""
    was: Value = None
    """The figure at the revision of the id, if that is known and not current."""
    revision: str | None = None
    """The revision that had this figure under this id, if that is known and not current."""
    remark: str = ""
    """`NOT_RECOMPUTED`, or why not every past revision was searched."""


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
    remark: str = ""
    """Why nothing could be computed, or why not every past revision was searched."""


class Past(NamedTuple):
    """A revision in which an id was current."""

    revision: str
    run: Run
    """Of the country of the id only, or of all countries."""


class Budget:
    """A limit on the work for a report, in units of one profile read or scored."""

    def __init__(self, most: int) -> None:
        self.most = self.left = most
        self.refused = False

    def spend(self, cost: int = 1) -> bool:
        """Take the cost from the budget; False if nothing was left."""
        if self.left <= 0:
            self.refused = True
            return False
        self.left -= cost
        return True


class History(NamedTuple):
    """Past revisions, within a budget."""

    find: Callable[[Cited], Past | None]
    """The newest revision in which an id was current, with only the country of the id."""
    revisions: Callable[[Iterable[str]], Iterator[Past]]
    """Revisions with all their countries: first the given ones, then all, newest first."""
    gap: Callable[[], str]
    """Why not every revision was searched; empty if all were."""
    budget: Budget


def no_history() -> History:
    """A history without revisions."""
    return History(lambda _: None, lambda _: iter(()), lambda: "past revisions were not searched", Budget(0))


def has_too_much(document: Document) -> bool:
    """Whether the passages with ids in a report exceed `MAX_CITED` characters."""
    sizes = (len(passage.text) for passage in document.passages if "@" in passage.text and _ID.search(passage.text))
    return any(size > MAX_CITED for size in itertools.accumulate(sizes))


def verify(documents: Sequence[Document], now: Run, history: History) -> tuple[tuple[Verdict, ...], ...]:
    """Recompute every figure that belongs to an id; the verdicts by report.

    A figure holds if it is the current one, rounded as written. It is outdated if it was right at the revision of the
    id and no longer is, wrong if it never was right, and unknown if no known revision has the id. A simulated figure of
    a rubric of format 1 is not recomputed, since another model drew it: it is never wrong, and unknown if the id is
    current.
    """
    labels = [band.label for band in now.scenario.book.rubric.bands]
    readings_by_report = [
        [reading for passage in document.passages for reading in read(passage, labels)] for document in documents
    ]
    verification = _Verification(now, history, list(itertools.chain.from_iterable(readings_by_report)))
    return tuple(tuple(map(verification.verdict, readings)) for readings in readings_by_report)


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


class _Verification:
    """All readings of a command, so that shared work is done once and the limits apply to all of them together."""

    def __init__(self, now: Run, history: History, readings: Sequence[Reading]) -> None:
        self.now, self.history, self.reasons = run_of_all_pillars(now), history, Budget(MAX_REASONS)
        claims: dict[Cited, dict[_Claim, None]] = defaultdict(dict)
        for reading in readings:
            claims[reading.cited].update(dict.fromkeys(_claim(reading, figure) for figure in reading.figures))
        self.days = frozenset(itertools.islice(dict.fromkeys(cited.day for cited in claims), MAX_DAYS))
        self.together = _together(claims)
        self.cite = functools.cache(self._cite)
        self.results: dict[tuple[Cited, _Claim], _Result] = {}
        self.scores = {cited: self._score(cited, claims_of_id) for cited, claims_of_id in claims.items()}
        self._search_history()

    def verdict(self, reading: Reading) -> Verdict:
        """The verdict on an id and its figures."""
        score = self.scores[reading.cited]
        if score.now is None:
            return Verdict(reading, "unknown", (), remark=score.remark)
        checked = []
        for figure in reading.figures:
            claim = _claim(reading, figure)
            result = self.results[reading.cited, claim]
            checked.append(
                Checked(figure, claim.texts, result.status, result.now, result.was, result.revision, result.remark)
            )
        statuses: list[Status] = [item.status for item in checked] + (["unknown"] if score.digests is None else [])
        return Verdict(
            reading,
            max(statuses, key=STATUSES.index, default="holds"),
            tuple(checked),
            now=score.now,
            revision=score.revision,
            method_changed=score.method_changed,
            why=score.why,
            remark=score.remark,
        )

    def _score(self, cited: Cited, claims: Iterable[_Claim]) -> _Score:
        """Check the claims on an id; those that depend on other countries may remain open."""
        if cited.day not in self.days:
            return _Score(None, remark=f"more than {MAX_DAYS} different dates are cited; split the report")
        try:
            now = self.cite(cited.path, cited.country, cited.day).id
        except (UnknownNameError, ValueError) as error:
            return _Score(None, remark=str(error))
        if now == cited.text:
            self.results |= {(cited, claim): self._check_current(cited, claim) for claim in claims}
            return _Score(now, self.now.digests(cited.country))
        if (past := self.history.find(cited)) is None:
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
        if not is_current and _is_of_model_1(claim, self.now):
            return _Result("unknown", now, remark=NOT_RECOMPUTED)
        if claim.name in OF_THE_SET and not is_current:
            return _Result("outdated", now, is_open=True)
        return _Result("holds" if is_current else "wrong", now)

    def _check_unknown(self, cited: Cited, claim: _Claim, gap: str) -> _Result:
        """Check a claim on an id that no known revision has."""
        now, is_current = self._now(cited, claim)
        return _Result("outdated" if is_current is False else "unknown", now, remark=gap)

    def _check_past(self, cited: Cited, claim: _Claim, past: Past) -> _Result:
        """Check a claim on an id of a past revision."""
        now, is_current = self._now(cited, claim)
        if is_current is None:
            return _Result("unknown", None)
        if _is_of_model_1(claim, past.run):
            return _Result("holds", now) if is_current else _Result("outdated", now, remark=NOT_RECOMPUTED)
        if claim.name in OF_THE_SET:
            return _Result("holds" if is_current else "outdated", now, is_open=True)
        if claim.name in SIMULATED and not self.history.budget.spend(SIMULATION_COST):
            return _Result("holds" if is_current else "outdated", now, remark=self.history.gap())
        was = _value(past.run, cited, claim.name)
        status: Status = "wrong" if not equal(claim.texts, was) else "holds" if is_current else "outdated"
        return _Result(status, now, was, past.revision)

    def _now(self, cited: Cited, claim: _Claim) -> tuple[Value, bool | None]:
        """The current figure, and whether the claim equals it; None if there is no such figure."""
        values = quantities(self.cite(cited.path, cited.country, cited.day, claim.name))
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
        simulate = name in SIMULATED
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
                simulate = claim.name in SIMULATED
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


def _claim(reading: Reading, figure: Figure) -> _Claim:
    return _Claim(figure.name, reading.texts(figure))


def _rubric(run: Run) -> Rubric:
    return run.scenario.book.rubric


def _is_of_model_1(claim: _Claim, run: Run) -> bool:
    """Whether a claim is one of a simulation by the first scoring model, that of rubrics of format 1."""
    return claim.name in SIMULATED and _rubric(run).format == 1


def _together(claims: dict[Cited, dict[_Claim, None]]) -> frozenset[tuple[str, str, bool]]:
    """Path, date and whether to simulate, for which all countries are computed at once.

    These are the ones with a claim that depends on other countries, or with more than `FEW` countries.
    """
    countries: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    needs_all = set()
    for cited, claims_of_id in claims.items():
        countries[cited.path, cited.day, False].add(cited.country)
        for name, _ in claims_of_id:
            if name in SIMULATED:
                countries[cited.path, cited.day, True].add(cited.country)
            if name in OF_THE_SET:
                needs_all.add((cited.path, cited.day, name in SIMULATED))
    return frozenset(needs_all | {work for work, codes in countries.items() if len(codes) > FEW})


def _value(run: Run, cited: Cited, name: str) -> Value:
    day = dt.date.fromisoformat(cited.day)
    return quantities(cite(run, cited.country, cited.pillar, day, simulate=name in SIMULATED))[name]


def equal(texts: Sequence[str], value: Value) -> bool:
    """Whether texts equal a figure, rounded to as many decimals as they have."""
    if not isinstance(value, Quantity):
        return " ".join(texts).lower() == (value or _WITHHELD).lower()
    if len(texts) != len(value.numbers) or not all(map(_READABLE.fullmatch, texts)):
        return False
    for text, number in zip(texts, value.numbers, strict=True):
        half_unit = Decimal(5).scaleb(-decimals(text) - 1)
        slack = SLACK if value.simulated and value.decimals else EXACT
        if abs(as_number(text) - Decimal(repr(float(number)))) > half_unit + slack:
            return False
    return True


def as_number(text: str) -> Decimal:
    """A number as written, with a point or a comma and any sign."""
    return Decimal(text.replace(",", ".").replace("−", "-"))


def decimals(text: str) -> int:
    """The number of decimals of a number as written."""
    return len(text.replace(",", ".").partition(".")[2])


def _attribution(past: Past, now: Run, cited: Cited) -> Split:
    """Attribution of the change of a score to causes."""
    day = dt.date.fromisoformat(cited.day)
    before, after = (run.scenario.of([cited.country]).on(day).by_pillar(cited.pillar) for run in (past.run, now))
    return split_change(before, after)
