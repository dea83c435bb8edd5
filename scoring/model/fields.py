"""Types of fields, dates, and the base class of all models.

Models are strict: unknown keys, text for a number, NaN and infinity are refused. Rules that involve two values or two
files are in `scoring.files.validation`.
"""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Self, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

K = TypeVar("K")
V = TypeVar("V")

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, strict=True)]
Line = Annotated[
    str, StringConstraints(pattern=r"^.+\s*$", min_length=1, max_length=4000, strip_whitespace=True, strict=True)
]
"""Text of one line, such as a title, a label or a question: outputs print it in a table cell or a heading."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$", strict=True)]
_LABEL = r"^[a-z0-9][a-z0-9-]{0,79}$"
Label = Annotated[str, StringConstraints(pattern=_LABEL, strict=True)]
FileName = Annotated[
    str,
    StringConstraints(pattern=r"^\w[\w. -]{0,150}\.(csv|tsv|xlsx|xlsm|parquet)$", strict=True),
]
"""The name of a table that lies beside the file that names it."""
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
Weight = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
Unit = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", strict=True)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", strict=True)]

YEAR = 365.25  # days
FIRST_YEAR = 1900  # earliest year of a date in a file; an earlier one is a typing error, such as 18 or 1018 for 2018

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MIDDLE = {1: (7, 1), 2: (15,)}  # number of given parts -> the missing parts: 1 July of a year, the 15th of a month


@functools.lru_cache(maxsize=4096)  # profiles repeat few distinct dates
def read_date(text: str) -> dt.date:
    """The date of `YYYY-MM-DD`; of `YYYY` the 1 July, of `YYYY-MM` the 15th.

    Raises:
        ValueError: The text is not a valid date.
    """
    if match := _DATE.fullmatch(text):
        parts = tuple(int(part) for part in match.groups() if part)
        with contextlib.suppress(ValueError):
            return dt.date(*parts, *_MIDDLE.get(len(parts), ()))
    message = "is not a valid date; write YYYY, YYYY-MM or YYYY-MM-DD"
    raise ValueError(message)


@functools.lru_cache(maxsize=4096)
def read_first_day(text: str) -> dt.date:
    """The first day of `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: of a year 1 January, of a month its first day.

    Raises:
        ValueError: The text is not a valid date.
    """
    read_date(text)
    return dt.date.fromisoformat(f"{text}-01-01"[: len("YYYY-MM-DD")])


@functools.lru_cache(maxsize=4096)
def read_last_day(text: str) -> dt.date:
    """The last day of `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: of a year 31 December, of a month its last day.

    Raises:
        ValueError: The text is not a valid date.
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
        message = f"is before {FIRST_YEAR}; write the year with four digits, such as 2018"
        raise ValueError(message)
    return value


def is_label(text: str) -> bool:
    """Whether a text can be an id, such as the name of a coder."""
    return re.fullmatch(_LABEL[1:-1], text) is not None


def is_later(date: str, other: str) -> bool:
    """Whether a date is after another; False where the precision of the shorter text leaves it open."""
    shared = min(len(date), len(other))
    return date[:shared] > other[:shared]


_Day = Annotated[str, BeforeValidator(_as_date, json_schema_input_type=int | str), StringConstraints(strict=True)]
Date = Annotated[
    _Day,
    Field(description="YYYY, YYYY-MM or YYYY-MM-DD; a year alone is read as its 1 July, a month alone as its 15th"),
]
FirstDay = Annotated[
    _Day,
    Field(description="YYYY, YYYY-MM or YYYY-MM-DD; a year alone is read as its 1 January, a month as its first day"),
]
LastDay = Annotated[
    _Day,
    Field(description="YYYY, YYYY-MM or YYYY-MM-DD; a year alone is read as its 31 December, a month as its last day"),
]


_RANGE = "/"  # between the first and the last day, as in ISO 8601


def last_of(period: str) -> str:
    """The last date of a period: of `2018-05-10/2018-06-02` the second, of a single date itself."""
    return period.rpartition(_RANGE)[2]


def read_period(value: object) -> object:
    """A date, or two with a slash between them, as text; another value as it is.

    Raises:
        ValueError: A date is not valid, or the second is before the first.
    """
    if not isinstance(value, str) or _RANGE not in value:
        return _as_date(value)
    first, last = value.split(_RANGE, 1)
    for date in (first, last):
        _as_date(date)
    if is_later(first, last):
        message = "ends before it begins; write the first day, a slash and the last day"
        raise ValueError(message)
    return value


Period = Annotated[
    str,
    BeforeValidator(read_period, json_schema_input_type=int | str),
    StringConstraints(strict=True),
    Field(description="A date, or the first and the last with a slash between them, such as 2018-05-10/2018-06-02"),
]


class FrozenDict(dict[K, V]):
    """A dict that cannot be changed, so that a score always follows from the file that was read."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        message = "loaded values do not change; make a copy with model_copy(update=...)"
        raise TypeError(message)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict[K, V]], tuple[dict[K, V]]]:
        return FrozenDict, (dict(self),)


def frozen(value: Any) -> Any:
    """A YAML value with all its mappings as FrozenDict and all its lists as tuples."""
    if isinstance(value, dict):
        return FrozenDict({key: frozen(entry) for key, entry in value.items()})
    return tuple(map(frozen, value)) if isinstance(value, list) else value


class Model(BaseModel):
    """Base of all models: strict and frozen. Loaded values contain tuples and FrozenDicts only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other values, without the cached properties of the original."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


def models_in(annotation: Any) -> Iterator[type[Model]]:
    """The models in a type annotation, in order."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def nested(model: type[Model]) -> tuple[type[Model], ...]:
    """A model and all models that its fields contain, recursively."""
    visited = {model: None}
    pending = [model]
    while pending:
        for field in pending.pop().model_fields.values():
            new = [other for other in models_in(field.annotation) if other not in visited]
            visited |= dict.fromkeys(new)
            pending += new
    return tuple(visited)
