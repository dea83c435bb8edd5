"""Formats that Pandoc reads, if it is installed: OpenDocument and EPUB, as passages without positions."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

from scoring.citing.documents.html import html_passages
from scoring.citing.documents.passages import Piece, count_marks, refuse_many
from scoring.files.archive import MAX_BYTES, UnreadableError, entries, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.citing.documents.passages import PositionedPieces

FORMATS = {".odt": "odt", ".epub": "epub"}
"""Pandoc's name of the format, by suffix. Its reader of RTF leaves out notes."""
MAX_SECONDS = 60
MAX_MEMORY = "512M"
_HEAD_ROWS = re.compile(rb"</?table:table-header-rows\s*+/?>")


def pandoc_passages(data: bytes, suffix: str) -> Iterator[PositionedPieces]:
    """The passages of a file, by their number.

    Raises:
        UnreadableError: Pandoc is not installed, cannot read it, or needs too much time or memory.
    """
    program = shutil.which("pandoc")
    if program is None:
        message = "needs pandoc to be read, which is not installed"
        raise UnreadableError(message)
    data = _with_heads(data)
    command = [program, "+RTS", f"-M{MAX_MEMORY}", "-RTS", "--sandbox", f"--from={FORMATS[suffix]}", "--to=html"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=MAX_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        message = f"cannot be read by pandoc within {MAX_SECONDS} seconds; split it"
        raise UnreadableError(message) from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().partition("\n")[0][:200]
        message = f"cannot be read by pandoc: {reason or f'it ended with {done.returncode}'}"
        raise UnreadableError(message)
    if len(done.stdout) > MAX_BYTES:
        too_large("has, as pandoc reads it,")
    text = done.stdout.decode(errors="replace")
    refuse_many(count_marks(text, "<&"))
    for number, (_, pieces) in enumerate(html_passages(text), start=1):
        yield number, [Piece(piece.text, 0, 0) for piece in pieces]


def _with_heads(data: bytes) -> bytes:
    """The archive with the head rows of tables as rows like others; Pandoc's reader of OpenDocument leaves them out.

    Raises:
        UnreadableError: Not a valid archive, or too large.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for info, content in entries(data, "is not a valid file of its kind"):
            is_text = info.filename == "content.xml"
            file.writestr(info.filename, _HEAD_ROWS.sub(b"", content) if is_text else content)
    return buffer.getvalue()
