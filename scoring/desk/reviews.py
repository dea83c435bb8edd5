"""What reviewers say of a country, and the answers of the editors."""

from __future__ import annotations

import datetime as dt
import os
import stat
import threading
from typing import TYPE_CHECKING, NamedTuple

from scoring.analysis.reviews import judgements, reviewed
from scoring.desk.countries import read_of
from scoring.desk.desk import Redirect, missing
from scoring.desk.folder import version_of
from scoring.desk.forms import one_line
from scoring.files import editing, writing
from scoring.files.disk import SUFFIX, File, opened
from scoring.files.folders import reviews_folder
from scoring.files.reviews import ReadReviews, review_of
from scoring.render import reviews as rendering
from scoring.text.prose import capital

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scoring.desk.desk import Desk, Page, Request

_WRITING = threading.Lock()  # one answer is checked and written at a time


class Said(NamedTuple):
    """A judgement, or evidence that a reviewer misses, with what the editors may do."""

    key: str
    """Position of the review, and id of the statement or position of the missing evidence."""
    about: str
    """Id of the statement, or of the indicator."""
    is_statement: bool
    text: str
    is_open: bool
    """Whether the editors have still to answer."""


def said_of(desk: Desk, country: str) -> tuple[Said, ...]:
    """What reviewers say of a country, what is open first; nothing without reviews, or if their file has errors."""
    read = _read(desk, country)
    return () if read is None else _said(read)


def _said(read: ReadReviews) -> tuple[Said, ...]:
    places = {id(review): place for place, review in enumerate(read.document.reviews)}
    said = [
        Said(
            f"{places[id(one.review)]}.statements.{one.statement}",
            one.statement,
            is_statement=True,
            text=f"{capital(rendering.judged_text(one))}",
            is_open=one.is_dispute and one.answer is None,
        )
        for one in judgements(read.value)
    ]
    for place, review in enumerate(read.document.reviews):
        said += [
            Said(
                f"{place}.missing.{position}",
                wanted.indicator,
                is_statement=False,
                text=f"Missed by {rendering.by(review)}: {wanted.text} ({wanted.source})"
                + (f" {rendering.answer_text(wanted.answer)}" if wanted.answer else ""),
                is_open=wanted.answer is None,
            )
            for position, wanted in enumerate(review.missing)
        ]
    return tuple(sorted(said, key=lambda one: not one.is_open))


def reviews(desk: Desk, request: Request) -> Page | Redirect:
    """All that reviewers say of a country, with a form for each answer."""
    snapshot, country = desk.folder.snapshot(), request.path["country"]
    read = read_of(snapshot, country)
    if read.profile is None:
        return desk.page("broken", read=read, code=country)
    texts, problems = request.texts, []
    if request.is_post:
        problems = _answer(desk, country, texts)
        if not problems:
            return Redirect(f"/countries/{country}/reviews")
    file = _file(desk, country)
    given = None if file is None else review_of(file, desk.folder.path, desk.folder.book)
    assessment = desk.folder.assessment(read.profile)
    problems += map(str, file.problems) if file else ()
    return desk.page(
        "reviews",
        profile=read.profile,
        summary=rendering.summary(assessment, reviewed(assessment, 0, given.value)) if given else "",
        said=_said(given) if given else (),
        statements={statement.id: statement.text for statement in read.profile.statements},
        texts=texts if request.is_post else {"by": desk.coder or ""},
        version=version_of((file.data if file else None) or b""),
        problems=problems,
    )


def _path(desk: Desk, country: str) -> Path:
    return reviews_folder(desk.folder.path) / f"{country}{SUFFIX}"


def _file(desk: Desk, country: str) -> File | None:
    path = _path(desk, country)
    return opened(path) if os.path.lexists(path) else None


def _read(desk: Desk, country: str) -> ReadReviews | None:
    file = _file(desk, country)
    return None if file is None else review_of(file, desk.folder.path, desk.folder.book)


def _answer(desk: Desk, country: str, texts: Mapping[str, str]) -> list[str]:
    """Write an answer into the file of the reviews; what is wrong if it cannot be."""
    with _WRITING:
        file, read = _file(desk, country), _read(desk, country)
        if file is None or file.data is None or read is None:
            missing("review")
        if version_of(file.data) != texts["version"]:
            return ["Nothing was saved: the file was changed meanwhile. Look at the reviews again, and save once more."]
        said = {one.key: one for one in _said(read)}
        if (one := said.get(texts.get("key", ""))) is None:
            missing("judgement")
        if not one.is_open:
            return ["Nothing was saved: this is no open dispute."]
        place, kind, name = one.key.split(".", 2)
        path = ("reviews", int(place), kind, name if one.is_statement else int(name))
        answer = {
            "on": dt.datetime.now(dt.UTC).date().isoformat(),
            **{key: one_line(texts.get(key, "")) for key in ("by", "says", "why")},
        }
        own = _path(desk, country)
        if not own.stat().st_mode & stat.S_IWUSR:
            return [f"Nothing was saved: {file.name} is read-only."]
        changed = File(file.base, file.name, editing.with_answer(file.data, path, answer))
        if review_of(changed, desk.folder.path, desk.folder.book) is None:
            return [f"Nothing was saved: {problem.path}: {problem.message}." for problem in changed.problems]
        try:
            writing.write_all({file.base: changed.data or b""}, reviews_folder(desk.folder.path))
        except OSError as error:
            return [f"Nothing was saved: {error.strerror}."]
        return []
