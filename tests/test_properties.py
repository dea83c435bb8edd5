"""What holds for any profile: hypothesis writes them, by the fixture's rubric with every kind of indicator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring.files.load import load_rubric
from scoring.model.profile import Profile
from scoring.render.score import score_object
from scoring.statistics.means import power_mean

if TYPE_CHECKING:
    import random

    from scoring.model.rubric import RuleBook

FIXTURE = Path(__file__).parent / "oracles" / "fixture"
_BOOK, _ = load_rubric(FIXTURE / "rubric")
assert _BOOK is not None
BOOK: RuleBook = _BOOK
SOURCES = {letter.lower(): {"title": "T", "publisher": "P", "reliability": letter} for letter in "ABCDEF"}

ANSWERS = st.sampled_from([True, False, "partly"])
CODES: dict[str, st.SearchStrategy[Any]] = {
    "threat_named": st.sampled_from(["denied", "silent", "hinted", "named", "backed"]),
    "strategy": st.sampled_from(["none", "drafted", "adopted"]),
    "defences": st.dictionaries(st.sampled_from(["team", "advice", "paid_boards"]), ANSWERS, min_size=1),
    "expulsions": st.integers(0, 9),
    "cyber_rank": st.integers(2, 200).flatmap(lambda of: st.integers(1, of).map(lambda rank: {"rank": rank, "of": of})),
    "approval": st.floats(0, 100).map(lambda share: {"share": share, "n": 1000}),
    "reach": st.floats(0, 100),
    "budget": st.floats(0.5, 500),
    "civic_space": st.sampled_from(["closed", "narrow", "open"]),
}
DATES = st.none() | st.integers(2010, 2026) | st.dates().filter(lambda day: day.year > 2005).map(str)


@st.composite
def statement(draw: st.DrawFn, place: int) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(CODES)))
    date = draw(DATES)
    return {
        "id": f"s{place}",
        "text": "A sentence.",
        "source": draw(st.sampled_from(sorted(SOURCES))),
        "locator": "p. 1",
        "credibility": draw(st.integers(1, 6)),
        "absence": draw(st.booleans()),
        "codes": {name: draw(CODES[name])},
        **({} if date is None else {"date": date}),
    }


@st.composite
def profile(draw: st.DrawFn, country: str = "XAA") -> dict[str, Any]:
    size = draw(st.integers(0, 12))
    statements = [draw(statement(place)) for place in range(size)]
    return {
        "format": 1,
        "country": country,
        "actor": "XZZ",
        "as_of": "2026-01-01",
        "sources": SOURCES,
        "statements": statements,
    }


def assess(*documents: dict[str, Any]) -> scoring.Assessment:
    return scoring.assess(BOOK, [Profile.model_validate(one) for one in documents])


def as_bytes(assessment: scoring.Assessment) -> str:
    return json.dumps(score_object(assessment, assessment.countries))


@given(profile())
def test_low_estimate_high_are_in_order(document: dict[str, Any]) -> None:
    figures = assess(document).figures
    assert np.all(figures.low <= figures.estimate)
    assert np.all(figures.estimate <= figures.high)
    for array in (figures.low, figures.high, figures.information, figures.availability):
        assert np.all((array >= 0) & (array <= 1))
    stated = figures.stated[~np.isnan(figures.stated)]
    assert np.all((stated >= 0) & (stated <= 1))


RAISE: dict[str, Any] = {
    "threat_named": "backed",
    "strategy": "adopted",
    "defences": {"team": True, "advice": True, "paid_boards": False},
    "expulsions": 99,
    "cyber_rank": {"rank": 1, "of": 10},
    "approval": 0.0,
    "reach": 0.0,
    "budget": 1e6,
    "civic_space": "open",
}


@given(profile(), st.data())
def test_raising_a_coded_value_lowers_no_figure(document: dict[str, Any], data: st.DataObject) -> None:
    if not document["statements"]:
        return
    place = data.draw(st.integers(0, len(document["statements"]) - 1))
    raised = json.loads(json.dumps(document))
    [(name, code)] = raised["statements"][place]["codes"].items()
    best = RAISE[name]
    raised["statements"][place]["codes"][name] = {key: best[key] for key in code} if name == "defences" else best
    before, after = assess(document).figures, assess(raised).figures
    for figure in ("estimate", "low", "high", "stated"):
        old, new = getattr(before, figure), getattr(after, figure)
        assert np.all((new >= old - 1e-12) | np.isnan(old)), figure
    assert np.array_equal(before.information, after.information)


@given(profile(), profile("XAB"), st.randoms(use_true_random=False))
def test_order_changes_no_byte(first: dict[str, Any], second: dict[str, Any], rng: random.Random) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            rng.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        if isinstance(value, list):
            return rng.sample([shuffled(one) for one in value], len(value))
        return value

    assert as_bytes(assess(first, second)) == as_bytes(assess(shuffled(second), shuffled(first)))


def test_order_of_pillars_changes_no_byte(tmp_path: Path) -> None:
    for path in (FIXTURE / "rubric").glob("*.yaml"):
        text = path.read_text().replace("{state_response: 0.6, society: 0.4}", "{society: 0.4, state_response: 0.6}")
        (tmp_path / path.name).write_text(text)
    _, profiles = scoring.load(FIXTURE / "rubric", FIXTURE / "profiles")
    turned, _ = load_rubric(tmp_path)
    assert turned is not None
    assert as_bytes(scoring.assess(turned, profiles)) == as_bytes(scoring.assess(BOOK, profiles))


@given(profile(), profile("XAB"), profile("XAC"))
def test_another_country_moves_no_figure(one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]) -> None:
    alone = assess(one)
    for together in (assess(one, two), assess(two, one, three)):
        row = [found.country for found in together.profiles].index("XAA")
        for name in ("estimate", "stated", "low", "high", "information", "availability"):
            assert np.array_equal(getattr(alone.figures, name)[0], getattr(together.figures, name)[row], equal_nan=True)


@given(profile(), st.data())
def test_a_same_as_twin_changes_nothing(document: dict[str, Any], data: st.DataObject) -> None:
    if not document["statements"]:
        return
    target = data.draw(st.sampled_from(document["statements"]))
    twin = {**target, "id": "twin", "source": "a", "credibility": 1, "same_as": target["id"]}
    doubled = {**document, "statements": [*document["statements"], twin]}
    before, after = assess(document).figures, assess(doubled).figures
    for name in ("estimate", "stated", "low", "high", "information", "availability"):
        assert np.array_equal(getattr(before, name), getattr(after, name), equal_nan=True)


def test_no_evidence_gives_the_whole_range() -> None:
    nothing = {"format": 1, "country": "XAA", "actor": "XZZ", "as_of": "2026-01-01", "statements": []}
    found = assess(nothing)
    assert np.all(found.figures.low == 0)
    assert np.all(found.figures.high == 1)
    assert np.all(found.figures.information == 0)
    assert np.all(np.isnan(found.figures.stated))
    assert found.withheld_because == (("availability", "information"),)
    assert (found.rank, found.band) == ((None,), (None,))


@given(
    st.floats(0.001, 1),
    st.lists(st.floats(0, 5), min_size=1, max_size=6).filter(lambda weights: sum(weights) > 1e-6),
    st.sampled_from([1.0, 0.5, 0.125, 0.0, -1.0, 2.0, 0.3]) | st.floats(-3, 3).filter(lambda p: abs(p) > 0.05),
)
def test_equal_values_give_that_value(value: float, weights: list[float], exponent: float) -> None:
    found = power_mean(np.full(len(weights), value), weights, exponent)
    assert float(found) == pytest.approx(value, rel=1e-9)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_power_means_rise_with_the_exponent(values: list[float]) -> None:
    weights = [1.0] * len(values)
    means = [float(power_mean(np.array(values), weights, p)) for p in (-1.0, 0.0, 0.125, 0.5, 1.0, 2.0)]
    assert means == sorted(means) or np.allclose(means, sorted(means), atol=1e-12)
