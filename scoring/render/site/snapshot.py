"""All countries on one day, scored, simulated and ranked by the index and by each pillar."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from scoring.files.defaults import defaults
from scoring.model.profile import Profile, edition_days
from scoring.uncertainty.custom_weights import pillar_draws

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from scoring.index.assessment import Assessment
    from scoring.uncertainty.custom_weights import Steps
    from scoring.uncertainty.run import Run, View


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All countries on one day."""

    day: dt.date
    assessment: Assessment
    views: tuple[View, ...]
    """The index, then each pillar."""
    pillar_draws: Steps
    """Monte Carlo draws of the pillars for custom weights, shape (countries, pillars, draws)."""
    others: tuple[View, ...] = ()
    """The index by each of some other rubrics."""


class Days(NamedTuple):
    """The days of the editions of some profiles, in order."""

    shown: tuple[dt.date, ...]
    """Those by which at least half of the profiles have an edition: fewer would make another set of it."""
    default: dt.date
    """Of those by which every profile has one, that which most have, of several the latest."""
    left_out: tuple[dt.date, ...]
    """The others."""


def days(profiles: Sequence[Profile]) -> Days:
    """The days of the editions of some profiles, at least one."""
    editions = [edition_days(profile) for profile in profiles]
    times = Counter(itertools.chain.from_iterable(editions))
    begun = {day: sum(own[0] <= day for own in editions) for day in sorted(times)}
    default = max((day for day in begun if begun[day] == len(profiles)), key=lambda day: (times[day], day))
    shown = tuple(day for day in begun if 2 * begun[day] >= len(profiles))
    return Days(shown, default, tuple(day for day in begun if day not in shown))


def snapshot_on(
    run: Run, day: dt.date, progress: Callable[[float], None] | None = None, *, others: Sequence[Run] = ()
) -> Snapshot:
    """The snapshot on a day.

    Args:
        run: the countries.
        day: the reference date.
        progress: as in `scoring.uncertainty.simulation.simulate`.
        others: the same countries by other rubrics.
    """
    views = run.views(day, progress=progress)
    settings = replace(run.settings, draws=min(defaults().site_draws, run.settings.draws))
    draws = pillar_draws(run.assessment(day), settings)
    beside = tuple(other.view(day, progress=progress) for other in others)
    return Snapshot(day, run.assessment(day), views, draws, beside)
