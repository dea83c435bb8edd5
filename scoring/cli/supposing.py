"""What would change a score: `whatif`, `levers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, settings
from scoring.cli.output import as_json, finish, refuse, show

if TYPE_CHECKING:
    from scoring import schema
    from scoring.results import Assessment


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.option("--set", "answers", metavar="INDICATOR=CODE", multiple=True, help="Suppose this answer; may be repeated.")
@click.option(
    "--drop", "dropped", metavar="STATEMENT", multiple=True, help="Leave this statement out; may be repeated."
)
@options.simulated
@options.verbose
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
    """Show what an answer or a lost statement moves.

    The index of COUNTRY and its rank before and after, with the interval of the difference under common draws. A
    supposed answer is certain (grade A1, on the as-of date) and replaces the evidence on its indicator.
    """
    from scoring import simulate  # noqa: PLC0415
    from scoring import whatif as supposing  # noqa: PLC0415
    from scoring.pipeline import assess, find_country  # noqa: PLC0415
    from scoring.render import uncertainty  # noqa: PLC0415

    if not answers and not dropped:
        refuse("nothing is changed; give --set INDICATOR=CODE or --drop STATEMENT")
    before, problems = assessed(inputs, [country])
    row = find_country(before, country)
    profile = before.profiles[row]
    for identifier in dropped:
        profile = supposing.without_statement(profile, identifier)
    for answer in answers:
        leaf, code = _answer(answer, before)
        profile = supposing.with_code(profile, leaf, code, before.as_of[row])
    others = [other for other in before.profiles if other.country != country]
    after = assess(before.book, [profile, *others], as_of=inputs.as_of)
    alone = [assess(before.book, [one], as_of=before.as_of[row]) for one in (before.profiles[row], profile)]
    drawing = settings(before, draws)
    drawn = simulate.difference(alone[0], alone[1], drawing)
    if output.form == "json":
        text = as_json(uncertainty.change_object(before, after, row, drawn, drawing))
    else:
        text = uncertainty.change_text(before, after, row, drawn, drawing, verbose=verbose)
    finish(text, output.path, problems)


def _answer(text: str, assessment: Assessment) -> tuple[schema.LeafIndicator, Any]:
    """Read INDICATOR=CODE, the code as a profile would write it."""
    from scoring import reader  # noqa: PLC0415
    from scoring.check import code_faults  # noqa: PLC0415
    from scoring.errors import UnknownNameError  # noqa: PLC0415
    from scoring.pipeline import find_indicator  # noqa: PLC0415

    name, separator, code = text.partition("=")
    leaf = find_indicator(assessment.book, name.strip())
    if not separator:
        message = f"{text!r} is no INDICATOR=CODE; write the answer too, such as {leaf.id}=CODE"
        raise UnknownNameError(message)
    value, problems = reader.read(code, "--set")
    faults = [problem.message for problem in problems] or [fault.message for fault in code_faults(leaf, value)]
    if faults:
        raise UnknownNameError("; ".join(faults))
    return leaf, value


@click.command()
@click.argument("country", type=options.COUNTRY)
@options.inputs
@options.formats("table", "json", "markdown")
def levers(country: str, inputs: options.Inputs, output: options.Output) -> None:
    """List every single step up, most useful first.

    What the index of COUNTRY would gain if one question were answered one level higher.
    """
    from scoring import whatif as supposing  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import uncertainty  # noqa: PLC0415

    assessment, problems = assessed(inputs, [country], any_actor=True)
    row = find_country(assessment, country)
    found = supposing.levers(assessment, row)
    show(
        output,
        problems,
        document=lambda: uncertainty.levers_object(assessment, row, found),
        tables=lambda _ascii_only: [uncertainty.levers_table(assessment, row, found)],
    )
