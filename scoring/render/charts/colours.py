"""The colours of charts: in grey, and to the colour-blind, the same order of light and dark."""

from __future__ import annotations

INK, QUIET, RULE, EMPTY, PAPER = "#1a1a1a", "#595959", "#e2e2e2", "#f4f4f4", "#ffffff"
RAMP = ("#eef5fa", "#c0daee", "#82b4da", "#3a78b0", "#0a2c54")
"""One hue from light (0) to dark (1); each channel falls from each to the next, so that lightness does."""
STRONG, SOFT, OTHER, OTHERS = "#0a2c54", "#7fb0d6", "#e08a1e", "#8c8c8c"
"""A figure, its interval, what lowers it, and the figures of other countries."""


def ramp(value: float) -> str:
    """The colour of a value in [0, 1], on a straight line between the two nearest of RAMP."""
    place = min(max(value, 0.0), 1.0) * (len(RAMP) - 1)
    first = min(int(place), len(RAMP) - 2)
    pairs = zip(_channels(RAMP[first]), _channels(RAMP[first + 1]), strict=True)
    return "#" + "".join(f"{round(low + (place - first) * (high - low)):02x}" for low, high in pairs)


def classes(count: int) -> tuple[str, ...]:
    """So many colours in equal steps up to the dark end, the lightest still darker than EMPTY."""
    return tuple(ramp((place + 1) / count) for place in range(count))


def luminance(colour: str) -> float:
    """Relative luminance, by WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]  # noqa: PLR2004  of sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_on(colour: str) -> str:
    """Black or white, whichever stands out more; on any colour that is a contrast of 4.5 at least."""
    return "#000000" if luminance(colour) > 0.179 else "#ffffff"  # noqa: PLR2004  where both have the same contrast


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
