"""What a report cites, held against what the engine computes. docs/citing.md says which figures belong to an id."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.causes import Edition, Split, split
from scoring.citation import Citation, Quantity, quantities
from scoring.errors import UnknownNameError, nearest
from scoring.pipeline import pillar_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scoring.citation import Citing
    from scoring.documents import Document, Passage

Status: TypeAlias = Literal["holds", "unknown", "outdated", "wrong"]
STATUSES: tuple[Status, ...] = ("holds", "unknown", "outdated", "wrong")  # the worst last
DRAWN = Decimal("0.01")  # points: the bins of the histogram that quantiles of draws are read from
EXACT = Decimal("1e-9")


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
    spans: tuple[tuple[int, int], ...]


_ID = re.compile(
    r"(?<![a-z0-9_])((?P<path>[a-z][a-z0-9_]{0,63}(?:/[a-z][a-z0-9_]{0,63})?)@(?P<version>\d+\.\d+\.\d+)"
    r"/(?P<country>[A-Z]{3})/(?P<day>\d{4}-\d\d-\d\d)/(?P<hash>[0-9a-f]+))(?:#(?P<figure>[a-z_]+))?"
)
_NUMBER = r"~?(\d{1,9}(?:[.,]\d{1,9})?)(?!\d|[.,]\d)"
_SPAN = rf"{_NUMBER}\s*(?:[–—−-]{{1,3}}|to|and)\s*{_NUMBER}"
_NAME = r"(?:(?:of|for)\s+(?-i:(?:[A-Z][\w'’.-]*|and)\s+){1,5})?"
_TO = rf"[\s:=(]*{_NAME}(?:(?:of|is|was|at|from|between|the|a|stands)\s+){{0,3}}"
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
        rf"\brank(?:s|ed)?\b{_TO}(\d{{1,9}})(?:st|nd|rd|th)?(?!\d|[.,]\d)(?:\s+of\s+(\d{{1,9}}))?(?:\s*\({_SPAN}\))?",
        re.IGNORECASE,
    ),
}
_NEAREST = {"range": _SPAN, "interval": _SPAN, "rank_interval": _SPAN}  # what `#figure` looks for; else a number
_DECIMAL = re.compile(r"(?<![\w.,])\d+[.,]\d+(?![\d.,]*\d)")


def cited_in(passage: Passage, labels: Sequence[str]) -> Iterator[tuple[re.Match[str], tuple[Figure, ...]]]:
    """The ids of a passage, each with the figures that belong to it; labels are those of the bands.

    A figure belongs to the id that follows it; where the passage begins with an id, to the one before it.
    """
    ids = list(_ID.finditer(passage.text))
    if not ids:
        return
    figures = sorted(_figures(passage.text, labels), key=lambda figure: figure.spans)
    starts = [found.start() for found in ids]
    begins = bool(figures) and starts[0] < figures[0].spans[0][0]
    own: list[list[Figure]] = [[] for _ in ids]
    for figure in figures:
        behind = bisect_left(starts, figure.spans[0][0])
        own[behind - 1 if begins else min(behind, len(ids) - 1)].append(figure)
    for place, found in enumerate(ids):
        named = _named(passage.text, found, ids[place - 1].end() if place else 0, labels)
        yield found, tuple(sorted((*own[place], *named), key=lambda figure: figure.spans))


def _figures(text: str, labels: Sequence[str]) -> Iterator[Figure]:
    """The figures that a word names."""
    patterns = _FIGURES | {("band",): re.compile(rf"\bband\b{_TO}({_any(labels)})\b", re.IGNORECASE)}
    for names, pattern in patterns.items():
        for found in pattern.finditer(text):
            spans: dict[str, list[tuple[int, int]]] = {}
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


# -- what is found -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """One figure of a report."""

    figure: Figure
    said: tuple[str, ...]
    status: Status
    now: Quantity | str | None
    was: Quantity | str | None = None
    """The figure of the id's edition, where that is known and not today's."""


@dataclass(frozen=True)
class Verdict:
    """One id of a report with its figures."""

    passage: Passage
    found: re.Match[str]
    """The id in the passage, with the groups `version` and `hash`."""
    id: str
    status: Status
    figures: tuple[Checked, ...]
    now: Citation | None = None
    """The score as it is computed now; None where there is none of that name."""
    revision: str | None = None
    """The revision whose score the id is, where that is not today's."""
    why: Split | None = None
    """How the score moved from that revision to now."""
    remark: str = ""
    """Why nothing could be computed."""
    unread: tuple[str, ...] = ()
    """Decimals in the passage that belong to no id; told with its last one."""


class Past(NamedTuple):
    """A revision in which an id was that of its score."""

    revision: str
    citing: Citing


