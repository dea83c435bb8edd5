"""`scoring collect` of a review sheet: checked, as a review in the file of a country.

A sheet may come from a stranger: it is read as values, formulas are refused, and sizes are checked before openpyxl
sees it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.errors import MAX_QUOTED, Problem, dotted, nearest, quoted
from scoring.extras import require
from scoring.files.archive import UnreadableError, check_workbook
from scoring.files.disk import File
from scoring.files.editing import with_review
from scoring.files.messages import add_problem
from scoring.model.fields import is_label, read_date
from scoring.model.profile import MAX_STATEMENTS
from scoring.model.review import DIGEST, ReviewFile, statement_digests
from scoring.render.coding_sheet import KEY
from scoring.render.collect import code_of_text, squeezed
from scoring.render.review_sheet import (
    COLUMNS,
    FIELDS,
    FIRST_FIELD,
    HEAD,
    META,
    MISSED,
    MISSING,
    NOTHING,
    REVIEW,
    REVIEWER,
    ROLES,
    STATEMENTS,
    VERDICTS,
    cell_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.errors import Slug
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook

NOT_A_SHEET = "is not a review sheet"
MAX_TEXT = 4000  # characters of a cell, as of a text of a profile
SHEETS = (REVIEWER, STATEMENTS, MISSING)
Rows = list[tuple[Any, ...]]


class Read(NamedTuple):
    """A review sheet as it was filled."""

    country: str
    review: dict[str, Any]
    """A review as YAML reads it."""
    edited: int
    """How many statements were edited since the sheet was made, so that their review is void."""


class _Sheet:
    """A sheet that is read: its name, and the problems so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def refuse(self, place: tuple[str, int, int], message: str, slug: Slug) -> None:
        """Add a problem of a cell: sheet, row and column, counted from 1."""
        _, row, column = place
        add_problem(self.problems, Problem(self.name, row, column, cell_name(*place), message, slug))


def is_review_sheet(data: bytes) -> bool:
    """Whether a workbook says that it is a review sheet; what cannot be read is none."""
    openpyxl = require("openpyxl", "coding")
    try:
        check_workbook(data, NOT_A_SHEET, smaller="give a sheet that `scoring sheet` wrote")
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        return KEY in workbook.sheetnames and _meta(workbook).get("kind") == REVIEW
    except Exception:  # noqa: BLE001  openpyxl raises whatever its parsing meets in a damaged file
        return False


def _meta(workbook: Any) -> dict[str, str]:
    rows = workbook[KEY].iter_rows(max_row=len(META), max_col=2, values_only=True)
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[1] is not None}


def country_of(data: bytes) -> str:
    """The country of a review sheet; empty if it names none."""
    workbook = require("openpyxl", "coding").load_workbook(io.BytesIO(data), read_only=True)
    return _meta(workbook).get("country", "")[:MAX_QUOTED]


def read_review(name: str, data: bytes, profile: Profile, book: RuleBook) -> tuple[Read | None, tuple[Problem, ...]]:
    """The review in a sheet; None and the problems, all with their cells, if there are any.

    Args:
        name: of the file, as the user would write it.
        data: the workbook, for which `is_review_sheet` is true.
        profile: of the country that the sheet names, with the codes of all rubrics.
        book: the rubric of the sheet.
    """
    sheet = _Sheet(name)
    digests = statement_digests(profile)
    try:
        workbook = require("openpyxl", "coding").load_workbook(io.BytesIO(data), read_only=True)
        _check_sheets(workbook.sheetnames)
        widths = {REVIEWER: 2, STATEMENTS: len(COLUMNS), MISSING: len(MISSED)}
        cells: dict[str, Rows] = {
            one: list(workbook[one].iter_rows(max_row=MAX_STATEMENTS + 1, max_col=width))
            for one, width in widths.items()
        }
    except UnreadableError as error:
        return None, (Problem(name, 1, 1, "", str(error), "not-a-sheet"),)
    except Exception as error:  # noqa: BLE001  as above
        reason = f"{type(error).__name__}: {error}"[:MAX_QUOTED]
        message = f"{NOT_A_SHEET} (damaged: {reason}); save it as .xlsx again"
        return None, (Problem(name, 1, 1, "", message, "not-a-sheet"),)
    for one, heads in ((STATEMENTS, COLUMNS), (MISSING, MISSED)):
        _check_heads(sheet, one, cells[one], heads)
    if sheet.problems:
        return None, tuple(sheet.problems)
    head = _head(sheet, cells[REVIEWER])
    judged = dict(_judgements(sheet, cells[STATEMENTS], profile, digests, book))
    missing = list(_missing(sheet, cells[MISSING], book))
    if not judged and not missing and not sheet.problems:
        place = (STATEMENTS, HEAD + 2, COLUMNS.index("Judgement") + 1)
        sheet.refuse(place, "no statement is judged; choose agree or dispute", "missing-answer")
    if sheet.problems:
        return None, _by_sheet(sheet.problems)
    edited = sum(digests.get(statement) != one["digest"] for statement, one in judged.items())
    parts = {"statements": judged, "missing": missing}
    return Read(profile.country, {**head, **{key: part for key, part in parts.items() if part}}, edited), ()


