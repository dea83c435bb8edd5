"""The smallest set of changes, of one or two countries, that reaches a figure or reverses a ranking."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from scoring.index.publication import TIE_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats

TIE = 10**-TIE_DECIMALS / 2  # indices that differ by at most this are tied
EXHAUSTED = 3  # all sets of changes up to this size are tried
CHUNK = 2_000  # sets of a country scored at a time
TRIED = 250_000  # sets of steps of one size that are tried: those of three of 114 steps, in about five seconds


class Changes(Protocol):
    """Changes of one country, which can be combined."""

    @property
    def count(self) -> int:
        """How many there are."""

    def indices(self, sets: NDArray[np.intp]) -> Floats:
        """The index after each of some sets of changes, shape (sets,); its negative where lower is better.

        sets: the numbers of the changes, shape (sets, changes).
        """


class Turn(NamedTuple):
    """Changes of the country above, and of that below, after which the ranking is reversed."""

    above: tuple[int, ...]
    below: tuple[int, ...]
    smallest: bool
    """Whether all smaller sets were tried."""


def smallest_turn(above: Changes, below: Changes, exhausted: int = EXHAUSTED) -> Turn | None:
    """The smallest set of changes of two countries that puts the one below above the other; None if none does.

    All sets of one to three changes are tried; of the smallest that reverse the ranking, the one with the largest
    effect is returned. If there is none, changes are made one by one, each time the one with the largest effect: such a
    set is not proven to be the smallest.

    exhausted: up to which size all sets are tried.
    """
    # A change moves only the index of its own country: of all sets with some changes of each, the worst has the upper
    # country's worst changes and the lower country's best.
    worst: list[tuple[float, tuple[int, ...]]] = []
    best: list[tuple[float, tuple[int, ...]]] = []
    for size in range(exhausted + 1):
        worst.append(lowest(above, size))
        best.append(lowest(below, size, sign=-1))
        lead, ours = min((worst[ours][0] + best[size - ours][0], -ours) for ours in range(size + 1))
        if size and lead < -TIE:
            return Turn(worst[-ours][1], best[size + ours][1], smallest=True)
    return _one_by_one(above, below)


def _one_by_one(above: Changes, below: Changes) -> Turn | None:
    made: dict[Changes, tuple[int, ...]] = {above: (), below: ()}
    least = math.inf
    while steps := [
        (country, number)
        for country in (above, below)
        for number in range(country.count)
        if number not in made[country]
    ]:
        now = {country: country.indices(sets_of([made[country]]))[0] for country in (above, below)}
        after = np.concatenate(
            [
                above.indices(sets_of((*made[above], one) for country, one in steps if country is above)) - now[below],
                now[above] - below.indices(sets_of((*made[below], one) for country, one in steps if country is below)),
            ]
        )
        after = np.where(np.isnan(after), np.inf, after)
        if after.min() >= least:
            return None
        least = float(after.min())
        country, number = steps[int(after.argmin())]
        made[country] = (*made[country], number)
        if least < -TIE:
            return Turn(made[above], made[below], smallest=False)
    return None


def sets_of(sets: Iterable[Sequence[int]]) -> NDArray[np.intp]:
    """Sets of as many numbers, shape (sets, numbers)."""
    found = list(sets)
    return np.array(found, dtype=np.intp).reshape(len(found), -1 if found and found[0] else 0)


def lowest(country: Changes, size: int, *, sign: int = 1) -> tuple[float, tuple[int, ...]]:
    """The lowest index, or with the sign -1 the highest with its sign changed, after some changes, and these.

    Infinite where no set of this size leaves an index.
    """
    sets = sets_of(itertools.combinations(range(country.count), size))
    if not len(sets):
        return math.inf, ()
    indices = sign * country.indices(sets)
    indices = np.where(np.isnan(indices), np.inf, indices)
    return float(indices.min()), tuple(sets[int(indices.argmin())].tolist())


def exhaustible(*counts: int) -> int:
    """Up to which size all sets of so many changes can be tried."""
    return max(size for size in range(EXHAUSTED + 1) if math.comb(max(counts), size) <= TRIED)
