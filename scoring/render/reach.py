"""`scoring scenario --reach` as a table, JSON, CSV, frame, and as a scenario file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.analysis.scenario import with_steps
from scoring.index.summary import interval_share
from scoring.model.scenario import ScenarioFile
from scoring.render.levers import STEP, name_of, step_record
from scoring.render.objects import envelope
from scoring.render.scenario import NO_FORECAST
from scoring.render.score import score_object
from scoring.render.whatif import quantiles
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from scoring.analysis.reach import Reach
    from scoring.index.assessment import Assessment
    from scoring.text.frame import Columns
    from scoring.uncertainty.draws import Settings

REACHED: Columns = {
    **STEP,
    "wanted": float,
    "reached": bool,
    **dict.fromkeys(("index", "change", "low", "high", "by_certainty"), float),
    "rank_before": int,
    "rank_after": int,
}


def reach_tables(
    assessment: Assessment, row: int, reached: Reach, start: ScenarioFile | None = None, *, verbose: bool = False
) -> list[Table]:
    """One row per step, and in the notes what the index would be.

    start: the scenario after which the steps start, which the assessment supposes.
    """
    scale, country = assessment.scale, assessment.countries[row]
    columns = (
        Column("Indicator", key=True),
        Column("Now", part=1),
        Column("Then", part=1),
        Column("Text in the rubric"),
    )
    rows = tuple((name_of(step.indicator, step.item), step.now, step.then, step.text) for step in reached.steps)
    wanted = scale.points(reached.wanted)
    notes = [] if start is None else [f"Now: after the scenario “{start.name}”."]
    if not reached.steps and reached.is_reached:
        notes += [f"No step is needed: the index is {country.index.text}."]
    elif not reached.steps:
        notes += ["No possible improvement is known."]
    else:
        notes += [*_found(assessment, reached), *_change(assessment, row, reached, verbose=verbose)]
    if not reached.is_reached:
        notes.append(f"All {reached.known} possible improvements together: {scale.points(reached.all_steps)}.")
    title = f"{country.label}, at {country.index.text}: steps to {wanted}. {assessment.title}"
    return [Table(columns, rows, (*notes, *([NO_FORECAST] if rows else [])), title)]


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
    low, _, high = quantiles(supposed)
    change = reached.figure - float(assessment.shown[row, 0])
    yield (
        f"Change: {scale.signed(change)}, {interval_share(rubric)} uncertainty interval {scale.signed(low)} to "
        f"{scale.signed(high)}; of it {scale.signed(supposed.effects.certainty)} by certainty alone."
    )
    yield f"Rank: {assessment.rank[row]} before, {supposed.after.rank[row]} after. Each new answer is certain."
    yield supposed.settings.text(verbose=verbose)


def reach_document(
    assessment: Assessment, row: int, reached: Reach, start: ScenarioFile | None, settings: Settings
) -> dict[str, Any]:
    """The JSON document of `scoring scenario --reach`."""
    document = score_object(assessment, [assessment.countries[row]])
    [country] = document.pop("countries")
    return {
        **envelope(assessment.book, settings),
        **document,
        "country": country["country"],
        "after": start and start.name,
        "index": country["index"],
        "reach": _reach_object(assessment, row, reached),
    }


def _reach_object(assessment: Assessment, row: int, reached: Reach) -> dict[str, Any]:
    """The steps that reach a figure, as JSON."""
    scale, supposed = assessment.scale, reached.supposed
    interval = certainty = None
    if supposed is not None and supposed.effects is not None:
        low, _, high = quantiles(supposed)
        interval = [scale.exact_difference(low), scale.exact_difference(high)]
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


def reach_csv(assessment: Assessment, row: int, reached: Reach) -> str:
    """One line per step."""
    code = assessment.profiles[row].country
    lines = [[code, step.indicator, step.item, step.now, step.then] for step in reached.steps]
    return as_csv(["country", "indicator", "item", "now", "then"], lines)


def reach_frame(assessment: Assessment, row: int, reached: Reach) -> Frame:
    """One record per step, each with what all steps together change."""
    together: dict[str, Any] = {
        "wanted": reached.wanted,
        "reached": reached.is_reached,
        "index": reached.figure,
        "change": reached.figure - assessment.shown[row, 0],
    }
    if (supposed := reached.supposed) is not None and supposed.effects is not None:
        low, _, high = quantiles(supposed)
        together |= {"low": low, "high": high, "by_certainty": supposed.effects.certainty}
        together |= {"rank_before": assessment.rank[row], "rank_after": supposed.after.rank[row]}
    return Frame(REACHED, tuple({**step_record(assessment, row, step), **together} for step in reached.steps))


def as_scenario(
    assessment: Assessment, row: int, reached: Reach, start: ScenarioFile | None, as_of: dt.date | None
) -> ScenarioFile:
    """The steps, of which there are some, as a scenario.

    Args:
        assessment: all countries, after the scenario after which the steps start.
        row: of the country.
        reached: the steps.
        start: that scenario; its changes and groups are kept.
        as_of: the reference date of all countries, if it is not that of each profile.
    """
    country, wanted = assessment.countries[row], assessment.scale.points(reached.wanted)
    found = "Found by" if reached.is_reached else "Not reached: the best steps found by"
    found = f"{found} `scoring scenario --reach {country.code}={wanted}`; no forecast."
    changes = with_steps(start.suppose if start else (), country.code, reached.steps, found)
    day = as_of and as_of.isoformat()
    if start is not None:
        return start.model_copy(update={"as_of": start.as_of or day, "suppose": tuple(changes)})
    reason = f"To see which few steps would bring the index to {wanted}."
    return ScenarioFile(
        format=1, name=f"Steps of {country.label} to {wanted}", reason=reason, as_of=day, suppose=tuple(changes)
    )
