"""Score the leaves of the rubric from the statements of one profile: sections 2 to 4 of docs/method.md."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from scoring.model.fields import YEAR, read_date, read_last_day
from scoring.model.kinds.base import Reading, count_value
from scoring.statistics.arrays import Singles

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Iterable, Mapping, Sequence

    from scoring.model.kinds import LeafIndicator
    from scoring.model.policy import EvidenceRules
    from scoring.model.profile import Profile, Statement
    from scoring.model.rubric import Prior, Rubric, RuleBook


Number = TypeVar("Number", float, Singles)
POINTS = ("estimate", "stated", "low", "high")  # printed on the scale 0 to 100
SHARES = (
    "information",
    "availability",
)  # printed on the scale 0 to 1; aggregated by arithmetic means, never rounded
FIGURES = (*POINTS, *SHARES)


@dataclass(frozen=True)
class Entry:
    """One statement as it enters one leaf; `value` is v in [0, 1], or the number of events for a count."""

    statement: str
    source: str
    value: float
    """The median of the readings."""
    readings: tuple[Reading, ...]
    """What each coder read in the statement; as adjudicated alone, where coders' readings were decided on."""
    source_error: float
    """Standard deviation, in units of v, of the error that all statements of the source share on the leaf."""
    is_judged: bool
    """Whether the value is a judgement that the coder's strictness shifts."""
    grade: float
    """rho, from the Admiralty grades, in [0, 1]."""
    decay: float
    """The factor for age, in [0, 1]."""
    detectability: float
    date: dt.date | None

    @property
    def weight(self) -> float:
        """w = rho * 2^(-age / half_life) * detectability."""
        return self.grade * self.decay * self.detectability

    @property
    def is_whole(self) -> bool:
        """Whether more than half of the readings speak of all events of the window."""
        return 2 * sum(reading.is_whole for reading in self.readings) > len(self.readings)


class Exclusion(NamedTuple):
    """A statement that did not enter: anywhere (indicator None), an indicator, or an item of a checklist; and why."""

    statement: str
    indicator: str | None
    item: str | None
    reason: str

    def __lt__(self, other: tuple[str | None, ...]) -> bool:
        return tuple(part or "" for part in self) < tuple(part or "" for part in other)


class Pooled(NamedTuple):
    """The figures of one leaf, in [0, 1]; NaN for none."""

    estimate: float
    stated: float
    low: float
    high: float
    information: float
    availability: float
    conflict: float


@dataclass(frozen=True)
class Leaf:
    """A leaf of one country: an indicator, or an item of a checklist, with the entries and the pooled figures."""

    indicator: str
    item: str | None
    is_floor: bool
    """Whether the evidence shows only a least value."""
    entries: tuple[Entry, ...]
    older: tuple[Entry, ...]
    """The entries that newer ones displace under `pool: latest`."""
    pooled: Pooled
    lent: float
    """a, the part of one question, in [0, 1], with which the leaf enters the record of the country."""
    expected: float
    """e, what the rubric expects without evidence."""
    centre: float
    """c, what is expected of this country: e with the offsets of the country and its pillar."""

    def expecting(self, expected: float) -> Leaf:
        """The leaf with another e, and with c = e."""
        return replace(self, expected=expected).centred(expected)

    def centred(self, centre: float) -> Leaf:
        """The leaf with another c: estimate = low + (high - low) c."""
        low, high = self.pooled.low, self.pooled.high
        return replace(self, pooled=self.pooled._replace(estimate=low + (high - low) * centre), centre=centre)


# -- values: section 2 -------------------------------------------------------------------------------------------------


def median_value(values: Sequence[float]) -> float:
    """The value of a statement coded by several coders: their median, the mean of the two middle ones."""
    return statistics.median(values)


# -- weights: section 3 ------------------------------------------------------------------------------------------------


