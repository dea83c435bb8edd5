"""Kills, faults and hostile input: nothing may be lost, no code run, nothing end in a traceback, nothing be unbounded.

    python benchmarks/torture.py                       the whole campaign
    python benchmarks/torture.py --minutes 1           as much of it as fits, the same time for each attack
    python benchmarks/torture.py --only kills --case 17 --seed 1

Each case is a command, or a few, in a folder of its own, made from the seed, the attack and the number of the case; no
other thing of the machine is written, and nothing needs privileges. `sandbox.py` runs the commands, `hostile.py` makes the
input. Prints what failed and a table, which `--write` puts into docs/reliability.md. Exits with 1 if anything failed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a forked child has one thread
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import click
import hostile
import sandbox
from conftest import NEEDS, PILLAR, PROFILE, REGISTER, RUBRIC, TABLE, word_file
from sandbox import ERRORS, NONE, Outcome, Trouble
from test_hostile_options import cases as parameters
from test_hostile_options import hostile as hostile_values

from scoring.cli.commands import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- torture -->\n", "<!-- end of torture -->\n"
DRAFTED = PROFILE.replace("strategy: none", "strategy: drafted")
DRAWS = ("--draws", "100")
MORE_WRITING = (
    ("verify", "report.md", "--fix", *DRAWS),
    ("sheet", "AZE", "--coder", "fourth", "-o", "new.xlsx"),
    ("import", "--force", "table.import.yaml"),
    ("new", "MDA", "-o", "profiles/MDA.yaml"),
    ("export", "out"),
    ("export", "out", "--format", "excel"),
    ("init", "own", "--minimal"),
    ("draft", "report.md", "-o", "draft.yaml"),
)
Files = dict[str, bytes]


# -- the folders ---------------------------------------------------------------------------------------------------------


def small(folder: Path) -> None:
    """A rubric, two countries, and all that any command needs."""
    texts = {"rubrics/small/rubric.yaml": RUBRIC, "rubrics/small/state.yaml": PILLAR, "profiles/AZE.yaml": PROFILE}
    texts["profiles/GEO.yaml"] = DRAFTED.replace("AZE", "GEO")
    texts["profiles/publishers.yaml"] = REGISTER
    keys = "".join(f"{key}: A table\n" for key in ("title", "publisher", "read_from", "measures", "expected"))
    keys += "url: https://example.org\nyear: 2017\naccessed: 2018-01-05\nbetter: lower\nnear: [state]\n"
    texts["published/table.yaml"] = f"{keys}values: {{AZE: 1, GEO: 9, MDA: 4, UKR: 4}}\n"
    texts["template.md"] = (
        "AZE has an index of {{ AZE.index }}: {{ AZE.id }}\n\n{{ AZE.index }} and {{ GEO.interval }}\n\n{{ table: ranking }}\n\n{{ AZE.cite }}\n"
    )
    texts["table.csv"] = Path(TABLE).read_text(encoding="utf-8")
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "profiles" / "AZE.yaml").write_text(DRAFTED, encoding="utf-8")
    must(folder, "import", "table.csv", "-o", "table.import.yaml")
    must(folder, "lock")
    must(folder, "fill", "template.md", *DRAWS, "-o", "report.md")
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE, encoding="utf-8")
    must(folder, "sheet", "AZE", "--coder", "third", "--blind", "-o", "sheet.xlsx")
    _answer(folder / "sheet.xlsx")


def _answer(sheet: Path) -> None:
    """Answer the first statement of a coding sheet."""
    import openpyxl

    book = openpyxl.load_workbook(sheet)
    for column, value in enumerate(("strategy", "drafted"), start=7):
        book["Coding"].cell(5, column).value = value
    book.save(sheet)
    with zipfile.ZipFile(sheet) as file:  # the same bytes each time, without the hour
        parts = {
            name: re.sub(rb"(?<=W3CDTF\">)[^<]*", b"2018-01-01T00:00:00Z", file.read(name)) for name in file.namelist()
        }
    with zipfile.ZipFile(sheet, "w") as file:
        for name, data in parts.items():
            file.writestr(zipfile.ZipInfo(name), data)


def real(folder: Path) -> None:
    """The shipped rubric and a shipped country."""
    shutil.copytree(ROOT / "rubrics" / "resilience", folder / "rubrics" / "resilience")
    (folder / "profiles").mkdir()
    for name in ("EST", "publishers"):
        shutil.copy(ROOT / "profiles" / f"{name}.yaml", folder / "profiles")


def _commit(folder: Path) -> None:
    """Commit the folder as it was when the report was written: only then figures are outdated beyond doubt."""
    (folder / "profiles" / "AZE.yaml").write_text(DRAFTED, encoding="utf-8")
    for line in (("init", "--quiet", "--template="), ("add", "."), ("commit", "--quiet", "--message=first")):
        hostile.git(folder, *line)
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE, encoding="utf-8")


def must(folder: Path, *arguments: str) -> Outcome:
    """Run a command that ends well."""
    outcome = sandbox.run(folder, arguments)
    if outcome.code or outcome.faults():
        message = f"{' '.join(arguments)}: {outcome}"
        raise RuntimeError(message)
    return outcome


def files(folder: Path) -> Files:
    """The files of a folder by name, but those of git and of programs that run; of what is no file its kind."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in (".git", ".tmp") or (path.is_dir() and not path.is_symlink()):
            continue
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            is_large = status.st_size > 2**26
            found[name] = b"%d bytes" % status.st_size if is_large else path.read_bytes()
        else:
            found[name] = os.readlink(path).encode() if path.is_symlink() else b"%o" % status.st_mode
    return found


