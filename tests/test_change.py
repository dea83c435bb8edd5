"""Why an index changed: Owen values, the parts of a change, and which part is significant; figures by hand."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import ROOT
from tiny import INDICATOR, NUMBER, book, book_of, drawn, profile, say

import scoring
from scoring.change.attribution import Change, differences, owen_values
from scoring.change.trend import trend
from scoring.index.scenario import EVIDENCE, Scenario
from scoring.model.fields import read_date
from scoring.uncertainty.draws import Settings, sample_blocks
from scoring.uncertainty.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook

EARLIER, LATER = dt.date(2016, 1, 1), dt.date(2020, 1, 1)  # 1461 days: four years of 365.25 days
AGES = {**NUMBER, "half_life": 4.0}
"""A number whose evidence weighs half after four years."""
K = Fraction(1, 4)
HALF = Fraction(1, 2)
SETTINGS = Settings(draws=20_000, seed=0, kappa=math.inf, exponents=((1.0, 1.0),))


def change(
    before: Sequence[dict[str, Any]],
    after: Sequence[dict[str, Any]] | None = None,
    rubric: RuleBook | None = None,
    *,
    then: RuleBook | None = None,
    days: tuple[dt.date, dt.date] = (EARLIER, LATER),
    reliabilities: tuple[str, str] = ("A", "A"),
) -> Change:
    """From one edition of a country to another; by default of the same statements, under a rubric of one number."""
    rubric = rubric or book(AGES, prior={"weight": 0.25})
    first, last = (
        profile(*statements, reliability=grade)
        for statements, grade in zip((before, before if after is None else after), reliabilities, strict=True)
    )
    return Change(Scenario(rubric, (first,), days[0]), Scenario(then or rubric, (last,), days[1]))


def drawn_with(found: Change, causes: frozenset[Any], days: Sequence[dt.date]) -> np.ndarray:
    """Draws of the index with some causes of change applied."""
    country = found.after.profile.country, [found.sample(causes, days)]
    assessment = found.assessments["rubric" in causes]
    return np.concatenate([block[0, 0] for block in sample_blocks(assessment, [country], SETTINGS)])


def pooled(*told: tuple[Fraction | int, Fraction | int]) -> Fraction:
    """(sum w v + k / 2) / (sum w + k) of weights and values."""
    return (sum(w * v for w, v in told) + K * HALF) / (sum(w for w, _ in told) + K)


# -- Owen values -------------------------------------------------------------------------------------------------------


def subsets(players: str) -> list[frozenset[str]]:
    sizes = range(len(players) + 1)
    return [frozenset(one) for size in sizes for one in itertools.combinations(players, size)]


def by_orders(values: dict[frozenset[str], int], players: str, together: str) -> dict[str, Fraction]:
    """The mean of v(before and i) - v(before) over the orders in which the members of the union stand together."""
    places = len(set(players) & set(together))
    totals, orders = dict.fromkeys(players, Fraction(0)), 0
    for order in itertools.permutations(players):
        inside = [place for place, player in enumerate(order) if player in together]
        if inside and inside[-1] - inside[0] != places - 1:
            continue
        orders += 1
        for place, player in enumerate(order):
            earlier = frozenset(order[:place])
            totals[player] += values[earlier | {player}] - values[earlier]
    return {player: total / orders for player, total in totals.items()}


@pytest.mark.parametrize(
    ("players", "together"), [("a", ""), ("ab", "ab"), ("abc", ""), ("abcd", "bc"), ("abcde", "ace"), ("abcde", "xyz")]
)
def test_owen_values_are_means_over_orders_with_the_union_together(players: str, together: str) -> None:
    """Without a union these are all orders: Shapley values."""
    generator = np.random.default_rng(1)
    values = {subset: int(generator.integers(-50, 50)) for subset in subsets(players)}
    found = owen_values(values, tuple(players), tuple(together))
    assert found == pytest.approx({name: float(one) for name, one in by_orders(values, players, together).items()})
    assert sum(found.values()) == pytest.approx(values[frozenset(players)] - values[frozenset()])


def test_owen_values_of_draws_are_those_of_each_draw() -> None:
    generator = np.random.default_rng(2)
    values = {subset: generator.integers(-9, 9, size=3) for subset in subsets("abcd")}
    found = owen_values(values, tuple("abcd"), tuple("ab"))
    for place in range(3):
        one = {subset: int(array[place]) for subset, array in values.items()}
        assert [found[name][place] for name in "abcd"] == pytest.approx(
            list(map(float, by_orders(one, "abcd", "ab").values()))
        )


# -- each cause alone --------------------------------------------------------------------------------------------------

OLD = say(0.9, date="2015-12-01")
SAME_DAY = (LATER, LATER)


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        ({"codes": {"leaf": 0.4}}, "re-coded statements"),
        ({"coders": {"second": {"leaf": 0.1}}}, "re-coded statements"),
        ({"context": True}, "re-coded statements"),
        ({"credibility": 3}, "grades and dates"),
        ({"date": "2012-12-01"}, "grades and dates"),
        ({"id": "renamed", "codes": {"leaf": 0.4}}, None),
        ({"text": "Said otherwise.", "note": "And noted.", "locator": "Page 2"}, ""),
    ],
)
def test_an_edit_alone_is_its_cause(edit: dict[str, Any], cause: str | None) -> None:
    found = change([OLD], [{**OLD, **edit}], days=SAME_DAY)
    split = found.split()
    causes = ("new statements", "removed statements") if cause is None else (cause,) if cause else ()
    assert set(found.causes) == set(causes)
    assert math.fsum(split.parts.values()) == pytest.approx(split.now - split.was, abs=1e-12)
    assert split.evidence == pytest.approx(split.now - split.was, abs=1e-12)
    assert (split.now != split.was) is bool(causes)
    if cause:
        [one] = split.statements
        assert (one.statement, one.cause) == ("s0", cause)
        assert one.undone == pytest.approx(split.now - split.was)


def test_a_source_graded_anew_is_a_change_of_grades() -> None:
    """B is 3/4: rho = (3/4 + 2) / 3 = 11/12."""
    split = change(
        [say(1.0)], rubric=book(NUMBER, prior={"weight": 0.25}), days=SAME_DAY, reliabilities=("A", "B")
    ).split()
    assert split.parts == {"grades and dates": pytest.approx(float(pooled((Fraction(11, 12), 1)) - pooled((1, 1))))}


def test_a_day_that_passes_is_ageing() -> None:
    """The weight halves, from 1 to 1/2."""
    split = change([say(1.0, date="2016-01-01")]).split()
    assert split.parts == {"ageing": pytest.approx(float(pooled((HALF, 1)) - pooled((1, 1))))}
    assert split.evidence == 0
    stays = change([say(1.0, date="2016-01-01")], rubric=book(NUMBER, prior={"weight": 0.25})).split()
    assert (stays.parts, stays.was) == ({"ageing": 0}, stays.now)


def test_a_rubric_alone() -> None:
    first, then = (book(NUMBER, prior={"weight": weight}) for weight in (0.25, 1.0))
    found = change([say(1.0)], rubric=first, then=then, days=SAME_DAY)
    split = found.split()
    assert split.parts == {"rubric": pytest.approx((1 + 0.5) / 2 - (1 + 0.125) / 1.25)}
    assert math.isnan(found.intervals(SETTINGS).evidence[0])


def test_evidence_beside_the_index_is_borrowing() -> None:
    """Of an indicator of weight 0: a = 4/5 and r = 1/2, so that b = (2/5) / (4/5 + 3), and so much is expected more."""
    rubric = book(NUMBER, {**NUMBER, "id": "beside", "weight": 0.0}, prior={"weight": 0.25, "country": 3.0})
    split = change([], [say(1.0, "beside")], rubric, days=SAME_DAY).split()
    assert split.parts == {"new statements": 0, "borrowing": pytest.approx(0.4 / 3.8)}
    [one] = split.statements
    assert one.undone == pytest.approx(0.4 / 3.8)  # through the centre


def test_a_new_statement_lends_to_the_rest() -> None:
    """Two numbers, one answered on the later day with 1: its estimate is (1 + c/4) / (5/4), the other's c."""
    rubric = book(NUMBER, {**NUMBER, "id": "other"}, prior={"weight": 0.25, "country": 3.0})
    split = change([], [say(1.0)], rubric, days=SAME_DAY).split()
    b = 0.4 / 3.8

    def index(*, told: bool, c: float) -> float:
        return ((1 + c / 4) / 1.25 + c) / 2 if told else c

    none, new, borrowed, both = (index(told=told, c=c) for c in (0.5, 0.5 + b) for told in (False, True))
    assert split.parts == {
        "new statements": pytest.approx(((new - none) + (both - borrowed)) / 2),
        "borrowing": pytest.approx(((borrowed - none) + (both - new)) / 2),
    }


