"""A table of text, and it as HTML, CSV or Markdown."""

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
FAINT = "opacity: 0.7"  # colours are the page's own, light or dark


@dataclass(frozen=True)
class Column:
    """A head, what its cells are, and where it goes if the terminal is narrow."""

    head: str
    figures: bool = False
    """Its cells are set to the right and never wrapped."""
    optional: bool = False
    """It draws what others say: the last to be placed on a narrow terminal, left out in a notebook."""
    code: bool = False
    """Its cells are ids."""
    key: bool = False
    """It says what a row is about: repeated in each part of a table that is wider than the terminal."""
    part: int = 0
    """Columns of the same part stay side by side on a narrow terminal if they can; the lower parts come first."""


@dataclass(frozen=True, repr=False)
class Table:
    """Rows of text under columns, and notes to print below."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    title: str = ""
    faint: frozenset[int] = field(default_factory=frozenset)
    """Rows that are no published result."""

    def __repr__(self) -> str:
        return f"<Table of {len(self.rows)} rows{f': {self.title}' if self.title else ''}>"

    def _repr_html_(self) -> str:
        """The table itself, for a notebook."""
        return as_html(self)


def as_html(table: Table) -> str:
    """A table with its title as caption and its notes as foot; columns for wide screens are left out."""
    kept = [place for place, column in enumerate(table.columns) if not column.optional]
    columns = [table.columns[place] for place in kept]
    names = next((place for place in kept if not table.columns[place].figures), None)
    lines = ["<table>"]
    if table.title:
        lines.append(f'<caption style="text-align: left">{escape(table.title)}</caption>')
    if kept:
        heads = "".join(_cell("th", 'scope="col"', column, column.head) for column in columns)
        lines.append(f"<thead><tr>{heads}</tr></thead>")
    lines.append("<tbody>")
    for number, row in enumerate(table.rows):
        style = f' style="{FAINT}"' if number in table.faint else ""
        cells = "".join(
            _cell("th", 'scope="row"', column, row[place]) if place == names else _cell("td", "", column, row[place])
            for place, column in zip(kept, columns, strict=True)
        )
        lines.append(f"<tr{style}>{cells}</tr>")
    lines += ["</tbody>", *_foot(table, len(kept)), "</table>"]
    return "\n".join(lines) + "\n"


def _cell(tag: str, scope: str, column: Column, text: str) -> str:
    """A cell, set to a side, since notebooks set all to the right."""
    side = "right" if column.figures else "left"
    return f'<{" ".join(filter(None, (tag, scope)))} style="text-align: {side}">{escape(text)}</{tag}>'


def _foot(table: Table, width: int) -> Iterator[str]:
    if table.notes:
        notes = "<br/>".join(map(escape, table.notes))
        yield f'<tfoot><tr><td colspan="{max(width, 1)}" style="text-align: left">{notes}</td></tr></tfoot>'


_ESCAPES = {ord(character): f"\\{character}" for character in "\\`*_[]|~^"}
_ESCAPES |= {ord(character): f"&#{ord(character)};" for character in "<>&{"} | {ord("\n"): " "}
# GitHub looks for mentions and numbers of issues in the text that is shown; a space without width parts them
_ESCAPES |= {ord("@"): "@&#8203;", ord("#"): "#&#8203;"}
_OTHERS = re.compile(
    r"(?P<start>^(?:[-+:](?=[\s:-]|$)|\d{1,9}[.)](?=\s|$)))"  # a list, a line, a block of Pandoc
    r"|(?P<link>://|\bwww\.)"  # GitHub makes links of bare addresses
    r"|(?P<issue>\bGH-(?=\d))"
    r"|(?P<formula>\$(?=[^$]*\$))",  # of GitHub and Pandoc, between two of them
    re.IGNORECASE,
)


def as_csv(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Comma-separated values with a head line; text that a spreadsheet would run is disarmed by a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


# What https://owasp.org/www-community/attacks/CSV_Injection names, in full width too, and after what separates cells in
# spreadsheets of another language, for which a quote in the middle of a line keeps no text together
_FORMULA = re.compile(r"^(?=[\t\r])|(^|[;\t\r\n])(?=[=+\-@＝＋－＠])")


def _disarmed(cell: object) -> object:
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def as_markdown(table: Table) -> str:
    """A GitHub table, its title above and its notes below."""
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
    """Text that Markdown shows as it is: no block, table cell, link, emphasis, formula, tag or mention begins in it."""
    return _OTHERS.sub(_parted, text.translate(_ESCAPES))


def _parted(found: re.Match[str]) -> str:
    if found["issue"]:
        return f"{found[0]}&#8203;"
    return re.sub(r"[-+:.)$]", lambda mark: f"&#{ord(mark[0])};", found[0], count=1)
