"""Text, lines and shapes as SVG, and the frame that all charts share.

Colours and sizes are presentation attributes, and each kind of mark has a class. Several charts may stand in one page:
there are no ids that clash and no style sheets that leak, and the CSS of the page can override both.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import unicodedata
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast, get_args

from scoring.files.writing import write
from scoring.render.charts.images import Form, image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scoring.render.charts.style import Style

FAMILY = "Liberation Sans, Arial, Helvetica, sans-serif"
BODY = 13  # font size of text whose width is asked for without one
LEADING = 1.35  # line height as a multiple of the font size
DROP = 0.35  # from the middle of a line of text down to its baseline, as a multiple of the font size
HATCH = 5  # distance of the lines of a hatch

Ring: TypeAlias = "Sequence[tuple[float, float]]"
LegendEntry: TypeAlias = "tuple[Callable[[float, float], Sequence[str]], str]"
"""A mark, drawn around (x, y), and its name."""


@dataclass(frozen=True)
class Head:
    """The text around a chart: above it the finding and what is drawn, below it how to read it and where it is from."""

    heading: str
    """The finding, in a sentence."""
    subtitle: str
    """What is drawn."""
    notes: tuple[str, ...]
    """How to read it; a slide has no room for them."""
    alt: str
    """Text alternative: the kind of chart and its main results."""
    source: str
    """Rubric, edition, id and licence; written as it is in every language."""
    caveats: tuple[str, ...] = ()
    """What limits the comparison; on a slide, too."""


class Page(NamedTuple):
    """One image of a chart; `name` is that of its file, without suffix."""

    name: str
    width: float
    height: float
    svg: str


@dataclass(frozen=True, repr=False)
class Chart:
    """A chart, on as many pages as it takes. A notebook shows the first page; `print` gives the text alternative."""

    name: str
    head: Head
    style: Style
    pages: tuple[Page, ...]

    @property
    def svg(self) -> str:
        """The first page."""
        return self.pages[0].svg

    @property
    def height(self) -> float:
        """Of the first page, in pixels."""
        return self.pages[0].height

    def __str__(self) -> str:
        return self.head.alt

    def __repr__(self) -> str:
        return f"<Chart {self.name}>"

    def _repr_svg_(self) -> str:
        """The first page, for a notebook."""
        return self.svg

    def save(self, path: Path | str) -> None:
        """Write the first page to a file, whose ending is the format: svg, png or pdf.

        Raises:
            ValueError: the file has another ending.
            MissingPackageError: PNG and PDF need a package that is not installed.
            OSError: the file cannot be written, or its path contains a symbolic link.
        """
        form = Path(path).suffix.lower().removeprefix(".")
        if form not in get_args(Form):
            message = f"cannot write {Path(path).name}; give it the ending .svg, .png or .pdf"
            raise ValueError(message)
        write(image(self, self.pages[0], cast("Form", form)), Path(path))


class Body(NamedTuple):
    """What is drawn on a page, and the y coordinate of its bottom."""

    parts: Sequence[str]
    bottom: float


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


@functools.lru_cache(maxsize=2**14)  # words, codes and numbers are measured again and again
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
    style: Style,
    x: float,
    y: float,
    text: str,
    *,
    size: float | None = None,
    anchor: str = "start",
    fill: str = "",
    bold: bool = False,
    kind: str = "",
) -> str:
    """A line of text with its baseline at y; by default body text in the colour of the ink."""
    attributes = f' class="{kind}"' if kind else ""
    attributes += f' font-size="{size:g}"' if size not in (None, style.body) else ""
    attributes += f' text-anchor="{anchor}"' if anchor != "start" else ""
    attributes += f' fill="{fill}"' if fill not in ("", style.palette.ink) else ""
    attributes += ' font-weight="bold"' if bold else ""
    return f'<text x="{number(x)}" y="{number(y)}"{attributes}>{clean(text)}</text>'


def text_lines(
    style: Style,
    x: float,
    y: float,
    lines: Iterable[str],
    *,
    size: float | None = None,
    fill: str = "",
    anchor: str = "start",
    bold: bool = False,
) -> list[str]:
    """Lines of text below each other, the first with its baseline at y."""
    leading = (size or style.body) * LEADING
    return [
        text_line(style, x, y + position * leading, line, size=size, fill=fill, anchor=anchor, bold=bold)
        for position, line in enumerate(lines)
    ]


def rule(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    stroke: str,
    width: float = 1,
    kind: str = "rule",
    dash: str = "",
) -> str:
    """A straight line."""
    ends = "".join(f' {name}="{number(v)}"' for name, v in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)))
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line class="{kind}"{ends} stroke="{stroke}" stroke-width="{round(width, 2):g}"{dashes}/>'


def strokes(places: Sequence[float], top: float, bottom: float, *, stroke: str, kind: str) -> str:
    """Short vertical lines at several places, as one mark; those at the same tenth of a pixel are one line."""
    tenths = sorted({round(10 * x) for x in places})
    if not tenths:
        return ""
    height = number(bottom - top)
    # each by its distance from the one before: half as long as coordinates, in a page that repeats them by the hundred
    further = "".join(f"m{number((x - before) / 10)} -{height}v{height}" for before, x in itertools.pairwise(tenths))
    drawn = f"M{number(tenths[0] / 10)} {number(top)}v{height}{further}"
    return f'<path class="{kind}" d="{drawn}" fill="none" stroke="{stroke}"/>'


def box(x: float, y: float, width: float, height: float, *, fill: str, kind: str, stroke: str = "") -> str:
    """A rectangle."""
    sides = "".join(f' {name}="{number(v)}"' for name, v in (("x", x), ("y", y), ("width", width), ("height", height)))
    border = f' stroke="{stroke}"' if stroke else ""
    return f'<rect class="{kind}"{sides} fill="{fill}"{border}/>'


def dot(x: float, y: float, *, radius: float, fill: str, stroke: str, kind: str = "dot") -> str:
    """A circle with an outline."""
    return (
        f'<circle class="{kind}" cx="{number(x)}" cy="{number(y)}" r="{round(radius, 2):g}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="1.5"/>'
    )


def hatch(rings: Sequence[Ring], *, stroke: str, step: float = HATCH, width: float = 1) -> str:
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


def hatched_box(style: Style, x: float, y: float, width: float, height: float) -> list[str]:
    """A hatched box, which stands for a withheld figure."""
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return [
        box(x, y, width, height, fill=style.palette.paper, kind="withheld", stroke=style.palette.quiet),
        hatch([corners], stroke=style.palette.quiet),
    ]


def of_country(code: str, parts: Iterable[str], kind: str = "country") -> list[str]:
    """Marks of one country in a group, by which a page can find them."""
    return [f'<g class="{kind}" data-country="{clean(code)}">', *parts, "</g>"]


# -- the frame ---------------------------------------------------------------------------------------------------------


class Frame:
    """Where a chart has room between the text above and below it."""

    def __init__(self, style: Style, head: Head, width: float | None = None) -> None:
        self.style, self.head, self.width = style, head, width or style.width
        self.right = self.width - style.margin
        """The x coordinate of the right margin."""
        available = self.width - 2 * style.margin
        of = style.locale.of
        self._heading = wrapped(of(head.heading), available, style.heading, bold=True)
        self._subtitle = wrapped(of(head.subtitle), available, style.body)
        notes = [*(() if style.is_fixed else head.notes), *head.caveats]
        self._notes = [line for note in notes for line in wrapped(of(note), available, style.small)]
        counted = 0 if style.tallest is None else style.px(60)  # the number of the page stands beside it
        self._source = wrapped(head.source, available - counted, style.small)
        above = (len(self._heading) * style.heading + len(self._subtitle) * style.body) * LEADING
        self.top = style.margin + above + style.px(10 if style.is_fixed else 14)
        """The y coordinate below heading and subtitle, where the chart begins."""
        self._below = (len(self._notes) + len(self._source)) * style.small * LEADING + style.px(20) + style.margin * 0.6
        self.bottom = math.inf if style.tallest is None else style.tallest - self._below
        """The y coordinate at which the chart has to end; infinite where it may be as tall as it needs to be."""

    @property
    def left(self) -> float:
        """The x coordinate of the left margin."""
        return self.style.margin

    def chart(self, name: str, bodies: Sequence[Body]) -> Chart:
        """The chart with this frame around each of its pages."""
        count = len(bodies)
        names = [name] if count == 1 else [f"{name}-{page}" for page in range(1, count + 1)]
        kind = name.partition("-")[0]
        pages = (self._page(kind, page, body, count) for page, body in enumerate(bodies, 1))
        return Chart(
            name,
            self.head,
            self.style,
            tuple(Page(own, self.width, *page) for own, page in zip(names, pages, strict=True)),
        )

    def _page(self, kind: str, page: int, body: Body, count: int) -> tuple[float, str]:
        style, head, left = self.style, self.head, self.style.margin
        height = math.ceil(body.bottom + self._below)
        if style.is_fixed and style.tallest is not None:
            height = math.ceil(max(style.tallest, height))
        quiet, lead = style.palette.quiet, style.small * LEADING
        last = height - style.margin * 0.75
        source = last - (len(self._source) - 1) * lead
        notes = source - style.px(4) - len(self._notes) * lead
        under = style.margin + len(self._heading) * style.heading * LEADING + style.body * 0.9
        counted = (
            [
                text_line(
                    style,
                    self.right,
                    last,
                    f"{page} of {count}",
                    size=style.small,
                    anchor="end",
                    fill=quiet,
                    kind="page",
                )
            ]
            if count > 1
            else []
        )
        parts = (
            opening(style, f"chart-{kind}", self.width, height),
            f"<title>{clean(style.locale.of(head.heading))}</title>",
            f"<desc>{clean(style.locale.of(head.alt))}</desc>",
            box(0, 0, self.width, height, fill=style.palette.paper, kind="paper"),
            *text_lines(style, left, style.margin + style.heading * 0.8, self._heading, size=style.heading, bold=True),
            *text_lines(style, left, under, self._subtitle, fill=quiet),
            *body.parts,
            *text_lines(style, left, notes, self._notes, size=style.small, fill=quiet),
            *text_lines(style, left, source, self._source, size=style.small, fill=quiet),
            *counted,
            "</svg>\n",
        )
        return height, "\n".join(parts)


def opening(style: Style, kind: str, width: float, height: float) -> str:
    """The opening tag of an SVG image."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {kind}" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{style.length(width)}" height="{style.length(height)}" role="img" font-family="{FAMILY}" '
        f'font-size="{style.body:g}" fill="{style.palette.ink}">'
    )


