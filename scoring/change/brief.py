"""What is new since a date or a revision: changes of scores, new evidence, and profiles that become outdated."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from scoring.analysis import statements as select
from scoring.analysis.country import basis
from scoring.change.attribution import changed_statements, differences
from scoring.files.defaults import defaults
from scoring.index.scenario import scenario_of, statements_by_id
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.analysis.country import Basis
    from scoring.change.attribution import Difference
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause
    from scoring.uncertainty.draws import Settings


class Since(NamedTuple):
    """What a briefing compares with: the last commit before a day, a revision, a folder, or the evidence of a day."""

    asked: str
    """The date, revision or folder as given by the user."""
    kind: Literal["day", "revision", "folder", "evidence"]
    commit: str | None = None


class RankChange(NamedTuple):
    """A rank that changed, with the uncertainty interval of the earlier rank.

    Ranks are among the countries that are published in both assessments, so that an added or removed country changes no
    rank.
    """

    country: str
    was: int
    now: int
    interval: tuple[int, int]

    @property
    def is_beyond(self) -> bool:
        """Whether the new rank lies outside the interval of the earlier one."""
        return not self.interval[0] <= self.now <= self.interval[1]


class Publication(NamedTuple):
    """A country whose index became withheld or published: its rows in the two assessments."""

    country: str
    before: int
    after: int


class Changed(NamedTuple):
    """The statements of a country that were removed, re-coded, or got other grades or dates."""

    country: str
    cause: Cause
    statements: tuple[str, ...]


class Day(NamedTuple):
    """The evidence of a country on a day, if nothing is added."""

    day: dt.date
    information: float
    availability: float
    withheld_because: tuple[str, ...]


@dataclass(frozen=True)
class Outlook:
    """How the evidence of one country ages: on its reference date and at the ends of the next years."""

    country: str
    coded_until: dt.date
    newest: str | None
    """The newest date of the statements in force, as written; None if none has a date."""
    is_behind: bool
    """Whether evidence was collected up to a later day for another country of the set."""
    days: tuple[Day, ...]

    @property
    def withheld(self) -> Day | None:
        """The first of the days on which the index is withheld; None if there is none."""
        return next((day for day in self.days if day.withheld_because), None)


@dataclass(frozen=True)
class Brief:
    """The differences between an earlier and a later assessment."""

    before: Assessment
    after: Assessment
    differences: tuple[Difference, ...]
    """Changed indices of countries that are published in both."""
    ranks: tuple[RankChange, ...]
    ranked: int
    """How many countries are published in both."""
    published: tuple[Publication, ...]
    came: tuple[str, ...]
    """Codes of added countries."""
    gone: tuple[str, ...]
    """Codes of removed countries."""
    added: tuple[select.Evidence, ...]
    """New statements by country, date and id, including those of added countries."""
    changed: tuple[Changed, ...]
    outlooks: tuple[Outlook, ...]
    """Of profiles that are behind the others, or will be withheld within the horizon; the first withheld first."""

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Code -> name of each country, also of those that were removed."""
        profiles = (*self.before.profiles, *self.after.profiles)
        return {profile.country: profile.title for profile in profiles}

    @property
    def is_new_rubric(self) -> bool:
        """Whether the two assessments have different rubrics."""
        return self.before.rubric_digest != self.after.rubric_digest

    @property
    def is_empty(self) -> bool:
        """Whether there are no changes."""
        scores = self.differences or self.ranks or self.published
        return not (self.is_new_rubric or scores or self.came or self.gone or self.added or self.changed)


def brief(before: Assessment, after: Assessment, settings: tuple[Settings, Settings]) -> Brief:
    """Compare two assessments.

    Args:
        before: the earlier assessment.
        after: the later assessment.
        settings: of the simulation of each.
    """
    old = {profile.country: row for row, profile in enumerate(before.profiles)}
    new = {profile.country: row for row, profile in enumerate(after.profiles)}
    both = [(code, old[code], new[code]) for code in new if code in old]
    withheld = {
        code: (bool(before.withheld_because[was]), bool(after.withheld_because[now])) for code, was, now in both
    }
    ranked = [code for code in withheld if not any(withheld[code])]
    ids = {code: statements_by_id(before.profiles[row]).keys() for code, row in old.items()}
    return Brief(
        before=before,
        after=after,
        differences=tuple(
            change for change in differences(before, after, settings[1]) if not any(withheld[change.country])
        ),
        ranks=_rank_changes(before, after, ranked, settings[0]),
        ranked=len(ranked),
        published=tuple(Publication(code, was, now) for code, was, now in both if len(set(withheld[code])) > 1),
        came=tuple(code for code in new if code not in old),
        gone=tuple(code for code in old if code not in new),
        added=tuple(
            evidence
            for evidence in select.statements(after.profiles, after.book)
            if not evidence.statement.withdrawn and evidence.statement.id not in ids.get(evidence.profile.country, ())
        ),
        changed=tuple(
            Changed(code, cause, tuple(sorted(names)))
            for code, was, now in both
            for cause, names in changed_statements(before.profiles[was], after.profiles[now]).items()
            if names and cause != "new statements"
        ),
        outlooks=_outlooks(after),
    )


def _rank_changes(
    before: Assessment, after: Assessment, codes: list[str], settings: Settings
) -> tuple[RankChange, ...]:
    if not codes:
        return ()
    then, now = (scenario_of(assessment).of(codes).assess() for assessment in (before, after))
    simulation = simulate(then, settings)
    intervals = [simulation.rank_interval(row) for row in range(len(codes))]
    ranks = zip(codes, then.rank, now.rank, intervals, strict=True)
    return tuple(
        RankChange(code, old, new, interval)
        for code, old, new, interval in ranks
        if old is not None and new is not None and interval is not None and old != new
    )


# -- profiles that become outdated -------------------------------------------------------------------------------------


def _outlooks(assessment: Assessment) -> tuple[Outlook, ...]:
    bases = [basis(assessment, row) for row in range(len(assessment.profiles))]
    latest = max((country.coded_until for country in bases), default=dt.date.min)
    outlooks = [_outlook(assessment, row, country, latest) for row, country in enumerate(bases)]
    outdated = [outlook for outlook in outlooks if outlook.withheld or outlook.is_behind]
    return tuple(sorted(outdated, key=_urgency))


def _urgency(outlook: Outlook) -> tuple[dt.date, float, str]:
    return outlook.withheld.day if outlook.withheld else dt.date.max, outlook.days[0].information, outlook.country


def _outlook(assessment: Assessment, row: int, country: Basis, latest: dt.date) -> Outlook:
    today = assessment.as_of[row]
    scenario = scenario_of(assessment).of([assessment.profiles[row].country]).evidence_on(today)
    years = defaults().outlook_years
    ends = [dt.date(year, 12, 31) for year in range(today.year, min(today.year + years, dt.MAXYEAR) + 1)]
    days = [today, *(end for end in ends if end > today)][: years + 1]
    return Outlook(
        country=scenario.profile.country,
        coded_until=country.coded_until,
        newest=country.newest,
        is_behind=country.coded_until < latest,
        days=tuple(_day(scenario.on(day).assess()) for day in days),
    )


def _day(assessment: Assessment) -> Day:
    """The evidence of the only country of an assessment."""
    figures = assessment.figures
    information, availability = float(figures.information[0, 0]), float(figures.availability[0, 0])
    return Day(assessment.as_of[0], information, availability, assessment.withheld_because[0])
