"""Files to checked values, or to every problem with its line: the only reader of disk.

A bad profile refuses itself and no other. The places of faults are found by a second reading of the file, so that
they cost time only where there is a fault.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import ValidationError

from scoring import check, reader, schema
from scoring.errors import Fault, InputError, Problem, dotted, nearest, with_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pydantic_core import ErrorDetails

    from scoring.errors import Slug

M = TypeVar("M", bound=schema.Model)

SUFFIX = ".yaml"
CASES = ".cases.yaml"
RUBRIC_FILE = "rubric.yaml"
MOST_FILES = 1000  # of a folder; there are 250 countries
MOST_FOLDER = 64 * 2**20  # bytes of a folder's files: 200 profiles of 60 statements have 6 MiB


class File:
    """One file: its name in its folder, and as the user would write it; its text, and the problems found so far."""

    def __init__(self, base: str, name: str, data: bytes | None = None) -> None:
        self.base, self.name, self.data = base, name, data
        self.problems: list[Problem] = []

    @property
    def stem(self) -> str:
        """The name in its folder without the suffix."""
        return self.base.rpartition(".")[0]

    def refuse(self, message: str, slug: Slug) -> None:
        """Keep a problem of the file as a whole."""
        self.problems.append(Problem(self.name, 1, 1, "", message, slug))

    def refuse_size(self, size: int, most: int) -> None:
        """Keep the problem that the file has more bytes than are read."""
        self.refuse(f"has {size / 2**20:.0f} MiB; at most {most // 2**20} MiB are read, split it", "too-large")

    @functools.cached_property
    def text(self) -> str | None:
        """What the file says; None where it says nothing that can be read."""
        if self.data is None:
            return None
        if not self.data.strip():
            self.refuse("is empty; write a document (`scoring new` prints a skeleton)", "empty-file")
            return None
        text = reader.decode(self.data, self.name)
        if isinstance(text, Problem):
            self.problems.append(text)
            return None
        return text

    def parse(self, model: type[M], check: Callable[[M], Iterable[Fault]] | None = None) -> M | None:
        """The file's document as a model, or None and the problems.

        check: what is wrong beyond the shape of the model; told of what has a shape, whatever is wrong with the rest.
        """
        if self.text is None:
            return None
        value, problems = reader.read(self.text, self.name)
        self.problems += problems
        if value is None and problems:
            return None
        told = {problem.path for problem in problems}
        parsed, errors = _validated(model, value)
        faults = [_fault(details, model) for details in errors[: reader.MOST_FAULTS + 1]]
        whole = parsed if parsed is not None else _mended(model, value, errors)
        further = _unrelated(check(whole), faults) if check and whole is not None else ()
        self.add(fault for fault in itertools.chain(faults, further) if not _is_below(fault.path, told))
        return None if problems else parsed

    def add(self, faults: Iterable[Fault]) -> None:
        """Find the places of faults and keep them as problems."""
        self.problems += self.placed(faults)

    def placed(self, faults: Iterable[Fault], level: Literal["error", "warning"] = "error") -> list[Problem]:
        """Faults with their places, up to a number that is told."""
        found = list(itertools.islice(faults, reader.MOST_FAULTS + 1))
        if not found or self.text is None:
            return []
        places = reader.places(self.text)
        problems = []
        if len(found) > reader.MOST_FAULTS:
            what = "warnings" if level == "warning" else "faults"
            message = f"has more than {reader.MOST_FAULTS} {what}, these are the first; mend them and look again"
            problems.append(Problem(self.name, 1, 1, "", message, "too-many-faults", level))
        for fault in found[: reader.MOST_FAULTS]:
            path = fault.path
            while path not in places and path:
                path = path[:-1]
            key, value = places.get(path, ((1, 1), (1, 1)))
            at_key = fault.at_key and path == fault.path
            place = key if at_key else value
            problems.append(Problem(self.name, *place, dotted(fault.path), fault.message, fault.slug, level))
        return problems


def opened(path: Path, most: int = reader.MOST_BYTES) -> File:
    """A file of the disk, of at most so many bytes, or why it is not read."""
    file = File(path.name, shown(path))
    if leaves_its_folder(path):
        file.refuse("is a link out of its folder; put the file itself there", "outside-link")
    elif not os.path.isfile(path):  # noqa: PTH113  Path.is_file raises where a name is too long
        file.refuse("is no file; name one that is there", "not-a-file")
    else:
        try:
            with path.open("rb") as stream:
                data = stream.read(most + 1)
                if len(data) > most:
                    file.refuse_size(os.fstat(stream.fileno()).st_size, most)
                else:
                    file.data = data
        except OSError as error:
            file.refuse(f"cannot be read ({error.strerror}); check the file and its permissions", "unreadable")
    return file


def leaves_its_folder(path: Path) -> bool:
    """Whether a path is a link to somewhere outside the folder that it lies in."""
    folder, target = (Path(os.path.realpath(one)) for one in (path.parent, path))  # Path.resolve raises in a circle
    return os.path.islink(path) and not target.is_relative_to(folder)  # noqa: PTH114


# `AZE.YAML`, `AZE.yaml.txt`, `AZE.yml`, `AZE.ymal`; and a code alone, or with an ending that editors give to text
_LIKE_YAML = re.compile(
    r"(?P<stem>.+?)\.(?:y[aml]{1,3}(?![a-z])).*|(?P<code>(?-i:[A-Z]{3}))(?:\.(?:txt|json))?", re.IGNORECASE | re.DOTALL
)


def chosen(names: Iterable[str], shown: Callable[[str], str]) -> tuple[list[str], list[Problem]]:
    """The names of a folder that are YAML files, and a problem for each that seems meant as one.

    Names that begin with a dot or end in `~` are those of an editor's or a system's own files, and are left alone.
    """
    found, problems = [], []
    for name in sorted(names):
        if name.startswith(".") or name.endswith("~"):
            continue
        if name.endswith(SUFFIX):
            found.append(name)
        elif like := _LIKE_YAML.fullmatch(name):
            message = f"is not read; name it {like['stem'] or like['code']}{SUFFIX}"
            problems.append(Problem(shown(name), 1, 1, "", message, "file-name"))
    return found, problems


def files_in(folder: Path) -> tuple[list[File], list[Problem]]:
    """The YAML files of a folder, and what forbids to read it or is not read of it."""
    name = shown(folder)
    if not os.path.isdir(folder):  # noqa: PTH112  as above
        return [], [Problem(name, 1, 1, "", "is no folder; name one that is there", "not-a-file")]
    if leaves_its_folder(folder):
        message = "is a link out of its folder; put the folder itself there"
        return [], [Problem(name, 1, 1, "", message, "outside-link")]
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        message = f"cannot be read ({error.strerror}); check the folder and its permissions"
        return [], [Problem(name, 1, 1, "", message, "unreadable")]
    names, problems = chosen((entry.name for entry in entries), lambda one: shown(folder / one))
    if too_many := crowded(name, len(names)):
        return [], [too_many]
    found, size = [], 0
    for one in names:
        file = opened(folder / one)
        size += len(file.data or b"")
        if size > MOST_FOLDER:
            return [], [oversized(name)]
        found.append(file)
    return found, problems


def _yaml_below(folder: Path) -> Iterator[Path]:
    """The YAML files in folders below a folder, among the first names that are found; links are not followed."""

    def names() -> Iterator[Path]:
        for place, below, found in os.walk(folder):
            below[:] = sorted(name for name in below if not name.startswith("."))
            if Path(place) != folder:
                yield from (Path(place, name) for name in sorted(found))

    for path in itertools.islice(names(), MOST_FILES):
        if _LIKE_YAML.fullmatch(path.name) and not path.name.startswith("."):
            yield path


def crowded(folder: str, count: int) -> Problem | None:
    """The problem of a folder with more files than are read."""
    message = f"holds {count} files; at most {MOST_FILES} are read"
    return Problem(folder, 1, 1, "", message, "too-large") if count > MOST_FILES else None


def oversized(folder: str) -> Problem:
    """The problem of a folder whose files have more bytes than are read."""
    return Problem(folder, 1, 1, "", f"holds more than {MOST_FOLDER // 2**20} MiB, which is the most read", "too-large")


def _is_below(path: reader.Path, told: set[str]) -> bool:
    """Whether a fault lies where one was told already: the second line would only be noise."""
    return any(dotted(path[:end]) in told for end in range(1, len(path) + 1))


def shown(path: Path) -> str:
    """A path as the user would write it: relative where it lies below the working directory."""
    try:
        return Path(os.path.abspath(path)).relative_to(Path.cwd()).as_posix()  # noqa: PTH100  links stay as they are
    except ValueError:
        return path.as_posix()


# -- validation: all that is wrong, though one fault makes a whole model fail ------------------------------------------

_STAND_INS = ("standin", 0.8125, 1, "A", "XAA", "2000", "1.0.0")
"""Values of which one fits in nearly every place that needs one, and that a file hardly has."""


def _validated(model: type[M], value: object) -> tuple[M | None, list[ErrorDetails]]:
    """The document as a model, or None and what pydantic finds, but for lists that are short since their items fail."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [one for one in error.errors(include_url=False) if not _follows(one)]


