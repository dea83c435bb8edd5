"""Scatter plots."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scoring.render.charts.canvas import box, clean, dot, number, opening, rule, written
from scoring.render.colours import PAPER, STRONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 440, 60, 24, 16, 48  # pixels
TICKS = 5
LETTERS = 12
NAME = 28, 12  # width and height of a country's code
BESIDE = ((7, 4), (-33, 4), (-13, 18), (-13, -8), (7, 16), (-33, 16), (7, -8), (-33, -8))  # right, left, below, above


def scatter(
    points: Sequence[tuple[str, float, float]], *, x_title: str, y_title: str, title: str, flip: bool = False
) -> str:
    """Named points (name, x, y) under two axes; flip: the x axis runs down, so that better stands to the right."""
    x_ticks, y_ticks = ticks([x for _, x, _ in points]), ticks([y for _, _, y in points])

    def across(x: float) -> float:
        part = (x - x_ticks[0]) / (x_ticks[-1] - x_ticks[0])
        return LEFT + (1 - part if flip else part) * (WIDTH - LEFT - RIGHT)

    def down(y: float) -> float:
        return HEIGHT - BOTTOM - (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]) * (HEIGHT - TOP - BOTTOM)

    parts = [
        opening("chart-scatter", WIDTH, HEIGHT),
        f"<title>{clean(title)}</title>",
        box(0, 0, WIDTH, HEIGHT, fill=PAPER, kind="paper"),
    ]
    for x in x_ticks:
        parts.append(rule(across(x), TOP, across(x), HEIGHT - BOTTOM))
        parts.append(written(across(x), HEIGHT - BOTTOM + 16, f"{x:g}", size=LETTERS, anchor="middle"))
    for y in y_ticks:
        parts.append(rule(LEFT, down(y), WIDTH - RIGHT, down(y)))
        parts.append(written(LEFT - 6, down(y) + 4, f"{y:g}", size=LETTERS, anchor="end"))
    parts.append(written((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_title, size=LETTERS, anchor="middle"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    upright = written(16, middle, y_title, size=LETTERS, anchor="middle")
    parts.append(f'<g transform="rotate(-90 16 {number(middle)})">{upright}</g>')
    parts += [dot(across(x), down(y), radius=4, fill=STRONG) for _, x, y in points]
    for name, at_x, at_y in _labels([(name, across(x), down(y)) for name, x, y in points]):
        parts.append(written(at_x, at_y, name, size=LETTERS))
    return "\n".join([*parts, "</svg>"]) + "\n"


def ticks(values: Iterable[float]) -> list[float]:
    """Round figures, in equal steps of 1, 2 or 5 times a power of ten, from below the least value to above the most."""
    values = list(values)
    low, high = min(values), max(values)
    rough = (high - low or abs(high) or 1) / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(place * step, 10) for place in range(first, max(last, first + 1) + 1)]


def _labels(points: Sequence[tuple[str, float, float]]) -> Iterable[tuple[str, float, float]]:
    """Where names stand: the first place beside their point that covers no other name or point, if there is one."""
    placed: list[tuple[float, float]] = []

    def free(x: float, y: float) -> bool:
        apart = all(abs(x - other) >= NAME[0] or abs(y - beside) >= NAME[1] for other, beside in placed)
        return apart and not any(-4 < px - x < NAME[0] and -NAME[1] < py - y < 4 for _, px, py in points)  # noqa: PLR2004  a point's radius

    for name, x, y in sorted(points, key=lambda one: (one[2], one[1], one[0])):
        places = [(x + across, y + down) for across, down in BESIDE]
        at_x, at_y = next((place for place in places if free(*place)), places[0])
        placed.append((at_x, at_y))
        yield name, at_x, at_y
