"""The figures of every profile of a folder, computed only where they are not known to be current.

A figure is known by the hash of all that it comes from: the bytes of the profile, the rubric, the as-of date, the code
of this package and the versions of what it computes with. The file in the platform's cache folder carries a hash over
itself; deleted or damaged, it is written anew. It is moved into place whole, so that two runs at once do no harm.
"""

from __future__ import annotations

import gc
import hashlib
import json
import platform
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pydantic
import yaml
from platformdirs import user_cache_path

from scoring import files, lock, schema
from scoring.machine import cores
from scoring.pipeline import assess
from scoring.writing import write

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from scoring.errors import Problem

FORMAT = "1"
MANY = 40  # profiles from which on a process a core pays for its start
PART = 8  # profiles that a process takes at a time
VERSIONS = (np.__version__, pydantic.VERSION, yaml.__version__)


class Recomputed(NamedTuple):
    """The records by country, every problem, and what there is to say of the cache."""

    records: dict[str, lock.Record]
    problems: tuple[Problem, ...]
    remark: str | None


class _Computed(NamedTuple):
    key: str
    country: str
    record: lock.Record | None
    problems: tuple[Problem, ...]


def recompute(folder: Path, book: schema.RuleBook, as_of: dt.date | None, *, cached: bool = True) -> Recomputed:
    """The records of all profiles of a folder, from the cache where that proves them current."""
    paths, problems = files.profile_paths(folder)
    start = _fingerprint(book, as_of)
    store = _store(folder)
    cached = cached and store.is_absolute()  # without a home it would lie in the working directory
    known, remark = _read(store) if cached else ({}, None)
    found: list[_Computed] = []
    missing: list[Path] = []
    for path in paths:
        file = files.File(path)
        key = _key(start, file)
        if key in known:
            found.append(_Computed(key, path.stem, known[key], ()))
        else:
            missing.append(path)
    found += _compute_all(missing, book, as_of, start)
    if cached and (missing or remark or len(known) > len(found)):
        _write(store, {one.key: one.record for one in found if one.record is not None})
    return Recomputed(
        records={one.country: one.record for one in sorted(found, key=_country) if one.record is not None},
        problems=(*problems, *(problem for one in found for problem in one.problems)),
        remark=remark,
    )


def _country(one: _Computed) -> str:
    return one.country


def _fingerprint(book: schema.RuleBook, as_of: dt.date | None) -> bytes:
    """What all figures of a run come from, but for the profile."""
    hashed = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        hashed.update(path.read_bytes())
    versions = [platform.python_version(), platform.machine(), *VERSIONS]
    hashed.update("\x1f".join((FORMAT, *versions, schema.digest(book), str(as_of))).encode())
    return hashed.digest()


def _key(start: bytes, file: files.File) -> str:
    """The hash of all that the figures of a profile come from; its name counts, since it must be the country's."""
    name = Path(file.name).stem.encode(errors="surrogateescape")
    return hashlib.sha256(start + len(name).to_bytes(8) + name + (file.data or b"")).hexdigest()


# -- computing ---------------------------------------------------------------------------------------------------------


def _compute_all(
    paths: Sequence[Path], book: schema.RuleBook, as_of: dt.date | None, start: bytes
) -> Iterator[_Computed]:
    compute = partial(_compute, book=book, as_of=as_of, start=start)
    if len(paths) < MANY or cores() == 1:
        yield from compute(paths)
        return
    import multiprocessing  # noqa: PLC0415  costs 30 ms
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    spawn = multiprocessing.get_context("spawn")  # a fork would copy threads in the middle of their work
    with ProcessPoolExecutor(cores() - 1, mp_context=spawn, initializer=_begin) as workers:
        parts = [paths[first : first + PART] for first in range(0, len(paths), PART)]
        given = [workers.submit(compute, part) for part in parts]
        for part, other in reversed(list(zip(parts, given, strict=True))):
            if other.cancel():  # nobody has begun it: this process does it, and has no start to wait for
                yield from compute(part)
        for other in given:
            if not other.cancelled():
                yield from other.result()


def _begin() -> None:
    """The process that asked breaks off the work, not the one that does it."""
    gc.set_threshold(100_000)  # as the command line does
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _compute(paths: Sequence[Path], *, book: schema.RuleBook, as_of: dt.date | None, start: bytes) -> list[_Computed]:
    """A key is of the very bytes that are scored, whatever stood in the file before."""
    opened = [(path, files.File(path)) for path in paths]
    checked = [(path, _key(start, file), *files.check_profile(file, path, book)) for path, file in opened]
    assessment = assess(book, [profile for _, _, profile, _ in checked if profile], as_of=as_of)
    records = {profile.country: lock.record(assessment, row) for row, profile in enumerate(assessment.profiles)}
    return [
        _Computed(key, path.stem, records[profile.country] if profile else None, problems)
        for path, key, profile, problems in checked
    ]


# -- the store ---------------------------------------------------------------------------------------------------------


def _store(folder: Path) -> Path:
    name = hashlib.sha256(str(folder.resolve()).encode(errors="surrogateescape")).hexdigest()
    return user_cache_path("resilience-scoring") / f"figures-{name[:32]}.json"


def _read(store: Path) -> tuple[dict[str, lock.Record], str | None]:
    """What the store holds, and the remark that it was damaged."""
    try:
        data = store.read_bytes()
    except OSError:
        return {}, None
    seal, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != seal:
        return {}, f"{store}: the cache is damaged; all is computed and it is written anew."
    try:
        return {key: lock.Record.model_validate(value) for key, value in json.loads(body).items()}, None
    except (ValueError, AttributeError):
        return {}, None  # of another version


def _write(store: Path, records: dict[str, lock.Record]) -> None:
    body = json.dumps({key: record.model_dump() for key, record in sorted(records.items())}).encode()
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body, store)
    except OSError:
        return  # a cache that cannot be written costs time, and nothing else
