"""Reports as passages of the text that a reader sees, each character with its place in the file.

Markup is left out, entities and escapes are read, and a row of a table carries the heads of its columns, so that a
figure is found in the same words whatever the format. What a file says outside the places of the characters that are
rewritten stays byte for byte.

A report is a stranger's file: its size and the number of its marks are counted before it is read, and each pattern
passes over a text once, since what repeats in it is possessive, and what is not closed reaches to the next of its kind
or to the end of the file.
"""

from __future__ import annotations

import functools
import itertools
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn, TypeAlias, overload

MOST_BYTES = 20 * 2**20  # of a file, of its parts once unpacked, of what its passages show: a book of text has 1 MiB
MOST_MARKS = 400_000  # lines and marks of markup, each of which takes up to 5 microseconds and 300 bytes
MOST_TOGETHER = 3 * MOST_BYTES  # of all reports that are held at once; one takes no more


class Piece(NamedTuple):
    """Visible text and where it stands: one character for the whole span, or none for a text that the file lacks."""

    text: str
    start: int
    end: int


Found: TypeAlias = tuple[int, Iterable[Piece]]
"""A passage or cell as it is read: where it begins, and its text."""


class Passage(NamedTuple):
    """A paragraph, item or row: its text, and the pieces of the file that it was made from."""

    text: str
    pieces: array[int]
    """Where each piece begins in the text, then its start and end in the file; by threes, for memory."""
    place: int
    """Where it begins in the file; of a Word file the number of the paragraph, from 1."""

    @property
    def spans(self) -> Sequence[tuple[int, int]]:
        """For each character the span of the file that it stands for.

        An empty span for a character that the file does not have there, such as the head of a column.
        """
        return _Spans(self)


class _Spans(Sequence[tuple[int, int]]):
    """Worked out only where they are asked for: a span takes 30 times the memory of its character."""

    def __init__(self, passage: Passage) -> None:
        self.text, self.pieces = passage.text, passage.pieces

    def __len__(self) -> int:
        return len(self.text)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for number in range(0, len(self.pieces), 3):
            begin, after, start, end = self._piece(number)
            if after - begin == end - start:
                yield from zip(range(start, end), range(start + 1, end + 1), strict=True)
            else:
                yield from itertools.repeat((start, end), after - begin)

    @overload
    def __getitem__(self, at: int) -> tuple[int, int]: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[int, int], ...]: ...

    def __getitem__(self, at: int | slice) -> tuple[int, int] | tuple[tuple[int, int], ...]:
        places = range(len(self))[at]
        return self._span(places) if isinstance(places, int) else tuple(map(self._span, places))

    def _span(self, at: int) -> tuple[int, int]:
        number = bisect_right(range(0, len(self.pieces), 3), at, key=self.pieces.__getitem__) - 1
        begin, after, start, end = self._piece(3 * number)
        return (start + at - begin, start + at - begin + 1) if after - begin == end - start else (start, end)

    def _piece(self, number: int) -> tuple[int, int, int, int]:
        """Where it begins and ends in the text and in the file."""
        begin, start, end = self.pieces[number : number + 3]
        return begin, self.pieces[number + 3] if number + 3 < len(self.pieces) else len(self.text), start, end


@dataclass(frozen=True)
class Document:
    """A report: its passages, and its text, which a Word file does not show."""

    passages: tuple[Passage, ...]
    text: str | None

    def line(self, passage: Passage, at: int) -> tuple[int, int]:
        """Line and column of a character of a passage; of a Word file the paragraph, and 1."""
        if self.text is None:
            return passage.place, 1
        offset = passage.spans[at][0]
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @property
    def size(self) -> int:
        """What it takes to hold: its characters, those shown, and a passage as 50 of them."""
        return len(self.text or "") + sum(len(passage.text) + 50 for passage in self.passages)

    @functools.cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text or ""))]


class UnreadableError(Exception):
    """The file is not of its format, or beyond a limit; the message says which, and what to do."""


def decoded(data: bytes) -> str:
    """The text of a file.

    Raises:
        UnreadableError: it is not UTF-8, or too large.
    """
    if len(data) > MOST_BYTES:
        too_large("has")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte {error.start}); save it so"
        raise UnreadableError(message) from error


def too_large(does: str, limit: int = MOST_BYTES) -> NoReturn:
    """Refuse a file that `does` ("has", "unpacks to") more than the limit.

    Raises:
        UnreadableError: always.
    """
    message = f"{does} more than {limit // 2**20} MiB; split it"
    raise UnreadableError(message)


def refuse_many(marks: int) -> None:
    """Refuse a text of more lines and marks of markup than can be read in bounds.

    Raises:
        UnreadableError: it is one.
    """
    if marks > MOST_MARKS:
        message = f"has more than {MOST_MARKS:,} lines and marks of markup; split it"
        raise UnreadableError(message)


def count_marks(text: str, marks: Iterable[str]) -> int:
    """How many lines and marks of markup a text has."""
    return sum(text.count(mark) for mark in ("\n", "\r", *marks))


def passages_of(found: Iterable[Found]) -> tuple[Passage, ...]:
    """The passages of a report, which together show no more than a file may have: rows repeat the heads of a table."""
    passages: list[Passage] = []
    shown = 0
    for place, pieces in found:
        texts: list[str] = []
        spans: list[int] = []
        at = 0
        for text, start, end in pieces:
            texts.append(text)
            spans += at, start, end
            at += len(text)
            if shown + at > MOST_BYTES:
                too_large("shows, with the heads of tables in each row,")
        if at:
            passages.append(Passage("".join(texts), array("I", spans), place))
            shown += at
    return tuple(passages)
