"""An assessment as a table for people, as CSV and as JSON for machines."""

from __future__ import annotations

import itertools
import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from scoring.countries import country_names
from scoring.pipeline import comparable, missing, node_names, scored_as, withheld_because
from scoring.render import figures
from scoring.render.table import Column, Table, as_csv
from scoring.results import Figures
from scoring.schema import coded_until
from scoring.simulate import INTERVAL

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.results import Assessment, Node
    from scoring.schema import Publish

FORMAT_VERSION = 1
FIGURES = tuple(field.name for field in fields(Figures))
SHARES = ("information", "availability")  # on the scale of 0 to 1, all others on 0 to 100
NAMED = 3  # missing nodes that a reason names
_LOW, _HIGH = (figures.points(share, 0) for share in INTERVAL)
ORDER = (
    f"Two countries are distinguishable where the probability that one lies above the other is below {_LOW} % or above "
    f"{_HIGH} %; ranges that overlap do not decide it."
)


def country_name(code: str) -> str:
    """The English short name of a country; the code itself for an example country."""
    return country_names().get(code, code)


def by_rank(assessment: Assessment) -> list[int]:
    """The rows of the countries: the published by rank, then the withheld; by code where that leaves it open."""
    return sorted(
        range(len(assessment.profiles)),
        key=lambda row: (assessment.rank[row] is None, assessment.rank[row] or 0, assessment.profiles[row].country),
    )


def pillars(assessment: Assessment) -> list[Node]:
    """The nodes below the index."""
    return [assessment.nodes[child] for child in assessment.nodes[0].children]


def asked(assessment: Assessment, node: Node) -> str:
    """The question of an indicator, and of an item its text too."""
    if node.kind != "item" or node.parent is None:
        return node.label
    return f"{assessment.nodes[node.parent].label} {node.label}"


def is_thin(assessment: Assessment, row: int, node: Node) -> bool:
    """Whether a node on its own would fail the tests of information and availability that the index must pass."""
    failed = withheld_because(assessment.figures, row, assessment.book.rubric.publish, node.position)
    return not set(SHARES).isdisjoint(failed)


def has_evidence(assessment: Assessment, row: int, node: Node) -> bool:
    """Whether any statement enters a node."""
    return not math.isnan(assessment.figures.stated[row, node.position])


def has_bounds(assessment: Assessment) -> bool:
    """Whether evidence leaves anything open; under a prior without weight its bounds are the estimate itself."""
    return assessment.book.rubric.prior.weight > 0


def estimate_text(assessment: Assessment, row: int, node: Node) -> str:
    """The estimate of a node as it is printed: one of a thin pillar marked, or the word for why there is none."""
    if node.parent is None and assessment.withheld_because[row]:
        return figures.WITHHELD
    if not has_evidence(assessment, row, node):
        return figures.NO_EVIDENCE
    text = figures.points(float(assessment.shown[row, node.position]))
    is_marked = node.kind == "pillar" and text != figures.NONE and is_thin(assessment, row, node)
    return f"~{text}" if is_marked else text


def range_text(assessment: Assessment, row: int, node: Node, dash: str = "–") -> str:
    """The bounds of a node, lowest and highest."""
    ends = (assessment.figures.low, assessment.figures.high)
    return dash.join(figures.points(float(end[row, node.position])) for end in ends)


def rank_text(assessment: Assessment, row: int) -> str:
    """A rank and among how many, with how many have none."""
    ranked, every = sum(rank is not None for rank in assessment.rank), len(assessment.rank)
    return f"{assessment.rank[row]} of {ranked}{among(ranked, every)}"


def among(ranked: int, every: int) -> str:
    """What to say behind `of` so many that are ranked: whether there are others, and why they are not."""
    return "" if ranked == every else f" with enough evidence, of {figures.count(every, 'country', 'countries')}"


def thin_note(assessment: Assessment) -> str:
    """What the mark of a thin node says."""
    publish = assessment.book.rubric.publish
    return f"~ thin: information below {publish.information:g} or availability below {publish.availability:g}."


# -- for people --------------------------------------------------------------------------------------------------------


def score_tables(assessment: Assessment, rows: Sequence[int], *, ascii_only: bool = False) -> list[Table]:
    """The published by rank, and the withheld with their reasons."""
    published = [row for row in rows if assessment.rank[row] is not None]
    published.sort(key=lambda row: (assessment.rank[row] or 0, assessment.profiles[row].country))
    withheld = [row for row in rows if assessment.rank[row] is None]
    tables = [_published_table(assessment, published, withheld, ascii_only=ascii_only)]
    if withheld:
        tables.append(_withheld_table(assessment, withheld, ascii_only=ascii_only))
    return tables


def title(assessment: Assessment) -> str:
    """Rubric, version and as-of date in a line."""
    rubric = assessment.book.rubric
    days = sorted({day.isoformat() for day in assessment.as_of})
    actors = sorted({profile.actor for profile in assessment.profiles})
    when = days[0] if len(days) == 1 else f"each country's own date, {days[0]} to {days[-1]}" if days else "no day"
    return f"{rubric.title}, {rubric.id}@{rubric.version}, actor {', '.join(actors)}, as of {when}"


