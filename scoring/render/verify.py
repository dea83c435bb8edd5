"""Results of `scoring verify`: one line per id or figure, and reports with fixed figures."""

from __future__ import annotations

import functools
import itertools
import operator
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.citing.binding import as_number, equal
from scoring.citing.citation import OF_THE_SET, Quantity
from scoring.citing.documents.markup import MARKDOWN
from scoring.citing.verify import MAX_REASONS, NOT_RECOMPUTED, STATUSES
from scoring.citing.words import pattern
from scoring.citing.written import decimals
from scoring.errors import shortened, visible
from scoring.files.defaults import defaults
from scoring.model.countries import country_name
from scoring.render.ci import Remark
from scoring.render.citation import SHORT, WITHHELD, figure_text, number_text
from scoring.render.errata import edition_object, in_a_line
from scoring.render.report.fill import MAX_TEMPLATE
from scoring.render.wording import causes_text
from scoring.text import numbers as figures
from scoring.text.frame import Frame
from scoring.text.verbatim import is_within, joined, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.citing.binding import Value
    from scoring.citing.documents.passages import Document, Passage
    from scoring.citing.errata import InEdition
    from scoring.citing.mentions import Span
    from scoring.citing.verify import Checked, Verdict, Verified
    from scoring.text.frame import Columns

LEVELS: dict[str, Any] = {
    "outdated": "error",
    "wrong": "error",
    "unknown": "warning",
    "broken": "warning",
    "uncited": "notice",
    "not from this score": "notice",
}
NO_CHANGE = 1e-9  # in [0, 1]: smaller changes come from floating-point sums in another order
OTHERS = "other countries changed, this one did not"
IDS_ARE = "ids are <path>@<version>/<country>/<date>/<16 digits>"
NO_ID = "contains no id; nothing was verified"

VERIFIED: Columns = {
    "kind": str,
    "file": str,
    "line": int,
    **dict.fromkeys(("id", "status", "why", "figure", "said", "now", "figure_status", "remark"), str),
}


class Finding(NamedTuple):
    """A message on a position of a passage; kind: a key of `LEVELS`, or `holds`."""

    kind: str
    passage: Passage
    position: int
    text: str


def verified_remarks(file: str, document: Document, verified: Verified) -> Iterator[Remark]:
    """Remarks on everything that does not hold, on numbers that are not from a score, and on a report without ids."""
    for finding in _all_findings(document, verified):
        if finding.kind in LEVELS:
            rule = f"citation-{finding.kind.replace(' ', '-')}"
            place = document.line(finding.passage, finding.position)
            yield Remark(LEVELS[finding.kind], file, *place, rule, finding.text)
    if not verified.verdicts:
        yield Remark("notice", file, 1, 1, "citation-none", NO_ID)


def verified_lines(file: str, document: Document, verified: Verified) -> Iterator[str]:
    """One line per finding: figures that hold by id, each that does not, and each number that is not from a score."""
    for finding in _all_findings(document, verified):
        line, column = document.line(finding.passage, finding.position)
        yield visible(f"{file}:{line}:{column}: {finding.kind}: {finding.text}")
    if not verified.verdicts:
        yield visible(f"{file}: {NO_ID}")


def _all_findings(document: Document, verified: Verified) -> list[Finding]:
    """The findings on a report in the order of the file."""
    findings = [finding for verdict in verified.verdicts for finding in _findings(verdict)]
    for passage, (start, end) in verified.broken:
        text = f"{shortened(passage.text[start:end])} looks like an id and is none: {IDS_ARE}"
        findings.append(Finding("broken", passage, start, text))
    for passage, (start, end), country in verified.uncited:
        text = f"{passage.text[start:end]} seems to be a figure of {country_name(country)}, and has no id"
        findings.append(Finding("uncited", passage, start, text))
    return sorted(findings, key=lambda one: document.line(one.passage, one.position))


