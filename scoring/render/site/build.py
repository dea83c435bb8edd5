"""All files of the site: path below its folder to bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scoring.analysis import statements
from scoring.analysis.country import country_summary
from scoring.analysis.matrix import matrix
from scoring.change import lock
from scoring.change.trend import trend
from scoring.render import statements as rendering
from scoring.render.rank import rank_csv
from scoring.render.score import score_csv, score_object
from scoring.render.site import data, pages
from scoring.render.site.snapshot import Days, days, snapshot_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.change.trend import Point
    from scoring.index.scenario import Scenario
    from scoring.model.profile import Profile
    from scoring.render.site.snapshot import Snapshot
    from scoring.uncertainty.run import Run

PACKAGE = Path(__file__).parents[2]
METHOD = Path("docs", "method.md")


def build(run: Run, progress: Callable[[float], None] | None = None, *, others: Sequence[Run] = ()) -> dict[str, bytes]:
    """Generate all files of the site.

    Args:
        run: of at least one country; the site shows its day, or without one the days of the editions by which every
            country has one.
        progress: called with the work done since the last call; `steps` is the total.
        others: the same countries by other rubrics, with which a page compares this one.

    Returns:
        Path below the folder of the site, with `/`, to content; the same bytes in every run.
    """
    book = run.scenario.book
    shown_days, default_day, _ = _days(run.scenario)
    snapshots = tuple(snapshot_on(run, day, progress) for day in shown_days)
    default = snapshots[shown_days.index(default_day)]
    whole = default.views[0].simulation
    matrices = tuple(matrix(whole, other.simulation(default_day, progress=progress)) for other in others)
    site = pages.Site(snapshots, default, data.about(snapshots, default_day.isoformat()), matrices)
    files = {**pages.assets(book.rubric), "data/about.js": data.script("about", site.about)}
    for snapshot in snapshots:
        files |= _day_files(snapshot)
    listed = statements.statements(default.assessment.profiles, book)
    files["data/statements.csv"] = rendering.evidence_csv(listed).encode()
    files |= {
        "index.html": pages.overview(site),
        "compare.html": pages.compare(site),
        "rubric.html": pages.rubric(site),
        "method.html": pages.method(site, method_text()),
    }
    if matrices:
        files[pages.MATRIX[0]] = pages.matrix(site)
    for row, profile in enumerate(default.assessment.profiles):
        points, code = _points(run, profile), profile.country
        fragments = {
            snapshot.day.isoformat(): pages.country_fragment(
                snapshot, snapshot.assessment.countries[row], country_summary(snapshot.assessment, row), points
            )
            for snapshot in snapshots
        }
        files[f"countries/{code}.html"] = pages.country(site, code, profile.title, fragments[default_day.isoformat()])
        files[f"countries/{code}.js"] = data.script(f"country/{code}", fragments)
        if progress is not None:
            progress(run.settings.draws / 10)
    return files | {"data.html": pages.downloads(site, files)}


def steps(run: Run, others: Sequence[Run] = ()) -> float:
    """The total that `build` reports as progress."""
    scenario = run.scenario
    snapshots = len(_days(scenario).shown)
    passes = snapshots * (1 + len(scenario.book.pillars)) + len(others)
    return run.settings.draws * (passes + len(scenario.profiles) / 10)


def _days(scenario: Scenario) -> Days:
    """The days that the site offers."""
    return Days((scenario.as_of,), scenario.as_of, ()) if scenario.as_of else days(scenario.profiles)


def notes(scenario: Scenario) -> list[str]:
    """What the site leaves out."""
    return [
        f"{day.isoformat()} is not on the site, since some countries have no edition by then; "
        f"`--as-of {day.isoformat()}` makes a site of the others."
        for day in _days(scenario).left_out
    ]


def _day_files(snapshot: Snapshot) -> dict[str, bytes]:
    day, assessment = snapshot.day.isoformat(), snapshot.assessment
    return {
        f"data/{day}.js": data.script(day, data.day_data(snapshot)),
        f"data/{day}-draws.js": data.script(f"{day}-draws", data.draws_data(snapshot)),
        f"data/{day}-detail.js": data.script(f"{day}-detail", data.detail_data(snapshot)),
        f"data/{day}-scores.csv": score_csv(assessment, assessment.countries).encode(),
        f"data/{day}-scores.json": data.document(score_object(assessment, assessment.countries)),
        f"data/{day}-ranks.csv": rank_csv(assessment, snapshot.views[0].simulation).encode(),
        f"data/{day}-scores.lock": lock.text_of(lock.locked(assessment)).encode(),
    }


def _points(run: Run, profile: Profile) -> tuple[Point, ...]:
    """The country over time, if it has more than one edition."""
    if not profile.editions:
        return ()
    return trend(run.scenario.of([profile.country]), run.settings, "edition")


def method_text() -> str:
    """The description of the method, from the installed package or from this checkout."""
    paths = (PACKAGE / "data" / "method.md", PACKAGE.parent / METHOD)
    return next(path for path in paths if path.is_file()).read_text("utf-8")
