"""Reports as passages of the text that a reader sees, each character with its place in the file.

Markup is left out, entities and escapes are read, and a row of a table carries the heads of its columns, so that a
figure is found in the same words whatever the format. What a file says outside the places of the characters that are
rewritten stays byte for byte.
"""

from __future__ import annotations

import functools
import io
import itertools
import re
import zipfile
from bisect import bisect_right
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_TEXT = 4 * 2**20  # bytes of text: each character carries its place
MOST_PART = 64 * 2**20  # bytes of one part of a Word file once unpacked
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NO_WORD = "is no Word file; save it as .docx"
PARTS = re.compile(r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml")


class Piece(NamedTuple):
    """Visible text and where it stands: one character for the whole span, or none for a text that the file lacks."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """A paragraph, item or row: its text, and for each character the span of the file that it stands for."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """An empty span for a character that the file does not have there, such as the head of a column."""
    place: int
    """Where it begins in the file; of a Word file the number of the paragraph, from 1."""


@dataclass(frozen=True)
class Document:
    """A report: its passages, and its text, which a Word file does not show."""

    passages: tuple[Passage, ...]
    text: str | None

    def line(self, passage: Passage, at: int) -> tuple[int, int]:
        """Line and column of a character of a passage; of a Word file the paragraph, and 1."""
        if self.text is None:
            return passage.place, 1
        spans = (passage.spans[place] for place in range(at, len(passage.spans)))
        offset = next((start for start, end in spans if end > start), passage.place)
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @functools.cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text or ""))]


class UnreadableError(Exception):
    """The file is not of its format; the message says why."""


def read(data: bytes, suffix: str) -> Document:
    """Read a report by the suffix of its name: Markdown, LaTeX, HTML, Word, and else plain text.

    Raises:
        UnreadableError: it is not UTF-8, no Word file, or too large.
    """
    if suffix == ".docx":
        return Document(tuple(_word(data)), None)
    if len(data) > MOST_TEXT:
        message = f"has more than {MOST_TEXT // 2**20} MiB of text; split it"
        raise UnreadableError(message)
    text = decoded(data)
    if suffix in (".html", ".htm", ".xhtml"):
        return Document(tuple(_html(text)), text)
    tokens = _LATEX if suffix in LATEX else _MARKDOWN if suffix in MARKDOWN else _PLAIN
    return Document(tuple(_lines(_without_comments(text) if tokens is _MARKDOWN else text, tokens)), text)


def decoded(data: bytes) -> str:
    """The text of a file.

    Raises:
        UnreadableError: it is not UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte {error.start}); save it so"
        raise UnreadableError(message) from error


def _passage(pieces: Iterable[Piece], place: int) -> Passage:
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    for text, start, end in pieces:
        whole = len(text) == end - start
        characters += text
        spans += [(start + n, start + n + 1) if whole else (start, end) for n in range(len(text))]
    return Passage("".join(characters), tuple(spans), place)


# -- rows of tables ----------------------------------------------------------------------------------------------------


def _row(heads: list[str], cells: list[list[Piece]], place: int) -> Passage:
    """A row as `head: cell; head: cell`; heads have no place in it."""
    pieces: list[Piece] = []
    for number, cell in enumerate(cells):
        at = cell[0].start if cell else place
        head = heads[number] if number < len(heads) else ""
        pieces += [Piece(f"{head}: " if head else "", at, at), *cell, Piece("; ", at, at)]
    return _passage(pieces, place)


def _plain(cell: Iterable[Piece]) -> str:
    return " ".join("".join(piece.text for piece in cell).split())


# -- text with markup in it --------------------------------------------------------------------------------------------


class _Markup(NamedTuple):
    """What is not shown as it stands, what begins a passage, and what parts the cells of a row."""

    token: re.Pattern[str] | None
    opens: re.Pattern[str]
    cell: re.Pattern[str] | None
    row: re.Pattern[str] | None
    """A line of a row of a table."""
    rule: re.Pattern[str] | None
    """The line under the heads of a table; without it the first row has the heads."""


