"""What a report cites, compared with what the engine computes. docs/citing.md says which figures belong to an id.

A report is a stranger's: every pattern takes time linear in the text, and what a run scores, draws and looks up in the
git history is bounded.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.change.attribution import Split, split_change
from scoring.citing.citation import DRAWN, OF_THE_SET, Quantity, cite, quantities
from scoring.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scoring.citing.citation import Citation
    from scoring.citing.documents.passages import Document, Passage
    from scoring.uncertainty.run import Run


Status: TypeAlias = Literal["holds", "unknown", "outdated", "wrong"]
STATUSES: tuple[Status, ...] = ("holds", "unknown", "outdated", "wrong")  # the worst last
Span: TypeAlias = tuple[int, int]
Found: TypeAlias = Quantity | str | None
"""A figure as `citation.quantities` has it."""
SLACK = Decimal("0.01")  # points: the bins of the histogram that quantiles of draws are read from
EXACT = Decimal("1e-9")
MOST_DAYS = 20  # different days that a run scores and draws: each may take a second for the index, and one for pillars
FEW = 6  # countries of one day that are scored and drawn one by one; more of them take less time together
MOST_PAST = 8_000  # profiles of past revisions that a run reads or scores: 200 times 20 countries, read and scored
DRAWING = 10  # profiles that are read or scored in the time that drawing one country takes
MOST_CITED = 2**20  # characters of the paragraphs and rows of a report that have ids: some thousand citations
MOST_REASONS = 50  # moves that a run splits into causes: each may take a second


# -- what is cited -----------------------------------------------------------------------------------------------------


class Cited(NamedTuple):
    """An id as it stands in a text."""

    text: str
    path: str
    version: str
    country: str
    day: str
    hash: str

    @property
    def pillar(self) -> str | None:
        """The pillar that it names; None for the index."""
        return self.path.partition("/")[2] or None


class Figure(NamedTuple):
    """A figure in a passage: its name in `citation.quantities`, and where its numbers, or its word, stand."""

    name: str
    spans: tuple[Span, ...]


class Reading(NamedTuple):
    """An id in a passage, and what belongs to it."""

    passage: Passage
    found: re.Match[str]
    """The id in the passage, with the groups `version` and `hash`."""
    figures: tuple[Figure, ...]
    unread: tuple[Span, ...]
    """Decimals that no word names."""
    sentence: Span
    """Where the sentence of the id begins and ends."""
    is_alone: bool
    """Whether the sentence has no other id."""

    @property
    def cited(self) -> Cited:
        """The id."""
        return Cited(self.found[1], *self.found.group("path", "version", "country", "day", "hash"))

    def said(self, figure: Figure) -> tuple[str, ...]:
        """The texts of a figure."""
        return tuple(self.passage.text[start:end] for start, end in figure.spans)


# a repeated part is possessive, or its length is bounded, so that no text is read twice
_ID = re.compile(
    r"(?<![a-z0-9_])((?P<path>[a-z][a-z0-9_]{0,63}(?:/[a-z][a-z0-9_]{0,63})?)@(?P<version>\d{1,9}\.\d{1,9}\.\d{1,9})"
    r"/(?P<country>[A-Z]{3})/(?P<day>\d{4}-\d\d-\d\d)/(?P<hash>[0-9a-f]{1,64}))(?:#(?P<figure>[a-z_]{1,64}))?",
    re.ASCII,
)
_NUMBER = r"~?(\d{1,9}(?:[.,]\d{1,9})?)(?!\d|[.,]\d)"
_SPAN = rf"{_NUMBER}\s*+(?:[–—−-]{{1,3}}|to|and)\s*+{_NUMBER}"
_NAME = r"(?:(?:of|for)\s++(?-i:(?:[A-Z][\w'’.-]*+|and)\s++){1,5})?"
_TO = rf"[\s:=(]*+{_NAME}(?:(?:of|is|was|at|from|between|the|a|stands)\s++){{0,3}}"
_WITHHELD = "withheld"
_FIGURES = {
    ("estimate",): re.compile(rf"\b(?:index|scores?|scored|estimate)\b{_TO}(?:{_NUMBER}|({_WITHHELD}))", re.IGNORECASE),
    ("stated",): re.compile(rf"\bstated\b{_TO}{_NUMBER}", re.IGNORECASE),
    ("information",): re.compile(rf"\binformation\b{_TO}{_NUMBER}", re.IGNORECASE),
    ("availability",): re.compile(rf"\bavailability\b{_TO}{_NUMBER}", re.IGNORECASE),
    ("range", "range"): re.compile(rf"\brange\b{_TO}{_SPAN}", re.IGNORECASE),
    ("interval", "interval"): re.compile(rf"(?<!rank )\binterval\b{_TO}{_SPAN}", re.IGNORECASE),
    ("rank_interval", "rank_interval"): re.compile(rf"\brank interval\b{_TO}{_SPAN}", re.IGNORECASE),
    ("rank", "ranked", "rank_interval", "rank_interval"): re.compile(
        rf"\brank(?:s|ed)?\b{_TO}(\d{{1,9}})(?:st|nd|rd|th)?(?!\d|[.,]\d)"
        rf"(?:\s++of\s++(\d{{1,9}})(?!\d|[.,]\d))?(?:\s*+\({_SPAN}\))?",
        re.IGNORECASE,
    ),
}
_NEAREST = {"range": _SPAN, "interval": _SPAN, "rank_interval": _SPAN}  # what `#figure` looks for; else a number
NUMBERS = re.compile(r"\d++(?:[.,]\d++)*+")  # as long as they go: a version or a date is no decimal
_DECIMAL = re.compile(r"\d++[.,]\d++")
_READ = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?")
_END = re.compile(r"[)\]}>»”’\"'`*_]*+[.!?…]++(?=\s)")


def read(passage: Passage, labels: Sequence[str]) -> tuple[Reading, ...]:
    """The ids of a passage, each with the figures that belong to it; labels are those of the bands.

    A figure belongs to the id that follows it in its sentence, or where that has none, in the passage; where sentence
    or passage begin with an id, to the one before it.
    """
    text, ids = passage.text, list(_ID.finditer(passage.text))
    if not ids:
        return ()
    figures = sorted(_figures(text, labels), key=_place)
    sentences = _sentences(passage, ids)
    owner = _owners(sentences, ids, [figure.spans[0][0] for figure in figures])
    own: list[list[Figure]] = [[] for _ in ids]
    for figure in figures:
        own[owner(figure.spans[0][0])].append(figure)
    for place, found in enumerate(ids):
        own[place] += _named(text, found, ids[place - 1].end() if place else 0, labels)
    unread: list[list[Span]] = [[] for _ in ids]
    taken = (*(span for some in own for one in some for span in one.spans), *map(re.Match.span, ids))
    for start, end in _decimals(text, taken):
        unread[owner(start)].append((start, end))
    around = [_around(sentences, found.start()) for found in ids]
    count = Counter(around)
    return tuple(
        Reading(passage, found, tuple(sorted(some, key=_place)), tuple(rest), sentence, count[sentence] == 1)
        for found, some, rest, sentence in zip(ids, own, unread, around, strict=True)
    )


def _place(figure: Figure) -> tuple[Span, ...]:
    return figure.spans


def _figures(text: str, labels: Sequence[str]) -> Iterator[Figure]:
    """The figures that a word names."""
    patterns = _FIGURES | {("band",): re.compile(rf"\bband\b{_TO}({_any(labels)})\b", re.IGNORECASE)}
    for names, pattern in patterns.items():
        for found in pattern.finditer(text):
            spans: dict[str, list[Span]] = {}
            for number, group in enumerate(found.groups(), start=1):
                if group is not None:
                    spans.setdefault(names[min(number, len(names)) - 1], []).append(found.span(number))
            yield from (Figure(name, tuple(places)) for name, places in spans.items())


def _named(text: str, found: re.Match[str], first: int, labels: Sequence[str]) -> Iterator[Figure]:
    """The figure that an id names after `#`: the nearest before it; the name itself where there is none."""
    if name := found["figure"]:
        pattern = rf"({_any(labels)})" if name == "band" else _NEAREST.get(name, _NUMBER)
        before = list(re.finditer(rf"(?<![\w.,]){pattern}", text[first : found.start()]))
        if not before:
            yield Figure(name, (found.span("figure"),))
            return
        groups = range(1, (before[-1].lastindex or 0) + 1)
        yield Figure(name, tuple((first + a, first + b) for a, b in map(before[-1].span, groups)))


def _any(labels: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))


def _decimals(text: str, taken: Iterable[Span]) -> Iterator[Span]:
    """Where decimals stand that are part of nothing that is taken, and of no word."""
    free = bytearray(b"x") * len(text)
    for start, end in taken:
        free[start:end] = bytes(end - start)
    for found in NUMBERS.finditer(text):
        start = found.start()
        in_word = start > 0 and (text[start - 1] in "_.," or text[start - 1].isalnum())
        if free[start] and not in_word and _DECIMAL.fullmatch(found[0]):
            yield found.span()


# -- to which id a number belongs --------------------------------------------------------------------------------------


def _sentences(passage: Passage, ids: Sequence[re.Match[str]]) -> list[int]:
    """Where the sentences of a passage begin and end.

    One ends at a full stop right behind an id, since any other might belong to an abbreviation, and with a cell of a
    table, at a semicolon that the file does not have there. When in doubt a sentence is too long.
    """
    stops = (_END.match(passage.text, found.end()) for found in ids)
    cells = (at + 1 for at, (start, end) in enumerate(passage.spans) if start == end and passage.text[at] == ";")
    return sorted({0, len(passage.text), *(stop.end() for stop in stops if stop), *cells})


def _around(sentences: Sequence[int], at: int) -> Span:
    """Where the sentence of a character begins and ends."""
    place = bisect_right(sentences, at)
    return sentences[place - 1], sentences[place]


def _owners(sentences: Sequence[int], ids: Sequence[re.Match[str]], figures: Sequence[int]) -> Callable[[int], int]:
    """What says to which id a number belongs; figures are the places of those that a word names, in order."""
    starts = [found.start() for found in ids]

    def owner(at: int) -> int:
        start, end = _around(sentences, at)
        low, high = bisect_left(starts, start), bisect_left(starts, end)
        if low == high:
            start, end, low, high = sentences[0], sentences[-1], 0, len(starts)
        first = bisect_left(figures, start)
        begins = first < len(figures) and starts[low] < figures[first] < end
        behind = bisect_left(starts, at, low, high)
        return behind - 1 if begins and behind > low else min(behind, high - 1)

    return owner


# -- what is found -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """One figure of a report."""

    figure: Figure
    said: tuple[str, ...]
    status: Status
    now: Found
    was: Found = None
    """The figure of the id's revision, where that is known and not today's."""
    revision: str | None = None
    """The revision that had this figure under this id, where that is known and not today's."""
    remark: str = ""
    """Why not every past revision was looked at."""


