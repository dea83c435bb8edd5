"""Scores as a data frame of pandas or polars. Both packages are optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.extras import require
from scoring.index.leaves import FIGURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import polars as pl

    from scoring.index.scores import CountryScore, Score

TEXTS = ("country", "name", "actor", "band", "node", "kind", "pillar", "label")
NUMBERS = (*FIGURES, "borrowed", "conflict")
COLUMNS = (
    "country",
    "name",
    "actor",
    "as_of",
    "published",
    "rank",
    "band",
    "node",
    "kind",
    "pillar",
    "label",
    *NUMBERS,
)


def columns(countries: Sequence[CountryScore]) -> dict[str, list[Any]]:
    """Column -> values, one row per country and node; None for no text or rank, NaN for no figure."""
    rows = [_row(country, score) for country in countries for score in country.nodes]
    return {column: [row[column] for row in rows] for column in COLUMNS}


def _row(country: CountryScore, score: Score) -> dict[str, Any]:
    node = score.node
    is_index = node.parent is None
    return {
        "country": country.code,
        "name": country.name,
        "actor": country.profile.actor,
        "as_of": country.as_of,
        "published": country.is_published,
        "rank": country.rank if is_index else None,
        "band": country.band if is_index else None,
        "node": node.path,
        "kind": node.kind,
        "pillar": None if is_index else node.path.split("/")[1],
        "label": node.label,
        **{name: getattr(score, name) for name in NUMBERS},
    }


def to_pandas(countries: Sequence[CountryScore]) -> pd.DataFrame:
    """A pandas data frame of the columns. pandas has no dates: `as_of` is the second at which the day begins.

    Raises:
        MissingPackageError: pandas is not installed.
    """
    pandas = require("pandas")
    types = dict.fromkeys(TEXTS, "string") | dict.fromkeys(NUMBERS, "float64")
    types |= {"as_of": "datetime64[s]", "rank": "Int64", "published": "bool"}
    frame: pd.DataFrame = pandas.DataFrame(columns(countries)).astype(types)
    return frame


def to_polars(countries: Sequence[CountryScore]) -> pl.DataFrame:
    """A polars data frame of the columns, with null for none.

    Raises:
        MissingPackageError: polars is not installed.
    """
    polars = require("polars")
    types = dict.fromkeys(COLUMNS, polars.String) | dict.fromkeys(NUMBERS, polars.Float64)
    types |= {"as_of": polars.Date, "rank": polars.Int64, "published": polars.Boolean}
    frame: pl.DataFrame = polars.DataFrame(columns(countries), schema=types).fill_nan(None)
    return frame
