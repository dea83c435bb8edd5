"""The audit of a tree with groups; expected figures are computed from the table by numpy."""

from __future__ import annotations

import itertools
import math
import string
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.analysis import audit
from scoring.index.assessment import assess
from scoring.model.digest import digest
from scoring.model.profile import Profile, Source, Statement
from scoring.model.rubric import Pillar, Rubric, RuleBook
from scoring.statistics import correlation
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment
    from scoring.statistics.arrays import Floats

COUNTRIES = 60
GROUPS = {"grown": ("x1", "x2"), "made": ("x3", "x4")}  # of the pillar first; weights of the groups are 3 and 1
OTHERS = {"second": ("y1", "y2", "y3"), "third": ("z1", "z2")}


def indicator(name: str) -> dict[str, Any]:
    shared = {"id": name, "question": "How much?", "rationale": "None.", "kind": "number", "weight": 1}
    return {**shared, "half_life": None, "worst": 0, "best": 1}


def book(**thresholds: Any) -> RuleBook:
    groups = [
        {
            "id": name,
            "question": "How much?",
            "rationale": "None.",
            "kind": "group",
            "weight": weight,
            "indicators": list(map(indicator, names)),
        }
        for (name, names), weight in zip(GROUPS.items(), (3, 1), strict=True)
    ]
    pillars = [
        {"id": "first", "title": "First", "indicators": groups},
        *({"id": name, "title": name, "indicators": list(map(indicator, names))} for name, names in OTHERS.items()),
    ]
    rubric = {
        "format": 2,
        "id": "nested",
        "version": "1.0.0",
        "title": "Nested",
        "exponent": 1,
        "prior": {"weight": 0, "centre": 0.5},
        "publish": {"availability": 0.5, "information": 0.1},
        "bands": [{"from": 0, "label": "all"}],
        "uncertainty": {"kappa": 60, "exponents": {"1": 1}},
        "audit": thresholds,
        "pillars": {"first": 1, "second": 1, "third": 1},
    }
    return RuleBook(rubric=Rubric.model_validate(rubric), pillars=tuple(map(Pillar.model_validate, pillars)))


def table() -> dict[str, Floats]:
    """Columns in [0, 1]: y3 repeats x1, x2 opposes x1 in its group, x4 follows the second pillar."""
    numbers = np.random.default_rng(7)
    common, own = numbers.random((2, COUNTRIES))

    def near(column: Floats, noise: float = 0.3) -> Floats:
        return np.round((1 - noise) * column + noise * numbers.random(COUNTRIES), 3)

    x1 = near(common)
    columns = {"x1": x1, "x2": near(1 - x1), "x3": near(common), "x4": near(own, 0.1)}
    return {**columns, "y1": near(own), "y2": near(own), "y3": x1, "z1": near(common), "z2": near(common)}


def scored(columns: dict[str, Floats], rules: RuleBook) -> Assessment:
    codes = itertools.islice(map("".join, itertools.product(string.ascii_uppercase, repeat=4)), COUNTRIES)
    return assess(rules, [profile(code, row, columns) for row, code in enumerate(codes)])


def profile(code: str, row: int, columns: dict[str, Floats]) -> Profile:
    return Profile.model_construct(
        format=1,
        country=code,
        actor="RUS",
        as_of="2018-01-01",
        sources={"page": Source(title="A page", publisher="None", reliability="A")},
        statements=tuple(
            Statement(
                id=f"cell-{name}",
                text="Made up.",
                source="page",
                locator="None",
                date="2017",
                credibility=1,
                confidence="exact",
                codes={name: float(column[row])},
            )
            for name, column in columns.items()
        ),
    )


def checks_of(assessment: Assessment) -> dict[str, audit.Check]:
    return {
        check.name: check for check in audit.audit(assessment, simulate(assessment, settings_of(assessment, draws=100)))
    }


def found(check: audit.Check) -> dict[str, audit.Finding]:
    return {finding.subject: finding for finding in check.findings}


def doubts(check: audit.Check) -> list[str]:
    return [finding.subject for finding in check.findings if finding.doubtful]


def r(x: Floats, y: Floats) -> float:
    return float(np.corrcoef(x, y)[0, 1])


