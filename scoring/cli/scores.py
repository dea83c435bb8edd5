"""Commands on scores and ranks: `score`, `explain`, `rank`, `compare`, `matrix`, `trend`, `whatif`, `levers`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, by_rubrics, known_of, readable, reviews_of, running, settings
from scoring.cli.output import BAD_INPUT, as_json, emit_tables, emit_text, print_message, progress, usage_error

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.change.trend import Pace
    from scoring.index.assessment import Assessment
    from scoring.model.kinds import LeafIndicator


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@options.known_by
@options.facing
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def score(countries: tuple[str, ...], inputs: options.Inputs, output: options.Output) -> None:
    """Print the indices with evidence bounds, rank and band.

    One row per COUNTRY, default all. Ranks are always among all countries of the folder that are published.
    """
    from scoring.index.lookup import find_country
    from scoring.render.known_by import documented, noted
    from scoring.render.score import score_csv, score_object

    assessment, problems = assessed(inputs, countries)
    rows = {find_country(assessment, code) for code in countries} or range(len(assessment.profiles))
    chosen = [assessment.countries[row] for row in sorted(rows)]
    known = known_of(inputs, assessment.profiles)
    emit_tables(
        output,
        problems,
        document=lambda: documented(score_object(assessment, chosen), known),
        tables=lambda: noted(assessment.tables(chosen), known),
        csv=lambda: score_csv(assessment, chosen),
    )


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.argument("node", required=False)
@click.option("--statement", metavar="ID", help="Show instead where this statement contributes.")
@options.known_by
@options.facing
@options.inputs
@options.formats("text", "json")
def explain(
    country: str, node: str | None, statement: str | None, inputs: options.Inputs, output: options.Output
) -> None:
    """Trace a figure down to its statements.

    The figure is the index of COUNTRY, or a NODE of it: an id such as cyber_strategy, the short code or title of a
    pillar, a question, or a path.
    """
    from scoring.analysis.explain import explain, explain_statement
    from scoring.index.lookup import find_country
    from scoring.render import explain as rendering
    from scoring.render.known_by import documented, known_by_line

    if node and statement:
        usage_error("NODE and --statement exclude each other; give one of them")
    assessment, problems = assessed(inputs, [country])
    row = find_country(assessment, country)
    as_text = output.form == "text"
    known = known_of(inputs, [assessment.profiles[row]])
    reviews, wrong = reviews_of(inputs, assessment, [assessment.profiles[row].country])
    found = next(iter(reviews.values()), None)
    if statement:
        reverse = explain_statement(assessment, row, statement)
        text = (
            rendering.statement_text(assessment, row, reverse, found)
            if as_text
            else as_json(documented(rendering.statement_object(assessment, row, reverse, found), known))
        )
    else:
        explained = explain(assessment, row, node)
        text = (
            rendering.tree_text(assessment, row, explained, found)
            if as_text
            else as_json(documented(rendering.tree_object(assessment, row, explained, found), known))
        )
    text += f"{known_by_line(known)}\n" if known and as_text else ""
    emit_text(text, output.path, (*problems, *wrong), is_prose=as_text)


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--pairs", is_flag=True, help="List the indistinguishable pairs of countries; JSON and CSV always do.")
@options.simulated
@options.verbose
@options.known_by
@options.facing
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

    Prints index and rank with their uncertainty intervals, among the given COUNTRIES or all countries of the folder.
    """
    from scoring.render.known_by import documented, noted
    from scoring.render.rank import rank_csv, rank_object

    run, problems = running(inputs, draws, countries, only_asked=True)
    assessment = run.assessment()
    if len(assessment.profiles) < 2:  # noqa: PLR2004
        usage_error("a ranking needs two countries; give more, or none for all")
    if not any(assessment.rank):
        print_message("Every index is withheld, so there is nothing to rank; `scoring score` shows the reasons.")
        sys.exit(BAD_INPUT)
    with progress(draws.count) as advance:
        simulation = run.simulation(progress=advance)
    known = known_of(inputs, assessment.profiles)
    emit_tables(
        output,
        problems,
        document=lambda: documented(rank_object(assessment, simulation), known),
        tables=lambda: noted(simulation.tables(pairs=pairs, verbose=verbose), known),
        csv=lambda: rank_csv(assessment, simulation),
    )


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY, required=True)
@click.option("--anyway", is_flag=True, help="Compare scores even if they are not comparable, with a caveat.")
@options.simulated
@options.verbose
@options.facing
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
    """Explain the difference between countries.

    For each pair of COUNTRIES: the probability that one scores above the other, the contributions of pillars and
    indicators to the difference, the pillar weights for which the order is stable, and the smallest set of statements
    that it depends on.
    """
    import itertools

    from scoring.analysis import compare as comparing
    from scoring.index.lookup import find_country
    from scoring.render import compare as comparison

    if len(set(countries)) < 2:  # noqa: PLR2004
        usage_error("a comparison needs two countries; give another")
    run, problems = running(inputs, draws, countries, only_asked=True, any_actor=True)
    assessment = run.assessment()
    rows = [find_country(assessment, code) for code in dict.fromkeys(countries)]
    caveats = list(comparison.caveats(assessment, rows))
    for caveat in caveats:
        print_message(caveat)
    if caveats and not anyway:
        print_message("Not compared; --anyway compares them nevertheless.")
        sys.exit(BAD_INPUT)
    with progress(draws.count) as advance:
        simulation = run.simulation(progress=advance)
    compared = [comparing.compare(assessment, *pair) for pair in itertools.combinations(rows, 2)]
    emit_tables(
        output,
        problems,
        document=lambda: comparison.comparison_object(assessment, compared, simulation, caveats),
        tables=lambda: comparison.comparison_tables(assessment, compared, simulation, verbose=verbose),
    )


