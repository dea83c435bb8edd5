"""Fill placeholders in Word templates, part by part; other parts stay byte for byte."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

from scoring.citing.documents.word import WORD, word_parts
from scoring.errors import Problem, UnknownNameError
from scoring.extras import require
from scoring.files.archive import UnreadableError
from scoring.files.reader import MAX_FAULTS
from scoring.render.citation import line
from scoring.render.report.fill import OPENS, PLACEHOLDER, UNCLOSED, Filled, at_most
from scoring.render.report.values import Cited, Id, Picture, Rows
from scoring.render.report.word_images import Images
from scoring.render.report.word_tables import Look, line_width, look, word_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.citing.documents.word import Part
    from scoring.render.report.placeholders import Filler
    from scoring.render.report.values import Value


_PARAGRAPH, _TEXT = (tuple(f"{space}{name}" for space in WORD) for name in ("p", "t"))
_MATHS = tuple(
    f"{{{space}}}t"
    for space in (
        "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "http://purl.oclc.org/ooxml/officeDocument/math",
    )
)


def fill_word(template: bytes, name: str, filler: Filler) -> Filled:
    """A filled Word file; the line of a problem is its paragraph number.

    Raises:
        MissingPackageError: lxml is not installed, or the package that draws figures.
        UnreadableError: not a Word file, or a limit is exceeded.
    """
    etree = require("lxml.etree", "report")
    problems: list[Problem] = []
    kept: list[int] = []
    parts = list(word_parts(template))
    files = {part.info.filename: part.data for part in parts}
    images = Images(files, etree)
    seen = look(_parsed(part, etree) for part in parts if part.root == "document" or "styles.xml" in part.info.filename)
    for part in parts:
        file, has_braces = part.info.filename, "{" in part.text or "&#" in part.text
        if part.root and has_braces:
            root = _parsed(part, etree)
            if _Writer(etree, seen, images, file).fill(root, name, filler, problems, kept):
                files[file] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        if has_braces and (match := PLACEHOLDER.search(part.text if part.root is None else _other_text(part.text))):
            message = f"{match[0]!r} is in {file} outside the text and is not filled; move it to the text"
            problems.append(Problem(name, 1, 1, "", message, "unknown-placeholder"))
    images.register()
    out = io.BytesIO()
    infos = {part.info.filename: part.info for part in parts}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for file, data in files.items():
            added = zipfile.ZipInfo(file)
            added.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(infos.get(file, added), data)
    return Filled(out.getvalue(), at_most(problems, name), tuple(kept))


def _parsed(part: Part, etree: Any) -> Any:
    try:
        parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True)
        return etree.fromstring(part.text.encode(), parser)
    except etree.XMLSyntaxError as error:  # valid XML: only limits of the parser remain
        message = f"cannot be filled: {part.info.filename} has 256 levels or a text of 10 MB; make it simpler"
        raise UnreadableError(message) from error


class _Writer(NamedTuple):
    """Fills a part of a file."""

    etree: Any
    look: Look
    images: Images
    part: str

    def fill(self, root: Any, name: str, filler: Filler, problems: list[Problem], kept: list[int]) -> bool:
        """Fill the paragraphs of the part and add to `problems` and `kept`; return whether anything changed."""
        changed = False
        for number, (paragraph, (texts, maths)) in enumerate(_paragraphs(root).items(), start=1):
            whole = "".join(element.text for element in texts)
            stripped = whole.strip()
            edits: list[tuple[int, int, str]] = []
            kept += [number for _ in PLACEHOLDER.finditer("".join(element.text for element in maths))]
            closed = {match.start() for match in PLACEHOLDER.finditer(whole)}
            if any(match.start() not in closed for match in OPENS.finditer(whole)) and len(problems) <= MAX_FAULTS:
                problems.append(Problem(name, number, 1, "", UNCLOSED, "unknown-placeholder"))
            for match in PLACEHOLDER.finditer(whole):
                if match["kept"]:
                    edits.append((match.start(), match.start() + 1, ""))
                    continue
                if len(problems) > MAX_FAULTS:
                    break
                try:
                    value = filler.value(match["name"].strip(), is_alone=stripped == match[0])
                except UnknownNameError as error:
                    problems.append(Problem(name, number, 1, "", str(error), "unknown-placeholder"))
                    continue
                edits.append((*match.span(), self._put(value, paragraph)))
            if edits:
                changed = True
                _write(texts, edits)
        return changed

    def _put(self, value: Value, paragraph: Any) -> str:
        """Put a table before a paragraph, and a picture into it; return the text in the place of the placeholder."""
        match value:
            case Rows():
                paragraph.addprevious(word_table(value.table, paragraph, self.look, self.etree))
                return " ".join(value.table.notes)
            case Picture():
                word = next(space for space in WORD if paragraph.tag.startswith(space))
                paragraph.extend(self.images.drawings(self.part, value, word, line_width(paragraph)))
                return ""
            case Cited():
                return line(value.citation)
            case Id():
                return value.text
            case _:
                return value


def _paragraphs(root: Any) -> dict[Any, tuple[list[Any], list[Any]]]:
    """Each paragraph with its text elements and its mathematics elements; text boxes have separate paragraphs."""
    elements: dict[Any, tuple[list[Any], list[Any]]] = {element: ([], []) for element in root.iter(*_PARAGRAPH)}
    for element in root.iter(*_TEXT, *_MATHS):
        if element.text and (paragraph := next(element.iterancestors(*_PARAGRAPH), None)) is not None:
            elements[paragraph][element.tag in _MATHS].append(element)
    return elements


class _OtherText:
    """Parser target that collects text outside the text and mathematics of paragraphs, such as alternative texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self.open: list[str] = []
        self.paragraphs = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Start an element; text after it in its parent is not text of a paragraph."""
        if self.open:
            self.open[-1] = ""
        self.open.append(tag)
        self.paragraphs += tag in _PARAGRAPH
        self.attributes += attributes.values()

    def data(self, text: str) -> None:
        """Collect text that is not filled."""
        if not self.paragraphs or self.open[-1] not in (*_TEXT, *_MATHS):
            self.texts.append(text)

    def end(self, tag: str) -> None:
        """End an element."""
        self.open.pop()
        self.paragraphs -= tag in _PARAGRAPH


def _other_text(text: str) -> str:
    other = _OtherText()
    parser = ET.XMLParser(target=other)  # noqa: S314  it was parsed before, within limits
    parser.feed(text)
    parser.close()
    return "\n".join(("".join(other.texts), *other.attributes))


def _write(texts: Sequence[Any], edits: Sequence[tuple[int, int, str]]) -> None:
    """Replace spans of the concatenated texts, in order; a replacement goes into the element where its span begins.

    texts: text elements; edits: start, end and replacement.
    """
    start = number = 0
    for element in texts:
        text, end, copied = element.text, start + len(element.text), start
        parts: list[str] = []
        while number < len(edits) and edits[number][0] < end:
            first, last, replacement = edits[number]
            if first >= start:
                parts += [text[copied - start : first - start], replacement]
            copied = min(last, end)
            if last > end:
                break
            number += 1
        if copied > start:
            element.text = "".join((*parts, text[copied - start :]))
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        start = end