# -- evidence and ageing -----------------------------------------------------------------------------------------------


def two_parts(none: Fraction, evidence: Fraction, ageing: Fraction, both: Fraction) -> tuple[Any, Any]:
    """The Shapley values of two causes."""
    first, second = (evidence - none + both - ageing) / 2, (ageing - none + both - evidence) / 2
    return pytest.approx(float(first)), pytest.approx(float(second))


def test_a_new_statement_is_read_on_its_date() -> None:
    """Dated on the later day it does not age, while the statement of both days does."""
    split = change([say(0.0, date="2016-01-01")], [say(0.0, date="2016-01-01"), say(1.0, date="2020-01-01")]).split()
    evidence, ageing = two_parts(pooled((1, 0)), pooled((1, 0), (1, 1)), pooled((HALF, 0)), pooled((HALF, 0), (1, 1)))
    assert (split.parts["new statements"], split.parts["ageing"]) == (evidence, ageing)


def test_a_new_statement_ages_from_its_date_on() -> None:
    """Of 2012 and found late it has a history: weight 1/2 on the earlier day, 1/4 on the later. Of 2018, 1 and 2^-1/2."""
    split = change([], [say(1.0, date="2012-01-01")]).split()
    evidence, ageing = two_parts(pooled(), pooled((HALF, 1)), pooled(), pooled((HALF / 2, 1)))
    assert (split.parts["new statements"], split.parts["ageing"]) == (evidence, ageing)
    recent = change([], [say(1.0, date="2018-01-01")]).split()
    w = Fraction(2 ** (-730 / 365.25 / 4))
    evidence, ageing = two_parts(pooled(), pooled((1, 1)), pooled(), pooled((w, 1)))
    assert (recent.parts["new statements"], recent.parts["ageing"]) == (evidence, ageing)


