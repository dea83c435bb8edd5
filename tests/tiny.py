"""A small rubric and one invented country, of which a test states only what it is about.

Weights and exponent do not vary, so that the draws show the evidence alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import scoring
from scoring.model.profile import Profile
from scoring.model.rubric import RuleBook
from scoring.uncertainty.draws import Settings, blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.statistics.arrays import Floats

DAY = "2020-01-01"
INDICATOR = {"id": "leaf", "question": "Which?", "rationale": "So.", "weight": 1.0, "half_life": None}
NUMBER = {**INDICATOR, "kind": "number", "worst": 0.0, "best": 1.0}
"""A number that is v itself."""
LEVELS = {**INDICATOR, "kind": "levels", "levels": [{"key": f"v{tenth}", "text": "."} for tenth in range(11)]}
"""Levels whose keys are ten times v."""


def book_of(pillars: dict[str, list[dict[str, Any]]], **parts: dict[str, Any]) -> RuleBook:
    """A rubric of pillars of equal weight with k = 0 unless the prior says otherwise; `parts` as in `book`."""
    rubric = {
        "format": 2,
        "id": "index",
        "version": "1.0.0",
        "title": "Index",
        "exponent": 1.0,
        "prior": {"weight": 0.0, "centre": 0.5, **parts.get("prior", {})},
        "publish": {"availability": 0.0, "information": 0.0},
        "bands": [{"from": 0, "label": "all"}],
        "uncertainty": {"kappa": 60.0, "exponents": {"1": 1.0}, **parts.get("uncertainty", {})},
        "pillars": dict.fromkeys(pillars, 1.0),
    }
    files = [{"id": name, "title": "Pillar", "indicators": indicators} for name, indicators in pillars.items()]
    return RuleBook.model_validate({"rubric": rubric, "pillars": files})


def book(*indicators: dict[str, Any], **parts: dict[str, Any]) -> RuleBook:
    """The rubric of one pillar; `prior` and `uncertainty` add to what the rubric says there."""
    return book_of({"pillar": list(indicators)}, **parts)


def profile(*statements: dict[str, Any], reliability: str = "A", country: str = "XAA") -> Profile:
    """A country; a statement has grade A1, source `page` and no date, unless it says otherwise."""
    told = [
        {"id": f"s{place}", "text": ".", "locator": ".", "source": "page", "credibility": 1, **one}
        for place, one in enumerate(statements)
    ]
    sources = {one["source"]: {"title": "T", "publisher": "P", "reliability": reliability} for one in told}
    return Profile.model_validate(
        {
            "format": 1,
            "country": country,
            "actor": "XZZ",
            "as_of": DAY,
            "sources": sources,
            "statements": told,
        }
    )


def say(code: Any, indicator: str = "leaf", **statement: Any) -> dict[str, Any]:
    """A statement that codes one indicator."""
    return {"codes": {indicator: code}, **statement}


def drawn(assessment: scoring.Assessment, draws: int = 40_000, seed: int = 0, **options: Any) -> Floats:
    """Draws of the index of the first country, as (draws,)."""
    settings = Settings(draws=draws, seed=seed, kappa=math.inf, exponents=((1.0, 1.0),))
    return np.concatenate([block[0] for block in blocks(assessment, settings, **options)]).astype(np.float64)


def draws_of(rubric: RuleBook, statements: Sequence[dict[str, Any]], **options: Any) -> Floats:
    """Draws of the index of a country with these statements, of reliability A."""
    return drawn(scoring.assess(rubric, [profile(*statements)]), **options)
