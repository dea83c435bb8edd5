"""What can go wrong, as values.

ScoringError            every error that this package raises on purpose
├── InputError          rubric or profile files are at fault; carries all Problems found
├── UnknownNameError    a country, node or statement that was asked for is not there
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
    "alias",
    "bad-key",
    "bad-name",
    "band-cuts",
    "beyond-goalposts",
    "carriage-return",
    "codes-or-context",
    "comment",
    "contradiction",
    "control-character",
    "country-code",
    "damaged-lock",
    "dangling-same-as",
    "dangling-source",
    "decimal-comma",
    "duplicate-id",
    "duplicate-key",
    "empty-file",
    "file-name",
    "fraction",
    "goalposts",
    "grade-order",
    "impossible-date",
    "invisible-character",
    "late-statement",
    "level-order",
    "missing-key",
    "missing-pillar",
    "no-lock",
    "no-rubric",
    "not-a-file",
    "not-allowed",
    "not-finite",
    "not-utf8",
    "not-yaml",
    "out-of-range",
    "outside-link",
    "probabilities-sum",
    "same-as-circle",
    "same-as-dates",
    "tab",
    "tag",
    "too-deep",
    "too-large",
    "too-many-faults",
    "unknown-indicator",
    "unknown-item",
    "unknown-key",
    "unknown-level",
    "unknown-placeholder",
    "unreadable",
    "weights-sum-0",
    "wrong-type",
]
"""What a fault is called; each has an entry in data/messages.yaml, and by it a heading in docs/messages.md."""

MOST_NAMES = 12  # a list of choices longer than this helps nobody
MOST_QUOTED = 60  # characters of a value
MOST_SHOWN = 400  # characters of a path or a message
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]{1,40},[0-9]{1,40}")
MOST_NEAR = 80  # characters of a name that the nearest is sought of; longer ones cost time, and are no typing errors


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one file.

    file: as the user would name it; line and column count from 1; path: keys down to the fault, such as
    `statements[3].codes.cyber_strategy`, empty for the file as a whole; message: what is wrong, then what would be
    right; slug: the heading in docs/messages.md that explains it; level: a warning refuses nothing.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    slug: Slug
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        parts = (where, self.level if self.level == "warning" else "", shortened(self.path), shortened(self.message))
        return visible(": ".join(part for part in parts if part) + f" [{self.slug}]")


@dataclass(frozen=True)
class Violation:
    """A problem before its line is known: keys and list positions down to it, what is wrong, and the slug.

    at_key: whether the key itself is at fault rather than its value.
    """

    path: tuple[str | int, ...]
    message: str
    slug: Slug
    at_key: bool = False


class ScoringError(Exception):
    """Base of all errors raised on purpose."""


class InputError(ScoringError):
    """Files are at fault; `problems` holds every fault found, in the order of file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class UnknownNameError(ScoringError):
    """A country, node or statement that was asked for is not in the set."""


class MissingPackageError(ScoringError):
    """An output needs an optional package, and that is not installed."""


# What the runners of CI systems take for a command, on standard output and error alike: GitHub's `::name` where a line
# begins and `##[name]` anywhere (ActionCommand.cs of actions/runner), Azure's `##vso[name]` anywhere (Command.cs of
# microsoft/azure-pipelines-agent)
_COMMAND = re.compile(r"^([^\S\r\n]*):(?=:\w)|(?<=\r):(?=:\w)|#(?=#\w*\[)", re.MULTILINE)


def visible(text: str) -> str:
    """A line in which every character shows: those that steer a terminal or a CI system are written as escapes."""
    return inert(printable(text))


def printable(text: str) -> str:
    """Text in which every character shows: the others, among them half of a pair of UTF-16, are written as escapes."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def inert(text: str, escape: str = r"\x{:02x}") -> str:
    """Text in which no CI system finds a command, for a log; escape: how a character is written by its number there."""
    return _COMMAND.sub(lambda found: f"{found[1] or ''}{escape.format(ord(found[0][-1]))}", text)


def shortened(text: str) -> str:
    """Text of at most so many characters as a line of a message can take."""
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def dotted(path: Iterable[str | int]) -> str:
    """Write a path as `statements[3].codes.cyber_strategy`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def choices(names: Sequence[str]) -> str:
    """List the names that would be right, at most a dozen."""
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown}, … ({len(names)} in all)" if len(names) > MOST_NAMES else shown


def with_point(found: object) -> str | None:
    """The number that a text with a decimal comma means, as YAML writes it; None where it is no such text."""
    return found.replace(",", ".") if isinstance(found, str) and _DECIMAL_COMMA.fullmatch(found) else None


def quoted(value: object) -> str:
    """A value as it was found, in a part of a line."""
    if isinstance(value, tuple):
        return "a list"
    text = repr(value)
    return text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 3]}…"


def repeated(names: Iterable[str]) -> list[str]:
    """The names that stand more than once."""
    return [name for name, times in Counter(names).items() if times > 1]


def nearest(name: str, names: Sequence[str], kind: str) -> str:
    """Say what would be right: the nearest of the names if one is near, else all of them."""
    close = difflib.get_close_matches(name, names, n=1) if len(name) <= MOST_NEAR else []
    return f"did you mean {close[0]}?" if close else f"{kind}: {choices(names)}"
