"""The ids in the text of a report, each with the numbers, names and dates of its sentence: docs/citing.md."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from scoring.citing import mentions, written
from scoring.citing.binding import PAIRS, SINGLE, WITHHELD, Figure
from scoring.citing.ids import ADDRESS, ID, Cited, broken_ids, cited_of
from scoring.citing.words import any_of, lists
from scoring.citing.written import ENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from scoring.citing.documents.passages import Passage
    from scoring.citing.mentions import Span
    from scoring.citing.written import Ends, Own, Written

FEW = 6  # ids that share their numbers; names before a number that are looked at
MAX_ROWS = 200  # of a table that are read with the id of its caption
REACH = 1_000  # characters around an id in which names and dates of its sentence are read
NAMES = frozenset((*SINGLE, *PAIRS, "rank", "ranked", "band"))  # what may stand after `#` in an id


Item = TypeVar("Item", mentions.Name, mentions.Day)


class Mismatch(NamedTuple):
    """A country or a date beside an id that is not that of the id."""

    span: Span
    text: str


@dataclass(frozen=True)
class Reading:
    """An id in a passage, with the numbers that belong to it."""

    passage: Passage
    match: re.Match[str]
    """The match of the id in the passage, with the groups of `ID`."""
    sentence: Span
    """Start and end of the sentence of the id."""
    cell: Span
    """Start and end of the sentence, or of the table cell, of the id."""
    is_alone: bool
    """Whether the sentence or cell contains no other id."""
    group: int
    """The number of the first of the ids that stand together, without a number between them."""
    written: tuple[Written, ...]
    """The numbers that may belong to the id."""
    shared: frozenset[int]
    """The positions of numbers that may also belong to the id before: `..., third, behind Estonia (77.3, ID)`."""
    figures: tuple[Figure, ...] = ()
    """The figures of the score that these numbers are, and words such as bands."""
    unread: tuple[Span, ...] = ()
    """The decimals and ranges that are not from this score; whole numbers may count anything."""
    elsewhere: tuple[tuple[Span, str], ...] = ()
    """The numbers that are figures of another country, which is named before them, and its code."""
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def cited(self) -> Cited:
        """The id."""
        return cited_of(self.match)

    @property
    def place(self) -> tuple[int, int]:
        """The passage and the position of the id in it."""
        return id(self.passage), self.match.start()

    @property
    def is_of_caption(self) -> bool:
        """Whether the id is that of the caption of the table of this row."""
        start, end = self.passage.spans[self.match.start()]
        return start == end


class Uncited(NamedTuple):
    """A number without an id that equals or nearly equals a figure of a country named beside it."""

    passage: Passage
    span: Span
    country: str


class Broken(NamedTuple):
    """What looks like an id and is none."""

    passage: Passage
    span: Span


class _Mark(NamedTuple):
    """An id, or what looks like one: numbers belong to it."""

    start: int
    end: int
    country: str
    is_id: bool


def _marks(text: str, ids: Sequence[re.Match[str]]) -> list[_Mark]:
    marks = [_Mark(*match.span(), match["country"], is_id=True) for match in ids]
    marks += [_Mark(start, end, "", is_id=False) for start, end in broken_ids(text)]
    return sorted(marks)


_CLAUSE = re.compile(r"[,;:()](?=\s)|\s[–—]\s")


def _after_name(
    marks: Sequence[_Mark], number: int, numbers: Sequence[Written], names: Sequence[mentions.Name], text: str
) -> frozenset[int]:
    """The positions of numbers between two ids before a clause that first names the country of the second."""
    if not number or not marks[number - 1].is_id:
        return frozenset()
    first, last = marks[number - 1].end, marks[number].start
    begin = bisect_left(names, first, key=lambda name: name.span[0])
    named = names[begin] if begin < len(names) and names[begin].span[0] < last else None
    if named is None or named.code != marks[number].country:
        return frozenset()
    stops = [match.start() for match in _CLAUSE.finditer(text, first, named.span[0])]
    return frozenset(start for one in numbers if first <= (start := one.spans[0][0]) < (stops[-1] if stops else first))


def _is_apart_from(mark: _Mark, position: int, stops: Sequence[int], numbers: Sequence[int]) -> bool:
    """Whether a number is in a sentence behind that of an id, or in one before it that has numbers of its own."""
    sentence = bisect_right(stops, mark.start)
    if position > mark.start:
        return bisect_right(stops, position) > sentence
    begin = stops[sentence - 1] if sentence else 0
    return position < begin and bisect_left(numbers, begin) < bisect_left(numbers, mark.start)


_CAPITAL = r"[„«“\"*_]{0,2}[A-ZА-ЯЄІЇҐÄÖÜÉ\u10a0-\u10ff]"
_CLOSING = r"[)\]»”’\"'`*_]{0,4}"
SENTENCE_END = re.compile(
    rf"(?<=[^\W\d]{{3}}){_CLOSING}[.!?…]{{1,3}}{_CLOSING}\s+(?={_CAPITAL})"
    rf"|(?<=\d)[)\]»”’\"']{{1,4}}[.!?]\s+(?={_CAPITAL})"
    rf"|(?<=[0-9a-f]{{16}}){_CLOSING}(?:\.\s+|\n(?={_CAPITAL}))"
)
"""Most ends of sentences: behind a word of three letters before a capital letter, or behind an id."""
_END = re.compile(r"[)\]}>»”’\"'`*_]*+[.!?…]++(?=\s)")
_BEFORE_LABEL = ("—", "–", ":", ";", ",", "(")
_AFTER_LABEL = (".", ";", ",", ")")
_QUOTES = ("“”", "„“", "«»", '""', "‘’", "‚‘", "»«", "„”", "`'")


def read(
    passage: Passage, labels: tuple[str, ...], own: Own, actors: Collection[str] = (), ends: Ends = ENDS
) -> tuple[Reading, ...]:
    """The ids of a passage, each with the numbers that may belong to it.

    A number belongs to the next id in its sentence, or in the passage if the sentence has no id. If the sentence or
    passage begins with an id, a number belongs to the id before it. Of ids that follow each other without a number
    between them, it belongs to the one whose country is named before it.

    Args:
        passage: a paragraph or row.
        labels: those of the bands.
        own: words that name no other index.
        actors: countries that a sentence may name without being about them.
        ends: of the scales on which scores are printed.
    """
    text, ids = passage.text, list(ID.finditer(passage.text))
    if not ids:
        return ()
    days, date_spans = mentions.dates(text)
    id_spans = [match.span() for match in ids]
    marks = _marks(text, ids)
    addresses = (match.span() for match in ADDRESS.finditer(text))
    taken = (*((mark.start, mark.end) for mark in marks), *date_spans, *addresses)
    numbers = written.numbers(text, taken, own, ends)
    names = [
        name
        for name in mentions.countries(text)
        if name.code not in actors and not any(start <= name.span[0] < end for start, end in id_spans)
    ]
    boundaries = _sentence_boundaries(passage, marks)
    starts = [min(start for start, _ in one.spans) for one in numbers]
    groups = _groups(boundaries, marks, starts)
    with_cells = sorted({*boundaries, *_cell_ends(passage)})
    owner = _owner_function(with_cells, marks, starts, names, groups, _brackets(text, ids))
    by_mark: list[list[Written]] = [[] for _ in marks]
    stops = [match.end() for match in SENTENCE_END.finditer(text)]
    for one, start in zip(numbers, starts, strict=True):
        is_apart = _is_apart_from(marks[owner(start)], start, stops, starts)
        by_mark[owner(start)].append(replace(one, is_apart=True) if is_apart else one)
    bands_by_mark: list[list[Figure]] = [[] for _ in marks]
    for figure in (*_bands(text, labels), *_withheld(text)):
        bands_by_mark[owner(figure.spans[0][0])].append(figure)
    of_ids = [number for number, mark in enumerate(marks) if mark.is_id]
    sentences = [_sentence_around(boundaries, match.start()) for match in ids]
    cells = [_sentence_around(with_cells, match.start()) for match in ids]
    count = Counter(cells)
    readings = []
    for number, match, sentence, cell in zip(of_ids, ids, sentences, cells, strict=True):
        first = max(sentence[0], marks[number - 1].end if number else 0)
        bands = bands_by_mark[number]
        bands = [band for band in bands if band.spans[0][0] < match.start()] or bands
        tagged = tuple(_named_figure(text, match, by_mark[number], labels))
        readings.append(
            Reading(
                passage,
                match,
                sentence,
                cell,
                count[cell] == 1,
                groups[number],
                tuple(
                    one for one in by_mark[number] if not any(set(one.spans) & set(figure.spans) for figure in tagged)
                ),
                _after_name(marks, number, by_mark[number], names, text),
                (
                    *tagged,
                    *(band for band in bands if band.spans[0] not in {one.spans[0] for one in tagged}),
                ),
                mismatches=(
                    *_other_days(days, names, match, first, sentence),
                    *_other_names(text, names, match, first, sentence),
                ),
            )
        )
    return tuple(readings)


def covered(passages: Sequence[Passage], position: int, caption: Reading) -> Iterator[Passage]:
    """The rows of a table behind its caption, with the id of the caption inserted, if no row has an id of its own.

    Args:
        passages: those of the document.
        position: of the passage behind the caption.
        caption: its only id, to which no number of the caption belongs.
    """
    rows = list(itertools.takewhile(_is_row, passages[position : position + MAX_ROWS]))
    if any("@" in row.text and ID.search(row.text) for row in rows):
        return
    for row in rows:
        last = row.pieces[-1]
        inserted = array("q", [*row.pieces, len(row.text), last, last])
        yield row._replace(text=f"{row.text} ({caption.cited.written})", pieces=inserted)


def _is_row(passage: Passage) -> bool:
    """Whether a passage is a row of several cells."""
    return any(True for _ in _cell_ends(passage))


def _named_figure(
    text: str, match: re.Match[str], numbers: Sequence[Written], labels: tuple[str, ...]
) -> Iterator[Figure]:
    """The figure named after `#` in an id: the nearest number before it; else the name itself."""
    if not (name := match["figure"]):
        return
    if name not in NAMES:
        yield Figure(name, (match.span("figure"),), (name,))
        return
    if name == "band":
        bands = list(_band_pattern(labels).finditer(text, max(0, match.start() - REACH), match.start()))
        if bands:
            yield _band(bands[-1], labels)
            return
    before = [one for one in numbers if max(end for _, end in one.spans) <= match.start()]
    wanted = 2 if name in ("range", "interval", "rank_interval") else 1
    if not before or len(before[-1].spans) < wanted:
        yield Figure(name, (match.span("figure"),), (name,))
        return
    last = before[-1]
    spans, texts = (last.spans, last.texts) if wanted == 2 else (last.spans[:1], last.texts[:1])  # noqa: PLR2004
    yield Figure(name, spans, texts)


@functools.cache
def _band_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    """Each label of a band, or its words in other languages, as a group `b` and its number."""
    translated = lists()["bands"]
    groups = (
        rf"(?P<b{number}>(?<!\w){re.escape(label)}(?!\w)|{any_of(translated.get(label.lower(), [label]))})"
        for number, label in enumerate(labels)
    )
    return re.compile("|".join(groups), re.IGNORECASE)


@functools.cache
def _before_band() -> re.Pattern[str]:
    """A word such as `band`, up to the label behind it."""
    between = rf"(?:[\s:=(–]|{any_of(lists()['between_band'], whole=True)}){{0,8}}+"
    return re.compile(rf"(?<!\w){any_of(lists()['band'])}{between}$", re.IGNORECASE)


def _band(match: re.Match[str], labels: Sequence[str]) -> Figure:
    label = labels[int((match.lastgroup or "b0")[1:])]
    return Figure("band", (match.span(),), (label,))


def _bands(text: str, labels: tuple[str, ...]) -> Iterator[Figure]:
    """The bands that a text names: in quotes, between commas or dashes, or after a word such as `band`."""
    exact = {label.lower() for label in labels}
    for match in _band_pattern(labels).finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 2) : start].rstrip(), text[end : end + 2].lstrip()
        is_apart = before[-1:] in _BEFORE_LABEL and (after[:1] or ".") in _AFTER_LABEL and match[0].lower() in exact
        if is_apart or before[-1:] + after[:1] in _QUOTES or _before_band().search(text[max(0, start - 32) : start]):
            yield _band(match, labels)


_WITHHELD_INDEX = re.compile(
    rf"\b(?:index|scores?|estimate)\b[\s:=]{{0,4}}(?:is|was)?\s{{0,4}}({WITHHELD})\b", re.IGNORECASE
)


def _withheld(text: str) -> Iterator[Figure]:
    """The indices that a text calls withheld."""
    for match in _WITHHELD_INDEX.finditer(text):
        yield Figure("estimate", (match.span(1),), (match[1],))


def _other_days(
    days: Sequence[mentions.Day], names: Sequence[mentions.Name], match: re.Match[str], first: int, sentence: Span
) -> Iterator[Mismatch]:
    """Dates of the sentence that are meant as the date of the id and differ from it."""
    try:
        day = dt.date.fromisoformat(cited_of(match).day)
    except ValueError:
        return
    around = _around(days, match, _in_sentence(match, sentence))
    inside = [one for one in around if not match.start() <= one.span[0] < match.end()]
    inside = [one for one in inside if first <= one.span[0] < match.start()] or inside
    if any(one.day == day for one in inside):
        return
    for one in inside:
        same = (one.day.year == day.year) + (one.day.month == day.month) + (one.day.day == day.day)
        following = bisect_left(names, one.span[1], key=lambda name: name.span[0])
        leads = (
            following < len(names)
            and names[following].code == match["country"]
            and match.string[one.span[1] : names[following].span[0]] in (" ", ", ")
            and not _STOP.search(match.string, one.span[1], match.start())
        )
        is_slip = same == 2 and one.span[0] < match.start()  # noqa: PLR2004  a typing error
        if is_slip or _is_date_of_score(match.string, one.span, leads=leads):
            yield Mismatch(one.span, f"the date of the id is {day.isoformat()}")


def _in_sentence(match: re.Match[str], sentence: Span) -> Span:
    """The sentence of an id, as `SENTENCE_END` ends it, if it has words before the id."""
    start, end = max(sentence[0], match.start() - REACH), min(sentence[1], match.end() + REACH)
    stops = [stop.end() for stop in SENTENCE_END.finditer(match.string, start, end)]
    begin = max((stop for stop in stops if stop <= match.start()), default=start)
    is_reference = len(match.string[begin : match.start()].split()) <= FEW  # `Score: ID`
    return start if is_reference else begin, min((stop for stop in stops if stop >= match.end()), default=end)


def _is_date_of_score(text: str, span: Span, *, leads: bool) -> bool:
    """Whether a date is said of a score: `as of ...`, alone in a cell, before a colon, or before the country."""
    before, behind = text[max(0, span[0] - AS_OF) : span[0]], text[span[1] : span[1] + AS_OF].lstrip()
    if _as_of().search(before) or _as_of_behind().match(behind) or (leads and _LEAD.search(before)):
        return True
    is_cell = _CELL.search(before) is not None and behind.startswith(";")
    return is_cell or (_ALONE.search(before) is not None and _HEAD.match(behind) is not None)


AS_OF = 24  # characters before a date, and behind it, that tell what it is
_STOP = re.compile(rf"\w[.!?]\s+(?={_CAPITAL})")
_CELL = re.compile(r"(?:[;:]\s?|\A\s*)$")
_ALONE = re.compile(r"(?:[;,(\[:\n]\s?|\A\s*)$")
_LEAD = re.compile(r"(?:[;,(\[:\n]\s?|\A\s*|[.!?]\s)(?:[^\W\d]{1,9}\s){0,2}$")
_HEAD = re.compile(r"\)?\s?[:–—=]\s{1,2}(?=\d)")


@functools.cache
def _as_of_behind() -> re.Pattern[str]:
    return re.compile(rf"(?:-\w{{1,4}})?\s?{any_of(lists()['as_of_behind'])}", re.IGNORECASE)


@functools.cache
def _as_of() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, lists()['as_of']))})(?:\s+the)?:?\s+$", re.IGNORECASE)


def _other_names(
    text: str, names: Sequence[mentions.Name], match: re.Match[str], first: int, sentence: Span
) -> Iterator[Mismatch]:
    """The country that the sentence is about, if it is not that of the id, which the sentence does not name."""
    inside = _around(names, match, sentence)
    country = match["country"]
    if any(name.code == country for name in inside):
        return
    before = [name for name in inside if first <= name.span[0] < match.start()]
    for name in before:
        if not _is_apart(text, first, name.span[0]):
            yield Mismatch(name.span, f"the id is one of {country}")
            return


def _around(items: Sequence[Item], match: re.Match[str], sentence: Span) -> Sequence[Item]:
    """The names or dates of the sentence of an id, in order, as far as they are near it."""
    start, end = max(sentence[0], match.start() - REACH), min(sentence[1], match.end() + REACH)
    place: Callable[[Item], int] = lambda item: item.span[0]  # noqa: E731
    return items[bisect_left(items, start, key=place) : bisect_left(items, end, key=place)]


def _is_apart(text: str, first: int, position: int) -> bool:
    """Whether the words before a country say that the sentence is not about it: `ahead of Moldova`."""
    pattern = _apart()
    return pattern.search(text[max(first, position - 24) : position]) is not None


@functools.cache
def _apart() -> re.Pattern[str]:
    listed = "|".join(
        re.escape(word).replace(r"\ ", r"\s+") for word in sorted(lists()["apart"], key=len, reverse=True)
    )
    return re.compile(
        rf"(?<!\w)(?:{listed})\s+(?:the\s+|der\s+|die\s+|den\s+|dem\s+|la\s+|le\s+|l['’])?$", re.IGNORECASE
    )


# -- the id that a number belongs to -----------------------------------------------------------------------------------


def _sentence_boundaries(passage: Passage, ids: Sequence[_Mark]) -> list[int]:
    """The positions at which the sentences of a passage begin and end, in order.

    A sentence ends at a full stop directly after an id, since any other may belong to an abbreviation. In doubt, a
    sentence is too long.
    """
    stops = (_END.match(passage.text, one.end) for one in ids)
    return sorted({0, len(passage.text), *(stop.end() for stop in stops if stop)})


def _cell_ends(passage: Passage) -> Iterator[int]:
    """The positions behind the cells of a table row: behind semicolons with an empty span in the file."""
    text, pieces = passage.text, passage.pieces
    for number in range(0, len(pieces), 3):
        begin, start, end = pieces[number : number + 3]
        if start == end:
            after = pieces[number + 3] if number + 3 < len(pieces) else len(text)
            yield from (position + 1 for position in range(begin, after) if text[position] == ";")


def _sentence_around(boundaries: Sequence[int], position: int) -> Span:
    """Start and end of the sentence that contains a position."""
    following = bisect_right(boundaries, position)
    return boundaries[following - 1], boundaries[following]


_BRACKET = re.compile(r"[\s`'\"*_\]]{0,4}\([^()]{1,240}\)")
_REST_OF_BRACKET = re.compile(r"(?:[^()]{1,240}+|\([^()]{0,80}+\)){1,4}+\)")


def _brackets(text: str, ids: Sequence[re.Match[str]]) -> list[Span]:
    """The brackets directly behind ids, and the rest of the brackets with ids: they are about the id before them."""
    spans = []
    for match in ids:
        before = text[max(0, match.start() - 240) : match.start()]
        is_inside = before.rfind("(") > before.rfind(")")
        found = _BRACKET.match(text, match.end()) or (is_inside and _REST_OF_BRACKET.match(text, match.end()))
        if found and not ID.search(found[0]):
            spans.append(found.span())
    return spans


def _groups(boundaries: Sequence[int], ids: Sequence[_Mark], numbers: Sequence[int]) -> list[int]:
    """For each id, the first of the ids of its sentence that stand together without a number between them."""
    groups = [0]
    for number, (before, after) in enumerate(itertools.pairwise(ids), 1):
        is_free = bisect_left(numbers, before.end) == bisect_left(numbers, after.start)
        is_free &= bisect_right(boundaries, before.end) == bisect_right(boundaries, after.start)
        groups.append(groups[-1] if is_free else number)
    return groups


def _owner_function(
    boundaries: Sequence[int],
    ids: Sequence[_Mark],
    numbers: Sequence[int],
    names: Sequence[mentions.Name],
    groups: Sequence[int],
    brackets: Sequence[Span],
) -> Callable[[int], int]:
    """A function from the position of a number to that of the id that owns it, in `ids`; numbers: all positions."""
    starts = [one.start for one in ids]
    name_starts = [name.span[0] for name in names]

    def owner(position: int) -> int:
        bracket = bisect_right(brackets, position, key=lambda span: span[0]) - 1
        if bracket >= 0 and position < brackets[bracket][1]:
            return bisect_right(starts, brackets[bracket][0]) - 1
        start, end = _sentence_around(boundaries, position)
        low, high = bisect_left(starts, start), bisect_left(starts, end)
        if low == high:
            start, end, low, high = boundaries[0], boundaries[-1], 0, len(starts)
        first = bisect_left(numbers, start)
        begins_with_id = first < len(numbers) and starts[low] < numbers[first] < end
        last = bisect_left(numbers, end) - 1
        begins_with_id &= high - low == 1 or numbers[last] > starts[high - 1]  # else the last id would have no number
        following = bisect_left(starts, position, low, high)
        chosen = following - 1 if begins_with_id and following > low else min(following, high - 1)
        nearby = range(groups[chosen], min(high, groups[chosen] + FEW))
        group = [number for number in nearby if groups[number] == groups[chosen]]
        if len(group) == 1:
            return chosen
        before = bisect_left(name_starts, position)
        for name in reversed(names[max(0, before - FEW) : before]):
            if name.span[0] < start:
                break
            same = [number for number in group if ids[number].country == name.code]
            if same:
                return same[0]
        return chosen

    return owner
