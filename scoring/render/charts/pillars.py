"""Countries by index and pillars: a heat map, and small multiples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

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
    box,
    hatched_box,
    legend,
    of_country,
    rule,
    text_line,
    text_lines,
    text_width,
    wrapped,
)
from scoring.render.charts.common import (
    among,
    axis_ticks,
    caveats,
    extremes,
    labelled,
    named,
    shared_note,
    shared_ticks,
    source,
    when,
    withheld_sentence,
)
from scoring.render.charts.rows import (
    GAP,
    LONGEST,
    NARROW,
    bounds_key,
    bounds_line,
    figure_dot,
    figure_key,
    hidden_bounds,
    hidden_key,
    interval_key,
    interval_line,
)
from scoring.render.colours import ink_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore, Score
    from scoring.index.tree import Node
    from scoring.render.charts.style import Style
    from scoring.uncertainty.simulation import Simulation

ROW, CLOSE = 30, 24  # height of a row, and where a page has an end
MOST = 130  # width of a column
SIDE = 8  # space between the index and the pillars
LABELS = 0.3  # of the width
PANEL, LINE = 115, 15  # width of a small panel, and height of a pillar in it


def heat_map(
    simulation: Simulation, pillars: Sequence[Simulation], style: Style, chosen: Sequence[CountryScore] = ()
) -> Chart:
    """Chart index and pillars of each country as cells, by rank; the better the estimate, the darker the cell.

    pillars: the simulations of the pillars, each as its own index. chosen: only these countries, by default all.
    """
    assessment = simulation.assessment
    countries, nodes = chosen or assessment.by_rank, [assessment.nodes[0], *assessment.pillars]
    shorts = _shorts(assessment) if style.is_narrow or style.is_fixed else {}
    frame = Frame(style, _head(simulation, countries, style, "cells", shorts))
    labels = _label_width(style, countries)
    left = frame.left + labels + style.px(GAP)
    side = style.px(SIDE)
    scores = (country.nodes[node.position] for country in countries for node in nodes)
    texts_of = (text_width(score.text, style.body, bold=True) for score in scores if not math.isnan(score.estimate))
    least = max(*texts_of, style.px(30)) + style.px(5)
    room = frame.right - left - side
    if style.tallest is None and len(nodes) * least > room:  # a page has no wider sheet, so that columns continue
        frame = Frame(style, frame.head, left + side + len(nodes) * least + style.margin)
        room = frame.right - left - side
    a_page = max(1, min(len(nodes), int(room // least)) - 1)
    chunks = [[nodes[0], *nodes[1 + first : 1 + first + a_page]] for first in range(0, max(len(nodes) - 1, 1), a_page)]
    simulated = dict(zip((node.position for node in nodes), (simulation, *pillars), strict=True))
    key, y = legend(style, frame.left, frame.top + style.px(6), _key(style, assessment), frame.right)
    bodies = []
    for columns in chunks:
        width = min(room / len(columns), style.px(MOST))
        headers, height = _headers(
            style, [shorts.get(node.id) or named(node, assessment.scale) for node in columns], width
        )
        top = y + style.px(4) + height
        edges = [left + place * width + (side if place else 0) for place in range(len(columns))]
        head = [
            part
            for edge, header in zip(edges, headers, strict=True)
            for part in _header(style, header, edge, width, top)
        ]
        texts = [wrapped(labelled(style, country), labels, style.body) for country in countries]
        least_row = style.px(ROW if style.tallest is None else CLOSE)
        heights = [max(least_row, len(lines) * style.body * LEADING + style.px(2)) for lines in texts]
        for page in _paged(heights, frame.bottom - top):
            parts, at = [*key, *head], top
            for place in page:
                country, height = countries[place], heights[place]
                first = at + height / 2 + style.body * DROP - (len(texts[place]) - 1) * style.body * LEADING / 2
                row = text_lines(style, left - style.px(GAP), first, texts[place], anchor="end")
                for edge, node in zip(edges, columns, strict=True):
                    score, own = country.nodes[node.position], simulated[node.position]
                    row += _cell(style, assessment, score, own, country.row, (edge, at, width, height))
                parts += of_country(country.code, row, "row")
                at += height
            bodies.append(Body(parts, at))
    return frame.chart("pillars", bodies)


def _head(
    simulation: Simulation, countries: Sequence[CountryScore], style: Style, drawn: str, shorts: dict[str, str]
) -> Head:
    assessment = simulation.assessment
    finding = findings.of_pillars(assessment)
    share = interval_share(assessment.book.rubric)
    names = ", ".join(f"{short} {_title(assessment, pillar)}" for pillar, short in shorts.items())
    thin = [thin_note(assessment.book.rubric.publish)] if assessment.has_marks else []
    return Head(
        heading=finding,
        subtitle=f"Index and pillars, with {share} uncertainty intervals; {among(assessment, countries)}, "
        f"{when(assessment)}",
        notes=(
            *([f"{names}."] if names else []),
            "Hatched: index withheld, or pillar without evidence.",
            *thin,
            *filter(None, [shared_note(assessment) if drawn == "panels" else ""]),
        ),
        caveats=caveats(assessment, countries),
        alt=_alt(assessment, countries, drawn),
        source=source(style, assessment),
    )


def _title(assessment: Assessment, pillar: str) -> str:
    return next(one.title for one in assessment.book.pillars if one.id == pillar)


def _shorts(assessment: Assessment) -> dict[str, str]:
    """The short codes of the pillars, if all have one."""
    shorts = {pillar.id: pillar.short or "" for pillar in assessment.book.pillars}
    shown = {node.id for node in assessment.pillars}
    return shorts if all(shorts.values()) and shown <= shorts.keys() else {}


def _label_width(style: Style, countries: Sequence[CountryScore]) -> float:
    names = [labelled(style, country) for country in countries]
    natural = max(text_width(name, style.body) for name in names) + 1
    longest = max(text_width(word, style.body) for name in names for word in name.split()) + 1
    share = NARROW if style.is_narrow else LABELS
    return min(natural, max(share * style.width, longest), LONGEST * style.width)


def _headers(style: Style, names: Sequence[str], width: float) -> tuple[list[list[str]], float]:
    """The headers of columns in lines, and their height; upright, on one line, where a word is too long."""
    words = [word for name in names for word in name.split()]
    if max(text_width(word, style.small, bold=True) for word in words) > width - style.px(4):
        most = min(max(text_width(name, style.small, bold=True) for name in names), style.px(150))
        lines = [wrapped(name, most + 1, style.small, bold=True)[:2] for name in names]
        return [["", *one] for one in lines], most + style.px(8)
    lines = [wrapped(name, width - style.px(4), style.small, bold=True) for name in names]
    return lines, max(map(len, lines)) * style.small * LEADING + style.px(4)


def _header(style: Style, lines: Sequence[str], x: float, width: float, bottom: float) -> list[str]:
    """A header above a column; an empty first line means upright."""
    size, middle = style.small, x + width / 2
    if lines[0]:
        first = bottom - style.px(6) - (len(lines) - 1) * size * LEADING
        return text_lines(style, middle, first, lines, size=size, anchor="middle", bold=True)
    shift = size * DROP - (len(lines) - 2) * size * LEADING / 2
    y = bottom - style.px(6)
    return [
        f'<g transform="rotate(-90 {round(at, 1):g} {round(y, 1):g})">'
        f"{text_line(style, at, y, line, size=size, bold=True)}</g>"
        for place, line in enumerate(lines[1:])
        for at in [middle + shift + place * size * LEADING]
    ]


def _paged(heights: Sequence[float], room: float) -> list[list[int]]:
    """The rows on pages of at most this height, by their places, about equally full."""
    count = max(1, math.ceil(sum(heights) / room)) if math.isfinite(room) and room > 0 else 1
    while True:
        even, pages, used = sum(heights) / count, [list[int]()], 0.0
        for place, height in enumerate(heights):
            if pages[-1] and used + height / 2 > even and len(pages) < count:
                pages.append([])
                used = 0.0
            pages[-1].append(place)
            used += height
        if count >= len(heights) or all(sum(heights[place] for place in page) <= room for page in pages):
            return pages
        count += 1


def _cell(
    style: Style,
    assessment: Assessment,
    score: Score,
    simulated: Simulation,
    row: int,
    place: tuple[float, float, float, float],
) -> list[str]:
    """A cell: the figure on its shade, and below it the interval from the least of the scale, left, to the most."""
    x, y, width, height = place
    if math.isnan(score.estimate):
        return hatched_box(style, x + 1, y + 1, width - 2, height - 2)
    colour = style.palette.shade(score.estimate, lower_is_better=assessment.book.rubric.lower_is_better)
    ink, foot = ink_on(colour), y + height - style.px(6)
    inset = style.px(5)

    def across(value: float) -> float:
        return x + inset + value * (width - 2 * inset)

    low, high, at = (float(value) for value in (simulated.low[row], simulated.high[row], score.estimate))
    baseline = y + (height - style.px(6)) / 2 + style.body * DROP
    tick = style.px(2)
    return [
        box(x + 1, y + 1, width - 2, height - 2, fill=colour, kind="cell"),
        rule(across(low), foot, across(high), foot, stroke=ink, width=style.px(1.3), kind="interval"),
        rule(across(at), foot - tick, across(at), foot + tick, stroke=ink, width=style.px(1.3), kind="estimate"),
        text_line(
            style,
            x + width / 2,
            baseline,
            style.locale.of(score.text),
            anchor="middle",
            fill=ink,
            bold=score.node.parent is None,
        ),
    ]


def _key(style: Style, assessment: Assessment) -> list[LegendEntry]:
    """The legend: the ends of the ramp, the interval, and the hatch."""
    rubric, scale, palette = assessment.book.rubric, assessment.scale, style.palette
    half, up = style.px(13), style.px(6)
    least, most = (f"{scale.from_:g}", f"{scale.to:g}") if assessment.has_one_scale else ("least", "most")

    def ramp(x: float, y: float) -> list[str]:
        steps = 13
        width = 2 * half / steps
        shades = [palette.shade((step + 0.5) / steps, lower_is_better=rubric.lower_is_better) for step in range(steps)]
        return [
            box(x - half + step * width, y - up, width, 2 * up, fill=shade, kind="key")
            for step, shade in enumerate(shades)
        ]

    def interval(x: float, y: float) -> list[str]:
        line, tick = palette.ink, style.px(2)
        return [
            rule(x - half * 0.6, y, x + half * 0.8, y, stroke=line, width=style.px(1.3)),
            rule(x + 1, y - tick, x + 1, y + tick, stroke=line, width=style.px(1.3)),
        ]

    share = interval_share(rubric)
    return [
        (ramp, f"{least} to {most} ({palette.strongest} is {rubric.better})"),
        (interval, f"{share} interval, on the scale from the left to the right of the cell"),
        ((lambda x, y: hatched_box(style, x - half, y - up, 2 * half, 2 * up)), "withheld, or no evidence"),
    ]


# -- small multiples ---------------------------------------------------------------------------------------------------


def panels(
    simulation: Simulation, pillars: Sequence[Simulation], style: Style, chosen: Sequence[CountryScore] = ()
) -> Chart:
    """Chart each country as a small panel of index and pillars, by rank, with the median of all countries."""
    assessment = simulation.assessment
    countries, nodes = chosen or assessment.by_rank, [assessment.nodes[0], *assessment.pillars]
    shorts = _shorts(assessment) if style.is_narrow or style.is_fixed else {}
    frame = Frame(style, _head(simulation, countries, style, "panels", shorts))
    share = interval_share(assessment.book.rubric)
    entries = [figure_key(style, "estimate"), interval_key(style, f"{share} interval")]
    if assessment.has_bounds:
        entries.append(bounds_key(style, "evidence bounds"))
        entries.append(hidden_key(style, "the same, where withheld or without evidence"))
    tick = style.px(5)
    entries.append(
        (
            (lambda x, y: [rule(x, y - tick, x, y + tick, stroke=style.palette.ink, width=1.5)]),
            "median of all countries",
        )
    )
    key, y = legend(style, frame.left, frame.top + style.px(6), entries, frame.right)
    names = [shorts.get(node.id) or named(node, assessment.scale) for node in nodes]
    longest = max(text_width(word, style.small) for name in names for word in name.split()) + 1
    natural = max(text_width(name, style.small) for name in names) + 1
    labels = min(natural, max(longest, 0.2 * style.width))
    texts = [wrapped(name, labels, style.small) for name in names]
    lines = [max(style.px(LINE), len(text) * style.small * LEADING + style.px(3)) for text in texts]
    gap = style.px(GAP)
    left, room = frame.left + labels + gap, frame.right - frame.left - labels - gap
    across = max(1, min(len(countries), round(room / style.px(PANEL))))
    width = (room - (across - 1) * gap) / across
    titles = [wrapped(labelled(style, country), width, style.body, bold=True) for country in countries]
    rows = [range(first, min(first + across, len(countries))) for first in range(0, len(countries), across)]
    heads = [
        (max(len(titles[place]) for place in row) * style.body + style.small) * LEADING + style.px(8) for row in rows
    ]
    foot = style.small + style.px(18)
    heights = [head + sum(lines) + foot for head in heads]
    simulated = (simulation, *pillars)
    medians = [_median(assessment, node) for node in nodes]
    ticks = [axis_ticks(assessment.scale), shared_ticks(assessment)][not assessment.has_one_scale]
    bodies = []
    for page in _paged(heights, frame.bottom - y):
        parts, at = [*key], y
        for place in page:
            top = at + heads[place]
            parts += _pillar_names(style, texts, lines, left - gap, top)
            for column, which in enumerate(rows[place]):
                x = left + column * (width + gap)
                country = countries[which]
                title = text_lines(style, x, at + style.px(4) + style.body, titles[which], bold=True)
                under = at + style.px(4) + (len(titles[which]) * style.body + style.small) * LEADING
                title.append(
                    text_line(
                        style, x, under, style.locale.of(_standing(country)), size=style.small, fill=style.palette.quiet
                    )
                )
                marks = _panel(style, country, nodes, simulated, medians, (x, top, width), lines, ticks)
                parts += of_country(country.code, [*title, *marks], "panel")
            at += heights[place]
        bodies.append(Body(parts, at - style.px(8)))
    return frame.chart("panels", bodies)


def _median(assessment: Assessment, node: Node) -> float:
    values = assessment.shown[:, node.position]
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size > 1 else math.nan


def _standing(country: CountryScore) -> str:
    return f"{country.index.text}, rank {country.rank}" if country.is_published else "withheld"


def _pillar_names(
    style: Style, texts: Sequence[Sequence[str]], lines: Sequence[float], x: float, top: float
) -> list[str]:
    parts, y, size = list[str](), top, style.small
    for text, height in zip(texts, lines, strict=True):
        first = y + height / 2 + size * DROP - (len(text) - 1) * size * LEADING / 2
        parts += text_lines(style, x, first, text, size=size, anchor="end")
        y += height
    return parts


def _panel(
    style: Style,
    country: CountryScore,
    nodes: Sequence[Node],
    simulated: Sequence[Simulation],
    medians: Sequence[float],
    place: tuple[float, float, float],
    lines: Sequence[float],
    ticks: Sequence[tuple[float, str]],
) -> list[str]:
    x, top, width = place
    palette, bottom, tick = style.palette, top + sum(lines), style.px(5)

    def across(value: float) -> float:
        return x + value * width

    ends = ticks[0], ticks[-1]
    parts = [rule(across(share), top, across(share), bottom, stroke=palette.rule) for share in (0, 0.25, 0.5, 0.75, 1)]
    parts += [
        text_line(
            style,
            across(share),
            bottom + style.small + style.px(2),
            style.locale.of(name),
            size=style.small,
            anchor=anchor,
            fill=palette.quiet,
        )
        for (share, name), anchor in zip(ends, ("start", "end"), strict=True)
    ]
    y = top
    for node, own, median, height in zip(nodes, simulated, medians, lines, strict=True):
        score, middle = country.nodes[node.position], y + height / 2
        if math.isnan(score.estimate):
            parts += hidden_bounds(style, across, middle, score.low, score.high)
        else:
            parts += bounds_line(style, across, middle, score.low, score.high)
            parts += interval_line(
                style, across, middle, float(own.low[country.row]), float(own.high[country.row]), width=5
            )
        if not math.isnan(median):
            parts.append(
                rule(
                    across(median),
                    middle - tick,
                    across(median),
                    middle + tick,
                    stroke=palette.ink,
                    width=1.5,
                    kind="median",
                )
            )
        if not math.isnan(score.estimate):
            parts.append(figure_dot(style, across(score.estimate), middle, 3.5))
        y += height
    return parts


# -- text alternative --------------------------------------------------------------------------------------------------


def _alt(assessment: Assessment, countries: Sequence[CountryScore], drawn: str) -> str:
    kind = "Heat map" if drawn == "cells" else "Small panels"
    scores = [score for country in countries for score in country.pillars]
    known = [score for score in scores if score.has_evidence]
    insufficient, without = sum(score.is_thin for score in known), len(scores) - len(known)
    empty = f" {without} of {len(scores)} pillar estimates are without evidence." if without else ""
    thin = f" {insufficient} of {len(scores)} pillar estimates have insufficient data." if assessment.has_marks else ""
    return (
        f"{kind} of {len(countries)} countries by the index and {len(assessment.pillars)} pillars. "
        f"{findings.of_pillars(assessment)}. {extremes(assessment)}{withheld_sentence(countries)}"
        f"{thin}{empty}"
    )
