"""Commands on robustness, coherence, calibration and validity: `sensitivity`, `audit`, `calibrate`, `validity`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from scoring.cli import options
from scoring.cli.assessing import assessed, known_of, published_tables, running
from scoring.cli.output import emit_tables, fail, progress, usage_error

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


def _exponents(_context: click.Context, _option: click.Parameter, text: str) -> tuple[float, ...]:
    """Parse a list such as `1,1/2,-1`."""
    exponents = [_exponent(part.strip()) for part in text.split(",")]
    if None in exponents:
        message = f"expected numbers or fractions separated by commas, such as 1,1/2,-1, got {text!r}"
        raise click.BadParameter(message)
    return tuple(dict.fromkeys(exponent for exponent in exponents if exponent is not None))


def _exponent(text: str) -> float | None:
    """The value of a number or a fraction; None if the text is neither."""
    match [options.finite(part) for part in text.split("/")]:
        case [float(number)]:
            return number
        case [float(numerator), float(denominator)] if denominator and math.isfinite(numerator / denominator):
            return numerator / denominator
    return None


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option(
    "--exponents",
    cls=options.Default,
    default=lambda: ",".join(options.default("exponents")()),
    show_default=True,
    callback=_exponents,
    help="Exponents of the mean across pillars to compare.",
)
@options.simulated_by("sensitivity_draws", "Number of Monte Carlo draws of each of seven samples.")
@options.verbose
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def sensitivity(
    countries: tuple[str, ...],
    exponents: tuple[float, ...],
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Run a sensitivity analysis.

    Attributes the variance (of each index, of the difference of each pair of COUNTRIES, of the ranks) to the sources
    of uncertainty, and shows the effect of leaving out each pillar, indicator and source, of other exponents and of
    other weights. Without COUNTRIES, for all.
    """
    from scoring.analysis.sensitivity import PASSES, no_exponent, sensitivity
    from scoring.index.lookup import find_country
    from scoring.render.sensitivity import sensitivity_object, sensitivity_tables

    run, problems = running(inputs, draws, countries)
    assessment = run.assessment()
    rows = [find_country(assessment, code) for code in dict.fromkeys(countries)]
    source = click.get_current_context().get_parameter_source("exponents")
    tried = None if source is ParameterSource.DEFAULT else exponents
    if tried and (reason := no_exponent(assessment)):
        usage_error(f"--exponents cannot be used here: {reason.partition(';')[0]}")
    with progress(draws.count * PASSES) as advance:
        analysis = sensitivity(assessment, run.settings, rows, exponents=tried, progress=advance)
    emit_tables(
        output,
        problems,
        document=lambda: sensitivity_object(assessment, analysis),
        tables=lambda: sensitivity_tables(assessment, analysis, verbose=verbose),
    )