@pytest.fixture(scope="module")
def columns() -> dict[str, Floats]:
    return table()


@pytest.fixture(scope="module")
def checks(columns: dict[str, Floats]) -> dict[str, audit.Check]:
    return checks_of(scored(columns, book()))


def test_an_indicator_is_compared_with_its_own_group(
    checks: dict[str, audit.Check], columns: dict[str, Floats]
) -> None:
    direction = found(checks["direction"])
    assert set(direction) == {*columns, *GROUPS, "first", *OTHERS}
    assert direction["x2"].value == pytest.approx(r(columns["x2"], columns["x1"]))
    assert direction["x2"].measure == "correlation with the rest of grown, 60 countries"
    assert direction["x2"].doubtful
    assert direction["y1"].value == pytest.approx(r(columns["y1"], columns["y2"] + columns["y3"]))
    grown, made = (np.add(*(columns[name] for name in names)) for names in GROUPS.values())
    assert direction["made"].value == pytest.approx(r(grown, made))


def test_identical_columns_come_first_across_pillars(
    checks: dict[str, audit.Check], columns: dict[str, Floats]
) -> None:
    first, *others = checks["redundancy"].findings
    assert (first.subject, first.measure) == ("x1, y3", "identical in 60 of 60 countries")
    assert first.doubtful
    assert first.value == pytest.approx(1)
    assert not any(finding.measure.startswith("identical") for finding in others)
    assert [finding.value for finding in others] == sorted((finding.value for finding in others), reverse=True)
    pairs = found(checks["redundancy"])
    assert pairs["x3, z1"].value == pytest.approx(r(columns["x3"], columns["z1"]))
    # of nine indicators, and of three pillars and two groups, less the groups with their own pillar
    assert len(pairs) == 9 * 8 // 2 + 5 * 4 // 2 - 2
    assert "grown, made" in pairs
    assert "first, grown" not in pairs


def test_identical_columns_are_in_doubt_under_any_threshold(columns: dict[str, Floats]) -> None:
    assert doubts(checks_of(scored(columns, book(redundancy=1)))["redundancy"]) == ["x1, y3"]


def test_columns_that_differ_in_one_country_are_not_identical(columns: dict[str, Floats]) -> None:
    other = columns["x1"].copy()
    other[0] = 1 - other[0]
    check = checks_of(scored(columns | {"y3": other}, book()))["redundancy"]
    assert found(check)["x1, y3"].measure == "correlation, 60 countries"


def test_an_indicator_that_belongs_to_another_pillar(
    checks: dict[str, audit.Check], columns: dict[str, Floats]
) -> None:
    placed = found(checks["placement"])
    assert set(placed) == {*columns, *GROUPS}
    # weights in the pillar: 3/8, 3/8, 1/8, 1/8
    rest = 3 * columns["x1"] + 3 * columns["x2"] + columns["x3"]
    second = columns["y1"] + columns["y2"] + columns["y3"]
    finding = placed["x4"]
    assert finding.value == pytest.approx(r(columns["x4"], second) - r(columns["x4"], rest))
    assert finding.measure == "correlation with second minus that with the rest of first, 60 countries"
    assert finding.interval is not None
    assert finding.interval[0] > 0
    assert finding.doubtful
    assert "y1" not in doubts(checks["placement"])
    grown = columns["x1"] + columns["x2"]
    made = columns["x3"] + columns["x4"]
    greatest = max(r(grown, second), r(grown, columns["z1"] + columns["z2"]))
    assert placed["grown"].value == pytest.approx(greatest - r(grown, made))


