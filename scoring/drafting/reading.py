"""A page as sentences, each with its place: Markdown, HTML, Word, PDF or plain text."""

from __future__ import annotations

import bisect
import html
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents import html as html_reader
from scoring.citing.documents.markup import MARKDOWN
from scoring.citing.documents.reading import read
from scoring.citing.documents.word import Reference, word_parts
from scoring.drafting import pdf
from scoring.drafting.sentences import CLOSES, OPENS, clean, is_sentence, sentences_of
from scoring.files.archive import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.citing.documents.passages import Document, Passage

MAX_SENTENCES = 250_000  # and shorter pieces; each takes up to 20 microseconds and 300 bytes; a book has 10,000
MAX_SECTION = 60  # characters of a heading in a locator
MAX_TITLE = 300  # characters
MAX_HEADING = 80  # characters of a line of plain text that is a heading
MAX_GAP = 600  # characters of markup that are searched for the number of a note
_PRIVATE = re.compile(f"[{OPENS}{CLOSES}]")
_TITLE = re.compile(r"<title(?:\s[^>]{0,200})?>(?P<title>[^<]{0,2000})", re.IGNORECASE)
_FRONT = re.compile(r"\ufeff?---[ \t]*+\r?\n(?P<lines>(?:(?!---|\.\.\.)[^\n]*+\n){0,1000}+)(?:---|\.\.\.)")
_FRONT_TITLE = re.compile(r"^title:[ \t]*+(?P<title>[^\n]++)", re.MULTILINE)
_HEADING = re.compile(r"<h[1-6](?=[\s>/])[^>]{0,500}+>", re.IGNORECASE)
_ONLY_TAGS = re.compile(r"(?:\s++|<[a-zA-Z/][^<>]{0,500}+>)*+")
_HASHES = re.compile(r"[ \t>]{0,20}#{1,6}[ \t]")
_RAISED = re.compile(r"<sup(?=[\s>])[^>]{0,300}>(?P<raised>.{1,200}?)</sup", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"<a\s[^>]{0,300}>(?P<link>.{1,200}?)</a", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"\[\^([^\]\s]{1,24})\]|\^([\d*†‡]{1,9})\^")
_TAG = re.compile(r"<[^<>]{0,500}>")
_BLOCK = re.compile(r"</?(?!(?:sup|a|b|i|em|strong|span|small|font|cite|u|img|br)[\s>/])[a-zA-Z]")
_NUMBER = re.compile(r"[\d*†‡a-z]{1,4}")
_ITEM = re.compile(r"\n(?=[ \t]*(?:[-*•–·‣▪]|\d{1,2}[.)])[ \t])")
_BULLET = re.compile(r"[-*•–·‣▪]\s")
_FINAL = re.compile(r"[.!?…:;,]\W{0,3}\Z")
_CORE_TITLE = re.compile(r"<dc:title>([^<]{1,2000})</dc:title>")
_PART_NAMES = {"hdr": "Header", "ftr": "Footer", "comments": "Comments", "footnotes": "Notes", "endnotes": "Notes"}


class Sentence(NamedTuple):
    """A sentence of a page."""

    number: int
    """From 1, in the order of the page."""
    text: str
    """As the page shows it, without reference marks."""
    locator: str
    """Where it is, such as `Relations with the Russian Federation, paragraph 2, note 3`."""


class SourcePage(NamedTuple):
    """A page as sentences."""

    title: str
    """As the page gives it; empty if it gives none."""
    sentences: tuple[Sentence, ...]
    left_out: int = 0
    """How many short pieces are no sentences."""


class _Block(NamedTuple):
    """A heading or a paragraph with what stands beside it."""

    text: str
    """With the numbers of notes between `OPENS` and `CLOSES`."""
    is_heading: bool = False
    beside: tuple[tuple[str, str], ...] = ()
    """The notes, titles and descriptions of pictures in it: their number or nothing, and their text."""
    part: str = ""
    """Of the document, such as a page of a PDF; paragraphs are counted in it."""


