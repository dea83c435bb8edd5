"""The reading aid from rubric 2 to rubric 3 names only items, levels and indicators that exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring.files.load import load_rubric
from scoring.model.kinds.checklist import ChecklistIndicator
from scoring.model.kinds.levels import LevelsIndicator

ROOT = Path(__file__).parent.parent
MAPPING: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((ROOT / "docs" / "rubric-3-mapping.yaml").read_text())
ENTRIES = [
    pytest.param(entry, id=f"{indicator}.{code}")
    for pillar in MAPPING.values()
    for indicator, old in pillar.items()
    for kind in ("levels", "items", "count", "share", "rank")
    for code, entry in old.get(kind, {}).items()
]


@pytest.fixture(scope="module")
def leaves() -> dict[str, dict[str, Any]]:
    books = {key: load_rubric(ROOT / "rubrics" / name)[0] for key, name in RUBRICS.items()}
    return {key: dict(book.leaves) for key, book in books.items() if book is not None}


RUBRICS = {"consider": "resilience", "exposure": "exposure"}


@pytest.mark.parametrize("entry", ENTRIES)
def test_codes_to_consider_exist(entry: dict[str, Any], leaves: dict[str, dict[str, Any]]) -> None:
    assert {*entry} <= {"consider", "exposure", "note"}
    for rubric in RUBRICS:
        for indicator, code in entry.get(rubric, {}).items():
            leaf = leaves[rubric][indicator]
            if isinstance(leaf, ChecklistIndicator):
                assert {*code} <= {item.key for item in leaf.items}
                assert {*code.values()} <= {True, False, "partly"}
            elif isinstance(leaf, LevelsIndicator):
                assert code in {level.key for level in leaf.levels}
            else:
                assert isinstance(code, int)