def _published_table(assessment: Assessment, rows: list[int], withheld: list[int], *, ascii_only: bool) -> Table:
    heads = pillars(assessment)
    is_open = has_bounds(assessment)
    shorts = {pillar.id: pillar.short or pillar.title for pillar in assessment.book.pillars}
    columns = (
        Column("Rank", figures=True),
        Column("Country", key=True),
        Column("Index", figures=True),
        *([Column("Range", figures=True)] if is_open else []),
        Column("0 … 100" if not ascii_only else "0 - 100", optional=True),
        Column("Stated", figures=True),
        Column("Inform.", figures=True),
        Column("Avail.", figures=True),
        Column("Band"),
        *(Column(shorts[node.id], figures=True, part=1) for node in heads),
    )
    cells = tuple(_published_row(assessment, row, heads, ascii_only=ascii_only) for row in rows)
    total = sum(rank is not None for rank in assessment.rank)
    notes = [f"Rank: 1 = highest estimate among the {total} published; ties share the best rank (1, 1, 3)."]
    if is_open:
        notes.append("Range: evidence bounds, the lowest and highest value consistent with the evidence.")
    if total > 1:
        notes.append(f"{ORDER} `scoring rank` gives it.")
    if any(is_thin(assessment, row, node) for row in rows for node in heads):
        notes.append(thin_note(assessment))
    notes += incomparable(assessment, rows)
    notes += gathered_earlier(assessment, [*rows, *withheld])
    named = [f"{pillar.short} {pillar.title}" for pillar in assessment.book.pillars if pillar.short]
    if named:
        notes.append(f"Pillars: {', '.join(named)}.")
    if not rows and not withheld:
        notes = ["No country: the folder holds no profile, or none of those asked for."]
    return Table(columns, cells, tuple(notes), title(assessment) if rows or withheld else "")


def incomparable(assessment: Assessment, rows: Sequence[int]) -> list[str]:
    """A line for each two countries whose scores are not comparable, with what they differ in."""
    found = []
    for first, second in itertools.combinations(rows, 2):
        if differs := comparable(scored_as(assessment, first), scored_as(assessment, second)):
            pair = " and ".join(assessment.profiles[row].country for row in (first, second))
            found.append(f"Not comparable: {pair} differ in {', '.join(differs)}.")
    return found


def gathered_earlier(assessment: Assessment, rows: Sequence[int]) -> list[str]:
    """A line for each day before the as-of date up to which alone the evidence of some countries was gathered."""
    codes: dict[dt.date, list[str]] = {}
    for row in sorted(rows):
        until = coded_until(assessment.profiles[row], assessment.as_of[row])
        if until < assessment.as_of[row]:
            codes.setdefault(until, []).append(assessment.profiles[row].country)
    return [
        f"Evidence gathered only up to {day.isoformat()}: {', '.join(some)}; what came later was not looked for."
        for day, some in sorted(codes.items())
    ]


def _published_row(assessment: Assessment, row: int, heads: list[Node], *, ascii_only: bool) -> tuple[str, ...]:
    values = assessment.figures
    low, high, estimate = (float(array[row, 0]) for array in (values.low, values.high, assessment.shown))
    profile, root = assessment.profiles[row], assessment.nodes[0]
    return (
        str(assessment.rank[row]),
        f"{country_name(profile.country)} ({profile.country})",
        figures.points(estimate),
        *([range_text(assessment, row, root, "-" if ascii_only else "–")] if has_bounds(assessment) else []),
        figures.bar(low, high, estimate, ascii_only=ascii_only),
        figures.points(float(values.stated[row, 0])),
        figures.unit(float(values.information[row, 0])),
        figures.unit(float(values.availability[row, 0])),
        assessment.band[row] or "",
        *(estimate_text(assessment, row, node) for node in heads),
    )


def _withheld_table(assessment: Assessment, rows: list[int], *, ascii_only: bool) -> Table:
    is_open = has_bounds(assessment)
    bounds = (
        Column("Range", figures=True),
        Column("0 … 100" if not ascii_only else "0 - 100", optional=True),
    )
    columns = (Column("Withheld", key=True), *(bounds if is_open else ()), Column("Because"))
    cells = tuple(
        (
            f"{country_name(assessment.profiles[row].country)} ({assessment.profiles[row].country})",
            *(_bounds_cells(assessment, row, ascii_only=ascii_only) if is_open else ()),
            reason(assessment, row),
        )
        for row in rows
    )
    return Table(columns, cells, faint=frozenset(range(len(cells))))


