"""How sources, coders and standard errors widen an interval, against figures by hand."""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np
import pytest
from tiny import INDICATOR, LEVELS, NUMBER, book, draws_of, profile, say

import scoring
from scoring.analysis.sensitivity import factor_indices
from scoring.uncertainty.draws import Group, Settings

DRAWS = 100_000
EXACT: dict[str, Any] = {"confidence": "exact"}
SURE = {"confidence": {"high": 0.0, "moderate": 0.0, "low": 0.0}}  # no coding error, but errors of sources
VIEWS = (0.05, 0.3, 0.31, 0.42, 0.45, 0.5, 0.5, 0.52, 0.61, 0.66, 0.7, 0.88, 0.9)  # of 13 invented sources
COUNT = {**INDICATOR, "kind": "count", "window": 5.0, "saturation": 4.0}
MEASURED = {**SURE, "source": {"measured": 0.05}}
RELATIVE = 4 / math.sqrt(2 * DRAWS)  # four standard errors of the standard deviation of a normal variable


def apart(values: tuple[float, ...], **statement: Any) -> list[dict[str, Any]]:
    """One statement per value, each of its own source."""
    return [say(value, source=f"source-{place}", **statement) for place, value in enumerate(values)]


def width(draws: Any) -> float:
    low, high = np.quantile(draws, [0.05, 0.95])
    return float(high - low)


# -- the bootstrap over sources ----------------------------------------------------------------------------------------


def test_sources_that_contradict_each_other_widen_the_interval() -> None:
    """The mean under Dirichlet(1, ..., 1) weights has variance s^2 / (n + 1) (Rubin 1981); s with divisor n."""
    draws = draws_of(book(NUMBER), apart(VIEWS, **EXACT), draws=DRAWS)
    mean = sum(VIEWS) / len(VIEWS)
    s = math.sqrt(sum((value - mean) ** 2 for value in VIEWS) / len(VIEWS))
    expected = s / math.sqrt(14)
    assert draws.std() == pytest.approx(expected, rel=RELATIVE)
    assert draws.mean() == pytest.approx(mean, abs=4 * expected / math.sqrt(DRAWS))


def test_a_statement_of_less_weight_counts_less_in_every_draw() -> None:
    """Of 1 with w = 1 and 0 with w = a: E[g / (g + a g')] = integral of t / (a + (1 - a) t), t uniform."""
    a = 2 / 3  # rho of grade A3: (1 + 2 / 2) / 3
    expected = (1 - a + a * math.log(a)) / (1 - a) ** 2
    two = [say(1.0, source="one", **EXACT), say(0.0, source="two", credibility=3, **EXACT)]
    draws = draws_of(book(NUMBER), two, draws=DRAWS)
    assert draws.mean() == pytest.approx(expected, abs=4 * draws.std() / math.sqrt(DRAWS))


def test_several_statements_of_one_source_are_one_witness() -> None:
    """Two of weight 1/2 (grade A4: (1 + 2 / 4) / 3) draw as one of weight 1 with their mean."""
    other = say(0.9, source="two", **EXACT)
    twice = [say(value, source="one", credibility=4, **EXACT) for value in (0.2, 0.4)]
    one = say(0.3, source="one", **EXACT)
    np.testing.assert_allclose(draws_of(book(NUMBER), [*twice, other]), draws_of(book(NUMBER), [one, other]), atol=1e-6)
    assert draws_of(book(NUMBER), twice).std() == 0
    assert width(draws_of(book(NUMBER), [*twice, other])) > 0.3


def test_conflict_widens_the_interval() -> None:
    rubric = book(NUMBER, prior={"weight": 0.25})
    agreed = draws_of(rubric, apart((0.5,) * 10, confidence="high"))
    divided = draws_of(rubric, apart((0.0, 1.0) * 5, confidence="high"))
    assert width(divided) > 10 * width(agreed)


def test_a_source_has_one_weight_on_all_indicators() -> None:
    """So two indicators on which the same two sources differ are no surer than one: uniform, variance 1/12."""
    second = {**NUMBER, "id": "second"}
    told = [say(value, leaf, source=f"s-{value:g}", **EXACT) for leaf in ("leaf", "second") for value in (0.0, 1.0)]
    draws = draws_of(book(NUMBER, second), told, draws=DRAWS)
    assert draws.std() == pytest.approx(math.sqrt(1 / 12), rel=RELATIVE)


# -- errors of sources and coders, standard errors ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "expected"),
    [(["one"], 0.05), (["one", "one"], 0.05), (["one", "two"], 0.05 * math.sqrt(2 / 3))],
    ids=["one statement", "two of one source", "two sources"],
)
def test_a_source_errs_as_a_whole(sources: list[str], expected: float) -> None:
    """E[x^2 + (1 - x)^2] = 2/3 for the uniform shares x of two sources."""
    told = [say(0.5, source=name) for name in sources]
    draws = draws_of(book(NUMBER, uncertainty=MEASURED), told, draws=DRAWS)
    # of two sources the kurtosis is 3 E[V^2] / E[V]^2 = 3.15, V = x^2 + (1 - x)^2: 4 % more than a normal variable's error
    assert draws.std() == pytest.approx(expected, rel=1.04 * RELATIVE)
    assert draws.mean() == pytest.approx(0.5, abs=4 * expected / math.sqrt(DRAWS))


