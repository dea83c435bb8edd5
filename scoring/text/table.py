"""Tables of text, and their output as HTML, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


Format: TypeAlias = Literal["table", "json", "csv", "markdown"]
FAINT = "opacity: 0.7"  # keeps the colours of the page, light or dark


@dataclass(frozen=True)
class Column:
    """The header of a column, the type of its cells, and its layout on a narrow terminal."""

    head: str
    figures: bool = False
    """Whether its cells are numbers: aligned to the right and never wrapped."""
    optional: bool = False
    """Whether it repeats other columns, as a bar does: last on a narrow terminal, omitted in a notebook."""
    code: bool = False
    """Whether its cells are ids."""
    key: bool = False
    """Whether it identifies the row: repeated in each part of a table that is wider than the terminal."""
    part: int = 0
    """Columns of the same part stay together on a narrow terminal if possible; lower parts come first."""


@dataclass(frozen=True, repr=False)
class Table:
    """Columns, rows of text, and notes below them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    title: str = ""
    faint: frozenset[int] = field(default_factory=frozenset)
    """Indices of rows that are not published results."""

    def __repr__(self) -> str:
        return f"<Table of {len(self.rows)} rows{f': {self.title}' if self.title else ''}>"

    def _repr_html_(self) -> str:
        """The table as HTML, which notebooks display."""
        return as_html(self)


def as_html(table: Table) -> str:
    """A table with its title as caption and its notes as footer, without optional columns."""
    kept = [index for index, column in enumerate(table.columns) if not column.optional]
    columns = [table.columns[index] for index in kept]
    row_header = next((index for index in kept if not table.columns[index].figures), None)
    lines = ["<table>"]
    if table.title:
        lines.append(f'<caption style="text-align: left">{escape(table.title)}</caption>')
    if kept:
        headers = "".join(_cell("th", 'scope="col"', column, column.head) for column in columns)
        lines.append(f"<thead><tr>{headers}</tr></thead>")
    lines.append("<tbody>")
    for number, row in enumerate(table.rows):
        style = f' style="{FAINT}"' if number in table.faint else ""
        cells = "".join(
            _cell(*(("th", 'scope="row"') if index == row_header else ("td", "")), column, row[index])
            for index, column in zip(kept, columns, strict=True)
        )
        lines.append(f"<tr{style}>{cells}</tr>")
    lines += ["</tbody>", *_foot(table, len(kept)), "</table>"]
    return "\n".join(lines) + "\n"


def _cell(tag: str, scope: str, column: Column, text: str) -> str:
    """A cell with explicit alignment, because notebooks align all cells to the right."""
    side = "right" if column.figures else "left"
    return f'<{" ".join(filter(None, (tag, scope)))} style="text-align: {side}">{escape(text)}</{tag}>'


def _foot(table: Table, width: int) -> Iterator[str]:
    if table.notes:
        notes = "<br/>".join(map(escape, table.notes))
        yield f'<tfoot><tr><td colspan="{max(width, 1)}" style="text-align: left">{notes}</td></tr></tfoot>'


_ESCAPES = {ord(character): f"\\{character}" for character in "\\`*_[]|~^"}
_ESCAPES |= {ord(character): f"&#{ord(character)};" for character in "<>&{"} | {ord("\n"): " "}
# GitHub links mentions and issue numbers in the shown text; a zero-width space prevents it
_ESCAPES |= {ord("@"): "@&#8203;", ord("#"): "#&#8203;"}
_SYNTAX = re.compile(
    r"(?P<start>^(?:[-+:](?=[\s:-]|$)|\d{1,9}[.)](?=\s|$)))"  # a list, a rule, a fenced div of Pandoc
    r"|(?P<link>://|\bwww\.)"  # GitHub links bare URLs
    r"|(?P<issue>\bGH-(?=\d))"
    r"|(?P<formula>\$(?=[^$]*\$))",  # mathematics of GitHub and Pandoc
    re.IGNORECASE,
)


def as_csv(headers: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Comma-separated values with a header row; a leading quote neutralises text that a spreadsheet would execute."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([_disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


# The characters of https://owasp.org/www-community/attacks/CSV_Injection, also full-width, and also after `;`, tab or
# line end, which separate cells in spreadsheets of other languages even within quotes
_FORMULA = re.compile(r"^(?=[\t\r])|(^|[;\t\r\n])(?=[=+\-@＝＋－＠])")


_STARTS, _SEPARATOR = frozenset("\t\r=+-@＝＋－＠"), re.compile(r"[;\t\r\n]")


def _disarmed(cell: object) -> object:
    if not isinstance(cell, str) or (cell[:1] not in _STARTS and not _SEPARATOR.search(cell)):
        return cell  # most cells of a large table: the expression would look at each of their characters
    return _FORMULA.sub(r"\1'", cell)


def as_markdown(table: Table) -> str:
    """A table in GitHub Markdown, with its title above and its notes below."""
    lines = [f"**{escaped(table.title)}**", ""] if table.title else []
    if table.columns:
        lines.append(f"| {' | '.join(escaped(column.head) for column in table.columns)} |")
        lines.append("|" + "|".join(" ---: " if column.figures else " --- " for column in table.columns) + "|")
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        lines.append(f"| {' | '.join(f'`{cell}`' if column.code else escaped(cell) for column, cell in cells)} |")
    if table.notes:
        lines += ["", *(f"- {escaped(note)}" for note in table.notes)]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """The text, escaped so that Markdown shows it unchanged: no blocks, cells, links, formulas, tags or mentions."""
    return _SYNTAX.sub(_neutralised, text.translate(_ESCAPES))


def _neutralised(match: re.Match[str]) -> str:
    if match["issue"]:
        return f"{match[0]}&#8203;"
    return re.sub(r"[-+:.)$]", lambda mark: f"&#{ord(mark[0])};", match[0], count=1)
