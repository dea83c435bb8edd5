"""Passages of HTML, tokenised as in the HTML standard, in one pass over the text."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.markup import character_of, column_headers, table_row
from scoring.citing.documents.passages import Piece, PositionedPieces

if TYPE_CHECKING:
    from collections.abc import Iterator

HTML = (".html", ".htm", ".xhtml")
INLINE = frozenset(
    (
        *("a", "abbr", "b", "cite", "code", "data", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span"),
        *("strong", "sub", "sup", "td", "th", "time", "u", "var"),
    )
)
"""Tags that do not end a passage; cells do not, since a row is one passage."""
HIDDEN = frozenset(("script", "style", "template"))
_END_OF = {tag: re.compile(rf"</{tag}(?=[\t\n\f\r />])", re.IGNORECASE) for tag in ("script", "style")}
"""Their content is not markup, up to the end tag."""
_SPACE, _NO_SPACE = r"[\t\n\f\r ]", r"[^\t\n\f\r >]"
_VALUE = rf"""(?:"[^"]*+"?+|'[^']*+'?+|(?!["']){_NO_SPACE}++)"""
_ATTRIBUTE = rf"(?!/){_NO_SPACE}[^\t\n\f\r />=]*+(?:{_SPACE}*+={_SPACE}*+{_VALUE}?+)?+"
_HTML = re.compile(
    r"<!--(?:-?+>|(?:[^-]++|-(?!-!?+>))*+(?:--!?+>)?+)"
    rf"|<(?P<ends>/?+)(?P<tag>[A-Za-z][^\t\n\f\r />]*+)(?:{_SPACE}++|/|{_ATTRIBUTE})*+>?+"
    r"|<[!?/][^>]*+>?+"
    r"|(?P<entity>&(?:#(?:[0-9]++|[xX][0-9A-Fa-f]++)|[A-Za-z][A-Za-z0-9]{0,30});?+)"
)
"""Comments, tags, other markup and entities, as in the tokeniser of the HTML standard; one that is not closed extends
to the end of the file. html.parser takes quadratic time for these, and differs between releases of Python."""


class _Tag(NamedTuple):
    name: str
    is_end: bool
    start: int
    end: int


def html_passages(text: str) -> Iterator[PositionedPieces]:
    """The passages of a page; a table row is one passage."""
    headers: list[str] = []
    cells: list[tuple[int, list[Piece]]] | None = None
    pieces: list[Piece] = []
    last = _Tag("table", is_end=True, start=len(text), end=len(text))
    for part in itertools.chain(_html_parts(text), [last]):
        if isinstance(part, Piece):
            pieces.append(part)
        elif part.name in ("td", "th") and cells is not None:
            if not part.is_end:
                pieces = []
                cells.append((part.end, pieces))
        elif part.name == "br" or (cells is not None and part.name not in ("tr", "table")):
            if not part.is_end and part.name not in INLINE:
                pieces.append(Piece(" ", part.start, part.end))
        elif part.name not in INLINE:
            if cells:
                yield cells[0][0], table_row(headers, cells)
                headers = headers or column_headers(cells)
            elif cells is None and any(piece.text.strip() for piece in pieces):
                yield pieces[0].start, pieces
            cells, pieces = ([] if part.name == "tr" and not part.is_end else None), []
            if part.name == "table":
                headers = []


def _html_parts(text: str) -> Iterator[Piece | _Tag]:
    """Visible text and tags in order, without scripts, styles and templates."""
    position = hidden_depth = 0
    while match := _HTML.search(text, position):
        start, end = match.span()
        if start > position and not hidden_depth:
            yield Piece(text[position:start], position, start)
        position = end
        if match["entity"]:
            if not hidden_depth:
                yield Piece(character_of(match["entity"]), start, end)
        elif match["tag"]:
            tag = _Tag(match["tag"].lower(), bool(match["ends"]), start, end)
            if tag.name in HIDDEN and not text.endswith("/>", start, end):
                hidden_depth = max(0, hidden_depth + (-1 if tag.is_end else 1))
                if not tag.is_end and (end_pattern := _END_OF.get(tag.name)):
                    end_tag = end_pattern.search(text, position)
                    position = end_tag.start() if end_tag else len(text)
            yield tag
    if not hidden_depth:
        yield Piece(text[position:], position, len(text))