@dataclass(frozen=True)
class Verdict:
    """One id of a report with its figures."""

    reading: Reading
    status: Status
    figures: tuple[Checked, ...]
    now: str | None = None
    """The id of the score as it is computed now; None where there is none of that name."""
    revision: str | None = None
    """The newest revision known whose score the id is, where that is not today's."""
    why: Split | None = None
    """How the score moved from that revision to now."""
    remark: str = ""
    """Why nothing could be computed, or why not every past revision was looked at."""


class Past(NamedTuple):
    """A revision in which an id was that of its score."""

    revision: str
    run: Run
    """Of the country of the id alone, or of all."""


class Budget:
    """Work that a run may do, so that no report makes it endless."""

    def __init__(self, most: int) -> None:
        self.most = self.left = most
        self.refused = False

    def spend(self, cost: int = 1) -> bool:
        """Whether there was something left, from which the cost is taken."""
        if self.left <= 0:
            self.refused = True
            return False
        self.left -= cost
        return True


class History(NamedTuple):
    """Past revisions, as far as a budget reaches, which counts the profiles that are read, scored and drawn."""

    find: Callable[[Cited], Past | None]
    """The newest revision in which an id was that of its score, with the country of the id alone."""
    revisions: Callable[[Iterable[str]], Iterator[Past]]
    """Revisions with all their countries: some that are named, then all, the newest first."""
    gap: Callable[[], str]
    """Why not every revision was looked at; empty where all were."""
    budget: Budget


