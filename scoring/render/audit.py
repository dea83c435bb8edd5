"""`scoring audit` as tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.index.summary import interval_share
from scoring.render.objects import common_day, envelope, settings_object
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.audit import Check, Finding
    from scoring.index.assessment import Assessment
    from scoring.text.frame import Columns
    from scoring.uncertainty.draws import Settings

FINDINGS: Columns = {
    **dict.fromkeys(("check", "question", "not_tested", "subject", "measure"), str),
    **dict.fromkeys(("value", "low", "high"), float),
    "doubtful": bool,
}


def audit_tables(
    assessment: Assessment,
    checks: Sequence[Check],
    settings: Settings,
    *,
    every: bool = False,
    verbose: bool = False,
) -> list[Table]:
    """The result of each check, then the findings in doubt.

    Args:
        assessment: of the countries.
        checks: of the assessment.
        settings: of the simulation.
        every: whether to list all findings, not only those in doubt.
        verbose: whether to print all settings.
    """
    columns = (Column("Check", key=True), Column("Question"), Column("Result"))
    cells = tuple((check.name, check.question, _result(check)) for check in checks)
    faint = frozenset(row for row, check in enumerate(checks) if check.reason)
    notes = (settings.text(verbose=verbose),)
    countries = numbers.count(len(assessment.profiles), "country", "countries")
    tables = [Table(columns, cells, notes, f"{assessment.title}: {countries}", faint)]
    shown = [(check, finding) for check in checks for finding in check.findings if every or finding.doubtful]
    if shown:
        headers = (
            Column("Check", key=True),
            Column("Subject", key=True),
            Column("Measure"),
            Column("Figure", figures=True),
            Column("Interval", figures=True),
        )
        rows = tuple(
            (check.name, finding.subject, finding.measure, _number(finding.value), _interval(finding))
            for check, finding in shown
        )
        share = interval_share(assessment.book.rubric)
        note = (
            f"Intervals: {share} uncertainty intervals of ranks, 95 % confidence intervals otherwise; none of counts."
        )
        tables.append(Table(headers, rows, (note,), "All findings" if every else "Findings in doubt"))
    return tables


def _result(check: Check) -> str:
    if check.reason:
        return f"not tested: {check.reason}"
    doubtful = sum(finding.doubtful for finding in check.findings)
    return f"{doubtful or 'none'} of {len(check.findings)} in doubt"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else numbers.unit(value)


def _interval(finding: Finding) -> str:
    return f"{_number(finding.interval[0])} to {_number(finding.interval[1])}" if finding.interval else ""


def _exact(value: float) -> float | None:
    return value if isinstance(value, int) else numbers.exact_unit(value)


def audit_object(assessment: Assessment, checks: Sequence[Check], settings: Settings) -> dict[str, Any]:
    """The JSON document of `scoring audit`."""
    return {
        **envelope(assessment.book, settings),
        "as_of": common_day(assessment.countries),
        "countries": [profile.country for profile in assessment.profiles],
        **settings_object(settings),
        "checks": [
            {
                "name": check.name,
                "question": check.question,
                "not_tested": check.reason,
                "findings": [
                    {
                        "subject": finding.subject,
                        "measure": finding.measure,
                        "value": _exact(finding.value),
                        "interval": list(map(_exact, finding.interval)) if finding.interval else None,
                        "doubtful": finding.doubtful,
                    }
                    for finding in check.findings
                ],
            }
            for check in checks
        ],
    }


def audit_frame(checks: Sequence[Check]) -> Frame:
    """One record per finding; one without a subject for a check without findings, such as one that cannot be made."""
    return Frame(FINDINGS, tuple(record for check in checks for record in _records(check)))


def _records(check: Check) -> Iterator[dict[str, Any]]:
    head = {"check": check.name, "question": check.question, "not_tested": check.reason}
    if not check.findings:
        yield head
    for finding in check.findings:
        low, high = finding.interval or (None, None)
        figures = {"value": finding.value, "low": low, "high": high}
        yield {**head, "subject": finding.subject, "measure": finding.measure, **figures, "doubtful": finding.doubtful}
