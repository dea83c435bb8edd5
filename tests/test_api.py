"""The functions of the package: what the commands do, by the names of countries."""

from __future__ import annotations

import datetime as dt
import functools
import json
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import loaded_few, run

import scoring
from scoring.index.scenario import Scenario, scenario_of
from scoring.uncertainty.run import Run
from scoring.uncertainty.simulation import settings_of, simulate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scoring.api import Result

DAY = "2018-06-30"
pytestmark = pytest.mark.usefixtures("few")


@functools.cache
def assessed() -> scoring.Assessment:
    return scoring.assess(*loaded_few(), as_of=DAY)


@functools.cache
def simulated() -> scoring.Simulation:
    return scoring.simulate(assessed(), draws=200)


def test_importing_the_package_waits_for_no_numbers() -> None:
    code = "import scoring, sys; print(sorted(name for name in ('numpy', 'pydantic') if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# -- the same as the commands ------------------------------------------------------------------------------------------

CALLS: dict[tuple[str, ...], Callable[[], Result[Any]]] = {
    ("explain", "AZE", "cyber_strategy"): lambda: scoring.explain(assessed(), "Azerbaijan", "cyber_strategy"),
    ("explain", "AZE", "--statement", "no-cyber-strategy"): lambda: scoring.explain(
        assessed(), "aze", statement="no-cyber-strategy"
    ),
    ("whatif", "AZE", "--drop", "no-cyber-strategy", "--draws", "200"): lambda: scoring.what_if(
        assessed(), "Azerbaijan", dropped=["no-cyber-strategy"], draws=200
    ),
    ("cite", "GEO", "--pillar", "public_attitudes", "--draws", "200"): lambda: scoring.cite(
        assessed(), "Georgia", "public_attitudes", draws=200
    ),
}


@pytest.mark.parametrize("arguments", CALLS, ids=lambda arguments: " ".join(arguments[:3]))
def test_a_result_prints_what_the_command_prints(arguments: tuple[str, ...]) -> None:
    assert str(CALLS[arguments]()) == run(*arguments, "--as-of", DAY).stdout


def test_a_comparison_is_that_of_the_command() -> None:
    document = json.loads(run("compare", "GEO", "UKR", "--as-of", DAY, "--draws", "200", "--format", "json").stdout)
    [pair] = document["pairs"]
    compared = scoring.compare(assessed(), "Georgia", "ukr", simulation=scoring.simulate(assessed(), draws=200)).value
    codes = [assessed().profiles[row].country for row in (compared.above, compared.below)]
    assert codes == [pair["above"], pair["below"]]
    assert compared.difference * 100 == pytest.approx(pair["difference"], abs=1e-5)


def test_sensitivity_tries_the_same_exponents_as_the_command() -> None:
    document = json.loads(run("sensitivity", "--draws", "100", "--format", "json").stdout)
    tried = scoring.sensitivity(assessed(), draws=100).value.exponents
    assert [variant.name for variant in tried] == list(document["exponents"]) == ["1", "0.5", "0.125", "-1"]


def test_the_chance_that_one_lies_above_the_other_is_that_of_their_rows() -> None:
    codes = [profile.country for profile in assessed().profiles]
    row, column = codes.index("EST"), codes.index("UKR")
    assert simulated().chance_above("Estonia", "UKR") == simulated().p_above[row, column]
    assert simulated().chance_above("Ukraine", "EST") == pytest.approx(1 - simulated().p_above[row, column])


