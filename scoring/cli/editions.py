"""Commands on released editions: `release`, `errata`."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from typing import TYPE_CHECKING

import click

from scoring.cli import options
from scoring.cli.assessing import (
    checked,
    located,
    lock_file_of,
    released_edition,
    run_of,
    settings,
)
from scoring.cli.assessing import (
    registry as registry_of,
)
from scoring.cli.output import (
    BAD_INPUT,
    emit_tables,
    fail,
    not_written_message,
    print_line,
    print_message,
    progress,
    replace_file,
    usage_error,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scoring.citing.editions import Released
    from scoring.errors import Problem, Violation
    from scoring.files.editions import Registry
    from scoring.files.folders import Folders
    from scoring.model.rubric import RuleBook

PLACEHOLDER = "PLACEHOLDER"  # as in texts of the project that are not filled in yet


@click.command()
@click.argument("name")
@click.option(
    "-o", "--output", "folder", type=options.FOLDER, required=True, metavar="DIR", help="New or empty folder to write."
)
@options.simulated
@options.inputs
def release(name: str, folder: Path, draws: options.Draws, inputs: options.Inputs) -> None:
    """Release the committed state as edition NAME, such as 2025.1.

    Writes all that others need into DIR: scores and evidence as a data package, lock file, rubrics and profiles,
    digests, citation, metadata for catalogues, licence, and what changed since the edition before. Adds the edition to
    editions.yaml, by which `--edition` and ids find it. If anything stands against it, all reasons are shown and
    nothing is written.
    """
    from scoring.citing.editions import lock_text, sha256
    from scoring.files import editing, git
    from scoring.files.editions import HEAD, load_registry, registry_path
    from scoring.files.load import load_rubric
    from scoring.files.releases import DIGESTS, digest_of
    from scoring.model.editions import Edition
    from scoring.render import changes as changing
    from scoring.render.release import release_files
    from scoring.text.numbers import count

    folders = located(inputs)
    registry, problems = load_registry(folders.profiles)
    book, wrong = load_rubric(folders.rubric)
    commit, of_git = _head(folders)
    found = [*problems, *wrong, *of_git, *_obstacles(name, folder, folders, registry, book)]
    before, of_earlier = _before(registry, folders, book) if commit and not problems else (None, ())
    day = git.day_of(commit) if commit else None
    last = registry.last(book.rubric.id) if book else None
    if day and last and day.isoformat() < registry.editions[last].released:
        message = f"the last commit is of {day}, before {registry.editions[last].released}, the day of edition {last}"
        found.append(_problem(".", f"{message}; commit on a machine with the right date"))
    if found or of_earlier or book is None or day is None:
        fail((*found, *of_earlier))
    scenario = checked(inputs)
    run = run_of(scenario, draws)
    assessment = run.assessment()
    with progress(draws.count) as advance:
        simulation = run.simulation(progress=advance)
    edition = Edition(
        released=day.isoformat(),
        rubric=f"{book.rubric.id}@{book.rubric.version}",
        as_of=inputs.as_of.isoformat() if inputs.as_of else None,
        commit=commit,
        lock=sha256(lock_text(assessment)),
        countries=len(assessment.profiles),
    )
    changes = before and changing.changes(before, assessment, run.settings)
    files = release_files(name, edition, simulation, _sources(commit, folders), changes, lock_file_of(inputs).name)
    edition = edition.model_copy(update={"sums": digest_of(files[DIGESTS])})
    path = registry_path(folders.profiles)
    old = registry.file.data
    entry = edition.model_dump(mode="json", exclude_none=True)
    _write(editing.with_edition(old or HEAD.encode(), name, entry), old, path, files, folder)
    counts = f"{count(edition.countries, 'country', 'countries')}, {count(len(files), 'file')}"
    print_line(f"{folder}: edition {name}, {counts}.")
    if changes:
        print_line(f"Since edition {changes.name}: {changing.headline(changes)}.")
    print_line(f"{registry.file.name}: {name} added; commit it.")


def _problem(file: str, message: str) -> Problem:
    from scoring.errors import Problem

    return Problem(file, 1, 1, "", message, "edition")


def _head(folders: Folders) -> tuple[str, list[Problem]]:
    """The last commit, and what of the folders differs from it; an empty text without a commit."""
    from scoring.errors import UnknownNameError
    from scoring.files import git
    from scoring.files.editions import uncommitted

    try:
        commit = git.commit_of("HEAD")
    except UnknownNameError:
        return "", [_problem(".", "has no git commit, and an edition is one; commit rubrics and profiles first")]
    try:
        return commit, list(uncommitted(commit, _read_by(folders)))
    except UnknownNameError as error:
        reason = str(error).partition(";")[0]
        return "", [_problem(".", f"{reason}, and an edition is a commit of both; commit rubrics and profiles here")]


def _obstacles(
    name: str, folder: Path, folders: Folders, registry: Registry, book: RuleBook | None
) -> Iterator[Problem]:
    """What stands against a release beside git and the files of the rubric."""
    from scoring.errors import shortened
    from scoring.files.disk import RUBRIC_FILE, opened, shown
    from scoring.model.editions import NAME, place

    if not re.fullmatch(NAME[1:-1], name):
        yield _problem(shortened(name, 40), "is no name of an edition; write year, dot and number, such as 2025.1")
    elif (last := registry.last()) and place(name) <= place(last):
        what = "is released already" if name in registry.editions else f"is not after {last}, the last one"
        yield _problem(registry.file.name, f"edition {name} {what}; a release is never replaced, give a later number")
    if os.path.lexists(folder) and not _is_empty(folder):
        yield _problem(shown(folder), "is not an empty folder; give a new one with -o")
    if book is None:
        return
    yield from opened(folders.rubric / RUBRIC_FILE).located(_missing_texts(book))
    yield from _wrong_evidence(folders, book)


def _is_empty(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return folder.is_dir() and not any(folder.iterdir())
    return False


def _missing_texts(book: RuleBook) -> Iterator[Violation]:
    """The texts of the rubric that a release needs and that are missing or not filled in."""
    from scoring.errors import Violation

    about = book.rubric.about
    for key, value in (("authors", about.authors), ("licence", about.licence)):
        if not value or PLACEHOLDER in str(value):
            what = "is a placeholder" if value else "is missing"
            example = "[The institute]" if key == "authors" else "CC BY 4.0"
            yield Violation(("about", key), f"{key} {what}; write it, such as `{key}: {example}`", "edition")


def _wrong_evidence(folders: Folders, book: RuleBook) -> Iterator[Problem]:
    """The errors of cases and profiles, and what keeps the countries from being ranked together."""
    from scoring.files.disk import shown
    from scoring.files.folders import rubrics_beside
    from scoring.files.load import load_cases, load_profiles, load_rubric

    yield from load_cases(folders.rubric, book)[1]
    profiles, problems = load_profiles(folders.profiles, book)
    yield from problems
    others = ((other, load_rubric(other)[0]) for other in rubrics_beside(folders.rubric))
    for other, beside in ((other, found) for other, found in others if found is not None):
        yield from (*load_cases(other, beside)[1], *load_profiles(folders.profiles, beside)[1])
    actors = sorted({profile.actor or "no actor" for profile in profiles})
    if len(actors) > 1:
        yield _problem(shown(folders.profiles), f"the countries face different actors ({', '.join(actors)})")
    if not profiles and not problems:
        yield _problem(shown(folders.profiles), "contains no profiles; give another folder with --profiles")


def _before(registry: Registry, folders: Folders, book: RuleBook | None) -> tuple[Released | None, tuple[Problem, ...]]:
    """The edition of the rubric before this one, and why it cannot be read; none of a first edition."""
    from scoring.citing.editions import released
    from scoring.errors import InputError

    last = registry.last(book.rubric.id) if book else None
    if last is None:
        return None, ()
    try:
        return released(last, registry, folders), ()
    except InputError as error:
        return None, error.problems


def _read_by(folders: Folders) -> Iterator[Path]:
    """The folders that an edition is made of: all rubrics, since profiles may answer each of them, and the profiles."""
    from scoring.files.folders import rubrics_beside

    yield from (folders.rubric, *rubrics_beside(folders.rubric), folders.profiles)


def _sources(commit: str, folders: Folders) -> dict[str, bytes]:
    """The files of rubrics and profiles as committed, by their paths in the folder of the edition."""
    from scoring.files import git

    *rubrics, profiles = _read_by(folders)
    names = {rubric: f"rubrics/{rubric.resolve().name}" for rubric in rubrics} | {profiles: "profiles"}
    return {
        f"{name}/{file.base}": file.data or b""
        for source, name in names.items()
        for file in git.files_at(commit, source)[0]
    }


def _write(entries: bytes, old: bytes | None, path: Path, files: dict[str, bytes], folder: Path) -> None:
    """Write registry and folder, or neither."""
    from scoring.files import writing

    replace_file(entries, path)
    try:
        writing.write_all(files, folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink() if old is None else writing.write(old, path)
        print_message(not_written_message(folder, error))
        sys.exit(BAD_INPUT)


@click.command()
@click.argument("countries", nargs=-1, type=options.COUNTRY)
@click.option("--edition", metavar="NAME", help="Released edition, such as 2025.1; default: the latest of the rubric.")
@options.simulated
@options.inputs
@options.formats("table", "json", "csv", "markdown")
def errata(countries: tuple[str, ...], draws: options.Draws, inputs: options.Inputs, output: options.Output) -> None:
    """List what was corrected since an edition was released.

    Of each COUNTRY, default all: the statements that the edition counted and that were edited in what is scored,
    withdrawn or removed since; when; and how index and pillars moved by that alone, by the rubric and on the day of the
    edition. Statements that were added are new evidence and no erratum. Default: the latest edition.
    """
    from dataclasses import replace

    from scoring.citing.errata import errata_of
    from scoring.model.countries import not_in_the_set
    from scoring.render import errata as rendering

    if inputs.as_of:
        usage_error("--as-of cannot be used here: an edition has its own date")
    folders = located(inputs)
    now = checked(replace(inputs, edition=None))
    name = inputs.edition or registry_of(inputs).last(now.book.rubric.id)
    if name is None:
        usage_error(f"no edition of {now.book.rubric.id} is released yet; `scoring release` releases one")
    edition = released_edition(replace(inputs, edition=name))
    codes = [profile.country for profile in edition.scenario.profiles]
    if unknown := [code for code in countries if code not in codes]:
        usage_error(f"edition {name}: {not_in_the_set(unknown, codes)}")
    found = errata_of(edition, now, folders.profiles, countries)
    known = {one.country for one in found}
    gone = [code for code in codes if code not in known and (code in countries or not countries)]
    drawing = settings(edition.scenario, draws)
    figured = [rendering.figured(one, drawing) for one in found]
    emit_tables(
        output,
        (),
        document=lambda: rendering.errata_object(edition, figured, gone, drawing),
        tables=lambda: rendering.errata_tables(edition, figured, gone),
        csv=lambda: rendering.errata_csv(edition, figured),
    )
