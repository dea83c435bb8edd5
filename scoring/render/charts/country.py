"""One country among the others, and what increases and decreases its index."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.render.charts.canvas import (
    BODY,
    LEADING,
    MARGIN,
    WIDTH,
    Chart,
    Head,
    axis,
    body_top,
    box,
    chart,
    dot,
    hatch,
    legend,
    rule,
    wrapped,
    written,
)
from scoring.render.charts.common import GAP, caveats, is_withheld, label
from scoring.render.charts.rows import (
    LABELS,
    Column,
    Key,
    Row,
    Scale,
    evidence_range,
    figure_key,
    hidden_key,
    hidden_range,
    interval,
    interval_key,
    label_lines,
    plot,
    range_key,
)
from scoring.render.charts.scatter import ticks
from scoring.render.colours import INK, OTHER, OTHERS, PAPER, QUIET, STRONG
from scoring.render.rows import estimate_text, has_evidence, is_thin, range_text
from scoring.render.wording import interval_name, thin_note
from scoring.statistics.decomposition import shapley
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.statistics.arrays import Floats
    from scoring.uncertainty.simulation import Simulation

LINE = 44  # height of a pillar's row
STEP, BAR = 34, 18  # height of a step of the waterfall, and of its bar
EXACT = 1e-9  # of v: what a sum of parts may miss


# -- among the others --------------------------------------------------------------------------------------------------


def among_others(assessment: Assessment, simulation: Simulation, row: int) -> Chart:
    """The index and each pillar on its own line: all countries as ticks, their median, and this one with its range."""
    nodes = [assessment.nodes[0], *assessment.pillars]
    code, is_open = assessment.profiles[row].country, assessment.has_bounds
    notes = [f"Index withheld: {assessment.countries[row].reason}."] if is_withheld(assessment, row) else []
    if any(is_thin(assessment, row, node) and has_evidence(assessment, row, node) for node in nodes[1:]):
        notes.append(thin_note(assessment))
    head = Head(
        heading=_among(assessment, row),
        subtitle=assessment.title,
        notes=(
            (
                "Median: of the published indices, or of the estimates of a pillar, this country's among them. Printed "
                f"at the right: {'range, ' if is_open else ''}estimate and its difference from the median."
            ),
            *notes,
            *caveats(assessment, [row]),
        ),
        alt=_among_alt(assessment, row),
    )
    interval = interval_name(assessment.book.rubric)
    key = [entry for entry in _key(interval) if is_open or "range" not in entry[1]]
    columns = Column("Range" if is_open else "", 90), Column("Estimate", 76), Column("± median", 66)
    rows = [_row(assessment, simulation, row, node) for node in nodes]
    parts, bottom = plot(body_top(head), key, columns, rows, height=LINE, has_guides=False)
    return chart(f"country-{code}", head, parts, bottom + 18)


def _key(interval: str) -> tuple[Key, ...]:
    return (
        figure_key("estimate"),
        interval_key(interval),
        range_key("range"),
        ((lambda x, y: [rule(x + at, y - 6, x + at, y + 6, stroke=OTHERS) for at in (-6, 0, 5)]), "all countries"),
        ((lambda x, y: [rule(x, y - 10, x, y + 10, stroke=INK, width=2.5)]), "their median"),
        hidden_key("range of a withheld index, or without evidence"),
    )


def _median(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else math.nan


def _row(assessment: Assessment, simulation: Simulation, row: int, node: Node) -> Row:
    values, figures, is_index = assessment.shown[:, node.position], assessment.figures, node.parent is None
    low, high = (float(array[row, node.position]) for array in (figures.low, figures.high))
    estimate, median = float(values[row]), _median(values)

    def marks(x: Scale, y: float) -> list[str]:
        parts = (hidden_range if math.isnan(estimate) else evidence_range)(x, y, low, high)
        if is_index and not math.isnan(estimate):
            parts += interval(x, y, float(simulation.low[row]), float(simulation.high[row]))
        for value in np.sort(values[~np.isnan(values)]):
            parts.append(rule(x(float(value)), y - 6, x(float(value)), y + 6, stroke=OTHERS, kind="other"))
        if not math.isnan(median):
            parts.append(rule(x(median), y - 11, x(median), y + 11, stroke=INK, width=2.5, kind="median"))
        if not math.isnan(estimate):
            parts.append(dot(x(estimate), y, radius=6, fill=STRONG))
        return parts

    bounds = range_text(assessment, row, node) if assessment.has_bounds else ""
    cells = bounds, estimate_text(assessment, row, node), numbers.signed_points(estimate - median)
    return Row("Index" if is_index else node.label, marks, cells, is_total=is_index)


def _among_alt(assessment: Assessment, row: int) -> str:
    told = []
    for node in (assessment.nodes[0], *assessment.pillars):
        values = assessment.shown[:, node.position]
        what = "Index" if node.parent is None else node.label
        words = [f"{what} {estimate_text(assessment, row, node)}"]
        if node.parent is None and is_withheld(assessment, row):
            words.append(f"since {assessment.countries[row].reason}")
        if assessment.has_bounds:
            words.append(f"range {range_text(assessment, row, node)}")
        if not math.isnan(values[row]):
            words.append(f"{numbers.signed_points(float(values[row]) - _median(values))} from the median")
        told.append(", ".join(words))
    return f"Dot plot of {_among(assessment, row)}. {'. '.join(told)}."


def _among(assessment: Assessment, row: int) -> str:
    count = len(assessment.profiles)
    return f"{label(assessment.profiles[row].country)}{f' among {count} countries' if count > 1 else ' alone'}"


# -- what increases and decreases it -----------------------------------------------------------------------------------


class Step(NamedTuple):
    """A pillar's part of the way from the centre to the index, in [-1, 1]."""

    name: str
    part: float


