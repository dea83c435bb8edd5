"""Countries that face different actors: no command ranks them together or sets them in one table; and an empty folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import NEEDS, PROFILE, TABLE, needs_packages, run, with_vignettes

from scoring.cli.commands import commands

REFUSE = {
    "score": ["AZE"],  # its rank is among all
    "explain": ["AZE"],
    "rank": [],
    "whatif": ["AZE", "--drop", "no-strategy"],
    "scenario": ["scenario.yaml"],
    "sensitivity": ["AZE"],
    "audit": [],
    "calibrate": ["--repeats", "1"],
    "validity": ["--published", "published"],
    "matrix": ["small", "small"],
    "peers": ["AZE", "--like", "1"],
    "lock": [],
    "check": [],
    "diff": ["./before"],
    "brief": ["--since", "./before"],
    "cite": ["AZE"],
    "verify": ["report.md"],
    "resolve": ["small@1.0.0/AZE/2018-01-01/0123456789abcdef"],
    "fill": ["report.md"],
    "export": ["out"],
    "figures": ["out"],
    "errata": [],
    "docs": ["-o", "out"],
    "site": ["out"],
}
GO_ON = {
    "trend": ["AZE"],  # one country beside itself
    "levers": ["AZE"],
    "actors": ["--draws", "100"],  # each actor is a column of its own
    "compare": ["AZE", "GEO"],  # says by itself what forbids it
    "agreement": [],  # the evidence, no score
    "statements": [],
    "due": [],  # no ranks
    "reviews": [],  # no ranks
    "sheet": ["AZE", "--coder", "third", "-o", "new.xlsx"],
    "collect": ["sheet.xlsx"],
}
NOTHING_SCORED = {
    "validate": [],
    "schema": ["profile"],
    "new": ["AZE"],
    "init": ["own"],
    "draft": ["report.md"],
    "import": [TABLE],
    "reconcile": NEEDS["reconcile"],
    "qualify": NEEDS["qualify"],
    "desk": NEEDS["desk"],  # ranks a country among those of its actor, and begins with no profile at all
}
REFUSE_WITH_MORE = {"release": ["2018.1", "-o", "out"]}  # all that stands against it; see test_editions.py
COMMANDS = REFUSE | GO_ON | NOTHING_SCORED | REFUSE_WITH_MORE
SAYS = (
    "the countries face different actors and cannot be ranked together (CHN: UKR; RUS: AZE, GEO). Choose one "
    "actor with --actor, or give `rank` or `compare` countries of one actor.\n"
)


@pytest.fixture
def mixed(folder: Path) -> Path:
    """The folder with a third country, which faces another actor; and as it was before."""
    Path("report.md").write_text("A report.\n")
    Path("published").mkdir()
    for name in ("rubrics", "profiles"):
        shutil.copytree(name, Path("before", name))
    run("lock")
    run("sheet", "AZE", "--coder", "third", "-o", "sheet.xlsx")
    with_vignettes(folder)
    (folder / "profiles" / "UKR.yaml").write_text(PROFILE.replace("AZE", "UKR").replace("actor: RUS", "actor: CHN"))
    return folder


def test_every_command_is_named_here() -> None:
    assert COMMANDS.keys() == commands.commands.keys()


@pytest.mark.parametrize("command", REFUSE)
def test_countries_of_two_actors_are_not_ranked_together(mixed: Path, command: str) -> None:
    before = sorted(mixed.rglob("*"))
    result = run(command, *REFUSE[command])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == SAYS
    assert sorted(mixed.rglob("*")) == before


@pytest.mark.parametrize("command", GO_ON | NOTHING_SCORED)
def test_what_sets_no_countries_side_by_side_goes_on(mixed: Path, command: str) -> None:  # noqa: ARG001
    needs_packages(command)
    assert run(command, *COMMANDS[command]).exit_code == 0


def test_countries_of_one_actor_are_ranked_and_compared_by_name(mixed: Path) -> None:  # noqa: ARG001
    assert "Georgia" in run("rank", "AZE", "GEO", "--draws", "100").stdout
    assert run("rank", "AZE", "UKR").stderr == SAYS.replace("RUS: AZE, GEO", "RUS: AZE")
    refused = run("compare", "AZE", "UKR", "--draws", "100")
    assert (refused.exit_code, "AZE and UKR differ in actor" in refused.stderr) == (1, True)
    assert run("compare", "AZE", "UKR", "--draws", "100", "--anyway").exit_code == 0


def test_a_past_edition_of_two_actors_is_no_base(mixed: Path) -> None:
    shutil.copy("profiles/UKR.yaml", "before/profiles")
    (mixed / "profiles" / "UKR.yaml").unlink()
    assert run("diff", "./before").stderr == SAYS


@pytest.mark.parametrize("command", REFUSE | GO_ON)
def test_a_folder_without_a_profile(mixed: Path, command: str) -> None:
    shutil.rmtree("profiles")
    Path("profiles").mkdir()
    before = sorted(mixed.rglob("*"))
    result = run(command, *COMMANDS[command])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "profiles contains no profiles; give another folder with --profiles.\n"
    assert sorted(mixed.rglob("*")) == before
