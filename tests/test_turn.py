"""What puts the lower of two countries above the other: figures by hand, and every set tried from the start."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
import tiny
from conftest import run
from hypothesis import given, settings
from hypothesis import strategies as st

import scoring
from scoring.analysis import turn
from scoring.analysis.compare import compare
from scoring.analysis.doubt import doubts
from scoring.analysis.reviews import reviewed
from scoring.analysis.turn import Reversals, reversals
from scoring.files.defaults import defaults
from scoring.index.scenario import index_under, scenario_of, with_code
from scoring.model.review import CountryReviews, Review, statement_digests
from scoring.render.turn import turn_tables
from scoring.statistics.decomposition import nearest_tie
from scoring.text.terminal import as_text
from scoring.uncertainty.draws import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scoring.index.assessment import Assessment
    from scoring.model.rubric import RuleBook

SURE = Settings(draws=2000, seed=0, kappa=math.inf, exponents=((1.0, 1.0),))
LEAVES = {name: {**tiny.LEVELS, "id": name} for name in "abcd"}


def both(book: RuleBook, first: dict[str, int], second: dict[str, int], confidence: str = "exact") -> Assessment:
    """XAA and XAB, each with one statement on some questions; ids are those of the questions."""
    profiles = [
        tiny.profile(
            *(tiny.say(f"v{level}", name, id=f"on-{name}", confidence=confidence) for name, level in said.items()),
            country=code,
        )
        for code, said in (("XAA", first), ("XAB", second))
    ]
    return scoring.assess(book, profiles)


def turned(assessment: Assessment, **options: Any) -> Reversals:
    return reversals(assessment, compare(assessment, 0, 1), SURE, **options)


# -- answers -----------------------------------------------------------------------------------------------------------


def test_one_answer_by_hand() -> None:
    """XAA leads by (5 + 5) / 2 - (5 + 4) / 2 = .5 tenths; a step of one answer moves .5, and so only ties; two reverse."""
    book = tiny.book(LEAVES["a"], LEAVES["b"])
    found = turned(both(book, {"a": 5, "b": 5}, {"a": 5, "b": 4}))
    assert len(found.answers) == 2
    assert found.smallest_answers
    one = turned(both(tiny.book({**LEAVES["a"], "weight": 2.0}, LEAVES["b"]), {"a": 5, "b": 5}, {"a": 5, "b": 4}))
    [answer] = one.answers  # a counts 2/3: a step moves .67 tenths of a lead of .33; those of b tie
    assert (answer.step.indicator, answer.doubts) == ("a", ())
    assert (answer.country, answer.step.now, answer.step.then) in {("XAA", "v5", "v4"), ("XAB", "v5", "v6")}


def test_no_answers_one_step_away_reverse_a_large_lead() -> None:
    found = turned(both(tiny.book(LEAVES["a"]), {"a": 9}, {"a": 1}))
    assert (found.answers, found.smallest_answers) == ((), False)


def test_an_answer_keeps_its_evidence() -> None:
    """k = 1/4, and one statement of grade A1: (v + c / 4) / (5 / 4) of both; .1 of v is .08 of the index."""
    book = tiny.book(LEAVES["a"], prior={"weight": 0.25})
    found = turned(both(book, {"a": 5}, {"a": 4}))
    assert len(found.answers) == 2  # one alone ties
    [answer] = turned(
        both(tiny.book(LEAVES["a"], LEAVES["b"], prior={"weight": 0.25}), {"a": 5, "b": 5}, {"a": 5})
    ).answers
    assert answer.step.statements == (f"on-{answer.step.indicator}",)


def test_one_event_more_or_fewer() -> None:
    """XAA has 3 events in two statements, XAB 2 in one: one fewer and one more reverse it, as 2 < 3 in tenths."""
    count = {**tiny.INDICATOR, "kind": "count", "window": 5.0, "saturation": 10.0}
    day = {"date": "2019-06-01", "confidence": "exact"}
    profiles = [
        tiny.profile(tiny.say(1, **day), tiny.say(2, **day), country="XAA"),
        tiny.profile(tiny.say(2, **day), country="XAB"),
    ]
    found = turned(scoring.assess(tiny.book(count), profiles))
    assert [(one.country, one.step.now, one.step.then) for one in found.answers] == [
        ("XAA", "3", "2"),
        ("XAB", "2", "3"),
    ]


@settings(max_examples=15)
@given(
    first=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10), min_size=1),
    second=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10), min_size=1),
)
def test_the_smallest_set_of_answers_is_found_by_trying_all(first: dict[str, int], second: dict[str, int]) -> None:
    """Each answer a level worse for the first and better for the second, coded in the profile and scored again."""
    book = tiny.book_of({"one": [LEAVES["a"], LEAVES["b"]], "two": [LEAVES["c"], LEAVES["d"]]}, prior={"weight": 0.25})
    assessment = both(book, first, second)
    above, below = sorted((0, 1), key=lambda row: -assessment.figures.estimate[row, 0])
    lead = assessment.figures.estimate[above, 0] - assessment.figures.estimate[below, 0]
    if lead < 1e-9:
        return
    said = [first, second]
    steps = [(above, name, -1) for name, level in said[above].items() if level > 0]
    steps += [(below, name, 1) for name, level in said[below].items() if level < 10]
    smallest = None
    for size in (1, 2, 3):
        leads = []
        for chosen in itertools.combinations(steps, size):
            after = [dict(said[0]), dict(said[1])]
            for row, name, step in chosen:
                after[row][name] += step
            estimate = both(book, after[0], after[1]).figures.estimate[:, 0]
            leads.append(estimate[above] - estimate[below])
        if min(leads, default=1.0) < -1e-9:
            smallest = size
            break
    found = turned(assessment)
    if smallest is None:
        assert not found.smallest_answers
    else:
        assert found.smallest_answers
        assert len(found.answers) == smallest


# -- weights and exponents ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("d", "weights", "tie", "moved"),
    [
        ((2, -1), (1, 1), (Fraction(1, 3), Fraction(2, 3)), Fraction(1, 6)),
        ((3, 1, -1), (1, 1, 1), (Fraction(1, 12), Fraction(1, 3), Fraction(7, 12)), Fraction(1, 4)),
        ((1, 1, -1), (4, 4, 2), (0.1, 0.4, 0.5), 0.3),
        ((1, 0.5, -0.1), (0.5, 0.4, 0.1), (0, Fraction(1, 6), Fraction(5, 6)), Fraction(11, 15)),
    ],
)
def test_nearest_weights_by_hand(
    d: Sequence[float], weights: Sequence[float], tie: Sequence[float], moved: float
) -> None:
    found = nearest_tie(d, weights)
    assert found is not None
    assert math.fsum(w * x for w, x in zip(found.weights, d, strict=True)) == pytest.approx(0, abs=1e-15)
    assert found.moved == pytest.approx(float(moved))
    assert found.weights == pytest.approx(list(map(float, tie)))


def test_without_a_pillar_that_is_behind_no_weights_tie() -> None:
    assert nearest_tie((0.5, 0.0), (1, 1)) is None


@given(
    d=st.lists(st.integers(-9, 9).filter(bool), min_size=3, max_size=3),
    weights=st.lists(st.integers(1, 9), min_size=3, max_size=3),
)
def test_no_weights_on_a_grid_are_nearer(d: list[int], weights: list[int]) -> None:
    """All weights in steps of a thirtieth whose sum is 0 or below move at least as much."""
    shares = [weight / sum(weights) for weight in weights]
    if sum(w * x for w, x in zip(weights, d, strict=True)) <= 0:
        return
    found = nearest_tie(d, weights)
    assert (found is None) == (min(d) > 0)
    for i, j in itertools.product(range(31), repeat=2):
        grid = [i / 30, j / 30, (30 - i - j) / 30]
        if found and min(grid) >= 0 and sum(w * x for w, x in zip(grid, d, strict=True)) <= 0:
            assert sum(abs(a - b) for a, b in zip(grid, shares, strict=True)) / 2 >= found.moved - 1e-12


def pillars(*parts: str) -> RuleBook:
    return tiny.book_of({f"pillar_{name}": [LEAVES[name]] for name in parts})


def test_the_two_tie_at_the_weights() -> None:
    assessment = both(pillars("a", "b", "c"), {"a": 9, "b": 4, "c": 5}, {"a": 2, "b": 4, "c": 8})
    found = turned(assessment)
    assert found.weights is not None
    nodes = list(assessment.nodes)
    for position, weight in zip(nodes[0].children, found.weights.weights, strict=True):
        nodes[position] = replace(nodes[position], local_weight=weight)
    first, second = index_under(assessment, nodes)
    assert first == pytest.approx(second)
    assert found.weights.moved == pytest.approx(4 / 30)  # the lead of (7 - 3) / 3 tenths, at 10 tenths a unit


def test_exponents_by_hand() -> None:
    """(.5, .5) is above (.9, .1 + ...) for low exponents: the mean of .9 and .2 is .55; the geometric mean sqrt .18.

    XAA has .5 and .5, thus .5 for all exponents. XAB has .9 and .2: .55 at p = 1, and .424 at p = 0.
    """
    assessment = both(pillars("a", "b"), {"a": 5, "b": 5}, {"a": 9, "b": 2})
    found = turned(assessment)
    assert (found.above, found.below) == (1, 0)
    assert found.exponents is not None
    [(low, high)] = found.exponents
    assert low == -2
    assert (0.9**high + 0.2**high) / 2 == pytest.approx(0.5**high, abs=1e-5)
    assert 0 < high < 1
    assert turned(both(pillars("a", "b"), {"a": 5, "b": 5}, {"a": 4, "b": 4})).exponents == ()


def test_a_country_with_a_zero_is_below_for_low_exponents_only() -> None:
    """Of 0 and .9 the mean is .45, above .4; for p <= 0 it is 0, and the mean of .4 and .4 is above."""
    found = turned(both(pillars("a", "b"), {"a": 0, "b": 9}, {"a": 4, "b": 4}))
    assert found.exponents is not None
    [(low, high)] = found.exponents
    assert low == -2
    assert (0.9**high / 2) ** (1 / high) == pytest.approx(0.4, abs=1e-5)
    assert found.has_weights


def test_a_range_within_and_one_to_the_end() -> None:
    """Where lower is better, the country with the lower figure is above; the same exponents reverse the order."""
    book = pillars("a", "b")
    lower = book.model_copy(update={"rubric": book.rubric.model_copy(update={"better": "lower"})})
    found = turned(both(lower, {"a": 5, "b": 5}, {"a": 9, "b": 2}))
    assert (found.above, found.below) == (0, 1)
    assert found.exponents is not None
    [(low, high)] = found.exponents
    assert (low, 0 < high < 1) == (-2, True)
    other = turned(both(book, {"a": 6, "b": 6}, {"a": 9, "b": 2}))  # .6 against .55 at 1, and sqrt(.425) = .65 at 2
    assert other.exponents is not None
    [(begin, end)] = other.exponents
    assert (1 < begin < 2, end) == (True, 2)


def test_an_index_that_is_no_mean_has_neither() -> None:
    book = pillars("a", "b")
    product = book.model_copy(update={"rubric": book.rubric.model_copy(update={"combine": "product"})})
    found = turned(both(product, {"a": 5, "b": 5}, {"a": 4, "b": 4}))
    assert (found.exponents, found.weights, found.has_weights) == (None, None, False)


# -- doubts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "reliability", "found"),
    [
        ({}, "A", ()),
        ({"confidence": "low"}, "C", ("low confidence",)),
        ({"credibility": 4}, "A", ("low credibility",)),
        ({"credibility": 3}, "D", ("low reliability",)),
        ({"coders": {"second": {"leaf": "v3"}}}, "A", ("coders disagree",)),
        ({"coders": {"second": {"leaf": "v2"}}}, "A", ()),
        (
            {
                "coders": {"second": {"leaf": "v3"}},
                "adjudicated": {"codes": {"leaf": "v3"}, "reason": "R", "by": "B"},
            },
            "A",
            (),
        ),
    ],
)
def test_doubts(keys: dict[str, Any], reliability: str, found: tuple[str, ...]) -> None:
    profile = tiny.profile(tiny.say("v2", **keys), reliability=reliability)
    assert doubts(profile, profile.statements[0]) == found


def test_a_later_source_is_retrospective() -> None:
    profile = tiny.profile(tiny.say("v2", date="2019-01-01"))
    late = profile.sources["page"].model_copy(update={"published": "2021-01-01"})
    profile = profile.model_copy(update={"sources": {"page": late}})
    assert doubts(profile, profile.statements[0]) == ("retrospective",)


@pytest.mark.parametrize(("answer", "is_disputed"), [(None, True), ("upheld", True), ("rejected", False)])
def test_a_dispute_counts_unless_it_is_rejected_or_void(answer: str | None, *, is_disputed: bool) -> None:
    profile = tiny.profile(tiny.say("v2"))
    digests = statement_digests(profile)
    judgement: dict[str, Any] = {"says": "dispute", "why": "W", "digest": digests["s0"]}
    if answer:
        judgement["answer"] = {"on": "2020-02-02", "by": "me", "says": answer, "why": "W"}
    head = {"reviewer": "expert-1", "role": "expert", "interest": "none", "on": "2020-02-01"}
    review = Review.model_validate({**head, "statements": {"s0": judgement}})
    assessment = scoring.assess(tiny.book(tiny.LEVELS), [profile])
    of = reviewed(assessment, 0, CountryReviews((review,), digests))
    assert ("disputed" in doubts(profile, profile.statements[0], of)) == is_disputed
    void = reviewed(assessment, 0, CountryReviews((review,), {"s0": "0" * 12}))
    assert doubts(profile, profile.statements[0], void) == ()


# -- what to look for next ---------------------------------------------------------------------------------------------


def test_missing_evidence_is_what_to_look_for() -> None:
    """XAA has a and no b; XAB has both, exactly: b of XAA alone is open, and is the whole variance."""
    book = tiny.book(LEAVES["a"], LEAVES["b"], prior={"weight": 1e-6})
    assessment = both(book, {"a": 8}, {"a": 6, "b": 6})
    found = turned(assessment)
    first, *others = found.open
    assert (first.country, first.node.id, first.statements) == ("XAA", "b", 0)
    assert first.share == pytest.approx(1, abs=1e-6)
    assert all(one.share < 1e-6 for one in others)
    assert [outcome.answer for outcome in first.outcomes] == [f"v{tenth}" for tenth in range(11)]
    # with b fixed, XAA has (8 + b) / 2 against 6 tenths: below for b < 4, above for b > 4
    by_answer = {outcome.answer: outcome.p_above for outcome in first.outcomes}
    sign = 1 if found.above == 0 else -1
    assert (by_answer["v0"], by_answer["v10"]) == ((0, 1) if sign == 1 else (1, 0))
    simulated = scoring.uncertainty.simulation.simulate(assessment, SURE)
    assert found.p_above == pytest.approx(float(simulated.p_above[found.above, found.below]))


def test_a_fixed_answer_is_that_of_whatif() -> None:
    book = tiny.book(LEAVES["a"], LEAVES["b"], prior={"weight": 0.25, "country": 3.0})
    assessment = both(book, {"a": 6}, {"a": 5, "b": 5}, confidence="low")
    found = turned(assessment)
    [b] = [one for one in found.open if (one.country, one.node.id) == ("XAA", "b")]
    for outcome in b.outcomes[::5]:
        scenario = scenario_of(assessment)
        profile = with_code(assessment.profiles[0], book.leaves["b"], outcome.answer, assessment.as_of[0])
        after = scenario.with_profile(profile).assess()
        simulated = scoring.uncertainty.simulation.simulate(after, SURE)
        # the supposed statement has another name in the draws, and so other numbers
        assert outcome.p_above == pytest.approx(float(simulated.p_above[found.above, found.below]), abs=0.02)


def test_a_figure_is_fixed_at_the_ends_of_its_interval_and_an_item_at_its_answers() -> None:
    checklist = {
        **tiny.INDICATOR,
        "id": "list",
        "kind": "checklist",
        "items": [{"key": "one", "points": 1, "text": "T"}],
    }
    book = tiny.book({**tiny.NUMBER, "id": "figure"}, checklist, prior={"weight": 0.5})
    profiles = [
        tiny.profile(tiny.say(0.6, "figure"), tiny.say({"one": "partly"}, "list"), country="XAA"),
        tiny.profile(tiny.say(0.5, "figure"), country="XAB"),
    ]
    found = turned(scoring.assess(book, profiles))
    by_node = {(one.country, one.node.path.split("/")[-1]): one for one in found.open}
    assert [outcome.answer for outcome in by_node["XAA", "one"].outcomes] == ["false", "true"]
    low, high = by_node["XAA", "figure"].outcomes
    assert (low.answer, high.answer) == (None, None)
    # (0.6 + u / 2) / 1.5 with u of Beta: between .4 and .733, its noise aside
    assert 0.35 < low.value < high.value < 0.78
    assert low.p_above < high.p_above
    assert sum(one.share for one in found.open) < 1.2


def test_shares_of_all_answers_sum_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is a weighted mean, so that the variance of the difference is the sum of the covariances."""
    from_file = defaults()
    shown = from_file.shown.model_copy(update={"open_answers": 99})
    monkeypatch.setattr(turn, "defaults", lambda: from_file.model_copy(update={"shown": shown}))
    book = tiny.book_of({"one": [LEAVES["a"], LEAVES["b"]], "two": [LEAVES["c"], LEAVES["d"]]}, prior={"weight": 0.5})
    found = turned(both(book, {"a": 3, "b": 8, "c": 4}, {"a": 5, "c": 2}, confidence="low"))
    assert len(found.open) == 8
    assert math.fsum(one.share for one in found.open) == pytest.approx(1, abs=1e-3)


