"""Comparisons of two countries as tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render import figures
from scoring.render.report import country_name, rubric_object
from scoring.render.table import Column, Table
from scoring.render.uncertainty import settings_text
from scoring.simulate import INTERVAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.compare import Comparison
    from scoring.results import Assessment, Simulation

SHOWN = 10  # indicators and statements that a table shows; JSON has all


def comparison_tables(
    assessment: Assessment, compared: Sequence[Comparison], simulation: Simulation, *, ascii_only: bool = False
) -> list[Table]:
    """Per pair the pillars, with what drives the difference, and the indicators that differ most."""
    tables: list[Table] = []
    for one in compared:
        tables += [
            _pillar_table(assessment, one, simulation, ascii_only=ascii_only),
            _indicator_table(assessment, one),
        ]
    last = tables[-1]
    tables[-1] = Table(last.columns, last.rows, (*last.notes, settings_text(simulation.settings)), last.title)
    return tables


def _pillar_table(assessment: Assessment, one: Comparison, simulation: Simulation, *, ascii_only: bool) -> Table:
    above, below = (assessment.profiles[row].country for row in (one.above, one.below))
    columns = (
        Column("Pillar"),
        Column(above, figures=True),
        Column(below, figures=True),
        Column("Drives", figures=True),
        Column("Weight", figures=True),
        Column("Order holds for weights", figures=True),
    )
    dash = "-" if ascii_only else "–"
    rows = tuple(
        (
            pillar.node.label,
            figures.points(pillar.above),
            figures.points(pillar.below),
            figures.signed_points(pillar.part, 2),
            figures.unit(pillar.node.share),
            f"{figures.unit(pillar.stability.low)}{dash}{figures.unit(pillar.stability.high)}",
        )
        for pillar in one.pillars
    )
    notes = (
        (
            f"Drives: Shapley parts of the difference, {figures.signed_points(one.difference, 2)} in all. "
            "Order holds: while the other pillars keep their proportions."
        ),
    )
    return Table(columns, rows, notes, _headline(assessment, one, simulation))


def _headline(assessment: Assessment, one: Comparison, simulation: Simulation) -> str:
    names = [
        f"{country_name(code)} ({code})"
        for code in (assessment.profiles[row].country for row in (one.above, one.below))
    ]
    estimates = [figures.points(float(assessment.figures.estimate[row, 0])) for row in (one.above, one.below)]
    chance = float(simulation.p_above[one.above, one.below])
    verdict = "" if chance > INTERVAL[1] else "; they cannot be told apart"
    return f"{names[0]} {estimates[0]} above {names[1]} {estimates[1]}: P(above) {figures.unit(chance, 3)}{verdict}"


def _indicator_table(assessment: Assessment, one: Comparison) -> Table:
    above, below = (assessment.profiles[row].country for row in (one.above, one.below))
    columns = (
        Column("Indicator"),
        Column(above, figures=True),
        Column(below, figures=True),
        Column("Weighted", figures=True),
    )
    rows = tuple(
        (
            indicator.node.id,
            figures.points(indicator.above),
            figures.points(indicator.below),
            figures.signed_points(indicator.weighted, 2),
        )
        for indicator in one.indicators[:SHOWN]
    )
    more = len(one.indicators) - len(rows)
    notes = (
        f"Weighted: difference times the share of the index, the largest first; {more} more in --format json.",
        _turning_text(one),
    )
    return Table(columns, rows, notes)


def _turning_text(one: Comparison) -> str:
    if one.turning is None:
        return "No loss of statements turns the order."
    names = [f"{code} {name}" for code, name in one.turning.statements]
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    how = "the smallest such set" if one.turning.smallest else "found one by one, not proven smallest"
    return f"The order turns without {len(names)} statement{'s' * (len(names) > 1)} ({how}): {shown}."


def comparison_object(
    assessment: Assessment, compared: Sequence[Comparison], simulation: Simulation, caveats: Sequence[str]
) -> dict[str, Any]:
    """The JSON document of `scoring compare`."""
    settings = simulation.settings
    return {
        "format_version": 1,
        "rubric": rubric_object(assessment),
        "draws": settings.draws,
        "seed": settings.seed,
        "shared": settings.shared,
        "caveats": list(caveats),
        "pairs": [_pair_object(assessment, one, simulation) for one in compared],
    }


def _pair_object(assessment: Assessment, one: Comparison, simulation: Simulation) -> dict[str, Any]:
    above, below = (assessment.profiles[row].country for row in (one.above, one.below))
    return {
        "above": above,
        "below": below,
        "difference": figures.exact_points(one.difference),
        "p_above": figures.exact_unit(float(simulation.p_above[one.above, one.below])),
        "pillars": {
            pillar.node.id: {
                "above": figures.exact_points(pillar.above),
                "below": figures.exact_points(pillar.below),
                "part": figures.exact_points(pillar.part),
                "weight": figures.exact_unit(pillar.node.share),
                "order_holds": [figures.exact_unit(pillar.stability.low), figures.exact_unit(pillar.stability.high)],
            }
            for pillar in one.pillars
        },
        "indicators": {
            indicator.node.id: {
                "above": figures.exact_points(indicator.above),
                "below": figures.exact_points(indicator.below),
                "weighted": figures.exact_points(indicator.weighted),
            }
            for indicator in one.indicators
        },
        "turning": None
        if one.turning is None
        else {
            "smallest": one.turning.smallest,
            "statements": [{"country": code, "id": name} for code, name in one.turning.statements],
        },
    }
