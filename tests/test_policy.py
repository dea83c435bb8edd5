"""What the rubric may say of evidence and uncertainty: left out or written out it is the same, and changed it counts."""

from __future__ import annotations

import hashlib
import json
import re
from math import sqrt
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import PILLAR, PROFILE, ROOT, RUBRIC, run

from scoring.files.load import load
from scoring.index.assessment import assess
from scoring.model.digest import digest

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.index.leaves import Leaf

SHIPPED = ROOT / "rubrics" / "resilience"
EVIDENCE = """\
evidence:
  reliability: {A: 1, B: 0.75, C: 0.5, D: 0.25, E: 0, F: 0.5}
  credibility: {1: 1, 2: 0.75, 3: 0.5, 4: 0.25, 5: 0, 6: 0.5}
  credibility_weight: 2
  partly: 0.5
  undated: 0.5
comparable: {years: 1}
"""
UNCERTAINTY = (
    "interval: 0.9, confidence: {high: 0.05, moderate: 0.15, low: 0.3}, unknown_sample: 400, "
    "coder: 0, source: {coded: 0, measured: 0}, drift: 20"
)
FORMAT_2 = RUBRIC.replace("format: 1", "format: 2")


def written_out(text: str) -> str:
    """A rubric with every rule that it leaves out."""
    text = text.replace("centre: 0.5", "centre: 0.5, country: null, pillar: null, precision: 2")
    return text.replace("uncertainty: {", f"{EVIDENCE}uncertainty: {{{UNCERTAINTY}, ")


def test_the_digest_of_the_rubric_is_the_one_that_was_locked() -> None:
    book, _ = load(SHIPPED, ROOT / "profiles")
    assert f'rubric_digest = "{digest(book)}"' in (ROOT / "scores.lock").read_text()


def test_a_rule_written_out_as_it_is_left_out_changes_no_digest(folder: Path) -> None:
    path, pillar = (folder / "rubrics" / "small" / f"{name}.yaml" for name in ("rubric", "state"))
    path.write_text(FORMAT_2)
    before, _ = load()
    path.write_text(written_out(FORMAT_2))
    pillar.write_text(PILLAR.replace("saturation: 10", "saturation: 10, whole: true, expected: null"))
    after, _ = load()
    assert digest(after) == digest(before)
    assert after == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("partly: 0.5", "partly: 0.4"),
        ("country: null", "country: 3"),
        ("pillar: null", "pillar: 3"),
        ("precision: 2", "precision: 4"),
        ("coder: 0", "coder: 0.04"),
        ("coded: 0", "coded: 0.18"),
        ("measured: 0", "measured: 0.05"),
        ("drift: 20", "drift: 10"),
    ],
)
def test_a_rule_that_differs_changes_the_digest(folder: Path, old: str, new: str) -> None:
    path = folder / "rubrics" / "small" / "rubric.yaml"
    path.write_text(written_out(FORMAT_2))
    before, _ = load()
    assert written_out(FORMAT_2).count(old) == 1
    path.write_text(written_out(FORMAT_2).replace(old, new))
    assert digest(load()[0]) != digest(before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("saturation: 10", "saturation: 10, whole: false"),
        ("half_life: 4", "half_life: 4, expected: 0.5"),  # as the centre, but it stays if the centre changes
        ("points: 1", "points: 1, expected: 0.7"),
    ],
)
def test_what_an_indicator_expects_changes_the_digest(folder: Path, old: str, new: str) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(FORMAT_2)
    before, _ = load()
    assert PILLAR.count(old) == 1
    (folder / "rubrics" / "small" / "state.yaml").write_text(PILLAR.replace(old, new))
    assert digest(load()[0]) != digest(before)


