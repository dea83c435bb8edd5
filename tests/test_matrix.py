"""Every command on every kind of rubric and set: it ends well, or says in words why it does not."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from conftest import ROOT, TABLE, THOROUGH, VIGNETTES, VIGNETTES_FILE, filled_sheet, git, run
from world import World

from scoring.cli.commands import commands
from scoring.model.profile import Profile
from scoring.model.review import statement_digests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DRAWS = ("--draws", "100")
VALIDATORS = {
    path.name.removesuffix(".schema.json"): jsonschema.Draft202012Validator(json.loads(path.read_text()))
    for path in (ROOT / "schemas" / "output").iterdir()
}
NAN = re.compile(r"\bnan\b", re.IGNORECASE)


def _index(**keys: object) -> Callable[[World], None]:
    return lambda world: world.rubric.update(keys)


def _pillars(**keys: object) -> Callable[[World], None]:
    def change(world: World) -> None:
        for pillar in world.pillars.values():
            pillar.update(keys)

    return change


def _all(*changes: Callable[[World], None]) -> Callable[[World], None]:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def _whole_counts(world: World) -> None:
    """Every count of all events of the window, where more may have happened than was found."""
    world.rubric["format"] = 2
    del world.rubric["uncertainty"]["shared"]  # of format 1
    indicators = [
        one for pillar in world.pillars.values() for one in pillar["indicators"] if one.get("kind") == "count"
    ]
    assert indicators
    for indicator in indicators:
        indicator["whole"] = False
    names = {indicator["id"] for indicator in indicators}
    for statement in _statements(world):
        for codes in (statement.get("codes", {}), *statement.get("coders", {}).values()):
            codes |= {name: {"count": codes[name], "whole": True} for name in names & codes.keys()}


def _withdrawn(world: World) -> None:
    """Every third statement withdrawn, and field work in place of every date."""
    for number, statement in enumerate(_statements(world)):
        if "date" in statement:
            statement["fielded"] = f"1999/{statement.pop('date')}"
        if number % 3 == 0:
            statement["withdrawn"] = {"on": "2025-01-01", "why": "Misread | <b>twice</b>.", "by": "second"}
    for profile in world.profiles.values():
        gone = {one["id"] for one in profile["statements"] if "withdrawn" in one}
        for statement in profile["statements"]:
            if statement.get("same_as") in gone:
                del statement["same_as"]


def _statements(world: World) -> Iterator[dict[str, Any]]:
    return (statement for profile in world.profiles.values() for statement in profile["statements"])


NO_PRIOR = _index(prior={"weight": 0, "centre": 0.5})
DROP = _all(_index(missing="drop"), _pillars(missing="drop"))
ONE_PILLAR: Callable[[World], None] = lambda world: world.only_pillar("state_response")  # noqa: E731
CROWD: Callable[[World], None] = lambda world: world.crowd(31)  # noqa: E731
WORLDS: dict[str, Callable[[World], None]] = {
    "as it is": lambda _: None,
    "index rounded": _index(round=1),
    "pillars rounded": _pillars(round=0),
    "missing dropped": DROP,
    "no prior": NO_PRIOR,
    "no prior, missing dropped": _all(NO_PRIOR, DROP),
    "index by exponent 0": _index(exponent=0),
    "index by exponent -1": _index(exponent=-1),
    "pillars by exponent 0": _pillars(exponent=0),
    "pillars by exponent -1": _pillars(exponent=-1),
    "no prior, exponents -1": _all(NO_PRIOR, _index(exponent=-1), _pillars(exponent=-1)),
    "one band": _index(bands=[{"from": 0, "label": "all"}]),
    "one pillar": ONE_PILLAR,
    "a pillar of weight 0": _index(pillars={"state_response": 1, "society": 0}),
    "all withheld": _index(publish={"availability": 1, "information": 1}),
    "counts of whole windows": _whole_counts,
    "withdrawn statements and field work": _withdrawn,
    "one country": lambda world: world.only_country("XAA"),
    "one pillar, 31 countries": _all(ONE_PILLAR, CROWD),
    "31 countries": CROWD,
}
OF_LARGE_SETS = ("score", "rank", "sensitivity", "audit", "calibrate", "validity", "export", "figures", "site", "docs")
"""Commands whose output has parts that only a large set has; `one pillar, 31 countries` runs them all."""
WITHOUT_INDEX = ("reconcile", "init", "import")
"""Commands that read nothing of the world."""
COMPLETE = ("as it is", "counts of whole windows", "withdrawn statements and field work")
"""The worlds in which every command has a result."""
TEMPLATE = (
    "{{ XAA.index }} {{ XAA.rank.interval }} {{ XAA.state_response.range }} {{ XAA.cite }}\n\n{{ table: pillars }}\n"
)
CITED = "what the report cites"
TURN = ("XAA", "EST", "--turn", "--anyway", *DRAWS)
PLAN = {"format": 1, "name": "N", "reason": "R", "suppose": [{"country": "XAA", "codes": {"strategy": "none"}}]}
RECONCILE = ("table.csv", "--total", "score", "--parts", "laws", "--parts", "skills")
CALLS: dict[str, list[tuple[str, ...]]] = {
    "score": [()],
    "explain": [("XAA",), ("XAE", "state_response"), ("XAA", "--statement", "named-2025")],
    "rank": [DRAWS],
    "compare": [("XAA", "EST", "--anyway", *DRAWS), ("XAB", "XAE", "EST", "--anyway", *DRAWS), TURN],
    "matrix": [("small", "small", *DRAWS)],
    "peers": [("XAA", "--group", "all", *DRAWS)],
    "actors": [("XAA", *DRAWS)],
    "trend": [("XAA", *DRAWS)],
    "whatif": [("XAA", "--drop", "team", "--set", "strategy=none", *DRAWS)],
    "scenario": [("plan.yaml", *DRAWS), ("--reach", "XAA=99", "--most", "4", *DRAWS)],
    "levers": [("XAA",), ("XAE",)],
    "sensitivity": [DRAWS, ("XAA", "EST", *DRAWS)],
    "audit": [("--all", *DRAWS)],
    "agreement": [()],
    "calibrate": [("--repeats", "1", *DRAWS)],
    "validity": [("--published", "published")],
    "statements": [()],
    "due": [(), ("XAA", "--by", "gain"), ("XAA", "--format", "checklist")],
    "draft": [("report.md", "--country", "XAA", "--most", "5")],
    "sheet": [
        ("XAA", "--coder", "third", "--blind", "-o", "out/sheet.xlsx"),
        ("XAA", "--review", "-o", "out/review.xlsx"),
    ],
    "reviews": [(), ("XAA", "XAE")],
    "desk": [("--port", "0")],
    "collect": [("sheet.xlsx",)],
    "qualify": [("test.xlsx",)],
    "validate": [()],
    "lock": [()],
    "check": [()],
    "diff": [("./before", *DRAWS)],
    "brief": [("--since", "./before", *DRAWS)],
    "cite": [("XAA", *DRAWS), ("XAE", "--pillar", "state_response", *DRAWS)],
    "verify": [("report.md", *DRAWS)],
    "resolve": [(CITED, *DRAWS)],
    "fill": [("template.md", *DRAWS)],
    "export": [("out/export", "--format", "datapackage", "--format", "excel", "--format", "sdmx", *DRAWS)],
    "figures": [("out/figures", *DRAWS)],
    "schema": [("rubric",)],
    "reconcile": [RECONCILE] if find_spec("scipy") else [],  # in the extra of that name
    "new": [("GEO", "--actor", "RUS")],
    "init": [("out/own",)],
    "import": [(TABLE,)],
    "release": [("2027.1", "-o", "out/edition", *DRAWS)],
    "errata": [DRAWS, ("XAA", "--edition", "2026.1", *DRAWS)],
    "docs": [("--output", "out/docs", "--published", "published", *DRAWS)],
    "site": [("out/site", *DRAWS)],
}
PUBLISHED = {
    "title": "A table",
    "publisher": "A publisher",
    "year": 2025,
    "url": "https://example.org/table",
    "accessed": "2026-01-01",
    "read_from": "the page",
    "better": "higher",
    "measures": "Something near.",
    "near": ["state_response"],
    "expected": "Some agreement.",
    "values": {"XAA": 3, "XAB": 2, "XAC": 1.5, "XAE": 1, "EST": 0.5},
}


def calls(world: str) -> list[tuple[str, ...]]:
    """Every command with its arguments, in a table or text, and in JSON where it has that.

    In a world that is not complete a call has one of the two forms, in the next world the other.
    """
    found: list[tuple[str, ...]] = []
    place = list(WORLDS).index(world)
    for name, command in commands.commands.items():
        if not THOROUGH and (
            (name in WITHOUT_INDEX and world not in COMPLETE) or (name not in OF_LARGE_SETS and world == "31 countries")
        ):
            continue
        forms = next((list(getattr(one.type, "choices", ())) for one in command.params if one.name == "form"), [])
        for given in CALLS[name]:
            arguments = [Path("report.md").read_text() if one == CITED else one for one in given]
            both = [(name, *arguments), *([(name, *arguments, "--format", "json")] if "json" in forms else [])]
            place += 1
            found += both if THOROUGH or world in COMPLETE or len(both) == 1 else [both[place % 2]]
    return found


def _review(folder: Path) -> None:
    """A review of the first statement of a country, which would then code nothing."""
    profile = Profile.model_validate(json.loads((folder / "profiles" / "XAA.yaml").read_text()))
    (first, digest), *_ = statement_digests(profile).items()
    disputed = {"says": "dispute", "digest": digest, "why": "So.", "codes": {}}
    review: dict[str, Any] = {"reviewer": "expert-1", "role": "expert", "interest": "none", "on": "2027-01-01"}
    review |= {"statements": {first: disputed}}
    (folder / "reviews").mkdir()
    text = json.dumps({"format": 1, "country": "XAA", "reviews": [review]})
    (folder / "reviews" / "XAA.yaml").write_text(text)


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The folders of a world, and in `before` those of it with a statement less; then the working directory."""
    made = World()
    WORLDS[request.param](made)
    made.rubric["about"] = {**made.rubric.get("about", {}), "authors": ["We"], "licence": "CC BY 4.0"}
    monkeypatch.chdir(tmp_path)
    statement = made.profiles["XAA"]["statements"][0]
    grade = statement["credibility"]
    statement["credibility"] = 5
    made.write(tmp_path)
    members = ", ".join(f"{{country: {code}}}" for code in made.profiles)
    groups = f"format: 1\ngroups: {{all: {{title: All, members: [{members}]}}}}\n"
    (tmp_path / "profiles" / "groups.yaml").write_text(groups)
    of_strategy = [line for line in VIGNETTES.splitlines() if "awareness" not in line and "approval" not in line]
    (tmp_path / VIGNETTES_FILE).write_text("\n".join(of_strategy))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=Before a correction")
    run("release", "2026.1", "-o", tmp_path / "edition", *DRAWS)
    statement["credibility"] = grade
    made.write(tmp_path)
    _review(tmp_path)
    git(tmp_path, "add", "profiles")
    git(tmp_path, "commit", "--quiet", "--message=Correction")
    made.profiles["XAA"]["statements"].pop(0)
    made.profiles["XAA"]["statements"] = [one for one in made.profiles["XAA"]["statements"] if "same_as" not in one]
    made.write(tmp_path / "before")
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "table.yaml").write_text(json.dumps(PUBLISHED))
    (tmp_path / "table.csv").write_bytes(Path(TABLE).read_bytes())
    (tmp_path / "template.md").write_text(TEMPLATE)
    (tmp_path / "plan.yaml").write_text(json.dumps(PLAN))
    run("lock")
    (tmp_path / "report.md").write_text(run("cite", "XAA", *DRAWS).stdout)
    run("sheet", "XAA", "--coder", "third", "-o", "sheet.xlsx")
    filled_sheet()
    (tmp_path / "out").mkdir()
    return str(request.param)


def test_each_command_ends_well_or_says_why_it_does_not(world: str) -> None:
    for call in calls(world):
        result = run(*call)  # an exception that is no clean exit fails here
        assert result.exit_code == 0 or (result.exit_code in (1, 2) and result.stderr.strip()), (call, result.stderr)
        assert result.exit_code == 0 or world not in COMPLETE, (call, result.stderr)
        assert not NAN.search(result.stdout), call
        if call[-1] == "json" and result.stdout and "31" not in world:  # more countries have no other keys
            errors = VALIDATORS[call[0]].iter_errors(json.loads(result.stdout))
            assert [f"{error.json_path}: {error.message}" for error in errors] == [], call
    written = [path for path in Path("out").rglob("*") if path.suffix in (".md", ".html", ".svg", ".csv", ".json")]
    assert not [path for path in written if NAN.search(path.read_text())]
