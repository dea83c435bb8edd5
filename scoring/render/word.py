"""Word templates filled, part by part, so that all else in the file stays byte for byte."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from scoring.documents import NO_WORD, PARTS, WORD, UnreadableError, checked_parts
from scoring.errors import Problem, UnknownNameError
from scoring.extras import require
from scoring.render.fill import PLACEHOLDER, Literal
from scoring.render.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.render.fill import Filler

TEXT_WIDTH = 9000  # twentieths of a point between the margins of an A4 page
SIZE, ID_SIZE = "16", "13"  # half points


def fill_word(template: bytes, name: str, filler: Filler) -> tuple[bytes, tuple[Problem, ...]]:
    """A Word file filled; parts without a placeholder are kept byte for byte. A problem's line is its paragraph.

    Raises:
        MissingPackageError: lxml is not installed.
        UnreadableError: it is no Word file.
    """
    etree = require("lxml.etree", "report")
    problems: list[Problem] = []
    out = io.BytesIO()
    checked_parts(template)
    with zipfile.ZipFile(io.BytesIO(template)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if PARTS.fullmatch(info.filename):
                root = _parsed(data, etree)
                changed, unknown = _fill_part(root, filler, etree)
                problems += [Problem(name, line, 1, "", text, "unknown-placeholder") for line, text in unknown]
                if changed:
                    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(info, data)
    return out.getvalue(), tuple(problems)


def _parsed(part: bytes, etree: Any) -> Any:
    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise UnreadableError(NO_WORD) from error


def _fill_part(root: Any, filler: Filler, etree: Any) -> tuple[bool, list[tuple[int, str]]]:
    """Fill the paragraphs of one part: whether anything changed, and what is unknown in which paragraph."""
    changed, unknown = False, []
    for number, paragraph in enumerate(list(root.iter(f"{WORD}p")), start=1):
        texts = [element for element in paragraph.iter(f"{WORD}t") if element.text]
        whole = "".join(element.text for element in texts)
        for found in reversed(list(PLACEHOLDER.finditer(whole))):
            changed = True
            if found["kept"]:
                _replace(texts, found.start(), found.start() + 1, "")
                continue
            try:
                value = filler.value(found["name"].strip(), is_alone=whole.strip() == found[0])
            except UnknownNameError as error:
                unknown.append((number, str(error)))
                continue
            if isinstance(value, Table):
                paragraph.addprevious(_table(value, etree))
                value = " ".join(value.notes)
            _replace(texts, *found.span(), value.text if isinstance(value, Literal) else value)
    return changed, unknown


def _replace(texts: Sequence[Any], start: int, end: int, new: str) -> None:
    """Put a text in place of a span of the joined texts, in the run where it begins."""
    at = 0
    for element in texts:
        text = element.text
        first, last = max(start - at, 0), min(end - at, len(text))
        if first < last:
            element.text = text[:first] + (new if start >= at else "") + text[last:]
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        at += len(text)


def _table(table: Table, etree: Any) -> Any:
    """A table with lines, heads repeated on each page, figures set to the right, columns as wide as what is in them."""

    def element(name: str, *children: Any, **attributes: str) -> Any:
        made = etree.Element(f"{WORD}{name}", {f"{WORD}{key}": value for key, value in attributes.items()})
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