def test_an_ended_statement_is_read_on_its_last_day() -> None:
    """It ends on the earlier day, and so it does not age: without it nothing is left."""
    ends = say(1.0, date="2012-01-01", until="2016-01-01")
    split = change([ends]).split()
    assert split.parts == {
        "removed statements": pytest.approx(float(pooled() - pooled((HALF, 1)))),
        "ageing": pytest.approx(0),
    }
    assert [(one.statement, one.cause) for one in split.statements] == [("s0", "removed statements")]


def test_a_poll_that_a_newer_one_displaces_is_evidence() -> None:
    rubric = book({**AGES, "pool": "latest"}, prior={"weight": 0.25})
    split = change(
        [say(0.0, date="2016-01-01")], [say(0.0, date="2016-01-01"), say(1.0, date="2020-01-01")], rubric
    ).split()
    evidence, ageing = two_parts(pooled((1, 0)), pooled((1, 1)), pooled((HALF, 0)), pooled((1, 1)))
    assert (split.parts["new statements"], split.parts["ageing"]) == (evidence, ageing)
    assert split.evidence > 0.7
    assert [one.statement for one in split.statements] == ["s1"]


def test_what_leaves_a_window_ages() -> None:
    count = {**INDICATOR, "kind": "count", "window": 3.0, "saturation": 2.0}
    found = change([say(2, date="2015-12-01")], rubric=book(count, prior={"weight": 0.25}))
    split = found.split()
    assert split.parts == {"ageing": pytest.approx(float(pooled() - pooled((1, 1))))}
    assert split.statements == ()
    assert not found.intervals(SETTINGS).is_significant


# -- all at once -------------------------------------------------------------------------------------------------------

