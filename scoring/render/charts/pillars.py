"""A heat map of countries by index and pillars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scoring.index.summary import thin_note
from scoring.render.charts.canvas import (
    LEADING,
    MARGIN,
    SMALL,
    WIDTH,
    Chart,
    Head,
    body_top,
    box,
    chart,
    hatched_box,
    text_line,
    text_lines,
    text_width,
    wrapped,
)
from scoring.render.charts.common import GAP, caveats, extremes, named, withheld_sentence
from scoring.render.colours import QUIET, ink_on, ramp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.index.assessment import Assessment
    from scoring.index.scores import Score
    from scoring.model.rubric import Rubric

ROW = 26
LEAST, MOST = 76, 130  # width of a column


def heat_map(assessment: Assessment) -> Chart:
    """Chart index and pillars of each country as cells, by rank; the better the estimate, the darker the cell."""
    countries, nodes = assessment.by_rank, [assessment.nodes[0], *assessment.pillars]
    thin = f"{thin_note(assessment.book.rubric.publish)} " if assessment.has_marks else ""
    head = Head(
        heading="Index and pillars",
        subtitle=assessment.title,
        notes=(
            f"{thin}Hatched: index withheld, or pillar without evidence.",
            *caveats(assessment, countries),
        ),
        alt=_alt(assessment),
    )
    left = MARGIN + max(text_width(country.label) for country in countries) + GAP
    width = min(max((WIDTH - MARGIN - left - 8) / len(nodes), LEAST), MOST)
    total_width = max(WIDTH, left + 8 + len(nodes) * width + MARGIN)
    parts, y = _key(assessment, MARGIN, body_top(head, total_width) + 6)
    headers = [wrapped(named(node, assessment.scale), width - 8, SMALL, bold=True) for node in nodes]
    top = y + 10 + max(map(len, headers)) * SMALL * LEADING + 2
    edges = [left + column * width + (8 if column else 0) for column in range(len(nodes))]  # a gap after the index
    for edge, lines in zip(edges, headers, strict=True):
        first = top - 8 - (len(lines) - 1) * SMALL * LEADING
        parts += text_lines(edge + width / 2, first, lines, size=SMALL, anchor="middle", bold=True)
    for line, country in enumerate(countries):
        y = top + line * ROW
        parts.append(text_line(left - GAP, y + ROW / 2 + 4.5, country.label, anchor="end"))
        for edge, score in zip(edges, (country.index, *country.pillars), strict=True):
            parts += _cell(assessment.book.rubric, score, edge, y, width)
    return chart("pillars", head, parts, top + len(countries) * ROW, total_width)


def _shade(rubric: Rubric, value: float) -> str:
    """The colour of a value in [0, 1]: dark at the better end."""
    return ramp(1 - value if rubric.lower_is_better else value)


def _cell(rubric: Rubric, score: Score, x: float, y: float, width: float) -> list[str]:
    if math.isnan(score.estimate):
        return hatched_box(x + 1, y + 1, width - 2, ROW - 2)
    colour = _shade(rubric, score.estimate)
    return [
        box(x + 1, y + 1, width - 2, ROW - 2, fill=colour, kind="cell"),
        text_line(
            x + width / 2,
            y + ROW / 2 + 4.5,
            score.text,
            anchor="middle",
            fill=ink_on(colour),
            bold=score.node.parent is None,
        ),
    ]


def _key(assessment: Assessment, x: float, y: float) -> tuple[list[str], float]:
    """The legend: the ramp with its ends, and the hatch; and the y coordinate of its bottom."""
    rubric, scale = assessment.book.rubric, assessment.scale
    least, most = (f"{scale.from_:g}", f"{scale.to:g}") if assessment.has_one_scale else ("least", "most of the scale")
    parts = [text_line(x, y + 4, least, size=SMALL, fill=QUIET)]
    steps, step_width, end = 20, 9, f"{most} (darker is {rubric.better})"
    x += max(12, text_width(least, SMALL) + 5)
    parts += [
        box(x + step * step_width, y - 6, step_width, 12, fill=_shade(rubric, (step + 0.5) / steps), kind="key")
        for step in range(steps)
    ]
    x += steps * step_width + 6
    parts.append(text_line(x, y + 4, end, size=SMALL, fill=QUIET))
    x += text_width(end, SMALL) + 24
    return [
        *parts,
        *hatched_box(x, y - 6, 26, 12),
        text_line(x + 32, y + 4, "withheld, or no evidence", size=SMALL, fill=QUIET),
    ], y + 8


def _alt(assessment: Assessment) -> str:
    scores = [score for country in assessment.countries for score in country.pillars]
    known = [score for score in scores if score.has_evidence]
    insufficient = sum(score.is_thin for score in known)
    without = len(scores) - len(known)
    empty = f" {without} of {len(scores)} pillar estimates are without evidence." if without else ""
    thin = f" {insufficient} of {len(scores)} pillar estimates have insufficient data.{empty}"
    return (
        f"Heat map of {len(assessment.countries)} countries by the index and {len(assessment.pillars)} pillars. "
        f"{extremes(assessment)}{withheld_sentence(assessment)} {'; '.join(_pillar_extremes(assessment))}."
        f"{thin if assessment.has_marks else empty}"
    )


def _pillar_extremes(assessment: Assessment) -> Iterator[str]:
    """The highest and the lowest estimate of each pillar that has any."""
    for node in assessment.pillars:
        scores = [(country.nodes[node.position], country) for country in assessment.by_rank]
        shown = [(score, country) for score, country in scores if not math.isnan(score.estimate)]
        if shown:
            ends = (pick(shown, key=lambda pair: pair[0].estimate) for pick in (max, min))
            texts = (f"{country.label} {node.scale.points(score.estimate)}" for score, country in ends)
            yield f"{node.label}: from {' down to '.join(texts)}"
