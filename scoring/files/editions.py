"""The registry of editions: editions.yaml beside the folder of profiles, and whether its folders are committed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import Problem, UnknownNameError, Violation, shortened
from scoring.files import git, validation
from scoring.files.disk import EDITIONS_FILE, File, files_in, opened, shown
from scoring.model.editions import Editions, place
from scoring.model.fields import FrozenDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scoring.model.editions import Edition

HEAD = """\
# Released editions, written by `scoring release`. What a commit and a lock say of a release does not change any more.
format: 1
editions:
"""


class Registry(NamedTuple):
    """The released editions, the oldest first, and the file that lists them."""

    file: File
    editions: Mapping[str, Edition]

    def named(self, name: str) -> Edition:
        """The edition of a name.

        Raises:
            UnknownNameError: there is none.
        """
        if name not in self.editions:
            if self.file.data is None:
                message = f"there is no {self.file.name}, so that no edition is released; `scoring release` writes it"
                raise UnknownNameError(message)
            known = f"editions: {', '.join(self.editions)}" if self.editions else "it lists none"
            message = f"edition {shortened(name, 20)} is not in {self.file.name}; {known}"
            raise UnknownNameError(message)
        return self.editions[name]

    def last(self, rubric: str | None = None) -> str | None:
        """The name of the newest edition, or of the newest of a rubric; None if there is none."""
        names = [name for name, one in self.editions.items() if rubric in (None, one.rubric_id)]
        return names[-1] if names else None

    def problem(self, name: str, key: str, message: str) -> Problem:
        """A problem of an edition, with its place in the file."""
        [problem] = self.file.located([Violation(("editions", name, key), message, "edition")])
        return problem


def registry_path(profiles: Path) -> Path:
    """Where the registry of a folder of profiles is, whether or not it exists."""
    return Path(os.path.realpath(profiles)).parent / EDITIONS_FILE


def load_registry(profiles: Path) -> tuple[Registry, tuple[Problem, ...]]:
    """The registry beside a folder of profiles, and its problems; it has no editions without a file, or with errors."""
    path = registry_path(profiles)
    if not os.path.lexists(path):
        return Registry(File(EDITIONS_FILE, shown(path)), FrozenDict()), ()
    file = opened(path)
    read = file.parse(Editions, validation.edition_errors)
    editions = read.editions if read and not file.problems else {}
    return Registry(file, FrozenDict({name: editions[name] for name in sorted(editions, key=place)})), (*file.problems,)


def uncommitted(commit: str, folders: Iterable[Path]) -> Iterator[Problem]:
    """The YAML files and tables of folders that differ from those of a commit.

    Compared are the contents, not what git has noted of them; line ends do not count.

    Raises:
        UnknownNameError: a folder is not in the git repository.
    """
    for folder in folders:
        now = {file.base: _content(file) for file in files_in(folder)[0]}
        then = {file.base: _content(file) for file in git.files_at(commit, folder)[0]}
        for base in sorted(now.keys() | then.keys()):
            if now.get(base) != then.get(base):
                what = "was deleted" if base not in now else "was changed"
                what = "is not committed" if base not in then else f"{what} since the last commit"
                yield Problem(shown(folder / base), 1, 1, "", f"{what}; commit it first", "edition")


def _content(file: File) -> bytes | None:
    return None if file.data is None else file.data.replace(b"\r\n", b"\n")