def read_page(data: bytes, suffix: str) -> SourcePage:
    """Read a page as sentences, each with a locator.

    A sentence is what has four words, or two and a final mark. So menus, cookie notices and captions of that length are
    among the sentences, since no rule knows them all: a page loses nothing that could be a fact. What is shorter, or
    longer than 10,000 characters, is counted in `left_out`. Headings are places and not sentences; nor is the title,
    nor metadata before the text. The text of a note, and what the page says of a picture, follow their paragraph as
    sentences of their own.

    The locator has the last heading, cut to about 60 characters; the number of the paragraph below it, which counts
    paragraphs with a sentence; and the note to which a mark in the sentence refers. Headings are h1 to h6 in HTML, `#`
    in Markdown, and in plain text a short line that stands alone without a final mark. Word files have none here, and
    a PDF has pages.

    Args:
        data: The file.
        suffix: Of its name, in small letters; other than .html, .md, .docx and .pdf it is plain text.

    Raises:
        UnreadableError: No text, damaged or encrypted, or beyond a limit; the message says what would be right.
    """
    blocks: Iterable[_Block]
    if suffix == ".pdf":
        title, pages = pdf.pages_of(data)
        blocks = (
            _Block(paragraph, part=f"Page {number}") for number, page in enumerate(pages, 1) for paragraph in page
        )
    elif suffix == ".docx":
        title, blocks = _of_word(data)
    else:
        document = read(data, suffix)
        title = _title_of(document.text or "", suffix)
        blocks = _blocks(document, suffix)
    return _page(title, blocks)


def _page(title: str, blocks: Iterable[_Block]) -> SourcePage:
    sentences: list[Sentence] = []
    seen: set[str] = set()  # a note to which several marks refer is read once
    section = part = ""
    paragraph = pieces = 0
    for block in blocks:
        if block.part != part:
            part, section, paragraph = block.part, block.part, 0
        if block.is_heading:
            title = title or _plain(block.text)
            section, paragraph = _cut(_plain(block.text), MAX_SECTION), 0
            continue
        place = f"{section}, paragraph {paragraph + 1}" if section else f"Paragraph {paragraph + 1}"
        before = len(sentences)
        pieces += _add(sentences, block.text, place, pieces)
        for label, text in block.beside:
            if text not in seen:
                seen.add(text)
                pieces += _add(sentences, text, f"{place}, note {label}" if label else place, pieces)
        paragraph += len(sentences) > before
    return SourcePage(_cut(title, MAX_TITLE), tuple(sentences), pieces - len(sentences))


def _add(sentences: list[Sentence], text: str, place: str, before: int) -> int:
    """Add the sentences of a paragraph; the number of its pieces, of which some are none; before: pieces so far."""
    pieces = 0
    for part in sentences_of(text):
        if not part.text:
            continue
        pieces += 1
        if before + pieces > MAX_SENTENCES:
            message = f"has more than {MAX_SENTENCES:,} sentences; split it"
            raise UnreadableError(message)
        if not is_sentence(part.text):
            continue
        locator = place
        if part.notes and (new := [label for label in part.notes if not place.endswith(f"note {label}")]):
            locator += f", {'note' if len(new) == 1 else 'notes'} {', '.join(new)}"
        sentences.append(Sentence(len(sentences) + 1, part.text, locator))
    return pieces


def _plain(text: str) -> str:
    """A heading without the numbers of notes, on one line."""
    return clean(re.sub(f"{OPENS}[^{CLOSES}]*{CLOSES}", "", text))


def _cut(text: str, most: int) -> str:
    """The text, cut at a word."""
    text = clean(text)
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut[: cut.rfind(" ")] if " " in cut else cut).rstrip(" ,;:–—-") + "…"


# -- Markdown, HTML, plain text ----------------------------------------------------------------------------------------


def _title_of(text: str, suffix: str) -> str:
    """The title that the head of a page gives; empty if it gives none."""
    if suffix in html_reader.HTML:
        found = _TITLE.search(text)
        return html.unescape(found["title"]) if found else ""
    front = _FRONT.match(text) if suffix in MARKDOWN else None
    found = _FRONT_TITLE.search(front["lines"]) if front else None
    return found["title"].strip().strip("\"'") if found else ""


def _blocks(document: Document, suffix: str) -> Iterator[_Block]:
    text, passages = document.text, document.passages
    is_html, is_markdown = suffix in html_reader.HTML, suffix in MARKDOWN
    if text is None:  # without positions
        for passage in passages:
            yield _Block(_PRIVATE.sub("", passage.text))
        return
    heads = [match.end() for match in _HEADING.finditer(text)] if is_html else []
    title = _TITLE.search(text) if is_html else _FRONT.match(text) if is_markdown else None
    for number, passage in enumerate(passages):
        at = passage.position
        if title and title.start() <= at < title.end():
            continue
        if not is_html and not is_markdown:
            yield from _of_text(passage.text, is_last=number + 1 == len(passages))
            continue
        following = passages[number + 1].position if number + 1 < len(passages) else len(text)
        shown, beside = _with_marks(passage, text, following)
        is_heading = _is_headed(text, heads, at) if is_html else _has_hashes(text, at)
        yield _Block(shown, is_heading, beside)


def _is_headed(text: str, heads: Sequence[int], at: int) -> bool:
    """Whether a passage begins directly behind the tag of a heading."""
    before = bisect.bisect_right(heads, at)
    if not before or at - heads[before - 1] > MAX_GAP:
        return False
    tags = text[heads[before - 1] : at]
    return _ONLY_TAGS.fullmatch(tags) is not None and not re.search(r"</h[1-6]", tags, re.IGNORECASE)


