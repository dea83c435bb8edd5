"""What an edit moves: value and weight by hand, ranks as a simulation of the whole set has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import FIRST_EDITION, PROFILE, ROOT

import scoring
from scoring.change.edit import Peer, effect, peer, standing
from scoring.files.disk import File
from scoring.files.editing import with_statement
from scoring.files.load import profile_of
from scoring.index.scenario import Scenario, without_statement
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook

ADDED: dict[str, object] = {
    "id": "adopted-2017",
    "text": "A strategy was adopted.",
    "source": "page",
    "locator": "Paragraph 4",
}
ADDED |= {"date": "2017-06-30", "credibility": 2, "codes": {"strategy": "adopted"}}


def edited(book: RuleBook, keys: dict[str, object]) -> Profile:
    profile, problems = profile_of(File("AZE.yaml", "AZE.yaml", with_statement(PROFILE.encode(), keys)), book)
    assert problems == ()
    assert profile is not None
    return profile


def test_value_weight_and_moves_by_hand(folder: Path) -> None:
    book, profiles = scoring.load(folder / "rubrics" / "small", folder / "profiles")
    before = Scenario(book, profiles).of(["AZE"])
    after = before.with_profile(edited(book, ADDED))
    settings = settings_of(before, draws=2000)
    found = effect(before, after, "adopted-2017", [], settings)
    [entered] = found.entered
    assert (entered.node.id, entered.entry.value) == ("strategy", 1.0)  # the highest of three levels
    assert entered.entry.weight == pytest.approx((0.75 + 2 * 0.75) / 3)  # grades B and 2; laws do not age
    assert [move.after.node.id for move in found.moves] == ["small", "state", "strategy"]
    leaf = found.moves[-1]
    assert leaf.before.stated == 0.0
    assert leaf.after.stated == pytest.approx(0.5)  # two statements of one weight, none and adopted
    assert all(
        move.intervals.change[0] < move.after.computed - move.before.computed < move.intervals.change[1]
        for move in found.moves
    )
    assert found.reasons == ()


def test_a_statement_that_does_not_enter_says_why(folder: Path) -> None:
    book, profiles = scoring.load(folder / "rubrics" / "small", folder / "profiles")
    before = Scenario(book, profiles).of(["AZE"])
    for keys, reason in (
        ({"date": 2020}, "future"),
        ({"until": 2017}, "until"),
        ({"same_as": "no-strategy"}, "same_as"),
    ):
        after = before.with_profile(edited(book, {**ADDED, **keys}))
        found = effect(before, after, "adopted-2017", [], settings_of(before, draws=500))
        assert found.entered == ()
        assert found.reasons == (reason,)
        [move] = found.moves
        assert move.intervals.change == (0, 0)


def test_ranks_are_those_of_the_whole_set() -> None:
    book, profiles = scoring.load(ROOT / "rubrics" / "resilience", ROOT / "profiles")
    scenario = Scenario(book, tuple(one for one in profiles if one.country in FIRST_EDITION[:8]))
    settings = settings_of(scenario, draws=2000)
    [georgia] = (one for one in scenario.profiles if one.country == "GEO")
    name = next(iter(scenario.of(["GEO"]).assess().leaves[0].values())).entries[0].statement
    without = scenario.with_profile(without_statement(georgia, name))
    others = [peer(scenario.of([one.country]).assess(), settings) for one in scenario.profiles if one is not georgia]
    found = effect(without.of(["GEO"]), scenario.of(["GEO"]), name, others, settings)
    for one, given in ((without, found.before), (scenario, found.after)):
        simulation = simulate(one.assess(), settings)
        [country] = (country for country in simulation.countries if country.country.code == "GEO")
        assert (given.rank, given.interval, given.ranked) == (
            country.country.rank,
            country.rank_interval,
            country.country.ranked,
        )


def test_a_withheld_index_has_no_rank(folder: Path) -> None:
    book, profiles = scoring.load(folder / "rubrics" / "small", folder / "profiles")
    own, other = (peer(Scenario(book, (one,)).assess(), settings_of(Scenario(book, ()), draws=500)) for one in profiles)
    assert standing([Peer(own.country, None, own.drawn), other], book.rubric) == (None, None, 1)
