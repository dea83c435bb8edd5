"""YAML text to plain values, strictly: YAML 1.2 core rules, no aliases, no tags, no duplicate keys.

The events of PyYAML's parser are read one by one, because `yaml.load` kills the process on deeply nested text and
reads YAML 1.1, where `NO` is false, `1:30` is 90 and the last of two equal keys wins.
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
_DIGITS = re.compile(r"[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_UNUSUAL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\U0010ffff]")
# controls but for the line end, what only some readers take for a line end, what turns the direction of text
_CONTROLS = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
# the rest of Default_Ignorable_Code_Point in Unicode's DerivedCoreProperties.txt, and the category Cf but for the marks
# that enclose a number and so show: the annotations U+FFF9 to U+FFFB and the controls of hieroglyphs
_UNSEEN = (
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNFIT = re.compile(f"(?P<control>[{_CONTROLS}])|[{_UNSEEN}]")
_JOINERS = "\u200c\u200d"
# scripts whose letters change shape by a joiner, U+200C or U+200D (The Unicode Standard, 23.2): Arabic, Syriac, N'Ko,
# Mandaic; the Brahmic scripts from Devanagari to Sinhala, Myanmar, Khmer; Mongolian
_JOINING = re.compile(r"[\u0600-\u07ff\u0840-\u0dff\u1000-\u109f\u1780-\u18af]")
# what begins a comment without a space behind it, as in `vote #12`
_COMMENT = re.compile(r"#(?<![^ \n]#)#*+(?! )")
_PLAIN, _BLOCK = (None, ""), ("|", ">")  # styles of scalars; the rest stand in quotes
_FOREIGN = re.compile(rf"[^\x00-\x7f]{{{MOST_MARKS + 1},}}")


class _StopError(Exception):
    """No use in reading on."""


class _Comments:
    """The comments that may have been meant as text, asked for as the scalars of a file pass by.

    Plain text ends before ` #`, so that `vote #12` is `vote`. Only the first comment behind a scalar can have been
    meant as its text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = (match.start() for match in _COMMENT.finditer(text))
        self.place = next(self.found, None)
        self.end: int | None = 0  # of the last scalar; None behind a comment

    def around(self, scalar: yaml.ScalarEvent, following: yaml.Event, margin: float) -> Iterator[Place | None]:
        """Where a comment may have cut a scalar off: before it, in the head of a block, between it and what follows.

        margin: the column beyond which a further line would have gone on with the scalar.
        """
        (start, end), (behind, _) = _span(scalar), _span(following)
        yield self._cut(start, margin if scalar.style in _PLAIN else math.inf)
        if scalar.style in _BLOCK:
            self.end = start
            yield self._cut(self.text.find("\n", start), math.inf)
        self._seek(end)
        self.end = end
        yield self._cut(behind, margin if scalar.style in (*_PLAIN, *_BLOCK) else math.inf)

    def _cut(self, place: int, margin: float) -> Place | None:
        """Where, between the last scalar and a place, a comment may have cut text off."""
        comment, end = self.place, self.end
        if comment is None or comment >= place:
            return None
        self._seek(place)
        self.end = None
        if end is None or "#" in (between := self.text[end:comment]):
            return None
        line = self.text.rfind("\n", 0, comment) + 1
        column = comment - line
        stands_alone = not self.text[line:comment].strip(" ")
        if stands_alone and (column <= margin or between.strip(" \n:-")):
            return None
        return self.text.count("\n", 0, comment) + 1, column + 1

    def _seek(self, place: int) -> None:
        while self.place is not None and self.place < place:
            self.place = next(self.found, None)


