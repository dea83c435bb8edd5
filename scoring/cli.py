"""The command line: flags in, text out. What is imported in a command is imported when the command runs."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import gc
import io
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scoring import causes, schema
    from scoring.errors import Problem
    from scoring.render.table import Table
    from scoring.results import Assessment

BAD_INPUT, BAD_USAGE, MOVED = 1, 2, 3
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

    Exit codes: 0 done, 1 bad input, 2 wrong usage, 3 scores moved.
    """
    gc.set_threshold(100_000)  # profiles have no cycles to look for: a fifth of the time of reading them
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


def simulated(command: Command) -> Command:
    """The options of every command that draws."""
    options = (
        click.option(
            "--draws", type=click.IntRange(min=100), default=20_000, show_default=True, help="Number of draws."
        ),
        click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True),
        click.option(
            "--shared",
            type=click.FloatRange(0, 1),
            help="Probability that an unseen part follows the country's shared draw; default: the rubric's.",
        ),
    )
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


@main.command()
@click.argument("countries", nargs=-1)
@simulated
@common
@formats("table", "json", "csv", "markdown")
def rank(
    countries: tuple[str, ...],
    draws: int,
    seed: int,
    shared: float | None,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """Rank with uncertainty: who cannot be told apart.

    Index with uncertainty interval, rank with rank interval, among each COUNTRY given, or all of the folder.
    """
    from scoring.render import table, uncertainty  # noqa: PLC0415
    from scoring.simulate import settings_of, simulate  # noqa: PLC0415

    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, countries, only_asked=True)
    if len(assessment.profiles) < 2:  # noqa: PLR2004
        message = "a rank needs two countries; name more, or none for all"
        raise click.UsageError(message)
    if not any(assessment.rank):
        click.echo("Every index is withheld, so there is nothing to rank; `scoring score` says why.", err=True)
        sys.exit(BAD_INPUT)
    settings = settings_of(assessment, draws=draws, seed=seed, shared=shared)
    with _progress(draws) as advance:
        simulation = simulate(assessment, settings, progress=advance)
    text: str | None
    if form == "json":
        text = _json(uncertainty.rank_object(assessment, simulation))
    elif form == "csv":
        text = uncertainty.rank_csv(assessment, simulation)
    elif form == "markdown":
        text = "\n".join(table.as_markdown(one) for one in uncertainty.rank_tables(assessment, simulation))
    else:
        text = _terminal(uncertainty.rank_tables(assessment, simulation, ascii_only=_ascii(output)), output)
    _finish(text, output, problems)


@main.command()
@click.argument("countries", nargs=-1, required=True)
@click.option("--anyway", is_flag=True, help="Go on where the scores are not comparable, with the caveat printed.")
@simulated
@common
@formats("table", "json", "markdown")
def compare(
    countries: tuple[str, ...],
    anyway: bool,  # noqa: FBT001  a flag
    draws: int,
    seed: int,
    shared: float | None,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """Say what drives the difference of countries.

    For each two of the COUNTRIES: the probability that one lies above the other, the pillars and indicators that drive
    the difference, the pillar weights in which the order holds, and the smallest set of statements that it hangs on.
    """
    import itertools  # noqa: PLC0415

    from scoring import compare as comparing  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import comparison, table  # noqa: PLC0415
    from scoring.simulate import settings_of, simulate  # noqa: PLC0415

    if len(set(countries)) < 2:  # noqa: PLR2004
        message = "a comparison needs two countries; name another"
        raise click.UsageError(message)
    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, countries, only_asked=True)
    rows = [find_country(assessment, code) for code in dict.fromkeys(countries)]
    caveats = list(_caveats(assessment, rows))
    for caveat in caveats:
        click.echo(caveat, err=True)
    if caveats and not anyway:
        click.echo("Not compared; --anyway goes on.", err=True)
        sys.exit(BAD_INPUT)
    settings = settings_of(assessment, draws=draws, seed=seed, shared=shared)
    with _progress(draws) as advance:
        simulation = simulate(assessment, settings, progress=advance)
    compared = [comparing.compare(assessment, *pair) for pair in itertools.combinations(rows, 2)]
    text: str | None
    if form == "json":
        text = _json(comparison.comparison_object(assessment, compared, simulation, caveats))
    elif form == "markdown":
        tables = comparison.comparison_tables(assessment, compared, simulation)
        text = "\n".join(table.as_markdown(one) for one in tables)
    else:
        tables = comparison.comparison_tables(assessment, compared, simulation, ascii_only=_ascii(output))
        text = _terminal(tables, output)
    _finish(text, output, problems)


