"""A rubric of one pillar and a profile that fits it, to be broken one fault at a time; and the command line."""

from __future__ import annotations

import functools
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

import scoring
from scoring import processes
from scoring.cli.commands import commands
from scoring.files.load import load_rubric

if TYPE_CHECKING:
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook

ROOT = Path(__file__).parent.parent
SHIPPED = sorted(path.stem for path in (ROOT / "profiles").glob("[A-Z]*.yaml"))
"""The countries of the shipped set, by the names of its files."""
FIRST_EDITION = [
    code for code in SHIPPED if "\neditions: [2018-06-30]\n" in (ROOT / "profiles" / f"{code}.yaml").read_text()
]
"""Those of them that have an edition of 30 June 2018."""
FEW = ("ARM", "AZE", "CZE", "EST", "GEO", "MDA", "SVK", "UKR")
"""Shipped countries for tests whose fault eight would show as well as forty; they have two editions."""
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast loader of PyYAML, where it has one."""
THOROUGH = bool(os.environ.get("THOROUGH"))
"""Whether all cases of a sweep are tried; else a sample of them, in which every command and every value occurs."""
settings.register_profile(
    "all", deadline=None, max_examples=100 if THOROUGH else 30, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("all")
# in another process, lines that run are not measured, and what a test replaced is not seen to be used
processes.MOST = 1

RUBRIC = """\
format: 1
id: small
version: "1.0.0"
title: A small index
exponent: 0.5
prior: {weight: 0.25, centre: 0.5}
publish: {availability: 0.65, information: 0.50}
bands: [{from: 0, label: low}, {from: 50, label: high}]
uncertainty: {kappa: 60, exponents: {1: 0.5, 0.5: 0.5}}
pillars: {state: 1}
about: {actor: RUS}
"""
PILLAR = """\
id: state
title: State
indicators:
  - id: strategy
    question: Is a strategy in force?
    rationale: It gives tasks.
    kind: levels
    weight: 0.5
    half_life: null
    levels:
      - {key: none, text: No strategy}
      - {key: drafted, text: Drafted}
      - {key: adopted, text: Adopted}
  - id: awareness
    question: Which services exist?
    rationale: They help.
    kind: checklist
    weight: 0.2
    half_life: 3
    items:
      - {key: site, points: 1, text: Advice site}
  - {id: place, question: Which place?, rationale: Outside view., kind: rank, weight: 0.1, half_life: 3}
  - {id: approval, question: Which share?, rationale: Guard., kind: share, weight: 0.1, worst: 90, best: 10, half_life: 4}
  - {id: expulsions, question: How many?, rationale: Results., kind: count, weight: 0.1, window: 5, saturation: 10, half_life: 5}
"""
PROFILE = """\
format: 1
country: AZE
actor: RUS
as_of: 2018-01-01
sources:
  page: {title: A page, publisher: A publisher, reliability: B, archived: "https://example.org"}
statements:
  - id: no-strategy
    text: No strategy is in force.
    source: page
    locator: Paragraph 1
    date: 2017
    credibility: 2
    codes: {strategy: none}
  - id: place-2017
    text: Place 48 of 194.
    source: page
    locator: Paragraph 2
    date: 2017
    credibility: 1
    codes: {place: {rank: 48, of: 194}}
  - id: poll-2016
    text: 54 percent approved.
    source: page
    locator: Paragraph 3
    date: 2016-05
    credibility: 2
    codes: {approval: {share: 54, n: 1000}}
"""

REGISTER = """\
format: 1
publishers:
  A publisher:
    reliability: B
    reason: A daily with an editor.
    kind: newspaper
    country: AZE
"""

VIGNETTES = """\
format: 1
qualified: {exact: 0.67, questions: 2}
vignettes:
  - {id: bill, text: The cabinet has a draft., answer: {strategy: drafted}, why: A draft.}
  - {id: law, text: The cabinet adopted it., answer: {strategy: adopted}, why: Adopted.}
  - {id: gap, text: Nothing is planned., answer: {strategy: none}, why: Nothing.}
  - {id: page, text: A page gives advice., answer: {awareness: {site: true}}, why: A page.}
  - {id: poll, text: 54 percent said yes., answer: {approval: 54}, why: The share.}
  - {id: rain, text: It rained., answer: {}, why: No anchor speaks of rain.}
"""
VIGNETTES_FILE = "rubrics/small/vignettes.yaml"
ANSWERS: dict[str, tuple[object, ...]] = {
    "The cabinet has a draft.": ("strategy", "adopted"),  # a step above
    "The cabinet adopted it.": ("strategy", "adopted"),
    "Nothing is planned.": ("nothing to code",),  # overlooked
    "A page gives advice.": ("awareness", "site: partly"),  # a step below
    "54 percent said yes.": ("approval", "share: 54, n: 1000"),
    "It rained.": ("strategy", "none"),  # coded, though the text does not say it
}


def pytest_configure() -> None:
    """Keep compiled modules, whatever the environment says: commands that tests start would compile them each time."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


