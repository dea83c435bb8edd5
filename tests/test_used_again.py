"""One indicator under two parents: scored once, drawn once, and counted under both. Figures are by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
from conftest import PILLAR, RUBRIC, run

import scoring
from scoring.analysis.explain import explain, explain_statement
from scoring.analysis.explain import leaves as leaves_below
from scoring.analysis.sensitivity import without_nodes
from scoring.index.scenario import scenario_of
from scoring.uncertainty.draws import Settings, node_blocks

SETTINGS = Settings(draws=4000, seed=1, kappa=math.inf, exponents=((1.0, 1.0),))
NUMBER = {**tiny.NUMBER, "id": "shared"}
USE = {"use": "shared", "weight": 1.0}
OTHER = {**tiny.NUMBER, "id": "other"}
ITEMS = [{"key": "one", "points": 1.0, "text": "."}, {"key": "two", "points": 3.0, "text": "."}]
LIST = {**tiny.INDICATOR, "id": "shared", "kind": "checklist", "items": ITEMS}


def scored(pillars: dict[str, list[dict[str, Any]]], *told: dict[str, Any], **parts: Any) -> scoring.Assessment:
    return scoring.assess(tiny.book_of(pillars, **parts), [tiny.profile(*told)])


def drawn(assessment: scoring.Assessment, *positions: int) -> np.ndarray[Any, Any]:
    return np.concatenate([block[0] for block in node_blocks(assessment, SETTINGS, positions)], axis=1)


@pytest.mark.parametrize("names", [("p", "q"), ("q", "p")])
def test_it_counts_under_both_parents_whichever_stands_first(names: tuple[str, str]) -> None:
    """P = .2; Q = (.2 + .8) / 2 = .5; the index is their mean, .35."""
    pillars = dict(zip(names, ([NUMBER], [USE, OTHER]), strict=True))
    pillars = {name: pillars[name] for name in sorted(pillars)}
    assessment = scored(pillars, tiny.say(0.2, "shared"), tiny.say(0.8, "other"))
    assert assessment.figures.estimate[0, 0] == pytest.approx(0.35)
    by_id = {node.id: float(assessment.figures.estimate[0, node.position]) for node in assessment.nodes}
    used = f"shared_in_{names[1]}"
    assert by_id == pytest.approx({"index": 0.35, names[0]: 0.2, names[1]: 0.5, "shared": 0.2, used: 0.2, "other": 0.8})


def test_it_is_drawn_once() -> None:
    assessment = scored({"p": [NUMBER], "q": [USE]}, tiny.say(0.5, "shared", confidence="low"))
    index, p, q = drawn(assessment, 0, 1, 3)
    assert (p == q).all()
    assert index == pytest.approx(p)
    assert 0.1 < index.std() < 0.15  # triangular of half-width .3: .3 / sqrt(6) = .122
    alone = scenario_of(assessment).by_pillar("q").assess()
    assert (drawn(alone, 0)[0] == q).all()


def test_a_checklist_is_used_with_its_items() -> None:
    """(1 + 3 x 0) / 4 = .25 in both pillars."""
    assessment = scored({"p": [LIST], "q": [USE]}, tiny.say({"one": True, "two": False}, "shared"))
    assert assessment.figures.estimate[0, 0] == pytest.approx(0.25)
    p, q = drawn(assessment, 1, 5)
    assert (p == q).all()


def test_shares_sum_to_the_information_and_evidence_is_lent_once() -> None:
    """k = 1/4 and one statement of weight 1: information .8; the country's record counts one question, not two."""
    prior = {"weight": 0.25, "centre": 0.5, "country": 3.0}
    assessment = scored({"p": [NUMBER], "q": [USE]}, tiny.say(1.0, "shared"), prior=prior)
    assert assessment.figures.information[0, 0] == pytest.approx(0.8)
    assert float(assessment.offsets.mass[0]) == pytest.approx(0.8)
    parts = [part for leaf in leaves_below(explain(assessment, 0)) for part in leaf.parts]
    assert [part.node.path for part in parts] == ["index/p/shared", "index/q/shared_in_q"]
    assert sum(part.share for part in parts) == pytest.approx(0.8)
    explained = explain_statement(assessment, 0, "s0")
    assert explained.effect == pytest.approx(float(assessment.figures.estimate[0, 0]) - 0.5)


def test_leaving_it_out_leaves_it_out_everywhere() -> None:
    assessment = scored(
        {"p": [NUMBER, OTHER], "q": [USE, {**OTHER, "id": "last"}]},
        *(tiny.say(value, name) for value, name in ((0.2, "shared"), (0.8, "other"), (0.4, "last"))),
    )
    _, indicators = without_nodes(assessment)
    assert {variant.name: float(variant.estimate[0]) for variant in indicators} == pytest.approx(
        {"shared": 0.6, "other": (0.2 + 0.3) / 2, "last": (0.5 + 0.2) / 2}
    )


FAULTS = {
    "no indicator": ("  - {use: strateg, weight: 1}\n", "did you mean strategy"),
    "a sibling": ("  - {use: strategy, weight: 1}\n", "strategy is a child of this node twice"),
    "no weight": ("  - {use: strategy}\n", "weight"),
    "more keys": ("  - {use: strategy, weight: 1, kind: use, question: Which?}\n", "question"),
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_used_again_is_refused(fault: str) -> None:
    line, says = FAULTS[fault]
    Path("rubrics/small/state.yaml").write_text(PILLAR + line)
    result = run("validate")
    assert result.exit_code == 1
    assert says in result.output


@pytest.fixture
def twice(folder: Path) -> Path:
    """The folder with a second pillar that uses two indicators of the first."""
    rubric = RUBRIC.replace("{state: 1}", "{state: 1, society: 1}").replace("information: 0.50", "information: 0.10")
    Path("rubrics/small/rubric.yaml").write_text(rubric.replace("availability: 0.65", "availability: 0.10"))
    uses = "  - {use: strategy, weight: 1}\n  - {use: awareness, weight: 1}\n"
    Path("rubrics/small/society.yaml").write_text(f"id: society\ntitle: Society\nindicators:\n{uses}")
    return folder


@pytest.mark.usefixtures("twice")
@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["score", "--format", "json"],
        ["rank", "--draws", "100"],
        ["explain", "GEO", "strategy_in_society"],
        ["compare", "AZE", "GEO", "--draws", "100", "--format", "json"],
        ["levers", "AZE"],
        ["whatif", "AZE", "--set", "strategy=adopted", "--draws", "100"],
        ["sensitivity", "AZE", "--draws", "100"],
        ["audit", "--draws", "100"],
        ["calibrate", "--repeats", "1"],
        ["agreement"],
        ["lock"],
        ["cite", "AZE", "--draws", "100"],
        ["export", "out", "--draws", "100"],
        ["figures", "pictures", "--draws", "100"],
        ["site", "pages", "--draws", "100"],
        ["schema", "profile"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_command_knows_it(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    if arguments[0] == "score":
        [aze, _] = json.loads(result.stdout)["countries"]
        assert aze["indicators"]["strategy"]["stated"] == aze["indicators"]["strategy_in_society"]["stated"] == 0
