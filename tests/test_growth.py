"""How the work grows with edits, countries and statements: operations are counted, no second is measured."""

from __future__ import annotations

import csv
import io
import itertools
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import FEW, ROOT
from hypothesis import given
from hypothesis import strategies as st
from tiny import NUMBER, book_of, profile, say

import scoring
from scoring.analysis import compare, sensitivity
from scoring.change import attribution
from scoring.text.table import as_csv
from scoring.uncertainty import draws, quantiles
from scoring.uncertainty.draws import Group, blocks, sample_blocks, samples_of
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

PRIOR = {"weight": 0.25, "country": 1, "pillar": 2, "precision": 4}


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, run: Callable[[], object]) -> int:
    """How often a function is called in a run."""
    calls, function = itertools.count(), getattr(owner, name)

    def counting(*args: Any, **kwargs: Any) -> Any:
        next(calls)
        return function(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, counting)
        run()
    return next(calls)


@pytest.fixture(scope="module")
def few() -> scoring.Assessment:
    book, profiles = scoring.load(ROOT / "rubrics" / "resilience", ROOT / "profiles")
    return scoring.assess(book, [one for one in profiles if one.country in FEW[:3]])


# -- large edits -------------------------------------------------------------------------------------------------------


def edited(countries: int, questions: int) -> tuple[scoring.Assessment, scoring.Assessment]:
    """Countries before and after an edit of every statement: codes, grades, removed and new ones."""
    leaves = [{**NUMBER, "id": f"leaf_{number}"} for number in range(questions)]
    rubric = book_of({"pillar": leaves}, prior=PRIOR)
    codes = [f"XA{letter}" for letter in "ABCDEFGH"[:countries]]

    def told(shift: float) -> list[scoring.Profile]:
        return [
            profile(
                *(
                    say(
                        (0.1 + 0.17 * number + 0.3 * place + shift) % 1,
                        f"leaf_{number}",
                        id=f"{'new' if shift and number % 5 == 0 else 'old'}-{number}",
                        credibility=2 if shift and number % 2 else 3,
                    )
                    for number in range(questions)
                ),
                country=code,
            )
            for place, code in enumerate(codes)
        ]

    first, last = (scoring.assess(rubric, told(shift)) for shift in (0.0, 0.2))
    return first, last


def test_leaves_scored_by_a_diff_grow_with_the_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    def scored(countries: int, questions: int) -> int:
        first, last = edited(countries, questions)
        settings = settings_of(first, draws=100)
        return counted(monkeypatch, attribution, "score_leaf", lambda: attribution.differences(first, last, settings))

    once = scored(2, 20)
    assert scored(2, 40) < 2.5 * once
    assert scored(4, 20) < 2.5 * once
    # of five statements one is new in place of an old one, and the others have at most two causes: each leaf is scored
    # once without its statement and at most once for each of four sets of causes, where all 32 sets would be tried
    assert once < 2 * 20 * 6


def test_weights_are_drawn_once_for_many_countries(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(countries: int) -> int:
        first, last = edited(countries, 10)
        settings = settings_of(first, draws=100)
        return counted(monkeypatch, draws, "dirichlet", lambda: attribution.differences(first, last, settings))

    assert drawn(8) == drawn(2)


def test_a_diff_is_the_same_for_each_country_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    first, last = edited(4, 10)
    settings = settings_of(first, draws=400)
    together = attribution.differences(first, last, settings)
    assert len(together) == 4
    monkeypatch.setattr(attribution, "TOGETHER", 1)
    assert attribution.differences(first, last, settings) == together


# -- samples -----------------------------------------------------------------------------------------------------------


def test_samples_of_a_country_beside_each_other_are_those_of_each_alone(
    few: scoring.Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(few, draws=9_000)
    groups: tuple[Group, ...] = ("unseen", "stated", "sources", "weights", "exponent")
    seconds = [frozenset[Group](), frozenset(groups), *(frozenset[Group]({group}) for group in groups)]
    alone = np.stack([np.concatenate(list(blocks(few, settings, second=second)), axis=1) for second in seconds], axis=1)
    monkeypatch.setattr(draws, "HELD", 400_000)  # several blocks
    countries = [(code, [sample._replace(second=second) for second in seconds]) for code, sample in samples_of(few)]
    pieces = list(sample_blocks(few, countries, settings))
    assert len(pieces) > 1
    assert all(piece.shape[-1] % draws.WHOLE == 0 for piece in pieces[:-1])
    np.testing.assert_array_equal(np.concatenate(pieces, axis=-1)[:, 0], alone.reshape(-1, settings.draws))


def test_a_sensitivity_analysis_draws_no_number_twice(few: scoring.Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are two samples of each number, not one for each of the seven samples of all."""
    settings = settings_of(few, draws=1_000)
    once = counted(monkeypatch, draws.Numbers, "levels", lambda: list(blocks(few, settings)))
    all_samples = counted(
        monkeypatch, draws.Numbers, "levels", lambda: sensitivity.factor_indices(few, settings, [0, 1])
    )
    assert all_samples < 4 * once
    tables = counted(
        monkeypatch, quantiles, "beta_of_normal", lambda: sensitivity.factor_indices(few, settings, [0, 1])
    )
    assert tables == len(few.profiles)


# -- others ------------------------------------------------------------------------------------------------------------


def test_sets_of_statements_are_scored_by_the_leaves_that_they_share(few: scoring.Assessment) -> None:
    """The index without some statements, once from arrays and once from a profile that lacks them."""
    country = compare._Losses(few, 0)
    share = np.argwhere(np.triu(country.share_a_leaf, 1))[:5].tolist()
    apart = np.argwhere(np.triu(~country.share_a_leaf, 1))[:5].tolist()
    assert share
    assert apart
    found = country.indices(np.array(share + apart))
    for pair, index in zip(share + apart, found, strict=True):
        lost = {country.names[position] for position in pair}
        kept = tuple(one for one in few.profiles[0].statements if one.id not in lost)
        without = few.profiles[0].model_copy(update={"statements": kept})
        assert scoring.assess(few.book, [without]).figures.estimate[0, 0] == pytest.approx(index, abs=1e-12)


@given(st.text(alphabet="=+-@＝a1 ;\t\r\n,", max_size=6))
def test_formulas_are_disarmed_wherever_they_begin(text: str) -> None:
    """Against the expression that OWASP's list of characters gives, looked for at each character."""
    expected = re.sub(r"^(?=[\t\r])|(^|[;\t\r\n])(?=[=+\-@＝])", r"\1'", text)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["a", "b"], ["x", expected]])
    assert as_csv(["a", "b"], [["x", text]]) == out.getvalue()
