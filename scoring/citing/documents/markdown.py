"""Passages of Markdown: CommonMark as markdown-it-py reads it, with the extensions of Pandoc and Quarto.

The parser says where blocks begin and what the marks in a line are; its tokens follow the text, so that each has a
position. Its time can be quadratic in a paragraph, so its steps are counted, and what is nested too deep is refused.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown_it import MarkdownIt, rules_block, rules_inline
from markdown_it.common.utils import normalizeReference
from markdown_it.parser_inline import ParserInline
from mdit_py_plugins.footnote import footnote_plugin

from scoring.citing.documents.html import Tag, Visibility, attributes, beside, html_parts, html_passages
from scoring.citing.documents.markup import character_of, number_in_mathematics
from scoring.citing.documents.pandoc_tables import grid_rows, pandoc_table, simple_rows
from scoring.citing.documents.passages import Piece, PositionedPieces, refuse_pieces
from scoring.citing.documents.tables import Cell, Table
from scoring.files.archive import UnreadableError, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

MAX_MARKDOWN = 4 * 2**20  # characters; a book has about 1 MiB, which take the parser some seconds
MAX_LINES = 60_000
MAX_NESTING = 50
MAX_STEPS = 3_000_000  # of the search for the end of links; each takes about a microsecond
MAX_ALT = 3  # images in the text of images
TOO_DEEP = "has lists, quotations or brackets that are nested too deep; make it simpler"

_LINE = re.compile(r"[^\n]*+\n|[^\n]++")
_FRONT_END = r"(?:---|\.\.\.)[ \t]*+(?:\n|\Z)"
_FRONT = re.compile(rf"\ufeff?+---[ \t]*+\n(?P<lines>(?:(?!{_FRONT_END})[^\n]*+\n)*+){_FRONT_END}")
_KEY = re.compile(r"[ \t]*+(?:-[ \t]++)?+(?:[\w-]++|\"[^\"\n]*+\"):(?=[ \t\n])|[ \t]*+-[ \t]|[ \t]*+#")
_DEFINITION = re.compile(r"^[ \t>]*+\[(?!\^)([^\[\]\n]{1,200})\]:[ \t]*+\S[^\n]*+$", re.MULTILINE)
_MATH = re.compile(r"\$\$[^$]++\$\$|\$(?![\s$])(?:[^$\\\n]|\\.|\n(?!\n))*+(?<!\s)\$(?!\d)")
_ATTRIBUTES = re.compile(r"[ \t]*+\{(?:[#.=][^{}\n]{0,200}|[\w-]{1,40}=[^{}\n]{0,200})\}")
_RAISED = re.compile(r"\^[\d*,†‡]{1,9}\^")
_NOTE = re.compile(r"\[\^([^\]\s]{1,200})\]")
_CITED = re.compile(r"(?<![\w.@])-?+@\{?+([A-Za-z0-9_](?:[\w]|[:.#$%&+?<>~/-](?=\w))*+)")
_WITH_ID = re.compile(r"@\d{1,9}\.\d")
_TITLE = re.compile(r"""\s(?:"([^"]*+)"|'([^']*+)'|\(([^()]*+)\))\s*+\)?+\Z""")
_TABLE_OPENS = re.compile(r"<table(?=[\s>])", re.IGNORECASE)
_TABLE_ENDS = re.compile(r"</table\s*+>", re.IGNORECASE)


class _Block(NamedTuple):
    """The text of a paragraph or cell without the marks before its lines, and where its lines begin."""

    content: str
    starts: tuple[int, ...]
    """Of each line in the content."""
    offsets: tuple[int, ...]
    """Of each line in the file."""

    def located(self, piece: Piece) -> Iterator[Piece]:
        """A piece of the content with its positions in the file."""
        text, start, end = piece
        if start == end or len(text) != end - start or len(self.starts) == 1:
            begin = self._at(start)
            yield Piece(text, begin, max(begin, self._at(end - 1) + 1) if end > start else begin)
            return
        position = start
        while position < end:
            line = bisect_right(self.starts, position) - 1
            after = min(end, self.starts[line + 1] - 1 if line + 1 < len(self.starts) else end)
            if after > position:
                yield Piece(text[position - start : after - start], self._at(position), self._at(after - 1) + 1)
            if after < end:  # the end of a line, and what stands before the next
                begin = self._at(after)
                yield Piece("\n", begin, begin + 1)
            position = after + 1

    def _at(self, position: int) -> int:
        line = bisect_right(self.starts, position) - 1
        return self.offsets[line] + position - self.starts[line]


