"""`scoring levers` as a table and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.index.summary import interval_share
from scoring.render.scenario import NO_FORECAST
from scoring.render.score import score_object
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.analysis.levers import Lever
    from scoring.analysis.reach import Reach
    from scoring.index.assessment import Assessment


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
            _name(lever.indicator, lever.item),
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


def reach_table(assessment: Assessment, row: int, reached: Reach, *, verbose: bool = False) -> Table:
    """One row per step, and in the notes what the index would be."""
    scale, country = assessment.scale, assessment.countries[row]
    columns = (
        Column("Indicator", key=True),
        Column("Now", part=1),
        Column("Then", part=1),
        Column("Text in the rubric"),
    )
    rows = tuple((_name(step.indicator, step.item), step.now, step.then, step.text) for step in reached.steps)
    wanted = scale.points(reached.wanted)
    if not reached.steps and reached.is_reached:
        notes = [f"No step is needed: the index is {country.index.text}."]
    elif not reached.steps:
        notes = ["No possible improvement is known."]
    else:
        notes = [*_found(assessment, reached), *_change(assessment, row, reached, verbose=verbose)]
    if not reached.is_reached:
        notes.append(f"All {reached.known} possible improvements together: {scale.points(reached.all_steps)}.")
    title = f"{country.label}, at {country.index.text}: steps to {wanted}. {assessment.title}"
    return Table(columns, rows, (*notes, *([NO_FORECAST] if rows else [])), title)


def _found(assessment: Assessment, reached: Reach) -> Iterator[str]:
    """Whether the figure is reached, and how the steps were searched."""
    wanted, figure = assessment.scale.points(reached.wanted), assessment.scale.points(reached.figure)
    steps = numbers.count(len(reached.steps), "step")
    tried = f"all sets of up to {numbers.count(reached.exhausted, 'step')} were tried"
    if len(reached.steps) > reached.exhausted:
        tried += ", further steps were added one by one, so that fewer or better ones may exist"
    if reached.is_reached:
        yield f"With {steps} the index reaches {wanted}; it would be {figure} ({tried})."
        if reached.others:
            yield f"So it does with {numbers.count(reached.others, 'other set')} of {steps}; these give the most."
    else:
        yield f"Not reached: the best {steps} give {figure} ({tried})."


def _change(assessment: Assessment, row: int, reached: Reach, *, verbose: bool) -> Iterator[str]:
    """The change with its interval, what certainty alone changes, and the rank after it."""
    if (supposed := reached.supposed) is None or supposed.effects is None:
        return
    scale, rubric = assessment.scale, assessment.book.rubric
    low, high = (float(end) for end in np.quantile(supposed.difference, rubric.uncertainty.quantiles))
    change = reached.figure - float(assessment.shown[row, 0])
    yield (
        f"Change: {scale.signed(change)}, {interval_share(rubric)} uncertainty interval {scale.signed(low)} to "
        f"{scale.signed(high)}; of it {scale.signed(supposed.effects.certainty)} by certainty alone."
    )
    yield f"Rank: {assessment.rank[row]} before, {supposed.after.rank[row]} after. Each new answer is certain."
    yield supposed.settings.text(verbose=verbose)


def _name(indicator: str, item: str | None) -> str:
    return f"{indicator}/{item}" if item else indicator


def reach_object(assessment: Assessment, row: int, reached: Reach) -> dict[str, Any]:
    """The steps that reach a figure, as JSON."""
    scale, supposed = assessment.scale, reached.supposed
    interval = certainty = None
    if supposed is not None and supposed.effects is not None:
        ends = np.quantile(supposed.difference, assessment.book.rubric.uncertainty.quantiles)
        interval = [scale.exact_difference(float(end)) for end in ends]
        certainty = scale.exact_difference(supposed.effects.certainty)
    return {
        "wanted": scale.exact(reached.wanted),
        "most": reached.most,
        "reached": reached.is_reached,
        "exhausted": reached.exhausted,
        "others": reached.others,
        "steps": [
            {"indicator": step.indicator, "item": step.item, "now": step.now, "then": step.then, "code": step.code}
            for step in reached.steps
        ],
        "index": scale.exact(reached.figure),
        "change": scale.exact_difference(reached.figure - float(assessment.shown[row, 0])),
        "interval": interval,
        "by_certainty": certainty,
        "rank": {
            "before": assessment.rank[row],
            "after": supposed.after.rank[row] if supposed else assessment.rank[row],
        },
        "known": reached.known,
        "index_of_all": scale.exact(reached.all_steps),
    }


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
