"""Rubric and profiles in the git history: at a revision, and at the revision that an id was cited from."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

from scoring.citing.citation import identify
from scoring.citing.verify import MAX_PAST, Budget, History, Past
from scoring.errors import UnknownNameError
from scoring.files import git
from scoring.files.disk import SUFFIX
from scoring.files.load import profiles_of, rubric_of
from scoring.index.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from scoring.citing.verify import Cited
    from scoring.errors import Problem
    from scoring.files.folders import Folders
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.run import Run


def as_committed(
    commit: str, folders: Folders, country: str = ""
) -> tuple[RuleBook | None, tuple[Profile, ...], tuple[Problem, ...]]:
    """Rubric and profiles of a commit, or the profile of one country, and their problems.

    Problems name files as git does, `<commit>:<path>`.

    Raises:
        UnknownNameError: a folder is not in a git repository.
    """
    book, problems = rubric_of(*git.files_at(commit, folders.rubric), f"{commit[: git.SHORT]}:{folders.rubric}")
    if book is None:
        return None, (), problems
    only = f"{country}{SUFFIX}" if country else None
    profiles, problems = profiles_of(*git.files_at(commit, folders.profiles, only), book)
    return book, profiles, problems


def finder(folders: Folders, run_of: Callable[[Scenario], Run]) -> History:
    """The history of revisions in git, empty without git."""
    budget = Budget(MAX_PAST)

    @functools.cache
    def commits(profiles: Path) -> tuple[str, ...]:
        """The commits that changed the rubric or these profiles, newest first."""
        return git.commits_of((folders.rubric, profiles))

    shallow = functools.cache(git.is_shallow)
    unreadable: list[str] = []

    def read(commit: str, country: str = "") -> Run | None:
        """The scenario of a commit, as a run; None if it has an error, since such a set cannot be cited."""
        try:
            book, profiles, problems = as_committed(commit, folders, country)
        except UnknownNameError:
            unreadable.append(commit)
            return None
        budget.spend(0 if country else len(profiles))
        return None if book is None or problems or not profiles else run_of(Scenario(book, profiles))

    @functools.lru_cache(maxsize=64)  # profiles; ids of one country need the same again
    def read_country(commit: str, country: str) -> Run | None:
        if not budget.spend(2):  # rubric and profile
            return None
        return read(commit, country)

    def ids(country: str, day: str) -> Iterator[tuple[str, str]]:
        """Each id that the index and pillars of a country had on a reference date, with its newest commit."""
        for commit in commits(folders.profiles / f"{country}{SUFFIX}"):
            run = read_country(commit, country)
            if not budget.spend():
                return
            if run:
                assessment = run.assessment(dt.date.fromisoformat(day))
                top = assessment.nodes[0]
                for position in (0, *top.children):
                    yield identify(assessment, 0, assessment.nodes[position]), commit

    @functools.cache
    def known_ids(country: str, day: str) -> tuple[dict[str, str], Iterator[tuple[str, str]]]:
        """The ids found so far, by id the commit, and the iterator of the others."""
        return {}, ids(country, day)

    def find(cited: Cited) -> Past | None:
        commit_by_id, remaining = known_ids(cited.country, cited.day)
        while cited.text not in commit_by_id:
            if (pair := next(remaining, None)) is None:
                return None
            commit_by_id.setdefault(*pair)
        run = read_country(commit_by_id[cited.text], cited.country)
        return None if run is None else Past(commit_by_id[cited.text], run)

    def revisions(first: Iterable[str]) -> Iterator[Past]:
        for commit in dict.fromkeys((*first, *commits(folders.profiles))):
            if not budget.spend():
                return
            if run := read(commit):
                yield Past(commit, run)

    def gap() -> str:
        if budget.refused:
            return f"more than {budget.most} past profiles would have to be read or scored; split the report"
        if not commits(folders.profiles):
            return "no git history of rubric and profiles"
        if unreadable:
            return f"git lacks files of commit {unreadable[0][: git.SHORT]}"
        return "the git history is shallow" if shallow() else ""

    return History(find, revisions, gap, budget)
