"""What the oracle does not reach: rubrics without a prior, rounding, groups in the editor's schema."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import tiny
from conftest import run

import scoring
from scoring.change import lock
from scoring.citing.citation import Citation
from scoring.index.assessment import Figures
from scoring.index.leaves import FIGURES, Pooled
from scoring.index.publication import Scored, comparable
from scoring.model.digest import digest
from scoring.model.profile import Profile
from scoring.model.rubric import Prior, RuleBook
from scoring.model.scale import Scale
from scoring.render.export import tables
from scoring.statistics import decomposition
from scoring.statistics.combining import Rule
from scoring.statistics.means import power_mean
from scoring.text import numbers


def book(**changes: Any) -> RuleBook:
    """Two numbers of one weight below a pillar, no prior: the index is the mean of what is there."""
    indicator = {"question": "Q?", "rationale": "R.", "kind": "number", "weight": 1.0, "half_life": None}
    scale = {"worst": 0.0, "best": 100.0}
    pillar = {
        "id": "pillar",
        "title": "Pillar",
        "indicators": [{**indicator, **scale, "id": "one"}, {**indicator, **scale, "id": "two"}],
        **changes,
    }
    rubric = {
        "format": 1,
        "id": "table",
        "version": "1.0.0",
        "title": "A published table",
        "exponent": 1.0,
        "prior": {"weight": 0.0, "centre": 0.5},
        "publish": {"availability": 0.0, "information": 0.0},
        "bands": [{"from": 0, "label": "all"}],
        "uncertainty": {"kappa": 60.0, "exponents": {"1": 1.0}},
        "pillars": {"pillar": 1.0},
    }
    return RuleBook.model_validate({"rubric": rubric, "pillars": [pillar]})


def profile(**values: float) -> Profile:
    statement = {"text": ".", "source": "s", "locator": ".", "credibility": 1}
    return Profile.model_validate(
        {
            "format": 1,
            "country": "XAA",
            "actor": "XZZ",
            "as_of": "2020-02-29",
            "sources": {"s": {"title": "T", "publisher": "P", "reliability": "A"}},
            "statements": [{**statement, "id": name, "codes": {name: value}} for name, value in values.items()],
        }
    )


def test_without_a_prior_all_figures_are_what_is_stated() -> None:
    found = scoring.assess(book(), [profile(one=30.0, two=45.0)]).figures
    for name in ("estimate", "stated", "low", "high"):
        assert getattr(found, name)[0, 0] == pytest.approx(0.375, abs=1e-12)
    assert found.information[0, 0] == 1


def test_a_missing_indicator_is_refused_or_dropped() -> None:
    refused = scoring.assess(book(), [profile(one=30.0)])
    assert math.isnan(refused.figures.estimate[0, 0])
    assert refused.figures.stated[0, 0] == pytest.approx(0.3)
    assert refused.figures.information[0, 0] == 0.5
    assert refused.withheld_because == (("missing",),)
    assert refused.countries[0].reason == "no evidence on two, which must not be missing"
    dropped = scoring.assess(book(missing="drop"), [profile(one=30.0)])
    assert dropped.figures.estimate[0, 0] == pytest.approx(0.3)
    assert dropped.rank == (1,)


def test_a_node_rounds_half_up_before_it_goes_on() -> None:
    found = scoring.assess(book(round=0), [profile(one=30.0, two=45.0)]).figures
    assert found.estimate[0, 0] == pytest.approx(0.38)


def test_a_child_of_weight_0_is_left_out() -> None:
    assert float(power_mean(np.array([0.0, 0.4]), [0.0, 2.0], 0)) == pytest.approx(0.4)
    assert float(power_mean(np.array([math.nan, 0.4]), [0.0, 2.0], 1)) == pytest.approx(0.4)


def test_comparable_by_calendar_from_a_leap_day() -> None:
    first = Scored("d", "XZZ", dt.date(2020, 2, 29))
    assert comparable(first, first._replace(as_of=dt.date(2021, 2, 28)), years=1) == ()
    assert comparable(first, first._replace(as_of=dt.date(2021, 3, 1)), years=1) == ("as_of",)


def test_weight_stability_with_a_zero_under_a_geometric_mean() -> None:
    [first, _] = decomposition.weight_stability([0.5, 0.5], [0.0, 0.6], [1, 1], Rule(0))
    assert first.d == math.inf
    assert decomposition.weight_stability([0.5], [0.4], [1], Rule(1))[0].rest == 0


def test_every_description_of_the_figures_has_the_same_ones() -> None:
    assert FIGURES == ("estimate", "stated", "low", "high", "information", "availability")
    assert tuple(field.name for field in fields(Figures)) == FIGURES
    rubric = tiny.book(tiny.LEVELS).rubric
    borrowing = rubric.model_copy(update={"prior": Prior(weight=1.0, centre=0.5, country=3.0)})
    assert tuple(field.name for field in tables.figure_fields(borrowing)) == (*FIGURES, "borrowed")
    certain = rubric.model_copy(update={"prior": Prior(weight=0.0, centre=0.5)})
    assert tuple(field.name for field in tables.figure_fields(certain)) == ("estimate", "information", "availability")
    assert (*FIGURES, "conflict") == Pooled._fields
    assert set(FIGURES) <= {field.name for field in fields(Citation)}
    assert set(lock.FIGURES) <= set(FIGURES)


def test_figures_that_are_none() -> None:
    assert numbers.bar(math.nan, math.nan, None) == "·" * 20
    assert Scale().points(math.nan) == numbers.unit(math.nan) == "–"
    assert Scale().exact(math.nan) is None
    assert Scale().points(0.5) == "50.0"


def test_digest_is_of_the_meaning_not_of_the_file() -> None:
    one, two = profile(one=30.0, two=45.0), profile(two=45.0, one=30.0)
    assert digest(one) == digest(two)
    assert digest(one) != digest(profile(one=30.0, two=46.0))
    plain = '{"actor":"XZZ","as_of":"2020-02-29","country":"XAA","format":1,"sources":{"s":{"publisher":"P","reliability":"A","title":"T"}},'
    plain += '"statements":[{"codes":{"one":30},"credibility":1,"id":"one","locator":".","source":"s","text":"."}]}'
    import hashlib  # noqa: PLC0415

    assert digest(profile(one=30.0)) == hashlib.sha256(plain.encode()).hexdigest()


def test_records_carry_every_node() -> None:
    assessment = scoring.assess(book(), [profile(one=30.0, two=45.0)])
    records = assessment.to_records()
    assert [record["node"] for record in records] == ["table", "table/pillar", "table/pillar/one", "table/pillar/two"]
    assert records[2]["estimate"] == pytest.approx(0.3)


def test_editor_schema_of_every_kind_of_indicator() -> None:
    from conftest import ROOT  # noqa: PLC0415

    text = run("schema", "profile", "--rubric", ROOT / "tests" / "oracles" / "fixture" / "rubric").stdout
    for name in ("threat_named", "defences", "expulsions", "cyber_rank", "approval", "reach", "budget"):
        assert f'"{name}": {{' in text
