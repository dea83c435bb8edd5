"""What a chart is drawn for: its width, the sizes of its text, its colours, and how it writes numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.render.colours import LIGHT
from scoring.text.locale import ENGLISH

if TYPE_CHECKING:
    from scoring.render.colours import Palette
    from scoring.text.locale import Locale

USUAL = 13  # body text, in the pixels that marks are given in
INCH = 96  # pixels (CSS)


@dataclass(frozen=True)
class Style:
    """How a chart is laid out and coloured. All sizes are in pixels of 1/96 inch."""

    width: float = 880
    margin: float = 24
    heading: float = 18
    body: float = 13
    small: float = 11.5
    """The smallest text."""
    tallest: float | None = None
    """Height of a page: a taller chart continues on further pages. None: a chart is as tall as it needs to be."""
    is_fixed: bool = False
    """Whether each page has the height `tallest`, as a slide."""
    unit: str = "px"
    """In which the size of the image is given: px, mm or in."""
    palette: Palette = LIGHT
    locale: Locale = ENGLISH

    def px(self, pixels: float) -> float:
        """A length that is given for the usual text, in proportion to the text."""
        return pixels * self.body / USUAL

    @property
    def is_narrow(self) -> bool:
        """Whether names of countries stand without their codes, and columns give way to marks."""
        return self.width / self.body < 40  # noqa: PLR2004  letters a line, about twice as many

    def length(self, pixels: float) -> str:
        """A length of the image with its unit, as an attribute of SVG; without one for pixels."""
        if self.unit == "px":
            return f"{round(pixels, 1):g}"
        per_unit = INCH if self.unit == "in" else INCH / 25.4
        return f"{round(pixels / per_unit, 3):g}{self.unit}"


def _printed(millimetres: float, heading: float, margin: float) -> Style:
    """A style for print: text of at least 7 pt, pages no taller than the text of an A4 page."""
    mm, pt = INCH / 25.4, INCH / 72
    return Style(
        width=millimetres * mm,
        margin=margin,
        heading=heading * pt,
        body=7.6 * pt,
        small=7.1 * pt,
        tallest=240 * mm,
        unit="mm",
    )


USUAL_STYLE = Style()
WEB = Style(width=410, margin=2, heading=16, body=13, small=11.5)
"""In a page: legible on a telephone and in two columns alike."""
STYLES = {
    "85mm": _printed(85, heading=9.5, margin=8),
    "170mm": _printed(170, heading=11, margin=10),
    "slide": Style(
        width=1280, margin=36, heading=28, body=19, small=18.7, tallest=720, is_fixed=True, unit="in"
    ),  # 14 pt at the least
}
"""By the name of the width: one and two columns of a journal, and a slide of 13.33 by 7.5 inches."""
