"""Each kind of indicator is one class, and no other module knows the kinds apart."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import PILLAR, PROFILE, ROOT

from scoring.files.load import load
from scoring.model.kinds import INDICATORS, KINDS, LeafIndicator

if TYPE_CHECKING:
    from pathlib import Path

PARTICULAR = (
    r"model\.kinds\.(?!base\b)|kind (?:[=!]=|in|not in) \(?[^:]*\"(?:levels|checklist|number|share|rank|count)\""
)


def test_no_other_module_tells_the_kinds_apart() -> None:
    names = "|".join(kind.__name__ for kind in INDICATORS)
    others = [path for path in ROOT.glob("scoring/**/*.py") if path.parent.name != "kinds"]
    assert len(others) > 100
    lines = [(path.name, line) for path in others for line in path.read_text().splitlines()]
    assert [(name, line) for name, line in lines if re.search(f"{names}|{PARTICULAR}", line)] == []


def test_a_kind_that_forgets_what_every_kind_says_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="anchors, answer_text, code_errors, code_schema, examples, value"):
        type("Forgetful", (LeafIndicator,), {})()


def test_the_kinds_that_take_statements() -> None:
    assert KINDS == ("levels", "checklist", "number", "share", "rank", "count")


def test_a_new_kind_is_one_class(folder: Path) -> None:
    pillar, profile = folder / "rubrics" / "small" / "state.yaml", folder / "profiles" / "AZE.yaml"
    pillar.write_text(
        PILLAR
        + "  - {id: guide, question: How many stars?, rationale: R., kind: stars, weight: 1, most: 5, half_life: 3}\n"
    )
    profile.write_text(
        PROFILE
        + "  - {id: starred, text: x, source: page, locator: x, date: 2017, credibility: 2, codes: {guide: 2}}\n"
    )
    commands = ["validate", "explain AZE guide", "levers AZE", "new GEO", "schema profile", "docs -o pages --draws 100"]
    commands += [
        "export tables --format datapackage --draws 100",
        "site pages.html --draws 100",
        "whatif AZE --set guide=3",
    ]
    (folder / "published").mkdir()
    program = [sys.executable, str(ROOT / "tests" / "added_kind.py"), *commands]
    told = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert "value 40.0 = 2 of 5 stars" in told.stdout
    assert re.search(r"guide +2 +3 +How many stars\?", told.stdout)
    assert "#     guide: 3  (stars)" in told.stdout
    assert '"maximum": 5.0' in told.stdout
    assert "counts 1: 5 stars" in (folder / "tables" / "codebook.md").read_text()
    assert "No star counts as 0, 5 as 100." in (folder / "pages.html" / "rubric.html").read_text()


def test_the_look_ups_of_a_copied_rule_book_are_its_own() -> None:
    fixture = ROOT / "tests" / "oracles" / "fixture"
    book, _ = load(fixture / "rubric", fixture / "profiles")
    first, second = book.pillars
    assert list(book.leaves) == [*first.leaves, *second.leaves]
    assert {name: pillar.id for name, pillar in book.pillar_of.items()} == {
        **dict.fromkeys(first.leaves, first.id),
        **dict.fromkeys(second.leaves, second.id),
    }
    alone = book.model_copy(update={"pillars": (second,)})
    assert list(alone.leaves) == list(second.leaves)
    assert [leaf.id for leaf in alone.leaves.values()] == list(alone.pillar_of)
