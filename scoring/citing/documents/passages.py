"""Passages of visible text, with the position of each character in the file.

Markup is removed, entities and escapes are resolved, and each row of a table has its column headers, so that figures
have the same words in every format. Since positions are known, a figure can be replaced while all other bytes stay.

Reports are untrusted input: size and number of marks are checked before parsing, and each pattern scans a text once,
because its repetitions are possessive, and unclosed markup extends to the next of its kind or to the end of the file.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, overload

from scoring.files.archive import MAX_BYTES, UnreadableError, too_large

MAX_MARKS = 400_000  # lines and marks of markup; each takes up to 5 microseconds and 300 bytes
MAX_PIECES = 2_000_000  # of all passages; each takes up to 5 microseconds and 100 bytes
MAX_TOGETHER = 3 * MAX_BYTES  # of all reports in memory; a single one takes no more


class Piece(NamedTuple):
    """Visible text and its span in the file: as long as the text, or of one entity, or empty for inserted text."""

    text: str
    start: int
    end: int


_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]++")
"""Soft hyphen, space and word joiner of no width, byte order mark."""
PositionedPieces: TypeAlias = tuple[int, Iterable[Piece]]
"""A passage or cell: its start in the file, and its pieces."""


class Passage(NamedTuple):
    """A paragraph, list item or table row."""

    text: str
    pieces: array[int]
    """Three numbers per piece: its start in the text, its start and its end in the file. Flat, to save memory."""
    position: int
    """Start in the file; in a Word file the number of the paragraph, from 1."""

    @property
    def spans(self) -> Sequence[tuple[int, int]]:
        """The span in the file of each character; empty for inserted text such as a column header."""
        return _Spans(self)


class _Spans(Sequence[tuple[int, int]]):
    """Spans computed on demand: a span takes 30 times the memory of its character."""

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
    def __getitem__(self, index: int) -> tuple[int, int]: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[int, int], ...]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, int] | tuple[tuple[int, int], ...]:
        positions = range(len(self))[index]
        return self._span(positions) if isinstance(positions, int) else tuple(map(self._span, positions))

    def _span(self, position: int) -> tuple[int, int]:
        number = bisect_right(range(0, len(self.pieces), 3), position, key=self.pieces.__getitem__) - 1
        begin, after, start, end = self._piece(3 * number)
        return (
            (start + position - begin, start + position - begin + 1) if after - begin == end - start else (start, end)
        )

    def _piece(self, number: int) -> tuple[int, int, int, int]:
        """Start and end of a piece in the text, then in the file."""
        begin, start, end = self.pieces[number : number + 3]
        return begin, self.pieces[number + 3] if number + 3 < len(self.pieces) else len(self.text), start, end


@dataclass(frozen=True)
class Document:
    """A report: its passages, and its text; None for a Word file."""

    passages: tuple[Passage, ...]
    text: str | None

    def line(self, passage: Passage, position: int) -> tuple[int, int]:
        """Line and column of a character of a passage; in a Word file the paragraph number, and 1."""
        if self.text is None:
            return passage.position, 1
        offset = passage.spans[position][0]
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @property
    def size(self) -> int:
        """Memory in characters: of the file, of the passages, and 50 for each passage."""
        return len(self.text or "") + sum(len(passage.text) + 50 for passage in self.passages)

    @functools.cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text or ""))]


def decoded(data: bytes) -> str:
    """The text of a file.

    Raises:
        UnreadableError: not UTF-8, or too large.
    """
    if len(data) > MAX_BYTES:
        too_large("has")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte {error.start}); save it as UTF-8"
        raise UnreadableError(message) from error


def refuse_many(marks: int) -> None:
    """Refuse a text with too many lines and marks of markup.

    Raises:
        UnreadableError: more than `MAX_MARKS`.
    """
    if marks > MAX_MARKS:
        message = f"has more than {MAX_MARKS:,} lines and marks of markup; split it"
        raise UnreadableError(message)


def refuse_pieces(count: int) -> None:
    """Refuse a text of too many pieces.

    Raises:
        UnreadableError: more than `MAX_PIECES`.
    """
    if count > MAX_PIECES:
        message = f"has, with headers and notes, more than {MAX_PIECES:,} pieces of text; split it"
        raise UnreadableError(message)


def count_marks(text: str, marks: Iterable[str]) -> int:
    """The number of lines and marks of markup in a text."""
    return sum(text.count(mark) for mark in ("\n", "\r", *marks))


def passages_of(parsed: Iterable[PositionedPieces]) -> tuple[Passage, ...]:
    """The passages of a report in the order of the file, without characters that nobody sees.

    Raises:
        UnreadableError: their text exceeds the limit, since rows repeat the column headers, and references their notes.
    """
    passages: list[Passage] = []
    shown = count = 0
    for position, pieces in parsed:
        texts: list[str] = []
        spans: list[int] = []
        length = 0
        for text, start, end in _visible(pieces):
            texts.append(text)
            spans += length, start, end
            length += len(text)
            count += 1
            if shown + length > MAX_BYTES:
                too_large("has, with column headers in each row,")
            refuse_pieces(count)
        joined = "".join(texts)
        if joined.strip():
            passages.append(Passage(joined, array("I", spans), position))
            shown += length
    return tuple(sorted(passages, key=operator.attrgetter("position")))


def _visible(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces without soft hyphens and characters of no width; those would break an id."""
    for piece in pieces:
        text, start, end = piece
        if text.isascii() or not _INVISIBLE.search(text):
            if text:
                yield piece
            continue
        is_verbatim = len(text) == end - start
        position = 0
        for match in itertools.chain(_INVISIBLE.finditer(text), [None]):
            after = match.start() if match else len(text)
            if after > position:
                spans = (start + position, start + after) if is_verbatim else (start, end)
                yield Piece(text[position:after], *spans)
            position = match.end() if match else after
