"""Text, lines and shapes as SVG, and the frame that all charts share.

Colours and sizes are presentation attributes, and each kind of mark has a class. Several charts may stand in one page:
there are no ids that clash and no style sheets that leak, and the CSS of the page can override both.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from scoring.render.colours import INK, PAPER, QUIET, RULE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FAMILY = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH, MARGIN = 880, 24
HEADING, BODY, SMALL = 18, 13, 11.5  # font sizes
LEADING = 1.35  # line height as a multiple of the font size
HATCH = 5  # distance of the lines of a hatch

Ring: TypeAlias = "Sequence[tuple[float, float]]"
LegendEntry: TypeAlias = "tuple[Callable[[float, float], Sequence[str]], str]"
"""A mark, drawn around (x, y), and its name."""


@dataclass(frozen=True)
class Head:
    """The text around a chart: heading and subtitle above it, notes on how to read it below."""

    heading: str
    subtitle: str
    notes: tuple[str, ...]
    alt: str
    """Text alternative: the kind of chart and its main results."""


@dataclass(frozen=True)
class Chart:
    """A chart; `name` is that of its file, without suffix."""

    name: str
    head: Head
    height: int
    svg: str


# -- text --------------------------------------------------------------------------------------------------------------

# Widths in thousandths of the font size, from the space to the tilde: Helvetica's font metrics (Adobe, 1997), which
# Arial and Liberation Sans share
_WIDTHS = """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278
278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722
667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556
556 333 500 278 556 500 722 500 500 500 334 260 334 584
"""
_ASCII = dict(zip(map(chr, range(32, 127)), map(int, _WIDTHS.split()), strict=True))
_OTHERS = {"–": 556, "…": 1000, "−": 584, "·": 278, "×": 584, "’": 222, "“": 333, "”": 333}
_WIDEST = 1000  # assumed for characters without a known width
_BOLD = 1.09
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")  # could reverse the text that follows


def text_width(text: str, size: float = BODY, *, bold: bool = False) -> float:
    """The width of a line in Helvetica; an upper bound where it has characters that Helvetica lacks."""
    total = sum(_OTHERS.get(character) or _ASCII.get(character) or _base_width(character) for character in text)
    return total * size / 1000 * (_BOLD if bold else 1)


def _base_width(character: str) -> int:
    """The width of a letter without its accents."""
    if unicodedata.combining(character):
        return 0
    return _ASCII.get(unicodedata.normalize("NFD", character)[0], _WIDEST)


def wrapped(text: str, width: float, size: float = BODY, *, bold: bool = False) -> list[str]:
    """The text in lines of at most this width; a longer word is broken."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
            continue
        lines += [word] if lines[-1] else []
        lines[-1] = word
        while text_width(lines[-1], size, bold=bold) > width and len(lines[-1]) > 1:
            whole = lines[-1]
            ends = itertools.accumulate(text_width(character, size, bold=bold) for character in whole[:-1])
            kept = max(1, sum(1 for _ in itertools.takewhile(lambda end: end <= width, ends)))
            lines[-1:] = [whole[:kept], whole[kept:]]
    return lines


# -- marks -------------------------------------------------------------------------------------------------------------


def number(value: float) -> str:
    """A coordinate in pixels, rounded to tenths."""
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")


def text_line(
    x: float,
    y: float,
    text: str,
    *,
    size: float = BODY,
    anchor: str = "start",
    fill: str = INK,
    bold: bool = False,
    kind: str = "",
) -> str:
    """A line of text with its baseline at y."""
    attributes = f' class="{kind}"' if kind else ""
    attributes += f' font-size="{size:g}"' if size != BODY else ""
    attributes += f' text-anchor="{anchor}"' if anchor != "start" else ""
    attributes += f' fill="{fill}"' if fill != INK else ""
    attributes += ' font-weight="bold"' if bold else ""
    return f'<text x="{number(x)}" y="{number(y)}"{attributes}>{clean(text)}</text>'


def text_lines(
    x: float,
    y: float,
    lines: Iterable[str],
    *,
    size: float = BODY,
    fill: str = INK,
    anchor: str = "start",
    bold: bool = False,
) -> list[str]:
    """Lines of text below each other, the first with its baseline at y."""
    return [
        text_line(x, y + position * size * LEADING, line, size=size, fill=fill, anchor=anchor, bold=bold)
        for position, line in enumerate(lines)
    ]


def rule(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    stroke: str = RULE,
    width: float = 1,
    kind: str = "rule",
    dash: str = "",
) -> str:
    """A straight line."""
    ends = "".join(f' {name}="{number(v)}"' for name, v in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)))
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line class="{kind}"{ends} stroke="{stroke}" stroke-width="{width:g}"{dashes}/>'


def box(x: float, y: float, width: float, height: float, *, fill: str, kind: str, stroke: str = "") -> str:
    """A rectangle."""
    sides = "".join(f' {name}="{number(v)}"' for name, v in (("x", x), ("y", y), ("width", width), ("height", height)))
    border = f' stroke="{stroke}"' if stroke else ""
    return f'<rect class="{kind}"{sides} fill="{fill}"{border}/>'


