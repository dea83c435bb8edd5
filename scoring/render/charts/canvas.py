"""Text, lines and shapes as SVG, and the frame that all charts share.

Colours and sizes are presentation attributes and each kind of mark has a class: there is no id that could clash and no
style sheet that could leak where several charts stand in one page, and the CSS of the page may set either.
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
HEADING, BODY, SMALL = 18, 13, 11.5  # sizes of letters
LEADING = 1.35  # of a line to its letters
HATCH = 5  # between the lines of a hatch

Ring: TypeAlias = "Sequence[tuple[float, float]]"
Sample: TypeAlias = "tuple[Callable[[float, float], Sequence[str]], str]"  # a mark, drawn around (x, y), and its name


@dataclass(frozen=True)
class Head:
    """What stands around a chart: above it what it shows, of what and when; below it how to read it."""

    heading: str
    subtitle: str
    notes: tuple[str, ...]
    alt: str
    """For who cannot see it: what it shows, and what is found in it."""


@dataclass(frozen=True)
class Chart:
    """A chart under the name of its file, which has no suffix."""

    name: str
    head: Head
    height: int
    svg: str


# -- text --------------------------------------------------------------------------------------------------------------

# thousandths of the size, from the space to the tilde: Helvetica's font metrics (Adobe, 1997), which Arial and
# Liberation Sans share
_WIDTHS = """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278
278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722
667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556
556 333 500 278 556 500 722 500 500 500 334 260 334 584
"""
_ASCII = dict(zip(map(chr, range(32, 127)), map(int, _WIDTHS.split()), strict=True))
_OTHERS = {"–": 556, "…": 1000, "−": 584, "·": 278, "×": 584, "’": 222, "“": 333, "”": 333}
_WIDE = 1000  # what stands in no table takes the room of the widest
_BOLD = 1.09
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # the direction of what follows, beyond the text of a stranger


def text_width(text: str, size: float = BODY, *, bold: bool = False) -> float:
    """How wide a line is set, in the letters of Helvetica; never less for what those lack."""
    total = sum(_OTHERS.get(one) or _ASCII.get(one) or _like(one) for one in text)
    return total * size / 1000 * (_BOLD if bold else 1)


def _like(character: str) -> int:
    """The width of the letter without its accents."""
    if unicodedata.combining(character):
        return 0
    return _ASCII.get(unicodedata.normalize("NFD", character)[0], _WIDE)


def wrapped(text: str, width: float, size: float = BODY, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than the width; a word that is wider is broken."""
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
            reach = itertools.accumulate(text_width(one, size, bold=bold) for one in whole[:-1])
            kept = max(1, sum(1 for _ in itertools.takewhile(lambda end: end <= width, reach)))
            lines[-1:] = [whole[:kept], whole[kept:]]
    return lines


# -- marks -------------------------------------------------------------------------------------------------------------


def number(value: float) -> str:
    """A place in tenths of a pixel."""
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")


def written(
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
    """A line of text on a base line at y."""
    more = f' class="{kind}"' if kind else ""
    more += f' font-size="{size:g}"' if size != BODY else ""
    more += f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += f' fill="{fill}"' if fill != INK else ""
    more += ' font-weight="bold"' if bold else ""
    return f'<text x="{number(x)}" y="{number(y)}"{more}>{clean(text)}</text>'


def lines_of(
    x: float,
    y: float,
    lines: Iterable[str],
    *,
    size: float = BODY,
    fill: str = INK,
    anchor: str = "start",
    bold: bool = False,
) -> list[str]:
    """Lines below each other, the first on a base line at y."""
    return [
        written(x, y + place * size * LEADING, line, size=size, fill=fill, anchor=anchor, bold=bold)
        for place, line in enumerate(lines)
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
    places = "".join(f' {name}="{number(v)}"' for name, v in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)))
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line class="{kind}"{places} stroke="{stroke}" stroke-width="{width:g}"{more}/>'


def box(x: float, y: float, width: float, height: float, *, fill: str, kind: str, stroke: str = "") -> str:
    """A rectangle."""
    sides = "".join(f' {name}="{number(v)}"' for name, v in (("x", x), ("y", y), ("width", width), ("height", height)))
    more = f' stroke="{stroke}"' if stroke else ""
    return f'<rect class="{kind}"{sides} fill="{fill}"{more}/>'


def dot(x: float, y: float, *, radius: float = 5, fill: str, stroke: str = PAPER, kind: str = "dot") -> str:
    """A circle, set off from what it lies on."""
    return (
        f'<circle class="{kind}" cx="{number(x)}" cy="{number(y)}" r="{radius:g}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1.5"/>'
    )


