"""Inter-coder agreement, and the statements on which coders disagree: section 12 of docs/method.md."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.files.defaults import defaults
from scoring.model.fields import read_date
from scoring.model.kinds.base import count_value
from scoring.statistics.gwet import gwet_ac1, unusual_share
from scoring.statistics.krippendorff import alpha_interval, krippendorff_alpha

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.index.assessment import Assessment
    from scoring.index.tree import Node
    from scoring.model.profile import Statement

FIRST = None  # the name of the first coder, whose readings are `codes`


class Coding(NamedTuple):
    """The codes of all coders for one statement on one indicator, or on one item of a checklist."""

    country: str
    statement: str
    path: str
    """Path of the indicator or item in the rubric."""
    coders: tuple[str | None, ...]
    """Those who coded it, the first (None) first."""
    codes: tuple[Any, ...]
    values: tuple[float, ...]
    """In [0, 1], by coder; a coder who found nothing to code has no value."""
    decided: float | None = None
    """The value of the adjudicated code; None if there is none."""

    @property
    def spread(self) -> float:
        """The highest value minus the lowest."""
        return max(self.values) - min(self.values)

    def value_of(self, coder: str | None) -> float | None:
        """The value of one coder; None if the coder found nothing to code."""
        return self.values[self.coders.index(coder)] if coder in self.coders else None


class Coefficients(NamedTuple):
    """How much coders agree on some units."""

    alpha: float
    """Krippendorff's; NaN if all values are the same."""
    ac1: float
    """Gwet's."""
    alike: float
    """Plain agreement: the share of units on which all coders give the same value."""
    unusual: float
    """The share of readings that differ from the most frequent value."""

    @property
    def is_uniform(self) -> bool:
        """Whether so few readings differ that alpha is near chance by construction, and AC1 says more."""
        return self.unusual < defaults().unusual


class Alpha(NamedTuple):
    """Krippendorff's alpha of one node of the rubric with its 95 % interval; NaN if all values are the same."""

    node: Node
    low: float
    high: float
    readings: int
    """How many statements on indicators or items have two coders or more."""
    coefficients: Coefficients


class Chosen(NamedTuple):
    """How often coders chose one indicator, in pairs of coders of one statement."""

    indicator: str
    both: int
    one: int
    """Pairs of which only one coder chose it."""

    @property
    def agreement(self) -> float:
        """2 both / (2 both + one): the share of the choices in which the other coder joined."""
        return 2 * self.both / (2 * self.both + self.one)


class Choice(NamedTuple):
    """Agreement on which indicators a statement codes, over all pairs of coders of one statement."""

    pairs: int
    same: float
    """The share of pairs who chose the same indicators."""
    overlap: float
    """The mean of the number of indicators that both chose over that which either chose."""
    indicators: tuple[Chosen, ...]
    """In the order of the rubric."""


class Coder(NamedTuple):
    """One further coder against the first."""

    coder: str
    statements: int
    readings: int
    """Codings that both coded."""
    coefficients: Coefficients
    difference: float
    """Mean of the coder's value minus the first coder's."""
    same_choice: float
    """The share of statements on which both chose the same indicators."""
    decided: int
    """Codings on which the two differ and that were adjudicated."""
    upheld: int
    """How many of them were decided as this coder had read them."""
    first_upheld: int


class Adjudication(NamedTuple):
    """A statement that was coded differently, and the decision on it."""

    country: str
    statement: str
    decision: str
    by: str | None
    """Who decided; None for a decision in words, which changes no code."""
    codes: Mapping[str, Any] | None


class Difference(NamedTuple):
    """An indicator or item that coders read differently."""

    path: str
    codes: tuple[Any, ...]
    """In the order of the coders; None for one who did not code it."""


class Open(NamedTuple):
    """A statement that coders read differently and that was not adjudicated."""

    country: str
    statement: str
    coders: tuple[str | None, ...]
    differences: tuple[Difference, ...]
    spread: float
    """The largest difference between values; 0 where coders only chose other indicators or items."""
    noted: bool
    """Whether the profile has a decision in words (`adjudication`), which changes no code."""