def _follows(details: ErrorDetails) -> bool:
    """Whether a list or mapping is too short only when those of its entries that failed are left out."""
    found = details["input"]
    return (
        details["type"] == "too_short" and isinstance(found, list | dict) and len(found) >= details["ctx"]["min_length"]
    )


def _unrelated(faults: Iterable[Fault], others: Iterable[Fault]) -> Iterator[Fault]:
    """The faults that lie neither above nor below one of others, from which they might follow."""
    paths = {fault.path for fault in others}
    above = {path[:end] for path in paths for end in range(len(path))}
    for fault in faults:
        upwards = {fault.path[:end] for end in range(len(fault.path) + 1)}
        if fault.path not in above and paths.isdisjoint(upwards):
            yield fault


def _mended(model: type[M], value: reader.Value, errors: Sequence[ErrorDetails]) -> M | None:
    """The model with each faulty value left out, or another in its place, so that the rest can be checked.

    None where nothing fits, and where more is wrong than is told.
    """
    for stand_in in (None, *_STAND_INS):
        paths = [_file_path(details["loc"])[0] for details in errors]
        if len(paths) > reader.MOST_FAULTS or () in paths:
            return None
        for path in paths:
            _replace(value, path, stand_in)
        parsed, errors = _validated(model, value)
        if parsed is not None:
            return parsed
    return None


