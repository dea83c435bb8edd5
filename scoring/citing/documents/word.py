"""Passages of Word files: parts, paragraphs and tables."""

from __future__ import annotations

import codecs
import operator
import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias
from xml.etree import ElementTree as ET

from scoring.citing.documents.passages import Piece, PositionedPieces, count_marks, refuse_many
from scoring.citing.documents.tables import Cell, Table, one_line
from scoring.files.archive import MAX_BYTES, entries, refuse_as, too_large

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator

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
_DRAWING = tuple(
    f"{{{space}}}"
    for space in (
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
    )
)
_MATH = tuple(
    f"{{{space}}}"
    for space in (
        "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "http://purl.oclc.org/ooxml/officeDocument/math",
    )
)
_ROOTS = ("document", "hdr", "ftr", "footnotes", "endnotes", "comments")
"""Root elements of the parts that contain text; the names of these parts vary."""
_NAMES = {
    **{f"{space}{name}": name for space in WORD for name in (*_ROOTS, "p", "t", "tab", "br", "cr", "noBreakHyphen")},
    **{f"{space}{name}": name for space in WORD for name in ("tbl", "tr", "tc", "txbxContent", "r", "rPr", "gridSpan")},
    **{f"{space}{name}": name for space in WORD for name in ("vanish", "strike", "dstrike", "vertAlign", "softHyphen")},
    **{f"{space}{name}": name for space in WORD for name in ("del", "moveFrom", "tblHeader", "vMerge", "footnote")},
    **{f"{space}{name}": name for space in WORD for name in ("endnote", "footnoteReference", "endnoteReference")},
    **{f"{space}docPr": "docPr" for space in _DRAWING},
    **{f"{space}oMath": "oMath" for space in _MATH},
    **{f"{_COMPATIBLE}{name}": name for name in ("AlternateContent", "Choice", "Fallback")},
}
_UNSEEN = frozenset(("del", "moveFrom", "oMath"))
"""What was deleted, or moved elsewhere; equations."""
_HIDES = frozenset(("vanish", "strike", "dstrike"))
_OFF = frozenset(("0", "false", "off"))
_MARK = re.compile(r"[\s\d*,†‡]{1,12}")
_SHOWN = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
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


class Reference(NamedTuple):
    """The place in a text at which a note is referred to."""

    kind: str
    """`footnote` or `endnote`."""
    number: str


Shown: TypeAlias = tuple[int, tuple[str | Reference, ...]]
"""A paragraph or row: its number, its text with the places of notes."""
Notes: TypeAlias = dict[tuple[str, str], list[str]]
"""The paragraphs of each note, by kind and number."""


class Part(NamedTuple):
    """An entry of a Word file."""

    info: zipfile.ZipInfo
    data: bytes
    text: str
    """The decoded XML; empty if the entry is not XML."""
    root: str | None
    """The root element if it is one of `_ROOTS`, else empty; None if the entry is not XML."""
    shown: tuple[Shown, ...]
    """Paragraphs and rows, by paragraph number."""
    notes: Notes


def word_passages(data: bytes) -> Iterator[PositionedPieces]:
    """Paragraphs and rows of a Word file with its notes, headers, footers and comments, as a reader sees them."""
    shown: list[Shown] = []
    notes: Notes = {}
    for part in word_parts(data):
        shown += part.shown
        notes |= part.notes
    used = {part for _, parts in shown for part in parts if isinstance(part, Reference)}
    for number, parts in shown:
        yield number, (Piece(text, 0, 0) for text in _with_notes(parts, notes))
    for key, paragraphs in notes.items():
        if key not in used:
            yield from ((1, [Piece(paragraph, 0, 0)]) for paragraph in paragraphs)


def _with_notes(parts: Iterable[str | Reference], notes: Notes) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif text := " ".join(notes.get(part, ())).strip():
            yield f" ({text})"


