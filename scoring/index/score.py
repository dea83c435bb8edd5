"""What the engine says: frozen values with arrays inside, which compute nothing.

A value can be asked for itself as a table or a frame; what makes it lies above, and is imported when it is asked for.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from scoring.model.fields import read_date, read_last_day
from scoring.model.kinds import (
    ChecklistIndicator,
    CountIndicator,
    Item,
    LeafIndicator,
    LevelsIndicator,
    Noise,
    NumberIndicator,
    RankIndicator,
    ShareIndicator,
    leaf_indicators,
    level_values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.model.profile import Profile, Statement
    from scoring.model.rubric import Prior, RuleBook


POINTS = ("estimate", "stated", "low", "high")  # printed as points of 0 to 100
SHARES = ("information", "availability")  # printed on 0 to 1; a node has the arithmetic mean, never rounded
FIGURES = (*POINTS, *SHARES)


@dataclass(frozen=True)
class Entry:
    """One statement's part in one leaf; value is v in [0, 1], or the number of events for a count."""

    statement: str
    value: float
    readings: tuple[float, ...]
    """The value by each coder's reading; `value` is their median."""
    noise: Noise
    grade: float
    """rho of the Admiralty grades, in [0, 1]."""
    decay: float
    """The factor of age, in [0, 1]."""
    detectability: float
    date: dt.date | None

    @property
    def weight(self) -> float:
        """w = rho * 2^(-age / half_life) * detectability."""
        return self.grade * self.decay * self.detectability


class Exclusion(NamedTuple):
    """A statement that did not enter: as a whole (indicator None), or one indicator, or one item of it."""

    statement: str
    indicator: str | None
    item: str | None
    reason: str

    def __lt__(self, other: tuple[str | None, ...]) -> bool:
        return tuple(part or "" for part in self) < tuple(part or "" for part in other)


class Pooled(NamedTuple):
    """The figures of one leaf, in [0, 1]; NaN where there is none."""

    estimate: float
    stated: float
    low: float
    high: float
    information: float
    availability: float
    conflict: float


@dataclass(frozen=True)
class Leaf:
    """A leaf of one country: an indicator, or one item of a checklist, with what entered and what came of it."""

    indicator: str
    item: str | None
    entries: tuple[Entry, ...]
    pooled: Pooled


# The Admiralty grades as numbers: section 3 of the method. F and 6 mean "cannot be judged", not "bad".
RELIABILITY = {"A": 1.0, "B": 0.75, "C": 0.5, "D": 0.25, "E": 0.0, "F": 0.5}
CREDIBILITY = {1: 1.0, 2: 0.75, 3: 0.5, 4: 0.25, 5: 0.0, 6: 0.5}
ANSWER = {True: 1.0, False: 0.0, "partly": 0.5}
HALF_WIDTH = {"high": 0.05, "moderate": 0.15, "low": 0.30}  # of v, by the coder's confidence: section 8
YEAR = 365.25  # days
UNKNOWN_SAMPLE = 400  # the sample size that a survey without one counts as
UNDATED = 0.5  # the factor of age for a statement without a date

# -- values: section 2 -------------------------------------------------------------------------------------------------


def level_value(indicator: LevelsIndicator, key: str) -> float:
    """v = position / (number of levels - 1), or the level's own value."""
    return level_values(indicator)[[level.key for level in indicator.levels].index(key)]


def item_value(answer: bool | str, points: float) -> float:  # noqa: FBT001  an answer, not a switch
    """v = 1, 0 or 1/2 for true, false, partly; a harmful item (points < 0) counts 1 - v."""
    return 1 - ANSWER[answer] if points < 0 else ANSWER[answer]


def goalpost_value(x: float, worst: float, best: float) -> float:
    """v = clip((x - worst) / (best - worst), 0, 1); worst may be above best."""
    return min(1.0, max(0.0, (x - worst) / (best - worst)))


def log_goalpost_value(x: float, worst: float, best: float) -> float:
    """v = clip((ln x - ln worst) / (ln best - ln worst), 0, 1); worst, best > 0, and ln x of 0 or less is -∞."""
    return goalpost_value(math.log(x) if x > 0 else -math.inf, math.log(worst), math.log(best))


def rank_value(rank: int, of: int) -> float:
    """v = (N - r) / (N - 1)."""
    return (of - rank) / (of - 1)


