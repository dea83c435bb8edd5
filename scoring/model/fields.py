"""What YAML may say: the shapes of rubric, pillar, profile and case files.

Values are frozen to the last mapping; unknown keys, text for a number, NaN and infinity are refused. What one file
cannot know of another (does the level exist, does the source) is the business of `scoring.check`.
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
"""Text of one line: a title, a label, a question. More lines would break the line, row or heading that it becomes."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$", strict=True)]
Label = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$", strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
Weight = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
Unit = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", strict=True)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", strict=True)]

YEAR = 365.25  # days
FIRST_YEAR = 1900  # of a date in a file: one before it is a slip, such as 18 or 1018 for 2018

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

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other values; what the original worked out of its own is left behind."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


def models_in(annotation: Any) -> Iterator[type[Model]]:
    """The models that an annotation names, in its order."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def nested(model: type[Model]) -> tuple[type[Model], ...]:
    """A model and all models of its fields, and of theirs."""
    reached = {model: None}
    waiting = [model]
    while waiting:
        for field in waiting.pop().model_fields.values():
            new = [other for other in models_in(field.annotation) if other not in reached]
            reached |= dict.fromkeys(new)
            waiting += new
    return tuple(reached)
