"""Check that every supported Python, and the oldest numpy, give the same bytes.

    python tools/interpreters.py

For each interpreter that is found a fresh environment gets the package; then the scores, the lock file, a citation and
a site of two countries are made and compared with those of the first. The oldest numpy follows in the first
environment. Interpreters that are not found are named.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
OLDEST_NUMPY = "numpy==2.0.2"
COUNTRIES = ("EST", "GEO", "publishers")


def interpreter(version: str) -> str | None:
    """The path of an interpreter that runs, on PATH or as pyenv installs it."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return sys.executable
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [*sorted(root.glob(f"versions/{version}.*/bin/python")), shutil.which(f"python{version}")]
    return next((str(path) for path in candidates if path and _runs(path)), None)


def _runs(python: str | Path) -> bool:
    """Whether an interpreter runs: a shim of pyenv does not for every version."""
    return subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0  # noqa: S603


def run(command: Sequence[str | Path], folder: Path) -> bytes:
    """The output of a command, which must not fail."""
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout  # noqa: S603


def environment(python: str, pip: list[str | Path], wheel: Path, folder: Path) -> Path:
    """The folder of programs of a fresh environment with the package and what a site needs."""
    run([python, "-m", "venv", "--without-pip", folder], ROOT)
    install(pip, folder, ROOT / "constraints.txt", wheel, "jinja2")
    return folder / "bin"


def install(pip: list[str | Path], folder: Path, constraints: Path, *packages: str | Path) -> None:
    """Install packages into an environment; compiling what is imported once would take longer than it saves."""
    options = ["--no-warn-script-location", "--no-compile", "--constraint", constraints]
    run([*pip, "--python", folder, "install", "--quiet", *options, *packages], ROOT)


def outputs(scoring: Path, folder: Path) -> dict[str, str]:
    """Name of an output -> its digest, made by a program in a fresh folder."""
    shutil.copytree(ROOT / "rubrics", folder / "rubrics")
    (folder / "profiles").mkdir()
    for name in COUNTRIES:
        shutil.copy(ROOT / "profiles" / f"{name}.yaml", folder / "profiles")
    made = {
        "score": run([scoring, "score", "--format", "json"], folder),
        "cite": run([scoring, "cite", "GEO", "--draws", "2000"], folder),
    }
    run([scoring, "lock", "-o", "made.lock"], folder)
    made["lock"] = (folder / "made.lock").read_bytes()
    run([scoring, "site", "made", "--draws", "1000"], folder)
    made |= {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "made").rglob("*")
        if path.is_file()
    }
    return {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}


def every_output(found: dict[str, str], scratch: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Name of an interpreter -> its outputs; last those of the first one with the oldest numpy."""
    first, *_ = found.values()
    run([first, "-m", "venv", scratch / "pip"], ROOT)
    pip: list[str | Path] = [scratch / "pip" / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", scratch, ROOT], ROOT)
    (wheel,) = scratch.glob("*.whl")
    for version, python in found.items():
        programs = environment(python, pip, wheel, scratch / version)
        yield f"Python {version}", outputs(programs / "scoring", _folder(scratch / f"{version}-outputs"))
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("numpy==")]
    (scratch / "oldest.txt").write_text("\n".join([*kept, OLDEST_NUMPY]), encoding="utf-8")
    version = next(iter(found))
    install(pip, scratch / version, scratch / "oldest.txt", OLDEST_NUMPY)
    program = scratch / version / "bin" / "scoring"
    yield f"Python {version}, {OLDEST_NUMPY}", outputs(program, _folder(scratch / "oldest-outputs"))


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def main() -> int:
    """Print what differs; exit code 1 if anything does."""
    found = {version: python for version in VERSIONS if (python := interpreter(version))}
    faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        first: dict[str, str] = {}
        for name, made in every_output(found, Path(scratch)):
            first = first or made
            other = sorted(key for key in first.keys() | made.keys() if first.get(key) != made.get(key))
            faults += bool(other)
            said = f"other bytes in {', '.join(other)}" if other else f"the same {len(made)} outputs"
            print(f"{name}: {said}", flush=True)  # noqa: T201
    if missing := [version for version in VERSIONS if version not in found]:
        print(f"Not found, and not tried: Python {', '.join(missing)}")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