def no_history() -> History:
    """Of what is not looked back at."""
    return History(lambda _: None, lambda _: iter(()), lambda: "past revisions were not looked at", Budget(0))


def has_too_much(document: Document) -> bool:
    """Whether the passages of a report that have ids are longer than is read."""
    sizes = (len(passage.text) for passage in document.passages if "@" in passage.text and _ID.search(passage.text))
    return any(size > MOST_CITED for size in itertools.accumulate(sizes))


def verify(documents: Sequence[Document], now: Run, history: History) -> tuple[tuple[Verdict, ...], ...]:
    """Recompute every figure that reports bind to an id, report by report.

    A figure holds where it is that of now, rounded as it is written; it is outdated where it was that of the id's
    revision and is no more; wrong where it never was; unknown where nothing has its id.
    """
    labels = [band.label for band in now.scenario.book.rubric.bands]
    readings = [
        [reading for passage in document.passages for reading in read(passage, labels)] for document in documents
    ]
    verification = _Verification(now, history, [one for some in readings for one in some])
    return tuple(tuple(map(verification.verdict, some)) for some in readings)


class _Question(NamedTuple):
    """A figure of an id by its name, and what a report says that it is."""

    name: str
    said: tuple[str, ...]


class _Answer(NamedTuple):
    status: Status
    now: Found
    was: Found = None
    revision: str | None = None
    remark: str = ""
    is_open: bool = False
    """Whether another revision with the same id may have had this figure."""