def test_without_any_uncertainty_nothing_is_open() -> None:
    found = turned(both(tiny.book(LEAVES["a"]), {"a": 8}, {"a": 6}))
    assert (found.open, found.p_above) == ((), 1)


# -- as a command ------------------------------------------------------------------------------------------------------


def test_turn_is_printed(folder: Path) -> None:  # noqa: ARG001
    result = run("compare", "AZE", "GEO", "--turn", "--draws", "200")
    assert result.exit_code == 0
    assert "What puts AZE above GEO, each alone:" in result.stdout
    assert "What to look for next: P(GEO above) is" in result.stdout
    [pair] = json.loads(run("compare", "AZE", "GEO", "--turn", "--draws", "200", "--format", "json").stdout)["pairs"]
    assert pair["reversals"]["p_above"] == pair["p_above"]
    assert [(one["country"], one["id"]) for one in pair["reversals"]["statements"]] == [
        (one["country"], one["id"]) for one in pair["turning"]["statements"]
    ]
    plain = json.loads(run("compare", "AZE", "GEO", "--draws", "200", "--format", "json").stdout)["pairs"][0]
    assert plain["reversals"] is None
    assert {**pair, "reversals": None} == plain


def shown(assessment: Assessment) -> str:
    return str(scoring.reversals(assessment, "XAA", "XAB", draws=200))


