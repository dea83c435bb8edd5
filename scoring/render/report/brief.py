"""The template of a brief on a country that comes with the package."""

from __future__ import annotations

import re
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = (".md", ".qmd", ".typ")
_HEADING = re.compile(r"^(?=##? |= )", re.MULTILINE)


def brief(suffix: str, country: str, others: Sequence[str]) -> bytes:
    """The template for a country, in a format by the suffix of a file.

    Args:
        suffix: One of `SUFFIXES`.
        country: Its code.
        others: The codes of the countries that it is compared with; without any, the section on them is left out.
    """
    name = "brief.typ" if suffix == ".typ" else "brief.md"
    text = resources.files("scoring").joinpath("data", "brief", name).read_text(encoding="utf-8")
    sections = (one for one in _HEADING.split(text) if others or "$others" not in one)
    return Template("".join(sections)).substitute(country=country, others=", ".join(others)).encode()
