"""Check that a release may be made, and build it into dist/.

    python tools/release.py            # all checks, then wheel and sdist
    python tools/release.py --check    # the checks of the texts alone

It needs the extra `release`. docs/release.md has what is to be done by hand.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PLACEHOLDER = "PLACEHOLDER"
TEXTS = ("CITATION.cff", "codemeta.json", "SECURITY.md", "CODE_OF_CONDUCT.md", "pyproject.toml")
URLS = ("Repository", "Documentation", "Changelog")
"""Addresses that pyproject.toml must give under `project.urls`."""
FOREIGN = re.compile(r"(^|/)(tests?|benchmarks|tools)/|\.(pyc|orig|rej)$")
"""What no wheel carries."""


def faults_of_texts(root: Path) -> Iterator[str]:
    """What stands in the way of a release in the texts of a project folder: placeholders, and other versions."""
    for name in TEXTS:
        for number, line in enumerate((root / name).read_text(encoding="utf-8").splitlines(), start=1):
            if PLACEHOLDER in line:
                yield f"{name}:{number}: a placeholder; write what belongs there"
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    given = {
        "CITATION.cff": str(yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["version"]),
        "codemeta.json": json.loads((root / "codemeta.json").read_text(encoding="utf-8"))["version"],
    }
    for name, other in given.items():
        if other != version:
            yield f"{name}: version {other} is not {version}, that of pyproject.toml; make them equal"
    if not re.search(
        rf"^## {re.escape(version)}( |$)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    ):
        yield f"CHANGELOG.md: no heading `## {version}`; give the changes of this release one"
    for name in URLS:
        if name not in project.get("urls", {}):
            yield f"pyproject.toml: no address of the {name.lower()}; write {name} under [project.urls]"


def faults_of_tree(root: Path) -> Iterator[str]:
    """Files that git does not know in their present state: a build would include some of them."""
    for line in _git(root, "status", "--porcelain").splitlines():
        yield f"{line[3:]}: not as committed; commit or remove it, or build in a fresh clone"


def _git(root: Path, *arguments: str) -> str:
    """What git prints of a project folder."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout  # noqa: S603


def build(root: Path, target: Path) -> list[Path]:
    """Wheel and sdist of a project folder, with the time of the last commit in them."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _git(root, "log", "-1", "--format=%ct").strip()}
    command = [sys.executable, "-m", "build", "--outdir", str(target), str(root)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    return sorted(target.iterdir())


def faults_of_build(root: Path, target: Path) -> Iterator[str]:
    """What is wrong with wheel and sdist, which are built into a folder."""
    built = build(root, target)
    with tempfile.TemporaryDirectory() as scratch:
        for first, second in zip(built, build(root, Path(scratch)), strict=True):
            if not filecmp.cmp(first, second, shallow=False):
                yield f"{first.name}: has other bytes when it is built again"
    [wheel] = (path for path in built if path.suffix == ".whl")
    with zipfile.ZipFile(wheel) as packed:
        for name in filter(FOREIGN.search, packed.namelist()):
            yield f"{wheel.name}: carries {name}, which is not for users"
    checked = subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *built], check=False)  # noqa: S603
    if checked.returncode:
        yield "twine refuses what was built; it says why above"
    yield from _faults_in_empty_folder(wheel)


def _faults_in_empty_folder(wheel: Path) -> Iterator[str]:
    """Whether the wheel works where nothing of the project lies."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, environment = Path(scratch) / "empty", Path(scratch) / "environment"
        folder.mkdir()
        venv.create(environment, with_pip=True)
        python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)  # noqa: S603
        scored = subprocess.run([python, "-m", "scoring", "score"], cwd=folder, check=False, capture_output=True)  # noqa: S603
        if scored.returncode:
            yield f"{wheel.name}: `scoring score` fails in an empty folder: {scored.stderr.decode().strip()}"


def main() -> int:
    """Print what stands in the way of a release; exit code 1 if anything does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only the texts")
    only_texts = parser.parse_args().check
    faults = [*faults_of_texts(ROOT), *([] if only_texts else faults_of_tree(ROOT))]
    if not faults and not only_texts:
        faults = list(faults_of_build(ROOT, ROOT / "dist"))
    print("\n".join(faults) or "A release may be made.")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
