"""YAML text to plain values, strictly: YAML 1.2 core rules, no aliases, no tags, no duplicate keys.

The events of PyYAML's parser are read one by one, because `yaml.load` kills the process on deeply nested text and
reads YAML 1.1, where `NO` is false, `1:30` is 90 and the last of two equal keys wins.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from typing import TYPE_CHECKING, NoReturn, TypeAlias

import yaml

from scoring.errors import Problem, dotted

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.errors import Slug

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Path: TypeAlias = "tuple[str | int, ...]"
Place: TypeAlias = "tuple[int, int]"

MOST_BYTES = 10 * 2**20  # a profile of 60 statements has 30 kB
MOST_DEPTH = 32  # a profile needs 5
MOST_NODES = 50_000  # keys and values; a profile of 60 statements has 1,200
MOST_FAULTS = 100  # told of one file: more help nobody, and cost time that a stranger's file should not have
MOST_MARKS = 30  # combining marks on one letter (Unicode's stream-safe format); sorting them is quadratic
MOST_DIGITS = 40  # int() of a very long text is quadratic

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Nodes = yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
# control characters but for the line end, and those that turn the direction of text
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# the same before parsing: what YAML does not accept, and what only some readers take for a line end
_RAW = re.compile("\ufeff|\r|\t|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_FOREIGN = re.compile(rf"[^\x00-\x7f]{{{MOST_MARKS + 1},}}")


class _StopError(Exception):
    """No use in reading on."""


class Reader:
    """One pass over one text; `problems` fill as it goes, `places` too if they are asked for."""

    def __init__(self, file: str, *, with_places: bool = False) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.with_places = with_places
        self.nodes = 0
        self.path: list[str | int] = []  # down to the node that is read
        self.places: dict[Path, tuple[Place, Place]] = {}  # path -> place of the key, place of the value

    def fault(self, place: Place, message: str, slug: Slug) -> None:
        """Keep a problem of the node that is read and read on, unless there are too many."""
        self.problems.append(Problem(self.file, *place, dotted(self.path), message, slug))
        if len(self.problems) == MOST_FAULTS:
            message = f"has more than {MOST_FAULTS - 1} faults, these are the first; mend them and look again"
            self.problems[-1] = Problem(self.file, 1, 1, "", message, "too-many-faults")
            raise _StopError

    def document(self, text: str) -> Value:
        """Read the one document of a text; None after a fault that ends the reading."""
        parser = _LOADER(text)
        try:
            return self._document(parser.get_event)
        except _StopError:
            return None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            reason = " ".join(part for part in (error.context, error.problem) if part)
            self.path.clear()
            with contextlib.suppress(_StopError):
                self.fault(place, f"is no YAML: {reason}; mind colons, quotes and indents", "not-yaml")
            return None
        finally:
            parser.dispose()

    def _document(self, next_event: Callable[[], yaml.Event]) -> Value:
        next_event()  # the start of the stream
        if not isinstance(next_event(), yaml.DocumentStartEvent):
            self.fault((1, 1), "is empty; write a document", "empty-file")
            return None
        value = self._node(next_event(), next_event)
        next_event()  # the end of the document
        if not isinstance(following := next_event(), yaml.StreamEndEvent):
            self.fault(_place(following), "a second document begins here; write one a file", "not-yaml")
        return value

    def _node(self, event: yaml.Event, next_event: Callable[[], yaml.Event], key: yaml.Event | None = None) -> Value:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._stop(
                event, f"more than {MOST_NODES} values; a profile of 60 statements has 1,200, split it", "too-large"
            )
        if self.with_places:
            self.places[tuple(self.path)] = (_place(key or event), _place(event))
        if isinstance(event, yaml.AliasEvent):
            self.fault(_place(event), f"alias *{event.anchor}; write the value out", "alias")
            return None
        assert isinstance(event, _Nodes)  # noqa: S101  the parser's grammar: nothing else opens a node
        if event.anchor is not None:
            self.fault(_place(event), f"anchor &{event.anchor}; write the value out where it is used", "alias")
        if event.tag is not None and not _is_implicit(event):
            self.fault(_place(event), f"tag {event.tag}; write a plain value", "tag")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if len(self.path) >= MOST_DEPTH:
            self._stop(event, f"nested deeper than {MOST_DEPTH} levels; a profile needs 5", "too-deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(next_event)
        return self._mapping(next_event)

    def _stop(self, event: yaml.Event, message: str, slug: Slug) -> NoReturn:
        """Keep a last problem, of the file as a whole."""
        self.path.clear()
        self.fault(_place(event), message, slug)
        raise _StopError

    def _sequence(self, next_event: Callable[[], yaml.Event]) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := next_event(), yaml.SequenceEndEvent):
            self.path.append(len(items))
            items.append(self._node(event, next_event))
            self.path.pop()
        return items

    def _mapping(self, next_event: Callable[[], yaml.Event]) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        while not isinstance(event := next_event(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.fault(_place(event), "a key is no plain text; write `key: value`", "bad-key")
                raise _StopError
            key = event.value
            self.path.append(key)
            if event.anchor is not None or key == "<<":
                self.fault(_place(event), "is an anchor or merges; write the keys out", "alias")
            if event.tag is not None and not _is_implicit(event):
                self.fault(_place(event), f"tag {event.tag}; write a plain key", "tag")
            if key in mapping:
                self.fault(_place(event), "duplicate key; keep one of them", "duplicate-key")
            mapping[key] = self._node(next_event(), next_event, event)
            self.path.pop()
        return mapping

    def _scalar(self, event: yaml.ScalarEvent) -> Value:
        text = event.value
        if event.implicit[0]:
            if text in _NULL:
                return None
            if text in _BOOL:
                return _BOOL[text]
            if text[0] in "+-.0123456789" and (number := _number(text)) is not None:
                return number
        if not text.isprintable() and (found := _CONTROL.search(text)):
            self.fault(_place(event), f"control character {found[0]!a}; remove it", "control-character")
        return text


def _is_implicit(event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent) -> bool:
    """Whether a tag is none that the file wrote."""
    return event.implicit if isinstance(event.implicit, bool) else any(event.implicit)


def _number(text: str) -> int | float | None:
    if _INT.fullmatch(text):
        return int(text) if len(text) <= MOST_DIGITS else float(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return int(text, 0) if len(text) <= MOST_DIGITS and _BASED.fullmatch(text) else None


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    assert mark is not None  # noqa: S101  events of a parser have marks
    return mark.line + 1, mark.column + 1


def decode(data: bytes, file: str) -> str | Problem:
    """Bytes to text, or the one problem that forbids it: not UTF-8, or characters that no profile needs.

    Byte order marks, carriage returns and tabs are refused, so that a file has one form and a diff shows what changed.
    Text comes back in Unicode's composed form (NFC), so that two spellings of one letter are one key.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        place = _at(data[: error.start].decode(errors="replace"))
        return Problem(file, *place, "", f"byte {data[error.start]:#04x} is no UTF-8; save as UTF-8", "not-utf8")
    if found := _RAW.search(text):
        messages: dict[str, tuple[str, Slug]] = {
            "\ufeff": ("byte order mark; save as UTF-8 without it", "byte-order-mark"),
            "\r": ("line ends in a carriage return; save with LF line ends", "carriage-return"),
            "\t": ("tab; use spaces", "tab"),
        }
        message, slug = messages.get(found[0], (f"control character {found[0]!a}; remove it", "control-character"))
        return Problem(file, *_at(text[: found.start()]), "", message, slug)
    if text.isascii():
        return text
    for run in _FOREIGN.finditer(text):
        marks = 0
        for number, character in enumerate(run[0], run.start()):
            marks = marks + 1 if unicodedata.combining(character) else 0
            if marks > MOST_MARKS:
                message = f"more than {MOST_MARKS} combining marks on one letter; remove them"
                return Problem(file, *_at(text[:number]), "", message, "control-character")
    return unicodedata.normalize("NFC", text)


def _at(before: str) -> Place:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def read(text: str, file: str) -> tuple[Value, tuple[Problem, ...]]:
    """Read a text that `decode` let through; the value is None and the problems are told where it is no YAML."""
    reader = Reader(file)
    value = reader.document(text)
    return value, tuple(reader.problems)


def places(text: str) -> dict[Path, tuple[Place, Place]]:
    """Map each path of a text that reads without a problem to the places (line, column) of its key and of its value.

    A second reading, for the sake of those who have a fault to report: all others do not pay for it.
    """
    reader = Reader("", with_places=True)
    reader.document(text)
    return reader.places
