"""What is typed in a form as the keys of a profile, and back."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.desk.answers import answer_texts, code_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from scoring.errors import Problem
    from scoring.model.rubric import RuleBook

WORDS = {
    "codes-or-context": "choose a question and answer it, or tick that it codes nothing; not both",
    "unknown-publisher": "is not in the register yet; choose one from the list, or fill in what follows below it",
}
"""Slug of a message -> the words of the desk, where those of the engine are about YAML."""
Texts = dict[str, str]
"""Name of a field -> what was typed."""
STATEMENT = (
    "text",
    "source",
    "locator",
    "date",
    "fielded",
    "until",
    "rechecked",
    "credibility",
    "confidence",
    "note",
    "event",
    "same_as",
)
SOURCE = ("title", "publisher", "reliability", "grade_note", "url", "archived", "published", "accessed", "note")
PUBLISHER = ("reliability", "reason", "kind", "country", "controlled_by")
CODE, SOURCE_FIELD, PUBLISHER_FIELD = "code.", "source.", "publisher."
"""Prefixes of the names of fields: an answer is `code.INDICATOR.KEY`."""
LABELS = {
    "text": "One fact, in your own words",
    "source": "Source",
    "locator": "Place in the source",
    "date": "Date of the fact",
    "fielded": "Field work of a poll",
    "until": "In force until",
    "rechecked": "Rechecked on",
    "credibility": "Credibility of the statement",
    "confidence": "How sure you are of the code",
    "note": "Note",
    "event": "Event",
    "same_as": "Same fact as",
    "id": "Id",
    "codes": "What it codes",
    "context": "It codes nothing",
    "coders": "Reading",
    "adjudicated": "Decision",
    "reason": "Why",
    "by": "Who decides",
    "source.title": "Title",
    "source.publisher": "Publisher",
    "source.reliability": "Reliability of the source",
    "source.grade_note": "Why this grade differs from that of its publisher",
    "source.url": "Address",
    "source.archived": "Address of an archived copy",
    "source.published": "Published",
    "source.accessed": "Read on",
    "source.note": "Note on the source",
    "source.id": "Id of the source",
    "publisher.reliability": "Its usual reliability",
    "publisher.reason": "Why, and what is known of it",
    "publisher.kind": "Kind",
    "publisher.country": "Where it is based",
    "publisher.controlled_by": "State that directs its content",
}
"""Name of a field -> its label, which messages about it name too."""
NEW = ""  # chosen in place of the id of a source
_LONGEST = 50  # characters of a proposed id


def statement_texts(statement: Mapping[str, Any]) -> Texts:
    """A statement as the texts of its fields."""
    texts = {key: "" if statement.get(key) is None else str(statement[key]) for key in ("id", *STATEMENT)}
    flags = {key: "yes" for key in ("absence", "context") if statement.get(key)}
    return texts | flags


def statement_of(texts: Mapping[str, str], codes: Mapping[str, Any], old: Mapping[str, Any] | None) -> dict[str, Any]:
    """The keys of a statement.

    Args:
        texts: The fields.
        codes: Indicator -> code, of all rubrics.
        old: The statement as it stands in the file; what the form does not show stays.
    """
    statement = dict(old or {"id": texts["id"]})
    for key in STATEMENT:
        _put(statement, key, texts.get(key, ""))
    if isinstance(number := statement.get("credibility"), str) and re.fullmatch("[0-9]{1,3}", number):
        statement["credibility"] = int(number)
    for key in ("absence", "context"):
        statement.pop(key, None)
        if texts.get(key):
            statement[key] = True
    if codes:
        statement["codes"] = dict(codes)
    elif statement.get("codes") != {}:  # the first coder found nothing, and a further coder found something
        statement.pop("codes", None)
    return statement


def source_of(texts: Mapping[str, str], old: Mapping[str, Any] | None) -> dict[str, Any]:
    """The keys of a source."""
    source = dict(old or {})
    for key in SOURCE:
        _put(source, key, texts.get(key, ""))
    return source


def publisher_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """The keys of a publisher."""
    publisher: dict[str, Any] = {}
    for key in PUBLISHER:
        _put(publisher, key, texts.get(key, ""))
    return publisher


def _put(entry: dict[str, Any], key: str, text: str) -> None:
    """Set a key to what was typed, unless it says so already; without text it is removed."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        entry.pop(key, None)
    elif str(entry.get(key, "")).strip() != text:
        entry[key] = int(text) if re.fullmatch(r"[12][0-9]{3}", text) and key in _DATES else one_line(text)


_DATES = ("date", "until", "rechecked", "fielded", "published", "accessed")


def one_line(text: str) -> str:
    """Typed text with single spaces; lines of a form are no lines of the file."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class Told(NamedTuple):
    """A problem in the words of the form."""

    field: str
    """The name of the field; empty if there is none."""
    label: str
    message: str
    slug: str


def told(problem: Problem, book: RuleBook) -> Told:
    """A problem of the file as one of the form: the label of its field in place of its path."""
    field = re.sub(r"^statements\[\d+\]\.?(adjudicated\.)?", "", problem.path)
    field = re.sub(r"^(source|publisher)s\.(.*\.)?", r"\1.", field)
    part, _, rest = field.partition(".")
    message = WORDS.get(problem.slug, problem.message)
    if part == "codes" and rest:
        name, _, key = rest.partition(".")
        question = book.leaves[name].question if name in book.leaves else name
        return Told(f"code.{name}.{key}", f"{question} {key}".rstrip(), message, problem.slug)
    return Told(field if field in LABELS else "", LABELS.get(field, field), message, problem.slug)


def with_prefix(texts: Mapping[str, str], prefix: str) -> Texts:
    """The fields whose names begin with a prefix, without it."""
    return {name.removeprefix(prefix): text for name, text in texts.items() if name.startswith(prefix)}


def codes_of(texts: Mapping[str, str], shown: Iterable[str], book: RuleBook) -> dict[str, Any]:
    """The codes that were answered, of the indicators that a form shows."""
    names = (name for name in dict.fromkeys(shown) if name in book.leaves)
    answered = {name: code_of(book.leaves[name], with_prefix(texts, f"{CODE}{name}.")) for name in names}
    return {name: code for name, code in answered.items() if code is not None}


def code_texts(codes: Mapping[str, Any], book: RuleBook) -> Texts:
    """Codes as the texts of their fields."""
    return {
        f"{CODE}{name}.{key}": text
        for name, code in codes.items()
        if name in book.leaves
        for key, text in answer_texts(book.leaves[name], code).items()
    }


def proposed_id(words: str, date: str, taken: Collection[str]) -> str:
    """An id from the first words of a text and the year, that nothing else has."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    found = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _SMALL][:5]
    year = re.findall(r"[0-9]{4}", date)[:1]
    base = "-".join([*[word for word in found if word not in year], *year])[:_LONGEST].strip("-") or "statement"
    names = (base, *(f"{base}-{number}" for number in range(2, 10_000)))
    return next(name for name in names if name not in taken)


_SMALL = frozenset(
    re.findall(r"\w+", "a an and as at by for from in into is its of on or that the their to was were which with")
)
