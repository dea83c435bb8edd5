"""Do the scores reproduce what is published: index, nodes, ranks and classes, row by row.

A printed figure stands for an interval: the score fits if it is at most half a unit of the last decimal away.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scoring.files.imports.table import Published
    from scoring.index.assessment import Assessment

SLACK = 1e-9  # of the last decimal: binary sums of printed figures differ by less


class Misfit(NamedTuple):
    """A country whose score is not what is published."""

    country: str
    published: str
    """As it is printed."""
    scored: str
    place: str
    """The cell."""


class Reproduced(NamedTuple):
    """How much of one column the scores reproduce."""

    what: str
    """`index`, `ranks`, `classes`, or the id of a node."""
    fit: int
    of: int
    decimals: int | None
    """Of the printed figures; None of ranks and classes."""
    misfits: tuple[Misfit, ...]

    @property
    def holds(self) -> bool:
        """Whether all fit."""
        return self.fit == self.of


def reproduced(assessment: Assessment, published: Published) -> tuple[Reproduced, ...]:
    """Compare the scores with the published columns."""
    rows = {country.code: country for country in assessment.countries}
    names = {"index": 0, **{node.id: node.position for node in assessment.nodes[1:]}}
    found = []
    for what, values in published.figures.items():
        position = names[what]
        misfits = []
        for code, (value, cell) in values.items():
            score = rows[code].nodes[position].estimate if code in rows else math.nan
            figure = assessment.nodes[position].scale.figure(score) if not math.isnan(score) else math.nan
            if not abs(figure - value) <= 0.5 * 10.0**-published.decimals * (1 + SLACK):
                text = "none" if math.isnan(figure) else f"{figure:.{published.decimals + 2}f}"
                misfits.append(Misfit(code, _printed(value, published.decimals), text, cell))
        found.append(Reproduced(what, len(values) - len(misfits), len(values), published.decimals, tuple(misfits)))
    ranked = {code: rows[code].rank if code in rows else None for code in published.ranks}
    if published.ranks:
        wrong = tuple(
            Misfit(code, str(rank), str(ranked[code] or "none"), cell)
            for code, (rank, cell) in published.ranks.items()
            if ranked[code] != rank
        )
        found.append(Reproduced("ranks", len(ranked) - len(wrong), len(ranked), None, wrong))
    if published.classes:
        labels = {code: (rows[code].band or "none") if code in rows else "none" for code in published.classes}
        wrong = tuple(
            Misfit(code, label, labels[code], cell)
            for code, (label, cell) in published.classes.items()
            if labels[code].casefold() != label.casefold()
        )
        found.append(Reproduced("classes", len(labels) - len(wrong), len(labels), None, wrong))
    return tuple(found)


def _printed(value: float, decimals: int) -> str:
    """A published figure with its decimals, or with all digits that it has if they are more."""
    text = f"{value:.{decimals}f}"
    return text if float(text) == value else f"{value:.15g}"
