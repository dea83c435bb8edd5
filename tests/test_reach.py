"""The fewest possible improvements that reach a figure: by hand, and by trying all sets from the start."""

from __future__ import annotations

import itertools
import json
import math
from typing import TYPE_CHECKING, Any

import pytest
import tiny
from conftest import run

import scoring
from scoring.analysis import smallest
from scoring.analysis.levers import levers
from scoring.analysis.reach import reach
from scoring.index.scenario import scenario_of, with_code
from scoring.render.reach import reach_tables
from scoring.text.terminal import as_text
from scoring.uncertainty.draws import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.index.assessment import Assessment

SURE = Settings(draws=200, seed=0, kappa=math.inf, exponents=((1.0, 1.0),))


def weighted(weights: dict[str, float], level: int = 2, **parts: Any) -> Assessment:
    """A country with one exact statement on each of some questions of ten levels."""
    book = tiny.book(*({**tiny.LEVELS, "id": name, "weight": weight} for name, weight in weights.items()), **parts)
    statements = (tiny.say(f"v{level}", name, confidence="exact") for name in weights)
    return scoring.assess(book, [tiny.profile(*statements)])


THREE = {"a": 0.5, "b": 0.3, "c": 0.2}


@pytest.mark.parametrize(
    ("wanted", "most", "steps", "figure", "others", "is_reached"),
    [
        (0.2, 3, "", 0.2, 0, True),  # as it is
        (0.25, 3, "a", 0.25, 0, True),  # each step adds a tenth of the weight: .05, .03 and .02
        (0.22, 3, "a", 0.25, 2, True),  # any of the three does
        (0.27, 3, "ab", 0.28, 1, True),  # a and c, too
        (0.28, 3, "ab", 0.28, 0, True),
        (0.3, 3, "abc", 0.3, 0, True),
        (0.3, 2, "ab", 0.28, 0, False),
        (0.5, 9, "abc", 0.3, 0, False),
    ],
)
def test_steps_by_hand(wanted: float, most: int, steps: str, figure: float, others: int, *, is_reached: bool) -> None:
    found = reach(weighted(THREE), 0, SURE, wanted=wanted, most=most)
    assert "".join(step.indicator for step in found.steps) == steps
    assert found.figure == pytest.approx(figure)
    assert (found.others, found.is_reached, found.known) == (others, is_reached, 3)
    assert found.all_steps == pytest.approx(0.3)
    assert (found.supposed is None) == (not steps)


def test_beyond_three_steps_are_added_one_by_one() -> None:
    """Ten questions of equal weight: a step adds a hundredth, so that five reach .25."""
    found = reach(weighted(dict.fromkeys("abcdefghij", 0.1)), 0, SURE, wanted=0.25, most=6)
    assert (len(found.steps), found.exhausted, found.others, found.is_reached) == (5, 3, 0, True)
    assert len({step.indicator for step in found.steps}) == 5
    assert found.figure == pytest.approx(0.25)


def test_the_output_says_how_steps_were_searched() -> None:
    ten, three = weighted(dict.fromkeys("abcdefghij", 0.1)), weighted(THREE)

    def text(assessment: Assessment, wanted: float, most: int) -> str:
        return as_text(reach_tables(assessment, 0, reach(assessment, 0, SURE, wanted=wanted, most=most)))

    found = text(ten, 0.25, 6)
    assert (
        "With 5 steps the index reaches 25.0; it would be 25.0 (all sets of up to 3 steps were tried, further" in found
    )
    assert "one by one, so that fewer or better ones may exist)." in found
    found = text(three, 0.22, 3)
    assert "So it does with 2 other sets of 1 step; these give the most." in found
    assert "Change: +5.0, 90 % uncertainty interval" in found


def test_where_lower_is_better_the_steps_go_down() -> None:
    assessment = weighted(THREE)
    rubric = assessment.book.rubric.model_copy(update={"better": "lower"})
    turned = scoring.assess(assessment.book.model_copy(update={"rubric": rubric}), assessment.profiles)
    found = reach(turned, 0, SURE, wanted=0.12, most=3)
    assert [step.then for step in found.steps] == ["v1", "v1"]
    assert found.figure == pytest.approx(0.12)
    assert found.is_reached


def test_too_many_sets_are_not_all_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smallest, "TRIED", 10)  # five choose two are 10, five choose three would be 10, too
    assert smallest.exhaustible(5, 2) == 3
    assert smallest.exhaustible(6) == 1
    found = reach(weighted(dict.fromkeys("abcdef", 1.0)), 0, SURE, wanted=0.23, most=3)
    assert (found.exhausted, len(found.steps), found.is_reached) == (1, 2, True)


