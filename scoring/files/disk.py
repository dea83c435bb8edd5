"""Files to checked values, or to every problem with its line: the only reader of disk.

A bad profile refuses itself and no other. The places of faults are found by a second reading of the file, so that
they cost time only where there is a fault.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scoring.errors import Problem, Violation, dotted
from scoring.files import reader
from scoring.files.messages import M, is_below, unrelated, validated, violation_of, with_stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scoring.errors import Slug


SUFFIX = ".yaml"
RUBRIC_FILE = "rubric.yaml"
CASES = ".cases.yaml"
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

    def parse(self, model: type[M], check: Callable[[M], Iterable[Violation]] | None = None) -> M | None:
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
        parsed, errors = validated(model, value)
        faults = [violation_of(details, model) for details in errors[: reader.MOST_FAULTS + 1]]
        whole = parsed if parsed is not None else with_stand_ins(model, value, errors)
        further = unrelated(check(whole), faults) if check and whole is not None else ()
        self.add(fault for fault in itertools.chain(faults, further) if not is_below(fault.path, told))
        return None if problems else parsed

    def add(self, faults: Iterable[Violation]) -> None:
        """Find the places of faults and keep them as problems."""
        self.problems += self.placed(faults)

    def placed(self, faults: Iterable[Violation], level: Literal["error", "warning"] = "error") -> list[Problem]:
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


def yaml_below(folder: Path) -> Iterator[Path]:
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


def shown(path: Path) -> str:
    """A path as the user would write it: relative where it lies below the working directory."""
    try:
        return Path(os.path.abspath(path)).relative_to(Path.cwd()).as_posix()  # noqa: PTH100  links stay as they are
    except ValueError:
        return path.as_posix()
