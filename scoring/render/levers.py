"""Ranks with their intervals, and what a change would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.score import score_object
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from scoring.analysis.levers import Lever
    from scoring.index.assessment import Assessment


def levers_table(assessment: Assessment, row: int, found: tuple[Lever, ...]) -> Table:
    """A row a step, the most useful first."""
    columns = (
        Column("Gain", figures=True),
        Column("Indicator", key=True),
        Column("Now"),
        Column("Step"),
        Column("What it says"),
    )
    cells = tuple(
        (
            numbers.signed_points(lever.gain, 2),
            f"{lever.indicator}/{lever.item}" if lever.item else lever.indicator,
            lever.now,
            lever.then,
            lever.text,
        )
        for lever in found
    )
    notes = (
        "Gain: how much higher (+) or lower (-) the index would be with this step alone; in part its certainty counts.",
        "Questions on which nothing is stated, shares, ranks and numbers have no steps.",
    )
    return Table(columns, cells, notes, f"{assessment.countries[row].label}, {assessment.title}")


def levers_object(assessment: Assessment, row: int, found: tuple[Lever, ...]) -> dict[str, Any]:
    """The JSON document of `scoring levers`."""
    document = score_object(assessment, [assessment.countries[row]])
    [country] = document.pop("countries")
    levers = [
        {
            "indicator": lever.indicator,
            "item": lever.item,
            "now": lever.now,
            "then": lever.then,
            "gain": numbers.exact_points(lever.gain),
        }
        for lever in found
    ]
    return {**document, "country": country["country"], "index": country["index"], "levers": levers}
