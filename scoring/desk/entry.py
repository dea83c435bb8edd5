"""Forms in which statements and sources are entered and edited."""

from __future__ import annotations

import datetime as dt
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from scoring.change.edit import effect
from scoring.desk.answers import answer_fields
from scoring.desk.countries import read_of
from scoring.desk.desk import Redirect, missing
from scoring.desk.folder import ChangedMeanwhileError, Edit, RefusedError, Saved, difference, version_of
from scoring.desk.forms import (
    CODE,
    NEW,
    PUBLISHER_FIELD,
    SOURCE_FIELD,
    code_texts,
    codes_of,
    proposed_id,
    publisher_of,
    source_of,
    statement_of,
    statement_texts,
    told,
    with_prefix,
)
from scoring.desk.reviews import said_of
from scoring.drafting.overlap import shared_runs
from scoring.drafting.proposals import near_duplicates, proposed
from scoring.files import editing
from scoring.model.countries import country_names
from scoring.model.publishers import Publisher
from scoring.text.prose import capital

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.change.edit import Effect
    from scoring.desk.answers import Field
    from scoring.desk.desk import Desk, Page, Request
    from scoring.desk.folder import Read, Snapshot
    from scoring.desk.forms import Told
    from scoring.drafting.reading import Sentence
    from scoring.errors import Problem

KINDS = Publisher.model_fields["kind"].annotation
OPEN, ADD, PREVIEW, SAVE = "open", "add", "preview", "save"
"""What the buttons of a form do."""


class Excerpt(NamedTuple):
    """The sentence of a source page that a statement is written from."""

    key: str
    sentence: Sentence
    others: tuple[int, ...]
    """The numbers of the sentences that were chosen with it, still to come."""
    title: str


class Findings(NamedTuple):
    """What the engine says of a form."""

    errors: Sequence[Told] = ()
    warnings: Sequence[Told] = ()
    remarks: Sequence[str] = ()
    refusal: str = ""
    """Why the edit cannot be made."""
    effect: Effect | None = None
    differences: Mapping[str, str] = MappingProxyType({})
    """Name of a file -> the lines that would change."""


def statement(desk: Desk, request: Request) -> Page | Redirect:
    """The form of a statement: a new one, or one of the profile."""
    snapshot = desk.folder.snapshot()
    country = request.path["country"]
    read = read_of(snapshot, country)
    if read.profile is None:
        return desk.page("broken", read=read, code=country)
    old = _old(snapshot, country, request.path.get("id"))
    texts, shown = _typed(desk, request, read, old)
    action = texts.get("action", OPEN) if request.is_post else OPEN
    excerpt = _excerpt(desk, texts)
    if added := texts.pop("propose", "") or (texts.get("add", "") if action == ADD else ""):
        shown = (*shown, *(name for name in [added] if name in desk.folder.book.leaves))
    findings = Findings()
    if action in (PREVIEW, SAVE):
        edit = _edit(desk, snapshot, country, texts, shown, old)
        if action == SAVE:
            what = f"statement {edit.statement['id']}" if edit.statement else ""
            done = _save(desk, request, edit, what, _next(country, excerpt, edit))
            if not isinstance(done, Findings):
                return done
            findings = done
        else:
            findings = found(desk, snapshot, edit, excerpt)
    return desk.page(
        "statement",
        profile=read.profile,
        texts=texts,
        old=old,
        fields=[(desk.folder.book.leaves[name], answers(desk, name, texts)) for name in dict.fromkeys(shown)],
        proposals=_proposals(desk, snapshot, texts, shown, excerpt),
        duplicates=_duplicates(read, texts, old),
        findings=findings,
        excerpt=excerpt,
        **_choices(snapshot),
        other_codes=_other_codes(desk, old),
        said=[one for one in said_of(desk, country) if old and one.is_statement and one.about == old["id"]],
    )


def _old(snapshot: Snapshot, country: str, name: str | None) -> dict[str, Any] | None:
    if name is None:
        return None
    for one in snapshot.document(country)["statements"] or ():
        if one["id"] == name:
            return dict(one)
    return missing("statement")


