"""The JSON documents of commands: each fits its committed schema, and nothing else does."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import refresh
from conftest import ROOT, TABLE, full, needs_packages, release, run

from scoring.cli.commands import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = [
    *("score", "explain AZE", "explain AZE --statement poll-2016", "rank", "compare AZE GEO", "trend AZE"),
    *("matrix small small", "peers AZE --like 1", "actors AZE"),
    *("compare AZE GEO --turn", "scenario --reach AZE=99"),
    *("whatif AZE --drop no-strategy", "whatif AZE --set strategy=adopted", "levers AZE", "sensitivity AZE", "audit"),
    "scenario scenario.yaml",
    *("calibrate --repeats 1", "validity --published published"),
    *("agreement", "statements", "due", "reviews", "qualify test.xlsx", "check", "diff ./before"),
    *("brief --since ./before", "errata", "verify report.md"),
    *("resolve cited", f"reconcile {TABLE} --total score --parts laws --parts skills --rank laws --class country"),
]
SIMULATED = {"rank", "compare", "matrix", "trend", "whatif", "sensitivity", "audit", "calibrate", "diff", "brief"}
SIMULATED |= {"verify", "resolve", "errata", "peers", "scenario", "actors"}
MAPS = {
    **dict.fromkeys(("pillars", "indicators", "band_probabilities", "indices", "causes", "spreads", "confidence"), 1),
    **dict.fromkeys(("without_pillar", "without_indicator", "exponents", "nominal", "effective"), 1),
    **dict.fromkeys(("p_above", "sobol", "without_source", "local", "codes"), 2),
}
"""Keys that hold objects by name, and how many such names lie below each other: any name will do there."""
OPTIONAL = {"without_source", "indicators.*.conflict"}  # for countries that are named; of all indicators but checklists


REVIEWS = """\
format: 1
country: GEO
reviews:
  - reviewer: expert-1
    role: expert
    interest: none
    on: 2018-02-01
    statements:
      no-strategy:
        says: dispute
        digest: "0123456789ab"
        why: It says otherwise.
        answer: {on: 2018-02-02, by: first, says: rejected, why: It does.}
    missing:
      - indicator: expulsions
        text: Two were expelled.
        source: https://example.org
        answer: {on: 2018-02-02, by: first, says: upheld, why: They were.}
"""


SCENARIO = """\
format: 1
name: A plan
reason: To see.
groups: {both: [AZE, GEO]}
suppose: [{country: AZE, codes: {strategy: adopted}}]
"""


def document(command: str) -> Any:
    name, *arguments = [Path("report.md").read_text() if one == "cited" else one for one in command.split()]
    draws = ("--draws", "100") if name in SIMULATED else ()
    if name == "errata":
        assert release(Path.cwd()).exit_code == 0
        profile = Path("profiles", "AZE.yaml")
        profile.write_text(profile.read_text().replace("date: 2016-05", "date: 2016-04"))
    return json.loads(run(name, *arguments, *draws, "--format", "json").stdout)


def schema(command: str) -> Any:
    return json.loads((ROOT / "schemas" / "output" / f"{command.split(maxsplit=1)[0]}.schema.json").read_text())


def keys(value: Any, *path: str, names: int = 0) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Every key that an object must have: the object, the key, and the path to it; one object of each kind."""
    if isinstance(value, list):
        for entry in value[:1]:
            yield from keys(entry, *path)
    elif isinstance(value, dict):
        for key, entry in value.items():
            if not names and not key.isupper():
                yield value, key, ".".join((*path, key))
            below = names - 1 if names else MAPS.get(key, 0) if isinstance(entry, dict) else 0
            if not names or key == next(iter(value)):
                yield from keys(entry, *path, "*" if names else key, names=max(below, 0))


def has_envelope(name: str, document: Any) -> bool:
    """Whether a document of the small rubric begins as all do."""
    half = [{"exponent": 0.5, "probability": 0.5}, {"exponent": 1.0, "probability": 0.5}]
    settings = {"draws": 100, "seed": 0, "kappa": 60, "exponents": half}
    if name == "reconcile":  # reads no rubric
        return bool(next(iter(document.items())) == ("format_version", 2))
    head = {"format_version": 2, "rubric": document["rubric"], **({"settings": settings} if name in SIMULATED else {})}
    rubric = list(document["rubric"].items())[:3]
    names = rubric[:2] == [("id", "small"), ("version", "1.0.0")] and rubric[2][0] == "digest"
    return names and list(document.items())[: len(head)] == list(head.items())


@pytest.fixture
def filled(folder: Path) -> Path:
    full(folder)
    (folder / "reviews").mkdir()
    (folder / "reviews" / "GEO.yaml").write_text(REVIEWS)
    (folder / "scenario.yaml").write_text(SCENARIO)
    (folder / "report.md").write_text(f"Azerbaijan: index 32.9. {run('cite', 'AZE', '--draws', '100').stdout}")
    return folder


def test_every_command_with_json_has_a_schema_and_a_case() -> None:
    with_json = {
        name
        for name, command in commands.commands.items()
        for option in command.params
        if option.name == "form" and "json" in getattr(option.type, "choices", ())
    }
    assert {path.name.removesuffix(".schema.json") for path in (ROOT / "schemas" / "output").iterdir()} == with_json
    assert {command.split(maxsplit=1)[0] for command in CASES} == with_json
    listed = (ROOT / "docs" / "json.md").read_text()
    assert [
        name for name in sorted(with_json) if f"| [`{name}`](../schemas/output/{name}.schema.json) |" not in listed
    ] == []


def test_committed_schemas_are_current() -> None:
    assert list(refresh.outdated(refresh.schemas)) == []


@pytest.mark.parametrize("command", CASES)
def test_a_document_fits_its_schema_and_none_that_lacks_or_misspells_a_key(filled: Path, command: str) -> None:  # noqa: ARG001
    needs_packages(command)
    made, described = document(command), schema(command)
    jsonschema.Draft202012Validator.check_schema(described)
    validator = jsonschema.Draft202012Validator(described)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(made)] == []
    assert has_envelope(command.split(maxsplit=1)[0], made)
    changed = copy.deepcopy(made)
    accepted = set()
    for holder, key, path in list(keys(changed)):
        entry = holder.pop(key)
        if validator.is_valid(changed):
            accepted.add(path)
        holder[f"{key}s"] = entry
        assert not validator.is_valid(changed), f"{path}s"
        holder[key] = holder.pop(f"{key}s")
    assert {path for path in accepted if not any(path.endswith(one) for one in OPTIONAL)} == set()
