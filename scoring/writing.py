"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def write(data: bytes, path: Path) -> None:
    """Write beside the file and move into place: the old file or the new one, never half of it.

    A process killed in between leaves the old file, and beside it a hidden one that nothing reads.

    Raises:
        OSError: it cannot be written; the old file stands.
    """
    with contextlib.ExitStack() as undo:
        beside = _written_beside(data, path, undo)
        beside.replace(path)
        undo.pop_all()


def write_all(files: Mapping[Path, bytes]) -> int:
    """Write several files, whose folders are made, all or none; those that have these bytes already are left alone.

    Returns:
        How many files were written.

    Raises:
        OSError: one of them cannot be written; none is changed.
    """
    changed = {path: data for path, data in files.items() if not _holds(path, data)}
    with contextlib.ExitStack() as undo:
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(21, "is a folder", str(path))
        beside = {path: _written_beside(data, path, undo) for path, data in changed.items()}
        for path, written in beside.items():
            written.replace(path)
        undo.pop_all()
    return len(changed)


def _written_beside(data: bytes, path: Path, undo: contextlib.ExitStack) -> Path:
    """The file's new content under a hidden name, removed where the work is undone."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        beside = Path(file.name)
        undo.callback(beside.unlink, missing_ok=True)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # or a power cut could leave the name of the new file with nothing in it
    mask = os.umask(0)
    os.umask(mask)
    beside.chmod(0o666 & ~mask)
    return beside


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
