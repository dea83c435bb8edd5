"""What the result hangs on: leaving out, exponents, weights; against hand-made changes and the standard library."""

from __future__ import annotations

import itertools
import json
import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import synthetic
from conftest import FEW, PILLAR, PROFILE, RUBRIC, loaded_few, run

import scoring
from scoring.analysis import sensitivity
from scoring.index.assessment import assess
from scoring.index.lookup import find_country
from scoring.index.publication import ranks
from scoring.index.scenario import without_source
from scoring.model.profile import Profile
from scoring.render import sensitivity as rendering
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    from pathlib import Path

DRAWS = "2000"
pytestmark = pytest.mark.usefixtures("few")


@pytest.fixture(scope="module")
def shipped() -> scoring.Assessment:
    """A few shipped countries; the index of each is published."""
    assessment = scoring.assess(*loaded_few())
    assert None not in assessment.rank
    return assessment


# -- leaving out -------------------------------------------------------------------------------------------------------


def test_a_pillar_left_out_is_a_pillar_of_weight_0(shipped: scoring.Assessment) -> None:
    pillars, _ = sensitivity.without_nodes(shipped)
    book = shipped.book
    for variant in pillars:
        weights = {**book.rubric.pillars, variant.name: 0.0}
        changed = book.model_copy(update={"rubric": book.rubric.model_copy(update={"pillars": weights})})
        expected = assess(changed, shipped.profiles)
        np.testing.assert_allclose(variant.estimate, expected.figures.estimate[:, 0], rtol=1e-14)
        kept = zip(expected.figures.estimate[:, 0], shipped.rank, strict=True)  # who is published is not asked anew
        assert variant.rank == ranks([None if rank is None else float(value) for value, rank in kept])


def test_an_indicator_left_out_is_an_indicator_of_weight_0(shipped: scoring.Assessment) -> None:
    _, indicators = sensitivity.without_nodes(shipped)
    assert len(indicators) == 28
    book = shipped.book
    for variant in indicators[::5]:
        reweighed = tuple(
            pillar.model_copy(
                update={
                    "indicators": tuple(
                        one.model_copy(update={"weight": 0.0}) if one.name == variant.name else one
                        for one in pillar.indicators
                    )
                }
            )
            for pillar in book.pillars
        )
        expected = assess(book.model_copy(update={"pillars": reweighed}), shipped.profiles)
        np.testing.assert_allclose(variant.estimate, expected.figures.estimate[:, 0], rtol=1e-14)
        assert variant.rank == ranks(expected.figures.estimate[:, 0].tolist())  # who is published is not asked anew


def test_the_only_indicator_of_a_pillar_takes_the_pillar_along(tmp_path: Path) -> None:
    two = RUBRIC.replace("{state: 1}", "{state: 1, public: 1}")
    lone = (
        "id: public\ntitle: Public\nindicators:\n" + PILLAR[PILLAR.index("  - {id: approval") :].splitlines()[0] + "\n"
    )
    state = "".join(line for line in PILLAR.splitlines(keepends=True) if "id: approval" not in line)
    (tmp_path / "profiles").mkdir()
    for name, text in (("rubric", two), ("state", state), ("public", lone), ("profiles/AZE", PROFILE)):
        (tmp_path / f"{name}.yaml").write_text(text)
    assessment = scoring.assess(*scoring.load(tmp_path, tmp_path / "profiles"))
    _, indicators = sensitivity.without_nodes(assessment)
    [without] = [variant for variant in indicators if variant.name == "approval"]
    state_node = next(node for node in assessment.nodes if node.id == "state")
    assert without.estimate[0] == pytest.approx(assessment.figures.estimate[0, state_node.position], rel=1e-14)


def test_a_source_left_out_is_a_profile_without_its_statements(shipped: scoring.Assessment) -> None:
    three = [one for one in shipped.profiles if one.country in ("AZE", "EST", "GEO")]
    few = assess(shipped.book, three)
    row = find_country(few, "EST")
    profile = few.profiles[row]
    sources = {statement.id: statement.source for statement in profile.statements}
    told_elsewhere = {sources[one.same_as] for one in profile.statements if one.same_as}  # see below
    variants = [one for one in sensitivity.without_sources(few, row) if one.name not in told_elsewhere]
    assert len(variants) > 20
    for variant in variants[::4]:
        kept = tuple(statement for statement in profile.statements if statement.source != variant.name)
        lost = profile.model_copy(update={"statements": kept})
        others = [one for one in three if one.country != "EST"]
        expected = assess(shipped.book, [lost, *others])
        np.testing.assert_array_equal(variant.estimate, expected.figures.estimate[:, 0])