MANY = {
    "first": [{**AGES, "id": "one", "expected": 0.7}, {**NUMBER, "id": "two"}],
    "second": [{**AGES, "id": "three", "half_life": 2.0}, {**NUMBER, "id": "four", "weight": 2.0}],
}
PRIOR = {"weight": 0.25, "country": 3.0, "pillar": 2.0, "precision": 4.0}
FIRST = [
    say(0.9, "one", date="2014", id="stays"),
    say(0.3, "two", date="2015", id="ends", until="2018"),
    say(0.2, "three", date="2015", id="changes"),
    say(0.8, "four", date="2013", id="graded"),
]
LAST = [
    *FIRST[:2],
    say(0.5, "three", date="2015", id="changes"),
    say(0.8, "four", date="2013", id="graded", credibility=3),
    say(0.1, "two", date="2019", id="new", source="other"),
]


@pytest.mark.parametrize("pillar", [None, "first", "second"])
@pytest.mark.parametrize("weight", [0.25, 1.0])
def test_parts_sum_to_the_change_between_the_scores_of_both_days(pillar: str | None, weight: float) -> None:
    first, then = book_of(MANY, prior=PRIOR), book_of(MANY, prior={**PRIOR, "weight": weight})
    found = change(FIRST, LAST, first, then=then)
    found = Change(found.before.by_pillar(pillar), found.after.by_pillar(pillar))
    split = found.split()
    expected = {*EVIDENCE, "ageing", "borrowing"} | ({"rubric"} if weight == 1 else set())
    assert set(split.parts) == expected
    was, now = (
        scoring.assess(rubric, [profile(*told)], as_of=day, pillar=pillar).figures.estimate[0, 0]
        for rubric, told, day in ((first, FIRST, EARLIER), (then, LAST, LATER))
    )
    assert (split.was, split.now) == pytest.approx((was, now))
    assert math.fsum(split.parts.values()) == pytest.approx(now - was)
    assert split.evidence == pytest.approx(sum(split.parts[cause] for cause in EVIDENCE))


def test_an_effect_is_the_index_now_minus_the_index_with_the_statement_as_it_was() -> None:
    rubric = book_of(MANY, prior=PRIOR)
    split = change(FIRST, LAST, rubric).split()
    effects = {one.statement: one.undone for one in split.statements}

    def now(told: Sequence[dict[str, Any]]) -> float:
        return float(scoring.assess(rubric, [profile(*told)], as_of=LATER).figures.estimate[0, 0])

    assert effects["new"] == pytest.approx(now(LAST) - now(LAST[:-1]))
    assert effects["changes"] == pytest.approx(now(LAST) - now([*LAST[:2], FIRST[2], *LAST[3:]]))
    assert effects["graded"] == pytest.approx(now(LAST) - now([*LAST[:3], FIRST[3], *LAST[4:]]))
    assert [abs(one.undone) for one in split.statements] == sorted(map(abs, effects.values()), reverse=True)


def test_reversed_the_change_has_the_opposite_sign() -> None:
    rubric = book_of(MANY, prior=PRIOR)
    forth = change(FIRST, LAST, rubric)
    back = Change(forth.after, forth.before)
    swapped = {"new statements": "removed statements", "removed statements": "new statements"}
    parts = {swapped.get(cause, cause): -part for cause, part in forth.split().parts.items()}
    assert back.split().parts == pytest.approx(parts)
    for name in ("change", "evidence"):
        low, high = getattr(forth.intervals(SETTINGS), name)
        assert getattr(back.intervals(SETTINGS), name) == (pytest.approx(-high), pytest.approx(-low))
        assert low < high


# -- draws -------------------------------------------------------------------------------------------------------------


def test_a_change_by_ageing_alone_is_never_significant() -> None:
    """Exact evidence of 2016 says 1; by 2056 little of it is left, and the index falls by a third."""
    rubric = book(AGES, prior={"weight": 0.25, "precision": 400.0})
    found = change(
        [say(1.0, date="2016-01-01", confidence="exact")], rubric=rubric, days=(EARLIER, dt.date(2056, 1, 1))
    )
    assert found.split().now - found.split().was < -0.3
    intervals = found.intervals(SETTINGS)
    assert intervals.change[1] < -0.2
    assert intervals.evidence == (0, 0)
    assert not intervals.is_significant


def test_exact_evidence_against_exact_evidence_is_significant() -> None:
    told = [say(value, confidence="exact") for value in (0.2, 0.3)]
    found = change([told[0]], [told[1]], days=SAME_DAY, rubric=book(NUMBER, prior={"weight": 0.25}))
    intervals = found.intervals(SETTINGS)
    # missing evidence is the same in both: the move is .1 of weight 1 / 1.25 in every draw
    assert intervals.change == pytest.approx((0.08, 0.08), abs=1e-6)
    assert intervals.evidence == intervals.change
    assert intervals.is_significant


