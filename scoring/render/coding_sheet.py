"""`scoring sheet`: an Excel workbook in which a coder codes statements; `render.collect` reads it back."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.extras import require
from scoring.model.digest import digest
from scoring.render.colours import PAPER, QUIET, STRONG
from scoring.render.wording import named_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Profile, Source, Statement
    from scoring.model.rubric import RuleBook

CODING, KEY, LISTS, ANCHORS, INSTRUCTIONS = "Coding", "Key", "Lists", "Anchors", "Instructions"
HEAD = 3  # row of the headers of the sheet Coding, counted from 0
LEAST_ANSWERS = 4  # pairs of indicator and code in a row: no statement of the shipped set has more than three
MOST_STATEMENTS = 20_000  # of a sheet: the shipped set has 1,500
NOTHING = "nothing to code"
"""What a coder chooses who finds no indicator that the statement codes."""
META = ("rubric", "version", "digest", "coder", "blind", "answers", "statements")
"""Keys of the hidden sheet Key, in its first column; the values are in the second."""
VIGNETTES = "vignettes"
"""A further key, of a sheet of vignettes alone: their checksum."""
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # the same sheet has the same bytes
DARK = {"bold": True, "font_color": PAPER, "bg_color": STRONG, "text_wrap": True, "valign": "vcenter", "border": 1}
WIDTHS = {"Statement": 60, "Source": 32, "Locator": 24, "Id": 26, "First codes": 30, "Row": 5}  # characters
LINE, TALLEST = 13.5, 409  # points: a line of text, and Excel's maximum height of a row


@dataclass(frozen=True)
class Layout:
    """The columns of the sheet Coding."""

    is_blind: bool
    answers: int
    has_vignettes: bool = False
    """Whether the rows are vignettes, which have no source."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns to read, after the hidden one with the key of the row."""
        if self.has_vignettes:
            return "Row", "Statement"
        statement = ("Statement", "Source", "Date", "Locator")
        return ("Row", *statement) if self.is_blind else ("Row", "Country", "Id", *statement, "First codes")

    @property
    def headers(self) -> tuple[str, ...]:
        """All columns."""
        numbers = range(1, self.answers + 1)
        return ("Key", *self.shown, *(f"{name} {number}" for number in numbers for name in ("Indicator", "Code")))

    @property
    def text(self) -> int:
        """The column of the statement."""
        return self.headers.index("Statement")

    @property
    def first_answer(self) -> int:
        """The column of the first indicator."""
        return 1 + len(self.shown)


class Row(NamedTuple):
    """One text to code."""

    key: str
    """By which the row is recognised when the sheet is read back."""
    cells: dict[str, str]
    """By column."""
    chosen: tuple[str, ...] = ()
    """Indicators that the sheet proposes."""


def row_key(country: str, statement: str) -> str:
    """What identifies a statement in a sheet without its id, from which a coder could guess the code."""
    return hashlib.sha256(f"{country}|{statement}".encode()).hexdigest()[:16]


def coding_statements(
    profiles: Iterable[Profile], coder: str, *, seed: int | None = None
) -> list[tuple[Profile, Statement]]:
    """The coded statements that a coder has not read, in the order of the profiles, or shuffled by a seed."""
    selected = [
        (profile, statement)
        for profile in profiles
        for statement in profile.statements
        if statement.codes is not None and coder not in (statement.coder or profile.coder, *(statement.coders or {}))
    ]
    if seed is None:
        return selected
    selected.sort(key=lambda one: row_key(one[0].country, one[1].id))
    return [selected[position] for position in np.random.default_rng(seed).permutation(len(selected))]


def coding_sheet(book: RuleBook, selected: Sequence[tuple[Profile, Statement]], coder: str, *, blind: bool) -> bytes:
    """The workbook: instructions, a row per statement, the anchors of every indicator, and hidden lists.

    Args:
        book: The rubric.
        selected: The statements, in the order of the rows.
        coder: Who codes them.
        blind: Whether the first codes and the choice of indicators are left out.
    """
    most = max((len(statement.codes or {}) for _, statement in selected), default=0)
    layout = Layout(blind, max(LEAST_ANSWERS, most))
    rows = [
        Row(
            row_key(profile.country, statement.id),
            _cells(profile, statement, layout),
            () if blind else tuple(statement.codes or {}),
        )
        for profile, statement in selected
    ]
    left_open = "" if blind else " So does an indicator without a code."
    after = f"""\
6. A row that you leave empty counts as not coded.{left_open}
7. Change only the cells of indicators and codes. Do not read the profiles, or the codes of others.
When you are done, `scoring collect` checks the sheet and adds your readings to the profiles as {coder}."""
    return written_sheet(book, rows, layout, coder, after)


