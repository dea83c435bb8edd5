"""The charts of report templates, by the names that `scoring figures` gives to their files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError, nearest
from scoring.render.charts import gallery
from scoring.render.charts.style import STYLES, USUAL_STYLE
from scoring.render.report.values import Picture
from scoring.uncertainty.run import Run

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from scoring.render.charts.images import Form

_MILLIMETRES = re.compile(r"(\d+)mm")


def picture(run: Run, name: str, day: dt.date | None, width: str | None, chosen: Sequence[str]) -> Picture:
    """A chart by its name, on a day, drawn for a width, of chosen countries; empty: all.

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
    chart = gallery.figure(shown, name, STYLES[width] if width else USUAL_STYLE, chosen=chosen)
    file = "-".join((chart.name, *chosen, *([day.isoformat()] if day else []), *([width] if width else [])))
    pages = tuple(page._replace(name=page.name.replace(chart.name, file, 1)) for page in chart.pages)
    match = _MILLIMETRES.fullmatch(width or "")
    return Picture(replace(chart, name=file, pages=pages), float(match[1]) if match else None)


def images(picture: Picture, form: Form) -> dict[str, bytes]:
    """The images of a chart, one for each of its pages, by the names of their files.

    Raises:
        MissingPackageError: a package that converts them is not installed.
    """
    return gallery.files((picture.chart,), form, has_page=False)
