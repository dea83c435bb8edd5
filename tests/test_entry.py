"""Around every command: streams that are full or closed, interrupts, a folder that is gone, modules of a stranger."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, TABLE, release, run, with_vignettes

from scoring.cli.commands import commands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCRIPT = shutil.which("scoring", path=str(Path(sys.executable).parent)) or "scoring"
MODULE = (sys.executable, "-m", "scoring")
DRAWS = ("--draws", "100")
ARGUMENTS = {
    "score": (),
    "explain": ("AZE",),
    "rank": DRAWS,
    "compare": ("AZE", "GEO", *DRAWS),
    "matrix": ("small", "small", *DRAWS),
    "peers": ("AZE", "--like", "1", *DRAWS),
    "actors": DRAWS,
    "trend": ("AZE", *DRAWS),
    "whatif": ("AZE", "--drop", "no-strategy", *DRAWS),
    "scenario": ("scenario.yaml", *DRAWS),
    "levers": ("AZE",),
    "sensitivity": DRAWS,
    "audit": DRAWS,
    "calibrate": ("--repeats", "1", *DRAWS),
    "agreement": (),
    "validity": (),
    "import": (str(TABLE),),
    "statements": (),
    "due": (),
    "draft": ("report.md",),
    "sheet": ("AZE", "--coder", "third", "-o", "new.xlsx"),
    "collect": ("sheet.xlsx",),
    "reviews": (),
    "qualify": ("test.xlsx",),
    "validate": (),
    "lock": (),
    "check": (),
    "diff": (".", *DRAWS),
    "brief": ("--since", ".", *DRAWS),
    "cite": ("AZE", *DRAWS),
    "verify": ("report.md", *DRAWS),
    "resolve": ("small@1.0.0/AZE/2018-01-01/0123456789abcdef", *DRAWS),
    "fill": ("report.md", *DRAWS),
    "export": ("exported", "--format", "sdmx", *DRAWS),
    "figures": ("charts", *DRAWS),
    "schema": ("profile",),
    "new": ("MDA",),
    "init": ("begun",),
    "reconcile": (TABLE, "--total", "score", "--parts", "laws", "--parts", "skills"),
    "release": ("2018.2", "-o", "edition", *DRAWS),
    "errata": ("--edition", "2018.1", *DRAWS),
    "docs": DRAWS,
    "site": ("made", *DRAWS),
}

# Each command in a process of its own, from one that has imported what they need: argv, and what becomes of the stream
EACH = """
import json, os, sys, tempfile
import scoring.cli.commands, scoring.index.assessment, scoring.render.site.build, yaml
from scoring.cli import main

found = []
for arguments, stream in json.load(sys.stdin):
    with tempfile.TemporaryFile() as errors:
        if not (child := os.fork()):
            os.dup2(errors.fileno(), 2)
            if stream == "full":
                os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
            elif stream == "gone":
                reader, writer = os.pipe()
                os.dup2(writer, 1)
                os.close(reader), os.close(writer)
            else:
                os.close(1)
                sys.stdout = None
            sys.argv = ["scoring", *arguments]
            main()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        errors.seek(0)
        found.append((code, errors.read().decode()))
json.dump(found, sys.stdout)
"""


def started(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def prepared(folder: Path) -> Path:
    """A folder in which every command has its input."""
    with_vignettes(folder)
    assert release(folder, "2018.1").exit_code == 0
    (folder / "published").mkdir()
    (folder / "report.md").write_text(run("cite", "AZE", *DRAWS).stdout)
    plan = "{format: 1, name: A, reason: B, suppose: [{country: AZE, drop: [poll-2016]}]}"
    (folder / "scenario.yaml").write_text(plan)
    run("lock")
    run("sheet", "AZE", "--coder", "third", "-o", "sheet.xlsx")
    return folder


# Each command where only the core packages are installed: argv, and the exit code with what is said
CORE = """
import json, os, sys, tempfile

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"jinja2", "lxml", "pyarrow", "pypdf", "vl_convert", "scipy", "xlsxwriter", "openpyxl"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
import scoring.index.assessment, scoring.uncertainty.simulation  # once for all commands
from scoring.cli import main

