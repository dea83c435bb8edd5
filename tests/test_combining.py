"""How a node follows from its children: inverted means with an offset, products, least, greatest, sums and gates.

Expected figures are fractions, or the published formula of INFORM, and never those of the code under test.
"""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
from conftest import PILLAR, RUBRIC, run
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring.analysis.compare import compare
from scoring.analysis.levers import levers
from scoring.index.scenario import scenario_of
from scoring.index.summary import score_tables, thin_note
from scoring.model.digest import digest
from scoring.model.rubric import Publish, Rubric, RuleBook
from scoring.render.levers import levers_table
from scoring.statistics import decomposition
from scoring.statistics.combining import Gate, Rule, combined
from scoring.text.terminal import as_text
from scoring.uncertainty.custom_weights import pillar_draws, reweigh
from scoring.uncertainty.draws import Settings, node_blocks
from scoring.uncertainty.simulation import simulate_together

VALUES = st.lists(st.integers(0, 10), min_size=1, max_size=5)
CERTAIN = Settings(draws=8, seed=0, kappa=math.inf, exponents=((1.0, 1.0),))


def severity(scores: list[float]) -> float:
    """INFORM: 10 - (G - 1) / 9 x 10, G the geometric mean of (10 - x) / 10 x 9 + 1; on 0 to 10."""
    product = math.prod((10 - x) / 10 * 9 + 1 for x in scores)
    return 10 - (product ** (1 / len(scores)) - 1) / 9 * 10


def book_of(*values: float | None, rubric: dict[str, Any] | None = None, **node: Any) -> scoring.Assessment:
    """An index of one pillar with a number per value, each certain; keys of the pillar and of the rubric."""
    indicators = [{**tiny.NUMBER, "id": f"i{number}"} for number in range(len(values))]
    plain = tiny.book(*indicators)
    pillar = {"id": "pillar", "title": "Pillar", "indicators": indicators, **node}
    top = plain.rubric.model_dump(by_alias=True, exclude_none=True) | (rubric or {})
    book = RuleBook.model_validate({"rubric": top, "pillars": [pillar]})
    told = [tiny.say(v, f"i{number}", confidence="exact") for number, v in enumerate(values) if v is not None]
    return scoring.assess(book, [tiny.profile(*told)])


def everywhere(assessment: scoring.Assessment) -> list[float]:
    """The pillar in estimate, bounds, evidence mean and a certain draw."""
    figures = assessment.figures
    drawn = next(iter(node_blocks(assessment, CERTAIN, (1,))))[0, 0, 0]
    return [
        *(float(getattr(figures, name)[0, 1]) for name in ("estimate", "low", "high", "stated")),
        float(drawn),
    ]


@given(VALUES)
def test_the_inverted_mean_with_an_offset_is_that_of_inform(scores: list[int]) -> None:
    found = everywhere(book_of(*(x / 10 for x in scores), exponent=0.0, invert=True, offset="1/9"))
    assert found == pytest.approx([severity([float(x) for x in scores]) / 10] * 5, abs=1e-6)


@given(VALUES)
def test_product_least_greatest_and_sum_are_fractions(scores: list[int]) -> None:
    x = [Fraction(score, 10) for score in scores]
    expected = {
        "product": math.prod(x),
        "least": min(x),
        "greatest": max(x),
        "sum": sum(x) / len(x),
    }
    for combine, value in expected.items():
        found = everywhere(book_of(*map(float, x), combine=combine))
        assert found == pytest.approx([float(value)] * 5, abs=1e-6), combine


def test_an_inverted_product_is_one_minus_the_product_of_what_is_left() -> None:
    found = everywhere(book_of(0.5, 0.25, 0.2, combine="product", invert=True))
    assert found == pytest.approx([1 - 0.5 * 0.75 * 0.8] * 5)


def test_what_is_missing() -> None:
    cases = {"product": 0.3 * 0.5, "least": 0.3, "greatest": 0.5, "sum": (0.3 + 0.5) / 3}
    for combine, value in cases.items():
        found = everywhere(book_of(0.3, None, 0.5, combine=combine, missing="drop"))
        assert found == pytest.approx([value] * 5, abs=1e-6), combine
        refused = everywhere(book_of(0.3, None, 0.5, combine=combine))
        assert math.isnan(refused[0]), combine
        assert math.isnan(refused[4]), combine


