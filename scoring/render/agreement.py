"""`scoring agreement` as tables, JSON and a page of Markdown."""

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
    from scoring.analysis.agreement import Agreement, Alpha
    from scoring.index.assessment import Assessment

INDENT = {"index": 0, "pillar": 1}  # of a name by the kind of its node; all other kinds are below a pillar


def agreement_tables(assessment: Assessment, result: Agreement, most: int) -> list[Table]:
    """Alpha by node, the largest disagreements, and the adjudications.

    Args:
        assessment: of the countries.
        result: the agreement between its coders.
        most: how many disagreements to list.
    """
    if not result.countries:
        return [Table((), (), ("No statement was coded twice (`coders`), so there is nothing to compare.",))]
    tables = [_alpha_table(assessment, result)]
    if disagreements := [reading for reading in result.readings if reading.spread > 0]:
        columns = (
            Column("Country", key=True),
            Column("Statement", key=True),
            Column("Indicator"),
            Column("Codes"),
            Column("Difference", figures=True),
        )
        rows = tuple(
            (
                reading.country,
                reading.statement,
                reading.path.rsplit("/", 1)[-1],
                " | ".join(map(code_text, reading.codes)),
                numbers.unit(reading.spread),
            )
            for reading in disagreements[:most]
        )
        notes = ("Difference: between the values of the codes, on a scale of 0 to 1.",)
        tables.append(Table(columns, rows, notes, f"Largest disagreements: {len(rows)} of {len(disagreements)}"))
    if result.adjudications:
        headers = (Column("Country", key=True), Column("Statement", key=True), Column("Decision"))
        tables.append(Table(headers, tuple(map(tuple, result.adjudications)), (), "Adjudicated disagreements"))
    return tables


def _alpha_table(assessment: Assessment, result: Agreement) -> Table:
    columns = (
        Column("Node", key=True),
        Column("Alpha", figures=True),
        Column("95 % interval", figures=True),
        Column("Codings", figures=True),
        Column("Identical", figures=True),
    )
    rows = tuple(
        (
            "  " * INDENT.get(alpha.node.kind, 2) + alpha.node.id,
            numbers.unit(alpha.value),
            _interval(alpha),
            str(alpha.readings),
            f"{numbers.points(alpha.alike, 0)} %",
        )
        for alpha in result.alphas
    )
    countries = numbers.count(len(result.countries), "country", "countries")
    notes = (
        f"{countries} with statements that two or more coders coded: {', '.join(result.countries)}.",
        "Alpha: Krippendorff's alpha, ordinal; 1 = perfect agreement, 0 = chance; a dash where all values are equal.",
        f"{numbers.count(result.unpaired, 'further coding')} by one coder only: the others coded nothing there.",
    )
    return Table(columns, rows, notes, assessment.title)


def _interval(alpha: Alpha) -> str:
    return numbers.NONE if math.isnan(alpha.low) else f"{numbers.unit(alpha.low)} to {numbers.unit(alpha.high)}"


def agreement_object(assessment: Assessment, result: Agreement) -> dict[str, Any]:
    """The JSON document of `scoring agreement`."""
    return {
        **envelope(assessment.book),
        "countries": list(result.countries),
        "alphas": [
            {
                "node": alpha.node.path,
                "alpha": numbers.exact_unit(alpha.value),
                "low": numbers.exact_unit(alpha.low),
                "high": numbers.exact_unit(alpha.high),
                "readings": alpha.readings,
                "alike": numbers.exact_unit(alpha.alike),
            }
            for alpha in result.alphas
        ],
        "unpaired": result.unpaired,
        "readings": [
            {
                "country": reading.country,
                "statement": reading.statement,
                "node": reading.path,
                "codes": list(reading.codes),
                "values": [numbers.exact_unit(value) for value in reading.values],
            }
            for reading in result.readings
        ],
        "adjudications": [adjudication._asdict() for adjudication in result.adjudications],
    }


def agreement_page(assessment: Assessment, result: Agreement, *, has_method: bool) -> str:
    """The page agreement.md: inter-coder agreement, disagreements and adjudications.

    Args:
        assessment: of the countries.
        result: the agreement between its coders.
        has_method: whether to link to method.md in the same folder.
    """
    lines = [
        GENERATED,
        "# Agreement between coders",
        "",
        "Two coders code the same statements by the same rubric; the second does not see the codes of the first.",
        "Where they disagree, the value is the median of the two, and each draw takes one of them, which widens the",
        "interval. Shares, ranks and counts are copied from the statement, so that coders agree on them almost always:",
        "judge an anchor by the alpha of its indicator.",
        *(["[How alpha is computed](method.md#12-agreement-between-coders)."] if has_method else []),
        "",
        *map(as_markdown, agreement_tables(assessment, result, defaults().shown.page_disagreements)),
    ]
    return "\n".join(lines).rstrip() + "\n"