def _caveats(assessment: Assessment, rows: Sequence[int]) -> Iterator[str]:
    """What forbids comparing these countries."""
    from scoring.render.report import incomparable, reason  # noqa: PLC0415

    for row in rows:
        if assessment.withheld_because[row]:
            yield f"The index of {assessment.profiles[row].country} is withheld: {reason(assessment, row)}."
    yield from incomparable(assessment, rows)


@main.command()
@click.argument("country")
@click.option("--set", "answers", metavar="INDICATOR=CODE", multiple=True, help="Suppose this answer; may be repeated.")
@click.option(
    "--drop", "dropped", metavar="STATEMENT", multiple=True, help="Leave this statement out; may be repeated."
)
@simulated
@common
@formats("text", "json")
def whatif(
    country: str,
    answers: tuple[str, ...],
    dropped: tuple[str, ...],
    draws: int,
    seed: int,
    shared: float | None,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
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
        message = "nothing is changed; give --set INDICATOR=CODE or --drop STATEMENT"
        raise click.UsageError(message)
    before, problems = _assess(rubric_dir, profiles_dir, as_of, [country])
    row = find_country(before, country)
    profile = before.profiles[row]
    for identifier in dropped:
        profile = supposing.without_statement(profile, identifier)
    for answer in answers:
        leaf, code = _answer(answer, before)
        profile = supposing.with_code(profile, leaf, code, before.as_of[row])
    others = [other for other in before.profiles if other.country != country]
    after = assess(before.book, [profile, *others], as_of=as_of)
    alone = [assess(before.book, [one], as_of=before.as_of[row]) for one in (before.profiles[row], profile)]
    settings = simulate.settings_of(before, draws=draws, seed=seed, shared=shared)
    drawn = simulate.difference(alone[0], alone[1], settings)
    if form == "json":
        text = _json(uncertainty.change_object(before, after, row, drawn, settings))
    else:
        text = uncertainty.change_text(before, after, row, drawn, settings)
    _finish(text, output, problems)


def _answer(text: str, assessment: Assessment) -> tuple[schema.LeafIndicator, Any]:
    """Read INDICATOR=CODE, the code as a profile would write it."""
    from scoring import reader  # noqa: PLC0415
    from scoring.check import code_faults  # noqa: PLC0415
    from scoring.errors import UnknownNameError, nearest  # noqa: PLC0415
    from scoring.schema import leaves  # noqa: PLC0415

    name, separator, code = text.partition("=")
    found = {leaf.id: leaf for one in assessment.book.pillars for leaf in leaves(one.indicators)}
    if not separator or name not in found:
        message = f"{text!r} is no INDICATOR=CODE; {nearest(name, sorted(found), 'indicators')}"
        raise UnknownNameError(message)
    value, problems = reader.read(code, "--set")
    faults = [problem.message for problem in problems] or [fault.message for fault in code_faults(found[name], value)]
    if faults:
        raise UnknownNameError("; ".join(faults))
    return found[name], value


@main.command()
@click.argument("country")
@common
@formats("table", "json", "markdown")
def levers(
    country: str,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """List every single step up, most useful first.

    What the index of COUNTRY would gain if one question were answered one level higher.
    """
    from scoring import whatif as supposing  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import table, uncertainty  # noqa: PLC0415

    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, [country])
    row = find_country(assessment, country)
    found = supposing.levers(assessment, row)
    text: str | None
    if form == "json":
        text = _json(uncertainty.levers_object(assessment, row, found))
    elif form == "markdown":
        text = table.as_markdown(uncertainty.levers_table(assessment, row, found))
    else:
        text = _terminal([uncertainty.levers_table(assessment, row, found)], output)
    _finish(text, output, problems)


@main.command()
@click.argument("countries", nargs=-1)
@click.option(
    "--exponents",
    default="1,1/2,1/8,-1",
    show_default=True,
    callback=lambda _context, _option, text: _exponents(text),
    help="Exponents across pillars to set side by side.",
)
@simulated
@common
@formats("table", "json", "markdown")
def sensitivity(
    countries: tuple[str, ...],
    exponents: tuple[float, ...],
    draws: int,
    seed: int,
    shared: float | None,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """Say what the result hangs on.

    Which uncertainty makes the spread (of each index, of the difference of each two COUNTRIES, of the ranks), and what
    each pillar, indicator and source left out, each exponent and each weight would do. Without COUNTRIES, for all.
    """
    import itertools  # noqa: PLC0415

    from scoring import influence  # noqa: PLC0415
    from scoring.audit import effective_weights  # noqa: PLC0415
    from scoring.pipeline import find_country  # noqa: PLC0415
    from scoring.render import influence as rendering  # noqa: PLC0415
    from scoring.render import table  # noqa: PLC0415
    from scoring.simulate import settings_of  # noqa: PLC0415

    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, countries)
    rows = [find_country(assessment, code) for code in dict.fromkeys(countries)]
    pairs = list(itertools.combinations(rows, 2))
    settings = settings_of(assessment, draws=draws, seed=seed, shared=shared)
    with _progress(draws * (len(influence.GROUPS) + 2)) as advance:
        factors = influence.factor_indices(
            assessment, settings, rows or range(len(assessment.profiles)), pairs=pairs, progress=advance
        )
    pillars, indicators = influence.without_nodes(assessment)
    found = rendering.Influence(
        factors=factors,
        pillars=pillars,
        indicators=indicators,
        sources={row: influence.without_sources(assessment, row) for row in rows},
        exponents=influence.under_exponents(assessment, exponents),
        effective=effective_weights(assessment, seed),
    )
    text: str | None
    if form == "json":
        text = _json(rendering.influence_object(assessment, found, settings))
    elif form == "markdown":
        text = "\n".join(map(table.as_markdown, rendering.influence_tables(assessment, found, settings)))
    else:
        text = _terminal(rendering.influence_tables(assessment, found, settings), output)
    _finish(text, output, problems)


def _exponents(text: str) -> tuple[float, ...]:
    """Read `1,1/2,-1`."""
    from fractions import Fraction  # noqa: PLC0415

    try:
        return tuple(dict.fromkeys(float(Fraction(part.strip())) for part in text.split(",")))
    except (ValueError, ZeroDivisionError) as error:
        message = f"{text!r} is no list of exponents; write numbers or fractions with commas, such as 1,1/2,-1"
        raise click.BadParameter(message) from error


@main.command()
@click.option("--all", "every", is_flag=True, help="Print every finding, not only those in doubt.")
@simulated
@common
@formats("table", "json", "markdown")
def audit(
    every: bool,  # noqa: FBT001  a flag
    draws: int,
    seed: int,
    shared: float | None,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """Check the index as a statistician would.

    Availability, direction, redundancy, shared evidence, consistency, dimension, importance and robustness; each only
    where the number of countries bears it, otherwise with the reason why not. The rubric says what counts as doubtful.
    """
    from scoring import audit as auditing  # noqa: PLC0415
    from scoring.render import audit as rendering  # noqa: PLC0415
    from scoring.render import table  # noqa: PLC0415
    from scoring.simulate import settings_of, simulate  # noqa: PLC0415

    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, ())
    settings = settings_of(assessment, draws=draws, seed=seed, shared=shared)
    with _progress(draws) as advance:
        simulation = simulate(assessment, settings, progress=advance)
    checks = auditing.audit(assessment, simulation)
    text: str | None
    if form == "json":
        text = _json(rendering.audit_object(assessment, checks, settings))
    else:
        tables = rendering.audit_tables(assessment, checks, settings, every=every)
        text = "\n".join(map(table.as_markdown, tables)) if form == "markdown" else _terminal(tables, output)
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
@formats("text", "github", "sarif", "junit", "gitlab")
def validate(
    files: tuple[Path, ...],
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,  # noqa: ARG001  every command has it
    form: Any,
    output: Path | None,
) -> None:
    """Check files and name every fault at once.

    The rubric, its cases and all profiles; or the rubric and only the profile FILES.
    """
    from scoring import files as disk  # noqa: PLC0415
    from scoring.render import ci  # noqa: PLC0415

    folder, profiles_folder = disk.rubric_folder(rubric_dir), profiles_dir or disk.default_folder("profiles")
    book, problems = disk.load_rubric(folder)
    found = list(problems)
    paths = list(files)
    if book is not None and files:
        for path in files:
            found += disk.load_profile(path, book)[1]
    elif book is not None:
        paths = sorted((*folder.glob(f"*{disk.CASES}"), *profiles_folder.glob(f"*{disk.SUFFIX}")))
        found += [*disk.load_cases(folder, book)[1], *disk.load_profiles(profiles_folder, book)[1]]
    if form in ci.FORMS:
        _finish(ci.render(form, map(ci.of_problem, found), tuple(map(disk.shown, paths))), output, ())
    if found or book is None:
        _stop(found)
    if form == "text":
        text = f"No faults: rubric {book.rubric.id} {book.rubric.version}, {len(paths)} files beside it.\n"
        _finish(text, output, ())


@main.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("scores.lock"),
    show_default=True,
    help="The lock to write.",
)
@common
def lock(output: Path, rubric_dir: Path | None, profiles_dir: Path | None, as_of: dt.date | None) -> None:
    """Write the scores down, for `scoring check`.

    One figure a line, to be committed beside the profiles.
    """
    from scoring import lock as locking  # noqa: PLC0415

    assessment, problems = _assess(rubric_dir, profiles_dir, as_of, ())
    _finish(locking.text_of(locking.locked(assessment)), output, problems)
    click.echo(f"{output}: {len(assessment.profiles)} countries.")


