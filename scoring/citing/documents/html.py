"""HTML as passages: after the HTML standard, in one pass over the text."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.markup import character_of, column_heads, table_row
from scoring.citing.documents.passages import Found, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

# -- HTML --------------------------------------------------------------------------------------------------------------

HTML = (".html", ".htm", ".xhtml")
INLINE = frozenset(
    (
        *("a", "abbr", "b", "cite", "code", "data", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span"),
        *("strong", "sub", "sup", "td", "th", "time", "u", "var"),
    )
)
"""Tags that end no passage; cells end none, since their row is one."""
SILENT = frozenset(("script", "style", "template"))
_END_OF = {tag: re.compile(rf"</{tag}(?=[\t\n\f\r />])", re.IGNORECASE) for tag in ("script", "style")}
"""What they hold is no markup, up to their end."""
_SPACE, _NO_SPACE = r"[\t\n\f\r ]", r"[^\t\n\f\r >]"
_VALUE = rf"""(?:"[^"]*+"?+|'[^']*+'?+|(?!["']){_NO_SPACE}++)"""
_ATTRIBUTE = rf"(?!/){_NO_SPACE}[^\t\n\f\r />=]*+(?:{_SPACE}*+={_SPACE}*+{_VALUE}?+)?+"
_HTML = re.compile(
    r"<!--(?:-?+>|(?:[^-]++|-(?!-!?+>))*+(?:--!?+>)?+)"
    rf"|<(?P<ends>/?+)(?P<tag>[A-Za-z][^\t\n\f\r />]*+)(?:{_SPACE}++|/|{_ATTRIBUTE})*+>?+"
    r"|<[!?/][^>]*+>?+"
    r"|(?P<entity>&(?:#(?:[0-9]++|[xX][0-9A-Fa-f]++)|[A-Za-z][A-Za-z0-9]{0,30});?+)"
)
"""Comments, tags, other markup and entities, as the tokenizer of the HTML standard reads them: one that is not closed
goes to the end of the file. html.parser looks for the end of each anew, and differs from release to release."""


class _Tag(NamedTuple):
    name: str
    ends: bool
    start: int
    end: int


def html_passages(text: str) -> Iterator[Found]:
    """Passages of a page; in a row of a table, its cells."""
    heads: list[str] = []
    cells: list[tuple[int, list[Piece]]] | None = None
    pieces: list[Piece] = []
    last = _Tag("table", ends=True, start=len(text), end=len(text))
    for part in itertools.chain(_html_parts(text), [last]):
        if isinstance(part, Piece):
            pieces.append(part)
        elif part.name in ("td", "th") and cells is not None:
            if not part.ends:
                pieces = []
                cells.append((part.end, pieces))
        elif part.name == "br" or (cells is not None and part.name not in ("tr", "table")):
            if not part.ends and part.name not in INLINE:
                pieces.append(Piece(" ", part.start, part.end))
        elif part.name not in INLINE:
            if cells:
                yield cells[0][0], table_row(heads, cells)
                heads = heads or column_heads(cells)
            elif cells is None and any(piece.text.strip() for piece in pieces):
                yield pieces[0].start, pieces
            cells, pieces = ([] if part.name == "tr" and not part.ends else None), []
            if part.name == "table":
                heads = []


def _html_parts(text: str) -> Iterator[Piece | _Tag]:
    """Visible text and tags in order; scripts, styles and templates are left out."""
    at = silent = 0
    while found := _HTML.search(text, at):
        start, end = found.span()
        if start > at and not silent:
            yield Piece(text[at:start], at, start)
        at = end
        if found["entity"]:
            if not silent:
                yield Piece(character_of(found["entity"]), start, end)
        elif found["tag"]:
            tag = _Tag(found["tag"].lower(), bool(found["ends"]), start, end)
            if tag.name in SILENT and not text.endswith("/>", start, end):
                silent = max(0, silent + (-1 if tag.ends else 1))
                if not tag.ends and (closing := _END_OF.get(tag.name)):
                    ending = closing.search(text, at)
                    at = ending.start() if ending else len(text)
            yield tag
    if not silent:
        yield Piece(text[at:], at, len(text))
