"""Check that every supported Python, and the oldest numpy, give the same bytes.

    python tools/interpreters.py

For each interpreter that is found a fresh environment gets the package; then the scores, the lock file, a citation and
a site of two countries are made and compared with those of the first. Interpreters that are not found are named.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

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


def run(command: list[str | Path], folder: Path) -> bytes:
    """The output of a command, which must not fail."""
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout  # noqa: S603


def outputs(python: str, numpy: str | None, folder: Path) -> dict[str, str]:
    """Name of an output -> its digest, made by an interpreter in a fresh environment.

    numpy: The requirement that replaces the one of constraints.txt.
    """
    environment = folder / "environment"
    run([python, "-m", "venv", environment], folder)
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", f"{ROOT}[report]"]
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in constraints if numpy is None or not line.startswith("numpy==")]
    (folder / "constraints.txt").write_text("\n".join([*kept, *([numpy] if numpy else [])]), encoding="utf-8")
    run([*pip, "--constraint", folder / "constraints.txt"], folder)
    shutil.copytree(ROOT / "rubrics", folder / "rubrics")
    (folder / "profiles").mkdir()
    for name in COUNTRIES:
        shutil.copy(ROOT / "profiles" / f"{name}.yaml", folder / "profiles")
    scoring: list[str | Path] = [environment / "bin" / "scoring"]
    made = {
        "score": run([*scoring, "score", "--format", "json"], folder),
        "cite": run([*scoring, "cite", "GEO", "--draws", "2000"], folder),
    }
    run([*scoring, "lock", "-o", "made.lock"], folder)
    made["lock"] = (folder / "made.lock").read_bytes()
    run([*scoring, "site", "made", "--draws", "500"], folder)
    made |= {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "made").rglob("*")
        if path.is_file()
    }
    return {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}


def main() -> int:
    """Print what differs; exit code 1 if anything does."""
    found = {version: interpreter(version) for version in VERSIONS}
    runs = [(f"Python {version}", python, None) for version, python in found.items() if python]
    runs.append((f"Python {VERSIONS[0]}, {OLDEST_NUMPY}", found[VERSIONS[0]] or sys.executable, OLDEST_NUMPY))
    first: dict[str, str] = {}
    faults = 0
    for name, python, numpy in runs:
        with tempfile.TemporaryDirectory() as scratch:
            made = outputs(python, numpy, Path(scratch))
        first = first or made
        other = sorted(key for key in first.keys() | made.keys() if first.get(key) != made.get(key))
        faults += bool(other)
        said = f"other bytes in {', '.join(other)}" if other else f"the same {len(made)} outputs"
        print(f"{name}: {said}")  # noqa: T201
    if missing := [version for version, python in found.items() if python is None]:
        print(f"Not found, and not tried: Python {', '.join(missing)}")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
