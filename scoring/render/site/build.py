"""The whole site: path below its folder to bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import scoring
from scoring.analysis import statements
from scoring.analysis.country import portrait
from scoring.change import lock
from scoring.change.trend import trend
from scoring.render import statements as rendering
from scoring.render.rank import rank_csv
from scoring.render.score import score_csv, score_object
from scoring.render.site import data, edition, pages
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from scoring.change.trend import Point
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook
    from scoring.render.site.edition import Edition

METHOD = Path("docs", "method.md")


def build(
    book: RuleBook,
    profiles: Sequence[Profile],
    as_of: dt.date | None,
    *,
    draws: int,
    seed: int,
    shared: float | None,
    progress: Callable[[float], None] | None = None,
) -> dict[str, bytes]:
    """Make every file of the site.

    Args:
        book: the rubric.
        profiles: at least one.
        as_of: the one day to show; without it every edition of the profiles.
        draws: of the index and of each pillar.
        seed: of the draws.
        shared: r of the draws; without it the rubric's.
        progress: called with what was done since the last call, in `steps`.

    Returns:
        Path below the folder of the site, with `/`, to its bytes; the same bytes each run.
    """
    days, default = ((as_of,), as_of) if as_of else edition.days(profiles)
    editions = tuple(
        edition.edition(book, profiles, day, draws=draws, seed=seed, shared=shared, progress=progress) for day in days
    )
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
    for row, profile in enumerate(at.assessment.profiles):
        points = _points(at, profile, draws, seed, shared)
        fragments = {
            one.day.isoformat(): pages.country_fragment(one, row, portrait(one.assessment, row), points)
            for one in editions
        }
        code = profile.country
        files[f"countries/{code}.html"] = pages.country(site, code, fragments[default.isoformat()])
        files[f"countries/{code}.js"] = data.script(f"country/{code}", fragments)
        if progress is not None:
            progress(draws / 10)
    return files | {"data.html": pages.downloads(site, files)}


def steps(book: RuleBook, profiles: Sequence[Profile], as_of: dt.date | None, draws: int) -> float:
    """What `build` reports as progress when it is done."""
    days = 1 if as_of else len(edition.days(profiles)[0])
    return draws * (days * (1 + len(book.pillars)) + len(profiles) / 10)


def _day_files(one: Edition) -> dict[str, bytes]:
    day, assessment = one.day.isoformat(), one.assessment
    rows = range(len(assessment.profiles))
    return {
        f"data/{day}.js": data.script(day, data.day_data(one)),
        f"data/{day}-draws.js": data.script(f"{day}-draws", data.draws_data(one)),
        f"data/{day}-detail.js": data.script(f"{day}-detail", data.detail_data(one)),
        f"data/{day}-scores.csv": score_csv(assessment, rows).encode(),
        f"data/{day}-scores.json": data.document(score_object(assessment, rows)),
        f"data/{day}-ranks.csv": rank_csv(assessment, one.views[0].simulation).encode(),
        f"data/{day}-scores.lock": lock.text_of(lock.locked(assessment)).encode(),
    }


def _points(at: Edition, profile: Profile, draws: int, seed: int, shared: float | None) -> tuple[Point, ...]:
    """The country over time, where there is more than one edition of it."""
    if not profile.editions:
        return ()
    settings = settings_of(at.assessment, draws=draws, seed=seed, shared=shared)
    return trend(at.assessment.book, profile, settings, "year")


def method_text() -> str:
    """The description of the method: packaged, or of this checkout."""
    places = (Path(scoring.__file__).parent / "data" / "method.md", Path(scoring.__file__).parents[1] / METHOD)
    return next(path for path in places if path.is_file()).read_text("utf-8")
