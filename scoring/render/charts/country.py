"""One country compared with the others, and the contributions of the pillars to its index."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.index.rescoring import as_expected
from scoring.index.summary import interval_share, thin_note
from scoring.render import findings
from scoring.render.charts.canvas import (
    DROP,
    LEADING,
    Body,
    Chart,
    Frame,
    Head,
    LegendEntry,
    axis,
    box,
    dot,
    hatch,
    legend,
    rule,
    strokes,
    text_line,
    text_width,
    wrapped,
)
from scoring.render.charts.common import caveats, named, shared_note, shared_ticks, source, when
from scoring.render.charts.rows import (
    GAP,
    LABELS,
    LONGEST,
    NARROW,
    Column,
    Row,
    Scale,
    bounds_key,
    bounds_line,
    figure_dot,
    figure_key,
    hidden_bounds,
    hidden_key,
    interval_key,
    interval_line,
    label_lines,
    plot,
)
from scoring.render.charts.scatter import ticks
from scoring.statistics.combining import combined
from scoring.statistics.decomposition import shapley
from scoring.uncertainty.draws import sample_blocks, sample_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore, Score
    from scoring.render.charts.style import Style
    from scoring.statistics.arrays import Floats
    from scoring.statistics.combining import Rule
    from scoring.uncertainty.draws import Settings
    from scoring.uncertainty.simulation import Simulation

LINE, CLOSE = 44, 30  # height of a pillar's row, and where a page has an end
STEP, BAR = 34, 18  # height of a step of the waterfall, and of its bar
EXACT = 1e-9  # of an estimate: a smaller difference from the sum of the contributions is no rounding step
DRAWN = 1000  # draws of contributions, each of which may take 2^n means of n pillars
SUBSETS = 2**16  # of pillars, over all draws, whose means are in memory at once


# -- among the others --------------------------------------------------------------------------------------------------


def among_others(simulation: Simulation, country: CountryScore, pillars: Sequence[Simulation], style: Style) -> Chart:
    """Chart index and pillars of one country among the estimates of all countries and their median.

    pillars: the simulations of the pillars, each as its own index.
    """
    assessment = simulation.assessment
    has_bounds = assessment.has_bounds
    interval = f"{interval_share(assessment.book.rubric)} uncertainty interval"
    notes = [] if country.is_published else [f"Index withheld, since {country.because}."]
    if any(pillar.is_thin and pillar.has_evidence for pillar in country.pillars):
        notes.append(thin_note(assessment.book.rubric.publish))
    if axis_note := shared_note(assessment):
        notes.append(axis_note)
    count = len(assessment.countries)
    head = Head(
        heading=findings.of_country(simulation, country),
        subtitle=f"Index and pillars{f' among {count} countries' if count > 1 else ''}, with {interval}s"
        f"{' and evidence bounds' if has_bounds else ''}; {when(assessment)}",
        notes=(
            *notes[:1],
            (
                "Median: of the published indices, or of the estimates of the pillar, including this country. At the "
                f"right: {'evidence bounds, ' if has_bounds else ''}estimate and its difference from the median."
            ),
            *notes[1:],
        ),
        caveats=caveats(assessment, [country]),
        alt=_among_alt(assessment, country),
        source=source(style, assessment, country),
    )
    columns = (
        Column("Bounds" if has_bounds else "", is_optional=True),
        Column("Estimate"),
        Column("From median", is_optional=True),
    )
    rows = [
        _row(style, assessment, one, country, score)
        for one, score in zip((simulation, *pillars), (country.index, *country.pillars), strict=True)
    ]
    frame = Frame(style, head)
    bodies = plot(
        frame,
        _key(style, interval, has_bounds=has_bounds),
        columns,
        rows,
        ticks=shared_ticks(assessment),
        height=LINE if style.tallest is None else CLOSE,
        has_guides=False,
    )
    return frame.chart(f"country-{country.code}", bodies)


def _key(style: Style, interval: str, *, has_bounds: bool) -> list[LegendEntry]:
    px, palette = style.px, style.palette
    return [
        figure_key(style, "estimate"),
        interval_key(style, interval),
        *([bounds_key(style, "evidence bounds")] if has_bounds else []),
        (
            (
                lambda x, y: [
                    rule(x + px(at), y - px(6), x + px(at), y + px(6), stroke=palette.others) for at in (-6, 0, 5)
                ]
            ),
            "all countries",
        ),
        ((lambda x, y: [rule(x, y - px(10), x, y + px(10), stroke=palette.ink, width=2.5)]), "median"),
        *(
            [hidden_key(style, "evidence bounds where the index is withheld or there is no evidence")]
            if has_bounds
            else []
        ),
    ]


def _median(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else math.nan


def _row(style: Style, assessment: Assessment, simulated: Simulation, country: CountryScore, score: Score) -> Row:
    values, is_index = assessment.shown[:, score.node.position], score.node.parent is None
    estimate, median = score.estimate, _median(values)
    px, palette = style.px, style.palette

    def marks(x: Scale, y: float) -> list[str]:
        draw = hidden_bounds if math.isnan(estimate) else bounds_line
        parts = draw(style, x, y, score.low, score.high)
        if not math.isnan(estimate):
            parts += interval_line(style, x, y, float(simulated.low[country.row]), float(simulated.high[country.row]))
        places = [x(float(value)) for value in values[~np.isnan(values)]]
        parts.append(strokes(places, y - px(6), y + px(6), stroke=palette.others, kind="other"))
        if not math.isnan(median):
            parts.append(
                rule(x(median), y - px(11), x(median), y + px(11), stroke=palette.ink, width=2.5, kind="median")
            )
        if not math.isnan(estimate):
            parts.append(figure_dot(style, x(estimate), y, 6))
        return parts

    bounds = score.bounds() if assessment.has_bounds else ""
    cells = bounds, score.text, score.scale.signed(estimate - median)
    return Row(named(score.node, assessment.scale), marks, cells, is_total=is_index)


def _among_alt(assessment: Assessment, country: CountryScore) -> str:
    count = len(assessment.countries)
    among = f" among {count} countries" if count > 1 else ""
    index = country.index
    stands = (
        f"index {index.text}, ranked {country.rank_text}"
        if country.is_published
        else f"index withheld, since {country.because}"
    )
    known = [pillar for pillar in country.pillars if not math.isnan(pillar.estimate)]
    pillars = ", ".join(f"{named(pillar.node, assessment.scale)} {pillar.text}" for pillar in known)
    shown = f"Pillars: {pillars}" if pillars else "No pillar has evidence"
    return f"Dot plot of {country.label}{among}: {stands}. {shown}."


# -- contributions of the pillars --------------------------------------------------------------------------------------


class Step(NamedTuple):
    """The contribution of a pillar to the difference of the index from the start, in [-1, 1]."""

    name: str
    contribution: float
    pillar: int = -1
    """The position of the pillar in the tree; -1 for rounding."""


def steps(assessment: Assessment, country: CountryScore) -> tuple[Step, ...]:
    """Shapley contributions of the pillars to the difference of the index from the start, largest first.

    They sum to the difference; where the rubric rounds the index, the rounding is a step of its own. The index must not
    be missing.
    """
    known, baseline = _known(assessment, country)
    weights = [pillar.node.local_weight for pillar in known]
    estimates = [pillar.computed for pillar in known]
    contributions = shapley(estimates, baseline, weights, _rule(assessment, known)).tolist()
    labelled = (
        Step(pillar.node.label, contribution, pillar.node.position)
        for pillar, contribution in zip(known, contributions, strict=True)
    )
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


def step_intervals(assessment: Assessment, country: CountryScore, settings: Settings) -> dict[int, tuple[float, float]]:
    """The uncertainty interval of each contribution in `steps`, by the position of the pillar.

    The pillars are drawn together, as in the simulation of the index; each draw has its own Shapley values, with the
    weights and the exponent of the rubric.
    """
    known, baseline = _known(assessment, country)
    weights = [pillar.node.local_weight for pillar in known]
    positions = [pillar.node.position for pillar in known]
    fewer = replace(settings, draws=min(settings.draws, DRAWN))
    blocks = sample_blocks(assessment, [(country.code, [sample_of(assessment, country.row)])], fewer, positions)
    drawn = np.concatenate([block[0] for block in blocks], axis=1).astype(float).T
    rule_of_index = _rule(assessment, known)
    at_once = max(1, SUBSETS >> len(known))
    contributions = np.concatenate(
        [
            shapley(drawn[first : first + at_once], baseline, weights, rule_of_index)
            for first in range(0, len(drawn), at_once)
        ]
    )
    ends = np.quantile(contributions, assessment.book.rubric.uncertainty.quantiles, axis=0).T.tolist()
    return {position: (low, high) for position, (low, high) in zip(positions, ends, strict=True)}


def waterfall(simulation: Simulation, country: CountryScore, style: Style) -> Chart:
    """Chart the way from the index at the usual level of every question, pillar by pillar, to a published index."""
    assessment = simulation.assessment
    start, estimate = start_of(assessment, country), country.index.computed
    contributions, intervals = steps(assessment, country), step_intervals(assessment, country, simulation.settings)
    points, signed = assessment.scale.points, assessment.scale.signed
    usual = "at its usual level" if assessment.has_bounds else f"at {points(assessment.book.rubric.prior.centre)}"
    why = ": what the rubric expects without any evidence" if assessment.has_bounds else ""
    finding = findings.of_contributions(country, [(step.name, step.contribution) for step in contributions])
    share = interval_share(assessment.book.rubric)
    head = Head(
        heading=finding,
        subtitle=f"From the index with every question {usual} to that of {findings.named(country)}, pillar by pillar, "
        f"with {share} uncertainty intervals; {when(assessment)}",
        notes=(
            (
                f"Start: {points(start)}, the index of a country with every question {usual}{why}. "
                "Contributions: Shapley values, which sum to the difference before rounding; their intervals hold "
                f"{share} of the draws of evidence and coding, that of the index also those of weights and exponent. "
                f"The axis does not begin at {assessment.scale.from_:g}."
            ),
        ),
        caveats=caveats(assessment, [country]),
        alt=f"Waterfall chart from {points(start)} to {points(estimate)}, the index of {country.label}. {finding}.",
        source=source(style, assessment, country),
    )
    frame, px = Frame(style, head), style.px
    levels = np.cumsum([start, *(step.contribution for step in contributions)]).tolist()
    ends = [
        (before + low, before + high)
        for step, before in zip(contributions, levels[:-1], strict=True)
        for low, high in [intervals.get(step.pillar, (step.contribution, step.contribution))]
    ]
    own = float(simulation.low[country.row]), float(simulation.high[country.row])
    scale = assessment.scale
    marked = ticks(scale.on(level) for level in (*levels, *own, *itertools.chain(*ends)))
    first, last = marked[0], marked[-1]
    labels = _label_width(style, contributions)
    figures = max(text_width(signed(step.contribution), style.body) for step in contributions) + px(8)
    left, right = frame.left + labels + px(GAP), frame.right - figures
    parts, y = legend(style, frame.left, frame.top + px(6), _steps_key(style, share), frame.right)
    top = y + px(20)

    def x(value: float) -> float:
        return left + (scale.on(value) - first) / (last - first) * (right - left)

    room = frame.bottom - top - style.small - px(5)
    texts = [wrapped(step.name, labels, style.body) for step in contributions]
    least = [len(lines) * style.body * LEADING + px(4) for lines in texts]
    step_height = min(px(STEP), max(room / (len(contributions) + 2), style.body * 1.2))
    heights = [max(step_height, height) for height in least]
    bar = min(px(BAR), 0.6 * step_height)
    palette = style.palette
    marks = _end(
        style, "Usual level" if assessment.has_bounds else "Start", points(start), x(start), left, top + step_height / 2
    )
    y, under = top + step_height, top + step_height / 2 + px(6)
    for step, lines, height, (low, high), before, after in zip(
        contributions, texts, heights, ends, levels[:-1], levels[1:], strict=True
    ):
        middle = y + height / 2
        marks.append(rule(x(before), under, x(before), middle - bar / 2, stroke=palette.quiet, kind="link"))
        marks += label_lines(style, left, middle, lines)
        draw = _increase if step.contribution >= 0 else _decrease
        edges = sorted((x(before), x(after)))
        marks += draw(style, edges[0], middle - bar / 2, max(edges[1] - edges[0], 0.5), bar)
        marks += _whisker(style, x(low), x(high), middle, bar / 4) if low < high else []
        beside = max(edges[1], x(high)) + px(6)
        text = style.locale.of(signed(step.contribution))
        marks.append(text_line(style, beside, middle + style.body * DROP, text))
        y, under = y + height, middle + bar / 2
    marks.append(rule(x(estimate), under, x(estimate), y + step_height / 2 - px(5), stroke=palette.quiet, kind="link"))
    marks += interval_line(style, x, y + step_height / 2, *own)
    marks += _end(style, "Index", points(estimate), x(estimate), left, y + step_height / 2, own=x(own[1]))
    y += step_height
    shares = [((tick - first) / (last - first), f"{tick:g}") for tick in marked]
    body = Body([*parts, *axis(style, left, right, top, y, shares), *marks], y + style.small + px(5))
    return frame.chart(f"waterfall-{country.code}", [body])


def _label_width(style: Style, contributions: Sequence[Step]) -> float:
    names = [*(step.name for step in contributions), "Usual level"]
    natural = max(text_width(name, style.body, bold=True) for name in names) + 1
    longest = max(text_width(word, style.body) for name in names for word in name.split()) + 1
    share = NARROW if style.is_narrow else LABELS
    return min(natural, max(share * style.width, longest), LONGEST * style.width)


def _increase(style: Style, x: float, y: float, width: float, height: float) -> list[str]:
    return [box(x, y, width, height, fill=style.palette.strong, kind="lift")]


def _decrease(style: Style, x: float, y: float, width: float, height: float) -> list[str]:
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return [
        box(x, y, width, height, fill=style.palette.other, kind="lower"),
        hatch([corners], stroke=style.palette.on_other, step=style.px(7)),
    ]


def _whisker(style: Style, low: float, high: float, y: float, half: float) -> list[str]:
    """The interval of a contribution, where its bar ends; outlined, so that it is seen on bar and paper."""
    line, under = style.palette.ink, style.palette.paper
    ends = ((low, y, high, y), (low, y - half, low, y + half), (high, y - half, high, y + half))
    return [
        *(rule(*end, stroke=under, width=3.5, kind="halo") for end in ends),
        *(rule(*end, stroke=line, width=1.25, kind="whisker") for end in ends),
    ]


def _steps_key(style: Style, share: str) -> list[LegendEntry]:
    half, bar = style.px(13), style.px(BAR) * 0.8
    return [
        ((lambda x, y: _increase(style, x - half, y - bar / 2, 2 * half, bar)), "increases the index"),
        ((lambda x, y: _decrease(style, x - half, y - bar / 2, 2 * half, bar)), "decreases the index"),
        ((lambda x, y: _whisker(style, x - half, x + half, y, bar / 4)), f"{share} interval of where the bar ends"),
    ]


def _end(style: Style, name: str, text: str, x: float, left: float, y: float, *, own: float | None = None) -> list[str]:
    """The start, or the index with the end of its interval in pixels."""
    palette = style.palette
    fill, stroke = (palette.paper, palette.strong) if own is None else (palette.strong, palette.paper)
    beside = x if own is None else max(x, own)
    return [
        *label_lines(style, left, y, [name], bold=True),
        dot(x, y, radius=style.px(6), fill=fill, stroke=stroke, kind="start" if own is None else "dot"),
        text_line(style, beside + style.px(11), y + style.body * DROP, style.locale.of(text), bold=True),
    ]
