"""How long `scoring check` takes on 200 profiles of 60 statements: cold, after one edit, and PyYAML's loader beside it.

Whole processes, the median of some rounds. Exits with 1 where a target of docs/performance.md is missed.
"""

from __future__ import annotations

import csv
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROFILES, STATEMENTS, ROUNDS = 200, 60, 5
EDITED = 1 / 4  # of the cold run, at most
LOADER = 1.0  # cold run over PyYAML's loader alone, at most
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


def seconds(*command: str, cwd: Path, cache: Path) -> float:
    """Wall time of a process that ends well, or with scores moved."""
    start = time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run([sys.executable, *command], cwd=cwd, env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode not in (0, 3):
        sys.exit(done.stderr.decode())
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        profiles = root / "profiles"
        profiles.mkdir()
        (root / "rubrics").symlink_to(ROOT / "rubrics")
        write_profiles(profiles)
        check = ("-m", "scoring", "check", "--rubric", str(ROOT / "rubrics"))
        seconds("-m", "scoring", "lock", "--rubric", str(ROOT / "rubrics"), cwd=root, cache=root / "lock")
        edited = profiles / "AZE.yaml"
        loader, cold, warm = [], [], []
        for number in range(ROUNDS):
            cache = root / f"cache{number}"
            loader.append(seconds("-c", LOAD, str(profiles), cwd=root, cache=cache))
            cold.append(seconds(*check, cwd=root, cache=cache))
            edited.write_text(edited.read_text() + f"# {number}\n")
            warm.append(seconds(*check, cwd=root, cache=cache))
    alone, first, after = map(statistics.median, (loader, cold, warm))
    print(f"PyYAML's C loader alone {alone:.2f} s; scoring check cold {first:.2f} s, after one edit {after:.2f} s")
    print(f"cold over the loader: {first / alone:.2f}, target {LOADER:.2f} at most")
    print(f"after one edit over cold: {after / first:.2f}, target {EDITED:.2f} at most")
    sys.exit(first / alone > LOADER or after / first > EDITED)


if __name__ == "__main__":
    main()
