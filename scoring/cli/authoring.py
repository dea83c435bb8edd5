"""Profiles and rubrics: `validate`, `schema`, `new`, `docs`."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import click

from scoring.cli import options
from scoring.cli.assessing import assessed, end_empty, located, rule_book, settings
from scoring.cli.output import as_json, finish, refuse, rewrite, say_line, show_remarks, stop, tell_all, write_folder


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@options.inputs
@options.formats("text", *options.CI_FORMS)
@click.option("--strict", is_flag=True, help="End with exit code 1 at a warning, too.")
def validate(files: tuple[Path, ...], inputs: options.Inputs, output: options.Output, strict: bool) -> None:  # noqa: FBT001
    """Check files and name every fault at once, with warnings.

    The rubric, its cases and all profiles; or the rubric and only FILES: profiles, files of a rubric, tables of others.
    """
    from scoring.files.disk import files_in, opened
    from scoring.files.load import (
        kind_of,
        load_cases,
        load_rubric,
        problems_of,
        profile_files,
        profile_of,
        profile_warnings,
    )

    where = located(inputs)
    book, problems = load_rubric(where.rubric)
    profiles, ignored = profile_files(where.profiles) if not files else ([], [])
    found, others = [*problems, *ignored], files_in(where.rubric)[0]
    for path in files:
        kind = kind_of(path, where.profiles)
        (profiles if kind == "profile" else others).append(opened(path))
        found += problems_of(path, kind, book) if kind != "profile" else ()
    if book is not None:
        found += load_cases(where.rubric, book)[1] if not files else ()
        for file in profiles:
            profile, problems = profile_of(file, book)
            found += problems if profile is None else profile_warnings(file, profile, book)
    if book is not None and not files and not profiles and not found:
        end_empty(inputs)
    is_bad = book is None or any(strict or problem.level == "error" for problem in found)
    if output.form != "text":
        from scoring.render import ci

        levels: tuple[ci.Level, ...] = ("error", "warning") if strict else ("error",)
        show_remarks(output, map(ci.of_problem, found), (file.name for file in (*others, *profiles)), levels)
    if is_bad or book is None:
        stop(found)
    tell_all(found)
    if output.form == "text":
        count = f"{len(profiles)} profiles" + (f", {len(found)} warnings" if found else "")
        finish(f"No faults: rubric {book.rubric.id} {book.rubric.version}, {count}.\n", output.path, ())


@click.command()
@click.argument("kind", type=click.Choice(("rubric", "pillar", "profile", "cases")))
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="Write to a file.")
def schema(kind: Any, inputs: options.Inputs, output: Path | None) -> None:
    """Print the JSON Schema of a KIND of file."""
    from scoring.render.json_schema import json_schema

    options.fits(output, "json")
    finish(as_json(json_schema(kind, rule_book(located(inputs).rubric))), output, ())


@click.command()
@click.argument("country", type=options.ANY_COUNTRY)
@click.option("--actor", type=options.ANY_COUNTRY, default="RUS", show_default=True, help="The hostile actor.")
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="Write to a file that is not there yet.")
@click.option("--force", is_flag=True, help="Replace the file that is there.")
def new(country: str, actor: str, inputs: options.Inputs, output: Path | None, force: bool) -> None:  # noqa: FBT001
    """Print a profile skeleton for COUNTRY.

    COUNTRY is a name or a code. Every question of the rubric stands in the skeleton as a comment.
    """
    from scoring.render.skeleton import skeleton

    options.fits(output, "yaml")
    if output is not None and os.path.lexists(output) and not force:
        refuse(f"{output} is there already, and may hold evidence; name another file, or replace it with --force")
    day = inputs.as_of or dt.datetime.now(tz=dt.UTC).date()
    where = located(inputs)
    text = skeleton(country, actor, day.isoformat(), rule_book(where.rubric))
    if output is not None and os.path.realpath(output.parent) == os.path.realpath(where.profiles):
        rewrite(text, output)  # a profile, which this command does not read
    else:
        finish(text, output, ())


@click.command()
@click.option("-o", "--output", type=options.FOLDER, default="docs", show_default=True, help="Folder to write to.")
@click.option("--published", type=options.FOLDER, help="Folder with one <table>.yaml a table of others.")
@options.simulated
@options.inputs
def docs(output: Path, published: Path | None, draws: options.Draws, inputs: options.Inputs) -> None:
    """Write pages of countries, sources, agreement and validity.

    countries/, sources.md, agreement.md and validity.md with its plots.
    """
    from scoring.analysis import country as portrait
    from scoring.analysis import validity
    from scoring.analysis.agreement import agreement
    from scoring.change import trend
    from scoring.files.load import load_tables
    from scoring.render import agreement as agreement_rendering
    from scoring.render import country, pages
    from scoring.render import validity as validity_rendering
    from scoring.uncertainty.simulation import simulate

    assessment, problems = assessed(inputs)
    tables, wrong = load_tables(published or located(inputs).published, assessment.book)
    if problems or wrong:
        stop([*problems, *wrong])
    drawing = settings(assessment, draws)
    simulation = simulate(assessment, drawing)
    rows = range(len(assessment.profiles))
    is_there = {name: os.path.isfile(output / name) for name in ("limits.md", "method.md")}  # noqa: PTH113  asks, never fails
    found = {
        "countries/README.md": pages.countries_page(assessment),
        "sources.md": pages.sources_page(assessment),
        "agreement.md": agreement_rendering.agreement_page(
            assessment,
            agreement(assessment, rows, draws.seed),
            has_method=is_there["method.md"],
        ),
        **validity_rendering.validity_page(assessment, tables, validity.validity(assessment, tables)),
    }
    for row in rows:
        profile = assessment.profiles[row]
        points = trend.trend(assessment.book, profile, drawing, "year")
        found[f"countries/{profile.country}.md"] = country.country_page(
            assessment,
            row,
            simulation,
            portrait.portrait(assessment, row),
            points,
            has_limits=is_there["limits.md"],
        )
    write_folder({name: text.encode() for name, text in found.items()}, output)
    say_line(f"{output}: {len(found)} files.")
