"""A strict YAML reader: YAML 1.2 core schema, without aliases, tags and duplicate keys.

It reads the events of PyYAML's parser, because `yaml.load` crashes the process on deeply nested text and reads YAML
1.1, where `NO` is false, `1:30` is 90 and the last of two equal keys wins.
"""

from __future__ import annotations

import codecs
import contextlib
import math
import re
import unicodedata
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeGuard

import yaml

from scoring.errors import Problem, dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scoring.errors import Slug


Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Path: TypeAlias = "tuple[str | int, ...]"
Position: TypeAlias = "tuple[int, int]"
"""Line and column, both counted from 1."""

MAX_BYTES = 10 * 2**20  # a profile of 60 statements has 30 kB
MAX_DEPTH = 32  # a profile needs 5
MAX_NODES = 50_000  # keys and values; a profile of 60 statements has 1,200
MAX_FAULTS = 100  # problems reported per file; bounds the time that an untrusted file takes
MAX_MARKS = 30  # combining marks per letter (Unicode stream-safe format); sorting them takes quadratic time
MAX_DIGITS = 40  # int() of a long text takes quadratic time

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Nodes = (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_UNUSUAL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\U0010ffff]")
# control characters except the line feed, characters that only some programs treat as a line end, direction controls
_CONTROLS = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
# the other Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt, and of the category Cf the annotations
# U+FFF9 to U+FFFB and the controls of hieroglyphs; the marks of Cf that enclose a number are visible
_INVISIBLE = (
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_FORBIDDEN = re.compile(f"(?P<control>[{_CONTROLS}])|[{_INVISIBLE}]")
_JOINERS = "\u200c\u200d"
# scripts whose letters change shape next to U+200C or U+200D (The Unicode Standard, 23.2): Arabic, Syriac, N'Ko,
# Mandaic; the Brahmic scripts from Devanagari to Sinhala, Myanmar, Khmer; Mongolian
_JOINING = re.compile(r"[\u0600-\u07ff\u0840-\u0dff\u1000-\u109f\u1780-\u18af]")
# a comment without a space after `#`, as in `vote #12`
_COMMENT = re.compile(r"#(?<![^ \n]#)#*+(?! )")
_PLAIN, _BLOCK = (None, ""), ("|", ">")  # styles of scalars; all others are quoted
_FOREIGN = re.compile(rf"[^\x00-\x7f]{{{MAX_MARKS + 1},}}")


class _StopError(Exception):
    """Reading cannot continue."""


class _Comments:
    """Detects comments that may have been intended as text, while the scalars of a file are read in order.

    Plain text ends before ` #`, so `vote #12` is read as `vote`. Only the first comment after a scalar can have been
    intended as its text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = (match.start() for match in _COMMENT.finditer(text))
        self.next = next(self.starts, None)
        self.end: int | None = 0  # index of the end of the last scalar; None after a comment

    def around(self, scalar: yaml.ScalarEvent, following: yaml.Event, margin: float) -> Iterator[Position | None]:
        """Positions where a comment may cut off text: before a scalar, in a block header, and before the next event.

        margin: The column right of which a further line would have continued the scalar.
        """
        (start, end), (next_start, _) = _span(scalar), _span(following)
        yield self._cut(start, margin if scalar.style in _PLAIN else math.inf)
        if scalar.style in _BLOCK:
            self.end = start
            yield self._cut(self.text.find("\n", start), math.inf)
        self._seek(end)
        self.end = end
        yield self._cut(next_start, margin if scalar.style in (*_PLAIN, *_BLOCK) else math.inf)

    def _cut(self, index: int, margin: float) -> Position | None:
        """The position of a comment between the last scalar and an index that may cut off text, or None."""
        comment, end = self.next, self.end
        if comment is None or comment >= index:
            return None
        self._seek(index)
        self.end = None
        if end is None or "#" in (between := self.text[end:comment]):
            return None
        line = self.text.rfind("\n", 0, comment) + 1
        column = comment - line
        stands_alone = not self.text[line:comment].strip(" ")
        if stands_alone and (column <= margin or between.strip(" \n:-")):
            return None
        return self.text.count("\n", 0, comment) + 1, column + 1

    def _seek(self, index: int) -> None:
        while self.next is not None and self.next < index:
            self.next = next(self.starts, None)


class Reader:
    """One pass over one text, which collects problems and, on request, positions."""

    def __init__(self, file: str, *, with_positions: bool = False) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.with_positions = with_positions
        self.nodes = 0
        self.path: list[str | int] = []  # path of the current node
        self.positions: dict[Path, tuple[Position, Position]] = {}  # path -> position of the key, position of the value
        self.comments: _Comments | None = None

    def add_problem(self, position: Position, message: str, slug: Slug) -> None:
        """Add a problem of the current node; stop reading if there are too many."""
        self.problems.append(Problem(self.file, *position, dotted(self.path), message, slug))
        if len(self.problems) == MAX_FAULTS:
            message = f"has more than {MAX_FAULTS - 1} errors; these are the first, fix them and validate again"
            self.problems[-1] = Problem(self.file, 1, 1, "", message, "too-many-faults")
            raise _StopError

    def document(self, text: str) -> Value:
        """The value of the only document of a text; None if an error stops the reading."""
        parser = _LOADER(text)
        self.peek = parser.peek_event
        self.comments = _Comments(text) if _COMMENT.search(text) else None
        try:
            return self._document(parser.get_event)
        except _StopError:
            return None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            position = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            reason = " ".join(part for part in (error.context, error.problem) if part)
            self.path.clear()
            with contextlib.suppress(_StopError):
                self.add_problem(position, f"invalid YAML: {reason}; check colons, quotes and indentation", "not-yaml")
            return None
        finally:
            parser.dispose()

    def _document(self, next_event: Callable[[], yaml.Event]) -> Value:
        next_event()  # the start of the stream
        if not isinstance(next_event(), yaml.DocumentStartEvent):
            self.add_problem((1, 1), "is empty; write a document", "empty-file")
            return None
        value = self._node(next_event(), next_event, None)
        next_event()  # the end of the document
        if not isinstance(following := next_event(), yaml.StreamEndEvent):
            self.add_problem(
                _position(following), "a second document begins here; write one document per file", "not-yaml"
            )
        return value

    def _node(
        self,
        event: yaml.Event,
        next_event: Callable[[], yaml.Event],
        outer: yaml.Event | None,
        key: yaml.Event | None = None,
    ) -> Value:
        """The value of a node; its continuation lines are indented more than `outer`, or anything in brackets."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            message = f"more than {MAX_NODES} values; a profile of 60 statements has 1,200, split the file"
            self._stop(event, message, "too-large")
        if self.with_positions:
            self.positions[tuple(self.path)] = (_position(key or event), _position(event))
        if not isinstance(event, _Nodes):
            assert isinstance(event, yaml.AliasEvent)  # noqa: S101  by the grammar, no other event starts a node
            self.add_problem(_position(event), f"alias *{event.anchor} is not allowed; write the value itself", "alias")
            return None
        if event.anchor is not None:
            self.add_problem(
                _position(event), f"anchor &{event.anchor} is not allowed; write the value itself", "alias"
            )
        if event.tag is not None and not _is_implicit(event):
            self.add_problem(_position(event), f"tag {event.tag} is not allowed; write a plain value", "tag")
        if isinstance(event, yaml.ScalarEvent):
            if self.comments:
                self._check_comments(event, self.peek(), _position(outer)[1] - 1 if outer else -1)
            return self._scalar(event)
        if len(self.path) >= MAX_DEPTH:
            self._stop(event, f"nested deeper than {MAX_DEPTH} levels; a profile needs 5", "too-deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, next_event)
        return self._mapping(event, next_event)

    def _stop(self, event: yaml.Event, message: str, slug: Slug) -> NoReturn:
        """Add a last problem, of the file as a whole, and stop reading."""
        self.path.clear()
        self.add_problem(_position(event), message, slug)
        raise _StopError

    def _check_comments(self, scalar: yaml.ScalarEvent, following: yaml.Event, margin: float) -> None:
        """Add problems for comments that may cut off text."""
        assert self.comments is not None  # noqa: S101  callers check
        for position in self.comments.around(scalar, following, margin):
            if position:
                self.add_problem(
                    position, "text ends before ' #'; put it in quotes, or write '# ' for a comment", "comment"
                )

    def _sequence(self, start: yaml.SequenceStartEvent, next_event: Callable[[], yaml.Event]) -> list[Value]:
        items: list[Value] = []
        outer = None if start.flow_style else start
        while not isinstance(event := next_event(), yaml.SequenceEndEvent):
            self.path.append(len(items))
            items.append(self._node(event, next_event, outer))
            self.path.pop()
        return items

    def _mapping(self, start: yaml.MappingStartEvent, next_event: Callable[[], yaml.Event]) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        last: yaml.Event = start  # the value before a key
        while not isinstance(event := next_event(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.add_problem(_position(event), "a key must be plain text; write `key: value`", "bad-key")
                raise _StopError
            if self.comments:
                self._check_comments(event, event, math.inf)
            key = event.value
            if start.flow_style and _is_decimal_comma(last, event, self.peek):
                self._add_decimal_comma(last, next(reversed(mapping)), f"{last.value}.{key}")
                next_event()  # the empty value
                continue
            self.path.append(key)
            if event.anchor is not None or key == "<<":
                self.add_problem(
                    _position(event), "anchors and merge keys are not allowed; write the keys themselves", "alias"
                )
            if event.tag is not None and not _is_implicit(event):
                self.add_problem(_position(event), f"tag {event.tag} is not allowed; write a plain key", "tag")
            if key in mapping:
                self.add_problem(_position(event), "duplicate key; keep one of them", "duplicate-key")
            if event.style == '"':
                self._check_characters(event)
            last = next_event()
            mapping[key] = self._node(last, next_event, None if start.flow_style else event, event)
            self.path.pop()
        return mapping

    def _add_decimal_comma(self, number: yaml.Event, key: str, correct: str) -> None:
        """Add the problem that a comma ended a number, so that its decimals became a key."""
        self.path.append(key)
        message = f"a comma ends the number; write {correct}, without thousands separators"
        self.add_problem(_position(number), message, "decimal-comma")
        self.path.pop()

    def _scalar(self, event: yaml.ScalarEvent) -> Value:
        text = event.value
        if event.implicit[0]:
            if text in _NULL:
                return None
            if text in _BOOL:
                return _BOOL[text]
            if text[0] in "+-.0123456789" and (number := _number(text)) is not None:
                return number
        if event.style == '"':
            self._check_characters(event)
        return text

    def _check_characters(self, event: yaml.ScalarEvent) -> None:
        """Add a problem for a forbidden character written as an escape; `decode` refuses all others."""
        if match := _forbidden(event.value):
            self.add_problem(_position(event), *_character_problem(match))


def _is_decimal_comma(
    number: yaml.Event, key: yaml.ScalarEvent, peek: Callable[[], yaml.Event]
) -> TypeGuard[yaml.ScalarEvent]:
    """Whether a key without a value is the decimals after the decimal comma of a number, as in `{x: 1,5}`."""
    return (
        _DIGITS.fullmatch(key.value) is not None  # first, since hardly any key is a number
        and isinstance(number, yaml.ScalarEvent)
        and isinstance(value := peek(), yaml.ScalarEvent)
        and all(event.style in _PLAIN for event in (number, key, value))
        and not value.value
        and _INT.fullmatch(number.value) is not None
        and _span(number)[1] + 1 == _span(key)[0]
    )


def _is_implicit(event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent) -> bool:
    """Whether the file does not write the tag."""
    return event.implicit if isinstance(event.implicit, bool) else any(event.implicit)


def _number(text: str) -> int | float | None:
    if _INT.fullmatch(text):
        return int(text) if len(text) <= MAX_DIGITS else float(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return int(text, 0) if len(text) <= MAX_DIGITS and _BASED.fullmatch(text) else None


def _span(event: yaml.Event) -> tuple[int, int]:
    """Start and end of an event, as indices of the text."""
    assert event.start_mark is not None  # noqa: S101  events of a parser have marks
    assert event.end_mark is not None  # noqa: S101
    return event.start_mark.index, event.end_mark.index


def _position(event: yaml.Event) -> Position:
    mark = event.start_mark
    assert mark is not None  # noqa: S101  events of a parser have marks
    return mark.line + 1, mark.column + 1


def as_text(data: bytes) -> str:
    """UTF-8 as text, with CRLF line endings converted to LF and without a byte order mark.

    Raises:
        UnicodeDecodeError: The bytes are not UTF-8.
    """
    return data.removeprefix(codecs.BOM_UTF8).decode().replace("\r\n", "\n")


def decode(data: bytes, file: str) -> str | Problem:
    """The text of a file, or its first problem: not UTF-8, or a forbidden character.

    The text is normalised to Unicode NFC, so that two encodings of the same letter are equal.
    """
    try:
        text = as_text(data)
    except UnicodeDecodeError as error:
        position = _end_of(error.object[: error.start].decode(errors="replace"))
        message = f"byte {error.object[error.start]:#04x} is not valid UTF-8; save the file as UTF-8"
        return Problem(file, *position, "", message, "not-utf8")
    if match := _forbidden(text):
        raw: dict[str, tuple[str, Slug]] = {
            "\r": ("carriage return without a line feed; save with LF or CRLF line endings", "carriage-return"),
            "\t": ("tab; use spaces instead, two per level of indentation", "tab"),
        }
        message, slug = raw.get(match[0], _character_problem(match))
        return Problem(file, *_end_of(text[: match.start()]), "", message, slug)
    if text.isascii():
        return text
    for run in _FOREIGN.finditer(text):
        marks = 0
        for index, character in enumerate(run[0], run.start()):
            marks = marks + 1 if unicodedata.combining(character) else 0
            if marks > MAX_MARKS:
                message = f"more than {MAX_MARKS} combining marks on one letter; remove them"
                return Problem(file, *_end_of(text[:index]), "", message, "control-character")
    return unicodedata.normalize("NFC", text)


def _forbidden(text: str) -> re.Match[str] | None:
    """The first forbidden character: a control character or an invisible one, except for joiners between letters."""
    if not _FORBIDDEN.search("".join(set(_UNUSUAL.findall(text)))):  # five times faster than the search below
        return None
    matches = _FORBIDDEN.finditer(text)
    return next((match for match in matches if match[0] not in _JOINERS or not _joins(text, match.start())), None)


def _character_problem(match: re.Match[str]) -> tuple[str, Slug]:
    """The message about a forbidden character, with its slug."""
    if match["control"]:
        return f"control character {match[0]!a}; remove it", "control-character"
    return f"invisible character {match[0]!a}; remove it", "invisible-character"


def _joins(text: str, index: int) -> bool:
    """Whether the characters on both sides of an index are letters, or marks on them, of a script with joiners."""
    sides = text[max(0, index - 1) : index] + text[index + 1 : index + 2]
    return len(sides) == 2 and all(_JOINING.match(side) and unicodedata.category(side)[0] in "LM" for side in sides)  # noqa: PLR2004


def _end_of(before: str) -> Position:
    """The position after a text from the start of a file."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def read(text: str, file: str) -> tuple[Value, tuple[Problem, ...]]:
    """The value of a text returned by `decode`, and its problems; the value is None if the text is not valid YAML."""
    reader = Reader(file)
    value = reader.document(text)
    return value, tuple(reader.problems)


def positions(text: str) -> dict[Path, tuple[Position, Position]]:
    """The positions of the key and of the value of each path, in a text without problems.

    It parses the text again, so that reading a file without errors does not take the time for positions.
    """
    reader = Reader("", with_positions=True)
    reader.document(text)
    return reader.positions
