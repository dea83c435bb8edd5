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
from scoring.verify import MOST_PAST, Budget, History, Past

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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


def finder(folders: Folders, citing: Callable[[schema.RuleBook, Sequence[schema.Profile]], Citing]) -> History:
    """What looks into the past editions that git has; without git there are none."""
    budget = Budget(MOST_PAST)

    @functools.cache
    def commits(profiles: Path) -> tuple[str, ...]:
        """Those that changed the rubric or some profiles, the newest first."""
        try:
            return revision.commits_of((folders.rubric, profiles))
        except UnknownNameError:
            return ()

    shallow = functools.cache(revision.is_shallow)

    @functools.lru_cache(maxsize=64)  # profiles: ids of one country ask for the same again
    def alone(commit: str, country: str) -> Citing | None:
        if not budget.spend(2):  # rubric and profile
            return None
        book, profiles, _ = edition(commit, folders, country)
        return None if book is None or not profiles else citing(book, profiles)

    def ids(country: str, day: str) -> Iterator[tuple[str, str]]:
        """Each id that index and pillars of a country ever had on a day, with its newest commit."""
        for commit in commits(folders.profiles / f"{country}{files.SUFFIX}"):
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

    def editions(first: Iterable[str]) -> Iterator[Past]:
        for commit in dict.fromkeys((*first, *commits(folders.profiles))):
            if not budget.spend():
                return
            book, profiles, problems = edition(commit, folders)
            budget.spend(len(profiles))
            if book is not None and not problems:  # nothing is cited from a set with a fault
                yield Past(commit, citing(book, profiles))

    def gap() -> str:
        if budget.refused:
            return f"more than {budget.most} past profiles would have to be read or scored; split the report"
        if not commits(folders.profiles):
            return "no git history of rubric and profiles"
        return "the git history is shallow" if shallow() else ""

    return History(find, editions, gap, budget)
