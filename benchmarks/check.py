"""Time of `scoring check` on 200 profiles of 60 statements, compared with PyYAML's loader on the same files.

Whole processes, median of several rounds. Exits with 1 if the target of docs/performance.md is missed.
"""

from __future__ import annotations

import csv
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROFILES, STATEMENTS, ROUNDS = 200, 60, 5
TARGET = 1.5  # at most, times the time of PyYAML's loader
LOAD = """\
import sys, yaml
from pathlib import Path
for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
    with path.open("rb") as file:
        yaml.load(file, Loader=yaml.CSafeLoader)
"""


def write_profiles(folder: Path) -> None:
    """Write profiles of many countries, with the statements of a shipped profile."""
    text = (ROOT / "profiles" / "UKR.yaml").read_text()
    head, *blocks = re.split(r"(?m)^(?=  - id: )", text)
    blocks = [re.sub(r"(?m)^ *#.*\n", "", block) for block in blocks[:STATEMENTS]]
    with (ROOT / "scoring" / "data" / "countries.csv").open() as file:
        codes = [next(iter(row.values())) for row in csv.DictReader(file)]
    for code in [code for code in codes if code != "RUS"][:PROFILES]:
        (folder / f"{code}.yaml").write_text((head + "".join(blocks)).replace("country: UKR", f"country: {code}"))


def seconds(*command: str, cwd: Path) -> float:
    """Wall time of a process that succeeds, or exits because scores changed."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, check=False)  # noqa: S603
    if done.returncode not in (0, 3):
        sys.exit(done.stderr.decode())
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        profiles = root / "profiles"
        profiles.mkdir()
        write_profiles(profiles)
        rubric = ("--rubric", str(ROOT / "rubrics"))
        seconds("-m", "scoring", "lock", *rubric, cwd=root)
        loader, whole = [], []
        for _ in range(ROUNDS):
            loader.append(seconds("-c", LOAD, str(profiles), cwd=root))
            whole.append(seconds("-m", "scoring", "check", *rubric, cwd=root))
    alone, check = map(statistics.median, (loader, whole))
    print(f"PyYAML's C loader alone {alone:.2f} s; scoring check {check:.2f} s")
    print(f"check over the loader: {check / alone:.2f}, target {TARGET:.2f} at most")
    sys.exit(check / alone > TARGET)


if __name__ == "__main__":
    main()
