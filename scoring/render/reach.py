"""`scoring scenario --reach` as a table, JSON, CSV, and as a scenario file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scoring.analysis.scenario import with_steps
from scoring.model.scenario import ScenarioFile
from scoring.render.levers import reach_object, reach_table
from scoring.render.objects import envelope
from scoring.render.score import score_object
from scoring.text.table import as_csv

if TYPE_CHECKING:
    import datetime as dt

    from scoring.analysis.reach import Reach
    from scoring.index.assessment import Assessment
    from scoring.text.table import Table
    from scoring.uncertainty.draws import Settings


def reach_tables(
    assessment: Assessment, row: int, reached: Reach, start: ScenarioFile | None, *, verbose: bool = False
) -> list[Table]:
    """The steps; start: the scenario after which they start, which the assessment supposes."""
    table = reach_table(assessment, row, reached, verbose=verbose)
    notes = () if start is None else (f"Now: after the scenario “{start.name}”.",)
    return [replace(table, notes=(*notes, *table.notes))]


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
        "reach": reach_object(assessment, row, reached),
    }


def reach_csv(assessment: Assessment, row: int, reached: Reach) -> str:
    """One line per step."""
    code = assessment.profiles[row].country
    lines = [[code, step.indicator, step.item, step.now, step.then] for step in reached.steps]
    return as_csv(["country", "indicator", "item", "now", "then"], lines)


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
