"""Agreement between coders as tables and JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.files.defaults import defaults
from scoring.render.objects import envelope
from scoring.render.statements import code_text
from scoring.render.wording import GENERATED
from scoring.text import numbers
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from scoring.analysis.agreement import Agreement, Alpha, Coding
    from scoring.index.assessment import Assessment

INDENT = {"index": 0, "pillar": 1}  # of a name, by the kind of node; all others stand below a pillar


def agreement_tables(assessment: Assessment, found: Agreement, most: int) -> list[Table]:
    """Alpha by node, the statements that coders read most differently, and what was decided on them."""
    if not found.countries:
        return [Table((), (), ("No statement has a second reading (`coders`), so there is nothing to compare.",))]
    tables = [_alpha_table(assessment, found)]
    if apart := [reading for reading in found.readings if reading.spread > 0][:most]:
        columns = (
            Column("Country", key=True),
            Column("Statement", key=True),
            Column("Indicator"),
            Column("Read as"),
            Column("Apart", figures=True),
        )
        rows = tuple(
            (one.country, one.statement, _name(one), " | ".join(map(code_text, one.codes)), numbers.unit(one.spread))
            for one in apart
        )
        tables.append(Table(columns, rows, (), f"Read most differently: {len(rows)} of {_apart(found)}"))
    if found.adjudications:
        heads = (Column("Country", key=True), Column("Statement", key=True), Column("What was decided"))
        tables.append(Table(heads, tuple(tuple(one) for one in found.adjudications), (), "Adjudicated"))
    return tables


def _alpha_table(assessment: Assessment, found: Agreement) -> Table:
    columns = (
        Column("Of", key=True),
        Column("Alpha", figures=True),
        Column("95 % interval", figures=True),
        Column("Readings", figures=True),
        Column("Alike", figures=True),
    )
    rows = tuple(
        (
            "  " * INDENT.get(one.node.kind, 2) + one.node.id,
            numbers.unit(one.value),
            _interval(one),
            str(one.readings),
            f"{numbers.points(one.alike, 0)} %",
        )
        for one in found.alphas
    )
    countries = numbers.count(len(found.countries), "country", "countries")
    notes = (
        f"{countries} coded twice or more: {', '.join(found.countries)}.",
        "Alpha: Krippendorff's, ordinal; 1 = alike, 0 = no better than chance; a dash where all readings are the same.",
        f"In {numbers.count(found.unpaired, 'further reading')} one coder alone found something to code.",
    )
    return Table(columns, rows, notes, assessment.title)


def _interval(one: Alpha) -> str:
    return numbers.NONE if math.isnan(one.low) else f"{numbers.unit(one.low)} to {numbers.unit(one.high)}"


def _name(reading: Coding) -> str:
    """The indicator, or indicator: item."""
    return reading.path.rsplit("/", 1)[-1]


def _apart(found: Agreement) -> int:
    return sum(reading.spread > 0 for reading in found.readings)


def agreement_object(assessment: Assessment, found: Agreement) -> dict[str, Any]:
    """The JSON document of `scoring agreement`."""
    return {
        **envelope(assessment.book),
        "countries": list(found.countries),
        "alphas": [
            {
                "node": one.node.path,
                "alpha": numbers.exact_unit(one.value),
                "low": numbers.exact_unit(one.low),
                "high": numbers.exact_unit(one.high),
                "readings": one.readings,
                "alike": numbers.exact_unit(one.alike),
            }
            for one in found.alphas
        ],
        "unpaired": found.unpaired,
        "readings": [
            {
                "country": one.country,
                "statement": one.statement,
                "node": one.path,
                "codes": list(one.codes),
                "values": [numbers.exact_unit(value) for value in one.values],
            }
            for one in found.readings
        ],
        "adjudications": [one._asdict() for one in found.adjudications],
    }


def agreement_page(assessment: Assessment, found: Agreement, *, has_method: bool) -> str:
    """agreement.md: how alike coders read, where they part, and what was decided.

    has_method: whether the page method.md lies beside it, to be linked.
    """
    lines = [
        GENERATED,
        "# Agreement between coders",
        "",
        "Two coders read the same statements by the same rubric, the second without seeing the codes of the first.",
        "Where they part, the value is the median of the two and the draws take either, so that the interval is wider.",
        "Shares, ranks and counts are copied from the sentence and agree by nature: judge an anchor by its indicator.",
        *(["[How alpha is reckoned](method.md#12-agreement-between-coders)."] if has_method else []),
        "",
        *map(as_markdown, agreement_tables(assessment, found, defaults().shown.page_disagreements)),
    ]
    return "\n".join(lines).rstrip() + "\n"
