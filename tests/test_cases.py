"""Every case beside the rubric: a sentence, how it is coded, and the value that comes of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scoring.files.load import load_cases, load_rubric
from scoring.model.kinds.base import count_value
from scoring.model.kinds.levels import LevelsIndicator

if TYPE_CHECKING:
    from scoring.model.references import Case
    from scoring.model.rubric import RuleBook

FOLDER = Path(__file__).parent.parent / "rubrics" / "resilience"
_BOOK, _PROBLEMS = load_rubric(FOLDER)
assert _BOOK is not None, _PROBLEMS
BOOK: RuleBook = _BOOK
CASE_FILES, CASE_PROBLEMS = load_cases(FOLDER, BOOK)
CASES = [pytest.param(case, id=f"{file.pillar}: {case.name}") for file in CASE_FILES for case in file.cases]


def test_case_files_have_no_faults() -> None:
    assert CASE_PROBLEMS == ()
    assert [file.pillar for file in CASE_FILES] == [pillar.id for pillar in BOOK.pillars]


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    [(name, code)] = case.codes.items()
    leaf = BOOK.leaves[name]
    [item] = code if leaf.checklist else [None]
    value = leaf.value(code, BOOK.rubric.evidence, item)
    if leaf.adds_up_to is not None:
        value = count_value(value, leaf.adds_up_to)
    assert value == pytest.approx(float(case.expected), abs=1e-12)


@pytest.mark.parametrize("name", BOOK.leaves)
def test_every_level_and_item_has_a_case(name: str) -> None:
    leaf = BOOK.leaves[name]
    codes = [case.codes[name] for file in CASE_FILES for case in file.cases if name in case.codes]
    if isinstance(leaf, LevelsIndicator):
        assert set(codes) == {level.key for level in leaf.levels}
    elif leaf.checklist:
        assert {key for code in codes for key, answer in code.items() if answer is True} == set(leaf.parts)
    else:
        assert len(codes) >= 3


def test_weights_of_each_pillar_sum_to_1() -> None:
    for pillar in BOOK.pillars:
        assert sum(one.weight for one in pillar.indicators) == pytest.approx(1, abs=1e-9), pillar.id


def test_no_country_is_named_in_the_rubric() -> None:
    from scoring.model.countries import country_names  # noqa: PLC0415

    texts = " ".join(path.read_text() for path in FOLDER.glob("*.yaml"))
    words = Counter(texts.replace(".", " ").replace(",", " ").split())
    common = {"Chad", "Georgia", "Jersey", "Jordan", "Mali", "Niger", "Togo", "Oman", "Peru", "Cuba"}
    assert [name for name in {*country_names().values(), *common, "Kremlin", "Russian"} if words[name]] == []