def verify(document: Document, now: Citing, find: Callable[[Cited], Past | None]) -> tuple[Verdict, ...]:
    """Recompute every figure that a report binds to an id.

    A figure holds where it is that of now, rounded as it is written; it is outdated where it was that of the id's
    edition and is no more; wrong where it never was; unknown where nothing has its id. `find` looks for past editions.
    """
    labels = [band.label for band in now.book.rubric.bands]
    verdicts: list[Verdict] = []
    for passage in document.passages:
        if cited := list(cited_in(passage, labels)):
            verdicts += [_verdict(passage, found, figures, now, find) for found, figures in cited]
            verdicts[-1] = replace(verdicts[-1], unread=_unread(passage, [one for _, some in cited for one in some]))
    return tuple(verdicts)


def _verdict(
    passage: Passage,
    found: re.Match[str],
    figures: Sequence[Figure],
    now: Citing,
    find: Callable[[Cited], Past | None],
) -> Verdict:
    cited = Cited(found[1], found["path"], found["version"], found["country"], found["day"], found["hash"])
    try:
        current = _cite(now, cited)
    except (UnknownNameError, ValueError) as error:
        return Verdict(passage, found, cited.text, "unknown", (), remark=str(error))
    past = None if current.id == cited.text else find(cited)
    then = _cite(past.citing, cited) if past else None
    checked = tuple(_checked(passage, figure, current, then, is_now=current.id == cited.text) for figure in figures)
    statuses: list[Status] = [one.status for one in checked]
    if current.id != cited.text and then is None:
        statuses.append("unknown")
    status: Status = max(statuses, key=STATUSES.index, default="holds")
    return Verdict(
        passage,
        found,
        cited.text,
        status,
        checked,
        now=current,
        revision=past.revision if past else None,
        why=_why(past, now, cited) if past and status in ("outdated", "wrong") else None,
    )


def _cite(citing: Citing, cited: Cited) -> Citation:
    """The score that an id names.

    Raises:
        UnknownNameError: no rubric, pillar or country is called that.
        ValueError: the date is none.
    """
    rubric = citing.book.rubric
    if cited.path.partition("/")[0] != rubric.id:
        message = f"the rubric is {rubric.id!r}; {nearest(cited.path, [rubric.id], 'rubrics')}"
        raise UnknownNameError(message)
    return citing.cite(cited.country, cited.pillar, dt.date.fromisoformat(cited.day))


def _checked(passage: Passage, figure: Figure, now: Citation, then: Citation | None, *, is_now: bool) -> Checked:
    said = tuple(passage.text[start:end] for start, end in figure.spans)
    current = quantities(now)
    if figure.name not in current or said == (figure.name,):
        return Checked(figure, said, "unknown", None)
    is_current = _equal(said, current[figure.name])
    was = None if then is None else quantities(then)[figure.name]
    status: Status
    if is_now or then is not None:
        was_so = is_current if then is None else _equal(said, was)
        status = "wrong" if not was_so else "holds" if is_current else "outdated"
    else:
        status = "unknown" if is_current else "outdated"
    return Checked(figure, said, status, current[figure.name], was)


def _equal(said: Sequence[str], found: Quantity | str | None) -> bool:
    """Whether a text is the figure, rounded to as many decimals as the text has."""
    if not isinstance(found, Quantity):
        return " ".join(said).lower() == (found or _WITHHELD).lower()
    if len(said) != len(found.numbers) or said[0].lower() == _WITHHELD:
        return False
    for text, number in zip(said, found.numbers, strict=True):
        read = Decimal(text.replace(",", "."))
        places = decimals(text)
        slack = DRAWN if found.drawn and found.decimals else EXACT
        if abs(read - Decimal(repr(float(number)))) > Decimal(5).scaleb(-places - 1) + slack:
            return False
    return True


def decimals(text: str) -> int:
    """How many decimals a number is written with."""
    return len(text.replace(",", ".").partition(".")[2])


def _unread(passage: Passage, figures: Sequence[Figure]) -> tuple[str, ...]:
    taken = bytearray(len(passage.text))
    for start, end in (
        *(span for one in figures for span in one.spans),
        *map(re.Match.span, _ID.finditer(passage.text)),
    ):
        taken[start:end] = b"x" * (end - start)
    return tuple(found[0] for found in _DECIMAL.finditer(passage.text) if not taken[found.start()])


def _why(past: Past, now: Citing, cited: Cited) -> Split:
    """How the score moved, split into causes."""
    day = dt.date.fromisoformat(cited.day)
    before, after = (
        Edition(
            pillar_alone(citing.book, cited.pillar) if cited.pillar else citing.book,
            citing.profiles[cited.country],
            day,
        )
        for citing in (past.citing, now)
    )
    return split(before, after)