class _Inline(ParserInline):
    """Counts the steps of the search for the end of a link, and says where each link ends."""

    steps = 0

    def skipToken(self, state: StateInline) -> None:  # noqa: N802  name of the library
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise UnreadableError(TOO_DEEP)
        super().skipToken(state)


def _with_end(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The rule, whose last token says where it ends; an opening bracket without a partner is nothing."""

    def wrapped(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        if state.src.find("]", state.pos) < 0 or not rule(state, silent):
            return False
        if not silent:
            state.tokens[-1].meta = {**state.tokens[-1].meta, "end": state.pos}
        return True

    return wrapped


def _pattern_rule(name: str, first: str, pattern: re.Pattern[str]) -> Callable[[StateInline, bool], bool]:
    """A rule for what a pattern matches."""

    def rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        if state.src[state.pos] != first or not (match := pattern.match(state.src, state.pos, state.posMax)):
            return False
        if not silent:
            state.push(name, "", 0).meta = {"end": match.end()}
        state.pos = match.end()
        return True

    return rule


def _inline_note(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """A note in its place: `^[...]`."""
    if not state.src.startswith("^[", state.pos) or state.src.find("]", state.pos) < 0:
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos + 1)
    if end < 0:
        return False
    if not silent:
        start, maximum = state.pos, state.posMax
        state.push("note_open", "", 1).meta = {"end": start + 2}
        state.pos, state.posMax = start + 2, end
        state.md.inline.tokenize(state)
        state.push("note_close", "", -1).meta = {"end": end + 1}
        state.posMax = maximum
    state.pos = end + 1
    return True


def _html(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """A tag or comment; what is not closed is text."""
    if state.src[state.pos] != "<" or state.pos + 1 >= state.posMax:
        return False
    if state.src.startswith("<!--", state.pos):
        end = state.src.find("-->", state.pos, state.posMax) if state.env["last_comment"] > state.pos else -1
        end = end + 3 if end >= 0 else -1
    else:
        match = _TAG.match(state.src, state.pos, state.posMax)
        end = match.end() if match else -1
    if end < 0:
        return False
    if not silent:
        state.push("html_inline", "", 0).meta = {"end": end}
    state.pos = end
    return True


_TAG = re.compile(
    r"</[A-Za-z][A-Za-z0-9-]*+\s*+>|<[A-Za-z][A-Za-z0-9-]*+(?:\s++[A-Za-z_:][\w:.-]*+"
    r"""(?:\s*+=\s*+(?:"[^"<]{0,5000}"|'[^'<]{0,5000}'|[^\s"'=<>`]{1,5000}))?+)*+\s*+/?+>"""
)


def _div(state: StateBlock, start: int, _end: int, silent: bool) -> bool:  # noqa: FBT001
    """The line of colons that begins or ends a division."""
    if not state.src.startswith(":::", state.bMarks[start] + state.tShift[start]):
        return False
    if not silent:
        state.line = start + 1
    return True


def _mathematics(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Lines from one that begins with `$$` to one that ends with it, without an empty line."""
    for number in range(start, end):
        line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()
        if number == start and not line.startswith("$$"):
            return False
        if not line or state.sCount[number] < state.blkIndent:
            return False
        if line.endswith("$$") and (number > start or len(line) > 3):  # noqa: PLR2004
            if not silent:
                state.line = number + 1
            return True
    return False


def _with_positions(rule: Callable[..., bool]) -> Callable[[StateBlock, int, int, bool], bool]:
    """The rule, whose tokens say where their lines begin behind the marks of lists and quotations."""

    def wrapped(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        count = len(state.tokens)
        if not rule(state, start, end, silent):
            return False
        for token in state.tokens[count:]:
            if token.map and token.type in ("inline", "tr_open", "html_block"):
                lines = range(token.map[0], max(token.map[1], token.map[0] + 1))
                token.meta = {
                    "offsets": [(state.bMarks[line] + state.tShift[line], state.eMarks[line]) for line in lines]
                }
        return True

    return wrapped


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    parser.disable("reference").use(footnote_plugin, inline=False, move_to_end=False)
    parser.block.ruler.before("table", "pandoc_table", pandoc_table, {"alt": []})
    parser.block.ruler.before("fence", "mathematics", _mathematics, {"alt": []})
    parser.block.ruler.before("fence", "division", _div, {"alt": ["paragraph", "blockquote", "list"]})
    for name, block_rule in (
        ("paragraph", rules_block.paragraph),
        ("heading", rules_block.heading),
        ("lheading", rules_block.lheading),
        ("html_block", rules_block.html_block),
        ("table", rules_block.table),
    ):
        alternatives = {
            "html_block": ["paragraph", "blockquote"],
            "heading": ["paragraph", "blockquote"],
            "table": ["paragraph"],
        }
        parser.block.ruler.at(name, _with_positions(block_rule), {"alt": alternatives.get(name, [])})
    parser.inline = _Inline()
    ruler = parser.inline.ruler
    ruler.at("link", _with_end(rules_inline.link))
    ruler.at("image", _with_end(rules_inline.image))
    ruler.at("html_inline", _html)
    ruler.before("escape", "math", _pattern_rule("math", "$", _MATH))
    ruler.before("escape", "attributes", _pattern_rule("attributes", "{", _ATTRIBUTES))
    ruler.before("escape", "raised", _pattern_rule("raised", "^", _RAISED))
    ruler.before("link", "note", _pattern_rule("note", "[", _NOTE))
    ruler.before("link", "inline_note", _inline_note)
    ruler.disable(["linkify"])
    return parser


def markdown_passages(text: str, keys: Mapping[str, str]) -> Iterator[PositionedPieces]:
    """The passages of a report in Markdown.

    Args:
        text: Of the file.
        keys: Ids by the keys of bibliographies, which stand where `[@key]` stands.

    Raises:
        UnreadableError: A limit is exceeded.
    """
    if len(text) > MAX_MARKDOWN:
        too_large("has", MAX_MARKDOWN)
    if text.count("\n") + text.count("\r") > MAX_LINES:
        message = f"has more than {MAX_LINES:,} lines; split it"
        raise UnreadableError(message)
    source = text.replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\ufffd")
    front = _FRONT.match(source)
    if front:
        yield from _scalars(front["lines"], front.start("lines"))
        source = re.sub(r"[^\n]", " ", front[0]) + source[front.end() :]
    yield from _Reader(source, keys).passages()


def _scalars(lines: str, offset: int) -> Iterator[PositionedPieces]:
    """The entries of the metadata, each with the lines that continue it."""
    position = 0
    starts = []
    for line in _LINE.findall(lines):
        if _KEY.match(line):
            starts.append(position)
        position += len(line)
    for begin, after in itertools.pairwise([*starts, len(lines)]):
        if not lines[begin:after].lstrip().startswith("#"):
            yield offset + begin, [Piece(lines[begin:after], offset + begin, offset + after)]


class _Reader:
    """Reads the tokens of a document."""

    def __init__(self, source: str, keys: Mapping[str, str]) -> None:
        self.source, self.keys = source, keys
        self.parser = _parser()
        self.env: dict[str, Any] = {"references": _references(source), "last_comment": -1}
        self.notes: dict[str, list[tuple[int, list[Piece]]]] = {}
        self.used: set[str] = set()
        self.noted = 0  # pieces of notes at their references

    def passages(self) -> Iterator[PositionedPieces]:
        """The passages in order; notes that nothing refers to at the end."""
        tokens: list[Token] = []
        self.parser.block.parse(self.source, self.parser, self.env, tokens)
        if any(token.level >= MAX_NESTING - 1 for token in tokens):
            raise UnreadableError(TOO_DEEP)
        for label, first, after in _note_ranges(tokens):
            passages = [(at, list(pieces)) for at, pieces in self._blocks(tokens[first:after], with_notes=False)]
            self.notes.setdefault(label, passages)
        outside = list(tokens)
        for _, first, after in reversed(list(_note_ranges(tokens))):
            del outside[first - 1 : after + 1]
        yield from self._blocks(outside)
        for label, passages in self.notes.items():
            if label not in self.used:
                yield from passages

    def _blocks(self, tokens: Sequence[Token], *, with_notes: bool = True) -> Iterator[PositionedPieces]:  # noqa: PLR0912  a branch for each kind of block
        table: Table | None = None
        html_end = -1
        for token in tokens:
            if token.type == "html_block":
                start, end = token.meta["offsets"][0][0], token.meta["offsets"][-1][1]
                if start < html_end:
                    continue
                html = self.source[start:end]
                if len(_TABLE_OPENS.findall(html)) > len(_TABLE_ENDS.findall(html)) and (
                    closing := _TABLE_ENDS.search(self.source, end)
                ):  # empty lines in a table of HTML end the block, not the table
                    html_end = closing.end()
                    html = self.source[start:html_end]
                yield from html_passages(html, start)
            elif token.map and html_end > 0 and self._start_of(token) < html_end:
                continue
            elif token.type == "thead_open":
                table = Table()
            elif token.type == "table_close":
                table = None
            elif token.type == "tr_open" and table is not None:
                start, end = token.meta["offsets"][0]
                cells = [self._cell([span], with_notes=with_notes) for span in _pipe_cells(self.source, start, end)]
                if row := table.row(cells, is_head=not table.head_rows):
                    yield row
            elif token.type == "pandoc_table":
                yield from self._pandoc_table(token, with_notes=with_notes)
            elif token.type == "inline" and table is None:
                block = _block(self.source, token.content, token.meta["offsets"])
                if _is_definitions(block.content):
                    continue
                pieces = list(self._inline(block, with_notes=with_notes))
                if any(piece.text.strip() for piece in pieces):
                    yield pieces[0].start, pieces

    def _start_of(self, token: Token) -> int:
        if token.meta and "offsets" in token.meta:
            return int(token.meta["offsets"][0][0])
        return int(token.meta["lines"][0][0]) if token.meta and "lines" in token.meta else len(self.source)

    def _pandoc_table(self, token: Token, *, with_notes: bool) -> Iterator[PositionedPieces]:
        table = Table()
        rows = grid_rows if token.meta["kind"] == "grid" else simple_rows
        for row in rows(self.source, token.meta["lines"]):
            cells = [
                self._cell(cell.lines, with_notes=with_notes)._replace(columns=cell.columns, rows=cell.rows)
                for cell in row.cells
            ]
            if shown := table.row(cells, is_head=row.is_head):
                yield shown

    def _cell(self, lines: Sequence[tuple[int, int]], *, with_notes: bool) -> Cell:
        content, starts, offsets = [], [], []
        length = 0
        for start, end in lines:
            line = self.source[start:end]
            cut = len(line) - len(line.lstrip())
            starts.append(length)
            offsets.append(start + cut)
            content.append(line.strip())
            length += len(content[-1]) + 1
        block = _Block("\n".join(content), tuple(starts), tuple(offsets))
        return Cell(offsets[0], list(self._inline(block, with_notes=with_notes)))

    def _inline(self, block: _Block, *, with_notes: bool = True, depth: int = 0) -> Iterator[Piece]:
        """The visible text of a paragraph, heading or cell."""
        tokens: list[Token] = []
        self.env["last_comment"] = block.content.rfind("-->")
        self.parser.inline.parse(block.content, self.parser, self.env, tokens)
        for piece in self._shown(tokens, block, with_notes=with_notes, depth=depth):
            if piece.start < 0:  # the text of a note, with its positions in the file
                yield piece._replace(start=-piece.start - 1)
            else:
                yield from block.located(piece)

    def _shown(self, tokens: Iterable[Token], block: _Block, *, with_notes: bool, depth: int) -> Iterator[Piece]:  # noqa: PLR0912, PLR0915  a branch for each kind of token
        content, cursor = block.content, 0
        visibility = Visibility()
        struck = 0
        is_address = False
        says: list[tuple[str, list[Piece]]] = []  # what open elements say in attributes
        for token in tokens:
            is_hidden = struck > 0 or bool(visibility.name)
            meta = token.meta or {}
            pieces: list[Piece] = []
            begin = cursor
            match token.type:
                case "text" if is_address:
                    cursor = content.find(">", cursor)
                    pieces = [Piece(content[begin:cursor], begin, cursor)]
                case "text":
                    cursor = content.find(token.content, cursor)
                    if cursor < 0:
                        cursor = begin
                        continue
                    begin, cursor = cursor, cursor + len(token.content)
                    pieces = list(self._with_keys(content, begin, cursor))
                case "text_special":
                    cursor = begin + len(token.markup)
                    shown = character_of(token.markup) if token.info == "entity" else token.content
                    pieces = [Piece(shown, begin, cursor)]
                case "softbreak" | "hardbreak":
                    cursor = content.find("\n", begin) + 1
                    pieces = [Piece("\n", cursor - 1, cursor)]
                    while content[cursor : cursor + 1] in (" ", "\t"):
                        cursor += 1
                case "code_inline":
                    first = begin + len(token.markup)
                    last = _closing(content, first, token.markup)
                    cursor = last + len(token.markup)
                    pieces = [Piece(content[first:last], first, last)]
                case "link_open" if token.markup == "autolink":
                    cursor, is_address = begin + 1, True
                case "link_close" if token.markup == "autolink":
                    cursor, is_address = begin + 1, False
                case "link_open":
                    cursor = begin + 1
                case "link_close":
                    cursor = meta["end"]
                    pieces = _target(content, begin + 1, cursor)
                case "image":
                    cursor = meta["end"]
                    if depth < MAX_ALT and not is_hidden:
                        pieces = self._image(block, begin + 2, begin + 2 + len(token.content), cursor, depth)
                case "note_open":
                    cursor = meta["end"]
                    pieces = [Piece(" (", begin, begin)]
                case "note_close":
                    cursor = meta["end"]
                    pieces = [Piece(")", begin, begin)]
                case "note":
                    cursor = meta["end"]
                    if with_notes and not is_hidden:
                        pieces = self._note(content[begin + 2 : cursor - 1], begin)
                case "html_inline":
                    cursor = meta["end"]
                    pieces = _tag(content, begin, cursor, visibility, says)
                    is_hidden = is_hidden and bool(visibility.name)
                case "s_open" | "s_close":
                    cursor = begin + len(token.markup)
                    struck += token.nesting
                    is_hidden = True
                case "math":
                    cursor = meta["end"]
                    pieces = number_in_mathematics(content, begin, cursor)
                case _ if "end" in meta:
                    cursor = meta["end"]
                case _:
                    cursor = begin + len(token.markup)
            if not is_hidden:
                yield from pieces
        for _, pieces in says:
            yield from pieces

    def _image(self, block: _Block, start: int, end: int, after: int, depth: int) -> list[Piece]:
        """The text of an image and its title in parentheses; positions in the file are marked by their sign."""
        starts = tuple(max(0, line - start) for line in block.starts)
        first = bisect_right(block.starts, start) - 1
        offsets = (block.offsets[first] + start - block.starts[first], *block.offsets[first + 1 :])
        inner = _Block(block.content[start:end], (0, *starts[first + 1 :]), offsets)
        pieces = list(self._inline(inner, depth=depth + 1))
        for piece in _target(block.content, end + 1, after):
            pieces += block.located(piece)
        marked = [piece._replace(start=-piece.start - 1) for piece in pieces]
        return [Piece(" (", start, start), *marked, Piece(")", after, after)] if marked else []

    def _note(self, label: str, at: int) -> list[Piece]:
        """The text of a note in parentheses; its positions in the file are marked by their sign."""
        if (passages := self.notes.get(label)) is None:
            return []
        self.used.add(label)
        shown = [Piece(" (", at, at)]
        self.noted += sum(len(pieces) for _, pieces in passages)
        refuse_pieces(self.noted)
        for number, (_, pieces) in enumerate(passages):
            shown += [Piece(" ", at, at)] if number else []
            shown += [piece._replace(start=-piece.start - 1) for piece in pieces]
        return [*shown, Piece(")", at, at)]

    def _with_keys(self, content: str, start: int, end: int) -> Iterator[Piece]:
        """Text with the ids of the keys of bibliographies in it."""
        position = start
        for match in _CITED.finditer(content, start, end) if self.keys else ():
            if id_ := self.keys.get(match[1]):
                yield Piece(content[position : match.start()], position, match.start())
                yield Piece(id_, match.start(), match.start())
                position = match.end()
        yield Piece(content[position:end], position, end)


def _note_ranges(tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """The label of each note with the numbers of its first token and of that after the last."""
    opened: list[tuple[str, int]] = []
    for number, token in enumerate(tokens):
        if token.type == "footnote_reference_open":
            opened.append((token.meta["label"], number + 1))
        elif token.type == "footnote_reference_close":
            label, first = opened.pop()
            if not opened:
                yield label, first, number


def _references(source: str) -> dict[str, dict[str, str]]:
    """The labels that are defined; what they lead to is not needed."""
    return {normalizeReference(match[1]): {"href": "", "title": ""} for match in _DEFINITION.finditer(source)}


def _is_definitions(content: str) -> bool:
    lines = content.split("\n")
    return lines[0].startswith("[") and all(_DEFINITION.fullmatch(line) for line in lines)


def _block(source: str, content: str, lines: Sequence[tuple[int, int]]) -> _Block:
    """A paragraph or heading; its lines are found again behind their marks."""
    starts, offsets = [], []
    length = 0
    shown = content.split("\n")
    for (start, end), line in zip(lines, shown, strict=False):
        cut = len(line) - len(line.lstrip())
        found = source.find(line.strip(), start, end) if line.strip() else start
        starts.append(length)
        offsets.append(max(found, start) - cut)
        length += len(line) + 1
    return _Block(content, tuple(starts) or (0,), tuple(offsets) or (0,))


_PIPE_CELL = re.compile(r"(?:[^|\\]|\\.)*+\\?+")


def _pipe_cells(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of the cells of a row; a bar at either end is no separator."""
    while end > start and source[end - 1] in " \t":
        end -= 1
    position = start + source.startswith("|", start, end)
    cells: list[tuple[int, int]] = []
    while position <= end:
        match = _PIPE_CELL.match(source, position, end)
        after = match.end() if match else end
        if after >= end and position >= end and cells:
            break
        cells.append((position, after))
        position = after + 1
    return cells


def _closing(content: str, first: int, mark: str) -> int:
    """Where inline code ends: the next run of as many backticks."""
    for match in re.finditer("`++", content[first:]):
        if len(match[0]) == len(mark):
            return first + match.start()
    return len(content)


def _target(content: str, start: int, end: int) -> list[Piece]:
    """What is read of the target of a link or image: a title, or an address with an id."""
    target = content[start:end]
    if _WITH_ID.search(target):
        first, last = start + target.startswith(("(", "[")), end - target.endswith((")", "]"))
        return [Piece(" (", first, first), Piece(content[first:last], first, last), Piece(")", last, last)]
    if title := _TITLE.search(target):
        group = title.lastindex or 1
        first, last = start + title.start(group), start + title.end(group)
        return [Piece(" (", first, first), Piece(content[first:last], first, last), Piece(")", last, last)]
    return []


def _tag(
    content: str, start: int, end: int, visibility: Visibility, says: list[tuple[str, list[Piece]]]
) -> list[Piece]:
    """What a tag in a line says in its attributes, where its element ends."""
    pieces: list[Piece] = []
    html = content[start:end]
    for part in html_parts(html):
        if not isinstance(part, Tag):
            continue
        found = attributes(html, part)
        if part.name == "br" and not visibility.name:
            pieces.append(Piece(" ", start, end))
        if visibility.hides(html, part, found):
            continue
        said = [Piece(text, start + first, start + last) for text, first, last in beside(found)]
        if part.is_end and says and says[-1][0] == part.name:
            pieces += says.pop()[1]
        elif part.name == "img":
            value, first, last = found.get("alt", ("", 0, 0))
            pieces += [
                Piece(" (", start, start),
                Piece(value, start + first, start + last),
                Piece(")", end, end),
                *said,
            ]
        elif said:
            says.append((part.name, said))
    return pieces