def word_parts(data: bytes) -> Iterator[Part]:
    """All entries of a Word file.

    Raises:
        UnreadableError: not a Word file, or a limit is exceeded; entries may have been yielded before.
    """
    has_document = False
    unpacked = MAX_BYTES
    elements = attributes = 0
    root: str | None
    shown: tuple[Shown, ...]
    notes: Notes
    for info, content in entries(data, NOT_WORD):
        must_be_xml = info.filename.lower().endswith(".xml")
        encoding = next((name for prefix, name in _ENCODINGS.items() if content.startswith(prefix)), None)
        text, root, shown, notes = "", None, (), {}
        if must_be_xml or encoding:
            unpacked -= len(content)
            if unpacked < 0:
                too_large("unpacks to text of")
            try:
                text = content.decode(encoding or "utf-8")
                elements += count_marks(text, "<&") - text.count("</")
                attributes += text.count("=")
                refuse_many(max(elements, attributes))
                root, shown, notes = _xml(text)
            except (UnicodeDecodeError, ET.ParseError) as error:
                if must_be_xml:
                    _not_word(f"{info.filename} is not XML: {error}", error)
        has_document |= root == "document"
        yield Part(info, content, text, root, shown, notes)
    if not has_document:
        _not_word("it contains no document")


def _not_word(reason: str, cause: Exception | None = None) -> NoReturn:
    refuse_as(NOT_WORD, reason, cause)


def _xml(text: str) -> tuple[str, tuple[Shown, ...], Notes]:
    """The root element if it is one of `_ROOTS`, else empty; the paragraphs and rows of the part; its notes.

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
    return reader.root or "", tuple(sorted(reader.passages, key=operator.itemgetter(0))), reader.notes


class _Cell:
    """A cell that is open: its paragraphs, and how many columns it covers."""

    def __init__(self) -> None:
        self.parts: list[str | Reference] = []
        self.columns = 1
        self.continues = False  # the cell above


class _Row:
    """A row that is open."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.cells: list[_Cell] = []
        self.is_head = False


class _Grid:
    """A table that is open: its headers, and the cells above by column."""

    def __init__(self) -> None:
        self.table = Table()
        self.has_heads = False
        self.above: dict[int, str] = {}


