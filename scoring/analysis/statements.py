"""Evidence selected by country, pillar, indicator, source and date."""

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
    """One statement of one profile with its source and the pillars that it codes; none for context."""

    profile: Profile
    statement: Statement
    source: Source
    pillars: tuple[str, ...]

    @property
    def codes(self) -> Mapping[str, Any]:
        """Indicator -> code of the first reading; empty for context."""
        return self.statement.codes or {}


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
    """Select statements that meet every condition given.

    A statement without a date lies in no span: it is left out where `since` or `to` is given, and kept
    where only `known_by` is, which leaves out what is dated later. Ordered by country,
    then date (undated last), then id.
    """
    found: list[Evidence] = []
    for profile in profiles:
        for statement in profile.statements:
            codes = statement.codes or {}
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
                found.append(Evidence(profile, statement, profile.sources[statement.source], pillars))
    return tuple(sorted(found, key=_order))


def _order(evidence: Evidence) -> tuple[str, bool, str, str]:
    date = evidence.statement.date
    return (
        evidence.profile.country,
        date is None,
        read_date(date).isoformat() if date else "",
        evidence.statement.id,
    )
