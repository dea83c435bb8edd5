"""Bands that are closed at the right, and what equal figures rank."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny
from conftest import RUBRIC, run
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring.index.publication import band, ranks
from scoring.model.digest import digest
from scoring.model.rubric import Rubric, RuleBook
from scoring.statistics.ranking import Ranking, Ties
from scoring.statistics.ranks import ranks_of_draws
from scoring.uncertainty.custom_weights import pillar_draws, reweigh
from scoring.uncertainty.draws import Settings
from scoring.uncertainty.simulation import simulate

SETTINGS = Settings(draws=100, seed=0, kappa=60.0, exponents=((1.0, 1.0),))
OPEN = [{"from": 0, "label": "low"}, {"above": 2, "label": "middle"}, {"above": 3.5, "label": "high"}]


def rubric_of(**more: object) -> RuleBook:
    """The index of one number, with keys of the rubric."""
    plain = tiny.book(tiny.NUMBER)
    top = plain.rubric.model_dump(by_alias=True, exclude_none=True) | more
    return RuleBook(rubric=Rubric.model_validate(top), pillars=plain.pillars)


def countries(rubric: RuleBook, *values: float) -> scoring.Assessment:
    """Countries XAA, XAB, ... whose indices are certain."""
    return scoring.assess(
        rubric,
        [
            tiny.profile(tiny.say(value, confidence="exact"), country=f"XA{chr(65 + number)}")
            for number, value in enumerate(values)
        ],
    )


@pytest.mark.parametrize(
    ("tenths", "label"), [(0, "low"), (19, "low"), (20, "low"), (21, "middle"), (35, "middle"), (36, "high")]
)
def test_a_figure_at_a_cut_is_in_the_band_below_it(tenths: int, label: str) -> None:
    rubric = rubric_of(scale={"to": 10}, bands=OPEN)
    assert band(tenths / 100, rubric.rubric) == label
    assert band(tenths * 0.1 / 10, rubric.rubric) == label  # .1 x 35 / 10 is not quite .35
    [country] = countries(rubric, tenths / 100).countries
    assert country.band == label


def test_bands_of_draws_are_closed_at_the_right_too() -> None:
    simulation = simulate(countries(rubric_of(scale={"to": 10}, bands=OPEN), 0.25, 0.5), SETTINGS)
    half = simulate(
        countries(rubric_of(bands=[{"from": 0, "label": "a"}, {"above": 25, "label": "b"}]), 0.25), SETTINGS
    )
    assert simulation.band_probability.tolist() == [[0, 1, 0], [0, 0, 1]]
    assert half.band_probability.tolist() == [[1, 0]]


def test_ties_by_hand() -> None:
    figures = [0.5, 0.9, None, 0.5, 0.1, 0.5 + 1e-14]
    expected: dict[Ties, tuple[int | None, ...]] = {
        "competition": (2, 1, None, 2, 5, 2),
        "dense": (2, 1, None, 2, 3, 2),
        "ordinal": (2, 1, None, 3, 5, 4),
    }
    for ties, ranked in expected.items():
        assert ranks(figures, Ranking(ties=ties)) == ranked
    assert ranks(figures, Ranking(lowest_first=True, ties="ordinal")) == (2, 5, None, 3, 1, 4)


@given(
    st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.4]), min_size=1, max_size=7),
    st.sampled_from(["competition", "dense", "ordinal"]),
    st.booleans(),
)
def test_draws_rank_as_figures_do(values: list[float], ties: Ties, lowest_first: bool) -> None:  # noqa: FBT001
    ranking = Ranking(lowest_first, ties)
    drawn = ranks_of_draws(np.array([values], np.float32), ranking)[0] + 1
    assert drawn.tolist() == list(ranks(values, ranking))


@pytest.mark.parametrize(("ties", "ranked"), [("competition", (1, 1, 3)), ("dense", (1, 1, 2)), ("ordinal", (1, 2, 3))])
def test_rank_intervals_and_custom_weights_follow(ties: str, ranked: tuple[int, ...]) -> None:
    assessment = countries(rubric_of(ties=ties), 0.5, 0.5, 0.2)
    assert assessment.rank == ranked
    simulation = simulate(assessment, SETTINGS)
    assert [simulation.rank_interval(row) for row in range(3)] == [(rank, rank) for rank in ranked]
    assert simulation.p_above[0, 1] == 0.5
    again = reweigh(assessment, pillar_draws(assessment, SETTINGS), [1], 1.0)
    assert again.rank == ranked
    assert again.rank_interval == tuple((rank, rank) for rank in ranked)


def test_defaults_change_no_digest() -> None:
    assert digest(rubric_of(ties="competition")) == digest(tiny.book(tiny.NUMBER))
    assert digest(rubric_of(ties="dense")) != digest(tiny.book(tiny.NUMBER))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("bands", "says"),
    [
        ("[{from: 0, above: 0, label: a}]", "needs one of from (the cut is in the band) and above (it is not)"),
        ("[{label: a}]", "needs one of from"),
        ("[{above: 0, label: a}]", "start at 0 and increase"),
        ("[{from: 0, label: a}, {above: 0, label: b}]", "start at 0 and increase"),
    ],
)
def test_cuts_that_cannot_be_are_refused(bands: str, says: str) -> None:
    text = RUBRIC.replace("bands: [{from: 0, label: low}, {from: 50, label: high}]", f"bands: {bands}")
    Path("rubrics/small/rubric.yaml").write_text(text)
    result = run("validate")
    assert result.exit_code == 1
    assert says in result.output


@pytest.mark.usefixtures("folder")
def test_notes_say_what_ties_rank() -> None:
    text = RUBRIC.replace("information: 0.50", "information: 0.10").replace("availability: 0.65", "availability: 0.10")
    Path("rubrics/small/rubric.yaml").write_text(f"ties: dense\n{text}")
    assert "ties share a rank, and none is skipped (1, 1, 2)." in run("score").stdout
