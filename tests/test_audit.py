"""The audit: figures with known answers, planted faults found, and silence where the countries are too few."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import synthetic
from conftest import ROOT, loaded_few, run

import scoring
from scoring.analysis import audit
from scoring.statistics import correlation
from scoring.statistics.combining import Rule
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scoring.index.assessment import Assessment, Figures
    from scoring.statistics.arrays import Floats

# -- figures with known answers ----------------------------------------------------------------------------------------


def test_correlation_by_hand() -> None:
    x, y = np.array([1.0, 2, 3, 4, np.nan]), np.array([1.0, 3, 2, 4, 5])
    found = correlation.correlation(x, y)
    assert found.value == pytest.approx(0.8)  # 4 / 5: sums of products over those of squares
    assert found.countries == 4
    assert found.low == pytest.approx(math.tanh(math.atanh(0.8) - 1.959964))


def test_fishers_interval_by_hand() -> None:
    numbers = np.arange(28.0)
    other = np.sin(numbers)
    other -= np.polynomial.Polynomial.fit(numbers, other, 1)(numbers)  # not correlated with the numbers
    y = 0.5 * (numbers - numbers.mean()) / numbers.std() + math.sqrt(0.75) * other / other.std()
    found = correlation.correlation(numbers, y)
    assert found[:3] == pytest.approx((0.5, 0.1560, 0.7358), abs=1e-4)  # tanh(.5493 +- .3920)


@pytest.mark.parametrize(("n", "critical"), [(6, 0.811), (10, 0.632), (30, 0.361)])
def test_critical_correlations_of_the_tables(n: int, critical: float) -> None:
    assert correlation.critical_correlation(n) == pytest.approx(critical, abs=0.006)  # of the t distribution


@pytest.mark.parametrize("y", [[1, 1, 1, 1.0], [1, 2, np.nan, np.nan]])
def test_no_correlation_without_spread_or_countries(y: list[float]) -> None:
    assert math.isnan(correlation.correlation(np.arange(4.0), np.array(y)).value)


def test_a_perfect_correlation() -> None:
    assert correlation.correlation(np.arange(5.0), -np.arange(5.0))[:3] == pytest.approx((-1, -1, -1))


def with_correlation(r: float, columns: int, rows: int = 400) -> Floats:
    """Columns of variance 1 whose correlations in the sample are exactly r."""
    numbers = np.random.default_rng(0).normal(size=(rows, columns))
    white = np.linalg.qr(numbers - numbers.mean(axis=0))[0] * math.sqrt(rows)
    wanted = np.full((columns, columns), r) + (1 - r) * np.eye(columns)
    return np.asarray(white @ np.linalg.cholesky(wanted).T)


@pytest.mark.parametrize(("r", "columns"), [(0.5, 5), (0.3, 3)])
def test_alpha_is_spearman_and_browns(r: float, columns: int) -> None:
    assert correlation.cronbach_alpha(with_correlation(r, columns)) == pytest.approx(
        columns * r / (1 + (columns - 1) * r)
    )


def test_alpha_of_columns_that_do_not_vary() -> None:
    assert math.isnan(correlation.cronbach_alpha(np.ones((5, 3))))


@pytest.mark.parametrize(("r", "columns"), [(0.5, 5), (0.2, 3)])
def test_first_component_of_equal_correlations(r: float, columns: int) -> None:
    assert correlation.first_component(with_correlation(r, columns)) == pytest.approx((1 + (columns - 1) * r) / columns)


def test_no_component_where_a_column_does_not_vary() -> None:
    assert math.isnan(correlation.first_component(np.array([[1, 2], [1, 3], [1, 5.0]])))


def test_main_effects_are_parts_of_the_variance() -> None:
    columns = with_correlation(0, 2)
    np.testing.assert_allclose(
        correlation.main_effects(columns, 2 * columns[:, 0] + columns[:, 1]), [0.8, 0.2], atol=0.01
    )


def test_the_bootstrap_finds_the_interval_of_a_mean() -> None:
    table = with_correlation(0, 1)
    low, high = correlation.bootstrap(lambda rows: rows.mean(axis=-2), table, 0)[:, 0]
    assert (low, high) == pytest.approx((-1.96 / 20, 1.96 / 20), rel=0.1)  # 400 rows of variance 1


# -- planted faults ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many() -> Assessment:
    """Forty countries, each with a level of its own that all indicators follow with noise."""
    return synthetic.assessment(40, 20)


def checks_of(assessment: Assessment) -> dict[str, audit.Check]:
    simulation = simulate(assessment, settings_of(assessment, draws=500))
    return {check.name: check for check in audit.audit(assessment, simulation)}


def doubts(check: audit.Check) -> list[str]:
    return [finding.subject for finding in check.findings if finding.doubtful]


def changed(assessment: Assessment, figure: str, change: Callable[[Floats], None]) -> Assessment:
    array = getattr(assessment.figures, figure).copy()
    change(array)
    figures: Figures = replace(assessment.figures, **{figure: array})
    return replace(assessment, figures=figures)


def column(assessment: Assessment, name: str) -> int:
    return next(node.position for node in assessment.nodes if node.id == name)


def test_a_sound_index_has_no_doubts(many: Assessment) -> None:
    checks = checks_of(many)
    assert len(checks) == 9
    for name, check in checks.items():
        assert check.reason is None
        if name not in ("robustness", "importance", "consistency", "dimension"):
            assert doubts(check) == []
    for name in ("consistency", "dimension"):
        assert "synthetic" not in doubts(checks[name])  # four noisy indicators of a pillar may be
    assert len(checks["direction"].findings) == 5 + 20
    assert len(checks["redundancy"].findings) == math.comb(20, 2) + math.comb(5, 2)
    assert len(checks["placement"].findings) == 20
    assert len(checks["consistency"].findings) == len(checks["dimension"].findings) == 1 + 5
    assert len(checks["importance"].findings) == 5 + 20
    for name in ("direction", "redundancy", "placement", "consistency", "dimension", "importance"):
        for finding in checks[name].findings:
            assert finding.interval is not None
            assert finding.interval[0] < finding.value < finding.interval[1]


def test_an_indicator_that_points_the_other_way(many: Assessment) -> None:
    place = column(many, "question_2_1")

    def turn(array: Floats) -> None:
        array[:, place] = 1 - array[:, place]

    assert doubts(checks_of(changed(many, "stated", turn))["direction"]) == ["question_2_1"]


def test_two_indicators_that_say_the_same(many: Assessment) -> None:
    one, other = column(many, "question_3_0"), column(many, "question_3_2")

    def repeat(array: Floats) -> None:
        array[:, other] = array[:, one]

    assert doubts(checks_of(changed(many, "stated", repeat))["redundancy"]) == ["question_3_0, question_3_2"]


def test_an_indicator_without_evidence_in_most_countries(many: Assessment) -> None:
    place = column(many, "question_0_0")

    def empty(array: Floats) -> None:
        array[:15, place] = 0

    [doubt] = [one for one in checks_of(changed(many, "availability", empty))["availability"].findings if one.doubtful]
    assert (doubt.subject, doubt.value) == ("question_0_0", 25 / 40)


def test_pillars_that_have_nothing_in_common(many: Assessment) -> None:
    pillars = list(many.nodes[0].children)

    def scatter(array: Floats) -> None:
        array[:, pillars] = np.random.default_rng(0).random((40, 5))

    checks = checks_of(changed(many, "stated", scatter))
    assert "synthetic" in doubts(checks["dimension"])
    assert "synthetic" in doubts(checks["consistency"])


def test_a_pillar_that_matters_more_than_its_weight(many: Assessment) -> None:
    pillars = list(many.nodes[0].children)

    def one_rules(array: Floats) -> None:
        array[:, pillars] = np.random.default_rng(0).random((40, 5)) * [1, 0.1, 0.1, 0.1, 0.1]
        array[:, 0] = array[:, pillars].mean(axis=1)

    assert "pillar_0" in doubts(checks_of(changed(many, "estimate", one_rules))["importance"])


def test_indicators_that_share_their_statements() -> None:
    book, profiles = loaded_few()
    check = checks_of(scoring.assess(book, profiles))["shared evidence"]
    alone = [scoring.assess(book, [profile]) for profile in profiles]
    for finding in check.findings:
        one, other = finding.subject.split(", ")
        both, either = 0, 0
        for assessment in alone:
            told = {name: set[str]() for name in (one, other)}
            for leaf in assessment.leaves[0].values():
                if leaf.indicator in told:
                    told[leaf.indicator] |= {entry.statement for entry in leaf.entries}
            both += len(told[one] & told[other])
            either += len(told[one] | told[other])
        assert finding.value == pytest.approx(both / either)


def test_gaps_are_named_as_the_reason(many: Assessment) -> None:
    pillars = list(many.nodes[0].children)

    def gaps(array: Floats) -> None:
        array[:35] = np.nan

    stated = changed(many, "stated", gaps)
    checks = checks_of(changed(stated, "estimate", lambda array: array[:35, pillars].fill(np.nan)))
    assert checks["direction"].reason == "no indicator with 10 countries"
    assert checks["redundancy"].reason == "no two indicators with 10 countries"
    assert checks["consistency"].reason == "fewer than 20 countries without gaps"
    assert checks["dimension"].reason == "fewer than 30 countries without gaps"


def test_importance_without_spread(many: Assessment) -> None:
    check = checks_of(changed(many, "estimate", lambda array: array[:, 1:].fill(0.5)))["importance"]
    assert check.reason == "fewer than 30 countries without gaps"


def test_thresholds_come_from_the_rubric(many: Assessment) -> None:
    strict = many.book.rubric.model_copy(
        update={"audit": many.book.rubric.audit.model_copy(update={"redundancy": 0.2, "dimension": 0.99})}
    )
    checks = checks_of(replace(many, book=many.book.model_copy(update={"rubric": strict})))
    assert len(doubts(checks["redundancy"])) > 10
    assert doubts(checks["dimension"]) == ["synthetic", *(f"pillar_{number}" for number in range(5))]


# -- the command -------------------------------------------------------------------------------------------------------


def test_ranks_are_whole_numbers_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    checks = json.loads(run("audit", "--draws", "100", "--format", "json").stdout)["checks"]
    ranks = [one for check in checks for one in check["findings"] if one["measure"] == "rank in the draws"]
    published = [one for one in json.loads(run("score", "--format", "json").stdout)["countries"] if one["published"]]
    assert len(ranks) == len(published) > 15
    assert {type(number) for one in ranks for number in (one["value"], *one["interval"])} == {int}


def test_six_countries_bear_no_correlations(tmp_path: Path) -> None:
    for code in ("LVA", "AZE", "EST", "GEO", "MDA", "UKR"):
        (tmp_path / f"{code}.yaml").write_text((ROOT / "profiles" / f"{code}.yaml").read_text())
    document = json.loads(
        run("audit", "--draws", "500", "--format", "json", "--as-of", "2018-06-30", "--profiles", str(tmp_path)).stdout
    )
    checks = {check["name"]: check for check in document["checks"]}
    for name in ("direction", "redundancy", "consistency", "dimension", "importance"):
        assert checks[name]["findings"] == []
        assert "with 6, a correlation below 0.81 may be chance" in checks[name]["not_tested"]
    for name in ("availability", "shared evidence", "robustness"):
        assert checks[name]["not_tested"] is None
        assert checks[name]["findings"] or name == "shared evidence"  # one event codes one indicator of a list
    ranks = [one for one in checks["robustness"]["findings"] if one["measure"].startswith("rank")]
    assert len(ranks) == 12
    for finding in ranks:
        assert finding["interval"][0] <= finding["value"] <= finding["interval"][1]


@pytest.mark.parametrize("form", ["table", "markdown"])
@pytest.mark.parametrize("every", [[], ["--all"]])
def test_audit_in_every_format(form: str, every: list[str]) -> None:
    result = run("audit", "--draws", "100", "--format", form, *every)
    assert result.exit_code == 0
    assert ("All findings" in result.stdout) == bool(every)
    assert ("public_attitudes" in result.stdout.replace("\\", "")) >= bool(every)


def test_audit_of_one_country_says_why_there_is_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "AZE.yaml").write_text((ROOT / "profiles" / "AZE.yaml").read_text())
    result = run("audit", "--draws", "100", "--profiles", str(tmp_path))
    assert result.exit_code == 0
    assert "not tested: needs two published countries" in result.stdout
    assert "1 country, fewer than 10" in result.stdout


def test_any_weights_need_scores_that_the_exponent_can_take(many: Assessment) -> None:
    first, *others = many.nodes
    geometric = replace(many, nodes=(replace(first, rule=Rule(0.0)), *others))
    pillar = many.nodes[0].children[0]
    zero = changed(geometric, "estimate", lambda array: array[:1, pillar].fill(0))
    measures = [{one.measure for one in checks_of(case)["robustness"].findings} for case in (geometric, zero)]
    assert measures[0] - measures[1] == {"rank under random pillar weights"}
