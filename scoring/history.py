"""Past editions of rubric and profiles, as git has them: of a revision, and of the one that an id was cited from."""

from __future__ import annotations

import datetime as dt
import functools
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scoring import files, revision
from scoring.citation import identify
from scoring.errors import UnknownNameError
from scoring.pipeline import assess
from scoring.verify import Past

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring import schema
    from scoring.citation import Citing
    from scoring.errors import Problem
    from scoring.verify import Cited


class Folders(NamedTuple):
    """Where rubric and profiles lie in the working tree."""

    rubric: Path
    profiles: Path


def edition(
    commit: str, folders: Folders, country: str = ""
) -> tuple[schema.RuleBook | None, tuple[schema.Profile, ...], tuple[Problem, ...]]:
    """Rubric and profiles, or the profile of one country, as a commit has them, and their problems.

    A problem names its file as git does, `<commit>:<path>`.

    Raises:
        UnknownNameError: a folder lies in no git repository.
    """
    with tempfile.TemporaryDirectory() as place:
        wanted = folders.profiles / f"{country}{files.SUFFIX}" if country else folders.profiles
        revision.write_files(commit, (folders.rubric, wanted), Path(place))
        rubric, profiles = (Path(place, revision.relative(folder)) for folder in folders)
        book, problems = files.load_rubric(rubric)
        found: tuple[schema.Profile, ...] = ()
        if book is not None and profiles.is_dir():
            found, problems = files.load_profiles(profiles, book)
        named = (replace(one, file=f"{commit[:12]}:{Path(one.file).relative_to(place)}") for one in problems)
        return book, found, tuple(named)


def finder(
    folders: Folders, citing: Callable[[schema.RuleBook, Sequence[schema.Profile]], Citing]
) -> Callable[[Cited], Past | None]:
    """What looks for the newest commit in which an id was that of its score; None where there is none, or no git."""

    @functools.cache
    def commits(country: str) -> tuple[str, ...]:
        try:
            return revision.commits_of((folders.rubric, folders.profiles / f"{country}{files.SUFFIX}"))
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
