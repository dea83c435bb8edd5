"""`scoring whatif` as text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.index.summary import interval_share
from scoring.render.objects import common_day, envelope, settings_object
from scoring.render.score import score_object
from scoring.text import numbers
from scoring.text.frame import Frame

if TYPE_CHECKING:
    from scoring.analysis.whatif import Effects, Supposition
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.model.scale import Scale
    from scoring.text.frame import Columns

SUPPOSED: Columns = {
    "country": str,
    **dict.fromkeys(("before", "after", "difference", "median", "low", "high"), float),
    **dict.fromkeys(("answer", "certainty", "dropped"), float),
    "rank_before": int,
    "rank_after": int,
}


def supposition_text(supposed: Supposition, *, verbose: bool = False) -> str:
    """The text of `scoring whatif`: index, rank and band before and after, and the interval of the difference."""
    before, after, row = supposed.before, supposed.after, supposed.row
    rubric = before.book.rubric
    was, now = before.countries[row], after.countries[row]
    difference = _difference(before, after, row)
    lines = [f"{was.label}: the index is {_standing(was)}; it would be {_standing(now)}."]
    if np.isnan(difference):
        lines.append(f"No difference is given: an index is {numbers.WITHHELD}.")
    else:
        first, _, last = quantiles(supposed)
        low, high = before.scale.in_words(first), before.scale.in_words(last)
        lines.append(
            f"With this change the index would be {before.scale.in_words(difference)} (computed before rounding). "
            f"{interval_share(rubric)} uncertainty interval: from {low} to {high}."
        )
        lines += _effects(before.scale, supposed.effects)
    lines += [f"{before.title}.", supposed.settings.text(verbose=verbose)]
    return "".join(f"{line}\n" for line in lines)


def _effects(scale: Scale, effects: Effects | None) -> list[str]:
    """The parts of the difference in a line: of the answers, of their certainty, of dropped statements."""
    if effects is None:
        return []
    parts = [
        f"{scale.signed(effects.answer)} by the answer, against an equally certain answer at today's level",
        f"{scale.signed(effects.certainty)} by certainty alone",
        *([] if effects.dropped is None else [f"{scale.signed(effects.dropped)} by the dropped statements"]),
    ]
    return [f"Of the difference: {'; '.join(parts)}."]


def _standing(country: CountryScore) -> str:
    """Index, rank and band, or why the index is withheld."""
    return (
        f"{country.index.text} {country.scale.unit}, {country.standing}" if country.is_published else country.standing
    )


def _difference(before: Assessment, after: Assessment, row: int) -> float:
    """The difference of the published indices; NaN where one is withheld."""
    return float(after.shown[row, 0] - before.shown[row, 0])


def supposition_object(supposed: Supposition) -> dict[str, Any]:
    """The JSON document of `scoring whatif`."""
    before, after, row = supposed.before, supposed.after, supposed.row
    low, median, high = quantiles(supposed)
    difference = _difference(before, after, row)
    scores = [score_object(scored, [scored.countries[row]]) for scored in (before, after)]
    return {
        **envelope(before.book, supposed.settings),
        "as_of": common_day([before.countries[row]]),
        **settings_object(supposed.settings),
        "difference": {
            "estimate": before.scale.exact_difference(difference),
            "median": before.scale.exact_difference(median),
            "interval": [before.scale.exact_difference(low), before.scale.exact_difference(high)],
            "effects": _effects_object(
                before.scale, supposed.effects, is_shown=not np.isnan(_difference(before, after, row))
            ),
        },
        "before": scores[0]["countries"][0],
        "after": scores[1]["countries"][0],
    }


def quantiles(supposed: Supposition) -> tuple[float, float, float]:
    """Lower limit, median and upper limit of the difference in the draws."""
    first, last = supposed.before.book.rubric.uncertainty.quantiles
    low, median, high = np.quantile(supposed.difference, (first, 0.5, last)).tolist()
    return low, median, high


def _effects_object(scale: Scale, effects: Effects | None, *, is_shown: bool) -> dict[str, float | None] | None:
    """The parts of the difference; None without answers, or where no difference is given."""
    if effects is None or not is_shown:
        return None
    parts = effects._asdict().items()
    return {name: None if part is None else scale.exact_difference(part) for name, part in parts}


def supposition_frame(supposed: Supposition) -> Frame:
    """One record: the index before and after, the difference with its interval and parts, and the ranks."""
    before, after, row = supposed.before, supposed.after, supposed.row
    difference, (low, median, high) = _difference(before, after, row), quantiles(supposed)
    parts = {} if supposed.effects is None or np.isnan(difference) else supposed.effects._asdict()
    record = {
        "country": before.profiles[row].country,
        "before": before.shown[row, 0],
        "after": after.shown[row, 0],
        "difference": difference,
        "median": median,
        "low": low,
        "high": high,
        **parts,
        "rank_before": before.rank[row],
        "rank_after": after.rank[row],
    }
    return Frame(SUPPOSED, (record,))
