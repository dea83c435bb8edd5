"""Markdown and Quarto templates: values are escaped; code and mathematics are not filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.render.citation import cited
from scoring.render.report.fill import Place, Syntax, alone_in_line
from scoring.render.report.values import Cited, Id, Picture, Rows
from scoring.text.markdown import plain
from scoring.text.table import as_markdown
from scoring.text.verbatim import is_within, verbatim

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from scoring.render.report.values import Value


def markdown(folder: str, *, is_quarto: bool) -> Syntax:
    """Markdown with its figures in a folder beside it; is_quarto: whether an image may have a width."""

    def write(value: Value, _: str) -> str:
        match value:
            case Rows():
                return as_markdown(value.table).rstrip("\n")
            case Picture():
                width = f"{{width={value.width:g}mm}}" if value.width and is_quarto else ""
                pages = value.chart.pages
                return "\n\n".join(f"![{plain(value.alt)}]({folder}/{page.name}.svg){width}" for page in pages)
            case Cited():
                return cited(value.citation, "markdown").strip()
            case Id():
                return value.text
            case _:
                return plain(value)

    return Syntax("{`$\\", _places, write)


def _places(text: str) -> Callable[[re.Match[str]], Place]:
    code, alone = verbatim(text), alone_in_line(text)

    def place(match: re.Match[str]) -> Place:
        return Place("kept") if is_within(match.start(), code) else Place("text", alone(match))

    return place