def _has_hashes(text: str, at: int) -> bool:
    start = text.rfind("\n", max(0, at - MAX_GAP), at) + 1
    return _HASHES.match(text, start, at + 1) is not None


def _of_text(text: str, *, is_last: bool) -> Iterator[_Block]:
    """A paragraph of plain text: a heading, or the items of a list."""
    text = _PRIVATE.sub("", text).strip()
    is_short = len(text) <= MAX_HEADING and "\n" not in text and any(map(str.isalpha, text))
    if is_short and not is_last and not _FINAL.search(text) and not _BULLET.match(text):
        yield _Block(text, is_heading=True)
        return
    yield from map(_Block, _ITEM.split(text) if "\n" in text else [text])


def _with_marks(passage: Passage, text: str, following: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a passage shows, with the numbers of notes; and what the reader put into it: notes, titles, descriptions."""
    pieces, shown = passage.pieces, passage.text
    out: list[str] = []
    inserted: list[str] = []
    beside: list[tuple[str, str]] = []
    depth, end, first = 0, -1, 0  # of inserted brackets; of the last piece in the file; beside the gap behind it

    def add_marks(after: int) -> None:
        labels = _labels_in(text, end, after)
        out.extend(f"{OPENS}{label}{CLOSES}" for label in labels)
        for number, label in zip(range(first, len(beside)), labels, strict=False):
            beside[number] = (label, beside[number][1])

    for number in range(0, len(pieces), 3):
        begin, start, after = pieces[number : number + 3]
        piece = _PRIVATE.sub("", shown[begin : pieces[number + 3] if number + 3 < len(pieces) else len(shown)])
        if start == after and piece == " (":
            depth += 1
            if depth == 1:
                inserted.clear()
                continue
        elif start == after and piece == ")" and depth:
            depth -= 1
            if depth == 0:
                beside.append(("", "".join(inserted)))
                continue
        if depth:
            inserted.append(piece)
            continue
        if start < after:
            if 0 <= end < start:
                add_marks(start)
            end, first = after, len(beside)
        out.append(piece)
    if end >= 0:
        add_marks(following)
    return "".join(out), tuple(beside)


def _labels_in(text: str, start: int, end: int) -> list[str]:
    """The numbers of notes in the markup between two pieces, up to the end of a paragraph or cell."""
    gap = text[start : min(end, start + MAX_GAP)].partition("\n\n")[0]
    if labels := [match[1] or match[2] for match in _LABEL.finditer(gap)]:
        return labels
    if "<" not in gap:
        return []
    block = _BLOCK.search(gap)
    gap = gap[: block.start()] if block else gap
    for pattern in (_RAISED, _LINK):
        found = (_TAG.sub("", match[1]).strip(" \n\t[]()") for match in pattern.finditer(gap))
        if labels := [label for label in found if _NUMBER.fullmatch(label)]:
            return labels
    return []


# -- Word --------------------------------------------------------------------------------------------------------------


def _of_word(data: bytes) -> tuple[str, list[_Block]]:
    """The title of a Word file, and its paragraphs: of the text first, then of headers, footers, comments and notes."""
    title = ""
    bodies: list[tuple[str, tuple[str | Reference, ...]]] = []
    others: list[tuple[str, tuple[str | Reference, ...]]] = []
    notes: dict[tuple[str, str], list[str]] = {}
    for part in word_parts(data):
        if part.info.filename == "docProps/core.xml" and (found := _CORE_TITLE.search(part.text)):
            title = html.unescape(found[1])
        name = "" if part.root == "document" else _PART_NAMES.get(part.root or "", "")
        (others if name else bodies).extend((name, parts) for _, parts in part.shown)
        notes |= part.notes
    numbers: dict[tuple[str, str], str] = {}
    count = Counter[str]()
    blocks: list[_Block] = []
    for name, parts in (*bodies, *others):
        texts: list[str] = []
        beside: list[tuple[str, str]] = []
        for one in parts:
            if isinstance(one, str):
                texts.append(_PRIVATE.sub("", one))
                continue
            is_new = one not in numbers
            count[one.kind] += is_new
            label = numbers.setdefault(one, str(count[one.kind]))
            texts.append(f"{OPENS}{label}{CLOSES}")
            if is_new and (text := " ".join(notes.get(one, ())).strip()):
                beside.append((label, _PRIVATE.sub("", text)))
        blocks.append(_Block("".join(texts), beside=tuple(beside), part=name))
    unused = (text for key, texts in notes.items() if key not in numbers for text in texts)
    blocks += (_Block(_PRIVATE.sub("", text), part="Notes") for text in unused)
    return title, blocks