def test_the_digest_of_format_1_has_shared_that_is_ignored(folder: Path) -> None:
    """Its ids were made with it: the digest is that of the canonical JSON of the files as they are."""
    text = RUBRIC.replace("{kappa", "{shared: 0.3, kappa")
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(text)
    rubric, pillar = (yaml.load(one, Loader=yaml.CSafeLoader) for one in (text, PILLAR))
    del rubric["about"]
    rubric["uncertainty"]["exponents"] = {"1": 0.5, "0.5": 0.5}
    files = {"rubric": rubric, "pillars": [pillar]}
    canonical = json.dumps(files, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert '"uncertainty":{"exponents":{"0.5":0.5,"1":0.5},"kappa":60,"shared":0.3}' in canonical
    assert digest(load()[0]) == hashlib.sha256(canonical.encode()).hexdigest()


def leaf_of(folder: Path, rules: str, codes: str, *, date: str = "date: 2017", rubric: str = RUBRIC) -> Leaf:
    """The leaf that one statement, B2 and of moderate confidence, gives under some rules."""
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(rubric.replace("uncertainty: {", rules))
    said = f"{{id: s, text: x, source: page, locator: x, {date}, credibility: 2, codes: {codes}}}"
    (folder / "profiles" / "AZE.yaml").write_text(f"{PROFILE.partition('statements:')[0]}statements: [{said}]\n")
    book, profiles = load()
    [leaf] = [leaf for leaf in assess(book, profiles).leaves[0].values() if leaf.entries]
    return leaf


@pytest.mark.parametrize(
    ("rules", "estimate"),
    [
        ("", 0.125 / (0.75 + 0.25)),  # no strategy is v = 0: k c / (w + k) = .25 x .5 / (w + .25)
        ("evidence: {reliability: {B: 0.6}}", 0.125 / (0.7 + 0.25)),  # w = (.6 + 2 x .75) / 3
        ("evidence: {credibility: {2: 0.6}}", 0.125 / (0.65 + 0.25)),  # w = (.75 + 2 x .6) / 3
        ("evidence: {credibility: {2: 0.6}, credibility_weight: 1}", 0.125 / (0.675 + 0.25)),  # w = (.75 + .6) / 2
        ("evidence: {credibility: {2: 0.5}, credibility_weight: 0}", 0.125 / (0.75 + 0.25)),  # w = .75
    ],
)
def test_the_grades_are_those_of_the_rubric(folder: Path, rules: str, estimate: float) -> None:
    leaf = leaf_of(folder, f"{rules}\nuncertainty: {{", "{strategy: none}")
    assert leaf.pooled.estimate == pytest.approx(estimate, abs=1e-12)


@pytest.mark.parametrize(("rules", "factor"), [("", 0.5), ("evidence: {undated: 0.8}", 0.8)])
def test_the_factor_of_an_undated_statement(folder: Path, rules: str, factor: float) -> None:
    leaf = leaf_of(folder, f"{rules}\nuncertainty: {{", "{approval: 10}", date="confidence: low")
    mass = 0.75 * factor
    assert leaf.pooled.estimate == pytest.approx((mass + 0.125) / (mass + 0.25), abs=1e-12)


@pytest.mark.parametrize(("rules", "value"), [("", 0.5), ("evidence: {partly: 0.3}", 0.3)])
def test_what_partly_counts(folder: Path, rules: str, value: float) -> None:
    leaf = leaf_of(folder, f"{rules}\nuncertainty: {{", "{awareness: {site: partly}}")
    assert leaf.pooled.stated == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("rules", "code", "width"),
    [
        ("", "{strategy: none}", 0.15),
        ("confidence: {moderate: 0.2}, ", "{strategy: none}", 0.2),
        ("", "{approval: 54}", sqrt(0.54 * 0.46 / 400) / 0.8),  # goalposts 80 percentage points apart
        ("unknown_sample: 100, ", "{approval: 54}", sqrt(0.54 * 0.46 / 100) / 0.8),
        ("unknown_sample: 100, ", "{approval: {share: 54, n: 1000}}", sqrt(0.54 * 0.46 / 1000) / 0.8),
        ("", "{approval: {share: 54, error: 2}}", 0.02 / 0.8),
        ("", "{approval: {share: 54, n: 1000, error: 2}}", 0.02 / 0.8),  # it stands for the sample too
    ],
)
def test_how_far_a_value_may_be_off(folder: Path, rules: str, code: str, width: float) -> None:
    [entry] = leaf_of(folder, f"uncertainty: {{{rules}", code).entries
    assert [reading.noise.width for reading in entry.readings] == [pytest.approx(width, abs=1e-12)]


