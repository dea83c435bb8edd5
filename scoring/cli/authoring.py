"""For those who write profiles and rubrics: `validate`, `schema`, `new`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from scoring.cli import options
from scoring.cli.assessing import profiles_folder, rule_book
from scoring.cli.output import as_json, finish, stop


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@options.inputs
@options.formats("text", *options.CI_FORMS)
def validate(files: tuple[Path, ...], inputs: options.Inputs, output: options.Output) -> None:
    """Check files and name every fault at once.

    The rubric, its cases and all profiles; or the rubric and only the profile FILES.
    """
    from scoring import files as disk  # noqa: PLC0415

    folder, profiles = disk.rubric_folder(inputs.rubric), profiles_folder(inputs)
    book, problems = disk.load_rubric(folder)
    found = list(problems)
    paths = list(files)
    if book is not None and files:
        for path in files:
            found += disk.load_profile(path, book)[1]
    elif book is not None:
        paths = sorted((*folder.glob(f"*{disk.CASES}"), *profiles.glob(f"*{disk.SUFFIX}")))
        found += [*disk.load_cases(folder, book)[1], *disk.load_profiles(profiles, book)[1]]
    if output.form != "text":
        from scoring.render import ci  # noqa: PLC0415

        finish(ci.render(output.form, map(ci.of_problem, found), tuple(map(disk.shown, paths))), output.path, ())
    if found or book is None:
        stop(found)
    if output.form == "text":
        text = f"No faults: rubric {book.rubric.id} {book.rubric.version}, {len(paths)} files beside it.\n"
        finish(text, output.path, ())


@click.command()
@click.argument("kind", type=click.Choice(("rubric", "pillar", "profile", "cases")))
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="Write to a file.")
def schema(kind: Any, inputs: options.Inputs, output: Path | None) -> None:
    """Print the JSON Schema of a KIND of file."""
    from scoring.render.editor import json_schema  # noqa: PLC0415

    finish(as_json(json_schema(kind, rule_book(inputs.rubric))), output, ())


@click.command()
@click.argument("country")
@click.option("--actor", default="RUS", show_default=True, metavar="CODE", help="The hostile actor.")
@options.inputs
@click.option("-o", "--output", type=options.FILE, help="Write to a file.")
def new(country: str, actor: str, inputs: options.Inputs, output: Path | None) -> None:
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
    day = inputs.as_of or dt.datetime.now(tz=dt.UTC).date()
    finish(skeleton(country, actor, day.isoformat(), rule_book(inputs.rubric)), output, ())