def told_thrice(**same_as: str) -> Profile:
    """Statements a, b, c of the sources x, y, z, which tell one thing."""
    return Profile.model_validate(
        {
            "format": 1,
            "country": "AZE",
            "actor": "RUS",
            "as_of": "2018",
            "sources": {name: {"title": name, "publisher": name, "reliability": "B"} for name in "xyz"},
            "statements": [
                {
                    "id": one,
                    "text": one,
                    "source": source,
                    "locator": "1",
                    "credibility": 2,
                    "codes": {"strategy": "none"},
                }
                | ({"same_as": same_as[one]} if one in same_as else {})
                for one, source in zip("abc", "xyz", strict=True)
            ],
        }
    )


@pytest.mark.parametrize(
    ("same_as", "lost", "kept"),
    [
        ({"b": "a", "c": "a"}, "x", {"b": None, "c": "b"}),  # the first twin steps in, the other points to it
        ({"b": "a", "c": "b"}, "x", {"b": None, "c": "b"}),
        ({"b": "a", "c": "b"}, "y", {"a": None, "c": "a"}),  # a chain is closed over the gap
        ({"b": "a"}, "y", {"a": None, "c": None}),
        ({}, "z", {"a": None, "b": None}),
    ],
)
def test_a_twin_from_elsewhere_steps_in(same_as: dict[str, str], lost: str, kept: dict[str, str | None]) -> None:
    left = without_source(told_thrice(**same_as), lost)
    assert {statement.id: statement.same_as for statement in left.statements} == kept


def test_exponents_against_the_standard_library(shipped: scoring.Assessment) -> None:
    plain, square, harmonic = sensitivity.under_exponents(shipped, [1, 0.5, -1])
    pillars = list(shipped.nodes[0].children)
    for row in range(len(shipped.profiles)):
        scores = shipped.figures.estimate[row, pillars].tolist()
        assert plain.estimate[row] == pytest.approx(statistics.fmean(scores), rel=1e-12)
        assert harmonic.estimate[row] == pytest.approx(statistics.harmonic_mean(scores), rel=1e-12)
    np.testing.assert_array_equal(square.estimate, shipped.figures.estimate[:, 0])
    assert square.rank == shipped.rank


# -- factor groups -----------------------------------------------------------------------------------------------------


def test_groups_that_cannot_vary_have_no_part(shipped: scoring.Assessment) -> None:
    fixed = replace(settings_of(shipped, draws=2000), exponents=((0.5, 1.0),))
    found = sensitivity.factor_indices(shipped, fixed, [0, 1], pairs=[(0, 1)])
    exponent = found.groups.index("exponent")
    assert (found.indices.total[exponent] == 0).all()
    others = [place for place in range(len(found.groups)) if place != exponent]
    assert (found.indices.total[others] > 0).all()
    assert found.indices.total.shape == (5, 4)  # two countries, their difference, the rank shift


def test_no_countries_have_no_parts(shipped: scoring.Assessment) -> None:
    nobody = assess(shipped.book, [], as_of="2026-01-01")
    frame = scoring.sensitivity(nobody, draws=100).to_pandas()
    assert set(frame["part"]) == {"sobol", "nominal"}
    assert frame["total"].isna().all()


def test_the_parts_of_an_index_make_up_its_variance(shipped: scoring.Assessment) -> None:
    found = sensitivity.factor_indices(shipped, settings_of(shipped, draws=20_000), range(6)).indices
    first_error, total_error = (
        4 * np.sqrt(np.square(one).sum(axis=0)) for one in (found.first_error, found.total_error)
    )
    assert (found.first.sum(axis=0) < 1 + first_error).all()
    assert (found.total.sum(axis=0) > 1 - total_error).all()
    assert (found.first < found.total + 4 * np.hypot(found.first_error, found.total_error)).all()


# -- the command -------------------------------------------------------------------------------------------------------


