"""Places for labels that cover neither each other nor marks, with a line that leads to those that stand apart."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

DIRECTIONS = 24
RINGS = 60  # distances at which a place is looked for, before a label is given up
INWARD = 3  # how many times as far a place opposite to the middle of all led labels is worth, less 1


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


class Wanted(NamedTuple):
    """A label to be placed."""

    x: float
    y: float
    """What it names."""
    width: float
    height: float
    near: Sequence[tuple[float, float]]
    """Offsets of its middle at which it needs no leader, the best first."""


class Placed(NamedTuple):
    """A label in its place."""

    box: Box
    leader: tuple[float, float, float, float] | None
    """From the edge of the label to what it names; None where it stands beside it."""


def box_around(x: float, y: float, width: float, height: float) -> Box:
    """The rectangle of this size with its middle at (x, y)."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def overlaps(first: Box, second: Box) -> bool:
    """Whether two rectangles have an area in common."""
    is_beside = first.left >= second.right or first.right <= second.left
    return not is_beside and first.top < second.bottom and first.bottom > second.top


def placed(wanted: Sequence[Wanted], area: Box, marks: Sequence[Box], step: float) -> list[Placed | None]:
    """The place of each label, in the order of `wanted`; None where there is no room.

    Labels choose one after the other, those that may stand near what they name first. Of several orders of the others
    that is taken which leaves the fewest labels without a place, and the shortest leaders.

    Args:
        wanted: the labels.
        area: in which they must stay.
        marks: what no label may cover.
        step: distance between the rings around a mark on which a led label may stand.
    """
    if not wanted:
        return []
    led = [label for label in wanted if not label.near] or wanted
    x, y = (sum(values) / len(led) for values in zip(*((label.x, label.y) for label in led), strict=True))
    orders: tuple[Callable[[Wanted], float], ...] = (
        lambda label: math.hypot(label.x - x, label.y - y),
        lambda label: -math.hypot(label.x - x, label.y - y),
        lambda label: math.atan2(label.y - y, label.x - x),
        lambda label: label.y,
    )
    best: tuple[int, float] | None = None
    found: list[Placed | None] = []
    for order in orders:
        numbered = sorted(range(len(wanted)), key=lambda place: (not wanted[place].near, order(wanted[place]), place))
        chosen = _chosen([wanted[place] for place in numbered], area, marks, step, (x, y))
        cost = sum(one is None for one in chosen), sum(map(_length, chosen))
        if best is None or cost < best:
            best = cost
            found = [one for _, one in sorted(zip(numbered, chosen, strict=True), key=lambda pair: pair[0])]
    return found


def _length(place: Placed | None) -> float:
    """Of the leader of a label."""
    if place is None or place.leader is None:
        return 0
    x1, y1, x2, y2 = place.leader
    return math.hypot(x2 - x1, y2 - y1)


def _chosen(
    wanted: Iterable[Wanted], area: Box, marks: Sequence[Box], step: float, middle: tuple[float, float]
) -> list[Placed | None]:
    taken: list[Box] = [*marks]
    lines: list[tuple[float, float, float, float]] = []
    found: list[Placed | None] = []
    for label in wanted:
        place = next(_places(label, area, taken, lines, step, middle), None)
        found.append(place)
        if place is not None:
            taken.append(place.box)
            lines += [place.leader] if place.leader else []
    return found


def _places(
    label: Wanted,
    area: Box,
    taken: Sequence[Box],
    lines: Sequence[tuple[float, float, float, float]],
    step: float,
    outward: tuple[float, float],
) -> Iterator[Placed]:
    """The free places, the best first."""

    def is_free(one: Box) -> bool:
        is_within = area.left <= one.left and one.right <= area.right and area.top <= one.top
        return (
            is_within
            and one.bottom <= area.bottom
            and not any(overlaps(one, other) for other in taken)
            and not any(_crosses(line, one) for line in lines)
        )

    for dx, dy in label.near:
        one = box_around(label.x + dx, label.y + dy, label.width, label.height)
        if is_free(one):
            yield Placed(one, None)
    for distance, angle in _spots(label, outward):
        x = label.x + math.cos(angle) * (distance * step + label.width / 2)
        y = label.y + math.sin(angle) * (distance * step + label.height / 2)
        one = box_around(x, y, label.width, label.height)
        if not is_free(one):
            continue
        leader = _leader(one, label.x, label.y)
        own = box_around(label.x, label.y, step, step)
        others = [box for box in taken if not overlaps(box, own)]
        if not any(_crosses(leader, box) for box in others) and not any(_meets(leader, line) for line in lines):
            yield Placed(one, leader)


def _spots(label: Wanted, outward: tuple[float, float]) -> list[tuple[int, float]]:
    """Where a led label may stand: numbers of the ring and angles, near ones and those away from the middle first."""
    x, y = outward
    away = math.atan2(label.y - y, label.x - x)

    def cost(spot: tuple[int, float]) -> float:
        turned = abs((spot[1] - away + math.pi) % (2 * math.pi) - math.pi) / math.pi
        return spot[0] * (1 + INWARD * turned)

    angles = [2 * math.pi * turn / DIRECTIONS for turn in range(DIRECTIONS)]
    return sorted(itertools.product(range(1, RINGS), angles), key=cost)


def _leader(box: Box, x: float, y: float) -> tuple[float, float, float, float]:
    """From the nearest point of a rectangle to (x, y)."""
    return min(max(x, box.left), box.right), min(max(y, box.top), box.bottom), x, y


def _crosses(line: tuple[float, float, float, float], box: Box) -> bool:
    """Whether a line has a point inside a rectangle (Liang and Barsky 1984)."""
    x1, y1, x2, y2 = line
    first, last = 0.0, 1.0
    for start, step, low, high in ((x1, x2 - x1, box.left, box.right), (y1, y2 - y1, box.top, box.bottom)):
        if step == 0:
            if not low < start < high:
                return False
            continue
        ends = sorted(((low - start) / step, (high - start) / step))
        first, last = max(first, ends[0]), min(last, ends[1])
    return first < last


def _meets(first: tuple[float, float, float, float], second: tuple[float, float, float, float]) -> bool:
    """Whether two lines have a point in common."""

    def side(line: tuple[float, float, float, float], x: float, y: float) -> float:
        x1, y1, x2, y2 = line
        return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)

    return (
        side(first, *second[:2]) * side(first, *second[2:]) <= 0
        and side(second, *first[:2]) * side(second, *first[2:]) <= 0
    )
