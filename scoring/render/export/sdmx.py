"""SDMX-CSV 2.0 (SDMX 3.0): one observation a line; the mapping stands in docs/export.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.export.tables import POINTS, RANK, SHARE
from scoring.text.table import as_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.render.export.tables import Export

UNITS = {POINTS: "POINTS", SHARE: "SHARE", RANK: "RANK"}
NORMAL, UNRELIABLE, MISSING, SUPPRESSED = "A", "U", "O", "Q"  # of SDMX's CL_OBS_STATUS
HELD_BACK = ("estimate", "rank", "rank_low", "rank_high")  # where the index is withheld
FREE = "F"  # of SDMX's CL_CONF_STATUS: free for publication


def files(export: Export) -> dict[str, bytes]:
    """sdmx.csv."""
    return {"sdmx.csv": as_csv((head for head, _ in mapping(export)), _lines(export)).encode()}


def structure(export: Export) -> str:
    """The id of the dataflow: agency, rubric, version."""
    rubric = export.rubric.rubric
    return f"SCORING:{rubric.id.upper()}({rubric.version})"


def mapping(export: Export) -> tuple[tuple[str, str], ...]:
    """The columns, and what stands in each."""
    return (
        ("STRUCTURE", "dataflow"),
        ("STRUCTURE_ID", f"{structure(export)}: a name for the columns below; no registry holds it."),
        ("ACTION", "I: information"),
        ("REF_AREA", "Dimension. Country, ISO 3166-1 alpha-3."),
        ("COUNTERPART_AREA", "Dimension. Hostile actor, ISO 3166-1 alpha-3."),
        ("INDICATOR", "Dimension. Id of the index, pillar or indicator in the rubric."),
        ("MEASURE", "Dimension. Which figure of it, by the name of its field in the tables."),
        ("TIME_PERIOD", "Dimension. The as-of date."),
        ("OBS_VALUE", "The figure; empty where there is none."),
        (
            "OBS_STATUS",
            (
                "By SDMX's CL_OBS_STATUS: A normal; U low reliability: a thin pillar, a withheld index and its parts, "
                "the bounds of an indicator without evidence; O missing: nothing is stated; Q missing, suppressed: the "
                "index is withheld."
            ),
        ),
        ("CONF_STATUS", "By SDMX's CL_CONF_STATUS: F free."),
        ("UNIT_MEASURE", "POINTS of 0 to 100; SHARE of 0 to 1; RANK."),
        ("COMMENT_OBS", "Why the index is withheld."),
    )


def _lines(export: Export) -> Iterator[tuple[Any, ...]]:
    countries = {one["country"]: one for one in export.ranking.records()}
    identifiers = {one["node"]: one["id"] for one in export.nodes.records()}
    for table in (export.ranking, export.pillars, export.indicators):
        measures = [field for field in table.fields if field.unit in UNITS]
        for one in table.records():
            country = countries[one["country"]]
            for field in measures:
                yield (
                    "dataflow",
                    structure(export),
                    "I",
                    country["country"],
                    country["actor"],
                    identifiers[one["node"]] if "node" in one else export.rubric.rubric.id,
                    field.name,
                    country["as_of"],
                    one[field.name],
                    _status(one, field.name, withheld=not country["published"]),
                    FREE,
                    UNITS[field.unit],
                    country["withheld_because"],
                )


def _status(one: dict[str, Any], measure: str, *, withheld: bool) -> str:
    if one[measure] is None:
        return SUPPRESSED if withheld and measure in HELD_BACK else MISSING
    return UNRELIABLE if withheld or one.get("thin") or one["information"] == 0 else NORMAL