@click.command()
@click.option("--all", "every", is_flag=True, help="Print every finding, not only doubtful ones.")
@options.simulated
@options.verbose
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def audit(
    every: bool,  # noqa: FBT001  a flag
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Check the statistical coherence of the index.

    Availability, direction, redundancy, placement, shared evidence, consistency, dimension, importance and robustness,
    of indicators, groups and pillars. A check that needs more countries gives that as its reason. The rubric sets the
    thresholds for doubtful findings.
    """
    from scoring.analysis import audit as auditing
    from scoring.render import audit as rendering

    run, problems = running(inputs, draws)
    assessment = run.assessment()
    with progress(draws.count) as advance:
        simulation = run.simulation(progress=advance)
    checks = auditing.audit(assessment, simulation)
    emit_tables(
        output,
        problems,
        document=lambda: rendering.audit_object(assessment, checks, run.settings),
        tables=lambda: rendering.audit_tables(assessment, checks, run.settings, every=every, verbose=verbose),
    )


@click.command()
@click.option(
    "--repeats",
    cls=options.Default,
    type=options.Whole(1, 10_000),
    default=options.default("calibration.repeats"),
    show_default=True,
    help="How often the evidence of each country is left out.",
)
@options.draws("calibration.draws", "Number of Monte Carlo draws of each trial.")
@options.seed("the random numbers")
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def calibrate(repeats: int, draws: int, seed: int, inputs: options.Inputs, output: options.Output) -> None:
    """Calibrate the model of missing evidence and of errors.

    Leaves out statements, sources, indicators and pillars, and shows how often the intervals of the rest hold what all
    the evidence says; predicts left-out answers; compares coders and sources. Proposes parameters as YAML for a new
    version of the rubric, and writes none. Each country is predicted without itself.
    """
    from scoring.analysis.calibrate import calibrate
    from scoring.analysis.calibration.left_out import trials_of
    from scoring.cli.assessing import settings
    from scoring.render import calibrate as rendering

    assessment, problems = assessed(inputs)
    with progress(trials_of(assessment, repeats)) as advance:
        result = calibrate(assessment, settings(assessment, options.Draws(draws, seed)), repeats, progress=advance)
    emit_tables(
        output,
        problems,
        document=lambda: rendering.calibration_object(result),
        tables=lambda: rendering.calibration_tables(result),
        yaml=lambda: rendering.calibration_yaml(result),
    )


@click.command()
@click.option("--published", type=options.FOLDER, help="Folder with one <table>.yaml per published index.")
@click.option("--events", type=options.FILE, help="Table of later events to foretell, with its .yaml beside it.")
@click.option("--after", type=options.Day(), help="Reference date of the scores; events after it count.")
@click.option("--years", type=options.Whole(1, 50), help="For how many years after that day.")
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def validity(
    published: Path | None,
    events: Path | None,
    after: dt.date | None,
    years: int | None,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Compare the index with published indices, or with later events.

    Prints rank correlations with confidence intervals, for the index and for the nodes that a published index names
    as related. With --events, --after and --years: whether index and pillars as of a day, by what was published by
    then, foretell the events of the years after it, beside the simple figures in the file of the table.
    """
    if events is not None and after is not None and years is not None:
        if published is not None or inputs.as_of is not None:
            usage_error("--events cannot be used with --published or --as-of; --after is the reference date")
        _foretell(events, after, years, inputs, output)
        return
    if (events, after, years) != (None, None, None):
        usage_error("--events, --after and --years need each other; give all three")
    from scoring.analysis import validity as comparing
    from scoring.render import validity as rendering

    assessment, problems = assessed(inputs)
    tables, table_problems = published_tables(published, assessment, inputs)
    if table_problems:
        fail(table_problems)
    correlations = comparing.validity(assessment, tables)
    emit_tables(
        output,
        problems,
        document=lambda: rendering.validity_object(assessment, tables, correlations),
        tables=lambda: rendering.validity_tables(assessment, tables, correlations),
    )


def _foretell(path: Path, after: dt.date, years: int, inputs: options.Inputs, output: options.Output) -> None:
    from scoring.analysis import events as foretelling
    from scoring.files.events import load_events
    from scoring.render import events as rendering
    from scoring.render.known_by import documented, noted

    then = replace(inputs, as_of=after, known_by=after)
    assessment, problems = assessed(then)
    units = {profile.country for profile in assessment.profiles}
    events, wrong = load_events(path, assessment.book.rubric.id, units)
    if events is None:
        fail(wrong)
    window = foretelling.window_of(after, years)
    if not events.covers(*window):
        usage_error(
            f"{path} covers {events.table.first} to {events.table.last}, not all days after {after} up to "
            f"{window.until}; choose --after and --years within it, since days without a record may have had events"
        )
    known = known_of(then, assessment.profiles)
    result = foretelling.foretold(assessment, events, window)
    emit_tables(
        output,
        problems,
        document=lambda: documented(rendering.events_object(assessment, events, result), known),
        tables=lambda: noted(rendering.events_tables(assessment, events, result), known),
    )
