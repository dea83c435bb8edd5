"""Scatter plots as SVG: plain text that is the same on every machine."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 440, 60, 24, 16, 48  # pixels
TICKS = 5
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

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<style>text { font-family: sans-serif; font-size: 12px; fill: #222222 }</style>",
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for x in x_ticks:
        lines.append(_line(across(x), TOP, across(x), HEIGHT - BOTTOM))
        lines.append(_text(across(x), HEIGHT - BOTTOM + 16, f"{x:g}", "middle"))
    for y in y_ticks:
        lines.append(_line(LEFT, down(y), WIDTH - RIGHT, down(y)))
        lines.append(_text(LEFT - 6, down(y) + 4, f"{y:g}", "end"))
    lines.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_title, "middle"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    lines.append(_text(16, middle, y_title, "middle", f' transform="rotate(-90 16 {middle:g})"'))
    for _, x, y in points:
        lines.append(f'<circle cx="{across(x):.1f}" cy="{down(y):.1f}" r="4" fill="#0b6e99"/>')
    for name, at_x, at_y in _labels([(name, across(x), down(y)) for name, x, y in points]):
        lines.append(_text(at_x, at_y, name, "start"))
    return "\n".join([*lines, "</svg>"]) + "\n"


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


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(text)}</text>'