def count_value(events: float, saturation: float) -> float:
    """v = min(n, saturation) / saturation."""
    return min(events, saturation) / saturation


def share_standard_error(share: float, sample: int | None) -> float:
    """100 sqrt(p (1 - p) / n) percentage points, p = share / 100; an unknown n counts as 400."""
    p = share / 100
    return 100 * math.sqrt(p * (1 - p) / (UNKNOWN_SAMPLE if sample is None else sample))


def median_value(values: Sequence[float]) -> float:
    """The value of a statement read by several coders: their median, the mean of the two middle ones."""
    return statistics.median(values)


def value(indicator: LeafIndicator, code: Any, item: Item | None = None) -> float:
    """v of one checked code of one indicator (of one item, for a checklist); for a count, the number of events."""
    match indicator:
        case LevelsIndicator():
            return level_value(indicator, code)
        case ChecklistIndicator():
            assert item is not None  # noqa: S101  a checklist is read by item
            return item_value(code[item.key], item.points)
        case NumberIndicator():
            read = log_goalpost_value if indicator.log else goalpost_value
            return read(code, indicator.worst, indicator.best)
        case ShareIndicator():
            share = code["share"] if isinstance(code, dict) else code
            return goalpost_value(share, indicator.worst, indicator.best)
        case RankIndicator():
            return rank_value(code["rank"], code["of"])
        case CountIndicator():
            return float(code)


def noise(indicator: LeafIndicator, code: Any, confidence: str) -> Noise:
    """Of a share its standard error / |best - worst|, normal; else the half-width of the confidence, triangular."""
    if isinstance(indicator, ShareIndicator):
        share, sample = (code["share"], code.get("n")) if isinstance(code, dict) else (code, None)
        return Noise("normal", share_standard_error(share, sample) / abs(indicator.best - indicator.worst))
    return Noise("triangular", HALF_WIDTH[confidence])


# -- weights: section 3 ------------------------------------------------------------------------------------------------


def grade(reliability: str, credibility: int) -> float:
    """rho = 0 if Q = 0, else (R + 2 Q) / 3, with R and Q of the Admiralty grades A to F and 1 to 6."""
    r, q = RELIABILITY[reliability], CREDIBILITY[credibility]
    return (r + 2 * q) / 3 if q else 0.0


def age(date: dt.date, as_of: dt.date) -> float:
    """Years of 365.25 days from the date to the as-of date."""
    return (as_of - date).days / YEAR


def decay(date: dt.date | None, as_of: dt.date, half_life: float | None) -> float:
    """2^(-age / half_life); 1 without a half-life, 1/2 without a date."""
    if half_life is None:
        return 1.0
    return UNDATED if date is None else 2 ** (-age(date, as_of) / half_life)


def is_within(date: dt.date, as_of: dt.date, years: float) -> bool:
    """Whether a day lies in the calendar years up to another: after the same day so many years before.

    29 February is 28 February where a year has none; the fraction of a year counts days, 365.25 to the year.
    """
    whole = int(min(years, dt.MAXYEAR))
    if as_of.year - whole < dt.MINYEAR:
        return True
    last = calendar.monthrange(as_of.year - whole, as_of.month)[1]
    before = as_of.replace(year=as_of.year - whole, day=min(as_of.day, last))
    return date.toordinal() > before.toordinal() - (years - whole) * YEAR


def out_of_time(statement: Statement, day: dt.date) -> Literal["future", "until"] | None:
    """Whether a statement is dated after a day, or ended before it."""
    if statement.date and read_date(statement.date) > day:
        return "future"
    if statement.until and read_last_day(statement.until) < day:
        return "until"
    return None


def in_force(statement: Statement, as_of: dt.date) -> str | None:
    """Why a whole statement does not enter: the first of context, future, until, same_as that holds, or None."""
    if statement.context:
        return "context"
    return out_of_time(statement, as_of) or ("same_as" if statement.same_as else None)


# -- pooling: section 4 ------------------------------------------------------------------------------------------------


def pool(values: Sequence[float], weights: Sequence[float], prior: Prior) -> Pooled:
    """With M = sum w, T = sum w v, prior weight k and centre c:

    estimate = (T + k c) / (M + k)    stated = T / M    low = T / (M + k)    high = (T + k) / (M + k)
    information = M / (M + k)         conflict = 4 sum w (v - stated)^2 / M

    Without evidence the range is [0, 1] and the estimate c; with k = 0 there is then no figure at all (NaN).
    """  # noqa: D415  the formula is the text
    k, c = prior.weight, prior.centre
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


