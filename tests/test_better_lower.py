"""An index on which lower is better: ranks, words, shades, levers and comparisons turn; figures do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tiny
from conftest import PILLAR, PROFILE, RUBRIC, run

import scoring
from scoring.analysis.compare import compare
from scoring.analysis.levers import levers
from scoring.index.publication import ranks
from scoring.render.colours import classes
from scoring.statistics.ranking import Ranking
from scoring.statistics.ranks import ranks_of_draws
from scoring.uncertainty.draws import Settings
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    from scoring.model.rubric import RuleBook


def lower(book: RuleBook) -> RuleBook:
    """The same rubric with `better: lower`."""
    return book.model_copy(update={"rubric": book.rubric.model_copy(update={"better": "lower"})})


def test_ranks_by_hand() -> None:
    assert ranks([0.1, 0.4, None, 0.1, 0.3]) == (3, 1, None, 3, 2)
    assert ranks([0.1, 0.4, None, 0.1, 0.3], Ranking(lowest_first=True)) == (1, 4, None, 1, 3)
    drawn = np.array([[0.1, 0.4, 0.1, 0.3]], np.float32)
    assert ranks_of_draws(drawn, Ranking(lowest_first=True)).tolist() == [[0, 3, 0, 2]]


def countries(rubric: RuleBook, *values: float) -> scoring.Assessment:
    """Countries XAA, XAB, ... with these values of the only indicator."""
    profiles = [
        tiny.profile(tiny.say(value, confidence="low"), country=f"XA{chr(65 + number)}")
        for number, value in enumerate(values)
    ]
    return scoring.assess(rubric, profiles)


def test_the_lowest_ranks_first_in_estimates_and_draws() -> None:
    plain = tiny.book(tiny.NUMBER)
    turned = countries(lower(plain), 0.2, 0.8, 0.5)
    assert turned.rank == (1, 3, 2)
    assert [country.code for country in turned.by_rank] == ["XAA", "XAC", "XAB"]
    settings = Settings(draws=2000, seed=0, kappa=60.0, exponents=((1.0, 1.0),))
    simulation, reference = simulate(turned, settings), simulate(countries(plain, 0.2, 0.8, 0.5), settings)
    assert simulation.p_above == pytest.approx(reference.p_above.T, nan_ok=True)
    assert simulation.rank_probability == pytest.approx(reference.rank_probability[:, ::-1])
    assert simulation.low == pytest.approx(reference.low)  # figures stay


def test_the_first_of_two_is_the_lower() -> None:
    two = {"one": [{**tiny.NUMBER, "id": "leaf"}], "two": [{**tiny.NUMBER, "id": "other"}]}
    rubric = lower(tiny.book_of(two))
    profiles = [
        tiny.profile(tiny.say(0.2), tiny.say(0.4, "other"), country="XAA"),
        tiny.profile(tiny.say(0.6), tiny.say(0.3, "other"), country="XAB"),
    ]
    compared = compare(scoring.assess(rubric, profiles), 1, 0)
    assert (compared.above, compared.below, compared.is_above) == (0, 1, True)
    assert compared.difference == pytest.approx(-0.15)  # (.2 + .4) / 2 - (.6 + .3) / 2
    # XAA stays below while w (.2 - .6) + (1 - w) (.4 - .3) < 0: from w = 1/5 on
    assert compared.pillars[0].stability.low == pytest.approx(0.2)
    assert compared.pillars[0].stability.high == 1


def test_an_improvement_is_one_level_down_one_event_fewer_or_no_item() -> None:
    count: dict[str, Any] = {**tiny.INDICATOR, "id": "events", "kind": "count", "window": 5.0, "saturation": 4.0}
    items = [{"key": "good", "points": 1.0, "text": "Good."}, {"key": "bad", "points": -1.0, "text": "Bad."}]
    checklist = {**tiny.INDICATOR, "id": "list", "kind": "checklist", "items": items}
    rubric = lower(tiny.book(tiny.LEVELS, count, checklist))
    told = tiny.profile(
        tiny.say("v5"), tiny.say(2, "events", date="2019"), tiny.say({"good": True, "bad": False}, "list")
    )
    found = {
        (lever.indicator, lever.item): (lever.now, lever.then, lever.gain)
        for lever in levers(scoring.assess(rubric, [told]), 0)
    }
    assert found["leaf", None][:2] == ("v5", "v4")
    assert found["leaf", None][2] == pytest.approx(-0.1 / 3)  # a third of the index
    assert found["events", None][:2] == ("2", "1")
    assert found["events", None][2] == pytest.approx(-0.25 / 3)
    assert found["list", "good"][:2] == ("true", "false")
    assert found["list", "bad"][:2] == ("false", "true")
    assert all(gain < 0 for _, _, gain in found.values())


def test_the_darkest_shade_is_that_of_the_best_band() -> None:
    assert classes(3, lower_is_better=True) == classes(3)[::-1]


@pytest.fixture
def risk(folder: Path) -> Path:
    """The folder with an index of risk, GEO with more of it."""
    rubric = f"better: lower\n{RUBRIC}".replace("information: 0.50", "information: 0.10")
    Path("rubrics/small/rubric.yaml").write_text(rubric.replace("availability: 0.65", "availability: 0.10"))
    Path("rubrics/small/state.yaml").write_text(PILLAR)
    assert "strategy: none" in PROFILE
    return folder


@pytest.mark.usefixtures("risk")
def test_words_turn() -> None:
    table = run("score", "--format", "json")
    ranked = {one["country"]: one["rank"] for one in json.loads(table.stdout)["countries"]}
    assert ranked == {"AZE": 1, "GEO": 2}
    assert "Rank: 1 = lowest estimate" in run("score").stdout
    assert "the first scores lower" in run("rank", "--draws", "100").stdout
    compared = run("compare", "GEO", "AZE", "--draws", "100").stdout
    assert compared.index("AZE") < compared.index("ranks above") < compared.index("GEO")


@pytest.mark.usefixtures("risk")
def test_figures_and_pages_turn() -> None:
    pytest.importorskip("jinja2")
    assert run("figures", "out", "--draws", "100").exit_code == 0
    assert "(darker is lower)" in Path("out/pillars.svg").read_text()
    assert run("site", "pages", "--draws", "100").exit_code == 0
    style = Path("pages/assets/site.css").read_text()
    first, last = (style.split(f".shade-{band} {{ --shade: light-dark(")[1].split(",")[0] for band in (0, 1))
    assert (first, last) == classes(2)[::-1]
    assert '"better":"lower"' in Path("pages/data/about.js").read_text()