def test_a_change_of_nothing_has_no_interval() -> None:
    found = change([OLD], days=SAME_DAY)
    assert found.causes == ()
    assert found.intervals(SETTINGS) == ((0, 0), (0, 0))


def copula(rho: float) -> float:
    """The 95 % quantile of Phi(z') - Phi(z) of normal variables with correlation rho, by many draws of their own."""
    z, other = np.random.default_rng(5).standard_normal((2, 400_000))
    phi = np.vectorize(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)))
    return float(np.quantile(phi(rho * z + math.sqrt(1 - rho * rho) * other) - phi(z), 0.95))


@pytest.mark.parametrize(("half_life", "rho"), [(4.0, 0.5), (2.0, 0.25), (20.0, 2**-0.2), (None, 1.0)])
def test_missing_evidence_of_two_days_is_related_by_the_half_life(half_life: float | None, rho: float) -> None:
    """A number without evidence is uniform on both days: the interval of the change shows how alike they are."""
    rubric = book({**NUMBER, "half_life": half_life}, prior={"weight": 0.25})
    low, high = change([], rubric=rubric).intervals(SETTINGS).change
    assert (low, high) == pytest.approx((-copula(rho), copula(rho)), abs=0.015)


@pytest.mark.parametrize("strength", ["country", "pillar"])
def test_what_leaves_have_in_common_drifts_with_20_years(strength: str) -> None:
    """Without a half-life and without evidence: (1 + v 2^(-4/20)) / (1 + v), v = 1 / .01; f = 103 / 101 - 1, at least 1/2.

    v is so large that the leaf's own normal hardly counts.
    """
    found = change([], rubric=book(NUMBER, prior={"weight": 0.25, strength: 0.01, "precision": 302.0}))
    rho = (1 + 100 * 2**-0.2) / 101  # t = 101, so that f = 303 / 101 - 1 = 2: uniform
    _, high = found.intervals(SETTINGS).change
    assert high == pytest.approx(copula(rho), abs=0.015)


def test_days_between_do_not_change_how_alike_two_days_are() -> None:
    """A Markov chain: 2^(-1) in one step or in three."""
    found = change([], rubric=book(AGES, prior={"weight": 0.25}))
    days = (dt.date(2017, 3, 1), dt.date(2019, 8, 1), dt.date(2023, 1, 1))
    low, high = found.intervals(SETTINGS, days).change
    assert (low, high) == pytest.approx((-copula(0.5), copula(0.5)), abs=0.015)
    assert (low, high) != found.intervals(SETTINGS).change


def test_two_changes_of_a_chain_add_up_in_each_draw() -> None:
    """The first day of a chain is the same for all its changes, and so are later ones: a - b and b - c make a - c."""
    rubric, days = book(AGES, prior={"weight": 0.25}), [dt.date(year, 1, 1) for year in (2012, 2016, 2020)]
    draws = []
    for first, last in ((0, 1), (1, 2), (0, 2)):
        found = change([OLD], rubric=rubric, days=(days[first], days[last]))
        assert found.causes[-1] == "ageing"
        was, now = (drawn_with(found, causes, days) for causes in (frozenset(), frozenset(found.causes)))
        draws.append(now - was)
    np.testing.assert_allclose(draws[0] + draws[1], draws[2], atol=1e-6)


def test_figures_of_one_edition_are_those_of_rank() -> None:
    rubric = book_of(MANY, prior=PRIOR)
    told = profile(*LAST).model_copy(update={"as_of": "2016-01-01", "editions": ("2020-01-01",)})
    points = trend(Scenario(rubric, (told,)), SETTINGS, "year")
    assert len(points) == 5 + 1  # the ends of 2016 to 2019, and both editions
    for point in points:
        simulation = simulate(scoring.assess(rubric, [told], as_of=point.assessment.as_of[0]), SETTINGS)
        assert (point.low, point.high) == (simulation.low[0], simulation.high[0])
    found = change(FIRST, LAST, rubric)
    of_rank = drawn(scoring.assess(rubric, [profile(*FIRST)], as_of=EARLIER), SETTINGS.draws)
    np.testing.assert_array_equal(drawn_with(found, frozenset(), [EARLIER, LATER]), of_rank)
    later = drawn_with(found, frozenset(found.causes), [EARLIER, LATER])
    of_rank = drawn(scoring.assess(rubric, [profile(*LAST)], as_of=LATER), SETTINGS.draws)
    assert not np.array_equal(later, of_rank)  # coupled, but of the same distribution
    np.testing.assert_allclose(
        np.quantile(later, [0.05, 0.5, 0.95]), np.quantile(of_rank, [0.05, 0.5, 0.95]), atol=0.01
    )