# -- leaves ------------------------------------------------------------------------------------------------------------


def score_profile(profile: Profile, book: RuleBook, as_of: dt.date) -> tuple[tuple[Leaf, ...], tuple[Exclusion, ...]]:
    """Score every leaf of the rubric from one checked profile.

    Returns:
        The leaves (a checklist gives one an item) in the order of the rubric, and the statements that did not enter,
        each with its one reason, in the order of their ids.
    """
    statements = sorted(profile.statements, key=lambda statement: statement.id)
    exclusions: list[Exclusion] = []
    standing: list[Statement] = []
    for statement in statements:
        if (reason := in_force(statement, as_of)) is None:
            standing.append(statement)
        else:
            exclusions.append(Exclusion(statement.id, None, None, reason))
    scored: list[Leaf] = []
    for pillar in book.pillars:
        for indicator in leaf_indicators(pillar.indicators):
            coded = [statement for statement in standing if indicator.id in (statement.codes or {})]
            items = indicator.items if isinstance(indicator, ChecklistIndicator) else (None,)
            for item in items:
                leaf, out = score_leaf(indicator, item, coded, profile, book.rubric.prior, as_of)
                exclusions += out
                scored.append(leaf)
    return tuple(scored), tuple(sorted(exclusions))


def score_leaf(
    indicator: LeafIndicator,
    item: Item | None,
    statements: Iterable[Statement],
    profile: Profile,
    prior: Prior,
    as_of: dt.date,
) -> tuple[Leaf, list[Exclusion]]:
    """Score one leaf from the statements, in the order of their ids, that stand and code its indicator."""
    entries, exclusions = _entries(indicator, item, statements, profile, as_of)
    return _leaf(indicator, item, entries, prior), exclusions


def _entries(
    indicator: LeafIndicator,
    item: Item | None,
    statements: Iterable[Statement],
    profile: Profile,
    as_of: dt.date,
) -> tuple[list[Entry], list[Exclusion]]:
    """What enters one leaf, and what does not, under the window, the weights and the pooling rule."""
    key = item.key if item else None
    entries: list[Entry] = []
    exclusions: list[Exclusion] = []
    for statement in statements:
        readings = readings_of(statement, indicator.id, key)
        if not readings:
            continue
        date = read_date(statement.date) if statement.date else None
        if isinstance(indicator, CountIndicator) and date and not is_within(date, as_of, indicator.window):
            exclusions.append(Exclusion(statement.id, indicator.id, key, "outside-window"))
            continue
        values = tuple(value(indicator, code, item) for code in readings)
        entry = Entry(
            statement=statement.id,
            value=median_value(values),
            readings=values,
            noise=noise(indicator, readings[0], statement.confidence),
            grade=grade(profile.sources[statement.source].reliability, statement.credibility),
            decay=decay(date, as_of, indicator.half_life),
            detectability=indicator.detectability if statement.absence else 1.0,
            date=date,
        )
        if entry.weight > 0:
            entries.append(entry)
        else:
            exclusions.append(Exclusion(statement.id, indicator.id, key, "no-weight"))
    if indicator.pool == "latest":
        newest = max((entry.date for entry in entries if entry.date), default=None)
        exclusions += [
            Exclusion(entry.statement, indicator.id, key, "older-than-latest")
            for entry in entries
            if entry.date != newest
        ]
        entries = [entry for entry in entries if entry.date == newest]
    return entries, exclusions


def readings_of(statement: Statement, indicator: str, item: str | None) -> list[Any]:
    """All coders' codes of one indicator; of a checklist, those that answer the item."""
    codings = [statement.codes or {}, *(statement.coders or {}).values()]
    codes = [coding[indicator] for coding in codings if indicator in coding]
    return codes if item is None else [code for code in codes if item in code]


def _leaf(indicator: LeafIndicator, item: Item | None, entries: Sequence[Entry], prior: Prior) -> Leaf:
    values = [entry.value for entry in entries]
    if isinstance(indicator, CountIndicator):
        events = math.fsum(entry.value * entry.grade for entry in entries)
        values = [count_value(events, indicator.saturation)] * len(entries)
    pooled = pool(values, [entry.weight for entry in entries], prior)
    return Leaf(indicator.id, item.key if item else None, tuple(entries), pooled)
