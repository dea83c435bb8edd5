"""`scoring calibrate` as tables, YAML and JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.analysis.calibration.proposal import as_yaml
from scoring.analysis.calibration.readings import FEWEST
from scoring.index.summary import interval_share
from scoring.model.countries import named
from scoring.render.objects import common_day, envelope, settings_object
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from scoring.analysis.calibrate import Calibration
    from scoring.analysis.calibration.left_out import Countries, LeftOut, Nodes
    from scoring.analysis.calibration.readings import Spread
    from scoring.model.scale import Scale


def calibration_tables(calibration: Calibration) -> list[Table]:
    """What remains when evidence is left out, predicted answers, second readings, and what may be unreported."""
    return [
        _left_out_table(calibration),
        _answers_table(calibration),
        _readings_table(calibration),
        *([_second_table(calibration)] if calibration.readings.second else []),
        _unreported_table(calibration),
    ]


def calibration_yaml(calibration: Calibration) -> str:
    """The proposed parameters, to paste into a new version of the rubric."""
    return as_yaml(calibration.proposal, calibration.assessment)


# -- tables ------------------------------------------------------------------------------------------------------------


def _left_out_table(calibration: Calibration) -> Table:
    share, scale = interval_share(calibration.assessment.book.rubric), calibration.assessment.scale
    found = {(one.unit, one.share, one.node, one.countries): one for one in calibration.left_out}
    rows = []
    for (unit, left, node, countries), index in found.items():
        if node == "index" and countries == "all":
            others: tuple[tuple[Nodes, Countries], ...] = (("index", "thin"), ("index", "thick"), ("pillars", "all"))
            thin, thick, pillars = (found[unit, left, *key] for key in others)
            rows.append(
                (
                    unit if left is None else f"{left:.0%} of the {unit}".replace("%", " %"),
                    *(numbers.unit(one.coverage) for one in (index, thin, thick, pillars)),
                    numbers.unit(index.slope),
                    scale.signed(index.bias),
                    scale.difference(index.error),
                    scale.difference(index.width),
                    numbers.unit(index.estimates_inside),
                )
            )
    columns = (
        Column("Left out", key=True),
        Column("Draws inside", figures=True),
        Column("thin", figures=True),
        Column("thick", figures=True),
        Column("pillars", figures=True),
        Column("Slope", figures=True, part=1),
        Column("Bias", figures=True, part=1),
        Column("Error", figures=True, part=1),
        Column("Width", figures=True, part=1),
        Column("Estimates inside", figures=True, part=1),
    )
    notes = (
        f"Draws inside: share of the draws from all evidence that lie in the {share} interval of the rest.",
        "Thin: countries with information below the median of the set; thick: the others.",
        "Slope: of the shift of the index on the index from all evidence. Bias, error (RMS) and width are in points.",
        "Estimates inside: no target, since an honest interval also holds coding error.",
        f"{calibration.repeats} trials per country, {calibration.settings.text()} Weights and exponent are fixed.",
    )
    title = f"{calibration.assessment.title}: evidence left out, each country predicted without itself"
    return Table(columns, tuple(rows), notes, title)


def _answers_table(calibration: Calibration) -> Table:
    answers = calibration.answers
    rows = (
        ("the centre of the prior", numbers.unit(answers.neutral, 3)),
        ("the usual level of the question", numbers.unit(answers.question, 3)),
        ("and the country's record", numbers.unit(answers.country, 3)),
        ("and its record on the pillar", numbers.unit(answers.pillar, 3)),
    )
    share = interval_share(calibration.assessment.book.rubric)
    coverage = numbers.unit(answers.coverage)
    notes = (f"{answers.held} answers; the {share} predictive interval holds {coverage} of them.",)
    return Table(
        (Column("Predicted by", key=True), Column("Error", figures=True)),
        rows,
        notes,
        "Answers left out: root mean square error of the prediction, on the scale of 0 to 1",
    )


def _readings_table(calibration: Calibration) -> Table:
    readings = calibration.readings
    spreads: dict[str, Spread] = {
        **{f"one coder, confidence {name}": spread for name, spread in readings.by_confidence.items()},
        "one coder": readings.coding,
        "a coder's strictness in a country": readings.coder,
        "one source of levels and items": readings.coded,
        "one source of figures": readings.measured,
    }
    rows = tuple((name, numbers.unit(spread.value, 3), str(spread.pairs)) for name, spread in spreads.items())
    columns = (
        Column("Spread of", key=True),
        Column("Standard deviation", figures=True),
        Column("Pairs", figures=True),
    )
    notes = (f"On the scale of 0 to 1. Fewer than {FEWEST} pairs support no proposal.",)
    return Table(columns, rows, notes, "Second readings, and several sources of one answer")


def _second_table(calibration: Calibration) -> Table:
    second, scale = calibration.readings.second, calibration.assessment.scale
    columns = (
        Column("Country", key=True),
        Column("First coder", figures=True),
        Column("Interval", figures=True),
        Column("Second coder", figures=True),
        Column("Inside"),
    )
    rows = tuple(
        (
            named(one.country, one.title),
            scale.points(one.first),
            scale.span(one.low, one.high),
            scale.points(one.second),
            "yes" if one.is_inside else "no",
        )
        for one in second
    )
    inside = sum(one.is_inside for one in second)
    return Table(columns, rows, (f"{inside} of {len(second)} inside.",), "The index by one coder alone")


def _unreported_table(calibration: Calibration) -> Table:
    found, scale = calibration.unreported, calibration.assessment.scale
    columns = (
        Column("Country", key=True),
        Column("At worst", figures=True),
        Column("Largest source"),
        Column("Codings", figures=True),
    )
    rows = tuple(
        (
            named(one.country, one.title),
            scale.signed(one.if_worst),
            one.source,
            f"{one.codings} of {one.all_codings}",
        )
        for one in found.countries
    )
    share = found.absent / found.answers if found.answers else math.nan
    notes = (
        f"{found.absent} of {found.answers} codings of items report an absence ({numbers.percent(share)} %).",
        "At worst: change of the index, in points, if every item of a checklist without evidence had the worst answer.",
    )
    return Table(columns, rows, notes, "What may be missing not at random")


# -- JSON --------------------------------------------------------------------------------------------------------------


def calibration_object(calibration: Calibration) -> dict[str, Any]:
    """The JSON document of `scoring calibrate`."""
    assessment, readings, proposal = calibration.assessment, calibration.readings, calibration.proposal
    answers = calibration.answers
    spreads = {
        **{f"confidence_{name}": spread for name, spread in readings.by_confidence.items()},
        "coding": readings.coding,
        "coder": readings.coder,
        "source_coded": readings.coded,
        "source_measured": readings.measured,
    }
    return {
        **envelope(assessment.book, calibration.settings),
        "as_of": common_day(assessment.countries),
        "countries": [profile.country for profile in assessment.profiles],
        **settings_object(calibration.settings),
        "repeats": calibration.repeats,
        "left_out": [_left_out_object(assessment.scale, one) for one in calibration.left_out],
        "answers": {
            "held_out": answers.held,
            "error": {
                name: numbers.exact_unit(getattr(answers, name))
                for name in ("neutral", "question", "country", "pillar")
            },
            "coverage": numbers.exact_unit(answers.coverage),
        },
        "spreads": {
            name: {"value": numbers.exact_unit(spread.value), "pairs": spread.pairs} for name, spread in spreads.items()
        },
        "second_coder": [
            {
                "country": one.country,
                "first": assessment.scale.exact(one.first),
                "interval": [assessment.scale.exact(one.low), assessment.scale.exact(one.high)],
                "second": assessment.scale.exact(one.second),
                "inside": one.is_inside,
            }
            for one in readings.second
        ],
        "unreported": {
            "item_codings": calibration.unreported.answers,
            "absent": calibration.unreported.absent,
            "countries": [
                {
                    "country": one.country,
                    "if_worst": assessment.scale.exact_difference(one.if_worst),
                    "largest_source": one.source,
                    "codings_of_source": one.codings,
                    "codings": one.all_codings,
                }
                for one in calibration.unreported.countries
            ],
        },
        "proposal": {
            "country": proposal.country,
            "pillar": proposal.pillar,
            "precision": proposal.precision,
            "confidence": proposal.confidence,
            "coder": proposal.coder,
            "source": {"coded": proposal.coded, "measured": proposal.measured},
            "kept": list(proposal.kept),
            "expected": [
                {"indicator": indicator, "item": item, "expected": one.value, "countries": one.countries}
                for (indicator, item), one in proposal.expected.items()
            ],
        },
    }


def _left_out_object(scale: Scale, one: LeftOut) -> dict[str, Any]:
    return {
        "unit": one.unit,
        "share": one.share,
        "node": one.node,
        "countries": one.countries,
        "trials": one.trials,
        **{name: numbers.exact_unit(getattr(one, name)) for name in ("coverage", "estimates_inside", "slope")},
        **{name: scale.exact_difference(getattr(one, name)) for name in ("bias", "error", "width")},
    }
