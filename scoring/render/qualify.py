"""`scoring qualify` as tables, as JSON, and as the entry of the coder in the register."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.files.editing import flow, inline
from scoring.render.objects import envelope
from scoring.render.wording import code_text
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from scoring.analysis.qualification import Answered, Measure, OfIndicator, Qualification
    from scoring.model.rubric import RuleBook
    from scoring.text.frame import Columns

WHOLE = "all questions"
MEASURES: Columns = {
    "coder": str,
    "indicator": str,
    "n": int,
    **dict.fromkeys(("exact", "exact_low", "exact_high", "within", "within_low", "within_high", "severity"), float),
    **dict.fromkeys(("missed", "added"), int),
    **dict.fromkeys(("tested", "qualified"), bool),
}


def qualification_tables(book: RuleBook, coder: str, result: Qualification, most: int) -> list[Table]:
    """The result by indicator and in all, and the questions that were answered otherwise than the key.

    most: how many of these to list.
    """
    columns = (
        Column("Indicator", key=True),
        Column("n", figures=True),
        Column("Exact", figures=True),
        Column("95 %", figures=True),
        Column("Within", figures=True, part=1),
        Column("95 %", figures=True, part=1),
        Column("Severity", figures=True),
        Column("Qualified"),
    )
    rows = [
        *((one.indicator, *_cells(one.measure), _qualified(one)) for one in result.indicators),
        (WHOLE, *_cells(result.whole), f"{len(result.qualified)} of {len(book.leaves)}"),
    ]
    mark = result.mark
    notes = (
        f"Qualified: from {numbers.unit(mark.exact)} exact on, with {mark.questions} questions or more in the key.",
        "Exact: as the key; within: at most one level, or one of false, partly and true, beside it.",
        "Severity: mean value of the coder minus that of the key, -1 to 1; below 0 the coder is stricter.",
        f"Overlooked: {result.whole.missed}; coded though no text says it: {result.whole.added}. Both are wrong.",
        f"Krippendorff's alpha between coder and key, where both answer: {numbers.unit(result.alpha)}.",
        *_untested(book, result),
    )
    edition = f"{book.rubric.id}@{book.rubric.version}"
    tables = [Table(columns, tuple(rows), notes, f"{coder} by the vignettes of {edition}")]
    if result.wrong:
        tables.append(_wrong_table(result, most))
    return tables


def _untested(book: RuleBook, result: Qualification) -> tuple[str, ...]:
    tested = {one.indicator for one in result.indicators if one.tested}
    names = [name for name in book.leaves if name not in tested]
    return (f"Without a vignette, so not tested: {', '.join(names)}.",) if names else ()


def _cells(measure: Measure) -> tuple[str, ...]:
    return (
        str(measure.n),
        f"{measure.exact:.2f}",
        _span(measure.exact_interval),
        f"{measure.within:.2f}",
        _span(measure.within_interval),
        _signed(measure.severity),
    )


def _span(interval: tuple[float, float]) -> str:
    return "–".join(numbers.unit(end) for end in interval)


def _signed(value: float) -> str:
    text = numbers.unit(value)
    return f"+{text}" if value > 0 and float(text) else text


def _qualified(one: OfIndicator) -> str:
    if not one.is_tested:
        return "not tested"
    return "yes" if one.is_qualified else "no"


def _wrong_table(result: Qualification, most: int) -> Table:
    columns = (Column("Vignette", key=True), Column("Question"), Column("Key"), Column("Coder"))
    rows = tuple(
        (answer.vignette, _question(answer), _answer(answer.key), _answer(answer.code))
        for answer in result.wrong[:most]
    )
    notes = numbers.more_in_json(len(result.wrong) - len(rows))
    return Table(columns, rows, notes, f"Answered otherwise than the key: {len(rows)} of {len(result.wrong)}")


def _question(answer: Answered) -> str:
    return answer.indicator if answer.item is None else f"{answer.indicator}.{answer.item}"


def _answer(code: Any) -> str:
    return numbers.NONE if code is None else code_text(code)


def qualification_object(book: RuleBook, coder: str, vignettes: str, result: Qualification) -> dict[str, Any]:
    """The JSON document of `scoring qualify`."""
    return {
        **envelope(book),
        "coder": coder,
        "vignettes": vignettes,
        "mark": {"exact": result.mark.exact, "questions": result.mark.questions},
        "alpha": numbers.exact_unit(result.alpha),
        "whole": _measure_object(result.whole),
        "indicators": {
            one.indicator: {**_measure_object(one.measure), "tested": one.is_tested, "qualified": one.is_qualified}
            for one in result.indicators
        },
        "wrong": [
            {
                "vignette": answer.vignette,
                "indicator": answer.indicator,
                "item": answer.item,
                "key": answer.key,
                "code": answer.code,
                "within": answer.is_within,
            }
            for answer in result.wrong
        ],
    }


def _measure_object(measure: Measure) -> dict[str, Any]:
    figures = _measured(measure).items()
    return {name: numbers.exact_unit(figure) if isinstance(figure, float) else figure for name, figure in figures}


def _measured(measure: Measure) -> dict[str, Any]:
    exact, within = measure.exact_interval, measure.within_interval
    return {
        "n": measure.n,
        "exact": measure.right / measure.n,
        "exact_low": exact[0],
        "exact_high": exact[1],
        "within": measure.near / measure.n,
        "within_low": within[0],
        "within_high": within[1],
        "severity": measure.severity,
        "missed": measure.missed,
        "added": measure.added,
    }


def qualification_frame(coder: str, result: Qualification) -> Frame:
    """One record per indicator, and one without an indicator on all questions."""
    whole = {"coder": coder, **_measured(result.whole)}
    rows = (
        {
            "coder": coder,
            "indicator": one.indicator,
            **_measured(one.measure),
            "tested": one.is_tested,
            "qualified": one.is_qualified,
        }
        for one in result.indicators
    )
    return Frame(MEASURES, (whole, *rows))


def register_entry(book: RuleBook, coder: str, vignettes: str, result: Qualification, day: str) -> str:
    """The entry of the coder for coders.yaml, to be pasted below `coders:`."""
    head = f"""\
  {inline(coder)}:
    kind: # write person, or machine
    tests:
      - rubric: {book.rubric.id}@{book.rubric.version}
        on: {day}
        vignettes: {inline(vignettes)}
        results:
"""
    return head + "".join(f"          {one.indicator}: {flow(_result(one))}\n" for one in result.indicators)


def _result(one: OfIndicator) -> dict[str, Any]:
    severity = one.measure.severity
    shown = {} if math.isnan(severity) else {"severity": float(numbers.unit(severity))}
    shares = {"n": one.measure.n, "exact": one.measure.exact, "within": one.measure.within}
    return {**shares, **shown, "qualified": one.is_qualified}
