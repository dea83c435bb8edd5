"""`scoring statements` as a table, CSV and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.render.explain import described
from scoring.render.objects import envelope
from scoring.render.wording import named_codes, origin, withdrawal
from scoring.text import numbers
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.analysis.statements import Evidence
    from scoring.model.rubric import RuleBook


def codes_text(evidence: Evidence) -> str:
    """The codes as `indicator=code`; `context` for a statement that is not scored."""
    if evidence.statement.context:
        return "context"
    # a long checklist can be broken between its items
    return named_codes(dict(sorted(evidence.codes.items())), " ").replace(",", ", ")


def evidence_table(selected: Sequence[Evidence]) -> Table:
    """One row per statement."""
    columns = (
        Column("Country", key=True),
        Column("Date"),
        Column("Statement", key=True),
        Column("Codes", part=2),
        Column("Grade"),
        Column("Source", part=1),
        Column("Text"),
    )
    rows = tuple(
        (
            evidence.profile.country,
            origin(evidence.statement, evidence.source).date,
            evidence.statement.id,
            codes_text(evidence)
            + (f" (duplicate of {evidence.statement.same_as})" if evidence.statement.same_as else "")
            + (f" ({withdrawal(evidence.statement)})" if evidence.statement.withdrawn else ""),
            origin(evidence.statement, evidence.source).grade,
            f"{evidence.source.publisher}: {evidence.statement.locator}",
            evidence.statement.text,
        )
        for evidence in selected
    )
    return Table(columns, rows, (f"{numbers.count(len(rows), 'statement')}.",))


def evidence_document(book: RuleBook, selected: Sequence[Evidence]) -> dict[str, Any]:
    """The JSON document of `scoring statements`."""
    return {**envelope(book), "statements": evidence_objects(selected)}


def evidence_objects(selected: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Statements with their sources and codes, for JSON."""
    return [
        {
            "country": evidence.profile.country,
            "actor": evidence.profile.actor,
            **described(evidence.statement, evidence.source),
            "until": evidence.statement.until,
            "same_as": evidence.statement.same_as,
            "context": evidence.statement.context,
            "pillars": list(evidence.pillars),
            "codes": dict(sorted(evidence.codes.items())),
        }
        for evidence in selected
    ]


def evidence_csv(selected: Sequence[Evidence]) -> str:
    """One line per statement."""
    records = evidence_objects(selected)
    headers = [
        "country",
        "actor",
        "id",
        "date",
        "fielded",
        "until",
        "rechecked",
        "pillars",
        "codes",
        "reliability",
        "credibility",
        "confidence",
    ]
    headers += ["absence", "context", "same_as", "withdrawn", "source", "publisher", "title", "url", "locator", "text"]
    texts = [
        {
            **record,
            "pillars": " ".join(record["pillars"]),
            "codes": codes_text(evidence) if record["codes"] else "",
            "absence": str(record["absence"]).lower(),
            "context": str(record["context"]).lower(),
            "withdrawn": withdrawal(evidence.statement),
        }
        for evidence, record in zip(selected, records, strict=True)
    ]
    return as_csv(headers, ([record[header] for header in headers] for record in texts))
