"""All files of the site: path below its folder to bytes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from scoring.analysis import statements
from scoring.analysis.matrix import matrix
from scoring.change import lock
from scoring.change.trend import node_changes, trend
from scoring.processes import on_all_cores
from scoring.render import statements as rendering
from scoring.render.charts.editions import Moved
from scoring.render.charts.map import choropleth, on_map
from scoring.render.charts.pillars import heat_map
from scoring.render.charts.ranking import ranking
from scoring.render.charts.style import USUAL_STYLE
from scoring.render.rank import rank_csv
from scoring.render.score import score_csv, score_object
from scoring.render.site import data, pages
from scoring.render.site.country import country_files
from scoring.render.site.frame import Site, assets
from scoring.render.site.overview import overview
from scoring.render.site.preview import for_the_web
from scoring.render.site.snapshot import Days, days, snapshot_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scoring.change.trend import Point
    from scoring.index.scenario import Scenario
    from scoring.model.profile import Profile
    from scoring.model.review import CountryReviews
    from scoring.render.errata import Corrections
    from scoring.render.site.snapshot import Snapshot
    from scoring.uncertainty.run import Run

    Maker: TypeAlias = Callable[[], dict[str, bytes]]
    """Makes some of the files."""

PACKAGE = Path(__file__).parents[2]
METHOD = Path("docs", "method.md")


def build(
    run: Run,
    progress: Callable[[float], None] | None = None,
    *,
    others: Sequence[Run] = (),
    address: str | None = None,
    reviews: Mapping[str, CountryReviews] | None = None,
    corrections: Corrections | None = None,
) -> dict[str, bytes]:
    """Generate all files of the site.

    Args:
        run: of at least one country; the site shows its day, or without one the days of the editions by which half of
            the countries have one.
        progress: called with the work done since the last call; `steps` is the total.
        others: the same countries by other rubrics, with which a page compares this one.
        address: where the site will be on the web, with a slash at the end: for search engines, and previews of links.
        reviews: by country.
        corrections: what was corrected since the last released edition.

    Returns:
        Path below the folder of the site, with `/`, to content; the same bytes in every run.
    """
    book = run.scenario.book
    shown_days, default_day, _ = _days(run.scenario)
    snapshots = tuple(snapshot_on(run, day, progress, others=others) for day in shown_days)
    default = snapshots[shown_days.index(default_day)]
    whole = default.views[0].simulation
    matrices = tuple(matrix(whole, other.simulation) for other in default.others)
    profiles = default.assessment.profiles
    editions = list(on_all_cores(partial(_editions, run), profiles))
    moved = [change for _, change in editions if change]
    about = data.about(snapshots, default, address)
    site = Site(snapshots, default, about, address, matrices, bool(moved), corrections)
    of_countries: list[Maker] = [
        partial(country_files, site, row, *editions[row], (reviews or {}).get(profile.country))
        for row, profile in enumerate(profiles)
    ]
    makers = [*_makers(site, moved), *of_countries]
    files = assets(book.rubric)
    for made in on_all_cores(lambda make: make(), makers):
        files |= made
        if progress is not None:
            progress(run.settings.draws / 10 * len(of_countries) / len(makers))
    files["data.html"] = pages.downloads(site, files)
    return files | (for_the_web(site, address, files) if address else {})


def _makers(site: Site, moved: Sequence[Moved]) -> Iterator[Maker]:
    """Functions that make the files beside those of the countries, those that take longest first."""
    default = site.default
    listed = statements.statements(default.assessment.profiles, default.assessment.book)
    yield lambda: {"data/figures.js": data.script("figures", _print_versions(default))}
    for snapshot in site.snapshots:
        yield partial(_day_files, snapshot, data.rows_of(snapshot, default))
    yield lambda: {
        "data/statements.csv": rendering.evidence_csv(listed).encode(),
        "data/evidence.js": data.script("evidence", data.evidence_data(listed)),
        "evidence.html": pages.evidence(site, listed),
    }
    yield lambda: {"index.html": overview(site), "rubric.html": pages.rubric(site)}
    yield lambda: {
        "data/about.js": data.script("about", site.about),
        "compare.html": pages.compare(site),
        "method.html": pages.method(site, method_text()),
        "embed.html": pages.embed(site),
        "404.html": pages.not_found(site),
    }
    if site.matrices:
        yield lambda: {"matrix.html": pages.matrix(site)}
    if moved:
        yield lambda: {"trend.html": pages.trend(site, moved)}


def _print_versions(snapshot: Snapshot) -> dict[str, str]:
    """The figures of the overview that a reader can save as pictures, as SVG."""
    simulation, pillars = snapshot.views[0].simulation, [view.simulation for view in snapshot.views[1:]]
    charts = {"ranking": ranking(simulation, USUAL_STYLE), "table": heat_map(simulation, pillars, USUAL_STYLE)}
    if on_map(snapshot.assessment):
        charts["map"] = choropleth(simulation, USUAL_STYLE)
    return {name: chart.svg for name, chart in charts.items()}


def steps(run: Run, others: Sequence[Run] = ()) -> float:
    """The total that `build` reports as progress."""
    scenario = run.scenario
    snapshots = len(_days(scenario).shown)
    passes = snapshots * (1 + len(others))
    return run.settings.draws * (passes + len(scenario.profiles) / 10)


def _days(scenario: Scenario) -> Days:
    """The days that the site offers."""
    return Days((scenario.as_of,), scenario.as_of, ()) if scenario.as_of else days(scenario.profiles)


def notes(scenario: Scenario) -> list[str]:
    """What the site leaves out."""
    return [
        f"{day.isoformat()} is not on the site, since most countries have no edition by then; "
        f"`--as-of {day.isoformat()}` makes a site of the others."
        for day in _days(scenario).left_out
    ]


def _day_files(snapshot: Snapshot, rows: Sequence[int | None]) -> dict[str, bytes]:
    day, assessment = snapshot.day.isoformat(), snapshot.assessment
    return {
        f"data/{day}.js": data.script(day, data.day_data(snapshot, rows)),
        f"data/{day}-draws.js": data.script(f"{day}-draws", data.draws_data(snapshot, rows)),
        f"data/{day}-detail.js": data.script(f"{day}-detail", data.detail_data(snapshot, rows)),
        f"data/{day}-scores.csv": score_csv(assessment, assessment.countries).encode(),
        f"data/{day}-scores.json": data.document(score_object(assessment, assessment.countries)),
        f"data/{day}-ranks.csv": rank_csv(assessment, snapshot.views[0].simulation).encode(),
        f"data/{day}-scores.lock": lock.text_of(lock.locked(assessment)).encode(),
    }


def _editions(run: Run, profile: Profile) -> tuple[tuple[Point, ...], Moved | None]:
    """The editions of a country, none if it has only one, and the change from the first to the last."""
    if not profile.editions:
        return (), None
    points = trend(run.scenario.of([profile.country]), run.settings, "edition")
    first, last = points[0], points[-1]
    return points, Moved(first, last, node_changes(first, last, run.settings), run.settings)


def method_text() -> str:
    """The description of the method, from the installed package or from this checkout."""
    paths = (PACKAGE / "data" / "method.md", PACKAGE.parent / METHOD)
    return next(path for path in paths if path.is_file()).read_text("utf-8")
