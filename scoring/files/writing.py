"""Writing files atomically, and never through a symbolic link."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import re
import stat
import tempfile
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


OPENED = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")  # files that a shell opened
HIDDEN = ".scoring-"  # prefix of the name of a temporary file
HOST = f"{zlib.crc32(platform.node().encode()):08x}"  # process ids are of one machine, or of one container
_OWN = re.compile(rf"{re.escape(HIDDEN)}(?:(?P<host>[0-9a-f]{{8}})-(?P<process>[1-9][0-9]{{0,8}})-)?[a-z0-9_]{{8}}")
OLD = 60 * 60  # seconds after which a temporary file is left over, whichever process wrote it


def write(data: bytes, path: Path) -> None:
    """Write a file atomically: into a temporary file in the same folder, which then replaces it.

    The file keeps its mode. A device or a pipe is written to directly. A process killed in between leaves the old file
    and a hidden temporary file, which the next one that writes into the folder removes.

    Raises:
        OSError: It cannot be written, or its path contains a symbolic link; the old file is unchanged.
    """
    path = _absolute(path)
    if is_stream(path):
        with open(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as stream:  # noqa: PTH123  Path.open would create it
            stream.write(data)
        return
    refuse_links(path, path)
    _refuse_folder(path)
    _remove_left_over(path.parent)
    with contextlib.ExitStack() as undo:
        _temporary(data, path, undo).replace(path)
        undo.pop_all()


def write_all(files: Mapping[str, bytes], folder: Path) -> int:
    """Write several files below a folder, all or none; files that already have this content are not touched.

    Returns:
        The number of files written.

    Raises:
        OSError: A file cannot be written, or its path contains a symbolic link; no file is changed.
    """
    folder = _absolute(folder)
    for name in files:
        refuse_links(_absolute(folder / name), folder)
    changed = {folder / name: data for name, data in files.items() if not has_content(folder / name, data)}
    with contextlib.ExitStack() as undo:
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            _refuse_folder(path)
        for parent in {path.parent for path in changed}:
            _remove_left_over(parent)
        temporary = {path: _temporary(data, path, undo) for path, data in changed.items()}
        for path, file in temporary.items():
            file.replace(path)
        undo.pop_all()
    return len(changed)


def _absolute(path: Path) -> Path:
    """The absolute path without `..`, so that the path that is checked is the path that is written."""
    return Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are


def is_stream(path: Path) -> bool:
    """Whether a path is a device, a pipe or a file that a shell opened, which cannot be replaced."""
    if str(path).startswith(OPENED):
        return True
    with contextlib.suppress(OSError):
        mode = path.lstat().st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
    return False


def _refuse_folder(path: Path) -> None:
    """Raise OSError if the path is a folder; a temporary file beside it may lie outside what may be written."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))


def refuse_links(path: Path, folder: Path) -> None:
    """Raise OSError if the path or one of its parents is a symbolic link.

    Only parents below the top of the checkout (without a repository: below the working directory, or else below
    `folder`) are checked: a checkout can contain links from others, folders above it belong to the machine.
    """
    here = Path.cwd()
    tops = [top for top in (here, *here.parents) if os.path.lexists(top / ".git")]
    trusted = next((top for top in (*tops, here) if folder.is_relative_to(top)), folder.parent)
    for parent in (path, *path.parents):
        if parent == trusted:
            return
        if parent.is_symlink():
            raise OSError(errno.ELOOP, "a symbolic link leads to it", str(parent))


def _remove_left_over(folder: Path) -> None:
    """Remove the temporary files that killed processes of this user left in a folder."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_left_over(path := Path(entry.path)):
                with contextlib.suppress(OSError):
                    path.unlink()  # of a link it would remove the link


def is_left_over(path: Path) -> bool:
    """Whether a file is a temporary file of ours that is older than an hour or of a process that ended."""
    match = _OWN.fullmatch(path.name)
    try:
        status = path.lstat() if match else None
    except OSError:  # removed meanwhile
        return False
    if match is None or status is None:
        return False
    is_ours = stat.S_ISREG(status.st_mode) and (os.name != "posix" or status.st_uid == os.geteuid())
    has_ended = match["host"] == HOST and not _is_running(int(match["process"]))
    return is_ours and (has_ended or time.time() - status.st_mtime > OLD)


def _is_running(process: int) -> bool:
    """Whether a process of this machine is running; only POSIX can be asked."""
    if os.name == "posix":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # of another user
            return True
    return True


def _temporary(data: bytes, path: Path, undo: contextlib.ExitStack) -> Path:
    """Write the new content of a file to a temporary file in its folder; `undo` removes it."""
    try:
        opened = tempfile.NamedTemporaryFile(  # noqa: SIM115  closed below
            dir=path.parent, prefix=f"{HIDDEN}{HOST}-{os.getpid()}-", delete=False
        )
    except OSError as error:  # which names the temporary file
        raise OSError(error.errno, error.strerror, str(path)) from error
    with opened as file:
        temporary = Path(file.name)
        undo.callback(temporary.unlink, missing_ok=True)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # otherwise a power failure could leave an empty file
    temporary.chmod(_mode(path))
    return temporary


def _mode(path: Path) -> int:
    """The mode of a file; the default mode of a new file if it does not exist."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def has_content(path: Path, data: bytes) -> bool:
    """Whether a file has this content."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
