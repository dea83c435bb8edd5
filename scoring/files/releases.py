"""Folders that `scoring release` wrote, read back as data: what is edited or damaged in them is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeAlias, TypeVar

from pydantic import Field, ValidationError

from scoring.errors import Problem, dotted, shortened
from scoring.files import reader
from scoring.files.disk import File, opened, shown
from scoring.model.editions import Day, Edition, EditionName, place
from scoring.model.fields import CountryCode, Line, Model, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from scoring.files.editions import Registry

DIGESTS, DESCRIPTOR = "SHA256SUMS", "datapackage.json"
TABLES = ("ranking", "pillars", "nodes")
MAX_BYTES = 32 * 2**20  # per file; the largest of forty countries has 0.6 MiB
MAX_FILES = 1000  # one of forty countries has 90

R = TypeVar("R", bound="Row")


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


Figure: TypeAlias = Annotated[float, Field(allow_inf_nan=False)] | None


class Row(Model, extra="ignore"):
    """A row of a table; columns that are not used are left out, and an empty cell is None."""


class RankingRow(Row):
    """The index of a country."""

    country: CountryCode
    name: Line
    actor: CountryCode | None = None
    as_of: Day
    citation: Line
    estimate: Figure
    low: Figure = None
    high: Figure = None
    interval_low: Figure
    interval_high: Figure
    information: float
    availability: float
    band: Line | None
    rank: int | None
    ranked: int
    rank_low: int | None
    rank_high: int | None
    withheld_because: Text | None


class PillarRow(Row):
    """The score of a pillar of a country."""

    country: CountryCode
    node: Line
    estimate: Figure
    low: Figure = None
    high: Figure = None
    information: float
    availability: float
    thin: bool = False


class NodeRow(Row):
    """A node of the rubric."""

    node: Line
    label: Line
    scale_from: Figure = None
    scale_to: Figure = None


class Release(NamedTuple):
    """A released edition as its folder has it."""

    folder: Path
    package: Package
    ranking: tuple[RankingRow, ...]
    pillars: tuple[PillarRow, ...]
    nodes: tuple[NodeRow, ...]
    sums: str
    """The sha256 of its list of digests."""

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


def digest_of(data: bytes) -> str:
    """The sha256 of a file, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def compared(releases: Iterable[Release], registry: Registry) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """The releases that differ from what a registry says of their edition, and those that it cannot check, in words.

    Whoever edits a file of a folder can write its list of digests again; the registry is elsewhere.
    """
    problems, unknown = [], []
    for one in releases:
        known = registry.editions.get(one.name)
        if known is None or known.sums is None:
            what = "is not in it" if known is None else "has no `sums` there"
            what = f"edition {one.name} {what}" if registry.file.data is not None else "there is no such file"
            unknown.append(f"{shown(one.folder)}: not compared with {registry.file.name}: {what}")
        elif known.sums != one.sums:
            message = f"is not that of edition {one.name}, whose sha256 is `sums` in {registry.file.name}: the folder"
            message = f"{message} was edited, and its digests written again; fetch the folder again"
            problems.append(Problem(shown(one.folder / DIGESTS), 1, 1, "", message, "edition"))
    return tuple(problems), tuple(unknown)


def _problem(folder: Path, message: str) -> Problem:
    return Problem(shown(folder), 1, 1, "", message, "edition")


def _read(folder: Path) -> tuple[Release | None, list[Problem]]:
    if not os.path.lexists(folder / DIGESTS):
        return None, [_problem(folder, f"is no folder that `scoring release` wrote: it has no {DIGESTS}")]
    names = (DESCRIPTOR, *(f"data/{table}.csv" for table in TABLES))
    files = {name: opened(folder / name, MAX_BYTES) for name in (DIGESTS, *names)}
    if problems := [problem for file in files.values() for problem in file.problems]:
        return None, problems
    if problems := list(_edited(folder, (files[DIGESTS].data or b"").decode(errors="replace"), names)):
        return None, problems
    package, problems = _package(files[DESCRIPTOR].data or b"", files[DESCRIPTOR].name)
    ranking = _rows(files["data/ranking.csv"], RankingRow, problems)
    pillars = _rows(files["data/pillars.csv"], PillarRow, problems)
    nodes = _rows(files["data/nodes.csv"], NodeRow, problems)
    known = {node.node for node in nodes}
    if not problems and (unknown := [row.node for row in pillars if row.node not in known]):
        name = shortened(unknown[0], 60)
        message = f"has the node {name!r}, which data/nodes.csv does not have; fetch the folder again"
        problems.append(Problem(files["data/pillars.csv"].name, 1, 1, "node", message, "edition"))
    if package is None or problems:
        return None, problems
    return Release(folder, package, ranking, pillars, nodes, digest_of(files[DIGESTS].data or b"")), []


def _edited(folder: Path, sums: str, needed: Iterable[str]) -> Iterator[Problem]:
    """The files that are not those of the list of digests, and what is wrong with the list."""
    digests = {path: digest for digest, _, path in (line.partition("  ") for line in sums.splitlines())}
    outside = [path for path in digests if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts]
    if outside or len(digests) > MAX_FILES:
        wrong = f"names {shortened(outside[0], 60)!r}, outside of it" if outside else f"has more than {MAX_FILES} lines"
        yield Problem(shown(folder / DIGESTS), 1, 1, "", f"{wrong}; fetch the folder again", "edition")
        return
    for path in (*needed, *(path for path in digests if path not in needed)):
        data = opened(folder / path, MAX_BYTES).data
        if data is None or digests.get(path) != digest_of(data):
            message = f"differs from its sha256 in {DIGESTS}: it was edited or damaged; fetch the folder again"
            yield Problem(shown(folder / path), 1, 1, "", message, "edition")


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


def _rows(file: File, model: type[R], problems: list[Problem]) -> tuple[R, ...]:
    """The rows of a table; what is wrong in the first wrong row is added to the problems."""
    text = (file.data or b"").decode(errors="replace")
    found = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        try:
            found.append(model.model_validate({name: value or None for name, value in row.items() if name}))
        except ValidationError as error:
            one = error.errors(include_url=False)[0]
            message = f"row {number}: {one['msg'].lower()}; fetch the folder again"
            problems.append(Problem(file.name, number, 1, dotted(one["loc"]), message, "edition"))
            break
    return tuple(found)
