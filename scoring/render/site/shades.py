"""The shades of figures and bands, as classes of the style sheet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scoring.render.colours import DARK, LIGHT, NIGHT_RAMP, RAMP, SITE, classes, ink_on, ramp

if TYPE_CHECKING:
    from scoring.model.rubric import Rubric

TINTS = 10  # steps of the shades of figures: from tint-0, of 0, to tint-10, of 1
FEW = 3  # bands: with so few or less, the map has a shade for each tenth of the scale instead


def is_continuous(rubric: Rubric) -> bool:
    """Whether the bands are so few that the map shades each tenth of the scale instead."""
    return len(rubric.bands) <= FEW


def tint(value: float | None, *, lower_is_better: bool) -> str:
    """The class of the shade of a value in [0, 1]: the better, the stronger; the script chooses in the same way."""
    if value is None or math.isnan(value):
        return ""
    step = math.floor(value * TINTS + 0.5)
    return f"tint-{TINTS - step if lower_is_better else step}"


def style_of(rubric: Rubric) -> str:
    """The colours as custom properties, a class per band and per tint, and the cuts of the bands behind each bar."""
    count, turned = len(rubric.bands), rubric.lower_is_better
    bands = zip(*(classes(count, stops, lower_is_better=turned) for stops in (RAMP, NIGHT_RAMP)), strict=True)
    tints = ((ramp(step / TINTS, RAMP), ramp(step / TINTS, NIGHT_RAMP)) for step in range(TINTS + 1))
    properties = [f"  --{name}: light-dark({light}, {dark});\n" for name, (light, dark) in SITE.items()]
    shades = [
        *(_shade(f"shade-{number}", *pair) for number, pair in enumerate(bands)),
        *(_shade(f"tint-{number}", *pair) for number, pair in enumerate(tints)),
    ]
    cuts = [f"{cut * 100:g}%" for cut in rubric.cuts if 0 < cut < 1]
    lines = ", ".join(["linear-gradient(var(--line), var(--line))"] * len(cuts)) or "none"
    places = ", ".join(f"{cut} 0" for cut in cuts) or "0 0"
    behind = f".bar {{ background: {lines}; background-size: 1px 100%; background-position: {places}; }}\n"
    charts = [_night(light, dark) for light, dark in CHART_COLOURS]
    return "".join([":root {\n", *properties, "}\n", *shades, behind, *charts])


CHART_COLOURS = tuple(
    dict.fromkeys(
        (getattr(LIGHT, name), getattr(DARK, name))
        for name in ("paper", "ink", "quiet", "rule", "border", "strong", "soft", "others")
    )
)
"""The colours of charts in a page, light and dark. Shades of figures are left out: no chart in a page has any."""


def _night(light: str, dark: str) -> str:
    """What turns a colour of a chart, which is an attribute of its marks, into its counterpart on a dark screen."""
    return "".join(
        f'svg.chart[{name}="{light}"], svg.chart [{name}="{light}"]:not(.hatch) '
        f"{{ {name}: light-dark({light}, {dark}); }}\n"
        for name in ("fill", "stroke")
    )


def _shade(name: str, light: str, dark: str) -> str:
    """A class that fills a shape or a cell, and inks the text on it."""
    colours = f"--shade: light-dark({light}, {dark}); --on-shade: light-dark({ink_on(light)}, {ink_on(dark)})"
    return f".{name} {{ {colours}; fill: var(--shade); background: var(--shade); }}\n"
