"""Pages about countries and sources, in Markdown, to be read and quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.analysis.explain import leaves
from scoring.model.kinds import leaf_indicators
from scoring.render.score import score_tables
from scoring.render.trend import trend_tables
from scoring.render.wording import (
    GENERATED,
    asked,
    country_name,
    estimate_text,
    has_bounds,
    pillars,
    range_text,
    rank_text,
    reason,
    sourced,
)
from scoring.text import numbers
from scoring.text.markdown import linked, plain
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.country import Basis, CountrySummary
    from scoring.analysis.explain import Explained
    from scoring.change.trend import Point
    from scoring.index.assessment import Assessment
    from scoring.uncertainty.simulation import Simulation

OLDEST = 5
LEVERS = 5


# -- countries ---------------------------------------------------------------------------------------------------------


def country_page(
    assessment: Assessment,
    row: int,
    simulation: Simulation,
    found: CountrySummary,
    points: Sequence[Point],
    *,
    has_limits: bool,
) -> str:
    """What is known of one country, what is missing, contradicted and old, and what would raise its index.

    has_limits: whether the page limits.md lies one folder above, to be linked.
    """
    profile = assessment.profiles[row]
    lines = [
        GENERATED,
        f"# {plain(country_name(profile.country))} ({profile.country})",
        "",
        f"> {plain(quotation(assessment, row, simulation))}",
        "",
        *_basis(found.basis, has_limits=has_limits),
        "",
        as_markdown(_pillar_table(assessment, row)),
        "## What is known",
        "",
        *(line for pillar in found.pillars for line in _known(assessment, row, pillar)),
        "## What is missing",
        "",
        *_missing(assessment, found),
        "",
        "## Contradictions",
        "",
        *_contradictions(assessment, found),
        "",
        "## What would raise the index",
        "",
        *_levers(found),
        "",
        "## The oldest evidence that counts",
        "",
        *(
            f"- {part.statement.date}: {plain(part.statement.text)} (`{part.statement.id}`, {part.node.id})"
            for part in found.oldest[:OLDEST]
        ),
    ]
    if len(points) > 1:
        lines += ["", "## Over time", "", as_markdown(trend_tables(points)[0])]
    return "\n".join(lines).rstrip() + "\n"


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


def _basis(basis: Basis, *, has_limits: bool) -> Iterator[str]:
    days, twice = ", ".join(day.isoformat() for day in basis.editions), basis.coded_twice
    yield f"{basis.coded} coded statements from {basis.sources} sources of {basis.publishers} publishers;"
    yield f"evidence gathered up to {days}. Coded at the desk from public sources, {twice} statements by two coders"
    meaning = " [What that means](../limits.md)." if has_limits else ""
    yield f"independently; not reviewed by experts of the country.{meaning}"


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


def _known(assessment: Assessment, row: int, pillar: Explained) -> Iterator[str]:
    yield f"### {plain(pillar.node.label)}"
    yield ""
    for indicator in _indicators(pillar):
        parts = {part.statement.id: part for leaf in leaves(indicator) for part in leaf.parts}
        if parts:
            stated = numbers.points(float(assessment.figures.stated[row, indicator.node.position]))
            yield f"**{plain(indicator.node.label)}** stated {stated}"
            yield ""
            for part in parts.values():
                yield f"- {plain(part.statement.text)} ({sourced(part.statement, part.source)})"
            yield ""


def _indicators(explained: Explained) -> Iterator[Explained]:
    for child in explained.children:
        if child.node.kind == "group":
            yield from _indicators(child)
        else:
            yield child


def _missing(assessment: Assessment, found: CountrySummary) -> Iterator[str]:
    if not found.missing:
        yield "Nothing: each question has evidence."
    for node in found.missing:
        yield f"- {plain(asked(assessment, node))} (`{node.path.split('/', 2)[2]}`)"


def _contradictions(assessment: Assessment, found: CountrySummary) -> Iterator[str]:
    if not found.contradictions:
        yield f"None: no question has statements with a conflict above {assessment.book.rubric.audit.conflict:g}."
    for contradiction in found.contradictions:
        yield f"- {plain(asked(assessment, contradiction.node))} Conflict {numbers.unit(contradiction.conflict)}:"
        for part in contradiction.parts:
            value = numbers.points(part.entry.value)
            when = part.statement.date or "undated"
            yield f"  - {value}: {plain(part.statement.text)} (`{part.statement.id}`, {when})"


def _levers(found: CountrySummary) -> Iterator[str]:
    yield "Single steps, each as if it were certain; part of a gain is certainty."
    yield ""
    for lever in found.levers[:LEVERS]:
        gain = numbers.signed_points(lever.gain)
        where = f"{lever.indicator}: {lever.item}" if lever.item else lever.indicator
        yield f"- {gain}: {plain(lever.text)} (`{where}`, now {plain(lever.now)}, then {plain(lever.then)})"


def countries_page(assessment: Assessment) -> str:
    """The table of all countries, with links to their pages."""
    tables = score_tables(assessment, range(len(assessment.profiles)))
    links = ", ".join(f"[{country_name(one.country)}]({one.country}.md)" for one in assessment.profiles)
    return "\n".join([GENERATED, "# Countries", "", links + ".", "", *map(as_markdown, tables)]).rstrip() + "\n"


# -- sources -----------------------------------------------------------------------------------------------------------


def sources_page(assessment: Assessment) -> str:
    """Each source of each profile: what it was used for, how it is graded, when it was opened."""
    homes = {leaf.id: one for one in assessment.book.pillars for leaf in leaf_indicators(one.indicators)}
    publishers = {source.publisher for profile in assessment.profiles for source in profile.sources.values()}
    count = sum(len(profile.sources) for profile in assessment.profiles)
    lines = [
        GENERATED,
        "# Sources",
        "",
        f"{count} sources of {len(publishers)} publishers. Used for: pillars, with the number of statements. Grades:",
        "A reliable, B usually, C fairly, D not usually, E unreliable, F cannot be judged; the reason of a grade other",
        "than B stands in the profile.",
        "",
    ]
    columns = ("Source", "Publisher", "Grade", "Used for", "Opened")
    for profile in assessment.profiles:
        lines += [
            f"## {plain(country_name(profile.country))}",
            "",
            f"| {' | '.join(columns)} |",
            "|" + " --- |" * len(columns),
        ]
        for name, source in sorted(profile.sources.items()):
            used: dict[str, int] = {}
            for statement in profile.statements:
                if statement.source == name:
                    for pillar in {homes[one].title for one in statement.codes or {}} or {"context"}:
                        used[pillar] = used.get(pillar, 0) + 1
            uses = plain(", ".join(f"{pillar} {times}" for pillar, times in sorted(used.items())))
            cells = (
                linked(source.title, source.url),
                plain(source.publisher),
                source.reliability,
                uses,
                source.accessed or "",
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
