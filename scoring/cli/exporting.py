"""The data for other programs: `export`."""

from __future__ import annotations

from pathlib import Path

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, located, settings
from scoring.cli.output import say_line, stop, write_folder

NEEDS: dict[str, str | None] = {
    "datapackage": None,
    "parquet": "pyarrow",
    "excel": "xlsxwriter",
    "sdmx": None,
}  # format -> package of an extra


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format", "forms", multiple=True, type=click.Choice(list(NEEDS)), help="May be given again; default: all."
)
@options.simulated
@options.inputs
def export(directory: Path, forms: tuple[str, ...], draws: options.Draws, inputs: options.Inputs) -> None:
    """Write scores and evidence for other programs to DIR.

    A Data Package with CSV, Parquet, Excel and SDMX-CSV, and a codebook of every table and field.
    """
    from scoring import extras, files, simulate  # noqa: PLC0415

    chosen = [form for form in NEEDS if form in forms or not forms]
    for form in chosen:
        if module := NEEDS[form]:
            extras.require(module, "report")
    assessment, problems = assessed(inputs)
    if problems:
        stop(problems)
    from scoring.render.export import codebook, datapackage, excel, parquet, sdmx  # noqa: PLC0415
    from scoring.render.export.tables import export_of  # noqa: PLC0415

    simulation = simulate.simulate(assessment, settings(assessment, draws))
    exported = export_of(assessment, simulation, files.licence_beside(located(inputs).profiles))
    writers = {"datapackage": datapackage.files, "parquet": parquet.files, "excel": excel.files, "sdmx": sdmx.files}
    found = codebook.files(exported)
    for form in chosen:
        found |= writers[form](exported)
    if exported.licence:
        found["LICENSE"] = f"{exported.licence}\n".encode()
    write_folder(found, directory)
    say_line(f"{directory}: {len(found)} files.")