def test_the_mean_part_of_the_evidence_in_the_draws_is_that_of_the_estimates(monkeypatch: pytest.MonkeyPatch) -> None:
    """With means in place of quantiles: no draw is clipped here, so that errors have the mean 0."""
    monkeypatch.setattr(np, "quantile", lambda drawn, _, axis: np.stack([drawn.mean(axis)] * 2))
    last = [*LAST[:-1], say(0.7, "two", date="2019", id="new", source="other")]
    found = change(FIRST, last, book_of(MANY, prior=PRIOR))
    split, intervals = found.split(), found.intervals(SETTINGS)
    assert intervals.evidence == pytest.approx((split.evidence, split.evidence), abs=0.002)
    assert intervals.change == pytest.approx((split.now - split.was,) * 2, abs=0.004)
    assert split.evidence > 0.05
    assert abs(split.evidence - (split.now - split.was)) > 0.02


# -- two assessments ---------------------------------------------------------------------------------------------------


def test_only_countries_that_changed_are_told() -> None:
    rubric = book(NUMBER, prior={"weight": 0.25})

    def scored(**values: float) -> scoring.Assessment:
        told = [profile(say(value, confidence="exact"), country=code) for code, value in values.items()]
        return scoring.assess(rubric, told)

    before = scored(XAA=0.1, XAB=0.5, XAC=0.9)
    found = differences(before, scored(XAA=0.1, XAB=0.7, XAD=0.2), SETTINGS)
    # XAA keeps its index and its rank, the last
    assert [(one.country, one.rank, one.is_significant) for one in found if one.country == "XAB"] == [
        ("XAB", (2, 1), True)
    ]
    assert {one.country for one in found} <= {"XAA", "XAB"}
    assert differences(before, before, SETTINGS) == ()


def test_a_country_overtaken_by_others_has_no_significant_change() -> None:
    rubric = book(NUMBER, prior={"weight": 0.25})
    other = [profile(say(value), country="XAB") for value in (0.1, 0.9)]
    before, after = (scoring.assess(rubric, [profile(say(0.5)), one]) for one in other)
    [own] = [one for one in differences(before, after, SETTINGS) if one.country == "XAA"]
    assert own.rank == (1, 2)
    assert own.split.parts == {}
    assert not own.is_significant


def test_a_change_of_the_rubric_is_a_decision() -> None:
    told = [profile(say(0.9))]
    before, after = (scoring.assess(book(NUMBER, prior={"weight": weight}), told) for weight in (0.25, 0.5))
    [own] = differences(before, after, SETTINGS)
    assert list(own.split.parts) == ["rubric"]
    assert own.is_significant


def _evidence_of_2018(told: Profile) -> Profile:
    """The statements up to June 2018 that have no end."""
    end = dt.date(2018, 6, 30)
    kept = tuple(one for one in told.statements if not one.until and (not one.date or read_date(one.date) <= end))
    return told.model_copy(update={"statements": kept})


@pytest.mark.parametrize("country", ["EST", "SWE"])
def test_old_evidence_read_late_is_no_fall(country: str) -> None:
    """Evidence of 2018 alone, read in 2024: it ages, and other parts are borrowed; nothing of that is significant."""
    rubric, profiles = scoring.load(ROOT / "rubrics", ROOT / "profiles")
    [told] = [_evidence_of_2018(one) for one in profiles if one.country == country]
    found = Change(*(Scenario(rubric, (told,), day) for day in (dt.date(2018, 6, 30), dt.date(2024, 12, 31))))
    split = found.split()
    assert set(found.causes) == {"ageing", "borrowing"}
    assert abs(split.now - split.was) < 0.036
    assert not found.intervals(SETTINGS).is_significant
