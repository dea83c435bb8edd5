"""What changed from one edition to the next: how many indices moved and why, as a page in Markdown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from scoring.change.attribution import TINY, differences
from scoring.index.summary import interval_name
from scoring.model.countries import named
from scoring.render.diff import signed_span
from scoring.text import numbers
from scoring.text.markdown import plain
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.change.attribution import Difference
    from scoring.citing.editions import Released
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Cause
    from scoring.uncertainty.draws import Settings

GROUPS: dict[str, tuple[Cause, ...]] = {
    "evidence": ("new statements", "removed statements", "grades and dates"),
    "coding": ("re-coded statements",),
    "method": ("rubric",),
    "ageing": ("ageing",),
    "borrowing": ("borrowing",),
}
"""Groups of causes, the first of equal parts first; the last two follow from day and evidence."""
ALWAYS = ("evidence", "coding", "method")  # counted in the first sentence even where they moved no index


class Changes(NamedTuple):
    """The difference between two editions."""

    name: str
    """Of the earlier edition."""
    differences: tuple[Difference, ...]
    """The countries of both whose index, rank or band changed."""
    added: tuple[str, ...]
    """Countries that the earlier edition does not have, with their codes."""
    left_out: tuple[str, ...]
    """Countries that the later edition does not have."""

    @property
    def moved(self) -> tuple[Difference, ...]:
        """The countries whose index moved, or was or is now withheld."""
        return tuple(one for one in self.differences if _has_moved(one))


def changes(before: Released, after: Assessment, settings: Settings) -> Changes:
    """The difference of an assessment from an earlier edition."""
    was = before.scenario.assess()
    old = {profile.country: profile.label for profile in was.profiles}
    new = {profile.country: profile.label for profile in after.profiles}
    return Changes(
        before.name,
        differences(was, after, settings),
        tuple(label for code, label in new.items() if code not in old),
        tuple(label for code, label in old.items() if code not in new),
    )


def _has_moved(difference: Difference) -> bool:
    first, last = difference.rank
    return (first is None) != (last is None) or abs(difference.split.now - difference.split.was) > TINY


def parts(difference: Difference) -> dict[str, float]:
    """The part of each group of causes in a change, in [-1, 1]."""
    of = difference.split.parts
    return {group: math.fsum(of.get(cause, 0.0) for cause in causes) for group, causes in GROUPS.items()}


def main_cause(difference: Difference) -> str:
    """The group of causes with the largest part in a change."""
    by_group = parts(difference)
    return max(by_group, key=lambda group: abs(by_group[group]))


def headline(found: Changes) -> str:
    """How many indices moved and by what: `31 indices moved: 28 by evidence, 3 by coding, 0 by method`."""
    causes = [main_cause(one) for one in found.moved]
    shown = [group for group in GROUPS if group in ALWAYS or group in causes]
    counts = ", ".join(f"{causes.count(group)} by {group}" for group in shown)
    return f"{numbers.count(len(causes), 'index', 'indices')} moved: {counts}"


def page(title: str, found: Changes | None) -> str:
    """The page CHANGES.md; None for a first edition."""
    return "\n".join(_lines(title, found))


def _lines(title: str, found: Changes | None) -> Iterator[str]:
    yield from (f"# Changes in {plain(title)}", "")
    if found is None:
        yield from ("This is the first edition.", "")
        return
    yield from (f"From edition {found.name}: {headline(found)}.", "")
    for text, labels in (("Added", found.added), ("No longer in the set", found.left_out)):
        if labels:
            yield from (f"{text}: {plain(', '.join(labels))}.", "")
    if found.differences:
        yield as_markdown(_table(found))


def _table(found: Changes) -> Table:
    interval = interval_name(found.differences[0].rubric)
    columns = (
        Column("Country"),
        *(Column(head, figures=True) for head in ("Was", "Now", "Change", interval)),
        *(Column(group.capitalize(), figures=True) for group in GROUPS),
        Column("Significant"),
        Column("Rank"),
        Column("Band"),
    )
    notes = (
        f"Significant: the {interval} of the evidence's part excludes 0, or the rubric changed.",
        "Parts are contributions in points (Shapley, Owen), which sum to the change.",
        "Evidence: statements that are new or removed, and their grades and dates.",
        "Coding: other codes of the same statements. Method: the rubric.",
        "Ageing: the same statements on a later day. Borrowing: what is expected of missing evidence.",
        "An index is counted under its largest part.",
    )
    return Table(columns, tuple(map(_row, found.differences)), notes)


def _row(one: Difference) -> tuple[str, ...]:
    was, now = (
        None if rank is None else value for rank, value in zip(one.rank, (one.split.was, one.split.now), strict=True)
    )
    is_shown = was is not None and now is not None
    values = (one.split.now - one.split.was, *parts(one).values())
    change, *causes = (one.scale.signed(value, 1) if is_shown else numbers.NONE for value in values)
    return (
        named(one.country, one.title),
        *(numbers.WITHHELD if value is None else one.scale.points(value) for value in (was, now)),
        change,
        signed_span(one.scale, one.intervals.change) if is_shown else numbers.NONE,
        *causes,
        "yes" if one.is_significant else "no",
        *map(_pair, (one.rank, one.band)),
    )


def _pair(pair: tuple[object, object]) -> str:
    was, now = (numbers.WITHHELD if value is None else str(value) for value in pair)
    return was if was == now else f"{was} → {now}"
