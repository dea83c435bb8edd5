"""Markdown, LaTeX and plain text as passages, and the rows of tables."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.passages import Found, Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_ENTITY = 32  # characters; the longest name has 31, and int() of a very long number is quadratic


def table_row(heads: Sequence[str], cells: Iterable[Found]) -> Iterator[Piece]:
    """A row as `head: cell; head: cell`; heads have no place in it."""
    for number, (at, cell) in enumerate(cells):
        head = heads[number] if number < len(heads) else ""
        begins = ("; " if number else "") + (f"{head}: " if head else "")
        if begins:
            yield Piece(begins, at, at)
        yield from cell


def column_heads(cells: Iterable[Found]) -> list[str]:
    """The text of each cell, in a line."""
    return [" ".join("".join(piece.text for piece in cell).split()) for _, cell in cells]


class Markup(NamedTuple):
    """What is not shown as it stands, what begins a passage, and what parts the cells of a row."""

    marks: tuple[str, ...]
    """What each token and each end of a cell has in it."""
    token: re.Pattern[str] | None
    opens: re.Pattern[str]
    cell: re.Pattern[str] | None
    row: re.Pattern[str] | None
    """A line of a row of a table."""
    rule: re.Pattern[str] | None
    """The line under the heads of a table; without it the first row has the heads."""


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
_READ = {"hidden": "", "dash": "–", "space": " ", "tilde": "~"}
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?+|\n)|[^\r\n]++")


def without_comments(text: str) -> str:
    """The text with spaces in place of its comments, which may go over empty lines."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        end = len(text) if end < 0 else end + 3
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join((*parts, text[at:]))


def text_passages(text: str, markup: Markup) -> Iterator[Found]:
    """Passages of a text of lines: they end at an empty line, and where the markup begins another."""
    heads: list[str] = []
    above: tuple[int, int] | None = None
    for start, end, is_row in _blocks(text, markup):
        if not is_row or markup.cell is None:
            heads, above = [], None
            yield start, _shown(text, start, end, markup)
        elif markup.rule and markup.rule.fullmatch(text, start, end):
            heads = column_heads(_cells(text, *above, markup, markup.cell)) if above else []
        else:
            yield start, table_row(heads, _cells(text, start, end, markup, markup.cell))
            above = start, end
            if not markup.rule:
                heads = heads or column_heads(_cells(text, *above, markup, markup.cell))


def _blocks(text: str, markup: Markup) -> Iterator[tuple[int, int, bool]]:
    """Where passages begin and end, at an empty line, where one opens, and after each row; and which are rows."""
    begin = at = 0
    is_row = False
    for line in _LINE.finditer(text):
        at, after = line.span()
        blank = line[0].isspace()
        if at > begin and (blank or is_row or markup.opens.match(text, at, after)):
            yield begin, at, is_row
            begin, is_row = at, False
        is_row |= markup.row is not None and markup.row.match(text, at, after) is not None
        at = after
        if blank:
            begin = at
    if at > begin:
        yield begin, at, is_row


def _cells(text: str, start: int, end: int, markup: Markup, cell: re.Pattern[str]) -> Iterator[Found]:
    for found in cell.finditer(text, start, end):
        yield start, _shown(text, start, found.start(), markup)
        start = found.end()
    yield start, _shown(text, start, end, markup)


def _shown(text: str, start: int, end: int, markup: Markup) -> Iterator[Piece]:
    """The visible text of a span of the file."""
    at = start
    for found in markup.token.finditer(text, start, end) if markup.token else ():
        if found.start() > at:
            yield Piece(text[at : found.start()], at, found.start())
        kind = found.lastgroup or ""
        shown = _READ.get(kind, found[kind])
        if kind == "entity":
            shown = character_of(shown)
        if shown:
            yield Piece(shown, *found.span())
        at = found.end()
    if end > at:
        yield Piece(text[at:end], at, end)


def character_of(entity: str) -> str:
    """What an entity stands for; nothing for a space without width, which only parts what would be a mention."""
    return unescape(entity).strip("\u200b\u00ad") if len(entity) <= MOST_ENTITY else "\ufffd"