TABLE = str(Path(__file__).parent / "table.csv")
"""A published table whose score is the mean of its parts."""
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def word_file(
    body: str, more: dict[str, str] | None = None, *, name: str = "word/document.xml", space: str = W
) -> bytes:
    """A Word file with this body, and other parts by name."""
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, f"<w:document xmlns:w='{space}' xmlns:mc='{compatible}'>{body}</w:document>")
        for other, content in (more or {}).items():
            file.writestr(other, content)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that is started as a command ends at once; `desk_server` runs one."""
    monkeypatch.setattr("scoring.desk.serve.server", lambda *_: SimpleNamespace(run=lambda **_: None))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with rubrics/small, profiles/AZE.yaml and a good neighbour, profiles/GEO.yaml."""
    (tmp_path / "rubrics" / "small").mkdir(parents=True)
    (tmp_path / "rubrics" / "small" / "rubric.yaml").write_text(RUBRIC)
    (tmp_path / "rubrics" / "small" / "state.yaml").write_text(PILLAR)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "AZE.yaml").write_text(PROFILE)
    (tmp_path / "profiles" / "GEO.yaml").write_text(
        PROFILE.replace("AZE", "GEO").replace("strategy: none", "strategy: adopted")
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@functools.cache
def shipped_book() -> RuleBook:
    """The shipped rubric."""
    book, problems = load_rubric(ROOT / "rubrics" / "resilience")
    assert book is not None, problems
    return book


@functools.cache
def loaded_few() -> tuple[RuleBook, tuple[Profile, ...]]:
    """The shipped rubric and a few of the shipped profiles."""
    with tempfile.TemporaryDirectory() as folder:
        copy_few(Path(folder))
        return scoring.load(Path(folder, "rubrics"), Path(folder, "profiles"))


def copy_few(folder: Path) -> None:
    """Copy the shipped rubrics and a few of the shipped profiles."""
    shutil.copytree(ROOT / "rubrics", folder / "rubrics")
    (folder / "profiles").mkdir()
    for name in (*FEW, "publishers", "groups", "coders"):
        shutil.copy(ROOT / "profiles" / f"{name}.yaml", folder / "profiles")


@pytest.fixture(scope="session")
def folder_of_few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped rubrics with a few of the shipped profiles; nothing is to be written there."""
    folder = tmp_path_factory.mktemp("few")
    copy_few(folder)
    return folder


@pytest.fixture
def few(folder_of_few: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A few shipped countries as the working directory, for a test that does not need all forty."""
    monkeypatch.chdir(folder_of_few)
    return folder_of_few


NEEDS: dict[str, list[str]] = {
    **{name: ["AZE"] for name in ("explain", "trend", "levers", "cite")},
    "compare": ["AZE", "GEO"],
    "peers": ["AZE", "--like", "1"],
    "matrix": ["small", "small"],
    "sheet": ["AZE", "--coder", "third", "-o", "sheet.xlsx"],
    "draft": ["report.md"],
    "collect": ["sheet.xlsx"],
    "qualify": ["test.xlsx"],
    "desk": ["--port", "0"],
    "whatif": ["AZE", "--drop", "no-strategy"],
    "scenario": ["scenario.yaml"],
    "brief": ["--since", "2017"],
    "diff": ["./scores.lock"],
    "verify": ["report.md"],
    "resolve": ["small@1.0.0/AZE/2018-01-01/0123456789abcdef"],
    "fill": ["report.md"],
    "schema": ["profile"],
    "release": ["2025.1", "-o", "out"],
    "new": ["MDA"],
    "init": ["own"],
    "export": ["out", "--format", "sdmx"],
    "figures": ["out"],
    "site": ["out"],
    "import": [TABLE],
    "docs": ["-o", "out", "--published", "published"],
    "validity": ["--published", "published"],
    "reconcile": [TABLE, "--total", "score", "--parts", "laws", "--parts", "skills"],
}
"""What a command cannot do without in the folder; those that are not named need nothing."""


def needs_packages(command: str) -> None:
    """Skip the test of a command whose extra is not installed."""
    if command.startswith("reconcile"):
        pytest.importorskip("scipy", reason="scipy is in the extra reconcile")


def run(*arguments: str | os.PathLike[str]) -> Result:
    """Run the command line; an exception that is no clean exit fails the test."""
    result = CliRunner().invoke(commands, [os.fspath(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def identified() -> dict[str, str]:
    """The environment, with somebody to commit as."""
    who = {f"GIT_{role}_{what}": "t@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**os.environ, **who}


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=identified())  # noqa: S607


@pytest.fixture
def repository(folder: Path) -> Path:
    """The folder as a git repository with one commit on main, scores.lock in it."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    run("lock")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    return folder


def release(folder: Path, name: str = "2018.1", *more: str) -> Result:
    """Release the state of the folder as an edition, into a folder of this name beside it."""
    rubric = folder / "rubrics" / "small" / "rubric.yaml"
    about = "about: {actor: RUS, authors: [The authors], licence: CC BY 4.0}"
    rubric.write_text(rubric.read_text().replace("about: {actor: RUS}", about))
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "rubrics", "profiles")
    git(folder, "commit", "--quiet", "--allow-empty", f"--message=State of {name}")
    return run("release", name, "-o", folder.parent / f"{folder.name}-{name}", "--draws", "100", *more)


def vignette_sheet(*options: str) -> Any:
    """The sheet of vignettes for a coder, in the working directory."""
    import openpyxl  # noqa: PLC0415  the scripts in benchmarks/ import this module without the extra

    result = run("sheet", "--qualify", "--coder", "third", "-o", "test.xlsx", "--force", *options)
    assert result.exit_code == 0, result.stderr
    return openpyxl.load_workbook("test.xlsx")


def filled_sheet(answers: dict[str, tuple[object, ...]] | None = None) -> Any:
    """The sheet with a coder's answers."""
    workbook = vignette_sheet()
    sheet = workbook["Coding"]
    for row in range(5, sheet.max_row + 1):
        for column, value in enumerate((ANSWERS if answers is None else answers)[sheet.cell(row, 3).value], start=4):
            sheet.cell(row, column).value = value
    workbook.save("test.xlsx")
    return workbook


def with_vignettes(folder: Path) -> None:
    """Add vignettes to the folder, and the sheet of a coder."""
    (folder / VIGNETTES_FILE).write_text(VIGNETTES)
    filled_sheet()


def full(folder: Path) -> None:
    """A set of which every command that prints a table has something to say."""
    (folder / "published").mkdir()
    texts = "".join(
        f"{key}: A table of others\n" for key in ("title", "publisher", "read_from", "measures", "expected")
    )
    more = "url: https://example.org\nyear: 2017\naccessed: 2018-01-05\nbetter: lower\nnear: [state]\n"
    (folder / "published" / "table.yaml").write_text(f"{texts}{more}values: {{AZE: 1, GEO: 9, MDA: 4, UKR: 4}}\n")
    run("lock")
    for name in ("rubrics", "profiles"):
        shutil.copytree(folder / name, folder / "before" / name)
    text = PROFILE.replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2019]")
    decided = "It says drafted of a draft that nobody has signed, and signed is what the rubric asks for."
    text = text.replace(
        "strategy: none}",
        f"strategy: drafted}}\n    coders: {{second: {{strategy: none}}}}\n    adjudication: {decided}",
    )
    (folder / "profiles" / "AZE.yaml").write_text(text)
    with_vignettes(folder)


# -- a sum of three pillars ----------------------------------------------------------------------------------------------


RANKING = """\
format: 2
id: ranking
version: "1.0.0"
title: Ranking
combine: sum
scale: {from: 0, to: 15, decimals: 1}
prior: {weight: 0, centre: 0.5}
publish: {availability: 0, information: 0}
bands: [{from: 0, label: low}, {from: 10, label: high}]
uncertainty: {kappa: 50, exponents: {1: 1}}
pillars: {alertness: 5, measures: 5, services: 5}
"""
RANKING_PILLAR = """\
id: NAME
title: State of NAME
indicators:
  - {id: NAME_a, question: How far?, rationale: So., kind: number, weight: 1, worst: 0, best: 10, half_life: null}
"""
RANKING_CODES = {"EST": (10, 8, 5), "LVA": (4, 2, 7)}
"""Of 10: in points of 5, each pillar of 5, Estonia has 5, 4 and 2.5, and Latvia 2, 1 and 3.5."""
NAMES = ("alertness", "measures", "services")


def ranking_statement(name: str, code: float) -> str:
    return (
        f"  - {{id: of-{name}, text: A fact., source: s, locator: p. 1, date: 2018-05-01, credibility: 1, "
        f"confidence: exact, codes: {{{name}_a: {code}}}}}\n"
    )


@pytest.fixture
def ranking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three pillars of five points that sum to fifteen."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "rubrics" / "ranking"
    folder.mkdir(parents=True)
    (folder / "rubric.yaml").write_text(RANKING)
    for name in NAMES:
        (folder / f"{name}.yaml").write_text(RANKING_PILLAR.replace("NAME", name))
    (tmp_path / "profiles").mkdir()
    for country, codes in RANKING_CODES.items():
        head = f"format: 1\ncountry: {country}\nas_of: 2018-06-30\n"
        head += "sources:\n  s: {title: A table, publisher: Office, reliability: A}\nstatements:\n"
        text = head + "".join(ranking_statement(name, code) for name, code in zip(NAMES, codes, strict=True))
        (tmp_path / "profiles" / f"{country}.yaml").write_text(text)
    return tmp_path
