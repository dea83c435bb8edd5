"""Parquet: one typed file per table; its metadata holds the descriptions of the fields."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from scoring.extras import require

if TYPE_CHECKING:
    from scoring.render.export.tables import DataTable, Export

TYPES = {"string": "string", "integer": "int32", "number": "float64", "boolean": "bool_", "date": "date32"}


def files(export: Export) -> dict[str, bytes]:
    """The files parquet/<table>.parquet.

    Raises:
        MissingPackageError: pyarrow is not installed.
    """
    return {f"parquet/{table.name}.parquet": _written(table, export) for table in export.tables}


def _written(table: DataTable, export: Export) -> bytes:
    arrow, parquet = require("pyarrow", "report"), require("pyarrow.parquet", "report")
    rubric = export.rubric.rubric
    schema = arrow.schema(
        [
            arrow.field(
                field.name,
                getattr(arrow, TYPES[field.kind])(),
                nullable=not field.required,
                metadata={"description": field.description, **({"unit": field.unit} if field.unit else {})},
            )
            for field in table.fields
        ],
        metadata={
            "title": export.title,
            "description": table.description,
            "engine": export.engine,
            "rubric": f"{rubric.id}@{rubric.version}",
            "rubric_digest": export.rubric_digest,
        },
    )
    columns: list[Any] = [
        arrow.array([row[position] for row in table.rows], type=field.type) for position, field in enumerate(schema)
    ]
    out = io.BytesIO()
    parquet.write_table(arrow.Table.from_arrays(columns, schema=schema), out, compression="zstd")
    return out.getvalue()
