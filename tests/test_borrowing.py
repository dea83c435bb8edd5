"""What is expected of missing evidence, how alike it is drawn, and how it changes from day to day; figures by hand."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tiny import INDICATOR, NUMBER, book, book_of, drawn, draws_of, profile, say

import scoring
from scoring.index.leaves import pool_floor
from scoring.uncertainty.draws import Settings, node_blocks

if TYPE_CHECKING:
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.statistics.arrays import Floats

DRAWS = 40_000
WITHIN = 4 / math.sqrt(DRAWS)  # four standard errors of a correlation of 0; of others it is smaller


def number(name: str, **changes: Any) -> dict[str, Any]:
    return {**NUMBER, "id": name, **changes}


# -- expectations ------------------------------------------------------------------------------------------------------

QUARTER = Fraction(1, 4)


def centres(rubric: RuleBook, told: Profile) -> dict[str, float]:
    found = scoring.assess(rubric, [told])
    return {leaf.indicator: leaf.centre for leaf in found.leaves[0].values()}


TWO = {"first": [number("one", expected=0.6), number("two")], "second": [number("three"), number("four", expected=0.9)]}
TOLD = profile(say(1.0, "one"), say(0.25, "three", credibility=3))


def test_offsets_by_hand() -> None:
    """a = w / (w + 1/4): 4/5 of A1, 8/11 of A3 (w = 2/3); r = 2/5 and -1/4; country 3, pillar 2."""
    a_one, a_three = 1 / (1 + QUARTER), Fraction(2, 3) / (Fraction(2, 3) + QUARTER)
    r_one, r_three = 1 - Fraction(6, 10), QUARTER - Fraction(1, 2)
    b = (a_one * r_one + a_three * r_three) / (a_one + a_three + 3)
    first, second = (a * (r - b) / (a + 2) for a, r in ((a_one, r_one), (a_three, r_three)))
    rubric = book_of(TWO, prior={"weight": 0.25, "country": 3.0, "pillar": 2.0})
    assert centres(rubric, TOLD) == {
        "one": pytest.approx(float(Fraction(6, 10) + b + first)),
        "two": pytest.approx(float(Fraction(1, 2) + b + first)),
        "three": pytest.approx(float(Fraction(1, 2) + b + second)),
        "four": pytest.approx(float(Fraction(9, 10) + b + second)),
    }
    found = scoring.assess(rubric, [TOLD])
    assert float(found.offsets.country[0]) == pytest.approx(float(b))
    np.testing.assert_allclose(found.offsets.pillars[0], [float(first), float(second)])


def test_one_offset_alone() -> None:
    """Of `country` and `pillar` the absent one's offset is 0, and b_p is then of r itself."""
    a, r = Fraction(4, 5), Fraction(2, 5)
    third, three = Fraction(8, 11), -QUARTER
    country = (a * r + third * three) / (a + third + 3)
    found = centres(book_of(TWO, prior={"weight": 0.25, "country": 3.0}), TOLD)
    assert found["two"] == pytest.approx(float(Fraction(1, 2) + country))
    assert found["four"] == pytest.approx(float(Fraction(9, 10) + country))
    found = centres(book_of(TWO, prior={"weight": 0.25, "pillar": 2.0}), TOLD)
    assert found["two"] == pytest.approx(float(Fraction(1, 2) + a * r / (a + 2)))
    assert found["four"] == pytest.approx(float(Fraction(9, 10) + third * three / (third + 2)))


@pytest.mark.parametrize("prior", [{"weight": 0.25}, {"weight": 0.0, "country": 3.0, "pillar": 2.0}])
def test_nothing_is_borrowed_without_a_record_or_without_a_prior(prior: dict[str, Any]) -> None:
    rubric = book_of(TWO, prior=prior)
    assert centres(rubric, TOLD) == {"one": 0.6, "two": 0.5, "three": 0.5, "four": 0.9}
    assert not scoring.assess(rubric, [TOLD]).offsets.country.any()


@pytest.mark.parametrize(("prior", "expected"), [({}, 1.0), ({"country": 3.0}, 0.98)])
def test_only_a_borrowed_expectation_is_clipped(prior: dict[str, Any], expected: float) -> None:
    rubric = book(number("one", expected=1.0), prior={"weight": 0.25, **prior})
    assert centres(rubric, profile()) == {"one": expected}


def test_a_checklist_lends_one_question_at_most() -> None:
    """Items of points 3 and -1: q = 3/4 and 1/4; both told at 1, with e = 1/2: b = a r / (a + 3), a = 4/5, r = 1/2."""
    items = [{"key": "good", "points": 3.0, "text": "."}, {"key": "harm", "points": -1.0, "text": "."}]
    rubric = book(
        {**INDICATOR, "kind": "checklist", "items": items}, number("two"), prior={"weight": 0.25, "country": 3.0}
    )
    found = centres(rubric, profile(say({"good": True, "harm": False})))
    assert found["two"] == pytest.approx(float(Fraction(1, 2) + Fraction(4, 5) / 2 / (Fraction(4, 5) + 3)))


