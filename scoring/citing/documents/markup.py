"""Passages of Markdown, LaTeX and plain text, and of table rows."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.passages import Piece, PositionedPieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_ENTITY = 32  # characters; the longest name has 31, and int() of a very long number is quadratic


def table_row(headers: Sequence[str], cells: Iterable[PositionedPieces]) -> Iterator[Piece]:
    """A row as `header: cell; header: cell`; headers and separators get empty spans."""
    for number, (position, cell) in enumerate(cells):
        header = headers[number] if number < len(headers) else ""
        prefix = ("; " if number else "") + (f"{header}: " if header else "")
        if prefix:
            yield Piece(prefix, position, position)
        yield from cell


def column_headers(cells: Iterable[PositionedPieces]) -> list[str]:
    """The text of each cell, in one line."""
    return [" ".join("".join(piece.text for piece in cell).split()) for _, cell in cells]


class Markup(NamedTuple):
    """The patterns of a markup language: hidden text, starts of passages, table rows and cells."""

    marks: tuple[str, ...]
    """Characters of which each token and each end of a cell contains one."""
    token: re.Pattern[str] | None
    opens: re.Pattern[str]
    cell: re.Pattern[str] | None
    row: re.Pattern[str] | None
    """A line that is a table row."""
    rule: re.Pattern[str] | None
    """The line below the column headers; if None, the first row of a table has the headers."""


PLAIN_MARKUP = Markup((), None, re.compile(r"(?!)"), None, None, None)
MARKDOWN_MARKUP = Markup(
    tuple("<*`>&\\|"),
    re.compile(
        r"(?P<hidden></?[A-Za-z][^<>\n]*+>|[*`]++|(?m:^[ \t]*+>[ \t>]*+))"
        r"|(?P<entity>&#?\w{1,31};)|\\(?P<escaped>[!-/:-@\[-`{-~])"
    ),
    re.compile(r"[ \t>]*+(?:[-*+] |\d++[.)] |#|\||\[\^|:::)"),
    re.compile(r"(?<!\\)\|"),
    re.compile(r"[ \t>]*+\|"),
    re.compile(r"[ \t>]*+\|?+[ \t]*+:?+-++:?+[ \t]*+(?:\|[ \t]*+:?+-*+:?+[ \t]*+)*+[\r\n]*+"),
)
LATEX_MARKUP = Markup(
    (*"%\\{}$~&", "--"),
    re.compile(
        r"(?P<hidden>(?<!\\)%[^\n]*+|\\(?:begin|end)\{[^{}]*+\}(?:\[[^\[\]\n]*+\])?+(?:\{[^{}]*+\})*+"
        r"|\\(?!text(?:endash|asciitilde)\b)[A-Za-z]++\*?+|[{}$]|\\\\)"
        r"|(?P<dash>--|\\textendash\b(?:\{\})?+)|(?P<space>~|\\[ ,;])|(?P<tilde>\\textasciitilde\b(?:\{\})?+)"
        r"|\\(?P<escaped>[%&#_$])"
    ),
    re.compile(r"[ \t]*+(?:\\item\b|\\(?:begin|end)\{)"),
    re.compile(r"(?<!\\)&"),
    re.compile(r".*?(?<!\\)&"),
    None,
)
LATEX = (".tex", ".ltx", ".bib")
MARKDOWN = (".md", ".markdown", ".qmd", ".rmd")
_REPLACEMENTS = {"hidden": "", "dash": "–", "space": " ", "tilde": "~"}
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?+|\n)|[^\r\n]++")


def without_comments(text: str) -> str:
    """The text with its comments, which may contain empty lines, replaced by spaces."""
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start)
        end = len(text) if end < 0 else end + 3
        parts += [text[position:start], " " * (end - start)]
        position = end
    return "".join((*parts, text[position:]))


def text_passages(text: str, markup: Markup) -> Iterator[PositionedPieces]:
    """The passages of a text; one ends at an empty line, and where the markup begins another."""
    headers: list[str] = []
    above: tuple[int, int] | None = None
    for start, end, is_row in _blocks(text, markup):
        if not is_row or markup.cell is None:
            headers, above = [], None
            yield start, _shown(text, start, end, markup)
        elif markup.rule and markup.rule.fullmatch(text, start, end):
            headers = column_headers(_cells(text, *above, markup, markup.cell)) if above else []
        else:
            yield start, table_row(headers, _cells(text, start, end, markup, markup.cell))
            above = start, end
            if not markup.rule:
                headers = headers or column_headers(_cells(text, *above, markup, markup.cell))


def _blocks(text: str, markup: Markup) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each passage, and whether it is a table row."""
    begin = position = 0
    is_row = False
    for line in _LINE.finditer(text):
        position, after = line.span()
        blank = line[0].isspace()
        if position > begin and (blank or is_row or markup.opens.match(text, position, after)):
            yield begin, position, is_row
            begin, is_row = position, False
        is_row |= markup.row is not None and markup.row.match(text, position, after) is not None
        position = after
        if blank:
            begin = position
    if position > begin:
        yield begin, position, is_row


def _cells(text: str, start: int, end: int, markup: Markup, cell: re.Pattern[str]) -> Iterator[PositionedPieces]:
    for separator in cell.finditer(text, start, end):
        yield start, _shown(text, start, separator.start(), markup)
        start = separator.end()
    yield start, _shown(text, start, end, markup)


def _shown(text: str, start: int, end: int, markup: Markup) -> Iterator[Piece]:
    """The visible text of a span of the file."""
    position = start
    for token in markup.token.finditer(text, start, end) if markup.token else ():
        if token.start() > position:
            yield Piece(text[position : token.start()], position, token.start())
        kind = token.lastgroup or ""
        shown = _REPLACEMENTS.get(kind, token[kind])
        if kind == "entity":
            shown = character_of(shown)
        if shown:
            yield Piece(shown, *token.span())
        position = token.end()
    if end > position:
        yield Piece(text[position:end], position, end)


def character_of(entity: str) -> str:
    """The character of an entity; empty for zero-width characters, which only prevent mentions and links."""
    return unescape(entity).strip("\u200b\u00ad") if len(entity) <= MAX_ENTITY else "\ufffd"
