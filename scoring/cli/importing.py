"""What `scoring import` does: read a table, write the rubric, compare with what is published."""

from __future__ import annotations

import datetime as dt
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.cli.output import (
    SCORES_CHANGED,
    emit_text,
    fail,
    print_line,
    print_message,
    replace_files,
    usage_error,
)
from scoring.errors import Problem
from scoring.files.disk import IMPORT, TABLES, File, files_in, opened, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.files.imports.table import Table
    from scoring.index.assessment import Assessment
    from scoring.model.imports import Import
    from scoring.model.profile import Profile
    from scoring.model.rubric import RuleBook

PROFILES, RUBRICS = "profiles", "rubrics"
YAML = (".yaml", ".yml")
SHOWN = 5  # profiles read in place of rows, named


@dataclass(frozen=True)
class Given:
    """An import, and the tables beside it."""

    spec: Import
    file: File
    tables: Mapping[str, File]
    folder: Path
    """The folder that contains them."""


def is_table(path: Path) -> bool:
    """Whether a path is that of a table."""
    return path.name.lower().endswith(TABLES)


def given(path: Path) -> Given:
    """The import at a path; on any error, exit."""
    file = opened(path)
    if file.data is not None and not path.name.lower().endswith(YAML):
        message = (
            f"is neither a table, which ends in {', '.join(TABLES)}, nor a file NAME{IMPORT}; save the table as .xlsx, "
            "or as CSV in UTF-8 with the ending .csv, or .tsv if it has tabs"
        )
        fail([Problem(file.name, 1, 1, "", message, "not-a-table")])
    spec = _spec(file)
    return Given(spec, file, _opened(spec.files, path.parent), path.parent)


def _spec(file: File) -> Import:
    """The import in a file; on any error, exit."""
    from scoring.files.imports.spec import read_import

    spec = read_import(file)
    if spec is None:
        fail(file.problems)
    return spec


def _opened(names: Sequence[str], folder: Path) -> dict[str, File]:
    """The files of these names that exist in a folder."""
    return {name: opened(folder / name) for name in names if os.path.lexists(folder / name)}


def run(one: Given, expand: Sequence[str], output: Path | None, *, force: bool) -> None:
    """Read, check, write, and compare; on any error, nothing is written."""
    from scoring.files.imports.profiles import profiles_of_table
    from scoring.files.imports.table import read_table

    table, problems = read_table(one.spec, one.file, one.tables)
    if table is None:
        fail(problems)
    files, book = _rubric(table)
    profiles, problems = profiles_of_table(table, book.leaves)
    if problems:
        fail(problems)
    beside = Path(os.path.abspath(one.folder))  # noqa: PTH100  links stay as they are
    folder = output or (beside.parent if beside.name == PROFILES else Path())
    if expand:
        _expand(profiles, expand, folder, one, force=force)
        return
    _write(files, table, one, folder, force=force)
    if table.spec.published.columns:
        _compare(table, *_read_in_place(profiles, table, book, folder))


def _rubric(table: Table) -> tuple[dict[str, str], RuleBook]:
    """The files of the rubric, and the rubric in them."""
    from scoring.files.load import rubric_of
    from scoring.render.imported import rubric_files

    texts = rubric_files(table)
    folder = f"{RUBRICS}/{table.spec.id}"
    read = [File(name, f"{folder}/{name}", text.encode()) for name, text in texts.items()]
    book, problems = rubric_of(read, (), folder)
    if book is None:
        fail(problems)
    return texts, book


def _write(texts: Mapping[str, str], table: Table, one: Given, folder: Path, *, force: bool) -> None:
    """Write the rubric and copy the import and its tables, all or nothing."""
    rubric = f"{RUBRICS}/{table.spec.id}"
    files = {f"{rubric}/{name}": text.encode() for name, text in texts.items()}
    base = one.file.base if one.file.base.endswith(IMPORT) else f"{table.spec.id}{IMPORT}"
    copies = {base: one.file, **{name: one.tables[name] for name in table.spec.files}}
    files |= {f"{PROFILES}/{name}": file.data for name, file in copies.items() if file.data is not None}
    others = files_in(folder / rubric)[0] if os.path.isdir(folder / rubric) else []  # noqa: PTH112  Path.is_dir may raise
    if stale := sorted(
        file.base for file in others if file.base not in texts and not file.base.endswith(".cases.yaml")
    ):
        usage_error(f"{shown(folder / rubric)} has files of another tree ({', '.join(stale)}); remove them first")
    _refuse_other(files, folder, force=force)
    written = replace_files(files, folder)
    names = f"{shown(folder / rubric)}/ and {shown(folder / PROFILES)}/{base}"
    print_line(f"{names}: {'written' if written else 'no change'}, {_size(table)}.")


def _size(table: Table) -> str:
    from scoring.text.numbers import count

    values = sum(map(len, table.codes.values()))
    return (
        f"{count(len(table.main.rows), 'country', 'countries')}, {count(len(table.codes), 'indicator')}, "
        f"{count(values, 'value')}"
    )


