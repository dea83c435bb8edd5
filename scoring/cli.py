"""The command line: flags in, text out. What is imported in a command is imported when the command runs."""

from __future__ import annotations

import datetime as dt
import functools
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scoring import schema
    from scoring.errors import Problem
    from scoring.render.table import Table
    from scoring.results import Assessment

BAD_INPUT, BAD_USAGE = 1, 2
Command = TypeVar("Command", bound="Callable[..., Any]")
FOLDER = click.Path(path_type=Path, file_okay=False)


class Day(click.ParamType[dt.date]):
    """A date as profiles write it: YYYY, YYYY-MM or YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the date, or fail with what would be right."""
        from scoring.schema import read_date  # noqa: PLC0415

        if isinstance(value, dt.date):
            return value
        try:
            return read_date(value)
        except ValueError:
            self.fail(f"{value!r} is no date of the calendar; write YYYY, YYYY-MM or YYYY-MM-DD", param, ctx)


class Commands(click.Group):
    """Commands in the order in which they are written, and errors without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """As written, the main one first."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Turn our errors into a line and an exit code."""
        from scoring.errors import InputError, UnknownNameError  # noqa: PLC0415

        try:
            return super().invoke(ctx)
        except InputError as error:
            _stop(error.problems)
        except UnknownNameError as error:
            raise click.UsageError(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="resilience-scoring", message="scoring %(version)s")
