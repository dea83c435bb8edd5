"""A table as HTML, for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.text.table import Column, Table


FAINT = "opacity: 0.7"  # colours are the page's own, light or dark


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
