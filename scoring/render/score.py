"""An assessment as a table for people, as CSV and as JSON for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.model.profile import coded_until
from scoring.render.objects import FIGURES, FORMAT_VERSION, node_object, rubric_object, with_conflict
from scoring.render.wording import (
    country_name,
    estimate_text,
    gathered_earlier,
    has_bounds,
    incomparable,
    is_thin,
    order,
    pillars,
    range_text,
    reason,
    thin_note,
    title,
)
from scoring.text import numbers
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node


# -- for people --------------------------------------------------------------------------------------------------------


def score_tables(assessment: Assessment, rows: Sequence[int], *, ascii_only: bool = False) -> list[Table]:
    """The published by rank, and the withheld with their reasons."""
    published = [row for row in rows if assessment.rank[row] is not None]
    published.sort(key=lambda row: (assessment.rank[row] or 0, assessment.profiles[row].country))
    withheld = [row for row in rows if assessment.rank[row] is None]
    tables = [_published_table(assessment, published, withheld, ascii_only=ascii_only)]
    if withheld:
        tables.append(_withheld_table(assessment, withheld, ascii_only=ascii_only))
    return tables


def _published_table(assessment: Assessment, rows: list[int], withheld: list[int], *, ascii_only: bool) -> Table:
    heads = pillars(assessment)
    is_open = has_bounds(assessment)
    shorts = {pillar.id: pillar.short or pillar.title for pillar in assessment.book.pillars}
    columns = (
        Column("Rank", figures=True),
        Column("Country", key=True),
        Column("Index", figures=True),
        *([Column("Range", figures=True)] if is_open else []),
        Column("0 … 100" if not ascii_only else "0 - 100", optional=True),
        Column("Stated", figures=True),
        Column("Inform.", figures=True),
        Column("Avail.", figures=True),
        Column("Band"),
        *(Column(shorts[node.id], figures=True, part=1) for node in heads),
    )
    cells = tuple(_published_row(assessment, row, heads, ascii_only=ascii_only) for row in rows)
    total = sum(rank is not None for rank in assessment.rank)
    notes = [f"Rank: 1 = highest estimate among the {total} published; ties share the best rank (1, 1, 3)."]
    if is_open:
        notes.append("Range: evidence bounds, the lowest and highest value consistent with the evidence.")
    if total > 1:
        notes.append(f"{order(assessment.book.rubric)} `scoring rank` gives it.")
    if any(is_thin(assessment, row, node) for row in rows for node in heads):
        notes.append(thin_note(assessment))
    notes += incomparable(assessment, rows)
    notes += gathered_earlier(assessment, [*rows, *withheld])
    named = [f"{pillar.short} {pillar.title}" for pillar in assessment.book.pillars if pillar.short]
    if named:
        notes.append(f"Pillars: {', '.join(named)}.")
    if not rows and not withheld:
        notes = ["No country: the folder holds no profile, or none of those asked for."]
    return Table(columns, cells, tuple(notes), title(assessment) if rows or withheld else "")


def _published_row(assessment: Assessment, row: int, heads: list[Node], *, ascii_only: bool) -> tuple[str, ...]:
    values = assessment.figures
    low, high, estimate = (float(array[row, 0]) for array in (values.low, values.high, assessment.shown))
    profile, root = assessment.profiles[row], assessment.nodes[0]
    return (
        str(assessment.rank[row]),
        f"{country_name(profile.country)} ({profile.country})",
        numbers.points(estimate),
        *([range_text(assessment, row, root, "-" if ascii_only else "–")] if has_bounds(assessment) else []),
        numbers.bar(low, high, estimate, ascii_only=ascii_only),
        numbers.points(float(values.stated[row, 0])),
        numbers.unit(float(values.information[row, 0])),
        numbers.unit(float(values.availability[row, 0])),
        assessment.band[row] or "",
        *(estimate_text(assessment, row, node) for node in heads),
    )


def _withheld_table(assessment: Assessment, rows: list[int], *, ascii_only: bool) -> Table:
    is_open = has_bounds(assessment)
    bounds = (
        Column("Range", figures=True),
        Column("0 … 100" if not ascii_only else "0 - 100", optional=True),
    )
    columns = (Column("Withheld", key=True), *(bounds if is_open else ()), Column("Because"))
    cells = tuple(
        (
            f"{country_name(assessment.profiles[row].country)} ({assessment.profiles[row].country})",
            *(_bounds_cells(assessment, row, ascii_only=ascii_only) if is_open else ()),
            reason(assessment, row),
        )
        for row in rows
    )
    return Table(columns, cells, faint=frozenset(range(len(cells))))


def _bounds_cells(assessment: Assessment, row: int, *, ascii_only: bool) -> tuple[str, str]:
    low, high = float(assessment.figures.low[row, 0]), float(assessment.figures.high[row, 0])
    return (
        range_text(assessment, row, assessment.nodes[0], "-" if ascii_only else "–"),
        numbers.bar(low, high, None, ascii_only=ascii_only),
    )


def score_object(assessment: Assessment, rows: Sequence[int]) -> dict[str, Any]:
    """The JSON document of `scoring score`."""
    days = {assessment.as_of[row].isoformat() for row in rows}
    indicators = sorted(
        (node for node in assessment.nodes if node.kind not in ("index", "pillar", "item")), key=lambda node: node.id
    )
    return {
        "format_version": FORMAT_VERSION,
        "rubric": rubric_object(assessment),
        "as_of": days.pop() if len(days) == 1 else None,
        "countries": [
            {
                "country": assessment.profiles[row].country,
                "name": country_name(assessment.profiles[row].country),
                "actor": assessment.profiles[row].actor,
                "as_of": assessment.as_of[row].isoformat(),
                "coded_until": coded_until(assessment.profiles[row], assessment.as_of[row]).isoformat(),
                "profile_digest": assessment.profile_digests[row],
                "published": not assessment.withheld_because[row],
                "withheld_because": list(assessment.withheld_because[row]),
                "rank": assessment.rank[row],
                "band": assessment.band[row],
                "index": node_object(assessment, row, assessment.nodes[0]),
                "pillars": {node.id: node_object(assessment, row, node) for node in pillars(assessment)},
                "indicators": {node.id: with_conflict(assessment, row, node) for node in indicators},
            }
            for row in rows
        ],
    }


def score_csv(assessment: Assessment, rows: Sequence[int]) -> str:
    """One line a country; the estimate of a withheld index is left empty."""
    nodes = pillars(assessment)
    heads = ["country", "name", "actor", "as_of", "published", "withheld_because", "rank", "band", *FIGURES]
    heads += [f"{node.id}.{name}" for node in nodes for name in FIGURES]
    lines = []
    for row in rows:
        published = not assessment.withheld_because[row]
        index = node_object(assessment, row, assessment.nodes[0])
        lines.append(
            [
                assessment.profiles[row].country,
                country_name(assessment.profiles[row].country),
                assessment.profiles[row].actor,
                assessment.as_of[row].isoformat(),
                str(published).lower(),
                " ".join(assessment.withheld_because[row]),
                assessment.rank[row],
                assessment.band[row],
                *(index[name] for name in FIGURES),
                *(value for node in nodes for value in node_object(assessment, row, node).values()),
            ]
        )
    return as_csv(heads, lines)