def summary(all_verified: Sequence[Verified]) -> str:
    """Counts of files, ids, figures by status, and other numbers."""
    files, verdicts = len(all_verified), [verdict for one in all_verified for verdict in one.verdicts]
    statuses = [figure.status for verdict in verdicts for figure in verdict.figures]
    counts = ", ".join(f"{statuses.count(status)} {status}" for status in STATUSES)
    unknown = sum(verdict.status == "unknown" for verdict in verdicts)
    ids = f"{figures.count(files, 'file')}, {figures.count(len(verdicts), 'id')} ({unknown} unknown)"
    others = sum(len(verdict.reading.unread) for verdict in verdicts)
    more = {
        "number not from these scores": others,
        "number without id": sum(len(one.uncited) for one in all_verified),
        "broken id": sum(len(one.broken) for one in all_verified),
        "name or date of another score": sum(len(verdict.reading.mismatches) for verdict in verdicts),
    }
    rest = "".join(f"; {_counted(number, text)}" for text, number in more.items() if number)
    return f"{ids}, {figures.count(len(statuses), 'figure')}: {counts}{rest}."


def _counted(number: int, text: str) -> str:
    """`2 names or dates of another score`."""
    first, *rest = text.split(" ")
    plural = first if number == 1 or first == "broken" else f"{first}s"
    words = " ".join((plural, *rest))
    return f"{number} {words if number == 1 else words.replace('id', 'ids').replace('or date', 'or dates')}"


def verified_object(reports: Iterable[tuple[str, Document, Verified]]) -> dict[str, Any]:
    """The ids of reports with their figures, and what has no id, for JSON."""
    citations, uncited, broken, without_id = [], [], [], []
    for file, document, verified in reports:
        citations += _verdict_objects(file, document, verified.verdicts)
        for passage, span, country in verified.uncited:
            line = document.line(passage, span[0])[0]
            uncited.append({"file": file, "line": line, "said": passage.text[slice(*span)], "country": country})
        for passage, span in verified.broken:
            line = document.line(passage, span[0])[0]
            broken.append({"file": file, "line": line, "text": passage.text[slice(*span)]})
        without_id += [] if verified.verdicts else [file]
    return {"citations": citations, "uncited": uncited, "broken": broken, "without_id": without_id}


