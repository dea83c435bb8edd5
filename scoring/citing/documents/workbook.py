"""What is checked of an Excel file before openpyxl reads it."""

from __future__ import annotations

from scoring.citing.documents.passages import UnreadableError
from scoring.citing.documents.word import entries


def check_workbook(data: bytes, most: int, *, what: str, smaller: str, again: str) -> None:
    """Check that a file is a ZIP archive of bounded size whose XML has no document type.

    Args:
        data: The file.
        most: Bytes to which it may unpack.
        what: What the message says if it is none, such as `is not a table of Excel`.
        smaller: What to do if it is too large.
        again: How to save it again.

    Raises:
        UnreadableError: It is not.
    """
    size = 0
    for info, content in entries(data, what):
        size += len(content)
        if size > most:
            message = f"unpacks to more than {most // 2**20} MiB; {smaller}"
            raise UnreadableError(message)
        # entities could expand without limit; UTF-16, with its zero bytes, could hide them
        if info.filename.lower().endswith((".xml", ".rels")) and (b"<!DOCTYPE" in content or b"\0" in content):
            message = f"{what} ({info.filename} has a document type, or is not UTF-8); {again}"
            raise UnreadableError(message)