LOCK = click.option(
    "--lock",
    "lock_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("scores.lock"),
    show_default=True,
    help="The lock to compare with.",
)
TOLERANCE = click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=0.00001,
    show_default=True,
    help="Points of 0 to 100 by which a figure may differ.",
)


@main.command()
@LOCK
@TOLERANCE
@click.option("--no-cache", is_flag=True, help="Compute every figure, whatever is known of it.")
@common
@formats("table", "json", "markdown", "github", "sarif", "junit", "gitlab")
def check(
    lock_file: Path,
    tolerance: float,
    no_cache: bool,  # noqa: FBT001  a flag
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: Any,
    output: Path | None,
) -> None:
    """Recompute, and tell what moved since the lock.

    Exit code 0 if nothing moved, 3 if a score, a rank or a band did. The forms of CI systems name faults of the files
    too, each on its line.
    """
    from scoring import cache, files  # noqa: PLC0415
    from scoring import lock as locking  # noqa: PLC0415
    from scoring.render import ci, moves, table  # noqa: PLC0415

    folder = profiles_dir or files.default_folder("profiles")
    book, problems = files.load_rubric(files.rubric_folder(rubric_dir))
    records: dict[str, locking.Record] = {}
    if book is not None:
        records, faults, remark = cache.recompute(folder, book, as_of, cached=not no_cache)
        problems = (*problems, *faults)
        if remark:
            click.echo(remark, err=True)
    new = locking.lock_of(book, records) if book else None
    old, wrong = locking.load(lock_file, new)
    problems = (*problems, *wrong)
    names = {code: files.shown(folder / f"{code}{files.SUFFIX}") for code in records}
    if problems or old is None or new is None:
        if form in ci.FORMS:
            _finish(ci.render(form, map(ci.of_problem, problems), tuple(names.values())), output, ())
        _stop(problems)
    found, unread = locking.moves(old, new, tolerance), locking.unread(old, new)
    text: str | None
    if form in ci.FORMS:
        files_of = {code: names.get(code, files.shown(lock_file)) for code in {move.country for move in found}}
        remarks = [moves.move_remark(move, files_of[move.country]) for move in found]
        text = ci.render(form, remarks, tuple(names.values()))
    elif form == "json":
        text = _json(moves.check_object(old, new, found, unread, tolerance))
    elif form == "markdown":
        text = table.as_markdown(moves.moves_table(found)) if found else "No score moved.\n"
    else:
        text = _terminal([moves.moves_table(found)], output) if found else "No score moved.\n"
    _finish(text, output, ())
    if old.rubric_digest != new.rubric_digest:
        same = f"both call themselves {new.rubric}" if old.rubric == new.rubric else f"{old.rubric}, now {new.rubric}"
        click.echo(
            f"The lock is of another rubric ({same}); `scoring diff` tells its part from that of profiles.", err=True
        )
    elif unread and not found:
        click.echo(f"Profiles changed, no figure did: {', '.join(unread)}. `scoring lock` notes it.", err=True)
    if found:
        sys.exit(MOVED)