def _verdict_objects(file: str, document: Document, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """The ids of a report with their figures."""
    return [
        {
            "file": file,
            "line": document.line(verdict.reading.passage, verdict.reading.match.start())[0],
            "id": verdict.reading.cited.written,
            "status": verdict.status,
            "now": verdict.now,
            "revision": verdict.revision,
            "method_changed": verdict.method_changed,
            "why": _why(verdict) or None,
            "remark": verdict.remark or None,
            "edition": None if verdict.edition is None else edition_object(verdict.edition),
            "other_numbers": [verdict.reading.passage.text[start:end] for start, end in verdict.reading.unread],
            "mismatches": [verdict.reading.passage.text[slice(*one.span)] for one in verdict.reading.mismatches],
            "figures": [
                {
                    "figure": checked.figure.name,
                    "line": document.line(verdict.reading.passage, checked.figure.spans[0][0])[0],
                    "said": _said(verdict, checked),
                    "now": _now(checked),
                    "status": checked.status,
                    "revision": checked.revision,
                    "remark": checked.remark or None,
                    "corrected": None if checked.corrected is None else _figure(checked.corrected, checked),
                }
                for checked in verdict.figures
            ],
        }
        for verdict in verdicts
    ]


def verified_frame(reports: Iterable[tuple[str, Document, Verified]]) -> Frame:
    """One record per figure of an id, and per id without figures; figures are texts, as the report has them.

    `kind` is citation; uncited (a figure without an id, which is `said`), broken (an id that cannot be read), or
    without_id (a file that has no id).
    """
    return Frame(VERIFIED, tuple(_records(verified_object(reports))))


def _records(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for citation in found["citations"]:
        head = {"kind": "citation", **{name: citation[name] for name in ("file", "line", "id", "status", "why")}}
        if not citation["figures"]:
            yield {**head, "remark": citation["remark"]}
        for one in citation["figures"]:
            said = {name: one[name] for name in ("line", "figure", "said", "now", "remark")}
            yield {**head, **said, "figure_status": one["status"]}
    for one in found["uncited"]:
        yield {"kind": "uncited", "file": one["file"], "line": one["line"], "said": one["said"]}
    for one in found["broken"]:
        yield {"kind": "broken", "file": one["file"], "line": one["line"], "said": one["text"]}
    yield from ({"kind": "without_id", "file": file} for file in found["without_id"])


def _findings(verdict: Verdict) -> Iterator[Finding]:
    """One finding per figure that does not hold, one for those that do, and one per number that is none."""
    passage, id_, position = verdict.reading.passage, verdict.reading.cited.written, verdict.reading.match.start()
    correct = [checked for checked in verdict.figures if checked.status == "holds"]
    for checked in verdict.figures:
        if checked.status != "holds":
            yield Finding(checked.status, passage, checked.figure.spans[0][0], _message(verdict, checked))
    if correct:
        yield Finding(
            "holds", passage, position, f"{id_}: {', '.join(_cited(verdict, checked) for checked in correct)}"
        )
    elif not verdict.figures:
        yield Finding(verdict.status, passage, position, f"{id_}: {_message_without_figures(verdict)}")
    for (start, end), text in verdict.reading.mismatches:
        yield Finding("wrong", passage, start, f"{passage.text[start:end]}: {text} [{id_}]")
    unread, most = verdict.reading.unread, defaults().shown.unread_numbers
    for start, end in unread[:most]:
        number = shortened(passage.text[start:end])
        yield Finding("not from this score", passage, start, f"{number} beside {id_}")
    if others := unread[most:]:
        more = figures.count(len(others), "more number")
        yield Finding("not from this score", passage, others[0][0], f"{more} beside {id_}")


def _message_without_figures(verdict: Verdict) -> str:
    if verdict.now is None and verdict.revision:
        return f"{verdict.remark}; scoring resolve shows what it was at revision {verdict.revision[:SHORT]}"
    if verdict.now is None:
        return verdict.remark
    if verdict.status == "unknown":
        return f"no known revision has this id; the current one is {verdict.now}" + _in_brackets(verdict.remark)
    return "no figure belongs to it"


def _message(verdict: Verdict, checked: Checked) -> str:
    """The message on a figure that does not hold."""
    subject, now = f"{_cited(verdict, checked)} [{verdict.reading.cited.written}]", _now(checked)
    if checked.remark == NOT_RECOMPUTED:
        return f"{subject}: {NOT_RECOMPUTED}; now {now or WITHHELD}"
    if now is None:
        return f"{subject}: no figure of that name before the id"
    if verdict.edition and checked.status in ("outdated", "wrong"):
        return f"{subject}: {_in_edition(verdict.edition, checked)}; now {now}"
    if checked.status == "unknown":
        return f"{subject} is the current figure, but no known revision has this id{_in_brackets(checked.remark)}"
    if checked.status == "outdated" and verdict.method_changed and checked.revision:
        change = f"{_said(verdict, checked)}, now {now}{_change(checked)}"
        return f"{subject}: method changed: {change}{_other_causes(verdict)}, since revision {checked.revision[:SHORT]}"
    if checked.status == "outdated":
        return f"{subject} is now {now}{_change(checked)}: {_reason(verdict, checked)}"
    was = f"; the id is that of revision {verdict.revision[:SHORT]}" if verdict.revision else ""
    return f"{subject} was never right; now {now}{was}"


def _in_edition(edition: InEdition, checked: Checked) -> str:
    """What a figure is in the edition of its id, if it is another one or was corrected since."""
    if checked.status == "wrong" or edition.errata is None:
        return f"in edition {edition.name} it is {_figure(checked.was, checked)}"
    return f"corrected {in_a_line(edition.errata)}; {_figure(checked.corrected, checked)} without the errors"


def _figure(value: Value, checked: Checked) -> str:
    """A figure with the decimals of the text."""
    return figure_text(value, decimals(checked.texts[0])) if isinstance(value, Quantity) else value or WITHHELD


def _in_brackets(remark: str) -> str:
    return f" ({remark})" if remark else ""


def _reason(verdict: Verdict, checked: Checked) -> str:
    """Why a figure is outdated, as far as that is known."""
    if checked.revision is None:
        return "the cited revision is unknown" + _in_brackets(checked.remark)
    is_unchanged = verdict.why is not None and abs(verdict.why.now - verdict.why.was) < NO_CHANGE
    causes = OTHERS if is_unchanged and checked.figure.name in OF_THE_SET else _causes(verdict)
    return f"{causes}, since revision {checked.revision[:SHORT]}"


def _cited(verdict: Verdict, checked: Checked) -> str:
    """A figure as cited: its name and its numbers."""
    names = {
        "estimate": "index" if "/" not in verdict.reading.match["path"] else "score",
        "stated": "evidence mean",
        "range": "evidence bounds",
        "ranked": "ranked countries",
        "rank_interval": "rank interval",
        "interval_low": "lower end of the interval",
        "interval_high": "upper end of the interval",
        "deviation": "distance to the ends of the interval",
    }
    return f"{names.get(checked.figure.name, checked.figure.name)} {_said(verdict, checked)}"


def _said(verdict: Verdict, checked: Checked) -> str:
    """A figure as written; two numbers with a dash."""
    text = verdict.reading.passage.text
    return "–".join(text[start:end] for start, end in dict.fromkeys(checked.figure.spans))


def _now(checked: Checked) -> str | None:
    """The current figure with the decimals of the text; None if there is no such figure."""
    if isinstance(checked.now, Quantity):
        return figure_text(checked.now, decimals(checked.texts[0]))
    missing = "none" if checked.figure.name == "borrowed" else WITHHELD
    return checked.now or (missing if checked.status != "unknown" else None)


def _change(checked: Checked) -> str:
    """The change of a figure of one number, in parentheses."""
    if not isinstance(checked.now, Quantity) or len(checked.now.numbers) > 1 or checked.texts[0].lower() == WITHHELD:
        return ""
    text = checked.texts[0]
    before = checked.was.numbers[0] if isinstance(checked.was, Quantity) else float(as_number(text))
    return f" ({figures.rounded(checked.now.numbers[0] - before, max(1, decimals(text))):+})"


def _why(verdict: Verdict) -> str:
    """The causes of a change, with the revision since which it happened."""
    if verdict.why is None:
        return ""
    causes = f"method changed{_other_causes(verdict)}" if verdict.method_changed else _causes(verdict)
    return f"{causes}, since revision {(verdict.revision or '')[:SHORT]}"


def _other_causes(verdict: Verdict) -> str:
    """The causes of a change if statements changed, too, and not only the method."""
    return f"; {_causes(verdict)}" if verdict.why and verdict.why.statements else ""


def _causes(verdict: Verdict) -> str:
    """The causes of a change in one line, largest first, with the statements that contribute most."""
    if verdict.why is None:
        # either the id is current, so that the country did not change; or there are too many ids
        return f"causes are computed for at most {MAX_REASONS} ids" if verdict.revision else OTHERS
    return causes_text(verdict.scale, verdict.why) or OTHERS


# -- fixing ------------------------------------------------------------------------------------------------------------

_AS_PRINTED = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:[.,][0-9]+)?")
_QUOTED = re.compile(r"[\"“”„«»‹›‘]|(?<!\w)'")
_WORD = re.compile(r"\S++")
_NUMBER = re.compile(r"\d++(?:[.,]\d++)*+")  # the longest match, so that a version is not read as a decimal
_AROUND = "()[]{}<>.,;:!?*_`|~\"'“”„«»‹›–—-"
"""Characters that may surround a figure or an id without making it part of an address or a name."""
_UNIT = re.compile(r"\s?[%°‰]")


def fixed(file: str, document: Document, verdicts: Sequence[Verdict]) -> tuple[str, tuple[str, ...]]:
    """The report with current figures where that is unambiguous; and a line with the reason for each other figure.

    A figure is replaced if it was right at the revision of its id and no other number of its sentence can be meant;
    then the id is replaced too. An id is replaced with all its figures or not at all, so that every figure belongs to
    its id. Nothing else changes.
    """
    edits: dict[Span, str] = {}
    remaining: list[str] = []
    protected: list[Span] | None = None  # computed once, and only if something is outdated
    for verdict in verdicts:
        for span, why in verdict.reading.mismatches:
            line, column = document.line(verdict.reading.passage, span[0])
            said = verdict.reading.passage.text[slice(*span)]
            remaining.append(f"{file}:{line}:{column}: not fixed: {said}: {why}")
        incorrect = [checked for checked in verdict.figures if checked.status != "holds"]
        if all(checked.status == "unknown" for checked in incorrect):
            continue
        protected = _protected(file, document.text or "") if protected is None else protected
        obstacles = _obstacles(document, verdict, incorrect, protected)
        if any(obstacles):
            for checked, obstacle in zip(incorrect, obstacles, strict=True):
                line, column = document.line(verdict.reading.passage, checked.figure.spans[0][0])
                subject = f"{_cited(verdict, checked)} [{verdict.reading.cited.written}]"
                reason = obstacle or "another figure of its id is not fixed"
                remaining.append(f"{file}:{line}:{column}: not fixed: {subject}: {reason}")
        else:
            replacements = functools.reduce(operator.or_, map(_figure_edits, incorrect), _id_edits(verdict))
            edits |= {in_file: text for span, text in replacements.items() if (in_file := _in_file(verdict, span))}
    text, parts, position = document.text or "", [], 0
    for (start, end), replacement in sorted(edits.items()):
        parts += [text[position:start], replacement]
        position = end
    return "".join((*parts, text[position:])), tuple(map(visible, remaining))


def _obstacles(
    document: Document, verdict: Verdict, incorrect: Sequence[Checked], protected: Sequence[Span]
) -> list[str]:
    """Why each figure is not replaced; empty for one that can be."""
    start, end = verdict.reading.cell
    id_, text = verdict.reading.match, verdict.reading.passage.text
    sentence_obstacle = _sentence_obstacle(document, verdict, incorrect, protected)
    numbers = [] if sentence_obstacle else [*_numbers(text, start, id_.start()), *_numbers(text, id_.end(), end)]

    @functools.cache  # a sentence may contain one figure thousands of times
    def occurrences(was: Quantity) -> int:
        """The number of times that the sentence contains the old figure."""
        return sum(equal((number,), was) for number in numbers)

    def obstacle(checked: Checked) -> str:
        spans = checked.figure.spans
        if checked.status != "outdated":
            return "it was never right" if checked.status == "wrong" else "it is unknown"
        if checked.remark == NOT_RECOMPUTED:
            return NOT_RECOMPUTED
        if checked.revision is None:
            return "the revision of its id is unknown"
        if not isinstance(checked.now, Quantity) or not isinstance(checked.was, Quantity):
            return f"{WITHHELD} and words are not replaced"
        if not all(start <= first < end for first, _ in spans):
            return "its id is in another sentence or cell"
        if sentence_obstacle:
            return sentence_obstacle
        if not any(map(decimals, checked.texts)) and id_["figure"] != checked.figure.name:
            return f"a whole number could be something else; put #{checked.figure.name} after the id"
        if len(checked.texts) > 1 and len(numbers) > len(checked.texts):
            return "two numbers are replaced only if their sentence has no other"
        if len(checked.texts) == 1 and occurrences(checked.was) > 1:
            return "another number of its sentence could be meant"
        if not all(_stands_alone(text, span) for span in spans) or _UNIT.match(text, spans[-1][1]):
            return "it may be part of something else"
        if not _stands_alone(text, id_.span()):
            return "its id may be part of an address"
        if doubt := _doubt(verdict, checked):
            return doubt
        is_plain = all(_in_file(verdict, span) for span in (*spans, *_id_edits(verdict)))
        return "" if is_plain else "it or its id contains markup"

    return [obstacle(checked) for checked in incorrect]


def _doubt(verdict: Verdict, checked: Checked) -> str:
    """Why a number may be no figure of the score, or is not written as one; empty if it is beyond doubt."""
    spans, text = checked.figure.spans, verdict.reading.passage.text
    if any(one.is_foreign and set(one.spans) & set(spans) for one in verdict.reading.written):
        return "it may be a figure of something else"
    if isinstance(checked.now, Quantity) and checked.now.signed:
        return "it has no sign" if text[spans[0][0]].isdigit() else ""
    return "" if all(_AS_PRINTED.fullmatch(text[slice(*span)]) for span in spans) else "it is not written as a score"


def _stands_alone(text: str, span: Span) -> bool:
    """Whether a figure or an id is a separate word, or an end of a span, and not part of a name or address."""
    start, end = max(text.rfind(space, 0, span[0]) for space in " \n\t;") + 1, span[1]
    word = _WORD.match(text, start)
    other = (text[start : span[0]] + text[end : word.end() if word else end]).strip(_AROUND)
    return not other.strip("0123456789" + _AROUND)


def _numbers(text: str, start: int, end: int) -> Iterator[str]:
    return (match[0] for match in _NUMBER.finditer(text, start, end))


_CODE_OR_QUOTE = re.compile(
    r"<(?P<tag>q|blockquote|code|pre|samp|kbd|tt)\b[^<>]*+>|^[ \t]*+>.*+$", re.IGNORECASE | re.MULTILINE
)


def _protected(file: str, text: str) -> list[Span]:
    """The spans of code and quotations, in which nothing is replaced."""
    spans = verbatim(text) if file.lower().endswith(MARKDOWN) and len(text) <= MAX_TEMPLATE else []
    position = 0
    while start := _CODE_OR_QUOTE.search(text, position):
        position = start.end()
        if start["tag"]:
            end = re.compile(rf"</{start['tag']}\b", re.IGNORECASE).search(text, position)
            position = end.end() if end else len(text)
        spans.append((start.start(), position))
    return joined(spans)


def _sentence_obstacle(
    document: Document, verdict: Verdict, incorrect: Sequence[Checked], protected: Sequence[Span]
) -> str:
    """Why no figure of a sentence is replaced; empty if they can be."""
    if document.text is None:
        return "a Word file is not changed"
    if len(document.text) > MAX_TEMPLATE:
        return "the report is too long to detect code and quotations"
    reading = verdict.reading
    if reading.mismatches:
        return "its sentence has a name or a date of another score"
    if not reading.is_alone:
        return "its sentence has another id"
    start, end = reading.cell
    positions = (reading.passage.spans[checked.figure.spans[0][0]][0] for checked in incorrect)  # an id may be code
    if any(is_within(position, protected) for position in positions):
        return "it is in code or in a quotation"
    others = (*reading.unread, *(span for span, _ in reading.elsewhere))
    if unread := [reading.passage.text[first:last] for first, last in others if start <= first < end]:
        return f"{shortened(unread[0])} in its sentence is not from this score"
    text = reading.passage.text[start:end]
    if past := pattern("past").search(text):
        return f"its sentence may refer to the past: {past[0]}"
    return "its sentence contains a quotation" if _QUOTED.search(text) else ""


def _id_edits(verdict: Verdict) -> dict[Span, str]:
    """The edits of version and hash, in which two ids of one score on one date differ."""
    match, now = verdict.reading.match, verdict.now or ""
    version, *_, digest = now.partition("@")[2].split("/")
    end = match.end("edition") if match["edition"] else match.end("version")  # the current score is in no edition
    return {(match.start("version"), end): version, match.span("hash"): digest}


def _figure_edits(checked: Checked) -> dict[Span, str]:
    """The current numbers with the decimals and the decimal sign of the text."""
    if not isinstance(checked.now, Quantity):
        return {}
    sign = "," if "," in "".join(checked.texts) else "."
    return {
        span: number_text(number, decimals(text), signed=checked.now.signed).replace(".", sign)
        for span, number, text in zip(checked.figure.spans, checked.now.numbers, checked.texts, strict=True)
    }


def _in_file(verdict: Verdict, span: Span) -> Span | None:
    """The span in the file; None if it contains markup, or the text is not in the file."""
    spans = verdict.reading.passage.spans[slice(*span)]
    is_connected = all(first[1] == second[0] for first, second in itertools.pairwise(spans))
    return (spans[0][0], spans[-1][1]) if is_connected and spans[-1][1] > spans[0][0] else None
