"""Select statements by country, pillar, indicator, source and date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scoring.model.fields import read_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

    from scoring.model.profile import Profile, Source, Statement
    from scoring.model.rubric import RuleBook


@dataclass(frozen=True)
class Evidence:
    """One statement of one profile with its source and the pillars that it codes; a context statement codes none."""

    profile: Profile
    statement: Statement
    source: Source
    pillars: tuple[str, ...]

    @property
    def codes(self) -> Mapping[str, Any]:
        """Indicator -> code, as adjudicated or by the first coder; empty for context."""
        return self.statement.counted


def statements(
    profiles: Iterable[Profile],
    book: RuleBook,
    *,
    countries: Collection[str] = (),
    pillar: str | None = None,
    indicator: str | None = None,
    source: str | None = None,
    since: dt.date | None = None,
    to: dt.date | None = None,
    known_by: dt.date | None = None,
) -> tuple[Evidence, ...]:
    """The statements that meet all conditions, by country, then date (undated last), then id.

    Args:
        profiles: whose statements are selected.
        book: the rubric, which knows the pillars of indicators.
        countries: codes; by default all.
        pillar: id of a pillar that the statement codes.
        indicator: id of an indicator that it codes.
        source: id of its source.
        since: first date; leaves out undated statements.
        to: last date; leaves out undated statements.
        known_by: last date; keeps undated statements.
    """
    selected: list[Evidence] = []
    for profile in profiles:
        for statement in profile.statements:
            codes = statement.counted
            pillars = tuple(sorted({book.pillar_of[name].id for name in codes}))
            date = read_date(statement.date) if statement.date else None
            keep = (
                (not countries or profile.country in countries)
                and (pillar is None or pillar in pillars)
                and (indicator is None or indicator in codes)
                and (source is None or statement.source == source)
                and (since is None or (date is not None and date >= since))
                and (to is None or (date is not None and date <= to))
                and (known_by is None or date is None or date <= known_by)
            )
            if keep:
                selected.append(Evidence(profile, statement, profile.sources[statement.source], pillars))
    return tuple(sorted(selected, key=_order))


def _order(evidence: Evidence) -> tuple[str, bool, str, str]:
    date = evidence.statement.date
    return (
        evidence.profile.country,
        date is None,
        read_date(date).isoformat() if date else "",
        evidence.statement.id,
    )
