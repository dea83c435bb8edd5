"""Which figure of a score a number of a text is: section "What verify reads" of docs/citing.md.

A number belongs to a score by its value: equal to a figure, rounded as it is written. One near a figure, or that
the words beside it call one, is meant as that figure. All others are not from the score.
"""

from __future__ import annotations

import itertools
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scoring.citing.citation import Quantity
from scoring.citing.written import decimals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.citing.mentions import Span
    from scoring.citing.written import Written

Value: TypeAlias = Quantity | str | None
"""A computed figure, as in `citation.quantities`."""
Figures: TypeAlias = "Callable[[str], Value]"
"""The figures of a score by name; None for one that it has not. Each is computed on demand."""
SLACK = Decimal("0.01")  # points: width of the histogram bins that quantiles are computed from
MOST = 100  # the end of most scales; no rank is beyond it either
EXACT = Decimal("1e-9")
WITHHELD = "withheld"
SHARES = ("information", "availability")
SINGLE = ("estimate", "stated", "low", "high", "borrowed", *SHARES, "interval_low", "interval_high")  # drawn ones last
PAIRS = ("range", "interval", "rank_interval")
ENDS_OF = {"range": ("low", "high"), "interval": ("interval_low", "interval_high")}
RANKED_BESIDE = 3  # a place among more than so many times as many countries is another ranking


_READABLE = re.compile(r"[+−-]?\d{1,12}(?:[.,]\d{1,12})?")


class Figure(NamedTuple):
    """A figure in a passage: its name in `citation.quantities`, the spans of its numbers, and these as digits."""

    name: str
    spans: tuple[Span, ...]
    texts: tuple[str, ...]


class Bound(NamedTuple):
    """The figures that a number of a text was bound to; empty if it is not from the score."""

    figures: tuple[Figure, ...] = ()
    is_equal: bool = False
    """Whether it is equal to a figure, and not only near or named."""


def bind(written: Written, tables: Sequence[Figures], elsewhere: Sequence[Figures] = (), most: float = MOST) -> Bound:
    """The figures that a number, or two, of a text are.

    Args:
        written: the numbers with the words beside them.
        tables: the figures of the score as they are now and were.
        elsewhere: those of other countries and pillars, which are often given by mistake.
        most: the end of the scale, beyond which no number is a figure.
    """
    match written.form:
        case "place":
            return _place(written, tables)
        case "range":
            return _range(written, tables, elsewhere, most)
        case "deviation":
            return _deviation(written, tables, elsewhere, most)
        case _:
            return _number(written, tables, elsewhere, most)


def _one(name: str, written: Written, position: int = 0) -> Figure:
    return Figure(name, (written.spans[position],), (written.texts[position],))


def _number(written: Written, tables: Sequence[Figures], elsewhere: Sequence[Figures], most: float) -> Bound:
    """A single number: a figure that it equals; else the one that is meant."""
    text = written.texts[0]
    if abs(as_number(text)) > max(MOST, most):
        return Bound()
    first = next(iter(written.named), "")
    if _is_plain(written) and first in ("rank", "ranked") and not written.is_foreign:
        return Bound((_one(first, written),), any(equal((text,), table(first)) for table in tables))
    if figure := _equal_figure(written, tables):
        return Bound((figure,), is_equal=True)
    if written.is_foreign:
        return Bound()
    if written.form == "of 100":
        return Bound((_one("estimate", written),))
    is_whole = decimals(text) == 0
    meant = next((name for name in written.named if name in SINGLE and not (is_whole and name in SHARES)), None)
    if meant is None and not is_whole and first in ENDS_OF:
        meant = ENDS_OF[first][_is_above_estimate(text, tables)]
    if meant is None and not is_whole and written.is_points and not written.is_apart:
        meant = "estimate"
    if meant is None and not is_whole:
        meant = _nearest((text,), SINGLE, tables, elsewhere)
    if (
        meant is None
        and _is_plain(written)
        and written.is_bare
        and any(_is_cut_off(text, table("estimate")) for table in tables)
    ):
        meant = "estimate"
    return Bound((_one(meant, written),)) if meant else Bound()


def _is_above_estimate(text: str, tables: Sequence[Figures]) -> bool:
    estimate = tables[0]("estimate")
    return isinstance(estimate, Quantity) and float(as_number(text)) > estimate.numbers[0]


