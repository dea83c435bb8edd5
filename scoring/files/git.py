"""Files of a git revision, read into memory.

Nothing is checked out, written, fetched or executed. Only plumbing commands are called, which read no attributes, run
no hooks and verify no signatures; the one program of the settings that they would run is switched off. A repository
that is committed inside the checkout is not opened.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import MAX_SHOWN, UnknownNameError, shortened
from scoring.files import reader
from scoring.files.disk import CODERS_FILE, MAX_FOLDER, SUFFIX, File, chosen, crowded, is_of_a_table, oversized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.errors import Problem


MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
EPOCH = dt.date(1970, 1, 1)
DAY = 24 * 60 * 60  # seconds
SHORT = 12  # hexadecimal digits of a commit in file names
MAX_OUTPUT = MAX_FOLDER + 2**20  # bytes of output per call: the files of a folder with one header line each
MAX_SUBFOLDERS = 20  # of a folder, such as those of rubrics
MAX_COMMITS = 10_000  # commits of a history
MAX_VERSIONS = 10_000  # versions of the files of a folder that are read
MAX_NAMES = 16  # names that a folder had
SETTINGS = (
    "--no-replace-objects",  # refs/replace can substitute other content for a hash
    "--literal-pathspecs",  # a folder may be named `:(top)` or `*`
    "-c",
    "safe.bareRepository=explicit",  # a folder of a checkout can be a bare repository whose settings run programs
    "-c",
    "core.fsmonitor=false",  # a program, which `diff-tree --stdin` runs as it reads the index
)
ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone fetches missing objects
    "GIT_ALLOW_PROTOCOL": "none",  # the same for versions of git that ignore GIT_NO_LAZY_FETCH
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_HASH = re.compile(r"[0-9a-f]{40}")  # of a commit or tree, which is always the same, as HEAD is not
REGULAR, FOLDER, SUBMODULE = ("100644", "100755"), "040000", "160000"  # modes


class _GitError(Exception):
    """A call of git failed; the message is that of git."""


def _git(*arguments: str, top: Path | None = None, given: bytes = b"") -> bytes:
    """The standard output of a git command.

    Args:
        arguments: The command and its arguments.
        top: The working directory of the command.
        given: The standard input.

    Raises:
        _GitError: It fails, or prints more than MAX_OUTPUT bytes.
        UnknownNameError: Git is not installed.
    """
    # Not from a relative folder of PATH, nor on Windows from the working directory: both may be untrusted.
    path = os.pathsep.join(filter(os.path.isabs, os.get_exec_path()))
    git = shutil.which("git", path=path)
    if git is None or not Path(git).is_absolute():
        message = "git is not installed; give a folder or a lock file to compare with"
        raise UnknownNameError(message)
    command = [git, *(("-C", str(top)) if top else ()), *SETTINGS, *arguments]
    untraced = {name: value for name, value in os.environ.items() if not name.startswith("GIT_TRACE")}
    environment = untraced | ENVIRONMENT
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stderr:
        stdin.write(given)
        stdin.seek(0)
        with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=environment) as process:  # noqa: S603
            output = process.stdout.read(MAX_OUTPUT + 1) if process.stdout else b""
            if len(output) > MAX_OUTPUT:
                process.kill()
                message = f"git {arguments[0]} prints more than {MAX_OUTPUT // 2**20} MiB"
                raise _GitError(message)
        if process.returncode:
            stderr.seek(0)
            raise _GitError(" ".join(stderr.read(MAX_SHOWN).decode(errors="replace").split()))
    return output


def has_commit() -> bool:
    """Whether the working directory is in a git repository with a commit."""
    try:
        commit_of("HEAD")
    except UnknownNameError:
        return False
    return True


def commit_of(revision: str) -> str:
    """The full hash of a revision.

    Raises:
        UnknownNameError: It does not exist, or git fails; the message contains git's reason.
    """
    try:
        commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        reason = ""
    except _GitError as error:
        commit, reason = "", f" ({error})" if str(error) else ""
    if not commit.isalnum():  # `^HEAD` excludes a commit: git prints `^` and its hash
        message = f"unknown git revision {shortened(repr(revision))}{reason}; give one, such as main or HEAD~1"
        raise UnknownNameError(message)
    return commit


def merge_base(commit: str, other: str) -> str:
    """The hash of the commit where two histories parted.

    Raises:
        UnknownNameError: They have no common commit in this clone, or git fails.
    """
    try:
        return _git("merge-base", commit, other).decode().strip()
    except _GitError as error:
        reason = f" ({error})" if str(error) else ""
        message = f"no common commit of {shortened(commit)} and {other[:SHORT]}{reason}; fetch the whole history"
        raise UnknownNameError(message) from error


def main_base() -> str:
    """The hash of the merge base of HEAD and the main branch.

    Raises:
        UnknownNameError: This is not a git repository, or it has none of the usual main branches.
    """
    reason = ""
    for name in MAIN:
        try:
            return _git("merge-base", name, "HEAD").decode().strip()
        except _GitError as error:
            reason = str(error)
    message = f"main branch not found ({', '.join(MAIN)}): {reason}; give a revision, a folder or a lock file"
    raise UnknownNameError(message)


def commits_of(paths: Iterable[Path | str]) -> tuple[str, ...]:
    """The commits that changed any of the paths, the newest first; none outside a git repository.

    First those up to HEAD, then those of other branches and tags.

    Args:
        paths: In the working tree, or as text from the top folder of the repository.
    """
    try:
        top = _top()
        return _commits_of(top, [_locate(top, "HEAD", path).outer for path in paths])
    except (_GitError, UnknownNameError):
        return ()


def _commits_of(top: Path, names: Sequence[str]) -> tuple[str, ...]:
    """The commits that changed any of the paths from the top folder; all parents of a merge are followed."""
    found: list[str] = []
    for start in (("HEAD",), ("--branches", "--tags", "--remotes", "--not", "HEAD")):
        limit = f"--max-count={MAX_COMMITS - len(found)}"
        found += _git("rev-list", "--full-history", limit, *start, "--", *names, top=top).decode().split()
    return tuple(found)


def contents_of(commits: Sequence[str], paths: Iterable[Path | str]) -> dict[str, tuple[str, ...]]:
    """What commits have at some paths: commit -> a hash of the content of each path, empty where it has none.

    Commits with the same hashes have the same files there. None of this is known, and the result empty, outside a git
    repository, of a path in a submodule, and of one with a line break in its name.

    Args:
        commits: Their hashes.
        paths: In the working tree, or as text from the top folder of the repository.
    """
    try:
        top = _top()
        locations = [_locate(top, "HEAD", path) for path in paths]
        names = ["" if one.outer == "." else one.outer for one in locations]
        if any(one.outer != str(one.path) or "\n" in one.outer for one in locations):
            return {}
        given = "".join(f"{commit}:{name}\n" for commit in commits for name in names)
        lines = os.fsdecode(_git("cat-file", "--batch-check=%(objectname)", top=top, given=os.fsencode(given)))
    except (_GitError, UnknownNameError):
        return {}
    hashes = ["" if " " in line else line for line in lines.splitlines()]  # `<commit>:<path> missing`
    return {commit: tuple(hashes[place * len(names) :][: len(names)]) for place, commit in enumerate(commits)}


def earlier_names(folder: Path) -> tuple[str, ...]:
    """The folders, from the top folder of the repository, from which files were renamed into this one, nearest first.

    Git detects a rename by the similarity of the content. None for a folder in a submodule or outside the repository.
    """
    try:
        top = _top()
        location = _locate(top, "HEAD", folder)
        if location.outer != str(location.path):
            return ()
        names = [location.outer]
        for name in names:  # which grows
            commits = _commits_of(top, [name])
            names += [one for one in _renamed_into(top, name, commits) if one not in names][: MAX_NAMES - len(names)]
    except (_GitError, UnknownNameError):
        return ()
    return tuple(names[1:])


@functools.lru_cache(maxsize=MAX_NAMES)  # every past state before a move needs the same again
def _renamed_into(top: Path, folder: str, commits: tuple[str, ...]) -> tuple[str, ...]:
    """The folders from which these commits renamed files into a folder."""
    given = "".join(f"{commit}\n" for commit in commits).encode()
    form = ("--no-commit-id", "--name-status", "-z")
    output = _git("diff-tree", "--stdin", "--root", "-r", "-M", "--diff-filter=R", *form, top=top, given=given)
    fields = [os.fsdecode(field) for field in output.split(b"\0")]
    renames = zip(fields[1::3], fields[2::3], strict=False)  # status, old name, new name
    parents = ((str(PurePosixPath(old).parent), str(PurePosixPath(new).parent)) for old, new in renames)
    return tuple(dict.fromkeys(old for old, new in parents if new == folder and old != folder))


def day_of(commit: str) -> dt.date | None:
    """The day (UTC) on which a commit was made; None if git does not know the commit."""
    try:
        seconds = int(_git("rev-list", "--max-count=1", "--timestamp", commit).split()[0])
        return EPOCH + dt.timedelta(days=seconds // DAY)
    except (_GitError, UnknownNameError, ValueError, IndexError, OverflowError):
        return None


def commit_before(day: dt.date, folders: Iterable[Path]) -> str | None:
    """The last commit of the current branch before a day (UTC), following first parents only.

    None if git, the repository or such a commit is missing, or if the commit lacks one of the folders.
    """
    seconds = (day - EPOCH).days * DAY - 1  # as a number, since git guesses dates that it cannot parse
    if seconds < 0:
        return None
    try:
        top = _top()
        commit = _git("rev-list", "--max-count=1", "--first-parent", f"--min-age={seconds}", "HEAD").decode().strip()
        has_folders = commit and all(_locate(top, commit, folder).entry for folder in folders)
    except (_GitError, UnknownNameError):
        return None
    return commit if has_folders else None


def is_shallow() -> bool:
    """Whether the repository is a shallow clone, as CI systems fetch it."""
    try:
        return _git("rev-parse", "--is-shallow-repository").strip() == b"true"
    except (_GitError, UnknownNameError):
        return False


# -- files -------------------------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    """The entry of a name in a git tree; the size is None if the content is not in this clone."""

    mode: str
    hash: str
    size: int | None


class _Location(NamedTuple):
    """The location of a path in a commit."""

    top: Path
    """The top folder of the repository, or of the submodule that contains the path."""
    commit: str
    """The commit of that repository."""
    path: PurePosixPath
    """The path in that repository."""
    entry: _Entry | None
    """None if the commit has no such path."""
    outer: str
    """The path in the outer repository, up to a submodule."""


def files_at(commit: str, folder: Path | str, only: str | None = None) -> tuple[list[File], list[Problem]]:
    """The YAML files of a folder in a commit, and the problems of the folder; no files if the commit lacks the folder.

    Args:
        commit: The hash of the commit.
        folder: The folder in the working tree, or as text from the top folder of the repository.
        only: The name of the only file to read, beside the register of coders, tables and what says what is in them.

    Returns:
        The files, named `<commit>:<path>`, and the problems.

    Raises:
        UnknownNameError: The folder is not in a git repository, or git cannot read it.
    """
    try:
        location = _locate(_top(), commit, folder)
        tree = _tree(location.top, f"{location.commit}:{location.path}") if location.entry else {}
        return _read(
            location, {name: tree[name] for name in tree if name in (only or name, CODERS_FILE) or is_of_a_table(name)}
        )
    except _GitError as error:
        message = f"git cannot read {folder} at {commit[:SHORT]}: {error or 'no reason given'}"
        raise UnknownNameError(message) from error


def subfolders_at(commit: str, folder: Path, containing: str) -> list[str]:
    """The subfolders in a commit that contain a file, at most `MAX_SUBFOLDERS`, as text from the top of the repository.

    None outside a git repository, and in a submodule.
    """
    try:
        location = _locate(_top(), commit, folder)
        entries = _tree(location.top, f"{location.commit}:{location.path}") if location.entry else {}
        if location.outer != str(location.path):
            return []
        names = sorted(name for name, entry in entries.items() if entry.mode == FOLDER)[:MAX_SUBFOLDERS]
        return [str(location.path / name) for name in names if containing in _tree(location.top, entries[name].hash)]
    except (_GitError, UnknownNameError):
        return []


class Version(NamedTuple):
    """A file of a folder as a commit of the current branch changed it."""

    commit: str
    name: str
    data: bytes


def versions_of(folder: Path, only: str | None = None) -> tuple[list[Version], bool]:
    """The earlier versions of the YAML files of a folder on the current branch, the newest first.

    Of a merge the first parent is followed: what was only ever on a branch is not among the versions. The names that
    the folder had before are not searched.

    Args:
        folder: In the working tree.
        only: The name of the only file.

    Returns:
        The versions, and whether these are all: not in a shallow clone, where the history or its files are too large,
        or where a file is not in this clone. Nothing, and all, outside a git repository.
    """
    try:
        top = _top()
        location = _locate(top, "HEAD", folder)
        return _versions_of(location.top, str(location.path), only)
    except (_GitError, UnknownNameError):
        return [], True


def _versions_of(top: Path, folder: str, only: str | None) -> tuple[list[Version], bool]:
    limit = f"--max-count={MAX_COMMITS}"
    searched = folder if only is None else str(PurePosixPath(folder, only))
    commits = _git("rev-list", "--first-parent", "--parents", limit, "HEAD", "--", searched, top=top)
    first = [line.split()[:2] for line in commits.decode().splitlines()]
    given = "".join(f"{' '.join(line)}\n" for line in first).encode()  # a commit, and the parent to compare it with
    form = ("--stdin", "--root", "-r", "--raw", "--no-renames", "--no-abbrev", "-z")
    output = _git("diff-tree", *form, "--", searched, top=top, given=given)
    found: list[tuple[str, str, str]] = []  # commit, name, hash
    commit, fields = "", iter(output.split(b"\0"))
    for field in fields:
        if not field.startswith(b":"):
            commit = field.decode().strip()
            continue
        mode, hash_ = field.decode().split()[1:4:2]
        path = PurePosixPath(os.fsdecode(next(fields)))
        if mode in REGULAR and path.suffix == SUFFIX and str(path.parent) == folder:
            found.append((commit, path.name, hash_))
    is_all = len(first) < MAX_COMMITS and len(found) <= MAX_VERSIONS and not is_shallow()
    return _contents(top, found[:MAX_VERSIONS], is_all=is_all)


def _contents(top: Path, found: Sequence[tuple[str, str, str]], *, is_all: bool) -> tuple[list[Version], bool]:
    """The files (commit, name, hash) with their content, up to the limit of a folder, and whether these are all."""
    hashes = "".join(f"{hash_}\n" for *_, hash_ in found).encode()
    sizes = _git("cat-file", "--batch-check", top=top, given=hashes).decode().splitlines()
    wanted, total = [], 0
    for one, line in zip(found, sizes, strict=True):
        size = line.rpartition(" ")[2]
        total += int(size) if size.isdecimal() else 0
        if total > MAX_FOLDER:
            is_all = False
            break
        if size.isdecimal() and int(size) <= reader.MAX_BYTES:
            wanted.append(one)
        else:  # not in this clone, or nothing that was ever accepted
            is_all = is_all and size.isdecimal()
    contents = _blobs(top, [hash_ for *_, hash_ in wanted])
    return [Version(commit, name, data) for (commit, name, _), data in zip(wanted, contents, strict=True)], is_all


def _blobs(top: Path, hashes: Iterable[str]) -> Iterator[bytes]:
    """The contents of files by their hashes, with one call of git."""
    given = "".join(f"{hash_}\n" for hash_ in hashes).encode()
    contents = io.BytesIO(_git("cat-file", "--batch", top=top, given=given))
    while header := contents.readline():
        yield contents.read(int(header.split(b" ")[2]))
        contents.readline()


def _read(location: _Location, entries: Mapping[str, _Entry]) -> tuple[list[File], list[Problem]]:
    """Read the YAML files among the entries of a folder with one call of git."""
    folder = f"{location.commit[:SHORT]}:{location.path}"
    names, problems = chosen((name for name in entries if entries[name].mode != FOLDER), f"{folder}/{{}}".format)
    if too_many := crowded(folder, len(names)):
        return [], [too_many]
    files = {name: File(name, f"{folder}/{name}") for name in names}
    for name, file in files.items():
        mode, _, size = entries[name]
        if mode not in REGULAR:
            file.refuse("is a link or a submodule, not a file; put the file itself there", "not-a-file")
        elif size is None:
            file.refuse("is not in this clone; fetch it", "unreadable")
        elif size > reader.MAX_BYTES:
            file.refuse_size(size, reader.MAX_BYTES)
    wanted = [name for name in names if not files[name].problems]
    if sum(entries[name].size or 0 for name in wanted) > MAX_FOLDER:
        return [], [oversized(folder)]
    contents = _blobs(location.top, [entries[name].hash for name in wanted])
    for name, data in zip(wanted, contents, strict=True):
        files[name].data = data
    return list(files.values()), problems


def _tree(top: Path, tree: str) -> dict[str, _Entry]:
    """The entries of a tree by name, without those of its subfolders; remembered where a hash names the tree."""
    return (_entries if _HASH.match(tree) else _entries.__wrapped__)(top, tree)


@functools.lru_cache(maxsize=256)
def _entries(top: Path, tree: str) -> dict[str, _Entry]:
    entries = {}
    for line in filter(None, _git("ls-tree", "-l", "-z", tree, top=top).split(b"\0")):
        attributes, name = line.split(b"\t", 1)
        mode, _, hash_, size = attributes.decode().split()
        entries[os.fsdecode(name)] = _Entry(mode, hash_, int(size) if size.isdecimal() else None)
    return entries


def _locate(top: Path, commit: str, path: Path | str) -> _Location:
    """The location of a path in a commit; a submodule is read at the commit recorded for it.

    Args:
        top: The top folder of the repository.
        commit: The commit.
        path: In the working tree, or as text from the top folder.

    Raises:
        UnknownNameError: The path is outside the repository.
        _GitError: A submodule is not checked out, or lacks the commit.
    """
    real = top / path if isinstance(path, str) else Path(os.path.realpath(path))
    if not real.is_relative_to(top):
        message = f"{path} is not in this git repository; give a folder or a lock file to compare with"
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
    return _Location(top, commit, inner, entry, str(outer))


def _top() -> Path:
    """The top folder of the repository that contains the working directory.

    Raises:
        UnknownNameError: There is none, or git fails; the message contains git's reason.
    """
    try:
        return Path(os.path.realpath(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n"))))
    except _GitError as error:
        message = f"cannot read a git repository here ({error}); give a folder or a lock file to compare with"
        raise UnknownNameError(message) from error