@pytest.mark.parametrize(
    "code", ["{strategy: none}", "{approval: 54}", "{approval: {share: 54, error: 2}}", "{place: {rank: 4, of: 9}}"]
)
def test_an_exact_figure_is_not_off(folder: Path, code: str) -> None:
    errors = "source: {coded: 0.2, measured: 0.1}, "
    for confidence, is_exact in (("exact", True), ("high", False)):
        dated = f"date: 2017, confidence: {confidence}"
        [entry] = leaf_of(folder, f"uncertainty: {{{errors}", code, date=dated, rubric=FORMAT_2).entries
        assert (entry.source_error == 0, entry.readings[0].noise.width == 0) == (is_exact, is_exact)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("{strategy: none}", 0.2),
        ("{awareness: {site: true}}", 0.2),
        ("{approval: 54}", 0.1),
        ("{place: {rank: 4, of: 9}}", 0.1),
        ("{expulsions: 1}", 0),
    ],
)
def test_how_far_a_source_may_be_off(folder: Path, code: str, error: float) -> None:
    rules = "uncertainty: {source: {coded: 0.2, measured: 0.1}, "
    [entry] = leaf_of(folder, rules, code, rubric=FORMAT_2).entries
    assert entry.source_error == error
    [entry] = leaf_of(folder, "uncertainty: {", code, rubric=FORMAT_2).entries
    assert entry.source_error == 0


@pytest.mark.parametrize(("years", "refused"), [(1, True), (2, False), (0, True)])
def test_how_far_apart_scores_may_be_compared(folder: Path, years: int, refused: bool) -> None:  # noqa: FBT001
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(f"{RUBRIC}comparable: {{years: {years}}}\n")
    geo = folder / "profiles" / "GEO.yaml"
    geo.write_text(geo.read_text().replace("as_of: 2018-01-01", "as_of: 2019-06-30"))
    assert ("Not comparable: GEO and AZE differ in as_of." in run("score").stdout) is refused


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("evidence: {reliability: {G: 1}}", "evidence.reliability.G: unknown key; keys: A, B, C, D, E, F"),
        ("evidence: {credibility: {7: 1}}", "evidence.credibility.7: unknown key; keys: 1, 2, 3, 4, 5, 6"),
        ("evidence: {reliability: {B: 1.5}}", "evidence.reliability.B: 1.5: should be less than or equal to 1"),
        (
            "evidence: {reliability: {C: 0.8}}",
            "evidence.reliability.C: 0.8 exceeds 0.75, the number of the better grade B",
        ),
        (
            "evidence: {credibility: {5: 0.3}}",
            "evidence.credibility.5: 0.3 exceeds 0.25, the number of the better grade 4",
        ),
        ("evidence: {credibility_weight: -1}", "evidence.credibility_weight: -1: should be greater than or equal to 0"),
        ("evidence: {undate: 1}", "evidence.undate: unknown key; did you mean undated?"),
        ("comparable: {years: 1.5}", "comparable.years: expected a whole number, got 1.5"),
    ],
)
def test_a_rule_that_cannot_be(folder: Path, rules: str, says: str) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(f"{RUBRIC}{rules}\n")
    refused = run("validate")
    assert refused.exit_code == 1
    assert says in refused.stderr


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (
            "confidence: {low: 0.1}",
            "uncertainty.confidence.low: 0.1 is less than 0.15, the half-width of moderate confidence",
        ),
        ("interval: 0", "uncertainty.interval: 0: should be greater than 0"),
        ("interval: 1", "uncertainty.interval: 1: should be less than 1"),
        ("unknown_sample: 0", "uncertainty.unknown_sample: 0: should be greater than or equal to 1"),
    ],
)
def test_uncertainty_that_cannot_be(folder: Path, rules: str, says: str) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(
        RUBRIC.replace("uncertainty: {", f"uncertainty: {{{rules}, ")
    )
    refused = run("validate")
    assert refused.exit_code == 1
    assert says in refused.stderr