_PLAIN = _Markup(None, re.compile(r"(?!)"), None, None, None)
_MARKDOWN = _Markup(
    re.compile(
        r"(?P<hidden></?[A-Za-z][^<>\n]*>|[*`]+|(?m:^[ \t]*>[ \t>]*))"
        r"|(?P<entity>&#?\w{1,31};)|\\(?P<escaped>[!-/:-@\[-`{-~])"
    ),
    re.compile(r"[ \t>]*(?:[-*+] |\d+[.)] |#|\||\[\^|:::)"),
    re.compile(r"(?<!\\)\|"),
    re.compile(r"[ \t>]*\|"),
    re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*\r?"),
)
_LATEX = _Markup(
    re.compile(
        r"(?P<hidden>(?<!\\)%[^\n]*|\\(?:begin|end)\{[^{}]*\}(?:\[[^\]\n]*\])?(?:\{[^{}]*\})*|\\(?!text(?:endash|asciitilde)\b)[A-Za-z]+\*?|[{}$]|\\\\)"
        r"|(?P<dash>--|\\textendash\b(?:\{\})?)|(?P<space>~|\\[ ,;])|(?P<tilde>\\textasciitilde\b(?:\{\})?)"
        r"|\\(?P<escaped>[%&#_$])"
    ),
    re.compile(r"[ \t]*(?:\\item\b|\\(?:begin|end)\{)"),
    re.compile(r"(?<!\\)&"),
    re.compile(r".*?(?<!\\)&"),
    None,
)
LATEX = (".tex", ".ltx", ".bib")
MARKDOWN = (".md", ".markdown", ".qmd", ".rmd")
_READ = {"hidden": "", "dash": "–", "space": " ", "tilde": "~"}


