"""Commands on evidence and coding, in the order of `scoring --help`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, exit_without_profiles, located, readable, reviews_of, rule_book
from scoring.cli.output import (
    emit_tables,
    emit_text,
    fail,
    print_line,
    print_message,
    print_problems,
    replace_files,
    usage_error,
    write_file,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from scoring.analysis.due import CountryDue, Order
    from scoring.files.folders import Folders
    from scoring.index.assessment import Assessment
    from scoring.model.rubric import RuleBook
    from scoring.render.due import Place

PORT, MAX_PORT = 8714, 65_535


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--pillar", metavar="NAME", help="Statements that code this pillar: its id, short code or title.")
@click.option("--indicator", metavar="NAME", help="Statements that code this indicator: its id or question.")
@click.option("--source", metavar="ID", help="Statements from this source.")
@click.option("--from", "since", type=options.Day(), help="Dated on this day or later.")
@click.option("--to", type=options.Day(), help="Dated on this day or earlier.")
@options.facing
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
@options.facing
@options.inputs
@options.formats("table", "json", "markdown")
def agreement(countries: tuple[str, ...], most: int, seed: int, inputs: options.Inputs, output: options.Output) -> None:
    """Measure inter-coder agreement.

    Krippendorff's alpha by pillar and indicator, and Gwet's AC1 where nearly all codings are the same; agreement on
    the choice of indicators; each coder; the statements with the largest disagreement, those that need adjudication,
    and how others were resolved. Of each COUNTRY, or all.
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


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--on", type=options.Day(), help="Later day; default: a year after the reference date of each country.")
@click.option(
    "--most",
    cls=options.Default,
    type=options.Whole(min=1),
    default=options.default("shown.due"),
    show_default=True,
    help="Number of statements and of sources to show; of a checklist, per country.",
)
@click.option(
    "--by",
    type=click.Choice(["lost", "gain"]),
    default="lost",
    show_default=True,
    help="Order of statements: by what they lose, or by what fresh ones would add.",
)
@options.facing
@options.inputs
@options.formats("table", "json", "csv", "markdown", "checklist")
def due(
    countries: tuple[str, ...],
    on: dt.date | None,
    most: int,
    by: Order,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """List what to look at first to keep an edition up.

    Of each COUNTRY or all: how much information the index loses by a later day if nothing is added, and by which
    statements; statements that end; sources that are not archived, or were not read for long. No address is visited,
    and the current date has no effect. A checklist goes into an issue tracker.
    """
    from scoring.analysis import due as upkeep
    from scoring.errors import choices
    from scoring.index.lookup import find_country
    from scoring.render import due as rendering

    assessment, problems = assessed(inputs, countries, any_actor=True)
    rows = sorted({find_country(assessment, code) for code in countries} or range(len(assessment.profiles)))
    if early := upkeep.not_later(assessment, rows, on):
        days = ", ".join(sorted({assessment.as_of[find_country(assessment, code)].isoformat() for code in early}))
        usage_error(f"--on is not after the reference date ({days}) of {choices(early)}; give a later day")
    found = upkeep.due(assessment, rows, on, by)
    if output.form == "checklist":
        text = rendering.checklist(assessment, found, _places(inputs, found), most)
        emit_text(text, output.path, problems)
        return
    emit_tables(
        output,
        problems,
        document=lambda: rendering.due_object(assessment, found, _places(inputs, found)),
        tables=lambda: rendering.due_tables(assessment, found, most, by),
        csv=lambda: rendering.due_csv(found, _places(inputs, found)),
    )


def _places(inputs: options.Inputs, found: Sequence[CountryDue]) -> dict[str, Place]:
    """Where the statements and sources of profiles stand; a profile that was read from a table has no lines."""
    from scoring.files.disk import SUFFIX, opened
    from scoring.files.editing import lines_of
    from scoring.render.due import Place

    folder = located(inputs).profiles
    files = {one.profile.country: folder / f"{one.profile.country}{SUFFIX}" for one in found}
    read = {code: opened(path) for code, path in files.items() if os.path.lexists(path)}
    return {code: Place(file.name, lines_of(file.data)) for code, file in read.items() if file.data is not None}


@click.command()
@click.argument("file", type=options.FILE)
@click.option("--country", type=options.COUNTRY, help="Propose statements of this country that a sentence may repeat.")
@click.option("--find", metavar="WORDS", help="Only sentences that have all of these words, or words that begin so.")
@click.option(
    "--most",
    cls=options.Default,
    type=options.Whole(0, 100),
    default=options.default("shown.proposals"),
    show_default=True,
    help="Number of indicators to propose for a sentence.",
)
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="YAML file to write to; default, or `-`: standard output.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def draft(
    file: Path,
    country: str | None,
    find: str | None,
    most: int,
    inputs: options.Inputs,
    output: Path | None,
    force: bool,  # noqa: FBT001
) -> None:
    """Draft statements from a page.

    Reads FILE, a page as text, Markdown, HTML, Word or PDF, and lists its sentences with their places, the indicators
    that they may code and the words in common that say so. It codes nothing by itself: the draft is no profile and
    scores nothing, and a coder writes the statements.
    """
    from scoring.drafting.reading import read_page
    from scoring.errors import Problem
    from scoring.files.archive import MAX_BYTES, UnreadableError
    from scoring.files.disk import opened
    from scoring.files.load import load_profiles
    from scoring.render import draft as rendering

    output = None if output is not None and str(output) == "-" else output
    options.check_suffix(output, "yaml")
    if inputs.as_of:
        usage_error("--as-of cannot be used here: a draft is of no day")
    if output is not None and os.path.lexists(output) and not force:
        usage_error(f"{output} exists and may contain statements; give another file, or replace it with --force")
    folders = located(inputs)
    if output is not None and os.path.realpath(output.parent) == os.path.realpath(folders.profiles):
        usage_error(f"{output} would be among the profiles, and a draft is none; give a file in another folder")
    book = rule_book(folders.rubric)
    profiles, problems = load_profiles(folders.profiles, book)
    if country is not None and country not in {profile.country for profile in profiles}:
        fail(problems) if problems else usage_error(f"{folders.profiles} has no profile of {country}")
    page_file = opened(file, MAX_BYTES)
    if page_file.data is None:
        fail(page_file.problems)
    try:
        page = read_page(page_file.data, file.suffix.lower())
    except UnreadableError as error:
        fail([Problem(page_file.name, error.line, error.column, "", str(error), "unreadable")])
    sentences = page.sentences if find is None else rendering.found(page.sentences, find)
    if not page.sentences:
        message = "has no sentence; save the page as it is shown, since some pages load their text later"
        fail([Problem(page_file.name, 1, 1, "", message, "unreadable")])
    if not sentences:
        usage_error(f"{file} has no sentence with {find!r}; give other words")
    if len(sentences) > rendering.MOST_STATEMENTS:
        most_statements = f"a draft has at most {rendering.MOST_STATEMENTS:,} sentences, not {len(sentences):,}"
        usage_error(f"{most_statements}; choose some with --find, or split {file}")
    text = rendering.draft(page_file.base, page, sentences, book, profiles, country, most)
    emit_text(text, output, problems)


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--coder", metavar="NAME", help="Name of the coder: lower-case letters, digits, hyphens.")
@click.option("--review", is_flag=True, help="For a reviewer of one COUNTRY: all statements that its index rests on.")
@click.option("--blind", is_flag=True, help="Leave out first codes and the choice of indicators, and shuffle the rows.")
@click.option("--qualify", is_flag=True, help="Write the vignettes of the rubric, by which coders are measured.")
@options.seed("the order of a blind sheet, and of vignettes")
@options.facing
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="Excel file; of a review by default <COUNTRY>-review.xlsx.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def sheet(
    countries: tuple[str, ...],
    coder: str | None,
    review: bool,  # noqa: FBT001
    blind: bool,  # noqa: FBT001
    qualify: bool,  # noqa: FBT001
    seed: int,
    inputs: options.Inputs,
    output: Path | None,
    force: bool,  # noqa: FBT001
) -> None:
    """Write an Excel sheet for a further coder, or a reviewer.

    Of each COUNTRY all coded statements that the coder has not read yet, with instructions, the anchors of the rubric
    and drop-down lists. `scoring collect` adds the answers to the profiles. --as-of excludes statements dated later.
    With --review the statements that enter the index of COUNTRY, the largest share first, to agree or dispute.
    With --qualify, and without a COUNTRY, the texts are vignettes with known answers, which `scoring qualify` compares.
    """
    from scoring.model.fields import read_date
    from scoring.render.coding_sheet import MOST_STATEMENTS, coding_sheet, coding_statements
    from scoring.render.collect import bad_coder
    from scoring.text.numbers import count

    if review:
        _review_sheet(countries, coder, inputs, output, blind=blind, force=force)
        return
    if coder is None or output is None:
        usage_error("a sheet for a coder needs --coder NAME and -o FILE; one for a reviewer needs --review")
    _check_sheet(output, force=force)
    if reason := bad_coder(coder):
        usage_error(reason)
    if qualify:
        _write_vignettes(countries, coder, seed, inputs, output)
        return
    if not countries:
        usage_error("give the countries whose statements are to be coded, or --qualify for vignettes")
    scenario, _ = readable(inputs, countries, only_asked=True, any_actor=True)
    selected = coding_statements(scenario.profiles, coder, seed=seed if blind else None)
    day = inputs.as_of
    if day is not None:
        selected = [one for one in selected if not one[1].date or read_date(one[1].date) <= day]
    if not selected:
        usage_error(f"there is no statement left that {coder} has not read")
    if len(selected) > MOST_STATEMENTS:
        usage_error(f"a sheet has at most {MOST_STATEMENTS:,} statements, not {len(selected):,}; give fewer countries")
    write_file(coding_sheet(scenario.book, selected, coder, blind=blind), output)
    print_line(f"{output}: {count(len(selected), 'statement')} for {coder}.")