def _replace(value: Any, path: reader.Path, stand_in: object) -> None:
    """Put a value in the place of another in a document, where that is still there; None takes a key out."""
    *outer, last = path
    with contextlib.suppress(LookupError, TypeError):
        for part in outer:
            value = value[part]
        if stand_in is not None:
            value[last] = stand_in
        elif isinstance(value, dict):
            del value[last]


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
        right = f"write {point}" if "number" in wanted and (point := with_point(found)) else right
        return Fault(path, f"{shown} is not {wanted}; {right}", "wrong-type")
    if kind == "literal_error":
        return Fault(path, f"{shown} is not allowed; allowed: {context['expected']}", "not-allowed")
    if kind == "value_error":
        return Fault(path, f"{shown} {context['error']}", "impossible-date")
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
    r"^.+\s*$": "write it in one line",
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
    return rubric_of(*files_in(folder), shown(folder))


def rubric_of(
    files: Iterable[File], problems: Iterable[Problem], folder: str
) -> tuple[schema.RuleBook | None, tuple[Problem, ...]]:
    """The rubric that the files of a folder hold; None and the problems where anything is wrong."""
    pillar_files = {file.stem: file for file in files if not file.base.endswith(CASES)}
    main = pillar_files.pop(RUBRIC_FILE.removesuffix(SUFFIX), None)
    if main is None:
        main = File(RUBRIC_FILE, f"{folder}/{RUBRIC_FILE}")
        main.refuse("is no file; name a folder that has it", "not-a-file")
    rubric = main.parse(schema.Rubric, check.rubric_faults)
    pillars: dict[str, schema.Pillar] = {}
    for name, file in pillar_files.items():
        pillar = file.parse(schema.Pillar, check.pillar_faults)
        if pillar is None:
            continue
        if pillar.id != name:
            file.add([Fault(("id",), f"{pillar.id!r} is not the file's name; make them the same", "file-name")])
        elif rubric is not None and pillar.id not in rubric.pillars:
            right = nearest(pillar.id, list(rubric.pillars), "pillars")
            file.add([Fault(("id",), f"{pillar.id!r} is no pillar of {main.name}; {right}", "missing-pillar")])
        else:
            pillars[pillar.id] = pillar
    if rubric is not None:
        for at, fault in check.book_faults(rubric, pillars, list(pillar_files)):
            (main if at is None else pillar_files[at]).add([fault])
    found = (*problems, *(problem for file in (main, *pillar_files.values()) for problem in file.problems))
    if found or rubric is None:
        return None, found
    return schema.RuleBook(rubric=rubric, pillars=tuple(pillars[name] for name in sorted(pillars))), ()


