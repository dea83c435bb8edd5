"""What to look at first to keep an edition up: information that is lost if nothing is added, ends, and sources."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.analysis.explain import shares
from scoring.files.defaults import defaults
from scoring.files.validation import why_not_rechecked
from scoring.index.leaves import age, exclusion_reason, leaf_of
from scoring.index.scenario import scenario_of
from scoring.model.fields import read_date, read_last_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from scoring.analysis.explain import Shares
    from scoring.index.assessment import Assessment
    from scoring.index.leaves import Leaf
    from scoring.index.tree import Node
    from scoring.model.profile import Profile, Source, Statement

Task: TypeAlias = Literal["recheck", "renew", "follow"]
"""Read the source again; look for newer evidence, where a later look makes nothing newer; find what holds after it."""
Reason: TypeAlias = Literal["no address", "not archived", "never read", "read long ago"]
_NOTHING = 1e-12  # of the information: less is the rounding of a sum
Order: TypeAlias = Literal["lost", "gain"]


class Question(NamedTuple):
    """An indicator or item that a statement codes, and what the index loses there."""

    node: Node
    lost: float


@dataclass(frozen=True)
class FadingStatement:
    """A statement on which less of the index will rest; shares of the index are in [0, 1]."""

    statement: Statement
    source: Source
    task: Task
    before: float
    """Its share of the index on the reference date."""
    after: float
    """Its share on the later day."""
    gain: float
    """How much information the index would gain on that day from a statement of that day that is as good."""
    questions: tuple[Question, ...]
    """The largest loss first."""

    @property
    def lost(self) -> float:
        """How much information of the index the statement loses."""
        return self.before - self.after


class EndedStatement(NamedTuple):
    """A statement that ended before the reference date, and the questions that it alone had answered."""

    statement: Statement
    source: Source
    last_day: dt.date
    questions: tuple[Node, ...]


@dataclass(frozen=True)
class DueSource:
    """A source to archive or to read again."""

    id: str
    source: Source
    read: str | None
    """When it was last read: the last of `accessed` and of the rechecks of its statements, as written."""
    share: float
    """The part of the index that rests on it on the reference date, in [0, 1]."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class CountryDue:
    """What is due for one country between its reference date and a later day."""

    profile: Profile
    as_of: dt.date
    on: dt.date
    before: float
    """Information of the index on the reference date, in [0, 1]."""
    after: float
    """Information on the later day if nothing is added."""
    withheld_because: tuple[str, ...]
    """The publication tests that fail on the reference date."""
    withheld_then: tuple[str, ...]
    """Those that fail on the later day."""
    statements: tuple[FadingStatement, ...]
    """The largest loss, or gain, first."""
    ended: tuple[EndedStatement, ...]
    """The last to end first."""
    sources: tuple[DueSource, ...]
    """The largest share first."""

    @property
    def fall(self) -> float:
        """How much information the index loses."""
        return self.before - self.after

    @property
    def falls(self) -> bool:
        """Whether it loses any."""
        return self.fall > _NOTHING

    def part_of(self, first: int) -> float:
        """The part of the fall that the first statements lose, in [0, 1]; NaN if the index loses nothing.

        It may exceed 1 where other statements gain, as undated ones do that do not age.
        """
        lost = sorted((one.lost for one in self.statements), reverse=True)
        return math.fsum(lost[:first]) / self.fall if self.falls else math.nan


_ORDERS: dict[Order, Callable[[FadingStatement], tuple[float, str]]] = {
    "lost": lambda one: (-one.lost, one.statement.id),
    "gain": lambda one: (-one.gain, one.statement.id),
}


def default_day(as_of: dt.date) -> dt.date:
    """A year after the reference date; of 29 February the 28th."""
    year = as_of.year + 1
    if year > dt.MAXYEAR:
        return as_of
    return as_of.replace(year=year, day=28) if (as_of.month, as_of.day) == (2, 29) else as_of.replace(year=year)


def not_later(assessment: Assessment, rows: Sequence[int], on: dt.date | None) -> list[str]:
    """The countries whose reference date is not before the day."""
    days = {row: on or default_day(assessment.as_of[row]) for row in rows}
    return [assessment.profiles[row].country for row, day in days.items() if day <= assessment.as_of[row]]


def due(
    assessment: Assessment, rows: Sequence[int], on: dt.date | None = None, by: Order = "lost"
) -> tuple[CountryDue, ...]:
    """What is due for each country in some rows.

    Args:
        assessment: the countries.
        rows: of the countries, in any order.
        on: the later day; by default a year after each country's reference date.
        by: what orders the statements: the information that they lose, or what fresh ones would add.

    Raises:
        ValueError: the day is not after the reference date of a country.
    """
    if early := not_later(assessment, rows, on):
        message = f"the day is not after the reference date of {', '.join(early)}; give a later one"
        raise ValueError(message)
    days = {assessment.profiles[row].country: on or default_day(assessment.as_of[row]) for row in rows}
    later = _later(assessment, days)
    places = {profile.country: row for row, profile in enumerate(later.profiles)}
    return tuple(_country(assessment, row, later, places[assessment.profiles[row].country], by) for row in rows)


