"""Ranks with their intervals, and what a change would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.render.objects import settings_object
from scoring.render.score import score_object
from scoring.render.wording import (
    country_name,
    estimate_text,
    rank_text,
    settings_text,
)
from scoring.text import numbers
from scoring.uncertainty.simulation import INTERVAL

if TYPE_CHECKING:
    from scoring.analysis.whatif import Supposition
    from scoring.index.assessment import Assessment


# -- what a change would bring -----------------------------------------------------------------------------------------


def supposition_text(supposed: Supposition, *, verbose: bool = False) -> str:
    """Index, rank and band before and after, with the interval of the difference."""
    before, after, row = supposed.before, supposed.after, supposed.row
    low, high = (numbers.in_words(float(one)) for one in np.quantile(supposed.difference, INTERVAL))
    code = before.profiles[row].country
    moved = _difference(before, after, row)
    told = (
        f"No difference is given: an index is {numbers.WITHHELD}."
        if np.isnan(moved)
        else f"With this change the index would be {numbers.in_words(moved)}."
    )
    return (
        f"{country_name(code)} ({code}): index {_published(before, row)} -> {_published(after, row)}\n"
        f"{told} 90 % of the draws: from {low} to {high}.\n{settings_text(supposed.settings, verbose=verbose)}\n"
    )


def _published(assessment: Assessment, row: int) -> str:
    text = estimate_text(assessment, row, assessment.nodes[0])
    if assessment.rank[row] is None:
        return text
    return f"{text} (rank {rank_text(assessment, row)}, {assessment.band[row]})"


def _difference(before: Assessment, after: Assessment, row: int) -> float:
    """Of the indices that may be shown; NaN where one is withheld."""
    return float(after.shown[row, 0] - before.shown[row, 0])


def supposition_object(supposed: Supposition) -> dict[str, Any]:
    """The JSON document of `scoring whatif`."""
    before, after, row = supposed.before, supposed.after, supposed.row
    low, median, high = (float(one) for one in np.quantile(supposed.difference, (INTERVAL[0], 0.5, INTERVAL[1])))
    scores = [score_object(one, [row]) for one in (before, after)]
    return {
        **{key: value for key, value in scores[0].items() if key != "countries"},
        **settings_object(supposed.settings),
        "difference": {
            "estimate": numbers.exact_points(_difference(before, after, row)),
            "median": numbers.exact_points(median),
            "interval": [numbers.exact_points(low), numbers.exact_points(high)],
        },
        "before": scores[0]["countries"][0],
        "after": scores[1]["countries"][0],
    }
