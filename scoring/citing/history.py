"""Rubric and profiles as git has them: of a revision, and of the one that an id was cited from."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

from scoring.citing.citation import identify
from scoring.citing.verify import MOST_PAST, Budget, History, Past
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
    """Rubric and profiles, or the profile of one country, as a commit has them, and their problems.

    A problem names its file as git does, `<commit>:<path>`.

    Raises:
        UnknownNameError: a folder lies in no git repository.
    """
    book, problems = rubric_of(*git.files_at(commit, folders.rubric), f"{commit[: git.SHORT]}:{folders.rubric}")
    if book is None:
        return None, (), problems
    only = f"{country}{SUFFIX}" if country else None
    profiles, problems = profiles_of(*git.files_at(commit, folders.profiles, only), book)
    return book, profiles, problems


def finder(folders: Folders, run_of: Callable[[Scenario], Run]) -> History:
    """What looks into the past revisions that git has; without git there are none."""
    budget = Budget(MOST_PAST)

    @functools.cache
    def commits(profiles: Path) -> tuple[str, ...]:
        """Those that changed the rubric or some profiles, the newest first."""
        return git.commits_of((folders.rubric, profiles))

    shallow = functools.cache(git.is_shallow)
    unreadable: list[str] = []

    def read(commit: str, country: str = "") -> Run | None:
        """What a commit has, where nothing in it is at fault; nothing is cited from a set with a fault."""
        try:
            book, profiles, problems = as_committed(commit, folders, country)
        except UnknownNameError:
            unreadable.append(commit)
            return None
        budget.spend(0 if country else len(profiles))
        return None if book is None or problems or not profiles else run_of(Scenario(book, profiles))

    @functools.lru_cache(maxsize=64)  # profiles: ids of one country ask for the same again
    def alone(commit: str, country: str) -> Run | None:
        if not budget.spend(2):  # rubric and profile
            return None
        return read(commit, country)

    def ids(country: str, day: str) -> Iterator[tuple[str, str]]:
        """Each id that index and pillars of a country ever had on a day, with its newest commit."""
        for commit in commits(folders.profiles / f"{country}{SUFFIX}"):
            one = alone(commit, country)
            if not budget.spend():
                return
            if one:
                assessment = one.assessment(dt.date.fromisoformat(day))
                top = assessment.nodes[0]
                for position in (0, *top.children):
                    yield identify(assessment, 0, assessment.nodes[position]), commit

    @functools.cache
    def trail(country: str, day: str) -> tuple[dict[str, str], Iterator[tuple[str, str]]]:
        """The ids found so far, and those to come."""
        return {}, ids(country, day)

    def find(cited: Cited) -> Past | None:
        found, coming = trail(cited.country, cited.day)
        while cited.text not in found:
            if (pair := next(coming, None)) is None:
                return None
            found.setdefault(*pair)
        one = alone(found[cited.text], cited.country)
        return None if one is None else Past(found[cited.text], one)

    def revisions(first: Iterable[str]) -> Iterator[Past]:
        for commit in dict.fromkeys((*first, *commits(folders.profiles))):
            if not budget.spend():
                return
            if one := read(commit):
                yield Past(commit, one)

    def gap() -> str:
        if budget.refused:
            return f"more than {budget.most} past profiles would have to be read or scored; split the report"
        if not commits(folders.profiles):
            return "no git history of rubric and profiles"
        if unreadable:
            return f"git lacks files of commit {unreadable[0][: git.SHORT]}"
        return "the git history is shallow" if shallow() else ""

    return History(find, revisions, gap, budget)
