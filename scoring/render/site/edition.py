"""What a site says of one day: the countries scored, drawn and ranked by the index and by each pillar."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scoring.files.defaults import defaults
from scoring.index.assessment import assess
from scoring.model.profile import Profile, edition_days
from scoring.uncertainty.custom_weights import pillar_draws, pillars_alone
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.custom_weights import Steps
    from scoring.uncertainty.simulation import Simulation


class View(NamedTuple):
    """The index, or a pillar ranked and drawn as if it were the index."""

    node: Node
    ranked: Assessment
    simulation: Simulation


@dataclass(frozen=True, eq=False)
class Edition:
    """All countries on one day."""

    day: dt.date
    assessment: Assessment
    views: tuple[View, ...]
    """The index, then each pillar."""
    drawn: Steps
    """Draws of the pillars, from `scoring.reweigh`."""


def days(profiles: Sequence[Profile]) -> tuple[tuple[dt.date, ...], dt.date]:
    """The editions of all profiles in order, and the one that the most profiles have, of several the latest."""
    times = Counter(day for profile in profiles for day in edition_days(profile))
    return tuple(sorted(times)), max(times, key=lambda day: (times[day], day))


def edition(
    book: RuleBook,
    profiles: Sequence[Profile],
    day: dt.date,
    *,
    draws: int,
    seed: int,
    shared: float | None,
    progress: Callable[[float], None] | None = None,
) -> Edition:
    """Score and draw all countries on a day; `progress` as in `scoring.simulate.simulate`."""
    whole = assess(book, profiles, as_of=day)
    settings = settings_of(whole, draws=draws, seed=seed, shared=shared)
    root = whole.nodes[0]
    pillars = [whole.nodes[child] for child in root.children]
    alone = pillars_alone(whole)
    views = tuple(
        View(node, ranked, simulate(ranked, settings, progress=progress))
        for node, ranked in zip((root, *pillars), (whole, *alone), strict=True)
    )
    tried = settings_of(whole, draws=min(defaults().site_draws, draws), seed=seed, shared=shared)
    return Edition(day, whole, views, pillar_draws(alone, tried))
