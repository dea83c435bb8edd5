"""The statements of a country by year: those in the score, and those that are not."""

from __future__ import annotations

import functools
from collections import Counter
from typing import TYPE_CHECKING

from scoring.analysis.explain import leaves
from scoring.render import findings
from scoring.render.charts.canvas import Body, Chart, Frame, Head, box, legend, rule, text_line, text_width
from scoring.render.charts.common import labelled, source, when
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.explain import Explained
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.render.charts.style import Style

LONGEST = 30  # years drawn, the last
HEIGHT = 150  # of the bars, in pixels of the usual style
LABELS = 10  # years labelled at most


def by_year(assessment: Assessment, country: CountryScore, pillars: Sequence[Explained], style: Style) -> Chart | None:
    """Chart the dated statements of a country by year; None if there is none.

    pillars: of the country, explained.
    """
    scored, others = _years(pillars)
    if not scored and not others:
        return None
    years = range(min([*scored, *others]), max([*scored, *others]) + 1)[-LONGEST:]
    most = max(scored[year] + others[year] for year in years)
    earlier = sum(count for year, count in (scored + others).items() if year < years[0])
    head = Head(
        heading=findings.of_years(findings.named(country), scored),
        subtitle=f"Statements on {labelled(style, country)} by the year of what they report; {when(assessment)}",
        notes=(
            "Not scored: no longer in force, replaced by a newer statement, or a duplicate.",
            *([f"{numbers.count(earlier, 'earlier statement')} not drawn."] if earlier else []),
        ),
        alt=f"Bar chart of {numbers.count(sum(scored.values()), 'statement')} in the score and "
        f"{sum(others.values())} not scored, from {years[0]} to {years[-1]}; most, {most}, in one year.",
        source=source(style, assessment, country),
    )
    frame = Frame(style, head)
    palette = style.palette
    key, top = legend(style, frame.left, frame.top + style.px(6), _key(style), frame.right)
    top += style.px(18)
    bottom, left = top + style.px(HEIGHT), frame.left + style.px(22)
    step = (frame.right - left) / len(years)
    each = next(each for each in (1, 2, 5, 10) if len(years) / each <= LABELS)
    parts = [*key, *_grid(style, most, left, frame.right, top, bottom)]
    for position, year in enumerate(years):
        x, width = left + position * step + step * 0.12, step * 0.76
        height, more = ((count[year] / most) * (bottom - top) for count in (scored, others))
        if height:
            parts.append(box(x, bottom - height, width, height, fill=palette.strong, kind="scored"))
        if more:
            parts.append(box(x, bottom - height - more, width, more, fill=palette.soft, kind="unscored"))
        if year % each == 0 or len(years) == 1:
            half = text_width(str(year), style.small) / 2
            at = min(x + width / 2, frame.right - half), bottom + style.small + style.px(4)
            parts.append(text_line(style, *at, str(year), size=style.small, anchor="middle", fill=palette.quiet))
    parts.append(rule(left, bottom, frame.right, bottom, stroke=palette.quiet))
    return frame.chart(f"years-{country.code}", [Body(parts, bottom + style.small + style.px(4))])


def _grid(style: Style, most: int, left: float, right: float, top: float, bottom: float) -> Iterator[str]:
    """Horizontal lines at whole numbers of statements, with their labels."""
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**6) if most / step <= 5)  # noqa: PLR2004
    for count in range(every, most + 1, every):
        y = bottom - count / most * (bottom - top)
        yield rule(left, y, right, y, stroke=style.palette.rule)
        at = left - style.px(5), y + style.small * 0.35
        yield text_line(style, *at, str(count), size=style.small, anchor="end", fill=style.palette.quiet)


def _key(style: Style) -> list[tuple[functools.partial[list[str]], str]]:
    return [
        (functools.partial(_patch, style, style.palette.strong), "in the score"),
        (functools.partial(_patch, style, style.palette.soft), "not scored"),
    ]


def _patch(style: Style, fill: str, x: float, y: float) -> list[str]:
    return [box(x - style.px(13), y - style.px(6), style.px(26), style.px(12), fill=fill, kind="key")]


def _years(pillars: Sequence[Explained]) -> tuple[Counter[int], Counter[int]]:
    """How many statements enter and how many do not, by year; each counts once, withdrawn and later ones not."""
    scored: dict[str, int] = {}
    others: dict[str, int] = {}
    for leaf in (leaf for pillar in pillars for leaf in leaves(pillar)):
        scored |= {part.statement.id: int(part.statement.date[:4]) for part in leaf.parts if part.statement.date}
        others |= {
            out.statement.id: int(out.statement.date[:4])
            for out in leaf.left_out
            if out.statement.date and out.reason not in ("withdrawn", "future")
        }
    return Counter(scored.values()), Counter(year for name, year in others.items() if name not in scored)
