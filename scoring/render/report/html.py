"""HTML templates: values are escaped in text and in quoted attributes; scripts, styles, comments and code stay."""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from html import escape, unescape
from typing import TYPE_CHECKING

from scoring.citing.documents.html import PHRASING, Tag, attributes, html_parts
from scoring.render.citation import line
from scoring.render.report.fill import Place, Syntax, alone_in_line
from scoring.render.report.values import Cited, Id, Picture, Rows
from scoring.text.table import as_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scoring.render.report.values import Value
    from scoring.text.verbatim import Span

CODE = frozenset(("code", "pre", "math", "samp", "kbd", "tt", "script", "style", "textarea"))
"""Elements whose content is not filled."""
UNQUOTED = "a placeholder in a tag must be in the value of an attribute, in quotation marks"


def html() -> Syntax:
    """HTML, with its figures in the file."""
    return Syntax("{<&", _places, _write, name=unescape, has_files=False)


def _write(value: Value, kind: str) -> str:
    match value:
        case Rows():
            return _table(value)
        case Picture():
            return _figure(value)
        case Cited():
            return escape(line(value.citation))
        case Id():
            return escape(value.text)
        case _:
            return escape(value) if kind == "text" else escape(value).replace("\n", " ")


def _table(rows: Rows) -> str:
    """A table in which each row of a score has its id, unseen as `data-id` unless a column has it."""
    if any(column.code for column in rows.table.columns):
        return as_html(rows.table).rstrip("\n")
    head, body, rest = as_html(rows.table).partition("<tbody>\n")
    lines = rest.split("\n")
    for number, name in enumerate(rows.ids):
        if name:
            lines[number] = lines[number].replace("<tr>", f'<tr data-id="{escape(name)}">', 1)
    return (head + body + "\n".join(lines)).rstrip("\n")


def _figure(picture: Picture) -> str:
    width = f"{picture.width:g}mm" if picture.width else "100%"
    data = (base64.b64encode(page.svg.encode()).decode() for page in picture.chart.pages)
    images = "".join(
        f'<img style="width: {width}; max-width: 100%" alt="{escape(picture.alt)}" '
        f'src="data:image/svg+xml;base64,{one}"/>'
        for one in data
    )
    return f"<figure>{images}<figcaption>{escape(picture.heading)}</figcaption></figure>"


def _places(text: str) -> Callable[[re.Match[str]], Place]:
    parts, in_line = list(_parts(text)), alone_in_line(text)
    starts = [start for start, _, _ in parts]

    def place(match: re.Match[str]) -> Place:
        number = bisect_right(starts, match.start()) - 1
        start, end, tag = parts[number] if number >= 0 else (0, 0, None)
        if not start <= match.start() < end:
            return Place("kept")  # in a comment, a script or code
        if tag is None:
            return Place("text", _alone(text, match) or in_line(match))
        return _in_tag(text, tag, match)

    return place


def _parts(text: str) -> Iterator[tuple[int, int, Tag | None]]:
    """The spans of text, and of tags, outside comments and code; adjoining texts are one."""
    code, depth = "", 0
    begin = end = 0
    for part in html_parts(text):
        if isinstance(part, Tag):
            if code:
                depth += (-1 if part.is_end else 1) if part.name == code else 0
                code = code if depth else ""
                continue
            if part.name in CODE and not part.is_end and not text.endswith("/>", part.start, part.end):
                code, depth = part.name, 1
            if end > begin:
                yield begin, end, None
            yield part.start, part.end, part
            begin = end = part.end
        elif not code:
            if part.start != end:
                if end > begin:
                    yield begin, end, None
                begin = part.start
            end = part.end
    if end > begin:
        yield begin, end, None


def _in_tag(text: str, tag: Tag, match: re.Match[str]) -> Place:
    for name, (_, start, end) in attributes(text, tag).items():
        if start <= match.start() and match.end() <= end:
            if name == "style" or name.startswith("on"):
                return Place("kept")
            if text[start - 1] in "\"'":
                return Place("attribute")
    return Place("wrong", message=UNQUOTED)


_BEFORE = re.compile(r"<(?P<ends>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)[^<>]*>\s*\Z")
_AFTER = re.compile(r"\s*(?:<(?P<ends>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)|\Z)")
_LONGEST_TAG = 500  # characters before a placeholder in which the tag before it is looked for


def _alone(text: str, match: re.Match[str]) -> Span | None:
    """The span of a placeholder without text beside it; with the paragraph that contains nothing else."""
    start, end = match.span()
    earlier = text[max(0, start - _LONGEST_TAG) : start]
    before, after = _BEFORE.search(earlier), _AFTER.match(text, end)
    if after is None or (before is None and text[:start].strip()):
        return None
    names = [found["name"].lower() for found in (before, after) if found and found["name"]]
    if any(name in PHRASING for name in names):
        return None
    if before and before["name"].lower() == "p" and not before["ends"]:
        closing = re.compile(r"\s*</p\s*>", re.IGNORECASE).match(text, end)
        return (start - len(earlier) + before.start(), closing.end()) if closing else None
    return start, end
