"""Further readings added to the text of a profile; every other byte of the file stays (decision 14)."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

import yaml

from scoring.files import reader

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def with_readings(data: bytes, coder: str, readings: Mapping[str, Mapping[str, Any]]) -> tuple[bytes, tuple[str, ...]]:
    """The file with the readings of a coder, and the statements to which they could not be added.

    Args:
        data: A profile without errors.
        coder: Who read the statements.
        readings: Id of a statement -> indicator -> code.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode()
    root = yaml.compose(text, Loader=_LOADER)  # not deep and without aliases, as the reader made sure
    statements = {} if root is None else _pairs(root)
    edits: list[tuple[int, str]] = []
    found: set[str] = set()
    for node in statements["statements"][1].value if "statements" in statements else ():
        pairs = _pairs(node)
        name = pairs["id"][1].value if "id" in pairs else ""
        if name in readings and (edit := _edit(text, node, pairs, coder, flow(readings[name]))):
            edits.append(edit)
            found.add(name)
    for index, added in sorted(edits, reverse=True):
        text = text[:index] + added + text[index:]
    return mark + text.encode(), tuple(name for name in readings if name not in found)


def _pairs(node: yaml.Node) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Key -> its node and that of the value, in a mapping; empty for any other node."""
    return {key.value: (key, value) for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _edit(
    text: str, statement: yaml.Node, pairs: Mapping[str, tuple[yaml.Node, yaml.Node]], coder: str, codes: str
) -> tuple[int, str] | None:
    """What is added where: codes in the reading of a coder for another rubric, an entry in `coders`, or `coders`.

    None if there is no place for it.
    """
    if "coders" in pairs:
        coders = pairs["coders"][1]
        if (own := _pairs(coders).get(coder)) is not None:
            reading = own[1]
            if not (isinstance(reading, yaml.MappingNode) and reading.flow_style and reading.value):
                return None
            key, value = reading.value[-1]
            return _after(text, reading, key, value, codes[1:-1])
        if isinstance(coders, yaml.MappingNode) and coders.value:
            key, value = coders.value[-1]
            return _after(text, coders, key, value, f"{coder}: {codes}")
        return None
    return _after(text, statement, *pairs["codes"], f"coders: {{{coder}: {codes}}}") if "codes" in pairs else None


def _after(text: str, mapping: yaml.Node, key: yaml.Node, value: yaml.Node, entry: str) -> tuple[int, str]:
    """The entry after another one of a mapping: behind it in braces, else on a line of its own."""
    end = _end(value)
    if getattr(mapping, "flow_style", False):
        return end, f", {entry}"
    indent, line_end = " " * key.start_mark.column, "\r\n" if "\r\n" in text else "\n"
    if text[end - 1] == "\n":  # after a block scalar
        return end, f"{indent}{entry}{line_end}"
    following = text.find("\n", end) + 1
    return (following, f"{indent}{entry}{line_end}") if following else (len(text), f"{line_end}{indent}{entry}")


def _end(node: yaml.Node) -> int:
    """Index behind the last sign of a node; the end of a collection without braces is that of its last value."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end: int = node.end_mark.index
    return end


def flow(value: Any) -> str:
    """A code, or codes by indicator, in braces as a profile writes them."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, str):
        is_plain = value.replace("_", "").isalnum() and value.isascii() and reader.read(value, "")[0] == value
        return value if is_plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
