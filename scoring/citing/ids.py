"""Ids of scores in a text, also if they are broken by a line or damaged."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.citation import HASH, with_edition

if TYPE_CHECKING:
    from collections.abc import Iterator

# repetitions are possessive or bounded, so that matching takes linear time
_BREAK = r"(?:[ \t]{0,8}\r?\n[ \t>]{0,8})?+"
"""A line end within an id."""
_NAME = r"[a-z][a-z0-9_]{0,63}"
_REST = r"(?:\r?\n[ \t>]{0,8}[a-z0-9_]{1,63})?"
"""The rest of a name that a line end divides."""
_DAY = rf"(?:\d{_BREAK}){{4}}-{_BREAK}(?:\d{_BREAK}){{2}}-{_BREAK}\d{_BREAK}\d"
ID = re.compile(
    rf"(?<![A-Za-z0-9_])(?P<id>(?P<path>{_NAME}(?:/{_BREAK}{_NAME}{_REST})?){_BREAK}@{_BREAK}"
    rf"(?P<version>\d{{1,9}}\.{_BREAK}\d{{1,9}}\.{_BREAK}\d{{1,9}}){_BREAK}"
    rf"(?:\+{_BREAK}(?P<edition>\d{{4}}\.{_BREAK}\d{{1,3}}){_BREAK})?/{_BREAK}"
    rf"(?P<country>[A-Z]{{3}}){_BREAK}/{_BREAK}(?P<day>{_DAY}){_BREAK}/{_BREAK}"
    rf"(?P<hash>(?:[0-9a-f]{_BREAK}){{{HASH - 1}}}[0-9a-f]))"
    r"(?![0-9A-Za-z])(?:#(?P<figure>[a-z_]{1,64}))?",
    re.ASCII,
)
_ALIKE = re.compile(
    r"(?<![\w./@-])[\w/-]{1,128}@[\dOoIl]{1,9}\.[\dOoIl.]{1,19}(?:\+[\w.+]{0,60})?[/\s]{1,2}[\w/-]{1,64}(?:\s[0-9a-f]{2,16}(?![\w-]))?"
)
"""What looks like an id: words, `@`, a version, and words after it."""
_SPACE = re.compile(r"[\s>]+")


class Cited(NamedTuple):
    """An id in a text."""

    text: str
    """Without the edition: with one and without, it is the id of the same score."""
    path: str
    version: str
    country: str
    day: str
    hash: str
    edition: str = ""
    """The released edition that it was cited from; empty for none."""

    @property
    def written(self) -> str:
        """The id with its edition."""
        return with_edition(self.text, self.edition) if self.edition else self.text

    @property
    def rubric(self) -> str:
        """The id of the rubric."""
        return self.path.partition("/")[0]

    @property
    def pillar(self) -> str | None:
        """The id of the pillar; None for the index."""
        return self.path.partition("/")[2] or None


def cited_of(match: re.Match[str]) -> Cited:
    """The id of a match of `ID`, without line ends."""
    names = ("path", "version", "country", "day", "hash", "edition")
    return cited_as(*(_SPACE.sub("", match[name] or "") for name in names))


def cited_as(path: str, version: str, country: str, day: str, digest: str, edition: str = "") -> Cited:
    """The id of these parts."""
    return Cited(f"{path}@{version}/{country}/{day}/{digest}", path, version, country, day, digest, edition)


ADDRESS = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s<>\"'()\[\]]++", re.IGNORECASE)
"""An address, whose numbers are no figures."""


def broken_ids(text: str) -> Iterator[tuple[int, int]]:
    """The spans of what looks like an id and is none."""
    starts, ends = [], []
    for match in ID.finditer(text):
        starts.append(match.start())
        ends.append(match.end())
    for match in _ALIKE.finditer(text):
        start, end = match.span()
        if bisect_right(ends, start) == bisect_left(starts, end):  # it overlaps no id
            yield start, end
