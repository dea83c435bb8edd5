"""Fill the placeholders of a template that is text; the formats say where text is, and how values are written."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.documents.passages import decoded, refuse_many
from scoring.errors import Problem, UnknownNameError
from scoring.files.archive import UnreadableError, too_large
from scoring.files.reader import MAX_FAULTS
from scoring.render.report.values import Picture, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.render.report.placeholders import Filler
    from scoring.render.report.values import Value

PLACEHOLDER = re.compile(r"(?P<kept>\\)?\{\{(?![<%])(?P<name>[^{}\n]*)\}\}")
"""Excludes `{{< … >}}`, which belongs to Quarto; a backslash before a placeholder escapes it."""
ESCAPED = r"(?P<kept>(?<!\\)(?:\\\\)*\\)?"
"""Before a placeholder of a format in which a backslash before a brace is its own escape."""
OPENS = re.compile(r"(?<!\\)\{\{(?![<%])")
UNCLOSED = "'{{' without a placeholder; write it in one line as in {{ AZE.index }}, or put a backslash before it"
MAX_TEMPLATE = 4 * 2**20  # bytes of text, for one or two seconds of parsing
MAX_LINES = 30_000  # of text, up to 50 microseconds each


class Filled(NamedTuple):
    """A filled template, the problems of unknown placeholders, the positions of those not filled, and the figures."""

    data: bytes
    problems: tuple[Problem, ...]
    kept: tuple[int, ...]
    """Lines, or paragraphs of a Word file, of placeholders in code and mathematics."""
    pictures: tuple[Picture, ...] = ()
    """Those that the report shows from files beside it."""


@dataclass(frozen=True)
class Place:
    """Where a placeholder stands."""

    kind: str
    """`text`, another kind that the format writes to, `kept` where nothing is filled, or `wrong`."""
    alone: tuple[int, int] | None = None
    """The span that a table or figure replaces; None if there is text before or after the placeholder."""
    message: str = ""
    """Why the place is wrong."""


@dataclass(frozen=True)
class Syntax:
    """A format: where its placeholders are, and how values are written there."""

    marks: str
    """Characters whose number bounds the work of parsing."""
    places: Callable[[str], Callable[[re.Match[str]], Place]]
    """The function that says where a placeholder of a text stands."""
    write: Callable[[Value, str], str]
    """A value as text of the format, by the kind of place."""
    placeholder: re.Pattern[str] = PLACEHOLDER
    opens: re.Pattern[str] = OPENS
    unclosed: str = UNCLOSED
    is_escaped: bool = True
    """Whether a backslash before a placeholder is ours, and is removed; else the format itself has that escape."""
    name: Callable[[str], str] = str
    """What is written in a placeholder as a name."""
    has_files: bool = True
    """Whether figures are files beside the report."""


def fill_text(template: bytes, name: str, filler: Filler, syntax: Syntax) -> Filled:
    """A filled template.

    Raises:
        UnreadableError: not UTF-8, or a limit is exceeded.
    """
    text, starts = _text(template, syntax)
    place_of = syntax.places(text)
    problems: list[Problem] = []
    kept: list[int] = []
    edits: list[tuple[int, int, str]] = []
    pictures: dict[Picture, None] = {}

    def report(position: int, message: str) -> None:
        if len(problems) <= MAX_FAULTS:
            line = bisect_right(starts, position)
            column = position - starts[line - 1] + 1
            problems.append(Problem(name, line, column, "", message, "unknown-placeholder"))

    found = list(syntax.placeholder.finditer(text))
    closed = {match.end("kept") if match["kept"] else match.start() for match in found}
    for match in syntax.opens.finditer(text):
        if match.start() not in closed and place_of(match).kind != "kept":
            report(match.start(), syntax.unclosed)
    for match in found:
        place = place_of(match)
        if place.kind == "kept":
            kept.append(bisect_right(starts, match.start()))
        elif match["kept"]:
            edits += [(match.start(), match.start() + 1, "")] if syntax.is_escaped else []
        elif place.kind == "wrong":
            report(match.start(), place.message)
        elif len(problems) <= MAX_FAULTS:
            try:
                value = filler.value(syntax.name(match["name"]).strip(), is_alone=place.alone is not None)
            except UnknownNameError as error:
                report(match.start(), str(error))
                continue
            pictures |= {value: None} if isinstance(value, Picture) and syntax.has_files else {}
            span = place.alone if isinstance(value, Rows | Picture) else None
            edits.append((*(span or match.span()), syntax.write(value, place.kind)))
    return Filled(_edited(text, edits).encode(), at_most(sorted(problems), name), tuple(kept), tuple(pictures))


def _text(template: bytes, syntax: Syntax) -> tuple[str, list[int]]:
    """The text of a template, and where its lines begin.

    Raises:
        UnreadableError: not UTF-8, or a limit is exceeded.
    """
    if len(template) > MAX_TEMPLATE:
        too_large("has", MAX_TEMPLATE)
    text = decoded(template)
    if "\0" in text:
        message = "is not text: it has a null byte; save it as text"
        raise UnreadableError(message)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    if len(starts) > MAX_LINES:
        message = f"has more than {MAX_LINES:,} lines; split it"
        raise UnreadableError(message)
    refuse_many(sum(map(text.count, syntax.marks)))
    return text, starts


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    parts, position = [], 0
    for start, end, replacement in edits:
        parts += [text[position:start], replacement]
        position = end
    return "".join((*parts, text[position:]))


def alone_in_line(text: str) -> Callable[[re.Match[str]], tuple[int, int] | None]:
    """The function that says whether a placeholder is alone in its line."""
    ends = [match.start() for match in re.finditer("\n", text)]

    @functools.lru_cache(maxsize=1)  # a long line may contain many placeholders
    def stripped(number: int) -> str:
        start = ends[number - 1] + 1 if number else 0
        return text[start : ends[number] if number < len(ends) else None].strip()

    def alone(match: re.Match[str]) -> tuple[int, int] | None:
        return match.span() if stripped(bisect_right(ends, match.start())) == match[0] else None

    return alone


def at_most(problems: Sequence[Problem], name: str) -> tuple[Problem, ...]:
    """At most `MAX_FAULTS` problems of a template, since each costs a search for similar names."""
    if len(problems) <= MAX_FAULTS:
        return tuple(problems)
    message = f"has more than {MAX_FAULTS} errors, these are the first; fix them and run again"
    return (Problem(name, 1, 1, "", message, "too-many-faults"), *problems[:MAX_FAULTS])
