"""`scoring compare` as tables and JSON."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from scoring.files.defaults import defaults
from scoring.index.dataframes import NODE, node_cells
from scoring.index.summary import collected_earlier, incomparable, interval_share, order, own_scales
from scoring.render.objects import envelope, scale_object, settings_object
from scoring.render.turn import turn_object, turn_tables
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.compare import Comparison, PillarDifference, Reversal
    from scoring.analysis.turn import Reversals
    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.text.frame import Columns
    from scoring.uncertainty.simulation import Simulation


_NONE = f"{numbers.NONE}: no estimate, since there is no evidence."

COMPARED: Columns = {
    "above": str,
    "below": str,
    **NODE,
    **dict.fromkeys(("estimate_above", "low_above", "high_above"), float),
    **dict.fromkeys(("estimate_below", "low_below", "high_below"), float),
    **dict.fromkeys(("difference", "part", "weighted", "weight", "order_holds_low", "order_holds_high"), float),
    "p_above": float,
    "distinguishable": bool,
}


def caveats(assessment: Assessment, rows: Sequence[int]) -> Iterator[str]:
    """The reasons not to compare the countries in these rows, one sentence each."""
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
    turns: Sequence[Reversals | None] | None = None,
    verbose: bool = False,
) -> list[Table]:
    """The tables of `scoring compare`.

    Per pair: the pillars, the indicators that differ most, and statements without which the ranking reverses.

    turns: of each pair, what reverses its ranking, which is shown in place of these tables; None if it has no order.
    """
    tables: list[Table] = []
    for number, comparison in enumerate(compared):
        if turns is not None:
            headline, turn = _headline(assessment, comparison, simulation), turns[number]
            no_order = Table((), (), ("The two are not ranked, so that there is no order to reverse.",), headline)
            tables += [no_order] if turn is None else turn_tables(assessment, turn, headline)
            continue
        tables += [
            _pillar_table(assessment, comparison, simulation),
            _indicator_table(assessment, comparison),
            *([_reversal_table(assessment, comparison.reversal)] if comparison.reversal else []),
        ]
    last, rows = tables[-1], {row for comparison in compared for row in (comparison.above, comparison.below)}
    notes = (
        *last.notes,
        order(assessment.book.rubric),
        f"{assessment.title}.",
        simulation.settings.text(verbose=verbose),
        *collected_earlier(assessment.countries[row] for row in rows),
    )
    tables[-1] = Table(last.columns, last.rows, notes, last.title)
    return tables


def _pillar_table(assessment: Assessment, comparison: Comparison, simulation: Simulation) -> Table:
    above, below = (assessment.profiles[row].country for row in (comparison.above, comparison.below))
    columns = (
        Column("Pillar", key=True),
        Column(above, figures=True),
        Column(below, figures=True),
        Column("Contribution", figures=True),
        Column("Weight", figures=True),
        Column("Stable for weights", figures=True),
    )
    rows = tuple(
        (
            pillar.node.label,
            pillar.node.scale.points(pillar.above),
            pillar.node.scale.points(pillar.below),
            assessment.scale.signed(_part(comparison, pillar), 1),
            numbers.unit(pillar.node.local_weight),
            _stable_weights(comparison, pillar),
        )
        for pillar in comparison.pillars
    )
    interval = f"In parentheses: the {interval_share(assessment.book.rubric)} uncertainty interval of each index."
    if math.isnan(comparison.difference):
        notes = [interval, f"No difference is given: an index is {numbers.WITHHELD}."]
    else:
        difference = assessment.scale.signed(comparison.difference, 1)
        stable = "Stable for weights: weights of the pillar at which the order stays the same"
        notes = [
            interval,
            f"Contribution: Shapley value of the pillar; all sum to the difference, {difference}.",
            f"{stable}; the other pillars keep their proportions.",
        ]
    if any(math.isnan(value) for pillar in comparison.pillars for value in (pillar.above, pillar.below)):
        notes.append(_NONE)
    if scales := own_scales(assessment.countries[comparison.above]):
        notes.append(f"{scales} Contributions are on the scale of the index.")
    return Table(columns, rows, tuple(notes), _headline(assessment, comparison, simulation))


def _part(comparison: Comparison, pillar: PillarDifference) -> float:
    """The contribution of a pillar; NaN where no difference is given."""
    return math.nan if math.isnan(comparison.difference) else pillar.part


def _stable_weights(comparison: Comparison, pillar: PillarDifference) -> str:
    low, high = pillar.stability.low, pillar.stability.high
    if not comparison.is_above or math.isnan(low):
        return numbers.NONE
    return f"{numbers.unit(low)}–{numbers.unit(high)}"


def _headline(assessment: Assessment, comparison: Comparison, simulation: Simulation) -> str:
    upper, lower = (_index_text(assessment, row, simulation) for row in (comparison.above, comparison.below))
    ranks = "ranks above" if assessment.book.rubric.lower_is_better else "is above"
    relation = ranks if comparison.is_above else "and" if math.isnan(comparison.difference) else "is equal to"
    chance = float(simulation.p_above[comparison.above, comparison.below])
    is_distinguishable = bool(simulation.distinguishable[comparison.above, comparison.below])
    verdict = "distinguishable" if is_distinguishable else "not distinguishable"
    code = assessment.profiles[comparison.above].country
    text = f"{upper} {relation} {lower.removesuffix(',')}"
    if math.isnan(chance):
        return text
    reverse = ", in the reverse order" if is_distinguishable and chance < 1 / 2 else ""
    probability = numbers.probability(chance)
    equals = "" if probability.startswith(("<", ">")) else "= "
    above = "ranks above" if assessment.book.rubric.lower_is_better else "above"
    return f"{text}: P({code} {above}) {equals}{probability}; {verdict}{reverse}"


def _index_text(assessment: Assessment, row: int, simulation: Simulation) -> str:
    """The index of a country with its interval, such as `Georgia (GEO), at 62.8 (57.0 to 68.0),`."""
    interval = assessment.scale.span(float(simulation.low[row]), float(simulation.high[row]), " to ")
    estimate = assessment.countries[row].index.text
    return f"{assessment.profiles[row].label}, {estimate} ({interval}),"


def _indicator_table(assessment: Assessment, comparison: Comparison) -> Table:
    above, below = (assessment.profiles[row].country for row in (comparison.above, comparison.below))
    columns = (
        Column("Question (indicator)", key=True),
        Column(above, figures=True),
        Column(below, figures=True),
        Column("Weighted difference", figures=True),
    )
    shown = comparison.indicators[: defaults().shown.comparison]
    rows = tuple(
        (
            f"{indicator.node.label} ({indicator.node.id})",
            indicator.node.scale.points(indicator.above),
            indicator.node.scale.points(indicator.below),
            assessment.scale.signed(indicator.weighted, 1),
        )
        for indicator in shown
    )
    more = numbers.more_in_json(len(comparison.indicators) - len(rows))
    on = "" if assessment.has_one_scale else ", on the scale of the index"
    notes = [f"Weighted difference: difference times global weight{on}, largest first{f'; {more[0]}' if more else '.'}"]
    if any(math.isnan(value) for indicator in shown for value in indicator[1:3]):
        notes.append(_NONE)
    if comparison.is_above and comparison.reversal is None:
        notes.append("Leaving out statements does not reverse the ranking.")
    return Table(columns, rows, tuple(notes))


def _reversal_table(assessment: Assessment, reversal: Reversal) -> Table:
    texts = _texts(assessment, reversal)
    search = "the smallest such set" if reversal.smallest else "found one by one; a smaller set may exist"
    shown = defaults().shown
    rows = tuple(
        (country, textwrap.shorten(text, shown.statement_characters, placeholder=" …"), name)
        for (country, name), text in list(zip(reversal.statements, texts, strict=True))[: shown.comparison]
    )
    notes = numbers.more_in_json(len(texts) - len(rows))
    title = f"The ranking reverses without {numbers.count(len(texts), 'statement')} ({search})"
    return Table((Column("Country"), Column("Statement"), Column("Id", code=True)), rows, notes, title)


def _texts(assessment: Assessment, reversal: Reversal) -> list[str]:
    texts = {
        (profile.country, statement.id): statement.text
        for profile in assessment.profiles
        for statement in profile.statements
    }
    return [texts[key] for key in reversal.statements]


def comparison_object(
    assessment: Assessment,
    compared: Sequence[Comparison],
    simulation: Simulation,
    caveats: Sequence[str],
    turns: Sequence[Reversals | None] | None = None,
) -> dict[str, Any]:
    """The JSON document of `scoring compare`."""
    reversals = turns or [None] * len(compared)
    return {
        **envelope(assessment.book, simulation.settings),
        **settings_object(simulation.settings),
        "caveats": list(caveats),
        "pairs": [
            {
                **_pair_object(assessment, comparison, simulation),
                "reversals": turn and turn_object(assessment, turn),
            }
            for comparison, turn in zip(compared, reversals, strict=True)
        ],
    }


def _pair_object(assessment: Assessment, comparison: Comparison, simulation: Simulation) -> dict[str, Any]:
    reversal = comparison.reversal
    above, below = (assessment.profiles[row].country for row in (comparison.above, comparison.below))
    return {
        "above": above,
        "below": below,
        "indices": {
            assessment.profiles[row].country: {
                "estimate": assessment.scale.exact(float(assessment.shown[row, 0])),
                "interval": [assessment.scale.exact(float(array[row])) for array in (simulation.low, simulation.high)],
            }
            for row in (comparison.above, comparison.below)
        },
        "difference": assessment.scale.exact_difference(comparison.difference),
        "p_above": numbers.exact_unit(float(simulation.p_above[comparison.above, comparison.below])),
        "distinguishable": bool(simulation.distinguishable[comparison.above, comparison.below]),
        "pillars": {
            pillar.node.id: {
                "above": pillar.node.scale.exact(pillar.above),
                "below": pillar.node.scale.exact(pillar.below),
                **scale_object(pillar.node),
                "part": assessment.scale.exact_difference(_part(comparison, pillar)),
                "weight": numbers.exact_unit(pillar.node.local_weight),
                "order_holds": [numbers.exact_unit(pillar.stability.low), numbers.exact_unit(pillar.stability.high)]
                if comparison.is_above
                else [None, None],
            }
            for pillar in comparison.pillars
        },
        "indicators": {
            indicator.node.id: {
                "question": indicator.node.label,
                "above": indicator.node.scale.exact(indicator.above),
                "below": indicator.node.scale.exact(indicator.below),
                **scale_object(indicator.node),
                "weighted": assessment.scale.exact_difference(indicator.weighted),
            }
            for indicator in comparison.indicators
        },
        "turning": None
        if reversal is None
        else {
            "smallest": reversal.smallest,
            "statements": [
                {"country": code, "id": name, "text": text}
                for (code, name), text in zip(reversal.statements, _texts(assessment, reversal), strict=True)
            ],
        },
    }


def comparison_frame(assessment: Assessment, comparison: Comparison, simulation: Simulation) -> Frame:
    """One record for the index, with its intervals and P(above), one per pillar and one per indicator."""
    above, below = comparison.above, comparison.below
    pair = {"above": assessment.profiles[above].country, "below": assessment.profiles[below].country}
    index = {
        **_differing(assessment.nodes[0], assessment.shown[above, 0], assessment.shown[below, 0]),
        "low_above": simulation.low[above],
        "high_above": simulation.high[above],
        "low_below": simulation.low[below],
        "high_below": simulation.high[below],
        "p_above": simulation.p_above[above, below],
        "distinguishable": simulation.distinguishable[above, below],
    }
    pillars = (
        {
            **_differing(pillar.node, pillar.above, pillar.below),
            "part": _part(comparison, pillar),
            "weight": pillar.node.local_weight,
            "order_holds_low": pillar.stability.low if comparison.is_above else None,
            "order_holds_high": pillar.stability.high if comparison.is_above else None,
        }
        for pillar in comparison.pillars
    )
    indicators = (
        {**_differing(one.node, one.above, one.below), "weighted": one.weighted} for one in comparison.indicators
    )
    return Frame(COMPARED, tuple({**pair, **record} for record in (index, *pillars, *indicators)))


def _differing(node: Node, above: float, below: float) -> dict[str, Any]:
    return {**node_cells(node), "estimate_above": above, "estimate_below": below, "difference": above - below}
