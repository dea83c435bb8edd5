"""Passages of Word files: parts, paragraphs and tables."""

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
    MAX_BYTES,
    Piece,
    PositionedPieces,
    UnreadableError,
    count_marks,
    refuse_many,
    too_large,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UNPACKED = 100 * 2**20  # of a Word file, with pictures
MAX_ENTRIES = 10_000  # of a Word file: zipfile allocates 1 KiB for each before reading the first
MAX_NAME = 1000  # characters of the name of a part
MAX_NAMESPACE = 100  # characters; expat and ElementTree repeat the namespace before each name
NOT_WORD = "is not a Word file; save it as .docx"
WORD = tuple(
    f"{{{space}}}"
    for space in (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
)
"""Prefixes of Word names: the usual namespace, and that of strict Open XML."""

_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ROOTS = ("document", "hdr", "ftr", "footnotes", "endnotes")
"""Root elements of the parts that contain text; the names of these parts vary."""
_NAMES = {
    **{f"{space}{name}": name for space in WORD for name in (*_ROOTS, "p", "t", "tab", "br", "cr", "noBreakHyphen")},
    **{f"{space}{name}": name for space in WORD for name in ("tbl", "tr", "tc", "txbxContent")},
    **{f"{_COMPATIBLE}{name}": name for name in ("AlternateContent", "Choice", "Fallback")},
}
_SHOWN = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError)
"""What zipfile raises for an invalid archive: its own error, that of the decompressor, and EOFError; RuntimeError (and
NotImplementedError) for unsupported features; ValueError (and UnicodeDecodeError) and OverflowError for unchecked names
and offsets."""
_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
    b"<": "utf-8",
}
"""First bytes of XML, by encoding that Open XML allows."""
_LONG_NAMESPACE = re.compile(
    rf"""\sxmlns(?::[^\s=]*+)?+\s*+=\s*+(?:"[^"<]{{{MAX_NAMESPACE}}}|'[^'<]{{{MAX_NAMESPACE}}})"""
)


class Part(NamedTuple):
    """An entry of a Word file."""

    info: zipfile.ZipInfo
    data: bytes
    text: str
    """The decoded XML; empty if the entry is not XML."""
    root: str | None
    """The root element if it is one of `_ROOTS`, else empty; None if the entry is not XML."""
    shown: tuple[PositionedPieces, ...]
    """Paragraphs and rows, by paragraph number."""


def word_passages(data: bytes) -> Iterator[PositionedPieces]:
    """Paragraphs and rows of a Word file, with footnotes, headers and footers, but without deleted text."""
    for part in word_parts(data):
        yield from part.shown


def word_parts(data: bytes) -> Iterator[Part]:
    """All entries of a Word file.

    Raises:
        UnreadableError: not a Word file, or a limit is exceeded; entries may have been yielded before.
    """
    has_document = False
    unpacked = MAX_BYTES
    elements = attributes = 0
    root: str | None
    shown: tuple[PositionedPieces, ...]
    for info, content in _entries(data):
        must_be_xml = info.filename.lower().endswith(".xml")
        encoding = next((name for prefix, name in _ENCODINGS.items() if content.startswith(prefix)), None)
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
                    _refuse(f"{info.filename} is not XML: {error}", error)
        has_document |= root == "document"
        yield Part(info, content, text, root, shown)
    if not has_document:
        _refuse("it contains no document")


def _refuse(reason: str, cause: Exception | None = None) -> NoReturn:
    message = f"{NOT_WORD} ({reason})"
    raise UnreadableError(message) from cause


def _entries(data: bytes) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """The entries of a ZIP archive; sizes are counted while unpacking, since the headers may be wrong."""
    left = MAX_UNPACKED
    if len(data) > MAX_BYTES:
        too_large("has")
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        message = f"contains more than {MAX_ENTRIES:,} parts; split it"
        raise UnreadableError(message)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = [info.filename.lower() for info in file.infolist()]
            if len(set(names)) < len(names) or max(map(len, names), default=0) > MAX_NAME:
                _refuse("two parts have the same name, or a name is too long")
            for info in file.infolist():
                if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    _refuse(f"{info.filename} is encrypted, or has an unsupported compression")
                with file.open(info) as entry:
                    content = entry.read(left + 1)
                left -= len(content)
                if left < 0:
                    too_large("unpacks to", MAX_UNPACKED)
                yield info, content
    except _BROKEN as error:
        _refuse("it is not a valid ZIP archive, or has a password", error)


