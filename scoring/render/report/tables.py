"""The tables of report templates: all their columns, from which a template may choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import UnknownNameError
from scoring.index.summary import interval_name, order
from scoring.render.citation import texts
from scoring.render.report.values import Rows
from scoring.text.prose import long_date
from scoring.text.spelling import chosen
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.citing.citation import Citation
    from scoring.model.rubric import Rubric
    from scoring.render.report.comparing import Chance, Moved

INSUFFICIENT = "~ insufficient data: as its own index, the pillar would be withheld."
DEFAULT = "default"  # stands for the usual columns


class Wide(NamedTuple):
    """A table with all columns that it can have, by the names that templates use."""

    columns: Mapping[str, Column]
    default: Sequence[str]
    """The columns that are shown unless others are chosen."""
    rows: Sequence[Mapping[str, str]]
    notes: Sequence[str] = ()
    is_by_score: bool = False
    """Whether all figures of a row are of the score that has its id."""


def selected(wide: Wide, columns: Sequence[str] | None) -> Rows:
    """The table with the chosen columns in this order; None: its usual ones, for which `default` stands in a list.

    Raises:
        UnknownNameError: the table has no such column, or it is chosen twice.
    """
    spellings = {DEFAULT: (), **{name: (column.head,) for name, column in wide.columns.items()}}
    names: list[str] = []
    for written in (DEFAULT,) if columns is None else columns:
        name = chosen(written, spellings, "column")
        names += wide.default if name == DEFAULT else [name]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"the column {twice[0]} is chosen twice"
        raise UnknownNameError(message)
    rows = tuple(tuple(row[name] for name in names) for row in wide.rows)
    marked = (INSUFFICIENT,) if any(cell.startswith("~") for row in rows for cell in row) else ()
    table = Table(tuple(wide.columns[name] for name in names), rows, (*marked, *wide.notes))
    return Rows(table, tuple(row["id"] if wide.is_by_score else "" for row in wide.rows))


# -- columns: their heads are the words that `scoring verify` reads ----------------------------------------------------


def _figures(rubric: Rubric) -> dict[str, Column]:
    heads = {
        "stated": "Evidence mean",
        "range": "Bounds",
        "interval": interval_name(rubric),
        "rank": "Rank",
        "rank.interval": "Rank interval",
        "information": "Information",
        "availability": "Availability",
        "borrowed": "Borrowed",
    }
    return {name: Column(head, figures=True) for name, head in heads.items()}


def _cells(citation: Citation) -> dict[str, str]:
    """The cells of a score by the names of columns; what follows from being withheld is said once, as the estimate."""
    found = texts(citation)
    if citation.rank is None:
        found |= dict.fromkeys(("rank", "rank_interval", "band"), "")
    return {
        **found,
        "rank.interval": found["rank_interval"],
        "country": citation.name,
        "code": citation.country,
        "index": _estimate(citation),
        "id": citation.id,
    }


def _estimate(citation: Citation) -> str:
    """The estimate, with a mark if it is that of a pillar with insufficient data."""
    has_mark = citation.withheld_because and citation.node.parent is not None
    return ("~" if has_mark else "") + texts(citation)["estimate"]


def _bounds(citation: Citation) -> tuple[str, ...]:
    return ("range",) if citation.has_bounds else ()


_ID = {"id": Column("Id", code=True)}


def ranking(citations: Sequence[Citation]) -> Wide:
    """One row per country: rank, index, bounds, interval, rank interval and band."""
    figures = _figures(citations[0].rubric)
    columns = {
        "rank": figures.pop("rank"),
        "country": Column("Country"),
        "code": Column("Code"),
        "index": Column("Index", figures=True),
        **figures,
        "band": Column("Band"),
        **_ID,
    }
    default = ("rank", "country", "index", *_bounds(citations[0]), "interval", "rank.interval", "band")
    return Wide(columns, default, [_cells(citation) for citation in citations], is_by_score=True)


def pillars(rows: Sequence[Sequence[Citation]]) -> Wide:
    """One row per country: the index and each pillar; rows: the citations of both, of each country."""
    nodes = [citation.node for citation in rows[0][1:]]
    columns = {
        "country": Column("Country"),
        "code": Column("Code"),
        "index": Column("Index", figures=True),
        **{node.id: Column(node.label, figures=True) for node in nodes},
        **_ID,
    }
    cells = [
        {**_cells(index), **{citation.node.id: _estimate(citation) for citation in others}} for index, *others in rows
    ]
    return Wide(columns, ("country", "index", *(node.id for node in nodes)), cells)


def country(citations: Sequence[Citation]) -> Wide:
    """One row for the index and for each pillar of a country."""
    columns = {
        "name": Column("Index or pillar"),
        "score": Column("Score", figures=True),
        **_figures(citations[0].rubric),
        **_ID,
    }
    rows = [{**_cells(one), "name": one.node.label, "score": _estimate(one)} for one in citations]
    return Wide(columns, ("name", "score", *_bounds(citations[0]), "interval"), rows, is_by_score=True)


def above(first: Citation, others: Sequence[Citation], chances: Sequence[Chance]) -> Wide:
    """One row per other country: its score, and the probability that the first country ranks above it."""
    verb = "ranks above" if first.rubric.lower_is_better else "above"
    columns = {
        "country": Column("Country"),
        "code": Column("Code"),
        "index": Column("Index" if first.node.parent is None else "Score", figures=True),
        **_figures(first.rubric),
        "above": Column(f"P({first.country} {verb})", figures=True),
        "distinguishable": Column("Distinguishable"),
        **_ID,
    }
    rows = [
        {**_cells(citation), "above": chance.text, "distinguishable": chance.yes_or_no}
        for citation, chance in zip(others, chances, strict=True)
    ]
    return Wide(columns, ("country", "index", "interval", "above", "distinguishable"), rows, (order(first.rubric),))


def change(moved: Sequence[Moved], rubric: Rubric) -> Wide:
    """One row for the index and for each pillar of a country: both days, the change, and whether it is significant."""
    interval, (first, last) = interval_name(rubric), moved[0].days
    columns = {
        "name": Column("Index or pillar"),
        "first": Column(long_date(first), figures=True),
        "last": Column(long_date(last), figures=True),
        "change": Column("Change", figures=True),
        "interval": Column(f"{interval} of the change", figures=True),
        "evidence": Column(f"Evidence, {interval}", figures=True),
        "significant": Column("Significant"),
    }
    rows = [
        {
            "name": one.node.label,
            "first": one.scores[0],
            "last": one.scores[1],
            "change": one.text,
            "interval": one.interval,
            "evidence": one.evidence,
            "significant": one.yes_or_no,
        }
        for one in moved
    ]
    if first == last:
        return Wide(columns, ("name", "last", "change"), rows)
    note = f"Significant: the {interval} of the part of the change that new evidence explains excludes 0."
    return Wide(columns, ("name", "first", "last", "change", "interval", "evidence", "significant"), rows, (note,))
