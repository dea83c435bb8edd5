"""Word templates filled, part by part, so that all else in the file stays byte for byte."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from scoring.citing.documents.passages import UnreadableError
from scoring.citing.documents.word import WORD, word_parts
from scoring.errors import Problem, UnknownNameError
from scoring.extras import require
from scoring.files.reader import MOST_FAULTS
from scoring.render.report.fill import OPENS, PLACEHOLDER, UNCLOSED, Filled, Literal, at_most
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.citing.documents.word import Part
    from scoring.render.report.fill import Filler


TEXT_WIDTH = 9000  # twentieths of a point between the margins of an A4 page
SIZE, ID_SIZE = "16", "13"  # half points
_PARAGRAPH, _TEXT = (tuple(f"{space}{name}" for space in WORD) for name in ("p", "t"))
_MATHS = tuple(
    f"{{{space}}}t"
    for space in (
        "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "http://purl.oclc.org/ooxml/officeDocument/math",
    )
)


def fill_word(template: bytes, name: str, filler: Filler) -> Filled:
    """A Word file filled; parts without a placeholder are kept byte for byte. A problem's line is its paragraph.

    Raises:
        MissingPackageError: lxml is not installed.
        UnreadableError: it is no Word file, or beyond a limit.
    """
    etree = require("lxml.etree", "report")
    problems: list[Problem] = []
    kept: list[int] = []
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in word_parts(template):
            data = part.data
            has_braces = "{" in part.text or "&#" in part.text
            if part.root and has_braces:
                root = _parsed(part, etree)
                if _fill_part(root, name, filler, problems, kept, etree):
                    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            if has_braces and (found := PLACEHOLDER.search(part.text if part.root is None else _beside(part.text))):
                message = f"{found[0]!r} stands in {part.info.filename} where nothing is filled; put it in the text"
                problems.append(Problem(name, 1, 1, "", message, "unknown-placeholder"))
            new.writestr(part.info, data)
    return Filled(out.getvalue(), at_most(problems, name), tuple(kept))


def _parsed(part: Part, etree: Any) -> Any:
    try:
        parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True)
        return etree.fromstring(part.text.encode(), parser)
    except etree.XMLSyntaxError as error:  # it was read once: what is left are the limits of the parser
        message = f"cannot be filled: {part.info.filename} has 256 levels or a text of 10 MB; make it simpler"
        raise UnreadableError(message) from error


def _fill_part(root: Any, name: str, filler: Filler, problems: list[Problem], kept: list[int], etree: Any) -> bool:
    """Fill the paragraphs of one part, and add what is unknown or kept; whether anything changed."""
    changed = False
    for number, (paragraph, (texts, maths)) in enumerate(_paragraphs(root).items(), start=1):
        whole = "".join(element.text for element in texts)
        bare = whole.strip()
        edits: list[tuple[int, int, str]] = []
        kept += [number for _ in PLACEHOLDER.finditer("".join(element.text for element in maths))]
        closed = {found.start() for found in PLACEHOLDER.finditer(whole)}
        if any(found.start() not in closed for found in OPENS.finditer(whole)) and len(problems) <= MOST_FAULTS:
            problems.append(Problem(name, number, 1, "", UNCLOSED, "unknown-placeholder"))
        for found in PLACEHOLDER.finditer(whole):
            if found["kept"]:
                edits.append((found.start(), found.start() + 1, ""))
                continue
            if len(problems) > MOST_FAULTS:
                break
            try:
                value = filler.value(found["name"].strip(), is_alone=bare == found[0])
            except UnknownNameError as error:
                problems.append(Problem(name, number, 1, "", str(error), "unknown-placeholder"))
                continue
            if isinstance(value, Table):
                paragraph.addprevious(_table(value, paragraph, etree))
                value = " ".join(value.notes)
            edits.append((*found.span(), value.text if isinstance(value, Literal) else value))
        if edits:
            changed = True
            _write(texts, edits)
    return changed


def _paragraphs(root: Any) -> dict[Any, tuple[list[Any], list[Any]]]:
    """Paragraphs with their elements of text and of mathematics; those in a text box belong to its own paragraphs."""
    found: dict[Any, tuple[list[Any], list[Any]]] = {element: ([], []) for element in root.iter(*_PARAGRAPH)}
    for element in root.iter(*_TEXT, *_MATHS):
        if element.text and (paragraph := next(element.iterancestors(*_PARAGRAPH), None)) is not None:
            found[paragraph][element.tag in _MATHS].append(element)
    return found


class _Beside:
    """What a part says beside the text and mathematics of its paragraphs: fields, alternative texts of pictures."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self.open: list[str] = []
        self.paragraphs = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Go into an element; what follows it in the one around is no text of that."""
        if self.open:
            self.open[-1] = ""
        self.open.append(tag)
        self.paragraphs += tag in _PARAGRAPH
        self.attributes += attributes.values()

    def data(self, text: str) -> None:
        """Text that is not filled."""
        if not self.paragraphs or self.open[-1] not in (*_TEXT, *_MATHS):
            self.texts.append(text)

    def end(self, tag: str) -> None:
        """Go out of it."""
        self.open.pop()
        self.paragraphs -= tag in _PARAGRAPH


def _beside(text: str) -> str:
    beside = _Beside()
    parser = ET.XMLParser(target=beside)  # noqa: S314  it was read once, in bounds
    parser.feed(text)
    parser.close()
    return "\n".join(("".join(beside.texts), *beside.attributes))


def _write(texts: Sequence[Any], edits: Sequence[tuple[int, int, str]]) -> None:
    """Put new texts in place of spans of the joined texts, in order, each in the run where it begins."""
    at = number = 0
    for element in texts:
        text, end, place = element.text, at + len(element.text), at
        parts: list[str] = []
        while number < len(edits) and edits[number][0] < end:
            first, last, new = edits[number]
            if first >= at:
                parts += [text[place - at : first - at], new]
            place = min(last, end)
            if last > end:
                break
            number += 1
        if place > at:
            element.text = "".join((*parts, text[place - at :]))
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        at = end


def _table(table: Table, paragraph: Any, etree: Any) -> Any:
    """A table with lines, heads repeated on each page, figures set to the right, columns as wide as what is in them.

    Its names are of the namespace of the paragraph that it stands before.
    """
    word = next(space for space in WORD if paragraph.tag.startswith(space))

    def element(name: str, *children: Any, **attributes: str) -> Any:
        made = etree.Element(f"{word}{name}", {f"{word}{key}": value for key, value in attributes.items()})
        made.extend(children)
        return made

    def cell(text: str, column: Column, width: str, *, bold: bool) -> Any:
        shown = element("t")
        shown.text = "".join(one for one in text if one.isprintable())
        form = element("rPr", *([element("b")] if bold else []), element("sz", val=ID_SIZE if column.code else SIZE))
        place = element(
            "pPr",
            element("spacing", before="20", after="20", line="240", lineRule="auto"),
            element("jc", val="right" if column.figures else "left"),
        )
        about = element("tcPr", element("tcW", w=width, type="dxa"))
        return element("tc", about, element("p", place, element("r", form, shown)))

    def row(cells: Sequence[str], *, head: bool = False) -> Any:
        about = element("trPr", element("cantSplit"), *([element("tblHeader")] if head else []))
        made = zip(cells, table.columns, widths, strict=True)
        return element("tr", about, *(cell(text, column, width, bold=head) for text, column, width in made))

    heads = [column.head for column in table.columns]
    longest = [
        max(map(len, cells)) * (0.5 if column.code else 1) + 3
        for column, cells in zip(table.columns, zip(heads, *table.rows, strict=True), strict=True)
    ]
    widths = [str(int(TEXT_WIDTH * length / sum(longest))) for length in longest]
    borders = element("tblBorders", *(element(side, val="single", sz="4") for side in ("top", "bottom", "insideH")))
    margins = element("tblCellMar", *(element(side, w="60", type="dxa") for side in ("left", "right")))
    return element(
        "tbl",
        element(
            "tblPr",
            element("tblW", w=str(TEXT_WIDTH), type="dxa"),
            borders,
            element("tblLayout", type="fixed"),
            margins,
        ),
        element("tblGrid", *(element("gridCol", w=width) for width in widths)),
        row(heads, head=True),
        *map(row, table.rows),
    )