def _xml(text: str) -> tuple[str, tuple[PositionedPieces, ...]]:
    """The root element if it is one of `_ROOTS`, else empty; and the paragraphs and rows of the part.

    Raises:
        ET.ParseError: not XML, or with a document type or very long namespaces, which cost more time than their size.
    """
    if "<!DOCTYPE" in text or _LONG_NAMESPACE.search(text):
        message = f"it has a document type, or a namespace of more than {MAX_NAMESPACE} characters"
        raise ET.ParseError(message)
    reader = _WordText()
    parser = ET.XMLParser(target=reader)  # noqa: S314  without a document type there are no entities
    parser.feed(text)
    parser.close()
    return reader.root or "", tuple(sorted(reader.passages, key=operator.itemgetter(0)))


class _WordText:
    """Parser target that collects the passages of a part in one pass, without a tree, at any depth."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.passages: list[PositionedPieces] = []
        self.number = 0  # of the last paragraph
        # open paragraphs, outermost first: a text box contains further paragraphs
        self.open: list[tuple[int, list[str]]] = []
        # the open cells, to which paragraphs are added; None: paragraphs are passages
        self.cells: list[list[str] | None] = [None]
        self.rows: list[tuple[int, list[str]]] = []
        self.headers: list[list[str]] = [[]]
        # whether an alternative has been read; the others repeat it for older programs
        self.has_alternative: list[bool] = []
        self.skipped = 0  # depth in a skipped alternative
        self.in_text = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        """Start an element: a paragraph, table, row, cell or alternative."""
        name = _NAMES.get(tag, "")
        if self.root is None:
            self.root = name if name in _ROOTS else ""
        if self.skipped or (name in ("Choice", "Fallback") and self.has_alternative and self.has_alternative[-1]):
            self.skipped += 1
            self.number += name == "p"
            return
        match name:
            case "p":
                self.number += 1
                self.open.append((self.number, []))
            case "tbl":
                self.headers.append([])
            case "tr":
                self.rows.append((self.number + 1, []))
            case "tc":
                self.cells.append([] if self.rows else None)
            case "txbxContent":
                self.cells.append(None)
            case "AlternateContent":
                self.has_alternative.append(False)
            case "Choice" | "Fallback" if self.has_alternative:
                self.has_alternative[-1] = True
            case "t":
                self.in_text = True
            case _ if name in _SHOWN and self.open:
                self.open[-1][1].append(_SHOWN[name])

    def data(self, text: str) -> None:
        """Add text of a text element to its paragraph."""
        if self.in_text and self.open and not self.skipped:
            self.open[-1][1].append(text)

    def end(self, tag: str) -> None:
        """End an element; a paragraph or row becomes a passage, a cell is added to its row."""
        if self.skipped:
            self.skipped -= 1
            return
        match _NAMES.get(tag):
            case "p":
                number, texts = self.open.pop()
                text = "".join(texts)
                if (cell := self.cells[-1]) is None and text:
                    self.passages.append((number, [Piece(text, 0, 0)]))
                elif cell is not None:
                    cell.append(text)
            case "tbl":
                self.headers.pop()
            case "tr":
                number, cells = self.rows.pop()
                if any(cells):
                    self.passages.append(
                        (number, table_row(self.headers[-1], [(0, [Piece(cell, 0, 0)]) for cell in cells]))
                    )
                self.headers[-1] = self.headers[-1] or cells
            case "tc":
                cell = self.cells.pop()
                if cell is not None:
                    self.rows[-1][1].append(" ".join(cell))
            case "txbxContent":
                self.cells.pop()
            case "AlternateContent":
                self.has_alternative.pop()
            case "t":
                self.in_text = False