def _check_sheet(output: Path, *, force: bool) -> None:
    """End with a usage error where a sheet cannot be written."""
    if output.suffix.lower() != ".xlsx":
        usage_error(f"the suffix of {output} does not fit an Excel file; use .xlsx")
    if os.path.lexists(output) and not force:
        usage_error(f"{output} exists and may contain codes; give another file, or replace it with --force")


def _review_sheet(
    countries: tuple[str, ...],
    coder: str | None,
    inputs: options.Inputs,
    output: Path | None,
    *,
    blind: bool,
    force: bool,
) -> None:
    """`scoring sheet --review`."""
    from pathlib import Path

    from scoring.analysis.reviews import statement_shares
    from scoring.files.reviews import whole_profile
    from scoring.index.lookup import find_country
    from scoring.model.review import statement_digests
    from scoring.render.review_sheet import review_sheet
    from scoring.text.numbers import count

    if coder is not None or blind:
        usage_error("--review has no coder and is not blind; leave out --coder and --blind")
    if len(countries) != 1:
        usage_error("a review is of one country; give one COUNTRY")
    output = output or Path(f"{countries[0]}-review.xlsx")
    _check_sheet(output, force=force)
    assessment, _ = assessed(inputs, countries, any_actor=True)
    row = find_country(assessment, countries[0])
    if not (shares := statement_shares(assessment, row)):
        usage_error(f"no statement enters the index of {countries[0]}")
    digests = statement_digests(whole_profile(located(inputs).profiles, assessment.book, countries[0]))
    write_file(review_sheet(assessment, row, digests), output)
    print_line(f"{output}: {count(len(shares), 'statement')} for a reviewer.")