@dataclass(frozen=True)
class _Score:
    """What is known of an id."""

    now: str | None
    """The id of now."""
    made_of: tuple[str, str] | None = None
    """Digests of the rubric and the profile of its revision; None where that is not known."""
    revision: str | None = None
    why: Split | None = None
    remark: str = ""


class _Verification:
    """All readings of a run, so that what they share is computed once, and its bounds hold for them together."""

    def __init__(self, now: Run, history: History, readings: Sequence[Reading]) -> None:
        self.now, self.history, self.reasons = now, history, Budget(MOST_REASONS)
        asked: dict[Cited, dict[_Question, None]] = defaultdict(dict)
        for reading in readings:
            asked[reading.cited].update(dict.fromkeys(map(_question, itertools.repeat(reading), reading.figures)))
        self.days = frozenset(itertools.islice(dict.fromkeys(cited.day for cited in asked), MOST_DAYS))
        self.together = _together(asked)
        self.cite = functools.cache(self._cite)
        self.answers: dict[tuple[Cited, _Question], _Answer] = {}
        self.scores = {cited: self._score(cited, questions) for cited, questions in asked.items()}
        self._look_back()

    def verdict(self, reading: Reading) -> Verdict:
        """What became of an id and its figures."""
        score = self.scores[reading.cited]
        if score.now is None:
            return Verdict(reading, "unknown", (), remark=score.remark)
        checked = []
        for figure in reading.figures:
            question = _question(reading, figure)
            one = self.answers[reading.cited, question]
            checked.append(Checked(figure, question.said, one.status, one.now, one.was, one.revision, one.remark))
        statuses: list[Status] = [one.status for one in checked] + (["unknown"] if score.made_of is None else [])
        return Verdict(
            reading,
            max(statuses, key=STATUSES.index, default="holds"),
            tuple(checked),
            now=score.now,
            revision=score.revision,
            why=score.why,
            remark=score.remark,
        )

    def _score(self, cited: Cited, questions: Iterable[_Question]) -> _Score:
        """Answer the questions about an id; those about the set of countries may be left open."""
        if cited.day not in self.days:
            return _Score(None, remark=f"more than {MOST_DAYS} different days are cited; split the report")
        try:
            now = self.cite(cited.path, cited.country, cited.day).id
        except (UnknownNameError, ValueError) as error:
            return _Score(None, remark=str(error))
        if now == cited.text:
            self.answers |= {(cited, one): self._answer(cited, one) for one in questions}
            return _Score(now, self.now.digests(cited.country))
        if (past := self.history.find(cited)) is None:
            gap = self.history.gap()
            self.answers |= {(cited, one): self._answer_unknown(cited, one, gap) for one in questions}
            return _Score(now, remark=gap)
        answers = {(cited, one): self._answer_past(cited, one, past) for one in questions}
        self.answers |= answers
        moved = any(one.status in ("outdated", "wrong") for one in answers.values())
        why = _why(past, self.now, cited) if moved and self.reasons.spend() else None
        return _Score(now, past.run.digests(cited.country), past.revision, why)

    def _answer(self, cited: Cited, question: _Question) -> _Answer:
        """Of an id that is today's."""
        now, is_current = self._now(cited, question)
        if is_current is None:
            return _Answer("unknown", None)
        if question.name in OF_THE_SET and not is_current:
            return _Answer("outdated", now, is_open=True)
        return _Answer("holds" if is_current else "wrong", now)

    def _answer_unknown(self, cited: Cited, question: _Question, gap: str) -> _Answer:
        """Of an id that no known revision has."""
        now, is_current = self._now(cited, question)
        return _Answer("outdated" if is_current is False else "unknown", now, remark=gap)

    def _answer_past(self, cited: Cited, question: _Question, past: Past) -> _Answer:
        """Of an id that is that of a past revision."""
        now, is_current = self._now(cited, question)
        if is_current is None:
            return _Answer("unknown", None)
        if question.name in OF_THE_SET:
            return _Answer("holds" if is_current else "outdated", now, is_open=True)
        if question.name in DRAWN and not self.history.budget.spend(DRAWING):
            return _Answer("holds" if is_current else "outdated", now, remark=self.history.gap())
        was = _figure(past.run, cited, question.name)
        status: Status = "wrong" if not equal(question.said, was) else "holds" if is_current else "outdated"
        return _Answer(status, now, was, past.revision)

    def _now(self, cited: Cited, question: _Question) -> tuple[Found, bool | None]:
        """A figure of now, and whether that is what is said; None where it is none."""
        found = quantities(self.cite(cited.path, cited.country, cited.day, question.name))
        if question.name not in found or question.said == (question.name,):
            return None, None
        return found[question.name], equal(question.said, found[question.name])

    def _cite(self, path: str, country: str, day: str, name: str = "") -> Citation:
        """The score that an id names, with no more scored and drawn than one of its figures takes.

        Raises:
            UnknownNameError: no rubric, pillar or country is called that.
            ValueError: the date is none.
        """
        rubric, _, pillar = path.partition("/")
        known = self.now.scenario.book.rubric.id
        if rubric != known:
            message = f"the rubric is {known!r}; {nearest(path, [known], 'rubrics')}"
            raise UnknownNameError(message)
        drawn = name in DRAWN
        of_all = name in OF_THE_SET or (path, day, drawn) in self.together
        run = self.now if of_all else self.now.only(country)
        return cite(run, country, pillar or None, dt.date.fromisoformat(day), drawn=drawn)

    def _look_back(self) -> None:
        """Look for a revision in which an id was current and its open figures were so.

        The id says nothing of the other countries, so that many revisions may have it. They are walked through once for
        all ids, and none is held.
        """
        open_: dict[Cited, list[_Question]] = defaultdict(list)
        for (cited, question), answer in self.answers.items():
            if answer.is_open:
                open_[cited].append(question)
        first = [revision for cited in open_ if (revision := self.scores[cited].revision)]
        for past in self.history.revisions(first) if open_ else ():
            self._look_at(past, open_)
            if not open_:
                return
        gap = self.history.gap()
        for cited, questions in open_.items():
            for question in questions:
                one = self.answers[cited, question]
                self.answers[cited, question] = one._replace(remark=gap) if gap else _Answer("wrong", one.now)

    def _look_at(self, past: Past, open_: dict[Cited, list[_Question]]) -> None:
        """Answer and take away what a revision answers."""
        paid = set()
        for cited, questions in list(open_.items()):
            if past.run.digests(cited.country) != self.scores[cited].made_of:
                continue
            for question in list(questions):
                drawn = question.name in DRAWN
                work = cited.path, cited.day, drawn
                cost = len(past.run.scenario.profiles) * (DRAWING if drawn else 1)
                if work not in paid and not self.history.budget.spend(cost):
                    return
                paid.add(work)
                was = _figure(past.run, cited, question.name)
                if equal(question.said, was):
                    one = self.answers[cited, question]
                    self.answers[cited, question] = _Answer(one.status, one.now, was, past.revision)
                    questions.remove(question)
            if not questions:
                del open_[cited]


