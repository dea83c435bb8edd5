"""Files as a git revision has them, read into memory.

Nothing is checked out, written, fetched or run: only plumbing commands are called, which read no attributes, run no
hooks and verify no signatures, and a repository that is itself part of a checkout is not entered.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import MOST_SHOWN, UnknownNameError, shortened
from scoring.files import reader
from scoring.files.disk import MOST_FOLDER, File, chosen, crowded, oversized

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.errors import Problem


MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
EPOCH = dt.date(1970, 1, 1)
DAY = 24 * 60 * 60  # seconds
SHORT = 12  # hexadecimal digits of a commit in the name of a file
MOST_OUTPUT = MOST_FOLDER + 2**20  # bytes that one call may print: a folder's files, each with a line about it
MOST_COMMITS = 10_000  # of a history
SETTINGS = (
    "--no-replace-objects",  # refs/replace may put other content under a hash
    "--literal-pathspecs",  # a folder may be called `:(top)` or `*`
    "-c",
    "safe.bareRepository=explicit",  # a folder of a checkout may be a bare repository, with settings that name programs
)
ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone fetches what it lacks
    "GIT_ALLOW_PROTOCOL": "none",  # the same for a git that is older than the line above
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
REGULAR, FOLDER, SUBMODULE = ("100644", "100755"), "040000", "160000"  # modes


class _GitError(Exception):
    """What git says of a call that failed."""


def _git(*arguments: str, top: Path | None = None, given: bytes = b"") -> bytes:
    """What git prints.

    Raises:
        _GitError: it fails, or prints more than MOST_OUTPUT bytes.
        UnknownNameError: there is no git.
    """
    # a relative folder of PATH, or on Windows the working directory, may be a stranger's
    path = os.pathsep.join(filter(os.path.isabs, os.get_exec_path()))
    git = shutil.which("git", path=path)
    if git is None or not Path(git).is_absolute():
        message = "git is not installed; name a folder or a lock to compare with"
        raise UnknownNameError(message)
    command = [git, *(("-C", str(top)) if top else ()), *SETTINGS, *arguments]
    untraced = {name: value for name, value in os.environ.items() if not name.startswith("GIT_TRACE")}
    environment = untraced | ENVIRONMENT
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write(given)
        asked.seek(0)
        with subprocess.Popen(command, stdin=asked, stdout=subprocess.PIPE, stderr=said, env=environment) as running:  # noqa: S603
            printed = running.stdout.read(MOST_OUTPUT + 1) if running.stdout else b""
            if len(printed) > MOST_OUTPUT:
                running.kill()
                message = f"git {arguments[0]} prints more than {MOST_OUTPUT // 2**20} MiB"
                raise _GitError(message)
        if running.returncode:
            said.seek(0)
            raise _GitError(" ".join(said.read(MOST_SHOWN).decode(errors="replace").split()))
    return printed


def commit_of(revision: str) -> str:
    """The full hash of a revision.

    Raises:
        UnknownNameError: it is none, or git refuses; the message has git's reason.
    """
    try:
        found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        reason = ""
    except _GitError as error:
        found, reason = "", f" ({error})" if str(error) else ""
    if not found.isalnum():  # `^HEAD` is one to leave out
        message = f"{shortened(repr(revision))} is no git revision here{reason}; name one, such as main or HEAD~1"
        raise UnknownNameError(message)
    return found


def main_base() -> str:
    """Where this work left the main branch: the hash of the merge base of HEAD with it.

    Raises:
        UnknownNameError: this is no git repository, or none of the usual main branches is known.
    """
    reason = ""
    for name in MAIN:
        try:
            return _git("merge-base", name, "HEAD").decode().strip()
        except _GitError as error:
            reason = str(error)
    message = f"no main branch is known here ({', '.join(MAIN)}): {reason}; name a revision, a folder or a lock"
    raise UnknownNameError(message)


def commits_of(paths: Iterable[Path]) -> tuple[str, ...]:
    """The commits up to HEAD that changed any of some paths, the newest first; none outside a git repository."""
    try:
        top = _top()
        names = [_place(top, "HEAD", path).outer for path in paths]
        return tuple(_git("rev-list", f"--max-count={MOST_COMMITS}", "HEAD", "--", *names, top=top).decode().split())
    except (_GitError, UnknownNameError):
        return ()


def commit_before(day: dt.date, folders: Iterable[Path]) -> str | None:
    """The last commit of the current branch before a day (UTC), as the branch itself moved: no work merged later.

    None where git, a repository around the folders or such a commit is missing, or where it has not all the folders.
    """
    seconds = (day - EPOCH).days * DAY - 1  # as a number, since git guesses at dates that it cannot read
    if seconds < 0:
        return None
    try:
        top = _top()
        commit = _git("rev-list", "--max-count=1", "--first-parent", f"--min-age={seconds}", "HEAD").decode().strip()
        had = commit and all(_place(top, commit, folder).entry for folder in folders)
    except (_GitError, UnknownNameError):
        return None
    return commit if had else None


def is_shallow() -> bool:
    """Whether git lacks what lies before some commit, as where a CI system fetched the newest alone."""
    try:
        return _git("rev-parse", "--is-shallow-repository").strip() == b"true"
    except (_GitError, UnknownNameError):
        return False


# -- files -------------------------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    """What a tree says of a name; the size is None where the content is not in this clone."""

    mode: str
    hash: str
    size: int | None


class _Place(NamedTuple):
    """Where a path lies in a commit."""

    top: Path
    """Of the repository, or of the submodule that the path lies in."""
    commit: str
    """Of that repository."""
    path: PurePosixPath
    """In that repository."""
    entry: _Entry | None
    """None where the commit has nothing of that name."""
    outer: str
    """The path in the outer repository, which ends at a submodule."""


def files_at(commit: str, folder: Path, only: str | None = None) -> tuple[list[File], list[Problem]]:
    """The YAML files that a commit has in a folder, or only one of them, and what is not read of it.

    They are named `<commit>:<path>`. A commit without the folder has none.

    Raises:
        UnknownNameError: the folder lies in no git repository, or git cannot read it.
    """
    try:
        place = _place(_top(), commit, folder)
        tree = _tree(place.top, f"{place.commit}:{place.path}") if place.entry else {}
        return _read(place, {name: tree[name] for name in tree if name == (only or name)})
    except _GitError as error:
        message = f"git cannot read {folder} at {commit[:SHORT]}: {error or 'it gives no reason'}"
        raise UnknownNameError(message) from error


def _read(place: _Place, entries: Mapping[str, _Entry]) -> tuple[list[File], list[Problem]]:
    """Read the YAML files among the entries of a folder, with one call of git."""
    folder = f"{place.commit[:SHORT]}:{place.path}"
    names, problems = chosen((name for name in entries if entries[name].mode != FOLDER), f"{folder}/{{}}".format)
    if too_many := crowded(folder, len(names)):
        return [], [too_many]
    files = {name: File(name, f"{folder}/{name}") for name in names}
    for name, file in files.items():
        mode, _, size = entries[name]
        if mode not in REGULAR:
            file.refuse("is no file but a link or a submodule; put the file itself there", "not-a-file")
        elif size is None:
            file.refuse("is not in this clone; fetch it", "unreadable")
        elif size > reader.MOST_BYTES:
            file.refuse_size(size, reader.MOST_BYTES)
    wanted = [name for name in names if not files[name].problems]
    if sum(entries[name].size or 0 for name in wanted) > MOST_FOLDER:
        return [], [oversized(folder)]
    hashes = "".join(f"{entries[name].hash}\n" for name in wanted)
    contents = io.BytesIO(_git("cat-file", "--batch", top=place.top, given=hashes.encode()))
    for name in wanted:
        size = int(contents.readline().split(b" ")[2])
        files[name].data = contents.read(size)
        contents.readline()
    return list(files.values()), problems


def _tree(top: Path, tree: str) -> dict[str, _Entry]:
    """The entries of a tree by name; those below its folders are not looked at."""
    found = {}
    for line in filter(None, _git("ls-tree", "-l", "-z", tree, top=top).split(b"\0")):
        about, name = line.split(b"\t", 1)
        mode, _, hash_, size = about.decode().split()
        found[os.fsdecode(name)] = _Entry(mode, hash_, int(size) if size.isdecimal() else None)
    return found


def _place(top: Path, commit: str, path: Path) -> _Place:
    """Find a path of the working tree in a commit, step by step; a submodule is entered at the commit recorded for it.

    Raises:
        UnknownNameError: it lies outside the repository.
        _GitError: a submodule is not here, or lacks the commit.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(top):
        message = f"{path} lies in no git repository; name a folder or a lock to compare with"
        raise UnknownNameError(message)
    parts = real.relative_to(top).parts
    outer, inner = PurePosixPath(), PurePosixPath()
    entry: _Entry | None = _Entry(FOLDER, f"{commit}^{{tree}}", None)
    is_outer = True
    for part in parts:
        entry = _tree(top, entry.hash).get(part) if entry and entry.mode == FOLDER else None
        inner /= part
        outer = outer / part if is_outer else outer
        if entry and entry.mode == SUBMODULE:
            top, commit, inner, is_outer = top / inner, entry.hash, PurePosixPath(), False
            entry = _Entry(FOLDER, f"{commit}^{{tree}}", None)
    return _Place(top, commit, inner, entry, str(outer))


def _top() -> Path:
    """The top of the repository around the working directory.

    Raises:
        UnknownNameError: there is none, or git refuses; the message has git's reason.
    """
    try:
        return Path(os.path.realpath(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n"))))
    except _GitError as error:
        message = f"no git repository can be read here ({error}); name a folder or a lock to compare with"
        raise UnknownNameError(message) from error
