"""Licences of data by the names that rubrics give them in `about: licence:`."""

from __future__ import annotations

from typing import NamedTuple


class Licence(NamedTuple):
    """A licence as data catalogues name it."""

    spdx: str
    """Its identifier in the SPDX list, which is also that of the Open Definition; empty if it is not known here."""
    title: str
    url: str


_CREATIVE = "https://creativecommons.org"
_KNOWN = (
    Licence("CC-BY-4.0", "Creative Commons Attribution 4.0 International", f"{_CREATIVE}/licenses/by/4.0/"),
    Licence(
        "CC-BY-SA-4.0", "Creative Commons Attribution-ShareAlike 4.0 International", f"{_CREATIVE}/licenses/by-sa/4.0/"
    ),
    Licence(
        "CC-BY-NC-4.0",
        "Creative Commons Attribution-NonCommercial 4.0 International",
        f"{_CREATIVE}/licenses/by-nc/4.0/",
    ),
    Licence("CC0-1.0", "Creative Commons Zero 1.0 Universal", f"{_CREATIVE}/publicdomain/zero/1.0/"),
    Licence(
        "ODbL-1.0", "Open Data Commons Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"
    ),
    Licence("MIT", "MIT License", "https://opensource.org/license/mit"),
)


def licence_of(name: str) -> Licence:
    """The licence of a name such as `CC BY 4.0`; one that is not known has the name alone."""
    plain = _plain(name)
    return next((one for one in _KNOWN if plain in (_plain(one.spdx), _plain(one.title))), Licence("", name, ""))


def _plain(name: str) -> str:
    return name.casefold().replace("-", " ").strip()


def notice(name: str, holders: str) -> str:
    """The text of the file LICENSE of data; holders: whose data it is."""
    one = licence_of(name)
    address = f"{one.url}\n\n" if one.url else ""
    name = f" ({name})" if name != one.title else ""
    return (
        f"{one.title}{name}\n\n{address}The data and the texts in this folder, by {holders}, "
        "may be used under this licence.\nCite them as CITATION.cff says. "
        "The program that computed the figures has a licence of its own.\n"
    )