def main() -> None:
    """Score country profiles of sourced evidence into comparable resilience indices.

    Every figure carries its range and can be followed to the statements that it rests on.

    Exit codes: 0 done, 1 bad input, 2 wrong usage.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name is worth a question mark, no traceback


def common(command: Command) -> Command:
    """The options that every command has."""
    options = (
        click.option("--rubric", "rubric_dir", type=FOLDER, help="Folder with rubric.yaml and the pillar files."),
        click.option("--profiles", "profiles_dir", type=FOLDER, help="Folder with one <COUNTRY>.yaml a country."),
        click.option("--as-of", type=Day(), help="The day to speak for; default: each profile's own."),
    )
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


def formats(*names: str) -> Callable[[Command], Command]:
    """The options --format and -o."""

    def wrap(command: Command) -> Command:
        output = click.option(
            "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file."
        )
        form = click.option("--format", "form", type=click.Choice(names), default=names[0], show_default=True)
        return form(output(command))

    return wrap


@main.command()
@click.argument("countries", nargs=-1)
@common
@formats("table", "json", "csv", "markdown")
def score(
    countries: tuple[str, ...],
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """Print the indices with range, rank and band.

    One row for each COUNTRY, or for all. Ranks are among all published countries of the folder, whichever are printed.
    """
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import report, table  # noqa: PLC0415

    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, countries)
    rows = sorted({find_country(assessment, code) for code in countries}) or range(len(assessment.profiles))
    text: str | None
    if form == "json":
        text = _json(report.score_object(assessment, rows))
    elif form == "csv":
        text = report.score_csv(assessment, rows)
    elif form == "markdown":
        text = "\n".join(table.as_markdown(one) for one in report.score_tables(assessment, rows))
    else:
        text = _terminal(report.score_tables(assessment, rows, ascii_only=_ascii(output)), output)
    _finish(text, output, problems)


@main.command()
@click.argument("country")
@click.argument("node", required=False)
@click.option("--statement", metavar="ID", help="The reverse: where this statement goes.")
@common
@formats("text", "json")
def explain(
    country: str,
    node: str | None,
    statement: str | None,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """Follow a figure down to its statements.

    Of COUNTRY the index, or one NODE of it: an id such as cyber_strategy, or a path.
    """
    from scoring import explain as explaining  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import tree  # noqa: PLC0415

    if node and statement:
        message = "NODE and --statement ask for two things; give one of them"
        raise click.UsageError(message)
    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, [country])
    row = find_country(assessment, country)
    if statement:
        reverse = explaining.explain_statement(assessment, row, statement)
        as_json = form == "json"
        text = (
            _json(tree.statement_object(assessment, row, reverse))
            if as_json
            else tree.statement_text(assessment, row, reverse)
        )
    else:
        explained = explaining.explain(assessment, row, node)
        text = (
            _json(tree.tree_object(assessment, row, explained))
            if form == "json"
            else tree.tree_text(assessment, row, explained)
        )
    _finish(text, output, problems)


@main.command()
@click.argument("countries", nargs=-1)
@click.option("--pillar", metavar="ID", help="Statements that code this pillar.")
@click.option("--indicator", metavar="ID", help="Statements that code this indicator.")
@click.option("--source", metavar="ID", help="Statements from this source.")
@click.option("--from", "since", type=Day(), help="Dated on this day or later.")
@click.option("--to", type=Day(), help="Dated on this day or earlier.")
@common
@formats("table", "json", "csv", "markdown")
def statements(
    countries: tuple[str, ...],
    pillar: str | None,
    indicator: str | None,
    source: str | None,
    since: dt.date | None,
    to: dt.date | None,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """List the evidence itself.

    Of each COUNTRY or all, by pillar, indicator, source and date. With --as-of, statements dated later are left out.
    """
    from scoring import select  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import evidence, table  # noqa: PLC0415

    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, countries)
    for code in countries:
        find_country(assessment, code)
    _known(assessment, pillar=pillar, indicator=indicator, source=source)
    found = select.statements(
        assessment.profiles,
        assessment.book,
        countries=countries,
        pillar=pillar,
        indicator=indicator,
        source=source,
        since=since,
        to=to,
        known_by=as_of,
    )
    text: str | None
    if form == "json":
        text = _json(evidence.evidence_objects(found))
    elif form == "csv":
        text = evidence.evidence_csv(found)
    elif form == "markdown":
        text = table.as_markdown(evidence.evidence_table(found))
    else:
        text = _terminal([evidence.evidence_table(found)], output)
    _finish(text, output, problems)


def _known(assessment: Assessment, *, pillar: str | None, indicator: str | None, source: str | None) -> None:
    """Refuse a selection by a name that nothing has, rather than print nothing."""
    from scoring.errors import UnknownNameError, nearest  # noqa: PLC0415
    from scoring.schema import leaves  # noqa: PLC0415

    pillars = [one.id for one in assessment.book.pillars]
    indicators = [leaf.id for one in assessment.book.pillars for leaf in leaves(one.indicators)]
    sources = sorted({name for profile in assessment.profiles for name in profile.sources})
    for kind, name, names in (
        ("pillar", pillar, pillars),
        ("indicator", indicator, indicators),
        ("source", source, sources),
    ):
        if name is not None and name not in names:
            message = f"{name!r} is no {kind}; {nearest(name, names, f'{kind}s')}"
            raise UnknownNameError(message)


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@common
def validate(
    files: tuple[Path, ...],
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,  # noqa: ARG001  every command has it
) -> None:
    """Check files and name every fault at once.

    The rubric, its cases and all profiles; or the rubric and only the profile FILES.
    """
    from scoring import files as disk  # noqa: PLC0415

    folder = disk.rubric_folder(rubric_dir)
    book, problems = disk.load_rubric(folder)
    if book is None:
        _stop(problems)
    found: list[Problem] = []
    count = len(files)
    if files:
        for path in files:
            found += disk.load_profile(path, book)[1]
    else:
        cases, wrong = disk.load_cases(folder, book)
        profiles, more = disk.load_profiles(profiles_dir or disk.default_folder("profiles"), book)
        found += [*wrong, *more]
        count = len(cases) + len(profiles)
    if found:
        _stop(found)
    click.echo(f"No faults: rubric {book.rubric.id} {book.rubric.version}, {count} files beside it.")


@main.command("schema")
@click.argument("kind", type=click.Choice(("rubric", "pillar", "profile", "cases")))
@common
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
def print_schema(
    kind: Any,
    rubric_dir: Path | None,
    profiles_dir: Path | None,  # noqa: ARG001  every command has it
    as_of: dt.date | None,  # noqa: ARG001  every command has it
    output: Path | None,
) -> None:
    """Print the JSON Schema of a KIND of file."""
    from scoring.render.editor import json_schema  # noqa: PLC0415

    _finish(_json(json_schema(kind, _rubric(rubric_dir))), output, ())


@main.command()
@click.argument("country")
@click.option("--actor", default="RUS", show_default=True, metavar="CODE", help="The hostile actor.")
@common
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
def new(
    country: str,
    actor: str,
    rubric_dir: Path | None,
    profiles_dir: Path | None,  # noqa: ARG001  every command has it
    as_of: dt.date | None,
    output: Path | None,
) -> None:
    """Print a profile skeleton for COUNTRY.

    Every question of the rubric stands in it as a comment.
    """
    from scoring.check import country_names, is_country  # noqa: PLC0415
    from scoring.errors import UnknownNameError, nearest  # noqa: PLC0415
    from scoring.render.skeleton import skeleton  # noqa: PLC0415

    for code in (country, actor):
        if not is_country(code):
            right = nearest(code, sorted(country_names()), "use an ISO 3166-1 alpha-3 code, such as")
            message = f"{code!r} is no country code; {right}"
            raise UnknownNameError(message)
    day = as_of or dt.datetime.now(tz=dt.UTC).date()
    _finish(skeleton(country, actor, day.isoformat(), _rubric(rubric_dir)), output, ())


# -- what the commands share -------------------------------------------------------------------------------------------


def _rubric(rubric_dir: Path | None) -> schema.RuleBook:
    from scoring import files  # noqa: PLC0415

    book, problems = files.load_rubric(files.rubric_folder(rubric_dir))
    return book if book is not None else _stop(problems)


def _assess(
    rubric_dir: Path | None, profiles_dir: Path | None, as_of: dt.date | None, asked: Sequence[str]
) -> tuple[Assessment, tuple[Problem, ...]]:
    """Score all profiles that can be read; the others' problems go with it. One that was asked for must be readable."""
    from scoring import files  # noqa: PLC0415
    from scoring.pipeline import assess  # noqa: PLC0415

    book = _rubric(rubric_dir)
    profiles, problems = files.load_profiles(profiles_dir or files.default_folder("profiles"), book)
    if any(Path(problem.file).stem in asked for problem in problems) or (problems and not profiles):
        _stop(problems)
    return assess(book, profiles, as_of=as_of), problems


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _ascii(output: Path | None) -> bool:
    return output is None and "utf" not in (sys.stdout.encoding or "").lower()


