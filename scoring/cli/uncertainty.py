"""How far the result can be trusted: `sensitivity`, `audit`, `validity`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, located, running
from scoring.cli.output import progress, show, stop

if TYPE_CHECKING:
    from pathlib import Path


def _exponents(_context: click.Context, _option: click.Parameter, text: str) -> tuple[float, ...]:
    """Read `1,1/2,-1`."""
    exponents = [_exponent(part.strip()) for part in text.split(",")]
    if None in exponents:
        message = f"{text!r} is no list of exponents; write numbers or fractions with commas, such as 1,1/2,-1"
        raise click.BadParameter(message)
    return tuple(dict.fromkeys(one for one in exponents if one is not None))


def _exponent(text: str) -> float | None:
    """A number, or a fraction of two; None where it is neither."""
    match [options.finite(part) for part in text.split("/")]:
        case [float(number)]:
            return number
        case [float(above), float(below)] if below and math.isfinite(above / below):
            return above / below
    return None


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option(
    "--exponents",
    cls=options.Default,
    default=lambda: ",".join(options.default("exponents")()),
    show_default=True,
    callback=_exponents,
    help="Exponents across pillars to set side by side.",
)
@options.simulated
@options.verbose
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
    """Say what the result hangs on.

    Which uncertainty makes the spread (of each index, of the difference of each two COUNTRIES, of the ranks), and what
    each pillar, indicator and source left out, each exponent and each weight would do. Without COUNTRIES, for all.
    """
    from scoring.analysis.sensitivity import PASSES, sensitivity
    from scoring.index.lookup import find_country
    from scoring.render.sensitivity import sensitivity_object, sensitivity_tables

    run, problems = running(inputs, draws, countries)
    assessment = run.assessment()
    rows = [find_country(assessment, code) for code in dict.fromkeys(countries)]
    with progress(draws.count * PASSES) as advance:
        found = sensitivity(assessment, run.settings, rows, exponents=exponents, progress=advance)
    show(
        output,
        problems,
        document=lambda: sensitivity_object(assessment, found),
        tables=lambda: sensitivity_tables(assessment, found, verbose=verbose),
    )


@click.command()
@click.option("--all", "every", is_flag=True, help="Print every finding, not only those in doubt.")
@options.simulated
@options.verbose
@options.inputs
@options.formats("table", "json", "markdown")
def audit(
    every: bool,  # noqa: FBT001  a flag
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Check the index as a statistician would.

    Availability, direction, redundancy, shared evidence, consistency, dimension, importance and robustness; each only
    where the number of countries bears it, otherwise with the reason why not. The rubric says what counts as doubtful.
    """
    from scoring.analysis import audit as auditing
    from scoring.render import audit as rendering

    run, problems = running(inputs, draws)
    assessment = run.assessment()
    with progress(draws.count) as advance:
        simulation = run.simulation(progress=advance)
    checks = auditing.audit(assessment, simulation)
    show(
        output,
        problems,
        document=lambda: rendering.audit_object(assessment, checks, run.settings),
        tables=lambda: rendering.audit_tables(assessment, checks, run.settings, every=every, verbose=verbose),
    )


@click.command()
@click.option("--published", type=options.FOLDER, help="Folder with one <table>.yaml a table of others.")
@options.inputs
@options.formats("table", "json", "markdown")
def validity(published: Path | None, inputs: options.Inputs, output: options.Output) -> None:
    """Hold the index against tables that others published.

    Rank correlation, with interval, of the index and of the nodes that a table names as near.
    """
    from scoring.analysis import validity as comparing
    from scoring.files.load import load_tables
    from scoring.render import validity as rendering

    assessment, problems = assessed(inputs)
    tables, wrong = load_tables(published or located(inputs).published, assessment.book)
    if wrong:
        stop(wrong)
    found = comparing.validity(assessment, tables)
    show(
        output,
        problems,
        document=lambda: rendering.validity_object(assessment, tables, found),
        tables=lambda: rendering.validity_tables(assessment, tables, found),
    )
