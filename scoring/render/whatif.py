"""Ranks with their intervals, and what a change would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.render.objects import common_day, envelope, settings_object
from scoring.render.score import score_object
from scoring.render.wording import interval_share, settings_text
from scoring.text import numbers

if TYPE_CHECKING:
    from scoring.analysis.whatif import Supposition
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore


# -- what a change would bring -----------------------------------------------------------------------------------------


def supposition_text(supposed: Supposition, *, verbose: bool = False) -> str:
    """Index, rank and band before and after, with the interval of the difference."""
    before, after, row = supposed.before, supposed.after, supposed.row
    rubric = before.book.rubric
    ends = np.quantile(supposed.difference, rubric.uncertainty.quantiles)
    low, high = (numbers.in_words(float(end)) for end in ends)
    was, now = before.countries[row], after.countries[row]
    moved = _difference(before, after, row)
    told = (
        f"No difference is given: an index is {numbers.WITHHELD}."
        if np.isnan(moved)
        else f"With this change the index would be {numbers.in_words(moved)}."
    )
    return (
        f"{was.label}: index {_published(was)} -> {_published(now)}\n"
        f"{told} {interval_share(rubric)} of the draws: from {low} to {high}.\n"
        f"{settings_text(supposed.settings, verbose=verbose)}\n"
    )


def _published(country: CountryScore) -> str:
    text = country.index.text
    return f"{text} (rank {country.rank_text}, {country.band})" if country.is_published else text


def _difference(before: Assessment, after: Assessment, row: int) -> float:
    """Of the indices that may be shown; NaN where one is withheld."""
    return float(after.shown[row, 0] - before.shown[row, 0])


def supposition_object(supposed: Supposition) -> dict[str, Any]:
    """The JSON document of `scoring whatif`."""
    before, after, row = supposed.before, supposed.after, supposed.row
    first, last = before.book.rubric.uncertainty.quantiles
    low, median, high = (float(end) for end in np.quantile(supposed.difference, (first, 0.5, last)))
    scores = [score_object(scored, [scored.countries[row]]) for scored in (before, after)]
    return {
        **envelope(before.book, supposed.settings),
        "as_of": common_day([before.countries[row]]),
        **settings_object(supposed.settings),
        "difference": {
            "estimate": numbers.exact_points(_difference(before, after, row)),
            "median": numbers.exact_points(median),
            "interval": [numbers.exact_points(low), numbers.exact_points(high)],
        },
        "before": scores[0]["countries"][0],
        "after": scores[1]["countries"][0],
    }
