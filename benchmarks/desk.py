"""How long a page of the desk takes on the shipped forty countries, without the browser.

python benchmarks/desk.py
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.desk import coding, countries, entry
from scoring.desk.desk import Desk, Request
from scoring.desk.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
REPEATS = 9


def milliseconds(desk: Desk, page: Callable[[Desk, Request], object], **path: str) -> float:
    """The median time of a page."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        page(desk, Request(is_post=False, path=path, query={}, fields={}))
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    """Print the times."""
    desk = Desk(Folder(ROOT / "rubrics" / "resilience", ROOT / "profiles"), "third")
    desk.folder.peers(desk.folder.snapshot())
    pages = {
        "all countries": (countries.overview, {}),
        "a country": (countries.country, {"country": "GEO"}),
        "a question": (countries.question, {"country": "GEO", "indicator": "cyber_strategy"}),
        "an empty form": (entry.statement, {"country": "GEO"}),
        "blind coding": (coding.coding, {}),
        "differences": (coding.differences, {}),
    }
    for name, (page, path) in pages.items():
        print(f"{name:16}{milliseconds(desk, page, **path):6.0f} ms")


if __name__ == "__main__":
    main()
