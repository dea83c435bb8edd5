"""Read report files for verification."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from scoring.citing import verify
from scoring.citing.documents.bibliography import BIBLIOGRAPHIES, MAX_BIBLIOGRAPHY, cited_keys
from scoring.citing.documents.passages import MAX_TOGETHER, Document
from scoring.citing.documents.reading import read
from scoring.errors import Problem
from scoring.files.archive import MAX_BYTES, UnreadableError
from scoring.files.disk import opened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def read_reports(paths: Iterable[Path]) -> tuple[dict[Path, Document], list[Problem]]:
    """The readable reports by path, and the problems of the others."""
    reports: dict[Path, Document] = {}
    problems: list[Problem] = []
    left = MAX_TOGETHER
    paths = tuple(paths)
    keys = _keys(path for path in paths if path.suffix.lower() in BIBLIOGRAPHIES)
    for path in paths:
        file = opened(path, MAX_BYTES)
        problems += file.problems
        if file.data is None:
            continue
        try:
            document = read(file.data, path.suffix.lower(), keys)
        except UnreadableError as error:
            problems.append(Problem(file.name, 1, 1, "", str(error), "unreadable"))
            continue
        if too_much := verify.has_too_much(document):
            message = f"is not verified: its paragraphs and rows with ids have more than {too_much}; split it"
            problems.append(Problem(file.name, 1, 1, "", message, "too-large"))
            continue
        left -= document.size
        if left < 0:
            limit = MAX_TOGETHER // 2**20
            message = f"is not verified: with it the reports would take more than {limit} MiB; verify fewer in one run"
            problems.append(Problem(file.name, 1, 1, "", message, "too-large"))
            continue
        reports[path] = document
    return reports, problems


def _keys(bibliographies: Iterable[Path]) -> dict[str, str]:
    """The ids of the entries of bibliographies by their keys, which reports cite; a key of two ids is none."""
    keys: dict[str, str] = {}
    ambiguous: set[str] = set()
    for path in bibliographies:
        data = opened(path, MAX_BIBLIOGRAPHY).data or b""
        with contextlib.suppress(UnreadableError):  # it is reported where the file itself is read
            for key, id_ in cited_keys(data, path.suffix.lower()).items():
                if keys.setdefault(key, id_) != id_:
                    ambiguous.add(key)
    return {key: id_ for key, id_ in keys.items() if key not in ambiguous}