def _write_vignettes(countries: tuple[str, ...], coder: str, seed: int, inputs: options.Inputs, output: Path) -> None:
    """Write the sheet of vignettes."""
    from scoring.files.load import required_vignettes
    from scoring.render.vignette_sheet import vignette_sheet
    from scoring.text.numbers import count

    if countries or inputs.as_of:
        usage_error("vignettes are of no country and no day; leave out COUNTRY and --as-of, or --qualify")
    folders = located(inputs)
    book = rule_book(folders.rubric)
    file = required_vignettes(folders.rubric, book)
    write_file(vignette_sheet(book, file, coder, seed), output)
    print_line(f"{output}: {count(len(file.vignettes), 'vignette')} for {coder}.")


@click.command()
@click.argument("sheet", type=options.FILE)
@click.option("--coder", metavar="NAME", help="Name of the coder, which has to be that of the sheet.")
@click.option(
    "--most",
    cls=options.Default,
    type=options.Whole(min=0),
    default=options.default("shown.wrong_answers"),
    show_default=True,
    help="Number of wrong answers to show.",
)
@options.inputs
@options.formats("table", "json", "yaml")
def qualify(sheet: Path, coder: str | None, most: int, inputs: options.Inputs, output: options.Output) -> None:
    """Measure a coder by vignettes with known answers.

    Reads a filled SHEET of `scoring sheet --qualify`: by indicator the shares that are exact and within a step, how
    strict the coder is, and whether the coder is qualified. --format yaml prints the entry for coders.yaml, dated by
    --as-of, or today.
    """
    import datetime as dt

    from scoring.analysis.qualification import qualification
    from scoring.files.disk import opened
    from scoring.files.load import required_vignettes
    from scoring.model.vignettes import checksum
    from scoring.render import collect as collecting
    from scoring.render import qualify as rendering
    from scoring.render.vignette_sheet import read_vignette_sheet

    if coder is not None and (reason := collecting.bad_coder(coder)):
        usage_error(reason)
    folders = located(inputs)
    book = rule_book(folders.rubric)
    vignettes = required_vignettes(folders.rubric, book)
    file = opened(sheet)
    if file.data is None:
        fail(file.problems)
    found = collecting.Sheet(file.name)
    codes = read_vignette_sheet(found, file.data, book, vignettes, coder)
    if found.problems:
        fail(found.problems)
    result = qualification(book, vignettes, codes)
    if output.form == "yaml":
        day = inputs.as_of or dt.datetime.now(tz=dt.UTC).date()
        text = rendering.register_entry(book, found.coder, checksum(vignettes), result, day.isoformat())
        emit_text(text, output.path, ())
        return
    emit_tables(
        output,
        (),
        document=lambda: rendering.qualification_object(book, found.coder, checksum(vignettes), result),
        tables=lambda: rendering.qualification_tables(book, found.coder, result, most),
    )


