"""Commands on scores and ranks, from `score` to `levers`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from scoring.cli import options
from scoring.cli.assessing import (
    assessed,
    beside,
    by_rubrics,
    edition_of,
    groups_of,
    known_of,
    located,
    members,
    on_day,
    readable,
    reviews_of,
    running,
    settings,
)
from scoring.cli.output import (
    BAD_INPUT,
    as_json,
    emit_tables,
    emit_text,
    fail,
    print_message,
    progress,
    usage_error,
    write_file,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scoring.analysis.reach import Reach
    from scoring.change.trend import Pace
    from scoring.errors import Problem
    from scoring.index.assessment import Assessment
    from scoring.index.scenario import Scenario
    from scoring.model.kinds import LeafIndicator
    from scoring.model.scenario import ScenarioFile
    from scoring.uncertainty.draws import Settings

MOST_STEPS = 100  # more than any country has; bounds the time of the search step by step
EXHAUSTED_STEPS = 3  # analysis.smallest.EXHAUSTED, repeated because that import is slow


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@options.group
@options.known_by
@options.edition
@options.facing
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def score(countries: tuple[str, ...], group: str | None, inputs: options.Inputs, output: options.Output) -> None:
    """Print the indices with evidence bounds, rank and band.

    One row per COUNTRY or member of the group, default all. Ranks are always among all countries of the folder that are
    published.
    """
    from scoring.index.lookup import find_country
    from scoring.render import edition as editions
    from scoring.render.known_by import documented, noted
    from scoring.render.score import score_csv, score_object

    countries = _chosen(inputs, countries, group)
    assessment, problems = assessed(inputs, countries)
    rows = {find_country(assessment, code) for code in countries} or range(len(assessment.profiles))
    chosen = [assessment.countries[row] for row in sorted(rows)]
    known, edition = known_of(inputs, assessment.profiles), edition_of(inputs)
    emit_tables(
        output,
        problems,
        document=lambda: editions.documented(documented(score_object(assessment, chosen), known), edition),
        tables=lambda: editions.noted(noted(assessment.tables(chosen), known), edition),
        csv=lambda: score_csv(assessment, chosen),
    )


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.argument("node", required=False)
@click.option("--statement", metavar="ID", help="Show instead where this statement contributes.")
@options.known_by
@options.edition
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
    from scoring.render import edition as editions
    from scoring.render import explain as rendering
    from scoring.render.known_by import documented, known_by_line

    if node and statement:
        usage_error("NODE and --statement exclude each other; give one of them")
    assessment, problems = assessed(inputs, [country])
    row = find_country(assessment, country)
    as_text = output.form == "text"
    known, edition = known_of(inputs, [assessment.profiles[row]]), edition_of(inputs)
    reviews, wrong = reviews_of(inputs, assessment, [assessment.profiles[row].country])
    found = next(iter(reviews.values()), None)
    if statement:
        reverse = explain_statement(assessment, row, statement)
        text = (
            rendering.statement_text(assessment, row, reverse, found)
            if as_text
            else as_json(
                editions.documented(
                    documented(rendering.statement_object(assessment, row, reverse, found), known), edition
                )
            )
        )
    else:
        explained = explain(assessment, row, node)
        text = (
            rendering.tree_text(assessment, row, explained, found)
            if as_text
            else as_json(
                editions.documented(
                    documented(rendering.tree_object(assessment, row, explained, found), known), edition
                )
            )
        )
    text += f"{known_by_line(known)}\n" if known and as_text else ""
    text += f"{editions.edition_line(edition)}\n" if edition and as_text else ""
    emit_text(text, output.path, (*problems, *wrong), is_prose=as_text)


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--pairs", is_flag=True, help="List the indistinguishable pairs of countries; JSON and CSV always do.")
@options.group
@options.simulated
@options.verbose
@options.known_by
@options.edition
@options.facing
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def rank(
    countries: tuple[str, ...],
    pairs: bool,  # noqa: FBT001  a flag
    group: str | None,
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Rank with uncertainty: which countries are not distinguishable.

    Prints index and rank with their uncertainty intervals, among the given COUNTRIES, the members of a group, or all
    countries of the folder.
    """
    from scoring.render import edition as editions
    from scoring.render.known_by import documented, noted
    from scoring.render.rank import rank_csv, rank_object

    run, problems = running(inputs, draws, _chosen(inputs, countries, group), only_asked=True)
    assessment = run.assessment()
    if len(assessment.profiles) < 2:  # noqa: PLR2004
        usage_error("a ranking needs two countries; give more, or none for all")
    if not any(assessment.rank):
        print_message("Every index is withheld, so there is nothing to rank; `scoring score` shows the reasons.")
        sys.exit(BAD_INPUT)
    with progress(draws.count) as advance:
        simulation = run.simulation(progress=advance)
    known, edition = known_of(inputs, assessment.profiles), edition_of(inputs)
    emit_tables(
        output,
        problems,
        document=lambda: editions.documented(documented(rank_object(assessment, simulation), known), edition),
        tables=lambda: editions.noted(noted(simulation.tables(pairs=pairs, verbose=verbose), known), edition),
        csv=lambda: rank_csv(assessment, simulation),
    )


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--turn", is_flag=True, help="Show instead what puts the lower country above the other.")
@click.option("--anyway", is_flag=True, help="Compare scores even if they are not comparable, with a caveat.")
@options.group
@options.simulated
@options.verbose
@options.edition
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def compare(
    countries: tuple[str, ...],
    turn: bool,  # noqa: FBT001  a flag
    anyway: bool,  # noqa: FBT001  a flag
    group: str | None,
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Explain the difference between countries.

    For each pair of COUNTRIES, or of the members of a group: the probability that one scores above the other, the
    contributions of pillars and indicators to the difference, the pillar weights for which the order is stable, and the
    smallest set of statements that it depends on. One COUNTRY with --group is compared with each member. With --turn
    instead the smallest sets of statements and answers, the nearest weights and the exponents that reverse the order,
    and the answers to look for next.
    """
    import itertools

    from scoring.analysis import compare as comparing
    from scoring.index.lookup import find_country
    from scoring.render import compare as comparison
    from scoring.render import edition as editions

    if group is not None and len(set(countries)) > 1:
        usage_error("give one COUNTRY with --group, or none")
    others = () if group is None else members(inputs, group)
    first, countries = countries, tuple(dict.fromkeys((*countries, *others)))
    if len(countries) < 2:  # noqa: PLR2004
        usage_error("a comparison needs two countries; give another")
    run, problems = running(inputs, draws, countries, only_asked=True, any_actor=True)
    assessment = run.assessment()
    rows = [find_country(assessment, code) for code in countries]
    withheld = [row for row in rows[len(first) :] if group is not None and assessment.rank[row] is None]
    for row in withheld:
        print_message(f"Left out, withheld: {assessment.countries[row].label}, {assessment.countries[row].reason}")
    rows = [row for row in rows if row not in withheld]
    if len(rows) < 2:  # noqa: PLR2004
        print_message("Nothing to compare: fewer than two of the countries have a published index.")
        sys.exit(BAD_INPUT)
    caveats = list(comparison.caveats(assessment, rows))
    for caveat in caveats:
        print_message(caveat)
    if caveats and not anyway:
        print_message("Not compared; --anyway compares them nevertheless.")
        sys.exit(BAD_INPUT)
    with progress(draws.count) as advance:
        simulation = run.simulation(progress=advance)
    pairs = [(rows[0], other) for other in rows[1:]] if first and group is not None else itertools.combinations(rows, 2)
    compared = comparing.compare_pairs(assessment, pairs)
    edition = edition_of(inputs)
    turns = None
    if turn:
        from scoring.analysis.turn import reversals

        reviews, wrong = reviews_of(inputs, assessment)
        problems = (*problems, *wrong)
        turns = [reversals(assessment, one, run.settings, reviews) if one.is_above else None for one in compared]
    emit_tables(
        output,
        problems,
        document=lambda: editions.documented(
            comparison.comparison_object(assessment, compared, simulation, caveats, turns), edition
        ),
        tables=lambda: editions.noted(
            comparison.comparison_tables(assessment, compared, simulation, turns=turns, verbose=verbose), edition
        ),
    )


def _chosen(inputs: options.Inputs, countries: tuple[str, ...], group: str | None) -> tuple[str, ...]:
    """The countries given, or the members of the group given that have a profile."""
    if group is None:
        return countries
    if countries:
        usage_error("COUNTRY and --group exclude each other; give one of them")
    return members(inputs, group)


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.option("--group", metavar="ID", help="Compare with the members of this group of groups.yaml.")
@click.option("--like", metavar="N", type=options.Whole(1, 1000), help="Compare with the N most similar countries.")
@options.simulated
@options.verbose
@options.facing
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def peers(
    country: str,
    group: str | None,
    like: int | None,
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Compare a country with the median of its peers.

    Prints the difference between COUNTRY and the median of a group, of the index, each pillar and each indicator, with
    its uncertainty interval, and the rank in the group. Default: the smallest group of the country with at least three
    others that are published. --like compares it with the countries nearest in exposure and on
    the map; a withheld exposure is not used.
    """
    from scoring.analysis import peers as analysis
    from scoring.errors import ScoringError, UnknownNameError
    from scoring.files.defaults import defaults
    from scoring.index.lookup import find_country
    from scoring.render import peers as rendering
    from scoring.render.charts.geography import kilometres

    if group is not None and like:
        usage_error("--group and --like exclude each other; give one of them")
    run, problems = running(inputs, draws, [country])
    assessment = run.assessment()
    row = find_country(assessment, country)
    try:
        if like:
            other = next((scenario.assess() for _, scenario in beside(inputs, [defaults().peers.like])), None)
            apart = kilometres([profile.country for profile in assessment.profiles])
            chosen = analysis.similar(assessment, row, like, other, apart)
        else:
            chosen = analysis.of_group(assessment, row, groups_of(inputs), group, defaults().peers.least)
        with progress(draws.count) as advance:
            found = analysis.standing(assessment, row, chosen.rows, run.settings, progress=advance)
    except UnknownNameError:
        raise
    except ScoringError as error:
        print_message(str(error))
        sys.exit(BAD_INPUT)
    emit_tables(
        output,
        problems,
        document=lambda: rendering.peers_object(assessment, found, chosen, run.settings),
        tables=lambda: rendering.peers_tables(assessment, found, chosen, run.settings, verbose=verbose),
        csv=lambda: rendering.peers_csv(assessment, found),
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
    """Score countries facing each actor.

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
@click.argument("country", type=options.COUNTRY, required=False)
@click.option(
    "--every",
    type=click.Choice(("year", "quarter", "edition")),
    default="year",
    show_default=True,
    help="Dates besides those of the editions: ends of years or quarters, or none.",
)
@options.group
@options.simulated
@options.known_by
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def trend(
    country: str | None,
    every: Pace,
    group: str | None,
    draws: options.Draws,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Show the index of a country, or of a group, over time.

    From its first edition to its last: index and uncertainty interval on each date. Each change is split into
    evidence, ageing of the evidence, and borrowing; it is significant if the evidence's part is.
    """
    from scoring.change import trend as trends
    from scoring.render import trend as rendering
    from scoring.render.known_by import documented, noted

    if country is None and group is None:
        usage_error("give a COUNTRY, or --group")
    countries = _chosen(inputs, () if country is None else (country,), group)
    scenario, problems = readable(inputs, countries, any_actor=True)
    drawing = settings(scenario, draws)
    points = [trends.trend(scenario.of([code]), drawing, every) for code in countries]
    known = known_of(inputs, scenario.of(countries).profiles)
    emit_tables(
        output,
        problems,
        document=lambda: documented(
            rendering.trend_object(points[0], drawing) if country else rendering.trends_object(points, drawing), known
        ),
        tables=lambda: noted(rendering.trends_tables(points), known),
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
@click.argument("file", type=options.FILE, required=False)
@click.option(
    "--reach",
    "goal",
    type=options.GOAL,
    metavar="COUNTRY=FIGURE",
    help="Find instead the fewest steps with which the index of a country reaches a figure.",
)
@click.option("--most", type=options.Whole(1, MOST_STEPS), help="Greatest number of steps of --reach; default: 3.")
@click.option("--write", "new", type=options.FILE, help="New file to which the steps of --reach are written.")
@options.simulated
@options.verbose
@options.facing
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def scenario(
    file: Path | None,
    goal: tuple[str, float] | None,
    most: int | None,
    new: Path | None,
    draws: options.Draws,
    verbose: bool,  # noqa: FBT001  a flag
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Show the effect of several supposed changes at once.

    FILE is YAML with a name, a reason, and for one or several countries answers and dropped statements that are
    supposed. Index, pillars and rank of each country before and after, and the means of groups, with the uncertainty
    intervals of the changes under common random numbers. This is no forecast.

    With --reach instead the fewest possible improvements, as `levers` lists them, with which an index reaches a figure:
    from today, or from what FILE supposes. All sets of up to three are tried. --write makes them a FILE.
    """
    from scoring.analysis.scenario import as_supposed, suppose
    from scoring.render import reach as reaching
    from scoring.render.scenario import scenario_csv, scenario_object, scenario_tables, scenario_yaml

    if file is None and goal is None:
        usage_error("give a FILE with a scenario, or a figure with --reach COUNTRY=FIGURE")
    for option, value in (("--most", most), ("--write", new)):
        if goal is None and value is not None:
            usage_error(f"{option} belongs to --reach; give a figure with --reach, or leave out {option}")
    if new is not None:
        _check_new(new, inputs)
    asked = () if goal is None else (goal[0],)
    loaded, problems = readable(inputs, asked)
    document = None
    if file is not None:
        loaded, document = _supposed(file, loaded, inputs, asked, problems)
    assessment, drawing = loaded.assess(), settings(loaded, draws)
    if goal is not None:
        start = assessment if document is None else as_supposed(assessment, document).assess()
        row, reached = _reached(start, goal, most or EXHAUSTED_STEPS, drawing)
        if new is not None and reached.steps:
            write_file(scenario_yaml(reaching.as_scenario(start, row, reached, document, inputs.as_of)), new)
        emit_tables(
            output,
            problems,
            document=lambda: reaching.reach_document(start, row, reached, document, drawing),
            tables=lambda: reaching.reach_tables(start, row, reached, document, verbose=verbose),
            csv=lambda: reaching.reach_csv(start, row, reached),
        )
        if new is not None:
            written = f"{new}: written; edit it, and run `scoring scenario {new}`."
            print_message(written if reached.steps else f"{new}: not written, since there are no steps.")
    elif document is not None:
        with progress(2 * draws.count) as advance:
            supposed = suppose(assessment, document, drawing, progress=advance)
        emit_tables(
            output,
            problems,
            document=lambda: scenario_object(supposed),
            tables=lambda: scenario_tables(supposed, verbose=verbose),
            csv=lambda: scenario_csv(supposed),
        )


def _supposed(
    file: Path, loaded: Scenario, inputs: options.Inputs, asked: Sequence[str], problems: Sequence[Problem]
) -> tuple[Scenario, ScenarioFile]:
    """All countries on the day of a scenario file, and the file; if it has errors, exit.

    asked: Countries that are asked for beside those of the file.
    """
    import dataclasses

    from scoring.files.scenario import load_scenario
    from scoring.model.fields import read_date

    document, wrong = load_scenario(file, loaded.book, loaded.profiles, inputs.as_of)
    if document is None:
        fail((*problems, *wrong))
    if document.as_of and inputs.as_of:
        usage_error(f"{file} has as_of: {document.as_of}; remove it, or leave out --as-of")
    if document.as_of:
        named = [*(change.country for change in document.suppose), *sum(document.groups.values(), ()), *asked]
        loaded = on_day(loaded, dataclasses.replace(inputs, as_of=read_date(document.as_of)), named)
    return loaded, document


def _check_new(path: Path, inputs: options.Inputs) -> None:
    """End with a usage error where no scenario can be written."""
    options.check_suffix(path, "yaml")
    if os.path.lexists(path):
        usage_error(f"{path} exists, and is not replaced; give another file with --write")
    if os.path.realpath(path.parent) == os.path.realpath(located(inputs).profiles):
        usage_error(f"{path} would be among the profiles, and a scenario is none; give a file in another folder")


def _reached(assessment: Assessment, goal: tuple[str, float], most: int, drawing: Settings) -> tuple[int, Reach]:
    """The row of a country, and the fewest steps with which its index reaches a figure; if it cannot, exit."""
    from scoring.analysis.reach import reach
    from scoring.index.lookup import find_country

    country, wanted = goal
    row, scale = find_country(assessment, country), assessment.scale
    if not scale.has(wanted):
        usage_error(f"--reach {country}={wanted:g} is not on the scale of the index, {scale.spanned}")
    if not (scored := assessment.countries[row]).is_published:
        print_message(f"Nothing to reach: the index of {scored.code} is withheld ({scored.reason}).")
        sys.exit(BAD_INPUT)
    return row, reach(assessment, row, drawing, wanted=scale.off(wanted), most=most)


@click.command()
@click.argument("country", type=options.COUNTRY)
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def levers(country: str, inputs: options.Inputs, output: options.Output) -> None:
    """List possible improvements, largest gain first.

    Each shows what the index of COUNTRY would gain if one question were answered one level higher, and what it would
    gain by certainty alone if the answer at today's level were certain. `scoring scenario --reach` finds the fewest of
    them with which the index reaches a figure.
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
