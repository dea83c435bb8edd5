"""A summary of one country: its evidence, gaps, contradictions, old evidence, and possible improvements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scoring.analysis.explain import Explained, Part, explain, leaves
from scoring.analysis.levers import Lever, levers
from scoring.analysis.reliance import Reliance, reliance
from scoring.index.leaves import out_of_time
from scoring.model.fields import read_date
from scoring.model.profile import coded_until, edition_days

if TYPE_CHECKING:
    import datetime as dt

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node


class Basis(NamedTuple):
    """The evidence behind the figures of one country."""

    coded: int
    """How many statements code an indicator; here and below, without withdrawn ones and those dated after the
    reference date."""
    coded_twice: int
    """How many of them were coded by two coders."""
    sources: int
    """How many sources these statements are from."""
    publishers: int
    editions: tuple[dt.date, ...]
    """The days up to which evidence was collected and that are not after the reference date, in order."""
    coded_until: dt.date
    """The last of them; the first edition if all are later."""
    newest: str | None
    """The newest date of the statements in force on the reference date, as written; None if none has a date."""
    context: int
    """How many statements are context: recorded, never scored."""


class Contradiction(NamedTuple):
    """An indicator or item whose statements conflict more than the rubric's audit allows."""

    node: Node
    conflict: float
    """In [0, 1]."""
    parts: tuple[Part, ...]
    """The lowest value first."""


@dataclass(frozen=True)
class CountrySummary:
    """What a reader should know about the index of one country, besides the figure."""

    basis: Basis
    reliance: Reliance | None
    """None if no statement enters the index."""
    pillars: tuple[Explained, ...]
    missing: tuple[Explained, ...]
    """Indicators and items without evidence."""
    contradictions: tuple[Contradiction, ...]
    """The largest conflict first."""
    oldest: tuple[Part, ...]
    """The statements that enter, the oldest first, without undated ones."""
    levers: tuple[Lever, ...]
    """Possible improvements, the largest gain first."""


def basis(assessment: Assessment, row: int) -> Basis:
    """The evidence behind the figures of the country in a row."""
    profile, day = assessment.profiles[row], assessment.as_of[row]
    valid = [statement for statement in profile.statements if not statement.withdrawn]
    known = [statement for statement in valid if out_of_time(statement, day) != "future"]
    coded = [statement for statement in known if statement.counted]
    sources = {statement.source for statement in coded}
    until = coded_until(profile, day)
    in_force = [statement for statement in valid if out_of_time(statement, day) is None]
    return Basis(
        coded=len(coded),
        coded_twice=sum(statement.coders is not None for statement in coded),
        sources=len(sources),
        publishers=len({profile.sources[source].publisher for source in sources}),
        editions=tuple(edition for edition in edition_days(profile) if edition <= until),
        coded_until=until,
        newest=max((statement.date for statement in in_force if statement.date), key=read_date, default=None),
        context=sum(statement.context for statement in known),
    )


def country_summary(assessment: Assessment, row: int) -> CountrySummary:
    """The summary of the country in a row."""
    index = explain(assessment, row)
    questions = [leaf for leaf in leaves(index) if not leaf.node.is_used_again]
    most = assessment.book.rubric.audit.conflict
    contradictions = [
        Contradiction(leaf.node, conflict, tuple(sorted(leaf.parts, key=_by_value)))
        for leaf in questions
        if (conflict := float(assessment.conflict[row, leaf.node.position])) > most
    ]
    dated = [(part.entry.date, part) for leaf in questions for part in leaf.parts if part.entry.date]
    return CountrySummary(
        basis=basis(assessment, row),
        reliance=reliance(assessment.profiles[row], index),
        pillars=index.children,
        missing=tuple(leaf for leaf in questions if not leaf.parts),
        contradictions=tuple(sorted(contradictions, key=lambda contradiction: -contradiction.conflict)),
        oldest=tuple(part for _, part in sorted(dated, key=lambda pair: (pair[0], pair[1].statement.id))),
        levers=levers(assessment, row),
    )


def _by_value(part: Part) -> tuple[float, str]:
    return part.entry.value, part.statement.id