def _by_sheet(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Problems in the order of the workbook: by sheet, row and column; one of no sheet comes last."""
    places = {name: place for place, name in enumerate(SHEETS)}

    def place(problem: Problem) -> tuple[int, int, int]:
        return places.get(problem.path.partition("!")[0], len(SHEETS)), problem.line, problem.column

    return tuple(sorted(problems, key=place))


def _check_sheets(names: Sequence[str]) -> None:
    """Raise UnreadableError if a sheet is missing."""
    if absent := [one for one in SHEETS if one not in names]:
        message = f"{NOT_A_SHEET} (it has no sheet {absent[0]}); give one that `scoring sheet` wrote"
        raise UnreadableError(message)


def _check_heads(sheet: _Sheet, name: str, rows: Rows, heads: Sequence[str]) -> None:
    found = [cell.value for cell in rows[HEAD]] if rows else []
    for column, head in enumerate(heads):
        value = found[column] if column < len(found) else None
        if value != head:
            message = f"expected the header {head!r}, got {quoted(value)}; do not change or move columns"
            sheet.refuse((name, HEAD + 1, column + 1), message, "changed-sheet")


# -- the reviewer ------------------------------------------------------------------------------------------------------


def _head(sheet: _Sheet, rows: Rows) -> dict[str, str]:
    """Who reviews, and when."""
    values: dict[str, str] = {}
    for place, field in enumerate(FIELDS):
        row = FIRST_FIELD + place
        cell = rows[row][1] if row < len(rows) and len(rows[row]) > 1 else None
        where = (REVIEWER, row + 1, 2)
        values[field] = _text(sheet, where, cell)
        if not values[field]:
            sheet.refuse(where, f"{field} is missing; fill it in", "missing-answer")
        elif message := _wrong(field, values[field]):
            sheet.refuse(where, message, "not-allowed" if field == "Role" else "bad-name")
    return {
        "reviewer": values["Reviewer"],
        "role": values["Role"].lower(),
        "interest": " ".join(values["Interest"].split()),
        "on": values["Day"],
    }


def _wrong(field: str, value: str) -> str:
    """What is wrong with a field about the reviewer; empty if nothing is."""
    if field == "Reviewer" and not is_label(value):
        return f"{quoted(value)} is no id; write lower-case letters, digits and hyphens, such as expert-1, and no name"
    if field == "Role" and value.lower() not in ROLES:
        return f"{quoted(value)} is not allowed; allowed: {', '.join(ROLES)}"
    if field == "Day":
        try:
            read_date(value)
        except ValueError as error:
            return f"{quoted(value)} {error}"
    return ""


# -- statements --------------------------------------------------------------------------------------------------------


def _judgements(
    sheet: _Sheet, rows: Rows, profile: Profile, digests: Mapping[str, str], book: RuleBook
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Id of each statement that is judged, and what is said of it."""
    statements = {statement.id: statement for statement in profile.statements}
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[HEAD + 1 :], start=HEAD + 2):
        cells = dict(zip(COLUMNS, row, strict=False))
        answers = {
            name: _text(sheet, (STATEMENTS, number, COLUMNS.index(name) + 1), cells.get(name))
            for name in ("Judgement", "Reason", "Proposed code", "Proposed source")
        }
        if not any(answers.values()):
            continue
        digest, name, text = (_plain(cells.get(key)) for key in ("Digest", "Id", "Statement"))
        where = (STATEMENTS, number, COLUMNS.index("Id") + 1)
        if name not in statements:
            message = f"the profile has no statement {quoted(name)}; keep the rows as they are, or make a new sheet"
            sheet.refuse(where, message, "changed-sheet")
            continue
        if name in seen:
            message = f"the same statement as in row {seen[name]}; keep one of the two rows"
            sheet.refuse(where, message, "changed-sheet")
            continue
        seen[name] = number
        is_moved = digests.get(name) == digest and squeezed(text) != squeezed(statements[name].text)
        if is_moved or not re.fullmatch(DIGEST, digest):
            message = "the row was changed, or cells were moved between rows; make a new sheet"
            sheet.refuse(where, message, "changed-sheet")
            continue
        judgement = _judgement(sheet, number, digest, answers, book)
        if "codes" in judgement:  # those for other rubrics, which the sheet does not show, stay
            others = {key: code for key, code in statements[name].counted.items() if key not in book.leaves}
            judgement["codes"] = {**others, **judgement["codes"]}
        yield name, judgement


