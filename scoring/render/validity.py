"""The index against tables of others: as tables, JSON, and a page with plots."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scoring.files.defaults import defaults
from scoring.model.countries import country_name
from scoring.render.charts.scatter import scatter
from scoring.render.objects import envelope
from scoring.render.wording import GENERATED
from scoring.text import numbers
from scoring.text.markdown import linked, plain
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.analysis.validity import Comparison
    from scoring.index.assessment import Assessment
    from scoring.model.references import PublishedTable


def validity_tables(
    assessment: Assessment, tables: Mapping[str, PublishedTable], found: Mapping[str, Sequence[Comparison]]
) -> list[Table]:
    """A row a table and node: the rank correlation with its interval."""
    if not found:
        return [Table((), (), ("No table of others is there to compare with.",))]
    columns = (
        Column("Table", key=True),
        Column("Ours", key=True),
        Column("Countries", figures=True, part=1),
        Column("Rank correlation", figures=True),
        Column("95 % interval", figures=True),
    )
    rows = tuple(
        (tables[name].title, one.node.id, str(one.rho.countries), numbers.unit(one.rho.value), _interval(one))
        for name, some in found.items()
        for one in some
    )
    notes = ("Rank correlation: Spearman's, 1 where both put the countries in the same order.",)
    return [Table(columns, rows, notes, assessment.title)]


def _interval(one: Comparison) -> str:
    dashes = numbers.unit(one.rho.low) == numbers.NONE
    return numbers.NONE if dashes else f"{numbers.unit(one.rho.low)} to {numbers.unit(one.rho.high)}"


def validity_object(
    assessment: Assessment, tables: Mapping[str, PublishedTable], found: Mapping[str, Sequence[Comparison]]
) -> dict[str, Any]:
    """The JSON document of `scoring validity`."""
    return {
        **envelope(assessment.book),
        "tables": [
            {
                "id": name,
                "title": tables[name].title,
                "comparisons": [
                    {
                        "node": one.node.path,
                        "countries": one.rho.countries,
                        "rank_correlation": numbers.exact_unit(one.rho.value),
                        "interval": [numbers.exact_unit(one.rho.low), numbers.exact_unit(one.rho.high)],
                        "places": [place._asdict() for place in one.apart],
                    }
                    for one in some
                ],
            }
            for name, some in found.items()
        ],
    }


def validity_page(
    assessment: Assessment, tables: Mapping[str, PublishedTable], found: Mapping[str, Sequence[Comparison]]
) -> dict[str, str]:
    """validity.md, and a plot of the index against each table: file -> text."""
    lines = [
        GENERATED,
        "# Against the world",
        "",
        "How the index, and the parts of it that ask most nearly the same, put the countries in order, beside tables",
        "that others published for about the same time. Weights and anchors were fixed before this was run, and not",
        "changed after it. A high correlation would not prove the index right, nor a low one wrong: each table",
        "measures something else, and what it measures was written down, with what to expect, beforehand.",
        "With so few countries the intervals are wide.",
        "",
        *(as_markdown(table) for table in validity_tables(assessment, tables, found)),
    ]
    pages: dict[str, str] = {}
    for name, some in found.items():
        table, index = tables[name], some[0]
        lines += [
            f"## {plain(table.title)}",
            "",
            f"{plain(table.publisher)}, {table.year}, {linked('the table', table.url)}",
        ]
        lines[-1] += f", opened {table.accessed}, read from {plain(table.read_from)}."
        lines += ["", f"*Measures.* {plain(table.measures)}", "", f"*Expected.* {plain(table.expected)}", ""]
        if index.points:
            pages[f"validity/{name}.svg"] = scatter(
                [(code, theirs, 100 * ours) for code, ours, theirs in index.points],
                x_title=f"{table.title} ({table.better} is better)",
                y_title="Index",
                title=f"The index against {table.title}",
                flip=table.better == "lower",
            )
            file = quote(os.fsencode(f"validity/{name}.svg"))
            lines += [f"![The index against {plain(table.title)}]({file})", ""]
            lines += [as_markdown(_apart_table(index))]
        if table.found:
            lines += [f"*Found.* {plain(table.found)}", ""]
    return {"validity.md": "\n".join(lines).rstrip() + "\n", **pages}


def _apart_table(index: Comparison) -> Table:
    columns = (Column("Widest apart"), Column("Place in the index", figures=True), Column("Place there", figures=True))
    rows = tuple(
        (country_name(one.country), f"{one.ours:g}", f"{one.theirs:g}")
        for one in index.apart[: defaults().shown.furthest_countries]
    )
    return Table(
        columns, rows, (f"Places among the {len(index.points)} countries that both have; ties share the mean.",)
    )
