"""Parts of English sentences: dates, ordinals, possessives, and names of countries with their article."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # those of `calendar` follow the locale
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)
_WITH_ARTICLE = frozenset(  # English short names that take "the", besides those that end in Islands or Territories
    (
        "Bahamas",
        "British Indian Ocean Territory",
        "Caribbean Netherlands",
        "Central African Republic",
        "Comoros",
        "Dominican Republic",
        "Gambia",
        "Isle of Man",
        "Maldives",
        "Netherlands",
        "Philippines",
        "Seychelles",
        "United Arab Emirates",
        "United Kingdom",
        "United States",
    )
)


def ordinal(number: int) -> str:
    """A rank in a sentence: `1st`, `2nd`, `11th`, `23rd`."""
    ending = "th" if number % 100 in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def long_date(day: dt.date) -> str:
    """A day in a sentence: `30 June 2018`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def with_article(name: str) -> str:
    """The name of a country inside a sentence: `Russia`, `the United States`."""
    takes_article = name in _WITH_ARTICLE or name.endswith((" Islands", " Territories"))
    return f"the {name}" if takes_article else name


def possessive(name: str) -> str:
    """`Moldova's`, `Cyprus's`, `the Netherlands'`."""
    return f"{name}'" if name.startswith("the ") and name.endswith("s") else f"{name}'s"


def capital(text: str) -> str:
    """The text with a capital at its start, the rest unchanged."""
    return text[:1].upper() + text[1:]


def joined(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
