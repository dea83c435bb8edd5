"""What is missing not at random: items reported only where they exist, and countries that rest on one source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scoring.analysis.calibration.trials import absent_value
from scoring.index.aggregate import aggregate
from scoring.index.rescoring import leaves_of_rubric

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment


class CountryRisk(NamedTuple):
    """How far a country's index could be wrong if what is missing is missing for a reason."""

    country: str
    title: str
    if_worst: float
    """The index if every item of a checklist without evidence had the worst answer, minus the index; in units of v."""
    source: str
    """The source with the most codings."""
    codings: int
    """Of that source: statements on leaves."""
    all_codings: int


@dataclass(frozen=True)
class Unreported:
    """The items that are stated absent, and the risk of each country."""

    answers: int
    """Codings of items."""
    absent: int
    """Of them, those that report that the item does not exist."""
    countries: tuple[CountryRisk, ...]


def unreported(assessment: Assessment) -> Unreported:
    """The share of items that are reported absent, and each country's risk."""
    entries = [
        (leaf, entry)
        for row in range(len(assessment.profiles))
        for leaf in leaves_of_rubric(assessment, row)
        for entry in leaf.entries
        if leaf.item
    ]
    worst = assessment.figures.estimate.copy()
    for row, leaves in enumerate(assessment.leaves):
        for position, leaf in leaves.items():
            if leaf.item is not None and not leaf.entries:
                worst[row, position] = float(assessment.book.rubric.lower_is_better)
    aggregate({"estimate": worst}, assessment.nodes)
    shifts = worst[:, 0] - assessment.figures.estimate[:, 0]
    return Unreported(
        answers=len(entries),
        absent=sum(entry.value == absent_value(leaf, assessment.book) for leaf, entry in entries),
        countries=tuple(_risk(assessment, row, float(shifts[row])) for row in range(len(assessment.profiles))),
    )


def _risk(assessment: Assessment, row: int, shift: float) -> CountryRisk:
    codings = Counter(entry.source for leaf in leaves_of_rubric(assessment, row) for entry in leaf.entries)
    source, most = max(codings.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    profile = assessment.profiles[row]
    return CountryRisk(profile.country, profile.title, shift, source, most, codings.total())
