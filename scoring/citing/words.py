"""The words of reports by which it is known what a number is: scoring/data/report_words.yaml, as patterns.

A text may come from a stranger: each pattern takes linear time, because its repetitions are bounded.
"""

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SPACE = r"[ \t\r\n\u00a0\u2000-\u200a\u202f]"
GAP = rf"{SPACE}{{0,3}}"
DASH = "–—‐‑‒−-"


@functools.cache
def lists() -> Mapping[str, Any]:
    """The words of scoring/data/report_words.yaml."""
    text = resources.files("scoring").joinpath("data", "report_words.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded


def _flat(words: Iterable[Any]) -> Iterator[str]:
    for one in words:
        yield from [one] if isinstance(one, str) else map(str, one)


def any_of(words: Iterable[Any], *, whole: bool = False) -> str:
    """A pattern of words, the longest first; whole: not as the beginning of a longer word."""
    patterns = []
    for word in sorted(set(_flat(words)), key=len, reverse=True):
        if word:
            is_whole = whole or (len(word) > 1 and word.endswith("$"))
            word = word if word == "$" else word.removesuffix("$")  # noqa: PLW2901
            escaped = re.escape(word).replace(r"\ ", rf"{SPACE}+")
            starts = r"(?<!\w)" if word[0].isalnum() else ""
            ends = r"(?!\w)" if is_whole else r"\w{0,16}"
            patterns.append(starts + escaped + (ends if word[-1].isalnum() else ""))
    return "(?:" + "|".join(patterns) + ")"


@functools.cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern of a name in `_patterns`."""
    return re.compile(_patterns()[name], re.IGNORECASE)


@functools.cache
def names_of(titles: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of the words by which indices are named, also with an ending; there is at least one."""
    return re.compile(any_of(titles), re.IGNORECASE)


@functools.cache
def _patterns() -> Mapping[str, str]:
    """The patterns by name; those that end with `$` look at what stands before a number, others at what follows it."""
    by_name = lists()
    others, ranks = by_name["others"], any_of(by_name["figures"]["rank"])
    of = any_of(by_name["of"], whole=True)
    points, counted = any_of(by_name["points"]), any_of(by_name["counted"])
    to = any_of(by_name["to"], whole=True)
    articles = any_of(by_name["articles"], whole=True)
    return {
        **{name: any_of(one) for name, one in by_name["figures"].items()},
        # between two numbers
        "to": rf"{GAP}(?:[{DASH}]{{1,3}}|{to}{GAP}(?:{articles})?|-?მდე){GAP}",
        "and": rf"(?:-\w{{1,4}})?{GAP}{any_of(by_name['and'], whole=True)}{GAP}(?:{articles}{GAP})?",
        "plus": rf"{GAP}{any_of(by_name['plus_minus'])}{GAP}",
        "of": rf"{GAP}{of}{GAP}",
        "points of": rf"{GAP}{points}{GAP}{of}{GAP}",
        "place behind": rf"{GAP}(?:{ranks}{GAP})?",
        "place of": rf"{GAP}{ranks}{GAP}{of}{GAP}",
        "of behind": rf"{any_of(by_name['of_behind'], whole=True)}{GAP}(?:მე-)?",
        # behind a number
        "among behind": rf"{GAP}(?:{counted}{GAP}{any_of(by_name['among_behind'], whole=True)}|\w{{1,16}}დან(?!\w))",
        "counted": rf"{GAP}(?:[^\W\d]{{1,24}}{GAP}){{0,2}}{counted}",
        "unit": rf"{GAP}-?{any_of(others['after'])}",
        "points": rf"{GAP}{points}",
        "points apart": rf"{GAP}{points}{GAP}{any_of(by_name['apart_by'], whole=True)}",
        "of country": rf"{GAP}(?:{points}{GAP})?{any_of(by_name['prepositions'], whole=True)}{GAP}(?:{articles}{GAP})?",
        "bare": rf"{GAP}(?:[^\w\s]|$|{points}|{any_of(by_name['prepositions'], whole=True)})",
        # directly before a number
        "between": rf"{any_of(by_name['between'], whole=True)}{GAP}(?:{articles}{GAP})?$",
        "of before": rf"{of}{GAP}$",
        "total before": rf"{ranks}{GAP}(?:[(/]{GAP}{of}{GAP}|/{GAP})$",  # `rank (of 8)`, the head of a column
        "bracket before": rf"{ranks}{GAP}\({GAP}$",
        "low end": rf"{any_of(by_name['ends']['low'], whole=True)}[:=]?{GAP}$",
        "high end": rf"{any_of(by_name['ends']['high'], whole=True)}[:=]?{GAP}$",
        "foreign": rf"{any_of(others['before'], whole=True)}{GAP}$",
        "setting": rf"{any_of(others['settings'], whole=True)}\"?[:=]?{GAP}$",
        "foreign whole": rf"{any_of(others['before_whole'], whole=True)}{GAP}$",
        "comparison": rf"{any_of(by_name['comparisons'], whole=True)}{GAP}$",
        # in the words around it
        "source": any_of(others["sources"]),
        "acronym": any_of(others["acronyms"], whole=True),
        "plain": rf"{any_of(others['plain'], whole=True)}|s",
        "clause": rf",(?=\s)|{any_of(by_name['joining'], whole=True)}",
        "past": any_of(by_name["past"], whole=True),
        "mean": any_of(by_name["means"]),
        "change": any_of(by_name["change"]),
        "difference": any_of(by_name["differences"]),
    }
