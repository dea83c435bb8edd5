"""Countries under any of their names: codes of ISO 3166-1, English names, and what neither is."""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources
from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError
from scoring.text.spelling import folded, meant, near

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence


CODE = 3  # letters of the longest code; one code resembles another without standing for it, so that none is guessed
_EXAMPLE = re.compile(r"X[A-Z]{2}")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with resources.files("scoring").joinpath("data", name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


@functools.cache
def country_names() -> Mapping[str, str]:
    """ISO 3166-1 alpha-3 code -> English short name, with XKX for Kosovo; XAA to XZZ, for examples, have no entry."""
    return {row["code"]: row["name"] for row in _rows("countries.csv")}


def country_name(code: str) -> str:
    """The English short name of a country; the code itself for an example country."""
    return country_names().get(code, code)


@functools.cache
def spellings() -> Mapping[str, tuple[str, ...]]:
    """Folded alpha-3 or alpha-2 code or English name -> the country that it names; several where it is ambiguous."""
    found: dict[str, list[str]] = {}
    for row in _rows("countries.csv"):
        names = [row["code"], row["alpha2"], row["name"], row["official"], *row["other"].split(";")]
        for one in dict.fromkeys(map(folded, names)):
            if one:
                found.setdefault(one, []).append(row["code"])
    return {one: tuple(codes) for one, codes in found.items()}


@functools.cache
def other_codes() -> Mapping[str, tuple[str, ...]]:
    """Codes of other lists, or withdrawn from ISO 3166-1, that are no code of it today -> the countries meant.

    The IOC's, FIFA's and those on vehicles; several countries where lists differ or a state was divided.
    """
    return {row["code"]: tuple(row["countries"].split()) for row in _rows("other_codes.csv")}


def is_country(code: str) -> bool:
    """Whether a code is assigned by ISO 3166-1, or one of the user-assigned XAA to XZZ."""
    return code in country_names() or bool(_EXAMPLE.fullmatch(code))


def not_a_country(code: str) -> str:
    """What to say of a text in a file that is no country code. The nearest code would most often be another's."""
    if known := other_codes().get(code):
        return _of_another_list(code, known)
    right = "write an ISO 3166-1 alpha-3 code, such as AZE for Azerbaijan; XAA to XZZ are for examples"
    return f"{code!r} is no country code; {right}"


def _of_another_list(code: str, known: tuple[str, ...]) -> str:
    meaning = ", ".join(f"{country_names()[one]} is {one}" for one in known)
    return f"{code!r} is no country code of ISO 3166-1 today; {meaning}"


def country_code(text: str, among: Collection[str] = ()) -> str:
    """The alpha-3 code of the country that a text names: by code or English name, in any case, accents or none.

    Args:
        text: `AZE`, `az`, `Azerbaijan`, `Republic of Azerbaijan`; or an example code, XAA to XZZ.
        among: codes of the set at hand, which the message guesses first; the country need not be one of them.

    Raises:
        UnknownNameError: it names none, or several; the message says what is near.
    """
    if text in among:
        return text
    found = spellings().get(folded(text), ())
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{text!r} is more than one country; write one of {', '.join(map(named, found))}"
        raise UnknownNameError(message)
    code = text.strip().upper()
    if _EXAMPLE.fullmatch(code):
        return code
    if known := other_codes().get(code):
        raise UnknownNameError(_of_another_list(text, known))
    right = meant([named(one) for one in _guesses(text, among)]) or _right(among)
    message = f"{text!r} is no country; {right}"
    raise UnknownNameError(message)


def _guesses(text: str, among: Collection[str]) -> list[str]:
    """The countries with names near a text, those of the set first; of what may be a code none."""
    if len(text.strip()) <= CODE:
        return []
    names = {one: codes[0] for one, codes in spellings().items() if len(codes) == 1 and len(one) > CODE}
    of_the_set = {one: code for one, code in names.items() if code in among}
    return near(text, of_the_set) or near(text, names)


def _right(among: Collection[str]) -> str:
    if among:
        return f"countries: {', '.join(sorted(among))}"
    return "write its name or its code of ISO 3166-1, such as Azerbaijan or AZE"


def not_in_the_set(codes: Sequence[str], among: Collection[str]) -> str:
    """What to say of countries that no profile is about."""
    are = "is" if len(codes) == 1 else "are"
    return f"{', '.join(map(named, codes))} {are} not in the set; countries: {', '.join(sorted(among)) or 'none'}"


def named(code: str) -> str:
    """A country as `Azerbaijan (AZE)`; an example as its code."""
    name = country_names().get(code)
    return f"{name} ({code})" if name else code