@dataclass(frozen=True)
class Agreement:
    """Inter-coder agreement by node and by coder, the disagreements, and the decisions on them."""

    countries: tuple[str, ...]
    """Those with at least one statement that a second coder coded."""
    alphas: tuple[Alpha, ...]
    """Of index, pillars, groups and indicators, in the order of the rubric."""
    choice: Choice | None
    """None if no statement was coded twice."""
    coders: tuple[Coder, ...]
    readings: tuple[Coding, ...]
    """Those by two coders or more, the largest spread first."""
    unpaired: int
    """How many codings have a value from only one coder."""
    adjudications: tuple[Adjudication, ...]
    queue: tuple[Open, ...]
    """What needs adjudication, the largest spread first."""


class _Read(NamedTuple):
    """A statement that was coded twice or more."""

    country: str
    statement: Statement
    codings: tuple[Coding, ...]

    @property
    def readings(self) -> dict[str | None, Mapping[str, Any]]:
        """Coder -> indicator -> code, the first coder first."""
        return _readings(self.statement)


def _readings(statement: Statement) -> dict[str | None, Mapping[str, Any]]:
    readings: dict[str | None, Mapping[str, Any]] = {FIRST: statement.codes or {}}
    readings.update(statement.coders or {})
    return readings


def agreement(assessment: Assessment, rows: Iterable[int], seed: int) -> Agreement:
    """Inter-coder agreement by indicator, by pillar and in all, on the choice of indicators, and by coder.

    A pillar takes the values of all its indicators as one scale. Statements dated after the reference date and
    withdrawn ones are left out. Adjudicated codes are no readings.

    Args:
        assessment: the countries.
        rows: of the countries whose statements are compared.
        seed: of the bootstrap.
    """
    read = _read(assessment, rows)
    codings = [coding for one in read for coding in one.codings]
    paired = [coding for coding in codings if len(coding.values) > 1]
    by_node = (
        (node, [coding for coding in paired if f"{coding.path}/".startswith(f"{node.path}/")])
        for node in assessment.nodes
        if node.kind != "item"
    )
    further = sorted({coder for one in read for coder in one.statement.coders or {}})
    return Agreement(
        countries=tuple(sorted({one.country for one in read})),
        alphas=tuple(_alpha(node, below, seed) for node, below in by_node if below),
        choice=_choice(read, list(assessment.book.leaves)) if read else None,
        coders=tuple(_coder(coder, read) for coder in further),
        readings=tuple(sorted(paired, key=_most_different_first)),
        unpaired=sum(len(coding.values) == 1 for coding in codings),
        adjudications=tuple(sorted(_decisions(read), key=lambda one: one[:3])),
        queue=_queue(read),
    )


def open_statements(assessment: Assessment, rows: Iterable[int]) -> tuple[Open, ...]:
    """The statements that need adjudication, the largest spread first, as in `agreement`."""
    return _queue(_read(assessment, rows))


def _read(assessment: Assessment, rows: Iterable[int]) -> list[_Read]:
    """The statements of the countries in some rows that were coded twice or more."""
    return [
        _Read(profile.country, statement, tuple(_codings(assessment, profile.country, statement)))
        for profile, as_of in ((assessment.profiles[row], assessment.as_of[row]) for row in rows)
        for statement in profile.statements
        if statement.coders and not statement.withdrawn and not (statement.date and read_date(statement.date) > as_of)
    ]


def _queue(read: Iterable[_Read]) -> tuple[Open, ...]:
    return tuple(sorted(filter(None, map(_open, read)), key=most_open_first))


def most_open_first(one: Open) -> tuple[float, str, str]:
    """The order of the queue: the largest spread first."""
    return -one.spread, one.country, one.statement


def _most_different_first(coding: Coding) -> tuple[float, str, str, str]:
    return -coding.spread, coding.country, coding.statement, coding.path


def _codings(assessment: Assessment, country: str, statement: Statement) -> Iterator[Coding]:
    """The codings of one statement, one per indicator or item that a coder coded."""
    paths = {node.id: node.path for node in assessment.nodes if node.kind not in ("index", "pillar", "group", "item")}
    readings = _readings(statement)
    decision = statement.adjudicated.codes if statement.adjudicated else {}
    coded = {name for coding in readings.values() for name in coding}
    for indicator in (indicator for name, indicator in assessment.book.leaves.items() if name in coded):

        def value(code: Any, item: str | None) -> float:
            found = indicator.value(code, assessment.book.rubric.evidence, item)  # noqa: B023  called in this turn
            return found if indicator.adds_up_to is None else count_value(found, indicator.adds_up_to)  # noqa: B023

        for item in indicator.parts:
            codes = {
                coder: coding[indicator.id]
                for coder, coding in readings.items()
                if indicator.id in coding and (item is None or item in coding[indicator.id])
            }
            if codes:
                decided = decision.get(indicator.id)
                is_decided = decided is not None and (item is None or item in decided)
                yield Coding(
                    country,
                    statement.id,
                    f"{paths[indicator.id]}/{item}" if item else paths[indicator.id],
                    tuple(codes),
                    tuple(code[item] if item else code for code in codes.values()),
                    tuple(value(code, item) for code in codes.values()),
                    value(decided, item) if is_decided else None,
                )