def test_what_cannot_be_judged_may_count_for_anything(folder: Path) -> None:
    rules = "evidence: {reliability: {F: 0.9}, credibility: {6: 0}}"
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(f"{RUBRIC}{rules}\n")
    assert run("validate").exit_code == 0


ONE_LEAF = """\
id: state
title: State
indicators:
  - id: strategy
    question: Is a strategy in force?
    rationale: It gives tasks.
    kind: levels
    weight: 1
    half_life: null
    levels: [{key: none, text: None}, {key: adopted, text: Adopted}]
"""


@pytest.mark.parametrize(("rule", "ends"), [("", (1.25, 23.75)), ("interval: 0.5, ", (6.25, 18.75))])
def test_what_an_interval_holds(folder: Path, rule: str, ends: tuple[float, float]) -> None:
    """Without noise the draws of v = 0, w = .75, k = .25 are .25 u, with u uniform: their quantiles are known."""
    certain = "confidence: {high: 0, moderate: 0, low: 0}, "
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(
        RUBRIC.replace("uncertainty: {", f"uncertainty: {{{rule}{certain}")
    )
    (folder / "rubrics" / "small" / "state.yaml").write_text(ONE_LEAF)
    for code in ("AZE", "GEO"):
        text = PROFILE.partition("  - id: place-2017")[0].replace("AZE", code)
        (folder / "profiles" / f"{code}.yaml").write_text(text)
    done = run("rank", "--format", "json")
    assert done.exit_code == 0, done.stderr
    for country in json.loads(done.stdout)["countries"]:
        assert country["interval"] == pytest.approx(ends, abs=0.3)


def test_every_output_says_which_interval_it_gives(folder: Path) -> None:
    (folder / "rubrics" / "small" / "rubric.yaml").write_text(
        RUBRIC.replace("uncertainty: {", "uncertainty: {interval: 0.5, ")
    )
    (folder / "published").mkdir()
    profile = folder / "profiles" / "AZE.yaml"
    profile.write_text(profile.read_text().replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2019-01-01]"))
    told = {}
    for command in (
        *("score", "rank", "compare AZE GEO", "whatif AZE --set strategy=adopted", "trend AZE", "audit", "cite AZE"),
        *("docs -o pages", "figures drawn", "export tables", "site browsed"),
    ):
        done = run(*command.split(), *(["--draws", "100"] if command != "score" else []))
        assert done.exit_code == 0, (command, done.output)
        told[command] = done.stdout
    names = {".md", ".svg", ".html", ".json", ".js"}
    files = [path for path in folder.rglob("*") if path.suffix in names and path.name != "method.html"]
    told |= {str(path.relative_to(folder)): path.read_text() for path in files}
    usual = re.compile(r"(?<![\d.])5([–-]| to )95 %|90 % (of the draws|interval|uncertainty)|above 95 %|95 % quantile")
    assert {name: match[0] for name, text in told.items() if (match := usual.search(text))} == {}
    assert "50 % interval" in told["rank"]
    assert "Intervals hold 50 % of the draws" in told["rank"]
    assert "below 25 % or above 75 %" in told["score"]
    assert "50 % interval" in told["cite AZE"]
    assert "50 % interval" in told["trend AZE"]