# -- in a notebook -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "begins"),
    [
        (lambda: scoring.compare(assessed(), "UKR", "GEO", simulation=simulated()), "<table>"),
        (lambda: scoring.audit(assessed(), simulation=simulated()), "<table>"),
        (lambda: scoring.sensitivity(assessed(), draws=100), "<table>"),
        (lambda: scoring.trend(assessed(), "GEO", "edition", draws=100), "<table>"),
        (lambda: scoring.explain(assessed(), "AZE"), "<pre>"),
    ],
)
def test_a_result_shows_itself(result: Any, begins: str) -> None:
    shown: Result[Any] = result()
    assert shown._repr_html_().startswith(begins)
    assert repr(shown).startswith("<Result of ")
    assert len(str(shown).splitlines()) > 1


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: scoring.compare(assessed(), "EST", "Atlantis"), scoring.UnknownNameError, "Atlantis"),
        (
            lambda: scoring.what_if(assessed(), "AZE", answers={"cyber_strategy": "perhaps"}),
            scoring.UnknownNameError,
            "perhaps",
        ),
        (lambda: scoring.what_if(assessed(), "AZE", dropped=["nothing"]), scoring.UnknownNameError, "nothing"),
        (lambda: scoring.explain(assessed(), "AZE", "cyber_strategy", statement="x"), ValueError, "not both"),
        (lambda: scoring.cite(assessed(), "AZE", "sport"), scoring.UnknownNameError, "sport"),
        (lambda: scoring.verify(assessed(), "missing.md"), scoring.InputError, r"missing\.md"),
    ],
)
def test_what_is_refused_says_why(call: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()


def test_indices_that_are_withheld_are_compared_only_when_asked_anyway() -> None:
    late = scoring.assess(*loaded_few(), as_of="2060-01-01")
    simulation = scoring.simulate(late, draws=100)
    with pytest.raises(scoring.ScoringError, match=r"^The index of EST is withheld: .* The index of UKR is withheld: "):
        scoring.compare(late, "EST", "UKR", simulation=simulation)
    assert "No difference is given" in str(scoring.compare(late, "EST", "UKR", simulation=simulation, anyway=True))


def test_a_report_is_held_against_this_assessment_alone(tmp_path: Path) -> None:
    citation = scoring.cite(assessed(), "AZE", draws=200)
    (tmp_path / "report.md").write_text(str(citation))
    (tmp_path / "old.md").write_text(str(citation).replace(citation.value.id[-4:], "0000"))
    checked = scoring.verify(assessed(), tmp_path / "report.md", tmp_path / "old.md", draws=200)
    assert [[verdict.status for verdict in one.verdicts] for one in checked.value.values()] == [["holds"], ["unknown"]]
    assert "past revisions were not searched" in str(checked)
    assert "2 files, 2 ids (1 unknown)" in str(checked)


# -- each day and pillar once ------------------------------------------------------------------------------------------


def test_a_run_scores_and_simulates_a_day_and_a_pillar_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(assessed(), draws=50)
    made: list[str] = []

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any, **options: Any) -> Any:
            made.append(name)
            return function(*arguments, **options)

        return counting

    monkeypatch.setattr(Scenario, "assess", counted("assessment", Scenario.assess))
    monkeypatch.setattr("scoring.uncertainty.run.simulate", counted("simulation", simulate))
    once = Run(scenario_of(assessed()).of(["AZE", "GEO"]), settings)
    for _ in range(2):
        for day in (None, dt.date(2018, 6, 30), dt.date(2017, 6, 30)):
            view = once.view(day)
            assert view.node.id == "resilience"
            assert view.simulation.assessment is view.ranked
    assert Counter(made) == {"assessment": 2, "simulation": 2}  # two days


def test_the_index_and_its_pillars_are_scored_and_simulated_together(monkeypatch: pytest.MonkeyPatch) -> None:
    run_of_two = Run(scenario_of(assessed()).of(["AZE", "GEO"]), settings_of(assessed(), draws=50))
    views = run_of_two.views()
    assert [view.node.path for view in views] == [
        "resilience",
        *(f"resilience/{pillar.id}" for pillar in assessed().book.pillars),
    ]
    for view in views:
        alone = simulate(run_of_two.scenario.by_pillar(view.ranked.pillar).assess(), run_of_two.settings)
        np.testing.assert_array_equal(view.ranked.shown, alone.assessment.shown)
        for name in ("mean", "sd", "low", "median", "high", "rank_counts", "lead", "band_probability"):
            np.testing.assert_array_equal(getattr(view.simulation, name), getattr(alone, name))
    monkeypatch.setattr("scoring.uncertainty.run.simulate_together", None)  # nothing is drawn again
    assert run_of_two.views() == views
    assert run_of_two.simulation(pillar="public_attitudes") is views[-1].simulation


def test_a_run_finds_its_countries() -> None:
    once = Run(scenario_of(assessed()).of(["AZE", "GEO"]), settings_of(assessed(), draws=50))
    assert once.only("AZE") is once.only("AZE")
    codes = [profile.country for profile in assessed().profiles]
    assert once.digests("AZE") == (assessed().rubric_digest, assessed().profile_digests[codes.index("AZE")])
    assert once.digests("XXX") is None
