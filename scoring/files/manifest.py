"""The list of what was written into a folder of output, by which pages of countries that are gone are removed.

A file is removed only if the list has it, with the digest that it still has: nobody else wrote or edited it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from scoring.files import writing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

NAME = ".scoring-files.json"
MAX_BYTES = 2**20  # of the list: some ten thousand files


class Leftovers(NamedTuple):
    """Files in a folder of output that the last run did not write, by their paths in it."""

    removed: tuple[str, ...]
    """Those that an earlier run wrote and nobody changed."""
    kept: tuple[str, ...]
    """The others."""


def update(files: Mapping[str, bytes], folder: Path, patterns: Collection[str]) -> Leftovers:
    """Note the files that were written into a folder, and remove those of earlier runs for what is gone.

    Args:
        files: The files of this run, by their paths in the folder.
        folder: The folder.
        patterns: What a run writes for each country or date, such as `countries/*.md`; no other file is removed.

    Raises:
        OSError: The list cannot be written, or a leftover cannot be removed.
    """
    noted = _noted(folder)
    found = {path.relative_to(folder).as_posix() for pattern in patterns for path in folder.glob(pattern)}
    removed, kept = [], []
    for name in sorted(found - files.keys()):
        if name in noted and _digest(folder / name, folder) == noted[name]:
            (folder / name).unlink()
            removed.append(name)
        else:
            kept.append(name)
    others = {name: digest for name, digest in noted.items() if os.path.lexists(folder / name)}
    digests = others | {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    text = json.dumps({"files": digests}, indent=1, sort_keys=True, ensure_ascii=True)
    writing.write_all({NAME: f"{text}\n".encode()}, folder)
    return Leftovers(tuple(removed), tuple(kept))


def _noted(folder: Path) -> dict[str, str]:
    """The digests of the files that earlier runs wrote, by path; none if the list is missing or damaged."""
    path = folder / NAME
    with contextlib.suppress(OSError, ValueError, RecursionError):
        if _is_plain(path, folder) and path.stat().st_size <= MAX_BYTES:
            document = json.loads(path.read_bytes())
            files = document.get("files") if isinstance(document, dict) else None
            if isinstance(files, dict):
                return {name: digest for name, digest in files.items() if isinstance(digest, str) and "\0" not in name}
    return {}


def _digest(path: Path, folder: Path) -> str | None:
    """The digest of a file; None if it cannot be read, or a link leads to it."""
    with contextlib.suppress(OSError):
        if _is_plain(path, folder):
            return hashlib.sha256(path.read_bytes()).hexdigest()
    return None


def _is_plain(path: Path, folder: Path) -> bool:
    """Whether a path is a regular file, and no part of it below the folder is a link."""
    writing.refuse_links(path, folder)
    return stat.S_ISREG(path.lstat().st_mode)
