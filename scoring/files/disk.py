"""Reading files and folders of YAML, and collecting their problems.

Lines and columns of problems come from a second parse of the file, so that files without errors do not pay for them.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scoring.errors import Problem, Violation, dotted
from scoring.files import reader
from scoring.files.messages import M, is_below, unrelated, validated, violation_of, with_stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic_core import ErrorDetails

    from scoring.errors import Slug


SUFFIX = ".yaml"
RUBRIC_FILE = "rubric.yaml"
EDITIONS_FILE = "editions.yaml"  # beside the folder of profiles
PUBLISHERS_FILE = "publishers.yaml"  # in a folder of profiles
CASES = ".cases.yaml"
VIGNETTES_FILE = "vignettes.yaml"  # in the folder of a rubric
CODERS_FILE = "coders.yaml"  # in a folder of profiles
GROUPS_FILE = "groups.yaml"  # in a folder of profiles
IMPORT = ".import.yaml"  # in a folder of profiles, with its tables
TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".parquet")
MAX_FILES = 1000  # files per folder; there are 250 countries
REMEMBERED = 2**18  # characters of a file whose reading is remembered; profiles of 80 statements have 85,000
MAX_FOLDER = 64 * 2**20  # bytes per folder; 200 profiles of 60 statements have 6 MiB


@functools.lru_cache(maxsize=128)
def _read(text: str, model: type[M]) -> tuple[reader.Value, tuple[Problem, ...], M | None, list[ErrorDetails]]:
    """The value of a text and its problems, and what `validated` says of it; none of them is to be changed.

    It is remembered, whatever the name of the file: commands read the same profiles for several rubrics, and commits
    have most of their files in common.
    """
    value, problems = reader.read(text, "")
    return value, problems, *((None, []) if value is None and problems else validated(model, value))


class File:
    """A file with its text and its problems so far.

    Attributes:
        base: The name in its folder.
        name: The name as the user would write it.
        data: The bytes; None if the file was not read.
        problems: The problems so far.
    """

    def __init__(self, base: str, name: str, data: bytes | None = None) -> None:
        self.base, self.name, self.data = base, name, data
        self.problems: list[Problem] = []

    @property
    def stem(self) -> str:
        """The name in its folder, without the suffix."""
        return self.base.rpartition(".")[0]

    def refuse(self, message: str, slug: Slug) -> None:
        """Add a problem of the file as a whole."""
        self.problems.append(Problem(self.name, 1, 1, "", message, slug))

    def refuse_size(self, size: int, most: int) -> None:
        """Add the problem that the file is larger than `most` bytes."""
        self.refuse(f"has {size / 2**20:.0f} MiB; the limit is {most // 2**20} MiB, split the file", "too-large")

    @functools.cached_property
    def text(self) -> str | None:
        """The text of the file; None if it is empty or cannot be decoded, with a problem added."""
        if self.data is None:
            return None
        if not self.data.strip():
            self.refuse(f"is empty; {_how_to_begin(Path(self.name))}", "empty-file")
            return None
        text = reader.decode(self.data, self.name)
        if isinstance(text, Problem):
            self.problems.append(text)
            return None
        return text

    def parse(self, model: type[M], check: Callable[[M], Iterable[Violation]] | None = None) -> M | None:
        """The document as a model; None if it has errors, which are added to the problems.

        Args:
            model: The class of the document.
            check: Further validation of a document that fits the model. Where values are invalid, it runs on a document
                with those values replaced, so that one run reports all errors.
        """
        if self.text is None:
            return None
        read = _read if len(self.text) <= REMEMBERED else _read.__wrapped__
        value, problems, parsed, errors = read(self.text, model)
        self.problems += (replace(problem, file=self.name) for problem in problems)
        if value is None and problems:
            return None
        reported = {problem.path for problem in problems}
        violations = [violation_of(details, model) for details in errors[: reader.MAX_FAULTS + 1]]
        complete = parsed if parsed is not None else with_stand_ins(model, value, errors)
        further = unrelated(check(complete), violations) if check and complete is not None else ()
        self.add(item for item in itertools.chain(violations, further) if not is_below(item.path, reported))
        return None if problems else parsed

    def add(self, violations: Iterable[Violation]) -> None:
        """Add violations to the problems, with line and column."""
        self.problems += self.located(violations)

    def located(self, violations: Iterable[Violation], level: Literal["error", "warning"] = "error") -> list[Problem]:
        """Violations as problems with line and column, at most `reader.MAX_FAULTS`."""
        first = list(itertools.islice(violations, reader.MAX_FAULTS + 1))
        if not first or self.text is None:
            return []
        positions = reader.positions(self.text)
        problems = []
        if len(first) > reader.MAX_FAULTS:
            message = f"has more than {reader.MAX_FAULTS} {level}s; these are the first, fix them and validate again"
            problems.append(Problem(self.name, 1, 1, "", message, "too-many-faults", level))
        for violation in first[: reader.MAX_FAULTS]:
            path = violation.path
            while path not in positions and path:
                path = path[:-1]
            key, value = positions.get(path, ((1, 1), (1, 1)))
            position = key if violation.at_key and path == violation.path else value
            problems.append(
                Problem(self.name, *position, dotted(violation.path), violation.message, violation.slug, level)
            )
        return problems


_BEGINNINGS = {
    PUBLISHERS_FILE: "write the register (docs/profile-format.md), or remove it",
    CODERS_FILE: "write the register (docs/coders.md), or remove it",
    GROUPS_FILE: "write the groups (docs/peers.md), or remove it",
    EDITIONS_FILE: "remove it: `scoring release` writes it",
    RUBRIC_FILE: "write a rubric (`scoring init` writes one to begin with)",
    VIGNETTES_FILE: "write vignettes (docs/coders.md), or remove it",
}
"""Name of a file -> how to begin it."""


def _how_to_begin(path: Path) -> str:
    """What to write into an empty file, by its name and folder."""
    if path.name in _BEGINNINGS:
        return _BEGINNINGS[path.name]
    if path.name.endswith(IMPORT):
        return "write it with `scoring import`, or remove it"
    if path.parent.name == "reviews":
        return "remove it: `scoring collect` writes it"
    if re.fullmatch(r"[A-Z]{3}", path.stem):
        return "write a profile (`scoring new` prints a skeleton)"
    return "write a document, or remove it"


def opened(path: Path, most: int = reader.MAX_BYTES) -> File:
    """A file read from disk; if it is missing, unreadable or larger than `most` bytes, it has a problem and no data."""
    file = File(path.name, shown(path))
    if leaves_its_folder(path):
        file.refuse("is a symbolic link that leaves its folder; put the file itself there", "outside-link")
    elif not os.path.isfile(path):  # noqa: PTH113  Path.is_file raises where a name is too long
        file.refuse(_not_a("file", path), "not-a-file")
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


def _not_a(kind: Literal["file", "folder"], path: Path) -> str:
    """The message about a path that is not a file or not a folder."""
    if os.path.lexists(path):
        return f"is not a {kind}; give the path of a {kind}"
    return f"{kind} not found; give an existing path"


def leaves_its_folder(path: Path) -> bool:
    """Whether a path is a symbolic link to a target outside its folder."""
    folder, target = (Path(os.path.realpath(link)) for link in (path.parent, path))  # Path.resolve raises in a loop
    return os.path.islink(path) and not target.is_relative_to(folder)  # noqa: PTH114


# `AZE.YAML`, `AZE.yaml.txt`, `AZE.yml`, `AZE.ymal`; and `AZE`, `AZE.txt`, `AZE.json`, as some editors save it
_LIKE_YAML = re.compile(
    r"(?P<stem>.+?)\.(?:y[aml]{1,3}(?![a-z])).*|(?P<code>(?-i:[A-Z]{3}))(?:\.(?:txt|json))?", re.IGNORECASE | re.DOTALL
)


def chosen(names: Iterable[str], shown: Callable[[str], str]) -> tuple[list[str], list[Problem]]:
    """The names of YAML files among the names of a folder, and a problem for each name that seems to be a misnamed one.

    Beside the file of an import, tables are read, too. Names that begin with a dot or end in `~` belong to editors or
    the system and are ignored.
    """
    chosen_names, problems = [], []
    names = sorted(name for name in names if not (name.startswith(".") or name.endswith("~")))
    has_import = any(name.endswith(IMPORT) for name in names)
    for name in names:
        if name.endswith(SUFFIX) or (has_import and name.lower().endswith(TABLES)):
            chosen_names.append(name)
        elif match := _LIKE_YAML.fullmatch(name):
            message = f"is not read; rename it to {match['stem'] or match['code']}{SUFFIX}"
            problems.append(Problem(shown(name), 1, 1, "", message, "file-name"))
    return chosen_names, problems


def is_of_a_table(name: str) -> bool:
    """Whether a file of a folder of profiles is an import or a table, by its name."""
    return name.endswith(IMPORT) or name.lower().endswith(TABLES)


def files_in(folder: Path) -> tuple[list[File], list[Problem]]:
    """The YAML files of a folder, and the problems of the folder and of misnamed files."""
    name = shown(folder)
    if not os.path.isdir(folder):  # noqa: PTH112  as above
        return [], [Problem(name, 1, 1, "", _not_a("folder", folder), "not-a-file")]
    if leaves_its_folder(folder):
        message = "is a symbolic link that leaves its folder; put the folder itself there"
        return [], [Problem(name, 1, 1, "", message, "outside-link")]
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        message = f"cannot be read ({error.strerror}); check the folder and its permissions"
        return [], [Problem(name, 1, 1, "", message, "unreadable")]
    names, problems = chosen((entry.name for entry in entries), lambda base: shown(folder / base))
    if too_many := crowded(name, len(names)):
        return [], [too_many]
    files, size = [], 0
    for base in names:
        file = opened(folder / base)
        size += len(file.data or b"")
        if size > MAX_FOLDER:
            return [], [oversized(name)]
        files.append(file)
    return files, problems


def yaml_below(folder: Path) -> Iterator[Path]:
    """YAML files in subfolders of a folder, among the first `MAX_FILES` names; links are not followed."""

    def names() -> Iterator[Path]:
        for parent, subfolders, files in os.walk(folder):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            if Path(parent) != folder:
                yield from (Path(parent, name) for name in sorted(files))

    for path in itertools.islice(names(), MAX_FILES):
        if _LIKE_YAML.fullmatch(path.name) and not path.name.startswith("."):
            yield path


def crowded(folder: str, count: int) -> Problem | None:
    """The problem of a folder with too many files; None if there are not too many."""
    message = f"has {count} files; the limit is {MAX_FILES}"
    return Problem(folder, 1, 1, "", message, "too-large") if count > MAX_FILES else None


def oversized(folder: str) -> Problem:
    """The problem of a folder whose files are too large together."""
    return Problem(folder, 1, 1, "", f"has more than the limit of {MAX_FOLDER // 2**20} MiB", "too-large")


def shown(path: Path) -> str:
    """A path as the user would write it: relative if it is below the working directory."""
    try:
        return Path(os.path.abspath(path)).relative_to(Path.cwd()).as_posix()  # noqa: PTH100  links stay as they are
    except ValueError:
        return path.as_posix()
