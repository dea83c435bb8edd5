"""SDMX-CSV 2.0 (SDMX 3.0): one observation a line; the mapping stands in docs/export.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.export.tables import POINTS, RANK, SHARE
from scoring.render.table import as_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.render.export.tables import DataTable, Export

HEADS = (
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "REF_AREA",
    "COUNTERPART_AREA",
    "INDICATOR",
    "MEASURE",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "CONF_STATUS",
    "UNIT_MEASURE",
    "COMMENT_OBS",
)
UNITS = {POINTS: "POINTS", SHARE: "SHARE", RANK: "RANK"}
NORMAL, UNRELIABLE, MISSING, SUPPRESSED = "A", "U", "O", "Q"  # of SDMX's CL_OBS_STATUS
FREE = "F"  # of SDMX's CL_CONF_STATUS: free for publication


def files(export: Export) -> dict[str, bytes]:
    """sdmx.csv."""
    return {"sdmx.csv": as_csv(HEADS, _lines(export)).encode()}


def structure(export: Export) -> str:
    """The id of the dataflow: agency, rubric, version."""
    rubric = export.rubric.rubric
    return f"SCORING:{rubric.id.upper()}({rubric.version})"


def _lines(export: Export) -> Iterator[tuple[Any, ...]]:
    countries = {one["country"]: one for one in export.ranking.records()}
    identifiers = {one["node"]: one["id"] for one in export.nodes.records()}
    for table in (export.ranking, export.pillars, export.indicators):
        measures = [field for field in table.fields if field.unit in UNITS]
        for one in table.records():
            country = countries[one["country"]]
            for field in measures:
                value = one[field.name]
                yield (
                    "dataflow",
                    structure(export),
                    "I",
                    country["country"],
                    country["actor"],
                    identifiers[one["node"]] if "node" in one else export.rubric.rubric.id,
                    field.name,
                    country["as_of"],
                    value,
                    _status(table, one, value, export),
                    FREE,
                    UNITS[field.unit],
                    one.get("withheld_because"),
                )


def _status(table: DataTable, one: dict[str, Any], value: Any, export: Export) -> str:
    if value is None:
        return SUPPRESSED if table is export.ranking and not one["published"] else MISSING
    return UNRELIABLE if one.get("thin") or one.get("published") is False else NORMAL