def test_sensitivity_of_the_set_as_json() -> None:
    document = json.loads(run("sensitivity", "--as-of", "2018-06-30", "--draws", DRAWS, "--format", "json").stdout)
    assert set(document["sobol"]) == {*FEW, "mean rank shift"}
    assert set(document["sobol"]["AZE"]) == {"unseen", "stated", "sources", "weights", "exponent"}
    assert len(document["without_pillar"]) == 5
    assert len(document["without_indicator"]) == 28
    assert list(document["exponents"]) == ["1", "0.5", "0.125", "-1"]
    assert document["weights"]["effective"] is None
    assert "without_source" not in document
    score = json.loads(run("score", "--as-of", "2018-06-30", "--format", "json").stdout)
    for country in score["countries"]:
        assert document["exponents"]["0.5"][country["country"]]["estimate"] == country["index"]["estimate"]


def test_sensitivity_of_two_countries_tells_their_difference(folder: Path) -> None:  # noqa: ARG001  the working directory
    document = json.loads(run("sensitivity", "AZE", "GEO", "--draws", DRAWS, "--format", "json").stdout)
    assert set(document["sobol"]) == {"AZE", "GEO", "AZE - GEO", "mean rank shift"}
    assert set(document["without_source"]) == {"AZE", "GEO"}


@pytest.mark.parametrize("countries", [(), ("AZE",), ("AZE", "GEO")])
@pytest.mark.parametrize("form", ["table", "markdown"])
def test_sensitivity_in_every_format(folder: Path, countries: tuple[str, ...], form: str) -> None:  # noqa: ARG001  the working directory
    result = run(
        "sensitivity", *countries, "--as-of", "2018-06-30", "--draws", "100", "--format", form, "--exponents", "1, 1/2"
    )
    assert result.exit_code == 0
    for words in (
        "Missing evidence: first",
        "Left out",
        "p = 0.5",
        "marginal, AZE",
        "Effective weights need 30 countries",
    ):
        assert words in result.stdout


@pytest.mark.parametrize("text", ["1,", "1/0", "half"])
def test_exponents_that_are_none(text: str) -> None:
    result = run("sensitivity", "--exponents", text)
    assert result.exit_code == 2
    assert "such as 1,1/2,-1" in result.stderr


def test_sensitivity_of_an_unknown_country() -> None:
    result = run("sensitivity", "XXX")
    assert result.exit_code == 2
    assert "XXX is not in the set" in result.stderr


def test_ranks_shift_by_hand(shipped: scoring.Assessment) -> None:
    six = replace(shipped, rank=(5, 6, 1, 3, 4, 2))
    swapped = sensitivity.Variant("swapped", shipped.figures.estimate[:, 0], (5, 6, 2, 3, None, 1))
    assert sensitivity.rank_shift(six, swapped) == pytest.approx(2 / 5)
    nobody = sensitivity.Variant("nobody", shipped.figures.estimate[:, 0], (None,) * 6)
    assert np.isnan(sensitivity.rank_shift(six, nobody))


def test_every_pair_once(folder: Path) -> None:
    for code in ("EST", "UKR"):
        (folder / "profiles" / f"{code}.yaml").write_text(PROFILE.replace("country: AZE", f"country: {code}"))
    document = json.loads(run("sensitivity", "UKR", "AZE", "EST", "--draws", "100", "--format", "json").stdout)
    pairs = [f"{a} - {b}" for a, b in itertools.combinations(("UKR", "AZE", "EST"), 2)]
    assert list(document["sobol"])[3:6] == pairs


def test_effective_weights_stand_beside_the_nominal_from_30_countries_on() -> None:
    assessment = synthetic.assessment(40, 10)
    settings = settings_of(assessment, draws=100)
    found = sensitivity.sensitivity(assessment, settings, exponents=())
    weights = rendering.sensitivity_tables(assessment, found)[-1]
    assert [row[0] for row in weights.rows[:3]] == ["rubric", "effective", "marginal, AAAA"]
    assert "95 % interval" in weights.notes[1]
    effective = rendering.sensitivity_object(assessment, found)["weights"]["effective"]
    assert sum(one["weight"] for one in effective.values()) == pytest.approx(1, abs=1e-5)
    for one in effective.values():
        assert one["interval"][0] < one["weight"] < one["interval"][1]
