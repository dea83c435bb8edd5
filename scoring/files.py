"""Files to checked values, or to every problem with its line: the only reader of disk.

A bad profile refuses itself and no other. The places of faults are found by a second reading of the file, so that
they cost time only where there is a fault.
"""

from __future__ import annotations

import functools
import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from scoring import check, reader, schema
from scoring.errors import Fault, InputError, Problem, dotted, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic_core import ErrorDetails

    from scoring.errors import Slug

M = TypeVar("M", bound=schema.Model)

SUFFIX = ".yaml"
CASES = ".cases.yaml"
RUBRIC_FILE = "rubric.yaml"


class File:
    """One file that was opened: its name as the user would write it, its text, and the problems found so far."""

    def __init__(self, path: Path, most: int = reader.MOST_BYTES) -> None:
        self.name = shown(path)
        self.problems: list[Problem] = []
        self.data = self._data(path, most)

    def _data(self, path: Path, most: int) -> bytes | None:
        try:
            if leaves_its_folder(path):
                self._whole("is a link out of its folder; put the file itself there", "outside-link")
                return None
            if not path.is_file():
                self._whole("is no file; name one that is there", "not-a-file")
                return None
            if (size := path.stat().st_size) > most:
                limit = most // 2**20
                self._whole(f"has {size / 2**20:.0f} MiB; at most {limit} MiB are read, split it", "too-large")
                return None
            return path.read_bytes()
        except OSError as error:
            self._whole(f"cannot be read ({error.strerror}); check the file and its permissions", "unreadable")
            return None

    @functools.cached_property
    def text(self) -> str | None:
        """What the file says; None where it says nothing that can be read."""
        if self.data is None:
            return None
        if not self.data.strip():
            self._whole("is empty; write a document (`scoring new` prints a skeleton)", "empty-file")
            return None
        text = reader.decode(self.data, self.name)
        if isinstance(text, Problem):
            self.problems.append(text)
            return None
        return text

    def _whole(self, message: str, slug: Slug) -> None:
        self.problems.append(Problem(self.name, 1, 1, "", message, slug))

    def parse(self, model: type[M]) -> M | None:
        """The file's document as a model, or None and the problems."""
        if self.text is None:
            return None
        value, problems = reader.read(self.text, self.name)
        self.problems += problems
        if value is None and problems:
            return None
        try:
            parsed = model.model_validate(value)
        except ValidationError as error:
            told = {problem.path for problem in problems}
            found = error.errors(include_url=False)
            faults = [_fault(details, model) for details in found[: reader.MOST_FAULTS + 1]]
            self.add(fault for fault in faults if not _is_below(fault.path, told))
            return None
        return None if problems else parsed

    def add(self, faults: Iterable[Fault]) -> None:
        """Find the places of faults and keep them as problems."""
        found = list(itertools.islice(faults, reader.MOST_FAULTS + 1))
        if not found or self.text is None:
            return
        places = reader.places(self.text)
        if len(found) > reader.MOST_FAULTS:
            message = f"has more than {reader.MOST_FAULTS} faults, these are the first; mend them and look again"
            self._whole(message, "too-many-faults")
        for fault in found[: reader.MOST_FAULTS]:
            path = fault.path
            while path not in places and path:
                path = path[:-1]
            key, value = places.get(path, ((1, 1), (1, 1)))
            at_key = fault.at_key and path == fault.path
            place = key if at_key else value
            self.problems.append(Problem(self.name, *place, dotted(fault.path), fault.message, fault.slug))


def leaves_its_folder(path: Path) -> bool:
    """Whether a path is a link to somewhere outside the folder that it lies in."""
    return path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve())


def _is_below(path: reader.Path, told: set[str]) -> bool:
    """Whether a fault lies where one was told already: the second line would only be noise."""
    return any(dotted(path[:end]) in told for end in range(1, len(path) + 1))


def shown(path: Path) -> str:
    """A path as the user would write it: relative where it lies below the working directory."""
    try:
        return Path(os.path.abspath(path)).relative_to(Path.cwd()).as_posix()  # noqa: PTH100  links stay as they are
    except ValueError:
        return path.as_posix()


# -- what pydantic says, in our words ----------------------------------------------------------------------------------