def grade(reliability: str, credibility: int, rules: EvidenceRules) -> float:
    """rho = (R + c Q) / (1 + c), or 0 if Q = 0.

    R and Q are the rubric's values of the Admiralty grades A to F and 1 to 6, c is its weight of credibility.
    """
    r: float = getattr(rules.reliability, reliability)
    q: float = getattr(rules.credibility, f"grade_{credibility}")
    c = rules.credibility_weight
    return (r + c * q) / (1 + c) if q else 0.0


def age(date: dt.date, as_of: dt.date) -> float:
    """Years of 365.25 days from the date to the reference date."""
    return (as_of - date).days / YEAR


def decay(date: dt.date | None, as_of: dt.date, half_life: float | None, undated: float) -> float:
    """2^(-age / half_life), of the day from which it ages; 1 without a half-life, `undated` without that day."""
    if half_life is None:
        return 1.0
    return undated if date is None else 2 ** (-age(date, as_of) / half_life)


def out_of_time(statement: Statement, day: dt.date) -> Literal["future", "until"] | None:
    """`future` if a statement is dated after a day, `until` if it ended before it; None if it is in force."""
    if statement.date and read_date(statement.date) > day:
        return "future"
    if statement.until and read_last_day(statement.until) < day:
        return "until"
    return None


def as_known(statement: Statement, day: dt.date) -> Statement:
    """The statement on a day: without a recheck that is later."""
    if statement.rechecked and read_date(statement.rechecked) > day:
        return statement.model_copy(update={"rechecked": None})
    return statement


def ages_from(statement: Statement) -> dt.date | None:
    """The day from which a statement ages: that of the recheck, else its date; None without either."""
    day = statement.rechecked or statement.date
    return read_date(day) if day else None


def exclusion_reason(statement: Statement, as_of: dt.date | None) -> str | None:
    """Why a statement enters no leaf: the first of withdrawn, context, future, until, same_as that applies.

    None if it enters.

    Without a day, statements that are not in force enter too.
    """
    if statement.withdrawn:
        return "withdrawn"
    if statement.context:
        return "context"
    not_in_force = None if as_of is None else out_of_time(statement, as_of)
    return not_in_force or ("same_as" if statement.same_as else None)


def day_in_force(statement: Statement, day: dt.date) -> dt.date:
    """The day, or the nearest one on which a statement is in force, as it was rechecked."""
    if statement.until:
        day = min(day, read_last_day(statement.until))
    first = ages_from(statement)
    return max(day, first) if first else day


# -- pooling: section 4 ------------------------------------------------------------------------------------------------


def pool(values: Sequence[float], weights: Sequence[float], k: float, c: float) -> Pooled:
    """With M = sum w, T = sum w v, prior weight k and expectation c:

    estimate = (T + k c) / (M + k)    stated = T / M    low = T / (M + k)    high = (T + k) / (M + k)
    information = M / (M + k)         conflict = 4 sum w (v - stated)^2 / M

    Without evidence the bounds are 0 and 1 and the estimate is c; with k = 0 all are then NaN.
    """  # noqa: D415  the formula is the text
    m = math.fsum(weights)
    t = math.fsum(w * v for v, w in zip(values, weights, strict=True))
    if m + k == 0:
        return Pooled(math.nan, math.nan, math.nan, math.nan, 0.0, 0.0, math.nan)
    stated = t / m if m else math.nan
    spread = math.fsum(w * (v - stated) ** 2 for v, w in zip(values, weights, strict=True))
    return Pooled(
        estimate=(t + k * c) / (m + k),
        stated=stated,
        low=t / (m + k),
        high=(t + k) / (m + k),
        information=m / (m + k),
        availability=float(m > 0),
        conflict=4 * spread / m if m else math.nan,
    )


