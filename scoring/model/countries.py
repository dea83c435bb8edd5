"""Codes and names of countries (ISO 3166-1), and the messages about codes that are not valid."""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources
from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError
from scoring.text.spelling import did_you_mean, folded, similar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence


CODE = 3  # letters of a code; none is suggested for a text this short, since codes of different countries are similar
_OWN = re.compile(r"[A-Z]{3}")
_EXAMPLE = re.compile(r"X[A-Z]{2}")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with resources.files("scoring").joinpath("data", name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


@functools.cache
def country_names() -> Mapping[str, str]:
    """ISO 3166-1 alpha-3 code -> English short name, with XKX for Kosovo; example codes XAA to XZZ have no entry."""
    return {row["code"]: row["name"] for row in _rows("countries.csv")}


def country_name(code: str) -> str:
    """The English short name of a country; the code itself for an example country."""
    return country_names().get(code, code)


@functools.cache
def spellings() -> Mapping[str, tuple[str, ...]]:
    """Folded alpha-3 or alpha-2 code or English name -> codes of the countries with that name, usually one."""
    codes_of: dict[str, list[str]] = {}
    for row in _rows("countries.csv"):
        names = [row["code"], row["alpha2"], row["name"], row["official"], *row["other"].split(";")]
        for name in dict.fromkeys(map(folded, names)):
            if name:
                codes_of.setdefault(name, []).append(row["code"])
    return {name: tuple(codes) for name, codes in codes_of.items()}


@functools.cache
def other_codes() -> Mapping[str, tuple[str, ...]]:
    """Codes that are not current ISO 3166-1 codes -> ISO codes of the countries that they stand for.

    They are those of the IOC, FIFA and vehicle registration, and codes withdrawn from ISO 3166-1. A code has several
    countries where the lists differ or a state was divided.
    """
    return {row["code"]: tuple(row["countries"].split()) for row in _rows("other_codes.csv")}


def is_country(code: str) -> bool:
    """Whether a code is assigned by ISO 3166-1, or one of the user-assigned XAA to XZZ."""
    return code in country_names() or bool(_EXAMPLE.fullmatch(code))


def own_code(text: str) -> str:
    """The code of a unit that is no country.

    Raises:
        UnknownNameError: it is not three capital letters, or the code of a country.
    """
    if not _OWN.fullmatch(text):
        message = f"{text!r} is no code; a unit that is no country has any three capital letters, such as XAA"
        raise UnknownNameError(message)
    if text in country_names():
        raise UnknownNameError(has_a_name(text))
    return text


def has_a_name(code: str) -> str:
    """The message about a country with a name of its own."""
    return f"{code} is {country_name(code)} by ISO 3166-1; give no name, or another code"


def not_a_country(code: str) -> str:
    """The message about an unknown country code; it suggests no similar code, which may be another country's."""
    if countries := other_codes().get(code):
        return _not_iso(code, countries)
    hint = "write an ISO 3166-1 alpha-3 code, such as AZE for Azerbaijan; XAA to XZZ are for examples"
    return f"unknown country code {code!r}; {hint}"


def _not_iso(code: str, countries: tuple[str, ...]) -> str:
    meaning = ", ".join(f"{country_names()[country]} is {country}" for country in countries)
    return f"{code!r} is not a current ISO 3166-1 code; {meaning}"


def country_code(text: str, among: Collection[str] = ()) -> str:
    """The alpha-3 code of a country given by code or English name; case, accents and punctuation do not matter.

    Args:
        text: `AZE`, `az`, `Azerbaijan`, `Republic of Azerbaijan`, or an example code, XAA to XZZ.
        among: Codes that the message suggests first; the country need not be one of them.

    Raises:
        UnknownNameError: No country or several countries have this name; the message lists similar names.
    """
    if text in among:
        return text
    codes = spellings().get(folded(text), ())
    if len(codes) == 1:
        return codes[0]
    if codes:
        message = f"{text!r} matches more than one country; write one of {', '.join(map(named, codes))}"
        raise UnknownNameError(message)
    code = text.strip().upper()
    if _EXAMPLE.fullmatch(code):
        return code
    if countries := other_codes().get(code):
        raise UnknownNameError(_not_iso(text, countries))
    hint = did_you_mean([named(country) for country in _similar(text, among)]) or _valid_names(among)
    message = f"unknown country {text!r}; {hint}"
    raise UnknownNameError(message)


def _similar(text: str, among: Collection[str]) -> list[str]:
    """The countries with a name similar to a text, those of the set first; none for a text as short as a code."""
    if len(text.strip()) <= CODE:
        return []
    names = {name: codes[0] for name, codes in spellings().items() if len(codes) == 1 and len(name) > CODE}
    of_the_set = {name: code for name, code in names.items() if code in among}
    return similar(text, of_the_set) or similar(text, names)


def _valid_names(among: Collection[str]) -> str:
    if among:
        return f"countries: {', '.join(sorted(among))}"
    return "write a name or an ISO 3166-1 code, such as Azerbaijan or AZE"


def not_in_the_set(codes: Sequence[str], among: Collection[str]) -> str:
    """The message about countries without a profile."""
    verb = "is" if len(codes) == 1 else "are"
    return f"{', '.join(map(named, codes))} {verb} not in the set; countries: {', '.join(sorted(among)) or 'none'}"


def named(code: str, own: str | None = None) -> str:
    """A country in the form `Azerbaijan (AZE)`; only the code for an example country without a name.

    own: the name that the profile gives to a unit that is no country.
    """
    name = own or country_name(code)
    return code if name == code else f"{name} ({code})"
