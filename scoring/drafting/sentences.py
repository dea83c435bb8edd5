"""The sentences of a paragraph, in Latin, Cyrillic and Georgian script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.tables import one_line
from scoring.drafting.words import WORD, words_for

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENS, CLOSES = "\ue000", "\ue001"
"""Around the number of a note, where the reader left a raised number or a link out; both are of private use."""
LEAST_WORDS = 4  # of a sentence without a final mark: shorter is a menu, a button, a date or a name
MAX_WORD = 24  # characters that are read before a full stop
MAX_SENTENCE = 10_000  # characters: longer is data, or text without marks
SHORT = 2  # digits of an ordinal, words of a sentence with a final mark
_CLOSING = r"""[)\]}»”“’‘"'›]"""
_OPENING = r"""[(\[{«„“”"'‘‚›‹¿¡–—-]"""
_RANGE = r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,9}\]"
_RAISED = "[¹²³⁰⁴-⁹]"
_STOP = re.compile(
    rf"(?<![.!?…])(?P<stop>[.!?…]++)(?P<closing>(?:{OPENS}[^{CLOSES}]{{1,24}}{CLOSES}|{_RANGE}|{_RAISED}|{_CLOSING})*+)"
    rf"(?P<gap>\s++)(?P<opening>(?:{_OPENING}\s?)*+)(?=(?P<next>\S))"
)
_NOTES = re.compile(
    rf"\s*+{OPENS}(?P<read>[^{CLOSES}]{{1,24}}){CLOSES}|\s?(?P<range>{_RANGE})"
    rf"|(?:(?<=[^\W\d_]{{3}})|(?<=[.!?…,;:)»”\"'’]))(?P<raised>{_RAISED}{{1,3}})(?!\w)"
)
_LAST = re.compile(r"[^\s(\[{«„“\"'‘/–—]*\Z")
_ROMAN = re.compile(r"[IVXLC]{1,6}")
_FINAL = re.compile(rf"[.!?…]{_CLOSING}{{0,4}}\Z")
_LEAST, _TWO = (re.compile(rf"(?:[\W_]*+[^\W_]++){{{count}}}") for count in (LEAST_WORDS, SHORT))
_MARKS = re.compile(rf"[{OPENS}\[¹²³⁰⁴-⁹]")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\uffff\ufffe\U000e0000-\U000e0fff]"
)
"""Control characters and others that nobody sees, which no YAML file of this project may have."""


def clean(text: str) -> str:
    """A text on one line, without characters that nobody sees."""
    return one_line(text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text))


class Part(NamedTuple):
    """A sentence of a paragraph without its reference marks, and the notes that they refer to."""

    text: str
    notes: tuple[str, ...]


def is_sentence(text: str) -> bool:
    """Whether a text is a sentence: of four words, or of two with a final mark; and of at most 10,000 characters."""
    if len(text) > MAX_SENTENCE:
        return False
    return bool(_LEAST.match(text) or (_TWO.match(text) and _FINAL.search(text)))


def sentences_of(text: str) -> Iterator[Part]:
    """The sentences of a paragraph.

    A sentence ends at a full stop, question or exclamation mark or ellipsis, with the quotation marks, brackets and
    reference marks behind it, before white space; unless a small letter follows (Georgian has no others), or the full
    stop is that of an abbreviation, an initial, a number at the beginning, or an ordinal before a month. In doubt, a
    sentence is too long.
    """
    begin = 0
    for match in _STOP.finditer(text):
        if _is_end(text, begin, match):
            yield _part(text[begin : match.start("gap")])
            begin = match.end("gap")
    if begin < len(text):
        yield _part(text[begin:])


def _is_end(text: str, begin: int, match: re.Match[str]) -> bool:
    following = match["next"]
    if following.islower() and not "\u10d0" <= following <= "\u10ff":
        return False
    if match["stop"] != "." or match["closing"]:
        return True
    found = _LAST.search(text, max(begin, match.start() - MAX_WORD), match.start())
    word = found[0] if found else ""
    behind = WORD.match(text, match.end("opening"))
    then = behind[0].lower() if behind and not (len(behind[0]) == 1 and text.startswith(".", behind.end())) else ""
    if word.isdigit() or _ROMAN.fullmatch(word):
        is_numbering = match.start() - len(word) == begin
        return not is_numbering and not (len(word) <= SHORT and then in words_for("ordinals"))
    small = word.lower()
    if (len(word) == 1 and word.isalpha()) or "." in word or small in words_for("ends"):
        return then in words_for("starters")
    return small not in words_for("abbreviations")


def _part(text: str) -> Part:
    notes: list[str] = []

    def take(match: re.Match[str]) -> str:
        label = match["read"] or (match["range"] or "")[1:-1] or match["raised"].translate(_DIGITS)
        notes.append(label)
        return ""

    shown = _NOTES.sub(take, text) if _MARKS.search(text) else text
    return Part(clean(shown) if len(shown) <= MAX_SENTENCE else shown, tuple(dict.fromkeys(notes)))
