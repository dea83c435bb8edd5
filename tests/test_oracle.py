"""Every case of tests/oracles: made by an independent implementation in fractions, see tests/oracles/README.md."""

from __future__ import annotations

import datetime as dt
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scoring
from scoring.index.aggregate import aggregate
from scoring.index.leaves import Leaf, age, decay, grade, pool, score_profile
from scoring.index.lookup import find_country
from scoring.index.publication import Scored, band, comparable, ranks, withheld_because
from scoring.index.tree import Node
from scoring.model.fields import read_date
from scoring.model.kinds import GroupIndicator
from scoring.model.kinds.checklist import item_value
from scoring.model.kinds.goalposts import goalpost_value, log_goalpost_value
from scoring.model.kinds.levels import LevelsIndicator
from scoring.model.kinds.rank import rank_value
from scoring.model.kinds.share import share_standard_error
from scoring.model.policy import EvidenceRules
from scoring.model.profile import Profile
from scoring.model.rubric import Band, Comparable, Publish, RuleBook
from scoring.model.scale import Scale
from scoring.statistics import decomposition
from scoring.statistics.combining import Rule
from scoring.statistics.means import power_mean, round_half_up
from scoring.text import numbers

ORACLES = Path(__file__).parent / "oracles"
FORMULAS = {one["formula"]: one["cases"] for one in json.loads((ORACLES / "formulas.json").read_text())["formulas"]}
FOLDERS = ("fixture", "model2", "model2/features")
EXPECTED_OF = {name: json.loads((ORACLES / name / "expected.json").read_text()) for name in FOLDERS}
EXPECTED = EXPECTED_OF["fixture"]
PRIOR = (0.5, 0.5)  # k and c where the cases do not state them
SIX = ("estimate", "stated", "low", "high", "information", "availability")
RULES = EvidenceRules()
LEAF = {"id": "leaf", "question": "Which?", "rationale": "So.", "weight": 1.0, "half_life": 3.0}


def cases(*formulas: str) -> pytest.MarkDecorator:
    found = [pytest.param(case, id=case["id"]) for formula in formulas for case in FORMULAS[formula]]
    return pytest.mark.parametrize("case", found)


def number(text: str | None) -> float:
    return math.nan if text is None else float(text)


def close(text: str | None) -> Any:
    return pytest.approx(number(text), abs=1e-9, nan_ok=True)


def test_every_formula_has_a_test() -> None:
    source = Path(__file__).read_text()
    assert [name for name in FORMULAS if f'"{name}"' not in source] == []


@cases("levels")
def test_levels(case: Any) -> None:
    levels = [
        {**one, "text": "."} | ({"value": float(one["value"])} if "value" in one else {})
        for one in case["input"]["levels"]
    ]
    indicator = LevelsIndicator.model_validate({**LEAF, "kind": "levels", "levels": levels})
    assert indicator.value(case["input"]["code"], RULES) == close(case["expected"])


@cases("checklist_item")
def test_checklist_item(case: Any) -> None:
    assert item_value(**case["input"], partly=RULES.partly) == close(case["expected"])


@cases("number", "number_log", "share")
def test_goalposts(case: Any) -> None:
    given = case["input"]
    read = log_goalpost_value if given.get("log") else goalpost_value
    x = given["share"] if "share" in given else given["x"]
    assert read(float(x), float(given["worst"]), float(given["best"])) == close(case["expected"])


@cases("share_standard_error")
def test_share_standard_error(case: Any) -> None:
    assert share_standard_error(float(case["input"]["share"]), case["input"]["n"] or 400) == close(case["expected"])


@cases("rank")
def test_rank_value(case: Any) -> None:
    assert rank_value(**case["input"]) == close(case["expected"])


@cases("rho")
def test_grade(case: Any) -> None:
    assert grade(**case["input"], rules=RULES) == close(case["expected"])


@cases("age")
def test_age(case: Any) -> None:
    date = read_date(case["input"]["date"])
    assert date.isoformat() == case["expected"]["read_as"]
    assert age(date, read_date(case["input"]["as_of"])) == close(case["expected"]["age"])


@cases("weight")
def test_weight(case: Any) -> None:
    given = case["input"]
    half_life = None if given["half_life"] is None else float(given["half_life"])
    date = None if given["date"] is None else read_date(given["date"])
    weight = grade(given["reliability"], given["credibility"], RULES)
    weight *= decay(date, read_date(given["as_of"]), half_life, RULES.undated)
    weight *= float(given["detectability"]) if given["absence"] else 1
    assert weight == close(case["expected"])