def steps(assessment: Assessment, row: int) -> tuple[Step, ...]:
    """Shapley parts of the pillars between what the index is without any evidence, the prior's centre, and what it is.

    They sum to the difference; what the rubric's rounding of a published index adds is a step of its own. The largest
    increase comes first. The index must not be missing.
    """
    root, estimates = assessment.nodes[0], assessment.figures.estimate[row]
    centre = assessment.book.rubric.prior.centre
    known = [node for node in assessment.pillars if not math.isnan(estimates[node.position])]
    scores = [float(estimates[node.position]) for node in known]
    parts = shapley(scores, [centre] * len(known), [node.local_weight for node in known], root.exponent)
    found = sorted(map(Step, (node.label for node in known), parts), key=lambda one: -one.part)
    rest = float(estimates[0]) - centre - math.fsum(parts)
    return (*found, Step("Rounding", rest)) if abs(rest) > EXACT else tuple(found)


def waterfall(assessment: Assessment, row: int) -> Chart:
    """From the index that no evidence would give, pillar by pillar, to the index; not for one that is withheld."""
    code, centre = assessment.profiles[row].country, assessment.book.rubric.prior.centre
    estimate = float(assessment.figures.estimate[row, 0])
    found = steps(assessment, row)
    head = Head(
        heading=f"What increases and decreases the index of {label(code)}",
        subtitle=assessment.title,
        notes=(
            (
                "Start: what the index is without any evidence, all pillars at the rubric's centre "
                f"{numbers.points(centre)}. Parts: Shapley values, which sum to the difference before rounding. "
                "The axis does not begin at 0."
            ),
            *caveats(assessment, [row]),
        ),
        alt=f"Waterfall from {numbers.points(centre)}, the index without evidence, to {numbers.points(estimate)}, the "
        f"index of {label(code)}. " + "; ".join(f"{one.name} {numbers.signed_points(one.part)}" for one in found) + ".",
    )
    levels = np.cumsum([centre, *(one.part for one in found)])
    places = ticks(levels * 100)
    left, right = MARGIN + LABELS + GAP, WIDTH - MARGIN - 64
    parts, y = legend(MARGIN, body_top(head) + 6, _STEPS_KEY)
    top = y + 32

    def x(value: float) -> float:
        return left + (100 * value - places[0]) / (places[-1] - places[0]) * (right - left)

    marks = _end("Without evidence", centre, x(centre), left, top + STEP / 2, hollow_dot=True)
    y, under = top + STEP, top + STEP / 2 + 6
    for place, one in enumerate(found):
        height = max(STEP, len(wrapped(one.name, LABELS)) * BODY * LEADING + 8)
        was, now = (x(float(level)) for level in levels[place : place + 2])
        marks.append(rule(was, under, was, y + height / 2 - BAR / 2, stroke=QUIET, kind="link"))
        marks += _step(one, sorted((was, now)), left, y, height)
        y, under = y + height, y + height / 2 + BAR / 2
    marks.append(rule(x(estimate), under, x(estimate), y + STEP / 2 - 5, stroke=QUIET, kind="link"))
    marks += _end("Index", estimate, x(estimate), left, y + STEP / 2, hollow_dot=False)
    y += STEP
    scale = [((tick - places[0]) / (places[-1] - places[0]), f"{tick:g}") for tick in places]
    return chart(f"waterfall-{code}", head, [*parts, *axis(left, right, top, y, scale), *marks], y + 18)


def _lift(x: float, y: float, width: float) -> list[str]:
    return [box(x, y, width, BAR, fill=STRONG, kind="lift")]


def _lower(x: float, y: float, width: float) -> list[str]:
    corners = ((x, y), (x + width, y), (x + width, y + BAR), (x, y + BAR))
    return [box(x, y, width, BAR, fill=OTHER, kind="lower"), hatch([corners], stroke=INK, step=7)]


_STEPS_KEY = (
    (lambda x, y: _lift(x - 13, y - BAR / 2, 26), "increases"),
    (lambda x, y: _lower(x - 13, y - BAR / 2, 26), "decreases"),
)


def _step(one: Step, ends: Sequence[float], left: float, y: float, height: float) -> list[str]:
    middle = y + height / 2
    parts = label_lines(left, middle, wrapped(one.name, LABELS))
    draw = _lift if one.part >= 0 else _lower
    parts += draw(ends[0], middle - BAR / 2, max(ends[1] - ends[0], 0.5))
    return [*parts, written(ends[1] + 6, middle + 4.5, numbers.signed_points(one.part))]


def _end(name: str, value: float, x: float, left: float, y: float, *, hollow_dot: bool) -> list[str]:
    fill, stroke = (PAPER, STRONG) if hollow_dot else (STRONG, PAPER)
    return [
        *label_lines(left, y, [name], bold=True),
        dot(x, y, radius=6, fill=fill, stroke=stroke, kind="start" if hollow_dot else "dot"),
        written(x + 11, y + 4.5, numbers.points(value), bold=True),
    ]
