"""`scoring validity`: the index compared with published indices, as tables, JSON, and a page with plots."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scoring.files.defaults import defaults
from scoring.render.charts.scatter import scatter
from scoring.render.objects import envelope
from scoring.render.wording import GENERATED
from scoring.text import numbers
from scoring.text.markdown import linked, plain
from scoring.text.prose import joined
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.analysis.validity import Comparison
    from scoring.index.assessment import Assessment
    from scoring.model.references import PublishedTable


def validity_tables(
    assessment: Assessment, tables: Mapping[str, PublishedTable], comparisons: Mapping[str, Sequence[Comparison]]
) -> list[Table]:
    """One row per published index and node: the rank correlation with its interval."""
    if not comparisons:
        return [Table((), (), ("There is no published index to compare with.",))]
    days = {comparison.days for nodes in comparisons.values() for comparison in nodes}
    columns = (
        Column("Published index", key=True),
        Column("Node", key=True),
        *([Column("Scores as of", part=1)] if len(days) > 1 else []),
        Column("Countries", figures=True, part=1),
        Column("Rank correlation", figures=True),
        Column("95 % interval", figures=True),
    )
    rows = tuple(
        (
            tables[name].title,
            comparison.node.id,
            *([joined([day.isoformat() for day in comparison.days])] if len(days) > 1 else []),
            str(comparison.rho.countries),
            numbers.unit(comparison.rho.value),
            _interval(comparison),
        )
        for name, nodes in comparisons.items()
        for comparison in nodes
    )
    notes = ("Rank correlation: Spearman's rho; 1 where both rank the countries in the same order.",)
    return [Table(columns, rows, notes, assessment.title)]


def _interval(comparison: Comparison) -> str:
    dashes = numbers.unit(comparison.rho.low) == numbers.NONE
    return numbers.NONE if dashes else f"{numbers.unit(comparison.rho.low)} to {numbers.unit(comparison.rho.high)}"


def validity_object(
    assessment: Assessment, tables: Mapping[str, PublishedTable], comparisons: Mapping[str, Sequence[Comparison]]
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
                        "node": comparison.node.path,
                        "as_of": [day.isoformat() for day in comparison.days],
                        "countries": comparison.rho.countries,
                        "rank_correlation": numbers.exact_unit(comparison.rho.value),
                        "interval": [numbers.exact_unit(comparison.rho.low), numbers.exact_unit(comparison.rho.high)],
                        "places": [
                            {"country": one.country, "ours": one.ours, "theirs": one.theirs} for one in comparison.apart
                        ],
                    }
                    for comparison in nodes
                ],
            }
            for name, nodes in comparisons.items()
        ],
    }


def validity_page(
    assessment: Assessment, tables: Mapping[str, PublishedTable], comparisons: Mapping[str, Sequence[Comparison]]
) -> dict[str, str]:
    """The page validity.md, and a plot per published index: file -> text."""
    validity = assessment.book.rubric.about.validity
    lines = [
        GENERATED,
        "# Compared with published indices",
        "",
        "The index, and its nodes that ask similar questions, compared with indices that others published. A high",
        "correlation does not prove the index right, nor a low one wrong: each published index measures something",
        f"else.{f' {plain(validity)}' if validity else ''}",
        "",
        *(as_markdown(table) for table in validity_tables(assessment, tables, comparisons)),
    ]
    pages: dict[str, str] = {}
    for name, nodes in comparisons.items():
        table, index = tables[name], nodes[0]
        lines += [
            f"## {plain(table.title)}",
            "",
            f"{plain(table.publisher)}, {table.year}, {linked('source', table.url)}",
        ]
        lines[-1] += f", accessed {table.accessed}, read from {plain(table.read_from)}."
        lines += ["", f"*Measures.* {plain(table.measures)}", "", f"*Expected.* {plain(table.expected)}", ""]
        if index.points:
            pages[f"validity/{name}.svg"] = scatter(
                [(code, theirs, assessment.scale.on(ours)) for code, ours, theirs in index.points],
                x_title=f"{table.title} ({table.better} is better)",
                y_title="Index",
                title=f"The index and {table.title}",
                flip=table.better != assessment.book.rubric.better,
            )
            file = quote(os.fsencode(f"validity/{name}.svg"))
            lines += [f"![The index and {plain(table.title)}]({file})", ""]
            lines += [as_markdown(_apart_table(index))]
        if table.found:
            lines += [f"*Result.* {plain(table.found)}", ""]
    return {"validity.md": "\n".join(lines).rstrip() + "\n", **pages}


def _apart_table(index: Comparison) -> Table:
    columns = (
        Column("Largest differences"),
        Column("Rank in this index", figures=True),
        Column("Rank in the published index", figures=True),
    )
    rows = tuple(
        (ranks.title, f"{ranks.ours:g}", f"{ranks.theirs:g}")
        for ranks in index.apart[: defaults().shown.furthest_countries]
    )
    return Table(columns, rows, (f"Ranks among the {len(index.points)} countries in both; ties share the mean rank.",))
