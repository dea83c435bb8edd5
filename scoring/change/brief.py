"""What is new since a day or a revision: what moved, the evidence that came, and the profiles that grow old."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from scoring.analysis import statements as select
from scoring.analysis.country import basis
from scoring.change.attribution import changed_statements, differences
from scoring.files.defaults import defaults
from scoring.index.scenario import scenario_of
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    from scoring.analysis.country import Basis
    from scoring.change.attribution import Difference
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause
    from scoring.uncertainty.draws import Settings


class Since(NamedTuple):
    """What a briefing compares with: the last commit before a day, a revision, a folder, or the evidence of a day."""

    asked: str
    """The date, revision or folder as it was asked for."""
    kind: Literal["day", "revision", "folder", "evidence"]
    commit: str | None = None


class RankMove(NamedTuple):
    """A rank that is another now, and what interval it had.

    Among the countries that are published both times, so that one that comes or goes moves no rank.
    """

    country: str
    was: int
    now: int
    interval: tuple[int, int]

    @property
    def is_beyond(self) -> bool:
        """Whether the rank of now lies outside the interval of then."""
        return not self.interval[0] <= self.now <= self.interval[1]


class Publication(NamedTuple):
    """A country whose index is withheld now and was not, or the other way round: its rows before and after."""

    country: str
    before: int
    after: int


class Changed(NamedTuple):
    """The statements of a country that are gone, or count otherwise than they did."""

    country: str
    cause: Cause
    statements: tuple[str, ...]


class Day(NamedTuple):
    """What is left of a country's evidence on a day, if nothing is added."""

    day: dt.date
    information: float
    availability: float
    withheld_because: tuple[str, ...]


@dataclass(frozen=True)
class Outlook:
    """How the evidence of one country ages: on its own day, and on the ends of the years after it."""

    country: str
    coded_until: dt.date
    newest: str | None
    """The newest date of the statements in force, as it is written; None if none has one."""
    is_behind: bool
    """Whether evidence was gathered up to a later day for another country of the set."""
    days: tuple[Day, ...]

    @property
    def withheld(self) -> Day | None:
        """The first of the days on which the index is withheld."""
        return next((day for day in self.days if day.withheld_because), None)


@dataclass(frozen=True)
class Brief:
    """What is new between two assessments, the second being that of now."""

    before: Assessment
    after: Assessment
    differences: tuple[Difference, ...]
    """Of the countries that are published in both."""
    ranks: tuple[RankMove, ...]
    ranked: int
    """How many countries are published both times."""
    published: tuple[Publication, ...]
    came: tuple[str, ...]
    gone: tuple[str, ...]
    added: tuple[select.Evidence, ...]
    """By country, date and id, those of countries that came with them."""
    changed: tuple[Changed, ...]
    outlooks: tuple[Outlook, ...]
    """Of the profiles that grow old: behind the others, or withheld within the horizon. The first withheld first."""

    @property
    def is_new_rubric(self) -> bool:
        """Whether the two were scored by different rubrics."""
        return self.before.rubric_digest != self.after.rubric_digest

    @property
    def is_empty(self) -> bool:
        """Whether nothing is new."""
        moved = self.differences or self.ranks or self.published
        return not (self.is_new_rubric or moved or self.came or self.gone or self.added or self.changed)


def brief(before: Assessment, after: Assessment, drawing: tuple[Settings, Settings]) -> Brief:
    """What is new between two assessments, each with the settings that its rubric is drawn with."""
    old = {profile.country: row for row, profile in enumerate(before.profiles)}
    new = {profile.country: row for row, profile in enumerate(after.profiles)}
    both = [(code, old[code], new[code]) for code in new if code in old]
    withheld = {
        code: (bool(before.withheld_because[was]), bool(after.withheld_because[now])) for code, was, now in both
    }
    ranked = [code for code in withheld if not any(withheld[code])]
    ids = {code: {one.id for one in before.profiles[row].statements} for code, row in old.items()}
    return Brief(
        before=before,
        after=after,
        differences=tuple(one for one in differences(before, after, drawing[1]) if not any(withheld[one.country])),
        ranks=_rank_moves(before, after, ranked, drawing[0]),
        ranked=len(ranked),
        published=tuple(Publication(*one) for one in both if len(set(withheld[one[0]])) > 1),
        came=tuple(code for code in new if code not in old),
        gone=tuple(code for code in old if code not in new),
        added=tuple(
            one
            for one in select.statements(after.profiles, after.book)
            if one.statement.id not in ids.get(one.profile.country, ())
        ),
        changed=tuple(
            Changed(code, cause, tuple(sorted(names)))
            for code, was, now in both
            for cause, names in changed_statements(before.profiles[was], after.profiles[now]).items()
            if names and cause != "new statements"
        ),
        outlooks=_outlooks(after),
    )


def _rank_moves(before: Assessment, after: Assessment, codes: list[str], settings: Settings) -> tuple[RankMove, ...]:
    if not codes:
        return ()
    then, now = (scenario_of(assessment).of(codes).assess() for assessment in (before, after))
    drawn = simulate(then, settings)
    intervals = [drawn.rank_interval(row) for row in range(len(codes))]
    moves = zip(codes, then.rank, now.rank, intervals, strict=True)
    return tuple(
        RankMove(code, old, new, interval)
        for code, old, new, interval in moves
        if old is not None and new is not None and interval is not None and old != new
    )


# -- profiles that grow old --------------------------------------------------------------------------------------------


def _outlooks(assessment: Assessment) -> tuple[Outlook, ...]:
    known = [basis(assessment, row) for row in range(len(assessment.profiles))]
    latest = max((one.coded_until for one in known), default=dt.date.min)
    found = [_outlook(assessment, row, one, latest) for row, one in enumerate(known)]
    old = [one for one in found if one.withheld or one.is_behind]
    return tuple(sorted(old, key=_urgency))


def _urgency(one: Outlook) -> tuple[dt.date, float, str]:
    return one.withheld.day if one.withheld else dt.date.max, one.days[0].information, one.country


def _outlook(assessment: Assessment, row: int, known: Basis, latest: dt.date) -> Outlook:
    today = assessment.as_of[row]
    alone = scenario_of(assessment).of([assessment.profiles[row].country]).evidence_on(today)
    years = defaults().outlook_years
    ends = [dt.date(year, 12, 31) for year in range(today.year, min(today.year + years, dt.MAXYEAR) + 1)]
    days = [today, *(end for end in ends if end > today)][: years + 1]
    return Outlook(
        country=alone.profile.country,
        coded_until=known.coded_until,
        newest=known.newest,
        is_behind=known.coded_until < latest,
        days=tuple(_day(alone.on(day).assess()) for day in days),
    )


def _day(alone: Assessment) -> Day:
    figures = alone.figures
    information, availability = float(figures.information[0, 0]), float(figures.availability[0, 0])
    return Day(alone.as_of[0], information, availability, alone.withheld_because[0])