def test_what_does_not_reverse_an_order_is_said() -> None:
    text = shown(both(pillars("a", "b"), {"a": 9, "b": 9}, {"a": 1, "b": 1}))
    assert "No answers one step away put XAB above XAA." in text
    assert "No weights of the pillars put XAB above XAA: it is ahead on none." in text
    assert "Exponent: none puts XAB above XAA (of those from -2 to 2; 1 in the rubric)." in text
    assert "Leaving out statements does not put XAB above XAA." in text  # without them there is no index


def test_what_reverses_an_order_is_said() -> None:
    book = pillars("a", "b")
    text = shown(both(book, {"a": 5, "b": 5}, {"a": 9, "b": 2}))
    assert "Weights: XAB and XAA tie if 0.07 of the weight is moved; beyond that XAA is above" in text
    assert "Exponent: XAA is above XAB from -2.00 to 0." in text
    product = book.model_copy(update={"rubric": book.rubric.model_copy(update={"combine": "product"})})
    text = shown(both(product, {"a": 5, "b": 5}, {"a": 4, "b": 4}))
    assert "Weights: their effect on this ranking is not known." in text
    assert "Exponent: the index is no mean of its pillars and has none." in text
    sure = turned(both(tiny.book(LEAVES["a"]), {"a": 8}, {"a": 6}))
    assessment = both(tiny.book(LEAVES["a"]), {"a": 8}, {"a": 6})
    tables = turn_tables(assessment, replace(sure, statements=()), "Two countries")
    assert "No answer of the two is uncertain." in as_text(tables)
    assert "Leaving out statements does not put XAB above XAA." in as_text(tables)


def test_equal_countries_have_no_order_to_reverse(folder: Path) -> None:
    profile = (folder / "profiles" / "AZE.yaml").read_text()
    (folder / "profiles" / "GEO.yaml").write_text(profile.replace("country: AZE", "country: GEO"))
    assert "no order to reverse" in run("compare", "AZE", "GEO", "--turn", "--draws", "100").stdout


def test_from_python(folder: Path) -> None:
    assessment = scoring.assess(*scoring.load(folder / "rubrics", folder / "profiles"))
    result = scoring.reversals(assessment, "Azerbaijan", "GEO", draws=200)
    assert assessment.profiles[result.value.above].country == "GEO"
    assert "What puts AZE above GEO" in str(result)
    same = scoring.assess(tiny.book(LEAVES["a"]), both(tiny.book(LEAVES["a"]), {"a": 5}, {"a": 5}).profiles)
    with pytest.raises(scoring.ScoringError, match="no order to reverse"):
        scoring.reversals(same, "XAA", "XAB")
    empty = [profile.model_copy(update={"statements": ()}) for profile in assessment.profiles]
    bare = scoring.assess(assessment.book, empty)
    with pytest.raises(scoring.ScoringError, match="withheld"):
        scoring.reversals(bare, "AZE", "GEO")
