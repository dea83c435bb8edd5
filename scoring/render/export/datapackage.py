"""A Frictionless Data Package: one CSV file per table, and datapackage.json with their descriptions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scoring.text.table import as_csv

if TYPE_CHECKING:
    from scoring.render.export.tables import Cell, DataTable, Export, Field, Reference

PROFILES = "https://datapackage.org/profiles/2.0"
LICENCES = {"MIT License": "MIT"}  # first line of a licence -> its identifier in the Open Definition's list


def files(export: Export) -> dict[str, bytes]:
    """The files datapackage.json and data/<table>.csv."""
    return {
        "datapackage.json": (json.dumps(descriptor(export), ensure_ascii=False, indent=2) + "\n").encode(),
        **{_path(table): csv_text(table).encode() for table in export.tables},
    }


def csv_text(table: DataTable) -> str:
    """A table as CSV: lines end with a line feed, a missing value is empty, booleans are true and false."""
    return as_csv((field.name for field in table.fields), (map(_cell, row) for row in table.rows))


def _cell(value: Cell) -> Cell:
    return str(value).lower() if isinstance(value, bool) else value


def _path(table: DataTable) -> str:
    return f"data/{table.name}.csv"


def descriptor(export: Export) -> dict[str, Any]:
    """The descriptor by Data Package version 2; it omits `created`, so that every run writes the same bytes."""
    settings = export.settings
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": export.name,
        "title": export.title,
        "description": _description(export),
        "version": export.version,
        **({"licenses": [_licence(export.licence)]} if export.licence else {}),
        "sources": _sources(export.sources),
        "resources": [_resource(table) for table in export.tables],
        "rubric": {
            "id": export.rubric.rubric.id,
            "version": export.rubric.rubric.version,
            "scale": export.scale.model_dump(by_alias=True),
            "better": export.rubric.rubric.better,
            "digest": export.rubric_digest,
        },
        "engine": export.engine,
        "draws": {
            "draws": settings.draws,
            "seed": settings.seed,
            "kappa": settings.kappa,
            "exponents": {f"{exponent:g}": chance for exponent, chance in settings.exponents},
        },
    }


def _description(export: Export) -> str:
    summary = "Scores of countries, and the evidence for them. codebook.md explains every table and field."
    return "\n\n".join((summary, *export.notes))


def _licence(text: str) -> dict[str, str]:
    title = text.splitlines()[0].strip()
    name = {"name": LICENCES[title]} if title in LICENCES else {}
    return {**name, "title": title, "path": "LICENSE"}


def _sources(table: DataTable) -> list[dict[str, str]]:
    """The sources; each appears once, even if several countries use it."""
    sources = {(f"{source['publisher']}: {source['title']}", source["url"]) for source in table.records()}
    return [
        {"title": title, **({"path": url} if url else {})}
        for title, url in sorted(sources, key=lambda source: (source[0], source[1] or ""))
    ]


def _resource(table: DataTable) -> dict[str, Any]:
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": table.name,
        "type": "table",
        "profile": "tabular-data-resource",  # `type` in version 1, which readers in R require
        "title": table.title,
        "description": table.description,
        "path": _path(table),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [_field(field) for field in table.fields],
            "primaryKey": list(table.key),
            **({"foreignKeys": [_foreign(table, key) for key in table.references]} if table.references else {}),
            "missingValues": [""],
        },
    }


def _foreign(table: DataTable, reference: Reference) -> dict[str, Any]:
    resource = {"resource": reference.table} if reference.table != table.name else {}
    return {"fields": list(reference.fields), "reference": {**resource, "fields": list(reference.to)}}


def _field(field: Field) -> dict[str, Any]:
    constraints = {
        "required": field.required or None,
        "enum": list(field.among) or None,
        "pattern": field.pattern or None,
        "minimum": field.least,
        "maximum": field.most,
    }
    return {
        "name": field.name,
        "title": field.title,
        "type": field.kind,
        "description": field.description,
        **({"unit": field.unit} if field.unit else {}),
        **({"constraints": given} if (given := {k: v for k, v in constraints.items() if v is not None}) else {}),
    }
