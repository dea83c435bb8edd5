"""What `scoring verify` found: a line an id or figure, and the report mended."""

from __future__ import annotations

import functools
import itertools
import operator
from typing import TYPE_CHECKING, Any

from scoring.citation import Quantity
from scoring.errors import visible
from scoring.render import figures
from scoring.render.ci import Remark
from scoring.render.citation import SHORT, WITHHELD, figure_text
from scoring.verify import STATUSES, decimals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.documents import Document
    from scoring.verify import Checked, Status, Verdict

SHOWN = 3  # statements named as the reason of a move
LEVELS: dict[Status, Any] = {"outdated": "error", "wrong": "error", "unknown": "warning"}


def verdict_remarks(file: str, document: Document, verdicts: Sequence[Verdict]) -> Iterator[Remark]:
    """A remark on every figure or id that does not hold."""
    for verdict in verdicts:
        for status, start, text in _findings(verdict):
            if status in LEVELS:
                yield Remark(LEVELS[status], file, *document.line(verdict.passage, start), f"citation-{status}", text)


def verdict_lines(file: str, document: Document, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A line a finding: what holds by id, what does not by figure."""
    for verdict in verdicts:
        for status, start, text in sorted(_findings(verdict), key=lambda one: one[1]):
            line, column = document.line(verdict.passage, start)
            yield visible(f"{file}:{line}:{column}: {status}: {text}")


def summary(verdicts: Sequence[Verdict], files: int) -> str:
    """How many ids and figures were read, and how they stand."""
    statuses = [one.status for verdict in verdicts for one in verdict.figures]
    counts = ", ".join(f"{statuses.count(status)} {status}" for status in STATUSES)
    lost = sum(verdict.status == "unknown" for verdict in verdicts)
    read = f"{files} {'file' if files == 1 else 'files'}, {len(verdicts)} ids ({lost} unknown)"
    return f"{read}, {len(statuses)} figures: {counts}."


def verdict_objects(file: str, document: Document, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """The ids of a report for JSON."""
    return [
        {
            "file": file,
            "line": document.line(verdict.passage, verdict.found.start())[0],
            "id": verdict.id,
            "status": verdict.status,
            "now": verdict.now.id if verdict.now else None,
            "revision": verdict.revision,
            "why": _why(verdict) or None,
            "not_read": list(verdict.unread),
            "figures": [
                {
                    "figure": one.figure.name,
                    "line": document.line(verdict.passage, one.figure.spans[0][0])[0],
                    "said": "–".join(one.said),
                    "now": _now(one),
                    "status": one.status,
                }
                for one in verdict.figures
            ],
        }
        for verdict in verdicts
    ]


def _findings(verdict: Verdict) -> Iterator[tuple[Status, int, str]]:
    """Status, place in the passage and text of each finding; what holds is one, with its figures."""
    held = [one for one in verdict.figures if one.status == "holds"]
    for one in verdict.figures:
        if one.status != "holds":
            yield one.status, one.figure.spans[0][0], _finding(verdict, one)
    if held or not verdict.figures:
        said = ", ".join(f"{_name(verdict, one)} {'–'.join(one.said)}" for one in held) or _bare(verdict)
        unread = f"; not read, since no word names them: {', '.join(verdict.unread)}" if verdict.unread else ""
        status: Status = "holds" if held else verdict.status
        yield status, verdict.found.start(), f"{verdict.id}: {said}{unread}"


def _bare(verdict: Verdict) -> str:
    if verdict.remark:
        return verdict.remark
    if verdict.status == "unknown":
        return f"no known edition has this id; today's is {verdict.now.id if verdict.now else 'none'}"
    return "no figure belongs to it"


def _finding(verdict: Verdict, one: Checked) -> str:
    said, now = f"{_name(verdict, one)} {'–'.join(one.said)}", _now(one)
    of = f"[{verdict.id}]"
    if now is None:
        return f"{said} {of}: no figure of that name stands before the id"
    if one.status == "unknown":
        return f"{said} {of} is today's figure, but no known edition has this id"
    if one.status == "outdated":
        because = _why(verdict) or "the edition that was cited is not known here"
        return f"{said} {of} is now {now}{_change(one)}: {because}"
    was = f"; the id is that of revision {verdict.revision[:SHORT]}" if verdict.revision else ""
    return f"{said} {of} never was that; now {now}{was}"


def _name(verdict: Verdict, one: Checked) -> str:
    whole = "/" not in verdict.found["path"]
    names = {"estimate": "index" if whole else "score", "ranked": "ranked countries", "rank_interval": "rank interval"}
    return names.get(one.figure.name, one.figure.name)


def _now(one: Checked) -> str | None:
    """The figure of now with the decimals of the text; None where there is no such figure."""
    if isinstance(one.now, Quantity):
        return figure_text(one.now, decimals(one.said[0]))
    return one.now or (WITHHELD if one.status != "unknown" else None)


def _change(one: Checked) -> str:
    """By how much a figure of one number moved."""
    if not isinstance(one.now, Quantity) or len(one.now.numbers) > 1 or one.said[0] == WITHHELD:
        return ""
    before = one.was.numbers[0] if isinstance(one.was, Quantity) else float(one.said[0].replace(",", "."))
    return f" ({figures.rounded(one.now.numbers[0] - before, max(1, decimals(one.said[0]))):+})"


def _why(verdict: Verdict) -> str:
    """The causes of a move in a line, the largest first, with the statements that made most of it."""
    if verdict.why is None:
        return ""
    parts = sorted(verdict.why.parts.items(), key=lambda part: (-abs(part[1]), part[0]))
    causes = [f"{cause} {figures.signed_points(part)}" for cause, part in parts]
    names = [one.statement for one in verdict.why.statements[:SHOWN]]
    if len(verdict.why.statements) > SHOWN:
        names.append("…")
    what = ", ".join(causes) or "other countries moved, this one did not"
    return what + (f" ({', '.join(names)})" if names else "") + f", since revision {(verdict.revision or '')[:SHORT]}"


# -- mending -----------------------------------------------------------------------------------------------------------


def mended(document: Document, verdicts: Sequence[Verdict]) -> tuple[str, int]:
    """The report with the figures of now where they are outdated or wrong, and the number of those left as they are.

    A figure that is split by markup, or that is withheld now, is left to be written by hand. The id beside a mended
    figure becomes that of now. Nothing else changes.
    """
    edits: dict[tuple[int, int], str] = {}
    left = 0
    for verdict in verdicts:
        bad = [_figure_edits(one) for one in verdict.figures if one.status in ("outdated", "wrong")]
        if not bad:
            continue
        new = functools.reduce(operator.or_, bad, _id_edits(verdict))
        placed = {_in_file(verdict, span): text for span, text in new.items()}
        if None in placed or not all(bad):
            left += len(bad)
            continue
        edits |= {span: text for span, text in placed.items() if span}
    text, parts, at = document.text or "", [], 0
    for (start, end), written in sorted(edits.items()):
        parts += [text[at:start], written]
        at = end
    return "".join((*parts, text[at:])), left


def _id_edits(verdict: Verdict) -> dict[tuple[int, int], str]:
    """Version and hash: what differs between two ids of one score on one day."""
    now = verdict.now.id if verdict.now else verdict.id
    version, *_, digest = now.partition("@")[2].split("/")
    return {verdict.found.span("version"): version, verdict.found.span("hash"): digest}


def _figure_edits(one: Checked) -> dict[tuple[int, int], str]:
    """New texts by span; none where the figure cannot be written in place of the old one."""
    if isinstance(one.now, str) and len(one.figure.spans) == 1:
        return {one.figure.spans[0]: one.now}
    if not isinstance(one.now, Quantity) or one.said[0] == WITHHELD:
        return {}
    comma = "," in "".join(one.said)
    texts = [
        str(figures.rounded(number, decimals(said))) for number, said in zip(one.now.numbers, one.said, strict=True)
    ]
    return {span: text.replace(".", ",") if comma else text for span, text in zip(one.figure.spans, texts, strict=True)}


def _in_file(verdict: Verdict, span: tuple[int, int]) -> tuple[int, int] | None:
    """The span in the file; None where markup lies in it, or the file does not show its text."""
    places = verdict.passage.spans[slice(*span)]
    whole = all(first[1] == second[0] for first, second in itertools.pairwise(places))
    return (places[0][0], places[-1][1]) if whole and places[-1][1] > places[0][0] else None
