"""What `scoring verify` found: a line an id or figure, and the report mended."""

from __future__ import annotations

import functools
import itertools
import operator
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.citing.citation import OF_THE_SET, Quantity
from scoring.citing.documents.markup import MARKDOWN
from scoring.citing.verify import MOST_REASONS, NUMBERS, STATUSES, decimals, equal
from scoring.errors import shortened, visible
from scoring.files.defaults import defaults
from scoring.render.ci import Remark
from scoring.render.citation import SHORT, WITHHELD, figure_text
from scoring.render.report.fill import MOST_TEMPLATE
from scoring.text import numbers as figures
from scoring.text.verbatim import is_within, joined, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.citing.documents.passages import Document
    from scoring.citing.verify import Checked, Span, Verdict

LEVELS: dict[str, Any] = {"outdated": "error", "wrong": "error", "unknown": "warning", "not read": "notice"}
STILL = 1e-9  # of v: a smaller move is one of sums in another order
OTHERS = "other countries moved, this one did not"
NO_ID = "no id in it; nothing was verified"


class Finding(NamedTuple):
    """What is said of one place of a passage: a status, or `not read`."""

    kind: str
    at: int
    text: str


def verdict_remarks(file: str, document: Document, verdicts: Sequence[Verdict]) -> Iterator[Remark]:
    """A remark on every figure or id that does not hold, on numbers that are not read, and on a report without ids."""
    for verdict in verdicts:
        for kind, at, text in _findings(verdict):
            if kind in LEVELS:
                rule = f"citation-{kind.replace(' ', '-')}"
                yield Remark(LEVELS[kind], file, *document.line(verdict.reading.passage, at), rule, text)
    if not verdicts:
        yield Remark("notice", file, 1, 1, "citation-none", NO_ID)


