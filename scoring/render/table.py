"""A table of text as terminal text, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.table import Table as RichTable

Format: TypeAlias = Literal["table", "json", "csv", "markdown"]


@dataclass(frozen=True)
class Column:
    """A head; whether its cells are figures, set to the right; whether it may go where the terminal is narrow."""

    head: str
    figures: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text under columns, and notes to print below."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    title: str = ""
    faint: frozenset[int] = field(default_factory=frozenset)
    """Rows that are no published result."""


_ESCAPES = {ord(character): f"\\{character}" for character in "\\`*_[]|~"}
_ESCAPES |= {ord(character): f"&#{ord(character)};" for character in "<>&"} | {ord("\n"): " "}
# GitHub looks for mentions and numbers of issues in the text that is shown; a space without width parts them
_ESCAPES |= {ord("@"): "@&#8203;", ord("#"): "#&#8203;"}
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)  # GitHub makes links of bare addresses


def as_csv(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Comma-separated values with a head line; text that a spreadsheet would run is disarmed by a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


def _disarmed(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_markdown(table: Table) -> str:
    """A GitHub table, its title above and its notes below."""
    lines = [f"**{escaped(table.title)}**", ""] if table.title else []
    if table.columns:
        lines.append(_line(column.head for column in table.columns))
        lines.append("|" + "|".join(" ---: " if column.figures else " --- " for column in table.columns) + "|")
    lines += [_line(row) for row in table.rows]
    if table.notes:
        lines += ["", *(f"- {escaped(note)}" for note in table.notes)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(map(escaped, cells)) + " |"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no table cell, link, emphasis, tag or mention begins in it."""
    return _LINK.sub(lambda found: found[0].replace(":", "&#58;").replace(".", "&#46;"), text.translate(_ESCAPES))


def as_text(tables: Iterable[Table], console: Console) -> None:
    """Print tables to a console: never cut; on a narrow terminal the optional columns go first."""
    from rich.text import Text  # noqa: PLC0415  costs 100 ms

    terminal = console.width
    for place, table in enumerate(tables):
        if place:
            console.print()
        drawn = _drawn(table, console, narrow=False)
        if console.is_terminal and _width(drawn, console) > terminal:
            drawn = _drawn(table, console, narrow=True)
        if table.title:
            console.print(Text(table.title, style="bold"), soft_wrap=True)
        if table.rows:
            console.width = max(terminal, _width(drawn, console))  # rich would cut the cells instead
            console.print(drawn)
            console.width = terminal
        for note in table.notes:
            console.print(Text(note, style="dim"), soft_wrap=True)


def _width(drawn: RichTable, console: Console) -> int:
    from rich.measure import Measurement  # noqa: PLC0415

    return Measurement.get(console, console.options.update(width=1_000_000), drawn).maximum


def _drawn(table: Table, console: Console, *, narrow: bool) -> RichTable:
    from rich import box  # noqa: PLC0415
    from rich.table import Table as RichTable  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    kept = [place for place, column in enumerate(table.columns) if not (narrow and column.optional)]
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, safe_box=console.safe_box)
    for place in kept:
        column = table.columns[place]
        drawn.add_column(Text(column.head), justify="right" if column.figures else "left", no_wrap=True)
    for number, row in enumerate(table.rows):
        drawn.add_row(*(Text(row[place]) for place in kept), style="dim" if number in table.faint else None)
    return drawn