_TYPES = {
    "string_type": ("text", "write text, in quotes where YAML would read a number or true"),
    "float_type": ("a number", "write a number"),
    "int_type": ("a whole number", "write a whole number"),
    "int_from_float": ("a whole number", "write a whole number"),
    "bool_type": ("true or false", "write true or false"),
    "dict_type": ("a mapping", "write `key: value` lines"),
    "model_type": ("a mapping", "write `key: value` lines"),
    "model_attributes_type": ("a mapping", "write `key: value` lines"),
    "tuple_type": ("a list", "write `- ` lines"),
    "list_type": ("a list", "write `- ` lines"),
}


def _fault(details: ErrorDetails, model: type[schema.Model]) -> Fault:
    """Turn one finding of pydantic into a fault with a path of the file, what is wrong, and what would be right."""
    path, at_key = _file_path(details["loc"])
    kind, context, found = details["type"], details.get("ctx", {}), details["input"]
    shown = _text_of(found)
    if kind == "extra_forbidden":
        known = _keys(model, path[:-1])
        return Fault(path, f"unknown key; {nearest(str(path[-1]), known, 'keys')}", "unknown-key", at_key=True)
    if kind == "missing":
        return Fault(path, "is missing; add it", "missing-key")
    if kind in _TYPES:
        wanted, right = _TYPES[kind]
        return Fault(path, f"{shown} is not {wanted}; {right}", "wrong-type")
    if kind == "literal_error":
        return Fault(path, f"{shown} is not allowed; allowed: {context['expected']}", "not-allowed")
    if kind == "value_error":
        return Fault(path, f"{shown} is no date of the calendar; write YYYY, YYYY-MM or YYYY-MM-DD", "impossible-date")
    if kind == "string_pattern_mismatch":
        return Fault(path, f"{shown} does not fit; {_NAMES[context['pattern']]}", "bad-name", at_key=at_key)
    if kind == "union_tag_invalid":
        kinds = context["expected_tags"].replace("'", "")
        return Fault((*path, "kind"), f"{context['tag']!r} is no kind of indicator; kinds: {kinds}", "not-allowed")
    if kind == "union_tag_not_found":
        return Fault(path, "kind is missing; add it", "missing-key")
    if kind == "finite_number":
        return Fault(path, f"{shown} is no finite number; write one", "not-finite")
    message = details["msg"].removeprefix("Input ").replace("String", "text").replace("Tuple", "the list")
    return Fault(path, f"{shown}: {message[:1].lower()}{message[1:]}", "out-of-range", at_key=at_key)


def _text_of(found: object) -> str:
    """What was found, in a part of a line."""
    if isinstance(found, dict | list):
        return "a mapping" if isinstance(found, dict) else "a list"
    text = repr(found[:60] if isinstance(found, str) else found)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004


def _file_path(loc: tuple[int | str, ...]) -> tuple[reader.Path, bool]:
    """Strip from pydantic's location what is not in the file: the kind after an indicator's place, and `[key]`."""
    path: list[int | str] = []
    at_key = False
    for place, part in enumerate(loc):
        is_kind = place >= 2 and isinstance(loc[place - 1], int) and loc[place - 2] == "indicators"  # noqa: PLR2004
        if is_kind or (part in ("float", "str") and place == len(loc) - 1):
            continue
        if part == "[key]":
            at_key = True
        else:
            path.append(part)
    return tuple(path), at_key


_NAMES = {
    r"^[a-z][a-z0-9_]{0,63}$": "write lower-case letters, digits and underscores, beginning with a letter",
    r"^[a-z0-9][a-z0-9-]{0,79}$": "write lower-case letters, digits and hyphens",
    r"^[0-9]+\.[0-9]+\.[0-9]+$": 'write a version such as "1.0.0"',
    r"^[A-Z]{3}$": "write an ISO 3166-1 alpha-3 code such as AZE",
    r"^https?://[!-~]+$": "write an address that begins with https:// or http://",
}


