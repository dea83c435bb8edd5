"""What YAML may say: the shapes of rubric, pillar, profile and case files.

Values are frozen to the last mapping; unknown keys, text for a number, NaN and infinity are refused. What one file
cannot know of another (does the level exist, does the source) is the business of `scoring.check`.
"""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import functools
import hashlib
import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

K = TypeVar("K")
V = TypeVar("V")

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, strict=True)]
Line = Annotated[
    str, StringConstraints(pattern=r"^.+\s*$", min_length=1, max_length=4000, strip_whitespace=True, strict=True)
]
"""Text of one line: a title, a label, a question. More lines would break the line, row or heading that it becomes."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$", strict=True)]
Label = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$", strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
Weight = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
Unit = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", strict=True)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", strict=True)]

FIRST_YEAR = 1900  # of a date in a file: one before it is a slip, such as 18 or 1018 for 2018
MOST_STATEMENTS = 5000  # and sources of a profile, so that no file takes long

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MIDDLE = {1: (7, 1), 2: (15,)}  # parts given -> what completes them: a year is read as 1 July, a month as the 15th


@functools.lru_cache(maxsize=4096)  # the same few dates come again and again
def read_date(text: str) -> dt.date:
    """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: a year alone is its 1 July, a month alone its 15th.

    Raises:
        ValueError: the text is no date of the calendar.
    """
    if match := _DATE.fullmatch(text):
        parts = tuple(int(part) for part in match.groups() if part)
        with contextlib.suppress(ValueError):
            return dt.date(*parts, *_MIDDLE.get(len(parts), ()))
    message = "is no date of the calendar; write YYYY, YYYY-MM or YYYY-MM-DD"
    raise ValueError(message)


@functools.lru_cache(maxsize=4096)
def read_last_day(text: str) -> dt.date:
    """Read a date as a last day: a year alone is its 31 December, a month alone the last of its days.

    Raises:
        ValueError: the text is no date of the calendar.
    """
    day = read_date(text)
    months = {len("YYYY"): 12, len("YYYY-MM"): day.month}
    if month := months.get(len(text)):
        return dt.date(day.year, month, calendar.monthrange(day.year, month)[1])
    return day


def _as_date(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:04d}"  # YAML reads a year alone as a number
    if isinstance(value, str) and read_date(value).year < FIRST_YEAR:
        message = f"lies before {FIRST_YEAR}; write the year in four digits, such as 2018"
        raise ValueError(message)
    return value


def is_later(date: str, other: str) -> bool:
    """Whether a date as written lies after another, whichever day of a year or month is meant."""
    shared = min(len(date), len(other))
    return date[:shared] > other[:shared]


_Day = Annotated[str, BeforeValidator(_as_date, json_schema_input_type=int | str), StringConstraints(strict=True)]
Date = Annotated[
    _Day,
    Field(description="YYYY, YYYY-MM or YYYY-MM-DD; a year alone is read as its 1 July, a month alone as its 15th"),
]
LastDay = Annotated[
    _Day,
    Field(description="YYYY, YYYY-MM or YYYY-MM-DD; a year alone is read as its 31 December, a month as its last day"),
]


class FrozenDict(dict[K, V]):
    """A dict that stays as it was read, so that a figure goes back to what stands in the file."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        message = "what was loaded does not change; make another with model_copy(update=...)"
        raise TypeError(message)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict[K, V]], tuple[dict[K, V]]]:
        return FrozenDict, (dict(self),)


def frozen(value: Any) -> Any:
    """A value of YAML with every dict and list in it frozen."""
    if isinstance(value, dict):
        return FrozenDict({key: frozen(one) for key, one in value.items()})
    return tuple(map(frozen, value)) if isinstance(value, list) else value


class Model(BaseModel):
    """Strict and frozen; what is loaded from a file holds tuples and frozen mappings alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(Model):
    """One anchored level of a `levels` indicator."""

    key: Name
    text: Line
    value: Unit | None = None
    """v of the level; without it, its position / (number of levels - 1)."""


class Item(Model):
    """One item of a checklist."""

    key: Name
    points: Number
    """The item's weight in the checklist; negative for a harmful item, which counts 1 - v."""
    text: Line


class _Node(Model):
    id: Name
    question: Line
    rationale: Text
    guidance: Text | None = None
    """How to read borderline cases."""
    weight: Weight
    """Weight among its siblings, which are scaled to sum 1."""
    round: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    """Decimals of the published scale to which the figures are rounded, half up, before they go on."""


class _Leaf(_Node):
    half_life: Positive | None
    """Years in which a statement loses half its weight; null for what does not age (a law, a treaty)."""
    pool: Literal["mean", "latest"] = "mean"
    """latest: only the statements with the newest date enter."""
    detectability: Unit = 1.0
    """How likely a thing of this kind would have been found if it existed; weighs statements of absence."""


class LevelsIndicator(_Leaf):
    """Ordered, anchored levels, least resilient first."""

    kind: Literal["levels"]
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]