def _own_folders(inputs: options.Inputs) -> Folders:
    """The folders of a command that changes profiles; those of the package are refused."""
    folders = located(inputs)
    if folders.is_shipped:
        usage_error("the profiles of the package are not changed; give a folder with --profiles")
    return folders


@click.command()
@click.argument("sheet", type=options.FILE)
@options.inputs
def collect(sheet: Path, inputs: options.Inputs) -> None:
    """Add the codes of a filled SHEET to the profiles.

    All errors are reported by sheet and cell, and then nothing is written. Otherwise the readings are added as
    `coders`; all other lines of the profiles stay as they are. The codes count from then on, unless the statement is
    adjudicated. A sheet of a reviewer is added to reviews/<COUNTRY>.yaml, and changes no score.
    """
    from scoring.files.disk import is_of_a_table, opened
    from scoring.files.load import is_profile, profile_files, profile_of, register_in
    from scoring.render import collect as collecting
    from scoring.render.collect_review import is_review_sheet
    from scoring.text.numbers import count

    folders = _own_folders(inputs)
    book = rule_book(folders.rubric)
    file = opened(sheet)
    if file.data is not None and is_review_sheet(file.data):
        _collect_review(file.name, file.data, folders.profiles, book)
        return
    in_folder, problems = profile_files(folders.profiles)
    files = [file for file in in_folder if is_profile(file)]
    register, wrong_register = register_in(folders.profiles)
    problems += wrong_register
    loaded = [profile_of(file, book, register) for file in files]
    problems += (problem for _, wrong in loaded for problem in wrong)
    problems += file.problems
    if problems or file.data is None:
        fail(problems)
    if not files and any(is_of_a_table(file.base) for file in in_folder):
        usage_error(
            "the evidence lies in a table; write profiles with `scoring import NAME.import.yaml --expand COUNTRY`"
        )
    if not files:
        exit_without_profiles(inputs)
    found = collecting.Sheet(file.name)
    profiles = {profile.country: profile.whole for profile, _ in loaded if profile}
    changed = collecting.collect(found, file.data, book, files, profiles)
    if found.problems:
        fail(found.problems)
    replace_files({one.base: one.data for one in changed}, folders.profiles)
    for one in changed:
        print_line(f"{one.file}: {count(one.added, 'reading')} by {found.coder} added.")
    if changed and not found.is_blind:
        print_message("The sheet was not blind: its coder saw the first codes, and agreement takes that for consent.")
    if not changed:
        print_line(f"{file.name}: no new readings.")
    if found.known:
        print_line(f"{count(found.known, 'reading')} had been added before.")
    if found.empty:
        print_line(f"{count(found.empty, 'row')} without answers left out.")


