"""How a published table writes its numbers: one decimal sign, which its cells show, or which the user names."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.files.cells import Cell

DecimalSign: TypeAlias = Literal[".", ","]
SIGNS: tuple[DecimalSign, ...] = get_args(DecimalSign)
NAMES: dict[DecimalSign, str] = {".": "point", ",": "comma"}

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,2})?")
_GROUPED = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:([, '’\u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*)(?:\.[0-9]{0,20})?")
_EXCHANGED = str.maketrans(".,", ",.")


class Evidence(NamedTuple):
    """What the cells of a table say of its decimal sign."""

    cells: dict[DecimalSign, list[Cell]]
    """The cells that are a number by one sign alone."""
    ambiguous: list[Cell]
    """Those that are another number by each sign, such as 1.263: a thousand, or three decimals."""


def number(text: str, sign: DecimalSign) -> Decimal | None:
    """The number in a cell; None if it is none. A group that begins with 0 is no thousand: 0,847 has three decimals."""
    plain = text.strip().replace("−", "-").removesuffix("%").rstrip()
    if sign == ",":
        plain = plain.translate(_EXCHANGED)
    if _GROUPED.fullmatch(plain):
        return Decimal(re.sub(r"[^-+0-9.]", "", plain))
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def evidence(cells: Iterable[Cell]) -> Evidence:
    """What cells say of the decimal sign."""
    by_sign: dict[DecimalSign, list[Cell]] = {sign: [] for sign in SIGNS}
    ambiguous = []
    for cell in cells:
        point, comma = (number(cell.text, sign) for sign in SIGNS)
        if point == comma:
            continue
        if point is not None and comma is not None:
            ambiguous.append(cell)
        else:
            by_sign["." if comma is None else ","].append(cell)
    return Evidence(by_sign, ambiguous)
