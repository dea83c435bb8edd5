"""Every case beside the rubric: a sentence, how it is coded, and the value that comes of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scoring.files.load import load_cases, load_rubric
from scoring.model.kinds.base import count_value
from scoring.model.kinds.checklist import ChecklistIndicator
from scoring.model.kinds.levels import LevelsIndicator

if TYPE_CHECKING:
    from scoring.model.references import Case
    from scoring.model.rubric import RuleBook

RUBRICS = Path(__file__).parent.parent / "rubrics"


def book_of(name: str) -> RuleBook:
    book, problems = load_rubric(RUBRICS / name)
    assert book is not None, problems
    return book


BOOKS = {name: book_of(name) for name in ("exposure", "resilience")}
CASES = {name: load_cases(RUBRICS / name, book) for name, book in BOOKS.items()}
RULE_BOOKS = [pytest.param(name, id=name) for name in BOOKS]


@pytest.mark.parametrize("rubric", RULE_BOOKS)
def test_case_files_have_no_faults(rubric: str) -> None:
    files, problems = CASES[rubric]
    assert problems == ()
    assert [file.pillar for file in files] == [pillar.id for pillar in BOOKS[rubric].pillars]


@pytest.mark.parametrize(
    ("rubric", "case"),
    [
        pytest.param(rubric, case, id=f"{rubric}/{file.pillar}: {case.name}")
        for rubric, (files, _) in CASES.items()
        for file in files
        for case in file.cases
    ],
)
def test_case(rubric: str, case: Case) -> None:
    book = BOOKS[rubric]
    [(name, code)] = case.codes.items()
    leaf = book.leaves[name]
    [item] = code if leaf.checklist else [None]
    value = leaf.value(code, book.rubric.evidence, item)
    if leaf.adds_up_to is not None:
        value = count_value(value, leaf.adds_up_to)
    assert value == pytest.approx(float(case.expected), abs=1e-12)


@pytest.mark.parametrize(("rubric", "name"), [(rubric, name) for rubric, book in BOOKS.items() for name in book.leaves])
def test_every_level_and_item_has_a_case(rubric: str, name: str) -> None:
    leaf = BOOKS[rubric].leaves[name]
    codes = [case.codes[name] for file in CASES[rubric][0] for case in file.cases if name in case.codes]
    if isinstance(leaf, LevelsIndicator):
        assert set(codes) == {level.key for level in leaf.levels}
    elif leaf.checklist:
        assert {key for code in codes for key, answer in code.items() if answer is True} == set(leaf.parts)
    else:
        assert len(codes) >= 3


def points_in(book: RuleBook) -> dict[str, float]:
    """The points of all items of checklists, by indicator and item."""
    return {
        f"{name}.{item.key}": item.points
        for name, leaf in book.leaves.items()
        if isinstance(leaf, ChecklistIndicator)
        for item in leaf.items
    }


def test_weights_of_resilience_are_equal_and_two_points_are_for_what_the_other_items_need() -> None:
    book = BOOKS["resilience"]
    assert len({*book.rubric.pillars.values()}) == 1
    assert {one.weight for pillar in book.pillars for one in pillar.indicators} == {1}
    points = points_in(book)
    assert {name: one for name, one in points.items() if one != 1} == {
        "cyber_strategy.in_force": 2,
        "operational_defence.national_team": 2,
        "counter_intelligence_body.mandate": 2,
        "counter_intelligence_body.upheaval": -1,
        "threat_reporting.report": 2,
    }


def test_no_anchor_of_resilience_builds_on_the_level_below() -> None:
    levels = [leaf for leaf in BOOKS["resilience"].leaves.values() if isinstance(leaf, LevelsIndicator)]
    assert levels
    assert [leaf.id for leaf in levels for level in leaf.levels if "as before" in level.text.lower()] == []


def test_weights_of_exposure_are_equal_and_only_force_has_two_points() -> None:
    book = BOOKS["exposure"]
    assert {*book.rubric.pillars.values()} == {1}
    assert {one.weight for pillar in book.pillars for one in pillar.indicators} == {1}
    points = points_in(book)
    assert {*points.values()} == {1, 2}  # no item is harmful here: a true answer is always exposure
    assert {name for name, one in points.items() if one == 2} == {
        "forces_near.stationed",
        "conflict_ties.held_territory",
        "conflict_ties.fighting",
        "claims.pretext",
        "acts.armed",
        "means_used.violence",
        "effects.deaths",
    }


def test_rubrics_have_no_indicator_in_common() -> None:
    """A code of a profile names an indicator only, so that the same id in two rubrics would be ambiguous."""
    assert not {*BOOKS["exposure"].leaves} & {*BOOKS["resilience"].leaves}


@pytest.mark.parametrize("rubric", RULE_BOOKS)
def test_no_country_is_named_in_the_rubric(rubric: str) -> None:
    from scoring.model.countries import country_names  # noqa: PLC0415

    texts = " ".join(path.read_text() for path in (RUBRICS / rubric).glob("*.yaml"))
    words = Counter(texts.replace(".", " ").replace(",", " ").split())
    common = {"Chad", "Georgia", "Jersey", "Jordan", "Mali", "Niger", "Togo", "Oman", "Peru", "Cuba"}
    assert [name for name in {*country_names().values(), *common, "Kremlin", "Russian"} if words[name]] == []