def _keys(model: type[schema.Model], path: reader.Path) -> list[str]:
    """The keys that a mapping of the file may have, by its place in the model."""
    names = [part for part in path if isinstance(part, str)]
    last = names[-1] if names else ""
    known: dict[str, type[schema.Model]] = {
        "prior": schema.Prior,
        "publish": schema.Publish,
        "bands": schema.Band,
        "uncertainty": schema.Uncertainty,
        "audit": schema.Audit,
        "countries": schema.AuditCountries,
        "levels": schema.Level,
        "items": schema.Item,
        "statements": schema.Statement,
        "cases": schema.Case,
    }
    if len(names) >= 2 and names[-2] == "sources":  # noqa: PLR2004  sources.<id>
        found: Iterable[type[schema.Model]] = (schema.Source,)
    elif last == "indicators":
        found = schema.INDICATORS
    else:
        found = (known.get(last, model),)
    fields = {info.alias or name: None for one in found for name, info in one.model_fields.items()}
    return list(fields)


# -- rubric ------------------------------------------------------------------------------------------------------------


def load_rubric(folder: Path) -> tuple[schema.RuleBook | None, tuple[Problem, ...]]:
    """Read rubric.yaml and the pillar files of a folder; None and the problems where anything is wrong."""
    main = File(folder / RUBRIC_FILE)
    rubric = main.parse(schema.Rubric)
    files: dict[str, File] = {}
    pillars: dict[str, schema.Pillar] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if path.name == RUBRIC_FILE or path.name.endswith(CASES):
            continue
        file = files[path.stem] = File(path)
        pillar = file.parse(schema.Pillar)
        if pillar is None:
            continue
        if pillar.id != path.stem:
            file.add([Fault(("id",), f"{pillar.id!r} is not the file's name; make them the same", "file-name")])
        elif rubric is not None and pillar.id not in rubric.pillars:
            right = nearest(pillar.id, list(rubric.pillars), "pillars")
            file.add([Fault(("id",), f"{pillar.id!r} is no pillar of {main.name}; {right}", "missing-pillar")])
        else:
            pillars[pillar.id] = pillar
            file.add(check.pillar_faults(pillar))
    if rubric is not None:
        main.add(check.rubric_faults(rubric))
        for name, fault in check.book_faults(rubric, pillars, list(files)):
            (main if name is None else files[name]).add([fault])
    problems = tuple(problem for file in (main, *files.values()) for problem in file.problems)
    if problems or rubric is None:
        return None, problems
    return schema.RuleBook(rubric=rubric, pillars=tuple(pillars[name] for name in sorted(pillars))), ()


def load_cases(folder: Path, book: schema.RuleBook) -> tuple[tuple[schema.CaseFile, ...], tuple[Problem, ...]]:
    """Read all case files beside a rubric."""
    loaded = [
        _checked(File(path), schema.CaseFile, check.case_faults, book) for path in sorted(folder.glob(f"*{CASES}"))
    ]
    return tuple(cases for cases, _ in loaded if cases), tuple(problem for _, found in loaded for problem in found)


def load_tables(folder: Path, book: schema.RuleBook) -> tuple[dict[str, schema.Table], tuple[Problem, ...]]:
    """Read all tables of others in a folder, by the name of their file."""
    found = {
        path.stem: _checked(File(path), schema.Table, check.table_faults, book)
        for path in sorted(folder.glob(f"*{SUFFIX}"))
    }
    tables = {name: table for name, (table, _) in found.items() if table}
    return tables, tuple(problem for _, problems in found.values() for problem in problems)


# -- profiles ----------------------------------------------------------------------------------------------------------


def load_profile(path: Path, book: schema.RuleBook) -> tuple[schema.Profile | None, tuple[Problem, ...]]:
    """Read one profile; None and the problems where anything is wrong."""
    return check_profile(File(path), path, book)


def check_profile(file: File, path: Path, book: schema.RuleBook) -> tuple[schema.Profile | None, tuple[Problem, ...]]:
    """What a file that was opened says as a profile; None and the problems where anything is wrong."""

    def faults(profile: schema.Profile, book: schema.RuleBook) -> Iterator[Fault]:
        if profile.country != path.stem:
            message = (
                f"{profile.country!r} is not the file's name; a profile is named by its country, {profile.country}.yaml"
            )
            yield Fault(("country",), message, "file-name")
        yield from check.profile_faults(profile, book)

    return _checked(file, schema.Profile, faults, book)