def one_leaf(indicator: dict[str, Any], statements: list[dict[str, Any]], as_of: str) -> Any:
    """Score one indicator from statements whose codes and sources are filled in."""
    book = RuleBook.model_validate(
        {
            "rubric": {
                "format": 1,
                "id": "one",
                "version": "1.0.0",
                "title": "One leaf",
                "exponent": 1.0,
                "prior": {"weight": 0.5, "centre": 0.5},
                "publish": {"availability": 0.0, "information": 0.0},
                "bands": [{"from": 0, "label": "all"}],
                "uncertainty": {"kappa": 60.0, "exponents": {"1": 1.0}},
                "pillars": {"pillar": 1.0},
            },
            "pillars": [{"id": "pillar", "title": "Pillar", "indicators": [{**LEAF, **indicator}]}],
        }
    )
    reliabilities = {one.pop("reliability", "B") for one in statements}
    assert len(reliabilities) <= 1 or indicator["kind"] == "count"
    profile = Profile.model_validate(
        {
            "format": 1,
            "country": "XAA",
            "actor": "XZZ",
            "as_of": as_of,
            "sources": {letter.lower(): {"title": "T", "publisher": "P", "reliability": letter} for letter in "ABCDEF"},
            "statements": [{"text": ".", "locator": ".", "source": "b", **one} for one in statements],
        }
    )
    leaves, exclusions = score_profile(profile, book, read_date(as_of))
    return leaves[0], exclusions


@cases("count")
def test_count(case: Any) -> None:
    given = case["input"]
    statements = [
        {
            "id": f"s{place}",
            "source": one["reliability"].lower(),
            "credibility": one["credibility"],
            "codes": {"leaf": one["count"]},
            **({"date": one["date"]} if one["date"] else {}),
        }
        for place, one in enumerate(given["statements"])
    ]
    window, saturation = float(given["window"]), float(given["saturation"])
    leaf, exclusions = one_leaf(
        {"kind": "count", "window": window, "saturation": saturation}, statements, given["as_of"]
    )
    outside = {one.statement for one in exclusions if one.reason == "outside-window"}
    assert [one["id"] not in outside for one in statements] == case["expected"]["inside"]
    assert sum(entry.value * entry.grade for entry in leaf.entries) == close(case["expected"]["n"])
    assert leaf.pooled.stated == close(case["expected"]["v"])


@cases("which_statements_enter")
def test_which_statements_enter(case: Any) -> None:
    given = case["input"]
    statements = [{**one, "source": "b", "codes": {"leaf": 1.0}} for one in given["statements"]]
    indicator = {"kind": "number", "worst": 0.0, "best": 1.0, "pool": given["pool"]}
    leaf, exclusions = one_leaf(indicator, statements, given["as_of"])
    assert sorted(entry.statement for entry in leaf.entries) == case["expected"]["enter"]
    assert [[one.statement, one.reason] for one in exclusions] == case["expected"]["excluded"]


@cases("several_coders")
def test_several_coders(case: Any) -> None:
    count, positions = case["input"]["levels"], case["input"]["positions"]
    levels = [{"key": f"l{place}", "text": "."} for place in range(count)]
    first, *others = [{"leaf": f"l{place}"} for place in positions]
    coders = {"coders": {f"coder-{place}": codes for place, codes in enumerate(others)}} if others else {}
    leaf, _ = one_leaf(
        {"kind": "levels", "levels": levels}, [{"id": "s", "credibility": 2, "codes": first, **coders}], "2018-01-01"
    )
    assert leaf.entries[0].value == close(case["expected"])


@cases("pool")
def test_pool(case: Any) -> None:
    given = case["input"]
    values = [float(one["v"]) for one in given["statements"]]
    weights = [float(one["w"]) for one in given["statements"]]
    found = pool(values, weights, float(given["k"]), float(given["c"]))
    for name, expected in case["expected"].items():
        assert getattr(found, name) == close(expected), name


@cases("pool_count")
def test_pool_count(case: Any) -> None:
    given = case["input"]
    weights = [float(w) for w in given["w"]]
    found = pool([float(given["v"])] * len(weights), weights, *PRIOR)
    for name, expected in case["expected"].items():
        assert getattr(found, name) == close(expected), name


@cases("power_mean")
def test_power_mean(case: Any) -> None:
    given = case["input"]
    found = power_mean(np.array([number(x) for x in given["x"]]), [float(w) for w in given["w"]], float(given["p"]))
    assert float(found) == close(case["expected"])