@pytest.mark.parametrize(
    ("v", "weights", "whole", "expected"),
    [
        # s = 1 / (1 + 1/4) = 4/5, g = 1/2 * 1/5 = 1/10
        (0.5, (1.0,), 1.0, (0.54, 0.5, 0.5, 0.6, 0.9, 1, 0)),
        (0.5, (1.0,), 0.0, (0.7, 0.5, 0.5, 1, 0.5, 1, 0)),
        (0.0, (), 0.0, (0.4, math.nan, 0, 1, 0, 0, math.nan)),
        (1.0, (1.0, 0.5), 0.0, (1, 1, 1, 1, 1, 1, 0)),
    ],
    ids=["all told", "some found", "nothing", "saturated"],
)
def test_a_floor_by_hand(v: float, weights: tuple[float, ...], whole: float, expected: tuple[float, ...]) -> None:
    """k = 1/4, c = .4; estimate, stated, low, high, information, availability, conflict."""
    assert tuple(pool_floor(v, weights, whole, 0.25, 0.4)) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("codes", "whole"),
    [
        ([{"count": 1, "whole": True}, 1, {"count": 1, "whole": True}], 1.0),
        ([{"count": 1, "whole": True}, 1], 0.0),
        ([0, {"count": 1, "whole": True}], 1.0),
        ([0], 1.0),
        ([1], 0.0),
    ],
    ids=["two of three readings", "a tie", "none found is all", "none found", "one found"],
)
def test_a_statement_is_whole_if_most_readings_are(codes: list[Any], whole: float) -> None:
    """k = 1/4, v of the median of saturation 4: high = v + (1 - v) (1 - s), s = 4/5 or 0; a = s."""
    count = {**INDICATOR, "kind": "count", "window": 5.0, "saturation": 4.0, "whole": False}
    coders = {f"coder-{place}": {"leaf": code} for place, code in enumerate(codes[1:])}
    told = profile(say(codes[0]) | ({"coders": coders} if coders else {}))
    [leaf] = scoring.assess(book(count, prior={"weight": 0.25}), [told]).leaves[0].values()
    found = [code["count"] if isinstance(code, dict) else code for code in codes]
    v = float(np.median(found)) / 4
    s = 0.8 * whole
    assert leaf.pooled.low == pytest.approx(v)
    assert leaf.pooled.high == pytest.approx(v + (1 - v) * (1 - s))
    assert leaf.lent == pytest.approx(s)


def test_without_a_prior_the_events_found_are_all() -> None:
    assert tuple(pool_floor(0.5, (1.0,), 0.0, 0.0, 0.4)) == pytest.approx((0.5, 0.5, 0.5, 0.5, 1, 1, 0))
    assert math.isnan(pool_floor(0.0, (), 0.0, 0.0, 0.4).estimate)


# -- draws of missing evidence -----------------------------------------------------------------------------------------


def leaf_draws(rubric: RuleBook, told: Profile, **options: Any) -> dict[str, Floats]:
    """Draws of each leaf of a country."""
    found = scoring.assess(rubric, [told])
    leaves = [node for node in found.nodes if not node.children]
    settings = Settings(draws=DRAWS, seed=0, kappa=60.0, exponents=((1.0, 1.0),))
    pieces = [block[0] for block in node_blocks(found, settings, [node.position for node in leaves], **options)]
    rows = np.concatenate(pieces, axis=1).astype(np.float64)
    return {node.id: row for node, row in zip(leaves, rows, strict=True)}


def latent_correlation(x: Floats, y: Floats) -> float:
    """The correlation of the normal variables behind two, from that of their ranks: 2 sin(pi r / 6) (Pearson 1907)."""
    first, second = (np.argsort(np.argsort(one)) for one in (x, y))
    correlation = np.array(np.corrcoef(first, second))
    return 2 * math.sin(math.pi / 6 * float(correlation[0, 1]))


MANY = {"first": [number("one"), number("two"), number("told")], "second": [number("three")]}
AT_CENTRE = profile(say(0.5, "told", confidence="exact"))
V_C, V_FIRST, V_SECOND = 1 / (0.8 + 3), 1 / (0.8 + 2), 1 / 2  # A = .8 in the first pillar, 0 in the second


