"""The colours of charts, site and workbook. Their order by lightness is the same in grey and to the colour-blind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

INK, QUIET, RULE, EMPTY, PAPER = "#1a1a1a", "#595959", "#e2e2e2", "#f7f7f7", "#ffffff"
RAMP = ("#eef5fa", "#c0daee", "#82b4da", "#3a78b0", "#0a2c54")
"""One hue from light (0) to dark (1); every channel decreases at each step, and with it the lightness."""
STRONG, SOFT, OTHER, OTHERS = "#0a2c54", "#7fb0d6", "#e08a1e", "#8c8c8c"
"""Of a figure, its interval, a negative contribution, and the figures of other countries."""
NIGHT_RAMP = ("#1b2731", "#2f5573", "#457fac", "#75b0de", "#cfe6fa")
"""The ramp on a dark background, from dark (0) to light (1)."""


@dataclass(frozen=True)
class Palette:
    """The colours of a chart on one background."""

    paper: str
    ink: str
    quiet: str
    """Of secondary text, bounds and hatches; its contrast with the paper is at least 4.5."""
    rule: str
    empty: str
    """Of a country that is not in the set."""
    border: str
    ramp: tuple[str, ...]
    """From the value 0 to 1."""
    strong: str
    """Of a figure."""
    soft: str
    """Of its interval."""
    other: str
    """Of a negative contribution."""
    on_other: str
    """Of the hatch on it."""
    others: str
    """Of the figures of other countries."""

    @property
    def strongest(self) -> str:
        """What the better end of the ramp is, compared with the other."""
        return "darker" if luminance(self.ramp[-1]) < luminance(self.ramp[0]) else "lighter"

    def shade(self, value: float, *, lower_is_better: bool = False) -> str:
        """The colour of a value in [0, 1]: the end of the ramp at the better end."""
        return ramp(1 - value if lower_is_better else value, self.ramp)


LIGHT = Palette(PAPER, INK, QUIET, RULE, EMPTY, "#8a8a8a", RAMP, STRONG, SOFT, OTHER, INK, OTHERS)
DARK = Palette(
    paper="#14181c",
    ink="#e7ebee",
    quiet="#a9b4bd",
    rule="#323b43",
    empty="#20262c",
    border="#6b7780",
    ramp=NIGHT_RAMP,
    strong="#cfe6fa",
    soft="#3f74a3",
    other="#e08a1e",
    on_other="#14181c",
    others="#7d8890",
)
SITE = {
    "ground": (PAPER, "#14181c"),
    "panel": ("#f4f6f7", "#1c2228"),
    "text": (INK, "#e7ebee"),
    "quiet": (QUIET, "#a9b4bd"),
    "line": ("#c9d0d6", "#3c464f"),
    "link": ("#0b5394", "#8cc4f5"),
    "mark": ("#fff3c4", "#40380f"),
    "banner": (STRONG, "#0f2740"),
    "on-banner": ("#ffffff", "#ffffff"),
    "top": ("#e9f1f8", "#1c2d3d"),
    "figure": (STRONG, "#a8d1f7"),
    "interval": ("#5b8fbf", "#4d86bb"),
    "bounds": ("#8a96a0", "#7f8b95"),
    "land": ("#e9ebed", "#2a3138"),
    "sea": ("#fbfcfd", "#171c21"),
}
"""Custom properties of the site's style sheet, light and dark; the contrast of every text is at least 4.5."""


def ramp(value: float, stops: Sequence[str] = RAMP) -> str:
    """The colour of a value in [0, 1], interpolated linearly between the two nearest stops."""
    position = min(max(value, 0.0), 1.0) * (len(stops) - 1)
    first = min(int(position), len(stops) - 2)
    pairs = zip(_channels(stops[first]), _channels(stops[first + 1]), strict=True)
    return "#" + "".join(f"{round(low + (position - first) * (high - low)):02x}" for low, high in pairs)


def classes(count: int, stops: Sequence[str] = RAMP, *, lower_is_better: bool = False) -> tuple[str, ...]:
    """The shades of this many bands: equal steps up to the last stop; the first differs from the background.

    lower_is_better: the last stop is that of the lowest band instead of the highest.
    """
    shades = tuple(ramp((position + 1) / count, stops) for position in range(count))
    return shades[::-1] if lower_is_better else shades


def luminance(colour: str) -> float:
    """Relative luminance, by WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]  # noqa: PLR2004  of sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_on(colour: str) -> str:
    """Black or white, whichever has more contrast; it is at least 4.5 on any colour."""
    return "#000000" if luminance(colour) > 0.179 else "#ffffff"  # noqa: PLR2004  where both have the same contrast


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