def _terminal(tables: Iterable[Table], output: Path | None) -> str | None:
    """Tables as text; printed at once, with what a terminal can show, where no file is asked for."""
    from rich.console import Console  # noqa: PLC0415

    from scoring.render.table import as_text  # noqa: PLC0415

    if output is None:
        as_text(tables, Console(file=sys.stdout, highlight=False, markup=False, emoji=False))
        return None
    text = io.StringIO()
    as_text(tables, Console(file=text, highlight=False, markup=False, emoji=False, no_color=True, width=10_000))
    return text.getvalue()


def _finish(text: str | None, output: Path | None, problems: Sequence[Problem]) -> None:
    """Print or write the result; with problems a file is not written, since it would lack a country unseen."""
    if output is not None and text is not None and not problems:
        _write(text, output)
    elif output is None and text is not None:
        click.echo(text, nl=False)
    if problems:
        if output is not None:
            click.echo(f"{output} is not written: it would lack the profiles named below.", err=True)
        _stop(problems)


def _write(text: str, output: Path) -> None:
    """Write beside the file and move into place: the old file or the new one, never half of it."""
    beside = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=output.parent, prefix=f".{output.name}.", delete=False
        ) as file:
            beside = Path(file.name)
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        beside.chmod(0o666 & ~mask)
        beside.replace(output)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        click.echo(f"{output}: cannot be written ({error.strerror}); check the folder and its permissions", err=True)
        sys.exit(BAD_INPUT)


def _stop(problems: Iterable[Problem]) -> NoReturn:
    for problem in sorted(set(problems)):
        click.echo(str(problem), err=True)
    sys.exit(BAD_INPUT)