def test_steps_interact_as_if_scored_from_the_start() -> None:
    """With a geometric mean and borrowing, all sets of steps are scored with the whole path."""
    book = tiny.book_of(
        {"one": [{**tiny.LEVELS, "id": name} for name in "ab"], "two": [{**tiny.LEVELS, "id": name} for name in "cd"]},
        prior={"weight": 0.25, "country": 3.0, "pillar": 2.0},
    )
    rubric = book.rubric.model_copy(update={"exponent": 0.5})
    said = (tiny.say("v2", "a"), tiny.say("v7", "b"), tiny.say("v1", "c"))
    assessment = scoring.assess(book.model_copy(update={"rubric": rubric}), [tiny.profile(*said)])
    steps = [(lever.indicator, lever.then) for lever in levers(assessment, 0)]
    scored: dict[int, list[float]] = {}
    for size in (1, 2, 3):
        for chosen in itertools.combinations(steps, size):
            profile = assessment.profiles[0]
            for name, code in chosen:
                profile = with_code(profile, assessment.book.leaves[name], code, assessment.as_of[0])
            after = scenario_of(assessment).with_profile(profile).assess()
            scored.setdefault(size, []).append(float(after.figures.estimate[0, 0]))
    for size in (1, 2, 3):
        wanted = max(scored[size]) - 1e-6
        found = reach(assessment, 0, SURE, wanted=wanted, most=3)
        assert len(found.steps) == size
        assert found.figure == pytest.approx(max(scored[size]))
        assert found.supposed is not None
        assert float(found.supposed.after.figures.estimate[0, 0]) == pytest.approx(found.figure)


# -- as a command ------------------------------------------------------------------------------------------------------


def test_reach_is_printed(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(
        (folder / "profiles" / "AZE.yaml").read_text().replace("strategy: none", "strategy: drafted")
    )
    asked = ("scenario", "--draws", "100", "--reach")
    result = run(*asked, "AZE=60")
    assert result.exit_code == 0
    assert "With 1 step the index reaches 60.0" in result.stdout
    assert "this is no forecast" in result.stdout
    document = json.loads(run(*asked, "AZE=60", "--format", "json").stdout)["reach"]
    assert [(step["indicator"], step["code"]) for step in document["steps"]] == [("strategy", "adopted")]
    assert document["interval"][0] <= document["change"] <= document["interval"][1]
    assert "No step is needed" in run(*asked, "AZE=1").stdout
    assert "Not reached: the best 1 step give" in run(*asked, "AZE=99").stdout
    assert "improvements together:" in run(*asked, "AZE=99").stdout


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ((), 2, "give a FILE with a scenario, or a figure with --reach COUNTRY=FIGURE"),
        (("plan.yaml", "--most", "2"), 2, "--most belongs to --reach"),
        (("plan.yaml", "--write", "new.yaml"), 2, "--write belongs to --reach"),
        (("--reach", "AZE=101"), 2, "--reach AZE=101 is not on the scale of the index, 0 to 100"),
        (("--reach", "AZE=nan"), 2, "expected COUNTRY=FIGURE with a finite number, such as GEO=65, got 'AZE=nan'"),
        (("--reach", "60"), 2, "expected COUNTRY=FIGURE with a finite number, such as GEO=65, got '60'"),
        (("--reach", "=60"), 2, "expected COUNTRY=FIGURE"),
        (("--reach", "EST=60"), 2, "EST"),
        (("--reach", "AZE=50", "--most", "0"), 2, "--most"),
        (("--reach", "AZE=50", "--write", "new.json"), 2, "the suffix of new.json does not fit"),
        (("--reach", "AZE=50", "--write", "scores.yaml"), 2, "scores.yaml exists, and is not replaced"),
        (("--reach", "AZE=50", "--write", "profiles/new.yaml"), 2, "would be among the profiles"),
    ],
)
def test_wrong_usage(folder: Path, options: tuple[str, ...], code: int, says: str) -> None:
    (folder / "scores.yaml").touch()
    result = run("scenario", *options)
    assert result.exit_code == code
    assert says in result.stderr


def test_without_steps_and_withheld(folder: Path) -> None:
    profile = (folder / "profiles" / "AZE.yaml").read_text()
    (folder / "profiles" / "AZE.yaml").write_text(profile.replace("strategy: none", "strategy: adopted"))
    assert "No possible improvement is known." in run("scenario", "--reach", "AZE=90").stdout
    (folder / "profiles" / "AZE.yaml").write_text(profile.split("  - id: place-2017")[0])
    result = run("scenario", "--reach", "AZE=90")
    assert result.exit_code == 1
    assert "Nothing to reach: the index of AZE is withheld" in result.stderr
