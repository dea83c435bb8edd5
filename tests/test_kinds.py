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
from scoring.model.kinds.count import CountIndicator
from scoring.model.kinds.number import NumberIndicator
from scoring.model.policy import Uncertainty

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.model.profile import Confidence

PARTICULAR = (
    r"model\.kinds\.(?!base\b)|kind (?:[=!]=|in|not in) \(?[^:]*\"(?:levels|checklist|number|share|rank|count)\""
)


def test_no_other_module_tells_the_kinds_apart() -> None:
    names = "|".join(kind.__name__ for kind in INDICATORS)
    of_columns = "imports"  # each column of a table has one kind by its nature
    others = [path for path in ROOT.glob("scoring/**/*.py") if path.parent.name not in ("kinds", of_columns)]
    assert len(others) > 100
    lines = [(path.name, line) for path in others for line in path.read_text().splitlines()]
    assert [(name, line) for name, line in lines if re.search(f"{names}|{PARTICULAR}", line)] == []


def test_a_kind_that_forgets_what_every_kind_says_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="anchors, answer_text, code_errors, code_schema, examples, value"):
        type("Forgetful", (LeafIndicator,), {})()


def test_the_kinds_that_take_statements() -> None:
    assert KINDS == ("levels", "checklist", "number", "share", "rank", "count")


BUDGET = {"kind": "number", "id": "budget", "question": "Q?", "rationale": "R.", "weight": 1.0, "half_life": None}
RULES = Uncertainty.model_validate({"kappa": 60.0, "exponents": {"1": 1.0}})


@pytest.mark.parametrize(
    ("posts", "code", "confidence", "noise"),
    [
        ({"worst": 0.0, "best": 20.0}, 3.2, "low", ("triangular", 0.3)),
        ({"worst": 0.0, "best": 20.0}, {"value": 3.2}, "low", ("triangular", 0.3)),
        ({"worst": 0.0, "best": 20.0}, {"value": 3.2, "error": 0.4}, "low", ("normal", 0.02)),
        ({"worst": 20.0, "best": 0.0}, {"value": 3.2, "error": 0.4}, "low", ("normal", 0.02)),
        ({"worst": 0.0, "best": 20.0}, {"value": 3.2, "error": 0.4}, "exact", ("triangular", 0)),
        # ln 100 - ln 1 = 4.6051702; .4 / (3.2 x 4.6051702); and beyond the best .4 / (200 x 4.6051702)
        ({"worst": 1.0, "best": 100.0, "log": True}, {"value": 3.2, "error": 0.4}, "low", ("normal", 0.027143405)),
        ({"worst": 1.0, "best": 100.0, "log": True}, {"value": 200, "error": 0.4}, "low", ("normal", 0.00043429448)),
    ],
)
def test_the_error_of_a_number(
    posts: dict[str, float], code: object, confidence: Confidence, noise: tuple[str, float]
) -> None:
    kind, width = noise
    found = NumberIndicator.model_validate({**BUDGET, **posts}).noise(code, confidence, RULES)
    assert found.kind == kind
    assert found.width == pytest.approx(width, rel=1e-6)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ({"value": 3.2, "error": 0}, "expected a standard error above 0, got 0; write confidence: exact for none"),
        ({"value": 3.2, "error": True}, "expected a standard error above 0, got true"),
        ({"error": 0.4}, "value is missing; write {value: …}"),
        ({"value": "3,2", "error": 0.4}, "expected a number, got '3,2'; write 3.2"),
        ({"value": -1, "error": 0.4}, "-1 has no logarithm; write a number above 0"),  # nor a standard error of it
    ],
)
def test_a_number_with_a_wrong_error(code: object, says: str) -> None:
    budget = NumberIndicator.model_validate({**BUDGET, "worst": 1.0, "best": 9.0, "log": True, "clip": True})
    [error] = budget.code_errors(code)
    assert says in error.message
    assert not list(budget.code_errors(-1))  # a goalpost


def test_a_number_and_a_count_in_words() -> None:
    budget = NumberIndicator.model_validate({**BUDGET, "worst": 0.0, "best": 20.0})
    assert budget.answer_text({"value": 3.2, "error": 0.4}) == "3.2 ± 0.4 (0 at 0, 100 at 20)"
    agents = CountIndicator.model_validate(
        {**BUDGET, "kind": "count", "window": 5.0, "saturation": 4.0, "whole": False, "half_life": None}
    )
    assert agents.answer_text(2) == "2 or more within 5 years (100 from 4 on)"
    for code in (0, {"count": 2, "whole": True}):
        assert "or more" not in agents.answer_text(code)


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
