"""Errors as values: problems of input files, and the exceptions that the package raises on purpose.

ScoringError            every error that this package raises on purpose
├── InputError          rubric or profile files have errors; carries all Problems
├── UnknownNameError    a requested country, node or statement does not exist
└── MissingPackageError an optional package is not installed
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Slug: TypeAlias = Literal[
    "adjudicated",
    "alias",
    "already-coded",
    "bad-key",
    "bad-name",
    "band-cuts",
    "beyond-goalposts",
    "carriage-return",
    "changed-sheet",
    "coder-test",
    "codes-or-context",
    "combine",
    "comment",
    "contradiction",
    "control-character",
    "country-code",
    "damaged-lock",
    "dangling-same-as",
    "dangling-source",
    "decimal-comma",
    "draft",
    "duplicate-id",
    "duplicate-key",
    "edition",
    "empty-file",
    "expected",
    "file-name",
    "format-key",
    "fraction",
    "gate",
    "goalposts",
    "grade-note",
    "grade-order",
    "impossible-date",
    "invisible-character",
    "late-statement",
    "level-order",
    "missing-answer",
    "missing-key",
    "missing-pillar",
    "no-address",
    "no-effect",
    "no-lock",
    "no-rubric",
    "not-a-file",
    "not-a-number",
    "not-a-sheet",
    "not-a-table",
    "not-allowed",
    "not-finite",
    "not-qualified",
    "not-utf8",
    "not-yaml",
    "other-rubric",
    "out-of-range",
    "outside-link",
    "one-event",
    "own-performance",
    "probabilities-sum",
    "rechecked",
    "removed-statement",
    "same-as-actor",
    "same-as-circle",
    "same-as-dates",
    "scale",
    "tab",
    "tag",
    "too-deep",
    "too-large",
    "too-many-faults",
    "unknown-coder",
    "unknown-country",
    "unknown-digest",
    "unknown-indicator",
    "unknown-item",
    "unknown-key",
    "unknown-level",
    "unknown-placeholder",
    "unknown-publisher",
    "unknown-statement",
    "unreadable",
    "unused-column",
    "upheld",
    "use",
    "void-review",
    "weights-sum-0",
    "whole",
    "withdrawn",
    "wrong-type",
]
"""The identifier of a message; each has an entry in data/messages.yaml and a heading in docs/messages.md."""

MAX_NAMES = 12  # names listed in a message
MAX_QUOTED = 60  # characters of a quoted value
MAX_SHOWN = 400  # characters of a path or a message
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]{1,40},[0-9]{1,40}")
MAX_NEAR = 80  # characters of a name with suggestions; longer ones are no typing errors, and comparing them is slow


@dataclass(frozen=True, order=True)
class Problem:
    """One error or warning about one file.

    Attributes:
        file: The name as the user would write it.
        line: The line, counted from 1.
        column: The column, counted from 1.
        path: The keys down to the value, such as `statements[3].codes.civic_space`; empty for the whole file.
        message: What is wrong, then what would be right.
        slug: The heading in docs/messages.md that explains the problem.
        level: A file with an error is refused; a warning refuses nothing.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    slug: Slug
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        position = f"{self.file}:{self.line}:{self.column}"
        parts = (position, self.level if self.level == "warning" else "", shortened(self.path), shortened(self.message))
        return visible(": ".join(part for part in parts if part) + f" [{self.slug}]")


@dataclass(frozen=True)
class Violation:
    """A rule broken at a path of a document, before its line is known.

    Attributes:
        path: The keys and list positions down to the value.
        message: What is wrong, then what would be right.
        slug: The heading in docs/messages.md that explains the problem.
        at_key: Whether the key is wrong rather than its value.
    """

    path: tuple[str | int, ...]
    message: str
    slug: Slug
    at_key: bool = False


class ScoringError(Exception):
    """Base of all errors raised on purpose."""


class InputError(ScoringError):
    """Input files have errors; `problems` holds all of them, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class UnknownNameError(ScoringError):
    """A requested country, node or statement does not exist."""


class MissingPackageError(ScoringError):
    """An output needs an optional package that is not installed."""


# CI runners execute these on standard output and standard error: GitHub `::name` at the start of a line and `##[name]`
# anywhere (ActionCommand.cs of actions/runner), Azure `##vso[name]` anywhere (Command.cs of
# microsoft/azure-pipelines-agent).
_COMMAND = re.compile(r"^([^\S\r\n]*):(?=:\w)|(?<=\r):(?=:\w)|#(?=#\w*\[)", re.MULTILINE)


def visible(text: str) -> str:
    """The text, safe to print: unprintable characters and commands of CI systems are escaped."""
    return inert(printable(text))


def printable(text: str) -> str:
    """The text with every unprintable character escaped, lone surrogates included."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def inert(text: str, escape: str = r"\x{:02x}") -> str:
    """The text without commands of CI systems; `escape` formats the code point of an escaped character."""
    return _COMMAND.sub(lambda match: f"{match[1] or ''}{escape.format(ord(match[0][-1]))}", text)


def shortened(text: str, most: int = MAX_SHOWN) -> str:
    """The text, cut to so many characters; by default those that a message may have."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def dotted(path: Iterable[str | int]) -> str:
    """The path in the form `statements[3].codes.civic_space`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def choices(names: Sequence[str]) -> str:
    """The valid names as a list for a message, at most `MAX_NAMES`."""
    shown = ", ".join(names[:MAX_NAMES])
    return f"{shown}, … ({len(names)} in all)" if len(names) > MAX_NAMES else shown


def with_point(value: object) -> str | None:
    """A number written with a decimal comma, rewritten with a decimal point; None for any other value."""
    return value.replace(",", ".") if isinstance(value, str) and _DECIMAL_COMMA.fullmatch(value) else None


def quoted(value: object) -> str:
    """A value of a file for a message, on one line."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    text = repr(value[:MAX_QUOTED] if isinstance(value, str) else value)
    return text if len(text) <= MAX_QUOTED else f"{text[: MAX_QUOTED - 3]}…"


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once."""
    return [name for name, occurrences in Counter(names).items() if occurrences > 1]


def nearest(name: str, names: Sequence[str], kind: str) -> str:
    """A suggestion for a message: the most similar name if there is one, otherwise the list of names."""
    close = difflib.get_close_matches(name, names, n=1) if len(name) <= MAX_NEAR else []
    return f"did you mean {close[0]}?" if close else f"{kind}: {choices(names)}"
