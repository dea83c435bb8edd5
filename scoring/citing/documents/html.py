"""Passages of HTML, tokenised as in the HTML standard, in one pass over the text."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.markup import character_of
from scoring.citing.documents.passages import Piece, PositionedPieces, refuse_pieces
from scoring.citing.documents.tables import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

HTML = (".html", ".htm", ".xhtml")
PHRASING = frozenset(
    (
        *("a", "abbr", "acronym", "area", "audio", "b", "bdi", "bdo", "big", "button", "canvas", "cite", "code"),
        *("data", "datalist", "del", "dfn", "em", "embed", "font", "i", "iframe", "img", "input", "ins", "kbd"),
        *("label", "link", "map", "mark", "math", "meta", "meter", "nobr", "noscript", "object", "output", "picture"),
        *("progress", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "script", "select", "slot", "small"),
        *("source", "span", "strike", "strong", "style", "sub", "sup", "svg", "template", "textarea", "time"),
        *("track", "tt", "u", "var", "video", "wbr"),
    )
)
"""Phrasing content of the HTML standard, and of its predecessors; it does not end a passage."""
HIDDEN = frozenset(("script", "style", "template", "noscript", "del", "s", "strike", "math", "rp"))
"""Elements that are not shown, are struck out, or are mathematics."""
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
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
_ENTITY = re.compile(r"&(?:#(?:[0-9]++|[xX][0-9A-Fa-f]++)|[A-Za-z][A-Za-z0-9]{0,30});?+")
_NAMED = re.compile(
    rf"(?P<name>(?!/){_NO_SPACE}[^\t\n\f\r />=]*+)(?:{_SPACE}*+={_SPACE}*+"
    rf"""(?:"(?P<double>[^"]*+)"?+|'(?P<single>[^']*+)'?+|(?P<bare>(?!["']){_NO_SPACE}++))?+)?+"""
)
MAX_OPEN = 8  # phrasing elements with attributes, of which an end tag can end one
_INVISIBLE = re.compile(r"display\s*+:\s*+none|visibility\s*+:\s*+(?:hidden|collapse)", re.IGNORECASE)
_WITH_ID = re.compile(r"@\d{1,9}\.\d")
_CODE = re.compile(rf"{_SPACE}*+<code(?![A-Za-z0-9-])", re.IGNORECASE)
_MARK = re.compile(r"[\s\d*,†‡()\[\]]{0,20}")
_NOTE_ROLES = frozenset(("doc-footnote", "doc-endnote"))
_NOTE_LISTS = frozenset(("doc-endnotes", "doc-footnotes"))


class Tag(NamedTuple):
    """A tag and its span in the file."""

    name: str
    is_end: bool
    start: int
    end: int


Value = tuple[str, int, int]
"""A value as written, and its span."""


def attributes(text: str, tag: Tag) -> dict[str, Value]:
    """The attributes of a tag by name in small letters; the first of a name counts."""
    found: dict[str, Value] = {}
    if tag.is_end or tag.end - tag.start <= len(tag.name) + 2:
        return found
    for match in _NAMED.finditer(text, tag.start + 1 + len(tag.name), tag.end):
        group = match.lastgroup if match.lastgroup != "name" else None
        start, end = match.span(group) if group else (match.end(), match.end())
        found.setdefault(match["name"].lower(), (text[start:end], start, end))
    return found


def beside(found: Mapping[str, Value]) -> list[Piece]:
    """What attributes say of their element, in parentheses: titles, and values of `data-` and links with an id."""
    pieces: list[Piece] = []
    for name, (value, start, end) in found.items():
        is_shown = (name == "title" and value.strip()) or (
            (name.startswith("data-") or name in ("href", "src", "value", "datetime", "cite"))
            and _WITH_ID.search(value)
        )
        if is_shown:
            pieces += [Piece(" (", start, start), *_entities(value, start), Piece(")", end, end)]
    return pieces


def _entities(text: str, offset: int) -> Iterator[Piece]:
    position = 0
    for match in _ENTITY.finditer(text):
        if match.start() > position:
            yield Piece(text[position : match.start()], offset + position, offset + match.start())
        yield Piece(character_of(match[0]), offset + match.start(), offset + match.end())
        position = match.end()
    if position < len(text):
        yield Piece(text[position:], offset + position, offset + len(text))


def _value(found: Mapping[str, Value], name: str) -> str:
    return found[name][0] if name in found else ""