@main.command()
@click.argument("base", required=False)
@simulated
@common
@formats("text", "json", "markdown", "github")
def diff(
    base: str | None,
    draws: int,
    seed: int,
    shared: float | None,
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    form: str,
    output: Path | None,
) -> None:
    """Say why scores moved since BASE.

    BASE is a git revision (by default where this work left the main branch), a folder with `rubrics` and `profiles`,
    or a lock, which knows figures but no causes. Each move is split into new, removed and re-coded statements, grades
    and dates, rubric and time, and held against its uncertainty.
    """
    from scoring import causes, files  # noqa: PLC0415
    from scoring import lock as locking  # noqa: PLC0415
    from scoring.render import ci, moves, table  # noqa: PLC0415
    from scoring.simulate import settings_of  # noqa: PLC0415

    after, problems = _assess(rubric_dir, profiles_dir, as_of, ())
    if problems:
        _stop(problems)
    moved: tuple[causes.Difference, ...] = ()
    if base is not None and Path(base).is_file():
        old, wrong = locking.load(Path(base))
        if old is None:
            _stop(wrong)
    else:
        base, before = _base(base, rubric_dir, profiles_dir, as_of)
        old = locking.locked(before)
        moved = causes.differences(before, after, settings_of(after, draws=draws, seed=seed, shared=shared))
    found = locking.moves(old, locking.locked(after), 0)
    text: str | None
    if form == "json":
        text = _json(moves.difference_object(moved, found, base))
    elif form == "github":
        places = _statement_places(profiles_dir or files.default_folder("profiles"), moved)
        text = ci.render("github", moves.difference_remarks(moved, places), ())
    else:
        tables = moves.difference_tables(moved, found)
        if not tables:
            text = "No score moved.\n"
        elif form == "markdown":
            text = "\n".join(map(table.as_markdown, tables))
        else:
            text = _terminal(tables, output)
    _finish(text, output, ())