def _bounds_cells(assessment: Assessment, row: int, *, ascii_only: bool) -> tuple[str, str]:
    low, high = float(assessment.figures.low[row, 0]), float(assessment.figures.high[row, 0])
    return (
        range_text(assessment, row, assessment.nodes[0], "-" if ascii_only else "–"),
        figures.bar(low, high, None, ascii_only=ascii_only),
    )


def reason(assessment: Assessment, row: int) -> str:
    """Why an index is withheld, with the figure and what the rubric asks for; empty if it is published."""
    found = {name: float(getattr(assessment.figures, name)[row, 0]) for name in SHARES}
    failed = assessment.withheld_because[row]
    return reason_text(failed, found, assessment.book.rubric.publish, node_names(missing(assessment, row)))


def reason_text(
    failed: Iterable[str], found: Mapping[str, float], publish: Publish, missing_nodes: Sequence[str] = ()
) -> str:
    """The publication tests that fail, with the figures found and what the rubric asks for, or the nodes missing."""

    def told(test: str) -> str:
        if test == "missing":
            return f"no evidence on {_named(missing_nodes)}, which must not be missing"
        if found[test] == 0 == getattr(publish, test):
            return "there is no evidence"
        return f"{test} {_below(found[test], getattr(publish, test))} is below {getattr(publish, test):g}"

    return "; ".join(map(told, failed))


def _named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _below(found: float, least: float) -> str:
    """A figure with as many decimals as it takes to read as less."""
    texts = (figures.unit(found, decimals) for decimals in range(2, 12))
    return next((text for text in texts if float(text) < least), figures.unit(found, 12))


# -- for machines ------------------------------------------------------------------------------------------------------


def node_object(assessment: Assessment, row: int, node: Node) -> dict[str, float | None]:
    """The six figures of a node, on 0..100 (information and availability on 0..1), six decimals, None for none.

    The estimate is the one that may be shown: none of an index that is withheld or of a node without evidence.
    """
    arrays = {name: getattr(assessment.figures, name) for name in FIGURES} | {"estimate": assessment.shown}
    return {
        name: (figures.exact_unit if name in SHARES else figures.exact_points)(float(array[row, node.position]))
        for name, array in arrays.items()
    }


def with_conflict(assessment: Assessment, row: int, node: Node) -> dict[str, float | None]:
    """The figures of a node, with the conflict among its statements where it takes statements itself."""
    found = node_object(assessment, row, node)
    if not node.children:
        found["conflict"] = figures.exact_unit(float(assessment.conflict[row, node.position]))
    return found


def rubric_object(assessment: Assessment) -> dict[str, str]:
    """The rubric's id, version and digest."""
    rubric = assessment.book.rubric
    return {"id": rubric.id, "version": rubric.version, "digest": assessment.rubric_digest}


def score_object(assessment: Assessment, rows: Sequence[int]) -> dict[str, Any]:
    """The JSON document of `scoring score`."""
    days = {assessment.as_of[row].isoformat() for row in rows}
    indicators = sorted(
        (node for node in assessment.nodes if node.kind not in ("index", "pillar", "item")), key=lambda node: node.id
    )
    return {
        "format_version": FORMAT_VERSION,
        "rubric": rubric_object(assessment),
        "as_of": days.pop() if len(days) == 1 else None,
        "countries": [
            {
                "country": assessment.profiles[row].country,
                "name": country_name(assessment.profiles[row].country),
                "actor": assessment.profiles[row].actor,
                "as_of": assessment.as_of[row].isoformat(),
                "coded_until": coded_until(assessment.profiles[row], assessment.as_of[row]).isoformat(),
                "profile_digest": assessment.profile_digests[row],
                "published": not assessment.withheld_because[row],
                "withheld_because": list(assessment.withheld_because[row]),
                "rank": assessment.rank[row],
                "band": assessment.band[row],
                "index": node_object(assessment, row, assessment.nodes[0]),
                "pillars": {node.id: node_object(assessment, row, node) for node in pillars(assessment)},
                "indicators": {node.id: with_conflict(assessment, row, node) for node in indicators},
            }
            for row in rows
        ],
    }


def score_csv(assessment: Assessment, rows: Sequence[int]) -> str:
    """One line a country; the estimate of a withheld index is left empty."""
    nodes = pillars(assessment)
    heads = ["country", "name", "actor", "as_of", "published", "withheld_because", "rank", "band", *FIGURES]
    heads += [f"{node.id}.{name}" for node in nodes for name in FIGURES]
    lines = []
    for row in rows:
        published = not assessment.withheld_because[row]
        index = node_object(assessment, row, assessment.nodes[0])
        lines.append(
            [
                assessment.profiles[row].country,
                country_name(assessment.profiles[row].country),
                assessment.profiles[row].actor,
                assessment.as_of[row].isoformat(),
                str(published).lower(),
                " ".join(assessment.withheld_because[row]),
                assessment.rank[row],
                assessment.band[row],
                *(index[name] for name in FIGURES),
                *(value for node in nodes for value in node_object(assessment, row, node).values()),
            ]
        )
    return as_csv(heads, lines)
