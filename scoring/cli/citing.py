"""For report writers: `cite`, `verify`, `fill`."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scoring.cli import options
from scoring.cli.assessing import at_revision, checked, located
from scoring.cli.output import (
    BAD_INPUT,
    MOVED,
    as_json,
    finish,
    not_written,
    refuse,
    say,
    show_remarks,
    stop,
    tell,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scoring.citation import Citing
    from scoring.documents import Document
    from scoring.errors import Problem
    from scoring.verify import Verdict

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
    from scoring.pipeline import find_pillar  # noqa: PLC0415
    from scoring.render.citation import cited  # noqa: PLC0415

    options.fits(output, style)
    citing = _citing(inputs, draws)
    node = None if pillar is None else find_pillar(citing.book, pillar)
    finish(cited(citing.cite(country, node, inputs.as_of), style), output, ())


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
    from scoring import files, history  # noqa: PLC0415
    from scoring import verify as verifying  # noqa: PLC0415
    from scoring.render import ci  # noqa: PLC0415
    from scoring.render import verify as rendering  # noqa: PLC0415
    from scoring.render.report import FORMAT_VERSION  # noqa: PLC0415

    if inputs.as_of:
        refuse("--as-of has no part in this: each id names its day")
    now = _citing(inputs, draws, revision)
    opened, problems = _opened(reports)
    found = verifying.verify(tuple(opened.values()), now, history.finder(located(inputs), _make(draws)))
    read = [(files.shown(path), opened[path], some) for path, some in zip(opened, found, strict=True)]
    verdicts = [one for some in found for one in some]
    if output.form in options.CI_FORMS:
        remarks = [
            *map(ci.of_problem, problems),
            *(remark for one in read for remark in rendering.verdict_remarks(*one)),
        ]
        show_remarks(output, remarks, map(files.shown, reports))
    elif output.form == "json":
        citations = [citation for one in read for citation in rendering.verdict_objects(*one)]
        without_id = [file for file, _, some in read if not some]
        document = {"format_version": FORMAT_VERSION, "citations": citations, "without_id": without_id}
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
    from scoring.documents import MARKDOWN, MOST_BYTES, UnreadableError  # noqa: PLC0415
    from scoring.errors import Problem, choices, inert  # noqa: PLC0415
    from scoring.files import opened  # noqa: PLC0415
    from scoring.render.fill import Filler, fill_markdown  # noqa: PLC0415
    from scoring.render.word import fill_word  # noqa: PLC0415

    suffix = template.suffix.lower()
    if suffix not in (*MARKDOWN, ".docx"):
        refuse(f"{template} is no template; name a file that ends in {', '.join(MARKDOWN)} or .docx")
    options.fits(output, "word" if suffix == ".docx" else "markdown")
    if output is None and suffix == ".docx":
        refuse("a Word file is not printed; name the report with -o")
    file = opened(template, MOST_BYTES)
    if file.data is None:
        stop(file.problems)
    filler = Filler(_citing(inputs, draws), inputs.as_of)
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


def _make(draws: options.Draws) -> Callable[..., Citing]:
    from scoring.citation import Citing  # noqa: PLC0415

    return functools.partial(Citing, draws=draws.count, seed=draws.seed, shared=draws.shared)


def _citing(inputs: options.Inputs, draws: options.Draws, revision: str | None = None) -> Citing:
    """All profiles, none of them with a fault: a rank among the others would not be the rank."""
    from scoring.git import commit_of  # noqa: PLC0415

    return _make(draws)(*(checked(inputs) if revision is None else at_revision(commit_of(revision), inputs)))


def _opened(paths: tuple[Path, ...]) -> tuple[dict[Path, Document], list[Problem]]:
    """The reports that can be read, and the problems of the others."""
    from scoring import documents, files  # noqa: PLC0415
    from scoring import verify as verifying  # noqa: PLC0415
    from scoring.errors import Problem  # noqa: PLC0415

    opened: dict[Path, Document] = {}
    problems: list[Problem] = []
    left = documents.MOST_TOGETHER
    for path in paths:
        file = files.opened(path, documents.MOST_BYTES)
        problems += file.problems
        if file.data is None:
            continue
        try:
            document = documents.read(file.data, path.suffix.lower())
        except documents.UnreadableError as error:
            problems.append(Problem(file.name, 1, 1, "", str(error), "unreadable"))
            continue
        if verifying.has_too_much(document):
            limit = verifying.MOST_CITED // 2**20
            message = f"is not verified: its paragraphs and rows with ids have more than {limit} MiB; split it"
            problems.append(Problem(file.name, 1, 1, "", message, "too-large"))
            continue
        left -= document.size
        if left < 0:
            limit = documents.MOST_TOGETHER // 2**20
            message = f"is not verified: with it the reports would take more than {limit} MiB; verify fewer in one run"
            problems.append(Problem(file.name, 1, 1, "", message, "too-large"))
            continue
        opened[path] = document
    return opened, problems


def _mend(opened: dict[Path, Document], found: Sequence[Sequence[Verdict]]) -> bool:
    """Rewrite the reports; whether a figure is left that must be written by hand."""
    from scoring import files, writing  # noqa: PLC0415
    from scoring.render.verify import mended  # noqa: PLC0415

    rest = False
    for (path, document), verdicts in zip(opened.items(), found, strict=True):
        text, left = mended(files.shown(path), document, verdicts)
        for line in left:
            tell(line)
        rest |= bool(left)
        if document.text is None or text == document.text:
            continue
        try:
            writing.write(text.encode(), path)
            tell(f"{files.shown(path)} is rewritten.")
        except OSError as error:  # the others are rewritten all the same
            tell(not_written(path, error))
            rest = True
    return rest
