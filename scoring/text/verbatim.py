"""Where a text in Markdown is code or mathematics, in which nothing is filled."""

from __future__ import annotations

import itertools
import operator
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scoring.extras import require

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence


Span: TypeAlias = tuple[int, int]

MOST_LINE = 10_000  # characters: where blocks begin and end shows at the beginning of lines; the parser reads on
_FRONT_END = r"(?:---|\.\.\.)[ \t]*+(?:\r?\n|\Z)"
_FRONT = re.compile(rf"\ufeff?+---[ \t]*+\r?\n(?:(?!{_FRONT_END}).*+\n)*+{_FRONT_END}")
"""The settings of a document, in YAML."""
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
"""HTML and LaTeX in Markdown: elements and environments of code and mathematics, and comments."""


class _Mark(NamedTuple):
    """What may begin or end code or mathematics: it ends with the next that `closes` what it `opens`."""

    start: int
    end: int
    opens: Hashable
    closes: Hashable


def verbatim(text: str) -> list[Span]:
    """Spans of fenced, indented and inline code and of mathematics (`$`, `$$`, brackets with a backslash), in order.

    Elements of HTML and environments of LaTeX for either are among them, and comments.

    Blocks are those of a parser of Markdown; mathematics is as Pandoc and Quarto read it, and goes over no empty line.

    Raises:
        MissingPackageError: no parser of Markdown is installed.
    """
    parser = require("markdown_it", "report").MarkdownIt("commonmark").disable(["inline", "reference"])
    front = found.end() if (found := _FRONT.match(text)) else 0
    starts = [front, *(found.end() for found in _LINE_END.finditer(text, front)), len(text)]
    code: list[Span] = []
    inline: list[Span] = []
    beginnings = "\n".join(text[start:end].rstrip("\r\n")[:MOST_LINE] for start, end in itertools.pairwise(starts))
    for token in parser.parse(beginnings):
        if token.map and token.type in ("fence", "code_block", "inline"):
            (inline if token.type == "inline" else code).append((starts[token.map[0]], starts[token.map[1]]))
    blank = [found.start() for found in _BLANK.finditer(text, front)]
    stretches = sorted((*blank, *(place for span in code for place in span)))
    blocks = [place for span in inline for place in span]
    return joined((*code, *_pairs(list(_marks(text, front, code, blocks, stretches))), *_enclosed(text, front)))


def _enclosed(text: str, front: int) -> Iterator[Span]:
    """Elements of HTML and environments of LaTeX that are closed, and comments; what lies in one begins no other."""
    folded = text.lower() if text.isascii() else text  # other letters may change their number
    missing: set[str] = set()  # what closes nothing from here on, so that it is not looked for again
    at = front
    while found := _RAW.search(text, at):
        at = found.end()
        if found["sign"]:
            end, closing = text.find(found["sign"], at, (text.find("\n", at) + 1 or len(text) + 1) - 1), found["sign"]
        else:
            closing = "-->" if found["comment"] else f"</{found['tag']}" if found["tag"] else ""
            closing = (closing or f"\\end{{{found['environment']}}}").lower()
            end = -1 if closing in missing else folded.find(closing, at)
            if end < 0:
                missing.add(closing)
        if end >= 0:
            at = end + len(closing)
            yield found.start(), at


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def is_within(place: int, spans: Sequence[Span]) -> bool:
    """Whether a place lies in one of the spans, which are in order."""
    number = bisect_right(spans, place, key=operator.itemgetter(0))
    return number > 0 and place < spans[number - 1][1]


def _marks(
    text: str, front: int, code: Sequence[Span], blocks: Sequence[int], stretches: Sequence[int]
) -> Iterator[_Mark]:
    """The marks outside of code in blocks; code in a line ends in its block, mathematics in its stretch of lines."""
    for found in _MARK.finditer(text, front):
        start, end = found.span()
        if is_within(start, code):
            continue
        mark, block, stretch = found[0], bisect_right(blocks, start), bisect_right(stretches, start)
        opens: Hashable = None
        closes: Hashable = None
        if "`" in mark:
            run = mark.count("`")
            opens, closes = ("`", run - (mark[0] == "\\"), block), ("`", run, block)
        elif mark == "$$":
            opens = closes = (mark, stretch)
        elif mark == "$":
            opens = (mark, stretch) if not text[end : end + 1].isspace() else None
            closes = (mark, stretch) if not text[start - 1].isspace() and not text[end : end + 1].isdigit() else None
        elif mark in _CLOSES:
            opens = (_CLOSES[mark], stretch)
        else:
            closes = (mark, stretch)
        yield _Mark(start, end, opens, closes)


def _pairs(marks: Sequence[_Mark]) -> Iterator[Span]:
    """From left to right, each mark that opens with the next that closes it; what lies between is no mark."""
    nearest: dict[Hashable, int] = {}
    partners: list[int | None] = []
    for number in range(len(marks) - 1, -1, -1):
        partners.append(nearest.get(marks[number].opens))
        nearest[marks[number].closes] = number
    partners.reverse()
    at = 0
    for number, (mark, partner) in enumerate(zip(marks, partners, strict=True)):
        if number >= at and partner is not None and mark.opens is not None:
            yield mark.start, marks[partner].end
            at = partner + 1