def _later(assessment: Assessment, days: Mapping[str, dt.date]) -> Assessment:
    """The countries on later days, with the evidence of their reference dates alone."""
    held = scenario_of(assessment).of(days.keys()).evidence_until()
    profiles = (profile.model_copy(update={"as_of": days[profile.country].isoformat()}) for profile in held.profiles)
    return replace(held, profiles=tuple(profiles), as_of=None).assess()


def _country(assessment: Assessment, row: int, later: Assessment, place: int, by: Order) -> CountryDue:
    profile, as_of, on = assessment.profiles[row], assessment.as_of[row], later.as_of[place]
    before = shares(assessment, row)
    return CountryDue(
        profile=profile,
        as_of=as_of,
        on=on,
        before=float(assessment.figures.information[row, 0]),
        after=float(later.figures.information[place, 0]),
        withheld_because=assessment.withheld_because[row],
        withheld_then=later.withheld_because[place],
        statements=tuple(sorted(_fading(assessment, row, later, place, before), key=_ORDERS[by])),
        ended=tuple(_ended(assessment, row)),
        sources=_sources(profile, on, before),
    )


def _fading(
    assessment: Assessment, row: int, later: Assessment, place: int, before: Shares
) -> Iterator[FadingStatement]:
    """The statements that lose information by the later day."""
    profile, nodes = assessment.profiles[row], assessment.nodes
    by_id = {statement.id: statement for statement in profile.statements}
    after = shares(later, place)
    was, is_then = assessment.leaves[row], later.leaves[place]
    for name, own in before.items():
        then = after.get(name, {})
        shared = math.fsum(own.values()), math.fsum(then.values())
        if shared[0] - shared[1] <= _NOTHING:
            continue
        lost = (Question(nodes[leaf], share - then.get(leaf, 0.0)) for leaf, share in own.items())
        yield FadingStatement(
            statement=by_id[name],
            source=profile.sources[by_id[name].source],
            task=_task(assessment, by_id[name], later.as_of[place]),
            before=shared[0],
            after=shared[1],
            gain=math.fsum(nodes[at].global_weight * _gain(assessment, was[at], is_then[at], name) for at in own),
            questions=tuple(sorted(lost, key=lambda question: (-question.lost, question.node.position))),
        )


def _gain(assessment: Assessment, was: Leaf, then: Leaf, name: str) -> float:
    """The information that a leaf gains on the later day if one of its statements is as good and of that day."""
    [entry] = [entry for entry in was.entries if entry.statement == name]
    entries = [*(other for other in then.entries if other.statement != name), replace(entry, decay=1.0)]
    indicator = assessment.book.leaves[then.indicator]
    fresh = leaf_of(indicator, then.item, entries, assessment.book.rubric.prior)
    return fresh.pooled.information - then.pooled.information


def _task(assessment: Assessment, statement: Statement, on: dt.date) -> Task:
    if statement.until and read_last_day(statement.until) < on:
        return "follow"
    indicators = {**assessment.book.beside, **assessment.book.leaves}
    supposed = statement.model_copy(update={"rechecked": on.isoformat()})
    return "renew" if why_not_rechecked(supposed, indicators) else "recheck"


def _ended(assessment: Assessment, row: int) -> Iterator[EndedStatement]:
    """The statements that ended and left a question without evidence, the last to end first."""
    profile, as_of = assessment.profiles[row], assessment.as_of[row]
    ended = [one for one in profile.statements if exclusion_reason(one, as_of) == "until" and not one.same_as]
    for statement in sorted(ended, key=lambda one: (-read_last_day(one.until or "").toordinal(), one.id)):
        questions = tuple(
            assessment.nodes[position]
            for position, leaf in assessment.leaves[row].items()
            if not leaf.entries
            and leaf.indicator in statement.counted
            and (leaf.item is None or leaf.item in statement.counted[leaf.indicator])
        )
        if questions:
            last_day = read_last_day(statement.until or "")
            yield EndedStatement(statement, profile.sources[statement.source], last_day, questions)


def _sources(profile: Profile, on: dt.date, before: Shares) -> tuple[DueSource, ...]:
    """The sources of statements that count or may count, the largest share first."""
    statements: dict[str, list[Statement]] = {}
    for statement in profile.statements:
        if not statement.withdrawn:
            statements.setdefault(statement.source, []).append(statement)
    found = []
    for name, own in statements.items():
        source = profile.sources[name]
        read = _last_read(source, own, on)
        if reasons := tuple(_reasons(source, read, on)):
            share = math.fsum(part for one in own for part in before.get(one.id, {}).values())
            found.append(DueSource(name, source, read, share, reasons))
    return tuple(sorted(found, key=lambda one: (-one.share, one.id)))


def _last_read(source: Source, statements: Iterable[Statement], on: dt.date) -> str | None:
    """When a source was last read, as written; what is after the day does not count, unless nothing else is known."""
    days = [day for day in (source.accessed, *(one.rechecked for one in statements)) if day]
    return max((day for day in days if read_date(day) <= on), key=read_date, default=next(iter(days), None))


def _reasons(source: Source, read: str | None, on: dt.date) -> Iterator[Reason]:
    if source.archived is None:
        yield "no address" if source.url is None else "not archived"
    if read is None:
        yield "never read"
    elif age(read_date(read), on) >= defaults().read_years:
        yield "read long ago"
