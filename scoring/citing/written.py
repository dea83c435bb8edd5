"""Numbers and ranks as they are written in a text of any of five languages.

A text may come from a stranger: each pattern scans it once, and what is looked at around a number is bounded.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.citing.mentions import WORD, Span, countries, is_georgian
from scoring.citing.words import SPACE, any_of, lists, names_of, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

Form: TypeAlias = Literal["number", "range", "deviation", "of 100", "place"]
NEAR = 48  # characters before a number in which a word says what it is
AFTER = 24  # characters after it
YEARS = range(1500, 2200)  # whole numbers of four digits that are years
_NUMBER = re.compile(
    r"(?P<number>(?P<sign>[+−-](?=[0-9]))?[0-9]{1,12}(?:[.,][0-9]{1,12})?)(?P<more>(?:[.,:·'’٫][0-9]++)*+)"
    r"(?P<suffix>(?:st|nd|rd|th|er|re|ère|ième|ieme|ème|eme|e|th|-?(?:й|є|ше|те|ге|ій|ме|тє)|-(?:ლი|ლ|ე)[ა-ჿ]{0,8}|\.(?=\s+(?:Platz|Rang|Stelle|Position|von|unter|der)\b))(?![\w]))?"
)

_THOUSANDS = re.compile(r"[+−-]?[1-9]\d{0,2}[.,]\d{3}")
"""A whole number such as `107,000`, since no figure has three decimals."""


class Own(NamedTuple):
    """Words of a report that name no other index."""

    codes: tuple[str, ...]
    """Words in capitals: the codes of countries, and short titles of pillars."""
    names: tuple[str, ...]
    """Of the index: its title, and other words by which it is named, also with an ending; at least one."""


class Ends(NamedTuple):
    """The ends of the scales on which scores are printed."""

    whole: str
    """That of the index."""
    pillars: frozenset[str] = frozenset()
    """Those of pillars that have another scale."""
    decimals: int = 1
    """With how many scores are printed."""

    def has(self, end: str, text: str) -> bool:
        """Whether a number is the end of the scale of another, such as 5 in `4.2 of 5`; `4 of 5` may be a rank."""
        return end == self.whole or (end in self.pillars and (self.decimals == 0 or decimals(text) > 0))


ENDS = Ends("100")


@dataclass(frozen=True)
class Written:
    """A number of a text, or two numbers that belong together."""

    form: Form
    spans: tuple[Span, ...]
    """Of the number, of both ends of a range, of a number and its deviation, of a place and its total."""
    texts: tuple[str, ...]
    """As written, or digits in place of a word; of a place without its total only one."""
    named: tuple[str, ...] = ()
    """The figures that the words beside it name, the nearest first."""
    is_foreign: bool = False
    """Whether the words beside it name something else than a score."""
    is_word: bool = False
    is_past: bool = False
    """Whether it is a move `from A to B`."""
    end: str = ""
    """Of the scale that it names, as in `26.4 of 100`."""
    is_points: bool = False
    """Whether it is followed by a word such as points, and is no difference."""
    is_bare: bool = False
    """Whether no noun that it may count follows it."""
    is_beside_source: bool = False
    """Whether its sentence names another index or a poll."""
    is_mean: bool = False
    """Whether it is called a mean."""
    is_apart: bool = False
    """Whether it is in another sentence than the id it may belong to."""

    @property
    def is_decimal(self) -> bool:
        """Whether a number has decimals."""
        return any(map(_has_decimals, self.texts))


class _Token(NamedTuple):
    """A number or a number word."""

    start: int
    end: int
    text: str
    """Digits, with the sign."""
    is_ordinal: bool
    is_word: bool
    value: Span
    """Of the number without suffix and total."""


@functools.cache
def _ordinals() -> re.Pattern[str]:
    groups = [f"(?P<o{number}>{any_of([one])})" for number, one in enumerate(lists()["ordinals"], 1)]
    return re.compile("|".join(reversed(groups)), re.IGNORECASE)


@functools.cache
def _cardinals() -> re.Pattern[str]:
    groups = [f"(?P<c{number}>{any_of([one], whole=False)})" for number, one in enumerate(lists()["cardinals"], 1)]
    return re.compile("|".join(reversed(groups)), re.IGNORECASE)


@functools.cache
def _rank_cardinals() -> re.Pattern[str]:
    """A number word directly after a word for rank: `rank three`."""
    return re.compile(rf"{any_of(lists()['figures']['rank'])}{SPACE}{{1,3}}(?:{_cardinals().pattern})", re.IGNORECASE)


def _tokens(text: str, taken: Sequence[Span]) -> list[_Token]:
    """Numbers and ordinals of a text outside the spans `taken`, in order."""
    free = bytearray(b"x") * len(text)
    for start, end in taken:
        free[start:end] = bytes(end - start)
    found = []
    for match in _NUMBER.finditer(text):
        start, end = match.span("number")
        before = text[start - 1] if start else " "
        after = text[match.end()] if match.end() < len(text) else " "
        if match["sign"] and (before.isalnum() or before in "%)"):  # a dash
            start += 1
        number = text[start:end]
        is_georgian_ordinal = text.startswith("მე-", max(0, start - 3), start)
        in_word = (
            not is_georgian_ordinal
            and (before.isalnum() or before in "_@#")
            and not (match["sign"] and before.isdigit())
        )
        if (
            not free[start]
            or match["more"]
            or _THOUSANDS.fullmatch(number)
            or in_word
            or after == "_"
            or (after.isalpha() and not match["suffix"] and not is_georgian(after))
        ):
            continue
        is_ordinal = is_georgian_ordinal or (bool(match["suffix"]) and "." not in number and "," not in number)
        found.append(
            _Token(start, match.end() if is_ordinal else end, number, is_ordinal, is_word=False, value=(start, end))
        )
    for match in _ordinals().finditer(text):
        before = text[max(0, match.start() - AFTER) : match.start()]
        if free[match.start()] and not pattern("of before").search(before):
            number = (match.lastgroup or "o0")[1:]
            found.append(_Token(match.start(), match.end(), number, is_ordinal=True, is_word=True, value=match.span()))
    for match in _rank_cardinals().finditer(text):
        if free[match.start()] and not pattern("counted").match(text, match.end()):
            number, span = (match.lastgroup or "c0")[1:], match.span(match.lastgroup or 0)
            found.append(_Token(*span, number, is_ordinal=True, is_word=True, value=span))
    return sorted(found)


_OTHER_INDEX = re.compile(
    r"(?:[A-Z][\w-]*+\s+){1,4}(?:Index|Barometer|Indicator|Ranking|Score|Survey|Report)\b|(?<![\w/@])[A-ZА-ЯІЇЄ]{2,6}(?![\w/])"
)
_APART = re.compile("[)—–]")
_ACRONYM_FREE = 20  # characters between an acronym and a number that it explains
_STOP = re.compile(r"[;:()\[\]|]|(?<=\D),|,(?=\D)|\.\s")


_GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3}){1,4}(?![.,]?\d)")
"""A whole number of thousands in groups, such as `24 000`."""


def numbers(text: str, taken: Sequence[Span], own: Own, ends_of_scales: Ends = ENDS) -> list[Written]:
    """The numbers and ordinals of a text.

    Args:
        text: the text.
        taken: spans to skip, such as ids and dates.
        own: words that name no other index.
        ends_of_scales: which `26.4 of 100` names.
    """
    grouped = (match.span() for match in _GROUPED.finditer(text))
    tokens, position = _tokens(text, (*taken, *grouped)), 0
    found: list[Written] = []
    ends = sorted(end for _, end in taken)
    while position < len(tokens):
        token = tokens[position]
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        between = text[token.end : following.start] if following and following.start - token.end <= AFTER else None
        limit = max(tokens[position - 1].end if position else 0, _last_end(ends, token.start))
        one, used = _joined(text, token, following, between, ends_of_scales)
        position += used
        after = next((one.start for one in tokens[position : position + 3] if not _is_year(one.text)), len(text))
        if one is not None:
            in_context = _in_context(text, one, (limit, tokens[position - 1].end, after), own)
            if found and _follows_place(text, in_context, found[-1]):
                in_context = replace(in_context, named=("rank", *in_context.named))
            found.append(in_context)
    return found


def _last_end(ends: Sequence[int], position: int) -> int:
    """The last of the ends before a position; 0 if there is none."""
    number = bisect_right(ends, position)
    return ends[number - 1] if number else 0


def _follows_place(text: str, one: Written, before: Written) -> bool:
    """Whether a range stands directly behind a rank, as its interval, or another place, as in `first and second`."""
    end = max(end for _, end in before.spans)
    if before.form != "place" or before.is_foreign or one.spans[0][0] - end > NEAR:
        return False
    if one.form == "range":
        return "interval" not in one.named
    is_joined = pattern("and").fullmatch(text, end, one.spans[0][0]) is not None
    return one.form == "place" and "rank" in before.named and is_joined


def _joined(
    text: str, token: _Token, following: _Token | None, between: str | None, scales: Ends
) -> tuple[Written | None, int]:
    """A number with the next one if they belong together, and how many tokens that takes; None for a year."""
    if following is None or between is None:
        return _single(text, token, scales.whole), 1
    if (
        pattern("to").fullmatch(between)
        and _is_year(token.text)
        and (_is_year(following.text) or len(following.text) == 2)  # noqa: PLR2004  2017/18
    ):
        return None, 2
    pair = _pair(text, token, following, between, scales)
    return (_single(text, token, scales.whole), 1) if pair is None else (pair, 2)


def _pair(text: str, token: _Token, following: _Token, between: str, scales: Ends) -> Written | None:
    """Two numbers that belong together by the words between them; None if they do not."""
    pair, texts = (token.value, following.value), (token.text, following.text)
    is_range = _is_range(text, token, following, between)
    if following.is_word:
        return Written("range", pair, texts, is_word=True) if is_range else None
    if pattern("plus").fullmatch(between):
        return Written("deviation", pair, texts)
    is_of = pattern("of").fullmatch(between) is not None
    is_points = pattern("points of").fullmatch(between) is not None
    if scales.has(following.text, token.text) and not token.is_ordinal and (is_of or is_points):
        return Written("of 100", (token.value,), (token.text,), is_points=is_points, end=following.text)
    if scales.has(token.text, following.text) and pattern("of behind").fullmatch(between):
        return Written("of 100", (following.value,), (following.text,), end=token.text)
    is_behind = pattern("of behind").match(text, following.end) or pattern("among behind").match(text, following.end)
    if token.is_ordinal and is_behind and pattern("place behind").fullmatch(between):
        return Written("place", pair, texts, is_word=token.is_word)
    is_total_first = pattern("of behind").fullmatch(between) and following.is_ordinal
    head = pattern("bracket before" if between.startswith("-დან") else "total before")
    is_head = _HEAD_END.fullmatch(between) and head.search(text, max(0, token.start - AFTER), token.start)
    if is_total_first or is_head:
        return Written("place", pair[::-1], texts[::-1])
    if is_of and _has_decimals(token.text) and not _has_decimals(following.text):  # `2.65 of 10`
        return Written("number", (token.value,), (token.text,), is_foreign=True)
    is_place = is_of and not _has_decimals(token.text) and not _is_year(token.text)
    is_place |= token.is_ordinal and pattern("place of").fullmatch(between) is not None
    if is_place and not _has_decimals(following.text):
        return Written("place", pair, texts, is_word=token.is_word)
    return Written("range", pair, texts, is_word=token.is_ordinal) if is_range else None


def _is_range(text: str, token: _Token, following: _Token, between: str) -> bool:
    """Whether two numbers of one kind are a range, by a dash or words: `from 2 to 3`, `between 2 and 3`."""
    if token.is_ordinal != following.is_ordinal:
        return False
    if pattern("to").fullmatch(between):
        return True
    if pattern("of behind").fullmatch(between) and text.startswith(("-მდე", "მდე"), following.end):
        return True
    if not pattern("and").fullmatch(between) or _has_decimals(token.text) != _has_decimals(following.text):
        return False
    before = pattern("between").search(text, max(0, token.start - AFTER), token.start)
    return before is not None or not token.is_ordinal


def _single(text: str, token: _Token, end: str) -> Written | None:
    """A number, or a place with its total as a word; None for a year and for the end of the scale."""
    if _is_year(token.text) or (token.text == end and not token.is_ordinal):
        return None
    if not _has_decimals(token.text) and (total := _total_word(text, token)):
        digits = (total.lastgroup or "c0")[1:]
        return Written("place", (token.value, total.span()), (token.text, digits), is_word=token.is_word)
    return Written("place" if token.is_ordinal else "number", (token.value,), (token.text,), is_word=token.is_word)


def _total_word(text: str, token: _Token) -> re.Match[str] | None:
    """The total of a place as a word: `third of eight`, or in Georgian `third eight countries among`."""
    if of := pattern("of").match(text, token.end):
        return _cardinals().match(text, of.end())
    if not token.is_ordinal:
        return None
    if of := pattern("place of").match(text, token.end):
        return _cardinals().match(text, of.end())
    gap = pattern("place behind").match(text, token.end)
    cardinal = _cardinals().match(text, gap.end() if gap else token.end)
    is_total = cardinal and (cardinal[0].endswith("დან") or pattern("among behind").match(text, cardinal.end()))
    return cardinal if is_total else None


_HEAD_END = re.compile(r"(?:-დან)?[\s):;|]{1,4}")


def decimals(text: str) -> int:
    """The number of decimals of a number as written."""
    return len(text.replace(",", ".").partition(".")[2])


def _has_decimals(text: str) -> bool:
    return "." in text or "," in text


def _is_year(text: str) -> bool:
    return text.isdigit() and text[0] != "0" and int(text) in YEARS


def _in_context(text: str, one: Written, ends: tuple[int, int, int], own: Own) -> Written:
    """A number with what the words beside it say; ends: of the number before, its own, and the start of the next."""
    limit, last, after = ends
    first, last = min(start for start, _ in one.spans), max(last, *(end for _, end in one.spans))
    before = text[max(limit, first - NEAR) : first]
    rest = text[last : min(after, last + AFTER)]
    rest_clause = _clause(rest)
    nearest = sorted(
        ((match.end(), name) for name in lists()["figures"] for match in pattern(name).finditer(before)), reverse=True
    )
    names = [name for _, name in nearest]
    names += [name for name in lists()["figures"] if name != "borrowed" and pattern(name).search(rest_clause)]
    if pattern("borrowed").search(_clause(text[last : min(after, last + 2 * NEAR)])):
        names.insert(0, "borrowed")
    names[:0] = [f"interval_{end}" for end in ("low", "high") if pattern(f"{end} end").search(before)]
    if pattern("of before").search(before) or (not one.is_decimal and pattern("points").match(rest)):
        names = [name for name in names if name != "rank"]
    is_whole = one.form == "number" and not one.is_decimal
    is_bare = pattern("bare").match(text, last) is not None
    # shares are printed with two decimals, the thresholds of a rubric as it writes them
    is_share = one.form == "number" and (decimals(one.texts[0]) == 2 or one.texts[0][:2] in ("0.", "0,"))  # noqa: PLR2004
    is_place = one.form == "place" and len(one.spans) > 1  # `no. 4 of 8` is a rank
    if one.form == "place" and one.is_word and len(one.spans) == 1 and _is_alone(text, first, last):
        names.insert(0, "rank")
    is_beside_source, is_of_source = _sources_beside(
        text[max(0, first - 3 * NEAR) : first], text[last : min(after, last + 2 * NEAR)], own
    )
    is_foreign = (
        one.is_foreign
        or (not is_place and pattern("foreign").search(before) is not None)
        or pattern("setting").search(before) is not None
        or pattern("unit").match(rest) is not None
        or pattern("points apart").match(rest) is not None
        or (is_whole and pattern("foreign whole").search(before) is not None)
        or ((is_whole or is_share) and pattern("comparison").search(before) is not None)
        or is_of_source
        or (one.form == "of 100" and not (one.is_decimal or one.is_points or is_bare))  # `36 of 100 votes`
    )
    is_past = one.form == "range" and pattern("change").search(before) is not None
    return replace(
        one,
        named=tuple(dict.fromkeys(names)),
        is_foreign=is_foreign,
        is_past=is_past,
        is_points=one.is_points
        or (pattern("points").match(rest) is not None and not pattern("difference").search(before)),
        is_bare=is_bare,
        is_beside_source=is_beside_source,
        is_mean=pattern("mean").search(before) is not None,
    )


def _is_alone(text: str, first: int, last: int) -> bool:
    """Whether an ordinal stands alone, as in `Latvia – 82.3, second (ID)`."""
    before, behind = text[max(0, first - 3) : first].rstrip(), text[last : last + 3].lstrip(" `*_")
    return before.endswith((",", ";", "(", "–", "—")) and behind.startswith(("(", ")", ".", ";", "["))


def _clause(text: str) -> str:
    stop = _STOP.search(text)
    return text[: stop.start()] if stop else text


def _is_name(index: str) -> bool:
    """Whether words in capitals before `Index` name one, and are not only articles and countries."""
    first = index.rpartition(" ")[0]
    spans = [name.span for name in countries(first)]
    words_left = [
        word[0] for word in WORD.finditer(first) if not any(start <= word.start() < end for start, end in spans)
    ]
    return any(not pattern("plain").fullmatch(word) for word in words_left)


def _sources_beside(before: str, after: str, own: Own) -> tuple[bool, bool]:
    """Whether the sentence of a number names another index or a poll, and whether the number is of it.

    It is not if words between, in another clause, name a figure.
    """
    stops = [match.end() for match in re.finditer(r"[;|]|(?:[^\W\d]{3}|\))[.]\s", before)]
    before = before[stops[-1] :] if stops else before
    next_clauses = (re.search(r"[;|()]|\.\s|,(?=\D)", after), pattern("clause").search(after))
    after = after[: min(stop.start() if stop else len(after) for stop in next_clauses)]
    names = names_of(own.names)
    if any(not names.search(match[0]) for match in pattern("source").finditer(after)):
        return True, True
    ends = [match.end() for match in pattern("source").finditer(before) if not names.search(match[0])]
    for match in _OTHER_INDEX.finditer(before):
        if " " not in match[0]:
            between = before[match.end() :]
            is_near = len(between) <= _ACRONYM_FREE and not (
                pattern("clause").search(between) or _APART.search(between)
            )
            if is_near and match[0] not in own.codes and not pattern("acronym").fullmatch(match[0]):
                ends.append(match.end())
        elif not names.search(match[0]) and _is_name(match[0]):
            ends.append(match.end())
    if not ends:
        return False, False
    between = before[max(ends) :]
    clause = pattern("clause").search(between)  # the words behind it may speak of this index again
    after_it = between[clause.end() :] if clause else ""
    said = (pattern(name).search(after_it) for name in ("estimate", "rank", "interval", "range"))
    return True, ":" not in after_it and not any(said)
