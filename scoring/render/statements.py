"""Selected statements as a table, CSV and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scoring.render.explain import described
from scoring.render.objects import envelope
from scoring.render.wording import origin
from scoring.text import numbers
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.analysis.statements import Evidence
    from scoring.model.rubric import RuleBook


def codes_text(evidence: Evidence) -> str:
    """The codes as `indicator=code`, or why there is none."""
    if evidence.statement.context:
        return "context"
    return " ".join(f"{name}={code_text(code)}" for name, code in sorted(evidence.codes.items()))


def code_text(code: Any) -> str:
    """A code in a line."""
    if isinstance(code, dict):
        return ",".join(f"{key}:{code_text(value)}" for key, value in code.items())
    return json.dumps(code) if isinstance(code, bool) else str(code)


def evidence_table(found: Sequence[Evidence]) -> Table:
    """A row a statement."""
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
            one.profile.country,
            origin(one.statement, one.source).date,
            one.statement.id,
            codes_text(one) + (f" (same as {one.statement.same_as})" if one.statement.same_as else ""),
            origin(one.statement, one.source).grade,
            f"{one.source.publisher}: {one.statement.locator}",
            one.statement.text,
        )
        for one in found
    )
    return Table(columns, rows, (f"{numbers.count(len(rows), 'statement')}.",))


def evidence_document(book: RuleBook, found: Sequence[Evidence]) -> dict[str, Any]:
    """The JSON document of `scoring statements`."""
    return {**envelope(book), "statements": evidence_objects(found)}


def evidence_objects(found: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Statements with their sources and codes, for JSON."""
    return [
        {
            "country": one.profile.country,
            "actor": one.profile.actor,
            **described(one.statement, one.source),
            "until": one.statement.until,
            "same_as": one.statement.same_as,
            "context": one.statement.context,
            "pillars": list(one.pillars),
            "codes": dict(sorted(one.codes.items())),
        }
        for one in found
    ]


def evidence_csv(found: Sequence[Evidence]) -> str:
    """One line a statement."""
    records = evidence_objects(found)
    heads = ["country", "actor", "id", "date", "until", "pillars", "codes", "reliability", "credibility", "confidence"]
    heads += ["absence", "context", "same_as", "source", "publisher", "title", "url", "locator", "text"]
    texts = [
        {
            **record,
            "pillars": " ".join(record["pillars"]),
            "codes": codes_text(one) if record["codes"] else "",
            "absence": str(record["absence"]).lower(),
            "context": str(record["context"]).lower(),
        }
        for one, record in zip(found, records, strict=True)
    ]
    return as_csv(heads, ([record[head] for head in heads] for record in texts))
