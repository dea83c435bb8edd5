"""Loading rubrics, profiles, cases and published indices, validated, with the problems of all files.

A profile with an error is refused; all others are loaded.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scoring.errors import InputError, Problem, Violation, nearest
from scoring.files import reader, validation
from scoring.files.disk import (
    CASES,
    CODERS_FILE,
    EDITIONS_FILE,
    GROUPS_FILE,
    IMPORT,
    PUBLISHERS_FILE,
    RUBRIC_FILE,
    SUFFIX,
    VIGNETTES_FILE,
    File,
    files_in,
    is_of_a_table,
    opened,
    shown,
    yaml_below,
)
from scoring.files.folders import folders, reviews_folder, rubric_folder, rubrics_beside, scenarios_folder, units_in
from scoring.model.actors import all_facing, facing
from scoring.model.coders import Coders, with_coders
from scoring.model.countries import country_code, country_names
from scoring.model.editions import Editions
from scoring.model.fields import FrozenDict
from scoring.model.groups import Groups
from scoring.model.profile import Profile, for_rubric
from scoring.model.publishers import Register
from scoring.model.references import CaseFile, PublishedTable
from scoring.model.rubric import Pillar, Rubric, RuleBook, with_indicators_of
from scoring.model.vignettes import VignetteFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from scoring.files.file_kinds import Kind
    from scoring.files.messages import M
    from scoring.model.kinds import LeafIndicator


# -- rubric ------------------------------------------------------------------------------------------------------------


def load_rubric(folder: Path) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """Read rubric.yaml and the pillar files of a folder; None and the problems if there are errors.

    The rubrics beside it are read, too, since profiles may answer them; their errors are errors here.
    """
    parsed = [_parsed(*files_in(one), shown(one)) for one in (folder, *rubrics_beside(folder))]
    read = _books(parsed)
    books = [book for book, _ in read if book is not None]
    problems = [problem for _, wrong in read for problem in wrong]
    if len(books) < len(read):
        return None, tuple(problems)
    problems += _in_two_rubrics(parsed)
    return (None, tuple(problems)) if problems else (books[0].with_beside(books[1:]), ())


def rubrics_of(
    folders: Iterable[tuple[Iterable[File], Iterable[Problem], str]],
) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """The first of several rubrics, with the others beside it; those that have errors are left out.

    folders: The files of each, with the problems of reading them and the name of the folder.
    """
    (book, problems), *others = _books([_parsed(*one) for one in folders])
    return (book.with_beside(other for other, _ in others if other) if book else None), problems


def rubric_of(
    files: Iterable[File], problems: Iterable[Problem], folder: str
) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """The rubric in the files of a folder without others beside it; None and the problems if there are errors."""
    return _book(_parsed(files, problems, folder), {})


class _Parsed(NamedTuple):
    """The files of a rubric, each without errors of its own or with its problems."""

    main: File
    rubric: Rubric | None
    pillar_files: dict[str, File]
    pillars: dict[str, Pillar]
    problems: tuple[Problem, ...]


def _in_two_rubrics(parsed: Iterable[_Parsed]) -> Iterator[Problem]:
    """Indicators that two rubrics define."""
    owner: dict[str, _Parsed] = {}
    for one in parsed:
        for name, pillar in one.pillars.items():
            for leaf in pillar.leaves:
                other = owner.setdefault(leaf, one)
                if other is not one:
                    label = other.rubric.id if other.rubric else ""
                    message = (
                        f"{leaf!r} is an indicator of {label}, too; write `use: {leaf}` if it is the same, else rename "
                        "it, since a code names only its indicator"
                    )
                    yield Problem(one.pillar_files[name].name, 1, 1, "indicators", message, "duplicate-id")


def _defined(parsed: Iterable[_Parsed]) -> dict[str, LeafIndicator]:
    """The indicators that rubrics define."""
    return {name: leaf for one in parsed for pillar in one.pillars.values() for name, leaf in pillar.leaves.items()}


def _parsed(files: Iterable[File], problems: Iterable[Problem], folder: str) -> _Parsed:
    pillar_files = {file.stem: file for file in files if not _is_of_coding(file.base)}
    main = pillar_files.pop(RUBRIC_FILE.removesuffix(SUFFIX), None)
    if main is None:
        main = File(RUBRIC_FILE, f"{folder}/{RUBRIC_FILE}")
        main.refuse("file not found; give a folder that contains it", "not-a-file")
    rubric = main.parse(Rubric, validation.rubric_errors)
    pillars: dict[str, Pillar] = {}
    for name, file in pillar_files.items():
        pillar = file.parse(Pillar, validation.pillar_errors)
        if pillar is None:
            continue
        if pillar.id != name:
            file.add([Violation(("id",), f"{pillar.id!r} differs from the file name; make them equal", "file-name")])
        elif rubric is not None and pillar.id not in rubric.pillars:
            hint = nearest(pillar.id, list(rubric.pillars), "pillars")
            message = f"{pillar.id!r} is not among the pillars of {main.name}; {hint}"
            file.add([Violation(("id",), message, "missing-pillar")])
        else:
            pillars[pillar.id] = pillar
    return _Parsed(main, rubric, pillar_files, pillars, tuple(problems))


def _is_of_coding(name: str) -> bool:
    """Whether a file of the folder of a rubric has cases or vignettes, which are no part of the rubric."""
    return name.endswith(CASES) or name == VIGNETTES_FILE


def _books(parsed: Sequence[_Parsed]) -> list[tuple[RuleBook | None, tuple[Problem, ...]]]:
    """Each rubric, which may use the indicators of the others, or its problems."""
    return [_book(one, _defined(other for other in parsed if other is not one)) for one in parsed]


def _book(parsed: _Parsed, beside: Mapping[str, LeafIndicator]) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """The rubric; None and the problems if there are errors.

    beside: The indicators of the rubrics beside it, which it may use.
    """
    main, rubric, pillar_files = parsed.main, parsed.rubric, parsed.pillar_files
    pillars = with_indicators_of(beside, parsed.pillars)
    if rubric is not None:
        for owner, violation in validation.book_errors(rubric, pillars, list(pillar_files)):
            (main if owner is None else pillar_files[owner]).add([violation])
    all_problems = (
        *parsed.problems,
        *(problem for file in (main, *pillar_files.values()) for problem in file.problems),
    )
    if all_problems or rubric is None:
        return None, all_problems
    return RuleBook(rubric=rubric, pillars=tuple(pillars[name] for name in sorted(pillars))), ()


def rubric_warnings(folder: Path, book: RuleBook) -> tuple[Problem, ...]:
    """The warnings about the rubric of a folder, which has no errors."""
    found = list(validation.rubric_warnings(book.rubric))
    return tuple(opened(folder / RUBRIC_FILE).located(found, "warning")) if found else ()


def load_cases(folder: Path, book: RuleBook) -> tuple[tuple[CaseFile, ...], tuple[Problem, ...]]:
    """Read all case files of a rubric folder."""
    files = [file for file in files_in(folder)[0] if file.base.endswith(CASES)]
    loaded = [_checked(file, CaseFile, validation.case_errors, book) for file in files]
    return tuple(cases for cases, _ in loaded if cases), tuple(problem for _, wrong in loaded for problem in wrong)


def vignettes_in(folder: Path, book: RuleBook) -> tuple[VignetteFile | None, tuple[Problem, ...]]:
    """The vignettes in the folder of a rubric, and the problems; None if there are none, or errors."""
    path = folder / VIGNETTES_FILE
    if not os.path.lexists(path):
        return None, ()
    return _checked(opened(path), VignetteFile, validation.vignette_errors, book)


def required_vignettes(folder: Path, book: RuleBook) -> VignetteFile:
    """The vignettes in the folder of a rubric.

    Raises:
        InputError: There are none, or they have errors.
    """
    file, problems = vignettes_in(folder, book)
    if file is None and not problems:
        message = f"contains no {VIGNETTES_FILE}, so that coders cannot be measured; add one (docs/coders.md)"
        problems = (Problem(shown(folder), 1, 1, "", message, "not-a-file"),)
    if file is None:
        raise InputError(problems)
    return file


def load_tables(
    folder: Path, book: RuleBook, units: Collection[str] = ()
) -> tuple[dict[str, PublishedTable], tuple[Problem, ...]]:
    """Read the published indices of a folder to compare with: file name without suffix -> index, and the problems.

    units: codes that a table may have though they are no country's.
    """

    def errors(table: PublishedTable, book: RuleBook) -> Iterator[Violation]:
        return validation.table_errors(table, book, units)

    files, problems = files_in(folder)
    loaded = {file.stem: _checked(file, PublishedTable, errors, book) for file in files}
    tables = {name: table for name, (table, _) in loaded.items() if table and table.rubric in (None, book.rubric.id)}
    return tables, (*problems, *(problem for _, wrong in loaded.values() for problem in wrong))


# -- profiles ----------------------------------------------------------------------------------------------------------


_DRAFT = re.compile(r"^draft:", re.MULTILINE)  # no text within a profile begins in the first column


def register_of(file: File) -> tuple[Register | None, tuple[Problem, ...]]:
    """The register of publishers in a file; None and the problems if there are errors."""
    register = file.parse(Register, validation.register_errors)
    return (None if file.problems else register), tuple(file.problems)


def register_in(folder: Path) -> tuple[Register | None, tuple[Problem, ...]]:
    """The register in a folder of profiles, and its problems; None if there is none."""
    path = folder / PUBLISHERS_FILE
    return register_of(opened(path)) if os.path.lexists(path) else (None, ())


def coders_of(file: File, book: RuleBook | None) -> tuple[Coders | None, tuple[Problem, ...]]:
    """The register of coders in a file; None and the problems if there are errors."""
    coders = file.parse(Coders, (lambda one: validation.coders_errors(one, book)) if book else None)
    return (None if file.problems else coders), tuple(file.problems)


def coders_in(folder: Path, book: RuleBook | None) -> tuple[Coders | None, tuple[Problem, ...]]:
    """The register of coders in a folder of profiles, and its problems; None if there is none."""
    path = folder / CODERS_FILE
    return coders_of(opened(path), book) if os.path.lexists(path) else (None, ())


def coders_warnings(path: Path, rubric: Path, book: RuleBook) -> tuple[Problem, ...]:
    """The warnings about a register of coders without errors, by the vignettes of a rubric.

    path: of the register.
    """
    file = opened(path)
    register, vignettes = coders_of(file, book)[0], vignettes_in(rubric, book)[0]
    if register is None or vignettes is None:
        return ()
    return tuple(file.located(validation.coders_warnings(register, book, vignettes), "warning"))


def groups_of(file: File, folder: Path) -> tuple[Groups | None, tuple[Problem, ...]]:
    """The groups of countries in a file; None and the problems if there are errors.

    folder: of the profiles, whose units may be members though they are no countries.
    """
    groups = file.parse(Groups, lambda one: validation.groups_errors(one, units_in(folder)))
    return (None if file.problems else groups), tuple(file.problems)


def groups_in(folder: Path) -> tuple[Groups | None, tuple[Problem, ...]]:
    """The groups of countries in a folder of profiles, and the problems of the file; None if there is none."""
    path = folder / GROUPS_FILE
    return groups_of(opened(path), folder) if os.path.lexists(path) else (None, ())


def profile_of(
    file: File, book: RuleBook, register: Register | None = None, coders: Coders | None = None
) -> tuple[Profile | None, tuple[Problem, ...]]:
    """The profile in a file, its sources with their publishers; None and the problems if there are errors.

    With a register of coders, its statements know which of their codes count. Its statements are those on its own
    actor; `facing` gives those on another.
    """

    def errors(profile: Profile, book: RuleBook) -> Iterator[Violation]:
        if profile.country != file.stem:
            message = f"{profile.country!r} differs from the file name; name the file {profile.country}.yaml"
            yield Violation(("country",), message, "file-name")
        yield from validation.profile_errors(profile, book)
        if register is not None:
            yield from validation.publisher_errors(profile, register)

    if _is_draft(file):
        return None, tuple(file.problems)
    read, problems = _checked(file, Profile, errors, book)
    profile = read and for_rubric(read, book.leaves)
    if profile is not None and coders is not None:
        profile = with_coders(profile, coders, book)
    if profile is None:
        return None, problems
    if register is None:
        return facing(profile, None, book.leaves), problems
    bodies = register.publishers
    sources = {name: source.published_by(bodies.get(source.publisher)) for name, source in profile.sources.items()}
    return facing(profile.model_copy(update={"sources": FrozenDict(sources)}), None, book.leaves), problems


def _is_draft(file: File) -> bool:
    """Whether a file is a draft of `scoring draft`, which is then refused."""
    is_draft = file.text is not None and _DRAFT.search(file.text) is not None
    if is_draft:
        message = "is a draft of `scoring draft` and no profile; copy its statements into a profile and code them there"
        file.refuse(message, "draft")
    return is_draft


def profile_files(folder: Path) -> tuple[list[File], list[Problem]]:
    """The files of a folder of profiles, and the problems of the folder.

    The registers of publishers, coders and groups are among the files. Files in subfolders, and a register beside the
    folder, are a problem.
    """
    files, problems = files_in(folder)
    read = {os.path.realpath(folder / file.base) for file in files}
    ignored = [path for path in yaml_below(folder) if str(path.absolute()) not in read]
    parent = Path(os.path.abspath(folder)).parent  # noqa: PTH100  links stay as they are
    beside = [path for path in map(parent.joinpath, REGISTERS) if os.path.lexists(path)]
    ignored += [] if beside and _has_profiles(parent) else beside  # where they belong to these
    message = f"is not read; move it to {shown(folder)} itself"
    return files, [*problems, *(Problem(shown(path), 1, 1, "", message, "file-name") for path in ignored)]


def _has_profiles(folder: Path) -> bool:
    """Whether a folder has the file of a country; a folder that cannot be listed has none."""
    return any(path.stem in country_names() for path in folder.glob(f"???{SUFFIX}"))


def profile_warnings(file: File, profile: Profile, book: RuleBook, coders: Coders | None = None) -> tuple[Problem, ...]:
    """The warnings about a profile without errors."""
    return tuple(file.located(validation.profile_warnings(profile.whole, book, coders), "warning"))


def not_qualified(file: File, read: Iterable[tuple[Profile, RuleBook]]) -> tuple[Problem, ...]:
    """The warnings about codes of a profile that do not count, by the rubrics with which it was read."""
    return tuple(file.located(validation.not_qualified((profile.whole, book) for profile, book in read), "warning"))


def load_profiles(folder: Path, book: RuleBook) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    """Read all profiles of a folder: those without errors, and the problems of the others."""
    return profiles_of(*profile_files(folder), book)


def profiles_of(
    files: Sequence[File], problems: Iterable[Problem], book: RuleBook
) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    """The profiles in the files of a folder: those without errors, and the problems of the others.

    With a register among the files, each source must name a publisher of it. A register with errors is not used. With
    a register of coders that has errors, no profile is read.
    """
    registers = [register_of(file) for file in files if file.base == PUBLISHERS_FILE]
    register = next((found for found, _ in registers), None)
    of_coders = [coders_of(file, book) for file in files if file.base == CODERS_FILE]
    coders = next((found for found, _ in of_coders), None)
    own = [file for file in files if is_profile(file)]
    # without the register codes would count that it leaves out
    loaded = [profile_of(file, book, register, coders) for file in own if coders is not None or not of_coders]
    wrong = [problem for _, problems_of_file in (*registers, *of_coders, *loaded) for problem in problems_of_file]
    profiles = [profile for profile, _ in loaded if profile]
    if any(file.base.endswith(IMPORT) for file in files):
        of_tables, wrong_tables = profiles_in_tables(files, book, register, {file.stem for file in own})
        profiles = sorted((*profiles, *of_tables), key=lambda profile: profile.country)
        wrong += wrong_tables
    return tuple(profiles), (*wrong, *problems)


def is_profile(file: File) -> bool:
    """Whether a file of a folder of profiles is one, by its name."""
    return file.base not in REGISTERS and not is_of_a_table(file.base)


def profiles_in_tables(
    files: Sequence[File], book: RuleBook, register: Register | None, own: Collection[str]
) -> tuple[list[Profile], list[Problem]]:
    """The profiles of the tables of a folder; a country with a file of its own is read from that alone.

    own: the countries with such a file.
    """
    whole, problems = whole_profiles_in_tables(files, book, register, own)
    return [for_rubric(profile, book.leaves) for profile in whole], problems


def whole_profiles_in_tables(
    files: Sequence[File], book: RuleBook, register: Register | None, own: Collection[str]
) -> tuple[list[Profile], list[Problem]]:
    """The same with the codes of all rubrics."""
    from scoring.files.imports.profiles import profiles_of_import  # noqa: PLC0415  slow, and few folders have tables

    beside = {file.base: file for file in files}
    found: dict[str, Profile] = {}
    problems: list[Problem] = []
    for file in files:
        if not file.base.endswith(IMPORT):
            continue
        profiles, wrong = profiles_of_import(file, beside, book, register)
        problems += wrong
        for profile in profiles:
            other = found.get(profile.country)
            if profile.country in own:
                continue
            if other is not None and (message := _cannot_be_joined(other, profile)):
                file.refuse(message, "duplicate-id")
                problems.append(file.problems[-1])
                break
            found[profile.country] = profile if other is None else _joined(other, profile)
    return list(found.values()), problems


def _cannot_be_joined(one: Profile, other: Profile) -> str:
    """Why the evidence of two tables on one country cannot be read together; empty if it can."""
    if (one.as_of, one.actor) != (other.as_of, other.actor):
        return f"{one.label} is in another table of the folder, of {one.as_of}; move one to a folder of its own"
    if same := {statement.id for statement in one.statements} & {statement.id for statement in other.statements}:
        return f"another table of the folder has {min(same)!r} of {one.label} too; remove one, or give it another id"
    return ""


def _joined(one: Profile, other: Profile) -> Profile:
    """The evidence of two tables on one country."""
    sources = FrozenDict({**one.sources, **other.sources})
    return one.model_copy(update={"sources": sources, "statements": (*one.statements, *other.statements)})


def _checked(
    file: File, model: type[M], errors: Callable[[M, RuleBook], Iterable[Violation]], book: RuleBook
) -> tuple[M | None, tuple[Problem, ...]]:
    parsed = file.parse(model, lambda document: errors(document, book))
    return (None if file.problems else parsed), tuple(file.problems)


def statement_positions(path: Path) -> dict[str, tuple[int, int]]:
    """Id -> line and column of each statement of a profile; empty if the profile has errors."""
    file = opened(path)
    profile, positions = file.parse(Profile), reader.positions(file.text or "")
    statements = profile.statements if profile else ()
    return {statement.id: positions["statements", index][1] for index, statement in enumerate(statements)}


# -- a single file -----------------------------------------------------------------------------------------------------

_KEYS: dict[str, Kind] = {
    "reviews": "review",
    "suppose": "scenario",  # which may have groups, too
    "pillars": "rubric",
    "indicators": "pillar",
    "cases": "cases",
    "vignettes": "vignettes",
    "values": "table",
    "publishers": "publishers",
    "coders": "coders",
    "groups": "groups",
}


REGISTERS: dict[str, Kind] = {PUBLISHERS_FILE: "publishers", CODERS_FILE: "coders", GROUPS_FILE: "groups"}
"""The files of a folder of profiles that are no profiles, with their kinds."""


def kind_of(path: Path, profiles: Path) -> Kind:
    """The kind of a file by its folder, otherwise by its keys; `profile` if neither decides."""
    if kind := {**REGISTERS, EDITIONS_FILE: "editions"}.get(path.name):
        return kind
    if path.name.endswith(IMPORT):
        return "import"
    if os.path.realpath(path.parent) == os.path.realpath(profiles):
        return "profile"
    if os.path.realpath(path.parent) == os.path.realpath(reviews_folder(profiles)):
        return "review"
    if os.path.realpath(path.parent) == os.path.realpath(scenarios_folder(profiles)):
        return "scenario"
    if path.name == RUBRIC_FILE or path.name.endswith(CASES):
        return "rubric" if path.name == RUBRIC_FILE else "cases"
    if os.path.lexists(path.parent / RUBRIC_FILE):
        return "vignettes" if path.name == VIGNETTES_FILE else "pillar"
    text = opened(path).text
    value = reader.read(text, "")[0] if text else None
    return next((kind for key, kind in _KEYS.items() if isinstance(value, dict) and key in value), "profile")


def problems_of(path: Path, kind: Kind, book: RuleBook | None) -> tuple[Problem, ...]:
    """The problems of a file other than a profile, by the rubric in its folder, otherwise by `book`."""
    file = opened(path)
    is_register = kind in ("table", "import", "editions", *REGISTERS.values())
    is_part = not is_register and os.path.lexists(path.parent / RUBRIC_FILE)
    rubric, problems = load_rubric(path.parent) if is_part else (book, ())
    if is_part and kind not in ("cases", "vignettes"):
        problems = problems if rubric is None else rubric_warnings(path.parent, rubric)
        return tuple(problem for problem in problems if problem.file == file.name)
    match kind:
        case "rubric":
            file.parse(Rubric, validation.rubric_errors)
        case "pillar":
            file.parse(Pillar, validation.pillar_errors)
        case "cases":
            file.parse(CaseFile, (lambda cases: validation.case_errors(cases, rubric)) if rubric else None)
        case "vignettes":
            file.parse(VignetteFile, (lambda one: validation.vignette_errors(one, rubric)) if rubric else None)
        case "publishers":
            register_of(file)
        case "coders":
            coders_of(file, rubric)
        case "editions":
            file.parse(Editions, validation.edition_errors)
        case "groups":
            groups_of(file, path.parent)
        case "import":
            return _problems_of_import(file, path.parent, rubric)
        case _:
            file.parse(PublishedTable, (lambda table: validation.table_errors(table, rubric)) if rubric else None)
    return tuple(file.problems)


def _problems_of_import(file: File, folder: Path, book: RuleBook | None) -> tuple[Problem, ...]:
    from scoring.files.imports.profiles import profiles_of_import  # noqa: PLC0415  as above
    from scoring.files.imports.spec import read_import  # noqa: PLC0415

    if book is None:
        read_import(file)
        return tuple(file.problems)
    beside = {one.base: one for one in files_in(folder)[0]}
    return tuple(profiles_of_import(file, beside, book, register_in(folder)[0])[1])


def load(
    rubric: Path | str | None = None, profiles: Path | str | None = None, *, actor: str | None = None
) -> tuple[RuleBook, tuple[Profile, ...]]:
    """Load and validate a rubric and all profiles of a folder.

    Args:
        rubric: Folder with rubric.yaml and the pillar files. Default: `rubrics` of the working directory; if that has
            neither rubrics nor profiles, the copy in the package.
        profiles: Folder with one file per country. Default: `profiles`, likewise.
        actor: Code or English name of the actor that the countries face; those without a statement on it are left out.
            Default: that of each profile.

    Returns:
        The rubric with its pillars, and the profiles sorted by country code.

    Raises:
        InputError: There are errors; it contains the problems of all files.
        UnknownNameError: No statement is about the actor.

    Example:
        >>> rubric, profiles = scoring.load()
        >>> rubric.rubric.id, profiles[0].country
        ('resilience', 'ALB')
    """
    given = folders(Path(rubric) if rubric else None, Path(profiles) if profiles else None)
    book, problems = load_rubric(rubric_folder(given.rubric))
    if book is None:
        raise InputError(problems)
    loaded, problems = load_profiles(given.profiles, book)
    if problems:
        raise InputError(problems)
    return book, loaded if actor is None else all_facing(loaded, country_code(actor), book.leaves)
