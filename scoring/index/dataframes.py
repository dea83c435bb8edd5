"""Scores as records of a data frame."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from scoring.index.leaves import FIGURES
from scoring.text.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.index.scores import CountryScore
    from scoring.index.tree import Node
    from scoring.text.frame import Columns

NODE: Columns = {"node": str, "kind": str, "label": str}
"""The columns by which frames name a node: its path, kind and title or question."""
COUNTRY: Columns = {"country": str, "name": str, "actor": str, "as_of": dt.date, "published": bool}
"""The columns that say what is known of a country."""
NUMBERS = (*FIGURES, "borrowed", "conflict")
SCORES: Columns = {
    **COUNTRY,
    "rank": int,
    "band": str,
    "node": str,
    "kind": str,
    "pillar": str,
    "label": str,
    **dict.fromkeys(NUMBERS, float),
}


def node_cells(node: Node) -> dict[str, str]:
    """The values of `NODE`."""
    return {"node": node.path, "kind": node.kind, "label": node.label}


def country_cells(country: CountryScore) -> dict[str, Any]:
    """The values of `COUNTRY`."""
    return {
        "country": country.code,
        "name": country.name,
        "actor": country.profile.actor,
        "as_of": country.as_of,
        "published": country.is_published,
    }


def score_frame(countries: Sequence[CountryScore]) -> Frame:
    """One record per country and node."""
    return Frame(SCORES, tuple(row for country in countries for row in _rows(country)))


def _rows(country: CountryScore) -> Iterator[dict[str, Any]]:
    for score in country.nodes:
        is_index = score.node.parent is None
        yield {
            **country_cells(country),
            "rank": country.rank if is_index else None,
            "band": country.band if is_index else None,
            "pillar": None if is_index else score.node.path.split("/")[1],
            **node_cells(score.node),
            **{name: getattr(score, name) for name in NUMBERS},
        }