def written_sheet(
    book: RuleBook, rows: Sequence[Row], layout: Layout, coder: str, after: str, vignettes: str = ""
) -> bytes:
    """The workbook of some rows.

    Args:
        book: The rubric.
        rows: The texts to code, in order.
        layout: The columns.
        coder: Who codes them.
        after: The last lines of the instructions.
        vignettes: The checksum of the vignettes, if the rows are such.
    """
    buffer = io.BytesIO()
    workbook = require("xlsxwriter", "coding").Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"title": f"Coding sheet: {book.rubric.title}", "created": EPOCH})
    _instructions(workbook, book, coder, len(rows), after)
    _coding(workbook, book, rows, layout)
    anchors(workbook, book)
    _lists(workbook, book)
    meta = (book.rubric.id, book.rubric.version, digest(book), coder, str(layout.is_blind).lower())
    pairs = list(zip(META, (*meta, layout.answers, len(rows)), strict=True))
    sheet = workbook.add_worksheet(KEY)
    for row, (name, value) in enumerate([*pairs, (VIGNETTES, vignettes)] if vignettes else pairs):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, str(value))
    sheet.hide()
    workbook.close()
    return buffer.getvalue()


def _instructions(workbook: Any, book: RuleBook, coder: str, rows: int, after: str) -> None:
    sheet = workbook.add_worksheet(INSTRUCTIONS)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100)
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    lines = f"""\
Rubric {book.rubric.id} {book.rubric.version}. Coder: {coder}. {rows} statements.
1. Code the rows of the sheet {CODING} by the sheet {ANCHORS} alone. A row is one statement: code what it shows alone, \
not what you know besides.
2. Choose an indicator from the list, then its code from the list beside it. A statement may code several indicators: \
use the further pairs of columns. One that codes none has “{NOTHING}” as its first indicator.
3. A level is reached only if everything in its text is documented; otherwise the highest level that is fully met \
applies.
4. Items of a checklist are answered true, false or partly. Several items stand in one cell, such as site: true, \
unit: partly.
5. Figures are typed as the sheet {ANCHORS} shows: a number, or share: 54, n: 1000, or rank: 48, of: 194.
{after}"""
    sheet.write_string(0, 0, f"Coding sheet: {book.rubric.title}", workbook.add_format({"bold": True, "font_size": 14}))
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(lines.splitlines(), start=2):
        sheet.write_string(row, 0, line, wrapped)
        sheet.set_row(row, height([(line, 100)]))


def _coding(workbook: Any, book: RuleBook, rows: Sequence[Row], layout: Layout) -> None:
    sheet = workbook.add_worksheet(CODING)
    read, answer = cell_formats(workbook)
    sheet.write_string(0, 1, f"{book.rubric.title} {book.rubric.version}", workbook.add_format({"bold": True}))
    shown = layout.headers[: layout.first_answer]
    widths = [*(WIDTHS.get(name, 11) for name in shown), *[26] * (len(layout.headers) - len(shown))]
    write_heads(workbook, sheet, HEAD, layout.headers, widths)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for number, (key, cells, chosen) in enumerate(rows, start=1):
        row = HEAD + number
        sheet.write_string(row, 0, key)
        sheet.write_number(row, 1, number, read)
        for column, name in enumerate(layout.shown[1:], start=2):
            sheet.write_string(row, column, cells[name], read)
        for pair in range(layout.answers):
            column = layout.first_answer + 2 * pair
            if pair < len(chosen):
                sheet.write_string(row, column, chosen[pair], answer)
            else:
                sheet.write_blank(row, column, None, answer)
            sheet.write_blank(row, column + 1, None, answer)
        sheet.set_row(row, height((cells[name], WIDTHS.get(name, 11)) for name in layout.shown[1:]))
    last = HEAD + max(len(rows), 1)
    for pair in range(layout.answers):
        column = layout.first_answer + 2 * pair
        choice = {"validate": "list", "source": "=indicators", "error_title": "Unknown indicator"}
        sheet.data_validation(HEAD + 1, column, last, column, choice)
        beside = f"{letters(column)}{HEAD + 2}"
        # figures and several items are typed, so that the list only proposes
        codes = {"validate": "list", "source": f'=INDIRECT("code_"&{beside})', "show_error": False}
        sheet.data_validation(HEAD + 1, column + 1, last, column + 1, codes)
    finish(sheet, HEAD, 2)