def load_cases(folder: Path, book: schema.RuleBook) -> tuple[tuple[schema.CaseFile, ...], tuple[Problem, ...]]:
    """Read all case files beside a rubric."""
    files = [file for file in files_in(folder)[0] if file.base.endswith(CASES)]
    loaded = [_checked(file, schema.CaseFile, check.case_faults, book) for file in files]
    return tuple(cases for cases, _ in loaded if cases), tuple(problem for _, found in loaded for problem in found)


def load_tables(folder: Path, book: schema.RuleBook) -> tuple[dict[str, schema.Table], tuple[Problem, ...]]:
    """Read all tables of others in a folder, by the name of their file."""
    files, problems = files_in(folder)
    found = {file.stem: _checked(file, schema.Table, check.table_faults, book) for file in files}
    tables = {name: table for name, (table, _) in found.items() if table}
    return tables, (*problems, *(problem for _, some in found.values() for problem in some))


# -- profiles ----------------------------------------------------------------------------------------------------------


def profile_of(file: File, book: schema.RuleBook) -> tuple[schema.Profile | None, tuple[Problem, ...]]:
    """What a file says as a profile; None and the problems where anything is wrong."""

    def faults(profile: schema.Profile, book: schema.RuleBook) -> Iterator[Fault]:
        if profile.country != file.stem:
            message = (
                f"{profile.country!r} is not the file's name; a profile is named by its country, {profile.country}.yaml"
            )
            yield Fault(("country",), message, "file-name")
        yield from check.profile_faults(profile, book)

    return _checked(file, schema.Profile, faults, book)


def profile_files(folder: Path) -> tuple[list[File], list[Problem]]:
    """The files of a folder of profiles, and what forbids to read it or is not read of it, in folders below too."""
    files, problems = files_in(folder)
    read = {os.path.realpath(folder / file.base) for file in files}
    below = [path for path in _yaml_below(folder) if str(path.absolute()) not in read]
    right = f"is not read; put it into {shown(folder)} itself"
    return files, [*problems, *(Problem(shown(path), 1, 1, "", right, "file-name") for path in below)]


def profile_warnings(file: File, profile: schema.Profile, book: schema.RuleBook) -> tuple[Problem, ...]:
    """What may be a slip in a profile that has no fault."""
    return tuple(file.placed(check.profile_warnings(profile, book), "warning"))


def load_profiles(folder: Path, book: schema.RuleBook) -> tuple[tuple[schema.Profile, ...], tuple[Problem, ...]]:
    """Read every profile of a folder: those without a problem, and the problems of the others."""
    return profiles_of(*profile_files(folder), book)


def profiles_of(
    files: Iterable[File], problems: Iterable[Problem], book: schema.RuleBook
) -> tuple[tuple[schema.Profile, ...], tuple[Problem, ...]]:
    """The profiles that the files of a folder hold: those without a problem, and the problems of the others."""
    loaded = [profile_of(file, book) for file in files]
    found = (problem for _, some in loaded for problem in some)
    return tuple(profile for profile, _ in loaded if profile), (*found, *problems)


def _checked(
    file: File, model: type[M], faults: Callable[[M, schema.RuleBook], Iterable[Fault]], book: schema.RuleBook
) -> tuple[M | None, tuple[Problem, ...]]:
    parsed = file.parse(model, lambda one: faults(one, book))
    return (None if file.problems else parsed), tuple(file.problems)


def statement_places(path: Path) -> dict[str, tuple[int, int]]:
    """Line and column of each statement of a profile that reads without a problem, by id."""
    file = opened(path)
    profile, places = file.parse(schema.Profile), reader.places(file.text or "")
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


