"""Word files as passages: their parts, paragraphs and tables."""

from __future__ import annotations

import codecs
import io
import operator
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple, NoReturn
from xml.etree import ElementTree as ET

from scoring.citing.documents.markup import table_row
from scoring.citing.documents.passages import (
    MOST_BYTES,
    Found,
    Piece,
    UnreadableError,
    count_marks,
    refuse_many,
    too_large,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_UNPACKED = 100 * 2**20  # of a Word file, pictures and all
MOST_ENTRIES = 10_000  # of a Word file: zipfile takes 1 KiB for each before the first is read
MOST_NAME = 1000  # characters of the name of a part, which may be longer where it is written than where it was read
MOST_NAMESPACE = 100  # characters; expat and ElementTree write the namespace out before each name
NO_WORD = "is no Word file; save it as .docx"
WORD = tuple(
    f"{{{space}}}"
    for space in (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
)
"""How names of Word begin: the common namespace, and that of strict Open XML."""


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


def word_passages(data: bytes) -> Iterator[Found]:
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
                elements += count_marks(text, "<&") - text.count("</")
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
                    self.found.append((number, table_row(self.heads[-1], [(0, [Piece(cell, 0, 0)]) for cell in cells])))
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