def _cells(profile: Profile, statement: Statement, layout: Layout) -> dict[str, str]:
    """The texts of a row by column."""
    source: Source = profile.sources[statement.source]
    cells = {
        "Statement": statement.text,
        "Source": source.title,
        "Date": statement.date or "undated",
        "Locator": statement.locator,
    }
    if layout.is_blind:
        return cells
    first = named_codes(statement.codes or {}, "; ")
    return {**cells, "Country": profile.country, "Id": statement.id, "First codes": first}


def cell_formats(workbook: Any) -> tuple[Any, Any]:
    """The formats of cells to read, which are locked, and of cells to fill in, which are text."""
    look = {"text_wrap": True, "valign": "top", "border": 1, "border_color": QUIET}
    return workbook.add_format(look), workbook.add_format({**look, "locked": False, "num_format": "@"})


def write_heads(
    workbook: Any, sheet: Any, row: int, names: Sequence[str], widths: Sequence[int], cell: Any = None
) -> None:
    """Write the heads of columns into a row, counted from 0, and set the widths of the columns.

    cell: The format of the cells below.
    """
    head = workbook.add_format(DARK)
    for column, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(column, column, width, cell)
        sheet.write_string(row, column, name, head)


def finish(sheet: Any, head: int, columns: int) -> None:
    """Lock, freeze and set up for print a sheet with the row of its heads, counted from 0, and its first columns."""
    sheet.freeze_panes(head + 1, columns)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    # without a password: a lock against slips, and against sorting some columns without the others
    sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})


def anchors(workbook: Any, book: RuleBook) -> None:
    """Add the sheet with the anchors of every indicator."""
    sheet = workbook.add_worksheet(ANCHORS)
    cell = workbook.add_format({"text_wrap": True, "valign": "top"})
    widths = (24, 28, 44, 44, 30, 60)
    write_heads(workbook, sheet, 0, ("Pillar", "Indicator", "Question", "Guidance", "Code", "Meaning"), widths)
    row = 1
    for indicator in book.leaves.values():
        texts = (book.pillar_of[indicator.id].title, indicator.id, indicator.question, indicator.guidance or "")
        for position, (code, meaning) in enumerate(meanings(indicator)):
            cells = (*(texts if position == 0 else ("", indicator.id, "", "")), code, meaning)
            for column, text in enumerate(cells):
                sheet.write_string(row, column, text, cell)
            sheet.set_row(row, height(zip(cells, widths, strict=True)))
            row += 1
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(row - 1, 1), len(widths) - 1)


def meanings(indicator: LeafIndicator) -> list[tuple[str, str]]:
    """How an answer is typed, and what it means: every level or item, or the form of a figure."""
    examples = indicator.examples()
    return [(text.strip("{}"), indicator.written_out(meaning) or indicator.scale()) for text, meaning in examples]


def _lists(workbook: Any, book: RuleBook) -> None:
    """The lists of the drop-downs: the indicators in the first column, then a named column of codes for each."""
    sheet = workbook.add_worksheet(LISTS)
    names = [*book.leaves, NOTHING]
    sheet.write_column(0, 0, names)
    workbook.define_name("indicators", f"={LISTS}!$A$1:$A${len(names)}")
    for column, indicator in enumerate(book.leaves.values(), start=1):
        if codes := indicator.choices():
            for row, code in enumerate(codes):
                sheet.write_string(row, column, code)
            name = letters(column)
            workbook.define_name(f"code_{indicator.id}", f"={LISTS}!${name}$1:${name}${len(codes)}")
    sheet.hide()


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The name of a cell of the sheet Coding, such as `Coding!F7`; row and column are counted from 1."""
    return f"{CODING}!{letters(column - 1)}{row}"


def height(texts: Iterable[tuple[str, int]]) -> float:
    """The height of a row in points; programs other than Excel do not compute it."""
    lines = (sum(1 + len(line) // max(width - 2, 1) for line in text.split("\n")) for text, width in texts)
    return min(LINE * max(lines, default=1) + 2, TALLEST)
