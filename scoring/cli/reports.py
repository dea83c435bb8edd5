"""For report writers: `cite`, `verify`, `fill`, `export`, `figures`, `site`."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scoring.cli import options
from scoring.cli.assessing import at_revision, checked, located, run_of, running
from scoring.cli.output import (
    BAD_INPUT,
    MOVED,
    as_json,
    finish,
    not_written,
    progress,
    refuse,
    say,
    say_line,
    show_remarks,
    stop,
    tell,
    write,
    write_folder,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scoring.citing.documents.passages import Document
    from scoring.citing.verify import Verdict
    from scoring.render.charts.gallery import Form
    from scoring.uncertainty.run import Run


STYLES = ("text", "markdown", "bibtex", "csl-json", "ris", "latex")  # as render.citation has them, not imported for it


@click.command()
@click.argument("country", type=options.COUNTRY)
@click.option("--pillar", metavar="NAME", help="Cite this pillar of it: its id, short code or title.")
@click.option("--style", type=click.Choice(STYLES), default="text", show_default=True)
@options.simulated
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="Write to a file.")
def cite(
    country: str, pillar: str | None, style: Any, draws: options.Draws, inputs: options.Inputs, output: Path | None
) -> None:
    """Cite the index of COUNTRY, or a pillar of it.

    The figure with its range and interval, rank with rank interval among all countries on the same day, what it was
    made from, and an id that anyone can recompute and `scoring verify` finds again.
    """
    from scoring.citing import citation
    from scoring.index.lookup import find_pillar
    from scoring.render.citation import cited

    options.fits(output, style)
    run = _run(inputs, draws)
    node = None if pillar is None else find_pillar(run.scenario.book, pillar)
    finish(cited(citation.cite(run, country, node, inputs.as_of), style), output, ())


@click.command()
@click.argument("reports", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--revision", metavar="REV", help="Recompute with rubric and profiles as this git revision has them.")
@click.option(
    "--fix", is_flag=True, help="Put the figures of now in place of outdated ones, where that is beyond doubt."
)
@options.simulated
@options.inputs
@options.formats("text", "json", *options.CI_FORMS)
def verify(
    reports: tuple[Path, ...],
    revision: str | None,
    fix: bool,  # noqa: FBT001  a flag
    draws: options.Draws,
    inputs: options.Inputs,
    output: options.Output,
) -> None:
    """Recompute what reports cite, and say whether it holds.

    Reads Markdown, Quarto, LaTeX, HTML, Word and plain text, and recomputes each figure that belongs to an id. Exit
    code 3 if a figure is outdated or wrong, 1 if an id is unknown or a file cannot be read. Numbers that are not read,
    and reports without an id, are shown and do not change it.
    """
    from scoring import extras
    from scoring.citing import history
    from scoring.citing import verify as verifying
    from scoring.citing.reports import read_reports
    from scoring.files.disk import shown
    from scoring.render import ci
    from scoring.render import verify as rendering
    from scoring.render.objects import envelope

    if fix:
        extras.require("markdown_it", "report")  # before the work, not after it
    if inputs.as_of:
        refuse("--as-of has no part in this: each id names its day")
    now = _run(inputs, draws, revision)
    opened, problems = read_reports(reports)
    found = verifying.verify(
        tuple(opened.values()), now, history.finder(located(inputs), functools.partial(run_of, draws=draws))
    )
    read = [(shown(path), opened[path], some) for path, some in zip(opened, found, strict=True)]
    verdicts = [one for some in found for one in some]
    if output.form in options.CI_FORMS:
        remarks = [
            *map(ci.of_problem, problems),
            *(remark for one in read for remark in rendering.verdict_remarks(*one)),
        ]
        show_remarks(output, remarks, map(shown, reports))
    elif output.form == "json":
        citations = [citation for one in read for citation in rendering.verdict_objects(*one)]
        without_id = [file for file, _, some in read if not some]
        document = {**envelope(now.scenario.book, now.settings), "citations": citations, "without_id": without_id}
        finish(as_json(document), output.path, ())
    else:
        lines = [line for one in read for line in rendering.verdict_lines(*one)]
        text = "".join(f"{line}\n" for line in (*lines, rendering.summary(verdicts, len(read))))
        finish(text, output.path, ())
    bad = any(one.status in ("outdated", "wrong") for verdict in verdicts for one in verdict.figures)
    if fix and bad:
        bad = _mend(opened, found)
    for problem in sorted(problems):
        tell(str(problem))
    if bad or problems or any(one.status == "unknown" for one in verdicts):
        sys.exit(MOVED if bad else BAD_INPUT)


@click.command()
@click.argument("template", type=options.FILE)
@options.simulated
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="The report to write; a Word file needs it.")
def fill(template: Path, draws: options.Draws, inputs: options.Inputs, output: Path | None) -> None:
    """Fill a TEMPLATE with figures: Markdown, Quarto or Word.

    Placeholders are such as {{ AZE.index }}, {{ AZE.rank.interval }}, {{ AZE.public_attitudes.range }}, {{ AZE.cite }}
    and {{ table: ranking }}. One that nothing fills is an error, and nothing is written.
    """
    from scoring.citing.documents.markup import MARKDOWN
    from scoring.citing.documents.passages import MOST_BYTES, UnreadableError
    from scoring.errors import Problem, choices, inert
    from scoring.files.disk import opened
    from scoring.render.report.fill import Filler, fill_markdown
    from scoring.render.report.word import fill_word

    suffix = template.suffix.lower()
    if suffix not in (*MARKDOWN, ".docx"):
        refuse(f"{template} is no template; name a file that ends in {', '.join(MARKDOWN)} or .docx")
    options.fits(output, "word" if suffix == ".docx" else "markdown")
    if output is None and suffix == ".docx":
        refuse("a Word file is not printed; name the report with -o")
    file = opened(template, MOST_BYTES)
    if file.data is None:
        stop(file.problems)
    filler = Filler(_run(inputs, draws), inputs.as_of)
    try:
        filled = (fill_word if suffix == ".docx" else fill_markdown)(file.data, file.name, filler)
    except UnreadableError as error:
        stop([Problem(file.name, 1, 1, "", str(error), "unreadable")])
    if filled.problems:
        stop(filled.problems)
    if output is None:
        say(inert(filled.data.decode(), "&#{};"))
    else:
        write(filled.data, output)
    if filled.kept:
        where = choices([str(place) for place in filled.kept])
        kind = "paragraph" if suffix == ".docx" else "line"
        tell(f"{file.name}: placeholders in code and mathematics stay as they are: {kind} {where}")


def _run(inputs: options.Inputs, draws: options.Draws, revision: str | None = None) -> Run:
    """All profiles, none of them with a fault: a rank among the others would not be the rank."""
    from scoring.files.git import commit_of

    return run_of(checked(inputs) if revision is None else at_revision(commit_of(revision), inputs), draws)


def _mend(opened: dict[Path, Document], found: Sequence[Sequence[Verdict]]) -> bool:
    """Rewrite the reports; whether a figure is left that must be written by hand."""
    from scoring.files import writing
    from scoring.files.disk import shown
    from scoring.render.verify import mended

    rest = False
    for (path, document), verdicts in zip(opened.items(), found, strict=True):
        text, left = mended(shown(path), document, verdicts)
        for line in left:
            tell(line)
        rest |= bool(left)
        if document.text is None or text == document.text:
            continue
        try:
            writing.write(text.encode(), path)
            tell(f"{shown(path)} is rewritten.")
        except OSError as error:  # the others are rewritten all the same
            tell(not_written(path, error))
            rest = True
    return rest


NEEDS: dict[str, str | None] = {
    "datapackage": None,
    "parquet": "pyarrow",
    "excel": "xlsxwriter",
    "sdmx": None,
}  # format -> package of an extra


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format", "forms", multiple=True, type=click.Choice(list(NEEDS)), help="May be given again; default: all."
)
@options.simulated
@options.inputs
def export(directory: Path, forms: tuple[str, ...], draws: options.Draws, inputs: options.Inputs) -> None:
    """Write scores and evidence for other programs to DIR.

    A Data Package with CSV, Parquet, Excel and SDMX-CSV, and a codebook of every table and field.
    """
    from scoring import extras
    from scoring.files.folders import licence_beside
    from scoring.text.numbers import count

    chosen = [form for form in NEEDS if form in forms or not forms]
    for form in chosen:
        if module := NEEDS[form]:
            extras.require(module, "report")
    run, problems = running(inputs, draws)
    if problems:
        stop(problems)
    from scoring.render.export.files import export_files

    found = export_files(run.simulation(), licence_beside(located(inputs).profiles), chosen)
    write_folder(found, directory)
    say_line(f"{directory}: {count(len(found), 'file')}.")


@click.command()
@click.argument("folder", metavar="DIR", type=options.FOLDER)
@click.option("--format", "form", type=click.Choice(("svg", "png", "pdf")), default="svg", show_default=True)
@click.option(
    "--country", "countries", multiple=True, type=options.COUNTRY, help="Charts of this country alone; repeatable."
)
@options.simulated
@options.inputs
def figures(folder: Path, form: Form, countries: tuple[str, ...], draws: options.Draws, inputs: options.Inputs) -> None:
    """Draw charts into DIR, with words for those who cannot see them.

    Rank and interval, pillars, map, editions; and of each country, or each --country, its pillars among all others and
    what lifts and lowers its index. figures.md shows them all. PNG and PDF need the extra `report`.
    """
    from scoring import extras
    from scoring.index.lookup import find_country
    from scoring.render.charts import gallery
    from scoring.text.numbers import count

    if form != "svg":
        extras.require("vl_convert", "report")  # before the work, not after it
    run, problems = running(inputs, draws)
    if problems:
        tell(f"{folder} is not written: it would lack the profiles named below.")
        stop(problems)
    assessment = run.assessment()
    charted = [assessment.countries[find_country(assessment, code)] for code in dict.fromkeys(countries)]
    with progress(draws.count) as advance:
        simulation = run.simulation(progress=advance)
    files = gallery.files(
        gallery.charts(assessment, simulation, gallery.moved(run), charted or assessment.countries), form
    )
    write_folder(files, folder)
    say_line(f"{folder}: {count(len(files), 'file')}.")


LOOPBACK = "127.0.0.1"


@click.command()
@click.argument("folder", type=options.FOLDER, default="site", metavar="[DIR]")
@click.option("--serve", is_flag=True, help="Then show it on this machine, until Ctrl-C.")
@click.option("--port", type=options.Whole(0, 65535), default=8000, show_default=True, help="Of --serve; 0: any free.")
@options.simulated
@options.inputs
def site(folder: Path, serve: bool, port: int, draws: options.Draws, inputs: options.Inputs) -> None:  # noqa: FBT001
    """Make a site to look, compare and try other weights.

    The files in DIR (default: site) work from a folder, a file share or a web host, without network or server.
    """
    from scoring import extras

    for module in ("jinja2", "markdown_it"):
        extras.require(module, "report")
    from scoring.render.site import build
    from scoring.text.numbers import count

    run = _run(inputs, draws)
    with progress(build.steps(run)) as advance:
        found = build.build(run, advance)
    changed = write_folder(found, folder)
    say_line(f"{folder / 'index.html'}: {count(len(found), 'file')}, {changed} changed.")
    if left := _left(folder, found):
        tell(f"{folder}: no part of this site, from before: {', '.join(left)}")
    if serve:
        _serve(folder, port)


def _left(folder: Path, found: Collection[str]) -> list[str]:
    """What an earlier run wrote of a country or a day that is no more."""
    there = (
        path.relative_to(folder).as_posix() for name in ("countries", "data") for path in (folder / name).glob("*")
    )
    return sorted(name for name in there if name not in found)


def _serve(folder: Path, port: int) -> None:
    """Show the folder to this machine alone."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing of single requests."""

    try:
        server = ThreadingHTTPServer((LOOPBACK, port), partial(Quiet, directory=str(folder)))
    except OSError as error:
        tell(f"port {port} of {LOOPBACK}: {error.strerror}; name another with --port")
        sys.exit(BAD_INPUT)
    with server:
        say_line(f"http://{LOOPBACK}:{server.server_address[1]}/ until Ctrl-C.")
        try:
            server.serve_forever()
        except (KeyboardInterrupt, SystemExit):  # an interrupt, which the command line makes an end
            say_line("Ended.")