def _words(found: Mapping[str, Value], name: str) -> frozenset[str]:
    return frozenset(_value(found, name).lower().split())


class Visibility:
    """Whether the text at a place is shown; fed with each tag in order."""

    def __init__(self) -> None:
        self.name = ""  # of the outermost hidden element
        self.depth = 0  # of elements with its name

    def hides(self, text: str, tag: Tag, found: Mapping[str, Value]) -> bool:
        """Take a tag; whether it is hidden, or begins or ends what is hidden."""
        if self.name:
            if tag.name == self.name:
                self.depth += -1 if tag.is_end else 1
            elif self.name in ("p", "td", "th") and tag.name in ("table", "tr", "td", "th", "div"):
                self.depth = 0  # a paragraph or cell ends without an end tag
            if self.name in ("p", "td", "th", "li", "tr") and tag.name == self.name and not tag.is_end:
                self.depth = 0
            if self.depth <= 0:
                self.name = ""
                return tag.is_end or self.hides(text, tag, found)
            return True
        if tag.is_end or tag.name in _VOID or text.endswith("/>", tag.start, tag.end):
            return False
        is_code = tag.name == "pre" and _CODE.match(text, tag.end) is not None
        if (
            tag.name in HIDDEN
            or is_code
            or "hidden" in found
            or (_INVISIBLE.search(_value(found, "style")) is not None)
        ):
            self.name, self.depth = tag.name, 1
        return bool(self.name)


def html_parts(text: str) -> Iterator[Piece | Tag]:
    """Text and tags in order, without comments and the content of scripts and styles."""
    position = 0
    while match := _HTML.search(text, position):
        start, end = match.span()
        if start > position:
            yield Piece(text[position:start], position, start)
        position = end
        if match["entity"]:
            yield Piece(character_of(match["entity"]), start, end)
        elif match["tag"]:
            tag = Tag(match["tag"].lower(), bool(match["ends"]), start, end)
            yield tag
            if not tag.is_end and (end_pattern := _END_OF.get(tag.name)) and not text.endswith("/>", start, end):
                end_tag = end_pattern.search(text, position)
                position = end_tag.start() if end_tag else len(text)
    if position < len(text):
        yield Piece(text[position:], position, len(text))


Notes = dict[str, list[Piece]]


def html_passages(text: str, offset: int = 0) -> Iterator[PositionedPieces]:
    """The passages of a page; a table row is one passage, a note stands where it is referred to.

    Args:
        text: Of the page, or of a part of a file.
        offset: Of that part in the file.
    """
    parts = list(html_parts(text))
    notes, skipped = _notes(text, parts)
    reader = _Reader(text, notes)
    for number, part in enumerate(itertools.chain(parts, [None])):
        if number in skipped:
            continue
        if isinstance(part, Piece):
            reader.add_text(part)
        elif part is not None:
            reader.add_tag(part)
        else:
            reader.finish()
        for position, pieces in reader.ready:
            yield (
                position + offset,
                [Piece(shown, start + offset, end + offset) for shown, start, end in pieces] if offset else pieces,
            )
        reader.ready.clear()


def _notes(text: str, parts: Sequence[Piece | Tag]) -> tuple[Notes, set[int]]:  # noqa: PLR0912  one pass over the tags
    """The notes to which something refers, by their id, and the numbers of their parts."""
    if "#" not in text:
        return {}, set()
    referred: set[str] = set()
    marked: set[str] = set()  # to which a raised link leads, as to a note
    raised = 0
    spans: dict[str, range] = {}
    lists: list[str] = []  # names of the open elements that contain notes
    depth = 0  # of elements with the name of the outermost such list
    open_: tuple[str, str, int] | None = None  # the id of the note that is open, its element, its first part
    inner = 0
    for number, part in enumerate(parts):
        if isinstance(part, Piece):
            continue
        found = attributes(text, part)
        raised += (not part.is_end) - part.is_end if part.name == "sup" else 0
        if part.name == "a" and _value(found, "href").startswith("#"):
            referred.add(_value(found, "href")[1:])
            if raised > 0:
                marked.add(_value(found, "href")[1:])
        classes, roles = _words(found, "class"), _words(found, "role")
        if open_ is not None and part.name == open_[1]:
            inner += -1 if part.is_end else 1
            if inner == 0 or (not part.is_end and part.name in ("li", "p")):
                spans.setdefault(open_[0], range(open_[2], number))
                open_ = None
        if lists and part.name == lists[0]:
            depth += -1 if part.is_end else 1
            if not depth:
                if open_ is not None:
                    spans.setdefault(open_[0], range(open_[2], number))
                    open_ = None
                lists.pop()
        elif not lists and not part.is_end and (roles & _NOTE_LISTS or classes & {"footnotes", "endnotes"}):
            lists.append(part.name)
            depth = 1
        id_ = _value(found, "id")
        is_note = (
            roles & _NOTE_ROLES or classes & {"footnote", "endnote"} or (lists and part.name == "li") or id_ in marked
        )
        if open_ is None and not part.is_end and part.name not in ("a", "sup") and id_ and is_note:
            open_, inner = (id_, part.name, number + 1), 1
    if open_ is not None:
        spans.setdefault(open_[0], range(open_[2], len(parts)))
    notes = {id_: _note(text, (parts[number] for number in spans[id_])) for id_ in spans if id_ in referred}
    return notes, set(itertools.chain.from_iterable(spans[id_] for id_ in notes))


