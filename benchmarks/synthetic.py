"""Synthetic countries for the benchmarks: five pillars, and one statement per indicator."""

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


def assessment(countries: int, indicators: int, seed: int = 0) -> Assessment:
    """The assessment of countries with random levels and one statement per indicator."""
    numbers = np.random.default_rng(seed)
    book = rule_book(indicators)
    names = list(book.leaves)
    codes = itertools.islice(map("".join, itertools.product(string.ascii_uppercase, repeat=4)), countries)
    return assess(book, [profile(code, names, numbers) for code in codes])


def rule_book(indicators: int) -> RuleBook:
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
    rubric = Rubric.model_validate(
        {
            "format": 1,
            "id": "synthetic",
            "version": "1.0.0",
            "title": "Synthetic",
            "exponent": 0.5,
            "prior": {"weight": 0.25, "centre": 0.5},
            "publish": {"availability": 0.65, "information": 0.5},
            "bands": [{"from": 0, "label": "low"}, {"from": 50, "label": "high"}],
            "uncertainty": {"shared": 0.3, "kappa": 60, "exponents": {"1": 0.25, "0.5": 0.5, "0.125": 0.25}},
            "pillars": {pillar.id: 1 for pillar in pillars},
        }
    )
    return RuleBook(rubric=rubric, pillars=tuple(pillars))


def profile(country: str, names: list[str], numbers: np.random.Generator) -> Profile:
    """A country with a random level for every indicator, around a random mean level."""
    mean = numbers.random()
    levels = np.clip(np.round(3 * mean + numbers.normal(size=len(names))), 0, 3).astype(int)
    return Profile.model_construct(
        format=1,
        country=country,
        actor="RUS",
        as_of="2018-01-01",
        sources={"page": Source(title="A page", publisher="None", reliability="B")},
        statements=tuple(
            Statement(
                id=f"statement-{name.replace('_', '-')}",
                text="Made up.",
                source="page",
                locator="None",
                date="2017",
                credibility=2,
                codes={name: LEVELS[level]},
            )
            for name, level in zip(names, levels, strict=True)
        ),
    )
