"""What the readers of several formats share: characters of entities, numbers in mathematics, passages of plain text."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from scoring.citing.documents.passages import Piece, PositionedPieces

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTITY = 32  # characters; the longest name has 31, and int() of a very long number is quadratic
LATEX = (".tex", ".ltx", ".bib")
MARKDOWN = (".md", ".markdown", ".qmd", ".rmd")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?+|\n)|[^\r\n]++")
_NUMBER_ALONE = re.compile(r"(?:[\d\s.,+−–%~-]|\\[,;%]|\{,\}|\\pm(?![A-Za-z])){1,60}")
_SPACED = re.compile(r"\\[,;]|\\pm|[{}\\]|~")


def character_of(entity: str) -> str:
    """The character of an entity."""
    return unescape(entity) if len(entity) <= MAX_ENTITY else "\ufffd"


def number_in_mathematics(text: str, start: int, end: int) -> list[Piece]:
    """A figure that is set as mathematics, such as `$68.9$`; nothing of any other formula."""
    while start < end and text[start] == "$" and text[end - 1] == "$":
        start, end = start + 1, end - 1
    if start >= end or not _NUMBER_ALONE.fullmatch(text, start, end):
        return []
    pieces, position = [], start
    for match in _SPACED.finditer(text, start, end):
        if match.start() > position:
            pieces.append(Piece(text[position : match.start()], position, match.start()))
        if shown := {"\\pm": "±", "~": " ", "\\,": "\u2009", "\\;": "\u2009"}.get(match[0], ""):
            pieces.append(Piece(shown, *match.span()))
        position = match.end()
    return [*pieces, Piece(text[position:end], position, end)] if end > position else pieces


def text_passages(text: str) -> Iterator[PositionedPieces]:
    """The paragraphs of a plain text; one ends at an empty line."""
    begin = position = 0
    for line in _LINE.finditer(text):
        if line[0].isspace():
            if position > begin:
                yield begin, [Piece(text[begin:position], begin, position)]
            begin = line.end()
        position = line.end()
    if position > begin:
        yield begin, [Piece(text[begin:position], begin, position)]
