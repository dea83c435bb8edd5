"""Comparisons of two countries as tables and JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.render import figures
from scoring.render.report import (
    FORMAT_VERSION,
    ORDER,
    country_name,
    estimate_text,
    gathered_earlier,
    rubric_object,
)
from scoring.render.table import Column, Table
from scoring.render.uncertainty import settings_object, settings_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.compare import Comparison, PillarDifference
    from scoring.results import Assessment, Simulation

_NONE = f"{figures.NONE}: no estimate, for lack of evidence."
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
    last, rows = tables[-1], {row for one in compared for row in (one.above, one.below)}
    notes = (*last.notes, ORDER, settings_text(simulation.settings), *gathered_earlier(assessment, sorted(rows)))
    tables[-1] = Table(last.columns, last.rows, notes, last.title)
    return tables


def _pillar_table(assessment: Assessment, one: Comparison, simulation: Simulation, *, ascii_only: bool) -> Table:
    above, below = (assessment.profiles[row].country for row in (one.above, one.below))
    columns = (
        Column("Pillar", key=True),
        Column(above, figures=True),
        Column(below, figures=True),
        Column("Contribution", figures=True),
        Column("Weight", figures=True),
        Column("Order is stable for weights", figures=True),
    )
    dash = "-" if ascii_only else "–"
    rows = tuple(
        (
            pillar.node.label,
            figures.points(pillar.above),
            figures.points(pillar.below),
            figures.signed_points(_part(one, pillar), 2),
            figures.unit(pillar.node.share),
            _holds(one, pillar, dash),
        )
        for pillar in one.pillars
    )
    notes = [
        f"Contribution: Shapley parts of the difference, {figures.signed_points(one.difference, 2)} in all. "
        "Order is stable: while the other pillars keep their proportions."
        if not math.isnan(one.difference)
        else f"No difference is given: an index is {figures.WITHHELD}."
    ]
    if any(math.isnan(value) for pillar in one.pillars for value in (pillar.above, pillar.below)):
        notes.append(_NONE)
    return Table(columns, rows, tuple(notes), _headline(assessment, one, simulation))


def _part(one: Comparison, pillar: PillarDifference) -> float:
    """The contribution of a pillar; none to a difference that is not given."""
    return math.nan if math.isnan(one.difference) else pillar.part


def _holds(one: Comparison, pillar: PillarDifference, dash: str) -> str:
    low, high = pillar.stability.low, pillar.stability.high
    if not one.is_above or math.isnan(low):
        return figures.NONE
    return f"{figures.unit(low)}{dash}{figures.unit(high)}"


def _headline(assessment: Assessment, one: Comparison, simulation: Simulation) -> str:
    names = [
        f"{country_name(code)} ({code})"
        for code in (assessment.profiles[row].country for row in (one.above, one.below))
    ]
    upper, lower = (
        f"{name} {estimate_text(assessment, row, assessment.nodes[0])}"
        for name, row in zip(names, (one.above, one.below), strict=True)
    )
    between = "above" if one.is_above else "and" if math.isnan(one.difference) else "level with"
    chance = float(simulation.p_above[one.above, one.below])
    verdict = "distinguishable" if simulation.distinguishable[one.above, one.below] else "not distinguishable"
    code = assessment.profiles[one.above].country
    told = "" if math.isnan(chance) else f": P({code} above) {figures.probability(chance)}; {verdict}"
    if simulation.distinguishable[one.above, one.below] and chance < 0.5:  # noqa: PLR2004  more draws say the reverse
        told += ", in the reverse order"
    return f"{upper} {between} {lower}{told}"


def _indicator_table(assessment: Assessment, one: Comparison) -> Table:
    above, below = (assessment.profiles[row].country for row in (one.above, one.below))
    columns = (
        Column("Indicator", key=True),
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
    rest = f"; {more} more in --format json" if more else ""
    notes = [f"Weighted: difference times the share of the index, the largest first{rest}."]
    if any(math.isnan(value) for indicator in one.indicators[:SHOWN] for value in indicator[1:3]):
        notes.append(_NONE)
    if one.is_above:
        notes.append(_turning_text(one))
    return Table(columns, rows, tuple(notes))


def _turning_text(one: Comparison) -> str:
    if one.turning is None:
        return "No loss of statements reverses the ranking."
    names = [f"{code} {name}" for code, name in one.turning.statements]
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    how = "the smallest such set" if one.turning.smallest else "found one by one, not proven smallest"
    return f"The ranking reverses without {figures.count(len(names), 'statement')} ({how}): {shown}."


def comparison_object(
    assessment: Assessment, compared: Sequence[Comparison], simulation: Simulation, caveats: Sequence[str]
) -> dict[str, Any]:
    """The JSON document of `scoring compare`."""
    return {
        "format_version": FORMAT_VERSION,
        "rubric": rubric_object(assessment),
        **settings_object(simulation.settings),
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
        "distinguishable": bool(simulation.distinguishable[one.above, one.below]),
        "pillars": {
            pillar.node.id: {
                "above": figures.exact_points(pillar.above),
                "below": figures.exact_points(pillar.below),
                "part": figures.exact_points(_part(one, pillar)),
                "weight": figures.exact_unit(pillar.node.share),
                "order_holds": [figures.exact_unit(pillar.stability.low), figures.exact_unit(pillar.stability.high)]
                if one.is_above
                else [None, None],
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
