"""The codebook in Markdown: every table, field and question, and how files and ids are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.render.markdown import plain
from scoring.render.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from scoring.render.export.tables import DataTable, Export


def files(export: Export) -> dict[str, bytes]:
    """codebook.md."""
    return {"codebook.md": text(export).encode()}


def text(export: Export) -> str:
    """The codebook."""
    lines = ["# Codebook", "", plain(export.title), ""]
    for table in export.tables:
        lines += [f"## {table.title}", "", plain(table.description), "", as_markdown(_fields(table)), ""]
    return "\n".join(lines)


def _fields(table: DataTable) -> Table:
    return Table(
        (Column("Field"), Column("Type"), Column("Unit"), Column("May be none"), Column("Meaning")),
        tuple(
            (field.name, field.kind, field.unit, "" if field.required else "yes", field.description)
            for field in table.fields
        ),
    )
