"""What charts of countries share: the published scale, and sentences that qualify the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.index.summary import collected_earlier, incomparable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.index.tree import Node
    from scoring.model.scale import Scale

GAP = 12  # between columns


def axis_ticks(scale: Scale) -> tuple[tuple[float, str], ...]:
    """Five equal steps of the scale: where they are, in [0, 1], and their labels."""
    return tuple((step / 5, f"{scale.figure(step / 5):g}") for step in range(6))


def shared_ticks(assessment: Assessment) -> tuple[tuple[float, str], ...]:
    """Those of an axis that index and pillars share: in percent of the scale of each, where they have several."""
    if assessment.has_one_scale:
        return axis_ticks(assessment.scale)
    return tuple((step / 5, f"{20 * step} %") for step in range(6))


def shared_note(assessment: Assessment) -> str:
    """What such an axis shows; empty where all have one scale."""
    return "" if assessment.has_one_scale else "Axis: each figure as a share of its own scale."


def named(node: Node, scale: Scale) -> str:
    """The name of index or pillar, with its scale if that is another."""
    name = "Index" if node.parent is None else node.label
    return name if node.scale == scale else f"{name} ({node.scale.from_:g}–{node.scale.to:g})"


def caveats(assessment: Assessment, countries: Sequence[CountryScore]) -> list[str]:
    """Notes on published scores that are not comparable, and on evidence that ends before the reference date."""
    pairs = incomparable(
        [country for country in countries if country.is_published], assessment.book.rubric.comparable.years
    )
    notes = [f"{pairs[0]} And {len(pairs) - 1} more pairs." if len(pairs) > 1 else pairs[0]] if pairs else []
    return notes + collected_earlier(countries)


def extremes(assessment: Assessment) -> str:
    """The first and the last published index, in a sentence."""
    figures = [f"{country.label} at {country.index.text}" for country in assessment.ranked]
    if not figures:
        return "Every index is withheld."
    if len(figures) == 1:
        return f"Published: {figures[0]}."
    first, last = assessment.book.rubric.first_and_last
    return f"{first.capitalize()}: {figures[0]}; {last}: {figures[-1]}."


def withheld_sentence(assessment: Assessment) -> str:
    """Which indices are withheld, in a sentence; empty if all are published."""
    labels = [country.label for country in assessment.countries if not country.is_published]
    return f" Withheld: {', '.join(labels)}." if labels else ""
