"""The country of a row, from its code or name."""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources
from typing import TYPE_CHECKING

from scoring.errors import UnknownNameError, quoted
from scoring.model.countries import country_code, country_names, named, spellings
from scoring.text.spelling import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.model.imports import Import

_OWN = re.compile(r"[A-Z]{3}")


@functools.cache
def _names_elsewhere() -> Mapping[str, str]:
    """Folded name in another language than English -> the code of the one country that it names."""
    codes: dict[str, set[str]] = {}
    with resources.files("scoring").joinpath("data", "country_names.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in row["names"].split(";"):
                codes.setdefault(folded(name), set()).add(row["code"])
    return {name: min(found) for name, found in codes.items() if name and len(found) == 1 and name not in spellings()}


def country_elsewhere(text: str) -> str | None:
    """The code of the country that has this name in another language than English; None if that is none or several."""
    return _names_elsewhere().get(folded(text))


def country_of(spec: Import, text: str, name: str | None) -> tuple[str, str | None]:
    """The code of a country or unit, and the name of a unit that is no country.

    Args:
        spec: The import.
        text: What stands in the column of the code.
        name: What stands in the column of the name.

    Raises:
        UnknownNameError: There is no such country, or the name is another's.
    """
    if not text:
        message = "has no country; write its code or name"
        raise UnknownNameError(message)
    code = spec.codes.get(text, text)
    if name and _OWN.fullmatch(code) and code not in country_names():
        return code, name
    try:
        country = code if code in country_names() else country_code(code)
    except UnknownNameError as error:
        if code_elsewhere := country_elsewhere(code):
            message = f"unknown country {text!r}; did you mean {named(code_elsewhere)}?"
            raise UnknownNameError(message) from error
        raise
    if name and text not in spec.codes and not _has_name(country, name):
        message = f"{text!r} is {named(country)}, but the row says {quoted(name)}; write a code that is no country's"
        raise UnknownNameError(message)
    return country, None


def _has_name(country: str, name: str) -> bool:
    """Whether a name is one of a country, in any language that is known, or its code."""
    return country in spellings().get(folded(name), ()) or country_elsewhere(name) == country
