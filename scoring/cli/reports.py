"""Commands for reports: `cite`, `verify`, `resolve`, `fill`, `export`, `figures`, `site`."""

from __future__ import annotations

import functools
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scoring.cli import options
from scoring.cli.assessing import (
    all_beside,
    at_revision,
    beside,
    checked,
    located,
    members,
    other_actors,
    registry,
    reviews_beside,
    reviews_of,
    run_of,
    running,
)
from scoring.cli.output import (
    BAD_INPUT,
    SCORES_CHANGED,
    as_json,
    emit_remarks,
    emit_text,
    fail,
    not_written_message,
    print_line,
    print_message,
    print_result,
    progress,
    usage_error,
    write_file,
    write_generated,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from scoring.citing.documents.passages import Document
    from scoring.citing.past import History
    from scoring.citing.verify import Verdict
    from scoring.files.folders import Folders
    from scoring.index.scenario import Scenario
    from scoring.render.charts.images import Form
    from scoring.render.errata import Corrections
    from scoring.uncertainty.run import Run


STYLES = (
    "text",
    "note",
    "markdown",
    "latex",
    "bibtex",
    "biblatex",
    "csl-json",
    "ris",
    "apa",
    "chicago",
)  # render.citation.STYLES, not imported: slow
WIDTHS = "85mm", "170mm", "slide"  # of render.charts.style.STYLES, likewise
LANGUAGES = "en", "de", "es", "fr", "it", "ka", "pl", "pt", "uk"  # of text.locale.LOCALES, likewise
PARAGRAPHS = STYLES[:4]  # those that are no bibliography


@click.command()
@click.argument("country", type=options.COUNTRY, required=False)
@click.option("--all", "is_all", is_flag=True, help="Cite all countries, for an annex or a bibliography.")
@click.option("--pillar", metavar="NAME", help="Cite this pillar: its id, short code or title.")
@click.option("--style", type=click.Choice(STYLES), default="text", show_default=True, help="Format of the citation.")
@click.option("--revision", metavar="REV", help="Cite from rubric and profiles of this git revision.")
@click.option(
    "--accessed", type=options.Day(), metavar="DATE", help="In a bibliography: the day on which you saw the scores."
)
@options.simulated
@options.edition
@options.facing
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="File to write to; default: standard output.")
def cite(
    country: str | None,
    is_all: bool,  # noqa: FBT001  a flag
    pillar: str | None,
    style: Any,
    revision: str | None,
    accessed: dt.date | None,
    draws: options.Draws,
    inputs: options.Inputs,
    output: Path | None,
) -> None:
    """Cite the index of COUNTRY or of all countries, or a pillar.

    The citation has the figure with evidence bounds and uncertainty interval, rank and rank interval among all
    countries on the same date, digests of the inputs, and an id that can be recomputed and checked with `scoring
    verify`.
    """
    from dataclasses import replace

    from scoring.citing import citation
    from scoring.index.lookup import find_pillar
    from scoring.model.countries import country_name
    from scoring.render.citation import annex

    if (country is None) != is_all:
        usage_error(
            "give a COUNTRY, or --all for all countries" if country is None else "give COUNTRY or --all, not both"
        )
    if accessed and style in PARAGRAPHS:
        usage_error(f"--accessed is for bibliographies, not for --style {style}")
    if revision is not None and inputs.edition is not None:
        usage_error("--revision and --edition exclude each other; give one of them")
    options.check_suffix(output, style)
    run = _run(inputs, draws, revision, () if country is None else (country,))
    if revision is not None and run.scenario.book.rubric.format == 1:
        print_message("The rubric of this revision is of format 1: its intervals were drawn by another model.")
    node = None if pillar is None else find_pillar(run.scenario.book, pillar)
    codes = [profile.country for profile in run.scenario.profiles] if country is None else [country]
    day = inputs.as_of or run.scenario.as_of
    citations = [citation.cite(run, code, node, day) for code in sorted(codes, key=country_name)]
    if inputs.edition is not None:
        name = inputs.edition
        citations = [replace(one, id=citation.with_edition(one.id, name), edition=name) for one in citations]
    emit_text(annex(citations, style, accessed), output, ())
    for line in _reviewed(run, codes, inputs) if revision is None else ():
        print_message(line)


