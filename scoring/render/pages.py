"""Pages about countries and sources, in Markdown, to be read and quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.analysis.explain import leaves
from scoring.files.defaults import defaults
from scoring.model.countries import country_name
from scoring.render.rows import estimate_text, range_text
from scoring.render.score import score_tables
from scoring.render.trend import trend_tables
from scoring.render.wording import GENERATED, interval_share, sourced
from scoring.text import numbers
from scoring.text.markdown import linked, plain
from scoring.text.table import Column, Table, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.analysis.country import Basis, CountrySummary
    from scoring.analysis.explain import Explained
    from scoring.change.trend import Point
    from scoring.index.assessment import Assessment
    from scoring.model.rubric import About
    from scoring.uncertainty.simulation import Simulation


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
    profile, rubric = assessment.profiles[row], assessment.book.rubric
    lines = [
        GENERATED,
        f"# {plain(country_name(profile.country))} ({profile.country})",
        "",
        f"> {plain(quotation(assessment, row, simulation))}",
        "",
        *_basis(found.basis, rubric.about, has_limits=has_limits),
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
            for part in found.oldest[: defaults().shown.oldest_statements]
        ),
    ]
    if len(points) > 1:
        lines += ["", "## Over time", "", as_markdown(trend_tables(points)[0])]
    return "\n".join(lines).rstrip() + "\n"


def quotation(assessment: Assessment, row: int, simulation: Simulation) -> str:
    """The index in a sentence that can stand alone."""
    rubric, profile, root = assessment.book.rubric, assessment.profiles[row], assessment.nodes[0]
    bounds = range_text(assessment, row, root, " to ") if assessment.has_bounds else ""
    about = f"{rubric.id} {rubric.version}, actor {profile.actor}, as of {assessment.as_of[row].isoformat()}"
    name = country_name(profile.country)
    if assessment.withheld_because[row]:
        rest = f"; evidence bounds {bounds}" if bounds else ""
        return f"{name}: the index is withheld, since {assessment.countries[row].reason}{rest} ({about})."
    drawn = [numbers.points(float(array[row])) for array in (simulation.low, simulation.high)]
    return (
        f"{name} scores {estimate_text(assessment, row, root)} of 100, {assessment.band[row]}, rank "
        f"{assessment.countries[row].rank_text}. {f'Evidence bounds {bounds}; ' if bounds else ''}"
        f"{interval_share(rubric)} of the draws lie between {drawn[0]} and {drawn[1]} ({about})."
    )


def _basis(basis: Basis, about: About, *, has_limits: bool) -> Iterator[str]:
    days, twice = ", ".join(day.isoformat() for day in basis.editions), basis.coded_twice
    yield f"{basis.coded} coded statements from {basis.sources} sources of {basis.publishers} publishers;"
    coding = f"{plain(about.coding)}, " if about.coding else ""
    yield f"evidence gathered up to {days}. {coding}{twice} statements by two coders"
    review = f"; {plain(about.review)}" if about.review else ""
    meaning = " [What that means](../limits.md)." if has_limits else ""
    yield f"independently{review}.{meaning}"


def _pillar_table(assessment: Assessment, row: int) -> Table:
    columns = (
        Column("Pillar"),
        Column("Estimate", figures=True),
        *([Column("Range", figures=True)] if assessment.has_bounds else []),
        Column("Stated", figures=True),
        Column("Information", figures=True),
        Column("Availability", figures=True),
    )
    values = assessment.figures
    rows = tuple(
        (
            node.label,
            estimate_text(assessment, row, node),
            *([range_text(assessment, row, node)] if assessment.has_bounds else []),
            numbers.points(float(values.stated[row, node.position])),
            numbers.unit(float(values.information[row, node.position])),
            numbers.unit(float(values.availability[row, node.position])),
        )
        for node in assessment.pillars
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
        yield f"- {plain(assessment.question(node))} (`{node.path.split('/', 2)[2]}`)"


def _contradictions(assessment: Assessment, found: CountrySummary) -> Iterator[str]:
    if not found.contradictions:
        yield f"None: no question has statements with a conflict above {assessment.book.rubric.audit.conflict:g}."
    for contradiction in found.contradictions:
        question = plain(assessment.question(contradiction.node))
        yield f"- {question} Conflict {numbers.unit(contradiction.conflict)}:"
        for part in contradiction.parts:
            value = numbers.points(part.entry.value)
            when = part.statement.date or "undated"
            yield f"  - {value}: {plain(part.statement.text)} (`{part.statement.id}`, {when})"


def _levers(found: CountrySummary) -> Iterator[str]:
    yield "Single steps, each as if it were certain; part of a gain is certainty."
    yield ""
    for lever in found.levers[: defaults().shown.levers]:
        gain = numbers.signed_points(lever.gain)
        where = f"{lever.indicator}: {lever.item}" if lever.item else lever.indicator
        yield f"- {gain}: {plain(lever.text)} (`{where}`, now {plain(lever.now)}, then {plain(lever.then)})"


def countries_page(assessment: Assessment) -> str:
    """The table of all countries, with links to their pages."""
    tables = score_tables(assessment, assessment.countries)
    links = ", ".join(f"[{country_name(one.country)}]({one.country}.md)" for one in assessment.profiles)
    return "\n".join([GENERATED, "# Countries", "", links + ".", "", *map(as_markdown, tables)]).rstrip() + "\n"


# -- sources -----------------------------------------------------------------------------------------------------------


def sources_page(assessment: Assessment) -> str:
    """Each source of each profile: what it was used for, how it is graded, when it was opened."""
    pillar_of = assessment.book.pillar_of
    sources = [source for profile in assessment.profiles for source in profile.sources.values()]
    publishers = len({source.publisher for source in sources})
    has_reasons = all(source.note for source in sources if source.reliability != "B")
    lines = [
        GENERATED,
        "# Sources",
        "",
        f"{len(sources)} sources of {publishers} publishers. Used for: pillars, with the number of statements. Grades:",
        "A reliable, B usually, C fairly, D not usually, E unreliable, F cannot be judged"
        + ("; the reason of a grade other\nthan B stands in the profile." if has_reasons else "."),
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
                    for pillar in {pillar_of[name].title for name in statement.codes or {}} or {"context"}:
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
