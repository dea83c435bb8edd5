"""Countries against each other, and one over time, with uncertainty: `rank`, `compare`, `trend`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, settings
from scoring.cli.output import BAD_INPUT, progress, refuse, show, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.results import Assessment
    from scoring.trend import Pace


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--pairs", is_flag=True, help="Name the countries that are not distinguishable; JSON and CSV always do.")
@options.simulated
@options.verbose
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def rank(
    countries: tuple[str, ...],
    pairs: bool,  # noqa: FBT001  a flag
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Rank with uncertainty: which countries are not distinguishable.

    Index with uncertainty interval, rank with rank interval, among each COUNTRY given, or all of the folder.
    """
    from scoring.render import uncertainty  # noqa: PLC0415
    from scoring.simulate import simulate  # noqa: PLC0415

    assessment, problems = assessed(inputs, countries, only_asked=True)
    if len(assessment.profiles) < 2:  # noqa: PLR2004
        refuse("a rank needs two countries; name more, or none for all")
    if not any(assessment.rank):
        tell("Every index is withheld, so there is nothing to rank; `scoring score` says why.")
        sys.exit(BAD_INPUT)
    with progress(draws.count) as advance:
        simulation = simulate(assessment, settings(assessment, draws), progress=advance)
    show(
        output,
        problems,
        document=lambda: uncertainty.rank_object(assessment, simulation),
        tables=lambda ascii_only: uncertainty.rank_tables(
            assessment, simulation, pairs=pairs, ascii_only=ascii_only, verbose=verbose
        ),
        csv=lambda: uncertainty.rank_csv(assessment, simulation),
    )


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY, required=True)
@click.option("--anyway", is_flag=True, help="Go on where the scores are not comparable, with the caveat printed.")
@options.simulated
@options.verbose
@options.inputs
@options.formats("table", "json", "markdown")
def compare(
    countries: tuple[str, ...],
    anyway: bool,  # noqa: FBT001  a flag
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Say what drives the difference of countries.

    For each two of the COUNTRIES: the probability that one lies above the other, the pillars and indicators that drive
    the difference, the pillar weights in which the order holds, and the smallest set of statements that it hangs on.
    """
    import itertools  # noqa: PLC0415

    from scoring import compare as comparing  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import comparison  # noqa: PLC0415
    from scoring.simulate import simulate  # noqa: PLC0415

    if len(set(countries)) < 2:  # noqa: PLR2004
        refuse("a comparison needs two countries; name another")
    assessment, problems = assessed(inputs, countries, only_asked=True, any_actor=True)
    rows = [find_country(assessment, code) for code in dict.fromkeys(countries)]
    caveats = list(_caveats(assessment, rows))
    for caveat in caveats:
        tell(caveat)
    if caveats and not anyway:
        tell("Not compared; --anyway goes on.")
        sys.exit(BAD_INPUT)
    with progress(draws.count) as advance:
        simulation = simulate(assessment, settings(assessment, draws), progress=advance)
    compared = [comparing.compare(assessment, *pair) for pair in itertools.combinations(rows, 2)]
    show(
        output,
        problems,
        document=lambda: comparison.comparison_object(assessment, compared, simulation, caveats),
        tables=lambda ascii_only: comparison.comparison_tables(
            assessment, compared, simulation, ascii_only=ascii_only, verbose=verbose
        ),
    )


def _caveats(assessment: Assessment, rows: Sequence[int]) -> Iterator[str]:
    """What forbids comparing these countries."""
    from scoring.render.report import incomparable, reason  # noqa: PLC0415

    for row in rows:
        if assessment.withheld_because[row]:
            yield f"The index of {assessment.profiles[row].country} is withheld: {reason(assessment, row)}."
    yield from incomparable(assessment, rows)


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.option(
    "--every",
    type=click.Choice(("year", "quarter", "edition")),
    default="year",
    show_default=True,
    help="Days between the editions: ends of years or quarters, or none.",
)
@options.simulated
@options.inputs
@options.formats("table", "json", "markdown")
def trend(
    country: str,
    every: Pace,
    draws: options.Draws,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Follow the index of COUNTRY over time.

    From its first edition to its last: index and interval on each day, and where each step came from.
    """
    from scoring import trend as trends  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import trend as rendering  # noqa: PLC0415

    assessment, problems = assessed(inputs, [country], any_actor=True)
    profile = assessment.profiles[find_country(assessment, country)]
    drawing = settings(assessment, draws)
    points = trends.trend(assessment.book, profile, drawing, every)
    show(
        output,
        problems,
        document=lambda: rendering.trend_object(points, drawing),
        tables=lambda ascii_only: rendering.trend_tables(points, ascii_only=ascii_only),
    )