def is_litter(name: str) -> bool:
    """Whether a file is a temporary one of a process."""
    return Path(name).name.startswith(".scoring-") and not name.endswith(".json")


class Writing(NamedTuple):
    """A command that writes files, in the folder `small`, before and after it."""

    arguments: tuple[str, ...]
    start: Path
    before: Files
    after: Files
    outcome: Outcome

    @property
    def outputs(self) -> set[str]:
        """The files that it writes."""
        return {
            name for name in self.before.keys() | self.after.keys() if self.before.get(name) != self.after.get(name)
        }


class Worlds:
    """Folders that cases begin from, each made once."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self._made: dict[object, object] = {}
        self.paths = {}
        for make in (small, real):
            self.paths[make.__name__] = scratch / make.__name__
            self.paths[make.__name__].mkdir()
            make(self.paths[make.__name__])
        self.commands = {name: arguments for name in commands.commands if (arguments := self._arguments(name))}

    def _arguments(self, name: str) -> tuple[str, ...]:
        """A line that a command accepts in the folder `small`."""
        line = [name, *NEEDS.get(name, [])]
        line = ["table.csv" if one == TABLE else one for one in line]
        if any(one.name == "draws" for one in commands.commands[name].params):
            line += DRAWS
        return tuple(line)

    @cache  # noqa: B019  one object for the whole run
    def writing(self) -> tuple[tuple[str, ...], ...]:
        """The lines of all commands that write files, tried in one folder."""
        folder = self.scratch / "tried"
        shutil.copytree(self.paths["small"], folder)
        lines = []
        for name, line in self.commands.items():
            takes = any("-o" in one.opts for one in commands.commands[name].params) and "-o" not in line
            endings = ("md", "json", "csv", "yaml", "bib", "lock", "out") if takes else ()
            tried = [(*line, "-o", f"made.{ending}") for ending in endings] or [line]
            lines += next(([one] for one in tried if sandbox.run(folder, one).steps), [])
        return (*lines, *MORE_WRITING)

    @cache  # noqa: B019
    def run_of(self, arguments: tuple[str, ...], *, old: bool) -> Writing:
        """A writing command that is not disturbed.

        old: The folder has what the command wrote when a profile was another one, if it replaces that.
        """
        start = self.scratch / f"start-{len(list(self.scratch.iterdir()))}"
        shutil.copytree(self.paths["small"], start)
        if "--fix" in arguments:
            _commit(start)
        if old:
            (start / "profiles" / "AZE.yaml").write_text(DRAFTED, encoding="utf-8")
            sandbox.run(start, arguments)
            for name, data in files(self.paths["small"]).items():
                if name.startswith("profiles/") or name == "report.md":
                    (start / name).write_bytes(data)
            again = self._ended(arguments, start)
            return again if again.outcome.code in (0, 3) and again.outputs else self.run_of(arguments, old=False)
        return self._ended(arguments, start)

    def _ended(self, arguments: tuple[str, ...], start: Path) -> Writing:
        end = start.parent / f"{start.name}-end"
        shutil.copytree(start, end, symlinks=True)
        outcome = sandbox.run(end, arguments)
        return Writing(arguments, start, files(start), files(end), outcome)


# -- a case --------------------------------------------------------------------------------------------------------------


@dataclass
class Case:
    """A case: the folder that it may use, what it found, and what it cost."""

    worlds: Worlds
    random: Random
    scratch: Path
    number: int
    found: list[str] = field(default_factory=list)
    seconds: float = 0
    mebibytes: float = 0

    @property
    def folder(self) -> Path:
        """The working directory of the commands."""
        return self.scratch / "w"

    def begin(self, world: str | Path) -> Path:
        """Copy a folder to begin from."""
        shutil.copytree(self.worlds.paths[world] if isinstance(world, str) else world, self.folder, symlinks=True)
        return self.folder

    def run(self, *arguments: str, trouble: Trouble = NONE, killed: bool = False) -> Outcome:
        """Run a command; note what is wrong whatever it was asked."""
        return self.noted(arguments, sandbox.run(self.folder, arguments, trouble), killed=killed)

    def noted(self, arguments: Iterable[str], outcome: Outcome, *, killed: bool = False) -> Outcome:
        """Note what a command cost, and what is wrong with it."""
        self.seconds = max(self.seconds, outcome.seconds)
        self.mebibytes = max(self.mebibytes, outcome.mebibytes)
        line = " ".join(one if len(one) < 80 else f"{one[:40]}… ({len(one)})" for one in arguments)
        self.found += [f"`{line!r}`: {fault}" for fault in outcome.faults(killed=killed)]
        if (self.folder / "ran").exists():
            self.found.append(f"`{line!r}` ran a program of the folder")
        return outcome

    def expect(self, holds: bool, says: str) -> None:  # noqa: FBT001
        """Note what does not hold."""
        if not holds:
            self.found.append(says)

    def unchanged(self, before: Files, *, but: Iterable[str] = ()) -> None:
        """Note the files that are not what they were."""
        now = files(self.folder)
        names = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)} - set(but)
        self.expect(not names, f"changed, made or removed: {sorted(names)[:5]}")

    def whole(self, writing: Writing, *, litter: bool) -> None:
        """Note the files that are neither as before the command nor as after it, and temporary files unless expected."""
        now = files(self.folder)
        for name in sorted(writing.before.keys() | writing.after.keys() | now.keys()):
            data = now.get(name)
            if is_litter(name) and litter:
                continue
            if data not in (writing.before.get(name), writing.after.get(name)):
                self.found.append(
                    f"{name} is neither the old nor the new file ({None if data is None else len(data)} bytes)"
                )

    def again(self, writing: Writing) -> None:
        """Note what differs after the same command ran to its end; some do not replace what they finished before."""
        if files(self.folder) == writing.after:
            return
        outcome = self.run(*writing.arguments)
        self.expect(
            outcome.code == writing.outcome.code,
            f"the next run ends with {outcome.code}, not {writing.outcome.code}: {outcome.stderr[-300:]}",
        )
        now = files(self.folder)
        names = {name for name in now.keys() | writing.after.keys() if now.get(name) != writing.after.get(name)}
        self.expect(not names, f"after the next run other files: {sorted(names)[:5]}")


def any_writing(case: Case) -> Writing:
    """A writing command in turn, over its earlier output or not."""
    lines = case.worlds.writing()
    return case.worlds.run_of(lines[case.number % len(lines)], old=case.random.random() < 0.6)


# -- the attacks ---------------------------------------------------------------------------------------------------------


def kills(case: Case) -> None:
    """A writing command is killed, at an operation on files or at any time; then it runs again."""
    writing = any_writing(case)
    case.begin(writing.start)
    if case.random.random() < 0.7:
        trouble = Trouble(step=case.random.randint(1, writing.outcome.steps))
    else:
        trouble = Trouble(kill_after=case.random.uniform(0, 1.2 * writing.outcome.seconds))
    case.run(*writing.arguments, trouble=trouble, killed=True)
    case.whole(writing, litter=True)
    case.again(writing)


def disk(case: Case) -> None:
    """The disk is full, of a quota, read-only or broken, once or from then on; or files may not grow."""
    writing = any_writing(case)
    case.begin(writing.start)
    if case.random.random() < 0.7:
        step, lasts = case.random.randint(1, writing.outcome.steps), case.random.random() < 0.5
        trouble = Trouble(step=step, refusal=case.random.choice(ERRORS), lasts=lasts)
    else:
        sizes = [len(writing.after.get(name, b"")) for name in writing.outputs]
        trouble = Trouble(file_size=case.random.randrange(max(sizes, default=0) + 1))
    outcome = case.run(*writing.arguments, trouble=trouble)
    case.whole(writing, litter=False)
    if outcome.code in (0, 3):
        case.expect(files(case.folder) == writing.after, f"ends with {outcome.code}, but not all is written")
    case.again(writing)


def streams(case: Case) -> None:
    """Standard output is a full disk."""
    line = case.random.choice(list(case.worlds.commands.values()))
    case.begin("small")
    normal = case.run(*line)
    outcome = case.run(*line, trouble=Trouble(stdout="/dev/full"))
    if normal.stdout and normal.code in (0, 3):
        case.expect(outcome.code in (1, 2), f"{line}: ends with {outcome.code} though its output is lost")
        case.expect(bool(outcome.stderr.strip()), f"{line}: its output is lost without a message")


def permissions(case: Case) -> None:
    """Files and folders that may not be written or read."""
    writing = any_writing(case)
    folder = case.begin(writing.start)
    places = [folder, *(path for path in sorted(folder.rglob("*")) if not path.is_symlink())]
    locked = places if case.random.random() < 0.3 else case.random.sample(places, k=min(4, len(places)))
    mode = case.random.choice((0o555, 0o555, 0o444, 0o000))
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in locked}
    for path in reversed(locked):
        if path != folder:
            path.chmod(mode | (0o500 if path.is_dir() and mode == 0o444 else 0))
    case.run(*writing.arguments)
    for path in locked:
        if path.exists():
            path.chmod(modes[path])
    case.whole(writing, litter=False)
    case.again(writing)


def two(case: Case) -> None:
    """Two writing commands at once, the same or not."""
    writing = any_writing(case)
    is_same = case.random.random() < 0.5
    other = writing if is_same else case.worlds.run_of(case.random.choice(case.worlds.writing()), old=False)
    case.begin(writing.start)
    waits = []
    for one in (writing, other):
        waits.append((one, sandbox.start(case.folder, one.arguments)))
        time.sleep(case.random.choice((0, 0, 0.01, 0.03)))
    codes = [case.noted(one.arguments, wait()).code for one, wait in waits]
    now = files(case.folder)
    case.expect(not any(map(is_litter, now)), f"temporary files are left: {sorted(filter(is_litter, now))}")
    if is_same:
        case.expect(writing.outcome.code in codes, f"exit codes {codes}")
        names = {name for name in now.keys() | writing.after.keys() if now.get(name) != writing.after.get(name)}
        case.expect(not names, f"other files than after one run: {sorted(names)[:5]}")
    else:
        inputs = writing.before.keys() - writing.outputs - other.outputs
        lost = [name for name in sorted(inputs) if now.get(name) != writing.before[name]]
        case.expect(not lost, f"inputs are changed: {lost}")


def clock(case: Case) -> None:
    """The clock is in the past, or in 2100, and so are the dates of files."""
    writing = any_writing(case)
    case.begin(writing.start)
    day = case.random.choice((0, -1e9, 3e8, 2.0**31, 4.11e9, 4.2e9, 3.2e10, 2.5e11))
    for path in case.folder.rglob("*"):
        os.utime(path, (max(day, 0), max(day, 0)), follow_symlinks=False)
    outcome = case.run(*writing.arguments, trouble=Trouble(clock=day))
    case.expect(
        outcome.code == writing.outcome.code, f"{writing.arguments} ends with {outcome.code} in the year of {day}"
    )
    if writing.arguments[0] not in ("new", "import"):  # they write the day
        now = files(case.folder)
        names = {name for name in now.keys() | writing.after.keys() if now.get(name) != writing.after.get(name)}
        case.expect(not names, f"other bytes at {day}: {sorted(names)[:5]}")


def yaml(case: Case) -> None:
    """Hostile profiles, rubrics, registers, published indices and imports, and what only looks like a file."""
    folder = case.begin("real" if case.random.random() < 0.1 else "small")
    path = case.random.choice([path for path in sorted(folder.rglob("*.yaml")) if "cases" not in path.name])
    is_strange = case.random.random() < 0.1
    if is_strange:
        hostile.strange(case.random, path)
    else:
        path.write_bytes(hostile.yaml(case.random, path.read_bytes()))
    lines: tuple[tuple[str, ...], ...] = (("validate",), ("score",))
    more = (
        ("rank", *DRAWS),
        ("explain", "AZE"),
        ("validity", "--published", "published", *DRAWS),
        ("statements",),
        ("audit", *DRAWS),
    )
    more += (("check",), ("validate", "--format", "github"), ("docs", "-o", "out", "--published", "published", *DRAWS))
    more += (
        ("site", "out", *DRAWS),
        ("levers", "AZE"),
        ("export", "out"),
        ("agreement",),
        ("calibrate", "--repeats", "1"),
        ("draft", "report.md"),
    )
    chosen = (*lines, case.random.choice(more)) if case.random.random() < 0.5 else lines
    before = {} if is_strange else files(folder)
    for line in chosen:
        case.run(*line)
    if not is_strange:
        case.unchanged(before, but=[name for name in files(folder) if name.startswith("out/")])
    for locked in (path, path.parent):
        if not locked.is_symlink() and locked.exists():
            locked.chmod(0o755)


def documents(case: Case) -> None:
    """Hostile documents for verify, fill and draft."""
    folder = case.begin("small")
    report = (folder / "report.md").read_bytes() + (folder / "template.md").read_bytes()
    suffix, data = hostile.document(case.random, report, word_file, _pdf())
    name = f"hostile{suffix}"
    (folder / name).write_bytes(data)
    before = files(folder)
    case.run("verify", name, *DRAWS)
    case.run("fill", name, *DRAWS, "-o", f"filled{suffix}")
    case.run("draft", name)
    case.unchanged(before, but=[f"filled{suffix}"])
    case.run("verify", name, "--fix", *DRAWS)
    case.unchanged(before, but=[f"filled{suffix}", name])


@cache
def _pdf() -> bytes:
    """A PDF of one page of text."""
    text = b"BT /F1 12 Tf 72 700 Td (No strategy is in force.) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (rows, len(out))


def locks(case: Case) -> None:
    """Hostile lock files for check, diff, lock and export."""
    folder = case.begin("small")
    path = folder / "scores.lock"
    if case.random.random() < 0.1:
        hostile.strange(case.random, path)
    else:
        path.write_bytes(hostile.toml(case.random, path.read_bytes()))
    before = files(folder)
    for line in (("check",), ("diff", "./scores.lock", *DRAWS), ("brief", "--since", "./scores.lock", *DRAWS)):
        case.run(*line)
    case.unchanged(before)
    case.run("lock")
    folder.chmod(0o755)


def options(case: Case) -> None:
    """Every option and argument of every command with values that nobody means well."""
    known = list(parameters())
    name, parameter = known[case.number % len(known)]
    folder = case.begin("small")
    (folder / "circle").symlink_to("circle")
    os.mkfifo(folder / "pipe")
    before = files(folder)
    (option,) = (one for one in commands.commands[name].params if one.name == parameter)
    line = case.worlds.commands[name]
    values = hostile_values(option)
    for value in case.random.sample(values, k=min(4, len(values))):
        if parameter in ("output", "folder", "directory") and value == "pipe":
            continue  # a pipe waits for who reads it
        if parameter in ("folder", "directory") and value == "/":
            continue  # what is asked to be written is outside the folder
        if isinstance(option, click.Argument):
            rest = [] if option.nargs == -1 else NEEDS.get(name, [])[1:]
            arguments = [
                name,
                *(DRAWS if "--draws" in line else ()),
                *(rest if name != "compare" else ["GEO"]),
                "--",
                value,
            ]
        else:
            arguments = [*line, f"{option.opts[-1]}={value}"]
        if any("\0" in one for one in arguments):
            continue
        outcome = case.run(*arguments)
        case.expect(
            outcome.code in (0, 3) or bool(outcome.stderr.strip() or outcome.stdout.strip()), f"no message: {arguments}"
        )
    now = files(folder)
    lost = [one for one in before if one not in now or (now[one] != before[one] and not _may_write(name, one))]
    case.expect(not lost, f"changed or removed: {lost}")


def _may_write(name: str, file: str) -> bool:
    """Whether a command may change an existing file of the folder `small`."""
    return (name, file) in {("lock", "scores.lock"), ("collect", "profiles/AZE.yaml"), ("verify", "report.md")}


def repositories(case: Case) -> None:
    """Hostile git repositories: settings, attributes, hooks, objects, trees, commits, clones and submodules."""
    folder = case.begin("small")
    made = hostile.repository(case.random, folder)
    marks = folder / "ran"
    marks.unlink(missing_ok=True)  # git may have run a hook while the repository was made
    before = files(folder)
    revision = case.random.choice(hostile.REVISIONS) if case.random.random() < 0.5 else "HEAD~1"
    lines = (
        ("diff", *DRAWS, "--", revision),
        ("diff", *DRAWS, f"--head={revision}", "--", "HEAD"),
        ("brief", *DRAWS, f"--since={revision}"),
        ("verify", "report.md", *DRAWS, f"--revision={revision}"),
        ("verify", "report.md", *DRAWS),
        ("resolve", "small@1.0.0/AZE/2018-01-01/0123456789abcdef"),
        ("cite", "AZE", *DRAWS, f"--revision={revision}"),
        ("check",),
        ("validate",),
        ("desk", "--port", "0"),
    )
    for line in case.random.sample(lines, k=3):
        case.run(*line)
    case.unchanged(before)
    case.found = [f"{one} (repository: {', '.join(made)})" for one in case.found]


class Attack(NamedTuple):
    """An attack: what a case does, and how many cases the campaign has."""

    run: Callable[[Case], None]
    cases: int
    title: str


ATTACKS = {
    "kills": Attack(kills, 300, "kills of writing commands"),
    "disk": Attack(disk, 300, "full, read-only and broken disks"),
    "streams": Attack(streams, 60, "full standard output"),
    "permissions": Attack(permissions, 150, "files and folders without permission"),
    "two": Attack(two, 200, "two commands at once"),
    "clock": Attack(clock, 150, "clock in the past and in 2100"),
    "yaml": Attack(yaml, 2000, "hostile YAML"),
    "documents": Attack(documents, 500, "hostile documents"),
    "locks": Attack(locks, 200, "hostile lock files"),
    "options": Attack(options, 400, "hostile values of options"),
    "repositories": Attack(repositories, 300, "hostile git repositories"),
}


# -- the campaign --------------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What an attack found and cost."""

    cases: int = 0
    failed: int = 0
    slowest: float = 0
    most: float = 0
    spent: float = 0


