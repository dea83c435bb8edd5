"""ZIP archives such as Word and Excel files, unpacked within limits: an archive may come from a stranger."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 20 * 2**20  # of a file; a book has about 1 MiB
MAX_UNPACKED = 100 * 2**20  # of a Word file, with pictures
MAX_ENTRIES = 10_000  # zipfile allocates 1 KiB for each before reading the first
MAX_NAME = 1000  # characters of the name of a part
MAX_WORKBOOK = 64 * 2**20  # bytes of an Excel file; one of 191 x 100 cells has 2 MiB
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError)
_FORMULA = re.compile(rb"<(?:[\w.-]{1,30}:)?f[\s/>]")


class UnreadableError(Exception):
    """The file is malformed or exceeds a limit; the message says which, and what to do.

    Attributes:
        line: Where, counted from 1.
        column: Likewise.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def too_large(verb: str, limit: int = MAX_BYTES, what_to_do: str = "split it") -> NoReturn:
    """Refuse a file that exceeds the limit; verb: such as "has" or "unpacks to".

    Raises:
        UnreadableError: always.
    """
    message = f"{verb} more than {limit // 2**20} MiB; {what_to_do}"
    raise UnreadableError(message)


def refuse_as(what: str, reason: str, cause: Exception | None = None) -> NoReturn:
    """Refuse a file; what: what is said of it, such as "is not a Word file; save it as .docx".

    Raises:
        UnreadableError: always.
    """
    message = f"{what} ({reason})"
    raise UnreadableError(message) from cause


def entries(data: bytes, what: str) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """The entries of a ZIP archive; sizes are counted while unpacking, since the headers may be wrong.

    Args:
        data: The archive.
        what: What the message says if it is none.

    Raises:
        UnreadableError: Not a valid archive, or a limit is exceeded.
    """
    left = MAX_UNPACKED
    if len(data) > MAX_BYTES:
        too_large("has")
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        message = f"contains more than {MAX_ENTRIES:,} parts; split it"
        raise UnreadableError(message)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = [info.filename.lower() for info in file.infolist()]
            if len(set(names)) < len(names) or max(map(len, names), default=0) > MAX_NAME:
                refuse_as(what, "two parts have the same name, or a name is too long")
            for info in file.infolist():
                if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    refuse_as(what, f"{info.filename} is encrypted, or has an unsupported compression")
                with file.open(info) as entry:
                    content = entry.read(left + 1)
                left -= len(content)
                if left < 0:
                    too_large("unpacks to", MAX_UNPACKED)
                yield info, content
    except _BROKEN as error:
        refuse_as(what, "it is not a valid ZIP archive, or has a password", error)


def check_workbook(data: bytes, what: str, smaller: str) -> bool:
    """Whether an Excel file has formulas; checks that it is of bounded size and that its XML has no document type.

    Args:
        data: The file.
        what: What the message says if it is none, such as `is not a table of Excel; save it as .xlsx`.
        smaller: What to do if it is too large.

    Raises:
        UnreadableError: It is none, or too large.
    """
    size, has_formulas = 0, False
    for info, content in entries(data, what):
        size += len(content)
        if size > MAX_WORKBOOK:
            too_large("unpacks to", MAX_WORKBOOK, smaller)
        has_formulas = has_formulas or ("sheets/" in info.filename and _FORMULA.search(content) is not None)
        # entities could expand without limit; UTF-16, with its zero bytes, could hide them
        if info.filename.lower().endswith((".xml", ".rels")) and (b"<!DOCTYPE" in content or b"\0" in content):
            refuse_as(what, f"{info.filename!a} has a document type, or is not UTF-8")
    return has_formulas
