"""Code and mathematics in Markdown, where placeholders are not filled and citations are not read."""

from __future__ import annotations

import itertools
import operator
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence


Span: TypeAlias = tuple[int, int]

MAX_LINE = 10_000  # characters per line given to the parser; the start of a line determines the blocks
_FRONT_END = r"(?:---|\.\.\.)[ \t]*+(?:\r?\n|\Z)"
_FRONT = re.compile(rf"\ufeff?+---[ \t]*+\r?\n(?:(?!{_FRONT_END}).*+\n)*+{_FRONT_END}")
"""The YAML metadata block of a document."""
_LINE_END = re.compile(r"\r\n?+|\n")
_BLANK = re.compile(r"^[ \t>]*+\r?$", re.MULTILINE)
_MARK = re.compile(r"\\[\\$()\[\]]|\\?+`++|\$\$?+")
_CLOSES = {"\\(": "\\)", "\\[": "\\]"}
_RAW = re.compile(
    r"<(?P<tag>code|pre|script|style|math|samp|kbd|tt)\b[^<>]*+>|(?P<comment><!--)"
    r"|\\begin\{(?P<environment>(?:equation|align|gather|multline|eqnarray|displaymath|math|verbatim|lstlisting)\*?)\}"
    r"|\\verb\*?(?P<sign>[^\w\s*])",
    re.IGNORECASE,
)
"""HTML elements, HTML comments and LaTeX environments of code and mathematics."""


class _Mark(NamedTuple):
    """A delimiter of code or mathematics; its span ends at the next mark whose `closes` equals its `opens`."""

    start: int
    end: int
    opens: Hashable
    closes: Hashable


def verbatim(text: str) -> list[Span]:
    r"""Spans of code and mathematics in Markdown, in order.

    Code is fenced, indented or inline; mathematics is in `$`, `$$`, `\(...\)` or `\[...\]`. HTML elements and LaTeX
    environments of code and mathematics, and HTML comments, are included. A Markdown parser finds the blocks;
    mathematics follows Pandoc and Quarto, and does not continue after an empty line.
    """
    parser = MarkdownIt("commonmark").disable(["inline", "reference"])
    front = match.end() if (match := _FRONT.match(text)) else 0
    starts = [front, *(match.end() for match in _LINE_END.finditer(text, front)), len(text)]
    code: list[Span] = []
    inline: list[Span] = []
    beginnings = "\n".join(text[start:end].rstrip("\r\n")[:MAX_LINE] for start, end in itertools.pairwise(starts))
    for token in parser.parse(beginnings):
        if token.map and token.type in ("fence", "code_block", "inline"):
            (inline if token.type == "inline" else code).append((starts[token.map[0]], starts[token.map[1]]))
    blank = [match.start() for match in _BLANK.finditer(text, front)]
    paragraphs = sorted((*blank, *(index for span in code for index in span)))
    blocks = [index for span in inline for index in span]
    return joined((*code, *_pairs(list(_marks(text, front, code, blocks, paragraphs))), *_enclosed(text, front)))


def _enclosed(text: str, front: int) -> Iterator[Span]:
    """Closed HTML elements, HTML comments and closed LaTeX environments; they do not nest."""
    folded = text.lower() if text.isascii() else text  # lower() can change the length of other text
    missing: set[str] = set()  # closing tags that do not occur any more, so that they are not searched again
    position = front
    while match := _RAW.search(text, position):
        position = match.end()
        if closing := match["sign"]:
            line_end = (text.find("\n", position) + 1 or len(text) + 1) - 1
            end = text.find(closing, position, line_end)
        else:
            closing = "-->" if match["comment"] else f"</{match['tag']}" if match["tag"] else ""
            closing = (closing or f"\\end{{{match['environment']}}}").lower()
            end = -1 if closing in missing else folded.find(closing, position)
            if end < 0:
                missing.add(closing)
        if end >= 0:
            position = end + len(closing)
            yield match.start(), position


def joined(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, with overlapping spans merged."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def is_within(index: int, spans: Sequence[Span]) -> bool:
    """Whether an index is in one of the spans, which are sorted."""
    number = bisect_right(spans, index, key=operator.itemgetter(0))
    return number > 0 and index < spans[number - 1][1]


def _marks(
    text: str, front: int, code: Sequence[Span], blocks: Sequence[int], paragraphs: Sequence[int]
) -> Iterator[_Mark]:
    """The marks outside code blocks; inline code ends within its block, mathematics within its paragraph."""
    for match in _MARK.finditer(text, front):
        start, end = match.span()
        if is_within(start, code):
            continue
        mark, block, paragraph = match[0], bisect_right(blocks, start), bisect_right(paragraphs, start)
        opens: Hashable = None
        closes: Hashable = None
        if "`" in mark:
            run = mark.count("`")
            opens, closes = ("`", run - (mark[0] == "\\"), block), ("`", run, block)
        elif mark == "$$":
            opens = closes = (mark, paragraph)
        elif mark == "$":
            opens = (mark, paragraph) if not text[end : end + 1].isspace() else None
            closes = (mark, paragraph) if not text[start - 1].isspace() and not text[end : end + 1].isdigit() else None
        elif mark in _CLOSES:
            opens = (_CLOSES[mark], paragraph)
        else:
            closes = (mark, paragraph)
        yield _Mark(start, end, opens, closes)


def _pairs(marks: Sequence[_Mark]) -> Iterator[Span]:
    """From left to right, each opening mark with the next mark that closes it; marks in between are skipped."""
    nearest: dict[Hashable, int] = {}
    partners: list[int | None] = []
    for number in range(len(marks) - 1, -1, -1):
        partners.append(nearest.get(marks[number].opens))
        nearest[marks[number].closes] = number
    partners.reverse()
    next_number = 0
    for number, (mark, partner) in enumerate(zip(marks, partners, strict=True)):
        if number >= next_number and partner is not None and mark.opens is not None:
            yield mark.start, marks[partner].end
            next_number = partner + 1