def hatch(rings: Sequence[Ring], *, stroke: str = QUIET, step: float = HATCH, width: float = 1) -> str:
    """Slanted lines inside of rings, by the even-odd rule; a pattern would need an id."""
    crossings: dict[int, list[float]] = {}
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
            (s1, t1), (s2, t2) = sorted(((x1 + y1, x1 - y1), (x2 + y2, x2 - y2)))
            for line in range(math.ceil(s1 / step), math.ceil(s2 / step)):
                crossings.setdefault(line, []).append(t1 + (line * step - s1) / (s2 - s1) * (t2 - t1))
    text = []
    for line, found in sorted(crossings.items()):
        found.sort()
        for start, end in zip(found[::2], found[1::2], strict=True):
            ends = (((line * step + t) / 2, (line * step - t) / 2) for t in (start, end))
            text.append("M" + "L".join(f"{number(x)} {number(y)}" for x, y in ends))
    return f'<path class="hatch" d="{"".join(text)}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'


def hollow(x: float, y: float, width: float, height: float) -> list[str]:
    """A hatched box with no filling: what is withheld."""
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return [
        box(x, y, width, height, fill=PAPER, kind="withheld", stroke=QUIET),
        hatch([corners]),
    ]


# -- the frame ---------------------------------------------------------------------------------------------------------


def body_top(head: Head, width: float = WIDTH) -> float:
    """Where the chart begins below its heading."""
    heading, subtitle = _head_lines(head, width)
    return MARGIN + len(heading) * HEADING * LEADING + len(subtitle) * BODY * LEADING + 14


def _head_lines(head: Head, width: float) -> tuple[list[str], list[str]]:
    room = width - 2 * MARGIN
    return wrapped(head.heading, room, HEADING, bold=True), wrapped(head.subtitle, room)


def chart(name: str, head: Head, body: Iterable[str], bottom: float, width: float = WIDTH) -> Chart:
    """Put the heading above, the notes below a body that ends at bottom."""
    heading, subtitle = _head_lines(head, width)
    notes = [line for note in head.notes for line in wrapped(note, width - 2 * MARGIN, SMALL)]
    below = bottom + 12 + SMALL
    height = math.ceil(below + (len(notes) - 1) * SMALL * LEADING + MARGIN * 0.75)
    parts = (
        opening(f"chart-{name.split('-', 1)[0]}", width, height),
        f"<title>{clean(head.heading)}</title>",
        f"<desc>{clean(head.alt)}</desc>",
        box(0, 0, width, height, fill=PAPER, kind="paper"),
        *lines_of(MARGIN, MARGIN + HEADING * 0.8, heading, size=HEADING, bold=True),
        *lines_of(MARGIN, MARGIN + len(heading) * HEADING * LEADING + BODY * 0.9, subtitle, fill=QUIET),
        *body,
        *lines_of(MARGIN, below, notes, size=SMALL, fill=QUIET),
        "</svg>\n",
    )
    return Chart(name, head, height, "\n".join(parts))


def opening(kind: str, width: float, height: float) -> str:
    """The tag that a picture begins with."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {kind}" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" font-family="{FAMILY}" font-size="{BODY}" '
        f'fill="{INK}">'
    )


def axis(left: float, right: float, top: float, bottom: float, ticks: Sequence[tuple[float, str]]) -> list[str]:
    """Upright lines at places in [0, 1] between left and right, and their names above and below."""
    parts = []
    for place, name in ticks:
        x = left + place * (right - left)
        parts.append(rule(x, top, x, bottom))
        parts += [written(x, y, name, size=SMALL, anchor="middle", fill=QUIET) for y in (top - 5, bottom + SMALL + 3)]
    return parts


def legend(x: float, y: float, entries: Sequence[Sample], width: float = WIDTH) -> tuple[list[str], float]:
    """Marks with their names in a line, or in more; each mark is drawn around (x, y), 26 wide. And the bottom."""
    parts: list[str] = []
    at = x
    for draw, name in entries:
        lines = wrapped(name, width - MARGIN - x - 32, SMALL)
        length = 32 + max(text_width(line, SMALL) for line in lines)
        if at > x and at + length > width - MARGIN:
            at, y = x, y + 20
        parts += [*draw(at + 13, y), *lines_of(at + 32, y + 4, lines, size=SMALL, fill=QUIET)]
        at += length + 18
        y += (len(lines) - 1) * SMALL * LEADING
    return parts, y + 12


def clean(text: str) -> str:
    """Text for an element of XML: escaped, on one line, without characters that XML cannot hold or that turn others."""
    return escape(" ".join(_TURNS.sub("", _NOT_XML.sub("�", text)).split()))