def joined(children: list[dict[str, Any]], weights: list[float], **node: Any) -> dict[str, float]:
    """Join children into one node by the kernel that joins the tree."""
    total = sum(weights)
    nodes = [Node(0, "n", "n", "pillar", "", 1.0, 1.0, children=tuple(range(1, len(children) + 1)), **node)]
    nodes += [Node(place, "n/c", "c", "levels", "", w / total, w / total) for place, w in enumerate(weights, 1)]
    arrays = {name: np.array([math.nan, *(number(child[name]) for child in children)]) for name in SIX}
    aggregate(arrays, nodes)
    return {name: float(arrays[name][0]) for name in SIX}


@cases("node", "missing")
def test_node(case: Any) -> None:
    given = case["input"]
    extra = {"missing": given["missing"]} if "missing" in given else {}
    found = joined(given["children"], [float(w) for w in given["w"]], rule=Rule(float(given["p"])), **extra)
    for name, expected in case["expected"].items():
        assert found[name] == close(expected), name


@cases("checklist")
def test_checklist(case: Any) -> None:
    given = case["input"]
    prior = float(given["prior"]["weight"]), float(given["prior"]["centre"])
    children = []
    for item in given["items"]:
        values = [item_value(one["answer"], item["points"], RULES.partly) for one in item["statements"]]
        children.append(pool(values, [float(one["w"]) for one in item["statements"]], *prior)._asdict())
    as_text = [{name: None if math.isnan(child[name]) else repr(child[name]) for name in SIX} for child in children]
    found = joined(as_text, [abs(item["points"]) for item in given["items"]])
    for name, expected in case["expected"].items():
        assert found[name] == close(expected), name


@cases("round")
def test_round(case: Any) -> None:
    found = round_half_up(np.array(float(case["input"]["v"])), Scale().grid(case["input"]["n"]))
    assert float(found) == close(case["expected"])


@cases("output_rounding")
def test_output_rounding(case: Any) -> None:
    assert str(numbers.rounded(float(case["input"]["points"]), case["input"]["decimals"])) == case["expected"]


@cases("publication")
def test_publication(case: Any) -> None:
    figures = [float(number(case["input"].get(name, "0.5"))) for name in ("estimate", "information", "availability")]
    failed = withheld_because(*figures, publish=Publish(availability=0.65, information=0.40))
    assert list(failed) == case["expected"]["reasons"]
    assert (not failed) == case["expected"]["published"]


@cases("ranks")
def test_ranks(case: Any) -> None:
    estimates = case["input"]["estimates"]
    found = ranks([float(one) for one in estimates.values()])
    assert dict(zip(estimates, found, strict=True)) == case["expected"]


@cases("band")
def test_band(case: Any) -> None:
    cuts = {0: "very low", 20: "low", 40: "partial", 60: "substantial", 80: "full-range"}
    bands = [Band.model_validate({"from": cut, "label": label}) for cut, label in cuts.items()]
    rubric = scoring.load()[0].rubric.model_copy(update={"bands": tuple(bands)})
    assert band(float(case["input"]["estimate_points"]) / 100, rubric) == case["expected"]


@cases("comparable")
def test_comparable(case: Any) -> None:
    first, second = (
        Scored(one["digest"], one["actor"], dt.date.fromisoformat(one["as_of"]))
        for one in (case["input"]["a"], case["input"]["b"])
    )
    assert list(comparable(first, second, Comparable().years)) == case["expected"]


@cases("shapley_p1", "shapley_half", "shapley_enumerated")
def test_shapley(case: Any) -> None:
    given = case["input"]
    scores, baseline, weights = ([float(x) for x in given[name]] for name in ("s", "baseline", "w"))
    parts = decomposition.shapley(scores, baseline, weights, Rule(float(given["p"])))
    assert parts.tolist() == [close(part) for part in case["expected"]["parts"]]
    assert sum(parts) == close(case["expected"]["sum"])


@cases("weight_stability")
def test_weight_stability(case: Any) -> None:
    given = case["input"]
    above, below, weights = ([float(x) for x in given[name]] for name in ("A", "B", "w"))
    found = decomposition.weight_stability(above, below, weights, Rule(float(given["p"])))
    for one, expected in zip(found, case["expected"], strict=True):
        for name, value in expected.items():
            actual = getattr(one, name)
            assert (math.nan if actual is None else actual) == close(value), name