@pytest.mark.parametrize(("first", "index"), [(0.0, 0.0), (0.1, 0.0), (0.2, 0.5)])
def test_a_gate_closes_at_its_limit(first: float, index: float) -> None:
    gate = {"node": "i0", "below": 10, "value": 0}
    found = everywhere(book_of(first, 0.8, gate=gate))
    assert found == pytest.approx([index] * 5, abs=1e-6)


def test_a_child_of_weight_0_may_be_the_gate() -> None:
    indicators = [{**tiny.NUMBER, "id": "i0", "weight": 0.0}, {**tiny.NUMBER, "id": "i1"}]
    for first, value in ((0.0, 0.25), (1.0, 0.8)):
        gate = {"node": "i0", "below": 0, "value": 25}
        assert everywhere(book_of(first, 0.8, indicators=indicators, gate=gate)) == pytest.approx([value] * 5)


def test_bounds_of_an_inverted_mean_follow_from_those_of_its_children() -> None:
    """Two statements of weight 1 and k = 1/4: low = v / 1.25, high = (v + .25) / 1.25; then the formula of INFORM."""
    values = (0.5, 0.9)
    prior = {"weight": 0.25, "centre": 0.5}
    assessment = book_of(*values, rubric={"prior": prior}, exponent=0.0, invert=True, offset="1/9")
    for name, pooled in (
        ("low", [v / 1.25 for v in values]),
        ("high", [(v + 0.25) / 1.25 for v in values]),
        ("estimate", [(v + 0.125) / 1.25 for v in values]),
        ("stated", list(values)),
    ):
        expected = severity([10 * v for v in pooled]) / 10
        assert float(getattr(assessment.figures, name)[0, 1]) == pytest.approx(expected), name


@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.sampled_from([Rule(0.0, invert=True, offset=1 / 9), Rule(combine="product"), Rule(combine="least")]),
)
def test_contributions_sum_to_the_difference_by_the_definition_of_shapley(
    above: list[float], below: list[float], rule: Rule
) -> None:
    """The average over the six orders in which three children change, counted one by one."""
    weights = [1.0, 1.0, 1.0]
    expected = [0.0, 0.0, 0.0]
    for order in itertools.permutations(range(3)):
        now = list(below)
        for child in order:
            before = float(combined(np.array(now), weights, rule))
            now[child] = above[child]
            expected[child] += (float(combined(np.array(now), weights, rule)) - before) / 6
    assert decomposition.shapley(above, below, weights, rule) == pytest.approx(expected, abs=1e-12)


def test_rules_of_the_index_reach_comparison_and_custom_weights() -> None:
    """Two pillars and G(x) = 1 - sqrt((1 - a)(1 - b)), the inverted geometric mean."""
    pillars = {"one": [{**tiny.NUMBER, "id": "a"}], "two": [{**tiny.NUMBER, "id": "b"}]}
    plain = tiny.book_of(pillars)
    book = plain.model_copy(update={"rubric": plain.rubric.model_copy(update={"exponent": 0.0, "invert": True})})
    told = [
        tiny.profile(tiny.say(a, "a", confidence="exact"), tiny.say(b, "b", confidence="exact"), country=code)
        for code, a, b in (("XAA", 0.19, 0.36), ("XAB", 0.51, 0.0))
    ]
    assessment = scoring.assess(book, told)
    first, second = 1 - math.sqrt(0.81 * 0.64), 1 - math.sqrt(0.49 * 1)  # .28 and .3
    assert assessment.figures.estimate[:, 0] == pytest.approx([first, second])
    found = compare(assessment, 0, 1)
    assert found.above == 1
    assert found.difference == pytest.approx(second - first)
    assert sum(pillar.part for pillar in found.pillars) == pytest.approx(second - first)
    # XAB stays above while w ln(.49 / .81) + (1 - w) ln(1 / .64) < 0
    tie = math.log(1 / 0.64) / (math.log(1 / 0.64) - math.log(0.49 / 0.81))
    assert found.pillars[0].stability.low == pytest.approx(tie)
    settings = Settings(draws=8, seed=0, kappa=math.inf, exponents=((0.0, 1.0),))
    again = reweigh(assessment, pillar_draws(assessment, settings), [1, 3], 0.0)
    expected = [1 - (0.81 * 0.64**3) ** 0.25, 1 - 0.49**0.25]
    assert again.figures["estimate"] == pytest.approx(expected)
    assert again.drawn_low == pytest.approx(expected, abs=1e-4)