results = {}
for arguments in json.load(sys.stdin):
    with tempfile.TemporaryFile() as errors:
        if not (child := os.fork()):
            os.dup2(errors.fileno(), 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.argv = ["scoring", *arguments]
            main()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        errors.seek(0)
        results[arguments[0]] = code, errors.read().decode()
json.dump(results, sys.stdout)
"""


def test_with_the_core_packages_alone_a_command_works_or_says_what_to_install(prepared: Path) -> None:
    commands_to_run = [[name, *arguments] for name, arguments in ARGUMENTS.items()]
    done = subprocess.run(
        [sys.executable, "-c", CORE],
        input=json.dumps(commands_to_run),
        cwd=prepared,
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(done.stdout)
    missing = {name: said for name, (code, said) in results.items() if "is not installed" in said}
    extras = {"docs": "report", "site": "report", "sheet": "coding", "collect": "coding", "qualify": "coding"}
    extras["reconcile"] = "reconcile"
    assert set(missing) == set(extras)
    for name, said in missing.items():
        install = rf"pip install '\.\[{extras[name]}\]' in a clone .*\n"
        assert re.fullmatch(rf"scoring {name}: \w+ is not installed; {install}", said)
        assert results[name][0] == 2
    for name in set(ARGUMENTS) - set(missing):
        assert results[name][0] in ((1,) if name == "resolve" else (0, 3)), results[name]  # an unknown id
        assert "Traceback" not in results[name][1]


def test_every_command_is_tried() -> None:
    assert {*ARGUMENTS, "desk"} == set(commands.commands)  # which serves until it is ended


def test_no_command_fails_with_a_traceback_where_its_output_cannot_go(prepared: Path) -> None:
    says = {
        "full": "Error: standard output cannot be written (No space left on device); redirect it\n",
        "closed": "Error: standard output cannot be written (Bad file descriptor); redirect it\n",
        "gone": "",  # `| head -1` ends it quietly
    }
    some = [(name, stream) for stream in ("closed", "gone") for name in ("score", "validate", "lock", "diff", "fill")]
    installed = [name for name in ARGUMENTS if name != "reconcile" or find_spec("scipy")]  # in the extra of that name
    tried = [*((name, "full") for name in installed), *some]
    asked = json.dumps([((name, *ARGUMENTS[name]), stream) for name, stream in tried])
    done = subprocess.run(
        [sys.executable, "-c", EACH], input=asked, cwd=prepared, capture_output=True, text=True, check=True
    )
    found = dict(zip(tried, map(tuple, json.loads(done.stdout)), strict=True))
    assert found == {(name, stream): (1, says[stream]) for name, stream in tried}


def test_a_reader_that_leaves_ends_the_command_even_in_the_middle_of_a_write() -> None:
    with subprocess.Popen(
        [SCRIPT, "statements"],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1000)  # of more than the pipe holds
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("redirections", "code"),
    [("<&-", 0), ("2>&-", 0), (">&-", 1), ("<&- >&- 2>&-", 1), (">/dev/full 2>&1", 1), ("2>/dev/full", 0)],
)
def test_streams_closed_or_full_from_the_start(folder: Path, redirections: str, code: int) -> None:
    done = started(["sh", "-c", f'"$0" score AZE {redirections}', SCRIPT], folder)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert ("Azerbaijan" in done.stdout) == (not code)


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_an_error_that_cannot_be_said_is_one_all_the_same(folder: Path, redirection: str) -> None:
    (folder / "profiles" / "AZE.yaml").write_text("format: 2\n")
    assert started(["sh", "-c", f'"$0" validate {redirection}', SCRIPT], folder).returncode == 1


@pytest.mark.parametrize("command", [(SCRIPT,), MODULE])
def test_a_working_directory_that_is_gone(tmp_path: Path, command: tuple[str, ...]) -> None:
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    done = started(["sh", "-c", script, "sh", *command, "score"], tmp_path)
    says = "Error: the working directory cannot be found (No such file or directory); change to one that exists\n"
    assert (done.returncode, done.stderr) == (1, says)
    assert started(["sh", "-c", script, "sh", *command, "--version"], tmp_path).returncode == 0


def test_names_that_are_not_utf8_in_a_locale_without_it(folder: Path) -> None:
    os.close(os.open(os.fsencode(folder) + b"/profiles/\xff\xc3\xa9.yaml", os.O_CREAT))
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for form, *more in (("text",), ("github",), ("sarif", "-o", "report"), ("junit", "-o", "report"), ("gitlab",)):
        done = started([SCRIPT, "validate", "--format", form, *more], folder, plain)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
        assert r"profiles/\udcff\udcc3\udca9.yaml:1:1: is empty" in done.stderr
    assert "Azerbaijan" in started([SCRIPT, "score"], folder, plain).stdout


# -- interrupts --------------------------------------------------------------------------------------------------------

# The moment is that in which a module is looked for, so that it is the same on every machine
INTERRUPTED = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
signal.signal(signal.SIGINT, signal.{handler})
from scoring.cli import main
main()
"""


@pytest.mark.parametrize("module", ["click", "scoring.cli.uncertainty", "scoring.errors", "yaml", "numpy"])
def test_an_interrupt_ends_a_command_at_any_time(folder: Path, module: str) -> None:
    code = INTERRUPTED.format(module=module, handler="default_int_handler")
    done = started([sys.executable, "-c", code, "score"], folder)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_where_interrupts_are_ignored_they_stay_so(folder: Path) -> None:
    code = INTERRUPTED.format(module="numpy", handler="SIG_IGN")
    assert started([sys.executable, "-c", code, "score"], folder).returncode == 0


# -- what lies beside --------------------------------------------------------------------------------------------------

# `python -m` itself looks for what it needs in the working directory, before it comes to us; `python -P -m` does not
BARE = "import sys; print(*sys.modules)"
OTHERS = {
    "numpy",
    "yaml",
    "click",
    "rich",
    "pydantic",
    "pydantic_core",
    "typing_extensions",
    "jinja2",
    "markupsafe",
} | {
    *(
        "markdown_it",
        "platformdirs",
        "annotated_types",
        "pygments",
        "mdurl",
        "vl_convert",
        "sitecustomize",
    )
}


@pytest.mark.parametrize(
    "command", [(SCRIPT,), MODULE, (sys.executable, "-P", "-m", "scoring")], ids=["script", "-m", "-P -m"]
)
def test_no_module_of_the_working_directory_is_run(folder: Path, command: tuple[str, ...]) -> None:
    names = {*sys.stdlib_module_names, *OTHERS, *(path.stem for path in ROOT.glob("scoring/*.py"))}
    if command == MODULE:
        (folder / "bare.py").write_text(BARE)
        names -= set(started([sys.executable, "-m", "bare"], folder).stdout.split())
    for name in names - {"__init__", "__main__"}:
        (folder / f"{name}.py").write_text(f"open('run', 'a').write('{name} ')\nraise ImportError\n")
    done = started([*command, "site", "made", *DRAWS], folder)
    assert not (folder / "run").exists(), (folder / "run").read_text()
    assert done.returncode == 0, done.stderr
