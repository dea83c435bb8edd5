"""Changes of the text of a profile: what is new is spliced in, and every other byte of the file stays (decision 14)."""

from __future__ import annotations

import codecs
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from scoring.files import reader
from scoring.model.editions import Edition
from scoring.model.profile import Source, Statement
from scoring.model.publishers import Publisher

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SOURCE_KEYS, _STATEMENT_KEYS = tuple(Source.model_fields), tuple(Statement.model_fields)
_PUBLISHER_KEYS = tuple(Publisher.model_fields)
_EDITION_KEYS = tuple(Edition.model_fields)
_BESIDE = "statements"  # `sources` stands before it


class _Splice(NamedTuple):
    """A span of the text, and what stands there afterwards."""

    start: int
    end: int
    text: str


class _File:
    """The text of a profile without errors, with the nodes of its YAML."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        self.text = data.removeprefix(self.mark).decode()
        self.line_end = "\r\n" if "\r\n" in self.text else "\n"
        root = yaml.compose(self.text, Loader=_LOADER)  # not deep and without aliases, as the reader made sure
        self.keys = {} if root is None else _pairs(root)

    @cached_property
    def document(self) -> Any:
        """The values of the YAML."""
        return reader.read(reader.as_text(self.data), "")[0]

    def statements(self) -> Iterator[tuple[str, yaml.Node]]:
        """Id and node of each statement."""
        for node in self.keys["statements"][1].value if "statements" in self.keys else ():
            pairs = _pairs(node)
            yield pairs["id"][1].value if "id" in pairs else "", node

    def spliced(self, splices: Iterable[_Splice]) -> bytes:
        """The file with the splices, which do not overlap."""
        text = self.text
        for start, end, new in sorted(splices, reverse=True):
            text = text[:start] + new.replace("\n", self.line_end) + text[end:]
        return self.mark + text.encode()

    # -- spans ---------------------------------------------------------------------------------------------------------

    def line_start(self, index: int) -> int:
        """The start of the line of an index."""
        return self.text.rfind("\n", 0, index) + 1

    def next_line(self, node: yaml.Node) -> tuple[int, str]:
        """The start of the line after a node, and the line end that is missing before it at the end of the file."""
        end = _end(node)
        if self.text[end - 1] == "\n":  # after a block scalar
            return end, ""
        following = self.text.find("\n", end) + 1
        return (following, "") if following else (len(self.text), "\n")

    def added_after(self, node: yaml.Node, lines: str) -> _Splice:
        """Whole lines after those of a node."""
        index, missing = self.next_line(node)
        return _Splice(index, index, missing + lines.removesuffix("\n" if missing else ""))

    def replaced(self, key: yaml.Node, value: yaml.Node, text: str) -> _Splice:
        """The value of a key, from the colon to its end, without a comment behind it."""
        end = _end(value)
        end -= len(self.text[:end]) - len(self.text[:end].rstrip())  # of a block scalar the line end stays
        return _Splice(key.end_mark.index, max(end, key.end_mark.index + 1), f":{text}")

    def removed(self, key: yaml.Node, value: yaml.Node, following: yaml.Node | None) -> _Splice:
        """The lines of a key; where it stands behind a dash, only up to the key after it."""
        start = self.line_start(key.start_mark.index)
        if self.text[start : key.start_mark.index].strip() and following is not None:
            return _Splice(key.start_mark.index, following.start_mark.index, "")
        return _Splice(start, self.next_line(value)[0], "")

    # -- mappings ------------------------------------------------------------------------------------------------------

    def changed(
        self, node: yaml.Node, old: Mapping[str, Any], new: Mapping[str, Any], order: Sequence[str] = ()
    ) -> Iterator[_Splice]:
        """The changes of a mapping: keys with another value, keys that go, and new ones.

        Args:
            node: The mapping.
            old: Its values.
            new: Its values afterwards.
            order: The usual order of its keys, by which new ones find their place; others come last.
        """
        pairs = _pairs(node)
        for name, (key, value) in pairs.items():
            if name not in new or new[name] == old[name]:
                continue
            if isinstance(value, yaml.MappingNode) and isinstance(new[name], dict) and old[name] and new[name]:
                yield from self.changed(value, old[name], new[name])
            elif _is_flow(node):
                yield _Splice(value.start_mark.index, value.end_mark.index, flow(new[name]))
            else:
                yield self.replaced(key, value, f" {inline(new[name])}")
        yield from self._without(node, pairs, new)

        def rank(name: str) -> int:
            return order.index(name) if name in order else len(order)

        names = sorted((name for name in new if name not in pairs), key=rank)
        if _is_flow(node):
            end = pairs[next(name for name in reversed(pairs) if name in new)][1].end_mark.index
            yield _Splice(end, end, "".join(f", {flow(name)}: {flow(new[name])}" for name in names))
            return
        kept = sorted((name for name in pairs if name in new), key=rank)
        added: dict[str, str] = {}
        for name in names:
            place = ([one for one in kept if rank(one) <= rank(name)] or kept)[-1]
            indent = " " * pairs[place][0].start_mark.column
            added[place] = added.get(place, "") + f"{indent}{name}: {inline(new[name])}\n"
        for place, lines in added.items():
            yield self.added_after(pairs[place][1], lines)

    def _without(
        self, node: yaml.Node, pairs: Mapping[str, tuple[yaml.Node, yaml.Node]], new: Container[str]
    ) -> Iterator[_Splice]:
        """The keys of a mapping that go: in braces with the comma behind them, or before them where no key follows."""
        names = list(pairs)
        last = max(place for place, name in enumerate(names) if name in new)
        for place, name in enumerate(names):
            key, value = pairs[name]
            if name in new:
                continue
            following = pairs[names[place + 1]][0] if place + 1 < len(names) else None
            if not _is_flow(node):
                yield self.removed(key, value, following)
            elif place < last and following is not None:
                yield _Splice(key.start_mark.index, following.start_mark.index, "")
        if _is_flow(node) and last + 1 < len(names):
            yield _Splice(pairs[names[last]][1].end_mark.index, pairs[names[-1]][1].end_mark.index, "")


class Lines(NamedTuple):
    """The line of each statement and source of a profile, by id, counted from 1."""

    statements: dict[str, int]
    sources: dict[str, int]


def lines_of(data: bytes) -> Lines:
    """Where the statements and sources stand in a profile without errors."""
    file = _File(data)
    sources = _pairs(file.keys["sources"][1]) if "sources" in file.keys else {}
    return Lines(
        {name: node.start_mark.line + 1 for name, node in file.statements()},
        {name: key.start_mark.line + 1 for name, (key, _) in sources.items()},
    )


def with_readings(data: bytes, coder: str, readings: Mapping[str, Mapping[str, Any]]) -> tuple[bytes, tuple[str, ...]]:
    """The file with the readings of a coder, and the statements to which they could not be added.

    Args:
        data: A profile without errors.
        coder: Who read the statements.
        readings: Id of a statement -> indicator -> code.
    """
    file = _File(data)
    splices: list[_Splice] = []
    found: set[str] = set()
    for name, node in file.statements():
        if name in readings and (splice := _reading(file, node, coder, flow(readings[name]))):
            splices.append(splice)
            found.add(name)
    return file.spliced(splices), tuple(name for name in readings if name not in found)


def with_statement(data: bytes, statement: Mapping[str, Any], after: str | None = None) -> bytes:
    """The file with a statement: in place of the one of the same id, or as a new one.

    Args:
        data: A profile without errors.
        statement: All its keys, as YAML reads them.
        after: Id of the statement behind which a new one stands; by default it is the last.
    """
    file = _File(data)
    nodes = dict(file.statements())
    name = statement["id"]
    if name in nodes:
        old = next(one for one in file.document["statements"] if one["id"] == name)
        return file.spliced(file.changed(nodes[name], old, statement, _STATEMENT_KEYS))
    key, value = file.keys["statements"]
    if not nodes:
        return file.spliced([file.replaced(key, value, "\n" + _item(statement, 2))])
    if _is_flow(value):
        end = _end(value.value[-1])
        return file.spliced([_Splice(end, end, f", {flow(dict(statement))}")])
    place = nodes.get(after or "", value.value[-1])
    column = value.start_mark.column
    return file.spliced([file.added_after(place, _item(statement, column) + "\n")])


def with_source(data: bytes, name: str, source: Mapping[str, Any]) -> bytes:
    """The file with a source: in place of the one of the same id, or as the last one.

    Args:
        data: A profile without errors.
        name: Id of the source.
        source: All its keys, as YAML reads them.
    """
    file = _File(data)
    if "sources" not in file.keys:
        start = file.keys[_BESIDE][0].start_mark.index
        return file.spliced([_Splice(start, start, "sources:\n" + _named(name, source, 2) + "\n")])
    key, value = file.keys["sources"]
    sources = _pairs(value)
    if name in sources:
        changes = file.changed(sources[name][1], file.document["sources"][name], source, _SOURCE_KEYS)
        return file.spliced(changes)
    if not sources:
        return file.spliced([file.replaced(key, value, "\n" + _named(name, source, 2))])
    last = value.value[-1][1]
    if _is_flow(value):
        return file.spliced([_Splice(_end(last), _end(last), f", {name}: {flow(dict(source))}")])
    column = value.value[-1][0].start_mark.column
    return file.spliced([file.added_after(last, _named(name, source, column) + "\n")])


def with_publisher(data: bytes, name: str, publisher: Mapping[str, Any]) -> bytes:
    """The register with a new publisher, in the order of the names.

    Args:
        data: publishers.yaml, without errors.
        name: Of a publisher that it does not have.
        publisher: All its keys, as YAML reads them.
    """
    file = _File(data)
    key, value = file.keys["publishers"]
    publishers = _pairs(value)
    if _is_flow(value):
        entries = {**file.document["publishers"], name: dict(publisher)}
        return file.spliced([file.replaced(key, value, f" {flow(entries)}")])
    before = [one for one in publishers if one.casefold() < name.casefold()]
    column = value.value[0][0].start_mark.column
    lines = _named(name, publisher, column, _PUBLISHER_KEYS) + "\n"
    if before:
        return file.spliced([file.added_after(publishers[before[-1]][1], lines)])
    start = file.line_start(value.value[0][0].start_mark.index)
    return file.spliced([_Splice(start, start, lines)])


def with_review(data: bytes | None, country: str, review: Mapping[str, Any]) -> bytes | None:
    """The file with another review at its end; None if its reviews stand in brackets.

    Args:
        data: The reviews of a country without errors; None for a new file.
        country: Of a new file.
        review: All its keys, as YAML reads them.
    """
    if data is None:
        return f"format: 1\ncountry: {country}\nreviews:\n{_review(review, 2)}\n".encode()
    file = _File(data)
    value = file.keys["reviews"][1]
    if _is_flow(value):
        return None
    return file.spliced([file.added_after(value.value[-1], _review(review, value.start_mark.column) + "\n")])


def with_answer(data: bytes, path: Sequence[str | int], answer: Mapping[str, Any]) -> bytes | None:
    """The file of reviews with an answer to a dispute, or to missing evidence; None if it has one already.

    Args:
        data: The reviews of a country without errors.
        path: Keys and positions down to what is answered.
        answer: All its keys, as YAML reads them.
    """
    file = _File(data)
    node: Any = file.keys["reviews"][1]
    for part in path[1:]:
        node = node.value[part] if isinstance(part, int) else _pairs(node)[part][1]
    pairs = _pairs(node)
    if "answer" in pairs:
        return None
    key, value = list(pairs.values())[-1]
    return file.spliced([_behind(file, node, key, value, f"answer: {flow(dict(answer))}")])


def _review(review: Mapping[str, Any], column: int) -> str:
    """The lines of a review, whose dash stands in a column; each statement and missing item on a line of its own."""
    lines = [f"{name}: {inline(review[name])}" for name in ("reviewer", "role", "interest", "on")]
    if statements := review.get("statements"):
        lines += ["statements:", *(f"  {name}: {flow(judgement)}" for name, judgement in statements.items())]
    if missing := review.get("missing"):
        lines += ["missing:", *(f"  - {flow(one)}" for one in missing)]
    first, *others = lines
    return "\n".join([f"{' ' * column}- {first}", *(f"{' ' * column}  {line}" for line in others)])


def with_edition(data: bytes, name: str, edition: Mapping[str, Any]) -> bytes:
    """The registry of editions with a new one at its end.

    Args:
        data: editions.yaml, without errors.
        name: Of an edition that it does not have.
        edition: All its keys, as YAML reads them.
    """
    file = _File(data)
    lines = _named(name, edition, 2, _EDITION_KEYS)
    if "editions" not in file.keys:
        return file.spliced([file.added_after(file.keys["format"][1], f"editions:\n{lines}\n")])
    key, value = file.keys["editions"]
    if not _pairs(value):
        return file.spliced([file.replaced(key, value, f"\n{lines}")])
    if _is_flow(value):
        entries = {**file.document["editions"], name: dict(edition)}
        return file.spliced([file.replaced(key, value, f" {flow(entries)}")])
    lines = _named(name, edition, value.value[-1][0].start_mark.column, _EDITION_KEYS)
    return file.spliced([file.added_after(value.value[-1][1], f"{lines}\n")])


def _item(statement: Mapping[str, Any], column: int) -> str:
    """The lines of an item of a list whose dashes stand in a column."""
    lines = [f"{name}: {inline(statement[name])}" for name in _STATEMENT_KEYS if name in statement]
    first, *others = lines
    return "\n".join([f"{' ' * column}- {first}", *(f"{' ' * column}  {line}" for line in others)])


def _named(name: str, entry: Mapping[str, Any], column: int, order: Sequence[str] = _SOURCE_KEYS) -> str:
    """The lines of a source, or publisher, under its name, which stands in a column."""
    lines = [f"{key}: {inline(entry[key])}" for key in order if key in entry]
    return "\n".join([f"{' ' * column}{inline(name)}:", *(f"{' ' * column}  {line}" for line in lines)])


def _pairs(node: yaml.Node) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Key -> its node and that of the value, in a mapping; empty for any other node."""
    return {key.value: (key, value) for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _reading(file: _File, statement: yaml.Node, coder: str, codes: str) -> _Splice | None:
    """What is added where: codes in the reading of a coder for another rubric, an entry in `coders`, or `coders`.

    None if there is no place for it.
    """
    pairs = _pairs(statement)
    if "coders" in pairs:
        coders = pairs["coders"][1]
        if (own := _pairs(coders).get(coder)) is not None:
            reading = own[1]
            if not (isinstance(reading, yaml.MappingNode) and reading.flow_style and reading.value):
                return None
            return _last(file, reading, codes[1:-1])
        if isinstance(coders, yaml.MappingNode) and coders.value:
            return _last(file, coders, f"{coder}: {codes}")
        return None
    if "codes" not in pairs:
        return None
    return _behind(file, statement, *pairs["codes"], f"coders: {{{coder}: {codes}}}")


def _last(file: _File, mapping: yaml.MappingNode, entry: str) -> _Splice:
    """The entry as the last one of a mapping."""
    key, value = mapping.value[-1]
    return _behind(file, mapping, key, value, entry)


def _behind(file: _File, mapping: yaml.Node, key: yaml.Node, value: yaml.Node, entry: str) -> _Splice:
    """The entry after another one of a mapping: behind it in braces, else on a line of its own."""
    if _is_flow(mapping):
        return _Splice(_end(value), _end(value), f", {entry}")
    return file.added_after(value, f"{' ' * key.start_mark.column}{entry}\n")


def _is_flow(node: yaml.Node) -> bool:
    """Whether a node is a list or mapping in brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _end(node: yaml.Node) -> int:
    """Index behind the last sign of a node; the end of a collection without braces is that of its last value."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end: int = node.end_mark.index
    return end


def inline(value: Any) -> str:
    """A value of a key on one line, plain where YAML reads it as the same text."""
    if isinstance(value, str):
        is_text = isinstance(reader.decode(value.encode(), ""), str)  # which the parser takes, and a file may have
        is_plain = is_text and "\n" not in value and reader.read(f"key: {value}", "") == ({"key": value}, ())
        return value if is_plain else json.dumps(value, ensure_ascii=not is_text)
    return flow(value)


def flow(value: Any) -> str:
    """A code, or codes by indicator, in braces as a profile writes them."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{flow(key)}: {flow(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, str):
        is_plain = value.replace("_", "").isalnum() and value.isascii() and reader.read(value, "")[0] == value
        return value if is_plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
