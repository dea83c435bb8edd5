"""Files to checked values, or to every problem with its line: the only reader of disk.

A bad profile refuses itself and no other. The places of faults are found by a second reading of the file, so that
they cost time only where there is a fault.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from scoring.errors import InputError, Problem, Violation, nearest
from scoring.files import reader, validation
from scoring.files.disk import CASES, RUBRIC_FILE, SUFFIX, File, files_in, opened, shown, yaml_below
from scoring.files.folders import folders, rubric_folder
from scoring.model.profile import Profile
from scoring.model.references import CaseFile, PublishedTable
from scoring.model.rubric import Pillar, Rubric, RuleBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scoring.files.messages import M


# -- rubric ------------------------------------------------------------------------------------------------------------


def load_rubric(folder: Path) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """Read rubric.yaml and the pillar files of a folder; None and the problems where anything is wrong."""
    return rubric_of(*files_in(folder), shown(folder))


def rubric_of(
    files: Iterable[File], problems: Iterable[Problem], folder: str
) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """The rubric that the files of a folder hold; None and the problems where anything is wrong."""
    pillar_files = {file.stem: file for file in files if not file.base.endswith(CASES)}
    main = pillar_files.pop(RUBRIC_FILE.removesuffix(SUFFIX), None)
    if main is None:
        main = File(RUBRIC_FILE, f"{folder}/{RUBRIC_FILE}")
        main.refuse("is no file; name a folder that has it", "not-a-file")
    rubric = main.parse(Rubric, validation.rubric_errors)
    pillars: dict[str, Pillar] = {}
    for name, file in pillar_files.items():
        pillar = file.parse(Pillar, validation.pillar_errors)
        if pillar is None:
            continue
        if pillar.id != name:
            file.add([Violation(("id",), f"{pillar.id!r} is not the file's name; make them the same", "file-name")])
        elif rubric is not None and pillar.id not in rubric.pillars:
            right = nearest(pillar.id, list(rubric.pillars), "pillars")
            file.add([Violation(("id",), f"{pillar.id!r} is no pillar of {main.name}; {right}", "missing-pillar")])
        else:
            pillars[pillar.id] = pillar
    if rubric is not None:
        for at, fault in validation.book_errors(rubric, pillars, list(pillar_files)):
            (main if at is None else pillar_files[at]).add([fault])
    found = (*problems, *(problem for file in (main, *pillar_files.values()) for problem in file.problems))
    if found or rubric is None:
        return None, found
    return RuleBook(rubric=rubric, pillars=tuple(pillars[name] for name in sorted(pillars))), ()


def load_cases(folder: Path, book: RuleBook) -> tuple[tuple[CaseFile, ...], tuple[Problem, ...]]:
    """Read all case files beside a rubric."""
    files = [file for file in files_in(folder)[0] if file.base.endswith(CASES)]
    loaded = [_checked(file, CaseFile, validation.case_errors, book) for file in files]
    return tuple(cases for cases, _ in loaded if cases), tuple(problem for _, found in loaded for problem in found)


def load_tables(folder: Path, book: RuleBook) -> tuple[dict[str, PublishedTable], tuple[Problem, ...]]:
    """Read all tables of others in a folder, by the name of their file."""
    files, problems = files_in(folder)
    found = {file.stem: _checked(file, PublishedTable, validation.table_errors, book) for file in files}
    tables = {name: table for name, (table, _) in found.items() if table}
    return tables, (*problems, *(problem for _, some in found.values() for problem in some))


# -- profiles ----------------------------------------------------------------------------------------------------------


def profile_of(file: File, book: RuleBook) -> tuple[Profile | None, tuple[Problem, ...]]:
    """What a file says as a profile; None and the problems where anything is wrong."""

    def faults(profile: Profile, book: RuleBook) -> Iterator[Violation]:
        if profile.country != file.stem:
            message = (
                f"{profile.country!r} is not the file's name; a profile is named by its country, {profile.country}.yaml"
            )
            yield Violation(("country",), message, "file-name")
        yield from validation.profile_errors(profile, book)

    return _checked(file, Profile, faults, book)


def profile_files(folder: Path) -> tuple[list[File], list[Problem]]:
    """The files of a folder of profiles, and what forbids to read it or is not read of it, in folders below too."""
    files, problems = files_in(folder)
    read = {os.path.realpath(folder / file.base) for file in files}
    below = [path for path in yaml_below(folder) if str(path.absolute()) not in read]
    right = f"is not read; put it into {shown(folder)} itself"
    return files, [*problems, *(Problem(shown(path), 1, 1, "", right, "file-name") for path in below)]


def profile_warnings(file: File, profile: Profile, book: RuleBook) -> tuple[Problem, ...]:
    """What may be a slip in a profile that has no fault."""
    return tuple(file.placed(validation.profile_warnings(profile, book), "warning"))


def load_profiles(folder: Path, book: RuleBook) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    """Read every profile of a folder: those without a problem, and the problems of the others."""
    return profiles_of(*profile_files(folder), book)


def profiles_of(
    files: Iterable[File], problems: Iterable[Problem], book: RuleBook
) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    """The profiles that the files of a folder hold: those without a problem, and the problems of the others."""
    loaded = [profile_of(file, book) for file in files]
    found = (problem for _, some in loaded for problem in some)
    return tuple(profile for profile, _ in loaded if profile), (*found, *problems)


def _checked(
    file: File, model: type[M], faults: Callable[[M, RuleBook], Iterable[Violation]], book: RuleBook
) -> tuple[M | None, tuple[Problem, ...]]:
    parsed = file.parse(model, lambda one: faults(one, book))
    return (None if file.problems else parsed), tuple(file.problems)


def statement_places(path: Path) -> dict[str, tuple[int, int]]:
    """Line and column of each statement of a profile that reads without a problem, by id."""
    file = opened(path)
    profile, places = file.parse(Profile), reader.places(file.text or "")
    statements = profile.statements if profile else ()
    return {one.id: places["statements", number][1] for number, one in enumerate(statements)}


# -- any file by itself ------------------------------------------------------------------------------------------------

Kind: TypeAlias = Literal["rubric", "pillar", "cases", "table", "profile"]
_KEYS: dict[str, Kind] = {"pillars": "rubric", "indicators": "pillar", "cases": "cases", "values": "table"}


def kind_of(path: Path, profiles: Path) -> Kind:
    """What a file is meant as, by where it lies, else by its keys; a profile where neither tells."""
    if os.path.realpath(path.parent) == os.path.realpath(profiles):
        return "profile"
    if path.name == RUBRIC_FILE or path.name.endswith(CASES):
        return "rubric" if path.name == RUBRIC_FILE else "cases"
    if os.path.lexists(path.parent / RUBRIC_FILE):
        return "pillar"
    text = opened(path).text
    value = reader.read(text, "")[0] if text else None
    return next((kind for key, kind in _KEYS.items() if isinstance(value, dict) and key in value), "profile")


def problems_of(path: Path, kind: Kind, book: RuleBook | None) -> tuple[Problem, ...]:
    """What is wrong with a file that is no profile, by the rubric that it lies beside, or else by this one."""
    file = opened(path)
    is_part = kind != "table" and os.path.lexists(path.parent / RUBRIC_FILE)
    own, problems = load_rubric(path.parent) if is_part else (book, ())
    if is_part and kind != "cases":
        return tuple(problem for problem in problems if problem.file == file.name)
    match kind:
        case "rubric":
            file.parse(Rubric, validation.rubric_errors)
        case "pillar":
            file.parse(Pillar, validation.pillar_errors)
        case "cases":
            file.parse(CaseFile, (lambda one: validation.case_errors(one, own)) if own else None)
        case _:
            file.parse(PublishedTable, (lambda one: validation.table_errors(one, own)) if own else None)
    return tuple(file.problems)


def load(rubric: Path | str | None = None, profiles: Path | str | None = None) -> tuple[RuleBook, tuple[Profile, ...]]:
    """Load a rubric and all profiles of a folder, checked.

    Args:
        rubric: folder with rubric.yaml and the pillar files; default: `rubrics` of the working directory, or where that
            has neither rubrics nor profiles, the copy that came with the package.
        profiles: folder with a file a country; default likewise.

    Returns:
        The rule book, and the profiles in the order of their countries' codes.

    Raises:
        InputError: with every problem of every file.

    Example:
        >>> rubric, profiles = scoring.load()
        >>> rubric.rubric.id, profiles[0].country
        ('resilience', 'ARM')
    """
    where = folders(Path(rubric) if rubric else None, Path(profiles) if profiles else None)
    book, problems = load_rubric(rubric_folder(where.rubric))
    if book is None:
        raise InputError(problems)
    loaded, problems = load_profiles(where.profiles, book)
    if problems:
        raise InputError(problems)
    return book, loaded