def _collect_review(name: str, data: bytes, profiles: Path, book: RuleBook) -> None:
    """Add the review of a filled sheet to the reviews of its country."""
    from scoring.errors import Problem
    from scoring.files.disk import opened, shown
    from scoring.files.folders import reviews_folder
    from scoring.files.load import load_profiles
    from scoring.files.reviews import review_of, whole_profile
    from scoring.render.collect_review import country_of, read_review, with_read
    from scoring.text.numbers import count

    country = country_of(data)
    loaded, problems = load_profiles(profiles, book)
    if country not in {profile.country for profile in loaded}:
        message = f"is of {country!r}, and {shown(profiles)} has no profile of it without errors; give its folder"
        fail([*problems, Problem(name, 1, 1, "", message, "changed-sheet")])
    read, problems = read_review(name, data, whole_profile(profiles, book, country), book)
    if read is None:
        fail(problems, are_ordered=True)
    path = reviews_folder(profiles) / f"{country}.yaml"
    file = opened(path) if os.path.lexists(path) else None
    if file is not None and review_of(file, profiles, book) is None:
        fail(file.problems)
    added, reason = with_read(read, file, shown(path))
    if reason:
        fail([Problem(name, 1, 1, "", reason, "already-coded")])
    if added is None:
        print_line(f"{name}: {shown(path)} has this review already.")
        return
    replace_files({path.name: added}, path.parent)
    judged, missing = read.review.get("statements", {}), read.review.get("missing", [])
    disputed = sum(one["says"] == "dispute" for one in judged.values())
    counts = f"{count(len(judged), 'statement')} read, {disputed} disputed, evidence missed {len(missing)}"
    print_line(f"{shown(path)}: review by {read.review['reviewer']} added: {counts}.")
    if read.edited:
        print_message(f"{count(read.edited, 'statement')} changed since the sheet was made: that part is void.")


@click.command()
@click.option("--coder", metavar="NAME", help="Name of a further coder, who can then code blind.")
@click.option("--blind", is_flag=True, help="Show the statements to code alone: no codes and no scores.")
@click.option(
    "--port", type=options.Whole(0, MAX_PORT), default=PORT, show_default=True, help="Port on this machine; 0: any."
)
@options.inputs
def desk(coder: str | None, blind: bool, port: int, inputs: options.Inputs) -> None:  # noqa: FBT001
    """Enter and code evidence in the browser.

    Serves the profiles of a folder on this machine alone: forms for statements and sources that are checked as one
    types and show what they would move, statements from a pasted page, blind coding, and decisions on differences.
    What is saved are the lines of the files. Ctrl+C ends it.
    """
    from scoring.extras import require
    from scoring.files.folders import rubric_folder
    from scoring.render.collect import bad_coder

    if blind and coder is None:
        usage_error("--blind needs the name of the coder; give --coder")
    if coder is not None and (reason := bad_coder(coder)):
        usage_error(reason)
    folders = _own_folders(inputs)
    if not os.path.isdir(folders.profiles):  # noqa: PTH112  Path.is_dir raises where a name is too long
        exit_without_profiles(inputs)
    for package in ("starlette", "uvicorn", "jinja2"):
        require(package, "desk")
    from scoring.desk.desk import Desk
    from scoring.desk.folder import Folder
    from scoring.desk.serve import serve

    def started(address: str) -> None:
        print_line(f"The desk is open at {address}")
        print_line("Only this address shows it, on this machine. Ctrl+C ends it.")

    folder = Folder(rubric_folder(folders.rubric), folders.profiles, inputs.as_of)
    print_problems(folder.snapshot().all_problems)
    own = Desk(folder, coder, is_blind=blind)
    try:
        serve(own, port, started)
    except OSError as error:
        usage_error(f"port {port} cannot be used ({error.strerror}); give another with --port, or 0 for any")


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@options.facing
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def reviews(countries: tuple[str, ...], inputs: options.Inputs, output: options.Output) -> None:
    """Show who reviewed the evidence, and what a dispute would change.

    Of each COUNTRY, or all that have a review: how many statements were read, and their share of the information;
    disputes and their answers; reviews that an edit has made void; and the index if pending disputes are upheld.
    """
    from scoring.index.lookup import find_country
    from scoring.render import reviews as rendering

    assessment, problems = assessed(inputs, countries, any_actor=True)
    asked = {assessment.profiles[find_country(assessment, code)].country for code in countries}
    found, wrong = reviews_of(inputs, assessment, asked or None)
    shown = list(found.values())
    all_asked = asked or {profile.country for profile in assessment.profiles}
    without = set() if wrong else all_asked - found.keys()  # a file with errors may be a review of any of them
    emit_tables(
        output,
        (*problems, *wrong),
        document=lambda: rendering.reviews_document(assessment, shown, without),
        tables=lambda: rendering.review_tables(assessment, shown, without),
        csv=lambda: rendering.reviews_csv(assessment, shown),
    )
