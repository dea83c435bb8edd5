"""What report templates say of two countries, or of two days of one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from scoring.change.attribution import Change
from scoring.index.lookup import find_country
from scoring.model.profile import edition_days
from scoring.render.diff import signed_span
from scoring.text import numbers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from scoring.index.tree import Node
    from scoring.uncertainty.run import Run


class Chance(NamedTuple):
    """The probability that one country ranks above another, as `scoring compare` prints it; else why there is none."""

    text: str
    is_distinguishable: bool | None
    """None if there is no probability."""

    @property
    def verdict(self) -> str:
        """`distinguishable`, `not distinguishable`, or why there is no probability."""
        return _worded(self.is_distinguishable, "distinguishable", self.text)

    @property
    def yes_or_no(self) -> str:
        """The verdict in a cell of a table."""
        return _yes_or_no(self.is_distinguishable)


class Moved(NamedTuple):
    """The change of a node between two days as text; else why there is none."""

    node: Node
    days: tuple[dt.date, dt.date]
    scores: tuple[str, str]
    text: str
    interval: str
    evidence: str
    """The interval of the part that the evidence explains."""
    is_significant: bool | None
    """Whether the part of the evidence is; None if there is no change to show."""

    @property
    def verdict(self) -> str:
        """`significant`, `not significant`, or why there is no change."""
        return _worded(self.is_significant, "significant", self.text)

    @property
    def yes_or_no(self) -> str:
        """The verdict in a cell of a table."""
        return _yes_or_no(self.is_significant)


def _worded(verdict: bool | None, word: str, otherwise: str) -> str:  # noqa: FBT001  the value is what is worded
    return otherwise if verdict is None else word if verdict else f"not {word}"


def _yes_or_no(verdict: bool | None) -> str:  # noqa: FBT001  the value is what is worded
    return "" if verdict is None else "yes" if verdict else "no"


def chance_above(run: Run, countries: tuple[str, str], pillar: str | None, day: dt.date) -> Chance:
    """The probability that the first of two countries ranks above the second on a day."""
    whole, ranked = run.assessment(day), run.assessment(day, pillar)
    rows = tuple(find_country(ranked, code) for code in countries)
    [node] = _nodes(whole.nodes, [pillar])
    if pillar and any(math.isnan(whole.shown[row, node.position]) for row in rows):
        return Chance(numbers.NO_EVIDENCE, None)
    if any(ranked.withheld_because[row] for row in rows):
        return Chance(numbers.WITHHELD, None)
    simulation = run.simulation(day, pillar)
    return Chance(numbers.probability(float(simulation.p_above[rows])), bool(simulation.distinguishable[rows]))


def changes(run: Run, country: str, pillars: Sequence[str | None], days: tuple[dt.date, dt.date]) -> list[Moved]:
    """The change of the index (None) and of pillars of a country between two days, as in `scoring trend`."""
    own = run.only(country).scenario
    first, last = (own.evidence_on(day) for day in days)
    assessments = first.assess(), last.assess()
    nodes = _nodes(assessments[0].nodes, pillars)
    values = [[float(one.shown[0, node.position]) for one in assessments] for node in nodes]
    known = [node.position for node, pair in zip(nodes, values, strict=True) if not any(map(math.isnan, pair))]
    intervals = Change(first, last).intervals_of(known, run.settings, edition_days(own.profile)) if known else ()
    found = dict(zip(known, intervals, strict=True))
    moved = []
    for node, pair in zip(nodes, values, strict=True):
        missing = numbers.WITHHELD if node.parent is None else numbers.NO_EVIDENCE
        was, now = (missing if math.isnan(value) else node.scale.points(value) for value in pair)
        if interval := found.get(node.position):
            text, spans = node.scale.signed(pair[1] - pair[0], 1), (interval.change, interval.evidence)
            change, evidence = (signed_span(node.scale, span) for span in spans)
            moved.append(Moved(node, days, (was, now), text, change, evidence, interval.is_significant))
        else:
            moved.append(Moved(node, days, (was, now), missing, missing, missing, None))
    return moved


def _nodes(nodes: Sequence[Node], pillars: Sequence[str | None]) -> list[Node]:
    """The nodes of pillars by their ids; of the index for None."""
    by_id: dict[str | None, Node] = {nodes[child].id: nodes[child] for child in nodes[0].children}
    by_id[None] = nodes[0]
    return [by_id[pillar] for pillar in pillars]