def test_missing_evidence_of_a_country_and_of_a_pillar_is_alike() -> None:
    draws = leaf_draws(book_of(MANY, prior={"weight": 0.25, "country": 3.0, "pillar": 2.0}), AT_CENTRE)
    t_first, t_second = 1 + V_C + V_FIRST, 1 + V_C + V_SECOND
    within = latent_correlation(draws["one"], draws["two"])
    across = latent_correlation(draws["one"], draws["three"])
    assert within == pytest.approx((V_C + V_FIRST) / t_first, abs=WITHIN)
    assert across == pytest.approx(V_C / math.sqrt(t_first * t_second), abs=WITHIN)


def test_missing_evidence_without_borrowing_is_independent_and_uniform() -> None:
    draws = leaf_draws(book_of(MANY, prior={"weight": 0.25}), AT_CENTRE)
    for other in ("two", "three"):
        assert latent_correlation(draws["one"], draws[other]) == pytest.approx(0, abs=WITHIN)
    np.testing.assert_allclose(np.quantile(draws["one"], [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.01)


@pytest.mark.parametrize(
    ("precision", "f"), [(4.0, 5 / (1 + V_C + V_FIRST) - 1), (0.5, 0.5)], ids=["wider with less evidence", "at least"]
)
def test_the_spread_of_missing_evidence(precision: float, f: float) -> None:
    """Beta(c f, (1 - c) f) has the mean c and the variance c (1 - c) / (f + 1)."""
    prior = {"weight": 0.25, "country": 3.0, "pillar": 2.0, "precision": precision}
    rubric = book_of({**MANY, "first": [number("one", expected=0.7), *MANY["first"][1:]]}, prior=prior)
    draws = leaf_draws(rubric, AT_CENTRE)["one"]
    sd = math.sqrt(0.7 * 0.3 / (f + 1))
    assert draws.mean() == pytest.approx(0.7, abs=4 * sd / math.sqrt(DRAWS))
    assert draws.std() == pytest.approx(sd, rel=0.02)


# -- from day to day ---------------------------------------------------------------------------------------------------

DAYS = tuple(dt.date(year, 1, 1) for year in (2015, 2018, 2024))


def rho(first: dt.date, second: dt.date, half_life: float) -> float:
    return math.exp2(-(second - first).days / 365.25 / half_life)


def test_missing_evidence_of_a_leaf_changes_with_its_half_life() -> None:
    rubric = book(number("ages", half_life=3.0), number("stays"), prior={"weight": 0.25})
    first, later, last = (leaf_draws(rubric, profile(), days=DAYS[:count]) for count in (1, 2, 3))
    assert np.array_equal(first["stays"], last["stays"])
    for before, after, days in ((first, later, DAYS[:2]), (later, last, DAYS[1:]), (first, last, DAYS[::2])):
        found = latent_correlation(before["ages"], after["ages"])
        assert found == pytest.approx(rho(days[0], days[1], 3.0), abs=WITHIN)
    np.testing.assert_allclose(np.quantile(last["ages"], [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.01)


@pytest.mark.parametrize(
    ("prior", "drift"),
    [({"country": 3.0}, 20.0), ({"country": 3.0}, 5.0), ({"pillar": 3.0}, 5.0), ({"country": 3.0, "pillar": 2.0}, 5.0)],
)
def test_what_leaves_have_in_common_drifts(prior: dict[str, float], drift: float) -> None:
    """A leaf that does not age keeps its own normal: correlation (1 + v rho) / (1 + v), v = v_c + v_p without evidence."""
    rubric = book(
        number("stays"),
        prior={"weight": 0.25, **prior},
        uncertainty={} if drift == 20 else {"drift": drift},  # 20 is the default
    )
    v = sum(1 / value for value in prior.values())
    before, after = (leaf_draws(rubric, profile(), days=DAYS[:count])["stays"] for count in (1, 2))
    expected = (1 + v * rho(DAYS[0], DAYS[1], drift)) / (1 + v)
    assert latent_correlation(before, after) == pytest.approx(expected, abs=WITHIN)


def test_a_chain_of_one_day_is_no_chain() -> None:
    rubric = book(number("ages", half_life=3.0), prior={"weight": 0.25, "country": 3.0, "pillar": 2.0})
    alone = drawn(scoring.assess(rubric, [profile()]))
    assert np.array_equal(alone, draws_of(rubric, [], days=DAYS[:1]))
    assert np.array_equal(alone, draws_of(rubric, [], days=(DAYS[0], DAYS[0])))
    assert not np.array_equal(alone, draws_of(rubric, [], days=DAYS[:2]))


def test_stated_values_and_sources_keep_their_draws_over_time() -> None:
    rubric = book(number("ages", half_life=3.0), uncertainty={"source": {"measured": 0.05}})
    told = [say(value, "ages", source=name) for name, value in (("one", 0.3), ("two", 0.6), ("two", 0.5))]
    assert np.array_equal(draws_of(rubric, told), draws_of(rubric, told, days=DAYS))
