"""All files of an export, as path -> bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.processes import on_all_cores
from scoring.render.export import codebook, datapackage, excel, parquet, sdmx
from scoring.render.export.tables import export_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from scoring.analysis.reviews import Reviewed
    from scoring.uncertainty.simulation import Simulation

WRITERS = {"excel": excel.files, "datapackage": datapackage.files, "parquet": parquet.files, "sdmx": sdmx.files}


def export_files(
    simulation: Simulation, licence: str | None, forms: Collection[str], reviewed: Mapping[str, Reviewed] | None = None
) -> dict[str, bytes]:
    """The files of an export: scores and evidence in the requested formats, the codebook, and the licence.

    reviewed: by country, of those that have a review.
    """
    exported = export_of(simulation.assessment, simulation, licence, reviewed or {})
    files = codebook.files(exported)
    chosen = [form for form in WRITERS if form in forms]  # that which takes longest first
    for written in on_all_cores(lambda form: WRITERS[form](exported), chosen):
        files |= written
    if exported.licence:
        files["LICENSE"] = f"{exported.licence}\n".encode()
    return files
