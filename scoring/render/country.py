"""What is said of one country, for its page in Markdown and for its page of the site.

Templates turn the same plain values into either; each escapes all text by the rules of its format.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from scoring.analysis.explain import REASONS, leaves
from scoring.model.profile import Profile, edition_days
from scoring.render.trend import trend_tables
from scoring.render.wording import (
    GENERATED,
    asked,
    country_name,
    estimate_text,
    gathered_earlier,
    has_bounds,
    has_evidence,
    origin,
    pillars,
    range_text,
    rank_text,
    reason,
)
from scoring.text import numbers
from scoring.text.markdown import linked, plain
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.country import Portrait
    from scoring.analysis.explain import Explained, LeftOut, Part
    from scoring.analysis.levers import Lever
    from scoring.change.trend import Point
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.simulation import Simulation

OLDEST = 5  # statements
LEVERS = 8  # steps of the index, and of each pillar


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
        "bare": _Markdown,  # an id holds nothing that Markdown reads
        "code": lambda text: _Markdown(f"`{text}`"),
        "linked": lambda text, url: _Markdown(linked(text, url)),
        "table": lambda table: _Markdown(as_markdown(table)),
    }
    return environment


def country_page(
    assessment: Assessment,
    row: int,
    simulation: Simulation,
    found: Portrait,
    points: Sequence[Point],
    *,
    has_limits: bool,
) -> str:
    """The page of a country in Markdown.

    Args:
        assessment: of all countries.
        row: of the country in it.
        simulation: of the assessment.
        found: the portrait of the country.
        points: the country over time; of one day alone nothing is said.
        has_limits: whether the page limits.md lies one folder above, to be linked.
    """
    text = (
        _markdown()
        .get_template("country.md.j2")
        .render(
            country_values(assessment, row, simulation, found),
            figures=_pillar_table(assessment, row),
            over_time=trend_tables(points)[0] if len(points) > 1 else None,
            has_limits=has_limits,
        )
    )
    return f"{GENERATED}\n{text.rstrip()}\n"


def country_values(assessment: Assessment, row: int, simulation: Simulation, found: Portrait) -> dict[str, Any]:
    """What is known of a country, what is missing, contradicted and old, and what would raise its index.

    Texts, numbers as text, lists and mappings of them: nothing is escaped, and nothing belongs to one format.
    """
    code = assessment.profiles[row].country
    context = sum(exclusion.reason == "context" for exclusion in assessment.exclusions[row])
    return {
        "code": code,
        "name": country_name(code),
        "quotation": quotation(assessment, row, simulation),
        "basis": _basis(assessment.profiles[row]),
        "until": gathered_earlier(assessment, [row]),
        "bounds": has_bounds(assessment),
        "pillars": [_explained(assessment, row, pillar) for pillar in found.pillars],
        "context": numbers.count(context, "statement") if context else "",
        "missing": [
            {"pillar": _pillar(node.path), "text": asked(assessment, node), "id": node.path.split("/", 2)[2]}
            for node in found.missing
        ],
        "contradictions": [_contradiction(assessment, row, leaf) for leaf in found.contradictions],
        "conflict": f"{assessment.book.rubric.audit.conflict:g}",
        "levers": list(_levers(assessment, found.levers)),
        "oldest": [_statement(part) | {"node": part.node.id} for part in found.oldest[:OLDEST]],
    }


def quotation(assessment: Assessment, row: int, simulation: Simulation) -> str:
    """The index in a sentence that can stand alone."""
    rubric, profile, root = assessment.book.rubric, assessment.profiles[row], assessment.nodes[0]
    bounds = range_text(assessment, row, root, " to ") if has_bounds(assessment) else ""
    about = f"{rubric.id} {rubric.version}, actor {profile.actor}, as of {assessment.as_of[row].isoformat()}"
    name = country_name(profile.country)
    if assessment.withheld_because[row]:
        rest = f"; evidence bounds {bounds}" if bounds else ""
        return f"{name}: the index is withheld, since {reason(assessment, row)}{rest} ({about})."
    drawn = [numbers.points(float(array[row])) for array in (simulation.low, simulation.high)]
    return (
        f"{name} scores {estimate_text(assessment, row, root)} of 100, {assessment.band[row]}, rank "
        f"{rank_text(assessment, row)}. {f'Evidence bounds {bounds}; ' if bounds else ''}90 % of the draws lie between "
        f"{drawn[0]} and {drawn[1]} ({about})."
    )


def _basis(profile: Profile) -> tuple[str, ...]:
    """What the figures rest on, in lines."""
    coded = [statement for statement in profile.statements if statement.codes]
    twice = sum(statement.coders is not None for statement in coded)
    publishers = {source.publisher for source in profile.sources.values()}
    days = ", ".join(day.isoformat() for day in edition_days(profile))
    return (
        f"{len(coded)} coded statements from {len(profile.sources)} sources of {len(publishers)} publishers;",
        f"evidence gathered up to {days}. Coded at the desk from public sources, {twice} statements by two coders",
        "independently; not reviewed by experts of the country.",
    )


def _pillar_table(assessment: Assessment, row: int) -> Table:
    columns = (
        Column("Pillar"),
        Column("Estimate", figures=True),
        *([Column("Range", figures=True)] if has_bounds(assessment) else []),
        Column("Stated", figures=True),
        Column("Information", figures=True),
        Column("Availability", figures=True),
    )
    values = assessment.figures
    rows = tuple(
        (
            node.label,
            estimate_text(assessment, row, node),
            *([range_text(assessment, row, node)] if has_bounds(assessment) else []),
            numbers.points(float(values.stated[row, node.position])),
            numbers.unit(float(values.information[row, node.position])),
            numbers.unit(float(values.availability[row, node.position])),
        )
        for node in pillars(assessment)
    )
    return Table(columns, rows)


def _explained(assessment: Assessment, row: int, explained: Explained) -> dict[str, Any]:
    """A node with its figures as text, and the statements on it: those that enter, then the others with the reason.

    `known` are the questions below it that have evidence, each with all statements that enter it or an item of it.
    """
    node, values = explained.node, assessment.figures

    def text(name: str) -> str:
        return numbers.points(float(getattr(values, name)[row, node.position]))

    conflict = float(assessment.conflict[row, node.position])
    known = has_evidence(assessment, row, node)
    return {
        "id": node.id,
        "label": node.label,
        "kind": node.kind,
        "share": numbers.points(node.nominal),
        "estimate": estimate_text(assessment, row, node),
        "counts": "" if known or not has_bounds(assessment) else text("estimate"),
        "range": range_text(assessment, row, node) if has_bounds(assessment) else "",
        "stated": text("stated"),
        "information": numbers.unit(float(values.information[row, node.position])),
        "conflict": numbers.unit(conflict) if conflict > 0 else "",
        "has_evidence": known,
        "statements": [
            *(_statement(part) | {"weight": _weight(part), "why": ""} for part in explained.parts),
            *(_statement(left) | {"weight": "", "why": REASONS[left.reason]} for left in explained.left_out),
        ],
        "children": [_explained(assessment, row, child) for child in explained.children],
        "known": list(_known(assessment, row, explained)) if node.kind == "pillar" else [],
    }


def _known(assessment: Assessment, row: int, explained: Explained) -> Iterator[dict[str, Any]]:
    for child in explained.children:
        if child.node.kind == "group":
            yield from _known(assessment, row, child)
        elif parts := {part.statement.id: part for leaf in leaves(child) for part in leaf.parts}:
            stated = numbers.points(float(assessment.figures.stated[row, child.node.position]))
            yield {"label": child.node.label, "stated": stated, "statements": list(map(_statement, parts.values()))}


def _statement(entry: Part | LeftOut) -> dict[str, Any]:
    statement, source = entry.statement, entry.source
    return {
        "id": statement.id,
        "text": statement.text,
        "url": source.url,
        "note": statement.note or "",
        **origin(statement, source)._asdict(),
    }


def _weight(part: Part) -> str:
    entry = part.entry
    what = f"count {entry.value:g}" if part.node.kind == "count" else f"value {numbers.points(entry.value)}"
    return f"{what}, weight {numbers.unit(entry.weight)}, {numbers.points(part.share, 2)} % of the index"


def _contradiction(assessment: Assessment, row: int, leaf: Explained) -> dict[str, Any]:
    return {
        "pillar": _pillar(leaf.node.path),
        "text": asked(assessment, leaf.node),
        "conflict": numbers.unit(float(assessment.conflict[row, leaf.node.position])),
        "statements": [
            _statement(part) | {"value": numbers.points(part.entry.value)}
            for part in sorted(leaf.parts, key=lambda part: (part.entry.value, part.statement.id))
        ],
    }


def _levers(assessment: Assessment, levers: Sequence[Lever]) -> Iterator[dict[str, Any]]:
    """The best single steps of all and of each pillar; `more` are those that only their pillar shows."""
    paths = {node.id: node.path for node in assessment.nodes if node.kind != "item"}
    shown: Counter[str] = Counter()
    for place, lever in enumerate(levers):
        pillar = _pillar(paths[lever.indicator])
        shown[pillar] += 1
        if shown[pillar] <= LEVERS:
            yield {
                "pillar": pillar,
                "more": place >= LEVERS,
                "gain": numbers.signed_points(lever.gain),
                "text": lever.text,
                "where": f"{lever.indicator}: {lever.item}" if lever.item else lever.indicator,
                "now": lever.now,
                "then": lever.then,
            }


def _pillar(path: str) -> str:
    return path.split("/")[1]