def verdict_lines(file: str, document: Document, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A line a finding: what holds by id, what does not by figure, and each number that is not read."""
    for verdict in verdicts:
        for kind, at, text in sorted(_findings(verdict), key=lambda one: one.at):
            line, column = document.line(verdict.reading.passage, at)
            yield visible(f"{file}:{line}:{column}: {kind}: {text}")
    if not verdicts:
        yield visible(f"{file}: {NO_ID}")


def summary(verdicts: Sequence[Verdict], files: int) -> str:
    """How many ids and figures were read, and how they stand."""
    statuses = [one.status for verdict in verdicts for one in verdict.figures]
    counts = ", ".join(f"{statuses.count(status)} {status}" for status in STATUSES)
    lost = sum(verdict.status == "unknown" for verdict in verdicts)
    read = f"{figures.count(files, 'file')}, {figures.count(len(verdicts), 'id')} ({lost} unknown)"
    return f"{read}, {figures.count(len(statuses), 'figure')}: {counts}."


def verdict_objects(file: str, document: Document, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """The ids of a report for JSON."""
    return [
        {
            "file": file,
            "line": document.line(verdict.reading.passage, verdict.reading.found.start())[0],
            "id": verdict.reading.found[1],
            "status": verdict.status,
            "now": verdict.now,
            "revision": verdict.revision,
            "why": _why(verdict) or None,
            "remark": verdict.remark or None,
            "not_read": [verdict.reading.passage.text[start:end] for start, end in verdict.reading.unread],
            "figures": [
                {
                    "figure": one.figure.name,
                    "line": document.line(verdict.reading.passage, one.figure.spans[0][0])[0],
                    "said": "–".join(one.said),
                    "now": _now(one),
                    "status": one.status,
                    "revision": one.revision,
                    "remark": one.remark or None,
                }
                for one in verdict.figures
            ],
        }
        for verdict in verdicts
    ]


def _findings(verdict: Verdict) -> Iterator[Finding]:
    """What does not hold, figure by figure; what does, as one with its id; numbers that are not read."""
    id_, place = verdict.reading.found[1], verdict.reading.found.start()
    held = [one for one in verdict.figures if one.status == "holds"]
    for one in verdict.figures:
        if one.status != "holds":
            yield Finding(one.status, one.figure.spans[0][0], _finding(verdict, one))
    if held:
        said = ", ".join(f"{_name(verdict, one)} {'–'.join(one.said)}" for one in held)
        yield Finding("holds", place, f"{id_}: {said}")
    elif not verdict.figures:
        yield Finding(verdict.status, place, f"{id_}: {_bare(verdict)}")
    unread, most = verdict.reading.unread, defaults().shown.unread_numbers
    for start, end in unread[:most]:
        number = shortened(verdict.reading.passage.text[start:end])
        yield Finding("not read", start, f"{number} beside {id_}: no word names it")
    if rest := unread[most:]:
        more, them = figures.count(len(rest), "more number"), "it" if len(rest) == 1 else "them"
        yield Finding("not read", rest[0][0], f"{more} beside {id_}: no word names {them}")


def _bare(verdict: Verdict) -> str:
    if verdict.now is None:
        return verdict.remark
    if verdict.status == "unknown":
        return f"no known edition has this id; today's is {verdict.now}" + _aside(verdict.remark)
    return "no figure belongs to it"


def _finding(verdict: Verdict, one: Checked) -> str:
    said, now = f"{_name(verdict, one)} {'–'.join(one.said)}", _now(one)
    of = f"[{verdict.reading.found[1]}]"
    if now is None:
        return f"{said} {of}: no figure of that name stands before the id"
    if one.status == "unknown":
        return f"{said} {of} is today's figure, but no known edition has this id{_aside(one.remark)}"
    if one.status == "outdated":
        return f"{said} {of} is now {now}{_change(one)}: {_because(verdict, one)}"
    was = f"; the id is that of revision {verdict.revision[:SHORT]}" if verdict.revision else ""
    return f"{said} {of} never was that; now {now}{was}"


def _aside(remark: str) -> str:
    return f" ({remark})" if remark else ""


def _because(verdict: Verdict, one: Checked) -> str:
    """Why a figure is outdated, as far as that is known."""
    if one.revision is None:
        return "the edition that was cited is not known here" + _aside(one.remark)
    stood = verdict.why is not None and abs(verdict.why.now - verdict.why.was) < STILL
    causes = OTHERS if stood and one.figure.name in OF_THE_SET else _causes(verdict)
    return f"{causes}, since revision {one.revision[:SHORT]}"


def _name(verdict: Verdict, one: Checked) -> str:
    whole = "/" not in verdict.reading.found["path"]
    names = {"estimate": "index" if whole else "score", "ranked": "ranked countries", "rank_interval": "rank interval"}
    return names.get(one.figure.name, one.figure.name)


def _now(one: Checked) -> str | None:
    """The figure of now with the decimals of the text; None where there is no such figure."""
    if isinstance(one.now, Quantity):
        return figure_text(one.now, decimals(one.said[0]))
    return one.now or (WITHHELD if one.status != "unknown" else None)


def _change(one: Checked) -> str:
    """By how much a figure of one number moved."""
    if not isinstance(one.now, Quantity) or len(one.now.numbers) > 1 or one.said[0].lower() == WITHHELD:
        return ""
    before = one.was.numbers[0] if isinstance(one.was, Quantity) else float(one.said[0].replace(",", "."))
    return f" ({figures.rounded(one.now.numbers[0] - before, max(1, decimals(one.said[0]))):+})"


def _why(verdict: Verdict) -> str:
    """The causes of a move with the revision that it began from."""
    return f"{_causes(verdict)}, since revision {(verdict.revision or '')[:SHORT]}" if verdict.why else ""


def _causes(verdict: Verdict) -> str:
    """The causes of a move in a line, the largest first, with the statements that made most of it."""
    if verdict.why is None:
        # the id is today's, so that nothing of the country moved; or it is one of too many
        return f"of more than {MOST_REASONS} ids the causes are not computed" if verdict.revision else OTHERS
    parts = sorted(verdict.why.parts.items(), key=lambda part: (-abs(part[1]), part[0]))
    causes = [f"{cause} {figures.signed_points(part)}" for cause, part in parts]
    most = defaults().shown.reason_statements
    names = [one.statement for one in verdict.why.statements[:most]]
    if len(verdict.why.statements) > most:
        names.append("…")
    return (", ".join(causes) or OTHERS) + (f" ({', '.join(names)})" if names else "")


# -- mending -----------------------------------------------------------------------------------------------------------

_PAST = re.compile(
    r"\b(?:was|were|had|until|before|earlier|former(?:ly)?|previous(?:ly)?|no longer|used to)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“”„«»‹›‘]|(?<!\w)'")
_WORD = re.compile(r"\S++")
_AROUND = "()[]{}<>.,;:!?*_`|~\"'“”„«»‹›–—-"
"""Signs that may stand around a figure or an id without being part of an address or a name."""
_UNIT = re.compile(r"\s?[%°‰]")


def mended(file: str, document: Document, verdicts: Sequence[Verdict]) -> tuple[str, tuple[str, ...]]:
    """The report with the figures of now where that is beyond doubt; and a line for each that is left, with the reason.

    A figure is rewritten where it was that of its id in the edition of the id, and no other number of its sentence
    could be meant; then the id becomes that of now. An id is rewritten with all its figures or not at all, so that no
    figure stands beside an id that it does not belong to. Nothing else changes.
    """
    edits: dict[Span, str] = {}
    left: list[str] = []
    apart: list[Span] | None = None  # worked out once, where something is outdated
    for verdict in verdicts:
        bad = [one for one in verdict.figures if one.status != "holds"]
        if all(one.status == "unknown" for one in bad):
            continue
        apart = _apart(file, document.text or "") if apart is None else apart
        doubts = _doubts(document, verdict, bad, apart)
        if any(doubts):
            for one, doubt in zip(bad, doubts, strict=True):
                line, column = document.line(verdict.reading.passage, one.figure.spans[0][0])
                what = f"{_name(verdict, one)} {'–'.join(one.said)} [{verdict.reading.found[1]}]"
                left.append(f"{file}:{line}:{column}: left: {what}: {doubt or 'another figure of its id is left'}")
        else:
            new = functools.reduce(operator.or_, map(_figure_edits, bad), _id_edits(verdict))
            edits |= {place: text for span, text in new.items() if (place := _in_file(verdict, span))}
    text, parts, at = document.text or "", [], 0
    for (start, end), written in sorted(edits.items()):
        parts += [text[at:start], written]
        at = end
    return "".join((*parts, text[at:])), tuple(map(visible, left))


def _doubts(document: Document, verdict: Verdict, bad: Sequence[Checked], apart: Sequence[Span]) -> list[str]:
    """Why figures are not rewritten; empty for one that can be."""
    start, end = verdict.reading.sentence
    own, text = verdict.reading.found, verdict.reading.passage.text
    doubt_of_all = _doubt_of_sentence(document, verdict, bad, apart)
    numbers = [] if doubt_of_all else [*_numbers(text, start, own.start()), *_numbers(text, own.end(), end)]

    @functools.cache  # a sentence may say one figure thousands of times
    def alike(was: Quantity) -> int:
        """How many numbers of the sentence are the old figure."""
        return sum(equal((number,), was) for number in numbers)

    def doubt(one: Checked) -> str:
        if one.status != "outdated":
            return "it never was that" if one.status == "wrong" else "it is not known"
        if one.revision is None:
            return "the edition of its id is not known"
        if not isinstance(one.now, Quantity) or not isinstance(one.was, Quantity):
            return f"{WITHHELD} and words are not rewritten"
        if not all(start <= first < end for first, _ in one.figure.spans):
            return "its id stands in another sentence or cell"
        if doubt_of_all:
            return doubt_of_all
        if not any(map(decimals, one.said)) and own["figure"] != one.figure.name:
            return f"a whole number could be something else; name it with #{one.figure.name} behind the id"
        if len(one.said) > 1 and len(numbers) > len(one.said):
            return "two numbers are rewritten only where their sentence has no other"
        if len(one.said) == 1 and alike(one.was) > 1:
            return "another number of its sentence could be meant"
        if not all(_stands_alone(text, span) for span in one.figure.spans) or _UNIT.match(
            text, one.figure.spans[-1][1]
        ):
            return "it may be part of something else"
        if not _stands_alone(text, own.span()):
            return "its id may be part of an address"
        spans = (*one.figure.spans, *_id_edits(verdict))
        return "" if all(_in_file(verdict, span) for span in spans) else "markup stands in it or in its id"

    return [doubt(one) for one in bad]


def _stands_alone(text: str, span: Span) -> bool:
    """Whether a figure or an id is a word of its own, or an end of a span of two, and no part of a name or address."""
    start, end = max(text.rfind(space, 0, span[0]) for space in " \n\t;") + 1, span[1]
    word = _WORD.match(text, start)
    rest = (text[start : span[0]] + text[end : word.end() if word else end]).strip(_AROUND)
    return not rest.strip("0123456789" + _AROUND)


def _numbers(text: str, start: int, end: int) -> Iterator[str]:
    return (found[0] for found in NUMBERS.finditer(text, start, end))


_APART = re.compile(
    r"<(?P<tag>q|blockquote|code|pre|samp|kbd|tt)\b[^<>]*+>|^[ \t]*+>.*+$", re.IGNORECASE | re.MULTILINE
)


def _apart(file: str, text: str) -> list[Span]:
    """Where a report is code, or quotes others: nothing is rewritten there."""
    found = verbatim(text) if file.lower().endswith(MARKDOWN) and len(text) <= MOST_TEMPLATE else []
    at = 0
    while one := _APART.search(text, at):
        at = one.end()
        if one["tag"]:
            end = re.compile(rf"</{one['tag']}\b", re.IGNORECASE).search(text, at)
            at = end.end() if end else len(text)
        found.append((one.start(), at))
    return joined(found)


def _doubt_of_sentence(document: Document, verdict: Verdict, bad: Sequence[Checked], apart: Sequence[Span]) -> str:
    """Why no figure of a sentence is rewritten; empty where they can be."""
    if document.text is None:
        return "a Word file is not rewritten"
    if len(document.text) > MOST_TEMPLATE:
        return "the report is too long to tell code and quotations"
    reading = verdict.reading
    if not reading.is_alone:
        return "its sentence has another id"
    start, end = reading.sentence
    places = (reading.passage.spans[one.figure.spans[0][0]][0] for one in bad)  # an id may well be set as code
    if any(is_within(place, apart) for place in places):
        return "it stands in code or in a quotation"
    if unread := [reading.passage.text[first:last] for first, last in reading.unread if start <= first < end]:
        return f"{shortened(unread[0])} in its sentence is not read"
    text = reading.passage.text[start:end]
    if found := _PAST.search(text):
        return f"its sentence may speak of the past: {found[0]}"
    return "its sentence quotes" if _QUOTED.search(text) else ""


def _id_edits(verdict: Verdict) -> dict[Span, str]:
    """Version and hash: what differs between two ids of one score on one day."""
    found, now = verdict.reading.found, verdict.now or ""
    version, *_, digest = now.partition("@")[2].split("/")
    return {found.span("version"): version, found.span("hash"): digest}


def _figure_edits(one: Checked) -> dict[Span, str]:
    """The numbers of now with as many decimals as those of the text, and its decimal sign."""
    numbers = one.now.numbers if isinstance(one.now, Quantity) else ()
    texts = [str(figures.rounded(number, decimals(said))) for number, said in zip(numbers, one.said, strict=True)]
    comma = "," in "".join(one.said)
    return {span: text.replace(".", ",") if comma else text for span, text in zip(one.figure.spans, texts, strict=True)}


def _in_file(verdict: Verdict, span: Span) -> Span | None:
    """The span in the file; None where markup lies in it, or the file does not show its text."""
    places = verdict.reading.passage.spans[slice(*span)]
    whole = all(first[1] == second[0] for first, second in itertools.pairwise(places))
    return (places[0][0], places[-1][1]) if whole and places[-1][1] > places[0][0] else None
