"""The text of a PDF with a text layer, read by pypdf in a process of its own within limits of time and memory.

A PDF may come from a stranger: a few bytes of it can unpack to gigabytes or take hours. So a child process reads it,
`python -m scoring.drafting.pdf`, which the operating system ends at a limit.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from scoring.extras import require
from scoring.files.archive import MAX_BYTES, UnreadableError, too_large

MAX_SECONDS = 10  # of the processor; a report of 300 pages takes 5
MAX_WAIT = 30  # seconds, on a machine that is busy
MAX_MEMORY = 400 * 2**20  # above what the interpreter takes
MAX_PAGES = 2000
_SHORT_LINE = 0.75  # of the longest line: a line that ends there with a full stop ends its paragraph
_EMPTY = "has no text layer, only pictures; give a copy with recognised text (OCR), or type what you quote"
_LOCKED = "is encrypted; save a copy without a password"
_BROKEN = "is no readable PDF; open it in a viewer and print it to a new PDF, or save its text"
_COSTLY = f"takes more than {MAX_SECONDS} seconds or {MAX_MEMORY // 2**20} MiB to read; save its text, or split it"
_LONG = f"has more than {MAX_PAGES:,} pages; split it"
_ERRORS = {"empty": _EMPTY, "locked": _LOCKED, "broken": _BROKEN, "costly": _COSTLY, "long": _LONG}
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[^\W\d_])")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


def pages_of(data: bytes) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The title of a PDF, empty if it has none, and the paragraphs of each page.

    Raises:
        UnreadableError: No PDF, damaged, encrypted, without text, or beyond a limit.
        MissingPackageError: pypdf is not installed.
    """
    if len(data) > MAX_BYTES:
        too_large("has")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableError(_BROKEN)
    require("pypdf", "coding")
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-P", "-m", "scoring.drafting.pdf"]
    environment = {**os.environ, "PYTHONPATH": paths}
    try:
        done = subprocess.run(  # noqa: S603  our own module
            command, input=data, capture_output=True, timeout=MAX_WAIT, check=False, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(_COSTLY) from error
    try:
        found = json.loads(done.stdout)
    except ValueError as error:  # ended at a limit
        raise UnreadableError(_COSTLY) from error
    if "error" in found:
        raise UnreadableError(_ERRORS[found["error"]])
    return found["title"], tuple(paragraphs_of(page) for page in found["pages"])


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a page: they end at an empty line, or at a full stop well before the end of the line.

    Words that a line divides are joined.
    """
    text = _HYPHEN.sub("", text.replace("\r", "\n"))
    found: list[str] = []
    for part in _PARAGRAPH.split(text):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        width = max(map(len, lines), default=0)
        begin = 0
        for number, line in enumerate(lines, 1):
            if number == len(lines) or (len(line) < _SHORT_LINE * width and line.endswith((".", "!", "?", ":"))):
                found.append(" ".join(lines[begin:number]))
                begin = number
    return tuple(found)


# -- the child process -------------------------------------------------------------------------------------------------


def _limit() -> None:
    """Limit the time and memory of this process, where the operating system can."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ModuleNotFoundError:
        return
    taken = 0
    with contextlib.suppress(OSError):  # only Linux says
        taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + MAX_SECONDS
    for limit, most in ((resource.RLIMIT_AS, taken + MAX_MEMORY), (resource.RLIMIT_CPU, seconds)):
        with contextlib.suppress(ValueError, OSError):  # a lower one is in force
            resource.setrlimit(limit, (most, most))


def _read(data: bytes) -> dict[str, Any]:
    """The title and pages of a PDF, or the name of an error."""
    import pypdf  # noqa: PLC0415  optional
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError  # noqa: PLC0415

    _limit()
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"error": "locked"}
        if len(reader.pages) > MAX_PAGES:
            return {"error": "long"}
        title = (reader.metadata.title if reader.metadata else None) or ""
        pages: list[str] = []
        left = MAX_BYTES
        for page in reader.pages:
            pages.append(page.extract_text())
            left -= len(pages[-1])
            if left < 0:
                return {"error": "costly"}
    except (DependencyError, FileNotDecryptedError):
        return {"error": "locked"}
    except (MemoryError, LimitReachedError):
        return {"error": "costly"}
    except Exception:  # noqa: BLE001  whatever pypdf raises for a damaged file
        return {"error": "broken"}
    return {"title": title, "pages": pages} if any(map(str.strip, pages)) else {"error": "empty"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read())))
