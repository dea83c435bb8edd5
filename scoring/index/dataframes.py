"""An assessment as a data frame of pandas or polars. Both packages are optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.extras import require
from scoring.index.score import FIGURES
from scoring.model.countries import country_names

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from scoring.index.assessment import Assessment


NUMBERS = (*FIGURES, "conflict")
DAY, RANK, PUBLISHED = "as_of", "rank", "published"  # besides these and the numbers, columns are text


def columns(assessment: Assessment) -> dict[str, Any]:
    """Column -> values, one row per country and node: lists with None for none, arrays with NaN for the figures."""
    names, nodes = country_names(), assessment.nodes
    rows = [
        {
            "country": profile.country,
            "name": names.get(profile.country, profile.country),
            "actor": profile.actor,
            DAY: assessment.as_of[row],
            PUBLISHED: not assessment.withheld_because[row],
            RANK: assessment.rank[row] if node.parent is None else None,
            "band": assessment.band[row] if node.parent is None else None,
            "node": node.path,
            "kind": node.kind,
            "pillar": None if node.parent is None else node.path.split("/")[1],
            "label": node.label,
        }
        for row, profile in enumerate(assessment.profiles)
        for node in nodes
    ]
    other_columns = ("country", "name", "actor", DAY, PUBLISHED, RANK, "band", "node", "kind", "pillar", "label")
    figures = {name: getattr(assessment.figures, name) for name in FIGURES}
    figures |= {"estimate": assessment.shown, "conflict": assessment.conflict}
    return {column: [row[column] for row in rows] for column in other_columns} | {
        name: array.ravel() for name, array in figures.items()
    }


def to_pandas(assessment: Assessment) -> pd.DataFrame:
    """A pandas data frame of the columns. pandas has no dates: `as_of` is the second at which the day begins.

    Raises:
        MissingPackageError: pandas is not installed.
    """
    pandas = require("pandas")
    values = columns(assessment)
    types = dict.fromkeys(values, "string") | dict.fromkeys(NUMBERS, "float64")
    types |= {DAY: "datetime64[s]", RANK: "Int64", PUBLISHED: "bool"}
    frame: pd.DataFrame = pandas.DataFrame(values).astype(types)
    return frame


def to_polars(assessment: Assessment) -> pl.DataFrame:
    """A polars data frame of the columns, with null for none.

    Raises:
        MissingPackageError: polars is not installed.
    """
    polars = require("polars")
    values = columns(assessment)
    types = dict.fromkeys(values, polars.String) | dict.fromkeys(NUMBERS, polars.Float64)
    types |= {DAY: polars.Date, RANK: polars.Int64, PUBLISHED: polars.Boolean}
    frame: pl.DataFrame = polars.DataFrame(values, schema=types, nan_to_null=True)
    return frame
