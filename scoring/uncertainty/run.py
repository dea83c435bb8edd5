"""A cache of assessments and simulations of one scenario: each day and pillar is computed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scoring.model.digest import digest
from scoring.uncertainty.simulation import simulate, simulate_together

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Scenario
    from scoring.index.tree import Node
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.simulation import Simulation

    Key: TypeAlias = tuple[dt.date | None, str | None]


class View(NamedTuple):
    """The index, or a pillar as its own index, with its simulation."""

    node: Node
    """In the tree of the whole index."""
    ranked: Assessment
    simulation: Simulation


@dataclass(frozen=True, eq=False)
class Run:
    """A scenario with the settings of its simulation; results are cached per day and pillar.

    In all methods `day` is the reference date of all countries, by default that of the scenario, and `pillar` the id of
    a pillar that is scored as its own index, by default the index.
    """

    scenario: Scenario
    settings: Settings
    _assessments: dict[Key, Assessment] = field(default_factory=dict, init=False, repr=False)
    _simulations: dict[Key, Simulation] = field(default_factory=dict, init=False, repr=False)
    _countries: dict[str, Run] = field(default_factory=dict, init=False, repr=False)
    _digests: dict[str, tuple[str, str]] = field(default_factory=dict, init=False, repr=False)

    def assessment(self, day: dt.date | None = None, pillar: str | None = None) -> Assessment:
        """The assessment of all countries.

        Raises:
            UnknownNameError: the rubric has no such pillar.
        """
        key = day or self.scenario.as_of, pillar
        if key not in self._assessments:
            self._assessments[key] = self.scenario.on(day).by_pillar(pillar).assess()
        return self._assessments[key]

    def simulation(
        self, day: dt.date | None = None, pillar: str | None = None, *, progress: Callable[[float], None] | None = None
    ) -> Simulation:
        """The simulation of the assessment; `progress` as in `scoring.uncertainty.simulation.simulate`."""
        key = day or self.scenario.as_of, pillar
        if key not in self._simulations:
            self._simulations[key] = simulate(self.assessment(day, pillar), self.settings, progress=progress)
        return self._simulations[key]

    def view(self, day: dt.date | None = None, *, progress: Callable[[float], None] | None = None) -> View:
        """The index, scored and simulated."""
        index = self.assessment(day)
        return View(index.nodes[0], index, self.simulation(day, progress=progress))

    def views(self, day: dt.date | None = None, *, progress: Callable[[float], None] | None = None) -> tuple[View, ...]:
        """The index, then each pillar, scored at once and simulated from the same draws."""
        pillars = None, *(pillar.id for pillar in self.scenario.book.pillars)
        keys: list[Key] = [(day or self.scenario.as_of, pillar) for pillar in pillars]
        if any(key not in self._simulations for key in keys):
            found = self.scenario.on(day).assess_each(pillars)
            assessments = [self._assessments.setdefault(key, one) for key, one in zip(keys, found, strict=True)]
            simulations = simulate_together(assessments, self.settings, progress=progress)
            self._simulations.update(zip(keys, simulations, strict=True))
        index = self._assessments[keys[0]]
        nodes = index.nodes[0], *index.pillars
        scored = ((self._assessments[key], self._simulations[key]) for key in keys)
        return tuple(View(node, *one) for node, one in zip(nodes, scored, strict=True))

    def only(self, country: str) -> Run:
        """The run of one country, which takes less time; all its figures except ranks are the same.

        Raises:
            UnknownNameError: the country is not in the set.
        """
        if country not in self._countries:
            self._countries[country] = Run(self.scenario.of([country]), self.settings)
        return self._countries[country]

    def digests(self, country: str) -> tuple[str, str] | None:
        """The digests of the rubric and of the profile of a country; None if the country is not in the set."""
        for profile in self.scenario.profiles:
            if profile.country == country and country not in self._digests:
                self._digests[country] = digest(self.scenario.book), digest(profile)
        return self._digests.get(country)