def tried(worlds: Worlds, name: str, number: int, seed: int) -> Case:
    """Run a case."""
    scratch = Path(tempfile.mkdtemp(prefix="case-", dir=worlds.scratch))
    case = Case(worlds, Random(f"{seed}/{name}/{number}"), scratch, number)
    try:
        ATTACKS[name].run(case)
    except Exception as error:
        case.found.append(f"the attack itself failed: {type(error).__name__}: {error}")
    _remove(scratch)
    return case


def _remove(folder: Path) -> None:
    """Remove a folder, whatever its permissions."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


def campaign(worlds: Worlds, names: list[str], seed: int, seconds: float | None, only: int | None) -> dict[str, Tally]:
    """Run the attacks, always the one that had the least time; print what fails."""
    tallies = {name: Tally() for name in names}
    end = None if seconds is None else time.monotonic() + seconds
    while end is None or time.monotonic() < end:
        left = [name for name in names if tallies[name].cases < (ATTACKS[name].cases if only is None else 1)]
        if not left:
            break
        name = min(left, key=lambda one: tallies[one].spent)
        tally = tallies[name]
        number = tally.cases if only is None else only
        began = time.monotonic()
        case = tried(worlds, name, number, seed)
        tally.spent += time.monotonic() - began
        tally.cases += 1
        tally.failed += bool(case.found)
        tally.slowest, tally.most = max(tally.slowest, case.seconds), max(tally.most, case.mebibytes)
        for one in case.found[:5]:
            print(f"--only {name} --case {number} --seed {seed}: {one}", flush=True)
    return tallies


HEAD = (
    "| attack | cases | seed | failed | slowest command, s of CPU | most memory, MiB |",
    "| --- | --: | --: | --: | --: | --: |",
)


def rows(tallies: dict[str, Tally], seed: int) -> dict[str, str]:
    """Title of an attack -> its row of the table."""
    return {
        title: f"| {title} | {tally.cases:,} | {seed} | {tally.failed} | {tally.slowest:.1f} | {tally.most:.0f} |"
        for name, tally in tallies.items()
        for title in [ATTACKS[name].title]
    }


def write(made: dict[str, str]) -> None:
    """Put rows into the page; those of attacks that were not tried stay."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    old, after = rest.split(END)
    earlier = {line.split("|")[1].strip(): line for line in old.splitlines() if line.startswith("| ")}
    known = [(earlier | made).get(attack.title) for attack in ATTACKS.values()]
    text = "\n".join((*HEAD, *filter(None, known)))
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Run what is asked; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="of all cases (default: 1)")
    parser.add_argument("--minutes", type=float, help="stop after this time; default: when all cases were tried")
    parser.add_argument("--only", choices=ATTACKS, action="append", help="only this attack; may be repeated")
    parser.add_argument("--case", type=int, help="only this case of the attack")
    parser.add_argument("--write", action="store_true", help="put the table into docs/reliability.md")
    asked = parser.parse_args()
    sandbox.preload()
    with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
        worlds = Worlds(Path(os.path.realpath(scratch)))
        seconds = None if asked.minutes is None else 60 * asked.minutes
        tallies = campaign(worlds, asked.only or list(ATTACKS), asked.seed, seconds, asked.case)
    made = rows(tallies, asked.seed)
    print("", *HEAD, *made.values(), sep="\n")
    if asked.write:
        write(made)
    return int(any(tally.failed for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