def profile_paths(folder: Path) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """The files of a folder that are profiles, and what forbids to read it or passes a file over."""
    if not folder.is_dir():
        return (), (Problem(shown(folder), 1, 1, "", "is no folder; name one that holds profiles", "not-a-file"),)
    if leaves_its_folder(folder):
        message = "is a link out of its folder; put the folder itself there"
        return (), (Problem(shown(folder), 1, 1, "", message, "outside-link"),)
    problems = [
        Problem(shown(path), 1, 1, "", f"is passed over; name it {path.stem}{SUFFIX}", "file-name")
        for path in sorted(folder.glob("*.yml"))
    ]
    return tuple(sorted(folder.glob(f"*{SUFFIX}"))), tuple(problems)


def load_profiles(folder: Path, book: schema.RuleBook) -> tuple[tuple[schema.Profile, ...], tuple[Problem, ...]]:
    """Read every profile of a folder: those without a problem, and the problems of the others."""
    paths, passed_over = profile_paths(folder)
    loaded = [load_profile(path, book) for path in paths]
    problems = [problem for _, found in loaded for problem in found]
    return tuple(profile for profile, _ in loaded if profile), (*problems, *passed_over)


def _checked(
    file: File, model: type[M], faults: Callable[[M, schema.RuleBook], Iterable[Fault]], book: schema.RuleBook
) -> tuple[M | None, tuple[Problem, ...]]:
    parsed = file.parse(model)
    if parsed is not None:
        file.add(faults(parsed, book))
    return (None if file.problems else parsed), tuple(file.problems)


def statement_places(path: Path) -> dict[str, tuple[int, int]]:
    """Line and column of each statement of a profile that reads without a problem, by id."""
    file = File(path)
    profile, places = file.parse(schema.Profile), reader.places(file.text or "")
    statements = profile.statements if profile else ()
    return {one.id: places["statements", number][1] for number, one in enumerate(statements)}


# -- where the files are -----------------------------------------------------------------------------------------------

_PACKAGE = Path(__file__).parent


def default_folder(name: str) -> Path:
    """The folder `rubrics`, `profiles` or `published`: of the working directory, packaged, or of this checkout."""
    here = Path(name)
    packaged = _PACKAGE / "data" / name
    return next((folder for folder in (here, packaged) if folder.is_dir()), _PACKAGE.parent / name)


def licence_beside(profiles: Path) -> str | None:
    """The text of the file LICENSE beside the folder of the profiles; None where there is none that can be read."""
    path = profiles.resolve().parent / "LICENSE"
    try:
        if leaves_its_folder(path) or not path.is_file() or path.stat().st_size > reader.MOST_BYTES:
            return None
        return path.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def rubric_folder(given: Path | None) -> Path:
    """The folder with rubric.yaml: as given, or the only one below the folder given or the default folder.

    Raises:
        InputError: there is none, or more than one.
    """
    folder = given or default_folder("rubrics")
    if (folder / RUBRIC_FILE).is_file():
        return folder
    found = sorted(path.parent for path in folder.glob(f"*/{RUBRIC_FILE}"))
    if len(found) == 1:
        return found[0]
    names = ", ".join(map(shown, found))
    message = (
        f"holds several rubrics ({names}); name one with --rubric"
        if found
        else f"holds no {RUBRIC_FILE}; name a folder that does"
    )
    raise InputError([Problem(shown(folder), 1, 1, "", message, "no-rubric")])


def load(
    rubric: Path | str | None = None, profiles: Path | str | None = None
) -> tuple[schema.RuleBook, tuple[schema.Profile, ...]]:
    """Load a rubric and all profiles of a folder, checked.

    Args:
        rubric: folder with rubric.yaml and the pillar files; default: `rubrics` of the working directory if it has
            them, else the copy that came with the package.
        profiles: folder with a file a country; default likewise.

    Raises:
        InputError: with every problem of every file.
    """
    book, problems = load_rubric(rubric_folder(Path(rubric) if rubric else None))
    if book is None:
        raise InputError(problems)
    loaded, problems = load_profiles(Path(profiles) if profiles else default_folder("profiles"), book)
    if problems:
        raise InputError(problems)
    return book, loaded