def _judgement(sheet: _Sheet, number: int, digest: str, answers: Mapping[str, str], book: RuleBook) -> dict[str, Any]:
    """What is said of a statement; with problems where that is incomplete."""

    def refuse(name: str, message: str, slug: Slug = "missing-answer") -> None:
        sheet.refuse((STATEMENTS, number, COLUMNS.index(name) + 1), message, slug)

    says, reason, code, source = answers.values()
    if says.lower() not in VERDICTS:
        message = f"{quoted(says)} is not allowed; choose agree or dispute" if says else "choose agree or dispute"
        refuse("Judgement", message, "not-allowed" if says else "missing-answer")
        return {}
    judgement: dict[str, Any] = {"says": says.lower(), "digest": digest}
    if reason:
        judgement["why"] = " ".join(reason.split())
    elif judgement["says"] == "dispute":
        refuse("Reason", "a dispute needs its reason; write it")
    if judgement["says"] == "agree":
        for name in ("Proposed code", "Proposed source"):
            if answers[name]:
                refuse(name, "belongs to a dispute; remove it, or choose dispute", "not-allowed")
        return judgement
    if code:
        judgement["codes"] = _codes(sheet, (STATEMENTS, number, COLUMNS.index("Proposed code") + 1), code, book)
    if source:
        judgement["source"] = " ".join(source.split())
    return judgement


def _codes(sheet: _Sheet, where: tuple[str, int, int], text: str, book: RuleBook) -> dict[str, Any]:
    """The proposed codes: each `indicator: code`, several with semicolons or on lines of their own."""
    codes: dict[str, Any] = {}
    if text.lower() == NOTHING:
        return codes
    for part in filter(None, map(str.strip, text.replace("\n", ";").split(";"))):
        name, _, typed = (piece.strip() for piece in part.partition(":"))
        if name not in book.leaves:
            message = f"unknown indicator {quoted(name)}; {nearest(name, sorted(book.leaves), 'indicators')}"
            sheet.refuse(where, f"{message}; write indicator: code, or “{NOTHING}”", "unknown-indicator")
            continue
        indicator = book.leaves[name]
        example = indicator.examples()[0][0].strip("{}")
        code, message = code_of_text(typed, example) if typed else (None, f"no code for {name}; such as {example}")
        if message:
            sheet.refuse(where, message, "wrong-type")
            continue
        for error in indicator.code_errors(code):
            path = dotted(error.path)
            sheet.refuse(where, f"{name}: {f'{path}: ' if path else ''}{error.message}", error.slug)
        before = codes.get(name, {})
        if name in codes and not (isinstance(code, dict) and isinstance(before, dict) and indicator.checklist):
            sheet.refuse(where, f"{name} is coded twice; keep one of the two", "duplicate-key")
        codes[name] = {**before, **code} if isinstance(code, dict) else code
    return codes


# -- missing evidence --------------------------------------------------------------------------------------------------


def _missing(sheet: _Sheet, rows: Rows, book: RuleBook) -> Iterator[dict[str, str]]:
    for number, row in enumerate(rows[HEAD + 1 :], start=HEAD + 2):
        values = {
            name: " ".join(_text(sheet, (MISSING, number, column + 1), cell).split())
            for column, (name, cell) in enumerate(zip(MISSED, row, strict=False))
        }
        if not any(values.values()):
            continue
        for column, name in enumerate(MISSED, start=1):
            if not values.get(name):
                sheet.refuse((MISSING, number, column), f"{name} is missing; fill it in", "missing-answer")
        name = values["Indicator"]
        if name and name not in book.leaves:
            message = f"unknown indicator {quoted(name)}; {nearest(name, sorted(book.leaves), 'indicators')}"
            sheet.refuse((MISSING, number, 1), message, "unknown-indicator")
        yield {"indicator": name, "text": values.get("Text", ""), "source": values.get("Source", "")}


# -- cells -------------------------------------------------------------------------------------------------------------


def _plain(cell: Any) -> str:
    return "" if cell is None or cell.value is None else str(cell.value).strip()


def _text(sheet: _Sheet, where: tuple[str, int, int], cell: Any) -> str:
    """The text of a cell; a day as YYYY-MM-DD; empty, with a problem, for what is no text."""
    if cell is None or cell.value is None:
        return ""
    value = cell.value
    if cell.data_type in ("f", "e"):
        sheet.refuse(where, "a formula or an error of the spreadsheet; type the text itself", "wrong-type")
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    text = str(value).strip()
    if len(text) > MAX_TEXT:
        sheet.refuse(where, f"has more than {MAX_TEXT} characters; write less", "too-large")
        return ""
    return text


# -- the file ----------------------------------------------------------------------------------------------------------


def with_read(read: Read, file: File | None, name: str) -> tuple[bytes | None, str]:
    """The new content of the reviews of a country, and why there is none.

    Both are empty if the file has the same review already.

    Args:
        read: The review.
        file: The reviews so far, without errors; None if there are none.
        name: Of the file, as the user would write it.
    """
    before = file.parse(ReviewFile) if file else None
    wanted = ReviewFile.model_validate({"format": 1, "country": read.country, "reviews": [read.review]})
    [review] = wanted.reviews
    for other in before.reviews if before else ():
        if other == review:
            return None, ""
        if (other.reviewer, other.on) == (review.reviewer, review.on):
            return None, f"{other.reviewer} has another review of {other.on} in {name}; give it another day"
    data = with_review(file.data if file else None, read.country, read.review)
    expected = (*before.reviews, review) if before else (review,)
    written = None if data is None else File(name, name, data).parse(ReviewFile)
    if written is None or written.reviews != expected:
        return None, f"cannot be added to {name} as that is written; write its reviews as a list with dashes"
    return data, ""