class ChecklistIndicator(_Leaf):
    """Items answered true, false or partly, pooled each by itself."""

    kind: Literal["checklist"]
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class NumberIndicator(_Leaf):
    """A number between fixed goalposts."""

    kind: Literal["number"]
    worst: Number
    best: Number
    log: Annotated[bool, Field(strict=True)] = False
    """Goalposts and number are read on the scale of ln x."""
    clip: Annotated[bool, Field(strict=True)] = False
    """A number beyond the goalposts is meant to count as the nearer one, without a warning."""


class ShareIndicator(_Leaf):
    """A share in percent, such as a survey's."""

    kind: Literal["share"]
    worst: Annotated[float, Field(strict=True, ge=0, le=100)] = 0.0
    best: Annotated[float, Field(strict=True, ge=0, le=100)] = 100.0
    clip: Annotated[bool, Field(strict=True)] = False
    """A share beyond the goalposts is meant to count as the nearer one, without a warning."""


class RankIndicator(_Leaf):
    """A place in an outside ranking."""

    kind: Literal["rank"]


class CountIndicator(_Leaf):
    """Events in a window of years before the as-of date."""

    kind: Literal["count"]
    window: Positive
    """Calendar years up to the as-of date within which events count."""
    saturation: Positive
    """The number of events at which v reaches 1."""


class GroupIndicator(_Node):
    """A node with children in place of statements."""

    kind: Literal["group"]
    exponent: Number = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


LeafIndicator: TypeAlias = (
    LevelsIndicator | ChecklistIndicator | NumberIndicator | ShareIndicator | RankIndicator | CountIndicator
)
Indicator = Annotated[LeafIndicator | GroupIndicator, Field(discriminator="kind")]
INDICATORS: tuple[type[Model], ...] = (
    LevelsIndicator,
    ChecklistIndicator,
    NumberIndicator,
    ShareIndicator,
    RankIndicator,
    CountIndicator,
    GroupIndicator,
)


class Pillar(Model):
    """One pillar file: a dimension of the index and its indicators."""

    id: Name
    title: Line
    short: Annotated[str, StringConstraints(pattern=r"^.+\s*$", min_length=1, max_length=8, strict=True)] | None = None
    """A head for narrow table columns."""
    exponent: Number = 1.0
    missing: Literal["refuse", "drop"] = "refuse"
    round: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


class Prior(Model):
    """The weight k and the centre c of what was not seen."""

    weight: Weight
    centre: Unit


class Publish(Model):
    """The least availability and information with which an index is published."""

    availability: Unit
    information: Unit


class Band(Model):
    """A band holds from its cut, on the published scale of 0 to 100, up to the next."""

    from_: Annotated[float, Field(strict=True, ge=0, le=100, alias="from")]
    label: Line


class Uncertainty(Model):
    """How draws are made: the shared part r, kappa of the weights, and the exponents with their probabilities."""

    shared: Unit
    kappa: Positive
    exponents: Annotated[Mapping[str, Positive], Field(min_length=1), AfterValidator(FrozenDict)]


class AuditCountries(Model):
    """From how many countries on an audit says something; with fewer it says why not."""

    correlation: Annotated[int, Field(strict=True, ge=4)] = 10
    """With 10, a correlation must exceed .63 to differ from 0 at 5 %; with 6, .81."""
    consistency: Annotated[int, Field(strict=True, ge=4)] = 20
    dimension: Annotated[int, Field(strict=True, ge=4)] = 30
    importance: Annotated[int, Field(strict=True, ge=4)] = 30


class Audit(Model):
    """Beyond what an audit calls a thing doubtful."""

    availability: Unit = 0.65
    """The least share of countries with evidence on an indicator."""
    redundancy: Unit = 0.92
    """The highest correlation of two indicators of a pillar."""
    shared_evidence: Unit = 0.5
    """The highest share of the statements on either of two indicators that code both."""
    consistency: Unit = 0.7
    """The least Cronbach's alpha."""
    dimension: Unit = 0.5
    """The least share of the variance that one dimension carries."""
    told_apart: Unit = 0.5
    """The least share of the pairs of countries that can be told apart."""
    rank_interval: Unit = 0.5
    """The widest rank interval, as a share of the widest possible."""
    conflict: Unit = 0.5
    """The highest conflict among the statements on one indicator, above which they contradict each other."""
    countries: AuditCountries = AuditCountries()


class Rubric(Model):
    """The file rubric.yaml: what the pillars are, how they join, and what is published."""

    format: Literal[1]
    id: Name
    version: Version
    title: Line
    exponent: Number
    prior: Prior
    publish: Publish
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    uncertainty: Uncertainty
    audit: Audit = Audit()
    missing: Literal["refuse", "drop"] = "refuse"
    round: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    pillars: Annotated[Mapping[Name, Weight], Field(min_length=1), AfterValidator(FrozenDict)]


class RuleBook(Model):
    """A rubric with its pillars, in the order of their ids; what a run scores by."""

    rubric: Rubric
    pillars: tuple[Pillar, ...]