@click.command()
@click.argument("first", metavar="A", type=options.FOLDER)
@click.argument("second", metavar="B", type=options.FOLDER)
@options.simulated
@options.verbose
@options.facing
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def matrix(
    first: Path,
    second: Path,
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Compare two rubrics, such as exposure and resilience.

    Prints the index of each country by the rubrics A and B, names in rubrics or folders with rubric.yaml, with their
    uncertainty intervals. A withheld index is shown by its evidence bounds, with the reason.
    """
    from scoring.analysis import matrix as comparing
    from scoring.render import matrix as rendering
    from scoring.uncertainty.simulation import simulate

    if inputs.rubric is not None:
        usage_error("--rubric cannot be used here: A and B are the rubrics")
    scenarios, problems = by_rubrics((first, second), inputs)
    with progress(draws.count * len(scenarios)) as advance:
        simulations = [
            simulate(scenario.assess(), settings(scenario, draws), progress=advance) for scenario in scenarios
        ]
    compared = comparing.matrix(*simulations)
    emit_tables(
        output,
        problems,
        document=lambda: rendering.matrix_object(compared),
        tables=lambda: rendering.matrix_tables(compared, verbose=verbose),
        csv=lambda: rendering.matrix_csv(compared),
    )


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@options.simulated
@options.verbose
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def actors(
    countries: tuple[str, ...],
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Score countries facing each actor that their statements are about.

    One row per COUNTRY, default those with statements on more than one actor; for each actor the index with its
    uncertainty interval. A withheld index is shown by its evidence bounds, with the reason. `--actor` of other commands
    has the details of one actor.
    """
    from scoring.analysis.actors import actors_to_score, by_actor
    from scoring.render import actors as rendering
    from scoring.uncertainty.simulation import simulate

    scenario, problems = readable(inputs, countries, any_actor=True)
    asked = actors_to_score(scenario, countries)
    if not asked:
        usage_error("the profiles name no actor; name one in a profile, or in its statements")
    left_out = 0 if countries else len(scenario.profiles) - len({code for codes in asked.values() for code in codes})
    with progress(draws.count * len(asked)) as advance:
        found = by_actor(scenario, asked, lambda one: simulate(one.assess(), settings(one, draws), progress=advance))
    emit_tables(
        output,
        problems,
        document=lambda: rendering.actors_object(found),
        tables=lambda: rendering.actors_tables(found, left_out, verbose=verbose),
        csv=lambda: rendering.actors_csv(found),
    )


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.option(
    "--every",
    type=click.Choice(("year", "quarter", "edition")),
    default="year",
    show_default=True,
    help="Dates besides those of the editions: ends of years or quarters, or none.",
)
@options.simulated
@options.known_by
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def trend(
    country: str,
    every: Pace,
    draws: options.Draws,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Show the index of COUNTRY over time.

    From its first edition to its last: index and uncertainty interval on each date. Each change is split into
    evidence, ageing of the evidence, and borrowing; it is significant if the evidence's part is.
    """
    from scoring.change import trend as trends
    from scoring.render import trend as rendering
    from scoring.render.known_by import documented, noted

    scenario, problems = readable(inputs, [country], any_actor=True)
    drawing = settings(scenario, draws)
    points = trends.trend(scenario.of([country]), drawing, every)
    known = known_of(inputs, scenario.of([country]).profiles)
    emit_tables(
        output,
        problems,
        document=lambda: documented(rendering.trend_object(points, drawing), known),
        tables=lambda: noted(rendering.trend_tables(points), known),
    )


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.option("--set", "answers", metavar="INDICATOR=CODE", multiple=True, help="Assume this answer; may be repeated.")
@click.option("--drop", "dropped", metavar="STATEMENT", multiple=True, help="Drop this statement; may be repeated.")
@options.simulated
@options.verbose
@options.facing
@options.inputs
@options.formats("text", "json")
def whatif(
    country: str,
    answers: tuple[str, ...],
    dropped: tuple[str, ...],
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Show the effect of an answer or a dropped statement.

    Index and rank of COUNTRY before and after, with the uncertainty interval of the difference under common random
    numbers. An assumed answer is certain (grade A1, on the reference date) and replaces the evidence on its indicator;
    its effect is split into that of the answer and that of certainty alone.
    """
    from scoring.analysis.whatif import what_if
    from scoring.index.lookup import find_country
    from scoring.render.whatif import supposition_object, supposition_text

    if not answers and not dropped:
        usage_error("nothing to change; give --set INDICATOR=CODE or --drop STATEMENT")
    run, problems = running(inputs, draws, [country])
    before = run.assessment()
    row = find_country(before, country)
    effect = what_if(
        before, row, run.settings, answers=(_answer(answer, before) for answer in answers), dropped=dropped
    )
    text = as_json(supposition_object(effect)) if output.form == "json" else supposition_text(effect, verbose=verbose)
    emit_text(text, output.path, problems, is_prose=output.form == "text")


def _answer(text: str, assessment: Assessment) -> tuple[LeafIndicator, Any]:
    """Parse INDICATOR=CODE, with the code as written in a profile."""
    from scoring.analysis.whatif import answer
    from scoring.errors import UnknownNameError
    from scoring.files import reader
    from scoring.index.lookup import find_indicator

    name, separator, code = text.partition("=")
    leaf = find_indicator(assessment.book, name.strip())
    if not separator:
        message = f"expected INDICATOR=CODE such as {leaf.id}=CODE, got {text!r}"
        raise UnknownNameError(message)
    value, problems = reader.read(code, "--set")
    if problems:
        raise UnknownNameError("; ".join(problem.message for problem in problems))
    return answer(assessment.book, leaf.id, value)


@click.command()
@click.argument("country", type=options.COUNTRY)
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def levers(country: str, inputs: options.Inputs, output: options.Output) -> None:
    """List possible improvements, largest gain first.

    Each shows what the index of COUNTRY would gain if one question were answered one level higher, and what it would
    gain by certainty alone if the answer at today's level were certain.
    """
    from scoring.analysis.levers import levers
    from scoring.index.lookup import find_country
    from scoring.render.levers import levers_object, levers_table

    assessment, problems = assessed(inputs, [country], any_actor=True)
    row = find_country(assessment, country)
    improvements = levers(assessment, row)
    emit_tables(
        output,
        problems,
        document=lambda: levers_object(assessment, row, improvements),
        tables=lambda: [levers_table(assessment, row, improvements)],
    )
