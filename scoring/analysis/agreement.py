"""Inter-coder agreement, and the statements on which coders disagree: section 12 of docs/method.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.index.leaves import codes_by_coder
from scoring.model.fields import read_date
from scoring.model.kinds.base import count_value
from scoring.statistics.krippendorff import alpha_interval, krippendorff_alpha

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.profile import Statement


class Coding(NamedTuple):
    """The codes of all coders for one statement on one indicator, or on one item of a checklist."""

    country: str
    statement: str
    path: str
    """Path of the indicator or item in the rubric."""
    codes: tuple[Any, ...]
    values: tuple[float, ...]
    """In [0, 1], the first coder first; a coder who found nothing to code has no value."""

    @property
    def spread(self) -> float:
        """The highest value minus the lowest."""
        return max(self.values) - min(self.values)


class Alpha(NamedTuple):
    """Krippendorff's alpha of one node of the rubric with its 95 % interval; NaN if all values are the same."""

    node: Node
    value: float
    low: float
    high: float
    readings: int
    """How many statements on indicators or items have two coders or more."""
    alike: float
    """Share of them on which all coders give the same value."""


class Adjudication(NamedTuple):
    """A statement that was coded differently, and the decision on it."""

    country: str
    statement: str
    decision: str


@dataclass(frozen=True)
class Agreement:
    """Inter-coder agreement by node, the disagreements, and the decisions on them."""

    countries: tuple[str, ...]
    """Those with at least one statement that a second coder coded."""
    alphas: tuple[Alpha, ...]
    """Of index, pillars, groups and indicators, in the order of the rubric."""
    readings: tuple[Coding, ...]
    """Those by two coders or more, the largest spread first."""
    unpaired: int
    """How many codings have a value from only one coder."""
    adjudications: tuple[Adjudication, ...]


def agreement(assessment: Assessment, rows: Iterable[int], seed: int) -> Agreement:
    """Inter-coder agreement by indicator, by pillar and in all.

    A pillar takes the values of all its indicators as one scale. Statements dated after the reference date are left
    out.

    Args:
        assessment: the countries.
        rows: of the countries whose statements are compared.
        seed: of the bootstrap.
    """
    codings: list[Coding] = []
    adjudications: list[Adjudication] = []
    for row in rows:
        profile, as_of = assessment.profiles[row], assessment.as_of[row]
        for statement in profile.statements:
            if statement.coders and not (statement.date and read_date(statement.date) > as_of):
                codings += _codings(assessment, profile.country, statement)
                if statement.adjudication:
                    adjudications.append(Adjudication(profile.country, statement.id, statement.adjudication))
    paired = [coding for coding in codings if len(coding.values) > 1]
    by_node = (
        (node, [coding for coding in paired if f"{coding.path}/".startswith(f"{node.path}/")])
        for node in assessment.nodes
        if node.kind != "item"
    )
    return Agreement(
        countries=tuple(sorted({coding.country for coding in codings})),
        alphas=tuple(_alpha(node, below, seed) for node, below in by_node if below),
        readings=tuple(sorted(paired, key=_most_different_first)),
        unpaired=len(codings) - len(paired),
        adjudications=tuple(sorted(adjudications)),
    )


def _most_different_first(coding: Coding) -> tuple[float, str, str, str]:
    return -coding.spread, coding.country, coding.statement, coding.path


def _codings(assessment: Assessment, country: str, statement: Statement) -> Iterator[Coding]:
    """The codings of one statement, one per indicator or item."""
    paths = {node.id: node.path for node in assessment.nodes if node.kind not in ("index", "pillar", "group", "item")}
    for indicator in assessment.book.leaves.values():
        for item in indicator.parts:
            if codes := codes_by_coder(statement, indicator.id, item):
                path = f"{paths[indicator.id]}/{item}" if item else paths[indicator.id]
                values = [indicator.value(code, assessment.book.rubric.evidence, item) for code in codes]
                if indicator.adds_up_to is not None:
                    values = [count_value(value, indicator.adds_up_to) for value in values]
                answers = tuple(code[item] if item else code for code in codes)
                yield Coding(country, statement.id, path, answers, tuple(values))


def _alpha(node: Node, codings: Sequence[Coding], seed: int) -> Alpha:
    units = [coding.values for coding in codings]
    statements = [(coding.country, coding.statement) for coding in codings]
    low, high = alpha_interval(units, statements, seed)
    alike = sum(coding.spread == 0 for coding in codings) / len(codings)
    return Alpha(node, krippendorff_alpha(units), low, high, len(codings), alike)
