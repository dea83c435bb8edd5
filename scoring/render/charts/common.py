"""What charts of countries have in common: their order, their names, the scale, what must be said beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.model.countries import country_name
from scoring.render.rows import by_rank
from scoring.render.wording import collected_earlier, incomparable
from scoring.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment

SCALE = tuple((part / 5, str(part * 20)) for part in range(6))  # the published scale
GAP = 12  # between columns


def label(code: str) -> str:
    """Name and code of a country."""
    name = country_name(code)
    return name if name == code else f"{name} ({code})"


def is_withheld(assessment: Assessment, row: int) -> bool:
    """Whether the index of a country has a range and nothing else."""
    return bool(assessment.withheld_because[row])


def span(low: float, high: float) -> str:
    """A range in [0, 1] on the published scale."""
    return f"{numbers.points(low)}–{numbers.points(high)}"


def caveats(assessment: Assessment, rows: Sequence[int]) -> list[str]:
    """That scores are not comparable, or that evidence of some was gathered up to an earlier day."""
    pairs = incomparable(
        [assessment.countries[row] for row in rows if not is_withheld(assessment, row)],
        assessment.book.rubric.comparable.years,
    )
    found = [f"{pairs[0]} And {len(pairs) - 1} more pairs." if len(pairs) > 1 else pairs[0]] if pairs else []
    return found + collected_earlier(assessment.countries[row] for row in rows)


def extremes(assessment: Assessment) -> str:
    """The highest and the lowest index, in a sentence or two."""
    published = [row for row in by_rank(assessment) if not is_withheld(assessment, row)]
    if not published:
        return "Every index is withheld."

    def told(row: int) -> str:
        figure = numbers.points(float(assessment.shown[row, 0]))
        return f"{label(assessment.profiles[row].country)} at {figure}"

    if len(published) == 1:
        return f"Published: {told(published[0])}."
    return f"Highest: {told(published[0])}; lowest: {told(published[-1])}."


def withheld_sentence(assessment: Assessment) -> str:
    """Which countries have no index, in a sentence; empty if all have."""
    codes = [one.country for row, one in enumerate(assessment.profiles) if is_withheld(assessment, row)]
    return f" Withheld: {', '.join(map(label, codes))}." if codes else ""
