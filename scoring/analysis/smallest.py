"""The smallest set of changes, of one or two countries, that reaches a figure or reverses a ranking."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from scoring.index.publication import TIE_DECIMALS
from scoring.processes import on_all_cores

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats

TIE = 10**-TIE_DECIMALS / 2  # indices that differ by at most this are tied
EXHAUSTED = 3  # all sets of changes up to this size are tried
CHUNK = 2_000  # sets of a country scored at a time
SEVERAL = 10  # times as many, which several processes score sooner than one
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


Country = TypeVar("Country", bound=Changes)


class Turn(NamedTuple):
    """Changes of the country above, and of that below, after which the ranking is reversed."""

    above: tuple[int, ...]
    below: tuple[int, ...]
    smallest: bool
    """Whether all smaller sets were tried."""


class Extreme(NamedTuple):
    """Changes of one country after which its index is the lowest, or the highest."""

    figure: float
    """The lowest index, or the highest with its sign changed; infinite where no such changes leave an index."""
    changes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Search(Generic[Country]):
    """The changes of one country that move its index the most, down and up.

    They do not depend on another country: in a comparison of many countries each is searched once, not once per pair.
    """

    country: Country
    _of_size: dict[int, tuple[Extreme, Extreme]] = field(default_factory=dict)
    _one_by_one: tuple[list[Extreme], list[Extreme]] = field(default_factory=lambda: ([], []))

    def of_size(self, size: int, *, up: bool = False) -> Extreme:
        """The extreme of all sets of so many changes."""
        if size not in self._of_size:
            found = self._extremes(itertools.combinations(range(self.country.count), size), (1, -1))
            self._of_size[size] = found[0], found[1]
        return self._of_size[size][up]

    def one_by_one(self, size: int, *, up: bool = False) -> Extreme | None:
        """So many changes, each of which is the best after those before it; None if there are not so many."""
        if size > self.country.count:
            return None
        found = self._one_by_one[up]
        while len(found) <= size:
            made = found[-1].changes if found else ()
            sets = [(*made, one) for one in range(self.country.count) if one not in made] if found else [()]
            found += self._extremes(sets, (-1 if up else 1,))
        return found[size]

    def _extremes(self, among: Iterable[Sequence[int]], signs: Sequence[int]) -> list[Extreme]:
        sets = sets_of(among)
        if not len(sets):
            return [Extreme(math.inf, ()) for _ in signs]
        indices = indices_after(self.country, sets)
        found = []
        for sign in signs:
            signed = np.where(np.isnan(indices), np.inf, sign * indices)
            found.append(Extreme(float(signed.min()), tuple(sets[int(signed.argmin())].tolist())))
        return found


def smallest_turn(above: Search[Country], below: Search[Country], exhausted: int = EXHAUSTED) -> Turn | None:
    """The smallest set of changes of two countries that puts the one below above the other; None if none does.

    All sets of one to three changes are tried; of the smallest that reverse the ranking, the one with the largest
    effect is returned. If there is none, changes are made one by one, each time the one with the largest effect: such a
    set is not proven to be the smallest.

    exhausted: up to which size all sets are tried.
    """
    # A change moves only the index of its own country: of all sets with some changes of each, the worst has the upper
    # country's worst changes and the lower country's best.
    worst: list[Extreme] = []
    best: list[Extreme] = []
    for size in range(exhausted + 1):
        worst.append(above.of_size(size))
        best.append(below.of_size(size, up=True))
        lead, ours = min((worst[ours].figure + best[size - ours].figure, -ours) for ours in range(size + 1))
        if size and lead < -TIE:
            return Turn(worst[-ours].changes, best[size + ours].changes, smallest=True)
    return _one_by_one(above, below)


def _one_by_one(above: Search[Country], below: Search[Country]) -> Turn | None:
    worst, best = above.one_by_one(0), below.one_by_one(0, up=True)
    least = math.inf
    while worst is not None and best is not None:
        worse = above.one_by_one(len(worst.changes) + 1)
        better = below.one_by_one(len(best.changes) + 1, up=True)
        leads = [math.inf if worse is None else worse.figure + best.figure]
        leads.append(math.inf if better is None else worst.figure + better.figure)
        if min(leads) >= least:
            return None
        least = min(leads)
        worst, best = (worse, best) if leads[0] == least else (worst, better)
        if worst is not None and best is not None and least < -TIE:
            return Turn(worst.changes, best.changes, smallest=False)
    return None


def sets_of(sets: Iterable[Sequence[int]]) -> NDArray[np.intp]:
    """Sets of as many numbers, shape (sets, numbers)."""
    found = list(sets)
    return np.array(found, dtype=np.intp).reshape(len(found), -1 if found and found[0] else 0)


def indices_after(country: Changes, sets: NDArray[np.intp]) -> Floats:
    """`Changes.indices` of any number of sets: some at a time, so that memory is bounded, and many on all cores."""
    chunks = [sets[first : first + CHUNK] for first in range(0, len(sets), CHUNK)]
    found = on_all_cores(country.indices, chunks, processes=None if len(chunks) > SEVERAL else 1)
    return np.concatenate([np.empty(0), *found])


def exhaustible(*counts: int) -> int:
    """Up to which size all sets of so many changes can be tried."""
    return max(size for size in range(EXHAUSTED + 1) if math.comb(max(counts), size) <= TRIED)
