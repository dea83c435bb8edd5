"""The codebook in Markdown: what made the figures, every table and field, every question with its anchors."""

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
    ("datapackage.json, data/", "The tables as CSV, described as a Frictionless Data Package."),
    ("parquet/", "The same tables as Parquet, with types; descriptions and units stand in the metadata."),
    ("scores.xlsx", "A workbook to read and print. The figures are rounded on show, not in the cells."),
    ("sdmx.csv", "The figures of index, pillars and indicators as SDMX-CSV 2.0."),
    ("LICENSE", "The licence of the data, as it stands beside the profiles."),
)
CONVENTIONS = (
    ("None", "An empty cell in CSV and Excel, null in Parquet. It is never 0: what has no figure has no number."),
    ("Figures", "Unrounded to six decimals. Ranks and bands come from figures with all their decimals."),
    ("Dates", "ISO 8601. A date as it is written may be a year or a month alone; the field day is how it is read."),
    ("Node", "A path: ids of the rubric from the index down, joined by /; the last part of an item is its key."),
    ("Statement, source", "Ids are unique within a country; together with the country they are keys."),
    ("Citation", "path@version/country/as-of date/hash: 16 digits of a sha256 of what the score was made from."),
    (
        "Code",
        "JSON: a level's key in quotes; items with true, false or partly; a number; a share with n; a rank with of.",
    ),
    (
        "Formulas",
        "In CSV, = + - @ have a ' before them where a cell may begin with one, so that none is run. Not in Parquet.",
    ),
)


def files(export: Export) -> dict[str, bytes]:
    """codebook.md."""
    return {"codebook.md": "\n".join(_lines(export)).encode()}


def _lines(export: Export) -> Iterator[str]:
    yield from ("# Codebook", "", _pairs("", words.made_by(export)))
    yield from ("## Words", "", _pairs("Word", words.meanings(export)))
    yield from ("## For use", "", _pairs("", words.for_use(export)))
    yield from ("## Files", "", "Those that were asked for.", "", _pairs("File", FILES))
    yield from ("## Conventions", "", _pairs("What", CONVENTIONS))
    yield from ("## SDMX-CSV", "", _pairs("Column", sdmx.mapping(export)))
    yield from ("## Why a statement does not enter", "", _pairs("Reason", REASONS.items()))
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
    for one in table.references:
        yield f"- {plain(', '.join(one.fields))}: of the table {plain(one.table)}, {plain(', '.join(one.to))}."


def _fields(table: DataTable) -> Table:
    heads = tuple(map(Column, ("Field", "Type", "Unit", "May be none", "Meaning")))
    rows = ((one.name, one.kind, one.unit, "" if one.required else "yes", _meaning(one)) for one in table.fields)
    return Table(heads, tuple(rows))


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
        yield f"{key}{counts}" if points is None else f"{key} ({points:g} points)", text