def pool_floor(v: float, weights: Sequence[float], whole: float, k: float, c: float) -> Pooled:
    """With v of the events found, M_w the mass of the statements that speak of all events, and prior weight k:

    s = M_w / (M_w + k)    g = (1 - v) (1 - s)
    estimate = v + g c     stated = low = v     high = v + g     information = 1 - g     conflict = 0

    Without evidence v = 0 and nothing is stated. With k = 0 the events found are all, and none found is missing.
    """  # noqa: D415  the formula is the text
    is_found = bool(weights)
    if k == 0 and not is_found:
        return pool((), (), k, c)
    gap = (1 - v) * floor_gap(whole, k)
    stated = v if is_found else math.nan
    return Pooled(v + gap * c, stated, v, v + gap, 1 - gap, float(is_found), 0.0 if is_found else math.nan)


def floor_gap(whole: Number, k: float) -> Number:
    """1 - s = k / (M_w + k): how much of what lies above the events found stays open; 0 for k = 0."""
    return k / (whole + k) if k else 0 * whole


# -- leaves ------------------------------------------------------------------------------------------------------------


def score_profile(
    profile: Profile, book: RuleBook, as_of: dt.date, *, in_force: bool = True, only: Container[str] | None = None
) -> tuple[tuple[Leaf, ...], tuple[Exclusion, ...]]:
    """Score every leaf of the rubric from one checked profile.

    Args:
        profile: the profile.
        book: the rubric.
        as_of: the reference date.
        in_force: whether only the statements in force on that day enter; otherwise the others enter as of the nearest
            day on which they are in force.
        only: the ids of the indicators to score, by default of all.

    Returns:
        The leaves in the order of the rubric (a checklist has one leaf per item), and the statements that did not
        enter, each with its reason, in the order of their ids.
    """
    statements = sorted(profile.statements, key=lambda statement: statement.id)
    exclusions: list[Exclusion] = []
    entering: list[Statement] = []
    for statement in statements:
        if (reason := exclusion_reason(statement, as_of if in_force else None)) is None:
            entering.append(as_known(statement, as_of) if in_force else statement)
        else:
            exclusions.append(Exclusion(statement.id, None, None, reason))
    coded: dict[str, list[Statement]] = {}
    for statement in entering:
        for name in statement.entered:
            coded.setdefault(name, []).append(statement)
    leaves: list[Leaf] = []
    for indicator in book.leaves.values():
        if only is not None and indicator.id not in only:
            continue
        for item in indicator.parts:
            on_it = coded.get(indicator.id, ())
            leaf, excluded = score_leaf(indicator, item, on_it, profile, book.rubric, as_of)
            exclusions += excluded
            leaves.append(leaf)
    return tuple(leaves), tuple(sorted(exclusions))


def score_leaf(
    indicator: LeafIndicator,
    item: str | None,
    statements: Iterable[Statement],
    profile: Profile,
    rubric: Rubric,
    as_of: dt.date,
) -> tuple[Leaf, list[Exclusion]]:
    """Score one leaf from the statements that enter its indicator, in the order of their ids."""
    entries, exclusions = _entries(indicator, item, statements, profile, rubric, as_of)
    leaf = leaf_of(indicator, item, entries, rubric.prior)
    exclusions += [Exclusion(entry.statement, indicator.id, item, "older-than-latest") for entry in leaf.older]
    return leaf, exclusions


