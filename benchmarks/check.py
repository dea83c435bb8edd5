"""How long `scoring check` takes on 200 profiles of 60 statements, beside PyYAML's own loader on the same files.

Whole processes, the median of some rounds. Exits with 1 where the target of docs/performance.md is missed.
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
TARGET = 1.5  # of the time of PyYAML's loader alone, at most
LOAD = """\
import sys, yaml
from pathlib import Path
for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
    with path.open("rb") as file:
        yaml.load(file, Loader=yaml.CSafeLoader)
"""


def write_profiles(folder: Path) -> None:
    """Many countries with statements of a shipped profile."""
    text = (ROOT / "profiles" / "UKR.yaml").read_text()
    head, *blocks = re.split(r"(?m)^(?=  - id: )", text)
    blocks = [re.sub(r"(?m)^ *#.*\n", "", block) for block in blocks[:STATEMENTS]]
    with (ROOT / "scoring" / "data" / "countries.csv").open() as file:
        codes = [next(iter(row.values())) for row in csv.DictReader(file)]
    for code in [code for code in codes if code != "RUS"][:PROFILES]:
        (folder / f"{code}.yaml").write_text((head + "".join(blocks)).replace("country: UKR", f"country: {code}"))


def seconds(*command: str, cwd: Path) -> float:
    """Wall time of a process that ends well, or with scores moved."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, check=False)  # noqa: S603
    if done.returncode not in (0, 3):
        sys.exit(done.stderr.decode())
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
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
