"""Past editions of rubric and profiles, as git has them: of a revision, and of the one that an id was cited from."""

from __future__ import annotations

import datetime as dt
import functools
import tempfile
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

    Raises:
        UnknownNameError: a folder lies in no git repository.
    """
    with tempfile.TemporaryDirectory() as place:
        wanted = folders.profiles / f"{country}{files.SUFFIX}" if country else folders.profiles
        revision.write_files(commit, (folders.rubric, wanted), Path(place))
        rubric, profiles = (Path(place, revision.relative(folder)) for folder in folders)
        book, problems = files.load_rubric(rubric)
        if book is None or not profiles.is_dir():
            return book, (), problems
        found, faults = files.load_profiles(profiles, book)
        return book, found, faults


def finder(
    folders: Folders, citing: Callable[[schema.RuleBook, Sequence[schema.Profile]], Citing]
) -> Callable[[Cited], Past | None]:
    """What looks for the newest commit in which an id was that of its score; None where there is none, or no git."""

    @functools.cache
    def one_profile(commit: str, country: str) -> tuple[schema.RuleBook | None, tuple[schema.Profile, ...]]:
        return edition(commit, folders, country)[:2]

    @functools.cache
    def whole(commit: str) -> Citing | None:
        book, profiles, _ = edition(commit, folders)
        return None if book is None else citing(book, profiles)

    def find(cited: Cited) -> Past | None:
        try:
            commits = revision.commits_of((folders.rubric, folders.profiles / f"{cited.country}{files.SUFFIX}"))
        except UnknownNameError:
            return None
        for commit in commits:
            book, profiles = one_profile(commit, cited.country)
            if book and profiles and _has(book, profiles, cited) and (found := whole(commit)):
                return Past(commit, found)
        return None

    return find


def _has(book: schema.RuleBook, profiles: Sequence[schema.Profile], cited: Cited) -> bool:
    """Whether the id is that of the one country's score by this rubric."""
    if book.rubric.version != cited.version:
        return False
    assessment = assess(book, profiles, as_of=dt.date.fromisoformat(cited.day))
    nodes = [node for node in assessment.nodes if node.path == cited.path]
    return any(identify(assessment, 0, node) == cited.text for node in nodes)