def axis(
    style: Style, left: float, right: float, top: float, bottom: float, ticks: Sequence[tuple[float, str]]
) -> list[str]:
    """Vertical lines at ticks in [0, 1] of the way from left to right, with their labels above and below.

    Labels that would touch are left out, every second one first.
    """
    named = [style.locale.of(name) for _, name in ticks]
    widest = max(text_width(name, style.small) for name in named) + style.px(5)
    every = next(
        (step for step in (1, 2, len(ticks) - 1) if widest <= step * (right - left) / max(len(ticks) - 1, 1)),
        max(len(ticks) - 1, 1),
    )
    if every == 2 and len(ticks) % 2 == 0:  # noqa: PLR2004  the last label would be missing
        every = len(ticks) - 1
    parts = []
    for position, ((share, _), name) in enumerate(zip(ticks, named, strict=True)):
        x = left + share * (right - left)
        parts.append(rule(x, top, x, bottom, stroke=style.palette.rule))
        if position % every == 0:
            parts += [
                text_line(style, x, y, name, size=style.small, anchor="middle", fill=style.palette.quiet)
                for y in (top - style.px(5), bottom + style.small + style.px(3))
            ]
    return parts


def legend(style: Style, x: float, y: float, entries: Sequence[LegendEntry], right: float) -> tuple[list[str], float]:
    """Marks of width 26 with their names, in as many lines as needed; and the y coordinate of the bottom."""
    parts: list[str] = []
    left, beside = x, style.px(32)
    for draw, name in entries:
        lines = wrapped(style.locale.of(name), right - x - beside, style.small)
        length = beside + max(text_width(line, style.small) for line in lines)
        if left > x and left + length > right:
            left, y = x, y + max(style.px(20), style.small * LEADING)
        parts += [
            *draw(left + style.px(13), y),
            *text_lines(
                style, left + beside, y + style.small * DROP, lines, size=style.small, fill=style.palette.quiet
            ),
        ]
        left += length + style.px(18)
        y += (len(lines) - 1) * style.small * LEADING
    return parts, y + style.px(12)


def clean(text: str) -> str:
    """Text for an XML element: escaped, on one line, without characters that XML forbids or that change direction."""
    return escape(" ".join(_BIDI.sub("", _NOT_XML.sub("�", text)).split()))
