"""Commands on statements and their coding: `agreement`, `statements`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import assessed
from scoring.cli.output import emit_tables

if TYPE_CHECKING:
    import datetime as dt

    from scoring.index.assessment import Assessment


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
    """List the statements.

    Of each COUNTRY or all, filtered by pillar, indicator, source and date. --as-of excludes statements dated later.
    """
    from scoring.analysis import statements as select
    from scoring.index.lookup import find_country, find_indicator, find_pillar
    from scoring.render import statements as rendering

    assessment, problems = assessed(inputs, countries, any_actor=True)
    for code in countries:
        find_country(assessment, code)
    _known_source(assessment, source)
    selected = select.statements(
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
    emit_tables(
        output,
        problems,
        document=lambda: rendering.evidence_document(assessment.book, selected),
        tables=lambda: [rendering.evidence_table(selected)],
        csv=lambda: rendering.evidence_csv(selected),
    )


def _known_source(assessment: Assessment, source: str | None) -> None:
    """Raise an error for a source that no profile has, instead of an empty list."""
    from scoring.errors import UnknownNameError, nearest

    sources = sorted({name for profile in assessment.profiles for name in profile.sources})
    if source is not None and source not in sources:
        message = f"unknown source {source!r}; {nearest(source, sources, 'sources')}"
        raise UnknownNameError(message)


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option(
    "--most",
    cls=options.Default,
    type=options.Whole(min=0),
    default=options.default("shown.disagreements"),
    show_default=True,
    help="Number of statements with disagreement to show.",
)
@options.seed("the bootstrap")
@options.inputs
@options.formats("table", "json", "markdown")
def agreement(countries: tuple[str, ...], most: int, seed: int, inputs: options.Inputs, output: options.Output) -> None:
    """Measure inter-coder agreement.

    Krippendorff's alpha by pillar and indicator, the statements with the largest disagreement, and how each was
    resolved. Of each COUNTRY, or all.
    """
    from scoring.analysis.agreement import agreement
    from scoring.index.lookup import find_country
    from scoring.render import agreement as rendering

    assessment, problems = assessed(inputs, countries, any_actor=True)
    rows = [find_country(assessment, code) for code in dict.fromkeys(countries)]
    result = agreement(assessment, rows or range(len(assessment.profiles)), seed)
    emit_tables(
        output,
        problems,
        document=lambda: rendering.agreement_object(assessment, result),
        tables=lambda: rendering.agreement_tables(assessment, result, most),
    )
