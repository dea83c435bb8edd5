"""Files written whole or not at all, and never through a link."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


OPENED = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")  # where a shell names what it opened
HIDDEN = ".scoring-"  # how the name of a file begins that is being written


def write(data: bytes, path: Path) -> None:
    """Write beside the file and move into place: the old file or the new one, never half of it.

    The file keeps its mode. A device or a pipe is written to. A process killed in between leaves the old file, and
    beside it a hidden one that nothing reads.

    Raises:
        OSError: it cannot be written, or a link leads to it; the old file stands.
    """
    path = _absolute(path)
    if _is_stream(path):
        with open(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as stream:  # noqa: PTH123  Path.open would create it
            stream.write(data)
        return
    _refuse_links(path, path)
    with contextlib.ExitStack() as undo:
        beside = _written_beside(data, path, undo)
        beside.replace(path)
        undo.pop_all()


def write_all(files: Mapping[str, bytes], folder: Path) -> int:
    """Write several files below a folder, all or none; those that have these bytes already are left alone.

    Returns:
        How many files were written.

    Raises:
        OSError: one of them cannot be written, or a link leads to it; none is changed.
    """
    folder = _absolute(folder)
    for name in files:
        _refuse_links(_absolute(folder / name), folder)
    changed = {folder / name: data for name, data in files.items() if not _holds(folder / name, data)}
    with contextlib.ExitStack() as undo:
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
        beside = {path: _written_beside(data, path, undo) for path, data in changed.items()}
        for path, written in beside.items():
            written.replace(path)
        undo.pop_all()
    return len(changed)


def _absolute(path: Path) -> Path:
    """The path that its text names, without `..`: the one that is looked at is then the one that is written."""
    return Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are


def _is_stream(path: Path) -> bool:
    """Whether a path is no file that could be replaced: a device, a pipe, what a shell opened."""
    if str(path).startswith(OPENED):
        return True
    with contextlib.suppress(OSError):
        mode = path.lstat().st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
    return False


def _refuse_links(path: Path, folder: Path) -> None:
    """Raise where the path, or a folder of it, is a link: below the top of a checkout, else from a folder on.

    What lies there came with a checkout; what lies above is the machine's own. Without a repository around it, the
    working directory is taken for the top.
    """
    here = Path.cwd()
    tops = [top for top in (here, *here.parents) if os.path.lexists(top / ".git")]
    above = next((top for top in (*tops, here) if folder.is_relative_to(top)), folder.parent)
    for place in (path, *path.parents):
        if place == above:
            return
        if place.is_symlink():
            raise OSError(errno.ELOOP, "a symbolic link leads to it", str(place))


def _written_beside(data: bytes, path: Path, undo: contextlib.ExitStack) -> Path:
    """The file's new content under a hidden name, removed where the work is undone."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=HIDDEN, delete=False) as file:
        beside = Path(file.name)
        undo.callback(beside.unlink, missing_ok=True)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # or a power cut could leave the name of the new file with nothing in it
    beside.chmod(_mode(path))
    return beside


def _mode(path: Path) -> int:
    """The mode of a file; of one that is not there the mode that the mask lets a new file have."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