def _coefficients(units: Sequence[Sequence[float]]) -> Coefficients:
    if not units:
        return Coefficients(*[math.nan] * 4)
    alike = sum(len(set(unit)) == 1 for unit in units) / len(units)
    return Coefficients(krippendorff_alpha(units), gwet_ac1(units), alike, unusual_share(units))


def _alpha(node: Node, codings: Sequence[Coding], seed: int) -> Alpha:
    units = [coding.values for coding in codings]
    statements = [(coding.country, coding.statement) for coding in codings]
    low, high = alpha_interval(units, statements, seed)
    return Alpha(node, low, high, len(codings), _coefficients(units))


def _choice(read: Sequence[_Read], indicators: Sequence[str]) -> Choice:
    """Agreement on the choice of indicators, over all pairs of coders of one statement."""
    pairs = [
        (first.keys(), second.keys())
        for one in read
        for first, second in itertools.combinations(one.readings.values(), 2)
    ]
    chosen = (
        Chosen(
            name,
            sum(name in first and name in second for first, second in pairs),
            sum((name in first) != (name in second) for first, second in pairs),
        )
        for name in indicators
    )
    overlaps = [len(first & second) / len(either) if (either := first | second) else 1.0 for first, second in pairs]
    same = sum(first == second for first, second in pairs) / len(pairs)
    return Choice(
        len(pairs), same, math.fsum(overlaps) / len(pairs), tuple(one for one in chosen if one.both or one.one)
    )


def _coder(coder: str, read: Sequence[_Read]) -> Coder:
    """A further coder against the first."""
    own = [one for one in read if coder in (one.statement.coders or {})]
    units: list[tuple[float, float]] = []
    decided: list[tuple[float, float, float]] = []  # as decided, as the first read it, as the coder did
    for coding in (coding for one in own for coding in one.codings):
        first, second = coding.value_of(FIRST), coding.value_of(coder)
        if first is not None and second is not None:
            units.append((first, second))
            if coding.decided is not None and first != second:
                decided.append((coding.decided, first, second))
    same = sum((one.statement.codes or {}).keys() == one.readings[coder].keys() for one in own)
    return Coder(
        coder=coder,
        statements=len(own),
        readings=len(units),
        coefficients=_coefficients(units),
        difference=math.fsum(second - first for first, second in units) / len(units) if units else math.nan,
        same_choice=same / len(own),
        decided=len(decided),
        upheld=sum(value == second for value, _, second in decided),
        first_upheld=sum(value == first for value, first, _ in decided),
    )


def _decisions(read: Iterable[_Read]) -> Iterator[Adjudication]:
    for one in read:
        statement = one.statement
        if statement.adjudication:
            yield Adjudication(one.country, statement.id, statement.adjudication, None, None)
        if statement.adjudicated:
            decision = statement.adjudicated
            yield Adjudication(one.country, statement.id, decision.reason, decision.by, decision.codes)


def _open(one: _Read) -> Open | None:
    """A statement whose readings differ and that was not adjudicated, with what differs; else None."""
    if one.statement.adjudicated:
        return None
    coders = tuple(one.readings)
    differing = [
        coding for coding in one.codings if len(coding.values) < len(coders) or coding.spread > 0
    ]  # a coder without a value chose another indicator or item
    differences = tuple(
        Difference(
            coding.path,
            tuple(coding.codes[coding.coders.index(coder)] if coder in coding.coders else None for coder in coders),
        )
        for coding in differing
    )
    if not differences:
        return None
    spread = max(coding.spread for coding in differing)
    return Open(one.country, one.statement.id, coders, differences, spread, one.statement.adjudication is not None)
