"""A table of text as terminal text, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table as RichTable

Format: TypeAlias = Literal["table", "json", "csv", "markdown"]
UNBOUNDED = 10_000_000  # columns of text that no line is cut at


@dataclass(frozen=True)
class Column:
    """A head; its cells are figures, set to the right; it may go where the terminal is narrow; its cells are ids."""

    head: str
    figures: bool = False
    optional: bool = False
    code: bool = False


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
        from scoring.render.html import as_html  # noqa: PLC0415  it imports this module

        return as_html(self)


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


def as_text(
    tables: Iterable[Table], columns: int | None = None, *, styled: bool = False, ascii_only: bool = False
) -> str:
    """Tables as text, never cut; where the optional columns do not fit into those of a terminal, they go.

    What the environment says of colours and widths is for the caller to know.
    """
    from rich.console import Console  # noqa: PLC0415  costs 100 ms
    from rich.text import Text  # noqa: PLC0415

    text = io.StringIO()
    console = Console(
        file=text,
        width=UNBOUNDED,
        height=1,
        force_terminal=styled,
        color_system="standard" if styled else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for place, table in enumerate(tables):
        if place:
            console.print()
        drawn = _drawn(table, narrow=False, ascii_only=ascii_only)
        if columns is not None and console.measure(drawn).maximum > columns:
            drawn = _drawn(table, narrow=True, ascii_only=ascii_only)
        if table.title:
            console.print(Text(table.title, style="bold"), soft_wrap=True)
        if table.rows:
            console.print(drawn)
        for note in table.notes:
            console.print(Text(note, style="dim"), soft_wrap=True)
    return text.getvalue()


def _drawn(table: Table, *, narrow: bool, ascii_only: bool) -> RichTable:
    from rich import box  # noqa: PLC0415
    from rich.table import Table as RichTable  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    kept = [place for place, column in enumerate(table.columns) if not (narrow and column.optional)]
    drawn = RichTable(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place in kept:
        column = table.columns[place]
        drawn.add_column(Text(column.head), justify="right" if column.figures else "left", no_wrap=True)
    for number, row in enumerate(table.rows):
        drawn.add_row(*(Text(row[place]) for place in kept), style="dim" if number in table.faint else None)
    return drawn
