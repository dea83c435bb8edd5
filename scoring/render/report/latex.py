r"""LaTeX templates: values are escaped; comments, verbatim text and mathematics are not filled.

Two braces are common in LaTeX, as in `\title{{A title}}`. So a placeholder there has blanks inside its braces, or the
form of a name, such as `{{GEO.index}}`, and no macro in it. What follows a macro or an argument is filled as an
argument: `\textbf{{ GEO.index }}` becomes `\textbf{69.2}`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.render.bibliography import latex as escaped
from scoring.render.bibliography import latex_id
from scoring.render.citation import cited
from scoring.render.report.fill import ESCAPED, Place, Syntax, alone_in_line
from scoring.render.report.values import Cited, Id, Picture, Rows
from scoring.render.report.widths import shared
from scoring.text.verbatim import is_within, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scoring.render.report.values import Value
    from scoring.text.table import Column, Table
    from scoring.text.verbatim import Span

PLACEHOLDER = re.compile(
    ESCAPED + r"\{\{(?P<name>[ \t][^{}\\\n#]*[ \t]|[ \t]*(?:(?:table|figure)[ \t]*:[^{}\\\n]*"
    r"|[^\W\d][^{}\\\n.,:;@|]*(?:\.[^\W\d][^{}\\\n.,:; ]*)+(?:[ \t]*@[^{}\\\n]*)?)[ \t]*)\}\}"
)
OPENS = re.compile(r"(?<!\\)\{\{(?=[ \t]*(?:(?:table|figure)[ \t]*:|[A-Z]{3}\.[a-z]))")
UNCLOSED = "'{{' without a placeholder; write it in one line as in {{ AZE.index }}"
WIDTH = 345.0  # points of a line of the class article on A4 and letter paper
GAP = 12.0  # points between two columns: twice \tabcolsep
SIZES = {10.0: "", 9.0: "\\small", 8.0: "\\footnotesize", 7.0: "\\scriptsize"}  # points of the class article
_CODE = ("verbatim", "Verbatim", "lstlisting", "minted", "comment", "filecontents")
_MATHS = ("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "flalign", "alignat")
_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*+)|\\(?:verb|lstinline)\*?(?P<sign>[^\w\s*\[])|\\(?P<opens>[(\[])"
    rf"|\\begin\{{(?P<environment>(?:{'|'.join((*_CODE, *_MATHS))})\*?)\}}|\\[\s\S]|(?P<dollars>\$\$?+)"
)
_BLANK = re.compile(r"\n[ \t\r]*+\n")
_ARGUMENT = re.compile(r"(?:\\[A-Za-z@]+\*?|[\]}])\Z")
_LONGEST_MACRO = 60  # characters before a placeholder in which a macro is looked for
_LONGTABLE = re.compile(r"^[^%\n]*\\usepackage(?:\[[^\]\n]*\])?\{[^}\n]*\blongtable\b", re.MULTILINE)


def latex(folder: str) -> Syntax:
    """LaTeX with its figures, which are PDF, in a folder beside it."""

    def write(value: Value, kind: str) -> str:
        match value:
            case Rows():
                return _table(value.table, is_long=kind == "long")
            case Picture():
                return _figure(value, folder)
            case Cited():
                text = cited(value.citation, "latex").strip()
            case Id():
                text = latex_id(value.text)
            case _:
                text = plain(value)
        return f"{{{text}}}" if kind == "argument" else text

    return Syntax("{%\\$", _places, write, PLACEHOLDER, OPENS, UNCLOSED, is_escaped=False)


def plain(text: str) -> str:
    """The text, escaped; without characters that have no glyph, which LaTeX refuses."""
    return escaped("".join(character for character in text if character.isprintable()))


def _places(text: str) -> Callable[[re.Match[str]], Place]:
    raw, alone = joined(_raw(text)), alone_in_line(text)
    block = "long" if _LONGTABLE.search(text) else "text"

    def place(match: re.Match[str]) -> Place:
        start = match.start()
        if is_within(start, raw):
            return Place("kept")
        if span := alone(match):
            return Place(block, span)
        is_argument = _ARGUMENT.search(text[max(0, start - _LONGEST_MACRO) : start])
        return Place("argument" if is_argument else "text")

    return place


def _raw(text: str) -> Iterator[Span]:
    """Comments, verbatim text and mathematics; what is not closed ends with its line or paragraph, or is no such."""
    position = 0
    missing: set[str] = set()  # what ends nowhere any more, so that it is not searched again
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match["comment"] is not None:
            yield match.span()
            continue
        limit = len(text)
        if sign := match["sign"]:
            closing = "}" if sign == "{" else sign
            limit = (text.find("\n", position) + 1 or len(text) + 1) - 1
        elif match["environment"]:
            closing = f"\\end{{{match['environment']}}}"
        elif match["opens"]:
            closing = {"(": "\\)", "[": "\\]"}[match["opens"]]
        elif closing := match["dollars"] or "":
            blank = _BLANK.search(text, position)
            limit = blank.start() if blank else limit
        else:
            continue
        end = -1 if closing in missing else _find(text, closing, position, limit)
        if end < 0:
            if limit == len(text):
                missing.add(closing)
            continue
        position = end + len(closing)
        yield match.start(), position


def _find(text: str, closing: str, position: int, limit: int) -> int:
    """Where a mark is next, but not behind a backslash if it is a dollar."""
    found = text.find(closing, position, limit)
    while found > 0 and closing[0] == "$" and text[found - 1] == "\\":
        found = text.find(closing, found + 1, limit)
    return found


# -- tables and figures ------------------------------------------------------------------------------------------------


def _table(table: Table, *, is_long: bool) -> str:
    """A tabular, or a longtable whose head is repeated on each page; wide columns wrap, and need no package."""
    size, widths, is_wrapped = shared(table, tuple(SIZES), WIDTH, GAP)
    environment = "longtable" if is_long else "tabular"
    columns = "".join(
        f"p{{{width / WIDTH:.3f}\\linewidth}}" if is_wrapped else "r" if column.figures else "l"
        for width, column in zip(widths, table.columns, strict=True)
    )
    columns = f"@{{}}{columns}@{{}}"

    def row(texts: Sequence[str], *, is_head: bool = False) -> str:
        pairs = zip(texts, table.columns, strict=True)
        cells = (_cell(text, column, is_head=is_head, is_wrapped=is_wrapped) for text, column in pairs)
        return f"{' & '.join(cells)} \\tabularnewline"

    head = [row([column.head for column in table.columns], is_head=True), "\\hline"]
    lines = [
        f"\\begingroup{SIZES[size]}",
        *([] if is_long else ["\\noindent"]),
        f"\\begin{{{environment}}}{{{columns}}}",
        "\\hline",
        *head,
        *(["\\endhead"] if is_long else []),
        *map(row, table.rows),
        "\\hline",
        f"\\end{{{environment}}}",
        *(f"\\par {plain(note)}" for note in table.notes),
        "\\par\\endgroup",
    ]
    return "\n".join(lines)


def _cell(text: str, column: Column, *, is_head: bool, is_wrapped: bool) -> str:
    shown = latex_id(text) if column.code and not is_head else plain(text)
    if text.startswith(("[", "*")):
        shown = f"{{}}{shown}"  # it would be read as an option of the end of the row above
    if not is_wrapped:
        return shown
    side = "\\raggedleft" if column.figures else "\\raggedright"
    return f"{side} {shown}"


def _figure(picture: Picture, folder: str) -> str:
    """An image with its text alternative, which tagged PDF has; `alt` needs graphicx of 2021 or later."""
    width = f"{picture.width:g}mm" if picture.width else "\\linewidth"
    images = "\n\n".join(
        f"\\includegraphics[width={width},alt={{{plain(picture.alt)}}}]{{{folder}/{page.name}.pdf}}"
        for page in picture.chart.pages
    )
    return f"\\begin{{figure}}[htbp]\n\\centering\n{images}\n\\caption{{{plain(picture.heading)}}}\n\\end{{figure}}"
