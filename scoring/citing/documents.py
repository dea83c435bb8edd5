"""Reports as passages of the text that a reader sees, each character with its place in the file.

Markup is left out, entities and escapes are read, and a row of a table carries the heads of its columns, so that a
figure is found in the same words whatever the format. What a file says outside the places of the characters that are
rewritten stays byte for byte.

A report is a stranger's file: its size and the number of its marks are counted before it is read, and each pattern
passes over a text once, since what repeats in it is possessive, and what is not closed reaches to the next of its kind
or to the end of the file.
"""

from __future__ import annotations

import codecs
import functools
import io
import itertools
import operator
import re
import zipfile
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple, NoReturn, TypeAlias, overload
from xml.etree import ElementTree as ET

MOST_BYTES = 20 * 2**20  # of a file, of its parts once unpacked, of what its passages show: a book of text has 1 MiB
MOST_MARKS = 400_000  # lines and marks of markup, each of which takes up to 5 microseconds and 300 bytes
MOST_TOGETHER = 3 * MOST_BYTES  # of all reports that are held at once; one takes no more
MOST_UNPACKED = 100 * 2**20  # of a Word file, pictures and all
MOST_ENTRIES = 10_000  # of a Word file: zipfile takes 1 KiB for each before the first is read
MOST_NAME = 1000  # characters of the name of a part, which may be longer where it is written than where it was read
MOST_NAMESPACE = 100  # characters; expat and ElementTree write the namespace out before each name
MOST_ENTITY = 32  # characters; the longest name has 31, and int() of a very long number is quadratic
NO_WORD = "is no Word file; save it as .docx"
WORD = tuple(
    f"{{{space}}}"
    for space in (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
)
"""How names of Word begin: the common namespace, and that of strict Open XML."""


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


def read(data: bytes, suffix: str) -> Document:
    """Read a report by the suffix of its name: Markdown, LaTeX, HTML, Word, and else plain text.

    Raises:
        UnreadableError: it is not UTF-8, no Word file, or too large.
    """
    if suffix == ".docx":
        return Document(_passages(_word(data)), None)
    text = decoded(data)
    if suffix in HTML:
        refuse_many(_marks(text, "<&"))
        return Document(_passages(_html(text)), text)
    markup = _LATEX if suffix in LATEX else _MARKDOWN if suffix in MARKDOWN else _PLAIN
    refuse_many(_marks(text, markup.marks))
    return Document(_passages(_lines(_without_comments(text) if markup is _MARKDOWN else text, markup)), text)


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


def _marks(text: str, marks: Iterable[str]) -> int:
    return sum(text.count(mark) for mark in ("\n", "\r", *marks))


def _passages(found: Iterable[Found]) -> tuple[Passage, ...]:
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


# -- rows of tables ----------------------------------------------------------------------------------------------------


def _row(heads: Sequence[str], cells: Iterable[Found]) -> Iterator[Piece]:
    """A row as `head: cell; head: cell`; heads have no place in it."""
    for number, (at, cell) in enumerate(cells):
        head = heads[number] if number < len(heads) else ""
        begins = ("; " if number else "") + (f"{head}: " if head else "")
        if begins:
            yield Piece(begins, at, at)
        yield from cell


def _heads(cells: Iterable[Found]) -> list[str]:
    return [" ".join("".join(piece.text for piece in cell).split()) for _, cell in cells]


# -- text with markup in it --------------------------------------------------------------------------------------------


class _Markup(NamedTuple):
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


_PLAIN = _Markup((), None, re.compile(r"(?!)"), None, None, None)
_MARKDOWN = _Markup(
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
_LATEX = _Markup(
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


def _without_comments(text: str) -> str:
    """The text with spaces in place of its comments, which may go over empty lines."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        end = len(text) if end < 0 else end + 3
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join((*parts, text[at:]))


def _lines(text: str, markup: _Markup) -> Iterator[Found]:
    """Passages of a text of lines: they end at an empty line, and where the markup begins another."""
    heads: list[str] = []
    above: tuple[int, int] | None = None
    for start, end, is_row in _blocks(text, markup):
        if not is_row or markup.cell is None:
            heads, above = [], None
            yield start, _shown(text, start, end, markup)
        elif markup.rule and markup.rule.fullmatch(text, start, end):
            heads = _heads(_cells(text, *above, markup, markup.cell)) if above else []
        else:
            yield start, _row(heads, _cells(text, start, end, markup, markup.cell))
            above = start, end
            if not markup.rule:
                heads = heads or _heads(_cells(text, *above, markup, markup.cell))


def _blocks(text: str, markup: _Markup) -> Iterator[tuple[int, int, bool]]:
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


def _cells(text: str, start: int, end: int, markup: _Markup, cell: re.Pattern[str]) -> Iterator[Found]:
    for found in cell.finditer(text, start, end):
        yield start, _shown(text, start, found.start(), markup)
        start = found.end()
    yield start, _shown(text, start, end, markup)


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
    return unescape(entity).strip("\u200b\u00ad") if len(entity) <= MOST_ENTITY else "\ufffd"


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


def _html(text: str) -> Iterator[Found]:
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
                yield cells[0][0], _row(heads, cells)
                heads = heads or _heads(cells)
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
                yield Piece(_character(found["entity"]), start, end)
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


# -- Word --------------------------------------------------------------------------------------------------------------

_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ROOTS = ("document", "hdr", "ftr", "footnotes", "endnotes")
"""Of the parts that hold text, whatever these are called in the file."""
_NAMES = {
    **{f"{space}{name}": name for space in WORD for name in (*_ROOTS, "p", "t", "tab", "br", "cr", "noBreakHyphen")},
    **{f"{space}{name}": name for space in WORD for name in ("tbl", "tr", "tc", "txbxContent")},
    **{f"{_COMPATIBLE}{name}": name for name in ("AlternateContent", "Choice", "Fallback")},
}
_SHOWN = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError)
"""What zipfile raises where bytes are no archive: its own error, the decompressor's, that of an end too early;
RuntimeError for what it does not read (NotImplementedError is one); ValueError (UnicodeDecodeError is one) and
OverflowError for names and offsets, which it takes as they come."""
_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
    b"<": "utf-8",
}
"""How XML begins, in the encodings that Open XML may have."""
_LONG_NAMESPACE = re.compile(
    rf"""\sxmlns(?::[^\s=]*+)?+\s*+=\s*+(?:"[^"<]{{{MOST_NAMESPACE}}}|'[^'<]{{{MOST_NAMESPACE}}})"""
)


class Part(NamedTuple):
    """An entry of a Word file, in its order."""

    info: zipfile.ZipInfo
    data: bytes
    text: str
    """What it says; nothing where it is no text, as all XML is."""
    root: str | None
    """The root of the XML where that is one of Word's text, else empty; None where it is no XML."""
    shown: tuple[Found, ...]
    """Paragraphs and rows by the number of their paragraph."""


def _word(data: bytes) -> Iterator[Found]:
    """Paragraphs and rows of a Word file, footnotes, headers and footers too; what is marked as deleted is left out."""
    for part in word_parts(data):
        yield from part.shown


def word_parts(data: bytes) -> Iterator[Part]:
    """All entries of a Word file.

    Raises:
        UnreadableError: it is no Word file, or beyond a limit; the last entry may have been yielded by then.
    """
    has_document = False
    unpacked = MOST_BYTES
    elements = attributes = 0
    root: str | None
    shown: tuple[Found, ...]
    for info, content in _entries(data):
        must_be_xml = info.filename.lower().endswith(".xml")
        encoding = next((name for begins, name in _ENCODINGS.items() if content.startswith(begins)), None)
        text, root, shown = "", None, ()
        if must_be_xml or encoding:
            unpacked -= len(content)
            if unpacked < 0:
                too_large("unpacks to text of")
            try:
                text = content.decode(encoding or "utf-8")
                elements += _marks(text, "<&") - text.count("</")
                attributes += text.count("=")
                refuse_many(max(elements, attributes))
                root, shown = _xml(text)
            except (UnicodeDecodeError, ET.ParseError) as error:
                if must_be_xml:
                    _no_word(f"{info.filename} is no XML: {error}", error)
        has_document |= root == "document"
        yield Part(info, content, text, root, shown)
    if not has_document:
        _no_word("it holds no document")


def _no_word(why: str, cause: Exception | None = None) -> NoReturn:
    message = f"{NO_WORD} ({why})"
    raise UnreadableError(message) from cause


def _entries(data: bytes) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """What a ZIP archive holds, counted as it is unpacked: what its headers say of sizes is only said."""
    left = MOST_UNPACKED
    if len(data) > MOST_BYTES:
        too_large("has")
    if data.count(b"PK\x01\x02") > MOST_ENTRIES:
        message = f"holds more than {MOST_ENTRIES:,} parts; split it"
        raise UnreadableError(message)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = [info.filename.lower() for info in file.infolist()]
            if len(set(names)) < len(names) or max(map(len, names), default=0) > MOST_NAME:
                _no_word("two parts have one name, or a name is too long")
            for info in file.infolist():
                if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    _no_word(f"{info.filename} is locked, or packed as Word does not")
                with file.open(info) as entry:
                    content = entry.read(left + 1)
                left -= len(content)
                if left < 0:
                    too_large("unpacks to", MOST_UNPACKED)
                yield info, content
    except _BROKEN as error:
        _no_word("it is no sound ZIP archive; one with a password is none either", error)


def _xml(text: str) -> tuple[str, tuple[Found, ...]]:
    """The name of the root where that is one of Word's text, and what the part shows.

    Raises:
        ET.ParseError: it is no XML, or has what Open XML forbids or nobody writes, and what costs more than its size.
    """
    if "<!DOCTYPE" in text or _LONG_NAMESPACE.search(text):
        message = f"it has a document type, or a namespace of more than {MOST_NAMESPACE} characters"
        raise ET.ParseError(message)
    reader = _WordText()
    parser = ET.XMLParser(target=reader)  # noqa: S314  without a document type there are no entities
    parser.feed(text)
    parser.close()
    return reader.root or "", tuple(sorted(reader.found, key=operator.itemgetter(0)))


class _WordText:
    """What a part shows, taken from the parser as it comes: in one pass, without a tree, however deep it nests."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.found: list[Found] = []
        self.number = 0  # of the last paragraph that began
        # paragraphs that are open, the outermost first: one may hold a text box with others
        self.open: list[tuple[int, list[str]]] = []
        # where a paragraph goes that ends: into its cell, or None: it is a passage
        self.cells: list[list[str] | None] = [None]
        self.rows: list[tuple[int, list[str]]] = []
        self.heads: list[list[str]] = [[]]
        # whether one of the alternatives is read already: they say the same for newer and for older programs
        self.taken: list[bool] = []
        self.skipped = 0  # how deep in an alternative that is not read
        self.in_text = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        """Begin a paragraph, a table, a row, a cell or an alternative."""
        name = _NAMES.get(tag, "")
        if self.root is None:
            self.root = name if name in _ROOTS else ""
        if self.skipped or (name in ("Choice", "Fallback") and self.taken and self.taken[-1]):
            self.skipped += 1
            self.number += name == "p"
            return
        match name:
            case "p":
                self.number += 1
                self.open.append((self.number, []))
            case "tbl":
                self.heads.append([])
            case "tr":
                self.rows.append((self.number + 1, []))
            case "tc":
                self.cells.append([] if self.rows else None)
            case "txbxContent":
                self.cells.append(None)
            case "AlternateContent":
                self.taken.append(False)
            case "Choice" | "Fallback" if self.taken:
                self.taken[-1] = True
            case "t":
                self.in_text = True
            case _ if name in _SHOWN and self.open:
                self.open[-1][1].append(_SHOWN[name])

    def data(self, text: str) -> None:
        """Text, which is shown where it stands in the element for text."""
        if self.in_text and self.open and not self.skipped:
            self.open[-1][1].append(text)

    def end(self, tag: str) -> None:
        """End them: what ends is a passage, or a cell of a row."""
        if self.skipped:
            self.skipped -= 1
            return
        match _NAMES.get(tag):
            case "p":
                number, texts = self.open.pop()
                text = "".join(texts)
                if (cell := self.cells[-1]) is None and text:
                    self.found.append((number, [Piece(text, 0, 0)]))
                elif cell is not None:
                    cell.append(text)
            case "tbl":
                self.heads.pop()
            case "tr":
                number, cells = self.rows.pop()
                if any(cells):
                    self.found.append((number, _row(self.heads[-1], [(0, [Piece(cell, 0, 0)]) for cell in cells])))
                self.heads[-1] = self.heads[-1] or cells
            case "tc":
                cell = self.cells.pop()
                if cell is not None:
                    self.rows[-1][1].append(" ".join(cell))
            case "txbxContent":
                self.cells.pop()
            case "AlternateContent":
                self.taken.pop()
            case "t":
                self.in_text = False
