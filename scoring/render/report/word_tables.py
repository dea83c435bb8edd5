"""Tables in a Word file: in the table style of the document if it has one, with columns as wide as their content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.citing.documents.word import WORD
from scoring.render.report.widths import shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.text.table import Column, Table

TEXT_WIDTH = 9000  # twentieths of a point between the margins of an A4 page, where the file does not say
SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)  # points of the text of a table, none larger than that of the document
ID_SIZE = 6.5  # points
USUAL_SIZE = 10.0  # points of text without a size (ECMA-376, 17.3.2.38)
GAP = 6.0  # points between the text of two columns
TWIPS = 20  # in a point
_LONGEST = 31_680  # twips of a line: the widest page of Word, 22 inches


class Look(NamedTuple):
    """How a table looks: the id of a table style, and the size of the text of the document in points."""

    style: str | None = None
    size: float = USUAL_SIZE


def look(roots: Iterable[Any]) -> Look:
    """The look of tables in a document: that of its first table with a style, else of its first own table style.

    roots: of the document and of its styles.
    """
    used: list[str] = []
    own: list[str] = []
    sizes: dict[str, float] = {}
    for root in roots:
        for space in WORD:
            used += [one.get(f"{space}val", "") for one in root.iter(f"{space}tblStyle")]
            for style in root.iter(f"{space}style"):
                kind, name = style.get(f"{space}type"), style.get(f"{space}styleId", "")
                if kind == "table" and style.get(f"{space}customStyle") in ("1", "true", "on"):
                    own.append(name)
                if kind == "paragraph" and style.get(f"{space}default") in ("1", "true", "on"):
                    sizes |= _size(style, f"{space}rPr/{space}sz", space, "style")
            sizes |= _size(root, f"{space}docDefaults/{space}rPrDefault/{space}rPr/{space}sz", space, "document")
    return Look(next(filter(None, (*used, *own)), None), sizes.get("style", sizes.get("document", USUAL_SIZE)))


def _size(element: Any, path: str, space: str, name: str) -> dict[str, float]:
    found = element.find(path)
    half_points = "" if found is None else found.get(f"{space}val", "")
    return {name: int(half_points) / 2} if half_points.isascii() and half_points.isdigit() else {}


def line_width(paragraph: Any) -> int:
    """The width of a line at a paragraph, in twentieths of a point: of its cell, or of its section."""
    word = next(space for space in WORD if paragraph.tag.startswith(space))
    for ancestor in paragraph.iterancestors(f"{word}tc", f"{word}txbxContent"):
        width = ancestor.find(f"{word}tcPr/{word}tcW")
        is_known = width is not None and width.get(f"{word}type") == "dxa"
        return max(_twips(width, f"{word}w") - 2 * 108, 1000) if is_known else TEXT_WIDTH // 2  # 108: usual margins
    for element in (paragraph, *paragraph.itersiblings()):
        section = element if element.tag == f"{word}sectPr" else element.find(f"{word}pPr/{word}sectPr")
        if section is not None:
            page, margins = section.find(f"{word}pgSz"), section.find(f"{word}pgMar")
            if page is None or margins is None:
                break
            width = _twips(page, f"{word}w") - _twips(margins, f"{word}left") - _twips(margins, f"{word}right")
            return width if 0 < width <= _LONGEST else TEXT_WIDTH
    return TEXT_WIDTH


def _twips(element: Any, name: str) -> int:
    """A length of an element; 0 if it is in another unit."""
    text = element.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004


def word_table(table: Table, paragraph: Any, look: Look, etree: Any) -> Any:
    """A Word table whose head is repeated on each page; its elements are in the namespace of a paragraph beside it."""
    word = next(space for space in WORD if paragraph.tag.startswith(space))
    sizes = tuple(size for size in SIZES if size <= look.size) or SIZES[-1:]
    size, points, _ = shared(table, sizes, line_width(paragraph) / TWIPS, GAP)
    widths = [str(round((width + GAP) * TWIPS)) for width in points]

    def element(name: str, *children: Any, **attributes: str) -> Any:
        result = etree.Element(f"{word}{name}", {f"{word}{key}": value for key, value in attributes.items()})
        result.extend(children)
        return result

    def cell(text: str, column: Column, width: str, *, is_head: bool) -> Any:
        shown = element("t")
        shown.text = "".join(character for character in text if character.isprintable())
        half_points = round(2 * (min(size, ID_SIZE) if column.code and not is_head else size))
        run_style = element("rPr", *([element("b")] if is_head else []), element("sz", val=str(half_points)))
        paragraph_style = element(
            "pPr",
            *([element("keepNext")] if is_head else []),
            element("spacing", before="20", after="20", line="240", lineRule="auto"),
            element("jc", val="right" if column.figures else "left"),
        )
        cell_style = element("tcPr", element("tcW", w=width, type="dxa"))
        return element("tc", cell_style, element("p", paragraph_style, element("r", run_style, shown)))

    def row(texts: Sequence[str], *, is_head: bool = False) -> Any:
        style = element("trPr", element("cantSplit"), *([element("tblHeader")] if is_head else []))
        cells = zip(texts, table.columns, widths, strict=True)
        return element("tr", style, *(cell(text, column, width, is_head=is_head) for text, column, width in cells))

    borders = element("tblBorders", *(element(side, val="single", sz="4") for side in ("top", "bottom", "insideH")))
    margin = str(round(GAP / 2 * TWIPS))
    style = [
        *([element("tblStyle", val=look.style)] if look.style else []),
        element("tblW", w=str(sum(map(int, widths))), type="dxa"),
        *([] if look.style else [borders]),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *(element(side, w=margin, type="dxa") for side in ("left", "right"))),
        element(
            "tblLook", val="0620", firstRow="1", lastRow="0", firstColumn="0", lastColumn="0", noHBand="1", noVBand="1"
        ),
    ]
    return element(
        "tbl",
        element("tblPr", *style),
        element("tblGrid", *(element("gridCol", w=width) for width in widths)),
        row([column.head for column in table.columns], is_head=True),
        *map(row, table.rows),
    )
