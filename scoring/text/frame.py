"""Records with typed columns, as a data frame of pandas or polars. Both packages are optional."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from scoring.extras import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import polars as pl

Columns: TypeAlias = "dict[str, type]"
"""Name -> str, float, int, bool or datetime.date."""
PANDAS = {str: "string", float: "float64", int: "Int64", bool: "boolean", dt.date: "datetime64[s]"}


@dataclass(frozen=True, repr=False)
class Frame:
    """Records with typed columns. A record has no value where its key is missing, or its value is None or NaN."""

    columns: Columns
    rows: tuple[Mapping[str, Any], ...]

    def __repr__(self) -> str:
        return f"<Frame of {len(self.rows)} rows: {', '.join(self.columns)}>"

    def values(self, column: str) -> list[Any]:
        """The values of a column, None for none."""
        kind = self.columns[column]
        return [_value(row.get(column), kind) for row in self.rows]

    def to_pandas(self) -> pd.DataFrame:
        """The records in pandas: NA, NaN or NaT for none. pandas has no dates: a day is the second at which it begins.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        pandas = require("pandas")
        frame: pd.DataFrame = pandas.DataFrame({name: self.values(name) for name in self.columns})
        return frame.astype({name: PANDAS[kind] for name, kind in self.columns.items()})

    def to_polars(self) -> pl.DataFrame:
        """The records in polars, null for none.

        Raises:
            MissingPackageError: polars is not installed.
        """
        polars = require("polars")
        types = {
            str: polars.String,
            float: polars.Float64,
            int: polars.Int64,
            bool: polars.Boolean,
            dt.date: polars.Date,
        }
        schema = {name: types[kind] for name, kind in self.columns.items()}
        frame: pl.DataFrame = polars.DataFrame({name: self.values(name) for name in self.columns}, schema=schema)
        return frame


def _value(value: Any, kind: type) -> Any:
    """A value as Python's own type, not numpy's; None for NaN."""
    if value is None:
        return None
    own = kind(value) if kind in (float, int, bool) else value
    return None if isinstance(own, float) and math.isnan(own) else own