def test_an_indicator_that_is_used_again_is_no_doubt(columns: dict[str, Floats]) -> None:
    """The third pillar has y1, too: no pair with itself, and its mean is taken without y1 where y1 is compared."""
    rules = book()
    third = rules.pillars[-1].model_dump(exclude_unset=True)
    pillar = Pillar.model_validate(third | {"indicators": [*third["indicators"], {"use": "y1", "weight": 1}]})
    checks = checks_of(scored(columns, RuleBook(rubric=rules.rubric, pillars=(*rules.pillars[:-1], pillar))))
    pairs = found(checks["redundancy"])
    assert "y1, y1_in_third" not in pairs
    assert "x1, y1_in_third" in pairs
    y1, y2, y3, z1, z2 = (columns[name] for name in ("y1", "y2", "y3", "z1", "z2"))
    first = 3 * columns["x1"] + 3 * columns["x2"] + columns["x3"] + columns["x4"]
    placed = found(checks["placement"])
    assert placed["y1"].value == pytest.approx(max(r(y1, first), r(y1, z1 + z2)) - r(y1, y2 + y3))
    assert placed["y1_in_third"].value == pytest.approx(max(r(y1, first), r(y1, y2 + y3)) - r(y1, z1 + z2))
    assert placed["z1"].value == pytest.approx(max(r(z1, first), r(z1, y1 + y2 + y3)) - r(z1, z2 + y1))


def test_one_pillar_has_no_other() -> None:
    rules = book()
    single = rules.rubric.model_copy(update={"pillars": {"first": 1}})
    rules = RuleBook(rubric=single, pillars=rules.pillars[:1])
    columns = {name: column for name, column in table().items() if name.startswith("x")}
    assert checks_of(scored(columns, rules))["placement"].reason == "needs two pillars"


def test_importance_of_every_part(checks: dict[str, audit.Check], columns: dict[str, Floats]) -> None:
    importance = found(checks["importance"])
    assert set(importance) == {*columns, *GROUPS, "first", *OTHERS}
    grown, made = (np.add(*(columns[name] for name in names)) / 2 for names in GROUPS.values())
    parent = (3 * grown + made) / 4
    fits = [np.var(np.polyval(np.polyfit(part, parent, 2), part)) for part in (grown, made)]
    assert importance["grown"].value == pytest.approx(fits[0] / sum(fits))
    assert importance["grown"].measure == "effective weight in first; weight in the rubric 0.75"


@pytest.mark.parametrize(("threshold", "in_doubt"), [(0.2, False), (0.01, True)])
def test_importance_is_in_doubt_where_the_difference_matters(threshold: float, in_doubt: bool) -> None:  # noqa: FBT001
    numbers = np.random.default_rng(3)
    level, other, *rest = np.round(numbers.random((2 + 6, COUNTRIES)), 6)
    columns = dict(zip((*itertools.chain(*GROUPS.values()), "z1", "z2"), rest, strict=True))
    # y1 and y2 are one, and y3 almost: effective weights have narrow intervals and differ little from 1/3
    columns |= {"y1": level, "y2": level, "y3": np.round(0.75 * level + 0.25 * other, 6)}
    second = found(checks_of(scored(columns, book(importance=threshold)))["importance"])
    finding = max((second[name] for name in ("y1", "y2", "y3")), key=lambda one: abs(one.value - 1 / 3))
    assert finding.interval is not None
    assert not finding.interval[0] <= 1 / 3 <= finding.interval[1]
    assert 0.01 < abs(3 * finding.value - 1) < 0.2
    assert finding.doubtful is in_doubt


def test_consistency_and_dimension_of_groups(checks: dict[str, audit.Check], columns: dict[str, Floats]) -> None:
    pair = r(columns["x3"], columns["x4"])
    assert found(checks["dimension"])["made"].value == pytest.approx((1 + abs(pair)) / 2)  # of a 2 x 2 matrix
    both = np.array([columns["x3"], columns["x4"]])
    alpha = 2 * (1 - both.var(axis=1).sum() / both.sum(axis=0).var())
    assert found(checks["consistency"])["made"].value == pytest.approx(alpha)
    assert set(found(checks["consistency"])) == {"nested", "first", *GROUPS, *OTHERS}


def test_many_indicators_are_not_compared_pair_by_pair(
    monkeypatch: pytest.MonkeyPatch, columns: dict[str, Floats]
) -> None:
    monkeypatch.setattr(audit, "MOST_INDICATORS", 8)
    checks = checks_of(scored(columns, book()))
    assert [name for name, check in checks.items() if check.reason == "more than 8 indicators"] == [
        "redundancy",
        "placement",
    ]