class Reader:
    """One pass over one text; `problems` fill as it goes, `places` too if they are asked for."""

    def __init__(self, file: str, *, with_places: bool = False) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.with_places = with_places
        self.nodes = 0
        self.path: list[str | int] = []  # down to the node that is read
        self.places: dict[Path, tuple[Place, Place]] = {}  # path -> place of the key, place of the value
        self.comments: _Comments | None = None

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
        self.peek = parser.peek_event
        self.comments = _Comments(text) if _COMMENT.search(text) else None
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
        value = self._node(next_event(), next_event, None)
        next_event()  # the end of the document
        if not isinstance(following := next_event(), yaml.StreamEndEvent):
            self.fault(_place(following), "a second document begins here; write one a file", "not-yaml")
        return value

    def _node(
        self,
        event: yaml.Event,
        next_event: Callable[[], yaml.Event],
        outer: yaml.Event | None,
        key: yaml.Event | None = None,
    ) -> Value:
        """Read a value; further lines of it begin right of `outer`, or anywhere in brackets."""
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
            if self.comments:
                self._tell_cuts(event, self.peek(), _place(outer)[1] - 1 if outer else -1)
            return self._scalar(event)
        if len(self.path) >= MOST_DEPTH:
            self._stop(event, f"nested deeper than {MOST_DEPTH} levels; a profile needs 5", "too-deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, next_event)
        return self._mapping(event, next_event)

    def _stop(self, event: yaml.Event, message: str, slug: Slug) -> NoReturn:
        """Keep a last problem, of the file as a whole."""
        self.path.clear()
        self.fault(_place(event), message, slug)
        raise _StopError

    def _tell_cuts(self, scalar: yaml.ScalarEvent, following: yaml.Event, margin: float) -> None:
        """Tell of comments that may have cut a scalar off."""
        assert self.comments is not None  # noqa: S101  asked for where there are some
        for place in self.comments.around(scalar, following, margin):
            if place:
                self.fault(place, "text ends before ' #'; put it in quotes, or write '# ' for a comment", "comment")

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
                self.fault(_place(event), "a key is no plain text; write `key: value`", "bad-key")
                raise _StopError
            if self.comments:
                self._tell_cuts(event, event, math.inf)
            key = event.value
            if start.flow_style and _goes_on(last, event, self.peek()):
                self._tell_comma(last, next(reversed(mapping)), f"{last.value}.{key}")
                next_event()  # the value, which is none
                continue
            self.path.append(key)
            if event.anchor is not None or key == "<<":
                self.fault(_place(event), "is an anchor or merges; write the keys out", "alias")
            if event.tag is not None and not _is_implicit(event):
                self.fault(_place(event), f"tag {event.tag}; write a plain key", "tag")
            if key in mapping:
                self.fault(_place(event), "duplicate key; keep one of them", "duplicate-key")
            if event.style == '"':
                self._tell_unfit(event)
            last = next_event()
            mapping[key] = self._node(last, next_event, None if start.flow_style else event, event)
            self.path.pop()
        return mapping

    def _tell_comma(self, number: yaml.Event, key: str, right: str) -> None:
        """Tell that a comma ended the number of a key, and what was left of it is read as a key."""
        self.path.append(key)
        self.fault(_place(number), f"a comma ends the number; write {right}, and no mark in thousands", "decimal-comma")
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
            self._tell_unfit(event)
        return text

    def _tell_unfit(self, event: yaml.ScalarEvent) -> None:
        """Tell of a character that an escape brought in; `decode` let no other through."""
        if found := _unfit(event.value):
            self.fault(_place(event), *_told(found))


def _goes_on(number: yaml.Event, key: yaml.ScalarEvent, value: yaml.Event) -> TypeGuard[yaml.ScalarEvent]:
    """Whether a key without a value is what stands behind the decimal comma of a number, as in `{x: 1,5}`."""
    return (
        isinstance(number, yaml.ScalarEvent)
        and isinstance(value, yaml.ScalarEvent)
        and all(one.style in _PLAIN for one in (number, key, value))
        and not value.value
        and _INT.fullmatch(number.value) is not None
        and _DIGITS.fullmatch(key.value) is not None
        and _span(number)[1] + 1 == _span(key)[0]
    )


def _is_implicit(event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent) -> bool:
    """Whether a tag is none that the file wrote."""
    return event.implicit if isinstance(event.implicit, bool) else any(event.implicit)


def _number(text: str) -> int | float | None:
    if _INT.fullmatch(text):
        return int(text) if len(text) <= MOST_DIGITS else float(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return int(text, 0) if len(text) <= MOST_DIGITS and _BASED.fullmatch(text) else None


def _span(event: yaml.Event) -> tuple[int, int]:
    """Where an event begins and ends, in characters of the text."""
    assert event.start_mark is not None  # noqa: S101  events of a parser have marks
    assert event.end_mark is not None  # noqa: S101
    return event.start_mark.index, event.end_mark.index


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    assert mark is not None  # noqa: S101  events of a parser have marks
    return mark.line + 1, mark.column + 1


def as_text(data: bytes) -> str:
    """UTF-8 as text with LF line ends and without a byte order mark, as editors of one system or another save it.

    Raises:
        UnicodeDecodeError: the bytes are not UTF-8.
    """
    return data.removeprefix(codecs.BOM_UTF8).decode().replace("\r\n", "\n")


def decode(data: bytes, file: str) -> str | Problem:
    """Bytes to text, or the one problem that forbids it: not UTF-8, or characters that no profile needs.

    Text comes back in Unicode's composed form (NFC), so that two spellings of one letter are one key.
    """
    try:
        text = as_text(data)
    except UnicodeDecodeError as error:
        place = _at(error.object[: error.start].decode(errors="replace"))
        return Problem(
            file, *place, "", f"byte {error.object[error.start]:#04x} is no UTF-8; save as UTF-8", "not-utf8"
        )
    if found := _unfit(text):
        raw: dict[str, tuple[str, Slug]] = {
            "\r": ("carriage return without a line feed; save with the line ends LF or CRLF", "carriage-return"),
            "\t": ("tab; write spaces in its place, two for each level of indentation", "tab"),
        }
        message, slug = raw.get(found[0], _told(found))
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


def _unfit(text: str) -> re.Match[str] | None:
    """The first character that shows nothing, steers a terminal or turns the direction of text."""
    if not _UNFIT.search("".join(set(_UNUSUAL.findall(text)))):  # a fifth of the time of the search below
        return None
    return next((one for one in _UNFIT.finditer(text) if one[0] not in _JOINERS or not _joins(text, one.start())), None)


def _told(found: re.Match[str]) -> tuple[str, Slug]:
    """What to say of a character that is unfit."""
    if found["control"]:
        return f"control character {found[0]!a}; remove it", "control-character"
    return f"invisible character {found[0]!a}; remove it", "invisible-character"


def _joins(text: str, place: int) -> bool:
    """Whether the characters beside a place are letters, or marks on them, of a script that needs joiners."""
    beside = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return len(beside) == 2 and all(_JOINING.match(one) and unicodedata.category(one)[0] in "LM" for one in beside)  # noqa: PLR2004


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
