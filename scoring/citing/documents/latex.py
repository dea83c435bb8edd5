"""Passages of LaTeX and of BibTeX files, in one pass over the text.

Of a macro that is not known, the name is left out and the arguments are read. A library that builds the tree of a
document (pylatexenc) recurses at each brace, and fails at some hundred; here the partners of braces are found once.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.markup import number_in_mathematics
from scoring.citing.documents.passages import Piece, PositionedPieces, refuse_pieces
from scoring.citing.documents.tables import MAX_SPAN, Cell, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*+(?:\n[ \t]*+)?+)|\\(?P<name>[A-Za-z@]++)\*?+|\\(?P<sign>[\s\S])"
    r"|(?P<math>\$\$?+)|(?P<break>\n[ \t\r]*+\n\s*+)|(?P<mark>[{}&~]|---?+|``|'')"
)
_BIB_TOKEN = re.compile(
    r"(?P<comment>(?!))|\\(?P<name>[A-Za-z@]++)\*?+|\\(?P<sign>[\s\S])"
    r"|(?P<math>(?!))|(?P<break>\n[ \t\r]*+\n\s*+|\n(?=@))|(?P<mark>[{}~]|---?+)"
)
_BRACE = re.compile(r"\\[\s\S]|%[^\n]*+|[{}]")
_BIB_BRACE = re.compile(r"\\[\s\S]|[{}]")
_OPTION = re.compile(r"\s*+\[(?:[^\[\]{}]|\{[^{}]{0,500}\}){0,500}\]")
_GROUP = re.compile(r"[ \t]*+\n?[ \t]*+\{")
_PAREN = re.compile(r"[ \t]*+\([lr]{0,2}(?:\{[^{}]{0,50}\})?\)")
_DOLLARS = {mark: re.compile(rf"(?:[^$\\\n]|\\[\s\S]|\n(?![ \t\r]*+\n))*+{re.escape(mark)}") for mark in ("$", "$$")}
_ADDRESS = re.compile(r"[ \t]*+\{([^{}\n]*+)\}")
_WITH_ID = re.compile(r"@\d{1,9}\.\d")
NOTES = frozenset(
    ("endnote", "footnote", "marginnote", "marginpar", "sidenote", "tablefootnote", "thanks", "tnote", "parnote")
)
MAX_MARK = 6  # pieces of the number of a note
_MARK = re.compile(r"[\s\d*,†‡]{1,12}")

_SHOWN = {
    "textendash": "–", "textemdash": "—", "textasciitilde": "~", "textunderscore": "_", "slash": "/", "ldots": "…",
    "dots": "…", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å",
    "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "quad": " ", "qquad": " ", "space": " ", "newline": " ", "linebreak": " ",
    "textquotedblleft": "“", "textquotedblright": "”", "guillemotleft": "«", "guillemotright": "»", "og": "«",
    "fg": "»", "S": "§", "tabularnewline": " ", "textpm": "±", "percent": "%", "textpercent": "%",
    "textbackslash": "\\",
}  # fmt: skip
_SIGNS = {
    "%": "%", "#": "#", "_": "_", "$": "$", "{": "{", "}": "}", "&": "&",
    " ": " ", "\n": " ", "\t": " ", ",": "\u2009", ";": " ", ":": " ", ">": " ",
}  # fmt: skip
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_LETTER = re.compile(r"\s*+(?:\{\s*+(?:\\([ij])|([A-Za-z]))\s*+\}|\\([ij])(?![A-Za-z])|([A-Za-z]))")
_IN_BRACES = re.compile(r"\s*+\{\s*+(?:\\([ij])|([A-Za-z]))\s*+\}()()")
_HIDES = {
    **dict.fromkeys(("label", "ref", "eqref", "pageref", "cref", "Cref", "autoref", "nameref", "hypertarget"), 1),
    **dict.fromkeys(("includegraphics", "usepackage", "documentclass", "bibliography", "bibliographystyle"), 1),
    **dict.fromkeys(("addbibresource", "input", "include", "vspace", "hspace", "color", "textcolor", "sout", "st"), 1),
    **dict.fromkeys(("pagestyle", "thispagestyle", "index", "phantom", "hphantom", "vphantom", "cline", "cmidrule"), 1),
    **dict.fromkeys(("cellcolor", "rowcolor", "foreignlanguage", "selectlanguage", "hyperref", "setcounter"), 1),
    **dict.fromkeys(("setlength", "addtolength", "newcommand", "renewcommand", "providecommand", "rule"), 2),
    **dict.fromkeys(("fontsize", "resizebox", "addtocounter", "definecolor", "newlength", "raisebox"), 1),
    **dict.fromkeys(("begingroup", "endgroup"), 0),
}
"""How many arguments of a macro are no text; those that are struck out, too."""
_CITES = re.compile(r"(?:no)?[a-zA-Z]{0,10}cites?(?:p|t|alp|alt|author|year|yearpar|al|title)?|footfullcite")
_BREAKS = frozenset(
    (
        *("item", "par", "part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph"),
        *("maketitle", "title", "bibitem", "frame", "frametitle", "newpage", "clearpage"),
    )
)
"""Macros that end a passage."""
_TABLES = frozenset(
    (
        *("tabular", "tabularx", "tabulary", "longtable", "xltabular", "tblr", "longtblr", "supertabular", "array"),
        *("NiceTabular",),
    )
)
_TWO_ARGUMENTS = frozenset(("tabularx", "tabulary", "xltabular", "tabular*"))
"""Tables whose first argument is their width."""
_RAW = frozenset(
    (
        *("verbatim", "Verbatim", "lstlisting", "minted", "comment", "filecontents", "tikzpicture"),
        *("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "flalign", "alignat"),
    )
)
"""Environments of code, mathematics and drawings."""


class _Note(NamedTuple):
    start: int
    end: int


class _Rows:
    """A table that is open."""

    def __init__(self, *, is_implicit: bool) -> None:
        self.table = Table()
        self.cells: list[Cell] = []
        self.is_implicit = is_implicit
        self.columns = self.rows = 1
        self.above: dict[int, tuple[int, str]] = {}  # texts that cover further rows, by column, and how many


def latex_passages(text: str, keys: Mapping[str, str], *, is_bibliography: bool = False) -> Iterator[PositionedPieces]:
    r"""The passages of a LaTeX or BibTeX file; keys: ids by the keys of bibliographies, which stand for `\cite`."""
    reader = _Reader(text, keys, is_bibliography=is_bibliography)
    yield from reader.read(0, len(text))


def _partners(text: str, pattern: re.Pattern[str]) -> dict[int, int]:
    """The position of the closing brace by that of the opening one."""
    partners, open_ = {}, []
    for match in pattern.finditer(text):
        if match[0] == "{":
            open_.append(match.start())
        elif match[0] == "}" and open_:
            partners[open_.pop()] = match.start()
    return partners


class _Reader:
    """Reads a file from left to right."""

    def __init__(self, text: str, keys: Mapping[str, str], *, is_bibliography: bool = False) -> None:
        self.text, self.keys = text, keys
        self.token = _BIB_TOKEN if is_bibliography else _TOKEN
        self.partners = _partners(text, _BIB_BRACE if is_bibliography else _BRACE)
        self.notes: dict[int, _Note] = {}  # by number of its mark
        self.marked: set[int] = set()  # where notes begin that have a mark
        self.mark = 0
        self.noted = 0  # characters of notes at their marks
        self.missing: set[str] = set()
        self.closing: dict[int, str] = {}  # what ends at a brace
        self.ready: list[PositionedPieces] = []
        self.pieces: list[Piece] = []
        self.captions: list[list[Piece]] = []
        self.tables: list[_Rows] = []
        self.depth = 0  # of notes that are open
        self.raised: list[int] = []
        if "\\footnotemark" in text:
            self._find_notes()

    def _find_notes(self) -> None:
        for number, match in enumerate(re.finditer(r"\\footnotetext\s*+(?:\[(\d{1,5})\])?+\s*+(?=\{)", self.text), 1):
            if (end := self.partners.get(match.end())) is not None:
                self.notes.setdefault(int(match[1] or number), _Note(match.end() + 1, end))
        for number, match in enumerate(re.finditer(r"\\footnotemark\s*+(?:\[(\d{1,5})\])?+", self.text), 1):
            if note := self.notes.get(int(match[1] or number)):
                self.marked.add(note.start)

    @property
    def target(self) -> list[Piece]:
        """Where text goes."""
        return self.captions[-1] if self.captions else self.pieces

    def read(self, start: int, end: int) -> Iterator[PositionedPieces]:
        """The passages of a part of the file."""
        position = start
        while match := self.token.search(self.text, position, end):
            if match.start() > position:
                self._add(self.text[position : match.start()], position, match.start())
            position = min(max(self._take(match), match.start() + 1), end)
            if self.ready:
                yield from self.ready
                self.ready.clear()
        if position < end:
            self._add(self.text[position:end], position, end)
        while self.tables:
            self._end_table()
        self._end_passage()
        yield from self.ready
        self.ready.clear()

    def _add(self, text: str, start: int, end: int) -> None:
        self.target.append(Piece(text, start, end))

    def _take(self, match: re.Match[str]) -> int:
        """Take a mark or macro; where to read on."""
        start, end = match.span()
        kind = match.lastgroup
        if kind == "math":
            return self._mathematics(match)
        if kind == "break":
            self._break(start)
        elif kind == "mark":
            self._mark(match[0], start, end)
        elif kind == "sign":
            return self._sign(match["sign"], start, end)
        elif kind == "name":
            return self._macro(match["name"], start, end)
        return end

    def _break(self, at: int) -> None:
        if self.depth or self.captions or (self.tables and not self.tables[-1].is_implicit):
            self._add(" ", at, at)
            return
        if self.tables:
            self._end_table()
        self._end_passage()

    def _mark(self, mark: str, start: int, end: int) -> None:
        if mark == "}":
            self._close(start)
        elif mark == "&":
            if not self.tables:
                self.tables.append(_Rows(is_implicit=True))
            self._end_cell(start)
        elif shown := {"~": " ", "--": "–", "---": "—", "``": "“", "''": "”"}.get(mark):
            self._add(shown, start, end)

    def _close(self, at: int) -> None:
        match self.closing.pop(at, ""):
            case "note":
                self.depth -= 1
                self._add(")", at, at)
            case "caption" if self.captions:
                pieces = self.captions.pop()
                if any(piece.text.strip() for piece in pieces):
                    self.ready.append((pieces[0].start, pieces))
            case "title":
                self._end_passage()
            case "raised" if self.raised:
                first = self.raised.pop()
                if len(self.target) - first <= MAX_MARK and _MARK.fullmatch(
                    "".join(piece.text for piece in self.target[first:])
                ):
                    del self.target[first:]
            case "unit":
                self._add(" ", at, at)

    def _mathematics(self, match: re.Match[str]) -> int:
        closed = _DOLLARS[match[0]].match(self.text, match.end())
        if not closed:
            return match.end()
        self.target.extend(number_in_mathematics(self.text, match.start(), closed.end()))
        return closed.end()

    def _find(self, closing: str, position: int) -> int:
        """Where something ends; -1 if nowhere, which is searched once."""
        if closing in self.missing:
            return -1
        found = self.text.find(closing, position)
        if found < 0:
            self.missing.add(closing)
        return found

    def _sign(self, sign: str, start: int, end: int) -> int:
        if sign == "\\":
            option = _OPTION.match(self.text, end)
            if self.tables:
                self._end_cell(start)
                self._end_row()
            else:
                self._add("\n", start, start + 1)
            return option.end() if option else end
        if sign in "([":
            closing = self._find({"(": "\\)", "[": "\\]"}[sign], end)
            return closing + 2 if closing >= 0 else end
        if sign in _ACCENTS and (letter := _LETTER.match(self.text, end)):
            self._accent(sign, letter, start)
            return letter.end()
        if shown := _SIGNS.get(sign, ""):
            self._add(shown, start, end)
        return end

    def _accent(self, accent: str, letter: re.Match[str], start: int) -> None:
        base = next(group for group in letter.groups() if group)
        self._add(unicodedata.normalize("NFC", base + _ACCENTS[accent]), start, letter.end())

    def _group(self, position: int) -> tuple[int, int] | None:
        """The span of the content of an argument in braces."""
        if not (match := _GROUP.match(self.text, position)):
            return None
        closing = self.partners.get(match.end() - 1)
        return None if closing is None else (match.end(), closing)

    def _options(self, position: int) -> int:
        for _ in range(4):
            if not (match := _OPTION.match(self.text, position)):
                break
            position = match.end()
        return position

    def _macro(self, name: str, start: int, end: int) -> int:  # noqa: PLR0912  a branch for each kind of macro
        if name in ("begin", "end"):
            return self._environment(name, end)
        if name in ("verb", "lstinline"):
            return self._verb(end)
        if name in ("url", "path", "nolinkurl") and (address := _ADDRESS.match(self.text, end)):
            self._add(address[1], *address.span(1))
            return address.end()
        if name in NOTES:
            return self._opened(self._options(end), "note", end)
        if name == "footnotetext":
            return self._footnote_text(end)
        if name == "footnotemark":
            return self._footnote_mark(end)
        if name in ("caption", "captionof", "captionsetup"):
            return self._caption(name, end)
        if name == "multicolumn":
            return self._spanning(end, 2, is_columns=True)
        if name == "multirow":
            return self._spanning(self._options(end), 2, is_columns=False)
        if name == "textsuperscript":
            return self._opened(end, "raised", end)
        if name in ("num", "SI", "qty", "numrange", "SIrange", "qtyrange", "ang"):
            return self._quantity(name, end)
        if name in _ACCENTS and (letter := _IN_BRACES.match(self.text, end)):
            self._accent(name, letter, start)
            return letter.end()
        if name == "href" and (group := self._group(end)):
            if _WITH_ID.search(self.text, *group):
                return self._href(group)
            return group[1] + 1
        if _CITES.fullmatch(name):
            return self._cite(end)
        if name in _HIDES:
            return self._hidden(name, end)
        if name in _BREAKS:
            if not (self.depth or self.captions or self.tables):
                self._end_passage()
            after = self._options(end) if name != "item" else end
            return self._opened(after, "title", after) if name.endswith(("section", "chapter", "title")) else after
        if shown := _SHOWN.get(name):
            if name == "tabularnewline":
                return self._sign("\\", start, end)
            self._add(shown, start, end)
            return end + 2 if self.text.startswith("{}", end) else end
        # a macro swallows the white space behind it
        return end + 1 if self.text[end : end + 1] in (" ", "\t") else end

    def _opened(self, position: int, kind: str, otherwise: int) -> int:
        group = self._group(position)
        if group is None:
            return otherwise
        self.closing[group[1]] = kind
        if kind == "note":
            self.depth += 1
            self._add(" (", group[0], group[0])
        elif kind == "raised":
            self.raised.append(len(self.target))
        return group[0]

    def _href(self, group: tuple[int, int]) -> int:
        shown = self._group(group[1] + 1)
        self._add(" (", group[0], group[0])
        self._add(self.text[slice(*group)], *group)
        self._add(") " if shown else ")", group[1], group[1])
        return group[1] + 1

    def _hidden(self, name: str, end: int) -> int:
        end = self._options(end)
        if name == "cmidrule" and (paren := _PAREN.match(self.text, end)):
            end = paren.end()
        for _ in range(_HIDES[name]):
            end = self._options(end)
            if (group := self._group(end)) is None:
                break
            end = group[1] + 1
        return end

    def _verb(self, end: int) -> int:
        end = self._options(end)
        sign = self.text[end : end + 1]
        if not sign or sign.isalnum() or sign.isspace():
            return end
        line = self.text.find("\n", end)
        closing = self.text.find("}" if sign == "{" else sign, end + 1, line if line >= 0 else len(self.text))
        if closing < 0:
            return end
        self._add(self.text[end + 1 : closing], end + 1, closing)
        return closing + 1

    def _environment(self, kind: str, end: int) -> int:
        if (group := self._group(end)) is None:
            return end
        name = self.text[slice(*group)].rstrip("*")
        end = group[1] + 1
        if kind == "begin" and name in _RAW:
            closing = self._find(f"\\end{{{self.text[slice(*group)]}}}", end)
            return closing if closing >= 0 else end
        if name in _TABLES:
            if kind == "begin":
                if not self.tables:
                    self._end_passage()
                end = self._options(end)
                for _ in range(2 if self.text[slice(*group)] in _TWO_ARGUMENTS else 1):
                    if argument := self._group(self._options(end)):
                        end = argument[1] + 1
                self.tables.append(_Rows(is_implicit=False))
            elif self.tables:
                self._end_table()
            return end
        if not (self.depth or self.captions or self.tables):
            self._end_passage()
        return self._arguments(end) if kind == "begin" else end

    def _arguments(self, end: int) -> int:
        end = self._options(end)
        for _ in range(3):
            match = self.text.startswith("{", end)
            group = self._group(end) if match else None
            if group is None:
                break
            end = group[1] + 1
        return end

    def _caption(self, name: str, end: int) -> int:
        after = self._options(end)
        if name != "caption" and (group := self._group(after)):
            after = group[1] + 1
        if name == "captionsetup":
            return after
        if group := self._group(after):
            self.closing[group[1]] = "caption"
            self.captions.append([])
            return group[0]
        return end

    def _spanning(self, end: int, hidden: int, *, is_columns: bool) -> int:
        numbers = self._group(end)
        for _ in range(hidden):
            end = self._options(end)
            if group := self._group(end):
                end = group[1] + 1
        if numbers and self.tables:
            value = self.text[slice(*numbers)].strip()
            number = int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 1  # noqa: PLR2004
            if is_columns:
                self.tables[-1].columns = number
            else:
                self.tables[-1].rows = number
        return end

    def _quantity(self, name: str, end: int) -> int:
        end = self._options(end)
        if (first := self._group(end)) is None:
            return end
        self._add(self.text[slice(*first)], *first)
        end = first[1] + 1
        if name.endswith("range") and (second := self._group(end)):
            self._add("–", second[0], second[0])
            self._add(self.text[slice(*second)], *second)
            end = second[1] + 1
        if name.startswith(("SI", "qty")):
            end = self._options(end)
            if unit := self._group(end):
                self.closing[unit[1]] = ""
                self._add(" ", unit[0], unit[0])
                return unit[0]
        return end

    def _cite(self, end: int) -> int:
        """A citation of works: the ids of the keys that are known, in parentheses, with the notes of the citation."""
        for _ in range(8):  # \cites has several pairs of notes and keys
            after = self._options(end)
            if (group := self._group(after)) is None:
                break
            keys = [key.strip() for key in self.text[slice(*group)].split(",")]
            if found := [self.keys[key] for key in keys if key in self.keys]:
                self._add(f" ({', '.join(found)})", group[0], group[0])
            end = group[1] + 1
        return end

    def _footnote_text(self, end: int) -> int:
        after = self._options(end)
        group = self._group(after)
        return group[1] + 1 if group and group[0] in self.marked else self._opened(after, "note", end)

    def _footnote_mark(self, end: int) -> int:
        self.mark += 1
        option = re.compile(r"\s*+\[(\d{1,5})\]").match(self.text, end)
        if note := self.notes.get(int(option[1]) if option else self.mark):
            self.noted += note.end - note.start
            refuse_pieces(self.noted)
            inner = _Reader(self.text[note.start : note.end], self.keys)
            self._add(" (", end, end)
            for number, (_, pieces) in enumerate(list(inner.read(0, note.end - note.start))):
                self.target.extend([Piece(" ", end, end)] if number else [])
                self.target.extend(Piece(shown, first + note.start, last + note.start) for shown, first, last in pieces)
            self._add(")", end, end)
        return option.end() if option else end

    def _end_cell(self, at: int) -> None:
        rows = self.tables[-1]
        position = self.pieces[0].start if self.pieces else at
        rows.cells.append(Cell(position, self.pieces, rows.columns, rows.rows))
        rows.columns = rows.rows = 1
        self.pieces = []

    def _end_row(self) -> None:
        rows = self.tables[-1]
        if any(cell.text for cell in rows.cells):
            column = 0
            cells: list[Cell] = []
            for cell in rows.cells:
                left, text = rows.above.pop(column, (0, ""))
                shown = cell
                if left and not cell.text:  # LaTeX leaves the cell below empty
                    shown = cell._replace(pieces=[Piece(text, cell.position, cell.position)])
                elif cell.rows > 1:
                    left, text = min(cell.rows, MAX_SPAN), cell.text.replace(";", ",")
                else:
                    left = 0
                if left > 1:
                    rows.above[column] = left - 1, text
                cells.append(shown._replace(rows=1))
                column += cell.columns
            if row := rows.table.row(cells):
                self.ready.append(row)
        rows.cells = []

    def _end_table(self) -> None:
        rows = self.tables[-1]
        if rows.cells or any(piece.text.strip() for piece in self.pieces):
            self._end_cell(len(self.text))
            self._end_row()
        self.pieces = []
        self.tables.pop()

    def _end_passage(self) -> None:
        if self.depth or self.captions:
            return
        if any(piece.text.strip() for piece in self.pieces):
            self.ready.append((self.pieces[0].start, self.pieces))
        self.pieces = []
        self.raised.clear()


_MACRO = re.compile(r"\\(?:[A-Za-z]++(?:\{\})?+\s*+|(?=[_&%#$]))|[{}]")


def bibliography_keys(text: str) -> Iterator[tuple[str, str]]:
    """The key and the text of each entry of a BibTeX file."""
    entries = list(re.finditer(r"^[ \t]*+@[A-Za-z]{1,40}\s*+\{\s*+([^\s,{}]{1,200})\s*+,", text, re.MULTILINE))
    for entry, following in itertools.zip_longest(entries, entries[1:]):
        written = text[entry.end() : following.start() if following else len(text)]
        yield entry[1], _MACRO.sub("", written)