def _typed(
    desk: Desk, request: Request, read: Read, old: Mapping[str, Any] | None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The texts of the form and the indicators that it shows."""
    if request.is_post and request.texts.get("action") != OPEN:
        return request.texts, tuple(
            name for name in request.fields.get("indicator", ()) if name in desk.folder.book.leaves
        )
    codes = (old or {}).get("codes") or {}
    texts = {"version": read.version, **request.query}
    if old is not None:
        texts |= statement_texts(old) | code_texts(codes, desk.folder.book)
    else:
        texts = {"confidence": "moderate", "credibility": "", **texts}
        texts |= {f"{SOURCE_FIELD}accessed": dt.datetime.now(dt.UTC).date().isoformat()}
        if (excerpt := _excerpt(desk, texts)) is not None:
            texts |= {"locator": excerpt.sentence.locator, f"{SOURCE_FIELD}title": excerpt.title}
            texts.setdefault("source", _source_of_page(read, excerpt.title))
    asked = [request.query["indicator"]] if request.query.get("indicator") in desk.folder.book.leaves else []
    return texts, (*(name for name in codes if name in desk.folder.book.leaves), *asked)


def _source_of_page(read: Read, title: str) -> str:
    """The source of the profile with the title of a page."""
    sources = read.profile.sources if read.profile else {}
    return next((name for name, source in sources.items() if source.title == title), NEW)


def _other_codes(desk: Desk, old: Mapping[str, Any] | None) -> dict[str, Any]:
    """The codes of a statement for other rubrics, which the form does not show and keeps."""
    codes = (old or {}).get("codes") or {}
    return {name: code for name, code in codes.items() if name not in desk.folder.book.leaves}


def answers(desk: Desk, name: str, texts: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields of an indicator with what was typed."""
    return answer_fields(desk.folder.book.leaves[name], with_prefix(texts, f"{CODE}{name}."))


def _edit(
    desk: Desk,
    snapshot: Snapshot,
    country: str,
    texts: Mapping[str, str],
    shown: Sequence[str],
    old: Mapping[str, Any] | None,
) -> Edit:
    """What the form would change; ids that were left empty are proposed."""
    document = snapshot.document(country)
    source = publisher = None
    if texts.get("source", NEW) == NEW:
        typed = with_prefix(texts, SOURCE_FIELD)
        name = typed.get("id") or proposed_id(
            typed.get("publisher", ""),
            typed.get("published") or typed.get("accessed", ""),
            document.get("sources") or {},
        )
        source = name, source_of(typed, None)
        publisher = _publisher(snapshot, typed.get("publisher", "").strip(), texts)
        texts = {**texts, "source": name}
    if old is None and not texts.get("id"):
        taken = {one["id"] for one in document.get("statements") or ()}
        texts = {**texts, "id": proposed_id(texts.get("text", ""), texts.get("date", ""), taken)}
    adds = (*(("statement",) if old is None else ()), *(("source",) if source else ()))
    codes = {**_other_codes(desk, old), **codes_of(texts, shown, desk.folder.book)}
    return Edit(
        country,
        texts.get("version", ""),
        adds,
        statement=statement_of(texts, codes, old),
        source=source,
        publisher=publisher,
    )


def _publisher(snapshot: Snapshot, name: str, texts: Mapping[str, str]) -> tuple[str, dict[str, Any]] | None:
    """A publisher that the register does not have, once something is said of it."""
    typed = publisher_of(with_prefix(texts, PUBLISHER_FIELD))
    is_new = snapshot.register is not None and name and name not in snapshot.register.publishers
    return (name, typed) if is_new and typed else None


def found(desk: Desk, snapshot: Snapshot, edit: Edit, excerpt: Excerpt | None = None) -> Findings:
    """What the engine says of an edit, and what it would move."""
    try:
        edited = desk.folder.edited(snapshot, edit)
    except RefusedError as error:
        return Findings(refusal=f"It cannot be saved: {error}.")
    read = snapshot.of(edit.country)
    errors, warnings = (_told(desk, problems) for problems in (edited.errors, edited.warnings))
    remarks: list[str] = []
    if excerpt is not None and edit.statement is not None:
        remarks = [
            f"These words are those of the source: “{run}”. Write them in your own."
            for run in shared_runs(str(edit.statement.get("text", "")), excerpt.sentence.text)
        ]
    if edited.profile is None or read.profile is None or edit.statement is None:
        return Findings(errors, warnings, remarks)
    before, after = (desk.folder.scenario(profile) for profile in (read.profile, edited.profile))
    moved = effect(
        before, after, edit.statement["id"], desk.folder.peers(snapshot, of=read.profile), desk.folder.settings
    )
    changed = {name: difference(snapshot.data(name), data, name) for name, data in edited.files.items()}
    return Findings(errors, warnings, remarks, effect=moved, differences=changed)


def _told(desk: Desk, problems: Iterable[Problem]) -> list[Told]:
    return [told(problem, desk.folder.book) for problem in problems]


def _excerpt(desk: Desk, texts: Mapping[str, str]) -> Excerpt | None:
    """The sentence that the form was opened with."""
    page = desk.source_pages.get(texts.get("page", ""))
    numbers = [int(part) for part in texts.get("sentences", "").split(",") if re.fullmatch("[0-9]{1,6}", part)]
    if page is None or not numbers or not 1 <= numbers[0] <= len(page.sentences):
        return None
    return Excerpt(texts["page"], page.sentences[numbers[0] - 1], tuple(numbers[1:]), page.title)


def _next(country: str, excerpt: Excerpt | None, edit: Edit) -> str:
    """What the page after a save offers: the next sentence of the same source, else the question."""
    query = {"country": country}
    if excerpt is not None:
        query |= {"page": excerpt.key, "sentences": ",".join(map(str, excerpt.others))}
        query |= {"source": str((edit.statement or {}).get("source", ""))}
    return urlencode(query)


def _proposals(
    desk: Desk, snapshot: Snapshot, texts: Mapping[str, str], shown: Sequence[str], excerpt: Excerpt | None
) -> Any:
    """Indicators that the words of the text, or of the sentence, point to."""
    text = texts.get("text") or (excerpt.sentence.text if excerpt else "")
    if not text or shown:
        return ()
    return proposed(desk.folder.words(snapshot), text)


def _duplicates(read: Read, texts: Mapping[str, str], old: Mapping[str, Any] | None) -> Any:
    """Statements of the profile that seem to report the same fact."""
    if read.profile is None or not texts.get("text") or texts.get("same_as"):
        return ()
    near = near_duplicates(texts["text"], texts.get("date") or None, read.profile)
    return [one for one in near if old is None or one.id != old["id"]]


def _save(desk: Desk, request: Request, edit: Edit, what: str, query: str) -> Page | Redirect | Findings:
    """The page after a save, or that of a file that was changed meanwhile; or why nothing was saved."""
    try:
        done = desk.folder.save(edit, what)
    except ChangedMeanwhileError as error:
        return _conflict(desk, request, edit, error)
    except (RefusedError, OSError) as error:
        return Findings(refusal=_not_saved(error))
    if isinstance(done, Saved):
        return Redirect(f"/saved/{done.number}?{query}")
    return Findings(_told(desk, done.errors))


def _choices(snapshot: Snapshot) -> dict[str, Any]:
    """What the fields of sources and publishers offer."""
    publishers = sorted(snapshot.register.publishers) if snapshot.register else []
    return {"publishers": publishers, "kinds": getattr(KINDS, "__args__", ()), "countries": country_names()}


def _not_saved(error: Exception) -> str:
    return f"Nothing was saved: {_reason(error)}."


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _conflict(desk: Desk, request: Request, edit: Edit, error: ChangedMeanwhileError) -> Page:
    """Both versions, where the file was changed while the form was open."""
    name = f"{edit.country}.yaml"
    theirs = "" if error.opened is None else difference(error.opened, error.now, name)
    try:
        mine = difference(error.now, _on_top(error.now, edit), name)
    except (KeyError, ValueError):
        mine = ""
    fields = [
        (key, value) for key, values in request.fields.items() for value in values if key not in ("version", "action")
    ]
    return desk.page(
        "conflict",
        409,
        country=edit.country,
        theirs=theirs,
        mine=mine,
        fields=fields,
        version=version_of(error.now),
    )


def _on_top(data: bytes, edit: Edit) -> bytes:
    """The file as it is now with the edit."""
    if edit.source is not None:
        data = editing.with_source(data, *edit.source)
    return editing.with_statement(data, edit.statement) if edit.statement else data


def source(desk: Desk, request: Request) -> Page | Redirect:
    """The form of a source of the profile."""
    snapshot = desk.folder.snapshot()
    country, name = request.path["country"], request.path["id"]
    read = read_of(snapshot, country)
    old = (snapshot.document(country).get("sources") or {}).get(name)
    if read.profile is None or old is None:
        missing("source")
    texts = {f"{SOURCE_FIELD}{key}": str(value) for key, value in old.items()} | {"version": read.version}
    findings = Findings()
    if request.is_post:
        texts = request.texts
        typed = with_prefix(texts, SOURCE_FIELD)
        publisher = _publisher(snapshot, typed.get("publisher", "").strip(), texts)
        edit = Edit(country, texts.get("version", ""), source=(name, source_of(typed, old)), publisher=publisher)
        if texts.get("action") == SAVE:
            done = _save(desk, request, edit, f"source {name}", _next(country, None, edit))
            if not isinstance(done, Findings):
                return done
            findings = done
        else:
            findings = found(desk, snapshot, edit)
    return desk.page(
        "source",
        profile=read.profile,
        name=name,
        texts=texts,
        findings=findings,
        **_choices(snapshot),
        cited=[one for one in read.profile.statements if one.source == name],
    )


def saved(desk: Desk, request: Request) -> Page:
    """What a save changed in the file, and what comes next."""
    number = request.path["number"]
    done = next((one for one in desk.folder.saves if str(one.number) == number), None)
    if done is None:
        missing("save", "it was undone, or the desk was started anew")
    query = {"page": "", "sentences": "", "source": "", "next": "", **request.query}
    return desk.page("saved", saved=done, query=query, is_last=done is desk.folder.saves[-1])


def undo(desk: Desk, request: Request) -> Page | Redirect:
    """Undo the last save."""
    number = request.texts.get("number", "")
    if not request.is_post or not re.fullmatch("[0-9]{1,9}", number):
        return Redirect("/")
    try:
        undone = desk.folder.undo(int(number))
    except (RefusedError, OSError) as error:
        return desk.page("undone", 409, undone=None, reason=f"{capital(_reason(error))}.")
    return desk.page("undone", undone=undone, reason="")
