"""Scatter plots."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scoring.render.charts.canvas import box, clean, dot, number, opening, rule, text_line
from scoring.render.charts.style import USUAL_STYLE
from scoring.render.colours import PAPER, RULE, STRONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 440, 60, 24, 16, 48  # pixels
TICKS = 5  # about so many on an axis
FONT_SIZE = 12
LABEL = 28, 12  # width and height of a country's code
OFFSETS = ((7, 4), (-33, 4), (-13, 18), (-13, -8), (7, 16), (-33, 16), (7, -8), (-33, -8))  # of a label, in this order


def scatter(
    points: Sequence[tuple[str, float, float]], *, x_title: str, y_title: str, title: str, flip: bool = False
) -> str:
    """An SVG of labelled points (label, x, y); flip: the x axis is reversed, for measures on which lower is better."""
    x_ticks, y_ticks = ticks([x for _, x, _ in points]), ticks([y for _, _, y in points])

    def across(x: float) -> float:
        share = (x - x_ticks[0]) / (x_ticks[-1] - x_ticks[0])
        return LEFT + (1 - share if flip else share) * (WIDTH - LEFT - RIGHT)

    def down(y: float) -> float:
        return HEIGHT - BOTTOM - (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]) * (HEIGHT - TOP - BOTTOM)

    parts = [
        opening(USUAL_STYLE, "chart-scatter", WIDTH, HEIGHT),
        f"<title>{clean(title)}</title>",
        box(0, 0, WIDTH, HEIGHT, fill=PAPER, kind="paper"),
    ]
    for x in x_ticks:
        parts.append(rule(across(x), TOP, across(x), HEIGHT - BOTTOM, stroke=RULE))
        parts.append(text_line(USUAL_STYLE, across(x), HEIGHT - BOTTOM + 16, f"{x:g}", size=FONT_SIZE, anchor="middle"))
    for y in y_ticks:
        parts.append(rule(LEFT, down(y), WIDTH - RIGHT, down(y), stroke=RULE))
        parts.append(text_line(USUAL_STYLE, LEFT - 6, down(y) + 4, f"{y:g}", size=FONT_SIZE, anchor="end"))
    parts.append(
        text_line(USUAL_STYLE, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_title, size=FONT_SIZE, anchor="middle")
    )
    middle = (TOP + HEIGHT - BOTTOM) / 2
    upright = text_line(USUAL_STYLE, 16, middle, y_title, size=FONT_SIZE, anchor="middle")
    parts.append(f'<g transform="rotate(-90 16 {number(middle)})">{upright}</g>')
    parts += [dot(across(x), down(y), radius=4, fill=STRONG, stroke=PAPER) for _, x, y in points]
    for name, left, baseline in _labels([(name, across(x), down(y)) for name, x, y in points]):
        parts.append(text_line(USUAL_STYLE, left, baseline, name, size=FONT_SIZE))
    return "\n".join([*parts, "</svg>"]) + "\n"


def ticks(values: Iterable[float]) -> list[float]:
    """Tick values that span all values, in equal steps of 1, 2 or 5 times a power of ten."""
    values = list(values)
    low, high = min(values), max(values)
    rough = (high - low or abs(high) or 1) / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(multiple * step, 10) for multiple in range(first, max(last, first + 1) + 1)]


def _labels(points: Sequence[tuple[str, float, float]]) -> Iterator[tuple[str, float, float]]:
    """The position of each label: the first beside its point that covers no other label or point, if there is one."""
    ordered = sorted(points, key=lambda point: (point[2], point[1], point[0]))
    wanted = [(name, [(x + dx, y + dy) for dx, dy in OFFSETS]) for name, x, y in ordered]
    return placed(wanted, [(x, y) for _, x, y in points])


def placed(
    wanted: Iterable[tuple[str, Sequence[tuple[float, float]]]], points: Sequence[tuple[float, float]]
) -> Iterator[tuple[str, float, float]]:
    """The position (left, baseline) of each label: the first of its own that covers no earlier label and no point."""
    taken: list[tuple[float, float]] = []

    def is_free(x: float, y: float) -> bool:
        covers_label = any(abs(x - left) < LABEL[0] and abs(y - baseline) < LABEL[1] for left, baseline in taken)
        covers_point = any(-4 < px - x < LABEL[0] and -LABEL[1] < py - y < 4 for px, py in points)  # noqa: PLR2004  a point's radius
        return not covers_label and not covers_point

    for name, candidates in wanted:
        position = next((candidate for candidate in candidates if is_free(*candidate)), candidates[0])
        taken.append(position)
        yield name, *position
