"""All commands: flags in, text out. What is imported in a command is imported when the command runs."""

from __future__ import annotations

import gc
import io
import itertools
import os
import sys
from typing import Any

import click

from scoring.cli import authoring, change, evidence, reports, scores, uncertainty
from scoring.cli.output import SIGNS, USAGE, refuse, stop, tell

HEADS: dict[str, tuple[click.Command, ...]] = {
    "Scores": (
        scores.score,
        scores.explain,
        scores.rank,
        scores.compare,
        scores.trend,
        scores.whatif,
        scores.levers,
    ),
    "Uncertainty": (uncertainty.sensitivity, uncertainty.audit, uncertainty.validity),
    "Evidence": (evidence.agreement, evidence.statements),
    "Change": (change.lock, change.check, change.diff, change.brief),
    "Reports": (reports.cite, reports.verify, reports.fill, reports.export, reports.figures, reports.site),
    "Authoring": (authoring.validate, authoring.schema, authoring.new, authoring.docs),
}
"""The commands as the help shows them."""
WHOLE = 1000  # characters of a sentence: more than any command says of itself


class Commands(click.Group):
    """Commands under heads, in the order in which they are added, and errors without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """As added, the main one first."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's
        """Each with its first sentence, whole: where it does not fit it is wrapped."""
        longest = max(map(len, self.commands))
        for head, group in HEADS.items():
            with formatter.section(head):
                formatter.write_dl([(f"{one.name:{longest}}", one.get_short_help_str(WHOLE)) for one in group])

    def invoke(self, ctx: click.Context) -> Any:
        """Turn our errors into a line and an exit code."""
        from scoring.errors import InputError, MissingPackageError, UnknownNameError

        try:
            return super().invoke(ctx)
        except InputError as error:
            stop(error.problems)
        except MissingPackageError as error:
            tell(f"{ctx.info_name} {ctx.invoked_subcommand}: {error}")
            sys.exit(USAGE)
        except UnknownNameError as error:
            refuse(str(error))


@click.group(
    "scoring", cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="resilience-scoring", message="scoring %(version)s")
def commands() -> None:
    """Score country profiles of sourced evidence into comparable resilience indices.

    Every figure carries its range and can be followed to the statements that it rests on.

    Exit codes: 0 done, 1 bad input, 2 wrong usage, 3 scores moved.
    """
    try:
        os.getcwd()  # noqa: PTH109
    except OSError as error:
        message = f"the working directory cannot be found ({error.strerror}); change to one that is there"
        raise click.ClickException(message) from error
    gc.set_threshold(100_000)  # profiles have no cycles to look for: a fifth of the time of reading them
    click.get_current_context().call_on_close(gc.freeze)  # the end need not look either: a tenth of a short command
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=SIGNS)


for command in itertools.chain(*HEADS.values()):
    commands.add_command(command)
