"""Whole commands on a large set: 191 countries, 74 indicators, and edits of every statement of 20 and of 200 countries.

    python benchmarks/large.py                       all of it: processor seconds, wall seconds, peak memory, output
    python benchmarks/large.py --only site export    some of it

Each command is a process of its own, and the modules are compiled as in an installed package; the targets are for two
idle cores. The size of a site is also that of its files as web servers send them, by gzip.
"""

from __future__ import annotations

import argparse
import compileall
import csv
import gzip
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import check
import memory
import synthetic
import yaml

COUNTRIES, INDICATORS = 191, 74
ANSWERED, TWICE = 0.9, 0.4  # shares of the indicators with a statement, and with two
TEXT = "The report of {country} says how far question {name} is fulfilled in law and in practice, and gives examples."


class Task(NamedTuple):
    """A command, with its targets in seconds, MiB of memory and MB of files as they are sent."""

    command: tuple[str, ...]
    seconds: float
    memory: float | None = None
    sent: float | None = None


TASKS = {
    "compare": Task(("compare", "{first}", "{second}"), 3),
    "rank": Task(("rank", "-o", "rank.txt"), 6),
    "sensitivity": Task(("sensitivity", "-o", "sensitivity.txt"), 10, memory=300),
    "export": Task(("export", "export"), 8),
    "site": Task(("site", "site"), 12, sent=15),
}
EDITS = {"diff of 20": (20, 3.0), "diff of 200": (200, 30.0)}


def write_set(folder: Path) -> list[str]:
    """Write a rubric of five pillars and the profiles of many countries; the codes of the countries."""
    rubric = folder / "rubrics"
    rubric.mkdir(parents=True)
    book = synthetic.rule_book(INDICATORS + 1, borrows=True)  # fifteen in each pillar, and one of them is left out
    pillars = list(book.pillars)
    weights = {pillar.id: 1 for pillar in pillars}
    head = book.rubric.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"pillars"})
    (rubric / "rubric.yaml").write_text(yaml.safe_dump({**head, "pillars": weights}, sort_keys=False))
    leaves = []
    for number, pillar in enumerate(pillars):
        text = pillar.model_dump(mode="json", by_alias=True, exclude_unset=True)
        text["indicators"] = text["indicators"][: len(text["indicators"]) - (number == 0)]
        leaves += [indicator["id"] for indicator in text["indicators"]]
        (rubric / f"{pillar.id}.yaml").write_text(yaml.safe_dump(text, sort_keys=False))
    profiles = folder / "profiles"
    profiles.mkdir()
    codes = country_codes()[:COUNTRIES]
    for code in codes:
        (profiles / f"{code}.yaml").write_text(profile(code, leaves))
    return codes


def country_codes() -> list[str]:
    """The codes of all countries but the actor of the shipped profiles."""
    with (check.ROOT / "scoring" / "data" / "countries.csv").open() as file:
        return [code for row in csv.DictReader(file) if (code := next(iter(row.values()))) != "RUS"]


def profile(country: str, leaves: list[str]) -> str:
    """The text of a profile: statements in plain words, their sources, days and grades by a seed."""
    numbers = random.Random(country)  # noqa: S311  synthetic evidence
    sources, statements = [], []
    for leaf in leaves:
        for position in range((numbers.random() < ANSWERED) + (numbers.random() < TWICE)):
            day = f"{numbers.randint(2019, 2024)}-{numbers.randint(1, 12):02d}-{numbers.randint(1, 28):02d}"
            name = f"{leaf.replace('_', '-')}-{position}"
            about = f"title: Report on {name} of {country}, publisher: Office of {country}"
            sources.append(
                f"  {name}: {{{about}, reliability: {numbers.choice('ABC')}, published: {day},"
                f" url: 'https://example.org/{country}/{name}'}}\n"
            )
            statements.append(
                f"  - id: {name}\n    text: {TEXT.format(country=country, name=name)}\n    source: {name}\n"
                f"    locator: page {numbers.randint(1, 200)}\n    date: {day}\n"
                f"    credibility: {numbers.randint(1, 3)}\n"
                f"    codes: {{{leaf}: {numbers.choice(synthetic.LEVELS)}}}\n"
            )
    head = f"format: 1\ncountry: {country}\nas_of: 2024-12-31\nsources:\n"
    return head + "".join(sources) + "statements:\n" + "".join(statements)


def edited(folder: Path, countries: int) -> None:
    """A repository with shipped rubric and profiles of 60 statements, each of which was then edited."""
    (folder / "profiles").mkdir(parents=True)
    check.write_profiles(folder / "profiles")
    for path in sorted((folder / "profiles").iterdir())[countries:]:
        path.unlink()
    shutil.copytree(check.ROOT / "rubrics", folder / "rubrics")
    git = ("git", "-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "profiles")):
        subprocess.run([*git, *command], cwd=folder, check=True)  # noqa: S603
    for path in (folder / "profiles").iterdir():
        text = path.read_text()
        new = {"1": "3", "2": "4", "3": "1", "4": "2", "5": "1", "6": "1"}
        path.write_text("".join(_edited_line(line, new) for line in text.splitlines(keepends=True)))


def _edited_line(line: str, new: dict[str, str]) -> str:
    key, found, value = line.partition("credibility: ")
    return f"{key}{found}{new[value[0]]}{value[1:]}" if found else line


def run(cwd: Path, *command: str) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak MiB of a command that succeeds, or exits because scores changed."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "scoring", *command], cwd=cwd, stdout=subprocess.DEVNULL, stderr=errors
        )
        used, peak = memory.until_end(process)
        wall = time.perf_counter() - start
        if process.returncode not in (0, 3):
            errors.seek(0)
            sys.exit(errors.read().decode())
    return wall, used.ru_utime + used.ru_stime, peak


def sizes(folder: Path) -> tuple[float, float]:
    """MB of the files of a folder, and of the same compressed; 0 if there is none."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return sum(map(len, files)) / 1e6, sum(len(gzip.compress(data)) for data in files) / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=[*TASKS, *EDITS], default=[*TASKS, *EDITS])
    chosen = parser.parse_args().only
    compileall.compile_dir(check.ROOT / "scoring", quiet=1)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        codes = write_set(root / "set")
        for task in filter(TASKS.__contains__, chosen):
            command, target, most, sent = TASKS[task]
            wall, cpu, peak = run(root / "set", *(word.format(first=codes[0], second=codes[1]) for word in command))
            size, compressed = sizes(root / "set" / task)
            limits = [f"{target:.0f} s", f"{most:.0f} MiB" if most else "", f"{sent:.0f} MB sent" if sent else ""]
            print(
                f"{task}: {cpu:.1f} s of CPU, {wall:.1f} s, {peak:.0f} MiB, {size:.1f} MB, {compressed:.1f} MB sent; "
                f"target {', '.join(filter(None, limits))}",
                flush=True,
            )
        for task in filter(EDITS.__contains__, chosen):
            countries, target = EDITS[task]
            edited(root / task, countries)
            wall, cpu, peak = run(root / task, "diff", "HEAD")
            print(f"{task}: {cpu:.1f} s of CPU, {wall:.1f} s, {peak:.0f} MiB; target {target:.0f} s", flush=True)


if __name__ == "__main__":
    main()
