"""Commands for authors of profiles and rubrics: `init`, `import`, `validate`, `schema`, `new`, `docs`, `reconcile`."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scoring.cli import options
from scoring.cli.assessing import (
    exit_without_profiles,
    located,
    published_tables,
    reviews_beside,
    rule_book,
    running,
)
from scoring.cli.output import (
    FOLDERS,
    SCORES_CHANGED,
    as_json,
    emit_remarks,
    emit_tables,
    emit_text,
    fail,
    print_line,
    print_problems,
    replace_file,
    usage_error,
    write_folder,
    write_generated,
)
from scoring.files.file_kinds import WITH_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.errors import Problem
    from scoring.files.disk import File
    from scoring.model.coders import Coders
    from scoring.model.profile import Profile
    from scoring.model.publishers import Register
    from scoring.model.rubric import RuleBook

LEAST_PARTS, MOST_PARTS = 2, 30  # of a total; with 5,000 rows thirty take half a minute


@click.command()
@click.argument("folder", type=options.FOLDER)
@click.option("--title", metavar="TEXT", help="Title of the index; its id is made of it.")
@click.option("--pillars", metavar="NAMES", help="Its pillars, separated by commas, such as 'media, rule of law'.")
@click.option("--minimal", is_flag=True, help="The smallest index: one indicator per pillar, few comments.")
def init(folder: Path, title: str | None, pillars: str | None, minimal: bool) -> None:  # noqa: FBT001  a flag
    """Begin an index of your own in FOLDER.

    Writes a rubric that can be scored at once, with one indicator of each kind and a comment on every key, two invented
    profiles, the template of a report, and a README with the next steps. No existing file is replaced.
    """
    from scoring.files.disk import File
    from scoring.files.load import rubric_of
    from scoring.render.starter import NAMES, PILLARS, TITLE, starter
    from scoring.text.numbers import count

    names = PILLARS if pillars is None else tuple(pillars.split(","))
    files = starter("minimal" if minimal else "full", TITLE if title is None else title, names)
    rubric = [path for path in files if path.startswith("rubrics/")]
    problems = rubric_of([File(Path(path).name, path, files[path]) for path in rubric], (), "rubrics")[1]
    if problems:  # two pillars whose names make the same id of an indicator
        usage_error(f"these pillars cannot be used together: {problems[0].message}")
    is_unfinished = any(not os.path.lexists(folder / name) for name in files)
    own = {folder / name: data for name, data in files.items()} if is_unfinished else {}
    if existing := [name for name in NAMES if _is_in_use(folder / name, own)]:
        usage_error(f"{folder} has {', '.join(existing)} already, and nothing is replaced; give another folder")
    write_folder(files, folder)
    print_line(f"{folder}: {count(len(files), 'file')} written; README.md lists them.")
    print_line("In this folder, run `scoring score`.")


def _is_in_use(path: Path, own: Mapping[Path, bytes]) -> bool:
    """Whether a path has anything but empty folders and what an earlier run wrote that did not come to its end.

    own: The files that it wrote or was about to write.
    """
    from scoring.files import writing

    try:
        if path.is_dir() and not path.is_symlink():
            return any(_is_in_use(inner, own) for inner in path.iterdir())
    except OSError:
        return True
    is_own = path in own and writing.has_content(path, own[path])
    return os.path.lexists(path) and not is_own and not writing.is_left_over(path)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@options.inputs
@options.formats("text", *options.CI_FORMS)
@click.option("--strict", is_flag=True, help="Exit with code 1 for warnings too.")
def validate(files: tuple[Path, ...], inputs: options.Inputs, output: options.Output, strict: bool) -> None:  # noqa: FBT001
    """Check files and report all errors and warnings at once.

    Checks the rubric, its cases and vignettes, the registers of publishers, coders, groups and editions, all profiles
    with reviews and scenarios; or the rubric and only FILES: profiles, reviews, scenarios, registers, rubric files,
    published indices.
    """
    from scoring.files.disk import IMPORT, files_in, opened
    from scoring.files.folders import rubrics_beside
    from scoring.files.load import (
        REGISTERS,
        coders_in,
        groups_in,
        is_profile,
        kind_of,
        load_cases,
        load_rubric,
        problems_of,
        profile_files,
        profiles_in_tables,
        register_in,
        rubric_warnings,
        vignettes_in,
    )

    folders = located(inputs)
    book, rubric_problems = load_rubric(folders.rubric)
    in_folder, ignored = profile_files(folders.profiles) if not files else ([], [])
    editions, of_editions = _registry(folders.profiles) if not files else ([], ())
    problems, others = [*rubric_problems, *ignored, *of_editions], [*files_in(folders.rubric)[0], *editions]
    others += [file for file in in_folder if file.base in REGISTERS]
    profiles = [(folders.profiles, file) for file in in_folder if is_profile(file)]
    for path in files:
        kind = kind_of(path, folders.profiles)
        if kind == "profile":
            profiles.append((path.parent, opened(path)))
        elif kind not in ("review", "scenario"):
            others.append(opened(path))
            problems += problems_of(path, kind, book)
    registers = {
        folder: register_in(folder)
        for folder in ({folders.profiles} if in_folder else set()) | {folder for folder, _ in profiles}
    }
    coders = {folder: coders_in(folder, book) for folder in registers}
    problems += (problem for _, wrong in (*registers.values(), *coders.values()) for problem in wrong)
    problems += groups_in(folders.profiles)[1] if in_folder else ()
    beside = [] if files else rubrics_beside(folders.rubric)
    books = [(folders.rubric, book), *((other, load_rubric(other)[0]) for other in beside)]
    for folder, one in (read := [(folder, one) for folder, one in books if one is not None]):
        problems += rubric_warnings(folder, one)
        problems += (*load_cases(folder, one)[1], *vignettes_in(folder, one)[1]) if not files else ()
    problems += _coder_warnings(folders.profiles, books, files)
    for folder, file in profiles if book is not None else ():
        problems += _problems_of_profile(file, books, registers[folder][0], coders[folder][0])
    of_tables: list[Profile] = []
    if book is not None and any(file.base.endswith(IMPORT) for file in in_folder):
        others += [file for file in in_folder if file.base.endswith(IMPORT)]
        own = [file.stem for _, file in profiles]
        of_tables, wrong = profiles_in_tables(in_folder, book, registers[folders.profiles][0], own)
        problems += wrong
    reviews, wrong_reviews = _reviews(folders.profiles, book, files)
    scenarios, wrong_scenarios = _scenarios(folders.profiles, [one for _, one in read], files)
    problems += (*wrong_reviews, *wrong_scenarios, *_import_warnings(others))
    if book is not None and not files and not profiles and not of_tables and not problems:
        exit_without_profiles(inputs)
    has_failed = book is None or any(strict or problem.level == "error" for problem in problems)
    if output.form != "text":
        from scoring.render import ci

        levels: tuple[ci.Level, ...] = ("error", "warning") if strict else ("error",)
        names = [file.name for file in (*others, *reviews, *scenarios, *(file for _, file in profiles))]
        emit_remarks(output, map(ci.of_problem, problems), names, levels)
    if has_failed or book is None:
        fail(problems)
    print_problems(problems)
    if output.form == "text":
        counts = len(profiles) + len(of_tables), len(reviews), len(scenarios), len(problems)
        emit_text(_no_errors([one for _, one in read], *counts), output.path, ())


def _no_errors(books: Sequence[RuleBook], profiles: int, reviews: int, scenarios: int, warnings: int) -> str:
    """The line of a set without errors."""
    from scoring.text.numbers import count

    rubrics = [f"rubric {one.rubric.id} {one.rubric.version}" for one in books]
    counts = [
        count(profiles, "profile"),
        *([f"reviews of {count(reviews, 'profile')}"] if reviews else []),
        *([count(scenarios, "scenario")] if scenarios else []),
        *([count(warnings, "warning")] if warnings else []),
    ]
    return f"No errors: {', '.join([*rubrics, *counts])}.\n"


def _reviews(profiles: Path, book: RuleBook | None, given: Sequence[Path]) -> tuple[list[File], list[Problem]]:
    """The files of reviews, and their errors and warnings; none without a rubric.

    given: Only those of these files that are reviews; if empty, all beside the folder of the profiles.
    """
    from scoring.files.disk import opened
    from scoring.files.load import kind_of
    from scoring.files.reviews import read_reviews, review_of, review_problems

    if book is None:
        return [], []
    if given:
        files = [opened(path) for path in given if kind_of(path, profiles) == "review"]
        read = [one for file in files if (one := review_of(file, profiles, book))]
        problems = [problem for file in files for problem in file.problems]
    else:
        read, wrong = read_reviews(profiles, book)
        files, problems = [one.file for one in read], list(wrong)
    return files, problems + [problem for one in read for problem in review_problems(one, profiles)]


def _scenarios(profiles: Path, books: Sequence[RuleBook], given: Sequence[Path]) -> tuple[list[File], list[Problem]]:
    """The files of scenarios, and their errors by the first of some rubrics; none if another of them has no errors.

    given: Only those of these files that are scenarios; if empty, all in the folder beside that of the profiles.
    """
    from scoring.files.disk import File, files_in, opened
    from scoring.files.folders import scenarios_folder
    from scoring.files.load import kind_of, load_profiles
    from scoring.files.scenario import scenario_of

    folder = scenarios_folder(profiles)
    problems: list[Problem] = []
    files = [opened(path) for path in given if kind_of(path, profiles) == "scenario"]
    if not given and os.path.lexists(folder):
        files, problems = files_in(folder)
    loaded = [(book, load_profiles(profiles, book)[0]) for book in books] if files else []
    for file in files:
        found = file.problems
        for number, (book, scored) in enumerate(loaded if file.data is not None else ()):
            read = File(file.base, file.name, file.data)
            scenario_of(read, book, scored)
            found = read.problems if not number or not read.problems else found
        problems += found
    return files, problems


def _problems_of_profile(
    file: File, books: Sequence[tuple[Path, RuleBook | None]], register: Register | None, coders: Coders | None
) -> Iterable[Problem]:
    """The errors of a profile by the first of some rubrics that refuses it, else the warnings by all of them."""
    from scoring.files.load import not_qualified, profile_of, profile_warnings

    checked = [(one, *profile_of(file, one, register, coders)) for _, one in books if one is not None]
    faulty = next((wrong for _, profile, wrong in checked if profile is None), None)
    if faulty is not None:
        return faulty
    read = [(profile, one) for one, profile, _ in checked if profile is not None]
    warnings = (profile_warnings(file, profile, one, coders) for profile, one in read)
    return dict.fromkeys((*itertools.chain.from_iterable(warnings), *not_qualified(file, read)))


def _coder_warnings(
    profiles: Path, books: Sequence[tuple[Path, RuleBook | None]], given: Sequence[Path]
) -> list[Problem]:
    """The warnings about registers of coders, by the vignettes of each rubric.

    given: Only those of these files that are registers; if empty, that in the folder of the profiles.
    """
    from scoring.files.disk import CODERS_FILE
    from scoring.files.load import coders_warnings, kind_of

    of_coders = [path for path in given if kind_of(path, profiles) == "coders"]
    registers = of_coders if given else [profiles / CODERS_FILE]
    pairs = ((path, folder, one) for path in registers for folder, one in books)
    return [problem for path, folder, one in pairs if one is not None for problem in coders_warnings(path, folder, one)]


def _registry(profiles: Path) -> tuple[list[File], tuple[Problem, ...]]:
    """The registry of editions beside the profiles, if there is one, and its problems."""
    from scoring.files.editions import load_registry

    registry, problems = load_registry(profiles)
    return [registry.file] if registry.file.data is not None else [], problems


def _import_warnings(files: Iterable[File]) -> list[Problem]:
    """The warnings about the imports among some files."""
    from scoring.files.disk import IMPORT

    files = [file for file in files if file.base.endswith(IMPORT)]
    if not files:
        return []
    from scoring.files.imports.spec import import_warnings

    return [warning for file in files for warning in import_warnings(file)]


@click.command()
@click.argument(
    "kind",
    type=click.Choice(WITH_SCHEMA),
)
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="File to write to; default: standard output.")
def schema(kind: Any, inputs: options.Inputs, output: Path | None) -> None:
    """Print the JSON Schema of a KIND of file."""
    from scoring.render.json_schema import json_schema

    options.check_suffix(output, "json")
    emit_text(as_json(json_schema(kind, rule_book(located(inputs).rubric))), output, ())


@click.command()
@click.argument("country")
@click.option("--name", help="Name of a unit that is no country; COUNTRY is then any code of three capital letters.")
@click.option("--actor", type=options.ANY_COUNTRY, help="Country that it faces; default: that of the rubric, if any.")
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="New file to write to; default: standard output.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def new(
    country: str,
    name: str | None,
    actor: str | None,
    inputs: options.Inputs,
    output: Path | None,
    force: bool,  # noqa: FBT001
) -> None:
    """Print a profile skeleton for COUNTRY.

    COUNTRY is a name or a code. The skeleton has every question of the rubric as a comment.
    """
    from scoring.model.countries import country_code, own_code
    from scoring.render.skeleton import skeleton

    options.check_suffix(output, "yaml")
    if output is not None and os.path.lexists(output) and not force:
        usage_error(f"{output} exists and may contain evidence; give another file, or replace it with --force")
    day = inputs.as_of or dt.datetime.now(tz=dt.UTC).date()
    folders = located(inputs)
    book = rule_book(folders.rubric)
    code = country_code(country) if name is None else own_code(country)
    text = skeleton(code, name, actor or book.rubric.about.actor, day.isoformat(), book)
    if output is not None and os.path.realpath(output.parent) == os.path.realpath(folders.profiles):
        replace_file(text, output)  # this command does not read profiles
    else:
        emit_text(text, output, ())


@click.command("import")
@click.argument("source", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--coinr",
    nargs=2,
    type=options.FILE,
    metavar="IDATA IMETA",
    help="In place of SOURCE: the two tables of the R package COINr.",
)
@click.option(
    "--expand", multiple=True, metavar="COUNTRY", help="Write only the profile of a country in YAML; repeatable."
)
@click.option("--force", is_flag=True, help="Replace files with other content.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder of rubrics/ and profiles/; default: this one, or that around the profiles/ of SOURCE. With a table "
    "as SOURCE, the file to write.",
)
def import_(
    source: Path | None,
    coinr: tuple[Path, Path] | None,
    expand: tuple[str, ...],
    force: bool,  # noqa: FBT001
    output: Path | None,
) -> None:
    """Make a rubric and its evidence from a table.

    SOURCE is a file NAME.import.yaml, which says what the columns of a table beside it mean. The rubric is written to
    rubrics/, the table and SOURCE are copied to profiles/, where each cell is read as a statement. What is published
    in the table is compared with the scores: exit code 3 if they do not fit. With a table as SOURCE, a commented
    NAME.import.yaml is proposed.
    """
    from scoring.cli import importing

    if (source is None) == (coinr is None):
        usage_error("give a file NAME.import.yaml, a table, or two tables after --coinr")
    if source is not None and importing.is_table(source):
        if expand:
            usage_error("--expand needs a file NAME.import.yaml; `scoring import TABLE` proposes one")
        importing.propose(source, output, force=force)
        return
    given = importing.of_coinr(*coinr) if coinr is not None else importing.given(source or Path())
    importing.run(given, expand, output, force=force)


@click.command()
@click.option("-o", "--output", type=options.FOLDER, default="docs", show_default=True, help="Folder to write to.")
@click.option("--published", type=options.FOLDER, help="Folder with one <table>.yaml per published index.")
@options.simulated
@options.facing
@options.inputs
def docs(output: Path, published: Path | None, draws: options.Draws, inputs: options.Inputs) -> None:
    """Write pages on countries, sources, agreement and validity.

    Writes countries/, sources.md, agreement.md and, if there are published indices, validity.md with its plots.
    """
    from scoring import extras

    extras.require("jinja2", "report")
    from scoring.render.docs import LINKED, documentation
    from scoring.text.numbers import count

    run, problems = running(inputs, draws)
    tables, table_problems = published_tables(published, run.scenario, inputs)
    reviews, wrong = reviews_beside(inputs, run.scenario.book)
    if problems or table_problems or wrong:
        fail([*problems, *table_problems, *wrong])
    linked = [name for name in LINKED if os.path.isfile(output / name)]  # noqa: PTH113  Path.is_file may raise
    documents = documentation(run, tables, linked, reviews)
    pages = {name: text.encode() for name, text in documents.items()}
    write_generated(pages, output, ("countries/*.md", "validity/*.svg"))
    print_line(f"{output}: {count(len(documents), 'file')}.")


@click.command()
@click.argument("table", type=options.FILE)
@click.option("--total", required=True, metavar="COLUMN", help="The column to explain.")
@click.option("--parts", multiple=True, required=True, metavar="COLUMN", help="A column it may be made of; repeat it.")
@click.option("--rank", metavar="COLUMN", help="Printed ranks, such as 12, =12 or 12th.")
@click.option("--class", "group", metavar="COLUMN", help="Printed classes, to find where they are cut.")
@click.option("--sheet", metavar="NAME", help="Sheet of an Excel file; default: the first.")
@click.option("--decimal", type=click.Choice((".", ",")), help="Decimal sign; default: as the cells show.")
@click.option("--raw", is_flag=True, help="The parts have units of their own: find polarity and goalposts too.")
@options.formats("table", "json")
def reconcile(
    table: Path,
    total: str,
    parts: tuple[str, ...],
    rank: str | None,
    group: str | None,
    sheet: str | None,
    decimal: Any,
    raw: bool,  # noqa: FBT001
    output: options.Output,
) -> None:
    """Find the rule of a published TABLE: CSV, TSV or Excel.

    Which mean, which weights and which rounding reproduce the printed total from the printed parts; how ranks treat
    ties and where classes are cut; and which rows do not fit. Exit code 3 if some do not.
    """
    from scoring import extras
    from scoring.analysis.reconcile.reconciliation import reconcile
    from scoring.citing.documents.published import Wanted, published_table
    from scoring.files.archive import MAX_BYTES
    from scoring.files.cells import EXCEL
    from scoring.files.disk import opened
    from scoring.files.folders import folders
    from scoring.render import reconcile as rendering

    if repeated := [name for name in (total, *parts) if (total, *parts).count(name) > 1]:
        usage_error(f"column {repeated[0]!r} is given twice; give the total and each part once")
    if len(parts) < LEAST_PARTS or len(parts) > MOST_PARTS:
        usage_error(f"give {LEAST_PARTS} to {MOST_PARTS} columns with --parts, not {len(parts)}")
    if sheet is not None and not table.name.lower().endswith(EXCEL):
        usage_error(f"{table} has no sheets; leave out --sheet")
    if output.path is not None:  # a file linked to a profile is not replaced either
        click.get_current_context().meta[FOLDERS] = folders(None, None)
    extras.require("scipy", "reconcile")  # fail before the table is read
    read, problems = published_table(opened(table, MAX_BYTES), Wanted(total, parts, rank, group, sheet, decimal))
    if read is None:
        fail(problems)
    result = reconcile(read, is_raw=raw)
    emit_tables(
        output,
        (),
        document=lambda: rendering.reconciliation_object(result),
        tables=lambda: rendering.reconciliation_tables(result),
    )
    if not result.is_complete:
        sys.exit(SCORES_CHANGED)
