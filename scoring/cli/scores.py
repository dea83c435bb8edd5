"""What the evidence says: `score`, `explain`, `statements`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import assessed
from scoring.cli.output import as_json, finish, refuse, show

if TYPE_CHECKING:
    import datetime as dt

    from scoring.results import Assessment


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def score(countries: tuple[str, ...], inputs: options.Inputs, output: options.Output) -> None:
    """Print the indices with range, rank and band.

    One row for each COUNTRY, or for all. Ranks are among all published countries of the folder, whichever are printed.
    """
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import report  # noqa: PLC0415

    assessment, problems = assessed(inputs, countries)
    rows = sorted({find_country(assessment, code) for code in countries}) or range(len(assessment.profiles))
    show(
        output,
        problems,
        document=lambda: report.score_object(assessment, rows),
        tables=lambda ascii_only: report.score_tables(assessment, rows, ascii_only=ascii_only),
        csv=lambda: report.score_csv(assessment, rows),
    )


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.argument("node", required=False)
@click.option("--statement", metavar="ID", help="The reverse: where this statement goes.")
@options.inputs
@options.formats("text", "json")
def explain(
    country: str, node: str | None, statement: str | None, inputs: options.Inputs, output: options.Output
) -> None:
    """Follow a figure down to its statements.

    Of COUNTRY the index, or one NODE of it: an id such as cyber_strategy, the short code or title of a pillar, a
    question, or a path.
    """
    from scoring import explain as explaining  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import tree  # noqa: PLC0415

    if node and statement:
        refuse("NODE and --statement ask for two things; give one of them")
    assessment, problems = assessed(inputs, [country])
    row = find_country(assessment, country)
    as_text = output.form == "text"
    if statement:
        reverse = explaining.explain_statement(assessment, row, statement)
        text = (
            tree.statement_text(assessment, row, reverse)
            if as_text
            else as_json(tree.statement_object(assessment, row, reverse))
        )
    else:
        explained = explaining.explain(assessment, row, node)
        text = (
            tree.tree_text(assessment, row, explained)
            if as_text
            else as_json(tree.tree_object(assessment, row, explained))
        )
    finish(text, output.path, problems)


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--pillar", metavar="NAME", help="Statements that code this pillar: its id, short code or title.")
@click.option("--indicator", metavar="NAME", help="Statements that code this indicator: its id or question.")
@click.option("--source", metavar="ID", help="Statements from this source.")
@click.option("--from", "since", type=options.Day(), help="Dated on this day or later.")
@click.option("--to", type=options.Day(), help="Dated on this day or earlier.")
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def statements(
    countries: tuple[str, ...],
    pillar: str | None,
    indicator: str | None,
    source: str | None,
    since: dt.date | None,
    to: dt.date | None,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """List the evidence itself.

    Of each COUNTRY or all, by pillar, indicator, source and date. With --as-of, statements dated later are left out.
    """
    from scoring import select  # noqa: PLC0415
    from scoring.pipeline import find_country, find_indicator, find_pillar  # noqa: PLC0415
    from scoring.render import evidence  # noqa: PLC0415

    assessment, problems = assessed(inputs, countries, any_actor=True)
    for code in countries:
        find_country(assessment, code)
    _known_source(assessment, source)
    found = select.statements(
        assessment.profiles,
        assessment.book,
        countries=countries,
        pillar=None if pillar is None else find_pillar(assessment.book, pillar),
        indicator=None if indicator is None else find_indicator(assessment.book, indicator).id,
        source=source,
        since=since,
        to=to,
        known_by=inputs.as_of,
    )
    show(
        output,
        problems,
        document=lambda: evidence.evidence_objects(found),
        tables=lambda _ascii_only: [evidence.evidence_table(found)],
        csv=lambda: evidence.evidence_csv(found),
    )


def _known_source(assessment: Assessment, source: str | None) -> None:
    """Refuse a source that no profile has, rather than print nothing."""
    from scoring.errors import UnknownNameError, nearest  # noqa: PLC0415

    sources = sorted({name for profile in assessment.profiles for name in profile.sources})
    if source is not None and source not in sources:
        message = f"{source!r} is no source; {nearest(source, sources, 'sources')}"
        raise UnknownNameError(message)