def test_the_error_of_a_source_is_its_own_on_each_indicator() -> None:
    told = [say(0.5), say(0.5, "second")]
    draws = draws_of(book(NUMBER, {**NUMBER, "id": "second"}, uncertainty=MEASURED), told, draws=DRAWS)
    assert draws.std() == pytest.approx(0.05 / math.sqrt(2), rel=RELATIVE)


CODED = {**SURE, "source": {"coded": 0.05}}
CODER = {**SURE, "coder": 0.05}
SHARE = {**INDICATOR, "kind": "share", "worst": 90.0, "best": 10.0}
LOG = {**NUMBER, "worst": 1.0, "best": 100.0, "log": True}
CHECKLIST = {**INDICATOR, "kind": "checklist", "items": [{"key": "site", "points": 1.0, "text": "."}]}


@pytest.mark.parametrize(
    ("indicator", "statement", "uncertainty", "expected"),
    [
        (LEVELS, say("v5"), CODED, 0.05),
        (LEVELS, say("v5"), MEASURED, 0),
        (LEVELS, say("v5", **EXACT), CODED, 0),
        (CHECKLIST, say({"site": "partly"}), CODED, 0.05),
        (NUMBER, say(0.5), CODED, 0),
        (NUMBER, say(0.5, **EXACT), MEASURED, 0),
        (COUNT, say(2), {**MEASURED, "coder": 0.05}, 0),
        (LEVELS, say("v5"), CODER, 0.05),
        (LEVELS, say("v5", **EXACT), CODER, 0.05),
        (NUMBER, say(0.5), CODER, 0),
        (NUMBER, say(0.5, confidence="high"), {"confidence": {"high": 0.12}}, 0.12 / math.sqrt(6)),
        (NUMBER, say(0.5, confidence="low"), {}, 0.30 / math.sqrt(6)),
        (NUMBER, say({"value": 0.5, "error": 0.04}), {}, 0.04),
        ({**NUMBER, "best": 10.0}, say({"value": 5, "error": 0.4}), {}, 0.04),
        (LOG, say({"value": 10, "error": 1}), {}, 1 / (10 * math.log(100))),
        (NUMBER, say({"value": 0.5, "error": 0.04}), MEASURED, math.hypot(0.04, 0.05)),
        (NUMBER, say({"value": 0.5, "error": 0.04}, **EXACT), MEASURED, 0),
        (SHARE, say({"share": 50, "n": 10, "error": 4}), {}, 4 / 80),
        (SHARE, say({"share": 50, "n": 400}), {}, 100 * math.sqrt(0.25 / 400) / 80),
        (SHARE, say({"share": 50, "n": 400}, **EXACT), MEASURED, 0),
    ],
)
def test_the_spread_of_one_statement(
    indicator: dict[str, Any], statement: dict[str, Any], uncertainty: dict[str, Any], expected: float
) -> None:
    draws = draws_of(book(indicator, uncertainty=uncertainty), [statement], draws=DRAWS)
    assert draws.std() == pytest.approx(expected, rel=RELATIVE, abs=1e-7)
    assert draws.mean() == pytest.approx(0.5, abs=4 * expected / math.sqrt(DRAWS) + 2e-5)


def test_a_coder_is_strict_or_mild_on_all_indicators() -> None:
    told = [say("v5"), say("v5", "second")]
    draws = draws_of(book(LEVELS, {**LEVELS, "id": "second"}, uncertainty=CODER), told, draws=DRAWS)
    assert draws.std() == pytest.approx(0.05, rel=RELATIVE)


@pytest.mark.parametrize("coders", [{}, {"coders": {"second": {"leaf": "v10"}}}], ids=["one reading", "two alike"])
def test_the_errors_are_added_before_they_are_clipped(coders: dict[str, Any]) -> None:
    """At v = 1 half of the sums of symmetric errors lie above 1; clipped one by one, fewer would reach it."""
    rubric = book(LEVELS, uncertainty={"source": {"coded": 0.1}, "coder": 0.05})
    draws = draws_of(rubric, [say("v10", confidence="low", **coders)], draws=DRAWS)
    assert (draws == 1).mean() == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(DRAWS))


