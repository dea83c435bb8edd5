"""Statements that a committed edition has and the profile has no longer, and ids that came back for another statement.

An edition is a profile with its reference date: versions of the file with another `as_of` or actor are other records.
Searched is the history of the current branch, within limits. Ids are found in the text of old versions, and only a
version that has something to report is parsed, so that `scoring check` stays fast.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.errors import Violation
from scoring.files import git, reader
from scoring.files.disk import SUFFIX, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from scoring.errors import Problem
    from scoring.files.git import Version
    from scoring.model.profile import Profile

MAX_PARSED = 8 * 2**20  # bytes of old versions that are parsed, which takes about three seconds

# bytes, since decoding takes longer than the search
_ID = re.compile(rb"""[\s{,"']id["']?\s*:\s*["']?([a-z0-9][a-z0-9-]{0,79})(?![\w-])""")
_WITHDRAWN = re.compile(rb"""withdrawn["']?\s*:""")
_EDITION = re.compile(rb"""^(as_of|actor): *["']?([A-Z]{3}|[0-9-]{4,10})["']?(?![\w-])""", re.MULTILINE)


class Removed(NamedTuple):
    """What is missing from the profiles of a folder, and what of the history was not searched."""

    problems: tuple[Problem, ...]
    is_all: bool
    """Whether the whole history was searched."""


def removed(profiles: Iterable[Profile], folder: Path) -> Removed:
    """Compare checked profiles with the earlier versions of their files.

    Args:
        profiles: without errors.
        folder: of their files.
    """
    profiles = tuple(profiles)
    found, is_all = git.versions_of(folder) if profiles else ([], True)
    by_name: dict[str, list[Version]] = defaultdict(list)
    for version in found:
        by_name[version.name].append(version)
    budget = _Budget(MAX_PARSED)
    problems: list[Problem] = []
    for profile in profiles:
        if history := by_name.get(f"{profile.country}{SUFFIX}"):
            problems += _problems(profile, folder / f"{profile.country}{SUFFIX}", history, budget)
    return Removed(tuple(problems), is_all and not budget.refused)


class _Budget:
    """How many bytes of old versions may still be parsed."""

    def __init__(self, most: int) -> None:
        self.left, self.refused = most, False

    def spend(self, size: int) -> bool:
        """Whether so many more may be; once refused, nothing more is, and the search is not complete."""
        self.refused = self.refused or size > self.left
        self.left -= size
        return not self.refused


class _Old:
    """An earlier version of a profile: the ids in its text, and its statements once something depends on them."""

    def __init__(self, version: Version, budget: _Budget) -> None:
        self.commit, self._budget = version.commit, budget
        self._data = version.data
        matches = list(_ID.finditer(version.data))
        self.ids = {match[1].decode() for match in matches}
        starts = [match.start() for match in matches]
        marks = [bisect.bisect(starts, mark.start()) for mark in _WITHDRAWN.finditer(version.data)]
        self.withdrawn = {matches[mark - 1][1].decode() for mark in marks if mark}
        """By the key after the id; a statement whose id comes later is not recognised."""
        self._statements: dict[str, Any] | None = None

    def has_other_edition(self, profile: Profile) -> bool:
        """Whether its text says that it is of a day that is no edition of the profile, or of another actor."""
        same = {b"as_of": (profile.as_of, *profile.editions), b"actor": (profile.actor,)}
        return any(value.decode() not in same[key] for key, value in _EDITION.findall(self._data))

    @property
    def statements(self) -> dict[str, Any]:
        """The statements by id, as written; none of a file that cannot be read, or beyond the budget."""
        if self._statements is None:
            self._statements = {}
            text = reader.decode(self._data, "") if self._budget.spend(len(self._data)) else None
            value = reader.read(text, "")[0] if isinstance(text, str) else None
            listed = value.get("statements") if isinstance(value, dict) else None
            for statement in listed if isinstance(listed, list) else ():
                if isinstance(statement, dict) and isinstance(name := statement.get("id"), str):
                    self._statements[name] = statement
        return self._statements


def _problems(profile: Profile, path: Path, history: Sequence[Version], budget: _Budget) -> Iterator[Problem]:
    """The problems of one profile; the history has the newest version first."""
    file = opened(path)
    now = _Old(git.Version("", path.name, file.data or b""), budget)
    versions = [old for version in history if not (old := _Old(version, budget)).has_other_edition(profile)]
    positions = {statement.id: position for position, statement in enumerate(profile.statements)}
    missing: dict[str, str] = {}
    for old in versions:
        for name in sorted(old.ids - positions.keys() - missing.keys()):
            if name in old.statements:
                missing[name] = old.commit
    violations = [
        Violation(
            ("statements",),
            f"statement {name!r} of commit {commit[: git.SHORT]} is missing; withdraw it instead",
            "removed-statement",
            at_key=True,
        )
        for name, commit in sorted(missing.items())
    ]
    for name, commit in _reused(profile, [now, *versions]):
        message = (
            f"{name!r} is another statement in commit {commit[: git.SHORT]}; "
            "give this one its own id, and keep that one as withdrawn"
        )
        violations.append(Violation(("statements", positions[name], "id"), message, "removed-statement"))
    yield from file.located(violations)


def _reused(profile: Profile, versions: Sequence[_Old]) -> Iterator[tuple[str, str]]:
    """The ids that stand for another statement than before it was removed or withdrawn, with the commit of that one.

    The text of a statement may be corrected and its codes too. So a statement that was removed and came back is
    another one if both differ; one that was withdrawn and counts again, if either does.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for position, old in enumerate(versions):
        for name in old.ids:
            places[name].append(position)
    for statement in profile.statements:
        name, back = statement.id, 0  # the oldest version in which it is there without a break
        for position in places.get(name, ()):
            old = versions[position]
            may_be_withdrawn = name in old.withdrawn and not statement.withdrawn
            was_removed = position > back + 1
            if (was_removed or may_be_withdrawn) and (before := old.statements.get(name)) is not None:
                is_withdrawn = may_be_withdrawn and before.get("withdrawn") is not None
                if was_removed or is_withdrawn:
                    since = [versions[place].statements.get(name, before) for place in {0, back}]
                    if all(_is_other(one, before, strict=is_withdrawn) for one in since):
                        yield name, old.commit
                    break
            if not was_removed:
                back = position


def _is_other(statement: dict[str, Any], before: dict[str, Any], *, strict: bool) -> bool:
    """Whether text and codes differ; if strict, whether one of them does."""
    texts = (" ".join(str(one.get("text")).split()) for one in (statement, before))
    differ = (len(set(texts)) > 1, statement.get("codes") != before.get("codes"))
    return any(differ) if strict else all(differ)
