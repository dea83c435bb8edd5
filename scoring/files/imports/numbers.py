"""Numbers and ranks as published tables write them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.model.imports import Import

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,3})?")
_RANK = re.compile(r"(?:=|t-?|tied |joint )?\s?([0-9]{1,6})(?:st|nd|rd|th|\.0?)?\s?=?", re.IGNORECASE)
_DIGITS = 15  # significant digits of a margin beside the data
_MINUS = "−"  # of typography
_GROUPS = r"[1-9][0-9]{{0,2}}(?:[{}][0-9]{{3}})+"  # of thousands: 0,847 is none


class NumberStyle(NamedTuple):
    """How a table writes numbers."""

    decimal: str
    thousands: str | None


_SEPARATORS = {" ": " \u00a0\u202f", "'": "'’"}  # and the spaces and apostrophe of typography


def style_of(spec: Import) -> NumberStyle:
    """How the table of an import writes numbers."""
    return NumberStyle(spec.decimal, spec.thousands)


def number_reader(style: NumberStyle) -> Callable[[str], float | str]:
    """A function from the text of a cell to its number, or to the message about it."""
    decimal, marks = style.decimal, _SEPARATORS.get(style.thousands or "", style.thousands or "")
    point = re.escape(decimal)
    grouped = marks and re.compile(rf"[-+]?{_GROUPS.format(re.escape(marks))}(?:{point}[0-9]{{0,20}})?")

    def read(text: str) -> float | str:
        plain = text.replace(_MINUS, "-").removesuffix("%").rstrip()
        if grouped and grouped.fullmatch(plain):
            plain = re.sub(f"[{re.escape(marks)}]", "", plain)
        if _NUMBER.fullmatch(with_point := _with_point(plain, decimal)):
            value = float(with_point)
            return value if math.isfinite(value) else "expected a finite number"
        return _expected(plain, decimal)

    return read


def _with_point(text: str, decimal: str) -> str:
    """The text with a decimal point; one that has a point where the table has commas is no number."""
    return text if decimal == "." else "" if decimal not in text and "." in text else text.replace(decimal, ".")


def _expected(text: str, decimal: str) -> str:
    """What is expected in place of a text that is no number."""
    if re.fullmatch(rf"[-+]?{_GROUPS.format(',')}(\.[0-9]*)?", text) and decimal == ".":
        return 'expected a number; write `thousands: ","` if the comma separates thousands'
    if re.fullmatch(r"[-+]?[0-9]+,[0-9]+", text) and decimal == ".":
        return 'expected a number; write `decimal: ","` if the table has decimal commas'
    if decimal == "," and re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)+(,[0-9]*)?", text):
        return 'expected a number with a decimal comma; write `thousands: "."` if the point separates thousands'
    if is_rank(text):
        return "expected a number; a rank such as this needs `kind: rank`"
    return "expected a number; leave the cell empty, or name what it says under `no_data`"


def is_rank(text: str) -> bool:
    """Whether a text is a rank such as 12, =12 or joint 12th."""
    return _RANK.fullmatch(text) is not None


def read_rank(text: str) -> float | str:
    """The rank in the text of a cell, or the message about it."""
    if match := _RANK.fullmatch(text):
        return float(match[1])
    return "expected a rank such as 12, =12 or joint 12th"


def span(values: Sequence[float], margin: float) -> tuple[float, float]:
    """The least and the greatest value, with a margin on both sides as a share of their distance."""
    low, high = min(values, default=math.nan), max(values, default=math.nan)
    if not margin:
        return low, high
    beside = margin * (high - low)
    return float(f"{low - beside:.{_DIGITS}g}"), float(f"{high + beside:.{_DIGITS}g}")


def is_percent(text: str) -> bool:
    """Whether a number is followed by a percent sign."""
    return text.rstrip().endswith("%")