def _refuse_other(files: Mapping[str, bytes], folder: Path, *, force: bool) -> None:
    """Refuse to replace a file with other content."""
    if force:
        return
    for name, data in files.items():
        path = folder / name
        if os.path.lexists(path) and opened(path, len(data) + 1).data != data:
            usage_error(f"{shown(path)} has other content; replace it with --force, or write elsewhere with -o")


def _expand(profiles: Sequence[Profile], countries: Sequence[str], folder: Path, one: Given, *, force: bool) -> None:
    from scoring.errors import UnknownNameError
    from scoring.model.countries import country_code, not_in_the_set
    from scoring.render.imported import profile_text
    from scoring.text.spelling import folded

    by_code = {profile.country: profile for profile in profiles}
    names = {folded(profile.title): profile.country for profile in profiles}
    codes = [text if text in by_code else names.get(folded(text)) or country_code(text, by_code) for text in countries]
    if unknown := [code for code in codes if code not in by_code]:
        raise UnknownNameError(not_in_the_set(unknown, list(by_code)))
    files = {f"{PROFILES}/{code}.yaml": profile_text(by_code[code], one.file.base).encode() for code in codes}
    _refuse_other(files, folder, force=force)
    replace_files(files, folder)
    for name in files:
        print_line(f"{shown(folder / name)}: read in place of the table from now on.")


def _read_in_place(
    profiles: Sequence[Profile], table: Table, book: RuleBook, folder: Path
) -> tuple[RuleBook, list[Profile]]:
    """The rubric and the profiles that are scored: a country with a file of its own is read from that.

    Such a file may answer the rubrics beside, too; if it has errors, exit.
    """
    from scoring.files.load import load_rubric, profile_of, register_in
    from scoring.text.numbers import first

    own = {profile.country: folder / PROFILES / f"{profile.country}.yaml" for profile in profiles}
    own = {code: path for code, path in own.items() if os.path.lexists(path)}
    if not own:
        return book, list(profiles)
    with_beside, problems = load_rubric(folder / RUBRICS / table.spec.id)
    if with_beside is None:
        fail(problems)
    register = register_in(folder / PROFILES)[0]
    read = {code: profile_of(opened(path), with_beside, register) for code, path in own.items()}
    if problems := tuple(problem for _, wrong in read.values() for problem in wrong):
        fail(problems)
    print_line(f"Read in place of their rows: {first([shown(path) for path in own.values()], SHOWN)}.")
    found = {code: profile for code, (profile, _) in read.items() if profile is not None}
    return with_beside, [found.get(profile.country, profile) for profile in profiles]


def _compare(table: Table, book: RuleBook, profiles: Sequence[Profile]) -> None:
    """Compare the scores with what is published; exit with 3 if they do not fit."""
    from scoring.analysis.reproduction import reproduced
    from scoring.index.assessment import assess
    from scoring.render.reproduction import misfit_lines, summary

    assessment: Assessment = assess(book, profiles)
    found = reproduced(assessment, table.published)
    print_line(summary(found))
    for line in misfit_lines(found, {profile.country: profile.label for profile in profiles}):
        print_message(line)
    if not all(one.holds for one in found):
        sys.exit(SCORES_CHANGED)


# -- without a file that says what the columns mean --------------------------------------------------------------------


def of_coinr(data: Path, meta: Path) -> Given:
    """The import of COINr's tables; on any error, exit."""
    from scoring.files.cells import Grid, grid
    from scoring.files.imports.coinr import tree_of
    from scoring.render.proposal import of_coinr as text_of

    files = {path.name: opened(path) for path in (data, meta)}
    if len(files) == 1:
        usage_error("both tables have the same name; rename one")
    grids = [grid(file) for file in files.values()]
    problems = [one for one in grids if isinstance(one, Problem)]
    problems += (problem for file in files.values() for problem in file.problems)
    first, second = grids
    if not isinstance(first, Grid) or not isinstance(second, Grid):
        fail(problems)
    tree = tree_of(second, lambda cell, message, slug: problems.append(second.problem(cell, message, slug)))
    if tree is None:
        fail(problems)
    text = text_of(tree, data.name, meta.name, first, _today())
    file = File(f"{tree.id}{IMPORT}", f"{tree.id}{IMPORT}", text.encode())
    return Given(_spec(file), file, files, data.parent)


def propose(path: Path, output: Path | None, *, force: bool) -> None:
    """Print or write the import that is proposed for a table; on any error, exit."""
    from scoring.files.archive import UnreadableError
    from scoring.files.cells import Grid, grid
    from scoring.render.proposal import proposed

    file = opened(path)
    found = grid(file)
    if not isinstance(found, Grid):
        fail([found] if isinstance(found, Problem) else file.problems)
    if not any(cell.text.strip() for row in found.rows for cell in row):
        message = "is empty; give a table with headers and rows"
        fail([Problem(file.name, 1, 1, "", message, "empty-file")])
    sheet = found.sheet if found.sheet != file.base else None
    try:
        text = proposed(found, file.base, sheet, _today())
    except UnreadableError as error:
        fail([Problem(file.name, error.line, error.column, "", str(error), "not-a-table")])
    if output is not None and os.path.lexists(output) and not force:
        usage_error(f"{output} exists; give another file, or replace it with --force")
    emit_text(text, output, ())


def _today() -> str:
    return dt.datetime.now(tz=dt.UTC).date().isoformat()
