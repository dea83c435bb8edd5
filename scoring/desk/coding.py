"""The coder room: blind readings, agreement, and decisions on what coders read differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from scoring.analysis.agreement import agreement, most_open_first, open_statements
from scoring.desk.countries import read_of
from scoring.desk.desk import Redirect, missing
from scoring.desk.entry import SAVE, answers
from scoring.desk.folder import ChangedMeanwhileError, Edit, RefusedError, Saved, reading_by
from scoring.desk.forms import code_texts, codes_of, one_line, told
from scoring.errors import dotted
from scoring.files.defaults import defaults
from scoring.index.scenario import Scenario
from scoring.render.agreement import agreement_tables
from scoring.render.coding_sheet import coding_statements, row_key
from scoring.render.wording import code_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.desk.desk import Desk, Page, Request
    from scoring.desk.folder import Snapshot
    from scoring.desk.forms import Told
    from scoring.model.profile import Profile, Statement
    from scoring.text.table import Table

SEED = 0  # of the order in which statements are read, and of the bootstrap of agreement
MAX_QUEUE = 200  # differences listed at a time
FIRST_CODER = "first"
NOTHING = "nothing"
"""What the button of a coder does who finds nothing to code."""


def _unread(desk: Desk, snapshot: Snapshot, country: str) -> list[tuple[Profile, Statement]]:
    """The statements that the coder has not read, in an order that tells nothing."""
    profiles = [one for one in snapshot.profiles if country in ("", one.country)]
    found = coding_statements(profiles, desk.coder or "", seed=SEED)
    return [one for one in found if not one[1].withdrawn]


def coding(desk: Desk, request: Request) -> Page:
    """How many statements are left to read."""
    snapshot, country = desk.folder.snapshot(), request.query.get("country", "")
    left = _unread(desk, snapshot, country)
    coded = [
        statement
        for profile in snapshot.profiles
        if country in ("", profile.country)
        for statement in profile.statements
        if statement.codes is not None and not statement.withdrawn
    ]
    return desk.page(
        "coding",
        was_saved="saved" in request.query,
        left=len(left),
        done=len(coded) - len(left),
        first=row_key(left[0][0].country, left[0][1].id) if left else "",
        country=country,
        countries=[(one.country, one.title) for one in snapshot.profiles],
    )


def reading(desk: Desk, request: Request) -> Page | Redirect:
    """One statement to code: text, source and rubric."""
    snapshot, country = desk.folder.snapshot(), request.query.get("country", "")
    unread, key = _unread(desk, snapshot, country), request.path["key"]
    keys = [row_key(profile.country, statement.id) for profile, statement in unread]
    if key not in keys:
        return Redirect(_list(country))
    place = keys.index(key)
    profile, statement = unread[place]
    following = keys[(place + 1) % len(keys)]
    errors: list[str] = []
    texts = request.texts
    if (action := texts.get("action")) in (SAVE, NOTHING):
        codes = codes_of(texts, desk.folder.book.leaves, desk.folder.book)
        errors = _errors(desk, codes, is_nothing=action == NOTHING)
        if not errors:
            edit = Edit(profile.country, texts.get("version", ""), reading=(desk.coder or "", statement.id, codes))
            errors = _write(desk, edit)
        if not errors:
            only = urlencode({**({"country": country} if country else {}), "saved": 1})
            return Redirect(f"/coding?{only}" if len(keys) == 1 else f"/coding/{following}?{only}")
    return desk.page(
        "reading",
        400 if errors else 200,
        statement=statement,
        source=profile.sources[statement.source],
        key=key,
        number=place + 1,
        left=len(unread),
        version=snapshot.of(profile.country).version,
        draft=texts.get("draft", ""),
        was_saved="saved" in request.query,
        undoable=_last_reading(desk),
        fields={name: answers(desk, name, texts) for name in desk.folder.book.leaves},
        after=f"{following}{_only(country)}",
        errors=errors,
    )


def _last_reading(desk: Desk) -> int | None:
    """The number of the last save, if it is a reading of the coder."""
    last = desk.folder.saves[-1] if desk.folder.saves else None
    return last.number if last and last.what == reading_by(desk.coder or "") else None


def _only(country: str) -> str:
    return f"?country={quote(country)}" if country else ""


def _list(country: str) -> str:
    return f"/coding{_only(country)}"


def _errors(desk: Desk, codes: Mapping[str, Any], *, is_nothing: bool) -> list[str]:
    """What is wrong with the codes of a reading."""
    if codes and is_nothing:
        return ["questions are answered; take the answers back, or save them"]
    if not codes and not is_nothing:
        return ["answer a question, or choose “It codes nothing”"]
    return [
        f"{name}{'.' if error.path else ''}{dotted(error.path)}: {error.message}"
        for name, code in codes.items()
        for error in desk.folder.book.leaves[name].code_errors(code)
    ]


def _write(desk: Desk, edit: Edit) -> list[str]:
    """Save a reading; what is wrong if it cannot be."""
    try:
        done = desk.folder.save_reading(edit)
    except (RefusedError, OSError) as error:
        return [f"nothing was saved: {error}"]
    return [] if isinstance(done, Saved) else [problem.message for problem in done.errors]


# -- agreement and differences -----------------------------------------------------------------------------------------


def agreement_page(desk: Desk, request: Request) -> Page:  # noqa: ARG001  every page takes a request
    """Agreement by pillar and indicator, and by coder."""
    snapshot = desk.folder.snapshot()
    versions = tuple(read.version for read in snapshot.read.values())

    def computed() -> list[Table]:
        assessment = Scenario(desk.folder.book, snapshot.profiles).on(desk.folder.day).assess()
        result = agreement(assessment, range(len(assessment.profiles)), SEED)
        return agreement_tables(assessment, result, defaults().shown.disagreements)

    statements = sum(bool(one.coders) for profile in snapshot.profiles for one in profile.statements)
    tables = desk.agreement_of(versions, computed) if statements else []
    return desk.page("agreement", statements=statements, tables=tables or [], waiting=tables is None)


def differences(desk: Desk, request: Request) -> Page:  # noqa: ARG001
    """What coders read differently and nobody decided."""
    profiles = desk.folder.snapshot().profiles
    queue = [one for profile in profiles for one in open_statements(desk.folder.assessment(profile), [0])]
    waiting = sorted((one for one in queue if not one.noted), key=most_open_first)
    return desk.page("differences", queue=waiting, most=MAX_QUEUE)


def decision(desk: Desk, request: Request) -> Page | Redirect:
    """The readings of a statement side by side, and the decision on it."""
    snapshot, country = desk.folder.snapshot(), request.path["country"]
    read = read_of(snapshot, country)
    statement = next(
        (one for one in (read.profile.statements if read.profile else ()) if one.id == request.path["id"]), None
    )
    if read.profile is None or statement is None or not statement.coders:
        missing("statement with two readings")
    readings: dict[str, Mapping[str, Any]] = {FIRST_CODER: statement.codes or {}, **statement.coders}
    names = [name for name in desk.folder.book.leaves if any(name in codes for codes in readings.values())]
    texts, remark = request.texts, ""
    errors: list[Told] = []
    if not request.is_post:
        decided = statement.adjudicated
        chosen = readings.get(request.query.get("as", ""), decided.codes if decided else {})
        texts = code_texts(chosen, desk.folder.book)
        texts |= {"reason": decided.reason, "by": decided.by} if decided else {}
    elif texts.get("action") == SAVE:
        old = next(one for one in snapshot.document(country)["statements"] if one["id"] == statement.id)
        kept = (old.get("adjudicated") or {}).get("codes") or {}
        others = {name: code for name, code in kept.items() if name not in desk.folder.book.leaves}
        decided_codes = {**others, **codes_of(texts, names, desk.folder.book)}
        adjudicated = {
            "codes": decided_codes,
            "reason": one_line(texts.get("reason", "")),
            "by": one_line(texts.get("by", "")),
        }
        edit = Edit(country, texts.get("version", ""), statement={**old, "adjudicated": adjudicated})
        try:
            done = desk.folder.save(edit, f"decision on {statement.id}")
        except ChangedMeanwhileError:
            remark = (
                "The file was changed meanwhile, and nothing was saved. Look at the readings again, and save once more."
            )
        except (RefusedError, OSError) as error:
            remark = f"Nothing was saved: {error}."
        else:
            if isinstance(done, Saved):
                return Redirect(f"/saved/{done.number}?country={country}&next=differences")
            errors = [told(problem, desk.folder.book) for problem in done.errors]
    return desk.page(
        "difference",
        profile=read.profile,
        statement=statement,
        source=read.profile.sources[statement.source],
        coders=list(readings),
        rows=[
            (name, [code_text(codes[name]) if name in codes else None for codes in readings.values()]) for name in names
        ],
        fields=[(desk.folder.book.leaves[name], answers(desk, name, texts)) for name in names],
        texts=texts,
        version=read.version,
        errors=errors,
        remark=remark,
    )
