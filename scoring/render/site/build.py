"""The whole site: path below its folder to bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scoring.analysis import statements
from scoring.analysis.country import country_summary
from scoring.change import lock
from scoring.change.trend import trend
from scoring.render import statements as rendering
from scoring.render.rank import rank_csv
from scoring.render.score import score_csv, score_object
from scoring.render.site import data, pages, snapshot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from scoring.change.trend import Point
    from scoring.index.scenario import Scenario
    from scoring.model.profile import Profile
    from scoring.render.site.snapshot import Snapshot
    from scoring.uncertainty.run import Run

PACKAGE = Path(__file__).parents[2]
METHOD = Path("docs", "method.md")


def build(run: Run, progress: Callable[[float], None] | None = None) -> dict[str, bytes]:
    """Make every file of the site.

    Args:
        run: at least one country; of one day that is shown alone, or without a day of every edition of the profiles.
        progress: called with what was done since the last call, in `steps`.

    Returns:
        Path below the folder of the site, with `/`, to its bytes; the same bytes each run.
    """
    book = run.scenario.book
    days, default = _days(run.scenario)
    editions = tuple(snapshot.snapshot(run, day, progress) for day in days)
    at = editions[days.index(default)]
    site = pages.Site(editions, at, data.about(editions, default.isoformat()))
    files = {**pages.assets(len(book.rubric.bands)), "data/about.js": data.script("about", site.about)}
    for one in editions:
        files |= _day_files(one)
    found = statements.statements(at.assessment.profiles, book)
    files["data/statements.csv"] = rendering.evidence_csv(found).encode()
    files |= {
        "index.html": pages.overview(site),
        "compare.html": pages.compare(site),
        "rubric.html": pages.rubric(site),
        "method.html": pages.method(site, method_text()),
    }
    for country in at.assessment.countries:
        points, row, code = _points(run, country.profile), country.row, country.code
        fragments = {
            one.day.isoformat(): pages.country_fragment(
                one, one.assessment.countries[row], country_summary(one.assessment, row), points
            )
            for one in editions
        }
        files[f"countries/{code}.html"] = pages.country(site, code, fragments[default.isoformat()])
        files[f"countries/{code}.js"] = data.script(f"country/{code}", fragments)
        if progress is not None:
            progress(run.settings.draws / 10)
    return files | {"data.html": pages.downloads(site, files)}


def steps(run: Run) -> float:
    """What `build` reports as progress when it is done."""
    scenario = run.scenario
    days = len(_days(scenario)[0])
    return run.settings.draws * (days * (1 + len(scenario.book.pillars)) + len(scenario.profiles) / 10)


def _days(scenario: Scenario) -> tuple[tuple[dt.date, ...], dt.date]:
    """The days to show, in order, and the one to begin with."""
    return ((scenario.as_of,), scenario.as_of) if scenario.as_of else snapshot.days(scenario.profiles)


def _day_files(one: Snapshot) -> dict[str, bytes]:
    day, assessment = one.day.isoformat(), one.assessment
    return {
        f"data/{day}.js": data.script(day, data.day_data(one)),
        f"data/{day}-draws.js": data.script(f"{day}-draws", data.draws_data(one)),
        f"data/{day}-detail.js": data.script(f"{day}-detail", data.detail_data(one)),
        f"data/{day}-scores.csv": score_csv(assessment, assessment.countries).encode(),
        f"data/{day}-scores.json": data.document(score_object(assessment, assessment.countries)),
        f"data/{day}-ranks.csv": rank_csv(assessment, one.views[0].simulation).encode(),
        f"data/{day}-scores.lock": lock.text_of(lock.locked(assessment)).encode(),
    }


def _points(run: Run, profile: Profile) -> tuple[Point, ...]:
    """The country over time, where there is more than one edition of it."""
    if not profile.editions:
        return ()
    return trend(run.scenario.of([profile.country]), run.settings, "year")


def method_text() -> str:
    """The description of the method: packaged, or of this checkout."""
    places = (PACKAGE / "data" / "method.md", PACKAGE.parent / METHOD)
    return next(path for path in places if path.is_file()).read_text("utf-8")
