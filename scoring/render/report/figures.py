"""The charts of report templates, by the names that `scoring figures` gives to their files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError, nearest
from scoring.extras import require
from scoring.render.charts import gallery
from scoring.render.charts.pdf import settled
from scoring.render.charts.style import STYLES, USUAL_STYLE
from scoring.render.report.values import Picture
from scoring.uncertainty.run import Run

if TYPE_CHECKING:
    import datetime as dt

_MILLIMETRES = re.compile(r"(\d+)mm")


def picture(run: Run, name: str, day: dt.date | None, width: str | None) -> Picture:
    """A chart by its name, on a day, drawn for a width.

    Raises:
        UnknownNameError: there is no such chart, or no such width.
    """
    if width is not None and width not in STYLES:
        message = f"unknown width {width!r}; {nearest(width, list(STYLES), 'widths')}"
        raise UnknownNameError(message)
    if day is not None and name.startswith("editions"):
        message = "it compares the editions and has no day"
        raise UnknownNameError(message)
    shown = run if day is None else Run(run.scenario.on(day), run.settings)
    chart = gallery.figure(shown, name, STYLES[width] if width else USUAL_STYLE)
    file = "-".join((chart.name, *([day.isoformat()] if day else []), *([width] if width else [])))
    match = _MILLIMETRES.fullmatch(width or "")
    return Picture(file, chart.head.heading, chart.head.alt, chart.svg, float(match[1]) if match else None)


# -- as files ----------------------------------------------------------------------------------------------------------

SHARP = 1800  # pixels across: 270 to an inch on a line of an A4 page
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def png(picture: Picture) -> bytes:
    """A picture as PNG with its texts.

    Raises:
        MissingPackageError: the package that converts it is not installed.
    """
    view = _VIEW.search(picture.svg)
    width, height = map(float, view.groups()) if view else (SHARP, SHARP)
    scale = min(max(gallery.SCALE, SHARP / width), gallery.TALLEST / height)
    data = bytes(require("vl_convert", "report").svg_to_png(picture.svg, scale=scale))
    return gallery.described(data, {"Title": picture.heading, "Description": picture.alt})


def pdf(picture: Picture) -> bytes:
    """A picture as PDF, the same bytes each time.

    Raises:
        MissingPackageError: a package that converts it is not installed.
    """
    data = require("vl_convert", "report").svg_to_pdf(picture.svg)
    return settled(data, {"Title": picture.heading, "Subject": picture.alt})
