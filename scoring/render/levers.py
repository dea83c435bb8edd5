"""`scoring levers` as a table and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.score import score_object
from scoring.text.frame import Frame
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from scoring.analysis.levers import Lever
    from scoring.analysis.steps import AnswerStep
    from scoring.index.assessment import Assessment
    from scoring.text.frame import Columns

STEP: Columns = dict.fromkeys(("country", "indicator", "item", "now", "then", "text"), str)
LEVERS: Columns = {**STEP, "gain": float, "by_certainty": float}


def levers_table(assessment: Assessment, row: int, improvements: tuple[Lever, ...]) -> Table:
    """One row per possible improvement, the largest gain first."""
    change = "Change" if assessment.book.rubric.lower_is_better else "Gain"
    columns = (
        Column(change, figures=True),
        Column("By certainty", figures=True),
        Column("Indicator", key=True),
        Column("Now", part=1),
        Column("Then", part=1),
        Column("Text in the rubric"),
    )
    cells = tuple(
        (
            assessment.scale.signed(lever.gain, 1),
            assessment.scale.signed(lever.certainty, 1),
            name_of(lever.indicator, lever.item),
            lever.now,
            lever.then,
            lever.text,
        )
        for lever in improvements
    )
    change_notes = (
        f"{change}: the index with this answer alone, minus that with an equally certain answer at today's level.",
        "For a count, both answers cover all events.",
        "By certainty: the index with a certain answer at today's level, minus the index now.",
    )
    left_out = f"Not listed: questions without evidence, and kinds without steps{kinds_without_steps(assessment)}."
    notes = (*(change_notes if cells else ("None is known.",)), left_out)
    return Table(columns, cells, notes, f"{assessment.countries[row].label}, {assessment.title}")


def kinds_without_steps(assessment: Assessment) -> str:
    """The kinds of indicator in the rubric that have no steps, in parentheses."""
    kinds = {leaf.kind for leaf in assessment.book.leaves.values() if not leaf.has_steps}
    return f" ({', '.join(sorted(kinds))})" if kinds else ""


def name_of(indicator: str, item: str | None) -> str:
    """An indicator, or an item of it."""
    return f"{indicator}/{item}" if item else indicator


def levers_object(assessment: Assessment, row: int, improvements: tuple[Lever, ...]) -> dict[str, Any]:
    """The JSON document of `scoring levers`."""
    document = score_object(assessment, [assessment.countries[row]])
    [country] = document.pop("countries")
    levers = [
        {
            "indicator": lever.indicator,
            "item": lever.item,
            "now": lever.now,
            "then": lever.then,
            "gain": assessment.scale.exact_difference(lever.gain),
            "by_certainty": assessment.scale.exact_difference(lever.certainty),
        }
        for lever in improvements
    ]
    return {
        **document,
        "country": country["country"],
        "index": country["index"],
        "levers": levers,
    }


def levers_frame(assessment: Assessment, row: int, improvements: tuple[Lever, ...]) -> Frame:
    """One record per possible improvement."""
    records = (
        {**step_record(assessment, row, lever), "gain": lever.gain, "by_certainty": lever.certainty}
        for lever in improvements
    )
    return Frame(LEVERS, tuple(records))


def step_record(assessment: Assessment, row: int, step: Lever | AnswerStep) -> dict[str, Any]:
    """The record of a step in a frame."""
    country = assessment.profiles[row].country
    return {"country": country, **{name: getattr(step, name) for name in STEP if name != "country"}}
