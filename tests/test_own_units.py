"""An index without an actor, and units that are no countries of ISO 3166-1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from conftest import NEEDS, PROFILE, RUBRIC, run

from scoring.cli.commands import commands
from scoring.index.summary import facing, listed

ARGUMENTS = {
    name: [argument.replace("AZE", "BAV").replace("GEO", "SAX") for argument in arguments]
    for name, arguments in NEEDS.items()
}
PUBLISHED = """\
title: Others
publisher: Others
read_from: Their page
measures: The same
expected: Agreement
url: https://example.org
year: 2017
accessed: 2018-01-05
better: lower
near: [state]
values: {BAV: 1, SAX: 9}
"""
UNITS = {"BAV": "Bavaria", "SAX": "Saxony"}


@pytest.fixture
def states(folder: Path) -> Path:
    """A folder with two states of Germany, and no actor."""
    for name, (code, title) in zip(("AZE", "GEO"), UNITS.items(), strict=True):
        text = Path("profiles", f"{name}.yaml").read_text()
        Path("profiles", f"{name}.yaml").unlink()
        own = text.replace(f"country: {name}\nactor: RUS", f"country: {code}\nname: {title}")
        Path("profiles", f"{code}.yaml").write_text(own)
    Path("rubrics", "small", "rubric.yaml").write_text(RUBRIC.replace("about: {actor: RUS}", ""))
    return folder


def test_an_index_without_an_actor_faces_none() -> None:
    assert facing([None, None]) == ""
    assert facing(["RUS", None]) == "facing Russia"
    assert listed("Index", facing([None]), "as of today") == "Index, as of today"


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize(
    "arguments",
    [
        ["score"],
        ["rank", "--draws", "100"],
        ["explain", "Bavaria"],
        ["compare", "bavaria", "SAX", "--draws", "100"],
        ["trend", "BAV", "--draws", "100"],
        ["levers", "Bavaria"],
        ["whatif", "Bavaria", "--set", "strategy=adopted", "--draws", "100"],
        ["cite", "Bavaria", "--draws", "100"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_units_are_named_as_their_profiles_name_them(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert "Bavaria" in result.stdout
    assert "facing" not in result.stdout
    assert "no actor" not in result.stdout


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_a_document_has_the_name_and_no_actor(suffix: str) -> None:
    result = run("score", "--format", suffix)
    assert "Bavaria" in result.stdout
    assert ('"actor": null' in result.stdout) == (suffix == "json")


@pytest.mark.usefixtures("states")
def test_a_lock_without_an_actor_holds() -> None:
    assert run("lock").exit_code == 0
    assert "actor" not in Path("scores.lock").read_text()
    assert run("check").exit_code == 0


@pytest.mark.usefixtures("states")
def test_the_id_of_a_unit_is_found_again() -> None:
    [identifier] = re.findall(r"small@1.0.0/BAV/2018-01-01/[0-9a-f]{16}", run("cite", "BAV", "--draws", "100").stdout)
    assert "What: index of Bavaria, as of 1 January 2018" in run("resolve", identifier).stdout


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize("name", ["site", "figures", "docs", "export"])
def test_pages_and_figures_name_the_unit(name: str) -> None:
    pytest.importorskip("jinja2")
    Path("published").mkdir()
    (Path("published") / "table.yaml").write_text(PUBLISHED)
    arguments = ["-o", "out"] if name == "docs" else ["out"]
    result = run(name, *arguments, "--draws", "100")
    assert result.exit_code == 0, result.output
    texts = [
        path.read_text() for path in Path("out").rglob("*") if path.suffix in (".html", ".svg", ".md", ".csv", ".json")
    ]
    assert any("Bavaria" in text for text in texts)
    assert not any("facing" in text for text in texts if "Method" not in text)


@pytest.mark.usefixtures("folder")
def test_a_code_that_is_no_country_needs_a_name_and_a_country_has_one() -> None:
    Path("profiles", "BAV.yaml").write_text(PROFILE.replace("AZE", "BAV"))
    Path("profiles", "FRA.yaml").write_text(PROFILE.replace("AZE", "FRA\nname: Gaul", 1))
    result = run("validate")
    assert result.exit_code == 1
    assert "profiles/BAV.yaml:2:10: country: unknown country code 'BAV'" in result.output
    assert "a unit that is no country needs a name" in result.output
    assert "profiles/FRA.yaml:3:7: name: FRA is France by ISO 3166-1; give no name, or another code" in result.output


@pytest.mark.usefixtures("folder")
def test_countries_with_and_without_an_actor_are_not_ranked_together() -> None:
    Path("profiles", "ARM.yaml").write_text(PROFILE.replace("country: AZE\nactor: RUS", "country: ARM"))
    assert "(RUS: AZE, GEO; no actor: ARM)" in run("rank").output


@pytest.mark.usefixtures("states")
def test_new_writes_a_profile_of_a_unit() -> None:
    written = yaml.safe_load(run("new", "THU", "--name", "Thuringia: a state").stdout)
    assert (written["country"], written["name"]) == ("THU", "Thuringia: a state")
    assert "actor" not in written
    assert "is France by ISO 3166-1" in run("new", "FRA", "--name", "Gaul").output


def test_every_command_is_covered_by_its_arguments() -> None:
    assert set(ARGUMENTS) <= set(commands.commands)
