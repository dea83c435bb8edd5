"""`scoring sheet --review`: an Excel workbook in which a reviewer judges statements; `collect_review` reads it back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from scoring.analysis.explain import explain, leaves
from scoring.analysis.reviews import statement_shares
from scoring.extras import require
from scoring.render.coding_sheet import (
    ANCHORS,
    EPOCH,
    KEY,
    LISTS,
    anchors,
    cell_formats,
    finish,
    height,
    letters,
    write_heads,
)
from scoring.render.colours import QUIET
from scoring.render.explain import written_out
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.index.assessment import Assessment
    from scoring.model.profile import Profile

REVIEWER, STATEMENTS, MISSING = "Reviewer", "Statements", "Missing"
META = ("kind", "country", "rubric", "version")
"""Keys of the hidden sheet Key, in its first column; the values are in the second."""
REVIEW = "review"
"""The kind."""
HEAD = 0  # row of the headers, counted from 0
READ = ("Id", "Statement", "Source", "Address", "Locator", "Date", "Grade", "Code", "Share")
JUDGED = ("Judgement", "Reason", "Proposed code", "Proposed source")
COLUMNS = ("Digest", *READ, *JUDGED)
WIDTHS = {"Id": 22, "Statement": 50, "Source": 28, "Address": 24, "Locator": 20, "Code": 50, "Reason": 40}
MISSED = ("Indicator", "Text", "Source")
MISSED_ROWS = 200
FIELDS = ("Reviewer", "Role", "Interest", "Day")
FIRST_FIELD = 2  # row of the first field, counted from 0
NOTHING = "nothing to code"
"""The proposed code of a statement that codes nothing."""
VERDICTS, ROLES = ("agree", "dispute"), ("expert", "government", "editor")
HELP = (
    "An id such as expert-1: lower-case letters, digits, hyphens. Never a name.",
    "expert, government or editor.",
    "Interests that could bear on the review, such as an office that you hold; none if there are none.",
    "The day of the review, such as 2026-11-30.",
)


def review_sheet(assessment: Assessment, row: int, digests: Mapping[str, str]) -> bytes:
    """The workbook: who reviews, the statements that enter the index by their share of it, and what is missing.

    Args:
        assessment: of the country, among others.
        row: of the country.
        digests: of the statements of its profile.
    """
    buffer = io.BytesIO()
    workbook = require("xlsxwriter", "coding").Workbook(buffer, {"in_memory": True})
    profile, book = assessment.profiles[row], assessment.book
    workbook.set_properties({"title": f"Review: {profile.title}, {book.rubric.title}", "created": EPOCH})
    _reviewer(workbook, assessment, profile)
    _statements(workbook, assessment, row, digests)
    _missing(workbook)
    anchors(workbook, book)
    _lists(workbook, assessment)
    sheet = workbook.add_worksheet(KEY)
    values = (REVIEW, profile.country, book.rubric.id, book.rubric.version)
    for place, (name, value) in enumerate(zip(META, values, strict=True)):
        sheet.write_string(place, 0, name)
        sheet.write_string(place, 1, value)
    sheet.hide()
    workbook.close()
    return buffer.getvalue()


def _reviewer(workbook: Any, assessment: Assessment, profile: Profile) -> None:
    sheet = workbook.add_worksheet(REVIEWER)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 2, 60)
    bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
    cell = workbook.add_format({"text_wrap": True, "border": 1, "border_color": QUIET, "num_format": "@"})
    rubric = assessment.book.rubric
    sheet.write_string(0, 0, f"{profile.label}: review of the evidence for {rubric.title} {rubric.version}", bold)
    for place, (name, text) in enumerate(zip(FIELDS, HELP, strict=True)):
        sheet.write_string(FIRST_FIELD + place, 0, name, bold)
        sheet.write_blank(FIRST_FIELD + place, 1, None, cell)
        sheet.write_string(FIRST_FIELD + place, 2, text, wrapped)
    role = FIRST_FIELD + FIELDS.index("Role")
    sheet.data_validation(role, 1, role, 1, {"validate": "list", "source": list(ROLES)})
    lines = (
        f"1. The sheet {STATEMENTS} has the statements that the index rests on, those with the largest share first.",
        "2. Choose agree or dispute. A row that you leave empty counts as not read.",
        "3. Agree: source and place say what the statement says, and the code fits the anchors of the indicator.",
        "4. Dispute: give the reason, and if you can a better source, or another code as the list proposes it.",
        f"   The code replaces all codes of the statement; several have semicolons between. “{NOTHING}” is allowed.",
        f"5. The sheet {MISSING} is for evidence that is not there: indicator, text, and the address of a source.",
        f"6. The sheet {ANCHORS} has the indicators with their codes.",
        "Send the file back. A dispute changes no score: the editors answer it, and both are printed.",
    )
    start = FIRST_FIELD + len(FIELDS) + 1
    for place, line in enumerate(lines):
        sheet.merge_range(start + place, 0, start + place, 2, line, wrapped)
        sheet.set_row(start + place, height([(line, 114)]))


def _statements(workbook: Any, assessment: Assessment, row: int, digests: Mapping[str, str]) -> None:
    sheet = workbook.add_worksheet(STATEMENTS)
    read, answer = cell_formats(workbook)
    widths = [WIDTHS.get(name, 26 if name in JUDGED else 11) for name in COLUMNS]
    write_heads(workbook, sheet, HEAD, COLUMNS, widths)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    profile, codes = assessment.profiles[row], _codes(assessment, row)
    statements = {statement.id: statement for statement in profile.statements}
    shares = {name: share for name, share in statement_shares(assessment, row).items() if name in digests}
    total = sum(shares.values()) or 1.0
    for place, (name, share) in enumerate(shares.items(), start=HEAD + 1):
        statement = statements[name]
        source = profile.sources[statement.source]
        texts = (
            name,
            statement.text,
            f"{source.publisher}, {source.title}",
            source.url or source.archived or "",
            statement.locator,
            statement.fielded or statement.date or "undated",
            f"{source.reliability}{statement.credibility}",
            "\n".join(codes[name]),
            f"{numbers.percent(share / total)} %",
        )
        sheet.write_string(place, 0, digests[name])
        for column, text in enumerate(texts, start=1):
            sheet.write_string(place, column, text, read)
        for column in range(1 + len(READ), len(COLUMNS)):
            sheet.write_blank(place, column, None, answer)
        indicators = list(statement.counted)
        proposed = COLUMNS.index("Proposed code")
        if len(indicators) == 1 and assessment.book.leaves[indicators[0]].choices():
            choice = {"validate": "list", "source": f"=propose_{indicators[0]}", "show_error": False}
            sheet.data_validation(place, proposed, place, proposed, choice)
        sheet.set_row(place, height((text, WIDTHS.get(name, 11)) for name, text in zip(READ, texts, strict=True)))
    judgement = COLUMNS.index("Judgement")
    last = HEAD + max(len(shares), 1)
    sheet.data_validation(HEAD + 1, judgement, last, judgement, {"validate": "list", "source": list(VERDICTS)})
    finish(sheet, HEAD, 3)


def _codes(assessment: Assessment, row: int) -> dict[str, list[str]]:
    """Id of a statement -> its codes in words: each question once, below it the indicator or item and its answer."""
    found: dict[str, list[str]] = {}
    for leaf in leaves(explain(assessment, row)):
        if leaf.node.is_used_again:
            continue
        indicator, item = leaf.node.part
        question = assessment.book.leaves[indicator].question
        for part in leaf.parts:
            lines = found.setdefault(part.statement.id, [])
            lines += [] if question in lines else [question]
            lines.append(f"{indicator}{f': {item}' if item else ''} = {written_out(assessment, part)}")
    return found


def _missing(workbook: Any) -> None:
    sheet = workbook.add_worksheet(MISSING)
    cell = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    write_heads(workbook, sheet, HEAD, MISSED, (28, 80, 60), cell)
    sheet.data_validation(HEAD + 1, 0, MISSED_ROWS, 0, {"validate": "list", "source": "=indicators"})
    sheet.freeze_panes(HEAD + 1, 0)


def _lists(workbook: Any, assessment: Assessment) -> None:
    """The lists of the drop-downs: the indicators, then for each the codes that may be proposed."""
    sheet = workbook.add_worksheet(LISTS)
    indicators = assessment.book.leaves
    _list(workbook, sheet, 0, "indicators", list(indicators))
    for column, indicator in enumerate(indicators.values(), start=1):
        if codes := indicator.choices():
            proposals = [*(f"{indicator.id}: {code}" for code in codes), NOTHING]
            _list(workbook, sheet, column, f"propose_{indicator.id}", proposals)
    sheet.hide()


def _list(workbook: Any, sheet: Any, column: int, name: str, entries: Sequence[str]) -> None:
    for place, entry in enumerate(entries):
        sheet.write_string(place, column, entry)
    workbook.define_name(name, f"={LISTS}!${letters(column)}$1:${letters(column)}${len(entries)}")


def cell_name(sheet: str, row: int, column: int) -> str:
    """The name of a cell, such as `Statements!K7`; row and column are counted from 1."""
    return f"{sheet}!{letters(column - 1)}{row}"
