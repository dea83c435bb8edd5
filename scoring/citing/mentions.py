"""Countries and dates that a text names, in any of five languages; countries also by their names in others."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import re
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scoring.citing.words import SPACE, any_of, lists
from scoring.model.countries import country_names

if TYPE_CHECKING:
    from collections.abc import Mapping

Span: TypeAlias = tuple[int, int]


class Name(NamedTuple):
    """A country in a text."""

    code: str
    span: Span


class Day(NamedTuple):
    """A date in a text."""

    day: dt.date
    span: Span


WORD = re.compile(r"[^\W\d_]++")
STEM = 3  # letters by which names are looked up
INFLECTED = 5  # letters that may follow the stem of a name


class _Stem(NamedTuple):
    """The beginning of a name in lower case."""

    text: str
    code: str
    most: int
    """How many letters may follow it."""
    is_name: bool
    """Whether it begins with a capital letter in a text, as adjectives of some languages do not."""


@functools.cache
def _stems() -> Mapping[str, tuple[_Stem, ...]]:
    """First letters -> the stems of names that begin with them, the longest first."""
    found: dict[str, dict[_Stem, None]] = {}
    with resources.files("scoring").joinpath("data", "country_names.csv").open(encoding="utf-8") as file:
        names = {row["code"]: row["names"].split(";") for row in csv.DictReader(file)}
    for code, english in country_names().items():
        for name in (english, *names.get(code, ())):
            lower = name.lower()
            is_latin = lower[0] < "\u0370"
            is_inflected = not is_latin and len(lower) >= 2 * STEM and " " not in lower
            text, most = (lower[:-1], INFLECTED) if is_inflected else (lower, int(is_latin))
            stem = _Stem(text, code, most, is_name=True)
            found.setdefault(lower[:STEM], {})[stem] = None
    for code, stems in lists()["adjectives"].items():
        for text in stems:
            found.setdefault(text[:STEM], {})[_Stem(text, code, INFLECTED, is_name=False)] = None
    return {start: tuple(sorted(stems, key=lambda one: -len(one.text))) for start, stems in found.items()}


def countries(text: str) -> list[Name]:
    """The countries that a text names, as names and adjectives, in order."""
    lower, stems, found, position = text.lower(), _stems(), [], 0
    if len(lower) != len(text):  # a letter whose lower case is longer
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    for word in WORD.finditer(lower):
        start, end = word.span()
        if start < position:
            continue
        is_lower = text[start].islower() and text[start].upper() != text[start] and not is_georgian(text[start])
        for stem in stems.get(lower[start : start + STEM], ()):
            after = start + len(stem.text)
            if not lower.startswith(stem.text, start) or (stem.is_name and is_lower):
                continue
            rest = _LETTERS.match(lower, after)
            if len(rest[0] if rest else "") <= stem.most and (stem.most != 1 or not rest or rest[0] in ("", "s")):
                found.append(Name(stem.code, (start, after + len(rest[0] if rest else ""))))
                position = max(end, found[-1].span[1])
                break
    return found


_LETTERS = re.compile(r"[^\W\d_]*+")


@functools.cache
def _dates() -> re.Pattern[str]:
    month = "|".join(
        f"(?P<{'abcdefghijkl'[number]}>{any_of([names])})" for number, names in enumerate(lists()["months"])
    )
    anymonth = any_of(lists()["months"])
    year = r"(?P<year>\d{4})"
    return re.compile(
        rf"(?<![\w.])(?:(?P<iso>\d{{4}}[-/]\d\d[-/]\d\d)(?![\w-])"
        rf"|(?P<number>\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})(?![\w])"
        rf"|(?:(?P<day>\d{{1,2}})(?:\.|er|st|nd|rd|th)?{SPACE}{{1,3}}(?:of{SPACE})?)?(?:{month})\.?"
        rf"(?:{SPACE}{{1,3}}(?P<second>\d{{1,2}})(?:st|nd|rd|th)?(?=,))?,?{SPACE}{{1,3}}{year}(?!\d|[.,]\d)(?:{SPACE}року)?"
        rf"|(?P<short>\d{{1,2}})(?:\.|er|st|nd|rd|th)?{SPACE}{{1,3}}(?:of{SPACE})?(?:{anymonth})(?!\w)"
        rf"|(?P<before>\d{{4}}){SPACE}{{1,3}}წლის{SPACE}{{1,3}}(?P<ka>\d{{1,2}}){SPACE}{{1,3}}(?P<kamonth>\w{{3,12}}))",
        re.IGNORECASE,
    )


def dates(text: str) -> tuple[list[Day], list[Span]]:
    """The full dates of a text, and the spans of all its dates, also of months and years."""
    found, spans = [], []
    for match in _dates().finditer(text):
        spans.append(match.span())
        if day := _day(match):
            found.append(Day(day, match.span()))
    return found, spans


def _day(match: re.Match[str]) -> dt.date | None:
    try:
        if match["iso"]:
            return dt.date.fromisoformat(match["iso"].replace("/", "-"))
        if match["number"]:
            day, month, year = map(int, re.split(r"[./]", match["number"]))
            return dt.date(year, month, day)
        if match["before"]:
            months = lists()["months"]
            name = match["kamonth"].lower()
            month = next(number for number, names in enumerate(months, 1) if any(map(name.startswith, names)))
            return dt.date(int(match["before"]), month, int(match["ka"]))
        if match["short"]:
            return None
        day_text = match["day"] or match["second"]
        month = next(number for number, letter in enumerate("abcdefghijkl", 1) if match[letter])
        return dt.date(int(match["year"]), month, int(day_text)) if day_text else None
    except (ValueError, StopIteration):
        return None


def is_georgian(character: str) -> bool:
    """Whether a letter is one of the Georgian alphabet, which has no capitals."""
    return "ა" <= character <= "ჿ"