def _note(text: str, parts: Iterable[Piece | Tag]) -> list[Piece]:
    """The text of a note without the links back."""
    visibility = Visibility()
    pieces: list[Piece] = []
    is_back = False
    for part in parts:
        if isinstance(part, Piece):
            if not visibility.name and not is_back:
                pieces.append(part)
            continue
        found = attributes(text, part)
        visibility.hides(text, part, found)
        if part.name == "a":
            href = _value(found, "href")
            is_back = not part.is_end and (
                "doc-backlink" in _words(found, "role")
                or bool(_words(found, "class") & {"footnote-back", "footnote-backref"})
                or href.startswith(("#fnref", "#_ftnref", "#_ednref"))
            )
        elif part.name not in PHRASING and pieces:
            pieces.append(Piece(" ", part.start, part.start))
        if not visibility.name and not is_back:
            pieces += beside(found)
    return pieces


class _TableState:
    """A table that is open: its current row, and the cell in it."""

    def __init__(self) -> None:
        self.table = Table()
        self.cells: list[Cell] | None = None
        self.pieces: list[Piece] = []
        self.in_head = False
        self.heads = self.others = 0  # cells of the row by kind
        self.row_says: list[Piece] = []


class _Reader:
    """Makes passages from the parts of a page."""

    def __init__(self, text: str, notes: Notes) -> None:
        self.text, self.notes = text, notes
        self.ready: list[PositionedPieces] = []
        self.visibility = Visibility()
        self.pieces: list[Piece] = []
        self.tables: list[_TableState] = []
        self.says: list[tuple[str, list[Piece]]] = []  # what open phrasing elements say in attributes
        self.container_says: list[Piece] = []
        self.reference: list[Piece] | None = None  # the note of the link that is open
        self.noted = 0  # pieces of notes at their references
        self.raised = -1  # number of pieces at the start of a superscript

    @property
    def target(self) -> list[Piece]:
        """Where text goes: to the open cell, else to the passage."""
        return self.tables[-1].pieces if self.tables and self.tables[-1].cells is not None else self.pieces

    def add_text(self, piece: Piece) -> None:
        """Take visible text; that of a link to a note is only its number."""
        if not self.visibility.name and self.reference is None:
            self.target.append(piece)

    def add_tag(self, tag: Tag) -> None:
        """Take a tag."""
        found = attributes(self.text, tag)
        if self.visibility.hides(self.text, tag, found):
            return
        if tag.name in PHRASING:
            self._phrasing(tag, found)
        elif tag.name == "br":
            self.target.append(Piece(" ", tag.start, tag.end))
        elif tag.name in ("td", "th", "tr", "table", "thead", "tbody", "tfoot"):
            self._table(tag, found)
        elif self.tables and self.tables[-1].cells:
            if not tag.is_end:
                self.target.append(Piece(" ", tag.start, tag.end))
            self.target.extend(beside(found))
        elif tag.name in ("figcaption", "dd") or (tag.name == "dt" and tag.is_end):  # it belongs to what it describes
            self.target.append(Piece(" ", tag.start, tag.end))
            self.target.extend(beside(found))
        else:
            self._end_passage()
            self.container_says = beside(found) or self.container_says

    def finish(self) -> None:
        """End what is open."""
        while self.tables:
            self._end_row()
            self.tables.pop()
        self._end_passage()

    def _phrasing(self, tag: Tag, found: Mapping[str, Value]) -> None:
        if tag.name == "img":
            self._image(tag, found)
        elif tag.name == "a" and self._is_reference(tag, found):
            return
        elif tag.name == "sup":
            self._superscript(tag)
        if tag.is_end:
            while self.says and any(name == tag.name for name, _ in self.says[-MAX_OPEN:]):
                name, pieces = self.says.pop()
                self.target.extend(pieces)
                if name == tag.name:
                    break
        elif tag.name != "img" and (said := beside(found)):
            if tag.name in _VOID:
                self.target.extend(said)
            else:
                self.says.append((tag.name, said))

    def _superscript(self, tag: Tag) -> None:
        """The number of a note, or an exponent, is no part of the figure before it."""
        if not tag.is_end:
            self.raised = len(self.target)
        elif 0 <= self.raised <= len(self.target):
            if _MARK.fullmatch("".join(piece.text for piece in self.target[self.raised :])):
                del self.target[self.raised :]
            self.raised = -1

    def _is_reference(self, tag: Tag, found: Mapping[str, Value]) -> bool:
        """Whether a link leads to a note, which then stands in its place."""
        if self.reference is not None:
            self.target.extend(self.reference)
        self.reference = None
        href = "" if tag.is_end else _value(found, "href")
        note = self.notes.get(href[1:]) if href.startswith("#") else None
        if note is None:
            return False
        self.raised = -1
        self.noted += len(note)
        refuse_pieces(self.noted)
        self.reference = [Piece(" (", tag.start, tag.start), *note, Piece(")", tag.start, tag.start)]
        return True

    def _image(self, tag: Tag, found: Mapping[str, Value]) -> None:
        said = beside(found)
        value, start, _ = found.get("alt", ("", tag.start, tag.start))
        if value.strip() or said:
            self.target.extend(
                (Piece(" (", tag.start, tag.start), *_entities(value, start), *said, Piece(")", tag.end, tag.end))
            )

    def _table(self, tag: Tag, found: Mapping[str, Value]) -> None:
        if tag.name in ("td", "th"):
            self._cell(tag, found)
            return
        if tag.name == "table" and not tag.is_end:
            if not self.tables:
                self._end_passage()
            self.container_says = beside(found) or self.container_says
            self.tables.append(_TableState())
            return
        self._end_row()
        if tag.name == "table":
            if self.tables:
                self.tables.pop()
        elif tag.name != "tr":
            if self.tables:
                self.tables[-1].in_head = tag.name == "thead" and not tag.is_end
        elif not tag.is_end:
            if not self.tables:
                self.tables.append(_TableState())
            state = self.tables[-1]
            state.cells, state.heads, state.others = [], 0, 0
            state.row_says = beside(found)

    def _cell(self, tag: Tag, found: Mapping[str, Value]) -> None:
        state = self.tables[-1] if self.tables else None
        if state is None:
            self._end_passage()
        elif state.cells is not None:
            self._end_cell(state)
            if not tag.is_end:
                state.pieces, self.raised = [], -1
                state.heads += tag.name == "th"
                state.others += tag.name == "td"
                state.cells.append(Cell(tag.end, state.pieces, _number(found, "colspan"), _number(found, "rowspan")))
                if said := beside(found):
                    self.says.append(("", said))

    def _end_cell(self, state: _TableState) -> None:
        if state.cells:
            for _, pieces in self.says:
                state.pieces.extend(pieces)
            self.says.clear()

    def _end_row(self) -> None:
        if not self.tables:
            self._end_passage()
            return
        state = self.tables[-1]
        if state.cells:
            self._end_cell(state)
            state.pieces.extend(state.row_says)
            state.pieces.extend(self.container_says)
            self.container_says = []
            all_heads = state.heads > 0 and not state.others
            is_head = (state.in_head or all_heads) or (False if state.heads else None)
            row = state.table.row(state.cells, is_head=is_head)
            if row:
                self.ready.append(row)
        state.cells = None
        state.pieces = []
        self._end_passage()

    def _end_passage(self) -> None:
        if self.reference is not None:
            self.pieces.extend(self.reference)
            self.reference = None
        for _, said in self.says:
            self.pieces.extend(said)
        self.says.clear()
        self.raised = -1
        if any(piece.text.strip() for piece in self.pieces):
            self.ready.append((self.pieces[0].start, [*self.pieces, *self.container_says]))
            self.container_says = []
        self.pieces = []


def _number(found: Mapping[str, Value], name: str) -> int:
    """A number of columns or rows; `Table` bounds it."""
    value = _value(found, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1  # noqa: PLR2004
