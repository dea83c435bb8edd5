"""Comparisons of two countries as tables and JSON."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from scoring.files.defaults import defaults
from scoring.model.countries import named
from scoring.render.objects import envelope, settings_object
from scoring.render.wording import collected_earlier, incomparable, interval_share, order, settings_text
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.compare import Comparison, PillarDifference, Reversal
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.simulation import Simulation


_NONE = f"{numbers.NONE}: no estimate, for lack of evidence."


def caveats(assessment: Assessment, rows: Sequence[int]) -> Iterator[str]:
    """What forbids comparing the countries in some rows, a sentence each."""
    countries = [assessment.countries[row] for row in rows]
    for country in countries:
        if not country.is_published:
            yield f"The index of {country.code} is withheld: {country.reason}."
    yield from incomparable(countries, assessment.book.rubric.comparable.years)


def comparison_tables(
    assessment: Assessment,
    compared: Sequence[Comparison],
    simulation: Simulation,
    *,
    verbose: bool = False,
) -> list[Table]:
    """Per pair the pillars, the indicators that differ most, and the statements without which the ranking reverses."""
    tables: list[Table] = []
    for one in compared:
        tables += [
            _pillar_table(assessment, one, simulation),
            _indicator_table(assessment, one),
            *([_reversal_table(assessment, one.reversal)] if one.reversal else []),
        ]
    last, rows = tables[-1], {row for one in compared for row in (one.above, one.below)}
    drawn = settings_text(simulation.settings, verbose=verbose)
    notes = (
        *last.notes,
        order(assessment.book.rubric),
        drawn,
        *collected_earlier(assessment.countries[row] for row in rows),
    )
    tables[-1] = Table(last.columns, last.rows, notes, last.title)
    return tables


def _pillar_table(assessment: Assessment, one: Comparison, simulation: Simulation) -> Table:
    above, below = (assessment.profiles[row].country for row in (one.above, one.below))
    columns = (
        Column("Pillar", key=True),
        Column(above, figures=True),
        Column(below, figures=True),
        Column("Contribution", figures=True),
        Column("Weight", figures=True),
        Column("Order is stable for weights", figures=True),
    )
    rows = tuple(
        (
            pillar.node.label,
            numbers.points(pillar.above),
            numbers.points(pillar.below),
            numbers.signed_points(_part(one, pillar), 2),
            numbers.unit(pillar.node.local_weight),
            _holds(one, pillar),
        )
        for pillar in one.pillars
    )
    notes = [
        f"Contribution: Shapley parts of the difference, {numbers.signed_points(one.difference, 2)} in all. "
        "Order is stable: while the other pillars keep their proportions."
        if not math.isnan(one.difference)
        else f"No difference is given: an index is {numbers.WITHHELD}.",
        f"Behind each index: its interval, which holds {interval_share(assessment.book.rubric)} of the draws.",
    ]
    if any(math.isnan(value) for pillar in one.pillars for value in (pillar.above, pillar.below)):
        notes.append(_NONE)
    return Table(columns, rows, tuple(notes), _headline(assessment, one, simulation))


def _part(one: Comparison, pillar: PillarDifference) -> float:
    """The contribution of a pillar; none to a difference that is not given."""
    return math.nan if math.isnan(one.difference) else pillar.part


def _holds(one: Comparison, pillar: PillarDifference) -> str:
    low, high = pillar.stability.low, pillar.stability.high
    if not one.is_above or math.isnan(low):
        return numbers.NONE
    return f"{numbers.unit(low)}–{numbers.unit(high)}"


def _headline(assessment: Assessment, one: Comparison, simulation: Simulation) -> str:
    upper, lower = (_index_text(assessment, row, simulation) for row in (one.above, one.below))
    between = "above" if one.is_above else "and" if math.isnan(one.difference) else "level with"
    chance = float(simulation.p_above[one.above, one.below])
    verdict = "distinguishable" if simulation.distinguishable[one.above, one.below] else "not distinguishable"
    code = assessment.profiles[one.above].country
    told = "" if math.isnan(chance) else f": P({code} above) {numbers.probability(chance)}; {verdict}"
    if simulation.distinguishable[one.above, one.below] and chance < 0.5:  # noqa: PLR2004  more draws say the reverse
        told += ", in the reverse order"
    return f"{upper} {between} {lower}{told}"


def _index_text(assessment: Assessment, row: int, simulation: Simulation) -> str:
    """`Georgia (GEO) 62.8 (57.0–68.0)`: the index with its interval."""
    low, high = (numbers.points(float(array[row])) for array in (simulation.low, simulation.high))
    estimate = assessment.countries[row].index.text
    return f"{named(assessment.profiles[row].country)} {estimate} ({low}–{high})"


def _indicator_table(assessment: Assessment, one: Comparison) -> Table:
    above, below = (assessment.profiles[row].country for row in (one.above, one.below))
    columns = (
        Column("Question (indicator)", key=True),
        Column(above, figures=True),
        Column(below, figures=True),
        Column("Weighted", figures=True),
    )
    shown = one.indicators[: defaults().shown.comparison]
    rows = tuple(
        (
            f"{indicator.node.label} ({indicator.node.id})",
            numbers.points(indicator.above),
            numbers.points(indicator.below),
            numbers.signed_points(indicator.weighted, 2),
        )
        for indicator in shown
    )
    more = numbers.more_in_json(len(one.indicators) - len(rows))
    notes = [f"Weighted: difference times the share of the index, the largest first{f'; {more[0]}' if more else '.'}"]
    if any(math.isnan(value) for indicator in shown for value in indicator[1:3]):
        notes.append(_NONE)
    if one.is_above and one.reversal is None:
        notes.append("No loss of statements reverses the ranking.")
    return Table(columns, rows, tuple(notes))


def _reversal_table(assessment: Assessment, reversal: Reversal) -> Table:
    texts = _texts(assessment, reversal)
    how = "the smallest such set" if reversal.smallest else "found one by one, not proven smallest"
    shown = defaults().shown
    rows = tuple(
        (country, textwrap.shorten(text, shown.statement_characters, placeholder=" …"), name)
        for (country, name), text in list(zip(reversal.statements, texts, strict=True))[: shown.comparison]
    )
    notes = numbers.more_in_json(len(texts) - len(rows))
    title = f"The ranking reverses without {numbers.count(len(texts), 'statement')} ({how})"
    return Table((Column("Country"), Column("Statement"), Column("Id", code=True)), rows, notes, title)


def _texts(assessment: Assessment, reversal: Reversal) -> list[str]:
    texts = {
        (profile.country, statement.id): statement.text
        for profile in assessment.profiles
        for statement in profile.statements
    }
    return [texts[one] for one in reversal.statements]


def comparison_object(
    assessment: Assessment, compared: Sequence[Comparison], simulation: Simulation, caveats: Sequence[str]
) -> dict[str, Any]:
    """The JSON document of `scoring compare`."""
    return {
        **envelope(assessment.book, simulation.settings),
        **settings_object(simulation.settings),
        "caveats": list(caveats),
        "pairs": [_pair_object(assessment, one, simulation) for one in compared],
    }


def _pair_object(assessment: Assessment, one: Comparison, simulation: Simulation) -> dict[str, Any]:
    above, below = (assessment.profiles[row].country for row in (one.above, one.below))
    return {
        "above": above,
        "below": below,
        "indices": {
            assessment.profiles[row].country: {
                "estimate": numbers.exact_points(float(assessment.shown[row, 0])),
                "interval": [numbers.exact_points(float(array[row])) for array in (simulation.low, simulation.high)],
            }
            for row in (one.above, one.below)
        },
        "difference": numbers.exact_points(one.difference),
        "p_above": numbers.exact_unit(float(simulation.p_above[one.above, one.below])),
        "distinguishable": bool(simulation.distinguishable[one.above, one.below]),
        "pillars": {
            pillar.node.id: {
                "above": numbers.exact_points(pillar.above),
                "below": numbers.exact_points(pillar.below),
                "part": numbers.exact_points(_part(one, pillar)),
                "weight": numbers.exact_unit(pillar.node.local_weight),
                "order_holds": [numbers.exact_unit(pillar.stability.low), numbers.exact_unit(pillar.stability.high)]
                if one.is_above
                else [None, None],
            }
            for pillar in one.pillars
        },
        "indicators": {
            indicator.node.id: {
                "question": indicator.node.label,
                "above": numbers.exact_points(indicator.above),
                "below": numbers.exact_points(indicator.below),
                "weighted": numbers.exact_points(indicator.weighted),
            }
            for indicator in one.indicators
        },
        "turning": None
        if one.reversal is None
        else {
            "smallest": one.reversal.smallest,
            "statements": [
                {"country": code, "id": name, "text": text}
                for (code, name), text in zip(one.reversal.statements, _texts(assessment, one.reversal), strict=True)
            ],
        },
    }
