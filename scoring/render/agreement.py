"""`scoring agreement` as tables, JSON and a page of Markdown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.files.defaults import defaults
from scoring.render.objects import envelope
from scoring.render.wording import GENERATED, code_text, named_codes
from scoring.text import numbers
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from scoring.analysis.agreement import Adjudication, Agreement, Alpha, Choice, Coefficients
    from scoring.index.assessment import Assessment

INDENT = {"index": 0, "pillar": 1}  # of a name by the kind of its node; all other kinds are below a pillar


def agreement_tables(assessment: Assessment, result: Agreement, most: int) -> list[Table]:
    """Agreement by node, on the choice of indicators and by coder; disagreements, the queue, and the decisions.

    Args:
        assessment: of the countries.
        result: the agreement between its coders.
        most: how many disagreements to list, and how many statements of the queue.
    """
    if not result.countries:
        return [Table((), (), ("No statement was coded twice (`coders`), so there is nothing to compare.",))]
    tables = [_alpha_table(assessment, result), _coder_table(assessment, result)]
    if result.choice is not None:
        tables.append(_choice_table(result.choice))
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
                _last(reading.path),
                " | ".join(map(code_text, reading.codes)),
                numbers.unit(reading.spread),
            )
            for reading in disagreements[:most]
        )
        notes = ("Difference: between the values of the codes, on a scale of 0 to 1.",)
        tables.append(Table(columns, rows, notes, f"Largest disagreements: {len(rows)} of {len(disagreements)}"))
    if result.queue:
        tables.append(_queue_table(result, most))
    if result.adjudications:
        headers = (Column("Country", key=True), Column("Statement", key=True), Column("By"), Column("Decision"))
        decisions = tuple(
            (one.country, one.statement, one.by or numbers.NONE, _decision(one)) for one in result.adjudications
        )
        by = ("By: who decided which codes count; a dash for a decision in words, which changes no code.",)
        tables.append(Table(headers, decisions, by, "Adjudicated disagreements"))
    return tables


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _decision(one: Adjudication) -> str:
    if one.codes is None:
        return one.decision
    codes = named_codes(one.codes, ", ") or "nothing counts"
    return f"{codes}: {one.decision}"


def _alpha_table(assessment: Assessment, result: Agreement) -> Table:
    columns = (
        Column("Node", key=True),
        Column("Alpha", figures=True),
        Column("95 % interval", figures=True),
        Column("AC1", figures=True),
        Column("Codings", figures=True),
        Column("Identical", figures=True),
    )
    rows = tuple(
        (
            "  " * INDENT.get(alpha.node.kind, 2) + alpha.node.id,
            numbers.unit(alpha.coefficients.alpha),
            _interval(alpha),
            _ac1(alpha.coefficients),
            str(alpha.readings),
            _percent(alpha.coefficients.alike),
        )
        for alpha in result.alphas
    )
    countries = numbers.count(len(result.countries), "country", "countries")
    notes = (
        f"{countries} with statements that two or more coders coded: {', '.join(result.countries)}.",
        "Alpha: Krippendorff's alpha, ordinal; 1 = perfect agreement, 0 = chance; a dash where all values are equal.",
        _about_ac1(),
        f"{numbers.count(result.unpaired, 'further coding')} by one coder only: the others coded nothing there.",
    )
    return Table(columns, rows, notes, assessment.title)


def _about_ac1() -> str:
    return (
        f"AC1: Gwet's coefficient, where fewer than {_percent(defaults().unusual)} of the codes differ from the usual "
        "answer: there alpha is near chance by construction."
    )


def _ac1(coefficients: Coefficients) -> str:
    return numbers.unit(coefficients.ac1) if coefficients.is_uniform else numbers.NONE


def _percent(share: float) -> str:
    return numbers.NONE if math.isnan(share) else f"{numbers.percent(share, 0)} %"


def _coder_table(assessment: Assessment, result: Agreement) -> Table:
    scales = {node.scale for node in assessment.nodes if not node.children}
    scale = scales.pop() if len(scales) == 1 else assessment.scale
    columns = (
        Column("Coder", key=True),
        Column("Statements", figures=True),
        Column("Codings", figures=True),
        Column("Identical", figures=True),
        Column("Alpha", figures=True),
        Column("AC1", figures=True),
        Column("Higher by", figures=True),
        Column("Same indicators", figures=True),
        Column("Decided", figures=True),
        Column("Upheld", figures=True),
    )
    rows = tuple(
        (
            coder.coder,
            str(coder.statements),
            str(coder.readings),
            _percent(coder.coefficients.alike),
            numbers.unit(coder.coefficients.alpha),
            _ac1(coder.coefficients),
            scale.signed(coder.difference),
            _percent(coder.same_choice),
            str(coder.decided),
            f"{coder.upheld}, first {coder.first_upheld}" if coder.decided else numbers.NONE,
        )
        for coder in result.coders
    )
    of = "" if scale == assessment.scale and not scales else f" of {scale.spanned}"
    notes = (
        f"Codings: those that both coded. Higher by: mean difference of the values, in points{of}.",
        "Decided: codings on which the two differ and that were adjudicated; upheld: as this coder or the first read.",
    )
    return Table(columns, rows, notes, "By coder, against the first")


def _choice_table(choice: Choice) -> Table:
    columns = (
        Column("Indicator", key=True),
        Column("Both", figures=True),
        Column("One", figures=True),
        Column("Agreement", figures=True),
    )
    differing = [one for one in choice.indicators if one.one]
    rows = tuple((one.indicator, str(one.both), str(one.one), _percent(one.agreement)) for one in differing)
    pairs, same, overlap = numbers.count(choice.pairs, "pair"), _percent(choice.same), numbers.unit(choice.overlap)
    notes = (
        f"Of {pairs} of coders of one statement, {same} chose the same indicators.",
        f"Overlap {overlap}: the indicators that both chose over those that either chose, on average.",
        "Both, One: pairs of which both coders or one chose the indicator. Agreement: 2 both / (2 both + one).",
        "A coder who was told the indicators (a sheet that is not blind) agrees on them by construction.",
    )
    return Table(columns, rows, notes, f"Choice of indicators: {len(rows)} of {len(choice.indicators)} differ")


def _queue_table(result: Agreement, most: int) -> Table:
    columns = (
        Column("Country", key=True),
        Column("Statement", key=True),
        Column("Readings"),
        Column("Difference", figures=True),
        Column("Noted"),
    )
    rows = tuple(
        (
            one.country,
            one.statement,
            "; ".join(
                f"{_last(difference.path)}: "
                + " | ".join(numbers.NONE if code is None else code_text(code) for code in difference.codes)
                for difference in one.differences
            ),
            numbers.unit(one.spread),
            "yes" if one.noted else numbers.NONE,
        )
        for one in result.queue[:most]
    )
    notes = (
        "A dash among the readings: this coder did not code it.",
        "Noted: a decision in words (`adjudication`), which changes no code; `adjudicated` decides.",
    )
    return Table(columns, rows, notes, f"To adjudicate: {len(rows)} of {len(result.queue)}")


def _interval(alpha: Alpha) -> str:
    return numbers.NONE if math.isnan(alpha.low) else f"{numbers.unit(alpha.low)} to {numbers.unit(alpha.high)}"


def agreement_object(assessment: Assessment, result: Agreement) -> dict[str, Any]:
    """The JSON document of `scoring agreement`."""
    return {
        **envelope(assessment.book),
        "countries": list(result.countries),
        "unusual": defaults().unusual,
        "alphas": [
            {
                "node": alpha.node.path,
                **_coefficients_object(alpha.coefficients),
                "low": numbers.exact_unit(alpha.low),
                "high": numbers.exact_unit(alpha.high),
                "readings": alpha.readings,
            }
            for alpha in result.alphas
        ],
        "choice": None if result.choice is None else _choice_object(result.choice),
        "coders": [
            {
                "coder": coder.coder,
                "statements": coder.statements,
                "readings": coder.readings,
                **_coefficients_object(coder.coefficients),
                "difference": numbers.exact_unit(coder.difference),
                "same_choice": numbers.exact_unit(coder.same_choice),
                "decided": coder.decided,
                "upheld": coder.upheld,
                "first_upheld": coder.first_upheld,
            }
            for coder in result.coders
        ],
        "unpaired": result.unpaired,
        "readings": [
            {
                "country": reading.country,
                "statement": reading.statement,
                "node": reading.path,
                "coders": list(reading.coders),
                "codes": list(reading.codes),
                "values": [numbers.exact_unit(value) for value in reading.values],
            }
            for reading in result.readings
        ],
        "queue": [
            {
                "country": one.country,
                "statement": one.statement,
                "coders": list(one.coders),
                "differences": [{"node": each.path, "codes": list(each.codes)} for each in one.differences],
                "difference": numbers.exact_unit(one.spread),
                "noted": one.noted,
            }
            for one in result.queue
        ],
        "adjudications": [adjudication._asdict() for adjudication in result.adjudications],
    }


def _coefficients_object(coefficients: Coefficients) -> dict[str, Any]:
    return {
        "alpha": numbers.exact_unit(coefficients.alpha),
        "ac1": numbers.exact_unit(coefficients.ac1),
        "alike": numbers.exact_unit(coefficients.alike),
        "unusual": numbers.exact_unit(coefficients.unusual),
        "uniform": coefficients.is_uniform,
    }


def _choice_object(choice: Choice) -> dict[str, Any]:
    return {
        "pairs": choice.pairs,
        "same": numbers.exact_unit(choice.same),
        "overlap": numbers.exact_unit(choice.overlap),
        "indicators": [
            {
                "indicator": one.indicator,
                "both": one.both,
                "one": one.one,
                "agreement": numbers.exact_unit(one.agreement),
            }
            for one in choice.indicators
        ],
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
        "interval, until it is adjudicated. Shares, ranks and counts are copied from the statement, so that coders",
        "agree on them almost always: judge an anchor by the alpha of its indicator.",
        *(["[How alpha is computed](method.md#12-agreement-between-coders)."] if has_method else []),
        "",
        *map(as_markdown, agreement_tables(assessment, result, defaults().shown.page_disagreements)),
    ]
    return "\n".join(lines).rstrip() + "\n"