def dot(x: float, y: float, *, radius: float = 5, fill: str, stroke: str = PAPER, kind: str = "dot") -> str:
    """A circle with an outline, by default in the colour of the paper."""
    return (
        f'<circle class="{kind}" cx="{number(x)}" cy="{number(y)}" r="{radius:g}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1.5"/>'
    )


def hatch(rings: Sequence[Ring], *, stroke: str = QUIET, step: float = HATCH, width: float = 1) -> str:
    """Slanted lines inside rings, by the even-odd rule. An SVG pattern would need an id."""
    crossings: dict[int, list[float]] = {}
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
            (s1, t1), (s2, t2) = sorted(((x1 + y1, x1 - y1), (x2 + y2, x2 - y2)))
            for line in range(math.ceil(s1 / step), math.ceil(s2 / step)):
                crossings.setdefault(line, []).append(t1 + (line * step - s1) / (s2 - s1) * (t2 - t1))
    segments = []
    for line, points in sorted(crossings.items()):
        points.sort()
        for start, end in zip(points[::2], points[1::2], strict=True):
            ends = (((line * step + t) / 2, (line * step - t) / 2) for t in (start, end))
            segments.append("M" + "L".join(f"{number(x)} {number(y)}" for x, y in ends))
    return f'<path class="hatch" d="{"".join(segments)}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'


def hatched_box(x: float, y: float, width: float, height: float) -> list[str]:
    """A hatched box, which stands for a withheld figure."""
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return [
        box(x, y, width, height, fill=PAPER, kind="withheld", stroke=QUIET),
        hatch([corners]),
    ]


# -- the frame ---------------------------------------------------------------------------------------------------------


def body_top(head: Head, width: float = WIDTH) -> float:
    """The y coordinate below heading and subtitle, where the chart begins."""
    heading, subtitle = _head_lines(head, width)
    return MARGIN + len(heading) * HEADING * LEADING + len(subtitle) * BODY * LEADING + 14


def _head_lines(head: Head, width: float) -> tuple[list[str], list[str]]:
    available = width - 2 * MARGIN
    return wrapped(head.heading, available, HEADING, bold=True), wrapped(head.subtitle, available)


def chart(name: str, head: Head, body: Iterable[str], bottom: float, width: float = WIDTH) -> Chart:
    """Frame a body, which ends at y = bottom, with the heading above it and the notes below."""
    heading, subtitle = _head_lines(head, width)
    notes = [line for note in head.notes for line in wrapped(note, width - 2 * MARGIN, SMALL)]
    below = bottom + 12 + SMALL
    height = math.ceil(below + (len(notes) - 1) * SMALL * LEADING + MARGIN * 0.75)
    parts = (
        opening(f"chart-{name.split('-', 1)[0]}", width, height),
        f"<title>{clean(head.heading)}</title>",
        f"<desc>{clean(head.alt)}</desc>",
        box(0, 0, width, height, fill=PAPER, kind="paper"),
        *text_lines(MARGIN, MARGIN + HEADING * 0.8, heading, size=HEADING, bold=True),
        *text_lines(MARGIN, MARGIN + len(heading) * HEADING * LEADING + BODY * 0.9, subtitle, fill=QUIET),
        *body,
        *text_lines(MARGIN, below, notes, size=SMALL, fill=QUIET),
        "</svg>\n",
    )
    return Chart(name, head, height, "\n".join(parts))


def opening(kind: str, width: float, height: float) -> str:
    """The opening tag of an SVG image."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {kind}" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" font-family="{FAMILY}" font-size="{BODY}" '
        f'fill="{INK}">'
    )


def axis(left: float, right: float, top: float, bottom: float, ticks: Sequence[tuple[float, str]]) -> list[str]:
    """Vertical lines at ticks in [0, 1] of the way from left to right, with their labels above and below."""
    parts = []
    for share, name in ticks:
        x = left + share * (right - left)
        parts.append(rule(x, top, x, bottom))
        parts += [text_line(x, y, name, size=SMALL, anchor="middle", fill=QUIET) for y in (top - 5, bottom + SMALL + 3)]
    return parts


def legend(x: float, y: float, entries: Sequence[LegendEntry], width: float = WIDTH) -> tuple[list[str], float]:
    """Marks of width 26 with their names, in as many lines as needed; and the y coordinate of the bottom."""
    parts: list[str] = []
    left = x
    for draw, name in entries:
        lines = wrapped(name, width - MARGIN - x - 32, SMALL)
        length = 32 + max(text_width(line, SMALL) for line in lines)
        if left > x and left + length > width - MARGIN:
            left, y = x, y + 20
        parts += [*draw(left + 13, y), *text_lines(left + 32, y + 4, lines, size=SMALL, fill=QUIET)]
        left += length + 18
        y += (len(lines) - 1) * SMALL * LEADING
    return parts, y + 12


def clean(text: str) -> str:
    """Text for an XML element: escaped, on one line, without characters that XML forbids or that change direction."""
    return escape(" ".join(_BIDI.sub("", _NOT_XML.sub("�", text)).split()))
