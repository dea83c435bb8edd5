"""Reviews as text, tables, JSON and CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scoring.render.objects import common_day, envelope, node_figures
from scoring.render.wording import named_codes
from scoring.text import numbers
from scoring.text.frame import Frame
from scoring.text.table import Column, Table, as_csv

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from scoring.analysis.reviews import Judged, Missed, Reviewed
    from scoring.index.assessment import Assessment
    from scoring.index.scores import Score
    from scoring.model.profile import Statement
    from scoring.model.review import Answer, Review
    from scoring.text.frame import Columns

NOTHING = "no code"  # a code proposed for a statement that codes nothing
FIGURES = ("estimate", "low", "high", "upheld_low", "upheld_high", "upheld_bounds_low", "upheld_bounds_high")
REVIEWED: Columns = {
    **dict.fromkeys(("country", "name"), str),
    **dict.fromkeys(("experts", "governments", "editors", "statements", "read"), int),
    "information_read": float,
    **dict.fromkeys(("disputed", "answered", "void", "missing"), int),
    **dict.fromkeys(FIGURES, float),
}


# -- sentences ---------------------------------------------------------------------------------------------------------


def summary(assessment: Assessment, found: Reviewed) -> str:
    """How far a country was reviewed, and its index if disputes are upheld, in a line without its end."""
    index = assessment.countries[found.row].index
    figure = f"{index.text} ({index.bounds(' to ')})" if assessment.has_bounds else index.text
    upheld = f", or {upheld_text(assessment, found, ' to ')} if disputes are upheld" if found.upheld else ""
    return f"{coverage(found)}; index {figure}{upheld}"


def coverage(found: Reviewed) -> str:
    """How far a country was reviewed, in a line without its end and without figures of the index."""
    missed = f", evidence missed {len(found.missing)}" if found.missing else ""
    return (
        f"{reviewers(found)}; {read_text(found)}, disputed {len(found.disputed)}, answered {found.answered}, "
        f"void since an edit {len(found.void)}{missed}"
    )


def reviewers(found: Reviewed) -> str:
    """Such as `1 expert, 1 government`."""
    return ", ".join(numbers.count(count, role) for role, count in found.reviewers)


def read_text(found: Reviewed) -> str:
    """Such as `61 of 65 statements read (94 % of the information)`."""
    share = "" if math.isnan(found.share) else f" ({numbers.percent(found.share, 0)} % of the information)"
    return f"{found.read} of {numbers.count(found.total, 'statement')} read{share}"


def upheld_text(assessment: Assessment, found: Reviewed, dash: str = "–") -> str:
    """The index if pending disputes are upheld, with its evidence bounds; a dash without any.

    Such as `61.9 to 63.0 (35.9–85.0)`: the bounds are the lowest and the highest of all cases.
    """
    if found.upheld is None:
        return numbers.NONE
    low, high = (assessment.scale.points(value) for value in (found.upheld.low, found.upheld.high))
    if math.isnan(found.upheld.low):
        return numbers.WITHHELD
    bounds = f" ({assessment.scale.span(*found.upheld.bounds, dash)})" if assessment.has_bounds else ""
    return f"{low if low == high else f'{low} to {high}'}{bounds}{' or withheld' if found.upheld.is_withheld else ''}"


def judged_text(one: Judged) -> str:
    """What a reviewer says of a statement, and the answer, in a line."""
    says = f"disputed by {by(one.review)}: {one.judgement.why}" if one.is_dispute else f"agreed by {by(one.review)}"
    proposed = f" Proposes {proposal(one)}." if proposal(one) else ""
    void = " Void: the statement was edited or withdrawn since." if one.is_void else ""
    reply = f" {answer_text(one.answer)}" if one.answer else ""
    return f"{says}{proposed}{reply}{void}"


def by(review: Review) -> str:
    """Who reviewed, as what, and when."""
    return f"{review.reviewer} ({review.role}, {review.on})"


def by_all(reviews: Iterable[Review]) -> str:
    """Who said the same, as what, and when."""
    return "; ".join(map(by, reviews))


def proposal(one: Judged) -> str:
    """The proposed code and source; empty without."""
    codes, source = one.judgement.codes, one.judgement.source
    parts = [] if codes is None else [named_codes(codes, " ") or NOTHING]
    return "; ".join([*parts, *([source] if source else [])])


def answer_text(answer: Answer | None) -> str:
    """The answer of the editors; `open` without one."""
    return f"{answer.says.capitalize()} by {answer.by} on {answer.on}: {answer.why}" if answer else "open"


def dispute_lines(found: Reviewed | None, statement: Statement) -> Iterator[str]:
    """The disputes of a statement, each in a line; one that is void says so."""
    said = found.of(statement.id) if found else ()
    yield from (judged_text(one) for one in said if one.is_dispute)


# -- tables ------------------------------------------------------------------------------------------------------------


def review_tables(assessment: Assessment, found: Sequence[Reviewed], without: Collection[str]) -> list[Table]:
    """How far each country was reviewed; the disputes; and the evidence that reviewers miss.

    without: the countries that are asked for and have no review.
    """
    tables = [_summary_table(assessment, found, without)]
    if any(one.disputed for one in found):
        tables.append(_dispute_table(assessment, found))
    if any(one.missing for one in found):
        tables.append(_missing_table(assessment, found))
    return tables


def _summary_table(assessment: Assessment, found: Sequence[Reviewed], without: Collection[str]) -> Table:
    columns = (
        Column("Country", key=True),
        Column("Reviewers"),
        Column("Read", figures=True),
        Column("Information", figures=True),
        Column("Disputed", figures=True),
        Column("Answered", figures=True),
        Column("Void", figures=True),
        Column("Index", figures=True, part=1),
        *([Column("Bounds", figures=True, part=1)] if assessment.has_bounds else []),
        Column("If upheld", figures=True, part=1),
    )
    rows = tuple(
        (
            assessment.countries[one.row].code,
            reviewers(one),
            f"{one.read} of {one.total}",
            numbers.NONE if math.isnan(one.share) else f"{numbers.percent(one.share, 0)} %",
            str(len(one.disputed)),
            str(one.answered),
            str(len(one.void)),
            assessment.countries[one.row].index.text,
            *([assessment.countries[one.row].index.bounds()] if assessment.has_bounds else []),
            upheld_text(assessment, one),
        )
        for one in found
    )
    notes = [
        "Read: statements that enter the index and that a reviewer has read as they are now.",
        "Information: their share of the information of the index.",
        "Void: judgements of statements that were edited or withdrawn since.",
        "If upheld: the index if pending disputes that propose a code are upheld, each alone or all together.",
        "No dispute changes a score.",
    ]
    if assessment.has_bounds:
        notes.insert(4, "In brackets: the lowest and the highest evidence bound in these cases.")
        notes.insert(3, "Bounds: evidence bounds, the lowest and highest value consistent with the evidence.")
    edited = [f"{assessment.countries[one.row].code} {judged.statement}" for one in found for judged in one.void]
    if edited:
        notes.append(f"Edited or withdrawn since: {numbers.first(list(dict.fromkeys(edited)), len(edited))}.")
    if without:
        notes.append(f"Not reviewed: {', '.join(sorted(without))}.")
    return Table(columns, rows, tuple(notes if rows else notes[-1:]), "Reviews")


def _dispute_table(assessment: Assessment, found: Sequence[Reviewed]) -> Table:
    columns = (
        Column("Country", key=True),
        Column("Statement", key=True),
        Column("Reviewer"),
        Column("Proposed"),
        Column("Index", figures=True),
        *([Column("Bounds", figures=True)] if assessment.has_bounds else []),
        Column("Reason", part=1),
        Column("Answer", part=1),
    )
    rows = tuple(
        (
            assessment.countries[one.row].code,
            judged.statement,
            by(judged.review),
            proposal(judged) or numbers.NONE,
            judged.upheld.text if judged.upheld else numbers.NONE,
            *([judged.upheld.bounds() if judged.upheld else numbers.NONE] if assessment.has_bounds else []),
            judged.judgement.why or "",
            _status(judged),
        )
        for one in found
        for judged in one.disputed
    )
    note = "Index: if this dispute alone is upheld."
    return Table(columns, rows, (note.replace(":", ", bounds:") if assessment.has_bounds else note,), "Disputes")


def _status(judged: Judged) -> str:
    void = "void since an edit" if judged.is_void else ""
    if not judged.is_void or judged.answer:
        return "; ".join(filter(None, (answer_text(judged.answer), void)))
    return void


def _missing_table(assessment: Assessment, found: Sequence[Reviewed]) -> Table:
    columns = (
        Column("Country", key=True),
        Column("Indicator", key=True),
        Column("Reviewers"),
        Column("Text", part=1),
        Column("Source", part=1),
        Column("Answer", part=1),
    )
    rows = tuple(
        (
            assessment.countries[one.row].code,
            missing.indicator,
            by_all(missing.reviews),
            missing.text,
            missing.source,
            answer_text(missing.answer),
        )
        for one in found
        for missing in one.missing
    )
    return Table(columns, rows, (), "Missing evidence")


# -- JSON, CSV and frame -----------------------------------------------------------------------------------------------


def reviews_document(assessment: Assessment, found: Sequence[Reviewed], without: Collection[str]) -> dict[str, Any]:
    """The JSON document of `scoring reviews`."""
    return {
        **envelope(assessment.book),
        "as_of": common_day([assessment.countries[one.row] for one in found]),
        "countries": [
            {
                "country": assessment.countries[one.row].code,
                "name": assessment.countries[one.row].name,
                "as_of": assessment.countries[one.row].as_of.isoformat(),
                "index": node_figures(assessment.countries[one.row].index),
                **reviewed_object(assessment, one),
            }
            for one in found
        ],
        "not_reviewed": sorted(without),
    }


def reviewed_object(assessment: Assessment, found: Reviewed) -> dict[str, Any]:
    """The reviews of a country, for JSON."""
    upheld = found.upheld
    return {
        "reviewers": {role: dict(found.reviewers).get(role, 0) for role in ("expert", "government", "editor")},
        "statements": found.total,
        "read": found.read,
        "information_read": None if math.isnan(found.share) else numbers.exact_unit(found.share),
        "disputed": len(found.disputed),
        "answered": found.answered,
        "void": len(found.void),
        "upheld": None
        if upheld is None
        else {
            "low": assessment.scale.exact(upheld.low),
            "high": assessment.scale.exact(upheld.high),
            "bounds": [assessment.scale.exact(end) for end in upheld.bounds],
            "withheld": upheld.is_withheld,
            "disputes": upheld.disputes,
        },
        "judgements": [judged_object(one) for one in found.judged],
        "missing": [_missed_object(one) for one in found.missed],
    }


def judged_object(one: Judged) -> dict[str, Any]:
    """What a reviewer says of a statement, for JSON."""
    return {
        "statement": one.statement,
        **_review_object(one.review),
        "says": one.judgement.says,
        "void": one.is_void,
        "why": one.judgement.why,
        "codes": None if one.judgement.codes is None else dict(one.judgement.codes),
        "source": one.judgement.source,
        "index_if_upheld": _estimate(one.upheld),
        "bounds_if_upheld": one.upheld and [one.upheld.scale.exact(end) for end in (one.upheld.low, one.upheld.high)],
        "answer": _answer_object(one.answer),
    }


def _estimate(upheld: Score | None) -> float | None:
    return None if upheld is None else upheld.scale.exact(upheld.estimate)


def _missed_object(one: Missed) -> dict[str, Any]:
    return {
        "indicator": one.missing.indicator,
        **_review_object(one.review),
        "text": one.missing.text,
        "source": one.missing.source,
        "answer": _answer_object(one.missing.answer),
    }


def _review_object(review: Review) -> dict[str, str]:
    return {"reviewer": review.reviewer, "role": review.role, "interest": review.interest, "on": review.on}


def _answer_object(answer: Answer | None) -> dict[str, Any] | None:
    return None if answer is None else answer.model_dump()


def reviews_csv(assessment: Assessment, found: Sequence[Reviewed]) -> str:
    """One line per country with a review; figures on the scale of the index, shares in [0, 1]."""
    lines = []
    for one in found:
        record, exact = _record(assessment, one), assessment.scale.exact
        record["information_read"] = numbers.exact_unit(record["information_read"])
        record |= {name: exact(record[name]) for name in FIGURES}
        lines.append(record.values())
    return as_csv(REVIEWED, lines)


def reviews_frame(assessment: Assessment, found: Sequence[Reviewed]) -> Frame:
    """The same records; `low` and `high` are the evidence bounds of the index."""
    return Frame(REVIEWED, tuple(_record(assessment, one) for one in found))


def _record(assessment: Assessment, one: Reviewed) -> dict[str, Any]:
    country, upheld, roles = assessment.countries[one.row], one.upheld, dict(one.reviewers)
    return {
        "country": country.code,
        "name": country.name,
        "experts": roles.get("expert", 0),
        "governments": roles.get("government", 0),
        "editors": roles.get("editor", 0),
        "statements": one.total,
        "read": one.read,
        "information_read": one.share,
        "disputed": len(one.disputed),
        "answered": one.answered,
        "void": len(one.void),
        "missing": len(one.missing),
        "estimate": country.index.estimate,
        "low": country.index.low,
        "high": country.index.high,
        "upheld_low": upheld.low if upheld else math.nan,
        "upheld_high": upheld.high if upheld else math.nan,
        "upheld_bounds_low": upheld.bounds[0] if upheld else math.nan,
        "upheld_bounds_high": upheld.bounds[1] if upheld else math.nan,
    }
