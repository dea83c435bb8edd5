"""Draws against tests/oracles/mc_public.json: 400,000 draws of an independent implementation."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

import scoring
from scoring.index.lookup import find_country
from scoring.uncertainty import draws, simulation
from scoring.uncertainty.draws import Settings, blocks
from scoring.uncertainty.simulation import Simulation, settings_of, simulate

ORACLES = ROOT / "tests" / "oracles"
PUBLIC = json.loads((ORACLES / "mc_public.json").read_text())
DRAWS = 100_000


@cache
def fixture() -> scoring.Assessment:
    return scoring.assess(*scoring.load(ORACLES / "fixture" / "rubric", ORACLES / "fixture" / "profiles"))


def settings(**changes: Any) -> Settings:
    exponents = tuple((float(value), chance) for value, chance in PUBLIC["exponents"].items())
    given = {"draws": DRAWS, "seed": 0, "shared": 0.3, "kappa": PUBLIC["kappa"], "exponents": exponents}
    return Settings(**{**given, **changes})


@cache
def simulated(name: str) -> Simulation:
    return simulate(fixture(), settings(shared=float(name.removeprefix("r="))))


def within(found: float, expected: dict[str, float]) -> None:
    """Four standard errors of the difference: theirs is of 400,000 draws, ours of fewer."""
    error = expected["se"] * np.sqrt(1 + PUBLIC["draws"] / DRAWS)
    assert found == pytest.approx(expected["value"], abs=4 * error)


def likely(found: float, expected: dict[str, float]) -> None:
    """The same for a probability, whose own binomial error is floored at one draw, as the oracle's is."""
    p = expected["value"]
    error = np.hypot(expected["se"], max(np.sqrt(p * (1 - p) / DRAWS), 1 / DRAWS))
    assert found == pytest.approx(p, abs=4 * error)


@pytest.mark.parametrize("country", ["XAA", "XAB", "XAC"])
@pytest.mark.parametrize("name", PUBLIC["results"])
def test_moments_quantiles_and_bands(name: str, country: str) -> None:
    row = find_country(fixture(), country)
    expected, found = PUBLIC["results"][name]["countries"][country], simulated(name)
    for key, array in (("mean", found.mean), ("sd", found.sd)):
        within(100 * float(array[row]), expected[key])
    for key, array in (("q05", found.low), ("q50", found.median), ("q95", found.high)):
        within(100 * float(array[row]), {**expected[key], "se": expected[key]["se"] + 0.0005})
    for place, probability in enumerate(expected["band"].values()):
        likely(float(found.band_probability[row, place]), probability)


@pytest.mark.parametrize("name", PUBLIC["results"])
def test_order_and_ranks(name: str) -> None:
    expected, found = PUBLIC["results"][name], simulated(name)
    rows = {code: find_country(fixture(), code) for code in ("XAA", "XAB", "XAC")}
    for pair, probability in expected["p_above"].items():
        above, below = pair.split(">")
        likely(float(found.p_above[rows[above], rows[below]]), probability)
        assert found.p_above[rows[above], rows[below]] + found.p_above[rows[below], rows[above]] == pytest.approx(1)
    for country, ranks in expected["rank_probability"].items():
        for rank, probability in ranks.items():
            likely(float(found.rank_probability[rows[country], int(rank) - 1]), probability)
    assert not found.rank_probability[rows["XAC"]].any()


def drawn(assessment: scoring.Assessment, **changes: Any) -> np.ndarray[Any, Any]:
    return np.concatenate(list(blocks(assessment, settings(draws=1000, **changes))), axis=1)


def test_the_size_of_blocks_changes_no_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = drawn(fixture())
    monkeypatch.setattr(draws, "BLOCK", 14)
    assert np.array_equal(whole, drawn(fixture()))


def test_another_country_redraws_none() -> None:
    one = fixture().profiles[1]
    alone = drawn(scoring.assess(fixture().book, [one]))
    assert np.array_equal(alone[0], drawn(fixture())[1])


def test_a_typing_error_redraws_nothing_and_a_seed_does() -> None:
    profile = fixture().profiles[0]
    first = profile.statements[0]
    mended = first.model_copy(update={"text": "Mended."})
    edited = profile.model_copy(update={"statements": (mended, *profile.statements[1:])})
    before, after = (drawn(scoring.assess(fixture().book, [one])) for one in (profile, edited))
    assert np.array_equal(before, after)
    assert not np.array_equal(before, drawn(scoring.assess(fixture().book, [profile]), seed=1))


def test_a_draw_takes_one_reading_of_several_coders() -> None:
    profile = fixture().profiles[2]
    hinted = profile.statements[0].model_copy(
        update={"codes": {"threat_named": "denied"}, "coders": {"second": {"threat_named": "backed"}}}
    )
    twice = profile.model_copy(update={"statements": (hinted, *profile.statements[1:])})
    assessment = scoring.assess(fixture().book, [twice])
    leaf = next(one for one in assessment.leaves[0].values() if one.indicator == "threat_named")
    assert leaf.entries[0].value == 0.5
    assert leaf.entries[0].coder_values == (0.0, 1.0)
    alone = scoring.assess(fixture().book, [profile])
    spread = [np.std(drawn(one)) for one in (alone, assessment)]
    assert spread[1] > spread[0]


def test_pairs_of_a_large_set_are_told_apart_in_every_second_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    book, profiles = scoring.load(ROOT / "rubrics" / "resilience", ROOT / "profiles")
    assessment = scoring.assess(book, profiles[:6])
    settings = settings_of(assessment, draws=10_001)
    drawn = np.concatenate(list(blocks(assessment, settings)), axis=1)[:, ::2]
    expected = (drawn[:, None] > drawn[None]).mean(axis=2) + (drawn[:, None] == drawn[None]).mean(axis=2) / 2
    monkeypatch.setattr(simulation, "PAIRED", 3)
    monkeypatch.setattr(simulation, "SLICE", 1001)  # odd, so that slices begin on odd draws too
    np.testing.assert_allclose(simulate(assessment, settings).p_above, expected, atol=1e-12)
