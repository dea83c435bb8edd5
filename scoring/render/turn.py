"""`scoring compare --turn` as tables and JSON."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from scoring.files.defaults import defaults
from scoring.index.tree import node_names
from scoring.render.levers import kinds_without_steps
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.analysis.open_answers import OpenAnswer
    from scoring.analysis.turn import Reversals
    from scoring.index.assessment import Assessment
    from scoring.text.frame import Columns

ONE_BY_ONE = "found one by one; a smaller set may exist"
REVERSED: Columns = {
    **dict.fromkeys(("part", "above", "below", "country", "node", "statement", "now", "then", "text", "doubts"), str),
    "smallest": bool,
    **dict.fromkeys(("weight", "tie", "low", "high", "share", "value", "p_above"), float),
}


def turn_tables(assessment: Assessment, found: Reversals, headline: str) -> list[Table]:
    """The statements, answers, weights and exponents that reverse a ranking, and what to look for next."""
    above, below = (assessment.profiles[row].country for row in (found.above, found.below))
    return [
        Table((), (), (f"What puts {below} above {above}, each alone:",), headline),
        _statements(found, above, below),
        _answers(assessment, found, above, below),
        _weights(assessment, found, above, below),
        _open(found, above),
    ]


def _set(size: int, noun: str, *, smallest: bool) -> str:
    return f"{numbers.count(size, noun)} ({'the smallest such set' if smallest else ONE_BY_ONE})"


def _statements(found: Reversals, above: str, below: str) -> Table:
    columns = (Column("Country"), Column("Statement"), Column("In doubt"), Column("Id", code=True))
    shown = defaults().shown
    rows = tuple(
        (
            one.country,
            textwrap.shorten(one.text, shown.statement_characters, placeholder=" …"),
            ", ".join(one.doubts) or numbers.NONE,
            one.id,
        )
        for one in found.statements[: shown.comparison]
    )
    if not rows:
        return Table(columns, (), (f"Leaving out statements does not put {below} above {above}.",), "Statements")
    doubtful = sum(bool(one.doubts) for one in found.statements)
    notes = (
        *numbers.more_in_json(len(found.statements) - len(rows)),
        f"In doubt: {doubtful} of {numbers.count(len(found.statements), 'statement')}.",
    )
    size = _set(len(found.statements), "statement", smallest=found.smallest_statements)
    return Table(columns, rows, notes, f"Statements: {below} is above {above} without {size}")


def _answers(assessment: Assessment, found: Reversals, above: str, below: str) -> Table:
    columns = (
        Column("Country", key=True),
        Column("Answer", key=True),
        Column("Now"),
        Column("Then"),
        Column("In doubt", part=1),
        Column("Text of the answer then", part=2),
    )
    rows = tuple(
        (
            one.country,
            f"{one.step.indicator}/{one.step.item}" if one.step.item else one.step.indicator,
            one.step.now,
            one.step.then,
            ", ".join(one.doubts) or numbers.NONE,
            one.step.text,
        )
        for one in found.answers[: defaults().shown.comparison]
    )
    not_tried = f"Not tried: questions without evidence, and kinds without steps{kinds_without_steps(assessment)}."
    if not rows:
        why = f"No answers one step away put {below} above {above}."
        return Table(columns, (), (why, not_tried), "Answers")
    notes = (
        *numbers.more_in_json(len(found.answers) - len(rows)),
        "Then: the answer one step away, on the same statements with the same weights.",
        "In doubt: of the statements on which the answer rests.",
        not_tried,
    )
    size = _set(len(found.answers), "other answer", smallest=found.smallest_answers)
    return Table(columns, rows, notes, f"Answers: {below} is above {above} with {size}")


def _weights(assessment: Assessment, found: Reversals, above: str, below: str) -> Table:
    columns = (Column("Pillar", key=True), Column("Weight", figures=True), Column("Tie at", figures=True))
    nodes, tie = assessment.pillars, found.weights
    rows = tuple(
        (node.label, numbers.unit(node.local_weight), numbers.unit(weight))
        for node, weight in zip(nodes, tie.weights if tie else (), strict=False)
    )
    exponents = _exponents(assessment, found, above, below)
    if tie is None:
        why = (
            f"No weights of the pillars put {below} above {above}: it is ahead on none."
            if found.has_weights
            else "Weights: their effect on this ranking is not known."
        )
        return Table(columns, (), (why, exponents), "Weights and exponent")
    moved = f"{above} and {below} tie if {numbers.unit(tie.moved)} of the weight is moved"
    title = f"Weights: {moved}; beyond that {below} is above"
    return Table(columns, rows, ("Tie at: the weights nearest to those of the rubric.", exponents), title)


def _exponents(assessment: Assessment, found: Reversals, above: str, below: str) -> str:
    if found.exponents is None:
        return "Exponent: the index is no mean of its pillars and has none."
    tried = f"of those from -{found.limit:g} to {found.limit:g}; {assessment.nodes[0].exponent:g} in the rubric"
    if not found.exponents:
        return f"Exponent: none puts {below} above {above} ({tried})."
    ranges = " and ".join(f"from {low:.2f} to {high:.2f}" for low, high in found.exponents)
    return f"Exponent: {below} is above {above} {ranges} ({tried})."


def _open(found: Reversals, above: str) -> Table:
    columns = (
        Column("Country", key=True),
        Column("Answer", key=True),
        Column("Share", figures=True),
        Column("Statements", figures=True),
        Column(f"P({above} above) if it comes out", part=1),
    )
    rows = tuple(
        (
            one.country,
            node_names([one.node])[0],
            numbers.unit(one.share),
            str(one.statements),
            "; ".join(_outcomes(one)),
        )
        for one in found.open
    )
    notes = (
        "Share: contribution of the answer to the variance of the difference.",
        "If it comes out: each answer in turn as a certain one, or the ends of its uncertainty interval.",
    )
    title = f"What to look for next: P({above} above) is {numbers.probability(found.p_above)}"
    if not rows:
        return Table(columns, (), ("No answer of the two is uncertain.",), title)
    return Table(columns, rows, notes, title)


def _outcomes(one: OpenAnswer) -> Iterator[str]:
    for outcome in one.outcomes:
        answer = outcome.answer or one.node.scale.points(outcome.value)
        yield f"{answer} {numbers.probability(outcome.p_above)}"


def turn_object(assessment: Assessment, found: Reversals) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "statements": [one._asdict() | {"doubts": list(one.doubts)} for one in found.statements],
        "smallest_statements": found.smallest_statements,
        "answers": [
            {
                "country": one.country,
                "indicator": one.step.indicator,
                "item": one.step.item,
                "now": one.step.now,
                "then": one.step.then,
                "code": one.step.code,
                "statements": list(one.step.statements),
                "doubts": list(one.doubts),
            }
            for one in found.answers
        ],
        "smallest_answers": found.smallest_answers,
        "weights_known": found.has_weights,
        "weights": found.weights
        and {
            "moved": numbers.exact_unit(found.weights.moved),
            "tie": {
                node.id: numbers.exact_unit(weight)
                for node, weight in zip(assessment.pillars, found.weights.weights, strict=True)
            },
        },
        "exponents": None
        if found.exponents is None
        else {
            "tried": [-found.limit, found.limit],
            "reversed": [[round(low, 6), round(high, 6)] for low, high in found.exponents],
        },
        "p_above": numbers.exact_unit(found.p_above),
        "open": [
            {
                "country": one.country,
                "node": one.node.path,
                "share": numbers.exact_unit(one.share),
                "statements": one.statements,
                "outcomes": [
                    {
                        "answer": outcome.answer,
                        "value": one.node.scale.exact(outcome.value),
                        "p_above": numbers.exact_unit(outcome.p_above),
                    }
                    for outcome in one.outcomes
                ],
            }
            for one in found.open
        ],
    }


def turn_frame(assessment: Assessment, found: Reversals) -> Frame:
    """One record per element of what reverses the ranking, and per outcome of what to look for next.

    `part` is statements (each is left out), answers (each is a step from `now` to `then`), weights (of each pillar, and
    where the two tie), exponents (ranges from `low` to `high`), or open (an answer with its share of the variance, and
    the probability that `above` ranks above if it comes out as `then`, or at `value` in [0, 1]). All elements of the
    first three parts are one set each; `smallest` says whether it is proven to be the smallest.
    """
    above, below = (assessment.profiles[row].country for row in (found.above, found.below))
    pair = {"above": above, "below": below}
    return Frame(REVERSED, tuple({**pair, **record} for record in _records(assessment, found)))


def _records(assessment: Assessment, found: Reversals) -> Iterator[dict[str, Any]]:
    for one in found.statements:
        doubts, smallest = ", ".join(one.doubts), found.smallest_statements
        said = {"country": one.country, "statement": one.id, "text": one.text}
        yield {"part": "statements", **said, "doubts": doubts, "smallest": smallest}
    paths = {node.part: node.path for node in assessment.nodes if node.indicator and not node.is_used_again}
    for answer in found.answers:
        step, doubts = answer.step, ", ".join(answer.doubts)
        coded = {"country": answer.country, "node": paths[step.indicator, step.item], "now": step.now}
        after = {"then": step.then, "text": step.text, "doubts": doubts, "smallest": found.smallest_answers}
        yield {"part": "answers", **coded, **after}
    if found.weights:
        for node, tie in zip(assessment.pillars, found.weights.weights, strict=True):
            yield {"part": "weights", "node": node.path, "weight": node.local_weight, "tie": tie}
    for low, high in found.exponents or ():
        yield {"part": "exponents", "low": low, "high": high}
    for open_answer in found.open:
        head = {"country": open_answer.country, "node": open_answer.node.path, "share": open_answer.share}
        for outcome in open_answer.outcomes:
            ways = {"then": outcome.answer, "value": outcome.value, "p_above": outcome.p_above}
            yield {"part": "open", **head, **ways}