def test_the_default_threshold_changes_no_digest() -> None:
    assert digest(book(importance=0.2)) == digest(book())
    assert digest(book(importance=0.3)) != digest(book())


# -- the difference of two correlations --------------------------------------------------------------------------------


def fisher(value: float, n: int) -> correlation.Estimated:
    low, high = (math.tanh(math.atanh(value) + sign * 1.959964 / math.sqrt(n - 3)) for sign in (-1, 1))
    return correlation.Estimated(value, low, high, n)


def test_the_example_of_zou() -> None:
    """Zou (2007), "Toward using confidence intervals to compare correlations", overlapping correlations, n = 66."""
    found = correlation.difference(fisher(0.396, 66), fisher(0.179, 66), 0.088)
    assert found[:3] == pytest.approx((0.217, -0.093, 0.517), abs=5e-4)


def test_the_interval_is_that_of_a_bootstrap() -> None:
    numbers = np.random.default_rng(5)
    x, noise, other = numbers.normal(size=(3, 400))
    columns = np.column_stack([x, x + noise, 0.3 * x + noise + other])
    found = correlation.higher_correlation(*columns.T)

    def differences(rows: Floats) -> Floats:
        return np.array([r(one[:, 0], one[:, 1]) - r(one[:, 0], one[:, 2]) for one in rows])

    low, high = correlation.bootstrap(differences, columns, 0)
    assert found.value == pytest.approx(r(columns[:, 0], columns[:, 1]) - r(columns[:, 0], columns[:, 2]))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.015)


def test_equal_columns_do_not_differ() -> None:
    x, y = np.random.default_rng(0).random((2, 30))
    assert correlation.higher_correlation(x, y, y)[:3] == pytest.approx(
        (0, 0, 0), abs=0.02
    )  # Fisher's is not symmetric
    assert correlation.higher_correlation(y, y, x).value == pytest.approx(1 - r(x, y))


@given(st.floats(-0.95, 0.95), st.floats(-0.95, 0.95), st.floats(-0.95, 0.95), st.integers(10, 500))
def test_the_difference_the_other_way_round(a: float, b: float, between: float, n: int) -> None:
    there = correlation.difference(fisher(a, n), fisher(b, n), between)
    back = correlation.difference(fisher(b, n), fisher(a, n), between)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert there.low <= there.value <= there.high


# -- statistics of resampled tables ------------------------------------------------------------------------------------


@given(
    arrays(float, st.tuples(st.integers(3, 30), st.integers(2, 5)), elements=st.integers(0, 20).map(lambda x: x / 20)),
    st.integers(0, 9),
)
def test_statistics_are_those_of_numpy(table: Floats, seed: int) -> None:
    output = np.random.default_rng(seed).random(len(table))
    fits = []
    for x in table.T:
        degree = min(2, len(set(x.tolist())) - 1)
        fits.append(np.var(np.polyval(np.polyfit(x, output, degree), x)))
    found = correlation.main_effects(table, output)
    if sum(fits) > 1e-9:
        assert found == pytest.approx(np.array(fits) / sum(fits), abs=1e-6)
    covariances = np.cov(table.T)
    if covariances.sum() > 1e-9:
        k = table.shape[1]
        alpha = k / (k - 1) * (1 - np.trace(covariances) / covariances.sum())
        assert float(correlation.cronbach_alpha(table)) == pytest.approx(alpha)
    if np.ptp(table, axis=0).all():
        values = np.linalg.eigvalsh(np.corrcoef(table.T))
        assert float(correlation.first_component(table)) == pytest.approx(values[-1] / values.sum())


@given(arrays(float, (4, 12, 3), elements=st.floats(0, 1, width=32)))
def test_a_stack_of_tables_gives_the_statistic_of_each(stack: Floats) -> None:
    for statistic in (correlation.cronbach_alpha, correlation.first_component):
        np.testing.assert_allclose(statistic(stack), [statistic(one) for one in stack], rtol=1e-9)
    effects = correlation.main_effects(stack[..., 1:], stack[..., 0])
    each = [correlation.main_effects(one[:, 1:], one[:, 0]) for one in stack]
    np.testing.assert_allclose(effects, each, rtol=1e-6, atol=1e-9)
