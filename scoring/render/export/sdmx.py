"""SDMX-CSV 2.0 (SDMX 3.0): one observation per line; docs/export.md documents the mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.export.tables import RANK, SHARE
from scoring.text.table import as_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.render.export.tables import Export, Field

UNITS = {SHARE: "SHARE", RANK: "RANK"}
NOT_APPLICABLE = "_Z"  # of SDMX's code lists
NORMAL, UNRELIABLE, MISSING, SUPPRESSED = "A", "U", "O", "Q"  # of SDMX's CL_OBS_STATUS
HELD_BACK = ("estimate", "borrowed", "rank", "rank_low", "rank_high")  # missing where the index is withheld
FREE = "F"  # of SDMX's CL_CONF_STATUS: free for publication


def files(export: Export) -> dict[str, bytes]:
    """The file sdmx.csv."""
    return {"sdmx.csv": as_csv((name for name, _ in mapping(export)), _lines(export)).encode()}


def structure(export: Export) -> str:
    """The id of the dataflow: agency, rubric, version."""
    rubric = export.rubric.rubric
    return f"SCORING:{rubric.id.upper()}({rubric.version})"


def mapping(export: Export) -> tuple[tuple[str, str], ...]:
    """The columns and their contents."""
    has_actor = any(field.name == "actor" for field in export.ranking.fields)
    actor = "Actor that the country faces, ISO 3166-1 alpha-3; " if has_actor else ""
    has_bounds = export.rubric.rubric.has_bounds
    has_thin = any(field.name == "thin" for field in export.pillars.fields)
    thin = "a pillar with insufficient data, " if has_thin else ""
    bounds = ", the bounds of an indicator without evidence" if has_bounds else ""
    own = ", for a node below a sum of its own scale" if export.has_own_scales else ""
    return (
        ("STRUCTURE", "dataflow"),
        ("STRUCTURE_ID", f"{structure(export)}: an identifier of the columns below; it is not in a registry."),
        ("ACTION", "I: information"),
        ("REF_AREA", "Dimension. Country, ISO 3166-1 alpha-3, or another unit."),
        ("COUNTERPART_AREA", f"Dimension. {actor}_Z: not applicable."),
        ("INDICATOR", "Dimension. Id of the index, pillar or indicator in the rubric."),
        ("MEASURE", "Dimension. The figure, by the name of its field in the tables."),
        ("TIME_PERIOD", "Dimension. The reference date."),
        ("OBS_VALUE", "The figure; empty where there is none."),
        (
            "OBS_STATUS",
            (
                f"By SDMX's CL_OBS_STATUS: A normal; U low reliability: {thin}a withheld index and its parts{bounds}; "
                "O missing: no evidence; Q missing, suppressed: the index is withheld."
            ),
        ),
        ("CONF_STATUS", "By SDMX's CL_CONF_STATUS: F free."),
        ("UNIT_MEASURE", f"POINTS of {export.scale.spanned}{own}; SHARE of 0 to 1; RANK."),
        ("COMMENT_OBS", "Why the index is withheld."),
    )


def _lines(export: Export) -> Iterator[tuple[Any, ...]]:
    countries = {country["country"]: country for country in export.ranking.records()}
    identifiers = {node["node"]: node["id"] for node in export.nodes.records()}
    dataflow = structure(export)
    for table in (export.ranking, export.pillars, export.indicators):
        measures = [(field.name, _unit(field)) for field in table.fields if _unit(field)]
        for record in table.records():
            country = countries[record["country"]]
            for name, unit in measures:
                yield (
                    "dataflow",
                    dataflow,
                    "I",
                    country["country"],
                    country.get("actor") or NOT_APPLICABLE,
                    identifiers[record["node"]] if "node" in record else export.rubric.rubric.id,
                    name,
                    country["as_of"],
                    record[name],
                    _status(record, name, withheld=not country["published"]),
                    FREE,
                    unit,
                    country["withheld_because"],
                )


def _unit(field: Field) -> str:
    """The unit of a field, empty if it is no figure of a score."""
    return "POINTS" if field.unit.startswith("points of ") else UNITS.get(field.unit, "")


def _status(record: dict[str, Any], measure: str, *, withheld: bool) -> str:
    if record[measure] is None:
        return SUPPRESSED if withheld and measure in HELD_BACK else MISSING
    return UNRELIABLE if withheld or record.get("thin") or record["information"] == 0 else NORMAL
