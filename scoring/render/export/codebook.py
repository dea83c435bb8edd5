"""The codebook in Markdown: the origin of the figures, every table and field, every question with its anchors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.analysis.explain import REASONS
from scoring.render.export import sdmx, words
from scoring.text.markdown import plain
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.model.kinds import LeafIndicator
    from scoring.render.export.tables import DataTable, Export, Field

FILES = (
    ("datapackage.json, data/", "The tables as CSV, as a Frictionless Data Package."),
    ("parquet/", "The same tables as Parquet, with types; descriptions and units are in the metadata."),
    ("scores.xlsx", "A workbook to read and print. The display is rounded, the cells are not."),
    ("sdmx.csv", "The figures of index, pillars and indicators as SDMX-CSV 2.0."),
    ("LICENSE", "The licence of the data: a copy of the file next to the profiles."),
)
CONVENTIONS = (
    ("Missing value", "An empty cell in CSV and Excel, null in Parquet; never 0."),
    ("Figures", "Rounded to six decimals. Ranks and bands are computed from unrounded figures."),
    ("Dates", "ISO 8601. A date may be a year or a month only; the field day gives the day that it is treated as."),
    ("Node", "A path: ids of the rubric from the index down, separated by /; the last part of an item is its key."),
    ("Statement, source", "Ids are unique within a country; together with the country they are keys."),
    ("Citation", "path@version/country/reference date/hash: 16 digits of the sha256 of all inputs of the score."),
    (
        "Code",
        "JSON: a level's key in quotes; items with true, false or partly; a number; a share with n; a rank with of.",
    ),
    (
        "Formulas",
        "In CSV, a ' precedes = + - @ at the start of a text, so that no program runs it as a formula. Not in Parquet.",
    ),
)


def files(export: Export) -> dict[str, bytes]:
    """The file codebook.md."""
    return {"codebook.md": "\n".join(_lines(export)).encode()}


def _lines(export: Export) -> Iterator[str]:
    yield from ("# Codebook", "", _pairs("", words.made_by(export)))
    yield from ("## Terms", "", _pairs("Term", words.meanings(export)))
    yield from ("## For use", "", _pairs("", words.for_use(export)))
    yield from ("## Files", "", "An export contains those that were requested.", "", _pairs("File", FILES))
    yield from ("## Conventions", "", _pairs("Subject", CONVENTIONS))
    yield from ("## SDMX-CSV", "", _pairs("Column", sdmx.mapping(export)))
    yield from ("## Reasons why a statement does not enter a score", "", _pairs("Reason", REASONS.items()))
    for table in export.tables:
        yield from (f"## Table {plain(table.name)}", "", plain(table.description), "", *_keys(table), "")
        yield as_markdown(_fields(table))
    for pillar in export.rubric.pillars:
        yield from (f"## Questions: {plain(pillar.title)}", "")
        for leaf in pillar.leaves.values():
            yield from _question(leaf)
    yield ""


def _pairs(head: str, lines: Iterable[tuple[str, str]]) -> str:
    return as_markdown(Table((Column(head), Column("")), tuple(lines)))


def _keys(table: DataTable) -> Iterator[str]:
    yield f"- Key: {plain(', '.join(table.key))}."
    for reference in table.references:
        fields, target = plain(", ".join(reference.fields)), plain(", ".join(reference.to))
        yield f"- {fields}: refers to {target} of the table {plain(reference.table)}."


def _fields(table: DataTable) -> Table:
    columns = tuple(map(Column, ("Field", "Type", "Unit", "May be missing", "Meaning")))
    rows = (
        (field.name, field.kind, field.unit, "" if field.required else "yes", _meaning(field)) for field in table.fields
    )
    return Table(columns, tuple(rows))


def _meaning(field: Field) -> str:
    return f"{field.description} One of: {', '.join(field.among)}." if field.among else field.description


def _question(leaf: LeafIndicator) -> Iterator[str]:
    yield from (f"### {plain(leaf.id)}", "", f"{plain(leaf.question)} {plain(leaf.rationale)}", "")
    if leaf.guidance:
        yield from (plain(leaf.guidance), "")
    yield from (*(f"- {plain(key)}: {plain(text)}" for key, text in _anchors(leaf)), "")


def _anchors(leaf: LeafIndicator) -> Iterator[tuple[str, str]]:
    for key, text, value, points in leaf.anchors():
        counts = "" if value is None else f" ({value:g})"
        yield f"{key}{counts}" if points is None else f"{key} ({points:g} points)", leaf.written_out(text)
