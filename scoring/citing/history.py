"""The git history of rubric and profiles: at the revision that an id was cited from, and all others."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from scoring.citing.budget import MAX_PAST, Budget
from scoring.citing.citation import identify, own_day
from scoring.citing.committed import as_committed
from scoring.citing.past import History, Past
from scoring.errors import UnknownNameError
from scoring.files import git
from scoring.files.disk import CODERS_FILE, SUFFIX, is_of_a_table
from scoring.index.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from scoring.citing.ids import Cited
    from scoring.files.folders import Folders
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.run import Run

    Earlier = Callable[[Path], Iterable[str]]


def _commits(folders: Folders, earlier: Earlier, country: str = "") -> tuple[str, ...]:
    """The commits that changed the rubric or the profiles, or the profile of a country, newest first.

    None if one of the folders was never committed under its present name: its earlier names are then not known.
    """
    if not all(git.commits_of([folder]) for folder in (folders.rubric, folders.profiles)):
        return ()
    name = f"{country}{SUFFIX}" if country else "."
    names = (name, CODERS_FILE, *_tables(folders.profiles)) if country else (name,)
    renamed = (str(PurePosixPath(folder, one)) for folder in earlier(folders.profiles) for one in names)
    own = (folders.profiles / one for one in names)
    return git.commits_of((folders.rubric, *earlier(folders.rubric), *own, *renamed))


def _states(commits: Sequence[str], folders: Folders, earlier: Earlier) -> tuple[str, ...]:
    """Of commits, the newest first, one for each state of rubrics and profiles: merges and reverts repeat states."""
    read_from: list[Path | str] = [folders.rubric, folders.rubric.parent, *earlier(folders.rubric)]
    contents = git.contents_of(commits, [*read_from, folders.profiles, *earlier(folders.profiles)])
    newest: dict[object, str] = {}
    for commit in commits:
        newest.setdefault(contents.get(commit, commit), commit)
    return tuple(newest.values())


def _tables(folder: Path) -> list[str]:
    """The tables in a folder of profiles, and the files that say what is in them."""
    try:
        return sorted(path.name for path in folder.iterdir() if is_of_a_table(path.name))
    except OSError:
        return []


def _facing(
    actor: str | None, book: RuleBook | None, profiles: tuple[Profile, ...], run_of: Callable[[Scenario], Run]
) -> Run | None:
    """The run of the profiles facing an actor; None without rubric or profiles, or if no statement was about it."""
    if book is None or not profiles:
        return None
    try:
        return run_of(Scenario(book, profiles).facing(actor))
    except UnknownNameError:
        return None


class Archive(NamedTuple):
    """Everything that git knows about past scores, within one budget."""

    history: History
    known: Callable[[str, str], Iterator[tuple[str, str]]]
    """Each id that the index and pillars of a country had on a date, with a commit, newest first.

    An empty date: on the reference date of the profile at each commit.
    """
    editions: Callable[[str, tuple[str, str]], Iterator[Past]]
    """The sets of countries in which a country had these digests of rubric and profile, newest first."""


def finder(folders: Folders, run_of: Callable[[Scenario], Run], actor: str | None = None) -> History:
    """The history of revisions in git, empty without git."""
    return archive(folders, run_of, actor).history


def archive(folders: Folders, run_of: Callable[[Scenario], Run], actor: str | None = None) -> Archive:
    """The archive of the revisions in git, empty without git.

    Searched are all branches and tags, the names that the folders had before, and countries that were removed.

    Args:
        folders: of rubric and profiles.
        run_of: the run of a scenario.
        actor: that the countries face; None for that of each profile.
    """
    budget = Budget(MAX_PAST)
    earlier = functools.cache(git.earlier_names)
    commits = functools.cache(functools.partial(_commits, folders, earlier))
    states = functools.cache(lambda country="": _states(commits(country), folders, earlier))
    shallow = functools.cache(git.is_shallow)
    unreadable: list[str] = []
    incomplete: list[str] = []

    def read(commit: str, country: str = "") -> Run | None:
        """The scenario of a commit, as a run; None if the rubric or all profiles have errors.

        A set of which some profiles have errors is read without them: another version may have accepted them.
        """
        try:
            book, profiles, problems = as_committed(commit, folders, country, earlier)
        except UnknownNameError:
            unreadable.append(commit)
            return None
        budget.spend(0 if country else len(profiles))
        if problems:
            incomplete.append(commit)
        return _facing(actor, book, profiles, run_of)

    @functools.lru_cache(maxsize=64)  # profiles; ids of one country need the same again
    def read_country(commit: str, country: str) -> Run | None:
        if not budget.spend(2):  # rubric and profile
            return None
        return read(commit, country)

    def ids(country: str, day: str) -> Iterator[tuple[str, str]]:
        """Each id that the index and pillars of a country had on a date, or that of its profile, newest first."""
        for commit in states(country):
            run = read_country(commit, country)
            if not budget.spend():
                return
            if run:
                assessment = run.assessment(dt.date.fromisoformat(day) if day else own_day(run, country))
                for position in (0, *assessment.nodes[0].children):
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
        for commit in dict.fromkeys((*first, *states())):
            if not budget.spend():
                return
            if run := read(commit):
                yield Past(commit, run)

    def editions(country: str, digests: tuple[str, str]) -> Iterator[Past]:
        for commit in states():
            run = read_country(commit, country)
            if run is None or run.digests(country) != digests:
                continue
            if not budget.spend():
                return
            if (whole := read(commit)) and whole.digests(country) == digests:
                yield Past(commit, whole)

    def gap() -> str:
        if budget.refused:
            return f"more than {budget.most} past profiles would have to be read or scored; split the report"
        if not commits():
            return "no git history of rubric and profiles"
        if unreadable:
            return f"git lacks files of commit {unreadable[0][: git.SHORT]}"
        if shallow():
            return "the git history is shallow"
        return f"files with errors were left out at commit {incomplete[0][: git.SHORT]}" if incomplete else ""

    return Archive(History(find, revisions, gap, budget), ids, editions)
