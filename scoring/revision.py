"""Rubric and profiles as a git revision has them. Nothing is checked out; links are passed over."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
REGULAR = ("100644", "100755")  # modes of files; a link is 120000
SUFFIX = b".yaml"
EPOCH = dt.date(1970, 1, 1)
DAY = 24 * 60 * 60  # seconds


def _git(*arguments: str, given: bytes | None = None) -> bytes | None:
    """What git prints; None where it fails."""
    if (git := shutil.which("git")) is None:
        message = "git is not installed; name a folder or a lock to compare with"
        raise UnknownNameError(message)
    done = subprocess.run([git, *arguments], input=given, capture_output=True, check=False)  # noqa: S603
    return done.stdout if done.returncode == 0 else None


def commit_of(revision: str) -> str:
    """The full hash of a revision.

    Raises:
        UnknownNameError: it is none, or this is no git repository.
    """
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found is None:
        message = f"{revision!r} is no git revision, folder or lock here; name one, such as main or HEAD~1"
        raise UnknownNameError(message)
    return found.decode().strip()


def main_base() -> str:
    """Where this work left the main branch: the hash of the merge base of HEAD with it.

    Raises:
        UnknownNameError: this is no git repository, or none of the usual main branches is known.
    """
    for name in MAIN:
        if (found := _git("merge-base", name, "HEAD")) is not None:
            return found.decode().strip()
    message = f"no main branch is known here ({', '.join(MAIN)}); name a revision, a folder or a lock"
    raise UnknownNameError(message)


def commits_of(paths: Iterable[Path]) -> tuple[str, ...]:
    """The commits up to HEAD that changed any of some paths, the newest first; none outside a git repository."""
    top = _git("rev-parse", "--show-toplevel")
    if top is None:
        return ()
    names = [f":/{relative(path).as_posix()}" for path in paths]
    return tuple((_git("log", "--format=%H", "HEAD", "--", *names) or b"").decode().split())


def commit_before(day: dt.date, folders: Iterable[Path]) -> str | None:
    """The last commit of the current branch before a day (UTC), as the branch itself moved: no work merged later.

    None where git, a repository around the folders or such a commit is missing, or where it has not all the folders.
    """
    seconds = (day - EPOCH).days * DAY - 1  # as a number, since git guesses at dates that it cannot read
    try:
        names = [relative(folder).as_posix() for folder in folders]
    except UnknownNameError:
        return None
    if seconds < 0:
        return None
    found = _git("rev-list", "--max-count=1", "--first-parent", f"--min-age={seconds}", "HEAD")
    commit = (found or b"").decode().strip()
    had = commit and all(_git("ls-tree", "--full-tree", commit, "--", name) for name in names)
    return commit if had else None


def write_files(commit: str, folders: Iterable[Path], target: Path) -> None:
    """Write the YAML files that a commit has in some folders below another folder, at their paths in the repository."""
    names = [relative(folder).as_posix() for folder in folders]
    listing = _git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *names) or b""
    files = []
    for entry in filter(None, listing.split(b"\0")):
        about, path = entry.split(b"\t", 1)
        mode, _, blob = about.split(b" ")
        if mode.decode() in REGULAR and path.endswith(SUFFIX):
            files.append((PurePosixPath(path.decode(errors="surrogateescape")), blob))
    contents = io.BytesIO(_git("cat-file", "--batch", given=b"".join(blob + b"\n" for _, blob in files)) or b"")
    for name, _ in files:
        size = int(contents.readline().split(b" ")[2])
        file = target / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents.read(size))
        contents.readline()


def relative(folder: Path) -> Path:
    """A folder's path inside the repository.

    Raises:
        UnknownNameError: it lies outside, or there is no repository.
    """
    top = _git("rev-parse", "--show-toplevel")
    root = Path(top.decode().strip()).resolve() if top else None
    if root is None or not folder.resolve().is_relative_to(root):
        message = f"{folder} lies in no git repository; name a folder or a lock to compare with"
        raise UnknownNameError(message)
    return folder.resolve().relative_to(root)


def is_shallow() -> bool:
    """Whether git lacks what lies before some commit, as where a CI system fetched the newest alone."""
    return (_git("rev-parse", "--is-shallow-repository") or b"").strip() == b"true"