class Source(Model):
    """Where statements come from."""

    title: Line
    publisher: Line
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    """Admiralty grade of the source: A reliable … E unreliable, F cannot be judged."""
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000, strict=True)] | None = None
    accessed: Date | None = None
    note: Text | None = None
    """Why this grade, how the source was read."""


Code: TypeAlias = "bool | int | float | str | dict[str, Any]"
Codes = Annotated[Mapping[Name, Any], Field(min_length=1), AfterValidator(frozen)]


class Statement(Model):
    """One piece of evidence: a sentence of ours, where it comes from, and what it codes."""

    id: Label
    text: Text
    source: Label
    locator: Line
    """Where in the source."""
    date: Date | None = None
    """The day that the statement speaks for."""
    until: LastDay | None = None
    """The last day on which it is in force."""
    credibility: Annotated[int, Field(strict=True, ge=1, le=6)]
    """Admiralty grade of the statement: 1 confirmed … 5 improbable, 6 cannot be judged."""
    confidence: Literal["high", "moderate", "low"] = "moderate"
    """How sure the coder is of the code."""
    note: Text | None = None
    absence: Annotated[bool, Field(strict=True)] = False
    """The statement says that a thing was looked for and is not there."""
    same_as: Label | None = None
    """The statement that tells this already; this one does not enter."""
    codes: Codes | None = None
    """Indicator -> code."""
    coders: Annotated[Mapping[Label, Codes], Field(min_length=1), AfterValidator(FrozenDict)] | None = None
    """Coder -> indicator -> code: further readings of the same statement."""
    adjudication: Text | None = None
    """Where coders read it differently: why, and what was decided."""
    context: Annotated[bool, Field(strict=True)] = False
    """Worth recording, and never scored."""


class Profile(Model):
    """What is known of one country in face of one hostile actor."""

    format: Literal[1]
    country: CountryCode
    actor: CountryCode
    as_of: Date
    """The day that the profile speaks for."""
    editions: Annotated[tuple[Date, ...], Field(max_length=100)] = ()
    """Further days, later and in order, up to which evidence was gathered."""
    sources: Annotated[
        Mapping[Label, Source], Field(max_length=MOST_STATEMENTS, validate_default=True), AfterValidator(FrozenDict)
    ] = {}
    statements: Annotated[tuple[Statement, ...], Field(max_length=MOST_STATEMENTS)]


def edition_days(profile: Profile) -> tuple[dt.date, ...]:
    """The days up to which evidence was gathered, in order."""
    return tuple(map(read_date, (profile.as_of, *profile.editions)))


def coded_until(profile: Profile, as_of: dt.date) -> dt.date:
    """The last edition up to a day; the first where all are later."""
    return max((day for day in edition_days(profile) if day <= as_of), default=read_date(profile.as_of))


class Table(Model):
    """A table that others published, to hold an index against: published/<id>.yaml."""

    title: Line
    publisher: Line
    year: Annotated[int, Field(strict=True, ge=1900, le=2200)]
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000, strict=True)]
    accessed: Date
    read_from: Text
    """The publisher's own page, or which copy."""
    better: Literal["higher", "lower"]
    measures: Text
    near: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The nodes of the rubric that ask most nearly the same, besides the index."""
    expected: Text
    """What should agree and what not, and why; written before the figures were compared."""
    found: Text | None = None
    """What to make of the comparison; written after it."""
    values: Annotated[Mapping[CountryCode, Number], Field(min_length=1), AfterValidator(FrozenDict)]


class Case(Model):
    """A sentence, how it is coded, and the value that comes of it."""

    name: Line
    statement: Text
    codes: Annotated[Mapping[Name, Any], Field(min_length=1, max_length=1), AfterValidator(frozen)]
    value: Annotated[Annotated[float, Field(strict=True)] | str, Field(union_mode="left_to_right")]
    """v in [0, 1]; a fraction such as "146/193" where the decimal does not end."""

    @property
    def expected(self) -> Fraction:
        """The value, exactly."""
        return Fraction(str(self.value))


class CaseFile(Model):
    """The file <pillar>.cases.yaml."""

    pillar: Name
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]


def leaves(indicators: Iterable[Any]) -> Iterator[LeafIndicator]:
    """All indicators that take statements, groups opened."""
    for indicator in indicators:
        if isinstance(indicator, GroupIndicator):
            yield from leaves(indicator.indicators)
        else:
            yield indicator


def level_values(indicator: LevelsIndicator) -> list[float]:
    """v = position / (number of levels - 1), or the level's own value; in the order of the levels."""
    last = len(indicator.levels) - 1
    return [position / last if level.value is None else level.value for position, level in enumerate(indicator.levels)]


def digest(model: Model) -> str:
    """sha256 over the canonical JSON of a model, as 64 hexadecimal digits.

    Canonical: defaults left out, keys sorted, statements in the order of their ids, whole numbers without a point,
    no white space, UTF-8. Thus the order of keys and statements, comments and quotes change no digest.
    """
    plain = _canonical(model.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    if "statements" in plain:
        plain["statements"].sort(key=lambda statement: statement["id"])
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: entry if isinstance(entry, str) else _canonical(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_canonical(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
