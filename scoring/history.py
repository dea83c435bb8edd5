"""Past editions of rubric and profiles, as git has them: of a revision, and of the one that an id was cited from."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

from scoring import files, git
from scoring.citation import identify
from scoring.errors import UnknownNameError
from scoring.pipeline import assess
from scoring.verify import Past

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring import schema
    from scoring.citation import Citing
    from scoring.errors import Problem
    from scoring.files import Folders
    from scoring.verify import Cited


def edition(
    commit: str, folders: Folders, country: str = ""
) -> tuple[schema.RuleBook | None, tuple[schema.Profile, ...], tuple[Problem, ...]]:
    """Rubric and profiles, or the profile of one country, as a commit has them, and their problems.

    A problem names its file as git does, `<commit>:<path>`.

    Raises:
        UnknownNameError: a folder lies in no git repository.
    """
    book, problems = files.rubric_of(*git.files_at(commit, folders.rubric), f"{commit[:12]}:{folders.rubric}")
    if book is None:
        return None, (), problems
    only = f"{country}{files.SUFFIX}" if country else None
    profiles, problems = files.profiles_of(*git.files_at(commit, folders.profiles, only), book)
    return book, profiles, problems


def finder(
    folders: Folders, citing: Callable[[schema.RuleBook, Sequence[schema.Profile]], Citing]
) -> Callable[[Cited], Past | None]:
    """What looks for the newest commit in which an id was that of its score; None where there is none, or no git."""

    @functools.cache
    def commits(country: str) -> tuple[str, ...]:
        try:
            return git.commits_of((folders.rubric, folders.profiles / f"{country}{files.SUFFIX}"))
        except UnknownNameError:
            return ()

    @functools.cache
    def one_profile(commit: str, country: str) -> tuple[schema.RuleBook | None, tuple[schema.Profile, ...]]:
        return edition(commit, folders, country)[:2]

    @functools.cache
    def ids(commit: str, country: str, day: str) -> frozenset[str]:
        """Of the index and the pillars of the country on a day."""
        book, profiles = one_profile(commit, country)
        if book is None or not profiles:
            return frozenset()
        assessment = assess(book, profiles, as_of=dt.date.fromisoformat(day))
        top = assessment.nodes[0]
        return frozenset(identify(assessment, 0, assessment.nodes[position]) for position in (0, *top.children))

    @functools.cache
    def whole(commit: str) -> Citing | None:
        book, profiles, _ = edition(commit, folders)
        return None if book is None else citing(book, profiles)

    def find(cited: Cited) -> Past | None:
        for commit in commits(cited.country):
            if cited.text in ids(commit, cited.country, cited.day) and (found := whole(commit)):
                return Past(commit, found)
        return None

    return find
