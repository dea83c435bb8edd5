"""Folders that `scoring release` wrote, read back as data: what is edited or damaged in them is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field, ValidationError

from scoring.errors import Problem, dotted, shortened
from scoring.files import reader
from scoring.files.disk import opened, shown
from scoring.model.editions import Edition, EditionName, place
from scoring.model.fields import Line, Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

DIGESTS, DESCRIPTOR = "SHA256SUMS", "datapackage.json"
TABLES = ("ranking", "pillars", "nodes")
MAX_BYTES = 32 * 2**20  # per file; the largest of forty countries has 0.6 MiB


class EditionOfFolder(Edition):
    """The edition of a folder, with its name."""

    name: EditionName


class Licence(Model, extra="ignore"):
    """The licence of the data."""

    title: Line
    name: str | None = None
    path: str | None = None


class Scale(Model, extra="ignore"):
    """The scale of the index."""

    from_: float = Field(alias="from")
    to: float
    decimals: int


class RubricOfFolder(Model, extra="ignore"):
    """What a data package says of its rubric."""

    id: str
    version: str
    digest: str
    better: str
    scale: Scale


class Package(Model, extra="ignore"):
    """What is read of a data package: the rest is for its readers."""

    title: Line
    edition: EditionOfFolder
    rubric: RubricOfFolder
    licenses: tuple[Licence, ...] = Field(min_length=1)


class Release(NamedTuple):
    """A released edition as its folder has it."""

    folder: Path
    package: Package
    tables: Mapping[str, Sequence[Mapping[str, str]]]
    """Of `TABLES`, name -> rows, each column -> text; empty where a value is missing."""

    @property
    def name(self) -> str:
        """The name of the edition."""
        return self.package.edition.name


def read_releases(folders: Iterable[Path]) -> tuple[tuple[Release, ...], tuple[Problem, ...]]:
    """The releases of folders, the newest first, and all their problems."""
    read = [_read(folder) for folder in folders]
    problems = [problem for _, wrong in read for problem in wrong]
    found = sorted((one for one, _ in read if one), key=lambda one: place(one.name), reverse=True)
    first: dict[str, Release] = {}
    for one in reversed(found):
        if (other := first.setdefault(one.name, one)) is not one:
            problems.append(
                _problem(one.folder, f"has edition {one.name}, as {shown(other.folder)} has; give one of them")
            )
        if one.package.rubric.id != found[0].package.rubric.id:
            both = f"{one.package.rubric.id}, {shown(found[0].folder)} of {found[0].package.rubric.id}"
            problems.append(_problem(one.folder, f"is of {both}; give the releases of one rubric"))
    return tuple(found), tuple(problems)


def _problem(folder: Path, message: str) -> Problem:
    return Problem(shown(folder), 1, 1, "", message, "edition")


def _read(folder: Path) -> tuple[Release | None, list[Problem]]:
    names = (DESCRIPTOR, *(f"data/{table}.csv" for table in TABLES))
    files = {name: opened(folder / name, MAX_BYTES) for name in (DIGESTS, *names)}
    if problems := [problem for file in files.values() for problem in file.problems]:
        return None, problems
    lines = (files[DIGESTS].data or b"").decode(errors="replace").splitlines()
    digests = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    edited = [name for name in names if digests.get(name) != hashlib.sha256(files[name].data or b"").hexdigest()]
    if edited:
        message = (
            f"differs from its sha256 in {DIGESTS}: it was edited or damaged; release again, or fetch the folder again"
        )
        return None, [Problem(files[name].name, 1, 1, "", message, "edition") for name in edited]
    package, problems = _package(files[DESCRIPTOR].data or b"", files[DESCRIPTOR].name)
    if package is None:
        return None, problems
    tables = {table: _rows(files[f"data/{table}.csv"].data or b"") for table in TABLES}
    return Release(folder, package, tables), []


def _package(data: bytes, name: str) -> tuple[Package | None, list[Problem]]:
    try:
        return Package.model_validate(json.loads(reader.as_text(data))), []
    except ValidationError as error:
        return None, [
            Problem(
                name, 1, 1, dotted(one["loc"]), f"{one['msg'].lower()}; is it a folder of `scoring release`?", "edition"
            )
            for one in error.errors(include_url=False)
        ]
    except (ValueError, RecursionError) as error:
        return None, [Problem(name, 1, 1, "", f"is not JSON: {shortened(str(error), 100)}", "edition")]


def _rows(data: bytes) -> list[dict[str, str]]:
    rows: Any = csv.DictReader(io.StringIO(data.decode(errors="replace")))
    return [{name: value or "" for name, value in row.items() if isinstance(name, str)} for row in rows]
