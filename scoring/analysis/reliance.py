"""On what the figures of a country rely: the largest source, state-controlled and later ones, unconfirmed codes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from scoring.analysis.explain import leaves
from scoring.model.profile import is_retrospective

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from scoring.analysis.explain import Explained, Part
    from scoring.model.profile import Profile


class Reliance(NamedTuple):
    """Shares of the information of a node, in [0, 1]: of the weight of its statements, not of what is missing."""

    source: str
    """The key of the source with the largest share; of equal ones the first."""
    largest: float
    """Its share."""
    sources: int
    """How many sources enter."""
    state_controlled: float | None
    """The share of sources whose publisher a state controls; None without a register of publishers."""
    by_state: tuple[tuple[str, float], ...]
    """State -> the share of the sources that it controls, the largest first."""
    retrospective: float | None
    """The share of statements whose source is known to be published after their edition; None if no date is known."""
    unconfirmed: float | None
    """The share of codes that no person gave; None without a register of coders."""
    undated: int
    """How many of the sources have no date of publication, and so count as known on every day."""


class Known(NamedTuple):
    """How many sources of a set of countries were known by a day."""

    day: dt.date
    sources: int
    left_out: int
    """How many were published later."""
    undated: int
    """How many have no date of publication, and so count as known."""


def known(profiles: Iterable[Profile], day: dt.date) -> Known:
    """The sources of some countries that were known by a day."""
    sources = [source for profile in profiles for source in profile.sources.values()]
    left_out = sum(not source.is_known_by(day) for source in sources)
    return Known(day, len(sources), left_out, sum(source.published is None for source in sources))


def reliance(profile: Profile, explained: Explained) -> Reliance | None:
    """On which sources a node of a country relies; None if no statement enters it."""
    parts = [part for leaf in leaves(explained) for part in leaf.parts if part.share > 0]
    if not parts:
        return None
    total = math.fsum(part.share for part in parts)
    by_source = _shares(((part.statement.source, part) for part in parts), total)
    source, largest = max(by_source.items(), key=lambda pair: pair[1])  # in the order of their keys: the first of equal
    bodies = [(part, part.source.body) for part in parts]
    later = [part.share for part in parts if is_retrospective(profile, part.statement)]
    undated = sum(profile.sources[name].published is None for name in by_source)
    by_state = _shares(((body.controlled_by, part) for part, body in bodies if body and body.controlled_by), total)
    return Reliance(
        source=source,
        largest=largest,
        sources=len(by_source),
        state_controlled=math.fsum(by_state.values()) if any(body for _, body in bodies) else None,
        by_state=tuple(sorted(by_state.items(), key=lambda pair: (-pair[1], pair[0]))),
        unconfirmed=_unconfirmed(parts, total),
        retrospective=None if undated == len(by_source) else math.fsum(later) / total,
        undated=undated,
    )


def _unconfirmed(parts: Iterable[Part], total: float) -> float | None:
    """The share of the information that rests on codes that no person gave; figures of tables are nobody's codes."""
    known = [part for part in parts if part.is_confirmed is not None]
    return math.fsum(part.share for part in known if not part.is_confirmed) / total if known else None


def _shares(named: Iterable[tuple[str, Part]], total: float) -> dict[str, float]:
    """The share of the information under each name."""
    masses: dict[str, list[float]] = {}
    for name, part in named:
        masses.setdefault(name, []).append(part.share)
    return {name: math.fsum(mass) / total for name, mass in sorted(masses.items())}
