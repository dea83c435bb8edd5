"""Draws against the Monte Carlo figures of tests/oracles, and what no draw may depend on."""

from __future__ import annotations

import json
import tracemalloc
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import ROOT

import scoring
from scoring.index.lookup import find_country
from scoring.model.scale import Scale
from scoring.uncertainty import draws, quantiles, simulation
from scoring.uncertainty.draws import Settings, blocks, round_half_up
from scoring.uncertainty.simulation import Simulation, settings_of, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ORACLES = ROOT / "tests" / "oracles"
PUBLIC = json.loads((ORACLES / "mc_public.json").read_text())
MODEL2 = {name: json.loads((ORACLES / name / "mc.json").read_text()) for name in ("model2", "model2/features")}
EXPECTED = {  # of a rubric without borrowing, r = 0 of the first edition holds
    "fixture": {**PUBLIC["results"]["r=0"], "draws": PUBLIC["draws"]},
    **{name: {**one["results"], "draws": one["draws"]} for name, one in MODEL2.items()},
}
DRAWS = 100_000
COUNTRIES = ("XAA", "XAB", "XAC")
ROUNDED = ("model2/features",)  # quantiles of rounded indices lie on a lattice


@cache
def fixture(folder: str = "fixture", pillar: str | None = None) -> scoring.Assessment:
    book, profiles = scoring.load(ORACLES / folder / "rubric", ORACLES / folder / "profiles")
    return scoring.assess(book, profiles, as_of="2026-01-01", pillar=pillar)


def settings(**changes: Any) -> Settings:
    exponents = tuple((float(value), chance) for value, chance in PUBLIC["exponents"].items())
    return Settings(**{"draws": DRAWS, "seed": 0, "kappa": PUBLIC["kappa"], "exponents": exponents, **changes})


@cache
def oracle_draws(folder: str) -> np.ndarray[Any, Any]:
    """The draws that the figures of a folder are of; the first edition weighs all sources alike, g = 1."""
    with pytest.MonkeyPatch.context() as patch:
        if folder == "fixture":
            patch.setattr(quantiles, "exponential", lambda: np.ones(quantiles.LEVELS, np.float32))
        return drawn(fixture(folder), draws=DRAWS)