class _WordText:
    """Parser target that collects the passages of a part in one pass, without a tree, at any depth."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.passages: list[Shown] = []
        self.notes: Notes = {}
        self.note: tuple[str, str] | None = None  # that is open
        self.number = 0  # of the last paragraph
        # open paragraphs, outermost first: a text box contains further paragraphs
        self.open: list[tuple[int, list[str | Reference]]] = []
        # the open cells, to which paragraphs are added; None: paragraphs are passages
        self.cells: list[_Cell | None] = [None]
        self.rows: list[_Row] = []
        self.grids: list[_Grid] = [_Grid()]
        # whether an alternative has been read; the others repeat it for older programs
        self.has_alternative: list[bool] = []
        self.skipped = 0  # depth in a skipped alternative
        self.in_text = self.in_properties = False
        self.is_hidden = self.is_raised = False  # the run

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: PLR0912  a branch for each element
        """Start an element: a paragraph, table, row, cell or alternative."""
        name = _NAMES.get(tag, "")
        if self.root is None:
            self.root = name if name in _ROOTS else ""
        if (
            self.skipped
            or (name in _UNSEEN and not self.in_properties)
            or (name in ("Choice", "Fallback") and self.has_alternative and self.has_alternative[-1])
        ):
            self.skipped += 1
            self.number += name == "p"
            return
        match name:
            case "p":
                self.number += 1
                self.open.append((self.number, []))
            case "r":
                self.is_hidden = self.is_raised = False
            case "rPr":
                self.in_properties = True
            case "tbl":
                self.grids.append(_Grid())
            case "tr":
                self.rows.append(_Row(self.number + 1))
            case "tc":
                self.cells.append(_Cell() if self.rows else None)
            case "txbxContent":
                self.cells.append(None)
            case "AlternateContent":
                self.has_alternative.append(False)
            case "Choice" | "Fallback" if self.has_alternative:
                self.has_alternative[-1] = True
            case "t":
                self.in_text = True
            case "docPr" if self.root and (text := attributes.get("descr", "").strip()):
                self.passages.append((max(1, self.number), (text,)))
            case "footnote" | "endnote":
                self.note = (name, _attribute(attributes, "id"))
            case _:
                self._detail(name, attributes)

    def _detail(self, name: str, attributes: dict[str, str]) -> None:
        """What an element says of its run, cell or row."""
        value = _attribute(attributes, "val")
        cell = self.cells[-1]
        if name in _HIDES and self.in_properties and value not in _OFF:
            self.is_hidden = True
        elif name == "vertAlign":
            self.is_raised = value == "superscript"
        elif name == "tblHeader" and self.rows and value not in _OFF:
            self.rows[-1].is_head = True
        elif name == "gridSpan" and cell is not None and value.isascii() and value.isdigit() and len(value) < 4:  # noqa: PLR2004
            cell.columns = int(value)
        elif name == "vMerge" and cell is not None:
            cell.continues = value != "restart"
        elif name in ("footnoteReference", "endnoteReference"):
            self._add(Reference(name.removesuffix("Reference"), _attribute(attributes, "id")))
        elif name in _SHOWN:
            self._add(_SHOWN[name])

    def _add(self, text: str | Reference) -> None:
        if not self.open or self.is_hidden:
            return
        texts = self.open[-1][1]
        if self.is_raised and isinstance(text, str) and _MARK.fullmatch(text) and _ends_with_text(texts):
            return  # the number of a note, or an exponent: no part of the figure before it
        texts.append(text)

    def data(self, text: str) -> None:
        """Add text of a text element to its paragraph."""
        if self.in_text and not self.skipped:
            self._add(text)

    def end(self, tag: str) -> None:  # noqa: PLR0912  a branch for each element
        """End an element; a paragraph or row becomes a passage, a cell is added to its row."""
        if self.skipped:
            self.skipped -= 1
            return
        match _NAMES.get(tag):
            case "p":
                number, texts = self.open.pop()
                if (cell := self.cells[-1]) is not None:
                    cell.parts += [*([" "] if cell.parts else []), *texts]
                elif self.note is not None:
                    text = "".join(part for part in texts if isinstance(part, str))
                    self.notes.setdefault(self.note, []).append(text)
                elif texts:
                    self.passages.append((number, tuple(texts)))
            case "r":
                self.is_hidden = self.is_raised = False
            case "rPr":
                self.in_properties = False
            case "tbl":
                self.grids.pop()
            case "tr":
                self._end_row(self.rows.pop())
            case "tc":
                cell = self.cells.pop()
                if cell is not None:
                    self.rows[-1].cells.append(cell)
            case "txbxContent":
                self.cells.pop()
            case "AlternateContent":
                self.has_alternative.pop()
            case "t":
                self.in_text = False
            case "footnote" | "endnote":
                self.note = None

    def _end_row(self, row: _Row) -> None:
        grid = self.grids[-1]
        grid.has_heads |= row.is_head
        cells: list[Cell] = []
        references: list[Reference] = []
        column = 0
        for cell in row.cells:
            parts: list[str | Reference] = list(cell.parts)
            if cell.continues:
                parts = [grid.above.get(column, "")]
            else:
                grid.above[column] = one_line("".join(part for part in parts if isinstance(part, str)))
            references += [part for part in parts if isinstance(part, Reference)]
            marked = "".join(part if isinstance(part, str) else "\0" for part in parts)
            cells.append(Cell(0, [Piece(marked, 0, 0)], cell.columns))
            column += cell.columns
        if any(cell.text for cell in cells) and (
            shown := grid.table.row(cells, is_head=row.is_head if grid.has_heads else None)
        ):
            text = "".join(piece.text for piece in shown[1])
            self.passages.append((row.number, tuple(_with_references(text, references))))


def _with_references(text: str, references: Iterable[Reference]) -> Iterator[str | Reference]:
    """The text of a row with the notes at their marks."""
    marks = iter(references)
    for number, part in enumerate(text.split("\0")):
        if number and (reference := next(marks, None)):
            yield reference
        if part:
            yield part


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((attributes[f"{space}{name}"] for space in WORD if f"{space}{name}" in attributes), "")


def _ends_with_text(texts: list[str | Reference]) -> bool:
    return bool(texts) and isinstance(texts[-1], str) and not texts[-1][-1:].isspace()
