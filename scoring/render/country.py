"""The page of a country: its values, for Markdown and for the site, and the page in Markdown.

Templates turn the same values into either format; each escapes all text by the rules of its format.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from scoring.analysis.explain import Part, leaves
from scoring.files.defaults import defaults
from scoring.index.summary import BORROWED, collected_earlier, facing, interval_name, listed, own_scales
from scoring.render import reviews
from scoring.render.trend import trend_tables
from scoring.render.wording import GENERATED, coder_marks, origin, reliance_lines, why_left_out, withdrawal
from scoring.text import numbers
from scoring.text.markdown import linked, plain
from scoring.text.prose import capital, joined, long_date, ordinal, possessive, with_article
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.country import Basis, Contradiction, CountrySummary
    from scoring.analysis.explain import Explained, LeftOut
    from scoring.analysis.levers import Lever
    from scoring.analysis.reviews import Reviewed
    from scoring.change.trend import Point
    from scoring.index.assessment import Assessment
    from scoring.index.scores import CountryScore
    from scoring.model.rubric import About
    from scoring.uncertainty.simulation import Simulation


LEVERS = "Possible improvements"
"""The heading of the list of possible improvements, if the rubric gives none."""


class _Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


@cache
def _markdown() -> Environment:
    environment = Environment(  # noqa: S701  all text is escaped, by the rules of Markdown
        loader=PackageLoader("scoring.render"),
        finalize=lambda value: value if isinstance(value, _Markdown) else plain(str(value)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "bare": _Markdown,  # an id has no character that is Markdown syntax
        "code": lambda text: _Markdown(f"`{text}`"),
        "linked": lambda text, url: _Markdown(linked(text, url)),
        "table": lambda table: _Markdown(as_markdown(table)),
    }
    return environment


def country_page(
    assessment: Assessment,
    row: int,
    simulation: Simulation,
    summary: CountrySummary,
    points: Sequence[Point],
    *,
    has_limits: bool,
    found: Reviewed | None = None,
) -> str:
    """The page of a country in Markdown.

    Args:
        assessment: of all countries.
        row: of the country.
        simulation: of the assessment.
        summary: of the country.
        points: the country over time; a single point is not shown.
        has_limits: whether to link to limits.md in the folder above.
        found: the reviews of the country, if there are any.
    """
    text = (
        _markdown()
        .get_template("country.md.j2")
        .render(
            country_values(assessment, row, simulation, summary, found),
            figures=_pillar_table(assessment, assessment.countries[row]),
            over_time=trend_tables(points)[0] if len(points) > 1 else None,
            has_limits=has_limits,
        )
    )
    return f"{GENERATED}\n{text.rstrip()}\n"


def country_values(
    assessment: Assessment, row: int, simulation: Simulation, summary: CountrySummary, found: Reviewed | None = None
) -> dict[str, Any]:
    """The values of the page of a country: known, missing, contradictory and old evidence, and possible improvements.

    All values are texts, numbers as text, and lists and mappings of these. Nothing is escaped.
    """
    country = assessment.countries[row]
    oldest = summary.oldest[: defaults().shown.oldest_statements]
    return {
        "code": country.code,
        "name": country.name,
        "quotation": quotation(country, simulation),
        "basis": _basis(summary.basis, assessment.book.rubric.about, is_reviewed=found is not None),
        "reviews": _reviews(assessment, found) if found else None,
        "reliance": reliance_lines(country.profile, summary.reliance) if summary.reliance else (),
        "until": collected_earlier([country]),
        "bounds": assessment.has_bounds,
        "mean": "Evidence mean" if assessment.has_bounds else "Estimate",
        "levers_heading": assessment.book.rubric.about.levers or LEVERS,
        "borrows": assessment.book.rubric.prior.borrows,
        "borrowed": BORROWED,
        "pillars": [_explained(assessment, country, pillar, found) for pillar in summary.pillars],
        "context": numbers.count(summary.basis.context, "statement") if summary.basis.context else "",
        "missing": [
            {
                "pillar": _pillar(leaf.node.path),
                "text": assessment.question(leaf.node),
                "id": leaf.node.path.split("/", 2)[2],
                "expected": leaf.node.scale.points(leaf.expectation.centre, -1) if leaf.expectation else "",
            }
            for leaf in summary.missing
        ],
        "expectation": _expectation(assessment),
        "searched": [
            {"id": search.indicator, "text": search.told}
            for search in country.profile.searched
            if search.indicator in assessment.book.leaves
        ],
        "contradictions": [_contradiction(assessment, contradiction) for contradiction in summary.contradictions],
        "conflict": f"{assessment.book.rubric.audit.conflict:g}",
        "levers": list(_levers(assessment, summary.levers)),
        "withdrawn": [
            {"text": statement.text, "id": statement.id, "why": withdrawal(statement)}
            for statement in sorted(country.profile.statements, key=lambda statement: statement.id)
            if statement.withdrawn
        ],
        "oldest": [_statement(part) | {"node": part.node.id} for part in oldest],
    }


def quotation(country: CountryScore, simulation: Simulation) -> str:
    """The index in a sentence that can be quoted on its own."""
    assessment = simulation.assessment
    rubric = assessment.book.rubric
    bounds = f", evidence bounds {country.index.bounds(' to ')}" if assessment.has_bounds else ""
    about = listed(rubric.title, f"{rubric.id} {rubric.version}", facing([country.profile.actor]))
    index, day = f"{capital(possessive(with_article(country.name)))} index", long_date(country.as_of)
    if not country.is_published:
        return f"{index} on {day} is withheld, since {country.because}{bounds} ({about})."
    row = country.row
    interval = assessment.scale.span(float(simulation.low[row]), float(simulation.high[row]), " to ")
    first, last = simulation.rank_interval(row) or (country.rank, country.rank)
    plausibly = f", plausibly {ordinal(first)} to {ordinal(last)}" if first and last and first < last else ""
    borrowed = f"{country.scale.signed(country.index.borrowed)} points are borrowed from the country's own record"
    return (
        f"{index} was {country.index.text} {country.scale.unit} on {day} ({interval_name(rubric)} {interval}{bounds}), "
        f"in the band “{country.band}”; it ranked {country.rank_text}{plausibly} ({about})."
        f"{f' Of the index, {borrowed}.' if rubric.prior.borrows else ''}"
    )


def _reviews(assessment: Assessment, found: Reviewed) -> dict[str, Any]:
    """How far the country was reviewed, the disputes, and the evidence that reviewers miss."""
    return {
        "summary": f"{capital(reviews.summary(assessment, found))}.",
        "disputes": [{"id": one.statement, "text": reviews.judged_text(one)} for one in found.disputed],
        "missing": [
            {"id": one.indicator, "text": one.text, "source": one.source}
            | {"by": reviews.by_all(one.reviews), "answer": reviews.answer_text(one.answer)}
            for one in found.missing
        ],
    }


def _basis(basis: Basis, about: About, *, is_reviewed: bool) -> tuple[str, ...]:
    """The basis of the figures, in lines: statements, sources, last day of evidence and coders.

    is_reviewed: what the rubric says of reviews does not hold of this country.
    """
    statements = numbers.count(basis.coded, "coded statement")
    sources, publishers = numbers.count(basis.sources, "source"), numbers.count(basis.publishers, "publisher")
    days = joined(list(map(long_date, basis.editions)) or [long_date(basis.coded_until)])
    coded_twice = numbers.count(basis.coded_twice, "statement") if basis.coded_twice else "no statement"
    coding = (about.coding, coded_twice)
    review = f"; {about.review}" if about.review and not is_reviewed else ""
    return (
        f"{statements} from {sources} by {publishers};",
        f"evidence collected up to {days}. {capital('; '.join(filter(None, coding)))} coded by two coders",
        f"independently{review}.",
    )


def _expectation(assessment: Assessment) -> str:
    """What the figures in the list of missing evidence are; empty where nothing is expected."""
    if not assessment.has_bounds:
        return ""
    record = " and this country's answers to other questions" if assessment.book.rubric.prior.borrows else ""
    return (
        "No evidence was found on these questions. Each figure is what is expected, by the usual level of the question"
        f"{record}; it was not observed."
    )


def _pillar_table(assessment: Assessment, country: CountryScore) -> Table:
    borrows = assessment.book.rubric.prior.borrows
    columns = (
        Column("Pillar"),
        Column("Estimate", figures=True),
        *([Column("Borrowed", figures=True)] if borrows else []),
        *([Column("Bounds", figures=True)] if assessment.has_bounds else []),
        *([Column("Evidence mean", figures=True)] if assessment.has_bounds else []),
        Column("Information", figures=True),
        Column("Availability", figures=True),
    )
    rows = tuple(
        (
            pillar.node.label,
            pillar.text,
            *([pillar.scale.signed(pillar.borrowed)] if borrows else []),
            *([pillar.bounds()] if assessment.has_bounds else []),
            *([pillar.scale.points(pillar.stated)] if assessment.has_bounds else []),
            numbers.unit(pillar.information),
            numbers.unit(pillar.availability),
        )
        for pillar in country.pillars
    )
    scales = own_scales(country)
    return Table(columns, rows, (*((BORROWED,) if borrows else ()), *((scales,) if scales else ())))


def _explained(
    assessment: Assessment, country: CountryScore, explained: Explained, found: Reviewed | None
) -> dict[str, Any]:
    """A node with its figures as text and its statements: those that enter, then the others with the reason.

    `known` lists the questions below a pillar that have evidence, each with all statements that enter it or its items.
    """
    node = explained.node
    score = country.nodes[node.position]
    return {
        "id": node.id,
        "label": node.label,
        "kind": node.kind,
        "share": numbers.percent(node.global_weight),
        "estimate": score.text,
        "counts": "" if score.has_evidence or not assessment.has_bounds else score.scale.points(score.computed),
        "range": score.bounds() if assessment.has_bounds else "",
        "stated": score.scale.points(score.stated),
        "information": numbers.unit(score.information),
        "conflict": numbers.unit(score.conflict) if score.conflict > 0 else "",
        "has_evidence": score.has_evidence,
        "statements": [
            *(_disputed(part, found) | {"weight": _weight(part), "why": ""} for part in explained.parts),
            *(_disputed(left, found) | {"weight": "", "why": why_left_out(left)} for left in explained.left_out),
        ],
        "children": [_explained(assessment, country, child, found) for child in explained.children],
        "known": list(_known(country, explained, found)) if node.kind == "pillar" else [],
    }


def _known(country: CountryScore, explained: Explained, found: Reviewed | None) -> Iterator[dict[str, Any]]:
    for child in explained.children:
        if child.node.kind == "group":
            yield from _known(country, child, found)
        elif parts := {part.statement.id: part for leaf in leaves(child) for part in leaf.parts}:
            stated = child.node.scale.points(country.nodes[child.node.position].stated)
            statements = [_disputed(part, found) for part in parts.values()]
            yield {"label": child.node.label, "stated": stated, "statements": statements}


def _disputed(entry: Part | LeftOut, found: Reviewed | None) -> dict[str, Any]:
    """A statement with the disputes of it."""
    return _statement(entry) | {"disputes": list(map(capital, reviews.dispute_lines(found, entry.statement)))}


def _statement(entry: Part | LeftOut) -> dict[str, Any]:
    statement, source = entry.statement, entry.source
    return {
        "id": statement.id,
        "text": statement.text,
        "url": source.url,
        "note": statement.note or "",
        "marks": coder_marks(entry) if isinstance(entry, Part) else (),
        **origin(statement, source)._asdict(),
    }


def _weight(part: Part) -> str:
    entry = part.entry
    value = (
        f"count {entry.value:g}" if part.node.saturation is not None else f"value {part.node.scale.points(entry.value)}"
    )
    return f"{value}, weight {numbers.unit(entry.weight)}, {numbers.percent(part.share, 2)} % of the index"


def _contradiction(assessment: Assessment, contradiction: Contradiction) -> dict[str, Any]:
    points = contradiction.node.scale.points
    return {
        "pillar": _pillar(contradiction.node.path),
        "text": assessment.question(contradiction.node),
        "conflict": numbers.unit(contradiction.conflict),
        "statements": [_statement(part) | {"value": points(part.entry.value)} for part in contradiction.parts],
    }


def _levers(assessment: Assessment, levers: Sequence[Lever]) -> Iterator[dict[str, Any]]:
    """The largest possible improvements overall and per pillar; `more` marks those that only their pillar shows."""
    paths = {node.id: node.path for node in assessment.nodes if node.kind != "item"}
    shown: Counter[str] = Counter()
    most = defaults().shown.levers
    for position, lever in enumerate(levers):
        pillar = _pillar(paths[lever.indicator])
        shown[pillar] += 1
        if shown[pillar] <= most:
            yield {
                "pillar": pillar,
                "more": position >= most,
                "gain": assessment.scale.signed(lever.gain),
                "text": lever.text,
                "where": f"{lever.indicator}: {lever.item}" if lever.item else lever.indicator,
                "now": lever.now,
                "then": lever.then,
            }


def _pillar(path: str) -> str:
    return path.split("/")[1]
