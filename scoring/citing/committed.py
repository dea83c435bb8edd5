"""Rubric and profiles at one commit, under the names that their folders had there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.files import git
from scoring.files.disk import RUBRIC_FILE, SUFFIX
from scoring.files.load import profiles_of, rubrics_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from scoring.errors import Problem
    from scoring.files.disk import File
    from scoring.files.folders import Folders
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook

    Earlier = Callable[[Path], Iterable[str]]


def as_committed(
    commit: str, folders: Folders, country: str = "", earlier: Earlier = git.earlier_names
) -> tuple[RuleBook | None, tuple[Profile, ...], tuple[Problem, ...]]:
    """Rubric and profiles of a commit, or the profile of one country, and their problems.

    A folder that the commit has under an earlier name only is read there. Problems name files as git does,
    `<commit>:<path>`.

    Args:
        commit: The hash of the commit.
        folders: The folders of the work tree.
        country: The only country; empty: all.
        earlier: The earlier names of a folder; who reads many commits asks git for them once.

    Raises:
        UnknownNameError: a folder is not in a git repository.
    """
    others = git.subfolders_at(commit, folders.rubric.parent, RUBRIC_FILE)
    own = (*_files_at(commit, folders.rubric, None, earlier), f"{commit[: git.SHORT]}:{folders.rubric}")
    book, problems = rubrics_of([own, *((*git.files_at(commit, folder), folder) for folder in others)])
    if book is None:
        return None, (), problems
    return book, *profiles_as_committed(commit, folders.profiles, book, country, earlier)


def profiles_as_committed(
    commit: str, folder: Path, book: RuleBook, country: str = "", earlier: Earlier = git.earlier_names
) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    """The profiles in a folder of a commit, or that of one country, by a given rubric, and their problems."""
    only = f"{country}{SUFFIX}" if country else None
    profiles, problems = profiles_of(*_files_at(commit, folder, only, earlier), book)
    return tuple(profile for profile in profiles if profile.country == (country or profile.country)), problems


def _files_at(commit: str, folder: Path, only: str | None, earlier: Earlier) -> tuple[list[File], list[Problem]]:
    """The YAML files of a folder in a commit, under the first of its names that has any there."""
    found = git.files_at(commit, folder, only)
    if any(found):
        return found
    for name in earlier(folder):
        if any(renamed := git.files_at(commit, name, only)):
            return renamed
    return found
