"""The audit as tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.objects import common_day, envelope, settings_object
from scoring.render.wording import interval_share, settings_text
from scoring.text import numbers
from scoring.text.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.analysis.audit import Check, Finding
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.draws import Settings


def audit_tables(
    assessment: Assessment,
    checks: Sequence[Check],
    settings: Settings,
    *,
    every: bool = False,
    verbose: bool = False,
) -> list[Table]:
    """What each check says, and below it the findings in doubt, or every one."""
    columns = (Column("Check", key=True), Column("Asks"), Column("Says"))
    cells = tuple((check.name, check.question, _says(check)) for check in checks)
    faint = frozenset(place for place, check in enumerate(checks) if check.reason)
    notes = (settings_text(settings, verbose=verbose),)
    countries = numbers.count(len(assessment.profiles), "country", "countries")
    tables = [Table(columns, cells, notes, f"{assessment.title}: {countries}", faint)]
    shown = [(check, finding) for check in checks for finding in check.findings if every or finding.doubtful]
    if shown:
        heads = (
            Column("Check", key=True),
            Column("Of", key=True),
            Column("Measure"),
            Column("Figure", figures=True),
            Column("Interval", figures=True),
        )
        rows = tuple(
            (check.name, finding.subject, finding.measure, _number(finding.value), _interval(finding))
            for check, finding in shown
        )
        held = interval_share(assessment.book.rubric)
        explained = (
            f"Intervals of ranks hold {held} of the draws, others are 95 % confidence intervals; counts have none."
        )
        tables.append(Table(heads, rows, (explained,), "All findings" if every else "In doubt"))
    return tables


def _says(check: Check) -> str:
    if check.reason:
        return f"not tested: {check.reason}"
    doubtful = sum(finding.doubtful for finding in check.findings)
    if doubtful:
        return f"{doubtful} of {len(check.findings)} in doubt"
    return f"no doubt ({numbers.count(len(check.findings), 'figure')})"


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
