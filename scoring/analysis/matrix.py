"""Two rubrics compared: the index of each country by one and by the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scoring.index.scores import CountryScore
    from scoring.model.rubric import Rubric
    from scoring.uncertainty.ranking import SimulatedScore
    from scoring.uncertainty.simulation import Simulation


class ByBoth(NamedTuple):
    """One country by both rubrics."""

    first: SimulatedScore
    second: SimulatedScore
    shared: tuple[str, ...]
    """The ids of the statements that enter both indices."""

    @property
    def sides(self) -> tuple[SimulatedScore, SimulatedScore]:
        """The scores by the first and by the second rubric."""
        return self.first, self.second

    @property
    def is_point(self) -> bool:
        """Whether both indices are published."""
        return all(side.country.is_published for side in self.sides)


@dataclass(frozen=True, eq=False)
class Matrix:
    """The countries that are scored by both rubrics, in the order of their codes."""

    first: Simulation
    second: Simulation
    countries: tuple[ByBoth, ...]

    @property
    def sides(self) -> tuple[Simulation, Simulation]:
        """The simulations of the first and of the second rubric."""
        return self.first, self.second

    @property
    def rubrics(self) -> tuple[Rubric, Rubric]:
        """The first and the second rubric."""
        return self.first.assessment.book.rubric, self.second.assessment.book.rubric

    @property
    def names(self) -> tuple[str, str]:
        """The names of the rubrics, as `names_of` gives them."""
        return names_of(*self.rubrics)


def names_of(first: Rubric, second: Rubric) -> tuple[str, str]:
    """The ids of two rubrics, with the version if both have the same, and a letter if that is the same, too."""
    if first.id != second.id:
        return first.id, second.id
    if first.version != second.version:
        return f"{first.id}@{first.version}", f"{second.id}@{second.version}"
    return f"{first.id} A", f"{second.id} B"


def matrix(first: Simulation, second: Simulation) -> Matrix:
    """Pair the scores of two simulations by country; a country that only one of them has is left out."""
    others = {simulated.country.code: simulated for simulated in second.countries}
    countries = tuple(
        ByBoth(simulated, other, tuple(sorted(_statements(first, simulated) & _statements(second, other))))
        for simulated in first.countries
        if (other := others.get(simulated.country.code)) is not None
    )
    return Matrix(first, second, countries)


def _statements(simulation: Simulation, simulated: SimulatedScore) -> set[str]:
    """The ids of the statements that enter an index."""
    leaves = simulation.assessment.leaves[simulated.country.row].values()
    return {entry.statement for leaf in leaves for entry in leaf.entries}


def open_range(country: CountryScore) -> tuple[float, float] | None:
    """The evidence bounds of a withheld index; None if they leave nothing open, and so would show a figure."""
    low, high = country.index.low, country.index.high
    return (low, high) if low < high else None
