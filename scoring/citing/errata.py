"""What was corrected of the evidence of a released edition, when, and what its scores are without the errors.

A correction is a change of a statement that the edition counted, in what is scored; or a statement that was withdrawn
or removed. Statements that were added later are new evidence and no correction.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from scoring.change.attribution import split_change
from scoring.citing.budget import Budget
from scoring.citing.citation import cite, identify, with_edition
from scoring.citing.editions import released
from scoring.errors import InputError, UnknownNameError
from scoring.files import git, reader
from scoring.files.disk import SUFFIX, opened
from scoring.index.leaves import as_known, exclusion_reason
from scoring.index.scenario import CODING, EVIDENCE, GRADING, with_changes
from scoring.model.digest import digest
from scoring.model.fields import FrozenDict, read_last_day
from scoring.uncertainty.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scoring.citing.citation import Citation
    from scoring.citing.editions import Released
    from scoring.citing.ids import Cited
    from scoring.files.editions import Registry
    from scoring.files.folders import Folders
    from scoring.index.scenario import Scenario
    from scoring.model.editions import Edition
    from scoring.model.profile import Profile, Source, Statement
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings

Kind: TypeAlias = Literal["edited", "withdrawn", "removed"]
OF_A_SOURCE = ("title", "publisher", "url")  # by which a statement with another source id has another source
MAX_READ = 16 * 2**20  # bytes of earlier versions of profiles that are read, which takes some seconds


class Erratum(NamedTuple):
    """One statement of an edition that was corrected since."""

    statement: str
    kind: Kind
    changed: tuple[str, ...]
    """The keys with other values; empty unless edited."""
    why: str | None
    """Why it was withdrawn."""
    on: dt.date | None
    """When: of a withdrawn statement the day that it names, else that of the commit; None if that is not known."""
    commit: str | None
    """The commit that did it; None if it is not committed, or not found within the limits."""
    effect: float
    """The corrected index minus that index with this statement as released, in [-1, 1]; NaN without an index."""


@dataclass(frozen=True)
class Errata:
    """What was corrected of one country."""

    country: str
    title: str
    """The name of the country."""
    errata: tuple[Erratum, ...]
    """The latest first."""
    added: tuple[str, ...]
    """The statements that were added since and would count: new evidence, no correction."""
    released: Scenario
    """The country as released."""
    corrected: Scenario
    """The same without the errors, by the rubric and on the day of the edition."""

    @property
    def day(self) -> dt.date:
        """The reference date of the edition."""
        [day] = self.released.days
        return day

    def figures(self, settings: Settings, *, simulate: bool = True) -> tuple[tuple[Citation, Citation], ...]:
        """The index and each pillar, as released and corrected; ranks are among this country alone."""
        runs = [Run(scenario, settings) for scenario in (self.released, self.corrected)]
        pillars = (None, *(pillar.id for pillar in self.released.book.pillars))
        return tuple(
            (was, now)
            for pillar in pillars
            for was, now in [[cite(run, self.country, pillar, self.day, simulate=simulate) for run in runs]]
        )


def errata_of(edition: Released, now: Scenario, folder: Path, countries: Iterable[str] = ()) -> tuple[Errata, ...]:
    """What was corrected of the countries of an edition that still have a profile, by code.

    Args:
        edition: the edition.
        now: the current rubric and profiles.
        folder: of the current profiles, whose history in git says when.
        countries: only these; empty for all.
    """
    current = {profile.country: profile for profile in now.profiles}
    wanted = set(countries) or current.keys()
    pairs = [
        (edition.scenario.of([profile.country]), current[profile.country])
        for profile in edition.scenario.profiles
        if profile.country in current and profile.country in wanted
    ]
    found = [_errata(before, profile, now.book) for before, profile in pairs]
    if not any(one.errata for one in found):
        return tuple(found)
    versions, _ = git.versions_of(folder)
    budget = Budget(MAX_READ)
    return tuple(_dated(one, folder, versions, budget) for one in found)


class InEdition(NamedTuple):
    """A score in the edition that its id carries."""

    name: str
    edition: Edition
    run: Run
    """All countries of the edition."""
    errata: Errata | None
    """What was corrected of the country; None if it has no profile now."""
    corrected: Run | None
    """The edition with this country corrected; None without a correction."""


def finder(
    registry: Registry, folders: Folders, now: Scenario, run_of: Callable[[Scenario], Run]
) -> Callable[[Cited], InEdition | str]:
    """A function that finds the score of an id in the edition that it carries, or says why it is not there.

    Args:
        registry: of editions.
        folders: of the work tree, with the rubric of the ids.
        now: the current rubric and profiles.
        run_of: makes a run of a scenario.
    """

    @functools.cache
    def run_of_edition(name: str) -> tuple[Released, Run] | str:
        try:
            found = released(name, registry, folders)
        except (InputError, UnknownNameError) as error:
            return str(error).split("\n", 1)[0]
        return found, run_of(found.scenario)

    known: dict[tuple[str, str], tuple[Errata | None, Run | None]] = {}

    def corrections(edition: Released, run: Run, country: str) -> tuple[Errata | None, Run | None]:
        key = edition.name, country
        if key not in known:
            errata = next(iter(errata_of(edition, now, folders.profiles, [country])), None)
            profile = errata.corrected.profile if errata and errata.errata else None
            known[key] = errata, None if profile is None else run_of(run.scenario.with_profile(profile))
        return known[key]

    def find(cited: Cited) -> InEdition | str:
        name = cited.edition
        edition = registry.editions.get(name)
        if edition and edition.rubric_id != cited.rubric:
            return f"edition {name} is of {edition.rubric_id}, not of {cited.rubric}"
        found = run_of_edition(name)
        if isinstance(found, str):
            return found
        [of_edition, run] = found
        days = {profile.country: day for profile, day in zip(run.scenario.profiles, run.scenario.days, strict=True)}
        if cited.country not in days:
            return f"edition {name} does not have {cited.country}"
        if days[cited.country].isoformat() != cited.day:
            return f"edition {name} has the scores of {days[cited.country]}, not of {cited.day}"
        assessment = run.only(cited.country).assessment()
        nodes = {node.path: node for node in (assessment.nodes[0], *assessment.pillars)}
        if cited.path not in nodes:
            return f"edition {name} has no {cited.path}"
        if (own := identify(assessment, 0, nodes[cited.path])) != cited.text:
            return f"it is not in edition {name}, where this score has the id {with_edition(own, name)}"
        errata, corrected = corrections(of_edition, run, cited.country)
        return InEdition(name, of_edition.edition, run, errata, corrected)

    return find


# -- what was corrected ------------------------------------------------------------------------------------------------


def _errata(before: Scenario, now: Profile, book: RuleBook) -> Errata:
    """What was corrected of one country, without the days."""
    [day], old = before.days, before.profile
    later = {statement.id: statement for statement in now.statements}
    is_other = digest(before.book) != digest(book)
    kept: list[Statement] = []
    found: dict[str, Erratum] = {}
    for was in old.statements:
        new = later.get(was.id)
        if new is not None and is_other:
            new = _by_rubric_of(was, new, before.book, book)
        erratum = _erratum(was, new, (old, now), day)
        if erratum is not None:
            found[was.id] = erratum
        if new is not None and (was.withdrawn or not new.withdrawn):
            kept.append(was if erratum is None else _corrected(was, new))
    sources = FrozenDict({**old.sources, **now.sources})
    corrected = before.with_profile(old.model_copy(update={"statements": tuple(kept), "sources": sources}))
    counted = (one for one in now.statements if exclusion_reason(one, day) is None)
    names = {statement.id for statement in old.statements}
    effects = _effects(before, corrected) if found else {}
    return Errata(
        old.country,
        old.title,
        tuple(one._replace(effect=effects.get(name, 0.0)) for name, one in found.items()),
        tuple(one.id for one in counted if one.id not in names),
        before,
        corrected,
    )


def _corrected(was: Statement, new: Statement) -> Statement:
    """The statement of the edition with what was edited since."""
    corrected = with_changes(was, new, EVIDENCE) or was
    return corrected.model_copy(update={"withdrawn": None})


def _erratum(was: Statement, new: Statement | None, profiles: tuple[Profile, Profile], day: dt.date) -> Erratum | None:
    """The correction of a statement; None if the edition did not count it, or nothing that is scored changed.

    A statement that the edition did not count and that counts after its correction is one, too: a former duplicate, or
    one whose withdrawal was taken back.
    """
    counts = exclusion_reason(was, day) is None
    if new is None or new.withdrawn:
        if not counts:
            return None
        gone = new.withdrawn if new else None
        if gone is None:
            return Erratum(was.id, "removed", (), None, None, None, math.nan)
        return Erratum(was.id, "withdrawn", (), gone.why, read_last_day(gone.on), None, math.nan)
    changed = tuple(_changed(was, new, profiles, day))
    if not changed or not (counts or exclusion_reason(new, day) is None):
        return None
    return Erratum(was.id, "edited", changed, None, None, None, math.nan)


def _changed(was: Statement, new: Statement, profiles: tuple[Profile, Profile], day: dt.date) -> Iterator[str]:
    """The keys of a statement, and of its source, that are scored and have other values."""
    was, new = as_known(was, day), as_known(new, day)
    if was.withdrawn:
        yield "withdrawn"
    for key in (*CODING, *GRADING):
        if key == "until":
            ends = [one.until if one.until and read_last_day(one.until) < day else None for one in (was, new)]
            if ends[0] != ends[1]:  # one after the day of the edition is news of a later time
                yield key
        elif key == "source":
            yield from _of_source(profiles[0].sources[was.source], profiles[1].sources[new.source])
        elif getattr(was, key) != getattr(new, key):
            yield key


def _of_source(was: Source, new: Source) -> Iterator[str]:
    if any(getattr(was, key) != getattr(new, key) for key in OF_A_SOURCE):
        yield "source"
    if was.reliability != new.reliability:
        yield "reliability"


def _by_rubric_of(was: Statement, new: Statement, old_book: RuleBook, book: RuleBook) -> Statement:
    """The later statement with codes of the edition's rubric alone.

    Codes that only one of the two rubrics accepts stay as released: another rubric is no correction of the evidence.
    """

    def comparable(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        before, given = before or {}, after or {}
        codes = {}
        for name, leaf in old_book.leaves.items():
            code = given.get(name) if name in book.leaves else before.get(name)
            if code is not None and list(leaf.code_errors(code)):
                code = before.get(name)
            if code is not None:
                codes[name] = code
        return FrozenDict(codes) if codes else None

    coders = {
        coder: codes
        for coder in (*(was.coders or {}), *(new.coders or {}))
        if (codes := comparable((was.coders or {}).get(coder), (new.coders or {}).get(coder)))
    }
    codes = comparable(was.codes, new.codes)
    if codes == was.codes and was.context:
        return new.model_copy(update={key: getattr(was, key) for key in ("codes", "coders", "adjudicated", "context")})
    return new.model_copy(update={"codes": codes, "coders": FrozenDict(coders) if coders else None})


def _effects(before: Scenario, corrected: Scenario) -> dict[str, float]:
    """The effect of each corrected statement on the corrected index, in [-1, 1]."""
    return {one.statement: one.undone for one in split_change(before, corrected).statements}


# -- when --------------------------------------------------------------------------------------------------------------


def _dated(found: Errata, folder: Path, versions: Sequence[git.Version], budget: Budget) -> Errata:
    """With the commit of each correction, the latest first; one that is not committed comes first."""
    name = f"{found.country}{SUFFIX}"
    mine = [version for version in versions if version.name == name]
    commits = _commits([one.statement for one in found.errata], folder / name, mine, budget)
    dated = []
    for one in found.errata:
        commit = commits.get(one.statement)
        dated.append(one._replace(on=one.on or (git.day_of(commit) if commit else None), commit=commit))
    order = sorted(dated, key=lambda one: (one.on is not None, -(one.on or dt.date.max).toordinal(), one.statement))
    return replace(found, errata=tuple(order))


def _commits(names: Iterable[str], path: Path, versions: Sequence[git.Version], budget: Budget) -> dict[str, str]:
    """The commit that gave each statement its present state; none for one that is not committed, or beyond the budget.

    Args:
        names: of statements.
        path: of the profile.
        versions: of the profile, the newest first.
        budget: how many bytes of them may be read.
    """
    present = _read(opened(path).data or b"")
    states = {name: _state(present, name) for name in names}
    latest: dict[str, str] = {}
    found: dict[str, str] = {}
    for version in versions:
        if not states or not budget.spend(len(version.data)):
            break
        old = _read(version.data)
        for name, state in list(states.items()):
            if _state(old, name) == state:
                latest[name] = version.commit
            else:
                del states[name]
                found |= {name: latest[name]} if name in latest else {}
    return found


def _read(data: bytes) -> dict[str, Any]:
    """The text of a profile as plain values; empty if it cannot be read."""
    text = reader.decode(data, "")
    value = reader.read(text, "")[0] if isinstance(text, str) else None
    return value if isinstance(value, dict) else {}


def _state(profile: Mapping[str, Any], name: str) -> object:
    """What is scored of a statement, as written; None if the profile does not have it."""
    listed, sources = profile.get("statements"), profile.get("sources")
    for statement in listed if isinstance(listed, list) else ():
        if isinstance(statement, dict) and statement.get("id") == name:
            source = sources.get(str(statement.get("source"))) if isinstance(sources, dict) else None
            of_source = source if isinstance(source, dict) else {}
            return (
                [statement.get(key) for key in (*CODING, *GRADING, "fielded", "withdrawn")],
                [of_source.get(key) for key in (*OF_A_SOURCE, "reliability")],
            )
    return None
