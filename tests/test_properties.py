"""What holds for any profile: hypothesis writes them, by the fixtures' rubrics with every kind of indicator."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml
from conftest import run
from hypothesis import given, settings
from hypothesis import strategies as st

import scoring
from scoring.files.load import load_rubric
from scoring.model.profile import Profile
from scoring.render.score import score_object
from scoring.statistics.means import power_mean
from scoring.uncertainty.draws import node_blocks
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    import random

    from scoring.model.rubric import RuleBook
    from scoring.statistics.arrays import Singles

ORACLES = Path(__file__).parent / "oracles"


def book_in(folder: Path) -> RuleBook:
    book, _ = load_rubric(folder)
    assert book is not None
    return book


BOOKS = {name: book_in(ORACLES / name / "rubric") for name in ("fixture", "model2", "model2/features")}
"""Of the first edition of the model; of the second, with floors; and with rounding and the offset of countries alone."""
SECOND = BOOKS["model2"]
SIX = ("estimate", "stated", "low", "high", "information", "availability")
each_book = pytest.mark.parametrize("book", BOOKS.values(), ids=list(BOOKS))
SOURCES = {letter.lower(): {"title": "T", "publisher": "P", "reliability": letter} for letter in "ABCDEF"}

ANSWERS = st.sampled_from([True, False, "partly"])
CODES: dict[str, st.SearchStrategy[Any]] = {
    "threat_named": st.sampled_from(["denied", "silent", "hinted", "named", "backed"]),
    "strategy": st.sampled_from(["none", "drafted", "adopted"]),
    "defences": st.dictionaries(st.sampled_from(["team", "advice", "paid_boards"]), ANSWERS, min_size=1),
    "expulsions": st.integers(0, 9)
    | st.builds(lambda count, whole: {"count": count, "whole": whole}, st.integers(1, 9), st.booleans()),
    "cyber_rank": st.integers(2, 200).flatmap(lambda of: st.integers(1, of).map(lambda rank: {"rank": rank, "of": of})),
    "approval": st.floats(0, 100).map(lambda share: {"share": share, "n": 1000}),
    "reach": st.floats(0, 100),
    "budget": st.floats(0.5, 500),
    "civic_space": st.sampled_from(["closed", "narrow", "open"]),
}
DATES = st.none() | st.integers(2010, 2026) | st.dates(dt.date(2006, 1, 1), dt.date(2030, 12, 31)).map(str)


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
def profile(draw: st.DrawFn, country: str = "XAA", most: int = 12) -> dict[str, Any]:
    size = draw(st.integers(0, most))
    statements = [draw(statement(place)) for place in range(size)]
    return {
        "format": 1,
        "country": country,
        "actor": "XZZ",
        "as_of": "2026-01-01",
        "sources": SOURCES,
        "statements": statements,
    }


def assess(book: RuleBook, *documents: dict[str, Any], pillar: str | None = None) -> scoring.Assessment:
    return scoring.assess(book, [Profile.model_validate(one) for one in documents], pillar=pillar)


def drawn(assessment: scoring.Assessment, positions: tuple[int, ...] = (0,)) -> Singles:
    """200 draws of nodes, shape (countries, positions, draws)."""
    return np.concatenate(
        list(node_blocks(assessment, settings_of(assessment, draws=200), positions, processes=1)), axis=2
    )


def as_bytes(assessment: scoring.Assessment) -> str:
    return json.dumps(score_object(assessment, assessment.countries))


@each_book
@given(document=profile())
def test_low_estimate_high_are_in_order(book: RuleBook, document: dict[str, Any]) -> None:
    figures = assess(book, document).figures
    assert np.all(figures.low <= figures.estimate)
    assert np.all(figures.estimate <= figures.high)
    for array in (figures.low, figures.high, figures.information, figures.availability):
        assert np.all((array >= 0) & (array <= 1))
    stated = figures.stated[~np.isnan(figures.stated)]
    assert np.all((stated >= 0) & (stated <= 1))


@each_book
@settings(max_examples=30)
@given(document=profile())
def test_draws_are_between_0_and_1(book: RuleBook, document: dict[str, Any]) -> None:
    draws = drawn(assess(book, document))
    assert np.all((draws >= 0) & (draws <= 1 + 1e-6))


RAISE: dict[str, Any] = {
    "threat_named": "backed",
    "strategy": "adopted",
    "defences": {"team": True, "advice": True, "paid_boards": False},
    "cyber_rank": {"rank": 1, "of": 10},
    "approval": 0.0,
    "reach": 0.0,
    "budget": 1e6,
    "civic_space": "open",
}


def raised(name: str, code: Any) -> Any:
    """The best code of an indicator that says as much: none found speaks of the whole window, and goes on to."""
    if name == "defences":
        return {key: RAISE[name][key] for key in code}
    if name == "expulsions":
        return {"count": 99, "whole": code["whole"] if isinstance(code, dict) else code == 0}
    return RAISE[name]


NEVER_LOWER = ("estimate", "low", "high", "stated")


def assert_nothing_falls(
    before: scoring.Assessment, after: scoring.Assessment, names: tuple[str, ...] = NEVER_LOWER
) -> None:
    for name in names:
        old, new = getattr(before.figures, name), getattr(after.figures, name)
        assert np.all((new >= old - 1e-12) | np.isnan(old)), name


@each_book
@given(document=profile(), data=st.data())
def test_raising_a_coded_value_lowers_no_figure(book: RuleBook, document: dict[str, Any], data: st.DataObject) -> None:
    if not document["statements"]:
        return
    place = data.draw(st.integers(0, len(document["statements"]) - 1))
    edited = json.loads(json.dumps(document))
    [(name, code)] = edited["statements"][place]["codes"].items()
    edited["statements"][place]["codes"][name] = raised(name, code)
    before, after = assess(book, document), assess(book, edited)
    assert_nothing_falls(before, after)
    if name != "expulsions":  # of a floor, information rises with what is found
        assert np.array_equal(before.figures.information, after.figures.information)


@given(profile(), st.integers(1, 9), st.integers(1, 6), st.sampled_from(sorted(SOURCES)))
def test_one_more_found_event_lowers_no_figure(
    document: dict[str, Any], count: int, credibility: int, source: str
) -> None:
    event = {"id": "event", "text": ".", "locator": ".", "source": source, "credibility": credibility, "date": 2025}
    event["codes"] = {"expulsions": {"count": count, "whole": False}}
    before = assess(SECOND, document)
    after = assess(SECOND, {**document, "statements": [*document["statements"], event]})
    leaf = next(leaf for leaf in before.leaves[0].values() if leaf.indicator == "expulsions")
    # the first event of all brings one question more into the evidence mean, which may fall
    assert_nothing_falls(before, after, NEVER_LOWER if leaf.entries else NEVER_LOWER[:-1])


@each_book
@settings(max_examples=30)
@given(first=profile(), second=profile("XAB"), rng=st.randoms(use_true_random=False))
def test_order_changes_no_byte(
    book: RuleBook, first: dict[str, Any], second: dict[str, Any], rng: random.Random
) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            rng.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        if isinstance(value, list):
            return rng.sample([shuffled(one) for one in value], len(value))
        return value

    before, after = assess(book, first, second), assess(book, shuffled(second), shuffled(first))
    assert as_bytes(before) == as_bytes(after)
    assert np.array_equal(drawn(before), drawn(after))


@pytest.mark.parametrize("name", BOOKS)
def test_order_of_files_and_pillars_changes_no_byte(name: str, tmp_path: Path) -> None:
    """Of `scoring score --format json`, where rubric.yaml names the pillars, and profiles their parts, in reverse."""

    def reverse(part: Any) -> Any:
        """Mappings in reverse; lists of statements too, but no other list, whose order may mean something."""
        if not isinstance(part, dict):
            return part
        turned = {key: reverse(value) for key, value in reversed(part.items())}
        return {key: value[::-1] if key == "statements" else value for key, value in turned.items()}

    for path in sorted((ORACLES / name).glob("[pr]*/*.yaml"), reverse=True):
        document = json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str))
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_text(json.dumps(reverse(document)))
    outputs = [
        run("score", "--rubric", folder / "rubric", "--profiles", folder / "profiles", "--format", "json")
        for folder in (ORACLES / name, tmp_path)
    ]
    assert [output.exit_code for output in outputs] == [0, 0]
    assert json.loads(outputs[0].stdout)["countries"]
    assert outputs[0].stdout == outputs[1].stdout


@each_book
@settings(max_examples=30)
@given(one=profile(), two=profile("XAB", 4), edited=profile("XAB", 4), three=profile("XAC", 4))
def test_another_country_moves_nothing(
    book: RuleBook, one: dict[str, Any], two: dict[str, Any], edited: dict[str, Any], three: dict[str, Any]
) -> None:
    alone = assess(book, one)
    for together in (assess(book, one, two), assess(book, one, edited), assess(book, two, one, three)):
        row = [found.country for found in together.profiles].index("XAA")
        for name in SIX:
            assert np.array_equal(getattr(alone.figures, name)[0], getattr(together.figures, name)[row], equal_nan=True)
        assert np.array_equal(drawn(alone)[0], drawn(together)[row], equal_nan=True)


def with_prior(book: RuleBook, **changes: float | None) -> RuleBook:
    prior = book.rubric.prior.model_copy(update=changes)
    return book.model_copy(update={"rubric": book.rubric.model_copy(update={"prior": prior})})


@given(profile())
def test_what_borrows_almost_nothing_has_the_figures_of_what_borrows_nothing(document: dict[str, Any]) -> None:
    """The fixture of the first edition has neither `expected` nor floors."""
    book = BOOKS["fixture"]
    assert (book.rubric.prior.country, book.rubric.prior.pillar) == (None, None)
    before, after = assess(book, document), assess(with_prior(book, country=1e9, pillar=1e9), document)
    for name in SIX:
        old, new = getattr(before.figures, name), getattr(after.figures, name)
        assert np.allclose(old, new, atol=1e-6, rtol=0, equal_nan=True), name
    np.testing.assert_allclose(drawn(before), drawn(after), atol=2e-4)  # the tables of quantiles hold to 1e-4


@each_book
@settings(max_examples=30)
@given(document=profile())
def test_a_pillar_as_its_own_index_has_the_figures_that_it_has_in_the_index(
    book: RuleBook, document: dict[str, Any]
) -> None:
    whole = assess(book, document)
    for pillar in whole.pillars:
        alone = assess(book, document, pillar=pillar.id)
        inner = [node for node in whole.nodes if node.path.startswith(pillar.path)]
        own = [node for node in alone.nodes if node.parent is not None]
        assert [node.path for node in own] == [node.path for node in inner]
        for name in SIX:
            of_whole, of_own = getattr(whole.figures, name)[0], getattr(alone.figures, name)[0]
            for here, there in zip(own, inner, strict=True):
                assert np.array_equal(of_own[here.position], of_whole[there.position], equal_nan=True), (name, here)
        in_index, by_itself = drawn(whole, (pillar.position,)), drawn(alone, (own[0].position,))
        assert np.array_equal(in_index, by_itself)


@each_book
@given(document=profile(), data=st.data())
def test_a_same_as_twin_changes_nothing(book: RuleBook, document: dict[str, Any], data: st.DataObject) -> None:
    if not document["statements"]:
        return
    target = data.draw(st.sampled_from(document["statements"]))
    twin = {**target, "id": "twin", "source": "a", "credibility": 1, "same_as": target["id"]}
    doubled = {**document, "statements": [*document["statements"], twin]}
    before, after = assess(book, document).figures, assess(book, doubled).figures
    for name in SIX:
        assert np.array_equal(getattr(before, name), getattr(after, name), equal_nan=True)


@each_book
def test_no_evidence_gives_the_whole_range(book: RuleBook) -> None:
    nothing = {"format": 1, "country": "XAA", "actor": "XZZ", "as_of": "2026-01-01", "statements": []}
    found = assess(book, nothing)
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