def _is_plain(written: Written) -> bool:
    """Whether a number is whole and nothing says that it is a score."""
    return decimals(written.texts[0]) == 0 and written.form != "of 100"


def _equal_figure(written: Written, tables: Sequence[Figures]) -> Figure | None:
    """The figure that a number equals, first among those that the words beside it name."""
    text, named = written.texts[0], written.named
    if _is_plain(written) and written.is_foreign:
        return None
    order = sorted(SINGLE, key=lambda name: (*_rank(_stem(name), named), SINGLE.index(name)))
    if named[:1] == ("borrowed",):
        order = ["borrowed", "estimate"]
    elif written.form == "of 100" or not (decimals(text) or named):
        order = ["estimate", *(name for name in order if name in named)]
    for table, name in itertools.product(tables, order):
        if name not in named and (name == "stated" or (name in SHARES and decimals(text) < 2)):  # noqa: PLR2004
            continue  # shares are printed with two decimals, and nobody cites the evidence mean without its name
        if equal((text,), table(name)) and _has_sign(name, text, named):
            return _one(name, written)
        if name == "borrowed" and name not in named and decimals(text) and equal((f"-{text}",), table(name)):
            return Figure(name, written.spans, (f"-{text}",))  # "lowers it by 8.1"
    return None


def _rank(name: str, named: Sequence[str]) -> tuple[int]:
    return (named.index(name) if name in named else len(named),)


def _stem(name: str) -> str:
    return {"interval_low": "interval", "interval_high": "interval", "low": "range", "high": "range"}.get(name, name)


def _has_sign(name: str, text: str, named: Sequence[str]) -> bool:
    """Whether a number may be a difference: it has a sign, or is called so."""
    return name != "borrowed" or text[0] in "+-−" or "borrowed" in named or decimals(text) > 0


def _range(written: Written, tables: Sequence[Figures], elsewhere: Sequence[Figures], most: float) -> Bound:
    texts, named = written.texts, written.named
    is_whole = not any(map(decimals, texts))
    if is_whole and "rank" in named:
        named = ("rank", *named)
    order = sorted(
        PAIRS, key=lambda name: (*_rank("rank" if name == "rank_interval" else name, named), PAIRS.index(name))
    )
    for table, name in itertools.product(tables, order):
        if (is_whole or name != "rank_interval") and equal(texts, table(name)):
            return Bound((Figure(name, written.spans, texts),), is_equal=True)
    if written.is_past:  # of `from A to B` only B is a figure of this score
        return _number(_part(written, 1), tables, elsewhere, most)
    if written.is_foreign:
        return Bound()
    singles = [_number(_part(written, position), tables, (), most) for position in (0, 1)]
    if not is_whole and all(one.is_equal for one in singles) and not named:
        return Bound(tuple(figure for one in singles for figure in one.figures), is_equal=True)
    called = [name for name in order if _stem("rank" if name == "rank_interval" else name) in named]
    if is_whole:
        # a rank interval or an interval, if it is called so, or follows the rank
        called = ["rank_interval"] if "rank" in named else [name for name in called if name != "rank_interval"]
        return Bound((Figure(called[0], written.spans, texts),)) if called else Bound()
    ends = [
        name
        for name in ("interval", "range")
        for table in tables
        if isinstance(value := table(name), Quantity)
        and any(
            equal((text,), value._replace(numbers=(number,))) for text, number in zip(texts, value.numbers, strict=True)
        )
    ]
    meant = (
        next((one for one in called if one in ends), None)
        or next(iter(ends), None)
        or next((one for one in called if one != "rank_interval"), None)
        or _nearest(texts, ("interval", "range"), tables, elsewhere)
    )
    return Bound((Figure(meant, written.spans, texts),)) if meant else Bound()


def _part(written: Written, position: int) -> Written:
    named = tuple(name for name in written.named if name in ("estimate", "rank"))
    return type(written)("number", (written.spans[position],), (written.texts[position],), named, written.is_foreign)


def _deviation(written: Written, tables: Sequence[Figures], elsewhere: Sequence[Figures], most: float) -> Bound:
    """`A ± B`: A is the estimate, and B the distance to both ends of the interval."""
    centre = _number(_part(written, 0), tables, elsewhere, most)
    if not centre.figures:
        return Bound()
    half = Figure("deviation", (written.spans[1],) * 2, (written.texts[1],) * 2)
    is_equal = centre.is_equal and any(equal(half.texts, table("deviation")) for table in tables)
    return Bound((*centre.figures, half), is_equal)


