"""What charts of countries share: the published scale, where the figures are from, and sentences that qualify them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.citing.citation import HASH, identify
from scoring.index.summary import collected_earlier, facing, incomparable, listed
from scoring.text.prose import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.index.tree import Node
    from scoring.model.scale import Scale
    from scoring.render.charts.style import Style


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


def labelled(style: Style, country: CountryScore) -> str:
    """The name of a country, with its code where there is room."""
    return country.name if style.is_narrow else country.label


# -- what is drawn, and where it is from -------------------------------------------------------------------------------


def when(assessment: Assessment) -> str:
    """The actor and the reference date, as the end of a subtitle."""
    days = list(map(long_date, sorted(set(assessment.as_of))))
    day = days[0] if len(days) == 1 else f"each country's own date, {days[0]} to {days[-1]}"
    return listed(facing(profile.actor for profile in assessment.profiles), f"as of {day}")


def among(assessment: Assessment, chosen: Sequence[CountryScore]) -> str:
    """Which countries are drawn, for a subtitle: all, or some, whose ranks stay those among all."""
    total, count = len(assessment.countries), len(chosen)
    if count < total:
        return f"{count} of {total} countries, ranked among all"
    return f"{total} countries" if total > 1 else chosen[0].label


def source(style: Style, assessment: Assessment, country: CountryScore | None = None, *also: str) -> str:
    """Where the figures are from: rubric, edition, id and licence; of a set the rubric's digest, as in `scores.lock`.

    also: further sources.
    """
    rubric = assessment.book.rubric
    if country is None:
        days = list(map(long_date, sorted(set(assessment.as_of))))
        day = style.locale.of(days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}")
        digest = assessment.rubric_digest.removeprefix("sha256:")[:HASH]
        cited = f"{rubric.id}@{rubric.version}, {day}, digest {digest}"
    else:
        cited = identify(assessment, country.row)
    licence = rubric.about.licence
    return ". ".join(filter(None, (f"Source: {rubric.title}", cited, licence, *also)))


# -- sentences ---------------------------------------------------------------------------------------------------------


def caveats(assessment: Assessment, countries: Sequence[CountryScore]) -> tuple[str, ...]:
    """Notes on published scores that are not comparable, and on evidence that ends before the reference date."""
    pairs = incomparable(
        [country for country in countries if country.is_published], assessment.book.rubric.comparable.years
    )
    notes = [f"{pairs[0]} And {len(pairs) - 1} more pairs." if len(pairs) > 1 else pairs[0]] if pairs else []
    return (*notes, *collected_earlier(countries))


def extremes(assessment: Assessment) -> str:
    """The first and the last published index, in a sentence."""
    figures = [f"{country.label} at {country.index.text}" for country in assessment.ranked]
    if not figures:
        return "Every index is withheld."
    if len(figures) == 1:
        return f"Published: {figures[0]}."
    first, last = assessment.book.rubric.first_and_last
    return f"{first.capitalize()}: {figures[0]}; {last}: {figures[-1]}."


def withheld_sentence(countries: Sequence[CountryScore]) -> str:
    """How many indices are withheld, in a sentence after others; empty if all are published."""
    count = sum(not country.is_published for country in countries)
    return f" {count} {'is' if count == 1 else 'are'} withheld." if count else ""