@cases("local_weights")
def test_local_weights(case: Any) -> None:
    given = case["input"]
    found = decomposition.marginal_weights(
        [float(x) for x in given["s"]], [float(w) for w in given["w"]], Rule(float(given["p"]))
    )
    assert [math.nan if one is None else one for one in found] == [close(one) for one in case["expected"]]


@cases("leave_one_statement_out")
def test_leave_one_statement_out(case: Any) -> None:
    given = [(float(one["v"]), float(one["w"])) for one in case["input"]["statements"]]

    def estimate(kept: list[tuple[float, float]]) -> float:
        return pool([v for v, _ in kept], [w for _, w in kept], *PRIOR).estimate

    assert estimate(given) == close(case["expected"]["all"])
    without = [estimate(given[:place] + given[place + 1 :]) for place in range(len(given))]
    assert without == [close(one) for one in case["expected"]["without"]]


# -- the fixtures: every kind of indicator, three invented countries, both editions of the model ------------------------


@cache
def assessed(folder: str) -> scoring.Assessment:
    return scoring.assess(
        *scoring.load(ORACLES / folder / "rubric", ORACLES / folder / "profiles"), as_of=EXPECTED_OF[folder]["as_of"]
    )


@pytest.fixture(scope="module")
def fixture() -> scoring.Assessment:
    return assessed("fixture")


def each_country(part: str, folders: tuple[str, ...] = FOLDERS) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("folder", "country"), [(name, code) for name in folders for code in EXPECTED_OF[name][part]]
    )


@each_country("countries")
def test_fixture_nodes(folder: str, country: str) -> None:
    found, expected = assessed(folder), EXPECTED_OF[folder]["countries"][country]
    row = find_country(found, country)
    assert {node.path for node in found.nodes} == set(expected["nodes"])
    for node in found.nodes:
        figures_of = expected["nodes"][node.path]
        assert node.kind == figures_of["kind"]
        assert float(found.conflict[row, node.position]) == close(figures_of.get("conflict")), node.path
        for name in SIX:
            figure = float(getattr(found.figures, name)[row, node.position])
            assert figure == close(figures_of[name]), (node.path, name)


@each_country("centres", ("model2", "model2/features"))
def test_fixture_centres(folder: str, country: str) -> None:
    found, expected = assessed(folder), EXPECTED_OF[folder]["centres"][country]
    row = find_country(found, country)
    assert float(found.offsets.mass[row]) == close(expected["A"])
    masses = dict(zip([pillar.id for pillar in found.book.pillars], found.offsets.pillar_masses[row], strict=True))
    assert masses == {name: close(mass) for name, mass in expected["A_pillar"].items()}
    centres = {key_of(leaf): leaf.centre for leaf in found.leaves[row].values()}
    assert centres == {name: close(centre) for name, centre in expected["centre"].items()}


@each_country("countries")
def test_fixture_publication(folder: str, country: str) -> None:
    found, expected = assessed(folder), EXPECTED_OF[folder]["countries"][country]
    row = find_country(found, country)
    assert found.rank[row] == expected["rank"]
    assert found.band[row] == expected["band"]
    assert list(found.withheld_because[row]) == expected["withheld_because"]
    assert (not found.withheld_because[row]) == expected["published"]
    for name, points in expected["index_points"].items():
        assert 100 * float(getattr(found.figures, name)[row, 0]) == pytest.approx(float(points), abs=1e-7), name
    excluded = {(one.statement, one.indicator, one.item, one.reason) for one in found.exclusions[row]}
    assert excluded == {tuple(one.values()) for one in expected["excluded"]}


@each_country("entering")
def test_fixture_entries(folder: str, country: str) -> None:
    found = assessed(folder)
    row = find_country(found, country)
    for position, leaf in found.leaves[row].items():
        expected = {one["statement"]: one for one in EXPECTED_OF[folder]["entering"][country].get(key_of(leaf), [])}
        assert {entry.statement for entry in leaf.entries} == set(expected)
        for entry in leaf.entries:
            assert entry.weight == close(expected[entry.statement]["w"])
            # of a count, every statement stands for the value of all together
            value = leaf.pooled.stated if found.nodes[position].kind == "count" else entry.value
            assert value == close(expected[entry.statement]["v"])


def key_of(leaf: Leaf) -> str:
    return f"{leaf.indicator}/{leaf.item}" if leaf.item else leaf.indicator