def _entries(
    indicator: LeafIndicator,
    item: str | None,
    statements: Iterable[Statement],
    profile: Profile,
    rubric: Rubric,
    as_of: dt.date,
) -> tuple[list[Entry], list[Exclusion]]:
    """The entries and the exclusions of one leaf under the window and the weights."""
    entries: list[Entry] = []
    exclusions: list[Exclusion] = []
    for statement in statements:
        given = codes_by_name(statement, profile, indicator.id, item)
        if not given:
            if statement.is_left_out(indicator.id, item):
                exclusions.append(Exclusion(statement.id, indicator.id, item, "not-qualified"))
            continue
        date = read_date(statement.date) if statement.date else None
        day = day_in_force(statement, as_of)
        if date and not indicator.covers(date, day):
            exclusions.append(Exclusion(statement.id, indicator.id, item, "outside-window"))
            continue
        readings = tuple(
            Reading(
                indicator.value(code, rubric.evidence, item),
                indicator.noise(code, statement.confidence, rubric.uncertainty),
                indicator.is_whole(code),
                coder if rubric.uncertainty.has_own_shift(coder) else None,
            )
            for coder, code in given
        )
        is_exact = statement.confidence == "exact"
        entry = Entry(
            statement=statement.id,
            source=statement.source,
            value=median_value([reading.value for reading in readings]),
            readings=readings,
            source_error=0.0 if is_exact else indicator.source_error(rubric.uncertainty),
            is_judged=indicator.is_judged,
            grade=grade(profile.sources[statement.source].reliability, statement.credibility, rubric.evidence),
            decay=decay(ages_from(statement), day, indicator.half_life, rubric.evidence.undated),
            detectability=indicator.detectability if statement.absence else 1.0,
            date=date,
        )
        if entry.weight > 0:
            entries.append(entry)
        else:
            exclusions.append(Exclusion(statement.id, indicator.id, item, "no-weight"))
    return entries, exclusions


def counted_codes(statement: Statement, indicator: str, item: str | None) -> list[Any]:
    """The codes that count on one indicator or item: the adjudicated one alone, else those of all coders.

    Where a register says so, codes of coders who are not qualified for the indicator are left out.
    """
    return _codes_in(statement.counting, indicator, item)


def codes_by_name(
    statement: Statement, profile: Profile, indicator: str, item: str | None
) -> list[tuple[str | None, Any]]:
    """The codes as in `counted_codes`, each with the id of its coder, as far as it is known."""
    return [
        (coder, codes[indicator])
        for coder, codes in statement.counted_by(profile.coder)
        if indicator in codes and (item is None or item in codes[indicator])
    ]


def codes_by_coder(statement: Statement, indicator: str, item: str | None) -> list[Any]:
    """The code of each coder on one indicator; on an item of a checklist, only of the coders who answer it."""
    return _codes_in([statement.codes or {}, *(statement.coders or {}).values()], indicator, item)


def _codes_in(codings: Iterable[Mapping[str, Any]], indicator: str, item: str | None) -> list[Any]:
    codes = [coding[indicator] for coding in codings if indicator in coding]
    return codes if item is None else [code for code in codes if item in code]


def leaf_of(indicator: LeafIndicator, item: str | None, entries: Sequence[Entry], prior: Prior) -> Leaf:
    """Pool the entries of one leaf, in the order of their statements; what is missing is expected at e.

    Under `pool: latest` only the entries with the newest date enter, and undated ones only if none is dated.
    """
    older: list[Entry] = []
    if indicator.pool == "latest":
        newest = max((entry.date for entry in entries if entry.date), default=None)
        older = [entry for entry in entries if entry.date != newest]
        entries = [entry for entry in entries if entry.date == newest]
    k, e = prior.weight, indicator.expected_value(prior.centre, item)
    values, weights = [entry.value for entry in entries], [entry.weight for entry in entries]
    if indicator.adds_up_to is not None:
        total = math.fsum(entry.value * entry.grade for entry in entries)
        values = [count_value(total, indicator.adds_up_to)] * len(entries)
    if indicator.is_floor:
        whole = math.fsum(entry.weight for entry in entries if entry.is_whole)
        pooled = pool_floor(values[0] if values else 0.0, weights, whole, k, e)
        lent = 1 - floor_gap(whole, k) if entries else 0.0
    else:
        pooled = pool(values, weights, k, e)
        lent = pooled.information
    lent *= indicator.part_of_question(item)
    return Leaf(indicator.id, item, indicator.is_floor, tuple(entries), tuple(older), pooled, lent, e, e)
