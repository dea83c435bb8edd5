"""The command group. Commands import their dependencies when they run, so that `--help` is fast."""

from __future__ import annotations

import gc
import io
import itertools
import os
import sys
from typing import Any

import click

from scoring.cli import authoring, change, editions, evidence, reports, scores, uncertainty
from scoring.cli.output import ENCODING_FALLBACK, USAGE, fail, print_message, usage_error

SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "Scores": (
        scores.score,
        scores.explain,
        scores.rank,
        scores.compare,
        scores.peers,
        scores.matrix,
        scores.actors,
        scores.trend,
        scores.whatif,
        scores.scenario,
        scores.levers,
    ),
    "Uncertainty": (uncertainty.sensitivity, uncertainty.audit, uncertainty.calibrate, uncertainty.validity),
    "Evidence": (
        evidence.agreement,
        evidence.statements,
        evidence.due,
        evidence.draft,
        evidence.desk,
        evidence.sheet,
        evidence.collect,
        evidence.qualify,
        evidence.reviews,
    ),
    "Change": (change.lock, change.check, change.diff, change.brief),
    "Reports": (
        reports.cite,
        reports.verify,
        reports.resolve,
        reports.fill,
        reports.export,
        reports.figures,
        reports.site,
    ),
    "Editions": (editions.release, editions.errata),
    "Authoring": (
        authoring.init,
        authoring.import_,
        authoring.validate,
        authoring.schema,
        authoring.new,
        authoring.docs,
        authoring.reconcile,
    ),
}
"""The commands by section of the help."""
WHOLE_SENTENCE = 1000  # characters: longer than the first sentence of any command


class Commands(click.Group):
    """Commands grouped into sections, in the order in which they are added; errors are printed without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """The names in the order in which they were added."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's
        """Write each command with its whole first sentence, wrapped where needed."""
        longest = max(map(len, self.commands))
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(f"{item.name:{longest}}", item.get_short_help_str(WHOLE_SENTENCE)) for item in section]
                )

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; print an error of this package as one line and exit with its code."""
        from scoring.errors import InputError, MissingPackageError, UnknownNameError

        try:
            return super().invoke(ctx)
        except InputError as error:
            fail(error.problems)
        except MissingPackageError as error:
            print_message(f"{ctx.info_name} {ctx.invoked_subcommand}: {error}")
            sys.exit(USAGE)
        except UnknownNameError as error:
            usage_error(str(error))


@click.group(
    "scoring", cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="resilience-scoring", message="scoring %(version)s")
def commands() -> None:
    """Score country profiles of sourced evidence into comparable indices.

    Every figure has evidence bounds and can be traced to its statements.

    Exit codes: 0 success, 1 invalid input, 2 usage error, 3 scores changed or rows that do not fit.
    """
    try:
        os.getcwd()  # noqa: PTH109
    except OSError as error:
        message = f"the working directory cannot be found ({error.strerror}); change to one that exists"
        raise click.ClickException(message) from error
    gc.set_threshold(100_000)  # profiles hold no reference cycles: saves a fifth of the time to read them
    click.get_current_context().call_on_close(gc.freeze)  # no collection at exit: saves a tenth of a short command
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ENCODING_FALLBACK)


for command in itertools.chain(*SECTIONS.values()):
    commands.add_command(command)
