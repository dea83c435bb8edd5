"""PDF as vl-convert makes it, in an order that does not change from run to run, and with its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_FONTS = re.compile(rb"(?: +/fo\d+ \d+ 0 R\n){2,}")
_STREAM = b"\nstream\n"


def settled(data: bytes, words: Mapping[str, str]) -> bytes:
    """The same document with its objects in the order in which they are reached, and words about it.

    svg2pdf, which vl-convert calls, lists fonts and numbers their objects in an order that differs from run to run.
    The rest of the format is as ISO 32000 has it: a plain table of references, and no compressed objects.
    """
    table = int(data[data.rindex(b"startxref") :].split()[1])
    entries = re.findall(rb"(\d{10}) \d{5} n", data[table:])
    starts = sorted(map(int, entries))
    objects = {}
    for start, end in zip(starts, [*starts[1:], table], strict=True):
        name, _, body = data[start:end].partition(b" 0 obj\n")
        head, stream, rest = body.partition(_STREAM)
        objects[int(name)] = _FONTS.sub(_sorted, head), stream + rest
    waiting = [int(number) for number in re.findall(rb"/Root (\d+) 0 R", data[table:])]
    order: list[int] = []
    while waiting:
        number = waiting.pop(0)
        if number not in order:
            order.append(number)
            waiting += map(int, _REFERENCE.findall(objects[number][0]))
    new = {number: place for place, number in enumerate(order, 1)}
    parts, offsets = [data[: starts[0]]], []

    def add(body: bytes) -> None:
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n" % len(offsets) + body)

    for number in order:
        head, rest = objects[number]
        add(_REFERENCE.sub(lambda found: b"%d 0 R" % new[int(found[1])], head) + rest)
    entries_of = b"".join(b"  /%s <%s>\n" % (key.encode(), _text(word)) for key, word in words.items())
    add(b"<<\n" + entries_of + b">>\nendobj\n\n")
    end = sum(map(len, parts))
    size = len(offsets) + 1
    rows = b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    parts.append(b"xref\n0 %d\n0000000000 65535 f\r\n%s" % (size, rows))
    parts.append(b"trailer\n<<\n  /Size %d\n  /Root 1 0 R\n  /Info %d 0 R\n>>\n" % (size, len(offsets)))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % end)
    return b"".join(parts)


def _sorted(lines: re.Match[bytes]) -> bytes:
    return b"".join(sorted(lines[0].splitlines(keepends=True)))


def _text(word: str) -> bytes:
    """A text string in hexadecimal, UTF-16 with its mark."""
    return b"FEFF" + word.encode("utf-16-be").hex().upper().encode()
