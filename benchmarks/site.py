"""Time of `scoring site` on 200 profiles of 60 statements, as whole processes, for a first and a second run.

Exits with 1 if the first run takes longer than the target of docs/performance.md.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import check

TARGET = 20.0  # seconds on two cores


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "profiles").mkdir()
        check.write_profiles(root / "profiles")
        command = ("-m", "scoring", "site", "out", "--rubric", str(check.ROOT / "rubrics"))
        first, again = (check.seconds(*command, cwd=root) for _ in range(2))
    print(f"scoring site {first:.1f} s, again with nothing to write {again:.1f} s; target {TARGET:.0f} s")
    sys.exit(first > TARGET)


if __name__ == "__main__":
    main()
