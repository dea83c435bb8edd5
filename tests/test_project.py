"""What the project promises about itself: README, schemas, imports, package."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import refresh
import yaml
from conftest import ROOT, YAML, run

from scoring.files import reader

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_readme_shows_what_the_commands_print() -> None:
    assert list(refresh.outdated(refresh.readme)) == []


def test_readme_has_two_commands_and_ci_runs_them() -> None:
    commands = [text for kind, text in BLOCKS if kind == "sh"]
    assert len(commands) == 2
    assert all(text.count("\n") == 1 for text in commands)
    script = (ROOT / ".ci" / "run").read_text()
    assert "readme_command 1" in script
    assert "readme_command 2" in script


def test_readme_python_runs() -> None:
    [code] = [text for kind, text in BLOCKS if kind == "python"]
    assert set(re.findall(r"^(?:import|from) (\S+)", code, re.MULTILINE)) == {"scoring"}
    found: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), found)  # noqa: S102  our own README
    assert {record["country"] for record in found["records"]} == {path.stem for path in ROOT.glob("profiles/???.yaml")}


def kind_of(path: Path) -> str:
    if path.parent.name == "profiles":
        return path.stem if path.name in ("publishers.yaml", "coders.yaml", "groups.yaml") else "profile"
    if path.name == "vignettes.yaml":
        return "vignettes"
    return "cases" if ".cases." in path.name else "rubric" if path.name == "rubric.yaml" else "pillar"


FILES = sorted([*ROOT.glob("profiles/*.yaml"), *ROOT.glob("rubrics/*/*.yaml")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_fits_its_schema_and_names_it(path: Path) -> None:
    text = path.read_text()
    first = text.splitlines()[0]
    named = (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    assert named == ROOT / "schemas" / f"{kind_of(path)}.schema.json"
    # dates, and words such as on and NO, stay text under the 1.2 rules; PyYAML's are 1.1
    bools = re.compile(r"(true|false)$")
    resolvers = {
        letter: [(tag, bools if tag.endswith("bool") else rule) for tag, rule in rules if not tag.endswith("timestamp")]
        for letter, rules in YAML.yaml_implicit_resolvers.items()
    }
    loader = type("Loader", (YAML,), {"yaml_implicit_resolvers": resolvers})
    document = yaml.load(text, Loader=loader)  # noqa: S506  a safe loader without dates
    jsonschema.validate(document, json.loads(named.read_text()))


def test_schema_refuses_an_unknown_level() -> None:
    schema = json.loads((ROOT / "schemas" / "profile.schema.json").read_text())
    document: Any = reader.read((ROOT / "profiles" / "AZE.yaml").read_text(), "")[0]
    statement = next(one for one in document["statements"] if "cyber_strategy" in one.get("codes", {}))
    validator = jsonschema.Draft202012Validator({"$defs": schema["$defs"], "$ref": "#/$defs/Codes"})
    assert validator.is_valid(statement["codes"])
    assert not validator.is_valid({"cyber_strategy": {"in_farce": True}})
    assert not validator.is_valid({"cyber_strategy": {"in_force": "perhaps"}})
    assert not validator.is_valid({"cyber_strategie": {"in_force": True}})


def test_imports_go_one_way() -> None:
    found = subprocess.run([Path(sys.executable).parent / "lint-imports"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, scoring.cli.commands\nprint([name for name in ('numpy', 'pydantic', 'yaml', 'rich') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    name = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / name) as wheel:
        assert {"scoring/py.typed", "scoring/data/LICENSE"} <= set(wheel.namelist())
        wheel.extractall(tmp_path / "site")
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from scoring.cli import main; import scoring; main()"

    def installed(*arguments: str) -> str:
        command = [sys.executable, "-c", code, str(tmp_path / "site"), *arguments]
        return subprocess.run(command, capture_output=True, cwd=tmp_path / "empty", check=True).stdout.decode()

    assert installed("score", "--format", "json") == run("score", "--format", "json").stdout
    installed("site", "--draws", "100", "--as-of", "2018-06-30", "--group", "visegrad")
    method = (tmp_path / "empty" / "site" / "method.html").read_text(encoding="utf-8")
    assert "<h2>5. Aggregation</h2>" in method


def test_every_fact_of_the_first_page_stands_once() -> None:
    """The page has this many in each section; a locator names the section, and its note where it has one."""
    found = json.loads(run("statements", "AZE", "--format", "json").stdout)["statements"]
    sections = Counter(one["locator"].partition(",")[0] for one in found if one["source"] == "kremlin-watch-azerbaijan")
    assert sections == {
        "Relations with the Russian Federation": 40,
        "Political acknowledgment": 19,
        "Governmental countermeasures": 21,  # of 22: one rests on another source now
        "Publicly known intelligence activities": 6,
        "NGO activities": 14,
    }


def test_what_the_first_page_said_is_in_the_profile() -> None:
    coded = run("statements", "AZE", "--format", "json").stdout
    codes = [one["codes"] for one in json.loads(coded)["statements"] if not one["same_as"]]
    assert {"cyber_strategy": {"in_force": False}} in codes


def test_each_profile_has_25_coded_statements_over_all_pillars() -> None:
    found = json.loads(run("statements", "--format", "json").stdout)["statements"]
    for country in ("ARM", "AZE", "EST", "GEO", "MDA", "UKR"):
        coded = [one for one in found if one["country"] == country and one["codes"] and not one["same_as"]]
        assert len(coded) >= 25
        assert len({pillar for one in coded for pillar in one["pillars"]}) == 5