def test_a_gate_is_left_out_with_its_child() -> None:
    assert float(combined(np.array([0.0, 0.8]), [1, 1], Rule(gate=Gate(0, 0.0, 0.1)))) == 0.1
    assert float(combined(np.array([math.nan, 0.8]), [1, 1], Rule(gate=Gate(0, 0.0, 0.1)))) == 0.8


def test_absent_keys_change_no_digest() -> None:
    plain = book_of(0.5).book
    assert digest(book_of(0.5, invert=False, offset=0.0, combine=None, gate=None).book) == digest(plain)
    assert digest(book_of(0.5, invert=True).book) != digest(plain)


ONE = "indicators:\n"
FAULTS = {
    "an exponent beside it": ("exponent: 0\ncombine: least\nindicators:\n", "has no effect beside the least"),
    "an offset beside it": ("offset: 1/9\ncombine: least\nindicators:\n", "shifts a mean, and this is the least"),
    "an inverted least": ("invert: true\ncombine: least\nindicators:\n", "write `combine: greatest`"),
    "different weights": ("combine: product\nindicators:\n", "weights have no effect on the product"),
    "a prior": ("combine: greatest\nindicators:\n", "needs `prior: {weight: 0}`"),
    "a gate that is no child": ("gate: {node: strateg, below: 0, value: 0}\nindicators:\n", "did you mean strategy"),
    "a gate beyond the scale": ("gate: {node: strategy, below: 101, value: 0}\nindicators:\n", "not on the scale"),
    "a gate that raises": ("gate: {node: strategy, below: 0, value: 9}\nindicators:\n", "could raise a lower bound"),
    "an offset that is none": ("offset: -1\nindicators:\n", "offset"),
    "a word for a combination": ("combine: median\nindicators:\n", "combine"),
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_fit_is_refused_with_the_reason(fault: str) -> None:
    head, says = FAULTS[fault]
    Path("rubrics/small/state.yaml").write_text(PILLAR.replace(ONE, head))
    result = run("validate")
    assert result.exit_code == 1
    assert says in result.output


@pytest.mark.usefixtures("folder")
def test_an_index_needs_an_exponent_or_a_combination() -> None:
    path = Path("rubrics/small/rubric.yaml")
    path.write_text(RUBRIC.replace("exponent: 0.5\n", "", 1))
    assert "exponent is missing; write `exponent: 1`" in run("validate").output
    path.write_text(RUBRIC.replace("exponent: 0.5\n", "combine: least\n", 1).replace("weight: 0.25", "weight: 0"))
    assert "has no exponent that could vary" in run("validate").output


@pytest.mark.usefixtures("folder")
def test_explain_says_how_a_node_follows_from_what_is_below() -> None:
    rubric = RUBRIC.replace("weight: 0.25", "weight: 0").replace("publish:", "missing: drop\npublish:")
    Path("rubrics/small/rubric.yaml").write_text(rubric)
    gate = "missing: drop\ngate: {node: strategy, below: 0, value: 0}\nexponent: 0\ninvert: true\nindicators:\n"
    Path("rubrics/small/state.yaml").write_text(PILLAR.replace(ONE, gate))
    closed, opened = (run("explain", country).stdout for country in ("AZE", "GEO"))
    assert "the inverted geometric mean of what is below" in closed
    assert "0.0, since strategy is at most 0.0" in closed
    assert "0.0 if strategy is at most 0.0, which it is not" in opened


@pytest.mark.usefixtures("folder")
def test_an_index_without_an_exponent_has_none_to_compare() -> None:
    """At p = -1 a sum or a least pillar would be the same figure, which is no harmonic mean."""
    rubric = RUBRIC.replace("weight: 0.25", "weight: 0").replace("{1: 0.5, 0.5: 0.5}", "{1: 1}")
    Path("rubrics/small/rubric.yaml").write_text(rubric.replace("exponent: 0.5\n", "combine: least\n", 1))
    result = run("sensitivity", "--draws", "100")
    assert (result.exit_code, "p = " in result.stdout, "Exponents" in result.stdout) == (0, False, False)
    assert json.loads(run("sensitivity", "--draws", "100", "--format", "json").stdout)["exponents"] == {}
    refused = run("sensitivity", "--draws", "100", "--exponents", "0")
    assert refused.exit_code == 2
    assert "--exponents cannot be used here: the rubric takes the least of the pillars" in refused.stderr
    with pytest.raises(ValueError, match="has no exponent"):
        scoring.sensitivity(scoring.assess(*scoring.load()), exponents=[0], draws=100)


def test_thresholds_of_zero_are_not_printed() -> None:
    """With `publish: 0` only what has no evidence is withheld, and nothing is "below 0"."""
    one = {**tiny.NUMBER, "id": "one"}
    rules = tiny.book_of({"p": [one], "q": [{**tiny.NUMBER, "id": "two"}]})
    assessment = scoring.assess(rules, [tiny.profile(), tiny.profile(tiny.say(0.5, "one"), country="XAB")])
    reasons = {country.code: country.reason for country in assessment.countries}
    assert reasons == {"XAA": "there is no evidence", "XAB": "no evidence on two, which must not be missing"}
    rubric = rules.rubric.model_copy(update={"missing": "drop"})
    dropped = scoring.assess(rules.model_copy(update={"rubric": rubric}), [tiny.profile(tiny.say(0.5, "one"))])
    assert "below 0" not in as_text(score_tables(dropped.book, dropped.countries, "Index"))
    cases = {
        (0.5, 0.65): "information below 0.5 or availability below 0.65",
        (0.5, 0): "information below 0.5",
        (0, 0.65): "availability below 0.65",
        (0, 0): "no evidence",
    }
    for (information, availability), text in cases.items():
        publish = Publish(information=information, availability=availability)
        assert thin_note(publish) == f"~ insufficient data: {text}."


def test_an_index_of_numbers_has_no_levers_and_says_so() -> None:
    assessment = scoring.assess(tiny.book(tiny.NUMBER), [tiny.profile(tiny.say(0.5))])
    text = as_text([levers_table(assessment, 0, levers(assessment, 0))])
    assert "None is known." in text
    assert "Gain" not in text


# -- a pillar as its own index -----------------------------------------------------------------------------------------


def test_a_pillar_as_its_own_index_is_not_rounded_as_the_index_is() -> None:
    whole = book_of(0.123, 0.456, rubric={"round": 0})
    alone = scenario_of(whole).by_pillar("pillar").assess()
    assert whole.figures.estimate[0].tolist()[:2] == pytest.approx([0.29, 0.2895])  # (.123 + .456) / 2
    assert alone.figures.estimate[0].tolist()[:2] == pytest.approx([0.2895, 0.2895])


def test_a_pillar_of_weight_0_is_drawn_where_it_is_asked_for() -> None:
    numbers = {name: [{**tiny.NUMBER, "id": f"in_{name}"}] for name in ("p", "q")}
    book = tiny.book_of(numbers)
    pillars = {"p": 0.0, "q": 1.0}
    gate = {"node": "p", "below": 0, "value": 0}
    book = book.model_copy(update={"rubric": rubric_with(book, pillars=pillars, gate=gate)})
    told = [tiny.say(v, f"in_{name}", confidence="exact") for name, v in (("p", 0.25), ("q", 0.75))]
    scenario = scenario_of(scoring.assess(book, [tiny.profile(*told)]))
    simulated = simulate_together(scenario.assess_each([None, "p", "q"]), CERTAIN)
    assert [float(one.median[0]) for one in simulated] == pytest.approx([0.75, 0.25, 0.75], abs=1e-4)


def rubric_with(book: RuleBook, **keys: Any) -> Rubric:
    """The rubric of a book with some keys changed."""
    return Rubric.model_validate(book.rubric.model_dump(by_alias=True, exclude_none=True) | keys)