def _reviewed(run: Run, codes: Sequence[str], inputs: options.Inputs) -> list[str]:
    """How far countries were reviewed, each in a line; it stands beside citations, since no id contains it."""
    from scoring.analysis.reviews import reviewed
    from scoring.citing.citation import own_day
    from scoring.index.lookup import find_country
    from scoring.render.reviews import coverage

    book = run.scenario.book
    given, problems = reviews_beside(inputs, book, codes)
    if problems:
        fail(problems)
    lines = []
    for code, reviews in given.items():
        scored = run.assessment(inputs.as_of or own_day(run, code))
        lines.append(f"Reviews of {code}: {coverage(reviewed(scored, find_country(scored, code), reviews))}.")
    return lines


@click.command()
@click.argument("reports", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--revision", metavar="REV", help="Recompute with rubric and profiles of this git revision.")
@click.option("--fix", is_flag=True, help="Replace outdated figures with current ones, where that is unambiguous.")
@click.option("--strict", is_flag=True, help="Numbers that are not from the score beside them are an error, too.")
@options.simulated
@options.facing
@options.inputs
@options.formats("text", "json", *options.CI_FORMS)
def verify(
    reports: tuple[Path, ...],
    revision: str | None,
    fix: bool,  # noqa: FBT001  a flag
    strict: bool,  # noqa: FBT001  a flag
    draws: options.Draws,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Check the figures that reports cite.

    Reads Markdown, Quarto, LaTeX, HTML, Word, OpenDocument, EPUB, tables and plain text, and compares each number
    beside an id with the figures of its score. Exit code 3 if a figure is outdated or wrong, otherwise 1 if an id is
    unknown or broken, or a file cannot be read. Other numbers, scores without an id and reports without one are listed;
    with --strict, they are an error, too.
    """
    from scoring.citing import errata, history
    from scoring.citing import verify as verifying
    from scoring.citing.reports import read_reports
    from scoring.files.disk import shown
    from scoring.render import ci
    from scoring.render import verify as rendering
    from scoring.render.objects import envelope

    if inputs.as_of:
        usage_error("--as-of cannot be used here: each id contains its date")
    now = _run(inputs, draws, revision)
    opened, problems = read_reports(reports)
    run = functools.partial(run_of, draws=draws)
    registered, here = registry(inputs), located(inputs)

    def past(folders: Folders, scenario: Scenario, actor: str | None = None) -> History:
        in_edition = errata.finder(registered, folders, scenario, run)
        return history.finder(folders, run, actor)._replace(edition=in_edition)

    others = [
        (run(scenario), past(folders, scenario))
        for folders, scenario in beside(inputs, verifying.rubrics_cited(tuple(opened.values())))
    ]
    if inputs.actor is None:
        others += [
            (run(now.scenario.facing(actor)), history.finder(here, run, actor)) for actor in other_actors(now.scenario)
        ]
    found = past(here, now.scenario, inputs.actor)
    results = verifying.verify(tuple(opened.values()), now, found, others)
    verified = [
        (shown(path), document, result) for (path, document), result in zip(opened.items(), results, strict=True)
    ]
    all_verdicts = [verdict for result in results for verdict in result.verdicts]
    if output.form in options.CI_FORMS:
        remarks = [
            *map(ci.of_problem, problems),
            *(remark for report in verified for remark in rendering.verified_remarks(*report)),
        ]
        emit_remarks(output, remarks, map(shown, reports))
    elif output.form == "json":
        document = {**envelope(now.scenario.book, now.settings), **rendering.verified_object(verified)}
        emit_text(as_json(document), output.path, ())
    else:
        lines = [line for report in verified for line in rendering.verified_lines(*report)]
        text = "".join(f"{line}\n" for line in (*lines, rendering.summary(results)))
        emit_text(text, output.path, ())
    has_changes = any(verdict.has_changed for verdict in all_verdicts) or (
        strict and any(result.has_others for result in results)
    )
    is_unwritten = False
    if fix and has_changes:
        has_remaining, is_unwritten = _fix(opened, [result.verdicts for result in results])
        has_changes = has_remaining or strict
    for problem in sorted(problems):
        print_message(str(problem))
    is_unknown = any(verdict.status == "unknown" for verdict in all_verdicts) or any(one.broken for one in results)
    if is_unwritten:
        sys.exit(BAD_INPUT)
    if has_changes or problems or is_unknown:
        sys.exit(SCORES_CHANGED if has_changes else BAD_INPUT)


@click.command()
@click.argument("text", nargs=-1, required=True, metavar="ID")
@options.simulated
@options.facing
@options.inputs
@options.formats("text", "json")
def resolve(text: tuple[str, ...], draws: options.Draws, inputs: options.Inputs, output: options.Output) -> None:
    """Show what an ID is, what it scored, and whether that still holds.

    Searches the current scores, then the git history of rubric and profiles, also under earlier names of their folders
    and for countries that were removed. Brackets, line breaks and a #figure around the ID do not matter. Exit code 3 if
    the score has changed since, 1 if the ID is unknown or damaged.
    """
    from scoring.citing import errata, history
    from scoring.citing import resolve as resolving
    from scoring.citing import verify as verifying
    from scoring.render import resolve as rendering
    from scoring.render.objects import envelope

    if inputs.as_of:
        usage_error("--as-of cannot be used here: the id contains its date")
    run = functools.partial(run_of, draws=draws)
    joined = " ".join(text)
    given = resolving.read(joined)
    other = next(beside(inputs, [] if isinstance(given, resolving.Broken) else [given[0].rubric]), None)
    folders, scenario = other or (located(inputs), checked(inputs))
    cited = "" if isinstance(given, resolving.Broken) else given[0].country
    # a history is long: only that of actors on which the country of the id has statements is searched
    actors = [inputs.actor] if inputs.actor else [None, *other_actors(scenario, cited)]
    sets = [(run(scenario.facing(actor)), history.archive(folders, run, actor)) for actor in actors]
    pairs = [(one, archive.history) for one, archive in sets]
    place = 0 if isinstance(given, resolving.Broken) else verifying.place(given[0], sets=pairs)
    (now, archive), actor = sets[place], actors[place]
    in_edition = errata.finder(registry(inputs), folders, scenario, run)
    resolved = resolving.resolve(joined, now, archive._replace(history=archive.history._replace(edition=in_edition)))
    if output.form == "json":
        document = {**envelope(now.scenario.book, now.settings), **rendering.resolved_object(resolved)}
        emit_text(as_json(document), output.path, ())
    else:
        given_again = {
            "actor": actor,
            "rubric": Path(folders.rubric.name) if other else inputs.rubric,
            "profiles": inputs.profiles,
        }
        repeated = "".join(f" --{name} {shlex.quote(str(value))}" for name, value in given_again.items() if value)
        lines = rendering.resolved_lines(resolved, repeated)
        emit_text("".join(f"{line}\n" for line in lines), output.path, (), is_prose=True)
    if resolved.status in ("unknown", "broken"):
        print_message("The id is unknown." if resolved.status == "unknown" else "This is not an id.")
        sys.exit(BAD_INPUT)
    if isinstance(resolved.edition, str):
        print_message("The edition of the id does not have this score.")
        sys.exit(BAD_INPUT)
    if resolved.status in ("changed", "gone"):
        sys.exit(SCORES_CHANGED)


@click.command()
@click.argument("template", type=options.FILE, required=False)
@click.option(
    "--brief", "country", type=options.COUNTRY, help="Fill the brief of the package on this country; needs no TEMPLATE."
)
@click.option(
    "--beside",
    "others",
    multiple=True,
    type=options.COUNTRY,
    help="Another country that the brief compares; may be repeated.",
)
@click.option("--unfilled", is_flag=True, help="Write the template of the brief instead, to edit it.")
@options.group
@options.simulated
@options.facing
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="Report to write; required for Word and for figures in files.")
def fill(
    template: Path | None,
    country: str | None,
    others: tuple[str, ...],
    unfilled: bool,  # noqa: FBT001  a flag
    group: str | None,
    draws: options.Draws,
    inputs: options.Inputs,
    output: Path | None,
) -> None:
    """Fill a TEMPLATE of a report with figures.

    Templates are Markdown, Quarto, HTML, LaTeX, Typst or Word.
    Examples of placeholders: {{ AZE.index }}, {{ AZE.index @ 2018-06-30 }}, {{ AZE.rank.interval }}, {{ AZE.change }},
    {{ AZE.above.GEO }}, {{ AZE.cite }}, {{ table: ranking | columns: rank, country, index }} and {{ figure: ranking }}.
    An unknown placeholder is an error, and nothing is written. --group limits tables and figures that name no
    countries; ranks stay those among all.
    """
    from scoring.errors import Problem, choices, inert
    from scoring.files.archive import UnreadableError
    from scoring.render.report import formats
    from scoring.render.report.placeholders import Filler

    name, data = _brief(template, country, others, output) if country else _template(template, others, unfilled)
    form = formats.BY_SUFFIX[Path(name).suffix.lower()]
    options.check_suffix(output, form)
    if output is None and form == "word":
        usage_error("a Word file cannot be printed; give an output file with -o")
    if unfilled:
        emit_text(data.decode(), output, ())
        return
    folder = formats.folder_of((output or Path(name)).stem)
    try:
        chosen = () if group is None else members(inputs, group)
        filled = formats.fill(data, name, Filler(_run(inputs, draws), inputs.as_of, chosen), folder)
    except UnreadableError as error:
        fail([Problem(name, 1, 1, "", str(error), "unreadable")])
    if filled.problems:
        fail(filled.problems)
    if output is not None:
        write_file(filled.data, output, formats.files(filled, form, folder))
    elif filled.pictures:
        usage_error("the figures of the report are files beside it; give an output file with -o")
    else:
        print_result(inert(filled.data.decode(), formats.INERT[form]))
    if filled.kept:
        positions = choices([str(position) for position in filled.kept])
        unit = "paragraph" if form == "word" else "line"
        print_message(f"{name}: placeholders in code and mathematics are not filled: {unit} {positions}")


def _template(template: Path | None, others: tuple[str, ...], unfilled: bool) -> tuple[str, bytes]:  # noqa: FBT001  a flag
    """The name and the content of a template."""
    from scoring.files.archive import MAX_BYTES
    from scoring.files.disk import opened
    from scoring.render.report import formats

    if others or unfilled:
        usage_error(f"{'--beside' if others else '--unfilled'} is for --brief COUNTRY")
    if template is None:
        usage_error("give a TEMPLATE, or --brief COUNTRY")
    if formats.form_of(template.name) is None:
        usage_error(f"{template} has an unknown suffix; give a template that ends in {formats.SUFFIXES}")
    file = opened(template, MAX_BYTES)
    if file.data is None:
        fail(file.problems)
    return file.name, file.data


def _brief(template: Path | None, country: str, others: tuple[str, ...], output: Path | None) -> tuple[str, bytes]:
    """The name and the content of the brief of the package, in the format of the output."""
    from scoring.render.report.brief import SUFFIXES, brief

    if template is not None:
        usage_error("give a TEMPLATE or --brief COUNTRY, not both")
    suffix = output.suffix.lower() if output else SUFFIXES[0]
    if suffix not in SUFFIXES:
        usage_error(f"the brief comes in {', '.join(SUFFIXES)}; give an output file with one of these suffixes")
    return f"brief{suffix}", brief(suffix, country, list(dict.fromkeys(others)))


def _run(inputs: options.Inputs, draws: options.Draws, revision: str | None = None, asked: Sequence[str] = ()) -> Run:
    """A simulation run of all profiles; exits if one has an error, since ranks need all countries.

    asked: Countries that are asked for by name.
    """
    from scoring.files.git import SHORT, commit_of

    if revision is None:
        return run_of(checked(inputs, asked), draws)
    commit, folder = commit_of(revision), located(inputs).profiles
    scenario = at_revision(commit, inputs)
    if not scenario.profiles:
        print_message(f"{commit[:SHORT]} contains no profiles in {folder}, nor under an earlier name of it.")
        sys.exit(BAD_INPUT)
    return run_of(scenario, draws)


def _fix(opened: dict[Path, Document], verdicts_by_report: Sequence[Sequence[Verdict]]) -> tuple[bool, bool]:
    """Rewrite the reports; return whether a figure must be fixed by hand, and whether a report cannot be written."""
    from scoring.files import writing
    from scoring.files.disk import shown
    from scoring.render.verify import fixed

    has_remaining = is_unwritten = False
    for (path, document), verdicts in zip(opened.items(), verdicts_by_report, strict=True):
        text, remaining = fixed(shown(path), document, verdicts)
        for line in remaining:
            print_message(line)
        has_remaining |= bool(remaining)
        if document.text is None or text == document.text:
            continue
        try:
            writing.write(text.encode(), path)
            print_message(f"{shown(path)}: rewritten.")
        except OSError as error:  # continue with the other reports
            print_message(not_written_message(path, error))
            is_unwritten = True
    return has_remaining, is_unwritten


PACKAGE_BY_FORMAT: dict[str, str | None] = {
    "datapackage": None,
    "parquet": "pyarrow",
    "excel": "xlsxwriter",
    "sdmx": None,
}
"""Formats, each with the optional package that it needs."""


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(list(PACKAGE_BY_FORMAT)),
    help="May be repeated; default: all.",
)
@options.group
@options.simulated
@options.facing
@options.inputs
def export(
    directory: Path, forms: tuple[str, ...], group: str | None, draws: options.Draws, inputs: options.Inputs
) -> None:
    """Export scores and evidence to DIR for other programs.

    Writes a Data Package with CSV, Parquet, Excel and SDMX-CSV, and a codebook of every table and field. Of a group,
    ranks are those among its members.
    """
    from scoring import extras
    from scoring.files.folders import licence_beside
    from scoring.text.numbers import count

    chosen = [form for form in PACKAGE_BY_FORMAT if form in forms or not forms]
    for form in chosen:
        if module := PACKAGE_BY_FORMAT[form]:
            extras.require(module, "report")
    run, problems = running(inputs, draws, () if group is None else members(inputs, group), only_asked=True)
    reviewed, wrong = reviews_of(inputs, run.assessment())
    if problems or wrong:
        fail((*problems, *wrong))
    from scoring.render.export.files import export_files

    files = export_files(run.simulation(), licence_beside(located(inputs).profiles), chosen, reviewed)
    write_generated(files, directory, () if forms else ("data/*.csv", "parquet/*.parquet"))
    print_line(f"{directory}: {count(len(files), 'file')}.")


@click.command()
@click.argument("folder", metavar="DIR", type=options.FOLDER)
@click.option(
    "--format",
    "form",
    type=click.Choice(("svg", "png", "pdf")),
    default="svg",
    show_default=True,
    help="Image format.",
)
@click.option(
    "--figure",
    "figures_asked",
    metavar="NAME",
    multiple=True,
    help="Only this figure, by the name of its file, such as ranking or country-GEO; may be repeated.",
)
@click.option(
    "--country", "alone", multiple=True, type=options.COUNTRY, help="Only figures of this country; may be repeated."
)
@click.option(
    "--countries",
    "chosen",
    type=options.COUNTRIES,
    default=(),
    help="Countries in figures of the set, separated by commas; their ranks stay those among all.",
)
@options.group
@click.option("--width", type=click.Choice(WIDTHS), help="Print column or slide; default: 880 pixels, for a screen.")
@click.option("--dark", is_flag=True, help="Light marks on a dark background.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="How numbers and dates are written; the words stay English.",
)
@options.simulated
@options.facing
@options.inputs
def figures(
    folder: Path,
    form: Form,
    figures_asked: tuple[str, ...],
    alone: tuple[str, ...],
    chosen: tuple[str, ...],
    group: str | None,
    width: str | None,
    dark: bool,  # noqa: FBT001
    lang: str,
    draws: options.Draws,
    inputs: options.Inputs,
) -> None:
    """Draw figures into DIR, with text alternatives.

    Ranking, pillars, small panels, map, editions, and the index against that of each other rubric in the folder of
    rubrics; and for each country its pillars compared with all countries, what increases and decreases its index, and
    its editions. With --figure or --country only those that are asked for; else also figures.md, which shows all.
    --group stands for the --countries that are its members. PNG and PDF need the extra `report`.
    """
    from dataclasses import replace

    from scoring import extras
    from scoring.index.lookup import find_country
    from scoring.render.charts import gallery
    from scoring.render.charts import style as styles
    from scoring.render.colours import DARK
    from scoring.text.locale import LOCALES
    from scoring.text.numbers import count

    if form != "svg":
        extras.require("vl_convert", "report")  # fail before the computation
    style = replace(styles.STYLES[width] if width else styles.USUAL_STYLE, locale=LOCALES[lang])
    style = replace(style, palette=DARK) if dark else style
    if group is not None and chosen:
        usage_error("--countries and --group exclude each other; give one of them")
    chosen = chosen if group is None else members(inputs, group)
    run, problems = running(inputs, draws, (*alone, *chosen))
    if problems:
        print_message(f"{folder} is not written: the profiles listed below would be missing.")
        fail(problems)
    assessment = run.assessment()
    codes = [assessment.profiles[find_country(assessment, code)].country for code in (*alone, *chosen)]
    is_all = not figures_asked and not alone
    needs_others = is_all or any(name.startswith("matrix") for name in figures_asked)
    others = [run_of(scenario, draws) for scenario in all_beside(inputs)] if needs_others else []
    names = gallery.asked(run, figures_asked, codes[: len(alone)], codes[len(alone) :], others)
    with progress(draws.count * max(1, gallery.simulations(names))) as advance:
        charts = gallery.figures(run, names, style, others=others, chosen=codes[len(alone) :], progress=advance)
    files = gallery.files(charts, form, has_page=is_all)
    stale = [f"{kind}-*.{form}" for kind in gallery.MANY] if is_all and not chosen else ()
    write_generated(files, folder, stale)
    print_line(f"{folder}: {count(len(files), 'file')}.")


LOOPBACK = "127.0.0.1"
API = ("api/v1/*/*.json", "api/v1/*/*.csv", "api/v1/*/countries/*.json")  # what `--release` writes for each edition


@click.command()
@click.argument("folder", type=options.FOLDER, default="site", metavar="[DIR]")
@click.option("--serve", is_flag=True, help="Then serve the site on this machine until Ctrl-C.")
@click.option("--port", type=options.Whole(0, 65535), default=8000, show_default=True, help="For --serve; 0: any free.")
@click.option(
    "--address",
    type=options.Address(),
    metavar="URL",
    help="Where the site will be on the web: adds a sitemap, and pictures for links to its pages.",
)
@click.option(
    "--release",
    "releases",
    multiple=True,
    type=options.FOLDER,
    metavar="DIR",
    help="Folder of a released edition, whose figures programs then find below api/v1; may be repeated.",
)
@options.group
@options.simulated
@options.facing
@options.inputs
def site(
    folder: Path,
    serve: bool,  # noqa: FBT001
    port: int,
    address: str | None,
    releases: tuple[Path, ...],
    group: str | None,
    draws: options.Draws,
    inputs: options.Inputs,
) -> None:
    """Build a website to explore the scores and try other weights.

    The files in DIR (default: site) work from a folder, a file share or a web host, without network or server. Of a
    group, ranks are those among its members.
    """
    from scoring import extras

    extras.require("jinja2", "report")
    from scoring.render.site import build
    from scoring.text.numbers import count

    documents = _endpoints(releases, inputs)
    scenario, beside_it = checked(inputs), all_beside(inputs)
    if group is not None:
        codes = members(inputs, group)
        scenario, beside_it = scenario.of(codes), [other.of(codes) for other in beside_it]
    run, others = run_of(scenario, draws), [run_of(other, draws) for other in beside_it]
    corrections = _corrections(run, inputs)
    reviews, problems = reviews_beside(inputs, run.scenario.book)
    if problems:
        fail(problems)
    with progress(build.steps(run, others)) as advance:
        files = build.build(run, advance, others=others, address=address, reviews=reviews, corrections=corrections)
    files |= documents
    changed = write_generated(files, folder, ("countries/*", "data/*", *API))
    print_line(f"{folder / 'index.html'}: {count(len(files), 'file')}, {changed} changed.")
    for note in build.notes(run.scenario):
        print_message(note)
    if serve:
        _serve(folder, port)


def _endpoints(folders: tuple[Path, ...], inputs: options.Inputs) -> dict[str, bytes]:
    """The documents for programs of released editions; none without a release. On any error, print it and exit."""
    from scoring.files.releases import compared, read_releases
    from scoring.render.endpoints import endpoints

    releases, problems = read_releases(folders)
    differing, unknown = compared(releases, registry(inputs)) if releases else ((), ())
    if problems or differing:
        fail((*problems, *differing))
    for one in unknown:
        print_message(f"{one}. Its digests are its own: who edited a file could write them again.")
    return endpoints(releases) if releases else {}


def _corrections(run: Run, inputs: options.Inputs) -> Corrections | None:
    """What was corrected since the last edition; None without one, or if it cannot be read, which is then said."""
    from scoring.citing.editions import released
    from scoring.citing.errata import errata_of
    from scoring.errors import InputError
    from scoring.render.errata import Corrections, figured

    registered, folders = registry(inputs), located(inputs)
    name = registered.last(run.scenario.book.rubric.id)
    if name is None:
        return None
    try:
        edition = released(name, registered, folders)
    except InputError as error:
        print_message(f"Corrections since edition {name} are not shown: {error.problems[0]}")
        return None
    found = errata_of(edition, run.scenario, folders.profiles)
    return Corrections(name, edition.edition.released, {one.country: figured(one, run.settings) for one in found})


def _serve(folder: Path, port: int) -> None:
    """Serve the folder on the loopback address."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    try:
        server = ThreadingHTTPServer((LOOPBACK, port), partial(Quiet, directory=str(folder)))
    except OSError as error:
        print_message(f"port {port} of {LOOPBACK}: {error.strerror}; give another port with --port")
        sys.exit(BAD_INPUT)
    with server:
        print_line(f"http://{LOOPBACK}:{server.server_address[1]}/ until Ctrl-C.")
        try:
            server.serve_forever()
        except (KeyboardInterrupt, SystemExit):  # the entry point turns an interrupt into SystemExit
            print_line("Stopped.")