def problems_of(path: Path, kind: Kind, book: schema.RuleBook | None) -> tuple[Problem, ...]:
    """What is wrong with a file that is no profile, by the rubric that it lies beside, or else by this one."""
    file = opened(path)
    is_part = kind != "table" and os.path.lexists(path.parent / RUBRIC_FILE)
    own, problems = load_rubric(path.parent) if is_part else (book, ())
    if is_part and kind != "cases":
        return tuple(problem for problem in problems if problem.file == file.name)
    match kind:
        case "rubric":
            file.parse(schema.Rubric, check.rubric_faults)
        case "pillar":
            file.parse(schema.Pillar, check.pillar_faults)
        case "cases":
            file.parse(schema.CaseFile, (lambda one: check.case_faults(one, own)) if own else None)
        case _:
            file.parse(schema.Table, (lambda one: check.table_faults(one, own)) if own else None)
    return tuple(file.problems)


# -- where the files are -----------------------------------------------------------------------------------------------

_PACKAGE = Path(__file__).parent


class Folders(NamedTuple):
    """Where a set lies: its rubrics (or one of them), its profiles, and the tables of others."""

    rubric: Path
    profiles: Path
    published: Path
    is_shipped: bool
    """Whether any of them is the copy that comes with the package."""


def folders(rubric: Path | None = None, profiles: Path | None = None, published: Path | None = None) -> Folders:
    """The folders as given; else `rubrics`, `profiles` and `published` of the working directory.

    The set that comes with the package serves where the working directory has neither rubrics nor profiles: its
    profiles and tables go with its rubric alone, so that an own rubric is never run on them.
    """
    is_own = any(os.path.lexists(name) for name in ("rubrics", "profiles"))
    own_rubric, own_profiles = is_own or rubric is not None, is_own or rubric is not None or profiles is not None
    return Folders(
        rubric or (Path("rubrics") if own_rubric else _shipped("rubrics")),
        profiles or (Path("profiles") if own_profiles else _shipped("profiles")),
        published or (Path("published") if own_profiles else _shipped("published")),
        is_shipped=not own_rubric,
    )


def _shipped(name: str) -> Path:
    """A folder of the package, or of the checkout that it is imported from."""
    packaged = _PACKAGE / "data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def licence_beside(profiles: Path) -> str | None:
    """The text of the file LICENSE beside the folder of the profiles; None where there is none that can be read."""
    data = opened(Path(os.path.realpath(profiles)).parent / "LICENSE").data
    try:
        return reader.as_text(data or b"").strip() or None
    except UnicodeDecodeError:
        return None


def rubric_folder(folder: Path) -> Path:
    """The folder with rubric.yaml: this one, or the only one below it.

    Raises:
        InputError: there is none, or more than one.
    """
    if os.path.lexists(folder / RUBRIC_FILE):
        return folder
    found = sorted(path.parent for path in folder.glob(f"*/{RUBRIC_FILE}")) if os.path.isdir(folder) else []  # noqa: PTH112
    if len(found) == 1:
        return found[0]
    names = ", ".join(map(shown, found))
    message = (
        f"holds several rubrics ({names}); name one with --rubric"
        if found
        else f"holds no {RUBRIC_FILE}; name a folder that does with --rubric"
    )
    raise InputError([Problem(shown(folder), 1, 1, "", message, "no-rubric")])


def load(
    rubric: Path | str | None = None, profiles: Path | str | None = None
) -> tuple[schema.RuleBook, tuple[schema.Profile, ...]]:
    """Load a rubric and all profiles of a folder, checked.

    Args:
        rubric: folder with rubric.yaml and the pillar files; default: `rubrics` of the working directory, or where that
            has neither rubrics nor profiles, the copy that came with the package.
        profiles: folder with a file a country; default likewise.

    Raises:
        InputError: with every problem of every file.
    """
    where = folders(Path(rubric) if rubric else None, Path(profiles) if profiles else None)
    book, problems = load_rubric(rubric_folder(where.rubric))
    if book is None:
        raise InputError(problems)
    loaded, problems = load_profiles(where.profiles, book)
    if problems:
        raise InputError(problems)
    return book, loaded
