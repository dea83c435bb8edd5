"""A tree of the shape of INFORM 2025: 191 countries, 84 indicators, 53 inner nodes, rounding at every level.

The figures are random. The expected ones are computed here in decimal fractions, level by level, as INFORM describes.
"""

from __future__ import annotations

import itertools
import math
import random
import string
import time
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import tiny

import scoring
from scoring.model.rubric import RuleBook
from scoring.uncertainty.draws import Settings
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    from scoring.model.profile import Profile

COUNTRIES, INDICATORS, INNER = 191, 84, 53
Tree: TypeAlias = dict[str, Any]


def rounded(x: float) -> float:
    """Half up to one decimal, of what is exact to nine."""
    return float(Decimal(f"{x:.9f}").quantize(Decimal("0.1"), ROUND_HALF_UP))


def severity(scores: list[float]) -> float:
    """10 - (G - 1) / 9 x 10, G the geometric mean of (10 - x) / 10 x 9 + 1."""
    return 10 - (math.prod((10 - x) / 10 * 9 + 1 for x in scores) ** (1 / len(scores)) - 1) / 9 * 10


def shape() -> dict[str, list[Tree]]:
    """Three dimensions, with 49 groups in two levels below them, and 84 indicators below these; one is used twice."""
    numbers = itertools.count()
    groups = itertools.count()

    def leaf() -> Tree:
        return {**tiny.NUMBER, "id": f"i{next(numbers)}", "worst": 0.0, "best": 10.0, "round": 1}

    def group(children: list[Tree], *, is_inverted: bool) -> Tree:
        rule = {"exponent": 0.0, "invert": True, "offset": "1/9"} if is_inverted else {}
        named = {
            **tiny.INDICATOR,
            "kind": "group",
            "id": f"g{next(groups)}",
            "indicators": children,
            "round": 1,
            **rule,
        }
        named.pop("half_life")
        return named

    lower = [group([leaf(), leaf()], is_inverted=number % 2 == 0) for number in range(40)]
    rest = INDICATORS - 2 * 40
    upper = [group(lower[start : start + 5], is_inverted=start % 10 == 0) for start in range(0, 40, 5)]
    upper.append(group([leaf() for _ in range(rest)], is_inverted=True))
    assert sum(1 for _ in itertools.chain(lower, upper)) == INNER - 4  # and the dimensions and the index
    upper[8]["indicators"].append({"use": "i0", "weight": 1.0})
    return {"hazard": upper[:3], "vulnerability": upper[3:6], "coping": upper[6:]}


def book() -> RuleBook:
    """The index: the geometric mean of the three dimensions, on 0 to 10, the lower the better."""
    plain = tiny.book_of(shape())
    rubric = plain.rubric.model_dump(by_alias=True, exclude_none=True) | {
        "exponent": 0.0,
        "round": 1,
        "scale": {"to": 10},
        "better": "lower",
        "bands": [{"from": 0, "label": "low"}, {"above": 3.5, "label": "high"}],
    }
    pillars = [pillar.model_copy(update={"round": 1}) for pillar in plain.pillars]
    return RuleBook(rubric=type(plain.rubric).model_validate(rubric), pillars=tuple(pillars))


def profiles(values: list[dict[str, float]]) -> list[Profile]:
    """A profile per country with a certain statement per value."""
    codes = ("".join(letters) for letters in itertools.product("X", string.ascii_uppercase, string.ascii_uppercase))
    return [
        tiny.profile(*(tiny.say(x, name, confidence="exact") for name, x in row.items()), country=code)
        for row, code in zip(values, codes, strict=False)
    ]


def expected(node: Tree, values: dict[str, float]) -> float:
    """The figure of a node on 0 to 10."""
    if "use" in node:
        return rounded(values[node["use"]])
    if "indicators" not in node:
        return rounded(values[node["id"]])
    below = [expected(child, values) for child in node["indicators"]]
    return rounded(severity(below) if node.get("invert") else math.fsum(below) / len(below))


def test_a_tree_of_the_shape_of_inform_is_scored_exactly_and_simulated() -> None:
    chance = random.Random(2025)  # noqa: S311
    values = [{f"i{n}": round(chance.uniform(0.1, 10), 2) for n in range(INDICATORS)} for _ in range(COUNTRIES)]
    rubric, told = book(), profiles(values)
    start = time.perf_counter()
    assessment = scoring.assess(rubric, told)
    assert time.perf_counter() - start < 20
    inner = [node for node in assessment.nodes if node.children]
    assert (len(assessment.profiles), len(rubric.leaves), len(inner)) == (COUNTRIES, INDICATORS, INNER)
    for row, of_country in enumerate(values):
        dimensions = [
            rounded(math.fsum(below) / len(below))
            for groups in shape().values()
            for below in [[expected(group, of_country) for group in groups]]
        ]
        index = rounded(math.prod(dimensions) ** (1 / 3))
        assert [score.text for score in assessment.countries[row].pillars] == [f"{x:.1f}" for x in dimensions]
        assert assessment.countries[row].index.text == f"{index:.1f}"
    settings = Settings(draws=100, seed=0, kappa=math.inf, exponents=((0.0, 1.0),))
    simulation = simulate(assessment, settings)
    assert simulation.low == pytest.approx(assessment.figures.estimate[:, 0], abs=1e-4)  # all is certain
    assert simulation.high == pytest.approx(assessment.figures.estimate[:, 0], abs=1e-4)