def test_readings_are_drawn_for_each_statement() -> None:
    """The mean of two statements with the readings 0 and 1: 0, 1/2 and 1 with probability 1/4, 1/2 and 1/4."""
    told = [say("v0", coders={"second": {"leaf": "v10"}}, **EXACT) for _ in range(2)]
    draws = draws_of(book(LEVELS), told, draws=DRAWS)
    values, counts = np.unique(draws, return_counts=True)
    assert values.tolist() == [0, 0.5, 1]
    np.testing.assert_allclose(counts / DRAWS, [0.25, 0.5, 0.25], atol=4 * 0.5 / math.sqrt(DRAWS))


def test_events_found_are_a_floor_in_every_draw() -> None:
    """v = 2/4, s = 1 / (1 + 1/4): uniform from .5 to .5 + .5 * .2."""
    told = [say({"count": 1, "whole": True}, **EXACT), say(1, **EXACT)]
    draws = draws_of(book({**COUNT, "whole": False}, prior={"weight": 0.25}), told, draws=DRAWS)
    assert 0.5 <= draws.min() < 0.501
    assert 0.599 < draws.max() <= 0.6 + 1e-6
    assert draws.mean() == pytest.approx(0.55, abs=4 * 0.1 / math.sqrt(12 * DRAWS))
    assert draws.std() == pytest.approx(0.1 / math.sqrt(12), rel=RELATIVE)


# -- factor groups -----------------------------------------------------------------------------------------------------

GROUPS: tuple[Group, ...] = ("unseen", "stated", "sources", "weights", "exponent")
K = {"weight": 0.25, "country": 3.0, "pillar": 3.0}
FACTORS: dict[str, tuple[Group, Any, list[dict[str, Any]]]] = {
    "missing evidence": ("unseen", book(NUMBER, prior=K), []),
    "of sources that are certain": ("unseen", book(NUMBER, prior=K), [say(0.5, **EXACT)]),
    "coding error": ("stated", book(NUMBER), [say(0.5)]),
    "standard error": ("stated", book(NUMBER), [say({"value": 0.5, "error": 0.1})]),
    "readings": ("stated", book(LEVELS), [say("v1", coders={"second": {"leaf": "v9"}}, **EXACT)]),
    "coder": ("stated", book(LEVELS, uncertainty=CODER), [say("v5", **EXACT)]),
    "source": ("sources", book(LEVELS, uncertainty=CODED), [say("v5")]),
    "source of two statements": ("sources", book(LEVELS, uncertainty=CODED), [say("v5"), say("v3")]),
    "bootstrap": ("sources", book(NUMBER), apart(VIEWS, **EXACT)),
}


def test_the_factor_groups() -> None:
    assert get_args(Group) == GROUPS


@pytest.mark.parametrize("name", FACTORS)
def test_a_factor_group_is_what_it_says(name: str) -> None:
    own, rubric, told = FACTORS[name]
    first = draws_of(rubric, told, draws=1000)
    for group in GROUPS:
        again = draws_of(rubric, told, draws=1000, second=frozenset({group}))
        assert np.array_equal(first, again) == (group != own), group


def test_two_errors_of_one_number_are_exchanged_one_by_one() -> None:
    """Variances .1^2 / 6 of coding and .05^2 of the source: 2/5 and 3/5 of the sum."""
    rubric = book(LEVELS, uncertainty={"confidence": {"moderate": 0.1}, "source": {"coded": 0.05}})
    seconds: list[frozenset[Group]] = [
        frozenset(),
        frozenset({"sources"}),
        frozenset({"stated"}),
        frozenset({"sources", "stated"}),
    ]
    runs = [draws_of(rubric, [say("v5")], draws=DRAWS, second=second) for second in seconds]
    sd = math.sqrt(0.1**2 / 6 + 0.05**2)
    for run in runs:
        assert run.std() == pytest.approx(sd, rel=RELATIVE)
        np.testing.assert_allclose(np.quantile(run, [0.05, 0.95]), np.quantile(runs[0], [0.05, 0.95]), atol=0.002)
    expected = [[1, 0.4, 0.6, 0], [0.4, 1, 0, 0.6], [0.6, 0, 1, 0.4], [0, 0.6, 0.4, 1]]
    np.testing.assert_allclose(np.corrcoef(runs), expected, atol=4 / math.sqrt(DRAWS))


def test_sobol_indices_split_the_variance() -> None:
    rubric = book(LEVELS, uncertainty={"confidence": {"moderate": 0.1}, "source": {"coded": 0.05}})
    assessment = scoring.assess(rubric, [profile(say("v5"))])
    settings = Settings(draws=20_000, seed=0, kappa=60, exponents=((1.0, 1.0),))
    found = factor_indices(assessment, settings, [0])
    assert found.groups == GROUPS
    for values, errors in (
        (found.indices.first, found.indices.first_error),
        (found.indices.total, found.indices.total_error),
    ):
        for group, share in (("unseen", 0), ("stated", 0.4), ("sources", 0.6), ("weights", 0), ("exponent", 0)):
            place = GROUPS.index(group)
            assert abs(values[place, 0] - share) <= 4 * errors[place, 0] + 1e-6, group
