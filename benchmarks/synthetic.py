"""Synthetic countries for the benchmarks: five pillars, and statements of one or more sources per indicator."""

from __future__ import annotations

import itertools
import string
from typing import TYPE_CHECKING

import numpy as np

from scoring.index.assessment import assess
from scoring.model.profile import Profile, Source, Statement
from scoring.model.rubric import Pillar, Rubric, RuleBook

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment

PILLARS = 5
LEVELS = ("none", "some", "most", "all")


def assessment(
    countries: int, indicators: int, seed: int = 0, *, sources: int = 1, borrows: bool = False
) -> Assessment:
    """The assessment of countries with random levels and one statement per indicator and source.

    borrows: whether missing evidence borrows from country and pillar, and sources err.
    """
    numbers = np.random.default_rng(seed)
    book = rule_book(indicators, borrows=borrows)
    names = list(book.leaves)
    codes = itertools.islice(map("".join, itertools.product(string.ascii_uppercase, repeat=4)), countries)
    return assess(book, [profile(code, names, numbers, sources) for code in codes])


def rule_book(indicators: int, *, borrows: bool = False) -> RuleBook:
    """A rubric of five pillars with the given total number of indicators, of four levels each."""
    levels = [{"key": key, "text": key} for key in LEVELS]
    pillars = [
        Pillar.model_validate(
            {
                "id": f"pillar_{number}",
                "title": f"Pillar {number}",
                "indicators": [
                    {
                        "id": f"question_{number}_{position}",
                        "question": "Which level?",
                        "rationale": "None.",
                        "kind": "levels",
                        "weight": 1,
                        "half_life": 4,
                        "levels": levels,
                    }
                    for position in range(indicators // PILLARS)
                ],
            }
        )
        for number in range(PILLARS)
    ]
    prior = {"weight": 0.25, "centre": 0.5}
    uncertainty = {"kappa": 60, "exponents": {"1": 0.25, "0.5": 0.5, "0.125": 0.25}}
    if borrows:
        prior |= {"country": 3, "pillar": 3, "precision": 4}
        uncertainty |= {"coder": 0.05, "source": {"coded": 0.18, "measured": 0.05}}
    rubric = Rubric.model_validate(
        {
            "format": 2,
            "id": "synthetic",
            "version": "1.0.0",
            "title": "Synthetic",
            "exponent": 0.5,
            "prior": prior,
            "publish": {"availability": 0.65, "information": 0.5},
            "bands": [{"from": 0, "label": "low"}, {"from": 50, "label": "high"}],
            "uncertainty": uncertainty,
            "pillars": {pillar.id: 1 for pillar in pillars},
        }
    )
    return RuleBook(rubric=rubric, pillars=tuple(pillars))


def profile(country: str, names: list[str], numbers: np.random.Generator, sources: int) -> Profile:
    """A country with a random level for every indicator and source, around a random mean level."""
    mean = numbers.random()
    levels = np.clip(np.round(3 * mean + numbers.normal(size=(sources, len(names)))), 0, 3).astype(int)
    return Profile.model_construct(
        format=1,
        country=country,
        actor="RUS",
        as_of="2018-01-01",
        sources={
            f"page-{number}": Source(title="A page", publisher="None", reliability="B") for number in range(sources)
        },
        statements=tuple(
            Statement(
                id=f"statement-{name.replace('_', '-')}-{number}",
                text="Made up.",
                source=f"page-{number}",
                locator="None",
                date="2017",
                credibility=2,
                codes={name: LEVELS[level]},
            )
            for number, levels_of_source in enumerate(levels)
            for name, level in zip(names, levels_of_source, strict=True)
        ),
    )