def _place(written: Written, tables: Sequence[Figures]) -> Bound:
    """A rank, with the number of ranked countries or without."""
    rank = _one("rank", written)
    total = _one("ranked", written, 1) if len(written.spans) > 1 else None
    figures = (rank,) if total is None else (rank, total)
    is_called = "rank" in written.named
    totals = [value.numbers[0] for table in tables if isinstance(value := table("ranked"), Quantity)]
    has_total = total is not None and any(equal(total.texts, Quantity((number,), 0)) for number in totals)
    is_equal = any(equal(rank.texts, table("rank")) for table in tables)
    if is_equal and (has_total or (total is None and (is_called or not written.is_word))):
        return Bound(figures, is_equal=True)
    if written.is_foreign or not totals:
        return Bound()
    is_other = total is not None and int(total.texts[0]) > RANKED_BESIDE * max(totals)
    is_meant = has_total or is_called or (is_equal and total is not None)
    return Bound(figures) if is_meant and not is_other else Bound()


# -- equal and near ----------------------------------------------------------------------------------------------------


def equal(texts: Sequence[str], value: Value) -> bool:
    """Whether texts equal a figure rounded to as many decimals as they have, the exact or the printed one."""
    if not isinstance(value, Quantity):
        return " ".join(texts).lower() == (value or WITHHELD).lower()
    if len(texts) != len(value.numbers) or not all(map(_READABLE.fullmatch, texts)):
        return False
    for text, number in zip(texts, value.numbers, strict=True):
        half_unit = Decimal(5).scaleb(-decimals(text) - 1)
        slack = SLACK if value.simulated and value.decimals else EXACT
        exact = Decimal(repr(float(number)))
        printed = exact.quantize(Decimal(1).scaleb(-value.decimals)) if decimals(text) < value.decimals else exact
        if min(abs(as_number(text) - one) for one in (exact, printed)) > half_unit + slack:
            return False
    return True


def as_number(text: str) -> Decimal:
    """A number as written, with a point or a comma and any sign."""
    return Decimal(text.replace(",", ".").replace("−", "-"))


def _nearest(
    texts: Sequence[str], names: Sequence[str], tables: Sequence[Figures], elsewhere: Sequence[Figures]
) -> str | None:
    """The figure that differs from numbers by typing errors, or that another score has."""
    for table, name in itertools.product(tables, names):
        value = table(name)
        if name in (*SHARES, "borrowed") or not isinstance(value, Quantity):
            continue
        if max(map(decimals, texts)) > value.decimals:
            continue  # nobody writes more decimals than are printed: a time, or another index
        if all(
            is_typing_error(text, _rounded(number, text)) for text, number in zip(texts, value.numbers, strict=True)
        ):
            return name
    for table, name in itertools.product(elsewhere, names):
        if name not in SHARES and equal(texts, table(name)):
            return name
    return None


def _is_cut_off(text: str, value: Value) -> bool:
    """Whether a whole number is a figure of two digits with its decimals cut off and not rounded."""
    return isinstance(value, Quantity) and int(as_number(text)) == math.floor(value.numbers[0]) >= 10  # noqa: PLR2004


def _rounded(number: float, text: str) -> str:
    unit = Decimal(1).scaleb(-decimals(text))
    return str(Decimal(repr(float(number))).quantize(unit))


def is_typing_error(text: str, right: str) -> bool:
    """Whether a number is another with one digit changed, left out, doubled or exchanged with its neighbour."""
    written = text.replace(",", ".").replace("−", "-").lstrip("+")
    if written == right:
        return True
    if written.replace(".", "") == right.replace(".", ""):
        return True  # the decimal point is displaced
    if len(written) == len(right):
        places = [number for number, (one, other) in enumerate(zip(written, right, strict=True)) if one != other]
        if len(places) == 1:
            return True
        first, last = places[0], places[-1]
        left = [number for number in range(first, last + 1) if right[number] != "."]
        return len(places) == 2 and len(left) == 2 and (written[first], written[last]) == (right[last], right[first])  # noqa: PLR2004
    longer, shorter = sorted((written, right), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter and longer[place] != "." for place in range(len(longer))
    )