def _without_comments(text: str) -> str:
    """The text with spaces in place of its comments, which may go over empty lines."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        end = len(text) if end < 0 else end + 3
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join((*parts, text[at:]))


def _lines(text: str, markup: _Markup) -> Iterator[Passage]:
    """Passages of a text of lines: they end at an empty line, and where the markup begins another."""
    heads: list[str] = []
    above: list[list[Piece]] = []
    for start, end, is_row in _blocks(text, markup):
        if not is_row or markup.cell is None:
            heads, above = [], []
            yield _passage(_shown(text, start, end, markup), start)
        elif markup.rule and markup.rule.fullmatch(text[start:end].strip("\n")):
            heads = [_plain(cell) for cell in above]
        else:
            bounds = [(start, start), *(found.span() for found in markup.cell.finditer(text, start, end)), (end, end)]
            spans = itertools.pairwise(bounds)
            above = [list(_shown(text, first, last, markup)) for (_, first), (last, _) in spans]
            if not markup.rule and not heads:
                heads = [_plain(cell) for cell in above]
            yield _row(heads, above, start)


def _blocks(text: str, markup: _Markup) -> Iterator[tuple[int, int, bool]]:
    """Where passages begin and end, at an empty line, where one opens, and after each row; and which are rows."""
    begin = at = 0
    is_row = False
    for line in text.splitlines(keepends=True):
        blank = not line.strip()
        if at > begin and (blank or is_row or markup.opens.match(line)):
            yield begin, at, is_row
            begin, is_row = at, False
        is_row |= markup.row is not None and markup.row.match(line) is not None
        at += len(line)
        if blank:
            begin = at
    if at > begin:
        yield begin, at, is_row


def _shown(text: str, start: int, end: int, markup: _Markup) -> Iterator[Piece]:
    """The visible text of a span of the file."""
    at = start
    for found in markup.token.finditer(text, start, end) if markup.token else ():
        if found.start() > at:
            yield Piece(text[at : found.start()], at, found.start())
        kind = found.lastgroup or ""
        shown = _READ.get(kind, found[kind])
        if kind == "entity":
            shown = _character(shown)
        if shown:
            yield Piece(shown, *found.span())
        at = found.end()
    if end > at:
        yield Piece(text[at:end], at, end)


def _character(entity: str) -> str:
    """What an entity stands for; nothing for a space without width, which only parts what would be a mention."""
    return unescape(entity).strip("\u200b\u00ad")


# -- HTML --------------------------------------------------------------------------------------------------------------

INLINE = frozenset(
    (
        *("a", "abbr", "b", "cite", "code", "data", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span"),
        *("strong", "sub", "sup", "td", "th", "time", "u", "var"),
    )
)
"""Tags that end no passage; cells end none, since their row is one."""
SILENT = frozenset(("script", "style", "template"))


class _Html(HTMLParser):
    """Collects passages; in a row, its cells."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.passages: list[Passage] = []
        self.pieces: list[Piece] = []
        self.cells: list[list[Piece]] | None = None
        self.heads: list[str] = []
        self.silent = 0
        self.feed(text)
        self.close()
        self._end()

    def _offset(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def _end(self) -> None:
        """What was collected is a passage, or a row."""
        if self.cells is not None:
            if not self.heads:
                self.heads = [_plain(cell) for cell in self.cells]
            self.passages.append(_row(self.heads, self.cells, self._offset()))
        elif any(piece.text.strip() for piece in self.pieces):
            self.passages.append(_passage(self.pieces, self.pieces[0].start))
        self.cells, self.pieces = None, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  as it is called
        """Begin a passage, a table, a row or a cell."""
        self.silent += tag in SILENT
        if tag in ("td", "th") and self.cells is not None:
            self.pieces = []
            self.cells.append(self.pieces)
        elif tag == "br" or (self.cells is not None and tag not in (*INLINE, "tr", "table")):
            self._add(" ")
        elif tag not in INLINE:
            self._end()
        if tag == "tr":
            self.cells = []
        if tag == "table":
            self.heads = []

    def handle_endtag(self, tag: str) -> None:
        """End a passage or a row."""
        self.silent -= tag in SILENT and self.silent > 0
        if tag in ("tr", "table") or (self.cells is None and tag not in INLINE):
            self._end()

    def _add(self, text: str, length: int = 0) -> None:
        if not self.silent:
            self.pieces.append(Piece(text, self._offset(), self._offset() + length))

    def handle_data(self, data: str) -> None:
        """Text as it stands."""
        self._add(data, len(data))

    def handle_entityref(self, name: str) -> None:
        """A character by its name."""
        self._add(_character(f"&{name};"), self._length(f"&{name}"))

    def handle_charref(self, name: str) -> None:
        """A character by its number."""
        self._add(_character(f"&#{name};"), self._length(f"&#{name}"))

    def _length(self, reference: str) -> int:
        """How long a reference is: the semicolon may be left out."""
        return len(reference) + self.text.startswith(";", self._offset() + len(reference))


def _html(text: str) -> list[Passage]:
    return _Html(text).passages


# -- Word --------------------------------------------------------------------------------------------------------------


def _word(data: bytes) -> Iterator[Passage]:
    """Paragraphs and rows of a Word file, footnotes, headers and footers too; what is marked as deleted is left out."""
    for root in _word_parts(data):
        numbers = {id(paragraph): number for number, paragraph in enumerate(root.iter(f"{WORD}p"), start=1)}
        yield from _word_blocks(root, numbers)


def _word_blocks(element: ET.Element, numbers: dict[int, int]) -> Iterator[Passage]:
    for child in element:
        if child.tag == f"{WORD}p":
            yield _passage([Piece(_word_text(child), 0, 0)], numbers[id(child)])
        elif child.tag == f"{WORD}tbl":
            heads: list[str] = []
            for row in child.iter(f"{WORD}tr"):
                cells = [" ".join(map(_word_text, cell.iter(f"{WORD}p"))) for cell in row.iterfind(f"{WORD}tc")]
                heads = heads or cells
                first = next((numbers[id(paragraph)] for paragraph in row.iter(f"{WORD}p")), 1)
                yield _row(heads, [[Piece(cell, 0, 0)] for cell in cells], first)
        else:
            yield from _word_blocks(child, numbers)


def _word_text(paragraph: ET.Element) -> str:
    """What a paragraph shows."""
    shown = {f"{WORD}tab": " ", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
    return "".join(
        (element.text or "") if element.tag == f"{WORD}t" else shown.get(element.tag, "")
        for element in paragraph.iter()
    )


def _word_parts(data: bytes) -> Iterator[ET.Element]:
    for part in checked_parts(data).values():
        try:
            yield ET.fromstring(part)  # noqa: S314  expat refuses entities that expand without end
        except ET.ParseError as error:
            raise UnreadableError(NO_WORD) from error


def checked_parts(data: bytes) -> dict[str, bytes]:
    """The parts of a Word file that hold text, by name.

    Raises:
        UnreadableError: it is no Word file, or one that unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            infos = [info for info in file.infolist() if PARTS.fullmatch(info.filename)]
            if any(info.file_size > MOST_PART for info in file.infolist()):
                message = f"holds a part larger than {MOST_PART // 2**20} MiB; split it"
                raise UnreadableError(message)
            found = {info.filename: file.read(info) for info in infos}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # the last two: compressed or locked oddly
        raise UnreadableError(NO_WORD) from error
    if not found:
        raise UnreadableError(NO_WORD)
    return found
