"""A released edition: its rubric and profiles as at the registered commit, checked against its lock."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from scoring.change import lock
from scoring.citing.committed import as_committed
from scoring.errors import InputError, UnknownNameError
from scoring.files import git
from scoring.index.scenario import Scenario
from scoring.model.fields import read_date

if TYPE_CHECKING:
    from scoring.files.editions import Registry
    from scoring.files.folders import Folders
    from scoring.index.assessment import Assessment
    from scoring.model.editions import Edition


class Released(NamedTuple):
    """An edition and what it was computed from."""

    name: str
    edition: Edition
    scenario: Scenario


def lock_text(assessment: Assessment) -> str:
    """The text of the lock file of the scores of an edition."""
    return lock.text_of(lock.locked(assessment))


def sha256(text: str) -> str:
    """The sha256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def released(name: str, registry: Registry, folders: Folders) -> Released:
    """The edition of a name.

    Args:
        name: of the edition, such as 2025.1.
        registry: without errors.
        folders: of the work tree; the rubric is that of the edition.

    Raises:
        UnknownNameError: the registry has no such edition.
        InputError: its commit is not in this clone, has another rubric or files with errors, or gives other scores.
    """
    edition = registry.named(name)

    try:
        commit = git.commit_of(edition.commit)
        book, profiles, problems = as_committed(commit, folders)
    except UnknownNameError as error:
        if not git.has_commit():
            message = f"an edition is read from git, and there is no commit here; commit {edition.commit[: git.SHORT]}"
            raise InputError(
                [registry.problem(name, "commit", f"{message} is in the repository of the index")]
            ) from error
        remedy = "git fetch --unshallow" if git.is_shallow() else "git fetch --all --tags"
        message = f"commit {edition.commit[: git.SHORT]} is not in this clone; `{remedy}` may fetch it"
        raise InputError([registry.problem(name, "commit", message)]) from error
    if book is None or problems:
        raise InputError(problems)
    if (found := f"{book.rubric.id}@{book.rubric.version}") != edition.rubric:
        message = f"is {edition.rubric}, and the commit has {found} in {folders.rubric}; give --rubric"
        raise InputError([registry.problem(name, "rubric", f"{message} {edition.rubric_id}, or correct the entry")])
    day = None if edition.as_of is None else read_date(edition.as_of)
    scenario = Scenario(book, profiles).on(day)
    if (now := sha256(lock_text(scenario.assess()))) != edition.lock:
        message = (
            f"is {edition.lock[: git.SHORT]}…, and the commit now gives {now[: git.SHORT]}…: the entry was edited, or "
            "this version of the program computes otherwise; the folder of the release has its figures"
        )
        raise InputError([registry.problem(name, "lock", message)])
    of_commit = {"released": str(git.day_of(commit)), "countries": len(scenario.profiles)}
    if wrong := [
        registry.problem(name, key, f"is {getattr(edition, key)}, and the commit has {value}; correct the entry")
        for key, value in of_commit.items()
        if getattr(edition, key) != value
    ]:
        raise InputError(wrong)
    return Released(name, edition, scenario)