@cache
def simulated(folder: str) -> Simulation:
    """The summary of these draws."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation, "node_blocks", lambda *_, **__: [oracle_draws(folder)[:, None]])
        return simulate(fixture(folder), settings())


def within(folder: str, found: float, expected: dict[str, float]) -> None:
    """Four standard errors of the difference: theirs is of their draws, ours of fewer."""
    error = expected["se"] * np.sqrt(1 + EXPECTED[folder]["draws"] / DRAWS)
    assert found == pytest.approx(expected["value"], abs=4 * error)


def binomial_error(p: float, *sizes: int) -> float:
    """The standard error of the difference of shares of so many draws, each floored at one draw."""
    return float(np.hypot.reduce([max(np.sqrt(p * (1 - p) / size), 1 / size) for size in sizes]))


def likely(found: float, expected: dict[str, float]) -> None:
    """The same for a probability."""
    error = np.hypot(expected["se"], binomial_error(expected["value"], DRAWS))
    assert found == pytest.approx(expected["value"], abs=4 * error)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("folder", EXPECTED)
def test_moments_and_bands(folder: str, country: str) -> None:
    row = find_country(fixture(folder), country)
    expected, found = EXPECTED[folder]["countries"][country], simulated(folder)
    for key, array in (("mean", found.mean), ("sd", found.sd)):
        within(folder, 100 * float(array[row]), expected[key])
    for place, probability in enumerate(expected.get("band", {}).values()):
        likely(float(found.band_probability[row, place]), probability)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("folder", EXPECTED)
def test_quantiles(folder: str, country: str) -> None:
    """The quantile q of theirs has F(q-) <= level <= F(q) in our draws; one of ours, without a lattice, is theirs."""
    row = find_country(fixture(folder), country)
    expected, found = EXPECTED[folder]["countries"][country], simulated(folder)
    points = 100 * oracle_draws(folder)[row].astype(np.float64)
    for key, level, array in (("q05", 0.05, found.low), ("q50", 0.5, found.median), ("q95", 0.95, found.high)):
        q = expected[key]["value"]
        error = 4 * binomial_error(level, DRAWS, EXPECTED[folder]["draws"])
        assert (points < q - 1e-3).mean() <= level + error
        assert (points < q + 1e-3).mean() >= level - error
        if folder not in ROUNDED:
            within(folder, 100 * float(array[row]), {**expected[key], "se": expected[key]["se"] + 0.0005})
        else:
            assert 100 * float(array[row]) == pytest.approx(np.quantile(points, level), abs=0.011)  # a bin is .01


@pytest.mark.parametrize("folder", EXPECTED)
def test_order_and_ranks(folder: str) -> None:
    expected, found = EXPECTED[folder], simulated(folder)
    rows = {code: find_country(fixture(folder), code) for code in COUNTRIES}
    for pair, probability in expected["p_above"].items():
        above, below = pair.split(">")
        likely(found.chance_above(above, below), probability)
        assert found.chance_above(above, below) + found.chance_above(below, above) == pytest.approx(1)
    for country, ranks in expected["rank_probability"].items():
        for rank, probability in ranks.items():
            likely(float(found.rank_probability[rows[country], int(rank) - 1]), probability)
    assert not found.rank_probability[rows["XAC"]].any()


def drawn(assessment: scoring.Assessment, *, processes: int | None = None, **changes: Any) -> np.ndarray[Any, Any]:
    given = settings(**{"draws": 1000, **changes})
    return np.concatenate(list(blocks(assessment, given, processes=processes)), axis=1)


def test_few_numbers_take_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int | None] = []

    def spread(function: Callable[[Any], Any], items: Sequence[Any], *, processes: int | None) -> Iterator[Any]:
        taken.append(processes)
        return map(function, items)

    monkeypatch.setattr(draws, "on_all_cores", spread)
    numbers = (draws.SETUP + 1_000) * len(fixture().profiles) * sum(not node.children for node in fixture().nodes)
    for few in (numbers + 1, numbers):
        monkeypatch.setattr(draws, "FEW", few)
        drawn(fixture(), draws=1_000)
    drawn(fixture(), draws=100, processes=2)
    assert taken == [1, None, 2]


@pytest.mark.parametrize("folder", EXPECTED)
def test_draws_depend_on_neither_blocks_nor_processes(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = drawn(fixture(folder))
    assert np.array_equal(whole, drawn(fixture(folder), processes=1))
    assert np.array_equal(whole, drawn(fixture(folder), processes=3))
    monkeypatch.setattr(draws, "BLOCK", 12)  # 1,000 is no multiple of it
    assert np.array_equal(whole, drawn(fixture(folder)))


@pytest.mark.parametrize("first", [1000, 999])
@pytest.mark.parametrize("folder", EXPECTED)
def test_more_draws_begin_with_those_of_fewer(folder: str, first: int) -> None:
    assert np.array_equal(drawn(fixture(folder), draws=5000)[:, :first], drawn(fixture(folder), draws=first))


def test_memory_does_not_grow_with_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "BLOCK", 2**10)
    peaks = []
    for blocks_drawn in (2, 2, 40):  # the first run fills the caches
        tracemalloc.start()
        simulate(fixture("model2"), settings(draws=blocks_drawn * 2**10), processes=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.1 * peaks[1]


@pytest.mark.parametrize("folder", EXPECTED)
def test_another_country_redraws_none(folder: str) -> None:
    book, (first, one, _) = fixture(folder).book, fixture(folder).profiles
    alone = drawn(scoring.assess(book, [one], as_of="2026-01-01"))
    assert np.array_equal(alone[0], drawn(fixture(folder))[1])
    edited = first.model_copy(update={"statements": first.statements[3:]})
    beside = scoring.assess(book, [edited, one], as_of="2026-01-01")
    assert np.array_equal(alone[0], drawn(beside)[1])
    assert not np.array_equal(drawn(fixture(folder))[0], drawn(beside)[0])


def test_draws_round_where_the_rubric_rounds() -> None:
    """The index to 1 decimal, the state response to whole points; the unrounded society to none."""

    def distance(found: np.ndarray[Any, Any], decimals: int) -> float:
        scaled = 100 * 10**decimals * found.astype(np.float64)
        return float(np.abs(scaled - np.round(scaled)).max())

    # a single-precision number near 1 is known to 6e-8
    assert distance(drawn(fixture("model2/features")), 1) < 1e-4
    assert distance(drawn(fixture("model2/features")), 0) > 0.09
    book = fixture("model2/features").book
    whole_index = book.model_copy(update={"rubric": book.rubric.model_copy(update={"round": None})})
    for pillar, largest in (("state_response", (0, 1e-4)), ("society", (0.4, 0.5))):
        alone = scoring.assess(whole_index, fixture("model2/features").profiles, pillar=pillar)
        assert largest[0] <= distance(drawn(alone), 0) <= largest[1]


def test_halves_are_rounded_up_in_single_precision() -> None:
    points = np.array([12.5, 12.4999, 13.5, 0.5, 99.5, 0.0], np.float32) / np.float32(100)
    round_half_up(points, Scale().grid(0))
    np.testing.assert_allclose(100 * points, [13, 12, 14, 1, 100, 0], atol=1e-4)
    points = np.array([57.25, 57.2499, 0.05], np.float32) / np.float32(100)
    round_half_up(points, Scale().grid(1))
    np.testing.assert_allclose(100 * points, [57.3, 57.2, 0.1], atol=1e-4)


def test_a_typing_error_redraws_nothing_and_a_seed_does() -> None:
    profile = fixture().profiles[0]
    first = profile.statements[0]
    corrected = first.model_copy(update={"text": "Corrected."})
    edited = profile.model_copy(update={"statements": (corrected, *profile.statements[1:])})
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
    assert [reading.value for reading in leaf.entries[0].readings] == [0.0, 1.0]
    alone = scoring.assess(fixture().book, [profile])
    spread = [np.std(drawn(one)) for one in (alone, assessment)]
    assert spread[1] > spread[0]


def test_pairs_of_a_large_set_are_compared_in_every_second_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    book, profiles = scoring.load(ROOT / "rubrics" / "resilience", ROOT / "profiles")
    assessment = scoring.assess(book, profiles[:6])
    settings = settings_of(assessment, draws=10_001)
    drawn = np.concatenate(list(blocks(assessment, settings)), axis=1)[:, ::2]
    expected = (drawn[:, None] > drawn[None]).mean(axis=2) + (drawn[:, None] == drawn[None]).mean(axis=2) / 2
    monkeypatch.setattr(simulation, "PAIRED", 3)
    monkeypatch.setattr(simulation, "SLICE", 1001)  # odd, so that slices begin on odd draws too
    np.testing.assert_allclose(simulate(assessment, settings).p_above, expected, atol=1e-12)
