"""Countries facing each of several actors: one score for each pair, with what the evidence says of the actor."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scoring.index.leaves import SHARES
from scoring.index.publication import shares_on_actor
from scoring.model.actors import actors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from scoring.index.scenario import Scenario
    from scoring.model.profile import Profile
    from scoring.uncertainty.ranking import SimulatedScore
    from scoring.uncertainty.simulation import Simulation


class FacingActor(NamedTuple):
    """A country facing an actor."""

    actor: str
    score: SimulatedScore
    on_actor: Mapping[str, float]
    """Availability and information of the questions about the actor, in [0, 1]; empty if the rubric has none."""
    nothing_on: tuple[str, ...]
    """The titles of the pillars whose questions about the actor have no evidence."""
    statements: int
    """How many statements enter the score."""


@dataclass(frozen=True)
class Actors:
    """Countries and the actors that their statements are about."""

    actors: tuple[str, ...]
    """Those of the profiles first, then by the number of countries."""
    simulations: Mapping[str, Simulation]
    """Actor -> the countries that face it."""
    countries: tuple[tuple[Profile, Mapping[str, FacingActor]], ...]
    """Each country, and by actor its score; none for an actor on which it has no statement."""


def actors_to_score(scenario: Scenario, countries: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The actors, those of the profiles first, each with the countries that have statements on it.

    countries: codes; empty for all that have statements on more than one actor, or for all if none has.

    Raises:
        UnknownNameError: a country is not in the set.
    """
    scenario = scenario.of(countries) if countries else scenario
    found = {profile.country: actors_of(profile) for profile in scenario.profiles}
    several = [code for code, actors in found.items() if len(actors) > 1]
    chosen = sorted(set(countries) or several or found)
    times = Counter(actor for code in chosen for actor in found[code])
    own = {profile.actor for profile in scenario.profiles}
    order = sorted(times, key=lambda actor: (actor not in own, -times[actor], actor))
    return {actor: tuple(code for code in chosen if actor in found[code]) for actor in order}


def by_actor(
    scenario: Scenario, asked: Mapping[str, Collection[str]], simulate: Callable[[Scenario], Simulation]
) -> Actors:
    """Score each country facing each actor.

    Args:
        scenario: the countries as loaded.
        asked: from `actors_to_score`.
        simulate: the draws of a scenario.
    """
    simulations = {
        actor: simulate(scenario.of(countries).facing(actor).on(scenario.as_of)) for actor, countries in asked.items()
    }
    scores = {
        actor: {one.country.code: _facing(actor, simulation, one) for one in simulation.countries}
        for actor, simulation in simulations.items()
    }
    chosen = {code for countries in asked.values() for code in countries}
    return Actors(
        tuple(asked),
        simulations,
        tuple(
            (profile, {actor: found[profile.country] for actor, found in scores.items() if profile.country in found})
            for profile in scenario.profiles
            if profile.country in chosen
        ),
    )


def _facing(actor: str, simulation: Simulation, score: SimulatedScore) -> FacingActor:
    assessment, row = simulation.assessment, score.country.row
    leaves = assessment.book.leaves
    shares = {name: getattr(assessment.figures, name)[row] for name in SHARES}
    by_pillar = {
        pillar.label: shares_on_actor(
            [node for node in assessment.nodes if node.path.startswith(f"{pillar.path}/")], leaves, shares
        )
        for pillar in assessment.pillars
    }
    return FacingActor(
        actor,
        score,
        shares_on_actor(assessment.nodes, leaves, shares),
        tuple(title for title, found in by_pillar.items() if found and not any(found.values())),
        len({entry.statement for leaf in assessment.leaves[row].values() for entry in leaf.entries}),
    )