def _base(
    base: str | None, rubric_dir: Path | None, profiles_dir: Path | None, as_of: dt.date | None
) -> tuple[str, Assessment]:
    """The name and the scores of a folder or a revision; by default of where this work left the main branch."""
    from scoring import files, revision  # noqa: PLC0415

    if base is not None and Path(base).is_dir():
        before, problems = _assess(Path(base, "rubrics"), Path(base, "profiles"), as_of, ())
        return (base, before) if not problems else _stop(problems)
    folders = files.rubric_folder(rubric_dir), profiles_dir or files.default_folder("profiles")
    commit = revision.commit_of(base) if base else revision.main_base()
    with tempfile.TemporaryDirectory() as place:
        revision.write_files(commit, folders, Path(place))
        then = [Path(place, revision.relative(folder)) for folder in folders]
        before, problems = _assess(then[0], then[1], as_of, ())
    return (commit, before) if not problems else _stop(problems)


def _statement_places(
    folder: Path, moved: Sequence[causes.Difference]
) -> dict[str, tuple[str, dict[str, tuple[int, int]]]]:
    """Where the statements of some countries stand: file, and statement -> line and column."""
    from scoring import files  # noqa: PLC0415

    paths = {one.country: folder / f"{one.country}{files.SUFFIX}" for one in moved}
    return {country: (files.shown(path), files.statement_places(path)) for country, path in paths.items()}


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
    rubric_dir: Path | None,
    profiles_dir: Path | None,
    as_of: dt.date | None,
    asked: Sequence[str],
    *,
    only_asked: bool = False,
) -> tuple[Assessment, tuple[Problem, ...]]:
    """Score all profiles that can be read; the others' problems go with it. One that was asked for must be readable."""
    from scoring import files  # noqa: PLC0415
    from scoring.pipeline import assess  # noqa: PLC0415

    book = _rubric(rubric_dir)
    profiles, problems = files.load_profiles(profiles_dir or files.default_folder("profiles"), book)
    if any(Path(problem.file).stem in asked for problem in problems) or (problems and not profiles):
        _stop(problems)
    if only_asked and asked:
        _all_known(asked, [profile.country for profile in profiles])
        profiles = tuple(profile for profile in profiles if profile.country in asked)
    return assess(book, profiles, as_of=as_of), problems


def _all_known(asked: Sequence[str], codes: Sequence[str]) -> None:
    from scoring.errors import UnknownNameError  # noqa: PLC0415

    if unknown := [code for code in asked if code not in codes]:
        message = f"{', '.join(map(repr, unknown))} not in the set; countries: {', '.join(codes) or 'none'}"
        raise UnknownNameError(message)


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[float], None] | None]:
    """A bar with the time left on a terminal, once a run takes more than a second; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    started = time.monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Drawing", total=total, visible=False)

        def advance(draws: float) -> None:
            bar.update(task, advance=draws, visible=time.monotonic() - started > 1)

        yield advance


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
    from scoring.writing import write  # noqa: PLC0415

    try:
        write(text.encode(), output)
    except OSError as error:
        click.echo(f"{output}: cannot be written ({error.strerror}); check the folder and its permissions", err=True)
        sys.exit(BAD_INPUT)


def _stop(problems: Iterable[Problem]) -> NoReturn:
    for problem in sorted(set(problems)):
        click.echo(str(problem), err=True)
    sys.exit(BAD_INPUT)
