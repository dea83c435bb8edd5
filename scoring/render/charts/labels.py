"""Places for labels that cover neither each other nor marks, with a line that leads to those that stand apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from scoring.statistics.arrays import Floats

DIRECTIONS = 24
RINGS = 28  # distances at which a place is looked for, before a label is given up
INWARD = 2  # how much farther a place towards the middle of all led labels counts, as a multiple
TOGETHER = 32  # places tried at a time
COVERING = 60  # how many rings farther a place counts that lies wholly on what is better left free

Line: TypeAlias = "tuple[float, float, float, float]"
"""From (x1, y1) to (x2, y2)."""
Covered: TypeAlias = "Callable[[Floats], Floats]"


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
    leader: Line | None
    """From the edge of the label to what it names; None where it stands beside it."""


def box_around(x: float, y: float, width: float, height: float) -> Box:
    """The rectangle of this size with its middle at (x, y)."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def overlaps(first: Box, second: Box) -> bool:
    """Whether two rectangles have an area in common."""
    is_beside = first.left >= second.right or first.right <= second.left
    return not is_beside and first.top < second.bottom and first.bottom > second.top


def placed(
    wanted: Sequence[Wanted],
    area: Box,
    marks: Sequence[Box],
    step: float,
    covered: Covered = lambda places: np.zeros(len(places)),
) -> list[Placed | None]:
    """The place of each label, in the order of `wanted`; None where there is no room.

    Labels choose one after the other, those that may stand near what they name first. Of several orders of the others
    that is taken which leaves the fewest labels without a place, and the shortest leaders. No leader passes behind
    another label or is long, since a reader could not follow it.

    Args:
        wanted: the labels.
        area: in which they must stay.
        marks: what no label may cover.
        step: distance between the rings around a mark on which a led label may stand.
        covered: which shares of places, rows of left, top, right and bottom, are better left free.
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
        chosen = _chosen([wanted[place] for place in numbered], area, marks, step, (x, y), covered)
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
    wanted: Iterable[Wanted],
    area: Box,
    marks: Sequence[Box],
    step: float,
    middle: tuple[float, float],
    covered: Covered,
) -> list[Placed | None]:
    taken: list[Box] = [*marks]
    lines: list[Line] = []
    found: list[Placed | None] = []
    for label in wanted:
        place = next(_beside(label, area, taken), None)
        if place is None:
            spots = _spots(label, area, taken, step, middle, covered)
            place = _led(label, spots, taken, lines, step)
        found.append(place)
        if place is not None:
            taken.append(place.box)
            lines += [place.leader] if place.leader else []
    return found


def _beside(label: Wanted, area: Box, taken: Sequence[Box]) -> Iterator[Placed]:
    """The free places without a leader, the best first."""
    for dx, dy in label.near:
        one = box_around(label.x + dx, label.y + dy, label.width, label.height)
        if _is_free(one, area, taken):
            yield Placed(one, None)


def _led(
    label: Wanted, spots: Sequence[Box], taken: Sequence[Box], lines: Sequence[Line], step: float
) -> Placed | None:
    """The first place whose leader crosses no other one, and none of the rectangles; None if there is none."""
    own = box_around(label.x, label.y, step, step)
    others = _rows([box for box in taken if not overlaps(box, own)])
    drawn = _rows(lines)
    for first in range(0, len(spots), TOGETHER):  # one of the first is clear for nearly all labels
        some = spots[first : first + TOGETHER]
        leaders = np.array([_leader(one, label.x, label.y) for one in some])
        is_clear = ~_meets(leaders, drawn).any(axis=1) & ~_crosses(leaders, others).any(axis=1)
        is_clear &= ~_crosses(drawn, _rows(some)).any(axis=0)
        if is_clear.any():
            clear = int(np.argmax(is_clear))
            return Placed(some[clear], _leader(some[clear], label.x, label.y))
    return None


def _rows(values: Sequence[Line | Box]) -> Floats:
    """Lines or rectangles as rows of four numbers."""
    return np.array(values, dtype=float).reshape(-1, 4)


def _is_free(one: Box, area: Box, taken: Sequence[Box]) -> bool:
    is_within = area.left <= one.left and one.right <= area.right and area.top <= one.top and one.bottom <= area.bottom
    return is_within and not any(overlaps(one, other) for other in taken)


def _spots(
    label: Wanted,
    area: Box,
    taken: Sequence[Box],
    step: float,
    middle: tuple[float, float],
    covered: Covered,
) -> list[Box]:
    """Free places for a led label: near ones, those away from the middle and those that cover little first."""
    rings, turns = (grid.ravel() for grid in np.meshgrid(np.arange(1, RINGS), np.arange(DIRECTIONS), indexing="ij"))
    angles = 2 * math.pi * turns / DIRECTIONS
    x = label.x + np.cos(angles) * (rings * step + label.width / 2)
    y = label.y + np.sin(angles) * (rings * step + label.height / 2)
    left, top, right, bottom = x - label.width / 2, y - label.height / 2, x + label.width / 2, y + label.height / 2
    others = np.array(taken, dtype=float).reshape(-1, 4).T[:, None]
    is_taken = (left[:, None] < others[2]) & (right[:, None] > others[0])
    is_taken &= (top[:, None] < others[3]) & (bottom[:, None] > others[1])
    is_within = (left >= area.left) & (top >= area.top) & (right <= area.right) & (bottom <= area.bottom)
    free = np.flatnonzero(is_within & ~is_taken.any(axis=1))
    away = math.atan2(label.y - middle[1], label.x - middle[0])
    turned = np.abs((angles - away + math.pi) % (2 * math.pi) - math.pi) / math.pi
    ends = np.stack([left, top, right, bottom], axis=1)[free]
    costs = rings[free] * (1 + INWARD * turned[free]) + COVERING * covered(ends)
    boxes = ends.tolist()
    return [Box(*boxes[place]) for place in np.argsort(costs.round(6), kind="stable")]


def _leader(box: Box, x: float, y: float) -> Line:
    """From the nearest point of a rectangle to (x, y)."""
    return min(max(x, box.left), box.right), min(max(y, box.top), box.bottom), x, y


def _crosses(lines: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Whether a line has a point inside a rectangle (Liang and Barsky 1984), of shape (lines, rectangles)."""
    shape = len(lines), len(boxes)
    first, last, is_inside = np.zeros(shape), np.ones(shape), np.ones(shape, dtype=bool)
    for axis in (0, 1):
        start, step = lines[:, axis, None], (lines[:, axis + 2] - lines[:, axis])[:, None]
        low, high = boxes[None, :, axis], boxes[None, :, axis + 2]
        is_parallel = np.broadcast_to(step == 0, shape)
        is_inside &= ~is_parallel | ((low < start) & (start < high))
        steps = np.where(step == 0, 1.0, step)
        ends = (low - start) / steps, (high - start) / steps
        first = np.where(is_parallel, first, np.maximum(first, np.minimum(*ends)))
        last = np.where(is_parallel, last, np.minimum(last, np.maximum(*ends)))
    return is_inside & (first < last)


def _meets(first: Floats, second: Floats) -> NDArray[np.bool_]:
    """Whether two lines have a point in common, of shape (first, second)."""

    def sides(lines: Floats, points: Floats) -> Floats:
        """On which side of each line each point is, of shape (lines, points)."""
        x1, y1, x2, y2 = (lines[:, place, None] for place in range(4))
        x, y = points[None, :, 0], points[None, :, 1]
        return np.asarray((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1))

    of_first = sides(first, second[:, :2]) * sides(first, second[:, 2:])
    of_second = (sides(second, first[:, :2]) * sides(second, first[:, 2:])).T
    return np.asarray((of_first <= 0) & (of_second <= 0))
