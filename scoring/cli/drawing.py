"""Charts: `figures`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, settings
from scoring.cli.output import progress, say_line, stop, tell, write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.render.charts.gallery import Form


@click.command()
@click.argument("folder", metavar="DIR", type=options.FOLDER)
@click.option("--format", "form", type=click.Choice(("svg", "png", "pdf")), default="svg", show_default=True)
@click.option(
    "--country", "countries", multiple=True, type=options.COUNTRY, help="Charts of this country alone; repeatable."
)
@options.simulated
@options.inputs
def figures(folder: Path, form: Form, countries: tuple[str, ...], draws: options.Draws, inputs: options.Inputs) -> None:
    """Draw charts into DIR, with words for those who cannot see them.

    Rank and interval, pillars, map, editions; and of each country, or each --country, its pillars among all others and
    what lifts and lowers its index. figures.md shows them all. PNG and PDF need the extra `report`.
    """
    from scoring import extras, trend  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render.charts import gallery  # noqa: PLC0415
    from scoring.render.charts.editions import Moved  # noqa: PLC0415
    from scoring.simulate import simulate  # noqa: PLC0415

    if form != "svg":
        extras.require("vl_convert", "report")  # before the work, not after it
    assessment, problems = assessed(inputs)
    if problems:
        tell(f"{folder} is not written: it would lack the profiles named below.")
        stop(problems)
    rows = [find_country(assessment, code) for code in dict.fromkeys(countries)] or range(len(assessment.profiles))
    drawing = settings(assessment, draws)
    with progress(draws.count) as advance:
        simulation = simulate(assessment, drawing, progress=advance)
    moved = []
    for profile in assessment.profiles:
        if profile.editions:
            first, *_, last = trend.trend(assessment.book, profile, drawing, "edition")
            moved.append(Moved(first, last, trend.moves(first, last, drawing)))
    files = gallery.files(gallery.charts(assessment, simulation, moved, rows), form)
    write_folder(files, folder)
    say_line(f"{folder}: {len(files)} files.")
