"""One country compared with the others, and the contributions of the pillars to its index."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.index.rescoring import as_expected
from scoring.index.summary import interval_share, thin_note
from scoring.render.charts.canvas import (
    BODY,
    LEADING,
    MARGIN,
    WIDTH,
    Chart,
    Head,
    LegendEntry,
    axis,
    body_top,
    box,
    chart,
    dot,
    hatch,
    legend,
    rule,
    text_line,
    wrapped,
)
from scoring.render.charts.common import GAP, caveats, named, shared_note, shared_ticks
from scoring.render.charts.rows import (
    LABELS,
    Column,
    Row,
    Scale,
    bounds_key,
    bounds_line,
    figure_key,
    hidden_bounds,
    hidden_key,
    interval_key,
    interval_line,
    label_lines,
    plot,
)
from scoring.render.charts.scatter import ticks
from scoring.render.colours import INK, OTHER, OTHERS, PAPER, QUIET, STRONG
from scoring.statistics.combining import combined
from scoring.statistics.decomposition import shapley

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore, Score
    from scoring.statistics.arrays import Floats
    from scoring.statistics.combining import Rule
    from scoring.uncertainty.simulation import Simulation

LINE = 44  # height of a pillar's row
STEP, BAR = 34, 18  # height of a step of the waterfall, and of its bar
EXACT = 1e-9  # of an estimate: a smaller difference from the sum of the contributions is no rounding step


# -- among the others --------------------------------------------------------------------------------------------------


def among_others(assessment: Assessment, simulation: Simulation, country: CountryScore) -> Chart:
    """Chart index and pillars of one country among the estimates of all countries and their median."""
    has_bounds = assessment.has_bounds
    notes = [] if country.is_published else [f"Index withheld, since {country.because}."]
    if any(pillar.is_thin and pillar.has_evidence for pillar in country.pillars):
        notes.append(thin_note(assessment.book.rubric.publish))
    if axis_note := shared_note(assessment):
        notes.append(axis_note)
    head = Head(
        heading=_heading(assessment, country),
        subtitle=assessment.title,
        notes=(
            (
                "Median: of the published indices, or of the estimates of the pillar, including this country. At the "
                f"right: {'evidence bounds, ' if has_bounds else ''}estimate and its difference from the median."
            ),
            *notes,
            *caveats(assessment, [country]),
        ),
        alt=_among_alt(assessment, country),
    )
    key = _key(f"{interval_share(assessment.book.rubric)} uncertainty interval", has_bounds=has_bounds)
    columns = Column("Bounds" if has_bounds else "", 90), Column("Estimate", 76), Column("± median", 66)
    rows = [_row(assessment, simulation, country, score) for score in (country.index, *country.pillars)]
    parts, bottom = plot(
        body_top(head), key, columns, rows, ticks=shared_ticks(assessment), height=LINE, has_guides=False
    )
    return chart(f"country-{country.code}", head, parts, bottom + 18)


def _key(interval: str, *, has_bounds: bool) -> list[LegendEntry]:
    return [
        figure_key("estimate"),
        interval_key(interval),
        *([bounds_key("evidence bounds")] if has_bounds else []),
        ((lambda x, y: [rule(x + at, y - 6, x + at, y + 6, stroke=OTHERS) for at in (-6, 0, 5)]), "all countries"),
        ((lambda x, y: [rule(x, y - 10, x, y + 10, stroke=INK, width=2.5)]), "median"),
        *([hidden_key("evidence bounds where the index is withheld or there is no evidence")] if has_bounds else []),
    ]


def _median(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else math.nan


def _row(assessment: Assessment, simulation: Simulation, country: CountryScore, score: Score) -> Row:
    values, is_index = assessment.shown[:, score.node.position], score.node.parent is None
    estimate, median = score.estimate, _median(values)

    def marks(x: Scale, y: float) -> list[str]:
        parts = (hidden_bounds if math.isnan(estimate) else bounds_line)(x, y, score.low, score.high)
        if is_index and not math.isnan(estimate):
            parts += interval_line(x, y, float(simulation.low[country.row]), float(simulation.high[country.row]))
        for value in np.sort(values[~np.isnan(values)]):
            parts.append(rule(x(float(value)), y - 6, x(float(value)), y + 6, stroke=OTHERS, kind="other"))
        if not math.isnan(median):
            parts.append(rule(x(median), y - 11, x(median), y + 11, stroke=INK, width=2.5, kind="median"))
        if not math.isnan(estimate):
            parts.append(dot(x(estimate), y, radius=6, fill=STRONG))
        return parts

    bounds = score.bounds() if assessment.has_bounds else ""
    cells = bounds, score.text, score.scale.signed(estimate - median)
    return Row(named(score.node, assessment.scale), marks, cells, is_total=is_index)


def _among_alt(assessment: Assessment, country: CountryScore) -> str:
    sentences = []
    for score in (country.index, *country.pillars):
        is_index = score.node.parent is None
        parts = [f"{named(score.node, assessment.scale)} {score.text}"]
        if is_index and not country.is_published:
            parts.append(f"since {country.because}")
        if assessment.has_bounds:
            parts.append(f"evidence bounds {score.bounds(' to ')}")
        if not math.isnan(score.estimate):
            median = _median(assessment.shown[:, score.node.position])
            as_median = score.scale.in_words(score.estimate - median)
            parts.append(f"{as_median} as the median" if as_median == "the same" else f"{as_median} than the median")
        sentences.append(", ".join(parts))
    return f"Dot plot of {_heading(assessment, country)}. {'. '.join(sentences)}."


def _heading(assessment: Assessment, country: CountryScore) -> str:
    count = len(assessment.countries)
    return f"{country.label}{f' among {count} countries' if count > 1 else ' alone'}"


# -- contributions of the pillars --------------------------------------------------------------------------------------


class Step(NamedTuple):
    """The contribution of a pillar to the difference of the index from the start, in [-1, 1]."""

    name: str
    contribution: float


def steps(assessment: Assessment, country: CountryScore) -> tuple[Step, ...]:
    """Shapley contributions of the pillars to the difference of the index from the start, largest first.

    They sum to the difference; where the rubric rounds the index, the rounding is a step of its own. The index must not
    be missing.
    """
    known, baseline = _known(assessment, country)
    weights = [pillar.node.local_weight for pillar in known]
    estimates = [pillar.computed for pillar in known]
    contributions = shapley(estimates, baseline, weights, _rule(assessment, known))
    labelled = map(Step, (pillar.node.label for pillar in known), contributions)
    ordered = sorted(labelled, key=lambda step: -step.contribution)
    rounding = country.index.computed - start_of(assessment, country) - math.fsum(contributions)
    return (*ordered, Step("Rounding", rounding)) if abs(rounding) > EXACT else tuple(ordered)


def start_of(assessment: Assessment, country: CountryScore) -> float:
    """The index if every question were at the level that the rubric expects of all countries."""
    known, baseline = _known(assessment, country)
    weights = [pillar.node.local_weight for pillar in known]
    return float(combined(np.array(baseline), weights, _rule(assessment, known)))


def _rule(assessment: Assessment, known: Sequence[Score]) -> Rule:
    """The rule of the index for the pillars that it is computed from."""
    root = assessment.nodes[0]
    gate, positions = root.rule.gate, [pillar.node.position for pillar in known]
    if gate is None or root.children[gate.child] not in positions:
        return replace(root.rule, gate=None)
    return replace(root.rule, gate=replace(gate, child=positions.index(root.children[gate.child])))


def _known(assessment: Assessment, country: CountryScore) -> tuple[list[Score], list[float]]:
    """The pillars that the index is computed from, and each with every question at the level that is expected."""
    known = [pillar for pillar in country.pillars if not math.isnan(pillar.computed)]
    expected = as_expected(assessment)
    return known, [float(expected[pillar.node.position]) for pillar in known]


def waterfall(assessment: Assessment, country: CountryScore) -> Chart:
    """Chart the way from the index at the usual level of every question, pillar by pillar, to a published index."""
    start, estimate = start_of(assessment, country), country.index.computed
    contributions = steps(assessment, country)
    points, signed = assessment.scale.points, assessment.scale.signed
    listed = "; ".join(f"{step.name} {signed(step.contribution)}" for step in contributions)
    usual = "at its usual level" if assessment.has_bounds else f"at {points(assessment.book.rubric.prior.centre)}"
    why = ": what the rubric expects without any evidence" if assessment.has_bounds else ""
    head = Head(
        heading=f"Contributions of the pillars to the index of {country.label}",
        subtitle=assessment.title,
        notes=(
            (
                f"Start: {points(start)}, the index of a country with every question {usual}{why}. "
                "Contributions: Shapley values, which sum to the difference before rounding. "
                f"The axis does not begin at {assessment.scale.from_:g}."
            ),
            *caveats(assessment, [country]),
        ),
        alt=f"Waterfall chart from {points(start)}, the index with every question {usual}, to "
        f"{points(estimate)}, the index of {country.label}. {listed}.",
    )
    levels = np.cumsum([start, *(step.contribution for step in contributions)])
    marked = ticks(assessment.scale.on(levels))
    first, last = marked[0], marked[-1]
    left, right = MARGIN + LABELS + GAP, WIDTH - MARGIN - 64
    parts, y = legend(MARGIN, body_top(head) + 6, _STEPS_KEY)
    top = y + 32

    def x(value: float) -> float:
        return left + (assessment.scale.on(value) - first) / (last - first) * (right - left)

    marks = _end(
        "Usual level" if assessment.has_bounds else "Start",
        points(start),
        x(start),
        left,
        top + STEP / 2,
        hollow_dot=True,
    )
    y, under = top + STEP, top + STEP / 2 + 6
    for position, step in enumerate(contributions):
        height = max(STEP, len(wrapped(step.name, LABELS)) * BODY * LEADING + 8)
        before, after = (x(float(level)) for level in levels[position : position + 2])
        marks.append(rule(before, under, before, y + height / 2 - BAR / 2, stroke=QUIET, kind="link"))
        marks += _step(step, signed(step.contribution), sorted((before, after)), left, y, height)
        y, under = y + height, y + height / 2 + BAR / 2
    marks.append(rule(x(estimate), under, x(estimate), y + STEP / 2 - 5, stroke=QUIET, kind="link"))
    marks += _end("Index", points(estimate), x(estimate), left, y + STEP / 2, hollow_dot=False)
    y += STEP
    scale = [((tick - first) / (last - first), f"{tick:g}") for tick in marked]
    return chart(f"waterfall-{country.code}", head, [*parts, *axis(left, right, top, y, scale), *marks], y + 18)


def _increase(x: float, y: float, width: float) -> list[str]:
    return [box(x, y, width, BAR, fill=STRONG, kind="lift")]


def _decrease(x: float, y: float, width: float) -> list[str]:
    corners = ((x, y), (x + width, y), (x + width, y + BAR), (x, y + BAR))
    return [box(x, y, width, BAR, fill=OTHER, kind="lower"), hatch([corners], stroke=INK, step=7)]


_STEPS_KEY: tuple[LegendEntry, ...] = (
    (lambda x, y: _increase(x - 13, y - BAR / 2, 26), "increases the index"),
    (lambda x, y: _decrease(x - 13, y - BAR / 2, 26), "decreases the index"),
)


def _step(step: Step, text: str, ends: Sequence[float], left: float, y: float, height: float) -> list[str]:
    middle = y + height / 2
    parts = label_lines(left, middle, wrapped(step.name, LABELS))
    draw = _increase if step.contribution >= 0 else _decrease
    parts += draw(ends[0], middle - BAR / 2, max(ends[1] - ends[0], 0.5))
    return [*parts, text_line(ends[1] + 6, middle + 4.5, text)]


def _end(name: str, text: str, x: float, left: float, y: float, *, hollow_dot: bool) -> list[str]:
    fill, stroke = (PAPER, STRONG) if hollow_dot else (STRONG, PAPER)
    return [
        *label_lines(left, y, [name], bold=True),
        dot(x, y, radius=6, fill=fill, stroke=stroke, kind="start" if hollow_dot else "dot"),
        text_line(x + 11, y + 4.5, text, bold=True),
    ]