def _question(reading: Reading, figure: Figure) -> _Question:
    return _Question(figure.name, reading.said(figure))


def _together(asked: dict[Cited, dict[_Question, None]]) -> frozenset[tuple[str, str, bool]]:
    """Nodes and days of which all countries are scored (False) or drawn (True) at once.

    Those of which a figure of the set is cited, or more than a few countries.
    """
    countries: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    of_all = set()
    for cited, questions in asked.items():
        countries[cited.path, cited.day, False].add(cited.country)
        for name, _ in questions:
            if name in DRAWN:
                countries[cited.path, cited.day, True].add(cited.country)
            if name in OF_THE_SET:
                of_all.add((cited.path, cited.day, name in DRAWN))
    return frozenset(of_all | {work for work, some in countries.items() if len(some) > FEW})


def _figure(run: Run, cited: Cited, name: str) -> Found:
    day = dt.date.fromisoformat(cited.day)
    return quantities(cite(run, cited.country, cited.pillar, day, drawn=name in DRAWN))[name]


def equal(said: Sequence[str], found: Found) -> bool:
    """Whether a text is the figure, rounded to as many decimals as the text has."""
    if not isinstance(found, Quantity):
        return " ".join(said).lower() == (found or _WITHHELD).lower()
    if len(said) != len(found.numbers) or not all(map(_READ.fullmatch, said)):
        return False
    for text, number in zip(said, found.numbers, strict=True):
        read_ = Decimal(text.replace(",", "."))
        places = decimals(text)
        slack = SLACK if found.drawn and found.decimals else EXACT
        if abs(read_ - Decimal(repr(float(number)))) > Decimal(5).scaleb(-places - 1) + slack:
            return False
    return True


def decimals(text: str) -> int:
    """How many decimals a number is written with."""
    return len(text.replace(",", ".").partition(".")[2])


def _why(past: Past, now: Run, cited: Cited) -> Split:
    """How the score moved, split into causes."""
    day = dt.date.fromisoformat(cited.day)
    before, after = (run.scenario.of([cited.country]).on(day).by_pillar(cited.pillar) for run in (past.run, now))
    return split_change(before, after)