def pillar_estimates(fixture: scoring.Assessment, country: str) -> dict[str, float]:
    row = find_country(fixture, country)
    tops = [fixture.nodes[child] for child in fixture.nodes[0].children]
    return {node.id: float(fixture.figures.estimate[row, node.position]) for node in tops}


WEIGHTS = {"state_response": 0.6, "society": 0.4}


@pytest.mark.parametrize("country", EXPECTED["shapley_vs_50"])
def test_fixture_shapley(fixture: scoring.Assessment, country: str) -> None:
    scores = pillar_estimates(fixture, country)
    parts = decomposition.shapley(list(scores.values()), [0.5] * 2, [WEIGHTS[name] for name in scores], Rule(0.5))
    expected = EXPECTED["shapley_vs_50"][country]
    assert dict(zip(scores, parts, strict=True)) == {
        name: pytest.approx(float(value) / 100, abs=1e-9) for name, value in expected["points"].items()
    }


@pytest.mark.parametrize("expected", EXPECTED["weight_stability"], ids=lambda one: f"{one['above']}-{one['below']}")
def test_fixture_weight_stability(fixture: scoring.Assessment, expected: Any) -> None:
    above, below = (pillar_estimates(fixture, expected[side]) for side in ("above", "below"))
    weights = [WEIGHTS[name] for name in above]
    found = decomposition.weight_stability(list(above.values()), list(below.values()), weights, Rule(0.5))
    for name, one in zip(above, found, strict=True):
        for key in ("d", "rest", "tie", "low", "high"):
            assert getattr(one, key) == pytest.approx(float(expected["pillars"][name][key]), rel=1e-6, abs=1e-9), (
                name,
                key,
            )


@pytest.mark.parametrize("country", EXPECTED["local_weights"])
def test_fixture_local_weights(fixture: scoring.Assessment, country: str) -> None:
    scores = pillar_estimates(fixture, country)
    found = decomposition.marginal_weights(list(scores.values()), [WEIGHTS[name] for name in scores], Rule(0.5))
    assert dict(zip(scores, found, strict=True)) == {
        name: close(value) for name, value in EXPECTED["local_weights"][country].items()
    }


def without(profile: Profile, *, statement: str = "", source: str = "") -> Profile:
    """A profile without a statement and its same_as twins, or without all statements of a source."""
    kept = [one for one in profile.statements if statement not in (one.id, one.same_as) and one.source != source]
    return profile.model_copy(update={"statements": tuple(kept)})


@pytest.mark.parametrize("kind", ["statements", "sources"])
@pytest.mark.parametrize("country", EXPECTED["leave_one_out"])
def test_fixture_leave_one_out(fixture: scoring.Assessment, country: str, kind: str) -> None:
    profile = fixture.profiles[find_country(fixture, country)]
    for name, expected in EXPECTED["leave_one_out"][country][kind].items():
        found = scoring.assess(fixture.book, [without(profile, **{kind[:-1]: name})])
        for key in ("estimate", "low", "high"):
            actual = 100 * float(getattr(found.figures, key)[0, 0])
            assert actual == pytest.approx(float(expected[f"{key}_points"]), abs=1e-7), (name, key)
        for key in ("information", "availability"):
            assert float(getattr(found.figures, key)[0, 0]) == close(expected[key]), (name, key)
        assert (not found.withheld_because[0]) == expected["published"]
        assert found.band[0] == expected["band"]


@pytest.mark.parametrize("country", EXPECTED["leave_one_out"])
def test_fixture_leave_one_indicator_out(fixture: scoring.Assessment, country: str) -> None:
    profile = fixture.profiles[find_country(fixture, country)]
    for name, expected in EXPECTED["leave_one_out"][country]["indicators"].items():
        found = scoring.assess(without_indicator(fixture.book, name), [profile])
        for key in ("estimate", "low", "high"):
            actual = 100 * float(getattr(found.figures, key)[0, 0])
            assert actual == pytest.approx(float(expected[f"{key}_points"]), abs=1e-7), (name, key)


def without_indicator(book: RuleBook, name: str) -> RuleBook:
    def prune(indicators: Any) -> tuple[Any, ...]:
        kept = []
        for one in indicators:
            if isinstance(one, GroupIndicator):
                kept.append(one.model_copy(update={"indicators": prune(one.indicators)}))
            elif one.id != name:
                kept.append(one)
        return tuple(kept)

    pillars = tuple(one.model_copy(update={"indicators": prune(one.indicators)}) for one in book.pillars)
    return book.model_copy(update={"pillars": pillars})
