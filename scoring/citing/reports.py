"""Read report files for verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.citing import verify
from scoring.citing.documents.passages import MAX_BYTES, MAX_TOGETHER, Document, UnreadableError
from scoring.citing.documents.reading import read
from scoring.errors import Problem
from scoring.files.disk import opened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def read_reports(paths: Iterable[Path]) -> tuple[dict[Path, Document], list[Problem]]:
    """The readable reports by path, and the problems of the others."""
    reports: dict[Path, Document] = {}
    problems: list[Problem] = []
    left = MAX_TOGETHER
    for path in paths:
        file = opened(path, MAX_BYTES)
        problems += file.problems
        if file.data is None:
            continue
        try:
            document = read(file.data, path.suffix.lower())
        except UnreadableError as error:
            problems.append(Problem(file.name, 1, 1, "", str(error), "unreadable"))
            continue
        if verify.has_too_much(document):
            limit = verify.MAX_CITED // 2**20
            message = f"is not verified: its paragraphs and rows with ids have more than {limit} MiB; split it"
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
